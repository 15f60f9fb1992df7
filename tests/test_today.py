"""From what is used today to a plan, without the command line."""

from pathlib import Path

import pytest
import torch
import transformers
from torch import nn

import paramwise as pw

from models import Plain, tiny


def decayed_by_tokens(model: nn.Module) -> set[str]:
    """The tutorials' own snippet."""
    no_decay = ["bias", "LayerNorm.weight"]
    return {name for name, _ in model.named_parameters() if not any(token in name for token in no_decay)}


def decayed_by_dimensions(model: nn.Module) -> set[str]:
    return {name for name, parameter in model.named_parameters() if parameter.ndim >= 2}


def decayed_by_trainer(model: nn.Module, folder: Path) -> set[str]:
    arguments = transformers.TrainingArguments(output_dir=str(folder), use_cpu=True, weight_decay=0.1, report_to="none")
    optimizer = transformers.Trainer(model=model, args=arguments).create_optimizer()
    decayed = {id(tensor) for group in optimizer.param_groups if group["weight_decay"] for tensor in group["params"]}
    return {name for name, tensor in model.named_parameters() if id(tensor) in decayed}


@pytest.mark.parametrize("habit", ["trainer", "timm", "tokens", "ndim"])
def test_a_habit_decays_what_its_own_code_decays(habit: str, tmp_path: Path) -> None:
    model = tiny("t5")
    decayed = {
        "trainer": lambda: decayed_by_trainer(model, tmp_path),
        "timm": lambda: decayed_by_dimensions(model),
        "tokens": lambda: decayed_by_tokens(model),
        "ndim": lambda: decayed_by_dimensions(model),
    }[habit]()
    nothing_decayed = pw.plan(model, pw.Rule(pw.everything(), weight_decay=0.0), lr=2e-5)
    found = pw.compare(nothing_decayed, habit, weight_decay=0.1)
    assert set(found.names) == decayed
    assert {change.settings["weight_decay"] for change in found.changes} == {(0.1, 0.0)}


def test_rates_and_decay_are_the_plans_unless_they_are_given() -> None:
    plan = pw.plan(Plain(), "no_decay_1d", lr=2e-5, weight_decay=0.3)
    assert not pw.compare(plan, "timm")
    changed = pw.compare(plan, against="timm", lr=1e-5, weight_decay=0.2)
    assert {key for change in changed.changes for key in change.settings} == {"lr", "weight_decay"}
    assert len(changed.names) == 11


def test_a_recipe_a_file_and_a_lock_can_be_what_is_used_today(tmp_path: Path) -> None:
    plan = pw.plan(Plain(), "default", lr=2e-5)
    assert not pw.compare(plan, "default")
    pw.write_lock(plan, tmp_path / "paramwise.lock")
    assert not pw.compare(plan, tmp_path / "paramwise.lock")
    (tmp_path / "rules.toml").write_text('recipe = "default"\noptimizer = { name = "AdamW", lr = 3e-5 }\n')
    found = pw.compare(plan, tmp_path / "rules.toml")
    assert {change.settings["lr"] for change in found.changes} == {(3e-5, 2e-5)}


def test_what_cannot_be_compared_with() -> None:
    plan = pw.plan(Plain(), lr=2e-5)
    with pytest.raises(pw.InputError, match="did you mean `trainer`"):
        pw.compare(plan, "trainr")
    with pytest.raises(pw.InputError, match="made without a model"):
        pw.compare(pw.plan(pw.read(Plain()), lr=2e-5), "trainer")
    with pytest.raises(pw.InputError, match="nothing is called like this: a Plan"):
        pw.compare(plan, plan)  # type: ignore[arg-type]


def test_a_plan_that_decays_nothing_has_no_largest_decay() -> None:
    plan = pw.plan(torch.nn.Linear(2, 2), pw.Rule(pw.everything(), lr=0.1))
    assert not any("weight_decay" in change.after for change in pw.compare(plan, "timm").changes)
