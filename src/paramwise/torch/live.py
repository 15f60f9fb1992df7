"""Live optimizers beside the model they train, read by identity: what every check of `audit` and `probe` looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import NOT_OPTIONS, OPTIMIZER_WRAPPERS
from paramwise.model.catalog import Catalog, Kind
from paramwise.rules.subject import Subject, Treatment
from paramwise.torch.memory import built_rates, parts_of
from paramwise.torch.modules import named_tensors, read_module

Optimizer = torch.optim.Optimizer


@dataclass
class Live:
    """Optimizers, and the model that they are held against."""

    optimizers: list[Optimizer]
    model: nn.Module
    schedulers: list[Any]
    groups: list[tuple[Optimizer, dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = [(one, group) for one in self.optimizers for group in one.param_groups]

    @cached_property
    def tensors(self) -> list[nn.Parameter]:
        """The model's, in catalog order."""
        return list(named_tensors(self.model).values())

    @cached_property
    def catalog(self) -> Catalog:
        """The model's."""
        return read_module(self.model)

    @cached_property
    def position(self) -> dict[int, int]:
        """From a tensor's identity to its position in the catalog."""
        return {id(tensor): position for position, tensor in enumerate(self.tensors)}

    @cached_property
    def members(self) -> list[list[int]]:
        """For each group the positions of its tensors; -1 for those that are not the model's."""
        return [[self.position.get(id(tensor), -1) for tensor in group["params"]] for _, group in self.groups]

    @cached_property
    def uncovered(self) -> list[int]:
        """Positions of the trainable parameters that are in no group."""
        held = {at for members in self.members for at in members}
        return [at for at in range(len(self.catalog)) if at not in held and self.kind(at).trainable]

    @cached_property
    def settings(self) -> list[str]:
        """For each group, its optimizer and options as one text: equal where both are.

        The learning rate is the one it was built with and is meant to reach, not where a schedule has it now.
        """
        texts = []
        for (optimizer, group), built in zip(self.groups, self.built, strict=True):
            options = {key: group[key] for key in sorted(group) if key not in NOT_OPTIONS and key != "lr"}
            texts.append(f"{id(optimizer)} {peak_rate(group)} {built} {options!r}")
        return texts

    @cached_property
    def built(self) -> list[float | None]:
        """For each group the learning rate that it was built with, where that was seen."""
        rates: list[float | None] = []
        for optimizer in self.optimizers:
            seen = built_rates(optimizer)
            rates += [*seen, *[None] * len(optimizer.param_groups)][: len(optimizer.param_groups)]
        return rates

    @cached_property
    def subject(self) -> Subject:
        """What each parameter gets; what is frozen or in no group gets nothing."""
        treatments: list[Treatment | None] = [None]
        numbers: dict[str, int] = {}
        treatment_of = [0] * len(self.catalog)
        for (optimizer, group), members, text in zip(self.groups, self.members, self.settings, strict=True):
            number = numbers.setdefault(text, len(treatments))
            if number == len(treatments):
                treatments.append(Treatment(options_of(group), type(optimizer).__name__))
            for position in members:
                if position >= 0 and self.kind(position).trainable:
                    treatment_of[position] = number
        return Subject(self.catalog, treatments, treatment_of)

    def kind(self, position: int) -> Kind:
        """The kind of the parameter at a position."""
        return self.catalog.kinds[self.catalog.kind_of[position]]


def live_groups(optimizer: Optimizer) -> dict[int, dict[str, Any]]:
    """From a tensor's identity to the group it is in."""
    return {id(tensor): group for group in optimizer.param_groups for tensor in group["params"]}


def options_of(group: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a group, without its parameters and what is no option."""
    return {key: value for key, value in group.items() if key not in NOT_OPTIONS}


def peak_rate(group: Mapping[str, Any]) -> float:
    """The learning rate that a group is meant to reach, where a scheduler has begun below it."""
    return float(group.get("max_lr") or group.get("initial_lr", group["lr"]))


def optimizers_of(given: Any) -> list[Optimizer]:
    """Optimizers without what wraps them, and those that a combined one is made of.

    Raises:
        InputError: something that is no optimizer, or nothing.
    """
    found: list[Optimizer] = []
    for one in given if isinstance(given, (list, tuple)) else [given]:
        inner = _unwrapped(one, Optimizer, OPTIMIZER_WRAPPERS)
        if inner is None:
            raise InputError(
                f"not an optimizer: {type(one).__qualname__}", help="give a torch.optim.Optimizer, and then its model"
            )
        found += parts_of(inner) or [inner]
    if not found:
        raise InputError("no optimizer", help="give one, or a list of some, and then the model")
    return found


def inner_optimizers(outer: object) -> dict[str, Optimizer]:
    """The optimizers that an object keeps in its attributes, by attribute: SAM's base optimizer, what Lookahead wraps.

    Those in lists and dicts are named ``attribute.0`` or ``attribute.key``.
    """
    found: dict[str, Optimizer] = {}
    for name, value in getattr(outer, "__dict__", {}).items():
        if isinstance(value, (list, tuple)):
            inside: Mapping[Any, Any] = {f"{name}.{index}": one for index, one in enumerate(value)}
        elif isinstance(value, dict):
            inside = {f"{name}.{key}": one for key, one in value.items() if isinstance(one, Optimizer)}
        else:
            inside = {name: value}
        found |= {place: one for place, one in inside.items() if isinstance(one, Optimizer) and one is not outer}
    return found


def schedulers_of(given: Any) -> list[Any]:
    """Schedulers without what wraps them, those inside others too."""
    found = []
    todo = [one for one in (given if isinstance(given, (list, tuple)) else [given]) if one is not None]
    while todo:
        one = todo.pop(0)
        if hasattr(one, "scheduler") and not hasattr(one, "base_lrs"):  # Accelerate's
            one = one.scheduler
        if not hasattr(one, "optimizer"):
            raise InputError(f"not a scheduler: {type(one).__qualname__}", help="pw.audit(optimizer, model, scheduler)")
        todo += getattr(one, "_schedulers", ())
        found.append(one)
    return found


def _unwrapped(one: Any, cls: type, attributes: Sequence[str]) -> Any:
    """What is inside of wrappers that keep it under one of some attributes."""
    while True:
        inner = next((vars(one)[name] for name in attributes if hasattr(one, "__dict__") and name in vars(one)), None)
        if not isinstance(inner, cls):
            return one if isinstance(one, cls) else None
        one = inner
