"""What planning and state cost each process of a job, in 1, 2 and 4 processes on this machine.

Processor time of the process itself, so that what runs beside it does not count, and the bytes that it writes. Each
process loads the demo model, plans it, compares its job with the others' as the main job does, spreads the model (DDP,
or FSDP2), takes a step, and saves and loads the state with the weights beside it.

Usage: python benchmarks/scale.py [--processes 1 2 4]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
import torch.distributed as dist

import paramwise as pw
from paramwise.finetune import job as jobs
from paramwise.finetune.batches import Sentence
from paramwise.finetune.processes import joined, require_same
from paramwise.finetune.training import Training
from paramwise.torch.processes import are_many


def measured(what: Callable[[], Any], seconds: dict[str, float], name: str) -> Any:
    """Do something, and keep its processor time."""
    if are_many():
        dist.barrier()
    began = time.process_time()
    result = what()
    seconds[name] = time.process_time() - began
    return result


def one(folder: Path, *, fsdp: bool) -> dict[str, float]:
    """What a process spends."""
    seconds: dict[str, float] = {}
    job = jobs.Job(limit=64, fsdp=fsdp)
    with joined():
        prepared = jobs._prepared(job)  # once before the measured time: it reads the code of the model's classes
        measured(lambda: pw.plan(prepared.model, lr=1e-3), seconds, "plan")
        measured(lambda: require_same(jobs._facts(job, prepared)), seconds, "compare")
        training = Training(
            prepared.model,
            prepared.tokenizer,
            [Sentence([101, 2023, 102], label % 2) for label in range(8)],
            prepared.plan,
            rate=1e-3,
            epochs=2,
            batch_size=8,
            seed=0,
            bf16=False,
            fsdp=fsdp,
        )
        list(training.train_epoch())
        before = written()
        measured(lambda: training.save(folder / "state"), seconds, "save")
        seconds["bytes"] = written() - before
        if are_many():
            dist.barrier()
        measured(lambda: training.load(folder / "state"), seconds, "load")
    return seconds


def written() -> int:
    """Bytes that this process has written so far."""
    return int(Path("/proc/self/io").read_text().split("wchar: ")[1].split()[0])


def table(number: int, *, fsdp: bool) -> str:
    """A row: medians over processes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--in", folder, *(["--fsdp"] if fsdp else [])]
        port = 20000 + os.getpid() % 20000 + number
        processes = [
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                text=True,
                env={
                    **os.environ,
                    "OMP_NUM_THREADS": "1",
                    "RANK": str(rank),
                    "LOCAL_RANK": str(rank),
                    "WORLD_SIZE": str(number),
                    "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": str(port),
                    "TORCH_CPP_LOG_LEVEL": "ERROR",
                },
            )
            for rank in range(number)
        ]
        found = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    engine = "FSDP2" if fsdp else "DDP" if number > 1 else "one"
    times = [f"{1000 * median(each[key] for each in found):.0f}" for key in ("plan", "compare")]
    times += [f"{1000 * max(each[key] for each in found):.0f}" for key in ("save", "load")]
    megabytes = " ".join(f"{each['bytes'] / 1e6:.1f}" for each in found)
    return f"| {number}, {engine} | {' | '.join(times)} | {megabytes} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--in", dest="folder")
    parser.add_argument("--fsdp", action="store_true")
    options = parser.parse_args()
    if options.folder:
        print(json.dumps(one(Path(options.folder), fsdp=options.fsdp)))
        return
    print(f"torch {torch.__version__}; milliseconds of processor time, save and load of the process that needs most")
    print("| processes | plan | compare | save | load | MB written by each |")
    print("|---|---|---|---|---|---|")
    for number in options.processes:
        for fsdp in (False, True) if number > 1 else (False,):
            print(table(number, fsdp=fsdp), flush=True)


if __name__ == "__main__":
    main()
