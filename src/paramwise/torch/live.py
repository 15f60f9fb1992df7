"""Live optimizers and their model, matched by identity: what `audit` and `probe` check."""

from __future__ import annotations

import ast
import inspect
import numbers
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import CHOOSES_BY_SHAPE, NOT_OPTIONS, OPTIMIZER_WRAPPERS, STEPS_COPIES
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.code import known_name
from paramwise.parsing import tree_of
from paramwise.rules.subject import Exclusions, Subject, Treatment
from paramwise.torch.copies import Copies, copies_of
from paramwise.torch.memory import built_rates, copied_by, parts_of, remember_copied
from paramwise.torch.modules import modules_of, read_with_tensors
from paramwise.torch.observed import Observed

Optimizer = torch.optim.Optimizer


@dataclass
class Live:
    """Optimizers, the model they are compared with, what not to report, and what was observed of the program."""

    optimizers: list[Optimizer]
    model: nn.Module
    schedulers: list[Any]
    exclusions: Exclusions = field(default_factory=Exclusions)
    observed: Observed | None = None
    groups: list[tuple[Optimizer, dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = [(optimizer, group) for optimizer in self.optimizers for group in groups_of(optimizer)]

    @cached_property
    def _read(self) -> tuple[Catalog, list[nn.Parameter]]:
        return read_with_tensors(self.model)

    @cached_property
    def modules(self) -> list[nn.Module]:
        """The model's modules."""
        return modules_of(self.model)

    @cached_property
    def module_names(self) -> dict[int, str]:
        """The name of each module in the model, by the module's identity; made when a finding names one."""
        return {id(module): name for name, module in self.model.named_modules()}

    @property
    def tensors(self) -> list[nn.Parameter]:
        """The model's parameters, in catalog order."""
        return self._read[1]

    @property
    def catalog(self) -> Catalog:
        """The model's catalog."""
        return self._read[0]

    @cached_property
    def trainable(self) -> list[bool]:
        """For each position, whether the parameter is trainable."""
        of_kind = [kind.trainable for kind in self.catalog.kinds]
        return list(map(of_kind.__getitem__, self.catalog.kind_of))

    @cached_property
    def position(self) -> dict[int, int]:
        """From a tensor's identity to its position in the catalog."""
        return dict(zip(map(id, self.tensors), range(len(self.tensors)), strict=True))

    @cached_property
    def copies(self) -> Copies:
        """The optimizer's tensors that are copies of the model's, in another precision."""
        return copies_of([tensor for _, group in self.groups for tensor in group["params"]], self.tensors)

    @cached_property
    def members(self) -> list[list[int]]:
        """For each group, the positions of its tensors; -1 for tensors that are not the model's."""
        where = {**self.copies.position, **self.position}
        return [list(map(where.get, map(id, group["params"]), repeat(-1))) for _, group in self.groups]

    @cached_property
    def held(self) -> set[int]:
        """The positions of the parameters that are in a group."""
        return set(chain.from_iterable(self.members)) - {-1}

    @cached_property
    def uncovered(self) -> list[int]:
        """Positions of the trainable parameters that are in no group, as far as this is known.

        In a running program, only those that had a gradient and that no optimizer holds.
        """
        if self.copies.flat:
            return []
        held = self.held
        missing = [at for at, trainable in enumerate(self.trainable) if trainable and at not in held]
        if self.observed is not None:
            needed = self.observed.with_gradient - self.observed.held
            missing = [at for at in missing if id(self.tensors[at]) in needed]
        return missing

    @cached_property
    def settings(self) -> list[str]:
        """For each group, its optimizer and options as one text, equal if both are equal.

        The learning rates are those that the group was built with and is meant to reach, not the scheduled rate now.
        """
        texts = []
        for (optimizer, group), built in zip(self.groups, self.built, strict=True):
            options = {key: _told(group[key]) for key in sorted(group) if key not in NOT_OPTIONS and key != "lr"}
            texts.append(f"{id(optimizer)} {peak_rate(group)} {built} {options}")
        return texts

    @cached_property
    def built(self) -> list[float | None]:
        """For each group, the learning rate that it was built with; None if nobody saw that."""
        rates: list[float | None] = []
        for optimizer in self.optimizers:
            seen = map(rate_of, built_rates(optimizer))
            rates += [*seen, *[None] * len(optimizer.param_groups)][: len(optimizer.param_groups)]
        return rates

    @cached_property
    def peaks(self) -> list[float | None]:
        """For each group, the highest learning rate known: what it was built with, is meant to reach, or has now."""
        return [
            max(
                (rate for rate in (built, peak_rate(group), rate_of(group.get("lr"))) if rate is not None), default=None
            )
            for (_, group), built in zip(self.groups, self.built, strict=True)
        ]

    @cached_property
    def subject(self) -> Subject:
        """What each parameter gets; parameters that are frozen or in no group get nothing."""
        treatments: list[Treatment | None] = [None]
        numbers_of: dict[tuple[str, str], int] = {}
        treatment_of = [0] * len(self.catalog)
        trainable = self.trainable
        for (optimizer, group), members, text in zip(self.groups, self.members, self.settings, strict=True):
            common, by_shape = _algorithm(optimizer, group), _choice_by_shape(optimizer)
            algorithms = repeat(common) if by_shape is None else map(by_shape, repeat(group), group["params"])
            for position, algorithm in zip(members, algorithms, strict=False):
                if position >= 0 and trainable[position]:
                    key = algorithm, text
                    if key not in numbers_of:
                        numbers_of[key] = len(treatments)
                        treatments.append(Treatment(options_of(group), algorithm))
                    treatment_of[position] = numbers_of[key]
        return Subject(self.catalog, treatments, treatment_of)

    def kind(self, position: int) -> Kind:
        """The kind of the parameter at a position."""
        return self.catalog.kinds[self.catalog.kind_of[position]]

    def names(self, code: str, positions: Sequence[int]) -> tuple[str, ...]:
        """Names of the parameters that a check found, in catalog order, without those that it ignores."""
        found = sorted(set(positions))
        if not self.exclusions.parameters.get(code):
            return tuple(self.catalog.names[at] for at in found)
        parameters = [self.catalog.parameters[at] for at in found]
        return tuple(parameter.name for parameter in parameters if not self.exclusions.selects(code, parameter))


def groups_of(optimizer: Optimizer) -> list[dict[str, Any]]:
    """The groups of an optimizer; with the model's parameters where it is known to step copies of them."""
    own = copied_by(optimizer)
    if own is None or len(own) != len(optimizer.param_groups):
        return optimizer.param_groups
    return [{**group, "params": list(params)} for group, params in zip(optimizer.param_groups, own, strict=True)]


def live_groups(optimizer: Optimizer) -> dict[int, dict[str, Any]]:
    """From a tensor's identity to the group it is in."""
    return {id(tensor): group for group in optimizer.param_groups for tensor in group["params"]}


def options_of(group: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a group, without its parameters, labels and schedulers' keys."""
    return {key: value for key, value in group.items() if key not in NOT_OPTIONS}


def rate_of(value: Any) -> float | None:
    """A learning rate as a number; None if it is not a number, or if only the optimizer knows it."""
    if isinstance(value, torch.Tensor):
        known = value.numel() == 1 and not value.is_meta and not value.is_complex()
        return float(value.detach()) if known else None
    if value is True or value is False or not isinstance(value, numbers.Real):
        return None
    return float(value)


def peak_rate(group: Mapping[str, Any]) -> float | None:
    """The learning rate that a group is meant to reach, even if a scheduler began below it."""
    return rate_of(group.get("max_lr")) or rate_of(group.get("initial_lr", group.get("lr")))


def is_torchs(optimizer: Optimizer, *classes: type[Optimizer]) -> bool:
    """Whether an optimizer steps with torch's code, or that of these classes: then its options mean what torch's do.

    A class that somebody derived from torch's counts as torch's if it inherits the step.
    """
    own = inspect.unwrap(type(optimizer).step)
    alike = own.__qualname__ == "AdamW.step" and own.__module__.startswith("paramwise.")  # computes what torch's does
    if classes:
        return any(isinstance(optimizer, cls) and (alike or inspect.unwrap(cls.step) is own) for cls in classes)
    return alike or str(own.__module__).startswith("torch.optim.")


def optimizers_of(given: Any) -> list[Optimizer]:
    """Optimizers without their wrappers; a combined optimizer is replaced by its parts.

    Raises:
        InputError: something is not an optimizer, or there are none.
    """
    found: list[Optimizer] = []
    for wrapped in given if isinstance(given, (list, tuple)) else [given]:
        inner = _unwrapped(wrapped)
        if inner is None:
            raise InputError(
                f"not an optimizer: {type(wrapped).__qualname__}",
                help="give a torch.optim.Optimizer, and then its model",
            )
        found += parts_of(inner) or [inner]
    if not found:
        raise InputError("no optimizer", help="give one, or a list of some, and then the model")
    return found


def inner_optimizers(outer: object) -> dict[str, Optimizer]:
    """The optimizers in an object's attributes, by attribute: SAM's base optimizer, or the one that Lookahead wraps.

    Optimizers in lists and dicts are named ``attribute.0`` or ``attribute.key``.
    """
    found: dict[str, Optimizer] = {}
    for name, value in getattr(outer, "__dict__", {}).items():
        if isinstance(value, (list, tuple)):
            inside: Mapping[Any, Any] = {f"{name}.{index}": item for index, item in enumerate(value)}
        elif isinstance(value, dict):
            inside = {f"{name}.{key}": item for key, item in value.items() if isinstance(item, Optimizer)}
        else:
            inside = {name: value}
        found |= {place: item for place, item in inside.items() if isinstance(item, Optimizer) and item is not outer}
    return found


def schedulers_of(given: Any) -> list[Any]:
    """Schedulers without their wrappers, with those inside other schedulers."""
    found = []
    todo = [item for item in (given if isinstance(given, (list, tuple)) else [given]) if item is not None]
    while todo:
        scheduler = todo.pop(0)
        if hasattr(scheduler, "scheduler") and not hasattr(scheduler, "base_lrs"):  # Accelerate's
            scheduler = scheduler.scheduler
        if not hasattr(scheduler, "optimizer"):
            raise InputError(
                f"not a scheduler: {type(scheduler).__qualname__}", help="pw.audit(optimizer, model, scheduler)"
            )
        todo += getattr(scheduler, "_schedulers", ())
        found.append(scheduler)
    return found


def _unwrapped(wrapped: Any) -> Optimizer | None:
    """The optimizer inside wrappers; None if there is none."""
    parameters = None
    while True:
        own = vars(wrapped) if hasattr(wrapped, "__dict__") else {}
        inner = next((own[name] for name in OPTIMIZER_WRAPPERS if name in own), None)
        known = stepping_copies(wrapped)
        if known is not None:
            parameters = _parameters_in(wrapped, *STEPS_COPIES[known])
        elif not isinstance(inner, Optimizer) and stepping_copies(inner) is None:
            break
        wrapped = inner
    if not isinstance(wrapped, Optimizer):
        return None
    if parameters is not None:
        remember_copied(wrapped, parameters)
    return wrapped


def stepping_copies(wrapper: object) -> str | None:
    """The class of a wrapper whose optimizer steps copies of the model's parameters; None for any other object."""
    return known_name(type(wrapper), STEPS_COPIES)


def _parameters_in(wrapper: Any, lists: str, group_of: str | None) -> list[list[torch.Tensor]]:
    """The model's parameters of each group of a wrapper whose optimizer steps copies of them."""
    found: list[list[torch.Tensor]] = [[] for _ in wrapper.optimizer.param_groups]
    for number, parameters in enumerate(getattr(wrapper, lists)):
        found[number if group_of is None else getattr(wrapper, group_of)[number]] += parameters
    return found


def _told(value: Any) -> str:
    """An option as text: a tensor by its value, if it has a single value; anything else by its ``repr``."""
    return str(rate_of(value)) if isinstance(value, torch.Tensor) else repr(value)


def _algorithm(optimizer: Optimizer, group: Mapping[str, Any]) -> str:
    """The algorithm that steps a group: the optimizer's class; empty if the class mixes Muon with another algorithm.

    In such a class, a key of the group says which algorithm it is, under a name that each library chooses (``kind``,
    ``algorithm``), or code outside the class cannot tell.
    """
    name = type(optimizer).__name__
    if "muon" not in name.lower() or is_torchs(optimizer) or "use_muon" in group:
        return name
    labels = [value.lower() for key, value in group.items() if isinstance(value, str) and _chooses(optimizer, key)]
    if "muon" in labels:
        return name
    mixes = "adam" in name.lower() or "adam" in _source(type(optimizer)).lower()
    return "" if mixes or any(label in ("adam", "adamw", "sgd", "lion") for label in labels) else name


def _chooses(optimizer: Optimizer, key: str) -> bool:
    """Whether what groups hold under a key was chosen: all groups having the default says nothing (timm's ``algo``)."""
    missing = object()
    default = optimizer.defaults.get(key, missing)
    return any(group.get(key, missing) != default for group in optimizer.param_groups)


def _choice_by_shape(optimizer: Optimizer) -> Callable[[Mapping[str, Any], torch.Tensor], str] | None:
    """What tells the algorithm of each parameter, given its group, where the optimizer chooses by shape; else None."""
    known = known_name(type(optimizer), CHOOSES_BY_SHAPE)
    if known is None:
        return None
    function, fallback = CHOOSES_BY_SHAPE[known]
    suits = getattr(sys.modules[known.rpartition(".")[0]], function, None)

    def algorithm(group: Mapping[str, Any], tensor: torch.Tensor) -> str:
        chosen = optimizer.state[tensor].get("use_muon") if tensor in optimizer.state else None
        if chosen is None:
            chosen = False if group.get(fallback) else group.get("use_muon")
        if chosen is None:
            if suits is None:
                return ""
            chosen = suits(tensor)
        return type(optimizer).__name__ if chosen else "AdamW"

    return algorithm


def _source(cls: type) -> str:
    tree = tree_of(cls)
    return "adam" if tree is None else ast.unparse(tree)  # unknown: the class may mix
