"""transformers: a ``Trainer`` with a plan's optimizer, and a callback for metrics."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import nn
from torch.distributed.fsdp import FSDPModule

from paramwise.findings import InputError, OptionError
from paramwise.integrations.arguments import Arguments, Wish, planned_optimizer, with_base
from paramwise.libraries import PLANNED_STATE, TRAINER_FILES
from paramwise.torch.state.keeping import load_state, save_state
from paramwise.torch.trained import Trained, trained_by
from paramwise.torch.watch.metrics import By, Meter, metrics
from paramwise.words import public

_FIELDS = {
    "lr": ("learning_rate",),
    "weight_decay": ("weight_decay",),
    "betas": ("adam_beta1", "adam_beta2"),
    "eps": ("adam_epsilon",),
}
_SETFIT_FIELDS = {"lr": ("body_learning_rate",), "weight_decay": ("l2_weight",)}


@public
def attach(trainer: Any, *recipes_and_rules: Any, across: Any = None, **options: Any) -> Any:
    """Let a trainer that exists train with a plan; what `PlannedTrainer` does, it does from now on.

    It takes every ``transformers.Trainer``: those of TRL and sentence-transformers, setfit's, and subclasses of yours.
    The plan is made when the trainer makes its optimizer, of the model as it is then: with adapters, wrapped, sharded,
    and with the weights of a sentence-transformers loss, whose names start with ``loss``.

    Args:
        trainer: the trainer, before it trains.
        recipes_and_rules: as in `paramwise.plan`; or a plan alone.
        across: a process group of torch, such as ``torch.distributed.group.WORLD``: all its processes stop with the
            difference if their plans differ, when the optimizer is made, as in ``plan.optimizer``.
        options: as in `paramwise.plan`.

    Returns:
        The trainer.

    Raises:
        InputError: not such a trainer, or it has an optimizer or a plan already. When the optimizer is made: what
            `PlannedTrainer` raises.

    Example::

        trainer = SFTTrainer(model, args=arguments, train_dataset=dataset, peft_config=LoraConfig())
        pw.attach(trainer, "lora_plus", ratio=16).train()
    """
    inner = getattr(trainer, "st_trainer", trainer)  # setfit holds the trainer of the body
    if not isinstance(inner, transformers.Trainer):
        raise InputError(
            f"not a trainer of transformers: {type(trainer).__qualname__}",
            help="docs/trainers.md says how others train with a plan, such as Lightning and Accelerate",
        )
    if isinstance(inner, PlannedTrainer):
        raise InputError("the trainer has a plan already", help="attach all recipes and rules at once")
    if inner.optimizer is not None:
        raise InputError(
            "the trainer has an optimizer already, so a plan would have no effect",
            help="leave out optimizers=..., and attach before it trains",
        )
    cls = type(inner)
    inner._wish = Wish(recipes_and_rules, options, across)
    inner.__class__ = type(cls.__name__, (PlannedTrainer, cls), {"__module__": cls.__module__, "__doc__": cls.__doc__})
    return trainer


class PlannedTrainer(transformers.Trainer):  # type: ignore[misc]
    """``transformers.Trainer`` whose optimizer is built from a plan.

    The training arguments are the base settings: ``optim`` or ``optimizer_cls_and_kwargs`` names the class, and
    ``learning_rate``, ``weight_decay``, the betas and ``adam_epsilon`` hold where the plan sets nothing else. What the
    plan sets wins over an argument that was left at its default, that is, equals the default of its field. A weight
    decay that a person set goes to the recipes that take one. Other optimizers that the plan names (``"muon"``) are
    torch's classes of those names.

    Checkpoints hold the state of the optimizer and of the scheduler by parameter name (``optimizer.safetensors``), in
    any number of processes, and the weights of a loss. ``resume_from_checkpoint`` loads them in any other number. With
    FSDP2 the state is a folder of that name, and transformers keeps the weights, for FSDP alone.
    With FSDP1 and DeepSpeed, checkpoints are those of transformers.

    Args:
        plan: a plan of the model, or recipes and rules, which are planned when the optimizer is made.
        arguments: those of ``transformers.Trainer``.

    Raises:
        OptionError: a person set an argument, and the plan sets the same option to other values for every parameter.
        InputError: the plan does not fit the model, the trainer makes groups of its own, or a checkpoint holds no
            state.

    Example::

        PlannedTrainer(plan=["layerwise", "bert"], model=model, args=arguments, train_dataset=dataset).train()
    """

    optimizer: Any
    optimizer_cls_and_kwargs: Any
    _wish: Wish
    _is_planned = False

    def __init__(self, *args: Any, plan: Any, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self._wish = Wish.of(plan)

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The plan's optimizer, made at the first call."""
        if self.args.fsdp and not self.is_fsdp_enabled and not getattr(self, "is_fsdp_xla_enabled", False):
            raise InputError(
                "fsdp is asked for, and would have no effect: Accelerate shards on GPUs and the like, not on CPUs",
                help="leave out fsdp; on CPUs, shard with torch's fully_shard in a loop of your own: docs/trainers.md",
            )
        if self.optimizer is None:
            module = trained_by(self, model)
            factory = _Factory(self._wish, _arguments(self, module), module)
            own, self.optimizer_cls_and_kwargs = self.optimizer_cls_and_kwargs, (factory, {})
            try:
                super().create_optimizer(*(() if model is None else (model,)))
            finally:
                self.optimizer_cls_and_kwargs = own
            self._is_planned = factory.used
        self._raise_unplanned("create_optimizer")
        made: torch.optim.Optimizer = self.optimizer
        return made

    def create_optimizer_and_scheduler(self, num_training_steps: int) -> None:
        """Both, as transformers 4 asks for them."""
        super().create_optimizer_and_scheduler(num_training_steps)
        self._raise_unplanned("create_optimizer_and_scheduler")

    def _raise_unplanned(self, method: str) -> None:
        if self._is_planned:
            return
        classes = [cls for cls in type(self).__mro__ if method in vars(cls)]
        cls = classes[classes.index(PlannedTrainer) + 1]
        if cls is transformers.Trainer:
            raise InputError(
                "the trainer was given an optimizer, so the plan has no effect", help="leave out optimizers=..."
            )
        raise InputError(
            f"{cls.__qualname__}.{method}() makes an optimizer of its own, so the plan has no effect",
            help=f"remove that method, or train with a class that has {method} = transformers.Trainer.{method}",
        )

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        """Save the optimizer's and scheduler's state in a checkpoint, by parameter name and without pickle."""
        if self._keeps_own_state():
            super()._save_optimizer_and_scheduler(output_dir)
            return
        if self.is_fsdp_enabled:
            from accelerate.utils import save_fsdp_model

            save_fsdp_model(self.accelerator.state.fsdp_plugin, self.accelerator, self.model, output_dir)
            for module in self.model.modules():  # an evaluation leaves whole parameters where the shards were
                if isinstance(module, FSDPModule):
                    module.reshard()
        Path(output_dir).mkdir(parents=True, exist_ok=True)  # another process may not have made it yet
        path = Path(output_dir, PLANNED_STATE)
        save_state(self.optimizer, trained_by(self), path, extra=self._kept_beside())

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is None:
            return
        if self._keeps_own_state():
            super()._load_optimizer_and_scheduler(checkpoint)
            return
        path = Path(checkpoint, PLANNED_STATE)
        if not path.exists():
            raise _without_state(Path(checkpoint))
        load_state(self.optimizer, trained_by(self), path, hyperparameters="saved", extra=self._kept_beside())

    def _keeps_own_state(self) -> bool:
        """Whether the engine's tensors are flat pieces of many parameters: then only transformers can save them."""
        is_fsdp1 = self.is_fsdp_enabled and not getattr(self.accelerator, "is_fsdp2", False)
        return bool(self.is_deepspeed_enabled or is_fsdp1)

    def _kept_beside(self) -> dict[str, Any]:
        """The scheduler, and the weights of a loss, which sentence-transformers' own checkpoints lack."""
        module = trained_by(self)
        return {"scheduler": self.lr_scheduler, **({"loss": module.loss} if isinstance(module, Trained) else {})}


class _Factory:
    """What a trainer calls to make its optimizer.

    transformers 5 calls ``cls()(model)`` for what is not an optimizer class, and 4 calls ``cls(groups)``.
    """

    def __init__(self, *planned: Any) -> None:
        self.planned = planned
        self.used = False

    def __call__(self, *given: Any) -> Any:
        if not given:
            return self
        self.used = True
        return planned_optimizer(*self.planned)


def _arguments(trainer: transformers.Trainer, module: nn.Module) -> Arguments:
    """What a trainer's arguments say of the optimizer.

    Raises:
        InputError: they name an optimizer that makes groups of its own.
    """
    args = trainer.args
    written = getattr(trainer, "setfit_args", args)  # setfit hands its own on, the defaults too
    fields = _FIELDS if written is args else _SETFIT_FIELDS
    defaults = {each.name: each.default for each in dataclasses.fields(written)}
    chosen = {
        key: " and ".join(names)
        for key, names in fields.items()
        if any(getattr(written, name) != defaults[name] for name in names)
    }
    base = {"weight_decay": args.weight_decay}
    if trainer.optimizer_cls_and_kwargs is not None:
        cls, given = trainer.optimizer_cls_and_kwargs
        options = dict(given)
        base |= {"lr": args.learning_rate} if "lr" in chosen else {}
        for key in given.keys() & chosen.keys() & {"lr", "weight_decay"}:
            if given[key] != getattr(args, _FIELDS[key][0]):  # transformers would ignore the argument
                raise OptionError(
                    f"`{key}` is given twice: {chosen[key]} says otherwise than optimizer_cls_and_kwargs",
                    help=f"leave {chosen[key]} at its default",
                )
        chosen |= {key: f"{key} in optimizer_cls_and_kwargs" for key in given}
    else:
        cls, given = trainer.get_optimizer_cls_and_kwargs(args, module)
        options = dict(given)
        if module is not trainer.model or hasattr(args, "learning_rate_mapping"):
            options.pop("optimizer_dict", None)  # sentence-transformers' own two groups
    if not (isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer)) or options.keys() & {
        "params",
        "model",
        "optimizer_dict",
    }:
        raise InputError(
            f"`{getattr(cls, '__name__', args.optim)}` makes parameter groups of its own",
            help='choose another optim=..., and say the rest in the plan: the recipe "muon", rules with optimizer=...',
        )
    if getattr(args, "learning_rate_mapping", None):
        raise OptionError(
            "learning_rate_mapping would have no effect: the plan makes the groups",
            help="say it in rules: pw.Rule(pw.regex(pattern), lr=...)",
        )
    return Arguments(cls, with_base(cls, options, base), chosen)


def _without_state(checkpoint: Path) -> InputError:
    others = [name for name in TRAINER_FILES if (checkpoint / name).exists()]
    convert = f"pw.convert_state({str(checkpoint / (others or [''])[0])!r}, model, groups=...) makes it from {others}"
    return InputError(
        "the checkpoint holds no state of the optimizer by name",
        where=str(checkpoint / PLANNED_STATE),
        help=convert if others else "train from its weights instead: from_pretrained(checkpoint), and no resume",
    )


class MetricsCallback(transformers.TrainerCallback):  # type: ignore[misc]
    """Logs `paramwise.metrics` of the steps that a ``Trainer`` logs, to wherever the trainer reports.

    The numbers are a separate log record with the same step as the record of the loss, because reporting callbacks run
    before another callback could add to that record.

    Args:
        trainer: the ``transformers.Trainer`` that the callback is added to; found when training begins, if left out.
        by: ``"group"`` or ``"role"``.

    Example::

        trainer.add_callback(MetricsCallback(by="role"))
    """

    def __init__(self, trainer: transformers.Trainer | None = None, by: By = "group") -> None:
        self.trainer: Any = trainer
        self.by = by
        self.meter: Meter | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Find the trainer."""
        self.trainer = _calling_trainer(state) if self.trainer is None else self.trainer

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure the step if the trainer is going to log it; the trainer itself says so only after the step."""
        if self.meter is not None:
            self.meter.close()
        logged = _is_logged(state.global_step + 1, args, kwargs["train_dataloader"])
        self.meter = self._metrics(kwargs) if logged else None

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Log the measurements."""
        if control.should_log:
            self._log(control)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Log the measurements."""
        if control.should_log:
            self._log(control)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Remove the hooks."""
        if self.meter is not None:
            self.meter.close()

    def _metrics(self, kwargs: Any) -> Meter:
        return metrics(kwargs["optimizer"], trained_by(self.trainer, kwargs["model"]), self.by, every=1)

    def _log(self, control: Any) -> None:
        if self.meter is None:
            return
        self.meter.close()
        reading, self.meter = self.meter.read(), None
        if reading.step is not None:  # a GradScaler skips a step whose gradients are not finite
            self.trainer.log(reading.as_dict())
            control.should_log = True  # the trainer has yet to write its own record


def _is_logged(step: int, args: Any, loader: Any) -> bool:
    """Whether a trainer logs a step, counted from 1."""
    if args.logging_strategy == "epoch":
        in_epoch = -(-len(loader) // args.gradient_accumulation_steps) if hasattr(loader, "__len__") else step + 1
        return bool(step % in_epoch == 0 or step == args.max_steps)
    every_few = args.logging_strategy == "steps" and step % args.logging_steps == 0
    return bool(every_few or (step == 1 and args.logging_first_step))


def _calling_trainer(state: Any) -> transformers.Trainer:
    """The trainer that calls a callback, found among the callers: transformers hands callbacks all but the trainer."""
    frame = sys._getframe(1).f_back
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, transformers.Trainer) and caller.state is state:
            return caller
        frame = frame.f_back
    raise InputError("no trainer called the callback", help="give it: MetricsCallback(trainer)")
