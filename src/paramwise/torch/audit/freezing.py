"""What is frozen and moves, or trains and does not: the checks PW501, PW503 and PW507."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from paramwise.findings import Finding
from paramwise.libraries import OWN_RATE_KEYS
from paramwise.rules.checks import about_names
from paramwise.torch.audit.schedules import peaks
from paramwise.torch.live import Live, peak_rate, rate_of
from paramwise.words import plural


def zero_rates(live: Live) -> Iterator[Finding]:
    """PW501: a learning rate of 0 is not frozen."""
    names = live.names("PW501", zero_positions(live))
    yield from about_names(
        "PW501",
        names,
        f"{plural(len(names))} with learning rate 0, not frozen: a schedule can move them",
        "freeze them: requires_grad_(False), or pw.Rule(selector, freeze=True)",
        level="warning",
    )


def zero_positions(live: Live) -> list[int]:
    """The positions of unfrozen parameters whose learning rate is 0, and not only at the start of a warm-up."""
    cycled = {  # CyclicLR leaves no other trace of a rate above 0 in groups whose cycle begins at 0
        id(group)
        for scheduler in live.schedulers
        if not hasattr(scheduler, "min_lrs")
        for group, rate in zip(scheduler.optimizer.param_groups, peaks(scheduler), strict=False)
        if rate
    }
    # a loop that warms up from 0 leaves no trace: whoever watches looks again
    warming_up = live.observed is not None and not any(rate_of(group.get("lr")) for _, group in live.groups)
    still = []
    for (_, group), members, built in zip(live.groups, live.members, live.built, strict=True):
        if any(group.get(key) for key in OWN_RATE_KEYS):  # the optimizer makes its own rate
            continue
        stopped = peak_rate(group) == 0 and id(group) not in cycled and not warming_up
        if stopped or (built == 0 and any(live.peaks)):
            still += [at for at in members if at >= 0 and live.trainable[at]]
    return still


def leftover_gradients(live: Live) -> Iterator[Finding]:
    """PW503: a frozen parameter that still has a gradient is moved by the next step."""
    left = [
        at
        for (_, group), members in zip(live.groups, live.members, strict=True)
        for at, tensor in zip(members, group["params"], strict=True)
        if not tensor.requires_grad and at >= 0 and tensor.grad is not None and peak_rate(group) != 0
    ]
    names = live.names("PW503", left)
    yield from about_names(
        "PW503",
        names,
        f"{plural(len(names), 'frozen parameter')} with a left-over gradient: the next step moves them",
        "after freezing: optimizer.zero_grad(set_to_none=True), or p.grad = None",
    )


def moving_statistics(live: Live) -> Iterator[Finding]:
    """PW507: a frozen normalisation in training mode, whose running statistics move at every forward pass.

    Not reported: one without weights, which nobody froze; and one of a copy that follows a trained twin beside it, as
    the momentum encoder of MoCo and the target network of BYOL do.
    """
    if not any(kind.trainable for kind in live.catalog.kinds):
        return
    trained = frozenset() if live.observed is None else live.observed.held  # by another optimizer, which takes turns
    frozen = [
        live.module_names[id(module)]
        for module in live.modules
        if isinstance(module, _NormBase)
        and module.training
        and module.running_mean is not None
        and module.momentum != 0
        and module.weight is not None
        and not module.weight.requires_grad
        and not (module.bias is not None and module.bias.requires_grad)
        and id(module.weight) not in trained
    ]
    moving = [name for name in frozen if not _has_trained_twin(live.model, name)]
    yield from about_names(
        "PW507",
        moving,
        f"{plural(len(moving), 'normalisation')} with frozen weights in training mode: their running statistics move",
        "put them in evaluation mode after each model.train(): module.eval()",
        level="warning",
    )


def _has_trained_twin(model: nn.Module, name: str) -> bool:
    """Whether a module is inside of a copy of a module beside it that is trained."""
    parts = name.split(".")
    for depth, part in enumerate(parts):
        parent = model.get_submodule(".".join(parts[:depth]))
        if part.isdecimal():  # the blocks of a series are alike without being copies
            continue
        own = _shapes(parent.get_submodule(part))
        for other, sibling in parent.named_children():
            if other != part and any(p.requires_grad for p in sibling.parameters()) and _shapes(sibling) == own:
                return len(own) > 2  # two norms side by side are alike without being copies
    return False


def _shapes(module: nn.Module) -> list[tuple[str, object]]:
    return [(name, tensor.shape) for name, tensor in module.named_parameters()]
