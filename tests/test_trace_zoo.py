"""`trace` beside structure, on every 32nd model type of transformers that runs on made-up inputs."""

import contextlib
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.model.roles import DECAYED

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import zoos
from truth.forward import arguments

TYPES = zoos.transformers_types()[::32]  # all take half an hour
ATTEMPTS = 4  # different inputs
READ = {
    # a linear layer whose weight is turned into a table, looked up and added to the scores: the pass is right
    "rel_pos_bias.weight",
    # Inkling's bank of biases by distance, which each token mixes: a table of relative positions, the pass is right
    "rel_logits_proj.proj",
}
"""Parameters on whose decay the pass and the structure differ, read by a person."""


def evidence_of(model: nn.Module) -> pw.Evidence | None:
    """What the first pass that runs tells; None where no made-up inputs fit."""
    for eager in ("set_attn_implementation", "set_experts_implementation"):
        with contextlib.suppress(Exception):
            getattr(model, eager)("eager")
    for attempt in range(ATTEMPTS):
        with contextlib.suppress(Exception):
            with torch.device("meta"):
                given = arguments(model.eval(), attempt)
            return pw.trace(model, **given)
    return None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model_type", TYPES)
def test_the_pass_and_the_structure_agree_on_what_decays(model_type: str) -> None:
    for _, make in zoos.transformers_models(model_type):
        with contextlib.suppress(Exception):
            evidence = evidence_of(zoos.empty(make))
            break
    else:
        pytest.skip("its default config builds no model")
    if evidence is None:
        pytest.skip("no made-up inputs fit")
    differing = {
        name: str(told.witnesses[0])
        for name, told in evidence.differences.items()
        if (told.role in DECAYED) != (told.structure in DECAYED) and not name.endswith(tuple(READ))
    }
    assert differing == {}
