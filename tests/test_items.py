"""Lists and dictionaries of parameters: each item has the use of its own, or is in doubt."""

import pytest
import torch
from torch import nn

import paramwise as pw


class Affine(nn.Module):
    """A matrix and what is added to it, in one list."""

    def __init__(self, held: nn.Module) -> None:
        super().__init__()
        self.held = held


def pair() -> list[torch.Tensor]:
    return [torch.randn(8, 8), torch.zeros(1, 8)]


class ByNumber(Affine):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.held[0] + self.held[1]  # type: ignore[index]


class Unpacked(Affine):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight, shift = self.held  # type: ignore[misc, has-type]
        return x @ weight + shift


class ByKey(Affine):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.held["weight"] + self.held["shift"]  # type: ignore[index]


class ByAttribute(Affine):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.held.weight + self.held.shift


class Nested(Affine):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for weight, shift in self.held:  # type: ignore[attr-defined]
            x = x @ weight + shift
        return x


class NestedByNumber(Affine):
    """The second list holds a gain; the second item of the first one is a matrix."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first = self.held[0]  # type: ignore[index]
        return (x @ first[0]) @ first[1] * self.held[1][0]  # type: ignore[index]


class SideBySide(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([torch.randn(8, 8) for _ in range(2)])
        self.shifts = nn.ParameterList([torch.zeros(1, 8) for _ in range(2)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for weight, shift in zip(self.weights, self.shifts, strict=True):
            x = x @ weight + shift
        return x


@pytest.mark.parametrize(
    "model",
    [
        ByNumber(nn.ParameterList(pair())),
        Unpacked(nn.ParameterList(pair())),
        ByKey(nn.ParameterDict(dict(zip(("weight", "shift"), pair(), strict=True)))),
        ByAttribute(nn.ParameterDict(dict(zip(("weight", "shift"), pair(), strict=True)))),
        SideBySide(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_each_item_of_a_list_has_the_use_of_its_own(model: nn.Module) -> None:
    plan = pw.plan(model, lr=1e-3)
    assert sorted(plan.catalog[name].role for name in plan.catalog.names) == ["bias"] * (len(plan.catalog) // 2) + [
        "matrix"
    ] * (len(plan.catalog) // 2)
    assert not plan.check()


def test_an_item_of_an_inner_list_is_not_taken_for_a_list() -> None:
    model = NestedByNumber(
        nn.ParameterList(
            [nn.ParameterList([torch.randn(8, 8), torch.randn(8, 8)]), nn.ParameterList([torch.ones(1, 8)])]
        )
    )
    assert pw.read(model)["held.0.1"].role == "matrix"


def test_items_that_cannot_be_told_apart_are_in_doubt() -> None:
    model = Nested(nn.ParameterList([nn.ParameterList(pair()) for _ in range(2)]))
    (finding,) = pw.plan(model, lr=1e-3).check()
    assert finding.code == "PW109"
    assert set(finding.names) == {name for name, _ in model.named_parameters()}
