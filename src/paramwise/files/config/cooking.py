"""Recipes that a file names: their arguments checked, and the rules that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from paramwise.files.config.faults import Faults, shown
from paramwise.files.config.fields import require
from paramwise.findings import InputError
from paramwise.recipes.registry import RECIPES
from paramwise.rules.rule import RuleMaker, Rules
from paramwise.words import did_you_mean


class Cooked(NamedTuple):
    """What a recipe made, and the options that it took from outside its own table."""

    made: Rules | RuleMaker
    taken: frozenset[str]


def cook(value: object, options: Mapping[str, Any]) -> Cooked:
    """What the recipe makes that a value names.

    Args:
        value: its name, or a table with its name and arguments.
        options: options given elsewhere; the recipe takes those that it knows, unless its table gives them.

    Raises:
        InputError: the recipe does not exist, or cannot use what it is given.
        FaultsError: arguments that the recipe does not take.
    """
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, dict) or not isinstance(name := table.get("name"), str):
        raise InputError(
            f"recipe is {shown(value)}, without a name",
            help='recipe = "bert", or with arguments recipe = { name = "bert", weight_decay = 0.01 }',
        )
    if name not in RECIPES:
        raise InputError(f"unknown recipe `{name}`", help=did_you_mean(name, sorted(RECIPES)))
    given = _arguments(name, {key: argument for key, argument in table.items() if key != "name"})
    recipe = RECIPES[name]
    known = recipe.in_files
    taken = {key: option for key, option in options.items() if key in known and key not in given}
    for key in recipe.required:
        if key in known and key not in given and key not in taken:
            raise InputError(f"recipe `{name}` needs `{key}`", help=f'recipe = {{ name = "{name}", {key} = .. }}')
    try:
        return Cooked(recipe.function(**given, **taken), frozenset(taken))
    except InputError as error:
        message, helps = error.findings[0].message, error.findings[0].help
        raise InputError(message if name in message else f"recipe `{name}`: {message}", help=helps) from None
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise InputError(f"recipe `{name}` cannot use its arguments: {error}") from None


def _arguments(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a recipe's table gives."""
    known = RECIPES[name].in_files
    arguments: dict[str, Any] = {}
    faults = Faults()
    for key, value in given.items():
        with faults.at(key):
            if key not in known:
                raise InputError(f"recipe `{name}` takes no `{key}`", help=did_you_mean(key, list(known)))
            arguments[key] = require(key, value, known[key])
    faults.raise_found()
    return arguments
