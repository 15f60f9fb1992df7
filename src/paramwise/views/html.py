"""A view as HTML, for a notebook: every text escaped, no script, styles in place."""

from __future__ import annotations

from html import escape

from paramwise.findings import Level
from paramwise.views.view import Block, Cell, Heading, Indented, Line, Notice, Table, View
from paramwise.words import escaped

COLORS: dict[Level, str] = {"error": "#c00", "warning": "#a60", "note": "#06c"}


def html_of(view: View) -> str:
    """A view as one ``<div>``."""
    return f'<div style="font-family:monospace;white-space:pre-wrap">{"".join(map(_html, view))}</div>'


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<div><b>{_text(text)}</b></div>"
        case Line(text, faint):
            style = ' style="opacity:.6"' if faint else ""
            return f"<div{style}>{_text(text) or '&nbsp;'}</div>"
        case Table():
            return _table(block)
        case Notice(level, label, message, rest):
            lines = "".join(f"<div>{_text(line)}</div>" for line in rest)
            return f'<div><b style="color:{COLORS[level]}">{_text(label)}</b>: {_text(message)}</div>{lines}'
        case Indented(blocks):
            return f'<div style="margin-left:2ch">{"".join(map(_html, blocks))}</div>'


def _table(table: Table) -> str:
    last = len(table.columns) - 1

    def cells(tag: str, row: tuple[str | Cell, ...]) -> str:
        aligned = ["right" if table.counts and column == last else "left" for column in range(len(row))]
        filled = zip(aligned, row, strict=True)
        return "".join(f'<{tag} style="text-align:{side}">{_cell(cell)}</{tag}>' for side, cell in filled)

    rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{cells('th', table.columns)}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(cell: str | Cell) -> str:
    return _text(cell.text + cell.note if isinstance(cell, Cell) else cell)


def _text(text: str) -> str:
    """Text from any source, escaped to be the content of an element."""
    return escape(escaped(text))
