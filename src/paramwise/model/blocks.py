"""Where a parameter is in its network: its block and tower by names, its depth by the code too where there is some.

The *place* of a parameter is the index of its repeated block (``None`` outside blocks), the tower that numbers this
block (see `towers`), and the *depth*: how many layers lie between the parameter and the output of the tower. In a model
of two blocks the head has depth 0, the second block 1, the first block 2, and the embeddings have depth 3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

from paramwise.model.alongside import alongside
from paramwise.model.outline import Outline
from paramwise.model.reach import Reach, reach_of
from paramwise.model.series import positions, tree_of
from paramwise.model.sides import Spot, sides
from paramwise.model.towers import Tower, towers_of

_LATE = re.compile(  # after the blocks, unless in a block
    r"(^|[._])(logit|final|pool|score|classif|head|ln_f|norm_f|(out|output|target)_(\w+_)?embed|\w*unembed)"
)
_EARLY = re.compile(
    r"(^|[._])(pre(?!d)_?|stem|patch|input|subsampl|conv_?(in|\d)|feature_)|emb(ed|$|[._])"
)  # before them


class Place(NamedTuple):
    """Where a parameter is in its network: see `paramwise.Parameter` for the fields."""

    layer: int | None
    tower: str
    depth: int | None


@dataclass(frozen=True, slots=True)
class Layer:
    """Parameters at the same distance from the output.

    Attributes:
        tower: the part of the model that numbers its own blocks; empty if the whole model is one tower.
        index: of the repeated block; ``None`` for the layers before the first block and after the last.
        depth: how many layers lie between it and the output of its tower: 0 for the layer after the last block.
        names: its parameters, in catalog order.
    """

    tower: str
    index: int | None
    depth: int
    names: tuple[str, ...]


def places(
    names: Sequence[str],
    roles: Sequence[str],
    *,
    ordered: bool = True,
    shapes: Sequence[Sequence[int]] = (),
    outline: Outline | None = None,
) -> tuple[list[Place], list[int]]:
    """The distinct places in a model, and for each parameter the index of its place.

    Blocks that are numbered in one list keep their number; blocks of stages, and blocks with a word before the number,
    are counted from 0. If the names are not ``ordered`` as in the model, which is so in a file, a name before the
    blocks may belong to a parameter after them. Where ``shapes`` are given, a matrix outside blocks that takes in what
    no block puts out lies before them, whatever its place in the order. Where there is an ``outline`` of the classes,
    their code tells first: what takes in results of the last block lies after the blocks, what takes in none before.

    >>> names = ["embed.weight", "layers.0.norm.weight", "layers.0.up.weight", "layers.0.down.weight"]
    >>> found, place_of = places(names, ["embedding", "norm", "matrix", "matrix"])
    >>> found
    [Place(layer=None, tower='', depth=2), Place(layer=0, tower='', depth=1)]
    >>> place_of
    [0, 1, 1, 1]
    """
    spots: dict[Spot, int] = {(None, ""): 0}
    spot_of = [0] * len(names)
    for tower in towers_of(tree_of(names, roles, shapes)):
        _put(tower, spots, spot_of)
    code = None if outline is None else reach_of(names, outline)
    if code is not None:
        for position, spot in alongside(code, names, roles, list(spots), spot_of).items():
            spot_of[position] = spots[spot]
    return _with_depths(names, roles, list(spots), spot_of, ordered, shapes, code)


def _put(tower: Tower, spots: dict[Spot, int], spot_of: list[int]) -> None:
    """Set the spots of a tower's parameters."""
    outside = spots.setdefault((None, tower.name), len(spots))  # 0 is the spot outside all towers
    if tower.name:
        for position in positions(tower.scope):
            spot_of[position] = outside
    ends = []
    for index, block in tower.blocks:
        inside = spots.setdefault((index, tower.name), len(spots))
        for position in block:
            spot_of[position] = inside
        ends.append((inside, min(block), max(block)))
    # what lies between two blocks, such as a transition, belongs to the first of them, if the blocks are in order
    gaps = [(spot, range(last + 1, first)) for (spot, _, last), (_, first, _) in pairwise(ends)]
    if all(gap.start <= gap.stop for _, gap in gaps):
        for spot, gap in gaps:
            for position in gap:
                if spot_of[position] in (outside, 0):
                    spot_of[position] = spot


def _with_depths(
    names: Sequence[str],
    roles: Sequence[str],
    spots: Sequence[Spot],
    spot_of: list[int],
    ordered: bool,
    shapes: Sequence[Sequence[int]],
    code: Reach | None,
) -> tuple[list[Place], list[int]]:
    first_of = dict(zip(reversed(spot_of), reversed(range(len(spot_of))), strict=True))
    begins: dict[str, int] = {}  # by tower, the position of the first parameter in its blocks
    indices: dict[str, list[int]] = defaultdict(list)  # by tower, the indices of its blocks
    for spot, first in first_of.items():
        index, tower = spots[spot]
        if index is not None:
            begins[tower] = min(first, begins.get(tower, first))
            indices[tower].append(index)
    depths: dict[Spot, int] = {
        (index, tower): depth
        for tower, inside in indices.items()
        for depth, index in enumerate(sorted(inside, reverse=True), start=1)
    }
    begin = min(begins.values(), default=0)
    found = [Place(*spot, depths.get(spot, 0)) for spot in spots]
    early: dict[Place, int] = {}  # places before the blocks, and their numbers
    outside = {number for number, (index, _) in enumerate(spots) if index is None}
    around = [position for position, spot in enumerate(spot_of) if spot in outside]
    known = _by_sizes(around, first_of, names, roles, spots, spot_of, shapes) if shapes and ordered and around else {}
    told = {} if code is None or not around or not indices else sides(code, names, roles, spots, spot_of)
    for position in around:
        spot = spot_of[position]
        tower = spots[spot][1]
        before, towers = told.get(position, (None, ()))
        if before is None:
            earlier = ordered and position < begins.get(tower, begin)
            before = known.get((tower, names[position].rpartition(".")[0]))
            before = _lies_before(names[position], roles[position], earlier) if before is None else before
        if before:
            # a parameter in no tower is as deep as it would be in the one with the most blocks of those it leads to
            counted = [len(indices[one]) for one in ([tower] if tower in indices else towers or indices)]
            place = Place(None, tower, max(counted, default=0) + 1)
            spot_of[position] = early.setdefault(place, len(found) + len(early))
    found += early
    numbers = {spot: number for number, spot in enumerate(dict.fromkeys(spot_of))}
    return [found[spot] for spot in numbers], list(map(numbers.__getitem__, spot_of))


def _by_sizes(
    around: Sequence[int],
    first_of: Mapping[int, int],
    names: Sequence[str],
    roles: Sequence[str],
    spots: Sequence[Spot],
    spot_of: Sequence[int],
    shapes: Sequence[Sequence[int]],
) -> dict[tuple[str, str], bool]:
    """Of modules outside blocks, by tower and path, whether they lie before the blocks, where their sizes tell it.

    A matrix that takes in a size of no block, and puts one out, brings the input in; the other way round it leads out.
    """
    both: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for spot, start in first_of.items():
        index, tower = spots[spot]
        if index is not None:
            for position in range(start, min(start + _MANY, len(names))):
                if spot_of[position] == spot and roles[position] == "matrix" and len(shapes[position]) == 2:
                    for seen, size in zip(both[tower], shapes[position], strict=True):
                        seen.add(size)
    sizes = {tower: (out & into) - {0} for tower, (out, into) in both.items()}  # what blocks take in and put out
    matrices = [at for at in around if roles[at] == "matrix" and len(shapes[at]) == 2]
    starts = [names[start] for spot, start in first_of.items() if spots[spot][0] is not None]
    around_blocks = {start[: dot.start()] for start in starts for dot in re.finditer(r"\.", start)}
    joined: dict[str, tuple[set[int], set[int]]] = {}  # sizes in and out inside a module apart from the blocks
    for position in matrices:
        parent = _parent(names[position])
        if parent and parent not in around_blocks:
            taken, put = joined.setdefault(parent, (set(), set()))
            taken.add(shapes[position][1])
            put.add(shapes[position][0])
    found: dict[tuple[str, str], bool] = {}
    for position in matrices:
        tower, path = spots[spot_of[position]][1], names[position].rpartition(".")[0]
        out, into = shapes[position]
        hidden = sizes.get(tower, set())
        taken, put = joined.get(_parent(names[position]), (set(), set()))
        brought_in = into in put and not (taken - put) & hidden  # the module makes that size from one that no block has
        if into in hidden and not brought_in and out not in hidden | taken and not _EARLY.search(names[position]):
            found[tower, path] = False
        elif out in hidden and not any(into % size == 0 for size in hidden) and into not in put:
            found[tower, path] = not _LATE.search(names[position])
    return found


def _parent(name: str) -> str:
    """The path of the module that holds the owner of a parameter."""
    return ".".join(name.split(".")[:-2])


_MANY = 64  # parameters of a block whose sizes are looked at


def _lies_before(name: str, role: str, earlier: bool) -> bool:
    """Whether a parameter outside blocks lies before the blocks, and not after them."""
    if role == "head" or _LATE.search(name):
        return False
    return earlier or role in ("embedding", "position") or _EARLY.search(name) is not None


def layers_of(names: Sequence[str], places: Sequence[Place], place_of: Sequence[int]) -> tuple[Layer, ...]:
    """The layers of a model from the places of its parameters: see `Catalog.layers`."""
    known = [place._replace(depth=place.depth or 0) for place in places]
    inside: dict[Place, list[str]] = {place: [] for place in known}
    lists = [inside[place] for place in known]
    for name, number in zip(names, place_of, strict=True):
        lists[number].append(name)
    towers = list(dict.fromkeys(place.tower for place in known if place.layer is not None))

    def rank(place: Place) -> tuple[float, int]:
        depth = place.depth or 0
        around = -inf if depth else inf  # a place in no tower: before all towers, or after all
        return (towers.index(place.tower) if place.tower in towers else around), -depth

    return tuple(
        Layer(place.tower, place.layer, place.depth or 0, tuple(inside[place])) for place in sorted(inside, key=rank)
    )


def blocks_there(layers: Iterable[Layer]) -> str:
    """A sentence that lists the repeated blocks."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for layer in layers:
        if layer.index is not None:
            blocks[layer.tower].append(layer.index)
    towers = [f"{min(found)} to {max(found)}{f' of {tower}' if tower else ''}" for tower, found in blocks.items()]
    return f"layers are {', '.join(towers)}" if towers else "the model has no repeated blocks"
