"""Home-made classes as research repositories write them: attention, state spaces, experts, graphs, hypernetworks ...

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run; not tidied since, as strangers'
code is not.
"""

# ruff: noqa

from __future__ import annotations

import copy
import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field
from functools import partial, reduce
from types import SimpleNamespace
from typing import ClassVar, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from einops import einsum as eo_einsum
from einops import pack, rearrange, reduce as eo_reduce, repeat
from torch import nn
from torch.func import functional_call, vmap

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights

NODES = torch.randn(5, 8)
ADJ = (torch.rand(5, 5) > 0.4).float() + torch.eye(5)
EDGES = torch.tensor([[0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 0, 2]])
EDGE_TYPE = torch.tensor([0, 1, 2, 0, 1, 2])
POINTS = torch.rand(6, 3)


# ------------------------------------------------------------------ attention


def rotate_half(x):
    x1, x2 = x.chunk(2, dim=-1)
    return torch.cat((-x2, x1), dim=-1)


class LearnedRopeAttention(Odd):
    """RoPE whose frequencies are learned for each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"wqkv": True, "wo": True, "freqs": False, "q_norm": False, "k_norm": False}

    def __init__(self, dim=8, heads=2):
        super().__init__()
        self.h, self.d = heads, dim // heads
        self.wqkv = nn.Parameter(torch.empty(3 * dim, dim))
        self.wo = nn.Parameter(torch.zeros(dim, dim))
        base = 1.0 / (100 ** (torch.arange(0, self.d, 2).float() / self.d))
        self.freqs = nn.Parameter(base.repeat(heads, 1))
        self.q_norm = nn.Parameter(torch.ones(self.d))
        self.k_norm = nn.Parameter(torch.ones(self.d))
        nn.init.xavier_uniform_(self.wqkv)

    @staticmethod
    def rms(x, w):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * w

    def apply_rope(self, t):
        pos = torch.arange(t.shape[-2], device=t.device).float()
        ang = torch.einsum("n,hf->hnf", pos, self.freqs)
        ang = torch.cat([ang, ang], -1)
        return t * ang.cos() + rotate_half(t) * ang.sin()

    def forward(self, x):
        q, k, v = rearrange(F.linear(x, self.wqkv), "b n (three h d) -> three b h n d", three=3, h=self.h)
        q, k = self.rms(q, self.q_norm), self.rms(k, self.k_norm)
        o = F.scaled_dot_product_attention(self.apply_rope(q), self.apply_rope(k), v, is_causal=True)
        return rearrange(o, "b h n d -> b n (h d)") @ self.wo.t()


class TalkingHeads(Odd):
    """Heads are mixed before and after the softmax."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"to_q.weight": True, "to_kv.weight": True, "pre": True, "post": True, "null_kv": False}

    def __init__(self, dim=8, heads=4):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(dim, dim, bias=False)
        self.to_kv = nn.Linear(dim, dim * 2, bias=False)
        self.pre = nn.Parameter(torch.eye(heads) + 0.01 * torch.randn(heads, heads))
        self.post = nn.Parameter(torch.eye(heads) + 0.01 * torch.randn(heads, heads))
        self.null_kv = nn.Parameter(torch.randn(2, heads, dim // heads))

    def forward(self, x):
        b = x.shape[0]
        q = rearrange(self.to_q(x), "b n (h d) -> b h n d", h=self.heads)
        k, v = map(lambda t: rearrange(t, "b n (h d) -> b h n d", h=self.heads), self.to_kv(x).chunk(2, dim=-1))
        nk, nv = map(lambda t: repeat(t, "h d -> b h 1 d", b=b), self.null_kv)
        k, v = torch.cat((nk, k), -2), torch.cat((nv, v), -2)
        dots = torch.einsum("bhid,bhjd->bhij", q, k) * q.shape[-1] ** -0.5
        dots = torch.einsum("bhij,hg->bgij", dots, self.pre).contiguous()
        attn = dots.softmax(-1)
        attn = torch.einsum("bhij,hg->bgij", attn, self.post).contiguous()
        return rearrange(attn @ v, "b h n d -> b n (h d)")


class TransformerXLAttention(Odd):
    """Relative attention with the two global vectors u and v."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "qkv_net.weight": True,
        "r_net.weight": True,
        "r_w_bias": False,
        "r_r_bias": False,
        "o_net.weight": True,
    }

    def __init__(self, n_head=2, d_model=8, d_head=4):
        super().__init__()
        self.n_head, self.d_head = n_head, d_head
        self.qkv_net = nn.Linear(d_model, 3 * n_head * d_head, bias=False)
        self.r_net = nn.Linear(d_model, n_head * d_head, bias=False)
        self.o_net = nn.Linear(n_head * d_head, d_model, bias=False)
        self.r_w_bias = nn.Parameter(torch.zeros(n_head, d_head))
        self.r_r_bias = nn.Parameter(torch.zeros(n_head, d_head))
        self.register_buffer("inv_freq", 1 / (100 ** (torch.arange(0.0, d_model, 2.0) / d_model)))

    def _rel_shift(self, x):
        zero_pad = torch.zeros((x.size(0), 1, *x.size()[2:]), dtype=x.dtype)
        x_padded = torch.cat([zero_pad, x], dim=1)
        x_padded = x_padded.view(x.size(1) + 1, x.size(0), *x.size()[2:])
        return x_padded[1:].view_as(x)

    def forward(self, inp):
        w = inp.transpose(0, 1)
        qlen, bsz = w.shape[:2]
        pos_seq = torch.arange(qlen - 1, -1, -1.0)
        s = torch.outer(pos_seq, self.inv_freq)
        r = torch.cat([s.sin(), s.cos()], dim=-1)
        heads = self.qkv_net(w)
        r_head_k = self.r_net(r).view(qlen, self.n_head, self.d_head)
        q, k, v = (t.view(qlen, bsz, self.n_head, self.d_head) for t in torch.chunk(heads, 3, dim=-1))
        AC = torch.einsum("ibnd,jbnd->ijbn", (q + self.r_w_bias, k))
        BD = self._rel_shift(torch.einsum("ibnd,jnd->ijbn", (q + self.r_r_bias, r_head_k)))
        p = ((AC + BD) / self.d_head**0.5).softmax(dim=1)
        vec = torch.einsum("ijbn,jbnd->ibnd", (p, v)).reshape(qlen, bsz, -1)
        return self.o_net(vec).transpose(0, 1)


class ShawRelative(Odd):
    """Shaw et al.: relative keys and relative values, clipped, from bare tables."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weights.q": True, "weights.k": True, "weights.v": True, "rel_k": False, "rel_v": False}

    def __init__(self, d=8, max_rel=3):
        super().__init__()
        self.max_rel = max_rel
        self.weights = nn.ParameterDict({n: nn.Parameter(torch.randn(d, d) / d**0.5) for n in "qkv"})
        self.rel_k = nn.Parameter(torch.randn(2 * max_rel + 1, d) * 0.02)
        self.rel_v = nn.Parameter(torch.randn(2 * max_rel + 1, d) * 0.02)

    def _index(self, n):
        r = torch.arange(n)
        return (r[None] - r[:, None]).clamp(-self.max_rel, self.max_rel) + self.max_rel

    def forward(self, x):
        q, k, v = [torch.matmul(x, self.weights[n]) for n in ("q", "k", "v")]
        idx = self._index(x.size(1))
        ek, ev = self.rel_k[idx], self.rel_v[idx]
        logits = q @ k.transpose(1, 2) + torch.einsum("bid,ijd->bij", q, ek)
        a = torch.softmax(logits / math.sqrt(x.size(-1)), -1)
        return a @ v + torch.einsum("bij,ijd->bid", a, ev)


class PerformerHead(Odd):
    """Linear attention with a learned kernel map and a decay per head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Wq": True, "Wk": True, "Wv": True, "phi": True, "slope": False}

    def __init__(self, dim=8, heads=2, feats=6):
        super().__init__()
        dh = dim // heads
        for name in ("Wq", "Wk", "Wv"):
            self.register_parameter(name, nn.Parameter(torch.randn(dim, heads, dh) * dim**-0.5))
        self.phi = nn.Parameter(torch.randn(heads, dh, feats))
        self.slope = nn.Parameter(torch.zeros(heads, 1, 1))

    def feature_map(self, t):
        proj = torch.einsum("bhnd,hdf->bhnf", t, self.phi)
        return torch.exp(proj - proj.amax(-1, keepdim=True).detach())

    def forward(self, x):
        q, k, v = (torch.einsum("bnd,dhe->bhne", x, getattr(self, w)) for w in ("Wq", "Wk", "Wv"))
        q, k = self.feature_map(q), self.feature_map(k)
        n = x.shape[1]
        gap = (torch.arange(n)[:, None] - torch.arange(n)[None, :]).float()
        decay = torch.exp(-F.softplus(self.slope) * gap.abs()).tril()
        A = torch.einsum("bhif,bhjf->bhij", q, k) * decay
        return ((A @ v) / (A.sum(-1, keepdim=True) + 1e-6)).transpose(1, 2).flatten(2)


class LinformerAttention(Odd):
    """Keys and values are projected along the length."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"proj_k": True, "proj_v": True, "in_w": True, "in_b": False, "logit_scale": False}

    def __init__(self, seq=6, k=3, dim=8, heads=2):
        super().__init__()
        self.heads = heads
        self.proj_k = nn.Parameter(self.init_(torch.zeros(seq, k)))
        self.proj_v = nn.Parameter(self.init_(torch.zeros(seq, k)))
        self.in_w = nn.Parameter(self.init_(torch.zeros(3 * dim, dim)))
        self.in_b = nn.Parameter(torch.zeros(3 * dim))
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones((heads, 1, 1))))

    @staticmethod
    def init_(tensor):
        std = 1 / math.sqrt(tensor.shape[-1])
        return tensor.uniform_(-std, std)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = F.linear(x, self.in_w, self.in_b).chunk(3, -1)
        proj_seq_len = lambda args: torch.einsum("bnd,nk->bkd", *args)
        k, v = map(proj_seq_len, zip((k, v), (self.proj_k, self.proj_v)))
        q, k, v = (t.reshape(b, -1, self.heads, d // self.heads).transpose(1, 2) for t in (q, k, v))
        cos = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
        attn = (cos * self.logit_scale.clamp(max=4.6).exp()).softmax(-1)
        return (attn @ v).transpose(1, 2).reshape(b, n, d)


class SwinV1Window(Odd):
    """The usual bias table of windows, looked up by a buffer of indices."""

    DATA: ClassVar = (torch.randn(2, 9, 8),)
    RIGHT: ClassVar = {
        "relative_position_bias_table": False,
        "qkv.weight": True,
        "q_bias": False,
        "v_bias": False,
        "proj.weight": True,
    }

    def __init__(self, dim=8, window=3, num_heads=2):
        super().__init__()
        self.num_heads, self.scale = num_heads, (dim // num_heads) ** -0.5
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, num_heads))
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)
        coords = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing="ij")).flatten(1)
        rel = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0) + window - 1
        self.register_buffer("relative_position_index", rel[..., 0] * (2 * window - 1) + rel[..., 1])
        self.qkv = nn.Linear(dim, dim * 3, bias=False)
        self.q_bias = nn.Parameter(torch.zeros(dim))
        self.v_bias = nn.Parameter(torch.zeros(dim))
        self.proj = nn.Linear(dim, dim, bias=False)

    def forward(self, x):
        B_, N, C = x.shape
        bias = torch.cat((self.q_bias, torch.zeros_like(self.v_bias, requires_grad=False), self.v_bias))
        qkv = F.linear(input=x, weight=self.qkv.weight, bias=bias)
        qkv = qkv.reshape(B_, N, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attn = (q * self.scale) @ k.transpose(-2, -1)
        table = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(N, N, -1)
        attn = (attn + table.permute(2, 0, 1).contiguous().unsqueeze(0)).softmax(-1)
        return self.proj((attn @ v).transpose(1, 2).reshape(B_, N, C))


class PerceiverResampler(Odd):
    """Latents that read a sequence; media positions; a tanh gate."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"latents": False, "media_pos_emb": False, "to_q": True, "to_kv": True, "attn_gate": False}

    def __init__(self, dim=8, num_latents=3, max_len=10):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(num_latents, dim))
        self.media_pos_emb = nn.Parameter(torch.randn(max_len, 1, dim))
        self.to_q = nn.Parameter(torch.randn(dim, dim))
        self.to_kv = nn.Parameter(torch.randn(dim, 2 * dim))
        self.attn_gate = nn.Parameter(torch.tensor([0.0]))

    def forward(self, x):
        x = x + rearrange(self.media_pos_emb[: x.shape[1]], "n 1 d -> n d")
        lat = repeat(self.latents, "n d -> b n d", b=x.shape[0])
        q = torch.matmul(lat, self.to_q)
        kv_in = torch.cat((x, lat), dim=-2)
        k, v = torch.matmul(kv_in, self.to_kv).chunk(2, dim=-1)
        sim = torch.einsum("b i d, b j d -> b i j", q, k)
        sim = sim - sim.amax(dim=-1, keepdim=True).detach()
        out = torch.einsum("b i j, b j d -> b i d", sim.softmax(dim=-1), v)
        return out * self.attn_gate.tanh() + lat


class MLALowRank(Odd):
    """Multi-head latent attention: keys and values from a compressed vector, absorbed."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"wq": True, "wkv_a": True, "kv_norm": False, "wkv_b": True, "wo": True, "attn_sink": False}

    def __init__(self, dim=8, n_heads=2, rank=4, hd=4):
        super().__init__()
        self.n_heads, self.hd, self.rank = n_heads, hd, rank
        self.wq = weights(n_heads * hd, dim)
        self.wkv_a = weights(rank, dim)
        self.kv_norm = nn.Parameter(torch.ones(rank))
        self.wkv_b = weights(n_heads * (hd + hd), rank)
        self.wo = weights(dim, n_heads * hd)
        self.attn_sink = nn.Parameter(torch.zeros(n_heads))

    def forward(self, x):
        bsz, seqlen, _ = x.size()
        q = F.linear(x, self.wq).view(bsz, seqlen, self.n_heads, self.hd)
        kv = F.rms_norm(F.linear(x, self.wkv_a), (self.rank,), self.kv_norm)
        wkv_b = self.wkv_b.view(self.n_heads, -1, self.rank)
        q_nope = torch.einsum("bshd,hdc->bshc", q, wkv_b[:, : self.hd])
        scores = torch.einsum("bshc,btc->bsht", q_nope, kv)
        sink = self.attn_sink[None, None, :, None].expand(bsz, seqlen, -1, -1)
        probs = torch.cat([scores, sink], -1).softmax(-1)[..., :-1]
        o = torch.einsum("bsht,btc->bshc", probs, kv)
        o = torch.einsum("bshc,hdc->bshd", o, wkv_b[:, -self.hd :])
        return F.linear(o.flatten(2), self.wo)


class DiffAttention(Odd):
    """Differential attention with lambda vectors."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "q_proj.weight": True,
        "k_proj.weight": True,
        "lambda_q1": False,
        "lambda_k1": False,
        "subln_g": False,
    }

    def __init__(self, dim=8, depth=2):
        super().__init__()
        self.head_dim = dim // 4
        self.q_proj = nn.Linear(dim, dim, bias=False)
        self.k_proj = nn.Linear(dim, dim, bias=False)
        self.lambda_init = 0.8 - 0.6 * math.exp(-0.3 * depth)
        self.lambda_q1 = nn.Parameter(torch.zeros(2, self.head_dim).normal_(std=0.1))
        self.lambda_k1 = nn.Parameter(torch.zeros(2, self.head_dim).normal_(std=0.1))
        self.subln_g = nn.Parameter(torch.ones(4))

    def forward(self, x):
        b, n, _ = x.shape
        q = self.q_proj(x).view(b, n, 4, -1).transpose(1, 2)
        k = self.k_proj(x).view(b, n, 4, -1).transpose(1, 2)
        v = x.view(b, n, 2, -1).transpose(1, 2)
        att = F.softmax(q @ k.transpose(-1, -2), dim=-1).view(b, 2, 2, n, n)
        lam = torch.exp(torch.sum(self.lambda_q1 * self.lambda_k1, dim=-1)) + self.lambda_init
        att = att[:, :, 0] - lam.view(1, 2, 1, 1) * att[:, :, 1]
        o = att @ v
        o = o * o.pow(2).mean(-1, keepdim=True).add(1e-5).rsqrt() * self.subln_g
        return o.transpose(1, 2).reshape(b, n, -1)


class AlibiGatedUnit(Odd):
    """FLASH's gated attention unit: one shared key, gammas and betas a role."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W_hidden": True, "W_qk": True, "gamma": False, "beta": False, "W_out": True, "log_slope": False}

    def __init__(self, dim=8, e=12, s=4):
        super().__init__()
        self.W_hidden = weights(dim, 2 * e)
        self.W_qk = weights(dim, s)
        self.gamma = nn.Parameter(torch.randn(2, s) * 0.02)
        self.beta = nn.Parameter(torch.zeros(2, s))
        self.W_out = weights(e, dim)
        self.log_slope = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        v, gate = F.silu(x @ self.W_hidden).chunk(2, -1)
        z = F.silu(x @ self.W_qk)
        z = torch.einsum("... d, h d -> ... h d", z, self.gamma) + self.beta
        q, k = z.unbind(dim=-2)
        n = x.size(1)
        dist = (torch.arange(n)[:, None] - torch.arange(n)[None]).abs()
        sim = q @ k.mT / n - dist * self.log_slope.exp()
        A = F.relu(sim) ** 2
        return (gate * (A @ v)) @ self.W_out + x


class ExternalMemoryAttention(Odd):
    """External attention: two small memories in place of keys and values."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"mk.weight": True, "mv.weight": True, "cls": False, "pos": False}

    def __init__(self, d=8, S=5):
        super().__init__()
        self.mk = nn.Linear(d, S, bias=False)
        self.mv = nn.Linear(S, d, bias=False)
        self.cls = nn.Parameter(torch.zeros(1, 1, d))
        self.pos = nn.Parameter(torch.zeros(1, 7, d))

    def forward(self, queries):
        queries = torch.cat([self.cls.expand(queries.shape[0], -1, -1), queries], 1) + self.pos
        attn = self.mk(queries)
        attn = torch.softmax(attn, dim=1)
        attn = attn / torch.sum(attn, dim=2, keepdim=True)
        return self.mv(attn)[:, 0]


class MemoryAugmented(Odd):
    """M2-transformer memory slots appended to the keys and the values."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"fc_q.weight": True, "fc_k.weight": True, "m_k": False, "m_v": False}

    def __init__(self, d_model=8, m=2):
        super().__init__()
        self.fc_q, self.fc_k = nn.Linear(d_model, d_model, bias=False), nn.Linear(d_model, d_model, bias=False)
        self.m_k = nn.Parameter(torch.FloatTensor(1, m, d_model))
        self.m_v = nn.Parameter(torch.FloatTensor(1, m, d_model))
        self.m = m
        self.d_k = d_model
        self.init_weights()

    def init_weights(self):
        nn.init.xavier_uniform_(self.fc_q.weight)
        nn.init.normal_(self.m_k, 0, 1 / self.d_k)
        nn.init.normal_(self.m_v, 0, 1 / self.m)

    def forward(self, x):
        b_s = x.shape[0]
        m_k = math.sqrt(self.d_k) * self.m_k.expand(b_s, self.m, self.d_k)
        m_v = math.sqrt(self.m) * self.m_v.expand(b_s, self.m, self.d_k)
        q = self.fc_q(x)
        k = torch.cat([self.fc_k(x), m_k], 1)
        v = torch.cat([x, m_v], 1)
        att = torch.matmul(q, k.permute(0, 2, 1)) / math.sqrt(self.d_k)
        return torch.matmul(torch.softmax(att, -1), v)


# ------------------------------------------------------------------ recurrences and state spaces


class RWKVTimeMix(Odd):
    """RWKV-4 time mixing."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "time_decay": False,
        "time_first": False,
        "time_mix_k": False,
        "key.weight": True,
        "value.weight": True,
        "receptance.weight": True,
    }

    def __init__(self, n=8):
        super().__init__()
        self.time_decay = nn.Parameter(torch.linspace(-5, 3, n))
        self.time_first = nn.Parameter(torch.ones(n) * math.log(0.3))
        self.time_mix_k = nn.Parameter(torch.full((1, 1, n), 0.5))
        self.time_shift = nn.ZeroPad2d((0, 0, 1, -1))
        self.key = nn.Linear(n, n, bias=False)
        self.value = nn.Linear(n, n, bias=False)
        self.receptance = nn.Linear(n, n, bias=False)

    def forward(self, x):
        xx = self.time_shift(x)
        xk = x * self.time_mix_k + xx * (1 - self.time_mix_k)
        k, v, r = self.key(xk), self.value(xx), torch.sigmoid(self.receptance(x))
        w = -torch.exp(self.time_decay)
        num = torch.zeros_like(x[:, 0])
        den = torch.zeros_like(x[:, 0])
        outs = []
        for t in range(x.shape[1]):
            kt, vt = k[:, t], v[:, t]
            e = torch.exp(self.time_first + kt)
            outs.append((num + e * vt) / (den + e))
            num = torch.exp(w) * num + torch.exp(kt) * vt
            den = torch.exp(w) * den + torch.exp(kt)
        return r * torch.stack(outs, 1)


class RWKV6Shift(Odd):
    """Data dependent token shift with low-rank maps (RWKV-6 style)."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "maa_x": False,
        "maa_rkv": False,
        "maa_w1": True,
        "maa_w2": True,
        "decay_w1": True,
        "decay": False,
    }

    def __init__(self, C=8, r=3):
        super().__init__()
        self.maa_x = nn.Parameter(torch.rand(1, 1, C))
        self.maa_rkv = nn.Parameter(torch.rand(3, 1, 1, C))
        self.maa_w1 = nn.Parameter(torch.zeros(C, r * 3))
        self.maa_w2 = nn.Parameter(torch.zeros(3, r, C).uniform_(-0.01, 0.01))
        self.decay_w1 = nn.Parameter(torch.zeros(C, C))
        self.decay = nn.Parameter(torch.ones(1, 1, C))

    def forward(self, x):
        B, T, C = x.size()
        xx = F.pad(x, (0, 0, 1, -1)) - x
        xxx = x + xx * self.maa_x
        xxx = torch.tanh(xxx @ self.maa_w1).view(B * T, 3, -1).transpose(0, 1)
        xxx = torch.bmm(xxx, self.maa_w2).view(3, B, T, -1)
        r, k, v = x + xx * (self.maa_rkv + xxx)
        w = torch.exp(-torch.exp(self.decay + torch.tanh(r @ self.decay_w1)))
        s, ys = 0, []
        for t in range(T):
            s = w[:, t, :, None] * s + k[:, t, :, None] * v[:, t, None, :]
            ys.append((r[:, t, None, :] @ s).squeeze(1))
        return torch.stack(ys, dim=1)


class S4DKernel(Odd):
    """Diagonal state space whose kernel is convolved by FFT."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"log_dt": False, "log_A_real": False, "A_imag": False, "D": False, "output_linear": True}

    def __init__(self, H=8, N=4):
        super().__init__()
        self.log_dt = nn.Parameter(torch.rand(H) - 3)
        self.C = nn.Parameter(torch.view_as_real(torch.randn(H, N, dtype=torch.cfloat)))
        self.log_A_real = nn.Parameter(torch.log(0.5 * torch.ones(H, N)))
        self.A_imag = nn.Parameter(math.pi * torch.arange(N).float().repeat(H, 1))
        self.D = nn.Parameter(torch.randn(H))
        self.output_linear = nn.Parameter(torch.randn(2 * H, H, 1))

    def kernel(self, L):
        dt = torch.exp(self.log_dt)
        C = torch.view_as_complex(self.C)
        A = -torch.exp(self.log_A_real) + 1j * self.A_imag
        dtA = A * dt.unsqueeze(-1)
        K = dtA.unsqueeze(-1) * torch.arange(L)
        C = C * (torch.exp(dtA) - 1.0) / A
        return 2 * torch.einsum("hn, hnl -> hl", C, torch.exp(K)).real

    def forward(self, x):
        u = x.transpose(-1, -2)
        L = u.size(-1)
        k_f = torch.fft.rfft(self.kernel(L), n=2 * L)
        u_f = torch.fft.rfft(u, n=2 * L)
        y = torch.fft.irfft(u_f * k_f, n=2 * L)[..., :L] + u * self.D.unsqueeze(-1)
        return F.glu(F.conv1d(F.gelu(y), self.output_linear), dim=-2).transpose(-1, -2)


class TinyMamba(Odd):
    """A selective scan with everything by hand."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"x_proj": True, "dt_w": True, "dt_b": False, "A_log": False, "D": False, "conv_w": True}

    def __init__(self, d=8, n=4, r=2, k=3):
        super().__init__()
        self.n, self.r = n, r
        self.conv_w = nn.Parameter(torch.randn(d, 1, k) / k)
        self.x_proj = nn.Parameter(torch.randn(r + 2 * n, d) * 0.1)
        self.dt_w = nn.Parameter(torch.randn(d, r))
        self.dt_b = nn.Parameter(torch.zeros(d))
        self.A_log = nn.Parameter(torch.log(torch.arange(1, n + 1).float()).repeat(d, 1))
        self.D = nn.Parameter(torch.ones(d))

    def forward(self, hidden):
        L = hidden.shape[1]
        u = F.conv1d(
            F.pad(hidden.transpose(1, 2), (self.conv_w.shape[-1] - 1, 0)), self.conv_w, groups=hidden.shape[-1]
        )
        u = F.silu(u).transpose(1, 2)
        dt, B, C = torch.split(u @ self.x_proj.T, [self.r, self.n, self.n], dim=-1)
        dt = F.softplus(F.linear(dt, self.dt_w, self.dt_b))
        A = -torch.exp(self.A_log.float())
        dA = torch.exp(torch.einsum("bld,dn->bldn", dt, A))
        dBu = torch.einsum("bld,bln,bld->bldn", dt, B, u)
        h = u.new_zeros(u.size(0), u.size(2), self.n)
        y = []
        for i in range(L):
            h = dA[:, i] * h + dBu[:, i]
            y.append(torch.einsum("bdn,bn->bd", h, C[:, i]))
        return torch.stack(y, 1) + u * self.D


class LRULayer(Odd):
    """Linear recurrent unit with complex diagonal state."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"nu_log": False, "theta_log": False, "B_re": True, "B_im": True, "gamma_log": False}

    def __init__(self, d=8, n=6, r_min=0.4, r_max=0.9):
        super().__init__()
        u1, u2 = torch.rand(n), torch.rand(n)
        self.nu_log = nn.Parameter(torch.log(-0.5 * torch.log(u1 * (r_max**2 - r_min**2) + r_min**2)))
        self.theta_log = nn.Parameter(torch.log(2 * math.pi * u2))
        lam = torch.exp(torch.complex(-self.nu_log.exp(), self.theta_log.exp())).detach()
        self.gamma_log = nn.Parameter(torch.log(torch.sqrt(1 - lam.abs() ** 2)))
        self.B_re = nn.Parameter(torch.randn(n, d) / math.sqrt(2 * d))
        self.B_im = nn.Parameter(torch.randn(n, d) / math.sqrt(2 * d))

    @property
    def lam(self):
        return torch.exp(-torch.exp(self.nu_log) + 1j * torch.exp(self.theta_log))

    @property
    def B_norm(self):
        return (self.B_re + 1j * self.B_im) * torch.exp(self.gamma_log).unsqueeze(-1)

    def forward(self, inputs):
        lam, Bn = self.lam, self.B_norm
        Bu = inputs.to(Bn.dtype) @ Bn.T
        state = torch.zeros_like(Bu[:, 0])
        states = []
        for u_step in Bu.unbind(1):
            state = lam * state + u_step
            states.append(state)
        return torch.stack(states, 1).real


class RetNetRetention(Odd):
    """Retention in its recurrent form, with learned decays."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W_Q": True, "W_K": True, "W_V": True, "W_G": True, "gamma_logit": False, "gn_scale": False}

    def __init__(self, h=8, heads=2):
        super().__init__()
        self.heads = heads
        self.W_Q, self.W_K, self.W_V, self.W_G = (nn.Parameter(torch.randn(h, h) / h) for _ in range(4))
        self.gamma_logit = nn.Parameter(torch.linspace(1, 3, heads))
        self.gn_scale = nn.Parameter(torch.ones(heads, h // heads))

    def split(self, x):
        return x.view(*x.shape[:-1], self.heads, -1)

    def forward(self, X):
        g = torch.sigmoid(self.gamma_logit)[:, None, None]
        S = X.new_zeros(X.size(0), self.heads, X.size(2) // self.heads, X.size(2) // self.heads)
        ys = []
        for x_n in X.transpose(0, 1):
            Q, K, V = (self.split(x_n @ w) for w in (self.W_Q, self.W_K, self.W_V))
            S = g * S + K.unsqueeze(-1) @ V.unsqueeze(-2)
            o = (Q.unsqueeze(-2) @ S).squeeze(-2)
            o = F.layer_norm(o, o.shape[-1:]) * self.gn_scale
            ys.append(F.silu(x_n @ self.W_G) * o.flatten(1))
        return torch.stack(ys, dim=1)


class SLSTMCell(Odd):
    """xLSTM's scalar memory: block-diagonal recurrent matrices of each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W": True, "R": True, "b": False, "h0": False}

    def __init__(self, d=8, heads=2):
        super().__init__()
        self.nh, self.dh = heads, d // heads
        self.W = nn.Parameter(torch.randn(4, d, d) / d)
        self.R = nn.Parameter(torch.randn(heads, self.dh, 4 * self.dh) / d)
        self.b = nn.Parameter(torch.zeros(4, d))
        self.h0 = nn.Parameter(torch.zeros(1, d))

    def forward(self, x):
        b, T, d = x.shape
        wx = torch.einsum("btd,ged->btge", x, self.W) + self.b
        h = self.h0.expand(b, -1)
        c = n = m = torch.zeros_like(h)
        out = []
        for t in range(T):
            ry = torch.matmul(h.view(b, self.nh, 1, self.dh), self.R).view(b, self.nh, 4, self.dh)
            z, i, f, o = (wx[:, t] + ry.transpose(1, 2).reshape(b, 4, d)).unbind(1)
            logf = F.logsigmoid(f)
            m_new = torch.maximum(logf + m, i)
            ig, fg = torch.exp(i - m_new), torch.exp(logf + m - m_new)
            c, n, m = fg * c + ig * torch.tanh(z), fg * n + ig, m_new
            h = torch.sigmoid(o) * c / n.clamp(min=1e-6)
            out.append(h)
        return torch.stack(out, 1)


class MinGRU(Odd):
    """minGRU in log space."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"to_hidden_and_gate.weight": True, "to_out.weight": True, "log_h0": False}

    def __init__(self, dim=8, expansion=1.5):
        super().__init__()
        dim_inner = int(dim * expansion)
        self.to_hidden_and_gate = nn.Linear(dim, dim_inner * 2, bias=False)
        self.to_out = nn.Linear(dim_inner, dim, bias=False)
        self.log_h0 = nn.Parameter(torch.zeros(1, 1, dim_inner))

    @staticmethod
    def log_g(x):
        return torch.where(x >= 0, (F.relu(x) + 0.5).log(), -F.softplus(-x))

    def forward(self, x):
        hidden, gate = self.to_hidden_and_gate(x).chunk(2, dim=-1)
        log_coeffs = -F.softplus(gate)
        log_values = -F.softplus(-gate) + self.log_g(hidden)
        log_values = torch.cat((self.log_h0.expand(len(x), -1, -1), log_values), dim=1)
        log_coeffs = F.pad(log_coeffs, (0, 0, 1, 0))
        a_star = log_coeffs.cumsum(dim=1)
        out = (a_star + (log_values - a_star).logcumsumexp(dim=1)).exp()
        return self.to_out(out[:, -x.shape[1] :])


class HyenaFilter(Odd):
    """An implicit filter from a small net with sine activations, windowed."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"z": False, "mlp.0": True, "mlp.1": True, "freq": False, "deltas": False, "bias": False}

    def __init__(self, d=8, emb=3, order=5, L=6):
        super().__init__()
        t = torch.linspace(0, 1, L)[:, None]
        w = 2 * math.pi * torch.arange(L)[:, None] / L
        self.z = nn.Parameter(torch.cat([t, w.cos(), w.sin()], -1))
        self.mlp = nn.ParameterList([torch.randn(emb, order), torch.randn(order, d)])
        self.freq = nn.Parameter(10 * torch.ones(1, order))
        self.deltas = nn.Parameter(torch.linspace(0.3, 1.5, d)[None])
        self.bias = nn.Parameter(torch.randn(d))
        self.register_buffer("t", t)

    def filter(self):
        h = torch.sin(self.freq * (self.z @ self.mlp[0]))
        h = h @ self.mlp[1]
        return h * torch.exp(-self.t * self.deltas.abs())

    def forward(self, x):
        L = x.shape[1]
        k = self.filter().T
        y = torch.fft.irfft(torch.fft.rfft(x.mT, n=2 * L) * torch.fft.rfft(k, n=2 * L), n=2 * L)[..., :L]
        return (y + x.mT * self.bias[:, None]).mT


class DeltaNet(Odd):
    """Fast weights with the delta rule, short convolutions on the way."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"proj": True, "taps": True, "b_proj.weight": True, "A": False, "dt_bias": False}

    def __init__(self, d=8, k=3):
        super().__init__()
        self.proj = nn.Parameter(torch.randn(3, d, d) / d**0.5)
        self.taps = nn.Parameter(torch.randn(k, d))
        self.b_proj = nn.Linear(d, 2, bias=False)
        self.A = nn.Parameter(torch.zeros(1))
        self.dt_bias = nn.Parameter(torch.zeros(1))

    def short_conv(self, x):
        n = x.shape[1]
        K = self.taps.shape[0]
        padded = F.pad(x, (0, 0, K - 1, 0))
        return F.silu(sum(padded[:, i : i + n] * self.taps[i] for i in range(K)))

    def forward(self, x):
        q, k, v = torch.einsum("bnd,sde->sbne", self.short_conv(x), self.proj)
        q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        beta, dt = self.b_proj(x).unbind(-1)
        alpha = torch.exp(-self.A.exp() * F.softplus(dt + self.dt_bias))
        S = x.new_zeros(x.shape[0], x.shape[2], x.shape[2])
        o = []
        for t in range(x.shape[1]):
            kt, vt, bt = k[:, t], v[:, t], beta[:, t].sigmoid()[:, None]
            S = S * alpha[:, t, None, None]
            err = vt - torch.einsum("bkv,bk->bv", S, kt)
            S = S + torch.einsum("bk,bv->bkv", kt, bt * err)
            o.append(torch.einsum("bkv,bk->bv", S, q[:, t]))
        return torch.stack(o, 1)


class EMAMega(Odd):
    """Mega's multi-headed damped moving average."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"delta": False, "alpha": False, "omega": False}

    def __init__(self, d=8, ndim=3):
        super().__init__()
        self.delta = nn.Parameter(torch.randn(d, ndim, 1) * 0.2)
        self.alpha = nn.Parameter(torch.randn(d, ndim, 1) * 0.2)
        self.beta = nn.Parameter(torch.randn(d, ndim, 1))
        self.gamma = nn.Parameter(torch.randn(d, ndim))
        self.omega = nn.Parameter(torch.randn(d))
        self.scale = math.sqrt(1.0 / ndim)

    def forward(self, x):
        n = x.shape[1]
        p = torch.sigmoid(self.delta)
        q = 1.0 - p * torch.sigmoid(self.alpha)
        vander = torch.arange(n).to(p).view(1, 1, n) * torch.log(q)
        kernel = torch.einsum("dnl,dn->dl", p * self.beta * torch.exp(vander), self.gamma * self.scale)
        out = torch.fft.irfft(torch.fft.rfft(x.mT, n=2 * n) * torch.fft.rfft(kernel, n=2 * n), n=2 * n)[..., :n]
        return F.silu(out.mT + x * self.omega)


# ------------------------------------------------------------------ experts


class StackedExpertsMoE(Odd):
    """Top-k experts gathered by index from stacked tensors."""

    RIGHT: ClassVar = {"gate": True, "w1": True, "b1": False, "w2": True, "expert_bias": False}

    def __init__(self, dim=8, hidden=6, n_exp=4, k=2):
        super().__init__()
        self.k = k
        self.gate = weights(n_exp, dim)
        self.w1, self.b1 = weights(n_exp, dim, hidden), nn.Parameter(torch.zeros(n_exp, hidden))
        self.w2 = weights(n_exp, hidden, dim)
        self.expert_bias = nn.Parameter(torch.zeros(n_exp))

    def forward(self, x):
        scores = F.linear(x, self.gate).sigmoid()
        _, idx = (scores + self.expert_bias).topk(self.k, dim=-1)
        w = scores.gather(-1, idx)
        w = w / w.sum(-1, keepdim=True)
        w1, w2 = self.w1[idx], self.w2[idx]
        h = F.gelu(torch.einsum("td,tkdh->tkh", x, w1) + self.b1[idx])
        y = torch.einsum("tkh,tkhd->tkd", h, w2)
        return (y * w.unsqueeze(-1)).sum(1)


class SoftMoE(Odd):
    """Soft slots: phi dispatches, experts are bmm."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"phi": True, "scale": False, "experts_up": True, "experts_down": True, "experts_bias": False}

    def __init__(self, d=8, e=3, p=2):
        super().__init__()
        self.phi = nn.Parameter(torch.randn(d, e, p) * d**-0.5)
        self.scale = nn.Parameter(torch.ones(()))
        self.experts_up = nn.Parameter(torch.randn(e, d, 2 * d))
        self.experts_down = nn.Parameter(torch.randn(e, 2 * d, d))
        self.experts_bias = nn.Parameter(torch.zeros(e, 1, 2 * d))

    def forward(self, x):
        phi = F.normalize(self.phi, dim=0) * self.scale
        logits = torch.einsum("bnd,dep->bnep", F.normalize(x, dim=-1), phi)
        dispatch = logits.softmax(1)
        combine = rearrange(logits, "b n e p -> b n (e p)").softmax(-1)
        slots = torch.einsum("bnd,bnep->ebpd", x, dispatch)
        flat = slots.flatten(1, 2)
        h = F.relu(torch.baddbmm(self.experts_bias, flat, self.experts_up))
        out = torch.bmm(h, self.experts_down).view_as(slots)
        return combine @ rearrange(out, "e b p d -> b (e p) d")


class LoopedMoE(Odd):
    """Mixtral-like loop; experts' weights are kept by formatted names."""

    RIGHT: ClassVar = {
        "router.weight": True,
        "expert_0_up": True,
        "expert_0_down": True,
        "expert_1_up": True,
        "expert_1_down": True,
        "shared_gate": False,
    }

    def __init__(self, d=8, h=5, n=2):
        super().__init__()
        self.n = n
        self.router = nn.Linear(d, n, bias=False)
        for e in range(n):
            self.register_parameter(f"expert_{e}_up", nn.Parameter(torch.randn(h, d)))
            self.register_parameter(f"expert_{e}_down", nn.Parameter(torch.randn(d, h)))
        self.shared_gate = nn.Parameter(torch.zeros(1))

    def expert(self, e, tokens):
        up, down = (getattr(self, f"expert_{e}_{part}") for part in ("up", "down"))
        return F.linear(F.silu(F.linear(tokens, up)), down)

    def forward(self, x):
        p, which = self.router(x).softmax(-1).max(-1)
        final = torch.zeros_like(x)
        for e in range(self.n):
            rows = torch.where(which == e)[0]
            if rows.numel() == 0:
                continue
            final.index_add_(0, rows, self.expert(e, x[rows]) * p[rows, None])
        return final + torch.sigmoid(self.shared_gate) * x


class CondConvRouting(Odd):
    """CondConv: a mixture of kernels a sample, as one grouped convolution."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"weight": True, "bias": False, "route.weight": True, "route.bias": False}

    def __init__(self, cin=3, cout=4, k=3, experts=3):
        super().__init__()
        self.k, self.cout = k, cout
        self.weight = nn.Parameter(torch.randn(experts, cout * cin * k * k))
        self.bias = nn.Parameter(torch.zeros(experts, cout))
        self.route = nn.Linear(cin, experts)

    def forward(self, x):
        B, C, H, W = x.shape
        r = torch.sigmoid(self.route(x.mean((2, 3))))
        weight = torch.matmul(r, self.weight).view(B * self.cout, C, self.k, self.k)
        bias = torch.matmul(r, self.bias).view(-1)
        out = F.conv2d(x.reshape(1, B * C, H, W), weight, bias, padding=1, groups=B)
        return out.view(B, self.cout, H, W)


# ------------------------------------------------------------------ convolutions


class UnfoldConv(Odd):
    """Convolution as im2col, with weight standardisation."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"kernel": True, "gain": False, "offset": False}

    def __init__(self, ci=3, co=4, k=3):
        super().__init__()
        self.k = k
        self.kernel = nn.Parameter(torch.randn(co, ci * k * k) / math.sqrt(ci * k * k))
        self.gain = nn.Parameter(torch.ones(co, 1))
        self.offset = nn.Parameter(torch.zeros(1, co, 1))

    def standardized(self):
        var, mean = torch.var_mean(self.kernel, dim=1, keepdim=True)
        scale = torch.rsqrt(torch.clamp(var * self.kernel.shape[1], min=1e-4)) * self.gain
        return (self.kernel - mean) * scale

    def forward(self, img):
        cols = F.unfold(img, self.k, padding=self.k // 2)
        out = self.standardized() @ cols + self.offset
        return F.fold(out, img.shape[-2:], 1)


class Involution(Odd):
    """Kernels made at each pixel."""

    DATA: ClassVar = (torch.randn(2, 8, 6, 6),)
    RIGHT: ClassVar = {"reduce_w": True, "bn_g": False, "bn_b": False, "span_w": True}

    def __init__(self, c=8, k=3, groups=2, r=2):
        super().__init__()
        self.k, self.g = k, groups
        self.reduce_w = nn.Parameter(torch.randn(c // r, c, 1, 1))
        self.bn_g, self.bn_b = nn.Parameter(torch.ones(c // r)), nn.Parameter(torch.zeros(c // r))
        self.span_w = nn.Parameter(torch.randn(k * k * groups, c // r, 1, 1))
        self.register_buffer("rm", torch.zeros(c // r))
        self.register_buffer("rv", torch.ones(c // r))

    def forward(self, x):
        b, c, h, w = x.shape
        mid = F.relu(F.batch_norm(F.conv2d(x, self.reduce_w), self.rm, self.rv, self.bn_g, self.bn_b, self.training))
        ker = F.conv2d(mid, self.span_w).view(b, self.g, 1, self.k**2, h, w)
        patches = F.unfold(x, self.k, padding=1).view(b, self.g, c // self.g, self.k**2, h, w)
        return (ker * patches).sum(dim=3).view(b, c, h, w)


class GlobalFilter(Odd):
    """GFNet: a learned filter in frequency space; channel gains beside."""

    DATA: ClassVar = (torch.randn(2, 36, 8),)
    RIGHT: ClassVar = {"layerscale": False, "pw.weight": True, "pw.bias": False}

    def __init__(self, dim=8, h=6):
        super().__init__()
        w = h // 2 + 1
        self.complex_weight = nn.Parameter(torch.randn(h, w, dim, 2) * 0.02)
        self.layerscale = nn.Parameter(1e-5 * torch.ones(dim))
        self.pw = nn.Linear(dim, dim)
        self.h = h

    def forward(self, x):
        B, N, C = x.shape
        z = torch.fft.rfft2(x.view(B, self.h, -1, C), dim=(1, 2), norm="ortho")
        z = z * torch.view_as_complex(self.complex_weight)
        z = torch.fft.irfft2(z, s=(self.h, N // self.h), dim=(1, 2), norm="ortho").reshape(B, N, C)
        return x + self.layerscale * self.pw(z)


class FourierOperator(Odd):
    """FNO: a matrix for each of the low modes."""

    DATA: ClassVar = (torch.randn(2, 4, 16),)
    RIGHT: ClassVar = {"weights1": True, "w": True, "b": False}

    def __init__(self, width=4, modes=5):
        super().__init__()
        self.modes = modes
        self.scale = 1 / (width * width)
        self.weights1 = nn.Parameter(self.scale * torch.rand(width, width, modes, dtype=torch.cfloat))
        self.w = nn.Parameter(torch.randn(width, width, 1))
        self.b = nn.Parameter(torch.zeros(width))

    def compl_mul1d(self, input, weights):
        return torch.einsum("bix,iox->box", input, weights)

    def forward(self, x):
        x_ft = torch.fft.rfft(x)
        out_ft = torch.zeros_like(x_ft)
        out_ft[:, :, : self.modes] = self.compl_mul1d(x_ft[:, :, : self.modes], self.weights1)
        return F.gelu(torch.fft.irfft(out_ft, n=x.size(-1)) + F.conv1d(x, self.w, self.b))


class RepVGGHand(Odd):
    """A branch of three by three, one of one by one and an identity gain, fused at each call."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"rbr_dense": True, "rbr_1x1": True, "rbr_identity": False, "bias": False}

    def __init__(self, c=3):
        super().__init__()
        self.rbr_dense = nn.Parameter(torch.randn(c, c, 3, 3) * 0.1)
        self.rbr_1x1 = nn.Parameter(torch.randn(c, c, 1, 1) * 0.1)
        self.rbr_identity = nn.Parameter(torch.ones(c))
        self.bias = nn.Parameter(torch.zeros(c))

    def get_equivalent_kernel(self):
        ident = F.pad(torch.diag(self.rbr_identity)[:, :, None, None], [1, 1, 1, 1])
        return self.rbr_dense + F.pad(self.rbr_1x1, [1, 1, 1, 1]) + ident

    def forward(self, x):
        return F.relu(F.conv2d(x, self.get_equivalent_kernel(), self.bias, padding=1))


class DeformableOne(Odd):
    """Deformable sampling with grid_sample and a mixing matrix of the samples."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"offset_w": True, "offset_b": False, "mask_w": True, "weight": True, "anchor": False}

    def __init__(self, c=4, co=5, K=4):
        super().__init__()
        self.K = K
        self.offset_w = nn.Parameter(torch.zeros(2 * K, c, 3, 3))
        self.offset_b = nn.Parameter(torch.zeros(2 * K))
        self.mask_w = nn.Parameter(torch.zeros(K, c, 3, 3))
        self.weight = nn.Parameter(torch.randn(co, c, K))
        self.anchor = nn.Parameter(torch.rand(K, 2) - 0.5)

    def forward(self, x):
        b, c, h, w = x.shape
        off = F.conv2d(x, self.offset_w, self.offset_b, padding=1).view(b, self.K, 2, h, w).permute(0, 1, 3, 4, 2)
        mask = torch.sigmoid(F.conv2d(x, self.mask_w, padding=1))
        ys, xs = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
        base = torch.stack([xs, ys], -1)
        out = 0
        for i in range(self.K):
            grid = base + self.anchor[i] + off[:, i]
            sampled = F.grid_sample(x, grid, align_corners=True) * mask[:, i : i + 1]
            out = out + torch.einsum("bchw,oc->bohw", sampled, self.weight[..., i])
        return out


class GhostShift(Odd):
    """Shifted sums along both axes, an additive map of positions and a depthwise kernel."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"dw": True, "rows": True, "pe": False, "alpha": False}

    def __init__(self, c=4):
        super().__init__()
        self.dw = nn.Parameter(torch.randn(c, 3, 3))
        self.rows = nn.Parameter(torch.randn(c, 5))
        self.pe = nn.Parameter(torch.zeros(1, c, 6, 6))
        self.alpha = nn.Parameter(torch.ones(2))

    def vertical(self, x):
        out = torch.zeros_like(x)
        for j, s in enumerate(range(-2, 3)):
            out = out + torch.roll(x, s, dims=2) * self.rows[:, j].view(1, -1, 1, 1)
        return out

    def forward(self, x):
        x = x + self.pe
        a = F.conv2d(x, self.dw.unsqueeze(1), padding=1, groups=x.shape[1])
        return self.alpha[0] * a + self.alpha[1] * self.vertical(x)


# ------------------------------------------------------------------ norms and gains


class SwitchNorm(Odd):
    """Switchable normalisation: weights of the statistics through a softmax."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"weight": False, "bias": False, "mean_weight": False, "var_weight": False}

    def __init__(self, c=3):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1, c, 1, 1))
        self.bias = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.mean_weight = nn.Parameter(torch.ones(2))
        self.var_weight = nn.Parameter(torch.ones(2))

    def forward(self, x):
        N, C, H, W = x.size()
        x = x.view(N, C, -1)
        mi, vi = x.mean(-1, keepdim=True), x.var(-1, keepdim=True)
        ml = mi.mean(1, keepdim=True)
        vl = (vi + mi**2).mean(1, keepdim=True) - ml**2
        a, b = F.softmax(self.mean_weight, 0), F.softmax(self.var_weight, 0)
        mean, var = a[0] * mi + a[1] * ml, b[0] * vi + b[1] * vl
        x = ((x - mean) / (var + 1e-5).sqrt()).view(N, C, H, W)
        return x * self.weight + self.bias


class AdaLNSingle(Odd):
    """PixArt's table of shifts and scales, added to a projection of the time."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"scale_shift_table": False, "t_block": True, "fc": True, "null_token": False}

    def __init__(self, d=8):
        super().__init__()
        self.scale_shift_table = nn.Parameter(torch.randn(3, d) / d**0.5)
        self.t_block = nn.Parameter(torch.randn(3 * d, d) * 0.02)
        self.fc = nn.Parameter(torch.randn(d, d))
        self.null_token = nn.Parameter(torch.randn(d) * 0.02)

    def forward(self, x):
        B, N, C = x.shape
        t = F.silu(x.mean(1) + self.null_token)
        t0 = F.linear(t, self.t_block)
        shift, scale, gate = (self.scale_shift_table[None] + t0.reshape(B, 3, -1)).chunk(3, dim=1)
        h = F.layer_norm(x, (C,)) * (1 + scale) + shift
        return x + gate * (h @ self.fc)


class ModulatedConv(Odd):
    """StyleGAN2: style modulation, demodulation and noise strength."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"const": False, "affine_w": True, "affine_b": False, "weight": True, "noise_strength": False}

    def __init__(self, c=4, co=5):
        super().__init__()
        self.const = nn.Parameter(torch.randn(1, c, 6, 6))
        self.affine_w, self.affine_b = weights(c, c), nn.Parameter(torch.ones(c))
        self.weight = nn.Parameter(torch.randn(co, c, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.register_buffer("noise", torch.randn(6, 6))

    def forward(self, w):
        b = w.size(0)
        style = torch.addmm(self.affine_b[None], w.mean((2, 3)), self.affine_w.t() / 2)
        wt = self.weight.unsqueeze(0) * style.reshape(b, 1, -1, 1, 1)
        dcoefs = (wt.square().sum(dim=[2, 3, 4]) + 1e-8).rsqrt()
        wt = (wt * dcoefs.reshape(b, -1, 1, 1, 1)).reshape(-1, *wt.shape[2:])
        x = self.const.repeat(b, 1, 1, 1).reshape(1, -1, 6, 6)
        y = F.conv2d(x, wt, padding=1, groups=b).reshape(b, -1, 6, 6)
        return y + self.noise * self.noise_strength


class GRNBlock(Odd):
    """ConvNeXt-v2's response norm between two matrices."""

    DATA: ClassVar = (torch.randn(2, 5, 5, 8),)
    RIGHT: ClassVar = {"w1": True, "grn.gamma": False, "grn.beta": False, "w2": True}

    class _GRN(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.gamma = nn.Parameter(torch.zeros(1, 1, 1, dim))
            self.beta = nn.Parameter(torch.zeros(1, 1, 1, dim))

        def forward(self, x):
            Gx = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
            return self.gamma * (x * (Gx / (Gx.mean(dim=-1, keepdim=True) + 1e-6))) + self.beta + x

    def __init__(self, dim=8):
        super().__init__()
        self.w1, self.w2 = weights(dim, 2 * dim), weights(2 * dim, dim)
        self.grn = self._GRN(2 * dim)

    def forward(self, x):
        return x + torch.tensordot(self.grn(F.gelu(torch.tensordot(x, self.w1, 1))), self.w2, dims=([-1], [0]))


class HyperConnections(Odd):
    """Residual streams that are mixed by static and dynamic weights."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "dynamic_alpha_fn": True,
        "dynamic_alpha_scale": False,
        "static_beta": False,
        "norm_g": False,
        "layer": True,
    }

    def __init__(self, d=8, rate=3):
        super().__init__()
        self.rate = rate
        self.static_beta = nn.Parameter(torch.ones(rate))
        self.static_alpha = nn.Parameter(torch.cat([torch.eye(rate)[:, :1], torch.eye(rate)], 1))
        self.dynamic_alpha_fn = nn.Parameter(torch.zeros(d, rate + 1))
        self.dynamic_alpha_scale = nn.Parameter(torch.ones(()) * 1e-2)
        self.norm_g = nn.Parameter(torch.zeros(d))
        self.layer = weights(d, d)

    def forward(self, x):
        streams = repeat(x, "b n d -> b n s d", s=self.rate)
        normed = F.normalize(streams, dim=-1) * (self.norm_g + 1)
        alpha = (normed @ self.dynamic_alpha_fn).tanh() * self.dynamic_alpha_scale + self.static_alpha
        mix = torch.einsum("bnst,bnsd->bntd", alpha, streams)
        branch, rest = mix[..., 0, :], mix[..., 1:, :]
        out = torch.tanh(branch @ self.layer)
        return (rest + torch.einsum("bnd,s->bnsd", out, self.static_beta)).sum(-2)


# ------------------------------------------------------------------ graphs


class GATLayer(Odd):
    """Graph attention with dense masks."""

    DATA: ClassVar = (NODES, ADJ)
    RIGHT: ClassVar = {"W": True, "a_src": True, "a_dst": True, "bias": False}

    def __init__(self, fin=8, fout=4, heads=2):
        super().__init__()
        self.W = nn.Parameter(torch.empty(heads, fin, fout))
        self.a_src = nn.Parameter(torch.empty(heads, fout, 1))
        self.a_dst = nn.Parameter(torch.empty(heads, fout, 1))
        self.bias = nn.Parameter(torch.zeros(fout))
        for p in (self.W, self.a_src, self.a_dst):
            nn.init.xavier_uniform_(p)

    def forward(self, h, adj):
        hp = torch.matmul(h.unsqueeze(0), self.W)
        e = F.leaky_relu(hp @ self.a_src + (hp @ self.a_dst).transpose(1, 2), 0.2)
        e = e.masked_fill(adj == 0, float("-inf"))
        return F.elu((torch.softmax(e, -1) @ hp).mean(0) + self.bias)


class RGCNBasis(Odd):
    """Relations share bases; a coefficient of each relation and basis."""

    DATA: ClassVar = (NODES, EDGES, EDGE_TYPE)
    RIGHT: ClassVar = {"bases": True, "root": True, "bias": False}

    def __init__(self, d=8, o=5, rel=3, nb=2):
        super().__init__()
        self.bases = nn.Parameter(torch.Tensor(nb, d, o))
        self.comp = nn.Parameter(torch.Tensor(rel, nb))
        self.root = nn.Parameter(torch.Tensor(d, o))
        self.bias = nn.Parameter(torch.Tensor(o))
        self.reset_parameters()

    def reset_parameters(self):
        for p in (self.bases, self.comp, self.root):
            nn.init.xavier_uniform_(p)
        nn.init.zeros_(self.bias)

    def forward(self, x, edge_index, edge_type):
        w = (self.comp @ self.bases.view(self.bases.size(0), -1)).view(-1, *self.bases.shape[1:])
        src, dst = edge_index
        msg = torch.bmm(x[src].unsqueeze(1), w[edge_type]).squeeze(1)
        out = x.new_zeros(x.size(0), self.root.size(1)).index_add(0, dst, msg)
        return out + x @ self.root + self.bias


class SchNetConv(Odd):
    """Continuous filters over Gaussians of the distances."""

    DATA: ClassVar = (torch.tensor([1, 6, 8, 1, 6, 7]), POINTS)
    RIGHT: ClassVar = {"embedding.weight": True, "offset": False, "f1": True, "f2": True, "lin": True, "coeff": False}

    def __init__(self, d=8, n_gauss=5):
        super().__init__()
        self.embedding = nn.Embedding(10, d, padding_idx=0)
        self.offset = nn.Parameter(torch.linspace(0, 2, n_gauss))
        self.coeff = nn.Parameter(torch.tensor(-2.0))
        self.f1, self.f2, self.lin = weights(n_gauss, d), weights(d, d), weights(d, d)

    @staticmethod
    def ssp(x):
        return F.softplus(x) - math.log(2.0)

    def forward(self, z, pos):
        h = self.embedding(z)
        dist = torch.cdist(pos, pos)
        rbf = torch.exp(self.coeff * (dist.unsqueeze(-1) - self.offset) ** 2)
        filt = self.ssp(rbf @ self.f1) @ self.f2
        filt = filt * (0.5 * (torch.cos(dist * math.pi / 2) + 1))[..., None]
        return h + self.ssp(torch.einsum("jd,ijd->id", h, filt) @ self.lin)


class GraphormerBias(Odd):
    """Degrees as embeddings, distances as a table of biases, and edge features along the path."""

    DATA: ClassVar = (NODES, ADJ.long())
    RIGHT: ClassVar = {
        "in_degree.weight": True,
        "spatial_pos": False,
        "graph_token": False,
        "virtual_dist": False,
        "q": True,
    }

    def __init__(self, d=8, heads=2):
        super().__init__()
        self.heads = heads
        self.in_degree = nn.Embedding(8, d)
        self.spatial_pos = nn.Parameter(torch.zeros(4, heads))
        self.graph_token = nn.Parameter(torch.randn(1, d))
        self.virtual_dist = nn.Parameter(torch.zeros(1, heads))
        self.q = nn.Parameter(torch.randn(d, d))

    def forward(self, x, adj):
        x = x + self.in_degree(adj.sum(0))
        x = torch.cat([self.graph_token, x])
        n = x.shape[0]
        bias = x.new_zeros(n, n, self.heads)
        bias[1:, 1:] = self.spatial_pos[adj]
        bias[0, :] = bias[0, :] + self.virtual_dist
        q = (x @ self.q).view(n, self.heads, -1)
        k = x.view(n, self.heads, -1)
        a = (torch.einsum("ihd,jhd->ijh", q, k) + bias).softmax(1)
        return torch.einsum("ijh,jhd->ihd", a, k).flatten(1)


class ChebGCNII(Odd):
    """Polynomials of a Laplacian, GPR weights over the hops and an edge scale."""

    DATA: ClassVar = (NODES, ADJ)
    RIGHT: ClassVar = {"theta": True, "gpr": False, "edge_scale": False, "eps": False}

    def __init__(self, d=8, o=4, K=3, n=5):
        super().__init__()
        self.theta = nn.Parameter(torch.randn(K, d, o))
        self.gpr = nn.Parameter(0.5 ** torch.arange(K).float())
        self.edge_scale = nn.Parameter(torch.ones(n, n))
        self.eps = nn.Parameter(torch.zeros(1))

    def forward(self, x, adj):
        a = adj * self.edge_scale
        L = a / a.sum(-1, keepdim=True)
        T = [x, L @ x]
        while len(T) < self.theta.shape[0]:
            T.append(2 * L @ T[-1] - T[-2])
        out = sum(g * (t @ w) for g, t, w in zip(self.gpr, T, self.theta))
        return out + (1 + self.eps) * (x @ self.theta[0])


class AdaptiveAdjacency(Odd):
    """Graph WaveNet: node vectors make the graph; AGCRN: they also pick the weights."""

    DATA: ClassVar = (torch.randn(2, 5, 8),)
    RIGHT: ClassVar = {"nodevec1": False, "nodevec2": False, "weights_pool": True}

    def __init__(self, nodes=5, emb=3, d=8, o=4):
        super().__init__()
        self.nodevec1 = nn.Parameter(torch.randn(nodes, emb))
        self.nodevec2 = nn.Parameter(torch.randn(emb, nodes))
        self.weights_pool = nn.Parameter(torch.randn(emb, 2, d, o))
        self.bias_pool = nn.Parameter(torch.randn(emb, o))

    def forward(self, x):
        adp = F.softmax(F.relu(torch.mm(self.nodevec1, self.nodevec2)), dim=1)
        support = torch.stack([torch.eye(adp.size(0)), adp])
        w = torch.einsum("nd,dkio->nkio", self.nodevec1, self.weights_pool)
        b = self.nodevec1 @ self.bias_pool
        x_g = torch.einsum("knm,bmc->bnkc", support, x)
        return torch.einsum("bnki,nkio->bno", x_g, w) + b


class EGNNLayer(Odd):
    """Equivariant messages in which the maps are lists of weights."""

    DATA: ClassVar = (torch.randn(6, 8), POINTS)
    RIGHT: ClassVar = {"edge.0": True, "edge.1": True, "coord.0": True, "coord.1": True, "coors_scale": False}

    def __init__(self, d=8, m=6):
        super().__init__()
        self.edge = nn.ParameterList([nn.Parameter(torch.randn(2 * d + 1, m)), nn.Parameter(torch.randn(m, m))])
        self.coord = nn.ParameterList([nn.Parameter(torch.randn(m, m)), nn.Parameter(torch.randn(m, 1) * 1e-3)])
        self.coors_scale = nn.Parameter(torch.full((1,), 1e-2))

    @staticmethod
    def mlp(ws, x, act=F.silu):
        *hidden, last = ws
        for w in hidden:
            x = act(x @ w)
        return x @ last

    def forward(self, h, x):
        n = h.shape[0]
        rel = x[:, None] - x[None]
        d2 = rel.pow(2).sum(-1, keepdim=True)
        feats = torch.cat([h[:, None].expand(-1, n, -1), h[None].expand(n, -1, -1), d2], -1)
        m = self.mlp(self.edge, feats)
        normed = rel / (d2.sqrt() + 1e-8) * self.coors_scale
        return m.sum(1), x + (normed * self.mlp(self.coord, m)).mean(1)


# ------------------------------------------------------------------ adapters and hypernetworks


class DoRALinear(Odd):
    """DoRA: a frozen matrix in a buffer, a magnitude, low-rank factors."""

    RIGHT: ClassVar = {"lora_A": True, "lora_B": True, "m": False, "bias": False}

    def __init__(self, i=8, o=6, r=2, alpha=4):
        super().__init__()
        self.register_buffer("weight", torch.randn(o, i))
        self.lora_A = nn.Parameter(torch.randn(r, i) / math.sqrt(r))
        self.lora_B = nn.Parameter(torch.zeros(o, r))
        self.m = nn.Parameter(self.weight.norm(p=2, dim=1, keepdim=True))
        self.bias = nn.Parameter(torch.zeros(o))
        self.scaling = alpha / r

    def forward(self, x):
        adapted = self.weight + self.scaling * self.lora_B @ self.lora_A
        norm = adapted.norm(p=2, dim=1, keepdim=True).detach()
        return F.linear(x, self.m * (adapted / norm), self.bias)


class VeRALinear(Odd):
    """VeRA: shared random factors as buffers and two vectors; an IA3 gain behind it."""

    RIGHT: ClassVar = {"base.weight": True, "vera_lambda_d": False, "vera_lambda_b": False, "ia3_l": False}

    def __init__(self, i=8, o=8, r=3):
        super().__init__()
        self.base = nn.Linear(i, o, bias=False)
        self.register_buffer("vera_A", torch.randn(r, i), persistent=False)
        self.register_buffer("vera_B", torch.randn(o, r), persistent=False)
        self.vera_lambda_d = nn.Parameter(torch.full((r,), 0.1))
        self.vera_lambda_b = nn.Parameter(torch.zeros(o))
        self.ia3_l = nn.Parameter(torch.ones(1, o))

    def forward(self, x):
        result = self.base(x)
        d, b = self.vera_lambda_d, self.vera_lambda_b
        result = result + b * F.linear(d * F.linear(x, self.vera_A), self.vera_B)
        return result * self.ia3_l


class MultiAdapterLora(Odd):
    """Adapters by their names in ParameterDicts, added when active."""

    RIGHT: ClassVar = {
        "lora_A.default": True,
        "lora_A.style": True,
        "lora_B.default": True,
        "lora_B.style": True,
        "scaling.default": False,
        "scaling.style": False,
    }

    def __init__(self, d=8, r=2, active=("default", "style")):
        super().__init__()
        self.lora_A, self.lora_B, self.scaling = nn.ParameterDict(), nn.ParameterDict(), nn.ParameterDict()
        self.active = list(active)
        for name in active:
            self.update_layer(name, d, r)

    def update_layer(self, name, d, r):
        self.lora_A[name] = nn.Parameter(torch.randn(r, d))
        self.lora_B[name] = nn.Parameter(torch.zeros(d, r))
        self.scaling[name] = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        result = x
        for adapter in self.active:
            if adapter not in self.lora_A.keys():
                continue
            result = result + (x @ self.lora_A[adapter].T @ self.lora_B[adapter].T) * self.scaling[adapter]
        return result


class HadaLokr(Odd):
    """LoHa and LoKr: a Hadamard product of low-rank matrices, plus a Kronecker one."""

    RIGHT: ClassVar = {
        "hada_w1_a": True,
        "hada_w1_b": True,
        "hada_w2_a": True,
        "hada_w2_b": True,
        "lokr_w1": True,
        "lokr_w2": True,
    }

    def __init__(self, i=8, o=6, r=2):
        super().__init__()
        for n in (1, 2):
            setattr(self, f"hada_w{n}_a", nn.Parameter(torch.randn(o, r) * 0.1))
            setattr(self, f"hada_w{n}_b", nn.Parameter(torch.randn(r, i)))
        self.lokr_w1 = nn.Parameter(torch.randn(2, 4))
        self.lokr_w2 = nn.Parameter(torch.randn(3, 2))

    def get_weight(self):
        had = (self.hada_w1_a @ self.hada_w1_b) * (self.hada_w2_a @ self.hada_w2_b)
        return had + torch.kron(self.lokr_w1, self.lokr_w2)

    def forward(self, x):
        return F.linear(x, self.get_weight())


class PrefixAdapter(Odd):
    """LLaMA-Adapter: prompts before the keys with a zero gate, and a bottleneck."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"prompt": False, "gate": False, "down": True, "up": True, "scale": False}

    def __init__(self, d=8, n=3, heads=2, bottleneck=4):
        super().__init__()
        self.heads = heads
        self.prompt = nn.Parameter(torch.randn(1, n, d) * 0.02)
        self.gate = nn.Parameter(torch.zeros(1, heads, 1, 1))
        self.down = nn.Parameter(torch.randn(bottleneck, d))
        self.up = nn.Parameter(torch.zeros(d, bottleneck))
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        sp = lambda t: rearrange(t, "b n (h d) -> b h n d", h=self.heads)
        q = sp(x)
        p = sp(self.prompt.expand(x.shape[0], -1, -1))
        s_p = F.softmax(q @ p.transpose(2, 3), dim=-1) * torch.tanh(self.gate)
        out = F.softmax(q @ q.transpose(2, 3), dim=-1) @ q + s_p @ p
        out = rearrange(out, "b h n d -> b n (h d)")
        return out + F.linear(F.relu(F.linear(out, self.down)), self.up) * self.scale


class TaskHyper(Odd):
    """A hypernetwork for chunks: task and chunk vectors, two layers, the rest by functional_call."""

    RIGHT: ClassVar = {"task_emb": False, "chunk_emb": False, "w1": True, "w2": True}

    def __init__(self, e=4, hidden=6, chunks=4):
        super().__init__()
        self.task_emb = nn.Parameter(torch.randn(2, e))
        self.chunk_emb = nn.Parameter(torch.randn(chunks, e))
        self.w1 = weights(2 * e, hidden)
        self.w2 = weights(hidden, 9)
        self.__dict__["target"] = nn.Linear(8, 4)
        self.task = 1

    def generate(self):
        t = self.task_emb[self.task].expand(len(self.chunk_emb), -1)
        flat = (torch.relu(torch.cat([t, self.chunk_emb], 1) @ self.w1) @ self.w2).flatten()
        state, at = OrderedDict(), 0
        for name, like in self.target.state_dict().items():
            state[name] = flat[at : at + like.numel()].view_as(like)
            at += like.numel()
        return state

    def forward(self, x):
        return functional_call(self.target, self.generate(), (x,))


# ------------------------------------------------------------------ KAN


class ChebyKAN(Odd):
    """KAN with Chebyshev polynomials."""

    RIGHT: ClassVar = {"cheby_coeffs": True, "ln_w": False, "ln_b": False}

    def __init__(self, input_dim=8, output_dim=5, degree=3):
        super().__init__()
        self.inputdim, self.outdim, self.degree = input_dim, output_dim, degree
        self.cheby_coeffs = nn.Parameter(torch.empty(input_dim, output_dim, degree + 1))
        nn.init.normal_(self.cheby_coeffs, mean=0.0, std=1 / (input_dim * (degree + 1)))
        self.ln_w, self.ln_b = nn.Parameter(torch.ones(output_dim)), nn.Parameter(torch.zeros(output_dim))
        self.register_buffer("arange", torch.arange(0, degree + 1, 1))

    def forward(self, x):
        x = torch.reshape(x, (-1, self.inputdim))
        x = torch.tanh(x).clamp(-0.999, 0.999)
        x = x.view((-1, self.inputdim, 1)).expand(-1, -1, self.degree + 1)
        x = (x.acos() * self.arange).cos()
        y = torch.einsum("bid,iod->bo", x, self.cheby_coeffs)
        return F.layer_norm(y.view(-1, self.outdim), (self.outdim,), self.ln_w, self.ln_b)


class EfficientKAN(Odd):
    """B-splines in the efficient form."""

    RIGHT: ClassVar = {"base_weight": True, "spline_weight": True}

    def __init__(self, i=8, o=5, grid_size=4, order=2, standalone=True):
        super().__init__()
        self.order = order
        h = 2 / grid_size
        grid = (torch.arange(-order, grid_size + order + 1) * h - 1).expand(i, -1).contiguous()
        self.register_buffer("grid", grid)
        self.base_weight = nn.Parameter(torch.Tensor(o, i))
        self.spline_weight = nn.Parameter(torch.Tensor(o, i, grid_size + order))
        self.standalone = standalone
        if standalone:
            self.spline_scaler = nn.Parameter(torch.Tensor(o, i))
        nn.init.kaiming_uniform_(self.base_weight, a=math.sqrt(5))
        nn.init.normal_(self.spline_weight, std=0.1)
        nn.init.kaiming_uniform_(self.spline_scaler, a=math.sqrt(5))

    def b_splines(self, x):
        g, x = self.grid, x.unsqueeze(-1)
        bases = ((x >= g[:, :-1]) & (x < g[:, 1:])).to(x.dtype)
        for k in range(1, self.order + 1):
            bases = ((x - g[:, : -(k + 1)]) / (g[:, k:-1] - g[:, : -(k + 1)]) * bases[:, :, :-1]) + (
                (g[:, k + 1 :] - x) / (g[:, k + 1 :] - g[:, 1:(-k)]) * bases[:, :, 1:]
            )
        return bases.contiguous()

    @property
    def scaled_spline_weight(self):
        return self.spline_weight * (self.spline_scaler.unsqueeze(-1) if self.standalone else 1.0)

    def forward(self, x):
        base = F.linear(F.silu(x), self.base_weight)
        return base + F.linear(self.b_splines(x).view(x.size(0), -1), self.scaled_spline_weight.view(base.size(1), -1))


class FastRBFKAN(Odd):
    """Radial bases with learned centres and a learned width."""

    RIGHT: ClassVar = {"centers": False, "inv_width": False, "spline.weight": True, "base": True, "base_b": False}

    def __init__(self, i=8, o=5, n=4):
        super().__init__()
        self.centers = nn.Parameter(torch.linspace(-2, 2, n).repeat(i, 1))
        self.inv_width = nn.Parameter(torch.ones(i, 1))
        self.spline = nn.Linear(i * n, o, bias=False)
        self.base, self.base_b = weights(o, i), nn.Parameter(torch.zeros(o))

    def forward(self, x):
        basis = torch.exp(-(((x[..., None] - self.centers) * self.inv_width) ** 2))
        return self.spline(basis.view(*basis.shape[:-2], -1)) + F.linear(F.silu(x), self.base, self.base_b)


# ------------------------------------------------------------------ Bayes, flows, densities


class BayesByBackprop(Odd):
    """Mean-field weights, reparametrised at each call."""

    RIGHT: ClassVar = {"mu_w": True, "mu_b": False, "rho_b": False}

    def __init__(self, i=8, o=5):
        super().__init__()
        self.mu_w = nn.Parameter(torch.randn(o, i) * 0.1)
        self.rho_w = nn.Parameter(torch.full((o, i), -3.0))
        self.mu_b = nn.Parameter(torch.zeros(o))
        self.rho_b = nn.Parameter(torch.full((o,), -3.0))

    def sample(self, mu, rho):
        return mu + F.softplus(rho) * torch.randn_like(mu)

    def forward(self, x):
        return F.linear(x, self.sample(self.mu_w, self.rho_w), self.sample(self.mu_b, self.rho_b))


class GlowInvConv(Odd):
    """ActNorm and the 1x1 convolution in LU form."""

    DATA: ClassVar = (torch.randn(2, 4, 5, 5),)
    RIGHT: ClassVar = {"loc": False, "scale": False, "w_l": True, "w_u": True, "w_s": False}

    def __init__(self, c=4):
        super().__init__()
        self.loc = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.scale = nn.Parameter(torch.ones(1, c, 1, 1))
        q, _ = torch.linalg.qr(torch.randn(c, c))
        P, L, U = torch.linalg.lu(q)
        self.register_buffer("w_p", P)
        self.register_buffer("u_mask", torch.triu(torch.ones(c, c), 1))
        self.register_buffer("l_mask", self.u_mask.T)
        self.register_buffer("s_sign", torch.sign(U.diag()))
        self.register_buffer("l_eye", torch.eye(c))
        self.w_l = nn.Parameter(L)
        self.w_s = nn.Parameter(U.diag().abs().log())
        self.w_u = nn.Parameter(U.triu(1))

    def calc_weight(self):
        weight = (
            self.w_p
            @ (self.w_l * self.l_mask + self.l_eye)
            @ ((self.w_u * self.u_mask) + torch.diag(self.s_sign * torch.exp(self.w_s)))
        )
        return weight.unsqueeze(2).unsqueeze(3)

    def forward(self, x):
        _, _, h, w = x.shape
        x = self.scale * (x + self.loc)
        return F.conv2d(x, self.calc_weight()), h * w * torch.sum(self.w_s)


class PlanarSylvester(Odd):
    """A stack of planar flows in one tensor, then a MADE layer."""

    RIGHT: ClassVar = {"b": False, "made": True, "log_s": False}

    def __init__(self, d=8, K=3):
        super().__init__()
        self.u = nn.Parameter(torch.randn(K, d) * 0.01)
        self.w = nn.Parameter(torch.randn(K, d) * 0.01)
        self.b = nn.Parameter(torch.zeros(K))
        self.made = nn.Parameter(torch.randn(d, d))
        self.log_s = nn.Parameter(torch.zeros(d))
        self.register_buffer("mask", torch.tril(torch.ones(d, d), -1))

    def forward(self, z):
        logdet = 0
        for u, w, b in zip(self.u, self.w, self.b):
            a = torch.tanh((z * w).sum(-1, keepdim=True) + b)
            z = z + u * a
            logdet = logdet + torch.log((1 + (1 - a**2) * (u @ w)).abs() + 1e-6)
        return z * self.log_s.exp() + F.linear(z, self.made * self.mask), logdet


class MixtureDensity(Odd):
    """A learned prior of pseudo-inputs and a mixture's parameters."""

    RIGHT: ClassVar = {"enc": True, "means": False, "log_vars": False, "logits": False, "pseudo": False}

    def __init__(self, d=8, z=4, K=5):
        super().__init__()
        self.enc = weights(d, z)
        self.means = nn.Parameter(torch.randn(K, z))
        self.log_vars = nn.Parameter(torch.zeros(K, z))
        self.logits = nn.Parameter(torch.zeros(K, 1))
        self.pseudo = nn.Parameter(torch.rand(3, d))

    def forward(self, x):
        z = torch.cat([x, torch.sigmoid(self.pseudo)]) @ self.enc
        mu, lv = self.means.unsqueeze(1), self.log_vars.unsqueeze(1)
        lp = -0.5 * (((z - mu) ** 2) / lv.exp() + lv + math.log(2 * math.pi)).sum(-1)
        return torch.logsumexp(lp + F.log_softmax(self.logits, dim=0), dim=0)


# ------------------------------------------------------------------ codes, capsules, slots


class GumbelVQ(Odd):
    """wav2vec2's quantiser: groups, Gumbel choice, codewords by a weighted sum."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "weight_proj.weight": True,
        "weight_proj.bias": False,
        "log_temp": False,
        "project": True,
        "vars": False,
    }

    def __init__(self, d=8, groups=2, num=5, vq=4):
        super().__init__()
        self.groups, self.num = groups, num
        self.vars = nn.Parameter(torch.FloatTensor(1, groups * num, vq).uniform_())
        self.weight_proj = nn.Linear(d, groups * num)
        self.log_temp = nn.Parameter(torch.zeros(1))
        self.project = weights(groups * vq, d)

    def forward(self, x):
        bsz, tsz, fsz = x.shape
        x = self.weight_proj(x.reshape(-1, fsz)).view(bsz * tsz * self.groups, -1)
        p = F.softmax(x / self.log_temp.exp(), dim=-1).view(bsz * tsz, -1)
        z = (p.unsqueeze(-1) * self.vars).view(bsz * tsz, self.groups, self.num, -1).sum(-2)
        return z.view(bsz, tsz, -1) @ self.project


class ResidualCodes(Odd):
    """Several codebooks in turn, projected to a small space."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "project_in": True,
        "project_out": True,
        "codebooks.0": False,
        "codebooks.1": False,
        "scales": False,
    }

    def __init__(self, d=8, cd=4, n=2, size=7):
        super().__init__()
        self.project_in, self.project_out = weights(d, cd), weights(cd, d)
        self.codebooks = nn.ParameterList([torch.randn(size, cd) for _ in range(n)])
        self.scales = nn.Parameter(torch.ones(n))

    def nearest(self, r, embed):
        dist = r.pow(2).sum(-1, keepdim=True) - 2 * r @ embed.t() + embed.pow(2).sum(-1)
        ind = dist.argmin(-1)
        q = embed[ind]
        return r + (q - r).detach(), F.mse_loss(q, r.detach())

    def forward(self, x):
        residual = x @ self.project_in
        total, loss = 0.0, 0.0
        for i, book in enumerate(self.codebooks):
            q, l = self.nearest(residual, book)
            residual = residual - q.detach()
            total, loss = total + q * self.scales[i], loss + l
        return total @ self.project_out, loss


class CapsRouting(Odd):
    """Capsules: transformation of every pair and dynamic routing."""

    DATA: ClassVar = (torch.randn(2, 6, 8),)
    RIGHT: ClassVar = {"W": True, "b_prior": False, "bias": False}

    def __init__(self, in_caps=6, out_caps=3, din=8, dout=4, iters=2):
        super().__init__()
        self.W = nn.Parameter(0.01 * torch.randn(1, out_caps, in_caps, dout, din))
        self.b_prior = nn.Parameter(torch.zeros(1, out_caps, in_caps, 1))
        self.bias = nn.Parameter(torch.zeros(1, out_caps, dout))
        self.iters = iters

    @staticmethod
    def squash(v):
        n2 = (v**2).sum(-1, keepdim=True)
        return n2 / (1 + n2) * v / (n2 + 1e-8).sqrt()

    def forward(self, x):
        u_hat = torch.squeeze(torch.matmul(self.W, x[:, None, :, :, None]), dim=-1)
        b = self.b_prior.expand(x.size(0), -1, -1, -1)
        for _ in range(self.iters):
            c = F.softmax(b, dim=1)
            v = self.squash((c * u_hat).sum(dim=2) + self.bias)
            b = b + (u_hat @ v.unsqueeze(-1))
        return v


class SlotAttention(Odd):
    """Slots with learned means and a hand-written GRU."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "slots_mu": False,
        "slots_logsigma": False,
        "wk": True,
        "wv": True,
        "gru_ih": True,
        "gru_hh": True,
    }

    def __init__(self, d=8, n=3, iters=2):
        super().__init__()
        self.n, self.iters = n, iters
        self.slots_mu = nn.Parameter(torch.randn(1, 1, d))
        self.slots_logsigma = nn.Parameter(torch.zeros(1, 1, d))
        self.wk, self.wv = weights(d, d), weights(d, d)
        self.gru_ih, self.gru_hh = weights(3 * d, d), weights(3 * d, d)

    def gru(self, inp, h):
        i_r, i_z, i_n = F.linear(inp, self.gru_ih).chunk(3, -1)
        h_r, h_z, h_n = F.linear(h, self.gru_hh).chunk(3, -1)
        r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
        new = torch.tanh(i_n + r * h_n)
        return new + z * (h - new)

    def forward(self, inputs):
        b, _, d = inputs.shape
        mu, sigma = self.slots_mu.expand(b, self.n, -1), self.slots_logsigma.exp().expand(b, self.n, -1)
        slots = mu + sigma * torch.randn(mu.shape)
        k, v = inputs @ self.wk, inputs @ self.wv
        for _ in range(self.iters):
            dots = torch.einsum("bid,bjd->bij", F.layer_norm(slots, (d,)), k) * d**-0.5
            attn = dots.softmax(dim=1) + 1e-8
            attn = attn / attn.sum(dim=-1, keepdim=True)
            slots = self.gru(torch.einsum("bjd,bij->bid", v, attn), slots)
        return slots


# ------------------------------------------------------------------ coordinates and physics


class NeuralODEField(Odd):
    """A time dependent field, integrated by Euler steps; the augmented part is learned."""

    RIGHT: ClassVar = {"aug": False, "fx": True, "ft": False, "fo": True, "damping": False}

    def __init__(self, d=8, a=2, h=6, steps=3):
        super().__init__()
        self.aug = nn.Parameter(torch.zeros(1, a))
        self.fx = nn.Parameter(torch.randn(d + a, h) / d)
        self.ft = nn.Parameter(torch.randn(h))
        self.fo = nn.Parameter(torch.randn(h, d + a) / h)
        self.damping = nn.Parameter(torch.tensor(0.1))
        self.steps = steps

    def odefunc(self, t, y):
        return torch.tanh(y @ self.fx + t * self.ft) @ self.fo - self.damping * y

    def forward(self, x):
        y = torch.cat([x, self.aug.expand(x.shape[0], -1)], 1)
        ts = torch.linspace(0, 1, self.steps + 1)
        for t0, t1 in zip(ts[:-1], ts[1:]):
            dt = t1 - t0
            half = y + 0.5 * dt * self.odefunc(t0, y)
            y = y + dt * self.odefunc(t0 + dt / 2, half)
        return y


class SirenFilm(Odd):
    """SIREN with modulations from a table of latents by number."""

    DATA: ClassVar = (torch.rand(3, 5, 2) * 2 - 1, torch.tensor([0, 2, 1]))
    RIGHT: ClassVar = {"latents": False, "first": True, "hidden": True, "mod": True, "omega": False, "last": True}

    def __init__(self, n=4, z=3, h=6):
        super().__init__()
        self.latents = nn.Parameter(torch.zeros(n, z))
        self.first = nn.Parameter(torch.empty(h, 2).uniform_(-0.5, 0.5))
        self.hidden = nn.Parameter(torch.empty(h, h).uniform_(-0.1, 0.1))
        self.mod = nn.Parameter(torch.zeros(2, z, h))
        self.omega = nn.Parameter(torch.full((h,), 30.0))
        self.last = nn.Parameter(torch.randn(3, h))

    def forward(self, coords, idx):
        z = self.latents[idx]
        m0, m1 = torch.einsum("bz,lzh->lbh", z, self.mod).unsqueeze(2)
        x = torch.sin(self.omega * (F.linear(coords, self.first) + m0))
        x = torch.sin(F.linear(x, self.hidden) + m1)
        return F.linear(x, self.last)


class RandomFourierNet(Odd):
    """Learned Fourier features, then two layers with a learned slope of the activation."""

    DATA: ClassVar = (torch.rand(7, 2),)
    RIGHT: ClassVar = {"w0": True, "w1": True, "slope": False, "b0": False}

    def __init__(self, m=5, h=6):
        super().__init__()
        self.B = nn.Parameter(torch.randn(2, m) * 4)
        self.w0, self.b0 = weights(2 * m, h), nn.Parameter(torch.zeros(h))
        self.w1 = weights(h, 1)
        self.slope = nn.Parameter(torch.tensor([0.1]))

    def forward(self, x):
        p = 2 * math.pi * x @ self.B
        x = torch.cat([p.sin(), p.cos()], -1)
        x = torch.tanh(10 * self.slope * torch.addmm(self.b0, x, self.w0))
        return torch.mm(x, self.w1)


class PINNAdaptive(Odd):
    """Physics-informed: layer-wise slopes, unknown coefficients, self-adaptive weights of points."""

    DATA: ClassVar = (torch.rand(6, 2),)
    RIGHT: ClassVar = {"W.0": True, "W.1": True, "a": False, "nu": False, "sa_lambda": False, "rowdy": False}

    def __init__(self, layers=(2, 8, 1), n_pts=6):
        super().__init__()
        self.W = nn.ParameterList()
        for l in range(len(layers) - 1):
            self.W.append(self.xavier_init([layers[l], layers[l + 1]]))
        self.a = nn.Parameter(torch.ones(len(layers) - 2))
        self.rowdy = nn.Parameter(torch.zeros(2, layers[1]))
        self.nu = nn.Parameter(torch.tensor(0.01))
        self.sa_lambda = nn.Parameter(torch.rand(n_pts, 1))

    def xavier_init(self, size):
        std = (2 / (size[0] + size[1])) ** 0.5
        return nn.Parameter(torch.randn(*size) * std)

    def neural_net(self, X):
        H = 2.0 * (X - X.min(0).values) / (X.max(0).values - X.min(0).values + 1e-6) - 1.0
        for l in range(len(self.W) - 1):
            z = self.a[l] * torch.matmul(H, self.W[l])
            H = torch.tanh(z) + sum(self.rowdy[k] * torch.sin((k + 1) * z) for k in range(2))
        return torch.matmul(H, self.W[-1])

    def forward(self, X):
        u = self.neural_net(X)
        f = u - self.nu * u**2
        return u, (F.softplus(self.sa_lambda) * f**2).mean()


class HashGrid(Odd):
    """Instant-NGP: tables of several levels looked up by hash, and a small decoder."""

    DATA: ClassVar = (torch.rand(6, 3),)
    RIGHT: ClassVar = {
        "embeddings.0.weight": True,
        "embeddings.1.weight": True,
        "embeddings.2.weight": True,
        "dec1": True,
        "dec2": True,
        "density_shift": False,
    }

    def __init__(self, levels=3, T=16, F_=2, base=2, growth=1.5, h=6):
        super().__init__()
        self.res = [int(base * growth**l) for l in range(levels)]
        self.T = T
        self.embeddings = nn.ModuleList([nn.Embedding(T, F_) for _ in range(levels)])
        for e in self.embeddings:
            nn.init.uniform_(e.weight, -1e-4, 1e-4)
        self.dec1, self.dec2 = weights(levels * F_, h), weights(h, 4)
        self.density_shift = nn.Parameter(torch.tensor(-1.0))
        self.register_buffer("primes", torch.tensor([1, 2654435761, 805459861]))

    def hash(self, coords):
        h = coords * self.primes
        return (h[..., 0] ^ h[..., 1] ^ h[..., 2]) % self.T

    def forward(self, x):
        feats = []
        for r, table in zip(self.res, self.embeddings):
            lo = torch.floor(x * r).long()
            w = x * r - lo
            acc = 0
            for c in range(8):
                off = torch.tensor([(c >> i) & 1 for i in range(3)])
                cw = torch.where(off.bool(), w, 1 - w).prod(-1, keepdim=True)
                acc = acc + cw * table(self.hash(lo + off))
            feats.append(acc)
        out = torch.relu(torch.cat(feats, -1) @ self.dec1) @ self.dec2
        return torch.sigmoid(out[:, :3]), F.softplus(out[:, 3:] + self.density_shift)


class TensoRFTable(Odd):
    """TensoRF: planes and lines sampled by coordinates, mixed by a matrix; an appearance code a camera."""

    DATA: ClassVar = (torch.rand(6, 3) * 2 - 1, torch.tensor([0, 1, 1, 2, 0, 2]))
    RIGHT: ClassVar = {
        "plane.0": False,
        "plane.1": False,
        "line.0": False,
        "line.1": False,
        "basis_mat.weight": True,
        "appearance": False,
    }

    def __init__(self, rank=3, g=5, out=4, cams=3):
        super().__init__()
        self.plane = nn.ParameterList([0.1 * torch.randn(1, rank, g, g) for _ in range(2)])
        self.line = nn.ParameterList([0.1 * torch.randn(1, rank, g, 1) for _ in range(2)])
        self.basis_mat = nn.Linear(2 * rank, out, bias=False)
        self.appearance = nn.Parameter(torch.zeros(cams, out))
        self.modes = [((0, 1), 2), ((0, 2), 1)]

    def forward(self, xyz, cam):
        feats = []
        for i, (mat, vec) in enumerate(self.modes):
            cp = xyz[:, list(mat)].view(1, -1, 1, 2)
            cl = torch.stack([torch.zeros_like(xyz[:, vec]), xyz[:, vec]], -1).view(1, -1, 1, 2)
            p = F.grid_sample(self.plane[i], cp, align_corners=True).view(-1, xyz.shape[0])
            l = F.grid_sample(self.line[i], cl, align_corners=True).view(-1, xyz.shape[0])
            feats.append(p * l)
        return self.basis_mat(torch.cat(feats).T) + self.appearance[cam]


class ClippedNeurons(Odd):
    """Rotation equivariant: channels of 3-vectors, mixed and clipped along learned directions."""

    DATA: ClassVar = (torch.randn(2, 4, 3),)
    RIGHT: ClassVar = {"map_to_feat": True, "map_to_dir": True, "bn_gain": False, "slope_logit": False}

    def __init__(self, cin=4, cout=5):
        super().__init__()
        self.map_to_feat = nn.Parameter(torch.randn(cout, cin))
        self.map_to_dir = nn.Parameter(torch.randn(cout, cin))
        self.bn_gain = nn.Parameter(torch.ones(1, cout, 1))
        self.slope_logit = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        p = eo_einsum(self.map_to_feat, x, "o i, b i v -> b o v")
        norm = p.norm(dim=-1, keepdim=True) + 1e-6
        p = p / norm * (self.bn_gain * norm)
        d = torch.einsum("oi,biv->bov", self.map_to_dir, x)
        dot = (p * d).sum(-1, keepdim=True)
        s = torch.sigmoid(self.slope_logit)
        return s * p + (1 - s) * (p - (dot < 0).float() * dot / (d.pow(2).sum(-1, keepdim=True) + 1e-6) * d)


class GeometricProduct(Odd):
    """Clifford-like: a linear map that shares its weights over the grades."""

    DATA: ClassVar = (torch.randn(2, 5, 4),)
    RIGHT: ClassVar = {"weight": True, "bias": False, "a_norm": False}

    def __init__(self, i=5, o=3):
        super().__init__()
        self.register_buffer("grade", torch.tensor([0, 1, 1, 2]))
        self.weight = nn.Parameter(torch.randn(o, i, 3) / math.sqrt(i))
        self.bias = nn.Parameter(torch.zeros(1, o, 1))
        self.a_norm = nn.Parameter(torch.zeros(i, 3))

    def forward(self, x):
        norms = torch.stack([x[..., self.grade == g].norm(dim=-1) for g in range(3)], -1)
        s = torch.sigmoid(self.a_norm) * (norms - 1) + 1
        x = x / s[..., self.grade]
        y = torch.einsum("bim,oim->bom", x, self.weight[..., self.grade])
        return y + F.pad(self.bias, (0, 3))


# ------------------------------------------------------------------ tables and recommenders


class FTTransformerTokenizer(Odd):
    """Feature tokens: a vector for each number, offsets for the categories, CLS."""

    DATA: ClassVar = (X, torch.tensor([[0, 1], [2, 0], [1, 3], [2, 2]]))
    RIGHT: ClassVar = {"category_embeddings.weight": True, "bias": False, "head": True}

    def __init__(self, d_num=8, cats=(3, 4), d=6):
        super().__init__()
        self.register_buffer("category_offsets", torch.tensor([0] + list(cats[:-1])).cumsum(0))
        self.category_embeddings = nn.Embedding(sum(cats), d)
        self.weight = nn.Parameter(torch.Tensor(d_num + 1, d))
        self.bias = nn.Parameter(torch.Tensor(d_num + len(cats), d))
        self.head = nn.Parameter(torch.Tensor(d, 2))
        for p in (self.weight, self.bias, self.head):
            nn.init.kaiming_uniform_(p, a=math.sqrt(5))

    def forward(self, x_num, x_cat):
        x_num = torch.cat([torch.ones(len(x_num), 1), x_num], dim=1)
        x = self.weight[None] * x_num[:, :, None]
        x = torch.cat([x, self.category_embeddings(x_cat + self.category_offsets[None])], dim=1)
        bias = torch.cat([torch.zeros(1, self.bias.shape[1]), self.bias])
        x = x + bias[None]
        x = F.softmax(x @ x.mT, -1) @ x
        return x[:, 0] @ self.head


class PLREmbedding(Odd):
    """Periodic embeddings of numbers and an own linear layer for each feature."""

    RIGHT: ClassVar = {"frequencies": False, "nlinear_w": True, "nlinear_b": False, "out.weight": True}

    def __init__(self, n=8, k=3, d=4):
        super().__init__()
        self.frequencies = nn.Parameter(torch.normal(0.0, 0.1, (n, k)))
        self.nlinear_w = nn.Parameter(torch.empty(n, 2 * k, d).uniform_(-0.4, 0.4))
        self.nlinear_b = nn.Parameter(torch.zeros(n, d))
        self.out = nn.Linear(n * d, 3, bias=False)

    def forward(self, x):
        x = 2 * math.pi * self.frequencies * x[..., None]
        x = torch.cat([torch.cos(x), torch.sin(x)], -1)
        x = (x.transpose(0, 1) @ self.nlinear_w).transpose(0, 1)
        return self.out(F.relu(x + self.nlinear_b).flatten(1))


class ObliviousTrees(Odd):
    """NODE: choice of features, thresholds, temperatures, responses of leaves."""

    RIGHT: ClassVar = {"feature_thresholds": False, "log_temperatures": False}

    def __init__(self, d=8, trees=3, depth=2, units=4):
        super().__init__()
        self.feature_selection_logits = nn.Parameter(torch.rand(d, trees, depth))
        self.feature_thresholds = nn.Parameter(torch.randn(trees, depth))
        self.log_temperatures = nn.Parameter(torch.zeros(trees, depth))
        self.response = nn.Parameter(torch.randn(trees, units, 2**depth))
        codes = torch.arange(2**depth)
        bits = (codes[None] >> torch.arange(depth)[:, None]) & 1
        self.register_buffer("bin_codes_1hot", torch.stack([bits.float(), 1.0 - bits.float()], -1))

    def forward(self, x):
        selectors = torch.softmax(self.feature_selection_logits, dim=0)
        fv = torch.einsum("bi,ind->bnd", x, selectors)
        t = (fv - self.feature_thresholds) * torch.exp(-self.log_temperatures)
        bins = torch.sigmoid(torch.stack([-t, t], -1))
        match = torch.einsum("btds,dcs->btdc", bins, self.bin_codes_1hot)
        return torch.einsum("bnd,ncd->bnc", match.prod(dim=-2), self.response).sum(1)


class TabMBatch(Odd):
    """TabM: members by scales at the input and the output, a head each."""

    RIGHT: ClassVar = {"weight": True, "r": False, "s": False, "bias": False, "heads": True}

    def __init__(self, i=8, o=6, k=3):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(o, i) / i**0.5)
        for n, dims in dict(r=i, s=o).items():
            self.register_parameter(n, nn.Parameter(torch.randint(0, 2, (k, dims)).float().mul(2).sub(1)))
        self.bias = nn.Parameter(torch.zeros(k, o))
        self.heads = nn.Parameter(torch.randn(k, o, 2))

    def forward(self, x):
        x = repeat(x, "b d -> b k d", k=self.r.shape[0])
        x = x * self.r
        x = x @ self.weight.T
        x = x * self.s
        x = F.relu(x + self.bias)
        return torch.einsum("bki,kio->bko", x, self.heads).mean(1)


class DeepFM(Odd):
    """Embeddings, the linear part as an embedding of one column, and a hand-written deep part."""

    DATA: ClassVar = (torch.tensor([[0, 1, 2], [3, 0, 1], [2, 2, 0]]),)
    RIGHT: ClassVar = {"embed.weight": True, "fc.weight": True, "bias": False, "deep1": True, "deep2": True}

    def __init__(self, fields=3, vocab=4, k=4):
        super().__init__()
        self.register_buffer("offsets", torch.arange(fields) * vocab)
        self.embed = nn.Embedding(fields * vocab, k)
        self.fc = nn.Embedding(fields * vocab, 1)
        self.bias = nn.Parameter(torch.zeros((1,)))
        self.deep1, self.deep2 = weights(fields * k, 6), weights(6, 1)

    def fm(self, x):
        square_of_sum = torch.sum(x, dim=1) ** 2
        sum_of_square = torch.sum(x**2, dim=1)
        return 0.5 * (square_of_sum - sum_of_square).sum(1, keepdim=True)

    def forward(self, x):
        x = x + self.offsets
        e = self.embed(x)
        linear = torch.sum(self.fc(x), dim=1) + self.bias
        deep = torch.relu(e.flatten(1) @ self.deep1) @ self.deep2
        return torch.sigmoid((linear + self.fm(e) + deep).squeeze(1))


class DCNMix(Odd):
    """DCN-V2 with low-rank experts, and field pairs weighed by matrices."""

    RIGHT: ClassVar = {"U": True, "V": True, "C": True, "gating.weight": True, "bias": False}

    def __init__(self, d=8, r=3, experts=2, layers=2):
        super().__init__()
        self.L, self.E = layers, experts
        self.U = nn.Parameter(torch.empty(layers, experts, d, r))
        self.V = nn.Parameter(torch.empty(layers, experts, d, r))
        self.C = nn.Parameter(torch.empty(layers, experts, r, r))
        self.gating = nn.Linear(d, experts, bias=False)
        self.bias = nn.Parameter(torch.zeros(layers, d, 1))
        for p in [self.U, self.V, self.C]:
            nn.init.xavier_normal_(p)

    def forward(self, inputs):
        x_0 = inputs.unsqueeze(2)
        x_l = x_0
        for i in range(self.L):
            g, outs = self.gating(x_l.squeeze(2)), []
            for e in range(self.E):
                v_x = torch.tanh(torch.matmul(self.V[i][e].t(), x_l))
                v_x = torch.tanh(torch.matmul(self.C[i][e], v_x))
                uv_x = torch.matmul(self.U[i][e], v_x)
                outs.append((x_0 * (uv_x + self.bias[i])).squeeze(2))
            moe = torch.matmul(torch.stack(outs, 2), g.softmax(1).unsqueeze(2))
            x_l = moe + x_l
        return x_l.squeeze(-1)


class BiasedMF(Odd):
    """Matrix factorisation: ids as embeddings, their biases as bare tables, NCF tower."""

    DATA: ClassVar = (torch.tensor([0, 2, 1]), torch.tensor([3, 1, 4]))
    RIGHT: ClassVar = {
        "user.weight": True,
        "item.weight": True,
        "user_b": False,
        "item_b": False,
        "tower": True,
        "mu": False,
    }

    def __init__(self, u=4, i=5, d=6):
        super().__init__()
        self.user, self.item = nn.Embedding(u, d), nn.Embedding(i, d)
        self.user_b = nn.Parameter(torch.zeros(u, 1))
        self.item_b = nn.Parameter(torch.zeros(i, 1))
        self.tower = nn.Parameter(torch.randn(2 * d, d))
        self.mu = nn.Parameter(torch.zeros(1))

    def forward(self, u, i):
        p, q = self.user(u), self.item(i)
        h = torch.relu(torch.cat([p, q], -1) @ self.tower)
        return (p * q * h).sum(-1) + self.user_b[u].squeeze() + self.item_b[i].squeeze() + self.mu


# ------------------------------------------------------------------ losses


class ArcFaceHead(Odd):
    """ArcFace with the uncertainty weights of a second loss."""

    DATA: ClassVar = (X, torch.tensor([0, 2, 1, 4]))
    RIGHT: ClassVar = {"weight": True, "centers": False, "log_vars": False, "s": False}

    def __init__(self, d=8, n=5, m=0.3):
        super().__init__()
        self.m = m
        self.weight = nn.Parameter(torch.FloatTensor(n, d))
        nn.init.xavier_uniform_(self.weight)
        self.centers = nn.Parameter(torch.randn(n, d))
        self.log_vars = nn.Parameter(torch.zeros(2))
        self.s = nn.Parameter(torch.tensor(16.0))

    def forward(self, feats, label):
        cosine = F.linear(F.normalize(feats), F.normalize(self.weight))
        theta = torch.acos(cosine.clamp(-1 + 1e-6, 1 - 1e-6))
        one_hot = F.one_hot(label, cosine.size(1)).float()
        arc = F.cross_entropy(self.s * torch.cos(theta + self.m * one_hot), label)
        centre = (feats - self.centers[label]).pow(2).sum(1).clamp(1e-12, 1e12).mean()
        return sum(torch.exp(-lv) * l + lv for lv, l in zip(self.log_vars, (arc, centre)))


class SigLipLoss(Odd):
    """Two projections, a scale and a bias of the logits; a multi-similarity proxies term by distances."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {
        "image_projection": True,
        "text_projection": True,
        "t_prime": False,
        "b": False,
        "proxies": False,
    }

    def __init__(self, d=8, e=6):
        super().__init__()
        self.image_projection = nn.Parameter(torch.randn(d, e) * d**-0.5)
        self.text_projection = nn.Parameter(torch.randn(d, e) * d**-0.5)
        self.t_prime = nn.Parameter(torch.ones([]) * math.log(10))
        self.b = nn.Parameter(torch.ones([]) * -10)
        self.proxies = nn.Parameter(torch.randn(5, e))

    def forward(self, img, txt):
        zi, zt = F.normalize(img @ self.image_projection, dim=-1), F.normalize(txt @ self.text_projection, dim=-1)
        logits = zi @ zt.t() * self.t_prime.exp() + self.b
        labels = 2 * torch.eye(len(img)) - 1
        d = torch.cdist(zi, F.normalize(self.proxies, dim=-1)) ** 2
        return -F.logsigmoid(labels * logits).sum() / len(img) + d.min(1).values.mean()


# ------------------------------------------------------------------ time series


class NLinearDecomp(Odd):
    """DLinear with a matrix for each channel and a learned moving average."""

    DATA: ClassVar = (torch.randn(2, 12, 3),)
    RIGHT: ClassVar = {
        "Linear_Seasonal": True,
        "Linear_Trend": True,
        "avg_logits": False,
        "revin_w": False,
        "revin_b": False,
    }

    def __init__(self, seq=12, pred=4, c=3, k=5):
        super().__init__()
        self.k = k
        self.Linear_Seasonal = nn.Parameter((1 / seq) * torch.ones([c, pred, seq]))
        self.Linear_Trend = nn.Parameter((1 / seq) * torch.ones([pred, seq]))
        self.avg_logits = nn.Parameter(torch.zeros(k))
        self.revin_w, self.revin_b = nn.Parameter(torch.ones(c)), nn.Parameter(torch.zeros(c))

    def forward(self, x):
        mean, std = x.mean(1, keepdim=True).detach(), x.std(1, keepdim=True).detach() + 1e-5
        x = (x - mean) / std * self.revin_w + self.revin_b
        padded = torch.cat([x[:, :1].repeat(1, (self.k - 1) // 2, 1), x, x[:, -1:].repeat(1, (self.k - 1) // 2, 1)], 1)
        trend = (padded.unfold(1, self.k, 1) * self.avg_logits.softmax(0)).sum(-1)
        seasonal = x - trend
        s = torch.einsum("blc,cpl->bpc", seasonal, self.Linear_Seasonal)
        t = F.linear(trend.permute(0, 2, 1), self.Linear_Trend).permute(0, 2, 1)
        return ((s + t) - self.revin_b) / (self.revin_w + 1e-10) * std + mean


class NBeatsSeasonal(Odd):
    """N-BEATS: a stack with trend coefficients and a fixed basis; seasonal offsets by phase."""

    DATA: ClassVar = (torch.randn(2, 8),)
    RIGHT: ClassVar = {"fc": True, "theta_f": True, "theta_b": True, "season": False, "decay": False}

    def __init__(self, back=8, fore=4, deg=3, h=6, period=4):
        super().__init__()
        self.fc = weights(back, h)
        self.theta_f, self.theta_b = weights(h, deg), weights(h, deg)
        self.season = nn.Parameter(torch.zeros(period))
        self.decay = nn.Parameter(torch.tensor(2.0))
        for n, l in (("fb", fore), ("bb", back)):
            self.register_buffer(n, torch.stack([(torch.arange(l) / l) ** i for i in range(deg)]))

    def forward(self, x):
        level = [x[:, 0]]
        a = torch.sigmoid(self.decay)
        for t in range(1, x.size(1)):
            level.append(a * x[:, t] + (1 - a) * level[-1])
        phase = torch.arange(x.size(1)) % self.season.numel()
        z = x - torch.stack(level, 1) - self.season[phase]
        h = F.relu(z @ self.fc)
        return h @ self.theta_f @ self.fb, z - h @ self.theta_b @ self.bb


# ------------------------------------------------------------------ control


@dataclass
class PolicyConfig:
    obs: int = 8
    act: int = 3
    hidden: int = 6
    log_std_init: float = -0.5
    dueling: bool = True
    layers: Tuple[str, ...] = ("fc1", "fc2")


class ActorCritic(Odd):
    """A Gaussian policy with a free standard deviation, noisy weights, a dueling critic."""

    RIGHT: ClassVar = {"fc1": True, "fc2": True, "mu": True, "log_std": False, "value": True, "advantage": True}

    def __init__(self, cfg: PolicyConfig = PolicyConfig()):
        super().__init__()
        self.cfg = cfg
        size = cfg.obs
        for name in cfg.layers:
            setattr(self, name, self.ortho(cfg.hidden, size))
            size = cfg.hidden
        self.mu = self.ortho(cfg.act, size, gain=0.01)
        self.log_std = nn.Parameter(torch.ones(1, cfg.act) * cfg.log_std_init)
        self.value = self.ortho(2, size)
        if cfg.dueling:
            self.advantage = self.ortho(cfg.act * 2, size)

    @staticmethod
    def ortho(o, i, gain=2**0.5):
        return nn.Parameter(nn.init.orthogonal_(torch.empty(o, i), gain))

    def body(self, x):
        return reduce(lambda h, n: torch.tanh(F.linear(h, getattr(self, n))), self.cfg.layers, x)

    def forward(self, obs):
        h = self.body(obs)
        std = self.log_std.clamp(-5, 2).exp().expand(len(obs), -1)
        action = F.linear(h, self.mu) + std * torch.randn_like(std)
        v = F.linear(h, self.value)[:, None]
        a = F.linear(h, self.advantage).view(-1, self.cfg.act, 2)
        return action.tanh(), v + a - a.mean(1, keepdim=True)


class QMixer(Odd):
    """QMIX: hypernetworks of the state give positive mixing weights."""

    DATA: ClassVar = (torch.randn(4, 3), X)
    RIGHT: ClassVar = {"hyper_w_1": True, "hyper_w_final": True, "hyper_b_1": True, "V": True, "agent_scale": False}

    def __init__(self, agents=3, state=8, embed=4):
        super().__init__()
        self.n, self.e = agents, embed
        self.hyper_w_1 = weights(state, agents * embed)
        self.hyper_w_final = weights(state, embed)
        self.hyper_b_1 = weights(state, embed)
        self.V = weights(state, 1)
        self.agent_scale = nn.Parameter(torch.ones(1, agents))

    def forward(self, qs, s):
        qs = (qs * self.agent_scale).view(-1, 1, self.n)
        w1 = torch.abs(s @ self.hyper_w_1).view(-1, self.n, self.e)
        b1 = (s @ self.hyper_b_1).view(-1, 1, self.e)
        hidden = F.elu(torch.bmm(qs, w1) + b1)
        wf = torch.abs(s @ self.hyper_w_final).view(-1, self.e, 1)
        return (torch.bmm(hidden, wf) + (s @ self.V).view(-1, 1, 1)).squeeze(-1)


# ------------------------------------------------------------------ quantisation and masks


class _RoundSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


class LSQMixin:
    """Quantises by a step that is learned."""

    def lsq(self, t, step, lo, hi):
        g = 1.0 / math.sqrt(t.numel() * hi)
        s = (step - step * g).detach() + step * g
        return _RoundSTE.apply((t / s).clamp(lo, hi)) * s


class LSQConv(LSQMixin, Odd):
    """LSQ steps for weights by channel and for activations, an LSQ+ offset, PACT's clip."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "weight": True,
        "alpha_w": False,
        "alpha_a": False,
        "zero_point": False,
        "pact": False,
        "bias": False,
    }

    def __init__(self, ci=3, co=4, bits=4):
        super().__init__()
        self.bits = bits
        self.weight = nn.Parameter(torch.randn(co, ci, 3, 3) * 0.2)
        self.alpha_w = nn.Parameter(2 * self.weight.detach().abs().mean((1, 2, 3), keepdim=True) / math.sqrt(7))
        self.alpha_a = nn.Parameter(torch.tensor(0.2))
        self.zero_point = nn.Parameter(torch.zeros(1, ci, 1, 1))
        self.pact = nn.Parameter(torch.tensor([6.0]))
        self.bias = nn.Parameter(torch.zeros(co))

    def forward(self, x):
        q = 2 ** (self.bits - 1)
        x = self.lsq(x - self.zero_point, self.alpha_a, -q, q - 1) + self.zero_point
        y = F.conv2d(x, self.lsq(self.weight, self.alpha_w, -q, q - 1), self.bias, padding=1)
        return torch.where(y > self.pact, self.pact, F.relu(y))


class LearnedThresholdPruning(Odd):
    """A weight with a learned threshold a row, scores of a mask and gates of channels (hard concrete)."""

    RIGHT: ClassVar = {"w": True, "threshold": False, "loga": False, "b": False}

    def __init__(self, i=8, o=6):
        super().__init__()
        self.w = weights(o, i)
        self.threshold = nn.Parameter(torch.full((o, 1), 0.05))
        self.loga = nn.Parameter(torch.full((i,), 2.0))
        self.b = nn.Parameter(torch.zeros(o))

    @property
    def effective(self):
        mask = torch.sigmoid((self.w.abs() - self.threshold) * 50)
        return self.w * mask

    def gates(self):
        u = torch.rand_like(self.loga).clamp(1e-4, 1 - 1e-4)
        s = torch.sigmoid((u.log() - (1 - u).log() + self.loga) / 0.66)
        return (s * 1.2 - 0.1).clamp(0, 1)

    def forward(self, x):
        return F.linear(x * self.gates(), self.effective, self.b)


class BitLinearRSign(Odd):
    """Binary weights with ReActNet's shifts around the sign and slopes of an RPReLU."""

    RIGHT: ClassVar = {"scale": True, "rsign": False, "move_in": False, "move_out": False, "slope": False}

    def __init__(self, i=8, o=6):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(o, i) * 0.01)
        self.rsign = nn.Parameter(torch.zeros(1, i))
        self.move_in, self.move_out = nn.Parameter(torch.zeros(1, o)), nn.Parameter(torch.zeros(1, o))
        self.slope = nn.Parameter(torch.full((o,), 0.25))

    def binarise(self):
        w = self.scale
        s = w.abs().mean(1, keepdim=True).detach()
        hard = s * torch.sign(w)
        return hard.detach() - w.clamp(-1, 1).detach() + w.clamp(-1, 1)

    def forward(self, x):
        x = torch.sign(x + self.rsign)
        y = torch.matmul(x, self.binarise().transpose(0, 1))
        return F.prelu(y - self.move_in, self.slope) + self.move_out


# ------------------------------------------------------------------ memories, structures, energies


class NTMReadHead(Odd):
    """A memory that is addressed by content and then shifted."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"mem_init": False, "w_init": False, "W_head": True, "b_head": False, "cell": True}

    def __init__(self, d=8, N=5, M=4):
        super().__init__()
        self.N, self.M = N, M
        self.mem_init = nn.Parameter(torch.randn(N, M) * 0.1)
        self.w_init = nn.Parameter(torch.zeros(1, N))
        self.W_head = nn.Parameter(torch.randn(M + 6, d))
        self.b_head = nn.Parameter(torch.zeros(M + 6))
        self.cell = nn.Parameter(torch.randn(d, d + M))

    def address(self, p, mem, w_prev):
        k, beta, g, s, gamma = torch.split(p, [self.M, 1, 1, 3, 1], dim=1)
        wc = F.softmax(F.softplus(beta) * F.cosine_similarity(mem + 1e-16, k.unsqueeze(1) + 1e-16, dim=-1), dim=1)
        g, s = torch.sigmoid(g), F.softmax(s, dim=1)
        wg = g * wc + (1 - g) * w_prev
        shifted = sum(torch.roll(wg, j - 1, dims=1) * s[:, j : j + 1] for j in range(3))
        sharp = shifted ** (1 + F.softplus(gamma))
        return sharp / (sharp.sum(1, keepdim=True) + 1e-16)

    def forward(self, x):
        b = x.size(0)
        mem = self.mem_init.expand(b, -1, -1)
        w = torch.softmax(self.w_init, 1).expand(b, -1)
        r = torch.bmm(w.unsqueeze(1), mem).squeeze(1)
        out = []
        for t in range(x.size(1)):
            h = torch.tanh(F.linear(torch.cat([x[:, t], r], 1), self.cell))
            pad = F.linear(h, self.W_head, self.b_head)
            w = self.address(pad, mem, w)
            r = torch.bmm(w.unsqueeze(1), mem).squeeze(1)
            out.append(torch.cat([h, r], 1))
        return torch.stack(out, 1)


class LinearCRF(Odd):
    """Emissions by a matrix, scores of transitions, of the start and of the end; forward algorithm."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "hidden2tag.weight": True,
        "hidden2tag.bias": False,
        "transitions": False,
        "start_transitions": False,
        "end_transitions": False,
    }

    def __init__(self, d=8, tags=4):
        super().__init__()
        self.hidden2tag = nn.Linear(d, tags)
        self.start_transitions = nn.Parameter(torch.empty(tags))
        self.end_transitions = nn.Parameter(torch.empty(tags))
        self.transitions = nn.Parameter(torch.empty(tags, tags))
        for p in (self.start_transitions, self.end_transitions, self.transitions):
            nn.init.uniform_(p, -0.1, 0.1)

    def forward(self, x):
        em = self.hidden2tag(x).transpose(0, 1)
        score = self.start_transitions + em[0]
        for i in range(1, len(em)):
            nxt = score.unsqueeze(2) + self.transitions + em[i].unsqueeze(1)
            score = torch.logsumexp(nxt, dim=1)
        return torch.logsumexp(score + self.end_transitions, dim=1)


class RBMEnergy(Odd):
    """A restricted Boltzmann machine with Gaussian visibles: free energy and a Gibbs step."""

    RIGHT: ClassVar = {"W": True, "vbias": False, "hbias": False, "log_sigma": False}

    def __init__(self, v=8, h=5):
        super().__init__()
        self.W = nn.Parameter(torch.randn(h, v) * 1e-2)
        self.vbias, self.hbias = nn.Parameter(torch.zeros(v)), nn.Parameter(torch.zeros(h))
        self.log_sigma = nn.Parameter(torch.zeros(1, v))

    def gibbs(self, v):
        h = torch.bernoulli(torch.sigmoid(F.linear(v, self.W, self.hbias)))
        return F.linear(h, self.W.t(), self.vbias)

    def free_energy(self, v):
        z = v / self.log_sigma.exp()
        return (0.5 * (z - self.vbias) ** 2).sum(1) - F.softplus(F.linear(z, self.W, self.hbias)).sum(1)

    def forward(self, v):
        vk = v
        for _ in range(2):
            vk = self.gibbs(vk)
        return self.free_energy(v).mean() - self.free_energy(vk.detach()).mean()


class ICNNEnergy(Odd):
    """Input convex net: passages kept positive by softplus; a quadratic term in low rank."""

    RIGHT: ClassVar = {"Wz": True, "Wx0": True, "Wx1": True, "b": False, "quad": True, "alpha": False}

    def __init__(self, d=8, h=6):
        super().__init__()
        self.Wx0, self.Wx1 = weights(h, d), weights(1, d)
        self.Wz = nn.Parameter(torch.randn(1, h) - 2)
        self.b = nn.Parameter(torch.zeros(h))
        self.quad = nn.Parameter(torch.randn(3, d) * 0.1)
        self.alpha = nn.Parameter(torch.tensor(0.1))

    def forward(self, x):
        z = F.softplus(F.linear(x, self.Wx0, self.b))
        out = F.linear(z, F.softplus(self.Wz)) + F.linear(x, self.Wx1)
        q = torch.einsum("bi,ri->br", x, self.quad).pow(2).sum(-1, keepdim=True)
        return out + q + self.alpha * x.pow(2).sum(-1, keepdim=True)


class ProductKeyMemory(Odd):
    """Half keys are compared by scalar products; values are an EmbeddingBag."""

    RIGHT: ClassVar = {"query_w": True, "q_g": False, "values.weight": True}

    def __init__(self, d=8, n=4, knn=2):
        super().__init__()
        self.n, self.knn = n, knn
        self.query_w = weights(d, d)
        self.q_g = nn.Parameter(torch.ones(d))
        self.keys = nn.Parameter(torch.randn(2, n, d // 2))
        self.values = nn.EmbeddingBag(n * n, d, mode="sum")

    def forward(self, x):
        q = F.layer_norm(x @ self.query_w, (x.shape[-1],)) * self.q_g
        q1, q2 = q.chunk(2, -1)
        s1, i1 = F.linear(q1, self.keys[0]).topk(self.knn, -1)
        s2, i2 = F.linear(q2, self.keys[1]).topk(self.knn, -1)
        s = (s1[:, :, None] + s2[:, None]).flatten(1)
        i = (i1[:, :, None] * self.n + i2[:, None]).flatten(1)
        best, at = s.topk(self.knn, -1)
        return self.values(i.gather(1, at), per_sample_weights=best.softmax(-1))


# ------------------------------------------------------------------ manners of writing


class _BlockBase(Odd):
    """What the next classes share: parameters by a list of specifications."""

    SPEC: ClassVar[List[Tuple[str, Tuple[int, ...], float]]] = []

    def __init__(self):
        super().__init__()
        for name, shape, std in self.SPEC:
            self.register_parameter(name, nn.Parameter(torch.randn(shape) * std if std else torch.zeros(shape)))
        self.setup()

    def setup(self):
        pass

    def mix(self, x):
        raise NotImplementedError

    def forward(self, x):
        return x + self.mix(x)


class SpecMixer(_BlockBase):
    """An MLP-mixer's token mixing; the shift has the shape of a matrix."""

    DATA: ClassVar = (SEQUENCE,)
    SPEC: ClassVar = [("bias", (6, 4), 0.2), ("weight", (1, 6, 8), 0.1), ("back", (4, 6), 0.2), ("gain", (6, 1), 0.1)]
    RIGHT: ClassVar = {"bias": True, "weight": False, "back": True, "gain": False}

    def mix(self, x):
        h = torch.einsum("bnd,nm->bmd", x + self.weight, self.bias)
        return torch.einsum("bmd,mn->bnd", F.gelu(h), self.back) * self.gain


class SpatialGating(_BlockBase):
    """gMLP: a matrix over the positions with a bias a position, overriding mix."""

    DATA: ClassVar = (SEQUENCE,)
    SPEC: ClassVar = [("up", (8, 16), 0.3), ("spatial", (6, 6), 0.0), ("spatial_b", (6, 1), 0.0), ("down", (8, 8), 0.3)]
    RIGHT: ClassVar = {"up": True, "spatial": True, "spatial_b": False, "down": True}

    def setup(self):
        nn.init.ones_(self.spatial_b)
        self.act = partial(F.gelu, approximate="tanh")

    def mix(self, x):
        u, v = self.act(x @ self.up).tensor_split(2, -1)
        n = x.shape[1]
        v = torch.matmul(self.spatial[:n, :n].tril(), v) + self.spatial_b[:n]
        return (u * v) @ self.down


class Heads(NamedTuple):
    name: str
    size: int


class MultiTaskPanel(Odd):
    """Heads by task in a ParameterDict with an own projector; cross-stitch of two streams."""

    RIGHT: ClassVar = {"trunk_a": True, "trunk_b": True, "out.cls": True, "out.box": True, "task_token": False}

    TASKS = (Heads("cls", 3), Heads("box", 4))

    def __init__(self, d=8):
        super().__init__()
        self.trunk_a, self.trunk_b = (nn.Parameter(torch.randn(d, d) / d**0.5) for _ in "ab")
        self.stitch = nn.Parameter(torch.eye(2) * 0.9 + 0.05)
        self.out = nn.ParameterDict({t.name: torch.randn(d, t.size) for t in self.TASKS})
        self.task_token = nn.Parameter(torch.randn(len(self.TASKS), d) * 0.02)
        self.fns = {t.name: (lambda z, n=t.name: z @ self.out[n]) for t in self.TASKS}

    def forward(self, x):
        streams = torch.stack([F.relu(x.matmul(w)) for w in (self.trunk_a, self.trunk_b)])
        streams = torch.einsum("st,tbd->sbd", self.stitch, streams)
        return {t.name: self.fns[t.name](s + self.task_token[i]) for i, (t, s) in enumerate(zip(self.TASKS, streams))}


class LowRankBilinear(Odd):
    """Bilinear pooling and a tensor of three indices, by multiplying and summing."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {"Wx": True, "Wy": True, "T": True, "skip_scale": False}

    def __init__(self, d=8, r=5, o=4):
        super().__init__()
        self.Wx, self.Wy = weights(r, d), weights(r, d)
        self.T = nn.Parameter(torch.randn(o, r, r) * 0.1)
        self.skip_scale = nn.Parameter(torch.ones(1, r))

    def forward(self, x, y):
        a = (x[:, None, :] * self.Wx).sum(-1)
        b = torch.mul(y.unsqueeze(1), self.Wy[None]).sum(2)
        pair = torch.einsum("bi,oij,bj->bo", a, self.T, b)
        return torch.cat([pair, a * b * self.skip_scale], 1)


class GatedResidualConfig(Odd):
    """LSTM by hand with a peephole gain and a mogrifier; parameters via SimpleNamespace names."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_ih": True, "w_hh": True, "peep": False, "mog_q": True, "mog_r": True, "c0": False}

    def __init__(self, i=8, h=6):
        super().__init__()
        self.names = SimpleNamespace(ih="w_ih", hh="w_hh", p="peep")
        self.w_ih, self.w_hh = weights(4 * h, i), weights(4 * h, h)
        self.peep = nn.Parameter(torch.zeros(3, h))
        self.mog_q, self.mog_r = weights(h, i), weights(i, h)
        self.c0 = nn.Parameter(torch.zeros(1, h))

    def mogrify(self, x, h):
        x = 2 * torch.sigmoid(torch.mm(h, self.mog_q)) * x
        h = 2 * torch.sigmoid(torch.mm(x, self.mog_r)) * h
        return x, h

    def step(self, x, h, c):
        n = self.names
        ih, hh, p = (getattr(self, a) for a in (n.ih, n.hh, n.p))
        i, f, g, o = (F.linear(x, ih) + F.linear(h, hh)).chunk(4, 1)
        i, f = torch.sigmoid(i + p[0] * c), torch.sigmoid(f + p[1] * c)
        c = f * c + i * torch.tanh(g)
        return torch.sigmoid(o + p[2] * c) * torch.tanh(c), c

    def forward(self, seq):
        c = self.c0.expand(seq.shape[0], -1)
        h = torch.tanh(c)
        outs = []
        for x in seq.unbind(1):
            x, h = self.mogrify(x, h)
            h, c = self.step(x, h, c)
            outs.append(h)
        return torch.stack(outs, 1)


CLASSES = [
    LearnedRopeAttention,
    TalkingHeads,
    TransformerXLAttention,
    ShawRelative,
    PerformerHead,
    LinformerAttention,
    SwinV1Window,
    PerceiverResampler,
    MLALowRank,
    DiffAttention,
    AlibiGatedUnit,
    ExternalMemoryAttention,
    MemoryAugmented,
    RWKVTimeMix,
    RWKV6Shift,
    S4DKernel,
    TinyMamba,
    LRULayer,
    RetNetRetention,
    SLSTMCell,
    MinGRU,
    HyenaFilter,
    DeltaNet,
    EMAMega,
    StackedExpertsMoE,
    SoftMoE,
    LoopedMoE,
    CondConvRouting,
    UnfoldConv,
    Involution,
    GlobalFilter,
    FourierOperator,
    RepVGGHand,
    DeformableOne,
    GhostShift,
    SwitchNorm,
    AdaLNSingle,
    ModulatedConv,
    GRNBlock,
    HyperConnections,
    GATLayer,
    RGCNBasis,
    SchNetConv,
    GraphormerBias,
    ChebGCNII,
    AdaptiveAdjacency,
    EGNNLayer,
    DoRALinear,
    VeRALinear,
    MultiAdapterLora,
    HadaLokr,
    PrefixAdapter,
    TaskHyper,
    ChebyKAN,
    EfficientKAN,
    FastRBFKAN,
    BayesByBackprop,
    GlowInvConv,
    PlanarSylvester,
    MixtureDensity,
    GumbelVQ,
    ResidualCodes,
    CapsRouting,
    SlotAttention,
    NeuralODEField,
    SirenFilm,
    RandomFourierNet,
    PINNAdaptive,
    HashGrid,
    TensoRFTable,
    ClippedNeurons,
    GeometricProduct,
    FTTransformerTokenizer,
    PLREmbedding,
    ObliviousTrees,
    TabMBatch,
    DeepFM,
    DCNMix,
    BiasedMF,
    ArcFaceHead,
    SigLipLoss,
    NLinearDecomp,
    NBeatsSeasonal,
    ActorCritic,
    QMixer,
    LSQConv,
    LearnedThresholdPruning,
    BitLinearRSign,
    NTMReadHead,
    LinearCRF,
    RBMEnergy,
    ICNNEnergy,
    ProductKeyMemory,
    SpecMixer,
    SpatialGating,
    MultiTaskPanel,
    LowRankBilinear,
    GatedResidualConfig,
]
