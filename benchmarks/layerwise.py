"""The recipe ``layerwise`` beside timm's ``param_groups_layer_decay``: on how many models every scale is the same.

Needs timm (`make setup` puts it apart: PYTHONPATH=.venv/peers). Models are built without values.

Usage: python benchmarks/layerwise.py [--every N] [--list]
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections import Counter

import paramwise as pw
from zoos import empty, listed, other_models

DECAY = 0.75


def layers_apart(name: str) -> tuple[int, Counter[tuple[str, int]]]:
    """How many parameters a model has; of those whose scales differ the first part of the name, and how many layers."""
    from timm.optim import param_groups_layer_decay

    ((_, make),) = other_models("timm", name)
    model = empty(make)
    groups = param_groups_layer_decay(model, layer_decay=DECAY)
    theirs = {id(tensor): group["lr_scale"] for group in groups for tensor in group["params"]}
    plan = pw.plan(model, pw.recipes.layerwise(DECAY), lr=1.0)
    apart: Counter[tuple[str, int]] = Counter()
    for one, tensor in model.named_parameters():
        rate = plan[one].settings["lr"]
        layers = round((math.log(theirs[id(tensor)]) - math.log(rate)) / math.log(DECAY))  # type: ignore[arg-type]
        if layers:
            apart[one.partition(".")[0], layers] += 1
    return len(theirs), apart


def main() -> None:
    """Print how many agree, and with ``--list`` where the others differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="every how many-th model")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    same, differ, unbuilt = 0, 0, 0
    for name in listed("timm")[:: options.every]:
        try:
            total, apart = layers_apart(name)
        except Exception as error:
            unbuilt += 1
            print(f"{name}: {type(error).__name__}: {str(error)[:80]}")
            continue
        same += not apart
        differ += bool(apart)
        if apart and options.list:
            where = ", ".join(f"{part} by {layers:+} ({count})" for (part, layers), count in apart.most_common(4))
            print(f"{name}: {sum(apart.values())} of {total}: {where}")
    print(f"{same} of {same + differ} models have timm's scale for every parameter; {unbuilt} were not built")


if __name__ == "__main__":
    main()
