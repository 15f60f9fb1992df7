"""What checks judge: a catalog, each parameter's treatment, and what to leave out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paramwise.findings import CODES, Finding, InputError
from paramwise.model.catalog import Catalog, Kind, Parameter
from paramwise.rules.selectors import Selector
from paramwise.words import did_you_mean

Ignored = str | tuple[str, Selector]
"""A code or slug to ignore; or a pair with a selector, to ignore it for the parameters that the selector picks."""

OF_PARAMETERS = frozenset(
    {
        f"PW{number}"
        for number in (
            103,
            104,
            105,
            106,
            107,
            108,
            109,
            110,
            111,
            201,
            202,
            203,
            208,
            501,
            502,
            503,
            504,
            505,
            601,
            602,
            603,
        )
    }
)
"""The checks that judge one parameter at a time, and so can be ignored for some parameters."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an optimizer does to a parameter.

    Attributes:
        settings: the options in force; for a plan, only the options that it sets.
        optimizer: the optimizer's class or name; empty if it is not known.
    """

    settings: Mapping[str, Any]
    optimizer: str = ""

    @property
    def decay(self) -> float:
        """The weight decay in force; 0 where it is not known."""
        decay = self.settings.get("weight_decay", 0.0)
        return float(decay) if isinstance(decay, (int, float)) else 0.0


@dataclass(frozen=True)
class Subject:
    """The parameters of a plan or of live optimizers, each with its treatment.

    Attributes:
        catalog: the parameters.
        treatments: the distinct treatments; None for parameters that are not trained.
        treatment_of: for each parameter, the index of its treatment.
        by_name: the indices of treatments whose weight decay was decided by a rule on names, whatever the roles.
        by_role: whether a rule on roles gives some of them weight decay, even if none has such a role.
    """

    catalog: Catalog
    treatments: Sequence[Treatment | None]
    treatment_of: Sequence[int]
    by_name: frozenset[int] = frozenset()
    by_role: bool = False

    def without(self, selector: Selector) -> Subject:
        """The same subject without the parameters that a selector picks."""
        kept = [position for position, parameter in enumerate(self.catalog) if not selector(parameter)]
        catalog = self.catalog.select(lambda parameter: not selector(parameter))
        treatment_of = [self.treatment_of[position] for position in kept]
        return Subject(catalog, self.treatments, treatment_of, self.by_name, self.by_role)

    def is_settled(self, kind: Kind, treatment: Treatment) -> bool:
        """Whether the role is in doubt and a rule by name decides: no check knows better."""
        doubtful = kind.role == "other" or kind.witness.startswith(("name", "disputed"))
        return doubtful and any(treatment is self.treatments[index] for index in self.by_name)

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        """Of each parameter, its kind and its treatment, by number."""
        return list(zip(self.catalog.kind_of, self.treatment_of, strict=True))

    @cached_property
    def _distinct(self) -> set[tuple[int, int]]:
        return set(self._pairs)

    def hits(self, judge: Callable[[Kind, Treatment], str | None]) -> dict[str, list[str]]:
        """Names of parameters by verdict; ``judge`` returns None if nothing is wrong.

        ``judge`` is called once for each pair of a kind and a treatment, not for each parameter.
        """
        verdicts: dict[tuple[int, int], str | None] = {}
        for pair in self._distinct:
            kind, treatment = self.catalog.kinds[pair[0]], self.treatments[pair[1]]
            verdicts[pair] = None if treatment is None else judge(kind, treatment)
        found: dict[str, list[str]] = defaultdict(list)
        if any(verdicts.values()):
            for name, pair in zip(self.catalog.names, self._pairs, strict=True):
                if verdict := verdicts[pair]:
                    found[verdict].append(name)
        return found


class Exclusions:
    """What to leave out of findings: whole checks, and some parameters of other checks.

    Raises:
        InputError: a code that does not exist, or a selector for a check that does not judge single parameters.
    """

    def __init__(self, ignore: Iterable[Ignored] = ()) -> None:
        self.codes: set[str] = set()
        self.parameters: dict[str, list[Selector]] = defaultdict(list)
        by_slug = {slug: code for code, slug in CODES.items()}
        for ignored in (ignore,) if isinstance(ignore, str) else ignore:
            word, selector = (ignored, None) if isinstance(ignored, str) else ignored
            code = by_slug.get(word, word)
            if code not in CODES:
                raise InputError(f"there is no check `{word}`", help=did_you_mean(word, [*CODES, *by_slug]))
            if selector is None:
                self.codes.add(code)
            elif code not in OF_PARAMETERS:
                raise InputError(
                    f"{code} does not judge single parameters, so it cannot be ignored for some of them",
                    help=f"ignore the whole check: ignore=({code!r},); these do: {', '.join(sorted(OF_PARAMETERS))}",
                )
            else:
                self.parameters[code].append(selector)

    def __call__(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings whose checks are not ignored."""
        return (finding for finding in findings if finding.code not in self.codes)

    def about(self, code: str, subject: Subject) -> Subject:
        """The subject without the parameters that a check ignores."""
        for selector in self.parameters.get(code, ()):
            subject = subject.without(selector)
        return subject

    def selects(self, code: str, parameter: Parameter) -> bool:
        """Whether a check ignores a parameter."""
        return any(selector(parameter) for selector in self.parameters.get(code, ()))
