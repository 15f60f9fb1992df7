"""Gradual unfreezing: parameters that begin to train at a later step, without a change to groups or schedule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.rules.decide import Decided
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import Selector, as_selector
from paramwise.rules.selectors import name as name_selector
from paramwise.torch.build.builder import options_of_group
from paramwise.torch.live import live_groups
from paramwise.torch.memory import await_unfreezing
from paramwise.torch.modules import named_tensors
from paramwise.words import plural, public


@public
class UnfreezeSchedule:
    """Unfreeze parameters step by step, as ULMFiT does (Howard and Ruder 2018, arXiv:1801.06146).

    What will be unfrozen is put into its groups at once: without a gradient an optimizer passes it by, keeps no state
    for it, and decays nothing. So groups, their state and their learning rates stay as they are when it begins to
    train, and a scheduler made after this one knows every group from the start.

    Under ``DistributedDataParallel`` wrap the model before the plan's optimizer is built, with
    ``find_unused_parameters=True``: it synchronises only what requires a gradient when it wraps.

    Args:
        optimizer: made by ``plan.optimizer(...)``.
        plan: with rules that freeze; each parameter gets what the plan's other rules say.
        steps: what trains from when on: after so many optimizer steps, which parameters (a selector, or a glob of
            names). What none of them selects stays frozen.
        model: if it is not the one that was planned on.

    Raises:
        InputError: a selector selects nothing that is frozen, a count of steps is no whole number from 0 on, or a group
            would have to be added and a scheduler is there already.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        >>> plan = pw.plan(model, "default", pw.Rule(pw.name("0.*"), freeze=True), lr=0.1)
        >>> optimizer = plan.optimizer(torch.optim.SGD)
        >>> unfreezing = pw.UnfreezeSchedule(optimizer, plan, {2: "0.*"})
        >>> for _ in range(3):
        ...     model(torch.ones(1, 2)).sum().backward(); optimizer.step(); optimizer.zero_grad(); unfreezing.step()
        ...     print(model[0].weight.requires_grad)
        False
        True
        True
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        plan: Decided,
        steps: Mapping[int, Selector | str],
        model: nn.Module | None = None,
    ) -> None:
        selectors = {_count(step): _selector(select) for step, select in steps.items()}
        if not selectors:
            raise InputError("no steps", help="UnfreezeSchedule(optimizer, plan, {100: pw.depth(1), 200: pw.depth(2)})")
        model = plan.model if model is None else model
        if model is None:
            raise InputError("the plan was made from a description, not from a model", help="pass the model as well")
        tensors = named_tensors(model)
        frozen = plan.frozen.parameters
        if strange := [name for name in plan.catalog.names if name not in tensors]:
            raise InputError("the model is not the one that was planned", evidence=strange, help="pass the planned one")
        self._due: dict[int, list[nn.Parameter]] = {}
        later: set[str] = set()
        for step in sorted(selectors):
            names = [one.name for one in frozen if one.name not in later and selectors[step](one)]
            if not names:
                raise InputError(
                    f"step {step} unfreezes nothing: {selectors[step]!r}",
                    help="it selects no parameter that the plan freezes and no earlier step unfreezes",
                )
            later.update(names)
            self._due[step] = [tensors[name] for name in names]
        self._join(optimizer, plan, reduce(or_, selectors.values()), later, tensors)
        self._step = 0
        self._apply()

    def _join(
        self,
        optimizer: torch.optim.Optimizer,
        plan: Decided,
        select: Selector,
        later: set[str],
        tensors: Mapping[str, nn.Parameter],
    ) -> None:
        """Put what will be unfrozen into the groups that have its settings."""
        thawed = Decided.decide(plan.catalog, [*plan.rules, Rule(select, name="unfrozen", freeze=False)], plan.base)
        held = live_groups(optimizer)
        if inside := [name for name in sorted(later) if id(tensors[name]) in held]:
            raise InputError(
                f"{plural(len(inside))} to unfreeze are in the optimizer already",
                evidence=inside,
                help="one UnfreezeSchedule for all steps, and an optimizer made by plan.optimizer(...)",
            )
        joining = [(group, [name for name in group.names if name in later]) for group in thawed.groups]
        same = {tuple(sorted(group.settings.items())): group.names[0] for group in plan.groups}
        into = [
            held.get(id(tensors[same[key]])) if (key := tuple(sorted(group.settings.items()))) in same else None
            for group, _ in joining
        ]
        missing = [group for (group, names), live in zip(joining, into, strict=True) if names and live is None]
        built = {group.settings.get("optimizer") for group in plan.groups}
        if lacking := [group for group in missing if group.settings.get("optimizer") not in built]:
            raise InputError(
                f"what is unfrozen goes to `{lacking[0].settings.get('optimizer')}`, which had no parameters when the "
                "optimizer was built",
                evidence=[name for name in lacking[0].names if name in later],
                help="leave one of its parameters unfrozen from the start, or give what is unfrozen to another",
            )
        if missing and any("initial_lr" in group for group in optimizer.param_groups):
            raise InputError(
                f"a scheduler is there already, and what is unfrozen needs a group of its own: {missing[0].settings}",
                help="make the UnfreezeSchedule first, then the scheduler, so that it knows every group",
            )
        for (group, names), live in zip(joining, into, strict=True):
            params = [tensors[name] for name in names]
            if live is not None:
                live["params"] += params
                live["param_names"] = [*live.get("param_names", ()), *names]
            elif names:
                settings = options_of_group(group, optimizer.defaults.get("lr"))
                optimizer.add_param_group({"params": params, "param_names": names, "name": group.name, **settings})
        await_unfreezing(optimizer, [tensors[name] for name in later])

    def step(self) -> None:
        """Count an optimizer step, and unfreeze what is due; called after each."""
        self._step += 1
        self._apply()

    def _apply(self) -> None:
        for step, tensors in self._due.items():
            for tensor in tensors:
                tensor.requires_grad_(step <= self._step)
                if step > self._step:
                    tensor.grad = None  # of before: the optimizer would step it

    def state_dict(self) -> dict[str, Any]:
        """How many steps were counted: ``pw.save_state(..., extra={"unfreezing": this})`` keeps it."""
        return {"step": self._step}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a count of steps; freezes and unfreezes what is due then."""
        self._step = int(state["step"])
        self._apply()


def _count(step: object) -> int:
    if isinstance(step, bool) or not isinstance(step, int) or step < 0:
        raise InputError(f"step {step!r}", help="optimizer steps are counted from 0: {100: selector, 200: selector}")
    return step


def _selector(select: object) -> Selector:
    return as_selector(select, text=name_selector)
