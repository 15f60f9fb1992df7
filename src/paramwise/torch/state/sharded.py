"""Sharded optimizer state (FSDP2's DTensors): values by torch's distributed checkpoint, names and groups by ours.

A folder: ``state.json`` says what there is, and in which subfolder the values are, in safetensors files of which every
process wrote its part. A new state gets a new subfolder; ``state.json`` is replaced when all of it is on the disk, and
only then is the old subfolder removed. A checksum a file finds a flipped bit.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader, HuggingFaceStorageWriter
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.tensor import DTensor, distribute_tensor

from paramwise.files.atomic import replace_text
from paramwise.files.state_headers import FOLDER_NAME, SCHEMA, StateFile, damaged, read_folder, text_digest
from paramwise.findings import InputError
from paramwise.torch.state.storage import checksum_of_file, versions


def write_sharded(path: Path, described: dict[str, Any], tensors: Mapping[str, torch.Tensor]) -> None:
    """Write the state of all processes to a folder; every process calls it.

    Raises:
        InputError: the folder cannot be written; the old state is as it was.
    """
    (folder,) = _agreed(f"values-{uuid.uuid4().hex[:12]}")
    values = path / folder
    try:
        values.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a single process is meant, where it is
            writer = HuggingFaceStorageWriter(str(values), save_distributed=True)
            save(dict(tensors), storage_writer=writer, no_dist=not _many())
        _barrier()
        if _rank() == 0:
            files = sorted(values.glob("*.safetensors"))
            for file in files:
                with file.open("rb") as handle:
                    os.fsync(handle.fileno())
            described |= {
                "schema": SCHEMA,
                "values_in": folder,
                "files": {file.name: checksum_of_file(file) for file in files},
                "tensors": {
                    key: {"shape": list(one.shape), "dtype": str(one.dtype).partition(".")[2]}
                    for key, one in tensors.items()
                },
                "extra": described.get("extra", {}),
                "versions": versions(),
            }
            text = json.dumps(described, ensure_ascii=False)
            replace_text(
                path / FOLDER_NAME, json.dumps({"digest": text_digest(text), "state": text}, ensure_ascii=False)
            )
            for old in path.glob("values-*"):
                if old.name != folder:
                    shutil.rmtree(old, ignore_errors=True)
        _barrier()
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), help="check the folder") from error


def read_sharded(path: Path) -> tuple[StateFile, Path]:
    """What a folder of sharded state says, and where its values are; every file of them checked.

    Raises:
        InputError: it is damaged, or holds no state.
    """
    file, described = read_folder(path)
    values = path / described["values_in"]
    files = list(described["files"].items())
    wrong = [
        name
        for name, known in files[_rank() :: _world()]
        if not (values / name).is_file() or checksum_of_file(values / name) != known
    ]
    wrong = [name for found in _agreed_all(wrong) for name in found]
    if wrong:
        raise damaged(values / wrong[0], "not as it was written")
    return file, values


def read_shards(
    values: Path, file: StateFile, keys: Sequence[str], like: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The tensors of some keys, each spread as the parameter that it is for."""
    made: dict[str, torch.Tensor] = {}
    for key in keys:
        kind = file.layout.kinds[key]
        dtype: torch.dtype = getattr(torch, kind.dtype)
        parameter = like.get(key)
        if parameter is not None and isinstance(parameter, DTensor) and tuple(parameter.shape) == kind.shape:
            made[key] = torch.zeros_like(parameter.detach(), dtype=dtype)
        else:
            made[key] = torch.zeros(kind.shape, dtype=dtype)
    if made:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            reader = HuggingFaceStorageReader(str(values))
            load(cast(dict[str, Any], made), storage_reader=reader, no_dist=not _many())
    return made


def spread_as(value: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    """A whole tensor as the parameter is: on its device, and sharded as it is, each process taking its own part."""
    whole = value.to(parameter.device)
    if isinstance(value, DTensor) or not isinstance(parameter, DTensor) or value.shape != parameter.shape:
        return whole
    return distribute_tensor(whole, parameter.device_mesh, parameter.placements, src_data_rank=None)


def _many() -> bool:
    return dist.is_available() and dist.is_initialized()


def _rank() -> int:
    return dist.get_rank() if _many() else 0


def _world() -> int:
    return dist.get_world_size() if _many() else 1


def _barrier() -> None:
    if _many():
        dist.barrier()


def _agreed(value: str) -> list[str]:
    """The first process's value, in every process."""
    values: list[Any] = [value]
    if _many():
        dist.broadcast_object_list(values)
    return values


def _agreed_all(value: list[str]) -> list[list[str]]:
    """Every process's value, in every process."""
    if not _many():
        return [value]
    values: list[Any] = [None] * _world()
    dist.all_gather_object(values, value)
    return values
