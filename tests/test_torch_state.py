"""Optimizer state by name: resumed training is the same training, and a failed load changes nothing."""

import contextlib
import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import paramwise as pw

from models import Plain, TiedEmbedding, tiny_bert

IDS = torch.tensor([[1, 2, 3]])
MAKERS: dict[str, Callable[[list], torch.optim.Optimizer]] = {
    "AdamW": lambda groups: torch.optim.AdamW(groups, lr=1e-2),
    "fused AdamW": lambda groups: torch.optim.AdamW(groups, lr=1e-2, fused=True),
    "amsgrad": lambda groups: torch.optim.Adam(groups, lr=1e-2, amsgrad=True),
    "SGD": lambda groups: torch.optim.SGD(groups, lr=1e-2, momentum=0.9),
    "NAdam": lambda groups: torch.optim.NAdam(groups, lr=1e-2),
    "RAdam": lambda groups: torch.optim.RAdam(groups, lr=1e-2),
    "Adamax": lambda groups: torch.optim.Adamax(groups, lr=1e-2),
    "RMSprop": lambda groups: torch.optim.RMSprop(groups, lr=1e-2, momentum=0.5, centered=True),
    "Adagrad": lambda groups: torch.optim.Adagrad(groups, lr=1e-2),
    "Adadelta": lambda groups: torch.optim.Adadelta(groups, lr=1e-2),
    "ASGD": lambda groups: torch.optim.ASGD(groups, lr=1e-2),
    "Rprop": lambda groups: torch.optim.Rprop(groups, lr=1e-2),
    "Adafactor": lambda groups: torch.optim.Adafactor(groups, lr=1e-2),
}


def plain() -> Plain:
    torch.manual_seed(0)
    return Plain()


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        model(IDS).square().sum().backward()
        optimizer.step()


def values(model: nn.Module) -> list[list[float]]:
    return [parameter.detach().flatten().tolist() for parameter in model.parameters()]


def held(optimizer: torch.optim.Optimizer) -> str:
    torch.set_printoptions(precision=17, threshold=100_000)
    try:
        return str(optimizer.state_dict())
    finally:
        torch.set_printoptions(profile="default")


def one(model: nn.Module) -> list:
    return [{"params": list(model.parameters())}]


def two(model: nn.Module) -> list:
    parameters = list(model.parameters())
    return [{"params": [p for p in parameters if p.ndim > 1]}, {"params": [p for p in parameters if p.ndim < 2]}]


def many(model: nn.Module) -> list:
    return [{"params": [parameter]} for parameter in model.parameters()]


def backwards(model: nn.Module) -> list:
    return [{"params": list(reversed(list(model.parameters())))}]


@pytest.mark.parametrize("after", [one, two, many, backwards])
@pytest.mark.parametrize("name", MAKERS)
def test_resumed_training_is_the_same_training(name: str, after: Callable, tmp_path: Path) -> None:
    make = MAKERS[name]
    model = plain()
    optimizer = make(two(model))
    train(model, optimizer, 3)
    weights = copy.deepcopy(model.state_dict())
    pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    train(model, optimizer, 3)

    again = plain()
    again.load_state_dict(weights)
    resumed = make(after(again))
    report = pw.load_state(resumed, again, tmp_path / "state.safetensors")
    assert len(report.loaded) == 11
    train(again, resumed, 3)
    assert values(again) == values(model)


def test_regrouped_from_two_to_one_to_many(tmp_path: Path) -> None:
    def steps(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        for _ in range(2):
            optimizer.zero_grad()
            model(input_ids=torch.tensor([[1, 2, 3]]), labels=torch.tensor([1])).loss.backward()
            optimizer.step()

    def make(groups: list) -> torch.optim.Optimizer:
        return torch.optim.AdamW(groups, lr=1e-3)

    torch.manual_seed(0)
    model = tiny_bert().eval()
    twin = copy.deepcopy(model)
    optimizer = make(two(model))
    whole = make(two(twin))
    path = tmp_path / "state.safetensors"
    for regroup in (one, many, backwards, two):
        steps(model, optimizer)
        steps(twin, whole)
        pw.save_state(optimizer, model, path)
        optimizer = make(regroup(model))
        pw.load_state(optimizer, model, path)
    assert len(many(model)) > 28
    steps(model, optimizer)
    steps(twin, whole)
    assert values(model) == values(twin)


def test_lbfgs_whose_state_is_lists_of_tensors(tmp_path: Path) -> None:
    def optimize(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = model(IDS).square().sum()
            loss.backward()
            return loss

        optimizer.step(closure)

    model = plain()
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=3)
    optimize(model, optimizer)
    weights = copy.deepcopy(model.state_dict())
    pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    optimize(model, optimizer)
    again = plain()
    again.load_state_dict(weights)
    resumed = torch.optim.LBFGS(again.parameters(), lr=0.1, max_iter=3)
    pw.load_state(resumed, again, tmp_path / "state.safetensors")
    optimize(again, resumed)
    assert values(again) == values(model)


@pytest.mark.parametrize("wrap", [nn.DataParallel, torch.compile, lambda model: torch.compile(nn.DataParallel(model))])
def test_saved_wrapped_and_loaded_plain_and_the_reverse(wrap: Callable, tmp_path: Path) -> None:
    model = plain()
    wrapped = wrap(model)
    optimizer = torch.optim.AdamW(wrapped.parameters(), lr=1e-2)
    train(model, optimizer, 2)
    pw.save_state(optimizer, wrapped, tmp_path / "state.safetensors")
    again = plain()
    resumed = torch.optim.AdamW(again.parameters(), lr=1e-2)
    pw.load_state(resumed, again, tmp_path / "state.safetensors")
    assert held(resumed) == held(optimizer)
    pw.load_state(torch.optim.AdamW(wrapped.parameters()), wrapped, tmp_path / "state.safetensors")


class WithHead(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.head = nn.Linear(4, classes)


def test_a_new_head_starts_fresh(tmp_path: Path) -> None:
    old, new = WithHead(2), WithHead(3)
    optimizer = torch.optim.AdamW(old.parameters())
    old.head(old.body(torch.ones(1, 4))).sum().backward()
    optimizer.step()
    path = pw.save_state(optimizer, old, tmp_path / "state.safetensors")
    resumed = torch.optim.AdamW(new.parameters())
    with pytest.raises(
        pw.InputError, match=r"head\.weight: float32 \[2, 4\] in the file, float32 \[3, 4\] in the model"
    ):
        pw.load_state(resumed, new, path)
    assert not resumed.state
    for fresh in ("head.*", ["head.weight", "head.bias"], pw.name("head.*")):
        report = pw.load_state(resumed, new, path, fresh=fresh)
        assert (report.loaded, report.fresh) == (("body.weight", "body.bias"), ("head.weight", "head.bias"))
    assert set(resumed.state) == {new.body.weight, new.body.bias}
    with pytest.raises(pw.InputError, match="names no parameter"):
        pw.load_state(resumed, new, path, fresh="haed.*")


def test_missing_and_extra_are_errors_unless_it_is_not_strict(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.AdamW(model.parameters())
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    fewer = torch.optim.AdamW([p for n, p in model.named_parameters() if "head" not in n])
    with pytest.raises(pw.InputError, match=r"head\.weight: the optimizer does not have it"):
        pw.load_state(fewer, model, path)
    report = pw.load_state(fewer, model, path, strict=False)
    assert report.dropped == ("head.weight", "head.bias")
    short = pw.save_state(fewer, model, tmp_path / "short.safetensors")
    with pytest.raises(pw.InputError, match=r"head\.bias: the file does not have it"):
        pw.load_state(optimizer, model, short)
    report = pw.load_state(optimizer, model, short, strict=False)
    assert report.fresh == ("head.weight", "head.bias")
    assert model.head.weight not in optimizer.state
    assert "2 parameters start without state: head.weight, head.bias" in str(report)


def test_options_of_now_or_of_the_file(tmp_path: Path) -> None:
    model = plain()
    optimizer = pw.plan(model, lr=7e-4, weight_decay=0.01).optimizer(torch.optim.AdamW)
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    other = pw.plan(model, lr=5e-4, weight_decay=0.5).optimizer(torch.optim.AdamW)
    assert pw.load_state(other, model, path).hyperparameters == "current"
    assert [(group["lr"], group["weight_decay"]) for group in other.param_groups] == [(5e-4, 0.5), (5e-4, 0.0)]
    pw.load_state(other, model, path, hyperparameters="saved")
    assert [(group["lr"], group["weight_decay"]) for group in other.param_groups] == [(7e-4, 0.01), (7e-4, 0.0)]
    assert other.param_groups[0]["betas"] == (0.9, 0.999)
    single = torch.optim.AdamW(model.parameters())
    with pytest.raises(pw.InputError, match="group 0 has parameters that were saved with different options"):
        pw.load_state(single, model, path, hyperparameters="saved")
    assert not single.state


def test_another_class_is_refused(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    with pytest.raises(pw.InputError, match=r"state of torch\.optim\.sgd\.SGD in the file"):
        pw.load_state(torch.optim.AdamW(model.parameters()), model, path)


def test_several_optimizers(tmp_path: Path) -> None:
    def make(model: nn.Module) -> list[torch.optim.Optimizer]:
        matrices = [block["dense"].weight for block in model.blocks]
        rest = [p for p in model.parameters() if all(p is not one for one in matrices)]
        return [torch.optim.Muon(matrices, lr=0.02), torch.optim.AdamW(rest, lr=1e-3)]

    def steps(model: nn.Module, optimizers: list[torch.optim.Optimizer], count: int) -> None:
        for _ in range(count):
            model.zero_grad()
            model(IDS).square().sum().backward()
            for one in optimizers:
                one.step()

    model = plain()
    optimizers = make(model)
    steps(model, optimizers, 2)
    weights = copy.deepcopy(model.state_dict())
    path = pw.save_state(optimizers, model, tmp_path / "state.safetensors")
    steps(model, optimizers, 2)
    again = plain()
    again.load_state_dict(weights)
    resumed = make(again)
    pw.load_state(resumed, again, path)
    steps(again, resumed, 2)
    assert values(again) == values(model)


def test_extra_takes_schedulers_and_plain_data(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    for _ in range(4):
        train(model, optimizer, 1)
        scheduler.step()
    extra = {"scheduler": scheduler, "epoch": 3, "losses": [0.5, float("nan")], "rng": torch.get_rng_state()}
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors", extra=extra)
    resumed = torch.optim.SGD(model.parameters(), lr=0.1)
    later = torch.optim.lr_scheduler.CosineAnnealingLR(resumed, 10)
    report = pw.load_state(resumed, model, path, hyperparameters="saved", extra={"scheduler": later})
    assert later.state_dict() == scheduler.state_dict()
    assert resumed.param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]
    assert report.extra["epoch"] == 3
    assert str(report.extra["losses"]) == "[0.5, nan]"
    assert torch.equal(report.extra["rng"], extra["rng"])
    with pytest.raises(pw.InputError, match="`scaler` is not in the file"):
        pw.load_state(resumed, model, path, extra={"scaler": later})


def test_what_takes_extra_back_and_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    class Broken:
        def state_dict(self) -> dict[str, int]:
            return {"count": 1}

        def load_state_dict(self, state: dict[str, int]) -> None:
            if state["count"] == 2:
                raise RuntimeError("cannot take it")

    class Saved(Broken):
        def state_dict(self) -> dict[str, int]:
            return {"count": 2}

    model = plain()
    optimizer = torch.optim.AdamW(model.parameters())
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors", extra={"one": Saved()})
    train(model, optimizer, 1)
    before = held(optimizer)
    with pytest.raises(RuntimeError, match="cannot take it"):
        pw.load_state(optimizer, model, path, extra={"one": Broken()})
    assert held(optimizer) == before


def test_what_is_neither_tensor_nor_plain_data_is_refused(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.state[model.head.weight] = {"hook": lambda: None}
    with pytest.raises(pw.InputError, match=r"`hook/head\.weight` is a function: neither a tensor nor plain data"):
        pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    assert list(tmp_path.iterdir()) == []
    stranger = torch.optim.SGD(Plain().parameters(), lr=0.1)
    with pytest.raises(pw.InputError, match="not this model's"):
        pw.save_state(stranger, model, tmp_path / "state.safetensors")


def test_older_files_are_kept(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        pw.save_state(optimizer, model, tmp_path / "state", extra={"epoch": epoch}, keep=2)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["state", "state.1", "state.2"]
    path = tmp_path / "state.safetensors"
    (tmp_path / "state.2").rename(path)
    assert pw.load_state(optimizer, model, path).extra["epoch"] == 2


def test_tied_tensors_and_dtypes(tmp_path: Path) -> None:
    model = TiedEmbedding().bfloat16()
    optimizer = torch.optim.AdamW(model.parameters())
    model(IDS).float().sum().backward()
    optimizer.step()
    path = pw.save_state(optimizer, model, tmp_path / "state.safetensors")
    resumed = torch.optim.AdamW(model.parameters())
    pw.load_state(resumed, model, path)
    assert held(resumed) == held(optimizer)
    with pytest.raises(pw.InputError, match=r"bfloat16 .* in the file, float32"):
        pw.load_state(torch.optim.AdamW(model.float().parameters()), model, path)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[nn.Module, torch.optim.Optimizer, bytes, Path]:
    model = nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    path = pw.save_state(optimizer, model, tmp_path_factory.mktemp("small") / "state.safetensors", extra={"epoch": 1})
    return model, optimizer, path.read_bytes(), path.parent


def refused(small: tuple, damaged: bytes) -> bool:
    model, optimizer, _, folder = small
    path = folder / "damaged.safetensors"
    path.write_bytes(damaged)
    before = held(optimizer), values(model)
    said = ""
    with contextlib.suppress(pw.InputError):
        try:
            pw.load_state(optimizer, model, path)
        except pw.InputError as error:
            said = str(error)
            raise
    if said:
        assert str(path) in said
        assert (held(optimizer), values(model)) == before
    return bool(said)


def test_every_truncation_is_detected(small: tuple) -> None:
    whole = small[2]
    assert all(refused(small, whole[:length]) for length in range(len(whole)))
    assert not refused(small, whole)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_flipped_bit_is_detected(small: tuple, data: st.DataObject) -> None:
    damaged = bytearray(small[2])
    at = data.draw(st.integers(0, 8 * len(damaged) - 1))
    damaged[at // 8] ^= 1 << at % 8
    assert refused(small, bytes(damaged)), f"bit {at % 8} of byte {at // 8}"


def test_a_torch_checkpoint_is_converted_by_names(tmp_path: Path) -> None:
    model = plain()
    optimizer = pw.plan(model, lr=1e-2, weight_decay=0.1).optimizer(torch.optim.AdamW)  # carries param_names
    train(model, optimizer, 2)
    torch.save({"optimizer": optimizer.state_dict(), "epoch": 1}, tmp_path / "optimizer.pt")
    path = pw.convert_state(tmp_path / "optimizer.pt", model)
    assert path == tmp_path / "optimizer.safetensors"
    resumed = torch.optim.AdamW(backwards(model), lr=1e-2, fused=True)
    pw.load_state(resumed, model, path)
    for parameter in model.parameters():
        for key, value in optimizer.state[parameter].items():
            assert torch.equal(resumed.state[parameter][key], value)


def test_position_alone_proves_nothing(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.AdamW(two(model))
    train(model, optimizer, 1)
    source = tmp_path / "optimizer.pt"
    torch.save(optimizer.state_dict(), source)
    with pytest.raises(pw.InputError, match="position alone proves nothing"):
        pw.convert_state(source, model)
    with pytest.raises(pw.InputError, match="not those of the checkpoint"):
        pw.convert_state(source, model, one(model)[0]["params"] and torch.optim.AdamW(one(model)))
    names = [name for name, _ in model.named_parameters()]
    with pytest.raises(pw.InputError, match="whose shape is"):
        pw.convert_state(source, model, [names[:4], names[4:]])
    path = pw.convert_state(source, model, torch.optim.AdamW(two(model)))
    resumed = torch.optim.AdamW(one(model))
    pw.load_state(resumed, model, path)
    assert torch.equal(resumed.state[model.head.weight]["exp_avg"], optimizer.state[model.head.weight]["exp_avg"])


class Evil:
    def __reduce__(self) -> tuple:
        return Path.touch, (Path("evil-was-here"),)


def test_no_pickle_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"state": Evil(), "param_groups": []}, tmp_path / "optimizer.pt")
    with pytest.raises(pw.InputError, match="not a torch checkpoint that can be read safely"):
        pw.convert_state(tmp_path / "optimizer.pt", plain())
    assert not (tmp_path / "evil-was-here").exists()
    (tmp_path / "optimizer.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(pw.InputError, match="not a torch checkpoint"):
        pw.convert_state(tmp_path / "optimizer.pt", plain())
    with pytest.raises(pw.InputError, match="no such file"):
        pw.convert_state(tmp_path / "nowhere.pt", plain())


def test_what_a_reviewer_broke(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.AdamW(model.parameters(), lr=torch.tensor(0.1))
    train(model, optimizer, 1)
    path = tmp_path / "state"
    # nested tensors whose places look alike
    pw.save_state(
        optimizer, model, path, extra={"a": [torch.zeros(2)], "a/0": torch.ones(2), "best": np.float64("inf")}
    )
    report = pw.load_state(optimizer, model, path)
    assert report.extra["a"][0].tolist() == [0.0, 0.0]
    assert report.extra["best"] == float("inf")
    # a typo in an option
    with pytest.raises(pw.InputError, match=r'it is "current" or "saved"'):
        pw.load_state(optimizer, model, path, hyperparameters="Saved")  # type: ignore[arg-type]
    # a scheduler and the rates of now
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    pw.save_state(optimizer, model, path, extra={"scheduler": scheduler})
    with pytest.raises(pw.InputError, match="goes on from the learning rates of the file"):
        pw.load_state(optimizer, model, path, extra={"scheduler": scheduler})
    # tensor learning rates of several groups
    split = torch.optim.AdamW(two(model), lr=torch.tensor(0.3))
    pw.load_state(split, model, path, hyperparameters="saved")
    assert split.param_groups[0]["lr"] is not split.param_groups[1]["lr"]
    # one parameter, two optimizers; state under a key of its own
    with pytest.raises(pw.InputError, match="a name has one state"):
        pw.save_state([optimizer, torch.optim.SGD(model.parameters(), lr=0.1)], model, path)
    optimizer.state["global_step"] = 7
    pw.save_state(optimizer, model, path)
    optimizer.state["global_step"] = 8
    assert "under 'global_step'" in str(pw.load_state(optimizer, model, path))
    assert optimizer.state["global_step"] == 7
    for bad in ("", ".", "a\0b"):
        with pytest.raises(pw.InputError, match="is not the name of a file"):
            pw.save_state(optimizer, model, bad)
    pw.save_state(optimizer, model, path, extra={"s": "\udc80"})
    assert pw.load_state(optimizer, model, path).extra == {"s": "\udc80"}


def test_conversion_overwrites_nothing_and_proves_what_it_can(tmp_path: Path) -> None:
    model = plain()
    optimizer = torch.optim.AdamW(model.parameters(), lr=torch.tensor(0.1))
    train(model, optimizer, 1)
    torch.save(optimizer.state_dict(), tmp_path / "model.pt")
    (tmp_path / "model.safetensors").write_bytes(b"the weights")
    with pytest.raises(pw.InputError, match="there is a file by the name of the new one"):
        pw.convert_state(tmp_path / "model.pt", model, optimizer)
    path = pw.convert_state(tmp_path / "model.pt", model, optimizer, tmp_path / "state.safetensors")
    pw.load_state(optimizer, model, path, hyperparameters="saved")
    factored = torch.optim.Adafactor(model.parameters())
    train(model, factored, 1)
    torch.save(factored.state_dict(), tmp_path / "factored.pt")
    with pytest.raises(pw.InputError, match="position alone cannot be proven right"):
        pw.convert_state(tmp_path / "factored.pt", model, factored)
    torch.save({"state": [], "param_groups": [{}]}, tmp_path / "odd.pt")
    with pytest.raises(pw.InputError, match="no optimizer's state_dict"):
        pw.convert_state(tmp_path / "odd.pt", model, [[]])
