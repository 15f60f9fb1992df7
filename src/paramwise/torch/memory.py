"""What paramwise remembers about an optimizer: built rates, unfreezing, inner parts.

The references are weak: an entry goes when its optimizer does. An optimizer made without paramwise has none.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import torch

Optimizer = torch.optim.Optimizer

T = TypeVar("T")


class _Memory(Generic[T]):
    """A value for each optimizer, by identity: a class that defines ``__eq__`` alone has no hash."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Optimizer], T]] = {}

    def __setitem__(self, optimizer: Optimizer, value: T) -> None:
        key = id(optimizer)
        self._kept[key] = (weakref.ref(optimizer, lambda _: self._kept.pop(key, None)), value)

    def get(self, optimizer: Optimizer) -> T | None:
        kept = self._kept.get(id(optimizer))
        return kept[1] if kept is not None and kept[0]() is optimizer else None

    def values(self) -> Iterator[T]:
        return (value for _, value in list(self._kept.values()))


_built_rates: _Memory[list[Any]] = _Memory()
_to_unfreeze: _Memory[set[int]] = _Memory()
_parts: _Memory[tuple[Optimizer, ...]] = _Memory()
_elsewhere: _Memory[set[str]] = _Memory()
_copied: _Memory[Sequence[Sequence[torch.Tensor]]] = _Memory()


def remember_rates(optimizer: Optimizer, rates: Iterable[Any] | None = None) -> None:
    """Keep the learning rates that the groups were built with: those they have now, if none are given.

    A scheduler overwrites them, a tensor in place. A group may have no rate, or one that is not a number.
    """
    kept = [group.get("lr") for group in optimizer.param_groups] if rates is None else list(rates)
    _built_rates[optimizer] = [rate.detach().clone() if isinstance(rate, torch.Tensor) else rate for rate in kept]


def built_rates(optimizer: Optimizer) -> Sequence[Any]:
    """The learning rates of the groups as the optimizer was built; empty where nobody saw that."""
    return _built_rates.get(optimizer) or ()


def await_unfreezing(optimizer: Optimizer, tensors: Iterable[torch.Tensor]) -> None:
    """Note that tensors of an optimizer are frozen now and a schedule will unfreeze them."""
    _to_unfreeze[optimizer] = (_to_unfreeze.get(optimizer) or set()) | set(map(id, tensors))


def awaited() -> set[int]:
    """The ids of all tensors that a schedule will unfreeze."""
    return set().union(*_to_unfreeze.values())


def remember_elsewhere(optimizer: Optimizer, names: Iterable[str]) -> None:
    """Keep the names of groups that are empty here because other processes have their parameters."""
    _elsewhere[optimizer] = set(names)


def is_elsewhere(optimizer: Optimizer, group: Mapping[str, Any]) -> bool:
    """Whether a group is empty because other processes have its parameters."""
    return group.get("name") in (_elsewhere.get(optimizer) or ())


def remember_copied(optimizer: Optimizer, parameters: Sequence[Sequence[torch.Tensor]]) -> None:
    """Keep the model's parameters of each group of an optimizer that steps copies of them."""
    _copied[optimizer] = parameters


def copied_by(optimizer: Optimizer) -> Sequence[Sequence[torch.Tensor]] | None:
    """The model's parameters of each group, where the optimizer is known to step copies of them."""
    return _copied.get(optimizer)


def remember_parts(combined: Optimizer, parts: Iterable[Optimizer]) -> None:
    """Remember which optimizers a combined one steps."""
    _parts[combined] = tuple(parts)


def parts_of(optimizer: Optimizer) -> tuple[Optimizer, ...]:
    """The optimizers that a combined one steps; empty for any other."""
    return _parts.get(optimizer) or ()


def is_part(optimizer: Optimizer) -> bool:
    """Whether an optimizer is stepped by a combined one."""
    return any(optimizer is part for parts in _parts.values() for part in parts)
