"""A second set of home-made classes with odd parameters; what each parameter is was written before anything was run.

As in `odd`, each class has ``DATA`` and ``RIGHT``. Names mislead on purpose: a gain is called ``w``, a bias ``weight``.
"""

from __future__ import annotations

import functools
import math
from typing import Any, ClassVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.func import functional_call

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights


class Misnamed(Odd):
    """A bias named ``weight``, a weight named ``bias``, a gain named ``w``."""

    RIGHT: ClassVar = {"weight": False, "bias": True, "w": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias, self.w = weights(8), weights(8, 8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.bias * self.w + self.weight


class StyledConv(Odd):
    """A convolution whose weight is modulated and demodulated for each sample, with noise."""

    DATA: ClassVar = (IMAGE, torch.randn(2, 4))
    RIGHT: ClassVar = {"weight": True, "style.weight": True, "style.bias": False, "noise_strength": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.noise_strength = weights(5, 3, 3, 3), nn.Parameter(torch.zeros([]))
        self.style = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        b, c, h, w = x.shape
        s = self.style(z) + 1
        kernel = self.weight[None] * s[:, None, :, None, None]
        d = torch.rsqrt((kernel**2).sum([2, 3, 4], keepdim=True) + 1e-8)
        kernel = (kernel * d).reshape(b * 5, c, 3, 3)
        y = F.conv2d(x.reshape(1, b * c, h, w), kernel, padding=1, groups=b).reshape(b, 5, h, w)
        return y + self.noise_strength * torch.randn(b, 1, h, w)


class PartialExperts(Odd):
    """Grouped experts behind partials, with biases of each expert."""

    RIGHT: ClassVar = {"router": True, "w1": True, "b1": False, "w2": True, "gains": False}

    def __init__(self) -> None:
        super().__init__()
        self.router, self.gains = weights(4, 8), weights(4)
        self.w1, self.b1, self.w2 = weights(4, 8, 12), weights(4, 1, 12), weights(4, 12, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        to_experts = functools.partial(F.linear, weight=self.router)
        shares = to_experts(x).softmax(-1) * self.gains
        h = F.gelu(torch.bmm(x[None].repeat(4, 1, 1), self.w1) + self.b1)
        y = torch.bmm(h, self.w2)
        return torch.einsum("ebd,be->bd", y, shares)


class SwitchByIndex(Odd):
    """Experts chosen for each sample: their weights are gathered."""

    RIGHT: ClassVar = {"experts": True, "expert_shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.experts, self.expert_shift = weights(3, 8, 5), weights(3, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        chosen = (x[:, 0] > 0).long()
        return torch.bmm(x.unsqueeze(1), self.experts[chosen]).squeeze(1) + self.expert_shift[chosen]


class BuiltEquation(Odd):
    """An einsum whose letters are put together."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"per_head": True, "back": True, "tune": False}

    def __init__(self) -> None:
        super().__init__()
        self.per_head, self.back, self.tune = weights(2, 8, 4), weights(2, 4, 8), weights(2, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        left, right, out = "bnd", "hde", "bhne"
        y = torch.einsum(f"{left},{right}->{out}", x, self.per_head)
        y = torch.einsum("bhne,he->bhne", y, self.tune)
        equation = out + ",hed->" + left
        return torch.einsum(equation, y, self.back)


class WeightNorm(Odd):
    """Weight norm by hand, the scale stored as a logarithm."""

    RIGHT: ClassVar = {"v": True, "log_g": False, "b": False}

    def __init__(self) -> None:
        super().__init__()
        self.v, self.log_g, self.b = weights(5, 8), weights(5), weights(5)

    def _normed(self) -> torch.Tensor:
        return self.v * (self.log_g.exp() / self.v.norm(dim=1)).unsqueeze(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        w = self._normed()
        return F.linear(x, w, self.b)


class HandNorms(Odd):
    """Layer norm and instance norm by hand, behind a residual gate that starts at zero."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"a_2": False, "b_2": False, "mult": False, "resweight": False, "lin": True}

    def __init__(self) -> None:
        super().__init__()
        self.a_2, self.b_2, self.mult = weights(8), weights(8), weights(1, 1, 8)
        self.resweight, self.lin = nn.Parameter(torch.zeros(1)), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, std = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
        y = self.a_2 * (x - mean) / (std + 1e-6) + self.b_2
        y = torch.relu(y @ self.lin)
        y = (y - y.mean(1, keepdim=True)) / y.var(1, keepdim=True).add(1e-5).sqrt() * self.mult
        return x + self.resweight * y


class SlicedPositions(Odd):
    """Positions by slice, by index and by interpolation, and a type that is chosen by a mask."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"pe": False, "by_index": False, "stretched": False, "kinds": False, "mix": True}

    def __init__(self) -> None:
        super().__init__()
        self.pe, self.by_index, self.stretched = weights(1, 20, 8), weights(20, 8), weights(1, 8, 3)
        self.kinds, self.mix = weights(2, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n = x.size(1)
        x = x + self.pe[:, :n]
        x = x + torch.index_select(self.by_index, 0, torch.arange(n))
        x = x + F.interpolate(self.stretched, size=n, mode="linear").transpose(1, 2)
        flag = x[..., :1] > 0
        x = x + torch.where(flag, self.kinds[0], self.kinds[1])
        return x @ self.mix


class Prototypes(Odd):
    """Prototypes by Euclidean distance, others by cosine, with a learned temperature and radius."""

    RIGHT: ClassVar = {"protos": False, "class_dirs": True, "log_t": False, "radius": False}

    def __init__(self) -> None:
        super().__init__()
        self.protos, self.class_dirs = weights(6, 8), weights(6, 8)
        self.log_t, self.radius = nn.Parameter(torch.zeros(())), nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        near = -torch.cdist(x, self.protos)
        cosine = F.cosine_similarity(x.unsqueeze(1), self.class_dirs.unsqueeze(0), dim=-1)
        return self.radius * near + cosine * torch.exp(self.log_t)


class SoftCodes(Odd):
    """A codebook that is looked up softly, with a projection before."""

    RIGHT: ClassVar = {"into": True, "book": False}

    def __init__(self) -> None:
        super().__init__()
        self.into, self.book = weights(8, 4), weights(16, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = x @ self.into
        d = z.pow(2).sum(1, keepdim=True) - 2 * z @ self.book.t() + self.book.pow(2).sum(1)
        return F.softmax(-d, dim=-1) @ self.book


class StreamMix(Odd):
    """Streams mixed by a softmax over logits, by static plus dynamic weights, and a Sinkhorn matrix."""

    DATA: ClassVar = (torch.randn(3, 4, 8),)
    RIGHT: ClassVar = {"alpha_logits": False, "static": False, "dynamic": True, "dyn_scale": False}

    def __init__(self) -> None:
        super().__init__()
        self.alpha_logits, self.static = weights(4), weights(4, 4)
        self.dynamic, self.dyn_scale = weights(8, 4), nn.Parameter(torch.tensor(0.01))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        p = self.static.exp()
        for _ in range(3):
            p = p / p.sum(0, keepdim=True)
            p = p / p.sum(1, keepdim=True)
        moving = torch.tanh(x @ self.dynamic) * self.dyn_scale
        mixed = torch.einsum("st,btd->bsd", p, x) + moving @ x
        return (torch.softmax(self.alpha_logits, 0)[None, :, None] * mixed).sum(1)


class ComplexLayer(Odd):
    """A complex layer: real and imaginary parts apart, a complex bias and learned phases."""

    RIGHT: ClassVar = {"w_re": True, "w_im": True, "c": False, "theta": False}

    def __init__(self) -> None:
        super().__init__()
        self.w_re, self.w_im, self.theta = weights(4, 4), weights(4, 4), weights(4)
        self.c = nn.Parameter(torch.zeros(4, dtype=torch.cfloat))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        re, im = x.chunk(2, -1)
        out = torch.complex(re @ self.w_re - im @ self.w_im, re @ self.w_im + im @ self.w_re) + self.c
        return (out * torch.exp(1j * self.theta)).abs()


class SharedLora(Odd):
    """LoRA by hand: a shared base, a pair for each task from dictionaries, a scale as rank-stabilised."""

    RIGHT: ClassVar = {
        "base.weight": True,
        "base.bias": False,
        "lora_down.fr": True,
        "lora_down.de": True,
        "lora_up.fr": True,
        "lora_up.de": True,
        "lam.fr": False,
        "lam.de": False,
    }

    def __init__(self) -> None:
        super().__init__()
        self.base = nn.Linear(8, 8)
        self.lora_down = nn.ParameterDict({task: weights(2, 8) for task in ("fr", "de")})
        self.lora_up = nn.ParameterDict({task: weights(8, 2) for task in ("fr", "de")})
        self.lam = nn.ParameterDict({task: weights(2) for task in ("fr", "de")})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.base(x)
        for task in self.lora_down:
            y = y + F.linear(F.linear(x, self.lora_down[task]) * self.lam[task], self.lora_up[task]) / math.sqrt(2)
        return y


class MaskedWeights(Odd):
    """Scores make a soft mask of a weight, and a hard one straight through."""

    RIGHT: ClassVar = {"dense": True, "scores": False, "keep": False}

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.scores, self.keep = weights(5, 8), weights(5, 8), weights(5, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        soft = torch.sigmoid(self.scores * 4)
        hard = (self.keep > 0).float() + self.keep.sigmoid() - self.keep.sigmoid().detach()
        return F.linear(x, self.dense * soft * hard)


class Diagonal(Odd):
    """A diagonal state space as a long convolution: A, C, D and a step."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"log_dt": False, "A_re": False, "A_im": False, "C": True, "D": False}

    def __init__(self) -> None:
        super().__init__()
        self.log_dt, self.A_re, self.A_im = weights(8), weights(8, 4), weights(8, 4)
        self.C, self.D = nn.Parameter(torch.randn(8, 4, dtype=torch.cfloat)), weights(8)

    def forward(self, u: torch.Tensor) -> torch.Tensor:
        n = u.shape[1]
        dt = torch.exp(self.log_dt)[:, None]
        a = -torch.exp(self.A_re) + 1j * self.A_im
        powers = torch.exp((a * dt)[..., None] * torch.arange(n))
        kernel = torch.einsum("hs,hsl->hl", self.C * dt, powers).real
        spectrum = torch.fft.rfft(kernel, n=2 * n) * torch.fft.rfft(u.mT, n=2 * n)
        return torch.fft.irfft(spectrum, n=2 * n)[..., :n].mT + u * self.D


class HandLstm(Odd):
    """An LSTM cell by hand: four gates in one matrix, peepholes, learned first states."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Wx": True, "Wh": True, "bias_all": False, "peep": False, "h0": False, "c0": False}

    def __init__(self) -> None:
        super().__init__()
        self.Wx, self.Wh, self.bias_all = weights(32, 8), weights(32, 8), weights(32)
        self.peep, self.h0, self.c0 = weights(8), weights(1, 8), weights(1, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h, c = self.h0.expand(x.size(0), -1), self.c0.repeat(x.size(0), 1)
        for t in range(x.size(1)):
            gates = x[:, t] @ self.Wx.t() + h @ self.Wh.t() + self.bias_all
            i, f, g, o = gates.chunk(4, 1)
            c = torch.sigmoid(f + c * self.peep) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h


class RbfKan(Odd):
    """Edges of Gaussian bumps with learned grid, widths, coefficients; and Chebyshev coefficients."""

    RIGHT: ClassVar = {"grid": False, "inv_width": False, "coef": True, "cheby": True}

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.inv_width = nn.Parameter(torch.linspace(-1, 1, 5)), weights(1)
        self.coef, self.cheby = weights(8 * 5, 6), weights(8, 6, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bumps = torch.exp(-(((x[..., None] - self.grid) * self.inv_width) ** 2))
        y = bumps.reshape(len(x), -1) @ self.coef
        angles = torch.acos(torch.tanh(x).clamp(-0.99, 0.99))[..., None] * torch.arange(4)
        return y + torch.einsum("bid,iod->bo", angles.cos(), self.cheby)


class Rotary(Odd):
    """Learned rotary frequencies, and gains of queries and keys."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"inv_freq": False, "qk": True, "q_gain": False, "k_gain": False, "vo": True}

    def __init__(self) -> None:
        super().__init__()
        self.inv_freq, self.qk, self.vo = weights(4), weights(2, 8, 8), weights(8, 8)
        self.q_gain, self.k_gain = weights(8), weights(8)

    def turn(self, x: torch.Tensor) -> torch.Tensor:
        angle = torch.arange(x.shape[1])[:, None] * self.inv_freq
        left, right = x[..., :4], x[..., 4:]
        cos, sin = angle.cos(), angle.sin()
        return torch.cat([left * cos - right * sin, left * sin + right * cos], -1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k = (x @ w for w in self.qk)
        q = self.turn(F.normalize(q, dim=-1) * self.q_gain)
        k = self.turn(F.normalize(k, dim=-1) * self.k_gain)
        return (q @ k.transpose(1, 2)).softmax(-1) @ (x @ self.vo)


class GraphAttention(Odd):
    """A graph layer by hand: vectors of attention for each head, and a learned self-loop."""

    DATA: ClassVar = (X, torch.tensor([[0, 1, 2, 3, 0], [1, 2, 3, 0, 2]]))
    RIGHT: ClassVar = {"W": True, "a_src": True, "a_dst": True, "eps": False}

    def __init__(self) -> None:
        super().__init__()
        self.W, self.a_src, self.a_dst = weights(8, 6), weights(2, 3), weights(2, 3)
        self.eps = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
        h = (x @ self.W).view(-1, 2, 3)
        src, dst = edges
        e = F.leaky_relu((h * self.a_src).sum(-1)[src] + (h * self.a_dst).sum(-1)[dst]).exp()
        out = torch.zeros_like(h).index_add_(0, dst, h[src] * e[..., None])
        return out + (1 + self.eps) * h


class InducedSet(Odd):
    """Inducing points by scaled dot-product attention, and a mask token and registers."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"I": False, "mask_vec": False, "regs": False, "Wo": True}

    def __init__(self) -> None:
        super().__init__()
        self.I, self.mask_vec, self.regs, self.Wo = weights(3, 8), weights(8), weights(2, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = x[..., :1] > 1
        x = x * ~hidden + self.mask_vec * hidden
        x = torch.cat((self.regs.unsqueeze(0).expand(x.shape[0], -1, -1), x), dim=1)
        y = F.scaled_dot_product_attention(self.I.expand(x.shape[0], -1, -1), x, x)
        return y @ self.Wo


class HyperLinear(Odd):
    """Layers made of a learned code by two factors, called through ``functional_call``."""

    RIGHT: ClassVar = {"code": False, "gen_a": True, "gen_b": True, "inner.weight": True, "inner.bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.code, self.gen_a, self.gen_b = weights(3), weights(3, 8 * 2), weights(3, 2 * 8)
        self.inner = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        delta = (self.code @ self.gen_a).view(8, 2) @ (self.code @ self.gen_b).view(2, 8)
        moved = {"weight": self.inner.weight + delta, "bias": self.inner.bias}
        return functional_call(self.inner, moved, (x,))


class Metric(Odd):
    """A learned metric, a bilinear score, and a scalar product with a vector."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {"L": True, "M": True, "direction": False, "offset": False}

    def __init__(self) -> None:
        super().__init__()
        self.L, self.M, self.direction, self.offset = weights(8, 3), weights(8, 8), weights(8), weights(())

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        distance = ((x - y) @ self.L).norm(dim=-1)
        score = ((x @ self.M) * y).sum(-1)
        return score - distance + x @ self.direction + self.offset


class LoopOverDict(Odd):
    """Dictionaries and lists of parameters in loops, with their keys computed."""

    RIGHT: ClassVar = {
        "mats.down": True,
        "mats.up": True,
        "adds.down": False,
        "adds.up": False,
        "stack.0": True,
        "stack.1": True,
        "skips.0": False,
        "skips.1": False,
    }

    def __init__(self) -> None:
        super().__init__()
        self.mats = nn.ParameterDict({"down": weights(8, 4), "up": weights(4, 8)})
        self.adds = nn.ParameterDict({"down": weights(4), "up": weights(8)})
        self.stack = nn.ParameterList([weights(8, 8) for _ in range(2)])
        self.skips = nn.ParameterList([nn.Parameter(torch.ones(8)) for _ in range(2)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for key, mat in self.mats.items():
            x = torch.addmm(self.adds[key], x, mat)
        for i, w in enumerate(self.stack):
            x = x * self.skips[i] + torch.tanh(torch.mm(x, w))
        return x


class Separable(Odd):
    """Depthwise and pointwise kernels of shapes of their own, a kernel that is softmaxed, and a blur."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"spatial": True, "point": True, "attn_logits": False, "sharpen": False}

    def __init__(self) -> None:
        super().__init__()
        self.spatial, self.point = weights(3, 9), weights(3, 6)
        self.attn_logits, self.sharpen = weights(6, 1, 9), nn.Parameter(torch.tensor(0.5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.conv2d(x, self.spatial.reshape(3, 1, 3, 3), padding=1, groups=3)
        x = torch.einsum("bihw,io->bohw", x, self.point)
        blur = F.conv2d(x, self.attn_logits.softmax(-1).view(6, 1, 3, 3), padding=1, groups=6)
        return x + self.sharpen * (x - blur)


class TiedWords(Odd):
    """A table of words by one-hot products, segments added, an output that shares it."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"table": True, "seg": False, "out_gain": False, "prefix": False}

    def __init__(self) -> None:
        super().__init__()
        self.table, self.seg, self.out_gain, self.prefix = weights(6, 8), weights(3, 8), weights(8), weights(2, 8)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        h = F.one_hot(ids, 6).float() @ self.table + self.seg[: ids.shape[1]]
        h = torch.cat([self.prefix[None].expand(len(ids), -1, -1), h], 1)
        return (h * self.out_gain) @ self.table.t()


class Activations(Odd):
    """Learned activations: swish, snake, a rational function, a power and a bounded gain."""

    RIGHT: ClassVar = {"beta": False, "freq": False, "numerator": False, "denominator": False, "p": False}

    def __init__(self) -> None:
        super().__init__()
        self.beta, self.freq, self.p = weights(8), weights(8), nn.Parameter(torch.ones(1))
        self.numerator, self.denominator = weights(4), weights(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x * torch.sigmoid(self.beta * x)
        x = x + torch.sin(self.freq * x) ** 2 / self.freq
        top = sum(self.numerator[k] * x**k for k in range(4))
        bottom = 1 + sum(self.denominator[k].abs() * x.abs() ** (k + 1) for k in range(3))
        return (top / bottom).abs().clamp(min=1e-6) ** self.p


class FactorizedInput(Odd):
    """Features crossed with each other: embeddings of each feature, and a factorisation machine."""

    RIGHT: ClassVar = {"V": True, "linear_part": False, "bias0": False, "num_w": False, "num_b": False}

    def __init__(self) -> None:
        super().__init__()
        self.V, self.linear_part, self.bias0 = weights(8, 4), weights(8), weights(1)
        self.num_w, self.num_b = weights(8, 4), weights(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        square = (x @ self.V).pow(2) - x.pow(2) @ self.V.pow(2)
        tokens = torch.einsum("bf,fd->bfd", x, self.num_w) + self.num_b
        first = (x * self.linear_part).sum(-1, keepdim=True) + self.bias0
        return torch.cat([first + square.sum(-1, True), torch.relu(tokens).flatten(1)], 1)


class Sirens(Odd):
    """A sine layer with a learned frequency, and a steepness of each feature."""

    DATA: ClassVar = (torch.randn(5, 2),)
    RIGHT: ClassVar = {"omega": False, "first": True, "shift0": False, "steep": False}

    def __init__(self) -> None:
        super().__init__()
        self.omega, self.first, self.shift0, self.steep = weights(1), weights(8, 2), weights(8), weights(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.sin(self.omega * F.linear(x, self.first, self.shift0))
        return torch.tanh(self.steep * y.T)


def mix(state: Any, gate: Any) -> Any:
    """A blend of a state and its shift by one place."""
    return state * gate + F.pad(state, (0, 0, 1, -1)) * (1 - gate)


class TokenShift(Odd):
    """RWKV's mixing by hand: blends of places, decays, a bonus, gates."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"mu_k": False, "mu_v": False, "Wk": True, "Wv": True, "decay": False, "bonus": False}

    def __init__(self) -> None:
        super().__init__()
        self.mu_k, self.mu_v = nn.Parameter(torch.rand(1, 1, 8)), nn.Parameter(torch.rand(1, 1, 8))
        self.Wk, self.Wv, self.decay, self.bonus = weights(8, 8), weights(8, 8), weights(8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        k, v = mix(x, self.mu_k) @ self.Wk, mix(x, self.mu_v) @ self.Wv
        num = den = torch.zeros_like(k[:, 0])
        out = []
        for kt, vt in zip(k.unbind(1), v.unbind(1), strict=True):
            now = (kt + self.bonus).exp()
            out.append((num + now * vt) / (den + now))
            fade = torch.exp(-self.decay.exp())
            num, den = fade * num + kt.exp() * vt, fade * den + kt.exp()
        return torch.stack(out, 1)


CLASSES: list[type[Odd]] = [made for made in Odd.__subclasses__() if made.__module__ == __name__]
