"""All that paramwise knows about other libraries; it imports none of them for it.

Classes are matched by their qualified name: the library that made an object is already loaded, and no other library
has to be.
"""

from __future__ import annotations

import importlib.util
import sys

from paramwise.findings import MissingExtraError

WRAPPERS = {
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
    "torch.distributed.fsdp.fully_sharded_data_parallel.FullyShardedDataParallel": "_fsdp_wrapped_module",
    "torch.distributed.algorithms._checkpoint.checkpoint_wrapper.ActivationWrapper": "_checkpoint_wrapped_module",
    "torch.optim.swa_utils.AveragedModel": "module",
    "peft.peft_model.PeftModel": "base_model",
    "peft.tuners.tuners_utils.BaseTuner": "model",
    "peft.tuners.tuners_utils.BaseTunerLayer": "base_layer",
    "peft.utils.other.AuxiliaryTrainingWrapper": "original_module",
    "lightning.fabric.wrappers._FabricModule": "_forward_module",
    "lightning_fabric.wrappers._FabricModule": "_forward_module",
    "deepspeed.runtime.engine.DeepSpeedEngine": "module",
    "paramwise.torch.trained.Trained": "model",
}
"""Class of a wrapper module -> the attribute that holds the module it wraps."""

FSDP2_CLASSES = ("torch.distributed.fsdp.FSDPModule", "torch.distributed.fsdp._fully_shard._fully_shard.FSDPModule")
"""The base class that ``fully_shard()`` puts in front of the author's class, as the versions of torch name it."""

PARAMETRIZED = ("torch.nn.utils.parametrize", "Parametrized")
"""Module and name prefix of the classes that ``register_parametrization()`` creates."""

TRANSPOSED = ("transformers.pytorch_utils.Conv1D",)
"""Linear maps that keep their weight as ``[in, out]``."""

GATES = {
    "torch.nn.modules.activation.MultiheadAttention": ("in_proj_weight", 3),
    "torch.nn.modules.rnn.LSTM": ("weight_", 4),
    "torch.nn.modules.rnn.GRU": ("weight_", 3),
    "torch.nn.modules.rnn.LSTMCell": ("weight_", 4),
    "torch.nn.modules.rnn.GRUCell": ("weight_", 3),
}
"""Modules of torch that keep several matrices in one: how the weights' names begin, and how many each has."""

OPTIMIZER_WRAPPERS = ("optimizer", "_optimizer")
"""Attributes under which Accelerate and Lightning hold the optimizer that they wrap."""

STATE_TENSORS = {
    "adam": (2, 1),
    "adamw": (2, 1),
    "nadam": (2, 2),
    "radam": (2, 1),
    "adamax": (2, 1),
    "adadelta": (2, 1),
    "adagrad": (1, 1),
    "rmsprop": (1, 1),
    "rprop": (2, 1),
    "asgd": (1, 3),
    "sgd": (0, 0),
    "muon": (1, 0),
    "lion": (1, 0),
}
"""Optimizer, in small letters -> for each parameter, its tensors of state of that shape, and its single numbers."""

LABEL_KEYS = {"params", "param_names", "name", "group_name", "optimizer", "moe"}
SCHEDULER_KEYS = {"initial_lr", "max_lr", "min_lr", "swa_lr", "base_momentum", "max_momentum"}
NOT_OPTIONS = LABEL_KEYS | SCHEDULER_KEYS
"""Keys of a parameter group that are not options: labels (also DeepSpeed's ``moe``), and values of schedulers."""

OWN_RATE_KEYS = ("relative_step",)
"""Options that make an optimizer choose its own learning rate, whatever the group says: transformers' Adafactor."""

STEPS_COPIES: dict[str, tuple[str, str | None]] = {
    "deepspeed.runtime.zero.stage_1_and_2.DeepSpeedZeroOptimizer": ("bit16_groups", None),
    "deepspeed.runtime.zero.stage3.DeepSpeedZeroOptimizer_Stage3": ("fp16_groups", "sub_group_to_group_id"),
    "deepspeed.runtime.bf16_optimizer.BF16_Optimizer": ("bf16_groups", None),
    "deepspeed.runtime.fp16.fused_optimizer.FP16_Optimizer": ("fp16_groups", None),
    "deepspeed.runtime.fp16.unfused_optimizer.FP16_UnfusedOptimizer": ("fp16_groups", None),
}
"""Class of a wrapper whose optimizer steps float32 copies, most of them flat -> the attribute that lists the model's
parameters of each group, and, where a group has several lists, the one that gives each list's group."""

SHAPE_BEFORE_ZERO = "ds_shape"
"""Where DeepSpeed's ZeRO-3 keeps the shape of a parameter that it emptied."""

HOLDERS = {
    "transformers.trainer.Trainer": ("optimizer", "model", "lr_scheduler"),
    "accelerate.accelerator.Accelerator": ("_optimizers", "_models", "_schedulers"),
    "lightning.pytorch.trainer.trainer.Trainer": ("optimizers", "lightning_module", "lr_scheduler_configs"),
    "pytorch_lightning.trainer.trainer.Trainer": ("optimizers", "lightning_module", "lr_scheduler_configs"),
    "deepspeed.runtime.engine.DeepSpeedEngine": ("optimizer", "module", "lr_scheduler"),
}
"""Class of an object that runs a training -> its attributes for optimizer, model and scheduler."""

LOSSES = {
    "sentence_transformers.base.trainer.BaseTrainer": "loss",
    "sentence_transformers.trainer.SentenceTransformerTrainer": "loss",
    "sentence_transformers.cross_encoder.trainer.CrossEncoderTrainer": "loss",
    "sentence_transformers.sparse_encoder.trainer.SparseEncoderTrainer": "loss",
}
"""Class of a trainer whose loss has weights that it trains -> the attribute of the loss, or of a dict of some."""

READ_BY_SCHEDULERS = {"lr_scale", "lr_mult"}
"""Options that users put into groups for schedulers (timm's) to read."""

FACTOR_KEYS = {
    f"{name}_{kind}": option
    for option, names in {"lr": ("lr", "learning_rate"), "weight_decay": ("wd", "decay", "weight_decay")}.items()
    for name in names
    for kind in ("scale", "mult", "multiplier", "factor", "ratio")
}
"""Keys of a group that a scheduler or a loop multiplies an option with -> the option: timm's ``lr_scale``, DINO's
``wd_multiplier``."""

SCALED_BY = {"lr_scale": "timm"}
"""Keys of groups that a library's schedulers multiply the learning rate with -> the library."""

TORCH_OPTIONS = {
    "lr",
    "betas",
    "eps",
    "weight_decay",
    "momentum",
    "dampening",
    "nesterov",
    "maximize",
    "amsgrad",
    "alpha",
}
TORCH_OPTIONS |= {
    "centered",
    "ns_steps",
    "ns_coefficients",
    "use_muon",
    "fused",
    "foreach",
    "capturable",
    "differentiable",
}
"""Usual names of options, for optimizers whose code cannot be read."""

CHOOSES_BY_SHAPE = {"timm.optim.muon.Muon": ("_is_suitable_for_muon", "use_fallback")}
"""Class that steps some parameters of a group with Muon and the others with AdamW -> the function of its module that
tells them apart, and the key of a group that gives all of them to AdamW. ``use_muon`` of a group overrules the
function, and in a parameter's state it says what was chosen."""

NO_STATE_OF_THEIR_OWN = ("accelerate.", "lightning.", "pytorch_lightning.", "lightning_fabric.")
"""Prefixes of modules whose optimizer wrappers hold nothing that a step changes."""

KEEPS_LOCAL_SHARDS = {
    "torch.distributed.fsdp.fully_sharded_data_parallel.FullyShardedDataParallel": (
        "take its full state, FSDP.optim_state_dict(model, optimizer), and convert it: pw.convert_state"
    ),
    "torch.distributed.optim.zero_redundancy_optimizer.ZeroRedundancyOptimizer": (
        "optimizer.consolidate_state_dict(), then save its state_dict() with torch, and convert it: pw.convert_state"
    ),
}
"""Classes that keep a part of the state in each process, as plain tensors -> what to do instead."""

PICKLES_STATE = {"heavyball.utils.StatefulOptimizer": "heavyball"}
"""Class of an optimizer that writes a pickle into its state dict -> its library."""

OPTIMIZER_KEYS = ("optimizer", "optimizer_state_dict", "optimizer_states", "optim", "optimizers", "optimizer_state")
"""Keys of a checkpoint under which trainers put an optimizer's state dict, or (as Lightning does) a list of them."""

TRAINER_FILES = ("optimizer.pt", "optimizer.bin", "optimizer_0.bin")
"""Files of optimizer state in the checkpoint folders of transformers and Accelerate."""

PLANNED_STATE = "optimizer.safetensors"
"""The file of optimizer state in a checkpoint folder that PlannedTrainer writes."""

KERNEL_KEYS = ("fused", "foreach", "capturable", "differentiable")
"""Options of torch's optimizers that say how a step is computed, not what it does."""

MEANT = {"wd": "weight_decay", "lr_mult": "lr", "lr_scale": "lr", "learning_rate": "lr", "l2": "weight_decay"}
"""Keys of other libraries' groups -> torch's option that was likely meant."""

DEEPSPEED_KERNEL_KEYS = ("torch_adam", "adam_w_mode")
"""Keys of a DeepSpeed configuration that choose a kernel and do not change what a step does."""

CHECKPOINT_SUFFIXES = (".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".pkl")
"""Suffixes of checkpoints: a name that ends in one is a file, never a name on the Hub."""


EXTRAS = {
    "torch": "torch",
    "numpy": "torch",
    "xxhash": "torch",
    "huggingface_hub": "hub",
    "transformers": "transformers",
    "timm": "timm",
}
"""Package -> the extra that installs it."""


def require(package: str, extra: str, purpose: str) -> None:
    """Raise `MissingExtraError` unless the package can be imported."""
    if package not in sys.modules and importlib.util.find_spec(package) is None:
        raise MissingExtraError(package, extra, purpose)
