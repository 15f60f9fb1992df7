"""One real step on the caller's batch, compared with the plan, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from paramwise.findings import Finding, Findings, findings_view
from paramwise.rules.checks import about_names
from paramwise.rules.subject import Exclusions, Ignored
from paramwise.torch.audit.holders import one_model
from paramwise.torch.audit.restoring import put_back, same
from paramwise.torch.live import Live, optimizers_of, rate_of, schedulers_of
from paramwise.views.html import html_of
from paramwise.views.view import ROOM, SPACE, Block, Column, Details, Heading, Table, rows_of
from paramwise.words import plural, public


@dataclass(frozen=True, slots=True)
class Probe:
    """What one step did; ``print`` it.

    Attributes:
        moved: names of the parameters whose values changed.
        still: names of those that should have moved and did not, with the reason.
        findings: what is wrong about it.
    """

    moved: tuple[str, ...]
    still: Mapping[str, str]
    findings: Findings

    def __str__(self) -> str:
        return f"{plural(len(self.moved))} moved\n\n{self.findings}"

    def _repr_html_(self) -> str:
        blocks: list[Block] = [Heading(f"{plural(len(self.moved))} moved")]
        if self.still:
            rows = rows_of([*self.still.items()], lambda row: row, ROOM, "parameter", "")
            table = Table((Column("name", "names"), Column("why not")), rows)
            blocks.append(Details(f"{plural(len(self.still))} did not", (table,)))
        return html_of((*blocks, SPACE, *findings_view(self.findings)))


@public
def probe(
    step: Callable[[], Any],
    model: nn.Module,
    optimizer: Any,
    scheduler: Any = None,
    *,
    ignore: Iterable[Ignored] = (),
) -> Probe:
    """Run one training step, see what moved, and put everything back as it was.

    Put back, bit for bit: parameters, buffers, gradients, the optimizer's state and groups, those of optimizers inside
    it, the scheduler, the random numbers of torch, Python and numpy, and what the step names beside them: other models,
    a GradScaler, generators. It takes as much memory again as parameters, gradients and state.

    Args:
        step: forward, backward and ``optimizer.step()``, on a batch of the caller's.
        model: the model that is trained.
        optimizer: its optimizer, or a list of them, as `audit` takes them.
        scheduler: if the step moves one.
        ignore: codes or slugs to leave out, as in `audit`.

    Raises:
        InputError: not an optimizer, a code that does not exist, or a step that cannot be undone, before it is run: it
            draws from an iterator. What ``step`` raises is passed on, with everything put back.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> def step():
        ...     model[0](torch.ones(1, 2)).sum().backward()
        ...     optimizer.step()
        >>> print(pw.probe(step, model, optimizer))
        2 parameters moved
        <BLANKLINE>
        warning[PW504 no-gradient]: no gradient reached 2 parameters that the optimizer holds
           | 1.weight
           | 1.bias
        help: the step does not use them, or the graph is cut: detach(), no_grad(), an index, a constant
    """
    leave = Exclusions(ignore)
    live = Live(optimizers_of(optimizer), one_model(model), schedulers_of(scheduler), leave)
    names = live.catalog.names
    rate = {
        at: rate_of(group.get("lr"))
        for (_, group), members in zip(live.groups, live.members, strict=True)
        for at in members
    }
    trainable = [tensor.requires_grad for tensor in live.tensors]
    with put_back(live, step):
        before = [tensor.detach().clone() for tensor in live.tensors]
        with _gradients_at_step(live) as seen:
            step()
        moved = [not same(old, new) for old, new in zip(before, live.tensors, strict=True)]

    still: dict[str, str] = {}
    uninvited, without, rounded, unused = [], [], [], []
    if not seen.happened:  # gradients are accumulated, or a GradScaler skips the step
        stopped = Finding(
            code="PW506",
            level="warning",
            message="no optimizer took a step",
            help=("call optimizer.step() in the step; a GradScaler leaves it out where gradients are not finite",),
        )
        return Probe(_changed(names, moved), {}, Findings(leave([stopped])))
    for at, name in enumerate(names):
        held = at in rate
        if moved[at]:
            if not held or not trainable[at]:
                uninvited.append(at)
            elif seen.get(at, "none") != "some":
                without.append(at)
        elif held and trainable[at]:
            if at not in seen:
                still[name] = "no gradient reached it"
                unused.append(at)
            elif seen[at] != "some":
                still[name] = f"its gradient was {seen[at]}"
            elif rate[at] != 0:
                still[name] = "its update was rounded away"
                rounded.append(at)
            else:
                still[name] = "its learning rate was 0"
    shown = {
        code: tuple(names[at] for at in found if not leave.selects(code, live.catalog.parameters[at]))
        for code, found in (("PW502", without), ("PW504", unused), ("PW505", uninvited), ("PW603", rounded))
    }
    findings = Findings(leave(_findings(shown)))
    return Probe(_changed(names, moved), still, findings)


def _changed(names: Sequence[str], moved: Sequence[bool]) -> tuple[str, ...]:
    return tuple(name for name, one in zip(names, moved, strict=True) if one)


def _findings(found: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    names = found["PW505"]
    yield from about_names(
        "PW505",
        names,
        f"{plural(len(names))} moved that the optimizer should leave alone",
        "they are frozen or in no group: look for a left-over gradient, or an update in place",
    )
    names = found["PW502"]
    yield from about_names(
        "PW502",
        names,
        f"{plural(len(names))} moved though the gradient was zero: momentum or weight decay moved them",
        "if they should be frozen: requires_grad_(False), or pw.Rule(selector, freeze=True)",
        level="note",
    )
    names = found["PW504"]
    yield from about_names(
        "PW504",
        names,
        f"no gradient reached {plural(len(names))} that the optimizer holds",
        "the step does not use them, or the graph is cut: detach(), no_grad(), an index, a constant",
        level="warning",
    )
    names = found["PW603"]
    yield from about_names(
        "PW603",
        names,
        f"the update of {plural(len(names))} was rounded away: gradients came, values stayed",
        "keep the parameters in float32 and compute under autocast, or raise the learning rate",
        level="warning",
    )


class _Stepped(dict[int, str]):
    """For each position that an optimizer stepped with a gradient: whether that was zero, not finite, or neither."""

    happened = False


@contextmanager
def _gradients_at_step(live: Live) -> Iterator[_Stepped]:
    seen = _Stepped()

    def look(*_arguments: object) -> None:
        seen.happened = True
        for (_, group), members in zip(live.groups, live.members, strict=True):
            for at, tensor in zip(members, group["params"], strict=True):
                if at >= 0 and tensor.grad is not None and seen.get(at) != "some":
                    gradient = tensor.grad.detach()
                    values = gradient.coalesce().values() if gradient.is_sparse else gradient
                    finite = bool(values.isfinite().all())
                    seen[at] = "not finite" if not finite else "some" if bool((values != 0).any()) else "zero"

    # looked at before and after, since a closure computes gradients inside of step()
    handles = [one.register_step_pre_hook(look) for one in live.optimizers]
    handles += [one.register_step_post_hook(look) for one in live.optimizers]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()
