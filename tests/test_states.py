"""Files of optimizer state looked at from the command line, without torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import paramwise as pw
from paramwise.files.state_difference import differences
from paramwise.files.state_headers import read_state

from models import Plain


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("states")
    torch.manual_seed(0)
    model = Plain()
    paths = []
    for number, decay in enumerate((0.1, 0.2), 1):
        optimizer = pw.plan(model, lr=1e-3, weight_decay=decay).optimizer(torch.optim.AdamW)
        for _ in range(number):
            model(torch.tensor([[1, 2]])).square().sum().backward()
            optimizer.step()
        paths.append(pw.save_state(optimizer, model, folder / f"{number}.safetensors", extra={"epoch": number}))
    return paths[0], paths[1]


def paramwise(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "paramwise", *map(str, arguments)], capture_output=True, text=True)


def test_show(files: tuple[Path, Path]) -> None:
    ran = paramwise("state", "show", files[1])
    assert ran.returncode == 0, ran.stderr
    assert "11 parameters, 836 bytes of state" in ran.stdout
    assert "step 2 (11 parameters)" in ran.stdout
    assert "beside it: epoch" in ran.stdout
    assert "group 0 of torch.optim.adamw.AdamW: 4 parameters" in ran.stdout
    assert "weight_decay 0.2" in ran.stdout
    data = json.loads(paramwise("state", "show", files[1], "--json").stdout)
    assert data["steps"] == {"2": 11}
    assert data["parameters"]["head.weight"] == {"shape": [3, 4], "dtype": "float32"}


def test_diff(files: tuple[Path, Path]) -> None:
    ran = paramwise("state", "diff", *files)
    assert ran.returncode == 1
    assert "weight_decay: 0.1 and 0.2, of 4 parameters" in ran.stdout
    assert "tensors of other values: 33" in ran.stdout
    same = paramwise("state", "diff", files[0], files[0])
    assert (same.returncode, same.stdout) == (0, "no differences\n")
    assert differences(read_state(files[0]), read_state(files[0])) == {}


def test_without_torch(files: tuple[Path, Path]) -> None:
    code = (
        "import sys; from pathlib import Path; from paramwise.files.state_headers import read_state\n"
        f"said = read_state(Path({str(files[0])!r})).description\n"
        "print(len(said.parameters), {'torch', 'numpy'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "11 set()\n"


@pytest.mark.parametrize("arguments", [["show", "nowhere"], ["diff", "nowhere", "nowhere"], ["show", __file__]])
def test_bad_files(arguments: list[str]) -> None:
    ran = paramwise("state", *arguments)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert ran.stderr.startswith("error: ")


def test_a_model_is_no_state(files: tuple[Path, Path], tmp_path: Path) -> None:
    import safetensors.torch

    safetensors.torch.save_file({"weight": torch.ones(2)}, tmp_path / "model.safetensors")
    with pytest.raises(pw.InputError, match="no optimizer state of paramwise's is in it"):
        read_state(tmp_path / "model.safetensors")
