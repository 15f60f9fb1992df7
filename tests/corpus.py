"""Scripts in other people's styles, right and wrong, each run alone and under `paramwise watch`.

``python tests/corpus.py`` runs all under watch and prints precision and recall; with names, those scripts alone.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = {f"{path.parent.name}/{path.stem}": path for path in sorted(FOLDER.glob("*/*.py"))}


class Ran(NamedTuple):
    """What a run of a script gave: exit code, standard output, standard error, codes of level warning or error."""

    code: int
    out: str
    err: str
    codes: tuple[str, ...] = ()


def expected(path: Path) -> tuple[str, ...]:
    """The codes that a script says it should be told, at the level of a warning or an error."""
    (line,) = re.findall(r"^# Expect: (.*)$", path.read_text(), re.MULTILINE)
    return () if line == "nothing" else tuple(line.split())


def alone(path: Path) -> Ran:
    """A run as ``python script.py``."""
    return _run([str(path)])


def watched(path: Path) -> Ran:
    """A run under watch; the codes are of all its optimizers and looks."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        ran = _run(["-m", "paramwise", "watch", "--json", str(found), str(path)])
        optimizers = json.loads(found.read_text())["optimizers"] if found.exists() else []
    findings = [finding for optimizer in optimizers for finding in optimizer["findings"]]
    if not optimizers:
        findings.append({"level": "error", "code": "no optimizer was looked at"})
    codes = dict.fromkeys(finding["code"] for finding in findings if finding["level"] != "note")
    return ran._replace(codes=tuple(codes))


def _run(arguments: list[str]) -> Ran:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments], capture_output=True, text=True, env=environment, timeout=300
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def main(names: list[str]) -> None:
    """Print what was found beside what should be, and how often that agrees."""
    right_codes = wanted = said = 0
    as_expected = 0
    paths = [SCRIPTS[name] for name in names] if names else list(SCRIPTS.values())
    for path in paths:
        ran, should = watched(path), expected(path)
        right_codes += len(set(ran.codes) & set(should))
        wanted += len(should)
        said += len(ran.codes)
        agrees = set(ran.codes) == set(should) and ran.code == 0
        as_expected += agrees
        if not agrees:
            print(f"{path.parent.name}/{path.stem}: said {ran.codes}, should say {should}, exit code {ran.code}")
            print(ran.err if names else "", end="")
    print(f"{as_expected} of {len(paths)} scripts as expected")
    print(f"precision {right_codes}/{said}, recall {right_codes}/{wanted} (codes of level warning or error)")


if __name__ == "__main__":
    main(sys.argv[1:])
