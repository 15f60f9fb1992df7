"""Views of plans, catalogs, differences and files: blocks that a renderer lays out.

A view is a tuple of blocks. Blocks hold unescaped text, also from files: renderers escape it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paramwise.findings import Finding, Level
from paramwise.rules.difference import NOUNS, Change, PlanChanges, patterns, summary
from paramwise.words import plural

if TYPE_CHECKING:
    from paramwise.files.state_headers import StateFile
    from paramwise.model.catalog import Catalog, Kind, Parameter
    from paramwise.rules.decide import Decided, Group
    from paramwise.rules.explain import Reasons
    from paramwise.rules.rule import Rule, Settings

FIRST_SHOWN = 4
PATTERNS_SHOWN = 12
DIFFERENCES_SHOWN = 10
VALUES_EXPLAINED = (
    "device: where the values are kept (cpu, or cuda:0 for the first GPU). "
    "requires_grad=True: a gradient is computed for it, so an optimizer can train it."
)

ValueReader = Callable[[str], str]
"""Gives the first and last values of the parameter with this name, as text."""


# --------------------------------------------------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``faint`` for a caption. Without text it is a blank line between two parts."""

    text: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: its text, and a less important note after it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads. With ``counts``, the last column holds numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding: its level and code, its message, and lines of evidence and help below it."""

    level: Level
    label: str
    message: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indented:
    """Blocks that belong to the block before them."""

    blocks: View


Block = Heading | Line | Table | Notice | Indented
View = tuple[Block, ...]

SPACE = Line()


def _indented(*lines: str) -> Iterator[Block]:
    return (Indented((Line(line),)) for line in lines)


def _more(hidden: int) -> list[Block]:
    return [Line(f"... and {hidden:,} more")] if hidden > 0 else []


# ----------------------------------------------------------------------------------------------- what there is


def catalog_view(catalog: Catalog, total: int, values: ValueReader | None = None) -> View:
    """Every parameter of a catalog, a row each, and totals; ``total`` is how many the whole model has."""
    towers = any(parameter.tower for parameter in catalog)
    rows = []
    for parameter in catalog:
        rows.append(
            (
                _name(parameter.name, parameter.aliases),
                _shape(parameter),
                parameter.dtype,
                parameter.role,
                *([parameter.tower] if towers else []),
                "" if parameter.layer is None else str(parameter.layer),
                "yes" if parameter.trainable else "no",
                f"{parameter.numel:,}",
            )
        )
    tower = ("tower",) if towers else ()
    columns = ("name", "shape", "dtype", "role", *tower, "layer", "trainable", "values")
    blocks: list[Block] = [Table(columns, tuple(rows), counts=True)]
    if values is not None:
        blocks.append(SPACE)
        for parameter in catalog:
            blocks += [Heading(parameter.name), *_indented(values(parameter.name))]
        blocks += [SPACE, Line(VALUES_EXPLAINED)]
    part = "" if len(catalog) == total else f" of {total:,}"
    trainable = sum(parameter.trainable for parameter in catalog)
    totals = f"{len(catalog):,}{part} parameters, {catalog.numel:,} values, {trainable:,} parameters trainable"
    return (*blocks, SPACE, Line(totals))


def state_view(state: StateFile) -> View:
    """A file of optimizer state: its sizes, steps and extras, then each group with options and first parameters."""
    sizes, described = state.bytes_of(), state.description
    blocks: list[Block] = [
        Heading(f"{plural(len(described.parameters))}, {sum(sizes.values()):,} bytes of state"),
        Line(", ".join(f"{name} {size:,} bytes" for name, size in sizes.items() if not name.startswith("@"))),
    ]
    if steps := state.steps():
        blocks.append(Line("step " + ", ".join(f"{step} ({plural(count)})" for step, count in steps.items())))
    for title, keys in (
        ("beside it", list(described.extra)),
        ("under keys of its own", [key for optimizer in described.optimizers for key in optimizer.keyed]),
        ("in attributes", [key for optimizer in described.optimizers for key in optimizer.attributes]),
    ):
        if keys:
            blocks.append(Line(f"{title}: {', '.join(sorted(keys))}"))
    versions = described.versions
    blocks.append(Line(f"written by paramwise {versions['paramwise']}, torch {versions['torch']}"))
    for index, group in enumerate(described.groups):
        parameters = {name: described.parameters[name] for name in group.parameters[:FIRST_SHOWN]}
        rows = tuple((name, str(list(about.shape)), about.dtype) for name, about in parameters.items())
        options = {
            key: _untagged(value) for key, value in group.options.items() if value is not None and value is not False
        }
        running = {key: _untagged(value) for key, value in group.running.items()}
        blocks += [
            SPACE,
            Heading(f"group {index} of {state.class_of(group)}: {plural(len(group.parameters))}"),
            *_indented(f"options  {_settings(options)}"),
            *(_indented(f"running  {_settings(running)}") if running else ()),
            Indented(
                (Table(("first parameters", "shape", "dtype"), rows), *_more(len(group.parameters) - FIRST_SHOWN))
            ),
        ]
    return tuple(blocks)


def _untagged(value: Any) -> Any:
    """A value of a state file in the form that reads best: a tagged value without its tag."""
    if isinstance(value, dict) and "$" in value:
        return value.get("items", value.get("value", value.get("key", value.get("name"))))
    return value


# -------------------------------------------------------------------------------------- what each parameter gets


def plan_view(plan: Decided, values: ValueReader | None = None, findings: Iterable[Finding] = ()) -> View:
    """The rules, the groups with their settings and first parameters, the frozen parameters, and the findings."""
    groups = plan.groups
    count = plural(len(groups), "parameter group")
    blocks: list[Block] = [Heading(f"{len(plan.catalog):,} parameters, {plan.catalog.numel:,} values, in {count}")]
    if plan.base:
        blocks.append(Line(f"base settings: {_settings(plan.base)}"))
    if plan.rules:
        rows = tuple(
            (f"{index + 1} {_rule(rule)}", repr(rule.select), _settings(rule.settings), f"{plan.selected(index):,}")
            for index, rule in enumerate(plan.rules)
        )
        table = Table(("rule", "selects", "sets", "parameters"), rows, counts=True)
        blocks += [SPACE, table, Line("setting by setting, the later rule wins")]
    for index, group in enumerate(groups):
        blocks += [
            SPACE,
            Heading(f"group {index}: {len(group):,} parameters, {group.numel:,} values"),
            *_indented(f"settings    {_settings(group.settings)}"),
            *_indented(*(f"decided by  {line}" for line in _deciders(plan, group))),
            Indented(_first_parameters(group, values)),
        ]
    if len(frozen := plan.frozen):
        heading = Heading(f"frozen, in no group: {len(frozen):,} parameters, {frozen.numel:,} values")
        blocks += [SPACE, heading, Indented(_first_parameters(frozen, None))]
    if values is not None:
        blocks += [SPACE, Line(VALUES_EXPLAINED)]
    for finding in findings:
        blocks += [SPACE, *finding_view(finding)]
    return tuple(blocks)


def _first_parameters(group: Group, values: ValueReader | None) -> View:
    catalog = group.catalog
    rows = []
    for position in group.positions[:FIRST_SHOWN]:
        name, kind = catalog.names[position], catalog.kinds[catalog.kind_of[position]]
        rows.append((_name(name, catalog.aliases.get(name, ())), _shape(kind), kind.role))
    blocks: list[Block] = [
        Table(("first parameters", "shape", "role"), tuple(rows)),
        *_more(len(group) - FIRST_SHOWN),
    ]
    if values is not None:
        blocks.append(Line("first and last values", faint=True))
        for name in group.names[:FIRST_SHOWN]:
            blocks += [Line(name), *_indented(values(name))]
    return tuple(blocks)


def _deciders(plan: Decided, group: Group) -> Iterator[str]:
    """For each setting that rules decided in a group: the rules, with how many parameters each decided."""
    counts: dict[str, Counter[str]] = {}
    for outcome, number in Counter(plan.outcome_of[position] for position in group.positions).items():
        for setting, rule in plan.outcomes[outcome].decided_by.items():
            counts.setdefault(setting, Counter())[rule if isinstance(rule, str) else _rule(rule)] += number
    settings_of: dict[str, list[str]] = {}
    for setting, by in counts.items():
        deciders = ", ".join(f"{rule} ({number:,})" for rule, number in by.items())
        settings_of.setdefault(deciders, []).append(setting)
    for deciders, settings in settings_of.items():
        yield f"{', '.join(settings)}: {deciders}"


WITNESSES_SHOWN = 3


def explanation_view(explanation: Reasons) -> View:
    """One parameter: what it is, what it gets, which rules decided it and which were overruled."""
    parameter, decision = explanation.parameter, explanation.decision
    what = f"{_shape(parameter)} {parameter.dtype}, {parameter.role}, {parameter.numel:,} values"
    layer = "" if parameter.layer is None else f", layer {parameter.layer}"
    tower = f" of {parameter.tower}" if parameter.tower else ""
    blocks: list[Block] = [Heading(parameter.name), *_indented(f"{what}{layer}{tower}")]
    if parameter.module:
        blocks += _indented(f"owned by {parameter.module}")
    told = explanation.plan.catalog.evidence
    if told is not None and parameter.name in told and told[parameter.name].witnesses:
        blocks += _indented(*(f"seen as {witness}" for witness in told[parameter.name].witnesses[:WITNESSES_SHOWN]))
    elif parameter.witness:
        by = "its name alone" if parameter.witness == "name" else f"a {parameter.witness}"
        blocks += _indented(f"role told by {by}")
    if parameter.aliases:
        blocks += _indented(f"tied, also named {', '.join(parameter.aliases)}")
    blocks += [SPACE, Line(f"in force: {_settings(decision.settings)}")]
    rows: list[tuple[str, ...]] = []
    for setting in explanation.settings:
        *losers, (winner, value) = explanation.candidates(setting)
        in_force = setting in decision.settings or setting == "lr_scale"
        rows.append((setting, _value(value), winner, "" if in_force else "not in force: the parameter is frozen"))
        rows += [("", _value(lost), loser, "overruled") for loser, lost in reversed(losers)]
    blocks.append(Table(("setting", "value", "decided by", ""), tuple(rows)))
    rules = enumerate(explanation.plan.rules)
    missed = [f"{index + 1} {_rule(rule)}" for index, rule in rules if index not in decision.matched]
    if missed:
        blocks.append(Line(f"rules that do not select it: {'; '.join(missed)}"))
    return tuple(blocks)


# ------------------------------------------------------------------------------------------------ what differs


def difference_view(found: PlanChanges) -> View:
    """What changes between two plans: how much, then each change with its parameters, folded."""
    blocks: list[Block] = [Line(summary(found))]
    for change in found.changes:
        noun = plural(len(change.names), NOUNS.get(change.role, change.role))
        blocks += [SPACE, Heading(f"{noun}, {change.numel:,} values: {_change(change)}")]
        folded = patterns(change.names)
        blocks += _indented(*folded[:PATTERNS_SHOWN])
        if len(folded) > PATTERNS_SHOWN:
            blocks.append(Indented(tuple(_more(len(folded) - PATTERNS_SHOWN))))
        if change.sort not in ("reshaped", "tied"):  # their reasons are in the heading
            blocks += _indented(*change.why)
        before, after = map(_percent, change.decay_a_step or (0.0, 0.0))
        if before != after:
            blocks += _indented(f"weight decay takes {after} of each value a step, before {before}")
    return tuple(blocks)


def _change(change: Change) -> str:
    if change.sort in ("reshaped", "tied"):
        return ", ".join(change.why)
    if change.sort != "settings":
        return f"{change.sort}, {_settings(change.after or change.before)}"
    if "freeze" in change.after:
        return f"frozen, before {_settings(change.before)}"
    if "freeze" in change.before:
        return f"trained with {_settings(change.after)}, before frozen"
    return ", ".join(f"{key} {_before_and_after(*values)}" for key, values in change.settings.items())


def _before_and_after(before: object, after: object) -> str:
    """Two values of a setting; with all digits if rounded values look the same."""
    short = ["unset" if value is None else _value(value) for value in (before, after)]
    return " -> ".join(short if short[0] != short[1] else map(repr, (before, after)))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share else "nothing"


def file_difference_view(found: Mapping[str, Sequence[str]]) -> View:
    """What differs between two files: for each sort of difference, its first lines."""
    if not found:
        return (Line("no differences"),)
    blocks: list[Block] = []
    for sort, lines in found.items():
        blocks += [Heading(f"{sort}: {len(lines):,}"), *_indented(*lines[:DIFFERENCES_SHOWN])]
        if len(lines) > DIFFERENCES_SHOWN:
            blocks.append(Indented(tuple(_more(len(lines) - DIFFERENCES_SHOWN))))
    return tuple(blocks)


def finding_view(finding: Finding) -> View:
    """One finding, as ``str`` words it."""
    headline, *rest = str(finding).split("\n")
    label, _, message = headline.partition(": ")
    return (Notice(finding.level, label, message, tuple(rest)),)


# ----------------------------------------------------------------------------------------------------- wording


def _rule(rule: Rule) -> str:
    return f"`{rule.name}`"


def _name(name: str, aliases: Sequence[str]) -> Cell:
    return Cell(name, f" (= {', '.join(aliases)})" if aliases else "")


def _shape(described: Parameter | Kind) -> str:
    return str(list(described.shape))


def _settings(settings: Settings | Mapping[str, object]) -> str:
    return ", ".join(f"{key} {_value(value)}" for key, value in settings.items()) or "none"


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
