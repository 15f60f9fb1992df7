"""Files of optimizer state: how they are laid out on disk, and read without torch.

One safetensors file. Its metadata ``paramwise`` is the description as JSON, its metadata ``digest`` covers that and the
header's entries, and the description has a checksum for each tensor: a bit that changes anywhere is seen. Sharded state
is a folder with the same description in ``state.json``.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from paramwise.files.formats import is_pickle
from paramwise.files.headers import DTYPES, Layout, layout_of, read_header
from paramwise.files.state_description import (
    Description,
    FolderIndex,
    SavedGroup,
    damaged,
    parse_description,
    parse_folder,
    shown,
)
from paramwise.findings import InputError
from paramwise.model.catalog import Kind

FOLDER_NAME = "state.json"  # in a folder of sharded state
MAX_INDEX = 100_000_000  # bytes of it
_BITS = dict(DTYPES.values())


@dataclass(frozen=True, slots=True)
class StateFile:
    """What a file or folder of optimizer state says of itself.

    Attributes:
        path: where it is.
        layout: its tensors and their places.
        description: all else.
    """

    path: Path
    layout: Layout
    description: Description

    def as_dict(self) -> dict[str, Any]:
        """What ``paramwise state show --json`` prints."""
        said = self.description
        return {
            "schema": "paramwise/state-show/1",
            "file": str(self.path),
            "optimizers": [optimizer.name for optimizer in said.optimizers],
            "groups": [
                {
                    "optimizer": group.optimizers[-1],
                    "options": group.options,
                    "running": group.running,
                    "parameters": list(group.parameters),
                }
                for group in said.groups
            ],
            "parameters": {
                name: {"shape": list(one.shape), "dtype": one.dtype} for name, one in said.parameters.items()
            },
            "bytes": dict(self.bytes_of()),
            "steps": self.steps(),
            "keyed": sorted({key for optimizer in said.optimizers for key in optimizer.keyed}),
            "attributes": sorted({key for optimizer in said.optimizers for key in optimizer.attributes}),
            "extra": sorted(said.extra),
            "versions": said.versions,
        }

    def class_of(self, group: SavedGroup) -> str:
        """The classes of the optimizers that share a group, the outermost first."""
        return " over ".join(self.description.optimizers[at].name for at in group.optimizers)

    def steps(self) -> dict[str, int]:
        """How many parameters are at which step, as far as the file's states count steps."""
        found: Counter[str] = Counter()
        counts = [
            state["step"]
            for optimizer in self.description.optimizers
            for state in optimizer.state.values()
            if isinstance(state, dict) and "step" in state
        ]
        found.update(str(count) for count in counts if isinstance(count, int))
        if self.path.is_dir():  # in the files of the processes, which are not looked at
            return dict(found)
        with self.path.open("rb") as file:
            for count in counts:
                key = count.get("key") if isinstance(count, dict) else None
                if isinstance(key, str) and key in self.layout.kinds and self.layout.kinds[key].dtype == "float32":
                    file.seek(self.layout.start + self.layout.spans[key][0])
                    raw = file.read(4)
                    if len(raw) == 4 and self.layout.kinds[key].numel == 1:
                        found[f"{struct.unpack('<f', raw)[0]:g}"] += 1
        return dict(found)

    def bytes_of(self) -> Counter[str]:
        """How many bytes each kind of state takes."""
        sizes: Counter[str] = Counter()
        for key, (begin, end) in self.layout.spans.items():
            sizes[key.partition("/")[0]] += end - begin
        return sizes


def read_state(path: Path) -> StateFile:
    """What a file or folder of optimizer state says, from its header alone, every field checked.

    Raises:
        InputError: it cannot be read, is damaged, or does not hold optimizer state.
    """
    if path.is_dir():
        index, layout = read_index(path)
        return StateFile(path, layout, index.state)
    with opened(path) as file:
        return state_in(file, path)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading: all that is read of a state comes from this one descriptor.

    Raises:
        InputError: it cannot be opened, or reading it fails.
    """
    if not path.is_file():  # opening a pipe would wait for ever
        what = "not a file" if path.exists() else "no such file"
        raise InputError(what, where=str(path), help="give what pw.save_state(...) wrote")
    try:
        with path.open("rb", buffering=0) as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), help="check permissions") from error


def state_in(file: BinaryIO, path: Path) -> StateFile:
    """What an open file of optimizer state says.

    Raises:
        InputError: as `read_state`.
    """
    if is_pickle(os.pread(file.fileno(), 512, 0)):
        raise InputError(
            "a pickled checkpoint, as torch.save() writes it, not a state that pw.save_state() wrote",
            where=str(path),
            help="convert it: pw.convert_state(path, model), or `paramwise state convert`",
        )
    raw, left = read_header(file, path)
    return checked(raw, left, path)


def checked(raw: bytes, left: int, path: Path) -> StateFile:
    """What a header says, for a file that has so many bytes after it; what is to be written is checked here too.

    Raises:
        InputError: as `read_state`.
    """
    layout = layout_of(path, raw, left)
    text = layout.notes.get("paramwise")
    if text is None:
        raise InputError(
            "no optimizer state of paramwise's is in it", where=str(path), help="it is made by pw.save_state(...)"
        )
    if layout.notes.get("digest") != digest(text, layout):
        raise damaged(path, "its header is not as it was written")
    description = parse_description(text, path, layout.kinds)
    if description.checksums.keys() != layout.kinds.keys():
        raise damaged(path, "its checksums are not of its tensors")
    return StateFile(path, layout, description)


def read_index(path: Path, text: str | None = None) -> tuple[FolderIndex, Layout]:
    """What a folder of sharded state says, with the kinds of its tensors; the values are not looked at.

    Raises:
        InputError: it is damaged, or does not hold state.
    """
    place = path / FOLDER_NAME
    text = read_index_text(path) if text is None else text
    try:
        outer = json.loads(text)
        inner = outer["folder"]
        if outer["digest"] != text_digest(inner):
            raise ValueError("its text is not as it was written")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(place, f"it is damaged: {shown(str(error))}") from None
    index = parse_folder(inner, place)
    kinds, spans = {}, {}
    for key, tensor in index.tensors.items():
        if tensor.dtype not in _BITS:
            raise damaged(place, f"tensor {shown(key)} is of {shown(tensor.dtype)}")
        numel = math.prod(tensor.shape)
        kinds[key] = Kind(tensor.shape, tensor.dtype, True, "other", None, numel)
        spans[key] = (0, numel * _BITS[tensor.dtype] // 8)
    return index, Layout({}, kinds, spans, 0)


def read_index_text(path: Path) -> str:
    """The text of a folder's ``state.json``.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    place = path / FOLDER_NAME
    if not place.is_file():
        raise InputError("no optimizer state in the folder", where=str(path), help=f"it has no file {FOLDER_NAME}")
    with opened(place) as file:
        raw = file.read(MAX_INDEX + 1)
    if len(raw) > MAX_INDEX:
        raise damaged(place, f"it has more than {MAX_INDEX:,} bytes")
    try:
        return raw.decode()
    except ValueError:
        raise damaged(place, "it is not text") from None


def text_digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def digest(text: str, layout: Layout) -> str:
    """SHA-256 of a header: the description, and each tensor's entry."""
    hashed = hashlib.sha256(text.encode(errors="surrogatepass"))
    for key, (begin, end) in sorted(layout.spans.items()):
        kind = layout.kinds[key]
        hashed.update(f"\n{key} {kind.dtype} {kind.shape} {begin} {end}".encode(errors="surrogatepass"))
    return hashed.hexdigest()
