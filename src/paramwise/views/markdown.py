"""A view as GitHub's Markdown, for pull requests: tables and what unfolds; no name acts as Markdown or as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from paramwise.views.layout import bar
from paramwise.views.view import (
    Block,
    Cell,
    Content,
    Details,
    Gap,
    Heading,
    Indented,
    Line,
    Names,
    Notice,
    Table,
    Verbatim,
    View,
)
from paramwise.words import escaped

LEVELS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}
_ACTIVE = re.compile(r"[\\`*\[\]#|~@!]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.")  # the last two make links
NAMES = 3  # folded names shown in a cell


def markdown_of(view: View) -> str:
    """A view as Markdown: blocks apart by blank lines, tables as tables, details behind their summary."""
    lines: list[str] = []
    for block in view:
        made = list(_markdown(block))
        if made and lines and lines[-1] and not _goes_on(lines[-1], made[0]):
            lines.append("")
        lines += made
    return "\n".join(lines)


def _goes_on(before: str, line: str) -> bool:
    return before.startswith(("- ", "  ")) and line.startswith(("- ", "  "))


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f"**{_text(text)}**"
        case Line(text, faint):
            if text:
                yield f"<sub>{_text(text)}</sub>" if faint else _text(text)
        case Table():
            yield from _table(block)
        case Notice(level, label, message, rest):
            yield f"{LEVELS[level]} **{_text(label)}**: {_text(message)}"
            for line in rest:
                yield f"- {_text(line.removeprefix('   | ').strip())}"
        case Verbatim(text):
            yield f"<pre>{'&#10;'.join(escape(escaped(line)) for line in text.split(chr(10)))}</pre>"
        case Indented(blocks):
            for inside in blocks:
                made = list(_markdown(inside))
                listed = isinstance(inside, (Line, Heading))
                yield from (f"- {line}" for line in made) if listed else ("", *made)
        case Details(summary, blocks):
            yield from (f"<details><summary>{_text(summary)}</summary>", "", markdown_of(blocks), "", "</details>")


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(_text(column.head) for column in table.columns)} |"
    yield f"| {' | '.join('---:' if column.kind == 'number' else '---' for column in table.columns)} |"
    for row in table.rows:
        if isinstance(row, Gap):
            yield f"| {_text(row.text)} |{' |' * (len(table.columns) - 1)}"
        else:
            yield f"| {' | '.join(map(_cell, row))} |"


def _cell(content: Content) -> str:
    match content:
        case Cell(text, note):
            return _text(text + note)
        case float():
            return bar(content).replace("  ", " ")
        case Names(folded, note):
            hidden = len(folded) - NAMES
            return ", ".join(map(_code, folded[:NAMES])) + (f" +{hidden:,}" if hidden > 0 else "") + _text(note)
        case _:
            return _text(content)


def _code(name: str) -> str:
    """A name in the manner of code; as an element, since no fence holds every name in a table's cell."""
    return f"<code>{_text(name.strip())}</code>"


def _text(text: str) -> str:
    r"""Text that is shown as it is: what Markdown or HTML would act on is written as a character reference.

    >>> _text("a|b <img> `c` @me")
    'a&#124;b &lt;img&gt; &#96;c&#96; &#64;me'
    """
    return _ACTIVE.sub(lambda sign: f"&#{ord(sign[0])};", escape(escaped(text), quote=False))
