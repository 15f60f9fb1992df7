import inspect
import itertools
import re

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.recipes.registry import RECIPES

import peers
from models import Plain, bert_base, tiny


@pytest.fixture(scope="module")
def base() -> torch.nn.Module:
    with torch.device("meta"):
        return bert_base()


def test_bert_base_groups_are_the_tutorials(base: torch.nn.Module) -> None:
    plan = pw.plan(base, "bert")
    decayed, kept = plan.groups
    assert len(plan.catalog) == 201
    assert (len(decayed.parameters), decayed.numel, decayed.settings) == (77, 109_361_664, {"weight_decay": 0.1})
    assert (len(kept.parameters), kept.numel, kept.settings) == (124, 122_114, {"weight_decay": 0.0})
    assert decayed.parameters[0].name == "bert.embeddings.word_embeddings.weight"
    assert kept.parameters[0].name == "bert.embeddings.LayerNorm.weight"
    assert len(plan.catalog.select(pw.layer(3))) == 16


def test_options_go_to_the_recipe_that_takes_them() -> None:
    plan = pw.plan(Plain(), "bert", weight_decay=0.3, no_decay=["bias"], lr=1e-4)
    assert plan["blocks.0.LayerNorm.weight"].settings == {"lr": 1e-4, "weight_decay": 0.3}
    assert plan.base == {"lr": 1e-4}
    same = pw.plan(Plain(), pw.recipes.bert(weight_decay=0.3, no_decay=["bias"]), lr=1e-4)
    assert plan == same


def test_default_is_the_default() -> None:
    assert pw.plan(Plain(), lr=1e-3, weight_decay=0.3) == pw.plan(
        Plain(), pw.recipes.default(weight_decay=0.3), lr=1e-3
    )
    assert pw.plan(Plain(), pw.Rule(pw.everything(), lr=1e-3)).rules == (pw.Rule(pw.everything(), lr=1e-3),)


def test_default_agrees_with_the_tutorial_on_bert(base: torch.nn.Module) -> None:
    tutorial, ours = pw.plan(base, "bert"), pw.plan(base)
    assert [group.names for group in tutorial.groups] == [group.names for group in ours.groups]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["brt"], "unknown recipe `brt`"),
        ([[]], "nothing to plan"),
        ([3], "not a rule: 3"),
        ([[1, 2]], "not a rule: 1"),
        ([pw.recipes.bert], r"call it: pw\.recipes\.bert"),
        ([lambda catalog: [4]], "not a rule: 4"),
        (["muon"], "recipe `muon` needs `lr`"),
    ],
)
def test_bad_recipes(items: list[object], message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        pw.plan(Plain(), *items)


ARCHITECTURES = ["bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_decay_rates_and_freezing_compose_in_any_order(name: str) -> None:
    catalog = pw.read(tiny(name))
    recipes = pw.recipes.default(0.1), pw.recipes.layerwise(0.5), pw.recipes.freeze_below(1)
    plans = [pw.plan(catalog, *order, lr=1e-3) for order in itertools.permutations(recipes)]
    first = plans[0]
    assert first.frozen
    assert len({group.settings["lr"] for group in pw.plan(catalog, *recipes[:2], lr=1e-3).groups}) > 1
    assert {group.settings["weight_decay"] for group in first.groups} == {0.0, 0.1}
    for plan in plans:
        placed = [*(name for group in plan.groups for name in group.names), *plan.frozen.names]
        assert sorted(placed) == sorted(catalog.names)
        settings = {tuple(sorted(group.settings.items())) for group in plan.groups}
        assert len(settings) == len(plan.groups)
        assert len({group.name for group in plan.groups}) == len(plan.groups)
        assert plan.check() == ()
        assert [one.settings for one in plan.decisions] == [one.settings for one in first.decisions]


def test_a_rate_falls_towards_the_input_in_every_tower() -> None:
    plan = pw.plan(tiny("clip"), pw.recipes.layerwise(0.5), lr=1.0)
    for tower in ("text_model", "vision_model"):
        rates = {one.depth: decision.settings["lr"] for one, decision in plan if one.tower.endswith(tower)}
        assert [rates[depth] for depth in (1, 2, 3)] == [0.5, 0.25, 0.125]
    assert plan["text_projection.weight"].settings["lr"] == 1.0


def test_without_a_head_the_last_block_learns_at_the_base_rate() -> None:
    block = lambda: nn.TransformerEncoderLayer(4, 2, 4, batch_first=True)  # noqa: E731
    model = nn.ModuleDict({"blocks": nn.ModuleList([block(), block()]), "norm": nn.LayerNorm(4)})
    plan = pw.plan(model, "layerwise", decay=0.5, lr=1.0)
    assert plan["blocks.1.linear1.weight"].settings["lr"] == plan["norm.weight"].settings["lr"] == 1.0
    assert plan["blocks.0.linear1.weight"].settings["lr"] == 0.5


@pytest.mark.parametrize("decay", [0, -0.5, 1.5, "much", True, float("nan")])
def test_a_decay_of_rates_is_a_fraction(decay: object) -> None:
    with pytest.raises(pw.InputError, match="decay is"):
        pw.recipes.layerwise(decay)  # type: ignore[arg-type]


def test_a_model_without_layers_has_no_layerwise_rates() -> None:
    with pytest.raises(pw.InputError, match="no layers to tell apart"):
        pw.plan(nn.Linear(2, 2), "layerwise")


def test_freeze_below_freezes_what_lies_before() -> None:
    plan = pw.plan(tiny("bert"), "default", pw.recipes.freeze_below(1), lr=1e-3)
    assert {name.split(".")[1] for name in plan.frozen.names} == {"embeddings", "encoder"}
    assert not any(".layer.1." in name or "classifier" in name or "pooler" in name for name in plan.frozen.names)
    assert all(one.layer != 0 for group in plan.groups for one in group)
    only = pw.plan(tiny("t5"), "default", pw.recipes.freeze_below(1, tower="encoder"), lr=1e-3)
    assert {name.split(".")[0] for name in only.frozen.names} == {"encoder"}
    both = pw.plan(tiny("t5"), "default", pw.recipes.freeze_below(1), lr=1e-3)
    assert "shared.weight" in both.frozen.names
    with pytest.raises(pw.InputError, match=r"no layer 7 to freeze below[\s\S]*layers are 0 to 1"):
        pw.plan(tiny("bert"), pw.recipes.freeze_below(7))


def test_muon_takes_hidden_matrices_and_convolutions() -> None:
    model = nn.ModuleDict(
        {
            "embed": nn.Embedding(5, 4),
            "conv": nn.Conv2d(3, 4, 3),
            "conv1d": nn.Conv1d(3, 4, 3),
            "dense": nn.Linear(4, 4),
            "norm": nn.LayerNorm(4),
            "router": nn.Linear(4, 2, bias=False),
            "head": nn.Linear(4, 2),
        }
    )
    model["experts"] = nn.ParameterDict({"up_proj": nn.Parameter(torch.ones(2, 4, 4))})
    plan = pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3)
    (muon,) = [group for group in plan.groups if group.settings["optimizer"] == "muon"]
    assert muon.names == ("conv.weight", "conv1d.weight", "dense.weight")
    assert plan["experts.up_proj"].settings["optimizer"] == "adamw"
    assert plan.optimizer_names == ("adamw", "muon")
    one = pw.plan(model, pw.recipes.muon(1e-3, adjust_lr_fn="match_rms_adamw"))
    assert {group.settings["lr"] for group in one.groups} == {1e-3}
    with pytest.raises(pw.InputError, match=r"no learning rate for AdamW[\s\S]*match_rms_adamw"):
        pw.recipes.muon(0.02)
    with pytest.raises(pw.InputError, match="did you mean `match_rms_adamw`"):
        pw.recipes.muon(0.02, 1e-3, adjust_lr_fn="match_rms_adam")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs the narrow model, or its width"),
        ({"base": {}, "width": 3}, "needs the narrow model, or its width"),
        ({"width": -1}, "width is -1"),
        ({"base": {"head.weight": (3, 4)}}, "lacks 10 parameters"),
        ({"base": Plain()}, "no matrix is wider"),
    ],
)
def test_bad_mup(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        pw.plan(Plain(), pw.recipes.mup(**arguments))  # type: ignore[arg-type]


def test_mup_passes_by_what_holds_no_values() -> None:
    model = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
    model[1].weight = nn.Parameter(torch.empty(8, 0))
    assert pw.plan(model, "mup", width=4, lr=1.0)["0.weight"].settings["lr"] == 0.5


def test_discriminative_needs_scales() -> None:
    with pytest.raises(pw.InputError, match="no scales"):
        pw.recipes.discriminative({})
    assert pw.recipes.discriminative({pw.layer(0): 0.1}) == [pw.Rule(pw.layer(0), lr_scale=0.1)]


def test_a_function_of_the_catalog_makes_rules() -> None:
    deepest = lambda catalog: [pw.Rule(pw.depth(max(one.depth for one in catalog.layers)), freeze=True)]  # noqa: E731
    assert pw.plan(Plain(), "default", deepest).frozen.names == ("embedding.weight",)


@pytest.mark.parametrize("name", ["resnet18", "convnext_atto", "swin_tiny_patch4_window7_224"])
def test_the_last_layer_is_no_hidden_matrix(name: str) -> None:
    peers.importable()
    import timm

    with torch.device("meta"):
        plan = pw.plan(timm.create_model(name), "muon", lr=0.02, adamw_lr=1e-3)
    last = [one.name for one in plan.catalog if one.ndim == 2][-1]
    assert plan[last].settings["optimizer"] == "adamw"
    muon = [one for one, decision in plan if decision.settings["optimizer"] == "muon"]
    assert len(muon) > 10


def test_recipes_for_lora_find_none_in_a_model_without() -> None:
    assert pw.plan(Plain(), "default", "lora_plus", lr=1e-3).check().codes == ("PW101",)


def test_an_option_that_no_recipe_takes_is_refused() -> None:
    with pytest.raises(pw.OptionError, match="`decay` is an option of recipes"):
        pw.plan(Plain(), pw.recipes.layerwise(0.8), decay=0.5)
    with pytest.raises(pw.InputError, match="no tower is called 'typo'"):
        pw.plan(tiny("t5"), pw.recipes.freeze_below(1, tower="typo"))
    with pytest.raises(pw.InputError, match="layer is True"):
        pw.plan(Plain(), pw.recipes.freeze_below(True))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_declares_the_arguments_of_its_function(name: str) -> None:
    recipe = RECIPES[name]
    assert getattr(pw.recipes, name) is recipe.function
    signature = inspect.signature(recipe.function)
    assert [(one.name, one.required) for one in recipe.arguments] == [
        (one.name, one.default is one.empty) for one in signature.parameters.values()
    ]
    for argument in recipe.arguments:
        hint = str(signature.parameters[argument.name].annotation)
        default = signature.parameters[argument.name].default
        assert argument.is_source == ("Module" in hint)
        assert (argument.shape is None) == argument.is_source
        if argument.shape is None:
            continue
        assert default in (inspect.Parameter.empty, None) or argument.shape.fits(default)
        takes_number, takes_text = argument.shape.fits(1), argument.shape.fits("a")
        assert takes_number == bool(re.match(r"(float|int)\b", hint))
        assert argument.shape.fits(0.5) == hint.startswith("float")
        assert takes_text == bool(re.match(r"str|Sequence\[str\]|Literal\['", hint))


def test_all_recipes_have_a_name() -> None:
    assert sorted(RECIPES) == sorted(pw.recipes.__all__)
