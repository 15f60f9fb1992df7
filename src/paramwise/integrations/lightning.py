"""Lightning: a callback that keeps optimizer state by name, audits at the start and logs metrics."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import lightning
import torch
import torch.distributed as dist

from paramwise.plans.groups import read_groups
from paramwise.torch.audit.auditing import audit
from paramwise.torch.live import Live, optimizers_of
from paramwise.torch.optimizers.agreement import agree_on, stopping_all
from paramwise.torch.processes import are_many
from paramwise.torch.state.convert import convert_state
from paramwise.torch.state.keeping import load_state
from paramwise.torch.watch.metrics import By, Meter, metrics


class OptimizerCallback(lightning.Callback):
    """Looks after the optimizers that ``configure_optimizers`` makes.

    When training begins it audits them, and warns of what it finds. At the steps that the trainer logs, it logs
    `paramwise.metrics`. Checkpoints say the parameter's name beside each position; a resumed run takes state by name,
    so that groups may have changed. Without the callback, Lightning still reads them by position.

    Args:
        by: ``"group"`` or ``"role"``.
        across: whether all processes of the job compare their parameter groups when training begins.

    Raises:
        InputError: processes have different groups; a checkpoint has a name that is not the model's, or lacks one.

    Example::

        class Module(lightning.LightningModule):
            def configure_optimizers(self):
                return pw.plan(self, "bert", lr=1e-3).optimizer(torch.optim.AdamW)

        lightning.Trainer(callbacks=[OptimizerCallback()]).fit(Module(), batches)
    """

    def __init__(self, by: By = "group", *, across: bool = False) -> None:
        self.by = by
        self.across = across
        self._saved: list[Any] = []
        self._meter: Meter | None = None

    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: dict[str, Any]) -> None:
        """Write the names of parameters into the checkpoint's groups."""
        live = Live(optimizers_of(trainer.optimizers), pl_module, [])
        saved = [group for state in checkpoint.get("optimizer_states", []) for group in state["param_groups"]]
        if len(saved) == len(live.members):
            for group, members in zip(saved, live.members, strict=True):
                if all(at >= 0 for at in members):
                    group["param_names"] = [live.catalog.names[at] for at in members]

    def on_load_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: dict[str, Any]) -> None:
        """Take the state from the checkpoint before Lightning reads it by position, where it has names."""
        saved = checkpoint.get("optimizer_states", [])
        if saved and all("param_names" in group for state in saved for group in state["param_groups"]):
            self._saved, checkpoint["optimizer_states"] = saved, []

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Compare the processes, load the state by name, and audit."""
        optimizers = trainer.optimizers
        if self.across and are_many():
            with stopping_all(dist.group.WORLD):
                plan = read_groups(pl_module, optimizers)
            agree_on(plan, dist.group.WORLD)
        if self._saved:
            with tempfile.TemporaryDirectory() as folder:
                torch.save({"optimizer_states": self._saved}, Path(folder, "lightning.ckpt"))
                path = convert_state(Path(folder, "lightning.ckpt"), pl_module)
                load_state(optimizers, pl_module, path, hyperparameters="saved")
            self._saved = []
        if findings := audit(trainer):
            warnings.warn(str(findings), stacklevel=2)
        self._meter = metrics(optimizers, pl_module, self.by, every=trainer.log_every_n_steps)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: Any) -> None:
        """Log the step if it was measured."""
        if self._meter is not None:
            for logger in trainer.loggers:
                self._meter.log_to(logger, trainer.global_step)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Remove the hooks."""
        if self._meter is not None:
            self._meter.close()
