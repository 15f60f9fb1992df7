"""`plan`: recipes by name, rules, functions and files of rules, combined into a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError, OptionError
from paramwise.model.catalog import Catalog
from paramwise.model.evidence import Evidence
from paramwise.plans.plan import Plan
from paramwise.recipes.registry import RECIPES, named_recipe, options_of
from paramwise.rules.rule import Rule, RuleMaker, Rules
from paramwise.sources.reading import catalog_of
from paramwise.words import public

if TYPE_CHECKING:
    import torch

    from paramwise.files.config.file import Config


@public
def plan(
    source: torch.nn.Module | Catalog | str | Path,
    *recipes_and_rules: str | Path | Rule | Iterable[Rule] | RuleMaker,
    evidence: Any = None,  # checked here, so that options may be given as **options
    **options: Any,
) -> Plan:
    """Decide what every parameter gets from the optimizer.

    Args:
        source: a model, a catalog, or what `paramwise.read` takes.
        recipes_and_rules: recipes by name, rules, lists of rules, functions that make rules from a catalog, or files of
            rules (``"paramwise.toml"``), in order; setting by setting, the later wins. By default, the recipe
            `default`.
        evidence: the `Evidence` that `paramwise.trace` showed of the model: it decides what names and code leave in
            doubt; where it and code without doubt differ on weight decay, the plan has a finding (PW111).
        options: an option that a named recipe takes goes to this recipe; the rest are base settings of every parameter
            (``lr_scale`` multiplies ``lr``). They override a file's base settings.

    Raises:
        InputError: a recipe does not exist, an item is not a rule, or no optimizer can use a value.

    Example:
        >>> import torch
        >>> model = torch.nn.ModuleDict({"dense": torch.nn.Linear(2, 2), "norm": torch.nn.LayerNorm(2)})
        >>> chosen = plan(model, lr=2e-5, weight_decay=0.01)
        >>> chosen["dense.weight"].settings
        {'lr': 2e-05, 'weight_decay': 0.01}
    """
    model = None if isinstance(source, (Catalog, str, Path)) else source
    if evidence is not None and not isinstance(evidence, Evidence):
        raise InputError(f"not evidence: {type(evidence).__qualname__}", help="evidence=pw.trace(model, *batch)")
    catalog = catalog_of(source).with_evidence(evidence) if evidence is not None else None
    rules: Rules = []
    taken: set[str] = set()
    files: list[Config] = []
    items: list[Any] = []
    for given in recipes_and_rules or ("default",):
        if isinstance(given, (str, Path)) and str(given).endswith(".toml"):
            files.append(_file(given, options))
            taken |= files[-1].taken
            items += files[-1].items
        else:
            items.append(given)
    for item in items:
        made = item
        if isinstance(item, str):
            known = options_of(item) if item in RECIPES else {}
            accepted = options.keys() & known.keys()
            made = named_recipe(
                item, {key: catalog_of(options[key]) if known[key].is_source else options[key] for key in accepted}
            )
            taken |= accepted
        elif any(item is recipe.function for recipe in RECIPES.values()):
            raise InputError(f"not a rule: {item!r}", help=f"call it: pw.recipes.{item.__name__}(...)")
        if callable(made):
            catalog = catalog_of(source) if catalog is None else catalog
            made = made(catalog)
        if isinstance(made, Rule) or not isinstance(made, Iterable):
            rules.append(made)
        else:
            rules += made
    given_base = {key: value for config in files for key, value in config.base.items()} | options
    base = {key: value for key, value in given_base.items() if key not in taken}
    for key in base.keys() & _of_recipes_alone():
        raise OptionError(
            f"`{key}` is an option of recipes, but no recipe named here takes it",
            help=f"pass it to the recipe: pw.recipes.NAME({key}=...), or name the recipe as a string",
        )
    if not rules and not base:
        raise InputError(
            "nothing to plan: no recipe, no rule, no setting", help="e.g. pw.plan(model, 'default', lr=2e-5)"
        )
    plan = Plan.decide(catalog_of(source) if catalog is None else catalog, rules, base, model)
    for config in files:
        if "optimizer" not in options:
            config.raise_overruled(plan)
    return plan


@lru_cache
def _of_recipes_alone() -> frozenset[str]:
    """Options of recipes that are not also options of optimizers."""
    every = frozenset(option for recipe in RECIPES for option in options_of(recipe))
    return every - {"lr", "weight_decay", "adjust_lr_fn"}


def _file(path: str | Path, options: Mapping[str, Any]) -> Config:
    from paramwise.files.config.file import read_config

    config = read_config(path, **options)
    if not config.items and not config.base:
        raise InputError("nothing to plan: no recipe, no rule, no setting", where=str(path), help='recipe = "default"')
    return config
