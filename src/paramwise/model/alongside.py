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
_SHIFTS = 0, -1  # the block that a member met last, less the number of the member: it follows the block, or leads to it

_List = Mapping[int, Sequence[int]]
"""The positions of the parameters in each member of a list, by the member's number."""


def alongside(
    code: Reach, names: Sequence[str], roles: Sequence[str], spots: Sequence[Spot], spot_of: Sequence[int]
) -> dict[int, Spot]:
    """The blocks that parameters outside blocks run with, by the positions of the parameters.

    A list of embeddings runs with none: what is looked up is the input.
    """
    blocks: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, number in zip(names, spot_of, strict=True):
        index, tower = spots[number]
        if index is not None:
            blocks[tower][index].append(name)
    towers = {tower: sorted(own.items()) for tower, own in blocks.items()}
    ranks = {
        tower: {name: rank for rank, (_, inside) in enumerate(own) for name in inside} for tower, own in towers.items()
    }
    found: dict[int, Spot] = {}
    for path, members in _lists(names, spots, spot_of).items():
        if any(roles[at] == "embedding" for inside in members.values() for at in inside):
            continue
        met = {number: _met(code, f"{path}.{number}", names, inside) for number, inside in members.items()}
        for tower, own in towers.items():
            last = {number: {_last(uses, ranks[tower]) for uses in each} for number, each in met.items()}
            if len(members) <= len(own) and any(
                all(number + shift in met_last for number, met_last in last.items())
                and _lead_back(code, members, shift, names, [inside for _, inside in own])
                for shift in _SHIFTS
            ):
                found.update((at, (own[number][0], tower)) for number in members for at in members[number])
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


def _lead_back(code: Reach, members: _List, shift: int, names: Sequence[str], blocks: Sequence[Sequence[str]]) -> bool:
    """Whether a member leads to the block after the one that it met; heads and early exits lead to none."""
    return any(
        {names[at] for at in inside} & set().union(*code.behind(name)[:1])
        for number, inside in members.items()
        if (after := number + shift + 1) < len(blocks)
        for name in blocks[after]
    )
