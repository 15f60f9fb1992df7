"""docs/findings.md is executed: its examples give exactly the output shown, and each code fires on its own example."""

import contextlib
import io
import linecache
import re
import sys
import tomllib
import types
import warnings
from pathlib import Path

import pytest
import torch

import paramwise as pw
from paramwise.findings import CODES

from models import Plain

PAGE = (Path(__file__).parents[1] / "docs" / "findings.md").read_text()
SECTIONS = {section.partition(" ")[0]: section for section in re.split(r"^## (?=PW\d)", PAGE, flags=re.MULTILINE)[1:]}


def is_of_the_tests(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(Path(__file__).parent)


def printed(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own about what the examples do wrong
        others = {name: module for name, module in sys.modules.items() if is_of_the_tests(module)}
        example = types.ModuleType("example")  # a module, so that the source of its classes can be read
        example.__file__ = "example.py"
        linecache.cache["example.py"] = (len(code), None, code.splitlines(keepends=True), "example.py")
        sys.modules["example"] = example
        for name in others:  # the example is the whole program: audit reads what a program's files read
            del sys.modules[name]
        try:
            exec(compile(code, "example.py", "exec"), vars(example))
        finally:
            del sys.modules["example"], linecache.cache["example.py"]
            sys.modules.update(others)
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def test_what_is_said_of_all_runs() -> None:
    head = PAGE.partition("\n## PW")[0]
    model = Plain()
    names = {"pw": pw, "model": model, "optimizer": torch.optim.AdamW(model.parameters())}
    assert "PW103" in pw.audit(names["optimizer"], model).codes
    (block,) = re.findall(r"```python\n(.*?)```", head, re.DOTALL)
    first, second = block.splitlines()
    assert "PW103" not in eval(first, names).codes
    assert "PW103" in eval(second, names).codes  # the model has no such names
    for table in re.findall(r"```toml\n(.*?)```", head, re.DOTALL):
        assert tomllib.loads(table)["tool"]["paramwise"] == {"ignore": ["PW701"]}


def test_every_code_has_its_section_in_order() -> None:
    assert list(SECTIONS) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_section(code: str) -> None:
    section = SECTIONS[code]
    heading, _, body = section.partition("\n")
    assert heading == f"{code} {CODES[code]}"
    parts = re.split(r"^\*\*(What it does|Why it is bad|Example|Use instead)\*\*", body, flags=re.MULTILINE)
    assert parts[1::2] == ["What it does", "Why it is bad", "Example", "Use instead"]
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", parts[6], re.DOTALL)
    assert len(examples) == 1, "an example is code and its output"
    source, expected = examples[0]
    assert printed(source) == expected.strip()
    assert f"[{code} {CODES[code]}]" in expected
    (instead,) = re.findall(r"```python\n(.*?)```", parts[8], re.DOTALL)
    assert printed(instead) == "no findings"
