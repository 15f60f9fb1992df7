"""The action's steps and the documented workflow, run as GitHub runs them: real shells, in a real git repository.

A program in the place of `gh` notes what GitHub would be told.
"""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
PAGE = (ROOT / "docs" / "pull-requests.md").read_text()

TRAIN = """
from torch import nn

def build_model():
    return nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Linear(4, 2))
"""
GH = """#!{python}
import os, pathlib, sys
arguments = sys.argv[1:]
assert os.environ["GH_TOKEN"] == "a token"
log = pathlib.Path(os.environ["LOG"])
if "--paginate" in arguments:
    print(os.environ["THERE"], end="")
else:
    body = next(part[6:] for part in arguments if part.startswith("body=@"))
    log.write_text(" ".join(arguments[1:4]) + "\\n" + pathlib.Path(body).read_text())
"""


@dataclass
class Runner:
    """Runs steps as GitHub's runner does: expressions, conditions, outputs, and no step after one that failed."""

    repository: Path
    temporary: Path
    known: dict[str, str] = field(default_factory=dict)  # by expression
    printed: str = ""

    def __post_init__(self) -> None:
        tools = self.temporary / "bin"
        tools.mkdir(parents=True)
        for name, text in {
            "gh": GH.format(python=sys.executable),
            "paramwise": f'#!/bin/sh\nexec "{sys.executable}" -m paramwise "$@"\n',
            "python": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
        }.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.environment = {
            "PATH": f"{tools}:{os.defpath}",
            "HOME": str(self.temporary),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_OUTPUT": str(self.temporary / "outputs"),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_REPOSITORY": "owner/name",
            "PYTHONPATH": str(ROOT / "src"),
            "LOG": str(self.log),
            "THERE": "",
        }

    @property
    def summary(self) -> Path:
        return self.temporary / "summary"

    @property
    def log(self) -> Path:
        return self.temporary / "log"

    def action(self, **inputs: str) -> int:
        """The exit code of the action, given inputs."""
        given = {name: str(about.get("default", "")) for name, about in ACTION["inputs"].items()} | inputs
        assert given.keys() == ACTION["inputs"].keys()
        self.known |= {f"inputs.{name}": self.filled(value) for name, value in given.items()}
        return self.run(ACTION["runs"]["steps"])

    def run(self, steps: list[dict[str, Any]]) -> int:
        """The exit code of the first step that fails, or 0."""
        for step in [step for step in steps if self.wanted(step.get("if", ""))]:
            code = self.bash(step["run"], {key: self.filled(value) for key, value in step.get("env", {}).items()})
            if code:
                return code
            outputs = self.temporary / "outputs"
            for line in outputs.read_text().splitlines() if outputs.exists() else ():
                key, _, value = line.partition("=")
                self.known[f"steps.{step.get('id')}.outputs.{key}"] = value
        return 0

    def bash(self, script: str, more: Mapping[str, str]) -> int:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        environment = {**self.environment, **more}
        ran = subprocess.run(command, cwd=self.repository, env=environment, capture_output=True, text=True, timeout=120)
        assert "Traceback" not in ran.stderr
        self.printed += ran.stdout + ran.stderr
        return ran.returncode

    def filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: self.known[found[1]], text)

    def wanted(self, condition: str) -> bool:
        found = True
        for part in filter(None, condition.split(" && ")):
            name, sign, value = (*part.split(" "), "!=", "''")[:3]
            found = found and (self.known[name] == value[1:-1]) == (sign == "==")
        return found


def git(repository: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    ran = subprocess.run(["git", *who, *arguments], cwd=repository, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose base branch has a model and its lock."""
    folder = tmp_path_factory.mktemp("base")
    repository = folder / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet", "--initial-branch", "main")
    (repository / "train.py").write_text(TRAIN)
    locking = "paramwise lock train:build_model --lr 1e-3; paramwise lock demo --lr 1e-3 -o demo.lock"
    assert Runner(repository, folder / "runner").bash(locking, {}) == 0
    git(repository, "add", "train.py", "paramwise.lock", "demo.lock")
    git(repository, "commit", "--quiet", "-m", "base")
    return repository


@pytest.fixture
def runner(base: Path, tmp_path: Path) -> Runner:
    """On a branch of a pull request in a repository of its own."""
    repository = tmp_path / "repository"
    git(tmp_path, "clone", "--quiet", str(base), str(repository))
    git(repository, "checkout", "--quiet", "-b", "change")
    known = {"github.token": "a token", "github.event.pull_request.number": "5"}
    known["github.event.pull_request.base.sha"] = git(repository, "rev-parse", "HEAD")
    return Runner(repository, tmp_path / "runner", known)


def change(runner: Runner) -> None:
    """The pull request adds a layer."""
    (runner.repository / "train.py").write_text(TRAIN.replace("nn.Linear(4, 2)", "nn.Linear(4, 4), nn.Linear(4, 2)"))
    git(runner.repository, "commit", "--quiet", "--all", "-m", "a layer more")


def test_a_change_fails_and_the_comment_that_is_there_tells_it(runner: Runner) -> None:
    change(runner)
    runner.environment["THERE"] = "17\n18\n"
    assert runner.action(source="train:build_model", lock="paramwise.lock") == 1
    assert runner.known["steps.look.outputs.changed"] == "true"
    assert runner.printed.startswith("::error file=paramwise.lock,title=not as locked in paramwise.lock::")
    call, body = runner.log.read_text().split("\n", 1)
    assert call == "--method PATCH repos/owner/name/issues/comments/17"
    assert body.startswith("<!-- paramwise -->\n")
    assert "3.weight" in body
    assert body == runner.summary.read_text()


def test_no_change_passes_and_a_new_comment_says_so(runner: Runner) -> None:
    assert runner.action(source="demo", lock="demo.lock") == 0
    assert runner.known["steps.look.outputs.changed"] == "false"
    call, body = runner.log.read_text().split("\n", 1)
    assert call == "--method POST repos/owner/name/issues/5/comments"
    assert "all as locked in demo.lock" in body
    assert runner.printed == ""


def test_without_a_comment_github_is_not_called(runner: Runner) -> None:
    assert runner.action(source="demo", against="ndim", comment="false", options="--recipe layerwise --lr 1e-3") == 1
    assert not runner.log.exists()
    assert "of 105 parameters get" in runner.summary.read_text()


def test_outside_a_pull_request_there_is_no_comment(runner: Runner) -> None:
    runner.known["github.event.pull_request.number"] = ""
    assert runner.action(source="demo") == 0
    assert not runner.log.exists()
    assert "105 parameters" in runner.summary.read_text()


@pytest.mark.parametrize("given", [{"lock": "missing.lock"}, {"options": "--lr high"}])
def test_bad_input_fails_with_two(runner: Runner, given: dict[str, str]) -> None:
    assert runner.action(source="demo", **given) == 2


def test_an_input_is_never_a_command(runner: Runner) -> None:
    assert runner.action(source="$(touch run)`touch run`; touch run", options="* --lr 1e-3; touch run") == 2
    assert not (runner.repository / "run").exists()


def test_what_is_to_be_installed_is_installed_first(runner: Runner) -> None:
    wheel, target = runner.temporary / "asked-1.0-py3-none-any.whl", runner.temporary / "installed"
    about = {"METADATA": "Metadata-Version: 2.1\nName: asked\nVersion: 1.0\n", "RECORD": ""}
    about["WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("asked.py", "")
        for name, text in about.items():
            file.writestr(f"asked-1.0.dist-info/{name}", text)
    assert runner.action(source="demo", install=f"--no-index --target {target} {wheel}") == 0
    assert (target / "asked.py").is_file()


@pytest.mark.slow
def test_the_workflow_against_the_base_branch_shows_what_the_branch_changes(runner: Runner) -> None:
    (workflow,) = [
        found
        for found in map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
        if "against the base" in str(found.get("name"))
    ]
    (job,) = workflow["jobs"].values()
    change(runner)
    steps = [step for step in job["steps"] if "paramwise lock" in step.get("run", "")]
    assert runner.run(steps) == 1  # a difference
    assert "3.weight" in runner.summary.read_text()
