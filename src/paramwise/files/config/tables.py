"""The tables of a file of rules: read in a single pass that finds every fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from paramwise.files.config.cooking import Cooked, cook
from paramwise.files.config.faults import Faults, each, shown
from paramwise.files.config.fields import (
    OPTIMIZER_KEYS,
    RULE_LABELS,
    RULE_SETTINGS,
    SELECTS,
    Key,
    require,
    text_of,
    values_of,
)
from paramwise.files.config.options import OPTIONS, OURS
from paramwise.findings import CODES, InputError
from paramwise.rules.expectations import Expectation, expect
from paramwise.rules.rule import Rule, Value
from paramwise.rules.selectors import Both, Either, Not, Selector
from paramwise.rules.shapes import FLAG
from paramwise.words import nearest

DEEPEST = 100
"""How deep a rule's selector may be nested; a list of layers is as deep as it is long."""

MOST_TRIED = 20_000
"""How many texts the rules of a file may compare each parameter with."""

FILE_KEYS = {
    "recipe": "Recipes, by name or with arguments; applied in order, before the rules.",
    "rules": "Which parameters, and what they get; setting by setting the later rule wins.",
    "optimizer": "Settings of every parameter that no rule decides otherwise.",
    "expect": "Which parameters are expected to be trained, or not to be.",
    "ignore": "Codes or slugs of findings to leave out.",
}
"""The keys of a file, and what each is."""


@dataclass(slots=True)
class Tables:
    """What the tables of a file say.

    Attributes:
        recipe: what each recipe made, in order.
        rules: in order.
        optimizer: settings of every parameter that no rule decides otherwise.
        expect: what is expected to be trained, or not to be.
        ignore: codes or slugs of findings to leave out.
    """

    recipe: list[Cooked] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    optimizer: dict[str, Value] = field(default_factory=dict)
    expect: list[Expectation] = field(default_factory=list)
    ignore: tuple[str, ...] = ()


def tables_of(table: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> Tables:
    """What a file says.

    Args:
        table: as parsed.
        options: options given elsewhere: a recipe takes its own from them, before the file's.

    Raises:
        FaultsError: everything that is wrong, each fault with its place.
    """
    tables = Tables()

    faults = Faults()
    # recipes take options from [optimizer], so that is read first
    for key in sorted(table, key=lambda key: key != "optimizer"):
        value = table[key]
        with faults.at(key):
            match key:
                case "optimizer":
                    tables.optimizer = _optimizer(value)
                case "recipe":
                    tables.recipe = _recipes(value, {**tables.optimizer, **(options or {})})
                case "rules":
                    tables.rules = rules_of(value)
                case "expect":
                    tables.expect = _expect(value)
                case "ignore":
                    tables.ignore = _ignore(value)
                case _:
                    raise InputError(f"unknown key `{key}`", help=_about_file_key(key))
    faults.raise_found()
    return tables


def _about_file_key(key: str) -> Sequence[str]:
    if key in OPTIONS or key in OURS:
        return [f"`{key}` stands in a rule, or for all parameters under [optimizer]"]
    return _nearest_key(key, FILE_KEYS) or [f"possible: {', '.join(FILE_KEYS)}"]


def _nearest_key(key: str, possible: Mapping[str, object]) -> list[str]:
    return [f"did you mean `{name}`?" for name in nearest(key, possible, count=1)]


def _other_option(key: str) -> str:
    return f"an option of an optimizer that is not torch's: settings = {{ {key} = .. }}"


# --- recipes and codes ------------------------------------------------------------------------------------------------


def _recipes(value: object, options: Mapping[str, Any]) -> list[Cooked]:
    if value == []:
        raise InputError("recipe is []", help="name at least one, or leave the key out")
    return each(enumerate(value if isinstance(value, list) else [value]), lambda recipe: cook(recipe, options))


IGNORABLE = (*CODES, *CODES.values())


def _ignore(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError(f"ignore is not a list of codes: {shown(value)}", help='ignore = ["PW701"]')
    return tuple(each(enumerate(value), lambda code: text_of("ignore", code, IGNORABLE)))


# --- selectors and rules ----------------------------------------------------------------------------------------------


def _select(key: str, value: object) -> Selector:
    """The selector of a table: all that its keys select with, in the order in which they are written."""
    if not isinstance(value, dict):
        raise InputError(f"{key} is {shown(value)}", help="a table is needed, e.g. { key = value }")
    parts = values_of(
        value,
        SELECT_KEYS,
        lambda wrong: _nearest_key(wrong, SELECT_KEYS) or [f"possible: {', '.join(SELECT_KEYS)}"],
    )
    if not parts:
        raise InputError("an empty table selects nothing", help='say what it selects, e.g. { roles = "norm" }')
    select: Selector = reduce(and_, parts.values())
    return select


def _selects(key: str, value: object) -> list[Selector]:
    """The selectors of a list of tables."""
    if not isinstance(value, list) or not value:
        helps = "name at least one, or leave the key out" if value == [] else "a list is needed: [ .. ]"
        raise InputError(f"{key} is {shown(value)}", help=helps)
    return each(enumerate(value), lambda table: _select(key, table))


_SELECT: Mapping[str, Any] = {"$ref": "#/$defs/Select"}
_SELECT_LIST = {"type": "array", "items": _SELECT, "minItems": 1}
SELECT_KEYS = {
    **{name: selects.key for name, selects in SELECTS.items()},
    "except": Key(lambda key, value: ~_select(key, value), {**_SELECT, "description": "But not these."}),
    "any": Key(lambda key, value: reduce(or_, _selects(key, value)), {**_SELECT_LIST, "description": "Any of these."}),
    "all": Key(lambda key, value: reduce(and_, _selects(key, value)), {**_SELECT_LIST, "description": "All of these."}),
}
EXPECT_KEYS = {
    **SELECT_KEYS,
    "trained": Key(
        lambda key, value: require(key, value, FLAG),
        {**FLAG.schema, "description": "Whether each is expected to be trained, or none of them."},
    ),
}
RULE_KEYS = {**SELECT_KEYS, **RULE_LABELS, **RULE_SETTINGS}
_RULES_ARE_TABLES = "each rule is a table under [[rules]], with two brackets"


def rules_of(value: object) -> list[Rule]:
    """The rules of a list of tables.

    Raises:
        InputError: the value is not a list.
        FaultsError: everything that is wrong with the tables.
    """
    if not isinstance(value, list):
        raise InputError(f"rules is {shown(value)}", help=_RULES_ARE_TABLES)
    _require_few_texts("the rules", value)
    return each(enumerate(value), _rule)


def _expect(value: object) -> list[Expectation]:
    """The expectations of a list of tables."""
    if not isinstance(value, list):
        raise InputError(f"expect is {shown(value)}", help="each is a table under [[expect]], with two brackets")
    _require_few_texts("expect", value)
    return each(enumerate(value), _expectation)


def _expectation(table: object) -> Expectation:
    if not isinstance(table, dict):
        raise InputError(f"expect is {shown(table)}", help="each is a table under [[expect]], with two brackets")
    values = values_of(table, EXPECT_KEYS, lambda key: _nearest_key(key, EXPECT_KEYS))
    if "trained" not in values:
        raise InputError("it is not said what is expected", help="add trained = true, or trained = false")
    trained = values.pop("trained")
    return expect(_selected(values, "the expectation"), trained=trained)


def texts_tried(rules: object) -> int:
    """How many texts and numbers of rules are compared with each parameter; whole names are looked up at once."""
    count, level = 0, [("", rules)]
    while level:
        key, value = level.pop()
        if isinstance(value, dict):
            level += value.items()
        elif isinstance(value, list):
            level += ((key, part) for part in value)
        else:
            count += key != "names" or (isinstance(value, str) and any(sign in value for sign in "*?["))
    return count


def _rule(table: object) -> Rule:
    if not isinstance(table, dict):
        raise InputError(f"rules is {shown(table)}", help=_RULES_ARE_TABLES)
    values = values_of(table, RULE_KEYS, lambda key: [*_nearest_key(key, RULE_KEYS), _other_option(key)])
    settings: dict[str, Any] = _settings(values)
    select = _selected({key: part for key, part in values.items() if key in SELECT_KEYS}, "the rule")
    if not settings:
        raise InputError("the rule sets nothing", help="e.g. weight_decay = 0.0, lr_scale = 0.1 or freeze = true")
    labels: dict[str, Any] = {key: value for key, value in values.items() if key in RULE_LABELS}
    return Rule(select, **labels, **settings)


def _selected(parts: Mapping[str, Selector], what: str) -> Selector:
    """The selector of a rule or an expectation: all that its keys select with."""
    if not parts:
        raise InputError(f"{what} selects nothing", help='e.g. roles = ["norm", "bias"], or everything = true')
    select: Selector = reduce(and_, parts.values())
    if nesting(select) > DEEPEST:
        raise InputError(
            f"{what}'s selector is more than {DEEPEST} deep",
            help='lists of `names` and `tokens`, ranges such as "0-99" and one `regex` say the same in less',
        )
    return select


def _require_few_texts(what: str, value: object) -> None:
    if (tried := texts_tried(value)) > MOST_TRIED:
        raise InputError(
            f"{what} compare each name with {tried:,} texts",
            help=f"at most {MOST_TRIED:,}; whole names, without `*`, are not counted",
        )


def _settings(values: Mapping[str, Any]) -> dict[str, Value]:
    """The settings that stand in a table itself, then those under its `settings`."""
    own = {key: value for key, value in values.items() if key in OPTIONS or key in OURS}
    others: dict[str, Value] = values.get("settings", {})
    return own | others


def nesting(selector: Selector) -> int:
    """How deep a selector is nested."""
    level, deep = [selector], 0
    while level:
        deep += 1
        sides = [side for part in level if isinstance(part, (Both, Either)) for side in (part.left, part.right)]
        level = sides + [part.of for part in level if isinstance(part, Not)]
    return deep


# --- base settings ----------------------------------------------------------------------------------------------------


def _optimizer(table: object) -> dict[str, Value]:
    if not isinstance(table, dict):
        raise InputError(f"optimizer is {shown(table)}", help="a table is needed, e.g. { key = value }")
    values = values_of(table, OPTIMIZER_KEYS, _about_optimizer_key)
    return ({"optimizer": values["name"]} if "name" in values else {}) | _settings(values)


def _about_optimizer_key(key: str) -> Sequence[str]:
    if key in OURS:
        return [f"`{key}` is set in a rule: under [optimizer] it would hold for every parameter"]
    return [*_nearest_key(key, OPTIMIZER_KEYS), _other_option(key)]
