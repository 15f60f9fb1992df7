"""What functions do with their arguments, by the names of the functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, get_args

Use = Literal[
    "compared",
    "flat",
    "kernel",
    "product",
    "summed",
    "turns",
    "stretched",
    "divisor",
    "factor",
    "second",
    "embedded",
    "rows",
    "lookup",
    "table",
    "curve",
    "gain",
    "sum",
    "lost",
    "unread",
    "slot",
]
"""How a value is used: its rows are compared with data by squared distances; as a flat vector that is viewed as
weights; as the weight of a linear map or a convolution; in another product with activations; in one that is written
as multiply then sum; each of its items multiplies in a turn of a loop that adds up; data that do not vary along all
its dimensions scale it before it multiplies others; it divides; with other weights in what multiplies activations;
it is handed to another module beside activations; its rows are looked up by what the model is given, as those of an
embedding or otherwise, or by numbers of its own; it is fed in as a token; it multiplies after a map such as an
exponential; it multiplies, or is added, element by element; it could not be followed to its end; the code around it
is not understood. Of several uses, the first of these counts; beside them, that a value ends in the slot of a
weight, whatever multiplies it on the way."""

PRIORITY: tuple[Use, ...] = get_args(Use)
UNTOLD: set[Use] = {"lost", "unread"}
PRODUCTS: set[Use] = {"product", "summed"}
MULTIPLIES: set[Use] = PRODUCTS | {"kernel", "flat", "turns", "stretched", "factor"}
DEPTH = 12  # how far a value is followed through variables
FURTHER = 2  # and how much of that a step into another function takes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS: dict[Use, str] = {
    "product": """linear matmul mm bmm einsum tensordot dot mv bilinear conv1d conv2d conv3d conv_transpose1d
        conv_transpose2d conv_transpose3d addmm baddbmm grouped_mm _grouped_mm grouped_linear _grouped_linear ragged_dot
        multi_head_attention_forward chain_matmul multi_dot inner contract cosine_similarity causal_conv1d_fn
        causal_conv1d_update""",
    "lookup": "embedding embedding_bag index_select gather take take_along_dim",
    "gain": "mul multiply div prelu layer_norm rms_norm group_norm batch_norm instance_norm",
    "sum": "add sub add_ sub_ cdist pairwise_distance maximum minimum",
    "table": """cat concat concatenate stack hstack vstack where masked_scatter masked_fill index_put
        scaled_dot_product_attention""",
}
CALLS = {name: use for use, names in KINDS.items() for name in names.split()}
CONTRACTING = _words("matmul mm bmm")
PICKING = _words("index_select gather take take_along_dim")
"""Functions that pick rows of their first argument."""

BLENDING: dict[str, tuple[Use, Use, Use]] = {
    "addcmul": ("sum", "gain", "gain"),
    "addcdiv": ("sum", "gain", "divisor"),
    "lerp": ("sum", "sum", "gain"),
}
"""Functions of three tensors, and how each is used."""

JOINING = _words("mul multiply div add sub")
"""Methods that do what operators do."""

SILENT = _words("shape dtype device size dim ndim numel requires_grad new_zeros new_empty grad is_meta")
"""What code asks of a tensor besides its values."""

SPREADING = _words("expand repeat repeat_interleave tile broadcast_to")
"""What spreads a value over more places."""

TYPED = _words("type_as to expand_as view_as reshape_as len")
"""What takes a tensor only to ask for its type, or its size."""

BENT = _words("exp exp2 expm1 sigmoid softplus softmax log_softmax cos sin sinh tan log log1p logsigmoid")
"""Maps after which a value that multiplies is not a weight: what is pulled to 0 before them is not 0 behind them, or it
is an angle, or a rate."""

ACTIVATIONS = _words("tanh relu gelu silu elu leaky_relu selu mish softsign hardtanh")
"""Functions that make a hidden layer of what a linear map gives."""

QUIET = _words("print len isinstance hasattr type id int float bool str repr range warn to type_as view_as expand_as")
"""Functions that make no use of a tensor's values in what the model computes."""

ARRANGING = _words("rearrange repeat reduce pack")
"""Functions of einops that hand a value on in another form."""

DISTRIBUTIONS = _words("Normal LogNormal Laplace Cauchy StudentT Gumbel MultivariateNormal LowRankMultivariateNormal")
"""Distributions of torch by their names: the first argument is where they lie, the others how far they spread."""

CONSTRAINING = re.compile("positive|constrain|param|bound|clip|squash|quanti")
"""What modules and functions are called that take a weight and give a weight."""

MASK = re.compile("mask|keep|sparsity|window")
"""What tensors are called that leave out a part of a weight."""

NORMED_WEIGHT = re.compile("weight_?(norm|standard)|(norm|standard)\\w*_weight|spectral_norm")
"""What functions are called that normalise a weight."""

SIZES = _words(
    "norm vector_norm matrix_norm std var var_mean std_mean svd svdvals eigvals eigvalsh trace det slogdet cond"
)
"""They say how large a weight is: what becomes of that says nothing of the weight itself."""

REDUCING = SIZES | _words("mean sum max min amax amin logsumexp")
"""They make one number of many: what divides by it does not divide by the values."""

FED = _words("query key value queries keys values q k v x input inputs tokens memory context hidden_states")
"""What modules call the activations that they take."""

_NORMALISING = re.compile("norm(?!al(?!i))")  # not normal distributions
_MULTIPLYING = re.compile("linear(?!_spline|_interp|ize|ly)|matmul|gemm|conv|grouped_mm")


def use_by_name(name: str) -> Iterator[Use]:
    """How a function without readable source uses its argument, judged by the function's name."""
    lowered = name.lower()
    if _NORMALISING.search(lowered):
        yield "gain"
    elif _MULTIPLYING.search(lowered):
        yield "product"
