"""Parameters that stand for another one: what a hook before the forward pass computes a weight from.

`torch.nn.utils.weight_norm` keeps ``kernel_g`` and ``kernel_v`` for a ``kernel``; `spectral_norm` and the pruning
methods keep a ``kernel_orig`` beside buffers of their own. (Parametrizations are modules, and are walked as such.)
"""

from __future__ import annotations

from torch import nn


def reparametrized(key: str, module: nn.Module) -> str:
    """The attribute whose role a parameter has: the weight's own, or ``weight_g`` for the length in a weight norm."""
    weight, _, part = key.rpartition("_")
    if part == "orig" and any(f"{weight}_{one}" in module._buffers for one in ("mask", "u")):
        return weight
    parameters = module._parameters
    if part in ("g", "v") and all(f"{weight}_{one}" in parameters for one in "gv"):
        length, direction = (parameters[f"{weight}_{one}"] for one in "gv")
        if length is not None and direction is not None and _is_length(length, direction):
            return weight if part == "v" else "weight_g"
    return key


def _is_length(length: nn.Parameter, direction: nn.Parameter) -> bool:
    """Whether a tensor holds one number for each slice of another, or one for all, as in a weight norm."""
    if length.ndim == 0:
        return direction.ndim > 0
    sizes = list(zip(length.shape, direction.shape, strict=False))
    along = sum(one == whole for one, whole in sizes if whole > 1)
    return length.ndim == direction.ndim > 1 and along <= 1 and all(one in (1, whole) for one, whole in sizes)
