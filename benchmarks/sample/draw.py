"""Draw the packages of the sample: python benchmarks/sample/draw.py [--from 0] [--to 320], a name on each line.

What it gives changes with what PyPI has: the sets that were drawn are the lists in this folder.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import random
import re
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

WORDS = (
    "net|nets|gnn|vit|gpt|llm|mamba|ssm|attention|vae|gan|diffusion|unet|lstm|rnn|cnn|kan|moe|bert|ode|pinn|deep|flow"
    "|flows|embedding|segmentation|detection"
)
NEURAL = re.compile(
    rf"(torch|former|(^|-)nn(-|$)|neural|(^|-)({WORDS})(-|s?$)"
    r"|net$|gpt$|bert$|vae$|gan$|mamba|diffusion|unet|attention|transformer|^deep|deep$)"
)
LAYERS = re.compile(r"nn\.(Linear|Conv|Embedding|LSTM|GRU|LayerNorm|BatchNorm)|Linear\(")
LISTS = ("PACKAGES", "REQUIREMENTS")


def fetched(url: str) -> bytes:
    """What is at the address."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def plain(name: str) -> str:
    """The name as PyPI compares it, without the version."""
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>]", name)[0].strip().lower())


def used() -> set[str]:
    """What the sets before it have."""
    found: set[str] = set()
    for file in Path(__file__).resolve().parents[1].glob("package_*.py"):
        for node in ast.parse(file.read_text()).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if getattr(target, "id", "") in LISTS:
                found |= {plain(name) for name in ast.literal_eval(node.value)}
    return found


def shuffled() -> list[str]:
    """The names that speak of neural networks, in the order of the seed."""
    names = re.findall(r'<a href="/?(?:simple/)?([^"/]+)/">', fetched("https://pypi.org/simple/").decode())
    chosen = sorted({name for name in names if NEURAL.search(name)} - used())
    random.Random(8).shuffle(chosen)
    return chosen


def fitting(name: str) -> dict[str, Any] | None:
    """The file to read, if the package asks for torch and is pure Python, small and not old."""
    try:
        about = json.loads(fetched(f"https://pypi.org/pypi/{name}/json"))
    except (OSError, ValueError):
        return None
    files = sorted(
        (one for one in about["urls"] if one["packagetype"] in ("bdist_wheel", "sdist")),
        key=lambda one: one["packagetype"],
    )
    wheels = [one["filename"] for one in files if one["packagetype"] == "bdist_wheel"]
    fits = (
        re.search(r"(^| )torch\b", " ".join(about["info"].get("requires_dist") or []))
        and files
        and min(one["size"] for one in files) <= 30e6
        and (not wheels or any("none-any" in one for one in wheels))
        and max(one["upload_time"] for one in files) >= "2021"
    )
    return files[0] if fits else None


def drawn(pool: ThreadPoolExecutor) -> Iterator[tuple[str, dict[str, Any]]]:
    """The packages that fit, in order, with the file to read."""
    names = shuffled()
    for start in range(0, len(names), 64):
        some = names[start : start + 64]
        yield from ((name, file) for name, file in zip(some, pool.map(fitting, some), strict=True) if file)


def sources(file: dict[str, Any]) -> Iterator[bytes]:
    """The Python in a wheel or a source distribution."""
    packed = io.BytesIO(fetched(file["url"]))
    if file["filename"].endswith((".whl", ".zip")):
        wheel = zipfile.ZipFile(packed)
        yield from (wheel.read(name) for name in wheel.namelist() if name.endswith(".py"))
    else:
        with tarfile.open(fileobj=packed) as archive:
            files = [one for one in archive.getmembers() if one.isfile() and one.name.endswith(".py")]
            yield from (archive.extractfile(one).read() for one in files)


def has_layers(source: bytes) -> bool:
    """Whether a module of it has a forward and layers of torch."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.ClassDef)
        and any("Module" in ast.unparse(base) for base in node.bases)
        and any(isinstance(one, ast.FunctionDef) and one.name == "forward" for one in node.body)
        and LAYERS.search(ast.unparse(node))
        for node in ast.walk(tree)
    )


def is_model(file: dict[str, Any]) -> bool:
    """Whether the package has a model of its own."""
    try:
        return any(has_layers(source) for source in sources(file))
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, tarfile.TarError):
        return False


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="N", help="of the packages that fit (0)")
    parser.add_argument("--to", type=int, default=320, dest="last", metavar="N", help="(320)")
    options = parser.parse_args()
    with ThreadPoolExecutor(16) as pool:
        for name, file in islice(drawn(pool), options.first, options.last):
            if is_model(file):
                print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
