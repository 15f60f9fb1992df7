"""`trace`: what one forward pass tells of the use of each parameter."""

import copy
import json
import random
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn.utils import parametrizations
from torch.utils.checkpoint import checkpoint

import paramwise as pw
from paramwise.model.evidence import Evidence, role_told

import models

DECAYED = {"matrix", "embedding", "head", "router"}


def uses(evidence: Evidence) -> dict[str, str]:
    """The first use of each parameter."""
    return {name: told.witnesses[0].use if told.witnesses else "" for name, told in evidence.parameters.items()}


def only(evidence: Evidence) -> str:
    """The use of a single parameter, however often it was seen."""
    (found,) = {witness.use for told in evidence.parameters.values() for witness in told.witnesses}
    return found


def weight(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(shape))


class Layer(nn.Module):
    """One parameter and a function of it and the data."""

    def __init__(self, shape: tuple[int, ...], code: Callable[..., object], *names: str) -> None:
        super().__init__()
        self.names = names or ("p",)
        for name in self.names:
            self.register_parameter(name, weight(*shape))
        self.code = code

    def forward(self, *data: torch.Tensor) -> object:
        return self.code(*data, *(getattr(self, name) for name in self.names))


# --- torch's own layers -----------------------------------------------------------------------------------------------

X = torch.randn(3, 5, 8)
IDS = torch.tensor([[1, 2, 0]])
LAYERS = {
    "linear": (lambda: nn.Linear(8, 4), (X,), {"weight": "product", "bias": "sum"}),
    "linear without a bias": (lambda: nn.Linear(8, 1, bias=False), (X,), {"weight": "product"}),
    "bilinear": (lambda: nn.Bilinear(8, 8, 3), (X, X), {"weight": "product", "bias": "sum"}),
    "conv": (lambda: nn.Conv1d(5, 5, 3), (X,), {"weight": "product", "bias": "sum"}),
    "depthwise conv": (lambda: nn.Conv1d(5, 5, 3, groups=5), (X,), {"weight": "product", "bias": "sum"}),
    "transposed conv": (lambda: nn.ConvTranspose1d(5, 2, 3), (X,), {"weight": "product", "bias": "sum"}),
    "embedding": (lambda: nn.Embedding(9, 4), (IDS,), {"weight": "lookup"}),
    "embedding with a largest norm": (lambda: nn.Embedding(9, 4, max_norm=0.1), (IDS,), {"weight": "lookup"}),
    "bag": (lambda: nn.EmbeddingBag(9, 4), (IDS,), {"weight": "lookup"}),
    "layer norm": (lambda: nn.LayerNorm(8), (X,), {"weight": "gain", "bias": "sum"}),
    "batch norm": (lambda: nn.BatchNorm1d(5), (X,), {"weight": "gain", "bias": "sum"}),
    "group norm": (lambda: nn.GroupNorm(1, 5), (X,), {"weight": "gain", "bias": "sum"}),
    "instance norm": (lambda: nn.InstanceNorm1d(5, affine=True), (X,), {"weight": "gain", "bias": "sum"}),
    "rms norm": (lambda: nn.RMSNorm(8), (X,), {"weight": "gain"}),
    "prelu": (lambda: nn.PReLU(5), (X,), {"weight": "gain"}),
    "weight norm": (
        lambda: parametrizations.weight_norm(nn.Linear(8, 4, bias=False)),
        (X,),
        {"parametrizations.weight.original0": "gain", "parametrizations.weight.original1": "product"},
    ),
    "spectral norm": (
        lambda: parametrizations.spectral_norm(nn.Linear(8, 4, bias=False)),
        (X,),
        {"parametrizations.weight.original": "product"},
    ),
    "orthogonal": (
        lambda: parametrizations.orthogonal(nn.Linear(8, 4, bias=False)),
        (X,),
        {"parametrizations.weight.original": "product"},
    ),
    "keys and values beside the sequence": (
        lambda: nn.MultiheadAttention(8, 2, add_bias_kv=True, bias=False),
        (X, X, X),
        {"in_proj_weight": "product", "bias_k": "token", "bias_v": "token", "out_proj.weight": "product"},
    ),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_a_layer_of_torch_uses_its_parameters_as_its_documentation_says(name: str, training: bool) -> None:
    make, data, expected = LAYERS[name]
    assert uses(pw.trace(make().train(training), *data)) == expected


@pytest.mark.parametrize("make", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_layers_multiply_by_their_matrices_and_add_their_biases(make: type[nn.RNNBase]) -> None:
    for layer in (make(8, 4, num_layers=2, bidirectional=True), make(8, 4).to("meta")):
        for name, use in uses(pw.trace(layer, X)).items():
            assert use == ("sum" if "bias" in name else "product"), name


@pytest.mark.parametrize("training", [True, False])
def test_the_fast_path_of_a_transformer_tells_what_the_slow_one_tells(training: bool) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).train(training)
    evidence = pw.trace(layer, X)
    assert (evidence.operations == 1) is not training  # the fast path is a single operation
    assert evidence.differences == evidence.untouched == {}
    assert uses(evidence)["norm1.weight"] == "gain"


# --- ways to write a use ----------------------------------------------------------------------------------------------

M = torch.randn(4, 8)
ODD = torch.randn(4, 1, 6)
WAYS: dict[str, tuple[tuple[int, ...], Callable[..., object], tuple[torch.Tensor, ...], str]] = {
    "matmul": ((8, 5), lambda x, p: x @ p, (M,), "product"),
    "matmul from the left": ((5, 4), lambda x, p: p @ x, (M,), "product"),
    "einsum": ((8, 5), lambda x, p: torch.einsum("bd,de->be", x, p), (M,), "product"),
    "einsum with more operands' letters": ((1, 8, 5), lambda x, p: torch.einsum("bd,pde->pbe", x, p), (M,), "product"),
    "einsum without a sum": ((8, 5), lambda x, p: torch.einsum("bd,ds->bsd", x, p), (M,), "gain"),
    "tensordot": ((8, 5), lambda x, p: torch.tensordot(x, p, dims=([-1], [0])), (M,), "product"),
    "with noise of its own shape": ((8, 5), lambda x, p: x @ (p + 0.1 * torch.randn_like(p)), (M,), "product"),
    "a spread of noise": ((8, 5), lambda x, p: x @ (torch.ones(8, 5) + p * torch.randn(8, 5)), (M,), "gain"),
    "columns before a softmax over places": (
        (8, 5),
        lambda x, p: torch.einsum("bd,de->be", x, p).softmax(0).T @ x,
        (M,),
        "product",
    ),
    "distances": ((5, 8), torch.cdist, (M,), "sum"),
    "views of a flat vector": ((40,), lambda x, p: (x @ p.view(8, 5), x[:, :4] @ p[:20].view(4, 5)), (M,), "product"),
    "multiply, then sum": ((5, 8), lambda x, p: (x[:, None] * p).sum(-1), (M,), "product"),
    "multiply, then mean of a view": ((5, 8), lambda x, p: (x[:, None] * p).transpose(1, 2).mean(1), (M,), "product"),
    "multiply, then sum of flattened": ((5, 8), lambda x, p: (x[:, None] * p).reshape(4, -1).sum(1), (M,), "product"),
    "multiply, then sum over the batch": ((8,), lambda x, p: (x * p).sum(0), (M,), "gain"),
    "a gain before a mean": ((8,), lambda x, p: (y := x * p, (y - y.mean(-1, keepdim=True)).relu()), (M,), "gain"),
    "projected on a vector": ((8,), lambda x, p: x @ p, (M,), "direction"),
    "a mixture of kernels": ((4, 2, 8), lambda x, p: F.linear(x, (x[0, :4].view(4, 1, 1) * p).sum(0)), (M,), "product"),
    "modulated": ((1, 6, 1, 3), lambda x, p: F.conv1d(x, (p * x[0].view(1, 1, 6)[..., :3])[0]), (ODD,), "product"),
    "a kernel beside a dynamic one": ((2, 1, 3), lambda x, p: F.conv1d(x, p + x[:2, :, :3]), (ODD,), "product"),
    "taps beside dynamic ones": ((6, 3), lambda x, p: ((p + x[0, 0, :3]) * x[1, 0, 3:]).sum(-1), (ODD,), "product"),
    "a first state of zeros": ((8, 8), lambda x, p: x + torch.zeros(4, 8, device=p.device) @ p, (M,), "direction"),
    "scaled at random by about one": (
        (5, 8),
        lambda x, p: F.linear(x, p * (1 + 0.1 * torch.randn(5, 8, device=p.device))),
        (M,),
        "product",
    ),
    "a memory that attention reads": ((4, 8), lambda x, p: (x @ x.mT).softmax(-1) @ p, (M,), "token"),
    "a memory that is read in a sum": (
        (4, 8),
        lambda x, p: ((x @ x.mT).softmax(-1)[..., None] * p).sum(1),
        (M,),
        "token",
    ),
    "relative values": ((4, 8), lambda x, p: F.pad((x @ x.mT).softmax(-1)[:, 1:], (0, 1)) @ p, (M,), "token"),
    "what mixes heads": (
        (2, 3),
        lambda x, p: torch.einsum("hij,hg->gij", (x.view(2, 2, 8) @ x.view(2, 2, 8).mT).softmax(-1), p),
        (M,),
        "product",
    ),
    "kernels that attention mixes": (
        (4, 40),
        lambda x, p: F.linear(x, ((x @ x.mT).softmax(-1) @ p)[0].view(5, 8)),
        (M,),
        "product",
    ),
    "matrices that attention mixes": (
        (4, 64),
        lambda x, p: torch.bmm(x[:, None], ((x @ x.mT).softmax(-1) @ p).view(-1, 8, 8)),
        (M,),
        "product",
    ),
    "modulated and transposed": (
        (1, 2, 6, 3),
        lambda x, p: F.conv_transpose1d(x, (p * x[:2, 0, :1, None, None]).transpose(1, 2).reshape(12, 2, 3)),
        (torch.randn(2, 12, 5),),
        "product",
    ),
    "modulated in batches": ((8, 5), lambda x, p: torch.bmm(x[:, None], x[:, :, None] * p), (M,), "product"),
    "rotated keys": ((4, 8), lambda x, p: torch.bmm(x[None], (x[None] * p.cos()).mT), (M,), "gain"),
    "rotated by pairs": ((8,), lambda x, p: _turned(x * p).square(), (M,), "gain"),
    "a triangle of a flat vector": ((28,), lambda x, p: F.linear(x, _triangle(p)), (M,), "product"),
    "masked": ((8, 8), lambda x, p: F.linear(x, p * torch.ones(8, 8).tril()), (M,), "product"),
    "rounded": ((5, 8), lambda x, p: F.linear(x, (p * 7).round() / 7), (M,), "product"),
    "standardised": ((5, 8), lambda x, p: F.linear(x, (p - p.mean(1, True)) / p.std(1, keepdim=True)), (M,), "product"),
    "complex": ((4, 8, 2), lambda x, p: (torch.fft.fft(x) * torch.view_as_complex(p)).sum(-1), (M,), "product"),
    "in place": ((4, 8), lambda x, p: x.clone().mul_(p), (M,), "gain"),
    "added in place": ((8,), lambda x, p: x.clone().add_(p), (M,), "sum"),
    "one plus a gain": ((8,), lambda x, p: x * (1 + p), (M,), "gain"),
    "a number of the data": ((), lambda x, p: x * p.exp(), (M,), "gain"),
    "decay of a state": ((8,), lambda x, p: torch.exp(-torch.exp(p) * x), (M,), "state"),
    "a softplus of weights": ((5, 8), lambda x, p: F.linear(x, F.softplus(p)), (M,), "curve"),
    "a token": ((1, 8), lambda x, p: torch.cat([p, x]), (M,), "token"),
    "a token of each sample": ((1, 1, 8), lambda x, p: torch.cat([p.expand(4, 1, 8), x[:, None]], 1), (M,), "token"),
    "a mask token": ((8,), lambda x, p: torch.where(x > 0, p, x), (M,), "token"),
    "a mask token by arithmetic": ((8,), lambda x, p: x * (1 - (x > 0).float()) + p * (x > 0).float(), (M,), "sum"),
    "written into the data": ((8,), lambda x, p: x.clone().__setitem__(0, p), (M,), "token"),
    "filled in": ((1, 8), lambda x, p: _filled(torch.empty(5, 8), p, x), (M,), "token"),
    "positions": ((9, 8), lambda x, p: x + p[: len(x)], (M,), "sum"),
    "positions before a norm": ((4, 8), lambda x, p: _rms(x + p) @ x.T, (M,), "sum"),
    "rows by number": ((9, 8), lambda i, p: p[i], (IDS,), "lookup"),
    "rows by one-hot vectors": ((9, 8), lambda i, p: F.one_hot(i, 9).float() @ p, (IDS,), "lookup"),
    "rows by the largest score": ((8, 5), lambda x, p: _one_hot(x) @ p, (M,), "lookup"),
    "experts by number": ((9, 8, 8), lambda i, p: i.float().view(3, 1, 1).expand(3, 1, 8) @ p[i[0]], (IDS,), "product"),
    "relative positions": ((7, 8), lambda x, p: torch.einsum("bd,bkd->bk", x, p[_places()]), (M,), "lookup"),
    "relative positions, sorted later": ((7, 8), lambda x, p: (x @ x.T + _sorted(x @ p.T)).softmax(-1), (M,), "token"),
    "a map of sines of positions": ((4, 8), lambda x, p: (x @ x.T + x @ (_sines() @ p).T).softmax(-1), (M,), "product"),
    "a mixture of heads": ((3, 3), lambda x, p: torch.einsum("hij,hg->gij", x @ x.mT, p).softmax(-1), (X,), "product"),
    "a skipping layer beside attention": ((8, 8), lambda x, p: (x @ x.T).softmax(-1) @ x + x @ p, (M,), "product"),
    "queries": ((1, 2, 8), lambda x, p: F.scaled_dot_product_attention(p, x[None], x[None]), (M,), "token"),
    "a query through a layer": ((2, 8), lambda x, p: F.linear(p, torch.eye(8), torch.ones(8)) @ x.T, (M,), "product"),
}  # fmt: skip


def _filled(empty: torch.Tensor, first: torch.Tensor, rest: torch.Tensor) -> torch.Tensor:
    empty[:1] = first
    empty[1:] = rest
    return empty


def _one_hot(scores: torch.Tensor) -> torch.Tensor:
    return scores.new_zeros(scores.shape).scatter_(-1, scores.argmax(-1, keepdim=True), 1.0)


def _triangle(entries: torch.Tensor) -> torch.Tensor:
    lower = entries.new_zeros(8, 8)
    rows, columns = torch.tril_indices(8, 8, -1, device=entries.device)
    lower[rows, columns] = entries
    return lower


def _places() -> torch.Tensor:
    return torch.arange(16).view(4, 4) % 7


def _sorted(products: torch.Tensor) -> torch.Tensor:
    return F.pad(products, (0, 1)).flatten()[:16].view(4, 4)


def _turned(x: torch.Tensor) -> torch.Tensor:
    return (x.view(4, 4, 1, 2) * torch.ones(4, 2, 2)).sum(-1)


def _sines() -> torch.Tensor:
    return torch.arange(16).view(4, 4).sin()


def _rms(x: torch.Tensor) -> torch.Tensor:
    return x * x.pow(2).mean(-1, keepdim=True).rsqrt()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_use_is_known_however_it_is_written(way: str, device: str) -> None:
    shape, code, data, expected = WAYS[way]
    if device == "meta" and way in (
        "a map of sines of positions",
        "rotated by pairs",
        "filled in",
        "a query through a layer",
        "masked",
        "relative positions",
    ):
        code = _with_meta_tensors(code)
    assert only(pw.trace(Layer(shape, code).to(device), *data)) == expected


def _with_meta_tensors(code: Callable[..., object]) -> Callable[..., object]:
    def coded(*given: torch.Tensor) -> object:
        with torch.device("meta"):
            return code(*given)

    return coded


def test_of_two_parameters_the_lesser_scales_or_shifts_the_other() -> None:
    layer = Layer((5, 8), lambda x, p, q, r: F.linear(x, p * q[:, :1] + r[:1]), "p", "q", "r")
    assert uses(pw.trace(layer, M)) == {"p": "product", "q": "gain", "r": "sum"}


def test_factors_of_a_weight_are_both_weights() -> None:
    factors = nn.ParameterDict({"a": weight(2, 8), "b": weight(5, 2), "w": weight(5, 8)})
    model = nn.Module()
    model.factors = factors
    for code in (
        lambda x: F.linear(x, factors["w"] + factors["b"] @ factors["a"]),
        lambda x: F.linear(x, factors["w"] * 0 + factors["b"] @ (factors["a"].T).T),
        lambda x: x @ (factors["w"] + factors["b"] @ factors["a"]).T,
    ):
        model.forward = code
        assert set(uses(pw.trace(model, M)).values()) == {"product"}
    model.forward = lambda x: F.linear(x, factors["w"] + F.linear(factors["b"], factors["a"].T.contiguous()))
    assert set(uses(pw.trace(model, M)).values()) == {"product"}


class Latents(nn.Module):
    """Learned queries go through layers before they meet the data."""

    def __init__(self, bias: bool) -> None:
        super().__init__()
        self.tokens = weight(2, 8)
        self.norm = nn.LayerNorm(8)
        self.query = nn.Linear(8, 8, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.query(self.norm(self.tokens)) @ x.transpose(-1, -2)).softmax(-1) @ x


@pytest.mark.parametrize("bias", [True, False])
def test_what_goes_through_a_layer_is_a_token_and_the_layer_has_a_matrix(bias: bool) -> None:
    found = uses(pw.trace(Latents(bias), X))
    assert found.pop("query.bias", "sum") == "sum"
    assert found == {"tokens": "token", "norm.weight": "gain", "norm.bias": "sum", "query.weight": "product"}


def test_a_tied_table_has_both_uses_and_the_role_of_its_first_owner() -> None:
    told = pw.trace(models.TiedEmbedding(), IDS)["embedding.weight"]
    assert [witness.use for witness in told.witnesses] == ["lookup", "product"]
    assert [witness.module for witness in told.witnesses] == ["embedding", "head"]
    assert told.role == "embedding"


def test_parameters_in_one_storage_are_told_apart() -> None:
    flat = torch.randn(48)
    model = Layer((1,), lambda x, p, q: x @ p + q, "p", "q")
    model.p, model.q = nn.Parameter(flat[:40].view(8, 5)), nn.Parameter(flat[40:45])
    assert uses(pw.trace(model, M)) == {"p": "product", "q": "sum"}


# --- what the pass cannot see -----------------------------------------------------------------------------------------


class Read(nn.Module):
    """Uses one parameter as a number and another not at all; one module never runs, one parameter is returned."""

    def __init__(self) -> None:
        super().__init__()
        self.number, self.idle, self.alone, self.out = (weight(1) for _ in range(4))
        self.spare = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.penalty = (self.alone**2).sum()
        return x * self.number.item(), self.out.exp()


def test_what_no_operation_showed_is_listed_with_the_reason() -> None:
    evidence = pw.trace(Read(), M)
    assert evidence.told == {}
    reasons = evidence.untouched
    assert "read as a Python number (aten._local_scalar_dense)" in reasons["number"]
    assert "the code does not use it" in reasons["idle"]
    assert reasons["alone"] == "nothing that was made of it reached the data"
    assert reasons["out"] == "the model returns it, and nothing else"
    assert reasons["spare.weight"] == "its module (Linear) did not run"
    assert "the pass did not tell 6 parameters" in str(evidence)


def test_an_operation_of_ones_own_is_read_by_the_names_of_its_arguments() -> None:
    with torch.library._scoped_library("paramwise_tests", "DEF") as library:
        library.define("fused(Tensor x, Tensor weight, Tensor bias) -> Tensor")
        library.define("odd(Tensor x, Tensor y) -> Tensor")
        library.impl("fused", lambda x, w, b: x @ w + b, "CPU")
        library.impl("odd", lambda x, y: x @ y, "CPU")
        fused = torch.ops.paramwise_tests.fused
        assert uses(pw.trace(Layer((8, 8), lambda x, p, q: fused(x, p, q[0]), "p", "q"), M)) == {
            "p": "product",
            "q": "sum",
        }
        evidence = pw.trace(Layer((8, 8), torch.ops.paramwise_tests.odd), M)
        assert evidence.untouched == {"p": "paramwise_tests.odd takes it, an operation that the trace does not know"}


class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, x: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
        return x * p

    @staticmethod
    def backward(ctx: object, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
        return grad, None


class Hidden(nn.Module):
    """Hides a product behind transforms."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how
        self.layer = nn.Linear(8, 8)
        self.gain = weight(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        match self.how:
            case "vmap":
                return torch.vmap(lambda row: self.layer(row) * self.gain)(x)
            case "autograd.Function":
                return Scaled.apply(self.layer(x), self.gain)
            case "checkpoint":
                return checkpoint(lambda y: self.layer(y) * self.gain, x, use_reentrant=False)
            case "reentrant checkpoint":
                return checkpoint(lambda y: self.layer(y) * self.gain, x.requires_grad_(), use_reentrant=True)
            case "data":
                return F.linear(x, self.layer.weight.data, self.layer.bias.detach()) * self.gain.data
            case "gradient":
                with torch.enable_grad():
                    y = (self.layer(x.requires_grad_()) * self.gain).square().sum()
                    return torch.autograd.grad(y, x)[0]
            case "autocast":
                with torch.autocast("cpu", torch.bfloat16):
                    return self.layer(x) * self.gain
            case "functional call":
                return torch.func.functional_call(self.layer, dict(self.layer.named_parameters()), (x,)) * self.gain
        raise AssertionError(self.how)


@pytest.mark.parametrize(
    "how",
    [
        "vmap",
        "autograd.Function",
        "checkpoint",
        "reentrant checkpoint",
        "data",
        "gradient",
        "autocast",
        "functional call",
    ],
)
def test_transforms_hide_nothing(how: str) -> None:
    expected = {"gain": "gain", "layer.weight": "product", "layer.bias": "sum"}
    assert uses(pw.trace(Hidden(how), M.clone())) == expected


def test_a_compiled_model_tells_what_the_plain_one_tells() -> None:
    model = models.Plain()
    compiled = torch.compile(model, backend="eager")
    assert pw.trace(compiled, IDS).as_dict() == pw.trace(model, IDS).as_dict()
    assert pw.trace(torch.compile(model, backend="aot_eager"), IDS).untouched == {}


# --- real, meta and fake ----------------------------------------------------------------------------------------------


class Branching(nn.Module):
    """Asks its data questions."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.experts = nn.Linear(8, 8), nn.ModuleList([nn.Linear(8, 8, bias=False) for _ in range(2)])
        self.norm = nn.LayerNorm(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if torch.isnan(x).any():
            raise ValueError("not a number")
        chosen = x[x.sum(-1) > -1e9]
        y = self.layer(chosen) * x.mean().item()
        for expert in self.experts:
            rows = torch.nonzero(y.sum(-1) > -1e9).squeeze(-1)
            y = y.index_add(0, rows, expert(y[rows]))
        y[y.sum(-1) > -1e9] = x.new_zeros(8)
        return self.norm(y)


def test_meta_and_fake_tensors_tell_what_real_ones_tell() -> None:
    real = pw.trace(Branching(), M)
    assert real.untouched == {}
    with FakeTensorMode() as mode:
        fake = Branching()
        data = mode.from_tensor(M)
    assert uses(pw.trace(Branching().to("meta"), M)) == uses(pw.trace(fake, data)) == uses(real)


@pytest.mark.parametrize("name", ["bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip"])
def test_models_of_transformers_are_told_whole_and_as_by_structure(name: str) -> None:
    model = models.tiny(name)
    ids, image = torch.tensor([[3, 4, 5, 6]]), torch.randn(1, 3, 8, 8)
    data = (
        {"pixel_values": image if name != "resnet" else torch.randn(1, 3, 32, 32)}
        if name in ("vit", "resnet")
        else {"input_ids": ids}
    )
    data |= {"pixel_values": image} if name == "clip" else {"decoder_input_ids": ids} if name == "t5" else {}
    real = pw.trace(model, **data)
    assert real.untouched == real.differences == {}
    with torch.device("meta"):
        empty = models.tiny(name)
    assert pw.trace(empty, **data).told == real.told


# --- nothing is changed -----------------------------------------------------------------------------------------------


class Restless(nn.Module):
    """Changes all that a forward pass can change."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = parametrizations.spectral_norm(nn.Linear(8, 8))
        self.norm = nn.BatchNorm1d(8)
        self.drop = nn.Dropout(0.5)
        self.gain = weight(8)
        self.register_buffer("calls", torch.zeros(()))
        self.register_buffer("last", None)
        self.plain, self.history, self.count = torch.zeros(8), [1], 0
        self.generator = torch.Generator().manual_seed(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        self.plain.add_(1)
        self.gain.data.mul_(2)
        self.history.append(self.count)
        self.count += 1
        self.last = x.detach() + random.random() + np.random.rand()
        self.added = nn.Linear(2, 2)
        x += torch.rand(8, generator=self.generator)
        return self.drop(self.norm(self.layer(x)) * self.gain)


def _state(model: Restless) -> dict[str, object]:
    attributes = {
        key: copy.deepcopy(value) for key, value in vars(model).items() if key in ("plain", "history", "count", "last")
    }
    return {**copy.deepcopy(model.state_dict()), **attributes, "generator": model.generator.get_state()}


def test_the_model_its_inputs_and_all_random_numbers_are_as_before() -> None:
    model, data = Restless(), torch.randn(4, 8)
    before, batch = _state(model), data.clone()
    numbers = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()
    flags = {name: module.training for name, module in model.named_modules()}
    assert pw.trace(model, data).untouched == {}
    after = _state(model)
    assert before.keys() == after.keys()
    assert not hasattr(model, "added")
    for key, value in before.items():
        assert torch.equal(after[key], value) if isinstance(value, torch.Tensor) else after[key] == value, key
    assert torch.equal(data, batch)
    assert torch.equal(numbers[0], torch.get_rng_state())
    assert numbers[1] == random.getstate()
    assert (numbers[2] == np.random.get_state()[1]).all()
    assert flags == {name: module.training for name, module in model.named_modules()}
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("traced", [True, False])
def test_a_traced_model_trains_bit_for_bit_like_another(traced: bool) -> None:
    def trained(trace: bool) -> list[torch.Tensor]:
        torch.manual_seed(0)
        random.seed(0)
        np.random.seed(0)
        model, data = Restless(), torch.randn(4, 8)
        if trace:
            pw.trace(model, data)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            model(data.clone()).square().sum().backward()
            optimizer.step()
        return [*model.state_dict().values(), torch.rand(2)]

    assert all(torch.equal(one, other) for one, other in zip(trained(traced), trained(False), strict=True))


def test_a_pass_that_fails_says_so_and_leaves_the_model_as_it_was() -> None:
    model = Restless()
    before = _state(model)
    with pytest.raises(RuntimeError):
        pw.trace(model, torch.randn(4, 7))
    after = _state(model)
    assert all(torch.equal(after[k], v) if isinstance(v, torch.Tensor) else after[k] == v for k, v in before.items())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model(torch.randn(4, 8))  # no mode is left behind


def test_what_is_not_a_model_is_refused() -> None:
    with pytest.raises(pw.InputError, match="not a model"):
        pw.trace("model", M)  # type: ignore[arg-type]
    with pytest.raises(pw.InputError, match="no shape yet"):
        pw.trace(nn.LazyLinear(3), M)


# --- the evidence -----------------------------------------------------------------------------------------------------


def test_a_witness_names_operation_argument_module_and_line() -> None:
    witness = pw.trace(Hidden("data"), M.clone())["gain"].witnesses[0]
    assert (witness.operation, witness.argument, witness.module) == ("aten.mul", "other", "")
    file, line = witness.line.split(":")
    assert file == "test_trace.py"
    assert "self.gain.data" in Path(__file__).read_text().splitlines()[int(line) - 1]


def test_evidence_is_plain_data() -> None:
    evidence = pw.trace(models.TiedEmbedding(), IDS)
    again = Evidence.from_dict(json.loads(evidence.json))
    assert again == evidence
    assert str(again) == str(evidence)
    with pytest.raises(pw.InputError, match="not the evidence of a trace"):
        Evidence.from_dict({"parameters": {"a": {"shape": "x"}}})


def test_the_pass_overrules_a_name_and_says_so() -> None:
    layer = Layer((8, 5), lambda x, p: x @ p, "query_tokens")
    evidence = pw.trace(layer, M)
    assert evidence["query_tokens"].structure == "position"
    assert evidence["query_tokens"].role == "matrix"
    assert "the pass and the structure differ on 1 parameter" in str(evidence)


@pytest.mark.parametrize(
    ("seen", "structure", "shape", "expected"),
    [
        (["product"], "router", (4, 8), "router"),
        (["lookup", "product"], "embedding", (9, 8), "embedding"),
        (["gain"], "other", (8,), "scale"),
        (["sum"], "matrix", (9, 8), "position"),
        (["lookup"], "matrix", (9, 8), "embedding"),
        (["lookup"], "other", (9, 8), "position"),
        (["sum"], "matrix", (1, 8), "bias"),
        (["unknown"], "matrix", (9, 8), None),
        ([], "matrix", (9, 8), None),
    ],
)
def test_structure_refines_what_the_pass_tells(
    seen: list, structure: str, shape: tuple[int, ...], expected: str
) -> None:
    assert role_told(seen, structure, shape, normalises=False) == expected


def by_finite_differences(model: nn.Module, name: str, data: torch.Tensor) -> set[str]:
    """What a small change of a parameter does to the output of one layer: scale it, or shift it whatever the data."""
    tensor = dict(model.named_parameters())[name]
    with torch.no_grad():
        plain, zero = model(data), model(torch.zeros_like(data))
        tensor.mul_(1.01)
        scaled = model(data) - plain
        shifted = model(torch.zeros_like(data)) - zero
        tensor.div_(1.01)
    return {name for name, change in (("scales", scaled), ("shifts", shifted)) if change.abs().max() > 1e-7}


@pytest.mark.parametrize(
    "way", ["matmul", "einsum", "multiply, then sum", "a gain before a mean", "positions", "added in place"]
)
def test_finite_differences_agree(way: str) -> None:
    shape, code, data, expected = WAYS[way]
    layer = Layer(shape, lambda x, p: y if isinstance(y := code(x, p), torch.Tensor) else y[-1])
    seen = by_finite_differences(layer, "p", data[0])
    assert ("shifts" in seen) is (expected == "sum")
    assert "scales" in seen


class Uneven(nn.Module):
    """Weights that Muon is not made for: modulated kernels, a stack of matrices, complex numbers, an output."""

    def __init__(self) -> None:
        super().__init__()
        self.styled, self.stack = nn.Parameter(torch.randn(1, 4, 3, 3, 3)), nn.Parameter(torch.randn(2, 2, 6, 5))
        self.spectral = nn.Parameter(torch.randn(4, 4, 2, 2, dtype=torch.cfloat))
        self.hidden, self.to_logits = nn.Linear(6, 6), nn.Linear(6, 9)

    def forward(self, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        kernel = (self.styled * style.view(-1, 1, 3, 1, 1)).reshape(-1, 3, 3, 3)
        x = F.conv2d(x.reshape(1, -1, 6, 6), kernel, padding=1, groups=2).view(2, 4, 6, 6)
        low = torch.einsum("bixy,ioxy->boxy", torch.fft.rfft2(x)[..., :2, :2], self.spectral)
        x = torch.fft.irfft2(low, s=(6, 6))
        for number in range(2):
            x = F.pad(torch.relu(x @ self.stack[number][0] + x @ self.stack[number][1]), (0, 1))
        return self.to_logits(torch.relu(self.hidden(x)))


def test_muon_is_split_the_same_by_a_pass() -> None:
    model = Uneven()
    evidence = pw.trace(model, torch.randn(2, 3, 6, 6), torch.randn(2, 3))
    for told in (None, evidence):
        plan = pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3, evidence=told)
        names = [name for group in plan.groups if group.settings["optimizer"] == "muon" for name in group.names]
        assert names == ["hidden.weight"]
        assert {plan.catalog[name].role for name in ("styled", "stack", "spectral", "hidden.weight")} == {"matrix"}


# --- one-hot vectors with a soft gradient -----------------------------------------------------------------------------

STRAIGHT_THROUGH = {
    "hard minus soft plus soft": lambda hard, soft: hard - soft.detach() + soft,
    "hard plus soft minus soft": lambda hard, soft: hard + soft - soft.detach(),
    "soft plus the difference": lambda hard, soft: soft + (hard - soft).detach(),
}
PICKS = {
    "multiplied and summed": lambda chosen, table: (chosen.unsqueeze(-1) * table).sum(-2),
    "multiplied": lambda chosen, table: chosen @ table,
    "contracted": lambda chosen, table: torch.einsum("bnk,kd->bnd", chosen, table),
}


@pytest.mark.parametrize("pick", PICKS)
@pytest.mark.parametrize("straight", STRAIGHT_THROUGH)
def test_a_one_hot_vector_with_a_soft_gradient_picks_rows(straight: str, pick: str) -> None:
    def code(x: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        soft = x.softmax(-1)
        hard = torch.zeros_like(soft).scatter_(-1, soft.argmax(-1, keepdim=True), 1.0)
        return PICKS[pick](STRAIGHT_THROUGH[straight](hard, soft), table)

    assert only(pw.trace(Layer((8, 6), code), X)) == "lookup"


@pytest.mark.parametrize("pick", PICKS)
def test_a_soft_vector_weighs_rows(pick: str) -> None:
    assert only(pw.trace(Layer((8, 6), lambda x, table: PICKS[pick](x.softmax(-1), table)), X)) == "product"


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support:UserWarning")
def test_sparse_data_have_no_layout() -> None:
    def code(x: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
        graph = (x @ x.mT).relu().to_sparse_csr()
        return torch.sparse.mm(graph * 2, x @ p)

    assert only(pw.trace(Layer((8, 5), code), M)) == "product"


class NamedExperts(nn.ModuleDict):
    """Experts by names that are put together from their numbers."""

    def __init__(self) -> None:
        super().__init__({f"expert_{number}": nn.Linear(4, 4) for number in range(3)})
        self.router = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number in self.router(x).argmax(-1).unique():
            x = self[f"expert_{number}"](x)
        return x


def test_a_number_that_is_not_there_can_be_put_into_a_text() -> None:
    with torch.device("meta"):
        model = NamedExperts()
    evidence = pw.trace(model, torch.ones(2, 4, device="meta"))
    assert evidence["expert_1.weight"].role == "matrix"
    assert evidence["expert_0.weight"].role is None


class Forces(nn.Module):
    """An energy and its gradient, which a step of gradient descent on the parameters follows."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.gain, self.out = weight(8, 16), weight(16), weight(16, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = x.detach().requires_grad_()
        energy = (torch.tanh(x @ self.up) * self.gain) @ self.out
        (force,) = torch.autograd.grad(energy.sum(), x, create_graph=True)
        energy.sum().backward(retain_graph=True)
        return energy, -force


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_pass_that_takes_gradients_is_followed_and_leaves_none(device: str) -> None:
    model = Forces().to(device)
    before = torch.ones_like(model.gain)
    model.gain.grad = before
    evidence = pw.trace(model, torch.randn(4, 8, device=device))
    assert {name: told.role for name, told in evidence.parameters.items()} == {
        "up": "matrix",
        "gain": "scale",
        "out": "matrix",
    }
    assert model.gain.grad is before
    assert model.up.grad is None
    assert device == "meta" or bool((before == 1).all())
    assert torch.is_grad_enabled()
