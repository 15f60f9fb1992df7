"""Common groupings as plans, and what changes from them to a plan of ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.libraries import require
from paramwise.model.catalog import Catalog
from paramwise.plans.groups import read_groups
from paramwise.plans.lock import read_lock
from paramwise.plans.plan import Difference, Plan
from paramwise.plans.planning import plan as make_plan
from paramwise.recipes.registry import RECIPES, options_of
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import ndim
from paramwise.words import did_you_mean, public

if TYPE_CHECKING:
    from torch import nn

HABITS = ("trainer", "timm", "tokens", "ndim")
"""Names of groupings in common use. A recipe, a file of rules or a lock can be named instead."""


@public
def compare(
    plan: Plan, against: str | Path, *, weight_decay: float | None = None, lr: float | None = None
) -> Difference:
    """What changes for each parameter, from a grouping used today to a plan. To compare two plans, use `Plan.diff`.

    Args:
        plan: the plan to move to.
        against: ``"trainer"`` (the grouping of transformers' ``Trainer``), ``"timm"``, ``"tokens"`` (the tutorials'
            ``no_decay`` list), ``"ndim"`` (decay for two dimensions or more, as in nanoGPT), a recipe by name, a file
            of rules (``"paramwise.toml"``), or a lock.
        weight_decay: weight decay of the parameters decayed today; by default, the largest in the plan.
        lr: learning rate of all parameters today; by default, the base rate of the plan or of the file of rules.

    Raises:
        InputError: nothing has that name; ``against`` is not a name; or it is ``"trainer"``, and the plan was made
            without a model.
        MissingExtraError: ``against`` is ``"trainer"`` and transformers is not installed.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2))
        >>> print(pw.compare(pw.plan(model, lr=2e-5), against="tokens"))
        1 of 4 parameters gets something else, 2 of 10 values
        <BLANKLINE>
        1 norm gain, 2 values: weight_decay 0.1 -> 0
          1.weight
          decided by `no decay`, before by `decay`
          weight decay takes nothing of each value a step, before 0.0002 %
    """
    if not isinstance(against, (str, os.PathLike)):
        raise InputError(
            f"nothing is called like this: a {type(against).__name__}",
            help="compare(plan, 'trainer'); to compare two plans: plan.diff(other)",
        )
    return plan_before(plan, against, weight_decay, lr).diff(plan)


def plan_before(
    plan: Plan, against: str | os.PathLike[str], weight_decay: float | None = None, lr: float | None = None
) -> Plan:
    """The plan that `compare` compares with, for the parameters of a plan and with its weight decay and rate.

    Raises:
        InputError: as `compare`.
    """
    decay = largest_decay(plan) if weight_decay is None else weight_decay
    own = str(against).endswith(".toml")  # a file of rules has its own learning rate, or none
    rate = plan.base.get("lr") if lr is None and not own else lr
    return plan_of_today(plan.catalog, str(against), decay, rate, plan.model)


def largest_decay(plan: Plan) -> float:
    """The largest weight decay that a plan gives to a group; 0 if it gives none."""
    decays = [group.settings.get("weight_decay", 0.0) for group in plan.groups]
    return max((decay for decay in decays if isinstance(decay, float)), default=0.0)


def plan_of_today(
    catalog: Catalog, habit: str, weight_decay: float, lr: Any = None, model: nn.Module | None = None
) -> Plan:
    """The plan that a common grouping gives: see `compare`; ``"trainer"`` needs ``model``, since it looks at modules.

    Raises:
        InputError: nothing has that name, or ``habit`` is ``"trainer"`` and there is no model.
    """
    base = {} if lr is None else {"lr": lr}
    if habit == "trainer":
        return _trainers_plan(model, weight_decay, base)
    if habit in ("timm", "tokens"):
        return make_plan(catalog, {"timm": "no_decay_1d", "tokens": "bert"}[habit], weight_decay=weight_decay, **base)
    if habit == "ndim":
        matrices = Rule(~ndim(0, 1), name="decay", may_be_empty=True, weight_decay=weight_decay)
        vectors = Rule(ndim(0, 1), name="no decay", may_be_empty=True, weight_decay=0.0)
        return make_plan(catalog, matrices, vectors, **base)
    if habit in RECIPES or habit.endswith(".toml"):
        takes_decay = habit in RECIPES and "weight_decay" in options_of(habit)
        return make_plan(catalog, habit, **({"weight_decay": weight_decay} if takes_decay else {}), **base)
    if habit.endswith(".lock") or Path(habit).is_file():
        return read_lock(habit)
    raise InputError(f"there is nothing to compare with named `{habit}`", help=did_you_mean(habit, [*HABITS, *RECIPES]))


def _trainers_plan(model: nn.Module | None, weight_decay: float, base: dict[str, Any]) -> Plan:
    """What transformers' own ``Trainer`` gives every parameter of a model, which may be on the meta device."""
    require("transformers", "transformers", "the plan of transformers' Trainer")
    from paramwise.sources.transformers import decayed_by_trainer

    if model is None:
        raise InputError(
            "the Trainer groups parameters by their modules, and the plan was made without a model",
            help="plan the model itself: pw.plan(model, ...)",
        )
    decayed = decayed_by_trainer(model)
    trained = [(name, tensor) for name, tensor in model.named_parameters() if tensor.requires_grad]
    with_decay = [tensor for name, tensor in trained if name in decayed]
    without = [tensor for name, tensor in trained if name not in decayed]
    sides: list[dict[str, Any]] = [
        {"name": "Trainer: decay", "params": with_decay, "weight_decay": weight_decay},
        {"name": "Trainer: no decay", "params": without, "weight_decay": 0.0},
    ]
    return read_groups(model, [{**side, **base} for side in sides])
