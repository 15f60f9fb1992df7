"""What must be remembered of optimizers from outside, because torch has no place for it.

The memory is weak: it ends with the optimizer. A training that never imported paramwise leaves nothing here. Optimizers
are told apart by identity, since a class may define what equality means and then cannot be hashed.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import torch

Optimizer = torch.optim.Optimizer
Value = TypeVar("Value")


class _Memory(Generic[Value]):
    """A value for each optimizer, for as long as the optimizer lives."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self.make = make
        self.values: dict[int, Value] = {}

    def get(self, optimizer: Optimizer) -> Value:
        """The value of an optimizer, or a new one that is not kept."""
        return self.values.get(id(optimizer)) or self.make()

    def put(self, optimizer: Optimizer, value: Value) -> None:
        """Keep a value for an optimizer."""
        if id(optimizer) not in self.values:
            weakref.finalize(optimizer, self.values.pop, id(optimizer), None).atexit = False
        self.values[id(optimizer)] = value


_built_rates: _Memory[list[Any]] = _Memory(list)
_awaited: _Memory[set[int]] = _Memory(set)
_parts: _Memory[tuple[Optimizer, ...]] = _Memory(tuple)


def remember_rates(optimizer: Optimizer) -> None:
    """Keep the learning rates that the groups have now, before a scheduler overwrites them."""
    _built_rates.put(optimizer, [_kept(group.get("lr")) for group in optimizer.param_groups])


def remember_group(optimizer: Optimizer, group: Mapping[str, Any]) -> None:
    """Keep the learning rate of a group that was just added."""
    _built_rates.put(optimizer, [*_built_rates.get(optimizer), _kept(group.get("lr"))])


def built_rates(optimizer: Optimizer) -> Sequence[Any]:
    """The learning rates of the groups as the optimizer was built; empty where nobody saw that."""
    return _built_rates.get(optimizer)


def await_unfreezing(optimizer: Optimizer, tensors: Iterable[torch.Tensor]) -> None:
    """Note that tensors of an optimizer are frozen now and a schedule will unfreeze them."""
    _awaited.put(optimizer, _awaited.get(optimizer) | set(map(id, tensors)))


def awaited() -> set[int]:
    """The identities of all tensors that a schedule will unfreeze."""
    return set().union(*_awaited.values.values())


def remember_parts(combined: Optimizer, parts: Iterable[Optimizer]) -> None:
    """Note which optimizers a combined one steps."""
    _parts.put(combined, tuple(parts))


def parts_of(optimizer: Optimizer) -> tuple[Optimizer, ...]:
    """The optimizers that a combined one steps; empty for any other."""
    return _parts.get(optimizer)


def is_part(optimizer: Optimizer) -> bool:
    """Whether an optimizer is stepped by a combined one."""
    return any(optimizer is part for parts in _parts.values.values() for part in parts)


def _kept(rate: Any) -> Any:
    """A rate that later steps cannot change: a scheduler writes into a tensor in place."""
    return rate.detach().clone() if isinstance(rate, torch.Tensor) else rate
