"""What `paramwise watch` costs: seconds until the program starts, whole processes, a step of a training, one look.

How long the program waits is told by a clock on the wall: from the command to the program's first line, median.

Each program runs in turn alone and under watch, with one thread. Seconds are those of the processor, of the program
and of the one who watches, so that others on the same machine do not count. Whole processes: a script of one line, one
that imports torch, and one that takes one step, which is looked at. Steps are those after the second, timed in the
program itself.

Usage: python benchmarks/watching.py [--steps 600] [--repeat 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODEL = """
import time, sys, torch
from torch import nn
torch.manual_seed(0)
blocks = (nn.Sequential(nn.Linear({width}, {width}), nn.LayerNorm({width}), nn.GELU()) for _ in range(24))
model = nn.Sequential(*blocks)
groups = [{{"params": [one]}} for one in model.parameters()] if {many} else model.parameters()
optimizer = torch.optim.AdamW(groups, lr=1e-4)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10_000)
data = torch.randn(32, {width})
for step in range(int(sys.argv[1])):
    if step == 2:
        started = time.process_time()
    loss = model(data).square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    scheduler.step()
if step >= 2:
    print(time.process_time() - started, loss.item().hex())
"""

WATCH = ["-m", "paramwise", "watch"]
PROGRAMS = {
    "a line": "print(1)",
    "import torch": "import torch",
    "one step": MODEL.format(width=256, many=False).replace("int(sys.argv[1])", "1"),
}


def until_it_starts(script: Path, before: list[str]) -> float:
    """Seconds on the wall from the command to the first line of the program."""
    script.write_text("import time\nprint(time.time())")
    started = time.time()
    ran = subprocess.run([sys.executable, *before, str(script)], capture_output=True, text=True, check=True, cwd="/")
    return float(ran.stdout) - started


def processor() -> float:
    """Seconds that children of this process have spent on the processor."""
    times = os.times()
    return times.children_user + times.children_system


def in_turn(script: Path, arguments: list[str], repeat: int) -> dict[str, list[tuple[float, str]]]:
    """Seconds of the whole process and what it printed, of each run."""
    found: dict[str, list[tuple[float, str]]] = {"alone": [], "watched": []}
    for _ in range(repeat):
        for name, before in (("alone", []), ("watched", WATCH)):
            started = processor()
            command = [sys.executable, *before, str(script), *arguments]
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": str(script.parent / "cache")}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has been compiled
            ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            found[name].append((processor() - started, ran.stdout))
    return found


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "train.py"
        os.environ |= {"PYTHONPYCACHEPREFIX": str(Path(folder) / "cache")}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        waits: list[list[float]] = [[], []]
        for _ in range(2 + 4 * options.repeat):
            for found_here, before in zip(waits, ([], WATCH), strict=True):
                found_here.append(until_it_starts(script, before))
        alone, watched = (statistics.median(seconds[2:]) for seconds in waits)
        print(f"until the program starts: alone {alone:.3f} s, watched {watched:.3f} s, {watched - alone:.3f} s more\n")
        print(f"best of {options.repeat}, in turn\n{'whole process':24} {'alone':>9} {'watched':>9} {'more':>9}")
        for name, text in PROGRAMS.items():
            script.write_text(text)
            found = in_turn(script, [], options.repeat)
            alone, watched = (min(seconds for seconds, _ in runs) for runs in found.values())
            print(f"{name:24} {alone:7.3f} s {watched:7.3f} s {watched - alone:7.3f} s")
        print(f"\n{f'{options.steps - 2} steps':24} {'alone':>9} {'watched':>9} {'ratio':>9}")
        for name, width, many in (("two groups, 256 wide", 256, False), ("96 groups, 16 wide", 16, True)):
            script.write_text(MODEL.format(width=width, many=many))
            found = in_turn(script, [str(options.steps)], options.repeat)
            seconds = {key: [float(text.split()[0]) for _, text in runs] for key, runs in found.items()}
            alone, watched = (min(runs) for runs in seconds.values())
            print(f"{name:24} {alone:7.3f} s {watched:7.3f} s {watched / alone:9.3f}", end=";  ")
            numbers = {text.split()[1] for runs in found.values() for _, text in runs}
            span = f"alone {min(seconds['alone']):.3f} to {max(seconds['alone']):.3f} s"
            print(f"{span}, losses {'equal' if len(numbers) == 1 else 'DIFFER'} bit for bit")


if __name__ == "__main__":
    main()
