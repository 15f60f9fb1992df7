"""What the steps of a job do, measured by role and kept as a log that `paramwise report` draws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import transformers

from paramwise.torch.watch.metrics import Meter, metrics

MEASURED = 40  # steps of a whole run: each takes about as long as another step of the optimizer


class MetricsCallback(transformers.TrainerCallback):  # type: ignore[misc]
    """Measures steps through the whole training; only in a single process, since sharded norms need all of them.

    Args:
        path: of the log. What an interrupted run measured after its last checkpoint is dropped when it is resumed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.meter: Meter | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Hook the optimizer, and cut the log where a resumed run goes on."""
        if args.world_size > 1:
            return
        if self.path.exists():
            lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if json.loads(line)["step"] <= state.global_step]
            self.path.write_text("".join(kept), encoding="utf-8")
        every = max(1, state.max_steps // MEASURED)
        self.meter = metrics(given["optimizer"], given["model"], by="role", every=every)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Log the step, if it was measured."""
        if self.meter is not None:
            self.meter.log_to(self.path, step=state.global_step)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Remove the hooks."""
        if self.meter is not None:
            self.meter.close()
