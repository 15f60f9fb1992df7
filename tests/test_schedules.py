"""Every schedule of torch and transformers, over a plan with ``lr_scale``: rates keep their ratios, or audit says so.

Factors keep them. Absolute rates do not, unless there is one a group: then they are given as ``times(rates, ...)``.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch
import transformers
from torch import nn
from torch.optim import lr_scheduler as schedules
from torch.optim import swa_utils
from torch.optim.swa_utils import SWALR

import paramwise as pw

from models import Plain

LR = 3e-3  # not the default of any optimizer
STEPS = 12
Make = Callable[[torch.optim.Optimizer, list[float]], Any]

# Of schedules that follow a metric: any is worse than the one before, or any is better.
WORSE = {"patience": 0, "mode": "max", "threshold": 1e3, "threshold_mode": "abs"}
BETTER = {"patience": 0, "mode": "max", "threshold": -1e3, "threshold_mode": "abs"}


def times(rates: Sequence[float], factor: float) -> list[float]:
    return [rate * factor for rate in rates]


def warmed_up(optimizer: torch.optim.Optimizer, floor: float) -> list[schedules.LRScheduler]:
    return [schedules.LinearLR(optimizer), schedules.CosineAnnealingLR(optimizer, 8, eta_min=floor)]


# The class, how it is made, and what audit says: None where the ratios are kept.
TORCH: list[tuple[type, Make, str | None]] = [
    (schedules.LambdaLR, lambda o, r: schedules.LambdaLR(o, lambda step: 1 / (1 + step)), None),
    (schedules.MultiplicativeLR, lambda o, r: schedules.MultiplicativeLR(o, lambda step: 0.9), None),
    (schedules.StepLR, lambda o, r: schedules.StepLR(o, 3), None),
    (schedules.MultiStepLR, lambda o, r: schedules.MultiStepLR(o, [2, 5]), None),
    (schedules.ConstantLR, lambda o, r: schedules.ConstantLR(o), None),
    (schedules.LinearLR, lambda o, r: schedules.LinearLR(o), None),
    (schedules.ExponentialLR, lambda o, r: schedules.ExponentialLR(o, 0.9), None),
    (schedules.PolynomialLR, lambda o, r: schedules.PolynomialLR(o, 8, power=2.0), None),
    (schedules.CosineAnnealingLR, lambda o, r: schedules.CosineAnnealingLR(o, 8), None),
    (schedules.CosineAnnealingLR, lambda o, r: schedules.CosineAnnealingLR(o, 8, eta_min=1e-4), "PW404"),
    (schedules.CosineAnnealingLR, lambda o, r: schedules.CosineAnnealingLR(o, 8, eta_min=1e-3), "PW402"),
    (schedules.CosineAnnealingWarmRestarts, lambda o, r: schedules.CosineAnnealingWarmRestarts(o, 5), None),
    (
        schedules.CosineAnnealingWarmRestarts,
        lambda o, r: schedules.CosineAnnealingWarmRestarts(o, 5, eta_min=1e-4),
        "PW404",
    ),
    (
        schedules.CosineAnnealingWarmRestarts,
        lambda o, r: schedules.CosineAnnealingWarmRestarts(o, 5, eta_min=1e-3),
        "PW402",
    ),
    (schedules.OneCycleLR, lambda o, r: schedules.OneCycleLR(o, r, total_steps=20), None),
    (schedules.OneCycleLR, lambda o, r: schedules.OneCycleLR(o, r, total_steps=20, three_phase=True), None),
    (schedules.OneCycleLR, lambda o, r: schedules.OneCycleLR(o, LR, total_steps=20), "PW401"),
    (schedules.CyclicLR, lambda o, r: schedules.CyclicLR(o, times(r, 0.1), r, step_size_up=3), None),
    (schedules.CyclicLR, lambda o, r: schedules.CyclicLR(o, 0.0, r, step_size_up=3), None),
    (schedules.CyclicLR, lambda o, r: schedules.CyclicLR(o, 1e-4, r, step_size_up=3), "PW404"),
    (schedules.CyclicLR, lambda o, r: schedules.CyclicLR(o, 1e-4, LR, step_size_up=3), "PW401"),
    (schedules.CyclicLR, lambda o, r: schedules.CyclicLR(o, times(r, 0.1), LR, step_size_up=3), "PW401"),
    (schedules.ReduceLROnPlateau, lambda o, r: schedules.ReduceLROnPlateau(o, **WORSE, factor=0.5), None),
    (
        schedules.ReduceLROnPlateau,
        lambda o, r: schedules.ReduceLROnPlateau(o, **WORSE, factor=0.5, min_lr=times(r, 0.1)),
        None,
    ),
    (schedules.ReduceLROnPlateau, lambda o, r: schedules.ReduceLROnPlateau(o, **WORSE, min_lr=1e-4), "PW404"),
    (schedules.ReduceLROnPlateau, lambda o, r: schedules.ReduceLROnPlateau(o, **WORSE, min_lr=1e-3), "PW404"),
    (schedules.SequentialLR, lambda o, r: schedules.SequentialLR(o, warmed_up(o, 0.0), [4]), None),
    (schedules.SequentialLR, lambda o, r: schedules.SequentialLR(o, warmed_up(o, 1e-4), [4]), "PW404"),
    (schedules.ChainedScheduler, lambda o, r: schedules.ChainedScheduler(warmed_up(o, 0.0), o), None),
    (schedules.ChainedScheduler, lambda o, r: schedules.ChainedScheduler(warmed_up(o, 1e-4), o), "PW404"),
    (SWALR, lambda o, r: SWALR(o, times(r, 0.5)), None),  # type: ignore[arg-type]
    (SWALR, lambda o, r: SWALR(o, 1e-2), "PW404"),
    (SWALR, lambda o, r: SWALR(o, 1e-4, anneal_strategy="linear"), "PW404"),
]

# The name, what it needs beside the numbers of steps, and what audit says.
NAMED: list[tuple[str, dict[str, Any], str | None]] = [
    ("linear", {}, None),
    ("cosine", {}, None),
    ("cosine_with_restarts", {"num_cycles": 2}, None),
    ("polynomial", {}, None),
    ("polynomial", {"lr_end": 1e-4}, None),  # a factor here, of the optimizer's own rate
    ("constant", {}, None),
    ("constant_with_warmup", {}, None),
    ("inverse_sqrt", {}, None),
    ("reduce_lr_on_plateau", {**WORSE, "factor": 0.5}, None),
    ("reduce_lr_on_plateau", {**WORSE, "min_lr": 1e-4}, "PW404"),
    ("cosine_with_min_lr", {"min_lr": 1e-4}, None),
    ("cosine_with_min_lr", {"min_lr_rate": 0.1}, None),
    ("cosine_warmup_with_min_lr", {"min_lr": 1e-4}, None),
    ("cosine_warmup_with_min_lr", {"min_lr_rate": 0.1, "warmup_lr_rate": 0.2}, None),
    ("warmup_stable_decay", {"num_decay_steps": 4}, None),
    ("warmup_stable_decay", {"num_decay_steps": 4, "min_lr_ratio": 0.1}, None),
    ("greedy", WORSE, "PW404"),  # its own floor is 1e-3
    ("greedy", {**WORSE, "min_lr": 0.0, "max_lr": math.inf}, None),
    ("greedy", {**BETTER, "min_lr": 0.0, "max_lr": 4e-3}, "PW404"),
    ("greedy", {**BETTER, "min_lr": 0.0, "max_lr": math.inf}, None),
]


def named(name: str, options: dict[str, Any]) -> Make:
    def make(optimizer: torch.optim.Optimizer, rates: list[float]) -> Any:
        return transformers.get_scheduler(name, optimizer, 3, STEPS, scheduler_specific_kwargs=options)

    return make


ALL = [
    *(pytest.param(make, code, id=f"{cls.__name__}-{code}") for cls, make, code in TORCH),
    *(pytest.param(named(name, options), code, id=f"{name}-{code}") for name, options, code in NAMED),
]
SCALED = [pw.Rule(pw.layer(0), lr_scale=0.1), pw.Rule(pw.token("head"), lr_scale=2.0)]


def built(model: nn.Module, *rules: pw.Rule, cls: type[torch.optim.Optimizer] = torch.optim.AdamW) -> Any:
    return pw.plan(model, "default", *rules, lr=LR).optimizer(cls)


def rates_of(optimizer: torch.optim.Optimizer) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def train(model: nn.Module, optimizer: torch.optim.Optimizer, scheduler: Any) -> Iterator[list[float]]:
    """Real steps; gives the rates before the first and after each."""
    ids = torch.arange(6).reshape(2, 3)
    metric = "metrics" in inspect.signature(scheduler.step).parameters
    yield rates_of(optimizer)
    for _ in range(STEPS):
        loss = model(ids).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step(loss.item()) if metric else scheduler.step()
        yield rates_of(optimizer)


def test_none_is_left_out() -> None:
    public = {getattr(schedules, name) for name in schedules.__all__} - {schedules.LRScheduler}
    public |= {
        one for one in vars(swa_utils).values() if inspect.isclass(one) and issubclass(one, schedules.LRScheduler)
    }
    assert {cls for cls, _, _ in TORCH} == public - {schedules.LRScheduler}
    assert {name for name, _, _ in NAMED} == {name.value for name in transformers.SchedulerType}
    assert {cls for cls, _, code in TORCH if code is None} == {cls for cls, _, _ in TORCH}, "each has a use that keeps"


@pytest.mark.parametrize("cls", [torch.optim.AdamW, torch.optim.SGD])
@pytest.mark.parametrize(("make", "code"), ALL)
def test_lr_scale_survives_or_is_reported(make: Make, code: str | None, cls: type[torch.optim.Optimizer]) -> None:
    torch.manual_seed(0)
    model = Plain()
    optimizer = built(model, *SCALED, cls=cls)
    scales = rates_of(optimizer)
    assert len(set(scales)) > 2
    scheduler = make(optimizer, scales)
    kept = []
    for rates in train(model, optimizer, scheduler):
        found = pw.audit(optimizer, model, scheduler, ignore=["PW701"]).codes
        assert found == ((code,) if code else ())
        kept.append(rates == pytest.approx([rates[0] / scales[0] * scale for scale in scales], rel=1e-9, abs=1e-18))
    assert all(kept) == (code is None)


@pytest.mark.parametrize(("make", "code"), ALL)
def test_groups_of_one_rate_have_nothing_to_lose(make: Make, code: str | None) -> None:
    model = Plain()
    optimizer = built(model)
    scheduler = make(optimizer, rates_of(optimizer))
    for rates in train(model, optimizer, scheduler):
        assert len(set(rates)) == 1
        assert pw.audit(optimizer, model, scheduler) == ()


@pytest.mark.parametrize(
    ("name", "options", "end"),
    [("cosine_with_min_lr", {"min_lr": 1e-4}, 1e-4), ("polynomial", {"lr_end": 1e-4}, 1e-4)],
)
def test_floors_are_told_from_the_plans_rate(name: str, options: dict[str, float], end: float) -> None:
    optimizer = pw.plan(Plain(), lr=0.1).optimizer(torch.optim.SGD)  # whose own default is 1e-3
    scheduler = transformers.get_scheduler(name, optimizer, 0, 10, options)
    rates = []
    for _ in range(10):
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates[-1] == pytest.approx(end)
    assert max(rates) <= 0.1
