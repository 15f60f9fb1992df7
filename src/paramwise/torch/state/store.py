"""The protocol of a store of state, and the store that is one file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import torch

from paramwise.files.atomic import replacing
from paramwise.files.headers import DTYPES, MAX_HEADER, Layout
from paramwise.files.state_description import Description, as_json
from paramwise.files.state_headers import checked, digest, opened, state_in
from paramwise.findings import InputError
from paramwise.model.catalog import Kind
from paramwise.torch.state.bytes import NOTHING, bytes_of, checksum, checksums, read_tensors
from paramwise.torch.state.describing import Described
from paramwise.torch.state.encoding import CODES

Tensors = Mapping[str, torch.Tensor]
Like = Mapping[str, torch.Tensor | None]
"""The tensors to read, by key, each with the parameter that it is for, if any."""


class ReplacedError(Exception):
    """Somebody saved another state while this one was read: it is to be read again."""


class OpenState(Protocol):
    """A saved state that is open for reading."""

    @property
    def description(self) -> Description:
        """What it says."""

    def tensors(self, like: Like) -> dict[str, torch.Tensor]:
        """The values of some keys, checked."""


class Store(Protocol):
    """A place that keeps one state."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def write(self, described: Described) -> None:
        """Put a state in the place of the old one, whole or not at all."""

    def open(self) -> AbstractContextManager[OpenState]:
        """Open what is there."""


class _OpenFile(NamedTuple):
    file: BinaryIO
    state: Any
    description: Description

    def tensors(self, like: Like) -> dict[str, torch.Tensor]:
        return read_tensors(self.file, self.state, list(like))


class FileStore(NamedTuple):
    """One safetensors file, and some older ones.

    Attributes:
        path: of the file.
        keep: how many older files stay.
        beside: whether to write beside training, in this thread alone, which may outlive the main one.
    """

    path: Path
    keep: int = 0
    beside: bool = False

    def write(self, described: Described) -> None:
        """Write a file aside, flush it to the disk, and put it in the place of the old one.

        Raises:
            InputError: loading would refuse the file, or it cannot be written; the old file is as it was.
        """
        tensors = ordered(described, self.path)
        if self.beside:
            self.write_bytes(header_of(described, tensors, checksums(tensors, alone=True), self.path), tensors)
            return
        draft = header_of(described, tensors, dict.fromkeys(tensors, checksum(NOTHING)), self.path)
        with refusing(self.path), replacing(self.path, self.keep) as file, ThreadPoolExecutor(1) as pool:
            sums = pool.submit(checksums, tensors)  # while the values are written
            file.write(draft)
            for tensor in tensors.values():
                file.write(bytes_of(tensor).data)
            file.seek(0)
            file.write(header_of(described, tensors, sums.result(), self.path))

    def write_bytes(self, header: bytes, tensors: Tensors) -> None:
        """Write a header, and after it the tensors in their order."""
        with refusing(self.path), replacing(self.path, self.keep) as file:
            file.write(header)
            for tensor in tensors.values():
                file.write(bytes_of(tensor).data)

    @contextmanager
    def open(self) -> Iterator[OpenState]:
        """Open the file: all that is read comes from this one descriptor."""
        with opened(self.path) as file:
            state = state_in(file, self.path)
            yield _OpenFile(file, state, state.description)


def ordered(described: Described, path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file in their order, on the CPU."""
    if not path.name or "\0" in path.name:
        raise InputError(f"{str(path)!r} is not the name of a file", help="give a path such as run/state.safetensors")
    # the largest alignment first, as the format wants it
    keys = sorted(described.tensors, key=lambda key: -described.tensors[key].itemsize)
    return {key: described.tensors[key].cpu().contiguous() for key in keys}


def header_of(described: Described, tensors: Tensors, sums: dict[str, str], path: Path) -> bytes:
    """The header of a file: its length depends on nothing that the checksums say.

    Raises:
        InputError: a load would refuse what the header says.
    """
    header: dict[str, Any] = {}
    at = 0
    for key, tensor in tensors.items():
        code = CODES[str(tensor.dtype).partition(".")[2]]
        header[key] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = as_json(replace(described.description, checksums=sums))
    raw = json.dumps(
        {"__metadata__": {"paramwise": text, "digest": digest(text, _layout(header))}, **header}, separators=(",", ":")
    ).encode()
    raw += b" " * (-len(raw) % 8)
    try:
        if len(raw) > MAX_HEADER:
            raise InputError(f"its header would have {len(raw):,} bytes, the format has at most {MAX_HEADER:,}")
        checked(raw, at, path)
    except InputError as error:
        raise InputError(
            "this state cannot be kept: loading would refuse the file",
            where=str(path),
            evidence=[error.findings[0].message],
            help="nothing was written; the old file is as it was",
        ) from None
    return len(raw).to_bytes(8, "little") + raw


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what the system says against writing into our error."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror}",
            where=str(path),
            help="check the folder, its permissions and its space",
        ) from error


def _layout(header: Mapping[str, Any]) -> Layout:
    kinds = {
        key: Kind(tuple(entry["shape"]), DTYPES[entry["dtype"]][0], True, "other", None, 0)
        for key, entry in header.items()
    }
    return Layout({}, kinds, {key: tuple(entry["data_offsets"]) for key, entry in header.items()}, 0)
