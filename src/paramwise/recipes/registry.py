"""Recipes by name, with the options that each takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from paramwise.findings import InputError, OptionError
from paramwise.recipes.decay import bert, default, no_decay_1d
from paramwise.recipes.freezing import freeze_below
from paramwise.recipes.muon import muon
from paramwise.recipes.rates import discriminative, layerwise, lora_plus, mup
from paramwise.rules.rule import Fitted, Rules
from paramwise.words import did_you_mean

RECIPES: dict[str, Callable[..., Rules | Fitted]] = {
    "bert": bert,
    "default": default,
    "discriminative": discriminative,
    "freeze_below": freeze_below,
    "layerwise": layerwise,
    "lora_plus": lora_plus,
    "mup": mup,
    "muon": muon,
    "no_decay_1d": no_decay_1d,
}


SOURCES = {"mup": frozenset({"base"})}
"""Options that name a model: by name they may also be given as a SOURCE, which `paramwise.plan` reads."""


@lru_cache
def options_of(recipe: str) -> Mapping[str, bool]:
    """The options of a recipe, each with whether it must be given."""
    return {one.name: one.default is one.empty for one in inspect.signature(RECIPES[recipe]).parameters.values()}


def named_recipe(called: str, options: Mapping[str, Any]) -> Rules | Fitted:
    """What the recipe of a name makes of some options.

    Raises:
        InputError: there is no such recipe, an option is not one of its own, or a value is wrong.
    """
    recipe = RECIPES.get(called)
    if recipe is None:
        raise InputError(f"unknown recipe `{called}`", help=did_you_mean(called, sorted(RECIPES)))
    known = options_of(called)
    for option in options:
        if option not in known:
            raise OptionError(f"recipe `{called}` takes no option `{option}`", help=did_you_mean(option, [*known]))
    for option, needed in known.items():
        if needed and option not in options:
            raise OptionError(
                f"recipe `{called}` needs `{option}`", help=f'pw.plan(model, "{called}", {option}=...), or --set'
            )
    return recipe(**options)
