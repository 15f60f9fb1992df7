"""A process is killed (SIGKILL) at random moments while it saves optimizer state over an old file, again and again.

After each kill the file is loaded: it must hold one of the two states that were being saved in turn, whole.

Usage: python benchmarks/kill.py [--kills 200] [--megabytes 8]
"""

from __future__ import annotations

import argparse
import collections
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

import paramwise as pw

SAVER = """
import sys, torch, paramwise as pw
from torch import nn
path, width = sys.argv[1], int(sys.argv[2])
model = nn.Linear(width, width, bias=False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
print("ready", flush=True)
turn = 0
while True:
    optimizer.state[model.weight] = {"momentum_buffer": torch.full((width, width), float(turn % 2))}
    pw.save_state(optimizer, model, path, extra={"turn": turn % 2}, keep=1)
    turn += 1
"""


def main() -> int:
    """Kill, load, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=8)
    options = parser.parse_args()
    width = int((options.megabytes * 1e6 / 4) ** 0.5)
    found: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.safetensors"
        model = nn.Linear(width, width, bias=False)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        draw = random.Random(0)
        for _ in range(options.kills):
            process = subprocess.Popen([sys.executable, "-c", SAVER, str(path), str(width)], stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            while not path.exists():
                time.sleep(0.001)
            time.sleep(draw.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            left = len(list(path.parent.glob(".*.saving")))
            found["killed while a new file was being written"] += bool(left)
            try:
                turn = pw.load_state(optimizer, model, path).extra["turn"]
                buffer = optimizer.state[model.weight]["momentum_buffer"]
                found["old or new state, whole" if bool((buffer == turn).all()) else "MIXED"] += 1
            except pw.InputError as error:
                print(error)
                found["LOST"] += 1
        left_over = [one.name for one in path.parent.iterdir()]
    for what, count in found.items():
        print(f"{count:4} of {options.kills}: {what}")
    print(f"files at the end: {', '.join(sorted(left_over))}")
    return 1 if found["LOST"] or found["MIXED"] else 0


if __name__ == "__main__":
    sys.exit(main())
