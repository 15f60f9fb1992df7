"""Standard streams: escapes what they cannot encode; one message when they fail."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from paramwise.findings import InputError

_ESCAPE = "paramwise.escape"


class _Closed(io.TextIOBase):
    """Stands for a stdout that was closed before we began: remembers whether anything was to be shown."""

    encoding = "utf-8"
    lost = False

    def write(self, text: str) -> int:
        """Lose the text."""
        self.lost = self.lost or bool(text)
        return len(text)


@contextmanager
def usable_streams() -> Iterator[None]:
    """Print what can be printed while a command runs.

    Raises:
        InputError: stdout is closed or full, and something was to be shown.
    """
    codecs.register_error(_ESCAPE, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPE)
    closed = _Closed()
    if sys.stdout is None:
        _keep_free(1)
        sys.stdout = closed
    if sys.stderr is None:
        _keep_free(2)
        sys.stderr = _Closed()
    try:
        yield
    finally:
        _flush_or_say()
        if closed.lost:
            raise InputError("stdout is closed: what was to be shown is lost", help="leave it open, or use /dev/null")


def _flush_or_say() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop(sys.stdout)
        raise InputError(f"cannot write to stdout: {error.strerror}", help="check the disk and its space") from None


def drop(stream: TextIO) -> None:
    """Send what a stream still holds to nowhere: Python would complain about it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _keep_free(number: int) -> None:
    """Take the number of a closed stream, so that no file gets it, into which a library would then print."""
    nowhere = os.open(os.devnull, os.O_WRONLY)  # not inherited by child processes
    if nowhere != number:
        os.dup2(nowhere, number, inheritable=False)
        os.close(nowhere)


def _escaped(error: UnicodeError) -> tuple[str | bytes, int]:
    r"""What cannot be encoded, as JSON, TOML and Python write it: ``\u00e9``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}" for sign in signs), error.end
