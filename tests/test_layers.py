"""Where parameters are: real models, names alone, and laws."""

import copy
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import paramwise as pw
from layered_more import ALL, built, counted
from paramwise.model.blocks import Place, places
from paramwise.model.catalog import Kind

from models import Plain, bert_base, tiny_gpt2


def placed(names: list[str], roles: list[str], *, ordered: bool = True) -> list[Place]:
    """The place of each name."""
    found, place_of = places(names, roles, ordered=ordered)
    return [found[number] for number in place_of]


Shown = list[tuple[str, int | None, int, int]]
"""Of each layer: tower, index, depth, how many parameters."""


def shown(model: nn.Module) -> Shown:
    return [(layer.tower, layer.index, layer.depth, len(layer.names)) for layer in pw.read(model).layers]


def indices(model: nn.Module) -> dict[str, list[int]]:
    """Of each tower the indices of its blocks."""
    towers: dict[str, list[int]] = {}
    for layer in pw.read(model).layers:
        if layer.index is not None:
            towers.setdefault(layer.tower, []).append(layer.index)
    return towers


def of_type(name: str, **settings: object) -> nn.Module:
    import transformers

    with torch.device("meta"):
        model = transformers.AutoModel.from_config(transformers.AutoConfig.for_model(name, **settings))
    assert isinstance(model, nn.Module)
    return model


def test_bert_embeddings_come_before_the_blocks_and_the_head_after() -> None:
    with torch.device("meta"):
        layers = pw.read(bert_base()).layers
    assert [layer.index for layer in layers] == [None, *range(12), None]
    assert [layer.depth for layer in layers] == [*range(13, -1, -1)]
    assert {len(layer.names) for layer in layers[1:-1]} == {16}
    assert layers[0].names[0] == "bert.embeddings.word_embeddings.weight"
    assert layers[-1].names == (
        "bert.pooler.dense.weight",
        "bert.pooler.dense.bias",
        "classifier.weight",
        "classifier.bias",
    )


def test_tied_head_stays_with_the_embedding() -> None:
    layers = pw.read(tiny_gpt2()).layers
    assert layers[0].names == ("transformer.wte.weight", "transformer.wpe.weight")
    assert layers[-1].names == ("transformer.ln_f.weight", "transformer.ln_f.bias")


def test_encoder_and_decoder_count_for_themselves() -> None:
    assert shown(of_type("t5", num_layers=2, num_decoder_layers=3)) == [
        ("", None, 4, 1),
        ("encoder", 0, 2, 9),
        ("encoder", 1, 1, 8),
        ("encoder", None, 0, 1),
        ("decoder", 0, 3, 14),
        ("decoder", 1, 2, 13),
        ("decoder", 2, 1, 13),
        ("decoder", None, 0, 1),
    ]


def test_what_belongs_to_both_towers_comes_after_them() -> None:
    layers = pw.read(of_type("clip")).layers
    assert {layer.tower for layer in layers} == {"", "text_model", "vision_model"}
    assert (layers[-1].tower, layers[-1].depth) == ("", 0)
    assert set(layers[-1].names) == {"logit_scale", "visual_projection.weight", "text_projection.weight"}
    assert layers[0].names[0] == "text_model.embeddings.token_embedding.weight"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: of_type("swin"), {"": 12}),
        (lambda: of_type("resnet"), {"": 16}),
        (lambda: of_type("convnext"), {"": 18}),
        (lambda: of_type("regnet", depths=[1, 2, 3, 1]), {"": 7}),
        (lambda: of_type("pvt"), {"": 8}),
        (lambda: of_type("segformer"), {"": 8}),
        (lambda: of_type("xlm"), {"": 12}),
        (lambda: of_type("mobilebert", num_hidden_layers=3), {"": 3}),
        (lambda: of_type("albert"), {"": 1}),
        (lambda: of_type("wav2vec2"), {"": 12}),
        (lambda: of_type("opt"), {"": 12}),
        (lambda: of_type("mixtral", num_hidden_layers=2), {"": 2}),
        (lambda: of_type("whisper"), {"encoder": 4, "decoder": 4}),
        (lambda: of_type("sam"), {"vision_encoder": 12, "mask_decoder": 2}),
        (lambda: nn.Transformer(8, 2, 3, 2, 8, batch_first=True), {"encoder": 3, "decoder": 2}),
        (lambda: nn.LSTM(2, 3, num_layers=2, bidirectional=True), {"": 2}),
        (lambda: nn.ModuleDict({"embed": nn.Embedding(5, 2), "rnn": nn.GRU(2, 3, 4), "out": nn.Linear(3, 5)}), {"": 4}),
        (lambda: nn.Linear(2, 2), {}),
        (Plain, {"": 2}),
    ],
)
def test_blocks_are_counted(make: Callable[[], nn.Module], expected: dict[str, int]) -> None:
    assert {tower: len(found) for tower, found in indices(make()).items()} == expected


def test_stages_are_counted_through_and_what_joins_them_belongs_to_a_block() -> None:
    catalog = pw.read(of_type("swin"))
    assert catalog["encoder.layers.1.blocks.0.attention.q_proj.weight"].layer == 2
    assert catalog["encoder.layers.0.downsample.reduction.weight"].layer == 1
    assert catalog["embeddings.patch_embeddings.projection.weight"].layer is None
    assert catalog.layers[-1].names == ("layernorm.weight", "layernorm.bias")


def test_a_norm_put_before_the_blocks_is_known_by_its_name() -> None:
    layers = pw.read(of_type("opt")).layers
    assert layers[-1].names == ("decoder.final_layer_norm.weight", "decoder.final_layer_norm.bias")


def test_a_plain_stack_keeps_its_numbers_and_a_norm_goes_with_what_it_follows() -> None:
    conv = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 2, 3), nn.BatchNorm2d(2))
    model = nn.ModuleDict({"features": conv, "classifier": nn.Sequential(nn.ReLU(), nn.Linear(2, 2))})
    assert shown(model) == [("", 0, 2, 4), ("", 3, 1, 4), ("", None, 0, 2)]


def named(*patterns: str) -> dict[str, tuple[int | None, str, int]]:
    """Places of names, each pattern repeated over the numbers in its braces."""
    names = []
    for pattern in patterns:
        before, brace, rest = pattern.partition("{")
        numbers, _, after = rest.partition("}")
        names += [f"{before}{one}{after}" for one in numbers.split(",")] if brace else [pattern]
    return dict(zip(names, placed(names, ["norm" if "norm" in one else "matrix" for one in names]), strict=True))


def test_numbers_with_letters_and_second_numbers_count_in_order() -> None:
    found = named(*(f"inception{{3a,3b,4a}}.{part}.weight" for part in ("branch1", "branch2", "norm")))
    assert [found[f"inception{one}.norm.weight"][0] for one in ("3a", "3b", "4a")] == [0, 1, 2]
    found = named(*(f"conv{{2_1,2_2,3_1,3_10,3_2}}.{part}.weight" for part in ("up", "down", "norm")))
    assert [found[f"conv{one}.up.weight"][0] for one in ("2_1", "2_2", "3_1", "3_2", "3_10")] == [0, 1, 2, 3, 4]


def test_a_norm_at_the_end_of_the_list_is_no_block() -> None:
    found = named(*(f"blocks.{{0,1}}.{part}.weight" for part in ("norm", "up", "down")))
    assert found["blocks.1.up.weight"] == (1, "", 1)
    names = [f"blocks.{i}.{part}.weight" for i in (0, 1) for part in ("norm", "up", "down")] + ["blocks.2.weight"]
    assert placed(names, ["norm" if "norm" in name or "2" in name else "matrix" for name in names])[-1] == (None, "", 0)


def test_lists_of_parameters_run_parallel_to_the_blocks() -> None:
    found = named(*(f"layers.{{0,1}}.{part}.weight" for part in ("norm", "up", "down")), "scales.{0,1}")
    assert found["scales.1"] == (1, "", 1)


def test_branches_and_experts_are_no_layers() -> None:
    inside = [
        f"layers.{layer}.moe.experts.{{0,1,2}}.{part}.weight" for layer in (0, 1) for part in ("up", "down", "norm")
    ]
    found = named(*inside, "layers.{0,1}.norm.weight", "layers.{0,1}.attention.weight")
    assert {place[0] for name, place in found.items() if name.startswith("layers.1.")} == {1}


def test_a_transition_belongs_to_the_block_before_it() -> None:
    parts = ("norm1", "conv1", "norm2", "conv2")
    first, second = ([f"block{b}.layer{n}.{part}.weight" for n in (1, 2) for part in parts] for b in (1, 2))
    found = named(*first, "transition1.conv.weight", *second, "final.weight")
    assert found["transition1.conv.weight"] == (1, "", 3)
    assert found["block2.layer1.conv1.weight"] == (2, "", 2)
    assert found["final.weight"] == (None, "", 0)


def test_two_towers_in_one_module() -> None:
    parts = ("norm", "up", "down")
    found = named(*(f"{side}_blocks.{{0,1}}.{part}.weight" for side in ("encoder", "decoder") for part in parts))
    assert found["encoder_blocks.1.up.weight"] == (1, "encoder_blocks", 1)
    assert found["decoder_blocks.0.up.weight"] == (0, "decoder_blocks", 2)
    found = named(*(f"{side}_block{{0,1}}.{part}.weight" for side in ("encoder", "decoder") for part in parts))
    assert found["encoder_block1.up.weight"] == (1, "encoder_block", 1)


class Sublayer(nn.Module):
    """Attention or feed-forward, with its own norm."""

    def __init__(self, *parts: str) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(8)
        for part in parts:
            self.add_module(part, nn.Linear(8, 8))


def sublayered(twice: bool = True) -> nn.Module:
    attention = ("query", "key", "value", "out")
    parts = [attention, attention, ("up", "down")] if twice else [attention, ("up", "down")]
    blocks = [nn.ModuleDict({"layer": nn.ModuleList(Sublayer(*part) for part in parts)}) for _ in range(3)]
    return nn.ModuleDict({"table": nn.Embedding(9, 8), "block": nn.ModuleList(blocks), "head": nn.Linear(8, 2)})


def latent() -> nn.Module:
    """Blocks are lists of parts, and the last part is a list of blocks again, as in Perceiver."""
    attention = ("query", "key", "value", "out")

    def pair() -> nn.Module:
        return nn.ModuleList([Sublayer(*attention), Sublayer("up", "down")])

    blocks = [nn.ModuleList([*pair(), nn.ModuleList([pair(), pair()])]) for _ in range(3)]
    return nn.ModuleDict({"layers": nn.ModuleList(blocks), "head": nn.Linear(8, 2)})


@pytest.mark.parametrize("make", [sublayered, lambda: sublayered(False), latent])
def test_sublayers_of_a_block_are_no_blocks(make: Callable[[], nn.Module]) -> None:
    assert indices(make()) == {"": [0, 1, 2]}


def block() -> nn.Module:
    return nn.TransformerEncoderLayer(8, 2, 16)


def test_sizes_and_names_tell_what_leads_in_and_what_leads_out() -> None:
    blocks = nn.ModuleList(block() for _ in range(2))
    model = nn.ModuleDict({"output_patch_embedding": nn.Linear(8, 3), "blocks": blocks, "lifting": nn.Linear(3, 8)})
    catalog = pw.read(model)
    assert [catalog[f"{name}.bias"].depth for name in ("lifting", "output_patch_embedding")] == [3, 0]


def test_towers_without_norms() -> None:
    def up() -> nn.Module:
        return nn.Sequential(nn.Conv1d(4, 8, 3), nn.GLU(1), nn.ConvTranspose1d(4, 4, 3))

    def down() -> nn.Module:
        return nn.Sequential(nn.Conv1d(4, 4, 3), nn.GroupNorm(1, 4), nn.Conv1d(4, 8, 1), nn.GLU(1))

    both = {"encoder": nn.ModuleList(down() for _ in range(4)), "decoder": nn.ModuleList(up() for _ in range(4))}
    assert indices(nn.ModuleDict(both)) == {"encoder": [0, 1, 2, 3], "decoder": [0, 1, 2, 3]}
    mixed = {"encoder": nn.ModuleList(block() for _ in range(2)), "decoder": nn.ModuleList(up() for _ in range(5))}
    mixed["decoder"].append(nn.Sequential(nn.Conv1d(4, 800, 1), nn.Conv1d(800, 4, 1)))
    assert indices(nn.ModuleDict(mixed)) == {"encoder": [0, 1], "decoder": [0, 1, 2, 3, 4, 5]}


@pytest.mark.parametrize("part", [lambda: nn.Linear(8, 8), block])
def test_a_frozen_copy_changes_no_depth_of_the_original(part: Callable[[], nn.Module]) -> None:
    blocks = nn.Sequential(*(part() for _ in range(3)))
    model = nn.ModuleDict({"blocks": blocks, "head": nn.Linear(8, 2)})
    before = {parameter.name: (parameter.layer, parameter.depth) for parameter in pw.read(model)}
    model["ema"] = nn.ModuleDict({"module": copy.deepcopy(blocks)}).requires_grad_(False)
    catalog = pw.read(model)
    assert {name: (catalog[name].layer, catalog[name].depth) for name in before} == before


def test_lone_experts_and_lists_of_parameters_are_no_layers() -> None:
    experts = nn.ModuleList(nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(4))
    assert indices(nn.ModuleDict({"gate": nn.Linear(8, 4), "experts": experts})) == {}
    values = nn.ParameterList(nn.Parameter(torch.ones(8, 8)) for _ in range(3))
    assert indices(nn.ModuleDict({"into": nn.Linear(8, 8), "fast": values})) == {}


def test_an_embedding_and_a_head_in_the_list_of_blocks_lie_outside() -> None:
    model = nn.Sequential(nn.Embedding(9, 8), block(), block(), nn.LayerNorm(8), nn.Linear(8, 9))
    assert [(layer.index, layer.depth) for layer in pw.read(model).layers] == [(None, 3), (1, 2), (2, 1), (None, 0)]


@pytest.mark.parametrize("name", ALL)
def test_blocks_of_odd_models_are_what_a_person_says(name: str) -> None:
    model, expected = built(name)
    assert counted(pw.read(model).layers) == expected


@pytest.mark.parametrize("name", ["sublayers take turns", "two lists side by side", "branches of two widths"])
def test_a_frozen_copy_changes_no_depth_of_odd_blocks(name: str) -> None:
    model, _ = built(name)
    before = {parameter.name: (parameter.layer, parameter.depth) for parameter in pw.read(model)}
    ema = nn.ModuleDict({"module": copy.deepcopy(model)}).requires_grad_(False)
    catalog = pw.read(nn.ModuleDict({"model": model, "ema": ema}))
    found = {name: catalog[f"model.{name}"] for name in before}
    assert {name: (one.layer, one.depth) for name, one in found.items()} == before


def test_sublayers_of_a_block_share_its_depth_and_the_norm_after_them_does_not() -> None:
    catalog = pw.read(built("sublayers take turns")[0])
    depths = [catalog[f"layers.{number}.norm.weight"].depth for number in range(6)]
    assert depths == [3, 3, 2, 2, 1, 1]
    assert (catalog["embed.weight"].depth, catalog["final.weight"].depth) == (4, 0)


def test_what_halves_the_resolution_belongs_to_the_block_after_it() -> None:
    catalog = pw.read(built("downsampling in the list of a stage")[0])
    assert [catalog[f"layers.{stage}.0.weight"].layer for stage in range(3)] == [0, 1, 3]


def test_what_reads_the_image_lies_before_the_stages_beside_it() -> None:
    catalog = pw.read(built("downsampling in a list beside the stages")[0])
    assert [catalog[f"steps.{stage}.weight"].layer for stage in range(3)] == [None, 2, 4]
    assert catalog["steps.0.weight"].depth == 7


def test_what_predicts_comes_after_the_blocks_and_what_prepares_before() -> None:
    model = nn.ModuleDict({"blocks": nn.ModuleList(block() for _ in range(2))})
    model["predict"], model["prenet"] = nn.Linear(8, 8), nn.Linear(8, 8)
    catalog = pw.read(model)
    assert [catalog[f"{name}.weight"].depth for name in ("predict", "prenet")] == [0, 3]


def test_what_joins_two_stages_of_a_tower_belongs_to_the_block_before_it() -> None:
    parts = ("norm", "up", "down")
    stages = [[f"stage{stage}.{block}.{part}.weight" for block in (0, 1) for part in parts] for stage in (1, 2)]
    other = [f"other{number}.{part}.weight" for number in (0, 1) for part in parts]
    found = named(*stages[0], "between.weight", *stages[1], *other)
    assert found["between.weight"] == found["stage1.1.up.weight"]


def test_a_table_made_by_a_small_network_lies_before_the_blocks() -> None:
    """Relative positions by a network whose last size no block has: not a way out."""
    table = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 3))
    blocks = nn.ModuleList(nn.TransformerEncoderLayer(8, 2, 32) for _ in range(2))
    catalog = pw.read(nn.ModuleDict({"table": table, "blocks": blocks, "head": nn.Linear(8, 3)}))
    assert [catalog[f"table.{number}.weight"].depth for number in (0, 2)] == [3, 3]


PARTS = st.sampled_from(
    ["layers", "blocks", "0", "1", "2", "10", "norm", "up", "down", "experts", "stage1", "stage2", "a"]
)
NAMES = st.lists(st.lists(PARTS, max_size=6).map(lambda parts: ".".join([*parts, "weight"])), unique=True, max_size=40)


@given(NAMES)
def test_any_names_have_places_and_layers_hold_each_once(names: list[str]) -> None:
    roles = ["norm" if "norm" in name else "matrix" for name in names]
    kinds = [Kind((2,), "float32", True, role, None, 2) for role in ("norm", "matrix")]
    catalog = pw.Catalog.of_kinds(names, kinds, [0 if role == "norm" else 1 for role in roles], {})
    assert sorted(name for layer in catalog.layers for name in layer.names) == sorted(names)
    for parameter in catalog:
        assert parameter.layer is None or parameter.layer >= 0
    for tower in {layer.tower for layer in catalog.layers}:
        depths = [layer.depth for layer in catalog.layers if layer.tower == tower]
        assert depths == sorted(set(depths), reverse=True)


@given(NAMES, st.sampled_from(["model", "a.b", "encoder"]))
def test_what_a_model_is_held_in_changes_nothing(names: list[str], prefix: str) -> None:
    roles = ["norm" if "norm" in name else "matrix" for name in names]
    held = placed([f"{prefix}.{name}" for name in names], roles)
    assert [place[0] for place in held] == [place[0] for place in placed(names, roles)]


@pytest.mark.parametrize("name", ["bert", "llama", "clip", "whisper", "resnet", "xlm"])
def test_the_order_of_a_file_changes_no_blocks(name: str) -> None:
    catalog = pw.read(of_type(name))
    names = sorted(catalog.names)
    found = dict(zip(names, placed(names, [catalog[name].role for name in names], ordered=False), strict=True))
    assert found == {p.name: (p.layer, p.tower, p.depth) for p in catalog}
