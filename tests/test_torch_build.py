import copy
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw

import peers
from models import FrozenTrunk, Plain, TiedEmbedding

ALL = pw.everything()


class BertAdam(torch.optim.Optimizer):
    """Reads its decay under the early key, as pytorch-pretrained-bert's did."""

    def __init__(self, params, lr, weight_decay_rate=0.01):  # type: ignore[no-untyped-def]
        super().__init__(params, {"lr": lr, "weight_decay_rate": weight_decay_rate})


def test_torch_holds_what_the_plan_says() -> None:
    optimizer = pw.plan(Plain(), "bert", lr=2e-5).optimizer(torch.optim.AdamW, eps=1e-8)
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.1, 0.0]
    assert [group["lr"] for group in optimizer.param_groups] == [2e-5, 2e-5]
    assert optimizer.param_groups[0]["param_names"][0] == "embedding.weight"
    assert all(len(g["params"]) == len(g["param_names"]) for g in optimizer.param_groups)
    assert optimizer.defaults["fused"] is True


def test_fused_is_left_alone_where_it_cannot_or_shall_not_be() -> None:
    with torch.device("meta"):
        assert not pw.plan(Plain(), "bert").optimizer(torch.optim.AdamW).defaults["fused"]
    assert pw.plan(Plain(), "bert").optimizer(torch.optim.AdamW, foreach=True).defaults["fused"] is None
    assert pw.plan(Plain(), "bert").optimizer(torch.optim.AdamW, fused=False).defaults["fused"] is False
    assert "fused" not in pw.plan(Plain(), "bert").optimizer(torch.optim.RMSprop).defaults


def test_requires_grad_is_applied_at_building() -> None:
    model = FrozenTrunk()
    plan = pw.plan(
        model, pw.Rule(pw.name("trunk.weight"), freeze=False), pw.Rule(pw.name("head.bias"), freeze=True), lr=1e-3
    )
    assert not model.trunk.weight.requires_grad
    plan.optimizer(torch.optim.SGD)
    assert {name for name, tensor in model.named_parameters() if tensor.requires_grad} == {
        "trunk.weight",
        "head.weight",
    }


def test_unknown_option_names_the_nearest_and_changes_nothing() -> None:
    model = Plain()
    plan = pw.plan(model, pw.Rule(ALL, weight_decay_rate=0.0), pw.Rule(pw.token("head"), freeze=True))
    with pytest.raises(pw.OptionError, match="AdamW takes no option `weight_decay_rate`") as caught:
        plan.optimizer(torch.optim.AdamW)
    assert "did you mean `weight_decay`?" in str(caught.value)
    assert "test_torch_build.py" in str(caught.value)
    assert all(tensor.requires_grad for tensor in model.parameters())
    with pytest.raises(pw.OptionError, match="did you mean `betas`"):
        pw.plan(model, "bert").optimizer(torch.optim.AdamW, beta=(0.9, 0.99))
    with pytest.raises(pw.OptionError, match="Rprop takes no option `weight_decay`"):
        pw.plan(model, "bert").optimizer(torch.optim.Rprop)


def test_the_early_key_goes_only_where_it_is_read() -> None:
    model = Plain()
    plan = pw.plan(model, "bert")
    groups = plan.as_groups(decay_key="weight_decay_rate")
    assert [set(group) for group in groups] == [{"params", "weight_decay_rate"}] * 2
    assert [group["weight_decay_rate"] for group in groups] == [0.1, 0.0]
    assert groups[0]["params"][0] is model.embedding.weight
    assert BertAdam(groups, lr=1e-3).param_groups[1]["weight_decay_rate"] == 0.0
    with pytest.raises(pw.OptionError, match=r'as_groups\(decay_key="weight_decay_rate"\)'):
        plan.optimizer(BertAdam, lr=1e-3)
    read = pw.plan(model, pw.Rule(ALL, weight_decay_rate=0.5)).optimizer(BertAdam, lr=1e-3)
    assert read.param_groups[0]["weight_decay_rate"] == 0.5


def test_the_tutorials_key_is_ignored_by_torch() -> None:
    # the fact that the error above protects from; when torch changes it, say so in docs/how-to/decay.md
    groups = pw.plan(Plain(), "bert").as_groups(decay_key="weight_decay_rate")
    assert {group["weight_decay"] for group in torch.optim.AdamW(groups).param_groups} == {0.01}


def test_options_given_twice_or_never_read() -> None:
    plan = pw.plan(Plain(), "bert", lr=1e-3)
    with pytest.raises(pw.OptionError, match="`lr` is given twice"):
        plan.optimizer(torch.optim.AdamW, lr=1e-2)
    assert plan.optimizer(torch.optim.AdamW, lr=1e-3).param_groups[0]["lr"] == 1e-3

    class Keywords(torch.optim.AdamW):
        def __init__(self, params, **options):  # type: ignore[no-untyped-def]
            super().__init__(params, **options)

    assert plan.optimizer(Keywords, eps=1e-6).defaults["eps"] == 1e-6
    with pytest.raises(pw.OptionError, match="takes no option `esp`"):
        plan.optimizer(Keywords, esp=1e-6)

    class Global(torch.optim.Optimizer):
        def __init__(self, params, lr=0.1, weight_decay=0.0, depth=1):  # type: ignore[no-untyped-def]
            super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    with pytest.raises(pw.OptionError, match="Global does not read `depth` from a parameter group"):
        pw.plan(Plain(), pw.Rule(ALL, depth=2)).optimizer(Global)


def test_missing_rate_to_scale() -> None:
    with pytest.raises(pw.InputError, match="no learning rate to multiply"):
        pw.plan(Plain(), pw.Rule(ALL, lr_scale=0.5)).optimizer(BertAdam)


def test_plan_must_fit_the_model() -> None:
    model = Plain()
    plan = pw.plan(model, "bert")
    model.extra = nn.Linear(2, 2)
    with pytest.raises(pw.PlanError, match=r"extra\.weight: in the model, not in the plan"):
        plan.optimizer(torch.optim.AdamW)
    with pytest.raises(pw.PlanError, match=r"\[7, 4\] in the plan, \[7, 8\] in the model"):
        plan.optimizer(torch.optim.AdamW, Plain(width=8))
    with pytest.raises(pw.PlanError, match="the model has frozen it since"):
        plan.optimizer(torch.optim.AdamW, Plain().requires_grad_(False))
    with pytest.raises(pw.PlanError, match="leaves no parameter to train"):
        pw.plan(Plain(), pw.Rule(ALL, freeze=True)).optimizer(torch.optim.AdamW)
    with pytest.raises(pw.PlanError, match="PW101 dead-rule"):
        pw.plan(Plain(), pw.Rule(pw.token("nowhere"), lr=1)).optimizer(torch.optim.AdamW)
    with pytest.raises(pw.InputError, match="not an optimizer class"):
        plan.optimizer(torch.optim.AdamW(Plain().parameters()))  # type: ignore[arg-type]


def test_a_plan_of_a_catalog_is_built_on_the_model_that_is_given() -> None:
    plan = pw.plan(pw.read(Plain()), "bert")
    with pytest.raises(pw.InputError, match="there are no tensors to optimize"):
        plan.optimizer(torch.optim.AdamW)
    wrapped = nn.DataParallel(Plain())
    optimizer = plan.optimizer(torch.optim.AdamW, wrapped)
    assert optimizer.param_groups[0]["params"][0] is wrapped.module.embedding.weight


def test_integers_cannot_be_trained() -> None:
    model = FrozenTrunk()
    model.codes = nn.Parameter(torch.zeros(2, dtype=torch.int8), requires_grad=False)
    plan = pw.plan(model, pw.Rule(ALL, freeze=False), lr=1e-3)
    with pytest.raises(pw.PlanError, match="codes: int8 values have no gradient"):
        plan.optimizer(torch.optim.SGD)
    assert pw.plan(model, "bert", no_decay=["bias"]).optimizer(torch.optim.SGD).param_groups[0]["param_names"] == [
        "head.weight"
    ]


def test_optimizer_can_be_copied_with_its_model_and_ties_hold() -> None:
    model = TiedEmbedding()
    optimizer = pw.plan(model, pw.Rule(ALL, weight_decay=0.1)).optimizer(torch.optim.AdamW)
    assert len(optimizer.param_groups[0]["params"]) == 3
    again = copy.deepcopy(optimizer)
    assert again.param_groups[0]["param_names"] == optimizer.param_groups[0]["param_names"]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
@pytest.mark.parametrize("cls", [torch.optim.SGD, torch.optim.AdamW])
def test_what_is_fused_moves(cls: type[torch.optim.Optimizer], dtype: torch.dtype) -> None:
    # torch 2.13's fused SGD leaves most 16-bit values on the CPU as they are
    weight = torch.nn.Linear(16, 16, bias=False, dtype=dtype)
    optimizer = pw.plan(weight, lr=0.1, weight_decay=0.0).optimizer(cls)
    before = weight.weight.detach().clone()
    weight.weight.grad = torch.ones_like(weight.weight)
    optimizer.step()
    assert (weight.weight != before).all()


@pytest.mark.filterwarnings("ignore")
def test_what_a_library_refuses_is_one_message() -> None:
    peers.importable()
    import heavyball
    import pytorch_optimizer

    plan = pw.plan(Plain(), "bert", lr=1e-3)
    for cls, told in (
        (pytorch_optimizer.AdamMini, "AttributeError: 'list' object has no attribute 'named_parameters'"),
        (pytorch_optimizer.Muon, "ValueError: `use_muon` must be set"),
        (heavyball.PSGDLRA, "AttributeError: 'dict' object has no attribute 'numel'"),
        (torch.optim.AdamW, "ValueError: Invalid epsilon value"),
    ):
        with pytest.raises(pw.InputError, match=f"{cls.__name__} does not take the plan's groups") as caught:
            plan.optimizer(cls, **({"eps": -1.0} if cls is torch.optim.AdamW else {}))
        assert told in str(caught.value)
    by_use = pw.Rule(pw.everything(), use_muon=False), pw.Rule(pw.role("matrix"), use_muon=True)
    groups = pw.plan(Plain(), "bert", *by_use, lr=1e-3).optimizer(pytorch_optimizer.Muon).param_groups
    assert {group["use_muon"] for group in groups} == {False, True}


@pytest.mark.filterwarnings("ignore")
def test_heavyballs_optimizers_train_a_plan_and_their_pickled_state_is_refused(tmp_path: Path) -> None:
    peers.importable()
    import heavyball

    heavyball.utils.compile_mode = None
    for cls in (heavyball.AdamW, heavyball.SOAP, heavyball.MuonAdamW):
        model = Plain()
        before = copy.deepcopy(model.state_dict())
        optimizer = pw.plan(model, "bert", lr=1e-2).optimizer(cls)
        for _ in range(2):
            sum(parameter.square().sum() for parameter in model.parameters()).backward()
            optimizer.step()
            optimizer.zero_grad()
        assert any(not torch.equal(value, before[name]) for name, value in model.state_dict().items())
        assert pw.audit(optimizer, model).codes == ()
        for keep in (pw.save_state, pw.load_state):
            with pytest.raises(pw.InputError, match=f"the state of heavyball's {cls.__name__} holds a pickle"):
                keep(optimizer, model, tmp_path / "state.safetensors")
        assert not list(tmp_path.iterdir())
