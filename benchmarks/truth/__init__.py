"""What each parameter of a model is, found without ``paramwise.model.roles``: the judge of ``zoo.py``.

Three witnesses, asked in this order:

1. the tables of torch's own modules: the weight of an ``nn.Linear`` is a factor of a product, whatever its name;
2. how the source of the owner's class uses the attribute (`read_source`), and how forward passes on the meta device use
   the tensor (`run_forward`); where both speak they must agree on whether the tensor decays;
3. `HAND`, a table of what was read by a person, for what the two leave open or cannot see.

A kind is coarse: ``product``, ``lookup``, ``gain``, ``sum``, ``table``, ``state``; the first two decay.
"""

from __future__ import annotations

import functools
import sys
from typing import NamedTuple

from torch import nn

from truth.forward import run_forward
from truth.hand import HAND
from truth.packages import PACKAGES
from truth.sample import SAMPLE
from truth.seventh import SEVENTH
from truth.source import read_source
from truth.tables import torch_kind

__all__ = ["DECAYING", "KINDS", "Truth", "Uses", "decide", "run_forward", "written"]

DECAYING = frozenset({"product", "lookup"})
KINDS = ("product", "lookup", "state", "gain", "sum", "table")  # of several that decay alike, the first is the kind


class Uses(NamedTuple):
    """What the witnesses say of one attribute of one class."""

    torch: str | None
    source: list[str]
    forward: list[str]


class Truth(NamedTuple):
    """What one parameter is, whether it should decay (None: arguable, or not known), and who said so."""

    kind: str
    decays: bool | None
    witness: str


def decide(owner: str, attribute: str, ndim: int, seen: list[Uses]) -> Truth:
    """The truth of one key, from all that was seen of it."""
    cls = owner.rpartition(".")[2]
    key = owner.partition(".")[0], cls, attribute
    by_hand = HAND.get((cls, attribute)) or PACKAGES.get(key) or SEVENTH.get(key) or SAMPLE.get(key)
    if by_hand:
        kind, _, why = by_hand.partition(": ")
        if kind == "product" and ndim < 2:
            kind, why = "arguable", "entries of a matrix in one dimension: weights to some readers, vectors to others"
        return Truth("arguable", None, why) if kind == "arguable" else Truth(kind, kind in DECAYING, "hand")
    known = next((one.torch for one in seen if one.torch), None)
    said = {witness: _kinds(seen, witness, ndim, known) for witness in ("source", "forward")}
    if known and all(not kinds or known in kinds or _decays(kinds) == {known in DECAYING} for kinds in said.values()):
        return Truth(known, known in DECAYING, "torch's module")
    heard = {witness: kinds for witness, kinds in said.items() if kinds}
    decays = set[bool]().union(*map(_decays, heard.values()))
    if known or len(decays) != 1:
        words = [f"torch: {known}"] if known else []
        words += [f"{witness}: {', '.join(sorted(kinds)) or 'silent'}" for witness, kinds in said.items()]
        return Truth("unknown", None, "; ".join(words))
    kinds = set.intersection(*heard.values()) or set.union(*heard.values())
    kinds |= {"state"} & set[str]().union(*heard.values())
    return Truth(next(one for one in KINDS if one in kinds), decays.pop(), " and ".join(heard))


def _kinds(seen: list[Uses], witness: str, ndim: int, known: str | None) -> set[str]:
    kinds = {kind for one in seen for kind in getattr(one, witness) if kind in KINDS}
    # A vector in a product is a query or a direction. Only in an nn.Embedding do rows that are looked up decay.
    instead = ({"product": "table"} if ndim < 2 else {}) | ({} if known == "lookup" else {"lookup": "table"})
    return {instead.get(kind, kind) for kind in kinds}


def _decays(kinds: set[str]) -> set[bool]:
    return {kind in DECAYING for kind in kinds}


@functools.cache
def written(cls: type, attribute: str) -> Uses:
    """What torch's tables and the class's source say."""
    kind = torch_kind(cls, attribute)
    if cls.__module__.startswith("torch.nn"):
        return Uses(kind, [], [])
    source = read_source(cls, attribute)
    if kind is None and not set(KINDS).intersection(source):
        # used from outside: `self.embeddings.mask_token`
        for neighbour in classes_beside(cls):
            source += read_source(neighbour, attribute, own=False)
    return Uses(kind, source, [])


def classes_beside(cls: type) -> list[type]:
    """The other ``nn.Module`` classes of the file."""
    found = vars(sys.modules[cls.__module__]).values()
    modules = [one for one in found if isinstance(one, type) and issubclass(one, nn.Module) and one is not cls]
    return [one for one in modules if one.__module__ == cls.__module__]
