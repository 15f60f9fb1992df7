"""An optimizer that exists, read into a plan, said in rules and built from the file of these: equal groups."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.libraries import NOT_OPTIONS

import optimizers
import peers
from models import Plain

Optimizer = torch.optim.Optimizer


class MixedMuon(Optimizer):
    """Options stand in the groups alone, and a key says which algorithm steps them."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__(groups, {})

    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            group["turn"] = group.get("turn", 0) + 1
            group["kind"] == "muon" and group["momentum"]


class Strict(Optimizer):
    """A class that refuses groups with any other key than its own."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        assert all(group.keys() == {"params", "lr", "use_muon"} for group in groups)
        super().__init__(groups, {})

    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            group["use_muon"]


def options(optimizer: Optimizer, model: nn.Module) -> dict[str, dict[str, Any]]:
    """By parameter, what its group says."""
    names = {id(tensor): name for name, tensor in model.named_parameters()}
    return {
        names[id(tensor)]: {key: value for key, value in group.items() if key not in NOT_OPTIONS | {"fused", "foreach"}}
        for group in optimizer.param_groups
        for tensor in group["params"]
    }


def rebuilt(model: nn.Module, optimizer: Optimizer, path: Path, *cls: Any, **defaults: Any) -> Optimizer:
    """The optimizer that is built from the file of the rules that are suggested for one."""
    path.write_text(pw.suggest_rules(pw.read_groups(model, optimizer)).toml)
    return pw.plan(model, path).optimizer(*cls, **defaults)


def halves(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    every = list(model.parameters())
    return [one for one in every if one.ndim > 1], [one for one in every if one.ndim < 2]


def test_options_that_no_signature_names_are_kept_and_running_state_is_not(tmp_path: Path) -> None:
    model = Plain()
    big, small = halves(model)
    groups = [
        {"params": big, "lr": 0.02, "kind": "muon", "momentum": 0.95, "weight_decay": 0.0},
        {"params": small, "lr": 0.02, "kind": "adamw", "betas": (0.9, 0.95), "weight_decay": 0.0},
    ]
    optimizer = MixedMuon([dict(group) for group in groups])
    before = options(optimizer, model)
    optimizer.step()
    read = pw.read_groups(model, optimizer)
    assert read["head.bias"].settings == {"lr": 0.02, "kind": "adamw", "betas": (0.9, 0.95), "weight_decay": 0.0}
    assert options(rebuilt(model, optimizer, tmp_path / "mig.toml", MixedMuon), model) == before


def test_a_class_that_refuses_unknown_keys_gets_the_names_of_groups_afterwards(tmp_path: Path) -> None:
    model = Plain()
    big, small = halves(model)
    optimizer = Strict([{"params": big, "lr": 1.0, "use_muon": True}, {"params": small, "lr": 1.0, "use_muon": False}])
    again = rebuilt(model, optimizer, tmp_path / "mig.toml", Strict)
    assert options(again, model) == options(optimizer, model)
    named = {name for group in again.param_groups for name in group["param_names"]}
    assert named == set(pw.read(model).names)


def test_the_file_names_torchs_class(tmp_path: Path) -> None:
    model = Plain()
    big, small = halves(model)
    groups = [{"params": big, "weight_decay": 0.1}, {"params": small, "weight_decay": 0.0, "betas": (0.8, 0.9)}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, eps=1e-6)
    again = rebuilt(model, optimizer, tmp_path / "mig.toml")
    assert type(again) is torch.optim.AdamW
    assert options(again, model) == options(optimizer, model)
    assert not pw.read_groups(model, optimizer).origin.findings


def test_timms_layer_decay_is_kept_before_and_after_its_scheduler(tmp_path: Path) -> None:
    peers.importable()
    import timm
    from timm.optim import create_optimizer_v2
    from timm.scheduler import create_scheduler_v2

    size = {"img_size": 16, "patch_size": 8, "embed_dim": 16, "depth": 3, "num_heads": 2, "num_classes": 4}
    model = timm.create_model("vit_tiny_patch16_224", **size)
    optimizer = create_optimizer_v2(model, "adamw", lr=1e-3, weight_decay=0.05, layer_decay=0.5)
    scales = {name: group["lr_scale"] for name, group in options(optimizer, model).items()}
    assert len(set(scales.values())) > 2
    for warmup in (None, 0, 2):
        if warmup is not None:
            create_scheduler_v2(optimizer, sched="cosine", num_epochs=9, warmup_epochs=warmup, warmup_lr=1e-5)
            assert "PW301" not in pw.audit(optimizer, model).codes
        again = rebuilt(model, optimizer, tmp_path / "mig.toml")
        assert {name: group["lr"] for name, group in options(again, model).items()} == {
            name: 1e-3 * scale for name, scale in scales.items()
        }
        assert "layerwise" in (tmp_path / "mig.toml").read_text()

    plan = pw.plan(model, "layerwise", "default", decay=0.5, lr=1e-3, weight_decay=0.05)
    ours = create_optimizer_v2(model, "adamw", lr=1e-3, weight_decay=0.0, param_group_fn=lambda _: plan.as_groups())
    assert not pw.read_groups(model, ours).diff(plan)


@pytest.mark.parametrize("key", ["lr_scale", "lr_mult", "lr_ratio", "lr_multiplier"])
def test_a_factor_is_what_it_does(key: str) -> None:
    model = Plain()
    big, small = halves(model)
    done = torch.optim.SGD([{"params": big, "lr": 0.1, key: 1.0}, {"params": small, "lr": 0.01, key: 0.1}])
    assert pw.read_groups(model, done)["head.bias"].settings["lr"] == 0.01
    dicts = [{"params": big, "lr": 0.1}, {"params": small, "lr": 0.1, key: 0.25}]
    assert pw.read_groups(model, dicts)["head.bias"].settings["lr"] == 0.025
    assert pw.read_groups(model, dicts)["head.weight"].settings["lr"] == 0.1


def test_what_rules_cannot_say_is_told(tmp_path: Path) -> None:
    peers.importable()
    import pytorch_optimizer

    model = Plain()
    inner = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    around, *_ = pw.read_groups(model, pytorch_optimizer.Lookahead(inner)).origin.findings
    assert around.message == "rules say what AdamW does, and not what Lookahead around it does"
    inner.param_groups[0]["notes"] = {"by": "hand"}
    plan = pw.read_groups(model, inner)
    assert plan.check(ignore=["PW108"]).codes == ("PW305",)
    assert plan.check(ignore="PW305").codes == pw.read_groups(model, [{"params": model.parameters()}]).check().codes
    assert "# warning[PW305 not-in-rules]" in pw.suggest_rules(plan).toml


LIBRARIES = [
    ("pytorch_optimizer", "ASGD"),  # its steps change the rate in its groups
    ("pytorch_optimizer", "AdEMAMix"),
    ("pytorch_optimizer", "SOAP"),
    ("schedulefree", "AdamWScheduleFree"),
    ("prodigyopt", "Prodigy"),
    ("lion_pytorch", "Lion"),
    ("timm.optim", "AdamP"),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("library", "name"), LIBRARIES)
def test_optimizers_of_others_do_with_a_plan_what_they_do_with_groups_by_hand(
    library: str, name: str, tmp_path: Path
) -> None:
    peers.importable()
    cls = getattr(__import__(library, fromlist=[name]), name)
    first, second = optimizers.small(), optimizers.small()
    plan = pw.plan(first, "default", lr=1e-2, weight_decay=0.1)
    ours = plan.optimizer(cls)
    decayed = [second.conv.weight, second.hidden.weight, second.head.weight]
    rest = [one for one in second.parameters() if all(one is not other for other in decayed)]
    theirs = cls([{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=1e-2)
    fresh = options(theirs, second)
    optimizers.train(first, ours, range(5))
    optimizers.train(second, theirs, range(5))
    assert all(map(torch.equal, first.state_dict().values(), second.state_dict().values()))
    assert not pw.audit(ours, first)
    assert options(rebuilt(second, theirs, tmp_path / "mig.toml", cls), second) == fresh
