"""What a user expects to be trained, or not: held against a plan or an optimizer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from paramwise.findings import Finding, InputError
from paramwise.rules.selectors import Selector
from paramwise.rules.subject import Subject, Treatment
from paramwise.words import plural, public


@public
@dataclass(frozen=True, slots=True)
class Expectation:
    """That the parameters which a selector picks are trained, or are not; made by `expect`."""

    selector: Selector
    trained: bool


@public
def expect(selector: Selector, *, trained: bool) -> Expectation:
    """Expect parameters to be trained, or not to be.

    Args:
        selector: which parameters; at least one must be there.
        trained: whether each must be unfrozen and in a group with a learning rate above 0; or none of them.

    Raises:
        InputError: not a selector.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.ModuleDict({"body": nn.Linear(2, 2), "lm_head": nn.Linear(2, 2)})
        >>> optimizer = torch.optim.SGD(model["body"].parameters(), lr=0.1)
        >>> pw.audit(optimizer, model, ignore=["PW201"], expect=[pw.expect(pw.token("lm_head"), trained=True)]).codes
        ('PW210',)
    """
    if not isinstance(selector, Selector):
        raise InputError(f"not a selector: {selector!r}", help='pw.expect(pw.token("lm_head"), trained=True)')
    return Expectation(selector, trained)


def unmet(
    subject: Subject, expectations: Iterable[Expectation], trained: Collection[int] | None = None
) -> Iterator[Finding]:
    """PW210: parameters that somebody expects to be trained and are not, or the other way round.

    Args:
        subject: what each parameter gets.
        expectations: made by `expect`.
        trained: the positions of the parameters that are trained, where more is known than the subject says.
    """
    expectations = list(expectations)
    if not expectations:
        return
    if trained is None:
        is_trained = list(map(_trains, subject.treatments))
        trained = {at for at, treatment in enumerate(subject.treatment_of) if is_trained[treatment]}
    for expectation in expectations:
        picked = [at for at, parameter in enumerate(subject.catalog) if expectation.selector(parameter)]
        wrong = [at for at in picked if (at in trained) != expectation.trained]
        word = "trained" if expectation.trained else "left as they are"
        if not picked or wrong:
            names = tuple(subject.catalog.names[at] for at in wrong)
            yield Finding(
                code="PW210",
                message=f"{expectation.selector!r} is expected to be {word}, and "
                + (
                    f"{len(wrong):,} of {plural(len(picked))} " + ("are not" if expectation.trained else "are trained")
                    if picked
                    else "selects no parameter"
                ),
                evidence=names,
                help=("unfreeze them and give them to the optimizer" if expectation.trained else "freeze them",)
                if picked
                else ("`paramwise inspect` lists the names",),
                names=names,
            )


def _trains(treatment: Treatment | None) -> bool:
    """Whether a parameter that gets this is trained."""
    if treatment is None:
        return False
    rate = treatment.settings.get("lr")
    return not (isinstance(rate, (int, float)) and rate == 0)  # of several values, a tensor has no truth
