"""What is wrong or surprising about a plan or a live optimizer: a function for each code.

`paramwise.torch.audit` reads live optimizers, and adds the checks that need an optimizer.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from paramwise.findings import Finding, Findings, Level, PlanError
from paramwise.model.blocks import blocks_there
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.roles import DECAYED
from paramwise.rules.decide import Decided
from paramwise.rules.doubtful import decayed_tables, disputed_roles, named_roles, unknown_roles
from paramwise.rules.expectations import Expectation, unmet
from paramwise.rules.selectors import Both, Either, Not, Primitive, Selector
from paramwise.rules.subject import Exclusions, Ignored, Subject, Treatment
from paramwise.words import plural


def check(plan: Decided, ignore: Iterable[Ignored] = (), expect: Iterable[Expectation] = ()) -> Findings:
    """All findings about a plan, errors first."""
    exclusions = Exclusions(ignore)
    of_rules = [*dead_rules(plan), *shadowed_rules(plan), *tied_decided_twice(plan)]
    treatments = [
        None if decision.frozen else Treatment(decision.settings, str(decision.settings.get("optimizer", "")))
        for decision in plan.outcomes
    ]
    by_name = frozenset(
        index
        for index, decision in enumerate(plan.outcomes)
        if any(
            plan.rules[at].select.fields & {"name", "module"}
            and "role" not in plan.rules[at].select.fields
            and "weight_decay" in plan.rules[at].settings
            for at in decision.matched
        )
    )
    by_role = any(
        "role" in rule.select.fields and rule.settings.get("weight_decay") not in (None, 0) for rule in plan.rules
    )
    subject = Subject(plan.catalog, treatments, plan.outcome_of, by_name, by_role)
    expected = exclusions(unmet(subject, expect))
    return Findings([*exclusions(of_rules), *check_subject(subject, exclusions), *expected])


def check_subject(subject: Subject, exclusions: Exclusions) -> Iterator[Finding]:
    """The findings that plans and live optimizers share."""
    for code, function in SHARED:
        yield from exclusions(function(exclusions.about(code, subject)))


def raise_errors(plan: Decided) -> None:
    """Raise `PlanError` if there are findings of level error."""
    if errors := check(plan).errors:
        raise PlanError(*errors)


def counted(hits: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Lines of evidence: how many of what, and an example."""
    return tuple(f"{plural(len(names), what)}, such as {names[0]}" for what, names in hits.items())


def every_name(hits: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All names of what was hit."""
    return tuple(name for names in hits.values() for name in names)


def about_names(code: str, names: Sequence[str], message: str, help: str, level: Level = "error") -> Iterator[Finding]:
    """The finding about some parameters by name; none where there are none."""
    if names:
        yield Finding(code=code, level=level, message=message, evidence=tuple(names), help=(help,), names=tuple(names))


def dead_rules(plan: Decided) -> Iterator[Finding]:
    """PW101: a rule that selects no parameter."""
    alive = {index for decision in plan.outcomes for index in decision.matched}
    for index, rule in enumerate(plan.rules):
        if index in alive or rule.may_be_empty:
            continue
        yield Finding(
            code="PW101",
            message=f"rule {index + 1} `{rule.name}` selects no parameter",
            where=rule.where,
            evidence=tuple(_why_dead(rule.select, plan.catalog)),
            help=(
                "correct or remove the rule; `paramwise inspect` lists the names",
                "if this is intended, "
                + ("may_be_empty = true" if _from_file(rule.where) else "pass may_be_empty=True"),
            ),
        )


def _from_file(where: str | None) -> bool:
    return ".toml:" in (where or "")


def shadowed_rules(plan: Decided) -> Iterator[Finding]:
    """PW102: a rule whose every setting later rules overrule, for every parameter that it selects."""
    for index, rule in enumerate(plan.rules):
        if rule.may_be_empty:
            continue
        decisions = [decision for decision in plan.outcomes if index in decision.matched]
        over: dict[int, None] = {}  # an ordered set
        for decision in decisions:
            for key in rule.settings:
                later = [at for at in decision.matched if at > index and key in plan.rules[at].settings]
                frozen = [at for at in decision.matched if at > index and plan.rules[at].settings.get("freeze")]
                if not (later or (decision.frozen and frozen)):
                    break
                over.update(dict.fromkeys(later or frozen))
            else:
                continue
            break
        else:
            if decisions:
                by = ", ".join(f"{at + 1} `{plan.rules[at].name}`" for at in sorted(over))
                yield Finding(
                    code="PW102",
                    level="warning",
                    message=f"rule {index + 1} `{rule.name}` decides nothing: later rules overrule all it sets",
                    where=rule.where,
                    evidence=(f"overruled by {by}",),
                    help=("remove it, or put it after the rules that it should overrule",),
                )


def tied_decided_twice(plan: Decided) -> Iterator[Finding]:
    """PW204: a tied tensor for which rules by name decide differently under its other name."""
    if not plan.catalog.aliases or not any("name" in rule.select.fields for rule in plan.rules):
        return
    for name in plan.catalog.aliases:
        parameter = plan.catalog[name]
        taken = set(plan[name].matched)
        for alias in parameter.aliases:
            other = parameter._replace(name=alias)
            differing = [
                (index, rule)
                for index, rule in enumerate(plan.rules)
                if "name" in rule.select.fields and rule.select(other) != (index in taken)
            ]
            if differing:
                yield Finding(
                    code="PW204",
                    level="warning",
                    message=f"`{name}` is tied to `{alias}`, and the rules treat the two names differently",
                    evidence=tuple(
                        f"rule {index + 1} `{rule.name}` selects `{name if index in taken else alias}` alone"
                        for index, rule in differing
                    ),
                    help=("the tensor gets what its first name gets: let the rules name both or neither",),
                    names=(name,),
                )


GAINS = {"norm": "norm gain", "bias": "bias", "scale": "scale", "state": "state"}


def decayed_gains(subject: Subject) -> Iterator[Finding]:
    """PW103: weight decay on gains, on what is added, and on what is itself a rate of decay."""
    decays: set[float] = set()

    def judge(kind: Kind, treatment: Treatment) -> str | None:
        if treatment.decay <= 0 or kind.marked or kind.role not in GAINS or subject.is_settled(kind, treatment):
            return None
        decays.add(treatment.decay)
        return GAINS[kind.role]

    hits = subject.hits(judge)
    if hits:
        names = every_name(hits)
        yield Finding(
            code="PW103",
            level="warning",
            message=f"weight decay {', '.join(f'{decay:g}' for decay in sorted(decays))} is in force on "
            f"{plural(len(names))} that should have none",
            evidence=counted(hits),
            help=("the recipe `default` leaves them out: pw.plan(model, weight_decay=...)",),
            names=names,
        )


def undecayed_matrices(subject: Subject) -> Iterator[Finding]:
    """PW104: a matrix or an embedding without weight decay, while others have some."""
    decayed = subject.hits(lambda kind, treatment: "decayed" if kind.role in DECAYED and treatment.decay > 0 else None)
    if not decayed:
        return

    def judge(kind: Kind, treatment: Treatment) -> str | None:
        if treatment.decay or kind.marked or kind.role not in DECAYED or subject.is_settled(kind, treatment):
            return None
        return kind.role if "weight_decay" in treatment.settings else None

    hits = subject.hits(judge)
    levels: list[tuple[Level, frozenset[str]]] = [
        ("warning", DECAYED - {"embedding"}),
        ("note", frozenset({"embedding"})),
    ]
    for level, roles in levels:
        these = {role: names for role, names in hits.items() if role in roles}
        if these:
            names = every_name(these)
            yield Finding(
                code="PW104",
                level=level,
                message=f"no weight decay on {', '.join(plural(len(found), what) for what, found in these.items())}, "
                "while others have some",
                evidence=counted(these),
                help=("the recipe `default` decays them; if it is meant so: ignore=('PW104',)",),
                names=names,
            )


def decayed_against_mark(subject: Subject) -> Iterator[Finding]:
    """PW105: weight decay on what the model itself marks as not to be decayed."""
    hits = subject.hits(lambda kind, treatment: "marked" if kind.marked and treatment.decay > 0 else None)
    if hits:
        names = every_name(hits)
        yield Finding(
            code="PW105",
            level="warning",
            message=f"weight decay is in force on {plural(len(names))} that the model itself wants without",
            evidence=names,
            help=(
                "they are marked by `_no_weight_decay` or `no_weight_decay()`: pw.Rule(pw.marked(), weight_decay=0.0)",
            ),
            names=names,
        )


_FUSED = re.compile(
    r"(^|[._])(w?qkv|c_attn|query_key_value|in_proj|kv_proj|qkv_proj|to_qkv|to_kv|gate_up_proj|weight_[ih]h_l\d)",
    re.IGNORECASE,
)


def muon_misfits(subject: Subject) -> Iterator[Finding]:
    """PW106: Muon trains what it is not for: vectors, embeddings, heads; fused projections are noted."""

    def judge(kind: Kind, treatment: Treatment) -> str | None:
        if not _is_muons(treatment):
            return None
        if treatment.settings.get("blocks") and kind.role == "matrix":
            return "cut"
        if kind.dtype.startswith("complex"):
            return "complex"
        return "vector" if len(kind.shape) < 2 else kind.role if kind.role in DECAYED else None

    hits = subject.hits(judge)
    hits.pop("cut", None)  # fused, and stepped block by block
    matrices = hits.pop("matrix", [])
    heads = subject.catalog.heads.found if matrices else frozenset()
    fused = [name for name in matrices if _FUSED.search(name)]
    misfits: list[tuple[Level, str, list[str]]] = [
        ("error", "complex parameter", hits.pop("complex", [])),
        ("error", "vector", hits.pop("vector", [])),
        ("warning", "embedding or head", [*every_name(hits), *(name for name in matrices if name in heads)]),
        ("note", "fused projection", fused),
    ]
    for level, what, those in misfits:
        message = f"Muon has {plural(len(those), what)}: it is for single hidden matrices, each made orthogonal"
        yield from about_names("PW106", those, message, "give them to AdamW beside it", level)


def unsure_heads(subject: Subject) -> Iterator[Finding]:
    """PW110: Muon trains what may be the model's head: neither its code nor its sizes tell."""
    hits = subject.hits(lambda kind, treatment: "matrix" if kind.role == "matrix" and _is_muons(treatment) else None)
    inside = set(hits.get("matrix", ()))
    names = [name for name in subject.catalog.heads.doubtful if name in inside] if inside else []
    message = f"Muon has {plural(len(names), 'matrix')} that may be the head: nothing tells what follows"
    help = 'if it puts out what the model returns: pw.Rule(pw.name(...), optimizer="adamw", lr=...)'
    yield from about_names("PW110", names, message, help, "note")


def _is_muons(treatment: Treatment) -> bool:
    return "muon" in treatment.optimizer.lower() and bool(treatment.settings.get("use_muon", True))


def _why_dead(select: Selector, catalog: Catalog) -> Iterator[str]:
    texts = [text.strip("*.") for text in _texts(select)]
    aliased = {alias: parameter.name for parameter in catalog for alias in parameter.aliases}
    for text in texts:
        for alias in [alias for alias in aliased if text in alias][:2]:
            yield f"{alias} is another name of {aliased[alias]}: tied parameters go by their first name"
    near = [name for text in texts for name in _nearest_names(text, catalog)]
    if near:
        yield "nearest names: " + ", ".join(near[:3])
    if select.fields & {"layer", "depth"}:
        yield blocks_there(catalog.layers)
    if "tower" in select.fields:
        yield towers_there(catalog)
    if "role" in select.fields:
        yield f"roles here: {', '.join(sorted({kind.role for kind in catalog.kinds}))}"


def towers_there(catalog: Catalog) -> str:
    """The towers of a catalog, in words."""
    towers = list(dict.fromkeys(parameter.tower for parameter in catalog if parameter.tower))
    return f"towers are {', '.join(towers)}" if towers else "the model has no towers: it counts all its layers together"


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
    """Names that a text likely meant: those owned by a class that it names, else those with a similar ending."""
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


SHARED: tuple[tuple[str, Callable[[Subject], Iterator[Finding]]], ...] = (
    ("PW103", decayed_gains),
    ("PW104", undecayed_matrices),
    ("PW105", decayed_against_mark),
    ("PW106", muon_misfits),
    ("PW107", decayed_tables),
    ("PW108", unknown_roles),
    ("PW109", named_roles),
    ("PW110", unsure_heads),
    ("PW111", disputed_roles),
)
"""The checks that plans and live optimizers share, by code."""
