"""The shapes of values that options take: in words, as a check, and as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must look like.

    Attributes:
        words: in words, as messages say it.
        fits: whether a value has the shape.
        schema: the same as JSON Schema.
    """

    words: str
    fits: Callable[[object], bool]
    schema: Mapping[str, Any]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_list(value: object, of: Callable[[object], bool], length: int | None = None) -> bool:
    return isinstance(value, (list, tuple)) and length in (None, len(value)) and all(map(of, value))


def _numbers(length: int) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "number"}, "minItems": length, "maxItems": length}


NUMBER = Shape("a number", _is_number, {"type": "number"})
WHOLE = Shape("a whole number", _is_whole, {"type": "integer"})
FLAG = Shape("true or false", _is_flag, {"type": "boolean"})
TEXT = Shape("a text", _is_text, {"type": "string"})
TEXTS = Shape(
    "a text or a list of texts",
    lambda value: _is_text(value) or _is_list(value, _is_text),
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
)
PAIR = Shape("two numbers, e.g. [0.9, 0.999]", lambda value: _is_list(value, _is_number, 2), _numbers(2))
TRIPLE = Shape("three numbers", lambda value: _is_list(value, _is_number, 3), _numbers(3))
NUMBER_OR_PAIR = Shape(
    "a number; for Adafactor, two",
    lambda value: _is_number(value) or _is_list(value, _is_number, 2),
    {"anyOf": [{"type": "number"}, _numbers(2)]},
)
NUMBERS_BY_NAME = Shape(
    "a table of numbers",
    lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    {"type": "object", "additionalProperties": {"type": "number"}},
)
ANY = Shape(
    "a number, a text, true, false or a list of numbers",
    lambda value: _is_flag(value) or _is_number(value) or _is_text(value) or _is_list(value, _is_number),
    {
        "anyOf": [
            {"type": "boolean"},
            {"type": "number"},
            {"type": "string"},
            {"type": "array", "items": {"type": "number"}},
        ]
    },
)
