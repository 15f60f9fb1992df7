"""Scripts in other people's styles, right and wrong, each run alone and under `paramwise watch`.

``python tests/corpus.py`` runs each script alone and under watch, says where that differs, and prints precision and
recall; with names, it runs those scripts, and prints all that watch said.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = {f"{path.parent.name}/{path.stem}": path for path in sorted(FOLDER.glob("*/*.py"))}
LIBRARIES = ("paramwise", "torch", "transformers", "accelerate", "peft", "lightning")


class Ran(NamedTuple):
    """What a run of a script gave: exit code, streams, its last weights and random numbers, codes above a note."""

    code: int
    out: str
    err: str
    weights: tuple[str, ...]
    codes: tuple[str, ...] = ()


def expected(path: Path) -> tuple[str, ...]:
    """The codes that a script says it should be told, at the level of a warning or an error."""
    (line,) = re.findall(r"^# Expect: (.*)$", path.read_text(), re.MULTILINE)
    return () if line == "nothing" else tuple(line.split())


def alone(path: Path) -> Ran:
    """A run as ``python script.py``."""
    return _run([str(path)])


def watched(path: Path) -> Ran:
    """A run under watch, with the rules beside the script if there are any; the codes are of all its optimizers."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        rules = path.with_suffix(".toml")
        expect = ["--rules", str(rules)] if rules.exists() else []
        ran = _run(["-m", "paramwise", "watch", "--json", str(found), *expect, str(path)])
        optimizers = json.loads(found.read_text())["optimizers"] if found.exists() else []
    findings = [finding for optimizer in optimizers for finding in optimizer["findings"]]
    if not optimizers:
        findings.append({"level": "error", "code": "no optimizer was looked at"})
    codes = dict.fromkeys(finding["code"] for finding in findings if finding["level"] != "note")
    return ran._replace(codes=tuple(codes))


def _run(arguments: list[str]) -> Ran:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights"
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "PYTHONPATH": os.pathsep.join([str(FOLDER.parent / "weights"), os.environ.get("PYTHONPATH", "")]),
            "CORPUS_WEIGHTS": str(weights),
        }
        command = [sys.executable, "-W", "ignore", *arguments]
        ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
        lines = sorted(weights.read_text().splitlines()) if weights.exists() else []
    return Ran(ran.returncode, ran.stdout, ran.stderr, tuple(lines))


def differences(path: Path, by_itself: Ran, ran: Ran) -> list[str]:
    """What is not as it should be in a run under watch, beside the run of the same script alone."""
    found = [] if by_itself.code == 0 else [f"alone, it ends with exit code {by_itself.code}: {by_itself.err}"]
    if not by_itself.out:
        found.append("it does not print what it did")
    if ran.code != by_itself.code:
        found.append(f"exit code {by_itself.code} alone, {ran.code} under watch")
    if ran.out != by_itself.out:
        found.append(f"under watch, it prints {ran.out!r} instead of {by_itself.out!r}")
    if not by_itself.weights or ran.weights != by_itself.weights:
        found.append(f"its last weights or random numbers: {by_itself.weights} alone, {ran.weights} under watch")
    if set(ran.codes) != set(expected(path)):
        found.append(f"watch says {ran.codes} instead of {expected(path)}")
    return found


def main(names: list[str]) -> None:
    """Print what is not as it should be, and how often what was found is what there is to find."""
    right_codes = wanted = said = as_expected = silent = 0
    paths = [SCRIPTS[name] for name in names] if names else list(SCRIPTS.values())
    for path in paths:
        by_itself, ran, should = alone(path), watched(path), expected(path)
        right_codes += len(set(ran.codes) & set(should))
        wanted += len(should)
        said += len(ran.codes)
        silent += not should and not ran.codes
        found = differences(path, by_itself, ran)
        as_expected += not found
        for line in found:
            print(f"{path.parent.name}/{path.stem}: {line}", flush=True)
        print(ran.err if names else "", end="", flush=True)
    right = sum(not expected(path) for path in paths)
    print(f"{as_expected} of {len(paths)} scripts as alone, with the findings expected and no others")
    print(f"{silent} of {right} right scripts without a warning")
    print(f"precision {right_codes}/{said}, recall {right_codes}/{wanted} (codes of level warning or error)")
    print(f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}")


if __name__ == "__main__":
    main(sys.argv[1:])
