"""Files that are replaced whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO


def replace_text(path: Path, text: str) -> None:
    """Put a text file in the place of an old one, whole or not at all."""
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def replacing(path: Path, keep: int = 0) -> Iterator[BinaryIO]:
    """A file to write aside, which is flushed to the disk and put in the place of the old one if nothing fails."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.saving")
    try:
        _remove_left_over(path)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _rotate(path, keep)
        aside.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _rotate(path: Path, keep: int) -> None:
    """Older files move one on; the newest stays under its own name as well until it is replaced."""
    if keep <= 0 or not path.exists():
        return
    older = [path.with_name(f"{path.name}.{number}") for number in range(1, keep + 1)]
    for one, next_one in reversed(list(pairwise(older))):
        if one.exists():
            one.replace(next_one)
    with suppress(FileNotFoundError):
        older[0].unlink()
    os.link(path, older[0])


def _remove_left_over(path: Path) -> None:
    """What processes that were killed while they saved have left."""
    for left in path.parent.glob(f".{path.name}.*.saving"):
        process = left.name.split(".")[-2]
        if process.isdecimal() and not _alive(int(process)):
            left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
