"""What is remembered about optimizers, and forgotten with them."""

import gc
import weakref

import torch
from torch import nn

import paramwise as pw
from paramwise.torch.memory import (
    await_unfreezing,
    awaited,
    built_rates,
    is_part,
    parts_of,
    remember_parts,
    remember_rates,
)

from models import Plain


def sgd(*rates: float) -> torch.optim.SGD:
    return torch.optim.SGD([{"params": [nn.Parameter(torch.ones(1))], "lr": rate} for rate in rates], lr=1.0)


def test_built_rates_stay_when_a_scheduler_changes_the_rates() -> None:
    optimizer = sgd(0.1, 0.2)
    assert not built_rates(optimizer)
    remember_rates(optimizer)
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.0)
    assert [group["lr"] for group in optimizer.param_groups] == [0.0, 0.0]
    assert list(built_rates(optimizer)) == [0.1, 0.2]


def test_every_optimizer_of_a_plan_remembers_its_rates() -> None:
    model = Plain()
    whole = pw.plan(model, "muon", lr=0.02, adamw_lr=3e-4).optimizer()
    assert sorted(built_rates(whole)) == [3e-4, 3e-4, 0.02]
    assert [list(built_rates(part)) for part in parts_of(whole)] == [
        [group["lr"] for group in part.param_groups] for part in parts_of(whole)
    ]


def test_parts_are_known_from_both_sides() -> None:
    whole, part, other = sgd(0.1), sgd(0.2), sgd(0.3)
    remember_parts(whole, [part])
    assert parts_of(whole) == (part,)
    assert is_part(part)
    assert not is_part(whole)
    assert not is_part(other)
    assert parts_of(other) == ()


def test_what_awaits_unfreezing_is_of_all_optimizers_together() -> None:
    first, second = sgd(0.1), sgd(0.2)
    tensors = [nn.Parameter(torch.ones(1)) for _ in range(3)]
    await_unfreezing(first, tensors[:1])
    await_unfreezing(first, tensors[1:2])
    await_unfreezing(second, tensors[2:])
    assert {id(tensor) for tensor in tensors} <= awaited()


def test_memory_ends_with_the_optimizer() -> None:
    whole, part = sgd(0.1), sgd(0.2)
    tensor = nn.Parameter(torch.ones(1))
    remember_rates(whole)
    remember_parts(whole, [part])
    await_unfreezing(whole, [tensor])
    ended = weakref.ref(whole)
    del whole
    gc.collect()
    assert ended() is None
    assert not is_part(part)
    assert id(tensor) not in awaited()
