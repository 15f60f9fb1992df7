"""What torch's own modules are made of."""

from __future__ import annotations

from torch import nn

_LINEAR = {"weight": "product", "bias": "sum", "weight_g": "gain", "weight_v": "product"}  # the last two: weight_norm's
_NORM = {"weight": "gain", "bias": "sum"}
_ATTENTION = {f"{part}_proj_weight": "product" for part in ("in", "q", "k", "v")} | {
    "in_proj_bias": "sum",
    "bias_k": "table",
    "bias_v": "table",
}
# A base class -> what its own attributes are.
TORCH: list[tuple[type, dict[str, str]]] = [
    (nn.Linear, _LINEAR),
    (nn.Bilinear, _LINEAR),
    (nn.modules.conv._ConvNd, _LINEAR),
    (nn.Embedding, {"weight": "lookup"}),
    (nn.EmbeddingBag, {"weight": "lookup"}),
    (nn.LayerNorm, _NORM),
    (nn.RMSNorm, _NORM),
    (nn.GroupNorm, _NORM),
    (nn.modules.batchnorm._NormBase, _NORM),
    (nn.PReLU, {"weight": "gain"}),
    (nn.MultiheadAttention, _ATTENTION),
]
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
# A parametrization -> what its originals are: weight_norm splits a weight in a gain and a direction.
PARAMETRIZED = {
    "_WeightNorm": {"original0": "gain", "original1": "product"},
    "_SpectralNorm": {"original": "product"},
    "_Orthogonal": {"original": "product"},
}


def torch_kind(cls: type, attribute: str) -> str | None:
    """What torch's own class, ``cls`` itself or a base of it, uses the attribute for."""
    if issubclass(cls, _RECURRENT):
        return {"weight": "product", "bias": "sum"}.get(attribute.partition("_")[0])
    if cls.__module__ == "torch.nn.utils.parametrizations":
        return PARAMETRIZED[cls.__name__][attribute]
    return next((kinds[attribute] for base, kinds in TORCH if issubclass(cls, base) and attribute in kinds), None)
