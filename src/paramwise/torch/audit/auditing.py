"""A live optimizer read back: what is wrong or surprising about it, whoever built it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from paramwise.files.config.file import read_config
from paramwise.findings import Finding, Findings
from paramwise.model.collector import uncollected
from paramwise.rules.checks import SHARED
from paramwise.rules.expectations import Expectation, unmet
from paramwise.rules.subject import Exclusions, Ignored, Subject
from paramwise.torch.audit.cost import compiled_rates, costly_groups, needless_groups
from paramwise.torch.audit.coverage import (
    duplicates,
    emptied_by_zero,
    empty_groups,
    frozen_in_group,
    mixed_tensors,
    not_the_models,
    trains_nothing,
    uncovered,
)
from paramwise.torch.audit.freezing import leftover_gradients, moving_statistics, zero_rates
from paramwise.torch.audit.holders import held_by, one_model
from paramwise.torch.audit.options import coupled_decay, dropped_decay, shared_rates, unread_options
from paramwise.torch.audit.precision import rounding
from paramwise.torch.audit.schedules import (
    flattened_rates,
    floor_above_rate,
    groups_after_scheduler,
    shared_floors,
)
from paramwise.torch.live import Live, optimizers_of, schedulers_of
from paramwise.torch.observed import Observed
from paramwise.words import public

Check = Callable[[Live], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    uncovered,
    frozen_in_group,
    duplicates,
    empty_groups,
    not_the_models,
    trains_nothing,
    emptied_by_zero,
    mixed_tensors,
    unread_options,
    coupled_decay,
    dropped_decay,
    shared_rates,
    flattened_rates,
    floor_above_rate,
    groups_after_scheduler,
    shared_floors,
    zero_rates,
    leftover_gradients,
    moving_statistics,
    rounding,
    needless_groups,
    compiled_rates,
    costly_groups,
)


@public
@uncollected
def audit(
    optimizer: Any,
    model: Any = None,
    scheduler: Any = None,
    *,
    ignore: Iterable[Ignored] = (),
    expect: Iterable[Expectation] | str | Path = (),
    observed: Observed | None = None,
) -> Findings:
    """What is wrong or surprising about any optimizer of a model.

    Nothing is changed: neither values, nor gradients, nor groups, nor random numbers. A check that fails on what it
    meets does not raise: it is a finding (PW801).

    Args:
        optimizer: a ``torch.optim.Optimizer``, one wrapped by Accelerate or Lightning, or a list of them. Alone, what
            holds optimizer, model and scheduler: a Trainer of transformers or Lightning, an Accelerator, a DeepSpeed
            engine.
        model: whose parameters they train; wrapped ones too, or a list of them.
        scheduler: one or a list, of torch's interface; then schedules are checked as well.
        ignore: codes or slugs to leave out, or pairs of a code and a selector of the parameters to leave out.
        expect: what must be trained, or must not: made by `expect`, or the file of rules that says it.
        observed: what ran forward, what had gradients, and which other optimizers there are, as `watch` saw it.

    Raises:
        InputError: not an optimizer, not a model, or a code that does not exist.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
        >>> pw.audit(torch.optim.AdamW(model.parameters(), weight_decay=0.1), model).codes
        ('PW103',)
    """
    if model is None:
        optimizer, model, own = held_by(optimizer)
        scheduler = own if scheduler is None else scheduler
    live = Live(optimizers_of(optimizer), one_model(model), schedulers_of(scheduler), Exclusions(ignore), observed)
    return check_live(live, read_config(expect).expect if isinstance(expect, (str, Path)) else expect)


def check_live(live: Live, expect: Iterable[Expectation] = ()) -> Findings:
    """All findings about live optimizers, without those to ignore; nothing that a check meets is raised."""
    live.catalog  # noqa: B018  a model that cannot be read is bad input, not a check that failed
    found = [finding for check in CHECKS for finding in _guarded(check.__name__, partial(check, live))]
    for code, shared in SHARED:
        found += _guarded(shared.__name__, partial(_about, code, shared, live))
    found += _guarded("expectations", partial(_unmet, live, tuple(expect)))
    return Findings(live.exclusions(found))


def _about(code: str, check: Callable[[Subject], Iterator[Finding]], live: Live) -> Iterator[Finding]:
    return check(live.exclusions.about(code, live.subject))


def _unmet(live: Live, expectations: Iterable[Expectation]) -> Iterator[Finding]:
    return unmet(live.subject, expectations)


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What a check finds, or that it failed: no check raises into a training."""
    try:
        return list(check())
    except Exception as error:
        return [
            Finding(
                code="PW801",
                level="note",
                message=f"a check could not be made: {name.replace('_', ' ')}",
                evidence=(f"{type(error).__name__}: {error}"[:200],),
                help=("please report it, with the optimizer's class: the other checks were made",),
            )
        ]
