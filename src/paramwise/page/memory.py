"""What training holds in memory for each parameter: values, gradient, and the optimizer's running state."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from paramwise.files.headers import DTYPES
from paramwise.libraries import STATE_TENSORS
from paramwise.rules.rule import Settings

ASSUMED = "AdamW"
"""The optimizer where the plan names none."""

_BITS = dict(DTYPES.values())
_COUNTER = 4  # bytes: torch keeps step counters as float32


def value_bytes(dtype: str, numel: int) -> int | None:
    """How many bytes the values take; None where the dtype is not known.

    >>> value_bytes("bfloat16", 10)
    20
    """
    return None if dtype not in _BITS else (_BITS[dtype] * numel + 7) // 8


def state_bytes(optimizer: str, settings: Settings, dtype: str, shape: Sequence[int]) -> int | None:
    """How many bytes of running state an optimizer of torch keeps for one parameter; None where this is not known.

    Args:
        optimizer: its name, in any case.
        settings: of the parameter's group: momentum, ``amsgrad`` and ``centered`` each add a tensor.
        dtype: of the parameter; the state has the same.
        shape: of the parameter, as the state has it.

    >>> state_bytes("AdamW", {}, "float32", (10, 10))
    804
    >>> state_bytes("SGD", {"momentum": 0.9}, "float32", (10, 10))
    400
    """
    name = optimizer.lower()
    if name == "adafactor":  # a mean for each row and each column in place of one for each value
        numel = prod(shape) if len(shape) < 2 else prod(shape[:-1]) + prod((*shape[:-2], shape[-1]))
        held = value_bytes(dtype, numel)
        return None if held is None else held + _COUNTER
    if name not in STATE_TENSORS:
        return None
    tensors, counters = STATE_TENSORS[name]
    tensors += sum(bool(settings.get(option)) for option in _ADDED.get(name, ()))
    held = value_bytes(dtype, tensors * prod(shape))
    return None if held is None else held + counters * _COUNTER


_ADDED = {
    "adam": ("amsgrad",),
    "adamw": ("amsgrad",),
    "sgd": ("momentum",),
    "rmsprop": ("momentum", "centered"),
}
"""Options that each add a tensor to the state."""
