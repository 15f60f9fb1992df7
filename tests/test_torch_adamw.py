"""AdamW with sparse gradients of tables: bit for bit what torch's computes from dense ones."""

import copy
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from paramwise.findings import InputError
from paramwise.torch.optimizers.adamw import AdamW

ROWS = 12


def model(*, sparse: bool) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Embedding(ROWS, 16, sparse=sparse), nn.Linear(16, 3))


def step(net: nn.Module, optimizer: torch.optim.Optimizer, ids: list[int]) -> None:
    optimizer.zero_grad()
    net(torch.tensor(ids)).square().sum().backward()
    optimizer.step()


def require_equal(ours: nn.Module, own: torch.optim.Optimizer, theirs: nn.Module, of: torch.optim.Optimizer) -> None:
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, other)
        assert own.state[mine].keys() == of.state[other].keys()
        for key, value in of.state[other].items():
            assert torch.equal(own.state[mine][key], value), key


@settings(deadline=None, max_examples=60)
@given(
    batches=st.lists(st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=5, unique=True), min_size=1, max_size=6),
    kernel=st.sampled_from([{"fused": True}, {"foreach": True}, {"foreach": False}, {}]),
    extra=st.sampled_from([{}, {"amsgrad": True}, {"maximize": True}, {"weight_decay": 0.0}, {"eps": 1e-3}]),
    rates=st.lists(st.sampled_from([0.0, 1e-3, 0.1]), min_size=6, max_size=6),
)
def test_the_values_are_those_of_torch(
    batches: list[list[int]], kernel: dict[str, Any], extra: dict[str, Any], rates: list[float]
) -> None:
    ours, theirs = model(sparse=True), model(sparse=False)
    options = {"weight_decay": 0.1, **kernel, **extra}
    own, of = AdamW(ours.parameters(), **options), torch.optim.AdamW(theirs.parameters(), **options)
    for ids, rate in zip(batches, rates, strict=False):
        own.param_groups[0]["lr"] = of.param_groups[0]["lr"] = rate
        step(ours, own, ids)
        step(theirs, of, ids)
    require_equal(ours, own, theirs, of)


def test_it_goes_on_from_the_state_of_torch_and_torch_from_its_own() -> None:
    ours, theirs = model(sparse=True), model(sparse=False)
    own, of = AdamW(ours.parameters(), lr=0.1), torch.optim.AdamW(theirs.parameters(), lr=0.1)
    step(theirs, of, [1, 2])
    step(ours, own, [7])
    ours.load_state_dict(theirs.state_dict())
    own.load_state_dict(copy.deepcopy(of.state_dict()))
    for ids in ([3], [1, 4]):
        step(ours, own, ids)
        step(theirs, of, ids)
    require_equal(ours, own, theirs, of)
    of.load_state_dict(copy.deepcopy(own.state_dict()))
    step(ours, own, [5])
    step(theirs, of, [5])
    require_equal(ours, own, theirs, of)


def test_momentum_that_somebody_wrote_in_place_is_stepped() -> None:
    ours, theirs = model(sparse=True), model(sparse=False)
    own, of = AdamW(ours.parameters(), lr=0.1), torch.optim.AdamW(theirs.parameters(), lr=0.1)
    for net, optimizer in ((ours, own), (theirs, of)):
        step(net, optimizer, [1])
        optimizer.state[next(net.parameters())]["exp_avg"][9] = 1.0
        step(net, optimizer, [2])
    require_equal(ours, own, theirs, of)


def test_a_copy_steps_alike() -> None:
    ours = model(sparse=True)
    own = AdamW(ours.parameters(), lr=0.1)
    step(ours, own, [1, 2])
    twin, its = copy.deepcopy((ours, own))
    step(ours, own, [3])
    step(twin, its, [3])
    require_equal(ours, own, twin, its)


def test_hooks_run_once_a_step_and_see_the_gradient() -> None:
    ours = model(sparse=True)
    torch.optim.AdamW(model(sparse=False).parameters())  # torch wraps the step of its class when it makes the first
    own, seen = AdamW(ours.parameters()), []
    own.register_step_pre_hook(lambda *_: seen.append("before"))
    own.register_step_post_hook(lambda *_: seen.append(str(ours[0].weight.grad.is_sparse)))
    step(ours, own, [1])
    assert seen == ["before", "True"]


def test_a_closure_is_called_once_with_derivatives() -> None:
    ours, theirs = model(sparse=True), model(sparse=False)
    own, of = AdamW(ours.parameters(), lr=0.1), torch.optim.AdamW(theirs.parameters(), lr=0.1)
    for net, optimizer in ((ours, own), (theirs, of)):

        def closure(net: nn.Module = net, optimizer: torch.optim.Optimizer = optimizer) -> torch.Tensor:
            optimizer.zero_grad()
            loss = net(torch.tensor([1, 2])).square().sum()
            loss.backward()
            return loss

        assert optimizer.step(closure) > 0
    require_equal(ours, own, theirs, of)


@pytest.mark.parametrize("overflows", [False, True])
def test_a_scaler_of_gradients_divides_and_skips(overflows: bool) -> None:
    ours, theirs = model(sparse=True), model(sparse=False)
    own = AdamW(ours.parameters(), lr=0.1, fused=True)
    of = torch.optim.AdamW(theirs.parameters(), lr=0.1, fused=True)
    for net, optimizer in ((ours, own), (theirs, of)):
        scaler = torch.amp.GradScaler("cpu", init_scale=2.0**4)
        loss = net(torch.tensor([1, 2])).square().sum()
        scaler.scale(loss * (float("inf") if overflows else 1.0)).backward()
        scaler.step(optimizer)
        scaler.update()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(InputError, match="no derivative"):
        AdamW(model(sparse=True).parameters(), differentiable=True)
    table = nn.Parameter(torch.ones(3, 2))
    table.grad = torch.sparse_coo_tensor(torch.tensor([[0], [1]]), torch.ones(1), (3, 2), check_invariants=True)
    with pytest.raises(RuntimeError, match="of rows"):
        AdamW([table]).step()
