"""The command line where torch is not installed: what needs it says so, and names the extra."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

WITHOUT = """
from importlib.machinery import PathFinder
find = PathFinder.find_spec
def without(name, *where):
    return None if name in ("torch", "transformers", "timm", "huggingface_hub") else find(name, *where)
PathFinder.find_spec = without
from paramwise.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint, a folder with a configuration, a module that makes a model, and a file to convert."""
    folder = tmp_path_factory.mktemp("without")
    save_file({"query.weight": torch.zeros(8, 8), "LayerNorm.weight": torch.zeros(8)}, folder / "model.safetensors")
    (folder / "made").mkdir()
    (folder / "made" / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    (folder / "mine.py").write_text("def make():\n    import torch\n    return torch.nn.Linear(2, 2)\n")
    (folder / "old.pt").write_bytes(b"")
    return folder


def ran(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    arguments = [sys.executable, "-c", WITHOUT, *command.split()]
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("plan mine:make", "torch"),
        ("inspect made --values", "transformers"),
        ("explain mine:make weight", "torch"),
        ("trace demo", "transformers"),
        ("trace mine:make", "torch"),
        ("lock mine:make -o new.lock", "torch"),
        ("diff mine:make --against ndim", "torch"),
        ("migrate mine:make", "torch"),
        ("report mine:make", "torch"),
        ("plan timm:resnet18", "torch"),
        ("plan bert-base-uncased", "hub"),
        ("finetune", "finetune"),
        ("state convert old.pt new.safetensors", "torch"),
    ],
)
def test_what_needs_more_names_the_extra(command: str, extra: str, folder: Path) -> None:
    done = ran(folder, command)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("error: "), done.stderr
    assert done.stderr.endswith(f'help: pip install "paramwise[{extra}]"\n')


@pytest.mark.parametrize("command", ["--help", "plan model.safetensors", "plan demo", "inspect demo", "schema"])
def test_what_needs_no_torch_works(command: str, folder: Path) -> None:
    done = ran(folder, command)
    assert done.returncode == 0, done.stderr
    assert done.stdout
