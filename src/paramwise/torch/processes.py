"""The processes of a job: how many there are, which this is, and what they tell each other."""

from __future__ import annotations

from typing import Any, TypeVar

import torch.distributed as dist

T = TypeVar("T")


def are_many() -> bool:
    """Whether this process is one of a process group."""
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def rank() -> int:
    """The number of this process."""
    return dist.get_rank() if are_many() else 0


def world() -> int:
    """How many processes there are."""
    return dist.get_world_size() if are_many() else 1


def agreed(value: T) -> T:
    """The first process's value, in every process."""
    values: list[Any] = [value]
    if are_many():
        dist.broadcast_object_list(values)
    first: T = values[0]
    return first


def gathered(value: T, across: dist.ProcessGroup | None = None) -> list[T]:
    """Every process's value, in every process of a group; of the job, if none is given."""
    values: list[Any] = [value]
    if are_many():
        values = [None] * dist.get_world_size(across)
        dist.all_gather_object(values, value, group=across)
    return values
