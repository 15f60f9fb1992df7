"""What a schedule does to groups of different learning rates: the checks PW401 to PW404."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from torch.optim.swa_utils import SWALR

from paramwise.findings import Finding
from paramwise.rules.subject import Exclusions
from paramwise.torch.live import Live, peak_rate
from paramwise.torch.memory import built_rates
from paramwise.words import plural


def flattened_rates(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW401: groups were built with different learning rates, and a scheduler made them one."""
    for scheduler in live.schedulers:
        optimizer = scheduler.optimizer
        built = built_rates(optimizer)
        now = set(peaks(scheduler))
        if len(set(built)) > 1 and len(now) == 1:
            yield Finding(
                code="PW401",
                level="warning",
                message=f"{type(scheduler).__name__} gives every group the learning rate {now.pop():.6g}",
                evidence=(f"the groups were built with {', '.join(f'{rate:.6g}' for rate in dict.fromkeys(built))}",),
                help=("give the scheduler one rate a group: OneCycleLR(optimizer, max_lr=[...])",),
            )


def floor_above_rate(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW402: a schedule's floor lies above a group's own learning rate, which then rises."""
    for scheduler in live.schedulers:
        floor = getattr(scheduler, "eta_min", None)
        if not isinstance(floor, (int, float)):
            continue
        lines = []
        for index, group in enumerate(scheduler.optimizer.param_groups):
            rate = group.get("initial_lr", group["lr"])
            if floor > rate:
                lines.append(f"group {index}: learning rate {rate:.6g}, floor {floor:.6g}")
        if lines:
            yield Finding(
                code="PW402",
                level="warning",
                message=f"{type(scheduler).__name__} ends above the learning rate of {plural(len(lines), 'group')}",
                evidence=tuple(lines),
                help=("choose a floor below every group's rate",),
            )


def groups_after_scheduler(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW403: a group was added when the scheduler was there already, which does not know it."""
    for scheduler in live.schedulers:
        known = getattr(scheduler, "base_lrs", None)
        groups = scheduler.optimizer.param_groups
        if isinstance(known, list) and len(known) < len(groups):
            names = [name for group in groups[len(known) :] for name in _group_names(live, group)]
            yield Finding(
                code="PW403",
                message=f"{plural(len(groups) - len(known), 'group')} added after {type(scheduler).__name__} was made, "
                "which has no rate for them",
                evidence=tuple(names),
                help=("make the scheduler after the last add_param_group()",),
                names=tuple(names),
            )


def shared_floors(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW404: one absolute floor, ceiling or end for groups of different rates, which come together there."""
    for scheduler in live.schedulers:
        groups, rates = scheduler.optimizer.param_groups, peaks(scheduler)
        bounds = {
            "eta_min": [getattr(scheduler, "eta_min", None)],
            "min_lr": getattr(scheduler, "min_lrs", []),
            "max_lr": getattr(scheduler, "max_lrs", []),
            "base_lr": getattr(scheduler, "base_lrs", []) if hasattr(scheduler, "max_lrs") else [],
            "swa_lr": [group.get("swa_lr") for group in groups] if isinstance(scheduler, SWALR) else [],
        }
        shared = {
            name: given[0]
            for name, given in bounds.items()
            if given and isinstance(given[0], (int, float)) and 0 < given[0] < math.inf and len(set(given)) == 1
        }
        if shared.get("eta_min", 0) > min(rates):  # PW402
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


def peaks(scheduler: Any) -> list[float]:
    """For each group the rate that a scheduler takes it up to; of one that only keeps rates in bounds, as built."""
    bounded = hasattr(scheduler, "min_lrs")
    own = list(built_rates(scheduler.optimizer)) if bounded else getattr(scheduler, "max_lrs", None)
    return own or list(map(peak_rate, scheduler.optimizer.param_groups))


def _group_names(live: Live, group: Mapping[str, Any]) -> list[str]:
    found = [live.position.get(id(tensor)) for tensor in group["params"]]
    return [live.catalog.names[at] for at in found if at is not None]
