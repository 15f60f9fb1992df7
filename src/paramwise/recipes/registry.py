"""Recipes by name: what each is made by, and the arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from paramwise.findings import InputError, OptionError
from paramwise.recipes.decay import bert, default, no_decay_1d
from paramwise.recipes.freezing import freeze_below
from paramwise.recipes.muon import muon
from paramwise.recipes.rates import discriminative, layerwise, lora_plus, mup
from paramwise.rules.rule import RuleMaker, Rules
from paramwise.rules.shapes import NUMBER, NUMBERS_BY_NAME, TEXT, TEXTS, WHOLE, Shape
from paramwise.words import did_you_mean


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a recipe.

    Attributes:
        name: the keyword of the recipe's function.
        shape: what a file may give; None if a file cannot give it.
        required: whether it must be given.
        is_source: whether it is a model, which callers may also give as a SOURCE that `paramwise.plan` reads. A file
            cannot give a source: to read it may run code.
    """

    name: str
    shape: Shape | None
    required: bool = False
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe's function and its arguments; a test holds them equal to the function's signature."""

    function: Callable[..., Rules | RuleMaker]
    arguments: tuple[Argument, ...]

    @property
    def summary(self) -> str:
        """The first line of the function's documentation."""
        return (self.function.__doc__ or "").partition("\n")[0]

    @property
    def in_files(self) -> Mapping[str, Shape]:
        """The arguments that a file can give, each with its shape."""
        return {argument.name: argument.shape for argument in self.arguments if argument.shape is not None}

    @property
    def required(self) -> tuple[str, ...]:
        """The arguments that must be given."""
        return tuple(argument.name for argument in self.arguments if argument.required)


_WEIGHT_DECAY = Argument("weight_decay", NUMBER)

RECIPES: dict[str, Recipe] = {
    "bert": Recipe(bert, (_WEIGHT_DECAY, Argument("no_decay", TEXTS))),
    "default": Recipe(default, (_WEIGHT_DECAY,)),
    "discriminative": Recipe(discriminative, (Argument("scales", NUMBERS_BY_NAME, required=True),)),
    "freeze_below": Recipe(freeze_below, (Argument("layer", WHOLE, required=True), Argument("tower", TEXT))),
    "layerwise": Recipe(layerwise, (Argument("decay", NUMBER),)),
    "lora_plus": Recipe(lora_plus, (Argument("ratio", NUMBER), Argument("embedding_lr", NUMBER))),
    "mup": Recipe(mup, (Argument("base", None, is_source=True), Argument("width", WHOLE))),
    "muon": Recipe(
        muon,
        (
            Argument("lr", NUMBER, required=True),
            Argument("adamw_lr", NUMBER),
            _WEIGHT_DECAY,
            Argument("adjust_lr_fn", TEXT),
            Argument("blocks", TEXT),
        ),
    ),
    "no_decay_1d": Recipe(no_decay_1d, (_WEIGHT_DECAY,)),
}


def options_of(recipe: str) -> Mapping[str, Argument]:
    """The arguments of a recipe, by name."""
    return {argument.name: argument for argument in RECIPES[recipe].arguments}


def named_recipe(called: str, options: Mapping[str, Any]) -> Rules | RuleMaker:
    """What the recipe of a name makes of some options.

    Raises:
        InputError: the recipe does not exist, does not take an option, or a value is wrong.
    """
    recipe = RECIPES.get(called)
    if recipe is None:
        raise InputError(f"unknown recipe `{called}`", help=did_you_mean(called, sorted(RECIPES)))
    known = options_of(called)
    for option in options:
        if option not in known:
            raise OptionError(f"recipe `{called}` takes no option `{option}`", help=did_you_mean(option, [*known]))
    for needed in recipe.required:
        if needed not in options:
            raise OptionError(
                f"recipe `{called}` needs `{needed}`", help=f'pw.plan(model, "{called}", {needed}=...), or --set'
            )
    return recipe.function(**options)
