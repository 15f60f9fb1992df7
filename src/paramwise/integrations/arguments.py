"""What a trainer's arguments say of the optimizer, as the base settings of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError, OptionError
from paramwise.plans.plan import Plan
from paramwise.plans.planning import plan as make_plan
from paramwise.recipes.registry import RECIPES, options_of
from paramwise.rules.rule import Rule
from paramwise.torch.modules import named_tensors
from paramwise.torch.optimizers.agreement import stopping_all
from paramwise.torch.options import OptimizerFactory, Options, torch_class
from paramwise.words import plural

_BASE = ("lr", "weight_decay")


@dataclass(frozen=True)
class Wish:
    """What a person wants of the optimizer: a plan, or what `paramwise.plan` makes a plan of.

    Attributes:
        items: a plan alone, or recipes and rules.
        options: those of `paramwise.plan`.
        across: the process group whose processes are to have the same plan, as in ``plan.optimizer``.
    """

    items: tuple[Any, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    across: Any = None

    @classmethod
    def of(cls, given: Any) -> Wish:
        """The wish that a single argument says: a plan, a recipe, a rule, a list of them."""
        listed = isinstance(given, Iterable) and not isinstance(given, (str, Rule, Plan))
        return cls(tuple(given) if listed else (given,))

    @property
    def plan(self) -> Plan | None:
        """The plan, if the wish is one."""
        first = self.items[0] if self.items else None
        if not isinstance(first, Plan):
            return None
        if len(self.items) > 1 or self.options:
            raise InputError("a plan takes no further rules or options", help="give them to pw.plan(model, ...)")
        return first


@dataclass(frozen=True)
class Arguments:
    """The optimizer that a trainer's arguments describe.

    Attributes:
        cls: its class.
        options: its options.
        chosen: from those options that a person set to the argument's name; the others are defaults.
    """

    cls: OptimizerFactory
    options: Mapping[str, Any]
    chosen: Mapping[str, str]


def planned_optimizer(wish: Wish, arguments: Arguments, model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer of a plan whose base settings are a trainer's arguments.

    What the plan sets wins where the argument was left at its default.

    Raises:
        OptionError: a person set an argument, and the plan sets the same to other values for every parameter.
    """
    with stopping_all(wish.across) if wish.across is not None else nullcontext():
        plan, options = _with_arguments(wish, arguments, model)
    if not plan.optimizer_names:
        return plan.optimizer(arguments.cls, model, across=wish.across, **options)
    name = getattr(arguments.cls, "__name__", "")
    return plan.optimizer(
        {
            each: (arguments.cls, options) if each.lower() == name.lower() else torch_class(each, plan.rules)
            for each in plan.optimizer_names
        },
        model,
        across=wish.across,
    )


def with_base(cls: OptimizerFactory, options: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a class, with the base settings that it takes."""
    names = Options(cls).names
    return {**{key: value for key, value in base.items() if key in names}, **options}


def _with_arguments(wish: Wish, arguments: Arguments, model: nn.Module) -> tuple[Plan, dict[str, Any]]:
    """The plan with a trainer's arguments as base settings, and the options that are left for the class."""
    options = dict(arguments.options)
    plan = _plan(wish, arguments, model)
    for key, value in arguments.options.items():
        values = [group.settings.get(key) for group in plan.groups]
        if key in plan.base or (values and None not in values):
            if key in arguments.chosen and value not in (*values, plan.base.get(key)):
                raise _twice(arguments.chosen[key], value, key)
            del options[key]
    base = {key: options.pop(key) for key in _BASE if options.get(key) is not None}
    return Plan.decide(plan.catalog, plan.rules, {**base, **plan.base}, model), options


def _plan(wish: Wish, arguments: Arguments, model: nn.Module) -> Plan:
    plan = wish.plan
    if plan is not None:
        _raise_other_model(plan, model)
        return plan
    decay = arguments.options.get("weight_decay")
    if "weight_decay" not in arguments.chosen or not _takes_decay(wish):
        return make_plan(model, *wish.items, **wish.options)
    if wish.options.get("weight_decay", decay) != decay:
        raise _twice(arguments.chosen["weight_decay"], decay, "weight_decay")
    return make_plan(model, *wish.items, **{**wish.options, "weight_decay": decay})


def _takes_decay(wish: Wish) -> bool:
    """Whether a recipe by name takes the weight decay, and no file of rules sets another."""
    names = [item for item in wish.items or ("default",) if isinstance(item, str)]
    files = any(str(item).endswith(".toml") for item in wish.items)
    return not files and any(name in RECIPES and "weight_decay" in options_of(name) for name in names)


def _raise_other_model(plan: Plan, model: nn.Module) -> None:
    here, there = set(named_tensors(model)), set(plan.catalog.names)
    if here != there:
        raise InputError(
            f"the plan was made for another model: they differ in {plural(len(here ^ there), 'name')}",
            evidence=sorted(here ^ there),
            help='give recipes and rules, which are planned when the optimizer is made: plan="default"; a trainer that '
            "adds adapters, or whose loss has weights, has more parameters than the model that it was given",
        )


def _twice(argument: str, value: Any, key: str) -> OptionError:
    return OptionError(
        f"`{key}` is given twice: {argument}, {value!r}, has no effect, because the plan sets other values",
        help=f"leave {argument} at its default, or leave `{key}` out of the plan",
    )
