"""The output of a weight under views and cuts: which of its rows each dimension runs over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from paramwise.model.cuts import Region

Whole = tuple[frozenset[str], Region]
"""Rows of some weights."""

Trail = frozenset[tuple[Whole, Region]]
"""Cuts behind a value: what was cut, and which part it is."""

Dim = tuple[int, int] | None
"""How many steps a dimension has, and by how many rows each moves on; None for a dimension of the data."""


@dataclass(frozen=True, slots=True)
class View:
    """Activations whose values come from the rows of a weight.

    Attributes:
        weights: the names of the weights.
        start: the row that the first values come from.
        dims: the dimensions, as of a tensor with strides.
        trail: the cuts behind it.
    """

    weights: frozenset[str]
    start: int
    dims: tuple[Dim, ...]
    trail: Trail = field(default=frozenset())

    @property
    def own(self) -> list[tuple[int, int]]:
        """The dimensions that run over rows."""
        return [dim for dim in self.dims if dim is not None]

    @property
    def region(self) -> Region:
        """Its rows."""
        merged: list[tuple[int, int]] = []
        for count, stride in sorted(self.own, key=lambda dim: -dim[1]):
            if count == 1:
                continue
            if merged and merged[-1][1] == count * stride:
                merged[-1] = merged[-1][0] * count, stride
            else:
                merged.append((count, stride))
        return self.start, tuple(merged)

    @property
    def whole(self) -> Whole:
        """Its rows, and whose they are."""
        return self.weights, self.region

    @property
    def shape(self) -> list[int | None]:
        """The sizes; None where they are those of the data."""
        return [None if dim is None else dim[0] for dim in self.dims]

    def axis(self, dim: object) -> int | None:
        """A dimension as a number from 0; None where it is unknown or does not exist."""
        if isinstance(dim, bool) or not isinstance(dim, int) or not -len(self.dims) <= dim < len(self.dims):
            return None
        return dim % len(self.dims)

    def viewed(self, sizes: Sequence[object]) -> View | None:
        """The view with other dimensions: sizes that are unknown are of the data; None where it cannot be told."""
        rows = prod(count for count, _ in self.own)
        own_at = [at for at, dim in enumerate(self.dims) if dim is not None]
        if own_at and own_at[-1] != len(self.dims) - 1:  # a convolution's: the rows are not last
            return self._viewed_first(sizes)
        first = self.dims[0] if self.dims else None
        data_between = not all(isinstance(size, int) for size in sizes[1:-1])
        if first is not None and data_between and sizes[0] == first[0] > 1:
            return self._viewed_behind(first, len(sizes))
        last = [isinstance(size, int) for size in sizes[-3:]]
        if last == [True, True, False] and -1 not in sizes:
            sizes = [*sizes[:-1], -1]  # as in (batch, length, 3, heads, width // heads): only the rows are left for it
        known: list[int] = []  # the last sizes, as far as they are numbers
        for size in reversed(sizes):
            if not isinstance(size, int):
                break
            known.insert(0, size)
        for taken in range(1, len(known) + 1):
            tail = known[-taken:]
            if -1 in tail:
                break
            if prod(tail) == rows:
                return self._split(tail, len(sizes) - taken)
        rest = prod(size for size in known if size != -1)
        if known.count(-1) != 1 or rest <= 0 or rows % rest:
            return None
        return self._split([rows // rest if size == -1 else size for size in known], len(sizes) - len(known))

    def _viewed_behind(self, first: tuple[int, int], count: int) -> View | None:
        """``[3, data, heads, data, rows]`` viewed as ``[3, heads and data, data, rows]``: what is cut is the first."""
        _, rest = View(self.weights, 0, self.dims[1:]).region
        return (
            View(self.weights, self.start, (first, *[None] * (count - 2), *rest), self.trail)
            if len(rest) == 1
            else None
        )

    def _viewed_first(self, sizes: Sequence[object]) -> View | None:
        """``[data, rows, data ...]`` viewed as ``[data, heads, rows, data]``."""
        rows = prod(count for count, _ in self.own)
        if len(self.own) != 1:
            return None
        behind = len(self.dims) - 1 - next(at for at, dim in enumerate(self.dims) if dim is not None)
        inside = sizes[1 : len(sizes) - behind]
        rest = prod(size for size in inside if isinstance(size, int) and size != -1)
        if inside.count(-1) == 1 and rest > 0 and rows % rest == 0:  # as in (batch, -1, 2, length)
            sizes = [*sizes[:1], *(rows // rest if size == -1 else size for size in inside), *sizes[1 + len(inside) :]]
        held = sizes[1] if len(sizes) == len(self.dims) else None
        if isinstance(held, int) and 0 < held < rows and rows % held == 0 and not isinstance(sizes[0], int):
            return self._split([rows // held, held], 0, behind)  # heads beside the batch
        for taken in range(1, len(sizes)):
            part = list(sizes[1 : 1 + taken])
            if not all(isinstance(size, int) and size > 0 for size in part):
                return None
            if prod(size for size in part if isinstance(size, int)) == rows:
                return self._split(part, 1, len(sizes) - 1 - taken)
        return None

    def _split(self, sizes: Sequence[object], before: int, behind: int = 0) -> View | None:
        """The rows in dimensions of these sizes, between some dimensions of the data."""
        own = [dim for dim in self.own if dim[0] > 1]
        found: list[Dim] = []
        for size in reversed([size for size in sizes if isinstance(size, int)]):
            if size == 1:
                found.append((1, 1))
                continue
            while own and own[-1][0] < size:  # dimensions that lie together become one
                count, stride = own.pop()
                if not own or own[-1][1] != count * stride:
                    return None
                own[-1] = own[-1][0] * count, stride
            if not own or own[-1][0] % size:
                return None
            count, stride = own.pop()
            found.append((size, stride))
            if count > size:
                own.append((count // size, stride * size))
        dims = (*[None] * before, *reversed(found), *[None] * behind)
        return None if own else View(self.weights, self.start, dims, self.trail)

    def permuted(self, order: Sequence[object]) -> View | None:
        """The view with its dimensions in another order."""
        axes = [self.axis(at) for at in order]
        if sorted(at for at in axes if at is not None) != list(range(len(self.dims))):
            return None
        return View(self.weights, self.start, tuple(self.dims[at] for at in axes if at is not None), self.trail)

    def taken(self, axis: int, begin: int, count: int, step: int = 1) -> View:
        """Some steps of a dimension; the view itself where it is one of the data, or all are taken."""
        dim = self.dims[axis]
        if dim is None or count == dim[0]:
            return self
        stride = dim[1]
        dims = (*self.dims[:axis], (count, stride * step), *self.dims[axis + 1 :])
        made = View(self.weights, self.start + begin * stride, dims)
        return View(self.weights, made.start, dims, self.trail | {(self.whole, made.region)})

    def without(self, axis: int) -> View:
        """The view without a dimension."""
        return View(self.weights, self.start, (*self.dims[:axis], *self.dims[axis + 1 :]), self.trail)

    def with_dim(self, axis: int) -> View:
        """The view with a dimension of one step before another."""
        return View(self.weights, self.start, (*self.dims[:axis], None, *self.dims[axis:]), self.trail)


@dataclass(frozen=True, slots=True)
class Trace:
    """A value that was computed from parts of views: which cuts lie behind it, and whether attention mixed the data."""

    weights: frozenset[str]
    trail: Trail
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Weight:
    """A parameter before it meets data.

    Attributes:
        name: its canonical name.
        shape: its sizes.
        dims: its dimensions that are left, in their order now.
        is_indexed: whether one of its first dimension was taken.
    """

    name: str
    shape: tuple[int, ...]
    dims: tuple[int, ...]
    is_indexed: bool = False

    def permuted(self, order: Sequence[int]) -> Weight:
        """The weight with its dimensions in another order."""
        return Weight(self.name, self.shape, tuple(self.dims[at] for at in order), self.is_indexed)
