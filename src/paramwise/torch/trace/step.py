"""What one torch operation does with a parameter: passes it on, or meets the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch

from paramwise.torch.trace.flow import (
    CHOICE,
    DATA,
    Flags,
    Flow,
    Pending,
    aligned,
    flagged,
    negated,
    storage_bytes,
    united,
    varies,
)
from paramwise.torch.trace.meetings import Input
from paramwise.torch.trace.products import Products
from paramwise.torch.trace.table import (
    ACTIVATIONS,
    BENT,
    CHOOSING,
    DISTANCES,
    NORMS,
    PICKED,
    PLACED,
    PRODUCTS,
    SCALING,
    SHIFTING,
    SUMS,
    use_by_names,
)


class Step(Products):
    """What the parameters among the arguments of an operation are used for."""

    def flow(self) -> Flow | None:
        """The flow of the result."""
        name, inputs = self.name, self.inputs
        weights = [one for one in inputs if one.weighs]
        data = [one for one in inputs if one.is_data]
        if not weights and not data:
            return None
        if "scaled_dot_product" in name or "flex_attention" in name or name == "_flash_attention_forward":
            return self.attend(weights)
        if not weights:
            return self.of_data(data)
        if name in PRODUCTS:
            left, right = map(self.at, PRODUCTS[name])
            if left is not None and right is not None:
                return self.multiply(left, right)
        if name == "convolution" or name.endswith("_convolution"):
            return self.convolve()
        if NORMS.search(name):
            return self.normalise()
        if name in ("embedding", "_embedding_bag", "_embedding_bag_forward_only"):
            return self.look_up()
        if name in PICKED:
            return self.pick(inputs[0], inputs[1:])
        if name in ("cat", "stack"):
            return self.place(inputs)
        if name in PLACED:
            masks = ("mask", "condition", "indices", "index")
            return self.place([one for one in inputs if one.argument not in masks])
        if name == "copy":
            return self.copy(*inputs[:2])
        if name in SCALING and len(inputs) == 2:
            return self.scale(*inputs)
        if name in SHIFTING and len(inputs) >= 2:
            return self.shift(inputs[0], inputs[-1])
        if name in DISTANCES:
            return self.compare(weights)
        if name in ("addcmul", "addcdiv"):
            return self.shift_by_product(*inputs[:3])
        if name == "_weight_norm_interface":
            return Flow(parts=united(inputs[0].parts, flagged(inputs[1].parts, "gain")))
        if not data:
            return self.pass_on(weights)
        return self.meet_by_names(weights)

    # --- without data -------------------------------------------------------------------------------------------------

    def pass_on(self, weights: list[Input]) -> Flow | None:
        """The result is made of parameters alone; of none, if one number made of them counts for nothing."""
        if self.name == "mul" and self._factor() == 0 and not weights[0].tensor.ndim:
            return None
        parts = united(*(one.parts for one in weights))
        if self.name in SUMS and self._are_rows(parts):
            self.meetings.meet(weights[0], "lookup", self.whole)
            return DATA
        if self.name in ACTIVATIONS and any(flags & {"onto", "layer"} for flags in parts.values()):
            parts = flagged(parts, "hidden")
        if self.name in BENT or (self.name == "pow" and self._exponent() <= 0):
            parts = flagged(parts, "bent")
        elif self.name.startswith("_fft"):
            parts = flagged(parts, "waves")
        elif self.name == "square" or (self.name == "pow" and self._exponent() == 2):
            parts = flagged(parts, "squared")
        elif self.name in ("neg", "rsub") or (self.name in SCALING and self._factor() < 0):
            parts = negated(parts)
        return Flow(parts=parts)

    def _are_rows(self, parts: Mapping[int, Flags]) -> bool:
        """Whether the sum is over the rows of tables that one-hot vectors of the data picked from."""
        chosen = [parameter for parameter, flags in parts.items() if "chosen" in flags]
        return bool(chosen) and len(chosen) == len(parts) and not self.meetings.vectors.keys() & set(chosen)

    def _exponent(self) -> float:
        exponent = self.args[1] if len(self.args) > 1 else self.kwargs.get("exponent")
        if not isinstance(self.args[0], torch.Tensor):  # 2 ** weight
            return 0.0
        return float(exponent) if isinstance(exponent, (int, float)) else 1.0

    def _factor(self) -> float:
        factor = self.args[1] if len(self.args) > 1 else self.kwargs.get("other")
        return float(factor) if isinstance(factor, (int, float)) else 1.0

    # --- layers -------------------------------------------------------------------------------------------------------

    def normalise(self) -> Flow:
        """A normalisation with its gain and its bias; its input may itself be a parameter."""
        given = self.inputs[0]
        for one in self.inputs[1:]:
            if one.weighs and one.argument in ("weight", "bias"):
                self.meetings.meet(one, "gain" if one.argument == "weight" else "sum", self.whole)
        if given.is_data:
            self.settle(given, slot=False)
        return Flow(parts=given.parts) if given.weighs else DATA

    def look_up(self) -> Flow:
        """The rows of a table, by their numbers."""
        for one in self.inputs:
            if one.weighs:
                self.meetings.meet(one, "lookup" if one is self.inputs[0] else "gain", self.whole)
        return DATA

    def pick(self, table: Input, indices: list[Input]) -> Flow:
        """Elements by their places: as the data say, or always the same."""
        if not table.weighs:
            return DATA
        if any(one.is_data for one in indices):
            return Flow(data=True, pending=self.pend(table, "lookup"))
        grown = bool(self.results) and self.results[0].numel() > table.tensor.numel()
        matrices = table.tensor.ndim > 2 and all(one.tensor.ndim == 1 for one in indices)  # such as experts of groups
        return Flow(parts=flagged(table.parts, "rows") if grown and not matrices else table.parts)

    # --- element by element -------------------------------------------------------------------------------------------

    def scale(self, left: Input, right: Input) -> Flow:
        """One multiplies the other."""
        if left.weighs and right.weighs:
            first, second = self._lesser_flagged(left, right, "gain")
            return Flow(parts=united(first, flagged(second, "bent") if self.name == "div" else second))
        weight, other = (left, right) if left.weighs else (right, left)
        if self._is_noise_of(other, weight):
            return Flow(parts=weight.parts if other.flow and other.flow.around else flagged(weight.parts, "gain"))
        if not other.is_data or (other.flow is not None and other.flow.choice):
            parts = self.spread(weight.parts, weight)
            if not other.is_data and _is_lesser(weight, other):  # a frozen matrix that it scales
                parts = flagged(parts, "gain")
            if other.is_data and self.results and self.results[0].numel() > weight.tensor.numel():
                parts = flagged(parts, "chosen")
            if self.name == "div" and weight is right:
                parts = flagged(parts, "bent")
            return Flow(parts=parts)
        if self.name == "div" and weight is right:  # at 0 it is infinite: never a weight
            self.meetings.meet(weight, "gain", self.whole)
            return Flow(data=True, pending=tuple(self.carry(other)))
        if any("waves" in flags for flags in weight.parts.values()):  # a convolution
            self.meetings.meet(weight, "product", self.whole)
            return Flow(data=True, pending=tuple(self.carry(other)))
        return self._pass_through(other, self.pend(weight, "gain", other))

    def _pass_through(self, data: Input, pending: tuple[Pending, ...]) -> Flow:
        """Data that a parameter scales or shifts: scores stay scores, shares stay shares."""
        flow = data.flow or DATA
        pending = (*pending, *self.carry(data))
        shares = flow.shares and self.name in SCALING
        return Flow(data=True, pending=pending, scores=flow.scores, shares=shares, logits=flow.logits)

    def _lesser_flagged(self, left: Input, right: Input, flag: str) -> tuple[Mapping[int, Flags], Mapping[int, Flags]]:
        """The parts of two operands; the one that varies along fewer dimensions scales, or shifts, the other."""
        if _is_lesser(right, left):
            return left.parts, flagged(right.parts, flag)
        if _is_lesser(left, right):
            return flagged(left.parts, flag), right.parts
        return left.parts, right.parts

    def shift(self, left: Input, right: Input) -> Flow:
        """One is added to the other."""
        if not left.is_data and not right.is_data:
            first, second = left.parts, right.parts
            each = _is_each(left.tensor, right.tensor) or _is_each(right.tensor, left.tensor)
            if left.weighs and right.weighs and not each:
                first, second = self._lesser_flagged(left, right, "added")
            first, second = self._biased(first, second), self._biased(second, first)
            return Flow(parts=united(first, negated(second) if self.name == "sub" else second))
        weight, other = (left, right) if left.weighs else (right, left)
        if self._is_noise_of(other, weight):
            return Flow(parts=weight.parts)
        return self._pass_through(other, self.pend(weight, "sum", other))

    def _biased(self, parts: Mapping[int, Flags], others: Mapping[int, Flags]) -> Mapping[int, Flags]:
        """The parts of a summand; vectors that are added to what a matrix made are biases."""
        flat = self.meetings.flat
        return flagged(parts, "added") if parts and parts.keys() <= flat and not others.keys() <= flat else parts

    def _is_noise_of(self, other: Input, weight: Input) -> bool:
        """Whether random numbers, as many as a weight has elements for each draw, move it: it is still a weight."""
        if other.flow is None or not other.flow.noise or not self.results:
            return False
        drawn, shape = self.results[0].shape, weight.tensor.shape
        return drawn == shape or (len(shape) > 1 and drawn[-len(shape) :] == shape)

    def compare(self, weights: list[Input]) -> Flow:
        """Distances to the data: differences with the rows of a parameter."""
        for one in weights:
            self.meetings.meet(one, "sum", self.whole)
        for one in self.inputs:
            if one.is_data:
                self.settle(one, slot=False)
        return DATA

    def shift_by_product(self, added: Input, first: Input, second: Input) -> Flow:
        """The product of two tensors is added to a third."""
        if not any(one.is_data for one in (added, first, second)):
            return Flow(parts=united(added.parts, first.parts, second.parts))
        for one, other in ((first, second), (second, first)):
            if added.weighs and one.weighs and self._is_noise_of(other, one):
                return Flow(parts=united(added.parts, flagged(one.parts, "gain")))
        if added.weighs:
            self.meetings.meet(added, "sum", self.whole)
        for one, other in ((first, second), (second, first)):
            if one.weighs:
                self.meetings.meet(one, "gain" if other.is_data or not other.weighs else "sum", self.whole)
        return DATA

    def place(self, parts: Iterable[Input]) -> Flow | None:
        """Put beside each other, or in each other's place."""
        parts = list(parts)
        if any(one.is_data for one in parts):
            for one in parts:
                if one.weighs:
                    self.meetings.meet(one, "token", self.whole)
                elif one.is_data:
                    self.settle(one, slot=False)
            return DATA
        found = united(*(one.parts for one in parts))
        return Flow(parts=found) if found else CHOICE

    def copy(self, target: Input, source: Input) -> Flow | None:
        """A tensor takes the values of another one; where it is a part of a storage, the rest stays as it is."""
        part = target.tensor.numel() * target.tensor.element_size() < storage_bytes(target.tensor)
        if source.weighs and target.is_data and part:
            self.meetings.meet(source, "token", self.whole)
            return DATA
        return source.flow if source.flow is None or not source.flow.pending else self.of_data([source])

    # --- the rest -----------------------------------------------------------------------------------------------------

    def meet_by_names(self, weights: list[Input]) -> Flow:
        """An operation without an entry of its own: what its arguments are called says what they are."""
        for one in weights:
            use = use_by_names(self.name, one.argument, one.tensor.ndim)
            if use == "unknown" and self.whole.startswith("aten.") and self._is_elementwise():
                use = "gain"
            self.meetings.meet(one, use, self.whole)
        for one in self.inputs:
            if one.is_data:
                self.settle(one, slot=False)
        return CHOICE if self.name in CHOOSING else DATA

    def _is_elementwise(self) -> bool:
        try:
            shape = torch.broadcast_shapes(*(one.tensor.shape for one in self.inputs))  # type: ignore[no-untyped-call]
        except RuntimeError:
            return False
        return bool(self.results) and shape == self.results[0].shape


def _is_lesser(one: Input, other: Input) -> bool:
    """Whether an operand varies along some of the dimensions along which the other does, and along no further one."""
    ndim = max(one.tensor.ndim, other.tensor.ndim)
    mine, others = (aligned(varies(operand.tensor), ndim) for operand in (one, other))
    return mine != others and not any(a and not b for a, b in zip(mine, others, strict=True))


def _is_each(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether a matrix has the shape of each matrix in a larger tensor: of each expert, or of each draw."""
    return sum(map(int, varies(one))) > 1 and one.shape == other.shape[-one.ndim :] != other.shape
