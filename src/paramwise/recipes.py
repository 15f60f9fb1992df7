"""Recipes: named, parametrised lists of rules."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.catalog import Catalog, Parameter
from paramwise.findings import InputError, OptionError, did_you_mean
from paramwise.layers import blocks_there
from paramwise.roles import DECAYED, ROLES
from paramwise.rules import Rule
from paramwise.selectors import Selector, depth, everything, just, marked, module, name, ndim, regex, role, token
from paramwise.selectors import tower as in_tower
from paramwise.sources import read

if TYPE_CHECKING:
    import torch

Rules = list[Rule]
Fitted = Callable[[Catalog], Rules]
"""Rules that depend on the model, made when it is known."""


def bert(weight_decay: float = 0.1, no_decay: Sequence[str] = ("bias", "LayerNorm.weight")) -> Rules:
    """Weight decay for all but the parameters whose names contain one of the tokens.

    The step that BERT fine-tuning tutorials share, after the parameter groups of google-research/bert's
    ``optimization.py`` (Devlin et al. 2018, arXiv:1810.04805, which trains with decay 0.01). Each token is a rule of
    its own, so that one which selects nothing is found.

    Args:
        weight_decay: of the parameters whose names contain none of the tokens.
        no_decay: tokens; a parameter whose name contains one gets weight decay 0.

    Example:
        >>> for rule in bert(weight_decay=0.01):
        ...     print(rule)
        pw.Rule(pw.everything(), name='decay', weight_decay=0.01)
        pw.Rule(pw.token('bias'), name='no decay: bias', weight_decay=0.0)
        pw.Rule(pw.token('LayerNorm.weight'), name='no decay: LayerNorm.weight', weight_decay=0.0)
    """
    tokens = (no_decay,) if isinstance(no_decay, str) else tuple(no_decay)
    return [
        Rule(everything(), name="decay", weight_decay=weight_decay),
        *(Rule(token(one), name=f"no decay: {one}", weight_decay=0.0) for one in tokens),
    ]


def default(weight_decay: float = 0.1) -> Rules:
    """Weight decay for what multiplies activations or is looked up by rows, by role; none for the rest.

    Decayed: matrices, embeddings, heads, routers. Not decayed: norm gains, biases, bare position tables and tokens,
    element-wise scales, states of state-space layers, and what the model itself marks.

    Args:
        weight_decay: of the decayed roles.

    Example:
        >>> for rule in default(weight_decay=0.01):
        ...     print(rule.name, rule.settings)
        decay {'weight_decay': 0.01}
        no decay {'weight_decay': 0.0}
        no decay: marked {'weight_decay': 0.0}
    """
    return [
        Rule(_DECAYED, name="decay", may_be_empty=True, weight_decay=weight_decay),
        *_no_decay(),
    ]


_DECAYED = role(*(one for one in ROLES if one in DECAYED))


def _no_decay() -> Rules:
    return [
        Rule(~_DECAYED, name="no decay", may_be_empty=True, weight_decay=0.0),
        Rule(marked(), name="no decay: marked", may_be_empty=True, weight_decay=0.0),
    ]


def no_decay_1d(weight_decay: float = 0.1) -> Rules:
    """Weight decay by the number of dimensions: none for vectors, single values, and what is named a bias.

    The rule of nanoGPT's ``configure_optimizers`` and of timm's ``param_groups_weight_decay``, for parity; `default`
    is right where this is not: stacked expert biases, tables of relative positions, ``weight_norm``'s ``g``.

    Args:
        weight_decay: of what has two dimensions or more.
    """
    vectors = ndim(0, 1) | name("bias", "*.bias") | marked()
    return [
        Rule(everything(), name="decay", weight_decay=weight_decay),
        Rule(vectors, name="no decay", may_be_empty=True, weight_decay=0.0),
    ]


def layerwise(decay: float = 0.75) -> Fitted:
    """Learning rates that fall towards the input: ``decay ** depth`` of the base rate, by `Catalog.layers`.

    Layer-wise learning rate decay of ELECTRA (Clark et al. 2020, arXiv:2003.10555) and BEiT (Bao et al. 2021,
    arXiv:2106.08254), on any model. What lies after the last block learns at the base rate, but for the final norm,
    which goes with the last block, as in timm's ``param_groups_layer_decay``; without a head the last block does.
    Sets no weight decay.

    Args:
        decay: of the rate from one layer to the one before it; ELECTRA's is 0.8 to 0.9, BEiT's 0.65 to 0.75.

    Raises:
        InputError: ``decay`` is not above 0 and at most 1, or the model has no layers.

    Example:
        >>> import torch
        >>> blocks = torch.nn.ModuleList(torch.nn.TransformerEncoderLayer(4, 2, 4) for _ in range(2))
        >>> model = torch.nn.ModuleDict({"embedding": torch.nn.Embedding(9, 4), "blocks": blocks})
        >>> import paramwise as pw
        >>> chosen = pw.plan(model, "default", layerwise(0.5), lr=1e-3)
        >>> chosen["embedding.weight"].settings["lr"], chosen["blocks.1.linear1.weight"].settings["lr"]
        (0.00025, 0.001)
    """
    _check_between("decay", decay, 0, 1)

    def rules(catalog: Catalog) -> Rules:
        final = _final_norms(catalog)
        taken = set(final)
        depths = sorted({one.depth or 0 for one in catalog if one.name not in taken})
        if len(depths) < 2:
            raise InputError(
                "the model has no layers to tell apart", help="pw.recipes.discriminative({selector: scale})"
            )
        last = depths[0]  # 0, or the last block's where the model has no head
        made = [
            Rule(depth(one), name=f"depth {one}", may_be_empty=True, lr_scale=decay ** (one - last))
            for one in depths[1:]
        ]
        if final and last == 0:
            made.append(Rule(just(final, catalog), name="final norm", may_be_empty=True, lr_scale=decay))
        return made

    return rules


_IN_HEAD = re.compile(r"(^|[._])(head|fc|classif)")


def _final_norms(catalog: Catalog) -> list[str]:
    """The norms right after the last block of each tower, with their biases."""
    found = []
    done: set[str] = set()  # towers of which something else came after the blocks
    for parameter in catalog:
        if parameter.depth != 0 or parameter.tower in done:
            continue
        owner = parameter.name.rpartition(".")[0]
        if _IN_HEAD.search(owner):
            done.add(parameter.tower)
        elif parameter.role == "norm" or (parameter.role == "bias" and f"{owner}.weight" in found):
            found.append(parameter.name)
        else:
            done.add(parameter.tower)
    return found


def discriminative(scales: Mapping[Selector | str, float]) -> Rules:
    """Learning rates by parts of the model, such as a tenth for a pretrained backbone.

    Discriminative fine-tuning of ULMFiT (Howard and Ruder 2018, arXiv:1801.06146); DETR (Carion et al. 2020,
    arXiv:2005.12872) trains its backbone at 0.1 of the rate.

    Args:
        scales: by selector, or glob of names, what the base rate is multiplied with; of several that select a
            parameter the last counts.

    Example:
        >>> discriminative({"backbone.*": 0.1})
        [pw.Rule(pw.name('backbone.*'), name='backbone.*', lr_scale=0.1)]
    """
    if not isinstance(scales, Mapping) or not scales:
        raise InputError(f"no scales: {scales!r}", help='discriminative({"backbone.*": 0.1})')
    return [
        Rule(name(select), name=select, lr_scale=scale) if isinstance(select, str) else Rule(select, lr_scale=scale)
        for select, scale in scales.items()
    ]


_ADJUSTS = ("original", "match_rms_adamw")
_LAST = depth(0) & regex(r"(^|\.)(fc\.|(\w+_)?heads?\b|classif|score\.|logits?\b)")
"""Heads that their module's name alone does not tell: ResNet's ``fc``, timm's ``head.fc``, PEFT's saved classifier."""

_HIDDEN = role("matrix") & ~_LAST & (ndim(2) | ndim(4, 5) | ndim(3) & module("*Conv*"))


def muon(lr: float, adamw_lr: float | None = None, weight_decay: float = 0.1, adjust_lr_fn: str | None = None) -> Rules:
    """Hidden matrices and convolutions to Muon, all else (embeddings, heads, routers, vectors) to AdamW.

    Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) makes the update of a matrix orthogonal; its
    learning rate is not AdamW's. Either each side has its own, or Muon's updates are scaled to the size of AdamW's
    (Liu et al. 2025, arXiv:2502.16982), so that one rate serves both. Stacked experts of three dimensions go to AdamW.

    Args:
        lr: of Muon; of both, if its updates are scaled to AdamW's.
        adamw_lr: of AdamW.
        weight_decay: of both; vectors get none.
        adjust_lr_fn: ``"match_rms_adamw"`` scales Muon's updates to the size of AdamW's; see ``torch.optim.Muon``.

    Raises:
        InputError: AdamW's learning rate is missing.

    Example:
        >>> import torch
        >>> model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.LayerNorm(4))
        >>> import paramwise as pw
        >>> optimizer = pw.plan(model, "muon", lr=0.02, adamw_lr=3e-4).optimizer()
        >>> [(group["name"], group["lr"]) for group in optimizer.param_groups]
        [('muon', 0.02), ('adamw, no decay', 0.0003)]
    """
    if adamw_lr is None and adjust_lr_fn != "match_rms_adamw":
        raise InputError(
            "recipe `muon` has no learning rate for AdamW: Muon's own does not fit it",
            help=("give each its own: adamw_lr=3e-4", 'or scale Muon to AdamW: adjust_lr_fn="match_rms_adamw"'),
        )
    if adjust_lr_fn not in (None, *_ADJUSTS):  # torch takes any text in a group, and then scales by none of them
        raise InputError(f"adjust_lr_fn is {adjust_lr_fn!r}", help=did_you_mean(str(adjust_lr_fn), _ADJUSTS))
    adjusted: dict[str, Any] = {} if adjust_lr_fn is None else {"adjust_lr_fn": adjust_lr_fn}
    return [
        Rule(_HIDDEN, name="muon", optimizer="muon", lr=lr, weight_decay=weight_decay, **adjusted),
        Rule(
            ~(_HIDDEN),
            name="adamw",
            may_be_empty=True,
            optimizer="adamw",
            lr=lr if adamw_lr is None else adamw_lr,
            weight_decay=weight_decay,
        ),
        *_no_decay(),
    ]


def lora_plus(ratio: float = 16, embedding_lr: float = 1e-6) -> Rules:
    """LoRA's B matrices at ``ratio`` times the rate of its A matrices; LoRA of embeddings at a rate of its own.

    LoRA+ (Hayou et al. 2024, arXiv:2402.12354), with the grouping of peft's ``create_loraplus_optimizer``: trainable
    vectors learn as B does. peft's loses the weight decay that it is given; here rates and decay are rules apart:
    ``pw.plan(model, "default", "lora_plus", lr=2e-4, weight_decay=0.01)``.

    Args:
        ratio: of the rates of B and A.
        embedding_lr: of LoRA matrices of embeddings.

    Raises:
        InputError: a value that is no rate or scale.
    """
    return [
        Rule(name("*.lora_B.*"), name="lora B", lr_scale=ratio),
        Rule(ndim(1), name="vectors as lora B", may_be_empty=True, lr_scale=ratio),
        Rule(name("*.lora_embedding_[AB].*"), name="lora embedding", may_be_empty=True, lr=embedding_lr, lr_scale=1.0),
    ]


def mup(
    base: torch.nn.Module | Catalog | Mapping[str, Sequence[int]] | str | None = None, width: int | None = None
) -> Fitted:
    """Adam's learning rate by fan-in: hidden matrices ``base fan-in / fan-in`` of the base rate, all else all of it.

    The learning rates of maximal update parametrisation (Yang et al. 2022, arXiv:2203.03466, table 8), so that a rate
    tuned on a narrow model is right for a wide one. The rest of the table is the model's own: initial values, and the
    output's multiplier ``1 / fan-in``.

    Args:
        base: the narrow model that the rate was tuned on, its catalog, its shapes by name, or what `paramwise.read`
            takes: then hidden is what grew in fan-in and fan-out.
        width: instead, the fan-in that the rate was tuned at: then hidden are the matrices that are neither head nor
            before the first block.

    Raises:
        InputError: neither or both are given, or the narrow model has other parameters.
    """
    if (base is None) == (width is None):
        raise InputError("mup needs the narrow model, or its width", help="mup(base=narrow_model), or mup(width=256)")
    if width is not None:
        _check_between("width", width, 0, 1e9)

    def rules(catalog: Catalog) -> Rules:
        narrow = None if base is None else _shapes(base, catalog)
        scaled: dict[float, list[str]] = defaultdict(list)
        for parameter in catalog:
            if parameter.role != "matrix" or parameter.ndim < 2 or not parameter.numel:
                continue
            out, into = _fans(parameter, parameter.shape)
            if narrow is None:
                if parameter.layer is not None or not (parameter.depth or _LAST(parameter)):
                    scaled[(width or 1) / into].append(parameter.name)
            else:
                base_out, base_into = _fans(parameter, narrow[parameter.name])
                if out != base_out and into != base_into:
                    scaled[base_into / into].append(parameter.name)
        if not scaled:
            raise InputError("no matrix is wider than in the narrow model", help="pass the narrow model, not this one")
        return [Rule(just(names, catalog), name=f"mup {scale:.4g}", lr_scale=scale) for scale, names in scaled.items()]

    return rules


def _shapes(base: Any, catalog: Catalog) -> Mapping[str, Sequence[int]]:
    """The narrow model's shapes, of the same names."""
    shapes = base if isinstance(base, Mapping) else {one.name: one.shape for one in catalog_of(base)}
    wrong = [one.name for one in catalog if one.name not in shapes or len(shapes[one.name]) != one.ndim]
    if wrong:
        raise InputError(
            f"the narrow model lacks {len(wrong)} parameters of the wide one, or has them of other dimensions",
            evidence=wrong,
            help="both are to be the same model, of another width",
        )
    return shapes


def _fans(parameter: Parameter, shape: Sequence[int]) -> tuple[int, int]:
    """Fan-out and fan-in of a matrix or a convolution."""
    first, *rest = shape
    if parameter.module == "transformers.pytorch_utils.Conv1D":  # [in, out]
        return rest[0], first
    return first, prod(rest)


def freeze_below(layer: int, tower: str | None = None) -> Fitted:
    """Freeze what lies before a block: the blocks before it, and what is before all of them, such as embeddings.

    Args:
        layer: index of the first block that is trained.
        tower: glob of the towers it is for; of all, if not given.

    Raises:
        InputError: the model has no such block.

    Example:
        >>> import torch
        >>> blocks = torch.nn.ModuleList(torch.nn.TransformerEncoderLayer(4, 2, 4) for _ in range(3))
        >>> model = torch.nn.ModuleDict({"embedding": torch.nn.Embedding(9, 4), "blocks": blocks})
        >>> import paramwise as pw
        >>> len(pw.plan(model, "default", freeze_below(2)).frozen)  # the embedding, and 12 in each block
        25
    """

    def rules(catalog: Catalog) -> Rules:
        if isinstance(layer, bool) or not isinstance(layer, int):
            raise InputError(f"layer is {layer!r}", help="the index of a block: freeze_below(6)")
        inside = catalog.layers if tower is None else catalog.select(in_tower(tower)).layers
        if not inside:
            raise InputError(f"no tower is called {tower!r}", help=blocks_there(catalog.layers))
        blocks = [one for one in inside if one.index == layer]
        if not blocks:
            raise InputError(f"there is no layer {layer} to freeze below", help=blocks_there(inside))
        deepest = max(one.depth for one in catalog.layers)
        made = [
            Rule(
                below & in_tower(block.tower) if block.tower else below,
                name=f"frozen below layer {layer}{f' of {block.tower}' if block.tower else ''}",
                freeze=True,
            )
            for block in blocks
            for below in [depth(block.depth + 1, deepest)]
        ]
        if tower is None and any(one.tower for one in blocks):
            outside = [one.name for one in catalog if not one.tower and one.depth]
            if outside:
                made.append(Rule(just(outside, catalog), name="frozen before the towers", freeze=True))
        return made

    return rules


def _check_between(what: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low < value <= high:
        raise InputError(f"{what} is {value!r}", help=f"a number above {low:g} and at most {high:g}")


RECIPES: dict[str, Callable[..., Rules | Fitted]] = {
    "bert": bert,
    "default": default,
    "discriminative": discriminative,
    "freeze_below": freeze_below,
    "layerwise": layerwise,
    "lora_plus": lora_plus,
    "mup": mup,
    "muon": muon,
    "no_decay_1d": no_decay_1d,
}


@lru_cache
def options_of(recipe: str) -> Mapping[str, bool]:
    """The options of a recipe, each with whether it must be given."""
    return {one.name: one.default is one.empty for one in inspect.signature(RECIPES[recipe]).parameters.values()}


def named_recipe(called: str, options: Mapping[str, Any]) -> Rules | Fitted:
    """What the recipe of a name makes of some options.

    Raises:
        InputError: there is no such recipe, an option is not one of its own, or a value is wrong.
    """
    recipe = RECIPES.get(called)
    if recipe is None:
        raise InputError(f"unknown recipe `{called}`", help=did_you_mean(called, sorted(RECIPES)))
    known = options_of(called)
    for option in options:
        if option not in known:
            raise OptionError(f"recipe `{called}` takes no option `{option}`", help=did_you_mean(option, [*known]))
    for option, needed in known.items():
        if needed and option not in options:
            raise OptionError(
                f"recipe `{called}` needs `{option}`", help=f'pw.plan(model, "{called}", {option}=...), or --set'
            )
    return recipe(**options)


def catalog_of(source: torch.nn.Module | Catalog | str | Path) -> Catalog:
    """A catalog, or that of a source."""
    return source if isinstance(source, Catalog) else read(source)
