"""Updates and decays that a parameter's dtype rounds away: PW601 and PW602."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import torch

from paramwise.findings import Finding, Level
from paramwise.torch.audit.options import ADAPTIVE
from paramwise.torch.live import Live, is_torchs, rate_of
from paramwise.torch.memory import copied_by
from paramwise.words import plural

_CHECKS: tuple[tuple[str, str, Level], ...] = (("PW601", "the update", "warning"), ("PW602", "weight decay", "note"))


def rounding(live: Live) -> Iterator[Finding]:
    """PW601, PW602: an update, or a decay, below half a unit in the last place of the values it is for.

    Adam's update is about as large as the learning rate. Values are rounded to the nearest, so that a smaller step than
    half the distance to the next number leaves them as they are (IEEE 754). Typical is the root of the mean square.
    """
    stuck: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for (optimizer, group), members, rate in zip(live.groups, live.members, live.peaks, strict=True):
        adaptive = is_torchs(optimizer, *ADAPTIVE) or type(optimizer).__name__ == "Lion"
        # decay on its own, as AdamW does it; fused kernels round once, update and decay together
        decoupled = group.get("decoupled_weight_decay") and not group.get("fused") and is_torchs(optimizer)
        decay = (rate_of(group.get("weight_decay")) or 0.0) if decoupled else 0.0
        if not rate or not (adaptive or decay) or copied_by(optimizer) is not None:  # copies of float32
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
            elif decay and rate * decay < (least := _least_decay(size, down, tensor.dtype)):
                stuck["PW602"].append((least / decay, rate, at))
    for code, what, level in _CHECKS:
        found = {at: (needed, rate) for needed, rate, at in stuck[code]}
        names = live.names(code, list(found))
        if names:
            needed = max(needed for needed, _ in found.values())
            rates = sorted({rate for _, rate in found.values()})
            dtypes = sorted({live.kind(at).dtype for at in found})
            yield Finding(
                code=code,
                level=level,
                message=f"{what} rounds away on {plural(len(names))} of {', '.join(dtypes)} at learning rate "
                f"{', '.join(f'{rate:.3g}' for rate in rates)}",
                evidence=(f"from {needed:.3g} on it would move all of them", *names),
                help=(_remedy(found, live),),
                names=names,
            )


def _remedy(found: dict[int, tuple[float, float]], live: Live) -> str:
    if all(live.kind(at).dtype in ("float32", "float64") for at in found):
        return "raise the learning rate or the decay: their product is too small for this dtype"
    return "keep the parameters in float32 and compute under autocast, or raise the rate"


def _least_decay(size: float, down: float, dtype: torch.dtype) -> float:
    """The least learning rate times decay that moves values of a size.

    torch multiplies by ``1 - lr * decay``. For 16 bits it does so in float32 and rounds the product. For float32 and
    float64 the factor itself is rounded first: below a quarter of the dtype's epsilon it is 1, and from there on every
    value moves.
    """
    info = torch.finfo(dtype)
    return down / size if info.bits <= 16 else float(info.eps) / 4


def _typical(chosen: Sequence[tuple[int, torch.Tensor]]) -> Iterator[tuple[int, float, torch.Tensor]]:
    """Root mean squares; one kernel for all tensors of a device and dtype."""
    alike: dict[tuple[torch.device, torch.dtype], list[tuple[int, torch.Tensor]]] = defaultdict(list)
    for at, tensor in chosen:
        local = tensor.to_local() if hasattr(tensor, "to_local") else tensor  # of a sharded one, this rank's part
        if local.numel() and torch.finfo(local.dtype).bits >= 16:
            alike[local.device, local.dtype].append((at, local.detach()))
    for (_, dtype), found in alike.items():
        wide = torch.float64 if dtype == torch.float64 else torch.float32
        norms = torch.stack(torch._foreach_norm([tensor for _, tensor in found], dtype=wide)).tolist()
        for (at, tensor), norm in zip(found, norms, strict=True):
            if norm > 0 and math.isfinite(norm):
                yield at, norm / math.sqrt(tensor.numel()), tensor


def _half_units(size: float, dtype: torch.dtype) -> tuple[float, float]:
    """Half the distance from a size to the next number of a dtype: towards zero, and away from it."""
    info = torch.finfo(dtype)
    power = 2.0 ** math.floor(math.log2(max(size, info.tiny)))
    up = float(info.eps) * power / 2
    return (up / 2 if size == power else up), up
