"""What views, cuts, products and functions of torch make of the outputs of weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from paramwise.model.cuts import Region
from paramwise.model.strides import Trace, Trail, View, Weight, Whole


class _Unknown:
    """A value of which nothing is known."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = _Unknown()

_SAME = {
    "float",
    "to",
    "contiguous",
    "clone",
    "type",
    "type_as",
    "half",
    "bfloat16",
    "double",
    "clamp",
    "clamp_",
    "data",
}
_SAME |= {
    "dropout",
    "silu",
    "gelu",
    "relu",
    "sigmoid",
    "tanh",
    "softplus",
    "mul",
    "add",
    "div",
    "mul_",
    "add_",
    "detach",
}
_MIXES = re.compile(r"attention|attn|sdpa|matmul|bmm|einsum|softmax|conv|scan|flash", re.IGNORECASE)
"""Names of functions whose result says nothing of the parts that went in."""

_PATTERN = re.compile(r"\([^)]*\)|\S+")  # of einops


@dataclass(slots=True)
class Cuts:
    """What was found in the code of a module.

    Attributes:
        outputs: for each weight whose output was followed: the dimension of the output, its size, and whether the
            first dimension counts matrices.
        complete: the parts that a split gives, for what was split.
        slices: the parts that slices took.
        rejoined: what was put together again, as the halves of rotary embeddings are.
        inner: the size of the innermost dimension that rows were viewed with, the first first: that of a head.
    """

    outputs: dict[str, tuple[int, int, bool]] = field(default_factory=dict)
    complete: dict[Whole, set[frozenset[Region]]] = field(default_factory=dict)
    slices: dict[Whole, set[Region]] = field(default_factory=dict)
    rejoined: set[Whole] = field(default_factory=set)
    inner: dict[Whole, list[int]] = field(default_factory=dict)


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
    return first if type(first) is type(second) and first == second else UNKNOWN


class Tensors:
    """The operations on tensors; what they cut is put down in `cuts`."""

    def __init__(self, cuts: Cuts) -> None:
        self.cuts = cuts

    # ------------------------------------------------------------------------------------------------------- weights

    def projected(self, weight: Weight, out: int) -> Any:
        """The output of a linear map by a weight; ``out`` is the dimension that the result keeps."""
        if len(weight.dims) not in (2, 3):
            return UNKNOWN
        dim = weight.dims[out]
        if len(weight.shape) == 3 and (dim == 0 or 0 in weight.dims[-2:]):
            return UNKNOWN
        return self._output(weight, dim, (None, None))

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
            return self.projected(left, -2) if len(left.dims) == 3 else UNKNOWN
        return UNKNOWN

    def _einsum(self, given: Sequence[Any]) -> Any:
        equation = given[0] if given and isinstance(given[0], str) else ""
        inputs, arrow, output = equation.replace(" ", "").replace("...", "").partition("->")
        operands = inputs.split(",")
        for letters, value in zip(operands, given[1:], strict=False):
            if isinstance(value, Weight) and arrow and len(letters) == len(value.dims):
                others = "".join(one for one in operands if one is not letters)
                kept = [letter for letter in letters if letter in output and letter not in others]
                if len(kept) == 1 and output.endswith(kept[0]) and len(letters) in (2, 3):
                    at = letters.index(kept[0])
                    if len(letters) == 3 and (letters[0] not in output or letters[0] not in others or at == 0):
                        return UNKNOWN
                    dim = value.dims[at]
                    return self._output(value, dim, (None,) * (len(output) - 1))
        return UNKNOWN

    # --------------------------------------------------------------------------------------------------------- views

    def attribute(self, value: View | Weight, name: str) -> Any:
        """An attribute of a tensor."""
        if name == "shape":
            sizes = value.shape if isinstance(value, View) else [value.shape[dim] for dim in value.dims]
            return tuple(UNKNOWN if size is None else size for size in sizes)
        if name in ("T", "mT") and len(self._dims(value)) > 1:
            return self._swapped(value, -1, -2)
        return value if name == "data" else UNKNOWN

    @staticmethod
    def _dims(value: View | Weight) -> Sequence[Any]:
        return value.dims

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

    def _slice(self, view: View, axis: int, begin: int, count: int, step: int) -> View:
        part = view.taken(axis, begin, count, step)
        if part is not view:
            self.cuts.slices.setdefault(view.whole, set()).add(part.region)
        return part

    def _weight_indexed(self, weight: Weight, items: Sequence[Any]) -> Any:
        first = items[0]
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

    def glu(self, value: Any, dim: Any) -> Any:
        """A gated linear unit, which multiplies its first half by its second."""
        return self.computed(self.method(value, "chunk", [2, dim], {})) if isinstance(value, View) else UNKNOWN

    # ----------------------------------------------------------------------------------------------------- functions

    def method(self, value: View | Weight, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """What a method of a tensor, or the function of torch of its name, makes of it."""
        every = [*given, *named.values()]
        dim = named.get("dim", named.get("axis"))
        sizes = list(given[0]) if len(given) == 1 and isinstance(given[0], (list, tuple)) else list(given)
        if name in ("size", "dim"):
            shape = self.attribute(value, "shape")
            found = (
                shape
                if not every
                else shape[every[0]]
                if isinstance(every[0], int) and -len(shape) <= every[0] < len(shape)
                else UNKNOWN
            )
            return len(shape) if name == "dim" else found
        if name in ("t",):
            return self._swapped(value, -1, -2) if len(value.dims) > 1 else value
        if name in ("transpose", "swapaxes", "swapdims") and len(every) == 2:
            return self._swapped(value, every[0], every[1])
        if name == "permute":
            return self._permuted(value, sizes)
        if name in _SAME:
            return self.combined(value, every[0]) if name.rstrip("_") in ("mul", "add") and every else value
        if name in ("matmul", "__matmul__", "mm", "bmm") and every:
            return self.multiplied(value, every[0])
        if isinstance(value, Weight):
            return self._weight_method(value, name, given, dim)
        if name in ("view", "reshape"):
            return self._viewed(value, sizes or list(named.get("shape", ())))
        if name == "flatten":
            return self._flattened(value, *every[:2])
        if name == "unflatten" and len(every) == 2 and isinstance(every[1], tuple):
            axis = value.axis(every[0])
            if axis == len(value.dims) - 1:
                return self._viewed(value, [*[UNKNOWN if one is None else one for one in value.shape[:-1]], *every[1]])
        if name == "unsqueeze" and every and isinstance(every[0], int):
            at = every[0] if every[0] >= 0 else every[0] + len(value.dims) + 1
            return value.with_dim(at) if 0 <= at <= len(value.dims) else self.computed([value])
        if name == "squeeze" and every and (axis := value.axis(every[0])) is not None:
            return value.without(axis) if value.dims[axis] in (None, (1, 1)) else value
        if name in ("split", "split_with_sizes", "chunk", "tensor_split", "unbind", "unsafe_chunk", "unsafe_split"):
            return self._cut(value, name, given, named, dim)
        if name in ("narrow", "select") and len(every) > 1 and all(isinstance(one, int) for one in every):
            axis = value.axis(every[0])
            if axis is not None:
                taken = every[1] if name == "select" else slice(every[1], every[1] + every[-1])
                return self.indexed(value, (*[slice(None)] * axis, taken))
        return UNKNOWN if _MIXES.search(name) else self.computed([value, *every])

    def _weight_method(self, weight: Weight, name: str, given: Sequence[Any], dim: Any) -> Any:
        if name in ("chunk", "split") and len(weight.shape) == 2:  # the weight itself is cut
            axis = dim if isinstance(dim, int) else given[1] if len(given) > 1 and isinstance(given[1], int) else 0
            if axis in (0, 1):
                self._cut(self._output(weight, weight.dims[axis], ()), name, given[:1], {}, 0)
        return UNKNOWN

    def _cut(self, view: View, name: str, given: Sequence[Any], named: Mapping[str, Any], dim: Any) -> Any:
        rest = list(given)
        first = (
            None
            if name == "unbind"
            else rest.pop(0)
            if rest
            else next((v for k, v in named.items() if k != "dim"), None)
        )
        axis = view.axis(dim if dim is not None else rest[0] if rest else 0)
        size = view.dims[axis] if axis is not None else None
        if axis is None:
            return self.computed([view])
        if size is None:  # cut along the data
            return (
                (view,) * len(first)
                if isinstance(first, tuple)
                else (view,) * first
                if isinstance(first, int) and first < 9
                else UNKNOWN
            )
        count = size[0]
        if name == "unbind":
            return (
                tuple(part.without(axis) for part in self._split(view, [1] * count, axis)) if count <= 64 else UNKNOWN
            )
        if isinstance(first, int) and first > 0:
            most = first if name in ("split", "unsafe_split") else -(-count // first)
            first = [most] * (count // most) + ([count % most] if count % most else [])
        if not isinstance(first, (list, tuple)) or len(first) > 64:
            return self.computed([view])
        parts = list(first)
        if parts.count(UNKNOWN) or not all(isinstance(one, int) and one > 0 for one in parts) or sum(parts) != count:
            return tuple([self.computed([view])] * len(parts))
        return self._split(view, parts, axis)

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

    def function(self, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """What a function of torch or of a library makes of some values."""
        every = [*given, *named.values()]
        if name == "linear" and len(every) > 1 and isinstance(every[1], Weight):
            return self.projected(every[1], -2)
        if name in ("matmul", "mm", "bmm", "grouped_mm", "_grouped_mm", "gmm") and len(every) > 1:
            return self.multiplied(every[0], every[1])
        if name in ("addmm", "baddbmm") and len(every) > 2:
            return self.multiplied(every[1], every[2])
        if name == "einsum":
            return self._einsum(given)
        if name in ("cat", "concat", "concatenate", "stack", "hstack"):
            return self._joined(every[0] if every else (), stacked=name == "stack")
        if name == "glu" and every:
            return self.glu(every[0], named.get("dim", given[1] if len(given) > 1 else -1))
        if name == "rearrange" and len(given) > 1 and isinstance(given[0], View):
            return self._rearranged(given[0], given[1], named)
        if name in ("layer_norm", "rms_norm", "normalize"):
            return every[0] if every else UNKNOWN
        if given and isinstance(given[0], (View, Weight)):
            return self.method(given[0], name, given[1:], named)
        return UNKNOWN if self.mixes(name) else self.computed(every)

    @staticmethod
    def mixes(name: str) -> bool:
        """Whether a function of this name mixes what it takes, as attention does."""
        return _MIXES.search(name) is not None

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
        return Trace(frozenset().union(*(one.weights for one in found)), trail)

    def _joined(self, values: Any, *, stacked: bool) -> Any:
        """Values side by side: parts of one cut that come together again were no matrices of their own."""
        if not isinstance(values, (list, tuple)):
            return UNKNOWN
        parts: list[dict[Whole, set[Region]]] = []
        for value in values:
            behind: dict[Whole, set[Region]] = {}
            for whole, part in value.trail if isinstance(value, (View, Trace)) else ():
                behind.setdefault(whole, set()).add(part)
            parts.append(behind)
        for one, other in combinations(parts, 2):
            for whole in one.keys() & other.keys():
                left, right = one[whole], other[whole]
                apart = len(left) == len(right) == 1 and left != right
                if (apart and not (stacked and _is_wide(left | right))) or (left == right and len(left) > 1):
                    self.cuts.rejoined.add(whole)
        return self.computed(values)

    def _rearranged(self, view: View, pattern: Any, named: Mapping[str, Any]) -> Any:
        """Einops' ``rearrange``: ``b n (three h d) -> three b h n d``."""
        before, arrow, after = pattern.partition("->") if isinstance(pattern, str) else ("", "", "")
        groups, results = _PATTERN.findall(before), _PATTERN.findall(after)
        if not arrow or (len(groups) != len(view.dims) and "..." not in groups):
            return self.computed([view])
        if "..." in groups:
            at = groups.index("...")
            groups[at : at + 1] = [f"...{number}" for number in range(len(view.dims) - len(groups) + 1)]
        dims: dict[str, Any] = {}
        for group, dim in zip(groups, view.dims, strict=False):
            names = group.strip("()").split()
            if dim is None or len(names) == 1:
                dims |= dict.fromkeys(names, dim)
                continue
            sizes: list[Any] = [named.get(name, int(name) if name.isdigit() else -1) for name in names]
            part = View(view.weights, 0, (dim,)).viewed(sizes) if all(isinstance(s, int) for s in sizes) else None
            if part is None:
                return self.computed([view])
            dims |= dict(zip(names, part.dims, strict=True))
        found: list[Any] = []
        for group in results:
            if group == "...":
                found += [dim for name, dim in dims.items() if name.startswith("...")]
                continue
            inside = [dims.get(name) for name in group.strip("()").split()]
            own = [dim for dim in inside if dim is not None]
            if len(own) > 1:
                merged = View(view.weights, 0, tuple(own)).region[1]
                if len(merged) != 1:
                    return self.computed([view])
                own = list(merged)
            found.append(own[0] if own else None)
        return self._seen(View(view.weights, view.start, tuple(found), view.trail))


def _is_wide(parts: Iterable[Region]) -> bool:
    """Whether parts are whole runs of rows, not every second row."""
    return all(not dims or dims[-1][1] == 1 for _, dims in parts)
