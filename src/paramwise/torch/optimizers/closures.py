"""The closure that torch's optimizers take."""

from __future__ import annotations

from collections.abc import Callable

import torch


def loss_of(closure: Callable[[], float] | None) -> float | None:
    """What the closure of a step gives, computed with derivatives; None without a closure."""
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()
