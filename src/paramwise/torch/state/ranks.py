"""How the processes of a job save together: they wait for each other, and write what all have alike once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch.distributed as dist

from paramwise.findings import InputError
from paramwise.torch.processes import are_many, gathered

_saves: Counter[tuple[str, str]] = Counter()  # how often this process saved the same state under a path


def together(act: Callable[[], None], path: Path) -> None:
    """Do something in every process, and wait for all; where it fails in one, it fails in all.

    Raises:
        InputError: it failed somewhere.
    """
    failed: str | None = None
    try:
        act()
    except OSError as error:
        failed = f"cannot be written: {error.strerror}"
    except InputError as error:
        failed = error.findings[0].message
    wrong = [text for text in gathered(failed) if text is not None]
    if wrong:
        raise InputError(wrong[0], where=str(path), help="check the folder, its permissions and its space")


def write_once(path: Path, token: str, write: Callable[[], None], is_there: Callable[[], bool]) -> None:
    """Write what every process has alike in the first that comes; the others wait until it is there.

    Processes need not all come: one that comes alone is the first. It is told by a key in the job's own store; so a
    single process that saves does not wait for others, as it would in a barrier.

    Args:
        path: of the file.
        token: the same in processes that would write the same bytes, and in no others.
        write: writes the file.
        is_there: whether the file of that token is at the path, as this process sees it.
    """
    if not are_many():
        write()
        return
    place = str(path.absolute())
    _saves[place, token] += 1
    key = f"paramwise/{place}/{token}/{_saves[place, token]}"
    store = dist.distributed_c10d._get_default_store()
    if store.add(key, 1) == 1:
        try:
            write()
        finally:
            store.set(f"{key}/done", "")
        return
    with suppress(RuntimeError):  # the first one died: its time is up
        store.wait([f"{key}/done"])
    if not is_there():  # it failed, or writes to a disk of its own
        write()
