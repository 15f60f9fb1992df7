"""The bytes of tensors: their place in memory, their checksum, and how to read them back."""

from __future__ import annotations

import heapq
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np
import torch
import xxhash

from paramwise.files.state_description import damaged
from paramwise.files.state_headers import StateFile
from paramwise.model.catalog import Kind
from paramwise.words import plural

Bytes = np.ndarray[Any, Any]

_PIECE = 64 << 20  # bytes of memory that tensors share: what is freed is freed by pieces
_ALIGNED = 64  # bytes, as torch aligns tensors
_AT_ONCE = 1 << 20  # bytes read and checked at once, which a core's cache holds
NOTHING: Bytes = np.empty(0, np.uint8)
THREADS = min(8, os.cpu_count() or 1)


def bytes_of(tensor: torch.Tensor) -> Bytes:
    """The bytes of a tensor, not copied where it is on the CPU and contiguous already."""
    flat = tensor.cpu().contiguous().reshape(-1)
    return np.asarray(flat.view(torch.uint8).numpy())


def checksum(data: Bytes) -> str:
    """XXH3-128 of bytes."""
    check = xxhash.xxh3_128()
    for begin in range(0, len(data), _AT_ONCE):
        check.update(data[begin : begin + _AT_ONCE].data)
    return check.hexdigest()


def checksums(tensors: Mapping[str, torch.Tensor], *, alone: bool = False) -> dict[str, str]:
    """The checksum of each tensor on the CPU; computed in this thread alone, or in several."""
    if alone:
        return {key: checksum(bytes_of(tensor)) for key, tensor in tensors.items()}
    with ThreadPoolExecutor(THREADS) as pool:
        batches = _batches({key: tensor.nbytes for key, tensor in tensors.items()}, 4 * THREADS)
        made = pool.map(lambda batch: {key: checksum(bytes_of(tensors[key])) for key in batch}, batches)
        return {key: text for found in made for key, text in found.items()}


def checksum_of_file(file: BinaryIO) -> str:
    """XXH3-128 of all bytes of an open file from where it is."""
    check, part = xxhash.xxh3_128(), bytearray(_AT_ONCE)
    while got := file.readinto(part):  # type: ignore[attr-defined]
        check.update(memoryview(part)[:got])
    return check.hexdigest()


def read_tensors(file: BinaryIO, state: StateFile, keys: Sequence[str]) -> dict[str, torch.Tensor]:
    """The tensors of some keys of an open file, on the CPU, each held against its checksum.

    Raises:
        InputError: the bytes of a tensor are not those that were written.
    """
    spans = state.layout.spans
    made = _allocated({key: spans[key][1] - spans[key][0] for key in keys})
    descriptor = file.fileno()

    def is_whole(key: str) -> bool:
        """Read a tensor; whether it is what was written."""
        data, at = made[key], state.layout.start + spans[key][0]
        check = xxhash.xxh3_128()
        for begin in range(0, len(data), _AT_ONCE):
            part = data[begin : begin + _AT_ONCE]
            if os.preadv(descriptor, [part.data], at + begin) != len(part):
                return False
            check.update(part.data)  # while it is in the cache
        return check.hexdigest() == state.description.checksums[key]

    with ThreadPoolExecutor(THREADS) as pool:
        batches = _batches({key: data.nbytes for key, data in made.items()}, 4 * THREADS)
        found = pool.map(lambda batch: [key for key in batch if not is_whole(key)], batches)
        wrong = [key for keys in found for key in keys]
    if wrong:
        raise damaged(state.path, f"{plural(len(wrong), 'tensor')} not as written, such as {sorted(wrong)[0]}")
    return {key: _tensor(made[key], state.layout.kinds[key]) for key in keys}


def _allocated(sizes: Mapping[str, int]) -> dict[str, Bytes]:
    """Memory for tensors, of a few large pieces: numpy asks for huge pages for these, which saves most page faults."""
    made: dict[str, Bytes] = {}
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


def copied(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies of tensors on the CPU, whose values no later step changes; pinned memory where they come from a GPU."""
    here = {key: tensor for key, tensor in tensors.items() if tensor.device.type == "cpu"}
    made = _allocated({key: tensor.nbytes for key, tensor in here.items()})
    copies: dict[str, torch.Tensor] = {}
    for key, tensor in here.items():
        flat = torch.from_numpy(made[key]).view(tensor.dtype) if tensor.nbytes else torch.empty(0, dtype=tensor.dtype)
        copies[key] = flat.reshape(tensor.shape).copy_(tensor)
    streams = set()
    for key, tensor in tensors.items():
        if key not in here:
            pin = tensor.device.type == "cuda"
            copies[key] = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=pin).copy_(tensor, non_blocking=pin)
            streams |= {tensor.device} if pin else set()
    for device in streams:
        torch.cuda.synchronize(device)
    return copies


def _batches(sizes: Mapping[str, int], count: int) -> list[list[str]]:
    """Keys in batches of about as many bytes, the largest first: a task for each of many small tensors is slow."""
    batches: list[list[str]] = [[] for _ in range(count)]
    filled = [(0, place) for place in range(count)]
    for key in sorted(sizes, key=lambda key: -sizes[key]):
        size, place = heapq.heappop(filled)
        batches[place].append(key)
        heapq.heappush(filled, (size + sizes[key] + 1, place))
    return batches


def _tensor(data: Bytes, kind: Kind) -> torch.Tensor:
    dtype: torch.dtype = getattr(torch, kind.dtype)
    if not len(data):
        return torch.empty(kind.shape, dtype=dtype)
    return torch.from_numpy(data).view(dtype).reshape(kind.shape)
