"""What differs between two states of optimizers: two files, or several processes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping

from paramwise.files.state_description import Description, Plain, tensor_keys
from paramwise.files.state_headers import StateFile


def differences(first: StateFile, second: StateFile) -> dict[str, list[str]]:
    """What differs between two files, by sort, each a line."""
    then, now = first.description, second.description
    both = [name for name in then.parameters if name in now.parameters]
    kinds = first.layout.kinds, second.layout.kinds
    shared = sorted(kinds[0].keys() & kinds[1].keys())
    sums = then.checksums, now.checksums
    found = {
        "parameters only in the first": sorted(then.parameters.keys() - now.parameters.keys()),
        "parameters only in the second": sorted(now.parameters.keys() - then.parameters.keys()),
        "parameters of another shape or dtype": [
            f"{name}: {_kind(then, name)} and {_kind(now, name)}"
            for name in both
            if then.parameters[name] != now.parameters[name]
        ],
        "options": _changes(_of_groups(first, "options"), _of_groups(second, "options"), both),
        "running state of groups": _changes(_of_groups(first, "running"), _of_groups(second, "running"), both),
        "running state of optimizers": _keys_that_differ(_of_optimizers(then), _of_optimizers(now)),
        "tensors only in the first": sorted(kinds[0].keys() - kinds[1].keys()),
        "tensors only in the second": sorted(kinds[1].keys() - kinds[0].keys()),
        "tensors of another shape or dtype": [key for key in shared if kinds[0][key] != kinds[1][key]],
        "beside it": _keys_that_differ(then.extra, now.extra),
        "tensors of other values": [
            key for key in shared if key in sums[0] and key in sums[1] and sums[0][key] != sums[1][key]
        ],
        "values that are not tensors": _keys_that_differ(_values(then, both), _values(now, both)),
    }
    return {sort: lines for sort, lines in found.items() if lines}


def digests(description: Description) -> dict[str, str]:
    """For each parameter a digest of its state, options and values; for what is saved beside it too."""
    groups: dict[str, list[Plain]] = {name: [] for name in description.parameters}
    for group in description.groups:
        held = [description.optimizers[number].name for number in group.optimizers], group.options, group.running
        for name in group.parameters:
            groups[name].append([*held, [_sums(description, plain) for table in held[1:] for plain in table.values()]])
    found = {}
    for name, kind in description.parameters.items():
        states = [optimizer.state.get(name) for optimizer in description.optimizers]
        sums = [_sums(description, state) for state in states]
        found[name] = _digest([list(kind.shape), kind.dtype, groups[name], states, sums, description.orders.get(name)])
    of_optimizers = _of_optimizers(description).items()
    for what, plain in (*of_optimizers, *((f"extra `{name}`", plain) for name, plain in description.extra.items())):
        found[what] = _digest([plain, _sums(description, plain)])
    return found


def _sums(description: Description, plain: Plain) -> list[str | None]:
    return [description.checksums.get(key) for key in tensor_keys(plain)]


def _digest(value: Plain) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _kind(description: Description, name: str) -> str:
    parameter = description.parameters[name]
    return f"{parameter.dtype} {list(parameter.shape)}"


def _of_groups(state: StateFile, field: str) -> dict[str, dict[str, Plain]]:
    """For each parameter the options, or the running state, of the groups that it is in."""
    found: dict[str, dict[str, Plain]] = {}
    for group in state.description.groups:
        held = {**getattr(group, field), **({"optimizer": state.class_of(group)} if field == "options" else {})}
        for name in group.parameters:
            found.setdefault(name, {}).update(held)
    return found


def _changes(then: Mapping[str, dict[str, Plain]], now: Mapping[str, dict[str, Plain]], names: list[str]) -> list[str]:
    """Each change with the number of parameters that it concerns."""
    changed: Counter[str] = Counter()
    for name in names:
        old, new = then.get(name, {}), now.get(name, {})
        changed.update(
            f"{key}: {old.get(key)} and {new.get(key)}" for key in {**old, **new} if old.get(key) != new.get(key)
        )
    return [f"{text}, of {count:,} parameters" for text, count in changed.items()]


def _of_optimizers(description: Description) -> dict[str, Plain]:
    return {
        f"{optimizer.name}: {key}": value
        for optimizer in description.optimizers
        for table in (optimizer.keyed, optimizer.attributes, optimizer.own)
        for key, value in table.items()
    }


def _values(description: Description, names: list[str]) -> dict[str, Plain]:
    """For each parameter its states that are not tensors."""
    return {
        name: [
            {key: value for key, value in state.items() if not (isinstance(value, dict) and value.get("$") == "tensor")}
            for optimizer in description.optimizers
            if isinstance(state := optimizer.state.get(name), dict)
        ]
        for name in names
    }


def _keys_that_differ(then: Mapping[str, Plain], now: Mapping[str, Plain]) -> list[str]:
    return sorted(key for key in {**then, **now} if then.get(key) != now.get(key))
