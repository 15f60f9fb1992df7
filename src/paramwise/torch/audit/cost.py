"""What a step costs without need, or more than people expect: the checks PW701 to PW703."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from paramwise.findings import Finding
from paramwise.torch.live import Live, Optimizer, is_torchs
from paramwise.torch.sharding import meshes_of
from paramwise.words import plural

_OF_A_RATE = re.compile(r"\['lr'\] == ")


def needless_groups(live: Live) -> Iterator[Finding]:
    """PW701: more groups than distinct settings; of torch's optimizers, since others may have reasons of their own.

    Groups of plain tensors, and of DTensors of each mesh, stay apart: no kernel takes them together.
    """
    for optimizer in live.optimizers:
        texts = [(text, meshes_of(group["params"])) for group, text in _filled_groups(live, optimizer)]
        distinct = len(set(texts))
        if distinct < len(texts) and is_torchs(optimizer):
            help_ = ["each group costs kernel launches at every step: merge those with equal settings"]
            if any(scheduler.optimizer is optimizer and hasattr(scheduler, "max_lrs") for scheduler in live.schedulers):
                help_.append("if they were built with different rates, a scheduler made them equal: keep the groups")
            yield Finding(
                code="PW701",
                level="note",
                message=f"{len(texts):,} groups of {type(optimizer).__name__}, where {distinct:,} would do",
                help=tuple(help_),
            )


def compiled_rates(live: Live) -> Iterator[Finding]:
    """PW702: a compiled step that was recompiled because a learning rate, a Python number, had changed.

    torch turns such a number into an input when it has changed once, unless compiling was asked to be static
    (``dynamic=False``). After eight versions it gives up and runs uncompiled.
    """
    utilities: Any = sys.modules.get("torch._dynamo.utils")
    if utilities is None or not any(map(_is_compiled_for_numbers, live.optimizers)):
        return
    reasons = [metrics.recompile_reason or "" for metrics in utilities.get_compilation_metrics()]
    count = sum(bool(_OF_A_RATE.search(reason)) for reason in reasons)
    if count > 1:  # the first time torch learns that the number changes
        yield Finding(
            code="PW702",
            level="warning",
            message=f"The compiled step was compiled again {plural(count, 'time')}, each for a new learning rate",
            help=("give the rate as a tensor, lr=torch.tensor(1e-3), and compile without dynamic=False",),
        )


def costly_groups(live: Live) -> Iterator[Finding]:
    """PW703: groups that are all needed, and cost a tenth of each step or more; an estimate, of AdamW and Adam.

    Few groups are left alone, whatever they cost beside a small model.
    """
    for optimizer in live.optimizers:
        groups = list(_filled_groups(live, optimizer))
        distinct = len({text for _, text in groups})
        if distinct < _MANY or not is_torchs(optimizer, torch.optim.AdamW, torch.optim.Adam):
            continue
        tensors = [tensor for group, _ in groups for tensor in group["params"]]
        on = tensors[0].device.type
        values = sum(tensor.numel() for tensor in tensors)
        moving = values * _BYTES / _BANDWIDTH.get(on, _FAST)
        switching = len(groups) * _PER_GROUP
        if switching > 0.1 * (moving + switching):
            yield Finding(
                code="PW703",
                level="note",
                message=f"{len(groups):,} groups cost about {switching * 1e3:.0f} ms of each step, "
                f"{switching / (moving + switching):.0%} of it",
                evidence=(f"{distinct:,} distinct settings, {plural(values, 'value')}, on {on}",),
                help=("give neighbours the same rate, for instance a rate for each block and not for each tensor",),
            )


_MANY = 100  # groups
_PER_GROUP = 50e-6  # seconds; 25 to 70 microseconds were measured (docs/performance.md)
_BYTES = 28  # that AdamW reads and writes for each value
_BANDWIDTH, _FAST = {"cpu": 20e9}, 2e12  # bytes a second, of a processor and of an accelerator


def _filled_groups(live: Live, optimizer: Optimizer) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The groups of an optimizer that hold parameters, and the settings of each as text."""
    for (of, group), text in zip(live.groups, live.settings, strict=True):
        if of is optimizer and group["params"]:
            yield group, text


def _is_compiled_for_numbers(optimizer: Optimizer) -> bool:
    """Whether torch.compile has traced an optimizer's step, whose state it marks, with a rate that is not a tensor."""
    if all(isinstance(group.get("lr"), torch.Tensor) for group in optimizer.param_groups):
        return False
    kept = (value for state in optimizer.state.values() if isinstance(state, dict) for value in state.values())
    return any(isinstance(value, torch.Tensor) and hasattr(value, "_dynamo_static_input_type") for value in kept)
