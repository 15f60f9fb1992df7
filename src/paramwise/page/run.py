"""A run read back: the folder that `finetune` wrote, or a log of `paramwise.metrics`, as curves."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paramwise.files.regular import read_regular
from paramwise.files.strict_json import parse_object
from paramwise.findings import InputError
from paramwise.plans.lock import read_lock
from paramwise.plans.plan import Plan
from paramwise.rules.rule import is_finite

RESULT, LOSSES, METRICS, LOCK = "result.json", "losses.csv", "metrics.jsonl", "paramwise.lock"
LOG_SUFFIX = ".jsonl"

_MOST = 1 << 28  # bytes of a log
_MOST_RESULT = 10_000_000  # bytes
_BUCKETS = 1000  # parts of a long run; each shows its least and its greatest value
_MEASURED = ("update_ratio", "gradient_norm", "weight_norm", "lr", "decay")

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run wrote.

    Attributes:
        plan: what it trained with, where the folder holds its lock.
        path: of its folder or its log.
        facts: lines for the page: pairs of what, and how much.
        scores: by split and metric, before and after.
        steps: of the losses; empty if there are none.
        losses: by name of the column, its value at each of the steps; None where it is not finite.
        measured_at: the steps that `paramwise.metrics` measured.
        measured: by group or role, then by quantity, its value at each of these steps.
        thinned: how many steps the losses had, if not all are here.
    """

    plan: Plan | None
    path: Path
    facts: tuple[tuple[str, str], ...] = ()
    scores: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    steps: Sequence[float] = ()
    losses: Mapping[str, Column] = field(default_factory=dict)
    measured_at: Sequence[float] = ()
    measured: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    thinned: int | None = None

    @property
    def title(self) -> str:
        """Names the run."""
        return self.path.name or str(self.path)

    def title_beside(self, other: Run) -> str:
        """Names the run so that it is not taken for another one: as much of the end of its path as that takes."""
        own, theirs = self.path.absolute().parts, other.path.absolute().parts
        for length in range(1, len(own)):
            if own[-length:] != theirs[-length:]:
                return "/".join(own[-length:])
        return str(self.path)

    def as_dict(self) -> dict[str, Any]:
        """The run as the page reads it."""
        return {
            "title": self.title,
            "facts": self.facts,
            "scores": self.scores,
            "steps": self.steps,
            "losses": self.losses,
            "measuredAt": self.measured_at,
            "measured": self.measured,
            "thinned": self.thinned,
        }


def is_run(path: Path) -> bool:
    """Whether a path is a run's folder or a log of metrics, by its name and what lies in it."""
    return path.suffix == LOG_SUFFIX or (path / RESULT).is_file()


def read_run(path: Path) -> Run:
    """The run that a folder of `finetune`, or a log of `paramwise.metrics`, holds.

    Raises:
        InputError: it is neither, or damaged; the message names the file and the line.
    """
    if path.suffix == LOG_SUFFIX and not path.is_dir():
        return Run(None, path, **_measured(path))
    if not (path / RESULT).is_file():
        raise InputError(
            f"`{path}` is not the folder of a run",
            evidence=[f"there is no {path / RESULT}"],
            help=f"give the --output folder of `paramwise finetune`, or a log of pw.metrics that ends in {LOG_SUFFIX}",
        )
    result = _result(path / RESULT)
    columns: dict[str, Any] = {}
    if (path / LOSSES).exists():
        columns |= _losses(path / LOSSES)
    if (path / METRICS).exists():
        columns |= _measured(path / METRICS)
    plan = read_lock(path / LOCK) if (path / LOCK).exists() else None
    return Run(plan, path, _facts(result), _scores(result), **columns)


def _result(path: Path) -> dict[str, Any]:
    try:
        return parse_object(read_regular(path, _MOST_RESULT), unique=False)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise _damaged(path, str(error)) from None


def _facts(result: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What of a result a reader wants to know first."""
    job, versions = (found if isinstance(found := result.get(key), dict) else {} for key in ("job", "versions"))
    found = {
        **{key: job.get(key) for key in ("model", "data", "epochs")},
        "steps": result.get("steps"),
        "sentences a second": result.get("sentences_per_second"),
        "seconds of training": result.get("train_seconds"),
        **versions,
    }
    return tuple(
        (str(key), f"{value:,}" if isinstance(value, (int, float)) else str(value))
        for key, value in found.items()
        if isinstance(value, (int, float, str))
    )


def _scores(result: Mapping[str, Any]) -> dict[str, dict[str, tuple[float, float]]]:
    found: dict[str, dict[str, tuple[float, float]]] = {}
    evaluation = result.get("evaluation")
    for split, sides in evaluation.items() if isinstance(evaluation, dict) else ():
        before, after = (sides.get(side) if isinstance(sides, dict) else None for side in ("before", "after"))
        if isinstance(before, dict) and isinstance(after, dict):
            found[split] = {
                metric: (before[metric], after[metric])
                for metric in before
                if is_finite(before[metric]) and is_finite(after.get(metric))
            }
    return found


def _losses(path: Path) -> dict[str, Any]:
    """The columns of ``losses.csv``, thinned where the run is long."""
    try:
        rows = list(csv.reader(io.StringIO(read_regular(path, _MOST).decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, str(error)) from None
    head, *body = rows or [[]]
    if "step" not in head or "loss" not in head:
        raise _damaged(path, f"its first line is {','.join(head)[:100]!r}, where `step` and `loss` belong")
    columns: dict[str, Column] = {name: [] for name in head}
    for line, row in enumerate(body, start=2):
        if len(row) != len(head):
            raise _damaged(path, f"line {line} has {len(row)} values, where {len(head)} belong")
        for name, text in zip(head, row, strict=True):
            columns[name].append(_number(text, path, line))
    kept = _kept(columns["loss"])
    steps = columns.pop("step")
    return {
        "steps": [steps[at] if steps[at] is not None else at for at in kept],
        "losses": {name: [values[at] for at in kept] for name, values in columns.items()},
        "thinned": None if len(kept) == len(body) else len(body),
    }


def _number(text: str, path: Path, line: int) -> float | None:
    try:
        number = float(text) if text else math.nan
    except ValueError:
        raise _damaged(path, f"line {line}: {text[:50]!r} is not a number") from None
    return number if math.isfinite(number) else None


def _kept(values: Sequence[float | None]) -> list[int]:
    """Where values stand that a curve needs: all of a short run; of a long one, each part's extremes."""
    if len(values) <= 2 * _BUCKETS:
        return list(range(len(values)))
    kept = {0, len(values) - 1}
    for bucket in range(_BUCKETS):
        part = range(bucket * len(values) // _BUCKETS, (bucket + 1) * len(values) // _BUCKETS)
        known = [at for at in part if values[at] is not None] or list(part)
        kept |= {min(known, key=lambda at: values[at] or 0.0), max(known, key=lambda at: values[at] or 0.0)}
    return sorted(kept)


def _measured(path: Path) -> dict[str, Any]:
    """The rows of a log of ``paramwise.metrics``: a JSON object a line, ``step`` and ``optimizer/ROW/QUANTITY``."""
    entries = list(_entries(path))
    if len(entries) > 2 * _BUCKETS:
        entries = [entries[at * (len(entries) - 1) // (2 * _BUCKETS - 1)] for at in range(2 * _BUCKETS)]
    rows: dict[str, dict[str, Column]] = {}
    for at, entry in enumerate(entries):
        for key, value in entry.items():
            begin, _, rest = key.partition("/")
            row, _, quantity = rest.rpartition("/")
            if begin == "optimizer" and row and quantity in _MEASURED:
                column = rows.setdefault(row, {}).setdefault(quantity, [None] * len(entries))
                column[at] = value if is_finite(value) else None
    if not rows:
        raise _damaged(path, "no line has a key such as optimizer/matrix/update_ratio")
    return {"measured_at": [entry["step"] for entry in entries], "measured": rows}


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    last = -math.inf
    for line, raw in enumerate(read_regular(path, _MOST).splitlines(), start=1):
        try:
            entry = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise _damaged(path, f"line {line}: {error}"[:200]) from None
        step: Any = entry.get("step") if isinstance(entry, dict) else None
        if not is_finite(step):
            raise _damaged(path, f"line {line} has no step")
        if step <= last:
            raise _damaged(path, f"line {line} is of step {step}, after step {last:g}")
        last = step
        yield entry


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        f"{path.name} is not what a run wrote",
        where=str(path),
        evidence=[why],
        help="give the whole folder of a run, as it was written",
    )
