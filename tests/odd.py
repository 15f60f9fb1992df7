"""Home-made classes that use their parameters in odd ways; what each parameter is stands beside it.

Each class has ``DATA``, what its forward pass takes, and ``RIGHT``: for each parameter whether it decays. Nothing here
was written to suit the reader of code: what it cannot read must be a finding.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.func import functional_call, vmap
from torch.nn.utils import parametrize

X = torch.randn(4, 8)
SEQUENCE = torch.randn(2, 6, 8)
IMAGE = torch.randn(2, 3, 12, 12)
IDS = torch.tensor([[1, 4, 2], [3, 0, 5]])


def weights(*shape: int) -> nn.Parameter:
    """A parameter of random values."""
    return nn.Parameter(torch.randn(*shape))


class Odd(nn.Module):
    """A class of this file."""

    DATA: ClassVar[tuple[torch.Tensor, ...]] = (X,)
    RIGHT: ClassVar[dict[str, bool]] = {}


class WrittenInDict(Odd):
    """A plain dictionary of weights beside the registered ones."""

    RIGHT: ClassVar = {"w_in": True, "w_out": True, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.w_in, self.w_out, self.shift = weights(8, 16), weights(16, 8), weights(8)
        self.table = {"in": "w_in", "out": "w_out"}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for part in ("in", "out"):
            x = torch.tanh(x @ getattr(self, self.table[part]))
        return x + self.shift


class ByFormattedName(Odd):
    """Attributes that are set and read by a formatted name."""

    RIGHT: ClassVar = {"layer_0": True, "layer_1": True, "gain_0": False, "gain_1": False}

    def __init__(self) -> None:
        super().__init__()
        for number in range(2):
            setattr(self, f"layer_{number}", weights(8, 8))
            setattr(self, f"gain_{number}", weights(8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number in range(2):
            x = F.linear(x, getattr(self, f"layer_{number}")) * getattr(self, "gain_%d" % number)  # noqa: UP031
        return x


class Lambda(Odd):
    """The function that multiplies is an attribute."""

    RIGHT: ClassVar = {"basis": True, "offset": False}

    def __init__(self) -> None:
        super().__init__()
        self.basis, self.offset = weights(8, 3), weights(3)
        self.mix = lambda x: x @ self.basis + self.offset

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.mix(x)


class FlatHyper(Odd):
    """One flat vector, cut into the weight and the bias of a layer."""

    RIGHT: ClassVar = {"theta": True}

    def __init__(self) -> None:
        super().__init__()
        self.theta = weights(8 * 5 + 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self.theta.split([40, 5])
        return F.linear(x, weight.view(5, 8), bias)


class Cuts(Odd):
    """A list of sizes cuts a flat vector while layers are counted."""

    RIGHT: ClassVar = {"flat": True}

    def __init__(self) -> None:
        super().__init__()
        self.sizes = [(8, 4), (4, 2)]
        self.flat = weights(8 * 4 + 4 * 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        start = 0
        for rows, columns in self.sizes:
            piece = self.flat[start : start + rows * columns]
            start += rows * columns
            x = x @ piece.reshape(rows, columns)
        return x


class ComplexRotation(Odd):
    """Angles of a rotation in the complex plane."""

    RIGHT: ClassVar = {"phase": False, "mix_real": True, "mix_imag": True}

    def __init__(self) -> None:
        super().__init__()
        self.phase, self.mix_real, self.mix_imag = weights(4), weights(4, 4), weights(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = torch.view_as_complex(x.view(-1, 4, 2))
        z = z * torch.polar(torch.ones_like(self.phase), self.phase)
        return torch.view_as_real(z @ torch.complex(self.mix_real, self.mix_imag))


class Positive(nn.Module):
    """A map to positive numbers."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.softplus(x)


class Symmetric(nn.Module):
    """A map to symmetric matrices."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.triu() + x.triu(1).transpose(-1, -2)


class Parametrized(Odd):
    """Own parametrizations: a symmetric matrix and a positive gain."""

    RIGHT: ClassVar = {"parametrizations.form.original": True, "parametrizations.spread.original": False}

    def __init__(self) -> None:
        super().__init__()
        self.form, self.spread = weights(8, 8), weights(8)
        parametrize.register_parametrization(self, "form", Symmetric())
        parametrize.register_parametrization(self, "spread", Positive())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x @ self.form) / self.spread


class Nested(Odd):
    """Lists in lists: per level a pair of factors and a shift."""

    RIGHT: ClassVar = {
        "levels.0.0.0": True,
        "levels.0.0.1": True,
        "levels.1.0.0": True,
        "levels.1.0.1": True,
        "shifts.0": False,
        "shifts.1": False,
    }

    def __init__(self) -> None:
        super().__init__()
        self.levels = nn.ParameterList(
            nn.ParameterList([nn.ParameterList([weights(8, 2), weights(2, 8)])]) for _ in range(2)
        )
        self.shifts = nn.ParameterList([weights(8), weights(8)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for level, shift in zip(self.levels, self.shifts, strict=True):
            for down, up in level:
                x = x + (x @ down) @ up + shift
        return x


class HandQuantised(Odd):
    """A linear layer quantised by hand, straight through."""

    RIGHT: ClassVar = {"latent": True, "step": False}

    def __init__(self) -> None:
        super().__init__()
        self.latent, self.step = weights(5, 8), weights(5, 1)

    def quantise(self) -> torch.Tensor:
        rounded = (self.latent / self.step).round().clamp(-8, 7) * self.step
        return self.latent + (rounded - self.latent).detach()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.quantise())


class Ensemble(Odd):
    """An ensemble of linear layers under vmap."""

    RIGHT: ClassVar = {"ws": True, "bs": False}

    def __init__(self) -> None:
        super().__init__()
        self.ws, self.bs = weights(3, 5, 8), weights(3, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return vmap(F.linear, in_dims=(None, 0, 0))(x, self.ws, self.bs)


class BatchEnsemble(Odd):
    """Rank-one factors of each member scale a shared matrix's input and output."""

    RIGHT: ClassVar = {"shared": True, "r": False, "s": False}

    def __init__(self) -> None:
        super().__init__()
        self.shared, self.r, self.s = weights(5, 8), weights(3, 8), weights(3, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.linear(x.unsqueeze(0) * self.r.unsqueeze(1), self.shared)
        return y * self.s.unsqueeze(1)


class HyperNetwork(Odd):
    """A layer makes the weights of another layer from a learned embedding."""

    RIGHT: ClassVar = {"task": False, "make.weight": True, "make.bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.task, self.make = weights(4), nn.Linear(4, 40)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, torch.tanh(self.make(self.task)).view(5, 8))


class Functional(Odd):
    """A stateless inner layer, called with parameters that the outer module holds."""

    RIGHT: ClassVar = {"inner_weight": True, "inner_bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.inner_weight, self.inner_bias = weights(5, 8), weights(5)
        self.skeleton = [nn.Linear(8, 5, device="meta")]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional_call(self.skeleton[0], {"weight": self.inner_weight, "bias": self.inner_bias}, (x,))


class Temperature(Odd):
    """A learned temperature of cosine similarities, and prototypes."""

    RIGHT: ClassVar = {"tau": False, "centres": True}

    def __init__(self) -> None:
        super().__init__()
        self.tau, self.centres = nn.Parameter(torch.tensor(0.1)), weights(10, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        similarity = F.normalize(x, dim=-1) @ F.normalize(self.centres, dim=-1).T
        return similarity / self.tau.exp().clamp(max=100)


class Distances(Odd):
    """Distances to learned centres, with widths: a radial basis."""

    RIGHT: ClassVar = {"mu": False, "log_width": False, "out": True}

    def __init__(self) -> None:
        super().__init__()
        self.mu, self.log_width, self.out = weights(6, 8), weights(6), weights(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        d = (x.unsqueeze(1) - self.mu).pow(2).sum(-1)
        return torch.exp(-d * self.log_width.exp()) @ self.out


class Codebook(Odd):
    """The nearest code replaces each vector."""

    RIGHT: ClassVar = {"codes": False}

    def __init__(self) -> None:
        super().__init__()
        self.codes = weights(16, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        nearest = torch.cdist(x, self.codes).argmin(-1)
        chosen = self.codes[nearest]
        return x + (chosen - x).detach() + 0.1 * (chosen - x.detach()).pow(2).mean()


class Film(Odd):
    """Gains and shifts from a condition, around learned ones."""

    RIGHT: ClassVar = {"base_gain": False, "base_shift": False, "to_film.weight": True, "to_film.bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.base_gain, self.base_shift = weights(8), weights(8)
        self.to_film = nn.Linear(8, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gain, shift = self.to_film(x).chunk(2, dim=-1)
        return x * (self.base_gain + gain) + (self.base_shift + shift)


class RelativeBias(Odd):
    """Attention with a table of relative positions, a sink and registers."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"to_qkv": True, "rel": False, "sink": False, "extra": False}

    def __init__(self) -> None:
        super().__init__()
        self.to_qkv, self.rel, self.sink, self.extra = weights(24, 8), weights(2, 15), weights(2), weights(1, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cat([self.extra.expand(len(x), -1, -1), x], 1)
        n = x.shape[1]
        q, k, v = F.linear(x, self.to_qkv).unflatten(-1, (3, 2, 4)).permute(2, 0, 3, 1, 4)
        at = torch.arange(n)[:, None] - torch.arange(n)[None] + 7
        scores = q @ k.mT / 2 + self.rel[:, at]
        scores = torch.cat([scores, self.sink.view(1, 2, 1, 1).expand(len(x), 2, n, 1)], -1)
        return scores.softmax(-1)[..., :-1] @ v


class LatentPool(Odd):
    """Learned queries that gather a sequence."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"seeds": False, "w_k": True, "w_v": True}

    def __init__(self) -> None:
        super().__init__()
        self.seeds, self.w_k, self.w_v = weights(3, 8), weights(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = torch.einsum("qd,bnd->bqn", self.seeds, x @ self.w_k)
        return scores.softmax(-1) @ (x @ self.w_v)


class LayerScaled(Odd):
    """Branches behind gains of several kinds."""

    RIGHT: ClassVar = {"fc.weight": True, "fc.bias": False, "ls": False, "door": False, "mixing": False}

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.ls, self.door, self.mixing = nn.Linear(8, 8), weights(8), weights(1), weights(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        branches = torch.stack([x, self.fc(x) * self.ls, torch.tanh(self.door) * x])
        return (branches * self.mixing.softmax(0).view(3, 1, 1)).sum(0)


class MixingMatrix(Odd):
    """A matrix mixes streams, made stochastic before."""

    RIGHT: ClassVar = {"streams": False, "across": True}

    def __init__(self) -> None:
        super().__init__()
        self.streams, self.across = weights(4, 4), weights(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.across @ (self.streams.softmax(-1) @ x)


class SplineLayer(Odd):
    """A layer of splines: coefficients, scales of each spline, and a base."""

    RIGHT: ClassVar = {"coefficients": True, "per_spline": True, "base": True, "grid_shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.coefficients, self.per_spline, self.base = weights(5, 8, 4), weights(5, 8), weights(5, 8)
        self.grid_shift = weights(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bumps = torch.exp(-((x.unsqueeze(-1) - self.grid_shift) ** 2))
        splines = torch.einsum("big,oig->boi", bumps, self.coefficients)
        return F.linear(F.silu(x), self.base) + (splines * self.per_spline).sum(-1)


class FirstState(Odd):
    """A recurrence written by hand, with learned first states."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"h_init": False, "U": True, "W": True, "b": False}

    def __init__(self) -> None:
        super().__init__()
        self.h_init, self.U, self.W, self.b = weights(8), weights(8, 8), weights(8, 8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.h_init.expand(len(x), -1)
        for step in x.unbind(1):
            h = torch.tanh(step @ self.W + h @ self.U + self.b)
        return h


class Crf(Odd):
    """Scores of a linear chain: transitions are added to emissions."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"transitions": False, "begin": False, "end": False}

    def __init__(self) -> None:
        super().__init__()
        self.transitions, self.begin, self.end = weights(8, 8), weights(8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        score = self.begin + x[:, 0]
        for step in x.unbind(1)[1:]:
            score = torch.logsumexp(score.unsqueeze(2) + self.transitions + step.unsqueeze(1), dim=1)
        return torch.logsumexp(score + self.end, dim=1)


class SelectiveScan(Odd):
    """A selective state space, step by step."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"a_raw": False, "skip": False, "to_b": True, "to_c": True, "to_dt": True, "dt_shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.a_raw, self.skip, self.dt_shift = weights(8, 4), weights(8), weights(8)
        self.to_b, self.to_c, self.to_dt = weights(8, 4), weights(8, 4), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rate = -torch.exp(self.a_raw)
        state, out = x.new_zeros(len(x), 8, 4), []
        for u in x.unbind(1):
            dt = F.softplus(u @ self.to_dt + self.dt_shift)
            state = torch.exp(dt.unsqueeze(-1) * rate) * state + (dt * u).unsqueeze(-1) * (u @ self.to_b).unsqueeze(1)
            out.append((state * (u @ self.to_c).unsqueeze(1)).sum(-1) + self.skip * u)
        return torch.stack(out, 1)


class ShortConvolution(Odd):
    """A causal depthwise convolution by shifts."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"taps": True}

    def __init__(self) -> None:
        super().__init__()
        self.taps = weights(3, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded = F.pad(x, (0, 0, 2, 0))
        return sum(padded[:, k : k + x.shape[1]] * self.taps[k] for k in range(3))


class Gabor(Odd):
    """Kernels made of a few numbers each: frequencies and bandwidths."""

    DATA: ClassVar = (torch.randn(2, 1, 40),)
    RIGHT: ClassVar = {"centre_freq": False, "bandwidth": False}

    def __init__(self) -> None:
        super().__init__()
        self.centre_freq, self.bandwidth = weights(6, 1), weights(6, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        t = torch.arange(-4, 5).float()
        kernels = torch.cos(self.centre_freq * t) * torch.exp(-((t * self.bandwidth) ** 2))
        return F.conv1d(x, kernels.unsqueeze(1))


class LowRank(Odd):
    """A frozen-like base plus low-rank factors and a magnitude, as DoRA does."""

    RIGHT: ClassVar = {"base": True, "down": True, "up": True, "size": False}

    def __init__(self) -> None:
        super().__init__()
        self.base, self.down, self.up, self.size = weights(5, 8), weights(2, 8), weights(5, 2), weights(5, 1)

    @property
    def weight(self) -> torch.Tensor:
        merged = torch.addmm(self.base, self.up, self.down)
        return self.size * merged / merged.norm(dim=1, keepdim=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight)


class TensorTrain(Odd):
    """A weight as a chain of cores."""

    RIGHT: ClassVar = {"cores.0": True, "cores.1": True, "cores.2": True}

    def __init__(self) -> None:
        super().__init__()
        self.cores = nn.ParameterList([weights(1, 2, 2, 3), weights(3, 2, 2, 3), weights(3, 2, 2, 1)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        full = self.cores[0]
        for core in self.cores[1:]:
            full = torch.tensordot(full, core, dims=([-1], [0]))
        weight = full.squeeze(0).squeeze(-1).permute(0, 2, 4, 1, 3, 5).reshape(8, 8)
        return x @ weight


class Khatri(Odd):
    """Kronecker factors of a weight."""

    RIGHT: ClassVar = {"first": True, "second": True}

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = weights(2, 4), weights(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ torch.kron(self.first, self.second).t()


class Orthogonal(Odd):
    """A rotation by a skew-symmetric generator: decay pulls it to the identity."""

    RIGHT: ClassVar = {"generator": True}

    def __init__(self) -> None:
        super().__init__()
        self.generator = weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ torch.matrix_exp(self.generator - self.generator.T)


class HandSpectral(Odd):
    """Spectral norm by hand, with a scale."""

    RIGHT: ClassVar = {"raw": True, "sigma_scale": False}

    def __init__(self) -> None:
        super().__init__()
        self.raw, self.sigma_scale = weights(5, 8), weights(1)
        self.register_buffer("u", torch.randn(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        v = F.normalize(self.raw.t() @ self.u, dim=0)
        sigma = torch.dot(self.u, self.raw @ v)
        return F.linear(x, self.raw / sigma * self.sigma_scale)


class GroupedExperts(Odd):
    """Experts by capacity, a router by hand, and a balance that is added."""

    RIGHT: ClassVar = {"route": True, "balance": False, "gate_up": True, "down": True}

    def __init__(self) -> None:
        super().__init__()
        self.route, self.balance = weights(8, 3), weights(3)
        self.gate_up, self.down = weights(3, 8, 16), weights(3, 8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shares = (x @ self.route + self.balance).softmax(-1)
        hidden, gate = torch.einsum("bd,edh->ebh", x, self.gate_up).chunk(2, -1)
        return torch.einsum("ebh,ehd,be->bd", hidden * gate.sigmoid(), self.down, shares)


class Minkowski(Odd):
    """A bilinear form between two halves, and a learned power."""

    RIGHT: ClassVar = {"form": True, "power": False}

    def __init__(self) -> None:
        super().__init__()
        self.form, self.power = weights(4, 4), nn.Parameter(torch.ones(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        left, right = x.chunk(2, dim=-1)
        return torch.einsum("bi,ij,bj->b", left, self.form, right).abs().add(1e-6).pow(self.power)


class Fourier(Odd):
    """Learned frequencies of coordinates, then a filter in the frequency domain."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"spectrum": False, "filter_bank": True}

    def __init__(self) -> None:
        super().__init__()
        self.spectrum = nn.Parameter(torch.randn(4, 8, dtype=torch.cfloat))
        self.filter_bank = nn.Parameter(torch.randn(4, 8, 8, dtype=torch.cfloat))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = torch.fft.rfft(x, dim=1) * self.spectrum
        z = torch.einsum("bnd,nde->bne", z, self.filter_bank)
        return torch.fft.irfft(z, n=x.shape[1], dim=1)


class Pixels(Odd):
    """A patch projection by unfold, a position grid that is resized, and a class token added by padding."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"patch": True, "grid": False, "start": False}

    def __init__(self) -> None:
        super().__init__()
        self.patch, self.grid, self.start = weights(48, 8), weights(1, 8, 2, 2), weights(1, 1, 8)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = F.unfold(image, 4, stride=4).mT @ self.patch
        at = F.interpolate(self.grid, (3, 3), mode="bilinear").flatten(2).mT
        x = F.pad(x + at, (0, 0, 1, 0))
        x[:, :1] += self.start
        return x


class Words(Odd):
    """An embedding by hand, factorised, with a scale, tied to the output."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"rows": True, "widen": True, "out_bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.widen, self.out_bias = weights(6, 4), weights(4, 8), weights(6)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        h = F.embedding(ids, self.rows) * math.sqrt(4)
        h = torch.relu(h @ self.widen)
        return (h @ self.widen.T) @ self.rows.T + self.out_bias


class Gated(Odd):
    """A highway of two by two: one function takes all weights as keyword arguments."""

    RIGHT: ClassVar = {"transform": True, "carry": True, "carry_bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.transform, self.carry, self.carry_bias = weights(8, 8), weights(8, 8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return highway(x, **{"t": self.transform, "c": self.carry, "b": self.carry_bias})


def highway(x: torch.Tensor, *, t: torch.Tensor, c: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Two gates over one input."""
    gate = torch.sigmoid(x.matmul(c).add(b))
    return torch.lerp(x, torch.tanh(x.matmul(t)), gate)


class HeadMixer(Odd):
    """Talking heads and a gain of each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"before": True, "per_head": False}

    def __init__(self) -> None:
        super().__init__()
        self.before, self.per_head = weights(2, 2), weights(2, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q = x.view(2, 6, 2, 4).transpose(1, 2)
        scores = torch.einsum("bhij,hg->bgij", q @ q.mT, self.before)
        return (scores.softmax(-1) @ q) * self.per_head


class Deep(Odd):
    """A value that goes through five variables, a conditional and a container."""

    RIGHT: ClassVar = {"k": True}

    def __init__(self) -> None:
        super().__init__()
        self.k = weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first = self.k
        second = first.contiguous()
        third = second if second.ndim == 2 else second[0]
        held: dict[str, Any] = {"kernel": third}
        fourth = held["kernel"]
        fifth = fourth.T
        return x @ fifth


class Thresholds(Odd):
    """Soft thresholds, slopes by hand and a learned clamp."""

    RIGHT: ClassVar = {"theta": False, "slope": False, "limit": False}

    def __init__(self) -> None:
        super().__init__()
        self.theta, self.slope, self.limit = weights(8), weights(8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.sign(x) * F.relu(x.abs() - self.theta)
        x = torch.where(x > 0, x, self.slope * x)
        return torch.minimum(x, self.limit.abs())


CLASSES: list[type[Odd]] = Odd.__subclasses__()
