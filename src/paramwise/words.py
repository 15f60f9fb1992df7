"""Wording that every message shares: counts with their nouns, lists that end, and the nearest name to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

_PLURALS = {"matrix": "matrices", "bias": "biases", "embedding or head": "embeddings or heads"}
_MANY = 2000  # names; difflib takes seconds on more


def public(thing: T) -> T:
    """Mark a class or function as part of the public face: it says that it comes from ``paramwise`` itself.

    Where a class is defined is private, so neither error messages nor pickles should depend on it.
    """
    thing.__module__ = "paramwise"
    return thing


def plural(count: int, thing: str = "parameter") -> str:
    """A count and its noun.

    >>> plural(1), plural(1200), plural(2, "matrix")
    ('1 parameter', '1,200 parameters', '2 matrices')
    """
    return f"{count:,} {thing if count == 1 else _PLURALS.get(thing, f'{thing}s')}"


def escaped(text: str) -> str:
    r"""Text as one line in which control characters, which a terminal would act on, are written out.

    >>> print(escaped("a\x1b[2J\n"))
    a\x1b[2J\n
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def nearest(word: str, possible: Iterable[str], count: int = 3) -> list[str]:
    """The possibilities most like ``word``, best first.

    Among very many, only those that share its last part are compared: parameter names differ in the middle.

    >>> nearest("weight_decoy", ["lr", "weight_decay", "betas"])
    ['weight_decay']
    """
    candidates = list(possible)
    if len(candidates) > _MANY:
        tail = word.rpartition(".")[2]
        alike = difflib.get_close_matches(tail, {name.rpartition(".")[2] for name in candidates}, n=2)
        candidates = [name for name in candidates if name.rpartition(".")[2] in alike][:_MANY]
    return difflib.get_close_matches(word, candidates, n=count, cutoff=0.6)


def did_you_mean(word: str, possible: Sequence[str]) -> str:
    """A line of help that names what is near to ``word``, or else everything possible."""
    near = nearest(word, possible)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "possible: " + ", ".join(possible)
