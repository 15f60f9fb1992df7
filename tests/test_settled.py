"""What the constructor's values settle in a class's code: branches, loops, names, lists of parameters, functions."""

from __future__ import annotations

import enum
import importlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

import paramwise as pw
from paramwise.model.answers import answers
from paramwise.model.roles import DECAYED
from paramwise.model.settled import settled

from odd import Odd, X, weights


class Mode(enum.Enum):
    """How a layer combines its input with its weight."""

    GAIN = "gain"
    PRODUCT = "product"


class Branched(Odd):
    """A flag says whether the weight multiplies as a matrix."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.product, self.q = product, weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.product:
            return x @ self.q
        return (x[:, None] * self.q).mean(1)


class Configured(Odd):
    """The flag stands in a configuration, and more than it decides."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.config, self.q = SimpleNamespace(product=product, depth=2), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x @ self.q if x.ndim == 2 and self.config.product else x * self.q
        return y if self.config.depth < 3 else y * self.q


class Enumerated(Odd):
    """A mode is a member of an enumeration."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.mode, self.q = Mode.PRODUCT if product else Mode.GAIN, weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.q if self.mode is Mode.PRODUCT or self.mode == Mode.PRODUCT else x * self.q


class Matched(Odd):
    """A mode is a text in a match statement."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.mode, self.q = "mm" if product else "mul", weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        match self.mode:
            case "mm" | "matmul":
                return x @ self.q
            case _:
                return x * self.q


class Tabled(Odd):
    """A function is chosen in the constructor."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.combine = {True: torch.matmul, False: torch.mul}[product]
        self.q = weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.combine(x, self.q)


class Absent(Odd):
    """Whether there is a gate decides what the weight is."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.gate = None if product else nn.Linear(8, 8)
        self.q = weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.gate is not None:
            return self.gate(x) * self.q
        return F.linear(x, self.q)


class Handed(Odd):
    """Each branch hands on to a method of its own."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.product, self.q = product, weights(8, 8)

    def mapped(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.q

    def scaled(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.q

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.mapped(x) if self.product else self.scaled(x)


class Kept(Handed):
    """The constructor keeps the method that it chooses."""

    def __init__(self, product: bool = True) -> None:
        super().__init__(product)
        self.way = self.mapped if product else self.scaled

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.way(x)


class Written(Odd):
    """The equation of an einsum is a setting."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.equation, self.q = "bd,ed->be" if product else "bd,bd->bd", weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.einsum(self.equation, x, self.q)


class Lambdas(Odd):
    """A lambda is a setting."""

    def __init__(self, product: bool = True) -> None:
        super().__init__()
        self.q, self.twice = weights(8, 8), (lambda weight: weight * 2)
        self.join = F.linear if product else torch.mul

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.join(x, self.twice(self.q))


SWITCHED = [Handed, Kept, Written, Lambdas, Branched, Configured, Enumerated, Matched, Tabled, Absent]


@pytest.mark.parametrize("product", [True, False])
@pytest.mark.parametrize("made", SWITCHED, ids=lambda cls: cls.__name__)
def test_a_setting_tells_which_use_counts(made: Callable[[bool], Odd], product: bool) -> None:
    assert told(made(product))["q"] is product


class ByDescription(Odd):
    """Names stand in a list of dictionaries."""

    RIGHT: ClassVar = {"core_a": True, "core_b": True, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.parts = [{"name": "core_a", "kind": "core"}, {"name": "shift", "kind": "add"}, {"name": "core_b"}]
        for part in self.parts:
            self.register_parameter(part["name"], weights(8, 8) if "core" in part["name"] else weights(4, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for part in self.parts:
            tensor = getattr(self, part["name"])
            x = x + tensor if part.get("kind") == "add" else x @ tensor
        return x


class ByNumber(Odd):
    """Formatted names, by variables of the loop; the last layer has no gain."""

    RIGHT: ClassVar = {"w_0": True, "w_1": True, "g_0": False}

    def __init__(self) -> None:
        super().__init__()
        self.n = 2
        for number in range(self.n):
            setattr(self, f"w_{number}", weights(8, 8))
        self.g_0 = weights(4, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number in range(self.n):
            key = f"w_{number}"
            x = x @ getattr(self, key)
            if number < self.n - 1:
                x = x * self._parameters[f"g_{number}"]
        return x


class PlainLists(Odd):
    """Plain lists and a plain dictionary hold what is registered under other names."""

    RIGHT: ClassVar = {"map_0": True, "map_1": True, "add_0": False, "add_1": False, "up": True, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        for number in range(2):
            self.register_parameter(f"map_{number}", weights(8, 8))
            self.register_parameter(f"add_{number}", weights(4, 8))
        self.maps, self.adds = [self.map_0, self.map_1], [self.add_0, self.add_1]
        self.up, self.shift = weights(8, 8), weights(4, 8)
        self.parts = {"up": self.up, "shift": self.shift}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for a, b in zip(self.maps, self.adds, strict=True):
            x = torch.relu(x @ a + b)
        return x @ self.parts["up"] + self.parts["shift"]


class Comprehended(Odd):
    """Comprehensions over names."""

    RIGHT: ClassVar = {"head_a": True, "head_b": True, "mix_a": False, "mix_b": False}

    def __init__(self) -> None:
        super().__init__()
        self.keys = ("a", "b")
        for key in self.keys:
            setattr(self, f"head_{key}", weights(8, 8))
            setattr(self, f"mix_{key}", weights(4, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        heads = {key: x @ getattr(self, f"head_{key}") for key in self.keys}
        return sum(heads[key] * getattr(self, f"mix_{key}") for key in self.keys)


class ByAnyName(Odd):
    """The names come with the data: what no code names is used as all that is read so."""

    RIGHT: ClassVar = {"left": True, "right": True}

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = weights(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor, order: tuple[str, ...] = ("left", "right")) -> torch.Tensor:
        for name in order:
            x = x @ getattr(self, name)
        return x


NAMED = [ByDescription, ByNumber, PlainLists, Comprehended, ByAnyName]


@pytest.mark.parametrize("made", NAMED, ids=lambda cls: cls.__name__)
def test_names_that_the_constructor_makes_are_read(made: Callable[[], Odd]) -> None:
    made().forward(X)
    assert told(made()) == made().RIGHT


class Renamed(Odd):
    """Variables change in branches, in functions and by additions: what they were before decides nothing."""

    RIGHT: ClassVar = {"w_0": True, "w_1": False, "w_2": True}

    def __init__(self) -> None:
        super().__init__()
        self.w_0, self.w_1, self.w_2 = weights(8, 8), weights(4, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        name, number = "w_0", 0
        if x.ndim > 2:
            name = "w_1"
        elif x.ndim < 1:
            x = x @ getattr(self, name)

        def mapped(x: torch.Tensor, name: str) -> torch.Tensor:
            return x @ getattr(self, name)

        number += 1
        return mapped(mapped(x, name), "w_2") + getattr(self, f"w_{number}")


def test_variables_that_change_are_not_taken_for_what_they_were() -> None:
    plan = pw.plan(Renamed(), "default", lr=1e-3, weight_decay=0.1)
    doubted = {name for finding in plan.check() for name in finding.names}
    wrong = {one.name for one in plan.catalog if (one.role in DECAYED) is not Renamed.RIGHT[one.name]}
    assert wrong <= doubted


class Calibrated(Branched):
    """A method of the class turns the flag: both branches may run."""

    def calibrate(self) -> None:
        self.product = not self.product


def test_what_a_method_changes_is_not_settled() -> None:
    assert settled(Calibrated, answers(Calibrated, Calibrated())) is settled(Calibrated)


class Dropped(Odd):
    """A branch for training alone, and one that this module never runs and which alone reads a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.spare, self.used = weights(8, 8), weights(8, 8), False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.used:
            x = x @ self.spare
        return x @ self.q if self.training else x * self.q


def test_training_is_not_settled_and_what_only_another_branch_reads_is_read_there() -> None:
    assert told(Dropped().train()) == told(Dropped().eval()) == {"q": True, "spare": True}


class Numbered(Odd):
    """A layer that knows its number, and does otherwise in the first one."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.q = number, weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.q if self.number == 0 else x @ self.q


def test_modules_for_which_the_same_is_decided_share_a_form() -> None:
    layers = nn.ModuleList([Numbered(number) for number in range(40)])
    forms = {settled(Numbered, answers(Numbered, layer)) for layer in layers}
    assert len(forms) == 2
    assert [parameter.role for parameter in pw.read(layers)] == ["scale"] + ["matrix"] * 39


class Hostile:
    """An object that nobody may look at."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __bool__(self) -> bool:
        raise AssertionError

    __hash__ = None  # type: ignore[assignment]


class Hidden(Hostile):
    """An object that nobody may ask for its class."""

    @property
    def __class__(self) -> type:
        raise AssertionError


class Slotted(Hostile):
    """An object without a dictionary of attributes."""

    __slots__ = ("thing",)


class Watched(dict[str, object]):
    """A dictionary that nobody may look into."""

    def __iter__(self) -> Any:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError

    def items(self) -> Any:
        raise AssertionError


class Held(Odd):
    """Holds such an object, and asks it."""

    def __init__(self) -> None:
        super().__init__()
        self.held, self.q, self.kinds = Hostile(), weights(8, 8), [Hidden(), Slotted()]
        self.table, self.slot = Watched(mode=Slotted()), Slotted()

    @property
    def flag(self) -> bool:
        raise AssertionError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.held is None or self.held.thing or self.held == 3 or self.flag or self.kinds[0] == "mul":
            return x
        if self.table["mode"] == 1 or self.slot.thing or self.slot:
            return x * self.q
        for kind in self.kinds:
            x = x @ getattr(self, kind.name, self.q)
        return x


def test_nothing_is_run_to_read_a_setting() -> None:
    assert len(pw.read(Held())) == 1


class Heavy(Odd):
    """Holds more than anybody should look through, and a list that holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.grid: list[Any] = [1.0] * 60
        for _ in range(5):
            self.grid = [self.grid] * 60
        self.loop: list[Any] = []
        self.loop.append(self.loop)
        self.names, self.q = [f"n{number}" for number in range(100_000)], weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.grid[0][0] and self.loop:
            return x @ self.q
        return x + sum(getattr(self, name) for name in self.names)


def test_large_settings_are_not_looked_through() -> None:
    assert sum(map(size, answers(Heavy, Heavy()))) < 1000
    assert told(Heavy()) == {"q": True}


def size(value: Any) -> int:
    """How many items an answer holds."""
    return 1 + sum(map(size, value)) if isinstance(value, tuple) else 1


def test_long_expressions_do_not_stop_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = " + self.q" * 900
    code = "import torch\nfrom torch import nn\nclass Deep(nn.Module):\n    def __init__(self):\n"
    code += "        super().__init__()\n        self.q, self.flag = nn.Parameter(torch.ones(8, 8)), True\n"
    code += f"    def forward(self, x):\n        if self.flag:\n            return x @ self.q\n        return x{terms}"
    (tmp_path / "deep_code.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    assert [parameter.role for parameter in pw.read(importlib.import_module("deep_code").Deep())] == ["matrix"]


class Long(Odd):
    """More turns than are written out: names are read as before."""

    def __init__(self) -> None:
        super().__init__()
        self.n = 40
        for number in range(self.n):
            setattr(self, f"w{number}", weights(8, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number in range(self.n):
            x = torch.tanh(x @ getattr(self, f"w{number}"))
        return x


def test_long_loops_are_read_by_the_form_of_the_names() -> None:
    assert set(told(Long()).values()) == {True}


def told(model: nn.Module) -> dict[str, bool]:
    """What decays, of a plan without a finding about roles."""
    plan = pw.plan(model, "default", lr=1e-3, weight_decay=0.1)
    assert not [finding for finding in plan.check() if finding.code in ("PW108", "PW109")]
    return {parameter.name: parameter.role in DECAYED for parameter in plan.catalog}
