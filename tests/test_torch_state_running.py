"""Everything a step changes comes back: running state of groups, under keys, in attributes, of inner optimizers."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw


class GroupStep(torch.optim.Optimizer):
    """As FusedAdam, whose count of steps is born in ``step()``, and Prodigy, whose ``d`` grows."""

    def __init__(self, params, lr=1.0):
        super().__init__(params, {"lr": lr, "d": 1e-6})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            group["step"] = group.get("step", 0) + 1
            group["d"] *= 10
            for p in group["params"]:
                self.state[p].setdefault("m", torch.zeros_like(p)).lerp_(p.grad, 0.1)
                p.sub_(group["lr"] * group["d"] * self.state[p]["m"] / (1 - 0.9 ** group["step"]))


class Keyed(torch.optim.Optimizer):
    """As MADGRAD, which keeps a count under a key beside the parameters."""

    def __init__(self, params):
        super().__init__(params, {"lr": 0.1})
        self.state["k"] = torch.tensor([0])

    @torch.no_grad()
    def step(self):
        self.state["k"] += 1
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(group["lr"] / self.state["k"].sqrt() * p.grad)


class SAM(torch.optim.Optimizer):
    """The usual shape: the base optimizer inside, the groups shared."""

    def __init__(self, params, base, rho=0.05, **options):
        super().__init__(params, {"rho": rho, **options})
        self.base_optimizer = base(self.param_groups, **options)
        self.param_groups = self.base_optimizer.param_groups

    @torch.no_grad()
    def step(self, closure):
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["e"] = e = p.grad * group["rho"]
                p.add_(e)
        self.zero_grad()
        with torch.enable_grad():
            closure()
        for p in self.state:
            p.sub_(self.state[p]["e"])
        self.base_optimizer.step()
        self.zero_grad()


class Counting(torch.optim.SGD):
    """Counts its steps in an attribute, and slows down."""

    def __init__(self, params, lr=0.1, patience=3):
        super().__init__(params, lr=lr, momentum=0.9)
        self.patience = patience
        self.count = 0

    def step(self, closure=None):
        self.count += 1
        for group in self.param_groups:
            for p in group["params"]:
                p.grad.div_(self.count)
        return super().step(closure)


class OwnKeys(torch.optim.SGD):
    """Adds a key to its ``state_dict()``, which only its own ``load_state_dict()`` understands."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, lr=lr, momentum=0.9)
        self.hidden = lambda: 1.0

    def step(self, closure=None):
        scale = self.hidden() / 2
        self.hidden = lambda: scale
        for group in self.param_groups:
            for p in group["params"]:
                p.grad.mul_(scale)
        return super().step(closure)

    def state_dict(self):
        return {**super().state_dict(), "scale": self.hidden()}

    def load_state_dict(self, state_dict):
        state_dict = dict(state_dict)
        scale = state_dict.pop("scale")
        self.hidden = lambda: scale
        super().load_state_dict(state_dict)


class Random(torch.optim.Optimizer):
    """Draws from a generator of its own."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})
        self.generator = torch.Generator().manual_seed(0)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(group["lr"] * torch.rand(p.shape, generator=self.generator) * p.grad)


class Record:
    def __init__(self):
        self.count = 0


class CountingInside(Counting):
    """Counts its steps in an object."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, lr=lr)
        self.record = Record()

    def step(self, closure=None):
        self.record.count += 1
        for group in self.param_groups:
            for p in group["params"]:
                p.grad.div_(self.record.count)
        return super().step(closure)


class Average:
    """Wraps an optimizer, is none itself, and pulls weights to their average."""

    def __init__(self, optimizer):
        self.inner = optimizer
        self.steps = 0
        self.average = [p.detach().clone() for group in optimizer.param_groups for p in group["params"]]

    def zero_grad(self):
        self.inner.zero_grad()

    def step(self):
        self.inner.step()
        self.steps += 1
        parameters = [p for group in self.inner.param_groups for p in group["params"]]
        for p, average in zip(parameters, self.average, strict=True):
            average.lerp_(p.detach(), 1 / (self.steps + 1))
            p.data.lerp_(average, 0.1)


def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(4, 2)


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = model(torch.ones(1, 4)).square().sum()
        loss.backward()
        return loss

    for _ in range(steps):
        closure()
        optimizer.step(closure) if isinstance(optimizer, SAM) else optimizer.step()


MAKERS: dict[str, Callable] = {
    "running state in groups": lambda params: GroupStep(params),
    "under a key": lambda params: Keyed(params),
    "an inner optimizer": lambda params: SAM(params, torch.optim.SGD, lr=0.1, momentum=0.9),
    "an attribute": lambda params: Counting(params),
    "keys of its own": lambda params: OwnKeys(params),
    "an object in an attribute": lambda params: CountingInside(params),
    "a wrapper that is not an optimizer": lambda params: Average(torch.optim.SGD(params, lr=0.1, momentum=0.9)),
    "a generator": lambda params: Random(params),
}


@pytest.mark.parametrize("hyperparameters", ["current", "saved"])
@pytest.mark.parametrize("kind", MAKERS)
def test_resumed_training_is_the_same_training(kind: str, hyperparameters: str, tmp_path: Path) -> None:
    make = MAKERS[kind]
    model = linear()
    optimizer = make(model.parameters())
    train(model, optimizer, 3)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    again = copy.deepcopy(model)
    train(model, optimizer, 3)
    resumed = make(again.parameters())
    pw.load_state(resumed, again, path, hyperparameters=hyperparameters)
    train(again, resumed, 3)
    assert torch.equal(again.weight, model.weight)


def test_the_report_says_what_came_back_besides(tmp_path: Path) -> None:
    model = linear()

    def report(make: Callable) -> str:
        optimizer = make(model.parameters())
        train(model, optimizer, 1)
        return str(pw.load_state(make(model.parameters()), model, pw.save_state(optimizer, model, tmp_path / "state")))

    assert "running state of groups: d, step" in report(MAKERS["running state in groups"])
    assert "Keyed under 'k'" in report(MAKERS["under a key"])
    assert "state of torch.optim.sgd.SGD inside, in `base_optimizer`" in report(MAKERS["an inner optimizer"])
    assert "Counting: count" in report(MAKERS["an attribute"])


def test_options_stay_those_of_now_and_running_state_comes_back(tmp_path: Path) -> None:
    model = linear()
    optimizer = GroupStep(model.parameters(), lr=1.0)
    train(model, optimizer, 2)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    resumed = GroupStep(model.parameters(), lr=0.5)
    pw.load_state(resumed, model, path)
    assert (resumed.param_groups[0]["lr"], resumed.param_groups[0]["step"]) == (0.5, 2)
    train(model, resumed, 4)  # goes back from a later state as well
    pw.load_state(resumed, model, path, hyperparameters="saved")
    assert (resumed.param_groups[0]["lr"], resumed.param_groups[0]["step"]) == (1.0, 2)


def test_groups_of_different_running_state_are_not_merged_and_none_is_split(tmp_path: Path) -> None:
    model = linear()
    two = GroupStep([{"params": [model.weight]}, {"params": [model.bias]}])
    train(model, two, 2)
    alike = pw.save_state(two, model, tmp_path / "alike")
    one = GroupStep(model.parameters())
    pw.load_state(one, model, alike)  # what both held alike is merged
    assert one.param_groups[0]["step"] == 2
    two.param_groups[1]["d"] = 0.5
    path = pw.save_state(two, model, tmp_path / "state")
    with pytest.raises(pw.InputError, match=r"`d` cannot be merged") as caught:
        pw.load_state(one, model, path)
    assert "group 0 of the file (weight)" in str(caught.value)
    assert "group 1 of the file (bias) holds 0.5" in str(caught.value)
    whole = pw.save_state(one, model, tmp_path / "whole")
    before = [dict(group) for group in two.param_groups]
    with pytest.raises(pw.InputError, match=r"`d` cannot be split") as caught:
        pw.load_state(two, model, whole)
    assert "group 0 of the file (weight, bias)" in str(caught.value)
    assert "group 0 now (weight)" in str(caught.value)
    assert [dict(group) for group in two.param_groups] == before


def test_lbfgs_goes_to_the_same_order_alone(tmp_path: Path) -> None:
    model = linear()

    def closure() -> torch.Tensor:
        loss = model(torch.ones(1, 4)).square().sum()
        loss.backward()
        return loss

    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=2)
    optimizer.step(closure)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    pw.load_state(torch.optim.LBFGS(model.parameters()), model, path)
    with pytest.raises(pw.InputError, match="which was weight, bias, and now is bias, weight"):
        pw.load_state(torch.optim.LBFGS([model.bias, model.weight]), model, path)


@pytest.mark.parametrize("fused", [torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD, torch.optim.Adagrad])
@pytest.mark.parametrize("layout", ["channels_last", "transposed"])
def test_state_is_laid_out_as_its_parameter(fused: type, layout: str, tmp_path: Path) -> None:
    def build(*, odd: bool) -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        model = nn.Conv2d(3, 4, 3)
        if odd and layout == "channels_last":
            model = model.to(memory_format=torch.channels_last)
        elif odd:
            model.weight = nn.Parameter(model.weight.detach().permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0))
        options = {"momentum": 0.9} if fused is torch.optim.SGD else {}
        return model, fused(model.parameters(), lr=0.1, fused=True, **options)

    def steps(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        for _ in range(3):
            optimizer.zero_grad()
            model(torch.ones(1, 3, 5, 5)).square().sum().backward()
            optimizer.step()

    for saved_odd, loaded_odd in ((True, True), (False, True), (True, False)):
        model, optimizer = build(odd=saved_odd)
        steps(model, optimizer)
        path = pw.save_state(optimizer, model, tmp_path / "state")
        again, resumed = build(odd=loaded_odd)
        again.load_state_dict(model.state_dict())
        pw.load_state(resumed, again, path)
        state = next(value for value in resumed.state[again.weight].values() if value.ndim == 4)
        assert state.stride() == again.weight.stride()
        steps(model, optimizer)
        steps(again, resumed)
        if saved_odd == loaded_odd:
            assert torch.equal(again.weight, model.weight)
        assert torch.allclose(again.weight, model.weight, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "option"),
    [
        (lambda params, on: torch.optim.AdamW(params, amsgrad=on), "amsgrad"),
        (lambda params, on: torch.optim.RMSprop(params, centered=on), "centered"),
        (lambda params, on: torch.optim.RMSprop(params, momentum=0.9 if on else 0.0), "momentum"),
    ],
)
def test_an_option_that_needs_state_of_the_file_cannot_be_turned_on(
    make: Callable, option: str, tmp_path: Path
) -> None:
    model = linear()
    optimizer = make(model.parameters(), False)
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    resumed = make(model.parameters(), True)
    with pytest.raises(pw.InputError, match=rf"{option}=.* now, and the file has no"):
        pw.load_state(resumed, model, path)
    assert not resumed.state
    train(model, resumed, 1)
    pw.save_state(resumed, model, path)
    pw.load_state(optimizer, model, path)  # turned off, the state is not needed
    train(model, optimizer, 1)


def test_momentum_of_sgd_may_be_turned_on_as_its_step_makes_it(tmp_path: Path) -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train(model, optimizer, 1)
    resumed = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    pw.load_state(resumed, model, pw.save_state(optimizer, model, tmp_path / "state"))
    train(model, resumed, 1)


def test_a_meta_model_takes_no_state(tmp_path: Path) -> None:
    model = linear()
    optimizer = torch.optim.AdamW(model.parameters())
    train(model, optimizer, 1)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    with torch.device("meta"):
        empty = nn.Linear(4, 2)
    with pytest.raises(pw.InputError, match="on the meta device"):
        pw.load_state(torch.optim.AdamW(empty.parameters()), empty, path)


@pytest.mark.parametrize("kind", ["a header over 100 MB", "float4", "65 dimensions"])
def test_saving_refuses_what_loading_would(kind: str, tmp_path: Path) -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    path = pw.save_state(optimizer, model, tmp_path / "state", extra={"good": 1})
    old = path.read_bytes()
    if kind == "float4":
        extra = {"x": torch.zeros(4, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)}
    else:
        extra = {"x": "a" * 101_000_000 if kind.startswith("a header") else torch.zeros([1] * 65)}
    with pytest.raises(pw.InputError, match="cannot be kept: loading would refuse the file"):
        pw.save_state(optimizer, model, path, extra=extra)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_wrapper_that_keeps_nothing_may_come_and_go(tmp_path: Path) -> None:
    accelerate = pytest.importorskip("accelerate")
    model = linear()
    optimizer = torch.optim.AdamW(model.parameters())
    train(model, optimizer, 1)
    wrapped = accelerate.Accelerator(cpu=True).prepare(optimizer)
    path = pw.save_state(wrapped, model, tmp_path / "state")
    plain = torch.optim.AdamW(model.parameters())
    assert "inside" not in str(pw.load_state(plain, model, path))
    assert torch.equal(plain.state[model.weight]["exp_avg"], optimizer.state[model.weight]["exp_avg"])
    pw.load_state(wrapped, model, pw.save_state(plain, model, path))


def test_a_failing_load_of_the_optimizers_own_changes_nothing(tmp_path: Path) -> None:
    class Picky(OwnKeys):
        def load_state_dict(self, state_dict):
            super().load_state_dict(state_dict)
            raise RuntimeError("no")

    model = linear()
    optimizer = Picky(model.parameters())
    train(model, optimizer, 2)
    path = pw.save_state(optimizer, model, tmp_path / "state")
    train(model, optimizer, 1)
    before, groups = copy.deepcopy(optimizer.state_dict()), optimizer.param_groups
    with pytest.raises(pw.InputError, match=r"Picky\.load_state_dict\(\) refused the state: RuntimeError: no"):
        pw.load_state(optimizer, model, path)
    assert str(optimizer.state_dict()["state"]) == str(before["state"])
    assert optimizer.param_groups[0]["params"][0] is model.weight
    assert len(groups) == 1


class Projector:
    """An object of the optimizer's own module, as GaLore's: a matrix, and what it was made with."""

    def __init__(self, size: int) -> None:
        self.matrix = torch.randn(size, size)
        self.gap, self.inner = 2, None


class Projected(torch.optim.Optimizer):
    def __init__(self, params: Any) -> None:
        super().__init__(params, {"lr": 0.1})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["projector"] = Projector(p.shape[0])
                    state["projector"].inner = Projector(1)
                p.sub_((state["projector"].matrix @ p.grad), alpha=group["lr"])
                state["projector"].matrix.mul_(0.9)


def test_objects_of_the_optimizers_library_are_kept_by_their_attributes(tmp_path: Path) -> None:
    model, again = nn.Linear(4, 3), nn.Linear(4, 3)
    optimizer = Projected(model.parameters())
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    pw.save_state(optimizer, model, tmp_path / "state")
    resumed = Projected([{"params": [again.bias]}, {"params": [again.weight]}])
    pw.load_state(resumed, again, tmp_path / "state")
    for one, other in ((model.weight, again.weight), (model.bias, again.bias)):
        old, new = optimizer.state[one]["projector"], resumed.state[other]["projector"]
        assert type(new) is Projector
        assert torch.equal(old.matrix, new.matrix)
        assert torch.equal(old.inner.matrix, new.inner.matrix)
        assert (new.gap, new.inner.gap) == (2, 2)


class Deleter:
    """Code of it runs when an object of it goes: none is made of a file."""

    def __del__(self) -> None:
        self.path.unlink()  # type: ignore[attr-defined]


ODD = {"code at its end": Deleter(), "a module": pytest, "a function": print, "a path": Path("x"), "a class": type}


@pytest.mark.parametrize("value", ODD.values(), ids=list(ODD))
def test_objects_that_are_more_than_their_attributes_are_refused(value: Any, tmp_path: Path) -> None:
    model = nn.Linear(2, 2)
    optimizer = Projected(model.parameters())
    optimizer.state[model.weight] = {"odd": value}
    if isinstance(value, Deleter):
        value.path = tmp_path / "gone"  # type: ignore[attr-defined]
        value.path.touch()
    with pytest.raises(pw.InputError, match="neither a tensor nor plain data"):
        pw.save_state(optimizer, model, tmp_path / "state")


@pytest.mark.parametrize("name", ["os:_wrap_close", "subprocess:Popen", "gone:Class", "collections:OrderedDict", "x"])
def test_no_object_of_another_package_is_made(name: str) -> None:
    from paramwise.torch.state.instances import put_together

    with pytest.raises(pw.InputError, match="not a class of the optimizer's library"):
        put_together(name, {}, frozenset({"test_torch_state_running"}))


class FirstKeeps(torch.optim.SGD):
    """Keeps a number for all parameters in its first group, as DAdaptSGD does."""

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        group = self.param_groups[0]
        group["norm"] = group.get("norm", 0.0) + 0.5
        for group in self.param_groups:
            group["count"] = group.get("count", 0) + 1
        super().step(closure)


def test_what_the_first_group_keeps_for_all_goes_to_the_first_group(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    a, b, c, d = model.parameters()
    optimizer = FirstKeeps([{"params": [a, b]}, {"params": [c, d]}], lr=0.1)
    optimizer.step()
    pw.save_state(optimizer, model, tmp_path / "state")
    for groups in ([[a, b, c, d]], [[c, d], [a, b]], [[d], [c, b], [a]]):
        again = FirstKeeps([{"params": group} for group in groups], lr=0.1)
        pw.load_state(again, model, tmp_path / "state")
        assert [group.get("norm") for group in again.param_groups] == [0.5] + [None] * (len(groups) - 1)
        assert [group["count"] for group in again.param_groups] == [1] * len(groups)


class LowRank(torch.optim.SGD):
    """Its step does something else for groups that have a rank, as GaLore's does."""

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["moment"] = torch.zeros(group["rank"] if "rank" in group else p.numel())


@pytest.mark.parametrize("then", [{"rank": 2}, {}])
def test_a_group_that_lost_or_got_what_chooses_the_algorithm_is_refused(then: dict, tmp_path: Path) -> None:
    model = nn.Linear(3, 3)
    now = {} if then else {"rank": 2}
    optimizer = LowRank([{"params": list(model.parameters()), **then}], lr=0.1)
    optimizer.step()
    pw.save_state(optimizer, model, tmp_path / "state")
    pw.load_state(LowRank([{"params": list(model.parameters()), **then, "mine": 1}], lr=0.1), model, tmp_path / "state")
    with pytest.raises(pw.InputError, match=r"rank was (2|not there), now (2|not there)"):
        pw.load_state(LowRank([{"params": list(model.parameters()), **now}], lr=0.1), model, tmp_path / "state")
