"""Did it move, and is everything as it was?"""

import copy
import random

import numpy as np
import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.torch.audit.probe import Probe

from models import FrozenTrunk, Plain

IDS = torch.tensor([[1, 2, 3]])


def stepping(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(IDS).square().sum().backward()
    optimizer.step()


def probed(model: nn.Module, optimizer: torch.optim.Optimizer) -> Probe:
    return pw.probe(lambda: stepping(model, optimizer), model, optimizer)


def everything(model: nn.Module, optimizer: torch.optim.Optimizer) -> str:
    torch.set_printoptions(precision=17, threshold=100_000)
    try:
        gradients = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
        needs = [p.requires_grad for p in model.parameters()]
        return str((model.state_dict(), optimizer.state_dict(), gradients, needs, model.training))
    finally:
        torch.set_printoptions(profile="default")


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("fused", [False, True])
def test_all_moves_and_all_is_put_back(before: int, fused: bool) -> None:
    torch.manual_seed(0)
    model = Plain()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, fused=fused)
    for _ in range(before):
        stepping(model, optimizer)
    held = everything(model, optimizer)
    numbers = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    found = probed(model, optimizer)
    assert everything(model, optimizer) == held
    assert torch.equal(numbers[0], torch.get_rng_state())
    assert numbers[1:] == (random.getstate(), np.random.get_state()[1].tolist())
    assert len(found.moved) == 11
    assert found.findings == ()
    assert found.still == {}


def test_training_goes_on_as_if_it_had_not_been() -> None:
    def trained(probing: bool) -> list[float]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
        data = torch.randn(16, 4)
        losses = []

        def step() -> None:
            optimizer.zero_grad()
            loss = model(data).square().mean()
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())

        for index in range(6):
            if probing and index in (0, 3):
                pw.probe(step, model, optimizer, scheduler)
                losses.pop()
            step()
        return losses

    assert trained(True) == trained(False)


def test_frozen_and_unused() -> None:
    class Half(FrozenTrunk):
        def __init__(self) -> None:
            super().__init__()
            self.spare = nn.Linear(4, 2)

    model = Half()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)

    def step() -> None:
        model(torch.ones(1, 4)).sum().backward()
        optimizer.step()

    found = pw.probe(step, model, optimizer)
    assert found.moved == ("head.weight", "head.bias")
    assert found.still == {"spare.weight": "no gradient reached it", "spare.bias": "no gradient reached it"}
    assert found.findings.codes == ("PW504",)
    assert pw.probe(step, model, optimizer, ignore=["PW504"]).findings == ()
    assert all(p.grad is None for p in model.parameters())


def test_a_leftover_gradient_moves_what_is_frozen() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    stepping(model, optimizer)
    model.head.requires_grad_(False)

    def step() -> None:
        model(IDS).square().sum().backward()
        optimizer.step()

    (finding,) = pw.probe(step, model, optimizer).findings
    assert (finding.code, finding.names) == ("PW505", ("head.weight", "head.bias"))
    assert not model.head.weight.requires_grad


def test_zeroed_gradients_do_not_freeze() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    stepping(model, optimizer)

    def step() -> None:
        optimizer.zero_grad()
        model(IDS).square().sum().backward()
        model.head.weight.grad.zero_()
        optimizer.step()

    (finding,) = pw.probe(step, model, optimizer).findings
    assert (finding.code, finding.names) == ("PW502", ("head.weight",))


def test_what_bfloat16_rounds_away() -> None:
    model = Plain().bfloat16()
    nn.init.ones_(model.embedding.weight)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    found = probed(model, optimizer)
    assert found.still["blocks.0.LayerNorm.weight"] == "its update was rounded away"
    assert "PW603" in found.findings.codes


def test_closures_and_what_a_step_raises() -> None:
    model = Plain()
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=2)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = model(IDS).square().sum()
        loss.backward()
        return loss

    held = copy.deepcopy(model.state_dict())
    assert len(pw.probe(lambda: optimizer.step(closure), model, optimizer).moved) >= 10
    assert optimizer.state == {}

    def failing() -> None:
        stepping(model, optimizer_2)
        raise ValueError("out of memory")

    optimizer_2 = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="out of memory"):
        pw.probe(failing, model, optimizer_2)
    assert all(torch.equal(value, held[name]) for name, value in model.state_dict().items())


def test_print() -> None:
    model = Plain()
    text = str(probed(model, torch.optim.SGD(model.parameters(), lr=0.1)))
    assert text == "11 parameters moved\n\nno findings"
