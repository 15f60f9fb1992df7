"""Lines and tables in a given width: words wrapped, names shortened in the middle, shares drawn as bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import combining, east_asian_width

from paramwise.views import view
from paramwise.views.view import Cell, Column, Content, Gap, Names
from paramwise.words import escaped

BETWEEN = 2  # spaces between columns
BAR = 8  # characters of a whole bar
LEAST_NAME = 12  # columns that names are not shortened below, if there is any other way
LEAST_LABEL = 18
LEAST_WORD = 30  # words up to this length are not broken, if there is any other way
NARROW = 100  # columns below which bars are short and without percent
EIGHTHS = " ▏▎▍▌▋▊▉█"


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: letters of Chinese and others take two.

    >>> columns_of("name"), columns_of("名前")
    (4, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def shortened(name: str, width: int, *, ascii: bool = False) -> str:
    """A name in at most so many columns: parts between dots are left out in the middle, the last ones kept first.

    >>> shortened("bert.encoder.layer.{0..5}.attention.self.query.weight", 32)
    'bert…attention.self.query.weight'
    >>> shortened("transformer.wte", 8), shortened("0.weight", 7)
    ('…wte', '…weight')
    """
    if columns_of(name) <= width:
        return name
    mark = "..." if ascii else "…"
    *parts, last = re.split(r"\.(?!\.|\d+[.}])", name)  # not at the dots of a range {0..5}
    first, *middle = parts or [""]
    room = width - len(mark) - columns_of(last)
    if room < 0 or not first:
        return _broken(name, width - len(mark), mark)
    begin, end = "", last
    for number, part in enumerate([*reversed(middle), first]):
        if number == 1 and columns_of(first) <= room:  # two parts of the end, then the begin, then more of the end
            begin, room = first, room - columns_of(first)
        if columns_of(part) + 1 > room or (number == len(middle) and begin):
            break
        end, room = f"{part}.{end}", room - columns_of(part) - 1
    return begin + mark + end


def _broken(word: str, room: int, mark: str) -> str:
    """The begin and the end of a word that fits in no other way."""
    if room < 2:
        return word[: max(room + len(mark), 1)]
    while columns_of(word) > room and len(word) > 1:
        middle = len(word) // 2
        word = word[:middle] + word[middle + 1 :]
    middle = len(word) // 2
    return f"{word[:middle]}{mark}{word[middle:]}"


def wrapped(text: str, width: int | None, *, hang: int = 2, ascii: bool = False) -> list[str]:
    """A line broken between words; what goes on is indented by ``hang``; a word that is too long is shortened.

    >>> wrapped("rules that do not select it: 1, 2", 24)
    ['rules that do not select', '  it: 1, 2']
    """
    if width is None or columns_of(text) <= width:
        return [text]
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines: list[str] = []
    line, before = "", indent
    for word in re.split(r" (?=\S)", text[len(indent) :]):
        if line and columns_of(f"{before}{line} {word}") > width:
            lines.append(before + line)
            line, before = "", indent + " " * hang
        line = f"{line} {word}" if line else shortened(word, max(width - len(before), 4), ascii=ascii)
    return [*lines, before + line]


def bar(share: float, *, ascii: bool = False, narrow: bool = False) -> str:
    """A share as a bar and in percent; what is not nothing is shown as more than nothing.

    >>> bar(0.5), bar(0.5, ascii=True), bar(0.5, narrow=True)
    ('████      50 %', '####      50 %', '██▌')
    """
    size = 5 if narrow else BAR
    eighths = max(round(share * size * 8), 1 if share else 0)
    whole, part = divmod(eighths, 8)
    drawn = "#" * (whole + (part > 3)) if ascii else "█" * whole + (EIGHTHS[part] if part else "")
    percent = "<1" if 0 < share < 0.005 else ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"
    return drawn if narrow else f"{drawn:<{BAR}} {percent:>3} %"


def clipped(text: str, width: int, *, ascii: bool = False) -> str:
    """A label in at most so many columns: words at its end are left out, and of a list what is between its ends.

    >>> clipped("no decay, depth 7", 14), clipped("no decay, no decay: marked, depth 7", 18)
    ('no decay,…', 'no decay,…depth 7')
    """
    if columns_of(text) <= width:
        return text
    mark = "..." if ascii else "…"
    items = text.split(", ")
    if len(items) > 2 and columns_of(ends := f"{items[0]},{mark}{items[-1]}") <= width:
        return ends
    words = text.split(" ")
    while len(words) > 1 and columns_of(" ".join(words)) > width - len(mark):
        words.pop()
    return shortened(" ".join(words), width - len(mark), ascii=ascii) + mark


class Table:
    """A table laid out: every column as wide as it needs, the widest of words and names narrowed until all fits."""

    def __init__(self, table: view.Table, width: int, *, ascii: bool = False) -> None:
        self.columns, self.rows, self.ascii, self.width = table.columns, table.rows, ascii, width
        self.widths = self._widths(width)
        if width < NARROW and any(column.kind == "share" for column in table.columns) and (alike := self._alike()):
            kept = [at for at, column in enumerate(table.columns) if column.kind != "share"]
            columns = tuple(table.columns[at] for at in kept)
            rows = tuple(row if isinstance(row, Gap) else tuple(row[at] for at in kept) for row in table.rows)
            without = Table(view.Table(columns, rows), width, ascii=ascii)
            if without._alike() < alike:  # names say more than bars
                self.columns, self.rows, self.widths = without.columns, without.rows, without.widths

    def lines(self) -> Iterator[tuple[bool, str]]:
        """Each line, and whether it is faint."""
        heads = [column.head for column in self.columns]
        for line in self._lines(heads, heads=True) if any(heads) else ():
            yield True, line
        for row in self.rows:
            if isinstance(row, Gap):
                yield True, wrapped(escaped(row.text), self.width)[0]
            else:
                for line in self._lines(row):
                    yield False, line

    def _alike(self) -> int:
        """How many names differ from others in what is left out alone."""
        count = 0
        for at, column in enumerate(self.columns):
            cells = [row[at] for row in self.rows if not isinstance(row, Gap)] if column.kind == "names" else []
            shown = {self._text(cell): self._cell(column, cell, self.widths[at], False)[0] for cell in cells}
            count += len(shown) - len(set(shown.values()))
        return count

    def _widths(self, width: int) -> list[int]:
        heads = [columns_of(escaped(column.head)) for column in self.columns]
        widths, least = list(heads), list(heads)
        for row in self.rows:
            if isinstance(row, Gap):
                continue
            for at, (column, content) in enumerate(zip(self.columns, row, strict=True)):
                text = self._text(content)
                widths[at] = max(widths[at], columns_of(text))
                if column.kind == "words":
                    longest = max(map(columns_of, text.split(" ")), default=0)
                    least[at] = max(least[at], min(longest, LEAST_WORD))
                elif column.kind == "label":
                    least[at] = max(least[at], min(LEAST_LABEL, columns_of(text)))
                elif column.kind == "names":
                    least[at] = max(least[at], min(LEAST_NAME, columns_of(text)))
                else:
                    least[at] = widths[at]
        over = sum(widths) + BETWEEN * (len(widths) - 1) - width
        while over > 0:
            free = [at for at in range(len(widths)) if widths[at] > least[at]]
            if not free:
                break
            at = max(free, key=lambda at: widths[at])
            second = max((widths[other] for other in free if other != at), default=0)
            step = max(1, min(over, widths[at] - max(least[at], second)))
            widths[at] -= step
            over -= step
        if over > 0:  # nothing else is left: words are broken too
            at = max(range(len(widths)), key=lambda at: widths[at])
            widths[at] = max(4, widths[at] - over)
        return widths

    def _lines(self, row: Sequence[Content], *, heads: bool = False) -> Iterator[str]:
        cells = [
            self._cell(column, content, width, heads)
            for column, content, width in zip(self.columns, row, self.widths, strict=True)
        ]
        for line in zip_longest(*cells, fillvalue=""):
            padded = [
                " " * (width - columns_of(text)) + text
                if column.kind == "number"
                else text + " " * (width - columns_of(text))
                for column, text, width in zip(self.columns, line, self.widths, strict=True)
            ]
            yield (" " * BETWEEN).join(padded).rstrip()

    def _cell(self, column: Column, content: Content, width: int, head: bool) -> list[str]:
        if isinstance(content, Names):
            return [_names(content, width, self.ascii)]
        text = self._text(content)
        if columns_of(text) <= width or column.kind in ("number", "share"):
            return [text]
        if column.kind == "label" and not head:
            return [clipped(text, width, ascii=self.ascii)]
        if column.kind == "names" and not head:
            return [shortened(text, width, ascii=self.ascii)]
        return wrapped(text, width, hang=0 if width < LEAST_NAME else 1, ascii=self.ascii)

    def _text(self, content: Content) -> str:
        match content:
            case Names(folded, note):
                return _as_far_as(self.width, map(escaped, folded)) + escaped(note)
            case Cell(text, note):
                return escaped(text + note)
            case float():
                return bar(content, ascii=self.ascii, narrow=self.width < NARROW)
            case _:
                return escaped(content)


def _as_far_as(width: int, names: Iterator[str]) -> str:
    """Names in a row, until they are wider than there is room for: there may be 100,000."""
    text = next(names, "")
    while columns_of(text) <= width and (name := next(names, None)) is not None:
        text += f", {name}"
    return text


def _names(names: Names, width: int, ascii: bool) -> str:
    """As many names as have room, whole; if not even the first has, this one shortened; and how many more there are."""
    first, others = escaped(names.folded[0]), names.folded[1:]
    indent = " " * (len(first) - len(first.lstrip(" ")))
    first, width, note = first.lstrip(" "), max(width - len(indent), 4), escaped(names.note)
    if columns_of(first + note) > width and note:
        note = " (=...)" if ascii else " (=…)"
    fitting, begun = "", first
    for rest, following in zip(range(len(others), -1, -1), (*others, ""), strict=True):
        text = begun + (f" +{rest:,}" if rest else "") + note
        fitting = text if columns_of(text) <= width else fitting
        begun += f", {escaped(following)}"
        if columns_of(begun) > width:
            break
    if fitting:
        return indent + fitting
    more = f" +{len(others):,}" if others else ""
    return indent + shortened(first, max(width - len(more) - columns_of(note), 4), ascii=ascii) + more + note
