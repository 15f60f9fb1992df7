"""Wording: counts, nearest names, and strangers' text that is safe to show."""

import json
import sys
import unicodedata
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paramwise.words import did_you_mean, escaped, json_text, nearest, plural

UNSAFE = ["\x00", "\x07", "\t", "\n", "\r", "\x1b", "\x7f", "\x80", "\x9b", "\u200f", "\u2028", "\u202e", "\u2067"]
SURROGATES = ["\ud800", "\udfff", "\udc80"]


def acts_on_a_terminal(sign: str) -> bool:
    """Whether a character does something other than be shown, told by Unicode's own tables."""
    controls = unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")
    turns = unicodedata.bidirectional(sign) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    return controls or turns or sign in "\u061c\u200e\u200f"


def test_every_character_that_acts_is_escaped_and_no_other() -> None:
    for sign in map(chr, range(0x110000)):
        assert (escaped(sign) != sign) == acts_on_a_terminal(sign), hex(ord(sign))


@pytest.mark.parametrize("sign", UNSAFE + SURROGATES)
def test_an_escape_says_which_character_it_was(sign: str) -> None:
    shown = escaped(f"a{sign}b")
    assert shown.isprintable()
    assert shown.encode().decode("unicode_escape").encode("utf-8", "surrogatepass") == f"a{sign}b".encode(
        "utf-8", "surrogatepass"
    )


@given(st.recursive(st.text() | st.sampled_from(UNSAFE + SURROGATES), lambda inner: st.lists(inner, max_size=3)))
@pytest.mark.parametrize("indent", [None, 2])
def test_json_keeps_the_data_and_can_be_shown(indent: int | None, data: object) -> None:
    text = json_text(data, indent)
    assert json.loads(text) == data
    assert not any(acts_on_a_terminal(sign) for sign in text.replace("\n", "" if indent else "\n"))
    text.encode()


def test_plural() -> None:
    assert [plural(0), plural(1), plural(1000)] == ["0 parameters", "1 parameter", "1,000 parameters"]
    assert [plural(1, "matrix"), plural(2, "bias")] == ["1 matrix", "2 biases"]
    assert plural(2, "embedding or head") == "2 embeddings or heads"


def test_among_very_many_names_few_are_compared() -> None:
    many = [f"layers.{index}.mlp.{part}" for index in range(50_000) for part in ("weight", "bias")]
    compared = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal compared
        compared += event == "call" and frame.f_code.co_name == "real_quick_ratio"

    sys.setprofile(count)
    try:
        found = nearest("layers.7.mlp.wieght", many)
    finally:
        sys.setprofile(None)
    assert found[0] == "layers.7.mlp.weight"
    assert 0 < compared <= 2_100
    assert nearest("nothing.alike", many) == []


def test_did_you_mean() -> None:
    assert did_you_mean("lrr", ["lr", "eps"]) == "did you mean `lr`?"
    assert did_you_mean("zzz", ["lr", "eps"]) == "possible: lr, eps"
