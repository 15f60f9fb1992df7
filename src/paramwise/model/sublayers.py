"""Parts of blocks in a list of their own, and the blocks that they make together.

A list may hold attention, feed-forward, attention, feed-forward; two lists side by side may hold the attentions and the
feed-forwards. Neither of the two is a block. What tells is structure: a feed-forward is two or three matrices that lead
from a width to another and back, and mixes no tokens; what takes turns with it has no matrix like any of its own.
Where whole blocks of two kinds take turns, such as local and global attention or dense layers and experts, the kinds
have matrices in common, or neither is a feed-forward alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from paramwise.model.series import Key, Node, Product, Series

_MANY = 96  # matrices of a member that are looked at
_CUT = 2  # matrices by which experts may seem to differ where not all are looked at
_LONGEST_TURN = 8  # members
_EDGE = 3  # members before the first turn, or after the last: an embedding, a norm, a head
_SEVERAL = 3  # a block has at least so many modules, and at least so many members take turns
_NORM, _EMPTY = -1, -2  # sorts of members without matrices


def products_of(nodes: Iterable[Node]) -> list[Product]:
    """The first matrices of some parts of a model."""
    return [product for node in nodes for product in node.products(_MANY)]


def feed_forward(products: Sequence[Product]) -> int:
    """The width that a feed-forward leads from and back to; 0 for all else.

    The matrices may come with a gate, or with a gate in the same matrix; several alike are experts, with a router.

    >>> feed_forward([("up", (32, 8)), ("down", (8, 32))]), feed_forward([("in", (64, 8)), ("out", (8, 32, 1))])
    (8, 8)
    >>> feed_forward([("q", (8, 8)), ("k", (8, 8)), ("v", (8, 8)), ("out", (8, 8))])
    0
    """
    sizes: Counter[tuple[int, ...]] = Counter(_plain(shape) for _, shape in products)
    if any(len(size) != 2 for size in sizes):
        return 0
    for inner, width in [*sizes]:
        for back in (inner, inner // 2):
            ups, downs = sizes[inner, width], sizes[width, back]
            rest = sizes.total() - ups - downs
            if inner == width:
                if back == inner and sizes == {(width, width): 2}:
                    return width
            elif downs and downs <= ups <= 2 * downs + _CUT * (len(products) >= _MANY) and rest <= (downs > 1):
                return width
    return 0


def _plain(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a matrix; a convolution of a single place is one."""
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def by_turns(series: Series) -> Series:
    """The series of blocks that the members make where sublayers take turns; the series itself where they do not."""
    keys = sorted(series.members)
    if len(keys) < 2:
        return series
    if _is_led_to(series, keys):
        return replace(series, members=_with_what_leads_to_it(series, keys), in_turns=True)
    kinds = {tuple(node.paths for node in series.members[key]) for key in keys}
    if len(kinds) == 1 and _alike(series.members[keys[0]], series.members[keys[1]]):
        return series
    products = [products_of(series.members[key]) for key in keys]
    sorts = _sorts(products, [any(node.normed for node in series.members[key]) for key in keys])
    found = _turns(sorts)
    if found is None:
        return series
    start, period, times = found
    edges = [*range(start), *range(start + period * times, len(keys))]
    if any(len(products[at]) > 1 for at in edges) or not _make_a_block(products[start : start + period], times):
        return series
    turns = [keys[begin : begin + period] for begin in range(start, start + period * times, period)]
    members = {
        (number, 0, ""): [node for key in turn for node in series.members[key]] for number, turn in enumerate(turns)
    }
    return replace(series, members=members, in_turns=True)


def _is_led_to(series: Series, keys: Sequence[Key]) -> bool:
    """Whether every other member is a single matrix, such as what doubles the resolution before each block."""
    single = [_leads(series.members[key]) for key in keys]
    several = [sum(node.modules for node in series.members[key]) >= _SEVERAL for key in keys]
    takes_turns = all(first != second for first, second in pairwise(single))
    return takes_turns and len(keys) > _SEVERAL and all(one != two for one, two in zip(single, several, strict=True))


def _leads(nodes: Sequence[Node]) -> bool:
    return all(node.weights and not node.children and not node.normed for node in nodes)


def _with_what_leads_to_it(series: Series, keys: Sequence[Key]) -> dict[Key, list[Node]]:
    """Each block together with the single matrix before it; one after the last block belongs to that."""
    members: dict[Key, list[Node]] = {}
    waiting: list[Node] = []
    for key in keys:
        waiting += series.members[key]
        if not _leads(series.members[key]):
            members[len(members), 0, ""] = waiting
            waiting = []
    members[len(members) - 1, 0, ""] += waiting
    return members


def _alike(first: Sequence[Node], second: Sequence[Node]) -> bool:
    return Counter(products_of(first)) == Counter(products_of(second))


def _sorts(products: Sequence[Sequence[Product]], normed: Sequence[bool]) -> list[int]:
    """Numbers for members: the same for two that have a matrix in common, also by way of others."""
    sort_of: dict[Product, int] = {}
    merged: list[int] = []  # for each sort, the sort that it turned out to be

    def root(sort: int) -> int:
        while merged[sort] != sort:
            sort = merged[sort]
        return sort

    for own in products:
        known = sorted({root(sort_of[product]) for product in own if product in sort_of})
        sort = known[0] if known else len(merged)
        merged += [sort] * (not known)
        for other in known:
            merged[other] = sort
        sort_of.update(dict.fromkeys(own, sort))
    return [
        root(sort_of[own[0]]) if own else _NORM if has_norm else _EMPTY
        for own, has_norm in zip(products, normed, strict=True)
    ]


def _turns(sorts: Sequence[int]) -> tuple[int, int, int] | None:
    """Where turns of two sorts or more begin, how long a turn is, and how many there are; None where there are none."""
    best: tuple[int, int, int, int] | None = None
    for period in range(2, min(_LONGEST_TURN, len(sorts)) + 1):
        for start in range(min(_EDGE, len(sorts) - period) + 1):
            turn = sorts[start : start + period]
            times = 1
            while sorts[start + times * period : start + (times + 1) * period] == turn:
                times += 1
            if times == 1 and any(one == other for one, other in pairwise(turn)):
                continue  # what is repeated is a block by itself
            left = len(sorts) - period * times
            if left - start <= _EDGE and len({sort for sort in turn if sort >= 0}) > 1:
                best = min(best or (left, period, start, times), (left, period, start, times))
    return best and (best[2], best[1], best[3])


def _make_a_block(turn: Sequence[Sequence[Product]], times: int) -> bool:
    """Whether the members of a turn make a block together, and no member is one alone."""
    widths = [feed_forward(own) for own in turn if own]
    others = [own for own in turn if own and not feed_forward(own)]
    if not any(widths):
        return False
    if not others:  # an MLP over tokens and another over channels, or an attention whose queries are its keys
        return len({*widths}) > 1 or len({len(own) for own in turn if own}) > 1
    if not all(any(width in shape for _, shape in own for width in widths if width) for own in others):
        return False
    return times > 1 or (widths[-1] > 0 and not any(map(_is_whole, others)))


def side_by_side(parallel: Sequence[Series]) -> bool:
    """Whether lists with the same numbers hold the sublayers of the same blocks, each list a kind of sublayer."""
    firsts = [products_of(next(iter(series.members.values()))) for series in parallel]
    firsts = [own for own in firsts if own]
    apart = sum(len(set(own)) for own in firsts) == len({product for own in firsts for product in own})
    return len(firsts) > 1 and apart and _make_a_block([*firsts], 1)


def _is_whole(products: Sequence[Product]) -> bool:
    """Whether a feed-forward is a part of it, beside other matrices that take in what it does.

    Queries and the way out of an attention to another sequence lead from a width to another and back, too, but keys and
    values take in what the other sequence has.
    """
    sizes = {_plain(shape) for _, shape in products}
    return any(
        len(size) == 2
        and size[0] != size[1]
        and size[::-1] in sizes
        and any(size[0] not in other and other[1:2] == size[1:] for other in sizes)
        for size in sizes
    )


def is_block_with(inner: Series, nodes: Iterable[Node], *, repeated: bool) -> bool:
    """Whether a part of a model that holds a series is a block itself.

    It is one if it is ``repeated`` and holds a whole block beside the series, as a layer of Perceiver holds its
    cross-attention beside a list of self-attentions; what is not repeated may hold one to halve the resolution. It is
    one, too, if the series holds nothing but feed-forwards, as experts are, beside the matrices of an attention.
    """
    rest = [product for node in nodes for product in node.products(_MANY, {*inner.nodes})]
    if len(rest) < _REST:
        return False
    return (repeated and _is_whole(rest)) or all(feed_forward(products_of(nodes)) for nodes in inner.members.values())


_REST = 3  # matrices of an attention, or of another sublayer, with what routes to experts


def sort_of(nodes: Sequence[Node]) -> frozenset[object]:
    """What sort of member it is: its matrices with their shapes, or its modules where no shapes are known."""
    return frozenset(products_of(nodes)) or nodes[0].paths
