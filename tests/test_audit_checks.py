"""Each check of live optimizers on the right programs that look like wrong ones, and on cases from the field."""

import copy
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import nn
from torch.optim import lr_scheduler as schedules

import paramwise as pw
from paramwise.torch.observed import Observed

import peers

ADAMW, SGD = torch.optim.AdamW, torch.optim.SGD


def codes(optimizer: Any, model: Any, scheduler: Any = None, **options: Any) -> tuple[str, ...]:
    return pw.audit(optimizer, model, scheduler, **options).codes


def two() -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))


def by_layer(model: nn.Sequential, *options: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"params": list(layer.parameters()), **more} for layer, more in zip(model, options, strict=True)]


# ----------------------------------------------------------------------------------------- who reads a key of a group


class Megatron:
    """Reads the keys of groups, in the manner of Megatron-LM's scheduler."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer

    def step(self) -> None:
        for group in self.optimizer.param_groups:
            group["weight_decay"] = 0.0 * group.get("odd_wd_mult", 1.0)


def test_a_key_that_a_scheduler_reads_is_read() -> None:
    model = two()
    optimizer = ADAMW(by_layer(model, {"odd_wd_mult": 1.0}, {"odd_wd_mult": 0.5}), weight_decay=0.0)
    assert codes(optimizer, model, ignore=["PW701"]) == ("PW301",)
    assert codes(optimizer, model, Megatron(optimizer), ignore=["PW701"]) == ()


@pytest.mark.parametrize("option", ["lr", "weight_decay"])
def test_a_key_that_an_option_stands_in_proportion_to_is_read(option: str) -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 2, bias=False))
    optimizer = ADAMW(by_layer(model, {"strange": 0.5, option: 0.05}, {"strange": 2.0, option: 0.2}))
    assert codes(optimizer, model) == ()
    optimizer.param_groups[0][option] = 0.2
    assert codes(optimizer, model) == ("PW301",)


def test_labels_flags_and_factors_of_one_ask_for_nothing() -> None:
    model = two()
    labels = {"is_expert_parallel": False, "_pattern": 3.0, "tag": "x", "odd_scale": 1.0, "nothing": None}
    assert codes(SGD([{"params": model.parameters(), **labels}], lr=0.1), model) == ()
    assert codes(SGD([{"params": model.parameters(), "nestrov": True}], lr=0.1), model) == ("PW301",)


def test_a_key_that_asks_for_what_is_in_force_anyway_is_a_warning() -> None:
    model = nn.Linear(4, 4, bias=False)
    (finding,) = pw.audit(ADAMW([{"params": model.parameters(), "wd": 0.1, "weight_decay": 0.1}]), model)
    assert (finding.code, finding.level) == ("PW301", "warning")


# ---------------------------------------------------------------------------------------------- copies, and strangers


def bfloat16() -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Linear(4, 2)).bfloat16()


@pytest.mark.parametrize("moved", [0.0, 1e-3])
def test_master_copies_are_followed(moved: float) -> None:
    model = bfloat16()
    masters = [nn.Parameter(p.detach().float() + moved) for p in model.parameters()]
    groups = [
        {"params": [p for p in masters if p.ndim > 1], "weight_decay": 0.1},
        {"params": [p for p in masters if p.ndim < 2], "weight_decay": 0.0},
    ]
    assert codes(ADAMW(groups, lr=1e-2), model) == ()
    assert codes(ADAMW(masters, lr=1e-2, weight_decay=0.1), model) == ("PW103",)
    assert codes(ADAMW(masters[:-1], lr=1e-2, weight_decay=0.0), model) == ("PW201",)


def test_flat_masters_are_named_and_not_judged() -> None:
    model = bfloat16()
    flat = nn.Parameter(torch.cat([p.detach().float().flatten() for p in model.parameters()]))
    (finding,) = pw.audit(SGD([flat], lr=0.1), model)
    assert (finding.code, finding.level) == ("PW206", "note")


def test_a_copy_of_the_model_is_called_a_copy() -> None:
    model = two()
    optimizer = SGD(model.parameters(), lr=0.1)
    average = torch.optim.swa_utils.AveragedModel(model)
    for wrong in (copy.deepcopy(model), average):
        found = {finding.code: finding for finding in pw.audit(optimizer, wrong)}
        assert "is a copy of the model that is trained" in found["PW206"].evidence[0]


def test_what_was_observed_decides_what_is_covered() -> None:
    body, head, loss = nn.Linear(4, 4), nn.Linear(4, 2), nn.Linear(2, 1)
    model = nn.Sequential(body, head)
    optimizer = SGD([*body.parameters(), *loss.parameters()], lr=0.1)
    assert codes(optimizer, model) == ("PW201", "PW206")
    nothing = Observed(optimizers=(optimizer,), gradients=tuple(body.parameters()))
    assert codes(optimizer, model, observed=nothing) == ("PW206",)
    both = Observed(optimizers=(optimizer,), gradients=(*body.parameters(), *loss.parameters()))
    assert codes(optimizer, model, observed=both) == ()
    all_three = Observed(optimizers=(optimizer,), gradients=(*model.parameters(), *loss.parameters()))
    assert codes(optimizer, model, observed=all_three) == ("PW201",)
    other = SGD(head.parameters(), lr=0.1)
    taken = Observed(optimizers=(optimizer, other), gradients=(*model.parameters(), *loss.parameters()))
    assert codes(optimizer, model, observed=taken) == ()
    beside = Observed(
        optimizers=(optimizer,),
        stepped=(optimizer,),
        forwarded=(teacher := nn.Linear(4, 2),),
        gradients=(*body.parameters(), *loss.parameters(), *teacher.parameters()),
    )
    assert [(finding.code, finding.level) for finding in pw.audit(optimizer, model, observed=beside)] == [
        ("PW201", "note")
    ]


def test_modules_in_a_plain_list() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers, self.teacher = [nn.Linear(4, 4)], [nn.Linear(4, 4)]  # the second is hidden on purpose
            self.out = nn.Linear(4, 1)

    net = Net()
    optimizer = SGD(net.parameters(), lr=0.1)
    assert codes(optimizer, net) == ()
    net.out(net.layers[0](torch.ones(1, 4))).sum().backward()
    (finding,) = pw.audit(optimizer, net)
    assert finding.names == ("layers[0].weight", "layers[0].bias")


# ------------------------------------------------------------------------------------------------- groups and options


def test_an_empty_group_of_the_usual_two_is_a_note() -> None:
    model = nn.Linear(4, 4, bias=False)
    empty = {"params": [], "weight_decay": 0.0}
    (finding,) = pw.audit(ADAMW([{"params": model.parameters(), "weight_decay": 0.1}, empty]), model)
    assert (finding.code, finding.level) == ("PW205", "note")
    (finding,) = pw.audit(ADAMW([{"params": model.parameters()}, {"params": [], "lr": 0.5}]), model)
    assert (finding.code, finding.level) == ("PW205", "warning")


class DistMuonAdamW(torch.optim.Optimizer):
    """Mixes Muon and AdamW by a key of its own, in the manner of nanochat."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__(groups, {})

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        assert all(group["kind"] in ("muon", "adamw") and group["lr"] > 0 for group in self.param_groups)


def test_groups_of_an_optimizer_that_is_not_torchs_are_not_judged_as_torchs() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4))
    groups = [{"params": [layer.weight], "kind": "muon", "lr": 0.1} for layer in model[:2]]
    groups.append({"params": [model[2].weight, *(layer.bias for layer in model)], "kind": "adamw", "lr": 0.1})
    assert codes(DistMuonAdamW(groups), model) == ()
    groups[0]["params"] = [*groups[0]["params"], groups[2]["params"].pop()]
    assert codes(DistMuonAdamW(groups), model) == ("PW106",)


def test_timms_muon_gives_vectors_and_small_heads_to_adamw_by_itself() -> None:
    peers.importable()
    from timm.optim import Muon

    def model(classes: int) -> nn.Module:
        layers = {"inner": nn.Linear(8, 8), "outer": nn.Linear(8, 8), "head": nn.Linear(8, classes)}
        return nn.Sequential(OrderedDict(layers))

    small, large = model(3), model(10)
    assert codes(Muon(small.parameters(), lr=0.1), small) == ()
    taken = pw.audit(Muon(large.parameters(), lr=0.1), large)
    assert [(finding.code, finding.names) for finding in taken] == [("PW106", ("head.weight",))]
    beside = [{"params": large[:2].parameters()}, {"params": large.head.parameters(), "use_fallback": True}]
    assert codes(Muon(beside, lr=0.1), large) == ()
    forced = Muon([{"params": small.parameters(), "use_muon": True}], lr=0.1)
    assert "PW106" in codes(forced, small)  # the vectors too


def test_coupled_decay_is_a_warning_beside_decay_apart() -> None:
    one, other = nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)
    adam, adamw = torch.optim.Adam(one.parameters(), weight_decay=0.1), ADAMW(other.parameters(), weight_decay=0.1)
    assert [(f.code, f.level) for f in pw.audit(adam, one)] == [("PW302", "note")]
    assert [(f.code, f.level) for f in pw.audit([adam, adamw], [one, other])] == [("PW302", "warning")]
    seen = Observed(optimizers=(adam, adamw))
    assert [(f.code, f.level) for f in pw.audit(adam, one, observed=seen)] == [("PW302", "warning")]
    assert codes([torch.optim.Adam(one.parameters()), adamw], [one, other], ignore=["PW104"]) == ()


def test_rates_that_are_tensors() -> None:
    model = two()
    rate = torch.tensor(0.1)
    shared = SGD(by_layer(model, {}, {}), lr=rate)
    alike = schedules.LambdaLR(shared, lambda step: 1 / (1 + step))
    assert codes(shared, model, alike, ignore=["PW701"]) == ()
    parted = schedules.LambdaLR(shared, [lambda step: 1.0, lambda step: 0.1])
    assert codes(shared, model, parted, ignore=["PW701"]) == ("PW304",)
    alone = SGD(model.parameters(), lr=torch.tensor(0.1))
    loaded = SGD(model.parameters(), lr=(given := torch.tensor(0.1)))
    loaded.load_state_dict(alone.state_dict())
    assert codes(loaded, model) == ()
    given.fill_(0.01)
    assert codes(loaded, model) == ("PW304",)


# ---------------------------------------------------------------------------------------------------- rates over time


def test_rates_made_equal_by_the_loop() -> None:
    model = two()
    plan = pw.plan(model, pw.Rule(pw.name("0.*"), lr=1e-4), lr=1e-3)
    optimizer = plan.optimizer(SGD)
    assert codes(optimizer, model) == ()
    for rate, expected in ((0.0, ()), (5e-4, ("PW401",))):
        for group in optimizer.param_groups:
            group["lr"] = rate
        assert codes(optimizer, model, ignore=["PW501"]) == expected
    scheduler = schedules.ReduceLROnPlateau(optimizer, min_lr=5e-4)  # its floor made them equal: PW404 says so
    assert codes(optimizer, model, scheduler) == ("PW404",)


def test_a_warm_up_from_zero_is_seen_again() -> None:
    model = two()
    optimizer = SGD(model.parameters(), lr=0.1)
    optimizer.param_groups[0]["lr"] = 0.0
    assert codes(optimizer, model) == ("PW501",)
    assert codes(optimizer, model, observed=Observed(optimizers=(optimizer,))) == ()


def test_adafactor_makes_its_own_rate() -> None:
    model = nn.Linear(4, 2)
    optimizer = transformers.optimization.Adafactor(model.parameters())
    assert codes(optimizer, model) == ()
    assert codes(optimizer, model, transformers.optimization.AdafactorSchedule(optimizer)) == ()


def test_a_group_that_reduce_on_plateau_does_not_know() -> None:
    model = two()
    optimizer = SGD(model[1].parameters(), lr=1e-3)
    listed = schedules.ReduceLROnPlateau(optimizer, min_lr=[1e-6])
    single = schedules.ReduceLROnPlateau(optimizer)
    optimizer.add_param_group({"params": list(model[0].parameters()), "lr": 1e-4})
    assert codes(optimizer, model, listed) == ("PW403",)
    assert codes(optimizer, model, single) == ()


@pytest.mark.parametrize(
    ("dtype", "product", "moves"),
    [(torch.float32, 3.1e-8, True), (torch.float32, 2.9e-8, False), (torch.float64, 1e-16, True)],
)
def test_the_least_decay_that_moves_values(dtype: torch.dtype, product: float, moves: bool) -> None:
    model = nn.Linear(64, 64, bias=False, dtype=dtype)
    optimizer = ADAMW(model.parameters(), lr=product / 0.01, weight_decay=0.01)
    assert codes(optimizer, model, ignore=["PW601"]) == (() if moves else ("PW602",))
    before = model.weight.detach().clone()
    for _ in range(20):
        model.weight.grad = torch.zeros_like(model.weight)
        optimizer.step()
    assert bool((model.weight != before).any()) == moves


# ----------------------------------------------------------------------------------------------- frozen, and emptied


class Twins(nn.Module):
    """An encoder, and beside it a frozen copy that follows it, in the manner of MoCo and BYOL."""

    def __init__(self) -> None:
        super().__init__()
        self.online = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
        self.target = copy.deepcopy(self.online).requires_grad_(False)


def frozen_norm(**options: Any) -> nn.Sequential:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, **options), nn.Linear(4, 2))
    model[:2].requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("model", "moves"),
    [
        (frozen_norm(), True),
        (frozen_norm(momentum=None), True),
        (frozen_norm(track_running_stats=False), False),
        (frozen_norm(affine=False), False),
        (frozen_norm(momentum=0.0), False),
        (frozen_norm().eval(), False),
        (Twins(), False),
        (nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)), False),
    ],
)
def test_statistics_that_move(model: nn.Module, moves: bool) -> None:
    optimizer = SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    assert codes(optimizer, model) == (("PW507",) if moves else ())


def test_a_critic_that_is_frozen_for_a_turn_moves_on_purpose() -> None:
    model = frozen_norm()
    mine, theirs = SGD(model[2].parameters(), lr=0.1), SGD(model[:2].parameters(), lr=0.1)
    assert codes(mine, model, observed=Observed(optimizers=(mine, theirs))) == ()


def emptied(model: nn.Module) -> nn.Module:
    """As deepspeed.zero.Init leaves a model."""
    for parameter in model.parameters():
        parameter.ds_shape = parameter.shape  # type: ignore[attr-defined]
        parameter.ds_numel = parameter.numel()  # type: ignore[attr-defined]
        parameter.data = torch.empty(0)
    return model


def test_a_model_that_zero_emptied_is_planned_by_its_own_shapes() -> None:
    assert list(pw.read(emptied(two()))) == list(pw.read(two()))
    for recipe in ("default", "bert", pw.Rule(pw.ndim(2), weight_decay=0.1)):
        assert pw.plan(emptied(two()), recipe, lr=1e-3) == pw.plan(two(), recipe, lr=1e-3)
    plans = [pw.plan(model, "muon", lr=1e-3, adamw_lr=1e-3) for model in (emptied(two()), two())]
    assert plans[0] == plans[1]


def test_emptied_by_zero() -> None:
    model = emptied(two())
    everything = ADAMW(model.parameters(), weight_decay=0.1)
    none = ADAMW(model.parameters(), weight_decay=0.0)
    assert "PW208" not in codes(everything, model) + codes(none, model)
    unasked = ADAMW([{"params": list(model.parameters()), "weight_decay": 0.0}])
    assert "PW208" in codes(unasked, model)  # AdamW decays by 0.01 if it is not asked otherwise


def test_an_optimizer_of_nothing() -> None:
    model = two()
    plan = pw.plan(model, lr=1e-3)
    assert codes(plan.optimizer(ADAMW), model) == ()
    model.requires_grad_(False)
    assert codes(SGD(model.parameters(), lr=0.1), model, ignore=["PW202"]) == ("PW207",)


def test_expectations_of_a_file(tmp_path: Path) -> None:
    model = two()
    optimizer = SGD(by_layer(model, {"lr": 0.1}, {"lr": 0.0}), lr=0.1)
    path = tmp_path / "rules.toml"
    for trained, found in (("true", ("PW210",)), ("false", ())):
        path.write_text(f'[[expect]]\nnames = "1.*"\ntrained = {trained}\n')
        assert codes(optimizer, model, ignore=["PW501"], expect=path) == found
        assert codes(optimizer, model, ignore=["PW501"], expect=str(path)) == found


def test_expectations() -> None:
    model = two()
    optimizer = SGD(by_layer(model, {"lr": 0.1}, {"lr": 0.0}), lr=0.1)
    first, second, none = pw.name("0.*"), pw.name("1.*"), pw.name("nowhere.*")

    def unmet(*expected: pw.Expectation) -> list[str]:
        return [str(finding) for finding in pw.audit(optimizer, model, ignore=["PW501"], expect=expected)]

    assert unmet(pw.expect(first, trained=True), pw.expect(second, trained=False)) == []
    (wrong,) = unmet(pw.expect(first, trained=False))
    assert "2 of 2 parameters are trained" in wrong
    (wrong,) = unmet(pw.expect(second, trained=True))
    assert "2 of 2 parameters are not" in wrong
    (wrong,) = unmet(pw.expect(none, trained=False))
    assert "selects no parameter" in wrong
    plan = pw.plan(model, pw.Rule(first, freeze=True), lr=0.1)
    assert plan.check(expect=[pw.expect(first, trained=False), pw.expect(second, trained=True)]) == ()
    assert plan.check(expect=[pw.expect(first, trained=True)]).codes == ("PW210",)
    with pytest.raises(pw.InputError, match="not a selector"):
        pw.expect("0.*", trained=True)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------- what people hold


def test_a_trainer_of_transformers(tmp_path: Any) -> None:
    model = nn.Linear(2, 2)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path), use_cpu=True, report_to="none", weight_decay=0.1
    )
    trainer = transformers.Trainer(model=model, args=arguments)
    with pytest.raises(pw.InputError, match="the Trainer has no optimizer yet"):
        pw.audit(trainer)
    trainer.create_optimizer_and_scheduler(10)
    assert codes(trainer, None) == ()
    assert codes(trainer, None, expect=[pw.expect(pw.everything(), trained=False)]) == ("PW210",)


def test_an_accelerator() -> None:
    import accelerate

    accelerator = accelerate.Accelerator(cpu=True)
    with pytest.raises(pw.InputError, match="has no optimizer yet"):
        pw.audit(accelerator)
    model = two()
    model, optimizer = accelerator.prepare(model, SGD(model[0].parameters(), lr=0.1))
    scheduler = accelerator.prepare(schedules.StepLR(optimizer.optimizer, 1))
    assert scheduler is not None
    assert codes(accelerator, None) == ("PW201",)


@pytest.mark.filterwarnings("ignore")  # Lightning's own
def test_a_lightning_trainer_and_its_module(tmp_path: Any) -> None:
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.Linear(2, 2), nn.Linear(2, 1)
            self.found: list[tuple[str, ...]] = []

        def training_step(self, batch: torch.Tensor) -> torch.Tensor:
            self.found += [codes(self.trainer, None), codes(self, None)]
            return self.head(self.body(batch)).sum()

        def configure_optimizers(self) -> Any:
            optimizer = SGD(self.body.parameters(), lr=0.1)
            return [optimizer], [schedules.CosineAnnealingLR(optimizer, 10, eta_min=1.0)]

    module = Module()
    with pytest.raises(pw.InputError, match=r"no model is given, and .*Module holds none"):
        pw.audit(module)
    trainer = lightning.Trainer(
        max_steps=1, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False, default_root_dir=tmp_path,
    )  # fmt: skip
    trainer.fit(module, torch.utils.data.DataLoader(torch.ones(2, 2)))
    assert module.found == [("PW201", "PW402"), ("PW201", "PW402")]


def test_an_engine_of_deepspeed_by_its_name() -> None:
    """A stand-in of the class's name: DeepSpeed cannot be installed where these tests run."""
    engine_class = type("DeepSpeedEngine", (nn.Module,), {"__module__": "deepspeed.runtime.engine"})
    engine = engine_class()
    engine.module = two()
    engine.optimizer = type("FP16_Optimizer", (), {})()
    engine.optimizer.optimizer = SGD(engine.module[0].parameters(), lr=0.1)
    engine.lr_scheduler = None
    assert codes(engine, None) == ("PW201",)


def test_several_models_as_one() -> None:
    body, head = nn.Linear(4, 4), nn.LayerNorm(4)
    found = pw.audit(SGD(body.parameters(), lr=0.1), [body, head])
    assert found[0].names == ("LayerNorm.weight", "LayerNorm.bias")
    assert codes(SGD([*body.parameters(), *head.parameters()], lr=0.1), [body, head]) == ()
    assert codes(SGD([*body.parameters()], lr=0.1), [body, copy.deepcopy(body)]) == ("PW201",)
    with pytest.raises(pw.InputError, match="not a model: int"):
        pw.audit(SGD(body.parameters(), lr=0.1), [body, 3])
    with pytest.raises(pw.InputError, match="no model is given"):
        pw.audit(SGD(body.parameters(), lr=0.1))
