"""What a meter read: a row for each group or role, as a table or flat for a logger."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from paramwise.findings import UnknownNameError
from paramwise.views.html import html_of
from paramwise.views.view import Column, Heading, Table
from paramwise.words import did_you_mean

Rates = float | tuple[float, float] | None
"""The value of all parameters, or the lowest and the highest; None if the optimizer does not have the option."""


@dataclass(frozen=True, slots=True)
class Row:
    """The parameters of one group, or of one role, at one step.

    Attributes:
        name: the name of the group or the role.
        parameters: the number of parameters.
        numel: the number of values that they hold.
        without_gradient: the number of parameters that had no gradient.
        lr: learning rate at the step; the lowest and the highest, if the parameters have several.
        decay: learning rate times weight decay: the share of each weight that decoupled decay takes away in the step.
        gradient_norm: norm of all gradients as one vector, as the step used them.
        weight_norm: norm of all values as one vector, before the step.
        update_ratio: norm of the change in the step, divided by ``weight_norm``; None before the first step, and if
            all values were zero.
    """

    name: str
    parameters: int
    numel: int
    without_gradient: int
    lr: Rates
    decay: Rates
    gradient_norm: float
    weight_norm: float
    update_ratio: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The measurements of one step. ``print`` shows it as a table, ``reading["matrix"]`` is a row.

    Attributes:
        step: number of the step, counted from 0 since the meter was made; None before the first step.
        rows: a row for each group, or for each role.
    """

    step: int | None
    rows: tuple[Row, ...]

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        raise UnknownNameError(f"no row `{name}`", help=did_you_mean(name, [row.name for row in self.rows]))

    def as_dict(self) -> dict[str, float]:
        """Plain numbers for a logger, under keys such as ``optimizer/matrix/update_ratio``.

        The keys end in ``lr``, ``decay``, ``gradient_norm``, ``weight_norm`` and ``update_ratio``; several learning
        rates have two keys, ``lr_min`` and ``lr_max``. Values that are None are left out.
        """
        flat: dict[str, float] = {}
        for row in self.rows:
            # a logger that refuses a character, as MLflow does, would end the training
            prefix = f"optimizer/{re.sub(r'[^-. /0-9A-Z_a-z]', '', row.name)}"
            for key in ("lr", "decay", "gradient_norm", "weight_norm", "update_ratio"):
                value = getattr(row, key)
                if isinstance(value, tuple):
                    flat[f"{prefix}/{key}_min"], flat[f"{prefix}/{key}_max"] = value
                elif value is not None:
                    flat[f"{prefix}/{key}"] = value
        return flat

    def __str__(self) -> str:
        lines = self._lines()
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = ["  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines]
        return "\n".join([self._when, *table])

    def _repr_html_(self) -> str:
        (first, *others), *rows = self._lines()
        columns = Column(first, "label"), *(Column(head, "number") for head in others)
        return html_of((Heading(self._when), Table(columns, tuple(map(tuple, rows)))))

    @property
    def _when(self) -> str:
        return "before any step" if self.step is None else f"step {self.step}"

    def _lines(self) -> list[list[str]]:
        """The heads of a table, and its rows."""
        shown = [field.name for field in fields(Row)]
        if not any(row.without_gradient for row in self.rows):
            shown.remove("without_gradient")
        lines = [["" if name == "name" else name.replace("_", " ") for name in shown]]
        return lines + [[_text(getattr(row, name)) for name in shown] for row in self.rows]


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:.4g} to {value[1]:.4g}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return "-" if value is None else str(value)
