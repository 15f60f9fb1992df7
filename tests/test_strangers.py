"""Files from strangers: whatever they hold, there is a right result or one message, in bounded time and memory."""

import io
import json
import os
import socket
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from paramwise.files import strict_json
from paramwise.files.headers import read_checkpoint
from paramwise.files.regular import read_regular
from paramwise.files.state_headers import read_state
from paramwise.findings import InputError

MEGABYTE = 1_000_000


def refusal(read: Callable[[Path], object], path: Path) -> str:
    """The headline of the one message that reading gives, in bounded memory."""
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as caught:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 450 * MEGABYTE
    finally:
        tracemalloc.stop()
    (finding,) = caught.value.findings
    assert finding.help
    assert len(str(finding)) < 2000
    return finding.message


def with_header(path: Path, raw: bytes, values: int = 0) -> Path:
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(values))
    return path


# ------------------------------------------------------------------------------------------------- not a regular file


def special(folder: Path, kind: str) -> Path:
    path = folder / "model.safetensors"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    else:
        path.symlink_to(path)
    return path


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a socket", "a link to itself"])
def test_only_regular_files_are_read(kind: str, tmp_path: Path) -> None:
    special(tmp_path, kind)
    message = refusal(read_checkpoint, tmp_path)
    assert "symbolic links" in message if kind == "a link to itself" else message == f"{kind}, not a file"


def test_a_file_is_read_only_within_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "some"
    path.write_bytes(bytes(10))
    assert read_regular(path, 10) == bytes(10)
    with pytest.raises(InputError, match="10 bytes, where at most 9 are read"):
        read_regular(path, 9)
    assert len(read_regular(Path("/proc/self/status"), 100_000)) > 100, "its size is told as 0"
    with pytest.raises(InputError, match="at most 100 are read"):
        read_regular(Path("/proc/self/status"), 100)
    os.truncate(path, 2**40)  # sparse
    assert "1,099,511,627,776 bytes" in refusal(lambda path: read_regular(path, MEGABYTE), path)


# ---------------------------------------------------------------------------------------------------- other formats


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, a=np.zeros(3))
    return file.getvalue()


def torchs(**options: bool) -> bytes:
    file = io.BytesIO()
    torch.save({"state": torch.zeros(3)}, file, **options)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("readme.txt", "here")
    return file.getvalue()


FORMATS = {
    "torch.save": (torchs(), "a pickled checkpoint"),
    "an older torch.save": (torchs(_use_new_zipfile_serialization=False), "a pickled checkpoint"),
    "numpy.savez": (npz(), "arrays of numpy's (.npz)"),
    "numpy.save": (b"\x93NUMPY\x01\x00v\x00" + bytes(100), "an array of numpy's"),
    "a zip archive": (archive(), "a zip archive"),
    "GGUF": (b"GGUF\x03\0\0\0" + bytes(100), "a GGUF file"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0" + bytes(100), "compressed (gzip)"),
    "a web page": (b"<!DOCTYPE html>\n<html>404</html>", "a web page"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("read", [read_checkpoint, read_state])
def test_files_of_other_formats_are_called_by_their_name(
    name: str, read: Callable[[Path], object], tmp_path: Path
) -> None:
    content, message = FORMATS[name]
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert message in refusal(read, path)


# ----------------------------------------------------------------------------------------------------- bounded JSON


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":[' + b"[]," * 10_000_000 + b"[]]}",
        b'{"a":[' + b"1e9," * 8_000_000 + b"1]}",
        b'{"a":[' + b'"",' * 8_000_000 + b"1]}",
        b"{" + b",".join(b'"%x":1' % number for number in range(4_000_000)) + b"}",
        '{{"__metadata__":{{"a":"{}\U0001f600"}}}}'.format("x" * 40 * MEGABYTE).encode(),
        b'{"__metadata__":{"a":"' + b"x" * 40 * MEGABYTE + b'\\ud83d\\ude00"}}',
        b'{"__metadata__":{"a":"' + b'\\",' * 8_000_000 + b'"},"b":[' + b"[]," * 8_000_000 + b"[]]}",
    ],
    ids=["lists", "numbers", "texts", "keys", "wide", "escaped", "quotes"],
)
def test_memory_is_estimated_before_it_is_taken(raw: bytes, tmp_path: Path) -> None:
    assert "would take too much memory" in refusal(read_checkpoint, with_header(tmp_path / "a.safetensors", raw))


def test_long_texts_are_not_taken_for_many_values() -> None:
    text = json.dumps([1] * 4_000_000)
    assert strict_json.parse_object(json.dumps({"__metadata__": {"a": text}}).encode()) == {"__metadata__": {"a": text}}


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' * 50_000])
@pytest.mark.parametrize("name", ["model.safetensors", "model.safetensors.index.json"])
def test_json_that_is_nested_deeply(deep: bytes, name: str, tmp_path: Path) -> None:
    if name.endswith("json"):
        (tmp_path / name).write_bytes(b'{"weight_map":' + deep)
    else:
        with_header(tmp_path / name, b'{"a":' + deep)
    assert "nested too deeply" in refusal(read_checkpoint, tmp_path / name)


def test_an_index_is_read_only_within_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors.index.json"
    path.write_text("{")
    os.truncate(path, 2**40)
    assert "bytes, where at most" in refusal(read_checkpoint, path)
    path.write_text(json.dumps({"weight_map": {f"{number:x}": "a" for number in range(500_001)}}))
    assert "500,001 tensors, where at most 500,000" in refusal(read_checkpoint, path)


# ----------------------------------------------------------------------------------------------------------- shards


def shard(folder: Path, name: str, *tensors: str) -> Path:
    path = folder / name
    safetensors.numpy.save_file({tensor: np.zeros(2, "f4") for tensor in tensors}, path)
    return path


def index(folder: Path, **places: str) -> Path:
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"metadata": {"total_size": 16}, "weight_map": places}))
    return path


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["model-00001-of-00002"], "1 of 2 shards is missing"),
        (["model-00002-of-00004"], "3 of 4 shards are missing"),
        (["model-00001-of-00003", "model-00003-of-00003"], "1 of 3 shards is missing"),
        (["model-1-of-99999999999999999"], "99,999,999,999,999,998 of 99,999,999,999,999,999 shards are missing"),
        (["model-00000-of-00001"], "1 of 1 shard is missing"),
        (["a-00001-of-00001", "b-00001-of-00002"], "1 of 2 shards is missing"),
    ],
)
def test_half_a_set_of_shards_without_an_index(files: list[str], message: str, tmp_path: Path) -> None:
    for number, file in enumerate(files):
        shard(tmp_path, f"{file}.safetensors", f"h.{number}.weight")
    assert message in refusal(read_checkpoint, tmp_path)


def test_a_whole_set_of_shards_needs_no_index(tmp_path: Path) -> None:
    for number in (1, 2):
        shard(tmp_path, f"model-0000{number}-of-00002.safetensors", f"h.{number}.weight")
    assert read_checkpoint(tmp_path).names == ("h.1.weight", "h.2.weight")


def test_a_stale_index_beside_a_whole_file(tmp_path: Path) -> None:
    shard(tmp_path, "model.safetensors", "whole")
    index(tmp_path, old="model-00001-of-00001.safetensors")
    assert read_checkpoint(tmp_path).names == ("whole",), "as transformers loads it"


@pytest.mark.parametrize("place", ["/etc/passwd", "../outside.safetensors", "sub/outside.safetensors", "..", "C:a"])
def test_shards_outside_the_folder(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    shard(tmp_path, "outside.safetensors", "a")
    shard(folder, "outside.safetensors", "a")
    assert "is not the name of a file beside the index" in refusal(read_checkpoint, index(folder, a=place))


def test_links_are_followed_to_files_as_in_the_cache_of_the_hub(tmp_path: Path) -> None:
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "1"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    shard(blobs, "5f", "a")
    (snapshot / "model-00001-of-00001.safetensors").symlink_to("../../blobs/5f")
    assert read_checkpoint(index(snapshot, a="model-00001-of-00001.safetensors")).names == ("a",)
    (snapshot / "other.safetensors").symlink_to("/dev/zero")
    assert "a device" in refusal(read_checkpoint, index(snapshot, a="other.safetensors"))
