"""Which weights hold several matrices is told from what the code does with their outputs, in whatever words."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from einops import rearrange
from einops.layers.torch import Rearrange
from torch import nn
from torch.nn import functional

import paramwise as pw
from paramwise.model.cuts import Blocks
from test_torch_muon import apart

WIDTH, HEADS, LENGTH = 16, 4, 5


def attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    return functional.scaled_dot_product_attention(query, key, value)


def rotate_half(x: torch.Tensor) -> torch.Tensor:
    first, second = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    return torch.cat((-second, first), dim=-1)


class Base(nn.Module):
    """A layer whose settings are those of many: a width, heads, a projection to several times the width."""

    times: float = 3

    def __init__(self) -> None:
        super().__init__()
        self.width, self.heads, self.proj = WIDTH, HEADS, nn.Linear(WIDTH, int(self.times * WIDTH))


class HeadsFirst(Base):
    """DeBERTa: heads are viewed, then each is cut in three; another branch cuts the weight itself by heads."""

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.size()[:-1], self.heads, -1).permute(0, 2, 1, 3)

    def forward(self, x: torch.Tensor, queries: torch.Tensor | None = None) -> torch.Tensor:
        if queries is None:
            query, key, value = self.scores(self.proj(x)).chunk(3, dim=-1)
        else:
            parts = self.proj.weight.chunk(self.heads * 3, dim=0)
            weights = [torch.cat([parts[i * 3 + k] for i in range(self.heads)], dim=0) for k in range(3)]
            query, key, value = (self.scores(functional.linear(x, weight)) for weight in weights)
        return attend(query, key, value)


class JoinedForConvolution(Base):
    """Qwen3-Next: query, key, value and gate; three of the four are joined for a convolution, and cut again."""

    times = 4

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(48, 48, 2, groups=48, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mixed = self.proj(x)
        cut = torch.split(mixed.view(*mixed.size()[:-1], self.heads, 16), [4, 4, 4, 4], dim=3)
        query, key, value = (part.reshape(*x.shape[:2], -1) for part in cut[:3])
        joined = self.conv(torch.cat((query, key, value), dim=-1).transpose(1, 2))[..., : x.shape[1]].transpose(1, 2)
        query, key, value = joined.split([16, 16, 16], dim=-1)
        return attend(query, key, value) * cut[3].flatten(2).sigmoid()


class Convolved(Base):
    """Mamba-2: a part goes through a depthwise convolution and is cut after it."""

    times = 3.25

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(32, 32, 4, groups=32, padding=3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate, inside, steps = torch.split(self.proj(x), [16, 32, 4], dim=-1)
        inside = functional.silu(self.conv(inside.transpose(1, 2)).transpose(1, 2)[:, : x.shape[1]])
        values, into, out = torch.split(inside, [16, 8, 8], dim=-1)
        return values * (into * out).sum(-1, keepdim=True) * steps.mean(-1, keepdim=True) * functional.silu(gate)


class ByTurns(Base):
    """Zamba: a transposed output, viewed with a size that is left open."""

    times = 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        hidden, gate = self.proj(x).transpose(1, 2).view(batch, -1, 2, length).chunk(2, dim=2)
        return hidden.squeeze(2).contiguous() * gate.squeeze(2).sigmoid()


class ValuesByHalves(Base):
    """DiffLlama: two attentions with half of the values each, joined after: the values are one matrix."""

    times = 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = self.proj(x).view(*x.shape[:2], self.heads, -1).transpose(1, 2)
        first, second = (half.repeat(1, 2, 1, 1) for half in torch.chunk(values, 2, dim=1))
        one = functional.scaled_dot_product_attention(values, values, first)
        other = functional.scaled_dot_product_attention(values, values, second)
        return torch.cat([one, other], dim=-1)


class Rotated(Base):
    """Rotary embeddings in both ways: halves, and every second value."""

    times = 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query = self.proj(x).view(*x.shape[:2], self.heads, -1)
        query = query * 0.5 + rotate_half(query) * 0.5
        even, odd = query[..., ::2], query[..., 1::2]
        return torch.stack((even - odd, even + odd), -1).flatten(-2)


class BesideMlp(Base):
    """Flux: attention and MLP side by side from one projection, in einops' words."""

    times = 7

    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(5 * WIDTH, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside, mlp = torch.split(self.proj(x), [3 * self.width, 4 * self.width], dim=-1)
        query, key, value = rearrange(inside, "B L (K H D) -> K B H L D", K=3, H=self.heads)
        attended = rearrange(attend(query, key, value), "B H L D -> B L (H D)")
        return x + self.out(torch.cat((attended, functional.gelu(mlp)), 2))


class GroupedQueries(Base):
    """InternLM2: of each group some queries, a key and a value."""

    times = 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside = rearrange(self.proj(x), "b q (h gs d) -> b q h gs d", gs=4, d=4)
        queries = rearrange(inside[..., :2, :], "b q h gs d -> b q (h gs) d")
        return queries.sum(2) * inside[..., -2, :].sum(2) + inside[..., -1, :].sum(2)


class GlobalSizes(Base):
    """Sizes that the file names, not the module."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = torch.unbind(self.proj(x).view(*x.shape[:2], 3, HEADS, WIDTH // HEADS), dim=2)
        return attend(query, key, value)


class SplitAt(Base):
    """Where to cut, and not how large the parts are."""

    times = 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate, rest = torch.tensor_split(self.proj(x), (8,), dim=-1)
        return gate.mean(-1, keepdim=True).sigmoid() * rest


class Modulated(Base):
    """DiT: shift, scale and gate for each sample, cut along dimension 1 of ``[batch, rows]``."""

    times = 6

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shift, scale, gate, shift2, scale2, gate2 = self.proj(functional.silu(x)).chunk(6, dim=1)
        return gate * (x * (1 + scale) + shift) + gate2 * (x * (1 + scale2) + shift2)


class CellBySlices(Base):
    """An LSTM cell by hand: gates are slices of ``[batch, rows]``."""

    times = 4

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gates, n = self.proj(x), self.width
        inner, forget = torch.sigmoid(gates[:, :n]), torch.sigmoid(gates[:, n : 2 * n])
        return forget * x + inner * torch.tanh(gates[:, 2 * n : 3 * n]) * torch.sigmoid(gates[:, 3 * n :])


class PrefixTokens(Base):
    """What is cut are tokens: the first of them is not a row of the weight."""

    times = 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.proj(x)
        return torch.cat([y[:, :1].tanh(), y[:, 1:]], dim=1)


class ExpertsInAList(nn.Module):
    """JetMoe: the outputs of the experts are gathered in a list; the caller cuts them in gate and up."""

    class Parallel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(2, 24, WIDTH))

        def forward(self, x: torch.Tensor, sizes: list[int]) -> torch.Tensor:
            found = []
            for at, part in enumerate(x.split(sizes, dim=0)):
                found.append(functional.linear(part, self.weight[at]))
            return torch.cat(found, dim=0)

    def __init__(self) -> None:
        super().__init__()
        self.proj = self.Parallel()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        chunked = self.proj(x.flatten(0, 1), [4, 6]).chunk(2, dim=-1)
        return functional.silu(chunked[0]) * chunked[1]


class Conditioned(Base):
    """Diffusion's residual blocks: scale and shift of images, from an embedding of the time."""

    times = 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale, shift = torch.chunk(self.proj(x)[..., None, None], 2, dim=1)
        return x[..., None, None] * (1 + scale) + shift


class HeadsBesideTheBatch(Base):
    """Guided diffusion: heads go to the batch, then each is cut in three."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Conv1d(WIDTH, 3 * WIDTH, 1)  # type: ignore[assignment]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside = self.proj(x.transpose(1, 2))
        batch, width, length = inside.shape
        each = width // (3 * self.heads)
        query, key, value = inside.reshape(batch * self.heads, each * 3, length).split(each, dim=1)
        return value @ (query.mT @ key).softmax(-1)


class RearrangedByLayer(Base):
    """Einops' layer in a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = Rearrange("b n (k h d) -> k b h n d", k=3, h=HEADS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.cut(self.proj(x))
        return attend(query, key, value)


class ThreeByNumber(nn.Module):
    """Three matrices in one parameter, each taken by its number."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Module()
        self.proj.weight = nn.Parameter(torch.randn(3, WIDTH, WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = (x @ self.proj.weight[number] for number in range(3))
        return attend(query, key, value)


class PerHead(nn.Module):
    """Zamba: a matrix for each head stands on the left, and its rows are cut behind a transposition."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Module()
        self.proj.weight = nn.Parameter(torch.randn(2, 12, WIDTH // 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = x.transpose(1, 2).reshape(len(x), 2, WIDTH // 2, -1).transpose(0, 1)
        steps, into, out = torch.split((self.proj.weight[:, None] @ hidden).transpose(-1, -2), [4, 4, 4], dim=-1)
        return steps * into + out


class GatedInALoop(nn.Module):
    """Speech2Text: each convolution of a list is gated by halves of its channels."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv1d(WIDTH, 32, 3), nn.Conv1d(WIDTH, 24, 3)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.mT
        for number, conv in enumerate(self.convs):
            x = functional.glu(conv(x), dim=1) * (number + 1)
        return x


FLAT = (CellBySlices, Conditioned, Modulated)
"""Those that take ``[batch, width]``."""


def batch_of(layer: type[nn.Module]) -> torch.Tensor:
    return torch.randn(2, WIDTH) if layer in FLAT else torch.randn(2, LENGTH, WIDTH)


EXPECTED: dict[type[nn.Module], str | None] = {
    HeadsFirst: "dim 0: 4 x (3 of 4)",
    JoinedForConvolution: "dim 0: 4 x (4 of 4)",
    Convolved: "dim 0: 2 of 16 + 2 of 8 + 4",
    ByTurns: "dim 0: 16 x (2 of 1)",
    ValuesByHalves: None,
    Rotated: None,
    BesideMlp: "dim 0: 3 of 16 + 64",
    GroupedQueries: "dim 0: 2 x (8 + 2 of 4)",
    GlobalSizes: "dim 0: 3 of 16",
    SplitAt: "dim 0: 8 + 24",
    Modulated: "dim 0: 6 of 16",
    CellBySlices: "dim 0: 4 of 16",
    PrefixTokens: None,
    ExpertsInAList: "stack, dim 1: 2 of 12",
    Conditioned: "dim 0: 2 of 16",
    HeadsBesideTheBatch: "dim 0: 4 x (3 of 4)",
    RearrangedByLayer: "dim 0: 3 of 16",
    ThreeByNumber: "stack",
    PerHead: "stack, dim 1: 3 of 4",
}


@pytest.mark.parametrize("layer", EXPECTED, ids=lambda layer: layer.__name__)
def test_a_fused_weight_is_told_as_the_code_cuts_it(layer: type[nn.Module]) -> None:
    model: Any = layer()
    assert model(batch_of(layer)).isfinite().all()
    told = {name: str(blocks) for name, blocks in pw.read(model).blocks().items()}
    assert told == ({"proj.weight": EXPECTED[layer]} if EXPECTED[layer] else {})


BY_PASS = EXPECTED | {
    JoinedForConvolution: "dim 0: 4 x (12 + 4)",  # what is joined for the convolution is not followed behind it
    ExpertsInAList: None,  # the product of each expert takes part of the weight
    PerHead: None,  # a copy of the weight for each sample is multiplied
    ThreeByNumber: None,
}


@pytest.mark.parametrize("layer", BY_PASS, ids=lambda layer: layer.__name__)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_pass_sees_the_rows_that_go_separate_ways(layer: type[nn.Module], device: str) -> None:
    evidence = pw.trace(layer().to(device), batch_of(layer).to(device))
    assert {name: str(blocks) for name, blocks in evidence.blocks.items()} == (
        {"proj.weight": BY_PASS[layer]} if BY_PASS[layer] else {}
    )
    again = pw.Evidence.from_dict(evidence.as_dict())
    assert again.blocks == evidence.blocks


class HeadsInALoop(Base):
    """Each head for itself, in a loop, after a cut in three: heads are not matrices of their own."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = self.proj(x).chunk(3, -1)
        found = []
        for head in range(self.heads):
            own = slice(head * 4, head * 4 + 4)
            found.append((query[..., own] @ key[..., own].mT).softmax(-1) @ value[..., own])
        return torch.cat(found, -1)


class Unreadable(Base):
    """What cuts the output is chosen at run time: no code tells it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        query, key, value = getattr(torch, "ch" + "unk")(self.proj(x), len("qkv"), -1)
        return attend(query, key, value)


def test_heads_in_a_loop_belong_together() -> None:
    evidence = pw.trace(HeadsInALoop(), batch_of(HeadsInALoop))
    assert {name: str(blocks) for name, blocks in evidence.blocks.items()} == {"proj.weight": "dim 0: 3 of 16"}


def test_a_plan_takes_the_blocks_of_the_pass_where_the_code_does_not_tell() -> None:
    model = nn.Sequential(Unreadable(), nn.Linear(WIDTH, 2))
    plan = pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3)
    evidence = pw.trace(model, batch_of(Unreadable))
    assert "parts of 1 weight went separate ways:\n  0.proj.weight: dim 0: 3 of 16" in str(evidence)
    seen = pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3, evidence=evidence)
    assert "blocks" not in plan["0.proj.weight"].settings
    assert seen["0.proj.weight"].settings["blocks"] == "dim 0: 3 of 16"


@pytest.mark.parametrize("layer", [layer for layer, blocks in EXPECTED.items() if blocks], ids=lambda one: one.__name__)
def test_each_block_that_is_told_gets_an_orthogonal_step(layer: type[nn.Module]) -> None:
    model = nn.ModuleDict({"layers": nn.ModuleList([layer()])})
    plan = pw.plan(model, "muon", lr=1.0, weight_decay=0.0, adamw_lr=1e-3)
    weight = model.get_parameter("layers.0.proj.weight")
    before = weight.detach().clone()
    batch_loss(model["layers"][0], layer).backward()  # type: ignore[index]
    plan.optimizer().step()
    blocks = Blocks.from_text(str(plan["layers.0.proj.weight"].settings["blocks"]))
    for matrix in apart(weight.detach() - before, blocks):
        matrix = matrix.flatten(1)
        if min(matrix.shape) > 1 and matrix.norm() > 0:
            scale = max(1.0, (matrix.shape[0] / matrix.shape[1]) ** 0.5)  # torch's adjustment of the rate
            assert (torch.linalg.matrix_norm(matrix, 2) / scale).item() == pytest.approx(1.0, abs=0.35)


def batch_loss(model: nn.Module, layer: type[nn.Module]) -> torch.Tensor:
    return model(batch_of(layer)).square().sum()  # type: ignore[no-any-return]


def test_each_module_of_a_loop_is_told() -> None:
    model = GatedInALoop()
    assert model(batch_of(GatedInALoop)).isfinite().all()
    expected = {"convs.0.weight": "dim 0: 2 of 16", "convs.1.weight": "dim 0: 2 of 12"}
    assert {name: str(blocks) for name, blocks in pw.read(model).blocks().items()} == expected
    evidence = pw.trace(model, batch_of(GatedInALoop))
    assert {name: str(blocks) for name, blocks in evidence.blocks.items()} == expected
