"""The plugin in pytest runs of their own: the first in a real process, the others where torch is loaded already."""

from collections.abc import Callable

import pytest

TEST = """
import torch
from torch import nn
import paramwise as pw

WIDTH = {width}

def test_locked(assert_plan_locked):
    torch.manual_seed(0)
    assert_plan_locked(nn.Sequential(nn.Linear(4, WIDTH), nn.{norm}), "locks/model.lock")
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    pytester.mkdir("locks")

    def run(*options: str, width: int = 4, norm: str = "LayerNorm(4)", process: bool = False) -> tuple[int, str]:
        pytester.path.joinpath("test_plan.py").write_text(TEST.format(width=width, norm=norm))
        options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(pytester.path), *options)
        ran = pytester.runpytest_subprocess(*options) if process else pytester.runpytest_inprocess(*options)
        return int(ran.ret), ran.stdout.str() + ran.stderr.str()

    return run


def test_written_compared_and_written_anew(run: Run) -> None:
    code, out = run(process=True)
    assert code == 1
    assert "no lock locks/model.lock: pytest --paramwise-update writes it" in out
    assert run("--paramwise-update")[0] == 0
    assert run()[0] == 0

    code, out = run(norm="Linear(4, 4)")
    assert code == 1
    assert "the plan differs from locks/model.lock" in out
    assert "1 matrix, 16 values: weight_decay 0 -> 0.1" in out
    assert "its role was norm, is now matrix" in out
    assert "if the change is intended: pytest --paramwise-update" in out
    assert "Traceback" not in out

    assert run("--paramwise-update", norm="Linear(4, 4)")[0] == 0
    assert run(norm="Linear(4, 4)")[0] == 0


def test_rules_of_the_root_are_taken_for_a_new_lock(pytester: pytest.Pytester, run: Run) -> None:
    (pytester.path / "paramwise.toml").write_text('recipe = { name = "default", weight_decay = 0.25 }\n')
    assert run("--paramwise-update")[0] == 0
    assert "weight_decay = 0.25" in (pytester.path / "locks" / "model.lock").read_text()
    assert run()[0] == 0


def test_a_lock_that_cannot_be_read_is_one_message(pytester: pytest.Pytester, run: Run) -> None:
    (pytester.path / "locks" / "model.lock").write_text("<<<<<<< HEAD\n")
    code, out = run()
    assert code == 1
    assert "error: the lock is not as it was written" in out
    assert "lock.py" not in out


def test_changed_rules_are_a_difference(pytester: pytest.Pytester, run: Run) -> None:
    rules = pytester.path / "paramwise.toml"
    rules.write_text('recipe = { name = "default", weight_decay = 0.25 }\n')
    assert run("--paramwise-update")[0] == 0
    rules.write_text('recipe = { name = "default", weight_decay = 0.5 }\n')
    code, out = run()
    assert code == 1
    assert "weight_decay 0.25 -> 0.5" in out
    (pytester.path / "locks" / "model.lock").write_text("<<<<<<< HEAD\n")
    assert run()[0] == 1
    assert run("--paramwise-update")[0] == 0
    assert run()[0] == 0


def test_what_the_file_of_the_root_expects_is_held(pytester: pytest.Pytester, run: Run) -> None:
    rules = 'recipe = "default"\n[[rules]]\nnames = "0.*"\nfreeze = true\n[[expect]]\nnames = "{}"\ntrained = true\n'
    (pytester.path / "paramwise.toml").write_text(rules.format("1.*"))
    assert run("--paramwise-update")[0] == 0
    assert run()[0] == 0
    (pytester.path / "paramwise.toml").write_text(rules.format("0.*"))
    code, out = run()
    assert code == 1
    assert "PW210" in out
    assert "2 of 2 parameters are not" in out
