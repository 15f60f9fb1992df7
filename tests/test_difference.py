"""What changes between two plans; replays of accidents that nobody saw."""

import copy

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.plans.lock import lock_text, plan_of_text
from paramwise.plans.plan import Difference
from test_lock import HERE

from models import Plain, TiedEmbedding, tiny, tiny_bert


class MyNorm(nn.Module):
    """A norm under a name of its own, told by what its code does."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


class Rescale(nn.Module):
    """The same after a refactoring: a table of one column, which is looked up."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x @ self.weight) * x


def decoder(norm: type[nn.Module], layers: int = 24) -> nn.Module:
    return nn.ModuleDict(
        {
            "embedding": nn.Embedding(9, 4),
            "layers": nn.ModuleList(nn.ModuleDict({"norm": norm(4), "up": nn.Linear(4, 4)}) for _ in range(layers)),
        }
    )


def locked(model: nn.Module, **options: float) -> pw.Plan:
    """A plan that has been written to a lock and read back."""
    return plan_of_text(lock_text(pw.plan(model, **(options or {"lr": 2e-5, "weight_decay": 0.1}))), HERE)


def verified(then: pw.Plan, model: nn.Module) -> Difference:
    return then.diff(pw.plan(model, then.rules, **then.base))


def test_a_norm_class_that_is_no_longer_recognised() -> None:
    """Fast-LLM#542: a refactoring renamed a class, and every norm was decayed."""
    found = verified(locked(decoder(MyNorm)), decoder(Rescale))
    (change,) = [one for one in found.changes if one.sort == "settings"]
    assert (len(change.names), change.settings) == (24, {"weight_decay": (0.0, 0.1)})
    said = str(found)
    assert "24 matrices, 96 values: weight_decay 0 -> 0.1" in said
    assert "layers.{0..23}.norm.weight" in said
    assert "decided by `decay`, before by `no decay`" in said
    assert "its role was norm, is now matrix" in said
    assert "its class was test_difference.MyNorm, is now test_difference.Rescale" in said
    assert "weight decay takes 0.0002 % of each value a step, before nothing" in said


def test_a_module_that_was_added_and_is_not_trained() -> None:
    """mace#525: parameters that are in the model and in no group."""
    then = locked(Plain())
    model = Plain()
    model.readout = nn.Linear(4, 1)
    found = verified(then, model)
    assert [(one.sort, one.names) for one in found.changes] == [
        ("new", ("readout.weight",)),
        ("new", ("readout.bias",)),
    ]
    optimizer = torch.optim.AdamW(Plain.parameters(model), lr=2e-5)
    del optimizer.param_groups[0]["params"][-2:]
    read = pw.read_groups(model, optimizer)
    assert set(read.frozen.names) == {"readout.weight", "readout.bias"}
    assert "in no group" in str(read.explain("readout.weight"))


def test_a_tied_head_that_was_untied() -> None:
    then = locked(TiedEmbedding())
    model = TiedEmbedding()
    model.head = nn.Linear(4, 7, bias=False)
    (change,) = verified(then, model).changes
    assert (change.sort, change.names, change.role) == ("new", ("head.weight",), "head")
    assert change.why == ("was tied to embedding.weight",)
    back = locked(model).diff(locked(TiedEmbedding()))
    assert [(one.sort, one.names, one.why) for one in back.changes] == [
        ("gone", ("head.weight",), ("is now tied to embedding.weight",))
    ]


def test_lora_that_was_merged() -> None:
    import peft

    torch.manual_seed(0)
    config = peft.LoraConfig(task_type="SEQ_CLS", r=2, target_modules=["query"])
    wrapped = peft.get_peft_model(tiny_bert(), config)
    then = locked(wrapped)
    merged = copy.deepcopy(wrapped).merge_and_unload()
    found = verified(then, merged)
    gone = [name for one in found.changes if one.sort == "gone" for name in one.names]
    assert len([name for name in gone if "lora_" in name]) == 4
    assert "bert.encoder.layer.{0..1}.attention.self.query.lora_A.default.weight" in str(found)


def test_a_vocabulary_that_grew_and_values_of_another_type() -> None:
    then = locked(Plain())
    model = Plain()
    model.embedding = nn.Embedding(9, 4)
    model.head.bfloat16()
    found = verified(then, model)
    assert [(one.sort, one.why) for one in found.changes] == [
        ("reshaped", ("shape [7, 4] -> [9, 4]",)),
        ("reshaped", ("dtype float32 -> bfloat16",)),
        ("reshaped", ("dtype float32 -> bfloat16",)),
    ]
    assert "1 embedding, 36 values: shape [7, 4] -> [9, 4]" in str(found)


def test_freezing_is_a_change() -> None:
    plan = pw.plan(Plain(), lr=1e-3)
    found = plan.diff(pw.plan(Plain(), "default", pw.Rule(pw.name("head.*"), freeze=True), lr=1e-3))
    assert found.names == ("head.weight", "head.bias")
    assert "1 head, 12 values: frozen, before lr 0.001, weight_decay 0.1" in str(found)
    back = pw.plan(Plain(), "default", pw.Rule(pw.name("head.*"), freeze=True), lr=1e-3).diff(plan)
    assert "1 head, 12 values: trained with lr 0.001, weight_decay 0.1, before frozen" in str(back)
    assert "weight decay takes nothing of each value a step, before 0.01 %" in str(found)


@pytest.mark.parametrize("name", ["bert", "t5", "resnet", "clip"])
def test_a_plan_does_not_differ_from_itself(name: str) -> None:
    plan = pw.plan(tiny(name), "default", "layerwise", lr=1e-3)
    assert not plan.diff(plan)
    assert str(plan.diff(plan)) == "no difference"
    back = plan.diff(pw.plan(plan.catalog, "bert" if name == "bert" else "no_decay_1d", lr=1e-3))
    forth = pw.plan(plan.catalog, "bert" if name == "bert" else "no_decay_1d", lr=1e-3).diff(plan)
    assert set(back.names) == set(forth.names)
    assert sum(len(one.names) for one in back.changes) == len(back.names) == len(set(back.names))
    for one in back.changes:
        for parameter in one.names:
            assert plan[parameter].settings == one.before


def test_as_plain_data() -> None:
    found = pw.plan(Plain(), lr=1e-3).diff(pw.plan(Plain(), lr=1e-4))
    data = found.as_dict()
    assert data["schema"] == "paramwise/diff/1"
    assert sum(one["parameters"] for one in data["changes"]) == 11
    assert data["changes"][0]["before"]["lr"] == 1e-3


def test_why_names_who_decided_each_setting() -> None:
    rules = [pw.Rule(pw.everything(), name="A", lr=0.1), pw.Rule(pw.everything(), name="B", momentum=0.8)]
    both = pw.Rule(pw.everything(), name="Z", lr=0.2, momentum=0.9)
    why = {line for one in pw.plan(Plain(), *rules).diff(pw.plan(Plain(), both)).changes for line in one.why}
    assert why == {"lr: decided by `Z`, before by `A`", "momentum: decided by `Z`, before by `B`"}
    found = pw.plan(Plain(), lr=0.1).diff(pw.plan(Plain(), pw.Rule(pw.everything(), momentum=0.9), lr=0.1))
    assert "decided by `pw.everything()`, before by none" in str(found)


def test_a_tie_to_what_is_no_parameter_of_its_own() -> None:
    model = TiedEmbedding()
    del model.head
    (change,) = locked(TiedEmbedding()).diff(locked(model)).changes
    assert (change.sort, change.names, change.why) == ("tied", ("embedding.weight",), ("no longer head.weight",))
    assert "1 tied otherwise" in str(locked(TiedEmbedding()).diff(locked(model)))


def test_values_that_few_digits_do_not_tell_apart() -> None:
    found = pw.plan(Plain(), lr=1e-7).diff(pw.plan(Plain(), lr=1.0000000001e-7))
    assert "lr 1e-07 -> 1.0000000001e-07" in str(found)
