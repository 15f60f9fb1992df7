"""What a parameter is in the network: its role, as its strongest witness tells it.

The rows of two tables, `BY_CLASS` and `BY_HEADER`, say what each witness concludes about a parameter. The first row
whose condition holds decides, so the order of the rows is their precedence: torch's own class, then what the code of a
home-made class does with the attribute (see `usage`), then names (see `vocabulary`). A checkpoint's header has only
names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from paramwise.model import vocabulary as words
from paramwise.model.facts import LOOKED_UP, NORMS, PRODUCTS, TORCH, Facts

ROLES = ("matrix", "embedding", "head", "router", "norm", "bias", "position", "scale", "state", "other")

DECAYED = frozenset({"matrix", "embedding", "head", "router"})
"""Roles that get weight decay by default: they multiply activations, or their rows are looked up."""


def _product(facts: Facts) -> str:
    """The role of a parameter that multiplies activations: matrix, unless its module is an output head or router."""
    if words.ROUTER.search(facts.class_name) and not words.HEAD.search(facts.component):
        return "router"
    return _product_by_name(facts)


def _product_by_name(facts: Facts) -> str:
    if words.HEAD.search(facts.component):
        return "head"
    return "router" if words.ROUTER.search(facts.component) or "router" in facts.attribute else "matrix"


def _of_list(facts: Facts) -> str:
    """The role of a member of a list of parameters, told by the list's name."""
    return role_by_name(facts.component, facts.ndim) if facts.component else "other"


def role_by_name(attribute: str, ndim: int) -> str:
    """The role that a name alone tells, such as a key in a dictionary of parameters.

    >>> role_by_name("scale", 3), role_by_name("0", 3)
    ('scale', 'other')
    """
    return _first(Facts("", attribute, ndim), [*_BY_TELLING_NAME, *_BY_NAME])


class Row(NamedTuple):
    """What one witness concludes.

    Attributes:
        witness: who concludes it.
        holds: the condition.
        role: the role if the condition holds; a function if it depends on the module too.
        why: the reason, or models that have such a parameter.
    """

    witness: str
    holds: Callable[[Facts], object]
    role: str | Callable[[Facts], str]
    why: str


_PARTS = [
    Row(
        "torch",
        lambda f: f.attribute == "original0" or words.LENGTH.search(f.attribute),
        "scale",
        "the length in a weight norm",
    ),
]

_BY_TORCH = [
    Row("torch", lambda f: f.torch_class and f.attribute in ("bias_k", "bias_v"), "position", "a further key or value"),
    Row(
        "torch",
        lambda f: f.torch_class and (f.attribute.startswith("bias") or f.attribute.endswith("bias")),
        "bias",
        "any torch layer's, a norm's too",
    ),
    Row("torch", lambda f: f.torch_class.startswith(NORMS), "norm", "LayerNorm, BatchNorm2d and their subclasses"),
    Row("torch", lambda f: f.torch_class.startswith(f"{TORCH}sparse."), "embedding", "Embedding, EmbeddingBag"),
    Row("torch", lambda f: f.torch_class.endswith(".PReLU"), "scale", "a slope"),
    Row("torch", lambda f: f.torch_class.startswith(PRODUCTS) and f.ndim >= 2, _product, "Linear, Conv2d, LSTM"),
    Row("torch", lambda f: f.torch_class.startswith(PRODUCTS), "matrix", "flattened, as FSDP does"),
]

_BY_KERNEL = [
    Row(
        "name",
        lambda f: words.BIAS_MODULE.search(f.component) and f.use in (None, "kernel", "product", "factor", "sum"),
        "bias",
        "the mean of a bias, in a class that weights are made of too",
    ),
    Row("code", lambda f: f.use == "compared", "position", "codes, to which distances are taken"),
    Row(
        "code",
        lambda f: f.use == "flat" and not words.BIAS.search(f.attribute),
        _product,
        "e3nn's flat weight, viewed as matrices",
    ),
    Row(
        "code",
        lambda f: (
            (f.use in ("product", "factor") and f.ndim >= 2 and words.AMBIGUOUS.search(f.attribute))
            and not (f.vector and f.attribute == "bias")
        ),
        _product,
        "what multiplies, whatever its name hints at: W_Query, scale_base",
    ),
    Row("code", lambda f: f.use == "kernel" and f.ndim >= 2, _product, "ends in F.linear or a convolution"),
    Row(
        "code",
        lambda f: (
            (f.use in ("product", "factor") and f.ndim >= 2 and words.LETTER.search(f.attribute))
            and not (f.vector and f.ndim > 2)
        ),
        _product,
        "a single letter says nothing: XLNet's v, A and B of a hand-written LoRA",
    ),
]

_BY_TELLING_NAME = [
    Row("name", lambda f: words.STATE.search(f.attribute), "state", "Mamba's A_log, RWKV's time_decay"),
    Row(
        "name",
        lambda f: words.QUANTISED.search(f.attribute) and not (f.use == "product" and f.ndim >= 2),
        "scale",
        "DeepSeek-V3's weight_scale_inv",
    ),
    Row(
        "name",
        lambda f: words.FACTOR.search(f.attribute) and f.ndim >= 2 and f.use not in ("gain", "sum"),
        "matrix",
        "tltorch's factors, LoRA's",
    ),
    Row(
        "name",
        lambda f: words.SPREAD.search(f.attribute) and f.use not in {"product", *LOOKED_UP},
        "scale",
        "the standard deviations of Bayesian layers' weights: weight_rho",
    ),
    Row("name", lambda f: words.BIAS.search(f.attribute) and f.table_name, "position", "relative_position_bias_table"),
    Row("name", lambda f: words.BIAS.search(f.attribute), "bias", "gpt-oss's down_proj_bias"),
    Row(
        "name",
        lambda f: (
            words.WEIGHT_MODULE.search(f.component) and f.use in (None, "sum") and f.ndim >= 2 and not f.scale_name
        ),
        "matrix",
        "the mean of a weight, in a class that biases are made of too",
    ),
]

_BY_CODE = [
    Row("name", lambda f: f.ndim >= 2 and "matrix" in f.attribute, "matrix", "ESMFold2's input_matrix_continuous"),
    Row(
        "name",
        lambda f: f.use == "sum" and "weight" in f.attribute and f.ndim >= 2 and f.matrix_name and not f.normalises,
        "matrix",
        "a part of a weight: Inkling 2's static_weight",
    ),
    Row(
        "code",
        lambda f: (
            f.use == "gain"
            and f.ndim >= 2
            and (f.attribute == "weight" or (f.matrix_name and f.attribute in f.unread()))
            and words.PRODUCT_CLASS.search(f.class_name)
        ),
        "matrix",
        "scaled before it multiplies: a hand-written standardised Conv2d, CodeBrain's kernel_list",
    ),
    Row(
        "code",
        lambda f: f.use == "product" and f.ndim >= 2 and (f.matrix_name or not f.table_name),
        _product,
        "Aria's experts, Inkling's relative logits",
    ),
    Row(
        "code",
        lambda f: (
            f.use in ("kernel", "factor")
            and (f.ndim < 2 or (f.vector and not words.WEIGHT.search(f.attribute)) or f.scale_name)
        ),
        "scale",
        "the g of a hand-written weight norm",
    ),
    Row("code", lambda f: f.use == "divisor" and not f.normalises, "scale", "what others are divided by: a step"),
    Row("code", lambda f: f.use == "curve", "scale", "multiplies after a softmax, an exponential, a cosine"),
    Row("code", lambda f: f.use == "factor" and f.table_name, "position", "a table beside a weight"),
    Row("code", lambda f: f.use == "factor", _product, "multiplies another weight that multiplies activations"),
    Row("code", lambda f: f.use == "product" and f.ndim < 2, "position", "a query; ESMFold2's layer_weights"),
    Row(
        "code", lambda f: f.use in LOOKED_UP and f.ndim < 2, "scale", "a number for each index: EfficientViM's weights"
    ),
    Row("code", lambda f: f.use in LOOKED_UP and f.normalises, "norm", "a gain for each type of input"),
    Row("code", lambda f: f.use in LOOKED_UP and f.attribute == "weight", "embedding", "a home-made embedding"),
    Row(
        "code",
        lambda f: f.use == "embedded" and f.ndim == 2 and not words.PLACES.search(f.attribute),
        "embedding",
        "MoE-PEFT's token_embedding_, in F.embedding",
    ),
    Row(
        "code",
        lambda f: (
            f.use in ("embedded", "rows")
            and f.ndim == 2
            and f.matrix_name
            and not f.table_name
            and "weight" not in f.attribute
        ),
        "embedding",
        "TransformerLens's W_E",
    ),
    Row("name", lambda f: f.use in LOOKED_UP and f.matrix_name and not f.table_name, "matrix", "experts by index"),
    Row("code", lambda f: f.use in LOOKED_UP, "position", "SAM's rel_pos_h, Grounding DINO's level_embed"),
    Row("code", lambda f: f.normalises and f.ndim <= 1 and f.use == "sum", "bias", "ConvNeXt V2's GlobalResponseNorm"),
    Row("class's name", lambda f: f.normalises and f.ndim <= 1 and f.use != "table", "norm", "LlamaRMSNorm"),
    Row("code", lambda f: f.use == "gain" and f.normalises, "norm", "a gain of several dimensions"),
    Row("code", lambda f: f.use == "gain" and f.table_name, "position", "DINOv2's mask_token"),
    Row("code", lambda f: f.use == "gain", "scale", "EVA's gamma_1, ALIGN's temperature"),
    Row("code", lambda f: f.use == "table", "position", "AST's cls_token"),
    Row("code", lambda f: f.use == "sum" and f.table_name, "position", "AST's position_embeddings"),
    Row("code", lambda f: f.use == "sum", "bias", "added, whatever its name: D-FINE's up"),
    Row("name", lambda f: f.use == "second" and f.table_name, "position", "tokens beside a sequence"),
    Row(
        "name",
        lambda f: f.use == "second" and f.ndim >= 2 and (f.matrix_name or words.LETTER.search(f.attribute)),
        _product,
        "a classifier's W, which a module of distances takes",
    ),
    Row("name", lambda f: f.use == "second" and f.ndim >= 2, "position", "given to a module that is not read"),
    Row(
        "class's name",
        lambda f: f.ndim >= 2 and words.TABLE_CLASS.search(f.class_name),
        "position",
        "Hiera's tables",
    ),
]

_BY_NAME = [
    Row("name", lambda f: words.RECURRENT.search(f.attribute), "matrix", "LSTM's weight_ih_l0"),
    Row("name", lambda f: f.attribute.endswith("in_proj_weight"), "matrix", "MultiheadAttention's"),
    Row("name", lambda f: f.table_name, "position", "ViT's cls_token"),
    Row("name", lambda f: f.scale_name or (f.ndim < 2 and words.SCALE.search(f.attribute)), "scale", "ResMLP's alpha"),
    Row("name", lambda f: f.ndim >= 2 and f.attribute.isdecimal(), _of_list, "Reformer's weights.0"),
    Row("name", lambda f: f.ndim >= 2 and (f.matrix_name or words.LIKELY.search(f.attribute)), _product_by_name, "w1"),
    Row("name", lambda f: f.ndim >= 2, "other", "no witness tells"),
    Row("name", lambda f: words.NORM_NAME.search(f.component), "norm", "input_layernorm"),
    Row("name", lambda f: "weight" in f.attribute, "scale", "a weight of one dimension"),
    Row("name", lambda f: True, "other", "no witness tells"),
]
BY_CLASS = [*_PARTS, *_BY_TORCH, *_BY_KERNEL, *_BY_TELLING_NAME, *_BY_CODE, *_BY_NAME]
"""Rows for the parameters of a model."""

BY_HEADER = [
    *_PARTS,
    Row("name", lambda f: f.attribute in ("original1", "original", "weight_v"), "matrix", "of a parametrization"),
    Row("name", lambda f: f.attribute == "weight" and f.ndim <= 1 and f.single, "scale", "one number"),
    Row("name", lambda f: f.attribute == "weight" and f.ndim <= 1, "norm", "input_layernorm.weight"),
    Row(
        "name",
        lambda f: f.attribute == "weight" and f.ndim != 2 and words.NORM_NAME.search(f.component),
        "norm",
        "ConvNeXt V2's grn.weight",
    ),
    Row(
        "name",
        lambda f: (
            f.attribute == "weight"
            and f.ndim == 2
            and "proj" not in f.component
            and words.EMBEDDING_NAME.search(f.component)
        ),
        "embedding",
        "Llama's embed_tokens.weight",
    ),
    Row("name", lambda f: f.attribute == "weight", _product, "q_proj.weight"),
    *_BY_TELLING_NAME,
    *_BY_NAME,
]
"""Rows for the tensors in a checkpoint's header."""


def deciding_row(facts: Facts, rows: Sequence[Row]) -> Row:
    """The first row that holds; the last row always does."""
    return next(row for row in rows if row.holds(facts))


def _first(facts: Facts, rows: Sequence[Row]) -> str:
    role = deciding_row(facts, rows).role
    return role if isinstance(role, str) else role(facts)


def role_of(facts: Facts) -> str:
    """The role of a parameter of a module.

    >>> role_of(Facts("norm", "weight", 1, classes=["torch.nn.modules.normalization.LayerNorm"]))
    'norm'
    """
    if facts.attribute in ("original1", "original"):  # a parametrization computes the weight from these
        facts = replace(facts, attribute="weight")
    return _first(facts, BY_CLASS)


def role_of_name(name: str, shape: Sequence[int]) -> str:
    """The role of a tensor by its name and shape, which are all that a checkpoint's header tells.

    >>> role_of_name("model.layers.0.input_layernorm.weight", [4096])
    'norm'
    """
    *owners, attribute = name.split(".")
    component = next((part for part in reversed(owners) if not part.isdecimal()), "")
    return _first(Facts(component, attribute, len(shape), single=not shape or shape[0] == 1), BY_HEADER)
