"""Saves in the background: a thread writes a copy, and exit waits for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path


class PendingSave:
    """A save that goes on; made by ``pw.save_state(..., wait=False)``.

    Example:
        >>> import tempfile
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> pending = pw.save_state(optimizer, model, f"{tempfile.mkdtemp()}/state.safetensors", wait=False)
        >>> pending.result().name
        'state.safetensors'
    """

    def __init__(self, path: Path, write: Callable[[], None]) -> None:
        self.path = path
        self._write = write
        self._error: BaseException | None = None
        self._told = False
        self._thread = threading.Thread(target=self._run, name=f"save {path.name}")  # not a daemon: it is waited for
        _pending.append(self)
        self._thread.start()

    def done(self) -> bool:
        """Whether the save has ended, well or not."""
        return not self._thread.is_alive()

    def result(self) -> Path:
        """Wait until the file is on the disk.

        Returns:
            Its path.

        Raises:
            InputError: it could not be written; the old file is as it was.
        """
        self._thread.join()
        if self._error is not None:
            self._told = True
            raise self._error
        return self.path

    def _run(self) -> None:
        try:
            self._write()
        except BaseException as error:
            self._error = error
        finally:
            self._write = _nothing  # and with it the copy of the state
        if self._error is not None:
            threading.Thread(target=self._tell, name="failed save").start()

    def _tell(self) -> None:
        """At the end of the program, say what nobody asked for."""
        threading.main_thread().join()
        if self._error is not None and not self._told:
            print(f"paramwise: a save failed, and nobody asked for its result:\n{self._error}", file=sys.stderr)


_pending: list[PendingSave] = []


def wait_for_pending() -> None:
    """Wait for the saves that go on; whether they failed is told by their own ``result()``."""
    for save in list(_pending):
        save._thread.join()
        _pending.remove(save)


def _nothing() -> None:
    pass
