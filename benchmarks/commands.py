"""Seconds and memory of the commands that only look, process start included, on a model of 93,696 tensors and the demo.

The model: headers of 61 layers of 512 experts of three matrices, in 61 shards, whose values are holes. Seconds are the
processor's, best of some runs; those on a clock stand beside them. Memory is the peak.

Usage: python benchmarks/commands.py [--repeat 5] [--only WORD]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LAYERS, EXPERTS = 61, 512
# Python keeps what it has compiled, as it does for every user
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Run(NamedTuple):
    """What a process took: seconds of the processor and of the clock, bytes of memory, lines of output."""

    processor: float
    clock: float
    memory: int
    lines: int


def experts(folder: Path) -> Path:
    """The index of 93,696 tensors, a shard for each layer."""
    shapes = {"gate_proj": [2048, 7168], "up_proj": [2048, 7168], "down_proj": [7168, 2048]}
    size = 2048 * 7168 * 2
    places = {}
    for layer in range(LAYERS):
        shard = f"model-{layer + 1:05}-of-{LAYERS:05}.safetensors"
        header: dict[str, object] = {}
        for expert in range(EXPERTS):
            for matrix, shape in shapes.items():
                name = f"model.layers.{layer}.mlp.experts.{expert}.{matrix}.weight"
                begin = len(header) * size
                header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [begin, begin + size]}
                places[name] = shard
        raw = json.dumps(header).encode()
        with (folder / shard).open("wb") as file:
            file.write(len(raw).to_bytes(8, "little") + raw)
            file.truncate(8 + len(raw) + len(header) * size)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return index


def measured(command: list[str], folder: Path) -> Run:
    """Run a command in a folder, and say what it took.

    Raises:
        RuntimeError: it fails.
    """
    with (folder / "output").open("w+b") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, cwd=folder, env=ENVIRONMENT)
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = time.perf_counter() - started
        if process.returncode not in (0, 1):  # 1 is a difference
            raise RuntimeError(f"{command}: {said.decode()}")
        output.seek(0)
        lines = sum(1 for _ in output)
    return Run(used.ru_utime + used.ru_stime, clock, used.ru_maxrss * 1024, lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", metavar="WORD", help="commands with this word")
    options = parser.parse_args()
    paramwise = [sys.executable, "-m", "paramwise"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        big = str(experts(folder))
        subprocess.run([*paramwise, "lock", big, "-o", "a.lock"], cwd=folder, check=True, capture_output=True)
        subprocess.run(
            [*paramwise, "lock", big, "-o", "b.lock", "--lr", "1"], cwd=folder, check=True, capture_output=True
        )
        commands = [
            [*paramwise, "inspect", big],
            [*paramwise, "plan", big],
            [*paramwise, "diff", big, "--against", "ndim"],
            [*paramwise, "diff", "a.lock", "b.lock"],
            [*paramwise, "plan", big, "--json"],
            [*paramwise, "plan", "demo"],
            [*paramwise, "report", "demo"],
            [*paramwise, "--help"],
            [sys.executable, "-c", "import paramwise"],
            [sys.executable, "-c", "pass"],
        ]
        print(f"{'':<40} {'processor':>10} {'clock':>8} {'memory':>8} {'lines':>9}")
        for command in commands:
            shown = " ".join(Path(word).name for word in command[3 if command[2] == "paramwise" else 1 :])
            if options.only and options.only not in shown.split():
                continue
            runs = [measured(command, folder) for _ in range(options.repeat + 1)][1:]
            best = min(runs)
            clock, memory = min(run.clock for run in runs), min(run.memory for run in runs)
            print(f"{shown:<40} {best.processor:8.3f} s {clock:6.2f} s {memory / 1e6:5.0f} MB {best.lines:9,}")


if __name__ == "__main__":
    main()
