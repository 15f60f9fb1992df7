"""Layers and small models as one finds them in the repositories of papers and courses.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run with the library; not tidied, as
strangers' code is not.
"""

# ruff: noqa

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange, repeat
from torch.nn import init

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights

ADJ = ((torch.rand(4, 4) > 0.4).float() + torch.eye(4) > 0).float()
WAVE = torch.randn(2, 1, 120)
SERIES = torch.randn(2, 12, 3)


# ---------------------------------------------------------------- attention


class TalkingHeads(Odd):
    """Attention whose heads talk before and after the softmax."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"to_qkv.weight": True, "P_l": True, "P_w": True, "to_out.weight": True, "to_out.bias": False}

    def __init__(self, dim=8, heads=4):
        super().__init__()
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.to_qkv = nn.Linear(dim, dim * 3, bias=False)
        self.P_l = nn.Parameter(torch.randn(heads, heads))
        self.P_w = nn.Parameter(torch.randn(heads, heads))
        self.to_out = nn.Linear(dim, dim)

    def forward(self, x):
        q, k, v = map(lambda t: rearrange(t, "b n (h d) -> b h n d", h=self.heads), self.to_qkv(x).chunk(3, dim=-1))
        dots = torch.einsum("bhid,bhjd->bhij", q, k) * self.scale
        dots = torch.einsum("bhij,hg->bgij", dots, self.P_l)
        attn = dots.softmax(dim=-1)
        attn = torch.einsum("bhij,hg->bgij", attn, self.P_w)
        out = torch.matmul(attn, v)
        return self.to_out(rearrange(out, "b h n d -> b n (h d)"))


class RelativePosition(nn.Module):
    """Vectors for the distances -reach .. reach; farther ones share the last."""

    def __init__(self, size, reach):
        super().__init__()
        self.reach = reach
        self.table = nn.Parameter(torch.randn(2 * reach + 1, size) * size**-0.5)

    def forward(self, n):
        where = torch.arange(n)
        return self.table[(where[None] - where[:, None]).clamp(-self.reach, self.reach) + self.reach]


class ShawAttention(Odd):
    """Relative positions in keys and values."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "rel_k.table": False,
        "rel_v.table": False,
        "in_proj.weight": True,
        "in_proj.bias": False,
        "out_proj.weight": True,
        "out_proj.bias": False,
    }

    def __init__(self, width=8, n_heads=2, reach=3):
        super().__init__()
        self.n_heads = n_heads
        self.rel_k = RelativePosition(width // n_heads, reach)
        self.rel_v = RelativePosition(width // n_heads, reach)
        self.in_proj = nn.Linear(width, 3 * width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x):
        q, k, v = rearrange(self.in_proj(x), "b n (three h e) -> three b h n e", three=3, h=self.n_heads)
        n = x.size(1)
        by_content = torch.einsum("bhie,bhje->bhij", q, k)
        by_distance = torch.einsum("bhie,ije->bhij", q, self.rel_k(n))
        p = ((by_content + by_distance) / math.sqrt(q.size(-1))).softmax(-1)
        y = p @ v + torch.einsum("bhij,ije->bhie", p, self.rel_v(n))
        return self.out_proj(rearrange(y, "b h n e -> b n (h e)"))


class LinformerLayer(Odd):
    """Keys and values are projected along the sequence."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "to_q": True,
        "to_kv": True,
        "proj_k": True,
        "proj_v": True,
        "norm.weight": False,
        "norm.bias": False,
    }

    def __init__(self, dim=8, seq_len=6, k=3):
        super().__init__()

        def init_(tensor):
            std = 1 / math.sqrt(tensor.shape[-1])
            return tensor.uniform_(-std, std)

        self.norm = nn.LayerNorm(dim)
        self.to_q = nn.Parameter(init_(torch.zeros(dim, dim)))
        self.to_kv = nn.Parameter(init_(torch.zeros(2 * dim, dim)))
        self.proj_k = nn.Parameter(init_(torch.zeros(seq_len, k)))
        self.proj_v = nn.Parameter(init_(torch.zeros(seq_len, k)))

    def forward(self, x):
        d = x.shape[-1]
        y = self.norm(x)
        q = y @ self.to_q.t()
        keys, values = F.linear(y, self.to_kv).split(d, dim=-1)
        proj_seq_len = lambda args: torch.einsum("bnd,nk->bkd", *args)
        keys, values = map(proj_seq_len, zip((keys, values), (self.proj_k, self.proj_v)))
        attn = (torch.einsum("bnd,bkd->bnk", q, keys) * d**-0.5).softmax(dim=-1)
        return x + torch.einsum("bnk,bkd->bnd", attn, values)


class MAB(nn.Module):
    """One set looks at another."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.q, self.kv, self.ff = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim), nn.Linear(dim, dim)

    def forward(self, a, b):
        split = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        query = self.q(a)
        key, value = self.kv(b).chunk(2, dim=-1)
        seen = F.scaled_dot_product_attention(split(query), split(key), split(value))
        h = query + seen.transpose(1, 2).flatten(2)
        return h + torch.relu(self.ff(h))


class InducedSet(Odd):
    """Inducing points, then pooling by seeds."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "I": False,
        "S": False,
        **{
            f"{m}.{n}.{p}": p == "weight"
            for m in ("mab0", "mab1", "pma")
            for n in ("q", "kv", "ff")
            for p in ("weight", "bias")
        },
    }

    def __init__(self, dim=8, num_inds=3, num_seeds=2):
        super().__init__()
        self.I = nn.Parameter(init.xavier_uniform_(torch.empty(1, num_inds, dim)))
        self.S = nn.Parameter(init.xavier_uniform_(torch.empty(1, num_seeds, dim)))
        self.mab0, self.mab1, self.pma = MAB(dim, 2), MAB(dim, 2), MAB(dim, 2)

    def forward(self, X):
        tile = lambda p: p.expand(X.size(0), -1, -1)
        X = self.mab1(X, self.mab0(tile(self.I), X))
        return self.pma(tile(self.S), X)


class AttentionFree(Odd):
    """AFT: learned biases of pairs of positions stand where the dot products stood."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Wqkv": True, "pair_bias": False}

    def __init__(self, longest=10, dim=8):
        super().__init__()
        self.Wqkv = nn.Parameter(torch.randn(dim, 3 * dim) * dim**-0.5)
        self.pair_bias = nn.Parameter(torch.randn(longest, longest) * 0.02)

    def forward(self, x):
        n = x.size(1)
        q, k, v = torch.tensor_split(x @ self.Wqkv, 3, dim=-1)
        logits = k.unsqueeze(1) + self.pair_bias[:n, :n, None]  # batch, to, from, feature
        p = torch.softmax(logits, dim=2)
        return torch.sigmoid(q) * torch.einsum("bijd,bjd->bid", p, v)


class PersistentMemory(Odd):
    """All-attention: learned keys and values beside those of the sequence, in place of a feed-forward layer."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"key": False, "val": False, "to_q.weight": True, "to_k.weight": True, "to_v.weight": True}

    def __init__(self, d=8, n_mem=4):
        super().__init__()
        self.d = d
        self.key = nn.Parameter(torch.randn(n_mem, d) / math.sqrt(d))
        self.val = nn.Parameter(torch.randn(n_mem, d) / math.sqrt(n_mem))
        self.to_q = nn.Linear(d, d, bias=False)
        self.to_k = nn.Linear(d, d, bias=False)
        self.to_v = nn.Linear(d, d, bias=False)

    def _with_memory(self, seq, mem):
        return torch.cat([seq, mem.unsqueeze(0).expand(seq.size(0), -1, -1)], dim=1)

    def forward(self, h):
        q = self.to_q(h)
        k = self._with_memory(self.to_k(h), self.key * math.sqrt(self.d))
        v = self._with_memory(self.to_v(h), self.val * math.sqrt(len(self.val)))
        a = torch.softmax(q.bmm(k.transpose(1, 2)) / math.sqrt(self.d), -1)
        return a.bmm(v)


class XLAttention(Odd):
    """The scores of Transformer-XL: by content, by distance, and a global bias for each of the two."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "W_qkv": True,
        "W_r": True,
        "u": False,
        "v": False,
        "W_o": True,
        "ln.weight": False,
        "ln.bias": False,
    }

    def __init__(self, d=8, heads=2):
        super().__init__()
        dh = d // heads
        self.W_qkv = nn.Parameter(torch.randn(3, heads, d, dh) * d**-0.5)
        self.W_r = nn.Parameter(torch.randn(heads, d, dh) * d**-0.5)
        self.W_o = nn.Parameter(torch.randn(heads, dh, d) * d**-0.5)
        self.u = nn.Parameter(torch.zeros(heads, dh).normal_(std=0.02))
        self.v = nn.Parameter(torch.zeros(heads, dh).normal_(std=0.02))
        self.ln = nn.LayerNorm(d)

    @staticmethod
    def waves(distance, d):
        angle = distance[..., None] / 10000 ** (torch.arange(0, d, 2) / d)
        return torch.cat((angle.sin(), angle.cos()), -1)

    def forward(self, x):
        n, d = x.shape[1:]
        q, k, val = torch.einsum("bnd,shde->sbhne", x, self.W_qkv)
        place = torch.arange(n)
        r = torch.einsum("ijd,hde->hije", self.waves((place[:, None] - place).float(), d), self.W_r)
        content = (q + self.u[:, None]) @ k.transpose(-1, -2)
        distance = torch.einsum("bhie,hije->bhij", q + self.v[:, None], r)
        p = ((content + distance) * q.size(-1) ** -0.5).softmax(-1)
        return self.ln(x + torch.einsum("bhij,bhje,hed->bid", p, val, self.W_o))


class GatedBag(Odd):
    """Gated attention over a bag of instances (multiple-instance learning)."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "V": True,
        "U": True,
        "w": True,
        "bV": False,
        "bU": False,
        "classifier.0.weight": True,
        "classifier.0.bias": False,
    }

    def __init__(self, L=8, D=5):
        super(GatedBag, self).__init__()
        self.V = nn.Parameter(torch.empty(D, L))
        self.U = nn.Parameter(torch.empty(D, L))
        self.w = nn.Parameter(torch.empty(1, D))
        for p in (self.V, self.U, self.w):
            nn.init.kaiming_uniform_(p, a=math.sqrt(5))
        self.bV = nn.Parameter(torch.zeros(1, 1, D))
        self.bU = nn.Parameter(torch.zeros(1, 1, D))
        self.classifier = nn.Sequential(nn.Linear(L, 1), nn.Sigmoid())

    def forward(self, H):
        A_V = torch.tanh(F.linear(H, self.V) + self.bV)
        A_U = torch.sigmoid(F.linear(H, self.U) + self.bU)
        A = F.linear(A_V * A_U, self.w).transpose(1, 2)  # B x 1 x N
        A = F.softmax(A, dim=-1)
        M = torch.bmm(A, H).squeeze(1)
        return self.classifier(M), A


# ---------------------------------------------------------------- recurrent


class LSTMFromScratch(Odd):
    """An LSTM with peepholes, gate by gate."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        **{f"{m}_{g}": True for m in ("W", "U") for g in "ifgo"},
        **{f"b_{g}": False for g in "ifgo"},
        "p_i": False,
        "p_f": False,
        "p_o": False,
    }

    def __init__(self, n_in: int = 8, n: int = 5):
        super().__init__()
        self.n = n
        mat = lambda rows: nn.Parameter(torch.empty(rows, n))
        # input gate
        self.W_i, self.U_i, self.b_i, self.p_i = mat(n_in), mat(n), nn.Parameter(torch.zeros(n)), mat(1)
        # forget gate (starts open)
        self.W_f, self.U_f, self.b_f, self.p_f = mat(n_in), mat(n), nn.Parameter(torch.ones(n)), mat(1)
        # candidate
        self.W_g, self.U_g, self.b_g = mat(n_in), mat(n), nn.Parameter(torch.zeros(n))
        # output gate
        self.W_o, self.U_o, self.b_o, self.p_o = mat(n_in), mat(n), nn.Parameter(torch.zeros(n)), mat(1)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.uniform_(p, -(n**-0.5), n**-0.5)

    def forward(self, x, state=None):
        h, c = state or (x.new_zeros(len(x), self.n), x.new_zeros(len(x), self.n))
        hs = []
        for xt in x.unbind(1):
            i = torch.sigmoid(xt @ self.W_i + h @ self.U_i + c * self.p_i + self.b_i)
            f = torch.sigmoid(xt @ self.W_f + h @ self.U_f + c * self.p_f + self.b_f)
            g = torch.tanh(xt @ self.W_g + h @ self.U_g + self.b_g)
            c = f * c + i * g
            o = torch.sigmoid(xt @ self.W_o + h @ self.U_o + c * self.p_o + self.b_o)
            h = o * torch.tanh(c)
            hs.append(h)
        return torch.stack(hs, dim=1), (h, c)


class CharGRU(Odd):
    """Homework: a GRU over characters; a nested function makes the three of each gate."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        **{k: True for k in ("Wz", "Uz", "Wr", "Ur", "Wn", "Un", "V")},
        **{k: False for k in ("bz", "br", "bn", "c")},
    }

    def __init__(self, n_chars=6, n=5):
        super().__init__()
        self.n_chars, self.n = n_chars, n

        def gate():
            W = nn.Parameter(0.1 * torch.randn(n_chars, n))
            U = nn.Parameter(0.1 * torch.randn(n, n))
            return W, U, nn.Parameter(torch.zeros(n))

        self.Wz, self.Uz, self.bz = gate()
        self.Wr, self.Ur, self.br = gate()
        self.Wn, self.Un, self.bn = gate()
        self.V, self.c = nn.Parameter(0.1 * torch.randn(n, n_chars)), nn.Parameter(torch.zeros(n_chars))

    def forward(self, text):
        onehot = F.one_hot(text, self.n_chars).float()
        h, logits = torch.zeros(text.size(0), self.n), []
        for t in range(text.size(1)):
            x = onehot[:, t]
            z = torch.sigmoid(x.mm(self.Wz) + h.mm(self.Uz) + self.bz)
            r = torch.sigmoid(x.mm(self.Wr) + h.mm(self.Ur) + self.br)
            n = torch.tanh(x.mm(self.Wn) + torch.mm(r * h, self.Un) + self.bn)
            h = torch.lerp(n, h, z)
            logits.append(h.mm(self.V) + self.c)
        return torch.stack(logits, 1)


class FastCell(Odd):
    """A gated cell whose matrices are of low rank and shared by gate and update."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "w_in": True,
        "w_out": True,
        "u_in": True,
        "u_out": True,
        "b_gate": False,
        "b_cand": False,
        "zeta": False,
        "nu": False,
    }

    def __init__(self, n_in=8, n=6, rank_w=2, rank_u=3):
        super().__init__()
        self.n = n
        self.w_in, self.w_out = weights(n_in, rank_w), weights(rank_w, n)
        self.u_in, self.u_out = weights(n, rank_u), weights(rank_u, n)
        self.b_gate, self.b_cand = nn.Parameter(torch.ones(1, n)), nn.Parameter(torch.zeros(1, n))
        self.zeta = nn.Parameter(torch.full((1, 1), 1.0))
        self.nu = nn.Parameter(torch.full((1, 1), -4.0))

    def forward(self, xs):
        h = xs.new_zeros(len(xs), self.n)
        pre = xs @ self.w_in @ self.w_out
        for t in range(xs.size(1)):
            a = pre[:, t] + h @ self.u_in @ self.u_out
            gate = torch.sigmoid(a + self.b_gate)
            cand = torch.tanh(a + self.b_cand)
            h = gate * h + (self.zeta.sigmoid() * (1 - gate) + self.nu.sigmoid()) * cand
        return h


class QuasiRNN(Odd):
    """A masked convolution gives candidates and gates; the recurrence has no weights."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"filters": True, "bias": False}

    def __init__(self, n_in=8, n_hid=5, window=2):
        super().__init__()
        self.window, self.n_hid = window, n_hid
        self.filters = nn.Parameter(torch.randn(3 * n_hid, n_in, window) * 0.1)
        self.bias = nn.Parameter(torch.zeros(3 * n_hid, 1))

    @staticmethod
    def fo_pool(z, f, o):
        c, out = torch.zeros_like(z[..., 0]), []
        for zt, ft, ot in zip(z.unbind(-1), f.unbind(-1), o.unbind(-1)):
            c = ft * c + (1 - ft) * zt
            out.append(ot * c)
        return torch.stack(out, -1)

    def forward(self, x):
        x = F.pad(x.transpose(1, 2), (self.window - 1, 0))
        gates = F.conv1d(x, self.filters) + self.bias
        Z, Fg, O = gates.chunk(3, 1)
        return self.fo_pool(Z.tanh(), Fg.sigmoid(), O.sigmoid())


# ---------------------------------------------------------------- graphs


class GraphConv(nn.Module):
    """A X W (+ b)"""

    def __init__(self, c_in, c_out, bias=True):
        super().__init__()
        self.W = nn.Parameter(init.xavier_uniform_(torch.empty(c_in, c_out)))
        self.register_parameter("b", nn.Parameter(torch.zeros(c_out)) if bias else None)

    def forward(self, a_hat, x):
        y = torch.sparse.mm(a_hat, x @ self.W) if a_hat.is_sparse else a_hat @ (x @ self.W)
        return y if self.b is None else y + self.b


class PlainGCN(Odd):
    """Two layers on a graph, normalised on both sides."""

    DATA: ClassVar = (X, ADJ)
    RIGHT: ClassVar = {"conv1.W": True, "conv1.b": False, "conv2.W": True}

    def __init__(self, n_feat=8, n_hid=6, n_class=3, p=0.0):
        super().__init__()
        self.conv1 = GraphConv(n_feat, n_hid)
        self.conv2 = GraphConv(n_hid, n_class, bias=False)
        self.p = p

    @staticmethod
    def normalise(adj):
        d = adj.sum(1).rsqrt()
        return (d[:, None] * adj * d[None, :]).to_sparse()

    def forward(self, x, adj):
        a_hat = self.normalise(adj)
        h = self.conv1(a_hat, x).relu()
        h = F.dropout(h, self.p, self.training)
        return self.conv2(a_hat, h).log_softmax(-1)


class DenseGAT(Odd):
    """Graph attention: one half of `a` looks at the centre, the other at the neighbour."""

    DATA: ClassVar = (X, ADJ)
    RIGHT: ClassVar = {"W": True, "a": True}

    def __init__(self, f_in=8, f_out=5, slope=0.2):
        super().__init__()
        self.f_out, self.slope = f_out, slope
        self.W = nn.Parameter(init.xavier_normal_(torch.empty(f_in, f_out)))
        self.a = nn.Parameter(init.xavier_normal_(torch.empty(2 * f_out, 1)))

    def forward(self, x, adj):
        z = x @ self.W
        centre = z @ self.a[: self.f_out]
        neighbour = z @ self.a[self.f_out :]
        e = F.leaky_relu(centre + neighbour.t(), self.slope)
        alpha = e.masked_fill(adj == 0, float("-inf")).softmax(dim=-1)
        return F.elu(alpha @ z)


class ChebNet(Odd):
    """Chebyshev polynomials of the Laplacian."""

    DATA: ClassVar = (X, ADJ)
    RIGHT: ClassVar = {"theta": True, "bias": False}

    def __init__(self, c_in=8, c_out=4, K=3):
        super().__init__()
        self.K = K
        self.theta = nn.Parameter(torch.randn(K, c_in, c_out) / math.sqrt(K * c_in))
        self.bias = nn.Parameter(torch.zeros(1, c_out))

    def forward(self, x, adj):
        adj = (adj + adj.T) / 2
        deg = adj.sum(-1)
        L = -adj / torch.sqrt(deg[:, None] * deg[None, :])  # rescaled with lambda_max = 2
        prev, cur = x, L @ x
        out = prev @ self.theta[0] + cur @ self.theta[1]
        for k in range(2, self.K):
            prev, cur = cur, 2 * L @ cur - prev
            out = out + cur @ self.theta[k]
        return out + self.bias


class BlockRelational(Odd):
    """R-GCN with matrices of diagonal blocks, one set for each relation."""

    DATA: ClassVar = (X, torch.stack((ADJ, ADJ.t())))
    RIGHT: ClassVar = {"blocks": True, "self_loop": True, "bias": False}

    def __init__(self, nrel=2, d=8, nblocks=4):
        super().__init__()
        self.nblocks = nblocks
        self.blocks = nn.Parameter(torch.FloatTensor(nrel, nblocks, d // nblocks, d // nblocks))
        self.self_loop = nn.Parameter(torch.FloatTensor(d, d))
        self.bias = nn.Parameter(torch.FloatTensor(1, d))
        for p in [self.blocks, self.self_loop, self.bias]:
            nn.init.uniform_(p, -0.5, 0.5)

    def forward(self, x, adjs):
        n, d = x.shape
        xb = x.view(n, self.nblocks, -1)
        msg = torch.einsum("nbi,rbio->rnbo", xb, self.blocks).reshape(adjs.size(0), n, d)
        deg = adjs.sum(-1, keepdim=True).clamp(min=1)
        out = torch.bmm(adjs / deg, msg).sum(0)
        return torch.relu(out + x @ self.self_loop + self.bias)


class GatedGraph(Odd):
    """GGNN: one matrix of messages for each step, and a GRU."""

    DATA: ClassVar = (X, ADJ)
    RIGHT: ClassVar = {
        "weight": True,
        "rnn.weight_ih": True,
        "rnn.weight_hh": True,
        "rnn.bias_ih": False,
        "rnn.bias_hh": False,
        "readout_gate.weight": True,
        "readout_gate.bias": False,
    }

    def __init__(self, channels=8, num_layers=2):
        super().__init__()
        self.num_layers = num_layers
        self.weight = nn.Parameter(torch.empty(num_layers, channels, channels))
        nn.init.uniform_(self.weight, -1 / math.sqrt(channels), 1 / math.sqrt(channels))
        self.rnn = nn.GRUCell(channels, channels)
        self.readout_gate = nn.Linear(2 * channels, 1)

    def forward(self, x, adj):
        h = x
        for i in range(self.num_layers):
            m = torch.matmul(h, self.weight[i])
            m = adj @ m
            h = self.rnn(m, h)
        return (torch.sigmoid(self.readout_gate(torch.cat([h, x], -1))) * torch.tanh(h)).sum(0)


# ---------------------------------------------------------------- capsules, experts, hypernetworks


def squash(inputs, axis=-1):
    norm = torch.norm(inputs, p=2, dim=axis, keepdim=True)
    scale = norm**2 / (1 + norm**2) / (norm + 1e-8)
    return scale * inputs


class DenseCapsule(Odd):
    """Capsules with routing by agreement; the priors of the routing are learned."""

    DATA: ClassVar = (torch.randn(2, 6, 4),)
    RIGHT: ClassVar = {"W": True, "prior": False, "bias": False}

    def __init__(self, n_in=6, d_in=4, n_out=3, d_out=5, iters=3):
        super().__init__()
        self.iters = iters
        self.W = nn.Parameter(0.1 * torch.randn(n_in, n_out, d_in, d_out))
        self.prior = nn.Parameter(torch.zeros(n_in, n_out))
        self.bias = nn.Parameter(torch.zeros(n_out, d_out))

    def forward(self, u):
        votes = torch.einsum("bid,iode->bioe", u, self.W)
        logits = self.prior.expand(len(u), -1, -1)
        for it in range(self.iters):
            c = logits.softmax(dim=2)
            s = torch.einsum("bio,bioe->boe", c, votes) + self.bias
            v = squash(s)
            if it + 1 < self.iters:
                logits = logits + torch.einsum("bioe,boe->bio", votes, v)
        return v


class NoisyTopK(Odd):
    """Sparsely gated experts with noise in the gate."""

    RIGHT: ClassVar = {"gate": True, "noise": True, "w1": True, "w2": True, "b1": False, "b2": False}

    def __init__(self, dim=8, hidden=6, n_experts=4, k=2):
        super().__init__()
        self.k = k
        self.gate = nn.Parameter(torch.randn(dim, n_experts) * 0.1)
        self.noise = nn.Parameter(torch.randn(dim, n_experts) * 0.1)
        self.w1 = nn.Parameter(torch.randn(n_experts, dim, hidden))
        self.w2 = nn.Parameter(torch.randn(n_experts, hidden, dim))
        self.b1 = nn.Parameter(torch.zeros(n_experts, 1, hidden))
        self.b2 = nn.Parameter(torch.zeros(n_experts, 1, dim))

    def route(self, x):
        h = x @ self.gate
        h = h + torch.randn_like(h) * F.softplus(x @ self.noise)
        kth = h.topk(self.k, dim=-1).values[:, -1:]
        return h.masked_fill(h < kth, float("-inf")).softmax(-1)

    def forward(self, x):
        h = torch.einsum("nd,edh->enh", x, self.w1) + self.b1
        y = torch.bmm(F.gelu(h), self.w2) + self.b2
        return torch.einsum("ne,end->nd", self.route(x), y)


class HyperConv(Odd):
    """A hypernetwork makes the kernels of two convolutions from a code for each of them."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"codes.0": False, "codes.1": False, "w_in": True, "b_in": False, "w_out": True, "b_out": False}

    def __init__(self, code=5, hidden=6, ch=4, k=3):
        super().__init__()
        self.shape = (ch, ch, k, k)
        self.codes = nn.ParameterList([nn.Parameter(torch.randn(code)) for _ in range(2)])
        self.w_in = nn.Parameter(torch.randn(code, ch * hidden) * 0.3)
        self.b_in = nn.Parameter(torch.zeros(ch * hidden))
        self.w_out = nn.Parameter(torch.randn(hidden, ch * k * k) * 0.1)
        self.b_out = nn.Parameter(torch.zeros(ch * k * k))

    def kernel(self, code):
        per_output = (code @ self.w_in + self.b_in).view(self.shape[0], -1)
        return (per_output @ self.w_out + self.b_out).view(self.shape)

    def forward(self, x):
        for code in self.codes:
            x = x + F.relu(F.conv2d(x, self.kernel(code), padding=1))
        return x


# ---------------------------------------------------------------- flows


class PlanarFlows(Odd):
    """A stack of planar transforms."""

    RIGHT: ClassVar = {f"flows.{i}.{p}": False for i in range(3) for p in "uwb"}

    class Planar(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.u = nn.Parameter(torch.randn(dim))
            self.w = nn.Parameter(torch.randn(dim))
            self.b = nn.Parameter(torch.zeros(1))

        def forward(self, z, logdet):
            wu = torch.dot(self.w, self.u)
            u_hat = self.u + (F.softplus(wu) - 1 - wu) * self.w / self.w.norm() ** 2
            act = torch.tanh(z @ self.w + self.b)
            psi = (1 - act**2).unsqueeze(-1) * self.w
            return z + act.unsqueeze(-1) * u_hat, logdet + torch.log((1 + psi @ u_hat).abs() + 1e-8)

    def __init__(self, dim=8, length=3):
        super().__init__()
        self.flows = nn.ModuleList(self.Planar(dim) for _ in range(length))

    def forward(self, z):
        logdet = z.new_zeros(z.size(0))
        for flow in self.flows:
            z, logdet = flow(z, logdet)
        return z, logdet


class GlowStep(Odd):
    """ActNorm, an invertible 1x1 convolution kept as P L U, and an affine coupling."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {
        "an_shift": False,
        "an_logs": False,
        "lower": True,
        "upper": True,
        "log_diag": False,
        "net.0.weight": True,
        "net.0.bias": False,
        "net.2.weight": True,
        "net.2.bias": False,
        "out_logs": False,
    }

    def __init__(self, c=4, hidden=6):
        super().__init__()
        self.an_shift = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.an_logs = nn.Parameter(torch.zeros(1, c, 1, 1))
        P, L, U = torch.linalg.lu(torch.linalg.qr(torch.randn(c, c)).Q)
        self.register_buffer("perm", P)
        self.register_buffer("sign", U.diagonal().sign())
        self.lower, self.upper = nn.Parameter(L.tril(-1)), nn.Parameter(U.triu(1))
        self.log_diag = nn.Parameter(U.diagonal().abs().log())
        self.net = nn.Sequential(nn.Conv2d(c // 2, hidden, 3, padding=1), nn.ReLU(), nn.Conv2d(hidden, c, 1))
        self.out_logs = nn.Parameter(torch.zeros(1, c, 1, 1))

    def matrix(self):
        L = self.lower.tril(-1) + torch.eye(len(self.sign))
        U = self.upper.triu(1) + torch.diag(self.sign * self.log_diag.exp())
        return self.perm @ L @ U

    def forward(self, x):
        pixels = x.shape[-1] * x.shape[-2]
        x = (x + self.an_shift) * self.an_logs.exp()
        x = F.conv2d(x, self.matrix()[..., None, None])
        logdet = pixels * (self.an_logs.sum() + self.log_diag.sum())
        a, b = x.chunk(2, dim=1)
        s, t = (self.net(a) * self.out_logs.exp()).chunk(2, dim=1)
        s = F.logsigmoid(s + 2.0)
        return torch.cat((a, (b + t) * s.exp()), dim=1), logdet + s.flatten(1).sum(1)


class MaskedDense(nn.Linear):
    """A linear layer, some of whose weights are cut."""

    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", torch.as_tensor(mask, dtype=torch.float32))

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class TinyMADE(Odd):
    """Masked autoregressive network, masks from numpy."""

    RIGHT: ClassVar = {
        "hid.weight": True,
        "hid.bias": False,
        "out.weight": True,
        "out.bias": False,
        "direct": True,
    }

    def __init__(self, d=8, h=10, seed=0):
        super().__init__()
        rank_in = np.arange(1, d + 1)
        rank_h = np.random.RandomState(seed).randint(1, d, size=h)
        rank_out = np.tile(rank_in, 2)
        self.hid = MaskedDense(rank_h[:, None] >= rank_in[None])
        self.out = MaskedDense(rank_out[:, None] > rank_h[None])
        self.direct = nn.Parameter(torch.zeros(2 * d, d))
        self.register_buffer("cut", torch.from_numpy((rank_out[:, None] > rank_in[None]).astype("float32")))

    def forward(self, x):
        theta = self.out(F.relu(self.hid(x))) + x.mm((self.direct * self.cut).t())
        mean, log_std = theta.chunk(2, dim=-1)
        log_std = torch.tanh(log_std)
        return (x - mean) * torch.exp(-log_std), -log_std.sum(-1)


# ---------------------------------------------------------------- memories, CRFs, quantised codes


class NTMReader(Odd):
    """One read of a neural Turing machine at each step, by content."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "mem_bias": False,
        "init_read": False,
        "controller.weight_ih": True,
        "controller.weight_hh": True,
        "controller.bias_ih": False,
        "controller.bias_hh": False,
        "fc_read.weight": True,
        "fc_read.bias": False,
        "fc_write.weight": True,
        "fc_write.bias": False,
    }

    def __init__(self, N=5, M=4, inp=8, hid=6):
        super().__init__()
        self.N, self.M, self.hid = N, M, hid
        self.mem_bias = nn.Parameter(torch.empty(N, M))
        stdev = 1 / np.sqrt(N + M)
        nn.init.uniform_(self.mem_bias, -stdev, stdev)
        self.init_read = nn.Parameter(torch.randn(1, M) * 0.01)
        self.controller = nn.GRUCell(inp + M, hid)
        self.fc_read = nn.Linear(hid, M + 1)
        self.fc_write = nn.Linear(hid, M + 1 + 2 * M)

    def reset(self, batch_size):
        self.memory = self.mem_bias.clone().repeat(batch_size, 1, 1)

    def address(self, k, beta):
        sim = F.cosine_similarity(self.memory + 1e-16, k.unsqueeze(1) + 1e-16, dim=-1)
        return F.softmax(F.softplus(beta) * sim, dim=1)

    def forward(self, x):
        self.reset(x.size(0))
        h = torch.zeros(x.size(0), self.hid)
        r = self.init_read.repeat(x.size(0), 1)
        outs = []
        for t in range(x.size(1)):
            h = self.controller(torch.cat([x[:, t], r], 1), h)
            k, beta, e, a = torch.split(self.fc_write(h), [self.M, 1, self.M, self.M], dim=1)
            w = self.address(k, beta)
            erase = torch.matmul(w.unsqueeze(-1), torch.sigmoid(e).unsqueeze(1))
            add = torch.matmul(w.unsqueeze(-1), a.unsqueeze(1))
            self.memory = self.memory * (1 - erase) + add
            k, beta = torch.split(self.fc_read(h), [self.M, 1], dim=1)
            r = torch.matmul(self.address(k, beta).unsqueeze(1), self.memory).squeeze(1)
            outs.append(r)
        return torch.stack(outs, 1)


class LinearChainCRF(Odd):
    """The log-likelihood of a path of tags."""

    DATA: ClassVar = (SEQUENCE, torch.tensor([[0, 1, 2, 0, 1, 1], [2, 2, 1, 0, 0, 1]]))
    RIGHT: ClassVar = {
        "emit.weight": True,
        "emit.bias": False,
        "trans": False,
        "start": False,
        "stop": False,
    }

    def __init__(self, n_tags=3):
        super().__init__()
        self.emit = nn.Linear(8, n_tags)
        self.trans = nn.Parameter(torch.randn(n_tags, n_tags) * 0.1)  # from, to
        self.start, self.stop = nn.Parameter(torch.zeros(n_tags)), nn.Parameter(torch.zeros(n_tags))

    def path_score(self, e, y):
        s = e.gather(2, y.unsqueeze(-1)).sum((1, 2))
        s = s + self.trans[y[:, :-1], y[:, 1:]].sum(1)
        return s + self.start[y[:, 0]] + self.stop[y[:, -1]]

    def log_partition(self, e):
        alpha = self.start + e[:, 0]
        for et in e[:, 1:].unbind(1):
            alpha = torch.logsumexp(alpha.unsqueeze(2) + self.trans, 1) + et
        return torch.logsumexp(alpha + self.stop, 1)

    def forward(self, feats, tags):
        e = self.emit(feats)
        return self.log_partition(e) - self.path_score(e, tags)


class VectorQuantizerConv(Odd):
    """VQ with the straight-through estimator between two convolutions."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "enc.weight": True,
        "enc.bias": False,
        "codebook": False,
        "dec.weight": True,
        "dec.bias": False,
    }

    def __init__(self, K=7, D=4, beta=0.25):
        super().__init__()
        self.K, self.D, self.beta = K, D, beta
        self.enc = nn.Conv2d(3, D, 4, stride=2, padding=1)
        self.codebook = nn.Parameter(torch.empty(K, D).uniform_(-1.0 / K, 1.0 / K))
        self.dec = nn.ConvTranspose2d(D, 3, 4, stride=2, padding=1)

    def quantize(self, z):
        z_flat = rearrange(z, "b c h w -> (b h w) c")
        d = (
            z_flat.pow(2).sum(1, keepdim=True)
            + self.codebook.pow(2).sum(1)
            - 2 * torch.matmul(z_flat, self.codebook.t())
        )
        idx = torch.argmin(d, dim=1)
        z_q = rearrange(self.codebook[idx], "(b h w) c -> b c h w", b=z.shape[0], h=z.shape[2])
        loss = F.mse_loss(z_q, z.detach()) + self.beta * F.mse_loss(z, z_q.detach())
        return z + (z_q - z).detach(), loss

    def forward(self, x):
        z_q, vq_loss = self.quantize(self.enc(x))
        return self.dec(z_q), vq_loss


# ---------------------------------------------------------------- state spaces


class DiagonalSSM(Odd):
    """A diagonal state space whose kernel is computed and convolved by FFT."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "log_step": False,
        "log_decay": False,
        "freq": False,
        "C": True,
        "D": False,
        "mix.weight": True,
        "mix.bias": False,
    }

    def __init__(self, width=8, order=3):
        super().__init__()
        self.log_step = nn.Parameter(torch.empty(width).uniform_(math.log(1e-3), math.log(1e-1)))
        self.log_decay = nn.Parameter(torch.full((width, order), math.log(0.5)))
        self.freq = nn.Parameter(math.pi * torch.arange(1.0, order + 1).repeat(width, 1))
        self.C = nn.Parameter(torch.randn(width, order, 2) * 0.5**0.5)
        self.D = nn.Parameter(torch.randn(width))
        self.mix = nn.Conv1d(width, 2 * width, 1)

    def impulse_response(self, length):
        A = torch.complex(-self.log_decay.exp(), self.freq)
        dA = A * self.log_step.exp()[:, None]
        C = torch.view_as_complex(self.C) * torch.expm1(dA) / A
        powers = torch.exp(dA[..., None] * torch.arange(length))
        return 2 * torch.einsum("dn,dnl->dl", C, powers).real

    def forward(self, x):
        u = x.mT
        n = u.shape[-1]
        spectrum = torch.fft.rfft(u, 2 * n) * torch.fft.rfft(self.impulse_response(n), 2 * n)
        y = torch.fft.irfft(spectrum, 2 * n)[..., :n] + self.D[:, None] * u
        return F.glu(self.mix(F.gelu(y)), dim=1).mT


class LinearRecurrentUnit(Odd):
    """A complex diagonal recurrence on the unit disc, run step by step."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "nu": False,
        "theta": False,
        "log_gamma": False,
        "B_re": True,
        "B_im": True,
        "C_re": True,
        "C_im": True,
        "D": False,
    }

    def __init__(self, d=8, n=6, r_min=0.4, r_max=0.99):
        super().__init__()
        radius = torch.empty(n).uniform_(r_min, r_max)
        self.nu = nn.Parameter((-radius.log()).log())
        self.theta = nn.Parameter((torch.rand(n) * 2 * math.pi + 1e-3).log())
        self.log_gamma = nn.Parameter(0.5 * (1 - radius**2).log())
        self.B_re, self.B_im = (nn.Parameter(torch.randn(n, d) / (2 * d) ** 0.5) for _ in "12")
        self.C_re, self.C_im = (nn.Parameter(torch.randn(d, n) / n**0.5) for _ in "12")
        self.D = nn.Parameter(torch.randn(d) / d**0.5)

    @property
    def lam(self):
        return torch.polar(torch.exp(-self.nu.exp()), self.theta.exp())

    def forward(self, u):
        drive = torch.complex(u @ self.B_re.T, u @ self.B_im.T) * self.log_gamma.exp()
        lam, s, ys = self.lam, 0, []
        for b in drive.unbind(1):
            s = lam * s + b
            ys.append(s.real @ self.C_re.T - s.imag @ self.C_im.T)
        return torch.stack(ys, 1) + self.D * u


class MambaMinimal(Odd):
    """A selective scan, short."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "g": False,
        "W_in": True,
        "kernel": True,
        "kernel_b": False,
        "W_sel": True,
        "dt_up.weight": True,
        "dt_up.bias": False,
        "A_log": False,
        "D": False,
        "W_out": True,
    }

    def __init__(self, d=8, inner=12, n=3, rank=2, taps=3):
        super().__init__()
        self.sizes, self.taps = (rank, n, n), taps
        self.g = nn.Parameter(torch.ones(d))
        self.W_in = nn.Parameter(torch.randn(d, 2 * inner) * d**-0.5)
        self.kernel = nn.Parameter(torch.randn(inner, 1, taps) / taps)
        self.kernel_b = nn.Parameter(torch.zeros(inner))
        self.W_sel = nn.Parameter(torch.randn(inner, sum(self.sizes)) * inner**-0.5)
        self.dt_up = nn.Linear(rank, inner)
        self.A_log = nn.Parameter(torch.arange(1.0, n + 1).log().repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.W_out = nn.Parameter(torch.randn(inner, d) * inner**-0.5)

    def scan(self, x):
        dt, B, C = (x @ self.W_sel).split(self.sizes, dim=-1)
        dt = F.softplus(self.dt_up(dt))
        A = -torch.exp(self.A_log)
        state, ys = 0, []
        for t in range(x.shape[1]):
            decay = torch.exp(dt[:, t, :, None] * A)
            state = decay * state + (dt[:, t] * x[:, t])[..., None] * B[:, t, None, :]
            ys.append((state * C[:, t, None, :]).sum(-1))
        return torch.stack(ys, 1) + self.D * x

    def forward(self, x):
        h = F.rms_norm(x, (x.shape[-1],), self.g)
        h, z = (h @ self.W_in).chunk(2, -1)
        h = F.pad(h.mT, (self.taps - 1, 0))
        h = F.silu(F.conv1d(h, self.kernel, self.kernel_b, groups=h.shape[1])).mT
        return x + (self.scan(h) * F.silu(z)) @ self.W_out


# ---------------------------------------------------------------- fine-tuning


class DoRALinear(Odd):
    """A frozen matrix, a low-rank update and a learned magnitude for each output."""

    RIGHT: ClassVar = {"A": True, "B": True, "magnitude": False}

    def __init__(self, d_in=8, d_out=6, r=2, alpha=4):
        super().__init__()
        W0 = torch.randn(d_out, d_in) / d_in**0.5
        self.register_buffer("W0", W0)
        self.A = nn.Parameter(torch.randn(r, d_in) / r)
        self.B = nn.Parameter(torch.randn(d_out, r) * 0.01)
        self.magnitude = nn.Parameter(W0.norm(dim=1, keepdim=True))
        self.s = alpha / r

    def forward(self, x):
        V = torch.add(self.W0, self.B @ self.A, alpha=self.s)
        return F.linear(x, self.magnitude * F.normalize(V, dim=1))


class CompacterAdapter(Odd):
    """An adapter whose matrices are sums of Kronecker products, the right factors of low rank."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "rule": True,
        "down_s": True,
        "down_t": True,
        "down_b": False,
        "up_s": True,
        "up_t": True,
        "up_b": False,
    }

    def __init__(self, dim=8, bottleneck=4, n=2, rank=1):
        super().__init__()
        small = lambda *shape: nn.Parameter(torch.randn(*shape) * 0.1)
        self.rule = small(n, n, n)
        self.down_s, self.down_t, self.down_b = (
            small(n, dim // n, rank),
            small(n, rank, bottleneck // n),
            small(bottleneck),
        )
        self.up_s, self.up_t, self.up_b = small(n, bottleneck // n, rank), small(n, rank, dim // n), small(dim)

    def phm(self, x, s, t, b):
        weight = sum(torch.kron(rule, left @ right) for rule, left, right in zip(self.rule, s, t))
        return x @ weight + b

    def forward(self, x):
        z = F.gelu(self.phm(x, self.down_s, self.down_t, self.down_b))
        return x + self.phm(z, self.up_s, self.up_t, self.up_b)


class PrefixTuned(Odd):
    """Learned prefixes, passed through an MLP, become keys and values; a prompt precedes the input."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "prefix": False,
        "prompt": False,
        "mlp.0.weight": True,
        "mlp.0.bias": False,
        "mlp.2.weight": True,
        "mlp.2.bias": False,
        "c_attn.weight": True,
        "c_attn.bias": False,
    }

    def __init__(self, d=8, n_prefix=3, n_prompt=2, mid=5):
        super().__init__()
        self.prefix = nn.Parameter(torch.randn(n_prefix, d))
        self.prompt = nn.Parameter(torch.empty(n_prompt, d).uniform_(-0.5, 0.5))
        self.mlp = nn.Sequential(nn.Linear(d, mid), nn.Tanh(), nn.Linear(mid, 2 * d))
        self.c_attn = nn.Linear(d, 3 * d)

    def get_prompt(self, bsz):
        past = self.mlp(self.prefix.unsqueeze(0).expand(bsz, -1, -1))
        return past.chunk(2, dim=-1)

    def forward(self, inputs_embeds):
        bsz = inputs_embeds.size(0)
        inputs_embeds = torch.cat((self.prompt.repeat(bsz, 1, 1), inputs_embeds), dim=1)
        q, k, v = self.c_attn(inputs_embeds).chunk(3, -1)
        pk, pv = self.get_prompt(bsz)
        k, v = torch.cat((pk, k), 1), torch.cat((pv, v), 1)
        return F.scaled_dot_product_attention(q, k, v)


class WeightNormConv2d(Odd):
    """Weight normalisation written out, as in the code for PixelCNN++."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"V": True, "g": False, "b": False}

    def __init__(self, in_channels=3, out_channels=5, kernel_size=3):
        super().__init__()
        self.V = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size) * 0.05)
        self.g = nn.Parameter(torch.ones(out_channels, 1, 1, 1))
        self.b = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        v_norm = torch.sqrt(torch.sum(self.V**2, dim=[1, 2, 3], keepdim=True))
        w = self.g * self.V / v_norm
        return F.conv2d(x, w, self.b, stride=1, padding=1)


# ---------------------------------------------------------------- symmetries


class VectorNeuron(Odd):
    """Equivariant to rotations: matrices mix channels of vectors, the non-linearity looks at a learned direction."""

    DATA: ClassVar = (torch.randn(2, 6, 3, 5),)
    RIGHT: ClassVar = {"W": True, "U": True, "W_out": True}

    def __init__(self, c_in=6, c_out=4, negative_slope=0.2):
        super().__init__()
        self.negative_slope = negative_slope
        self.W = nn.Parameter(torch.randn(c_out, c_in) / math.sqrt(c_in))
        self.U = nn.Parameter(torch.randn(c_out, c_in) / math.sqrt(c_in))
        self.W_out = nn.Parameter(torch.randn(3, c_out))

    def forward(self, x):  # B, C, 3, N
        q = torch.einsum("oc,bcvn->bovn", self.W, x)
        k = torch.einsum("oc,bcvn->bovn", self.U, x)
        dot = (q * k).sum(2, keepdim=True)
        mask = (dot >= 0).float()
        k_norm_sq = (k * k).sum(2, keepdim=True)
        out = self.negative_slope * q + (1 - self.negative_slope) * (
            mask * q + (1 - mask) * (q - (dot / (k_norm_sq + 1e-6)) * k)
        )
        frame = torch.einsum("oc,bcvn->bovn", self.W_out, out)
        return torch.einsum("bivn,bjvn->bijn", out, frame)


class DeepSetsEquivariant(Odd):
    """Permutation-equivariant layers, two of them."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"Gamma1": True, "Lambda1": True, "beta1": False, "Gamma2": True, "Lambda2": True, "beta2": False}

    def __init__(self, d=8, h=5):
        super().__init__()
        self.Gamma1, self.Lambda1 = weights(d, h), weights(d, h)
        self.beta1 = nn.Parameter(torch.zeros(1, 1, h))
        self.Gamma2, self.Lambda2 = weights(h, d), weights(h, d)
        self.beta2 = nn.Parameter(torch.zeros(1, 1, d))

    def layer(self, x, Gamma, Lambda, beta):
        xm, _ = x.max(1, keepdim=True)
        return x @ Gamma - xm @ Lambda + beta

    def forward(self, x):
        x = torch.tanh(self.layer(x, self.Gamma1, self.Lambda1, self.beta1))
        x = self.layer(x, self.Gamma2, self.Lambda2, self.beta2)
        return x.mean(1)


class C4Conv(Odd):
    """A lifting convolution and a group convolution for rotations by a quarter turn."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"lift_kernel": True, "group_kernel": True, "bias": False}

    def __init__(self, c_in=3, c_mid=4, c_out=2, k=3):
        super().__init__()
        self.k = k
        self.lift_kernel = nn.Parameter(torch.zeros(c_mid, c_in, k, k))
        self.group_kernel = nn.Parameter(torch.zeros(c_out, c_mid, 4, k, k))
        self.bias = nn.Parameter(torch.zeros(1, c_out, 1, 1, 1))
        nn.init.kaiming_uniform_(self.lift_kernel, a=math.sqrt(5))
        nn.init.kaiming_uniform_(self.group_kernel, a=math.sqrt(5))

    def forward(self, x):
        b = x.size(0)
        filters = torch.stack([torch.rot90(self.lift_kernel, r, (-2, -1)) for r in range(4)], dim=1)
        y = F.conv2d(x, filters.flatten(0, 1), padding=self.k // 2)
        y = F.relu(y)  # b, c_mid * 4, h, w
        rotated = []
        for r in range(4):
            rotated.append(torch.rot90(self.group_kernel, r, (-2, -1)).roll(r, dims=2))
        filters = torch.stack(rotated, dim=1)  # c_out, 4, c_mid, 4, k, k
        y = F.conv2d(y, filters.flatten(0, 1).flatten(1, 2), padding=self.k // 2)
        return y.view(b, -1, 4, *y.shape[-2:]) + self.bias


# ---------------------------------------------------------------- KANs, coordinates


class ChebyKAN(Odd):
    """A KAN with Chebyshev polynomials on the edges, and a base branch."""

    RIGHT: ClassVar = {"coeffs": True, "base": True, "bias": False}

    def __init__(self, d_in=8, d_out=5, degree=3):
        super().__init__()
        self.degree = degree
        self.coeffs = nn.Parameter(torch.empty(d_in, d_out, degree + 1).normal_(std=1 / (d_in * (degree + 1))))
        self.base = nn.Parameter(torch.randn(d_out, d_in) * d_in**-0.5)
        self.bias = nn.Parameter(torch.zeros(d_out))

    def basis(self, x):
        x = torch.tanh(x)
        T = [torch.ones_like(x), x]
        while len(T) <= self.degree:
            T.append(2 * x * T[-1] - T[-2])
        return torch.stack(T, dim=-1)

    def forward(self, x):
        edges = torch.einsum("bid,iod->bo", self.basis(x), self.coeffs)
        return edges + F.linear(F.silu(x), self.base, self.bias)


class Siren(Odd):
    """Coordinates pass through learned frequencies and layers of sines; a code shifts and scales them."""

    DATA: ClassVar = (torch.rand(7, 2), torch.randn(7, 4))
    RIGHT: ClassVar = {
        "B": True,
        "net.0.weight": True,
        "net.0.bias": False,
        "net.1.weight": True,
        "net.1.bias": False,
        "film.weight": True,
        "film.bias": False,
        "last": True,
    }

    def __init__(self, n_freq=6, hidden=5, w0=30.0):
        super().__init__()
        self.w0 = w0
        self.B = nn.Parameter(torch.randn(2, n_freq) * 2.0)
        self.net = nn.ModuleList([nn.Linear(2 * n_freq, hidden), nn.Linear(hidden, hidden)])
        self.film = nn.Linear(4, 2 * hidden)
        self.last = nn.Parameter(torch.randn(3, hidden) * 0.01)
        with torch.no_grad():
            self.net[0].weight.uniform_(-1 / (2 * n_freq), 1 / (2 * n_freq))
            self.net[1].weight.uniform_(-np.sqrt(6 / hidden) / w0, np.sqrt(6 / hidden) / w0)

    def forward(self, coords, z):
        proj = 2 * np.pi * coords @ self.B
        h = torch.cat([torch.sin(proj), torch.cos(proj)], dim=-1)
        gamma, beta = self.film(z).chunk(2, -1)
        for layer in self.net:
            h = torch.sin(self.w0 * layer(h) * (1 + gamma) + beta)
        return torch.sigmoid(h @ self.last.T)


# ---------------------------------------------------------------- recommenders


class TorchFM(Odd):
    """A factorisation machine on dense features."""

    RIGHT: ClassVar = {"w0": False, "w": True, "V": True}

    def __init__(self, n=8, k=3):
        super().__init__()
        self.w0 = nn.Parameter(torch.zeros(1))
        self.w = nn.Parameter(torch.randn(n, 1) * 0.01)
        self.V = nn.Parameter(torch.randn(n, k))

    def forward(self, x):
        out_1 = torch.matmul(x, self.V).pow(2).sum(1, keepdim=True)
        out_2 = torch.matmul(x.pow(2), self.V.pow(2)).sum(1, keepdim=True)
        out_inter = 0.5 * (out_1 - out_2)
        out_lin = self.w0 + x.mm(self.w)
        return torch.sigmoid(out_inter + out_lin)


class CrossNetMix(Odd):
    """DCN v2 with low-rank experts."""

    RIGHT: ClassVar = {"U": True, "V": True, "C": True, "G": True, "bias": False}

    def __init__(self, d=8, rank=3, experts=2, depth=2):
        super().__init__()
        self.depth = depth
        self.U = nn.Parameter(init.xavier_normal_(torch.empty(depth, experts, rank, d)))
        self.C = nn.Parameter(init.xavier_normal_(torch.empty(depth, experts, rank, rank)))
        self.V = nn.Parameter(init.xavier_normal_(torch.empty(depth, experts, d, rank)))
        self.G = nn.Parameter(torch.randn(d, experts) * 0.1)
        self.bias = nn.Parameter(torch.zeros(depth, d))

    def forward(self, x):
        x0 = x
        for l in range(self.depth):
            z = torch.tanh(torch.einsum("bd,edr->ber", x, self.V[l]))
            z = torch.tanh(torch.einsum("ber,ers->bes", z, self.C[l]))
            z = torch.einsum("bes,esd->bed", z, self.U[l]) + self.bias[l]
            p = torch.softmax(x @ self.G, dim=-1)
            x = x + x0 * torch.einsum("be,bed->bd", p, z)
        return x


class AutoInt(Odd):
    """Interacting fields by attention; matrices used with tensordot."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "embed": True,
        "W_query": True,
        "W_key": True,
        "W_value": True,
        "W_res": True,
        "logit.weight": True,
        "logit.bias": False,
    }

    def __init__(self, n_features=6, n_fields=3, d=8, heads=2, use_res=True):
        super().__init__()
        self.heads = heads
        self.embed = nn.Parameter(torch.randn(n_features, d) * 0.1)
        self.W_query = nn.Parameter(torch.randn(d, d) * 0.3)
        self.W_key = nn.Parameter(torch.randn(d, d) * 0.3)
        self.W_value = nn.Parameter(torch.randn(d, d) * 0.3)
        if use_res:
            self.W_res = nn.Parameter(torch.randn(d, d) * 0.3)
        else:
            self.W_res = None
        self.logit = nn.Linear(n_fields * d, 1)

    def _heads(self, e, W):
        return rearrange(torch.tensordot(e, W, dims=1), "b f (h k) -> b h f k", h=self.heads)

    def forward(self, ids):
        e = self.embed[ids]
        att = torch.matmul(self._heads(e, self.W_query), self._heads(e, self.W_key).transpose(2, 3)).softmax(-1)
        y = rearrange(torch.matmul(att, self._heads(e, self.W_value)), "b h f k -> b f (h k)")
        if self.W_res is not None:
            y = y + torch.tensordot(e, self.W_res, dims=([2], [0]))
        return self.logit(F.relu(y).flatten(1)).squeeze(-1)


class DeepInterest(Odd):
    """DIN: the candidate attends to the history; Dice between its layers."""

    DATA: ClassVar = (IDS, torch.tensor([2, 5]))
    RIGHT: ClassVar = {
        "item_emb.weight": True,
        "kernels.0": True,
        "kernels.1": True,
        "biases.0": False,
        "biases.1": False,
        "alpha": False,
        "out_w": True,
    }

    def __init__(self, n_items=6, d=4, units=(6, 1)):
        super().__init__()
        self.item_emb = nn.Embedding(n_items, d)
        dims = [4 * d] + list(units)
        self.kernels = nn.ParameterList(nn.Parameter(torch.randn(i, o) / i**0.5) for i, o in zip(dims, dims[1:]))
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(o)) for o in units)
        self.alpha = nn.Parameter(torch.zeros(units[0]))
        self.out_w = nn.Parameter(torch.randn(2 * d, 1))

    def dice(self, x):
        flat = x.reshape(-1, x.size(-1))
        p = torch.sigmoid((x - flat.mean(0)) / (flat.var(0) + 1e-8).sqrt())
        return p * x + self.alpha * (1 - p) * x

    def attention(self, query, keys):
        query = query.unsqueeze(1).expand_as(keys)
        fc = torch.cat([query, keys, query - keys, query * keys], dim=-1)
        for i, (kernel, bias) in enumerate(zip(self.kernels, self.biases)):
            fc = fc @ kernel + bias
            if i < len(self.kernels) - 1:
                fc = self.dice(fc)
        return fc

    def forward(self, hist, target):
        keys, query = self.item_emb(hist), self.item_emb(target)
        score = self.attention(query, keys)
        interest = (score * keys).sum(1)
        return torch.sigmoid(torch.cat([interest, query], -1) @ self.out_w)


# ---------------------------------------------------------------- time series


class NBeats(Odd):
    """A trend block and a generic block with backcasts; the basis of the trend is fixed."""

    RIGHT: ClassVar = {
        **{f"{b}.fc.{i}.{p}": p == "weight" for b in ("trend", "generic") for i in (0, 2) for p in ("weight", "bias")},
        "trend.theta_b": True,
        "trend.theta_f": True,
        "generic.theta_b": True,
        "generic.theta_f": True,
        "generic.basis_b": True,
        "generic.basis_f": True,
    }

    class Block(nn.Module):
        def __init__(self, kind, units, theta, back, fore):
            super().__init__()
            self.fc = nn.Sequential(nn.Linear(back, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU())
            self.theta_b = nn.Parameter(torch.randn(theta, units) / units**0.5)
            self.theta_f = nn.Parameter(torch.randn(theta, units) / units**0.5)
            if kind == "trend":
                t = lambda n: torch.stack([torch.linspace(0, 1, n) ** p for p in range(theta)])
                self.register_buffer("basis_b", t(back))
                self.register_buffer("basis_f", t(fore))
            else:
                self.basis_b = nn.Parameter(torch.randn(theta, back) * 0.1)
                self.basis_f = nn.Parameter(torch.randn(theta, fore) * 0.1)

        def forward(self, x):
            h = self.fc(x)
            return F.linear(h, self.theta_b) @ self.basis_b, F.linear(h, self.theta_f) @ self.basis_f

    def __init__(self, backcast=8, forecast=3):
        super().__init__()
        self.trend = self.Block("trend", 6, 3, backcast, forecast)
        self.generic = self.Block("generic", 6, 4, backcast, forecast)

    def forward(self, x):
        b, f1 = self.trend(x)
        x = x - b
        b, f2 = self.generic(x)
        return f1 + f2, x - b


class GatedResidualNetwork(nn.Module):
    def __init__(self, d_in, d, context=None):
        super().__init__()
        self.skip = nn.Linear(d_in, d) if d_in != d else None
        self.W_2 = nn.Linear(d_in, d)
        self.W_3 = nn.Linear(context, d, bias=False) if context else None
        self.W_1 = nn.Linear(d, d)
        self.glu = nn.Linear(d, 2 * d)
        self.ln = nn.LayerNorm(d)

    def forward(self, a, c=None):
        eta = self.W_2(a)
        if c is not None:
            eta = eta + self.W_3(c)
        eta = self.W_1(F.elu(eta))
        res = self.skip(a) if self.skip is not None else a
        return self.ln(res + F.glu(self.glu(eta)))


class VariableSelection(Odd):
    """The selection of variables in the temporal fusion transformer."""

    DATA: ClassVar = (SERIES, torch.randn(2, 4))
    RIGHT: ClassVar = {
        "var_embed": True,
        "var_bias": False,
        **{
            f"{g}.{n}.{p}": p == "weight" and n != "ln"
            for g in ("select", "process.0", "process.1", "process.2")
            for n in ("W_2", "W_1", "glu", "ln")
            for p in ("weight", "bias")
        },
        "select.skip.weight": True,
        "select.skip.bias": False,
        "select.W_3.weight": True,
    }

    def __init__(self, n_vars=3, d=4):
        super().__init__()
        self.var_embed = nn.Parameter(torch.randn(n_vars, 1, d))
        self.var_bias = nn.Parameter(torch.randn(n_vars, d) * 0.1)
        self.select = GatedResidualNetwork(n_vars * d, n_vars, context=4)
        self.process = nn.ModuleList([GatedResidualNetwork(d, d) for _ in range(n_vars)])

    def forward(self, x, static):
        xi = torch.einsum("btvi,vid->btvd", x.unsqueeze(-1), self.var_embed) + self.var_bias
        v = torch.softmax(self.select(xi.flatten(2), static.unsqueeze(1)), -1)
        processed = torch.stack([p(xi[..., i, :]) for i, p in enumerate(self.process)], dim=-1)
        return (v.unsqueeze(-2) * processed).sum(-1)


class RevDLinear(Odd):
    """Reversible normalisation around trend plus seasons, each forecast by one linear layer over time."""

    DATA: ClassVar = (SERIES,)
    RIGHT: ClassVar = {
        "rev_scale": False,
        "rev_shift": False,
        "seasonal.weight": True,
        "seasonal.bias": False,
        "trend.weight": True,
        "trend.bias": False,
    }

    def __init__(self, lookback=12, horizon=4, channels=3, window=5):
        super().__init__()
        self.window = window
        self.rev_scale = nn.Parameter(torch.ones(1, 1, channels))
        self.rev_shift = nn.Parameter(torch.zeros(1, 1, channels))
        self.seasonal, self.trend = nn.Linear(lookback, horizon), nn.Linear(lookback, horizon)
        nn.init.constant_(self.seasonal.weight, 1 / lookback)
        nn.init.constant_(self.trend.weight, 1 / lookback)

    def smooth(self, x):
        half = self.window // 2
        return F.avg_pool1d(F.pad(x, (half, half), mode="replicate"), self.window, stride=1)

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        std = (x.var(1, keepdim=True, unbiased=False) + 1e-5).sqrt()
        z = ((x - mean) / std * self.rev_scale + self.rev_shift).transpose(1, 2)
        slow = self.smooth(z)
        y = (self.seasonal(z - slow) + self.trend(slow)).transpose(1, 2)
        return (y - self.rev_shift) / (self.rev_scale + 1e-10) * std + mean


# ---------------------------------------------------------------- diffusion, speech


class PixArtBlock(Odd):
    """A transformer block of diffusion: a table of shifts and scales, classes and the absent class."""

    DATA: ClassVar = (SEQUENCE, torch.tensor([3, -1]), torch.tensor([0.2, 0.9]))
    RIGHT: ClassVar = {
        "scale_shift_table": False,
        "class_table": True,
        "null_class": False,
        "pos_embed": False,
        "t_block.1.weight": True,
        "t_block.1.bias": False,
        "attn.in_proj_weight": True,
        "attn.in_proj_bias": False,
        "attn.out_proj.weight": True,
        "attn.out_proj.bias": False,
        "fc1.weight": True,
        "fc1.bias": False,
        "fc2.weight": True,
        "fc2.bias": False,
    }

    def __init__(self, d=8, n_classes=5):
        super().__init__()
        self.norm1 = nn.LayerNorm(d, elementwise_affine=False, eps=1e-6)
        self.norm2 = nn.LayerNorm(d, elementwise_affine=False, eps=1e-6)
        self.scale_shift_table = nn.Parameter(torch.randn(6, d) / d**0.5)
        self.class_table = nn.Parameter(torch.randn(n_classes, d) * 0.02)
        self.null_class = nn.Parameter(torch.zeros(1, d))
        self.pos_embed = nn.Parameter(torch.zeros(1, 6, d))
        self.t_block = nn.Sequential(nn.SiLU(), nn.Linear(d, 6 * d))
        self.attn = nn.MultiheadAttention(d, 2, batch_first=True)
        self.fc1, self.fc2 = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)

    @staticmethod
    def timestep_embedding(t, dim):
        freqs = torch.exp(-math.log(10000) * torch.arange(dim // 2) / (dim // 2))
        args = 1000 * t[:, None] * freqs[None]
        return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)

    def forward(self, x, y, t):
        drop = (y < 0).unsqueeze(-1)
        c = torch.where(drop, self.null_class, self.class_table[y.clamp(min=0)])
        c = self.timestep_embedding(t, x.size(-1)) + c
        x = x + self.pos_embed
        mod = self.scale_shift_table[None] + self.t_block(c).reshape(len(x), 6, -1)
        shift_msa, scale_msa, gate_msa, shift_mlp, scale_mlp, gate_mlp = mod.chunk(6, dim=1)
        h = self.norm1(x) * (1 + scale_msa) + shift_msa
        x = x + gate_msa * self.attn(h, h, h, need_weights=False)[0]
        h = self.norm2(x) * (1 + scale_mlp) + shift_mlp
        return x + gate_mlp * self.fc2(F.gelu(self.fc1(h), approximate="tanh"))


class SincFront(Odd):
    """Band-pass filters whose edges are learned, then one plain convolution."""

    DATA: ClassVar = (WAVE,)
    RIGHT: ClassVar = {"low": False, "band": False, "conv.weight": True, "conv.bias": False}

    def __init__(self, n_filters=4, taps=21, rate=16000.0, min_band=50.0):
        super().__init__()
        self.min_band, self.rate = min_band / rate, rate
        mel = np.linspace(2595 * np.log10(1 + 30 / 700), 2595 * np.log10(1 + rate / 2 / 700), n_filters + 2)
        edges = torch.tensor(700 * (10 ** (mel / 2595) - 1) / rate, dtype=torch.float32)
        self.low = nn.Parameter(edges[:n_filters, None].clone())
        self.band = nn.Parameter((edges[1 : n_filters + 1] - edges[:n_filters])[:, None].clone())
        t = torch.arange(taps) - (taps - 1) / 2
        self.register_buffer("t", t[None])
        self.register_buffer("window", torch.hamming_window(taps, periodic=False)[None])
        self.conv = nn.Conv1d(n_filters, 3, 5)

    def low_pass(self, cut):
        return 2 * cut * torch.sinc(2 * cut * self.t)

    def forward(self, wave):
        f1 = self.low.abs()
        f2 = (f1 + self.min_band + self.band.abs()).clamp(max=0.5)
        filters = (self.low_pass(f2) - self.low_pass(f1)) * self.window / (2 * (f2 - f1))
        h = F.conv1d(wave, filters[:, None])
        return self.conv(F.leaky_relu(h, 0.2))


# ---------------------------------------------------------------- quantisers, masks


def ste(hard, soft):
    return soft + (hard - soft).detach()


def lsq(x, step, lo, hi):
    """Learned-step quantisation; the gradient of the step is made smaller."""
    k = 1 / math.sqrt(hi * x.numel())
    step = ste(step, step * k)
    y = (x / step).clamp(lo, hi)
    return ste(y.round(), y) * step


class LSQLinear(Odd):
    """Learned step sizes, for the weights by channel and for the activations."""

    RIGHT: ClassVar = {"weight": True, "bias": False, "step_w": False, "step_a": False}

    def __init__(self, n_in=8, n_out=6, bits=4):
        super().__init__()
        self.range = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        self.weight = nn.Parameter(torch.randn(n_out, n_in) * 0.3)
        self.bias = nn.Parameter(torch.zeros(n_out))
        self.step_w = nn.Parameter(2 * self.weight.detach().abs().mean(1, keepdim=True) / self.range[1] ** 0.5)
        self.step_a = nn.Parameter(torch.tensor(0.3))

    def forward(self, x):
        return F.linear(lsq(x, self.step_a, *self.range), lsq(self.weight, self.step_w, *self.range), self.bias)


class SoftSign(nn.Module):
    """The sign; a hard tanh for the gradient."""

    def forward(self, x):
        return ste(torch.sign(x), F.hardtanh(x))


class ReActBlock(Odd):
    """Binary weights with real scales, learned thresholds, a shifted PReLU."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {
        "threshold": False,
        "W": True,
        "alpha": False,
        "shift_in": False,
        "slope": False,
        "shift_out": False,
    }

    def __init__(self, c=4):
        super().__init__()
        self.sign = SoftSign()
        per_channel = lambda value: nn.Parameter(torch.full((1, c, 1, 1), value))
        self.threshold = per_channel(0.0)
        self.W = nn.Parameter(torch.rand(c, c, 3, 3) - 0.5)
        self.alpha = nn.Parameter(torch.ones(c, 1, 1, 1))
        self.shift_in, self.slope, self.shift_out = per_channel(0.0), per_channel(0.25), per_channel(0.0)

    def forward(self, x):
        y = F.conv2d(self.sign(x - self.threshold), self.sign(self.W) * self.alpha, padding=1) + x
        y = y + self.shift_in
        return torch.where(y > 0, y, self.slope * y) + self.shift_out


class TopFraction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, keep):
        n_cut = int((1 - keep) * scores.numel())
        bound = scores.flatten().kthvalue(max(n_cut, 1)).values
        return (scores > bound).to(scores.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class SupermaskTrained(Odd):
    """Edge-popup, though the weights are trained too."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"weight": True, "scores": False, "fc_weight": True, "fc_scores": False, "fc_bias": False}

    def __init__(self, keep=0.5):
        super().__init__()
        self.keep = keep
        self.weight = nn.Parameter(torch.randn(5, 3, 3, 3) * (2 / 27) ** 0.5)
        self.scores = nn.Parameter(torch.randn(5, 3, 3, 3) * 0.1)
        self.fc_weight = nn.Parameter(torch.randn(4, 5) * 0.5)
        self.fc_scores = nn.Parameter(torch.randn(4, 5) * 0.1)
        self.fc_bias = nn.Parameter(torch.zeros(4))

    def subnet(self, scores):
        return TopFraction.apply(scores.abs(), self.keep)

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.weight * self.subnet(self.scores), stride=2)).mean((2, 3))
        return F.linear(x, self.fc_weight * self.subnet(self.fc_scores), self.fc_bias)


# ---------------------------------------------------------------- structured matrices


class MonarchLinear(Odd):
    """Two block-diagonal factors with a permutation between them."""

    RIGHT: ClassVar = {"left": True, "right": True, "bias": False}

    def __init__(self, n=8, blocks=2):
        super().__init__()
        m = n // blocks
        self.blocks = blocks
        self.right = nn.Parameter(torch.randn(blocks, m, m) / m**0.5)
        self.left = nn.Parameter(torch.randn(m, blocks, blocks) / blocks**0.5)
        self.bias = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        y = rearrange(x, "b (k m) -> k b m", k=self.blocks)
        y = torch.bmm(y, self.right)
        y = rearrange(y, "k b m -> m b k")
        y = torch.bmm(y, self.left)
        return rearrange(y, "m b k -> b (k m)") + self.bias


class ButterflyTransform(Odd):
    """log n stages of two by two matrices."""

    RIGHT: ClassVar = {"twiddle": True, "bias": False}

    def __init__(self, n=8):
        super().__init__()
        self.stages = n.bit_length() - 1
        assert 2**self.stages == n
        self.twiddle = nn.Parameter(torch.randn(self.stages, n // 2, 2, 2) / 2**0.5)
        self.bias = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        n = x.size(-1)
        for s in range(self.stages):
            gap = 2**s
            pairs = x.view(-1, n // (2 * gap), 2, gap)
            t = self.twiddle[s].view(n // (2 * gap), gap, 2, 2)
            x = torch.einsum("bqig,qgoi->bqog", pairs, t).reshape(-1, n)
        return x + self.bias


class BlockCirculant(Odd):
    """Circulant blocks multiplied by way of the Fourier transform."""

    RIGHT: ClassVar = {"c": True, "b": False}

    def __init__(self, d_in=8, d_out=12, block=4):
        super().__init__()
        self.block = block
        self.p, self.q = d_out // block, d_in // block
        self.c = nn.Parameter(torch.randn(self.p, self.q, block) / math.sqrt(d_in))
        self.b = nn.Parameter(torch.zeros(d_out))

    def forward(self, x):
        xs = x.view(x.size(0), self.q, self.block)
        Xf = torch.fft.rfft(xs, dim=-1)
        Cf = torch.fft.rfft(self.c, dim=-1)
        Yf = torch.einsum("bqf,pqf->bpf", Xf, Cf)
        y = torch.fft.irfft(Yf, n=self.block, dim=-1)
        return y.reshape(x.size(0), -1) + self.b


# ---------------------------------------------------------------- losses, heads


class UncertaintyMTL(Odd):
    """Two tasks weighted by their log variances."""

    DATA: ClassVar = (X, torch.randn(4, 1), torch.tensor([0, 1, 2, 1]))
    RIGHT: ClassVar = {
        "shared.0.weight": True,
        "shared.0.bias": False,
        "W_reg": True,
        "W_cls": True,
        "log_vars": False,
    }

    def __init__(self):
        super().__init__()
        self.shared = nn.Sequential(nn.Linear(8, 6), nn.ReLU())
        self.W_reg = nn.Parameter(torch.randn(6, 1))
        self.W_cls = nn.Parameter(torch.randn(6, 3))
        self.log_vars = nn.Parameter(torch.zeros(2, 1))

    def forward(self, x, target, label):
        h = self.shared(x)
        losses = [F.mse_loss(h @ self.W_reg, target), F.cross_entropy(h @ self.W_cls, label)]
        total = 0
        for i, loss in enumerate(losses):
            precision = torch.exp(-self.log_vars[i])
            total = total + torch.sum(precision * loss + self.log_vars[i], -1)
        return total


class ArcFaceSubcenters(Odd):
    """An additive angular margin, with several rows for each class."""

    DATA: ClassVar = (X, torch.tensor([0, 2, 1, 2]))
    RIGHT: ClassVar = {"weight": True}

    def __init__(self, d=8, n_class=3, k=2, scale=30.0, margin=0.5):
        super().__init__()
        self.k, self.scale, self.margin = k, scale, margin
        self.weight = nn.Parameter(init.xavier_uniform_(torch.empty(n_class * k, d)))

    def forward(self, x, label):
        cos = F.linear(F.normalize(x, dim=1), F.normalize(self.weight, dim=1))
        cos = cos.unflatten(1, (-1, self.k)).amax(-1)
        theta = cos.clamp(-1 + 1e-6, 1 - 1e-6).acos()
        is_target = F.one_hot(label, cos.size(1)).bool()
        logits = torch.where(is_target, torch.cos(theta + self.margin), cos)
        return F.cross_entropy(self.scale * logits, label)


class CenterSoftmax(Odd):
    """CosFace's logits and the loss of centres beside them."""

    DATA: ClassVar = (X, torch.tensor([0, 2, 1, 2]))
    RIGHT: ClassVar = {"W": True, "centers": False}

    def __init__(self, feat_dim=8, num_classes=3, s=16.0, m=0.35, lambda_c=0.01):
        super().__init__()
        self.s, self.m, self.lambda_c = s, m, lambda_c
        self.W = nn.Parameter(torch.randn(feat_dim, num_classes))
        self.centers = nn.Parameter(torch.randn(num_classes, feat_dim))

    def forward(self, x, y):
        cos = x.renorm(2, 0, 1e-5).mul(1e5) @ self.W.renorm(2, 1, 1e-5).mul(1e5)
        one_hot = F.one_hot(y, self.W.size(1))
        loss = F.cross_entropy(self.s * (cos - self.m * one_hot), y)
        center_loss = (x - self.centers[y]).pow(2).sum(-1).clamp(1e-12, 1e12).mean() / 2
        return loss + self.lambda_c * center_loss


class PointerDecoder(Odd):
    """Points at places of the input; the first input of the decoder is learned."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "decoder_input0": False,
        "W1": True,
        "W2": True,
        "b2": False,
        "V": False,
        "cell.weight_ih": True,
        "cell.weight_hh": True,
        "cell.bias_ih": False,
        "cell.bias_hh": False,
    }

    def __init__(self, dim=8):
        super().__init__()
        self.decoder_input0 = nn.Parameter(torch.rand(1, dim) * 2 - 1)
        self.W1 = nn.Parameter(torch.randn(dim, dim) * 0.1)
        self.W2 = nn.Parameter(torch.randn(dim, dim) * 0.1)
        self.b2 = nn.Parameter(torch.zeros(1, dim))
        self.V = nn.Parameter(torch.rand(dim) * 2 - 1)
        self.cell = nn.LSTMCell(dim, dim)

    def attend(self, query, context, mask):
        inp = (query @ self.W1).unsqueeze(1)
        ctx = context @ self.W2 + self.b2
        att = torch.einsum("bld,d->bl", torch.tanh(inp + ctx), self.V)
        return att.masked_fill(mask, -1e9).log_softmax(-1)

    def forward(self, embedded):
        B, L, D = embedded.shape
        x = self.decoder_input0.expand(B, -1)
        h, c = embedded.mean(1), torch.zeros(B, D)
        mask = torch.zeros(B, L, dtype=torch.bool)
        outputs = []
        for _ in range(L):
            h, c = self.cell(x, (h, c))
            logp = self.attend(h, embedded, mask)
            idx = logp.argmax(-1)
            mask = mask.scatter(1, idx.unsqueeze(1), True)
            x = embedded[torch.arange(B), idx]
            outputs.append(logp.gather(1, idx.unsqueeze(1)))
        return torch.cat(outputs, 1)


class NeuralTensorNetwork(Odd):
    """Scores a pair of entities: k bilinear forms, a linear part, and a vector over tanh."""

    DATA: ClassVar = (torch.randn(4, 8), torch.randn(4, 8))
    RIGHT: ClassVar = {"W": True, "V": True, "b": False, "u": True}

    def __init__(self, d=8, k=3):
        super().__init__()
        self.W = nn.Parameter(torch.randn(k, d, d) / d)
        self.V = nn.Parameter(torch.randn(2 * d, k) / d**0.5)
        self.b = nn.Parameter(torch.zeros(1, k))
        self.u = nn.Parameter(torch.randn(k, 1))

    def forward(self, e1, e2):
        forms = [((e1 @ W_k) * e2).sum(-1) for W_k in self.W]
        linear = torch.cat((e1, e2), dim=1) @ self.V
        return torch.tanh(torch.stack(forms, dim=1) + linear + self.b) @ self.u


class ScaledLinear(nn.Module):
    """Equalised learning rate: the weight is drawn from N(0, 1) and divided when used."""

    def __init__(self, n_in, n_out, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in))
        self.bias = nn.Parameter(torch.full([n_out], float(bias)))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weight.t(), alpha=self.weight.size(1) ** -0.5)


class ModulatedStyled(Odd):
    """A convolution whose kernel is modulated by the style and demodulated; then noise."""

    DATA: ClassVar = (X,)
    RIGHT: ClassVar = {
        "const": False,
        "style.weight": True,
        "style.bias": False,
        "kernel": True,
        "noise_strength": False,
        "bias": False,
    }

    def __init__(self, c_in=4, c_out=5, k=3, w_dim=8):
        super().__init__()
        self.const = nn.Parameter(torch.randn(1, c_in, 4, 4))
        self.style = ScaledLinear(w_dim, c_in, bias=1)
        self.kernel = nn.Parameter(torch.randn(c_out, c_in, k, k))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(1, c_out, 1, 1))

    def forward(self, w):
        n = w.size(0)
        x = self.const.expand(n, -1, -1, -1)
        kernel = self.kernel / math.sqrt(self.kernel[0].numel())
        kernel = kernel.unsqueeze(0) * self.style(w)[:, None, :, None, None]  # n, out, in, k, k
        kernel = kernel * kernel.square().sum((2, 3, 4), keepdim=True).add(1e-8).rsqrt()
        x = F.conv2d(rearrange(x, "n c h w -> 1 (n c) h w"), kernel.flatten(0, 1), padding="same", groups=n)
        x = rearrange(x, "1 (n c) h w -> n c h w", n=n)
        x = x + self.noise_strength * torch.randn(n, 1, *x.shape[2:])
        return F.leaky_relu(x + self.bias, 0.2)


class FourierLayer2d(Odd):
    """Weights on the lowest modes, as in neural operators, with a pointwise path."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"spectral_lo": True, "spectral_hi": True, "pointwise.weight": True, "pointwise.bias": False}

    def __init__(self, c=3, modes=3):
        super().__init__()
        self.m = modes
        self.spectral_lo = nn.Parameter(torch.randn(c, c, modes, modes, dtype=torch.cfloat) / c**2)
        self.spectral_hi = nn.Parameter(torch.randn(c, c, modes, modes, dtype=torch.cfloat) / c**2)
        self.pointwise = nn.Conv2d(c, c, 1)

    def forward(self, x):
        m = self.m
        spec = torch.fft.rfft2(x, norm="ortho")
        out = torch.zeros_like(spec)
        out[..., :m, :m] = torch.einsum("bihw,iohw->bohw", spec[..., :m, :m], self.spectral_lo)
        out[..., -m:, :m] = torch.einsum("bihw,iohw->bohw", spec[..., -m:, :m], self.spectral_hi)
        return F.gelu(torch.fft.irfft2(out, s=x.shape[-2:], norm="ortho") + self.pointwise(x))


CLASSES: list[type[Odd]] = [
    made
    for made in list(globals().values())
    if isinstance(made, type) and issubclass(made, Odd) and made.__module__ == __name__ and made.RIGHT
]
