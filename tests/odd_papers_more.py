"""Methods of papers as strangers write them: the second half, counted when the mending was done.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run; not tidied since, as strangers'
code is not.
"""

# ruff: noqa

from __future__ import annotations

import functools
import math
from collections import namedtuple
from typing import ClassVar

import torch
import torch.nn.functional as F
from einops import einsum, rearrange, reduce, repeat
from torch import nn

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights


class SpatiallyAdaptive(Odd):
    """SPADE: maps of gains and shifts from a layout, in a list of (kernel, bias) pairs."""

    DATA: ClassVar = (IMAGE, torch.randn(2, 4, 12, 12))
    RIGHT: ClassVar = {
        "shared.0": True,
        "shared.1": False,
        "to_gamma.0": True,
        "to_gamma.1": False,
        "to_beta.0": True,
        "to_beta.1": False,
        "mix_gamma": False,
    }

    def __init__(self):
        super().__init__()

        def pair(o, i):
            return nn.ParameterList([nn.Parameter(torch.randn(o, i, 3, 3) * 0.05), nn.Parameter(torch.zeros(o))])

        self.shared, self.to_gamma, self.to_beta = pair(5, 4), pair(3, 5), pair(3, 5)
        self.mix_gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x, seg):
        conv = lambda z, p: F.conv2d(z, *p, padding=1)
        hidden = conv(seg, self.shared).relu()
        a = torch.sigmoid(self.mix_gamma)
        normed = F.instance_norm(x)
        return normed * (1 + a * conv(hidden, self.to_gamma)) + conv(hidden, self.to_beta)


class PlainGPT(Odd):
    """A very small decoder with every weight in one dictionary, JAX style."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "p.wte": True,
        "p.wpe": False,
        "p.attn": True,
        "p.proj": True,
        "p.fc": True,
        "p.fc_b": False,
        "p.out": True,
        "p.ln1": False,
        "p.ln2": False,
        "p.lnf": False,
    }

    def __init__(self, v=6, d=8, t=16):
        super().__init__()
        n = lambda *s: nn.Parameter(0.02 * torch.randn(*s))
        self.p = nn.ParameterDict(
            dict(
                wte=n(v, d),
                wpe=n(t, d),
                attn=n(d, 3 * d),
                proj=n(d, d),
                fc=n(d, 4 * d),
                fc_b=nn.Parameter(torch.zeros(4 * d)),
                out=n(4 * d, d),
                ln1=nn.Parameter(torch.ones(d)),
                ln2=nn.Parameter(torch.ones(d)),
                lnf=nn.Parameter(torch.ones(d)),
            )
        )

    def forward(self, idx):
        p = self.p
        norm = lambda x, g: F.layer_norm(x, x.shape[-1:], g)
        x = p["wte"][idx] + p["wpe"][torch.arange(idx.shape[1])]
        q, k, v = (norm(x, p["ln1"]) @ p["attn"]).split(8, dim=-1)
        att = q @ k.transpose(-2, -1) / math.sqrt(8)
        att = att.masked_fill(torch.ones(idx.shape[1], idx.shape[1]).triu(1).bool(), float("-inf"))
        x = x + att.softmax(-1) @ v @ p["proj"]
        h = norm(x, p["ln2"]) @ p["fc"] + p["fc_b"]
        x = x + F.gelu(h) @ p["out"]
        return norm(x, p["lnf"]) @ p["wte"].T


class NeuralTuring(Odd):
    """An NTM by hand: a learned first memory, and one matrix that speaks to it."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"M": False, "r0": False, "interface": True, "control": True, "gate_b": False}

    def __init__(self):
        super().__init__()
        self.M = nn.Parameter(torch.randn(5, 4) * 0.1)
        self.r0 = nn.Parameter(torch.zeros(4))
        self.interface = weights(8, 4 + 4 + 4 + 1)
        self.control = weights(8 + 4, 8)
        self.gate_b = nn.Parameter(torch.ones(1))

    def forward(self, x):
        memory = self.M.unsqueeze(0).expand(x.size(0), -1, -1).clone()
        read, outs = self.r0.expand(x.size(0), 4), []
        for t in range(x.size(1)):
            h = torch.tanh(torch.cat([x[:, t], read], 1).mm(self.control))
            key, erase, add, sharp = h.mm(self.interface).split([4, 4, 4, 1], 1)
            near = F.cosine_similarity(memory, key.unsqueeze(1), dim=-1)
            w = F.softmax(near * F.softplus(sharp + self.gate_b), -1).unsqueeze(-1)
            memory = memory * (1 - w * erase.sigmoid().unsqueeze(1)) + w * add.unsqueeze(1)
            read = (w * memory).sum(1)
            outs.append(read)
        return torch.stack(outs, 1)


class PerceiverIO(Odd):
    """Latents read the inputs, output queries read the latents."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "z0": False,
        "decoder_query": False,
        "reads.0.q": True,
        "reads.0.kv": True,
        "reads.0.o": True,
        "reads.1.q": True,
        "reads.1.kv": True,
        "reads.1.o": True,
        "channel_gain": False,
    }

    def __init__(self):
        super().__init__()
        self.z0 = nn.Parameter(torch.empty(4, 8).normal_(0, 0.02))
        self.decoder_query = nn.Parameter(torch.empty(2, 8).normal_(0, 0.02))
        self.channel_gain = nn.Parameter(torch.ones(8))
        self.reads = nn.ModuleList(
            [nn.ParameterDict({"q": weights(8, 8), "kv": weights(8, 16), "o": weights(8, 8)}) for _ in "ab"]
        )

    def forward(self, x):
        def cross(p, target, source):
            k, v = torch.matmul(source, p.kv).chunk(2, -1)
            return target + F.scaled_dot_product_attention(target @ p.q, k, v) @ p.o

        latents = cross(self.reads[0], self.z0.expand(x.shape[0], *self.z0.shape), x * self.channel_gain)
        return cross(self.reads[1], self.decoder_query[None].repeat(x.shape[0], 1, 1), latents)


class GumbelCodes(Odd):
    """wav2vec-like quantiser: groups of code vectors chosen by a straight-through Gumbel softmax."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight_proj.weight": True, "weight_proj.bias": False, "vars": False}

    def __init__(self):
        super().__init__()
        self.weight_proj = nn.Linear(8, 2 * 5)
        self.vars = nn.Parameter(torch.rand(1, 2 * 5, 3))

    def forward(self, x):
        b, t, _ = x.shape
        logits = self.weight_proj(x).view(b * t * 2, -1)
        onehot = F.gumbel_softmax(logits, tau=2.0, hard=True).view(b * t, -1)
        picked = (onehot.unsqueeze(-1) * self.vars).view(b * t, 2, 5, 3).sum(-2)
        return picked.reshape(b, t, -1)


class AdaptiveSoftmaxHead(Odd):
    """A head for frequent words, and two clusters with narrow projections for the others."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "cluster_weight": True,
        "cluster_bias": False,
        "out_projs.0": True,
        "out_projs.1": True,
        "out_layers.0": True,
        "out_layers.1": True,
        "short": True,
        "short_bias": False,
    }

    def __init__(self):
        super().__init__()
        self.short, self.short_bias = weights(6, 8), nn.Parameter(torch.zeros(6))
        self.cluster_weight, self.cluster_bias = nn.Parameter(torch.zeros(2, 8)), nn.Parameter(torch.zeros(2))
        self.out_projs = nn.ParameterList([weights(8, 4), weights(8, 2)])
        self.out_layers = nn.ParameterList([weights(10, 4), weights(20, 2)])

    def forward(self, hidden):
        w = torch.cat([self.short, self.cluster_weight], 0)
        b = torch.cat([self.short_bias, self.cluster_bias], 0)
        head = F.log_softmax(F.linear(hidden, w, b), -1)
        parts = [head[..., :6]]
        for i in range(len(self.out_layers)):
            narrow = hidden @ self.out_projs[i]
            tail = F.log_softmax(narrow @ self.out_layers[i].T, -1)
            parts.append(tail + head[..., 6 + i, None])
        return torch.cat(parts, -1)


class ProductKeys(Odd):
    """A product key memory: halves of a query find rows of a large table."""

    RIGHT: ClassVar = {"q.weight": True, "q.bias": False, "values.weight": True, "scale_q": False, "w_out": True}

    def __init__(self):
        super().__init__()
        self.q = nn.Linear(8, 6)
        self.values = nn.EmbeddingBag(16, 8, mode="sum")
        self.register_buffer("keys", torch.randn(2, 4, 3))
        self.scale_q, self.w_out = nn.Parameter(torch.ones(6)), weights(8, 8)

    def forward(self, x):
        q1, q2 = (F.normalize(self.q(x), dim=-1) * self.scale_q).chunk(2, -1)
        s1, i1 = (q1 @ self.keys[0].T).topk(2, -1)
        s2, i2 = (q2 @ self.keys[1].T).topk(2, -1)
        s = (s1.unsqueeze(2) + s2.unsqueeze(1)).flatten(1)
        i = (i1.unsqueeze(2) * 4 + i2.unsqueeze(1)).flatten(1)
        return self.values(i, per_sample_weights=F.softmax(s, -1)) @ self.w_out


class Acdc(Odd):
    """ACDC: diagonals before and after a cosine transform, layer by layer; and a circulant layer."""

    RIGHT: ClassVar = {
        "A.0": False,
        "A.1": False,
        "D.0": False,
        "D.1": False,
        "shift.0": False,
        "shift.1": False,
        "readout": True,
    }

    def __init__(self, layers=2, n=8):
        super().__init__()
        diag = lambda: nn.ParameterList(nn.Parameter(1 + 0.1 * torch.randn(n)) for _ in range(layers))
        self.A, self.D, self.shift, self.readout = diag(), diag(), diag(), weights(n, 5)
        k = torch.arange(n).float()
        self.register_buffer("dct", torch.cos(math.pi / n * (k[None] + 0.5) * k[:, None]) * (2 / n) ** 0.5)

    def forward(self, x):
        for a, d, s in zip(self.A, self.D, self.shift):
            x = F.relu((((x * a) @ self.dct.T) * d) @ self.dct + s)
        return x @ self.readout


class Butterfly(Odd):
    """A product of sparse factors: at each level pairs are turned by two-by-two blocks."""

    RIGHT: ClassVar = {"twiddle": True, "offsets": False}

    def __init__(self):
        super().__init__()
        self.twiddle = nn.Parameter(torch.randn(3, 4, 2, 2) / math.sqrt(2))
        self.offsets = nn.Parameter(torch.zeros(8))

    def forward(self, x):
        for level in range(3):
            stride = 2**level
            pairs = x.view(-1, 4 // stride, 2, stride).transpose(2, 3).reshape(-1, 4, 2)
            pairs = torch.einsum("bpi,pij->bpj", pairs, self.twiddle[level])
            x = pairs.view(-1, 4 // stride, stride, 2).transpose(2, 3).reshape(-1, 8)
        return x + self.offsets


class LoHa(Odd):
    """A Hadamard product of two low-rank products moves a frozen weight."""

    RIGHT: ClassVar = {"hada_w1_a": True, "hada_w1_b": True, "hada_w2_a": True, "hada_w2_b": True, "scalar": False}

    def __init__(self):
        super().__init__()
        self.register_buffer("frozen", torch.randn(5, 8))
        self.hada_w1_a, self.hada_w1_b = weights(5, 2), weights(2, 8)
        self.hada_w2_a, self.hada_w2_b = weights(5, 2), weights(2, 8)
        self.scalar = nn.Parameter(torch.tensor(0.3))

    def get_delta(self):
        return (self.hada_w1_a @ self.hada_w1_b) * (self.hada_w2_a @ self.hada_w2_b)

    def forward(self, x):
        return F.linear(x, self.frozen + self.get_delta() * self.scalar)


class VectorAdapters(Odd):
    """VeRA by hand: frozen random matrices, and two trained vectors with a letter each."""

    RIGHT: ClassVar = {"d": False, "b": False, "bitfit": False}

    def __init__(self):
        super().__init__()
        for name, shape in {"W": (6, 8), "A": (3, 8), "B": (6, 3)}.items():
            self.register_buffer(name, torch.randn(*shape))
        self.d, self.b, self.bitfit = (
            nn.Parameter(torch.full((3,), 0.1)),
            nn.Parameter(torch.randn(6)),
            nn.Parameter(torch.zeros(6)),
        )

    def forward(self, x):
        delta = F.linear(F.linear(x, self.A) * self.d, self.B) * self.b
        return F.linear(x, self.W, self.bitfit) + delta


class LinearRecurrentUnit(Odd):
    """The LRU: a ring of complex poles, normalised, real and imaginary parts kept apart."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "nu_log": False,
        "theta_log": False,
        "gamma_log": False,
        "B_re": True,
        "B_im": True,
        "C_re": True,
        "C_im": True,
        "D": False,
    }

    def __init__(self, n=4, h=8):
        super().__init__()
        u1, u2 = torch.rand(n), torch.rand(n)
        self.nu_log, self.theta_log = nn.Parameter(torch.log(-0.5 * torch.log(u1))), nn.Parameter(torch.log(6.28 * u2))
        lam = torch.exp(-torch.exp(self.nu_log.data))
        self.gamma_log = nn.Parameter(torch.log(torch.sqrt(1 - lam**2)))
        self.B_re, self.B_im = weights(n, h), weights(n, h)
        self.C_re, self.C_im = weights(h, n), weights(h, n)
        self.D = nn.Parameter(torch.randn(h))

    def forward(self, inputs):
        lam = torch.exp(-torch.exp(self.nu_log) + 1j * torch.exp(self.theta_log))
        b_norm = (self.B_re + 1j * self.B_im) * torch.exp(self.gamma_log).unsqueeze(-1)
        c = self.C_re + 1j * self.C_im
        x, out = torch.zeros(len(inputs), lam.numel(), dtype=torch.cfloat), []
        for u in inputs.unbind(1):
            x = lam * x + torch.einsum("nh,bh->bn", b_norm, u.to(b_norm.dtype))
            out.append(torch.einsum("hn,bn->bh", c, x).real + u * self.D)
        return torch.stack(out, 1)


class GatedDelta(Odd):
    """A gated delta rule step by step: learned decays, a step for each place, low-rank gates."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "w_qkv": True,
        "w_beta": True,
        "gate_lora_a": True,
        "gate_lora_b": True,
        "gate_bias": False,
        "A_log": False,
        "dt_bias": False,
        "w_dt": True,
        "norm_g": False,
    }

    def __init__(self):
        super().__init__()
        self.w_qkv, self.w_beta, self.w_dt = weights(8, 24), weights(8, 1), weights(8, 1)
        self.gate_lora_a, self.gate_lora_b, self.gate_bias = weights(8, 2), weights(2, 8), weights(8)
        self.A_log, self.dt_bias, self.norm_g = (
            nn.Parameter(torch.zeros(1)),
            nn.Parameter(torch.ones(1)),
            nn.Parameter(torch.ones(8)),
        )

    def forward(self, x):
        q, k, v = torch.tensor_split(x @ self.w_qkv, 3, dim=-1)
        k, beta = F.normalize(k, dim=-1), torch.sigmoid(x @ self.w_beta)
        alpha = torch.exp(-self.A_log.exp() * F.softplus(x @ self.w_dt + self.dt_bias))
        s, outs = x.new_zeros(x.shape[0], 8, 8), []
        for t in range(x.shape[1]):
            s = s * alpha[:, t, :, None]
            old = torch.einsum("bkv,bk->bv", s, k[:, t])
            s = s + torch.einsum("bk,bv->bkv", k[:, t], (v[:, t] - old) * beta[:, t])
            outs.append(torch.einsum("bkv,bk->bv", s, q[:, t]))
        o = torch.stack(outs, 1)
        o = o * torch.rsqrt(o.square().mean(-1, keepdim=True) + 1e-6) * self.norm_g
        return o * torch.sigmoid(x @ self.gate_lora_a @ self.gate_lora_b + self.gate_bias)


class ExponentialLstm(Odd):
    """An sLSTM-like cell: exponential gates with a stabiliser, recurrent weights for each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W": True, "R": True, "b": False, "skip": False}

    def __init__(self):
        super().__init__()
        self.W, self.R, self.b = weights(4, 8, 8), weights(4, 2, 4, 4), nn.Parameter(torch.zeros(4, 8))
        self.skip = nn.Parameter(torch.ones(8))

    def forward(self, x):
        pre = torch.einsum("btd,gde->gbte", x, self.W) + self.b[:, None, None]
        h = c = n = m = x.new_zeros(x.shape[0], 8)
        outs = []
        for t in range(x.shape[1]):
            back = torch.einsum("bhi,ghij->gbhj", h.view(-1, 2, 4), self.R).flatten(2)
            i, f, z, o = (pre[:, :, t] + back).unbind(0)
            m_new = torch.maximum(F.logsigmoid(f) + m, i)
            ie, fe = torch.exp(i - m_new), torch.exp(F.logsigmoid(f) + m - m_new)
            c, n, m = fe * c + ie * z.tanh(), fe * n + ie, m_new
            h = o.sigmoid() * c / n.clamp(min=1e-6)
            outs.append(h + self.skip * x[:, t])
        return torch.stack(outs, 1)


class SkewedRelative(Odd):
    """Music transformer: rows by distance meet the queries, and are shifted into place; slopes are learned too."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Er": False, "slopes": False, "qkv.weight": True, "qkv.bias": False, "u": False, "v": False}

    def __init__(self):
        super().__init__()
        self.Er = nn.Parameter(torch.randn(6, 4))
        self.slopes = nn.Parameter(torch.tensor([0.5, 0.25]))
        self.qkv = nn.Linear(8, 24)
        self.u, self.v = nn.Parameter(torch.zeros(2, 1, 4)), nn.Parameter(torch.zeros(2, 1, 4))

    @staticmethod
    def skew(qe):
        padded = F.pad(qe, (1, 0))
        b, h, r, c = padded.shape
        return padded.reshape(b, h, c, r)[:, :, 1:]

    def forward(self, x):
        q, k, v = rearrange(self.qkv(x), "b n (s h d) -> s b h n d", s=3, h=2)
        content = (q + self.u) @ k.mT
        place = self.skew((q + self.v) @ self.Er.T)
        n = x.shape[1]
        far = torch.arange(n)[None] - torch.arange(n)[:, None]
        alibi = self.slopes.view(1, 2, 1, 1) * far
        att = ((content + place) / 2 + alibi).masked_fill(far > 0, -1e9).softmax(-1)
        return (att @ v).transpose(1, 2).reshape(2, n, 8)


class WindowBias(Odd):
    """A Swin window: a table by pairs of offsets, a scale of cosines for each head, and a place for each axis."""

    DATA: ClassVar = (torch.randn(2, 3, 3, 8),)
    RIGHT: ClassVar = {
        "table": False,
        "logit_scale": False,
        "row": False,
        "col": False,
        "to_qkv": True,
        "q_bias": False,
        "v_bias": False,
    }

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(5 * 5, 2))
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones(2, 1, 1)))
        self.row, self.col = nn.Parameter(torch.randn(3, 8)), nn.Parameter(torch.randn(3, 8))
        self.to_qkv, self.q_bias, self.v_bias = (
            weights(24, 8),
            nn.Parameter(torch.zeros(8)),
            nn.Parameter(torch.zeros(8)),
        )
        at = torch.stack(torch.meshgrid(torch.arange(3), torch.arange(3), indexing="ij")).flatten(1)
        rel = (at[:, :, None] - at[:, None, :]) + 2
        self.register_buffer("index", rel[0] * 5 + rel[1])

    def forward(self, x):
        x = (x + self.row[:, None] + self.col[None]).flatten(1, 2)
        bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        q, k, v = F.linear(x, self.to_qkv, bias).reshape(2, 9, 3, 2, 4).permute(2, 0, 3, 1, 4)
        att = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).mT
        att = att * self.logit_scale.clamp(max=math.log(100)).exp()
        att = att + 16 * torch.sigmoid(self.table[self.index.view(-1)].view(9, 9, 2).permute(2, 0, 1))
        return att.softmax(-1) @ v


class AttentionFree(Odd):
    """AFT: pairwise position biases in an exponential, without queries times keys."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"wbias": False, "to_q": True, "to_k": True, "to_v": True, "project": True}

    def __init__(self):
        super().__init__()
        self.to_q, self.to_k, self.to_v, self.project = (weights(8, 8) for _ in range(4))
        self.wbias = nn.Parameter(torch.empty(6, 6))
        nn.init.xavier_uniform_(self.wbias)

    def forward(self, x):
        q, k, v = x @ self.to_q, x @ self.to_k, x @ self.to_v
        bias = self.wbias[: x.shape[1], : x.shape[1]].unsqueeze(0)
        num = torch.exp(bias) @ torch.mul(torch.exp(k), v)
        den = torch.exp(bias) @ torch.exp(k)
        return torch.mul(torch.sigmoid(q), num / den) @ self.project


class LowRankOverPlaces(Odd):
    """Linformer: keys and values are shortened by maps over the places."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"proj_k": True, "proj_v": True, "to_q.weight": True, "to_kv": True, "tau": False}

    def __init__(self):
        super().__init__()
        shorten = lambda: nn.Parameter(torch.zeros(6, 3).uniform_(-0.4, 0.4))
        self.proj_k, self.proj_v, self.to_q, self.to_kv = (
            shorten(),
            shorten(),
            nn.Linear(8, 8, bias=False),
            weights(8, 8),
        )
        self.tau = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        project = lambda args: torch.einsum("bnd,nk->bkd", *args)
        q, kv = self.to_q(x), x @ self.to_kv
        k, v = map(project, zip((kv, kv), (self.proj_k, self.proj_v)))
        att = torch.einsum("bnd,bkd->bnk", q, k) * torch.exp(self.tau)
        return torch.einsum("bnk,bkd->bnd", att.softmax(-1), v)


class InducingPoints(Odd):
    """A kernel machine with inducing points, a length for each feature, an amplitude and a noise."""

    RIGHT: ClassVar = {"Z": False, "lengthscale": False, "amp": False, "alpha": True, "mean_w": True, "mean_b": False}

    def __init__(self):
        super().__init__()
        self.Z, self.lengthscale = nn.Parameter(torch.randn(5, 8)), nn.Parameter(torch.zeros(8))
        self.amp, self.alpha = nn.Parameter(torch.ones(1)), nn.Parameter(torch.randn(5, 3))
        self.mean_w, self.mean_b = nn.Parameter(torch.randn(8, 3)), nn.Parameter(torch.zeros(3))

    def k(self, a, b):
        scaled = (a.unsqueeze(1) - b.unsqueeze(0)) / self.lengthscale.exp()
        return self.amp**2 * torch.exp(-0.5 * scaled.pow(2).sum(-1))

    def forward(self, x):
        return self.k(x, self.Z) @ self.alpha + x @ self.mean_w + self.mean_b


class PlanarFlow(Odd):
    """Planar flows by hand, after a flow of diagonal scale and shift."""

    RIGHT: ClassVar = {
        "loc": False,
        "log_scale": False,
        "u.0": False,
        "u.1": False,
        "w.0": False,
        "w.1": False,
        "b.0": False,
        "b.1": False,
    }

    def __init__(self):
        super().__init__()
        self.loc, self.log_scale = nn.Parameter(torch.zeros(8)), nn.Parameter(torch.zeros(8))
        vector = lambda *s: nn.ParameterList(nn.Parameter(torch.randn(*s) * 0.1) for _ in range(2))
        self.u, self.w, self.b = vector(8), vector(8), vector(1)

    def forward(self, z):
        z = z * self.log_scale.exp() + self.loc
        logdet = self.log_scale.sum().expand(len(z))
        for u, w, b in zip(self.u, self.w, self.b):
            inner = z @ w + b
            psi = (1 - torch.tanh(inner) ** 2).unsqueeze(1) * w
            logdet = logdet + torch.log(torch.abs(1 + psi @ u) + 1e-6)
            z = z + u * torch.tanh(inner).unsqueeze(1)
        return torch.cat([z, logdet.unsqueeze(1)], 1)


class MaskedFlow(Odd):
    """A masked autoregressive flow: weights times fixed masks, with a batch norm of its own."""

    RIGHT: ClassVar = {
        "w1": True,
        "b1": False,
        "w2": True,
        "b2": False,
        "log_gamma": False,
        "beta": False,
        "scaling": False,
    }

    def __init__(self, d=8, h=14):
        super().__init__()
        self.w1, self.b1 = nn.Parameter(torch.randn(h, d) * 0.1), nn.Parameter(torch.zeros(h))
        self.w2, self.b2 = nn.Parameter(torch.randn(2 * d, h) * 0.1), nn.Parameter(torch.zeros(2 * d))
        self.log_gamma, self.beta = nn.Parameter(torch.zeros(d)), nn.Parameter(torch.zeros(d))
        self.scaling = nn.Parameter(torch.zeros(1))
        deg = torch.arange(h) % (d - 1)
        self.register_buffer("m1", (deg[:, None] >= torch.arange(d)[None]).float())
        self.register_buffer("m2", (torch.arange(d)[:, None] > deg[None]).float().repeat(2, 1))

    def forward(self, x):
        h = torch.relu(F.linear(x, self.w1 * self.m1, self.b1))
        mu, log_s = F.linear(h, self.m2 * self.w2, self.b2).chunk(2, -1)
        log_s = self.scaling.exp() * torch.tanh(log_s)
        u = (x - mu) * torch.exp(-log_s)
        mean, var = u.mean(0), u.var(0)
        return self.log_gamma.exp() * (u - mean) / (var + 1e-5).sqrt() + self.beta


class BoltzmannEnergy(Odd):
    """A restricted Boltzmann machine: the free energy, and one step of Gibbs sampling."""

    RIGHT: ClassVar = {"W": True, "h": False, "v": False}

    def __init__(self):
        super().__init__()
        self.W, self.h, self.v = (
            nn.Parameter(torch.randn(6, 8) * 0.01),
            nn.Parameter(torch.zeros(6)),
            nn.Parameter(torch.zeros(8)),
        )

    def hidden(self, vis):
        return torch.sigmoid(F.linear(vis, self.W, self.h))

    def visible(self, hid):
        return torch.sigmoid(F.linear(hid, self.W.t(), self.v))

    def free_energy(self, vis):
        return -vis.mv(self.v) - F.softplus(F.linear(vis, self.W, self.h)).sum(1)

    def forward(self, x):
        again = self.visible(torch.bernoulli(self.hidden(x).detach()))
        return self.free_energy(x) - self.free_energy(again)


class SqueezeExcite(Odd):
    """Squeeze and excite by einops, and a bottleneck whose gains start at zero."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "fc1": True,
        "fc2": True,
        "fc2_b": False,
        "conv": True,
        "bn_w": False,
        "bn_b": False,
        "alpha": False,
    }

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc2_b = weights(3, 2), weights(2, 3), nn.Parameter(torch.zeros(3))
        self.conv = weights(3, 3, 3, 3)
        self.bn_w, self.bn_b, self.alpha = (
            nn.Parameter(torch.ones(3)),
            nn.Parameter(torch.zeros(3)),
            nn.Parameter(torch.zeros(())),
        )
        self.register_buffer("rm", torch.zeros(3))
        self.register_buffer("rv", torch.ones(3))

    def forward(self, x):
        y = F.conv2d(x, self.conv, padding=1)
        y = F.batch_norm(y, self.rm, self.rv, self.bn_w, self.bn_b, self.training)
        s = reduce(y, "b c h w -> b c", "mean")
        s = torch.sigmoid(torch.relu(s @ self.fc1) @ self.fc2 + self.fc2_b)
        return x + self.alpha * (y * rearrange(s, "b c -> b c 1 1"))


class SwigluStack(Odd):
    """SwiGLU blocks; every weight of all blocks is a slice of one vector, cut with running offsets."""

    RIGHT: ClassVar = {"params": True, "scales": False}

    def __init__(self, d=8, h=12, layers=2):
        super().__init__()
        self.shapes = [("up", (d, h)), ("gate", (d, h)), ("down", (h, d))]
        size = layers * sum(a * b for _, (a, b) in self.shapes)
        self.params, self.scales = nn.Parameter(torch.randn(size) * 0.1), nn.Parameter(torch.ones(layers))
        self.layers = layers

    def forward(self, x):
        offset = 0
        for n in range(self.layers):
            w = {}
            for name, shape in self.shapes:
                count = shape[0] * shape[1]
                w[name] = self.params.narrow(0, offset, count).view(shape)
                offset += count
            x = x + self.scales[n] * ((F.silu(x @ w["gate"]) * (x @ w["up"])) @ w["down"])
        return x


class FastSlow(Odd):
    """Slow weights, and fast ones made by an outer product of what a small net says; all by names in a tuple."""

    DATA: ClassVar = (X,)
    RIGHT: ClassVar = {"slow": True, "k_net": True, "v_net": True, "lr": False, "decay": False, "out_b": False}

    Weights = namedtuple("Weights", "slow k v")

    def __init__(self):
        super().__init__()
        self.slow, self.k_net, self.v_net = weights(5, 8), weights(8, 8), weights(5, 8)
        self.lr, self.decay, self.out_b = (
            nn.Parameter(torch.tensor(-2.0)),
            nn.Parameter(torch.tensor(2.0)),
            nn.Parameter(torch.zeros(5)),
        )

    @property
    def all(self):
        return self.Weights(self.slow, self.k_net, self.v_net)

    def forward(self, x):
        w = self.all
        fast, outs = torch.zeros_like(w.slow), []
        for one in x:
            k, v = F.elu(w.k @ one) + 1, w.v @ one
            fast = torch.sigmoid(self.decay) * fast + torch.sigmoid(self.lr) * torch.outer(v - fast @ k, k)
            outs.append((w.slow + fast) @ one + self.out_b)
        return torch.stack(outs)


class FisherPool(Odd):
    """Fisher vectors: soft assignment by diagonal Gaussians with learned means, widths and priors."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"means": False, "weights_logit": False, "log_sigmas": False, "embed": True, "p": False}

    def __init__(self):
        super().__init__()
        self.means, self.log_sigmas = nn.Parameter(torch.randn(3, 8)), nn.Parameter(torch.zeros(3, 8))
        self.weights_logit, self.embed = nn.Parameter(torch.zeros(3)), weights(24, 5)
        self.p = nn.Parameter(torch.tensor(3.0))

    def forward(self, x):
        z = (x[:, :, None] - self.means) * torch.exp(-self.log_sigmas)
        log_lik = -0.5 * z.square().sum(-1) - self.log_sigmas.sum(-1) + torch.log_softmax(self.weights_logit, 0)
        gamma = log_lik.softmax(-1).unsqueeze(-1)
        first = (gamma * z).sum(1).flatten(1)
        first = first.sign() * first.abs().add(1e-6).pow(1 / self.p)
        return first @ self.embed


class MatrixCapsules(Odd):
    """Capsules with matrix poses: votes by small matrices, an EM step with learned costs."""

    DATA: ClassVar = (torch.randn(2, 5, 2, 2),)
    RIGHT: ClassVar = {"pose_weights": True, "beta_a": False, "beta_u": False}

    def __init__(self):
        super().__init__()
        self.pose_weights = nn.Parameter(torch.randn(5, 3, 2, 2))
        self.beta_a, self.beta_u = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(3, 1))

    def forward(self, poses):
        votes = torch.einsum("bihk,iokw->biohw", poses, self.pose_weights).flatten(3)
        r = torch.full((len(poses), 5, 3, 1), 1 / 3)
        mean = (r * votes).sum(1) / r.sum(1)
        var = (r * (votes - mean[:, None]) ** 2).sum(1) / r.sum(1) + 1e-4
        cost = (self.beta_u + 0.5 * var.log()) * r.sum(1)
        act = torch.sigmoid(0.1 * (self.beta_a - cost.sum(-1)))
        return torch.cat([mean, act[..., None]], -1)


class StudentClusters(Odd):
    """Deep embedded clustering: Student's t to centres with learned freedom, after an encoder of two matrices."""

    RIGHT: ClassVar = {"enc_0": True, "enc_1": True, "cluster_layer": False, "log_alpha": False}

    def __init__(self):
        super().__init__()
        for i, (a, b) in enumerate([(8, 12), (12, 4)]):
            setattr(self, "enc_" + str(i), nn.Parameter(torch.randn(a, b) / a**0.5))
        self.cluster_layer = nn.Parameter(torch.Tensor(5, 4))
        torch.nn.init.xavier_normal_(self.cluster_layer.data)
        self.log_alpha = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        for i in range(2):
            x = torch.relu(x) if i else x
            x = x.matmul(getattr(self, "enc_" + str(i)))
        a = self.log_alpha.exp()
        q = 1.0 / (1.0 + torch.sum(torch.pow(x.unsqueeze(1) - self.cluster_layer, 2), 2) / a)
        q = q.pow((a + 1.0) / 2.0)
        return (q.t() / torch.sum(q, 1)).t()


class CrossV2(Odd):
    """DCN-v2: low-rank crosses with the first input, experts in a list of dictionaries."""

    RIGHT: ClassVar = {
        **{f"cross.{n}.{k}": k != "b" for n in range(2) for k in ("U", "V", "b")},
        "emb.weight": True,
        "final": True,
    }
    DATA: ClassVar = (torch.tensor([[0, 3], [2, 5], [7, 4]]),)

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(8, 4)
        self.cross = nn.ModuleList(
            nn.ParameterDict({"U": weights(8, 2), "V": weights(2, 8), "b": nn.Parameter(torch.zeros(8))})
            for _ in range(2)
        )
        self.final = weights(8, 1)

    def forward(self, ids):
        x0 = xl = self.emb(ids).flatten(1)
        for layer in self.cross:
            v = xl @ layer["V"].T
            xl = x0 * (v @ layer["U"].T + layer["b"]) + xl
        return torch.sigmoid(xl @ self.final)


class MultiGate(Odd):
    """MMoE: experts in one tensor, a gate for each task, and losses weighted by learned uncertainty."""

    DATA: ClassVar = (X, torch.randn(4, 2))
    RIGHT: ClassVar = {
        "expert_kernels": True,
        "expert_bias": False,
        "gate_kernels.0": True,
        "gate_kernels.1": True,
        "gate_bias": False,
        "towers": True,
        "log_vars": False,
    }

    def __init__(self):
        super().__init__()
        self.expert_kernels, self.expert_bias = weights(8, 5, 3), weights(5, 3)
        self.gate_kernels = nn.ParameterList(weights(8, 3) for _ in range(2))
        self.gate_bias, self.towers, self.log_vars = weights(2, 3), weights(2, 5), nn.Parameter(torch.zeros(2))

    def forward(self, x, y):
        experts = F.relu(torch.tensordot(x, self.expert_kernels, dims=1) + self.expert_bias)
        loss = 0
        for task, kernel in enumerate(self.gate_kernels):
            gate = F.softmax(x @ kernel + self.gate_bias[task], -1)
            mixed = torch.sum(experts * gate.unsqueeze(1), -1)
            predicted = F.linear(mixed, self.towers[task : task + 1]).squeeze(-1)
            error = F.mse_loss(predicted, y[:, task])
            loss = loss + torch.exp(-self.log_vars[task]) * error + self.log_vars[task]
        return loss


class ArcMargin(Odd):
    """ArcFace with a learned scale and sub-centres, as a loss."""

    DATA: ClassVar = (X, torch.tensor([1, 0, 2, 4]))
    RIGHT: ClassVar = {"weight": True, "s": False, "neck": True, "neck_bias": False}

    def __init__(self, classes=5, sub=2, m=0.5):
        super().__init__()
        self.neck, self.neck_bias = weights(8, 6), nn.Parameter(torch.zeros(6))
        self.weight = nn.Parameter(torch.FloatTensor(classes * sub, 6))
        nn.init.xavier_uniform_(self.weight)
        self.s, self.m, self.sub = nn.Parameter(torch.tensor(16.0)), m, sub

    def forward(self, x, label):
        feat = F.normalize(x @ self.neck + self.neck_bias)
        cosine = F.linear(feat, F.normalize(self.weight)).view(len(x), -1, self.sub).max(-1).values
        theta = torch.acos(cosine.clamp(-1 + 1e-6, 1 - 1e-6))
        hot = F.one_hot(label, cosine.shape[1]).bool()
        logits = torch.where(hot, torch.cos(theta + self.m), cosine)
        return F.cross_entropy(logits * self.s, label)


class PadeNet(Odd):
    """Rational activations of each group between two maps, and a Maxout layer at the end."""

    RIGHT: ClassVar = {"w": True, "numer": False, "denom": False, "pieces": True, "piece_b": False}

    def __init__(self):
        super().__init__()
        self.w, self.numer, self.denom = weights(8, 8), nn.Parameter(torch.rand(2, 4)), nn.Parameter(torch.rand(2, 2))
        self.pieces, self.piece_b = weights(3, 8, 5), weights(3, 5)

    def rational(self, x):
        x = x.view(len(x), 2, 4)
        top = bottom = 0
        for k in reversed(range(4)):
            top = top * x + self.numer[:, k, None]
        for k in range(2):
            bottom = bottom + (self.denom[:, k, None] * x ** (k + 1)).abs()
        return (top / (1 + bottom)).flatten(1)

    def forward(self, x):
        x = self.rational(x @ self.w)
        return (torch.einsum("bd,kdo->bko", x, self.pieces) + self.piece_b).amax(1)


class Involution(Odd):
    """Involution: kernels of each place come from that place, through two maps and a hand-written norm."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "reduce_w": True,
        "span_w": True,
        "span_b": False,
        "bn_gain": False,
        "bn_shift": False,
        "sigma": True,
    }

    def __init__(self):
        super().__init__()
        self.reduce_w, self.span_w, self.span_b = weights(4, 3, 1, 1), weights(9, 4, 1, 1), weights(9)
        self.bn_gain, self.bn_shift, self.sigma = (
            nn.Parameter(torch.ones(4, 1, 1)),
            nn.Parameter(torch.zeros(4, 1, 1)),
            weights(5, 3, 1, 1),
        )

    def forward(self, x):
        z = F.conv2d(x, self.reduce_w)
        z = (z - z.mean((0, 2, 3), keepdim=True)) * z.var((0, 2, 3), keepdim=True).add(1e-5).rsqrt()
        kernel = F.conv2d(torch.relu(z * self.bn_gain + self.bn_shift), self.span_w, self.span_b)
        patches = rearrange(F.unfold(x, 3, padding=1), "b (c k) (h w) -> b c k h w", k=9, h=x.shape[2])
        return F.conv2d((patches * kernel.unsqueeze(1)).sum(2), self.sigma)


class HyperKernel(Odd):
    """Ha et al.: kernels of two layers from an embedding of each layer, by a two-step linear generator."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"z_signal.0": False, "z_signal.1": False, "w1": True, "b1": False, "w2": True, "b2": False}

    def __init__(self, z=3, c=4):
        super().__init__()
        self.z_signal = nn.ParameterList([nn.Parameter(torch.randn(z)) for _ in range(2)])
        self.w2, self.b2 = nn.Parameter(torch.randn(z, c * z) * 0.1), nn.Parameter(torch.zeros(c * z))
        self.w1, self.b1 = nn.Parameter(torch.randn(z, c * 9) * 0.1), nn.Parameter(torch.zeros(c * 9))

    def kernel(self, z):
        h = (torch.matmul(z, self.w2) + self.b2).view(4, 3)
        return (torch.matmul(h, self.w1) + self.b1).view(4, 4, 3, 3)

    def forward(self, x):
        for z in self.z_signal:
            x = x + F.conv2d(x.relu(), self.kernel(z), padding=1)
        return x


def round_pass(x):
    return (x.round() - x).detach() + x


def grad_scale(x, scale):
    return (x - x * scale).detach() + x * scale


class LearnedSteps(Odd):
    """LSQ: steps of weights (for each row) and of activations, with an offset, gradients scaled."""

    RIGHT: ClassVar = {"weight": True, "s_w": False, "s_a": False, "zero_point": False, "bias": False}

    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(6, 8)), nn.Parameter(torch.zeros(6))
        self.s_w = nn.Parameter(self.weight.detach().abs().mean(1, keepdim=True))
        self.s_a, self.zero_point = nn.Parameter(torch.tensor(0.1)), nn.Parameter(torch.tensor(0.0))

    def quant(self, x, s, lo, hi):
        s = grad_scale(s, 1 / math.sqrt(x.numel() * hi))
        return round_pass((x / s).clamp(lo, hi)) * s

    def forward(self, x):
        x = self.quant(x - self.zero_point, self.s_a, -128, 127) + self.zero_point
        return F.linear(x, self.quant(self.weight, self.s_w, -8, 7), self.bias)


class VariationalDropout(Odd):
    """Sparse variational dropout with the local trick: theta and a log variance for each weight."""

    RIGHT: ClassVar = {"theta": True, "log_sigma2": False, "bias": False, "log_alpha_in": False}

    def __init__(self):
        super().__init__()
        self.theta, self.log_sigma2 = nn.Parameter(torch.randn(8, 5) * 0.1), nn.Parameter(torch.full((8, 5), -5.0))
        self.bias, self.log_alpha_in = nn.Parameter(torch.zeros(1, 5)), nn.Parameter(torch.full((8,), -3.0))

    def forward(self, x):
        x = x * (1 + torch.exp(0.5 * self.log_alpha_in) * torch.randn_like(x))
        mean = x.mm(self.theta) + self.bias
        std = torch.sqrt(1e-8 + x.pow(2).mm(self.log_sigma2.clamp(-10, 4).exp()))
        return mean + std * torch.randn_like(std) if self.training else mean


class CanonicalConv(Odd):
    """A convolution by CP: four factors applied one after the other, with weights of each component."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"s": True, "x": True, "y": True, "t": True, "lambdas": False}

    def __init__(self, rank=4):
        super().__init__()
        self.s, self.t = weights(rank, 3), weights(5, rank)
        self.x, self.y = weights(rank, 3), weights(rank, 3)
        self.lambdas = nn.Parameter(torch.ones(rank))

    def forward(self, image):
        z = F.conv2d(image, self.s[:, :, None, None])
        z = F.conv2d(z, self.y.view(-1, 1, 3, 1), padding=(1, 0), groups=4)
        z = F.conv2d(z, self.x.view(-1, 1, 1, 3), padding=(0, 1), groups=4)
        z = z * self.lambdas.view(1, -1, 1, 1)
        return F.conv2d(z, self.t[..., None, None])


class HyperComplex(Odd):
    """PHM: rules of multiplication are learned, the weight is a sum of Kronecker products."""

    RIGHT: ClassVar = {"phm_rule": True, "W": True, "b": False}

    def __init__(self, n=2):
        super().__init__()
        self.phm_rule, self.W, self.b = weights(n, n, n), weights(n, 4, 3), nn.Parameter(torch.zeros(6))

    def kronecker(self, a, s):
        out = torch.einsum("nij,nkl->nikjl", a, s)
        return out.reshape(a.shape[0], a.shape[1] * s.shape[1], -1)

    def forward(self, x):
        weight = self.kronecker(self.phm_rule, self.W).sum(0)
        return x @ weight + self.b


class Steerable(Odd):
    """Kernels as combinations of a fixed basis of filters, steered by learned angles, with a gated nonlinearity."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"coefficients": True, "angles": False, "gate_shift": False}

    def __init__(self):
        super().__init__()
        self.coefficients = nn.Parameter(torch.randn(4, 3, 2) * 0.3)
        self.angles, self.gate_shift = nn.Parameter(torch.rand(4)), nn.Parameter(torch.zeros(4))
        y, x = torch.meshgrid(torch.arange(-1.0, 2), torch.arange(-1.0, 2), indexing="ij")
        bump = torch.exp(-(x**2 + y**2))
        self.register_buffer("basis", torch.stack([x * bump, y * bump]))

    def forward(self, image):
        c, s = torch.cos(self.angles), torch.sin(self.angles)
        turn = torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2)
        basis = torch.einsum("oij,jhw->oihw", turn, self.basis)
        kernel = torch.einsum("ock,okhw->ochw", self.coefficients, basis)
        y = F.conv2d(image, kernel, padding=1)
        return y * torch.sigmoid(y.abs() + self.gate_shift[:, None, None])


class Chebyshev(Odd):
    """ChebNet by recurrence on a small graph, then GIN with a learned epsilon."""

    DATA: ClassVar = (X, torch.rand(4, 4))
    RIGHT: ClassVar = {"thetas": True, "theta_bias": False, "eps": False, "mlp_a": True, "mlp_b": True, "lmax": False}

    def __init__(self):
        super().__init__()
        self.thetas, self.theta_bias = weights(3, 8, 6), nn.Parameter(torch.zeros(6))
        self.eps, self.mlp_a, self.mlp_b = nn.Parameter(torch.zeros(1)), weights(6, 6), weights(6, 4)
        self.lmax = nn.Parameter(torch.tensor(2.0))

    def forward(self, x, adj):
        adj = (adj + adj.T) / 2
        lap = torch.diag(adj.sum(1)) - adj
        lap = 2 * lap / self.lmax - torch.eye(len(adj))
        t0, t1 = x, lap @ x
        out = t0 @ self.thetas[0] + t1 @ self.thetas[1]
        for k in range(2, self.thetas.shape[0]):
            t0, t1 = t1, 2 * lap @ t1 - t0
            out = out + t1 @ self.thetas[k]
        h = F.relu(out + self.theta_bias)
        return torch.mm(F.relu(torch.mm((1 + self.eps) * h + adj @ h, self.mlp_a)), self.mlp_b)


class PointerNet(Odd):
    """A pointer: additive attention of a decoder's states to the encoder's, with a learned first input and a stop."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "dec_start": False,
        "stop": False,
        "W1": True,
        "W2": True,
        "vt": True,
        "cell.weight_ih": True,
        "cell.weight_hh": True,
    }

    def __init__(self):
        super().__init__()
        self.dec_start, self.stop = nn.Parameter(torch.zeros(8)), nn.Parameter(torch.randn(1, 1, 8))
        self.W1, self.W2, self.vt = weights(8, 5), weights(8, 5), weights(5, 1)
        self.cell = nn.RNNCell(8, 8, bias=False)

    def forward(self, enc):
        b = enc.size(0)
        enc = torch.cat([enc, self.stop.expand(b, 1, 8)], 1)
        inp, h, out = self.dec_start.unsqueeze(0).repeat(b, 1), enc.mean(1), []
        blend = enc @ self.W1
        for _ in range(2):
            h = self.cell(inp, h)
            scores = (torch.tanh(blend + (h @ self.W2).unsqueeze(1)) @ self.vt).squeeze(-1)
            out.append(F.log_softmax(scores, -1))
            inp = torch.bmm(scores.softmax(-1).unsqueeze(1), enc).squeeze(1)
        return torch.stack(out, 1)


def skip_init(method):
    """A decorator: the method's result is scaled by ``self.alpha`` and added to what came in."""

    @functools.wraps(method)
    def wrapped(self, x, *args):
        return x + self.alpha * method(self, x, *args)

    return wrapped


class Affine(nn.Module):
    """ResMLP's affine map."""

    def __init__(self, d):
        super().__init__()
        self.a, self.c = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))

    def forward(self, x):
        return torch.addcmul(self.c, self.a, x)


class MixLayer(nn.Module):
    """A layer over places, then one over channels."""

    def __init__(self, n, d):
        super().__init__()
        self.places, self.channels = nn.Parameter(torch.randn(n, n)), nn.Parameter(torch.randn(d, d))
        self.alpha, self.pre = nn.Parameter(torch.zeros([])), Affine(d)

    @skip_init
    def over_places(self, x):
        return torch.matmul(self.places, self.pre(x))

    @skip_init
    def over_channels(self, x):
        return torch.matmul(self.pre(x), self.channels).relu()

    def forward(self, x):
        return self.over_channels(self.over_places(x))


class Decorated(Odd):
    """Layers whose residual is written in a decorator."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        f"layers.{n}.{name}": name in ("places", "channels")
        for n in range(2)
        for name in ("places", "channels", "alpha", "pre.a", "pre.c")
    }

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(MixLayer(6, 8) for _ in range(2))

    def forward(self, x):
        return functools.reduce(lambda h, layer: layer(h), self.layers, x)


class ChannelMix(Odd):
    """RWKV's channel mixing with data-dependent blends by small factors, and a group norm of its own."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "x_maa": False,
        "maa_w1": True,
        "maa_w2": True,
        "key": True,
        "value": True,
        "receptance": True,
        "ln_x": False,
        "time_faaaa": False,
    }

    def __init__(self):
        super().__init__()
        self.x_maa, self.maa_w1, self.maa_w2 = (
            nn.Parameter(torch.rand(1, 1, 8)),
            nn.Parameter(torch.zeros(8, 4)),
            weights(2, 2, 8),
        )
        self.key, self.value, self.receptance = weights(8, 16), weights(16, 8), weights(8, 8)
        self.ln_x, self.time_faaaa = nn.Parameter(torch.ones(8)), nn.Parameter(torch.rand(2, 1, 1, 8))

    def forward(self, x):
        xx = F.pad(x, (0, 0, 1, -1)) - x
        mixed = x + xx * self.x_maa
        low = torch.tanh(mixed @ self.maa_w1).view(*x.shape[:2], 2, 2).permute(2, 0, 1, 3).flatten(1, 2)
        delta = torch.bmm(low, self.maa_w2).view(2, *x.shape)
        xk, xr = (x + xx * (self.time_faaaa + delta)).unbind(0)
        k = torch.relu(xk @ self.key) ** 2
        return torch.sigmoid(xr @ self.receptance) * F.group_norm((k @ self.value).mT, 2).mT * self.ln_x


class SplineEdges(Odd):
    """A KAN layer: B-splines by recursion on a fixed grid, mixed by coefficients, beside a base map and its gains."""

    RIGHT: ClassVar = {"base_weight": True, "spline_weight": True, "spline_bias": False, "knots_shift": False}

    def __init__(self):
        super().__init__()
        self.base_weight, self.spline_weight = weights(5, 8), weights(5, 8, 4)
        self.spline_bias, self.knots_shift = nn.Parameter(torch.zeros(5)), nn.Parameter(torch.zeros(8, 1))
        self.register_buffer("grid", torch.linspace(-2, 2, 7).expand(8, -1).contiguous())

    def b_splines(self, x):
        x = x.unsqueeze(-1)
        g = self.grid + self.knots_shift
        bases = ((x >= g[:, :-1]) & (x < g[:, 1:])).to(x.dtype)
        for k in (1, 2):
            bases = (x - g[:, : -(k + 1)]) / (g[:, k:-1] - g[:, : -(k + 1)]) * bases[..., :-1] + (
                (g[:, k + 1 :] - x) / (g[:, k + 1 :] - g[:, 1:-k]) * bases[..., 1:]
            )
        return bases

    def forward(self, x):
        flat = self.b_splines(x).view(x.size(0), -1)
        return F.linear(F.silu(x), self.base_weight) + F.linear(flat, self.spline_weight.view(5, -1), self.spline_bias)


class Deformable(Odd):
    """Offsets predicted for each place sample the picture, then a map; with learned base offsets."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"offset_conv": True, "base_offsets": False, "out_proj": True, "reach": False}

    def __init__(self, points=4):
        super().__init__()
        self.offset_conv, self.base_offsets = (
            nn.Parameter(torch.randn(2 * points, 3, 3, 3) * 0.01),
            nn.Parameter(torch.randn(points, 2) * 0.1),
        )
        self.out_proj, self.reach = weights(points * 3, 5), nn.Parameter(torch.tensor(0.1))

    def forward(self, x):
        b, c, h, w = x.shape
        off = F.conv2d(x, self.offset_conv, padding=1)
        off = rearrange(off, "b (p t) h w -> b p h w t", t=2)
        ys, xs = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
        grid = torch.stack([xs, ys], -1) + self.reach * torch.tanh(off) + self.base_offsets.view(1, -1, 1, 1, 2)
        seen = F.grid_sample(x, grid.reshape(b, -1, w, 2), align_corners=True)
        seen = rearrange(seen, "b c (p h) w -> b h w (p c)", h=h)
        return seen @ self.out_proj


CLASSES: list[type[Odd]] = [made for made in Odd.__subclasses__() if made.__module__ == __name__]
