"""Microseconds a parameter to read, give roles, apply rules and group, beside what people use, in one run.

The model is a stack of blocks of two linears and a norm on the meta device. Peers: the bare
``list(model.named_parameters())``, transformers' ``Trainer`` grouping (up to 12,288 parameters: it is quadratic), and
timm's ``param_groups_weight_decay`` where timm is installed.

Usage: python benchmarks/planning.py [--sizes 240 3072 12288 98304] [--repeat 7]
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import torch
from torch import nn

import paramwise as pw


class Block(nn.Module):
    """Two linears and a norm: six parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(8, 8)
        self.down = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)


def model_of(parameters: int) -> nn.Module:
    """A stack of blocks on the meta device."""
    with torch.device("meta"):
        return nn.ModuleDict({"layers": nn.ModuleList(Block() for _ in range(parameters // 6))})


def ours(model: nn.Module) -> Any:
    """Read, roles, rules, groups."""
    return pw.plan(model, "default", lr=1e-3).groups


def trainer(model: nn.Module) -> Any:
    """The grouping of ``Trainer.create_optimizer``, by its own functions."""
    from transformers import Trainer

    holder = Trainer.__new__(Trainer)
    decay = holder.get_decay_parameter_names(model)
    return [
        [p for n, p in model.named_parameters() if n in decay and p.requires_grad],
        [p for n, p in model.named_parameters() if n not in decay and p.requires_grad],
    ]


def timm(model: nn.Module) -> Any:
    """Timm's grouping by dimensions."""
    from timm.optim import param_groups_weight_decay

    return param_groups_weight_decay(model, 0.1)


def best(run: Callable[[nn.Module], Any], model: nn.Module, repeat: int) -> float:
    """The fastest of some runs, in seconds."""
    fastest = float("inf")
    for _ in range(repeat):
        gc.collect()
        started = time.perf_counter()
        result = run(model)
        fastest = min(fastest, time.perf_counter() - started)
        del result
    return fastest


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[240, 3_072, 12_288, 98_304])
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    print(f"torch {torch.__version__}; microseconds a parameter, best of {options.repeat}")
    print(f"{'parameters':>10} {'bare list':>10} {'paramwise':>10} {'ratio':>6} {'timm':>8} {'Trainer':>8}")
    for size in options.sizes:
        model = model_of(size)
        bare = best(lambda one: list(one.named_parameters()), model, options.repeat)
        mine = best(ours, model, options.repeat)
        cells = [f"{best(timm, model, options.repeat) / size * 1e6:8.2f}" if find_spec("timm") else f"{'-':>8}"]
        few = 1 if size > 3_072 else options.repeat
        cells.append(f"{best(trainer, model, few) / size * 1e6:8.2f}" if size <= 12_288 else f"{'-':>8}")
        print(f"{size:10,} {bare / size * 1e6:10.2f} {mine / size * 1e6:10.2f} {mine / bare:6.2f} {' '.join(cells)}")


if __name__ == "__main__":
    main()
