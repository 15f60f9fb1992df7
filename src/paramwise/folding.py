"""Blocks that repeat, said once: lists of names with what belongs to each, folded and unfolded without loss.

``h.0.up``, ``h.0.down``, ``h.1.up``, ``h.1.down`` become the block ``h.{0..1}`` with ``up`` and ``down`` in it, if what
belongs to the names is the same in every repetition. Blocks nest: experts in layers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

Path = tuple[str, ...]
"""A name, or a part of one, split at its dots."""


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One name and what belongs to it."""

    path: Path
    held: T


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """What is repeated for each number from ``first`` to ``last``, after ``path``."""

    path: Path
    first: int
    last: int
    inside: tuple[Leaf[T] | Block[T], ...]


Folded = tuple[Leaf[T] | Block[T], ...]


def fold(names: Iterable[str], held: Iterable[T]) -> Folded[T]:
    """Fold names, in their order, with what belongs to each.

    >>> fold(["a", "h.0.up", "h.1.up"], [1, 2, 2])
    (Leaf(path=('a',), held=1), Block(path=('h',), first=0, last=1, inside=(Leaf(path=('up',), held=2),)))
    """
    return _fold([(tuple(name.split(".")), one) for name, one in zip(names, held, strict=True)])


def unfold(folded: Folded[T]) -> Iterator[tuple[str, T]]:
    """The names and what belongs to each, in their order."""
    for path, held in _unfold(folded, ()):
        yield ".".join(path), held


def _unfold(folded: Folded[T], before: Path) -> Iterator[tuple[Path, T]]:
    for one in folded:
        path = before + one.path
        if isinstance(one, Leaf):
            yield path, one.held
        else:
            for number in range(one.first, one.last + 1):
                yield from _unfold(one.inside, (*path, str(number)))


def _fold(entries: Sequence[tuple[Path, T]]) -> Folded[T]:
    folded: list[Leaf[T] | Block[T]] = []
    ends: dict[tuple[int, int], int] = {}  # for a depth and a position, where the run of its number ends
    at = 0
    while at < len(entries):
        path, held = entries[at]
        for depth, part in enumerate(path[:-1]):
            if not _is_number(part):
                continue
            end = _end(entries, at, depth, ends)
            size, times = end - at, 1
            while _repeats(entries, at, size, times, depth, ends):
                times += 1
            if times > 1:
                inside = _fold([(name[depth + 1 :], one) for name, one in entries[at:end]])
                folded.append(Block(path[:depth], int(part), int(part) + times - 1, inside))
                at += size * times
                break
        else:
            folded.append(Leaf(path, held))
            at += 1
    return tuple(folded)


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdecimal() and (part == "0" or part[0] != "0") and len(part) < 10


def _end(entries: Sequence[tuple[Path, T]], at: int, depth: int, ends: dict[tuple[int, int], int]) -> int:
    """Where the run of names ends that are alike up to a depth, and go on after it."""
    known = ends.get((depth, at))
    if known is not None:
        return known
    head = entries[at][0][: depth + 1]
    end = at
    while end < len(entries) and entries[end][0][: depth + 1] == head and len(entries[end][0]) > depth + 1:
        end += 1
    for inside in range(at, end):
        ends[depth, inside] = end
    return end


def _repeats(
    entries: Sequence[tuple[Path, T]], at: int, size: int, times: int, depth: int, ends: dict[tuple[int, int], int]
) -> bool:
    """Whether the block at a position is there once more, with the next number."""
    begin = at + size * times
    if begin + size > len(entries):
        return False
    path = entries[at][0]
    head = (*path[:depth], str(int(path[depth]) + times))
    if entries[begin][0][: depth + 1] != head or _end(entries, begin, depth, ends) != begin + size:
        return False
    return all(
        one[0][depth + 1 :] == other[0][depth + 1 :] and one[1] == other[1]
        for one, other in zip(entries[at : at + size], entries[begin : begin + size], strict=True)
    )
