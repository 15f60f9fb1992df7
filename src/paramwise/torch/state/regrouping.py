"""Running state of whole groups: kept, merged where equal, otherwise refused.

Groups may be cut in another way than when they were saved. What two groups held alike can be merged, and a count can be
split; a sum over a group's gradients, or a vector of all its parameters, cannot.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from paramwise.files.state_description import UNKNOWN, Description, Plain, printable
from paramwise.findings import InputError
from paramwise.torch.state.holders import Holders, is_order_of_all
from paramwise.torch.state.matching import Match

Decode = Callable[[Plain], Any]


class Tables(NamedTuple):
    """What an object that holds state will hold for all its parameters, and whether these are in the order of then."""

    keyed: dict[str, Any]
    attributes: dict[str, Any]
    own: dict[str, Any]
    in_order: bool


class Source(NamedTuple):
    """What a saved group or optimizer held.

    Attributes:
        title: says in messages which it is.
        table: its values.
        names: of its parameters, in order.
        targets: how many live groups or optimizers its parameters are in now.
        alike: whether all others like it held the same.
    """

    title: str
    table: dict[str, Any]
    names: tuple[str, ...]
    targets: int
    alike: bool


def group_running(held: Holders, saved: Description, found: Match, number: int, decode: Decode) -> dict[str, Any]:
    """The running state of a live group.

    Raises:
        InputError: what it comes from cannot be merged or split.
    """
    group = held.groups[number]
    kept, ours = _of_the_first(held, saved, found, number)
    levels: dict[tuple[str, ...], list[Source]] = {}  # an inner optimizer's groups may not be shared by the outer one
    for at in found.groups[number]:
        then = saved.groups[at]
        classes = tuple(saved.optimizers[one].name for one in then.optimizers)
        others = [other for other in saved.groups if other.optimizers == then.optimizers]
        levels.setdefault(classes, []).append(
            Source(
                f"group {at} of the file ({_listed(then.parameters)})",
                {key: decode(value) for key, value in _running(held, number, saved, at).items() if key not in kept},
                then.parameters,
                sum(at in sources for sources in found.groups),
                len(others) > 1 and all(_equal_plain(saved, other.running, then.running, decode) for other in others),
            )
        )
    target = f"group {number} now ({_listed(group.names)})"
    names = tuple(found.saved_as.get(name, "") for name in group.names)
    merged: dict[str, Any] = {}
    for sources in levels.values():
        merged.update(_settled(sources, target, names, sum(one.numel() for one in group.group["params"])))
    return merged | {key: decode(value) for key, value in ours.items()}


def _of_the_first(held: Holders, saved: Description, found: Match, number: int) -> tuple[set[str], dict[str, Plain]]:
    """What an optimizer keeps in its first group on behalf of all: the keys, and the values if this group is the first.

    Such a key is stored there by the class's code, and of several groups in the file only the first has it.
    """
    keys: set[str] = set()
    ours: dict[str, Plain] = {}
    for at in held.groups[number].holders:
        first = next(place for place, group in enumerate(held.groups) if at in group.holders)
        if len(found.holders[at]) == 1:
            then = [group.running for group in saved.groups if found.holders[at][0] in group.optimizers]
            alone = {key for key in then[0] if all(key not in other for other in then[1:])} if len(then) > 1 else set()
            found_keys = alone & held.holders[at].stores.first
            keys |= found_keys
            if first == number:
                ours.update({key: then[0][key] for key in found_keys})
    return keys, ours


def _running(held: Holders, number: int, saved: Description, at: int) -> dict[str, Plain]:
    """The running state of a saved group; of an unknown class's, what the live class takes for that."""
    then, group = saved.groups[at], held.groups[number]
    if all(saved.optimizers[one].name != UNKNOWN for one in then.optimizers):
        return then.running
    return {key: value for key, value in then.options.items() if held.is_running(group, key, value)}


def holder_tables(held: Holders, saved: Description, found: Match, number: int, decode: Decode) -> Tables:
    """What a live object that holds state will hold for all its parameters.

    Raises:
        InputError: what it comes from cannot be merged or split.
    """
    groups = [group for group in held.groups if number in group.holders]
    names = tuple(found.saved_as.get(name, "") for group in groups for name in group.names)
    total = sum(one.numel() for group in groups for one in group.group["params"])
    tables: list[dict[str, Any]] = []
    in_order = True
    for field in ("keyed", "attributes", "own"):
        sources = []
        for at in found.holders[number]:
            then = saved.optimizers[at]
            old = tuple(name for group in saved.groups if at in group.optimizers for name in group.parameters)
            in_order &= old == names
            sources.append(
                Source(
                    f"{printable(then.name)} of the file, number {at}",
                    {key: decode(value) for key, value in getattr(then, field).items()},
                    old,
                    sum(at in others for others in found.holders),
                    False,
                )
            )
        holder = held.holders[number]
        tables.append(_settled(sources, f"{holder.name} now, number {number}", names, total))
    keyed, attributes, own = tables
    return Tables(keyed, attributes, own, in_order)


def _settled(sources: Sequence[Source], target: str, names: tuple[str, ...], total: int) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for source in sources:
        for key, value in source.table.items():
            what = f"running state `{printable(key)}`"
            if source.targets > 1 and not source.alike and not _is_count(value):
                raise InputError(
                    f"{what} cannot be split",
                    evidence=[
                        f"{source.title} holds {_brief(value)} for all its parameters",
                        f"{target} has a part of them",
                    ],
                    help="build the groups as they were when it was saved; or reset: fresh=pw.everything",
                )
            if source.names != names and _is_of_the_order(value, len(source.names), total):
                raise InputError(
                    f"{what} holds values of all parameters in their order, which is another now",
                    evidence=[source.title, target],
                    help="build the groups as they were when it was saved",
                )
            for other in sources:
                if key not in other.table or not same(other.table[key], value):
                    raise InputError(
                        f"{what} cannot be merged: it differs",
                        evidence=[
                            f"{source.title} holds {_brief(value)}",
                            f"{other.title} holds {_brief(other.table[key]) if key in other.table else 'none'}",
                            f"{target} has parameters of both",
                        ],
                        help="build the groups as they were when it was saved; or reset: fresh=pw.everything",
                    )
            merged[key] = copy.deepcopy(value) if source.targets > 1 else value
    return merged


def _is_count(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, str))


def _is_of_the_order(value: Any, count: int, total: int) -> bool:
    """Whether a value may hold something for each parameter, one after the other."""
    if isinstance(value, (list, tuple)):
        return len(value) == count > 1 or any(_is_of_the_order(item, count, total) for item in value)
    if isinstance(value, Mapping):
        return any(_is_of_the_order(item, count, total) for item in value.values())
    return is_order_of_all(value, total)


def _equal_plain(saved: Description, first: Mapping[str, Plain], second: Mapping[str, Plain], decode: Decode) -> bool:
    return first.keys() == second.keys() and all(same(decode(first[key]), decode(second[key])) for key in first)


def same(first: Any, second: Any) -> bool:
    """Whether two values are equal, bit for bit, NaN to NaN."""
    if isinstance(first, torch.Tensor) or isinstance(second, torch.Tensor):
        return (
            type(first) is type(second)
            and first.shape == second.shape
            and first.dtype == second.dtype
            and bool(((first == second) | ((first != first) & (second != second))).all())
        )
    if isinstance(first, Mapping):
        return (
            isinstance(second, Mapping)
            and first.keys() == second.keys()
            and all(same(value, second[key]) for key, value in first.items())
        )
    if isinstance(first, (list, tuple)):
        return isinstance(second, (list, tuple)) and len(first) == len(second) and all(map(same, first, second))
    return bool(type(first) is type(second) and (first == second or (first != first and second != second)))


def _brief(value: Any) -> str:
    text = f"a tensor {list(value.shape)}" if isinstance(value, torch.Tensor) and value.numel() > 1 else repr(value)
    text = printable(text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _listed(names: Sequence[str]) -> str:
    return printable(", ".join(names[:2])) + (f" and {len(names) - 2:,} more" if len(names) > 2 else "")
