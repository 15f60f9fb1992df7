"""Headers: what the reference library writes is read the same, and what it refuses is refused."""

import json
import os
import stat
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from paramwise.files import headers
from paramwise.files.headers import read_checkpoint, read_file, read_folder, read_index
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog

A = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
B = {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}
VALUES = bytes(4)


def write(path: Path, header: object, values: bytes = VALUES, length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + values)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_checkpoint(path)
    (finding,) = caught.value.findings
    assert finding.help
    assert finding.where is not None
    assert finding.where.startswith(str(path.parent))
    assert len(str(finding)) < 2000, "what a stranger wrote must not flood the terminal"
    return finding.message


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def known(catalog: Catalog) -> dict[str, tuple[tuple[int, ...], str]]:
    return {p.name: (p.shape, p.dtype) for p in catalog}


def test_what_torch_saves_is_read_as_torch_loads_it(file: Path) -> None:
    tensors = {
        str(dtype): torch.zeros(3, 4, dtype=torch.uint8).to(dtype) for dtype in safetensors.torch._TYPES.values()
    }
    tensors |= {"scalar": torch.tensor(1.0), "empty": torch.empty(0, 7), 'odd "näme" \n\\u0041 \x1b[31m': torch.ones(1)}
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt", 'a "b"': "\\"})
    catalog = read_file(file)
    loaded = safetensors.torch.load_file(file)
    assert known(catalog) == {n: (tuple(t.shape), str(t.dtype).removeprefix("torch.")) for n, t in loaded.items()}
    for parameter in catalog:
        tensor = loaded[parameter.name]
        assert parameter.trainable == (tensor.is_floating_point() or tensor.is_complex())
        assert parameter.numel == tensor.numel()
        assert (parameter.aliases, parameter.module) == ((), None)


def test_packed_four_bit_values_are_counted_one_by_one(file: Path) -> None:
    packed = torch.zeros(2, 4, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)
    safetensors.torch.save_file({"w": packed}, file)
    assert known(read_file(file)) == {"w": ((2, 8), "float4_e2m1fn_x2")}


def test_names_beyond_all_measure_are_in_no_layer(file: Path) -> None:
    names = [f"h.{'9' * 5000}.w", "a." * 5000 + "w", "h.0.norm.weight", "h.0.up.weight", "h.0.down.weight"]
    safetensors.numpy.save_file({name: np.ones(1) for name in names}, file)
    assert {p.name: p.layer for p in read_file(file)} == dict(zip(names, [None, None, 0, 0, 0], strict=True))


def test_numpy_files_roles_and_layers(file: Path) -> None:
    safetensors.numpy.save_file({"h.3.x.17.norm.weight": np.ones(5, "f2"), "h.4.fc.weight": np.ones((2, 3))}, file)
    catalog = read_file(file)
    assert known(catalog) == {"h.3.x.17.norm.weight": ((5,), "float16"), "h.4.fc.weight": ((2, 3), "float64")}
    assert [(p.name, p.role, p.layer) for p in sorted(catalog)] == [
        ("h.3.x.17.norm.weight", "norm", 3),
        ("h.4.fc.weight", "matrix", 4),
    ]


def test_buffers_are_left_out(file: Path) -> None:
    names = ["bn.weight", *(f"bn.{b}" for b in headers._BUFFERS), "attn.mask"]
    safetensors.torch.save_file({name: torch.zeros(2) for name in names}, file)
    assert set(read_file(file).names) == {"bn.weight", "attn.mask"}


def test_all_dtypes_of_the_reference_are_known(file: Path) -> None:
    write(file, {"a": {**A, "dtype": "?"}})
    with pytest.raises(safetensors.SafetensorError) as caught, safetensors.safe_open(file, "np"):
        pass
    assert {code for code in headers.DTYPES if f"`{code}`" in str(caught.value)} == headers.DTYPES.keys()
    assert str(caught.value).count("`") == 2 * (1 + len(headers.DTYPES))


def entry(**changes: object) -> dict[str, object]:
    return {"a": {**A, **changes}}


BAD: dict[str, tuple[object, str]] = {
    "not utf-8": (b'{"\xff":1}', "utf-8"),
    "not json": (b'{"a":', "not valid"),
    "byte order mark": (b"\xef\xbb\xbf{}", "does not begin with `{`"),
    "list": ([A], "does not begin with `{`"),
    "no header": (b"", "does not begin with `{`"),
    "space before": (b" " + json.dumps({"a": A}).encode(), "does not begin with `{`"),
    "nul after": (b"{}\0", "Extra data"),
    "recursion": (b'{"a":' + b"[" * 100_000, "nested too deeply"),
    "recursion of objects": (b'{"a":' * 100_000, "nested too deeply"),
    "digits": (b'{"a":' + b"9" * 5000 + b"}", "limit (4300 digits)"),
    "hidden": (b'{"a":5,"a":' + json.dumps(A).encode() + b"}", "'a' is there 2 times"),
    "name twice": (b'{"a":%b,"a":%b}' % ((json.dumps(A).encode(),) * 2), "'a' is there 2 times"),
    "field twice": (
        b'{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        "'dtype' is there 2 times",
    ),
    "metadata twice": (b'{"__metadata__":{},"__metadata__":{}}', "'__metadata__' is there 2 times"),
    "metadata of numbers": ({"__metadata__": {"a": 1}, "a": A}, "table of texts"),
    "metadata list": ({"__metadata__": [], "a": A}, "table of texts"),
    "half a character": (b'{"\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', "surrogates"),
    "minus zero": (b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}', "-0 is not a count"),
    "no name": ({"": A}, "name is empty"),
    "not an object": ({"a": ["F32", [1], [0, 4]]}, "not just `dtype`"),
    "field missing": ({"a": {"dtype": "F32", "shape": [1]}}, "not just `dtype`"),
    "field unknown": (entry(strides=[1]), "not just `dtype`"),
    "dtype unknown": (entry(dtype="F31"), "unknown dtype 'F31'"),
    "dtype object": (entry(dtype={"F32": None}), "is a list or table"),
    "shape null": (entry(shape=None), "None, not a list"),
    "shape text": (entry(shape="1"), "'1', not a list"),
    "size bool": ({"b": B, **entry(shape=[True])}, "[True] is not of whole numbers"),
    "size float": (entry(shape=[1.0]), "[1.0] is not of whole numbers"),
    "size nan": (entry(shape=[float("nan")]), "[nan] is not of whole numbers"),
    "size negative": (entry(shape=[-1]), "[-1] is not of whole numbers"),
    "size list": (entry(shape=[[1]]), "is a list or table"),
    "too large": (entry(shape=[2**62, 2]), "too large"),
    "too large beside 0": (entry(shape=[0, 2**62, 2]), "too large"),
    "a million sizes": (entry(shape=[9] * 1_000_000), "not a list of at most 64 sizes"),
    "65 sizes": (entry(shape=[1] * 65), "not a list of at most 64 sizes"),
    "offsets null": (entry(data_offsets=None), "not two whole numbers"),
    "offsets three": (entry(data_offsets=[0, 4, 4]), "not two whole numbers"),
    "offsets text": (entry(data_offsets="04"), "not two whole numbers"),
    "offsets float": (entry(data_offsets=[0, 4.0]), "not two whole numbers"),
    "offsets bool": (entry(data_offsets=[False, 4]), "not two whole numbers"),
    "offsets reversed": (entry(data_offsets=[4, 0]), "not a begin and an end"),
    "offsets negative": (entry(data_offsets=[-4, 0]), "not a begin and an end"),
    "offsets too few": (entry(data_offsets=[0, 3]), "1 values of float32 do not take 3 bytes"),
    "half a byte": (entry(dtype="F4", shape=[7]), "7 values of float4_e2m1fn_x2 do not take 4 bytes"),
    "beyond the file": ({"a": A, "b": B}, "take 8 bytes, the file has 4"),
    "bytes of none": ({}, "take 0 bytes, the file has 4"),
    "overlap": ({"a": A, "b": A}, "'b' overlaps"),
    "hole": ({"a": B}, "'a' leaves a hole before it: begins at 4, not 0"),
}
STRICTER = {"space before", "name twice", "no name", "not an object", "field unknown"}
STRICTER |= {"dtype object", "65 sizes"}


@pytest.mark.parametrize("case", BAD)
def test_bad_header(file: Path, case: str) -> None:
    header, message = BAD[case]
    write(file, header)
    assert message in refusal(file)
    assert (reference(file) is not None) == (case in STRICTER)


@pytest.mark.parametrize("length", [3, 100_000_001, 2**60, 2**64 - 1])
def test_length_is_checked_before_memory_is_taken(file: Path, length: int) -> None:
    write(file, b"{}", b"", length)
    tracemalloc.start()
    try:
        assert f"a header of {length:,} bytes" in refusal(file)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_header_above_the_cap_in_a_file_that_has_it(file: Path) -> None:
    write(file, b"{}", b"", 100_000_001)
    os.truncate(file, 200_000_000)  # sparse: takes no room
    assert "the format 100,000,000" in refusal(file)


def test_every_truncation_is_refused(file: Path) -> None:
    whole = write(file, {"a": A, "b": B}, bytes(8)).read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        refusal(file)


def reference(path: Path) -> dict[str, tuple[list[int], str]] | None:
    try:
        with safetensors.safe_open(path, "np") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118
            return {name: (one.get_shape(), one.get_dtype()) for name, one in slices.items()}
    except safetensors.SafetensorError:
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 70) | st.just(2**63) | st.floats() | st.text(max_size=3)
    | st.sampled_from([*headers.DTYPES, "a", "b", "dtype", "shape", "data_offsets", "__metadata__"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A valid file of a few tensors, with up to three edits of its JSON and up to three of its bytes."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}} if draw(st.booleans()) else {}
    at = 0
    for name in draw(st.lists(st.sampled_from(["a", "h.1.b", "é", "-0", '"', "\\u0"]), unique=True)):
        code, shape = draw(st.sampled_from(list(headers.DTYPES))), draw(st.lists(st.integers(0, 3), max_size=3))
        size = int(np.prod(shape)) * headers.DTYPES[code][1] // 8  # of six bits: may be wrong
        header[name] = {"dtype": code, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    for _ in range(draw(st.integers(0, 3))):
        place: object = header
        while isinstance(place, (dict, list)) and place:
            key = draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
            if draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = place[key]
    raw = json.dumps(header, ensure_ascii=draw(st.booleans())).encode(errors="replace") + b" " * draw(st.integers(0, 2))
    whole = bytearray(struct.pack("<Q", len(raw)) + raw + bytes(at))
    for _ in range(draw(st.integers(0, 3))):
        whole[draw(st.integers(0, len(whole) - 1))] = draw(st.sampled_from(b'-0159"{}[],:\\u \n\xff\x00eEaA'))
    return bytes(whole)


@settings(max_examples=1500, deadline=None)
@given(content=damaged())
def test_damaged_files_are_read_as_the_reference_does_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(content)
    expected = reference(path)
    try:
        found = known(read_file(path))
    except InputError as error:
        if len(error.findings) == 1:
            return
        raise
    assert expected is not None, "the reference refuses it"
    torchs = {name: (tuple(shape), headers.DTYPES[code][0]) for name, (shape, code) in expected.items()}
    assert found == {name: it for name, it in torchs.items() if not name.endswith(headers._BUFFERS)}


def sharded(folder: Path) -> Path:
    write(folder / "model-1.safetensors", {"b": A})
    write(folder / "model-2.safetensors", {"a": B, "c.num_batches_tracked": A}, bytes(8))
    places = {"a": "model-2.safetensors", "b": "model-1.safetensors", "c.num_batches_tracked": "model-2.safetensors"}
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 12}, "weight_map": places}))
    return index


def test_index_and_folder(tmp_path: Path) -> None:
    index = sharded(tmp_path)
    assert read_index(index).names == read_checkpoint(index).names == read_folder(tmp_path).names == ("a", "b")
    index.unlink()
    assert read_checkpoint(tmp_path).names == ("b", "a"), "file by file, sorted"
    write(tmp_path / "._model-1.safetensors", b"what macOS leaves beside each file")
    write(tmp_path / "other.safetensors", {"b": A})
    assert "a tensor of 'other.safetensors' is in another file" in refusal(tmp_path)
    write(tmp_path / "model.safetensors", {"whole": A})
    assert read_checkpoint(tmp_path).names == ("whole",)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("[]", "text, not an index"), ("{}", "no `weight_map`"), ('{"weight_map": {}}', "no `weight_map`"),
        ('{"weight_map": {"a": ["model-1.safetensors"]}}', "no `weight_map`"),
        ('{"weight_map": {"a": "x.safetensors", "a": "x.safetensors"}}', "'a' is there 2 times"),
        ('{"weight_map": {"a": "gone.safetensors"}}', "no such file"),
        ('{"weight_map": {"a": "model-1.safetensors"}}', "disagree on 2 names"),
        ('{"weight_map": {"a": "model-2.safetensors"}}', "disagree on 1 name"),
        ('{"weight_map": {"a": "x\\u0000"}}', "no such file"), ('{"weight_map": {"a": "\\ud800"}}', "surrogates"),
        *((json.dumps({"weight_map": {"a": shard}}), "not the name of a file beside")
          for shard in ("", ".", "..", "../x", "/etc/passwd", "x/y", "x\\y", "C:x", "x/")),
    ],
)  # fmt: skip
def test_bad_index(tmp_path: Path, index: str, message: str) -> None:
    sharded(tmp_path).write_text(index)
    assert message in refusal(tmp_path / "model.safetensors.index.json")


@pytest.mark.parametrize("name", ["a.bin", "a.PT", "a.pth", "a.ckpt", "a.pkl", "pytorch_model.bin.index.json"])
def test_pickles_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert "pickle can run code" in refusal(tmp_path / name)
    assert name == "a.PT" or "pickle can run code" in refusal(tmp_path)


def test_places_that_are_no_checkpoint(tmp_path: Path, file: Path) -> None:
    assert "no such file" in refusal(file)
    assert "no such file or folder" in refusal(tmp_path / "gone")
    assert "no such file" in refusal(tmp_path / "nul\0.safetensors")
    assert "no .safetensors file" in refusal(tmp_path)
    assert refusal(tmp_path / f"{'x' * 300}.safetensors"), "too long a name for the system"
    (tmp_path / "config.json").write_text("{}")
    assert "not a checkpoint" in refusal(tmp_path / "config.json")
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_folder(tmp_path / "gone")
    file.mkdir()
    with pytest.raises(InputError, match="not a file"):
        read_file(file)
    os.mkfifo(tmp_path / "pipe.safetensors")
    assert "not a file" in refusal(tmp_path / "pipe.safetensors")
    (tmp_path / "lfs.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    assert "Git LFS" in refusal(tmp_path / "lfs.safetensors")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(file: Path) -> None:
    write(file, {"a": A}).chmod(stat.S_IWUSR)
    assert "cannot be read: Permission denied" in refusal(file)


def test_reading_imports_no_torch(file: Path) -> None:
    write(file, {"a": A})
    code = f"""
import sys; from pathlib import Path; from paramwise.files.headers import read_checkpoint
assert read_checkpoint(Path({str(file)!r})).names == ("a",)
assert not {{"torch", "numpy", "safetensors"}} & set(sys.modules)"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
