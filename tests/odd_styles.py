"""Ways to write code: what holds the weights, who calls whom, what runs a function.

As in `odd`, each class has ``DATA`` and ``RIGHT``, written before anything was run; not tidied since, as strangers'
code is not.
"""

# ruff: noqa

from __future__ import annotations

import abc
import functools
import itertools
import math
import operator
import warnings
from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from types import SimpleNamespace
from typing import Any, Callable, ClassVar, NamedTuple, Optional

import torch
import torch.nn.functional as ops
import torch.nn.functional as F
from torch import Tensor, einsum, nn, tanh
from torch import matmul as mm
from torch import mul as times
from torch.func import functional_call
from torch.nn import functional as _nnf
from torch.nn import Parameter as P
from torch.utils.checkpoint import checkpoint

from odd import IDS, IMAGE, SEQUENCE, Odd, X, weights


def scripted(function):
    """Compile a function; torch.jit is deprecated, and still in use."""
    with warnings.catch_warnings(action="ignore"):
        return torch.jit.script(function)


GRUWeights = namedtuple("GRUWeights", ["kernel", "recurrent", "bias"])


class TupleGRU(Odd):
    """A GRU whose weights travel as a named tuple."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"k": True, "r": True, "c": False, "s0": False}

    def __init__(self, n_in=8, n=6):
        super().__init__()
        self.k, self.r, self.c = (
            P(torch.randn(n_in, 3 * n) * 0.1),
            P(torch.randn(n, 3 * n) * 0.1),
            P(torch.zeros(3 * n)),
        )
        self.s0 = P(torch.zeros(1, n))

    @property
    def cell_weights(self):
        return GRUWeights(kernel=self.k, recurrent=self.r, bias=self.c)

    def step(self, w, h, x):
        gx = (x @ w.kernel + w.bias).chunk(3, -1)
        gh = (h @ w.recurrent).chunk(3, -1)
        z, r = torch.sigmoid(gx[0] + gh[0]), torch.sigmoid(gx[1] + gh[1])
        n = tanh(gx[2] + r * gh[2])
        return (1 - z) * n + z * h

    def forward(self, x):
        w = self.cell_weights
        h = self.s0.expand(x.size(0), -1)
        for t in range(x.size(1)):
            h = self.step(w, h, x[:, t])
        return h


@dataclass
class DenseSpec:
    """What a dense layer is made of."""

    mat: Tensor
    off: Tensor
    mult: Optional[Tensor] = None

    def apply(self, x):
        y = x @ self.mat + self.off
        return y if self.mult is None else y * self.mult


class DataclassNet(Odd):
    """Layers are dataclasses over the parameters."""

    RIGHT: ClassVar = {"a0": True, "a1": True, "o0": False, "o1": False, "m0": False}

    def __init__(self):
        super().__init__()
        self.a0, self.o0, self.m0 = weights(8, 12), P(torch.zeros(12)), P(torch.ones(12))
        self.a1, self.o1 = weights(12, 3), P(torch.zeros(3))

    def specs(self):
        return [DenseSpec(self.a0, self.o0, mult=self.m0), DenseSpec(mat=self.a1, off=self.o1)]

    def forward(self, x):
        first, last = self.specs()
        return last.apply(torch.relu(first.apply(x)))


class AutoencoderLists(Odd):
    """A plain dictionary of lists keeps hold of what is registered under made-up names."""

    RIGHT: ClassVar = {
        "enc_w0": True,
        "enc_w1": True,
        "dec_w0": True,
        "dec_w1": True,
        "visible": False,
        "hidden": False,
    }

    def __init__(self, dims=(8, 6, 4)):
        super().__init__()
        self.net = {"enc": [], "dec": []}
        for part, sizes in (("enc", dims), ("dec", dims[::-1])):
            for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
                w = nn.Parameter(torch.empty(b, a))
                nn.init.xavier_uniform_(w)
                self.register_parameter(f"{part}_w{i}", w)
                self.net[part].append(w)
        self.visible, self.hidden = P(torch.zeros(dims[0])), P(torch.zeros(dims[-1]))

    def forward(self, x):
        for w in self.net["enc"]:
            x = torch.tanh(F.linear(x, w))
        x = x + self.hidden
        for w in self.net["dec"]:
            x = torch.tanh(F.linear(x, w))
        return x + self.visible


class Namespaced(Odd):
    """A namespace is a view of the parameters."""

    RIGHT: ClassVar = {"scale": True, "bias": False, "weight": False}

    def __init__(self):
        super().__init__()
        self.scale, self.bias, self.weight = weights(8, 5), P(torch.zeros(5)), P(torch.ones(5))

    @property
    def p(self):
        return SimpleNamespace(**self._parameters)

    def forward(self, x):
        p = self.p
        return (x @ p.scale + p.bias) * p.weight


class Popped(Odd):
    """All weights lie in one list, each is popped when its turn comes."""

    RIGHT: ClassVar = {"A": True, "a": False, "B": True, "b": False, "out": True}

    def __init__(self):
        super().__init__()
        self.A, self.a = weights(8, 8), weights(8)
        self.B, self.b = weights(8, 8), weights(8)
        self.out = weights(8, 2)

    def forward(self, x):
        queue = [self.A, self.a, self.B, self.b]
        while queue:
            w = queue.pop(0)
            b = queue.pop(0)
            x = torch.relu(x.matmul(w) + b)
        return x.matmul(self.out)


def dense(params, x):
    w, b = params
    return jnp_dot(x, w) + b


def jnp_dot(a, b):
    return torch.tensordot(a, b, dims=1)


def mlp(params, x, act=torch.tanh):
    for layer in params[:-1]:
        x = act(dense(layer, x))
    return dense(params[-1], x)


class FromJax(Odd):
    """Ported from JAX: parameters first, as a list of pairs."""

    RIGHT: ClassVar = {"W1": True, "b1": False, "W2": True, "b2": False, "skip": False}

    def __init__(self):
        super().__init__()
        self.W1, self.b1 = weights(8, 16), P(torch.zeros(16))
        self.W2, self.b2 = weights(16, 8), P(torch.zeros(8))
        self.skip = P(torch.tensor(1.0))

    def forward(self, x):
        params = [(self.W1, self.b1), (self.W2, self.b2)]
        return self.skip * x + mlp(params, x)


class ClosureLayers(Odd):
    """A method returns the function that is the layer."""

    RIGHT: ClassVar = {"v.0": True, "v.1": True, "lam": False}

    def __init__(self):
        super().__init__()
        self.v = nn.ParameterList([weights(8, 8), weights(8, 8)])
        self.lam = P(torch.full((2,), 0.5))

    def layer(self, i):
        kernel, lam = self.v[i], self.lam[i]

        def run(h):
            return h + lam * torch.relu(h @ kernel)

        return run

    def forward(self, x):
        fs = [self.layer(i) for i in range(2)]
        for f in fs:
            x = f(x)
        return x


class Partials(Odd):
    """Partial functions hold the weights; they are put one behind the other."""

    RIGHT: ClassVar = {"enc": True, "enc_b": False, "dec": True, "gamma": False, "beta": False}

    def __init__(self):
        super().__init__()
        self.enc, self.enc_b, self.dec = weights(12, 8), weights(12), weights(8, 12)
        self.gamma, self.beta = P(torch.ones(8)), P(torch.zeros(8))

    def forward(self, x):
        pipe = [
            partial(F.linear, weight=self.enc, bias=self.enc_b),
            torch.relu,
            partial(F.linear, weight=self.dec),
            partial(F.layer_norm, normalized_shape=(8,), weight=self.gamma, bias=self.beta),
        ]
        return reduce(lambda h, f: f(h), pipe, x)


class DeepLinear(Odd):
    """A deep linear network: the product of all factors."""

    RIGHT: ClassVar = {"factors.0": True, "factors.1": True, "factors.2": True, "shift": False}

    def __init__(self):
        super().__init__()
        self.factors = nn.ParameterList(weights(a, b) for a, b in itertools.pairwise((8, 6, 6, 3)))
        self.shift = weights(3)

    def forward(self, x):
        end_to_end = reduce(operator.matmul, self.factors)
        return operator.add(x @ end_to_end, self.shift)


class Mapped(Odd):
    """Views of the input pass their own maps and are summed; the shares are logits."""

    RIGHT: ClassVar = {"maps.0": True, "maps.1": True, "maps.2": True, "share": False}

    def __init__(self):
        super().__init__()
        self.maps = nn.ParameterList(weights(8, 4) for _ in range(3))
        self.share = P(torch.zeros(3))

    def forward(self, x):
        views = (x, x.roll(1, -1), x.flip(-1))
        ys = map(lambda pair: pair[0] @ pair[1], zip(views, self.maps))
        return sum(map(operator.mul, self.share.softmax(0), ys))


class Aliased(Odd):
    """Functions under other names."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"stem": True, "dw": True, "pw": True, "t": False, "off": False}

    def __init__(self):
        super().__init__()
        self.stem, self.dw, self.pw = weights(6, 3, 3, 3), weights(6, 1, 3, 3), weights(4, 6)
        self.t, self.off = P(torch.ones(6)), P(torch.zeros(6))

    def forward(self, img):
        conv, fc = ops.conv2d, _nnf.linear
        h = conv(img, self.stem, None, 2)
        h = ops.relu(conv(h, self.dw, groups=6))
        h = times(h.mean((2, 3)), self.t) + self.off
        return fc(h, self.pw)


class HeadsByEinsum(Odd):
    """Attention by a bare `einsum`, letters as the author liked them."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"query": True, "key_value": True, "merge": True, "merge_bias": False, "tempr": False}

    def __init__(self, d=8, h=2, c=4):
        super().__init__()
        self.query, self.key_value, self.merge = weights(h, d, c), weights(2, h, d, c), weights(h, c, d)
        self.merge_bias, self.tempr = P(torch.zeros(d)), P(torch.zeros(h, 1, 1))

    def forward(self, x):
        q = einsum("nid,hdc->nhic", x, self.query)
        k, v = einsum("njd,zhdc->znhjc", x, self.key_value)
        a = (einsum("nhic,nhjc->nhij", q, k) * self.tempr.exp()).softmax(-1)
        return einsum("nhij,nhjc,hcd->nid", a, v, self.merge) + self.merge_bias


class Unbound(Odd):
    """Methods of the tensor class are called as functions, and dunders as methods."""

    RIGHT: ClassVar = {"m1": True, "m2": True, "s1": False, "s2": False, "off": False}

    def __init__(self):
        super().__init__()
        self.m1, self.m2 = weights(8, 8), weights(8, 4)
        self.s1, self.s2, self.off = weights(8), weights(4), weights(4)

    def forward(self, x):
        y = torch.Tensor.matmul(x, self.m1)
        y = Tensor.mul(y, self.s1)
        y = y.__matmul__(self.m2)
        return Tensor.__add__(y, self.off).__mul__(self.s2)


class InPlace(Odd):
    """Everything that can be done in place is."""

    RIGHT: ClassVar = {"W_first": True, "W_second": True, "slope": False, "u": False}

    def __init__(self):
        super().__init__()
        self.W_first, self.W_second, self.slope, self.u = weights(8, 8), weights(8, 8), weights(8), weights(8)

    def forward(self, x):
        h = x.mm(self.W_first)
        h.mul_(self.slope).add_(self.u)
        out = torch.zeros_like(x)
        out.addmm_(h, self.W_second, alpha=0.5)
        out.add_(x)
        return out


class FusedDense(torch.autograd.Function):
    """A dense layer with its own backward pass, and outputs written into buffers."""

    @staticmethod
    def forward(ctx, inp, kernel, bias):
        ctx.save_for_backward(inp, kernel)
        out = inp.new_empty(inp.shape[0], kernel.shape[1])
        torch.mm(inp, kernel, out=out)
        return out.add_(bias)

    @staticmethod
    def backward(ctx, g):
        inp, kernel = ctx.saved_tensors
        return g @ kernel.t(), inp.t() @ g, g.sum(0)


class OwnBackward(Odd):
    """The layer is an autograd function; a gain follows."""

    RIGHT: ClassVar = {"kernel": True, "bias": False, "post": False}

    def __init__(self):
        super().__init__()
        self.kernel, self.bias, self.post = weights(8, 5), weights(5), P(torch.ones(5))

    def forward(self, x):
        return FusedDense.apply(x, self.kernel, self.bias) * self.post


class CopiedHalves(Odd):
    """The output is a buffer, filled part by part."""

    RIGHT: ClassVar = {"left": True, "right": False, "rest": False}

    def __init__(self):
        super().__init__()
        self.left, self.right, self.rest = weights(8, 4), weights(8), weights(2)

    def forward(self, x):
        out = x.new_zeros(len(x), 14)
        out[:, :4].copy_(x @ self.left)
        out[:, 4:12] = x * self.right
        out[:, 12:] += self.rest
        return out


class WhileStages(Odd):
    """A while loop counts stages; the shape of the input says when to stop."""

    DATA: ClassVar = (torch.randn(2, 4, 16),)
    RIGHT: ClassVar = {"squeeze.0": True, "squeeze.1": True, "amount": False, "last": True}

    def __init__(self):
        super().__init__()
        self.squeeze = nn.ParameterList([P(torch.randn(4, 4, 2) * 0.5) for _ in range(2)])
        self.amount, self.last = P(torch.ones(2, 1, 4, 1)), weights(4, 3)

    def forward(self, x):
        depth = 0
        while x.size(-1) > 4:
            x = F.conv1d(x, self.squeeze[depth], stride=2)
            x = F.gelu(x) * self.amount[depth]
            depth += 1
        return x.amax(-1) @ self.last


class TryBias(Odd):
    """What a subclass may lack is tried."""

    RIGHT: ClassVar = {"mat": True, "gate": False, "projection": True}

    def __init__(self):
        super().__init__()
        self.mat, self.gate, self.projection = weights(8, 8), weights(8), weights(8, 3)

    def forward(self, x):
        try:
            shift = self.shift
        except AttributeError:
            shift = 0.0
        h = x @ self.mat + shift
        try:
            h = h * torch.sigmoid(self.gate)
        except TypeError:
            pass
        try:
            proj = self.projection
        except AttributeError:
            return h
        else:
            return h @ proj


class Matched(Odd):
    """What kind of connection it is decides by match."""

    RIGHT: ClassVar = {"inner": True, "outer": True, "blend": False, "carry": False}

    def __init__(self, kind="gated", d=8):
        super().__init__()
        self.kind = kind
        self.inner, self.outer = weights(d, 2 * d), weights(2 * d, d)
        self.blend = P(torch.zeros(d))
        self.carry = P(torch.ones(d))

    def forward(self, x):
        y = F.silu(x @ self.inner) @ self.outer
        match self.kind:
            case "plain":
                return x + y
            case "gated" | "lerp":
                g = self.blend.sigmoid()
                return g * y + (1 - g) * x * self.carry
            case _:
                raise ValueError(self.kind)


class Walrus(Odd):
    """Weights may be None, and what is there is named in the question."""

    RIGHT: ClassVar = {"down": True, "up": True, "post_scale": False}

    def __init__(self, rank=2):
        super().__init__()
        self.down = weights(8, rank) if rank else None
        self.up = weights(rank, 8) if rank else None
        self.register_parameter("pre_scale", None)
        self.post_scale = P(torch.ones(8))

    def forward(self, x):
        y = x if (s := self.pre_scale) is None else x * s
        if (a := self.down) is not None and (b := self.up) is not None:
            y = y + y @ a @ b
        return y * g if (g := self._parameters.get("post_scale")) is not None else y


class EarlyReturn(Odd):
    """Leaves early where nothing is adapted."""

    RIGHT: ClassVar = {"base": True, "A": True, "B": True, "ratio": False}

    def __init__(self, enabled=True):
        super().__init__()
        self.enabled = enabled
        self.base, self.A, self.B, self.ratio = weights(5, 8), weights(2, 8), weights(5, 2), P(torch.tensor(1.0))

    def forward(self, x):
        out = F.linear(x, self.base)
        if not self.enabled:
            return out
        if self.ratio is None:
            return out + F.linear(F.linear(x, self.A), self.B)
        return out + self.ratio * F.linear(F.linear(x, self.A), self.B)


class WithSetter(Odd):
    """The weight is a property that can be set; what is stored is another thing."""

    RIGHT: ClassVar = {"_raw": True, "_log_norm": False}

    def __init__(self):
        super().__init__()
        self._raw, self._log_norm = nn.Parameter(torch.empty(5, 8)), nn.Parameter(torch.empty(5, 1))
        self.weight = torch.randn(5, 8)

    @property
    def weight(self):
        return F.normalize(self._raw, dim=1) * self._log_norm.exp()

    @weight.setter
    def weight(self, value):
        with torch.no_grad():
            self._raw.copy_(value)
            self._log_norm.copy_(value.norm(dim=1, keepdim=True).log())

    def forward(self, x):
        return F.linear(x, self.weight)


class CachedTable(Odd):
    """A cached dictionary of all parameters."""

    RIGHT: ClassVar = {"gate": True, "value": True, "leak": False}

    def __init__(self):
        super().__init__()
        self.gate, self.value, self.leak = weights(8, 6), weights(8, 6), P(torch.zeros(6))

    @cached_property
    def table(self):
        return dict(self.named_parameters())

    def forward(self, x):
        t = self.table
        return torch.sigmoid(x @ t["gate"]) * (x @ t["value"]) + t["leak"]


class NamedByClass(Odd):
    """The class says what its parameters are called."""

    KERNEL: ClassVar = "W"
    GAIN: ClassVar = "rho"
    SHIFT: ClassVar = "mu"
    RIGHT: ClassVar = {"W": True, "rho": False, "mu": False}

    def __init__(self):
        super().__init__()
        setattr(self, self.KERNEL, weights(8, 5))
        for name in (self.GAIN, self.SHIFT):
            setattr(self, name, weights(5))

    def forward(self, x):
        y = torch.mm(x, getattr(self, self.KERNEL))
        return torch.addcmul(getattr(self, self.SHIFT), y, getattr(self, self.GAIN))


class ManyDoors(Odd):
    """Parameters are reached by every door but the usual one."""

    RIGHT: ClassVar = {"a": True, "b": True, "c": False, "d": False, "e": True}

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = weights(8, 8), weights(8, 8), weights(8), weights(8), weights(8, 2)

    def forward(self, x):
        x = x @ self._parameters["a"]
        x = x @ self.get_parameter("b") + vars(self)["_parameters"]["c"]
        named = dict(self.named_parameters())
        x = x * named["d"]
        return x @ self.__getattr__("e")


class GateLoop(Odd):
    """A minimal gated cell: weights are registered by two loops and read by formatted names."""

    DATA: ClassVar = (torch.randn(3, 4), torch.randn(3, 4))
    RIGHT: ClassVar = {
        **{f"{s}2{g}": True for g in "fg" for s in "xh"},
        **{f"bias_{g}": False for g in "fg"},
    }

    def __init__(self, n=4):
        super().__init__()
        for g in "fg":
            for s in "xh":
                self.register_parameter("%s2%s" % (s, g), P(torch.randn(n, n)))
            self.register_parameter("bias_" + g, P(torch.full((n,), 1.0 if g == "f" else 0.0)))

    def pre(self, g, x, h):
        wx, wh = getattr(self, f"x2{g}"), getattr(self, f"h2{g}")
        return F.linear(x, wx) + F.linear(h, wh) + getattr(self, f"bias_{g}")

    def forward(self, x, h):
        f = self.pre("f", x, h).sigmoid()
        g = self.pre("g", x, f * h).tanh()
        return torch.lerp(h, g, f)


class MixerBase(Odd, abc.ABC):
    """A template: what comes before and after is said here, how to mix in subclasses."""

    def __init__(self, d=8):
        super().__init__()
        self.in_scale, self.res_scale = P(torch.ones(d)), P(torch.full((d,), 0.1))
        self.build(d)

    @abc.abstractmethod
    def build(self, d): ...

    @abc.abstractmethod
    def mix(self, x): ...

    def pre(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.in_scale

    def forward(self, x):
        return x + self.res_scale * self.mix(self.pre(x))


class PlaceMixer(MixerBase):
    """Mixes over the places."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"in_scale": False, "res_scale": False, "across": True, "along": True, "across_b": False}

    def build(self, d):
        self.across, self.across_b, self.along = weights(6, 6), P(torch.zeros(6, 1)), weights(d, d)

    def mix(self, x):
        return (self.across @ x + self.across_b) @ self.along


class ParentNet(Odd):
    """A net of two layers."""

    RIGHT: ClassVar = {"l1": True, "l2": True, "c1": False}

    def __init__(self, hidden=6):
        super(ParentNet, self).__init__()
        self.l1, self.c1 = weights(8, hidden), P(torch.zeros(hidden))
        self.l2 = weights(hidden, 8)

    def encode(self, x):
        return torch.tanh(x @ self.l1 + self.c1)

    def forward(self, x):
        return self.encode(x) @ self.l2


class ChildNet(ParentNet):
    """The child bends what the parent codes, and then asks the parent."""

    RIGHT: ClassVar = {"l1": True, "l2": True, "c1": False, "bend": False, "lateral": True, "after": False}

    def __init__(self):
        super(ChildNet, self).__init__(hidden=5)
        self.bend, self.lateral, self.after = P(torch.ones(5)), weights(5, 5), P(torch.zeros(8))

    def encode(self, x):
        h = super(ChildNet, self).encode(x)
        return h * self.bend + h @ self.lateral

    def forward(self, x):
        return super().forward(x) + self.after


class Layer(nn.Module):
    """A generic layer: one tensor `w`, and `_call` says what it does with an input."""

    def __init__(self, *shape, init=torch.randn):
        super().__init__()
        self.w = nn.Parameter(init(*shape))

    def forward(self, x):
        return self._call(self.w, x)

    def _call(self, w, x):
        raise NotImplementedError


class MatLayer(Layer):
    """Multiplies."""

    def _call(self, w, x):
        return x @ w


class GainLayer(Layer):
    """Stretches."""

    def _call(self, w, x):
        return w * x


class ShiftLayer(Layer):
    """Shifts."""

    def _call(self, w, x):
        return w + x


class LayerCake(Odd):
    """A sequence of generic layers."""

    RIGHT: ClassVar = {"cake.0.w": True, "cake.1.w": False, "cake.2.w": False, "cake.4.w": True, "cake.5.w": False}

    def __init__(self):
        super().__init__()
        self.cake = nn.Sequential(
            MatLayer(8, 8),
            ShiftLayer(8, init=torch.zeros),
            GainLayer(8, init=torch.ones),
            nn.GELU(),
            MatLayer(8, 8),
            GainLayer(1),
        )

    def forward(self, x):
        return self.cake(x)


class Generated(Odd):
    """A generator yields the layers, widest first."""

    RIGHT: ClassVar = {
        "theta_0": True,
        "theta_1": True,
        "theta_2": True,
        "phi_0": False,
        "phi_1": False,
        "phi_2": False,
    }

    def __init__(self, dims=(8, 7, 6, 5)):
        super().__init__()
        self.depth = len(dims) - 1
        for i in range(self.depth):
            self.register_parameter(f"theta_{i}", P(torch.randn(dims[i], dims[i + 1])))
            self.register_parameter(f"phi_{i}", P(torch.zeros(dims[i + 1])))

    def pairs(self):
        for i in range(self.depth):
            yield getattr(self, f"theta_{i}"), getattr(self, f"phi_{i}")

    def forward(self, x):
        for theta, phi in self.pairs():
            x = torch.sin(x @ theta + phi)
        return x


class Recursive(Odd):
    """A nested function calls itself to the depth that is asked."""

    RIGHT: ClassVar = {"ws": True, "gs": False, "b_top": False}

    def __init__(self):
        super().__init__()
        self.ws, self.gs, self.b_top = weights(3, 8, 8), P(torch.ones(3, 8)), weights(8)

    def forward(self, x):
        def run(h, depth):
            if depth == 0:
                return h
            below = run(h, depth - 1)
            return below + self.gs[depth - 1] * torch.tanh(below @ self.ws[depth - 1])

        return run(x, 3) + self.b_top


class Statics(Odd):
    """The maths lies in static methods."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_f": True, "w_z": True, "b_f": False, "peep": False}

    def __init__(self):
        super().__init__()
        self.w_f, self.w_z, self.b_f, self.peep = weights(8, 8), weights(8, 8), P(torch.ones(8)), P(torch.zeros(8))

    @staticmethod
    def _affine(x, /, w, b=None):
        y = torch.einsum("...i,ij->...j", x, w)
        return y if b is None else y + b

    @staticmethod
    def _recur(f, z, peep):
        c, cs = torch.zeros_like(z[:, 0]), []
        for f_t, z_t in zip(f.unbind(1), z.unbind(1)):
            gate = torch.sigmoid(f_t + peep * c)
            c = gate * c + (1 - gate) * z_t
            cs.append(c)
        return torch.stack(cs, 1)

    def forward(self, x):
        f = self._affine(x, self.w_f, b=self.b_f)
        z = self._affine(x, w=self.w_z)
        return self._recur(f, z, peep=self.peep)


class OpTable(Odd):
    """A table of the class says which operation goes with which name."""

    STEPS: ClassVar[dict[str, Callable[..., Any]]] = {
        "gain": torch.mul,
        "mix": torch.matmul,
        "shift": torch.add,
        "ratio": torch.div,
        "readout": torch.matmul,
    }
    RIGHT: ClassVar = {"gain": False, "mix": True, "shift": False, "ratio": False, "readout": True}

    def __init__(self):
        super().__init__()
        shapes = {"gain": (8,), "mix": (8, 8), "shift": (8,), "ratio": (8,), "readout": (8, 2)}
        for name, shape in shapes.items():
            setattr(self, name, P(torch.rand(*shape) + 0.5))

    def forward(self, x):
        for name, op in self.STEPS.items():
            x = op(x, getattr(self, name))
        return x


class PerHeadVmap(Odd):
    """One head is written, vmap makes the others."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"wq": True, "wk": True, "wv": True, "slope": False}

    def __init__(self, heads=2):
        super().__init__()
        self.wq, self.wk, self.wv = (weights(heads, 8, 4) for _ in range(3))
        self.slope = P(torch.rand(heads))

    def forward(self, x):
        far = (torch.arange(6)[:, None] - torch.arange(6)).abs()

        def head(q, k, v, slope):
            a = torch.softmax((x @ q) @ (x @ k).transpose(-1, -2) / 2 - slope * far, dim=-1)
            return a @ (x @ v)

        return torch.vmap(head, out_dims=2)(self.wq, self.wk, self.wv, self.slope).flatten(2)


class StackedModels(Odd):
    """An ensemble by stacked states, called through functional_call."""

    RIGHT: ClassVar = {"stack_weight": True, "stack_bias": False, "votes": False}

    def __init__(self, n=3):
        super().__init__()
        models = [nn.Linear(8, 2) for _ in range(n)]
        self.__dict__["skeleton"] = nn.Linear(8, 2).to("meta")
        self.stack_weight = P(torch.stack([m.weight.detach() for m in models]))
        self.stack_bias = P(torch.stack([m.bias.detach() for m in models]))
        self.votes = P(torch.zeros(n))

    def forward(self, x):
        def one(w, b):
            return functional_call(self.skeleton, {"weight": w, "bias": b}, x)

        ys = torch.vmap(one)(self.stack_weight, self.stack_bias)
        return (ys * self.votes.softmax(0)[:, None, None]).sum(0)


class EnergyDescent(Odd):
    """Descends the gradient of an energy, taken by torch.func.grad."""

    RIGHT: ClassVar = {"V": True, "theta": False, "log_eta": False}

    def __init__(self):
        super().__init__()
        self.V, self.theta, self.log_eta = weights(8, 12), P(torch.zeros(12)), P(torch.tensor(-2.0))

    def energy(self, z):
        return F.softplus(z @ self.V + self.theta).sum()

    def forward(self, x):
        pull = torch.func.grad(self.energy)
        for _ in range(2):
            x = x - self.log_eta.exp() * pull(x)
        return x


class Checkpointed(Odd):
    """A block runs under checkpoint, its weights go in as arguments."""

    RIGHT: ClassVar = {"w": True, "v": True, "g": False, "b": False}

    def __init__(self):
        super().__init__()
        self.w, self.v, self.g, self.b = weights(8, 16), weights(16, 8), P(torch.ones(8)), P(torch.zeros(16))

    def _block(self, h, w, b, v):
        return h + F.gelu(h.matmul(w) + b).matmul(v)

    def forward(self, x):
        x = checkpoint(self._block, x, self.w, self.b, self.v, use_reentrant=False)
        return checkpoint(lambda h: h * self.g, x, use_reentrant=False)


class Ternary(torch.autograd.Function):
    """Rounds to -1, 0 and 1, the gradient goes straight through."""

    @staticmethod
    def forward(ctx, w):
        return torch.sign(w) * (w.abs() > 0.7 * w.abs().mean())

    @staticmethod
    def backward(ctx, g):
        return g.clamp(-1, 1)


class TernaryNet(Odd):
    """Ternary weights with a learned size, and ternary inputs after a learned centre."""

    RIGHT: ClassVar = {"shadow": True, "alpha": False, "centre": False}

    def __init__(self):
        super().__init__()
        self.shadow, self.alpha, self.centre = weights(5, 8), P(torch.ones(5)), P(torch.zeros(8))
        self.ternarise = Ternary.apply

    def forward(self, x):
        x = Ternary.apply(x - self.centre)
        return F.linear(x, self.ternarise(self.shadow)) * self.alpha


@scripted
def fused_bias_gelu(y: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    y = bias + y
    return y * 0.5 * (1.0 + torch.tanh(0.79788456 * y * (1 + 0.044715 * y * y)))


@scripted
def scripted_project(x: torch.Tensor, w: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
    return torch.matmul(x, w.t()) * s


class Scripted(Odd):
    """Helpers are scripted."""

    RIGHT: ClassVar = {"dense_h_to_4h": True, "dense_b": False, "dense_4h_to_h": True, "s": False}

    def __init__(self):
        super().__init__()
        self.dense_h_to_4h, self.dense_b = weights(8, 32), P(torch.zeros(32))
        self.dense_4h_to_h, self.s = weights(8, 32), P(torch.ones(8))

    def forward(self, x):
        return scripted_project(fused_bias_gelu(x @ self.dense_h_to_4h, self.dense_b), self.dense_4h_to_h, self.s)


def scan(f, init, xs):
    """What jax.lax.scan does."""
    carry, ys = init, []
    for x in xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, torch.stack(ys)


class Scanned(Odd):
    """An Elman net through a scan, with a leak of each unit."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"J": True, "B": True, "leak": False, "x0": False, "read": True}

    def __init__(self, n=6):
        super().__init__()
        self.J, self.B, self.read = P(torch.randn(n, n) / math.sqrt(n)), weights(8, n), weights(n, 2)
        self.leak, self.x0 = P(torch.zeros(n)), P(torch.zeros(n))

    def forward(self, u):
        alpha = torch.sigmoid(self.leak)

        def cell(state, inp):
            new = (1 - alpha) * state + alpha * torch.tanh(state @ self.J.T + inp @ self.B)
            return new, new @ self.read

        _, ys = scan(cell, self.x0.repeat(u.shape[0], 1), u.transpose(0, 1))
        return ys.transpose(0, 1)


class IndexedStack(Odd):
    """All layers in three tensors, one index each."""

    RIGHT: ClassVar = {"W": True, "b": False, "ln": False, "Wo": True}

    def __init__(self, depth=3, d=8):
        super().__init__()
        self.W, self.b, self.ln, self.Wo = (
            weights(depth, d, d),
            weights(depth, d),
            P(torch.ones(depth + 1, d)),
            weights(d, 2),
        )
        self.depth = depth

    def forward(self, x):
        for i in range(self.depth):
            h = F.layer_norm(x, x.shape[-1:], self.ln[i])
            x = x + F.relu(torch.addmm(self.b[i], h, self.W[i]))
        return F.layer_norm(x, x.shape[-1:], self.ln[-1]) @ self.Wo


class Unpacked(Odd):
    """A parameter is unbound, another chunked, a third split by sizes."""

    RIGHT: ClassVar = {"qk": True, "wide": True, "packed": True, "offs": False}

    def __init__(self):
        super().__init__()
        self.qk, self.wide, self.packed, self.offs = weights(2, 8, 4), weights(8, 12), weights(8, 9), weights(2, 4)

    def forward(self, x):
        q, k = self.qk.unbind(0)
        oq, ok = self.offs
        a = (x @ q + oq) * (x @ k + ok)
        one, two, three = torch.chunk(self.wide, 3, dim=1)
        b = F.softmax(x @ one, -1) * (x @ two) + x @ three
        narrow, wide = torch.split(self.packed, [3, 6], dim=-1)
        return a + b, x.matmul(narrow), x.matmul(wide)


class GenomeNet(Odd):
    """Neuro-evolution: all matrices in one genome, all shifts in another."""

    RIGHT: ClassVar = {"genome": True, "shifts": False}

    def __init__(self, sizes=(8, 5, 3)):
        super().__init__()
        self.shapes = list(zip(sizes, sizes[1:]))
        self.genome = P(torch.randn(sum(a * b for a, b in self.shapes)))
        self.shifts = P(torch.zeros(sum(b for _, b in self.shapes)))

    def forward(self, x):
        o = s = 0
        for a, b in self.shapes:
            n = a * b
            x = torch.tanh(x @ self.genome[o : o + n].view(a, b) + self.shifts[s : s + b])
            o, s = o + n, s + b
        return x


class BlocksAndRank(Odd):
    """A block-diagonal matrix plus one of low rank plus a diagonal."""

    RIGHT: ClassVar = {"blocks": True, "U": True, "Vt": True, "diag": False}

    def __init__(self):
        super().__init__()
        self.blocks, self.U, self.Vt, self.diag = weights(2, 4, 4), weights(8, 2), weights(2, 8), weights(8)

    def forward(self, x):
        dense = torch.block_diag(*self.blocks) + self.U @ self.Vt
        return x @ dense + x * self.diag


class PackedAffine(Odd):
    """Scale and shift are the rows of one parameter."""

    RIGHT: ClassVar = {"ss": False, "ss_out": False, "fc": True}

    def __init__(self):
        super().__init__()
        self.ss = P(torch.stack([torch.ones(8), torch.zeros(8)]))
        self.fc = weights(8, 6)
        self.ss_out = P(torch.stack([torch.ones(6), torch.zeros(6)], -1))

    def forward(self, x):
        x = self.ss[0] * x + self.ss[1]
        y = torch.relu(x @ self.fc)
        scale, shift = self.ss_out.unbind(-1)
        return torch.addcmul(shift, scale, y)


class DomainNorm(Odd):
    """Each domain has its own scale and shift, chosen by a number."""

    RIGHT: ClassVar = {"gammas": False, "betas": False, "trunk": True}

    def __init__(self, domains=3):
        super().__init__()
        self.gammas, self.betas, self.trunk = P(torch.ones(domains, 8)), P(torch.zeros(domains, 8)), weights(8, 8)

    def forward(self, x, domain=1):
        h = x @ self.trunk
        h = (h - h.mean(0)) / (h.var(0) + 1e-5).sqrt()
        return h * self.gammas[domain] + self.betas[domain]


class TiedTable(Odd):
    """One table is embedding and readout; a matrix is used in a product and in a penalty."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"E": True, "core": True, "logit_bias": False, "logit_scale": False}

    def __init__(self):
        super().__init__()
        self.E, self.core = weights(6, 8), weights(8, 8)
        self.logit_bias, self.logit_scale = P(torch.zeros(6)), P(torch.zeros(()))

    def forward(self, ids):
        h = torch.tanh(self.E[ids] @ self.core)
        logits = torch.inner(h, self.E) * self.logit_scale.exp() + self.logit_bias
        penalty = (self.core.T @ self.core - torch.eye(8)).pow(2).sum() + self.E.norm()
        return logits, penalty


class LogGains(Odd):
    """Gains are kept as logarithms, as softplus, as one plus, as squares."""

    RIGHT: ClassVar = {"log_w": False, "sp_w": False, "delta_w": False, "sq_w": False, "lin": True}

    def __init__(self):
        super().__init__()
        self.log_w, self.sp_w, self.delta_w, self.sq_w = (
            P(torch.zeros(8)),
            P(torch.zeros(8)),
            P(torch.zeros(8)),
            P(torch.ones(4)),
        )
        self.lin = weights(8, 4)

    def forward(self, x):
        x = torch.exp(self.log_w) * x / F.softplus(self.sp_w)
        x = x * (1.0 + self.delta_w)
        return x @ self.lin * self.sq_w.square()


def fake_quant(w, bits=4):
    """Rounds to a grid, the gradient sees nothing of it."""
    top = 2 ** (bits - 1) - 1
    scale = w.detach().abs().amax().clamp(min=1e-8) / top
    q = (w / scale).round().clamp(-top, top) * scale
    return w + (q - w).detach()


class TreatedFirst(Odd):
    """Each weight is treated before it is used: dropped, quantised, centred."""

    RIGHT: ClassVar = {"dropped": True, "quantised": True, "centred": True, "bias": False}

    def __init__(self):
        super().__init__()
        self.dropped, self.quantised, self.centred = weights(8, 8), weights(8, 8), weights(5, 8)
        self.bias = P(torch.zeros(8))

    def standardise(self, w):
        mu = w.mean(dim=1, keepdim=True)
        sd = w.std(dim=1, keepdim=True)
        return (w - mu) / (sd + 1e-5)

    def forward(self, x):
        w1 = F.dropout(self.dropped, 0.2, self.training)
        w2 = fake_quant(self.quantised)
        x = torch.relu(x @ w1)
        x = torch.relu(F.linear(x, w2, fake_quant(self.bias, bits=8)))
        return F.linear(x, self.standardise(self.centred))


class MonotoneMasked(Odd):
    """Weights are made positive, and masked so that nothing sees what comes later."""

    RIGHT: ClassVar = {"raw_w": True, "made_w": True, "tilt": False, "bias": False}

    def __init__(self):
        super().__init__()
        self.raw_w, self.made_w = weights(8, 8), weights(8, 8)
        self.tilt, self.bias = P(torch.zeros(8)), P(torch.zeros(8))
        self.register_buffer("mask", torch.ones(8, 8).triu(1))

    def forward(self, x):
        y = x.matmul(self.made_w.masked_fill(self.mask == 0, 0.0)) + self.bias
        pos = F.softplus(self.raw_w)
        z = torch.sigmoid(y @ pos)
        return z + F.softplus(self.tilt) * x


class ComplexKeeper(Odd):
    """Complex weights kept as pairs of reals; each unit turns by an angle and shrinks."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_in": True, "w_out": True, "theta": False, "nu": False}

    def __init__(self, n=5):
        super().__init__()
        self.w_in, self.w_out = weights(8, n, 2), weights(n, 8, 2)
        self.theta, self.nu = P(torch.rand(n) * 6.28), P(torch.rand(n))

    def forward(self, x):
        cin, cout = map(torch.view_as_complex, (self.w_in, self.w_out))
        turn = torch.polar(torch.exp(-self.nu.exp()), self.theta)
        u = torch.einsum("btd,dn->btn", x.to(cin.dtype), cin)
        h, hs = u.new_zeros(u.shape[0], u.shape[2]), []
        for u_t in u.unbind(1):
            h = turn * h + u_t
            hs.append(h)
        return torch.view_as_real(torch.stack(hs, 1) @ cout)[..., 0]


class ByUnfolding(Odd):
    """Convolutions by unfolding: one shared, one with a kernel for each place."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"shared": True, "local": True, "local_bias": False}

    def __init__(self):
        super().__init__()
        self.shared = weights(4, 3 * 9)
        self.local, self.local_bias = weights(5, 4, 3, 10, 8), weights(5, 10, 8)

    def forward(self, img):
        cols = F.unfold(img, kernel_size=3)
        y = (self.shared @ cols).view(-1, 4, 10, 10).relu()
        windows = y.unfold(3, 3, 1)
        return torch.einsum("bchwk,ockhw->bohw", windows, self.local) + self.local_bias


class OneCallAttention(Odd):
    """All of attention in one call, with keys and values that are learned."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_in": True, "b_in": False, "k0": False, "v0": False, "proj": True, "proj_b": False}

    def __init__(self, d=8):
        super().__init__()
        self.w_in, self.b_in = weights(3 * d, d), P(torch.zeros(3 * d))
        self.k0, self.v0 = P(torch.randn(1, 1, d)), P(torch.randn(1, 1, d))
        self.proj, self.proj_b = weights(d, d), P(torch.zeros(d))

    def forward(self, x):
        x = x.transpose(0, 1)
        y, _ = F.multi_head_attention_forward(
            x,
            x,
            x,
            x.size(-1),
            2,
            self.w_in,
            self.b_in,
            self.k0,
            self.v0,
            False,
            0.0,
            self.proj,
            self.proj_b,
            training=self.training,
            need_weights=False,
        )
        return y.transpose(0, 1)


class NullKeys(Odd):
    """Cross-attention that may look at nothing; a bias of each head and place is inside."""

    DATA: ClassVar = (SEQUENCE, torch.randn(2, 4, 5))
    RIGHT: ClassVar = {"to_q": True, "to_kv": True, "null_kv": False, "place_bias": False, "to_out": True}

    def __init__(self, heads=2, d=4):
        super().__init__()
        self.h = heads
        self.to_q, self.to_kv, self.to_out = weights(8, heads * d), weights(5, 2 * heads * d), weights(heads * d, 8)
        self.null_kv, self.place_bias = P(torch.randn(2, heads, 1, d)), P(torch.zeros(heads, 6, 5))

    def split_heads(self, t):
        return t.reshape(t.size(0), t.size(1), self.h, -1).transpose(1, 2)

    def forward(self, x, context):
        q, k, v = (self.split_heads(t) for t in (x @ self.to_q, *(context @ self.to_kv).chunk(2, dim=-1)))
        nk, nv = map(lambda t: t.expand(x.size(0), -1, -1, -1), self.null_kv)
        k, v = torch.cat((nk, k), -2), torch.cat((nv, v), -2)
        sim = q @ k.transpose(-2, -1) * 0.5 + self.place_bias
        return (sim.softmax(-1) @ v).transpose(1, 2).flatten(2) @ self.to_out


class StartedLstm(Odd):
    """A library LSTM, started from states that are learned."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {
        "rnn.weight_ih_l0": True,
        "rnn.weight_hh_l0": True,
        "rnn.bias_ih_l0": False,
        "rnn.bias_hh_l0": False,
        "W_h0": False,
        "W_c0": False,
    }

    def __init__(self, n=6):
        super().__init__()
        self.rnn = nn.LSTM(8, n, batch_first=True)
        self.W_h0, self.W_c0 = P(torch.randn(1, 1, n)), P(torch.randn(1, 1, n))

    def init_hidden(self, b):
        return tuple(s.expand(-1, b, -1).contiguous() for s in (self.W_h0, self.W_c0))

    def forward(self, x):
        out, _ = self.rnn(x, self.init_hidden(x.size(0)))
        return out[:, -1]


class FilledIn(Odd):
    """What is missing takes a learned value; two branches are lerped."""

    RIGHT: ClassVar = {"fill": False, "W_mix": False, "left": True, "right": True}

    def __init__(self):
        super().__init__()
        self.fill, self.W_mix, self.left, self.right = (
            weights(8),
            P(torch.full((5,), 0.5)),
            weights(8, 5),
            weights(8, 5),
        )

    def forward(self, x):
        scale = x.new_tensor([0.5] * 8)
        known = x.detach() > -0.5
        x = torch.where(known, x * scale, self.fill)
        return torch.lerp(x @ self.left, x @ self.right, self.W_mix)


class BatchedExperts(Odd):
    """Each group of features has its expert: baddbmm and bmm."""

    RIGHT: ClassVar = {"bias": True, "weight": False, "second": True, "second_b": False}

    def __init__(self, e=2):
        super().__init__()
        self.bias, self.weight = weights(e, 4, 6), P(torch.zeros(e, 1, 6))
        self.second, self.second_b = weights(e, 6, 3), P(torch.zeros(e, 1, 3))

    def forward(self, x):
        groups = torch.stack(x.chunk(2, -1))
        h = torch.baddbmm(self.weight, groups, self.bias).relu_()
        return torch.bmm(h, self.second).add(self.second_b).sum(0)


class OuterGains(Odd):
    """The outer product of two vectors stretches a matrix, rows and columns."""

    RIGHT: ClassVar = {"shared": True, "rows": False, "cols": False, "bias": False}

    def __init__(self):
        super().__init__()
        self.shared, self.bias = weights(8, 5), weights(5)
        self.rows, self.cols = P(torch.ones(8)), P(torch.ones(5))

    def forward(self, x):
        kernel = self.shared * torch.outer(self.rows, self.cols)
        return torch.addmm(self.bias, x, kernel)


class KronEye(Odd):
    """A matrix repeated along the diagonal by a Kronecker product; one between channels."""

    RIGHT: ClassVar = {"small": True, "between": True, "gain": False}

    def __init__(self):
        super().__init__()
        self.small, self.between, self.gain = weights(4, 4), weights(2, 2), P(torch.ones(2, 1))

    def forward(self, x):
        same = torch.kron(torch.eye(2), self.small)
        y = torch.tensordot(x @ same.T, torch.kron(self.between, torch.eye(4)), dims=([1], [0]))
        return y.unflatten(1, (2, 4)) * self.gain


class PatchTensordot(Odd):
    """A patch map as one contraction over three axes, and places that are added."""

    DATA: ClassVar = (IMAGE,)
    RIGHT: ClassVar = {"pos": True, "proj": False, "cls": False, "head_w": True}

    def __init__(self, p=4, d=8):
        super().__init__()
        self.pos = weights(3, p, p, d)
        self.proj, self.cls, self.head_w = P(torch.randn(10, d) * 0.02), P(torch.zeros(1, 1, d)), weights(d, 3)
        self.patch = p

    def forward(self, img):
        b, c, h, w = img.shape
        p = self.patch
        patches = img.reshape(b, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
        tokens = torch.tensordot(patches, self.pos, dims=3)
        tokens = torch.hstack([self.cls.repeat(b, 1, 1), tokens]) + self.proj
        return tokens.mean(1) @ self.head_w


class NearestMeans(Odd):
    """Negative distances to learned means are the scores; a map comes first."""

    RIGHT: ClassVar = {"means": False, "metric": True, "log_beta": False, "offset": False}

    def __init__(self):
        super().__init__()
        self.metric, self.means = weights(8, 4), weights(5, 4)
        self.log_beta, self.offset = P(torch.zeros(())), P(torch.zeros(5))

    def forward(self, x):
        d = torch.cdist(x @ self.metric, self.means)
        return self.offset - d * torch.exp(self.log_beta)


class ChainOfMatrices(Odd):
    """The order of the products is left to multi_dot."""

    RIGHT: ClassVar = {"left": True, "mid": True, "right": True, "sym": True, "alpha": False}

    def __init__(self):
        super().__init__()
        self.left, self.mid, self.right, self.sym = weights(8, 3), weights(3, 3), weights(3, 8), weights(8, 8)
        self.alpha = P(torch.tensor(0.1))

    def forward(self, x):
        core = 0.5 * (self.sym + self.sym.mT)
        return torch.linalg.multi_dot((x, self.left, self.mid, self.right)) + self.alpha * torch.linalg.multi_dot(
            [x, core, core]
        )


class TripleScorer(Odd):
    """Head and tail by a bilinear tensor, plus a linear part of both (a neural tensor net)."""

    RIGHT: ClassVar = {"T": True, "V": True, "b": False, "u": True}

    def __init__(self, k=3):
        super().__init__()
        self.T, self.V, self.b, self.u = weights(k, 4, 4), weights(k, 8), P(torch.zeros(k)), weights(1, k)

    def forward(self, pair):
        e1, e2 = pair[:, :4], pair[:, 4:]
        g = F.bilinear(e1, e2, self.T, self.b) + F.linear(pair, self.V)
        return F.linear(torch.tanh(g), self.u)


class BagOfWords(Odd):
    """fastText: words are looked up and averaged, then a readout."""

    DATA: ClassVar = (IDS,)
    RIGHT: ClassVar = {"lookup": True, "clf": True, "clf_b": False, "stretch": False}

    def __init__(self):
        super().__init__()
        self.lookup, self.clf, self.clf_b, self.stretch = (
            weights(6, 8),
            weights(3, 8),
            P(torch.zeros(3)),
            P(torch.ones(8)),
        )

    def forward(self, ids):
        bag = F.embedding_bag(ids, self.lookup, mode="mean")
        return F.log_softmax(F.linear(bag * self.stretch, self.clf, self.clf_b), dim=-1)


class NormedLibrary(Odd):
    """Old and new helpers of the library for weight norm and spectral norm, on a module and on a bare parameter."""

    RIGHT: ClassVar = {
        "fc.weight_g": False,
        "fc.weight_v": True,
        "fc.bias": False,
        "sn.weight_orig": True,
        "parametrizations.tail.original0": False,
        "parametrizations.tail.original1": True,
    }

    def __init__(self):
        super().__init__()
        self.fc = nn.utils.weight_norm(nn.Linear(8, 8))
        self.sn = nn.utils.spectral_norm(nn.Linear(8, 8, bias=False))
        self.tail = weights(4, 8)
        nn.utils.parametrizations.weight_norm(self, "tail")

    def forward(self, x):
        return F.linear(self.sn(self.fc(x).relu()), self.tail)


class Exponential(nn.Module):
    """To positive numbers and back."""

    def forward(self, x):
        return x.exp()

    def right_inverse(self, y):
        return y.log()


class Skew(nn.Module):
    """To skew-symmetric matrices."""

    def forward(self, x):
        a = x.triu(1)
        return a - a.mT


class Reparametrised(Odd):
    """A loop registers parametrizations by a table."""

    RIGHT: ClassVar = {
        "parametrizations.flow.original": True,
        "parametrizations.speed.original": False,
        "kick": True,
        "rest": False,
    }

    def __init__(self):
        super().__init__()
        self.flow, self.speed, self.kick, self.rest = (
            weights(8, 8),
            P(torch.rand(8) + 0.1),
            weights(8, 8),
            P(torch.zeros(8)),
        )
        for name, how in {"flow": Skew(), "speed": Exponential()}.items():
            nn.utils.parametrize.register_parametrization(self, name, how)

    def forward(self, x):
        for _ in range(2):
            x = x + self.speed * torch.tanh(x @ self.flow + self.rest)
        return x @ self.kick


class Broadcasts(Odd):
    """No product of matrices anywhere: all by broadcasting and sums."""

    RIGHT: ClassVar = {"scale": True, "bias": True, "kernel": False, "shift": False}

    def __init__(self):
        super().__init__()
        self.scale, self.bias = weights(8, 6), weights(5, 6)
        self.kernel, self.shift = weights(6), weights(5)

    def forward(self, x):
        h = (x[..., None] * self.scale).sum(-2)
        h = F.elu(h) * self.kernel
        return torch.sum(h[..., None, :] * self.bias, dim=-1) + self.shift


class BroadcastHeads(Odd):
    """Heads by broadcasting: unsqueezed, multiplied, summed; a gate of each head."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_head": True, "tau": False, "val": True, "per_head": False}

    def __init__(self, heads=2):
        super().__init__()
        self.w_head, self.val = weights(heads, 8, 4), weights(heads, 8, 4)
        self.tau, self.per_head = P(torch.ones(heads)), P(torch.zeros(heads))

    def forward(self, x):
        u = x[:, None] @ self.w_head[None]
        s = (u.unsqueeze(3) * u.unsqueeze(2)).sum(-1).div(self.tau[:, None, None])
        y = s.softmax(-1) @ (x.unsqueeze(1) @ self.val)
        return (y * torch.sigmoid(self.per_head).reshape(-1, 1, 1)).transpose(1, 2).flatten(2)


class GainMixin:
    """Adds a gain and what it does."""

    def __init__(self, *args, gain_init=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.g = nn.Parameter(torch.full((self.width,), gain_init))

    def post(self, x):
        return super().post(x) * self.g


class ShiftMixin:
    """Adds a shift and what it does."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.s = nn.Parameter(torch.zeros(self.width))

    def post(self, x):
        return super().post(x) + self.s


class CoreProjection(Odd):
    """The core that mixins stand before."""

    def __init__(self, n_in=8, width=5):
        super().__init__()
        self.width = width
        self.core = weights(n_in, width)

    def post(self, x):
        return x

    def forward(self, x):
        return self.post(x @ self.core)


class Mixed(GainMixin, ShiftMixin, CoreProjection):
    """Two mixins before a core."""

    RIGHT: ClassVar = {"core": True, "g": False, "s": False}


def residual_forward(net, x):
    """Forward of a net, written outside of it."""
    h = net.act(x @ net.fan_out) * net.mult
    return x + h @ net.fan_in


class BorrowedForward(Odd):
    """The forward is a function of the module's file."""

    RIGHT: ClassVar = {"fan_out": True, "fan_in": True, "mult": False}

    def __init__(self):
        super().__init__()
        self.fan_out, self.fan_in, self.mult = weights(8, 16), weights(16, 8), P(torch.ones(16))
        self.act = torch.nn.functional.silu

    forward = residual_forward


class Dispatched(Odd):
    """The name of the fusion chooses a method."""

    DATA: ClassVar = (X, torch.randn(4, 8))
    RIGHT: ClassVar = {"Wa": True, "Wb": True, "affine": False, "post": False}

    def __init__(self, how="film"):
        super().__init__()
        self.Wa, self.Wb = weights(8, 6), weights(8, 12)
        self.affine, self.post = P(torch.ones(6)), P(torch.zeros(6))
        self.fuse = {"film": self._film, "sum": self._sum}[how]

    def _film(self, a, b):
        gamma, beta = torch.hsplit(b @ self.Wb, 2)
        return (self.affine + gamma) * (a @ self.Wa) + beta

    def _sum(self, a, b):
        return a @ self.Wa + (b @ self.Wb)[:, :6]

    def forward(self, a, b):
        return self.fuse(a, b) + self.post


class HeteroGraph(Odd):
    """A message map for each kind of edge, keyed by joined names."""

    DATA: ClassVar = (torch.randn(4, 8), torch.randn(3, 8), torch.rand(4, 3))
    RIGHT: ClassVar = {
        "rel.user__buys__item": True,
        "rel.item__bought__user": True,
        "self_loop.user": True,
        "self_loop.item": True,
        "prior": False,
    }

    def __init__(self):
        super().__init__()
        self.edge_types = [("user", "buys", "item"), ("item", "bought", "user")]
        self.rel = nn.ParameterDict({"__".join(e): weights(8, 5) for e in self.edge_types})
        self.self_loop = nn.ParameterDict({n: weights(8, 5) for n in ("user", "item")})
        self.prior = P(torch.ones(2))

    def forward(self, users, items, adj):
        x = {"user": users, "item": items}
        a = {"item": adj.t(), "user": adj}
        out = {k: v @ self.self_loop[k] for k, v in x.items()}
        for (src, name, dst), mu in zip(self.edge_types, self.prior):
            out[dst] = out[dst] + mu * (a[dst] @ (x[src] @ self.rel[f"{src}__{name}__{dst}"]))
        return out["user"].relu(), out["item"].relu()


class TypedWeights(NamedTuple):
    """Weights of one expert."""

    up: Tensor
    down: Tensor
    gain: Tensor


class ExpertTuples(Odd):
    """Experts as typed tuples made in a comprehension, called by unpacking."""

    RIGHT: ClassVar = {"ups": True, "downs": True, "gains": False, "gate": True}

    def __init__(self, n=3):
        super().__init__()
        self.ups, self.downs, self.gains, self.gate = (
            weights(n, 8, 6),
            weights(n, 6, 8),
            P(torch.ones(n, 8)),
            weights(8, n),
        )

    @staticmethod
    def expert(x, up, down, gain):
        return (F.silu(x @ up) @ down) * gain

    def forward(self, x):
        experts = [TypedWeights(*ts) for ts in zip(self.ups, self.downs, self.gains)]
        share = torch.softmax(x @ self.gate, -1)
        ys = torch.stack([self.expert(x, *e) for e in experts], 1)
        return (share.unsqueeze(-1) * ys).sum(1)


CLASSES: list[type[Odd]] = [
    made
    for made in list(globals().values())
    if isinstance(made, type) and issubclass(made, Odd) and made.__module__ == __name__ and "RIGHT" in vars(made)
]
