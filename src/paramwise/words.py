"""Shared wording: counts with nouns, nearest names, untrusted text made safe to show."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_PLURALS = {"matrix": "matrices", "bias": "biases", "embedding or head": "embeddings or heads"}
_MANY = 2000  # difflib takes seconds on more names than this
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: C0, DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that change the direction of text
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff]"  # halves of surrogate pairs, which UTF-8 cannot encode
)


def public(thing: T) -> T:
    """Mark a class or function as public: its ``__module__`` becomes ``paramwise``.

    The file that defines it is private, so neither error messages nor pickles should depend on that file.
    """
    thing.__module__ = "paramwise"
    return thing


def plural(count: int, thing: str = "parameter") -> str:
    """A count and its noun.

    >>> plural(1), plural(1200), plural(2, "matrix")
    ('1 parameter', '1,200 parameters', '2 matrices')
    """
    return f"{count:,} {thing if count == 1 else _PLURALS.get(thing, f'{thing}s')}"


def nearest(word: str, possible: Iterable[str], count: int = 3) -> list[str]:
    """The candidates most like ``word``, best first.

    If there are very many candidates, only those whose last part is like that of ``word`` are compared: parameter names
    mostly differ in the middle.

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
    """A line of help that names the candidates most like ``word``, or else all of them."""
    near = nearest(word, possible)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "possible: " + ", ".join(possible)


def escaped(text: str) -> str:
    r"""Text that is safe to show: characters that would act on a terminal are replaced by their escapes.

    Strangers choose the names in files and models. A control character in a name could clear the screen, forge another
    line or reverse the text; half of a surrogate pair could not be printed at all.

    >>> print(escaped("layer\x1b[2J\n.weight"))
    layer\x1b[2J\n.weight
    """
    return _UNSAFE.sub(lambda sign: sign[0].encode("unicode_escape").decode("ascii"), text)


def json_text(data: Any, indent: int | None = None) -> str:
    r"""Plain data as JSON that is safe to show and to encode: what `escaped` escapes gets JSON's own escape.

    >>> print(json_text(["a", "\x9b2J", "\ud800"]))
    ["a", "\u009b2J", "\ud800"]
    """
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    # json has escaped the other control characters in strings; the newlines that `indent` adds stay
    return _UNSAFE.sub(lambda sign: sign[0] if sign[0] == "\n" else f"\\u{ord(sign[0]):04x}", text)
