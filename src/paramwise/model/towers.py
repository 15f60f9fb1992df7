"""Which series count the layers of a model: its towers, and the blocks in them.

A *tower* is a series of blocks that lies inside no other series of blocks, together with the largest part of the model
that holds this series alone. A block holds several modules, usually with a norm among them. In T5 the series
``encoder.block`` and ``decoder.block`` are two towers, named ``encoder`` and ``decoder``; in BERT ``encoder.layer`` is
the only series of blocks, and its tower is the whole model.

A *stage* is a member of a series that consists of blocks itself: Swin's ``layers.0`` holds ``layers.0.blocks.0`` and
``layers.0.blocks.1``, and ``layers.1`` the next two. Blocks are counted across all stages: ``layers.1.blocks.0`` is
block 2. A series inside a block that is not a stage, such as its experts, is a part of the block.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from paramwise.model.series import Key, Node, Series, positions, series_at, series_beside
from paramwise.model.sublayers import by_turns, feed_forward, is_block_with, products_of, side_by_side

_MODULES = 3  # a block has at least this many modules: a convolution and its norm are two
_STAGE = 0.6  # at least this share of a stage's parameters is in its blocks
_ALIKE = 0.5  # at least this share of the modules in two blocks of a stage is in both
_MINOR = 5  # a series this many times smaller than its largest neighbour is not a tower: patch embeddings
_DEEP = 4  # a plain stack beside blocks has at least so many layers
_PARTS = 8  # at most so many sublayers make a block
_REST = 4  # a list of parts with this many modules beside the blocks in it is a block itself
_NO_BLOCKS = re.compile(r"branch|expert|head|stem|embed", re.IGNORECASE)  # numbered, but not run one after another


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
    found = _outermost([root], normed=True, stems=True)
    if found:
        found = _with_others(found, root)
    else:
        found = _outermost([root], normed=False, stems=True) or _named_by_words(root) or _plain_stacks(root)
    holding = Counter(path for series in found for path in _upwards(series.home.path))
    towers = []
    for series in found:
        own = [path for path in _upwards(series.home.path) if holding[path] == 1]
        if own:
            name, scope = own[-1], [root.at(own[-1])]
        else:  # two towers in one module: `encoder_block0`, `decoder_block0`
            name, scope = ".".join(filter(None, (series.home.path, series.stem.strip("_-")))), series.nodes
        towers.append(Tower(name, scope, _blocks(series)))
    return towers


def _upwards(path: str) -> list[str]:
    """The path of a module, the path of its parent, and so on up to the model's own path, which is empty."""
    parts = path.split(".") if path else []
    return [".".join(parts[:length]) for length in range(len(parts), -1, -1)]


# ------------------------------------------------------------------------------------------ which series are of blocks


def _outermost(
    starts: Sequence[Node], *, normed: bool, stems: bool, turns: bool = True, whole: bool = True
) -> list[Series]:
    """The series of blocks, at or below some nodes, that lie inside no other series of blocks.

    Args:
        starts: where to look.
        normed: whether a block has a norm.
        stems: whether series count whose numbers follow a word.
        turns: whether members that take turns are put together.
        whole: whether the nodes are the whole model, where lists side by side may hold sublayers of the same blocks;
            inside a block they may run beside each other, as in ViTs with several attentions in parallel.
    """
    found: list[Series] = []
    closed: set[Node] = set()  # the search does not enter these
    todo = [*reversed(starts)]
    while todo:
        node = todo.pop()
        if not node.numbered:
            continue
        beside = series_beside(node, stems=stems, bare=node in starts)
        closed.update(member for series in beside if _NO_BLOCKS.search(series.label) for member in series.nodes)
        for series in _of_blocks(beside, normed=normed, turns=turns, whole=whole):
            if series.home not in closed:
                found.append(series)
                closed.update(series.nodes)
        todo += [child for child in reversed(node.children.values()) if child not in closed]
    return found


def _of_blocks(beside: Sequence[Series], *, normed: bool, turns: bool, whole: bool) -> list[Series]:
    """The series of blocks among series side by side; a series parallel to blocks is a part of these blocks."""
    together = [_sublayers_joined(parallel, turns, whole) for parallel in _parallel(beside)]
    mostly = {series for parallel in together for series in parallel if _is_mostly_blocks(series, normed=normed)}
    largest = max((series.count for series in mostly), default=0)
    found = []
    for parallel in together:
        judged = [series for series in parallel if series in mostly and _MINOR * series.count > largest]
        if len(parallel) > 1 and len(judged) <= 1:
            judged = _put_together(parallel, judged, normed=normed)
        found += judged
    return [series for series in found if _MINOR * series.count > largest]


def _sublayers_joined(parallel: list[Series], turns: bool, whole: bool) -> list[Series]:
    """Series with the same numbers; where they hold sublayers, the series of blocks that these make together."""
    if any(_NO_BLOCKS.search(series.label) for series in parallel):
        return parallel
    if len(parallel) == 1:
        return [by_turns(parallel[0])] if turns else parallel
    return [_merged(parallel)] if whole and side_by_side(parallel) else parallel


def _merged(parallel: Sequence[Series]) -> Series:
    first = max(parallel, key=lambda series: series.count)
    members = {key: [node for series in parallel for node in series.members[key]] for key in first.members}
    return replace(first, members=members)


def _is_mostly_blocks(series: Series, *, normed: bool) -> bool:
    """Whether most parameters are in members with several modules and, if ``normed``, with a norm among these."""
    if _NO_BLOCKS.search(series.label):
        return False
    in_blocks = 0
    for nodes in series.members.values():
        if (
            sum(node.modules for node in nodes) >= _MODULES
            and (not normed or any(node.normed for node in nodes))
            and not all(node.is_list for node in nodes)
        ):
            in_blocks += sum(node.count for node in nodes)
    return 2 * in_blocks >= series.count


def _parallel(beside: Iterable[Series]) -> Iterable[list[Series]]:
    """Series with the same numbers, such as ``attentions.0``, ``attentions.1`` and ``norms.0``, ``norms.1``."""
    alike: dict[object, list[Series]] = defaultdict(list)
    for series in beside:
        alone = len(series.members) == 1 or series.label.isdecimal()
        alike[series.home if alone else (bool(series.stem), *series.members)].append(series)
    return alike.values()


def _put_together(parallel: Sequence[Series], judged: list[Series], *, normed: bool) -> list[Series]:
    """Parallel series merged, if together they are blocks; at most one was ``judged`` to be blocks by itself."""
    of_one_sort = [
        series for series in parallel if series in judged or len({(n.paths, n.normed) for n in series.nodes}) == 1
    ]
    if len(of_one_sort) <= 1 or (not judged and sum(map(_are_several, of_one_sort)) > 1):  # plain stacks with norms
        return judged
    together = _merged(of_one_sort)
    return [together] if _is_mostly_blocks(together, normed=normed) else []


def _with_others(found: list[Series], root: Node) -> list[Series]:
    """The towers with norms, and those beside them without: a decoder of convolutions, or a plain stack."""
    largest = max(series.count for series in found)
    closed = {node for series in found for node in series.nodes}
    homes = {path for series in found for path in _upwards(series.home.path)}
    others: list[Series] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if node.path not in homes:
            stacks = [series for series in _stacks_at(node) if closed.isdisjoint(series.nodes)]
            others += [series for series in stacks if _MINOR * series.count > largest and _is_deep(series)]
            closed.update(node for series in stacks for node in series.nodes)
        todo += [child for child in node.children.values() if child not in closed]
    if not others:
        return found
    return sorted([*found, *others], key=lambda series: min(positions(series.nodes)))


def _is_deep(series: Series) -> bool:
    """Whether a series without norms runs one member after another: each holds several weights, or there are many."""
    return len(series.members) >= _DEEP or _are_several(series)


def _are_several(series: Series) -> bool:
    """Whether each member of a series holds several modules with parameters."""
    return all(sum(node.modules for node in nodes) > 1 for nodes in series.members.values())


def _stacks_at(node: Node) -> list[Series]:
    """The lists of layers at a node; a norm belongs to the layer before it."""
    found = []
    for alone in series_at(node):
        series = by_turns(alone)
        listed = all(member.is_item for member in series.nodes)
        if series.stem or len(series.members) < 2 or listed or _NO_BLOCKS.search(series.label):
            continue
        layers: dict[Key, list[Node]] = {}
        for key, nodes in sorted(series.members.items()):
            if layers and _is_norm(nodes):
                layers[next(reversed(layers))] += nodes
            else:
                layers[key] = [*nodes]
        if len(layers) > 1:
            found.append(replace(series, members=layers))
    return found


def _named_by_words(root: Node) -> list[Series]:
    """Blocks in a dictionary without numbers, for models without numbered blocks: three parts or more, all the same."""
    todo = [*root.children.values()]
    while todo:
        node = todo.pop()
        inside = [*node.children.values()]
        alike = len({part.paths for part in inside}) == 1 and inside[0].modules >= _MODULES and inside[0].normed
        if alike and len(inside) > 2 and not node.held and len({_sort([part]) for part in inside}) == 1:
            series = Series(node, "", {(number, 0, ""): [part] for number, part in enumerate(inside)})
            if not _NO_BLOCKS.search(series.label):
                return [series]
        todo += inside
    return []


def _plain_stacks(root: Node) -> list[Series]:
    """The largest list of layers, for models without blocks such as a VGG, and those that hold the same as it."""
    stacks, todo = [], [root]
    while todo:
        node = todo.pop()
        stacks += _stacks_at(node)
        apart = {member for series in series_at(node) if _NO_BLOCKS.search(series.label) for member in series.nodes}
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
                or (_MINOR * series.count > largest.count and _are_several(series) and _are_several(largest))
            )
        )
    ]


def _below(node: Node) -> set[Node]:
    """A node and all nodes below it."""
    found, todo = set(), [node]
    while todo:
        found.add(node := todo.pop())
        todo += node.children.values()
    return found


def _is_norm(nodes: Sequence[Node]) -> bool:
    return all(node.normed and node.modules == 1 for node in nodes)


# ----------------------------------------------------------------------------------------------- the blocks of a series


def _blocks(series: Series) -> list[tuple[int, list[int]]]:
    """The blocks in order: the index of each, and the positions of its parameters."""
    keys = sorted(series.members)
    while len(keys) > 1 and _is_norm(series.members[keys[-1]]):  # a norm after the blocks, in the same list
        del keys[-1]
    if any(_modules(series, key) >= _MODULES for key in keys):  # an embedding and a head in the same list
        while len(keys) > 1 and _is_leaf(series, keys[-1]):
            del keys[-1]
        while len(keys) > 1 and _is_leaf(series, keys[0]):
            del keys[0]
    stages = _stages(series, turns=True)
    if len({inner.in_turns for inner in stages.values()}) > 1:  # sublayers count in all stages, or in none
        stages = _stages(series, turns=False)
    if not stages:
        numbers = range(len(keys)) if series.stem else [number for number, *_ in keys]
        return [(number, positions(series.members[key])) for number, key in zip(numbers, keys, strict=True)]
    counted: list[list[int]] = []
    waiting: list[int] = []  # what leads to the next stage
    for key in keys:
        inside = positions(series.members[key])
        if key in stages:
            counted += _blocks_of_stage(stages[key], waiting + inside)
        elif _is_between(series.members[key], stages):
            waiting += inside
            continue
        else:
            counted.append(waiting + inside)
        waiting = []
    counted[-1] += waiting
    return [*enumerate(counted)]


def _is_between(nodes: Sequence[Node], stages: Mapping[Key, Series]) -> bool:
    """Whether a member between stages is not a block: it has one matrix, or no norm where the stages have norms.

    A list of a single convolution in place of a stage is one.
    """
    if all(part.isdecimal() for node in nodes for part in node.children):
        return False
    return _leads_on(nodes, normed=any(node.normed for series in stages.values() for node in series.nodes))


def _leads_on(nodes: Sequence[Node], *, normed: bool) -> bool:
    matrices = len(products_of(nodes))
    return 0 < matrices < _MODULES - 1 or (normed and not any(node.normed for node in nodes))


def _modules(series: Series, key: Key) -> int:
    return sum(node.modules for node in series.members[key])


def _is_leaf(series: Series, key: Key) -> bool:
    return all(node.held and not node.children for node in series.members[key])


def _blocks_of_stage(inner: Series, inside: Iterable[int]) -> list[list[int]]:
    """The blocks of a stage; its other parameters join the first block if they precede it, or else the last block."""
    blocks = [block for _, block in _blocks(inner)]
    begin = min(map(min, blocks))
    placed = {position for block in blocks for position in block}
    for position in inside:
        if position not in placed:
            blocks[0 if position < begin else -1].append(position)
    return blocks


def _stages(series: Series, *, turns: bool) -> dict[Key, Series]:
    """The series of blocks inside each member, if most parameters are in members that are stages."""
    found = {}
    first, second, *_ = [*series.members.values()] * 2
    repeated = len(series.members) > 1 and _sort(first) == _sort(second)
    for key, nodes in series.members.items():
        inner = _largest_inside(nodes, stems=bool(series.stem), turns=turns)
        if inner and _are_alike(inner) and inner.count >= _STAGE * sum(node.count for node in nodes):
            rest = sum(node.modules for node in nodes) - sum(node.modules for node in inner.nodes)
            beside = inner.home in nodes[0].children.values() and inner.home.path.rpartition(".")[2].isdecimal()
            if not (beside and rest >= _REST) and not is_block_with(inner, nodes, repeated=repeated):
                found[key] = inner
    if _are_sublayers(list(found.values())):
        return {}
    staged = sum(node.count for key in found for node in series.members[key])
    return found if 2 * staged >= series.count else {}


def _largest_inside(nodes: Sequence[Node], *, stems: bool, turns: bool) -> Series | None:
    """The largest series of blocks in a member; a list such as (downsampling, blocks) is not one, but its blocks are."""
    normed = any(node.normed for node in nodes)
    inner = None
    while nodes:
        inside = _outermost(nodes, normed=normed, stems=stems, turns=turns, whole=False)
        found = max(inside, key=lambda series: series.count, default=None)
        if inner and not (found and _are_alike(found) and found.count >= _STAGE * inner.count):
            break
        if inner and found and not _is_all_but_between(inner, found):
            break
        inner = found
        nodes = inner.nodes if inner and not _are_alike(inner) else ()
    return inner


def _is_all_but_between(outer: Series, inner: Series) -> bool:
    """Whether the members of a series that do not hold the inner series lead to it, or from it, and are not blocks."""
    inside = {*_upwards(inner.home.path)}
    others = [nodes for nodes in outer.members.values() if inside.isdisjoint(node.path for node in nodes)]
    normed = any(node.normed for node in inner.nodes)
    return all(_leads_on(nodes, normed=normed) for nodes in others)


def _are_sublayers(inner: Sequence[Series]) -> bool:
    """Whether each member of a series holds the same parts, which are not alike: attention and feed-forward."""
    if not inner or any(len(one.members) != len(inner[0].members) or one.in_turns for one in inner):
        return False
    mixes_tokens = [[not feed_forward(products_of(nodes)) for nodes in series.members.values()] for series in inner]
    if len(mixes_tokens[0]) <= _PARTS and {*mixes_tokens[0]} == {True, False}:
        if all(same == mixes_tokens[0] for same in mixes_tokens):
            return True
    if len(inner) < 2:
        return False
    sorts = [[_sort(nodes) for _, nodes in sorted(series.members.items())] for series in inner]
    if any(one != sorts[0] for one in sorts):
        return False
    first, *others = dict.fromkeys(sorts[0])  # a block with a part more than the others, such as a shortcut, is alike
    return any(first - other and other - first for other in others)


def _sort(nodes: Sequence[Node]) -> frozenset[object]:
    """What sort of member it is: its matrices with their shapes, or its modules where no shapes are known."""
    return frozenset(products_of(nodes)) or nodes[0].paths


def _are_alike(series: Series) -> bool:
    """Whether most members hold the same modules as another member, as blocks do and sublayers do not."""
    sorts = Counter(nodes[0].paths for nodes in series.members.values())
    alike = 0.0
    for paths, count in sorts.items():
        others = [len(paths & other) / len(paths | other) for other in sorts if other != paths]
        alike += count * (1.0 if count > 1 else max(others, default=1.0))
    return alike >= _ALIKE * len(series.members)
