"""Recipes beside the code that defined them: what every parameter gets, and training step for step."""

import copy
import math
from collections.abc import Callable

import pytest
import torch
import transformers
from torch import nn

import paramwise as pw

import peers
from models import Plain, tiny, tiny_bert

Given = dict[str, tuple[float, float]]
"""Of each parameter: learning rate, weight decay."""


def given(optimizer: torch.optim.Optimizer, model: nn.Module) -> Given:
    names = {id(tensor): name for name, tensor in model.named_parameters()}
    return {
        names[id(tensor)]: (round(group["lr"], 12), group["weight_decay"])
        for group in optimizer.param_groups
        for tensor in group["params"]
    }


def same_steps(
    ours: nn.Module,
    make_ours: Callable[[nn.Module], torch.optim.Optimizer],
    make_theirs: Callable[[nn.Module], torch.optim.Optimizer],
    loss: Callable[[nn.Module, int], torch.Tensor],
    steps: int = 10,
) -> None:
    """Both train bit for bit alike."""
    theirs = copy.deepcopy(ours)
    before = copy.deepcopy(ours)
    pairs = [(ours, make_ours(ours)), (theirs, make_theirs(theirs))]
    assert given(pairs[0][1], ours) == given(pairs[1][1], theirs)
    for step in range(steps):
        for model, optimizer in pairs:
            optimizer.zero_grad()
            loss(model, step).backward()
            optimizer.step()
        for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            assert torch.equal(mine, other), f"{name} differs after step {step + 1}"
    trained = [name for name, tensor in ours.named_parameters() if tensor.requires_grad]
    moved = [name for name in trained if not torch.equal(ours.get_parameter(name), before.get_parameter(name))]
    assert len(moved) > len(trained) / 2


def images(model: nn.Module, step: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(step)
    return model(torch.randn(2, 3, 16, 16, generator=generator)).square().mean()


def sentences(model: nn.Module, step: int) -> torch.Tensor:
    ids = torch.randint(0, 50, (4, 7), generator=torch.Generator().manual_seed(step))
    return model(input_ids=ids, labels=ids[:, 0] % 2).loss


# ------------------------------------------------------------------------------------------------------------- timm


def timm_model(name: str, **more: object) -> nn.Module:
    peers.importable()
    import timm

    torch.manual_seed(0)
    model = timm.create_model(name, **more)
    assert isinstance(model, nn.Module)
    return model


def small_vit() -> nn.Module:
    size = {"img_size": 16, "patch_size": 8, "embed_dim": 16, "depth": 3, "num_heads": 2, "num_classes": 4}
    return timm_model("vit_tiny_patch16_224", **size)


def timm_layer_decay(model: nn.Module) -> torch.optim.Optimizer:
    from timm.optim import param_groups_layer_decay

    groups = param_groups_layer_decay(
        model, weight_decay=0.05, layer_decay=0.75, no_weight_decay_list=model.no_weight_decay()
    )
    # the scale is for timm's own schedulers, which multiply with it
    return torch.optim.AdamW([{**group, "lr": 1e-2 * group["lr_scale"]} for group in groups], fused=True)


def test_layerwise_trains_a_vit_as_timm_does() -> None:
    def ours(model: nn.Module) -> torch.optim.Optimizer:
        rules = pw.recipes.no_decay_1d(weight_decay=0.05), pw.recipes.layerwise(0.75)
        return pw.plan(model, *rules, lr=1e-2).optimizer(torch.optim.AdamW)

    same_steps(small_vit(), ours, timm_layer_decay, images)


@pytest.mark.parametrize(
    ("name", "differ"),
    [
        ("vit_tiny_patch16_224", ()),
        ("deit3_small_patch16_224", ()),
        ("beit_base_patch16_224", ()),
        ("swin_tiny_patch4_window7_224", ()),
        ("convnext_atto", ()),
        ("mixer_s16_224", ()),
        ("resnet18", ()),
        # timm counts what follows EfficientNet's last block to that block; here it lies after the blocks
        ("efficientnet_b0", ("bn2.bias", "bn2.weight", "conv_head.weight")),
    ],
)
def test_layerwise_scales_are_timms(name: str, differ: tuple[str, ...]) -> None:
    peers.importable()
    from timm.optim import param_groups_layer_decay

    with torch.device("meta"):
        model = timm_model(name)
    groups = param_groups_layer_decay(model, layer_decay=0.75)
    scale = {id(tensor): group["lr_scale"] for group in groups for tensor in group["params"]}
    plan = pw.plan(model, pw.recipes.layerwise(0.75), lr=1.0)
    wrong = [
        one
        for one, tensor in model.named_parameters()
        if not math.isclose(plan[one].settings["lr"], scale[id(tensor)])  # type: ignore[arg-type]
    ]
    assert sorted(wrong) == sorted(differ)


@pytest.mark.parametrize("name", ["vit_tiny_patch16_224", "resnet18", "convnext_atto", "swin_tiny_patch4_window7_224"])
def test_no_decay_1d_is_timms(name: str) -> None:
    peers.importable()
    from timm.optim import param_groups_weight_decay

    with torch.device("meta"):
        model = timm_model(name)
    marked = model.no_weight_decay() if hasattr(model, "no_weight_decay") else ()
    # timm takes the marks for patterns of whole names, Swin's `relative_position_bias_table` among them
    groups = param_groups_weight_decay(model, 0.05, no_weight_decay_list=[f"*{one}" for one in marked])
    decay = {id(tensor): group["weight_decay"] for group in groups for tensor in group["params"]}
    plan = pw.plan(model, "no_decay_1d", weight_decay=0.05)
    assert [plan[one].settings["weight_decay"] for one, _ in model.named_parameters()] == [
        decay[id(tensor)] for tensor in model.parameters()
    ]


def test_no_decay_1d_is_nano_gpts() -> None:
    def by_dimension(model: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.AdamW(
            [
                {"params": [tensor for tensor in model.parameters() if tensor.dim() >= 2], "weight_decay": 0.1},
                {"params": [tensor for tensor in model.parameters() if tensor.dim() < 2], "weight_decay": 0.0},
            ],
            lr=1e-2,
            fused=True,
        )

    def loss(model: nn.Module, step: int) -> torch.Tensor:
        ids = torch.randint(0, 50, (2, 7), generator=torch.Generator().manual_seed(step))
        return model(input_ids=ids, labels=ids).loss

    same_steps(
        tiny("gpt2").eval(),
        lambda model: pw.plan(model, "no_decay_1d", lr=1e-2).optimizer(torch.optim.AdamW),
        by_dimension,
        loss,
    )


# ----------------------------------------------------------------------------------------------------- transformers


def trainers(model: nn.Module) -> torch.optim.Optimizer:
    arguments = transformers.TrainingArguments("unused", learning_rate=1e-2, weight_decay=0.1, use_cpu=True)
    return transformers.Trainer(model, arguments).create_optimizer()


def test_default_trains_bert_as_trainer_does() -> None:
    same_steps(
        tiny_bert().eval(),
        lambda model: pw.plan(model, lr=1e-2).optimizer(torch.optim.AdamW),
        trainers,
        sentences,
    )


@pytest.mark.parametrize(
    ("name", "differ"),
    [
        ("bert", {}),
        ("gpt2", {}),
        ("llama", {}),
        # bare parameters that are added to, not multiplied with: a table of positions, a token
        ("vit", {"embeddings.cls_token": 1, "embeddings.position_embeddings": 1}),
        # two tables of embeddings, left out for the word "bias" in their name
        ("t5", {"relative_attention_bias.weight": 2}),
        # the gains of BatchNorm, which is none of the classes that Trainer knows
        ("resnet", {"normalization.weight": 10}),
        # rates of decay of the state-space layers; the last norm, whose name has no "norm" before a dot
        ("mamba", {"mixer.A_log": 2, "mixer.D": 2, "norm_f.weight": 1}),
    ],
)
def test_default_differs_from_trainer_where_trainer_is_wrong(name: str, differ: dict[str, int]) -> None:
    model = tiny(name)
    theirs = given(trainers(model), model)
    plan = pw.plan(model)
    found: dict[str, int] = {}
    for parameter, decision in plan:
        if decision.settings["weight_decay"] != theirs[parameter.name][1]:
            ending = ".".join(parameter.name.split(".")[-2:])
            found[ending] = found.get(ending, 0) + 1
    assert found == differ


# ------------------------------------------------------------------------------------------------------------- LoRA


def lora(model: nn.Module) -> nn.Module:
    import peft

    torch.manual_seed(0)
    config = peft.LoraConfig(
        task_type="SEQ_CLS", r=2, target_modules=["query", "word_embeddings"], use_dora=False, bias="lora_only"
    )
    wrapped = peft.get_peft_model(model, config)
    assert isinstance(wrapped, nn.Module)
    return wrapped


def test_lora_plus_is_pefts_but_for_the_decay_it_loses() -> None:
    from peft.optimizers import create_loraplus_optimizer

    def theirs(model: nn.Module) -> torch.optim.Optimizer:
        kept = create_loraplus_optimizer(
            model, torch.optim.AdamW, lr=1e-2, loraplus_lr_ratio=16, loraplus_weight_decay=0.1, weight_decay=0.1
        )
        lost = create_loraplus_optimizer(model, torch.optim.AdamW, lr=1e-2, loraplus_lr_ratio=16, weight_decay=0.1)
        assert not any(group["weight_decay"] for group in lost.param_groups)
        for group in kept.param_groups:
            group["fused"] = True
        kept.defaults["fused"] = True
        return kept

    def ours(model: nn.Module) -> torch.optim.Optimizer:
        return pw.plan(model, "default", "lora_plus", lr=1e-2, weight_decay=0.1).optimizer(torch.optim.AdamW)

    same_steps(lora(tiny_bert().eval()), ours, theirs, sentences)


# -------------------------------------------------------------------------------------------------------------- muP


def mlp(width: int, head: type[nn.Linear] = nn.Linear) -> nn.Module:
    torch.manual_seed(0)
    return nn.ModuleDict(
        {
            "embedding": nn.Embedding(9, width),
            "blocks": nn.ModuleList(
                nn.ModuleDict(
                    {
                        "up": nn.Linear(width, 4 * width),
                        "down": nn.Linear(4 * width, width),
                        "norm": nn.LayerNorm(width),
                    }
                )
                for _ in range(2)
            ),
            "head": head(width, 3),
        }
    )


def test_mup_rates_are_those_of_mup() -> None:
    peers.importable()
    from mup import MuAdam, MuReadout, set_base_shapes

    model = mlp(32, MuReadout)
    set_base_shapes(model, mlp(8, MuReadout), delta=mlp(16, MuReadout), rescale_params=False)
    theirs = given(MuAdam(model.parameters(), lr=0.1), model)
    plan = pw.plan(model, pw.recipes.mup(mlp(8)), lr=0.1)
    assert {name: plan[name].settings["lr"] for name in plan.catalog.names} == {
        name: pytest.approx(rate) for name, (rate, _) in theirs.items()
    }
    assert {rate for rate, _ in theirs.values()} == {0.1, 0.025}


def test_mup_by_width_is_one_over_fan_in() -> None:
    plan = pw.plan(mlp(32), pw.recipes.mup(width=8), lr=0.1)
    assert plan["blocks.0.up.weight"].settings["lr"] == pytest.approx(0.1 * 8 / 32)
    assert plan["blocks.1.down.weight"].settings["lr"] == pytest.approx(0.1 * 8 / 128)
    assert plan["embedding.weight"].settings["lr"] == plan["head.weight"].settings["lr"] == 0.1


def test_discriminative_is_detrs() -> None:
    plan = pw.plan(Plain(), "default", pw.recipes.discriminative({"blocks.*": 0.1}), lr=1e-4)
    assert [group.settings["lr"] for group in plan.groups] == [1e-4, 1e-5, 1e-5, 1e-4]
