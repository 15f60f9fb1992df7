"""Live optimizers read back: what fires, and above all what does not."""

import copy
import json
import warnings
from typing import Any

import pytest
import torch
import transformers
from torch import nn

import paramwise as pw
from paramwise.torch.live import Live

from models import FrozenTrunk, Plain, TiedEmbedding, tiny, tiny_bert

TYPES = ["bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip"]
CODERS = ("encoder", "decoder")
ADAMW = torch.optim.AdamW


def good(model: nn.Module) -> torch.optim.Optimizer:
    """Groups as a careful person makes them for `Plain`."""
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    return ADAMW([{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=1e-3)


@pytest.mark.parametrize("name", TYPES)
def test_default_plans_have_no_findings(name: str) -> None:
    model = tiny(name)
    plan = pw.plan(model, lr=1e-3, weight_decay=0.1)
    assert plan.check() == ()
    assert pw.audit(plan.optimizer(ADAMW), model) == ()


@pytest.mark.parametrize(
    ("name", "codes", "gains"),
    [
        ("bert", (), 0),
        ("gpt2", ("PW101", "PW103"), 5),
        ("t5", ("PW101", "PW103"), 12),
        ("llama", ("PW101", "PW103"), 5),
        ("vit", ("PW101", "PW103", "PW107"), 5),
        ("resnet", ("PW101", "PW103"), 10),
        ("mamba", ("PW101", "PW103"), 7),
        ("clip", ("PW101", "PW103", "PW107"), 12),
    ],
)
def test_what_the_tutorials_tokens_get_wrong_is_found(name: str, codes: tuple[str, ...], gains: int) -> None:
    findings = pw.plan(tiny(name), "bert", weight_decay=0.1).check(ignore=["PW104"])
    assert findings.codes == codes
    assert sum(len(finding.names) for finding in findings if finding.code == "PW103") == gains


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bert", {}),
        ("gpt2", {}),
        # the word `bias` in the name of an embedding
        ("t5", {"PW104": {f"{one}.block.0.layer.0.SelfAttention.relative_attention_bias.weight" for one in CODERS}}),
        ("llama", {}),
        ("vit", {"PW107": 2}),
        ("resnet", {"PW103": 10}),
        ("mamba", {"PW103": 5}),
        ("clip", {"PW103": 1, "PW107": 1}),
    ],
)
def test_what_the_trainer_gets_wrong_is_found(name: str, expected: dict[str, object], tmp_path: object) -> None:
    model = tiny(name)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path), use_cpu=True, report_to="none", weight_decay=0.1
    )
    optimizer = transformers.Trainer(model=model, args=arguments).create_optimizer()
    found = {finding.code: finding.names for finding in pw.audit(optimizer, model)}
    assert found.keys() == expected.keys(), found
    for code, names in expected.items():
        assert (len(found[code]) if isinstance(names, int) else set(found[code])) == names


def test_a_careful_hand_makes_no_findings() -> None:
    model = Plain()
    optimizer = good(model)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(step, 10) / 10)
    assert pw.audit(optimizer, model, scheduler) == ()
    assert str(pw.audit(optimizer, model)) == "no findings"


def test_the_tutorials_key_is_named_with_what_is_in_force() -> None:
    model = tiny_bert()
    no_decay = ["bias", "LayerNorm.weight"]
    named = list(model.named_parameters())
    left = [p for n, p in named if any(one in n for one in no_decay)]
    rest = [p for n, p in named if not any(one in n for one in no_decay)]
    groups = [{"params": rest, "weight_decay_rate": 0.1}, {"params": left, "weight_decay_rate": 0.0}]
    first, second = pw.audit(ADAMW(groups, lr=1e-3), model)
    assert first.code == "PW301"
    assert first.evidence[1] == f"in force: weight_decay 0.01 on all {len(named)} parameters"
    assert second.code == "PW103"
    assert len(second.names) == len(left)


def codes(optimizer: object, model: nn.Module, scheduler: object = None, **options: object) -> tuple[str, ...]:
    return pw.audit(optimizer, model, scheduler, **options).codes  # type: ignore[arg-type]


def test_coverage() -> None:
    model = Plain()
    optimizer = ADAMW([p for n, p in model.named_parameters() if "head" not in n], lr=1e-3, weight_decay=0.0)
    (finding,) = pw.audit(optimizer, model)
    assert (finding.code, finding.level, finding.names) == ("PW201", "error", ("head.weight", "head.bias"))
    frozen = FrozenTrunk()
    assert codes(ADAMW(frozen.parameters(), lr=1e-3, weight_decay=0.0), frozen) == ("PW202",)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice = torch.optim.SGD([*model.parameters(), model.head.weight], lr=0.1)
    assert codes(twice, model) == ("PW203",)
    assert codes(
        [torch.optim.SGD(model.parameters(), lr=0.1), torch.optim.SGD([model.head.weight], lr=0.1)], model
    ) == ("PW203",)
    empty = torch.optim.SGD([{"params": list(model.parameters())}, {"params": [], "lr": 0.2}], lr=0.1)
    assert codes(empty, model) == ("PW205",)


def test_tensors_that_are_no_longer_the_models() -> None:
    model = Plain()
    optimizer = good(model)
    assert codes(optimizer, copy.deepcopy(model)) == ("PW201", "PW206")
    model.load_state_dict(copy.deepcopy(model.state_dict()), assign=True)
    found = pw.audit(optimizer, model)
    assert found.codes == ("PW201", "PW206")
    assert len(found[0].names) == 11
    model = Plain()
    optimizer = good(model)
    nn.utils.parametrizations.weight_norm(model.head)
    assert codes(optimizer, model) == ("PW201", "PW206")
    # the parameters of a loss beside the model: surprising, not wrong
    beside = torch.optim.SGD([*Plain().parameters(), torch.ones(2, requires_grad=True)], lr=0.1)
    assert pw.audit(beside, Plain()).errors
    model = Plain()
    beside = torch.optim.SGD([*model.parameters(), torch.ones(2, requires_grad=True)], lr=0.1)
    assert [finding.level for finding in pw.audit(beside, model)] == ["warning"]


def test_options() -> None:
    model = Plain()
    assert codes(ADAMW([{"params": model.parameters(), "wd": 0.1, "weight_decay": 0}], lr=1e-3), model) == ("PW301",)
    labelled = [{"params": model.parameters(), "weight_decay": 0, "name": "all", "layer": "first", "param_names": None}]
    labelled[0].pop("param_names")
    assert codes(ADAMW(labelled, lr=1e-3), model) == ()
    assert codes(torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.1), model, ignore=["PW103"]) == ("PW302",)
    dropped = ADAMW([{"params": model.parameters(), "weight_decay": 0.0}], lr=1e-3, weight_decay=0.1)
    assert codes(dropped, model) == ("PW303",)
    assert codes(ADAMW([{"params": model.parameters(), "weight_decay": 0.0}], lr=1e-3), model) == ()


class Scaled(torch.optim.SGD):
    """Reads an option of its own, as timm's Lamb and others do."""

    def step(self, closure: object = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            group["lr"] *= group.get("lr_mult", 1.0)


def test_an_option_that_the_class_reads_is_read() -> None:
    model = Plain()
    assert codes(Scaled([{"params": model.parameters(), "lr_mult": 0.5}], lr=0.1), model) == ()
    assert codes(torch.optim.SGD([{"params": model.parameters(), "lr_mult_of_nobody": 0.5}], lr=0.1), model) == (
        "PW301",
    )


def test_schedules() -> None:
    model = Plain()
    schedules = torch.optim.lr_scheduler
    plan = pw.plan(model, "default", pw.Rule(pw.token("head"), lr_scale=10.0), lr=1e-3)
    optimizer = plan.optimizer(ADAMW)
    one_cycle = schedules.OneCycleLR(optimizer, max_lr=1e-3, total_steps=10)
    assert codes(optimizer, model, one_cycle, ignore=["PW701"]) == ("PW401",)
    optimizer = plan.optimizer(ADAMW)
    assert (
        codes(optimizer, model, schedules.OneCycleLR(optimizer, max_lr=[1e-3, 1e-3, 1e-2, 1e-2], total_steps=10)) == ()
    )
    optimizer = good(model)
    assert codes(optimizer, model, schedules.CosineAnnealingLR(optimizer, T_max=10, eta_min=1e-2)) == ("PW402",)
    assert codes(optimizer, model, schedules.CosineAnnealingLR(optimizer, T_max=10)) == ()
    chained = schedules.SequentialLR(
        optimizer,
        [schedules.LinearLR(optimizer), schedules.CosineAnnealingLR(optimizer, 10, eta_min=1.0)],
        milestones=[5],
    )
    assert codes(optimizer, model, [chained]) == ("PW402",)
    optimizer = torch.optim.SGD(list(model.parameters())[:-2], lr=0.1)
    scheduler = schedules.StepLR(optimizer, 1)
    optimizer.add_param_group({"params": list(model.parameters())[-2:], "lr": 0.2})
    assert codes(optimizer, model, scheduler) == ("PW403",)


def test_shared_floors() -> None:  # of every schedule: tests/test_schedules.py
    model = Plain()
    schedules = torch.optim.lr_scheduler
    groups = [{"params": list(model.parameters())[:4], "lr": 0.01}, {"params": list(model.parameters())[4:]}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    (finding,) = pw.audit(optimizer, model, schedules.ReduceLROnPlateau(optimizer, min_lr=1e-3))
    assert (finding.code, finding.level) == ("PW404", "note")
    assert finding.message == "ReduceLROnPlateau has one min_lr for groups of different learning rates"
    assert finding.evidence == ("min_lr 0.001 for groups of 0.01, 0.1",)
    assert finding.help == ("give one a group: min_lr=[...]",)
    assert codes(optimizer, model, schedules.ReduceLROnPlateau(optimizer, min_lr=[1e-4, 1e-3])) == ()
    # a group that the scheduler does not know
    optimizer = torch.optim.SGD(groups[:1], lr=0.1)
    averaging = torch.optim.swa_utils.SWALR(optimizer, 0.05)
    optimizer.add_param_group(groups[1])
    assert codes(optimizer, model, averaging) == ("PW403",)


def test_freezing() -> None:
    model = Plain()
    groups = [{"params": list(model.parameters())[:1], "lr": 0.0}, {"params": list(model.parameters())[1:]}]
    assert codes(torch.optim.SGD(groups, lr=0.1), model) == ("PW501",)
    warm = good(model)
    scheduler = torch.optim.lr_scheduler.LambdaLR(warm, lambda step: step / 10)
    assert warm.param_groups[0]["lr"] == 0
    assert codes(warm, model, scheduler) == ()
    cycled = good(model)
    assert codes(cycled, model, torch.optim.lr_scheduler.CyclicLR(cycled, 0.0, 1e-3)) == ()
    assert codes(cycled, model, torch.optim.lr_scheduler.CyclicLR(cycled, 0.0, [1e-3, 0.0])) == ("PW501",)
    stopped = pw.plan(model, lr=1e-3).optimizer(ADAMW)
    stopped.param_groups[0]["lr"] = 0.0
    assert codes(stopped, model, torch.optim.lr_scheduler.ReduceLROnPlateau(stopped)) == ("PW501",)
    optimizer = good(model)
    model(torch.tensor([[1, 2]])).sum().backward()
    model.head.requires_grad_(False)
    assert codes(optimizer, model) == ("PW503", "PW202")
    optimizer.zero_grad()
    assert codes(optimizer, model) == ("PW202",)


def test_precision() -> None:
    model = nn.Linear(4, 4, bias=False, dtype=torch.bfloat16)
    nn.init.ones_(model.weight)
    (finding,) = pw.audit(ADAMW(model.parameters(), lr=1e-3, weight_decay=0.0), model)
    assert (finding.code, finding.level) == ("PW601", "warning")
    assert finding.evidence[0] == "from 0.00391 on it would move all of them"
    assert codes(ADAMW(model.parameters(), lr=5e-3, weight_decay=0.0), model) == ()
    assert codes(ADAMW(model.parameters(), lr=5e-3, weight_decay=0.1), model) == ("PW602",)
    assert codes(ADAMW(model.float().parameters(), lr=1e-3, weight_decay=0.1), model) == ()
    with torch.device("meta"):
        empty = nn.Linear(4, 4, dtype=torch.bfloat16)
    assert codes(ADAMW(empty.parameters(), lr=1e-3, weight_decay=0.0), empty) == ()


@pytest.mark.parametrize(("rate", "moves"), [(1e-3, False), (0.0038, False), (0.0041, True)])
def test_the_rate_that_would_move_it_is_the_one_that_does(rate: float, moves: bool) -> None:
    weight = nn.Parameter(torch.ones(4, dtype=torch.bfloat16))
    optimizer = ADAMW([weight], lr=rate, weight_decay=0.0)
    for _ in range(20):
        weight.grad = -torch.ones_like(weight)  # away from 0: towards it numbers lie half as far apart
        optimizer.step()
    assert bool((weight != 1).any()) == moves


def test_costly_groups() -> None:
    def groups(number: int, width: int) -> tuple[nn.Module, torch.optim.Optimizer]:
        model = nn.ParameterList(torch.zeros(width) for _ in range(number))
        rates = [{"params": [tensor], "lr": 1e-3 * 0.99**at} for at, tensor in enumerate(model)]
        return model, torch.optim.AdamW(rates, weight_decay=0.0)

    for number, width, expected in ((99, 1, 0), (100, 1, 1), (100, 1_000_000, 0)):
        model, optimizer = groups(number, width)
        assert [each.code for each in pw.audit(optimizer, model)].count("PW703") == expected
    model, optimizer = groups(100, 1)
    for group in optimizer.param_groups:  # as on a process that has nothing of the model
        group["params"] = []
    assert {each.code for each in pw.audit(optimizer, model)}.isdisjoint({"PW703", "PW801"})


def test_needless_groups() -> None:
    model = Plain()
    optimizer = ADAMW([{"params": [p]} for p in model.parameters()], lr=1e-3, weight_decay=0.0)
    (finding,) = pw.audit(optimizer, model)
    assert finding.message == "11 groups of AdamW, where 1 would do"


def test_muon() -> None:
    model = Plain()
    matrices = [p for p in model.parameters() if p.ndim == 2]
    rest = [p for p in model.parameters() if p.ndim != 2]
    both = [torch.optim.Muon(matrices, lr=0.02), ADAMW(rest, lr=1e-3, weight_decay=0.0)]
    (finding,) = pw.audit(both, model)
    assert (finding.code, finding.level) == ("PW106", "warning")
    assert finding.names == ("embedding.weight", "head.weight")


class MuonThatFallsBack(torch.optim.Optimizer):
    """As timm's: ``algo`` names the class's algorithm in every group, and vectors fall back to Adam."""

    def __init__(self, params: Any, lr: float = 0.02, algo: str = "muon") -> None:
        super().__init__(params, {"lr": lr, "algo": algo, "weight_decay": 0.0})

    def step(self, closure: Any = None) -> Any:
        """Step vectors by adamw."""
        adamw = [p for group in self.param_groups for p in group["params"] if p.ndim < 2]
        return adamw and None


def test_a_default_that_every_group_has_does_not_say_what_steps_vectors() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Linear(4, 2))
    assert "PW106" not in pw.audit(MuonThatFallsBack(model.parameters()), model).codes
    groups = [{"params": [model[0].weight], "algo": "adamw"}, {"params": [*model[1].parameters()]}]
    assert "PW106" in pw.audit(MuonThatFallsBack(groups), model).codes, "where groups differ, the key chooses"


def test_marks() -> None:
    model = Plain()
    model.head.weight._no_weight_decay = True
    assert codes(good(model), model) == ("PW105",)


def test_ignored() -> None:
    model = Plain()
    optimizer = ADAMW(model.parameters(), lr=1e-3, weight_decay=0.1)
    assert codes(optimizer, model) == ("PW103",)
    assert codes(optimizer, model, ignore=["PW103"]) == ()
    assert codes(optimizer, model, ignore=["decayed-gain"]) == ()
    (finding,) = pw.audit(optimizer, model, ignore=[("PW103", pw.role("bias"))])
    assert finding.names == ("blocks.0.LayerNorm.weight", "blocks.1.LayerNorm.weight")
    with pytest.raises(pw.InputError, match="did you mean `PW103`"):
        pw.audit(optimizer, model, ignore=["PW1O3"])


def test_wrapped_optimizers_models_and_schedulers() -> None:
    import accelerate

    model = Plain()
    optimizer = good(model)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    prepared = accelerate.Accelerator(cpu=True).prepare(model, optimizer, scheduler)
    assert codes(prepared[1], prepared[0], prepared[2]) == ()
    from lightning.pytorch.core.optimizer import LightningOptimizer

    assert codes(LightningOptimizer(good(model)), model) == ()
    assert codes([LightningOptimizer(good(model))], copy.deepcopy(model)) == ("PW201", "PW206")
    assert codes(good(model), nn.DataParallel(model)) == ()
    compiled = torch.compile(model)
    assert codes(good(model), compiled) == ()
    tied = TiedEmbedding()
    assert codes(torch.optim.SGD(tied.parameters(), lr=0.1), tied) == ()


def same(one: object, other: object) -> bool:
    """Whether two nested things are of the same kinds, with the same keys and numbers, bit for bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)  # type: ignore[attr-defined, arg-type]
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)  # type: ignore[call-overload, index]
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))  # type: ignore[arg-type, call-overload]
    return one == other


def test_nothing_is_changed() -> None:
    model = Plain()
    optimizer = good(model)
    model(torch.tensor([[1, 2]])).sum().backward()
    optimizer.step()

    def now() -> tuple[object, ...]:
        return dict(model.state_dict()), optimizer.state_dict(), [p.grad for p in model.parameters()]

    before = copy.deepcopy(now())
    random = torch.get_rng_state()
    pw.audit(optimizer, model)
    assert same(before, now())
    optimizer.state[next(model.parameters())]["exp_avg"].view(-1)[-1] += 1
    assert not same(before, now())
    assert torch.equal(random, torch.get_rng_state())


def test_findings_are_data() -> None:
    model = Plain()
    findings = pw.audit(ADAMW(model.parameters(), lr=1e-3, weight_decay=0.1), model)
    (data,) = json.loads(findings.json)
    assert (data["code"], data["slug"], data["level"]) == ("PW103", "decayed-gain", "warning")
    assert len(data["names"]) == 7
    assert findings.errors == ()


@pytest.mark.parametrize("wrong", [None, [], 3, Plain()])
def test_not_an_optimizer(wrong: object) -> None:
    with pytest.raises(pw.InputError, match="optimizer"):
        pw.audit(wrong, Plain())
    with pytest.raises(pw.InputError, match="no model is given" if wrong is None else "not a model"):
        pw.audit(good(Plain()), wrong if not isinstance(wrong, nn.Module) else {})  # type: ignore[arg-type]


def test_live_is_by_identity() -> None:
    model = TiedEmbedding()
    live = Live([torch.optim.SGD(model.parameters(), lr=0.1)], model, [])
    assert live.members == [[0, 1, 2]]
