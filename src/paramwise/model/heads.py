"""Which weights are heads: those that map the last hidden state to the output, told by structure and not by names.

The model's own code tells it (see `flow`): what nothing follows in the forward pass, inside no repeated block, and not
added to an earlier state. Where there is no code, as in a checkpoint's header or a bare collection of modules, sizes
tell it: nothing takes in what a head puts out. Where neither tells, the weight is in doubt, and a finding says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from paramwise.libraries import TRANSPOSED
from paramwise.model.flow import Flow
from paramwise.model.outline import Classes, Outline
from paramwise.model.steps import TooLongError
from paramwise.model.values import Module

_LIKELY = re.compile(r"head|classif|score|logit|predict", re.IGNORECASE)
"""Names of heads whose output also flows back into the model, as in a decoder that feeds on its predictions."""


class Weight(NamedTuple):
    """A parameter of two dimensions or more that multiplies activations, or is looked up.

    Attributes:
        name: its canonical name.
        names: all of its names.
        shape: its sizes.
        module: qualified class of its owner; None in a header.
        layer: the index of its block; None outside blocks.
        tower: the part of the model that numbers its blocks.
        depth: how many layers lie between it and the output.
        is_table: whether it is an embedding, which may serve as the output's weight too.
    """

    name: str
    names: Sequence[str]
    shape: Sequence[int]
    module: str | None
    layer: int | None
    tower: str
    depth: int | None
    is_table: bool = False

    @property
    def sizes(self) -> tuple[int, int]:
        """How many values it puts out, and how many it takes in."""
        first, second = self.shape[0], self.shape[1]
        cls = (self.module or "").rpartition(".")[2]
        return (second, first) if self.module in TRANSPOSED or "ConvTranspose" in cls else (first, second)


class Heads(NamedTuple):
    """The heads of a model.

    Attributes:
        found: names of the weights that map the last hidden state to the output.
        doubtful: names of those that may do so: nothing tells whether their output is the model's.
    """

    found: frozenset[str] = frozenset()
    doubtful: tuple[str, ...] = ()


def heads_among(
    given: Sequence[Weight], named: Iterable[str], norms: Mapping[str, int], outline: Outline | None
) -> Heads:
    """The heads among the weights of a model.

    Args:
        given: the weights and the embeddings in the order of the model.
        named: names of the weights that are heads by their role.
        norms: the owner of each norm behind the input, and its size.
        outline: its classes; None where only names are known, as in a header.

    >>> up, out = (Weight(n, [n], s, None, None, "", 0) for n, s in [("up.weight", (8, 4)), ("out.weight", (3, 8))])
    >>> heads_among([up, out], [], {}, None)
    Heads(found=frozenset({'out.weight'}), doubtful=())
    """
    weights = tuple(one._replace(names=tuple(one.names), shape=tuple(one.shape)) for one in given)
    return _heads_among(weights, tuple(named), tuple(norms.items()), Classes(outline))


@lru_cache(maxsize=64)  # following the code takes longer than all else in a plan
def _heads_among(
    given: Sequence[Weight], named: Iterable[str], sizes: Iterable[tuple[str, int]], classes: Classes
) -> Heads:
    outline, norms = classes.outline, dict(sizes)
    weights = [weight for weight in given if not weight.is_table]
    tables = [weight for weight in given if weight.is_table]
    search = _Search(weights, norms)
    found = set(named)
    rejected: list[Weight] = []
    candidates = search.by_code(outline, tables) if outline is not None else [(one, False) for one in search.outside]
    for weight, certain in candidates:
        if certain or not search.is_taken_in(weight):
            found.add(weight.name)
        else:
            rejected.append(weight)
    found |= {weight.name for weight in weights if weight.layer is None and search.is_likely(weight)}
    alone = len(weights) == 1 and not tables
    if alone or (len(found) == len(weights) and not tables):  # nothing precedes them: there is no hidden state
        return Heads(frozenset(named))
    if found or search.is_backbone:
        return Heads(frozenset(found))
    return Heads(frozenset(), tuple(weight.name for weight in rejected if weight.depth in (0, None))[-1:])


class _Search:
    def __init__(self, weights: Sequence[Weight], norms: Mapping[str, int]) -> None:
        self.weights, self.norms = weights, norms
        self.blocks = any(weight.layer is not None for weight in weights)
        inside = Counter((weight.tower, weight.layer) for weight in weights if weight.layer is not None)
        self.plain = {tower for tower, _ in inside if all(inside[one] == 1 for one in inside if one[0] == tower)}
        self.is_backbone = False  # whether the code shows that the model returns hidden states alone
        self._norm_sizes = {*norms.values()}
        self._taken = {weight.sizes[1] for weight in weights}
        self._taken_behind = {weight.sizes[1] for weight in weights if weight.layer is not None or not weight.depth}

    @property
    def outside(self) -> list[Weight]:
        """The weights after the blocks; of a plain stack the last."""
        after = [weight for weight in self.weights if weight.layer is None and not weight.depth]
        last = [weight for weight in self.weights if weight.depth == 1 and weight.tower in self.plain]
        return after or last

    def is_taken_in(self, weight: Weight) -> bool:
        """Whether a weight puts out as many values as it, another weight, or a norm takes in."""
        size, own = weight.sizes
        if size in (0, own) or size in self._norm_sizes:
            return True
        if self.blocks:
            return size in self._taken_behind
        later = self.weights[self.weights.index(weight) + 1 :]
        return any(
            other.sizes[1] == size or (len(weight.shape) > 2 == len(other.shape) and other.sizes[1] % size == 0)
            for other in later
        )

    # ------------------------------------------------------------------------------------------------------- by code

    def is_likely(self, weight: Weight) -> bool:
        """Whether a weight has the name of a head, and the sizes of one: no part of its output is taken in."""
        size, own = weight.sizes
        parts = {size // count for count in (1, 2, 3, 4) if size % count == 0}
        if own in parts or not _LIKELY.search(weight.name) or parts & self._norm_sizes:
            return False
        return parts.isdisjoint(self._taken)

    def by_code(self, outline: Outline, tables: Sequence[Weight]) -> Iterator[tuple[Weight, bool]]:
        """The weights that the code of the model, or of parts of it, uses last, and whether this alone is certain."""
        own: dict[str, list[str]] = {}
        by_name: dict[str, Weight] = {}
        for weight in (*self.weights, *tables):
            for name in weight.names:
                by_name[name] = weight
                path, _, _ = name.rpartition(".")
                own.setdefault(path.partition(".parametrizations")[0], []).append(name)
        root = Module("", outline)
        flow = Flow(own, self.norms)
        try:
            last = flow.last_of(root) if root.runs else set()
            if not last and not flow.whole and not flow.normed and not flow.followed:
                for entry in root.entries:
                    last |= flow.last_of(root, entry)
            self.is_backbone = bool(flow.followed) and not last
            ends = [by_name[name] for name in last if not by_name[name].is_table]
            final = {_unnumbered(weight.name) for weight in ends if weight.depth == 1}  # in the last block
            for weight in ends:
                if weight.layer is None or weight.tower in self.plain:
                    yield weight, True
                elif _unnumbered(weight.name) in final:
                    yield weight, False
            for part in _unseen(root, flow):
                ends = [by_name[name] for name in flow.last_of(part) if not by_name[name].is_table]
                yield from ((weight, False) for weight in ends if weight.layer is None or weight.depth == 1)
        except (TooLongError, RecursionError):
            yield from ((weight, False) for weight in self.outside)


def _unnumbered(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _unseen(module: Module, flow: Flow) -> Iterator[Module]:
    """The parts of a model that its code did not run, as far as they can run by themselves."""
    for child in module.members:
        if child.path not in flow.holding:
            continue
        inside = f"{child.path}."
        if child.path not in flow.seen and not any(path.startswith(inside) for path in flow.seen) and child.runs:
            yield child
        else:
            yield from _unseen(child, flow)
