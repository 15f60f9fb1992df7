"""The README's code runs, and the output it shows is what is printed."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import torch
import transformers

from models import tiny_bert

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_python_blocks_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {
        "model": tiny_bert(layers=4),
        "dataset": [{"input_ids": [1, 2], "label": 0}],
        "training_arguments": transformers.TrainingArguments(
            output_dir=tempfile.mkdtemp(), use_cpu=True, report_to="none", disable_tqdm=True
        ),
    }
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        if "model.named_parameters()" in block:  # the tutorial's own snippet
            continue
        exec(block, names)
    assert isinstance(names["optimizer"], torch.optim.AdamW)


@pytest.mark.parametrize(
    "shown", re.findall(r"```console\n(.*?)```", README, re.DOTALL), ids=lambda s: s.split("\n")[0]
)
def test_console_blocks_show_what_is_printed(shown: str) -> None:
    command, _, expected = shown.partition("\n")
    arguments = command.removeprefix("$ paramwise ").split()
    run = subprocess.run(
        [sys.executable, "-m", "paramwise", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "120"},
    )
    printed = "\n".join(line.rstrip() for line in run.stdout.splitlines())
    assert printed.strip() == expected.strip()


def test_the_tree_is_made_from_the_order() -> None:
    made = subprocess.run(
        [sys.executable, "-c", "import tree; print(tree.readme(), end='')"],
        cwd=Path(__file__).parents[1] / "tools",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert made == README, "python tools/tree.py"
