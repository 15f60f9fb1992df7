"""A plan as columns: what the page reads, small for models of 100,000 parameters.

Names are written with the length that they share with the name before; what parameters have in common (kind, place,
outcome) is written once and referred to by number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix
from typing import Any

from paramwise.findings import Finding
from paramwise.model.catalog import Catalog, Parameter
from paramwise.page.memory import ASSUMED, state_bytes, value_bytes
from paramwise.rules.decide import MODEL, Decided, Decision, Group
from paramwise.rules.difference import PlanChanges
from paramwise.rules.explain import Reasons

FROZEN = -1  # the number of the group that frozen parameters are in
GONE_SHOWN = 1000
WITNESSES_SHOWN = 3


def plan_columns(plan: Decided, findings: Iterable[Finding], changes: PlanChanges | None = None) -> dict[str, Any]:
    """Everything that the page shows of a plan, as plain data.

    Args:
        plan: what every parameter gets.
        findings: about the plan.
        changes: from another plan to this plan, where they are compared.
    """
    catalog = plan.catalog
    position_of = {name: position for position, name in enumerate(catalog.names)}
    groups, frozen = plan.groups, plan.frozen
    group_of = _group_of_outcomes(plan, groups)
    sizes = _Sizes(plan)
    shared, rest = front_coded(catalog.names)
    return {
        "shared": shared,
        "names": rest,
        "kinds": [
            {
                "shape": list(kind.shape),
                "dtype": kind.dtype,
                "role": kind.role,
                "module": kind.module,
                "values": kind.numel,
                "trainable": kind.trainable,
                "marked": kind.marked,
                "witness": kind.witness,
                "bytes": value_bytes(kind.dtype, kind.numel),
            }
            for kind in catalog.kinds
        ],
        "kind": list(catalog.kind_of),
        "places": [{"layer": place.layer, "tower": place.tower} for place in catalog.places],
        "place": list(catalog.place_of),
        "outcomes": _outcomes(plan, group_of),
        "outcome": list(plan.outcome_of),
        "state": sizes.bytes,
        "sized": sizes.of_parameter,
        "aliases": {position_of[name]: list(aliases) for name, aliases in catalog.aliases.items() if aliases},
        "rules": _rules(plan),
        "base": dict(plan.base),
        "groups": [_group(group) for group in groups],
        "frozen": len(frozen),
        "findings": [_finding(finding, position_of) for finding in findings],
        "assumed": ASSUMED if any("optimizer" not in group.settings for group in groups) else None,
        **_evidence(catalog, position_of),
        **({} if changes is None else {"changes": _changes(changes, position_of)}),
    }


def front_coded(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """For each name, how much of it the name before it has too, and the rest.

    >>> front_coded(["h.0.up", "h.0.down", "h.1.up"])
    ([0, 4, 2], ['h.0.up', 'down', '1.up'])
    """
    before, shared, rest = "", [], []
    for name in names:
        length = len(commonprefix((before, name)))  # noqa: RUF071 (letters are meant, not folders)
        shared.append(_utf16(name[:length]))
        rest.append(name[length:])
        before = name
    return shared, rest


def _utf16(text: str) -> int:
    """The length of a text as a browser counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def ranges(positions: Iterable[int]) -> list[int]:
    """Ascending positions as runs: first and length of each, in one list.

    >>> ranges([3, 4, 5, 9])
    [3, 3, 9, 1]
    """
    found: list[int] = []
    for position in sorted(positions):
        if found and found[-2] + found[-1] == position:
            found[-1] += 1
        else:
            found += [position, 1]
    return found


class _Sizes:
    """What the optimizer holds for each parameter: the distinct numbers of bytes, and each parameter's among them."""

    def __init__(self, plan: Decided) -> None:
        catalog, known = plan.catalog, {}
        self.bytes: list[int | None] = []
        for kind, outcome in dict.fromkeys(zip(catalog.kind_of, plan.outcome_of, strict=True)):
            known[kind, outcome] = len(self.bytes)
            settings, described = plan.outcomes[outcome].settings, catalog.kinds[kind]
            optimizer = str(settings.get("optimizer", ASSUMED))
            self.bytes.append(
                0 if "freeze" in settings else state_bytes(optimizer, settings, described.dtype, described.shape)
            )
        self.of_parameter = [known[pair] for pair in zip(catalog.kind_of, plan.outcome_of, strict=True)]


def _group_of_outcomes(plan: Decided, groups: Sequence[Group]) -> list[int]:
    """For each outcome, the number of its group; `FROZEN` for those of frozen parameters."""
    found = [FROZEN] * len(plan.outcomes)
    for number, group in enumerate(groups):
        for outcome in {plan.outcome_of[position] for position in group.positions}:
            found[outcome] = number
    return found


def _outcomes(plan: Decided, group_of: Sequence[int]) -> list[dict[str, Any]]:
    """The distinct decisions: settings, who decided them, and all that would have set each, the winner last."""
    index = {id(rule): number for number, rule in enumerate(plan.rules)}

    def who(decision: Decision) -> dict[str, int | str]:
        return {key: "model" if isinstance(by, str) else index[id(by)] for key, by in decision.decided_by.items()}

    first: dict[int, int] = {}
    for position, outcome in enumerate(plan.outcome_of):
        first.setdefault(outcome, position)
    kinds, names = plan.catalog.kinds, plan.catalog.names
    made = []
    for number, decision in enumerate(plan.outcomes):
        position = first[number]
        record = Parameter(names[position], (), *kinds[plan.catalog.kind_of[position]])
        reasons = Reasons(plan, record, decision)
        made.append(
            {
                "settings": dict(decision.settings),
                "by": who(decision),
                "matched": list(decision.matched),
                "group": group_of[number],
                "candidates": {key: reasons.candidates(key) for key in reasons.settings},
            }
        )
    return made


def _rules(plan: Decided) -> list[dict[str, Any]]:
    """The rules in order: what each selects and sets, and for how many parameters it decides each setting."""
    counts = Counter(plan.outcome_of)
    decided: dict[int, Counter[str]] = defaultdict(Counter)
    for outcome, decision in enumerate(plan.outcomes):
        for key, by in decision.decided_by.items():
            if by != MODEL:
                for number in decision.matched:
                    if plan.rules[number] is by:
                        decided[number][key] += counts[outcome]
    return [
        {
            "name": rule.name,
            "selects": repr(rule.select),
            "settings": dict(rule.settings),
            "where": rule.where,
            "selected": plan.selected(number),
            "decides": decided[number],
        }
        for number, rule in enumerate(plan.rules)
    ]


def _group(group: Group) -> dict[str, Any]:
    return {"name": group.name, "settings": dict(group.settings), "parameters": len(group), "values": group.numel}


def _finding(finding: Finding, position_of: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": finding.code,
        "slug": finding.slug,
        "level": finding.level,
        "message": finding.message,
        "where": finding.where,
        "evidence": list(finding.evidence[:50]),
        "help": list(finding.help),
        "at": ranges({position_of[name] for name in finding.names if name in position_of}),
    }


def _evidence(catalog: Catalog, position_of: Mapping[str, int]) -> dict[str, Any]:
    """What a forward pass saw: the distinct sightings, and by position the numbers of a parameter's own."""
    if catalog.evidence is None:
        return {}
    numbers: dict[str, int] = {}
    seen = {
        position_of[name]: [
            numbers.setdefault(str(witness), len(numbers)) for witness in told.witnesses[:WITNESSES_SHOWN]
        ]
        for name, told in catalog.evidence.parameters.items()
        if name in position_of and told.witnesses
    }
    return {"witnesses": list(numbers), "seen": seen}


def _changes(found: PlanChanges, position_of: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "sort": change.sort,
            "role": change.role,
            "parameters": len(change.names),
            "values": change.numel,
            "before": dict(change.before),
            "after": dict(change.after),
            "why": list(change.why),
            "decay": change.decay_a_step,
            **(
                {"gone": list(change.names[:GONE_SHOWN])}
                if change.sort == "gone"
                else {"at": ranges(position_of[name] for name in change.names)}
            ),
        }
        for change in found.changes
    ]
