"""Gradual unfreezing: what trains when, with groups, state and schedule as they are."""

from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw

from models import Plain

IDS = torch.tensor([[1, 2, 3], [4, 5, 6]])


def frozen_plan(model: nn.Module | None = None) -> pw.Plan:
    torch.manual_seed(0)
    return pw.plan(
        Plain() if model is None else model,
        "default",
        pw.recipes.layerwise(0.5),
        pw.Rule(~pw.depth(0), freeze=True),
        lr=0.1,
    )


STEPS = {2: pw.depth(1), 4: pw.everything()}


def train(
    optimizer: torch.optim.Optimizer, model: nn.Module, unfreezing: pw.UnfreezeSchedule, scheduler: object, steps: int
) -> None:
    for _ in range(steps):
        model(IDS).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()  # type: ignore[attr-defined]
        unfreezing.step()


def test_what_trains_when_and_at_which_rate() -> None:
    plan = frozen_plan()
    model = plan.model
    optimizer = plan.optimizer(torch.optim.AdamW)
    unfreezing = pw.UnfreezeSchedule(optimizer, plan, STEPS)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / 10)
    groups = [id(group) for group in optimizer.param_groups]
    parts = {"head": model.head.weight, "last": model.blocks[1]["dense"].weight, "first": model.embedding.weight}
    for step in range(6):
        before = {name: tensor.detach().clone() for name, tensor in parts.items()}
        train(optimizer, model, unfreezing, scheduler, 1)
        moved = [name for name, tensor in parts.items() if not torch.equal(tensor, before[name])]
        assert moved == ["head", *(["last"] if step >= 2 else []), *(["first"] if step >= 4 else [])], step
        assert [len(optimizer.state), step] == [2 if step < 2 else 6 if step < 4 else 11, step]
    assert [id(group) for group in optimizer.param_groups] == groups
    rates = {name: group["lr"] for group in optimizer.param_groups for name in group["param_names"]}
    assert rates["head.weight"] == pytest.approx(0.1 * 0.4)
    assert rates["blocks.1.dense.weight"] == pytest.approx(0.05 * 0.4)
    assert rates["embedding.weight"] == pytest.approx(0.0125 * 0.4)
    thawed = pw.plan(Plain(), "default", pw.recipes.layerwise(0.5), lr=0.1)
    assert len(optimizer.param_groups) == len(thawed.groups)
    for group in optimizer.param_groups:
        for name in group["param_names"]:
            assert group["weight_decay"] == thawed[name].settings["weight_decay"]


def test_a_waiting_parameter_is_no_finding() -> None:
    plan = frozen_plan()
    optimizer = plan.optimizer(torch.optim.AdamW)
    pw.UnfreezeSchedule(optimizer, plan, STEPS)
    assert pw.audit(optimizer, plan.model) == ()


def test_resumed_is_uninterrupted(tmp_path: Path) -> None:
    def start(model: nn.Module | None = None) -> tuple[nn.Module, torch.optim.Optimizer, pw.UnfreezeSchedule, object]:
        plan = frozen_plan(model)
        optimizer = plan.optimizer(torch.optim.AdamW)
        unfreezing = pw.UnfreezeSchedule(optimizer, plan, STEPS)
        return plan.model, optimizer, unfreezing, torch.optim.lr_scheduler.StepLR(optimizer, 2)

    model, optimizer, unfreezing, scheduler = start()
    train(optimizer, model, unfreezing, scheduler, 3)
    path = tmp_path / "state.safetensors"
    pw.save_state(optimizer, model, path, extra={"unfreezing": unfreezing, "scheduler": scheduler})
    held = {key: value.clone() for key, value in model.state_dict().items()}
    train(optimizer, model, unfreezing, scheduler, 3)

    model2, optimizer2, unfreezing2, scheduler2 = start(Plain())
    model2.load_state_dict(held)
    back = {"unfreezing": unfreezing2, "scheduler": scheduler2}
    pw.load_state(optimizer2, model2, path, hyperparameters="saved", extra=back)
    train(optimizer2, model2, unfreezing2, scheduler2, 3)
    for a, b in zip(model.parameters(), model2.parameters(), strict=True):
        assert torch.equal(a, b)


def test_several_optimizers() -> None:
    plan = pw.plan(Plain(), "muon", pw.Rule(pw.layer(0), freeze=True), lr=0.02, adamw_lr=1e-3)
    optimizer = plan.optimizer()
    unfreezing = pw.UnfreezeSchedule(optimizer, plan, {1: pw.layer(0)})
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    train(optimizer, plan.model, unfreezing, scheduler, 3)
    assert len(optimizer.state) == 11
    assert "momentum_buffer" in optimizer.state[plan.model.blocks[0]["dense"].weight]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({}, "no steps"),
        ({-1: "*"}, "step -1"),
        ({True: "*"}, "step True"),
        ({1: "head.*"}, "step 1 unfreezes nothing"),
        ({1: "*", 2: "blocks.*"}, "step 2 unfreezes nothing"),
        ({1: 3}, "not a selector: 3"),
    ],
)
def test_bad_steps(steps: dict[int, object], message: str) -> None:
    plan = frozen_plan()
    optimizer = plan.optimizer(torch.optim.AdamW)
    with pytest.raises(pw.InputError, match=message):
        pw.UnfreezeSchedule(optimizer, plan, steps)  # type: ignore[arg-type]
    assert [len(group["params"]) for group in optimizer.param_groups] == [1, 1]


def test_a_scheduler_that_is_there_already_does_not_know_new_groups() -> None:
    plan = frozen_plan()
    optimizer = plan.optimizer(torch.optim.AdamW)
    torch.optim.lr_scheduler.StepLR(optimizer, 2)
    with pytest.raises(pw.InputError, match="the scheduler does not know the new group for 1 parameter"):
        pw.UnfreezeSchedule(optimizer, plan, STEPS)
    assert [len(group["params"]) for group in optimizer.param_groups] == [1, 1]


def test_what_is_in_the_optimizer_already_is_not_put_there_twice() -> None:
    plan = frozen_plan()
    optimizer = plan.optimizer(torch.optim.AdamW)
    pw.UnfreezeSchedule(optimizer, plan, {2: pw.depth(1)})
    for other in (optimizer, torch.optim.SGD(plan.model.parameters(), lr=0.1)):
        before = [len(group["params"]) for group in other.param_groups]
        with pytest.raises(pw.InputError, match="the optimizer already holds 4 parameters to unfreeze"):
            pw.UnfreezeSchedule(other, plan, {2: pw.depth(1)})
        assert [len(group["params"]) for group in other.param_groups] == before


def test_what_goes_to_an_optimizer_that_was_not_built_is_refused() -> None:
    plan = pw.plan(Plain(), "muon", pw.Rule(~pw.depth(0), freeze=True), lr=0.02, adamw_lr=1e-3)
    optimizer = plan.optimizer()  # AdamW alone, to which Muon's learning rate does not fit
    with pytest.raises(pw.InputError, match="2 parameters to unfreeze for `muon`, which had no parameters"):
        pw.UnfreezeSchedule(optimizer, plan, {1: pw.everything()})
    assert len(optimizer.param_groups) == 2


def test_another_model_is_refused() -> None:
    plan = frozen_plan()
    with pytest.raises(pw.InputError, match="does not have 11 parameters of the plan"):
        pw.UnfreezeSchedule(plan.optimizer(torch.optim.SGD), plan, STEPS, nn.Linear(2, 2))


def test_gradients_of_before_move_nothing_that_is_frozen() -> None:
    plan = frozen_plan()
    plan.model(IDS).square().mean().backward()
    optimizer = plan.optimizer(torch.optim.SGD)
    pw.UnfreezeSchedule(optimizer, plan, STEPS)
    before = plan.model.embedding.weight.detach().clone()
    optimizer.step()
    assert torch.equal(plan.model.embedding.weight, before)
