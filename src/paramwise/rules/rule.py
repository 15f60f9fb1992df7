"""A rule: a selector of parameters, and the settings that they get."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.rules.selectors import Selector, as_selector
from paramwise.words import public

Value = bool | int | float | str | None | tuple[float, ...]
Settings = Mapping[str, Value]


@public
class Rule:
    """A selector and what the parameters it selects get.

    Settings are options of the optimizer (``weight_decay``, ``lr``, ``betas``, ...) and three of ours: ``lr_scale``,
    which multiplies the learning rate in force, ``freeze``, and ``optimizer``, a name: see `Plan.optimizer`.

    Args:
        select: selects the parameters.
        name: how findings and explanations call the rule; by default its selector.
        may_be_empty: whether the rule may select or decide nothing; otherwise that is a finding.
        settings: what the selected parameters get.

    Raises:
        InputError: ``select`` is not a selector, there are no settings, or no optimizer can use a value.

    Example:
        >>> from paramwise.rules.selectors import layer
        >>> Rule(layer(0, 3), lr_scale=0.1)
        pw.Rule(pw.layer(0, 3), lr_scale=0.1)
    """

    __slots__ = ("given_name", "may_be_empty", "select", "settings", "where")

    select: Selector
    given_name: str | None
    may_be_empty: bool
    settings: Settings
    where: str | None

    def __init__(
        self, select: Selector, *, name: str | None = None, may_be_empty: bool = False, **settings: Any
    ) -> None:
        self.select = as_selector(select)
        if name is not None and not isinstance(name, str):
            raise InputError(f"a rule's name is {name!r}", help='give a string: pw.Rule(selector, name="decay", ...)')
        if not settings:
            raise InputError(
                f"rule {name or repr(select)} sets nothing",
                help="give it a setting, e.g. weight_decay=0.0, lr_scale=0.1 or freeze=True",
            )
        self.given_name = name
        self.may_be_empty = may_be_empty
        self.settings = {key: checked(key, value) for key, value in settings.items()}
        self.where = _caller()

    @property
    def name(self) -> str:
        """The name given to it, or its selector."""
        return self.given_name or repr(self.select)

    def _identity(self) -> tuple[object, ...]:
        return self.select, self.given_name, self.may_be_empty, tuple(sorted(self.settings.items()))

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Rule) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.select, self.given_name, frozenset(self.settings)))

    def __repr__(self) -> str:
        arguments = [repr(self.select)]
        if self.given_name is not None:
            arguments.append(f"name={self.given_name!r}")
        if self.may_be_empty:
            arguments.append("may_be_empty=True")
        arguments += [f"{key}={value!r}" for key, value in self.settings.items()]
        return f"pw.Rule({', '.join(arguments)})"


Rules = list[Rule]
RuleMaker = Callable[[Catalog], Rules]
"""A function that makes rules from the model's catalog."""


def checked(key: str, value: object) -> Value:
    """The value of a setting, if an optimizer can use it.

    Raises:
        InputError: the value is negative, not finite or of the wrong type; the message says what is accepted.
    """
    if isinstance(value, (list, tuple)) and key not in _BOUNDS:
        return tuple(_number(key, number) for number in value)
    if key == "freeze":
        if not isinstance(value, bool):
            raise InputError(f"freeze is {value!r}", help="freeze is True or False")
        return value
    if key == "optimizer":
        if not isinstance(value, str) or not value:
            raise InputError(
                f"optimizer is {value!r}", help='optimizer is a name, such as "adamw"; plan.optimizer() takes a class'
            )
        return value
    if isinstance(value, (bool, str)) or value is None:
        if key in _BOUNDS:
            raise InputError(f"{key} is {value!r}", help=_BOUNDS[key][1])
        return value
    number = _number(key, value)
    if key in _BOUNDS:
        within, remedy = _BOUNDS[key]
        if not within(number):
            raise InputError(f"{key} is {value!r}", help=remedy)
    return number


_BOUNDS: dict[str, tuple[Callable[[float], bool], str]] = {
    "lr": (lambda number: number > 0, "a learning rate is above 0; to keep parameters as they are, set freeze=True"),
    "lr_scale": (lambda number: number > 0, "a scale is above 0; to keep parameters as they are, set freeze=True"),
    "weight_decay": (
        lambda number: number >= 0,
        "weight decay is 0 (none) or above; fine-tuning commonly uses 0.01 to 0.1",
    ),
}


def _number(key: str, value: object) -> float | int:
    # numpy's and torch's zero-dimensional numbers are taken by value: a plan is plain data
    number = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InputError(f"{key} is {value!r}", help=f"{key} takes a number, a string, True, False or None")
    if isinstance(number, int) and abs(number) > sys.float_info.max:
        raise InputError(f"{key} is a whole number of {number.bit_length():,} bits", help=f"{key} must be finite")
    if not math.isfinite(number):
        raise InputError(f"{key} is {number!r}", help=_BOUNDS[key][1] if key in _BOUNDS else f"{key} must be finite")
    return number


def is_finite(value: object) -> TypeGuard[float]:
    """Whether a value is a number, and neither infinite nor without a value; truth values are no numbers."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _caller() -> str | None:
    """``file:line`` of the nearest caller outside paramwise; None if the command line called."""
    frame = sys._getframe(2)
    while frame.f_globals.get("__name__", "").partition(".")[0] == "paramwise":
        if frame.f_globals["__name__"].startswith("paramwise.cli.") or frame.f_back is None:
            return None
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
