"""Recipes: named, parametrised lists of rules; and `plan`, which takes them by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.catalog import Catalog
from paramwise.findings import InputError, did_you_mean
from paramwise.planner import Plan, decide
from paramwise.roles import DECAYED, ROLES
from paramwise.rules import Rule
from paramwise.selectors import everything, marked, role, token
from paramwise.sources import read

if TYPE_CHECKING:
    import torch

    from paramwise.config import Config

Recipe = list[Rule]


def bert(weight_decay: float = 0.1, no_decay: Sequence[str] = ("bias", "LayerNorm.weight")) -> Recipe:
    """Weight decay for all but the parameters whose names contain one of the tokens.

    The step that BERT fine-tuning tutorials share, after the parameter groups of google-research/bert's
    ``optimization.py`` (Devlin et al. 2018, arXiv:1810.04805, which trains with decay 0.01). Each token is a rule of
    its own, so that one which selects nothing is found.

    Args:
        weight_decay: of the parameters whose names contain none of the tokens.
        no_decay: tokens; a parameter whose name contains one gets weight decay 0.

    Example:
        >>> for rule in bert(weight_decay=0.01):
        ...     print(rule)
        pw.Rule(pw.everything(), name='decay', weight_decay=0.01)
        pw.Rule(pw.token('bias'), name='no decay: bias', weight_decay=0.0)
        pw.Rule(pw.token('LayerNorm.weight'), name='no decay: LayerNorm.weight', weight_decay=0.0)
    """
    tokens = (no_decay,) if isinstance(no_decay, str) else tuple(no_decay)
    return [
        Rule(everything(), name="decay", weight_decay=weight_decay),
        *(Rule(token(one), name=f"no decay: {one}", weight_decay=0.0) for one in tokens),
    ]


def default(weight_decay: float = 0.1) -> Recipe:
    """Weight decay for what multiplies activations or is looked up by rows, by role; none for the rest.

    Decayed: matrices, embeddings, heads, routers. Not decayed: norm gains, biases, bare position tables and tokens,
    element-wise scales, states of state-space layers, and what the model itself marks.

    Args:
        weight_decay: of the decayed roles.

    Example:
        >>> for rule in default(weight_decay=0.01):
        ...     print(rule.name, rule.settings)
        decay {'weight_decay': 0.01}
        no decay {'weight_decay': 0.0}
        no decay: marked {'weight_decay': 0.0}
    """
    return [
        Rule(_DECAYED, name="decay", may_be_empty=True, weight_decay=weight_decay),
        Rule(~_DECAYED, name="no decay", may_be_empty=True, weight_decay=0.0),
        Rule(marked(), name="no decay: marked", may_be_empty=True, weight_decay=0.0),
    ]


_DECAYED = role(*(one for one in ROLES if one in DECAYED))

RECIPES: dict[str, Callable[..., Recipe]] = {"bert": bert, "default": default}


@lru_cache
def _parameters(recipe: Callable[..., Recipe]) -> frozenset[str]:
    return frozenset(inspect.signature(recipe).parameters)


def plan(
    source: torch.nn.Module | Catalog | str, *recipes_and_rules: str | Path | Rule | Iterable[Rule], **options: Any
) -> Plan:
    """Decide what every parameter gets from the optimizer.

    Args:
        source: a model, a catalog, or what `paramwise.read` takes.
        recipes_and_rules: recipes by name, rules, lists of rules, or files of rules (``"paramwise.toml"``), in order;
            setting by setting the later wins. None given: the recipe `default`.
        options: an option that a named recipe takes goes to it, the rest are base settings of every parameter
            (``lr`` is what ``lr_scale`` multiplies). They come before a file's own.

    Raises:
        InputError: an unknown recipe, no rule, a value that no optimizer can use.

    Example:
        >>> import torch
        >>> model = torch.nn.ModuleDict({"dense": torch.nn.Linear(2, 2), "norm": torch.nn.LayerNorm(2)})
        >>> chosen = plan(model, lr=2e-5, weight_decay=0.01)
        >>> chosen["dense.weight"].settings
        {'lr': 2e-05, 'weight_decay': 0.01}
    """
    rules: Recipe = []
    taken: set[str] = set()
    items: list[Any] = []
    files: list[Config] = []
    for given in recipes_and_rules or ("default",):
        if isinstance(given, (str, Path)) and str(given).endswith(".toml"):
            files.append(_file(given, options))
            items += files[-1].items
        else:
            items.append(given)
    for item in items:
        if isinstance(item, str):
            recipe = RECIPES.get(item)
            if recipe is None:
                raise InputError(f"unknown recipe `{item}`", help=did_you_mean(item, sorted(RECIPES)))
            accepted = options.keys() & _parameters(recipe)
            rules += recipe(**{key: options[key] for key in accepted})
            taken |= accepted
        elif isinstance(item, Rule) or not isinstance(item, Iterable):
            rules.append(item)
        else:
            rules += item
    of_files = {key: value for config in files for key, value in config.base.items()}
    taken = taken.union(*(config.taken for config in files))
    base = {key: value for key, value in {**of_files, **options}.items() if key not in taken}
    if not rules and not base:
        raise InputError(
            "nothing to plan: no recipe, no rule, no setting", help="e.g. pw.plan(model, 'default', lr=2e-5)"
        )
    catalog = source if isinstance(source, Catalog) else read(source)
    made = decide(catalog, rules, base, model=None if isinstance(source, (Catalog, str)) else source)
    for config in files:
        if "optimizer" not in options:
            config.raise_overruled(made)
    return made


def _file(path: str | Path, options: Mapping[str, Any]) -> Config:
    from paramwise.config import read_config

    config = read_config(path, **options)
    if not config.items and not config.base:
        raise InputError("nothing to plan: no recipe, no rule, no setting", where=str(path), help='recipe = "default"')
    return config
