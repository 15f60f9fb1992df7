"""Recipes for learning rates: by depth, by parts of the model, by width, for LoRA."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.libraries import TRANSPOSED
from paramwise.model.catalog import Catalog, Parameter
from paramwise.recipes.muon import LAST
from paramwise.rules.rule import Fitted, Rule, Rules
from paramwise.rules.selectors import Selector, depth, just, name, ndim

if TYPE_CHECKING:
    import torch


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
        depths = sorted({place.depth or 0 for place in catalog.places})
        if final and len(final) == len(_after_blocks(catalog)):
            depths.remove(0)  # nothing but final norms is there
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
    for position in _after_blocks(catalog):
        name, role = catalog.names[position], catalog.kinds[catalog.kind_of[position]].role
        tower = catalog.places[catalog.place_of[position]].tower
        owner = name.rpartition(".")[0]
        if tower in done:
            continue
        if _IN_HEAD.search(owner):
            done.add(tower)
        elif role == "norm" or (role == "bias" and f"{owner}.weight" in found):
            found.append(name)
        else:
            done.add(tower)
    return found


def _after_blocks(catalog: Catalog) -> list[int]:
    """Where the parameters stand that lie after the last block of their tower."""
    last = {number for number, place in enumerate(catalog.places) if place.depth == 0}
    return [position for position, place in enumerate(catalog.place_of) if place in last]


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
    base: torch.nn.Module | Catalog | Mapping[str, Sequence[int]] | None = None, width: int | None = None
) -> Fitted:
    """Adam's learning rate by fan-in: hidden matrices ``base fan-in / fan-in`` of the base rate, all else all of it.

    The learning rates of maximal update parametrisation (Yang et al. 2022, arXiv:2203.03466, table 8), so that a rate
    tuned on a narrow model is right for a wide one. The rest of the table is the model's own: initial values, and the
    output's multiplier ``1 / fan-in``.

    Args:
        base: the narrow model that the rate was tuned on, its catalog, or its shapes by name: then hidden is what grew
            in fan-in and fan-out.
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
                if parameter.layer is not None or not (parameter.depth or LAST(parameter)):
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
    if isinstance(base, Mapping):
        shapes = base
    elif isinstance(base, Catalog):
        shapes = {parameter.name: parameter.shape for parameter in base}
    elif hasattr(base, "named_parameters"):
        shapes = {name: tuple(tensor.shape) for name, tensor in base.named_parameters()}
    else:
        raise InputError(f"base is {base!r}", help="the narrow model, its catalog, or its shapes by name")
    wrong = [one.name for one in catalog if one.name not in shapes or len(shapes[one.name]) != one.ndim]
    if wrong:
        raise InputError(
            f"the narrow model lacks {len(wrong)} parameters of the wide one, or has them of other dimensions",
            evidence=wrong,
            help="both must be the same architecture at different widths",
        )
    return shapes


def _fans(parameter: Parameter, shape: Sequence[int]) -> tuple[int, int]:
    """Fan-out and fan-in of a matrix or a convolution."""
    first, *rest = shape
    if parameter.module in TRANSPOSED:
        return rest[0], first
    return first, prod(rest)


def _check_between(what: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low < value <= high:
        raise InputError(f"{what} is {value!r}", help=f"a number above {low:g} and at most {high:g}")
