"""A view as text: on a terminal, in colours, or as a string for ``print``."""

from __future__ import annotations

import io
from typing import IO

from rich import table
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from paramwise.findings import Level
from paramwise.views.view import Block, Cell, Heading, Indented, Line, Notice, Table, View
from paramwise.words import escaped

WIDTH = 120  # columns where there is no terminal
INDENT = 2
STYLES: dict[Level, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}


def console(file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None) -> Console:
    """A console that prints text verbatim (no markup, no emoji), 120 columns wide if there is no terminal."""
    made = Console(file=file, stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
    if width is None and not made.is_terminal:
        made.width = WIDTH
    return made


def show(view: View, on: Console, *, wrap: bool = True) -> None:
    """Print a view; without ``wrap``, the terminal breaks long lines itself, so that they can be copied whole."""
    on.print(_laid_out(view), soft_wrap=not wrap)


def text_of(view: View) -> str:
    """A view as a string, without colours."""
    file = io.StringIO()
    show(view, console(file, width=WIDTH))
    return "\n".join(line.rstrip() for line in file.getvalue().rstrip("\n").split("\n"))


def _laid_out(view: View) -> RenderableType:
    return Group(*map(_renderable, view))


def _renderable(block: Block) -> RenderableType:
    match block:
        case Heading(text):
            return Text(escaped(text), style="bold")
        case Line(text, faint):
            return Text(escaped(text), style="dim" if faint else "")
        case Table():
            return _table(block)
        case Notice(level, label, message, rest):
            lines = [f": {escaped(message)}", *map(escaped, rest)]
            return Text.assemble((escaped(label), STYLES[level]), "\n".join(lines))
        case Indented(blocks):
            return Padding(_laid_out(blocks), (0, 0, 0, INDENT), expand=False)


def _table(described: Table) -> table.Table:
    made = table.Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    *columns, last = described.columns
    for column in columns:
        made.add_column(escaped(column), overflow="fold")
    if described.counts:
        made.add_column(escaped(last), justify="right", no_wrap=True)
    else:
        made.add_column(escaped(last), overflow="fold")
    for row in described.rows:
        made.add_row(*map(_cell, row))
    return made


def _cell(cell: str | Cell) -> Text:
    if isinstance(cell, Cell):
        return Text.assemble(escaped(cell.text), (escaped(cell.note), "dim"))
    return Text(escaped(cell))
