"""Names on the Hub, held against a local server that speaks as it does; its address is read once a process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from hub import serving

from models import tiny_bert

TENSORS = {
    "embed.weight": np.ones((7, 4), "f4"),
    "layers.0.norm.weight": np.ones(4, "f4"),
    "head.weight": np.ones((3, 4)),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name in (
        "one/file",
        "one/shards",
        "one/long",
        "pickled/only",
        "adapter/only",
        "gated/model",
        "damaged/model",
        "lying/index",
    ):
        (folder / name).mkdir(parents=True)
    safetensors.numpy.save_file(TENSORS, folder / "one/file/model.safetensors")
    many = {f"layers.{i}.mlp.experts.{j}.up_proj.weight": np.ones((1, 1), "f4") for i in range(20) for j in range(80)}
    safetensors.numpy.save_file(many, folder / "one/long/model.safetensors")
    places = {}
    for number, (name, tensor) in enumerate(TENSORS.items()):
        places[name] = f"model-{number}.safetensors"
        safetensors.numpy.save_file({name: tensor}, folder / "one/shards" / places[name])
        safetensors.numpy.save_file({name: tensor}, folder / "lying/index" / places[name])
    (folder / "one/shards/model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    lie = {**places, "nowhere.weight": "model-0.safetensors"}
    (folder / "lying/index/model.safetensors.index.json").write_text(json.dumps({"weight_map": lie}))
    (folder / "pickled/only/pytorch_model.bin").write_bytes(b"\x80")
    safetensors.numpy.save_file(TENSORS, folder / "adapter/only/adapter_model.safetensors")
    (folder / "gated/model/gated").touch()
    (folder / "damaged/model/model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0" + b"{" * 16)
    tiny_bert().save_pretrained(folder / "one/bert")
    return folder


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[tuple[str, list[str]]]:
    with serving(models) as serves:
        yield serves


def python(*arguments: str, endpoint: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    unwanted = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment |= {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", **more}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, timeout=120)


def paramwise(*arguments: str, endpoint: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "paramwise", *arguments, endpoint=endpoint, home=home, **more)


@pytest.mark.parametrize("name", ["one/file", "one/shards"])
def test_a_name_on_the_hub_is_read_by_its_headers(name: str, server: tuple[str, list[str]], tmp_path: Path) -> None:
    endpoint, requests = server
    requests.clear()
    ran = paramwise("inspect", name, "--json", endpoint=endpoint, home=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")  # a bar is for terminals
    found = {p["name"]: (p["shape"], p["dtype"], p["role"]) for p in json.loads(ran.stdout)["parameters"]}
    assert found == {
        "embed.weight": ([7, 4], "float32", "embedding"),
        "layers.0.norm.weight": ([4], "float32", "norm"),
        "head.weight": ([3, 4], "float64", "head"),
    }
    assert all("bytes=" in request for request in requests if request.startswith("GET") and "model-" in request)


def test_long_headers_come_in_a_second_request(server: tuple[str, list[str]], tmp_path: Path) -> None:
    endpoint, requests = server
    requests.clear()
    ran = paramwise("plan", "one/long", endpoint=endpoint, home=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "1,600 parameters" in ran.stdout
    assert len([request for request in requests if "bytes=" in request]) == 2


def test_how_many_shards_are_read_is_told_while_they_are(server: tuple[str, list[str]], tmp_path: Path) -> None:
    code = (
        "import sys, paramwise as pw; from paramwise.files.counting import listening\n"
        "with listening(lambda text: sys.stdout.write(text + chr(10))): pw.read('one/shards')"  # threads: one write
    )
    ran = python("-c", code, endpoint=server[0], home=tmp_path)
    assert sorted(ran.stdout.splitlines()) == ["1 shard", "2 shards", "3 shards"]


def test_it_needs_no_torch(server: tuple[str, list[str]], tmp_path: Path) -> None:
    code = (
        "import sys, paramwise as pw\n"
        "print(len(pw.plan('one/file', lr=1e-3).groups), {'torch', 'transformers'} & set(sys.modules))"
    )
    ran = python("-c", code, endpoint=server[0], home=tmp_path)
    assert ran.stdout == "2 set()\n", ran.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nobody/nothing", "no model `nobody/nothing`: neither a local folder nor a name on the Hub"),
        ("pickled/only", "`pickled/only` holds no safetensors on the Hub"),
        ("adapter/only", "holds safetensors on the Hub, but no model.safetensors"),
        ("gated/model", "`gated/model` is gated on the Hub"),
        ("damaged/model", "the safetensors of `damaged/model` on the Hub are damaged"),
        ("lying/index", "names 1 tensor that its shards do not hold"),
    ],
)
def test_what_the_hub_answers_is_one_message(
    name: str, message: str, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    ran = paramwise("plan", name, endpoint=server[0], home=tmp_path)
    assert ran.returncode == 2
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


@pytest.mark.parametrize("option", ["--exact", "--values"])
def test_a_model_is_built_from_its_configuration_on_the_hub(
    option: str, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    ran = paramwise("inspect", "one/bert", option, "--layer", "1", "--json", endpoint=server[0], home=tmp_path)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)["parameters"]
    assert len(found) == 16
    assert {p["module"] for p in found} == {
        "torch.nn.modules.linear.Linear",
        "torch.nn.modules.normalization.LayerNorm",
    }
    assert all(("values" in p) == (option == "--values") for p in found)


def test_offline(server: tuple[str, list[str]], tmp_path: Path) -> None:
    ran = paramwise("plan", "one/file", endpoint="http://127.0.0.1:9", home=tmp_path)
    assert ran.returncode == 2
    assert "`one/file` is not a local folder, and the Hub cannot be reached" in ran.stderr
    ran = paramwise("plan", "one/file", endpoint=server[0], home=tmp_path, HF_HUB_OFFLINE="1")
    assert ran.returncode == 2
    assert "HF_HUB_OFFLINE switches the Hub off" in ran.stderr
    fetch = "import huggingface_hub; huggingface_hub.hf_hub_download('one/file', 'model.safetensors')"
    assert python("-c", fetch, endpoint=server[0], home=tmp_path).returncode == 0
    ran = paramwise("plan", "one/file", endpoint=server[0], home=tmp_path, HF_HUB_OFFLINE="1")
    assert ran.returncode == 0, ran.stderr
    assert "3 parameters" in ran.stdout
