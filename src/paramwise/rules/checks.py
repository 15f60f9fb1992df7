"""What is wrong or surprising about what parameters get: one function a finding code, of plans and live optimizers.

Live optimizers are read in `paramwise.torch.audit`, which adds the checks that need one.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paramwise.findings import CODES, Finding, Findings, InputError, Level, PlanError
from paramwise.model.blocks import blocks_there
from paramwise.model.catalog import Catalog, Kind, Parameter
from paramwise.model.roles import DECAYED
from paramwise.rules.decide import Decided
from paramwise.rules.selectors import Both, Either, Not, Primitive, Selector
from paramwise.words import did_you_mean, plural

Ignored = str | tuple[str, Selector]
"""A code or its slug, of which findings are left out; or with a selector, parameters that it is not asked about."""


@dataclass(frozen=True, slots=True)
class Given:
    """What parameters get from an optimizer.

    Attributes:
        settings: the options in force; of a plan, those that it sets.
        optimizer: the optimizer's class or name, where it is known.
    """

    settings: Mapping[str, Any]
    optimizer: str = ""

    @property
    def decay(self) -> float:
        """The weight decay in force, as far as it is known."""
        decay = self.settings.get("weight_decay", 0.0)
        return float(decay) if isinstance(decay, (int, float)) else 0.0


@dataclass(frozen=True, slots=True)
class Subject:
    """What each parameter of a catalog gets, of a plan or of live optimizers.

    Attributes:
        catalog: the parameters.
        givens: what there is to get; None is not to be trained.
        given_of: for each parameter, the index of what it gets.
    """

    catalog: Catalog
    givens: Sequence[Given | None]
    given_of: Sequence[int]

    def without(self, selector: Selector) -> Subject:
        """The same, without the parameters that a selector picks."""
        kept = [position for position, parameter in enumerate(self.catalog) if not selector(parameter)]
        parameters = [self.catalog.parameters[position] for position in kept]
        return Subject(Catalog(parameters), self.givens, [self.given_of[position] for position in kept])

    def hits(self, judge: Callable[[Kind, Given], str | None]) -> dict[str, list[str]]:
        """Names of parameters by what a judge calls them; it is asked once for each kind and what it gets."""
        pairs = list(zip(self.catalog.kind_of, self.given_of, strict=True))
        verdicts: dict[tuple[int, int], str | None] = {}
        for kind, given in set(pairs):
            got = self.givens[given]
            verdicts[kind, given] = None if got is None else judge(self.catalog.kinds[kind], got)
        found: dict[str, list[str]] = defaultdict(list)
        if any(verdicts.values()):
            for name, pair in zip(self.catalog.names, pairs, strict=True):
                if verdict := verdicts[pair]:
                    found[verdict].append(name)
        return found


def check(plan: Decided, ignore: Iterable[Ignored] = ()) -> Findings:
    """All findings about a plan, errors first."""
    leave = Leave(ignore)
    findings = [*leave(dead_rules(plan)), *leave(shadowed_rules(plan)), *leave(tied_decided_twice(plan))]
    givens = [
        None if one.frozen else Given(one.settings, str(one.settings.get("optimizer", ""))) for one in plan.outcomes
    ]
    subject = Subject(plan.catalog, givens, plan.outcome_of)
    return Findings([*findings, *check_subject(subject, leave)])


def check_subject(subject: Subject, leave: Leave) -> Iterator[Finding]:
    """The findings that plans and live optimizers share."""
    for code, function in (
        ("PW103", decayed_gains),
        ("PW104", undecayed_matrices),
        ("PW105", decayed_against_mark),
        ("PW106", muon_misfits),
    ):
        yield from leave(function(leave.about(code, subject)))


def raise_errors(plan: Decided) -> None:
    """Raise `PlanError` if there are findings of level error."""
    if errors := check(plan).errors:
        raise PlanError(*errors)


OF_PARAMETERS = frozenset(
    {f"PW{number}" for number in (103, 104, 105, 106, 201, 202, 203, 501, 502, 503, 504, 505, 601, 602, 603)}
)
"""Checks that ask about one parameter at a time."""


class Leave:
    """What is to be left out of findings.

    Raises:
        InputError: there is no such code, or a selector for a check that is not about single parameters.
    """

    def __init__(self, ignore: Iterable[Ignored] = ()) -> None:
        self.codes: set[str] = set()
        self.parameters: dict[str, list[Selector]] = defaultdict(list)
        by_slug = {slug: code for code, slug in CODES.items()}
        for one in (ignore,) if isinstance(ignore, str) else ignore:
            word, selector = (one, None) if isinstance(one, str) else one
            code = by_slug.get(word, word)
            if code not in CODES:
                raise InputError(f"no check `{word}`", help=did_you_mean(word, [*CODES, *by_slug]))
            if selector is None:
                self.codes.add(code)
            elif code not in OF_PARAMETERS:
                raise InputError(
                    f"{code} is not about single parameters: it cannot be ignored for some",
                    help=f"ignore it as a whole: ignore=({code!r},); for some: {', '.join(sorted(OF_PARAMETERS))}",
                )
            else:
                self.parameters[code].append(selector)

    def __call__(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are not left out."""
        return (finding for finding in findings if finding.code not in self.codes)

    def about(self, code: str, subject: Subject) -> Subject:
        """The subject without the parameters that a check is not asked about."""
        for selector in self.parameters.get(code, ()):
            subject = subject.without(selector)
        return subject

    def selects(self, code: str, parameter: Parameter) -> bool:
        """Whether a check is not asked about a parameter."""
        return any(selector(parameter) for selector in self.parameters.get(code, ()))


def counted(hits: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Lines of evidence: how many of what, and one of them."""
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
    """PW102: a rule of which later rules overrule every setting for every parameter it selects."""
    for index, rule in enumerate(plan.rules):
        if rule.may_be_empty:
            continue
        decisions = [one for one in plan.outcomes if index in one.matched]
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
    """PW204: a tied tensor that rules by name decide otherwise under its other name."""
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
                    message=f"`{name}` is tied to `{alias}`, of which the rules decide otherwise",
                    evidence=tuple(
                        f"rule {index + 1} `{rule.name}` selects `{name if index in taken else alias}` alone"
                        for index, rule in differing
                    ),
                    help=("one tensor gets one setting, that of its first name: let the rules name both or neither",),
                    names=(name,),
                )


GAINS = {"norm": "norm gain", "bias": "bias", "scale": "scale", "state": "state"}


def decayed_gains(subject: Subject) -> Iterator[Finding]:
    """PW103: weight decay on what is a gain, is added, or is a rate of decay itself."""
    decays: set[float] = set()

    def judge(kind: Kind, given: Given) -> str | None:
        if given.decay <= 0 or kind.marked or kind.role not in GAINS:
            return None
        decays.add(given.decay)
        return GAINS[kind.role]

    hits = subject.hits(judge)
    if hits:
        names = every_name(hits)
        yield Finding(
            code="PW103",
            level="warning",
            message=f"weight decay {', '.join(f'{one:g}' for one in sorted(decays))} is in force on "
            f"{plural(len(names))} that should have none",
            evidence=counted(hits),
            help=("the recipe `default` leaves them out: pw.plan(model, weight_decay=...)",),
            names=names,
        )


def undecayed_matrices(subject: Subject) -> Iterator[Finding]:
    """PW104: a matrix or an embedding without weight decay, while others have some."""
    decayed = subject.hits(lambda kind, given: "decayed" if kind.role in DECAYED and given.decay > 0 else None)
    if not decayed:
        return
    hits = subject.hits(
        lambda kind, given: (
            kind.role
            if kind.role in DECAYED and "weight_decay" in given.settings and not (given.decay or kind.marked)
            else None
        )
    )
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
    hits = subject.hits(lambda kind, given: "marked" if kind.marked and given.decay > 0 else None)
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
    """PW106: Muon given what it is not for: vectors, embeddings, heads; fused projections are noted."""

    def judge(kind: Kind, given: Given) -> str | None:
        if "muon" not in given.optimizer.lower() or not given.settings.get("use_muon", True):
            return None
        if kind.dtype.startswith("complex"):
            return "complex"
        return "vector" if len(kind.shape) < 2 else kind.role if kind.role in DECAYED else None

    hits = subject.hits(judge)
    fused = [name for name in hits.pop("matrix", ()) if _FUSED.search(name)]
    misfits: list[tuple[Level, str, list[str]]] = [
        ("error", "complex parameter", hits.pop("complex", [])),
        ("error", "vector", hits.pop("vector", [])),
        ("warning", "embedding or head", [name for names in hits.values() for name in names]),
        ("note", "fused projection", fused),
    ]
    for level, what, those in misfits:
        message = f"Muon has {plural(len(those), what)}: it is for single hidden matrices, each made orthogonal"
        yield from about_names("PW106", those, message, "give them to AdamW beside it", level)


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
    """Which towers a catalog has, in words."""
    towers = list(dict.fromkeys(parameter.tower for parameter in catalog if parameter.tower))
    return f"towers are {', '.join(towers)}" if towers else "the model counts its layers as one: it has no towers"


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
    """Names that were likely meant by ``text``: owned by a class that it names, or else with an ending much like it."""
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
