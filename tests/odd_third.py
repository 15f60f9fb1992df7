"""A third set of home-made classes: weights behind generators, properties, factors and softmaxes over places.

As in `odd`, each class has ``DATA`` and ``RIGHT``, and what each parameter is was written before anything was run. The
names speak against the use on purpose.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.distributions import Normal
from torch.func import functional_call, vmap

from odd import SEQUENCE, Odd, X, weights


class SummedInGenerator(Odd):
    """One weight for several operands, and gains that are zipped with experts: both are called positions."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {
        "pos": True,
        "pos_mix": False,
        **{f"experts.{number}.{name}": name == "weight" for number in range(3) for name in ("weight", "bias")},
    }

    def __init__(self) -> None:
        super().__init__()
        self.pos, self.pos_mix = weights(8, 8), weights(3)
        self.experts = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        x = sum(torch.tanh(one @ self.pos) for one in (left, right))
        return sum(share * expert(x) for share, expert in zip(self.pos_mix, self.experts, strict=True))


class ZippedMatrices(Odd):
    """Matrices of a list called queries, zipped with the parts of the input, and of a dictionary called tokens."""

    RIGHT: ClassVar = {"queries.0": True, "queries.1": True, "tokens.a": True, "tokens.b": True}

    def __init__(self) -> None:
        super().__init__()
        self.queries = nn.ParameterList(weights(4, 6) for _ in range(2))
        self.tokens = nn.ParameterDict({name: weights(6, 3) for name in "ab"})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = sum(part @ weight for part, weight in zip(x.chunk(2, -1), self.queries, strict=True))
        made = {name: hidden @ weight for name, weight in self.tokens.items()}
        return torch.cat(list(made.values()), -1)


class SpatialAttention(Odd):
    """Attention over the nodes of a graph: weights and a shift inside a softmax over places."""

    DATA: ClassVar = (torch.randn(2, 5, 3, 7),)  # batch, places, features, steps
    RIGHT: ClassVar = {"U1": False, "U2": True, "U3": False, "be": False, "Ve": True}

    def __init__(self) -> None:
        super().__init__()
        self.U1, self.U2, self.U3 = weights(7), weights(3, 7), weights(3)
        self.be, self.Ve = weights(1, 5, 5), weights(5, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        left = torch.matmul(torch.matmul(x, self.U1), self.U2)
        right = torch.matmul(self.U3, x).transpose(-1, -2)
        product = torch.matmul(left, right)
        scores = torch.matmul(self.Ve, torch.sigmoid(product + self.be))
        shares = F.softmax(scores, dim=1)
        return torch.einsum("bij,bjft->bift", shares, x)


class PoolingAttention(Odd):
    """Scores of each place by two maps, the second called a memory, then a softmax over the places."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w": True, "memory": True, "pos_bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.w, self.memory, self.pos_bias = weights(8, 6), weights(6, 3), weights(6, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = torch.tanh(x @ self.w) @ self.memory + self.pos_bias
        return scores.softmax(1).transpose(1, 2) @ x


class MeanOfProperty(Odd):
    """A Gaussian layer: a property makes the distribution, the pass uses its mean and its variance."""

    RIGHT: ClassVar = {"W_mean": True, "W_logdiag": False, "noise_logdiag": False}

    def __init__(self) -> None:
        super().__init__()
        self.W_mean, self.W_logdiag, self.noise_logdiag = weights(5, 8), weights(5, 8), weights(5)

    @property
    def W(self) -> Normal:  # noqa: N802
        return Normal(self.W_mean, torch.exp(self.W_logdiag))

    @property
    def noise(self) -> Normal:
        return Normal(torch.zeros(5), torch.exp(self.noise_logdiag))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = (self.W.mean @ x[..., None]).squeeze(-1)
        spread = (self.W.variance @ (x**2)[..., None]).squeeze(-1)
        return mean / torch.sqrt(spread + self.noise.variance)


class SampledFromMethod(Odd):
    """A sampled weight: a method makes the distribution; the mean is called a location, which tables are too."""

    RIGHT: ClassVar = {"pos_loc": True, "rho": False, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.pos_loc, self.rho, self.shift = weights(5, 8), weights(5, 8), weights(5)

    def posterior(self) -> Normal:
        return Normal(loc=self.pos_loc, scale=F.softplus(self.rho))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.posterior().rsample(), self.shift)


class Factors(nn.Module):
    """A list of factors that registers them by number."""

    def __init__(self, *factors: nn.Parameter) -> None:
        super().__init__()
        for number, factor in enumerate(factors):
            self.register_parameter(f"factor_{number}", factor)

    def __iter__(self) -> Iterator[torch.Tensor]:
        return iter(self._parameters.values())  # type: ignore[arg-type]


class TuckerWeight(Odd):
    """A linear map whose weight is a core, contracted with a matrix on each side."""

    RIGHT: ClassVar = {"core": True, "factors.factor_0": True, "factors.factor_1": True, "bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.core, self.bias = weights(3, 4), weights(6)
        self.factors = Factors(weights(6, 3), weights(8, 4))

    def reconstruct(self) -> torch.Tensor:
        weight = self.core
        for mode, factor in enumerate(self.factors):
            weight = torch.tensordot(factor, weight, dims=([1], [mode])).movedim(0, mode)
        return weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.einsum("bi,oi->bo", x, self.reconstruct()) + self.bias


class CanonicalSpectral(Odd):
    """A spectral convolution whose weight is a sum of outer products, each with a weight of its own."""

    DATA: ClassVar = (torch.randn(2, 8, 16),)
    RIGHT: ClassVar = {"scales": False, "factors.factor_0": True, "factors.factor_1": True, "factors.factor_2": True}

    def __init__(self) -> None:
        super().__init__()
        self.scales = weights(3)
        self.factors = Factors(weights(8, 3), weights(8, 3), weights(5, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        modes = torch.fft.rfft(x)[..., :5]
        ins, outs, along = self.factors
        weight = torch.einsum("r,ir,or,xr->iox", self.scales, ins, outs, along)
        mixed = torch.einsum("bix,iox->box", modes, weight.to(modes.dtype))
        return torch.fft.irfft(mixed, n=x.shape[-1])


class Memory(nn.Module):
    """A small network that stores what it has seen in its weights."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([weights(8, 16), weights(16, 8)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number, weight in enumerate(self.weights):
            x = F.gelu(x) if number else x
            x = x @ weight
        return x


class NeuralMemory(Odd):
    """A memory whose weights are copied for each sample and moved by what the sample says before they are asked."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "memory.weights.0": True,
        "memory.weights.1": True,
        "to_kv.weight": True,
        "to_q.weight": True,
        "to_rate.weight": True,
        "to_rate.bias": False,
    }

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.to_kv, self.to_q = nn.Linear(8, 16, bias=False), nn.Linear(8, 8, bias=False)
        self.to_rate = nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        keys, values = self.to_kv(x).chunk(2, -1)
        stored = dict(self.memory.named_parameters())
        rate = self.to_rate(x).sigmoid().mean((1, 2))

        def surprise(params: dict[str, torch.Tensor], key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
            return (functional_call(self.memory, params, (key,)) - value).pow(2).mean()

        own = {name: one[None].repeat(len(x), *[1] * one.ndim) for name, one in stored.items()}
        with torch.enable_grad():
            moves = vmap(torch.func.grad(surprise))(own, keys, values)
        own = {name: one - rate.reshape(-1, *[1] * (one.ndim - 1)) * moves[name] for name, one in own.items()}
        ask: Any = functools.partial(functional_call, self.memory)
        return vmap(ask)(own, self.to_q(x))


class ColumnMarks(Odd):
    """A row of a table: each column's mark is normalised, mapped, and put beside the column's value."""

    RIGHT: ClassVar = {"colemb": False, "mark_token": True, "value_embed": True, "query": False}

    def __init__(self) -> None:
        super().__init__()
        self.colemb, self.mark_token = weights(8, 6), weights(6, 4)  # a mark for each of 8 columns, and what maps it
        self.value_embed, self.query = weights(5, 4), weights(1, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        marks = F.layer_norm(self.colemb, (6,)) @ self.mark_token
        columns = torch.cat([x[..., None], marks.expand(len(x), -1, -1)], -1)
        tokens = columns @ self.value_embed
        shares = F.softmax(self.query @ tokens.transpose(1, 2), -1)
        return (shares @ tokens).squeeze(1)


class MaskedProperty(Odd):
    """A property hides half of a weight that is called latents; a cached one adds two that are called memories."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"latents": True, "memory": True, "memory_shift": True}

    def __init__(self) -> None:
        super().__init__()
        self.latents, self.memory, self.memory_shift = weights(6, 6), weights(8, 8), weights(8, 8)

    @property
    def over_time(self) -> torch.Tensor:
        return torch.tril(self.latents)

    @functools.cached_property
    def over_features(self) -> torch.Tensor:
        return self.memory + self.memory_shift.t()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.over_time @ (x @ self.over_features)


class Chained(Odd):
    """Products that nobody writes as products: reduced, mapped, and taken from a table of functions."""

    RIGHT: ClassVar = {
        "tokens.0": True,
        "tokens.1": True,
        "pos_gates": False,
        "anchors": True,
        "prompt": False,
    }

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.ParameterList([weights(8, 8), weights(8, 8)])
        self.pos_gates, self.anchors, self.prompt = weights(2, 8), weights(5, 8), weights(1, 5)
        self.ways = {"map": F.linear, "join": lambda x, one: torch.cat([x, one])}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functools.reduce(torch.matmul, self.tokens, x)
        x = sum(map(lambda gate: torch.sin(x) * gate, self.pos_gates))  # noqa: C417
        return self.ways["join"](self.ways["map"](x, self.anchors), self.prompt)


CLASSES = [
    SummedInGenerator,
    ZippedMatrices,
    SpatialAttention,
    PoolingAttention,
    MeanOfProperty,
    SampledFromMethod,
    TuckerWeight,
    CanonicalSpectral,
    NeuralMemory,
    ColumnMarks,
    MaskedProperty,
    Chained,
]
