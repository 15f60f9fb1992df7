"""The private folder in which processes of a watched program tell what they found.

Each process has a file of JSON lines. A line is written at once and the file closed: nothing is lost by ``os._exit`` or
a kill, no descriptor stays open in the program, and a forked child writes to a file of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "PARAMWISE_WATCH"
"""Holds the folder, in the environment of the program. The name stands in start/sitecustomize.py too."""

_SETTINGS = "settings"


def write_settings(folder: Path, settings: dict[str, Any]) -> None:
    """Leave what the program's processes must know, before they start."""
    (folder / _SETTINGS).write_text(json.dumps(settings), encoding="utf-8")


def read_settings(folder: str) -> dict[str, Any]:
    """What was left with `write_settings`."""
    settings: dict[str, Any] = json.loads(Path(folder, _SETTINGS).read_text(encoding="utf-8"))
    return settings


def send(folder: str, message: dict[str, Any]) -> None:
    """Write a message of this process. A folder that is gone, or cannot be reached any more, is no matter."""
    line = json.dumps({**message, "rank": os.environ.get("RANK")}, ensure_ascii=True, default=str)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        handle = os.open(os.path.join(folder, f"{os.getpid()}.jsonl"), flags, 0o600)  # noqa: PTH118
    except OSError:
        return
    try:
        os.write(handle, f"{line}\n".encode())
    except OSError:
        pass
    finally:
        os.close(handle)


class Receiver:
    """Reads what came since the last time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, int] = {}  # bytes

    def new(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each new message with the identity of its process. A line that is not whole yet comes the next time."""
        for path in sorted(self.folder.glob("*.jsonl")):
            start = self._read.get(path, 0)
            try:
                with path.open("rb") as file:
                    file.seek(start)
                    text = file.read()
            except OSError:  # the program tidied up
                continue
            whole = text[: text.rfind(b"\n") + 1]
            self._read[path] = start + len(whole)
            for line in whole.splitlines():
                try:
                    message = json.loads(line)
                except ValueError:  # of a process that was killed while it wrote, or of nobody of ours
                    continue
                if isinstance(message, dict):
                    yield int(path.stem) if path.stem.isdecimal() else 0, message
