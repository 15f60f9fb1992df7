import re

import numpy as np
import pytest
import torch

import paramwise as pw

from models import FrozenTrunk, Plain

ALL = pw.everything()


def test_later_rule_wins_setting_by_setting() -> None:
    plan = pw.plan(
        Plain(),
        pw.Rule(ALL, weight_decay=0.1, betas=(0.9, 0.95)),
        pw.Rule(pw.token("bias"), weight_decay=0.0),
        pw.Rule(pw.layer(0), lr_scale=0.5),
        lr=1e-3,
    )
    decision = plan["blocks.0.dense.bias"]
    assert decision.settings == {"lr": 5e-4, "weight_decay": 0.0, "betas": (0.9, 0.95)}
    assert {key: rule.name for key, rule in decision.decided_by.items()} == {
        "weight_decay": "pw.token('bias')",
        "betas": "pw.everything()",
        "lr_scale": "pw.layer(0)",
    }
    assert plan["head.weight"].settings["lr"] == 1e-3


def test_groups_are_minimal_and_in_catalog_order() -> None:
    plan = pw.plan(
        Plain(),
        pw.Rule(ALL, weight_decay=0.1),
        pw.Rule(pw.token("bias"), weight_decay=0.0),
        pw.Rule(pw.role("norm"), weight_decay=0),
    )
    assert [group.settings for group in plan.groups] == [{"weight_decay": 0.1}, {"weight_decay": 0.0}]
    assert [group.parameters[0].name for group in plan.groups] == ["embedding.weight", "blocks.0.dense.bias"]
    assert sum(len(group.parameters) for group in plan.groups) == len(plan.catalog)


def test_frozen_parameters_are_in_no_group() -> None:
    plan = pw.plan(FrozenTrunk(), pw.Rule(ALL, weight_decay=0.1), pw.Rule(pw.name("head.bias"), freeze=True))
    assert [parameter.name for parameter in plan.frozen] == ["trunk.weight", "trunk.bias", "head.bias"]
    assert plan["trunk.weight"].settings == {"freeze": True}
    assert plan["trunk.weight"].decided_by == {"freeze": "requires_grad=False in the model"}
    assert plan["head.bias"].decided_by["freeze"].name == "pw.name('head.bias')"
    assert [parameter.name for group in plan.groups for parameter in group.parameters] == ["head.weight"]


def test_freeze_false_thaws() -> None:
    plan = pw.plan(FrozenTrunk(), pw.Rule(pw.token("trunk.weight"), freeze=False), lr=1e-3)
    assert plan["trunk.weight"].settings == {"lr": 1e-3}
    assert [parameter.name for parameter in plan.frozen] == ["trunk.bias"]


def test_planning_does_not_touch_the_model() -> None:
    model = Plain()
    pw.plan(model, pw.Rule(ALL, freeze=True))
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_scale_waits_for_a_base_rate() -> None:
    plan = pw.plan(Plain(), pw.Rule(ALL, lr_scale=0.5))
    assert plan["head.bias"].settings == {"lr_scale": 0.5}
    assert plan.optimizer(torch.optim.AdamW, lr=0.2).param_groups[0]["lr"] == 0.1
    assert plan.optimizer(torch.optim.AdamW).param_groups[0]["lr"] == 0.5e-3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight_decay": -0.1}, "weight_decay is -0.1"),
        ({"weight_decay": float("nan")}, "weight_decay is nan"),
        ({"weight_decay": None}, "weight_decay is None"),
        ({"weight_decay": True}, "weight_decay is True"),
        ({"weight_decay": "0.1"}, "weight_decay is '0.1'"),
        ({"lr": 0}, "set freeze=True"),
        ({"lr": [1, 2]}, r"lr is \[1, 2\]"),
        ({"lr": float("inf")}, "lr is inf"),
        ({"lr_scale": 0.0}, "set freeze=True"),
        ({"freeze": 1}, "freeze is True or False"),
        ({"betas": (0.9, float("nan"))}, "betas is nan"),
        ({"betas": object()}, "takes a number"),
        ({}, "sets nothing"),
    ],
)
def test_bad_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        pw.Rule(ALL, **settings)


def test_numbers_of_arrays_are_taken_by_value() -> None:
    rule = pw.Rule(ALL, weight_decay=np.float32(0.5), lr=torch.tensor(0.25), betas=[0.5, np.float64(0.75)])
    assert rule.settings == {"weight_decay": 0.5, "lr": 0.25, "betas": (0.5, 0.75)}
    assert eval(repr(rule), {"pw": pw}) == rule


def test_base_settings_are_checked() -> None:
    with pytest.raises(pw.InputError, match="lr is 0"):
        pw.plan(Plain(), "bert", lr=0)
    with pytest.raises(pw.OptionError, match="`freeze` cannot be a base setting"):
        pw.plan(Plain(), "bert", freeze=True)


def test_explain_names_winner_losers_and_near_misses() -> None:
    plan = pw.plan(Plain(), "bert", pw.Rule(pw.layer(1), lr_scale=0.5), lr=1e-3)
    text = str(plan.explain("blocks.1.LayerNorm.weight"))
    assert "weight_decay  0      rule 3 `no decay: LayerNorm.weight`" in text
    assert "0.1    rule 1 `decay`" in text
    assert "overruled" in text
    assert "rules that do not select it: 2 `no decay: bias`" in text
    with pytest.raises(pw.UnknownNameError, match=r"nearest: blocks\.1\.LayerNorm\.weight"):
        plan.explain("blocks.1.LayerNrom.weight")
    data = plan.explain("blocks.1.LayerNorm.weight").as_dict()
    assert data["candidates"]["lr"] == [{"by": "base", "value": 1e-3}]
    assert [c["value"] for c in data["candidates"]["weight_decay"]] == [0.1, 0.0]


def test_explanation_of_a_frozen_parameter_says_what_is_not_in_force() -> None:
    text = str(pw.plan(FrozenTrunk(), pw.Rule(ALL, weight_decay=0.1)).explain("trunk.weight"))
    assert "in force: freeze True" in text
    assert "not in force: the parameter is frozen" in text


def test_rule_knows_where_it_was_written() -> None:
    where = pw.Rule(ALL, lr=1).where
    assert where is not None
    assert "test_planner.py:" in where


def test_plans_compare_by_what_they_decide() -> None:
    assert pw.plan(Plain(), "bert") == pw.plan(Plain(), "bert")
    assert pw.plan(Plain(), "bert") != pw.plan(Plain(), "bert", weight_decay=0.2)


def test_print_shows_rules_groups_and_findings() -> None:
    text = str(pw.plan(Plain(), "bert", pw.Rule(pw.token("nowhere"), lr_scale=0.1), lr=2e-5))
    assert "11 parameters, 99 values, in 2 parameter groups" in text
    assert re.search(r"1  no decay: bias.* 0      7 ", text)
    assert "error[PW101 dead-rule]: rule 4 `pw.token('nowhere')` selects no parameter" in text
    html = pw.plan(Plain(), "bert")._repr_html_()
    assert html.startswith("<div")
    assert "no decay: bias" in html


def test_a_whole_number_too_large_for_a_float_is_refused() -> None:
    with pytest.raises(pw.InputError, match="lr is a whole number of"):
        pw.plan(Plain(), lr=10**400)


def test_rules_hold_whatever_their_selectors_read() -> None:
    """Kinds, places, both, names, and names with both: each sort is asked about other records."""
    catalog = pw.read(Plain())
    selectors = [
        pw.token("bias") & pw.role("bias"),
        pw.token("1") & pw.layer(1),
        pw.name("*.weight"),
        pw.role("norm") & pw.layer(0),
        pw.depth(1),
        pw.role("matrix"),
        pw.everything(),
    ]
    planned = pw.plan(catalog, [pw.Rule(select, lr=float(at + 1)) for at, select in enumerate(selectors)])
    for parameter, decision in planned:
        assert decision.matched == tuple(at for at, select in enumerate(selectors) if select(parameter))
    assert [planned.selected(at) > 0 for at in range(len(selectors))] == [True] * len(selectors)
