"""Plans as files of rules: the way back from base settings and rules to TOML."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paramwise.files.config import linear
from paramwise.files.config.fields import SELECTS
from paramwise.files.config.file import config_of_text
from paramwise.files.config.options import OPTIONS, OURS
from paramwise.files.config.tables import DEEPEST, nesting
from paramwise.files.config.toml import FILE, assigned
from paramwise.findings import InputError
from paramwise.rules.decide import Decided
from paramwise.rules.rule import Rule, Settings
from paramwise.rules.selectors import Both, Either, Not, Primitive, Selector, just


def to_toml(plan: Decided) -> str:
    """A plan's base settings and rules as a file: planned again with it, the same catalog gives an equal plan.

    Raises:
        InputError: a rule or a base setting that a file cannot say; says which.
    """
    blocks = []
    if plan.base:
        blocks.append(_block("[optimizer]", lambda: base_table(plan.base), "the base settings", None))
    for number, rule in enumerate(plan.rules, 1):
        called = f"rule {number}" + (f" `{rule.given_name}`" if rule.given_name else "")
        blocks.append(_block("[[rules]]", lambda rule=rule: rule_table(rule), called, rule.where))  # type: ignore[misc]
    return "\n\n".join(blocks) + "\n"


def _block(header: str, table: Callable[[], dict[str, Any]], called: str, where: str | None) -> str:
    """A table as text. It is read back at once, so that nothing is written that cannot be read."""
    try:
        text = "\n".join([header, *(assigned(key, value) for key, value in table().items())])
        config_of_text(Path(FILE), text, {})
    except InputError as error:
        raise InputError(
            f"{called} cannot be written to a file: {error.findings[0].message}",
            where=where,
            help=error.findings[0].help,
        ) from None
    return text


def as_tables(plan: Decided) -> tuple[Decided, dict[str, Any], list[dict[str, Any]]]:
    """A plan, its base settings and its rules as tables.

    A rule that a table cannot say, such as one with a selector of a user's own, is replaced by a rule that names the
    parameters it selects; the plan returned has these rules.
    """
    base = base_table(plan.base)
    rules: list[Rule] = []
    tables: list[dict[str, Any]] = []
    for rule in plan.rules:
        try:
            tables.append(rule_table(rule))
            rules.append(rule)
        except InputError:
            if selected := [parameter.name for parameter in plan.catalog if rule.select(parameter)]:
                settings: dict[str, Any] = dict(rule.settings)
                rules.append(Rule(just(selected, plan.catalog), name=rule.name, **settings))
                tables.append(rule_table(rules[-1]))
    same = len(rules) == len(plan.rules) and all(map(operator.is_, rules, plan.rules))
    decided = plan if same else Decided.decide(plan.catalog, rules, plan.base)
    return decided, base, tables


def base_table(base: Settings) -> dict[str, Any]:
    """Base settings as the table ``[optimizer]``."""
    name = {"name": base["optimizer"]} if "optimizer" in base else {}
    return name | _settings({key: value for key, value in base.items() if key != "optimizer"}, set(OPTIONS))


def rule_table(rule: Rule) -> dict[str, Any]:
    """A rule as a table of ``[[rules]]``.

    Raises:
        InputError: a table cannot say it.
    """
    if nesting(rule.select) > DEEPEST:
        raise InputError(f"its selector is more than {DEEPEST} deep")
    table: dict[str, Any] = {} if rule.given_name is None else {"name": rule.given_name}
    table |= _selector_table(rule.select)
    if rule.may_be_empty:
        table["may_be_empty"] = True
    return table | _settings(rule.settings, {*OPTIONS, *OURS})


def _settings(settings: Settings, known: set[str]) -> dict[str, Any]:
    others = {key: value for key, value in settings.items() if key not in known}
    return {key: settings[key] for key in settings if key in known} | ({"settings": others} if others else {})


_KEYS = {selects.maker: key for key, selects in SELECTS.items()}
_IN_LISTS = ("regex", "layers", "depths", "ndim")
"""Keys whose list makes a selector for each element; the other keys make a single selector of the whole list."""


def _selector_table(select: Selector) -> dict[str, Any]:
    """The table that is read back as the same selector, nested the same."""
    if type(select) is Not:
        return {"except": _selector_table(select.of)}
    if type(select) is Both:
        parts = [_selector_table(part) for part in _chain(select)]
        keys = [key for part in parts for key in part]
        if len(set(keys)) == len(keys) == len(parts):
            return {key: part[key] for part in parts for key in part}
        return {"all": parts}
    if type(select) is Either:
        parts = [_selector_table(part) for part in _chain(select)]
        (key,) = parts[0] if len(parts[0]) == 1 else ("",)
        if key in _IN_LISTS and all(part.keys() == {key} and not isinstance(part[key], list) for part in parts):
            return {key: [part[key] for part in parts]}
        return {"any": parts}
    if type(select) is Primitive and select.maker in _KEYS:
        key, arguments = _KEYS[select.maker], select.arguments
        if not arguments:
            return {key: True}
        if key == "regex":
            linear.regex(str(arguments[0]))  # a file cannot say every expression
        if isinstance(arguments[0], int):
            return {key: arguments[0] if len(arguments) == 1 else "{}-{}".format(*arguments)}
        return {key: arguments[0] if len(arguments) == 1 else list(arguments)}
    raise InputError(f"{type(select).__name__} is not one of paramwise's own selectors")


def _chain(select: Any) -> list[Selector]:
    """``a & b & c`` as a list; what is nested to the right stays nested."""
    kind, parts = type(select), []
    while type(select) is kind:
        parts.append(select.right)
        select = select.left
    return [select, *reversed(parts)]
