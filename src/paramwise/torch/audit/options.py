"""What groups ask for and the optimizer does: the checks PW301 to PW304."""

from __future__ import annotations

import inspect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from paramwise.findings import Finding, Level
from paramwise.libraries import MEANT, NOT_OPTIONS
from paramwise.torch.audit.reading import is_read
from paramwise.torch.live import Live, Optimizer, inner_optimizers, is_torchs, rate_of
from paramwise.words import nearest, plural

ADAPTIVE = (torch.optim.Adam, torch.optim.NAdam, torch.optim.RAdam, torch.optim.Adamax)
COUPLED = (*ADAPTIVE, torch.optim.Adagrad, torch.optim.Adadelta, torch.optim.RMSprop)


def unread_options(live: Live) -> Iterator[Finding]:
    """PW301: an option in a group that nobody reads."""
    given: dict[tuple[type, str], list[tuple[Optimizer, dict[str, Any]]]] = defaultdict(list)
    known = {id(optimizer): _defaults(optimizer).keys() | NOT_OPTIONS for optimizer in live.optimizers}
    for optimizer, group in live.groups:
        for key in group.keys() - known[id(optimizer)]:
            if _asks_for_something(group[key], key, optimizer):
                given[type(optimizer), key].append((optimizer, group))
    for (cls, key), found in sorted(given.items(), key=lambda item: item[0][1]):
        optimizer, groups = found[0][0], [group for _, group in found]
        of_class = [group for other, group in live.groups if type(other) is cls]
        if key.endswith(_FACTORS) and all(rate_of(group.get(key, 1.0)) == 1.0 for group in of_class):
            continue  # a factor of 1 changes nothing
        if any(is_read(live, other, key) for other in {id(one): one for one, _ in found}.values()):
            continue
        meant = next(iter(nearest(key, optimizer.defaults)), None) or MEANT.get(key)
        values = ", ".join(sorted({f"{group[key]}" for group in groups}))
        evidence = [f"given: {key} {values}"]
        if meant in optimizer.defaults:
            evidence += _in_force(of_class, meant)
        same = meant in optimizer.defaults and all(group[key] == group[meant] for group in groups)
        yield Finding(
            code="PW301",
            level="warning" if same else "error",
            message=f"{cls.__name__} never reads `{key}`, which {plural(len(groups), 'group')} set"
            + (", to what is in force anyway" if same else ""),
            evidence=tuple(evidence),
            help=(f"did you mean `{meant}`?" if meant else f"{cls.__name__} reads: {', '.join(optimizer.defaults)}",),
        )


_FACTORS = ("mult", "multiplier", "scale", "factor", "ratio")
"""Endings of keys that something is multiplied with."""


def _defaults(optimizer: Optimizer) -> dict[str, Any]:
    """The options that an optimizer, or one inside it, has defaults for."""
    inner = inner_optimizers(optimizer).values()
    return {key: value for one in [*inner, optimizer] for key, value in one.defaults.items()}


def _asks_for_something(value: Any, key: str, optimizer: Optimizer) -> bool:
    """Whether a key is an option, not a label: a number or some, or what is called almost like an option there is."""
    if key.startswith("_"):
        return False
    several = value if isinstance(value, (list, tuple)) else [value]
    if several and all(isinstance(one, torch.Tensor) or rate_of(one) is not None for one in several):
        return not isinstance(value, torch.Tensor) or value.numel() == 1
    return isinstance(value, bool) and bool(nearest(key, optimizer.defaults))


def _in_force(groups: Sequence[Mapping[str, Any]], option: str) -> Iterator[str]:
    """Lines of evidence: which values of an option are in force, on how many parameters."""
    force: Counter[str] = Counter()
    for group in groups:
        force[f"{group[option]}"] += len(group["params"])
    total = sum(force.values())
    for value, number in force.items():
        of = f"all {number:,}" if number == total else f"{number:,} of {total:,}"
        yield f"in force: {option} {value} on {of} parameters"


def coupled_decay(live: Live) -> Iterator[Finding]:
    """PW302: an adaptive optimizer adds the decay to the gradient; a warning beside one that does not."""
    coupled: set[str] = set()
    apart: set[str] = set()
    concerned = False  # what is said of others alone, is said where they are looked at
    optimizers = live.optimizers if live.observed is None else [*live.optimizers, *live.observed.optimizers]
    for optimizer, group in ((one, group) for one in optimizers for group in one.param_groups):
        if not rate_of(group.get("weight_decay")) or not group["params"] or not is_torchs(optimizer, *COUPLED):
            continue
        (apart if group.get("decoupled_weight_decay") else coupled).add(type(optimizer).__name__)
        concerned = concerned or optimizer in live.optimizers
    if coupled and concerned:
        beside = f", {', '.join(sorted(apart))} beside it does not" if apart else ""
        level: Level = "warning" if apart else "note"
        yield Finding(
            code="PW302",
            level=level,
            message=f"{', '.join(sorted(coupled))} adds weight decay to the gradient{beside}: "
            "parameters with large gradients decay less",
            help=("for decay apart from the gradient: AdamW, or decoupled_weight_decay=True where the class has it",),
        )


def dropped_decay(live: Live) -> Iterator[Finding]:
    """PW303: weight decay was given to the optimizer, and every group sets it to 0."""
    for optimizer in live.optimizers:
        given = rate_of(optimizer.defaults.get("weight_decay"))
        usual = inspect.signature(type(optimizer).__init__).parameters.get("weight_decay")
        asked = given is not None and given > 0 and (usual is None or usual.default != given)
        groups = [group for group in optimizer.param_groups if group["params"]]
        if asked and groups and not any(rate_of(group.get("weight_decay")) for group in groups):
            yield Finding(
                code="PW303",
                level="warning",
                message=f"{type(optimizer).__name__} was given weight decay {given}, and no group has any",
                evidence=tuple(f"group {index}: weight_decay 0" for index in range(len(optimizer.param_groups))),
                help=("what made the groups dropped it: set weight_decay in the groups that should have it",),
            )


def shared_rates(live: Live) -> Iterator[Finding]:
    """PW304: a learning rate that is a tensor, and one tensor for groups that are to differ, or a copy of it."""
    owners: dict[int, list[tuple[Optimizer, int]]] = defaultdict(list)
    others = () if live.observed is None else live.observed.optimizers
    for optimizer in {id(one): one for one in (*live.optimizers, *others)}.values():
        for index, group in enumerate(optimizer.param_groups):
            if isinstance(group.get("lr"), torch.Tensor):
                owners[id(group["lr"])].append((optimizer, index))
    for holders in owners.values():
        several = len({id(optimizer) for optimizer, _ in holders}) > 1
        differing = any(
            len({_factor(scheduler, index) for optimizer, index in holders if scheduler.optimizer is optimizer}) > 1
            for scheduler in live.schedulers
        )
        if several or differing:
            yield Finding(
                code="PW304",
                level="warning",
                message=f"{plural(len(holders), 'group')} share one learning rate, a tensor: "
                "what changes it for one changes it for all",
                evidence=tuple(f"group {index} of {type(optimizer).__name__}" for optimizer, index in holders),
                help=("give each its own tensor: lr=rate.clone()",),
            )
    for optimizer in live.optimizers:
        asked = optimizer.defaults.get("lr")
        scheduled = any(getattr(scheduler, "optimizer", None) is optimizer for scheduler in live.schedulers)
        if not isinstance(asked, torch.Tensor) or scheduled or not asked._version:
            continue
        copied = [
            f"group {index}: {rate_of(group['lr']):.6g}, the tensor given holds {rate_of(asked):.6g}"
            for index, group in enumerate(optimizer.param_groups)
            if isinstance(group.get("lr"), torch.Tensor) and group["lr"] is not asked and group["lr"] != asked
        ]
        if copied and len(copied) == len(optimizer.param_groups):
            yield Finding(
                code="PW304",
                level="warning",
                message=f"{type(optimizer).__name__} has copies of the learning rate, a tensor that was changed since",
                evidence=tuple(copied),
                help=("load_state_dict() and deepcopy() copy it: write into group['lr'] of each group",),
            )


def _factor(scheduler: Any, index: int) -> object:
    """What a scheduler multiplies the learning rate of a group with, where each group may have its own."""
    factors = getattr(scheduler, "lr_lambdas", ())
    return factors[index] if index < len(factors) else None
