"""The processes of a job: how many there are, which this is, and what they tell each other."""

from __future__ import annotations

from collections.abc import Iterable
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


def ranks_in_words(ranks: Iterable[int]) -> str:
    """Processes in words: ``rank 1``, ``ranks 0, 1 and 3``."""
    found = [f"{rank}" for rank in sorted(ranks)]
    if len(found) == 1:
        return f"rank {found[0]}"
    shown = found if len(found) < 9 else [*found[:4], f"{len(found) - 4} more"]
    return f"ranks {', '.join(shown[:-1])} and {shown[-1]}"
