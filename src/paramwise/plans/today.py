"""What people use today, as a plan to compare a new plan with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.libraries import require
from paramwise.model.catalog import Catalog
from paramwise.plans.groups import read_groups
from paramwise.plans.lock import read_lock
from paramwise.plans.plan import Plan
from paramwise.plans.planning import plan
from paramwise.recipes.registry import RECIPES, options_of
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import ndim
from paramwise.words import did_you_mean

if TYPE_CHECKING:
    from torch import nn

HABITS = ("trainer", "timm", "tokens", "ndim")
"""The habits that have names; a recipe, a file of rules or a lock can be compared with as well."""


def plan_of_today(model: nn.Module | Catalog, habit: str, weight_decay: float = 0.1, lr: float | None = None) -> Plan:
    """What a habit of today gives every parameter.

    Args:
        model: the model; for ``"trainer"`` not its catalog alone.
        habit: ``"trainer"`` (transformers' own), ``"timm"``, ``"tokens"`` (the tutorials' list), ``"ndim"``, a recipe,
            a file of rules, or a lock.
        weight_decay: of what it decays.
        lr: of all.

    Raises:
        InputError: nothing goes by that name.

    Example:
        >>> import torch
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2))
        >>> plan_of_today(model, "tokens")["1.weight"].settings  # the tokens do not name it
        {'weight_decay': 0.1}
    """
    base = {} if lr is None else {"lr": lr}
    if habit == "trainer":
        return trainers_plan(model, weight_decay=weight_decay, **base)
    if habit in ("timm", "tokens"):
        return plan(model, {"timm": "no_decay_1d", "tokens": "bert"}[habit], weight_decay=weight_decay, **base)
    if habit == "ndim":
        matrices = Rule(~ndim(0, 1), name="decay", may_be_empty=True, weight_decay=weight_decay)
        vectors = Rule(ndim(0, 1), name="no decay", may_be_empty=True, weight_decay=0.0)
        return plan(model, matrices, vectors, **base)
    if habit in RECIPES or habit.endswith(".toml"):
        takes_decay = habit in RECIPES and "weight_decay" in options_of(habit)
        return plan(model, habit, **({"weight_decay": weight_decay} if takes_decay else {}), **base)
    if habit.endswith(".lock") or Path(habit).is_file():
        return read_lock(habit)
    raise InputError(f"nothing to compare with is called `{habit}`", help=did_you_mean(habit, [*HABITS, *RECIPES]))


def trainers_plan(model: Any, **settings: float) -> Plan:
    """What transformers' own ``Trainer`` gives every parameter of a model.

    Args:
        model: on any device, the meta device too.
        settings: ``weight_decay`` of what it decays, and ``lr``.

    Raises:
        InputError: only a catalog is given: the Trainer looks at modules.
    """
    require("transformers", "transformers", "the plan of transformers' Trainer")
    from paramwise.sources.transformers import decayed_by_trainer

    if isinstance(model, Catalog):
        raise InputError("the Trainer groups the parameters of a model, not of a catalog", help="give the model")
    decayed = decayed_by_trainer(model)
    decay = settings.pop("weight_decay", 0.0)
    trained = [(name, tensor) for name, tensor in model.named_parameters() if tensor.requires_grad]
    with_decay = [tensor for name, tensor in trained if name in decayed]
    without = [tensor for name, tensor in trained if name not in decayed]
    sides: list[dict[str, Any]] = [
        {"name": "Trainer: decay", "params": with_decay, "weight_decay": decay},
        {"name": "Trainer: no decay", "params": without},
    ]
    return read_groups(model, [{"weight_decay": 0.0, **side, **settings} for side in sides])
