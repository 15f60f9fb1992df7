"""Gradual unfreezing: parameters start to train at a later step, in the same groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.rules.decide import Decided, Group
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import Selector, as_selector
from paramwise.rules.selectors import name as name_selector
from paramwise.torch.live import live_groups
from paramwise.torch.memory import await_unfreezing
from paramwise.torch.modules import named_tensors
from paramwise.torch.optimizers.builder import options_of_group
from paramwise.torch.sharding import kinds_of
from paramwise.words import plural, public


@public
class UnfreezeSchedule:
    """Unfreeze parameters step by step, as ULMFiT does (Howard and Ruder 2018, arXiv:1801.06146).

    Parameters that will be unfrozen join their groups at once: an optimizer skips a parameter without a gradient, keeps
    no state for it and does not decay it. So groups, state and learning rates stay as they are when a parameter begins
    to train, and a scheduler that is made after this schedule knows every group from the start.

    Under ``DistributedDataParallel``, wrap the model before building the plan's optimizer, with
    ``find_unused_parameters=True``: it synchronises only parameters that require a gradient when it wraps.

    Args:
        optimizer: the optimizer that ``plan.optimizer(...)`` made.
        plan: a plan with rules that freeze. An unfrozen parameter gets what the plan's other rules decide.
        steps: number of optimizer steps -> the parameters that train from then on (a selector, or a glob of names).
            Parameters that no selector selects stay frozen.
        model: the module to train, if it is not the module that was planned.

    Raises:
        InputError: a selector selects no frozen parameter, a number of steps is not a whole number from 0 on, or an
            unfrozen parameter needs a new group although a scheduler has been made already.

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
        selectors = {_step_number(step): _selector(select) for step, select in steps.items()}
        if not selectors:
            raise InputError("no steps", help="UnfreezeSchedule(optimizer, plan, {100: pw.depth(1), 200: pw.depth(2)})")
        model = plan.model if model is None else model
        if model is None:
            raise InputError("the plan was made without a model", help="pass it: UnfreezeSchedule(..., model=model)")
        tensors = named_tensors(model)
        frozen = plan.frozen.parameters
        if absent := [name for name in plan.catalog.names if name not in tensors]:
            raise InputError(
                f"the model does not have {plural(len(absent))} of the plan",
                evidence=absent,
                help="pass the model that was planned",
            )
        self._due: dict[int, list[nn.Parameter]] = {}
        later: set[str] = set()
        for step in sorted(selectors):
            names = [
                parameter.name for parameter in frozen if parameter.name not in later and selectors[step](parameter)
            ]
            if not names:
                raise InputError(
                    f"step {step} unfreezes nothing: {selectors[step]!r}",
                    help="select parameters that the plan freezes and that no earlier step unfreezes",
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
        """Put the parameters that will be unfrozen into the optimizer, each into the group that has its settings."""
        group_of = live_groups(optimizer)  # by the identity of a tensor
        if inside := [name for name in sorted(later) if id(tensors[name]) in group_of]:
            raise InputError(
                f"the optimizer already holds {plural(len(inside))} to unfreeze",
                evidence=inside,
                help="make one UnfreezeSchedule for all steps, with an optimizer from plan.optimizer(...)",
            )
        thawed = Decided.decide(plan.catalog, [*plan.rules, Rule(select, name="unfrozen", freeze=False)], plan.base)
        kind_of = kinds_of({name: tensors[name] for name in plan.catalog.names})
        group_with: dict[tuple[Any, str], Any] = {}
        for group in plan.groups:
            for name in group.names:
                group_with.setdefault((_key(group), kind_of[name]), group_of.get(id(tensors[name])))
        joining: dict[tuple[Any, str], tuple[Group, list[str]]] = {}
        for group in thawed.groups:
            for name in group.names:
                if name in later:
                    joining.setdefault((_key(group), kind_of[name]), (group, []))[1].append(name)
        _raise_unjoinable(optimizer, plan, [joins for key, joins in joining.items() if group_with.get(key) is None])
        planned = {_key(group): group.name for group in plan.groups}
        for (settings, kind), (group, names) in joining.items():
            params = [tensors[name] for name in names]
            live = group_with.get((settings, kind))
            if live is not None:
                live["params"] += params
                live["param_names"] = [*live.get("param_names", ()), *names]
            else:
                label = f"{planned[settings]} ({kind})" if settings in planned else group.name
                options = options_of_group(group, optimizer.defaults.get("lr"))
                optimizer.add_param_group({"params": params, "param_names": names, "name": label, **options})
        await_unfreezing(optimizer, [tensors[name] for name in later])

    def step(self) -> None:
        """Count an optimizer step, and unfreeze the parameters that are due. Call it after each step."""
        self._step += 1
        self._apply()

    def _apply(self) -> None:
        for step, tensors in self._due.items():
            for tensor in tensors:
                tensor.requires_grad_(step <= self._step)
                if step > self._step:
                    tensor.grad = None  # an old gradient would let the optimizer step it

    def state_dict(self) -> dict[str, Any]:
        """The number of steps counted. ``pw.save_state(..., extra={"unfreezing": unfreezing})`` keeps it."""
        return {"step": self._step}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a number of steps: parameters that are due by then train, all others are frozen."""
        self._step = int(state["step"])
        self._apply()


def _step_number(step: object) -> int:
    if isinstance(step, bool) or not isinstance(step, int) or step < 0:
        raise InputError(
            f"step {step!r} is not a number of optimizer steps", help="count from 0: {100: selector, 200: selector}"
        )
    return step


def _key(group: Group) -> tuple[tuple[str, Any], ...]:
    """The settings of a group, comparable."""
    return tuple(sorted(group.settings.items()))


def _selector(select: object) -> Selector:
    return as_selector(select, text=name_selector)


def _raise_unjoinable(optimizer: torch.optim.Optimizer, plan: Decided, new: Sequence[tuple[Group, list[str]]]) -> None:
    """Raise an InputError if the optimizer cannot take the new groups."""
    built = {group.settings.get("optimizer") for group in plan.groups}
    for group, names in new:
        if (wanted := group.settings.get("optimizer")) not in built:
            raise InputError(
                f"{plural(len(names))} to unfreeze for `{wanted}`, which had no parameters when it was built",
                evidence=names,
                help=f"train one parameter of `{wanted}` from the start, or give these to another optimizer",
            )
    if new and any("initial_lr" in group for group in optimizer.param_groups):
        group, names = new[0]
        raise InputError(
            f"the scheduler does not know the new group for {plural(len(names))} to unfreeze",
            evidence=[f"settings of the group: {dict(group.settings)}"],
            help="make the UnfreezeSchedule first, then the scheduler, so that it knows every group",
        )
