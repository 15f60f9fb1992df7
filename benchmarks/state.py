"""Saving and loading the AdamW state of a model of 110 million parameters, beside ``torch.save`` and ``torch.load``.

Both flush to the disk (fsync). Loading is into a fresh optimizer: the peer's is ``torch.load(weights_only=True)`` and
``load_state_dict``. The peak is of memory beyond what there was before, measured in a process of its own.

The stall is how long a save that goes on beside training holds it up: ``wait=False`` next to
``torch.distributed.checkpoint.async_save`` and a plain copy of the same tensors. Steps meanwhile are matrix products,
as many as fit until the file is there, held against those without a save.

Usage: python benchmarks/state.py [--millions 110] [--repeat 3]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict_saver import async_save

import paramwise as pw


def stack(millions: int) -> nn.Module:
    """Twelve blocks as BERT's, and an embedding, scaled to a number of parameters."""
    width = int((millions * 1e6 / 160) ** 0.5) // 8 * 8
    block = lambda: nn.ModuleDict(  # noqa: E731
        {
            **{name: nn.Linear(width, width) for name in ("query", "key", "value", "output")},
            "up": nn.Linear(width, 4 * width),
            "down": nn.Linear(4 * width, width),
            "norm": nn.LayerNorm(width),
        }
    )
    return nn.ModuleDict(
        {"embedding": nn.Embedding(16 * width, width), "layers": nn.ModuleList(block() for _ in range(12))}
    )


def made(millions: int, *, state: bool) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A model and its optimizer, with or without state."""
    torch.manual_seed(0)
    model = stack(millions)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    for parameter in model.parameters() if state else ():
        optimizer.state[parameter] = {
            "step": torch.tensor(3.0),
            "exp_avg": torch.randn_like(parameter),
            "exp_avg_sq": torch.rand_like(parameter),
        }
    return model, optimizer


def torch_save(optimizer: torch.optim.Optimizer, path: Path) -> None:
    """As careful people do it, with fsync."""
    with path.open("wb") as file:
        torch.save(optimizer.state_dict(), file)
        file.flush()
        os.fsync(file.fileno())


def torch_load(optimizer: torch.optim.Optimizer, path: Path) -> None:
    """As the documentation has it."""
    optimizer.load_state_dict(torch.load(path, weights_only=True))


def in_turn(runs: list[Callable[[], Any]], repeat: int) -> tuple[list[float], float]:
    """The fastest of each, and the median over the turns of the second's time by the first's."""
    best = [float("inf")] * len(runs)
    ratios = []
    for _ in range(repeat):
        seconds = []
        for run in runs:
            started = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - started)
        best = list(map(min, best, seconds))
        ratios.append(seconds[1] / seconds[0])
    return best, statistics.median(ratios)


def stalls(optimizer: torch.optim.Optimizer, model: nn.Module, folder: Path, repeat: int) -> None:
    """Print how long saves that go on beside training hold it up, and how much slower steps are meanwhile."""
    tensors = [value for state in optimizer.state.values() for value in state.values()]
    left = right = torch.randn(700, 700)

    def steps(until: Callable[[], bool], least: int) -> float:
        """Seconds a step, while something else goes on."""
        started, count = time.perf_counter(), 0
        while count < least or not until():
            left @ right
            count += 1
        return (time.perf_counter() - started) / count

    best = {"a plain copy": float("inf"), "paramwise": float("inf"), "async_save": float("inf")}
    ratios: dict[str, list[float]] = {name: [] for name in best}
    slower: dict[str, list[float]] = {"paramwise": [], "async_save": []}
    steps(lambda: True, 100)
    for turn in range(repeat):
        alone = steps(lambda: True, 200)
        started = time.perf_counter()
        copies = [tensor.clone() for tensor in tensors]
        copying = time.perf_counter() - started
        best["a plain copy"] = min(best["a plain copy"], copying)
        del copies
        started = time.perf_counter()
        pending = pw.save_state(optimizer, model, folder / "beside.safetensors", wait=False)
        stalled = time.perf_counter() - started
        best["paramwise"] = min(best["paramwise"], stalled)
        ratios["paramwise"].append(stalled / copying)
        slower["paramwise"].append(steps(pending.done, 20) / alone)
        pending.result()
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            future = async_save({"optimizer": optimizer.state_dict()}, checkpoint_id=str(folder / f"dcp{turn}"))
        stalled = time.perf_counter() - started
        best["async_save"] = min(best["async_save"], stalled)
        ratios["async_save"].append(stalled / copying)
        slower["async_save"].append(steps(future.done, 20) / alone)
        future.result()
        shutil.rmtree(folder / f"dcp{turn}")
    for name, seconds in best.items():
        print(f"stall: {name} {seconds:.3f} s, {seconds / best['a plain copy']:.2f} of a plain copy", end="")
        if name in slower:
            print(f", median of the turns {statistics.median(ratios[name]):.2f}", end="")
            print(f"; steps meanwhile take {statistics.median(slower[name]):.2f} times as long", end="")
        print()


def peak(what: str, millions: int, folder: Path) -> float:
    """Bytes at the peak beyond those before, in this process."""
    model, optimizer = made(millions, state=what.startswith("save"))
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = current()
    if what == "save ours":
        pw.save_state(optimizer, model, folder / "peak.safetensors")
    elif what == "save torch":
        torch_save(optimizer, folder / "peak.pt")
    elif what == "load ours":
        pw.load_state(optimizer, model, folder / "state.safetensors")
    else:
        torch_load(optimizer, folder / "state.pt")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 - before


def current() -> float:
    """Resident bytes now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=int, default=110)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak(options.peak[0], options.millions, Path(options.peak[1])))
        return
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)  # which async_save asks for
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, optimizer = made(options.millions, state=True)
        size = sum(one.nbytes for state in optimizer.state.values() for one in state.values())
        numel = sum(one.numel() for one in model.parameters())
        print(f"torch {torch.__version__}; {numel / 1e6:.1f} M parameters", end=", ")
        print(f"state of {size / 1e6:.0f} MB; best of {options.repeat}")
        ours, theirs = folder / "state.safetensors", folder / "state.pt"
        saved = in_turn(
            [lambda: pw.save_state(optimizer, model, ours), lambda: torch_save(optimizer, theirs)], options.repeat
        )
        fresh_model, fresh = made(options.millions, state=False)

        def load_ours() -> None:
            fresh.state.clear()
            pw.load_state(fresh, fresh_model, ours)

        def load_theirs() -> None:
            fresh.state.clear()
            torch_load(fresh, theirs)

        loaded = in_turn([load_ours, load_theirs], options.repeat)
        stalls(optimizer, model, folder, options.repeat)
        peaks = {}
        for what in ("save ours", "save torch", "load ours", "load torch"):
            command = [sys.executable, __file__, "--millions", str(options.millions), "--peak", what, name]
            peaks[what] = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for what, ((mine, other), median) in (("save", saved), ("load", loaded)):
        print(f"{what}: paramwise {mine:.2f} s, torch {other:.2f} s, torch / paramwise {other / mine:.2f}", end=", ")
        print(f"median of the turns {median:.2f}", end="; ")
        print(f"peak memory / state {peaks[f'{what} ours'] / size:.2f}, torch {peaks[f'{what} torch'] / size:.2f}")


if __name__ == "__main__":
    main()
