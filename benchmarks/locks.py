"""Lock files: read back without loss for every model type of transformers, and how long they take.

``--zoo`` builds every model type without values, writes locks of its plans by the recipe ``default``, alone and with
learning rates by layer, reads them back and compares. Without it: seconds to lock, to verify and to compare 100,000
parameters, by call and by command (what is compared differs in every parameter), and to read groups of them.

Usage: python benchmarks/locks.py [--zoo [--only TYPE ...]]
"""

from __future__ import annotations

import argparse
import logging
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

import paramwise as pw
from paramwise.plans.lock import lock_text, plan_of_text
from planning import deepseek_v3, model_of
from zoos import empty, transformers_models, transformers_types

HERE = Path("paramwise.lock")


def zoo(types: list[str]) -> int:
    """Prints how many types come back as they were; the number of those that do not."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    lines, parameters, folded, wrong, unbuilt = [], 0, 0, [], []
    for number, one in enumerate(types):
        catalog = None
        for _, make in transformers_models(one):
            try:
                catalog = pw.read(empty(make))
                break
            except Exception:
                continue
        if catalog is None or not len(catalog):
            unbuilt.append(one)
            continue
        for recipes in (["default"], ["default", "layerwise"]):
            try:
                plan = pw.plan(catalog, *recipes, lr=1e-4)
            except pw.InputError:
                continue  # a model without layers has no rates by layer
            text = lock_text(plan, one)
            if plan_of_text(text, HERE) != plan:
                wrong.append((one, recipes))
            if recipes == ["default"]:
                lines.append(text.count("\n"))
                parameters += len(catalog)
                folded += text.partition("folded = '''")[2].count("\n") - 2
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(types)}", end="", file=sys.stderr)
    print(f"{len(lines)} of {len(types)} model types build; of {len(wrong)} the lock read back is not the plan")
    print(
        f"{parameters:,} parameters in {folded:,} lines; lines a lock: median {median(lines):.0f}, most {max(lines):,}"
    )
    for one in wrong:
        print("wrong:", *one)
    print("not built:", *unbuilt)
    return len(wrong)


def best(function: Callable[[], object], repeat: int = 5) -> float:
    """Seconds of the fastest of some runs."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def calls(what: str, plan: pw.Plan, other: pw.Plan, folder: Path) -> None:
    """Prints seconds to lock, read and compare."""
    path = folder / "paramwise.lock"
    written = best(lambda: pw.write_lock(plan, path))
    read = best(lambda: pw.read_lock(path))
    locked = pw.read_lock(path)
    verified = best(lambda: pw.read_lock(path).diff(pw.plan(plan.catalog, locked.rules, **locked.base)))
    compared = best(lambda: str(plan.diff(other)))
    size = path.stat().st_size / 1e3
    print(
        f"{what}: {len(plan.catalog):,} parameters, lock of {size:,.0f} kB: "
        f"lock {written:.2f} s, read {read:.2f} s, verify {verified:.2f} s, diff {compared:.2f} s"
    )


def groupings(model: torch.nn.Module) -> None:
    """Prints seconds to read an existing grouping, and to find rules for it."""
    matrices = [tensor for tensor in model.parameters() if tensor.ndim > 1]
    vectors = [tensor for tensor in model.parameters() if tensor.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    plan = pw.read_groups(model, groups)
    read, suggested = best(lambda: pw.read_groups(model, groups), 3), best(lambda: pw.suggest_rules(plan), 3)
    print(f"two groups by dimensions: read_groups {read:.2f} s, suggest_rules {suggested:.2f} s")


def commands(folder: Path) -> None:
    """Prints seconds of the commands, process start included."""
    index = str(deepseek_v3(folder))
    lock = str(folder / "a.lock")
    for words, expected in (
        (["lock", index, "--lr", "1e-4", "-o", lock], 0),
        (["verify", index, "--lock", lock], 0),
        (["diff", index, "--against", "ndim", "--lr", "1e-4"], 1),
        (["diff", lock, lock], 0),
    ):
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            ran = subprocess.run([sys.executable, "-m", "paramwise", *words], capture_output=True, text=True)
            seconds.append(time.perf_counter() - started)
            assert ran.returncode == expected, ran.stderr
        print(f"paramwise {words[0]}: " + ", ".join(f"{one:.2f}" for one in seconds) + " s")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zoo", action="store_true")
    parser.add_argument("--only", nargs="+", metavar="TYPE")
    options = parser.parse_args()
    if options.zoo:
        return zoo(options.only or transformers_types())
    with torch.device("meta"), tempfile.TemporaryDirectory() as folder:
        model = model_of(98_304)
        catalog = pw.read(model)
        calls("as layers", pw.plan(catalog, lr=1e-4), pw.plan(catalog, lr=1e-5), Path(folder))
        shuffled = random.Random(0).sample(catalog.parameters, len(catalog))  # nothing to fold
        odd = pw.Catalog.of_kinds(
            [one.name for one in shuffled], catalog.kinds, [catalog.kinds.index(one.kind) for one in shuffled], {}
        )
        calls("in random order", pw.plan(odd, lr=1e-4), pw.plan(odd, lr=1e-5), Path(folder))
        groupings(model)
        commands(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
