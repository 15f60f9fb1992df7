"""The plugin in real pytest processes."""

import subprocess
import sys
from pathlib import Path

TEST = """
import torch
from torch import nn
import paramwise as pw

WIDTH = {width}

def test_locked(assert_plan_locked):
    torch.manual_seed(0)
    assert_plan_locked(nn.Sequential(nn.Linear(4, WIDTH), nn.{norm}), "locks/model.lock")
"""


def run(folder: Path, *options: str, width: int = 4, norm: str = "LayerNorm(4)") -> tuple[int, str]:
    (folder / "test_plan.py").write_text(TEST.format(width=width, norm=norm))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *options]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def test_written_compared_and_written_anew(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    code, out = run(tmp_path)
    assert code == 1
    assert "no lock locks/model.lock: pytest --paramwise-update writes it" in out
    assert run(tmp_path, "--paramwise-update")[0] == 0
    assert run(tmp_path)[0] == 0

    code, out = run(tmp_path, norm="Linear(4, 4)")
    assert code == 1
    assert "the plan differs from locks/model.lock" in out
    assert "1 matrix, 16 values: weight_decay 0 -> 0.1" in out
    assert "its role was norm, is now matrix" in out
    assert "if the change is intended: pytest --paramwise-update" in out
    assert "Traceback" not in out

    assert run(tmp_path, "--paramwise-update", norm="Linear(4, 4)")[0] == 0
    assert run(tmp_path, norm="Linear(4, 4)")[0] == 0


def test_rules_of_the_root_are_taken_for_a_new_lock(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "paramwise.toml").write_text('recipe = { name = "default", weight_decay = 0.25 }\n')
    assert run(tmp_path, "--paramwise-update")[0] == 0
    assert "weight_decay = 0.25" in (tmp_path / "locks" / "model.lock").read_text()
    assert run(tmp_path)[0] == 0


def test_a_lock_that_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "model.lock").write_text("<<<<<<< HEAD\n")
    code, out = run(tmp_path)
    assert code == 1
    assert "error: the lock is not as it was written" in out
    assert "lock.py" not in out


def test_changed_rules_are_a_difference(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    rules = tmp_path / "paramwise.toml"
    rules.write_text('recipe = { name = "default", weight_decay = 0.25 }\n')
    assert run(tmp_path, "--paramwise-update")[0] == 0
    rules.write_text('recipe = { name = "default", weight_decay = 0.5 }\n')
    code, out = run(tmp_path)
    assert code == 1
    assert "weight_decay 0.25 -> 0.5" in out
    (tmp_path / "locks" / "model.lock").write_text("<<<<<<< HEAD\n")
    assert run(tmp_path)[0] == 1
    assert run(tmp_path, "--paramwise-update")[0] == 0
    assert run(tmp_path)[0] == 0


def test_what_the_file_of_the_root_expects_is_held(tmp_path: Path) -> None:
    rules = 'recipe = "default"\n[[rules]]\nnames = "0.*"\nfreeze = true\n[[expect]]\nnames = "{}"\ntrained = true\n'
    (tmp_path / "locks").mkdir()
    (tmp_path / "paramwise.toml").write_text(rules.format("1.*"))
    assert run(tmp_path, "--paramwise-update")[0] == 0
    assert run(tmp_path)[0] == 0
    (tmp_path / "paramwise.toml").write_text(rules.format("0.*"))
    code, out = run(tmp_path)
    assert code == 1
    assert "PW210" in out
    assert "2 of 2 parameters are not" in out
