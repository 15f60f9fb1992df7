"""The recipe for two optimizers: Muon for the hidden matrices, AdamW for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, Literal

from paramwise.findings import InputError
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.cuts import Blocks
from paramwise.recipes.decay import no_decay
from paramwise.rules.rule import Rule, RuleMaker, Rules
from paramwise.rules.selectors import just, role
from paramwise.words import did_you_mean

_ADJUSTS = ("original", "match_rms_adamw")
_WAYS = ("auto", "none", "heads")
_SMALL = 32  # a kernel has at most so many places a side


def muon(
    lr: float,
    adamw_lr: float | None = None,
    weight_decay: float = 0.1,
    adjust_lr_fn: str | None = None,
    blocks: Literal["auto", "none", "heads"] = "auto",
) -> RuleMaker:
    """Hidden matrices and convolutions to Muon, all else (embeddings, heads, routers, vectors) to AdamW.

    Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) makes the update of a matrix orthogonal, so it
    needs another learning rate than AdamW. Either each optimizer gets its own rate, or Muon's updates are scaled to the
    size of AdamW's (Liu et al. 2025, arXiv:2502.16982), so that the same rate serves both.

    A fused weight holds several matrices: query, key and value, gate and up, or stacked experts. Where the model's code
    tells them (`Catalog.blocks`), a rule says how the weight is cut, and Muon makes each block orthogonal for itself.
    Experts stacked in three dimensions that no code tells go to AdamW.

    Args:
        lr: of Muon; of both optimizers, if Muon's updates are scaled to AdamW's.
        adamw_lr: of AdamW.
        weight_decay: of both optimizers; vectors get none.
        adjust_lr_fn: ``"match_rms_adamw"`` scales Muon's updates to the size of AdamW's; see ``torch.optim.Muon``.
        blocks: ``"auto"`` cuts fused weights into their matrices; ``"heads"`` cuts those of attention into their heads
            too; ``"none"`` steps every weight as one matrix.

    Raises:
        InputError: AdamW's learning rate is missing, or ``blocks`` is another text.

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
    if adjust_lr_fn not in (None, *_ADJUSTS):  # torch accepts any text in a group, and ignores an unknown one
        raise InputError(f"adjust_lr_fn is {adjust_lr_fn!r}", help=did_you_mean(str(adjust_lr_fn), _ADJUSTS))
    if blocks not in _WAYS:
        raise InputError(f"blocks is {blocks!r}", help=did_you_mean(str(blocks), _WAYS))
    adjusted: dict[str, Any] = {} if adjust_lr_fn is None else {"adjust_lr_fn": adjust_lr_fn}

    def rules(catalog: Catalog) -> Rules:
        cut = {} if blocks == "none" else catalog.blocks(blocks)
        others = {*catalog.heads.found, *_not_matrices(catalog, cut)}
        hidden = role("matrix") & ~just(sorted(others, key=catalog.position), catalog) if others else role("matrix")
        return [
            Rule(hidden, name="muon", optimizer="muon", lr=lr, weight_decay=weight_decay, **adjusted),
            Rule(
                ~hidden,
                name="adamw",
                may_be_empty=True,
                optimizer="adamw",
                lr=lr if adamw_lr is None else adamw_lr,
                weight_decay=weight_decay,
            ),
            *no_decay(),
            *_cutting(catalog, {name: told for name, told in cut.items() if name not in others}),
        ]

    return rules


def _cutting(catalog: Catalog, cut: Mapping[str, Blocks]) -> Iterator[Rule]:
    """A rule for each way in which hidden matrices are cut."""
    names_of: dict[str, list[str]] = {}
    for name, told in cut.items():
        if catalog[name].role == "matrix":
            names_of.setdefault(str(told), []).append(name)
    for text, names in names_of.items():
        yield Rule(just(names, catalog), name=f"blocks: {text}", blocks=text)


def _not_matrices(catalog: Catalog, cut: Mapping[str, Blocks]) -> list[str]:
    """The names of parameters with the role of a matrix whose values are not one matrix, nor one convolution."""
    matrices = {number for number, kind in enumerate(catalog.kinds) if kind.role == "matrix"}
    single = {number for number in matrices if _is_single(catalog.kinds[number])}
    return [
        name
        for name, number in zip(catalog.names, catalog.kind_of, strict=True)
        if number in matrices
        and not (name in cut and cut[name].stacked)
        and (number not in single or _is_stack(name, catalog))
    ]


def _is_single(kind: Kind) -> bool:
    """Whether a kind of parameter is a real matrix of several rows and columns, or a convolution over channels."""
    shape = kind.shape
    if len(shape) < 2 or kind.dtype.startswith("complex") or shape[0] < 2 or prod(shape[1:]) < 2:
        return False
    if len(shape) == 2:
        return True
    module = kind.module or ""
    kernel = len(shape) in (4, 5) and shape[-1] == shape[-2] <= _SMALL
    # home-made ones hold stacks too: a matrix for each relation, weights in two parts for complex numbers
    own_class = "Conv" in module.rpartition(".")[2] and len(shape) < 5 and max(shape[2:]) <= _SMALL
    return shape[1] > 1 and (kernel or own_class or module.startswith("torch.nn.modules.conv."))


def _is_stack(name: str, catalog: Catalog) -> bool:
    """Whether a forward pass, where there was one, took a tensor of several dimensions for several matrices."""
    if catalog.evidence is None or name not in catalog.evidence:
        return False
    told = catalog.evidence[name]
    return len(told.shape) > 2 and not any("conv" in witness.operation for witness in told.witnesses)
