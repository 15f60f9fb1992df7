"""Where models are built: on the CPU with their values, or on the meta device without."""

from __future__ import annotations

from typing import Any, TypeGuard

import torch
from torch import nn


def device_for(values: bool) -> torch.device:
    """The device to build a model on, used as a context manager: the CPU if values are wanted, or else meta."""
    return torch.device("cpu" if values else "meta")


def is_model(value: Any) -> TypeGuard[nn.Module]:
    """Whether a value is an ``nn.Module``."""
    return isinstance(value, nn.Module)
