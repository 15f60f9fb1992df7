"""Write each tutorial's notebook and page: its cells are run, and what they show is kept beside them.

python tools/tutorial.py

A tutorial is a Python file: ``# %% [markdown]`` begins a cell of text, ``# %%`` a cell of code. A cell shows what it
prints, and then the value of its last expression, as in a notebook. Beside the file stand `optimizer.ipynb` and
`index.md`. A translation (``docs/tr/tutorial/optimizer.py``) holds text alone: its cells of code are empty, and
stand for those of the English tutorial, which alone is run.
"""

import ast
import contextlib
import io
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "docs" / "tutorial" / "optimizer.py"
TRANSLATIONS = sorted((ROOT / "docs").glob("*/tutorial/optimizer.py"))
COLUMNS = "96"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: whether it is code, its text, and what it shows."""

    is_code: bool
    text: str
    shown: str = ""


def cells_of(source: str) -> list[Cell]:
    """The cells of a tutorial, not run."""
    cells = []
    for part in source.split("# %%")[1:]:
        head, _, body = part.partition("\n")
        is_code = head.strip() != "[markdown]"
        text = body.strip("\n")
        if not is_code:
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())
        cells.append(Cell(is_code, text))
    return cells


def shown_by(text: str, names: dict[str, Any]) -> str:
    """What a cell of code prints, and its last value."""
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            if value is not None:
                print(repr(value))
    return "\n".join(line.rstrip() for line in out.getvalue().strip("\n").splitlines())


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """An empty folder, the width of a page, no bars, and no network."""
    before, here = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.update(COLUMNS=COLUMNS, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1", NO_COLOR="1")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)


def run(source: str) -> list[Cell]:
    """The cells of a tutorial with what they show."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with elsewhere():
        return [
            Cell(True, cell.text, shown_by(cell.text, names)) if cell.is_code else cell for cell in cells_of(source)
        ]


def translated(source: str, english: list[Cell]) -> list[Cell]:
    """The cells of a translation: its text, with the code of the English tutorial and what that shows.

    Raises:
        ValueError: it has not as many cells of code, or one with other code.
    """
    code = [cell for cell in english if cell.is_code]
    cells = cells_of(source)
    own = [cell.text for cell in cells if cell.is_code]
    if len(own) != len(code) or any(text not in ("", cell.text) for text, cell in zip(own, code, strict=True)):
        raise ValueError("the code of a translation is the code of the English tutorial, cell by cell")
    following = iter(code)
    return [next(following) if cell.is_code else cell for cell in cells]


def notebook(cells: list[Cell]) -> str:
    """The notebook, in Jupyter's format."""
    made: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        lines = cell.text.splitlines(keepends=True)
        common = {"id": f"cell-{number}", "metadata": {}, "source": lines}
        if cell.is_code:
            stream = {"name": "stdout", "output_type": "stream", "text": (cell.shown + "\n").splitlines(keepends=True)}
            outputs = [stream] if cell.shown else []
            made.append({"cell_type": "code", "execution_count": None, "outputs": outputs, **common})
        else:
            made.append({"cell_type": "markdown", **common})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def page(cells: list[Cell]) -> str:
    """The page of the site."""
    parts = []
    for cell in cells:
        if cell.is_code:
            parts.append(f"```python\n{cell.text}\n```")
            if cell.shown:
                parts.append(f"```text\n{cell.shown}\n```")
        else:
            parts.append(cell.text)
    return "\n\n".join(parts) + "\n"


def write(source: Path, cells: list[Cell]) -> None:
    """Write notebook and page beside a tutorial's source."""
    source.with_name("optimizer.ipynb").write_text(notebook(cells))
    source.with_name("index.md").write_text(page(cells))


if __name__ == "__main__":
    english = run(ENGLISH.read_text())
    write(ENGLISH, english)
    for path in TRANSLATIONS:
        write(path, translated(path.read_text(), english))
