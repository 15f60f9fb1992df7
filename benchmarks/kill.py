"""A process is killed (SIGKILL) at random moments while it saves optimizer state over an old file, again and again.

After each kill the file is loaded: it must hold one of the two states that were being saved in turn, whole. The
processes are forked from this one, which has loaded torch and never runs a second thread while it forks. Every other
process saves with ``wait=False``.

Usage: python benchmarks/kill.py [--kills 200] [--megabytes 8]
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

import paramwise as pw

Counts = collections.Counter[str]


def made(width: int) -> tuple[nn.Linear, torch.optim.Optimizer]:
    """A model of one matrix and an optimizer with momentum."""
    model = nn.Linear(width, width, bias=False)
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def save(turn: int, width: int, path: Path, *, wait: bool) -> None:
    """Save a state that holds the turn in every value, and beside it."""
    model, optimizer = made(width)
    optimizer.state[model.weight] = {"momentum_buffer": torch.full((width, width), float(turn))}
    if wait:
        pw.save_state(optimizer, model, path, extra={"turn": turn}, keep=1)
    else:
        pw.save_state(optimizer, model, path, extra={"turn": turn}, keep=1, wait=False).result()


def forked(width: int, path: Path, *, wait: bool) -> int:
    """The id of a process that saves without end; returns once it is about to begin."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.write(writing, b"1")
            for turn in range(sys.maxsize):
                save(turn % 2, width, path, wait=wait)
        finally:
            os._exit(70)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    return process


def killed(count: int, width: int, path: Path) -> Counts:
    """Kill that many processes, and say what each has left."""
    save(0, width, path, wait=True)  # which reads the code of the optimizer's class once
    began = time.perf_counter()
    save(0, width, path, wait=True)
    seconds = time.perf_counter() - began
    model, optimizer = made(width)
    draw, found = random.Random(0), Counts()
    for number in range(count):
        process = forked(width, path, wait=number % 2 == 0)
        time.sleep(draw.uniform(0, 4 * seconds))
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        assert os.WIFSIGNALED(status), "the process ended before it was killed"
        found["killed while a new file was being written"] += bool(list(path.parent.glob(".*.saving")))
        for file in (path, path.with_name(f"{path.name}.1")):
            what = "the file" if file == path else "the older file"
            try:
                turn = pw.load_state(optimizer, model, file).extra["turn"]
            except pw.InputError as error:
                print(error)
                found[f"{what} LOST"] += 1
                continue
            whole = bool((optimizer.state[model.weight]["momentum_buffer"] == turn).all())
            found[f"{what} whole" if whole else f"{what} MIXED"] += 1
    return found


def main() -> int:
    """Kill, load, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--megabytes", type=float, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)  # a process that is forked from several threads may hang
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.safetensors"
        width = int((options.megabytes * 1e6 / 4) ** 0.5)
        found = killed(options.kills, width, path)
        save(0, width, path, wait=True)
        left = sorted(one.name for one in path.parent.iterdir())
    for what, count in found.items():
        print(f"{count:4} of {options.kills}: {what}")
    print(f"files after a last save: {', '.join(left)} ({time.monotonic() - began:.0f} s)")
    is_well = found["the file whole"] == found["the older file whole"] == options.kills and len(left) == 2
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
