"""The folder of a job's result: checked before training, replaced whole at the end."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paramwise.files.folders import replace_folder, restore_folder
from paramwise.files.regular import read_regular
from paramwise.files.state_headers import FOLDER_NAME
from paramwise.files.strict_json import parse_object
from paramwise.findings import InputError
from paramwise.page.run import RESULT

_REPLACED = "replaced"  # where an earlier result waits while it is replaced
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}
_FULL = 1_000_000  # bytes left on a disk that is as good as full


def place_of(text: str) -> Path:
    """The folder for the result; of a link, what it points to."""
    path = Path(text)
    return path.resolve() if path.is_symlink() else path


def unfinished_of(place: Path) -> Path:
    """Where checkpoints are while it trains, and the result until it is whole."""
    return place.with_name(f"{place.name}.unfinished")


def require_writable(place: Path, *, overwrite: bool) -> None:
    """Refuse a place that cannot take the result: now, not after the training.

    Raises:
        InputError: it is a file, not empty, or cannot be written.
    """
    try:
        if place.exists() and not place.is_dir():
            raise InputError(f"--output `{place}` is a file", help="give a folder")
        restore_folder(place, unfinished_of(place) / _REPLACED)
        place.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(dir=place.parent).cleanup()
        empty = not place.is_dir() or not any(place.iterdir())
    except OSError as error:
        raise _unwritable(place, error) from error
    ours = (place / RESULT).is_file()
    if not empty and not (ours and overwrite):
        raise InputError(
            f"--output `{place}` is not empty",
            help="give another folder" + (", or pass --overwrite to replace the result in it" if ours else ""),
        )


def begin(unfinished: Path, described: Mapping[str, Any], *, resume: bool) -> Path | None:
    """Make the folder for checkpoints; the last checkpoint in it, if it is to be resumed.

    Raises:
        InputError: there is nothing to resume, it was begun with other options, or the folder cannot be made.
    """
    begun = unfinished / "job.json"
    if not resume:
        try:
            if unfinished.is_dir() and any(unfinished.iterdir()) and not begun.is_file():
                raise InputError(f"`{unfinished}` was not left by a run", help="move it away, or give another --output")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            begun.write_text(json.dumps(described) + "\n", encoding="utf-8")
        except OSError as error:
            raise _unwritable(unfinished, error) from error
        return None
    found = _checkpoints(unfinished)
    if not begun.is_file() or not found:
        raise InputError(
            f"nothing to resume: `{unfinished}` holds no checkpoint",
            help="a checkpoint is written after each epoch of a run that is not finished; leave out --resume",
        )
    try:
        then = parse_object(read_regular(begun, 1_000_000), unique=False)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "not what a run wrote", where=str(begun), evidence=[str(error)], help="leave out --resume"
        ) from None
    other = [
        f"{key}: {then.get(key)!r} then, {value!r} now" for key, value in described.items() if then.get(key) != value
    ]
    if other:
        raise InputError("the run to resume was begun with other options", evidence=other, help="give the same ones")
    return found[-1]


def require_shared(unfinished: Path) -> None:
    """Refuse a place that this process does not see, although the first has made it.

    Raises:
        InputError: it is not there.
    """
    if not (unfinished / "job.json").is_file():
        raise InputError(
            f"`{unfinished}` is not there, although the first process has made it",
            help="give an --output on a disk that all processes of the job share",
        )


def drop_older(unfinished: Path, latest: Path) -> None:
    """Remove the checkpoints before the latest."""
    for path in _checkpoints(unfinished):
        if path != latest:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _checkpoints(unfinished: Path) -> list[Path]:
    """Whole checkpoints, the oldest first: a file is renamed when it is whole, and a folder's index is written last."""
    found = [path for path in unfinished.glob("checkpoint-*") if path.name[11:].isdecimal()]
    whole = [path for path in found if path.is_file() or (path / FOLDER_NAME).is_file()]
    return sorted(whole, key=lambda path: int(path.name[11:]))


@contextmanager
def kept_if_of_use(unfinished: Path) -> Iterator[None]:
    """What fails before the first checkpoint leaves nothing."""
    try:
        yield
    except BaseException:
        if not _checkpoints(unfinished):
            shutil.rmtree(unfinished, ignore_errors=True)
        raise


@contextmanager
def full_disk_told(place: Path) -> Iterator[None]:
    """One message where the disk is full: torch and safetensors have errors of their own for it."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise _unwritable(place, error) from error
    except Exception as error:
        full = os.strerror(errno.ENOSPC) in str(error) or shutil.disk_usage(place.parent).free < _FULL
        if isinstance(error, InputError) or not full:
            raise
        raise _unwritable(place, OSError(errno.ENOSPC, "No space left on device")) from error


def keep(place: Path, write: Callable[[Path], None]) -> None:
    """Have the result written aside, then put it in place at once; the checkpoints go when it is there.

    Args:
        place: the folder for it.
        write: writes everything to the folder that it is given.

    Raises:
        InputError: it cannot be written; an earlier result is as it was.
    """
    unfinished = unfinished_of(place)
    whole = unfinished / "result"
    try:
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        write(whole)
        replace_folder(whole, place, unfinished / _REPLACED)
    except OSError as error:
        raise _unwritable(place, error) from error
    shutil.rmtree(unfinished, ignore_errors=True)


def _unwritable(place: Path, error: OSError) -> InputError:
    return InputError(
        f"cannot write --output `{place}`: {error.strerror or error}", help="give a folder that can be written"
    )
