"""Where a tensor's values come from: parameters, data, or neither; tracked by storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch

from paramwise.model.evidence import Used

Flags = frozenset[str]
"""What happened to a parameter before it met the data: ``gain`` (it scales another parameter, and varies along fewer
dimensions), ``added`` (it shifts another parameter so), ``fed`` (it was multiplied by the transpose of another one,
as the input of a layer is), ``layer`` (that other one), ``onto`` (it was multiplied from the left with another one,
as the weight of a layer is, or a factor), ``code`` (a vector, which another parameter mapped), ``mapped`` (it
multiplied a constant matrix), ``spread`` (it was spread over more elements by constants), ``bent`` (a map that does
not keep 0 at 0), ``waves`` (it went through a Fourier transform), ``squared`` (its squares were taken), ``negative``
(an odd number of negations), ``hidden`` (an activation function followed a product of parameters), ``input`` (a further
product followed that: it is what goes into a network of parameters), ``rows`` (rows of it were picked, some several
times), ``chosen`` (the data picked from it, by a mask larger than it)."""


@dataclass(slots=True, eq=False)
class Meeting:
    """A place where a parameter met the data.

    Attributes:
        vector: whether what met the data varied along one dimension at most.
        certain: the use stands, whatever becomes of the result.
        mapped: the parameter multiplied constants before, such as the sines of positions, or it multiplies scores.
        bent: a map that does not keep 0 at 0 came before.
        plain: the data were multiplied with it as it lies in memory: its columns are outputs, as those of a layer.
        contracted: a sum over a dimension along which both vary followed: a product, written as multiply then sum.
        shared: the data were shares that a softmax made.
        kept: something else than such a sum took the result.
        lies: where the values that met lie: storage and offset of the parameter's, then of the data's.
    """

    parameter: int
    use: Used
    operation: str
    argument: str
    module: str
    line: str
    vector: bool
    certain: bool = False
    mapped: bool = False
    bent: bool = False
    plain: bool = False
    contracted: bool = False
    shared: bool = False
    kept: bool = False
    lies: tuple[int, int, int, int] | None = None

    def is_tap_beside(self, other: Meeting) -> bool:
        """Whether two parts of one parameter multiplied two views of the same data."""
        if self.lies is None or other.lies is None or self.parameter != other.parameter:
            return False
        same = [one == another for one, another in zip(self.lies, other.lies, strict=True)]
        return same == [True, False, True, False]

    @property
    def told(self) -> Used:
        """The use, now that the pass is over."""
        use = self.use
        if self.contracted and use != "token" and not self.kept and not self.certain:
            use = "token" if self.shared else "curve" if self.bent else "product"
        return "direction" if use == "product" and self.vector and not self.certain else use


class Pending(NamedTuple):
    """A meeting whose use depends on what becomes of the result, and how the result lies in its storage.

    Attributes:
        sizes: of the result.
        strides: of the result; by them each view of the storage is known.
        weight: for each dimension, whether the parameter varies along it.
        data: for each dimension, whether the data does.
        scaled: whether other data multiplied the result since.
    """

    meeting: Meeting
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    weight: tuple[bool, ...]
    data: tuple[bool, ...]
    scaled: bool = False

    def seen_from(self, view: torch.Tensor) -> tuple[list[bool], list[bool], list[bool]]:
        """For each dimension of a view: whether the parameter, the data, or both along one dimension vary there."""
        weight, data, both = [], [], []
        for size, stride in zip(view.shape, view.stride(), strict=True):
            touched = [
                at
                for at, (length, step) in enumerate(zip(self.sizes, self.strides, strict=True))
                if length > 1 and size > 1 and stride and step < stride * size and step * length > stride
            ]
            weight.append(any(self.weight[at] for at in touched))
            data.append(any(self.data[at] for at in touched))
            both.append(any(self.weight[at] and self.data[at] for at in touched))
        return weight, data, both


@dataclass(slots=True, eq=False)
class Flow:
    """What the values of a tensor depend on.

    A tensor that depends on parameters alone has ``parts``; one that depends on data has none: what its parameters are
    used for was told where they met the data, or is ``pending``.

    Attributes:
        data: whether the values depend on the inputs of the model, or on random numbers.
        choice: of data: whether the values only pick (a mask, a one-hot vector).
        noise: of data: whether the values are random numbers, and nothing of the model's input.
        around: of noise: whether the numbers lie around another one than 0, as what a weight is scaled by at random.
        offset: what was added to values that only pick, or taken from them: the storage, and whether it was added.
        parts: what happened to each parameter so far.
        pending: meetings that are not decided.
        scores: whether a product of data with data is in it, as in what a softmax makes attention of.
        shares: of data: whether the values are shares of places that a softmax made of scores, as those of attention.
        logits: products that are in it as they are, only put in another order, scaled or added.
    """

    data: bool = False
    choice: bool = False
    noise: bool = False
    around: bool = False
    offset: tuple[int, bool] | None = None
    parts: Mapping[int, Flags] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    scores: bool = False
    shares: bool = False
    logits: tuple[Meeting, ...] = ()


DATA = Flow(data=True)
CHOICE = Flow(data=True, choice=True)
NOISE = Flow(data=True, noise=True)
SCORES = Flow(data=True, scores=True)
SHARES = Flow(data=True, shares=True)


def varies(tensor: torch.Tensor) -> tuple[bool, ...]:
    """For each dimension, whether the values can differ along it."""
    return tuple(size > 1 and step != 0 for size, step in zip(tensor.shape, tensor.stride(), strict=True))


def lies_by_last(tensor: torch.Tensor) -> bool:
    """Whether neighbours along the last dimension, which has several, are neighbours in memory."""
    dense = tensor.layout == torch.strided and tensor.ndim > 0
    return dense and tensor.shape[-1] > 1 and tensor.stride(-1) == 1


def lies_at(tensor: torch.Tensor) -> tuple[int, int]:
    """The storage that a tensor lies in, and where it begins there; where it has none, itself."""
    try:
        return tensor.untyped_storage()._cdata, int(tensor.storage_offset())
    except (NotImplementedError, RuntimeError):
        return id(tensor), 0


def aligned(mask: Sequence[bool], ndim: int) -> tuple[bool, ...]:
    """The mask of an operand for a result of more dimensions."""
    return (*[False] * (ndim - len(mask)), *mask)


def united(*parts: Mapping[int, Flags]) -> dict[int, Flags]:
    """The parts of a result: what happened to a parameter on the most direct of its ways."""
    found: dict[int, Flags] = {}
    for one in parts:
        for parameter, flags in one.items():
            before = found.get(parameter, flags)
            found[parameter] = before & flags | (before | flags) & {"spread"}
    return found


def flagged(parts: Mapping[int, Flags], flag: str) -> dict[int, Flags]:
    """The parts with one more thing that happened to them."""
    return {parameter: flags | {flag} for parameter, flags in parts.items()}


def negated(parts: Mapping[int, Flags]) -> dict[int, Flags]:
    """The parts with their sign turned."""
    return {parameter: flags ^ {"negative"} for parameter, flags in parts.items()}


class Ledger:
    """The flow of every tensor that is alive, by its storage."""

    def __init__(self, parameters: Sequence[torch.Tensor]) -> None:
        self._flows: dict[int, Flow] = {}
        self._kept_alive: dict[int, object] = {}  # an address stays unique while its weak reference lives
        self._parameters: dict[int, list[tuple[int, int, int]]] = {}
        self.vectors = {
            number: tensor.numel() for number, tensor in enumerate(parameters) if sum(map(_many, tensor.shape)) < 2
        }
        self.flat = {number for number, tensor in enumerate(parameters) if tensor.ndim < 2}
        for number, tensor in enumerate(parameters):
            self._parameters.setdefault(self.key(tensor), []).append((number, *_extent(tensor)))

    def key(self, tensor: torch.Tensor) -> int:
        """What tensors that share memory have in common."""
        try:
            storage = tensor.untyped_storage()
        except (NotImplementedError, RuntimeError):  # sparse tensors and some subclasses have none
            self._kept_alive.setdefault(id(tensor), tensor)
            return id(tensor)
        key: int = storage._cdata
        if key not in self._kept_alive:
            self._kept_alive[key] = _WeakStorage(storage)
        return key

    def is_parameter(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor shares the memory of a parameter."""
        return self.key(tensor) in self._parameters

    def __getitem__(self, tensor: torch.Tensor) -> Flow | None:
        key = self.key(tensor)
        owners = self._parameters.get(key)
        if owners is None:
            return self._flows.get(key)
        if len(owners) > 1:  # several parameters in one flat storage
            start, stop = _extent(tensor)
            owners = [owner for owner in owners if owner[1] < stop and start < owner[2]] or owners
        return Flow(parts={number: frozenset() for number, _, _ in owners})

    def __setitem__(self, tensor: torch.Tensor, flow: Flow | None) -> None:
        key = self.key(tensor)
        if key in self._parameters:
            return
        if flow is None:
            self._flows.pop(key, None)
        else:
            self._flows[key] = flow


def _many(size: int) -> bool:
    return size > 1


class _WeakStorage:
    """Keeps the address of a storage from being used for another one, and not its memory."""

    __slots__ = ("_reference",)

    def __init__(self, storage: torch.UntypedStorage) -> None:
        self._reference = storage._weak_ref()

    def __del__(self) -> None:
        torch.UntypedStorage._free_weak_ref(self._reference)  # type: ignore[no-untyped-call]


def _extent(tensor: torch.Tensor) -> tuple[int, int]:
    """The elements of its storage between which a tensor lies."""
    try:
        start = int(tensor.storage_offset())
        steps = zip(tensor.shape, tensor.stride(), strict=True)
    except (NotImplementedError, RuntimeError):
        return 0, tensor.numel()
    return start, start + sum((int(size) - 1) * int(step) for size, step in steps) + 1


def storage_bytes(tensor: torch.Tensor) -> int:
    """The size of the storage that a tensor lies in; 0 where it has none."""
    try:
        return int(tensor.untyped_storage().nbytes())
    except (NotImplementedError, RuntimeError):
        return 0
