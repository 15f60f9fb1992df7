"""Muon by blocks: a fused weight is stepped as its matrices written apart are, by our Muon and by torch's."""

from pathlib import Path

import pytest
import torch
import transformers
from torch import nn

import paramwise as pw
from paramwise.model.cuts import Blocks
from paramwise.torch.optimizers.muon import Muon


def apart(weight: torch.Tensor, blocks: Blocks) -> list[torch.Tensor]:
    """The matrices of a fused weight, by plain indexing."""
    found = []
    for layer in weight if blocks.stacked else [weight]:
        dim = blocks.dim - blocks.stacked
        period = sum(blocks.sizes)
        for start, size in zip(blocks.starts, blocks.sizes, strict=True):
            rows = [row for row in range(period * blocks.groups) if start <= row % period < start + size]
            found.append(layer.index_select(dim, torch.tensor(rows)).clone())
        if not blocks.sizes:
            found.append(layer.clone())
    return found


CASES = {
    "BERT's query, key and value": ((48, 16), "dim 0: 3 of 16"),
    "Llama's gate and up": ((88, 16), "dim 0: 2 of 44"),
    "GPT-2's Conv1D": ((16, 48), "dim 1: 3 of 16"),
    "GPT-NeoX's heads": ((48, 16), "dim 0: 4 x (3 of 4)"),
    "grouped queries": ((32, 16), "dim 0: 16 + 2 of 8"),
    "eight experts": ((8, 24, 16), "stack"),
    "eight experts, gate and up": ((8, 16, 24), "stack, dim 2: 2 of 12"),
    "gate and up by turns": ((8, 24, 16), "stack, dim 1: 12 x (2 of 1)"),
    "heads": ((48, 16), "dim 0: 12 of 4"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fused_weight_steps_as_its_matrices_apart(case: str) -> None:
    shape, text = CASES[case]
    blocks = Blocks.from_text(text)
    torch.manual_seed(0)
    whole = nn.Parameter(torch.randn(shape))
    ours = [nn.Parameter(matrix) for matrix in apart(whole.detach(), blocks)]
    theirs = [nn.Parameter(matrix.detach().clone()) for matrix in ours]
    optimizers = [
        Muon([{"params": [whole], "blocks": text}], lr=0.1),
        Muon(ours, lr=0.1),
        torch.optim.Muon(theirs, lr=0.1),
    ]
    for _ in range(3):
        whole.grad = torch.randn(shape)
        for copies in (ours, theirs):
            for copy, gradient in zip(copies, apart(whole.grad, blocks), strict=True):
                copy.grad = gradient
        for optimizer in optimizers:
            optimizer.step()
    for mine, our, their in zip(apart(whole.detach(), blocks), ours, theirs, strict=True):
        assert torch.equal(mine, our)
        torch.testing.assert_close(mine, their.detach(), rtol=0, atol=0.1 * 3 * 0.03)  # 3 steps, bfloat16
    assert optimizers[0].state[whole].keys() == {"momentum_buffer"}
    assert optimizers[0].state[whole]["momentum_buffer"].shape == shape
    uncut = Muon([nn.Parameter(torch.ones(4, 4))], lr=0.1)
    assert uncut.param_groups[0]["blocks"] is None


def test_a_fused_weight_steps_otherwise_without_blocks() -> None:
    moved = []
    for text in (None, "dim 0: 3 of 16"):
        weight = nn.Parameter(torch.zeros(48, 16))
        weight.grad = torch.randn(48, 16, generator=torch.Generator().manual_seed(0))
        Muon([{"params": [weight], "blocks": text}], lr=0.1).step()
        moved.append(weight.detach())
    assert (moved[0] - moved[1]).abs().max() > 0.01


@pytest.mark.parametrize(
    ("shape", "text", "message"),
    [
        ((48, 16), "dim 0: 3 of 15", "45 rows in blocks, 48 in"),
        ((48, 16), "stack", "is not a stack"),
        ((48, 16), "dim 2: 3 of 16", "not cut along dimension 2"),
        ((48, 16), "three", "blocks are 'three'"),
        ((48, 16), "dim 0: 0 of 0", "blocks are"),
        ((48, 16), "dim 0: 999999999 of 1", "blocks are"),
        ((48,), "dim 0: 3 of 16", "not a parameter of shape"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(shape: tuple[int, ...], text: str, message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        Muon([{"params": [nn.Parameter(torch.ones(shape))], "blocks": text}], lr=0.1)


def tiny_gpt2() -> transformers.GPT2LMHeadModel:
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        n_layer=2, n_embd=32, n_head=4, vocab_size=50, n_positions=8, bos_token_id=0, eos_token_id=0
    )
    return transformers.GPT2LMHeadModel(config)


def test_the_recipe_says_how_weights_are_cut_and_who_decided_it(tmp_path: Path) -> None:
    plan = pw.plan(tiny_gpt2(), "muon", lr=0.02, adamw_lr=1e-3)
    name = "transformer.h.0.attn.c_attn.weight"
    assert plan[name].settings["blocks"] == "dim 1: 3 of 32"
    assert "blocks" not in plan["transformer.h.0.mlp.c_fc.weight"].settings
    assert "rule 5 `blocks: dim 1: 3 of 32`" in str(plan.explain(name))
    assert not [finding for finding in plan.check() if finding.code == "PW106"]
    pw.write_lock(plan, tmp_path / "plan.lock")
    assert pw.read_lock(tmp_path / "plan.lock")[name].settings["blocks"] == "dim 1: 3 of 32"
    heads = pw.plan(tiny_gpt2(), "muon", lr=0.02, adamw_lr=1e-3, blocks="heads")
    assert heads[name].settings["blocks"] == "dim 1: 12 of 8"
    uncut = pw.plan(tiny_gpt2(), "muon", lr=0.02, adamw_lr=1e-3, blocks="none")
    assert not any("blocks" in group.settings for group in uncut.groups)
    assert [finding.code for finding in uncut.check() if finding.code == "PW106"]
    with pytest.raises(pw.InputError, match="blocks is 'head'"):
        pw.recipes.muon(0.02, 1e-3, blocks="head")  # type: ignore[arg-type]


def test_training_goes_on_by_name(tmp_path: Path) -> None:
    ids = torch.arange(8)[None]

    def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            model(ids, labels=ids).loss.backward()
            optimizer.step()

    through = tiny_gpt2().eval()
    optimizer = pw.plan(through, "muon", lr=0.02, adamw_lr=1e-3).optimizer()
    train(through, optimizer, 2)
    resumed = tiny_gpt2().eval()
    resumed.load_state_dict(through.state_dict())
    pw.save_state(optimizer, through, tmp_path / "state")
    again = pw.plan(resumed, "muon", lr=0.02, adamw_lr=1e-3).optimizer()
    pw.load_state(again, resumed, tmp_path / "state")
    train(through, optimizer, 2)
    train(resumed, again, 2)
    assert all(torch.equal(a, b) for a, b in zip(through.parameters(), resumed.parameters(), strict=True))


class Odd:
    """An object of somebody's that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("compare the parts")

    __hash__ = None  # type: ignore[assignment]


class Vision(nn.Module):
    """Query, key and value fused, and taken apart as vision models do it, each in its own way."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.qkv, self.way, self.heads = nn.Linear(16, 48), way, 4
        self.one, self.two = Odd(), Odd()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        chosen = self.one
        if x.shape[0] > 1:
            chosen = self.two
        del chosen
        batch, length, width = x.size()
        if self.way == "width of the data":
            cut = self.qkv(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
            query, key, value = cut[0], cut[1], cut[2]
        elif self.way == "heads beside the batch":
            cut = self.qkv(x).reshape(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            query, key, value = cut.reshape(3, batch * self.heads, length, -1).unbind(0)
        else:  # nothing is cut: the rows are one matrix, whatever the view
            return self.qkv(x).reshape(batch, length, self.heads, -1).transpose(1, 2)
        return (query @ key.transpose(-2, -1)).softmax(-1) @ value


@pytest.mark.parametrize(
    ("way", "blocks"),
    [("width of the data", "dim 0: 3 of 16"), ("heads beside the batch", "dim 0: 3 of 16"), ("not at all", None)],
)
def test_fused_weights_of_vision_models_are_told(way: str, blocks: str | None) -> None:
    model = Vision(way)
    assert model(torch.ones(2, 5, 16)).numel()
    told = pw.read(model).blocks()
    assert {name: str(cut) for name, cut in told.items()} == ({"qkv.weight": blocks} if blocks else {})


def test_a_table_that_is_cut_and_joined_again_is_not_a_fused_weight() -> None:
    class Table(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relative_position_bias_table = nn.Parameter(torch.zeros(9 + 3, 4))

        def forward(self, scores: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
            own, rest = self.relative_position_bias_table[:9], self.relative_position_bias_table[9:]
            return scores + torch.cat([own * 1.0, rest])[index].permute(2, 0, 1)

    assert not pw.read(Table()).blocks()
