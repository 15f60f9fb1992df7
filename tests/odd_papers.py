"""Methods of papers as strangers write them: the first half, for which some code was mended.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run; not tidied since, as strangers'
code is not.
"""

# ruff: noqa

from __future__ import annotations

import math
from typing import ClassVar

import torch
import torch.nn.functional as F
from einops import einsum, rearrange, reduce, repeat
from torch import nn

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights


class AdaptiveInstance(Odd):
    """A learned constant picture, normalised and styled by a code (AdaIN)."""

    RIGHT: ClassVar = {
        "const": False,
        "affine.weight": True,
        "affine.bias": False,
        "noise_w": False,
        "kernel": True,
        "to_rgb": True,
    }

    def __init__(self):
        super().__init__()
        self.const = nn.Parameter(torch.ones(1, 6, 4, 4))
        self.affine = nn.Linear(8, 12)
        self.noise_w = nn.Parameter(torch.zeros(1, 6, 1, 1))
        self.kernel = nn.Parameter(torch.randn(6, 6, 3, 3) * 0.1)
        self.to_rgb = weights(3, 6, 1, 1)

    @staticmethod
    def adain(feat, style):
        mu, sd = feat.mean((2, 3), keepdim=True), feat.std((2, 3), keepdim=True) + 1e-5
        ys, yb = style.chunk(2, 1)
        return (feat - mu) / sd * (1 + ys[..., None, None]) + yb[..., None, None]

    def forward(self, w):
        h = self.const.repeat(w.size(0), 1, 1, 1)
        h = h + self.noise_w * torch.randn(w.size(0), 1, 4, 4)
        h = F.leaky_relu(self.adain(h, self.affine(w)), 0.2)
        h = F.conv2d(h, self.kernel / math.sqrt(6 * 9), padding=1)
        return F.conv2d(h, self.to_rgb)


class LensStyle(Odd):
    """A one-layer model in the style of TransformerLens: einsums, and all names W_ and b_."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "W_E": True,
        "W_pos": False,
        "W_Q": True,
        "W_K": True,
        "W_V": True,
        "W_O": True,
        "b_Q": False,
        "b_K": False,
        "b_V": False,
        "b_O": False,
        "W_U": True,
        "b_U": False,
        "w": False,
        "b": False,
    }

    def __init__(self, d_vocab=6, d=8, heads=2, d_head=4, n_ctx=10):
        super().__init__()
        e = lambda *s: nn.Parameter(nn.init.normal_(torch.empty(*s), std=0.02))
        self.W_E, self.W_pos, self.W_U, self.b_U = (
            e(d_vocab, d),
            e(n_ctx, d),
            e(d, d_vocab),
            nn.Parameter(torch.zeros(d_vocab)),
        )
        self.W_Q, self.W_K, self.W_V = (e(heads, d, d_head) for _ in "qkv")
        self.W_O = e(heads, d_head, d)
        self.b_Q, self.b_K, self.b_V = (nn.Parameter(torch.zeros(heads, d_head)) for _ in range(3))
        self.b_O = nn.Parameter(torch.zeros(d))
        self.w, self.b = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))

    def forward(self, tokens):
        batch, seq = tokens.shape
        resid = self.W_E[tokens, :] + repeat(self.W_pos[:seq], "s d -> b s d", b=batch)
        pre = resid - reduce(resid, "b s d -> b s 1", "mean")
        pre = pre / (pre.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt() * self.w + self.b
        q = einsum(pre, self.W_Q, "b s d, n d h -> b s n h") + self.b_Q
        k = einsum(pre, self.W_K, "b s d, n d h -> b s n h") + self.b_K
        v = einsum(pre, self.W_V, "b s d, n d h -> b s n h") + self.b_V
        scores = einsum(q, k, "b i n h, b j n h -> b n i j") / 2
        scores = scores.masked_fill(torch.triu(torch.ones(seq, seq), 1).bool(), -1e5)
        z = einsum(scores.softmax(-1), v, "b n i j, b j n h -> b i n h")
        resid = resid + einsum(z, self.W_O, "b i n h, n h d -> b i d") + self.b_O
        return einsum(resid, self.W_U, "b s d, d v -> b s v") + self.b_U


class StackAugmented(Odd):
    """A recurrent net with a soft stack: what lies at its bottom is learned."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"empty": False, "start": False, "A": True, "D": True, "act_bias": False, "U": True}

    def __init__(self):
        super().__init__()
        self.empty, self.start = nn.Parameter(torch.full((4,), -1.0)), nn.Parameter(torch.zeros(8))
        self.U, self.A, self.D = weights(8 + 8 + 4, 8), weights(8, 3), weights(8, 4)
        self.act_bias = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        b = len(x)
        stack = self.empty.view(1, 1, 4).repeat(b, 5, 1)
        h, out = self.start.repeat(b, 1), []
        for step in x.transpose(0, 1):
            h = torch.sigmoid(torch.cat((step, h, stack[:, 0]), -1) @ self.U)
            push, pop, stay = torch.softmax(h @ self.A + self.act_bias, -1).split(1, -1)
            new = torch.sigmoid(h @ self.D)
            pushed = torch.cat((new[:, None], stack[:, :-1]), 1)
            popped = torch.cat((stack[:, 1:], self.empty.expand(b, 1, 4)), 1)
            stack = push[..., None] * pushed + pop[..., None] * popped + stay[..., None] * stack
            out.append(h)
        return torch.stack(out, 1)


class SlotAttention(Odd):
    """Slots drawn from a learned Gaussian compete for the places."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "slots_mu": False,
        "slots_log_sigma": False,
        "Wq": True,
        "Wkv": True,
        "gru.weight_ih": True,
        "gru.weight_hh": True,
        "gru.bias_ih": False,
        "gru.bias_hh": False,
        "g": False,
    }

    def __init__(self):
        super().__init__()
        self.slots_mu = nn.Parameter(torch.randn(1, 1, 8))
        self.slots_log_sigma = nn.Parameter(torch.zeros(1, 1, 8))
        self.Wq, self.Wkv, self.g = weights(8, 8), weights(8, 16), nn.Parameter(torch.ones(8))
        self.gru = nn.GRUCell(8, 8)

    def forward(self, inputs):
        b, _, d = inputs.shape
        slots = self.slots_mu + self.slots_log_sigma.exp() * torch.randn(b, 3, d)
        k, v = (F.normalize(inputs, dim=-1) * self.g).matmul(self.Wkv).chunk(2, dim=-1)
        for _ in range(2):
            logits = torch.einsum("bnd,bsd->bns", k, slots.matmul(self.Wq)) * d**-0.5
            attn = logits.softmax(-1) + 1e-8
            attn = attn / attn.sum(1, keepdim=True)
            updates = torch.einsum("bns,bnd->bsd", attn, v)
            slots = self.gru(updates.reshape(-1, d), slots.reshape(-1, d)).view(b, 3, d)
        return slots


class ResidualCodes(Odd):
    """Two codebooks one after the other, each quantises what the first left."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight_0": False, "weight_1": False, "proj_in": True, "proj_out": True}

    def __init__(self):
        super().__init__()
        self.proj_in, self.proj_out = weights(8, 4), weights(4, 8)
        for level in range(2):
            self.register_parameter(f"weight_{level}", nn.Parameter(torch.empty(7, 4).uniform_(-1 / 7, 1 / 7)))

    def forward(self, x):
        z = rest = rearrange(x @ self.proj_in, "b n d -> (b n) d")
        total = 0.0
        for level in range(2):
            book = getattr(self, f"weight_{level}")
            index = ((rest[:, None] - book[None]) ** 2).sum(-1).argmin(1)
            code = F.embedding(index, book)
            total = total + code
            rest = rest - code
        z = z + (total - z).detach() + total - total.detach()
        return z.view(*x.shape[:2], -1) @ self.proj_out


class MixtureOfSoftmaxes(Odd):
    """Several softmaxes over the words, mixed by a prior."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "prior": True,
        "latent": True,
        "latent_b": False,
        "vocab": True,
        "vocab_b": False,
        "log_temp": False,
    }

    def __init__(self):
        super().__init__()
        self.prior, self.latent, self.latent_b = weights(3, 8), weights(3 * 8, 8), weights(24)
        self.vocab, self.vocab_b = weights(11, 8), weights(11)
        self.log_temp = nn.Parameter(torch.zeros(3))

    def forward(self, h):
        pi = F.softmax(F.linear(h, self.prior), -1)
        z = torch.tanh(F.linear(h, self.latent, self.latent_b)).unflatten(-1, (3, 8))
        logits = (F.linear(z, self.vocab, self.vocab_b)) / self.log_temp.exp()[:, None]
        return torch.log((pi[..., None] * logits.softmax(-1)).sum(-2) + 1e-8)


class HashedGrams(Odd):
    """Hashed n-grams look up rows of one large table, scaled and added to the words."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"words": True, "buckets": True, "gram_gain": False, "down": True}

    def __init__(self):
        super().__init__()
        self.words, self.buckets = weights(6, 8), weights(32, 4)
        self.gram_gain, self.down = nn.Parameter(torch.full((4,), 0.1)), weights(4, 8)

    def hashed(self, ids):
        before = F.pad(ids, (1, 0))[:, :-1]
        return (before * 1000003 + ids) % self.buckets.shape[0]

    def forward(self, ids):
        grams = torch.index_select(self.buckets, 0, self.hashed(ids).view(-1)).view(*ids.shape, -1)
        return F.embedding(ids, self.words) + (grams * self.gram_gain) @ self.down


def hadamard(x):
    """The Walsh-Hadamard transform of the last axis."""
    n = x.shape[-1]
    h = 1
    while h < n:
        x = x.reshape(*x.shape[:-1], -1, 2, h) if h == 1 else x.reshape(*x.shape[:-1], n // (2 * h), 2, h)
        x = torch.stack((x[..., 0, :] + x[..., 1, :], x[..., 0, :] - x[..., 1, :]), -2).flatten(-3)
        h *= 2
    return x / math.sqrt(n)


class FastFood(Odd):
    """Diagonals between Walsh-Hadamard transforms; the last map is dense."""

    RIGHT: ClassVar = {"S": False, "G": False, "B": False, "W": True}

    def __init__(self):
        super().__init__()
        self.S, self.G, self.B = (nn.Parameter(torch.randn(8)) for _ in range(3))
        self.W = nn.Parameter(torch.randn(16, 3))
        self.register_buffer("perm", torch.randperm(8))

    def forward(self, x):
        y = hadamard(x * self.B)[:, self.perm]
        y = hadamard(y * self.G) * self.S
        return torch.cat((y.cos(), y.sin()), -1) @ self.W


class Monarch(Odd):
    """Two block-diagonal maps with a shuffle between them."""

    RIGHT: ClassVar = {"blkdiag1": True, "blkdiag2": True, "gain": False}

    def __init__(self):
        super().__init__()
        self.blkdiag1, self.blkdiag2 = weights(2, 4, 4), weights(4, 2, 2)
        self.gain = nn.Parameter(torch.ones(8))

    def forward(self, x):
        y = rearrange(x, "b (k i) -> k b i", k=2)
        y = torch.bmm(y, self.blkdiag1.transpose(1, 2))
        y = rearrange(y, "k b l -> l b k")
        y = torch.bmm(y, self.blkdiag2.mT)
        return rearrange(y, "l b s -> b (s l)") * self.gain


class LoKr(Odd):
    """A Kronecker product of a small matrix and a low-rank one moves a frozen weight."""

    RIGHT: ClassVar = {"lokr_w1": True, "lokr_w2_a": True, "lokr_w2_b": True, "magnitude": False}

    def __init__(self):
        super().__init__()
        self.register_buffer("frozen", torch.randn(6, 8))
        self.lokr_w1, self.lokr_w2_a, self.lokr_w2_b = weights(2, 2), weights(3, 1), weights(1, 4)
        self.magnitude = nn.Parameter(torch.ones(6))

    def merged(self):
        c = self.lokr_w2_a @ self.lokr_w2_b
        delta = torch.einsum("ab,cd->acbd", self.lokr_w1, c).reshape(6, 8)
        w = self.frozen + delta
        return self.magnitude.unsqueeze(1) * (w / torch.linalg.norm(w, dim=1, keepdim=True).detach())

    def forward(self, x):
        return x.mm(self.merged().t())


class ThreeVectors(Odd):
    """IA3 by hand on frozen attention: vectors for keys, values and the hidden layer."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W_k": False, "W_v": False, "W_ff": False, "head": True}

    def __init__(self):
        super().__init__()
        for name in ("q", "k", "v"):
            self.register_buffer(name, torch.randn(8, 8))
        self.register_buffer("up", torch.randn(8, 16))
        self.register_buffer("down", torch.randn(16, 8))
        self.W_k, self.W_v, self.W_ff = (nn.Parameter(torch.ones(n)) for n in (8, 8, 16))
        self.head = weights(8, 3)

    def forward(self, x):
        k, v = (x @ self.k) * self.W_k, self.W_v * (x @ self.v)
        x = x + F.scaled_dot_product_attention(x @ self.q, k, v)
        x = x + (torch.relu(x @ self.up) * self.W_ff) @ self.down
        return x.mean(1) @ self.head


class S5Layer(Odd):
    """S5: a diagonal state with complex maps in and out, by a loop."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Lambda_re": False, "Lambda_im": False, "B": True, "C": True, "D": False, "log_step": False}

    def __init__(self):
        super().__init__()
        self.Lambda_re, self.Lambda_im = nn.Parameter(-torch.rand(4)), nn.Parameter(torch.randn(4))
        self.B, self.C = weights(4, 8, 2), weights(8, 4, 2)
        self.D, self.log_step = weights(8), nn.Parameter(torch.full((4,), -2.0))

    def forward(self, u):
        lam = torch.complex(self.Lambda_re.clamp(max=-1e-4), self.Lambda_im)
        b, c = torch.view_as_complex(self.B), torch.view_as_complex(self.C)
        delta = self.log_step.exp()
        lam_bar = torch.exp(lam * delta)
        b_bar = ((lam_bar - 1) / lam)[:, None] * b
        state, ys = torch.zeros(u.shape[0], 4, dtype=torch.cfloat), []
        for t in range(u.shape[1]):
            state = lam_bar * state + u[:, t].to(torch.cfloat) @ b_bar.T
            ys.append((state @ c.T).real + self.D * u[:, t])
        return F.gelu(torch.stack(ys, 1))


class Retention(Odd):
    """RetNet with a learned decay of each head, and a group norm by hand."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"qkvg": True, "gamma_logit": False, "gn": False, "out": True}

    def __init__(self):
        super().__init__()
        self.qkvg, self.out = weights(4, 8, 8), weights(8, 8)
        self.gamma_logit, self.gn = nn.Parameter(torch.randn(2)), nn.Parameter(torch.ones(2, 4))

    def forward(self, x):
        q, k, v, g = torch.einsum("bnd,sde->sbne", x, self.qkvg)
        q, k, v = (rearrange(t, "b n (h d) -> b h n d", h=2) for t in (q, k, v))
        n = x.shape[1]
        far = (torch.arange(n)[:, None] - torch.arange(n)).clamp(min=0)
        decay = torch.sigmoid(self.gamma_logit).view(2, 1, 1) ** far * torch.ones(n, n).tril()
        y = (q @ k.mT * decay) @ v
        y = F.layer_norm(y, (4,)) * self.gn.unsqueeze(1)
        return (F.silu(g) * rearrange(y, "b h n d -> b n (h d)")) @ self.out


class RealGatedUnit(Odd):
    """Griffin's recurrence: block-diagonal gates, a rate through a sigmoid's logarithm."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "input_gate_w": True,
        "input_gate_b": False,
        "a_gate_w": True,
        "a_gate_b": False,
        "a_param": False,
    }

    def __init__(self):
        super().__init__()
        self.input_gate_w, self.a_gate_w = weights(2, 4, 4), weights(2, 4, 4)
        self.input_gate_b, self.a_gate_b = nn.Parameter(torch.zeros(2, 4)), nn.Parameter(torch.zeros(2, 4))
        self.a_param = nn.Parameter(torch.empty(8).uniform_(2, 4))

    def block(self, x, w, b):
        x = rearrange(x, "... (h i) -> ... h i", h=2)
        y = torch.einsum("... h i, h i j -> ... h j", x, w) + b
        return rearrange(torch.sigmoid(y), "... h j -> ... (h j)")

    def forward(self, x):
        gate_x = self.block(x, self.input_gate_w, self.input_gate_b)
        gate_a = self.block(x, self.a_gate_w, self.a_gate_b)
        log_a = -8.0 * gate_a * F.softplus(self.a_param)
        a, h, ys = torch.exp(log_a), 0, []
        for t in range(x.shape[1]):
            h = a[:, t] * h + torch.sqrt(1 - torch.exp(2 * log_a[:, t]) + 1e-6) * gate_x[:, t] * x[:, t]
            ys.append(h)
        return torch.stack(ys, 1)


class BucketBias(Odd):
    """T5's attention: buckets of distances look up a bias for each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"relative_attention_bias.weight": False, "wi": True, "wo": True, "weight": False}

    def __init__(self):
        super().__init__()
        self.relative_attention_bias = nn.Embedding(8, 2)
        self.wi, self.wo = weights(8, 24), weights(8, 8)
        self.weight = nn.Parameter(torch.ones(8))

    def compute_bias(self, n):
        at = torch.arange(n)
        rel = (at[None] - at[:, None]).abs().clamp(max=7)
        return self.relative_attention_bias(rel).permute(2, 0, 1).unsqueeze(0)

    def forward(self, x):
        y = self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))
        q, k, v = (t.unflatten(-1, (2, 4)).transpose(1, 2) for t in (y @ self.wi).chunk(3, -1))
        scores = torch.matmul(q, k.transpose(3, 2))
        scores += self.compute_bias(x.shape[1])
        out = torch.matmul(scores.softmax(-1), v).transpose(1, 2).flatten(2)
        return x + out @ self.wo


class ShawKeys(Odd):
    """Relative keys and values by clipped distance (Shaw et al.)."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"rel_k": False, "rel_v": False, "Q": True, "KV": True}

    def __init__(self):
        super().__init__()
        self.rel_k, self.rel_v = nn.Parameter(torch.randn(7, 8)), nn.Parameter(torch.randn(7, 8))
        self.Q, self.KV = weights(8, 8), weights(16, 8)

    def forward(self, x):
        n = x.size(1)
        r = torch.arange(n)
        dist = (r[None, :] - r[:, None]).clamp(-3, 3) + 3
        ak, av = self.rel_k[dist], self.rel_v[dist]
        q = x @ self.Q
        k, v = F.linear(x, self.KV).split(8, -1)
        logits = torch.einsum("bid,bjd->bij", q, k) + torch.einsum("bid,ijd->bij", q, ak)
        p = F.softmax(logits / 8**0.5, -1)
        return torch.einsum("bij,bjd->bid", p, v) + torch.einsum("bij,ijd->bid", p, av)


class Synthesizer(Odd):
    """Attention that looks at nothing: learned scores between places, beside dense ones of each place."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"R": False, "dense.0.weight": True, "dense.0.bias": False, "dense.2.weight": True, "value": True}

    def __init__(self):
        super().__init__()
        self.R = nn.Parameter(torch.randn(6, 6))
        self.dense = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 6, bias=False))
        self.value = weights(8, 8)

    def forward(self, x):
        n = x.shape[1]
        scores = self.dense(x)[..., :n] + self.R[:n, :n]
        return torch.bmm(F.softmax(scores, dim=-1), x @ self.value)


class SpatialGating(Odd):
    """gMLP: a map over the places, with a bias of each place, gates the other half."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"proj_in": True, "proj_out": True, "weight": True, "bias": False, "norm": False}

    def __init__(self):
        super().__init__()
        self.proj_in, self.proj_out = weights(8, 12), weights(6, 8)
        self.weight, self.bias = nn.Parameter(torch.zeros(2, 6, 6).uniform_(-0.1, 0.1)), nn.Parameter(torch.ones(2, 6))
        self.norm = nn.Parameter(torch.ones(6))

    def forward(self, x):
        res, gate = F.gelu(x @ self.proj_in).chunk(2, dim=-1)
        gate = F.layer_norm(gate, (6,), self.norm)
        gate = rearrange(gate, "b n (h d) -> b h n d", h=2)
        gate = einsum(gate, self.weight, "b h n d, h m n -> b h m d")
        gate = gate + rearrange(self.bias, "h n -> () h n ()")
        return (rearrange(gate, "b h n d -> b n (h d)") * res) @ self.proj_out


class RandomFeatures(Odd):
    """Trained Fourier features of a kernel machine: frequencies with a phase, then a readout."""

    RIGHT: ClassVar = {"omega": True, "phase": False, "log_amp": False, "beta": True}

    def __init__(self):
        super().__init__()
        self.omega, self.phase = weights(8, 12), nn.Parameter(2 * math.pi * torch.rand(12))
        self.log_amp, self.beta = nn.Parameter(torch.zeros(())), weights(12, 2)

    def forward(self, x):
        phi = torch.cos(torch.addmm(self.phase, x, self.omega)) * math.sqrt(2 / 12)
        return phi @ self.beta * self.log_amp.exp()


class RadialFlow(Odd):
    """Radial flows by hand: each pulls towards a point, then scale and shift."""

    RIGHT: ClassVar = {
        "z0.0": False,
        "z0.1": False,
        "alpha.0": False,
        "alpha.1": False,
        "beta.0": False,
        "beta.1": False,
        "scale": False,
    }

    def __init__(self):
        super().__init__()
        self.z0 = nn.ParameterList(nn.Parameter(torch.randn(8)) for _ in range(2))
        self.alpha, self.beta = (nn.ParameterList(nn.Parameter(torch.zeros(1)) for _ in range(2)) for _ in "ab")
        self.scale = nn.Parameter(torch.ones(8))

    def forward(self, z):
        total = 0
        for centre, a, b in zip(self.z0, self.alpha, self.beta):
            alpha = F.softplus(a)
            diff = z - centre
            h = 1 / (alpha + diff.norm(dim=1, keepdim=True))
            pull = -alpha + F.softplus(b)
            z = z + pull * h * diff
            total = total + 7 * torch.log1p(pull * h)
        return z * self.scale + total


class InvertibleConv(Odd):
    """Glow's step: actnorm, a 1x1 convolution by LU factors, and an affine coupling by convolutions."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {
        "act_loc": False,
        "act_logs": False,
        "lower": True,
        "log_s": False,
        "upper": True,
        "nn1": True,
        "nn2": True,
        "zero_scale": False,
    }

    def __init__(self, c=4):
        super().__init__()
        self.act_loc, self.act_logs = nn.Parameter(torch.zeros(1, c, 1, 1)), nn.Parameter(torch.zeros(1, c, 1, 1))
        p, low, up = torch.linalg.lu(torch.linalg.qr(torch.randn(c, c))[0])
        s = up.diagonal()
        self.register_buffer("P", p)
        self.register_buffer("sign_s", s.sign())
        self.register_buffer("l_mask", torch.ones(c, c).tril(-1))
        self.lower, self.upper, self.log_s = (
            nn.Parameter(low.clone()),
            nn.Parameter(up.triu(1).clone()),
            nn.Parameter(s.abs().log()),
        )
        self.nn1, self.nn2 = weights(6, 2, 3, 3), weights(4, 6, 1, 1)
        self.zero_scale = nn.Parameter(torch.full((1, 4, 1, 1), 0.1))

    def weight(self):
        low = self.lower * self.l_mask + torch.eye(4)
        up = self.upper * self.l_mask.T + torch.diag(self.sign_s * torch.exp(self.log_s))
        return self.P @ low @ up

    def forward(self, x):
        x = (x + self.act_loc) * self.act_logs.exp()
        x = F.conv2d(x, self.weight()[..., None, None])
        a, b = x.chunk(2, 1)
        h = F.conv2d(F.relu(F.conv2d(a, self.nn1, padding=1)), self.nn2) * torch.exp(self.zero_scale * 3)
        s, t = h.chunk(2, 1)
        return torch.cat([a, b * torch.sigmoid(s + 2) + t], 1)


class ConvexEnergy(Odd):
    """An input-convex network: the weights between hidden layers are squared, and a quadratic term is added."""

    RIGHT: ClassVar = {
        "Wx.0": True,
        "Wx.1": True,
        "Wx.2": True,
        "Wz.0": True,
        "Wz.1": True,
        "bs.0": False,
        "bs.1": False,
        "bs.2": False,
        "curvature": False,
    }

    def __init__(self):
        super().__init__()
        sizes = [8, 8, 1]
        self.Wx = nn.ParameterList(weights(n, 8) for n in sizes)
        self.Wz = nn.ParameterList(weights(n, m) for m, n in zip(sizes, sizes[1:]))
        self.bs = nn.ParameterList(nn.Parameter(torch.zeros(n)) for n in sizes)
        self.curvature = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        z = F.softplus(F.linear(x, self.Wx[0], self.bs[0]))
        for k in range(2):
            z = F.softplus(F.linear(z, self.Wz[k] ** 2) + F.linear(x, self.Wx[k + 1], self.bs[k + 1]))
        return z + 0.5 * F.softplus(self.curvature) * x.pow(2).sum(1, keepdim=True)


class GlobalResponse(Odd):
    """A ConvNeXt block by hand: depthwise kernel, response norm, inverted bottleneck, a gain for each layer."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "dwconv": True,
        "dw_b": False,
        "pw1": True,
        "pw2": True,
        "grn_g": False,
        "grn_b": False,
        "ln_g": False,
        "ln_b": False,
        "gamma": False,
    }

    def __init__(self, c=3):
        super().__init__()
        self.dwconv, self.dw_b = weights(c, 1, 5, 5), weights(c)
        self.pw1, self.pw2 = weights(4 * c, c), weights(c, 4 * c)
        self.grn_g, self.grn_b = nn.Parameter(torch.zeros(1, 1, 1, 4 * c)), nn.Parameter(torch.zeros(1, 1, 1, 4 * c))
        self.ln_g, self.ln_b = nn.Parameter(torch.ones(c)), nn.Parameter(torch.zeros(c))
        self.gamma = nn.Parameter(1e-6 * torch.ones(c))

    def forward(self, x):
        y = F.conv2d(x, self.dwconv, self.dw_b, padding=2, groups=x.shape[1]).permute(0, 2, 3, 1)
        y = (y - y.mean(-1, keepdim=True)) / torch.sqrt(y.var(-1, keepdim=True, unbiased=False) + 1e-6)
        y = F.gelu(F.linear(y * self.ln_g + self.ln_b, self.pw1))
        energy = torch.norm(y, p=2, dim=(1, 2), keepdim=True)
        y = self.grn_g * (y * energy / (energy.mean(-1, keepdim=True) + 1e-6)) + self.grn_b + y
        return x + (self.gamma * F.linear(y, self.pw2)).permute(0, 3, 1, 2)


class BilinearStack(Odd):
    """Bilinear gated blocks in nested lists of parameters, unpacked in a loop; gains behind in a vector."""

    RIGHT: ClassVar = {
        **{f"blocks.{n}.{k}": True for n in range(2) for k in range(3)},
        "residual_weights": False,
        "outputs_weight": False,
    }

    def __init__(self):
        super().__init__()
        make = lambda: nn.ParameterList([weights(8, 12), weights(8, 12), weights(12, 8)])
        self.blocks = nn.ModuleList([make() for _ in range(2)])
        self.residual_weights = nn.Parameter(torch.zeros(2))
        self.outputs_weight = nn.Parameter(torch.ones(1, 8))

    def forward(self, x):
        for alpha, (left, right, out) in zip(self.residual_weights.unbind(), self.blocks):
            x = x + alpha * torch.einsum("bh,bh,hd->bd", x @ left, x @ right, out)
        return x * self.outputs_weight


class InnerLoop(Odd):
    """MAML: fast weights in a dictionary take a step with learned rates before they answer."""

    DATA: ClassVar = (X, torch.randn(4, 3))
    RIGHT: ClassVar = {
        "theta.w1": True,
        "theta.b1": False,
        "theta.w2": True,
        "theta.b2": False,
        "lrs.w1": False,
        "lrs.b1": False,
        "lrs.w2": False,
        "lrs.b2": False,
    }

    def __init__(self):
        super().__init__()
        init = {"w1": torch.randn(6, 8), "b1": torch.zeros(6), "w2": torch.randn(3, 6), "b2": torch.zeros(3)}
        self.theta = nn.ParameterDict({k: nn.Parameter(v) for k, v in init.items()})
        self.lrs = nn.ParameterDict({k: nn.Parameter(torch.tensor(0.01)) for k in init})

    @staticmethod
    def net(x, p):
        return F.linear(F.linear(x, p["w1"], p["b1"]).tanh(), p["w2"], p["b2"])

    def forward(self, x, y):
        fast = {k: v for k, v in self.theta.items()}
        with torch.enable_grad():
            loss = F.mse_loss(self.net(x[:2], fast), y[:2])
            grads = torch.autograd.grad(loss, list(fast.values()), create_graph=True)
        fast = {k: v - self.lrs[k] * g for (k, v), g in zip(fast.items(), grads)}
        return self.net(x[2:], fast)


class NetVlad(Odd):
    """Residuals to centres, softly assigned, are pooled and projected."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"clusters": True, "cluster_weights2": False, "bn_scale": False, "hidden1_weights": True}

    def __init__(self):
        super().__init__()
        self.clusters = nn.Parameter(torch.randn(8, 4) / math.sqrt(8))
        self.cluster_weights2 = nn.Parameter(torch.randn(1, 4, 8) / math.sqrt(8))
        self.bn_scale = nn.Parameter(torch.ones(4))
        self.hidden1_weights = weights(4 * 8, 5)

    def forward(self, x):
        assignment = F.softmax((x @ self.clusters) * self.bn_scale, dim=-1)
        residual = x.unsqueeze(2) - self.cluster_weights2
        vlad = (assignment.unsqueeze(-1) * residual).sum(1)
        vlad = F.normalize(vlad, dim=-1).flatten(1)
        return F.normalize(vlad, dim=-1) @ self.hidden1_weights


class Capsules(Odd):
    """Capsules: each votes by a matrix, and routing by agreement starts from learned logits."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W": True, "route_bias": False, "out_bias": False}

    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(0.1 * torch.randn(1, 6, 3, 4, 8))
        self.route_bias, self.out_bias = nn.Parameter(torch.zeros(6, 3)), nn.Parameter(torch.zeros(3, 4))

    def squash(self, s):
        n = s.norm(dim=-1, keepdim=True)
        return n / (1 + n**2) * s

    def forward(self, u):
        votes = torch.matmul(self.W, u[:, :, None, :, None]).squeeze(-1)
        b = self.route_bias.expand(len(u), -1, -1)
        for _ in range(2):
            c = torch.softmax(b, dim=2)
            v = self.squash((c.unsqueeze(-1) * votes).sum(1) + self.out_bias)
            b = b + torch.einsum("bijd,bjd->bij", votes, v)
        return v


class MixtureDensity(Odd):
    """The log density of a Gaussian mixture after a projection: means, Cholesky diagonals, mixing logits."""

    RIGHT: ClassVar = {
        "proj.weight": True,
        "proj.bias": False,
        "components": False,
        "chol_raw": False,
        "mixture_weight": False,
    }

    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(8, 3)
        self.components, self.chol_raw, self.mixture_weight = (
            weights(4, 3),
            nn.Parameter(torch.zeros(4, 3)),
            nn.Parameter(torch.zeros(4)),
        )

    def forward(self, x):
        z = self.proj(x)
        dist = torch.distributions.Independent(
            torch.distributions.Normal(self.components, F.softplus(self.chol_raw) + 1e-3), 1
        )
        per = dist.log_prob(z.unsqueeze(1))
        return torch.logsumexp(per + F.log_softmax(self.mixture_weight, -1), -1)


class CompressedInteraction(Odd):
    """xDeepFM's CIN on embeddings by hand, and a field-aware pair of tables."""

    RIGHT: ClassVar = {
        "tables.0": True,
        "tables.1": True,
        "filters.0": True,
        "filters.1": True,
        "filter_b": False,
        "top": True,
    }
    DATA: ClassVar = (torch.tensor([[0, 3], [2, 5], [7, 4]]),)

    def __init__(self):
        super().__init__()
        self.tables = nn.ParameterList(nn.Parameter(torch.randn(8, 4) * 0.01) for _ in range(2))
        self.filters = nn.ParameterList([weights(3, 4), weights(3, 6)])
        self.filter_b, self.top = nn.Parameter(torch.zeros(3, 1)), weights(7, 1)

    def forward(self, ids):
        x0 = torch.stack([self.tables[f][ids[:, f]] for f in range(2)], 1)
        xk, pooled = x0, []
        for w in self.filters:
            outer = torch.einsum("bhd,bmd->bhmd", xk, x0).flatten(1, 2)
            xk = torch.relu(torch.einsum("oi,bid->bod", w, outer) + self.filter_b)
            pooled.append(xk.sum(-1))
        aware = (self.tables[1][ids[:, 0]] * self.tables[0][ids[:, 1]]).sum(-1, keepdim=True)
        return torch.cat([*pooled, aware], 1) @ self.top


class InterestUnit(Odd):
    """DIN: an activation unit of a user's history, with Dice activations."""

    DATA: ClassVar = (torch.tensor([2, 5]), IDS)
    RIGHT: ClassVar = {"item": True, "w1": True, "b1": False, "w2": True, "dice_alpha": False, "head": True}

    def __init__(self):
        super().__init__()
        self.item, self.w1, self.b1, self.w2 = weights(6, 4), weights(16, 5), weights(5), weights(5, 1)
        self.dice_alpha, self.head = nn.Parameter(torch.zeros(5)), weights(8, 2)

    def dice(self, x):
        p = torch.sigmoid((x - x.mean((0, 1))) / (x.std((0, 1)) + 1e-8))
        return p * x + self.dice_alpha * (1 - p) * x

    def forward(self, target, history):
        q, h = F.embedding(target, self.item), F.embedding(history, self.item)
        q_ = q.unsqueeze(1).expand_as(h)
        unit = torch.cat([q_, h, q_ - h, q_ * h], -1)
        score = self.dice(unit @ self.w1 + self.b1) @ self.w2
        return torch.cat([q, (score * h).sum(1)], -1) @ self.head


class OrdinalHead(Odd):
    """A cumulative-link head: one score, increasing cut points, and a calibration after."""

    RIGHT: ClassVar = {"coef_": True, "first_cut": False, "gaps": False, "platt_a": False, "platt_b": False}

    def __init__(self):
        super().__init__()
        self.coef_ = nn.Parameter(torch.randn(8, 1))
        self.first_cut, self.gaps = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(3))
        self.platt_a, self.platt_b = nn.Parameter(torch.ones(4)), nn.Parameter(torch.zeros(4))

    @property
    def cutpoints(self):
        return torch.cat([self.first_cut, self.first_cut + F.softplus(self.gaps).cumsum(0)])

    def forward(self, x):
        cumulative = self.cutpoints - x @ self.coef_
        return torch.sigmoid(self.platt_a * cumulative + self.platt_b)


class PiecewiseNet(Odd):
    """Adaptive piecewise-linear units, a parametric ELU and a learned softplus sharpness around two maps."""

    RIGHT: ClassVar = {
        "k1": True,
        "k2": True,
        "slopes": False,
        "hinges": False,
        "a_elu": False,
        "c_elu": False,
        "beta": False,
    }

    def __init__(self):
        super().__init__()
        self.k1, self.k2 = weights(8, 6), weights(6, 3)
        self.slopes, self.hinges = nn.Parameter(torch.randn(2, 6)), nn.Parameter(torch.randn(2, 6))
        self.a_elu, self.c_elu, self.beta = (nn.Parameter(torch.ones(6)) for _ in range(3))

    def forward(self, x):
        h = x @ self.k1
        out = F.relu(h)
        for s in range(2):
            out = out + self.slopes[s] * F.relu(-h + self.hinges[s])
        out = torch.where(out > 0, self.c_elu * out, self.a_elu * (torch.exp(out.clamp(max=0)) - 1))
        out = torch.log1p(torch.exp(self.beta * out.clamp(max=5))) / self.beta
        return out @ self.k2


class CondConv(Odd):
    """Kernels mixed for each sample by a routing map (CondConv), with mixed biases."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"routing.weight": True, "routing.bias": False, "weight": True, "bias": False}

    def __init__(self):
        super().__init__()
        self.routing = nn.Linear(3, 4)
        self.weight, self.bias = nn.Parameter(torch.randn(4, 5, 3, 3, 3) * 0.1), nn.Parameter(torch.zeros(4, 5))

    def forward(self, x):
        b, c, h, w = x.shape
        r = torch.sigmoid(self.routing(F.adaptive_avg_pool2d(x, 1).flatten(1)))
        kernel = torch.matmul(r, self.weight.view(4, -1)).view(b * 5, c, 3, 3)
        bias = torch.matmul(r, self.bias).view(-1)
        return F.conv2d(x.reshape(1, b * c, h, w), kernel, bias, padding=1, groups=b).view(b, 5, h, w)


class TaskPrompted(Odd):
    """Prefixes by reparametrisation: tokens pass two maps and become keys and values; persistent ones join them."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"tokens": False, "trans.0": True, "trans.1": True, "mem_k": False, "mem_v": False, "qkv": True}

    def __init__(self):
        super().__init__()
        self.tokens, self.trans = nn.Parameter(torch.randn(3, 8)), nn.ParameterList([weights(8, 4), weights(4, 16)])
        self.mem_k, self.mem_v = nn.Parameter(torch.randn(1, 2, 8)), nn.Parameter(torch.randn(1, 2, 8))
        self.qkv = weights(8, 24)

    def past(self, b):
        made = torch.tanh(self.tokens @ self.trans[0]) @ self.trans[1]
        return made.unsqueeze(0).expand(b, -1, -1).chunk(2, -1)

    def forward(self, x):
        b = x.shape[0]
        q, k, v = (x @ self.qkv).chunk(3, -1)
        pk, pv = self.past(b)
        k = torch.cat((pk, self.mem_k.expand(b, -1, -1), k), dim=1)
        v = torch.cat((pv, self.mem_v.expand(b, -1, -1), v), dim=1)
        return F.scaled_dot_product_attention(q, k, v)


class HardConcrete(Odd):
    """L0 gates on the inputs of a linear layer; scores pick weights of a frozen one, which has trained scales."""

    RIGHT: ClassVar = {"weights": True, "qz_loga": False, "bias": False, "scores": False, "per_row": False}

    def __init__(self):
        super().__init__()
        self.weights, self.bias = nn.Parameter(torch.randn(8, 5)), nn.Parameter(torch.zeros(5))
        self.qz_loga, self.scores = nn.Parameter(torch.randn(8) * 0.01 + 1), nn.Parameter(torch.randn(4, 5))
        self.per_row = nn.Parameter(torch.ones(4))
        self.register_buffer("ticket", torch.randn(4, 5))

    def sample_z(self):
        u = torch.rand(8).clamp(1e-6, 1 - 1e-6)
        s = torch.sigmoid((torch.log(u) - torch.log(1 - u) + self.qz_loga) / 0.66)
        return F.hardtanh(s * 1.2 - 0.1, 0, 1)

    def forward(self, x):
        h = torch.relu(x.mm(self.sample_z().view(-1, 1) * self.weights) + self.bias)
        hard = (self.scores >= self.scores.flatten().kthvalue(10).values).float()
        mask = hard + self.scores - self.scores.detach()
        return F.linear(h, mask * self.ticket) * self.per_row


class BayesByBackprop(Odd):
    """Means and rhos of weights and biases, named by a loop, and a KL beside the output."""

    RIGHT: ClassVar = {"w_mu": True, "w_rho": False, "b_mu": False, "b_rho": False, "log_prior": False}

    def __init__(self):
        super().__init__()
        for which, shape in (("w", (5, 8)), ("b", (5,))):
            self.register_parameter(which + "_mu", nn.Parameter(torch.randn(*shape) * 0.1))
            self.register_parameter(which + "_rho", nn.Parameter(torch.full(shape, -3.0)))
        self.log_prior = nn.Parameter(torch.zeros(1))

    def draw(self, which):
        mu, sigma = getattr(self, which + "_mu"), F.softplus(getattr(self, which + "_rho"))
        prior = self.log_prior.exp()
        kl = (prior.log() - sigma.log() + (sigma**2 + mu**2) / (2 * prior**2) - 0.5).sum()
        return mu + sigma * torch.randn_like(mu), kl

    def forward(self, x):
        (w, kl_w), (b, kl_b) = self.draw("w"), self.draw("b")
        return F.linear(x, w, b), kl_w + kl_b


class TrainTable(Odd):
    """A table of words as a tensor train, looked up core by core; and its tied readout through a small matrix."""

    DATA: ClassVar = (torch.tensor([[1, 4, 2], [3, 0, 5]]),)
    RIGHT: ClassVar = {"g1": True, "g2": True, "readout": True, "ranks": False}

    def __init__(self):
        super().__init__()
        self.g1, self.g2 = nn.Parameter(torch.randn(2, 4, 3)), nn.Parameter(torch.randn(3, 3, 2))
        self.readout, self.ranks = weights(8, 6), nn.Parameter(torch.ones(3))

    def forward(self, ids):
        left = self.g1[ids // 3] * self.ranks
        right = self.g2[ids % 3]
        rows = torch.einsum("bnar,bnrc->bnac", left, right).flatten(2)
        return rows @ self.readout


class Quaternion(Odd):
    """A quaternion layer: four matrices, put together by the Hamilton product."""

    RIGHT: ClassVar = {"r_weight": True, "i_weight": True, "j_weight": True, "k_weight": True, "bias": False}

    def __init__(self):
        super().__init__()
        for part in "rijk":
            setattr(self, part + "_weight", nn.Parameter(torch.randn(2, 3)))
        self.bias = nn.Parameter(torch.zeros(12))

    def forward(self, x):
        r, i, j, k = self.r_weight, self.i_weight, self.j_weight, self.k_weight
        first = torch.cat([r, -i, -j, -k], dim=0)
        second = torch.cat([i, r, -k, j], dim=0)
        third = torch.cat([j, k, r, -i], dim=0)
        fourth = torch.cat([k, -j, i, r], dim=0)
        hamilton = torch.cat([first, second, third, fourth], dim=1)
        return torch.addmm(self.bias, x, hamilton)


class RotatedKernels(Odd):
    """A convolution over the group of quarter turns: one kernel in four rotations, one bias for all."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"base_kernel": True, "group_kernel": True, "bias": False, "fibre_gain": False}

    def __init__(self):
        super().__init__()
        self.base_kernel, self.group_kernel = weights(2, 3, 3, 3), weights(2, 2, 4, 3, 3)
        self.bias, self.fibre_gain = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.ones(2, 1, 1, 1))

    def forward(self, x):
        lifted = torch.cat([torch.rot90(self.base_kernel, k, (2, 3)) for k in range(4)])
        y = F.conv2d(x, lifted, padding=1).unflatten(1, (4, 2)).transpose(1, 2)
        y = torch.relu(y * self.fibre_gain)
        turned = [torch.rot90(self.group_kernel, k, (3, 4)).roll(k, 2).flatten(1, 2) for k in range(4)]
        z = sum(F.conv2d(y.flatten(1, 2), kernel, padding=1) for kernel in turned)
        return z + self.bias[:, None, None]


class RelationalGraph(Odd):
    """Relations by blocks, an edge network that makes matrices, and attention by one column of weights."""

    DATA: ClassVar = (
        X,
        torch.tensor([[0, 1, 2, 3, 0], [1, 2, 3, 0, 2]]),
        torch.tensor([0, 1, 1, 0, 2]),
        torch.randn(5, 3),
    )
    RIGHT: ClassVar = {
        "rel_blocks": True,
        "edge_nn.weight": True,
        "edge_nn.bias": False,
        "att": True,
        "root": True,
        "bias": False,
        "skip": False,
    }

    def __init__(self):
        super().__init__()
        self.rel_blocks, self.edge_nn = weights(3, 2, 4, 4), nn.Linear(3, 64)
        self.att, self.root, self.bias, self.skip = (
            weights(16, 1),
            weights(8, 8),
            nn.Parameter(torch.zeros(8)),
            nn.Parameter(torch.tensor(0.5)),
        )

    def forward(self, x, edges, kind, feats):
        src, dst = edges
        blocks = torch.einsum("ebi,ebio->ebo", x[src].view(-1, 2, 4), self.rel_blocks[kind]).flatten(1)
        made = torch.bmm(x[src].unsqueeze(1), self.edge_nn(feats).view(-1, 8, 8)).squeeze(1)
        a = torch.sigmoid(torch.cat([x[src], x[dst]], 1) @ self.att)
        out = torch.zeros_like(x).index_add(0, dst, a * (blocks + made))
        return self.skip * x + out + x @ self.root + self.bias


class DeepSet(Odd):
    """Equivariant layers (a part for the element, a part for the maximum), then a learned power mean."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "Gamma.0": True,
        "Gamma.1": True,
        "Lambda.0": True,
        "Lambda.1": True,
        "beta.0": False,
        "beta.1": False,
        "p": False,
        "temper": False,
    }

    def __init__(self):
        super().__init__()
        self.Gamma, self.Lambda = (nn.ParameterList([weights(8, 8), weights(8, 5)]) for _ in range(2))
        self.beta = nn.ParameterList([nn.Parameter(torch.zeros(8)), nn.Parameter(torch.zeros(5))])
        self.p, self.temper = nn.Parameter(torch.ones(1) * 3), nn.Parameter(torch.ones(5))

    def forward(self, x):
        for i in range(2):
            top, _ = x.max(1, keepdim=True)
            x = torch.tanh(x @ self.Gamma[i] - top @ self.Lambda[i] + self.beta[i])
        gem = x.clamp(min=1e-6).pow(self.p).mean(1).pow(1.0 / self.p)
        lse = torch.logsumexp(self.temper * x, 1) / self.temper
        return torch.cat((gem, lse), 1)


class ResidualMixin:
    """What each block of these has: a gain of its branch."""

    def make_gain(self, d):
        self.branch = nn.Parameter(torch.full((d,), 1e-4))

    def residual(self, x, y):
        return x + y * self.branch


class BlockBase(ResidualMixin, nn.Module):
    """A block: subclasses say what it does inside."""

    def __init__(self, d):
        super().__init__()
        self.make_gain(d)
        self.shift = nn.Parameter(torch.zeros(d))

    def forward(self, x):
        return self.residual(x, self.inner(x + self.shift))


class HighwayBlock(BlockBase):
    """A highway inside a block."""

    def __init__(self, d):
        super().__init__(d)
        self.H, self.T = nn.Parameter(torch.randn(d, d)), nn.Parameter(torch.randn(d, d))
        self.T_b = nn.Parameter(torch.full((d,), -1.0))

    def inner(self, x):
        t = torch.sigmoid(x @ self.T + self.T_b)
        return t * torch.relu(x @ self.H) + (1 - t) * x


class MixedIn(Odd):
    """Blocks whose forward is spread over a mixin and a base class."""

    RIGHT: ClassVar = {
        f"blocks.{n}.{name}": name in "HT" for n in range(2) for name in ("branch", "shift", "H", "T", "T_b")
    }

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*(HighwayBlock(8) for _ in range(2)))

    def forward(self, x):
        return self.blocks(x)


class LongFilter(Odd):
    """Hyena: filters of each channel made by a small net of places, windowed by learned decays, with a skip."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "proj": True,
        "short": True,
        "z": False,
        "mlp_in": True,
        "mlp_out": True,
        "freq": False,
        "deltas": False,
        "bias": False,
    }

    def __init__(self):
        super().__init__()
        self.proj, self.short = weights(8, 24), weights(24, 1, 3)
        self.z, self.mlp_in, self.mlp_out = nn.Parameter(torch.randn(1, 6, 3)), weights(3, 8), weights(8, 8)
        self.freq, self.deltas, self.bias = (
            nn.Parameter(torch.ones(8)),
            nn.Parameter(torch.rand(8)),
            nn.Parameter(torch.randn(8)),
        )

    def filter(self, n):
        h = torch.sin(self.freq * (self.z[:, :n] @ self.mlp_in)) @ self.mlp_out
        t = torch.linspace(0, 1, n)[None, :, None]
        return h * torch.exp(-t * self.deltas.abs())

    def forward(self, u):
        n = u.shape[1]
        p = F.conv1d(F.pad((u @ self.proj).mT, (2, 0)), self.short, groups=24)
        x1, x2, v = p.chunk(3, 1)
        v = v * x1
        k = self.filter(n).squeeze(0).T
        y = torch.fft.irfft(torch.fft.rfft(v, n=2 * n) * torch.fft.rfft(k, n=2 * n), n=2 * n)[..., :n]
        return ((y + v * self.bias[:, None]) * x2).mT


class FourierEdges(Odd):
    """A KAN with sines and cosines: one tensor of coefficients, frequencies stretched by a learned factor."""

    RIGHT: ClassVar = {"fouriercoeffs": True, "bias": False, "stretch": False, "phases": False}

    def __init__(self):
        super().__init__()
        self.fouriercoeffs, self.bias = nn.Parameter(torch.randn(2, 5, 8, 3) / 5), nn.Parameter(torch.zeros(1, 5))
        self.stretch, self.phases = nn.Parameter(torch.ones(8, 1)), nn.Parameter(torch.zeros(3))

    def forward(self, x):
        k = torch.arange(1, 4).view(1, 1, 1, 3)
        xs = x.view(len(x), 1, 8, 1) * self.stretch
        c, s = torch.cos(k * xs + self.phases), torch.sin(k * xs + self.phases)
        y = torch.sum(c * self.fouriercoeffs[0:1].squeeze(0), (-2, -1))
        y += torch.sum(s * self.fouriercoeffs[1:2].squeeze(0), (-2, -1))
        return y + self.bias


class MovedFilters(Odd):
    """Filters known by a few numbers: Gaussians of learned place and width; a pointwise map mixes what they see."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"weight_centre": False, "weight_sigma": False, "amplitude": False, "mix": True, "pcen_s": False}

    def __init__(self, filters=4):
        super().__init__()
        self.weight_centre, self.weight_sigma = (
            nn.Parameter(torch.randn(filters, 2) * 0.5),
            nn.Parameter(torch.ones(filters)),
        )
        self.amplitude, self.mix = nn.Parameter(torch.ones(filters, 1, 1)), weights(6, filters * 3)
        self.pcen_s = nn.Parameter(torch.full((6, 1), -3.0))

    def kernels(self):
        ys, xs = torch.meshgrid(torch.arange(-2.0, 3), torch.arange(-2.0, 3), indexing="ij")
        cy, cx = self.weight_centre.T[..., None, None]
        s = F.softplus(self.weight_sigma).view(-1, 1, 1)
        return self.amplitude * torch.exp(-((ys - cy) ** 2 + (xs - cx) ** 2) / (2 * s**2))

    def forward(self, x):
        y = F.conv2d(x, self.kernels().unsqueeze(1).repeat(3, 1, 1, 1), padding=2, groups=3)
        y = torch.einsum("oc,bchw->bohw", self.mix, y).flatten(2).abs()
        s = torch.sigmoid(self.pcen_s)
        return y / (1e-3 + (1 - s) * y.mean(-1, keepdim=True) + s * y)


CLASSES: list[type[Odd]] = [made for made in Odd.__subclasses__() if made.__module__ == __name__]
