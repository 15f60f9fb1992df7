"""Views: plain blocks that say what is shown, for renderers to lay out.

A view is a tuple of blocks. Blocks hold unescaped text, also from files: renderers escape it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")

ROOM = 60  # lines of a view that is to fit a screen


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``faint`` for a caption. Without text it is a blank line between two parts."""

    text: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: its text, and a less important note after it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """A table's cell of names: the folded ones, a note, and where there is room the names behind them."""

    folded: tuple[str, ...]
    note: str = ""
    inside: tuple[str, ...] = ()


Content = str | Cell | Names | float
"""What a cell holds: text, names, or a share from 0 to 1, which is shown as a bar."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and what it holds.

    ``words`` are wrapped, a ``label`` is cut at its end, ``names`` are shortened in the middle, a ``number`` stands to
    the right, a ``share`` is drawn as a bar.
    """

    head: str
    kind: Literal["words", "label", "number", "names", "share"] = "words"


@dataclass(frozen=True, slots=True)
class Gap:
    """A row that says how many rows are left out at its place."""

    text: str


Row = tuple[Content, ...] | Gap


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding: its level and code, its message, and lines of evidence and help below it."""

    level: str
    label: str
    message: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines that are aligned among themselves, such as the values of a tensor: never wrapped."""

    text: str


@dataclass(frozen=True, slots=True)
class Indented:
    """Blocks that belong to the block before them."""

    blocks: View


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks behind a summary: a page unfolds them, a terminal leaves them out."""

    summary: str
    blocks: View


Block = Heading | Line | Table | Notice | Verbatim | Indented | Details
View = tuple[Block, ...]

SPACE = Line()


def indented(*lines: str) -> Iterator[Block]:
    """Each line as a block of its own that belongs to the block before."""
    return (Indented((Line(line),)) for line in lines)


def more(hidden: int, noun: str = "", hint: str = "") -> str:
    """The line that stands for what is left out; ``hint`` names the option that shows it.

    >>> more(1200, "group", "--all"), more(1, "group")
    ('... and 1,200 more groups (--all)', '... and 1 more group')
    """
    what = f" {noun}{'' if hidden == 1 else 's'}" if noun else ""
    return f"... and {hidden:,} more{what}{f' ({hint})' if hint else ''}"


UNFOLDED = 60  # names in what unfolds: a page and a notebook keep them all


def unfolded(names: Sequence[str]) -> tuple[str, ...]:
    """Names behind a fold: the first, and a line for the rest.

    >>> unfolded(["a", "b"]), unfolded(["a"] * 100)[-1]
    (('a', 'b'), '... and 40 more')
    """
    hidden = len(names) - UNFOLDED
    return (*names[:UNFOLDED], *([more(hidden)] if hidden > 0 else []))


def cut(things: Sequence[T], most: int | None) -> tuple[Sequence[T], int, Sequence[T]]:
    """The first things, how many are left out, and the last; the first and last of a series say most of it.

    >>> cut(range(100), 5)
    (range(0, 3), 96, range(99, 100))
    >>> cut([1, 2], None)
    ([1, 2], 0, [])
    """
    if most is None or len(things) <= most:
        return things, 0, things[:0]
    end = max(0, (most - 1) // 3)
    begin = most - 1 - end
    return things[:begin], len(things) - begin - end, things[len(things) - end :]


def rows_of(things: Sequence[T], row: Callable[[T], Row], most: int | None, noun: str, hint: str) -> tuple[Row, ...]:
    """A row for each thing, as many as there is room for; a gap stands for the others.

    >>> rows_of("abc", lambda letter: (letter,), 2, "letter", "")
    (('a',), Gap(text='... and 2 more letters'))
    """
    begin, hidden, end = cut(things, most)
    gap = [Gap(more(hidden, noun, hint))] if hidden else []
    return (*map(row, begin), *gap, *map(row, end))


def rows_under_modules(rows: Sequence[tuple[str, Row]], most: int | None, noun: str, hint: str) -> tuple[Row, ...]:
    """Rows, each with the module that it stands under, as many as there is room for; what follows the gap has its own.

    >>> rows_under_modules([("h", ("a",)), ("h", ("b",)), ("h", ("c",)), ("h", ("d",))], 3, "row", "")
    (Gap(text='h'), ('a',), ('b',), Gap(text='... and 2 more rows'))
    """
    begin, hidden, end = cut(rows, most)
    gap = [Gap(more(hidden, noun, hint))] if hidden else []
    return (*under_modules(begin), *gap, *under_modules(end))


def under_modules(rows: Iterable[tuple[str, Row]]) -> Iterator[Row]:
    """Rows, each with the module that it stands under: the module's name before the first of them."""
    under = ""
    for module, row in rows:
        if module and module != under:
            yield Gap(module)
        under = module
        yield row
