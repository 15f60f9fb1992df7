"""TOML as text: the line of every key, and values as a person would write them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paramwise.findings import InputError
from paramwise.words import json_text

FILE, PROJECT = "paramwise.toml", "pyproject.toml"
"""Where rules stand: a file of their own, or a table of the project's."""

Place = tuple[str | int, ...]
"""Where a value is in a document: keys and indices."""

_WIDTH = 100
_LONGEST_NUMBER = 100
_MOST_TOKENS = 500_000
_MOST_PARTS = 20  # of a dotted key
_DEEPEST = 300


def parse(text: str, where: str) -> dict[str, Any]:
    """The document as plain data.

    Args:
        text: the document.
        where: what errors call the document; the line is added.

    Raises:
        InputError: the text is not TOML, or holds more than is read; says the line.
    """
    _require_bounded(text, where)
    try:
        return tomllib.loads(text + "\n")
    except RecursionError:
        raise InputError("nested too deeply", where=where, help="no rule needs that depth") from None
    except ValueError as error:  # a TOMLDecodeError, or a number of thousands of digits
        reason, _, position = str(error).partition(" (at ")
        written = text.splitlines()
        found = re.match(r"line (\d+)", position)
        line = min(int(found[1]) if found else len(written), len(written))
        shown = written[line - 1].strip()
        key = shown.partition("=")[0].strip().strip("[]")
        twice = reason.startswith(("Cannot overwrite", "Cannot declare"))
        raise InputError(
            f"`{key}` is given twice" if twice else f"not TOML: {reason[:1].lower()}{reason[1:]}",
            where=f"{where}:{line}",
            evidence=(shown[:_WIDTH],),
            help="keep one of the two"
            if twice
            else "texts need quotes; lists are [..], tables { .. }: https://toml.io",
        ) from None


_TOKEN = re.compile(
    r"""
    (?P<text>  \"{3} (?:\\.|[^\\])*? \"{3,5} (?!\")  |  '{3} .*? '{3,5} (?!')  |  "(?:\\.|[^"\\])*"  |  '[^']*'  )
  | (?P<sign>  [\[\]{}=,.]  )
  | (?P<bare>  [^\s\[\]{}=,."'\#]+  )
  | (?P<skip>  \#[^\n]*  |  \s+  )
    """,
    re.VERBOSE | re.DOTALL,
)


def _require_bounded(text: str, where: str) -> None:
    """Refuse what the parser would need too much memory for: the square of a key's parts, some 100 bytes a value."""
    depth, parts, before, tokens, line, at = 0, 0, "", 0, 1, 0
    around: list[int] = []  # for each open bracket, how deep it is in the one before
    for match in _TOKEN.finditer(text):
        if match.start() != at:
            return  # not TOML: the parser says why
        at, token, kind = match.end(), match[0], match.lastgroup
        if kind != "skip":
            tokens += 1
            if kind != "sign":
                parts = parts if before == "." else 0
            elif token == ".":
                parts += 1
            elif token in "[{":
                around.append(parts + 1)
                depth, parts = depth + parts + 1, 0
            elif token in "]}" and around:
                depth, parts = depth - around.pop(), 0
            if parts > _MOST_PARTS or depth + parts > _DEEPEST:
                raise InputError("nested too deeply", where=f"{where}:{line}", help="no rule needs that depth")
            if tokens > _MOST_TOKENS:
                message = f"more than {_MOST_TOKENS:,} keys, values and signs"
                raise InputError(message, where=f"{where}:{line}", help="check that it is the file meant")
            before = token
        line += token.count("\n")


def lines(text: str, where: str = "") -> dict[Place, int]:
    r"""The line, counted from 1, of every key and of every element of an array.

    Args:
        text: a document that `parse` has accepted.
        where: what errors call the document; the line is added.

    Raises:
        InputError: a number is absurdly long.

    Example:
        >>> lines('lr = 1\n[[rules]]\nroles = [\n  "norm",\n]')[("rules", 0, "roles", 0)]
        4
    """
    return _Lines(text, where).found


class _Lines:
    """A walk through a valid document that notes the line where each key and element starts."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.tokens: list[tuple[str, str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "skip":
                self.tokens.append((str(match.lastgroup), match[0], line))
            line += match[0].count("\n")
        self.tokens.append(("end", "", line))
        self.at = 0
        self.found: dict[Place, int] = {(): 1}
        self.last: dict[Place, int] = {}  # the index of the last table in each array of tables
        table: Place = ()
        while self.tokens[self.at][0] != "end":
            if self.sees("["):
                table = self.header()
            else:
                self.pair(table)

    def sees(self, sign: str) -> bool:
        """Go past a sign if it comes next."""
        seen = self.tokens[self.at][:2] == ("sign", sign)
        self.at += seen
        return seen

    def key(self) -> list[str]:
        """The parts of a dotted key."""
        parts = []
        while True:
            kind, token, _ = self.tokens[self.at]
            parts.append(tomllib.loads(f"key = {token}")["key"] if kind == "text" else token)
            self.at += 1
            if not self.sees("."):
                return parts

    def note(self, table: Place, parts: Sequence[str | int], line: int) -> Place:
        """The path of a key in a table; in an array of tables, in its last table."""
        path = table
        for part in parts:
            path = (*path, part)
            self.found.setdefault(path, line)
            if path in self.last:
                path = (*path, self.last[path])
        return path

    def header(self) -> Place:
        """``[table]`` or ``[[table]]``; the first bracket is past."""
        line = self.tokens[self.at][2]
        if not self.sees("["):
            path = self.note((), self.key(), line)
        else:
            *outer, name = self.key()
            array = (*self.note((), outer, line), name)
            self.found.setdefault(array, line)
            self.last[array] = self.last.get(array, -1) + 1
            path = (*array, self.last[array])
            self.found[path] = line
            self.sees("]")
        self.sees("]")
        return path

    def pair(self, table: Place) -> None:
        """``key = value``."""
        line = self.tokens[self.at][2]
        path = self.note(table, self.key(), line)
        self.sees("=")
        self.value(path)

    def value(self, path: Place) -> None:
        """A value, and everything inside it."""
        if self.sees("["):
            index = 0
            while not self.sees("]"):
                self.value(self.note(path, [index], self.tokens[self.at][2]))
                self.sees(",")
                index += 1
        elif self.sees("{"):
            while not self.sees("}"):
                self.pair(path)
                self.sees(",")
        else:
            kind, token, line = self.tokens[self.at]
            if kind == "bare" and len(token) > _LONGEST_NUMBER:
                raise InputError(f"a number of {len(token):,} digits", where=f"{self.where}:{line}")
            self.at += 1
            # the rest of a number (1.5) or of a date (a space and the time)
            while kind == "bare" and self.tokens[self.at][2] == line and (self.sees(".") or self._bare()):
                pass

    def _bare(self) -> bool:
        bare = self.tokens[self.at][0] == "bare"
        self.at += bare
        return bare


def written(value: object) -> str:
    r"""A value as TOML, on one line.

    Raises:
        InputError: TOML has no such value.

    Example:
        >>> print(written({"regex": r"\.h\.", "layers": [0, "2-3"], "lr": 2e-05, "freeze": True}))
        { regex = '\.h\.', layers = [0, "2-3"], lr = 2e-5, freeze = true }
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return re.sub(r"e([+-])0", r"e\1", repr(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {written(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if value else "{}"
    raise InputError(f"TOML has no {value!r}")


def assigned(key: str, value: object) -> str:
    """``key = value``; a long list takes a line for each of its elements."""
    line = f"{_key(key)} = {written(value)}"
    if len(line) <= _WIDTH or not isinstance(value, (list, tuple)):
        return line
    return "\n".join([f"{_key(key)} = [", *(f"    {written(element)}," for element in value), "]"])


def document(parts: Iterable[str | Mapping[str, Any] | Sequence[Any]]) -> str:
    r"""A document: texts as they are, mappings as a line for each key, lists as an indented line for each element.

    Example:
        >>> print(document(["# two", {"a": 1, "b": "x"}, "c = [", [1, 2], "]"]), end="")
        # two
        a = 1
        b = "x"
        c = [
            1,
            2,
        ]
    """
    lines: list[str] = []
    for part in parts:
        if isinstance(part, str):
            lines.append(part)
        elif isinstance(part, Mapping):
            lines += [assigned(key, value) for key, value in part.items()]
        else:
            lines += [f"    {written(element)}," for element in part]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InputError(f"TOML has no {text!r}: it is not valid Unicode")
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # literal: regular expressions stay readable
    return json_text(text)
