"""What a parameter is in the network: its role, and the layer it is in.

Works on names and class names alone, so that it serves models and checkpoint headers alike and needs no torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ROLES = ("matrix", "embedding", "norm", "bias", "other")

_NORM = re.compile(r"norm(?!al(?!i))", re.IGNORECASE)
_MATRIX = re.compile(r"Linear|Conv|Attention|RNN|LSTM|GRU|Bilinear")


def role_of(attribute: str, ndim: int, classes: Iterable[str]) -> str:
    """The role of a parameter.

    Args:
        attribute: its name in the module that owns it, such as ``weight``.
        ndim: number of its dimensions.
        classes: qualified names of the owner's class and its bases, nearest first.

    >>> role_of("weight", 1, ["torch.nn.modules.normalization.LayerNorm"])
    'norm'
    """
    if attribute.startswith("bias") or attribute.endswith("bias"):
        return "bias"
    names = [name.rpartition(".")[2] for name in classes]
    if any(_NORM.search(name) for name in names):
        return "norm"
    if any(name in ("Embedding", "EmbeddingBag") for name in names):
        return "embedding"
    if ndim >= 2 and any(_MATRIX.search(name) for name in names):
        return "matrix"
    return "other"


def layer_of(name: str) -> int | None:
    """The index of the repeated block a parameter is in: the first component of its name that is a number.

    >>> layer_of("bert.encoder.layer.3.output.dense.weight")
    3
    """
    return next((int(part) for part in name.split(".") if part.isdecimal()), None)
