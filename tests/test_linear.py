"""Regular expressions of files find what Python's find, in linear time."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramwise as pw
from paramwise.files.config import linear
from paramwise.findings import InputError

NAMES = [
    "a", "ab", "aa.b", "h.10.attn.c_q.weight", "transformer.h.0.mlp.c_fc.bias", "LayerNorm.weight", "LAYERNORM.bias",
    "a-b", "a_b", "a^b", "a]b", "a[b", "a{b", "a{1}", "a\\b", "a&&b", "a~~b", "a--b", "a\n", "a\nb", "é.ß", "ÉCOLE",
    "x\x1cy", "٣", "a b", "a\tb", "$", "|", "(a)", "a#b", "\x07\x08", "名.重み", "e\u0301", "½", "<a>", "'", '"',
]  # fmt: skip
ORDINARY = [
    r"bias$", r"\.(q|k|v)_proj\.", r"^transformer\.h\.[0-9]+\.mlp", r"(?:norm|bias)\b",
    r"(?i)layernorm", r"(?i:layernorm)\.bias", r"(?P<layer>\d+)", r"a{2}", r"a{,2}b", r"a{1,}", r"a{", r"a{x}", r"a{1",
    r"[^.]+\.weight$", r"[\w.]+", r"[]a]", r"[^]a]", r"[a\]b]", r"[a-c]{2}", r"[-a]", r"[a-]", r"[\w-]", r"[&&]", "[~]",
    r"[--0]", r"[\d\-_]", r"\x61", r"\u0061", r"\141", r"\0", r"\-\_\#\&\/\"\<", r"a.b", r"(?s)a.b",
    r"\Aa", r"a\Z", r"a$", r"\W", r"\D", r"\S\s\S", r"^$", r"|a", r"(a|b)*?", r"a+?b", r"(?#note)a", r"\bb", r"\Bb",
    r"[\b]", r"é", r"É", r"(?i)é", r"\w\Z", r"[^\W\d_]", r"}", r"\}", r"a|", r"()", r"[$^]", r"[.]", r"\'", r"\.", "\t",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ORDINARY)
def test_what_is_found_is_what_python_finds(pattern: str) -> None:
    found = linear.search(pattern)
    assert [name for name in NAMES if found(name)] == [name for name in NAMES if re.search(pattern, name)]


ATOMS = st.sampled_from(
    ["a", "b", ".", r"\.", r"\d", r"\w", r"\W", r"\s", "[ab]", "[^a]", r"[\w.-]", "0", "_", r"\b", "^", "$"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("".join, st.lists(inner, min_size=1, max_size=3))
        | st.builds("({})".format, inner)
        | st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,2}", "{,2}"]))
        | st.builds("(?:{}|{})".format, inner, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=600, deadline=None)
@given(pattern=PATTERNS, text=st.text("ab.0_ \n-é", max_size=8))
def test_random_expressions_find_what_python_finds(pattern: str, text: str) -> None:
    try:
        expected = re.search(pattern, text) is not None
    except re.error:
        return
    if "$" in pattern and text.endswith("\n"):  # what comes after `$` could look at that last sign again
        return
    assert linear.search(pattern)(text) == expected, (pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [r"a(?=b)", r"(?!a)b", r"(?<=a)b", r"(?<!a)b", r"(a)\1", r"(?P<x>a)(?P=x)", r"(?>a+)b", r"a++b", r"(a)?(?(1)b|c)"],
)
def test_what_needs_trying_is_refused_with_what_to_write_instead(pattern: str) -> None:
    pw.regex(pattern)  # in Python it is the user's own
    with pytest.raises(InputError, match="could take for ever") as caught:
        linear.regex(pattern)
    assert "except" in caught.value.findings[0].help[0]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"^(\w+\.?)+$!", "a." * 5000),
        (r"(a+)+!", "a" * 100_000),
        (r"(a|a)*!", "a" * 100_000),
        (r".*.*.*.*.*x!", "a" * 100_000),
        (r"(a?){100}a{100}!", "a" * 100_000),
        (r"(\w{0,10}){0,20}!", "a" * 100_000),
    ],
)
def test_the_time_grows_with_the_text_alone(pattern: str, name: str) -> None:
    began = time.process_time()
    assert not linear.search(pattern)(name)
    assert time.process_time() - began < 5, "seconds: Python's would take years"


def test_expressions_without_bound() -> None:
    for pattern in ("(a{1000}){1000}", "((a{100}){100}){100}"):
        with pytest.raises(InputError, match="too large"):
            linear.regex(pattern)
    with pytest.raises(InputError, match="10,001 signs"):
        linear.regex("a" * 10_001)
    with pytest.raises(InputError, match="not a regular expression"):
        linear.regex("(")


def test_it_equals_the_selector_that_python_makes() -> None:
    assert linear.regex("a") == pw.regex("a")
