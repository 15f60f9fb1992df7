"""Live optimizers described: what a state file says, and the tensors beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from paramwise.files.state_description import (
    Description,
    Plain,
    SavedGroup,
    SavedOptimizer,
    SavedTensor,
    tensor_keys,
)
from paramwise.findings import InputError
from paramwise.libraries import LABEL_KEYS
from paramwise.torch.running import is_record
from paramwise.torch.state.encoding import Encoder
from paramwise.torch.state.holders import GroupOfHolders, Holder, Holders
from paramwise.version import VERSION

STANDARD_KEYS = {"state", "param_groups"}


class Described(NamedTuple):
    """A description and its tensors, by key."""

    description: Description
    tensors: dict[str, torch.Tensor]


def describe(held: Holders, extra: Mapping[str, Any]) -> Described:
    """Describe optimizers, and what is saved beside them.

    Raises:
        InputError: something in it cannot be kept without pickle.
    """
    encoder = Encoder(held.names_by_identity, held.packages)
    wrong = [name for name in extra if not isinstance(name, str)]
    if wrong:
        raise InputError(f"extra has a name that is not a text: {wrong[0]!r}")
    description = Description(
        parameters={name: saved_kind(held.tensors[name], held, name) for name in held.names},
        optimizers=tuple(_optimizer(held, number, encoder) for number in range(len(held.holders))),
        groups=tuple(_group(held, number, group, encoder) for number, group in enumerate(held.groups)),
        orders=encoder.orders,
        extra={
            name: encoder.encode(one.state_dict() if hasattr(one, "state_dict") else one, f"@extra/{name}")
            for name, one in extra.items()
        },
        versions=versions(),
    )
    return Described(description, encoder.tensors)


def versions() -> dict[str, str]:
    """Of what writes."""
    return {"paramwise": VERSION, "torch": torch.__version__}


def saved_kind(tensor: nn.Parameter, held: Holders, name: str) -> SavedTensor:
    """Shape and dtype of a parameter."""
    kind = held.live.kind(held.live.catalog.position(name))
    return SavedTensor(tuple(kind.shape), kind.dtype)


def _optimizer(held: Holders, number: int, encoder: Encoder) -> SavedOptimizer:
    holder = held.holders[number]
    state: dict[str, Plain] = {}
    keyed: dict[str, Plain] = {}
    inner = {id(other.state) for other in held.holders[:number] if other.state is not None}
    for key, value in ({} if holder.state is None or id(holder.state) in inner else holder.state).items():
        if isinstance(key, torch.Tensor):
            name = held.names_by_identity[id(key)]
            state[name] = encoder.encode(value, "", name, key)
        elif isinstance(key, str):
            keyed[key] = encoder.encode(value, f"@state/{key}")
        else:
            raise InputError(
                f"{type(holder.optimizer).__name__} keeps state under {key!r}, neither a parameter nor a text",
                help="save it with torch: torch.save(optimizer.state_dict(), ...)",
            )
    return SavedOptimizer(
        name=holder.name,
        place=holder.place,
        state=state,
        keyed=keyed,
        attributes={name: encode_attribute(value, name, encoder) for name, value in holder.attributes.items()},
        own=_own(holder, encoder),
        ordered=held.is_ordered(number),
    )


def _own(holder: Holder, encoder: Encoder) -> dict[str, Plain]:
    """What a class adds to its ``state_dict()``, but for what was described already: the state of what it wraps."""
    found = {}
    for key, value in own_state(holder).items():
        before = len(encoder.tensors)
        plain = encoder.encode(value, f"@own/{key}")
        is_known = len(encoder.tensors) == before and any(tensor_keys(plain))
        if not is_known and not (isinstance(value, Mapping) and value.keys() >= STANDARD_KEYS):
            found[key] = plain
    return found


def encode_attribute(value: Any, name: str, encoder: Encoder) -> Plain:
    """An attribute as plain data: of an object that keeps state itself, that."""
    if callable(getattr(value, "state_dict", None)):
        return {"$": "object", "state": encoder.encode(value.state_dict(), f"@attribute/{name}")}
    if is_record(value):
        return {"$": "object", "state": encoder.encode(dict(vars(value)), f"@attribute/{name}")}
    return encoder.encode(value, f"@attribute/{name}")


def own_state(holder: Holder) -> dict[str, Any]:
    """What the ``state_dict()`` of an optimizer's class adds to torch's two keys."""
    if not overrides(holder.optimizer, "state_dict"):
        return {}
    return {key: value for key, value in holder.optimizer.state_dict().items() if key not in STANDARD_KEYS}


def overrides(optimizer: Any, method: str) -> bool:
    """Whether an optimizer's class has a method of its own in place of torch's."""
    own: Callable[..., Any] | None = getattr(type(optimizer), method, None)
    return own is not None and own is not getattr(torch.optim.Optimizer, method)


def _group(held: Holders, number: int, group: GroupOfHolders, encoder: Encoder) -> SavedGroup:
    options: dict[str, Plain] = {}
    running: dict[str, Plain] = {}
    for key, value in group.group.items():
        if key in LABEL_KEYS:
            continue
        if not isinstance(key, str):
            raise InputError(f"group {number} has an option whose name is not a text: {key!r}")
        table = running if held.is_running(group, key, value) else options
        table[key] = encoder.encode(value, f"@group{number}/{key}")
    return SavedGroup(group.holders, group.names, options, running)
