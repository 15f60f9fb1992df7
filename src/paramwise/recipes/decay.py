"""Recipes for weight decay: by tokens, by role, by the number of dimensions."""

from __future__ import annotations

from collections.abc import Sequence

from paramwise.model.roles import DECAYED, ROLES
from paramwise.rules.rule import Rule, Rules
from paramwise.rules.selectors import everything, marked, name, ndim, role, token


def bert(weight_decay: float = 0.1, no_decay: Sequence[str] = ("bias", "LayerNorm.weight")) -> Rules:
    """Weight decay for all but the parameters whose names contain one of the tokens.

    The step that BERT fine-tuning tutorials share, after the parameter groups of google-research/bert's
    ``optimization.py`` (Devlin et al. 2018, arXiv:1810.04805, which trains with decay 0.01). Each token is a rule of
    its own, so that a token which selects nothing is reported.

    Args:
        weight_decay: of the parameters whose names contain none of the tokens.
        no_decay: tokens; a parameter whose name contains any of them gets weight decay 0.

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
        *(Rule(token(text), name=f"no decay: {text}", weight_decay=0.0) for text in tokens),
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
        *no_decay(),
    ]


_DECAYED = role(*(known for known in ROLES if known in DECAYED))


def no_decay() -> Rules:
    """Rules that take weight decay off what `default` does not decay."""
    return [
        Rule(~_DECAYED, name="no decay", may_be_empty=True, weight_decay=0.0),
        Rule(marked(), name="no decay: marked", may_be_empty=True, weight_decay=0.0),
    ]


def no_decay_1d(weight_decay: float = 0.1) -> Rules:
    """Weight decay by the number of dimensions: none for vectors, single values, and what is named a bias.

    The rule of nanoGPT's ``configure_optimizers`` and of timm's ``param_groups_weight_decay``, for parity; `default`
    is right where this rule is not: stacked expert biases, relative position tables, ``weight_norm``'s ``g``.

    Args:
        weight_decay: of what has two dimensions or more.
    """
    vectors = ndim(0, 1) | name("bias", "*.bias") | marked()
    return [
        Rule(everything(), name="decay", weight_decay=weight_decay),
        Rule(vectors, name="no decay", may_be_empty=True, weight_decay=0.0),
    ]
