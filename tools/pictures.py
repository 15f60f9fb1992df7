"""Make the pictures of README and documentation from real runs: a page in Chromium, a terminal as SVG.

python tools/pictures.py
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

import paramwise as pw

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import browsing  # noqa: E402

DOCS = ROOT / "docs"
TILE = "bert.encoder.layer.3.attention.self.query.weight"


def report(folder: Path) -> None:
    """The page of the demo's plan, rates by layer against the same rate for all, with an explanation open."""
    plan = pw.plan("demo", "default", "layerwise", lr=2e-5)
    page = pw.report(plan, folder / "report.html", against=pw.plan("demo", "default", lr=2e-5), source="demo")
    with browsing(folder / "profile") as chrome:
        chrome.look(1280, 860)
        chrome.open(page, f"#name={TILE}")
        chrome.choose("#colour", "lr")
        (DOCS / "report.png").write_bytes(chrome.picture())


def watch(folder: Path) -> None:
    """What `paramwise watch` says of the README's script, as a terminal shows it."""
    script = re.search(r'```python title="train.py"\n(.*?)```', (ROOT / "README.md").read_text(), re.DOTALL)
    assert script is not None
    (folder / "train.py").write_text(script[1])
    run = subprocess.run(
        [sys.executable, "-m", "paramwise", "watch", "train.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "106", "FORCE_COLOR": "1"},
    )
    console = Console(record=True, width=106, file=(folder / "unused").open("w"))
    console.print(Text("$ paramwise watch train.py", style="bold"))
    console.print(Text.from_ansi(run.stderr or run.stdout))
    without_fonts = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)  # they are on a CDN
    console.save_svg(
        str(DOCS / "watch.svg"), title="paramwise", theme=MONOKAI, code_format=without_fonts, unique_id="watch"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder))
        watch(Path(folder))
