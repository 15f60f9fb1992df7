"""transformers: models by folder or name, and its ``Trainer`` with a plan in place of its own grouping."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import torch
import transformers
from torch import nn
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from paramwise.findings import InputError
from paramwise.integrations.hub import TIMEOUT, answered, hints, said, unreachable
from paramwise.planner import Plan
from paramwise.torch.build import torch_class
from paramwise.torch.groups import read_groups
from paramwise.torch.metrics import By, Meter, metrics
from paramwise.torch.state import load_state, save_state

STATE = "optimizer.safetensors"  # in a checkpoint's folder


class PlannedTrainer(transformers.Trainer):  # type: ignore[misc]
    """``transformers.Trainer`` whose optimizer is built from a plan.

    The optimizer's class and options (``optim``, ``adam_epsilon``, ...) come from the training arguments, what each
    parameter gets from the plan. Give the learning rate to both, or leave it out of the plan. Optimizers that the plan
    names beside it (``"muon"``) are torch's of those names, at the plan's learning rates. Checkpoints hold the
    optimizer's state by name (``optimizer.safetensors``), and ``resume_from_checkpoint`` takes it back.

    Args:
        plan: made on the model that is trained.
        arguments: those of ``transformers.Trainer``.

    Raises:
        OptionError: plan and training arguments differ on an option, such as the learning rate.

    Example::

        plan = pw.plan(model, weight_decay=0.1)
        PlannedTrainer(plan=plan, model=model, args=training_arguments, train_dataset=dataset).train()
    """

    def __init__(self, *args: Any, plan: Plan, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.plan = plan
        self.optimizer: torch.optim.Optimizer | None

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The plan's optimizer, made once."""
        if self.optimizer is None:
            model = self.model if model is None else model
            cls, options = self.get_optimizer_cls_and_kwargs(self.args, model)
            named = self.plan.optimizers
            if named:
                of_all = {"lr"} if all("lr" in group.settings for group in self.plan.groups) else set()
                own = {key: value for key, value in options.items() if key not in of_all}
                chosen = {one: (cls, own) if one.lower() == cls.__name__.lower() else torch_class(one) for one in named}
                self.optimizer = self.plan.optimizer(chosen, model)
            else:
                self.optimizer = self.plan.optimizer(cls, model, **options)
        return self.optimizer

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        """Of a checkpoint: by parameter name, and without pickle."""
        if self._one_process_holds_it_all():
            save_state(self.optimizer, self.model, Path(output_dir, STATE), extra={"scheduler": self.lr_scheduler})
        else:
            super()._save_optimizer_and_scheduler(output_dir)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        path = None if checkpoint is None else Path(checkpoint, STATE)
        if path is not None and path.is_file() and self._one_process_holds_it_all():
            extra = {"scheduler": self.lr_scheduler}
            load_state(self.optimizer, self.model, path, hyperparameters="saved", extra=extra)
        else:
            super()._load_optimizer_and_scheduler(checkpoint)

    def _one_process_holds_it_all(self) -> bool:
        return self.args.world_size == 1 and not (self.is_deepspeed_enabled or self.is_fsdp_enabled)


def classifier(folder: Path, *, values: bool) -> nn.Module:
    """A sequence classifier of two classes over the model in a folder."""
    if values:
        return load_classifier(str(folder), labels=2)[0]
    with torch.device("meta"):
        return _module(AutoModelForSequenceClassification.from_config(_config(folder, num_labels=2)))


def load_classifier(name: str, *, labels: int) -> tuple[nn.Module, Any, tuple[str, ...]]:
    """A pretrained model with a classifier, its tokenizer, and the parameters that its checkpoint does not hold.

    Args:
        name: a folder, or a name on the Hub.
        labels: number of classes.

    Raises:
        InputError: there is no such model, it cannot be reached, or it holds no safetensors.
    """
    local = _only_local(name)
    with quiet(), _failing(f"cannot load the model `{name}`"):
        model, info = AutoModelForSequenceClassification.from_pretrained(
            name,
            num_labels=labels,
            use_safetensors=True,
            output_loading_info=True,
            dtype=torch.float32,
            local_files_only=local,
            ignore_mismatched_sizes=True,
        )
    with quiet(), _failing(f"cannot load the tokenizer of `{name}`"):
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
    resized = [key for key, *_ in info["mismatched_keys"]]
    if body := [key for key in resized if key.startswith(f"{model.base_model_prefix}.")]:
        raise InputError(
            f"the weights of `{name}` do not fit its config.json",
            evidence=[f"{key} has another shape in the checkpoint" for key in body],
            help="give the config.json that the weights were saved with",
        )
    missing = {*info["missing_keys"], *resized}  # a classifier of another number of classes starts anew
    return _module(model), tokenizer, tuple(key for key, _ in model.named_parameters() if key in missing)


def _only_local(name: str) -> bool:
    """Whether to look on this machine alone: for a folder, and while the Hub cannot be reached.

    Asked once: left to themselves, transformers and huggingface_hub try for a minute before they give up.
    """
    if Path(name).is_dir():
        return True
    try:
        huggingface_hub.HfApi().model_info(name, timeout=TIMEOUT)
    except Exception as error:
        answer = answered(name, error)
        if answer is not None:
            raise answer from error
        # no network, in one of its many forms: what was fetched before is still here
        if not isinstance(huggingface_hub.try_to_load_from_cache(name, "config.json"), str):
            raise unreachable(name, error) from error
        return True
    return False


def from_name(name: str, *, values: bool) -> nn.Module:
    """The model that the ``config.json`` of a folder, or of a name on the Hub, describes, of the class it names.

    Raises:
        InputError: the configuration cannot be read, or values are wanted and there are none.
    """
    folder = Path(name)
    local = _only_local(name)
    config = _config(folder) if folder.is_dir() else _config_on_hub(name, local)
    cls = getattr(transformers, (getattr(config, "architectures", None) or ["AutoModel"])[0], AutoModel)
    if not values:
        with torch.device("meta"), quiet(), _failing(f"cannot build the model of `{name}`"):
            return _module(cls.from_config(config) if cls is AutoModel else cls(config))
    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        raise InputError(
            f"`{folder}` holds no weights",
            evidence=["no *.safetensors beside its config.json"],
            help="leave out --values, or save the weights there with save_pretrained()",
        )
    with quiet(), _failing(f"cannot load the weights of `{name}`"):
        return _module(cls.from_pretrained(name, use_safetensors=True, local_files_only=local))


def _config_on_hub(name: str, local: bool) -> Any:
    with quiet(), _failing(f"cannot read the configuration of `{name}`"):
        return AutoConfig.from_pretrained(name, local_files_only=local, trust_remote_code=False)


def _config(folder: Path, **changes: Any) -> Any:
    path = folder / "config.json"
    with _failing("cannot read the model's configuration", where=str(path)):
        described = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(described, dict):
            raise ValueError("it is no JSON object")
        return AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, **changes)


def _module(model: Any) -> nn.Module:
    assert isinstance(model, nn.Module)
    return model


@contextlib.contextmanager
def _failing(what: str, where: str | None = None) -> Iterator[None]:
    """Turn whatever transformers raises for bad input into one message."""
    try:
        yield
    except Exception as error:  # configurations fail in as many ways as there are models
        raise InputError(what, where=where, evidence=[said(error)], help=hints()) from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Run without transformers' own progress bars and reports on loading and saving."""
    logging = transformers.utils.logging
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


def trainers_plan(model: nn.Module, **settings: float) -> Plan:
    """What transformers' own ``Trainer`` gives every parameter of a model.

    Args:
        model: on any device, the meta device too.
        settings: ``weight_decay`` of what it decays, and ``lr``.
    """
    decayed = set(transformers.Trainer.get_decay_parameter_names(None, model))
    decay = settings.pop("weight_decay", 0.0)
    trained = [(name, tensor) for name, tensor in model.named_parameters() if tensor.requires_grad]
    sides: list[dict[str, Any]] = [
        {"name": "Trainer: decay", "params": [one for name, one in trained if name in decayed], "weight_decay": decay},
        {"name": "Trainer: no decay", "params": [one for name, one in trained if name not in decayed]},
    ]
    return read_groups(model, [{"weight_decay": 0.0, **side, **settings} for side in sides])


class MetricsCallback(transformers.TrainerCallback):  # type: ignore[misc]
    """Logs what `paramwise.metrics` sees of the steps that a ``Trainer`` logs, to wherever it reports.

    The numbers are a record of their own beside that of the loss, with the same step: a callback that only adds to a
    record of the trainer's would come after those that report it.

    Args:
        trainer: the one that it is added to; any ``transformers.Trainer``.
        by: ``"group"`` or ``"role"``.

    Example::

        trainer.add_callback(MetricsCallback(trainer, by="role"))
    """

    def __init__(self, trainer: transformers.Trainer, by: By = "group") -> None:
        self.trainer = trainer
        self.by = by
        self.meter: Meter | None = None

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Look at the step to come if it will be logged: only afterwards does the trainer say so."""
        if self.meter is not None:
            self.meter.close()
        logged = _is_logged(state.global_step + 1, args, kwargs["train_dataloader"])
        self.meter = metrics(kwargs["optimizer"], kwargs["model"], self.by, every=1) if logged else None

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Log what was seen."""
        if control.should_log:
            self._log(control)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Log what was seen."""
        if control.should_log:
            self._log(control)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take the hooks away."""
        if self.meter is not None:
            self.meter.close()

    def _log(self, control: Any) -> None:
        if self.meter is None:
            return
        self.meter.close()
        reading, self.meter = self.meter.read(), None
        if reading.step is not None:  # a GradScaler leaves out a step whose gradients are not finite
            self.trainer.log(reading.as_dict())
            control.should_log = True  # the trainer's own record is still to come


def _is_logged(step: int, args: Any, loader: Any) -> bool:
    """Whether a trainer logs a step, counted from 1."""
    if args.logging_strategy == "epoch":
        in_epoch = -(-len(loader) // args.gradient_accumulation_steps) if hasattr(loader, "__len__") else step + 1
        return bool(step % in_epoch == 0 or step == args.max_steps)
    every_few = args.logging_strategy == "steps" and step % args.logging_steps == 0
    return bool(every_few or (step == 1 and args.logging_first_step))
