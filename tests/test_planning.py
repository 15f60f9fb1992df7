"""`plan`: what it takes, in which order it combines it, and where each option goes."""

from pathlib import Path

import pytest
import safetensors.torch

import paramwise as pw

from models import Plain


def test_items_are_combined_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "paramwise.toml"
    path.write_text('[[rules]]\nname = "file"\nroles = "bias"\nlr = 3.0\n')
    rule, in_list = pw.Rule(pw.everything(), name="rule", lr=1.0), pw.Rule(pw.everything(), name="list", lr=2.0)

    def fitted(catalog: pw.Catalog) -> list[pw.Rule]:
        return [pw.Rule(pw.name(catalog.names[0]), name="fitted", lr=4.0)]

    plan = pw.plan(Plain(), "no_decay_1d", rule, [in_list], path, fitted)
    assert [one.name for one in plan.rules] == ["decay", "no decay", "rule", "list", "file", "fitted"]
    rates = {name: plan[name].settings["lr"] for name in ("embedding.weight", "head.bias", "head.weight")}
    assert rates == {"embedding.weight": 4.0, "head.bias": 3.0, "head.weight": 2.0}


def test_without_items_it_is_the_recipe_default() -> None:
    assert pw.plan(Plain(), weight_decay=0.3) == pw.plan(Plain(), pw.recipes.default(weight_decay=0.3))


def test_an_option_goes_to_every_recipe_that_takes_it_and_else_to_the_base() -> None:
    plan = pw.plan(Plain(), "default", "no_decay_1d", weight_decay=0.3, lr=1e-3)
    assert plan.base == {"lr": 1e-3}
    decays = [rule.settings["weight_decay"] for rule in plan.rules if rule.name == "decay"]
    assert decays == [0.3, 0.3]
    assert pw.plan(Plain(), pw.Rule(pw.everything(), lr_scale=0.5), weight_decay=0.3).base == {"weight_decay": 0.3}


@pytest.mark.parametrize("kind", ["model", "catalog", "file"])
def test_an_option_that_is_a_source_is_read(kind: str, tmp_path: Path) -> None:
    narrow, wide = Plain(width=4), Plain(width=8)
    path = tmp_path / "narrow.safetensors"
    safetensors.torch.save_file(narrow.state_dict(), str(path))
    base = {"model": narrow, "catalog": pw.read(narrow), "file": str(path)}[kind]
    plan = pw.plan(wide, "mup", base=base, lr=0.1)
    assert plan == pw.plan(wide, pw.recipes.mup(narrow), lr=0.1)
    assert plan["blocks.0.dense.weight"].settings["lr"] == 0.05


def test_a_catalog_is_read_once_however_many_functions_take_it() -> None:
    seen: list[pw.Catalog] = []

    def look(catalog: pw.Catalog) -> list[pw.Rule]:
        seen.append(catalog)
        return []

    plan = pw.plan(Plain(), look, look, lr=1.0)
    assert len(seen) == 2
    assert seen[0] is seen[1] is plan.catalog


def test_the_model_is_kept_only_where_one_was_given() -> None:
    model = Plain()
    assert pw.plan(model).model is model
    assert pw.plan(pw.read(model)).model is None
    assert pw.plan(model) == pw.plan(pw.read(model))


@pytest.mark.parametrize(
    ("items", "options", "message"),
    [
        ([[]], {}, "nothing to plan"),
        (["brt"], {}, "unknown recipe `brt`"),
        ([3], {}, "not a rule: 3"),
        ([[pw.Rule(pw.everything(), lr=1.0), "bert"]], {}, "not a rule: 'bert'"),
        (["default"], {"decay": 0.5}, "no recipe named here takes it"),
        ([pw.recipes.layerwise], {}, r"call it: pw\.recipes\.layerwise"),
    ],
)
def test_what_cannot_be_planned(items: list[object], options: dict[str, float], message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        pw.plan(Plain(), *items, **options)  # type: ignore[arg-type]
