"""The recipe for two optimizers: Muon for the hidden matrices, AdamW for the rest."""

from __future__ import annotations

from typing import Any

from paramwise.findings import InputError
from paramwise.recipes.decay import no_decay
from paramwise.rules.rule import Rule, Rules
from paramwise.rules.selectors import depth, module, ndim, regex, role
from paramwise.words import did_you_mean

_ADJUSTS = ("original", "match_rms_adamw")
LAST = depth(0) & regex(r"(^|\.)(fc\.|(\w+_)?heads?\b|classif|score\.|logits?\b)")
"""Heads that roles do not find: ResNet's ``fc``, timm's ``head.fc``, PEFT's saved classifier."""

_HIDDEN = role("matrix") & ~LAST & (ndim(2) | ndim(4, 5) | ndim(3) & module("*Conv*"))


def muon(lr: float, adamw_lr: float | None = None, weight_decay: float = 0.1, adjust_lr_fn: str | None = None) -> Rules:
    """Hidden matrices and convolutions to Muon, all else (embeddings, heads, routers, vectors) to AdamW.

    Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) makes the update of a matrix orthogonal, so it
    needs another learning rate than AdamW. Either each optimizer gets its own rate, or Muon's updates are scaled to the
    size of AdamW's (Liu et al. 2025, arXiv:2502.16982), so that the same rate serves both. Stacked experts, which have
    three dimensions, go to AdamW.

    Args:
        lr: of Muon; of both optimizers, if Muon's updates are scaled to AdamW's.
        adamw_lr: of AdamW.
        weight_decay: of both optimizers; vectors get none.
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
    if adjust_lr_fn not in (None, *_ADJUSTS):  # torch accepts any text in a group, and ignores an unknown one
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
        *no_decay(),
    ]
