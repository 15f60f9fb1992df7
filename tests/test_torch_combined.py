"""Several optimizers from one plan: one `torch.optim.Optimizer` for all that takes one."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.torch.optimizers.muon import Muon

from models import Plain, tiny_bert

IDS = torch.tensor([[1, 2, 3], [4, 5, 6]])


def planned(model: nn.Module | None = None) -> pw.Plan:
    torch.manual_seed(0)
    return pw.plan(Plain() if model is None else model, "muon", lr=0.02, adamw_lr=1e-3)


def train(optimizer: torch.optim.Optimizer, model: nn.Module, steps: int = 3) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        model(IDS).square().mean().backward()
        optimizer.step()


def values(model: nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def test_groups_are_the_childrens_own_and_say_whose() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    assert isinstance(optimizer, pw.CombinedOptimizer)
    assert [type(child) for child in optimizer.children.values()] == [torch.optim.AdamW, Muon]
    own = [group for child in optimizer.children.values() for group in child.param_groups]
    assert all(one is other for one, other in zip(optimizer.param_groups, own, strict=True))
    assert [(group["optimizer"], group["name"]) for group in own] == [
        ("adamw", "adamw"),
        ("adamw", "adamw, no decay"),
        ("muon", "muon"),
    ]
    assert pw.audit(optimizer, plan.model) == ()


def test_steps_are_those_of_the_two_alone() -> None:
    ours, by_hand = Plain(), Plain()
    by_hand.load_state_dict(ours.state_dict())
    optimizer = planned(ours).optimizer({"muon": torch.optim.Muon, "adamw": (torch.optim.AdamW, {"betas": (0.8, 0.9)})})
    hidden = [block["dense"].weight for block in by_hand.blocks]
    decayed = [by_hand.embedding.weight, by_hand.head.weight]
    taken = set(map(id, [*hidden, *decayed]))
    rest = [parameter for parameter in by_hand.parameters() if id(parameter) not in taken]
    muon = torch.optim.Muon(hidden, lr=0.02, weight_decay=0.1)
    adamw = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}],
        lr=1e-3,
        betas=(0.8, 0.9),
        fused=True,
    )
    for _ in range(5):
        train(optimizer, ours, 1)
        muon.zero_grad()
        adamw.zero_grad()
        by_hand(IDS).square().mean().backward()
        muon.step()
        adamw.step()
        assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), by_hand.parameters(), strict=True))


def test_a_convolution_is_stepped_as_the_matrix_of_its_filters() -> None:
    for layout in (torch.contiguous_format, torch.channels_last):
        torch.manual_seed(0)
        conv = nn.Conv2d(3, 8, 3, bias=False).to(memory_format=layout)
        matrix = nn.Parameter(conv.weight.detach().clone().contiguous().flatten(1))
        optimizer = pw.plan(nn.Sequential(conv), pw.Rule(pw.ndim(4), optimizer="muon", lr=0.1)).optimizer()
        alone = torch.optim.Muon([matrix], lr=0.1)
        for step in range(3):
            conv.weight.grad = torch.randn(8, 3, 3, 3, generator=torch.Generator().manual_seed(step))
            matrix.grad = conv.weight.grad.flatten(1)
            optimizer.step()
            alone.step()
        torch.testing.assert_close(conv.weight.detach().contiguous().flatten(1), matrix.detach(), atol=2e-2, rtol=0)
        assert optimizer.state[conv.weight]["momentum_buffer"].shape == conv.weight.shape


def test_convolutions_may_be_unfrozen_later() -> None:
    model = nn.ModuleDict({"conv": nn.Conv2d(2, 2, 3), "dense": nn.Linear(2, 2)})
    plan = pw.plan(model, "muon", pw.Rule(pw.name("conv.*"), freeze=True), lr=0.02, adamw_lr=1e-3)
    optimizer = plan.optimizer()
    unfreezing = pw.UnfreezeSchedule(optimizer, plan, {0: "conv.*"})
    before = model["conv"].weight.detach().clone()
    model["dense"](model["conv"](torch.ones(1, 2, 3, 3)).flatten(1)).sum().backward()
    optimizer.step()
    unfreezing.step()
    assert not torch.equal(model["conv"].weight, before)


def test_a_closure_is_called_once() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    calls = []

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = plan.model(IDS).square().mean()
        loss.backward()
        calls.append(loss.item())
        return loss

    loss = optimizer.step(closure)
    assert loss is not None
    assert float(loss.detach()) == calls[0]  # type: ignore[attr-defined]
    assert len(calls) == 1


def test_hooks_of_the_whole_and_of_the_parts() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    seen: list[str] = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    optimizer.children["muon"].register_step_post_hook(lambda *_: seen.append("muon"))
    optimizer.register_state_dict_post_hook(lambda *_: seen.append("state"))
    train(optimizer, plan.model, 1)
    optimizer.state_dict()
    assert seen == ["before", "muon", "after", "state"]


@pytest.mark.parametrize("way", ["state_dict", "by name", "deepcopy", "pickle"])
def test_state_is_whole(way: str, tmp_path: Path) -> None:
    whole = planned()
    train(whole.optimizer(), whole.model, 6)

    plan = planned()
    model, optimizer = plan.model, plan.optimizer()
    train(optimizer, model, 3)
    if way == "deepcopy":
        model, optimizer = copy.deepcopy((model, optimizer))
    elif way == "pickle":
        model, optimizer = pickle.loads(pickle.dumps((model, optimizer)))
    else:
        saved, values_then = optimizer, model.state_dict()
        model = Plain()
        model.load_state_dict(values_then)
        optimizer = planned(model).optimizer()
        if way == "state_dict":
            optimizer.load_state_dict(saved.state_dict())
        else:
            pw.save_state(saved, plan.model, tmp_path / "state.safetensors")
            pw.load_state(optimizer, model, tmp_path / "state.safetensors")
    assert isinstance(optimizer, pw.CombinedOptimizer)
    assert [group["name"] for group in optimizer.param_groups] == ["adamw", "adamw, no decay", "muon"]
    assert len(optimizer.state) == len(list(model.parameters()))
    train(optimizer, model, 3)
    assert all(torch.equal(a, b) for a, b in zip(values(model), values(whole.model), strict=True))


def test_a_state_of_other_groups_is_refused_and_nothing_changes() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    train(optimizer, plan.model)
    before = copy.deepcopy(optimizer.state_dict())
    other = pw.plan(Plain(), lr=1e-3).optimizer(torch.optim.AdamW).state_dict()
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optimizer.load_state_dict(other)
    assert str(optimizer.state_dict()) == str(before)


@pytest.mark.parametrize(
    "make",
    [
        lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda step: 1 / (step + 1)),
        lambda o: torch.optim.lr_scheduler.OneCycleLR(o, [1e-3, 1e-3, 0.02], total_steps=10, cycle_momentum=False),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10),
        lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(o),
    ],
)
def test_schedulers_reach_every_part(make: Callable[[torch.optim.Optimizer], object]) -> None:
    plan = planned()
    optimizer = plan.optimizer()
    scheduler = make(optimizer)
    for _ in range(4):
        train(optimizer, plan.model, 1)
        if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
            scheduler.step(1.0)
        else:
            scheduler.step()  # type: ignore[attr-defined]
    rates = [group["lr"] for child in optimizer.children.values() for group in child.param_groups]
    assert rates == [group["lr"] for group in optimizer.param_groups]
    assert rates[2] == pytest.approx(20 * rates[0])


def test_a_grad_scaler_unscales_every_part_and_skips_a_bad_step() -> None:
    plan = planned()
    model, optimizer = plan.model, plan.optimizer()
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    before = values(model)
    scaler.scale(model(IDS).square().mean()).backward()
    model.head.weight.grad.fill_(float("inf"))
    scaler.step(optimizer)
    scaler.update()
    assert all(torch.equal(a, b) for a, b in zip(before, values(model), strict=True))
    optimizer.zero_grad()
    scaler.scale(model(IDS).square().mean()).backward()
    scaler.step(optimizer)
    scaler.update()
    assert not any(torch.equal(a, b) for a, b in zip(before, values(model), strict=True))
    alone = planned()
    train(alone.optimizer(), alone.model, 1)
    for a, b in zip(values(model), values(alone.model), strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=0)


def test_trainers_take_it(tmp_path: Path) -> None:
    import transformers
    from accelerate import Accelerator

    model = tiny_bert()
    accelerator = Accelerator(cpu=True)
    wrapped_model, wrapped = accelerator.prepare(model, planned(model).optimizer())
    loss = wrapped_model(IDS, labels=torch.tensor([0, 1])).loss
    accelerator.backward(loss)
    wrapped.step()
    assert len(wrapped.state_dict()["state"]) == len(list(model.parameters()))
    assert pw.audit(wrapped, model) == ()

    model = tiny_bert()
    arguments = transformers.TrainingArguments(
        str(tmp_path), max_steps=2, per_device_train_batch_size=2, report_to="none", use_cpu=True, disable_tqdm=True,
        save_strategy="no", learning_rate=1e-3, dataloader_pin_memory=False,
    )  # fmt: skip
    data = [{"input_ids": [1, 2, 3], "label": 0}, {"input_ids": [3, 4, 5], "label": 1}]
    plan = pw.plan(model, "muon", lr=1e-2, adamw_lr=1e-3)
    trainer = transformers.Trainer(model, arguments, train_dataset=data, optimizers=(plan.optimizer(), None))
    trainer.train()
    assert isinstance(trainer.optimizer.optimizer, pw.CombinedOptimizer)


@pytest.mark.filterwarnings("ignore:`isinstance:FutureWarning")  # Lightning's own
def test_lightning_takes_it() -> None:
    import lightning.pytorch as pl

    class Module(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Plain()

        def training_step(self, batch: torch.Tensor, _: int) -> torch.Tensor:
            return self.inner(batch).square().mean()

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return pw.plan(self, "muon", lr=1e-2, adamw_lr=1e-3).optimizer()

    module = Module()
    before = values(module)
    trainer = pl.Trainer(
        max_steps=2, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False,
    )  # fmt: skip
    trainer.fit(module, torch.utils.data.DataLoader(IDS.repeat(4, 1), batch_size=2))
    assert not any(torch.equal(a, b) for a, b in zip(before, values(module), strict=True))


def test_a_group_is_added_to_the_one_it_names() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    assert isinstance(optimizer, pw.CombinedOptimizer)
    new = nn.Parameter(torch.ones(2))
    optimizer.add_param_group({"params": [new], "param_names": ["new"], "optimizer": "adamw"})
    assert optimizer.children["adamw"].param_groups[-1]["params"] == [new]
    with pytest.raises(pw.InputError, match="does not say which optimizer"):
        optimizer.add_param_group({"params": [nn.Parameter(torch.ones(2))]})
    with pytest.raises(pw.InputError, match="no optimizer `adam`"):
        optimizer.add_param_group({"params": [nn.Parameter(torch.ones(2))], "optimizer": "adam"})
    with pytest.raises(pw.InputError, match="shares 1 parameter"):
        optimizer.add_param_group({"params": [new], "param_names": ["new"], "optimizer": "muon"})
    with pytest.raises(pw.InputError, match="shares 1 parameter"):
        optimizer.add_param_group({"params": [("new", new)], "optimizer": "muon"})
    other = nn.Parameter(torch.ones(2))
    optimizer.add_param_group({"params": iter([other]), "param_names": ["other"], "optimizer": "adamw"})
    assert optimizer.param_groups[2]["params"] == [new]
    assert optimizer.children["adamw"].param_groups[-1]["params"] == [other]


def test_asking_for_state_makes_none() -> None:
    plan = planned()
    optimizer = plan.optimizer()
    assert plan.model.head.weight not in optimizer.state
    assert not optimizer.state
    train(optimizer, plan.model, 1)
    assert plan.model.head.weight in optimizer.state


@pytest.mark.parametrize(
    ("chosen", "options", "message"),
    [
        ({"muon": torch.optim.Muon}, {}, "9 parameters for `adamw`, which is not given"),
        ({None: torch.optim.Muon}, {}, "9 parameters for `adamw`, which is not given"),
        (
            {None: torch.optim.Muon, "muon": torch.optim.Muon, "adamw": torch.optim.AdamW},
            {},
            "`None` gets no parameters",
        ),
        (
            {"muon": torch.optim.Muon, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD},
            {},
            "`sgd` gets no parameters",
        ),
        (
            {"muon": torch.optim.Muon, "adamw": torch.optim.AdamW},
            {"betas": (0.9, 0.9)},
            "does not say which optimizer",
        ),
        ({"muon": (torch.optim.Muon,), "adamw": torch.optim.AdamW}, {}, "neither a class nor"),
        ({"muon": torch.optim.Muon, "adamw": (torch.optim.AdamW, {"momentum": 1})}, {}, "takes no option `momentum`"),
        ({"muon": torch.optim.Muon, "adamw": torch.optim.LBFGS}, {}, "LBFGS takes no option `weight_decay`"),
        (torch.optim.AdamW, {}, "the plan names 2 optimizers: adamw, muon"),
    ],
)
def test_what_does_not_fit_the_plan_is_refused(chosen: object, options: dict[str, object], message: str) -> None:
    plan = planned()
    with pytest.raises(pw.InputError, match=message):
        plan.optimizer(chosen, **options)
    assert all(parameter.requires_grad for parameter in plan.model.parameters())


def test_names_without_a_class_of_torch() -> None:
    rule = pw.Rule(pw.everything(), optimizer="moun", lr=1e-3)
    with pytest.raises(pw.InputError, match="did you mean `muon`"):
        pw.plan(Plain(), rule).optimizer()
    with pytest.raises(pw.InputError, match="names no optimizer for 11 parameters"):
        pw.plan(Plain(), lr=1e-3).optimizer()
    assert isinstance(pw.plan(Plain(), "default", optimizer="adamw", lr=1e-3).optimizer(), torch.optim.AdamW)
    assert isinstance(pw.plan(Plain(), "default", optimizer="AdamW").optimizer(torch.optim.AdamW), torch.optim.AdamW)
    with pytest.raises(pw.InputError, match="names 1 optimizer: adamw"):
        pw.plan(Plain(), "default", optimizer="adamw").optimizer(torch.optim.SGD)
    with pytest.raises(pw.InputError, match="optimizer is 3"):
        pw.Rule(pw.everything(), optimizer=3)


def test_vectors_for_muon_are_found_in_the_plan() -> None:
    plan = pw.plan(Plain(), pw.Rule(pw.everything(), optimizer="muon", lr=1e-3))
    assert plan.check().codes == ("PW106",)
    with pytest.raises(pw.PlanError, match="single hidden matrices"):
        plan.optimizer()


def test_lbfgs_cannot_be_combined() -> None:
    with pytest.raises(pw.InputError, match="computes the loss several times"):
        pw.CombinedOptimizer({"lbfgs": torch.optim.LBFGS(Plain().parameters())})
    with pytest.raises(pw.InputError, match="no optimizers"):
        pw.CombinedOptimizer({})


def test_a_parameter_is_in_one_of_them() -> None:
    model = Plain()
    halves = {"a": torch.optim.SGD(model.parameters()), "b": torch.optim.AdamW(model.head.parameters())}
    with pytest.raises(pw.InputError, match="more than one of the optimizers holds"):
        pw.CombinedOptimizer(halves)


def test_groups_can_be_put_back() -> None:
    optimizer = planned().optimizer()
    groups = list(reversed(optimizer.param_groups))
    optimizer.param_groups = groups
    assert [group["optimizer"] for group in optimizer.param_groups] == ["adamw", "adamw", "muon"]


def test_complex_matrices_are_not_for_muon() -> None:
    model = nn.ParameterDict({"A": torch.ones(2, 2, dtype=torch.complex64)})
    plan = pw.plan(model, pw.Rule(pw.everything(), optimizer="muon", lr=0.1))
    assert plan.check().codes == ("PW106",)


def test_muons_state_is_muons_whichever_of_the_two_kept_it(tmp_path: Path) -> None:
    matrix = nn.Sequential(nn.Linear(4, 4, bias=False))
    alone = torch.optim.Muon(matrix.parameters(), lr=0.1)
    matrix(torch.ones(1, 4)).sum().backward()
    alone.step()
    pw.save_state(alone, matrix, tmp_path / "state")
    from paramwise.torch.optimizers.muon import Muon

    print(pw.load_state(Muon(matrix.parameters(), lr=0.1), matrix, tmp_path / "state"))
