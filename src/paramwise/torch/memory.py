"""What must be remembered of optimizers from outside, because torch has no place for it.

The memory is weak: it ends with the optimizer. A training that never imported paramwise leaves nothing here.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

Optimizer = torch.optim.Optimizer

_built_rates: weakref.WeakKeyDictionary[Optimizer, list[float]] = weakref.WeakKeyDictionary()
_awaited: weakref.WeakKeyDictionary[Optimizer, set[int]] = weakref.WeakKeyDictionary()
_parts: weakref.WeakKeyDictionary[Optimizer, tuple[Optimizer, ...]] = weakref.WeakKeyDictionary()


def remember_rates(optimizer: Optimizer) -> None:
    """Keep the learning rates that the groups have now, before a scheduler overwrites them."""
    _built_rates[optimizer] = [group["lr"] for group in optimizer.param_groups]


def remember_group(optimizer: Optimizer, group: Mapping[str, Any]) -> None:
    """Keep the learning rate of a group that was just added."""
    _built_rates.setdefault(optimizer, []).append(group.get("lr", 0.0))


def built_rates(optimizer: Optimizer) -> Sequence[float]:
    """The learning rates of the groups as the optimizer was built; empty where nobody saw that."""
    return _built_rates.get(optimizer, ())


def await_unfreezing(optimizer: Optimizer, tensors: Iterable[torch.Tensor]) -> None:
    """Note that tensors of an optimizer are frozen now and a schedule will unfreeze them."""
    _awaited.setdefault(optimizer, set()).update(map(id, tensors))


def awaited() -> set[int]:
    """The identities of all tensors that a schedule will unfreeze."""
    return set().union(*_awaited.values())


def remember_parts(combined: Optimizer, parts: Iterable[Optimizer]) -> None:
    """Note which optimizers a combined one steps."""
    _parts[combined] = tuple(parts)


def parts_of(optimizer: Optimizer) -> tuple[Optimizer, ...]:
    """The optimizers that a combined one steps; empty for any other."""
    return _parts.get(optimizer, ())


def is_part(optimizer: Optimizer) -> bool:
    """Whether an optimizer is stepped by a combined one."""
    return any(optimizer is part for parts in _parts.values() for part in parts)
