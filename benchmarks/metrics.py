"""What `paramwise.metrics` costs, beside the same numbers taken in a loop over parameters with `.item()`.

Tensors of the shapes of BERT-base (109.5 million values) with gradients. In turn, in each round: optimizer steps alone,
steps of which one is looked at, steps that a meter only counts, and a step with the loop around it.

Usage: python benchmarks/metrics.py [--rounds 15] [--threads 2]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

import paramwise as pw


def bert_base() -> nn.Module:
    """A model with random values and gradients; forward and backward are not measured."""
    torch.manual_seed(0)
    model = BertForSequenceClassification(BertConfig(num_labels=2))
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter) * 1e-3
    return model


def by_hand(step: Callable[[], object], model: nn.Module) -> dict[str, tuple[float, float, float]]:
    """The loop that people write: copies before, and for each parameter three numbers fetched."""
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    step()
    found = {}
    for name, parameter in model.named_parameters():
        weight = before[name].norm().item()
        update = (parameter.detach() - before[name]).norm().item()
        found[name] = weight, parameter.grad.norm().item(), update / (weight + 1e-12)
    return found


def seconds(run: Callable[[], object]) -> float:
    """Of one run."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    """Print a table for each implementation of AdamW."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = bert_base()
    plan = pw.plan(model, lr=1e-5)
    print(f"torch {torch.__version__}, {plan.catalog.numel:,} values in {len(plan.catalog)} parameters")
    print(f"best of {options.rounds}, in turn; mean: what looking at one step in 200 adds to each\n")
    print(f"{'':<10} {'':<26} {'ms':>8} {'added':>8} {'ratio':>7} {'mean':>7}")
    for name in ("fused", "foreach"):
        optimizer = plan.optimizer(torch.optim.AdamW, **{name: True})
        optimizer.step()
        taken: dict[str, list[float]] = {
            "step": [],
            "counted": [],
            "looked at": [],
            "read": [],
            "loop with .item()": [],
        }
        for _ in range(options.rounds):
            taken["step"].append(seconds(optimizer.step))
            with pw.metrics(optimizer, model, every=1_000_000) as meter:
                optimizer.step()  # the first is looked at
                taken["counted"].append(min(seconds(optimizer.step) for _ in range(3)))
            with pw.metrics(optimizer, model, every=1) as meter:
                taken["looked at"].append(seconds(optimizer.step))
                taken["read"].append(seconds(meter.read))
            taken["loop with .item()"].append(seconds(lambda optimizer=optimizer: by_hand(optimizer.step, model)))
            taken["step"].append(min(seconds(optimizer.step) for _ in range(3)))
        best = {key: min(some) for key, some in taken.items()}
        best["looked at, and read"] = best.pop("looked at") + best.pop("read")
        for key, value in best.items():
            added = value - best["step"]
            share = "" if key in ("step", "counted") else f"{added / best['step'] / 200:7.1%}"
            print(f"{name:<10} {key:<26} {value * 1e3:8.1f} {added * 1e3:8.1f} {value / best['step']:7.3f} {share:>7}")


if __name__ == "__main__":
    main()
