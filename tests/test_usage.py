"""How the source of a class is read: each use of an attribute, and how far a value is followed."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from paramwise.model.usage import uses


class Plain:
    """One method for each way to use a value; no method is ever run."""

    def forward(self, x, ids, style):  # type: ignore[no-untyped-def]
        F.linear(x, self.linear)
        F.conv2d(x, weight=self.convolution)
        F.linear(x, self.with_bias, bias=self.bias)
        torch.addmm(self.added_first, x, x)
        x @ self.product
        torch.einsum("ij,jk", x, self.einsum)
        F.embedding(ids, self.embedding)
        x + self.indexed[ids]
        x * self.gain
        x * (1 + self.gain_from_zero)
        F.layer_norm(x, (4,), self.layer_norm, self.layer_norm_bias)
        F.layer_norm(x, (4,), None, self.fourth_argument)
        x - self.shift
        torch.cat((self.token.expand(2, -1), x))
        self.layer(self.fed)
        x.to(self.only_its_dtype.dtype)
        print(self.unknown)

    def _followed(self, x, style):  # type: ignore[no-untyped-def]
        turned = self.variable.t()
        x @ turned
        x @ self.expert[3]
        self._scaled(x, self.argument)
        self._scaled(x, by=self.keyword)
        scaled(x, self.function)
        for weight in self.members:
            x @ weight
        [x @ weight for weight in self.comprehended]
        for weight, other in zip(self.zipped, reversed(self.turned), strict=True):
            x @ weight @ other
        F.linear(x, self.factor * self.other_factor)
        F.linear(x, F.normalize(self.normalised))
        F.conv2d(x, self.modulated * style)
        weight = x.exp()
        weight *= self.augmented

    def _scaled(self, x, by):  # type: ignore[no-untyped-def]
        return x * by

    def extra_repr(self) -> str:
        return f"{self.shown @ self.shown}"  # type: ignore[attr-defined]


def scaled(x, by):  # type: ignore[no-untyped-def]
    return x * by


EXPECTED = {
    "linear": "kernel",
    "convolution": "kernel",
    "with_bias": "kernel",
    "bias": "sum",
    "added_first": "sum",
    "product": "product",
    "einsum": "product",
    "embedding": "lookup",
    "indexed": "lookup",
    "gain": "gain",
    "gain_from_zero": "gain",
    "layer_norm": "gain",
    "layer_norm_bias": "sum",
    "fourth_argument": "sum",
    "shift": "sum",
    "token": "table",
    "fed": "table",
    "variable": "product",
    "expert": "product",
    "argument": "gain",
    "keyword": "gain",
    "function": "gain",
    "members": "product",
    "comprehended": "product",
    "zipped": "product",
    "turned": "product",
    "factor": "factor",
    "other_factor": "factor",
    "normalised": "kernel",
    "modulated": "factor",
    "augmented": "gain",
}


@pytest.mark.parametrize("attribute", EXPECTED)
def test_each_way_to_use_a_value_is_told(attribute: str) -> None:
    assert uses(Plain).get(attribute) == EXPECTED[attribute]


@pytest.mark.parametrize("attribute", ["only_its_dtype", "unknown", "shown", "_scaled"])
def test_what_is_not_a_use_is_not_one(attribute: str) -> None:
    """A dtype, an argument of an unknown function, what is only printed, a method."""
    assert attribute not in uses(Plain)


class Strongest:
    def forward(self, x, ids):  # type: ignore[no-untyped-def]
        return x + self.tied, x @ self.tied, x * self.added + self.added


def test_of_several_uses_the_strongest_counts() -> None:
    assert uses(Strongest) == {"tied": "product", "added": "gain"}


class Base(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.inherited + self.overridden


class Derived(Base):
    def helper(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.own


class Overriding(Base):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.overridden


def test_inherited_methods_are_read_and_overridden_ones_are_not() -> None:
    assert uses(Derived) == {"inherited": "gain", "overridden": "sum", "own": "product"}
    assert uses(Overriding) == {"overridden": "product"}


class Deep:
    def forward(self, x):  # type: ignore[no-untyped-def]
        a = self.followed
        b = a
        c = b
        x @ c
        p = self.lost
        q = p
        r = q
        s = r
        x @ s


def test_a_value_is_followed_through_three_variables_and_no_further() -> None:
    assert uses(Deep) == {"followed": "product"}


class Circular:
    def forward(self, x):  # type: ignore[no-untyped-def]
        return self.again(x, self.weight)

    def again(self, x, weight):  # type: ignore[no-untyped-def]
        return self.again(x, weight)


def test_methods_that_call_each_other_come_to_an_end() -> None:
    assert uses(Circular).get("weight") is None


def test_without_source_nothing_is_told() -> None:
    made: dict[str, type] = {}
    exec("class Made:\n    def forward(self, x): return x @ self.weight", made)
    assert uses(made["Made"]) == {}
    assert uses(nn.Linear) == {}  # torch's own: its class is known, see roles
