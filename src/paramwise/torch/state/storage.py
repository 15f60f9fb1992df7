"""How values are put into a file of optimizer state, and read back: bytes, checksums, and plain data as JSON."""

from __future__ import annotations

import hashlib
import heapq
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paramwise.files.atomic import replacing
from paramwise.files.headers import DTYPES, Layout
from paramwise.files.state_headers import SCHEMA, StateFile, damaged, digest
from paramwise.findings import InputError
from paramwise.model.catalog import Kind
from paramwise.version import VERSION
from paramwise.words import plural

_CODES = {torch_name: code for code, (torch_name, _) in DTYPES.items()}
_BLOCK = 1024  # words of eight bytes that are summed for a checksum
_PIECE = 64 << 20  # bytes of memory that tensors share: what is freed is freed by pieces
_ALIGNED = 64  # bytes, as torch aligns tensors
_AT_ONCE = 1 << 20  # bytes read and checked at once, which a core's cache holds; whole blocks


def encoded(value: Any, where: str, tensors: dict[str, torch.Tensor]) -> Any:
    """Plain data as JSON keeps it; tensors inside are put beside.

    Raises:
        InputError: something else; names it.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return float(value) if np.isfinite(value) else {"$": "float", "value": repr(float(value))}
    if isinstance(value, torch.Tensor):
        key = f"@{len(tensors)}"
        tensors[key] = kept(value, where)
        return {"$": "tensor", "key": key}
    if isinstance(value, (list, tuple)):
        items = [encoded(one, f"{where}/{index}", tensors) for index, one in enumerate(value)]
        return items if isinstance(value, list) else {"$": "tuple", "items": items}
    if isinstance(value, Mapping):
        pairs = [
            [encoded(key, f"{where}/key", tensors), encoded(one, f"{where}/{index}", tensors)]
            for index, (key, one) in enumerate(value.items())
        ]
        return {"$": "dict", "items": pairs}
    raise InputError(
        f"`{where.lstrip('@')}` is a {type(value).__qualname__}: neither a tensor nor plain data",
        help="optimizer state is kept without pickle: tensors, numbers, texts, and lists and dicts of them",
    )


def decoded(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    """What `encoded` made, as it was; its tensors are given."""
    if isinstance(value, list):
        return [decoded(one, tensors) for one in value]
    if not isinstance(value, dict):
        return value
    match value["$"]:
        case "float":
            return float(value["value"])
        case "tensor":
            return tensors[value["key"]]
        case "tuple":
            return tuple(decoded(one, tensors) for one in value["items"])
        case _:
            return {decoded(key, tensors): decoded(one, tensors) for key, one in value["items"]}


def tensor_keys(value: Any) -> Iterator[str]:
    """Keys of the tensors inside of what `encoded` made."""
    if isinstance(value, list):
        for one in value:
            yield from tensor_keys(one)
    elif isinstance(value, dict):
        if value["$"] == "tensor":
            yield value["key"]
        else:
            yield from tensor_keys(value.get("items", []))


def kept(value: torch.Tensor, where: str) -> torch.Tensor:
    """A tensor that can be written.

    Raises:
        InputError: its values are not here, or safetensors cannot hold them.
    """
    if value.is_meta or value.layout != torch.strided:
        what = "on the meta device" if value.is_meta else "sparse"
        raise InputError(f"`{where}` is {what}: its values are not here", help="save what holds the values")
    if str(value.dtype).partition(".")[2] not in _CODES:
        raise InputError(f"`{where}` is of {value.dtype}, which safetensors cannot hold")
    return value.detach().resolve_conj().resolve_neg()


def _bytes(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    """The bytes of a tensor on the CPU, not copied where it is there and contiguous already."""
    flat = tensor.cpu().contiguous().reshape(-1)
    return np.asarray(flat.view(torch.uint8).numpy())


class Checksum:
    """Of bytes: every flipped bit changes it, at the speed of memory.

    SHA-256 of the sums, modulo 2**64, of blocks of 1,024 words of eight bytes, and of the bytes left over. All but the
    last part that is added must be whole blocks.
    """

    def __init__(self) -> None:
        self.hashed = hashlib.sha256()

    def update(self, data: np.ndarray[Any, Any]) -> None:
        """Add bytes."""
        whole = len(data) // (8 * _BLOCK) * 8 * _BLOCK
        self.hashed.update(np.add.reduce(data[:whole].view(np.uint64).reshape(-1, _BLOCK), axis=1).tobytes())
        self.hashed.update(data[whole:].tobytes())

    def text(self) -> str:
        """Of all bytes so far, as text."""
        return self.hashed.hexdigest()[:32]


def checksum(data: np.ndarray[Any, Any]) -> str:
    """The checksum of bytes."""
    check = Checksum()
    for begin in range(0, len(data), _AT_ONCE):
        check.update(data[begin : begin + _AT_ONCE])
    return check.text()


def checksum_of_file(path: Path) -> str:
    """The checksum of all bytes of a file."""
    check, part = Checksum(), np.empty(_AT_ONCE, np.uint8)
    with path.open("rb", buffering=0) as file:
        while got := file.readinto(part.data):
            if got % (8 * _BLOCK) and got < _AT_ONCE:
                got += _fill(file, part[got:])
            check.update(part[:got])
    return check.text()


def _fill(file: Any, rest: np.ndarray[Any, Any]) -> int:
    """Read on until there is no more or the rest is full; how many bytes."""
    filled = 0
    while filled < len(rest) and (got := file.readinto(rest[filled:].data)):
        filled += got
    return filled


def versions() -> dict[str, str]:
    """Of what writes."""
    return {"paramwise": VERSION, "torch": torch.__version__}


def write_state(path: Path, described: dict[str, Any], tensors: Mapping[str, torch.Tensor], keep: int) -> None:
    """Write a file of optimizer state aside, flush it to the disk, and put it in the place of the old one.

    Raises:
        InputError: it cannot be written; the old file is as it was.
    """
    described |= {
        "schema": SCHEMA,
        "checksums": {},
        "extra": described.get("extra", {}),
        "versions": versions(),
    }
    # the largest alignment first, as the format wants it
    order = sorted(tensors, key=lambda key: -tensors[key].itemsize)
    header: dict[str, Any] = {}
    at = 0
    for key in order:
        tensor = tensors[key]
        code = _CODES[str(tensor.dtype).partition(".")[2]]
        header[key] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
        if tensor.device.type == "cpu":
            described["checksums"][key] = checksum(_bytes(tensor))
    on_device = {key: _bytes(tensors[key]) for key in order if tensors[key].device.type != "cpu"}
    described["checksums"] |= {key: checksum(data) for key, data in on_device.items()}
    text = json.dumps(described)
    layout = _layout_of(header)
    raw = json.dumps(
        {"__metadata__": {"paramwise": text, "digest": digest(text, layout)}, **header},
        separators=(",", ":"),
    ).encode()
    raw += b" " * (-len(raw) % 8)
    if not path.name or "\0" in path.name:
        raise InputError(f"{str(path)!r} is no name of a file", help="give a path such as run/state.safetensors")
    try:
        with replacing(path, keep) as file:
            file.write(len(raw).to_bytes(8, "little") + raw)
            for key in order:
                file.write((on_device[key] if key in on_device else _bytes(tensors[key])).data)
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror}",
            where=str(path),
            help="check the folder, its permissions and its space",
        ) from error


def _layout_of(header: Mapping[str, Any]) -> Layout:
    kinds = {
        key: Kind(tuple(entry["shape"]), DTYPES[entry["dtype"]][0], True, "other", None, 0)
        for key, entry in header.items()
    }
    return Layout({}, kinds, {key: tuple(entry["data_offsets"]) for key, entry in header.items()}, 0)


def read_tensors(file: StateFile, keys: Sequence[str]) -> dict[str, torch.Tensor]:
    """The tensors of some keys, on the CPU, each held against its checksum.

    Raises:
        InputError: one is not as it was written.
    """
    made = _allocated({key: end - begin for key in keys for begin, end in [file.layout.spans[key]]})
    with file.path.open("rb", buffering=0) as handle:
        descriptor = handle.fileno()

        def read(key: str) -> str | None:
            """The key, if what is there is not what was written."""
            data, at = made[key], file.layout.start + file.layout.spans[key][0]
            check = Checksum()
            for begin in range(0, len(data), _AT_ONCE):
                part = data[begin : begin + _AT_ONCE]
                if os.preadv(descriptor, [part.data], at + begin) != len(part):
                    return key
                check.update(part)  # while it is in the cache
            return None if check.text() == file.checksums.get(key) else key

        threads = min(8, os.cpu_count() or 1)
        with ThreadPoolExecutor(threads) as pool:
            batches = pool.map(lambda batch: [read(key) for key in batch], _batches(made, 4 * threads))
            wrong = [key for batch in batches for key in batch if key is not None]
    if wrong:
        raise damaged(file.path, f"{plural(len(wrong), 'tensor')} not as written, such as {sorted(wrong)[0]}")
    return {key: _tensor(made[key], file.layout.kinds[key]) for key in keys}


def _allocated(sizes: Mapping[str, int]) -> dict[str, np.ndarray[Any, Any]]:
    """Memory for tensors, of a few large pieces: numpy asks for huge pages for these, which saves most page faults."""
    made: dict[str, np.ndarray[Any, Any]] = {}
    waiting: list[tuple[str, int, int]] = []
    total = 0

    def allocate() -> None:
        piece = np.empty(total + _ALIGNED, np.uint8)
        first = -piece.ctypes.data % _ALIGNED
        made.update({key: piece[first + at : first + at + size] for key, at, size in waiting})

    for key, size in sizes.items():
        waiting.append((key, total, size))
        total += -(-size // _ALIGNED) * _ALIGNED
        if total >= _PIECE:
            allocate()
            waiting, total = [], 0
    allocate()
    return made


def _batches(made: Mapping[str, np.ndarray[Any, Any]], count: int) -> list[list[str]]:
    """The keys in batches of about as many bytes, the largest first: a task for each of many small tensors is slow."""
    batches: list[list[str]] = [[] for _ in range(count)]
    filled = [(0, place) for place in range(count)]
    for key in sorted(made, key=lambda key: -made[key].nbytes):
        size, place = heapq.heappop(filled)
        batches[place].append(key)
        heapq.heappush(filled, (size + made[key].nbytes + 1, place))
    return batches


def _tensor(data: np.ndarray[Any, Any], kind: Kind) -> torch.Tensor:
    dtype: torch.dtype = getattr(torch, kind.dtype)
    if not len(data):
        return torch.empty(kind.shape, dtype=dtype)
    return torch.from_numpy(data).view(dtype).reshape(kind.shape)
