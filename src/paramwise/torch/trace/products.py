"""What products, convolutions and attention do with the parameters among their factors."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from paramwise.torch.trace.flow import DATA, Flags, Flow, Pending, flagged, lies_by_last, united
from paramwise.torch.trace.meetings import Input
from paramwise.torch.trace.pending import Operation
from paramwise.torch.trace.table import PRODUCTS


class Products(Operation):
    """What the parameters among the factors of an operation are used for."""

    def multiply(self, left: Input, right: Input) -> Flow:
        """A product of matrices."""
        added = self.at(0) if PRODUCTS[self.name][0] == 1 else None
        # `linear(x, W)` multiplies by the transpose of W, or adds a bias: what is on the left goes through the layer
        transposed = self.name == "mm" and _transposed(right.tensor) and not (left.weighs and _transposed(left.tensor))
        biased = self.name in ("addmm", "_addmm_activation") and added is not None and added.tensor.ndim < 2
        layer = right.weighs and (biased or (transposed and (not left.weighs or self.meetings.in_layer())))
        if transposed and left.weighs and right.weighs and not layer:  # what becomes of it tells
            return Flow(parts=united(flagged(left.parts, "fed"), flagged(right.parts, "layer")))
        if layer or left.is_data or right.is_data:
            before = len(self.meetings)
            pending: tuple[Pending, ...] = ()
            for one, other in ((left, right), (right, left)):
                if one.weighs:
                    pending += self._multiply_one(one, other, layer=layer)
                elif one.is_data:
                    self.settle(one, slot=False)
            products = tuple(met for met in self.meetings[before:] if met.use == "product")
            if biased or self.meetings.in_layer():
                products = ()  # a layer, whatever its results are added to
            if added is not None and added.weighs:
                self.meetings.meet(added, "sum", self.whole)
            return Flow(data=True, pending=pending, logits=products) if pending or products else DATA
        parts = united(self._coded(self._fed(left), right), flagged(self._coded(right, left), "onto"))
        if not left.weighs or not right.weighs:
            parts = self.spread(flagged(parts, "mapped"), left if left.weighs else right)
        if added is not None and added.is_data:
            self.meetings.meet(Input(right.argument, right.tensor, Flow(parts=parts)), "sum", self.whole)
            return DATA
        return Flow(parts=united(parts, added.parts) if added is not None else parts)

    def _fed(self, left: Input) -> Input:
        """The left factor; parameters in a network's hidden values that are not its weights are marked as its input."""
        parts = dict(left.parts)
        for parameter, flags in left.parts.items():
            if "hidden" in flags:
                known = frozenset() if flags & {"onto", "layer"} else {"input"}
                parts[parameter] = (flags - {"hidden", "bent"}) | known
        return Input(left.argument, left.tensor, Flow(parts=parts)) if left.weighs else left

    def _coded(self, one: Input, other: Input) -> Mapping[int, Flags]:
        """The parts of a factor; a vector that a matrix of other parameters maps is a code."""
        flat = one.parts.keys() <= self.meetings.flat and not other.parts.keys() <= self.meetings.flat
        return flagged(one.parts, "code") if one.weighs and flat and other.weighs else one.parts

    def _multiply_one(self, weight: Input, other: Input, *, layer: bool) -> tuple[Pending, ...]:
        """One side of a product is made of parameters, the result is data."""
        left = weight.tensor is self.args[PRODUCTS[self.name][0]]
        if layer and other.weighs and left:
            self.meetings.meet(weight, "token", self.whole)
        elif not layer and other.flow is not None and other.flow.choice:
            self.meetings.meet(weight, "lookup", self.whole)
        elif self.name == "bmm" and weight.tensor.shape[0] > 1 and weight.tensor.shape[2 if left else 1] == 1:
            self.meetings.meet(weight, "gain", self.whole)  # einsum writes an outer product so
        else:
            if not left and not layer and self.name == "mm" and not _transposed(weight.tensor) and not _scores(other):
                weight = Input(weight.argument, weight.tensor, Flow(parts=_unfed(weight.parts)))  # a matrix of factors
            thin = sum(size > 1 for size in weight.tensor.shape) < 2 and not self.meetings.in_layer()  # maybe a query
            # what attention reads are tokens, unless the sum of them is a weight
            read = not layer and other.flow is not None and other.flow.shares
            read = read and lies_by_last(other.tensor.mT if left and other.tensor.ndim > 1 else other.tensor)
            met = self.meetings.meet(weight, "token" if read else "product", self.whole, certain=layer and not thin)
            if other.flow is not None and other.flow.scores:  # mixes the heads of attention
                for one in met:
                    one.mapped = True
            for one in met:
                one.plain = not left and weight.tensor.stride(-1) == 1
            if not layer and self.results and self.results[0].ndim >= 2:
                batch = [True] * (self.results[0].ndim - 2)
                along = ((False, True), (True, False))  # the columns are the data's where the weight is on the left
                return tuple(self.layout(one, (*batch, *along[left]), (*batch, *along[not left])) for one in met)
        return ()

    def convolve(self) -> Flow | None:
        """A convolution: its second argument is its weight."""
        found = {one.argument: one for one in self.inputs}
        given = found.get("input") or self.inputs[0]
        weight, bias = found.get("weight") or self.inputs[1], found.get("bias")
        if not weight.weighs and not weight.is_data and not given.is_data:  # a parameter that is blurred
            return Flow(parts=given.parts)
        pointwise = all(size == 1 for size in weight.tensor.shape[2:]) and not isinstance(weight.tensor, nn.Parameter)
        if weight.weighs and given.weighs and pointwise:  # a product of factors, written as a convolution
            return Flow(parts=united(given.parts, weight.parts))
        if weight.weighs:
            self.meetings.meet(weight, "product", self.whole, certain=True)
        if given.weighs:
            self.meetings.meet(given, "token", self.whole)
        for one in (weight, given):
            if one.is_data:
                self.settle(one, slot=one is weight)
        if bias is not None and bias.weighs:
            self.meetings.meet(bias, "sum", self.whole)
        return DATA

    def attend(self, weights: list[Input]) -> Flow:
        """Attention: what is not data was put beside them as queries, keys or values."""
        for one in weights:
            self.meetings.meet(one, "sum" if "bias" in one.argument or "mask" in one.argument else "token", self.whole)
        for one in self.inputs:
            if one.is_data:
                self.settle(one, slot=False)
        return DATA

    def spread(self, parts: Mapping[int, Flags], weight: Input) -> dict[int, Flags]:
        """The parts of a result that constants made larger than the operand."""
        grown = bool(self.results) and self.results[0].numel() > weight.tensor.numel()
        return flagged(parts, "spread") if grown else dict(parts)


def _scores(given: Input) -> bool:
    return given.flow is not None and given.flow.scores


def _unfed(parts: Mapping[int, Flags]) -> dict[int, Flags]:
    return {parameter: flags - {"fed"} for parameter, flags in parts.items()}


def _transposed(tensor: torch.Tensor) -> bool:
    """Whether a matrix lies in memory as the transpose of a contiguous one."""
    return tensor.ndim == 2 and tensor.stride(0) == 1 and tensor.stride(1) == max(tensor.shape[0], 1)
