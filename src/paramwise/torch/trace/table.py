"""The operations of torch by what they do: the tables that `step` reads."""

from __future__ import annotations

import re

from paramwise.model.evidence import Used


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BENT = _words(
    "exp exp2 log log2 log10 log1p softplus sigmoid log_sigmoid_forward _softmax _log_softmax logsumexp cos cosh acos "
    "reciprocal rsqrt special_ndtr erfc hardsigmoid lgamma digamma _safe_softmax logit expm1 sinh tan"
)
"""Maps of a tensor that do not keep 0 at 0: what is pulled to 0 before them is not 0 behind them.
Some keep it, and take a rate or an angle, which is not a weight."""

ACTIVATIONS = BENT | _words(
    "relu relu6 tanh gelu silu elu celu selu leaky_relu hardtanh hardswish mish softsign sin clamp clamp_min threshold"
)
"""They stand between the layers of a network."""

RANDOM = _words(
    "rand randn randint randperm rand_like randn_like randint_like normal uniform exponential poisson geometric cauchy "
    "log_normal random multinomial normal_functional"
)

SHAPED = _words("zeros_like ones_like empty_like full_like new_zeros new_ones new_empty new_full new_empty_strided")
"""They take the shape of a tensor, and none of its values."""

CHOOSING = _words("bernoulli eq ne gt ge lt le isnan isinf isfinite logical_not logical_and logical_or any all")
"""They make a mask."""

CHOICES = _words(
    "clone _to_copy rsub mul div bitwise_not bitwise_and bitwise_or logical_not logical_and logical_or logical_xor cat "
    "stack index index_select gather repeat flip roll tril triu masked_fill where constant_pad_nd copy"
)
"""They make a mask of a mask."""

PRODUCTS = {
    **dict.fromkeys(_words("mm bmm mv dot vdot _grouped_mm _scaled_mm _int_mm _scaled_grouped_mm"), (0, 1)),
    **dict.fromkeys(_words("addmm baddbmm addbmm addmv _addmm_activation"), (1, 2)),
}
"""Products of matrices, and the places of the two factors; where these are 1 and 2, the first argument is added."""

PLACED = _words(
    "masked_fill masked_scatter index_put scatter slice_scatter select_scatter diagonal_scatter index_copy where "
    "index_fill fill lerp put _unsafe_index_put _unsafe_masked_index_put_accumulate"
)
"""They put values in the place of others."""

PICKED = _words("index index_select gather take _unsafe_index _unsafe_masked_index")
DISTANCES = _words("_cdist_forward _euclidean_dist cdist pairwise_distance _pairwise_distance")
SUMS = _words("sum mean nansum")
FOLDING = SUMS | {"prod"}
"""They make one number of those along some dimensions: a contraction, if both the data and a weight vary there."""

STATISTICS = _words("std var std_mean var_mean amax amin max min linalg_vector_norm norm")
SOFTMAX = _words("_softmax _log_softmax _safe_softmax")
SHARING = SOFTMAX - {"_log_softmax"}
SCALING = _words("mul div copysign")
SHIFTING = _words("add sub rsub index_add scatter_add")
COPIED = _words("clone _to_copy copy contiguous _unsafe_view _reshape_alias lift_fresh alias detach")
ORDERED = (
    COPIED | PLACED | PICKED | SCALING | SHIFTING | _words("cat stack constant_pad_nd flip roll tril triu as_strided")
)
"""They keep products as they are, in another order, scaled or added."""

ASKING = _words("_local_scalar_dense equal is_nonzero")
"""They read values as Python numbers."""

NORMS = re.compile(r"(layer|group|batch|rms|instance)_norm")
_MULTIPLIES = re.compile(r"linear|matmul|gemm|conv|mm$|mm_|rnn|lstm|gru|multi_head|encoder_layer", re.IGNORECASE)


def use_by_names(operation: str, argument: str, ndim: int) -> Used:
    """The use of an argument of an operation that has no entry of its own, by what the two are called.

    >>> use_by_names("fused_linear", "weight", 2), use_by_names("fused_linear", "bias", 1)
    ('product', 'sum')
    """
    argument = argument.lower()
    if operation in ("_prelu_kernel", "prelu"):
        return "gain"
    if "bias" in argument or "beta" in argument:
        return "sum"
    if re.search("norm|scale|gamma|gain", argument):
        return "gain"
    if re.search("^[hc]x|hidden|state|token|quer|key|value", argument):
        return "token"
    multiplies = _MULTIPLIES.search(operation) or operation == "_trilinear"
    if multiplies or re.search("weight|kernel|filter", argument):
        return "product" if ndim >= 2 else "sum" if multiplies else "gain"
    return "gain" if "norm" in operation else "unknown"
