"""A view as text: on a terminal, in colours, or as a string for ``print``; no line longer than the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from paramwise.views.layout import Table as Layout
from paramwise.views.layout import wrapped
from paramwise.views.view import Block, Details, Heading, Indented, Line, Notice, Table, Verbatim, View
from paramwise.words import escaped

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 120  # columns where neither a terminal nor COLUMNS says how many
INDENT = 2
STYLES = {"bold": "1", "dim": "2", "error": "1;31", "warning": "1;33", "note": "1;34"}


@dataclass(frozen=True, slots=True)
class Screen:
    """Where text is shown: a stream, how many columns it has, and whether it shows colours and more than ASCII."""

    file: IO[str]
    width: int = WIDTH
    color: bool = False
    ascii: bool = False

    def print(self, text: str = "") -> None:
        """Print a line as it is, control characters escaped."""
        self.file.write(f"{escaped(text)}\n")


def screen(file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None) -> Screen:
    """The screen of a stream: stdout, if none is given.

    ``COLUMNS`` says the width also where output is piped; ``NO_COLOR`` and ``TERM=dumb`` switch colours off,
    ``FORCE_COLOR`` on.
    """
    stream = file if file is not None else sys.stderr if stderr else sys.stdout
    terminal = _is_terminal(stream)
    if width is None:
        known = terminal or os.environ.get("COLUMNS", "").isdecimal()
        width = shutil.get_terminal_size((WIDTH, 24)).columns if known else WIDTH
    quiet = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
    color = bool(os.environ.get("FORCE_COLOR") or (terminal and sys.platform != "win32")) and not quiet
    return Screen(stream, width, color, not (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf"))


def console(file: IO[str] | None = None, *, stderr: bool = False) -> Console:
    """A console of rich's, for progress bars; it prints text verbatim (no markup, no emoji)."""
    from rich.console import Console

    width = screen(file, stderr=stderr).width
    return Console(file=file, stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


def show(view: View, on: Screen | Console, *, wrap: bool = True) -> None:
    """Print a view; without ``wrap``, the terminal breaks long lines itself, so that they can be copied whole."""
    if not isinstance(on, Screen):
        if on.quiet:
            return
        on = Screen(on.file, on.width, bool(on.color_system) and not on.no_color)
    on.file.writelines(f"{line}\n" for line in lines_of(view, on, wrap=wrap))


def text_of(view: View, width: int = WIDTH) -> str:
    """A view as a string, without colours."""
    return "\n".join(lines_of(view, Screen(sys.stdout, width)))


def lines_of(view: View, on: Screen, *, wrap: bool = True) -> Iterator[str]:
    """The lines of a view, without spaces at their ends."""
    for block in view:
        for line in _lines(block, on, wrap):
            yield line.rstrip()


def _lines(block: Block, on: Screen, wrap: bool) -> Iterable[str]:
    width = on.width if wrap else None
    match block:
        case Heading(text):
            return (_styled(line, "bold", on) for line in wrapped(escaped(text), width, ascii=on.ascii))
        case Line(text, faint):
            lines = wrapped(escaped(text), width, ascii=on.ascii)
            return (_styled(line, "dim", on) for line in lines) if faint else lines
        case Table():
            layout = Layout(block, on.width, ascii=on.ascii)
            return (_styled(line, "dim", on) if faint else line for faint, line in layout.lines())
        case Notice(level, label, message, rest):
            return _notice(level, label, message, rest, on, width)
        case Verbatim(text):
            return map(escaped, text.split("\n"))
        case Indented(blocks):
            inside = replace(on, width=max(on.width - INDENT, INDENT))
            return (f"{' ' * INDENT}{line}" if line else "" for line in lines_of(blocks, inside, wrap=wrap))
        case Details():
            return ()


def _notice(
    level: str, label: str, message: str, rest: tuple[str, ...], on: Screen, width: int | None
) -> Iterator[str]:
    first, *others = wrapped(f"{escaped(label)}: {escaped(message)}", width, ascii=on.ascii)
    label_shown = first[: len(escaped(label))]
    yield _styled(label_shown, level, on) + first[len(label_shown) :]
    yield from others
    for line in rest:
        yield from wrapped(escaped(line), width, hang=5 if line.startswith("   | ") else 2, ascii=on.ascii)


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # a stream that is closed, or is none
        return False


def _styled(text: str, style: str, on: Screen) -> str:
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if on.color and text else text
