"""Names with values, folded so that repeated blocks are written once, without loss.

``h.0.up``, ``h.0.down``, ``h.1.up``, ``h.1.down`` become the block ``h.{0..1}`` with ``up`` and ``down`` in it, if the
values are the same in every repetition. Blocks nest, as experts do in layers. Where two sorts of layers take turns, the
block ``h.{0..3/2}`` repeats both, and the names inside it begin with their number in the turn.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

Path = tuple[str, ...]
"""A name, or a part of a name, split at its dots."""


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One name and its value."""

    path: Path
    value: T


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """What repeats after ``path``: for each number from ``first`` to ``last``, or for each turn of ``step`` numbers."""

    path: Path
    first: int
    last: int
    inside: tuple[Leaf[T] | Block[T], ...]
    step: int = 1

    @property
    def range(self) -> str:
        """The range of its numbers: ``{0..11}``, or ``{0..11/2}`` where it repeats by two."""
        return f"{{{self.first}..{self.last}{'' if self.step == 1 else f'/{self.step}'}}}"


Folded = tuple[Leaf[T] | Block[T], ...]


def fold(names: Iterable[str], values: Iterable[T]) -> Folded[T]:
    """Fold names and their values, in order.

    >>> fold(["a", "h.0.up", "h.1.up"], [1, 2, 2])
    (Leaf(path=('a',), value=1), Block(path=('h',), first=0, last=1, inside=(Leaf(path=('up',), value=2),), step=1))
    """
    return _fold([(tuple(name.split(".")), value) for name, value in zip(names, values, strict=True)])


def unfold(folded: Folded[T]) -> Iterator[tuple[str, T]]:
    """The names and their values, in order."""
    for path, value in _unfold(folded, ()):
        yield ".".join(path), value


def _unfold(folded: Folded[T], before: Path) -> Iterator[tuple[Path, T]]:
    for part in folded:
        path = before + part.path
        if isinstance(part, Leaf):
            yield path, part.value
        elif part.step == 1:
            for number in range(part.first, part.last + 1):
                yield from _unfold(part.inside, (*path, str(number)))
        else:
            for begin in range(part.first, part.last + 1, part.step):
                for (turn, *rest), value in _unfold(part.inside, ()):
                    yield (*path, str(begin + int(turn)), *rest), value


def _fold(entries: Sequence[tuple[Path, T]]) -> Folded[T]:
    folded: list[Leaf[T] | Block[T]] = []
    ends: dict[tuple[int, int], int] = {}  # by depth and position, where the run of names with that number ends
    at = 0
    while at < len(entries):
        path, value = entries[at]
        for depth, part in enumerate(path[:-1]):
            if not _is_number(part):
                continue
            step, times, size = _repeated(_Runs(entries, at, depth, ends))
            if times > 1:
                first, turn = int(part), entries[at : at + size]
                inside = (
                    [(name[depth + 1 :], inner) for name, inner in turn]
                    if step == 1
                    else [((str(int(name[depth]) - first), *name[depth + 1 :]), inner) for name, inner in turn]
                )
                folded.append(Block(path[:depth], first, first + step * times - 1, _fold(inside), step))
                at += size * times
                break
        else:
            folded.append(Leaf(path, value))
            at += 1
    return tuple(folded)


_LONGEST_TURN = 8


def _repeated(runs: _Runs[T]) -> tuple[int, int, int]:
    """The turn whose repetitions reach furthest: its number of runs, of repetitions, and of names."""
    best = (1, 1, 0)
    for step in range(1, _LONGEST_TURN + 1):
        if runs.begin(step) is None:
            break
        times = 1
        while all(runs.same(times * step + at, at) for at in range(step)):
            times += 1
        if times > 1 and times * step > best[0] * best[1]:
            best = (step, times, (runs.begin(step) or 0) - (runs.begin(0) or 0))
            if runs.begin(times * step) is None:  # nothing is left to repeat
                break
    return best


class _Runs(Generic[T]):
    """Runs of names, from a position on: names of a run share all parts up to a number, which grows by one each run."""

    def __init__(
        self, entries: Sequence[tuple[Path, T]], at: int, depth: int, ends: dict[tuple[int, int], int]
    ) -> None:
        self.entries, self.depth, self.ends = entries, depth, ends
        path = entries[at][0]
        self.before, self.first = path[:depth], int(path[depth])
        self.begins = [at]
        self.over = False

    def begin(self, run: int) -> int | None:
        """The position at which a run begins; None if there are not as many runs."""
        while run >= len(self.begins) and not self.over:
            end = self._end(self.begins[-1])
            head = (*self.before, str(self.first + len(self.begins)))
            if end < len(self.entries) and self.entries[end][0][: self.depth + 1] == head and self._goes_on(end):
                self.begins.append(end)
            else:
                self.over = True
        return self.begins[run] if run < len(self.begins) else None

    def same(self, run: int, other: int) -> bool:
        """Whether two runs have the same names, after their numbers, and the same values."""
        begin, like = self.begin(run), self.begin(other)
        if begin is None or like is None:
            return False
        size = self._end(like) - like
        return self._end(begin) - begin == size and all(
            path[self.depth + 1 :] == other_path[self.depth + 1 :] and value == other_value
            for (path, value), (other_path, other_value) in zip(
                self.entries[begin : begin + size], self.entries[like : like + size], strict=True
            )
        )

    def _goes_on(self, at: int) -> bool:
        return len(self.entries[at][0]) > self.depth + 1

    def _end(self, at: int) -> int:
        """The end of the run that a position is in."""
        known = self.ends.get((self.depth, at))
        if known is not None:
            return known
        head = self.entries[at][0][: self.depth + 1]
        end = at
        while end < len(self.entries) and self.entries[end][0][: self.depth + 1] == head and self._goes_on(end):
            end += 1
        for inside in range(at, end):
            self.ends[self.depth, inside] = end
        return end


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdecimal() and (part == "0" or part[0] != "0") and len(part) < 10
