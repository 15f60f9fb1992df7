"""Where models of other people's code are built."""

import pytest
import torch
from torch import nn

from paramwise.torch.construct import device_for, is_model


@pytest.mark.parametrize(("values", "kind"), [(True, "cpu"), (False, "meta")])
def test_models_are_built_where_their_values_are_wanted(values: bool, kind: str) -> None:
    with device_for(values):
        model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
    assert {tensor.device.type for tensor in model.state_dict().values()} == {kind}
    assert nn.Linear(1, 1).weight.device.type == "cpu"


def test_what_is_a_model() -> None:
    assert is_model(nn.Identity())
    for other in (nn.Identity, torch.ones(1), None, "demo", {}):
        assert not is_model(other)
