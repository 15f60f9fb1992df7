"""The rules that are suggested for groupings people use are short, and reproduce them exactly."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from hypothesis import given
from torch import nn

import paramwise as pw
from paramwise.selectors import globs_of

import peers
from models import Plain, TiedEmbedding, tiny
from test_laws import RULES, catalogs
from test_parity_recipes import timm_model

Groups = list[dict[str, Any]]
"""As an optimizer takes them: tensors under ``params``, and settings."""


def planned(model: nn.Module, groups: Groups) -> pw.Plan:
    """The groups as a plan: a rule each, by names."""
    names = {id(tensor): name for name, tensor in model.named_parameters()}
    catalog = pw.read(model)
    every = [*catalog.names, *(alias for aliases in catalog.aliases.values() for alias in aliases)]
    rules = []
    for group in groups:
        settings = {key: value for key, value in group.items() if key != "params"}
        own = [names[id(tensor)] for tensor in group["params"]]
        globs = globs_of([one for name in own for one in (name, *catalog.aliases.get(name, ()))], every)
        if globs:
            rules.append(pw.Rule(pw.name(*globs), **settings))
    return pw.plan(catalog, *rules)


def suggested(plan: pw.Plan, folder: Path | None = None) -> pw.Suggestion:
    """The suggestion; its rules, its Python and its file all reproduce the plan."""
    suggestion = pw.suggest_rules(plan)
    names: dict[str, Any] = {"pw": pw, "model": plan.catalog}
    exec(suggestion.python, names)
    again = [suggestion.plan, names["plan"], pw.plan(plan.catalog, *suggestion.rules, **suggestion.base)]
    if folder is not None:
        path = folder / "paramwise.toml"
        path.write_text(suggestion.toml)
        again.append(pw.plan(plan.catalog, path))
    for other in again:
        assert [one.settings for one in other.decisions] == [one.settings for one in plan.decisions]
    assert not {"PW101", "PW204"} & set(suggestion.plan.check().codes)
    return suggestion


# ---------------------------------------------------------------------------------------------------------------- peers


def trainers(model: nn.Module) -> Groups:
    """Transformers' `Trainer.create_optimizer`, by its own function."""
    decayed = transformers.Trainer.__new__(transformers.Trainer).get_decay_parameter_names(model)
    named = dict(model.named_parameters())
    return [
        {"params": [p for n, p in named.items() if n in decayed], "weight_decay": 0.01, "lr": 5e-5},
        {"params": [p for n, p in named.items() if n not in decayed], "weight_decay": 0.0, "lr": 5e-5},
    ]


def nano_gpts(model: nn.Module) -> Groups:
    """By dimensions."""
    every = list(model.parameters())
    return [
        {"params": [p for p in every if p.dim() >= 2], "weight_decay": 0.1, "lr": 6e-4},
        {"params": [p for p in every if p.dim() < 2], "weight_decay": 0.0, "lr": 6e-4},
    ]


def timms(model: nn.Module) -> Groups:
    peers.importable()
    from timm.optim import param_groups_weight_decay

    marked = model.no_weight_decay() if hasattr(model, "no_weight_decay") else ()
    return [{**group, "lr": 1e-3} for group in param_groups_weight_decay(model, 0.05, no_weight_decay_list=marked)]


def timms_by_layer(model: nn.Module) -> Groups:
    peers.importable()
    from timm.optim import param_groups_layer_decay

    marked = model.no_weight_decay() if hasattr(model, "no_weight_decay") else ()
    groups = param_groups_layer_decay(model, 0.05, no_weight_decay_list=marked, layer_decay=0.75)
    return [
        {"params": group["params"], "weight_decay": group["weight_decay"], "lr": 1e-3 * group["lr_scale"]}
        for group in groups
    ]


NORMS = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._NormBase)


def mmengines(model: nn.Module, **custom_keys: dict[str, float]) -> Groups:
    """A group a parameter, as ``paramwise_cfg`` is documented: the longest custom key that a name contains decides;
    else biases learn at twice the rate without decay, norms without decay at the rate of all."""
    lr, decay = 1e-4, 0.05
    groups = []
    owners = {
        f"{path}.{name}".lstrip("."): module
        for path, module in model.named_modules()
        for name, _ in module.named_parameters(recurse=False)
    }
    for name, tensor in model.named_parameters():
        group = {"params": [tensor], "lr": lr, "weight_decay": decay}
        key = next((key for key in sorted(custom_keys, key=lambda key: (-len(key), key)) if key in name), None)
        norm = isinstance(owners[name], NORMS) or "RMSNorm" in type(owners[name]).__name__
        if key is not None:
            group["lr"] *= custom_keys[key].get("lr_mult", 1.0)
            group["weight_decay"] *= custom_keys[key].get("decay_mult", 1.0)
        elif norm:
            group["weight_decay"] *= 0.0
        elif name.endswith("bias"):
            group["lr"] *= 2.0
            group["weight_decay"] *= 0.0
        groups.append(group)
    return groups


CUSTOM = {
    "bert": {"embeddings": {"lr_mult": 0.1}},
    "gpt2": {"wpe": {"decay_mult": 0.0}, "wte": {"lr_mult": 0.5}},
    "t5": {"encoder": {"lr_mult": 0.1}, "relative_attention_bias": {"decay_mult": 0.0}},
    "clip": {"vision_model": {"lr_mult": 0.1}, "class_embedding": {"decay_mult": 0.0}},
    "vit": {"cls_token": {"decay_mult": 0.0}, "position_embeddings": {"decay_mult": 0.0}},
    "resnet": {"embedder": {"lr_mult": 0.1, "decay_mult": 0.0}},
    "whisper": {"encoder": {"lr_mult": 0.1}},
    "swin": {"absolute_pos_embed": {"decay_mult": 0.0}, "relative_position_bias_table": {"decay_mult": 0.0}},
    "timm_vit": {"patch_embed": {"lr_mult": 0.1}, "pos_embed": {"decay_mult": 0.0}},
}


# -------------------------------------------------------------------------------------------------------- architectures


def more(name: str) -> nn.Module:
    """Models of transformers that are not among the tiny ones, without memory."""
    t = transformers
    size = {"hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 64}
    makers: dict[str, Callable[[], nn.Module]] = {
        "bart": lambda: t.BartForConditionalGeneration(t.BartConfig(d_model=32, encoder_layers=3, decoder_layers=3)),
        "whisper": lambda: t.WhisperForConditionalGeneration(
            t.WhisperConfig(d_model=32, encoder_layers=3, decoder_layers=3)
        ),
        "mixtral": lambda: t.MixtralForCausalLM(t.MixtralConfig(**size, num_key_value_heads=2, num_local_experts=4)),
        "qwen2_vl": lambda: t.Qwen2VLForConditionalGeneration(
            t.Qwen2VLConfig(
                text_config={**size, "num_key_value_heads": 2, "vocab_size": 99},
                vision_config={"depth": 3, "embed_dim": 32, "hidden_size": 32, "num_heads": 4},
            )
        ),
    }
    with torch.device("meta"):
        return makers[name]()


def timm_meta(name: str) -> nn.Module:
    with torch.device("meta"):
        return timm_model(name)


TIMM = {
    "timm_vit": "vit_tiny_patch16_224",
    "swin": "swin_tiny_patch4_window7_224",
    "convnext": "convnext_atto",
    "efficientnet": "efficientnet_b0",
}
ARCHITECTURES = {
    **{name: tiny for name in ("bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip")},
    **{name: more for name in ("bart", "whisper", "mixtral", "qwen2_vl")},
    **{name: lambda name: timm_meta(TIMM[name]) for name in TIMM},
}
PEERS: dict[str, Callable[..., Groups]] = {
    "Trainer": trainers,
    "timm": timms,
    "nanoGPT": nano_gpts,
    "mmengine": mmengines,
    "timm, by layer": timms_by_layer,
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_people_use_is_reproduced_by_a_few_rules(name: str, tmp_path: Path) -> None:
    model = ARCHITECTURES[name](name)
    for peer, grouping in PEERS.items():
        if peer == "timm, by layer" and name not in TIMM:
            continue  # it asks the model for its layers
        groups = mmengines(model, **CUSTOM.get(name, {})) if peer == "mmengine" else grouping(model)
        suggestion = suggested(planned(model, groups), tmp_path)
        arguments = len(re.findall(r"pw\.\w+\(\)|['\"][^'\"]+['\"]|pw\.(?:layer|depth|ndim)\(", suggestion.python))
        print(f"{name:12} {peer:15} {len(groups):4} groups {len(suggestion.rules):3} rules {arguments:3} arguments")
        print(suggestion)
        assert len(suggestion.rules) <= 6
