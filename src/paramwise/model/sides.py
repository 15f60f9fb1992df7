"""On which side of the blocks a parameter lies, as the code of the model tells it: before them, or after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paramwise.model.reach import Reach
from paramwise.model.series import PRODUCTS

Spot = tuple[int | None, str]
"""The index of a block, and its tower: a place before its depth is known."""


def sides(
    code: Reach, names: Sequence[str], roles: Sequence[str], spots: Sequence[Spot], spot_of: Sequence[int]
) -> dict[int, tuple[bool, Sequence[str]]]:
    """Of parameters outside blocks, whether they lie before the blocks, and the towers that they lead to.

    After them lies what takes in results of blocks, of the last one or without a way back to it. Parameters that the
    code says nothing about are left out, and so are those between two towers.
    """
    block_of = {name: spots[spot] for name, spot in zip(names, spot_of, strict=True) if spots[spot][0] is not None}
    holding = _around(block_of)
    last_of: dict[str, tuple[int, str]] = {}  # by tower, the last block and a parameter in it
    for name, (index, tower) in block_of.items():
        last_of[tower] = max(last_of.get(tower, (-1, "")), (index or 0, name))
    behind_last = {tower: set().union(*code.behind(name)[:1]) for tower, (_, name) in last_of.items()}

    def side(used: str, own: str) -> tuple[bool, Sequence[str]] | None:
        inside = f"{used}."
        towers = [own] if own in last_of else [*last_of]
        leads_to = [
            tower for tower in towers if any(name == used or name.startswith(inside) for name in behind_last[tower])
        ]
        met = [{block_of[name] for name in behind if name in block_of} for behind in code.behind(used)]
        mine = [{(index, tower) for index, tower in blocks if tower in towers} for blocks in met]
        if not any(mine):
            return (True, leads_to) if leads_to else None
        past = all(any(index == last_of[tower][0] for index, tower in blocks) for blocks in mine)
        return (False, ()) if all(mine) and (not leads_to or (past and own in last_of)) else None

    known: dict[tuple[str, str], tuple[bool, Sequence[str]] | None] = {}
    found = {}
    for position, (name, role, spot) in enumerate(zip(names, roles, spot_of, strict=True)):
        index, tower = spots[spot]
        if index is not None:
            continue
        for used in dict.fromkeys([code.used(name), code.used(name.rpartition(".")[0])]):
            if used is None or used in holding:
                continue
            if (used, tower) not in known:
                known[used, tower] = side(used, tower)
            told = known[used, tower]
            # what starts a sum, as latents do, meets what follows it; a head may be given data that are cut off
            if told is not None and (role != "head" if told[0] else used != name or role in PRODUCTS):
                found[position] = told
                break
    return found


def _around(names: Iterable[str]) -> set[str]:
    """The paths of all modules around some parameters."""
    found: set[str] = set()
    for name in names:
        path = name.rpartition(".")[0]
        while path and path not in found:
            found.add(path)
            path = path.rpartition(".")[0]
    return found
