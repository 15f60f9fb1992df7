"""Write the tree in docs/architecture.md, from the order in `tests/order.py` and the first line of every file.

python tools/tree.py
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from order import WINGS  # noqa: E402

SOURCE = ROOT / "src" / "paramwise"
PAGE = ROOT / "docs" / "architecture.md"
COLUMN = 23


def first_line(path: Path) -> str:
    """The first line of a file's docstring, without its full stop."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    return text.partition("\n")[0].rstrip(".")


def lines() -> Iterator[str]:
    """The tree, a line a file; a wing that stands in two places has its own line twice."""
    yield "src/paramwise/"
    for wing, files in WINGS:
        depth = 0
        if wing:
            depth = wing.count("/") + 1
            name = f"{'  ' * depth}{wing.rpartition('/')[2]}/"
            yield f"{name:{COLUMN}} {first_line(SOURCE / wing / '__init__.py')}"
        for file in files:
            name = f"{'  ' * (depth + 1)}{file}.py"
            if file != "__init__" or not wing:
                yield f"{name:{COLUMN}} {first_line(SOURCE / wing / f'{file}.py')}"


def page() -> str:
    """The page with its tree as it should be."""
    text = PAGE.read_text()
    return re.sub(r"(?<=\n)src/paramwise/\n.*?(?=tests/)", "\n".join(lines()) + "\n", text, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(page())
