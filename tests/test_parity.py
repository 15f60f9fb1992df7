"""Step for step equal to groups written by hand in torch."""

import copy

import pytest
import torch

import paramwise as pw

from models import tiny_bert


@pytest.mark.parametrize("cls", [torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("fused", [False, True])
def test_twenty_steps_equal_the_tutorials_groups_bit_for_bit(cls: type[torch.optim.Optimizer], fused: bool) -> None:
    torch.manual_seed(0)
    ours = tiny_bert().eval()
    theirs = copy.deepcopy(ours)
    no_decay = ["bias", "LayerNorm.weight"]
    by_hand = cls(
        [
            {
                "params": [p for n, p in theirs.named_parameters() if not any(nd in n for nd in no_decay)],
                "weight_decay": 0.1,
            },
            {
                "params": [p for n, p in theirs.named_parameters() if any(nd in n for nd in no_decay)],
                "weight_decay": 0.0,
            },
        ],
        lr=1e-3,
        fused=fused,
    )
    planned = pw.plan(ours, "bert", lr=1e-3).optimizer(cls, fused=fused)
    for step in range(20):
        generator = torch.Generator().manual_seed(step)
        ids = torch.randint(0, 50, (4, 7), generator=generator)
        labels = torch.randint(0, 2, (4,), generator=generator)
        for model, optimizer in ((ours, planned), (theirs, by_hand)):
            optimizer.zero_grad()
            model(input_ids=ids, labels=labels).loss.backward()
            optimizer.step()
        for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            assert torch.equal(mine, other), f"{name} differs after step {step + 1}"
    assert not torch.equal(ours.classifier.weight, tiny_bert().classifier.weight)
