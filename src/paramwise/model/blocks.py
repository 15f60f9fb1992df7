"""Where in its network a parameter is: the repeated block, and the tower that counts it. Told by names alone.

A *series* is a run of siblings that are numbered: ``layers.0``, ``layers.1``; ``layer1``, ``layer2``; ``inception3a``,
``inception3b``. Those whose members are blocks (several modules, a norm among them) count the layers. A series inside
of their members counts on through them where they are stages (ResNet's ``layer1.0``, Swin's ``layers.0.blocks.0``);
otherwise it is a part of the block (experts, sublayers). Every outermost series is a tower.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import cast

Place = tuple[int | None, str, int]
"""The index of the repeated block, the tower, and the depth."""

_MODULES = 3  # at least, of a block: a convolution and its norm are two
_STAGE = 0.6  # at least, of a stage's parameters are in its blocks
_ALIKE = 0.5  # at least, of the modules in two blocks of a stage are in both
_MINOR = 5  # times fewer parameters than the blocks beside it has what is no tower, such as embeddings of patches
_PLAIN = frozenset(("#.",))
_NO_BLOCKS = re.compile(r"branch|expert|head|stem|embed", re.IGNORECASE)  # numbered, but not one block after the other
_LONGEST, _DEEPEST = 300, 30  # of a name that is read, in characters and dots: a file's names are a stranger's
_NUMBERED = re.compile(r"(.*?\D|)(\d{1,9})(?:[_-](\d{1,9}))?((?<=.\d)[a-z])?", re.DOTALL)
_RECURRENT = re.compile(r"(?:weight|bias)_(?:ih|hh|hr)_l(\d{1,9})(?:_reverse)?")
_LATE = re.compile(r"(^|[._])(logit|final|pool|score|classif|head|ln_f|norm_f)")  # after the blocks, if in none
_EARLY = re.compile(r"(^|[._])(pre_?|stem|patch|input|subsampl|conv_?(in|\d)|feature_)|emb(ed|$|[._])")  # before them


@dataclass(frozen=True, slots=True)
class Layer:
    """Parameters at the same distance from the output.

    Attributes:
        tower: the part of the model that counts its blocks for itself; empty where the model counts as one.
        index: of the repeated block; ``None`` for what lies before the first and after the last.
        depth: how many layers lie between it and the output of its tower: 0 for what lies after the last block.
        names: its parameters, in catalog order.
    """

    tower: str
    index: int | None
    depth: int
    names: tuple[str, ...]


def places(names: Sequence[str], roles: Sequence[str], *, ordered: bool = True) -> list[Place]:
    """For each parameter the index of the repeated block it is in, or ``None``, the tower, and the depth.

    Blocks that are numbered in one list have their own number; those of stages, and those with a name before the
    number, are counted through from 0. Depth counts from the output of the tower: 0 is what lies after its last block.
    Where the names are not ``ordered`` as the model is, as in a file, what stands before the blocks may lie after them.

    >>> places(["embed.weight", "layers.0.norm.weight", "layers.0.up.weight", "layers.0.down.weight"], ["norm"] * 4)
    [(None, '', 2), (0, '', 1), (0, '', 1), (0, '', 1)]
    """
    found: list[tuple[int | None, str]] = [(None, "")] * len(names)
    for series, scope, tower in _scopes(_towers(_tree(names, roles))):
        outside = (None, tower)
        if tower:
            for position in _positions(scope):
                found[position] = outside
        blocks = _blocks(series)
        for index, block in blocks:
            inside = (index, tower)
            for position in block:
                found[position] = inside
        # what lies between two blocks, such as a transition, belongs to the one before it; if blocks are in order
        ends = [(min(block), max(block)) for _, block in blocks]
        gaps = [range(end + 1, begin) for (_, end), (begin, _) in pairwise(ends)]
        if all(end < begin for (_, end), (begin, _) in pairwise(ends)):
            for (index, _), gap in zip(blocks, gaps, strict=False):
                for position in gap:
                    if found[position] == outside:
                        found[position] = (index, tower)
    return _with_depths(names, roles, found, ordered)


def _with_depths(
    names: Sequence[str], roles: Sequence[str], found: Sequence[tuple[int | None, str]], ordered: bool
) -> list[Place]:
    first: dict[str, int] = {}  # of each tower, where its blocks begin
    for position, (index, tower) in enumerate(found):
        if index is not None:
            first.setdefault(tower, position)
    begin = min(first.values(), default=0)
    indices: dict[str, set[int]] = {tower: set() for tower in first}
    for index, tower in set(found):
        if index is not None:
            indices[tower].add(index)
    deepest = {tower: len(inside) + 1 for tower, inside in indices.items()}
    outermost = max(deepest.values(), default=1)
    known: dict[tuple[int | None, str], Place] = {
        (index, tower): (index, tower, len(inside) - rank)
        for tower, inside in indices.items()
        for rank, index in enumerate(sorted(inside))
    }
    made: list[Place] = []
    for position, (index, tower) in enumerate(found):
        if index is None:
            earlier = ordered and position < first.get(tower, begin)
            before = _lies_before(names[position], roles[position], earlier)
            made.append((index, tower, deepest.get(tower, outermost) if before else 0))
        else:
            made.append(known[index, tower])
    return made


def order(rows: Iterable[tuple[str, int | None, str, int]]) -> tuple[Layer, ...]:
    """The layers of a model, from (name, index of the block, tower, depth) of each parameter: see `Catalog.layers`."""
    held: dict[Place, list[str]] = defaultdict(list)
    for name, *place in rows:
        held[cast(Place, tuple(place))].append(name)
    towers = list(dict.fromkeys(tower for index, tower, _ in held if index is not None))

    def rank(place: Place) -> tuple[float, int]:
        _, tower, depth = place
        around = -inf if depth else inf  # of what is in no tower: before all, or after all
        return (towers.index(tower) if tower in towers else around), -depth

    return tuple(
        Layer(tower, index, depth, tuple(held[index, tower, depth])) for index, tower, depth in sorted(held, key=rank)
    )


def blocks_there(layers: Iterable[Layer]) -> str:
    """Which repeated blocks there are, in words."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for layer in layers:
        if layer.index is not None:
            blocks[layer.tower].append(layer.index)
    towers = [f"{min(found)} to {max(found)}{f' of {tower}' if tower else ''}" for tower, found in blocks.items()]
    return f"layers are {', '.join(towers)}" if towers else "the model has no repeated blocks"


def _lies_before(name: str, role: str, earlier: bool) -> bool:
    """Of what is in no block: whether it lies before the blocks, or else after them."""
    if role == "head" or _LATE.search(name):
        return False
    return earlier or role in ("embedding", "position") or _EARLY.search(name) is not None


class Node:
    """A module, as the names of its parameters tell of it."""

    __slots__ = ("children", "count", "held", "modules", "normed", "parent", "part", "paths")

    def __init__(self, part: str, parent: Node | None) -> None:
        self.part = part  # of its name
        self.parent = parent
        self.children: dict[str, Node] = {}
        self.held: list[int] = []  # positions of its own parameters
        # of the whole subtree
        self.count = 0  # parameters
        self.modules = 0  # that hold parameters
        self.normed = False  # whether there is a norm
        self.paths = _LEAF  # of the modules, numbers left out

    @property
    def path(self) -> str:
        """Its name in the model."""
        return ".".join(reversed([node.part for node in _upwards(self) if node.part]))


_LEAF = frozenset(("",))


def _tree(names: Sequence[str], roles: Sequence[str]) -> Node:
    root = Node("", None)
    nodes = {"": root}
    for position, name in enumerate(names):
        if len(name) > _LONGEST or name.count(".") > _DEEPEST:
            continue
        path, _, attribute = name.rpartition(".")
        if "_l" in attribute and (recurrent := _RECURRENT.fullmatch(attribute)):
            path = f"{path}.{recurrent[1]}" if path else recurrent[1]  # layers of one module, such as nn.LSTM
        elif attribute.isdecimal():  # of a list of parameters
            path = name
        node = nodes.get(path) or _node(nodes, path)
        node.held.append(position)
        if roles[position] == "norm":
            node.normed = True
    for node in reversed(nodes.values()):  # a child is made after its parent
        node.count += len(node.held)
        node.modules += bool(node.held)
        if node.children:
            inside = frozenset([(_stem(part), child.paths) for part, child in node.children.items()])
            node.paths = _joined(bool(node.held), inside)
        if (parent := node.parent) is not None:
            parent.count += node.count
            parent.modules += node.modules
            parent.normed = parent.normed or node.normed
    return root


def _node(nodes: dict[str, Node], path: str) -> Node:
    """The node of a path, made with those above it that are missing."""
    missing = []
    above = path
    while above not in nodes:
        missing.append(above)
        above = above.rpartition(".")[0]
    node = nodes[above]
    for one in reversed(missing):
        part = one.rpartition(".")[2]
        node.children[part] = nodes[one] = node = Node(part, node)
    return node


@lru_cache(maxsize=4096)
def _joined(own: bool, inside: frozenset[tuple[str, frozenset[str]]]) -> frozenset[str]:
    found = {f"{part}.{path}" for part, paths in inside for path in paths}
    return frozenset(found | {""}) if own else frozenset(found)


def _stem(part: str) -> str:
    return "#" if part.isdecimal() else part


Key = tuple[int, int, str]
"""A member's number, and the second one or the letter behind it: ``conv3_1``, ``inception3a``."""


@lru_cache(maxsize=4096)
def _numbered(part: str) -> tuple[str, Key] | None:
    match = _NUMBERED.fullmatch(part)
    return None if match is None else (match[1], (int(match[2]), int(match[3] or 0), match[4] or ""))


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Numbered siblings; where lists run parallel (``attentions.0``, ``norms.0``), a member has several nodes."""

    home: Node
    stem: str
    members: dict[Key, list[Node]]

    @property
    def label(self) -> str:
        """What its members are called, numbers left out."""
        return self.stem or self.home.part

    @property
    def nodes(self) -> list[Node]:
        """Those of all members."""
        return [node for nodes in self.members.values() for node in nodes]

    @property
    def count(self) -> int:
        """How many parameters are in it."""
        return sum(node.count for node in self.nodes)

    def counts_layers(self, *, normed: bool) -> bool:
        """Whether most of it is in blocks: members of several modules, a norm among them if ``normed``."""
        if _NO_BLOCKS.search(self.label):
            return False
        blocks = sum(
            sum(node.count for node in nodes)
            for nodes in self.members.values()
            if sum(node.modules for node in nodes) >= _MODULES
            and any(node.paths - _PLAIN for node in nodes)  # more than a list of layers
            and (not normed or any(node.normed for node in nodes))
        )
        return 2 * blocks >= self.count


def _numbered_children(node: Node) -> list[Series]:
    """The numbered children of a node, by what stands before the number; of bare numbers, one alone will do."""
    stems: dict[str, dict[Key, list[Node]]] = defaultdict(dict)
    for part, child in node.children.items():
        if (found := _numbered(part)) is not None:
            stems[found[0]][found[1]] = [child]
    return [Series(node, stem, members) for stem, members in stems.items() if len(members) > 1 or not stem]


def _towers(root: Node) -> list[Series]:
    """The outermost series that count layers."""
    found = _outermost([root], normed=True, stems=True) or _outermost([root], normed=False, stems=True)
    return found or _plain_stack(root)


def _plain_stack(root: Node) -> list[Series]:
    """Where no series has blocks, as in a VGG: the largest list of layers, norms counted to the layer before them."""
    stacks, todo = [], [root]
    while todo:
        node = todo.pop()
        stacks += [one for one in _numbered_children(node) if not one.stem and len(one.members) > 1]
        todo += node.children.values()
    if not stacks:
        return []
    stack = max(stacks, key=lambda one: one.count)
    layers: dict[Key, list[Node]] = {}
    for key, nodes in sorted(stack.members.items()):
        if layers and _is_norm(nodes):
            layers[next(reversed(layers))] += nodes
        else:
            layers[key] = [*nodes]
    return [replace(stack, members=layers)]


def _outermost(starts: Sequence[Node], *, normed: bool, stems: bool) -> list[Series]:
    """The series at or below some nodes that count layers and are in no other one that does."""
    found: list[Series] = []
    taken: set[int] = set()
    todo = [*reversed(starts)]
    while todo:
        node = todo.pop()
        beside = [one for one in _numbered_children(node) if (stems if one.stem else node in starts)]
        beside += [one for child in node.children.values() for one in _numbered_children(child) if not one.stem]
        taken.update(id(member) for one in beside if _NO_BLOCKS.search(one.label) for member in one.nodes)
        for series in _counting(beside, normed):
            if id(series.home) not in taken:
                found.append(series)
                taken.update(map(id, series.nodes))
        todo += [child for child in reversed(node.children.values()) if id(child) not in taken]
    return found


def _counting(beside: Sequence[Series], normed: bool) -> list[Series]:
    """Of series beside each other those that count layers, with the lists that run parallel to them."""
    most = max((one.count for one in beside if one.counts_layers(normed=normed)), default=0)
    alike: dict[object, list[Series]] = defaultdict(list)
    for series in beside:
        alone = len(series.members) == 1 or series.label.isdecimal()
        alike[id(series.home) if alone else (bool(series.stem), *series.members)].append(series)
    found = []
    for same in alike.values():
        counting = [one for one in same if _MINOR * one.count > most and one.counts_layers(normed=normed)]
        # lists that run parallel to blocks, or make blocks together, are each of one sort of module
        same = [one for one in same if one in counting or len({(n.paths, n.normed) for n in one.nodes}) == 1]
        if len(same) > 1 and len(counting) <= 1:
            first = counting[0] if counting else max(same, key=lambda one: one.count)
            together = {key: [node for one in same for node in one.members[key]] for key in first.members}
            merged = replace(first, members=together)
            counting = [merged] if merged.counts_layers(normed=normed) else []
        found += counting
    return [one for one in found if _MINOR * one.count > most]


def _scopes(towers: Sequence[Series]) -> Iterator[tuple[Series, list[Node], str]]:
    """With each tower the part of the model that holds it and no other, and the name of that part."""
    holding: Counter[int] = Counter()
    for series in towers:
        holding.update(id(node) for node in _upwards(series.home))
    for series in towers:
        own = [node for node in _upwards(series.home) if holding[id(node)] == 1]
        if own:
            yield series, own[-1:], own[-1].path
        else:  # two in one module: `encoder_block0`, `decoder_block0`
            yield series, series.nodes, ".".join(filter(None, (series.home.path, series.stem.strip("_-"))))


def _upwards(node: Node | None) -> Iterator[Node]:
    while node is not None:
        yield node
        node = node.parent


def _blocks(series: Series) -> list[tuple[int, list[int]]]:
    """The blocks in order: index, and the positions of the parameters."""
    keys = sorted(series.members)
    while len(keys) > 1 and _is_norm(series.members[keys[-1]]):  # after the blocks, in their list
        del keys[-1]
    stages = _stages(series)
    if not stages:
        members = [[*_positions(series.members[key])] for key in keys]
        numbers = range(len(keys)) if series.stem else [number for number, *_ in keys]
        return [*zip(numbers, members, strict=True)]
    counted: list[list[int]] = []
    for key in keys:
        every = [*_positions(series.members[key])]
        if key not in stages:
            counted.append(every)
            continue
        blocks = [block for _, block in _blocks(stages[key])]
        begin = min(map(min, blocks))
        placed = {position for block in blocks for position in block}
        for position in every:
            if position not in placed:
                blocks[0 if position < begin else -1].append(position)
        counted += blocks
    return [*enumerate(counted)]


def _is_norm(nodes: Sequence[Node]) -> bool:
    return all(node.normed and node.modules == 1 for node in nodes)


def _stages(series: Series) -> dict[Key, Series]:
    """The series inside of the members, if the members are stages."""
    found = {}
    for key, nodes in series.members.items():
        inside = _outermost(nodes, normed=any(node.normed for node in nodes), stems=bool(series.stem))
        inner = max(inside, key=lambda one: one.count, default=None)
        if inner and _are_blocks(inner) and inner.count >= _STAGE * sum(node.count for node in nodes):
            found[key] = inner
    staged = sum(one.count for key in found for one in series.members[key])
    return found if 2 * staged >= series.count else {}


def _are_blocks(series: Series) -> bool:
    """Whether the members are like others of them, as blocks are, and sublayers are not."""
    sorts = Counter(nodes[0].paths for nodes in series.members.values())
    alike = [
        count
        * (1.0 if count > 1 else max((len(one & two) / len(one | two) for two in sorts if two != one), default=1.0))
        for one, count in sorts.items()
    ]
    return sum(alike) >= _ALIKE * len(series.members)


def _positions(nodes: Iterable[Node]) -> Iterator[int]:
    todo = [*nodes]
    while todo:
        node = todo.pop()
        yield from node.held
        todo += node.children.values()
