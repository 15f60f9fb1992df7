"""The shortest rules that reproduce a plan: what every parameter gets stays, how it is said becomes short."""

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
from paramwise.plans.covering import Cells, Cover, positions
from paramwise.plans.plan import Plan
from paramwise.recipes.registry import RECIPES
from paramwise.rules.rule import Rule, Rules, Settings, Value
from paramwise.rules.selectors import Either, Primitive, Selector, everything, globs_of, name
from paramwise.words import public

RULE = 10  # costs a rule or a recipe beside its selector: see `covering` for those
SHARED, RARER = 3, 4  # a setting more of a rule; a base value that is not the most frequent
MOST_BASES, MOST_ORDERED = 3, 3
WIDTH = 100  # of a line of Python

ABSENT = object()
"""The value of a setting that a parameter has none of."""

Masks = dict[Any, int]
"""By value of a setting, the cells that have it."""

Recipes = Mapping[str, Callable[[Cells, Catalog, Masks], Iterable["Start"]]]
"""By setting, what begins with a recipe for it."""


@dataclass(frozen=True, slots=True)
class UsedRecipe:
    """A recipe with its arguments, as `paramwise.plan` takes it; prints as the code that makes it."""

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
        base: settings of every parameter that no rule decides otherwise.
        plan: what they make of the same parameters.
    """

    rules: tuple[UsedRecipe | Rule, ...]
    base: Settings
    plan: Plan

    @property
    def python(self) -> str:
        """The call that makes the plan of ``model``."""
        inside = ["model,", *chain.from_iterable(map(_lines, self.rules))]
        inside += [f"{key}={value!r}," for key, value in self.base.items()]
        return "\n".join(["plan = pw.plan(", *(f"    {line}" for line in inside), ")"])

    @property
    def toml(self) -> str:
        """The same as a file for `paramwise.read_config`.

        Raises:
            InputError: a setting that a file cannot say; says which.
        """
        used = [{"name": one.name, **one.options} for one in self.rules if isinstance(one, UsedRecipe)]
        rest = replace(self.plan, rules=tuple(one for one in self.rules if isinstance(one, Rule)))
        head = assigned("recipe", used if len(used) > 1 else used[0]) + "\n" if used else ""
        return "\n".join(part for part in (head, to_toml(rest)) if part.strip())

    def __str__(self) -> str:
        return self.python


@public
def suggest_rules(plan: Plan) -> Suggestion:
    """The shortest rules that are found to give every parameter what a plan gives it.

    Setting by setting: one value that is base for all, or a recipe, and rules for the parameters that this is wrong
    for, whichever is the least to read. Recipes are tried for what they are about: ``default``, ``no_decay_1d`` and
    ``bert`` for weight decay, ``layerwise`` for learning rates; one that is right for all is one line. Rules tell
    parameters by what they are (role, module) rather than by where they are, and by that rather than by what they are
    called. Learning rates are scales of the base rate where that is exact, and no longer to write.

    The suggestion is planned and compared before it is returned. Values are exactly equal.

    Args:
        plan: any plan.

    Raises:
        InputError: the plan gives no parameter anything.

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
        every = chain.from_iterable([one] if isinstance(one, Rule) else one(plan.catalog) for one in rules)
        made = Plan.decide(plan.catalog, list(every), base, plan.model)
        if rules and _alike(plan, made):
            return Suggestion(tuple(rules), base, made)
    raise InputError(
        "the plan gives no parameter anything: there is nothing to suggest",
        help="plan some settings, e.g. pw.plan(model, 'default', lr=2e-5)",
    )


def _candidates(cells: Cells, catalog: Catalog) -> Iterator[tuple[Sequence[UsedRecipe | Rule], Settings]]:
    """Rules and base settings: the shortest; without recipes, if theirs part what seemed alike; by name."""
    keys = list(dict.fromkeys(["freeze", *(key for one in cells.settings for key in one)]))
    for recipes in (_RECIPES, {}):
        found = [_solved(cells, catalog, order, recipes) for order in (keys, keys[::-1])]
        rules, base = _assembled(min(found, key=lambda solved: sum(one.cost for one in solved)))
        if base and not rules:  # `pw.plan` without any would take the recipe `default`
            ruled: dict[str, Any] = {key: value for key, value in base.items() if key != "lr"} or base
            rules = [Rule(everything(), **ruled)]
            base = {key: value for key, value in base.items() if key not in ruled}
        yield rules, base
    yield _by_name(cells), {}


def _alike(plan: Plan, other: Plan) -> bool:
    """Whether both give every parameter the same."""
    pairs = set(zip(plan.outcome_of, other.outcome_of, strict=True))
    return all(plan.outcomes[one].settings == other.outcomes[two].settings for one, two in pairs)


def _by_name(cells: Cells) -> Rules:
    """A rule for each distinct settings, which names its parameters."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for at, settings in enumerate(cells.settings):
        thaw = {} if cells.parameters[at].trainable or "freeze" in settings else {"freeze": False}
        alike[tuple({**settings, **thaw}.items())].append(at)
    every = list(chain.from_iterable(cells.names))
    return [
        Rule(name(*globs_of(chain.from_iterable(cells.names[at] for at in found), every)), **dict(settings))
        for settings, found in alike.items()
        if settings
    ]


# --- one setting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """What all parameters have of a setting before rules correct it.

    Attributes:
        values: by value, the cells that have it.
        cost: of the recipe.
        base: the settings that all begin with.
        recipe: what makes the values of them, if anything does.
    """

    values: Masks
    cost: float = 0
    base: Settings = field(default_factory=dict)
    recipe: UsedRecipe | None = None


@dataclass(frozen=True, slots=True)
class Solved:
    """How a setting is said: what all have, and what corrects it, in order."""

    cost: float
    start: Start
    rules: Sequence[tuple[Cover, Settings]]


def _solved(cells: Cells, catalog: Catalog, keys: Iterable[str], recipes: Recipes) -> list[Solved]:
    """Every setting, one after the other: where a selector that one uses serves the next, the rule is shared."""
    shared: dict[Cover, None] = {}
    solved = []
    frozen = cells.where("freeze" in one for one in cells.settings)
    for key in keys:
        if key == "freeze":
            came = cells.where(not one.trainable for one in cells.parameters)
            starts, free = [Start({True: came, False: cells.all & ~came})], 0
            wanted: Masks = {True: frozen, False: cells.all & ~frozen}
        else:
            values = cells.by(one.get(key, ABSENT) for one in cells.settings)
            wanted = {value: mask & ~frozen for value, mask in values.items() if mask & ~frozen}
            free = frozen  # those may get any
            starts = _starts(cells, key, wanted)
            if len(wanted) > 1 and ABSENT not in wanted and key in recipes:
                starts += recipes[key](cells, catalog, wanted)
        found = [_corrected(cells, key, start, wanted, free, shared) for start in starts]
        solved.append(min((one for one in found if one), key=lambda one: one.cost))
        shared |= dict.fromkeys(cover for cover, _ in solved[-1].rules)
    return solved


def _starts(cells: Cells, key: str, wanted: Masks) -> list[Start]:
    """A value for all: one of the most frequent, or none where some parameters have none."""
    if ABSENT in wanted or not wanted or key == "lr_scale":  # which is no base setting
        return [Start({ABSENT: cells.all})]
    frequent = sorted(wanted, key=lambda value: -cells.size(wanted[value]))[:MOST_BASES]
    return [Start({value: cells.all}, RARER * (value != frequent[0]), {key: value}) for value in frequent]


def _corrected(
    cells: Cells, key: str, start: Start, wanted: Masks, free: int, shared: Iterable[Cover]
) -> Solved | None:
    """Rules for what has not the wanted value; None if the start leaves no way to say one.

    A rule may pick what a later one corrects, so several orders are tried.
    """
    wrong = [value for value, mask in wanted.items() if mask & ~start.values.get(value, 0)]
    said = _said(key, start, wrong)
    if said is None:
        return None
    wrong.sort(key=lambda value: -cells.size(wanted[value]))
    best: Solved | None = None
    for order in permutations(wrong) if len(wrong) <= MOST_ORDERED else [wrong]:
        has, cost = dict(start.values), start.cost
        rules = []
        for at, value in enumerate(order):
            todo = wanted[value] & ~has.get(value, 0)
            forbidden = cells.all & ~reduce(or_, (wanted[one] for one in order[at:]), free)
            others = cells.all & ~(wanted[value] | free)
            serves = (one for one in shared if not todo & ~one.mask and not one.mask & others)
            cover = next(serves, None) or cells.cover(todo, forbidden)
            rules.append((cover, said[value]))
            cost += SHARED if cover in shared else RULE + cover.cost
            has = {one: mask & ~cover.mask for one, mask in has.items()}
            has[value] = has.get(value, 0) | cover.mask
        if best is None or cost < best.cost:
            best = Solved(cost, start, rules)
    return best


def _said(key: str, start: Start, values: Iterable[Any]) -> dict[Any, Settings] | None:
    """The settings of a rule for each value. A scale that a recipe gave must be overruled by another scale."""
    base = start.base.get("lr") if key == "lr" else None
    if isinstance(base, (int, float)):
        scales = {value: _scale(base, value) for value in values}
        short = all(scale is not None and len(repr(scale)) <= len(repr(value)) for value, scale in scales.items())
        if short or start.recipe:
            return None if None in scales.values() else {value: {"lr_scale": one} for value, one in scales.items()}
    return {value: {key: value} for value in values}


def _scale(base: float, value: float) -> float | None:
    """The shortest number by which a base rate makes just this one."""
    scales = (float(f"{value / base:.{digits}g}") for digits in range(1, 18))
    return next((scale for scale in scales if base * scale == value), None)


# --- recipes ----------------------------------------------------------------------------------------------------------


def _decays(cells: Cells, catalog: Catalog, wanted: Masks) -> Iterator[Start]:
    """The recipes of weight decay."""
    for decay in [value for value in wanted if value][:MOST_BASES] if 0 in wanted else ():
        for cost, called in enumerate(("default", "no_decay_1d", "bert"), RULE):
            recipe = UsedRecipe(called, {"weight_decay": decay})
            rules = recipe(catalog)
            if all(one.may_be_empty or any(map(one.select, cells.parameters)) for one in rules):
                yield Start(_effect(cells, rules, "weight_decay"), cost, recipe=recipe)


def _layerwise(cells: Cells, catalog: Catalog, wanted: Masks) -> Iterator[Start]:
    """The recipe of learning rates by depth, with the ratio of the two deepest layers, and the base that fits best."""
    rates: dict[int, Counter[float]] = defaultdict(Counter)
    for rate, mask in wanted.items():
        for at in positions(mask):
            rates[cells.parameters[at].depth or 0][rate] += len(cells.names[at])
    if len(rates) < 2 or not all(isinstance(rate, (int, float)) for rate in wanted):
        return
    # the head may have a rate of its own: what is far from it tells more
    (first, later), (second, earlier) = [(one, rates[one].most_common(1)[0][0]) for one in sorted(rates)[-2:]]
    decay = float(f"{(earlier / later) ** (1 / (second - first)):.6g}")
    if not 0 < decay < 1:
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
    """By value, the cells that rules give it."""
    effect = {ABSENT: cells.all}
    for rule in rules:
        picked = cells.where(map(rule.select, cells.parameters))
        effect = {value: mask & ~picked for value, mask in effect.items()}
        effect[rule.settings[key]] = effect.get(rule.settings[key], 0) | picked
    return effect


_RECIPES: Recipes = {"weight_decay": _decays, "lr": _layerwise}


# --- all together -----------------------------------------------------------------------------------------------------


def _assembled(solved: Iterable[Solved]) -> tuple[list[UsedRecipe | Rule], dict[str, Value]]:
    """Recipes, then rules, of which those with equal selectors are one; each setting's stay in their order."""
    base: dict[str, Value] = {}
    used: list[UsedRecipe | Rule] = []
    merged: list[tuple[Selector, dict[str, Any]]] = []
    for one in solved:
        base |= one.start.base
        used += [one.start.recipe] if one.start.recipe else []
        at = 0  # where the setting's next rule may stand
        for cover, settings in one.rules:
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
    """A rule as lines of Python; a long one with a line for each argument."""
    if isinstance(rule, UsedRecipe) or len(repr(rule)) <= WIDTH:
        return [f"{rule!r},"]
    select = _broken(rule.select)
    settings = [f"{key}={value!r}," for key, value in rule.settings.items()]
    return ["pw.Rule(", *(f"    {line}" for line in (*select[:-1], f"{select[-1]},", *settings)), "),"]


def _broken(select: Selector) -> list[str]:
    """A selector as lines: sides of `|`, or arguments, each on its own where one line is too short."""
    if len(repr(select)) <= WIDTH:
        return [repr(select)]
    if isinstance(select, Either) and not isinstance(select.right, Either):
        right = _broken(select.right)
        return [*_broken(select.left), f"| {right[0]}", *right[1:]]
    if isinstance(select, Primitive):
        return [f"pw.{select.maker}(", *(f"    {argument!r}," for argument in select.arguments), ")"]
    return [repr(select)]
