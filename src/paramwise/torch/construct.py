"""Where models are built: on the CPU with their values, or on the meta device without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeGuard

import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from paramwise.findings import InputError

MOST_PARAMETERS = 20_000  # about 2 s to build; the largest models have a few thousand


def device_for(values: bool) -> torch.device:
    """The device to build a model on, used as a context manager: the CPU for values, or else meta."""
    return torch.device("cpu" if values else "meta")


@contextmanager
def bounded() -> Iterator[None]:
    """Refuse a model of more than `MOST_PARAMETERS` while it is built: a configuration of a few lines can ask for that.

    Raises:
        InputError: as soon as the model has more parameters.
    """
    count = 0

    def counting(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        nonlocal count
        count += 1
        if count > MOST_PARAMETERS:
            raise InputError(f"more than {MOST_PARAMETERS:,} parameters", help="check the sizes in its configuration")

    hook = register_module_parameter_registration_hook(counting)
    try:
        yield
    finally:
        hook.remove()


def is_model(value: Any) -> TypeGuard[nn.Module]:
    """Whether a value is an ``nn.Module``."""
    return isinstance(value, nn.Module)
