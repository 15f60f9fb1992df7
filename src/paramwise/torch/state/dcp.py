"""torch.distributed.checkpoint folders, read and written without unpickling code."""

from __future__ import annotations

import builtins
import collections
import io
import math
import pathlib
import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.distributed.checkpoint import filesystem, metadata
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.default_planner import DefaultLoadPlanner
from torch.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter
from torch.distributed.checkpoint.metadata import BytesStorageMetadata, Metadata, TensorStorageMetadata
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from paramwise.findings import InputError

_MAX_METADATA = 1 << 30  # bytes
_ALLOWED: dict[tuple[str, str], Any] = {
    **{
        ("torch.distributed.checkpoint.metadata", name): value
        for name, value in vars(metadata).items()
        if isinstance(value, type)
    },
    **{
        (filesystem.__name__, name): value
        for name, value in vars(filesystem).items()
        if name in ("_StorageInfo", "_StoragePrefix")
    },
    **{("torch", str(value)[6:]): value for value in vars(torch).values() if isinstance(value, torch.dtype)},
    **{("torch.serialization", name): getattr(torch.serialization, name) for name in ("_get_layout",)},
    ("torch", "Size"): torch.Size,
    ("torch", "device"): torch.device,
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): collections.defaultdict,
    **{("builtins", name): getattr(builtins, name) for name in ("list", "dict", "set", "tuple", "int", "str")},
    **{(module, name): getattr(pathlib, name) for module in ("pathlib", "pathlib._local") for name in ("PosixPath",)},
}


class SafeUnpickler(pickle.Unpickler):
    """An unpickler that knows some classes and functions by name, and refuses all others."""

    def __init__(self, file: Any, allowed: Mapping[tuple[str, str], Any]) -> None:
        super().__init__(file)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name, if it is one of those allowed."""
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in it")
        return self._allowed[module, name]


class _Reader(FileSystemReader):
    """torch's reader, but for its index, which it would unpickle whatever it says."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._index = _metadata(path)

    def read_metadata(self, *args: Any, **kwargs: Any) -> Metadata:
        """The index that was read already."""
        found = self._index
        if getattr(found, "storage_meta", None) is None:
            found.storage_meta = metadata.StorageMeta()
        found.storage_meta.load_id = self.load_id  # type: ignore[union-attr]
        return found


class _Planner(DefaultLoadPlanner):
    """torch's planner, but for values that are not tensors, which it would unpickle whatever they say."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__(flatten_state_dict=False)
        self._found = found

    def load_bytes(self, read_item: Any, value: io.BytesIO) -> None:
        """A value that is not a tensor."""
        self._found[read_item.dest_index.fqn] = torch.load(value, weights_only=True)


def read_dcp(folder: Path) -> dict[str, Any]:
    """What a folder of torch.distributed.checkpoint holds of optimizers, nested as it was saved.

    Raises:
        InputError: it is damaged, or holds more than tensors and plain data.
    """
    try:
        reader = _Reader(folder)
        index = reader.read_metadata()
        size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
        flat: dict[str, Any] = {}
        paths = index.planner_data if isinstance(index.planner_data, Mapping) else {}
        for key, entry in index.state_dict_metadata.items():
            path = tuple(paths.get(key, (key,)))
            if "model" in path[:1]:
                continue
            if isinstance(entry, TensorStorageMetadata):
                if math.prod(entry.size) * entry.properties.dtype.itemsize > size:
                    raise ValueError(f"tensor {key!r} {list(entry.size)} is larger than the folder")
                flat[key] = torch.empty(entry.size, dtype=entry.properties.dtype)
            elif isinstance(entry, BytesStorageMetadata):
                flat[key] = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values: dict[str, Any] = {}
            load(flat, storage_reader=reader, planner=_Planner(values), no_dist=True)
        return _nested({tuple(paths.get(key, (key,))): value for key, value in {**flat, **values}.items()})
    except InputError:
        raise
    except (
        Exception,
        CheckpointException,
    ) as error:  # which a damaged folder may reach
        text = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(
            "not a folder of torch.distributed.checkpoint that can be read safely",
            where=str(folder),
            evidence=[text],
            help="only tensors and plain data are read, and nothing is run",
        ) from None


def write_dcp(folder: Path, held: Mapping[str, Any]) -> None:
    """Write a folder of torch.distributed.checkpoint from one process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save(dict(held), storage_writer=FileSystemWriter(str(folder), single_file_per_rank=True), no_dist=True)


def _metadata(folder: Path) -> Metadata:
    path = folder / ".metadata"
    if path.stat().st_size > _MAX_METADATA:
        raise ValueError(".metadata is too large")
    with path.open("rb") as file:
        found = SafeUnpickler(file, _ALLOWED).load()
    if not isinstance(found, Metadata) or not isinstance(found.state_dict_metadata, dict):
        raise ValueError(".metadata is not an index")
    for info in (found.storage_data or {}).values():
        name = str(getattr(info, "relative_path", ""))
        if not name or "/" in name or "\\" in name or name in (".", ".."):
            raise ValueError(f"{name!r} is not the name of a file in the folder")
    return found


def _nested(flat: Mapping[tuple[Any, ...], Any]) -> dict[str, Any]:
    """Nested dicts and lists from paths: a whole number in a path is a place in a list."""
    root: dict[Any, Any] = {}
    for path, value in flat.items():
        table = root
        for step in path[:-1]:
            table = table.setdefault(step, {})
        table[path[-1]] = value
    found: dict[str, Any] = _lists(root)
    return found


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    made = {key: _lists(item) for key, item in value.items()}
    if made and all(type(key) is int for key in made) and sorted(made) == list(range(len(made))):
        return [made[key] for key in range(len(made))]
    return made
