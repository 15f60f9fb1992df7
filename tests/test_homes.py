"""The code that is read is the code that runs: in notebooks, in files loaded apart, under names that are taken."""

import functools
import importlib.util
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw

GAIN_FIRST = """
import torch
from torch import nn

def between(x, thing):
    return x @ thing.T

class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.thing, self.other, self.w3 = (nn.Parameter(torch.ones(4, 4)) for _ in range(3))

    def forward(self, x):
        return between(x, self.thing) * self.other + self.w3
"""
MATRIX_LAST = GAIN_FIRST.replace(
    "between(x, self.thing) * self.other + self.w3", "(x * self.thing + self.other) @ self.w3"
)
FIRST, LAST = ["matrix", "scale", "bias"], ["scale", "bias", "matrix"]


def roles(made: Any) -> list[str]:
    return [kind.role for kind in pw.read(made())]


def loaded(name: str, text: str, path: Path, *, kept: bool = False) -> ModuleType:
    """A file run as a module, which need not be kept under its name."""
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    if kept:
        sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_cells_of_a_notebook_are_read_and_a_helper_that_a_later_cell_writes_anew(tmp_path: Path) -> None:
    again = "def between(x, thing):\\n    return x * thing\\n"
    program = f"""
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        cell = {GAIN_FIRST!r}
        def run(text):
            shell.run_cell(text).raise_error()
        run(cell)
        run("import paramwise as pw; print([kind.role for kind in pw.read(Odd())])")
        run("{again}")
        run(cell.replace("return x @ thing.T", "return x * thing"))
        run("print([kind.role for kind in pw.read(Odd())])")
    """
    run = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path), "PATH": ""})
    assert done.stdout.splitlines() == [str(FIRST), str(["scale", "scale", "bias"])], done.stderr


def test_files_that_are_loaded_under_one_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    for kept in (False, True):
        one = loaded("model_of_two", GAIN_FIRST, tmp_path / f"one_{kept}.py", kept=kept)
        other = loaded("model_of_two", MATRIX_LAST, tmp_path / f"other_{kept}.py", kept=kept)
        assert [roles(one.Odd), roles(other.Odd), roles(one.Odd)] == [FIRST, LAST, FIRST]
    del sys.modules["model_of_two"]


def test_a_file_that_ran_as_a_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(GAIN_FIRST)
    assert roles(runpy.run_path(str(path), run_name="__main__")["Odd"]) == FIRST


def test_a_file_that_was_changed_and_loaded_again_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "changing.py"
    module = loaded("changing", GAIN_FIRST, path, kept=True)
    assert roles(module.Odd) == FIRST
    path.write_text(MATRIX_LAST + "# one line more\n")
    sys.modules["changing"].__spec__.loader.exec_module(module)  # type: ignore[union-attr]
    assert roles(module.Odd) == LAST
    del sys.modules["changing"]


def test_of_two_classes_of_one_name_in_a_file_the_one_that_is_there_is_read(tmp_path: Path) -> None:
    either = "FAST = {fast}\nif FAST:\n{0}\nelse:\n{1}\n".replace("{0}", textwrap.indent(GAIN_FIRST, "    ")).replace(
        "{1}", textwrap.indent(MATRIX_LAST, "    ")
    )
    for fast, right in ((True, FIRST), (False, LAST)):
        module = loaded(
            f"either_{fast}", either.replace("{fast}", str(fast)), tmp_path / f"either_{fast}.py", kept=True
        )
        assert roles(module.Odd) == right
        del sys.modules[f"either_{fast}"]


def test_a_class_that_another_program_sent_is_not_read_in_the_program_that_got_it(tmp_path: Path) -> None:
    (tmp_path / "sender.py").write_text(
        f"{GAIN_FIRST}\nimport cloudpickle, sys\nsys.stdout.buffer.write(cloudpickle.dumps(Odd))\n"
    )
    (tmp_path / "receiver.py").write_text(
        f"{MATRIX_LAST}\nimport cloudpickle, sys\nimport paramwise as pw\n"
        "model = cloudpickle.loads(sys.stdin.buffer.read())()\n"
        "print(*(f'{kind.role} {kind.witness}'.strip() for kind in pw.read(model)), sep=', ')\n"
    )
    sent = subprocess.run([sys.executable, tmp_path / "sender.py"], capture_output=True, check=True).stdout
    got = subprocess.run([sys.executable, tmp_path / "receiver.py"], input=sent, capture_output=True, check=True).stdout
    assert got.decode().strip() == "other, other, matrix name"  # cloudpickle sends no source: each is a finding


class Hostile:
    """Answers whatever it is asked with an error that nobody expects."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __call__(self) -> None: ...


class Held(nn.Module):
    strange = Hostile()

    def __init__(self) -> None:
        super().__init__()
        self.thing = nn.Parameter(torch.ones(4, 4))

    @functools.cached_property
    def made(self) -> int:
        return 4

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.thing


def test_what_others_put_into_a_class_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "absent_here", None)  # as Python marks what must not be imported
    assert roles(Held) == ["matrix"]
    assert roles(type("Derived", (Held,), {"__module__": "absent_here"})) == ["matrix"]
