"""Uses that are easily taken for another one, each in the smallest class: structure and a pass tell what decays."""

from typing import ClassVar

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.model.roles import DECAYED

from odd import SEQUENCE, Odd, X, weights


class ProductOverInputs(Odd):
    """Each output is a product over the inputs, as it may be a sum."""

    RIGHT: ClassVar = {"inter": True, "gain": False}

    def __init__(self) -> None:
        super().__init__()
        self.inter, self.gain = weights(8, 5), weights(5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (1 + self.inter * x[..., None]).prod(1) * self.gain


class MultiplicationUnit(Odd):
    """A neural multiplication unit: the weight is clamped, and what it leaves out counts as one."""

    RIGHT: ClassVar = {"choices": True}

    def __init__(self) -> None:
        super().__init__()
        self.choices = weights(5, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = self.choices.clamp(0, 1)
        return torch.prod(kept * x.unsqueeze(1) + 1 - kept, dim=-1)


CLASSES = [made for made in vars().copy().values() if isinstance(made, type) and issubclass(made, Odd) and made.RIGHT]


@pytest.mark.parametrize("made", CLASSES, ids=lambda cls: cls.__name__)
def test_structure_tells_what_decays(made: type[Odd]) -> None:
    plan = pw.plan(made(), "default", lr=1e-3, weight_decay=0.1)
    assert [one.name for one in plan.catalog if (one.role in DECAYED) is not made.RIGHT[one.name]] == []
    assert not [finding for finding in plan.check() if finding.code in ("PW108", "PW109")]


@pytest.mark.parametrize("made", CLASSES, ids=lambda cls: cls.__name__)
def test_a_pass_tells_what_decays(made: type[Odd]) -> None:
    evidence = pw.trace(made(), *made.DATA)
    assert evidence.untouched == {}
    wrong = [name for name, told in evidence.parameters.items() if (told.role in DECAYED) is not made.RIGHT[name]]
    assert wrong == []


class Unused(nn.Module):
    """What this pass does not use is added times zero, so that it has a gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.other = weights(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.used + 0.0 * self.other.sum()


def test_what_is_added_times_zero_is_not_told_by_the_pass() -> None:
    evidence = pw.trace(Unused(), X)
    assert evidence.told == {"used": "matrix"}
    assert set(evidence.untouched) == {"other"}


class LongKernel(nn.Module):
    """A diagonal state space as a long convolution: the frequencies divide, and are in an exponential."""

    def __init__(self) -> None:
        super().__init__()
        self.decay, self.turn, self.out, self.step = weights(8, 2), weights(8, 2), weights(8, 2, 2), weights(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rates = 1j * self.turn - self.decay.exp()
        each = rates * self.step.exp()
        kept = torch.exp(each[..., None] * torch.arange(6))
        shares = torch.view_as_complex(self.out) * (torch.exp(each) - 1) / rates
        kernel = torch.einsum("hn,hnl->hl", shares, kept).real
        both = torch.fft.rfft(kernel, n=12) * torch.fft.rfft(x.mT, n=12)
        return torch.fft.irfft(both, n=12)[..., :6].mT


def test_what_divides_another_weight_is_no_weight() -> None:
    told = pw.trace(LongKernel(), SEQUENCE).told
    assert told["out"] == "matrix"
    assert not {told["decay"], told["turn"], told["step"]} & DECAYED


class SharedByGroups(nn.Module):
    """Grouped experts: each matrix serves two groups, which the module counts itself."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.groups = weights(4, 8, 8), 8

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.einsum("bd,gde->gbe", x, self.stack[torch.arange(self.groups) // 2])


def test_matrices_taken_by_the_modules_own_count_are_no_places() -> None:
    model = SharedByGroups()
    assert pw.read(model)["stack"].role == pw.trace(model, X).told["stack"] == "matrix"
