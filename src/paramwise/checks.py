"""What is wrong or surprising about a plan: one function a finding code."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from paramwise.findings import LEVELS, Finding, PlanError
from paramwise.selectors import Both, Either, Not, Primitive, Selector

if TYPE_CHECKING:
    from paramwise.catalog import Catalog
    from paramwise.planner import Plan


def check(plan: Plan) -> list[Finding]:
    """All findings about a plan, errors first."""
    return sorted(dead_rules(plan), key=lambda finding: LEVELS.index(finding.level))


def raise_errors(plan: Plan) -> None:
    """Raise `PlanError` if there are findings of level error."""
    if errors := [finding for finding in check(plan) if finding.level == "error"]:
        raise PlanError(*errors)


def dead_rules(plan: Plan) -> Iterator[Finding]:
    """PW101: a rule that selects no parameter."""
    alive = {index for decision in plan.outcomes for index in decision.matched}
    for index, rule in enumerate(plan.rules):
        if index in alive or rule.may_be_empty:
            continue
        yield Finding(
            code="PW101",
            slug="dead-rule",
            message=f"rule {index + 1} `{rule.name}` selects no parameter",
            where=rule.where,
            evidence=tuple(_why_dead(rule.select, plan.catalog)),
            help=(
                "correct or remove the rule; `paramwise inspect` lists the names",
                "if this is intended, pass may_be_empty=True",
            ),
        )


def _why_dead(select: Selector, catalog: Catalog) -> Iterator[str]:
    texts = [text.strip("*.") for text in _texts(select)]
    aliased = {alias: parameter.name for parameter in catalog for alias in parameter.aliases}
    for text in texts:
        for alias in [alias for alias in aliased if text in alias][:2]:
            yield f"{alias} is another name of {aliased[alias]}: tied parameters go by their first name"
    near = [name for text in texts for name in _nearest_names(text, catalog)]
    if near:
        yield "nearest names: " + ", ".join(near[:3])
    if "layer" in select.fields:
        yield blocks_there(catalog)
    if "tower" in select.fields:
        yield towers_there(catalog)
    if "role" in select.fields:
        yield f"roles here: {', '.join(sorted({kind.role for kind in catalog.kinds}))}"


def blocks_there(catalog: Catalog) -> str:
    """Which repeated blocks a catalog has, in words."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for layer in catalog.layers:
        if layer.index is not None:
            blocks[layer.tower].append(layer.index)
    towers = [f"{min(found)} to {max(found)}{f' of {tower}' if tower else ''}" for tower, found in blocks.items()]
    return f"layers are {', '.join(towers)}" if towers else "the model has no repeated blocks"


def towers_there(catalog: Catalog) -> str:
    """Which towers a catalog has, in words."""
    towers = list(dict.fromkeys(parameter.tower for parameter in catalog if parameter.tower))
    return f"towers are {', '.join(towers)}" if towers else "the model counts its layers as one: it has no towers"


def _texts(select: Selector) -> Iterator[str]:
    """The texts that a selector looks for in names."""
    match select:
        case Both(left, right) | Either(left, right):
            yield from _texts(left)
            yield from _texts(right)
        case Not(of):
            yield from _texts(of)
        case Primitive(("token" | "name"), arguments):
            yield from map(str, arguments)


def _nearest_names(text: str, catalog: Catalog) -> list[str]:
    """Names that were likely meant by ``text``: owned by a class that it names, or else with an ending much like it."""
    owner, _, attribute = text.rpartition(".")
    if owner:
        owned = [p.name for p in catalog if (p.module or "").endswith(f".{owner}") and p.name.endswith(f".{attribute}")]
        if owned:
            return owned
    length = text.count(".") + 1
    endings: dict[str, str] = {}
    for name in catalog.names:
        endings.setdefault(".".join(name.split(".")[-length:]), name)
    return [endings[ending] for ending in difflib.get_close_matches(text, list(endings)[:5000], cutoff=0.5)]
