"""What a schedule does to groups with different learning rates: PW401 to PW404."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch.optim.swa_utils import SWALR

from paramwise.findings import Finding
from paramwise.torch.live import Live, Optimizer, peak_rate, rate_of
from paramwise.torch.memory import built_rates
from paramwise.words import plural


def flattened_rates(live: Live) -> Iterator[Finding]:
    """PW401: groups were built with different learning rates, and a scheduler or the loop made them one."""
    for optimizer in live.optimizers:
        built = [rate for rate in map(rate_of, built_rates(optimizer)) if rate is not None]
        if len(set(built)) < 2 or len(built) != len(optimizer.param_groups):
            continue
        schedulers = [one for one in live.schedulers if getattr(one, "optimizer", None) is optimizer]
        by = next((one for one in schedulers if len(set(peaks(one))) == 1 and _overwrites(one)), None)
        if by is not None:
            rate: float | None = peaks(by)[0]
            who = type(by).__name__
            helps = f"give the scheduler one rate a group: {who}(optimizer, max_lr=[...])"
        else:
            held = [
                (group, first) for group, first in zip(optimizer.param_groups, built, strict=True) if group["params"]
            ]
            now = {rate_of(group.get("lr")) for group, _ in held}
            kept = any(_shared_bounds(one) or len(set(getattr(one, "base_values", ()))) > 1 for one in schedulers)
            if len(now) > 1 or len({first for _, first in held}) < 2 or not all(now) or kept:
                continue
            rate = now.pop()
            who = type(schedulers[0]).__name__ if len(schedulers) == 1 else "Something beside torch"
            helps = "multiply each group's own rate: group['lr'] = group['initial_lr'] * factor"
        yield Finding(
            code="PW401",
            level="warning",
            message=f"{who} gives every group the learning rate {rate:.6g}",
            evidence=(f"the groups were built with {', '.join(f'{rate:.6g}' for rate in dict.fromkeys(built))}",),
            help=(helps,),
        )


def _overwrites(scheduler: Any) -> bool:
    """Whether a scheduler takes groups up to a rate of its own, not to theirs."""
    return hasattr(scheduler, "max_lrs") or any("max_lr" in group for group in scheduler.optimizer.param_groups)


def floor_above_rate(live: Live) -> Iterator[Finding]:
    """PW402: a schedule's floor lies above a group's own learning rate, which then rises."""
    for scheduler in live.schedulers:
        floor = rate_of(getattr(scheduler, "eta_min", None))
        if floor is None:
            continue
        lines = []
        for index, group in enumerate(scheduler.optimizer.param_groups):
            rate = rate_of(group.get("initial_lr", group.get("lr")))
            if rate is not None and floor > rate:
                lines.append(f"group {index}: learning rate {rate:.6g}, floor {floor:.6g}")
        if lines:
            yield Finding(
                code="PW402",
                level="warning",
                message=f"{type(scheduler).__name__} ends above the learning rate of {plural(len(lines), 'group')}",
                evidence=tuple(lines),
                help=("choose a floor below every group's rate",),
            )


def groups_after_scheduler(live: Live) -> Iterator[Finding]:
    """PW403: a group was added when the scheduler was there already, which does not know it."""
    for scheduler in live.schedulers:
        groups = scheduler.optimizer.param_groups
        known = _known_groups(scheduler)
        if known is not None and known < len(groups):
            names = [name for group in groups[known:] for name in _group_names(live, group)]
            yield Finding(
                code="PW403",
                message=f"{plural(len(groups) - known, 'group')} added after {type(scheduler).__name__} was made, "
                "which has no rate for them",
                evidence=tuple(names),
                help=("make the scheduler after the last add_param_group()",),
                names=tuple(names),
            )


def _known_groups(scheduler: Any) -> int | None:
    """For how many groups a scheduler has rates; None where it takes any number."""
    if isinstance(known := getattr(scheduler, "base_lrs", None), list):
        return len(known)
    floors = getattr(scheduler, "min_lrs", None)  # of ReduceLROnPlateau, which stretches a single floor to new groups
    if isinstance(floors, list) and getattr(scheduler, "default_min_lr", None) is None:
        return len(floors)
    return None


def shared_floors(live: Live) -> Iterator[Finding]:
    """PW404: one absolute floor, ceiling or end for groups of different rates, which come together there."""
    for scheduler in live.schedulers:
        rates = peaks(scheduler)
        known = _known_groups(scheduler)
        if known is not None and known < len(scheduler.optimizer.param_groups):  # PW403
            continue
        shared = _shared_bounds(scheduler)
        if shared.get("eta_min", 0) > min(rates, default=0):  # PW402
            del shared["eta_min"]
        if shared and len(set(rates)) > 1:
            yield Finding(
                code="PW404",
                level="note",
                message=f"{type(scheduler).__name__} has one {' and one '.join(shared)} "
                "for groups of different learning rates",
                evidence=(
                    f"{', '.join(f'{name} {bound:.6g}' for name, bound in shared.items())} for groups of "
                    f"{', '.join(f'{rate:.6g}' for rate in dict.fromkeys(rates))}",
                ),
                help=(
                    "for a floor in proportion to each: LambdaLR, with a factor that ends above 0"
                    if "eta_min" in shared
                    else f"give one a group: {', '.join(f'{name}=[...]' for name in shared)}",
                ),
            )


def _shared_bounds(scheduler: Any) -> dict[str, float]:
    """The absolute bounds above 0 that a scheduler has for all groups, by the name of the argument."""
    bounds: dict[str, Sequence[Any]] = {
        "eta_min": [getattr(scheduler, "eta_min", None)],
        "min_lr": getattr(scheduler, "min_lrs", ()),
        "max_lr": getattr(scheduler, "max_lrs", ()),
        "base_lr": getattr(scheduler, "base_lrs", ()) if hasattr(scheduler, "max_lrs") else (),
        "swa_lr": [group.get("swa_lr") for group in scheduler.optimizer.param_groups]
        if isinstance(scheduler, SWALR)
        else (),
    }
    numbers = {name: list(map(rate_of, given)) for name, given in bounds.items()}
    return {
        name: first
        for name, given in numbers.items()
        if given and (first := given[0]) is not None and 0 < first < math.inf and len(set(given)) == 1
    }


def peaks(scheduler: Any) -> list[float]:
    """For each group the rate that a scheduler takes it up to; of one that only keeps rates in bounds, as built."""
    optimizer: Optimizer = scheduler.optimizer
    own = list(built_rates(optimizer)) if hasattr(scheduler, "min_lrs") else getattr(scheduler, "max_lrs", None)
    rates = map(rate_of, own) if own else map(peak_rate, optimizer.param_groups)
    return [rate for rate in rates if rate is not None]


def _group_names(live: Live, group: Mapping[str, Any]) -> list[str]:
    found = [live.position.get(id(tensor)) for tensor in group["params"]]
    return [live.catalog.names[at] for at in found if at is not None]
