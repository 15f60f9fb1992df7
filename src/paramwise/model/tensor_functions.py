"""What methods and functions of torch, and of einops, make of the outputs of weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from paramwise.model.cuts import Region
from paramwise.model.strides import Trace, View, Weight, Whole
from paramwise.model.tensors import UNKNOWN, Rows

_ROW_BY_ROW = (
    "float to contiguous clone type type_as half bfloat16 double clamp clamp_ data dropout silu gelu relu sigmoid tanh "
    "softplus mul add div mul_ add_ detach"
)
_SAME = frozenset(_ROW_BY_ROW.split())
"""Functions whose result lies in rows as what went in."""

_DEPTHWISE = re.compile(r"causal_conv1d|(update|apply)_conv_state")
"""Functions of libraries that convolve each row for itself, or keep its past."""

_ATTENDS = re.compile(r"attention|attn|sdpa|flash", re.IGNORECASE)
"""Names of functions whose result is made of their last tensor, the values."""

_MIXES = re.compile(rf"{_ATTENDS.pattern}|matmul|bmm|einsum|softmax|conv|scan", re.IGNORECASE)
"""Names of functions whose result says nothing of the parts that went in."""

_PATTERN = re.compile(r"\([^)]*\)|\S+")  # of einops


class Tensors(Rows):
    """The operations on tensors by the names of methods and functions."""

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
        if name == "t":
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
        return self._other(name, [value, *every])

    def _other(self, name: str, values: Sequence[Any]) -> Any:
        """What a function that is not torch's makes of some values, as far as its name tells."""
        if _DEPTHWISE.search(name):
            return next((value for value in values if isinstance(value, View)), UNKNOWN)
        if _ATTENDS.search(name):
            return self.attended(values)
        return UNKNOWN if _MIXES.search(name) else self.computed(values)

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
        return self._other(name, every)

    @staticmethod
    def mixes(name: str) -> bool:
        """Whether a function of this name mixes what it takes, as attention does."""
        return _MIXES.search(name) is not None

    def _joined(self, values: Any, *, stacked: bool) -> Any:
        """Values side by side: parts of one cut that come together again were no matrices of their own."""
        if not isinstance(values, (list, tuple)):
            return UNKNOWN
        if not stacked and values and isinstance(values[0], View) and all(one == values[0] for one in values):
            return values[0]  # the outputs for several parts of the data
        parts: list[dict[Whole, set[Region]]] = []
        for value in values:
            behind: dict[Whole, set[Region]] = {}
            for whole, part in value.trail if isinstance(value, (View, Trace)) else ():
                behind.setdefault(whole, set()).add(part)
            parts.append(behind)
        together: dict[Whole, set[Region]] = {}
        mixed = [isinstance(value, Trace) and value.mixed for value in values]
        for (one, is_mixed), (other, also) in combinations(zip(parts, mixed, strict=True), 2):
            for whole in one.keys() & other.keys() if is_mixed == also else ():
                left, right = one[whole], other[whole]
                apart = len(left) == len(right) == 1 and left != right
                if (apart and not (stacked and _is_wide(left | right))) or (left == right and len(left) > 1):
                    together.setdefault(whole, set()).update(left | right)
        for whole, regions in together.items():
            self.cuts.rejoined.setdefault(whole, []).append(regions)
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
            self._doubt(view, axis)
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
        if name == "tensor_split" and isinstance(first, (list, tuple)) and all(isinstance(one, int) for one in first):
            first = [end - begin for begin, end in pairwise([0, *first, count])]
        if isinstance(first, int) and first > 0:
            most = first if name in ("split", "unsafe_split") else -(-count // first)
            first = [most] * (count // most) + ([count % most] if count % most else [])
        if not isinstance(first, (list, tuple)) or len(first) > 64:
            return self.computed([view])
        parts = list(first)
        if parts.count(UNKNOWN) or not all(isinstance(one, int) and one > 0 for one in parts) or sum(parts) != count:
            return tuple([self.computed([view])] * len(parts))
        return self._split(view, parts, axis)

    def glu(self, value: Any, dim: Any) -> Any:
        """A gated linear unit, which multiplies its first half by its second."""
        return self.computed(self.method(value, "chunk", [2, dim], {})) if isinstance(value, View) else UNKNOWN

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


def _is_wide(parts: Iterable[Region]) -> bool:
    """Whether parts are whole runs of rows, not every second row."""
    return all(not dims or dims[-1][1] == 1 for _, dims in parts)
