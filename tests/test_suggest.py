"""The rules that are suggested for groupings people use are short, and reproduce them exactly."""

import copy
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import nn

import paramwise as pw
from paramwise.plans.covering import MOST_SEARCHED, Cells, Term
from paramwise.plans.plan import Plan
from paramwise.plans.suggest import MOST_CELLS, Suggestion, _by_name
from paramwise.rules.globs import Globs
from test_laws import RULES, catalogs
from test_parity_recipes import timm_model

import peers
from models import Plain, TiedEmbedding, tiny

Groups = list[dict[str, Any]]
"""As an optimizer takes them: tensors under ``params``, and settings."""


def planned(model: nn.Module, groups: Groups) -> pw.Plan:
    """The groups as a plan: a rule each, by names."""
    names = {id(tensor): name for name, tensor in model.named_parameters()}
    catalog = pw.read(model)
    rules = []
    for group in groups:
        gets = {key: value for key, value in group.items() if key != "params"}
        own = [names[id(tensor)] for tensor in group["params"]]
        globs = Globs(catalog.names, catalog.aliases).of(own)
        if globs:
            rules.append(pw.Rule(pw.name(*globs), **gets))
    return pw.plan(catalog, *rules)


def suggested(plan: pw.Plan, folder: Path | None = None) -> Suggestion:
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
            t.WhisperConfig(
                d_model=32, encoder_layers=3, decoder_layers=3, encoder_attention_heads=4, decoder_attention_heads=4
            )
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
    **dict.fromkeys(("bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip"), tiny),
    **dict.fromkeys(("bart", "whisper", "mixtral", "qwen2_vl"), more),
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
        assert len(suggestion.rules) <= 4, suggestion
        assert arguments <= 7, suggestion


# -------------------------------------------------------------------------------------------------------------- by hand


def test_a_messy_grouping_comes_out_readable(tmp_path: Path) -> None:
    model = tiny("bert")
    named = dict(model.named_parameters())
    odd = {"bert.embeddings.word_embeddings.weight": 3e-6, "classifier.weight": 1e-3}
    bare = [name for name in named if name.endswith("bias") or "LayerNorm" in name]
    groups = [{"params": [named[name]], "lr": rate, "weight_decay": 0.01} for name, rate in odd.items()]
    groups += [{"params": [named[name]], "lr": 2e-5, "weight_decay": 0.0} for name in bare]
    groups.append({"params": [p for n, p in named.items() if n not in {*odd, *bare}], "lr": 2e-5, "weight_decay": 0.01})
    assert str(suggested(planned(model, groups), tmp_path)) == (
        "plan = pw.plan(\n"
        "    model,\n"
        "    pw.recipes.default(weight_decay=0.01),\n"
        "    pw.Rule(pw.name('*.word_embeddings.*'), lr_scale=0.15),\n"
        "    pw.Rule(pw.role('head'), lr_scale=50.0),\n"
        "    lr=2e-05,\n"
        ")"
    )


def test_layers_towers_and_frozen_ones(tmp_path: Path) -> None:
    by_hand = [
        pw.recipes.no_decay_1d(0.1),
        pw.Rule(pw.tower("encoder") & pw.layer(0), freeze=True),
        pw.Rule(pw.name("decoder.*"), lr_scale=0.1),
        pw.Rule(pw.name("*.wi.*"), betas=(0.8, 0.9)),
    ]
    suggestion = suggested(pw.plan(tiny("t5"), *by_hand, lr=1e-3), tmp_path)
    assert suggestion.rules[1:] == (
        pw.Rule(pw.tower("encoder") & pw.layer(0), freeze=True),
        pw.Rule(pw.tower("decoder"), lr_scale=0.1),
        pw.Rule(pw.name("*.wi.*"), betas=(0.8, 0.9)),
    )


def test_a_head_with_its_own_rate_beside_layerwise(tmp_path: Path) -> None:
    head = pw.Rule(pw.name("classifier.*"), lr=1e-2, lr_scale=1.0)
    plan = pw.plan(tiny("bert"), "default", pw.recipes.layerwise(0.9), head, lr=1e-3)
    suggestion = suggested(plan, tmp_path)
    assert [type(rule).__name__ for rule in suggestion.rules] == ["UsedRecipe", "UsedRecipe", "Rule"], suggestion


def test_one_value_for_all_is_one_rule_and_not_the_default_recipe() -> None:
    plan = pw.plan(Plain(), pw.Rule(pw.everything(), weight_decay=0.1), lr=1e-3)
    assert suggested(plan).rules == (pw.Rule(pw.everything(), weight_decay=0.1),)
    assert suggested(pw.plan(Plain(), pw.Rule(pw.everything(), lr=1e-3))).rules == (pw.Rule(pw.everything(), lr=1e-3),)


def test_tied_names_are_selected_together() -> None:
    model = TiedEmbedding()
    groups: Groups = [
        {"params": [model.embedding.weight], "lr": 1e-3},
        {"params": list(model.norm.parameters()), "lr": 1e-4},
    ]
    assert suggested(planned(model, groups)).rules == (pw.Rule(pw.module("LayerNorm"), lr_scale=0.1),)


def test_a_recipe_that_parts_what_seemed_alike_is_not_used() -> None:
    made = [
        ("embedding.weight", "embedding", None, 3),
        ("blocks.0.up.weight", "matrix", 0, 2),
        ("blocks.1.up.weight", "matrix", 1, 1),
        ("norms.0.weight", "norm", None, 0),  # the final norm of `layerwise`
        ("pooler.weight", "matrix", None, 0),
        ("norms.1.weight", "norm", None, 0),  # which to it is none
    ]
    catalog = pw.Catalog(
        pw.Parameter(name, (), (4,), "float32", True, role, None, 4, layer=layer, depth=depth)
        for name, role, layer, depth in made
    )
    plan = pw.plan(catalog, pw.recipes.layerwise(0.5), pw.Rule(pw.name("norms.1.weight"), lr_scale=0.5), lr=1e-3)
    assert all(isinstance(rule, pw.Rule) for rule in suggested(plan).rules)


def test_a_rule_that_is_long_stands_on_several_lines() -> None:
    names = [f"{letter * 30}.{letter * 30}.weight" for letter in "abcdef"]
    catalog = pw.Catalog(pw.Parameter(name, (), (4,), "float32", True, "matrix", None, 4) for name in names)
    suggestion = suggested(pw.plan(catalog, pw.Rule(pw.name(*names[:3]), lr=1e-4), lr=1e-3))
    assert max(map(len, suggestion.python.splitlines())) <= 120
    assert len(suggestion.rules) == 1


def test_nothing_is_not_suggested() -> None:
    with pytest.raises(pw.InputError, match="no settings for any parameter"):
        pw.suggest_rules(pw.plan(Plain(), pw.Rule(pw.name("none"), may_be_empty=True, lr=1e-3)))


# ----------------------------------------------------------------------------------------------------------------- laws


BASES: st.SearchStrategy[dict[str, float]] = st.sampled_from([{}, {"lr": 1e-3}, {"lr": 3e-4, "weight_decay": 0.1}])
PLANS = st.builds(
    lambda catalog, rules, base: pw.plan(catalog, *rules, **base),
    catalogs(),
    st.lists(RULES, min_size=1, max_size=5),
    BASES,
)


@given(PLANS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first is slow with torch imported
def test_any_plan_is_reproduced(plan: pw.Plan) -> None:
    assume(any(one.settings for one in plan.decisions if not one.frozen))
    suggested(plan)


@given(PLANS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rules_by_name_reproduce_any_plan(plan: pw.Plan) -> None:
    made = Plan.decide(plan.catalog, _by_name(Cells(plan)), {})
    assert [one.settings for one in made.decisions] == [one.settings for one in plan.decisions]


def test_a_hundred_thousand_parameters() -> None:
    with torch.device("meta"):
        block = nn.ModuleDict({"up": nn.Linear(4, 4), "down": nn.Linear(4, 4), "norm": nn.LayerNorm(4)})
        model = nn.ModuleDict({"layers": nn.ModuleList(copy.deepcopy(block) for _ in range(16_384))})
    plan = pw.plan(model, pw.Rule(pw.name("*.bias", "*.norm.*"), weight_decay=0.0), lr=1e-3, weight_decay=0.1)
    begin = time.perf_counter()
    suggestion = pw.suggest_rules(plan)
    assert time.perf_counter() - begin < 2
    assert len(suggestion.rules) == 1


def test_several_optimizers_are_said_as_a_file_too(tmp_path: Path) -> None:
    plan = pw.plan(tiny("bert"), "muon", lr=0.02, adamw_lr=1e-3)
    suggestion = pw.suggest_rules(pw.read_groups(plan.model, plan.optimizer()))
    (tmp_path / "paramwise.toml").write_text(suggestion.toml)
    again = pw.plan(plan.model, tmp_path / "paramwise.toml")
    assert [one.settings for one in again.decisions] == [one.settings for one in plan.decisions]
    assert isinstance(again.optimizer(), pw.CombinedOptimizer)


@pytest.mark.parametrize("layers", [300, 6000])  # searched in part, and listed at once
def test_a_plan_without_a_pattern_is_listed_and_not_searched_without_end(
    layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    search = Cells._terms

    def counted(cells: Cells, wanted: int, forbidden: int) -> list[Term]:
        searched.append(len(cells.parameters))
        return search(cells, wanted, forbidden)

    monkeypatch.setattr(Cells, "_terms", counted)
    model = nn.Module()
    model.layers = nn.ModuleList(nn.Linear(1, 1, device="meta") for _ in range(layers))
    draw = random.Random(0)
    groups: dict[int, list[torch.Tensor]] = {}
    for tensor in model.parameters():
        groups.setdefault(draw.randrange(20), []).append(tensor)
    plan = pw.read_groups(model, [{"params": own, "lr": 1e-3 * (1 + rate)} for rate, own in groups.items()])
    suggestion = pw.suggest_rules(plan)
    assert [one.settings for one in suggestion.plan.decisions] == [one.settings for one in plan.decisions]
    assert sum(searched) <= MOST_SEARCHED
    assert bool(searched) == (2 * layers <= MOST_CELLS)


def test_rates_that_fall_too_fast_for_a_recipe_are_suggested_without_it() -> None:
    model = nn.Module()
    model.layers = nn.ModuleList(nn.Linear(1, 1, device="meta") for _ in range(900))
    rates = [1e-9, *[1e-3] * 899]  # a millionth from one layer to the next: to the power of 900 it is 0
    suggested(
        pw.read_groups(
            model, [{"params": layer.parameters(), "lr": rate} for layer, rate in zip(model.layers, rates, strict=True)]
        )
    )
