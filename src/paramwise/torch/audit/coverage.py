"""Which parameters an optimizer holds, and which it should: the checks PW201 to PW209."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import torch
from torch import nn

from paramwise.findings import Finding
from paramwise.libraries import LABEL_KEYS, SHAPE_BEFORE_ZERO
from paramwise.rules.checks import about_names
from paramwise.torch.live import Live, Optimizer, is_torchs, options_of
from paramwise.torch.memory import awaited, is_elsewhere
from paramwise.torch.sharding import mesh_of, meshes_of
from paramwise.words import plural


def uncovered(live: Live) -> Iterator[Finding]:
    """PW201: a trainable parameter in no group is never updated."""
    names = live.names("PW201", live.uncovered)
    yield from about_names(
        "PW201",
        names,
        f"{plural(len(names), 'trainable parameter')} in no group: never updated",
        "build the optimizer after the model is complete, or freeze them: requires_grad_(False)",
    )
    hidden = tuple(_unregistered(live))
    yield from about_names(
        "PW201",
        hidden,
        f"{plural(len(hidden))} with a gradient that parameters() does not see: never updated",
        "a list or a dict of modules does not register them: nn.ModuleList, nn.ModuleDict, nn.ParameterList",
    )

    beside = tuple(_beside(live))
    yield from about_names(
        "PW201",
        beside,
        f"{plural(len(beside))} of another model had a gradient, and no optimizer holds them",
        "if it is only used, as a teacher or a loss is: requires_grad_(False), or torch.no_grad(); else step it too",
        level="note",
    )


def _beside(live: Live) -> Iterator[str]:
    """Parameters of other models that ran: with a gradient, and in no optimizer when all optimizers have stepped."""
    if live.observed is None or len(live.observed.stepped) < len(live.observed.optimizers):
        return
    forgotten = live.observed.with_gradient - live.observed.held
    for model in live.observed.forwarded:
        if model is live.model:
            continue
        for name, tensor in model.named_parameters():
            if id(tensor) in forgotten and id(tensor) not in live.position:
                yield f"{type(model).__name__}: {name}"


def _unregistered(live: Live) -> Iterator[str]:
    """Parameters of modules in plain lists and dicts of the model that had a gradient and that no optimizer holds."""
    held = set(map(id, chain.from_iterable(group["params"] for _, group in live.groups)))
    seen: frozenset[int] = frozenset()
    if live.observed is not None:
        held |= live.observed.held
        seen = live.observed.with_gradient
    attributes: dict[tuple[str, ...], list[str]] = {}
    for module in live.modules:
        own = vars(module)
        keys = tuple(own)  # the same for most modules of a class
        if keys not in attributes:
            attributes[keys] = [key for key in keys if key not in _OF_EVERY_MODULE and not key.startswith("_")]
        for attribute in attributes[keys]:
            value = own[attribute]
            if not isinstance(value, (list, tuple, dict)) or len(value) > _LONGEST:
                continue
            for key, one in value.items() if isinstance(value, dict) else enumerate(value):
                found = one.named_parameters() if isinstance(one, nn.Module) else [("", one)]
                for inner, tensor in found:
                    if not isinstance(tensor, nn.Parameter) or getattr(tensor, "_is_flat_param", False):
                        continue  # FSDP1 keeps what it joins in a list; the optimizer steps views of it
                    trained = id(tensor) in seen or tensor.grad is not None
                    if trained and id(tensor) not in held and id(tensor) not in live.position:
                        yield f"{live.module_names[id(module)]}.{attribute}[{key!r}].{inner}".strip(".")


_OF_EVERY_MODULE = frozenset(vars(nn.Module()))
_LONGEST = 1000  # entries of a list that may hold modules


def frozen_in_group(live: Live) -> Iterator[Finding]:
    """PW202: a frozen parameter in a group costs memory, and moves again as soon as it has a gradient."""
    waiting = awaited()
    frozen = [at for at in live.held if not live.trainable[at] and id(live.tensors[at]) not in waiting]
    names = live.names("PW202", frozen)
    yield from about_names(
        "PW202",
        names,
        f"{plural(len(names), 'frozen parameter')} in a group",
        "leave them out: [p for p in model.parameters() if p.requires_grad]",
        level="note",
    )


def duplicates(live: Live) -> Iterator[Finding]:
    """PW203: a parameter that several groups hold is updated several times a step."""
    count = Counter(at for members in live.members for at in members if at >= 0)
    names = live.names("PW203", [at for at, times in count.items() if times > 1])
    yield from about_names(
        "PW203",
        names,
        f"{plural(len(names))} in groups more than once: every step updates them several times",
        "put each parameter in one group of one optimizer",
    )


def empty_groups(live: Live) -> Iterator[Finding]:
    """PW205: a group without parameters; a note where it differs from another group by its weight decay alone."""
    empty = [(of, group) for of, group in live.groups if not group["params"] and not is_elsewhere(of, group)]
    if not empty or all(not group["params"] for _, group in live.groups):  # PW207 names an optimizer of nothing
        return
    usual = all(_differs_by_decay_alone(live, optimizer, group) for optimizer, group in empty)
    at = [index for index, held in enumerate(live.groups) if any(held[1] is group for _, group in empty)]
    yield Finding(
        code="PW205",
        level="note" if usual else "warning",
        message=f"{plural(len(empty), 'group')} without parameters",
        evidence=tuple(f"group {index}" for index in at),
        help=("the filter that made it selects nothing: compare it with the names of `paramwise inspect`",),
    )


def not_the_models(live: Live) -> Iterator[Finding]:
    """PW206: the optimizer holds tensors that are not, or no longer, the model's."""
    evidence, shapes = [], []
    trained = frozenset() if live.observed is None else live.observed.with_gradient  # of a loss, or another model
    for (_, group), members in zip(live.groups, live.members, strict=True):
        names = group.get("param_names") or ()
        for index, at in enumerate(members):
            if at < 0 and id(group["params"][index]) not in trained:
                shapes.append(group["params"][index].shape)
                name = names[index] if index < len(names) else "a tensor"
                evidence.append(f"{name} {list(shapes[-1])}")
    if not evidence:
        return
    count = plural(len(evidence), "tensor")
    if live.copies.flat:
        yield Finding(
            code="PW206",
            level="note",
            message=f"The optimizer holds {count} that join parameters of the model, flattened: "
            "which parameter is where cannot be told",
            evidence=tuple(evidence),
            help=(
                "under DeepSpeed, audit its engine: pw.audit(engine)",
                "elsewhere (fairseq), audit the groups before the optimizer is wrapped",
            ),
        )
        return
    if not live.held and Counter(shapes) == Counter(tensor.shape for tensor in live.tensors):
        evidence.insert(0, "the model has parameters of the same shapes: it is a copy of the model that is trained")
    uncovered = tuple(live.catalog.names[at] for at in live.uncovered)
    yield Finding(
        code="PW206",
        level="error" if uncovered else "warning",
        message=f"The optimizer holds {count} that are not parameters of this model: steps move what it does not use",
        evidence=tuple(evidence),
        help=(
            "build the optimizer last: to_empty(), load_state_dict(assign=True), deepcopy(), weight_norm(), "
            "merging LoRA and fully_shard() make new tensors",
            "a moving average of a model is a copy: audit the model that is trained",
        ),
        names=uncovered,
    )


def trains_nothing(live: Live) -> Iterator[Finding]:
    """PW207: an optimizer, or Muon beside another, that got no trainable parameter."""
    for optimizer in live.optimizers:
        tensors = [tensor for of, group in live.groups if of is optimizer for tensor in group["params"]]
        waiting = awaited()
        if not tensors and any(is_elsewhere(optimizer, group) for group in optimizer.param_groups):
            continue
        if not any(tensor.requires_grad or id(tensor) in waiting for tensor in tensors):
            yield Finding(
                code="PW207",
                level="warning",
                message=f"{type(optimizer).__name__} trains nothing: it holds {plural(len(tensors), 'parameter')}"
                + (", all frozen" if tensors else ""),
                help=("what selects its parameters selects none: compare it with the names of `paramwise inspect`",),
            )
            continue
        sides = {bool(group["use_muon"]) for group in optimizer.param_groups if group["params"] and "use_muon" in group}
        if sides == {False} and "muon" in type(optimizer).__name__.lower():
            yield Finding(
                code="PW207",
                level="warning",
                message=f"{type(optimizer).__name__} has no parameter for Muon: every group has use_muon=False",
                help=("Muon is for hidden matrices: choose them by role, pw.plan(model, 'muon')",),
            )


def emptied_by_zero(live: Live) -> Iterator[Finding]:
    """PW208: parameters that ZeRO-3 emptied, which groups made by shape take for vectors."""
    matrices: list[int] = []
    vectors: list[int] = []
    for at, tensor in enumerate(live.tensors):
        shape = getattr(tensor, SHAPE_BEFORE_ZERO, None)
        if shape is not None and tuple(shape) != tuple(tensor.shape):
            (matrices if len(shape) > 1 else vectors).append(at)
    if not matrices:
        return
    treatments = {at: _treatment(group) for _, group, at in _each(live)}
    as_matrices = {treatments[at] for at in matrices if at in treatments}
    as_vectors = {treatments[at] for at in vectors if at in treatments}
    for_matrices = any(decay or muon for decay, muon in as_matrices)
    asked = any(
        bool(optimizer.defaults.get("weight_decay")) or "muon" in type(optimizer).__name__.lower()
        for optimizer in live.optimizers
    )
    if as_matrices and as_matrices <= as_vectors and asked and not for_matrices:
        names = live.names("PW208", [at for at in matrices if at in treatments])
        yield from about_names(
            "PW208",
            names,
            f"{plural(len(names), 'matrix')} that ZeRO-3 emptied get what vectors get: their shape here is [0]",
            f"sort parameters by name or role, or by p.{SHAPE_BEFORE_ZERO}, not by p.ndim or p.shape",
            level="warning",
        )


def mixed_tensors(live: Live) -> Iterator[Finding]:
    """PW209: plain and distributed tensors, or tensors of several meshes, in one group: kernels take no mix."""
    for index, (optimizer, group) in enumerate(live.groups):
        if len(meshes_of(group["params"])) < 2 or not is_torchs(optimizer):
            continue
        tensors = [tensor for tensor in group["params"] if tensor.requires_grad]
        meshes = Counter(_mesh(tensor) for tensor in tensors)
        if len(meshes) < 2:
            continue
        together = bool(group.get("foreach") or group.get("fused")) or (
            group.get("foreach") is None and group.get("fused") is None and any(not one.is_cpu for one in tensors)
        )
        kinds = ", ".join(f"{number} {what}" for what, number in meshes.items())
        yield Finding(
            code="PW209",
            level="error" if together and "plain" in meshes else "warning",
            message=f"group {index} of {type(optimizer).__name__} mixes tensors that no kernel takes together: {kinds}",
            evidence=("the first step raises" if together else "clip_grad_norm_ and foreach=True raise",),
            help=("give each kind its own group; fully_shard(ignored_params=...) leaves plain tensors behind",),
        )


def _mesh(tensor: torch.Tensor) -> str:
    """What a tensor is spread over, in words."""
    mesh = mesh_of(tensor)
    return "plain" if mesh is None else f"DTensor on {mesh}"


def _each(live: Live) -> Iterator[tuple[Optimizer, dict[str, Any], int]]:
    """Every parameter in a group: the optimizer, the group and the position."""
    for (optimizer, group), members in zip(live.groups, live.members, strict=True):
        for at in members:
            yield optimizer, group, at


def _treatment(group: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether a group has weight decay, and whether it is for Muon."""
    return bool(group.get("weight_decay")), bool(group.get("use_muon"))


def _differs_by_decay_alone(live: Live, optimizer: Optimizer, group: Mapping[str, Any]) -> bool:
    """Whether a group is the second of the usual two: some parameters with weight decay, the others without."""
    own = {key: repr(value) for key, value in options_of(group).items() if key not in ("weight_decay", *LABEL_KEYS)}
    for other_optimizer, other in live.groups:
        if other_optimizer is optimizer and other["params"]:
            options = options_of(other)
            if own == {key: repr(value) for key, value in options.items() if key not in ("weight_decay", *LABEL_KEYS)}:
                return True
    return False
