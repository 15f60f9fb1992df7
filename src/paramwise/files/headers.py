"""A safetensors checkpoint read from its headers alone: no values, no torch.

A file is eight bytes (the length of the header, little-endian), the header (JSON: name -> dtype, shape, place), and the
values. Headers come from strangers: everything in one is checked, and nothing is allocated on its word.

A checkpoint mixes parameters and buffers and does not say which is which. Left out are the names that end as torch and
transformers name buffers only: ``running_mean``, ``running_var``, ``num_batches_tracked``, ``position_ids`` and
``rotary_emb.inv_freq``. All else is in the catalog; integers and booleans are there as not trainable.
"""

from __future__ import annotations

import functools
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sized
from itertools import islice
from pathlib import Path, PureWindowsPath
from typing import Any, BinaryIO, NamedTuple

from paramwise.files.counting import counted
from paramwise.files.formats import pickled, refuse_other_formats
from paramwise.files.regular import open_regular, read_regular
from paramwise.files.strict_json import parse_object
from paramwise.files.strict_json import shown as _shown
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.collector import uncollected
from paramwise.model.roles import role_of_name
from paramwise.words import plural

MAX_HEADER = 100_000_000  # bytes, as in the reference implementation
MOST_TENSORS = 500_000  # of all files of a model: some five times what the largest have
MAX_NUMEL = 2**63 - 1  # what torch can count
MAX_NDIM = 64  # what numpy takes, and most of torch

# safetensors' name -> torch's name (for six bits ml_dtypes': torch has none) and bits a value
# fmt: off
DTYPES = {
    "BOOL": ("bool", 8), "U8": ("uint8", 8), "U16": ("uint16", 16), "U32": ("uint32", 32), "U64": ("uint64", 64),
    "I8": ("int8", 8), "I16": ("int16", 16), "I32": ("int32", 32), "I64": ("int64", 64), "C64": ("complex64", 64),
    "F16": ("float16", 16), "BF16": ("bfloat16", 16), "F32": ("float32", 32), "F64": ("float64", 64),
    "F8_E4M3": ("float8_e4m3fn", 8), "F8_E4M3FNUZ": ("float8_e4m3fnuz", 8), "F8_E8M0": ("float8_e8m0fnu", 8),
    "F8_E5M2": ("float8_e5m2", 8), "F8_E5M2FNUZ": ("float8_e5m2fnuz", 8), "F4": ("float4_e2m1fn_x2", 4),
    "F6_E2M3": ("float6_e2m3fn", 6), "F6_E3M2": ("float6_e3m2fn", 6),
}
# fmt: on
_FIELDS = frozenset({"dtype", "shape", "data_offsets"})
WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked", "position_ids", "rotary_emb.inv_freq")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".bin.index.json")
_NUMBER = re.compile(r"\.[0-9]+(?=\.)")
_SHARD = re.compile(r"(.*)-(\d{1,18})-of-(\d{1,18})\.safetensors", re.DOTALL)


def _reader(read: Callable[[Path], Catalog]) -> Callable[[Path], Catalog]:
    """Add to a reader that it raises no other error than ours."""

    @functools.wraps(read)
    def reader(path: Path) -> Catalog:
        try:
            return uncollected(read)(path)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=str(path), help="check permissions") from error

    return reader


@_reader
def read_checkpoint(path: Path) -> Catalog:
    """The catalog of a ``.safetensors`` file, a ``.safetensors.index.json``, or a folder with either.

    Raises:
        InputError: it is none of these, cannot be read, or is damaged; pickled checkpoints are refused.

    Example:
        >>> read_checkpoint(Path("all-MiniLM-L6-v2"))  # doctest: +SKIP
        <Catalog: 103 parameters, 22,713,216 values>
    """
    name = path.name.lower()
    if path.is_dir():
        return read_folder(path)
    if name.endswith(".safetensors"):
        return read_file(path)
    if ".safetensors.index." in name and name.endswith(".json"):  # transformers' variants: `.index.fp16.json`
        return read_index(path)
    if name.endswith(_PICKLES):
        raise pickled(path)
    what = "not a checkpoint that paramwise reads" if path.exists() else "no such file or folder"
    raise InputError(what, where=str(path), help="give a .safetensors file, its .index.json, or a folder with either")


@_reader
def read_file(path: Path) -> Catalog:
    """The catalog of one ``.safetensors`` file, in the order of its header.

    Shapes are the header's: of ``float4_e2m1fn_x2``, which packs two values, torch shows half the last dimension.

    Raises:
        InputError: the file cannot be read, or is not a valid safetensors file.

    Example:
        >>> read_file(Path("model.safetensors"))["pooler.dense.weight"].shape  # doctest: +SKIP
        (384, 384)
    """
    return _catalog(_header(path))


@_reader
def read_index(path: Path) -> Catalog:
    """The catalog of a sharded checkpoint, in the order of its index.

    Raises:
        InputError: the index or a shard cannot be read or is damaged, a shard is missing or lies outside the index's
            folder, or index and shard disagree on what the shard holds.

    Example:
        >>> read_index(Path("model.safetensors.index.json"))["lm_head.weight"].dtype  # doctest: +SKIP
        'bfloat16'
    """
    raw = read_regular(path, MAX_HEADER)
    if not raw.startswith(b"{"):
        refuse_other_formats(path, raw[:512], "an index")
    places = _parse(path, raw).get("weight_map")
    if type(places) is not dict or not places or not all(type(shard) is str for shard in places.values()):
        raise _damaged(path, "the index has no `weight_map` from names to shards")
    _require_bounded(path, places)
    shards: dict[str, set[str]] = defaultdict(set)
    for name, shard in places.items():
        shards[shard].add(name)
    held: dict[str, dict[str, Kind]] = {}
    for shard, names in counted(shards):
        if shard in ("", "..") or PureWindowsPath(shard).name != shard:  # a Windows path knows both slashes and drives
            raise _damaged(path, f"{_shown(shard)} is not the name of a file beside the index")
        there = held[shard] = _header(path.with_name(shard))
        if there.keys() != names:
            wrong = [f"only the index has {_shown(name)}" for name in sorted(names - there.keys())]
            wrong += [f"only the shard has {_shown(name)}" for name in sorted(there.keys() - names)]
            message = f"the index and its shard {_shown(shard)} disagree on {plural(len(wrong), 'name')}"
            raise InputError(message, where=str(path), evidence=wrong, help="download both again, of one version")
    return _catalog({name: held[shard][name] for name, shard in places.items()})


@_reader
def read_folder(path: Path) -> Catalog:
    """The catalog of a folder: of ``model.safetensors``, or of its index, or of all ``*.safetensors``.

    The order is transformers': an index that an earlier save left beside a whole file is not looked at.

    Raises:
        InputError: there is no such file, one is damaged, shards are missing, or two files hold the same tensor.

    Example:
        >>> len(read_folder(Path("all-MiniLM-L6-v2")))  # doctest: +SKIP
        103
    """
    inside = sorted(file.name for file in path.iterdir() if not file.name.startswith("."))
    if WHOLE in inside:
        return read_file(path / WHOLE)
    if INDEX in inside:
        return read_index(path / INDEX)
    files = [name for name in inside if name.endswith(".safetensors")]
    if not files:
        for name in inside:
            if name.endswith(_PICKLES):
                raise pickled(path / name)
        raise InputError("no .safetensors file in the folder", where=str(path), help="give a folder that has one")
    _require_all_shards(path, files)
    found: dict[str, Kind] = {}
    for file, _ in counted(dict.fromkeys(files)):
        held = _header(path / file)
        if twice := sorted(found.keys() & held.keys()):
            of = "a tensor" if len(twice) == 1 else plural(len(twice), "tensor")
            message = f"{of} of {_shown(file)} {'is' if len(twice) == 1 else 'are'} in another file of the folder too"
            raise InputError(message, where=str(path), evidence=map(_shown, twice), help="give the file that is meant")
        found.update(held)
        _require_bounded(path, found)
    return _catalog(found)


def _require_all_shards(path: Path, files: Iterable[str]) -> None:
    """Refuse ``name-00001-of-00003.safetensors`` without the two others: half a model looks like a whole one."""
    sets: dict[tuple[str, str], set[int]] = defaultdict(set)
    for file in files:
        if shard := _SHARD.fullmatch(file):
            sets[shard[1], shard[3]].add(int(shard[2]))
    for (name, total), numbers in sets.items():
        missing = (number for number in range(1, int(total) + 1) if number not in numbers)
        first = [_shown(f"{name}-{number:0{len(total)}}-of-{total}.safetensors") for number in islice(missing, 5)]
        if first:
            gone = int(total) - sum(1 <= number <= int(total) for number in numbers)
            message = f"{gone:,} of {plural(int(total), 'shard')} {'is' if gone == 1 else 'are'} missing"
            raise InputError(message, where=str(path), evidence=first, help="download the missing shards")


def _require_bounded(path: Path, names: Sized) -> None:
    if len(names) > MOST_TENSORS:
        message = f"{len(names):,} tensors, where at most {MOST_TENSORS:,} are read"
        raise InputError(message, where=str(path), help="give the shards of one model")


def catalog_of(tensors: Iterable[tuple[str, object, Iterable[object]]], where: str) -> Catalog:
    """The catalog of tensors that somebody else read from headers: name, dtype as safetensors writes it, and shape.

    Raises:
        InputError: a dtype or a shape that there is not.

    Example:
        >>> catalog_of([("fc.bias", "F32", [3])], "a file")["fc.bias"].role
        'bias'
    """
    found: dict[str, Kind] = {}
    for name, dtype, shape in tensors:
        try:
            found[name], _ = _kind(_NUMBER.sub(".0", name), dtype, *shape)
        except (ValueError, TypeError) as error:
            raise InputError(
                f"tensor {_shown(name)}: {error}", where=where, help="it is damaged at its source"
            ) from None
    return _catalog(found)


def _catalog(found: dict[str, Kind]) -> Catalog:
    names = [name for name in found if not name.endswith(_BUFFERS)]
    kinds: dict[Kind, int] = {}
    kind_of = [kinds.setdefault(found[name], len(kinds)) for name in names]
    return Catalog.of_kinds(names, kinds, kind_of, {})


class Layout(NamedTuple):
    """What a safetensors file holds, and where.

    Attributes:
        notes: the texts of its ``__metadata__``.
        kinds: of each tensor.
        spans: of each tensor, where its values begin and end, in bytes from ``start``.
        start: where the values begin, in bytes.
    """

    notes: dict[str, str]
    kinds: dict[str, Kind]
    spans: dict[str, tuple[int, int]]
    start: int


def _header(path: Path) -> dict[str, Kind]:
    return read_layout(path).kinds


def read_layout(path: Path) -> Layout:
    """Every tensor of a file, buffers too, and its place; each byte of the values belongs to exactly one.

    Raises:
        InputError: it is no valid safetensors file.
    """
    return layout_of(path, *_read(path))


def layout_of(path: Path, raw: bytes, left: int) -> Layout:
    """What a header says, for a file that has so many bytes after it.

    Raises:
        InputError: it is not a valid header.
    """
    entries = _parse(path, raw, unique=False)
    notes, strings = None, 5 * len(entries)  # an entry's name, its three keys, its dtype
    if "__metadata__" in entries:
        notes = entries.pop("__metadata__")
        if notes is not None and not (type(notes) is dict and all(type(note) is str for note in notes.values())):
            raise _damaged(path, "`__metadata__` is not a table of texts")
        strings += 2 * len(notes or ()) - 4
    found, spans, name = {}, [], ""
    try:
        for name, entry in entries.items():
            if not name:
                raise ValueError("the name is empty")
            if type(entry) is not dict or entry.keys() != _FIELDS:
                raise ValueError(f"has {_shown(entry)}, not just `dtype`, `shape` and `data_offsets`")
            shape, offsets = entry["shape"], entry["data_offsets"]
            if type(shape) is not list or len(shape) > MAX_NDIM:
                raise ValueError(f"its shape is {_shown(shape)}, not a list of at most {MAX_NDIM} sizes")
            # the names of a large model differ in the numbers of layers and experts: they say nothing of the role
            kind, bits = _kind(_NUMBER.sub(".0", name), entry["dtype"], *shape)
            if type(offsets) is not list or len(offsets) != 2 or not type(offsets[0]) is type(offsets[1]) is int:
                raise ValueError(f"its data_offsets are {_shown(offsets)}, not two whole numbers")
            begin, end = offsets
            if not 0 <= begin <= end:
                raise ValueError(f"its data_offsets are {_shown(offsets)}, not a begin and an end")
            if (end - begin) * 8 != bits:
                raise ValueError(f"{kind.numel:,} values of {kind.dtype} do not take {_shown(end - begin)} bytes")
            found[name] = kind
            spans.append((begin, end, name))
    except (ValueError, TypeError) as error:  # TypeError: not hashable
        fault = str(error) if isinstance(error, ValueError) else "its dtype, or a size in its shape, is a list or table"
        raise _damaged(path, f"tensor {_shown(name)}: {fault}") from None
    # a duplicate key hides at least one string, so that there are more quotes than the strings seen have: counting is
    # ten times faster than looking at each key; escaped quotes count too, hence the second look, which alone decides
    if raw.count(b'"') != 2 * strings:
        _parse(path, raw, unique=True)
    at = 0
    for begin, end, name in sorted(spans):
        if begin != at:
            fault = "overlaps the one before it" if begin < at else "leaves a hole before it"
            raise _damaged(path, f"tensor {_shown(name)} {fault}: begins at {begin:,}, not {at:,}")
        at = end
    if at != left:
        raise _damaged(path, f"the tensors take {at:,} bytes, the file has {left:,} for them")
    return Layout(notes or {}, found, {name: (begin, end) for begin, end, name in spans}, 8 + len(raw))


@functools.lru_cache(maxsize=4096, typed=True)  # typed: True is not 1
def _kind(name: str, code: object, *shape: object) -> tuple[Kind, int]:
    """The kind, and how many bits its values take; a ValueError says what is wrong."""
    if type(code) is not str or code not in DTYPES:
        raise ValueError(f"unknown dtype {_shown(code)}")
    dtype, bits = DTYPES[code]
    sizes = [size for size in shape if type(size) is int and size >= 0]  # True is an int, and no size
    if len(sizes) != len(shape):
        raise ValueError(f"its shape {_shown(list(shape))} is not of whole numbers from 0 up")
    if math.prod(size or 1 for size in sizes) > MAX_NUMEL:
        raise ValueError("its shape is too large")
    numel = math.prod(sizes)
    trainable = not dtype.startswith(("bool", "int", "uint"))
    return Kind(tuple(sizes), dtype, trainable, role_of_name(name, sizes), None, numel), numel * bits


def _parse(path: Path, raw: bytes, *, unique: bool = True) -> dict[str, Any]:
    try:
        return parse_object(raw, unique=unique)
    except ValueError as error:
        raise _damaged(path, f"the JSON in it is not valid: {str(error).partition(';')[0]}") from None


def _read(path: Path) -> tuple[bytes, int]:
    """The header, and how many bytes come after it."""
    with open_regular(path) as file:
        return read_header(file, path)


def read_header(file: BinaryIO, path: Path) -> tuple[bytes, int]:
    """The header of an open file, and how many bytes come after it.

    Raises:
        InputError: the file is too short, its header too long, or it is of another format.
    """
    left = os.fstat(file.fileno()).st_size - 8
    first = file.read(512)
    if left < 0:
        raise _damaged(path, "empty" if left == -8 else "too short for a safetensors file")
    length = int.from_bytes(first[:8], "little")
    if length > min(left, MAX_HEADER):
        refuse_other_formats(path, first)
        raise _damaged(path, f"a header of {length:,} bytes: the file has {left:,}, the format {MAX_HEADER:,}")
    file.seek(8)
    raw = file.read(length)
    if len(raw) != length:
        raise _damaged(path, "became shorter while it was read")
    return raw, left - length


def _damaged(path: Path, message: str) -> InputError:
    again = "the file is damaged, incomplete or of another format: download it again, or write it with safetensors"
    return InputError(message, where=str(path), help=again)
