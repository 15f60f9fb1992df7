"""Sentences a second of the main job in 1 and 2 processes, beside transformers' ``Trainer`` at its best.

The same model, sentences and global batch of 16, grouped by length, in bfloat16 where the job uses it. Evaluating is
not in the times; the checkpoint that ours writes is. Each is a job of its own processes, started in turns. More
processes than free cores gain nothing: a process has one thread here.

Usage: python benchmarks/finetune_processes.py [--data FOLDER] [--sentences 256] [--repeat 2]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

import finetune as main_job
from paramwise.finetune.data import load
from paramwise.finetune.job import Job, finetune

BATCH = 16


def ours(data: str, sentences: int, folder: str, *, fsdp: bool) -> float:
    """Sentences a second of the main job."""
    job = Job(data=data, limit=sentences, epochs=1, batch_size=BATCH, output=f"{folder}/out", fsdp=fsdp)
    return float(finetune(job, Console(quiet=True))["sentences_per_second"])


def plain(data: str, sentences: int) -> float:
    """Sentences a second of ``Trainer`` at its best."""
    batch = BATCH // int(os.environ.get("WORLD_SIZE", "1"))
    return main_job.trained(load(data).limited(sentences, 0), "best", batch)[0]


def started(what: str, number: int, data: str, sentences: int) -> float:
    """What the first of so many processes measures."""
    with tempfile.TemporaryDirectory() as folder:
        launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(number)]
        command = [sys.executable, *(launcher if number > 1 else []), __file__, "--data", data]
        command += ["--sentences", str(sentences), "--measure", what, "--in", folder]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TORCH_CPP_LOG_LEVEL": "ERROR"}
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return float(json.loads((Path(folder) / "measured.json").read_text()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo")
    parser.add_argument("--sentences", type=int, default=256)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--measure", choices=["trainer", "ddp", "fsdp"])
    parser.add_argument("--in", dest="folder")
    options = parser.parse_args()
    if options.measure:
        common = options.data, options.sentences
        if options.measure == "trainer":
            speed = plain(*common)
        else:
            speed = ours(*common, options.folder, fsdp=options.measure == "fsdp")
        if os.environ.get("RANK", "0") == "0":
            (Path(options.folder) / "measured.json").write_text(json.dumps(speed))
        return
    runs = [("trainer", 1), ("ddp", 1), ("trainer", 2), ("ddp", 2), ("fsdp", 2)]
    speeds = dict.fromkeys(runs, 0.0)
    for _ in range(options.repeat):  # in turns, so that a slow spell of the machine falls on all
        for what, number in runs:
            speed = started(what, number, options.data, options.sentences)
            speeds[what, number] = max(speeds[what, number], speed)
    print(f"{'ratio':>6}{'sentences/s':>13}  best of {options.repeat}; ratio to Trainer in as many processes")
    for (what, number), speed in speeds.items():
        name = "transformers' Trainer" if what == "trainer" else f"paramwise finetune{' --fsdp' * (what == 'fsdp')}"
        print(f"{speed / speeds['trainer', number]:6.2f}{speed:13.1f}  {number}: {name}", flush=True)


if __name__ == "__main__":
    main()
