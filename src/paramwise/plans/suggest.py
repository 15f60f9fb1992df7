"""The shortest rules that reproduce a plan: equal settings for every parameter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, permutations
from operator import or_
from typing import Any

from paramwise.files.config.toml import assigned
from paramwise.files.config.written import to_toml
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.plans.covering import Cells, Cover
from paramwise.plans.masks import cells_of
from paramwise.plans.plan import Plan
from paramwise.recipes.registry import RECIPES
from paramwise.rules.rule import Rule, Rules, Settings, Value
from paramwise.rules.selectors import Either, Primitive, Selector, everything, name
from paramwise.views.html import html_of
from paramwise.views.view import Verbatim
from paramwise.words import public

# Costs, on the same scale as the costs of selectors in `covering`
RULE = 10  # a rule or a recipe, without its selector
SHARED = 3  # a further setting of a rule
RARER = 4  # a base value other than the most frequent

# Bounds of the search
MOST_CELLS = 10_000  # that are searched for rules
MOST_BASES, MOST_ORDERED = 3, 3  # values tried as base; the most values whose rules are tried in every order
WIDTH = 100  # characters in a line of Python

ABSENT = object()
"""Sentinel: the setting is absent. None will not do, since it can be the value of a setting."""

Masks = dict[Any, int]
"""For each value of a setting, the mask of the cells that have it: see `covering`."""

Recipes = Mapping[str, Callable[[Cells, Catalog, Masks], Iterable["Start"]]]
"""For each setting, the function that proposes starts with a recipe for it."""


@dataclass(frozen=True, slots=True)
class UsedRecipe:
    """A recipe with its arguments, as `paramwise.plan` takes it; it prints as the code that makes it."""

    name: str
    options: Settings

    def __call__(self, catalog: Catalog) -> Rules:
        """Its rules for a catalog."""
        made = RECIPES[self.name].function(**self.options)
        return made(catalog) if callable(made) else made

    def __repr__(self) -> str:
        return f"pw.recipes.{self.name}({', '.join(f'{key}={value!r}' for key, value in self.options.items())})"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Rules that reproduce a plan; ``print`` shows them as Python.

    Attributes:
        rules: recipes and rules, in order, as `paramwise.plan` takes them.
        base: settings of every parameter, unless a rule overrides them.
        plan: the plan that the rules make for the same parameters.
    """

    rules: tuple[UsedRecipe | Rule, ...]
    base: Settings
    plan: Plan

    @property
    def python(self) -> str:
        """The call of `paramwise.plan` that plans ``model`` with the rules."""
        inside = ["model,", *chain.from_iterable(map(_lines, self.rules))]
        inside += [f"{key}={value!r}," for key, value in self.base.items()]
        return "\n".join(["plan = pw.plan(", *(f"    {line}" for line in inside), ")"])

    @property
    def toml(self) -> str:
        """The rules as a file for `paramwise.read_config`, with the optimizer's name if the plan was read from torch's.

        What the optimizer said and rules do not is in comments at its head.

        Raises:
            InputError: a file cannot express a setting; the message names it.
        """
        used = [{"name": rule.name, **rule.options} for rule in self.rules if isinstance(rule, UsedRecipe)]
        named = {"optimizer": self.plan.origin.optimizer} if self.plan.origin.optimizer else {}
        rules = tuple(rule for rule in self.rules if isinstance(rule, Rule))
        rest = replace(self.plan, rules=rules, base={**named, **self.plan.base})
        head = assigned("recipe", used if len(used) > 1 else used[0]) + "\n" if used else ""
        told = "".join(f"# {line}\n" for finding in self.plan.origin.findings for line in str(finding).splitlines())
        return "\n".join(part for part in (told, head, to_toml(rest)) if part.strip())

    def __str__(self) -> str:
        return self.python

    def _repr_html_(self) -> str:
        return html_of((Verbatim(self.python),))


@public
def suggest_rules(plan: Plan) -> Suggestion:
    """Find short rules that give every parameter exactly what a plan gives it.

    Each setting starts from a base value for all parameters, or from a recipe, and rules correct the parameters for
    which the start is wrong; the combination that is simplest to read wins. Recipes are tried where they apply:
    ``default``, ``no_decay_1d`` and ``bert`` for weight decay, ``layerwise`` for learning rates. Rules prefer what
    parameters are (role, module) to where they are, and where they are to their names. A learning rate is written as a
    scale of the base rate if the scale is exact and not longer.

    The suggestion is planned and compared with the plan before it is returned; all values are exactly equal.

    Args:
        plan: any plan.

    Raises:
        InputError: the plan has no settings for any parameter.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.ModuleDict({"dense": torch.nn.Linear(2, 2), "norm": torch.nn.LayerNorm(2)})
        >>> by_hand = [
        ...     pw.Rule(pw.name("dense.weight"), weight_decay=0.1),
        ...     pw.Rule(pw.name("dense.bias", "norm.*"), weight_decay=0.0),
        ... ]
        >>> print(suggest_rules(pw.plan(model, *by_hand, lr=1e-3)))
        plan = pw.plan(
            model,
            pw.recipes.default(weight_decay=0.1),
            lr=0.001,
        )
    """
    cells = Cells(plan)
    for rules, base in _candidates(cells, plan.catalog):
        written_out = chain.from_iterable([rule] if isinstance(rule, Rule) else rule(plan.catalog) for rule in rules)
        suggested = Plan.decide(plan.catalog, list(written_out), base, plan.model)
        if rules and _gives_the_same(plan, suggested):
            return Suggestion(tuple(rules), base, replace(suggested, origin=plan.origin))
    raise InputError(
        "the plan has no settings for any parameter: there is nothing to suggest",
        help="plan some settings, e.g. pw.plan(model, 'default', lr=2e-5)",
    )


def _candidates(cells: Cells, catalog: Catalog) -> Iterator[tuple[Sequence[UsedRecipe | Rule], Settings]]:
    """Candidates, best first: the shortest; the shortest without recipes; a rule on names for each distinct settings.

    The first can fail, since a recipe may distinguish parameters of the same cell. The last cannot fail. Where there
    are very many cells, only the last is tried: the rules would be a list of names all the same.
    """
    keys = list(dict.fromkeys(["freeze", *(key for settings in cells.settings for key in settings)]))
    for recipes in (_RECIPES, {}) if len(cells.parameters) <= MOST_CELLS else ():
        solutions = [_solutions(cells, catalog, order, recipes) for order in (keys, keys[::-1])]
        rules, base = _assembled(min(solutions, key=lambda solution: sum(setting.cost for setting in solution)))
        if base and not rules:  # `pw.plan` without rules would use the recipe `default`
            ruled: dict[str, Any] = {key: value for key, value in base.items() if key != "lr"} or base
            rules = [Rule(everything(), **ruled)]
            base = {key: value for key, value in base.items() if key not in ruled}
        yield rules, base
    yield _by_name(cells), {}


def _gives_the_same(plan: Plan, other: Plan) -> bool:
    """Whether both plans give every parameter the same settings."""
    pairs = set(zip(plan.outcome_of, other.outcome_of, strict=True))
    return all(plan.outcomes[ours].settings == other.outcomes[theirs].settings for ours, theirs in pairs)


def _by_name(cells: Cells) -> Rules:
    """A rule on names for each distinct settings."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for cell, settings in enumerate(cells.settings):
        thaw = {} if cells.parameters[cell].trainable or "freeze" in settings else {"freeze": False}
        alike[tuple({**settings, **thaw}.items())].append(cell)
    return [
        Rule(name(*cells.globs.of(chain.from_iterable(cells.names[cell] for cell in found))), **dict(settings))
        for settings, found in alike.items()
        if settings
    ]


# --- each setting -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """The values of a setting before rules correct it.

    Attributes:
        values: for each value, the cells that start with it.
        cost: the cost of reading the start.
        base: the base settings that it needs.
        recipe: the recipe that gives the values; None if only the base does.
    """

    values: Masks
    cost: float = 0
    base: Settings = field(default_factory=dict)
    recipe: UsedRecipe | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """How rules give a setting to all parameters: the start, and the rules that correct it, in order."""

    cost: float
    start: Start
    rules: Sequence[tuple[Cover, Settings]]


def _solutions(cells: Cells, catalog: Catalog, keys: Iterable[str], recipes: Recipes) -> list[Solution]:
    """A solution for each setting in turn; a later setting reuses selectors of the earlier ones."""
    shared: dict[Cover, None] = {}
    solutions = []
    frozen = cells.where("freeze" in settings for settings in cells.settings)
    for key in keys:
        if key == "freeze":
            came_frozen = cells.where(not parameter.trainable for parameter in cells.parameters)
            starts, free = [Start({True: came_frozen, False: cells.all & ~came_frozen})], 0
            wanted: Masks = {True: frozen, False: cells.all & ~frozen}
        else:
            values = cells.by(settings.get(key, ABSENT) for settings in cells.settings)
            wanted = {value: mask & ~frozen for value, mask in values.items() if mask & ~frozen}
            free = frozen  # frozen parameters may get any value
            starts = _starts(cells, key, wanted)
            if len(wanted) > 1 and ABSENT not in wanted and key in recipes:
                starts += recipes[key](cells, catalog, wanted)
        tried = [_corrected(cells, key, start, wanted, free, shared) for start in starts]
        solutions.append(min((solution for solution in tried if solution), key=lambda solution: solution.cost))
        shared |= dict.fromkeys(cover for cover, _ in solutions[-1].rules)
    return solutions


def _starts(cells: Cells, key: str, wanted: Masks) -> list[Start]:
    """Starts with a base value: each of the most frequent values; or absent, if some parameters lack the setting."""
    if ABSENT in wanted or not wanted or key == "lr_scale":  # `lr_scale` cannot be a base setting
        return [Start({ABSENT: cells.all})]
    frequent = sorted(wanted, key=lambda value: -cells.size(wanted[value]))[:MOST_BASES]
    return [Start({value: cells.all}, RARER * (value != frequent[0]), {key: value}) for value in frequent]


def _corrected(
    cells: Cells, key: str, start: Start, wanted: Masks, free: int, shared: Iterable[Cover]
) -> Solution | None:
    """The solution that corrects a start; None if a wanted value cannot be reached from it.

    A rule may pick parameters that a later rule corrects, so several orders of the values are tried.
    """
    wrong = [value for value, mask in wanted.items() if mask & ~start.values.get(value, 0)]
    settings = _settings_for(key, start, wrong)
    if settings is None:
        return None
    wrong.sort(key=lambda value: -cells.size(wanted[value]))
    best: Solution | None = None
    for order in permutations(wrong) if len(wrong) <= MOST_ORDERED else [wrong]:
        has, cost = dict(start.values), start.cost
        rules = []
        for at, value in enumerate(order):
            todo = wanted[value] & ~has.get(value, 0)
            forbidden = cells.all & ~reduce(or_, (wanted[later] for later in order[at:]), free)
            others = cells.all & ~(wanted[value] | free)
            fitting = (cover for cover in shared if not todo & ~cover.mask and not cover.mask & others)
            cover = next(fitting, None) or cells.cover(todo, forbidden)
            rules.append((cover, settings[value]))
            cost += SHARED if cover in shared else RULE + cover.cost
            has = {known: mask & ~cover.mask for known, mask in has.items()}
            has[value] = has.get(value, 0) | cover.mask
        if best is None or cost < best.cost:
            best = Solution(cost, start, rules)
    return best


def _settings_for(key: str, start: Start, values: Iterable[Any]) -> dict[Any, Settings] | None:
    """What a rule sets to give each value. Only another scale can override the scale of a recipe."""
    base = start.base.get("lr") if key == "lr" else None
    if isinstance(base, (int, float)):
        scales = {value: _scale(base, value) for value in values}
        short = all(scale is not None and len(repr(scale)) <= len(repr(value)) for value, scale in scales.items())
        if short or start.recipe:
            return None if None in scales.values() else {value: {"lr_scale": scale} for value, scale in scales.items()}
    return {value: {key: value} for value in values}


def _scale(base: float, rate: float) -> float | None:
    """The shortest number that, times a base rate, is exactly the wanted rate; None if no number is."""
    scales = (float(f"{rate / base:.{digits}g}") for digits in range(1, 18))
    return next((scale for scale in scales if base * scale == rate), None)


# --- recipes ----------------------------------------------------------------------------------------------------------


def _decays(cells: Cells, catalog: Catalog, wanted: Masks) -> Iterator[Start]:
    """Starts with the recipes for weight decay."""
    for decay in [value for value in wanted if value][:MOST_BASES] if 0 in wanted else ():
        for cost, called in enumerate(("default", "no_decay_1d", "bert"), RULE):
            recipe = UsedRecipe(called, {"weight_decay": decay})
            rules = recipe(catalog)
            if all(rule.may_be_empty or any(map(rule.select, cells.parameters)) for rule in rules):
                yield Start(_effect(cells, rules, "weight_decay"), cost, recipe=recipe)


def _layerwise(cells: Cells, catalog: Catalog, wanted: Masks) -> Iterator[Start]:
    """The start with rates by depth: with the decay between the two deepest layers, and the best fitting base rate."""
    rates: dict[int, Counter[float]] = defaultdict(Counter)
    for rate, mask in wanted.items():
        for cell in cells_of(mask):
            rates[cells.parameters[cell].depth or 0][rate] += len(cells.names[cell])
    if len(rates) < 2 or not all(isinstance(rate, (int, float)) for rate in wanted):
        return
    # the head may have its own rate, so the decay is taken from the layers farthest from it
    (first, later), (second, earlier) = [(depth, rates[depth].most_common(1)[0][0]) for depth in sorted(rates)[-2:]]
    decay = float(f"{(earlier / later) ** (1 / (second - first)):.6g}")
    if not 0 < decay < 1 or not (decay ** max(rates)):  # so deep that the rate would be 0
        return
    recipe = UsedRecipe("layerwise", {"decay": decay})
    scales = _effect(cells, recipe(catalog), "lr_scale")
    best: Start | None = None
    right = 0
    for base in dict.fromkeys(
        (*wanted, float(f"{later / decay**first:.10g}"), float(f"{later / decay ** (first - 1):.10g}"))
    ):
        values: Masks = defaultdict(int)
        for scale, mask in scales.items():
            values[base if scale is ABSENT else base * scale] |= mask
        fits = sum(cells.size(mask & values.get(rate, 0)) for rate, mask in wanted.items())
        if fits > right:
            best, right = Start(values, RULE, {"lr": base}, recipe), fits
    if best is not None:
        yield best


def _effect(cells: Cells, rules: Rules, key: str) -> Masks:
    """For each value, the cells to which rules give it."""
    effect = {ABSENT: cells.all}
    for rule in rules:
        picked = cells.where(map(rule.select, cells.parameters))
        effect = {value: mask & ~picked for value, mask in effect.items()}
        effect[rule.settings[key]] = effect.get(rule.settings[key], 0) | picked
    return effect


_RECIPES: Recipes = {"weight_decay": _decays, "lr": _layerwise}


# --- all together -----------------------------------------------------------------------------------------------------


def _assembled(solutions: Iterable[Solution]) -> tuple[list[UsedRecipe | Rule], dict[str, Value]]:
    """Recipes, then rules: rules with equal selectors merged, the rules of each setting in their order."""
    base: dict[str, Value] = {}
    used: list[UsedRecipe | Rule] = []
    merged: list[tuple[Selector, dict[str, Any]]] = []
    for solution in solutions:
        base |= solution.start.base
        used += [solution.start.recipe] if solution.start.recipe else []
        at = 0  # where the setting's next rule may stand
        for cover, settings in solution.rules:
            select = cover.select
            same = [place for place in range(at, len(merged)) if merged[place][0] == select]
            if same:
                merged[same[0]][1].update(settings)
                at = same[0] + 1
            else:
                merged.insert(at if at else len(merged), (select, dict(settings)))
                at = (at or len(merged) - 1) + 1
    return used + [Rule(select, **settings) for select, settings in merged], base


# --- as Python --------------------------------------------------------------------------------------------------------


def _lines(rule: UsedRecipe | Rule) -> list[str]:
    """A rule as lines of Python: a long rule takes a line for each argument."""
    if isinstance(rule, UsedRecipe) or len(repr(rule)) <= WIDTH:
        return [f"{rule!r},"]
    select = _broken(rule.select)
    settings = [f"{key}={value!r}," for key, value in rule.settings.items()]
    return ["pw.Rule(", *(f"    {line}" for line in (*select[:-1], f"{select[-1]},", *settings)), "),"]


def _broken(select: Selector) -> list[str]:
    """A selector as lines of Python: a long selector takes a line for each side of `|`, or for each argument."""
    if len(repr(select)) <= WIDTH:
        return [repr(select)]
    if isinstance(select, Either) and not isinstance(select.right, Either):
        right = _broken(select.right)
        return [*_broken(select.left), f"| {right[0]}", *right[1:]]
    if isinstance(select, Primitive):
        return [f"pw.{select.maker}(", *(f"    {argument!r}," for argument in select.arguments), ")"]
    return [repr(select)]
