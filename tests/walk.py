"""Pages of the documentation as a reader walks through them: blocks in order, in one folder, with what each prints.

What a block is follows from its first line: python runs, and a text block after it is what it prints; a block with a
title is the file of that name; console holds commands, each with its output (a line ``...`` stands for any lines).
``pytest tests/test_docs.py --renew`` writes what is printed into the page.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
import transformers

from paramwise.cli import main as cli

from models import tiny_bert

FENCE = re.compile(r"^```(?P<kind>[a-z]*)(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
TITLE = re.compile(r' title="([^"]+)"')
COMMAND = re.compile(r"^\$ (?P<command>.*(?:\n> .*)*)\n?(?P<shown>(?:(?!\$ ).*\n?)*)", re.MULTILINE)
APART = ("watch", "finetune")
"""Commands that start programs, and so run as a process of their own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what stands beside it, its text, and where the text stands in the page."""

    kind: str
    info: str
    body: str
    start: int
    end: int

    @property
    def title(self) -> str | None:
        found = TITLE.match(self.info)
        return found[1] if found else None


def blocks_of(page: str) -> list[Block]:
    return [
        Block(match["kind"], match["info"], match["body"], match.start("body"), match.end("body"))
        for match in FENCE.finditer(page)
    ]


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def agrees(expected: str, printed: str) -> bool:
    """Whether the text is what is printed; a line ``...`` stands for any number of lines."""
    parts = re.split(r"^\.\.\.$", tidy(expected), flags=re.MULTILINE)
    pattern = r"(?:.*\n?)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, tidy(printed)) is not None


def names_of_a_reader() -> dict[str, Any]:
    """What a reader has before the first block of a page."""
    torch.manual_seed(0)
    model = tiny_bert(layers=4)
    batches = [
        {"input_ids": torch.arange(10).reshape(2, 5) + step, "labels": torch.tensor([0, 1])} for step in range(4)
    ]
    arguments = transformers.TrainingArguments("run", use_cpu=True, report_to="none", disable_tqdm=True)
    return {
        "__name__": "__main__",
        "model": model,
        "batches": batches,
        "batch": batches[0],
        "dataset": [{"input_ids": [1, 2], "label": 0}],
        "training_arguments": arguments,
    }


@contextlib.contextmanager
def captured() -> Iterator[io.StringIO]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own about what examples do wrong
        yield out


@contextlib.contextmanager
def modules_as_before() -> Iterator[None]:
    """Files of a page (``train.py``) are imported by its commands alone."""
    before, path = dict(sys.modules), list(sys.path)
    try:
        yield
    finally:
        for name in [name for name, module in sys.modules.items() if name not in before and is_here(module)]:
            del sys.modules[name]
        sys.path[:] = path


def is_here(module: types.ModuleType) -> bool:
    return Path(getattr(module, "__file__", None) or "/").parent == Path.cwd()


@cache
def in_a_process(command: str, files: tuple[tuple[str, str], ...]) -> tuple[str, dict[str, bytes]]:
    """What a command prints in a folder with these files, and the files that it writes; of two pages it runs once."""
    command = re.sub(r"^(paramwise|pytest) ", rf"{sys.executable} -m \1 ", command)
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files:
            (Path(folder) / name).write_text(text)
        call = ["bash", "-c", f"{command} 2>&1"]
        run = subprocess.run(call, cwd=folder, capture_output=True, text=True, env=environment)
        assert run.returncode in (0, 1), run.stdout
        written = [path for path in Path(folder).iterdir() if path.is_file() and path.name not in dict(files)]
        return run.stdout, {path.name: path.read_bytes() for path in written}


def in_this_process(command: str) -> str:
    arguments, target = command.removeprefix("paramwise ").partition(" > ")[::2]
    with captured() as out, modules_as_before(), contextlib.suppress(SystemExit):
        sys.argv = ["paramwise", *[word.strip("'\"") for word in re.findall(r"'[^']*'|\"[^\"]*\"|\S+", arguments)]]
        cli.main()
    if target:
        Path(target).write_text(out.getvalue())
        return ""
    return out.getvalue()


def run_command(command: str) -> str:
    command = command.replace("\n> ", " ")
    if command.startswith("paramwise ") and (command.split()[1] not in APART or command.endswith(" --help")):
        return in_this_process(command)
    files = sorted(path for path in Path().iterdir() if path.suffix in (".py", ".toml", ".lock"))
    printed, written = in_a_process(command, tuple((path.name, path.read_text()) for path in files))
    for name, content in written.items():  # for the next command
        Path(name).write_bytes(content)
    return printed


def walked(page: str, compare: Callable[[str, str, str], None]) -> str:
    """Run a page's blocks in the current folder; the page with what they print now.

    Args:
        page: the text of the page.
        compare: called with the code, the output that the page shows and the output that came.
    """
    names = names_of_a_reader()
    renewed, at = [], 0
    printed: str | None = None
    for block in blocks_of(page):
        before, body = page[at : block.start], block.body
        if block.title:
            Path(block.title).write_text(body)
            printed = None
        elif block.kind == "python":
            with captured() as out:
                exec(compile(body, "page.py", "exec"), names)
            printed = out.getvalue()
        elif block.kind == "text" and printed is not None and before.count("\n\n") <= 1:
            compare("", body, printed)
            body, printed = tidy(printed) + "\n", None
        elif block.kind == "console":
            body = ""
            for match in COMMAND.finditer(block.body):
                out_now = run_command(match["command"])
                compare(match["command"], match["shown"], out_now)
                kept = match["shown"].strip("\n") if agrees(match["shown"], out_now) else tidy(out_now)
                body += f"$ {match['command']}\n" + (f"{kept}\n" if kept else "")
            printed = None
        renewed += [before, body]
        at = block.end
    return "".join([*renewed, page[at:]])
