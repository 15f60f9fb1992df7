"""Which series of numbered siblings are series of blocks.

A block holds several modules, usually with a norm among them. Series of blocks lie inside no other series of blocks. A
series parallel to blocks, such as the norms beside a list of attentions, is a part of these blocks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from paramwise.model.series import Node, Series, series_beside
from paramwise.model.sublayers import by_turns, side_by_side

MODULES = 3  # a block has at least this many modules: a convolution and its norm are two
MINOR = 5  # a series this many times smaller than its largest neighbour is not a tower: patch embeddings
NO_BLOCKS = re.compile(r"branch|expert|head|stem|embed", re.IGNORECASE)  # numbered, but not run one after another


def outermost(
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
        closed.update(member for series in beside if NO_BLOCKS.search(series.label) for member in series.nodes)
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
        judged = [series for series in parallel if series in mostly and MINOR * series.count > largest]
        if len(parallel) > 1 and len(judged) <= 1:
            judged = _put_together(parallel, judged, normed=normed)
        found += judged
    return [series for series in found if MINOR * series.count > largest]


def _sublayers_joined(parallel: list[Series], turns: bool, whole: bool) -> list[Series]:
    """Series with the same numbers; where they hold sublayers, the series of blocks that these make together."""
    if any(NO_BLOCKS.search(series.label) for series in parallel):
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
    if NO_BLOCKS.search(series.label):
        return False
    in_blocks = 0
    for nodes in series.members.values():
        if (
            sum(node.modules for node in nodes) >= MODULES
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
    if len(of_one_sort) <= 1 or (not judged and sum(map(are_several, of_one_sort)) > 1):  # plain stacks with norms
        return judged
    together = _merged(of_one_sort)
    return [together] if _is_mostly_blocks(together, normed=normed) else []


def are_several(series: Series) -> bool:
    """Whether each member of a series holds several modules with parameters."""
    return all(sum(node.modules for node in nodes) > 1 for nodes in series.members.values())


def is_norm(nodes: Sequence[Node]) -> bool:
    """Whether a member is a norm and nothing else."""
    return all(node.normed and node.modules == 1 for node in nodes)
