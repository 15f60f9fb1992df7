"""Regular files, read within a bound, and what is not one: pipes, devices, sockets, folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from paramwise.findings import InputError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file to read its bytes, unbuffered; links are followed.

    Raises:
        InputError: there is no such file, it is not a regular file, or the system cannot open or read it.

    Example:
        >>> with open_regular(Path(__file__)) as file:
        ...     file.read(2)
        b'""'
    """
    try:
        _require_regular(path, path.stat())  # opening a device can already have an effect
        wanted = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, wanted)  # does not wait, should a pipe have taken its place meanwhile
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123
            _require_regular(path, os.fstat(descriptor))
            yield file
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except ValueError as error:  # what no file can be named: a NUL, half a character
        if isinstance(error, InputError):
            raise
        raise _missing(path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), help="check permissions") from error


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a regular file of at most ``most`` bytes.

    Raises:
        InputError: it is larger, or cannot be read: see `open_regular`.

    Example:
        >>> read_regular(Path(__file__), 10)
        Traceback (most recent call last):
        paramwise.InputError: error: ... bytes, where at most 10 are read
        ...
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size <= most:  # a growing file, and one of /proc, is longer than it says
            parts = [part := file.read(most + 1)]
            size = len(part)
            while part and size <= most:
                parts.append(part := file.read(most + 1 - size))
                size += len(part)
    if size > most:
        raise InputError(
            f"{size:,} bytes, where at most {most:,} are read", where=str(path), help="check that it is the file meant"
        )
    return b"".join(parts)


def require_regular(path: Path) -> None:
    """Refuse what is not a regular file, nor a link to one.

    Raises:
        InputError: it is a folder, a pipe, a device or a socket.
        OSError: there is nothing, or it cannot be looked at.
    """
    _require_regular(path, path.stat())


def takes_text(path: Path) -> bool:
    """Whether a path leads to a pipe or a character device, such as ``/dev/stdout``, ``/dev/null`` or a terminal.

    Text is written to it. A file must not take its place.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # there is nothing, or it cannot be looked at
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def require_replaceable(path: Path) -> None:
    """Refuse a place where there is something that a file must not replace.

    Raises:
        InputError: it is a folder, a pipe, a device or a socket.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):  # writing says why it cannot be done
        return
    _require_regular(path, found)


def _missing(path: Path) -> InputError:
    return InputError("no such file", where=str(path), help="check the path; shards lie beside their index")


def _require_regular(path: Path, found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    kind = next((words for test, words in _KINDS if test(found.st_mode)), "something else")
    raise InputError(f"{kind}, not a file", where=str(path), help="give a regular file; links to one are followed")
