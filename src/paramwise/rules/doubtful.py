"""Doubtful weight decay: learned tables, tokens, and parameters of unknown role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paramwise.findings import Finding
from paramwise.model.catalog import Kind
from paramwise.rules.subject import Subject, Treatment
from paramwise.words import plural


def decayed_tables(subject: Subject) -> Iterator[Finding]:
    """PW107: weight decay on what is added as it is, such as position tables and class tokens."""
    decays: set[float] = set()

    def judge(kind: Kind, treatment: Treatment) -> str | None:
        if treatment.decay <= 0 or kind.marked or kind.role != "position" or subject.is_settled(kind, treatment):
            return None
        decays.add(treatment.decay)
        return "table"

    names = subject.hits(judge).get("table", [])
    if names:
        yield Finding(
            code="PW107",
            level="note",
            message=f"weight decay {', '.join(f'{decay:g}' for decay in sorted(decays))} is in force on "
            f"{plural(len(names), 'learned table or token')}, which are added or compared as they are",
            evidence=tuple(names),
            help=("most recipes leave them out, as `default` does; if it is meant so: ignore=('PW107',)",),
            names=tuple(names),
        )


_WAYS = (
    "say it in a rule by name: pw.Rule(pw.name(...), weight_decay=...)",
    "or let a forward pass tell: pw.plan(model, ..., evidence=pw.trace(model, *batch))",
)


def unknown_roles(subject: Subject) -> Iterator[Finding]:
    """PW108: parameters whose role cannot be told, while weight decay depends on roles."""
    if names := _undecided(subject, lambda kind: kind.role == "other"):
        yield Finding(
            code="PW108",
            level="note",
            message=f"the role of {plural(len(names))} cannot be told: whether weight decay suits them is not known",
            evidence=tuple(names),
            help=_WAYS,
            names=tuple(names),
        )


def named_roles(subject: Subject) -> Iterator[Finding]:
    """PW109: roles in doubt, while weight decay depends on roles."""
    if names := _undecided(subject, lambda kind: kind.witness == "name"):
        yield Finding(
            code="PW109",
            level="note",
            message=f"the role of {plural(len(names))} is in doubt: the code that uses them cannot be read, speaks "
            "against their names, or uses them in several ways",
            evidence=tuple(names),
            help=_WAYS,
            names=tuple(names),
        )


def disputed_roles(subject: Subject) -> Iterator[Finding]:
    """PW111: roles that the code tells without doubt, while a forward pass saw another use."""
    if names := _undecided(subject, lambda kind: kind.witness.startswith("disputed: ")):
        said = [subject.catalog[name] for name in names]
        yield Finding(
            code="PW111",
            level="note",
            message=f"the code and a forward pass tell the use of {plural(len(names))} differently: the role that the "
            "code tells stands",
            evidence=tuple(
                f"{one.name}: {one.role} by the code, {one.witness.removeprefix('disputed: ')} by the pass"
                for one in said
            ),
            help=(_WAYS[0], "what the pass saw, and where: print(plan.explain(name))"),
            names=tuple(names),
        )


def _undecided(subject: Subject, doubtful: Callable[[Kind], bool]) -> list[str]:
    """Names of the parameters in doubt, where some parameters are decayed and no rule by name decides on these."""
    decays = {None if treatment is None else treatment.decay > 0 for treatment in subject.treatments} - {None}
    if len(decays) < 2 and not subject.by_role:  # all are decayed, or none, whatever their roles
        return []

    def judge(kind: Kind, treatment: Treatment) -> str | None:
        return None if not doubtful(kind) or kind.marked or subject.is_settled(kind, treatment) else "doubtful"

    return subject.hits(judge).get("doubtful", [])
