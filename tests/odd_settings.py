"""Classes whose parameters' use hangs on the settings of their constructors.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run with the library; not tidied, as
strangers' code is not. Some stand in pairs: one class with two settings, and the answers differ.
"""

# ruff: noqa

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Callable, ClassVar, Literal

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights


# ---------------------------------------------------------------- one name, two uses


class Covariance(Odd):
    """A linear map that is full, or only a scale for each feature."""

    RIGHT: ClassVar = {"theta": True, "mu": False}

    def __init__(self, dim=8, kind="full"):
        super().__init__()
        assert kind in ("full", "diag")
        self.kind = kind
        self.mu = nn.Parameter(torch.zeros(1, dim))
        if kind == "full":
            self.theta = nn.Parameter(torch.eye(dim) + 0.1 * torch.randn(dim, dim))
        else:
            self.theta = nn.Parameter(torch.ones(1, dim))

    def forward(self, x):
        x = x - self.mu
        if self.kind == "full":
            return x @ self.theta
        return x * self.theta


class CovarianceDiagonal(Covariance):
    RIGHT: ClassVar = {"theta": False, "mu": False}

    def __init__(self):
        super().__init__(kind="diag")


class MetricHead(Odd):
    """A head that compares by dot product or by distance."""

    RIGHT: ClassVar = {"fc.weight": True, "fc.bias": False, "W": True}

    def __init__(self, in_dim: int = 8, n_classes: int = 3, metric: Literal["dot", "euclidean"] = "dot"):
        super().__init__()
        self.metric = metric
        self.fc = nn.Linear(in_dim, 6)
        self.W = nn.Parameter(torch.randn(n_classes, 6))

    def forward(self, x: Tensor) -> Tensor:
        z = torch.relu(self.fc(x))
        if self.metric == "dot":
            logits = F.linear(z, self.W)
        elif self.metric == "euclidean":
            logits = -(torch.cdist(z, self.W) ** 2)
        else:
            raise ValueError(f"unknown metric {self.metric!r}")
        return logits


class MetricHeadEuclid(MetricHead):
    RIGHT: ClassVar = {"fc.weight": True, "fc.bias": False, "W": False}

    def __init__(self):
        super().__init__(metric="euclidean")


class Combine(Odd):
    """The operation comes from a table."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"param": True, "offset": False}

    def __init__(self, mode="mm", length=6, dim=8):
        super().__init__()
        self.op = {"mul": torch.mul, "mm": torch.matmul}[mode]
        shape = {"mul": (length, dim), "mm": (dim, dim)}[mode]
        self.param = nn.Parameter(torch.empty(*shape).normal_(std=0.2))
        self.offset = nn.Parameter(torch.zeros(length, dim))

    def forward(self, x):
        return self.op(x, self.param) + self.offset


class CombineMul(Combine):
    RIGHT: ClassVar = {"param": False, "offset": False}

    def __init__(self):
        super().__init__("mul")


class EinsumBySetting(Odd):
    """What the equation says."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w": True, "b": False}

    def __init__(self, equation: str = "bnd,de->bne", shape: tuple = (8, 5), out: tuple = (5,)):
        super().__init__()
        self.equation = equation
        self.w = nn.Parameter(torch.randn(*shape) * 0.1)
        self.b = nn.Parameter(torch.zeros(*out))

    def forward(self, x):
        return torch.einsum(self.equation, x, self.w) + self.b


class EinsumScale(EinsumBySetting):
    """A gain for each place and feature."""

    RIGHT: ClassVar = {"w": False, "b": False}

    def __init__(self):
        super().__init__("bnd,nd->bnd", (6, 8), (6, 8))


class EinsumTokens(EinsumBySetting):
    """Places are mixed."""

    RIGHT: ClassVar = {"w": True, "b": False}

    def __init__(self):
        super().__init__("bnd,nm->bmd", (6, 4), (4, 1))


class SimpleRecurrent(Odd):
    """An RNN whose recurrent weights are a matrix, or one number for each unit (IndRNN)."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"W": True, "U": True, "b": False}

    def __init__(self, n_in=8, n_hid=5, independent=False):
        super().__init__()
        self.independent = independent
        self.W = weights(n_in, n_hid)
        self.U = weights(1, n_hid) if independent else weights(n_hid, n_hid)
        self.b = nn.Parameter(torch.zeros(n_hid))

    def step(self, x_t, h):
        rec = h * self.U if self.independent else h.mm(self.U)
        return torch.tanh(x_t.mm(self.W) + rec + self.b)

    def forward(self, x):
        h = x.new_zeros(x.shape[0], self.b.numel())
        for x_t in x.unbind(1):
            h = self.step(x_t, h)
        return h


class IndependentRecurrent(SimpleRecurrent):
    RIGHT: ClassVar = {"W": True, "U": False, "b": False}

    def __init__(self):
        super().__init__(independent=True)


class Transition(enum.Enum):
    DENSE = "dense"
    DIAGONAL = "diagonal"


class StateSpace(Odd):
    """A recurrence whose transition is a matrix or decays through an exponential."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"A": True, "B": True, "C": True, "D": False}

    def __init__(self, dim=8, state=4, transition=Transition.DENSE):
        super().__init__()
        self.transition = transition
        if transition is Transition.DENSE:
            self.A = nn.Parameter(torch.randn(state, state) * 0.1)
        elif transition is Transition.DIAGONAL:
            self.A = nn.Parameter(torch.log(torch.arange(1.0, state + 1)).unsqueeze(0))
        self.B = nn.Parameter(torch.randn(dim, state) * 0.3)
        self.C = nn.Parameter(torch.randn(state, dim) * 0.3)
        self.D = nn.Parameter(torch.ones(dim))

    def advance(self, s):
        if self.transition is Transition.DENSE:
            return s @ self.A
        return s * torch.exp(-torch.exp(self.A))

    def forward(self, u):
        s = u.new_zeros(u.size(0), self.B.size(1))
        ys = []
        for t in range(u.size(1)):
            s = self.advance(s) + u[:, t] @ self.B
            ys.append(s @ self.C + self.D * u[:, t])
        return torch.stack(ys, dim=1)


class StateSpaceDiagonal(StateSpace):
    RIGHT: ClassVar = {"A": False, "B": True, "C": True, "D": False}

    def __init__(self):
        super().__init__(transition=Transition.DIAGONAL)


class Table(Odd):
    """Rows are looked up by the words or by their places."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"table": True, "out.weight": True, "out.bias": False}

    def __init__(self, rows=6, dim=8, index="word"):
        super().__init__()
        self.index = index
        self.table = nn.Parameter(torch.randn(rows, dim) * 0.02)
        self.register_buffer("fixed", torch.randn(rows, dim))
        self.out = nn.Linear(dim, 2)

    def forward(self, ids):
        places = torch.arange(ids.size(1)).expand_as(ids)
        if self.index == "word":
            h = F.embedding(ids, self.table) + self.fixed[places]
        else:
            h = self.fixed[ids] + F.embedding(places, self.table)
        return self.out(h)


class TableOfPlaces(Table):
    RIGHT: ClassVar = {"table": False, "out.weight": True, "out.bias": False}

    def __init__(self):
        super().__init__(index="position")


class Colouring(Odd):
    """Normalises a picture; what follows is a gain, or a matrix over the channels (whitening and colouring)."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"gamma": False, "beta": False}

    def __init__(self, channels=3, coloring=False):
        super().__init__()
        self.coloring = coloring
        self.gamma = nn.Parameter(torch.eye(channels)[:, :, None, None] if coloring else torch.ones(1, channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        x = F.instance_norm(x)
        if self.coloring:
            x = F.conv2d(x, self.gamma)
        else:
            x = x * self.gamma
        return x + self.beta


class ColouringFull(Colouring):
    RIGHT: ClassVar = {"gamma": True, "beta": False}

    def __init__(self):
        super().__init__(coloring=True)


class Hooked(Odd):
    """Subclasses say what is done with the parameter."""

    RIGHT: ClassVar = {"p": False, "readout": True}
    shape = (1, 8)

    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.rand(*self.shape))
        self.readout = nn.Parameter(torch.randn(8, 2))
        self.setup()

    def setup(self):
        """For subclasses."""

    def mix(self, x):
        return x * self.p

    def forward(self, x):
        return torch.tanh(self.mix(x)) @ self.readout


class HookedMatrix(Hooked):
    RIGHT: ClassVar = {"p": True, "readout": True, "extra": False}
    shape = (8, 8)

    def setup(self):
        self.extra = nn.Parameter(torch.zeros(1, 8))

    def mix(self, x):
        return x @ self.p + self.extra


class ChosenMethod(Odd):
    """The constructor picks a method and keeps it."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight": True, "skip_scale": False}

    def __init__(self, dim=8, length=6, mixing="channels"):
        super().__init__()
        if mixing == "channels":
            self.weight, self._mix = weights(dim, dim), self._mix_channels
        elif mixing == "gate":
            self.weight, self._mix = weights(length, dim), self._mix_gate
        else:
            raise NotImplementedError(mixing)
        self.skip_scale = nn.Parameter(torch.ones(1))

    def _mix_channels(self, x):
        return torch.matmul(x, self.weight.t())

    def _mix_gate(self, x):
        return torch.sigmoid(self.weight) * x

    def forward(self, x):
        return self._mix(x) + self.skip_scale * x


class ChosenGate(ChosenMethod):
    RIGHT: ClassVar = {"weight": False, "skip_scale": False}

    def __init__(self):
        super().__init__(mixing="gate")


class ClassLevel(Odd):
    """Settings that stand on the class."""

    RIGHT: ClassVar = {"W_in": True, "adapt": True, "W_out": True}

    MULTIPLICATIVE = False

    def __init__(self):
        super().__init__()
        self.W_in = nn.Parameter(torch.randn(6, 8) / 3)
        self.W_out = nn.Parameter(torch.randn(2, 6) / 3)
        self.adapt = nn.Parameter(torch.ones(6, 1) if self.MULTIPLICATIVE else torch.randn(6, 6) * 0.01)

    def hidden(self, x):
        h = self.W_in @ x.T
        if self.MULTIPLICATIVE:
            return self.adapt * h
        return h + self.adapt @ h

    def forward(self, x):
        return (self.W_out @ F.elu(self.hidden(x))).T


class ClassLevelGain(ClassLevel):
    RIGHT: ClassVar = {"W_in": True, "adapt": False, "W_out": True}
    MULTIPLICATIVE = True


# ---------------------------------------------------------------- flags and absent parameters


class LinearPlus(Odd):
    """A linear layer with weight normalisation, a bias and a gain, if asked."""

    RIGHT: ClassVar = {"weight": True, "bias": False, "g": False}

    def __init__(self, in_features=8, out_features=6, bias=True, weight_norm=True, rank=None):
        super().__init__()
        self.rank = rank
        if rank is None:
            self.weight = nn.Parameter(torch.randn(out_features, in_features))
            self.register_parameter("left", None)
            self.register_parameter("right", None)
        else:
            self.register_parameter("weight", None)
            self.left = nn.Parameter(torch.randn(out_features, rank))
            self.right = nn.Parameter(torch.randn(rank, in_features))
        if weight_norm:
            self.g = nn.Parameter(torch.ones(out_features, 1))
        else:
            self.register_parameter("g", None)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
        else:
            self.register_parameter("bias", None)

    @property
    def effective_weight(self):
        w = self.weight if self.weight is not None else self.left @ self.right
        if self.g is not None:
            w = self.g * F.normalize(w, dim=1)
        return w

    def forward(self, input):
        return F.linear(input, self.effective_weight, self.bias)


class LinearPlusLowRank(LinearPlus):
    RIGHT: ClassVar = {"left": True, "right": True}

    def __init__(self):
        super().__init__(bias=False, weight_norm=False, rank=3)


class VisionStem(Odd):
    """Patches; a class token, registers and positions where wanted."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {
        "patch_w": True,
        "patch_b": False,
        "cls_token": False,
        "reg_token": False,
        "pos_embed": False,
        "ls": False,
    }

    def __init__(self, dim=8, patch=4, size=12, class_token=True, reg_tokens=2, init_values=1e-2, no_embed_class=False):
        super().__init__()
        n = (size // patch) ** 2
        self.patch, self.no_embed_class = patch, no_embed_class
        self.patch_w = nn.Parameter(torch.randn(dim, 3, patch, patch) * 0.02)
        self.patch_b = nn.Parameter(torch.zeros(dim))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim)) if class_token else None
        self.reg_token = nn.Parameter(torch.zeros(1, reg_tokens, dim)) if reg_tokens else None
        self.num_prefix_tokens = (1 if class_token else 0) + reg_tokens
        embed_len = n if no_embed_class else n + self.num_prefix_tokens
        self.pos_embed = nn.Parameter(torch.randn(1, embed_len, dim) * 0.02)
        self.ls = nn.Parameter(init_values * torch.ones(1, 1, dim)) if init_values else 1.0

    def _pos_embed(self, x):
        to_cat = []
        if self.cls_token is not None:
            to_cat.append(self.cls_token.expand(x.shape[0], -1, -1))
        if self.reg_token is not None:
            to_cat.append(self.reg_token.expand(x.shape[0], -1, -1))
        if self.no_embed_class:
            x = x + self.pos_embed
            return torch.cat(to_cat + [x], dim=1) if to_cat else x
        if to_cat:
            x = torch.cat(to_cat + [x], dim=1)
        return x + self.pos_embed

    def forward(self, x):
        x = F.conv2d(x, self.patch_w, self.patch_b, stride=self.patch).flatten(2).transpose(1, 2)
        return self.ls * self._pos_embed(x)


class VisionStemBare(VisionStem):
    RIGHT: ClassVar = {"patch_w": True, "patch_b": False, "pos_embed": False}

    def __init__(self):
        super().__init__(class_token=False, reg_tokens=0, init_values=None, no_embed_class=True)


class PoolBySetting(Odd):
    """Pools by the mean, by a learned query, or by a linear layer over the places."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"query": False, "kv.weight": True, "kv.bias": False, "proj": True}

    def __init__(self, dim=8, pool: str = "attn", length: int = 6):
        super().__init__()
        self.pool = pool
        if pool == "attn":
            self.query = nn.Parameter(torch.randn(1, 1, dim) * dim**-0.5)
            self.kv = nn.Linear(dim, 2 * dim)
        elif pool == "linear":
            self.over_places = nn.Parameter(torch.full((length, 1), 1 / length))
        self.proj = nn.Parameter(torch.randn(dim, 3))

    def forward(self, x):
        if self.pool == "attn":
            k, v = self.kv(x).chunk(2, dim=-1)
            a = torch.softmax(self.query @ k.transpose(1, 2), dim=-1)
            x = (a @ v).squeeze(1)
        elif self.pool == "linear":
            x = torch.matmul(x.transpose(1, 2), self.over_places).squeeze(-1)
        elif self.pool == "mean":
            x = x.mean(1)
        return x @ self.proj


class PoolLinear(PoolBySetting):
    RIGHT: ClassVar = {"over_places": True, "proj": True}

    def __init__(self):
        super().__init__(pool="linear")


class BiasedAttention(Odd):
    """A relative bias, and gates for the heads, under flags; their shapes hang on another."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"qkv": True, "o": True, "rel_bias": False, "head_gate": False, "logit_scale": False}

    def __init__(self, dim=8, heads=2, per_head=True, use_rel=True, gated=True, cosine=True, max_len=8):
        super().__init__()
        self.h, self.use_rel, self.gated, self.cosine, self.max_len = heads, use_rel, gated, cosine, max_len
        self.qkv = nn.Parameter(torch.randn(3, heads, dim, dim // heads) * dim**-0.5)
        self.o = nn.Parameter(torch.randn(heads, dim // heads, dim) * dim**-0.5)
        n = heads if per_head else 1
        if use_rel:
            self.rel_bias = nn.Parameter(torch.zeros(n, 2 * max_len - 1))
        if gated:
            self.head_gate = nn.Parameter(torch.zeros(n, 1, 1))
        self.logit_scale = nn.Parameter(torch.log(10 * torch.ones(n, 1, 1))) if cosine else None

    def forward(self, x):
        T = x.size(1)
        q, k, v = torch.einsum("btd,zhde->zbhte", x, self.qkv)
        if self.logit_scale is not None:
            att = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).mT
            att = att * self.logit_scale.clamp(max=math.log(100)).exp()
        else:
            att = q @ k.mT / math.sqrt(q.size(-1))
        if self.use_rel:
            r = torch.arange(T)
            att = att + self.rel_bias[:, r[:, None] - r[None, :] + self.max_len - 1]
        y = att.softmax(-1) @ v
        if self.gated:
            y = y * torch.sigmoid(self.head_gate)
        return torch.einsum("bhte,hed->btd", y, self.o)


class ConvND(Odd):
    """One class for signals of one and of two dimensions."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"kernel": True, "pointwise": True, "scale": False}

    def __init__(self, ndim=2, c=3, k=3, out=4):
        super().__init__()
        self.conv = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[ndim]
        self.k, self.c = k, c
        self.kernel = nn.Parameter(torch.randn(c, 1, *(k,) * ndim) * 0.2)
        self.pointwise = nn.Parameter(torch.randn(out, c, *(1,) * ndim))
        self.scale = nn.Parameter(torch.ones(1, out, *(1,) * ndim))

    def forward(self, x):
        x = self.conv(x, self.kernel, padding=self.k // 2, groups=self.c)
        return self.scale * self.conv(x, self.pointwise)


class ConvOneD(ConvND):
    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"kernel": True, "pointwise": True, "scale": False}

    def __init__(self):
        super().__init__(ndim=1, c=6)


# ---------------------------------------------------------------- names from the constructor


class NamedGates(Odd):
    """Gates whose names are a setting; parameters are set and read with formatted names."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        **{f"W_{g}": True for g in ("reset", "update", "cand")},
        **{f"U_{g}": True for g in ("reset", "update", "cand")},
        **{f"b_{g}": False for g in ("reset", "update", "cand")},
        "h0": False,
    }

    def __init__(self, d_in=8, d_hid=4, gates=("reset", "update", "cand")):
        super().__init__()
        self.gates = gates
        for g in gates:
            setattr(self, f"W_{g}", nn.Parameter(torch.randn(d_in, d_hid) * 0.2))
            setattr(self, f"U_{g}", nn.Parameter(torch.randn(d_hid, d_hid) * 0.2))
            setattr(self, f"b_{g}", nn.Parameter(torch.zeros(1, d_hid)))
        self.h0 = nn.Parameter(torch.randn(1, d_hid) * 0.1)

    def _lin(self, gate, x, h):
        return x @ getattr(self, "W_" + gate) + h @ getattr(self, "U_" + gate) + getattr(self, "b_" + gate)

    def forward(self, xs):
        h = self.h0.expand(len(xs), -1)
        r_name, z_name, n_name = self.gates
        for x in xs.transpose(0, 1):
            r = torch.sigmoid(self._lin(r_name, x, h))
            z = torch.sigmoid(self._lin(z_name, x, h))
            n = torch.tanh(self._lin(n_name, x, r * h))
            h = (1 - z) * n + z * h
        return h


class FieldTables(Odd):
    """A table for each field of a record; sizes come in a dict."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {
        "tables.user": True,
        "tables.item": True,
        "tables.shop": True,
        "field_scale": False,
        "top.weight": True,
        "top.bias": False,
    }

    def __init__(self, sizes: dict | None = None, dim: int = 4):
        super().__init__()
        sizes = sizes or {"user": 6, "item": 6, "shop": 6}
        self.fields = list(sizes)
        self.tables = nn.ParameterDict({name: nn.Parameter(torch.randn(n, dim) * 0.05) for name, n in sizes.items()})
        self.field_scale = nn.Parameter(torch.ones(len(sizes), 1))
        self.top = nn.Linear(dim * len(sizes), 1)

    def forward(self, ids):
        embs = [self.tables[name][ids[:, i]] for i, name in enumerate(self.fields)]
        e = torch.stack(embs, dim=1) * self.field_scale
        return self.top(e.flatten(1))


class MultiKernel(Odd):
    """Convolutions of several widths, registered by width and read with get_parameter."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "kernel_2": True,
        "kernel_3": True,
        "kernel_5": True,
        "bias_2": False,
        "bias_3": False,
        "bias_5": False,
    }

    def __init__(self, dim=8, n_filters=3, widths=(2, 3, 5), use_bias=True):
        super().__init__()
        self.widths, self.use_bias = widths, use_bias
        for w in widths:
            self.register_parameter(f"kernel_{w}", nn.Parameter(torch.randn(n_filters, dim, w) / (w * dim) ** 0.5))
            self.register_parameter(f"bias_{w}", nn.Parameter(torch.zeros(n_filters)) if use_bias else None)

    def forward(self, x):
        x = x.transpose(1, 2)
        feats = []
        for w in self.widths:
            b = self.get_parameter(f"bias_{w}") if self.use_bias else None
            c = F.conv1d(x, self.get_parameter(f"kernel_{w}"), b)
            feats.append(F.relu(c).amax(-1))
        return torch.cat(feats, 1)


class Depth(Odd):
    """As many layers as asked; the names are numbered, and read from _parameters."""

    RIGHT: ClassVar = {
        **{f"w{i}": True for i in range(4)},
        **{f"b{i}": False for i in range(4)},
        **{f"s{i}": False for i in range(3)},
    }

    def __init__(self, n_layers=4, width=8, norm=True):
        super().__init__()
        self.n_layers, self.norm = n_layers, norm
        for i in range(self.n_layers):
            self.register_parameter("w%d" % i, nn.Parameter(torch.randn(width, width) / math.sqrt(width)))
            self.register_parameter("b%d" % i, nn.Parameter(torch.zeros(1, width)))
            if norm and i < n_layers - 1:
                self.register_parameter("s%d" % i, nn.Parameter(torch.ones(1, width)))

    def forward(self, h):
        P = self._parameters
        for i in range(self.n_layers):
            h = torch.addmm(P["b%d" % i], h, P["w%d" % i])
            if i == self.n_layers - 1:
                break
            if self.norm:
                h = h / h.pow(2).mean(-1, keepdim=True).sqrt() * P["s%d" % i]
            h = F.leaky_relu(h)
        return h


class ShallowNoNorm(Depth):
    RIGHT: ClassVar = {"w0": True, "w1": True, "b0": False, "b1": False}

    def __init__(self):
        super().__init__(n_layers=2, norm=False)


class PlainLists(Odd):
    """Registered by name, yet used through plain lists."""

    RIGHT: ClassVar = {
        "mat0": True,
        "mat1": True,
        "mat2": True,
        "gate0": False,
        "gate1": False,
        "gate2": False,
    }

    def __init__(self, dims=(8, 6, 6, 3)):
        super().__init__()
        self._mats, self._gates = [], []
        for i, (a, b) in enumerate(zip(dims[:-1], dims[1:])):
            m, g = weights(b, a), nn.Parameter(torch.zeros(1, b))
            self.register_parameter(f"mat{i}", m)
            self.register_parameter(f"gate{i}", g)
            self._mats.append(m)
            self._gates.append(g)

    def forward(self, x):
        for m, g in zip(self._mats, self._gates):
            x = F.linear(x, m) * torch.sigmoid(g)
        return x


class DictOfTuples(Odd):
    """A plain dict keeps, for each task, the pair of its parameters."""

    RIGHT: ClassVar = {
        "trunk": True,
        "depth_w": True,
        "depth_shift": False,
        "normal_w": True,
        "normal_shift": False,
        "log_sigma": False,
    }

    def __init__(self, tasks={"depth": 1, "normal": 3}):
        super().__init__()
        self.trunk = nn.Parameter(nn.init.orthogonal_(torch.empty(8, 8)))
        self.heads = {}
        for task, n_out in tasks.items():
            w, shift = weights(8, n_out), nn.Parameter(torch.zeros(1, n_out))
            setattr(self, task + "_w", w)
            setattr(self, task + "_shift", shift)
            self.heads[task] = (w, shift)
        self.log_sigma = nn.Parameter(torch.zeros(len(tasks), 1))

    def forward(self, x):
        h = torch.relu(torch.mm(x, self.trunk))
        out = {}
        for (task, (w, shift)), s in zip(self.heads.items(), self.log_sigma):
            out[task] = torch.exp(-s) * (h.mm(w) + shift)
        return out


class FromSpec(Odd):
    """A little network written as a tuple of steps."""

    RIGHT: ClassVar = {
        "0_linear": True,
        "1_scale": False,
        "3_linear": True,
        "4_shift": False,
        "6_linear": True,
    }

    def __init__(
        self,
        spec=(("linear", 6), ("scale",), ("act", "tanh"), ("linear", 6), ("shift",), ("act", "relu"), ("linear", 2)),
    ):
        super().__init__()
        self.spec = spec
        d = 8
        for i, (kind, *args) in enumerate(spec):
            if kind == "linear":
                p = torch.randn(d, args[0]) * d**-0.5
                d = args[0]
            elif kind == "scale":
                p = torch.ones(1, d)
            elif kind == "shift":
                p = torch.zeros(1, d)
            else:
                continue
            self.register_parameter(f"{i}_{kind}", nn.Parameter(p))

    def forward(self, x):
        for i, (kind, *args) in enumerate(self.spec):
            if kind == "act":
                x = getattr(torch, args[0])(x)
                continue
            p = getattr(self, f"{i}_{kind}")
            if kind == "linear":
                x = x @ p
            elif kind == "scale":
                x = x * p
            elif kind == "shift":
                x = x + p
        return x


class Relations(Odd):
    """Message passing over named relations, keyed by the triples of a heterogeneous graph."""

    DATA: ClassVar = (torch.randn(4, 8), torch.randn(3, 8))
    RIGHT: ClassVar = {
        "rel.user__buys__item": True,
        "rel.item__bought_by__user": True,
        "rel.user__knows__user": True,
        "prior.user__buys__item": False,
        "prior.item__bought_by__user": False,
        "prior.user__knows__user": False,
        "skip.user": False,
        "skip.item": False,
    }

    def __init__(
        self,
        edge_types=(("user", "buys", "item"), ("item", "bought_by", "user"), ("user", "knows", "user")),
        dim=8,
        heads=2,
    ):
        super().__init__()
        self.edge_types, self.heads = edge_types, heads
        d = dim // heads
        self.rel = nn.ParameterDict()
        self.prior = nn.ParameterDict()
        self.skip = nn.ParameterDict()
        for edge_type in edge_types:
            key = "__".join(edge_type)
            self.rel[key] = nn.Parameter(torch.randn(heads, d, d) / d**0.5)
            self.prior[key] = nn.Parameter(torch.ones(1, heads, 1))
        for node_type in sorted({t for s, _, e in edge_types for t in (s, e)}):
            self.skip[node_type] = nn.Parameter(torch.zeros(1, 1))

    def forward(self, user, item):
        x_dict = {"user": user, "item": item}
        out = {k: [] for k in x_dict}
        for src, name, dst in self.edge_types:
            key = "__".join((src, name, dst))
            h = x_dict[src].view(-1, self.heads, x_dict[src].size(-1) // self.heads)
            msg = torch.einsum("nhd,hde->nhe", h, self.rel[key]) * self.prior[key]
            out[dst].append(msg.flatten(1).mean(0, keepdim=True))
        res = {}
        for node_type, msgs in out.items():
            a = torch.sigmoid(self.skip[node_type])
            res[node_type] = a * F.gelu(sum(msgs)) + (1 - a) * x_dict[node_type]
        return res


# ---------------------------------------------------------------- configuration objects


@dataclass
class BlockConfig:
    dim: int = 8
    hidden: int = 12
    gated: bool = True
    bias: bool = False
    norm: str = "rms"
    layer_scale: float | None = 0.1
    activation: str = "silu"


class ConfiguredMLP(Odd):
    """A feed-forward block as its dataclass says."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"norm_g": False, "w_up": True, "w_gate": True, "w_down": True, "ls": False}

    def __init__(self, cfg: BlockConfig = BlockConfig()):
        super().__init__()
        self.cfg = cfg
        self.act = getattr(F, cfg.activation)
        self.norm_g = nn.Parameter(torch.ones(1, 1, cfg.dim))
        if cfg.norm == "layer":
            self.norm_b = nn.Parameter(torch.zeros(1, 1, cfg.dim))
        self.w_up = nn.Parameter(torch.randn(cfg.hidden, cfg.dim) * cfg.dim**-0.5)
        if cfg.gated:
            self.w_gate = nn.Parameter(torch.randn(cfg.hidden, cfg.dim) * cfg.dim**-0.5)
        self.w_down = nn.Parameter(torch.randn(cfg.dim, cfg.hidden) * cfg.hidden**-0.5)
        self.b_up = nn.Parameter(torch.zeros(cfg.hidden)) if cfg.bias else None
        self.b_down = nn.Parameter(torch.zeros(cfg.dim)) if cfg.bias else None
        if cfg.layer_scale is not None:
            self.ls = nn.Parameter(torch.full((1, 1, cfg.dim), cfg.layer_scale))

    def normalize(self, x):
        match self.cfg.norm:
            case "rms":
                return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.norm_g
            case "layer":
                x = x - x.mean(-1, keepdim=True)
                return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.norm_g + self.norm_b
            case other:
                raise ValueError(other)

    def forward(self, x):
        h = self.normalize(x)
        up = F.linear(h, self.w_up, self.b_up)
        if self.cfg.gated:
            up = up * self.act(F.linear(h, self.w_gate))
        else:
            up = self.act(up)
        y = F.linear(up, self.w_down, self.b_down)
        return x + (y * self.ls if self.cfg.layer_scale is not None else y)


class ConfiguredClassic(ConfiguredMLP):
    RIGHT: ClassVar = {"norm_g": False, "norm_b": False, "w_up": True, "w_down": True, "b_up": False, "b_down": False}

    def __init__(self):
        super().__init__(BlockConfig(gated=False, bias=True, norm="layer", layer_scale=None, activation="gelu"))


class HParams(Odd):
    """A model with the namespace of its arguments (`self.args`), as in many repositories."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"emb": True, "pos": False, "lang": False, "proj.weight": True, "out_bias": False}

    def __init__(self, args=None):
        super().__init__()
        self.args = args = args or SimpleNamespace(
            vocab=6, dim=8, max_len=5, learned_pos=True, languages=2, tie=True, scale_emb=True
        )
        self.emb = nn.Parameter(torch.randn(args.vocab, args.dim) * 0.1)
        if args.learned_pos:
            self.pos = nn.Parameter(torch.zeros(args.max_len, args.dim))
        if args.languages > 1:
            self.lang = nn.Parameter(torch.randn(1, 1, args.dim) * 0.1)  # what this model's own language adds
        self.proj = nn.Linear(args.dim, args.dim, bias=False)
        if not args.tie:
            self.out = nn.Linear(args.dim, args.vocab, bias=False)
        self.out_bias = nn.Parameter(torch.zeros(args.vocab))

    def forward(self, tokens):
        a = self.args
        h = self.emb[tokens]
        if a.scale_emb:
            h = h * math.sqrt(a.dim)
        if a.learned_pos:
            h = h + self.pos[: tokens.size(1)]
        if a.languages > 1:
            h = h + self.lang
        h = torch.tanh(self.proj(h))
        logits = h @ self.emb.t() if a.tie else self.out(h)
        return logits + self.out_bias


class HParamsUntied(HParams):
    RIGHT: ClassVar = {"emb": True, "proj.weight": True, "out.weight": True, "out_bias": False}

    def __init__(self):
        args = SimpleNamespace(vocab=6, dim=8, max_len=5, learned_pos=False, languages=0, tie=False, scale_emb=False)
        super().__init__(args)


class DictConfig(Odd):
    """config.get with defaults."""

    RIGHT: ClassVar = {
        "encoder.kernel": True,
        "encoder.bias": False,
        "centroids": False,
        "mix": True,
        "temperature": False,
    }

    class Dense(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.kernel = nn.Parameter(torch.randn(config["in"], config["out"]) * 0.2)
            self.bias = nn.Parameter(torch.zeros(config["out"])) if config.get("use_bias", True) else None

        def forward(self, x):
            y = x @ self.kernel
            return y if self.bias is None else y + self.bias

    def __init__(self, config=None):
        super().__init__()
        config = dict(config or {})
        self.n_centroids = config.get("n_centroids", 3)
        self.encoder = self.Dense({"in": config.get("d_in", 8), "out": config.get("d_model", 6)})
        if self.n_centroids > 0:
            self.centroids = nn.Parameter(torch.randn(self.n_centroids, config.get("d_model", 6)))
        self.mix = nn.Parameter(torch.randn(config.get("d_model", 6), 2))
        self.temperature = nn.Parameter(torch.ones(1, 1)) if config.get("learn_temperature", True) else 1.0

    def forward(self, x):
        h = self.encoder(x)
        if self.n_centroids > 0:
            residual = h.unsqueeze(1) - self.centroids
            assign = torch.softmax(-residual.pow(2).sum(-1) / self.temperature, dim=-1)
            h = (assign.unsqueeze(-1) * residual).sum(1)
        return h @ self.mix


# ---------------------------------------------------------------- functions kept in attributes, registries, hooks


FUSIONS: dict[str, Callable] = {}


def register_fusion(name):
    def deco(fn):
        FUSIONS[name] = fn
        return fn

    return deco


@register_fusion("bilinear")
def _bilinear(a, b, p):
    return torch.einsum("ni,ijk,nj->nk", a, p, b)


@register_fusion("concat")
def _concat(a, b, p):
    return torch.cat((a, b), -1) @ p


@register_fusion("gated")
def _gated(a, b, p):
    g = torch.sigmoid(p)
    return g * a + (1 - g) * b


class Fusion(Odd):
    """Two streams are fused as a registry says."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {"p": True, "head.weight": True, "head.bias": False}

    SHAPES: ClassVar = {"bilinear": (8, 8, 8), "concat": (16, 8), "gated": (1, 8)}

    def __init__(self, how="bilinear"):
        super().__init__()
        self.fuse = FUSIONS[how]
        self.p = nn.Parameter(torch.randn(*self.SHAPES[how]) * 0.1)
        self.head = nn.Linear(8, 2)

    def forward(self, a, b):
        return self.head(torch.relu(self.fuse(a, b, self.p)))


class FusionConcat(Fusion):
    RIGHT: ClassVar = {"p": True, "head.weight": True, "head.bias": False}

    def __init__(self):
        super().__init__("concat")


class FusionGated(Fusion):
    RIGHT: ClassVar = {"p": False, "head.weight": True, "head.bias": False}

    def __init__(self):
        super().__init__("gated")


class Partials(Odd):
    """Partials and lambdas made in the constructor."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"filt": True, "up": True, "slope": False, "gain": False}

    def __init__(self, stride=2, activation="prelu", equalized=True):
        super().__init__()
        self.filt = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.up = nn.Parameter(torch.randn(4, 2, 3, 3))
        self.gain = nn.Parameter(torch.ones(1, 4, 1, 1))
        self.conv = partial(F.conv2d, stride=stride, padding=1)
        self.deconv = partial(F.conv_transpose2d, stride=stride, padding=1, output_padding=stride - 1)
        self.he = (lambda w: w * math.sqrt(2 / w[0].numel())) if equalized else (lambda w: w)
        if activation == "prelu":
            self.slope = nn.Parameter(torch.full((4,), 0.25))
            self.act = lambda t: F.prelu(t, self.slope)
        else:
            self.act = getattr(F, activation)

    def forward(self, x):
        h = self.act(self.conv(x, self.he(self.filt)) * self.gain)
        return self.deconv(h, self.he(self.up))


class LoRASettings(Odd):
    """A linear layer with adapters for the names in a list; scaling and rsLoRA are settings."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "q_proj.weight": True,
        "k_proj.weight": True,
        "v_proj.weight": True,
        "lora_A.q_proj": True,
        "lora_B.q_proj": True,
        "lora_A.v_proj": True,
        "lora_B.v_proj": True,
        "ia3.k_proj": False,
    }

    def __init__(self, dim=8, r=2, alpha=4, target=("q_proj", "v_proj"), ia3=("k_proj",), rslora=True):
        super().__init__()
        self.target, self.ia3_names = set(target), set(ia3)
        for name in ("q_proj", "k_proj", "v_proj"):
            self.add_module(name, nn.Linear(dim, dim, bias=False))
        self.lora_A = nn.ParameterDict({n: nn.Parameter(torch.randn(r, dim) * 0.1) for n in target})
        self.lora_B = nn.ParameterDict({n: nn.Parameter(torch.randn(dim, r) * 0.01) for n in target})
        self.ia3 = nn.ParameterDict({n: nn.Parameter(torch.ones(dim, 1)) for n in ia3})
        self.scaling = alpha / (math.sqrt(r) if rslora else r)

    def project(self, name, x):
        y = getattr(self, name)(x)
        if name in self.target:
            y = y + (x @ self.lora_A[name].T @ self.lora_B[name].T) * self.scaling
        if name in self.ia3_names:
            y = y * self.ia3[name].flatten()
        return y

    def forward(self, x):
        q, k, v = (self.project(n, x) for n in ("q_proj", "k_proj", "v_proj"))
        return F.scaled_dot_product_attention(q, k, v)


class OptionalParts(Odd):
    """Modules that may be None; kwargs with defaults."""

    RIGHT: ClassVar = {
        "weight": True,
        "norm.weight": False,
        "norm.bias": False,
        "shortcut.weight": True,
        "res_scale": False,
    }

    def __init__(self, n_in=8, n_out=6, **kwargs):
        super().__init__()
        norm_type = kwargs.pop("norm", "LayerNorm")
        residual = kwargs.pop("residual", True)
        if kwargs:
            raise TypeError(f"unexpected {sorted(kwargs)}")
        self.weight = nn.Parameter(torch.randn(n_out, n_in) / n_in**0.5)
        self.norm: nn.Module | None = getattr(nn, norm_type)(n_out) if norm_type else None
        self.shortcut = None
        self.res_scale = None
        if residual:
            self.res_scale = nn.Parameter(torch.full((1, n_out), 0.5))
            if n_in != n_out:
                self.shortcut = nn.Linear(n_in, n_out, bias=False)

    def forward(self, x):
        y = F.linear(x, self.weight)
        if self.norm is not None:
            y = self.norm(y)
        y = F.gelu(y)
        if self.res_scale is None:
            return y
        short = x if self.shortcut is None else self.shortcut(x)
        return short * self.res_scale + y


class OptionalNone(OptionalParts):
    RIGHT: ClassVar = {"weight": True}

    def __init__(self):
        super().__init__(norm=None, residual=False)


class MaskingMode(str, enum.Enum):
    NONE = "none"
    SCORES = "scores"
    GATE = "gate"

    @property
    def learned(self):
        return self is not MaskingMode.NONE


class PrunedLinear(Odd):
    """Scores prune single weights, or logits gate whole inputs."""

    RIGHT: ClassVar = {"weight": True, "bias": False, "mask_scores": False, "tau": False}

    def __init__(self, n_in=8, n_out=6, mode: str = "scores"):
        super().__init__()
        self.mode = MaskingMode(mode)
        self.weight = nn.Parameter(torch.randn(n_out, n_in) / n_in**0.5)
        self.bias = nn.Parameter(torch.zeros(n_out))
        if self.mode.learned:
            shape = (n_out, n_in) if self.mode is MaskingMode.SCORES else (1, n_in)
            self.mask_scores = nn.Parameter(torch.zeros(shape).normal_(std=0.5))
        if self.mode == "scores":
            self.tau = nn.Parameter(torch.zeros(n_out, 1))

    def soft_mask(self):
        if self.mode == MaskingMode.GATE:
            return torch.sigmoid(self.mask_scores)
        soft = torch.sigmoid(self.mask_scores - self.tau)
        hard = (soft > 0.5).float()
        return hard + soft - soft.detach()

    def forward(self, x):
        w = self.weight
        if self.mode.learned:
            w = w * self.soft_mask()
        return F.linear(x, w, self.bias)


class PrunedGate(PrunedLinear):
    RIGHT: ClassVar = {"weight": True, "bias": False, "mask_scores": False}

    def __init__(self):
        super().__init__(mode="gate")


class ExpertBank(Odd):
    """Dense, soft or hard experts; the shapes follow the number of them."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"up": True, "down": True, "router": True, "expert_bias": False, "balance": False}

    def __init__(self, dim=8, hidden=5, n_experts=3, routing="soft", balance=True):
        super().__init__()
        self.n_experts, self.routing = n_experts, routing
        lead = (n_experts,) if n_experts > 1 else ()
        self.up = nn.Parameter(torch.randn(*lead, dim, hidden) * dim**-0.5)
        self.down = nn.Parameter(torch.randn(*lead, hidden, dim) * hidden**-0.5)
        if n_experts > 1:
            self.router = nn.Parameter(torch.randn(dim, n_experts) * 0.1)
            self.expert_bias = nn.Parameter(torch.zeros(n_experts, dim))
            self.balance = nn.Parameter(torch.zeros(n_experts)) if balance else None

    def gates(self, x):
        logits = x @ self.router
        if self.balance is not None:
            logits = logits + self.balance
        probs = logits.softmax(-1)
        if self.routing == "hard":
            top, where = probs.max(-1, keepdim=True)
            probs = torch.zeros_like(probs).scatter(-1, where, top)
        return probs

    def forward(self, x):
        if self.n_experts == 1:
            return F.relu(x @ self.up) @ self.down
        h = F.relu(torch.einsum("btd,edh->bteh", x, self.up))
        y = torch.einsum("bteh,ehd->bted", h, self.down) + self.expert_bias
        return (self.gates(x).unsqueeze(-1) * y).sum(-2)


class ExpertAlone(ExpertBank):
    RIGHT: ClassVar = {"up": True, "down": True}

    def __init__(self):
        super().__init__(n_experts=1)


CLASSES: list[type[Odd]] = [
    made
    for made in list(globals().values())
    if isinstance(made, type) and issubclass(made, Odd) and made.__module__ == __name__ and made.RIGHT
]
