"""Recipes for learning rates: by depth, by part of the model, by width, and for LoRA."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.libraries import TRANSPOSED
from paramwise.model.catalog import Catalog, Parameter
from paramwise.rules.rule import Rule, RuleMaker, Rules
from paramwise.rules.selectors import Selector, as_selector, depth, just, name, ndim
from paramwise.words import plural

if TYPE_CHECKING:
    import torch


def layerwise(decay: float = 0.75) -> RuleMaker:
    """Learning rates that fall towards the input: ``decay ** depth`` of the base rate, by `Catalog.layers`.

    Layer-wise learning rate decay of ELECTRA (Clark et al. 2020, arXiv:2003.10555) and BEiT (Bao et al. 2021,
    arXiv:2106.08254), on any model. What lies after the last block learns at the base rate, but for the final norm,
    which goes with the last block, as in timm's ``param_groups_layer_decay``; without a head the last block does.
    Sets no weight decay.

    Args:
        decay: factor of the rate from a layer to the layer before it; ELECTRA's is 0.8 to 0.9, BEiT's 0.65 to 0.75.

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
            Rule(depth(deep), name=f"depth {deep}", may_be_empty=True, lr_scale=decay ** (deep - last))
            for deep in depths[1:]
        ]
        if final and last == 0:
            made.append(Rule(just(final, catalog), name="final norm", may_be_empty=True, lr_scale=decay))
        return made

    return rules


_IN_HEAD = re.compile(r"(^|[._])(head|fc|classif)")


def _final_norms(catalog: Catalog) -> list[str]:
    """The norms right after the last block of each tower, with their biases."""
    found = []
    done: set[str] = set()  # towers whose blocks were followed by something other than norms
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
        scales: what the base rate is multiplied with, by selector or glob of names; where several select a parameter,
            the last counts.

    Example:
        >>> discriminative({"backbone.*": 0.1})
        [pw.Rule(pw.name('backbone.*'), name='backbone.*', lr_scale=0.1)]
    """
    if not isinstance(scales, Mapping) or not scales:
        raise InputError(f"no scales: {scales!r}", help='discriminative({"backbone.*": 0.1})')
    return [
        Rule(as_selector(select, text=name), name=select if isinstance(select, str) else None, lr_scale=scale)
        for select, scale in scales.items()
    ]


def lora_plus(ratio: float = 16, embedding_lr: float = 1e-6) -> Rules:
    """LoRA's B matrices at ``ratio`` times the rate of its A matrices; LoRA of embeddings at a rate of its own.

    LoRA+ (Hayou et al. 2024, arXiv:2402.12354), with the grouping of peft's ``create_loraplus_optimizer``: trainable
    vectors learn as B does. peft's function drops the weight decay that it is given; here decay has rules of its own:
    ``pw.plan(model, "default", "lora_plus", lr=2e-4, weight_decay=0.01)``.

    Args:
        ratio: the rate of B over the rate of A.
        embedding_lr: learning rate of the LoRA matrices of embeddings.

    Raises:
        InputError: a value is not a rate or a scale.
    """
    return [
        Rule(name("*.lora_B.*"), name="lora B", lr_scale=ratio),
        Rule(ndim(1), name="vectors as lora B", may_be_empty=True, lr_scale=ratio),
        Rule(name("*.lora_embedding_[AB].*"), name="lora embedding", may_be_empty=True, lr=embedding_lr, lr_scale=1.0),
    ]


def mup(
    base: torch.nn.Module | Catalog | Mapping[str, Sequence[int]] | None = None, width: int | None = None
) -> RuleMaker:
    """Adam's learning rate by fan-in: hidden matrices get ``base fan-in / fan-in`` of the rate, the rest all of it.

    These are the learning rates of maximal update parametrisation (Yang et al. 2022, arXiv:2203.03466, table 8): a rate
    tuned on a narrow model is right for a wide model too. The rest of that table is up to the model: its initial
    values, and the multiplier ``1 / fan-in`` of its output.

    Args:
        base: the narrow model that the rate was tuned on, its catalog, or its shapes by name: matrices that grew in
            fan-in and fan-out count as hidden.
        width: instead of ``base``, the fan-in that the rate was tuned at: matrices count as hidden that are neither a
            head nor before the first block.

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
                if parameter.layer is not None or not (parameter.depth or parameter.name in catalog.heads.found):
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
    """The narrow model's shapes by name, which must be the names of the catalog."""
    if isinstance(base, Mapping):
        shapes = base
    elif isinstance(base, Catalog):
        shapes = {parameter.name: parameter.shape for parameter in base}
    elif hasattr(base, "named_parameters"):
        shapes = {name: tuple(tensor.shape) for name, tensor in base.named_parameters()}
    else:
        raise InputError(f"base is {base!r}", help="the narrow model, its catalog, or its shapes by name")
    wrong = [
        parameter.name
        for parameter in catalog
        if parameter.name not in shapes or len(shapes[parameter.name]) != parameter.ndim
    ]
    if wrong:
        raise InputError(
            f"the narrow model lacks {plural(len(wrong))} of the wide model, or has other dimensions there",
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
