"""What every command prints, in 80 and in 120 columns: `pytest tests/test_golden.py --renew` writes it again."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import paramwise as pw
from paramwise.cli import commands
from paramwise.cli import main as cli
from paramwise.views.layout import columns_of

from models import Plain

GOLDEN = Path(__file__).parent / "golden"

COMMANDS = {
    "inspect": "inspect demo",
    "inspect-layer": "inspect demo --layer 3",
    "inspect-tree": "inspect demo --tree",
    "inspect-values": "inspect fixed:model --values",
    "inspect-large": "inspect large.safetensors",
    "inspect-unfolded": "inspect unfolded.safetensors",
    "plan": "plan demo --lr 2e-5",
    "plan-layerwise": "plan demo --lr 2e-5 --recipe default --recipe layerwise",
    "plan-large": "plan large.safetensors --lr 1e-3 --recipe default --recipe layerwise",
    "plan-unfolded": "plan unfolded.safetensors --lr 1e-3 --recipe default --recipe layerwise",
    "plan-group": "plan demo --lr 2e-5 --group 1",
    "plan-findings": "plan demo --recipe bert --no-decay bias --no-decay LayerNrom.weight",
    "plan-markdown": "plan demo --lr 2e-5 --format markdown",
    "plan-github": "plan demo --recipe bert --no-decay bias --no-decay LayerNrom.weight --format github",
    "explain": "explain demo bert.encoder.layer.3.output.LayerNorm.weight --recipe bert --recipe layerwise --lr 2e-5",
    "trace": "trace fixed:model --batch fixed:batch",
    "lock": "lock demo --lr 2e-5",
    "verify": "verify demo",
    "verify-changed": "verify demo --lr 1e-5",
    "verify-markdown": "verify demo --lr 1e-5 --format markdown",
    "verify-github": "verify demo --lr 1e-5 --format github",
    "diff": "diff demo --against ndim --recipe layerwise --lr 2e-5",
    "diff-large": "diff large.safetensors --against ndim --lr 1e-3",
    "migrate": "migrate fixed:optimizer",
    "state-show": "state show state.safetensors",
    "state-diff": "state diff state.safetensors later.safetensors",
}
OTHERS = {"finetune", "watch", "schema", "report"}  # they train, watch, print a schema, write a page: tested elsewhere

FIXED = """
import torch
from models import Plain

def model():
    print("what a user's code prints goes to stderr")
    found = Plain()
    with torch.no_grad():
        for number, tensor in enumerate(found.parameters()):
            tensor.fill_(number)
    return found

def batch():
    return (torch.zeros(1, 3, dtype=torch.long),)

def optimizer():
    made = model()
    return made, torch.optim.AdamW(made.parameters(), lr=1e-3)
"""


def headers(path: Path, shapes: dict[str, list[int]]) -> None:
    """A safetensors file of these tensors; only its header takes room on the disk."""
    found, at = {}, 0
    for name, shape in shapes.items():
        size = 2 * shape[0] * shape[1]
        found[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    raw = json.dumps(found).encode()
    raw += b" " * (-len(raw) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + at)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the commands run in."""
    made = tmp_path_factory.mktemp("golden")
    (made / "fixed.py").write_text(FIXED)
    parts = ("gate_proj", "up_proj", "down_proj")
    experts = [
        f"model.layers.{i}.mlp.experts.{j}.{part}.weight" for i in range(48) for j in range(16) for part in parts
    ]
    headers(made / "large.safetensors", {name: [64, 64] for name in experts})
    headers(
        made / "unfolded.safetensors", {f"stage{i}.part{j}.weight": [i + 1, j + 1] for i in range(9) for j in range(9)}
    )
    plan = pw.plan(Plain(), "default", lr=1e-3)
    optimizer = plan.optimizer(torch.optim.AdamW)
    for name in ("state", "later"):
        for tensor in plan.model.parameters():  # type: ignore[union-attr]
            tensor.grad = torch.ones_like(tensor)
        optimizer.step()
        pw.save_state(optimizer, plan.model, made / f"{name}.safetensors")
    return made


def printed(
    command: str, columns: int, folder: Path, monkeypatch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str]
) -> str:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "argv", ["paramwise", *command.split()])
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    out.readouterr()
    with pytest.raises(SystemExit) as exited:
        cli.main()
    captured = out.readouterr()
    assert int(exited.value.code or 0) in (0, 1), captured.err
    return captured.out


@pytest.mark.parametrize("columns", [80, 120])
def test_every_command_prints_what_it_did(
    columns: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pytestconfig: pytest.Config,
) -> None:
    different = []
    (folder / "paramwise.lock").unlink(missing_ok=True)
    for name, command in COMMANDS.items():
        text = printed(command, columns, folder, monkeypatch, capsys)
        file = GOLDEN / f"{name}.{columns}.txt"
        if pytestconfig.getoption("renew"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        lines = text.splitlines()
        assert len(lines) <= 60, command
        assert all(line == line.rstrip() for line in lines), command
        if "markdown" not in name and "github" not in name and name != "migrate":
            assert [line for line in lines if columns_of(line) > columns] == [], command
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            different.append(name)
    assert different == [], "look at them, then: pytest tests/test_golden.py --renew"


def test_every_command_is_among_them() -> None:
    assert {command.split()[0] for command in COMMANDS.values()} | OTHERS == set(commands.COMMANDS)


def test_a_real_process_prints_the_same_where_columns_are_given(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "paramwise", "plan", "demo", "--lr", "2e-5"],
        capture_output=True,
        encoding="utf-8",
        cwd=folder.parent,
        env={"COLUMNS": "80", "PATH": "", "PYTHONPATH": str(Path(pw.__file__).parents[1]), "PYTHONUTF8": "1"},
        check=True,
    )
    assert run.stdout == (GOLDEN / "plan.80.txt").read_text(encoding="utf-8")
