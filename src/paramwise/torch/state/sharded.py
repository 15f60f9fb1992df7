"""The store of sharded state (FSDP2, tensor parallelism): a folder of DCP shards.

``state.json`` says what there is and which subfolder holds the values: safetensors files, one for each
process. A new state gets a new subfolder; ``state.json`` is replaced when all of it is on the disk, and only then the
old subfolder is removed. A checksum of each file detects changes.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader, HuggingFaceStorageWriter
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.tensor import DTensor

from paramwise.files.atomic import replace_text
from paramwise.files.headers import Layout
from paramwise.files.state_description import Description, FolderIndex, SavedTensor, as_json, damaged, parse_folder
from paramwise.files.state_difference import digests
from paramwise.files.state_headers import FOLDER_NAME, opened, read_index, read_index_text, text_digest
from paramwise.findings import InputError
from paramwise.torch.processes import agreed, are_many, gathered, rank, world
from paramwise.torch.state.bytes import bytes_of, checksum, checksum_of_file
from paramwise.torch.state.describing import Described
from paramwise.torch.state.ranks import disagreement, together
from paramwise.torch.state.store import Like, OpenState, ReplacedError


class FolderStore(NamedTuple):
    """A folder of sharded state; every process reads and writes its part.

    Attributes:
        path: of the folder.
    """

    path: Path

    def write(self, described: Described) -> None:
        """Write the state of all processes; every process calls it.

        Raises:
            InputError: loading would refuse the folder, it cannot be written, or processes hold different values of the
            same shard; the old state is as it was.
        """
        _compare(described, self.path)
        folder = agreed(f"values-{uuid.uuid4().hex[:16]}")
        values = self.path / folder
        tensors = described.tensors
        kinds = {key: SavedTensor(tuple(one.shape), _name(one.dtype)) for key, one in tensors.items()}
        parse_folder(as_json(FolderIndex(described.description, folder, {}, kinds)), self.path)

        def write_values() -> None:
            values.mkdir(parents=True, exist_ok=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that a single process is meant, where it is
                writer = HuggingFaceStorageWriter(str(values), save_distributed=True)
                save(dict(tensors), storage_writer=writer, no_dist=not are_many())

        def put_in_place() -> None:
            if rank() != 0:
                return
            files: dict[str, str] = {}
            for file in sorted(values.glob("*.safetensors")):
                with file.open("rb", buffering=0) as handle:
                    os.fsync(handle.fileno())
                    files[file.name] = checksum_of_file(handle)
            text = as_json(FolderIndex(described.description, folder, files, kinds))
            replace_text(self.path / FOLDER_NAME, json.dumps({"digest": text_digest(text), "folder": text}))
            for old in self.path.glob("values-*"):
                if old.name != folder:
                    shutil.rmtree(old, ignore_errors=True)

        try:
            together(write_values, self.path)
            together(put_in_place, self.path)
        except BaseException:
            if rank() == 0 and folder not in _index_text(self.path):
                shutil.rmtree(values, ignore_errors=True)
            raise

    @contextmanager
    def open(self) -> Iterator[OpenState]:
        """Open what the folder says; all processes the same, if it is replaced meanwhile."""
        text = agreed(_index_text(self.path)) or read_index_text(self.path)
        index, layout = read_index(self.path, text)
        yield _OpenFolder(self.path, text, index, layout, index.state)


@dataclass
class _OpenFolder:
    path: Path
    text: str
    index: FolderIndex
    layout: Layout
    description: Description

    def tensors(self, like: Like) -> dict[str, torch.Tensor]:
        """The values of some keys, each spread as the parameter that it is for; every file is checked.

        Raises:
            InputError: a file is not as it was written.
            ReplacedError: another state was saved meanwhile.
        """
        values = self.path / self.index.values_in
        wrong: str | None = None
        made: dict[str, torch.Tensor] = {}
        try:
            for name, known in list(self.index.files.items())[rank() :: world()]:
                with opened(values / name) as file:
                    if checksum_of_file(file) != known:
                        raise damaged(values / name, "not as it was written")
        except InputError as error:
            wrong = str(error.findings[0].where)
        found = [one for one in gathered(wrong) if one is not None]
        if not found:
            made, wrong = self._read(like, values)
            found = [one for one in gathered(wrong) if one is not None]
        if found:
            if agreed(_index_text(self.path)) not in ("", self.text):
                raise ReplacedError
            raise damaged(Path(found[0]), "not as it was written, or not there")
        return made

    def _read(self, like: Like, values: Path) -> tuple[dict[str, torch.Tensor], str | None]:
        made: dict[str, torch.Tensor] = {}
        for key, parameter in like.items():
            kind = self.layout.kinds[key]
            dtype: torch.dtype = getattr(torch, kind.dtype)
            if isinstance(parameter, DTensor) and tuple(parameter.shape) == kind.shape:
                made[key] = torch.zeros_like(parameter.detach(), dtype=dtype)
            else:
                made[key] = torch.zeros(kind.shape, dtype=dtype)
        if made:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)
                    reader = HuggingFaceStorageReader(str(values))
                    load(cast(dict[str, Any], made), storage_reader=reader, no_dist=not are_many())
            except (Exception, CheckpointException) as error:  # a file that is gone, or says something else
                return {}, f"{values} ({type(error).__name__})"
        return made, None


def _compare(described: Described, path: Path) -> None:
    """Compare what several processes hold alike: descriptions, whole tensors, and replicas of the same shards.

    Raises:
        InputError: it differs; the same in every process.
    """
    if not are_many():
        return
    places: dict[str, dict[str, str]] = {"": {}}  # where values are to be the same: for each key what is there
    for key, tensor in described.tensors.items():
        if isinstance(tensor, DTensor):
            mesh, at = tensor.device_mesh, tensor.device_mesh.get_coordinate() or ()
            # of a mesh of two dimensions, processes differ in the part that they know, and hold replicas
            spread = f"{mesh._get_root_mesh().mesh.tolist()} {tensor.placements}"
            shard = [None if kind.is_replicate() else one for kind, one in zip(tensor.placements, at, strict=False)]
            places[""][key] = f"{tuple(tensor.shape)} {tensor.dtype} {spread}"
            places.setdefault(f"{spread} {shard}", {})[key] = checksum(bytes_of(tensor.to_local().detach()))
        else:
            places[""][key] = checksum(bytes_of(tensor.detach()))
    parts = {place: digests(replace(described.description, checksums=sums)) for place, sums in places.items()}
    parts[""]["the path"] = os.path.realpath(path)
    said = gathered({place: text_digest(json.dumps(found)) for place, found in parts.items()})
    known = {place: digest for there in said for place, digest in there.items()}
    if all(known[place] == digest for there in said for place, digest in there.items()):
        return
    everyone = gathered(parts)
    for place in known:
        details = {number: there[place] for number, there in enumerate(everyone) if place in there}
        if len({tuple(there.items()) for there in details.values()}) > 1:
            raise disagreement(details, path)


def _index_text(path: Path) -> str:
    """The text of the folder's index, empty if there is none."""
    try:
        return read_index_text(path)
    except InputError:
        return ""


def _name(dtype: torch.dtype) -> str:
    return str(dtype).partition(".")[2]
