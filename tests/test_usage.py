"""How the source of a class is read: each use of an attribute, and how far a value is followed."""

import functools
import sys
from importlib import import_module
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

import paramwise as pw
from paramwise.model.usage import uses


class Plain:
    """One method for each way to use a value; no method is ever run."""

    def forward(self, x, ids, style):  # type: ignore[no-untyped-def]
        F.linear(x, self.linear)
        F.conv2d(x, weight=self.convolution)
        F.linear(x, self.with_bias, bias=self.bias)
        torch.addmm(self.added_first, x, x)
        x @ self.product
        torch.einsum("ij,jk", x, self.einsum)
        F.embedding(ids, self.embedding)
        x + self.indexed[ids]
        x * self.gain
        x * (1 + self.gain_from_zero)
        F.layer_norm(x, (4,), self.layer_norm, self.layer_norm_bias)
        F.layer_norm(x, (4,), None, self.fourth_argument)
        x - self.shift
        torch.cat((self.token.expand(2, -1), x))
        self.layer(self.fed)
        x.to(self.only_its_dtype.dtype)
        F.linear(x, self.constrain_weight(self.constrained))
        functools.partial(F.linear, weight=self.fixed)(x)
        joined(x, self.joined)
        x.pow(2).sum(1, keepdim=True) - 2 * x @ self.codes.t() + self.codes.pow(2).sum(1)
        x @ self.penalised + self.penalised.pow(2).sum()
        F.linear_spline(x, heights=self.heights)
        torch.randn_like(self.shape_alone) * x
        F.scaled_dot_product_attention(self.queries, x, x)
        F.cosine_similarity(x, self.directions)
        torch.cdist(x, self.centres)
        print(self.unknown)

    def _followed(self, x, style):  # type: ignore[no-untyped-def]
        turned = self.variable.t()
        x @ turned
        x @ self.expert[3]
        self._scaled(x, self.argument)
        self._scaled(x, by=self.keyword)
        scaled(x, self.function)
        for weight in self.members:
            x @ weight
        [x @ weight for weight in self.comprehended]
        for weight, other in zip(self.zipped, reversed(self.turned), strict=True):
            x @ weight @ other
        F.linear(x, self.factor * self.other_factor)
        F.linear(x, F.normalize(self.normalised))
        F.conv2d(x, self.modulated * style)
        weight = x.exp()
        weight *= self.augmented

    def _scaled(self, x, by):  # type: ignore[no-untyped-def]
        return x * by

    def extra_repr(self) -> str:
        return f"{self.shown @ self.shown}"  # type: ignore[attr-defined]


def joined(x, part):  # type: ignore[no-untyped-def]
    """A weight is put together from parts that are arguments."""
    return torch.mm(x, torch.cat([part, -part]))


def scaled(x, by):  # type: ignore[no-untyped-def]
    return x * by


EXPECTED = {
    "linear": "kernel",
    "convolution": "kernel",
    "with_bias": "kernel",
    "bias": "sum",
    "added_first": "sum",
    "product": "product",
    "einsum": "product",
    "embedding": "embedded",
    "indexed": "rows",
    "gain": "gain",
    "gain_from_zero": "gain",
    "layer_norm": "gain",
    "layer_norm_bias": "sum",
    "fourth_argument": "sum",
    "shift": "sum",
    "token": "table",
    "fed": "table",
    "variable": "product",
    "expert": "product",
    "argument": "gain",
    "keyword": "gain",
    "function": "gain",
    "members": "product",
    "comprehended": "product",
    "zipped": "product",
    "turned": "product",
    "factor": "factor",
    "other_factor": "factor",
    "normalised": "kernel",
    "modulated": "factor",
    "augmented": "gain",
    "constrained": "kernel",
    "fixed": "kernel",
    "joined": "factor",
    "codes": "compared",
    "penalised": "product",
    "queries": "table",
    "directions": "product",
    "centres": "sum",
}


@pytest.mark.parametrize("attribute", EXPECTED)
def test_each_way_to_use_a_value_is_told(attribute: str) -> None:
    assert uses(Plain).get(attribute) == EXPECTED[attribute]


@pytest.mark.parametrize("attribute", ["only_its_dtype", "unknown", "shown", "_scaled", "heights", "shape_alone"])
def test_what_is_not_a_use_is_not_one(attribute: str) -> None:
    """A dtype, an argument of an unknown function, what is only printed, a method."""
    assert attribute not in uses(Plain)


class Strongest:
    def forward(self, x, ids):  # type: ignore[no-untyped-def]
        return x + self.tied, x @ self.tied, x * self.added + self.added


def test_of_several_uses_the_strongest_counts() -> None:
    assert uses(Strongest) == {"tied": "product", "added": "gain"}


class WithItsLoss(nn.Module):
    """What a loss and the start of training do with a parameter is not its use."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._mixed(x * self.slope)

    def _mixed(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.mixing + self.only_read

    def penalty(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.mixing.abs() + x @ self.aside

    def fit(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.slope


def test_a_use_in_the_forward_pass_counts_before_others() -> None:
    found = uses(WithItsLoss)
    assert found == {"slope": "gain", "mixing": "product", "only_read": "sum", "aside": "product"}
    assert not found.mixed


class Base(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.inherited + self.overridden


class Derived(Base):
    def helper(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.own


class Overriding(Base):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.overridden


def test_inherited_methods_are_read_and_overridden_ones_are_not() -> None:
    assert uses(Derived) == {"inherited": "gain", "overridden": "sum", "own": "product"}
    assert uses(Overriding) == {"overridden": "product"}


class Deep:
    def forward(self, x):  # type: ignore[no-untyped-def]
        a = self.followed
        b = a
        c = b
        x @ c
        p = self.lost
        q = p
        r = q
        s = r
        t = s
        u = t
        a = u
        b = a
        c = b
        d = c
        e = d
        f = e
        x @ f


def test_a_value_is_followed_through_eleven_variables_and_no_further() -> None:
    assert uses(Deep) == {"followed": "product"}


class Circular:
    def forward(self, x):  # type: ignore[no-untyped-def]
        return self.again(x, self.weight)

    def again(self, x, weight):  # type: ignore[no-untyped-def]
        return self.again(x, weight)


def test_methods_that_call_each_other_come_to_an_end() -> None:
    assert uses(Circular).get("weight") is None


def test_without_source_nothing_is_told() -> None:
    made: dict[str, type] = {}
    exec("class Made:\n    def forward(self, x): return x @ self.weight", made)
    assert uses(made["Made"]) == {}
    assert uses(nn.Linear) == {}  # torch's own: its class is known, see roles


def function_of_two(x, readout):  # type: ignore[no-untyped-def]
    return x @ readout


class Bank:
    """Hands out its filters; another class uses them."""

    def filters(self):  # type: ignore[no-untyped-def]
        return self._filters


class Hidden:
    """Uses that stand at one remove; no method is ever run."""

    def masked(self):  # type: ignore[no-untyped-def]
        return self.returned * self.mask

    @property
    def scaled(self):  # type: ignore[no-untyped-def]
        return 2 * self.read_as_property

    def forward(this, x):  # type: ignore[no-untyped-def]  # noqa: N805
        F.linear(x, this.masked())
        F.linear(x, this.scaled)
        F.conv1d(x, this.bank.filters())
        x @ this.flat[:12].view(4, 3)
        (x[:, None] * this.multiplied_then_summed).sum(-1)
        (x * this.gain).sum()
        [torch.sum(this.row_by_row[i] * x) for i in range(3)]
        scaled = this.in_two_sums * x
        torch.sum(scaled * this.reversal, 1), torch.sum(scaled, 1), scaled.dim()
        torch.einsum("bld,ds->blsd", x, this.outer)
        torch.einsum("b d, d e -> b e", x, this.contracted)
        contract("b d, d e -> b e", x, this.contracted_elsewhere)  # noqa: F821
        torch.einsum("bd,def->bef", (x, this.gates)).softmax(1)
        x @ getattr(this, "by_name")  # noqa: B009
        x @ this.parameters_by_name["of_a_dictionary"]
        up, down = this.pair
        x @ up @ down
        weight, bias = this.first_of_two, this.second_of_two
        F.conv1d(x, weight, bias=bias)
        product = x * this.summed_later
        torch.sum(product, dim=1)
        chosen = function_of_two if x else print
        chosen(x, readout=this.in_a_variable)


HIDDEN = {
    "returned": "product",
    "read_as_property": "product",
    "flat": "flat",
    "multiplied_then_summed": "product",
    "gain": "gain",
    "row_by_row": "turns",
    "in_two_sums": "product",
    "outer": "gain",
    "contracted": "product",
    "contracted_elsewhere": "product",
    "gates": "product",
    "by_name": "product",
    "of_a_dictionary": "product",
    "pair": "product",
    "first_of_two": "kernel",
    "second_of_two": "sum",
    "summed_later": "product",
    "in_a_variable": "product",
}


@pytest.mark.parametrize("attribute", HIDDEN)
def test_a_use_at_one_remove_is_read(attribute: str) -> None:
    use = uses(Hidden).get(attribute)
    multiplies = ("kernel", "product", "summed", "factor")
    assert use in multiplies if HIDDEN[attribute] == "product" else use == HIDDEN[attribute]


def test_what_a_class_hands_out_is_read_where_another_one_uses_it() -> None:
    assert uses(Bank).get("_filters") == "kernel"


class Mixing(torch.autograd.Function):
    """A function of autograd, which ``apply`` runs; it keeps what it was given on several names at once."""

    @staticmethod
    def forward(ctx, data, mix, bank, shifts):  # type: ignore[no-untyped-def]
        ctx.data, ctx.mix, ctx.bank = data, mix, bank
        return (mix @ bank) * data + mix @ shifts


def spread(value, size):  # type: ignore[no-untyped-def]
    shape = list(value.shape)
    shape[0] = size
    return value.expand(*shape)


def merged(size, value):  # type: ignore[no-untyped-def]
    """A function that calls another one: what it returns is used two calls above."""
    sizes = list(value[0].shape)
    value = spread(value, size)
    sizes[0] = sizes[0] * size
    return value.reshape(*sizes)


class Winding:
    """Uses behind functions of autograd, helpers, methods of tensors and constraints; no method is ever run."""

    def sample(self):  # type: ignore[no-untyped-def]
        deviation = F.softplus(self.spread_raw).clamp_min(1e-6)
        noise = torch.randn_like(deviation)
        return deviation.mul(noise).add(self.centre)

    def bend(self, values):  # type: ignore[no-untyped-def]
        return torch.matmul(F.softplus(self.curve), values) + self.shift

    def penalty(self):  # type: ignore[no-untyped-def]
        return self.bend(self.edges).abs().sum()

    def forward(self, x, mix):  # type: ignore[no-untyped-def]
        kernels = (mix[:, :, None, None] * self.summed_bank).sum(1)
        F.linear(x, kernels)
        Mixing.apply(x, mix, self.bank, self.shifts) * self.gain_after
        x @ merged(len(x), self.spread_twice)
        x + merged(len(x), self.added_after)
        F.linear(x, self.sample())
        x.mul(self.method_summed).sum(-1)
        x.mul(self.method_gain).add(self.method_sum).matmul(self.method_product)
        F.conv2d(x, self.gamma_param(self.constrained).reshape(4, 4, 1, 1))
        [torch.einsum("dm,de->em", part, self.in_a_comprehension) for part in x]
        torch.stack(tuple(part @ self.in_a_generator for part in x))
        self.bend(x)
        (lambda part: part @ self.in_a_lambda)(x)


WINDING = {
    "spread_raw": {"curve"},
    "centre": {"kernel", "factor"},
    "curve": {"curve"},
    "edges": {"table"},
    "summed_bank": {"summed"},
    "bank": {"product"},
    "shifts": {"product"},
    "gain_after": {"gain"},
    "spread_twice": {"product", "flat"},
    "added_after": {"sum"},
    "method_summed": {"summed"},
    "method_gain": {"gain"},
    "method_sum": {"sum"},
    "method_product": {"product"},
    "constrained": {"kernel", "flat"},
    "in_a_comprehension": {"product"},
    "in_a_generator": {"product"},
    "in_a_lambda": {"product"},
}


@pytest.mark.parametrize("attribute", WINDING)
def test_a_winding_use_is_followed_to_its_end(attribute: str) -> None:
    assert uses(Winding).get(attribute) in WINDING[attribute]


class Lost:
    """A gain, as far as it is followed, behind more steps than are followed; no method is ever run."""

    def forward(self, x):  # type: ignore[no-untyped-def]
        first = self.far * 2
        second = first * 2
        third = second * 2
        fourth = third * 2
        fifth = fourth * 2
        sixth = fifth * 2
        seventh = sixth * 2
        eighth = seventh * 2
        ninth = eighth * 2
        tenth = ninth * 2
        eleventh = tenth * 2
        twelfth = eleventh * 2
        return x @ twelfth


def test_what_is_not_followed_to_its_end_is_not_told() -> None:
    assert uses(Lost).get("far") is None


class Places:
    """Products before a softmax, over the places of the data or over the weight's own rows; no method is ever run."""

    def forward(self, x):  # type: ignore[no-untyped-def]
        F.softmax(self.queries @ x.transpose(1, 2), dim=-1)
        (self.seeds @ x.t()).softmax(1)
        F.softmax(torch.matmul(self.mixing, x.sigmoid()), dim=1)
        torch.einsum("qd,bnd->bqn", self.written, x).softmax(2)
        torch.einsum("qd,bnd->bqn", self.competing, x).softmax(1)
        hidden = torch.tanh(self.competing @ x.mT)
        keys = x.view(2, 3, 4)
        keys = keys.transpose(1, 2)
        F.softmax(self.asking @ keys, dim=-1)
        F.softmax(torch.matmul(self.scoring, hidden), dim=-1)


@pytest.mark.parametrize(
    ("attribute", "use"),
    [
        ("queries", "table"),
        ("seeds", "table"),
        ("mixing", "product"),
        ("written", "table"),
        ("competing", "product"),
        ("scoring", "product"),
        ("asking", "table"),
    ],
)
def test_a_query_is_told_by_the_places_that_compete(attribute: str, use: str) -> None:
    assert uses(Places).get(attribute) == use


class Drawn:
    """Distributions, of a property and of a method; no method is ever run."""

    @property
    def weight(self):  # type: ignore[no-untyped-def]
        return Normal(self.mean, self.spread)  # noqa: F821

    def shift(self):  # type: ignore[no-untyped-def]
        return Laplace(loc=self.centre, scale=self.width.exp())  # noqa: F821

    def forward(self, x):  # type: ignore[no-untyped-def]
        return self.weight.mean @ x + self.shift().rsample() + F.linear(x, self.weight.rsample())


def test_what_is_drawn_from_a_distribution_lies_about_its_mean() -> None:
    assert uses(Drawn) == {
        "weight": "kernel",
        "mean": "kernel",
        "spread": "curve",
        "centre": "sum",
        "width": "sum",
    }


class Unread:
    """Values that code takes which is not understood, and values that nothing is made of; no method is ever run."""

    def forward(self, x):  # type: ignore[no-untyped-def]
        x = x + self.added
        self.somewhere = self.added
        x = strange(x * self.gain, self.given)  # noqa: F821
        x = torch.hypot(x, self.moved)
        parts = [one @ self.listed for one in (x, x)]
        if self.asked is not None and self.asked.shape[0] > 1:
            print(self.printed.data.mean())
            self.filled.data.normal_()
        return sum(parts).to(self.typed)

    def items(self):  # type: ignore[no-untyped-def]
        yield self.yielded


def test_what_is_not_understood_is_known_as_such() -> None:
    assert uses(Unread).unread >= {"added", "given", "moved", "yielded"}
    assert not uses(Unread).unread & {"gain", "listed", "asked", "filled", "typed"}
    assert uses(Unread).get("added") == "sum"


HOLDS = """
import torch
from torch import nn

class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.free = nn.Parameter(torch.randn(3, 4))
        self.register_buffer("mask", torch.ones(3, 4))

    def forward(self):
        return self.free * self.mask.to(self.free.dtype)
"""
USES_IT = """
from torch import nn
from torch.nn import functional as F
from holding.params import Held

class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.held = Held()

    def forward(self, x):
        return F.linear(x, self.held())
"""


def test_a_module_that_hands_out_its_weight_is_read_where_another_file_of_the_package_calls_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "holding"
    package.mkdir()
    for name, text in {"__init__": "", "params": HOLDS, "layers": USES_IT}.items():
        (package / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        layer = import_module("holding.layers").Layer()
        assert [(one.name, one.role) for one in pw.read(layer)] == [("held.free", "matrix")]
        assert not [one for one in pw.plan(layer).check() if one.code in ("PW108", "PW109")]
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "holding"]:
            del sys.modules[name]


NESTED = f"""
import torch
from torch import nn

class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.free = nn.Parameter(torch.randn(3, 4))

    def forward(self, x):
        return x @ self.free{".relu()" * 400}
"""


def test_code_that_is_nested_too_deeply_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding says so; no exception reaches whoever asks for a plan."""
    (tmp_path / "nested_deeply.py").write_text(NESTED)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        model = nn.Sequential(nn.Linear(3, 3), import_module("nested_deeply").Deep())
        found = pw.plan(model).check()
        assert [one.names for one in found if one.code in ("PW108", "PW109")] == [("1.free",)]
    finally:
        del sys.modules["nested_deeply"]
