"""Models built by somebody else's code: with their values, or on the meta device, where nothing is computed or kept."""

from __future__ import annotations

from typing import Any, TypeGuard

import torch
from torch import nn


def device_for(values: bool) -> torch.device:
    """The device to build a model on, as a context manager: the CPU if its values are wanted, else the meta device."""
    return torch.device("cpu" if values else "meta")


def is_model(value: Any) -> TypeGuard[nn.Module]:
    """Whether something is an ``nn.Module``."""
    return isinstance(value, nn.Module)
