"""What the groups of an optimizer say: options for rules, and what rules cannot say."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn

from paramwise.findings import Finding, InputError
from paramwise.libraries import FACTOR_KEYS, KERNEL_KEYS, NO_STATE_OF_THEIR_OWN, NOT_OPTIONS, OPTIMIZER_WRAPPERS
from paramwise.rules.rule import is_finite
from paramwise.torch.factors import Effect, effect_of, factors_in
from paramwise.torch.live import Optimizer, inner_optimizers, is_torchs, peak_rate
from paramwise.torch.options import Options
from paramwise.torch.running import is_running, stores_of
from paramwise.words import plural

_NOT_GIVEN = inspect.Parameter.empty
_KEPT = ("lr", "weight_decay", "freeze", "lr_scale")  # said even where they are the class's defaults


class OptimizerReading:
    """What the groups of an optimizer say.

    Attributes:
        optimizer: as it is.
        settings: of each of its groups, without options at their defaults.
        findings: what rules leave out.
    """

    def __init__(self, optimizer: Optimizer, model: nn.Module) -> None:
        self.optimizer = optimizer
        classes: list[type] = [type(one) for one in (*inner_optimizers(optimizer).values(), optimizer)]
        self._stores = [stores_of(cls) for cls in classes]
        self._defaults: dict[str, Any] = {}
        for cls in classes:
            options = Options(cls)
            self._defaults |= dict.fromkeys(options.names, _NOT_GIVEN) | options.defaults
        groups = optimizer.param_groups
        factors = {key: effect_of(key, groups, optimizer, model) for key in factors_in(groups) if self._is_new(key)}
        untold: dict[str, str] = {}
        self.settings: list[dict[str, Any]] = []
        for group in groups:
            read, left = plain_options({key: self._given(group, key) for key in group})
            untold |= {key: why for key, why in left.items() if not _equal(group[key], self._default(key))}
            untold |= {key: "torch's class does not read it" for key in read if self._is_unread(key, factors)}
            said = {key: value for key, value in read.items() if key not in untold and self._says(key, value)}
            self.settings.append(scaled(said, factors))
        untold |= {key: "no scheduler or loop was seen that reads it" for key in factors if factors[key] == "none"}
        untold |= dict(self._outside_groups())
        self.findings = [
            *not_in_rules(type(optimizer).__name__, untold),
            *(_promised(key) for key, effect in factors.items() if effect == "promised"),
        ]

    def _default(self, key: str) -> Any:
        """The default of an option; of what torch's class gives its base, or nobody reads, what was given."""
        fixed = self.optimizer.defaults if is_torchs(self.optimizer) or self._is_new(key) else {}
        return self._defaults.get(key, fixed.get(key, _NOT_GIVEN))

    def _given(self, group: Mapping[str, Any], key: str) -> Any:
        """What was given: where the class's own steps change an option, the group holds another value by now."""
        is_changed = key in self._defaults and is_running(key, group[key], self._stores)
        return self.optimizer.defaults.get(key, group[key]) if is_changed else group[key]

    def _is_new(self, key: str) -> bool:
        """Whether the optimizer's own code does not name a key."""
        return not any(key in stores.constructor or key in stores.mentioned for stores in self._stores)

    def _is_unread(self, key: str, factors: Mapping[str, Effect]) -> bool:
        return (
            is_torchs(self.optimizer)
            and key not in (*_KEPT, *factors, *KERNEL_KEYS)
            and key not in self._defaults
            and key not in self.optimizer.defaults
            and self._is_new(key)
        )

    def _says(self, key: str, value: Any) -> bool:
        """Whether a group's option is to be said: it is not running state, no choice of a kernel, and no default."""
        if key in _KEPT:
            return True
        if key in KERNEL_KEYS or (key not in self._defaults and is_running(key, value, self._stores)):
            return False
        if value is None and key not in self._defaults:  # left out by the constructor, which takes no such option
            return False
        return not _equal(value, self._default(key))

    def _outside_groups(self) -> Iterator[tuple[str, str]]:
        """Options of the constructor that are in no group, and that the class needs or was given."""
        held = {key for group in self.optimizer.param_groups for key in group} | set(self.optimizer.defaults)
        parameters = list(inspect.signature(type(self.optimizer)).parameters.values())
        for parameter in parameters[1:]:
            name, default = parameter.name, parameter.default
            if (
                name in held
                or name in KERNEL_KEYS
                or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
            ):
                continue
            value = vars(self.optimizer).get(name, _NOT_GIVEN)
            if isinstance(value, (bool, int, float, str)) and not _equal(value, default):
                yield name, f"{value!r}, kept outside the groups"
            elif default is _NOT_GIVEN:
                yield name, "the class needs it"


def name_in_torch(cls: type) -> str | None:
    """The name of torch's class that a class is, or that ours is made of; None for any other."""
    own = next(base for base in cls.__mro__ if not base.__module__.startswith("paramwise."))
    return own.__name__ if getattr(torch.optim, own.__name__, None) is own else None


def wrappers_left_out(grouping: Any) -> Iterator[Finding]:
    """A finding for each object around an optimizer that changes what a step does: Lookahead around AdamW."""
    for outer in grouping if isinstance(grouping, (list, tuple)) else [grouping]:
        while True:
            own = vars(outer) if hasattr(outer, "__dict__") else {}
            inner = next((own[name] for name in OPTIMIZER_WRAPPERS if name in own), None)
            if not isinstance(inner, Optimizer):
                break
            if not type(outer).__module__.startswith(NO_STATE_OF_THEIR_OWN):
                name, inside = type(outer).__name__, type(inner).__name__
                yield Finding(
                    code="PW305",
                    level="warning",
                    message=f"rules say what {inside} does, and not what {name} around it does",
                    help=(f"wrap what the plan builds: {name}(plan.optimizer({inside}), ...)",),
                )
            outer = inner


def not_in_rules(who: str, untold: Mapping[str, str]) -> list[Finding]:
    """The finding that names what rules leave out, with the reason; none if there is nothing."""
    if not untold:
        return []
    return [
        Finding(
            code="PW305",
            level="warning",
            message=f"rules do not say {plural(len(untold), 'option')} of {who}: {', '.join(untold)}",
            evidence=tuple(f"{key}: {why}" for key, why in untold.items()),
            help=("give what it needs where the optimizer is built: plan.optimizer(Class, option=...)",),
        )
    ]


def _promised(key: str) -> Finding:
    return Finding(
        code="PW305",
        level="note",
        message=f"rules say lr times `{key}`, and the optimizer does not have these rates yet",
        help=("the schedulers of the library that reads the key give them; without such a scheduler, drop the key",),
    )


def scaled(settings: dict[str, Any], factors: Mapping[str, Effect]) -> dict[str, Any]:
    """Settings with factors in the plan's words: multiples of the learning rate, decays multiplied."""
    found = {key: value for key, value in settings.items() if key not in factors}
    for key, effect in factors.items():
        option, factor = FACTOR_KEYS[key], settings.get(key, 1.0)
        if effect in ("multiplied", "none") or found.get("freeze"):
            continue
        if option == "lr" and factor == 0:
            return {"freeze": True}
        if option == "lr" and key in settings:
            found["lr_scale"] = found.get("lr_scale", 1.0) * factor
        elif option in found:
            found[option] *= factor
        elif key in settings:
            found[key] = factor
    return found


def plain_options(group: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The options of a group that are plain data, without labels, and why others are not.

    Raises:
        InputError: its learning rate is not a number.
    """
    rate = {}
    if group.get("lr") is not None:  # Adafactor may choose its own
        rate = {"lr": peak_rate(group)}
        if rate["lr"] is None:
            raise InputError(f"a learning rate is not a number: {group['lr']!r}", help="give lr a number")
    plain: dict[str, Any] = {}
    left: dict[str, str] = {}
    for key, value in {**group, **rate}.items():
        if key in NOT_OPTIONS or (value is None and key in ("lr", "weight_decay")):
            continue
        number = _number(value)
        if isinstance(number, (list, tuple)):
            number = tuple(map(_number, number))
            fits = all(is_finite(item) for item in number)
        else:
            fits = number is None or isinstance(number, (bool, str)) or is_finite(number)
        if fits:
            plain[key] = number
        else:
            left[key] = f"a {type(value).__name__}, neither numbers nor text"
    return ({"freeze": True} if plain.get("lr") == 0 else plain), left  # a rate of 0: the group does not learn


def _number(value: Any) -> Any:
    """A tensor or numpy array with a single value as a Python number; anything else unchanged."""
    return value.item() if hasattr(value, "item") and math.prod(getattr(value, "shape", ())) == 1 else value


def _equal(value: Any, default: Any) -> bool:
    try:
        return bool(value == default) or (isinstance(value, tuple) and list(value) == list(default or ()))
    except (TypeError, ValueError, RuntimeError):  # raised by arrays of several values
        return value is default
