"""What the steps of a job do, measured by role and kept as a log that `paramwise report` draws."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType

from paramwise.finetune.training import Step, Training
from paramwise.torch.processes import are_many
from paramwise.torch.watch.metrics import Meter, metrics

MEASURED, LEAST = 40, 4  # steps of a whole run, at most each fourth: it takes as long as a step of the optimizer or two


class Measurements:
    """Measures steps through a whole training; only in a single process, since sharded norms need all of them.

    Args:
        training: about to start or to go on.
        path: of the log. What an interrupted run measured after its last checkpoint is dropped.
    """

    def __init__(self, training: Training, path: Path) -> None:
        self._path = path
        self._meter: Meter | None = None
        if are_many():
            return
        if path.exists():
            done = len(training.history)
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text("".join(line for line in lines if json.loads(line)["step"] <= done), encoding="utf-8")
        every = max(LEAST, training.steps // MEASURED)
        self._meter = metrics(training.optimizer, training.model, by="role", every=every)

    def keep(self, step: Step) -> None:
        """Log the step, if it was measured."""
        if self._meter is not None:
            self._meter.log_to(self._path, step=step.step)

    def __enter__(self) -> Measurements:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._meter is not None:
            self._meter.close()
