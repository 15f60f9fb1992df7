"""Which rows of a weight go separate ways in a pass: the matrices that were fused in it.

The output of a product lies in a storage, and which of its elements come from which row of the weight is known. Views
of the storage take some of the rows; operations that work element by element pass them on. Every other operation that
takes a view *ends* its rows: rows that end at one place, as heads in a loop do, belong together, and so do rows that
are joined again or overlap, as the halves of rotary embeddings do. What is left apart are matrices of their own.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import FrameType
from typing import Any, NamedTuple

import torch

from paramwise.model.cuts import Blocks, Region, blocks_of, rows_of
from paramwise.model.strides import View
from paramwise.torch.trace.flow import Ledger
from paramwise.torch.trace.meetings import Input

_SLOTS = {"mm": ((0, 0), (1, -1)), "addmm": ((1, 0), (2, -1)), "bmm": ((0, -2), (1, -1)), "baddbmm": ((1, -2), (2, -1))}
"""By product, the places of its factors, and the dimension of the result that runs over the rows of each."""

_PASSING = ("clone", "_to_copy", "native_dropout", "native_layer_norm", "_fused_rms_norm", "alias_copy")
_JOINING = ("cat", "stack")
_MOST = 200_000  # rows of a weight that are looked at

Weight = tuple[int, int]
"""The number of a parameter, and the dimension that holds its rows."""

Pieces = tuple[tuple[int, int], ...]
"""What a dimension of a tensor runs over, the innermost first: how many steps, and by how many rows each moves on; 0
rows where it runs over the data."""


class _Laid(NamedTuple):
    """How rows lie in a storage.

    Attributes:
        axes: the storage as a grid, the outermost axis first: its stride, its steps, and the rows of a step.
        start: the row of the first element.
        weights: the weights that the rows are of.
    """

    axes: tuple[tuple[int, int, int], ...]
    start: int
    weights: frozenset[Weight]


class _Seen(NamedTuple):
    """The rows that a tensor takes."""

    start: int
    dims: tuple[Pieces, ...]
    weights: frozenset[Weight]

    @property
    def region(self) -> Region:
        return View(frozenset(), self.start, tuple(piece for one in self.dims for piece in one if piece[1])).region


class Rows:
    """Follows the rows of weights through a pass.

    Args:
        ledger: knows which tensors are parameters, and storages by their keys.
        parameters: the parameters, by number.
        here: the module that runs.
    """

    def __init__(self, ledger: Ledger, parameters: Sequence[torch.Tensor], here: Callable[[], object]) -> None:
        self._ledger, self._parameters, self._here = ledger, parameters, here
        self._laid: dict[int, _Laid] = {}
        self._mixed: dict[int, dict[Weight, frozenset[Region]]] = {}  # by storage, the rows that were computed together
        self._ends: dict[Weight, dict[tuple[object, ...], set[Region]]] = defaultdict(lambda: defaultdict(set))

    # ------------------------------------------------------------------------------------------------- operations

    def note(self, func: Any, inputs: Sequence[Input], results: Sequence[torch.Tensor]) -> None:
        """Follow one operation."""
        schema = getattr(func, "_schema", None)
        if not results or schema is None:
            return
        name, result = schema.name.partition("::")[2], results[0]
        key = self._ledger.key(result)
        if self._laid or self._mixed:
            self._follow(name, func, inputs, result, key)
        if name in _SLOTS or name == "convolution":
            self._multiply(name, inputs, result, key)

    def end(self, tensor: torch.Tensor) -> None:
        """The model returns a tensor."""
        if (seen := self._seen(tensor, self._ledger.key(tensor))) is not None:
            self._put_down("returned", [(0, seen)])

    def _follow(self, name: str, func: Any, inputs: Sequence[Input], result: torch.Tensor, key: int) -> None:
        keyed = [(at, one.tensor, self._ledger.key(one.tensor)) for at, one in enumerate(inputs)]
        others = [(at, tensor, own) for at, tensor, own in keyed if own != key]
        views = [(at, seen) for at, tensor, own in others if (seen := self._seen(tensor, own)) is not None]
        mixed = [self._mixed[own] for _, _, own in others if own in self._mixed]
        if not views and not mixed:
            return
        within = len(others) < len(inputs)  # a view of a storage, or a storage that is written into
        passing = torch.Tag.pointwise in getattr(func, "tags", ()) or name in _PASSING
        alike = all((seen.start, seen.dims) == views[0][1][:2] for _, seen in views)
        if name == "glu" and views:
            _, whole, own = keyed[0]
            parts = [self._seen(part, own) for part in whole.chunk(2, _halved(result, whole))]
            self._put_down(name, [(at, part) for at, part in enumerate(parts) if part is not None])
        elif name == "convolution" and views and _depthwise(inputs):
            self._lay(result, key, views[0][1])
        elif passing and views and alike and not within and inputs[views[0][0]].tensor.shape == result.shape:
            weights = frozenset[Weight]().union(*(seen.weights for _, seen in views))
            self._lay(result, key, views[0][1]._replace(weights=weights))
        else:
            self._put_down(name, views)
            if name in _JOINING:
                self._join(views, mixed)
        if passing or name in _JOINING:
            self._mixed[key] = _together(
                [*mixed, *(_parts(seen) for _, seen in views if not alike or name in _JOINING)]
            )

    def _multiply(self, name: str, inputs: Sequence[Input], result: torch.Tensor, key: int) -> None:
        """Note how the rows of a weight lie in the result of a product."""
        for slot, out in ((1, 1),) if name == "convolution" else _SLOTS[name]:
            numbers = tuple(inputs[slot].parts) if slot < len(inputs) else ()
            if len(numbers) != 1 or not self._ledger.is_parameter(inputs[slot].tensor):
                continue
            weight, factor = self._parameters[numbers[0]], inputs[slot].tensor
            axis = 0 if name == "convolution" else out
            size, stride = int(factor.shape[axis]), int(factor.stride(axis))
            fits = [dim for dim in range(weight.ndim) if weight.stride(dim) == stride and weight.shape[dim] >= size]
            if size < 2 or not weight.is_contiguous() or not fits or (name == "convolution" and _depthwise(inputs)):
                continue
            dim = fits[0]
            if weight.shape[dim] > _MOST or (weight.ndim == 3 and dim == 0 and name != "convolution"):
                continue
            start = (factor.storage_offset() - weight.storage_offset()) // stride % weight.shape[dim]
            dims: list[Pieces] = [((int(one), 0),) for one in result.shape]
            dims[out] = ((size, 1),)
            self._lay(result, key, _Seen(int(start), tuple(dims), frozenset([(numbers[0], dim)])))

    # ------------------------------------------------------------------------------------------------------ storages

    def _lay(self, tensor: torch.Tensor, key: int, seen: _Seen) -> None:
        """Note how rows lie in a tensor that fills its storage."""
        steps: list[tuple[int, int, int]] = []
        for size, stride, pieces in zip(tensor.shape, tensor.stride(), seen.dims, strict=True):
            own, step = pieces if any(rows for _, rows in pieces) else ((int(size), 0),), int(stride)
            for count, rows in own if size > 1 else ():
                steps.append((step, count, rows))
                step *= count
        steps.sort(reverse=True)
        dense = all(one[0] == other[0] * other[1] for one, other in pairwise(steps)) and (
            not steps or steps[-1][0] == 1
        )
        if dense and not tensor.storage_offset():
            self._laid[key] = _Laid(tuple(steps), seen.start, seen.weights)

    def _seen(self, tensor: torch.Tensor, key: int) -> _Seen | None:
        """The rows that a tensor takes; None where it takes none, or they cannot be told."""
        laid = self._laid.get(key)
        if laid is None:
            return None
        start, rest = laid.start, int(tensor.storage_offset())
        for stride, _, rows in laid.axes:
            start, rest = start + rest // stride * rows, rest % stride
        dims = [
            _pieces(laid.axes, int(size), int(step)) for size, step in zip(tensor.shape, tensor.stride(), strict=True)
        ]
        known = tuple(one for one in dims if one is not None)
        return _Seen(start, known, laid.weights) if len(known) == len(dims) else None

    # ---------------------------------------------------------------------------------------------------------- ends

    def _put_down(self, name: str, views: Sequence[tuple[int, _Seen]]) -> None:
        """Note where rows end: the same place for those that a loop sends there one by one."""
        if not views:
            return
        places = tuple(at for at, _ in views)
        where = (self._here(), *_stack(), name, *(places if name not in _JOINING else ()))
        for at, seen in views:
            for weight in seen.weights:
                self._ends[weight][*where, "joined" if name in _JOINING else at].add(seen.region)

    def _join(self, views: Sequence[tuple[int, _Seen]], mixed: Sequence[Mapping[Weight, frozenset[Region]]]) -> None:
        """Rows that were computed together twice, or stand beside others of their weight, come together again."""
        for weight, regions in _together([*mixed, *(_parts(seen) for _, seen in views)]).items():
            if len(regions) > 1 and (views or len(mixed) > 1):
                self._ends[weight]["joined", regions].update(regions)

    def blocks(self, number: int) -> Blocks | None:
        """The matrices in a weight; None where it is a single one, or the pass does not tell."""
        told = [self._blocks(weight, ends) for weight, ends in self._ends.items() if weight[0] == number]
        return told[0] if len(told) == 1 else None

    def _blocks(self, weight: Weight, ends: Mapping[tuple[object, ...], Iterable[Region]]) -> Blocks | None:
        shape, dim = self._parameters[weight[0]].shape, weight[1]
        parts: list[set[int]] = []
        for rows in (set[int]().union(*map(rows_of, regions)) for regions in ends.values()):
            meeting = [part for part in parts if part & rows]
            parts = [*(part for part in parts if part not in meeting), rows.union(*meeting)]
        if len(parts) < 2 or sum(map(len, parts)) != shape[dim]:
            return None
        regions = [region for part in parts if (region := _region(sorted(part))) is not None]
        stacked = len(shape) == 3 and dim > 0
        blocks = blocks_of(regions, shape[dim], dim, stacked=stacked) if len(regions) == len(parts) else None
        return blocks if blocks is not None and min(blocks.sizes) * blocks.groups > 1 else None


def _pieces(axes: Sequence[tuple[int, int, int]], size: int, step: int) -> Pieces | None:
    """What a dimension runs over in a grid; None where it does not follow the axes."""
    if size == 1 or step == 0:
        return ((size, 0),)
    found: list[tuple[int, int]] = []
    for stride, count, rows in reversed(axes):
        if size == 1 or step >= stride * count:
            continue
        if step % stride or (count % (step // stride) and size * step > stride * count):
            return None
        steps = min(size, -(-count * stride // step))
        if size % steps:
            return None
        found.append((steps, step // stride * rows))
        size, step = size // steps, stride * count
    return tuple(found) if size == 1 else None


def _parts(seen: _Seen) -> dict[Weight, frozenset[Region]]:
    return dict.fromkeys(seen.weights, frozenset([seen.region]))


def _together(parts: Iterable[Mapping[Weight, frozenset[Region]]]) -> dict[Weight, frozenset[Region]]:
    found: dict[Weight, frozenset[Region]] = {}
    for one in parts:
        for weight, regions in one.items():
            found[weight] = found.get(weight, frozenset()) | regions
    return found


def _halved(result: torch.Tensor, given: torch.Tensor) -> int:
    """The dimension that a gated linear unit takes in halves."""
    return next(dim for dim, (one, other) in enumerate(zip(result.shape, given.shape, strict=True)) if one != other)


def _depthwise(inputs: Sequence[Input]) -> bool:
    """Whether a convolution has a filter of its own for each channel."""
    weight, channels = inputs[1].tensor, inputs[0].tensor.shape[1]
    return weight.shape[0] == channels and weight.shape[1] == 1 < channels


def _region(rows: Sequence[int]) -> Region | None:
    """Rows as runs of one length at one distance; None where they are not."""
    run = next((at for at, (one, other) in enumerate(pairwise(rows), 1) if other != one + 1), len(rows))
    groups, period = len(rows) // run, rows[run] - rows[0] if run < len(rows) else 0
    if [rows[0] + group * period + row for group in range(groups) for row in range(run)] != list(rows):
        return None
    return rows[0], tuple(part for part in ((groups, period), (run, 1)) if part[0] > 1)


def _stack() -> Iterator[tuple[object, int]]:
    """Where the code stands: functions and their instructions, from the inside."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        yield frame.f_code, frame.f_lasti
        frame = frame.f_back
