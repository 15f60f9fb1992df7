"""A live optimizer read back: what is wrong or surprising about it, whoever built it."""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import nn

from paramwise.findings import Finding, Findings, InputError
from paramwise.libraries import MEANT, NOT_OPTIONS
from paramwise.model.catalog import uncollected
from paramwise.rules.checks import about_names, check_subject
from paramwise.rules.subject import Exclusions, Ignored
from paramwise.torch.audit.schedules import (
    flattened_rates,
    floor_above_rate,
    groups_after_scheduler,
    peaks,
    shared_floors,
)
from paramwise.torch.live import Live, Optimizer, optimizers_of, peak_rate, schedulers_of
from paramwise.torch.memory import awaited
from paramwise.torch.observed import Observed
from paramwise.words import nearest, plural, public

_ADAPTIVE = (torch.optim.Adam, torch.optim.NAdam, torch.optim.RAdam, torch.optim.Adamax)
_COUPLED = (*_ADAPTIVE, torch.optim.Adagrad, torch.optim.Adadelta, torch.optim.RMSprop)


@public
@uncollected
def audit(
    optimizer: Any,
    model: nn.Module,
    scheduler: Any = None,
    *,
    ignore: Iterable[Ignored] = (),
    observed: Observed | None = None,
) -> Findings:
    """What is wrong or surprising about any optimizer of a model.

    Nothing is changed: neither values, nor gradients, nor groups, nor random numbers.

    Args:
        optimizer: a ``torch.optim.Optimizer``, one wrapped by Accelerate or Lightning, or a list of them.
        model: whose parameters they train; wrapped ones too.
        scheduler: one or a list, of torch's interface; then schedules are checked as well.
        ignore: codes or slugs to leave out, or pairs of one and a selector of the parameters it is not asked about.
        observed: what ran forward, what had gradients, and which other optimizers there are, as `watch` saw it.

    Raises:
        InputError: not an optimizer, not a model, or no such code.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
        >>> pw.audit(torch.optim.AdamW(model.parameters(), weight_decay=0.1), model).codes
        ('PW103',)
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.audit(optimizer, model)")
    live = Live(optimizers_of(optimizer), model, schedulers_of(scheduler))
    leave = Exclusions(ignore)
    own = [finding for check in CHECKS for finding in check(live, leave)]
    return Findings([*leave(own), *check_subject(live.subject, leave)])


Check = Callable[[Live, Exclusions], Iterator[Finding]]


# ------------------------------------------------------------------------------------------------------- coverage


def uncovered(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW201: a trainable parameter in no group is never updated."""
    names = _names(live, leave, "PW201", live.uncovered)
    yield from about_names(
        "PW201",
        names,
        f"{plural(len(names), 'trainable parameter')} in no group: never updated",
        "build the optimizer after the model is complete, or freeze them: requires_grad_(False)",
    )


def frozen_in_group(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW202: a frozen parameter in a group costs memory, and moves again as soon as it has a gradient."""
    waiting = awaited()
    frozen = [at for members in live.members for at in members if at >= 0]
    frozen = [at for at in frozen if not live.kind(at).trainable and id(live.tensors[at]) not in waiting]
    names = _names(live, leave, "PW202", frozen)
    yield from about_names(
        "PW202",
        names,
        f"{plural(len(names), 'frozen parameter')} in a group",
        "leave them out: [p for p in model.parameters() if p.requires_grad]",
        level="note",
    )


def duplicates(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW203: a parameter that is held more than once is stepped more than once."""
    count = Counter(at for members in live.members for at in members if at >= 0)
    names = _names(live, leave, "PW203", [at for at, times in count.items() if times > 1])
    yield from about_names(
        "PW203",
        names,
        f"{plural(len(names))} held more than once: each step moves them as often",
        "put each parameter in one group of one optimizer",
    )


def empty_groups(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW205: a group without parameters."""
    empty = [f"group {index}" for index, (_, group) in enumerate(live.groups) if not group["params"]]
    if empty:
        yield Finding(
            code="PW205",
            level="warning",
            message=f"{plural(len(empty), 'group')} without parameters",
            evidence=tuple(empty),
            help=("the filter that made it selects nothing: compare it with the names of `paramwise inspect`",),
        )


def not_the_models(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW206: the optimizer holds tensors that are not, or no longer, the model's."""
    evidence = []
    count = 0
    for (_, group), members in zip(live.groups, live.members, strict=True):
        names = group.get("param_names", ())
        for index, at in enumerate(members):
            if at < 0:
                count += 1
                name = names[index] if index < len(names) else "a tensor"
                evidence.append(f"{name} {list(group['params'][index].shape)}")
    if not count:
        return
    yield Finding(
        code="PW206",
        level="error" if live.uncovered else "warning",
        message=f"{plural(count, 'tensor')} in the optimizer not the model's: steps move what the model does not use",
        evidence=tuple(evidence),
        help=(
            "build the optimizer last: to_empty(), load_state_dict(assign=True), deepcopy(), weight_norm(), "
            "merging LoRA and fully_shard() make new tensors",
        ),
        names=tuple(live.catalog.names[at] for at in live.uncovered),
    )


# -------------------------------------------------------------------------------------------------------- options


def unread_options(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW301: an option in a group that the optimizer never reads."""
    scaled = any(type(one).__module__.startswith("timm.") for one in live.schedulers)
    unread: dict[tuple[type, str], list[dict[str, Any]]] = defaultdict(list)
    for optimizer, group in live.groups:
        for key in group.keys() - optimizer.defaults.keys() - NOT_OPTIONS:
            label = isinstance(group[key], str) or (
                isinstance(group[key], (list, tuple)) and all(isinstance(one, str) for one in group[key])
            )
            if not label and not (key == "lr_scale" and scaled):
                unread[type(optimizer), key].append(group)
    for (cls, key), groups in sorted(unread.items(), key=lambda item: item[0][1]):
        if _reads(cls, key):
            continue
        optimizer = next(one for one, group in live.groups if group is groups[0])
        meant = next(iter(nearest(key, optimizer.defaults)), None) or MEANT.get(key)
        values = ", ".join(sorted({f"{group[key]}" for group in groups}))
        evidence = [f"given: {key} {values}"]
        if meant in optimizer.defaults:
            of_class = [group for one, group in live.groups if type(one) is cls]
            force: Counter[str] = Counter()
            for group in of_class:
                force[f"{group[meant]}"] += len(group["params"])
            total = sum(force.values())
            for value, number in force.items():
                all_ = f"all {number:,}" if number == total else f"{number:,} of {total:,}"
                evidence.append(f"in force: {meant} {value} on {all_} parameters")
        yield Finding(
            code="PW301",
            message=f"{cls.__name__} never reads `{key}`, which {plural(len(groups), 'group')} set",
            evidence=tuple(evidence),
            help=(f"did you mean `{meant}`?" if meant else f"{cls.__name__} reads: {', '.join(optimizer.defaults)}",),
        )


def coupled_decay(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW302: an adaptive optimizer adds the decay to the gradient, where it is scaled with it."""
    names = sorted(
        {
            type(optimizer).__name__
            for optimizer, group in live.groups
            if isinstance(optimizer, _COUPLED)
            and group.get("weight_decay")
            and not group.get("decoupled_weight_decay")
            and group["params"]
        }
    )
    if names:
        yield Finding(
            code="PW302",
            level="note",
            message=f"{', '.join(names)} adds weight decay to the gradient: parameters with large gradients decay less",
            help=("for decay apart from the gradient: AdamW, or decoupled_weight_decay=True where the class has it",),
        )


def dropped_decay(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW303: weight decay was given to the optimizer, and every group sets it to 0."""
    for optimizer in live.optimizers:
        given = optimizer.defaults.get("weight_decay")
        usual = inspect.signature(type(optimizer).__init__).parameters.get("weight_decay")
        asked = isinstance(given, (int, float)) and given > 0 and (usual is None or usual.default != given)
        if asked and not any(group.get("weight_decay") for group in optimizer.param_groups):
            yield Finding(
                code="PW303",
                level="warning",
                message=f"{type(optimizer).__name__} was given weight decay {given}, and no group has any",
                evidence=tuple(f"group {index}: weight_decay 0" for index in range(len(optimizer.param_groups))),
                help=("what made the groups dropped it: set weight_decay in the groups that should have it",),
            )


# -------------------------------------------------------------------------------------------------------- freezing


def zero_rates(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW501: a learning rate of 0 is not frozen."""
    cycled = {  # CyclicLR leaves no other trace of a rate above 0 in groups whose cycle begins at 0
        id(group)
        for one in live.schedulers
        if not hasattr(one, "min_lrs")
        for group, rate in zip(one.optimizer.param_groups, peaks(one), strict=False)
        if rate
    }
    still = []
    for (_, group), members, built in zip(live.groups, live.members, live.built, strict=True):
        if (peak_rate(group) == 0 and id(group) not in cycled) or built == 0:
            still += [at for at in members if at >= 0 and live.kind(at).trainable]
    names = _names(live, leave, "PW501", still)
    yield from about_names(
        "PW501",
        names,
        f"{plural(len(names))} with learning rate 0, not frozen: a schedule can move them",
        "freeze them: requires_grad_(False), or pw.Rule(selector, freeze=True)",
        level="warning",
    )


def leftover_gradients(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW503: a frozen parameter that still has a gradient is moved by the next step."""
    left = [
        at
        for (_, group), members in zip(live.groups, live.members, strict=True)
        for at, tensor in zip(members, group["params"], strict=True)
        if at >= 0 and not tensor.requires_grad and tensor.grad is not None and peak_rate(group) != 0
    ]
    names = _names(live, leave, "PW503", left)
    yield from about_names(
        "PW503",
        names,
        f"{plural(len(names), 'frozen parameter')} with a left-over gradient: the next step moves them",
        "after freezing: optimizer.zero_grad(set_to_none=True), or p.grad = None",
    )


# ------------------------------------------------------------------------------------------------------- precision


def rounding(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW601, PW602: an update, or a decay, below half a unit in the last place of the values it is for.

    Adam's update is about as large as the learning rate. Values are rounded to the nearest, so that a smaller step than
    half the distance to the next number leaves them as they are (IEEE 754). Typical is the root of the mean square.
    """
    stuck: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for (optimizer, group), members in zip(live.groups, live.members, strict=True):
        rate = peak_rate(group)
        adaptive = isinstance(optimizer, _ADAPTIVE) or "lion" in type(optimizer).__name__.lower()
        # decay on its own, as AdamW does it; fused kernels round once, update and decay together
        decoupled = group.get("decoupled_weight_decay") and not group.get("fused")
        decay = (group.get("weight_decay") or 0.0) if decoupled else 0.0
        if not rate or not (adaptive or decay):
            continue
        chosen = [
            (at, tensor)
            for at, tensor in zip(members, group["params"], strict=True)
            if at >= 0 and tensor.requires_grad and tensor.is_floating_point() and not tensor.is_meta
        ]
        for at, size, tensor in _typical(chosen):
            down, up = _half_units(size, tensor.dtype)
            if adaptive and rate < down:
                stuck["PW601"].append((up, rate, at))
            elif decay and rate * decay * size < down:
                stuck["PW602"].append((down / (decay * size), rate, at))
    for code, what, level in (("PW601", "the update", "warning"), ("PW602", "weight decay", "note")):
        found = {at: (needed, rate) for needed, rate, at in stuck[code]}
        names = _names(live, leave, code, list(found))
        if names:
            needed = max(needed for needed, _ in found.values())
            rates = sorted({rate for _, rate in found.values()})
            dtypes = sorted({live.kind(at).dtype for at in found})
            yield Finding(
                code=code,
                level="warning" if level == "warning" else "note",
                message=f"{what} rounds away on {plural(len(names))} of {', '.join(dtypes)} at learning rate "
                f"{', '.join(f'{rate:.3g}' for rate in rates)}",
                evidence=(f"from {needed:.3g} on it would move all of them", *names),
                help=("keep the parameters in float32 and compute under autocast, or raise the rate",),
                names=names,
            )


def _typical(chosen: Sequence[tuple[int, torch.Tensor]]) -> Iterator[tuple[int, float, torch.Tensor]]:
    """Root mean squares; one kernel for all tensors of a device and dtype."""
    alike: dict[tuple[torch.device, torch.dtype], list[tuple[int, torch.Tensor]]] = defaultdict(list)
    for at, tensor in chosen:
        local = tensor.to_local() if hasattr(tensor, "to_local") else tensor  # of a sharded one, this rank's part
        if local.numel() and torch.finfo(local.dtype).bits >= 16:
            alike[local.device, local.dtype].append((at, local.detach()))
    for found in alike.values():
        norms = torch.stack(torch._foreach_norm([tensor for _, tensor in found], dtype=torch.float32)).tolist()
        for (at, tensor), norm in zip(found, norms, strict=True):
            if norm > 0 and math.isfinite(norm):
                yield at, norm / math.sqrt(tensor.numel()), tensor


def _half_units(size: float, dtype: torch.dtype) -> tuple[float, float]:
    """Half the distance from a size to the next number of a dtype: towards zero, and away from it."""
    info = torch.finfo(dtype)
    power = 2.0 ** math.floor(math.log2(max(size, info.tiny)))
    up = float(info.eps) * power / 2
    return (up / 2 if size == power else up), up


# ------------------------------------------------------------------------------------------------------------ cost


def needless_groups(live: Live, leave: Exclusions) -> Iterator[Finding]:
    """PW701: more groups than distinct settings."""
    for optimizer in live.optimizers:
        texts = [text for (of, _), text in zip(live.groups, live.settings, strict=True) if of is optimizer]
        distinct = len(set(texts))
        if distinct < len(texts):
            yield Finding(
                code="PW701",
                level="note",
                message=f"{len(texts):,} groups of {type(optimizer).__name__}, where {distinct:,} would do",
                help=("each group costs kernel launches at every step: merge those with equal settings",),
            )


CHECKS: tuple[Check, ...] = (
    uncovered,
    frozen_in_group,
    duplicates,
    empty_groups,
    not_the_models,
    unread_options,
    coupled_decay,
    dropped_decay,
    flattened_rates,
    floor_above_rate,
    groups_after_scheduler,
    shared_floors,
    zero_rates,
    leftover_gradients,
    rounding,
    needless_groups,
)


def _names(live: Live, leave: Exclusions, code: str, positions: Sequence[int]) -> tuple[str, ...]:
    """Names of what a check found, without what it is not asked about; in catalog order."""
    if not leave.parameters.get(code):
        return tuple(live.catalog.names[at] for at in sorted(set(positions)))
    found = [live.catalog.parameters[at] for at in sorted(set(positions))]
    return tuple(parameter.name for parameter in found if not leave.selects(code, parameter))


def _reads(cls: type, key: str) -> bool:
    """Whether the code of an optimizer's class names an option; True where there is no code to look at."""
    for base in cls.__mro__:
        if base in (Optimizer, object):
            continue
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError, SyntaxError):
            return True
        if any(isinstance(node, ast.Constant) and node.value == key for node in ast.walk(tree)):
            return True
    return False
