"""The action, the hooks and the workflows of the documentation: what they call exists, and does what they say."""

import re
from pathlib import Path
from typing import Any

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
