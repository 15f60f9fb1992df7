"""Files that are replaced whole or not at all, with any crash and any number of writers.

A new file is written aside, flushed to the disk and renamed. Its side file has a random name, and its writer holds a
lock (``flock``) on it as long as it lives. Process ids prove nothing: hosts, containers and threads share them. A side
file is removed only by its writer, or by a process on the same running kernel (the boot id is in the name) that gets
the lock: then its writer is dead.
"""

from __future__ import annotations

import functools
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from paramwise.files.regular import require_replaceable, takes_text

if os.name == "posix":
    import fcntl

_SAVING = ".saving"
_MAX_NAME = 255  # bytes, of a file's name
_BUFFERED = 1 << 20  # bytes


def replace_text(path: Path, text: str) -> None:
    """Put a text file in the place of an old one, whole or not at all; a pipe or a device gets the text itself.

    Raises:
        InputError: there is a folder, a socket or a disk.
    """
    if takes_text(path):
        with path.open("wb") as stream:
            stream.write(text.encode())
        return
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def replacing(path: Path, keep: int = 0) -> Iterator[BinaryIO]:
    """A file to write aside, which is flushed to the disk and put in the place of the old one if nothing fails.

    Where ``path`` is a link, what it leads to is replaced. The new file has the old one's permissions.

    Raises:
        InputError: there is something other than a file, which stays as it is.
    """
    require_replaceable(path)
    path = path.resolve() if path.is_symlink() else path
    remove_left_over(path)
    aside, file = _created(path)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                aside.chmod(stat.S_IMODE(path.stat().st_mode))
            if os.name == "posix":  # renamed while the lock is held, so that nobody takes it for a left-over
                _put(aside, path, keep)
        if os.name != "posix":
            _put(aside, path, keep)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _put(aside: Path, path: Path, keep: int) -> None:
    with _locked(path.parent):
        _rotate(path, keep)
        aside.replace(path)
    _sync_folder(path.parent)


def _created(path: Path) -> tuple[Path, BinaryIO]:
    """A new side file that nobody else has, locked."""
    while True:
        aside = path.with_name(f"{_prefix(path)}{secrets.token_hex(8)}{_SAVING}")
        file = os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb", _BUFFERED)
        if not _lock(file.fileno(), wait=True) or _is_at(file.fileno(), aside):
            return aside, file
        file.close()  # somebody removed it in the moment before it was locked


def _prefix(path: Path) -> str:
    """How the names of a path's side files begin: with as much of its name as there is room for."""
    room = _MAX_NAME - 2 - 8 - 1 - 16 - len(_SAVING)
    name = path.name.encode(errors="surrogateescape")[:room].decode(errors="ignore")
    return f".{name}.{_boot()}."


@functools.cache
def _boot() -> str:
    """Eight letters that are the same for all processes of a running kernel, in any container, and for no other."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "")[:8]
    return secrets.token_hex(4)  # not known here: of this process alone, which leaves none


def remove_left_over(path: Path) -> None:
    """Remove the side files that killed processes have left."""
    if os.name != "posix":
        return
    begin = _prefix(path)
    with suppress(OSError):
        for left in [one for one in path.parent.iterdir() if one.name.startswith(begin) and one.suffix == _SAVING]:
            with suppress(OSError):
                handle = os.open(left, os.O_RDONLY)
                try:
                    if _lock(handle, wait=False) and _is_at(handle, left):
                        left.unlink()
                finally:
                    os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Lock a file for as long as the handle is open; whether that succeeded."""
    if os.name != "posix":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it, or the file system has no locks
        return False
    return True


def _is_at(handle: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else is inside for the same folder, where the file system has locks."""
    if os.name != "posix":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


def _rotate(path: Path, keep: int) -> None:
    """Older files move one on, each replaced at once: every name leads to a whole file at any time."""
    names = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, keep + 1))]
    for newer, older in reversed(list(pairwise(names))):
        with suppress(FileNotFoundError), newer.open("rb") as file:
            _lock(file.fileno(), wait=True)  # or its second name would be taken for a left-over
            aside = path.with_name(f"{_prefix(path)}{secrets.token_hex(8)}{_SAVING}")
            os.link(newer, aside)
            aside.replace(older)
            aside.unlink(missing_ok=True)  # both names had the same file: then nothing was renamed


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
