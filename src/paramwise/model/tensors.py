"""What products, views and slices make of the outputs of weights; what they cut is put down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from paramwise.model.cuts import Region
from paramwise.model.strides import Trace, Trail, View, Weight, Whole


class _Unknown:
    """A value that nothing is known about."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = _Unknown()
CONSTANT = (bool, int, float, str, type(None))


@dataclass(slots=True)
class Cuts:
    """What was found in the code of a module.

    Attributes:
        outputs: for each weight whose output was followed: the dimension of the output, its size, and whether the
            first dimension counts matrices.
        complete: the parts that a split gives, for what was split.
        slices: the parts that slices took.
        rejoined: the parts that came together again, for what was cut, as the halves of rotary embeddings do.
        inner: the size of the innermost dimension that rows were viewed with, the first first: that of a head.
        unsure: weights whose output is cut along its second dimension, which is of the data if the output has three.
    """

    outputs: dict[str, tuple[int, int, bool]] = field(default_factory=dict)
    complete: dict[Whole, set[frozenset[Region]]] = field(default_factory=dict)
    slices: dict[Whole, set[Region]] = field(default_factory=dict)
    rejoined: dict[Whole, list[set[Region]]] = field(default_factory=dict)
    inner: dict[Whole, list[int]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)


def is_tensor(value: Any) -> bool:
    """Whether something is known of where a value comes from; of a list, of any in it."""
    if isinstance(value, (list, tuple)):
        return any(isinstance(one, (View, Trace)) for one in value)
    return isinstance(value, (View, Weight, Trace))


def joined(first: Any, second: Any) -> Any:
    """A value that is one or the other."""
    if first is UNKNOWN or second is UNKNOWN:
        return second if first is UNKNOWN else first
    for kind in (View, Weight, Trace, tuple):
        for value in (first, second):
            if isinstance(value, kind):
                return value
    # somebody's own objects are not compared: their == may raise, or give a tensor
    same = first is second or (type(first) is type(second) and isinstance(first, CONSTANT) and first == second)
    return first if same else UNKNOWN


class Rows:
    """The operations on tensors; what they cut is put down in `cuts`.

    Args:
        cuts: takes what is found.
        before: how many dimensions of the data an output has before its rows: batch and length, or the batch alone.
    """

    def __init__(self, cuts: Cuts, before: int = 2) -> None:
        self.cuts, self.before = cuts, before

    # ------------------------------------------------------------------------------------------------------- weights

    def projected(self, weight: Weight, out: int) -> Any:
        """The output of a linear map by a weight; ``out`` is the dimension that the result keeps."""
        if len(weight.dims) not in (2, 3):
            return UNKNOWN
        dim = weight.dims[out]
        if len(weight.shape) == 3 and (dim == 0 or 0 in weight.dims[-2:]):
            return UNKNOWN
        return self._output(weight, dim, (None,) * self.before)

    def convolved(self, weight: Weight) -> Any:
        """The output of a convolution."""
        return self._output(weight, 0, (None,), (None,) * (len(weight.shape) - 2))

    def _output(self, weight: Weight, dim: int, before: tuple[None, ...], after: tuple[None, ...] = ()) -> View:
        size = weight.shape[dim]
        stacked = len(weight.shape) == 3 and (weight.is_indexed or len(weight.dims) == 3) and not after
        self.cuts.outputs[weight.name] = dim, size, stacked
        return View(frozenset([weight.name]), 0, (*before, (size, 1), *after))

    def multiplied(self, left: Any, right: Any) -> Any:
        """A matrix product."""
        if isinstance(right, Weight) and not isinstance(left, Weight):
            return self.projected(right, -1)
        if isinstance(left, Weight) and not isinstance(right, Weight):
            made = self.projected(left, -2) if len(left.dims) == 3 else UNKNOWN
            return self._swapped(made, -1, -2) if isinstance(made, View) else UNKNOWN
        return UNKNOWN

    # --------------------------------------------------------------------------------------------------------- views

    def attribute(self, value: View | Weight, name: str) -> Any:
        """An attribute of a tensor."""
        if name == "shape":
            sizes = value.shape if isinstance(value, View) else [value.shape[dim] for dim in value.dims]
            return tuple(UNKNOWN if size is None else size for size in sizes)
        if name in ("T", "mT") and len(value.dims) > 1:
            return self._swapped(value, -1, -2)
        return value if name == "data" else UNKNOWN

    def _permuted(self, value: View | Weight, order: Sequence[Any]) -> Any:
        count = len(value.dims)
        if not all(isinstance(at, int) and -count <= at < count for at in order):
            return self.computed([value])
        if isinstance(value, Weight):
            return value.permuted(order) if len(order) == count else UNKNOWN
        return value.permuted(order) or self.computed([value])

    def _swapped(self, value: View | Weight, one: Any, other: Any) -> Any:
        count = len(value.dims)
        if not all(isinstance(at, int) and -count <= at < count for at in (one, other)):
            return self.computed([value])
        order = list(range(count))
        order[one], order[other] = order[other], order[one]
        return self._permuted(value, order)

    def _viewed(self, view: View, sizes: Sequence[Any]) -> Any:
        found = view.viewed(sizes)
        return self.computed([view]) if found is None else self._seen(found)

    def _seen(self, view: View) -> View:
        """Note what the rows are viewed with."""
        own = view.own
        if len(own) > 1 and min(own, key=lambda dim: dim[1])[1] == 1:
            self.cuts.inner.setdefault(view.whole, []).append(min(own, key=lambda dim: dim[1])[0])
        return view

    def indexed(self, value: View | Weight, index: Any) -> Any:
        """Some of a tensor."""
        items = list(index) if isinstance(index, tuple) else [index]
        if isinstance(value, Weight):
            return self._weight_indexed(value, items)
        if any(one is Ellipsis for one in items):
            at = next(at for at, one in enumerate(items) if one is Ellipsis)
            gap = len(value.dims) - sum(one is not None for one in items) + 1
            items[at : at + 1] = [slice(None)] * max(gap, 0)
        view, axis = value, 0
        for item in items:
            if item is None:
                view, axis = view.with_dim(axis), axis + 1
                continue
            if axis >= len(view.dims):
                return self.computed([value])
            dim = view.dims[axis]
            if (
                isinstance(item, tuple) and len(item) == 1 and isinstance(item[0], int) and dim is not None
            ):  # x[..., [-1], :]
                item = slice(item[0] % dim[0], item[0] % dim[0] + 1)
            if dim is None:
                if isinstance(item, slice) and any(isinstance(part, int) for part in (item.start, item.stop)):
                    self._doubt(value, axis)
                view, axis = (view, axis + 1) if isinstance(item, slice) else (view.without(axis), axis)
            elif isinstance(item, bool) or (not isinstance(item, (int, slice))):
                return self.computed([value])
            elif isinstance(item, int):
                if not -dim[0] <= item < dim[0]:
                    return self.computed([value])
                view = self._slice(view, axis, item % dim[0], 1, 1).without(axis)
            else:
                if any(part is not None and not isinstance(part, int) for part in (item.start, item.stop, item.step)):
                    return self.computed([value])
                taken = range(dim[0])[item]
                if not taken or taken.step < 0:
                    return self.computed([value])
                view, axis = self._slice(view, axis, taken[0], len(taken), taken.step), axis + 1
        return self._seen(view)

    def _doubt(self, view: View, axis: int) -> None:
        """Note a cut along the data which would be one of rows if the output had a dimension less."""
        if axis == 1 and view.dims[:2] == (None, None) and any(view.dims[2:3]):
            self.cuts.unsure |= view.weights

    def _slice(self, view: View, axis: int, begin: int, count: int, step: int) -> View:
        part = view.taken(axis, begin, count, step)
        if part is not view:
            self.cuts.slices.setdefault(view.whole, set()).add(part.region)
        return part

    def _weight_indexed(self, weight: Weight, items: Sequence[Any]) -> Any:
        first = items[0]
        if all(one is None or one == slice(None) for one in items):
            return weight  # with more dimensions of one step: its matrices are the same
        if len(items) > 1 or len(weight.dims) != 3 or weight.dims[0] != 0 or isinstance(first, slice):
            if isinstance(first, slice) and len(items) == 1 and len(weight.dims) == 2:  # the weight itself is cut
                self.indexed(self._output(weight, weight.dims[0], ()), first)
            return UNKNOWN
        return Weight(weight.name, weight.shape, weight.dims[1:], True)

    def _split(self, view: View, sizes: Sequence[int], axis: int) -> tuple[View, ...]:
        parts, begin = [], 0
        for size in sizes:
            parts.append(view.taken(axis, begin, size))
            begin += size
        if view.dims[axis] is not None and len(parts) > 1:
            self.cuts.complete.setdefault(view.whole, set()).add(frozenset(part.region for part in parts))
            for part in parts:
                self._seen(part)
        return tuple(parts)

    def unpacked(self, value: View | Weight, count: int) -> Any:
        """A tensor that is given to several variables."""
        if isinstance(value, View) and value.dims and value.dims[0] is not None and value.dims[0][0] == count:
            return tuple(part.without(0) for part in self._split(value, [1] * count, 0))
        return tuple([self.computed([value])] * count)

    def _flattened(self, view: View, begin: Any = 0, end: Any = -1) -> Any:
        first, last = view.axis(begin), view.axis(end)
        if first is None or last is None:
            return self.computed([view])
        own = [dim for dim in view.dims[first : last + 1] if dim is not None]
        if len(own) not in (0, last - first + 1):
            return self.computed([view])
        middle: tuple[Any, ...] = (None,)
        if own:
            small = View(view.weights, 0, tuple(own)).region[1]
            if len(small) != 1:
                return self.computed([view])
            middle = small
        return View(view.weights, view.start, (*view.dims[:first], *middle, *view.dims[last + 1 :]), view.trail)

    def combined(self, left: Any, right: Any) -> Any:
        """Two values, element by element."""
        tensors = [one for one in (left, right) if isinstance(one, (View, Trace))]
        if len(tensors) == 1 and not any(isinstance(one, Weight) for one in (left, right)):
            return tensors[0]
        same = (
            isinstance(left, View) and isinstance(right, View) and (left.start, left.dims) == (right.start, right.dims)
        )
        if same and left.weights != right.weights:
            return View(left.weights | right.weights, left.start, left.dims, left.trail | right.trail)
        return self.computed([left, right])

    def computed(self, values: Iterable[Any]) -> Any:
        """A value that is computed from others in some way."""
        flat = [one for value in values for one in (value if isinstance(value, (list, tuple)) else [value])]
        found = [one for one in flat if isinstance(one, (View, Trace)) and one.trail]
        if not found:
            return UNKNOWN
        trail: Trail = frozenset().union(*(one.trail for one in found))
        mixed = any(isinstance(one, Trace) and one.mixed for one in found)
        return Trace(frozenset().union(*(one.weights for one in found)), trail, mixed)

    def attended(self, values: Sequence[Any]) -> Any:
        """The result of attention, which mixes the data: its rows are those of the last tensor, the values."""
        tensors = [one for one in values if is_tensor(one)]
        found = self.computed(tensors[-1:])
        return Trace(found.weights, found.trail, mixed=True) if isinstance(found, Trace) else UNKNOWN
