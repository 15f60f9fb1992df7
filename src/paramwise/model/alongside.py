"""Lists that run beside the blocks: a norm, an adapter or an upsampling step for each block, in a list of their own.

``for conv, norm in zip(self.convs, self.norms)`` uses two lists in one loop. The blocks count the layers; what runs
beside them belongs to the block that it follows, or, where the list starts before the first block, to the one it leads
to. The code of the model tells which: what a member is given came through some blocks and not yet through the next.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from paramwise.model.reach import Reach
from paramwise.model.sides import Spot

_MEMBER = re.compile(r"(.*?)\.?\b(\d+)(?=\.|$)")
_FOLLOWS, _LEADS = 0, -1  # the block last met by a member, less the number of the member

_List = Mapping[int, Sequence[int]]
"""The positions of the parameters in each member of a list, by the member's number."""


def alongside(
    code: Reach, names: Sequence[str], roles: Sequence[str], spots: Sequence[Spot], spot_of: Sequence[int]
) -> dict[int, Spot]:
    """The blocks that parameters outside blocks run with, by the positions of the parameters.

    A list of embeddings runs with none: what is looked up is the input.
    """
    blocks: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    block_of: dict[str, Spot] = {}
    for name, number in zip(names, spot_of, strict=True):
        index, tower = spots[number]
        if index is not None:
            blocks[tower][index].append(name)
            block_of[name] = index, tower
    found: dict[int, Spot] = {}
    for path, members in _lists(names, spots, spot_of).items():
        if any(roles[at] == "embedding" for inside in members.values() for at in inside):
            continue
        met = {number: _met(code, f"{path}.{number}", names, inside) for number, inside in members.items()}
        if not all(met.values()):
            continue
        for tower, own in blocks.items():
            order = sorted(own)
            rank_of = {name: order.index(block_of[name][0] or 0) for one in own.values() for name in one}
            last = {number: {_last(uses, rank_of) for uses in each} for number, each in met.items()}
            for shift in (_FOLLOWS, _LEADS):
                into = {number: number if shift == _LEADS else number + shift for number in last}
                if (
                    all(number + shift in ranks for number, ranks in last.items())
                    and max(into.values()) < len(order)
                    and _lead_back(code, {number + shift + 1: members[number] for number in last}, names, own, order)
                ):
                    found.update((at, (order[into[number]], tower)) for number in members for at in members[number])
                    break
    return found


def _lists(names: Sequence[str], spots: Sequence[Spot], spot_of: Sequence[int]) -> dict[str, dict[int, list[int]]]:
    """The numbered lists outside blocks that have two members or more and no block inside, by path."""
    lists: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    holding: set[str] = set()
    for position, (name, number) in enumerate(zip(names, spot_of, strict=True)):
        if member := _MEMBER.match(name):
            if spots[number][0] is None:
                lists[member[1]][int(member[2])].append(position)
            else:
                holding.add(member[1])
    return {
        path: members
        for path, members in lists.items()
        if path not in holding and len(members) > 1 and [*members] == [*range(len(members))]
    }


def _met(code: Reach, path: str, names: Sequence[str], inside: Sequence[int]) -> list[set[str]]:
    """What the data met before they reach a member of a list, in each of its uses; nothing if its code is not known."""
    for position in inside:
        used = code.used(names[position])
        if used is not None and f"{used}.".startswith(f"{path}."):
            return code.behind(used)
    return []


def _last(met: set[str], rank_of: Mapping[str, int]) -> int:
    """The last block that the data came through; -1 if they came through none."""
    return max((rank_of[name] for name in met if name in rank_of), default=-1)


def _lead_back(
    code: Reach, members: _List, names: Sequence[str], blocks: Mapping[int, Sequence[str]], order: Sequence[int]
) -> bool:
    """Whether a member leads to the block after the one that it met; heads and early exits lead to none."""
    return any(
        {names[at] for at in members[rank]} & set().union(*code.behind(name)[:1])
        for rank in members
        if rank < len(order)
        for name in blocks[order[rank]]
    )
