"""Folders that are replaced whole: a reader sees the old one or the new one.

Linux and macOS can exchange two folders in one step (``renameat2``, ``renamex_np``), which Python does not offer: it is
called by ctypes. Where the system or the file system cannot, two renames do it; between them the old folder waits
under another name, from where `restore_folder` brings it back.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths as they are
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def replace_folder(new: Path, old: Path, aside: Path) -> None:
    """Put a folder in the place of another one, which is removed; all are on the same file system.

    Args:
        new: what is put there; everything in it is flushed to the disk first.
        old: the place; there may be nothing yet.
        aside: where the old one waits meanwhile.

    Raises:
        OSError: the system refuses; the old folder is where it was.
    """
    _flush(new)
    if not old.exists():
        new.rename(old)
    elif _exchanged(new, old):
        shutil.rmtree(new, ignore_errors=True)
    else:
        old.rename(aside)
        try:
            new.rename(old)
        except BaseException:
            aside.rename(old)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def restore_folder(old: Path, aside: Path) -> None:
    """Bring back the old folder of a replacement that was cut off between its two renames."""
    if aside.is_dir() and not old.exists():
        aside.rename(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; whether the system could."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
        return bool(libc.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except (OSError, AttributeError, TypeError):  # no such library, or no such function in it
        return False


def _flush(folder: Path) -> None:
    """Have the disk hold what the folder holds: a rename alone can outlive the files that it names."""
    if os.name == "nt":  # folders cannot be opened there
        return
    for inside, _, files in os.walk(folder):
        for name in [*files, ""]:
            handle = os.open(os.path.join(inside, name), os.O_RDONLY)  # noqa: PTH118
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
