"""Catalogs, plans and explanations as text: for a terminal, for ``print`` and for a notebook."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from paramwise.findings import Finding, Level
from paramwise.rules.checks import check
from paramwise.rules.decide import Decided
from paramwise.rules.decide import Group as ParameterGroup
from paramwise.rules.difference import NOUNS, Change, Compared, patterns, summary
from paramwise.rules.explain import Explained
from paramwise.words import plural

if TYPE_CHECKING:
    from paramwise.files.state_headers import StateFile
    from paramwise.model.catalog import Catalog, Kind, Parameter
    from paramwise.rules.rule import Rule, Settings

Values = Callable[[str], str]
"""From a parameter's name to its first and last values, as text."""

WIDTH = 120  # where the reader's is not known
FIRST_SHOWN = 4
PATTERNS_SHOWN = 12
VALUES_EXPLAINED = (
    "device: where the values are kept (cpu, or cuda:0 for the first GPU). "
    "requires_grad=True: a gradient is computed for it, so an optimizer can train it."
)
_STYLES: dict[Level, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def catalog_table(catalog: Catalog, total: int, values: Values | None = None) -> RenderableType:
    """Every parameter of the catalog, one a line, with totals; ``total`` is how many the whole model has."""
    towers = ["tower"] if any(parameter.tower for parameter in catalog) else []
    table = _table("name", "shape", "dtype", "role", *towers, "layer", "trainable", values_of="values")
    for parameter in catalog:
        table.add_row(
            _name(parameter.name, parameter.aliases),
            _shape(parameter),
            parameter.dtype,
            parameter.role,
            *([parameter.tower] if towers else []),
            "" if parameter.layer is None else str(parameter.layer),
            "yes" if parameter.trainable else "no",
            f"{parameter.numel:,}",
        )
    parts: list[RenderableType] = [table]
    if values is not None:
        parts.append("")
        for parameter in catalog:
            parts += [Text(parameter.name, style="bold"), Padding(values(parameter.name), (0, 0, 0, 2), expand=False)]
        parts += ["", VALUES_EXPLAINED]
    some = "" if len(catalog) == total else f" of {total:,}"
    trainable = sum(parameter.trainable for parameter in catalog)
    parts += ["", f"{len(catalog):,}{some} parameters, {catalog.numel:,} values, {trainable:,} parameters trainable"]
    return Group(*parts)


def plan_view(plan: Decided, values: Values | None = None) -> RenderableType:
    """The rules, the groups with their settings and first parameters, and what is frozen."""
    groups = plan.groups
    count = f"{len(groups)} parameter group{'' if len(groups) == 1 else 's'}"
    parts: list[RenderableType] = [
        Text(f"{len(plan.catalog):,} parameters, {plan.catalog.numel:,} values, in {count}", style="bold")
    ]
    if plan.base:
        parts.append(f"base settings: {_settings(plan.base)}")
    if plan.rules:
        table = _table("rule", "selects", "sets", values_of="parameters")
        for index, rule in enumerate(plan.rules):
            table.add_row(
                f"{index + 1} {_rule(rule)}", repr(rule.select), _settings(rule.settings), f"{plan.selected(index):,}"
            )
        parts += ["", table, "setting by setting, the later rule wins"]
    for index, group in enumerate(groups):
        heading = f"group {index}: {len(group):,} parameters, {group.numel:,} values"
        parts += [
            "",
            Text(heading, style="bold"),
            Padding(f"settings    {_settings(group.settings)}", (0, 0, 0, 2), expand=False),
        ]
        for line in _deciders(plan, group):
            parts.append(Padding(f"decided by  {line}", (0, 0, 0, 2), expand=False))
        parts.append(Padding(_first(group, values), (0, 0, 0, 2), expand=False))
    if len(frozen := plan.frozen):
        heading = f"frozen, in no group: {len(frozen):,} parameters, {frozen.numel:,} values"
        parts += ["", Text(heading, style="bold"), Padding(_first(frozen, None), (0, 0, 0, 2), expand=False)]
    if values is not None:
        parts += ["", VALUES_EXPLAINED]
    return Group(*parts)


def explanation_view(explanation: Explained) -> RenderableType:
    """One parameter: what it is, what it gets, who decided it and who was overruled."""
    parameter, decision = explanation.parameter, explanation.decision
    what = f"{_shape(parameter)} {parameter.dtype}, {parameter.role}, {parameter.numel:,} values"
    layer = "" if parameter.layer is None else f", layer {parameter.layer}"
    layer += f" of {parameter.tower}" if parameter.tower else ""
    parts: list[RenderableType] = [Text(parameter.name, style="bold"), f"  {what}{layer}"]
    if parameter.module:
        parts.append(f"  owned by {parameter.module}")
    if parameter.aliases:
        parts.append(f"  tied, also named {', '.join(parameter.aliases)}")
    parts += ["", f"in force: {_settings(decision.settings)}"]
    table = _table("setting", "value", "decided by", "")
    for setting in explanation.settings:
        *losers, (winner, value) = explanation.candidates(setting)
        outcome = (
            "" if setting in decision.settings or setting == "lr_scale" else "not in force: the parameter is frozen"
        )
        table.add_row(setting, _value(value), winner, outcome)
        for who, lost in reversed(losers):
            table.add_row("", _value(lost), who, "overruled")
    parts.append(table)
    missed = [f"{i + 1} {_rule(r)}" for i, r in enumerate(explanation.plan.rules) if i not in decision.matched]
    if missed:
        parts.append(f"rules that do not select it: {'; '.join(missed)}")
    return Group(*parts)


def state_view(state: StateFile) -> RenderableType:
    """A file of optimizer state: each group with its options and first parameters, sizes, steps, what is beside it."""
    sizes, said = state.bytes_of(), state.description
    parts: list[RenderableType] = [
        Text(f"{plural(len(said.parameters))}, {sum(sizes.values()):,} bytes of state", style="bold"),
        ", ".join(f"{name} {size:,} bytes" for name, size in sizes.items() if not name.startswith("@")),
    ]
    if steps := state.steps():
        parts.append("step " + ", ".join(f"{step} ({plural(count)})" for step, count in steps.items()))
    for title, keys in (
        ("beside it", said.extra),
        ("under keys of its own", [key for optimizer in said.optimizers for key in optimizer.keyed]),
        ("in attributes", [key for optimizer in said.optimizers for key in optimizer.attributes]),
    ):
        if keys:
            parts.append(f"{title}: {', '.join(sorted(keys))}")
    parts.append(f"written by paramwise {said.versions['paramwise']}, torch {said.versions['torch']}")
    for index, group in enumerate(said.groups):
        table = _table("first parameters", "shape", "dtype")
        for name in group.parameters[:FIRST_SHOWN]:
            table.add_row(name, str(list(said.parameters[name].shape)), said.parameters[name].dtype)
        left = len(group.parameters) - FIRST_SHOWN
        options = {key: _plain(value) for key, value in group.options.items() if value not in (None, False)}
        running = {key: _plain(value) for key, value in group.running.items()}
        parts += [
            "",
            Text(f"group {index} of {state.class_of(group)}: {plural(len(group.parameters))}", style="bold"),
            Padding(f"options  {_settings(options)}", (0, 0, 0, 2), expand=False),
            *([Padding(f"running  {_settings(running)}", (0, 0, 0, 2), expand=False)] if running else []),
            Padding(Group(table, *([f"... and {left:,} more"] if left > 0 else [])), (0, 0, 0, 2), expand=False),
        ]
    return Group(*parts)


def _plain(value: Any) -> Any:
    """A value of a state file as it reads best: of a tagged one, what is in it."""
    if isinstance(value, dict) and "$" in value:
        return value.get("items", value.get("value", value.get("key", value.get("name"))))
    return value


def differences_view(found: Mapping[str, Sequence[str]]) -> RenderableType:
    """What differs between two files, the first lines of each sort."""
    if not found:
        return "no differences"
    parts: list[RenderableType] = []
    for sort, lines in found.items():
        parts.append(Text(f"{sort}: {len(lines):,}", style="bold"))
        parts += [Padding(line, (0, 0, 0, 2), expand=False) for line in lines[:10]]
        if len(lines) > 10:
            parts.append(Padding(f"... and {len(lines) - 10:,} more", (0, 0, 0, 2), expand=False))
    return Group(*parts)


def difference_view(found: Compared) -> RenderableType:
    """What changes between two plans: how much, then each change with its parameters, folded."""
    parts: list[RenderableType] = [summary(found)]
    for change in found.changes:
        noun = plural(len(change.names), NOUNS.get(change.role, change.role))
        parts += ["", Text(f"{noun}, {change.numel:,} values: {_change(change)}", style="bold")]
        lines = patterns(change.names)
        more = [f"... and {len(lines) - PATTERNS_SHOWN:,} more"] if len(lines) > PATTERNS_SHOWN else []
        lines = [*lines[:PATTERNS_SHOWN], *more, *(change.why if change.sort not in ("reshaped", "tied") else ())]
        then, now = map(_percent, change.decay_a_step or (0.0, 0.0))
        if then != now:
            lines.append(f"weight decay takes {now} of each value a step, before {then}")
        parts += [Padding(line, (0, 0, 0, 2), expand=False) for line in lines]
    return Group(*parts)


def _change(change: Change) -> str:
    if change.sort in ("reshaped", "tied"):
        return ", ".join(change.why)
    if change.sort != "settings":
        return f"{change.sort}, {_settings(change.after or change.before)}"
    if "freeze" in change.after:
        return f"frozen, before {_settings(change.before)}"
    if "freeze" in change.before:
        return f"trained with {_settings(change.after)}, before frozen"
    return ", ".join(f"{key} {_two(was, now)}" for key, (was, now) in change.settings.items())


def _two(was: object, now: object) -> str:
    """Before and after; all digits, where fewer do not tell them apart."""
    short = ["unset" if one is None else _value(one) for one in (was, now)]
    return " -> ".join(short if short[0] != short[1] else map(repr, (was, now)))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share else "nothing"


def difference_text(found: Compared) -> str:
    """The difference, as ``print`` shows it."""
    return _text(difference_view(found))


def finding_view(finding: Finding) -> RenderableType:
    """One finding, its headline coloured by its level."""
    headline, *rest = str(finding).split("\n")
    level, colon, message = headline.partition(": ")
    return Text.assemble((level, _STYLES[finding.level]), f"{colon}{message}", *(f"\n{line}" for line in rest))


def plan_text(plan: Decided) -> str:
    """The plan and its findings, as ``print(plan)`` shows them."""
    return _text(_with_findings(plan))


def explanation_text(explanation: Explained) -> str:
    """The explanation, as ``print`` shows it."""
    return _text(explanation_view(explanation))


def plan_html(plan: Decided) -> str:
    """The plan and its findings, for a notebook."""
    recorder = console(io.StringIO(), width=WIDTH)
    recorder.record = True
    recorder.print(_with_findings(plan))
    template = '<pre style="font-family:monospace;line-height:1.25;white-space:pre;overflow-x:auto">{code}</pre>'
    return recorder.export_html(inline_styles=True, code_format=template)


def _with_findings(plan: Decided) -> RenderableType:
    findings = [part for finding in check(plan) for part in ("", finding_view(finding))]
    return Group(plan_view(plan), *findings)


def console(file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None) -> Console:
    """A console on which text means itself, and lines are not broken where nobody's terminal asks for it."""
    made = Console(file=file, stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
    if width is None and not made.is_terminal:
        made.width = WIDTH
    return made


def _text(view: RenderableType) -> str:
    file = io.StringIO()
    console(file, width=WIDTH).print(view)
    return "\n".join(line.rstrip() for line in file.getvalue().rstrip("\n").split("\n"))


def _table(*columns: str, values_of: str | None = None) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    if values_of:
        table.add_column(values_of, justify="right", no_wrap=True)
    return table


def _first(group: ParameterGroup, values: Values | None) -> RenderableType:
    catalog = group.catalog
    more = [f"... and {len(group) - FIRST_SHOWN:,} more"] if len(group) > FIRST_SHOWN else []
    table = _table("first parameters", "shape", "role")
    for name, kind in [(catalog.names[at], catalog.kinds[catalog.kind_of[at]]) for at in group.positions[:FIRST_SHOWN]]:
        table.add_row(_name(name, catalog.aliases.get(name, ())), _shape(kind), kind.role)
    if values is None:
        return Group(table, *more)
    lines = [
        line for name in group.names[:FIRST_SHOWN] for line in (name, Padding(values(name), (0, 0, 0, 2), expand=False))
    ]
    return Group(table, *more, Text("first and last values", style="dim"), *lines)


def _deciders(plan: Decided, group: ParameterGroup) -> Iterator[str]:
    """For each setting that rules decided in a group: the rules, with how many parameters each decided."""
    counts: dict[str, Counter[str]] = {}
    for outcome, number in Counter(plan.outcome_of[position] for position in group.positions).items():
        for setting, rule in plan.outcomes[outcome].decided_by.items():
            counts.setdefault(setting, Counter())[rule if isinstance(rule, str) else _rule(rule)] += number
    same: dict[str, list[str]] = {}
    for setting, by in counts.items():
        same.setdefault(", ".join(f"{rule} ({number:,})" for rule, number in by.items()), []).append(setting)
    for by_whom, settings in same.items():
        yield f"{', '.join(settings)}: {by_whom}"


def _rule(rule: Rule) -> str:
    return f"`{rule.name}`"


def _name(name: str, aliases: Sequence[str]) -> Text:
    tied = f" (= {', '.join(aliases)})" if aliases else ""
    return Text.assemble(name, (tied, "dim"))


def _shape(described: Parameter | Kind) -> str:
    return str(list(described.shape))


def _settings(settings: Settings | Mapping[str, object]) -> str:
    return ", ".join(f"{key} {_value(value)}" for key, value in settings.items()) or "none"


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
