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


def everything(model: nn.Module, *optimizers: torch.optim.Optimizer) -> object:
    """All that a step can change, as plain data: every value of every tensor, and which objects they are."""

    def plain(value: object) -> object:
        if isinstance(value, torch.Tensor):
            gradient = plain(value.grad) if value.is_leaf else None
            return id(value), value.dtype, tuple(value.shape), value.requires_grad, value.tolist(), gradient
        if isinstance(value, dict):
            return [(plain(key), plain(held)) for key, held in value.items()]
        if isinstance(value, (list, tuple)):
            return [plain(held) for held in value]
        return value

    modules = [(vars(module)["_parameters"], vars(module)["_buffers"], module.training) for module in model.modules()]
    return plain(modules), [plain((dict(one.state), one.param_groups)) for one in optimizers]


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
                pw.probe(step, model, optimizer, scheduler)  # takes back what the step appended to losses too
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


class Odd(nn.Module):
    """Changes in its forward pass what a module can change: a buffer assigned anew, a count, its mode."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.norm = nn.Linear(3, 3), nn.BatchNorm1d(3)
        self.register_buffer("mean", torch.zeros(3))
        self.calls = 0
        self.cache: dict[str, torch.Tensor] = {}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.linear(x))
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        self.calls += 1
        self.cache["last"] = x.detach()
        return x


def odd_step(model: Odd, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(torch.randn(4, 3)).square().sum().backward()
    optimizer.step()


def test_what_a_module_assigns_is_put_back() -> None:
    model = Odd()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    odd_step(model, optimizer)
    held, calls, last = everything(model, optimizer), model.calls, model.cache["last"]
    pw.probe(lambda: odd_step(model, optimizer), model, optimizer)
    assert everything(model, optimizer) == held
    assert model.calls == calls
    assert model.cache == {"last": last}


@pytest.mark.parametrize("raising", [False, True])
def test_replaced_resized_and_added(raising: bool) -> None:
    model = Odd()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    odd_step(model, optimizer)
    held = everything(model, optimizer)

    def step() -> None:
        odd_step(model, optimizer)
        model.linear.weight.data = torch.zeros(1, 5)
        model.norm.bias.untyped_storage().resize_(0)
        model.norm.weight = nn.Parameter(torch.ones(3))
        model.added = nn.Linear(1, 1)
        model.linear.bias.requires_grad_(False)
        model.eval()
        optimizer.add_param_group({"params": model.added.parameters()})
        optimizer.param_groups[0]["lr"] = 7.0
        optimizer.state["beside"] = {"count": 3}  # type: ignore[index]
        del optimizer.state[model.norm.bias]
        if raising:
            raise KeyError("the step's own")

    if raising:
        with pytest.raises(KeyError, match="the step's own"):
            pw.probe(step, model, optimizer)
    else:
        pw.probe(step, model, optimizer)
    assert everything(model, optimizer) == held
    assert not hasattr(model, "added")
    odd_step(model, optimizer)


class Sam(torch.optim.Optimizer):
    """A wrapping optimizer, in the manner of SAM: the one inside has the state; a string key beside it."""

    def __init__(self, parameters: object, lr: float) -> None:
        super().__init__(parameters, {"rho": 0.05, "lr": lr})  # type: ignore[arg-type]
        self.base = torch.optim.SGD(self.param_groups, lr=lr, momentum=0.9)
        self.state["k"] = torch.zeros(1)  # type: ignore[index, assignment]

    def step(self, closure: object = None) -> None:  # type: ignore[override]
        self.state["k"] += 1  # type: ignore[index, operator]
        self.base.step()


def test_an_optimizer_inside_another() -> None:
    model = Odd()
    optimizer = Sam(model.parameters(), lr=0.1)
    odd_step(model, optimizer)
    held = everything(model, optimizer, optimizer.base)
    assert len(pw.probe(lambda: odd_step(model, optimizer), model, optimizer).moved) == 4
    assert everything(model, optimizer, optimizer.base) == held


def test_what_the_step_names_is_put_back() -> None:
    model, teacher = Odd(), Odd()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    other = torch.optim.SGD(teacher.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu")
    generators = torch.Generator().manual_seed(1), np.random.default_rng(1), random.Random(1)
    average = {name: value.detach().clone() for name, value in model.named_parameters()}
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        x = torch.randn(4, 3, generator=generators[0]) * generators[1].random() * generators[2].random()
        loss = (model(x) - teacher(x)).square().sum()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        other.step()
        for name, value in model.named_parameters():
            average[name] = 0.9 * average[name] + 0.1 * value.detach()

    def numbers() -> object:
        draws = generators[0].get_state().tolist(), generators[1].bit_generator.state, generators[2].getstate()
        return draws, scaler.state_dict(), count, {name: (id(v), v.tolist()) for name, v in average.items()}

    step()
    held = everything(model, optimizer), everything(teacher, other), numbers()
    pw.probe(step, model, optimizer)
    assert (everything(model, optimizer), everything(teacher, other), numbers()) == held


def test_what_cannot_be_put_back_is_refused_before_the_step() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = iter(torch.utils.data.DataLoader([0, 1, 2]))
    ran = []

    def step() -> None:
        ran.append(next(batches))

    with pytest.raises(pw.InputError, match="draws from an iterator, `batches`"):
        pw.probe(step, model, optimizer)
    assert ran == []
    assert len(list(batches)) == 3
