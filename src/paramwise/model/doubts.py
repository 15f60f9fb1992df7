"""Whether a role is in doubt: names alone tell it, or code and names disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from paramwise.model.calls import MULTIPLIES
from paramwise.model.facts import LOOKED_UP, Facts, is_torchs
from paramwise.model.roles import BY_CLASS, DECAYED, deciding_row
from paramwise.model.vocabulary import BIAS, SPREAD

_AGREEING: Mapping[str, tuple[str, ...]] = {
    "divisor": ("scale",),
    "table": ("position",),
    "curve": ("scale", "state"),
    "gain": ("scale", "norm", "state"),
    "sum": ("bias", "position", "state"),
}
"""The roles of what is used so; code that is not understood may use it in a way that says more."""


def _is_named(facts: Facts, role: str | Callable[[Facts], str]) -> bool:
    """Whether names tell a role too."""
    named = {"position": facts.table_name, "scale": facts.scale_name, "bias": BIAS.search(facts.attribute)}
    if not isinstance(role, str) or role in DECAYED:
        return facts.matrix_name
    return bool(named.get(role, facts.normalises))


def witness_of(facts: Facts) -> str:
    """``"name"`` where a role rests on names alone: the class's code cannot be read, or speaks against it; else empty.

    A vector that is called a bias is taken for one. What multiplies activations as a matrix does may be a matrix,
    whatever it is called; so may what some code takes that was not understood. Of what is used in products and
    element by element too, it is not known which use counts, or in a list which item is used how.

    >>> witness_of(Facts("layer", "cls_token", 3, classes=["home.Made"]))
    'name'
    >>> witness_of(Facts("layer", "bias", 1, classes=["home.Made"]))
    ''
    """
    if facts.attribute.endswith("bias") and facts.ndim < 2:
        return ""
    row = deciding_row(facts, BY_CLASS)
    if row.role == "other" or is_torchs(facts.classes[0] if facts.classes else ""):
        return ""
    whole = facts.ndim >= 2 and not facts.vector and row.role not in DECAYED  # it may be a matrix
    unread = facts.attribute in facts.unread()
    weak = facts.use in _AGREEING
    if row.witness.endswith("name"):
        agrees = facts.use not in MULTIPLIES and not (weak and row.role not in _AGREEING[str(facts.use)])
        against = (weak or facts.use in LOOKED_UP) and facts.ndim >= 2 and row.role in DECAYED  # no product was seen
        doubtful = facts.use in (None, "second") or (whole and not agrees) or against
    else:
        given = facts.use in ("embedded", "rows") and not facts.table_name  # as of words, perhaps
        guessed = facts.use == "factor" or (unread and weak and not _is_named(facts, row.role))
        several = (facts.ndim > 1 and not facts.vector) or not isinstance(row.role, str) or row.role in DECAYED
        several = several and facts.attribute in facts.mixed()
        decays = not isinstance(row.role, str) or row.role in DECAYED
        other_name = facts.attribute.endswith("bias") or SPREAD.search(facts.attribute) is not None
        several = several or (decays and facts.ndim >= 2 and other_name)
        doubtful = whole and (given or guessed)
        doubtful = doubtful or (several and (facts.listed or not _is_named(facts, row.role)))
    return "name" if doubtful else ""
