"""One step of Muon over BERT-base's matrices: ours and torch's in turns, whole matrices and fused ones.

``python benchmarks/muon.py`` prints JSON, then a table for ``docs/performance.md``. Processor time and wall time are
medians of the turns. ``ONEDNN_MAX_CPU_ISA=AVX512_CORE`` shows a processor without matrix units: also set ``--float32``,
since the processor's own flags still name them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from paramwise.torch import dtypes
from paramwise.torch.optimizers import muon, newton_schulz

LAYERS = 12
APART = [(768, 768)] * 4 + [(3072, 768), (768, 3072)]
FUSED = [((2304, 768), "dim 0: 3 of 768"), ((768, 768), None), ((3072, 768), None), ((768, 3072), None)]


def weights(shapes: list[tuple[int, int]]) -> list[torch.nn.Parameter]:
    """Parameters with gradients."""
    torch.manual_seed(0)
    made = [torch.nn.Parameter(torch.randn(shape) * 0.02) for shape in shapes]
    for weight in made:
        weight.grad = torch.randn_like(weight)
    return made


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--float32", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    if given.float32:
        newton_schulz.fast_dtype = muon.fast_dtype = lambda device: torch.float32  # type: ignore[assignment]
    fused: dict[str | None, list[torch.nn.Parameter]] = {}
    for shape, text in FUSED * given.layers:
        fused.setdefault(text, []).extend(weights([shape]))
    optimizers = {
        "torch.optim.Muon": torch.optim.Muon(weights(APART * given.layers), lr=0.02),
        "ours": muon.Muon(weights(APART * given.layers), lr=0.02),
        "ours, query, key and value fused": muon.Muon(
            [{"params": params, "blocks": text} for text, params in fused.items()], lr=0.02
        ),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in optimizers}
    for turn in range(given.turns + 1):
        for name, optimizer in optimizers.items():
            processor, wall = time.process_time(), time.perf_counter()
            optimizer.step()
            if turn:
                taken[name].append((time.process_time() - processor, time.perf_counter() - wall))
    rows = {}
    for name, times in taken.items():
        processor, wall = (statistics.median(column) for column in zip(*times, strict=True))
        rows[name] = {"processor": round(processor, 3), "wall": round(wall, 3)}
    for row in rows.values():
        row["ratio"] = round(row["processor"] / rows["torch.optim.Muon"]["processor"], 2)
    dtype = str(dtypes.fast_dtype("cpu"))
    print(json.dumps({"layers": given.layers, "threads": given.threads, "dtype": dtype, "steps": rows}, indent=2))
    print(
        f"\n| a step, {given.layers} layers, {dtype} | processor time | wall time | of torch's |\n|---|---:|---:|---:|"
    )
    for name, row in rows.items():
        print(f"| {name} | {row['processor']} s | {row['wall']} s | {row['ratio']} |")


if __name__ == "__main__":
    main()
