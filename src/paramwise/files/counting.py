"""How far reading many files has come, for whoever shows it: the command line's spinner listens here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_listeners: list[Callable[[str], None]] = []  # of the process, since the Hub's shards are read in threads of its own


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Tell a function how far reading has come, in words."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def counted(shards: Mapping[K, V]) -> Iterator[tuple[K, V]]:
    """The items of a mapping from shards, with word of each.

    >>> with listening(print):
    ...     for shard, names in counted({"a": 1, "b": 2}):
    ...         pass
    shard 1 of 2
    shard 2 of 2
    """
    for number, item in enumerate(shards.items(), 1):
        tell(f"shard {number:,} of {len(shards):,}")
        yield item


def tell(text: str) -> None:
    """Say how far it has come."""
    for listener in _listeners:
        listener(text)
