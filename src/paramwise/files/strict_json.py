"""JSON objects from strangers: parsed strictly, with a bound on memory."""

from __future__ import annotations

import json
import re
import reprlib
from collections import Counter
from itertools import islice
from typing import Any

from paramwise.words import plural

MOST_MEMORY = 400_000_000  # bytes that parsing may take
_VALUE = 100  # bytes that a value takes, at most and roughly: a key in a table, a list in a list
_MOST_STRINGS = 2_000_000  # to look at, some 0.5 s
_SIGNS = (b",", b"[", b"{")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)

_brief = reprlib.Repr()  # what strangers wrote goes into messages bounded, and with control characters escaped
_brief.maxstring = _brief.maxlong = 100
shown = _brief.repr


def parse_object(raw: bytes, *, unique: bool = True) -> dict[str, Any]:
    """The JSON object that the bytes hold; Python's own parser takes ``-0`` and half a character too.

    Args:
        raw: UTF-8.
        unique: refuse keys that are there twice. It takes ten times as long.

    Raises:
        ValueError: they hold something else, or would take more than `MOST_MEMORY`.

    Example:
        >>> parse_object(b'{"a": [1, 2.5]}')
        {'a': [1, 2.5]}
    """
    _require_bounded(raw)
    text = raw.decode()
    if not text.startswith("{"):
        raise ValueError("does not begin with `{`")
    try:
        hook = _unique if unique else None
        parsed: dict[str, Any] = json.loads(text, object_pairs_hook=hook, parse_int=_count if "-0" in text else None)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\u" in text:
        json.dumps(parsed, ensure_ascii=False).encode()
    return parsed


def _require_bounded(raw: bytes) -> None:
    """Estimate the memory before it is taken: bytes, text and strings (wide ones, four bytes a character), values."""
    wide = not raw.isascii() or b"\\u" in raw
    left = MOST_MEMORY - len(raw) * (14 if wide else 3)
    values = sum(map(raw.count, _SIGNS))
    if left > 0 and values * _VALUE > left:  # these characters begin no values inside strings
        for string in islice(_STRING.finditer(raw), _MOST_STRINGS):
            if string.end() - string.start() > 1000:
                values -= sum(map(string[0].count, _SIGNS))
    if values * _VALUE > left:
        raise ValueError(f"{len(raw):,} bytes with {plural(values, 'value')} would take too much memory")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        key, times = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"{shown(key)} is there {times} times")
    return found


def _count(digits: str) -> int:
    if digits == "-0":
        raise ValueError("-0 is not a count")
    return int(digits)
