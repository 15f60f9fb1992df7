"""A view as HTML, for a notebook: tables and what unfolds; every text escaped, no script, for light and dark."""

from __future__ import annotations

from html import escape

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
    unfolded,
)
from paramwise.words import escaped

# Colours are mixed from the page's own, so that they fit a light and a dark notebook; those of levels have both.
STYLE = """
.paramwise{color-scheme:light dark;font:13px/1.5 ui-monospace,monospace;overflow-x:auto}
.paramwise p{margin:0;white-space:pre-wrap}
.paramwise .faint{opacity:.7}
.paramwise .inside{margin-left:2ch}
.paramwise table{border-collapse:collapse;margin:.3em 0}
.paramwise th,.paramwise td{padding:.1em 1.2em .1em 0;text-align:left;vertical-align:top;
background:none;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.paramwise .number{text-align:right;font-variant-numeric:tabular-nums}
.paramwise summary,.paramwise td{white-space:pre-wrap}.paramwise summary{cursor:pointer}
.paramwise meter{width:8ch;vertical-align:middle}
.paramwise .error{color:#b00020}.paramwise .warning{color:#8a5300}.paramwise .note{color:#0b57d0}
@media (prefers-color-scheme:dark){
.paramwise .error{color:#ff8a80}.paramwise .warning{color:#ffc268}.paramwise .note{color:#8ab4f8}}
"""


def html_of(view: View) -> str:
    """A view as one ``<div>`` with its style."""
    return f'<div class="paramwise"><style>{STYLE}</style>{_blocks(view)}</div>'


def _blocks(view: View) -> str:
    return "".join(map(_html, view))


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<p><b>{_text(text)}</b></p>"
        case Line(text, faint):
            style = ' class="faint"' if faint else ""
            return f"<p{style}>{_text(text) or '&nbsp;'}</p>"
        case Table():
            return _table(block)
        case Notice(level, label, message, rest):
            lines = "".join(f"<p>{_text(line)}</p>" for line in rest)
            return f'<p><b class="{_text(level)}">{_text(label)}</b>: {_text(message)}</p>{lines}'
        case Verbatim(text):
            return f"<p>{'<br>'.join(map(_text, text.split(chr(10))))}</p>"
        case Indented(blocks):
            return f'<div class="inside">{_blocks(blocks)}</div>'
        case Details(summary, blocks):
            return f'<details><summary>{_text(summary)}</summary><div class="inside">{_blocks(blocks)}</div></details>'


def _table(table: Table) -> str:
    kinds = [' class="number"' if column.kind == "number" else "" for column in table.columns]
    heads = "".join(f"<th{kind}>{_text(column.head)}</th>" for kind, column in zip(kinds, table.columns, strict=True))
    rows = "".join(
        f'<tr><td class="faint" colspan="{len(kinds)}">{_text(row.text)}</td></tr>'
        if isinstance(row, Gap)
        else f"<tr>{''.join(f'<td{kind}>{_cell(cell)}</td>' for kind, cell in zip(kinds, row, strict=True))}</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(content: Content) -> str:
    match content:
        case Cell(text, note):
            return _text(text) + (f'<span class="faint">{_text(note)}</span>' if note else "")
        case float():
            return f'<meter value="{content:.4f}"></meter> {100 * content:.3g} %'
        case Names(folded, note, inside):
            first, *others = folded or ("",)
            rest = f" +{len(others):,}" if others else ""
            shown = f'{_text(first)}<span class="faint">{rest}{_text(note)}</span>'
            if not (inside or others):
                return shown
            names = inside or unfolded(others)
            return f"<details><summary>{shown}</summary>{'<br>'.join(map(_text, names))}</details>"
        case _:
            return _text(content)


def _text(text: str) -> str:
    """Text from any source, escaped to be the content of an element."""
    return escape(escaped(text))
