"""Uses that are easily taken for another one, each in the smallest class: structure and a pass tell what decays."""

from typing import ClassVar

import pytest
import torch

import paramwise as pw
from paramwise.model.roles import DECAYED

from odd import Odd, weights


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


CLASSES = [made for made in Odd.__subclasses__() if made.__module__ == __name__]


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
