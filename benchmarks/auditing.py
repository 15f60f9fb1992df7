"""Seconds to audit a live optimizer, by its number of parameters; and what `watch` costs a training run.

The model is a stack of blocks of two linears and a norm. Groups: two, as the recipe `default` makes them, or one for
each tensor, as some factories do. The watched script trains a model for some steps, in turn with and without watch.

Usage: python benchmarks/auditing.py [--sizes 1000 10000 100000] [--steps 300]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import paramwise as pw
from planning import Block

SCRIPT = """
import time, sys, torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(*(nn.Sequential(nn.Linear(256, 256), nn.LayerNorm(256), nn.GELU()) for _ in range(24)))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
data = torch.randn(32, 256)
for step in range(int(sys.argv[1])):
    if step == 1:
        started = time.perf_counter()
    loss = model(data).square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print(time.perf_counter() - started, loss.item().hex())
"""


def stack(parameters: int) -> nn.Module:
    """A stack of blocks with values."""
    return nn.ModuleDict({"layers": nn.ModuleList(Block() for _ in range(parameters // 6))})


def fastest(run: Callable[[], object], repeat: int = 5) -> float:
    """The fastest of some runs, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    print(f"torch {torch.__version__}; best of 5")
    print(f"{'parameters':>10} {'two groups':>12} {'one a tensor':>14}")
    for size in options.sizes:
        model = stack(size)
        grouped = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
        two = fastest(lambda model=model, grouped=grouped: pw.audit(grouped, model))
        cell = "-"  # torch itself is quadratic in groups
        if size <= 10_000:
            single = torch.optim.AdamW([{"params": [one]} for one in model.parameters()], lr=1e-3)
            cell = f"{fastest(lambda model=model, single=single: pw.audit(single, model)):.3f} s"
        print(f"{size:10,} {two:10.3f} s {cell:>14}")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "train.py"
        script.write_text(SCRIPT)
        seconds: dict[str, list[float]] = {"alone": [], "watched": []}
        numbers = set()
        for _ in range(5):
            for name, before in (("alone", []), ("watched", ["-m", "paramwise", "watch"])):
                command = [sys.executable, *before, str(script), str(options.steps)]
                ran = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                seconds[name].append(float(ran[0]))
                numbers.add(ran[1])
    alone, watched = min(seconds["alone"]), min(seconds["watched"])
    print(f"\n{options.steps - 1} steps after the first: {alone:.3f} s alone, {watched:.3f} s watched", end=", ")
    print(f"ratio {watched / alone:.3f}; of single runs {min(seconds['alone']):.3f} to {max(seconds['alone']):.3f} s")
    print(f"losses {'equal' if len(numbers) == 1 else 'DIFFER'} bit for bit")


if __name__ == "__main__":
    main()
