"""Keys of groups that a scheduler or a loop multiplies an option with, such as timm's ``lr_scale``."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from torch import nn

from paramwise.libraries import FACTOR_KEYS, SCALED_BY
from paramwise.parsing import tree_of
from paramwise.torch.audit.reading import is_read
from paramwise.torch.live import Live, Optimizer, peak_rate, rate_of

Group = Mapping[str, Any]
Effect = Literal["multiplied", "to multiply", "promised", "none"]
"""What a factor does: the option holds the product already; the program multiplies it later; a library that is loaded
does, if its scheduler is used; nobody does, as far as can be seen."""


def factors_in(groups: Sequence[Group]) -> list[str]:
    """The keys that are factors by their names, in any of the groups; their values are numbers wherever they are."""
    keys = dict.fromkeys(key for group in groups for key in group if key in FACTOR_KEYS)
    return [key for key in keys if all(rate_of(group.get(key, 1.0)) is not None for group in groups)]


def effect_of(key: str, groups: Sequence[Group], optimizer: Optimizer | None, model: nn.Module) -> Effect:
    """What a factor does, by the values in the groups, or else by who reads it.

    Args:
        key: a key of `FACTOR_KEYS`.
        groups: all that an optimizer has, or a list of dicts.
        optimizer: of these groups; None for dicts.
        model: that it trains.
    """
    option = FACTOR_KEYS[key]
    if _in_proportion(key, groups, [rate_of(group.get(option)) for group in groups]):
        peaks = [peak_rate(group) for group in groups]
        # a scheduler that multiplies (timm's) keeps the common rate as each group's initial rate
        return "multiplied" if option != "lr" or _in_proportion(key, groups, peaks) else "to multiply"
    if optimizer is None:
        return "to multiply"
    if tree_of(type(optimizer)) is not None and is_read(Live([optimizer], model, []), optimizer, key):
        return "to multiply"
    return "promised" if SCALED_BY.get(key) in sys.modules else "none"


def _in_proportion(key: str, groups: Sequence[Group], values: Sequence[float | None]) -> bool:
    """Whether an option differs from group to group as a factor does."""
    factors = [rate_of(group.get(key, 1.0)) for group in groups]
    ratios = []
    for factor, value in zip(factors, values, strict=True):
        if factor is None or value is None or (factor == 0) != (value == 0):
            return False
        if factor:
            ratios.append(value / factor)
    alike = bool(ratios) and all(math.isclose(ratio, ratios[0], rel_tol=1e-6) for ratio in ratios)
    return alike and len(set(factors)) > 1
