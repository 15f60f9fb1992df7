"""Files from strangers: whatever they hold, there is a right result or one message, in bounded time and memory."""

import io
import json
import os
import re
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tomllib
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch

import paramwise as pw
from paramwise.cli.main import main
from paramwise.files import strict_json
from paramwise.files.headers import read_checkpoint
from paramwise.files.regular import read_regular
from paramwise.files.state_headers import read_state
from paramwise.findings import InputError
from paramwise.plans.lock import digest_of, lock_text
from paramwise.sources.reading import build
from paramwise.sources.transformers import load_classifier

from models import tiny_bert

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
    "a page after blanks": (b"\n\n  <html><head></head></html>", "a web page"),
    "an answer": (b'{"error":"Repository not found"}', "JSON text"),
    "words": (b"Entry not found", "text, not"),
    "UTF-16": ('{"weight_map": {}}'.encode("utf-16"), "UTF-16 text"),
    "tar": (b"model.safetensors".ljust(257, b"\0") + b"ustar" + bytes(300), "a tar archive"),
    "Parquet": (b"PAR1" + bytes(100), "a Parquet file"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_files_of_other_formats_are_called_by_their_name(name: str, tmp_path: Path) -> None:
    content, message = FORMATS[name]
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert message in refusal(read_checkpoint, path)
    assert message in refusal(read_state, path)


# ----------------------------------------------------------------------------------------------------- bounded JSON


LARGE: dict[str, Callable[[], bytes]] = {
    "lists": lambda: b'{"a":[' + b"[]," * 10_000_000 + b"[]]}",
    "numbers": lambda: b'{"a":[' + b"1e9," * 8_000_000 + b"1]}",
    "texts": lambda: b'{"a":[' + b'"",' * 8_000_000 + b"1]}",
    "keys": lambda: b"{" + b",".join(b'"%x":1' % number for number in range(4_000_000)) + b"}",
    "wide": lambda: '{{"__metadata__":{{"a":"{}\U0001f600"}}}}'.format("x" * 40 * MEGABYTE).encode(),
    "escaped": lambda: b'{"__metadata__":{"a":"' + b"x" * 40 * MEGABYTE + b'\\ud83d\\ude00"}}',
    "quotes": lambda: b'{"__metadata__":{"a":"' + b'\\",' * 8_000_000 + b'"},"b":[' + b"[]," * 8_000_000 + b"[]]}",
}


@pytest.mark.parametrize("name", LARGE)
def test_memory_is_estimated_before_it_is_taken(name: str, tmp_path: Path) -> None:
    path = with_header(tmp_path / "a.safetensors", LARGE[name]())
    code = (
        "import sys; from pathlib import Path; from paramwise.files.headers import read_checkpoint\n"
        "try: read_checkpoint(Path(sys.argv[1]))\n"
        "except ValueError as error: print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0], error)"
    )
    ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=True)
    assert "would take too much memory" in ran.stdout
    assert int(ran.stdout.split()[0]) < 450_000, "kilobytes"


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


# --------------------------------------------------------------------------------------------------- models' folders


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    tiny_bert().save_pretrained(folder)
    return folder


def changed(model: Path, folder: Path, file: str = "config.json", **changes: object) -> Path:
    """A copy of the model's folder with another config.json."""
    shutil.copytree(model, folder, dirs_exist_ok=True)
    path = folder / file
    said = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(said | changes))
    return folder


READERS: dict[str, Callable[[Path], object]] = {
    "plan": lambda folder: pw.read(folder, exact=True),
    "values": lambda folder: build(str(folder), values=True),
    "finetune": lambda folder: load_classifier(str(folder), labels=2),
}
OWN_CODE = {
    "AutoConfig": "evil.Config",
    "AutoModel": "evil.Model",
    "AutoModelForSequenceClassification": "evil.Model",
    "AutoTokenizer": ["evil.Tokenizer", None],
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("config.json", {"model_type": "evil", "auto_map": OWN_CODE}),
        ("config.json", {"model_type": "evil", "auto_map": {"AutoConfig": "some/where--evil.Config"}}),
        ("config.json", {"attn_implementation": "some/where"}),
        ("config.json", {"_attn_implementation": {"": "some/where"}}),
        ("tokenizer_config.json", {"auto_map": OWN_CODE, "tokenizer_class": "Evil"}),
    ],
)
def test_code_of_a_folder_is_neither_run_nor_offered(
    reader: str, file: str, changes: dict[str, object], model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = tmp_path / "ran"
    folder = changed(model, tmp_path / "evil", file, **changes)
    (folder / "evil.py").write_text(f"open({str(ran)!r}, 'w')\nclass Config: ...\nclass Model: ...\n")
    if file == "tokenizer_config.json" and reader != "finetune":
        READERS[reader](folder)  # which need no tokenizer
    else:
        with pytest.raises(InputError, match="needs code of its own") as caught:
            READERS[reader](folder)
        (finding,) = caught.value.findings
        assert finding.evidence[0].startswith(f"{file}: ")
        assert "trust_remote_code" not in str(finding)
    assert not ran.exists()
    assert capfd.readouterr() == ("", "")


def test_code_is_not_needed_where_transformers_knows_the_model(model: Path, tmp_path: Path) -> None:
    folder = changed(model, tmp_path / "known", auto_map=OWN_CODE)
    assert pw.read(folder, exact=True) == pw.read(model, exact=True)


@pytest.mark.parametrize("named", ["Trainer", "pipeline", "AutoTokenizer", "utils", "__name__", "no such", 5, None, {}])
def test_only_a_class_of_a_model_is_built(named: object, model: Path, tmp_path: Path) -> None:
    folder = changed(model, tmp_path / "other", architectures=[named])
    assert len(pw.read(folder, exact=True)) == 39, "BertModel, by its model_type"
    assert len(pw.read(changed(model, folder, architectures=named), exact=True)) == 39


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_hidden_layers": 10**9}, "is 1000000000"),
        ({"num_hidden_layers": 10_000}, "more than 20,000 parameters"),
        ({"num_hidden_layers": 1.5}, "cannot"),
        ({"num_attention_heads": 10**7}, "is 10000000"),
        ({"vocab_size": 10**12}, "do not fit its config.json"),
        ({"hidden_size": 10**6, "intermediate_size": 10**6}, "do not fit its config.json"),
        ({"vocab_size": 10**30}, "cannot build"),
        ({"hidden_size": "many"}, "cannot"),
        ({"id2label": {"0": "a" * 5_000_000}}, "bytes, where at most 4,000,000 are read"),
    ],
)  # fmt: skip
def test_absurd_configurations(
    reader: str, changes: dict[str, object], message: str, model: Path, tmp_path: Path
) -> None:
    folder = changed(model, tmp_path / "absurd", **changes)
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if reader == "plan" and message == "do not fit its config.json":
        READERS[reader](folder)  # under the meta device sizes cost nothing
    else:
        with pytest.raises(InputError, match=message) as caught:
            READERS[reader](folder)
        assert len(caught.value.findings) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began < 400_000, "kilobytes"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "vocab.txt", "model.safetensors", "anything"])
def test_pipes_in_a_models_folder(reader: str, file: str, model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "piped"
    shutil.copytree(model, folder)
    (folder / file).unlink(missing_ok=True)
    os.mkfifo(folder / file)
    assert "a pipe, not a file" in refusal(READERS[reader], folder)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, '{"model_type":' + "[" * 100_000, "\x00", ""])
def test_configurations_that_are_not_json(content: str, model: Path, tmp_path: Path) -> None:
    folder = changed(model, tmp_path / "deep")
    (folder / "config.json").write_text(content)
    assert "cannot read the model's configuration" in refusal(READERS["plan"], folder)


# -------------------------------------------------------------------------------------------- functions that print


NOISY = """
import ctypes, os, subprocess, sys
print("printed at import")
import torch
from models import Plain
def make():
    print("printed by Python")
    print("printed to the first stdout", file=sys.__stdout__)
    os.write(1, b"written by descriptor\\n")
    libc = ctypes.CDLL(None)
    libc.printf(b"printed by C\\n")
    subprocess.run(["echo", "printed by a child"], check=True)
    return Plain()
def both():
    model = make()
    return model, torch.optim.AdamW(model.parameters(), lr=1e-3)
"""
PRINTED = {"printed at import", "printed by Python", "printed to the first stdout", "written by descriptor"}
PRINTED |= {"printed by C", "printed by a child"}


def paramwise(folder: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)]), "HF_HUB_OFFLINE": "1"}
    options = {"capture_output": True, "text": True, "timeout": 120, "errors": "surrogateescape"} | options
    environment |= options.pop("env", {})
    command = [sys.executable, "-m", "paramwise", *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, **options)


@pytest.mark.parametrize(
    "arguments",
    [["inspect", "noisy:make", "--json"], ["plan", "noisy:make", "--json"], ["migrate", "noisy:both", "--toml"]],
)
def test_what_a_function_prints_does_not_spoil_what_is_read_as_a_file(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY)
    ran = paramwise(tmp_path, *arguments)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) if "--json" in arguments else tomllib.loads(ran.stdout)
    assert set(ran.stderr.splitlines()) >= PRINTED


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-"])
def test_functions_that_print_where_nothing_can_be_written(closed: str, tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY)
    program = f"{sys.executable} -m paramwise inspect noisy:make --json {closed}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)])}
    ran = subprocess.run(["bash", "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "Traceback" not in ran.stderr
    if closed == "2>&-":
        assert json.loads(ran.stdout)


# ------------------------------------------------------------------------------------------------- rules and locks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    names = ["embed.weight", *(f"h.{n}.{part}" for n in range(3) for part in ("fc.weight", "fc.bias")), "head.weight"]
    safetensors.numpy.save_file({name: np.zeros((2, 2), "f4") for name in names}, path)
    return path


def signed(text: str) -> str:
    """The text of a lock with the digest that it ought to have."""
    return re.sub(r'^digest = ".*"$', f'digest = "{digest_of(text)}"', text, count=1, flags=re.MULTILINE)


def locked(file: Path, *changes: tuple[str, str]) -> Path:
    path = file.with_name("paramwise.lock")
    text = lock_text(pw.plan(file, pw.Rule(pw.regex("weight$"), lr=0.1), lr=1.0))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(signed(text))
    return path


SET = "lr = 1.0\n[[rules]]\nlr = 1.0\n"
HOSTILE_RULES = {
    "dotted": ".".join("a" * 20_000) + " = 1",
    "dotted in braces": "a = " + "{ a.a.a.a.a.a.a.a.a = " * 2000 + "1" + "}" * 2000,
    "dotted headers": "\n".join(f"[{'.'.join('a' * 40)}.b{number}]" for number in range(10_000)),
    "brackets": "a = " + "[" * 100_000,
    "braces": "a = " + "{a=" * 100_000,
    "many values": "a = [" + "1," * 600_000 + "]",
    "many keys": "\n".join(f"k{number} = 1" for number in range(300_000)),
    "many rules": "[[rules]]\nroles = ['bias']\nlr = 1.0\n" * 30_000,
    "many globs": "[[rules]]\nlr = 1.0\nnames = [" + ",".join(f"'*a*{number}'" for number in range(30_000)) + "]",
    "a long glob": f"[[rules]]\nlr = 1.0\nnames = '{'*a' * 20_000}b'",
    "a long regex": f"[[rules]]\nlr = 1.0\nregex = '{'a?' * 20_000}b'",
    "a large regex": "[[rules]]\nlr = 1.0\nregex = '((a{100}){100}){100}'",
    "looking ahead": "[[rules]]\nlr = 1.0\nregex = '^(?!.*bias)'",
    "a large number": f"[[rules]]\nlr = {'9' * 100_000}\neverything = true",
    "a large hexadecimal": f"[[rules]]\nlr = 0x{'f' * 100_000}\neverything = true",
    "a number of layers": f"[[rules]]\nlr = 1.0\nlayers = 0x{'f' * 60_000}",
    "quotes": '"' * 1_000_001,
    "NUL": "\0",
    "nothing": "\0" * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE_RULES)
@pytest.mark.parametrize("table", ["paramwise.toml", "pyproject.toml"])
def test_hostile_rules(name: str, table: str, file: Path, tmp_path: Path) -> None:
    path = tmp_path / table
    path.write_text(
        HOSTILE_RULES[name].replace("[[rules]]", "[[tool.paramwise.rules]]" if "py" in table else "[[rules]]")
    )
    with pytest.raises(InputError) as caught:
        pw.plan(file, path)
    assert len(str(caught.value)) < 20_000


@pytest.mark.parametrize("pattern", [r"^(\w+\.?)+$!", "(a|a)*!", "(.*)*!", r"^(([a-z.])+.)+[A-Z]([a-z])+$"])
def test_expressions_of_files_cannot_hang(pattern: str, tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    safetensors.numpy.save_file({"a." * 2000 + "w": np.zeros(1), "a" * 5000: np.zeros(1)}, file)
    rules = tmp_path / "paramwise.toml"
    rules.write_text(f"[[rules]]\nlr = 1.0\nmay_be_empty = true\nregex = '{pattern}'\n")
    plan = pw.plan(file, rules)
    assert plan.selected(0) == 0
    assert pw.read_lock(pw.write_lock(plan, tmp_path / "paramwise.lock")) == plan


HOSTILE_LOCKS: dict[str, tuple[tuple[str, str], ...]] = {
    "unfolds": (("h.{0..2}", "h.{0..900000}"),),
    "unfolds without end": (("h.{0..2}", f"h.{{0..{10**30}}}"),),
    "unfolds in turns": (("h.{0..2}", f"h.{{0..{10**30}/{10**29}}}"),),
    "unfolds to long names": (("h.{0..2}", "h" * 1_000_000 + ".{0..2000}"),),
    "unfolds in itself": (
        ("h.{0..2}", "\n".join("  " * deep + "h.{0..9}" for deep in range(40)) + "\n" + "  " * 40 + "x.{0..9}"),
    ),
    "looks ahead": (("'weight$'", "'(?!bias)'"), ("regex", "regex")),
    "dotted": (("[outcomes]", ".".join("a" * 20_000) + " = 1\n[outcomes]"),),
    "shape": (("[2, 2]", f"[{'9' * 4000}, {'9' * 4000}]"),),
    "shape of many": (("[2, 2]", f"[{', '.join('1' * 100)}]"),),
    "role": (("matrix", "ruler"),),
    "rules": (("rules = [", "rules = [" + "{ roles = ['bias'], lr = 1.0 }," * 30_000),),
}


@pytest.mark.parametrize("name", HOSTILE_LOCKS)
def test_hostile_locks(name: str, file: Path) -> None:
    changes = HOSTILE_LOCKS[name]
    if name == "looks ahead":
        text = locked(file).read_text().replace('"weight$"', "'(?!bias)'").replace("'weight$'", "'(?!bias)'")
        file.with_name("paramwise.lock").write_text(signed(text))
        path = file.with_name("paramwise.lock")
    else:
        path = locked(file, *changes)
    message = refusal(pw.read_lock, path)
    assert "lock" in message or "nested" in message


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a socket", "a link to itself"])
def test_rules_and_locks_that_are_not_files(kind: str, tmp_path: Path) -> None:
    path = special(tmp_path, kind)
    assert refusal(pw.read_lock, path)
    rules = path.rename(tmp_path / "paramwise.toml") if kind != "a link to itself" else path
    assert refusal(pw.read_config, rules)


@pytest.mark.parametrize("name", ["paramwise.toml", "paramwise.lock"])
def test_files_beyond_their_bound(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("")
    os.truncate(path, 2**40)
    assert "bytes, where at most" in refusal(pw.read_lock if name.endswith("lock") else pw.read_config, path)


# ---------------------------------------------------------------------------------------------- names and streams


NAMES = [
    "h.0.\x1b[2Jweight", "h.0.é.weight", "a\x9b31m\u202e.bias", "x\x7f.w", "名.重み", "a\nb.weight", "\U0001f600.w",
    "c\rd.weight", "\x00.w", "\u2028.w", "\u2066b.w", "t\tb.w", "\x1b]0;title\x07.w", "\x08\x08.w", "[red]m[/].w",
]  # fmt: skip
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]"
)
COMMANDS = [
    ["inspect", "M"], ["inspect", "M", "--json"], ["plan", "M", "--recipe", "default"], ["plan", "M", "--json"],
    ["plan", "M", "--rules", "dead.toml"], ["plan", "M", "--rules", "names.toml"], ["explain", "M", NAMES[0]],
    ["explain", "M", NAMES[2], "--json"], ["explain", "M", "h.0.weight\x1b"], ["lock", "M", "-o", "a.lock"],
    ["verify", "M", "--lock", "a.lock", "--lr", "1"], ["verify", "M", "--lock", "a.lock", "--lr", "1", "--json"],
    ["diff", "M", "--against", "ndim"], ["diff", "M", "--against", "ndim", "--json"],
    ["inspect", "overlap.safetensors"],
    ["inspect", "index.safetensors.index.json"], ["inspect", "gone\x1b[2J.safetensors"], ["state", "show", "M"],
    ["plan", "M", "--set", "\x1b[2J=1"], ["plan", "M", "--recipe", "\x1b[2J"], ["inspect", "\x1b[2J:make"],
    ["migrate", "noisy\x1b:make"], ["plan", "M", "--rules", "\x9b.toml"],
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    safetensors.numpy.save_file({name: np.zeros((2, 2), "f4") for name in NAMES}, folder / "M")
    (folder / "M").rename(folder / "M.safetensors")
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    with_header(folder / "overlap.safetensors", json.dumps(dict.fromkeys(NAMES, entry)).encode(), 4)
    places = dict.fromkeys(["a\x1b[2J"], "overlap.safetensors")
    (folder / "index.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    (folder / "dead.toml").write_text('[[rules]]\nname = "\\u001b[2J\\u202e"\nlr = 1.0\ntokens = "\\u009b none"\n')
    quoted = ", ".join(json.dumps(name).replace("\x7f", "\\u007f") for name in NAMES)
    (folder / "names.toml").write_text(f'[[rules]]\nname = "\\u001b[2J"\nlr = 1.0\nnames = [{quoted}]\n')
    return folder


def test_names_do_not_reach_a_terminal_unescaped(hostile: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(hostile)
    wrong = []
    for arguments in COMMANDS:
        monkeypatch.setattr(sys, "argv", ["paramwise", *("M.safetensors" if one == "M" else one for one in arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        if "--json" in arguments and captured.out:
            json.loads(captured.out)
        if UNSAFE.search(captured.out + captured.err) or end.value.code not in (0, 1, 2, None):
            wrong.append((arguments, captured.out, captured.err))
    assert not wrong


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_output_that_cannot_be_encoded(encoding: str, hostile: Path) -> None:
    file = "M.safetensors"
    for arguments in (["inspect", file], ["inspect", file, "--json"], ["inspect", "é\udcff.safetensors"]):
        ran = paramwise(hostile, *arguments, env={"PYTHONIOENCODING": encoding, "LC_ALL": "C"}, encoding=encoding)
        assert ran.returncode == (2 if "\udcff" in arguments[1] else 0), ran.stderr
        assert "Traceback" not in ran.stderr
        if "--json" in arguments:
            assert {one["name"] for one in json.loads(ran.stdout)["parameters"]} == set(NAMES)


@pytest.mark.parametrize(
    ("redirected", "code", "message"),
    [
        (">/dev/full", 2, "No space left on device"),
        (">&-", 2, "stdout is closed"),
        (">/dev/full 2>/dev/full", 2, ""),
        (">&- 2>&-", 2, ""),
        ("2>&-", 0, ""),
    ],
)
@pytest.mark.parametrize("command", ["inspect M.safetensors", "inspect M.safetensors --json", "--help", "--version"])
def test_streams_that_take_nothing(redirected: str, code: int, message: str, command: str, hostile: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = f"{sys.executable} -m paramwise {command} {redirected}"
    ran = subprocess.run(["bash", "-c", program], cwd=hostile, env=environment, capture_output=True, text=True)
    assert (ran.returncode, "Traceback" in ran.stderr, "Exception ignored" in ran.stderr) == (code, False, False)
    assert message in ran.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o600])
def test_a_folder_without_rights(mode: int, hostile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    shutil.copytree(hostile, folder)
    shutil.copy(hostile / "M.safetensors", tmp_path)
    try:
        for parent in (folder, *folder.parents):
            if parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o055)
        for arguments in (
            ["inspect", "closed"],
            ["inspect", "closed/M.safetensors"],
            ["lock", "M.safetensors", "-o", "closed/a.lock"],
            ["plan", "M.safetensors", "--rules", "closed/dead.toml"],
            ["verify", "M.safetensors", "--lock", "closed/a.lock"],
        ):
            # first as root, so that everything is loaded that another user may not read
            code = (
                f"import contextlib, io, os, sys; sys.path[:0] = {sys.path!r}; from paramwise.cli.main import main\n"
                f"os.chdir({str(tmp_path)!r}); sys.argv = {['paramwise', *arguments]!r}\n"
                "with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()): main()\n"
                f"os.chmod('closed', {mode}); os.setuid(65534); main()"
            )
            folder.chmod(0o755)
            (folder / "a.lock").unlink(missing_ok=True)
            ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
            assert ran.returncode == 2, (arguments, ran.stderr)
            assert ran.stderr.count("error: ") == 1
    finally:
        folder.chmod(0o755)
