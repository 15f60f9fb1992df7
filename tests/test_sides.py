"""On which side of the blocks a parameter lies where the model's code tells it, whatever it is called."""

from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.model.reach import Reach


def blocks(times: int = 3) -> nn.ModuleList:
    return nn.ModuleList(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True) for _ in range(times))


class OutputFirst(nn.Module):
    """What comes last is registered first, under names that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.to_words, self.after, self.stack = nn.Linear(8, 20), nn.LayerNorm(8), blocks()
        self.places, self.words = nn.Parameter(torch.zeros(1, 9, 8)), nn.Embedding(20, 8)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.words(ids) + self.places[:, : ids.shape[1]]
        for block in self.stack:
            x = block(x)
        return self.to_words(self.after(x))


class Misnamed(nn.Module):
    """The way out is called an embedding, and the way in, as wide as the blocks, is registered after them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = nn.Sequential(*blocks())
        self.lift = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 8))
        self.embed_words = nn.Linear(8, 20)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.embed_words(self.stack(self.lift(x)))


class Towers(nn.Module):
    """What leads to the smaller of two towers stands beside both."""

    def __init__(self) -> None:
        super().__init__()
        self.vision, self.text = nn.Sequential(*blocks(5)), nn.Sequential(*blocks(2))
        self.patch, self.words = nn.Linear(12, 8), nn.Embedding(20, 8)
        self.seen = nn.Parameter(torch.randn(8, 4))
        self.order = nn.Parameter(torch.zeros(9, 8))

    def forward(self, image: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        seen = self.vision(self.patch(image)).mean(1) @ self.seen
        return seen @ self.text(self.words(ids) + self.order[: ids.shape[1]]).mean(1)[:, :4].T


class Encoder(nn.Module):
    """Has its norm before its blocks in the order, and after them in the code."""

    def __init__(self) -> None:
        super().__init__()
        self.last, self.first, self.layers = nn.LayerNorm(8), nn.LayerNorm(8), blocks(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for layer in self.layers:
            x = layer(x)
        return self.last(x)


class Twins(nn.Module):
    """Two encoders of one class."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.found = Encoder(), Encoder()

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.asked(x) @ self.found(y).mT


class Latents(nn.Module):
    """A state that is the model's own is where the sum begins."""

    def __init__(self) -> None:
        super().__init__()
        self.latents, self.layers, self.out = nn.Parameter(torch.zeros(1, 4, 8)), blocks(2), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = self.latents.expand(len(x), -1, -1)
        for layer in self.layers:
            state = layer(torch.cat([state, x], 1))[:, :4] + state
        return self.out(state.mean(1))


class Judge(nn.Module):
    """The value is judged by a layer that sends nothing back, registered first."""

    def __init__(self) -> None:
        super().__init__()
        self.value, self.read, self.layers = nn.Linear(8, 8), nn.Linear(8, 8), blocks(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.read(x)
        for layer in self.layers:
            x = layer(x)
        return self.value(x.detach())


class Watched(nn.Module):
    """Each state is read by one layer, also the first: it lies on no side, and its place in the order counts."""

    def __init__(self) -> None:
        super().__init__()
        self.layers, self.reader = blocks(2), nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        read = []
        for layer in self.layers:
            read.append(self.reader(x))
            x = layer(x)
        return [*read, self.reader(x)]


class Levels(nn.Module):
    """A layer for each of several states, whose names are not known."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names
        self.of_level = nn.ModuleDict({name: nn.Linear(8, 8) for name in names})
        self.layers, self.last = blocks(2), nn.LayerNorm(8)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        states = []
        for layer in self.layers:
            x = layer(x)
            states.append(x)
        return [self.of_level[name](self.last(state)) for name, state in zip(self.names, states, strict=True)]


@pytest.mark.parametrize(
    ("model", "given", "expected"),
    [
        (OutputFirst, [torch.ones(2, 5).long()], {"to_words": 0, "after": 0, "places": 4, "words": 4}),
        (Misnamed, [torch.randn(2, 5, 8)], {"lift.0": 4, "lift.2": 4, "embed_words": 0}),
        (
            Towers,
            [torch.randn(2, 4, 12), torch.ones(2, 5).long()],
            {"patch": 6, "words": 3, "order": 3, "seen": 0},
        ),
        (
            Twins,
            [torch.randn(2, 4, 8), torch.randn(2, 4, 8)],
            {"asked.first": 3, "asked.last": 0, "found.first": 3, "found.last": 0},
        ),
        (Latents, [torch.randn(2, 4, 8)], {"latents": 3, "out": 0}),
        (Judge, [torch.randn(2, 4, 8)], {"read": 3, "value": 0}),
        (Watched, [torch.randn(2, 4, 8)], {"reader": 0}),
        (lambda: Levels("a", "b"), [torch.randn(2, 4, 8)], {"of_level.a": 0, "of_level.b": 0}),
    ],
)
def test_the_code_tells_the_side(model: Any, given: list[torch.Tensor], expected: dict[str, int]) -> None:
    built = model()
    built(*given)
    depths = {one.name.removesuffix(".weight"): one.depth for one in pw.read(built) if one.layer is None}
    assert {name: depths[name] for name in expected} == expected


def test_modules_that_stand_for_each_other_come_to_an_end() -> None:
    """The norm of the second block was followed in the first one, and the first block as the second one."""
    reach = Reach({}, {"blocks.1.norm": "blocks.0.norm", "blocks.0": "blocks.1"})
    assert reach.used("blocks.1.norm.gain") is None


def test_a_part_of_another_model_is_read_as_before() -> None:
    """Modules in a dictionary have no code: their order tells."""
    bare = nn.ModuleDict({"first": nn.Linear(8, 8), "layers": blocks(2), "second": nn.Linear(8, 8)})
    catalog = pw.read(bare)
    assert [catalog[f"{name}.weight"].depth for name in ("first", "second")] == [3, 0]
