"""Home-made classes as engineers, library authors, competition winners and students write them.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run; not tidied since, as strangers'
code is not.
"""

# ruff: noqa

from __future__ import annotations

import functools
import itertools
import math
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from typing import Any, Callable, ClassVar, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from einops import einsum as eo_einsum
from einops import rearrange, repeat
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.parameter import Parameter

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights

NODES = torch.randn(5, 8)
ADJ = (torch.rand(5, 5) > 0.4).float() + torch.eye(5)
EDGES = torch.tensor([[0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 0, 2]])
EDGE_TYPE = torch.tensor([0, 1, 2, 0, 1, 2])
FIELDS = torch.tensor([[0, 4, 9], [1, 6, 11], [2, 5, 8], [3, 7, 10]])
LABELS = torch.tensor([0, 2, 1, 2])
WAVE = torch.randn(2, 1, 64)
SERIES = torch.randn(3, 12, 4)
FEATURES = torch.randn(2, 6, 8, 8)
COORDS = torch.rand(10, 2)
SPECTROGRAM = torch.rand(2, 8, 20)


# ------------------------------------------------------------ recommenders


class FactorizationMachine(Odd):
    """FM over one-hot fields, tables looked up by F.embedding."""

    DATA: ClassVar = (FIELDS,)
    RIGHT: ClassVar = {"w0": False, "w": True, "v": True}

    def __init__(self, n_features: int = 12, k: int = 4):
        super().__init__()
        self.w0 = nn.Parameter(torch.zeros(1))
        self.w = nn.Parameter(torch.zeros(n_features, 1))
        self.v = nn.Parameter(torch.randn(n_features, k) * 0.01)

    def forward(self, ids: Tensor) -> Tensor:
        linear = F.embedding(ids, self.w).squeeze(-1).sum(-1)
        e = F.embedding(ids, self.v)
        square_of_sum = e.sum(1).square()
        sum_of_square = e.square().sum(1)
        return self.w0 + linear + 0.5 * (square_of_sum - sum_of_square).sum(-1)


class DenseFM(Odd):
    """The FM on dense features: matrix products with the latent factors."""

    RIGHT: ClassVar = {"bias": False, "linear": True, "factors": True}

    def __init__(self, n=8, k=3):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(()))
        self.linear = nn.Parameter(torch.zeros(n, 1))
        self.factors = nn.Parameter(torch.empty(n, k).normal_(0, 0.01))

    def forward(self, x):
        xv = x @ self.factors
        x2v2 = x.pow(2) @ self.factors.pow(2)
        inter = (xv.pow(2) - x2v2).sum(1, keepdim=True) * 0.5
        return self.bias + torch.mm(x, self.linear) + inter


class CrossNetMixMade(Odd):
    """DCN-V2 with low-rank experts and a gate."""

    RIGHT: ClassVar = {
        "U_list": True,
        "V_list": True,
        "C_list": True,
        "bias": False,
        "gating.0": True,
        "gating.1": True,
        "gating.2": True,
    }

    def __init__(self, in_features=8, low_rank=3, num_experts=3, layer_num=2):
        super().__init__()
        self.layer_num, self.num_experts = layer_num, num_experts
        self.U_list = nn.Parameter(torch.Tensor(layer_num, num_experts, in_features, low_rank))
        self.V_list = nn.Parameter(torch.Tensor(layer_num, num_experts, in_features, low_rank))
        self.C_list = nn.Parameter(torch.Tensor(layer_num, num_experts, low_rank, low_rank))
        self.gating = nn.ParameterList([nn.Parameter(torch.randn(1, in_features)) for _ in range(num_experts)])
        self.bias = nn.Parameter(torch.Tensor(layer_num, in_features, 1))
        for para in [self.U_list, self.V_list, self.C_list]:
            for i in range(layer_num):
                nn.init.xavier_normal_(para[i])
        for i in range(len(self.bias)):
            nn.init.zeros_(self.bias[i])

    def forward(self, inputs):
        x_0 = inputs.unsqueeze(2)
        x_l = x_0
        for i in range(self.layer_num):
            output_of_experts = []
            gating_score_of_experts = []
            for expert_id in range(self.num_experts):
                gating_score_of_experts.append(F.linear(x_l.squeeze(2), self.gating[expert_id]))
                v_x = torch.matmul(self.V_list[i][expert_id].t(), x_l)
                v_x = torch.tanh(v_x)
                v_x = torch.matmul(self.C_list[i][expert_id], v_x)
                v_x = torch.tanh(v_x)
                uv_x = torch.matmul(self.U_list[i][expert_id], v_x)
                output_of_experts.append((x_0 * (uv_x + self.bias[i])).squeeze(2))
            out = torch.stack(output_of_experts, 2)
            gate = torch.stack(gating_score_of_experts, 1)
            x_l = torch.matmul(out, gate.softmax(1)) + x_l
        return x_l.squeeze(2)


class DINAttention(Odd):
    """Deep interest network: Dice activations and an activation unit over history."""

    DATA: ClassVar = (IDS, torch.tensor([1, 2]))
    RIGHT: ClassVar = {"item_emb": True, "att_w1": True, "att_b1": False, "att_w2": True, "alpha": False}

    def __init__(self, n_items=10, d=4, hidden=6):
        super().__init__()
        self.item_emb = weights(n_items, d)
        self.att_w1 = weights(4 * d, hidden)
        self.att_b1 = nn.Parameter(torch.zeros(hidden))
        self.att_w2 = weights(hidden, 1)
        self.alpha = nn.Parameter(torch.zeros(1, 1, hidden))

    def dice(self, s):
        p = torch.sigmoid((s - s.mean((0, 1), keepdim=True)) / (s.std((0, 1), keepdim=True) + 1e-8))
        return p * s + (1 - p) * self.alpha * s

    def lookup(self, ids):
        return F.embedding(ids, self.item_emb)

    def forward(self, history, target):
        h = self.lookup(history)
        t = self.lookup(target)[:, None].expand_as(h)
        feats = torch.cat([t, h, t - h, t * h], dim=-1)
        score = self.dice(torch.matmul(feats, self.att_w1) + self.att_b1) @ self.att_w2
        mask = history.eq(0).unsqueeze(-1)
        return (score.masked_fill(mask, 0.0) * h).sum(1)


@dataclass
class MMoEConfig:
    d_in: int = 8
    d_expert: int = 6
    n_experts: int = 4
    tasks: Tuple[str, ...] = ("ctr", "cvr")
    temperature: float = 1.0


class MMoE(Odd):
    """Multi-gate mixture of experts configured by a dataclass."""

    RIGHT: ClassVar = {
        "expert_kernels": True,
        "expert_bias": False,
        "gate_ctr": True,
        "gate_cvr": True,
        "gate_bias_ctr": False,
        "gate_bias_cvr": False,
        "tower_ctr": True,
        "tower_cvr": True,
    }

    def __init__(self, cfg: MMoEConfig = MMoEConfig()):
        super().__init__()
        self.cfg = cfg
        self.expert_kernels = nn.Parameter(torch.randn(cfg.d_in, cfg.d_expert, cfg.n_experts) * 0.1)
        self.expert_bias = nn.Parameter(torch.zeros(cfg.d_expert, cfg.n_experts))
        for t in cfg.tasks:
            self.register_parameter(f"gate_{t}", nn.Parameter(torch.randn(cfg.d_in, cfg.n_experts)))
            self.register_parameter(f"gate_bias_{t}", nn.Parameter(torch.zeros(cfg.n_experts)))
            self.register_parameter("tower_" + t, nn.Parameter(torch.randn(cfg.d_expert, 1)))

    def forward(self, x):
        experts = torch.einsum("bi,ijk->bjk", x, self.expert_kernels) + self.expert_bias
        experts = experts.relu()
        outs: Dict[str, Tensor] = {}
        for t in self.cfg.tasks:
            logits = x @ getattr(self, f"gate_{t}") + getattr(self, f"gate_bias_{t}")
            gate = (logits / self.cfg.temperature).softmax(-1)
            mixed = (experts * gate.unsqueeze(1)).sum(-1)
            outs[t] = torch.sigmoid(mixed @ getattr(self, "tower_" + t))
        return outs


class PLE(Odd):
    """Progressive layered extraction with ParameterDicts for shared and own experts."""

    RIGHT: ClassVar = {
        "experts.shared": True,
        "experts.like": True,
        "experts.share": True,
        "gates.like": True,
        "gates.share": True,
        "biases.shared": False,
        "biases.like": False,
        "biases.share": False,
    }

    def __init__(self, d=8, h=5, n=2):
        super().__init__()
        self.tasks = ["like", "share"]
        owners = ["shared", *self.tasks]
        self.experts = nn.ParameterDict({o: nn.Parameter(torch.randn(n, d, h) / math.sqrt(d)) for o in owners})
        self.biases = nn.ParameterDict({o: nn.Parameter(torch.zeros(n, 1, h)) for o in owners})
        self.gates = nn.ParameterDict({t: nn.Parameter(torch.randn(d, 2 * n)) for t in self.tasks})

    def run_experts(self, owner, x):
        return F.gelu(torch.matmul(x, self.experts[owner]) + self.biases[owner])

    def forward(self, x):
        shared = self.run_experts("shared", x)
        result = []
        for t in self.tasks:
            pool = torch.cat((shared, self.run_experts(t, x)), 0)
            g = torch.softmax(x.mm(self.gates[t]), dim=1)
            result.append(torch.einsum("ebh,be->bh", pool, g))
        return tuple(result)


class TwoTower(Odd):
    """Towers with in-batch negatives, learned temperature and popularity correction."""

    DATA: ClassVar = (X, torch.tensor([1, 3, 5, 7]))
    RIGHT: ClassVar = {
        "user_proj": True,
        "item_table.weight": True,
        "logit_scale": False,
        "logit_bias": False,
        "popularity": False,
    }

    def __init__(self, d_user=8, n_items=9, d=4):
        super().__init__()
        self.user_proj = nn.Parameter(torch.empty(d, d_user))
        nn.init.orthogonal_(self.user_proj)
        self.item_table = nn.Embedding(n_items, d)
        self.logit_scale = nn.Parameter(torch.ones([]) * np.log(1 / 0.07))
        self.logit_bias = nn.Parameter(torch.ones([]) * -10)
        self.popularity = nn.Parameter(torch.zeros(n_items))

    def forward(self, user, item):
        u = F.normalize(F.linear(user, self.user_proj), dim=-1)
        i = F.normalize(self.item_table(item), dim=-1)
        return self.logit_scale.exp() * u @ i.t() + self.logit_bias - self.popularity[item]


class FieldWeightedBilinear(Odd):
    """FiBiNET: a bilinear matrix for every pair of fields and SENET's excitation."""

    DATA: ClassVar = (torch.randn(4, 3, 5),)
    RIGHT: ClassVar = {"bilinear.0": True, "bilinear.1": True, "bilinear.2": True, "squeeze": True, "excite": True}

    def __init__(self, n_field=3, d=5, reduction=2):
        super().__init__()
        self.pairs = list(itertools.combinations(range(n_field), 2))
        self.bilinear = nn.ParameterList(nn.Parameter(torch.randn(d, d) * 0.1) for _ in self.pairs)
        self.squeeze = nn.Parameter(torch.randn(n_field, reduction))
        self.excite = nn.Parameter(torch.randn(reduction, n_field))

    def forward(self, e):
        z = e.mean(-1)
        a = F.relu(F.relu(z @ self.squeeze) @ self.excite)
        e = e * a[..., None]
        return torch.cat([torch.matmul(e[:, i], w) * e[:, j] for w, (i, j) in zip(self.bilinear, self.pairs)], 1)


class MatrixFactorization(Odd):
    """A student's biased SVD; ids go through nn.Embedding and global mean is a parameter."""

    DATA: ClassVar = (torch.tensor([0, 1, 2]), torch.tensor([3, 4, 5]))
    RIGHT: ClassVar = {"P.weight": True, "Q.weight": True, "mu": False, "core": True}

    def __init__(self, users=5, items=7, k=4):
        super().__init__()
        self.P = nn.Embedding(users, k)
        self.Q = nn.Embedding(items, k)
        self.mu = nn.Parameter(torch.tensor(3.5))
        self.core = nn.Parameter(torch.eye(k))

    def forward(self, u, i):
        p, q = self.P(u), self.Q(i)
        return torch.einsum("bk,kl,bl->b", p, self.core, q).add_(self.mu).clamp_(1, 5)


# ---------------------------------------------------------------- tabular


def sparsemoid(t):
    return (0.5 * t + 0.5).clamp(0, 1)


class NODETree(Odd):
    """Oblivious trees; feature selection, thresholds and responses."""

    RIGHT: ClassVar = {"feature_selection_logits": True, "feature_thresholds": False, "log_temperatures": False}

    def __init__(self, in_features=8, num_trees=3, depth=2):
        super().__init__()
        self.depth, self.num_trees = depth, num_trees
        self.feature_selection_logits = nn.Parameter(torch.rand(in_features, num_trees, depth))
        self.feature_thresholds = nn.Parameter(torch.randn(num_trees, depth))
        self.log_temperatures = nn.Parameter(torch.zeros(num_trees, depth))
        self.register_buffer("response", torch.randn(num_trees, 2, 2**depth))

    def forward(self, x):
        sel = torch.einsum("bf,fnd->bnd", x, self.feature_selection_logits)
        logits = (sel - self.feature_thresholds) * torch.exp(-self.log_temperatures)
        bins = sparsemoid(torch.stack([-logits, logits], -1))
        leaf = torch.einsum("bni,bnj->bnij", bins[..., 0, :], bins[..., 1, :]).flatten(2)
        return torch.einsum("bnl,ncl->bnc", leaf, self.response)


class FTTokenizer(Odd):
    """FT-Transformer: a weight and a bias a feature, a CLS token, categories looked up."""

    DATA: ClassVar = (X, torch.tensor([[0, 1], [2, 2], [1, 0], [0, 0]]))
    RIGHT: ClassVar = {"bias": False, "cls": False, "category_embeddings.weight": True, "head": True}

    def __init__(self, n_num=8, cardinalities=(3, 3), d=4):
        super().__init__()
        self.register_buffer("weight", torch.randn(n_num, d))
        self.register_buffer("category_offsets", torch.tensor([0] + list(cardinalities[:-1])).cumsum(0))
        self.category_embeddings = nn.Embedding(sum(cardinalities), d)
        self.bias = nn.Parameter(torch.zeros(n_num + len(cardinalities), d))
        self.cls = nn.Parameter(torch.zeros(1, 1, d))
        self.head = nn.Parameter(torch.randn(d, 2))

    def forward(self, x_num, x_cat):
        x = self.weight[None] * x_num[:, :, None]
        x = torch.cat([x, self.category_embeddings(x_cat + self.category_offsets[None])], dim=1)
        x = x + self.bias[None]
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], dim=1)
        return x[:, 0] @ self.head


class NLinearPLR(Odd):
    """Periodic embeddings followed by a separate linear layer for each feature."""

    RIGHT: ClassVar = {"coefficients": False, "weight": True, "bias": False}

    def __init__(self, n=8, k=3, d=4, sigma=0.1):
        super().__init__()
        self.coefficients = nn.Parameter(torch.normal(0.0, sigma, (n, k)))
        self.weight = nn.Parameter(torch.empty(n, 2 * k, d))
        self.bias = nn.Parameter(torch.empty(n, d))
        d_in_rsqrt = (2 * k) ** -0.5
        nn.init.uniform_(self.weight, -d_in_rsqrt, d_in_rsqrt)
        nn.init.uniform_(self.bias, -d_in_rsqrt, d_in_rsqrt)

    def forward(self, x):
        z = 2 * math.pi * self.coefficients[None] * x[..., None]
        z = torch.cat([torch.cos(z), torch.sin(z)], -1)
        z = z.transpose(0, 1)
        z = z @ self.weight
        z = z.transpose(0, 1)
        z = z + self.bias
        return F.relu(z)


class TabMBatchEnsemble(Odd):
    """TabM/BatchEnsemble: shared weight, r and s scale inputs and outputs of each member."""

    RIGHT: ClassVar = {"weight": True, "r": False, "s": False, "bias": False, "head": True, "head_bias": False}

    def __init__(self, d_in=8, d_out=6, k=3):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(d_out, d_in))
        self.r = nn.Parameter(torch.sign(torch.randn(k, d_in)))
        self.s = nn.Parameter(torch.ones(k, d_out))
        self.bias = nn.Parameter(torch.zeros(k, d_out))
        self.head = nn.Parameter(torch.randn(k, d_out, 2))
        self.head_bias = nn.Parameter(torch.zeros(k, 2))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)

    def forward(self, x):
        x = x.unsqueeze(1).expand(-1, len(self.r), -1)
        x = x * self.r
        x = x @ self.weight.T
        x = x * self.s
        x = torch.relu(x + self.bias)
        y = torch.einsum("bkd,kdo->bko", x, self.head) + self.head_bias
        return y.mean(1)


class TabNetStep(Odd):
    """Shared and step-dependent GLU layers with prior scales."""

    RIGHT: ClassVar = {
        "shared_w": True,
        "step_w.0": True,
        "step_w.1": True,
        "mask_w.0": True,
        "mask_w.1": True,
        "gamma": False,
        "relax": False,
        "bn_gain": False,
        "bn_shift": False,
    }

    def __init__(self, d=8, n_steps=2):
        super().__init__()
        self.n_steps = n_steps
        self.shared_w = nn.Parameter(torch.randn(2 * d, d) * 0.1)
        self.step_w = nn.ParameterList()
        self.mask_w = nn.ParameterList()
        for _ in range(n_steps):
            self.step_w.append(nn.Parameter(torch.randn(2 * d, d) * 0.1))
            self.mask_w.append(nn.Parameter(torch.randn(d, d) * 0.1))
        self.gamma = nn.Parameter(torch.full((1,), 1.3))
        self.relax = nn.Parameter(torch.ones(1, d))
        self.bn_gain = nn.Parameter(torch.ones(n_steps, d))
        self.bn_shift = nn.Parameter(torch.zeros(n_steps, d))

    @staticmethod
    def glu(x, w):
        a, b = F.linear(x, w).chunk(2, -1)
        return a * b.sigmoid()

    def forward(self, x):
        prior = self.relax.expand_as(x)
        att, out = x, 0
        for i in range(self.n_steps):
            h = (att - att.mean(0)) / (att.var(0) + 1e-5).sqrt()
            h = h * self.bn_gain[i] + self.bn_shift[i]
            mask = F.softmax(F.linear(h, self.mask_w[i]) * prior, -1)
            prior = prior * (self.gamma - mask)
            h = self.glu(mask * x, self.shared_w)
            h = (h + self.glu(h, self.step_w[i])) * math.sqrt(0.5)
            out += h.relu()
            att = h
        return out


# ------------------------------------------------------------- time series


class NBeatsGeneric(Odd):
    """Generic block: learned bases for backcast and forecast, theta from a stack of matrices."""

    DATA: ClassVar = (torch.randn(3, 12),)
    RIGHT: ClassVar = {
        "fc.0": True,
        "fc.1": True,
        "fc_b.0": False,
        "fc_b.1": False,
        "theta": True,
        "backcast_basis": True,
        "forecast_basis": True,
        "level": False,
    }

    def __init__(self, back=12, fore=4, hidden=8, k=3):
        super().__init__()
        self.k = k
        sizes = [back, hidden, hidden]
        self.fc = nn.ParameterList(nn.Parameter(torch.randn(o, i) * 0.1) for i, o in zip(sizes, sizes[1:]))
        self.fc_b = nn.ParameterList(nn.Parameter(torch.zeros(o)) for o in sizes[1:])
        self.theta = nn.Parameter(torch.randn(2 * k, hidden))
        self.backcast_basis = nn.Parameter(torch.randn(k, back))
        self.forecast_basis = nn.Parameter(torch.randn(k, fore))
        self.level = nn.Parameter(torch.zeros(1, fore))

    def forward(self, x):
        h = reduce(lambda z, p: F.relu(F.linear(z, p[0], p[1])), zip(self.fc, self.fc_b), x)
        tb, tf = F.linear(h, self.theta).split(self.k, dim=-1)
        return x - tb @ self.backcast_basis, tf @ self.forecast_basis + self.level


class DLinearHome(Odd):
    """Trend and season with one matrix a channel (individual=True)."""

    DATA: ClassVar = (SERIES,)
    RIGHT: ClassVar = {"weight_trend": True, "weight_season": True, "b_trend": False, "b_season": False}

    def __init__(self, seq=12, pred=5, channels=4, individual: bool = True):
        super().__init__()
        lead = (channels,) if individual else (1,)
        self.weight_trend = nn.Parameter((1 / seq) * torch.ones(*lead, seq, pred))
        self.weight_season = nn.Parameter((1 / seq) * torch.ones(*lead, seq, pred))
        self.b_trend = nn.Parameter(torch.zeros(*lead, pred))
        self.b_season = nn.Parameter(torch.zeros(*lead, pred))

    def decompose(self, x, k=3):
        front, end = x[:, :1].repeat(1, k // 2, 1), x[:, -1:].repeat(1, k // 2, 1)
        trend = F.avg_pool1d(torch.cat([front, x, end], 1).transpose(1, 2), k, 1).transpose(1, 2)
        return x - trend, trend

    def forward(self, x):
        season, trend = (t.permute(0, 2, 1).unsqueeze(-2) for t in self.decompose(x))
        out = (season @ self.weight_season).squeeze(-2) + self.b_season
        out += (trend @ self.weight_trend).squeeze(-2) + self.b_trend
        return out.permute(0, 2, 1)


class RevINLinear(Odd):
    """Reversible instance norm around a time matrix."""

    DATA: ClassVar = (SERIES,)
    RIGHT: ClassVar = {"affine_weight": False, "affine_bias": False, "time": True}

    def __init__(self, channels=4, seq=12):
        super().__init__()
        self.affine_weight = nn.Parameter(torch.ones(1, 1, channels))
        self.affine_bias = nn.Parameter(torch.zeros(1, 1, channels))
        self.time = nn.Parameter(torch.eye(seq))

    def _norm(self, x):
        self.mean = x.mean(1, keepdim=True).detach()
        self.stdev = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + 1e-5).detach()
        return (x - self.mean) / self.stdev * self.affine_weight + self.affine_bias

    def _denorm(self, x):
        return (x - self.affine_bias) / (self.affine_weight + 1e-10) * self.stdev + self.mean

    def forward(self, x):
        match x.ndim:
            case 3:
                y = torch.einsum("btc,ts->bsc", self._norm(x), self.time)
            case _:
                raise ValueError(x.shape)
        return self._denorm(y)


class TSMixerHome(Odd):
    """Time mixing and feature mixing, each with a residual gate."""

    DATA: ClassVar = (SERIES,)
    RIGHT: ClassVar = {
        "time_mix": True,
        "time_bias": False,
        "feat_up": True,
        "feat_down": True,
        "ls1": False,
        "ls2": False,
    }

    def __init__(self, seq=12, channels=4, ff=8):
        super().__init__()
        self.time_mix = Parameter(torch.randn(seq, seq) / seq)
        self.time_bias = Parameter(torch.zeros(seq, 1))
        self.feat_up = Parameter(torch.randn(channels, ff))
        self.feat_down = Parameter(torch.randn(ff, channels))
        self.ls1 = Parameter(1e-2 * torch.ones(1, 1, channels))
        self.ls2 = Parameter(1e-2 * torch.ones(1, 1, channels))

    def forward(self, x):
        y = torch.matmul(self.time_mix, F.layer_norm(x, x.shape[1:])) + self.time_bias
        x = x + self.ls1 * F.relu(y)
        y = torch.tensordot(F.gelu(torch.tensordot(x, self.feat_up, dims=([2], [0]))), self.feat_down, dims=1)
        return torch.addcmul(x, self.ls2, y)


class S4DKernelMade(Odd):
    """Diagonal state space run as a convolution by FFT."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"log_dt": False, "log_A_real": False, "A_imag": False, "D": False, "output_linear": True}

    def __init__(self, d_model=8, N=4, dt_min=0.001, dt_max=0.1):
        super().__init__()
        log_dt = torch.rand(d_model) * (math.log(dt_max) - math.log(dt_min)) + math.log(dt_min)
        self.register_buffer("C", torch.randn(d_model, N // 2, dtype=torch.cfloat))
        self.log_dt = nn.Parameter(log_dt)
        self.log_A_real = nn.Parameter(torch.log(0.5 * torch.ones(d_model, N // 2)))
        self.A_imag = nn.Parameter(math.pi * torch.arange(N // 2).float().repeat(d_model, 1))
        self.D = nn.Parameter(torch.randn(d_model))
        self.output_linear = nn.Parameter(torch.randn(2 * d_model, d_model, 1))

    def kernel(self, L):
        dt = torch.exp(self.log_dt)
        A = -torch.exp(self.log_A_real) + 1j * self.A_imag
        dtA = A * dt.unsqueeze(-1)
        K = dtA.unsqueeze(-1) * torch.arange(L)
        C = self.C * (torch.exp(dtA) - 1.0) / A
        return 2 * torch.einsum("hn,hnl->hl", C, torch.exp(K)).real

    def forward(self, x):
        u = x.transpose(-1, -2)
        L = u.size(-1)
        k = self.kernel(L)
        y = torch.fft.irfft(torch.fft.rfft(u, n=2 * L) * torch.fft.rfft(k, n=2 * L), n=2 * L)[..., :L]
        y = y + u * self.D.unsqueeze(-1)
        return F.glu(F.conv1d(F.gelu(y), self.output_linear), dim=-2).transpose(-1, -2)


class SelectiveScanMade(Odd):
    """Mamba by hand."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "in_proj": True,
        "conv_w": True,
        "conv_b": False,
        "x_proj": True,
        "dt_proj": True,
        "dt_bias": False,
        "A_log": False,
        "D": False,
        "out_proj": True,
    }

    def __init__(self, d=8, n=3, r=2):
        super().__init__()
        self.n, self.r = n, r
        self.in_proj = nn.Parameter(torch.randn(2 * d, d) * 0.2)
        self.conv_w = nn.Parameter(torch.randn(d, 1, 4) * 0.2)
        self.conv_b = nn.Parameter(torch.zeros(d))
        self.x_proj = nn.Parameter(torch.randn(r + 2 * n, d) * 0.2)
        self.dt_proj = nn.Parameter(torch.randn(d, r))
        self.dt_bias = nn.Parameter(torch.full((d,), -4.0))
        self.A_log = nn.Parameter(torch.log(torch.arange(1, n + 1).float()).repeat(d, 1))
        self.D = nn.Parameter(torch.ones(d))
        self.out_proj = nn.Parameter(torch.randn(d, d) * 0.2)

    def forward(self, x):
        L = x.shape[1]
        u, z = F.linear(x, self.in_proj).chunk(2, -1)
        u = F.silu(F.conv1d(u.mT, self.conv_w, self.conv_b, padding=3, groups=u.shape[-1])[..., :L].mT)
        dt, B, C = torch.split(F.linear(u, self.x_proj), [self.r, self.n, self.n], dim=-1)
        dt = F.softplus(F.linear(dt, self.dt_proj, self.dt_bias))
        A = -torch.exp(self.A_log.float())
        dA = torch.exp(torch.einsum("bld,dn->bldn", dt, A))
        dBu = torch.einsum("bld,bln,bld->bldn", dt, B, u)
        h, ys = torch.zeros_like(dBu[:, 0]), []
        for t in range(L):
            h = dA[:, t] * h + dBu[:, t]
            ys.append((h * C[:, t, None]).sum(-1))
        y = torch.stack(ys, 1) + self.D * u
        return F.linear(y * F.silu(z), self.out_proj)


class IndRNNCell(Odd):
    """IndRNN: the recurrent weight is one gain a unit, kept with a leading one; initial state learned."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight_ih": True, "weight_hh": False, "bias_ih": False, "h0": False}

    def __init__(self, input_size=8, hidden_size=5):
        super().__init__()
        self.weight_ih = Parameter(torch.Tensor(hidden_size, input_size))
        self.weight_hh = Parameter(torch.Tensor(1, hidden_size))
        self.bias_ih = Parameter(torch.Tensor(1, hidden_size))
        self.h0 = Parameter(torch.Tensor(1, hidden_size))
        self.reset_parameters()

    def reset_parameters(self):
        for name, weight in self.named_parameters():
            if "bias" in name or name == "h0":
                weight.data.zero_()
            elif "weight_hh" in name:
                nn.init.constant_(weight, 1)
            else:
                nn.init.normal_(weight, 0, 0.01)

    def forward(self, x):
        h = self.h0.expand(x.size(0), -1)
        out = []
        for xt in x.unbind(1):
            h = F.relu(F.linear(xt, self.weight_ih) + self.bias_ih + self.weight_hh * h)
            out.append(h)
        return torch.stack(out, dim=1)


class PeepholeLSTM(Odd):
    """An LSTM with peepholes (and no output gate) as a first-year student writes it."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "Wi": True,
        "Ui": True,
        "pi": False,
        "bi": False,
        "Wf": True,
        "Uf": True,
        "pf": False,
        "bf": False,
        "Wc": True,
        "Uc": True,
        "pc": False,
        "bc": False,
    }

    def __init__(self, n=8, h=4):
        super().__init__()
        for g in "ifc":
            setattr(self, "W" + g, nn.Parameter(torch.randn(n, h) * 0.1))
            setattr(self, "U" + g, nn.Parameter(torch.randn(h, h) * 0.1))
            setattr(self, "p" + g, nn.Parameter(torch.zeros(1, h)))
            setattr(self, "b" + g, nn.Parameter(torch.zeros(1, h)))

    def forward(self, x):
        c = h = torch.zeros(x.size(0), 4)
        for t in range(x.size(1)):
            xt = x[:, t, :]
            i = torch.sigmoid(torch.mm(xt, self.Wi) + torch.mm(h, self.Ui) + self.pi * c + self.bi)
            f = torch.sigmoid(torch.mm(xt, self.Wf) + torch.mm(h, self.Uf) + self.pf * c + self.bf)
            g = torch.tanh(torch.mm(xt, self.Wc) + torch.mm(h, self.Uc) + self.bc)
            c = f * c + i * g
            h = torch.tanh(c + self.pc * c)
        return h


class HoltWinters(Odd):
    """ES-RNN: per-series smoothing coefficients and seasonal starts taken by row."""

    DATA: ClassVar = (torch.rand(3, 8) + 1, torch.tensor([0, 2, 1]))
    RIGHT: ClassVar = {"alpha": False, "init_seasonality": False, "mix": True}

    def __init__(self, n_series=4, period=4, out=2):
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(n_series, 1))
        self.init_seasonality = nn.Parameter(torch.zeros(n_series, period))
        self.mix = nn.Parameter(torch.randn(8, out))
        self.period = period

    def forward(self, y, idx):
        a = torch.sigmoid(self.alpha[idx]).squeeze(-1)
        seas = self.init_seasonality[idx].exp()
        level, levels = y[:, 0] / seas[:, 0], []
        for t in range(y.shape[1]):
            level = a * y[:, t] / seas[:, t % self.period] + (1 - a) * level
            levels.append(level)
        return torch.stack(levels, 1) @ self.mix


# ------------------------------------------------------------------ speech


class LearnedFilterbank(Odd):
    """Mel filterbank that is trained as a matrix, with PCEN."""

    DATA: ClassVar = (SPECTROGRAM,)
    RIGHT: ClassVar = {"fbank": True, "alpha": False, "delta": False, "root": False, "smooth": False}

    def __init__(self, n_freq=8, n_mels=5):
        super().__init__()
        self.fbank = nn.Parameter(torch.rand(n_freq, n_mels))
        self.alpha = nn.Parameter(torch.full((n_mels, 1), 0.98))
        self.delta = nn.Parameter(torch.full((n_mels, 1), 2.0))
        self.root = nn.Parameter(torch.full((n_mels, 1), 2.0))
        self.smooth = nn.Parameter(torch.full((n_mels,), 0.04))

    def ema(self, x):
        w = self.smooth.clamp(0.0, 1.0)
        acc = x[..., 0]
        res = [acc]
        for t in range(1, x.shape[-1]):
            acc = w * x[..., t] + (1 - w) * acc
            res.append(acc)
        return torch.stack(res, -1)

    def forward(self, spec):
        mel = torch.matmul(spec.transpose(1, 2), F.relu(self.fbank)).transpose(1, 2)
        alpha = torch.min(self.alpha, torch.tensor(1.0))
        one_over_root = 1 / torch.max(self.root, torch.tensor(1.0))
        return (mel / (1e-6 + self.ema(mel)) ** alpha + self.delta) ** one_over_root - self.delta**one_over_root


class SincConvHome(Odd):
    """SincNet: low and band edges make the filter."""

    DATA: ClassVar = (WAVE,)
    RIGHT: ClassVar = {"low_hz_": False, "band_hz_": False, "mix": True}

    def __init__(self, out_channels=6, kernel_size=9, sample_rate=64):
        super().__init__()
        self.half = kernel_size // 2
        self.sample_rate = sample_rate
        hz = np.linspace(1, 20, out_channels + 1)
        self.low_hz_ = nn.Parameter(torch.Tensor(hz[:-1]).view(-1, 1))
        self.band_hz_ = nn.Parameter(torch.Tensor(np.diff(hz)).view(-1, 1))
        self.mix = nn.Parameter(torch.randn(4, out_channels, 1))
        n = (kernel_size - 1) / 2.0
        self.n_ = 2 * math.pi * torch.arange(-n, 0).view(1, -1) / sample_rate
        self.window_ = torch.hamming_window(kernel_size)[: self.half]

    def forward(self, waveforms):
        low = 1 + torch.abs(self.low_hz_)
        high = torch.clamp(low + 1 + torch.abs(self.band_hz_), 1, self.sample_rate / 2)
        band = (high - low)[:, 0]
        f_times_t_low = torch.matmul(low, self.n_)
        f_times_t_high = torch.matmul(high, self.n_)
        left = ((torch.sin(f_times_t_high) - torch.sin(f_times_t_low)) / (self.n_ / 2)) * self.window_
        center = 2 * band.view(-1, 1)
        right = torch.flip(left, dims=[1])
        filters = torch.cat([left, center, right], dim=1) / (2 * band[:, None])
        y = F.conv1d(waveforms, filters.unsqueeze(1), padding=self.half)
        return F.conv1d(torch.log1p(y.abs()), self.mix)


class SpeechFrontEnd(Odd):
    """CPC/wav2vec style encoder, strided kernels in a ParameterList, with mask embedding."""

    DATA: ClassVar = (WAVE,)
    RIGHT: ClassVar = {
        "kernels.0": True,
        "kernels.1": True,
        "gains.0": False,
        "gains.1": False,
        "mask_emb": False,
        "pos_conv_g": False,
        "pos_conv_v": True,
    }

    def __init__(self, dim=6):
        super().__init__()
        self.spec = [(1, dim, 8, 4), (dim, dim, 4, 2)]
        self.kernels = nn.ParameterList()
        self.gains = nn.ParameterList()
        for i, o, k, s in self.spec:
            self.kernels.append(nn.Parameter(torch.randn(o, i, k) / math.sqrt(i * k)))
            self.gains.append(nn.Parameter(torch.ones(o, 1)))
        self.mask_emb = nn.Parameter(torch.FloatTensor(dim).uniform_())
        self.pos_conv_v = nn.Parameter(torch.randn(dim, dim // 2, 3))
        self.pos_conv_g = nn.Parameter(torch.ones(1, 1, 3))

    def forward(self, wav):
        x = wav
        for kernel, gain, (_, _, _, stride) in zip(self.kernels, self.gains, self.spec):
            x = F.conv1d(x, kernel, stride=stride)
            x = F.gelu(F.instance_norm(x) * gain)
        x = x.transpose(1, 2).contiguous()
        mask = torch.zeros(x.shape[:2], dtype=torch.bool)
        mask[:, 1:3] = True
        x[mask] = self.mask_emb
        w = self.pos_conv_v * (self.pos_conv_g / self.pos_conv_v.norm(2, (0, 1), keepdim=True))
        pos = F.conv1d(x.transpose(1, 2), w, padding=1, groups=2).transpose(1, 2)
        return x + F.gelu(pos)


class LayerMixer(Odd):
    """SUPERB: weighted sum over hidden layers and attentive statistics pooling."""

    DATA: ClassVar = (torch.randn(3, 2, 6, 8),)
    RIGHT: ClassVar = {"weights": False, "gamma": False, "W": True, "head": True}

    def __init__(self, layers=3, d=8, classes=4):
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(layers, 1, 1, 1))
        self.gamma = nn.Parameter(torch.ones(1))
        self.W = nn.Parameter(torch.randn(d, 1))
        self.head = nn.Parameter(torch.randn(classes, 2 * d))

    def forward(self, hs):
        w = F.softmax(self.weights, dim=0)
        h = self.gamma * (w * hs).sum(0)
        a = F.softmax(torch.matmul(torch.tanh(h), self.W), dim=1)
        mean = (a * h).sum(1)
        std = ((a * h.pow(2)).sum(1) - mean.pow(2)).clamp(min=1e-6).sqrt()
        return F.linear(torch.cat((mean, std), -1), self.head)


# ------------------------------------------------------------------ vision


class CondConvMade(Odd):
    """Kernels of experts mixed by routing, run as one grouped convolution."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"weight": True, "bias": False, "routing": True}

    def __init__(self, cin=6, cout=4, k=3, experts=3):
        super().__init__()
        self.cin, self.cout, self.k = cin, cout, k
        self.weight = nn.Parameter(torch.randn(experts, cout * cin * k * k) * 0.1)
        self.bias = nn.Parameter(torch.zeros(experts, cout))
        self.routing = nn.Parameter(torch.randn(experts, cin))

    def forward(self, x):
        B, C, H, W = x.shape
        r = torch.sigmoid(F.linear(x.mean((2, 3)), self.routing))
        weight = torch.matmul(r, self.weight).view(B * self.cout, self.cin, self.k, self.k)
        bias = torch.matmul(r, self.bias).view(B * self.cout)
        out = F.conv2d(x.reshape(1, B * C, H, W), weight, bias, padding=1, groups=B)
        return out.view(B, self.cout, H, W)


class DynamicConvTemp(Odd):
    """Dynamic convolution with softmax attention over kernels and a temperature."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "kernels.0": True,
        "kernels.1": True,
        "kernels.2": True,
        "fc1": True,
        "fc2": True,
        "fc2_bias": False,
        "tau": False,
    }

    def __init__(self, c=6, K=3):
        super().__init__()
        self.kernels = nn.ParameterList([nn.Parameter(torch.randn(c, c, 3, 3) * 0.05) for _ in range(K)])
        self.fc1 = nn.Parameter(torch.randn(4, c, 1, 1))
        self.fc2 = nn.Parameter(torch.randn(K, 4, 1, 1))
        self.fc2_bias = nn.Parameter(torch.zeros(K))
        self.tau = nn.Parameter(torch.tensor(30.0))

    def attention(self, x):
        z = F.adaptive_avg_pool2d(x, 1)
        z = F.relu(F.conv2d(z, self.fc1))
        return F.softmax(F.conv2d(z, self.fc2, self.fc2_bias).flatten(1) / self.tau, -1)

    def forward(self, x):
        att = self.attention(x)
        outs = []
        for xi, a in zip(x, att):
            kernel = sum(ak * w for ak, w in zip(a, self.kernels))
            outs.append(F.conv2d(xi[None], kernel, padding="same"))
        return torch.cat(outs)


class LKA(Odd):
    """Large kernel attention from VAN, with layer scales."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "dw": True,
        "dw_d": True,
        "pw": True,
        "layer_scale_1": False,
        "layer_scale_2": False,
        "up": True,
        "down": True,
    }

    def __init__(self, dim=6):
        super().__init__()
        self.dim = dim
        self.dw = nn.Parameter(torch.randn(dim, 1, 5, 5) * 0.1)
        self.dw_d = nn.Parameter(torch.randn(dim, 1, 7, 7) * 0.1)
        self.pw = nn.Parameter(torch.randn(dim, dim, 1, 1) * 0.1)
        self.up = nn.Parameter(torch.randn(2 * dim, dim, 1, 1) * 0.1)
        self.down = nn.Parameter(torch.randn(dim, 2 * dim, 1, 1) * 0.1)
        layer_scale_init_value = 1e-2
        self.layer_scale_1 = nn.Parameter(layer_scale_init_value * torch.ones((dim)), requires_grad=True)
        self.layer_scale_2 = nn.Parameter(layer_scale_init_value * torch.ones((dim)), requires_grad=True)

    def lka(self, x):
        u = x.clone()
        attn = F.conv2d(x, self.dw, padding=2, groups=self.dim)
        attn = F.conv2d(attn, self.dw_d, padding=9, groups=self.dim, dilation=3)
        attn = F.conv2d(attn, self.pw)
        return u * attn

    def forward(self, x):
        x = x + self.layer_scale_1.unsqueeze(-1).unsqueeze(-1) * self.lka(F.group_norm(x, 1))
        mlp = lambda t: F.conv2d(F.gelu(F.conv2d(t, self.up)), self.down)
        return x + self.layer_scale_2[:, None, None] * mlp(F.group_norm(x, 1))


class RepVGGTrain(Odd):
    """Before fusing: three branches whose kernels are summed after padding, batch norms folded each time."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"rbr_dense": True, "rbr_1x1": True, "bn_gamma": False, "bn_beta": False}

    def __init__(self, c=6):
        super().__init__()
        self.rbr_dense = nn.Parameter(torch.randn(c, c, 3, 3) * 0.1)
        self.rbr_1x1 = nn.Parameter(torch.randn(c, c, 1, 1) * 0.1)
        self.bn_gamma = nn.Parameter(torch.ones(3, c))
        self.bn_beta = nn.Parameter(torch.zeros(3, c))
        for n, v in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(n, torch.full((3, c), v))
        ident = torch.zeros(c, c, 3, 3)
        ident[range(c), range(c), 1, 1] = 1
        self.register_buffer("id_tensor", ident)

    def _fuse_bn_tensor(self, kernel, i):
        std = (self.running_var[i] + 1e-5).sqrt()
        t = (self.bn_gamma[i] / std).reshape(-1, 1, 1, 1)
        return kernel * t, self.bn_beta[i] - self.running_mean[i] * self.bn_gamma[i] / std

    def get_equivalent_kernel_bias(self):
        k3, b3 = self._fuse_bn_tensor(self.rbr_dense, 0)
        k1, b1 = self._fuse_bn_tensor(self.rbr_1x1, 1)
        kid, bid = self._fuse_bn_tensor(self.id_tensor, 2)
        return k3 + F.pad(k1, [1, 1, 1, 1]) + kid, b3 + b1 + bid

    def forward(self, x):
        return F.relu(F.conv2d(x, *self.get_equivalent_kernel_bias(), padding=1))


class RepVGGDeploy(Odd):
    """After fusing."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"rbr_reparam_weight": True, "rbr_reparam_bias": False}

    def __init__(self, c=6):
        super().__init__()
        train = RepVGGTrain(c)
        with torch.no_grad():
            kernel, bias = train.get_equivalent_kernel_bias()
        self.rbr_reparam_weight = nn.Parameter(kernel.detach().clone())
        self.rbr_reparam_bias = nn.Parameter(bias.detach().clone())

    def forward(self, inputs):
        return torch.relu_(F.conv2d(inputs, self.rbr_reparam_weight, self.rbr_reparam_bias, stride=1, padding=1))


class BiFPNFusion(Odd):
    """Fast normalized fusion."""

    DATA: ClassVar = (torch.randn(2, 4, 8, 8), torch.randn(2, 4, 4, 4))
    RIGHT: ClassVar = {"w1": False, "w2": False, "p_td": True, "p_out": True}

    def __init__(self, c=4, eps=1e-4):
        super().__init__()
        self.eps = eps
        self.w1 = nn.Parameter(torch.ones(2, dtype=torch.float32))
        self.w2 = nn.Parameter(torch.ones(2, 1, 1, 1, 1))
        self.p_td = nn.Parameter(torch.randn(c, c, 3, 3) * 0.1)
        self.p_out = nn.Parameter(torch.randn(c, c, 3, 3) * 0.1)

    def forward(self, p3, p4):
        w = F.relu(self.w1)
        w = w / (w.sum(dim=0) + self.eps)
        td = F.conv2d(F.silu(w[0] * p3 + w[1] * F.interpolate(p4, scale_factor=2.0)), self.p_td, padding=1)
        w2 = F.relu(self.w2)
        w2 = w2 / (w2.sum() + self.eps)
        out = (w2 * torch.stack([p4, F.max_pool2d(td, 2)])).sum(0)
        return F.conv2d(F.silu(out), self.p_out, padding=1)


class ConvNeXtV2Home(Odd):
    """Global response normalisation between two pointwise matrices."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "dwconv": True,
        "dwbias": False,
        "pw1": True,
        "pw2": True,
        "gamma": False,
        "beta": False,
        "norm_w": False,
        "norm_b": False,
    }

    def __init__(self, d=6):
        super().__init__()
        self.dwconv = nn.Parameter(torch.randn(d, 1, 7, 7) * 0.05)
        self.dwbias = nn.Parameter(torch.zeros(d))
        self.norm_w, self.norm_b = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))
        self.pw1, self.pw2 = (nn.Parameter(torch.randn(*s) * 0.1) for s in ((4 * d, d), (d, 4 * d)))
        self.gamma = nn.Parameter(torch.zeros(1, 1, 1, 4 * d))
        self.beta = nn.Parameter(torch.zeros(1, 1, 1, 4 * d))

    def grn(self, x):
        gx = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
        nx = gx / (gx.mean(dim=-1, keepdim=True) + 1e-6)
        return self.gamma * (x * nx) + self.beta + x

    def forward(self, x):
        y = F.conv2d(x, self.dwconv, self.dwbias, padding=3, groups=x.shape[1])
        y = y.permute(0, 2, 3, 1)
        y = F.layer_norm(y, y.shape[-1:], self.norm_w, self.norm_b)
        y = self.grn(F.gelu(y @ self.pw1.T)) @ self.pw2.T
        return x + y.permute(0, 3, 1, 2)


class PartialConvHome(Odd):
    """Partial and gated convolution for inpainting; the mask is convolved by a fixed kernel of ones."""

    DATA: ClassVar = (IMAGE, (torch.rand(2, 1, 12, 12) > 0.3).float())
    RIGHT: ClassVar = {"weight": True, "bias": False, "gate_weight": True, "gate_bias": False, "hole": False}

    def __init__(self, cin=3, cout=5, k=3):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(cout, cin, k, k))
        self.gate_weight = nn.Parameter(torch.empty(cout, cin, k, k))
        for p in self.parameters():
            nn.init.kaiming_normal_(p)
        self.bias = nn.Parameter(torch.zeros(cout))
        self.gate_bias = nn.Parameter(torch.zeros(cout))
        self.hole = nn.Parameter(torch.zeros(1, cin, 1, 1))
        self.register_buffer("ones", torch.ones(1, 1, k, k))

    def forward(self, img, mask):
        x = torch.where(mask.bool(), img, self.hole)
        with torch.no_grad():
            update = F.conv2d(mask, self.ones, padding=1)
            ratio = 9 / (update + 1e-8)
            update = update.clamp(0, 1)
            ratio = ratio * update
        out = F.conv2d(x, self.weight, None, padding=1) * ratio + self.bias.view(1, -1, 1, 1)
        gate = torch.sigmoid(F.conv2d(x, self.gate_weight, self.gate_bias, padding=1))
        return F.elu(out) * gate, update


class DeformableSampling(Odd):
    """Offsets and modulation from a kernel, sampled by grid_sample, then the taps are weighed by einsum."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "p_conv": True,
        "m_conv": True,
        "p_bias": False,
        "m_bias": False,
        "weight": True,
        "anchor": False,
    }

    def __init__(self, c=6, out=4, taps=4):
        super().__init__()
        self.taps = taps
        self.p_conv = nn.Parameter(torch.zeros(2 * taps, c, 3, 3))
        self.p_bias = nn.Parameter(torch.zeros(2 * taps))
        self.m_conv = nn.Parameter(torch.zeros(taps, c, 3, 3))
        self.m_bias = nn.Parameter(torch.zeros(taps))
        self.anchor = nn.Parameter(torch.rand(taps, 2) - 0.5)
        self.weight = nn.Parameter(torch.randn(out, c, taps))

    def forward(self, x):
        B, C, H, W = x.shape
        off = F.conv2d(x, self.p_conv, self.p_bias, padding=1).view(B, self.taps, 2, H, W)
        m = F.conv2d(x, self.m_conv, self.m_bias, padding=1).sigmoid()
        ys, xs = torch.meshgrid(torch.linspace(-1, 1, H), torch.linspace(-1, 1, W), indexing="ij")
        base = torch.stack([xs, ys], -1)
        cols = []
        for k in range(self.taps):
            grid = base + self.anchor[k] + off[:, k].permute(0, 2, 3, 1)
            cols.append(F.grid_sample(x, grid, align_corners=True) * m[:, k : k + 1])
        return torch.einsum("kbchw,ock->bohw", torch.stack(cols), self.weight)


class SwinBiasTable(Odd):
    """Window attention; the relative table is taken by an index buffer."""

    DATA: ClassVar = (torch.randn(2, 4, 8),)
    RIGHT: ClassVar = {
        "qkv": True,
        "proj": True,
        "q_bias": False,
        "v_bias": False,
        "relative_position_bias_table": False,
        "logit_scale": False,
    }

    def __init__(self, dim=8, heads=2, ws=2):
        super().__init__()
        self.heads, self.ws = heads, ws
        self.qkv = nn.Parameter(torch.randn(3 * dim, dim) * 0.1)
        self.proj = nn.Parameter(torch.randn(dim, dim) * 0.1)
        self.q_bias = nn.Parameter(torch.zeros(dim))
        self.v_bias = nn.Parameter(torch.zeros(dim))
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones((heads, 1, 1))))
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * ws - 1) * (2 * ws - 1), heads))
        coords = torch.stack(torch.meshgrid(torch.arange(ws), torch.arange(ws), indexing="ij")).flatten(1)
        rel = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0).contiguous()
        rel += ws - 1
        rel[:, :, 0] *= 2 * ws - 1
        self.register_buffer("relative_position_index", rel.sum(-1))

    def forward(self, x):
        B_, N, C = x.shape
        qkv_bias = torch.cat((self.q_bias, torch.zeros_like(self.v_bias, requires_grad=False), self.v_bias))
        qkv = F.linear(x, self.qkv, qkv_bias).reshape(B_, N, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attn = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
        attn = attn * torch.clamp(self.logit_scale, max=math.log(100.0)).exp()
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(N, N, -1)
        attn = attn + bias.permute(2, 0, 1).contiguous().unsqueeze(0)
        x = (attn.softmax(-1) @ v).transpose(1, 2).reshape(B_, N, C)
        return F.linear(x, self.proj)


class DecomposedRelPos(Odd):
    """SAM/MViT: queries are dotted with tables of rows and columns."""

    DATA: ClassVar = (torch.randn(2, 3, 3, 8),)
    RIGHT: ClassVar = {"w_qkv": True, "rel_pos_h": False, "rel_pos_w": False, "w_o": True}

    def __init__(self, dim=8, size=3):
        super().__init__()
        self.w_qkv = nn.Parameter(torch.randn(dim, 3, dim) * 0.2)
        self.rel_pos_h = nn.Parameter(torch.zeros(2 * size - 1, dim))
        self.rel_pos_w = nn.Parameter(torch.zeros(2 * size - 1, dim))
        self.w_o = nn.Parameter(torch.randn(dim, dim) * 0.2)

    @staticmethod
    def get_rel_pos(q_size: int, k_size: int, rel_pos: Tensor) -> Tensor:
        idx = torch.arange(q_size)[:, None] - torch.arange(k_size)[None, :] + (k_size - 1)
        return rel_pos[idx.long()]

    def forward(self, x):
        B, H, W, C = x.shape
        q, k, v = torch.einsum("bhwc,cso->sbhwo", x, self.w_qkv).flatten(2, 3)
        attn = (q * C**-0.5) @ k.transpose(-2, -1)
        Rh, Rw = self.get_rel_pos(H, H, self.rel_pos_h), self.get_rel_pos(W, W, self.rel_pos_w)
        r_q = q.reshape(B, H, W, C)
        rel_h = torch.einsum("bhwc,hkc->bhwk", r_q, Rh)
        rel_w = torch.einsum("bhwc,wkc->bhwk", r_q, Rw)
        attn = (attn.view(B, H, W, H, W) + rel_h[..., None] + rel_w[..., None, :]).view(B, H * W, H * W)
        return (attn.softmax(-1) @ v).view(B, H, W, C) @ self.w_o


class ViTRegisters(Odd):
    """Class token, registers, deep prompts, interpolated positions."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "patch_embed": True,
        "patch_bias": False,
        "cls_token": False,
        "register_tokens": False,
        "pos_embed": False,
        "prompt.0": False,
        "prompt.1": False,
        "blocks.0": True,
        "blocks.1": True,
        "head": True,
    }

    def __init__(self, d=8, patch=4, grid=2, n_reg=2):
        super().__init__()
        self.patch, self.grid = patch, grid
        self.patch_embed = nn.Parameter(torch.randn(d, 3, patch, patch) * 0.05)
        self.patch_bias = nn.Parameter(torch.zeros(d))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, d))
        self.register_tokens = nn.Parameter(torch.zeros(1, n_reg, d))
        self.pos_embed = nn.Parameter(torch.randn(1, grid * grid + 1, d) * 0.02)
        self.prompt = nn.ParameterList([nn.Parameter(torch.randn(2, d)) for _ in range(2)])
        self.blocks = nn.ParameterList([nn.Parameter(torch.randn(d, d) * 0.2) for _ in range(2)])
        self.head = nn.Parameter(torch.zeros(d, 5))

    def interpolate_pos_encoding(self, w, h):
        class_pos, patch_pos = self.pos_embed[:, :1], self.pos_embed[:, 1:]
        d = patch_pos.shape[-1]
        patch_pos = patch_pos.reshape(1, self.grid, self.grid, d).permute(0, 3, 1, 2)
        patch_pos = F.interpolate(patch_pos, size=(h, w), mode="bicubic")
        return torch.cat((class_pos, patch_pos.permute(0, 2, 3, 1).view(1, -1, d)), dim=1)

    def forward(self, img):
        x = F.conv2d(img, self.patch_embed, self.patch_bias, stride=self.patch)
        B, _, h, w = x.shape
        x = x.flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(B, -1, -1), x), 1) + self.interpolate_pos_encoding(w, h)
        x = torch.cat((x[:, :1], self.register_tokens.expand(B, -1, -1), x[:, 1:]), 1)
        for prompt, w_ in zip(self.prompt, self.blocks):
            p = prompt.unsqueeze(0).repeat(B, 1, 1)
            y = torch.cat([x[:, :1], p, x[:, 1:]], 1)
            y = F.scaled_dot_product_attention(y, y, y) @ w_
            x = torch.cat([y[:, :1], y[:, 3:]], 1) + x
        return x[:, 0] @ self.head


class HyperKernelMade(Odd):
    """The kernel comes from a hypernetwork that reads a learned layer code."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"z": False, "w_one": True, "b_one": False, "w_two": True, "b_two": False}

    def __init__(self, c=6, out=4, zd=3):
        super().__init__()
        self.shape = (out, c, 3, 3)
        self.z = nn.Parameter(torch.randn(zd))
        self.w_one = nn.Parameter(torch.randn(zd, 5))
        self.b_one = nn.Parameter(torch.zeros(5))
        self.w_two = nn.Parameter(torch.randn(5, math.prod(self.shape)) * 0.1)
        self.b_two = nn.Parameter(torch.zeros(math.prod(self.shape)))

    @property
    def kernel(self):
        h = torch.tanh(torch.matmul(self.z, self.w_one) + self.b_one)
        return (torch.matmul(h, self.w_two) + self.b_two).view(self.shape)

    def forward(self, x):
        return F.conv2d(x, self.kernel, padding=1)


class StyleModConv(Odd):
    """StyleGAN2 modulated convolution: const input, noise strength, affine style, demodulation."""

    DATA: ClassVar = (X,)
    RIGHT: ClassVar = {
        "const": False,
        "affine_w": True,
        "affine_b": False,
        "weight": True,
        "noise_strength": False,
        "bias": False,
        "torgb": True,
    }

    def __init__(self, w_dim=8, c=5, out=4, size=4):
        super().__init__()
        self.const = nn.Parameter(torch.randn(c, size, size))
        self.affine_w = nn.Parameter(torch.randn(c, w_dim))
        self.affine_b = nn.Parameter(torch.ones(c))
        self.weight = nn.Parameter(torch.randn(out, c, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(out))
        self.torgb = nn.Parameter(torch.randn(3, out, 1, 1))
        self.gain = 1 / math.sqrt(w_dim)

    def modulated_conv(self, x, s):
        b = x.shape[0]
        w = self.weight.unsqueeze(0) * s.reshape(b, 1, -1, 1, 1)
        d = (w.square().sum(dim=[2, 3, 4]) + 1e-8).rsqrt()
        w = w * d.reshape(b, -1, 1, 1, 1)
        x = F.conv2d(x.reshape(1, -1, *x.shape[2:]), w.reshape(-1, *w.shape[2:]), padding=1, groups=b)
        return x.reshape(b, -1, *x.shape[2:])

    def forward(self, ws):
        x = self.const.unsqueeze(0).repeat([ws.shape[0], 1, 1, 1])
        s = torch.addmm(self.affine_b.unsqueeze(0), ws, (self.affine_w * self.gain).t())
        x = self.modulated_conv(x, s)
        x = x.add_(torch.randn(ws.shape[0], 1, *x.shape[2:]) * self.noise_strength)
        x = F.leaky_relu(x + self.bias.to(x.dtype).reshape(1, -1, 1, 1), 0.2)
        return F.conv2d(x, self.torgb)


class CoordAttentionGeM(Odd):
    """Kaggle head: GeM pooling with learned p and a cosine head."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"p": False, "neck": True, "bn_weight": False, "bn_bias": False, "weight": True, "prelu": False}

    def __init__(self, c=6, emb=5, n_classes=4):
        super().__init__()
        self.p = nn.Parameter(torch.ones(1) * 3)
        self.neck = nn.Parameter(torch.randn(emb, c) * 0.1)
        self.bn_weight, self.bn_bias = nn.Parameter(torch.ones(emb)), nn.Parameter(torch.zeros(emb))
        self.prelu = nn.Parameter(torch.full((emb,), 0.25))
        self.weight = nn.Parameter(torch.FloatTensor(n_classes, emb))
        stdv = 1.0 / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)

    def gem(self, x, eps=1e-6):
        return F.avg_pool2d(x.clamp(min=eps).pow(self.p), (x.size(-2), x.size(-1))).pow(1.0 / self.p)

    def forward(self, x):
        feat = self.gem(x)[:, :, 0, 0]
        feat = F.linear(feat, self.neck)
        feat = F.batch_norm(feat, None, None, self.bn_weight, self.bn_bias, training=True)
        feat = F.prelu(feat, self.prelu)
        return F.linear(F.normalize(feat), F.normalize(self.weight))


class InvolutionHome(Odd):
    """Involution: kernels generated from the pixel."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"reduce": True, "span": True, "span_bias": False}

    def __init__(self, c=6, groups=2, k=3):
        super().__init__()
        self.g, self.k = groups, k
        self.reduce = weights(3, c, 1, 1)
        self.span = weights(k * k * groups, 3, 1, 1)
        self.span_bias = nn.Parameter(torch.zeros(k * k * groups))

    def forward(self, x):
        b, c, h, w = x.shape
        ker = F.conv2d(F.relu(F.conv2d(x, self.reduce)), self.span, self.span_bias)
        ker = ker.view(b, self.g, 1, self.k**2, h, w)
        patches = F.unfold(x, self.k, padding=1).view(b, self.g, c // self.g, self.k**2, h, w)
        return torch.sum(ker * patches, dim=3).view(b, c, h, w)


class UnfoldConvMade(Odd):
    """Convolution by im2col and a matrix, the student way."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"filters": True, "b": False, "fc": True}

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Parameter(torch.rand(4, 27) - 0.5, requires_grad=True)
        self.b = torch.nn.Parameter(torch.zeros(4, 1), requires_grad=True)
        self.fc = torch.nn.Parameter(torch.rand(4 * 5 * 5, 3) - 0.5)

    def conv(self, img):
        cols = F.unfold(img, 3)
        out = self.filters @ cols + self.b
        return out.reshape(img.shape[0], 4, 10, 10)

    def forward(self, img):
        out = torch.relu(self.conv(img))
        out = F.max_pool2d(out, 2)
        out = out.view(out.shape[0], -1)
        return torch.log_softmax(out.mm(self.fc), 1)


class QueryPooling(Odd):
    """DETR queries and a decoder written by hand, with class and box heads."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "query_embed": False,
        "row_embed": False,
        "col_embed": False,
        "kv": True,
        "q": True,
        "class_embed": True,
        "bbox_embed": True,
        "ref": False,
    }

    def __init__(self, d=6, n_query=3):
        super().__init__()
        self.query_embed = nn.Parameter(torch.rand(n_query, d))
        self.row_embed = nn.Parameter(torch.rand(10, d // 2))
        self.col_embed = nn.Parameter(torch.rand(10, d // 2))
        self.kv = nn.Parameter(torch.randn(d, 2 * d) * 0.2)
        self.q = nn.Parameter(torch.randn(d, d) * 0.2)
        self.class_embed = nn.Parameter(torch.randn(d, 5))
        self.bbox_embed = nn.Parameter(torch.randn(d, 4))
        self.ref = nn.Parameter(torch.zeros(n_query, 4))

    def forward(self, x):
        H, W = x.shape[-2:]
        pos = torch.cat(
            [
                self.col_embed[:W].unsqueeze(0).repeat(H, 1, 1),
                self.row_embed[:H].unsqueeze(1).repeat(1, W, 1),
            ],
            dim=-1,
        ).flatten(0, 1)
        mem = x.flatten(2).permute(0, 2, 1) + 0.1 * pos
        k, v = (mem @ self.kv).chunk(2, -1)
        q = self.query_embed.unsqueeze(0).expand(x.shape[0], -1, -1) @ self.q
        h = torch.bmm(torch.softmax(torch.bmm(q, k.mT) / 6**0.5, -1), v)
        return h @ self.class_embed, (h @ self.bbox_embed + self.ref).sigmoid()


# ---------------------------------------------------------------- language


class LearnedAlibi(Odd):
    """ALiBi slopes learned, T5 buckets beside it, softcapped logits."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"wq": True, "wk": True, "wv": True, "log_slopes": False, "rel_bias": False, "softcap": False}

    def __init__(self, d=8, heads=2, max_len=8):
        super().__init__()
        self.heads = heads
        for n in ("wq", "wk", "wv"):
            self.register_parameter(n, nn.Parameter(torch.randn(d, heads, d // heads) * d**-0.5))
        self.log_slopes = nn.Parameter(
            torch.log(torch.tensor([2 ** -(8 * (i + 1) / heads) for i in range(heads)])).view(heads, 1, 1)
        )
        self.rel_bias = nn.Parameter(torch.zeros(heads, 2 * max_len - 1))
        self.softcap = nn.Parameter(torch.tensor(30.0))
        self.max_len = max_len

    def bias(self, n):
        i = torch.arange(n)
        dist = i[None] - i[:, None]
        return -self.log_slopes.exp() * dist.abs() + self.rel_bias[:, dist + self.max_len - 1]

    def forward(self, x):
        q, k, v = (torch.einsum("bnd,dhk->bhnk", x, getattr(self, w)) for w in ("wq", "wk", "wv"))
        s = q @ k.transpose(2, 3) * k.size(-1) ** -0.5
        s = self.softcap * torch.tanh(s / self.softcap)
        s = s + self.bias(x.shape[1])
        return rearrange(s.softmax(-1) @ v, "b h n k -> b n (h k)")


class LoRABank(Odd):
    """LoRA with a frozen base as buffer and adapters by name in ParameterDicts."""

    RIGHT: ClassVar = {
        "lora_A.default": True,
        "lora_A.style": True,
        "lora_B.default": True,
        "lora_B.style": True,
        "scaling.default": False,
        "scaling.style": False,
    }

    def __init__(self, d=8, out=6, r=2, alpha=4):
        super().__init__()
        self.register_buffer("weight", torch.randn(out, d))
        self.lora_A, self.lora_B = nn.ParameterDict(), nn.ParameterDict()
        self.scaling = nn.ParameterDict()
        self.active_adapters = ["default", "style"]
        for name in self.active_adapters:
            self.update_layer(name, d, out, r, alpha)

    def update_layer(self, name, d, out, r, alpha):
        self.lora_A[name] = nn.Parameter(torch.empty(r, d))
        self.lora_B[name] = nn.Parameter(torch.zeros(out, r))
        self.scaling[name] = nn.Parameter(torch.tensor(alpha / r))
        nn.init.kaiming_uniform_(self.lora_A[name], a=math.sqrt(5))

    def forward(self, x):
        result = F.linear(x, self.weight)
        for name in self.active_adapters:
            if name not in self.lora_A.keys():
                continue
            A, B, s = self.lora_A[name], self.lora_B[name], self.scaling[name]
            result = result + (F.dropout(x, 0.0) @ A.T @ B.T) * s
        return result


class DoRA(Odd):
    """DoRA: magnitude of rows and low-rank direction."""

    RIGHT: ClassVar = {"lora_a": True, "lora_b": True, "magnitude": False, "bias": False}

    def __init__(self, d=8, out=6, r=2):
        super().__init__()
        base = torch.randn(out, d)
        self.register_buffer("base", base)
        self.lora_a = nn.Parameter(torch.randn(r, d) * 0.02)
        self.lora_b = nn.Parameter(torch.zeros(out, r))
        self.magnitude = nn.Parameter(base.norm(p=2, dim=1, keepdim=True))
        self.bias = nn.Parameter(torch.zeros(out))

    def merged(self):
        v = self.base + self.lora_b @ self.lora_a
        return self.magnitude * v / v.norm(dim=1, keepdim=True).detach()

    def forward(self, x):
        return F.linear(x, self.merged(), self.bias)


class IA3Attention(Odd):
    """IA3 gains on keys, values and the hidden layer."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"qkv_weight": True, "l_k": False, "l_v": False, "up": True, "down": True, "l_ff": False}

    def __init__(self, d=8):
        super().__init__()
        self.qkv_weight = nn.Parameter(torch.randn(3, d, d) * 0.3)
        self.l_k = nn.Parameter(torch.ones(1, 1, d))
        self.l_v = nn.Parameter(torch.ones(1, 1, d))
        self.l_ff = nn.Parameter(torch.ones(2 * d))
        self.up = nn.Parameter(torch.randn(2 * d, d))
        self.down = nn.Parameter(torch.randn(d, 2 * d))

    def forward(self, x):
        wq, wk, wv = self.qkv_weight.unbind(0)
        q, k, v = F.linear(x, wq), F.linear(x, wk) * self.l_k, F.linear(x, wv) * self.l_v
        x = x + F.scaled_dot_product_attention(q, k, v)
        h = F.gelu(F.linear(x, self.up))
        h *= self.l_ff
        return x + F.linear(h, self.down)


class PrefixTuning(Odd):
    """Prefix keys and values directly, zero-init gate as in LLaMA-Adapter."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"prefix_k": False, "prefix_v": False, "gate": False, "wq": True, "wkv": True}

    def __init__(self, d=8, heads=2, n=3):
        super().__init__()
        self.heads = heads
        self.prefix_k = nn.Parameter(torch.randn(heads, n, d // heads))
        self.prefix_v = nn.Parameter(torch.randn(heads, n, d // heads))
        self.gate = nn.Parameter(torch.zeros(1, heads, 1, 1))
        self.wq = nn.Parameter(torch.randn(d, d))
        self.wkv = nn.Parameter(torch.randn(d, 2, d))

    def split(self, t):
        return t.view(*t.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x):
        q = self.split(x @ self.wq)
        k, v = map(self.split, torch.einsum("bnd,dke->kbne", x, self.wkv))
        main = F.softmax(q @ k.mT / 2, -1) @ v
        pk = self.prefix_k.expand(x.size(0), -1, -1, -1)
        pv = self.prefix_v.expand(x.size(0), -1, -1, -1)
        side = F.softmax(q @ pk.mT / 2, -1) @ pv
        return (main + self.gate.tanh() * side).transpose(1, 2).flatten(2)


class MoESwiGLU(Odd):
    """Mixtral with stacked experts and sorted dispatch by index_add_."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "gate": True,
        "w1": True,
        "w2": True,
        "w3": True,
        "e_score_correction_bias": False,
        "shared": True,
    }

    def __init__(self, d=8, ff=6, E=4, k=2):
        super().__init__()
        self.E, self.k = E, k
        self.gate = nn.Parameter(torch.randn(E, d))
        self.w1 = nn.Parameter(torch.randn(E, ff, d) * 0.1)
        self.w2 = nn.Parameter(torch.randn(E, d, ff) * 0.1)
        self.w3 = nn.Parameter(torch.randn(E, ff, d) * 0.1)
        self.e_score_correction_bias = nn.Parameter(torch.zeros(E))
        self.shared = nn.Parameter(torch.eye(d))

    def expert(self, i, x):
        return F.linear(F.silu(F.linear(x, self.w1[i])) * F.linear(x, self.w3[i]), self.w2[i])

    def forward(self, hidden):
        x = hidden.view(-1, hidden.shape[-1])
        scores = F.linear(x.float(), self.gate).sigmoid()
        top = torch.topk(scores + self.e_score_correction_bias, self.k, dim=-1).indices
        w = scores.gather(1, top)
        w /= w.sum(-1, keepdim=True)
        out = torch.zeros_like(x)
        mask = F.one_hot(top, self.E).permute(2, 1, 0)
        for e in range(self.E):
            slot, tok = torch.where(mask[e])
            if tok.numel() == 0:
                continue
            out.index_add_(0, tok, self.expert(e, x[tok]) * w[tok, slot, None])
        return (out + x @ self.shared).view_as(hidden)


class TiedGPT(Odd):
    """nanoGPT by hand, head tied to F.embedding's table; positions sliced."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "wte": True,
        "wpe": False,
        "ln_g": False,
        "ln_b": False,
        "attn_w": True,
        "mlp_w": True,
        "mlp_v": True,
        "resid": False,
        "lm_bias": False,
    }

    def __init__(self, vocab=7, d=8, ctx=6):
        super().__init__()
        self.wte = nn.Parameter(torch.randn(vocab, d) * 0.02)
        self.wpe = nn.Parameter(torch.randn(ctx, d) * 0.01)
        self.ln_g, self.ln_b = nn.Parameter(torch.ones(3, d)), nn.Parameter(torch.zeros(3, d))
        self.attn_w = nn.Parameter(torch.randn(d, 3 * d) * 0.02)
        self.mlp_w = nn.Parameter(torch.randn(d, 4 * d) * 0.02)
        self.mlp_v = nn.Parameter(torch.randn(4 * d, d) * 0.02)
        self.resid = nn.Parameter(torch.ones(2, 1))
        self.lm_bias = nn.Parameter(torch.zeros(vocab))

    def norm(self, x, i):
        return F.layer_norm(x, (x.shape[-1],), self.ln_g[i], self.ln_b[i])

    def forward(self, idx):
        b, t = idx.shape
        x = F.embedding(idx, self.wte) + self.wpe[:t]
        q, k, v = (self.norm(x, 0) @ self.attn_w).split(x.shape[-1], dim=-1)
        x = x * self.resid[0] + F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x * self.resid[1] + F.gelu(self.norm(x, 1) @ self.mlp_w) @ self.mlp_v
        return self.norm(x, 2) @ self.wte.t() + self.lm_bias


class SoftPromptLM(Odd):
    """Soft prompts, a value embedding mixed by lambdas, U-net skip weights (speedrun style)."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "embed.weight": True,
        "value_embed.weight": True,
        "soft_prompt": False,
        "lambdas": False,
        "skip_weights": False,
        "c_fc": True,
        "c_proj": True,
        "smear_gate": True,
    }

    def __init__(self, vocab=7, d=8, n_prompt=3, layers=4):
        super().__init__()
        self.embed = nn.Embedding(vocab, d)
        self.value_embed = nn.Embedding(vocab, d)
        self.soft_prompt = nn.Parameter(self.embed.weight[:n_prompt].clone().detach())
        self.lambdas = nn.Parameter(torch.tensor([[0.5, 0.5]] * layers))
        self.skip_weights = nn.Parameter(torch.ones(layers // 2))
        self.c_fc = nn.Parameter(torch.randn(layers, d, 2 * d) * 0.1)
        self.c_proj = nn.Parameter(torch.zeros(layers, 2 * d, d))
        self.smear_gate = nn.Parameter(torch.zeros(1, d))
        self.layers = layers

    def block(self, x, ve, i):
        l0, l1 = self.lambdas[i]
        y = l0 * x + l1 * ve
        return x + F.relu(y @ self.c_fc[i]).square() @ self.c_proj[i]

    def forward(self, ids):
        x, ve = self.embed(ids), self.value_embed(ids)
        n = self.soft_prompt.size(0)
        x = torch.cat([self.soft_prompt[None].expand(len(ids), -1, -1), x], 1)
        ve = F.pad(ve, (0, 0, n, 0))
        gate = torch.sigmoid(F.linear(x[:, 1:], self.smear_gate))
        x = torch.cat([x[:, :1], x[:, 1:] + gate * x[:, :-1]], 1)
        skips, half = [], self.layers // 2
        for i in range(self.layers):
            if i >= half:
                x = x + self.skip_weights[i - half] * skips.pop()
            x = self.block(x, ve, i)
            if i < half:
                skips.append(x)
        return F.rms_norm(x[:, n:], (x.size(-1),))


# ------------------------------------------------------------------ graphs


def glorot(tensor: Optional[Tensor]):
    if tensor is not None:
        stdv = math.sqrt(6.0 / (tensor.size(-2) + tensor.size(-1)))
        tensor.data.uniform_(-stdv, stdv)


class GATHome(Odd):
    """PyG-like GAT with separate source and target attention vectors."""

    DATA: ClassVar = (NODES, EDGES)
    RIGHT: ClassVar = {"lin_src": True, "att_src": True, "att_dst": True, "bias": False}

    def __init__(self, in_channels=8, out_channels=3, heads=2, negative_slope=0.2):
        super().__init__()
        self.heads, self.out_channels, self.negative_slope = heads, out_channels, negative_slope
        self.lin_src = Parameter(torch.empty(in_channels, heads * out_channels))
        self.att_src = Parameter(torch.empty(1, heads, out_channels))
        self.att_dst = Parameter(torch.empty(1, heads, out_channels))
        self.bias = Parameter(torch.zeros(heads * out_channels))
        for p in (self.lin_src, self.att_src, self.att_dst):
            glorot(p)

    def message(self, x_j, alpha_j, alpha_i, index, n):
        alpha = F.leaky_relu(alpha_j + alpha_i, self.negative_slope).exp()
        denom = torch.zeros(n, self.heads).index_add(0, index, alpha)
        alpha = alpha / (denom[index] + 1e-16)
        return x_j * alpha.unsqueeze(-1)

    def forward(self, x, edge_index):
        src, dst = edge_index
        H, C = self.heads, self.out_channels
        h = torch.mm(x, self.lin_src).view(-1, H, C)
        a_src = (h * self.att_src).sum(dim=-1)
        a_dst = (h * self.att_dst).sum(dim=-1)
        msg = self.message(h[src], a_src[src], a_dst[dst], dst, x.size(0))
        out = torch.zeros_like(h).index_add_(0, dst, msg)
        return out.view(-1, H * C) + self.bias


class RGCNBasisMade(Odd):
    """RGCN with basis decomposition; coefficients mix bases into a matrix a relation."""

    DATA: ClassVar = (NODES, EDGES, EDGE_TYPE)
    RIGHT: ClassVar = {"bases": True, "root": True, "bias": False}

    def __init__(self, d=8, out=5, relations=3, num_bases=2):
        super().__init__()
        self.num_relations = relations
        self.bases = nn.Parameter(torch.Tensor(num_bases, d, out))
        self.root = nn.Parameter(torch.Tensor(d, out))
        self.bias = nn.Parameter(torch.zeros(out))
        glorot(self.bases), glorot(self.root)
        self.register_buffer("comp", torch.randn(relations, num_bases))

    def forward(self, x, edge_index, edge_type):
        weight = (self.comp @ self.bases.view(self.bases.size(0), -1)).view(self.num_relations, *self.bases.shape[1:])
        out = x @ self.root
        for r in range(self.num_relations):
            src, dst = edge_index[:, edge_type == r]
            agg = torch.zeros_like(x).index_add_(0, dst, x[src])
            out = out + agg @ weight[r]
        return out + self.bias


class RGCNBlockDiagonal(Odd):
    """RGCN, block-diagonal; weights taken by edge type and multiplied by bmm."""

    DATA: ClassVar = (NODES, EDGES, EDGE_TYPE)
    RIGHT: ClassVar = {"weight": True, "w_self": True, "h_bias": False}

    def __init__(self, d=8, relations=3, blocks=2):
        super().__init__()
        self.b, self.s = blocks, d // blocks
        self.weight = nn.Parameter(torch.randn(relations, blocks * self.s * self.s) * 0.2)
        self.w_self = nn.Parameter(torch.randn(d, d) * 0.2)
        self.h_bias = nn.Parameter(torch.zeros(d))

    def forward(self, feat, edges, etypes):
        src, dst = edges
        weight = self.weight.index_select(0, etypes).view(-1, self.s, self.s)
        node = feat[src].view(-1, 1, self.s)
        msg = torch.bmm(node, weight).view(-1, self.b * self.s)
        h = torch.zeros_like(feat).scatter_add(0, dst[:, None].expand_as(msg), msg)
        return F.relu(h + torch.matmul(feat, self.w_self) + self.h_bias)


class EdgeConditioned(Odd):
    """NNConv: an edge network makes a matrix for each edge; GRU-like gate by hand."""

    DATA: ClassVar = (NODES, EDGES, torch.randn(6, 3))
    RIGHT: ClassVar = {"nn_w1": True, "nn_b1": False, "nn_w2": True, "nn_b2": False, "root": True, "eps": False}

    def __init__(self, d=8, out=4, de=3, hidden=5):
        super().__init__()
        self.d, self.out = d, out
        self.nn_w1, self.nn_b1 = weights(hidden, de), nn.Parameter(torch.zeros(hidden))
        self.nn_w2, self.nn_b2 = weights(d * out, hidden), nn.Parameter(torch.zeros(d * out))
        self.root = weights(d, out)
        self.eps = nn.Parameter(torch.Tensor([0.0]))

    def edge_network(self, e):
        return F.linear(F.linear(e, self.nn_w1, self.nn_b1).relu(), self.nn_w2, self.nn_b2).view(-1, self.d, self.out)

    def forward(self, x, ei, ea):
        m = torch.matmul(x[ei[0]].unsqueeze(1), self.edge_network(ea)).squeeze(1)
        agg = x.new_zeros(x.size(0), self.out).index_add_(0, ei[1], m)
        return agg + (1 + self.eps) * (x @ self.root)


class GPRGNN(Odd):
    """GPR-GNN/APPNP: learned teleport weights of hops after a small MLP."""

    DATA: ClassVar = (NODES, ADJ)
    RIGHT: ClassVar = {"W1": True, "W2": True, "b1": False, "b2": False, "temp": False}

    def __init__(self, d=8, hidden=6, classes=3, K=3, alpha=0.1):
        super().__init__()
        self.K = K
        self.W1, self.b1 = nn.Parameter(torch.randn(d, hidden) * 0.3), nn.Parameter(torch.zeros(1, hidden))
        self.W2, self.b2 = nn.Parameter(torch.randn(hidden, classes) * 0.3), nn.Parameter(torch.zeros(1, classes))
        TEMP = alpha * (1 - alpha) ** np.arange(K + 1)
        TEMP[-1] = (1 - alpha) ** K
        self.temp = nn.Parameter(torch.tensor(TEMP, dtype=torch.float32))

    def forward(self, x, adj):
        d = adj.sum(1).rsqrt()
        a = d[:, None] * adj * d[None]
        z = F.relu(x @ self.W1 + self.b1) @ self.W2 + self.b2
        hidden = z * self.temp[0]
        for k in range(self.K):
            z = a @ z
            gamma = self.temp[k + 1]
            hidden = hidden + gamma * z
        return hidden


class ChebConvHome(Odd):
    """Chebyshev polynomials, one matrix an order, by student recursion."""

    DATA: ClassVar = (NODES, ADJ)
    RIGHT: ClassVar = {"theta.0": True, "theta.1": True, "theta.2": True, "skip_alpha": False, "bias": False}

    def __init__(self, d=8, out=4, K=3):
        super().__init__()
        self.theta = nn.ParameterList([nn.Parameter(torch.FloatTensor(d, out)) for _ in range(K)])
        for t in self.theta:
            nn.init.xavier_uniform_(t)
        self.bias = nn.Parameter(torch.zeros(out))
        self.skip_alpha = nn.Parameter(torch.zeros(1, out))

    def forward(self, x, adj):
        L = -(adj / adj.sum(1, keepdim=True))
        polys = [x, L @ x]
        while len(polys) < len(self.theta):
            polys.append(2 * L @ polys[-1] - polys[-2])
        out = sum([p @ t for p, t in zip(polys, self.theta)])
        return torch.sigmoid(self.skip_alpha) * out + self.bias


class HeteroGraphTransformer(Odd):
    """HGT by node type with k, v, relation matrices and skip gates."""

    DATA: ClassVar = ({"paper": torch.randn(4, 8), "author": torch.randn(3, 8)},)
    RIGHT: ClassVar = {
        "k.paper": True,
        "k.author": True,
        "v.paper": True,
        "v.author": True,
        "q": True,
        "relation_att": True,
        "relation_msg": True,
        "relation_pri": False,
        "skip.paper": False,
        "skip.author": False,
    }

    def __init__(self, d=8, heads=2):
        super().__init__()
        self.h, self.dk = heads, d // heads
        types = ("paper", "author")
        self.k = nn.ParameterDict({t: nn.Parameter(torch.randn(d, d) * 0.3) for t in types})
        self.v = nn.ParameterDict({t: nn.Parameter(torch.randn(d, d) * 0.3) for t in types})
        self.skip = nn.ParameterDict({t: nn.Parameter(torch.ones(1)) for t in types})
        self.q = nn.Parameter(torch.randn(d, d) * 0.3)
        self.relation_att = nn.Parameter(torch.randn(2, heads, self.dk, self.dk))
        self.relation_msg = nn.Parameter(torch.randn(2, heads, self.dk, self.dk))
        self.relation_pri = nn.Parameter(torch.ones(2, heads))

    def heads(self, t):
        return t.view(-1, self.h, self.dk).transpose(0, 1)

    def forward(self, xs):
        out = {}
        for r, (dst, src) in enumerate([("paper", "author"), ("author", "paper")]):
            q = self.heads(xs[dst] @ self.q)
            k = torch.bmm(self.heads(xs[src] @ self.k[src]), self.relation_att[r])
            v = torch.bmm(self.heads(xs[src] @ self.v[src]), self.relation_msg[r])
            att = q @ k.mT * self.relation_pri[r].view(-1, 1, 1) / math.sqrt(self.dk)
            msg = (att.softmax(-1) @ v).transpose(0, 1).flatten(1)
            a = torch.sigmoid(self.skip[dst])
            out[dst] = a * F.gelu(msg) + (1 - a) * xs[dst]
        return out


class DistMultScorer(Odd):
    """Entities looked up; relations as full matrices taken by id (RESCAL)."""

    DATA: ClassVar = (torch.tensor([0, 1]), torch.tensor([1, 2]), torch.tensor([3, 4]))
    RIGHT: ClassVar = {"entities.weight": True, "relations": True, "gamma": False, "inp_bn_w": False, "inp_bn_b": False}

    def __init__(self, n_ent=6, n_rel=3, d=4):
        super().__init__()
        self.entities = nn.Embedding(n_ent, d)
        self.relations = nn.Parameter(torch.randn(n_rel, d, d) * 0.3)
        self.gamma = nn.Parameter(torch.Tensor([12.0]))
        self.inp_bn_w = nn.Parameter(torch.ones(1, d))
        self.inp_bn_b = nn.Parameter(torch.zeros(1, d))

    def forward(self, h, r, t):
        e_h, e_t = self.entities(h), self.entities(t)
        e_h = F.layer_norm(e_h, e_h.shape[-1:]) * self.inp_bn_w + self.inp_bn_b
        mat = self.relations[r]
        score = torch.bmm(e_h[:, None, :], mat).squeeze(1).mul(e_t).sum(-1)
        return self.gamma - score.abs()


# ---------------------------------------------------------------------- RL


class NoisyLinearHome(Odd):
    """Rainbow: factorised noise of fixed strength for weights, learned for biases, with a dueling head."""

    RIGHT: ClassVar = {
        "adv_weight_mu": True,
        "adv_bias_mu": False,
        "adv_bias_sigma": False,
        "val_weight_mu": True,
        "val_bias_mu": False,
        "val_bias_sigma": False,
    }

    def __init__(self, in_features=8, actions=3, std_init=0.5):
        super().__init__()
        self.in_features = in_features
        for prefix, out in (("adv", actions), ("val", 1)):
            bound = 1 / math.sqrt(in_features)
            self.register_parameter(
                prefix + "_weight_mu", nn.Parameter(torch.empty(out, in_features).uniform_(-bound, bound))
            )
            self.register_buffer(prefix + "_weight_sigma", torch.full((out, in_features), std_init * bound))
            self.register_parameter(prefix + "_bias_mu", nn.Parameter(torch.empty(out).uniform_(-bound, bound)))
            self.register_parameter(prefix + "_bias_sigma", nn.Parameter(torch.full((out,), std_init / math.sqrt(out))))

    @staticmethod
    def f(n):
        x = torch.randn(n)
        return x.sign().mul_(x.abs().sqrt_())

    def noisy(self, x, weight_mu, weight_sigma, bias_mu, bias_sigma):
        ei, eo = self.f(weight_mu.size(1)), self.f(weight_mu.size(0))
        return F.linear(x, weight_mu + weight_sigma * torch.outer(eo, ei), bias_mu + bias_sigma * eo)

    def forward(self, x):
        a = self.noisy(x, self.adv_weight_mu, self.adv_weight_sigma, self.adv_bias_mu, self.adv_bias_sigma)
        v = self.noisy(x, self.val_weight_mu, self.val_weight_sigma, self.val_bias_mu, self.val_bias_sigma)
        return v + a - a.mean(dim=1, keepdim=True)


class EnsembleDynamics(Odd):
    """PETS/MBPO: batched ensemble, learned log-variance bounds."""

    RIGHT: ClassVar = {
        "lin0_w": True,
        "lin0_b": False,
        "lin1_w": True,
        "lin1_b": False,
        "max_logvar": False,
        "min_logvar": False,
    }

    def __init__(self, ensemble_size=3, in_dim=8, hidden=6, out=4):
        super().__init__()
        self.num_nets, self.out = ensemble_size, out
        self.lin0_w, self.lin0_b = self.get_affine_params(ensemble_size, in_dim, hidden)
        self.lin1_w, self.lin1_b = self.get_affine_params(ensemble_size, hidden, 2 * out)
        self.max_logvar = nn.Parameter(torch.ones(1, out, dtype=torch.float32) / 2.0)
        self.min_logvar = nn.Parameter(-torch.ones(1, out, dtype=torch.float32) * 10.0)

    @staticmethod
    def get_affine_params(e, i, o):
        w = torch.empty(e, i, o)
        nn.init.trunc_normal_(w, std=1.0 / (2.0 * np.sqrt(i)))
        return nn.Parameter(w), nn.Parameter(torch.zeros(e, 1, o, dtype=torch.float32))

    def forward(self, inputs):
        x = inputs[None].repeat(self.num_nets, 1, 1)
        x = x.matmul(self.lin0_w) + self.lin0_b
        x = x * torch.sigmoid(x)
        x = torch.baddbmm(self.lin1_b, x, self.lin1_w)
        mean, logvar = x[:, :, : self.out], x[:, :, self.out :]
        logvar = self.max_logvar - F.softplus(self.max_logvar - logvar)
        logvar = self.min_logvar + F.softplus(logvar - self.min_logvar)
        return mean, torch.exp(logvar)


class SquashedActor(Odd):
    """Actor with log_std and vectorised critics; entropy coefficient and Popart statistics."""

    RIGHT: ClassVar = {
        "actor_w": True,
        "log_std": False,
        "log_alpha": False,
        "critic_w": True,
        "critic_bias": False,
        "critic_out": True,
        "q_scale": False,
    }

    def __init__(self, obs=8, act=3, n_critics=2, h=6):
        super().__init__()
        self.actor_w = nn.Parameter(torch.empty(act, obs))
        nn.init.orthogonal_(self.actor_w, gain=0.01)
        self.log_std = nn.Parameter(torch.zeros(1, act))
        self.log_alpha = nn.Parameter(torch.zeros(1))
        self.critic_w = nn.Parameter(torch.randn(n_critics, obs + act, h))
        self.critic_bias = nn.Parameter(torch.zeros(n_critics, 1, h))
        self.critic_out = nn.Parameter(torch.randn(n_critics, h))
        self.q_scale = nn.Parameter(torch.ones(n_critics, 1))

    def forward(self, obs):
        mean = F.linear(obs, self.actor_w)
        std = self.log_std.clamp(-20, 2).exp().expand_as(mean)
        dist = torch.distributions.Normal(mean, std)
        a = dist.rsample()
        logp = (dist.log_prob(a) - torch.log(1 - a.tanh().pow(2) + 1e-6)).sum(-1)
        sa = torch.cat([obs, a.tanh()], -1)
        h = torch.einsum("bi,cih->cbh", sa, self.critic_w).add(self.critic_bias).relu()
        q = torch.einsum("cbh,ch->cb", h, self.critic_out) * self.q_scale
        return (self.log_alpha.exp() * logp - q.min(0).values).mean()


class QMixerMade(Odd):
    """QMIX's hypernetworks of the state."""

    DATA: ClassVar = (torch.randn(4, 3), X)
    RIGHT: ClassVar = {
        "hyper_w1": True,
        "hyper_b1": True,
        "hyper_w_final": True,
        "V": True,
        "V_bias": False,
        "hyper_w1_bias": False,
    }

    def __init__(self, n_agents=3, state=8, embed=4):
        super().__init__()
        self.n, self.embed_dim = n_agents, embed
        self.hyper_w1 = nn.Parameter(torch.randn(state, n_agents * embed) * 0.1)
        self.hyper_w1_bias = nn.Parameter(torch.zeros(n_agents * embed))
        self.hyper_b1 = nn.Parameter(torch.randn(state, embed) * 0.1)
        self.hyper_w_final = nn.Parameter(torch.randn(state, embed) * 0.1)
        self.V = nn.Parameter(torch.randn(state, 1) * 0.1)
        self.V_bias = nn.Parameter(torch.zeros(1))

    def forward(self, agent_qs, states):
        w1 = torch.abs(states @ self.hyper_w1 + self.hyper_w1_bias).view(-1, self.n, self.embed_dim)
        b1 = (states @ self.hyper_b1).view(-1, 1, self.embed_dim)
        hidden = F.elu(torch.bmm(agent_qs.view(-1, 1, self.n), w1) + b1)
        w_final = torch.abs(states @ self.hyper_w_final).view(-1, self.embed_dim, 1)
        v = (states @ self.V + self.V_bias).view(-1, 1, 1)
        return torch.bmm(hidden, w_final) + v


# ------------------------------------------------------------ quantisation


class RoundSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


def grad_scale(x, scale):
    y_grad = x * scale
    return (x - y_grad).detach() + y_grad


class LSQLinearMade(Odd):
    """LSQ steps for weights a channel and for activations, PACT clip."""

    RIGHT: ClassVar = {
        "weight": True,
        "bias": False,
        "w_step": False,
        "a_step": False,
        "pact_alpha": False,
        "zero_point": False,
    }

    def __init__(self, d=8, out=5, bits=4):
        super().__init__()
        self.Qn, self.Qp = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        self.weight = nn.Parameter(torch.randn(out, d))
        self.bias = nn.Parameter(torch.zeros(out))
        self.w_step = nn.Parameter(2 * self.weight.detach().abs().mean(1, keepdim=True) / math.sqrt(self.Qp))
        self.a_step = nn.Parameter(torch.tensor(0.1))
        self.zero_point = nn.Parameter(torch.zeros(1, d))
        self.pact_alpha = nn.Parameter(torch.tensor(6.0))

    def lsq(self, v, s):
        s = grad_scale(s, 1.0 / math.sqrt(v.numel() * self.Qp))
        return RoundSTE.apply((v / s).clamp(self.Qn, self.Qp)) * s

    def forward(self, x):
        x = 0.5 * (x.abs() - (x - self.pact_alpha).abs() + self.pact_alpha)
        x = self.lsq(x - self.zero_point, self.a_step) + self.zero_point
        return F.linear(x, self.lsq(self.weight, self.w_step), self.bias)


class BinarizeFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, inp):
        ctx.save_for_backward(inp)
        return inp.sign()

    @staticmethod
    def backward(ctx, grad):
        (inp,) = ctx.saved_tensors
        return grad * (inp.abs() <= 1).float()


class ReActConv(Odd):
    """ReActNet: binary kernel with learned shifts, RSign and RPReLU."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"weights": True, "move0": False, "move1": False, "slope": False, "move2": False}

    def __init__(self, c=6):
        super().__init__()
        self.shape = (c, c, 3, 3)
        self.weights = nn.Parameter(torch.rand((c * c * 9, 1)) * 0.001, requires_grad=True)
        self.move0 = nn.Parameter(torch.zeros(1, c, 1, 1), requires_grad=True)
        self.move1 = nn.Parameter(torch.zeros(1, c, 1, 1), requires_grad=True)
        self.move2 = nn.Parameter(torch.zeros(1, c, 1, 1), requires_grad=True)
        self.slope = nn.Parameter(torch.full((c,), 0.25))

    def forward(self, x):
        b = BinarizeFn.apply(x + self.move0.expand_as(x))
        real_weights = self.weights.view(self.shape)
        scaling_factor = torch.mean(abs(real_weights), dim=(1, 2, 3), keepdim=True).detach()
        binary_weights_no_grad = scaling_factor * torch.sign(real_weights)
        cliped_weights = torch.clamp(real_weights, -1.0, 1.0)
        binary_weights = binary_weights_no_grad.detach() - cliped_weights.detach() + cliped_weights
        y = F.conv2d(b, binary_weights, padding=1) + x
        return F.prelu(y + self.move1, self.slope) + self.move2


class BitLinearHome(Odd):
    """BitNet ternary weights, rms gain before."""

    RIGHT: ClassVar = {"weight": True, "norm": False}

    def __init__(self, d=8, out=6):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out, d))
        self.norm = nn.Parameter(torch.ones(d))

    def weight_quant(self, w):
        scale = 1.0 / w.abs().mean().clamp_(min=1e-5)
        return (w * scale).round().clamp_(-1, 1) / scale

    def activation_quant(self, x):
        scale = 127.0 / x.abs().max(dim=-1, keepdim=True).values.clamp_(min=1e-5)
        return (x * scale).round().clamp_(-128, 127) / scale

    def forward(self, x):
        w = self.weight
        x_norm = F.rms_norm(x, (x.size(-1),), self.norm)
        x_quant = x_norm + (self.activation_quant(x_norm) - x_norm).detach()
        w_quant = w + (self.weight_quant(w) - w).detach()
        return F.linear(x_quant, w_quant)


class PrunedByScore(Odd):
    """A soft threshold for each row prunes the kernel (STR)."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"weight": True, "sparseThreshold": False, "slim": False}

    def __init__(self, c=6, out=4):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out, c, 3, 3) * 0.1)
        self.sparseThreshold = nn.Parameter(torch.full((out, 1, 1, 1), -5.0))
        self.slim = nn.Parameter(torch.ones(out, 1, 1))

    def sparse(self):
        return torch.sign(self.weight) * F.relu(torch.abs(self.weight) - torch.sigmoid(self.sparseThreshold))

    def forward(self, x):
        return F.conv2d(x, self.sparse(), padding=1) * self.slim


# ----------------------------------------------------------- probabilistic


class FlipoutMean(Odd):
    """Bayesian layer whose posterior scale is one number a unit; prior mean in the KL."""

    RIGHT: ClassVar = {"weight_mu": True, "log_sigma": False, "bias_mu": False, "prior_log_sigma": False}

    def __init__(self, d=8, out=4):
        super().__init__()
        self.weight_mu = nn.Parameter(torch.randn(out, d) * 0.1)
        self.log_sigma = nn.Parameter(torch.full((out, 1), -3.0))
        self.bias_mu = nn.Parameter(torch.zeros(out))
        self.prior_log_sigma = nn.Parameter(torch.zeros(()))

    def kl(self):
        var, pvar = (2 * self.log_sigma).exp(), (2 * self.prior_log_sigma).exp()
        return 0.5 * ((var + self.weight_mu**2) / pvar - 1 - (var / pvar).log()).sum()

    def forward(self, x):
        mean = F.linear(x, self.weight_mu, self.bias_mu)
        std = (x.pow(2).sum(-1, keepdim=True) * (2 * self.log_sigma).exp().T).sqrt()
        return mean + std * torch.randn_like(mean), self.kl()


class MDNHead(Odd):
    """Mixture density head from one stacked matrix for pi, mu and sigma."""

    RIGHT: ClassVar = {"z_h": True, "z_h_bias": False, "out": True, "out_bias": False, "min_sigma": False}

    def __init__(self, d=8, h=6, k=3):
        super().__init__()
        self.z_h = nn.Parameter(torch.randn(d, h) * 0.3)
        self.z_h_bias = nn.Parameter(torch.zeros(1, h))
        self.out = nn.Parameter(torch.randn(3, h, k) * 0.3)
        self.out_bias = nn.Parameter(torch.zeros(3, 1, k))
        self.min_sigma = nn.Parameter(torch.full((1, k), -4.0))

    def forward(self, x):
        z = torch.tanh(torch.addmm(self.z_h_bias, x, self.z_h))
        pi, mu, sigma = torch.matmul(z, self.out) + self.out_bias
        return pi.softmax(-1), mu, sigma.exp() + self.min_sigma.exp()


class MADEBlock(Odd):
    """Masked autoregressive flow: masks are buffers."""

    RIGHT: ClassVar = {"w_in": True, "b_in": False, "w_out": True, "b_out": False, "scale": False}

    def __init__(self, d=8, h=12):
        super().__init__()
        deg_in, deg_h = torch.arange(d), torch.arange(h) % (d - 1)
        self.register_buffer("mask_in", (deg_h[:, None] >= deg_in[None]).float())
        self.register_buffer("mask_out", (deg_in[:, None] > deg_h[None]).float().repeat(2, 1))
        self.w_in, self.b_in = nn.Parameter(torch.randn(h, d) * 0.1), nn.Parameter(torch.zeros(h))
        self.w_out, self.b_out = nn.Parameter(torch.randn(2 * d, h) * 0.1), nn.Parameter(torch.zeros(2 * d))
        self.scale = nn.Parameter(torch.zeros(1, d))

    def forward(self, x):
        h = F.linear(x, self.mask_in * self.w_in, self.b_in).relu()
        m, s = F.linear(h, self.mask_out * self.w_out, self.b_out).chunk(2, 1)
        s = torch.tanh(s) * self.scale.exp()
        return (x - m) * torch.exp(-s), -s.sum(-1)


class GlowLU(Odd):
    """Invertible 1x1 convolution with LU parts, and ActNorm."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {"w_l": True, "w_u": True, "log_s": False, "loc": False, "actnorm_scale": False}

    def __init__(self, c=6):
        super().__init__()
        q, _ = torch.linalg.qr(torch.randn(c, c))
        p, l, u = torch.linalg.lu(q)
        self.w_l, self.w_u = nn.Parameter(l), nn.Parameter(torch.triu(u, 1))
        s = u.diag()
        self.log_s = nn.Parameter(s.abs().log())
        self.register_buffer("w_p", p)
        self.register_buffer("s_sign", s.sign())
        self.register_buffer("l_mask", torch.tril(torch.ones(c, c), -1))
        self.loc = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.actnorm_scale = nn.Parameter(torch.ones(1, c, 1, 1))

    def calc_weight(self):
        eye = torch.eye(self.l_mask.shape[0])
        return (
            self.w_p
            @ (self.w_l * self.l_mask + eye)
            @ (self.w_u * self.l_mask.mT + torch.diag(self.s_sign * self.log_s.exp()))
        )[:, :, None, None]

    def forward(self, x):
        _, _, h, w = x.shape
        x = self.actnorm_scale * (x + self.loc)
        logdet = h * w * (self.actnorm_scale.abs().log().sum() + self.log_s.sum())
        return F.conv2d(x, self.calc_weight()), logdet


class VQBottleneck(Odd):
    """VQ-VAE, bare codebook chosen by distance and rows taken."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"project_in": True, "codebook": False, "project_out": True, "beta": False}

    def __init__(self, d=8, dim=4, K=6):
        super().__init__()
        self.project_in = nn.Parameter(torch.randn(dim, d) * 0.3)
        self.codebook = nn.Parameter(torch.empty(K, dim).uniform_(-1 / K, 1 / K))
        self.project_out = nn.Parameter(torch.randn(d, dim) * 0.3)
        self.beta = nn.Parameter(torch.tensor(0.25))

    def quantize(self, z):
        flat = z.reshape(-1, z.shape[-1])
        idx = torch.cdist(flat, self.codebook).argmin(-1)
        return self.codebook[idx].view_as(z), idx

    def forward(self, x):
        z = F.linear(x, self.project_in)
        q, idx = self.quantize(z)
        loss = F.mse_loss(q, z.detach()) + self.beta * F.mse_loss(z, q.detach())
        q = z + (q - z).detach()
        return F.linear(q, self.project_out), loss


class SparseGP(Odd):
    """Inducing points, lengthscales, variational mean, noise."""

    RIGHT: ClassVar = {
        "inducing_points": False,
        "raw_lengthscale": False,
        "raw_outputscale": False,
        "raw_noise": False,
        "mean_const": False,
    }

    def __init__(self, d=8, m=5):
        super().__init__()
        self.inducing_points = nn.Parameter(torch.randn(m, d))
        self.raw_lengthscale = nn.Parameter(torch.zeros(1, d))
        self.raw_outputscale = nn.Parameter(torch.tensor(0.0))
        self.raw_noise = nn.Parameter(torch.zeros(1))
        self.mean_const = nn.Parameter(torch.zeros(1))
        self.register_buffer("targets", torch.randn(m, 1))

    @property
    def lengthscale(self):
        return F.softplus(self.raw_lengthscale) + 1e-4

    def kernel(self, a, b):
        a, b = a / self.lengthscale, b / self.lengthscale
        d2 = (a[:, None] - b[None]).square().sum(-1)
        return F.softplus(self.raw_outputscale) * torch.exp(-0.5 * d2)

    def forward(self, x):
        kzz = self.kernel(self.inducing_points, self.inducing_points)
        kzz = kzz + (F.softplus(self.raw_noise) + 1e-3) * torch.eye(len(kzz))
        L = torch.linalg.cholesky(kzz)
        alpha = torch.cholesky_solve(self.targets - self.mean_const, L)
        return self.kernel(x, self.inducing_points) @ alpha + self.mean_const


class PlanarFlowsMade(Odd):
    """Planar layers whose vectors are one-dimensional, then an output matrix."""

    RIGHT: ClassVar = {
        "u.0": False,
        "u.1": False,
        "w.0": False,
        "w.1": False,
        "b.0": False,
        "b.1": False,
        "readout": True,
    }

    def __init__(self, d=8, n=2):
        super().__init__()
        for name in "uw":
            setattr(self, name, nn.ParameterList([nn.Parameter(torch.randn(d) * 0.1) for _ in range(n)]))
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(1)) for _ in range(n)])
        self.readout = nn.Parameter(torch.randn(d, 2))

    def forward(self, z):
        ld = 0.0
        for u, w, b in zip(self.u, self.w, self.b):
            lin = z @ w + b
            z = z + u * torch.tanh(lin)[:, None]
            ld = ld + torch.log(1e-6 + (1 + (1 - torch.tanh(lin) ** 2) * (u @ w)).abs())
        return z @ self.readout, ld


# ----------------------------------------------------------------- physics


class PINNSelfAdaptive(Odd):
    """PINN with adaptive slopes of activations, point weights and an unknown viscosity."""

    DATA: ClassVar = (COORDS,)
    RIGHT: ClassVar = {
        "W.0": True,
        "W.1": True,
        "W.2": True,
        "B.0": False,
        "B.1": False,
        "B.2": False,
        "a": False,
        "lambda_u": False,
        "lambda_f": False,
        "nu": False,
    }

    def __init__(self, layers=(2, 6, 6, 1), n_points=10):
        super().__init__()
        self.W, self.B = nn.ParameterList(), nn.ParameterList()
        for l in range(len(layers) - 1):
            self.W.append(self.xavier_init([layers[l], layers[l + 1]]))
            self.B.append(nn.Parameter(torch.zeros(1, layers[l + 1])))
        self.a = nn.Parameter(0.1 * torch.ones(len(layers) - 2, 1))
        self.lambda_u = nn.Parameter(torch.rand(n_points, 1))
        self.lambda_f = nn.Parameter(torch.rand(n_points, 1))
        self.nu = nn.Parameter(torch.tensor(-6.0))

    def xavier_init(self, size):
        std = np.sqrt(2 / sum(size))
        return nn.Parameter(torch.randn(size) * std)

    def net_u(self, X):
        H = 2.0 * X - 1.0
        for l in range(len(self.W) - 1):
            H = torch.tanh(10 * self.a[l] * torch.add(torch.matmul(H, self.W[l]), self.B[l]))
        return torch.add(torch.matmul(H, self.W[-1]), self.B[-1])

    def forward(self, X):
        u = self.net_u(X)
        eps = 1e-2
        shift = torch.tensor([[eps, 0.0]])
        u_x = (self.net_u(X + shift) - u) / eps
        f = u * u_x - torch.exp(self.nu) * u
        return (self.lambda_u * u).pow(2).mean() + (self.lambda_f * f).pow(2).mean()


class SirenFourier(Odd):
    """Trained Fourier features, sine layers with learned omega (FINER-like), FiLM code by row."""

    DATA: ClassVar = (COORDS,)
    RIGHT: ClassVar = {
        "B": True,
        "omega": False,
        "net.w0": True,
        "net.b0": False,
        "net.w1": True,
        "net.b1": False,
        "latent": False,
    }

    def __init__(self, d=2, m=4, h=6):
        super().__init__()
        self.B = nn.Parameter(torch.randn(m, d) * 2)
        self.omega = nn.Parameter(torch.full((2, 1), 30.0))
        self.latent = nn.Parameter(torch.zeros(1, h))
        self.net = nn.ParameterDict(
            OrderedDict(
                w0=nn.Parameter(torch.empty(h, 2 * m).uniform_(-0.1, 0.1)),
                b0=nn.Parameter(torch.zeros(h)),
                w1=nn.Parameter(torch.empty(3, h).uniform_(-0.1, 0.1)),
                b1=nn.Parameter(torch.zeros(3)),
            )
        )

    def forward(self, c):
        proj = (2.0 * np.pi * c) @ self.B.t()
        x = torch.cat([proj.sin(), proj.cos()], -1)
        x = torch.sin(self.omega[0] * F.linear(x, self.net["w0"], self.net["b0"]) + self.latent)
        return F.linear(x, self.net["w1"], self.net["b1"])


class FNO1d(Odd):
    """Fourier neural operator: complex spectral weights and a pointwise bypass."""

    DATA: ClassVar = (torch.randn(2, 4, 16),)
    RIGHT: ClassVar = {"weights1.0": True, "weights1.1": True, "w.0": True, "w.1": True, "b": False}

    def __init__(self, c=4, modes=3, depth=2):
        super().__init__()
        self.modes1 = modes
        scale = 1 / (c * c)
        self.weights1 = nn.ParameterList(
            [nn.Parameter(scale * torch.rand(c, c, modes, dtype=torch.cfloat)) for _ in range(depth)]
        )
        self.w = nn.ParameterList([nn.Parameter(torch.randn(c, c, 1) * 0.2) for _ in range(depth)])
        self.b = nn.Parameter(torch.zeros(depth, c, 1))

    def compl_mul1d(self, input, weights):
        return torch.einsum("bix,iox->box", input, weights)

    def spectral(self, x, weights):
        x_ft = torch.fft.rfft(x)
        out_ft = torch.zeros(x.shape[0], weights.shape[1], x.size(-1) // 2 + 1, dtype=torch.cfloat)
        out_ft[:, :, : self.modes1] = self.compl_mul1d(x_ft[:, :, : self.modes1], weights)
        return torch.fft.irfft(out_ft, n=x.size(-1))

    def forward(self, x):
        for i, (sw, w) in enumerate(zip(self.weights1, self.w)):
            x = F.gelu(self.spectral(x, sw) + F.conv1d(x, w) + self.b[i])
        return x


class DeepONetHome(Odd):
    """Branch and trunk with functional_call-free dictionaries; final scalar bias."""

    DATA: ClassVar = (X, COORDS)
    RIGHT: ClassVar = {
        "branch.w1": True,
        "branch.b1": False,
        "branch.w2": True,
        "trunk.w1": True,
        "trunk.b1": False,
        "trunk.w2": True,
        "b0": False,
    }

    def __init__(self, sensors=8, dim=2, p=4, h=6):
        super().__init__()
        make = lambda i: nn.ParameterDict(
            {"w1": weights(i, h), "b1": nn.Parameter(torch.zeros(h)), "w2": weights(h, p)}
        )
        self.branch, self.trunk = make(sensors), make(dim)
        self.b0 = nn.Parameter(torch.tensor(0.0))

    @staticmethod
    def mlp(p, x):
        return torch.tanh(x @ p["w1"] + p["b1"]) @ p["w2"]

    def forward(self, f, y):
        return torch.einsum("bp,np->bn", self.mlp(self.branch, f), self.mlp(self.trunk, y)) + self.b0


class KANLayer(Odd):
    """Efficient-KAN: base matrix, spline coefficients."""

    RIGHT: ClassVar = {"base_weight": True, "spline_weight": True, "bias": False}

    def __init__(self, in_features=8, out_features=4, grid_size=3, spline_order=2):
        super().__init__()
        self.in_features, self.out_features, self.spline_order = in_features, out_features, spline_order
        h = 2 / grid_size
        grid = (torch.arange(-spline_order, grid_size + spline_order + 1) * h - 1).expand(in_features, -1).contiguous()
        self.register_buffer("grid", grid)
        self.base_weight = nn.Parameter(torch.randn(out_features, in_features) * 0.1)
        self.spline_weight = nn.Parameter(torch.randn(out_features, in_features, grid_size + spline_order) * 0.1)
        self.bias = nn.Parameter(torch.zeros(1, out_features))

    def b_splines(self, x):
        grid = self.grid
        x = x.unsqueeze(-1)
        bases = ((x >= grid[:, :-1]) & (x < grid[:, 1:])).to(x.dtype)
        for k in range(1, self.spline_order + 1):
            bases = ((x - grid[:, : -(k + 1)]) / (grid[:, k:-1] - grid[:, : -(k + 1)]) * bases[:, :, :-1]) + (
                (grid[:, k + 1 :] - x) / (grid[:, k + 1 :] - grid[:, 1:-k]) * bases[:, :, 1:]
            )
        return bases.contiguous()

    def forward(self, x):
        base = F.linear(F.silu(x), self.base_weight)
        spline = F.linear(self.b_splines(x).view(x.size(0), -1), self.spline_weight.view(self.out_features, -1))
        return base + spline + self.bias


# ------------------------------------------------------------------ losses


class ArcFaceHeadMade(Odd):
    """ArcFace with a projection, adaptive margin a class and scale."""

    DATA: ClassVar = (X, LABELS)
    RIGHT: ClassVar = {"weight": True, "margins": False, "s": False}

    def __init__(self, d=8, n=4):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(n, d))
        nn.init.xavier_uniform_(self.weight)
        self.margins = nn.Parameter(torch.full((n,), 0.3))
        self.s = nn.Parameter(torch.tensor(30.0))

    def forward(self, emb, label):
        cosine = F.linear(F.normalize(emb), F.normalize(self.weight)).clamp(-1 + 1e-6, 1 - 1e-6)
        m = self.margins[label].unsqueeze(1)
        sine = torch.sqrt(1.0 - cosine.pow(2))
        phi = cosine * torch.cos(m) - sine * torch.sin(m)
        one_hot = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1).long(), 1)
        logits = self.s * (one_hot * phi + (1.0 - one_hot) * cosine)
        return F.cross_entropy(logits, label)


class SubCenterHead(Odd):
    """Sub-center cosine classifier: several columns a class, the best one kept."""

    DATA: ClassVar = (X, LABELS)
    RIGHT: ClassVar = {"kernel": True, "logit_gain": False, "class_bias": False}

    def __init__(self, d=8, n=4, k=2):
        super().__init__()
        self.n, self.k = n, k
        self.kernel = nn.Parameter(torch.randn(d, n * k))
        self.logit_gain = nn.Parameter(torch.ones(1, n))
        self.class_bias = nn.Parameter(torch.zeros(1, n))

    def forward(self, x, y):
        cos = torch.mm(F.normalize(x, dim=1), F.normalize(self.kernel, dim=0))
        cos, _ = cos.view(-1, self.n, self.k).max(dim=2)
        return F.cross_entropy(16 * cos * self.logit_gain + self.class_bias, y)


class CenterLossHome(Odd):
    """Center loss in the well-known form, with a linear classifier."""

    DATA: ClassVar = (X, LABELS)
    RIGHT: ClassVar = {"centers": False, "fc": True, "radius": False}

    def __init__(self, d=8, num_classes=3):
        super().__init__()
        self.num_classes = num_classes
        self.centers = nn.Parameter(torch.randn(num_classes, d))
        self.fc = nn.Parameter(torch.randn(d, num_classes))
        self.radius = nn.Parameter(torch.zeros(num_classes, 1))

    def forward(self, x, labels):
        own = self.centers.index_select(0, labels)
        dist = (x - own).pow(2).sum(1, keepdim=True)
        pull = F.relu(dist - F.softplus(self.radius[labels])).mean()
        return pull + F.cross_entropy(x @ self.fc, labels)


class PrototypeDistance(Odd):
    """Prototypical heads by cdist with a learned temperature; ProxyNCA flavour."""

    DATA: ClassVar = (X, LABELS)
    RIGHT: ClassVar = {"embed": True, "proxies": False, "temperature": False}

    def __init__(self, d=8, e=4, n=3):
        super().__init__()
        self.embed = nn.Parameter(torch.randn(d, e) * 0.3)
        self.proxies = nn.Parameter(torch.randn(n, e))
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, x, y):
        z = F.normalize(x @ self.embed, dim=-1)
        d = torch.cdist(z, F.normalize(self.proxies, dim=-1)) ** 2
        return F.cross_entropy(-d / self.temperature, y)


class UncertaintyMultiTask(Odd):
    """Kendall's log variances beside two heads chosen by match."""

    RIGHT: ClassVar = {
        "heads.depth": True,
        "heads.seg": True,
        "log_vars": False,
        "offsets.depth": False,
        "offsets.seg": False,
    }

    def __init__(self, d=8):
        super().__init__()
        self.heads = nn.ParameterDict(
            {"depth": nn.Parameter(torch.randn(d, 1)), "seg": nn.Parameter(torch.randn(d, 3))}
        )
        self.offsets = nn.ParameterDict({k: nn.Parameter(torch.zeros(1, v.shape[1])) for k, v in self.heads.items()})
        self.log_vars = nn.Parameter(torch.zeros(2, 1))

    def task_loss(self, name: str, y: Tensor) -> Tensor:
        match name:
            case "depth":
                return y.abs().mean()
            case "seg":
                return F.cross_entropy(y, torch.zeros(len(y), dtype=torch.long))
            case _:
                raise KeyError(name)

    def forward(self, x):
        total = 0
        for i, name in enumerate(self.heads):
            loss = self.task_loss(name, x @ self.heads[name] + self.offsets[name])
            total = total + torch.exp(-self.log_vars[i]) * loss + self.log_vars[i]
        return total


class EmissionScores(Odd):
    """A CRF loss without transitions: emissions from a matrix, start and end scores, a prior of tags."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "emit": True,
        "emit_bias": False,
        "start_transitions": False,
        "end_transitions": False,
        "tag_prior": False,
    }

    def __init__(self, d=8, tags=3):
        super().__init__()
        self.emit = nn.Parameter(torch.randn(tags, d) * 0.3)
        self.emit_bias = nn.Parameter(torch.zeros(tags))
        self.start_transitions = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.end_transitions = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.tag_prior = nn.Parameter(torch.zeros(1, 1, tags))

    def forward(self, x):
        e = F.linear(x, self.emit, self.emit_bias) + self.tag_prior
        score = self.start_transitions + e[:, 0]
        for t in range(1, e.size(1)):
            score = torch.logsumexp(score[:, :, None] + e[:, t, None, :], 1)
        return torch.logsumexp(score + self.end_transitions, dim=1)


# -------------------------------------------------- styles and false friends


class MisnamedBlock(Odd):
    """Names that say the contrary: scale is a matrix, weight a gain, embed a bias, bias a matrix."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"scale": True, "weight": False, "embed": False, "gamma": True, "kernel": False}

    def __init__(self, d=8):
        super().__init__()
        self.scale = nn.Parameter(torch.randn(d, d) * 0.2)
        self.weight = nn.Parameter(torch.ones(1, 1, d))
        self.embed = nn.Parameter(torch.zeros(1, d))
        self.gamma = nn.Parameter(torch.randn(d, d) * 0.2)
        self.kernel = nn.Parameter(torch.zeros(1, 6, 1))

    def forward(self, x):
        x = F.layer_norm(x, x.shape[-1:]) * self.weight
        x = torch.einsum("bnd,de->bne", x, self.scale) + self.embed
        return F.linear(F.gelu(x), self.gamma) + self.kernel


class MemoryEfficientLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        out = x.matmul(weight.t())
        out += bias
        return out

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        return grad @ weight, grad.flatten(0, -2).t() @ x.flatten(0, -2), grad.flatten(0, -2).sum(0)


class CustomFunctionMLP(Odd):
    """Both layers through an autograd.Function."""

    RIGHT: ClassVar = {"weight_0": True, "bias_0": False, "weight_1": True, "bias_1": False, "post": False}

    def __init__(self, dims=(8, 6, 3)):
        super().__init__()
        for i, (a, b) in enumerate(zip(dims[:-1], dims[1:])):
            self.register_parameter(f"weight_{i}", nn.Parameter(torch.randn(b, a) / a**0.5))
            self.register_parameter(f"bias_{i}", nn.Parameter(torch.zeros(b)))
        self.post = nn.Parameter(torch.ones(1, dims[-1]))
        self.n = len(dims) - 1

    def forward(self, x):
        for i in range(self.n):
            x = MemoryEfficientLinear.apply(x, getattr(self, f"weight_{i}"), getattr(self, f"bias_{i}"))
            if i < self.n - 1:
                x = torch.nn.functional.silu(x, inplace=True)
        return x * self.post


class AdapterBase(Odd):
    """A base whose hooks the subclasses fill in."""

    def __init__(self, d=8, r=3):
        super().__init__()
        self.down_proj = nn.Parameter(torch.randn(r, d) * 0.1)
        self.up_proj = nn.Parameter(torch.zeros(d, r))
        self.build(d, r)

    def build(self, d, r):
        raise NotImplementedError

    def pre(self, x):
        return x

    def post(self, h):
        return h

    def forward(self, x):
        h = F.linear(F.relu(F.linear(self.pre(x), self.down_proj)), self.up_proj)
        return x + self.post(h)


class ScaledAdapter(AdapterBase):
    """AdaptFormer: learned scalar after, norm before."""

    RIGHT: ClassVar = {"down_proj": True, "up_proj": True, "adapter_scale": False, "ln_weight": False}

    def build(self, d, r):
        self.adapter_scale = nn.Parameter(torch.ones(1))
        self.ln_weight = nn.Parameter(torch.ones(d))

    def pre(self, x):
        return F.layer_norm(x, (x.size(-1),), self.ln_weight)

    def post(self, h):
        return h * self.adapter_scale


class GatedAdapter(AdapterBase):
    """A gate matrix before, an offset after."""

    RIGHT: ClassVar = {"down_proj": True, "up_proj": True, "gate_w": True, "offset": False}

    def build(self, d, r):
        self.gate_w = nn.Parameter(torch.zeros(d, d))
        self.offset = nn.Parameter(torch.zeros(1, d))

    def pre(self, x):
        return x * torch.sigmoid(torch.matmul(x, self.gate_w))

    def post(self, h):
        return super().post(h) + self.offset


class VmappedEnsemble(Odd):
    """A vmap over stacked members."""

    RIGHT: ClassVar = {"params.w1": True, "params.b1": False, "params.w2": True, "params.temp": False}

    def __init__(self, E=3, d=8, h=5):
        super().__init__()
        self.params = nn.ParameterDict(
            {
                "w1": nn.Parameter(torch.randn(E, d, h) * 0.2),
                "b1": nn.Parameter(torch.zeros(E, h)),
                "w2": nn.Parameter(torch.randn(E, h, 2) * 0.2),
                "temp": nn.Parameter(torch.ones(E, 1)),
            }
        )

    @staticmethod
    def member(p, x):
        h = torch.tanh(x @ p["w1"] + p["b1"])
        return (h @ p["w2"]) / p["temp"]

    def forward(self, x):
        return vmap(self.member, in_dims=(0, None))(dict(self.params.items()), x).mean(0)


class FastWeightsMade(Odd):
    """MAML: inner functional forward over a dict of parameters with one gradient-like update and learned rates."""

    RIGHT: ClassVar = {"w1": True, "b1": False, "w2": True, "lr_w1": False, "lr_w2": False}

    def __init__(self, d=8, h=6):
        super().__init__()
        self.w1, self.b1 = nn.Parameter(torch.randn(h, d) * 0.3), nn.Parameter(torch.zeros(h))
        self.w2 = nn.Parameter(torch.randn(2, h) * 0.3)
        self.lr_w1 = nn.Parameter(torch.tensor(0.01))
        self.lr_w2 = nn.Parameter(torch.tensor(0.01))

    def inner(self, x, w1, b1, w2):
        return F.linear(F.relu(F.linear(x, w1, b1)), w2)

    def forward(self, x):
        fast = {"w1": self.w1, "w2": self.w2}
        with torch.enable_grad():
            loss = self.inner(x, self.w1, self.b1, self.w2).pow(2).mean()
            g1, g2 = torch.autograd.grad(loss, [self.w1, self.w2], create_graph=self.training)
        fast["w1"] = fast["w1"] - self.lr_w1 * g1
        fast["w2"] = fast["w2"] - self.lr_w2 * g2
        return self.inner(x, fast["w1"], self.b1, fast["w2"])


class ScriptableGRUCell(Odd):
    """torch.jit.script-like typing with an optional state."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight_ih": True, "weight_hh": True, "bias_ih": False, "bias_hh": False, "init_state": False}

    hidden: int
    __constants__ = ["hidden"]

    def __init__(self, d: int = 8, hidden: int = 4):
        super().__init__()
        self.hidden = hidden
        self.weight_ih = Parameter(torch.randn(3 * hidden, d) * 0.2)
        self.weight_hh = Parameter(torch.randn(3 * hidden, hidden) * 0.2)
        self.bias_ih = Parameter(torch.zeros(3 * hidden))
        self.bias_hh = Parameter(torch.zeros(3 * hidden))
        self.init_state = Parameter(torch.zeros(1, hidden))

    def step(self, x: Tensor, hx: Tensor) -> Tensor:
        gi: Tensor = torch.mm(x, self.weight_ih.t()) + self.bias_ih
        gh: Tensor = torch.mm(hx, self.weight_hh.t()) + self.bias_hh
        i_r, i_z, i_n = gi.chunk(3, 1)
        h_r, h_z, h_n = gh.chunk(3, 1)
        r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
        n = torch.tanh(i_n + r * h_n)
        return n + z * (hx - n)

    def forward(self, seq: Tensor, state: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        if state is None:
            state = self.init_state.repeat(seq.size(0), 1)
        outputs: List[Tensor] = []
        for t in range(seq.size(1)):
            state = self.step(seq[:, t], state)
            outputs += [state]
        return torch.stack(outputs, 1), state


class CachedKernelConv(Odd):
    """The kernel is composed of separable factors and cached between calls."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"vertical": True, "horizontal": True, "channel_mix": True, "gain": False}

    def __init__(self, c=3, out=4, k=3):
        super().__init__()
        self.vertical = nn.Parameter(torch.randn(c, k, 1))
        self.horizontal = nn.Parameter(torch.randn(c, 1, k))
        self.channel_mix = nn.Parameter(torch.randn(out, c, 1, 1))
        self.gain = nn.Parameter(torch.ones(out, 1, 1))
        self._cache: Optional[Tensor] = None

    def kernel(self) -> Tensor:
        if self.training or (cached := self._cache) is None:
            cached = self._cache = torch.bmm(self.vertical, self.horizontal).unsqueeze(1)
        return cached

    def forward(self, x):
        y = F.conv2d(x, self.kernel(), padding=1, groups=x.shape[1])
        try:
            y = F.conv2d(y, self.channel_mix)
        except RuntimeError:
            y = torch.einsum("bchw,oc->bohw", y, self.channel_mix[..., 0, 0])
        return y.mul_(self.gain)


class MultiplyThenSum(Odd):
    """Matrix products written as broadcast multiply and sum, by a student who disliked matmul."""

    RIGHT: ClassVar = {"theta": True, "phi": True, "shift": False, "mul": False}

    def __init__(self, d=8, h=5, out=3):
        super().__init__()
        self.theta = nn.Parameter(torch.randn(d, h))
        self.phi = nn.Parameter(torch.randn(out, h))
        self.shift = nn.Parameter(torch.zeros(1, h))
        self.mul = nn.Parameter(torch.ones(1, out))

    def forward(self, x):
        h = (x[:, :, None] * self.theta[None]).sum(1)
        h = torch.maximum(h + self.shift, torch.zeros(()))
        y = sum(h[:, j, None] * self.phi[:, j] for j in range(h.shape[1]))
        return y * self.mul


class HyperLoRA(Odd):
    """A task code picks row, small matrices generate the LoRA factors for the base weight."""

    DATA: ClassVar = (X, torch.tensor(1))
    RIGHT: ClassVar = {"task_codes": False, "gen_a": True, "gen_b": True, "base": True, "base_bias": False}

    def __init__(self, d=8, r=2, code=3, tasks=4):
        super().__init__()
        self.d, self.r = d, r
        self.task_codes = nn.Parameter(torch.randn(tasks, code))
        self.gen_a = nn.Parameter(torch.randn(code, r * d) * 0.1)
        self.gen_b = nn.Parameter(torch.zeros(code, d * r))
        self.base = nn.Parameter(torch.randn(d, d) * 0.2)
        self.base_bias = nn.Parameter(torch.zeros(d))

    def delta(self, code):
        a = torch.matmul(code, self.gen_a).reshape(self.r, self.d)
        b = torch.matmul(code, self.gen_b).reshape(self.d, self.r)
        return b @ a

    def forward(self, x, task):
        code = self.task_codes[task]
        return F.linear(x, self.base + self.delta(code), self.base_bias)


class EinopsAttentionPool(Odd):
    """CLIP's attention pooling written with einops, q from the mean token."""

    DATA: ClassVar = (FEATURES,)
    RIGHT: ClassVar = {
        "positional_embedding": False,
        "q_proj": True,
        "k_proj": True,
        "v_proj": True,
        "c_proj": True,
        "in_bias": False,
    }

    def __init__(self, d=6, heads=2, spatial=8):
        super().__init__()
        self.heads = heads
        self.positional_embedding = nn.Parameter(torch.randn(spatial**2 + 1, d) / d**0.5)
        for n in "qkvc":
            setattr(self, f"{n}_proj", nn.Parameter(torch.randn(d, d) * d**-0.5))
        self.in_bias = nn.Parameter(torch.zeros(3, d))

    def project(self, name, x, i):
        w = getattr(self, f"{name}_proj")
        y = eo_einsum(x, w, "b n i, o i -> b n o") + self.in_bias[i]
        return rearrange(y, "b n (h d) -> b h n d", h=self.heads)

    def forward(self, x):
        x = rearrange(x, "b c h w -> b (h w) c")
        x = torch.cat([x.mean(1, keepdim=True), x], 1) + self.positional_embedding
        q, k, v = [self.project(n, x[:, :1] if n == "q" else x, i) for i, n in enumerate("qkv")]
        o = rearrange(F.scaled_dot_product_attention(q, k, v), "b h n d -> b (n h d)")
        return o @ self.c_proj.T


class SpecBlock(NamedTuple):
    name: str
    fan_in: int
    fan_out: int
    act: Callable = F.relu


class ConfigDriven(Odd):
    """A table of layers; parameters found again through named_parameters."""

    RIGHT: ClassVar = {
        "stem_kernel": True,
        "stem_offset": False,
        "body_kernel": True,
        "body_offset": False,
        "tail_kernel": True,
        "tail_offset": False,
    }

    LAYERS: ClassVar = (
        SpecBlock("stem", 8, 6),
        SpecBlock("body", 6, 6, torch.tanh),
        SpecBlock("tail", 6, 2, lambda t: t),
    )

    def __init__(self):
        super().__init__()
        for spec in self.LAYERS:
            self.register_parameter(f"{spec.name}_kernel", nn.Parameter(torch.empty(spec.fan_in, spec.fan_out)))
            self.register_parameter(f"{spec.name}_offset", nn.Parameter(torch.zeros(1, spec.fan_out)))
        for name, p in self.named_parameters():
            if name.endswith("kernel"):
                nn.init.xavier_uniform_(p)

    def forward(self, x):
        params = dict(self.named_parameters())
        for spec in self.LAYERS:
            x = spec.act(torch.mm(x, params[f"{spec.name}_kernel"]) + params[f"{spec.name}_offset"])
        return x


class TensorTrainLinear(Odd):
    """A weight in tensor-train cores, rebuilt on every call."""

    RIGHT: ClassVar = {"cores.0": True, "cores.1": True, "cores.2": True, "tt_bias": False}

    def __init__(self, in_modes=(2, 2, 2), out_modes=(2, 3, 1), rank=2):
        super().__init__()
        ranks = [1, rank, rank, 1]
        self.in_modes = in_modes
        self.cores = nn.ParameterList(
            [
                nn.Parameter(torch.randn(r1, i, o, r2) * 0.5)
                for r1, r2, i, o in zip(ranks, ranks[1:], in_modes, out_modes)
            ]
        )
        self.tt_bias = nn.Parameter(torch.zeros(math.prod(out_modes)))

    def full_weight(self):
        w = self.cores[0]
        for core in self.cores[1:]:
            w = torch.einsum("aior,rjps->aijops", w, core)
            a, i, j, o, p, s = w.shape
            w = w.reshape(a, i * j, o * p, s)
        return w.squeeze(0).squeeze(-1)

    def forward(self, x):
        return x @ self.full_weight() + self.tt_bias


class WeightNormHome(Odd):
    """Weight normalisation and spectral scaling by hand."""

    RIGHT: ClassVar = {"weight_v": True, "weight_g": False, "sigma_v": True, "sigma_gain": False}

    def __init__(self, d=8, h=6, out=3):
        super().__init__()
        self.weight_v = nn.Parameter(torch.randn(h, d))
        self.weight_g = nn.Parameter(self.weight_v.detach().norm(dim=1, keepdim=True))
        self.sigma_v = nn.Parameter(torch.randn(out, h))
        self.sigma_gain = nn.Parameter(torch.ones(1, 1))

    @property
    def w1(self):
        return self.weight_g * F.normalize(self.weight_v, dim=1)

    @property
    def w2(self):
        with torch.no_grad():
            sigma = torch.linalg.matrix_norm(self.sigma_v, 2)
        return self.sigma_gain / sigma * self.sigma_v

    def forward(self, x):
        return F.linear(torch.tanh(F.linear(x, self.w1)), self.w2)


class EarlyExitStack(Odd):
    """Residual blocks kept as flat lists, exit mixing weights, skip-init gains and a mask token."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "blocks.0": True,
        "blocks.1": True,
        "blocks.2": True,
        "skipinit": False,
        "exit_mix": False,
        "mask_token": False,
        "classifier": True,
    }

    def __init__(self, d=8, depth=3, classes=4):
        super().__init__()
        self.blocks = nn.ParameterList([nn.Parameter(torch.randn(d, d) * 0.2) for _ in range(depth)])
        self.skipinit = nn.Parameter(torch.zeros(depth, 1, 1))
        self.exit_mix = nn.Parameter(torch.zeros(depth, 1, 1, 1))
        self.mask_token = nn.Parameter(torch.zeros(1, 1, d))
        self.classifier = nn.Parameter(torch.randn(classes, d))

    def forward(self, x):
        m = torch.arange(x.size(1)).eq(2).view(1, -1, 1).type_as(x)
        x = x * (1 - m) + self.mask_token * m
        exits = []
        for w, g in zip(self.blocks, self.skipinit):
            x = x + g * F.gelu(x @ w)
            exits.append(x)
        pooled = (torch.softmax(self.exit_mix, 0) * torch.stack(exits)).sum(0).mean(1)
        return torch.mm(pooled, self.classifier.t())


class FiLMGenerator(Odd):
    """A condition is turned to gain and shift, with an identity offset of the gain."""

    DATA: ClassVar = (FEATURES, torch.randn(2, 3))
    RIGHT: ClassVar = {
        "to_gain": True,
        "to_shift": True,
        "gain_offset": False,
        "shift_offset": False,
        "depthwise": True,
    }

    def __init__(self, c=6, cond=3):
        super().__init__()
        self.to_gain, self.to_shift = (nn.Parameter(torch.randn(cond, c) * 0.1) for _ in range(2))
        self.gain_offset = nn.Parameter(torch.ones(1, c))
        self.shift_offset = nn.Parameter(torch.zeros(1, c))
        self.depthwise = nn.Parameter(torch.randn(c, 1, 3, 3) * 0.2)

    def forward(self, x, cond):
        g = (cond @ self.to_gain + self.gain_offset)[..., None, None]
        s = (cond @ self.to_shift + self.shift_offset)[..., None, None]
        return F.conv2d(torch.addcmul(s, x, g), self.depthwise, groups=x.shape[1], padding="same")


class ResidualQuantizerIds(Odd):
    """Semantic-id retrieval: one table a level, offset ids looked up by F.embedding; level gates."""

    DATA: ClassVar = (torch.tensor([[0, 1, 2], [2, 0, 1]]),)
    RIGHT: ClassVar = {"table": True, "level_gate": False, "level_shift": False, "out": True}

    def __init__(self, levels=3, K=3, d=6):
        super().__init__()
        self.table = nn.Parameter(torch.randn(levels * K, d) * 0.1)
        self.level_gate = nn.Parameter(torch.ones(levels, 1))
        self.level_shift = nn.Parameter(torch.zeros(levels, d))
        self.out = nn.Parameter(torch.randn(d, d) * 0.1)
        self.register_buffer("base", torch.arange(levels) * K)

    def forward(self, codes):
        e = F.embedding(codes + self.base, self.table)
        e = e * self.level_gate + self.level_shift
        return e.sum(1) @ self.out


CLASSES = [made for made in vars().copy().values() if isinstance(made, type) and issubclass(made, Odd) and made.RIGHT]
