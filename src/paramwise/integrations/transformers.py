"""transformers: a ``Trainer`` with a plan's optimizer, and a callback for metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from torch import nn

from paramwise.plans.plan import Plan
from paramwise.torch.options import torch_class
from paramwise.torch.state.keeping import load_state, save_state
from paramwise.torch.watch.metrics import By, Meter, metrics

STATE = "optimizer.safetensors"  # in a checkpoint's folder


class PlannedTrainer(transformers.Trainer):  # type: ignore[misc]
    """``transformers.Trainer`` whose optimizer is built from a plan.

    The optimizer's class and options (``optim``, ``adam_epsilon``, ...) come from the training arguments, and the
    settings of each parameter from the plan. Give the same learning rate to both, or leave it out of the plan. Other
    optimizers that the plan names (``"muon"``) are torch's classes of those names, at the plan's learning rates.
    Checkpoints hold the optimizer's state by name (``optimizer.safetensors``), and ``resume_from_checkpoint`` loads it.

    Args:
        plan: the plan of the model that is trained.
        arguments: those of ``transformers.Trainer``.

    Raises:
        OptionError: the plan and the training arguments differ in an option, such as the learning rate.

    Example::

        plan = pw.plan(model, weight_decay=0.1)
        PlannedTrainer(plan=plan, model=model, args=training_arguments, train_dataset=dataset).train()
    """

    def __init__(self, *args: Any, plan: Plan, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.plan = plan
        self.optimizer: torch.optim.Optimizer | None

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The plan's optimizer, made at the first call."""
        if self.optimizer is None:
            model = self.model if model is None else model
            cls, options = self.get_optimizer_cls_and_kwargs(self.args, model)
            named = self.plan.optimizer_names
            if named:
                of_all = {"lr"} if all("lr" in group.settings for group in self.plan.groups) else set()
                own = {key: value for key, value in options.items() if key not in of_all}
                classes = {
                    name: (cls, own) if name.lower() == cls.__name__.lower() else torch_class(name) for name in named
                }
                self.optimizer = self.plan.optimizer(classes, model)
            else:
                self.optimizer = self.plan.optimizer(cls, model, **options)
        return self.optimizer

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        """Save the optimizer's and scheduler's state in a checkpoint, by parameter name and without pickle."""
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


class MetricsCallback(transformers.TrainerCallback):  # type: ignore[misc]
    """Logs `paramwise.metrics` of the steps that a ``Trainer`` logs, to wherever the trainer reports.

    The numbers are a separate log record with the same step as the record of the loss, because reporting callbacks run
    before another callback could add to that record.

    Args:
        trainer: the ``transformers.Trainer`` that the callback is added to.
        by: ``"group"`` or ``"role"``.

    Example::

        trainer.add_callback(MetricsCallback(trainer, by="role"))
    """

    def __init__(self, trainer: transformers.Trainer, by: By = "group") -> None:
        self.trainer = trainer
        self.by = by
        self.meter: Meter | None = None

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure the step if the trainer is going to log it; the trainer itself says so only after the step."""
        if self.meter is not None:
            self.meter.close()
        logged = _is_logged(state.global_step + 1, args, kwargs["train_dataloader"])
        self.meter = metrics(kwargs["optimizer"], kwargs["model"], self.by, every=1) if logged else None

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
