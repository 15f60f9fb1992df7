"""A spinner on stderr while something takes more than a second; only on a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from paramwise.words import escaped

if TYPE_CHECKING:
    from rich.live import Live

_PATIENCE = 1.0  # seconds before it is shown


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal what takes long; nothing of it stays when the block ends."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    stream, shown, over = sys.stderr, list["Live"](), threading.Lock()

    def show() -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner
        from rich.text import Text

        with over:
            if timer.finished.is_set():
                return
            # the streams stay as they are: while a user's code runs, its output is redirected to stderr
            live = Live(
                Spinner("dots", Text(escaped(what))),
                console=Console(file=stream),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            live.start()
            shown.append(live)

    timer = threading.Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with over:
            timer.cancel()
        for live in shown:
            live.stop()
