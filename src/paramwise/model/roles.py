"""What a parameter is in the network: its role, and what follows from it.

Structure decides first: the class that owns the parameter (torch's own, by what it computes; home-made ones by what
their code does with the attribute, see `usage`), then its name. Names alone serve checkpoint headers, which have no
classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from paramwise.model.usage import Use

ROLES = ("matrix", "embedding", "head", "router", "norm", "bias", "position", "scale", "state", "other")

DECAYED = frozenset({"matrix", "embedding", "head", "router"})
"""Roles that get weight decay by default: what multiplies activations or is looked up by rows."""

# The vocabulary: attributes of bare parameters, and components of names. Anchored where the word alone is too common.
_BIAS = re.compile(
    r"(^|_)bias(es)?(_|\d|$)|^b\d*$|^(qkv_)?[qkv]_bias|^beta$|^shift$|(^|_)base$|[a-z]bias$", re.IGNORECASE
)
_TABLE = re.compile(
    r"pos(ition(al)?)?_?(emb|enc|bias|table)|rel(ative)?_(pos|att)|^pos(itions?)?$|emb_rel|^rel_|_rel$|token|"
    r"quer(y|ies)$|latents?($|_)|probe|prompts?($|_)|^sinks?$|embed|codebook|codevector|registers?$|mask_emb|memory|pointer|newline|"
    r"separator|_sep$|^pad_|anchors?$|prototypes?$|^seg_emb|(^|_)(mem|null)_|^[hc]_?0$|^freqs?$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"^(A_?logs?|Ds?|A|dt_bias|dt_projs_bias|time_decay|time_first|time_faaaa|lambda_(re|im)|Lambda|nu_log|theta_log|"
    r"gamma_log|recurrent_param|A_param|log_dt|log_A_real|A_imag|w0|a0|v0|k_k|k_a|r_k)$"
)
_SCALE = re.compile(
    r"scal(e|es|ing)|gamma|lambda|alpha|temp(erature)?$|gate$|^gain|time_mi|weight_g$|^[gm]$|magnitude|ia3_l|slope|^ls\d?$|"
    r"gating",
    re.IGNORECASE,
)
_QUANTISED = re.compile(r"(^|_)scales?(_inv)?$|absmax$|^SCB$")  # what quantised values are multiplied with
_FACTOR = re.compile(
    r"^(tensor|core|factors?(_\d+)?|lora_(embedding_)?[AB])$"
)  # of a factorised weight: tltorch's, LoRA's
_NORM_CLASS = re.compile(r"norm(?!alizing|ed)|^rms|^ln$", re.IGNORECASE)
_PRODUCT_CLASS = re.compile(r"Conv\d?d?$|Linear$|Dense$")
_NORM_NAME = re.compile(r"norm|(^|_)(ln|bn|gn|grn)(_|\d|$)|^(ln|bn|gn)\w?$|rms", re.IGNORECASE)
_HEAD = re.compile(
    r"^(lm_head|embed_out|classifier|score|head|heads|fc_out|output_projection|qa_outputs|cls_head|ctc_head|predictions|"
    r"decoder_head|logits?(_proj)?|final_proj|class_head|seq_relationship|out_head|proj_out_vocab)$"
)
_ROUTER = re.compile(r"^(router|gate|wg|gating|switch|shared_expert_gate)$|router", re.IGNORECASE)
_EMBEDDING_NAME = re.compile(
    r"embed(ding)?s?(_|$|\d)|^(wte|wpe|tok_embeddings|shared|embed\w*|\w*emb)$|attention_bias$", re.IGNORECASE
)
_RECURRENT = re.compile(r"^weight_[ih]h_l\d+(_reverse)?$|^weight_hr_l\d+")

_TORCH = "torch.nn.modules."
_NORMS = tuple(f"{_TORCH}{file}." for file in ("batchnorm", "normalization", "instancenorm"))
_PRODUCTS = tuple(f"{_TORCH}{file}." for file in ("linear", "conv", "rnn", "activation.MultiheadAttention", "adaptive"))
_PRODUCTS += ("transformers.pytorch_utils.Conv1D",)


def role_of(
    component: str, attribute: str, ndim: int, classes: Sequence[str], uses: Callable[[], Mapping[str, Use]]
) -> str:
    """The role of a parameter of a module.

    Args:
        component: the name of the module in the one that holds it, such as ``lm_head``.
        attribute: the name of the parameter in its module, such as ``weight``.
        ndim: number of its dimensions.
        classes: qualified names of the module's class and its bases, nearest first.
        uses: how the class's own code uses its attributes; asked only where the class is not one of torch's.

    >>> role_of("norm", "weight", 1, ["torch.nn.modules.normalization.LayerNorm"], dict)
    'norm'
    """
    if attribute in ("weight_g", "original0"):
        return "scale"
    if attribute in ("weight_v", "original1", "original"):
        attribute = "weight"
    torch_class = next((name for name in classes if name.startswith(_TORCH) or name in _PRODUCTS), "")
    own_code = classes[:1] != [torch_class]
    if torch_class and (attribute == "weight" or not own_code or attribute == "bias"):
        found = _of_torch(torch_class, attribute)
        if found == "matrix" and ndim >= 2:
            return _refined(component, classes[0], found)
        if found:
            return found
    simple = classes[0].rpartition(".")[2] if classes else ""
    use = uses().get(attribute) if own_code else None
    if use == "kernel" and ndim >= 2:
        return _refined(component, simple, "matrix")
    if use in ("product", "factor") and ndim >= 2 and re.fullmatch(r"[A-Zbdvw]\d?", attribute):
        return _refined(component, simple, "matrix")  # a letter says nothing: LoRA's A and B, an S4's A and D
    if found := _of_telling_name(attribute, ndim):
        return found
    normalises = bool(_NORM_CLASS.search(simple))
    # parts of a matrix that is put together, or scaled, before it multiplies
    made_up = (use == "sum" and "weight" in attribute and not normalises) or (
        use == "gain" and _PRODUCT_CLASS.search(simple)
    )
    if ndim >= 2 and ("matrix" in attribute or (made_up and _is_matrix_name(attribute))):
        return "matrix"
    if use == "product" and ndim >= 2 and (_is_matrix_name(attribute) or not _TABLE.search(attribute)):
        return _refined(component, simple, "matrix")
    if use == "factor":
        if ndim < 2 or (_SCALE.search(attribute) and not _is_matrix_name(attribute)):
            return "scale"
        return "position" if _TABLE.search(attribute) else _refined(component, simple, "matrix")
    if use == "product" and ndim < 2:
        return "position"  # a query
    if use == "lookup":
        if ndim < 2:
            return "scale"
        if normalises:
            return "norm"
        return "embedding" if attribute == "weight" else "matrix" if _is_matrix_name(attribute) else "position"
    if normalises and ndim <= 1 and use != "table":
        return "bias" if use == "sum" else "norm"
    if use == "gain":
        return "norm" if normalises else "position" if _TABLE.search(attribute) else "scale"
    if use == "table":
        return "position"
    if use == "sum":
        return "position" if _TABLE.search(attribute) else "bias"
    if ndim >= 2 and re.search("Position|Embeddings?$", simple):  # a home-made table
        return "position"
    return _of_attribute(component, attribute, ndim)


def role_of_name(name: str, shape: Sequence[int]) -> str:
    """The role of a tensor of which only name and shape are known, as in a checkpoint's header.

    >>> role_of_name("model.layers.0.input_layernorm.weight", [4096])
    'norm'
    """
    parts = name.split(".")
    attribute = parts[-1]
    owners = [part for part in parts[:-1] if not part.isdecimal()]
    component = owners[-1] if owners else ""
    ndim = len(shape)
    if attribute == "original0" or attribute == "weight_g":
        return "scale"
    if attribute in ("original1", "original", "weight_v"):
        return "matrix"
    if attribute == "weight":
        if ndim <= 1:
            return "norm" if shape and shape[0] != 1 else "scale"
        return _weight_by_name(component, ndim)
    return _of_attribute(component, attribute, ndim)


def _of_torch(torch_class: str, attribute: str) -> str | None:
    """The role of an attribute of one of torch's own classes."""
    if attribute in ("bias_k", "bias_v"):  # one more key and value, put beside those of the sequence
        return "position"
    if attribute.startswith("bias") or attribute.endswith("bias"):
        return "bias"
    if torch_class.startswith(_NORMS):
        return "norm"
    if torch_class.startswith(f"{_TORCH}sparse."):
        return "embedding"
    if torch_class.endswith(".PReLU"):
        return "scale"
    if torch_class.startswith(_PRODUCTS):
        return "matrix"
    return None


def _refined(component: str, class_name: str, role: str) -> str:
    """Of matrices: the output heads and the expert gates."""
    if _HEAD.search(component):
        return "head"
    if _ROUTER.search(component) or _ROUTER.search(class_name.rpartition(".")[2]):
        return "router"
    return role


def _weight_by_name(component: str, ndim: int) -> str:
    if _NORM_NAME.search(component) and ndim != 2:
        return "norm"
    if _EMBEDDING_NAME.search(component) and ndim == 2 and "proj" not in component:
        return "embedding"
    return _refined(component, "", "matrix")


def _is_matrix_name(attribute: str) -> bool:
    return bool(re.search(r"proj|weight|kernel|^[vw]\d*$|experts?$|^[qkor]$|matrix|prototype|_mix$", attribute))


def _of_telling_name(attribute: str, ndim: int) -> str | None:
    """Where the attribute's name alone decides, whatever the code does with it."""
    if _STATE.search(attribute):
        return "state"
    if _QUANTISED.search(attribute):
        return "scale"
    if _FACTOR.search(attribute) and ndim >= 2:
        return "matrix"
    if _BIAS.search(attribute):
        return "position" if _TABLE.search(attribute) else "bias"
    return None


def _of_attribute(component: str, attribute: str, ndim: int) -> str:
    """By the vocabulary alone."""
    if found := _of_telling_name(attribute, ndim):
        return found
    if _RECURRENT.search(attribute) or attribute.endswith("in_proj_weight"):
        return "matrix"
    if _TABLE.search(attribute):
        return "position"
    if _SCALE.search(attribute) and not (ndim >= 2 and _is_matrix_name(attribute)):
        return "scale"
    if ndim >= 2:
        if attribute.isdecimal():  # of a ParameterList: its name is the component
            return _of_attribute("", component, ndim) if component else "other"
        return _refined(component, "", "matrix") if _is_matrix_name(attribute) or attribute in ("A", "B") else "other"
    if _NORM_NAME.search(component):
        return "norm"
    return "scale" if "weight" in attribute else "other"
