"""Law 6: no check raises, whatever an optimizer's groups, options, tensors and schedulers are."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import paramwise as pw

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-2, 2),
    st.text(max_size=3),
    st.lists(st.floats(0, 1), max_size=2),
    st.just(object()),
    st.just(torch.tensor(0.1)),
    st.just(torch.tensor([0.1, 0.2])),
    st.just(torch.empty((), device="meta")),
    st.just(torch.tensor(1j)),
)
KEYS = st.sampled_from(
    [
        "lr", "weight_decay", "momentum", "betas", "lr_scale", "lr_mult", "use_muon", "kind", "initial_lr", "max_lr",
        "min_lr", "swa_lr", "name", "param_names", "fused", "foreach", "decoupled_weight_decay", "relative_step", "wd",
    ]
)  # fmt: skip


class Bare(torch.optim.Optimizer):
    """Takes any options, has none, compares by value and so has no hash."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__(groups, {})

    def __eq__(self, other: object) -> bool:
        raise TypeError("not to be compared")

    __hash__ = None  # type: ignore[assignment]

    def step(self, closure: object = None) -> None:  # type: ignore[override]
        pass


class Strange:
    """Not one of torch's schedulers, with attributes that look like theirs."""

    def __init__(self, optimizer: torch.optim.Optimizer, attributes: dict[str, Any]) -> None:
        self.optimizer = optimizer
        vars(self).update(attributes)


def tensors() -> list[nn.Parameter]:
    """One of each kind that a group can hold."""
    sparse = torch.eye(3).to_sparse()
    return [
        nn.Parameter(torch.ones(3, 3)),
        nn.Parameter(torch.ones(3, dtype=torch.float64)),
        nn.Parameter(torch.ones(3, dtype=torch.bfloat16)),
        nn.Parameter(torch.ones(3, dtype=torch.complex64)),
        nn.Parameter(torch.empty(2, 2, device="meta")),
        nn.Parameter(torch.empty(0)),
        nn.Parameter(sparse),
        nn.Parameter(torch.ones(2, dtype=torch.int64), requires_grad=False),
        nn.Parameter(torch.full((2,), float("nan"))),
    ]


@settings(max_examples=150, deadline=None)
@given(
    options=st.lists(st.dictionaries(KEYS, VALUES, max_size=5), min_size=1, max_size=4),
    split=st.integers(1, 8),
    ours=st.booleans(),
    scheduler=st.none()
    | st.dictionaries(
        st.sampled_from(["eta_min", "base_lrs", "min_lrs", "max_lrs", "lr_lambdas", "base_values", "_schedulers"]),
        st.lists(st.floats(0, 1), max_size=3) | st.floats(0, 1),
        max_size=3,
    ),
)
def test_hostile_groups(
    options: list[dict[str, Any]], split: int, ours: bool, scheduler: dict[str, Any] | None
) -> None:
    model = nn.Module()
    for index, tensor in enumerate(tensors()):
        model.register_parameter(f"p{index}", tensor)
    held = list(model.parameters())[:split] if ours else tensors()[:split]
    optimizer = Bare([{"params": held}])
    for more in options:
        optimizer.param_groups.append({"params": [], **more})
    optimizer.param_groups[0].update(options[0])
    schedulers = []
    if scheduler is not None:
        scheduler.pop("_schedulers", None)
        schedulers = [Strange(optimizer, scheduler)]
    findings = pw.audit(optimizer, model, schedulers)
    str(findings)
    assert findings.json


@pytest.mark.parametrize("value", [None, [1e-3, 2e-3], torch.tensor([1.0, 2.0]), "0.1", float("nan")])
@pytest.mark.parametrize("cls", [torch.optim.SGD, torch.optim.AdamW])
def test_rates_that_are_not_numbers_are_not_judged(cls: type[torch.optim.Optimizer], value: object) -> None:
    model = nn.Linear(2, 2)
    optimizer = cls(model.parameters(), weight_decay=0.0)  # type: ignore[call-arg]
    optimizer.param_groups[0]["lr"] = value
    assert pw.audit(optimizer, model) == ()
    del optimizer.param_groups[0]["lr"]
    assert pw.audit(optimizer, model) == ()


def test_a_check_that_fails_is_a_finding_and_the_others_are_made() -> None:
    class Broken:
        def __init__(self, optimizer: torch.optim.Optimizer) -> None:
            self.optimizer = optimizer

        @property
        def eta_min(self) -> float:
            raise ZeroDivisionError("no steps yet")

    model = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
    optimizer = torch.optim.AdamW(model[1:].parameters(), weight_decay=0.1)
    found = pw.audit(optimizer, model, Broken(optimizer))
    assert set(found.codes) == {"PW201", "PW103", "PW801"}
    assert all(finding.level == "note" for finding in found if finding.code == "PW801")
    assert "ZeroDivisionError: no steps yet" in str(found)
    assert "PW801" not in pw.audit(optimizer, model, Broken(optimizer), ignore=["PW801"]).codes
