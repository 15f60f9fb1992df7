"""Names that strangers chose, through every output: none acts on a terminal, a page, a comment, a run or a file."""

import json
import re
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from torch import nn

import paramwise as pw
from paramwise.cli import main as cli

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script></style></details>|`x`|[a](//b)@you\x1b[31m\n::error::\u202egnp\r%0A#1",
)
RAW = ("\x1b", "\u202e", "\r")

SOURCE = f"""
from torch import nn
def model():
    return nn.ModuleDict({{name: nn.Linear(3, 2) for name in {HOSTILE!r}}})
def optimizer():
    import torch
    made = model()
    return made, torch.optim.AdamW(made.parameters(), lr=1e-3, weight_decay=0.5)
"""


class Tags(HTMLParser):
    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "hostile_model.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, *more: str) -> str:
    monkeypatch.setattr(sys, "argv", ["paramwise", *command.split(), *more])
    capsys.readouterr()
    with pytest.raises(SystemExit) as exited:
        cli.main()
    captured = capsys.readouterr()
    assert int(exited.value.code or 0) in (0, 1), captured.err
    assert not any(sign in captured.out + captured.err for sign in RAW)
    return captured.out


TERMINAL = [
    "inspect hostile_model:model",
    "inspect hostile_model:model --all",
    "inspect hostile_model:model --tree",
    "inspect hostile_model:model --values",
    "plan hostile_model:model --lr 1e-3",
    "plan hostile_model:model --group 0",
    "plan hostile_model:model --lr 1e-3 --values",
    "diff hostile_model:model --against ndim --recipe bert --no-decay weight",
    "lock hostile_model:model",
    "migrate hostile_model:optimizer",
]


@pytest.mark.parametrize("columns", ["80", "300"])
def test_on_a_terminal(
    columns: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for command in TERMINAL:
        out = run(monkeypatch, capsys, command)
        assert not re.search(r"^::error", out, re.MULTILINE), command
    out = run(monkeypatch, capsys, "explain hostile_model:model", f"{HOSTILE[1]}.weight")
    assert r"\x1b[31m\n" in out or columns == "80"  # there it is shortened


def test_as_json(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    names = {f"{name}.{part}" for name in HOSTILE for part in ("weight", "bias")}
    for command in ("inspect", "plan"):
        data = json.loads(run(monkeypatch, capsys, f"{command} hostile_model:model --json"))
        assert {parameter["name"] for parameter in data["parameters"]} == names
    run(monkeypatch, capsys, "lock hostile_model:model --lr 1e-3")
    changed = json.loads(run(monkeypatch, capsys, "verify hostile_model:model --lr 1e-4 --json"))
    assert {name for change in changed["changes"] for name in change["names"]} == names


def test_in_a_lock_and_in_rules(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, capsys, "lock hostile_model:model --lr 1e-3")
    text = (folder / "paramwise.lock").read_text(encoding="utf-8")
    assert not any(sign in text for sign in RAW)
    assert set(pw.read_lock("paramwise.lock").catalog.names) >= {f"{HOSTILE[1]}.weight"}
    assert "all as locked" in run(monkeypatch, capsys, "verify hostile_model:model")
    rules = pw.plan(made(), pw.Rule(pw.name(f"{HOSTILE[0]}.weight"), weight_decay=0.1), lr=1e-3).to_toml()
    assert not any(sign in rules for sign in RAW)
    assert HOSTILE[0] in str(tomllib.loads(rules))


def made() -> nn.Module:
    return nn.ModuleDict({name: nn.Linear(3, 2) for name in HOSTILE})


def test_on_a_page() -> None:
    plan = pw.plan(made(), "default", pw.Rule(pw.name(f"{HOSTILE[0]}.nothing"), freeze=True), lr=1e-3)
    other = pw.plan(made(), "no_decay_1d", lr=1e-4)
    allowed = {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "span", "br", "meter"}
    for thing in (plan.catalog, plan, plan.check(), plan.explain(f"{HOSTILE[1]}.weight"), plan.diff(other)):
        document = thing._repr_html_()
        assert Tags(document).tags <= allowed | {"details", "summary"}
        assert not any(sign in document for sign in RAW)
        assert any(name.split("\x1b")[0] in Tags(document).text for name in HOSTILE)


def test_in_a_comment_of_a_pull_request(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, capsys, "lock hostile_model:model --lr 1e-3")
    for command in ("plan hostile_model:model", "verify hostile_model:model --lr 1e-4"):
        text = run(monkeypatch, capsys, f"{command} --format markdown")
        assert Tags(text).tags <= {"details", "summary", "code", "sub"}
        for active in ("`", "@you", "](", "|[", "#1\n"):
            assert active not in text
        for line in text.splitlines():  # no name adds a cell or ends a row
            assert line[:1] != "|" or line.count("|") in (5, 6, 7, 8)


def test_in_annotations_of_a_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, capsys, "lock hostile_model:model --lr 1e-3")
    out = run(monkeypatch, capsys, "verify hostile_model:model --lr 1e-4 --format github")
    (line,) = out.splitlines()
    assert line.startswith("::error file=paramwise.lock,title=not as locked in paramwise.lock::4 of 4 parameters")
    assert "%250A" in line  # the name's own %0A does not end a line
    (folder / "paramwise.toml").write_text(f"[[rules]]\nnames = [{json.dumps(HOSTILE[1] + 'x')}]\nweight_decay = 0.1\n")
    lines = run(monkeypatch, capsys, "plan hostile_model:model --format github").splitlines()
    assert lines
    assert all(
        re.match(r"::(error|warning|notice) (file=paramwise\.toml,(line=\d+,)?)?title=PW\d+ [\w-]+::", line)
        for line in lines
    )
