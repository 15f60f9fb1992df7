"""Existing groupings of every make, read into plans."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers
from torch import nn

import paramwise as pw
from paramwise.torch.groups import model_and_groups

import peers
from models import FrozenTrunk, Plain, TiedEmbedding, tiny, tiny_bert


def settings(plan: pw.Plan, name: str) -> dict[str, object]:
    return dict(plan[name].settings)


def test_a_plan_of_ours_is_read_back_from_its_optimizer() -> None:
    for recipes in (["default"], ["default", "layerwise"], [pw.recipes.muon(0.02, 1e-3)]):
        plan = pw.plan(Plain(), *recipes, **({} if len(recipes) == 1 and recipes != ["default"] else {"lr": 1e-3}))
        optimizer = plan.optimizer() if plan.optimizer_names else plan.optimizer(torch.optim.AdamW)
        read = pw.read_groups(plan.model, optimizer)
        assert [one.settings for one in read.decisions] == [one.settings for one in plan.decisions]
        assert not plan.diff(read)
        assert read.check().errors == ()


def test_options_that_are_the_classes_own_are_left_out() -> None:
    model = Plain()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), fused=True)
    assert pw.read_groups(model, optimizer).base == {"lr": 1e-3, "weight_decay": 0.01, "betas": (0.9, 0.95)}
    optimizer = torch.optim.SGD(model.parameters(), lr=torch.tensor(0.5), momentum=0.9)
    assert pw.read_groups(model, optimizer).base == {"lr": 0.5, "momentum": 0.9, "weight_decay": 0}


def test_the_rate_is_the_one_that_a_schedule_reaches() -> None:
    model = Plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.01)
    assert optimizer.param_groups[0]["lr"] < 0.01
    assert pw.read_groups(model, optimizer).base["lr"] == 0.1


def test_what_is_frozen_or_in_no_group_is_not_trained() -> None:
    model = FrozenTrunk()
    read = pw.read_groups(model, torch.optim.SGD(model.parameters(), lr=0.1))
    assert read.frozen.names == ("trunk.weight", "trunk.bias")
    read = pw.read_groups(model, [{"params": [model.head.weight], "lr": 0.1}])
    assert read.frozen.names == ("trunk.weight", "trunk.bias", "head.bias")


def test_trainer() -> None:
    model = tiny_bert()
    arguments = transformers.TrainingArguments("unused", learning_rate=1e-3, weight_decay=0.1, use_cpu=True)
    trainer = transformers.Trainer(model, arguments)
    read = pw.read_groups(model, trainer)
    assert not read.diff(pw.plan(model, lr=1e-3, weight_decay=0.1))
    assert model_and_groups(trainer, "train:make") == (model, trainer)


def test_timm() -> None:
    peers.importable()
    import timm
    from timm.optim import param_groups_layer_decay

    size = {"img_size": 16, "patch_size": 8, "embed_dim": 16, "depth": 3, "num_heads": 2, "num_classes": 4}
    model = timm.create_model("vit_tiny_patch16_224", **size)
    groups = param_groups_layer_decay(model, weight_decay=0.05, layer_decay=0.5)
    read = pw.read_groups(model, groups)
    assert settings(read, "blocks.2.attn.qkv.weight") == {"lr_scale": 0.5, "weight_decay": 0.05}
    assert settings(read, "head.bias") == {"lr_scale": 1.0, "weight_decay": 0.0}


def test_one_group_a_parameter_as_mmengine_and_detectron2_make_them() -> None:
    model = Plain()
    groups = []
    for name, tensor in model.named_parameters():
        decay = 0.0 if "LayerNorm" in name or name.endswith("bias") else 1e-4
        groups.append({"params": [tensor], "lr": 1e-3 * (0.1 if "blocks" in name else 1), "weight_decay": decay})
    read = pw.read_groups(model, groups)
    assert len(read.groups) == 4
    assert settings(read, "blocks.1.dense.bias") == {"lr": 1e-4, "weight_decay": 0.0}


def test_containers_pairs_and_generators() -> None:
    model = Plain()
    halves = [
        torch.optim.AdamW(model.embedding.parameters(), lr=1e-3),
        torch.optim.SGD([*model.blocks.parameters(), *model.head.parameters()], lr=0.1),
    ]
    container = SimpleNamespace(optimizers=halves)  # as torchtitan's
    read = pw.read_groups(model, container)
    assert read.optimizer_names == ("adamw", "sgd")
    assert pw.read_groups(model, halves) == read
    named = [{"params": list(model.named_parameters()), "weight_decay": 0.1}]
    assert pw.read_groups(model, named).base == {"weight_decay": 0.1}
    assert pw.read_groups(model, iter(named)).base == {"weight_decay": 0.1}


def test_olmo_style_groups_keep_their_names() -> None:
    model = Plain()
    groups = [
        {"name": "embeddings", "params": list(model.embedding.parameters()), "weight_decay": 0.0},
        {
            "name": "the rest",
            "params": [*model.blocks.parameters(), *model.head.parameters()],
            "weight_decay": 0.1,
            "initial_lr": 1e-3,
            "lr": 1e-5,
        },
    ]
    read = pw.read_groups(model, groups)
    assert [rule.name for rule in read.rules] == ["embeddings", "the rest"]
    assert settings(read, "head.weight") == {"lr": 1e-3, "weight_decay": 0.1}


def test_deepspeed(tmp_path: Path) -> None:
    config = {"optimizer": {"type": "AdamW", "params": {"lr": 1e-3, "weight_decay": 0.1, "betas": [0.9, 0.95]}}}
    path = tmp_path / "ds.json"
    path.write_text(json.dumps(config))
    for given in (config, path, str(path)):
        assert pw.read_groups(Plain(), given).base == {"lr": 1e-3, "weight_decay": 0.1, "betas": (0.9, 0.95)}
    config["optimizer"]["params"]["lr"] = "auto"
    assert "lr" not in pw.read_groups(Plain(), config).base
    with pytest.raises(pw.InputError, match="the DeepSpeed configuration has no optimizer"):
        pw.read_groups(Plain(), {"zero_optimization": {}})
    path.write_text("{")
    with pytest.raises(pw.InputError, match="cannot read a DeepSpeed configuration"):
        pw.read_groups(Plain(), path)


def test_tied_parameters_and_wrapped_models() -> None:
    model = TiedEmbedding()
    read = pw.read_groups(torch.nn.DataParallel(model), torch.optim.AdamW(model.parameters()))
    assert read.check() == read.check(ignore=["PW204"])
    assert read.catalog.names == pw.read(model).names


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (lambda model: [], "no optimizer"),
        (lambda model: [{"lr": 1.0}], "a group has no `params`"),
        (lambda model: [{"params": []}], "no parameters in the groups"),
        (lambda model: [{"params": 5}], "`params` of a group is 5"),
        (lambda model: [{"params": [nn.Parameter(torch.ones(2))]}], "hold 1 tensor that the model does not have"),
        (
            lambda model: [{"params": [model.head.bias]}, {"params": [model.head.bias]}],
            "1 parameter appears more than once in the groups",
        ),
        (lambda model: 3, "not an optimizer: int"),
    ],
)
def test_what_is_no_grouping(groups: object, message: str) -> None:
    model = Plain()
    with pytest.raises(pw.InputError, match=message):
        pw.read_groups(model, groups(model))  # type: ignore[operator]
    with pytest.raises(pw.InputError, match="not a model"):
        pw.read_groups([], groups)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [3, (1, 2), (Plain(), Plain()), Plain()])
def test_what_a_factory_must_return(given: object) -> None:
    with pytest.raises(pw.InputError, match=r"return \(model, optimizer\)"):
        model_and_groups(given, "train:make")
    model = tiny("gpt2")
    assert model_and_groups(([], model), "x") == (model, [])


def test_a_rate_of_0_in_an_optimizer_freezes() -> None:
    model = Plain()
    first, *rest = model.parameters()
    optimizer = torch.optim.AdamW([{"params": [first], "lr": 0.0}, {"params": rest}], lr=0.1)
    plan = pw.read_groups(model, optimizer)
    assert plan.frozen.names == (plan.catalog.names[0],)


def test_options_of_a_class_that_names_none_or_has_no_default() -> None:
    class HandsOn(torch.optim.AdamW):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    class NoDefault(torch.optim.SGD):
        def __init__(self, params: object, lr: float, momentum: float) -> None:
            super().__init__(params, lr=lr, momentum=momentum)  # type: ignore[arg-type]

    model = Plain()
    assert pw.read_groups(model, HandsOn(model.parameters(), betas=(0.8, 0.9))).base["betas"] == (0.8, 0.9)
    assert pw.read_groups(model, NoDefault(model.parameters(), 0.1, 0.9)).base["momentum"] == 0.9


def test_rates_that_are_none_or_no_number() -> None:
    model = Plain()
    assert "lr" not in pw.read_groups(model, [{"params": model.parameters(), "lr": None}]).base
    assert "lr" not in pw.read_groups(model, transformers.Adafactor(model.parameters())).base
    for lr in ("fast", [1]):
        with pytest.raises(pw.InputError, match="a learning rate is not a number"):
            pw.read_groups(model, [{"params": model.parameters(), "lr": lr}])


def test_numbers_of_torch_and_numpy_are_numbers() -> None:
    model = Plain()
    betas = (torch.tensor(0.5), torch.tensor(0.75))
    given = {"params": list(model.parameters()), "betas": betas, "weight_decay": np.int64(0)}
    assert pw.read_groups(model, [given]).base == {"betas": (0.5, 0.75), "weight_decay": 0}
