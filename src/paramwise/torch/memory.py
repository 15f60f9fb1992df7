"""What must be remembered about optimizers but has no place in them: built learning rates, unfreezing, parts.

The references are weak: an entry goes when its optimizer does. An optimizer made without paramwise has none.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

Optimizer = torch.optim.Optimizer

_built_rates: weakref.WeakKeyDictionary[Optimizer, list[float]] = weakref.WeakKeyDictionary()
_to_unfreeze: weakref.WeakKeyDictionary[Optimizer, set[int]] = weakref.WeakKeyDictionary()
_parts: weakref.WeakKeyDictionary[Optimizer, tuple[Optimizer, ...]] = weakref.WeakKeyDictionary()


def remember_rates(optimizer: Optimizer) -> None:
    """Remember the learning rates that the groups have now, before a scheduler overwrites them."""
    _built_rates[optimizer] = [group["lr"] for group in optimizer.param_groups]


def remember_group(optimizer: Optimizer, group: Mapping[str, Any]) -> None:
    """Remember the learning rate of a group that was just added."""
    _built_rates.setdefault(optimizer, []).append(group.get("lr", 0.0))


def built_rates(optimizer: Optimizer) -> Sequence[float]:
    """The learning rates that the groups were built with; empty if nobody remembered them."""
    return _built_rates.get(optimizer, ())


def await_unfreezing(optimizer: Optimizer, tensors: Iterable[torch.Tensor]) -> None:
    """Remember that tensors of an optimizer are frozen now and that a schedule will unfreeze them."""
    _to_unfreeze.setdefault(optimizer, set()).update(map(id, tensors))


def awaited() -> set[int]:
    """The ids of all tensors that a schedule will unfreeze."""
    return set().union(*_to_unfreeze.values())


def remember_parts(combined: Optimizer, parts: Iterable[Optimizer]) -> None:
    """Remember which optimizers a combined one steps."""
    _parts[combined] = tuple(parts)


def parts_of(optimizer: Optimizer) -> tuple[Optimizer, ...]:
    """The optimizers that a combined one steps; empty for any other."""
    return _parts.get(optimizer, ())


def is_part(optimizer: Optimizer) -> bool:
    """Whether an optimizer is stepped by a combined one."""
    return any(optimizer is part for parts in _parts.values() for part in parts)
