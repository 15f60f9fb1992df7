"""Held against norms computed by hand, one parameter at a time."""

import copy
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.torch.watch.reading import Row

import ranks
from models import FrozenTrunk, Plain, tiny_bert

IDS = torch.arange(7)

SHARDED = """
import sys
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import paramwise as pw

address, rank = sys.argv[1:]
dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)

def readings(sharded):
    torch.manual_seed(0)
    model = nn.Sequential(*(nn.Sequential(nn.Linear(7, 7), nn.LayerNorm(7)) for _ in range(2)), nn.Linear(7, 1))
    if sharded:
        mesh = init_device_mesh("cpu", (2,))
        for block in model:
            fully_shard(block, mesh=mesh)
        fully_shard(model, mesh=mesh)
    optimizer = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
    meter = pw.metrics(optimizer, model, "role", every=2)
    for step in range(3):
        yield meter.read().as_dict()
        optimizer.zero_grad()
        model(torch.ones(2, 7)).square().sum().backward()
        optimizer.step()
        yield meter.read().as_dict()

for whole, parts in zip(readings(False), readings(True), strict=True):
    assert whole.keys() == parts.keys()
    for key in whole:
        assert abs(whole[key] - parts[key]) <= 1e-5 * abs(whole[key]), (key, whole[key], parts[key])
"""


def backward(model: nn.Module) -> torch.Tensor:
    loss = model(IDS).square().sum()
    loss.backward()
    return loss


def norm(tensors: Iterable[torch.Tensor]) -> float:
    return math.sqrt(sum(tensor.double().square().sum().item() for tensor in tensors))


def adamw(model: nn.Module) -> list[torch.optim.Optimizer]:
    return [pw.plan(model, lr=1e-2, weight_decay=0.1).optimizer(torch.optim.AdamW)]


def sgd(model: nn.Module) -> list[torch.optim.Optimizer]:
    return [torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=0.01)]


def muon(model: nn.Module) -> list[torch.optim.Optimizer]:
    matrices = [one for one in model.parameters() if one.ndim == 2]
    rest = [one for one in model.parameters() if one.ndim != 2]
    return [torch.optim.Muon(matrices, lr=1e-2, weight_decay=0.1), torch.optim.AdamW(rest, lr=1e-3, weight_decay=0.0)]


def of_roles(model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> dict[str, list[int]]:
    held = {id(one) for optimizer in optimizers for group in optimizer.param_groups for one in group["params"]}
    found: dict[str, list[int]] = {}
    for at, (parameter, tensor) in enumerate(zip(pw.read(model), model.parameters(), strict=True)):
        if id(tensor) in held:
            found.setdefault(parameter.role, []).append(at)
    return found


def of_groups(model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> list[list[int]]:
    position = {id(one): at for at, one in enumerate(model.parameters())}
    return [[position[id(one)] for one in group["params"]] for other in optimizers for group in other.param_groups]


def check(row: Row, members: list[int], before: Any, gradients: Any, after: Any) -> None:
    weight = norm(before[at] for at in members)
    update = norm(after[at].double() - before[at].double() for at in members)
    assert row.parameters == len(members)
    assert row.numel == sum(before[at].numel() for at in members)
    assert row.weight_norm == pytest.approx(weight, rel=1e-5)
    assert row.gradient_norm == pytest.approx(norm(gradients[at] for at in members), rel=1e-5)
    assert row.update_ratio == pytest.approx(update / weight, rel=1e-4 if before[0].itemsize > 2 else 2e-3)


@pytest.mark.parametrize("make", [adamw, sgd, muon])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_equal_to_what_is_computed_by_hand(
    make: Callable[[nn.Module], list[torch.optim.Optimizer]], dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    model = Plain().to(dtype)
    optimizers = make(model)
    with pw.metrics(optimizers, model, every=1) as groups, pw.metrics(optimizers, model, "role", every=1) as roles:
        for step in range(3):
            backward(model)
            before = [one.detach().clone() for one in model.parameters()]
            for optimizer in optimizers:
                optimizer.step()
            gradients = [one.grad.clone() for one in model.parameters()]
            after = [one.detach().clone() for one in model.parameters()]
            for optimizer in optimizers:
                optimizer.zero_grad()
            reading = groups.read()
            assert reading.step == step
            for row, members in zip(reading.rows, of_groups(model, optimizers), strict=True):
                check(row, members, before, gradients, after)
            by_role = of_roles(model, optimizers)
            assert {row.name for row in roles.read().rows} == set(by_role)
            for role, members in by_role.items():
                check(roles.read()[role], members, before, gradients, after)


def test_training_is_the_same_bit_for_bit() -> None:
    def losses(metered: bool) -> list[str]:
        torch.manual_seed(0)
        model = Plain()
        optimizer = pw.plan(model, lr=1e-2).optimizer(torch.optim.AdamW)
        meter = pw.metrics(optimizer, model, every=2) if metered else None
        found = []
        for _ in range(6):
            found.append(backward(model).item().hex())
            optimizer.step()
            optimizer.zero_grad()
            str(meter)
        return [*found, str(torch.rand(1))]

    assert losses(True) == losses(False)


def test_rates_are_those_of_the_step() -> None:
    model = Plain()
    optimizer = torch.optim.AdamW(
        [
            {"params": model.blocks.parameters(), "name": "body"},
            {"params": model.head.parameters(), "lr": torch.tensor(0.5), "weight_decay": 0.0, "name": "top/100 %"},
        ],
        lr=0.1,
        weight_decay=0.2,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    groups, roles = pw.metrics(optimizer, model, every=1), pw.metrics(optimizer, model, "role", every=1)
    backward(model)
    optimizer.step()
    schedule.step()
    assert groups.read()["body"].lr == 0.1
    assert groups.read()["body"].decay == pytest.approx(0.02)
    assert groups.read()["top/100 %"].decay == 0.0
    assert roles.read()["bias"].lr == (0.1, 0.5)
    assert roles.read()["bias"].decay == (0.0, pytest.approx(0.02))
    assert "0.1 to 0.5" in str(roles)
    flat = {**groups.read().as_dict(), **roles.read().as_dict()}
    assert flat["optimizer/body/lr"] == flat["optimizer/bias/lr_min"] == 0.1
    assert flat["optimizer/bias/lr_max"] == flat["optimizer/top/100 /lr"] == 0.5
    assert json.loads(json.dumps(flat)) == flat


def test_groups_have_names_that_a_reader_knows() -> None:
    model = Plain()

    def names(*optimizers: torch.optim.Optimizer) -> list[str]:
        return [row.name for row in pw.metrics(list(optimizers), model).read().rows]

    planned = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
    for group in planned.param_groups:
        group.pop("name", None)
    assert names(planned) == ["embedding, matrix, head (weight_decay 0.1)", "bias, norm (weight_decay 0.0)"]
    torch.optim.lr_scheduler.LambdaLR(planned, lambda _: 0.0)
    assert names(planned) == ["embedding, matrix, head (weight_decay 0.1)", "bias, norm (weight_decay 0.0)"]
    assert names(torch.optim.SGD(model.parameters(), lr=1.0)) == ["embedding, matrix, bias, norm, head"]
    assert names(torch.optim.SGD([{"params": [one]} for one in model.blocks[0].parameters()]))[:2] == [
        "blocks.0.dense.weight",
        "blocks.0.dense.bias",
    ]
    blocks = [{"params": list(block["dense"].parameters())} for block in model.blocks]
    assert names(torch.optim.SGD(blocks)) == ["matrix, bias", "matrix, bias 2"]
    rates = torch.optim.SGD([{**blocks[0], "lr": 0.5}, {**blocks[1], "lr": 1.0}])
    torch.optim.lr_scheduler.LambdaLR(rates, lambda _: 0.0)
    assert names(rates) == ["matrix, bias (lr 0.5)", "matrix, bias (lr 1)"]
    assert names(torch.optim.SGD(blocks[0]["params"]), torch.optim.Adam(model.head.parameters()))[1] == (
        "Adam: head, bias"
    )


def test_which_steps_are_looked_at() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    meter = pw.metrics(optimizer, model, every=3)
    before = meter.read()
    assert (before.step, before.rows[0].update_ratio, before.rows[0].gradient_norm) == (None, None, 0.0)
    assert before.rows[0].weight_norm == pytest.approx(norm(model.parameters()), rel=1e-5)
    assert "optimizer/embedding matrix bias norm head/update_ratio" not in before.as_dict()
    assert str(before).startswith("before any step")
    seen = []
    for _ in range(7):
        backward(model)
        optimizer.step()
        seen.append(meter.read().step)
    assert seen == [0, 0, 0, 3, 3, 3, 6]


def test_a_closed_meter_leaves_no_hooks() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    meter = pw.metrics(optimizer, model, every=1)
    backward(model)
    optimizer.step()
    meter.close()
    meter.close()
    assert not optimizer._optimizer_step_pre_hooks
    assert not optimizer._optimizer_step_post_hooks
    optimizer.step()
    assert meter.read().step == 0


def test_no_gradient_and_what_is_not_the_models() -> None:
    model = FrozenTrunk()
    foreign = nn.Parameter(torch.ones(3))
    optimizer = torch.optim.SGD([*model.parameters(), foreign], lr=0.1)
    meter = pw.metrics(optimizer, model, "role", every=1)
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    reading = meter.read()
    assert [(row.name, row.parameters, row.without_gradient) for row in reading.rows] == [
        ("matrix", 1, 1),
        ("bias", 2, 1),
        ("head", 1, 0),
        ("not the model's", 1, 1),
    ]
    assert reading["matrix"].update_ratio == 0.0
    assert "without gradient" in str(reading)


def test_zero_weights_have_no_ratio_and_broken_gradients_show() -> None:
    layer = nn.Linear(2, 2)
    nn.init.zeros_(layer.weight)
    optimizer = torch.optim.SGD([{"params": [layer.weight]}, {"params": [layer.bias]}], lr=0.1)
    meter = pw.metrics(optimizer, layer, every=1)
    layer.weight.grad = torch.ones(2, 2)
    layer.bias.grad = torch.tensor([float("nan"), 1.0])
    optimizer.step()
    assert meter.read()["weight"].update_ratio is None
    assert math.isnan(meter.read()["bias"].gradient_norm)


@pytest.mark.parametrize("value", [1e-30, 3e4])
def test_16_bit_values_neither_overflow_nor_vanish(value: float) -> None:
    layer = nn.Linear(64, 64, bias=False).to(torch.bfloat16 if value < 1 else torch.float16)
    nn.init.constant_(layer.weight, value)
    reading = pw.metrics(torch.optim.SGD(layer.parameters()), layer).read()
    assert reading["weight"].weight_norm == pytest.approx(64 * value, rel=1e-2)


def test_complex_sparse_and_transposed() -> None:
    model = nn.ModuleDict({"embedding": nn.Embedding(9, 2, sparse=True), "dense": nn.Linear(2, 3)})
    model["dense"].weight = nn.Parameter(torch.randn(2, 3).t())
    model["dense"].phase = nn.Parameter(torch.randn(3, dtype=torch.complex64))
    optimizer = torch.optim.SGD([{"params": [one]} for one in model.parameters()], lr=0.1)
    meter = pw.metrics(optimizer, model, every=1)
    before = [one.detach().clone() for one in model.parameters()]
    hidden = model["dense"](model["embedding"](torch.tensor([1, 1, 4]))) * model["dense"].phase
    hidden.abs().square().sum().backward()
    optimizer.step()
    gradients = [one.grad.to_dense() if one.grad.is_sparse else one.grad for one in model.parameters()]
    for row, old, gradient, new in zip(meter.read().rows, before, gradients, model.parameters(), strict=True):
        assert row.weight_norm == pytest.approx(torch.linalg.vector_norm(old).item(), rel=1e-5)
        assert row.gradient_norm == pytest.approx(torch.linalg.vector_norm(gradient).item(), rel=1e-5)
        ratio = torch.linalg.vector_norm(new.detach() - old) / torch.linalg.vector_norm(old)
        assert row.update_ratio == pytest.approx(ratio.item(), rel=1e-4)


def test_gradients_are_unscaled_and_clipped() -> None:
    model = Plain()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    meter = pw.metrics(optimizer, model, every=1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    plain = copy.deepcopy(model)
    backward(plain)
    scaler.scale(model(IDS).square().sum()).backward()
    scaler.step(optimizer)
    assert meter.read().rows[0].gradient_norm == pytest.approx(norm(p.grad for p in plain.parameters()), rel=1e-5)
    nn.utils.clip_grad_norm_(model.parameters(), 0.25)
    optimizer.step()
    assert meter.read().rows[0].gradient_norm == pytest.approx(0.25, rel=1e-4)


def test_gradients_of_a_closure_and_groups_added_later() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.blocks.parameters(), lr=0.1)
    meter = pw.metrics(optimizer, model, every=1)
    optimizer.add_param_group({"params": model.head.parameters(), "name": "late"})
    optimizer.step(lambda: backward(model))
    assert [row.name for row in meter.read().rows] == ["matrix, bias, norm", "late"]
    assert meter.read()["late"].gradient_norm == pytest.approx(norm(p.grad for p in model.head.parameters()), rel=1e-5)


def test_wrapped_ones() -> None:
    from accelerate import Accelerator

    model = tiny_bert()
    plain = torch.optim.AdamW(model.parameters(), lr=1e-3)
    wrapped_model, optimizer = Accelerator(cpu=True).prepare(torch.compile(model, backend="eager"), plain)
    meter = pw.metrics(optimizer, wrapped_model, "role", every=1)
    for one in model.parameters():
        one.grad = torch.ones_like(one)
    optimizer.step()
    assert meter.read()["norm"].gradient_norm == pytest.approx(math.sqrt(meter.read()["norm"].numel), rel=1e-5)


def test_sharded_over_two_processes_as_if_whole(tmp_path: Path) -> None:
    address = f"file://{tmp_path}/meet"
    ranks.run(SHARDED, [[address, str(rank)] for rank in range(2)])


def test_flattened_parameters_are_refused() -> None:
    model = nn.Linear(2, 2)
    model.weight._fsdp_flattened = True  # as FullyShardedDataParallel marks them
    with pytest.raises(pw.InputError, match="fully_shard"):
        pw.metrics(torch.optim.SGD(model.parameters()), model)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda model, _: pw.metrics(model, model), "not an optimizer: Plain"),
        (lambda _, optimizer: pw.metrics(optimizer, optimizer), "not a model: SGD"),
        (lambda model, optimizer: pw.metrics(optimizer, model, "roles"), "did you mean `role`"),
        (lambda model, optimizer: pw.metrics(optimizer, model, every=0), "every=0 is not a number of steps"),
        (lambda model, optimizer: pw.metrics(optimizer, model, "role").read()["matrx"], "did you mean `matrix`"),
    ],
)
def test_what_is_refused(ask: Callable[[nn.Module, torch.optim.Optimizer], object], message: str) -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters())
    with pytest.raises(pw.InputError, match=message):
        ask(model, optimizer)


class Scalars:
    """TensorBoard's ``SummaryWriter``, as far as it is used."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, float, int]] = []

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        self.seen.append((tag, value, step))


class Run:
    """A run of W&B, as far as it is used."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, float], int]] = []

    def log(self, numbers: dict[str, float], step: int) -> None:
        self.seen.append((numbers, step))


def test_each_measured_step_is_written_to_a_logger_once_with_the_rate_of_its_schedule() -> None:
    model = nn.Linear(2, 2)
    optimizer = pw.plan(model, lr=1.0).optimizer(torch.optim.SGD)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    scalars, run = Scalars(), Run()
    with pw.metrics(optimizer, model, every=2) as meter:
        meter.log_to(run)
        assert not run.seen, "nothing was measured yet"
        for step in range(5):
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()
            schedule.step()
            meter.log_to(scalars)
            meter.log_to(run, 100 + step)
            meter.log_to(run)
    assert [step for _, step in run.seen] == [100, 102, 104]
    rates = [(value, step) for tag, value, step in scalars.seen if tag == "optimizer/decay/lr"]
    assert rates == [(1.0, 0), (0.25, 2), (0.0625, 4)]
    with pytest.raises(pw.InputError, match="not a logger: int"):
        meter.log_to(3)
