"""Uses settled by a later operation: multiply then sum, weight slots, attention."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from paramwise.model.evidence import Used
from paramwise.torch.trace.flow import (
    CHOICE,
    DATA,
    SCORES,
    SHARES,
    Flow,
    Meeting,
    Pending,
    aligned,
    lies_at,
    lies_by_last,
    varies,
)
from paramwise.torch.trace.meetings import Input, Meetings
from paramwise.torch.trace.table import (
    BENT,
    CHOICES,
    CHOOSING,
    COPIED,
    FOLDING,
    ORDERED,
    PRODUCTS,
    SCALING,
    SHARING,
    SHIFTING,
    SOFTMAX,
    STATISTICS,
)


@dataclass(slots=True)
class Operation:
    """One operation of a pass.

    Attributes:
        meetings: where the meetings of the pass are kept.
        whole: its name with its library's.
        name: its plain name.
        inputs: its arguments that are tensors.
        args: its arguments.
        kwargs: its arguments by name.
        results: its results that are tensors.
    """

    meetings: Meetings
    whole: str
    name: str
    inputs: list[Input]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    results: list[torch.Tensor]

    def at(self, place: int) -> Input | None:
        """The input that came in at a place."""
        given = self.args[place] if place < len(self.args) else None
        return next((one for one in self.inputs if one.tensor is given), None)

    def of_data(self, data: list[Input]) -> Flow | None:
        """No parameter takes part; a meeting before this operation may be decided by it."""
        flows = [one.flow for one in data if one.flow is not None]
        if (straight := self._straight_through(data)) is not None:
            return straight
        if any(flow.pending or flow.logits for flow in flows):
            return self.decide(data)
        if self.name not in CHOOSING and all(flow.noise for flow in flows):
            return Flow(data=True, noise=True, around=self._moves_noise() or any(flow.around for flow in flows))
        if (self.name in PRODUCTS and len(data) >= 2) or (self.name in ORDERED and any(flow.scores for flow in flows)):
            return SCORES
        if self.name in CHOOSING or (self.name == "scatter" and self._is_one_hot()):
            return CHOICE
        if self.name in CHOICES and all(one.flow is None or one.flow.choice for one in self.inputs):
            return CHOICE
        return SHARES if self._makes_shares(flows) else DATA

    def _makes_shares(self, flows: list[Flow]) -> bool:
        """Whether a softmax is taken of scores, or shares are scaled, moved, or left out where a mask tells.

        What is no longer laid out share by share is something else: the shares of several heads beside each other.
        """
        if not all(lies_by_last(one.tensor) for one in self.inputs if one.is_data):
            return False
        if self.name in SHARING:
            met = (one.meeting.use for flow in flows for one in flow.pending)
            places = self.args[1] in (-1, self.inputs[0].tensor.ndim - 1)
            return places and (
                any(flow.scores or flow.logits for flow in flows) or not {"product", "token"}.isdisjoint(met)
            )
        return (
            self.name in ORDERED
            and any(flow.shares for flow in flows)
            and all(flow.shares or flow.choice for flow in flows)
        )

    def _moves_noise(self) -> bool:
        """Whether a number is added to random ones, or a map does not keep 0 at 0."""
        numbers = [one for one in self.args if isinstance(one, (int, float))]
        return self.name in BENT or (self.name in ("add", "sub", "rsub") and any(numbers))

    def _straight_through(self, data: list[Input]) -> Flow | None:
        """A one-hot vector plus a soft one, minus the same: its value only picks, its gradient is the soft one's."""
        if self.name in COPIED and len(data) == 1 and data[0].flow is not None and data[0].flow.offset is not None:
            return data[0].flow
        if self.name not in ("add", "sub") or len(data) != 2:
            return None
        for one, other in (data, data[::-1]):
            if one.flow is None or not (one.flow.choice or one.flow.offset) or (other.flow and other.flow.choice):
                continue
            storage, _ = lies_at(other.tensor)
            if one.flow.offset is None:
                if other.flow is not None and other.flow.offset is not None:
                    continue
                if self.name == "add" or one is data[0]:  # a soft one minus a hard one has the other sign
                    self.settle(other, slot=False)
                    return Flow(data=True, offset=(storage, self.name == "add"))
            elif one.flow.offset == (storage, self.name == "sub") and (self.name == "add" or one is data[0]):
                return CHOICE
        return None

    def _is_one_hot(self) -> bool:
        """Whether a number is put among constants, at places that the data tell."""
        target = self.inputs[0].flow
        return isinstance(self.kwargs.get("value", self.args[-1]), (int, float)) and (target is None or target.choice)

    def decide(self, data: list[Input]) -> Flow:
        """What comes of the results of meetings."""
        name = self.name
        flows = [one.flow for one in data if one.flow is not None]
        if name in SOFTMAX:
            self._query(data[0])
        logits: tuple[Meeting, ...] = ()
        if name in ORDERED:
            logits = tuple(dict.fromkeys(met for flow in flows for met in flow.logits))
        scores = (name in PRODUCTS and len(data) >= 2) or (name in ORDERED and any(flow.scores for flow in flows))
        pending: tuple[Pending, ...] = ()
        if name == "add" and len(data) == 2:
            self._add_taps(*data)
        if name in COPIED or (name in SCALING | SHIFTING and len(data) <= 2):
            pending = tuple(one for given in data for one in self.carry(given))
        elif name in FOLDING:
            pending = tuple(self._sum(data[0]))
        elif name in STATISTICS:
            pass  # how large it is: something else uses it
        else:
            for one in data:
                self.settle(one, slot=name.endswith("convolution") and one.argument == "weight")
        return Flow(data=True, pending=pending, scores=scores, shares=self._makes_shares(flows), logits=logits)

    def _add_taps(self, left: Input, right: Input) -> None:
        """A convolution may be written as a sum of shifted data, each scaled by a part of the kernel.

        Of two parts that may be a number and its imaginary part it takes a third one.
        """
        found = [[one.meeting for one in given.flow.pending] if given.flow else [] for given in (left, right)]
        for one in found[1]:
            beside = [other for other in found[0] if one.is_tap_beside(other)]
            for tap in (one, *beside) if len(beside) > 1 else ():
                tap.use, tap.certain = "product", tap.parameter not in self.meetings.vectors

    def _query(self, given: Input) -> None:
        """A softmax over the places of the data is attention: weights that were multiplied with them are queries.

        So are tables of relative positions, whose products with the queries are added to those with the keys.
        """
        if given.flow is not None and given.flow.scores:
            for meeting in given.flow.logits:
                meeting.use = meeting.use if meeting.mapped else "token"
        dim = self.args[1] if len(self.args) > 1 and isinstance(self.args[1], int) else -1
        for pending in given.flow.pending if given.flow is not None else ():
            weight, data, _ = pending.seen_from(given.tensor)
            meeting = pending.meeting
            if (
                meeting.use == "product"
                and not meeting.mapped
                and not meeting.plain
                and not meeting.vector
                and not meeting.certain
                and data[dim]
                and not weight[dim]
            ):
                meeting.use = "token"

    def _sum(self, given: Input) -> Iterator[Pending]:
        """Over which dimensions a sum goes decides whether it makes a product of multiplied values."""
        tensor = given.tensor
        dims = self.kwargs.get("dim", self.args[1] if len(self.args) > 1 else None)
        dims = range(tensor.ndim) if dims is None or dims == [] else [dims] if isinstance(dims, int) else dims
        reduced = {dim % tensor.ndim for dim in dims if tensor.ndim}
        for pending in given.flow.pending if given.flow is not None else ():
            weight, other, both = pending.seen_from(tensor)
            if any(both[dim] for dim in reduced) and (pending.meeting.use == "gain" or pending.scaled):
                pending.meeting.contracted = True
            elif self.results and self.results[0].ndim == tensor.ndim - len(reduced):
                result = self.results[0]
                left = [dim for dim in range(tensor.ndim) if dim not in reduced]
                yield Pending(
                    pending.meeting,
                    tuple(result.shape),
                    result.stride(),
                    tuple(weight[dim] for dim in left),
                    tuple(other[dim] for dim in left),
                    pending.scaled,
                )
            else:
                pending.meeting.kept = True

    def carry(self, given: Input) -> Iterator[Pending]:
        """The meetings that are not decided yet, as the result of an element-wise operation shows them."""
        for pending in given.flow.pending if given.flow is not None else ():
            if self.results and self.results[0].ndim >= given.tensor.ndim:
                if pending.meeting.use == "lookup" and self.name not in COPIED:
                    pending.meeting.kept = True
                    continue
                weight, other, _ = pending.seen_from(given.tensor)
                ndim = self.results[0].ndim
                along = aligned(weight, ndim), aligned(other, ndim)
                if self.name in SCALING and self._turns(given, *along):
                    pending.meeting.kept = True
                    continue
                scaled = pending.scaled or (
                    self.name in SCALING and any(self._scales(one, given) for one in self.inputs)
                )
                yield self.layout(pending.meeting, *along, scaled=scaled)

    def _turns(self, given: Input, weight: tuple[bool, ...], data: tuple[bool, ...]) -> bool:
        """Whether a tensor is multiplied by a matrix, element by element, as a rotation may be written."""
        others = [aligned(varies(one.tensor), len(weight)) for one in self.inputs if one.tensor is not given.tensor]
        return any(
            new and not (by_weight or by_data)
            for other in others
            for new, by_weight, by_data in zip(other, weight, data, strict=True)
        )

    @staticmethod
    def _scales(one: Input, other: Input) -> bool:
        """Whether other data multiply a tensor."""
        return one.is_data and one.tensor is not other.tensor

    def pend(self, weight: Input, use: Used, other: Input | None = None) -> tuple[Pending, ...]:
        """Let parameters meet the data in a way that what follows decides."""
        met = self.meetings.meet(weight, use, self.whole)
        if not self.results:
            return ()
        result = self.results[0]
        if other is not None:
            for one in met:
                one.shared = other.flow is not None and other.flow.shares
                one.lies = (*lies_at(weight.tensor), *lies_at(other.tensor))
        if other is None:
            along = tuple(size > 1 for size in result.shape)
            return tuple(self.layout(one, along, along) for one in met)
        return tuple(
            self.layout(one, aligned(varies(weight.tensor), result.ndim), aligned(varies(other.tensor), result.ndim))
            for one in met
            if one.use == use
        )

    def layout(
        self, meeting: Meeting, weight: tuple[bool, ...], other: tuple[bool, ...], *, scaled: bool = False
    ) -> Pending:
        """A meeting, and how the result of this operation lies in its storage."""
        result = self.results[0]
        return Pending(meeting, tuple(result.shape), result.stride(), weight, other, scaled)

    def _is_layer(self, meeting: Meeting) -> bool:
        """Whether one matrix serves the whole batch, and what it multiplies is not made of the same sum."""
        first = self.at(PRODUCTS[self.name][0])
        pending = first.flow.pending if first is not None and first.flow is not None else ()
        return self.name in ("mm", "addmm") and all(one.meeting is not meeting for one in pending)

    def settle(self, given: Input, *, slot: bool) -> None:
        """Something takes the result of meetings: in the slot of a weight it was a weight, scaled or shifted."""
        for pending in given.flow.pending if given.flow is not None else ():
            meeting = pending.meeting
            weight, data, _ = pending.seen_from(given.tensor)
            second = self.name in PRODUCTS and given.tensor is self.args[PRODUCTS[self.name][1]]
            whole = second and all(weight[-2:]) and (meeting.use != "sum" or self._is_layer(meeting))
            if meeting.use == "gain":  # data that vary along both dimensions may be a rotated key, or a query
                whole = self.name in PRODUCTS and all(weight[-2:]) and not all(data[-2:])
            thin = meeting.vector and meeting.use != "gain"  # a scaled vector may be a kernel of one output
            if (slot or whole) and not thin and not meeting.certain:
                meeting.use, meeting.certain = "product", not meeting.vector
            else:
                meeting.kept = True
