"""A spinner on stderr while something takes more than a second; only on a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from paramwise.files.counting import listening
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
    stream, shown, over, far = sys.stderr, list["Live"](), threading.Lock(), [""]

    def text() -> str:
        return escaped(f"{what}: {far[0]}" if far[0] else what)

    def show() -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner
        from rich.text import Text

        class _Spinner(Spinner):
            """A spinner whose text is asked for whenever it is drawn."""

            def render(self, time: float) -> Any:
                self.text = Text(text())
                return super().render(time)

        with over:
            if timer.finished.is_set():
                return
            # the streams stay as they are: while a user's code runs, its output is redirected to stderr
            live = Live(
                _Spinner("dots"),
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
        with listening(lambda told: far.__setitem__(0, told)):
            yield
    finally:
        with over:
            timer.cancel()
        for live in shown:
            live.stop()
