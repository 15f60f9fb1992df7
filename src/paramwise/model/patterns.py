"""Names to show: those that differ in their numbers alone are written once, suffix by suffix."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_NUMBERS = re.compile(r"(?<![^.])(0|[1-9]\d{0,8})(?![^.])")
_FEW = 4  # numbers without a run among them that are listed one by one


class Pattern(NamedTuple):
    """Names that differ in their numbers alone, written once, and the positions of the names."""

    text: str
    positions: Sequence[int]


def patterns(names: Sequence[str], keys: Sequence[Hashable] | None = None) -> list[Pattern]:
    """Names to show, suffix by suffix: those that differ in their numbers alone are one, if their keys are equal.

    Every pattern stands for exactly its names: where layers differ in which experts they have, they are apart.

    >>> [found.text for found in patterns(["h.0.up", "h.0.gate", "h.1.up", "h.2.up", "h.2.gate", "head"])]
    ['h.{0..2}.up', 'h.{0,2}.gate', 'head']
    >>> [found.text for found in patterns(["h.0.up", "h.1.up"], keys=["float32", "int8"])]
    ['h.0.up', 'h.1.up']
    """
    alike: dict[tuple[Any, ...], dict[tuple[str, ...], int]] = {}
    for position, parts in enumerate(map(_NUMBERS.split, names)):
        key = (*parts[::2], None if keys is None else keys[position])
        same = alike.get(key)
        if same is None:
            alike[key] = {tuple(parts[1::2]): position}
        else:
            same[tuple(parts[1::2])] = position
    found: list[Pattern] = []
    for key, by_numbers in alike.items():
        *texts, _ = key
        for axes, members in _boxes(by_numbers):
            holes = [*map(_range_of, axes), ""]
            text = "".join(f"{text}{hole}" for text, hole in zip(texts, holes, strict=True))
            found.append(Pattern(text, members))
    found.sort(key=lambda pattern: pattern.positions[0])
    return found


Axes = tuple[tuple[str, ...], ...]
"""For each number in a name, the numbers that stand there."""


def _boxes(found: dict[tuple[str, ...], int]) -> Iterator[tuple[Axes, list[int]]]:
    """Numbers of names, as few products of numbers, each with the positions of its names in order."""
    axes = tuple(tuple(dict.fromkeys(column)) for column in zip(*found, strict=True))
    whole = 1
    for axis in axes:
        whole *= len(axis)
    if whole == len(found):  # one product, as almost always
        yield axes, list(found.values())
        return
    below: dict[str, dict[tuple[str, ...], int]] = {}
    for (first, *rest), position in found.items():
        below.setdefault(first, {})[tuple(rest)] = position
    alike: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for first, inside in below.items():
        alike.setdefault(frozenset(inside), []).append(first)
    for firsts in alike.values():
        for others, members in _boxes(below[firsts[0]]):
            if len(firsts) == 1:
                yield ((firsts[0],), *others), members
            else:
                ends = [set(axis) for axis in others]
                positions = [
                    position
                    for first in firsts
                    for numbers, position in below[first].items()
                    if all(number in end for number, end in zip(numbers, ends, strict=True))
                ]
                yield (tuple(firsts), *others), sorted(positions)


def _range_of(numbers: tuple[str, ...]) -> str:
    """Numbers as text: ``3``, ``{0..11}``, ``{1,3}``, ``{0..10..2}`` as shells write it, ``{0..3,7}``.

    >>> _range_of(("0", "1", "2", "5")), _range_of(tuple("13579"))
    ('{0..2,5}', '{1..9..2}')
    """
    if len(numbers) == 1:
        return numbers[0]
    values = sorted(map(int, numbers))
    steps = {after - before for before, after in pairwise(values)}
    if len(steps) == 1 and (steps == {1} or len(values) > _FEW):
        step = steps.pop()
        return f"{{{values[0]}..{values[-1]}{'' if step == 1 else f'..{step}'}}}"
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    parts = [f"{run[0]}..{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs]
    return f"{{{','.join(parts)}}}"
