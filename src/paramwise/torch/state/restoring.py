"""Saved state prepared for live optimizers: what each object and group will hold."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from paramwise.files.state_description import Description, Plain
from paramwise.findings import InputError
from paramwise.libraries import SCHEDULER_KEYS
from paramwise.torch.state.encoding import decode, laid_out
from paramwise.torch.state.holders import GroupOfHolders, Holders
from paramwise.torch.state.matching import Match
from paramwise.torch.state.regrouping import Tables, group_running, holder_tables


@dataclass(frozen=True)
class NewState:
    """What an object that holds state will hold.

    Attributes:
        state: by parameter.
        fresh: the parameters whose state is taken away.
        tables: what it holds for all parameters; None where nothing of it comes from the file.
    """

    state: dict[torch.Tensor, Any]
    fresh: tuple[torch.Tensor, ...]
    tables: Tables | None


@dataclass(frozen=True)
class NewGroup:
    """What a group will hold: its running state, the options of the file, and the keys that it loses."""

    running: dict[str, Any]
    options: dict[str, Any]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Restoration:
    """All that will be put in place, for each object that holds state and for each group."""

    states: tuple[NewState, ...]
    groups: tuple[NewGroup, ...]

    def also(self, held: Holders) -> tuple[str, ...]:
        """What comes back besides the state of parameters, each a line."""
        lines = []
        if running := list(dict.fromkeys(key for group in self.groups for key in group.running)):
            lines.append(f"running state of groups: {', '.join(running)}")
        for holder, new in zip(held.holders, self.states, strict=True):
            if new.tables is not None and new.tables.keyed:
                lines.append(f"state of {holder.name} under {', '.join(map(repr, new.tables.keyed))}")
            if new.tables is not None and new.tables.attributes:
                lines.append(f"attributes of {holder.name}: {', '.join(new.tables.attributes)}")
            if holder.place and new.state:
                lines.append(f"state of {holder.name} inside, in `{holder.place}`")
        return tuple(lines)


class Worked:
    """Makes the values of a file those of live parameters: on their device, laid out and sharded as they are."""

    def __init__(self, held: Holders, saved: Description, found: Match, values: Mapping[str, torch.Tensor]) -> None:
        self._orders = saved.orders
        self._packages = held.packages
        self._values = values
        self._parameters = {then: held.tensors[name] for name, then in found.saved_as.items()}
        self._device = next((one.device for one in self._parameters.values()), torch.device("cpu"))
        self._made: dict[tuple[str, int], torch.Tensor] = {}  # what was shared stays shared

    def value(
        self, plain: Plain, parameter: torch.Tensor | None = None, key: str = "", *, on_device: bool = True
    ) -> Any:
        """What plain data stands for; ``key`` and ``on_device`` concern the count of steps, which has its own rules."""

        def tensor(tag: Mapping[str, Plain]) -> torch.Tensor:
            place = tag["key"], id(parameter)
            if place not in self._made:
                self._made[place] = self._tensor(tag, parameter, stays=key == "step" and not on_device)
            return self._made[place]

        return decode(plain, tensor, self._parameters, self._packages)

    def state(self, plain: Plain, parameter: torch.Tensor, group: Mapping[str, Any]) -> Any:
        """The state of a parameter."""
        # torch keeps the count of steps on the CPU, unless a kernel reads it on the device
        on_device = bool(group.get("capturable") or group.get("fused"))
        if not isinstance(plain, dict) or "$" in plain:
            return self.value(plain, parameter)
        return {key: self.value(item, parameter, key, on_device=on_device) for key, item in plain.items()}

    def _tensor(self, tag: Mapping[str, Plain], parameter: torch.Tensor | None, *, stays: bool) -> torch.Tensor:
        value, order = self._values[tag["key"]], self._orders.get(tag["key"])
        if order is not None and len(order) == value.ndim:
            value = laid_out(value, order)
        if stays or tag.get("cpu") is True:
            return value
        if parameter is None:
            return value.to(self._device) if tag.get("cpu") is False else value
        if hasattr(parameter, "to_local"):
            return _spread_as(value, parameter)
        if order is None and value.shape == parameter.shape and not parameter.is_contiguous():
            return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)
        return value.to(parameter.device)


def prepare(
    held: Holders, saved: Description, found: Match, values: Mapping[str, torch.Tensor], options: str
) -> Restoration:
    """Work out what will be put in place; nothing changes yet.

    Args:
        held: the live optimizers.
        saved: what the file says.
        found: how they fit.
        values: the tensors of the file.
        options: whose options are in force afterwards, ``"current"`` or ``"saved"``.

    Raises:
        InputError: what several groups or optimizers held cannot be merged or split.
    """
    worked = Worked(held, saved, found, values)
    return Restoration(
        tuple(_state(held, saved, found, number, worked) for number in range(len(held.holders))),
        tuple(_group(held, saved, found, number, worked, options) for number in range(len(held.groups))),
    )


def _state(held: Holders, saved: Description, found: Match, number: int, worked: Worked) -> NewState:
    group_of = {name: group.group for group in held.groups if number in group.holders for name in group.names}
    sources = [saved.optimizers[at] for at in found.holders[number]]
    state: dict[torch.Tensor, Any] = {}
    for name, group in group_of.items():
        then = found.saved_as.get(name)
        plain = next((source.state[then] for source in sources if then in source.state), None)
        if plain is not None:
            state[held.tensors[name]] = worked.state(plain, held.tensors[name], group)
    fresh = tuple(held.tensors[name] for name in group_of if held.tensors[name] not in state)
    return NewState(state, fresh, holder_tables(held, saved, found, number, worked.value) if sources else None)


def _group(held: Holders, saved: Description, found: Match, number: int, worked: Worked, options: str) -> NewGroup:
    group = held.groups[number]
    running = group_running(held, saved, found, number, worked.value)
    if not found.groups[number]:
        return NewGroup(running, {}, ())
    lost: set[str] = set()
    if all(held.holders[at].stores.read for at in group.holders):
        lost = {key for key, value in group.group.items() if held.is_running(group, key, value)} - running.keys()
    chosen = _saved_options(group, saved, found, number, worked) if options == "saved" else {}
    return NewGroup(running, chosen, tuple(sorted(lost)))


def _saved_options(
    group: GroupOfHolders, saved: Description, found: Match, number: int, worked: Worked
) -> dict[str, Any]:
    """The options that a group's parameters were saved with.

    Raises:
        InputError: they were saved with different ones.
    """
    tables = [saved.groups[at].options for at in found.groups[number]]
    differing = sorted(
        {key for table in tables for key in {**tables[0], **table} if tables[0].get(key) != table.get(key)}
    )
    if differing:
        raise InputError(
            f"group {number} has parameters that were saved with different options",
            evidence=[f"{key}: {' and '.join(str(table.get(key)) for table in tables)}" for key in differing],
            help="keep the options of now: hyperparameters='current'; or build the groups as they were",
        )
    known = {*group.group, *SCHEDULER_KEYS}
    # a tensor learning rate is each group's own
    return {key: copy.deepcopy(worked.value(value)) for key, value in tables[0].items() if key in known}


def _spread_as(value: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    """A whole tensor as a DTensor is: on its device, and sharded as it is, each process taking its own part."""
    from torch.distributed.tensor import DTensor, distribute_tensor

    whole = value.to(parameter.device)
    if isinstance(value, DTensor) or not isinstance(parameter, DTensor) or value.shape != parameter.shape:
        return whole
    return distribute_tensor(whole, parameter.device_mesh, parameter.placements, src_data_rank=None)
