import pytest
import torch
from torch import nn

import paramwise as pw


class HomeMadeRMSNorm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))


class MyLinear(nn.Linear):
    pass


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (nn.Linear(2, 2), ["matrix", "bias"]),
        (MyLinear(2, 2), ["matrix", "bias"]),
        (nn.Conv2d(2, 2, 1), ["matrix", "bias"]),
        (nn.LayerNorm(2), ["norm", "bias"]),
        (nn.BatchNorm1d(2), ["norm", "bias"]),
        (nn.GroupNorm(1, 2), ["norm", "bias"]),
        (HomeMadeRMSNorm(), ["norm"]),
        (nn.Embedding(2, 2), ["embedding"]),
    ],
)
def test_role_by_class(module: nn.Module, expected: list[str]) -> None:
    assert [parameter.role for parameter in pw.read(module)] == expected
