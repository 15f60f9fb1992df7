"""Checkpoints of real trainers in, trained on bit for bit as by torch's own resume, and out again."""

import copy
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw


def small() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.Linear(5, 2))


def in_two(model: nn.Module) -> list[dict[str, Any]]:
    return [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]


def backwards(model: nn.Module) -> list[dict[str, Any]]:
    return [
        {**group, "params": list(reversed(group["params"]))} for group in reversed(in_two(model))
    ]  # another order of groups and of parameters


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        torch.manual_seed(step)
        optimizer.zero_grad()
        model(torch.randn(3, 4)).square().sum().backward()
        optimizer.step()


def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    model = small()
    optimizer = torch.optim.AdamW(in_two(model), lr=1e-2)
    train(model, optimizer, range(3))
    return model, optimizer


def goes_on_alike(model: nn.Module, optimizer: torch.optim.Optimizer, path: Path) -> None:
    """Three steps with what torch has, and three with what was converted, in other groups: equal weights."""
    again = copy.deepcopy(model)
    resumed = torch.optim.AdamW(backwards(again), lr=1e-2)
    report = pw.load_state(resumed, again, path)
    assert len(report.loaded) == len(list(model.parameters()))
    train(model, optimizer, range(3, 6))
    train(again, resumed, range(3, 6))
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("groups", ["the optimizer", "names", "a plan"])
def test_of_torch(groups: str, tmp_path: Path) -> None:
    model, optimizer = trained()
    given: Any = optimizer
    if groups == "a plan":
        plan = pw.plan(model, lr=1e-2, weight_decay=0.1)
        optimizer = torch.optim.AdamW(
            [{"params": [model.get_parameter(n) for n in g.names]} for g in plan.groups], lr=1e-2
        )
        train(model, optimizer, range(3))
        given = plan
    elif groups == "names":
        names = {id(p): name for name, p in model.named_parameters()}
        given = [[names[id(p)] for p in group["params"]] for group in optimizer.param_groups]
    torch.save(optimizer.state_dict(), tmp_path / "optimizer.pt")
    path = pw.convert_state(tmp_path / "optimizer.pt", model, given)
    if groups != "a plan":
        goes_on_alike(model, optimizer, path)
    exported = pw.export_state(path, optimizer, model)
    for key, value in optimizer.state_dict()["state"].items():
        assert groups != "a plan" or all(torch.equal(exported["state"][key][name], one) for name, one in value.items())


def by_name(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    names = {parameter: name for name, parameter in model.named_parameters()}
    groups = [{**group, "params": [names[one] for one in group["params"]]} for group in optimizer.param_groups]
    return {"state": {names[one]: state for one, state in optimizer.state.items()}, "param_groups": groups}


AROUND: dict[str, Any] = {
    "fastai": lambda model, state, named: {"model": model, "opt": state},
    "mmengine": lambda model, state, named: {"meta": {"epoch": 1}, "state_dict": model, "optimizer": state},
    "timm": lambda model, state, named: {"state_dict": model, "optimizer": state, "args": Namespace(lr=0.1)},
    "fairseq": lambda model, state, named: {"model": model, "last_optimizer_state": state},
    "Composer": lambda model, state, named: {"state": {"model": model, "optimizers": {"AdamW": named}}},
    "torchtune": lambda model, state, named: {"optimizer": named, "seed": 1},
    "a list": lambda model, state, named: [state],
}


@pytest.mark.parametrize("around", AROUND.values(), ids=list(AROUND))
def test_what_trainers_put_around_the_state(around: Any, tmp_path: Path) -> None:
    model, optimizer = trained()
    named = by_name(model, optimizer)
    torch.save(around(model.state_dict(), optimizer.state_dict(), named), tmp_path / "checkpoint.pt")
    goes_on_alike(model, optimizer, pw.convert_state(tmp_path / "checkpoint.pt", model, optimizer.param_groups))


def test_a_model_in_a_pickle_is_refused_by_name(tmp_path: Path) -> None:
    model, optimizer = trained()
    torch.save({"model": model, "optimizer": optimizer.state_dict()}, tmp_path / "checkpoint.pt")
    with pytest.raises(pw.InputError, match=r"holds a torch\.nn\.modules\.container\.Sequential"):
        pw.convert_state(tmp_path / "checkpoint.pt", model, optimizer)


@pytest.mark.filterwarnings("ignore")  # Lightning's own
def test_of_lightning(tmp_path: Path) -> None:
    lightning = pytest.importorskip("lightning")

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.inner = small()

        def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
            return self.inner(batch[0]).square().sum()

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(in_two(self.inner), lr=1e-2)

    module = Module()
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(6, 4)), batch_size=2)
    trainer = lightning.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False, default_root_dir=tmp_path,
    )  # fmt: skip
    trainer.fit(module, data)
    trainer.save_checkpoint(tmp_path / "last.ckpt")
    own = torch.optim.AdamW(in_two(module.inner), lr=1e-2)
    own.load_state_dict(torch.load(tmp_path / "last.ckpt", weights_only=True)["optimizer_states"][0])
    path = pw.convert_state(tmp_path / "last.ckpt", module.inner, own, tmp_path / "state")
    goes_on_alike(module.inner, own, path)


def test_of_accelerate(tmp_path: Path) -> None:
    accelerate = pytest.importorskip("accelerate")
    model, optimizer = trained()
    accelerator = accelerate.Accelerator(cpu=True)
    prepared, wrapped = accelerator.prepare(model, optimizer)
    accelerator.save_state(str(tmp_path / "checkpoint"))
    path = pw.convert_state(tmp_path / "checkpoint", prepared, wrapped)
    assert path == tmp_path / "checkpoint.safetensors"
    goes_on_alike(model, optimizer, path)


def test_of_transformers_and_of_a_planned_trainer(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    from paramwise.integrations.transformers import PlannedTrainer

    def arguments(name: str) -> Any:
        return transformers.TrainingArguments(
            output_dir=str(tmp_path / name), max_steps=3, save_steps=3, per_device_train_batch_size=2, report_to=[],
            use_cpu=True, disable_tqdm=True, learning_rate=1e-2,
        )  # fmt: skip

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = small()

        def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
            return {"loss": self.inner(x).square().sum()}

    data = [{"x": torch.randn(4), "labels": torch.zeros(1)} for _ in range(8)]
    plain = transformers.Trainer(Model(), arguments("plain"), train_dataset=data)
    plain.train()
    folder = tmp_path / "plain" / "checkpoint-3"
    path = pw.convert_state(folder, plain.model, plain.optimizer, tmp_path / "state")
    resumed = type(plain.optimizer.optimizer)(plain.model.parameters())
    pw.load_state(resumed, plain.model, path)
    own = torch.load(folder / "optimizer.pt", weights_only=True)
    exported = pw.export_state(path, plain.optimizer.optimizer, plain.model)
    for key, state in own["state"].items():
        assert all(torch.equal(exported["state"][key][name], value) for name, value in state.items())
    model = Model()
    planned = PlannedTrainer(model, arguments("planned"), train_dataset=data, plan=pw.plan(model, lr=1e-2))
    planned.train()
    path = pw.convert_state(tmp_path / "planned" / "checkpoint-3", model, path=tmp_path / "planned.safetensors")
    assert len(pw.load_state(torch.optim.AdamW(model.parameters()), model, path).loaded) == 6


@pytest.mark.filterwarnings("ignore:torch.distributed is:UserWarning")
def test_of_distributed_checkpoint_in_and_out(tmp_path: Path) -> None:
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict

    model, optimizer = trained()
    weights, state = get_state_dict(model, optimizer)
    dcp.save({"model": weights, "optimizer": state}, checkpoint_id=str(tmp_path / "dcp"), no_dist=True)
    path = pw.convert_state(tmp_path / "dcp", model)
    out = tmp_path / "out"
    exported = pw.export_state(path, optimizer, model, to=out)
    again = small()
    resumed = torch.optim.AdamW(in_two(again), lr=1e-2)
    resumed.load_state_dict(exported)
    target = {"optimizer": get_state_dict(again, resumed)[1]}
    pw.convert_state(out, model, path=tmp_path / "once-more")
    dcp.load(target, checkpoint_id=str(tmp_path / "dcp"), no_dist=True)
    set_state_dict(again, resumed, model_state_dict=model.state_dict(), optim_state_dict=target["optimizer"])
    for name, parameter in model.named_parameters():
        there = resumed.state[again.get_parameter(name)]["exp_avg"]
        assert torch.equal(there, optimizer.state[parameter]["exp_avg"]), "torch's own resume of it"
    goes_on_alike(model, optimizer, tmp_path / "once-more")


def test_by_name_with_the_names_of_wrappers(tmp_path: Path) -> None:
    model, optimizer = trained()
    names = {id(p): f"_fsdp_wrapped_module.module.{name}" for name, p in model.named_parameters()}
    by_name = {
        "state": {names[id(p)]: state for p, state in optimizer.state.items()},
        "param_groups": [
            {**group, "params": [names[id(p)] for p in group["params"]]} for group in optimizer.param_groups
        ],
    }
    torch.save({"optim": by_name}, tmp_path / "full.pt")
    goes_on_alike(model, optimizer, pw.convert_state(tmp_path / "full.pt", model))


def test_running_state_of_groups_and_keys_is_understood(tmp_path: Path) -> None:
    from test_torch_state_running import GroupStep, Keyed

    for make in (GroupStep, Keyed):
        model = nn.Linear(4, 2)
        optimizer = make(model.parameters())
        train(model, optimizer, range(3))
        torch.save(optimizer.state_dict(), tmp_path / "optimizer.pt")
        path = pw.convert_state(tmp_path / "optimizer.pt", model, optimizer, tmp_path / "state")
        again = copy.deepcopy(model)
        resumed = make(again.parameters())
        pw.load_state(resumed, again, path)
        train(model, optimizer, range(3, 5))
        train(again, resumed, range(3, 5))
        assert torch.equal(again.weight, model.weight)


def test_export_to_a_file_takes_any_grouping_and_leaves_the_optimizer_alone(tmp_path: Path) -> None:
    model, optimizer = trained()
    path = pw.save_state(optimizer, model, tmp_path / "state")
    again = copy.deepcopy(model)
    resumed = torch.optim.AdamW(backwards(again), lr=1e-2)
    pw.export_state(path, resumed, again, to=tmp_path / "optimizer.pt")
    assert not resumed.state
    resumed.load_state_dict(torch.load(tmp_path / "optimizer.pt", weights_only=True))
    train(model, optimizer, range(3, 6))
    train(again, resumed, range(3, 6))
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), again.parameters(), strict=True))


def test_a_pickle_in_a_dcp_folder_is_not_run(tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple:
            return Path.touch, (tmp_path / "evil-was-here",)

    (tmp_path / "dcp").mkdir()
    (tmp_path / "dcp" / ".metadata").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(pw.InputError, match=r"not a folder of torch\.distributed\.checkpoint that can be read safely"):
        pw.convert_state(tmp_path / "dcp", small())
    assert not (tmp_path / "evil-was-here").exists()


def test_on_the_command_line(tmp_path: Path) -> None:
    model, optimizer = trained()
    torch.save(optimizer.state_dict(), tmp_path / "optimizer.pt")
    (tmp_path / "made.py").write_text(
        "from torch import nn\ndef make(): return nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.Linear(5, 2))\n"
    )
    (tmp_path / "groups.json").write_text('[["0.weight", "2.weight"], ["0.bias", "1.weight", "1.bias", "2.bias"]]')

    def paramwise(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "paramwise", "state", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    ran = paramwise("convert", "optimizer.pt", "made:make", "--groups", "groups.json", "--to", "state")
    assert (ran.returncode, ran.stdout) == (0, "state\n"), ran.stderr
    goes_on_alike(model, optimizer, tmp_path / "state")
    ran = paramwise("convert", "optimizer.pt", "made:make")
    assert ran.returncode == 2
    assert "position alone proves nothing" in ran.stderr
    ran = paramwise("show", "optimizer.pt")
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: a pickled checkpoint, as torch.save() writes it")
