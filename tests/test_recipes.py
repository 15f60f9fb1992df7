import pytest
import torch

import paramwise as pw

from models import Plain, bert_base


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
        ([pw.recipes.bert], "not a rule"),
    ],
)
def test_bad_recipes(items: list[object], message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        pw.plan(Plain(), *items)
