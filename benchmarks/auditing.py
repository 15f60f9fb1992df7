"""Seconds to audit a live optimizer, by its number of parameters.

The model is a stack of blocks of two linears and a norm. Groups: two, as the recipe `default` makes them, or one for
each tensor, as some factories do.

Usage: python benchmarks/auditing.py [--sizes 1000 10000 100000]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import nn

import paramwise as pw
from planning import Block


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
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
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


if __name__ == "__main__":
    main()
