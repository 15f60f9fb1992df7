"""The action, the hooks and the workflows of the documentation: what they call exists, and does what they say."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from paramwise.cli import commands

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "pull-requests.md").read_text()
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


def options_of(name: str) -> set[str]:
    command = typer.main.get_group(commands.loaded(name)).commands[name]
    return {option for parameter in command.params for option in parameter.opts}


def calls(text: str) -> list[list[str]]:
    return [line.split() for line in re.findall(r"\bparamwise ((?:plan|diff|verify|lock)\b[^\n|>]*)", text)]


def test_the_workflows_are_whole_and_name_inputs_that_exist() -> None:
    found = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    assert len(found) == 3
    *workflows, hooks = found
    uses = []
    for workflow in workflows:
        assert True in workflow or "on" in workflow  # YAML 1.1 reads `on` as true
        for job in workflow["jobs"].values():
            assert job["runs-on"]
            uses += [step for step in job["steps"] if "paramwise@" in step.get("uses", "")]
    (step,) = uses
    assert step["with"].keys() <= ACTION["inputs"].keys()
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]} <= known


def test_the_commands_take_the_options_that_they_are_given() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    for name, *arguments in calls(PAGE) + calls(hooks):
        given = {argument for argument in arguments if argument.startswith("--")}
        assert given <= options_of(name), name
    for name in ("plan", "diff", "verify"):
        assert "--format" in options_of(name)


def test_no_input_of_the_action_becomes_text_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


GH = """#!{python}
import os, pathlib, sys
arguments = sys.argv[1:]
log = pathlib.Path(os.environ["LOG"])
if "--paginate" in arguments:
    print(os.environ.get("THERE", ""), end="")
else:
    body = next(part[6:] for part in arguments if part.startswith("body=@"))
    log.write_text(" ".join(arguments[1:4]) + "\\n" + pathlib.Path(body).read_text())
"""


@pytest.mark.parametrize("there", ["", "17\n18\n"])
def test_the_steps_of_the_action_run(there: str, tmp_path: Path) -> None:
    """The scripts in a real shell with the real command; a program in the place of GitHub's notes the call."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in {
        "gh": GH.format(python=sys.executable),
        "paramwise": f'#!/bin/sh\nexec "{sys.executable}" -m paramwise "$@"\n',
    }.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    subprocess.run([tools / "paramwise", "lock", "demo", "--lr", "1e-3"], cwd=tmp_path, check=True, capture_output=True)
    outputs, summary, log = tmp_path / "outputs", tmp_path / "summary", tmp_path / "log"
    environment = {
        "PATH": f"{tools}:/usr/bin:/bin",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "owner/name",
        "LOG": str(log),
        "THERE": there,
        "NUMBER": "5",
        **{"SOURCE": "demo", "LOCK": "paramwise.lock", "AGAINST": "", "OPTIONS": "--lr 2e-3"},
        "PYTHONPATH": str(ROOT / "src"),
    }
    _, look, comment, end = [step["run"] for step in ACTION["runs"]["steps"]]

    def bash(script: str, **more: str) -> subprocess.CompletedProcess[str]:
        strict = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]  # as GitHub runs it
        return subprocess.run(strict, cwd=tmp_path, env={**environment, **more}, capture_output=True, text=True)

    looked = bash(look)
    assert looked.returncode == 0, looked.stderr
    assert looked.stdout.startswith("::error file=paramwise.lock,title=not as locked in paramwise.lock::105 of 105")
    assert outputs.read_text() == "code=1\nchanged=true\n"
    assert bash(comment).returncode == 0
    call, body = log.read_text().split("\n", 1)
    wanted = "PATCH repos/owner/name/issues/comments/17" if there else "POST repos/owner/name/issues/5/comments"
    assert call == f"--method {wanted}"
    assert body.startswith("<!-- paramwise -->\n105 of 105 parameters get something else")
    assert body == summary.read_text()
    assert bash(end, CODE="1").returncode == 1
