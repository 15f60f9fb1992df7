"""Does the recipe `muon` leave the heads to AdamW? The libraries' own word for their heads, over their models.

What a library calls the head is told by its own code: `get_output_embeddings` of transformers, the last layer of timm's
`get_classifier`; of torchvision's classifiers the last linear layer. Prints the heads that Muon trains, and the counts.

Usage: python benchmarks/heads.py transformers|timm|torchvision [--every 1] [--only NAME ...]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import nn

import paramwise
import zoos


def official(zoo: str, model: nn.Module) -> list[nn.Module]:
    """The layers that the library itself calls the head."""
    if zoo == "transformers":
        head = model.get_output_embeddings()  # type: ignore[operator]
        found = [head] if isinstance(head, nn.Module) else []
    elif zoo == "timm":
        head = model.get_classifier()  # type: ignore[operator]
        found = list(head) if isinstance(head, (tuple, list)) else [head]
    else:
        found = [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1:]
    products = (nn.Linear, nn.modules.conv._ConvNd)  # of a head with a hidden layer, the last
    return [one for head in found for one in [layer for layer in head.modules() if isinstance(layer, products)][-1:]]


def count(zoo: str, model: nn.Module) -> tuple[list[str], int, int, int]:
    """Heads that Muon trains; how many heads there are, how many matrices, and how many of these Muon trains."""
    plan = paramwise.plan(model, "muon", lr=1e-3, adjust_lr_fn="match_rms_adamw")
    groups = {name: str(group.settings.get("optimizer")) for group in plan.groups for name in group.names}
    with contextlib.suppress(Exception):
        heads = {id(layer.weight) for layer in official(zoo, model)}
        names = {name for name, tensor in model.named_parameters() if id(tensor) in heads and tensor.ndim > 1}
        given = [name for name in names if groups.get(name) == "muon"]
        roles = {one.name: one.role for one in paramwise.read(model)}
        matrices = [one for one in groups if roles[one] == "matrix"]
        return given, len(names), len(matrices), sum(groups[one] == "muon" for one in matrices)
    return [], 0, 0, 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("zoo", choices=["transformers", "timm", "torchvision"])
    parser.add_argument("--every", type=int, default=1, help="each so many")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these models")
    options = parser.parse_args()
    torch.set_num_threads(1)
    zoos.importable()
    warnings.simplefilter("ignore")
    types = zoos.transformers_types() if options.zoo == "transformers" else zoos.listed(options.zoo)
    total = [0, 0, 0, 0, 0]
    for number, name in enumerate(options.only or types[:: options.every]):
        if number % 50 == 49:
            print(f"{number + 1}: {total}", file=sys.stderr)
        make = zoos.transformers_models if options.zoo == "transformers" else None
        noise = io.StringIO()
        with contextlib.suppress(Exception), contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            _, build = next(iter(make(name) if make else zoos.other_models(options.zoo, name)))
            given, heads, matrices, trained = count(options.zoo, zoos.empty(build))
            total = [a + b for a, b in zip(total, (1, heads, len(given), matrices, trained), strict=True)]
            for one in given:
                print(f"{name}: {one}", file=sys.__stdout__, flush=True)
    models, heads, wrong, matrices, trained = total
    print(f"{models} models, {heads} heads, {wrong} of them given to Muon; {trained:,} of {matrices:,} matrices are")
    return 0


if __name__ == "__main__":
    sys.exit(main())
