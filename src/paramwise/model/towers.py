"""Which series count the layers of a model: its towers.

A *tower* is a series of blocks that lies inside no other series of blocks, together with the largest part of the model
that holds this series alone. In T5 the series ``encoder.block`` and ``decoder.block`` are two towers, named ``encoder``
and ``decoder``; in BERT ``encoder.layer`` is the only series of blocks, and its tower is the whole model. Where no
series is of blocks, the largest plain stack of layers is a tower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paramwise.model.block_series import MINOR, MODULES, NO_BLOCKS, are_several, is_norm, outermost
from paramwise.model.series import Key, Node, Series, positions, series_at, upwards
from paramwise.model.stages import blocks_of
from paramwise.model.sublayers import by_turns, sort_of

_DEEP = 4  # a plain stack beside blocks has at least so many layers


@dataclass(frozen=True, slots=True)
class Tower:
    """A part of a model that numbers its own blocks.

    Attributes:
        name: the name of that part; empty for the whole model.
        scope: the nodes of that part.
        blocks: in order, the index of each block and the positions of its parameters, in any order.
    """

    name: str
    scope: Sequence[Node]
    blocks: Sequence[tuple[int, list[int]]]


def towers_of(root: Node) -> list[Tower]:
    """The towers of a model, in its order.

    >>> from paramwise.model.series import tree_of
    >>> names = [f"{side}.block.{i}.{part}.weight" for side in ("encoder", "decoder") for i in (0, 1) for part in "abn"]
    >>> towers = towers_of(tree_of(names, ["matrix", "matrix", "norm"] * 4))
    >>> [(tower.name, [(index, sorted(block)) for index, block in tower.blocks]) for tower in towers]
    [('encoder', [(0, [0, 1, 2]), (1, [3, 4, 5])]), ('decoder', [(0, [6, 7, 8]), (1, [9, 10, 11])])]
    """
    found = outermost([root], normed=True, stems=True)
    if len(found) > 1:  # the sublayers of a single block beside the blocks, as what reads the input in, are not a tower
        found = [series for series in found if not (series.in_turns and len(series.members) == 1)] or found
    if found:
        found = _with_others(found, root)
    else:
        found = outermost([root], normed=False, stems=True) or _named_by_words(root) or _plain_stacks(root)
    holding = Counter(path for series in found for path in upwards(series.home.path))
    towers = []
    for series in found:
        own = [path for path in upwards(series.home.path) if holding[path] == 1]
        if own:
            name, scope = own[-1], [root.at(own[-1])]
        else:  # two towers in one module: `encoder_block0`, `decoder_block0`
            name, scope = ".".join(filter(None, (series.home.path, series.stem.strip("_-")))), series.nodes
        towers.append(Tower(name, scope, blocks_of(series)))
    return towers


def _with_others(found: list[Series], root: Node) -> list[Series]:
    """The towers with norms, and those beside them without: a decoder of convolutions, or a plain stack."""
    largest = max(series.count for series in found)
    closed = {node for series in found for node in series.nodes}
    homes = {path for series in found for path in upwards(series.home.path)}
    others: list[Series] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if node.path not in homes:
            stacks = [series for series in _stacks_at(node) if closed.isdisjoint(series.nodes)]
            others += [series for series in stacks if MINOR * series.count > largest and _is_deep(series)]
            closed.update(node for series in stacks for node in series.nodes)
        todo += [child for child in node.children.values() if child not in closed]
    if not others:
        return found
    return sorted([*found, *others], key=lambda series: min(positions(series.nodes)))


def _is_deep(series: Series) -> bool:
    """Whether a series without norms runs one member after another: each holds several weights, or there are many."""
    weights = [sum(node.modules for node in nodes if not is_norm([node])) for nodes in series.members.values()]
    return len(weights) >= _DEEP or min(weights) > 1


def _stacks_at(node: Node) -> list[Series]:
    """The lists of layers at a node, with their norms."""
    found = []
    for alone in series_at(node):
        series = by_turns(alone)
        listed = all(member.is_item for member in series.nodes)
        if series.stem or len(series.members) < 2 or listed or NO_BLOCKS.search(series.label):
            continue
        layers = _with_norms(series.members)
        if len(layers) > 1:
            found.append(replace(series, members=layers))
    return found


def _with_norms(members: Mapping[Key, Sequence[Node]]) -> dict[Key, list[Node]]:
    """The layers of a list with their norms: the one behind each layer, or the one before it if the list begins so."""
    layers: dict[Key, list[Node]] = {}
    norm_first = is_norm(members[min(members)]) and sum(map(is_norm, members.values())) > 1
    for key, nodes in sorted(members.items()):
        last = next(reversed(layers.values()), None)
        if last is not None and (is_norm(last) if norm_first else is_norm(nodes)):
            last += nodes
        else:
            layers[key] = [*nodes]
    if norm_first and len(layers) > 1 and is_norm(layers[end := max(layers)]):  # the final norm
        final = layers.pop(end)
        layers[max(layers)] += final
    return layers


def _named_by_words(root: Node) -> list[Series]:
    """Blocks in a dictionary without numbers, for models without numbered blocks: three parts or more, all the same."""
    todo = [*root.children.values()]
    while todo:
        node = todo.pop()
        inside = [*node.children.values()]
        todo += inside
        if len(inside) < MODULES or node.held or series_at(node) or NO_BLOCKS.search(node.path.rpartition(".")[2]):
            continue
        same = len({(part.paths, sort_of([part])) for part in inside}) == 1
        if same and inside[0].modules >= MODULES and inside[0].normed:
            return [Series(node, "", {(number, 0, ""): [part] for number, part in enumerate(inside)})]
    return []


def _plain_stacks(root: Node) -> list[Series]:
    """The largest list of layers, for models without blocks such as a VGG, and those that hold the same as it."""
    stacks, todo = [], [root]
    while todo:
        node = todo.pop()
        stacks += _stacks_at(node)
        apart = {member for series in series_at(node) if NO_BLOCKS.search(series.label) for member in series.nodes}
        todo += [child for child in reversed(node.children.values()) if child not in apart]
    if not stacks:
        return []
    largest = max(stacks, key=lambda series: series.count)
    nested = {member for series in stacks for node in series.nodes for member in _below(node)}
    return [
        series
        for series in stacks
        if series is largest
        or (
            series.home not in nested
            and largest.home not in _below(series.home)
            and (
                (series.count == largest.count and series.home.paths == largest.home.paths)
                or (MINOR * series.count > largest.count and all(map(_may_stand_beside, (series, largest))))
            )
        )
    ]


def _may_stand_beside(series: Series) -> bool:
    """Whether a plain stack may be a tower beside another, as a generator and its judge are, and not a classifier."""
    return are_several(series) or len(series.members) >= _DEEP


def _below(node: Node) -> set[Node]:
    """A node and all nodes below it."""
    found, todo = set(), [node]
    while todo:
        found.add(node := todo.pop())
        todo += node.children.values()
    return found
