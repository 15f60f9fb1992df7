"""The JSON Schema of files of rules, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paramwise.files.config.fields import OPTIMIZER_KEYS, RULE_SETTINGS, Key
from paramwise.files.config.tables import EXPECT_KEYS, FILE_KEYS, IGNORABLE, RULE_KEYS, SELECT_KEYS
from paramwise.recipes.registry import RECIPES, Recipe


def schema() -> dict[str, Any]:
    """The JSON Schema of ``paramwise.toml``: it accepts what `read_config` accepts, as far as a schema can tell.

    Example:
        >>> schema()["properties"]["ignore"]["description"]
        'Codes or slugs of findings to leave out.'
    """
    recipe = {"anyOf": [{"enum": sorted(RECIPES)}, *(_recipe(name, RECIPES[name]) for name in sorted(RECIPES))]}
    shapes: dict[str, dict[str, Any]] = {
        "recipe": {"anyOf": [recipe, {"type": "array", "items": recipe, "minItems": 1}]},
        "rules": {"type": "array", "items": {"$ref": "#/$defs/Rule"}},
        "optimizer": {"$ref": "#/$defs/Optimizer"},
        "expect": {"type": "array", "items": {"$ref": "#/$defs/Expectation"}},
        "ignore": {"type": "array", "items": {"type": "string", "enum": list(IGNORABLE)}},
    }
    selects_and_sets = [{"anyOf": [{"required": [key]} for key in keys]} for keys in (SELECT_KEYS, RULE_SETTINGS)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "paramwise.toml",
        "description": "Rules for what the optimizer does to each parameter of a model.",
        "type": "object",
        "properties": {key: {**shapes[key], "description": FILE_KEYS[key]} for key in FILE_KEYS},
        "additionalProperties": False,
        "$defs": {
            "Select": {**_table("Select", SELECT_KEYS), "minProperties": 1},
            "Rule": {**_table("Rule", RULE_KEYS), "allOf": selects_and_sets},
            "Expectation": {**_table("Expectation", EXPECT_KEYS), "required": ["trained"], "minProperties": 2},
            "Optimizer": _table("Optimizer", OPTIMIZER_KEYS),
        },
    }


def _table(title: str, keys: Mapping[str, Key]) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": {name: dict(key.schema) for name, key in keys.items()},
        "additionalProperties": False,
    }


def _recipe(name: str, recipe: Recipe) -> dict[str, Any]:
    arguments = {key: dict(shape.schema) for key, shape in recipe.in_files.items()}
    return {
        "title": name,
        "description": recipe.summary,
        "type": "object",
        "properties": {"name": {"const": name}, **arguments},
        "required": ["name"],  # what else the recipe needs may stand under [optimizer]
        "additionalProperties": False,
    }
