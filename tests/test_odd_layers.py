"""Layers, heads and Muon's weights of models that nobody here tuned them on, against what their author says."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from torch import nn

import paramwise as pw

import odd_layers

DIFFERENT = {
    "DEQNet": "a block that runs many times is a layer to its author, and has no number",
    "DenseNetSmall": "two stages of two layers: the stages are the blocks",
    "DiffusionUNet": "what halves the resolution has a number in the list of blocks, and is one of them",
    "GruStack": "a norm between two layers belongs to the first, to its author to the second",
    "HyperNet": "weights that a network makes: the list of these networks is the tower",
    "MoleculeGIN": "the networks of a virtual node are a tower of their own",
    "NestedStages": "what merges patches has a number in the list of blocks, and is one of them",
    "PerceiverIO": "the queries of the output lie before the blocks, as tables do",
    "RealNVP": "the distribution of the latents lies before the blocks, as vectors do that the input meets",
    "StyleGenerator": "the network before the blocks is a tower to its author",
}
"""Where the layers are still others, and why."""


def starts(name: str, prefixes: Iterable[str]) -> bool:
    return name.startswith(tuple(prefixes))


def wrong_layers(made: type, model: nn.Module) -> Iterator[str]:
    """The parameters whose depth is another one than their author says, seen from the last block of their tower."""
    depths = {kind.name: kind.depth or 0 for kind in pw.read(model)}
    towers = made.BLOCKS if isinstance(made.BLOCKS, dict) else {"": made.BLOCKS}  # type: ignore[attr-defined]
    for blocks in towers.values():
        last = Counter(depth for name, depth in depths.items() if starts(name, blocks[-1])).most_common(1)[0][0]
        for behind, block in enumerate(reversed(blocks)):
            yield from (name for name, depth in depths.items() if starts(name, block) and depth != last + behind)
        if len(towers) == 1:
            before, after = made.BEFORE, made.AFTER  # type: ignore[attr-defined]
            yield from (name for name, one in depths.items() if starts(name, before) and one != last + len(blocks))
            yield from (name for name, one in depths.items() if starts(name, after) and one > last)


@pytest.mark.parametrize("made", odd_layers.CLASSES, ids=lambda made: made.__name__)
def test_layers_of_models_of_strangers_are_what_their_author_says(made: type) -> None:
    wrong = [*wrong_layers(made, made())]
    assert bool(wrong) == (made.__name__ in DIFFERENT), wrong


@pytest.mark.parametrize("made", odd_layers.CLASSES, ids=lambda made: made.__name__)
def test_muon_takes_of_models_of_strangers_what_their_author_says(made: type) -> None:
    plan = pw.plan(made(), "muon", lr=0.02, adamw_lr=1e-3)
    unsure = getattr(made, "UNSURE_MUON", ())
    right = {"muon": made.MUON, "adamw": [*made.HEADS, *made.ADAMW]}  # type: ignore[attr-defined]
    for kind in plan.catalog:
        for optimizer, prefixes in right.items():
            if len(kind.shape) > 1 and starts(kind.name, prefixes) and not starts(kind.name, unsure):
                assert plan[kind.name].settings["optimizer"] == optimizer, kind.name
