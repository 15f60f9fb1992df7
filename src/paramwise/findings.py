"""Findings, how they are rendered, and the exceptions that carry them.

The exceptions::

    ParamwiseError
    ├── InputError            (ValueError)   bad usage or bad input: a value, a file, a source
    │   ├── UnknownNameError  (KeyError)     a name that does not exist; names the nearest
    │   └── OptionError       (TypeError)    an option that its receiver does not take
    ├── PlanError                            building from, or training on, a plan that has errors
    └── MissingExtraError     (ImportError)  an optional dependency is not installed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from paramwise.views.view import SPACE, Block, Details, Indented, Line, Notice, View, more
from paramwise.words import escaped, json_text, plural, public

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")

MAX_EVIDENCE = 5

CODES = {
    # which parameters: of plans and optimizers
    "PW101": "dead-rule",
    "PW102": "shadowed-rule",
    "PW103": "decayed-gain",
    "PW104": "undecayed-matrix",
    "PW105": "decayed-against-mark",
    "PW106": "muon-misfit",
    "PW107": "decayed-table",
    "PW108": "unknown-role",
    "PW109": "named-role",
    "PW110": "unsure-head",
    "PW111": "disputed-role",
    # coverage
    "PW201": "uncovered",
    "PW202": "frozen-in-group",
    "PW203": "duplicate",
    "PW204": "tied-decided-twice",
    "PW205": "empty-group",
    "PW206": "not-the-models",
    "PW207": "trains-nothing",
    "PW208": "emptied-by-zero",
    "PW209": "mixed-tensors",
    "PW210": "unmet-expectation",
    # options
    "PW301": "unread-option",
    "PW302": "coupled-decay",
    "PW303": "dropped-decay",
    "PW304": "shared-rate",
    "PW305": "not-in-rules",
    # schedules
    "PW401": "flattened-rates",
    "PW402": "floor-above-rate",
    "PW403": "group-after-scheduler",
    "PW404": "shared-floor",
    # freezing
    "PW501": "zero-rate",
    "PW502": "moved-without-gradient",
    "PW503": "leftover-gradient",
    "PW504": "no-gradient",
    "PW505": "moved-uninvited",
    "PW506": "no-step",
    "PW507": "moving-statistics",
    # precision
    "PW601": "update-rounds-away",
    "PW602": "decay-rounds-away",
    "PW603": "rounded-away",
    # cost
    "PW701": "needless-groups",
    "PW702": "compiled-rate",
    "PW703": "costly-groups",
    # the checks themselves
    "PW801": "not-checked",
}
"""The slug of every check, by code; `docs/findings.md` says what each reports and what to do about it."""


@public
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong or surprising: the fault, the evidence, and the remedy.

    ``code`` and ``slug`` name the check (``PW101``, ``dead-rule``); bad input has neither. ``where`` is a place such as
    ``train.py:41``; ``names`` are all parameters that the finding is about. ``str(finding)`` renders it.

    >>> print(Finding(message="lr is 0", where="train.py:41", help=("give a learning rate above 0",)))
    error: lr is 0
      --> train.py:41
    help: give a learning rate above 0
    """

    message: str
    level: Level = "error"
    code: str | None = None
    slug: str | None = None
    where: str | None = None
    evidence: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.code is not None and self.slug is None:
            object.__setattr__(self, "slug", CODES[self.code])

    def __str__(self) -> str:
        return render(self)

    def _repr_html_(self) -> str:
        from paramwise.views.html import html_of

        return html_of((self.notice,))

    @property
    def notice(self) -> Notice:
        """The finding as a block of a view, worded as ``str`` words it."""
        code = f"[{self.code} {self.slug}]" if self.code else ""
        place = [f"  --> {self.where}"] if self.where else []
        evidence = [f"   | {line}" for line in self.evidence[:MAX_EVIDENCE]]
        if len(self.evidence) > MAX_EVIDENCE:
            evidence.append(f"   | ... and {len(self.evidence) - MAX_EVIDENCE:,} more")
        helps = [f"help: {line}" for line in self.help]
        return Notice(self.level, f"{self.level}{code}", self.message, (*place, *evidence, *helps))

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data, as the command line's ``--json`` prints it."""
        return {
            "code": self.code,
            "slug": self.slug,
            "level": self.level,
            "message": self.message,
            "where": self.where,
            "evidence": list(self.evidence),
            "names": list(self.names),
            "help": "\n".join(self.help),
        }


def render(finding: Finding) -> str:
    """A finding as text: headline, place, at most five lines of evidence, help; control characters are escaped."""
    notice = finding.notice
    return "\n".join(map(escaped, (f"{notice.label}: {notice.message}", *notice.rest)))


def _rank(finding: Finding) -> tuple[int, str]:
    return LEVELS.index(finding.level), finding.code or ""


@public
class Findings(tuple[Finding, ...]):
    """Findings, errors first, then by code; empty if all is well. ``print`` shows them.

    >>> findings = Findings([Finding(message="second", level="note"), Finding(message="first")])
    >>> [finding.message for finding in findings]
    ['first', 'second']
    """

    __slots__ = ()

    def __new__(cls, findings: Iterable[Finding] = ()) -> Findings:
        """Sort the findings: errors first, then by code."""
        return super().__new__(cls, sorted(findings, key=_rank))

    @property
    def errors(self) -> Findings:
        """The findings of level error."""
        return Findings(finding for finding in self if finding.level == "error")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, each once, in order."""
        return tuple(dict.fromkeys(finding.code for finding in self if finding.code))

    @property
    def json(self) -> str:
        """The findings as JSON text: a list of what `Finding.as_dict` gives."""
        return json_text([finding.as_dict() for finding in self], indent=2)

    def __str__(self) -> str:
        return "\n\n".join(map(render, self)) or "no findings"

    def _repr_html_(self) -> str:
        from paramwise.views.html import html_of

        return html_of(findings_view(self))


def findings_view(findings: Iterable[Finding], room: int | None = 50, *, hint: str = "") -> View:
    """Findings grouped by code: the first of each in full, the others in a line each.

    Args:
        findings: in any order; errors are shown first.
        room: about how many lines they may take; every finding in full if None.
        hint: the option that shows every finding.
    """
    groups: dict[str | None, list[Finding]] = {}
    for finding in Findings(findings):
        groups.setdefault(finding.code, []).append(finding)
    blocks: list[Block] = []
    left = room or 0
    for number, (code, alike) in enumerate(groups.items()):
        if room is not None and left < len(alike[0].notice.rest) + 2 and blocks:
            rest = list(groups.values())[number:]
            codes = ", ".join(f"{len(some)} {some[0].level} {some[0].code or ''}".strip() for some in rest)
            blocks += [SPACE, Line(f"{more(sum(map(len, rest)), 'findings', hint)}: {codes}")]
            break
        blocks += [*([SPACE] if blocks else []), alike[0].notice]
        left -= len(alike[0].notice.rest) + 2
        if room is None:
            for finding in alike[1:]:
                blocks += [SPACE, finding.notice]
        elif others := alike[1:]:
            shown = others[: max(1, min(3, left - 2))]
            blocks += [Line(f"{plural(len(others), 'more finding')} {code or ''}".strip() + ":")]
            blocks += [Indented(tuple(Line(finding.message) for finding in shown))]
            if len(others) > len(shown):
                blocks.append(Indented((Line(more(len(others) - len(shown), hint=hint)),)))
            blocks.append(Details(f"all {len(alike):,}", tuple(finding.notice for finding in others[:_UNFOLDED])))
            left -= len(shown) + 2
    return tuple(blocks) or (Line("no findings"),)


_UNFOLDED = 20  # findings behind a summary


@public
class ParamwiseError(Exception):
    """The root of all errors that paramwise raises on purpose; ``findings`` say what, where and what to do."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n\n".join(map(render, self.findings))


@public
class InputError(ParamwiseError, ValueError):
    """Bad usage or bad input."""

    def __init__(
        self,
        message: str | Finding,
        *more: Finding,
        where: str | None = None,
        evidence: Iterable[str] = (),
        help: str | Iterable[str] = (),
    ) -> None:
        if not isinstance(message, Finding):
            helps = (help,) if isinstance(help, str) else tuple(help)
            message = Finding(message=message, where=where, evidence=tuple(evidence), help=helps)
        super().__init__(message, *more)


@public
class UnknownNameError(InputError, KeyError):
    """A name that does not exist."""


@public
class OptionError(InputError, TypeError):
    """An option that its receiver does not take."""


@public
class PlanError(ParamwiseError):
    """Raised when building from, or training on, a plan that has findings of level error."""


@public
class MissingExtraError(ParamwiseError, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            Finding(
                message=f"{purpose} needs the package `{package}`, which is not installed",
                help=(f'pip install "paramwise[{extra}]"',),
            )
        )
        self.args = package, extra, purpose  # pickle and copy make an exception from these
