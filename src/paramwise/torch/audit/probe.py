"""Did it move? One real step on the caller's own batch, held against what the optimizer should move, and undone."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from paramwise.findings import Finding, Findings
from paramwise.rules.checks import about_names
from paramwise.rules.subject import Exclusions, Ignored
from paramwise.torch.live import Live, Optimizer, optimizers_of, schedulers_of
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

    Put back, bit for bit: parameters, buffers, gradients, the optimizer's state and groups, the scheduler, and the
    random numbers of torch, Python and numpy. It takes as much memory again as parameters, gradients and state.

    Args:
        step: forward, backward and ``optimizer.step()``, on a batch of the caller's.
        model: the model that is trained.
        optimizer: its optimizer, or a list of them, as `audit` takes them.
        scheduler: if the step moves one.
        ignore: codes or slugs to leave out, as in `audit`.

    Raises:
        InputError: not an optimizer, or no such code. What ``step`` raises is passed on, with everything put back.

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
    live = Live(optimizers_of(optimizer), model, schedulers_of(scheduler))
    leave = Exclusions(ignore)
    names = live.catalog.names
    rate = {at: group["lr"] for (_, group), members in zip(live.groups, live.members, strict=True) for at in members}
    trainable = [tensor.requires_grad for tensor in live.tensors]
    with _put_back(live):
        before = [tensor.detach().clone() for tensor in live.tensors]
        with _gradients_at_step(live) as seen:
            step()
        moved = [not _same(old, new) for old, new in zip(before, live.tensors, strict=True)]

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


def _same(old: torch.Tensor, new: torch.Tensor) -> bool:
    """Whether two tensors are equal, NaN to NaN."""
    new = new.detach()
    return bool(((old == new) | ((old != old) & (new != new))).all())


@contextmanager
def _put_back(live: Live) -> Iterator[None]:
    """Whatever happens inside, all is as before afterwards."""
    tensors = live.tensors
    values = [tensor.detach().clone() for tensor in tensors]
    gradients = [(tensor.grad, None if tensor.grad is None else tensor.grad.detach().clone()) for tensor in tensors]
    wanted = [tensor.requires_grad for tensor in tensors]
    buffers = [(buffer, buffer.detach().clone()) for buffer in live.model.buffers()]
    modes = [(module, module.training) for module in live.model.modules()]
    states = [_state(one) for one in live.optimizers]
    schedules = [(one, copy.deepcopy(one.state_dict())) for one in live.schedulers]
    randomness = _random()
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value, (gradient, old), needed in zip(tensors, values, gradients, wanted, strict=True):
                tensor.requires_grad_(needed)
                tensor.copy_(value)
                tensor.grad = gradient
                if gradient is not None and old is not None:
                    gradient.copy_(old)
            for buffer, value in buffers:
                buffer.copy_(value)
        for module, training in modes:
            module.training = training
        for optimizer, state in zip(live.optimizers, states, strict=True):
            _restore(optimizer, *state)
        for scheduler, saved in schedules:
            scheduler.load_state_dict(saved)
        _restore_random(*randomness)


def _state(optimizer: Optimizer) -> tuple[dict[Any, Any], list[dict[str, Any]]]:
    """The optimizer's state, copied, and the options of its groups."""
    kept = {tensor: {key: _copied(value) for key, value in held.items()} for tensor, held in optimizer.state.items()}
    return kept, [
        {key: _copied(value) for key, value in group.items() if key != "params"} for group in optimizer.param_groups
    ]


def _restore(optimizer: Optimizer, state: dict[Any, Any], groups: list[dict[str, Any]]) -> None:
    for tensor in [one for one in optimizer.state if one not in state]:
        del optimizer.state[tensor]
    for tensor, held in state.items():
        now = optimizer.state[tensor]
        for key in [one for one in now if one not in held]:
            del now[key]
        for key, value in held.items():
            if isinstance(value, torch.Tensor) and isinstance(now.get(key), torch.Tensor):
                now[key].copy_(value)
            else:
                now[key] = value
    for group, options in zip(optimizer.param_groups, groups, strict=True):
        for key in [one for one in group if one != "params" and one not in options]:
            del group[key]
        group.update(options)


def _copied(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)


def _random() -> tuple[Any, ...]:
    numpy = sys.modules.get("numpy")
    return (
        torch.get_rng_state(),
        torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        random.getstate(),
        None if numpy is None else numpy.random.get_state(),
    )


def _restore_random(cpu: torch.Tensor, cuda: list[torch.Tensor], python: Any, numpy: Any) -> None:
    torch.set_rng_state(cpu)
    if cuda:
        torch.cuda.set_rng_state_all(cuda)
    random.setstate(python)
    if numpy is not None:
        sys.modules["numpy"].random.set_state(numpy)
