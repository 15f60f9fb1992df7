"""Plans as one table, a line a group; the details of a group; the explanation of one parameter."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paramwise.findings import Finding, InputError, findings_view
from paramwise.model.listing import ValueReader, headed, names_of, shape_text, short, tied_note, values_shown
from paramwise.model.patterns import Pattern, patterns
from paramwise.views.view import (
    ROOM,
    SPACE,
    Block,
    Column,
    Content,
    Details,
    Heading,
    Indented,
    Line,
    Names,
    Row,
    Table,
    View,
    indented,
    rows_of,
    rows_under_modules,
    unfolded,
)
from paramwise.words import plural

if TYPE_CHECKING:
    from paramwise.rules.decide import Decided, Group
    from paramwise.rules.explain import Reasons
    from paramwise.rules.rule import Rule, Settings

COLUMNS = 4  # settings that get a column each
MISSED = 6  # rules that do not select a parameter
WITNESSES = 3
HEADS = {"weight_decay": "decay"}


# ---------------------------------------------------------------------------------------------------- the whole plan


def plan_view(
    plan: Decided,
    values: ValueReader | None = None,
    findings: Iterable[Finding] | None = None,
    *,
    room: int | None = ROOM,
    hint: str = "",
    page: int = 0,
) -> View:
    """The rules, a line for each group with what differs between groups, and the findings.

    Args:
        plan: the plan.
        values: reads values; the first parameter of each group is shown with its values.
        findings: to show after it.
        room: about how many lines it may take; every rule, group and finding if None.
        hint: the option that shows every one.
        page: how many lines a page may unfold to show what is in each group.
    """
    groups, findings = plan.groups, list(findings or ())
    count = plural(len(groups), "parameter group")
    blocks: list[Block] = [Heading(f"{len(plan.catalog):,} parameters, {plan.catalog.numel:,} values, in {count}")]
    if plan.base:
        blocks.append(Line(f"base settings: {settings_text(plan.base)}"))
    if plan.rules:
        blocks += [SPACE, *_rules(plan, None if room is None else max(3, room // 8), hint)]
    frozen = plan.frozen
    if groups or len(frozen):
        rows = None if room is None else max(4, room // (2 if not findings and values is None else 3))
        blocks += [SPACE, *_groups(plan, groups, frozen, rows, "" if page else hint)]
    if page:
        detailed = groups[: max(1, page // 15)]
        for number, group in enumerate(detailed):
            inside = _details(plan, group, max(3, page // len(detailed) - 10), "")
            blocks.append(Details(f"group {number}, {group.name}: {plural(len(group))}", inside))
    if values is not None:
        shown = [group.names[0] for group in (groups if room is None else groups[: max(1, room // 30)])]
        blocks += values_shown(shown, len(groups) - len(shown), "group", values, hint)
    if findings:
        left = None if room is None else max(room // 4, room - 12 - 3 * min(len(plan.rules), 8) - len(groups))
        blocks += [SPACE, *findings_view(findings, left, hint=hint)]
    return tuple(blocks)


@dataclass(slots=True)
class _Rules:
    """Rules in a row that differ in their numbers alone."""

    first: int
    last: int
    rules: list[Rule]
    selected: int


def _rules(plan: Decided, most: int | None, hint: str) -> Iterator[Block]:
    folded: list[_Rules] = []
    shape: object = None
    for index, rule in enumerate(plan.rules):
        now = (_without_numbers(rule.name), _without_numbers(repr(rule.select)), tuple(rule.settings))
        if folded and now == shape and most is not None:
            folded[-1].last = index
            folded[-1].rules.append(rule)
            folded[-1].selected += plan.selected(index)
        else:
            folded.append(_Rules(index, index, [rule], plan.selected(index)))
        shape = now
    columns = (Column("rule"), Column("selects"), Column("sets"), Column("parameters", "number"))
    yield Table(columns, rows_of(folded, _rule_row, most, "row", hint))
    yield Line("setting by setting, the later rule wins", faint=True)


def _rule_row(found: _Rules) -> tuple[Content, ...]:
    first, last = found.rules[0], found.rules[-1]
    count = f"{found.selected:,}"
    if len(found.rules) == 1:
        return f"{found.first + 1} {rule_text(first)}", repr(first.select), settings_text(first.settings), count
    names = f"{found.first + 1} to {found.last + 1} {rule_text(first)} to {rule_text(last)}"
    ranges = ", ".join(
        f"{key} {value_text(first.settings[key])}"
        + ("" if first.settings[key] == last.settings[key] else f" to {value_text(last.settings[key])}")
        for key in first.settings
    )
    return names, f"{first.select!r} to {last.select!r}", ranges, count


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _groups(plan: Decided, groups: Sequence[Group], frozen: Group, most: int | None, hint: str) -> Iterator[Block]:
    keys = dict.fromkeys(key for group in groups for key in group.settings)
    same = [key for key in keys if len({repr(group.settings.get(key)) for group in groups}) == 1]
    differing = [key for key in keys if key not in same]
    shown, joined = differing[:COLUMNS], differing[COLUMNS:]
    columns = [
        *(Column("group", "number"), Column("rules", "label")),
        *(Column(HEADS.get(key, key), "number" if _numbers(groups, key) else "words") for key in shown),
        *([Column("other settings")] if joined else []),
        *(Column("count", "number"), Column("values", "number"), Column("share", "share"), Column("names", "names")),
    ]
    whole = plan.catalog.numel or 1
    texts = {key: _short_text([group.settings.get(key) for group in groups]) for key in shown}

    def row(number: str, group: Group) -> tuple[Content, ...]:
        names = group.names
        folded = _named([pattern.text for pattern in patterns(names)])
        rest = {key: group.settings[key] for key in joined if key in group.settings}
        return (
            *(number, group.name),
            *(texts[key](group.settings[key]) if key in group.settings else "" for key in shown),
            *([settings_text(rest)] if joined else []),
            *(f"{len(group):,}", short(group.numel), group.numel / whole, folded),
        )

    rows = rows_of(range(len(groups)), lambda number: row(str(number), groups[number]), most, "group", hint)
    yield Table(tuple(columns), (*rows, *([row("", frozen)] if len(frozen) else [])))
    if same and len(groups) > 1:
        yield Line(f"every group: {settings_text({key: groups[0].settings[key] for key in same})}", faint=True)
    elif same:
        yield Line(f"its settings: {settings_text(groups[0].settings)}", faint=True)
    if hint:
        yield Line("the details of a group: --group NUMBER", faint=True)


def _named(folded: list[str]) -> Names:
    """Folded names as a cell: the module that they all lie in, if that says where they are, or else the names.

    A module of one part may hold the whole model, as `model` does. Names that are shortened differ in nothing that is
    seen, where layers have groups of their own.

    >>> _named(["h.0.attn.weight", "h.0.mlp.weight"]).folded, _named(["model.a", "model.b"]).folded
    (('h.0.*',), ('model.a', 'model.b'))
    """
    parts = [text.replace("..", "\0").split(".") for text in (folded[0], folded[-1])]
    pairs = zip(parts[0][:-1], parts[1][:-1], strict=False)
    shared = [one for one, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)]
    module = ".".join(shared).replace("\0", "..") + "."
    if len(folded) > 1 and len(shared) > 1 and all(text.startswith(module) for text in folded):
        return Names((f"{module}*",), inside=unfolded(folded))
    return Names(tuple(folded))


def _short_text(values: Sequence[object]) -> Callable[[object], str]:
    """Writes the values of a column: with three digits, if these tell them apart."""
    different = set(map(repr, values))
    short = {repr(value): f"{value:.3g}" if isinstance(value, float) else str(value) for value in values}
    return value_text if len(set(short.values())) < len(different) else lambda value: short.get(repr(value), str(value))


def _numbers(groups: Sequence[Group], key: str) -> bool:
    return all(isinstance(group.settings.get(key, 0), (int, float)) for group in groups)


# --------------------------------------------------------------------------------------------------------- one group


def group_view(plan: Decided, which: str, *, room: int | None = ROOM, hint: str = "") -> View:
    """A group of a plan: its settings, what decided them, and its parameters, folded.

    Args:
        plan: the plan.
        which: the number of the group, or its name; ``"frozen"`` for the frozen parameters.
        room: about how many lines it may take; a line for every name if None.
        hint: the option that shows every name.

    Raises:
        InputError: there is no such group.
    """
    groups = plan.groups
    found = [group for number, group in enumerate(groups) if which in (str(number), group.name)]
    if which == "frozen" and len(plan.frozen):
        found.append(plan.frozen)
    if not found:
        there = f"groups are 0 to {len(groups) - 1}" if groups else "there are no groups"
        raise InputError(f"there is no group {which}", help=there + (", and frozen" if len(plan.frozen) else ""))
    group = found[0]
    number = f"{groups.index(group)}, " if group in groups else ""
    heading = Heading(f"group {number}{group.name}: {len(group):,} parameters, {group.numel:,} values")
    return (heading, Indented(_details(plan, group, None if room is None else room - 8, hint)))


def _details(plan: Decided, group: Group, most: int | None, hint: str) -> View:
    catalog, names = group.catalog, group.names
    kinds = [catalog.kinds[catalog.kind_of[position]] for position in group.positions]
    keys = [*range(len(names))] if most is None else [(kind.shape, kind.role) for kind in kinds]
    found = patterns(names, keys)

    def row(pattern: Pattern, shown: str) -> Row:
        first, count = pattern.positions[0], len(pattern.positions)
        name = names_of(names, pattern, shown, tied_note(catalog, names[first]))
        return name, shape_text(kinds[first]), kinds[first].role, f"{count:,}", short(kinds[first].numel * count)

    under = headed(found) if most is not None else _whole(found)
    rows = [(module, row(pattern, shown)) for pattern, (module, shown) in zip(found, under, strict=True)]
    heads = (Column("name", "names"), Column("shape"), Column("role"))
    columns = (*heads, Column("count", "number"), Column("values", "number"))
    table = Table(columns, rows_under_modules(rows, most, "row", hint))
    return (
        Line(f"settings: {settings_text(group.settings)}"),
        *(Line(f"decided by {line}") for line in _deciders(plan, group)),
        table,
    )


def _whole(found: Iterable[Pattern]) -> Iterator[tuple[str, str]]:
    return (("", pattern.text) for pattern in found)


def _deciders(plan: Decided, group: Group) -> Iterator[str]:
    """For each setting that rules decided in a group: the rules, with how many parameters each decided."""
    counts: dict[str, Counter[str]] = {}
    for outcome, number in Counter(plan.outcome_of[position] for position in group.positions).items():
        for setting, rule in plan.outcomes[outcome].decided_by.items():
            counts.setdefault(setting, Counter())[rule if isinstance(rule, str) else rule_text(rule)] += number
    settings_of: dict[str, list[str]] = {}
    for setting, by in counts.items():
        first = ", ".join(f"{rule} ({number:,})" for rule, number in list(by.items())[:MISSED])
        deciders = first + (f" and {len(by) - MISSED:,} more rules" if len(by) > MISSED else "")
        settings_of.setdefault(deciders, []).append(setting)
    for deciders, settings in settings_of.items():
        yield f"{deciders}: {', '.join(settings)}"


# ----------------------------------------------------------------------------------------------------- one parameter


def explanation_view(explanation: Reasons) -> View:
    """One parameter: what it is, what it gets, which rules decided it and which were overruled."""
    parameter, decision = explanation.parameter, explanation.decision
    what = f"{shape_text(parameter)} {parameter.dtype}, {parameter.role}, {parameter.numel:,} values"
    layer = "" if parameter.layer is None else f", layer {parameter.layer}"
    tower = f" of {parameter.tower}" if parameter.tower else ""
    blocks: list[Block] = [Heading(parameter.name), *indented(f"{what}{layer}{tower}")]
    if parameter.module:
        blocks += indented(f"owned by {parameter.module}")
    told = explanation.plan.catalog.evidence
    if told is not None and parameter.name in told and told[parameter.name].witnesses:
        blocks += indented(*(f"seen as {witness}" for witness in told[parameter.name].witnesses[:WITNESSES]))
    if by := _teller(parameter.witness, seen=told is not None):
        blocks += indented(f"role told by {by}")
    if parameter.aliases:
        blocks += indented(f"tied, also named {', '.join(parameter.aliases)}")
    blocks += [SPACE, Line(f"in force: {settings_text(decision.settings)}")]
    rows: list[Row] = []
    for setting in explanation.settings:
        *losers, (winner, value) = explanation.candidates(setting)
        in_force = setting in decision.settings or setting == "lr_scale"
        rows.append((setting, value_text(value), winner, "" if in_force else "not in force: the parameter is frozen"))
        rows += [("", value_text(lost), loser, "overruled") for loser, lost in reversed(losers)]
    blocks.append(Table((Column("setting"), Column("value"), Column("decided by"), Column("")), tuple(rows)))
    rules = enumerate(explanation.plan.rules)
    missed = [f"{index + 1} {rule_text(rule)}" for index, rule in rules if index not in decision.matched]
    if missed:
        rest = f" and {len(missed) - MISSED:,} more" if len(missed) > MISSED else ""
        blocks.append(Line(f"rules that do not select it: {'; '.join(missed[:MISSED])}{rest}"))
    return tuple(blocks)


def _teller(witness: str, *, seen: bool) -> str:
    """Who told a role, where it was not its class and code; what a pass saw is listed where there is evidence."""
    told, _, use = witness.partition(": ")
    if told == "name":
        return "its name alone"
    if told == "disputed":
        return f"its code; the pass saw {use}"
    return "" if seen or not told else f"a {witness}"


# ----------------------------------------------------------------------------------------------------------- wording


def rule_text(rule: Rule) -> str:
    """A rule's name."""
    return f"`{rule.name}`"


def settings_text(settings: Settings | Mapping[str, object]) -> str:
    """Settings in a line."""
    return ", ".join(f"{key} {value_text(value)}" for key, value in settings.items()) or "none"


def value_text(value: object) -> str:
    """The value of a setting, with at most six digits."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
