"""The blocks of a series, counted across its stages.

A *stage* is a member of a series that consists of blocks itself: Swin's ``layers.0`` holds ``layers.0.blocks.0`` and
``layers.0.blocks.1``, and ``layers.1`` the next two. Blocks are counted across all stages: ``layers.1.blocks.0`` is
block 2. What halves the resolution between two stages belongs to the block after it. A series inside a block that is
not a stage, such as its experts, its sublayers or its branches, is a part of the block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from paramwise.model.block_series import MODULES, is_norm, outermost
from paramwise.model.series import Key, Node, Series, positions, upwards
from paramwise.model.sublayers import feed_forward, is_block_with, products_of, sort_of

_STAGE = 0.6  # at least this share of a stage's parameters is in its blocks
_ALIKE = 0.5  # at least this share of the modules in two blocks of a stage is in both
_PARTS = 8  # at most so many sublayers make a block
_REST = 4  # a list of parts with this many modules beside the blocks in it is a block itself


def blocks_of(series: Series) -> list[tuple[int, list[int]]]:
    """The blocks in order: the index of each, and the positions of its parameters."""
    keys = sorted(series.members)
    while len(keys) > 1 and is_norm(series.members[keys[-1]]):  # a norm after the blocks, in the same list
        del keys[-1]
    if any(_modules(series, key) >= MODULES for key in keys):  # an embedding and a head in the same list
        while len(keys) > 1 and _is_leaf(series, keys[-1]):
            del keys[-1]
        while len(keys) > 1 and (_is_leaf(series, keys[0]) or _reads_in(series.members[keys[0]])):
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
            if key == keys[0]:
                inside = positions(_without_stem(series.members[key], stages[key]))
            counted += _blocks_of_stage(stages[key], waiting + inside)
        elif _is_between(series.members[key], stages):
            waiting += inside
            continue
        else:
            counted.append(waiting + inside)
        waiting = []
    counted[-1] += waiting
    return [*enumerate(counted)]


def _without_stem(nodes: Sequence[Node], inner: Series) -> list[Node]:
    """The nodes of the first stage without the member of another list, side by side with the stages, that leads to it.

    The first of a list of downsamplings reads the input in, and lies before the blocks.
    """
    holding = {*upwards(inner.home.path)}
    return [node for node in nodes if node.path in holding or not _leads_on([node], normed=False)]


def _is_between(nodes: Sequence[Node], stages: Mapping[Key, Series]) -> bool:
    """Whether a member between stages is not a block: it has one matrix, or no norm where the stages have norms.

    A list of a single convolution in place of a stage is one.
    """
    if all(part.isdecimal() for node in nodes for part in node.children):
        return False
    return _leads_on(nodes, normed=any(node.normed for series in stages.values() for node in series.nodes))


def _leads_on(nodes: Sequence[Node], *, normed: bool) -> bool:
    matrices = len(products_of(nodes))
    return 0 < matrices < MODULES - 1 or (normed and not any(node.normed for node in nodes))


def _modules(series: Series, key: Key) -> int:
    return sum(node.modules for node in series.members[key])


def _is_leaf(series: Series, key: Key) -> bool:
    first, *others = series.members[key]
    return bool(first.held) and not first.children and not others


def _reads_in(nodes: Sequence[Node]) -> bool:
    """Whether a member is a single matrix with what is added to its output, such as patches and their positions."""
    return len(nodes) == 1 and _leads_on(nodes, normed=False) and not nodes[0].normed and not nodes[0].is_list


def _blocks_of_stage(inner: Series, inside: Iterable[int]) -> list[list[int]]:
    """The blocks of a stage; its other parameters join the first block if they precede it, or else the last block."""
    blocks = [block for _, block in blocks_of(inner)]
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
    repeated = len(series.members) > 1 and sort_of(first) == sort_of(second)
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
    """The largest series of blocks in a member; a list such as (downsampling, blocks) is none, but its blocks are."""
    normed = any(node.normed for node in nodes)
    inner = None
    while nodes:
        inside = outermost(nodes, normed=normed, stems=stems, turns=turns, whole=False)
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
    inside = {*upwards(inner.home.path)}
    others = [nodes for nodes in outer.members.values() if inside.isdisjoint(node.path for node in nodes)]
    normed = any(node.normed for node in inner.nodes)
    return all(_leads_on(nodes, normed=normed) for nodes in others)


def _are_sublayers(inner: Sequence[Series]) -> bool:
    """Whether each member of a series holds the same parts, which are not alike: attention and feed-forward."""
    if not inner or any(len(one.members) != len(inner[0].members) or one.in_turns for one in inner):
        return False
    mixing, *same = [[not feed_forward(products_of(nodes)) for nodes in one.members.values()] for one in inner]
    if len(mixing) <= _PARTS and {*mixing} == {True, False} and all(one == mixing for one in same):
        return True
    if len(inner) < 2:
        return False
    sorts = [[sort_of(nodes) for _, nodes in sorted(series.members.items())] for series in inner]
    if any(one != sorts[0] for one in sorts):
        return False
    first, *others = dict.fromkeys(sorts[0])  # a block with a part more than the others, such as a shortcut, is alike
    return any(first - other and other - first for other in others)


def _are_alike(series: Series) -> bool:
    """Whether most members hold the same modules as another member, as blocks do and sublayers do not."""
    sorts = Counter(nodes[0].paths for nodes in series.members.values())
    alike = 0.0
    for paths, count in sorts.items():
        others = [len(paths & other) / len(paths | other) for other in sorts if other != paths]
        alike += count * (1.0 if count > 1 else max(others, default=1.0))
    return alike >= _ALIKE * len(series.members)
