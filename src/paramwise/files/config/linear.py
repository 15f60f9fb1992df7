"""Regular expressions from files, matched in time linear in the text.

Python's ``re`` backtracks, which for ``(a+)+!`` and 30 letters takes minutes. Rust's engine, which pydantic brings,
reads a text once. An expression is parsed by ``re``, then rewritten for that engine piece by piece, so that each piece
means what it means in Python. Lookaround and backreferences need backtracking: they are refused, and ``except`` and
``all`` say the same.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from paramwise.findings import InputError
from paramwise.rules import selectors
from paramwise.rules.selectors import Primitive, Selector

LONGEST = 10_000  # signs of an expression
_HELP = "say it with `except`, `all` and `any`, such as regex = 'weight$' and except = { regex = 'norm' }"

_SIGN = re.compile(
    r"""
    (?P<class>   \[ \^? \]? (?: \\. | [^\]\\] )* \]  )
  | (?P<escape>  \\ (?: x[0-9a-fA-F]{2} | u[0-9a-fA-F]{4} | U[0-9a-fA-F]{8} | 0[0-7]{0,2} | [0-3][0-7]{2} | . )  )
  | (?P<repeat>  [*+?] | \{ \d+ (?: ,\d* )? \} | \{ ,\d* \}  )
  | (?P<open>    \( (?! \? )  |  \(\?: | \(\?P<\w+> | \(\?[is]+: )
  | (?P<flags>   \(\?[is]+\) )
  | (?P<note>    \(\?\#[^)]*\) )
  | (?P<refused> \(\? )
  | (?P<plain>   [|).^] )
  | (?P<end>     \$ )
  | (?P<letter>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_CLASS = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|0[0-7]{0,2}|[0-3][0-7]{2}|.)|.", re.DOTALL
)
_NAMED = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_CLASSES = {
    "w": r"\p{L}\p{N}_",  # a letter or a number, as `str.isalnum`
    "d": r"\p{Nd}",
    "s": r"\s\x1c-\x1f",
}


def regex(pattern: str) -> Selector:
    r"""As `paramwise.regex`, and equal to it; the search takes a time that grows with the name alone.

    Raises:
        InputError: not a regular expression, or one that cannot be searched in linear time.

    Example:
        >>> regex(r"\.h\.\d+\.").arguments
        ('\\.h\\.\\d+\\.',)
    """
    if len(pattern) > LONGEST:
        raise InputError(f"a regular expression of {len(pattern):,} signs", help=f"at most {LONGEST:,} are read")
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # `[[` may mean something else some day
        selectors.regex(pattern)  # says what is wrong, as everywhere
    found = search(pattern)
    return Primitive("regex", (pattern,), "name", lambda parameter: found(parameter.name))


def search(pattern: str) -> Callable[[str], bool]:
    """Whether a valid regular expression is found in a text.

    Raises:
        InputError: it cannot be searched in linear time.
    """
    from pydantic_core import SchemaError, SchemaValidator, core_schema  # few files need it

    try:
        engine = SchemaValidator(core_schema.str_schema(pattern=_translated(pattern), regex_engine="rust-regex"))
    except SchemaError:
        raise InputError(f"the regular expression is too large: {pattern!r}", help="repeat less: {1,100}") from None
    # half a character is in a name only where Python wrote the file: the engine has no text with one
    return lambda text: engine.isinstance_python(text.encode("utf-8", "replace").decode())


def _translated(pattern: str) -> str:
    parts: list[str] = []
    after_repeat = False
    for sign in _SIGN.finditer(pattern):
        kind, text = str(sign.lastgroup), sign[0]
        repeats = kind == "repeat"
        if repeats and after_repeat:
            if text == "+":
                raise _refused(pattern, "a possessive repeat")
            repeats = False  # lazy: found all the same
        elif repeats:
            parts.append("{0," + text[2:] if text.startswith("{,") else text)
        elif kind == "class":
            parts.append(_class(pattern, text))
        elif kind == "escape":
            parts.append(_escape(pattern, text))
        elif kind == "open":
            parts.append(text if text.endswith(":") else "(?:")
        elif kind in ("flags", "plain"):
            parts.append(text)
        elif kind == "end":
            parts.append(r"(?:\n?\z)")
        elif kind == "letter":
            parts.append(_letter(ord(text)))
        elif kind == "refused":
            raise _refused(pattern, "`(?`, which looks around, sets flags or refers back")
        after_repeat = repeats
    return "".join(parts)


def _class(pattern: str, text: str) -> str:
    """A set in brackets, its signs written so that none has another meaning in the other engine."""
    start = 2 if text.startswith("[^") else 1
    inner = _IN_CLASS.findall(text[start:-1])
    items = [
        "-" if item == "-" and 0 < at < len(inner) - 1 and not _is_set(inner[at - 1]) else _in_class(pattern, item)
        for at, item in enumerate(inner)
    ]
    return f"{text[:start]}{''.join(items)}]"


def _is_set(item: str) -> bool:
    return len(item) == 2 and item[1] in "wWdDsS"


def _in_class(pattern: str, item: str) -> str:
    if _is_set(item):
        inside = _CLASSES[item[1].lower()]
        return f"[{'^' if item[1].isupper() else ''}{inside}]"
    return _letter(8) if item == r"\b" else _escape(pattern, item) if item[0] == "\\" else _letter(ord(item))


def _escape(pattern: str, text: str) -> str:
    letter = text[1]
    if letter in "wWdDsS":
        return f"[{'^' if letter.isupper() else ''}{_CLASSES[letter.lower()]}]"
    if letter in "bBA":
        return text
    if letter == "Z":
        return r"\z"
    if letter in "xuU":
        return _letter(int(text[2:], 16))
    if letter in "0123456789":
        if letter != "0" and len(text) < 4:
            raise _refused(pattern, "a backreference")
        return _letter(int(text[1:], 8))
    if letter in _NAMED:
        return _letter(_NAMED[letter])
    if letter == "N":
        raise _refused(pattern, "a character by its name")
    return _letter(ord(letter))


def _letter(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\x{{{code:x}}}"


def _refused(pattern: str, what: str) -> InputError:
    return InputError(f"the regular expression {pattern!r} holds {what}: its search could take for ever", help=_HELP)
