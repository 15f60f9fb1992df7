"""Uses that are easily taken for another one, each in the smallest class: structure and a pass tell what decays."""

import functools
import warnings
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.utils.checkpoint import checkpoint

import paramwise as pw
from paramwise.model.roles import DECAYED

from odd import SEQUENCE, Odd, X, weights


class ProductOverInputs(Odd):
    """Each output is a product over the inputs, as it may be a sum."""

    RIGHT: ClassVar = {"inter": True, "gain": False}

    def __init__(self) -> None:
        super().__init__()
        self.inter, self.gain = weights(8, 5), weights(5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (1 + self.inter * x[..., None]).prod(1) * self.gain


class MultiplicationUnit(Odd):
    """A neural multiplication unit: the weight is clamped, and what it leaves out counts as one."""

    RIGHT: ClassVar = {"choices": True}
    DOUBTED: ClassVar = {"choices"}  # it is added too

    def __init__(self) -> None:
        super().__init__()
        self.choices = weights(5, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = self.choices.clamp(0, 1)
        return torch.prod(kept * x.unsqueeze(1) + 1 - kept, dim=-1)


class HandCell(Odd):
    """A learned first state is spread over the batch and goes through a method's products, as states do."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"maps.x": True, "maps.h": True, "start": False}

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.ParameterDict({key: weights(8, 8) for key in "xh"})
        self.start = weights(1, 8)

    def both(self, x: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x @ self.maps["x"] + h @ self.maps["h"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.start.expand(x.shape[0], -1)
        for now in x.unbind(1):
            h = self.both(now, h)
        return h


class Rounded(Odd):
    """One static method rounds weights and activations alike: weights stay weights."""

    RIGHT: ClassVar = {"core": True, "step": False, "step_in": False}

    def __init__(self) -> None:
        super().__init__()
        self.core, self.step, self.step_in = weights(5, 8), weights(1), weights(1)

    @staticmethod
    def rounded(value: torch.Tensor, step: torch.Tensor, least: int = -8) -> torch.Tensor:
        return (value / step).clamp(min=least).round() * step

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(self.rounded(x, self.step_in), self.rounded(self.core, self.step))


class Generated(Odd):
    """A weight is the sum of a learned one and one that another layer makes of the data."""

    DATA: ClassVar = (X, torch.randn(1, 3))
    RIGHT: ClassVar = {"fixed": True, "make.weight": True, "make.bias": False}

    def __init__(self) -> None:
        super().__init__()
        self.fixed, self.make = weights(5, 8), nn.Linear(3, 40)

    def forward(self, x: torch.Tensor, code: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.fixed + self.make(code).view(5, 8))


class Modulated(Odd):
    """Weights that the data scale, row by row and column by column, before these multiply other data."""

    DATA: ClassVar = (torch.randn(2, 3, 4), torch.randn(2, 3))
    RIGHT: ClassVar = {
        **{"rows": True, "columns": True, "called": True},
        **{f"to_{name}.{part}": part == "weight" for name in ("rows", "columns") for part in ("weight", "bias")},
    }

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.columns, self.called = weights(4, 5), weights(5, 4), weights(5, 4)
        self.to_rows, self.to_columns = nn.Linear(3, 4), nn.Linear(3, 5)

    def forward(self, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        first = torch.bmm(x, self.rows * self.to_rows(style)[:, :, None])
        kernel = self.columns.unsqueeze(0) * (1 + self.to_rows(style).unsqueeze(1))
        second = x @ kernel.transpose(1, 2)
        gated = torch.mul(self.called, torch.sigmoid(self.to_columns(style))[..., None])
        third = torch.matmul(gated, x.transpose(1, 2)).transpose(1, 2)
        return first + second + third


class Mixer(nn.Module):
    """Takes its weights from whoever calls it."""

    def blended(self, x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return x @ weights

    def forward(self, x: torch.Tensor, table: torch.Tensor, scale: torch.Tensor, base: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.blended(x, table) * scale + base)


class HandedOver(Odd):
    """What another module is handed is used as its code says, by place and by name."""

    RIGHT: ClassVar = {"table": True, "scale": False, "weight_base": False, "second": True}

    def __init__(self) -> None:
        super().__init__()
        self.table, self.second = weights(8, 8), weights(8, 8)
        self.scale, self.weight_base = weights(1, 8), weights(1, 8)
        self.mixer, self.other = Mixer(), Mixer()

    def blended(self, x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return x + weights  # the other module has a method of the same name

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.mixer(x, self.table, self.scale, self.weight_base)
        return self.other(x, scale=self.scale, base=self.weight_base, table=self.second)


class Embedding(Odd):
    """``F.embedding`` takes rows as ``nn.Embedding`` does, whatever the table is called; places are none of words."""

    DATA: ClassVar = (torch.tensor([[1, 2, 3]]),)
    RIGHT: ClassVar = {"token_table": True, "places": False}

    def __init__(self) -> None:
        super().__init__()
        self.token_table, self.places = weights(9, 8), weights(3, 8)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return F.embedding(ids, self.token_table) + F.embedding(torch.arange(3), self.places)


class DirectionAndLength(Odd):
    """Torch's own weight norm, called as a function."""

    RIGHT: ClassVar = {"direction": True, "length": False}

    def __init__(self) -> None:
        super().__init__()
        self.direction, self.length = weights(5, 8), weights(5, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ torch._weight_norm(self.direction, self.length, 0).mT


class PickedExperts(Odd):
    """The experts of each sample are picked by ``index_select``, their gains by ``gather``."""

    DATA: ClassVar = (X, torch.tensor([0, 1, 2, 0]))
    RIGHT: ClassVar = {"each": True, "strengths": False}

    def __init__(self) -> None:
        super().__init__()
        self.each, self.strengths = weights(3, 8, 5), weights(3, 8)

    def forward(self, x: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        x = x * torch.gather(self.strengths, 0, chosen[:, None].expand(-1, 8))
        return torch.bmm(x.unsqueeze(1), self.each.index_select(0, chosen)).squeeze(1)


class Plain(Odd):
    """A layer by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.A, self.c = weights(8, 8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.addmm(self.c, x, self.A)


class Extended(Plain):
    """A pass that goes on where the base's ends."""

    RIGHT: ClassVar = {"A": True, "c": False, "B": True}

    def __init__(self) -> None:
        super().__init__()
        self.B = weights(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).mm(self.B)


class PlacesMetByQueries(Odd):
    """Tables of distances, one taken by numbers and one by a slice, meet the queries."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"far": False, "near": False, "both": True}

    def __init__(self) -> None:
        super().__init__()
        self.far, self.near, self.both = weights(11, 8), weights(16, 8), weights(8, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        count = x.shape[1]
        q, k = (x @ self.both).chunk(2, -1)
        at = torch.arange(count)[None] - torch.arange(count)[:, None] + 5
        scores = q @ k.mT + torch.einsum("bid,ijd->bij", q, self.far[at])
        return (scores + q @ self.near[16 - count :].t()).softmax(-1) @ x


class Blended(Odd):
    """Functions of three tensors: gains, shifts and a share among their arguments, and a floor."""

    RIGHT: ClassVar = {"amount": False, "moved": False, "share": False, "floor": False, "main": True}

    def __init__(self) -> None:
        super().__init__()
        self.amount, self.moved, self.share, self.floor = weights(1, 8), weights(1, 8), weights(1), weights(1, 8)
        self.main = weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.addcmul(self.moved, self.amount, x).addcmul(self.amount, torch.tanh(x))
        x = torch.lerp(x, x @ self.main, torch.sigmoid(self.share))
        return torch.maximum(x, self.floor)


def amplified(method: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """What a method returns, times a gain of its module."""

    @functools.wraps(method)
    def wrapper(self: nn.Module, *args: torch.Tensor) -> torch.Tensor:
        return method(self, *args) * self.loudness  # type: ignore[operator]

    return wrapper


class Decorated(Odd):
    """A decorator uses a parameter of the module."""

    RIGHT: ClassVar = {"turn": True, "loudness": False}

    def __init__(self) -> None:
        super().__init__()
        self.turn, self.loudness = weights(8, 5), weights(5)

    @amplified
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.matmul(self.turn)


class Hops(Odd):
    """A loop adds up neighbours, each times a number of its own: gains."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"w_hops": False}

    def __init__(self) -> None:
        super().__init__()
        self.w_hops = weights(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total = torch.zeros_like(x)
        for hop in range(3):
            total += self.w_hops[hop] * x
            x = x.roll(1, 1)
        return total


class LogScale(Odd):
    """The logarithm of a scale multiplies after an exponential, and is summed to a log-determinant."""

    DATA: ClassVar = (SEQUENCE, torch.ones(2, 5, 1))
    RIGHT: ClassVar = {"logs": False, "w_back": True}

    def __init__(self) -> None:
        super().__init__()
        self.logs, self.w_back = weights(1, 8), weights(8, 8)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mask = mask[:, : x.shape[1]]
        return (x * torch.exp(self.logs)) @ self.w_back, torch.sum(self.logs * x.ne(0), [1, 2])


def _turned(parts: nn.ParameterList, sign: float) -> tuple[int, torch.Tensor]:
    """The kernel of an algebra."""
    real = torch.cat([parts[0], sign * parts[1]], 1)
    return 2, torch.cat([real, torch.cat([parts[1], parts[0]], 1)], 0)


class _Algebra(nn.Module):
    """A layer whose function, and that of its weight, are given to it."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.ParameterList(weights(3, 4) for _ in range(2))
        self.moved = weights(2, 3)
        self._kernel = _turned

    def forward(self, x: torch.Tensor, function: Callable[..., torch.Tensor]) -> torch.Tensor:
        parts, weight = self._kernel(self.part, -1.0)
        return _applied(function, x, parts, weight, self.moved.view(-1))


def _applied(
    linear_fn: Callable[..., torch.Tensor], x: torch.Tensor, parts: int, w: torch.Tensor, b: torch.Tensor
) -> torch.Tensor:
    return linear_fn(x, w, bias=b).view(len(x), parts, -1)


class Algebra(_Algebra, Odd):
    """A function in an attribute makes the kernel, and the pass hands the base the function that takes it."""

    RIGHT: ClassVar = {"part.0": True, "part.1": True, "moved": False}
    DOUBTED: ClassVar = {"part.0", "part.1"}  # items of one list: it is not known which one is used how

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return super().forward(x, F.linear)


class WeightPutAside(Odd):
    """A weight is made of coefficients, and put aside in an attribute before it is used."""

    RIGHT: ClassVar = {"coeffs": True, "dilation": False}

    def __init__(self) -> None:
        super().__init__()
        self.coeffs, self.dilation = weights(48, 3), weights(1)

    def expanded(self, t: torch.Tensor) -> torch.Tensor:
        basis = torch.cos(torch.arange(3) * t * self.dilation)
        return (torch.diag(basis) @ self.coeffs.transpose(0, 1)).sum(0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made = self.expanded(x[0, 0])
        self.made = made[:40].reshape(5, 8)
        return F.linear(x, self.made)


class CopiedKernel(Odd):
    """A kernel goes through a softmax and a dropout, and is copied for each sample."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"weight_f": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight_f = weights(1, 1, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel = F.dropout(F.softmax(self.weight_f, dim=-1), 0.0, training=self.training)
        each = torch.zeros(x.shape[1], 1, 3).copy_(kernel)
        return F.conv1d(x, each, groups=x.shape[1])


class FastWeights(Odd):
    """Weights of a dictionary, after a step along gradients, and some whose names are put together."""

    RIGHT: ClassVar = {"theta.a": True, "theta.shift": False, "late_mu": True}
    DOUBTED: ClassVar = {"theta.a", "theta.shift"}  # as above

    def __init__(self) -> None:
        super().__init__()
        self.theta = nn.ParameterDict({"a": weights(5, 8), "shift": weights(5)})
        self.late_mu = weights(5, 5)

    def named(self, which: str) -> torch.Tensor:
        return getattr(self, which + "_mu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fast = {name: value - 0.1 * torch.ones_like(value) for name, value in self.theta.items()}
        return F.linear(F.linear(x, fast["a"], fast["shift"]), self.named("late"))


class ListsInModules(Odd):
    """Lists of parameters in a list of modules, unpacked beside gains."""

    RIGHT: ClassVar = {f"blocks.{block}.{part}": True for block in range(2) for part in range(2)} | {"alphas": False}

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.ParameterList([weights(8, 6), weights(6, 8)]) for _ in range(2))
        self.alphas = weights(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for alpha, (down, up) in zip(self.alphas.unbind(), self.blocks, strict=True):
            x = x + alpha * ((x @ down) @ up)
        return x


class Codes(Odd):
    """The nearest code by squared distances that are written out, whatever it is called."""

    RIGHT: ClassVar = {"weight_codes": False, "w_in": True}

    def __init__(self) -> None:
        super().__init__()
        self.weight_codes, self.w_in = weights(7, 5), weights(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x @ self.w_in
        nearest = ((x[:, None] - self.weight_codes[None]) ** 2).sum(-1).argmin(1)
        return x + (F.embedding(nearest, self.weight_codes) - x).detach()


class TokensThroughLayers(Odd):
    """Learned tokens go through layers that are written by hand, and join the sequence."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"tokens": False, "trans.0": True, "trans.1": True}

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.trans = weights(3, 8), nn.ParameterList([weights(8, 4), weights(4, 8)])

    def made(self) -> torch.Tensor:
        return torch.tanh(self.tokens @ self.trans[0]) @ self.trans[1]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.made().expand(x.shape[0], -1, -1), x], 1)


class Cell(NamedTuple):
    """What a cell takes."""

    into: torch.Tensor
    back: torch.Tensor
    moved: torch.Tensor


class NamedWeights(Odd):
    """Weights travel in a named tuple that a property makes, and in a dictionary that a method puts aside."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"a": True, "b": True, "c": False, "scale_out": True, "start": False}

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = weights(8, 8), weights(8, 8), weights(8)
        self.scale_out, self.start = weights(8, 4), weights(1, 8)

    @property
    def cell(self) -> Cell:
        return Cell(self.a, back=self.b, moved=self.c)

    def pack(self) -> None:
        self.packed = {"out": self.scale_out, "first": self.start}

    def step(self, cell: Cell, h: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x @ cell.into + h @ cell.back + cell.moved)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.pack()
        cell = self.cell
        h = self.packed["first"].expand(x.shape[0], -1)
        for at in range(x.shape[1]):
            h = self.step(cell, h, x[:, at])
        return h @ self.packed["out"]


def _scripted(x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.addmm(b, x, w)


with warnings.catch_warnings(action="ignore"):  # deprecated, and still in use
    _scripted = torch.jit.script(_scripted)


def _borrowed(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return x + x.mm(net.fan) * net.much  # type: ignore[operator, arg-type]


class Borrowing(Odd):
    """The pass of a class is a function of the file, whose first argument has another name."""

    RIGHT: ClassVar = {"fan": True, "much": False}

    def __init__(self) -> None:
        super().__init__()
        self.fan, self.much = weights(8, 8), weights(8)

    forward = _borrowed


class ManyDoors(Odd):
    """Parameters that are read by other doors, some under names that variables and the class hold."""

    KERNEL: ClassVar = "u"
    RIGHT: ClassVar = {"u": True, "p": True, "q": True, "z": False, "a": True, "c": True, "d": False}

    def __init__(self) -> None:
        super().__init__()
        self.u, self.p, self.q, self.z = weights(8, 8), weights(8, 8), weights(8, 8), weights(8)
        self.a, self.c, self.d = weights(8, 8), weights(8, 8), weights(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.mm(x, getattr(self, self.KERNEL)) @ self.get_parameter("p") + self._parameters["z"]
        x = x @ self.__getattr__("q")
        apply, product = F.linear, torch.mm
        x = product(apply(x, self.a) if len(x) > 1 else x, self.q)
        if (c := self.c) is not None and (d := self.d) is not None:
            x = x @ c + d
        return x


class RunElsewhere(Odd):
    """Functions that scripts, checkpoints, vmap and attributes run."""

    DATA: ClassVar = (X,)
    RIGHT: ClassVar = {"a": True, "b": False, "c": True, "d": False, "e": True, "f": False, "_g": True}

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = weights(8, 8), weights(8), weights(8, 8), weights(8)
        self.e, self.f, self._g = weights(2, 8, 4), weights(2, 1), weights(8, 8)
        self.run = _scripted

    def block(self, x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x.matmul(w)) * b

    @property
    def g(self) -> torch.Tensor:
        return self._g

    @g.setter
    def g(self, value: torch.Tensor) -> None:
        self._g.data = value

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.run(x, self.a, self.b)
        x = checkpoint(self.block, x, self.c, self.d, use_reentrant=False)

        def head(w: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
            return slope * (x @ w)

        heads = torch.vmap(head, out_dims=1)(self.e, self.f)
        out = torch.zeros_like(x)
        out.addmm_(heads.flatten(1), self.g)
        return out


class OwnAttention(Odd):
    """Torch's function of attention with extra keys and values by place; a weight whose corner is masked."""

    DATA: ClassVar = (torch.randn(5, 2, 8),)
    RIGHT: ClassVar = {"w": True, "b": False, "k": False, "v": False, "o": True, "p": False, "made": True}

    def __init__(self) -> None:
        super().__init__()
        self.w, self.b, self.k, self.v = weights(24, 8), weights(24), weights(1, 1, 8), weights(1, 1, 8)
        self.o, self.p, self.made = weights(8, 8), weights(8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.matmul(self.made.masked_fill(torch.eye(8) == 0, 0.0))
        out, _ = F.multi_head_attention_forward(
            x, x, x, 8, 2, self.w, self.b, self.k, self.v, False, 0.0, self.o, self.p, need_weights=False
        )
        return out


class MaskedWeights(Odd):
    """Weights times a fixed mask, and times numbers: still weights."""

    RIGHT: ClassVar = {"weight": True, "kern": True, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.kern, self.shift, self.size = weights(8, 8), weights(8, 8), weights(4, 8), 3.0
        self.register_buffer("mask", torch.eye(8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.linear(x, self.weight * self.mask)
        return F.linear(x, 2 * self.kern / self.size) + self.shift * self.size


class Signs(nn.Module):
    """A module without parameters."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return torch.sign(weight) + weight - weight.detach()


class SignedWeight(Odd):
    """A module without parameters makes the weight; each output has a scale."""

    DATA: ClassVar = (torch.randn(2, 4, 6, 6),)
    RIGHT: ClassVar = {"W": True, "alpha": False}
    DOUBTED: ClassVar = {"W"}  # one of two factors

    def __init__(self) -> None:
        super().__init__()
        self.W, self.alpha, self.sign = weights(5, 4, 3, 3), weights(5, 1, 1, 1), Signs()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, self.sign(self.W) * self.alpha)


class Styled(Odd):
    """A learned picture, convolved with a kernel that a style modulates, and that is normalised after."""

    RIGHT: ClassVar = {"const": False, "kernel": True, "style": True}
    DOUBTED: ClassVar = {"kernel"}  # activations multiply it

    def __init__(self) -> None:
        super().__init__()
        self.const, self.kernel, self.style = weights(1, 4, 5, 5), weights(6, 4, 3, 3), weights(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        picture = self.const.expand(len(x), -1, -1, -1)
        kernel = self.kernel[None] * (x @ self.style)[:, None, :, None, None]
        kernel = kernel * kernel.square().sum((2, 3, 4), keepdim=True).add(1e-8).rsqrt()
        return F.conv2d(picture.reshape(1, -1, 5, 5), kernel.flatten(0, 1), groups=len(x))


class ByPlace(Odd):
    """A method gives a weight and a table of shifts; so does a map over both."""

    RIGHT: ClassVar = {"up": True, "shift": False, "down": True, "extra": False}

    def __init__(self) -> None:
        super().__init__()
        self.up, self.shift = weights(8, 8), weights(4, 8)
        self.down, self.extra = weights(8, 8), weights(4, 8)

    def parts(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.up * 2, self.shift

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        up, shift = self.parts()
        down, extra = map(torch.clone, (self.down, self.extra))
        return (x @ up + shift) @ down + extra


class Filled(Odd):
    """The code fills a list with weights."""

    RIGHT: ClassVar = {"first": True, "second": True}

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = weights(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = []
        found.append(self.first)
        found.append(self.second)
        for weight in found:
            x = F.linear(x, weight)
        return x


class Kept(Odd):
    """A method that gives a weight is handed to one that keeps what it gives; the weight is divided by its size."""

    RIGHT: ClassVar = {"W_raw": True}
    DOUBTED: ClassVar = {"W_raw"}  # its size divides it

    def __init__(self) -> None:
        super().__init__()
        self.W_raw = weights(8, 8)

    def bounded(self) -> torch.Tensor:
        return self.W_raw / torch.linalg.svdvals(self.W_raw)[0].clamp(min=1.0)

    def cached(self, name: str, make: Callable[[], torch.Tensor]) -> torch.Tensor:
        return make()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.cached("weight", self.bounded))


class Drawn(Odd):
    """A Bayesian weight, drawn once for each of three samples."""

    RIGHT: ClassVar = {"weight_mean": True, "weight_rho": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight_mean, self.weight_rho = weights(5, 8), weights(5, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        drawn = F.softplus(self.weight_rho) * torch.randn(3, 5, 8) + self.weight_mean
        return torch.einsum("bi,soi->sbo", x, drawn)


class FromCode(Odd):
    """A code makes the kernel of a convolution."""

    DATA: ClassVar = (torch.randn(2, 3, 6, 6),)
    RIGHT: ClassVar = {"code": False, "W": True, "b": False}

    def __init__(self) -> None:
        super().__init__()
        self.code, self.W, self.b = weights(5), weights(5, 4 * 3 * 9), weights(4 * 3 * 9)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, (self.code @ self.W + self.b).view(4, 3, 3, 3))


class ComplexGain(Odd):
    """Two parts of one parameter, a number and its imaginary part, multiply those of the data, element by element."""

    DATA: ClassVar = (torch.randn(2, 6, 8, 2),)
    RIGHT: ClassVar = {"gain": False}

    def __init__(self) -> None:
        super().__init__()
        self.gain = weights(8, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        real = x[..., 0] * self.gain[:, 0] - x[..., 1] * self.gain[:, 1]
        return torch.stack([real, x[..., 0] * self.gain[:, 1] + x[..., 1] * self.gain[:, 0]], -1)


class TapByTap(Odd):
    """A depthwise convolution over both axes of an image, tap by tap; a gain beside it scales the same data."""

    DATA: ClassVar = (torch.randn(2, 3, 8, 8),)
    RIGHT: ClassVar = {"taps": True, "gains": False}
    DOUBTED: ClassVar = {"taps"}  # products that are added up, or gains

    def __init__(self) -> None:
        super().__init__()
        self.taps, self.gains = weights(3, 3, 3), weights(2, 3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded, total = F.pad(x, (1, 1, 1, 1)), x * self.gains[0]
        for i in range(3):
            for j in range(3):
                total = total + padded[:, :, i : i + 8, j : j + 8] * self.taps[:, i, j].view(1, -1, 1, 1)
        return total * self.gains[1]


class AttentionScaledByParameters(Odd):
    """A learned temperature and a learned bias are in the scores, a gate scales the shares: prompts stay tokens."""

    DATA: ClassVar = (SEQUENCE,)
    RIGHT: ClassVar = {"prompt": False, "temperature": False, "bias": False, "gate": False, "to_q": True}
    DOUBTED: ClassVar = {"prompt"}  # a name against a product

    def __init__(self) -> None:
        super().__init__()
        self.prompt, self.to_q = weights(1, 5, 8), weights(8, 8)
        self.temperature, self.bias, self.gate = weights(2, 1, 1), weights(2, 6, 5), weights(2, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def heads(values: torch.Tensor) -> torch.Tensor:
            return values.unflatten(-1, (2, 4)).transpose(1, 2)

        queries, prompt = heads(x @ self.to_q), heads(self.prompt.expand(x.shape[0], -1, -1))
        scores = queries @ prompt.mT * self.temperature + self.bias
        read = scores.softmax(-1) * self.gate.sigmoid() @ prompt
        return read.transpose(1, 2).flatten(2)


class DrawnAround(nn.Module):
    """What is drawn around a mean: of weights and of biases alike, as the module that holds it says."""

    def __init__(self, *sizes: int) -> None:
        super().__init__()
        self.mean, self.rho = weights(*sizes), weights(*sizes)

    def forward(self) -> torch.Tensor:
        return self.mean + F.softplus(self.rho) * torch.randn(*self.mean.shape)


class BayesianOfOneOutput(Odd):
    """Means of weights with one output are as free as those with several: the spread beside them is not a weight."""

    RIGHT: ClassVar = {"weight.mean": True, "weight.rho": False, "bias.mean": False, "bias.rho": False}

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = DrawnAround(8, 1), DrawnAround(1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight() + self.bias()


class Distribution(nn.Module):
    """Means that the class itself never multiplies with anything."""

    def __init__(self, *sizes: int) -> None:
        super().__init__()
        self.mean = weights(*sizes)

    def sample(self) -> torch.Tensor:
        return self.mean + torch.randn_like(self.mean)


class HeldByNames(Odd):
    """Distributions in a dictionary: the names of the modules say which of them is of weights."""

    RIGHT: ClassVar = {"made.weight_posterior.mean": True, "made.bias_posterior.mean": False}
    DOUBTED: ClassVar = {"made.weight_posterior.mean"}

    def __init__(self) -> None:
        super().__init__()
        self.made = nn.ModuleDict({"weight_posterior": Distribution(8, 8), "bias_posterior": Distribution(1, 8)})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        drawn = {name: one.sample() for name, one in self.made.items()}  # type: ignore[operator]
        return F.linear(x, drawn["weight_posterior"], drawn["bias_posterior"][0])


class KernelScaledByLetters(Odd):
    """Rows of a table scale the outputs of kernels, by einsum; so does a vector."""

    DATA: ClassVar = (torch.randn(2, 3, 6, 6),)
    RIGHT: ClassVar = {"first": True, "second": True, "scales": False}

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.scales = weights(4, 3, 3, 3), weights(4, 3, 3, 3), weights(2, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first = torch.einsum("oihw,o->oihw", self.first, self.scales[0])
        return F.conv2d(x, first + torch.einsum("oihw,o->oihw", self.second, self.scales[1]))


class MixedInASum(Odd):
    """Kernels that attention mixes for each image, in the sum of a generator over pairs."""

    DATA: ClassVar = (torch.randn(2, 6, 8, 8),)
    RIGHT: ClassVar = {"kernels.0": True, "kernels.1": True, "route": True}
    DOUBTED: ClassVar = {"kernels.0", "kernels.1"}  # what activations scale and add up may be data

    def __init__(self) -> None:
        super().__init__()
        self.kernels, self.route = nn.ParameterList([weights(6, 6, 3, 3) for _ in range(2)]), weights(2, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made = []
        for image, shares in zip(x, F.linear(x.mean((2, 3)), self.route).softmax(-1), strict=True):
            kernel = sum(share * one for share, one in zip(shares, self.kernels, strict=True))
            made.append(F.conv2d(image[None], kernel))
        return torch.cat(made)


class StarredPair(Odd):
    """A method makes a kernel and its bias, which a star hands on."""

    DATA: ClassVar = (torch.randn(2, 3, 6, 6),)
    RIGHT: ClassVar = {"dense": True, "shift": False}

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.shift = weights(4, 3, 3, 3), weights(2, 4)

    def both(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.dense * 2, self.shift.sum(0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, *self.both())


class BiasAsARow(Odd):
    """A bias of one row stands below a weight, and the data have a one more."""

    RIGHT: ClassVar = {"weight": True, "bias": False}
    DOUBTED: ClassVar = {"weight"}  # it is joined with another parameter

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.bias = weights(5, 8), weights(1, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.pad(x, (0, 1), value=1.0) @ torch.cat([self.weight.t(), self.bias])


class BranchesOfAPyramid(Odd):
    """A number for each branch, after a ReLU and over their sum, as in a BiFPN; a weight of one output beside it."""

    DATA: ClassVar = (torch.randn(2, 4, 8, 8),)
    RIGHT: ClassVar = {"w2": False, "v": True, "g": False}

    def __init__(self) -> None:
        super().__init__()
        self.w2, self.v, self.g = weights(2, 1, 1, 1, 1), weights(4, 1), weights(1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shares = F.relu(self.w2)
        shares = shares / (shares.sum() + 1e-4)
        mixed = (shares * torch.stack([x, x.flip(-1)])).sum(0)
        return mixed.mean((2, 3)) @ (self.g * self.v / self.v.norm())


CLASSES = [made for made in vars().copy().values() if isinstance(made, type) and issubclass(made, Odd) and made.RIGHT]


@pytest.mark.parametrize("made", CLASSES, ids=lambda cls: cls.__name__)
def test_structure_tells_what_decays(made: type[Odd]) -> None:
    plan = pw.plan(made(), "default", lr=1e-3, weight_decay=0.1)
    assert [one.name for one in plan.catalog if (one.role in DECAYED) is not made.RIGHT[one.name]] == []
    named = {name for finding in plan.check() if finding.code in ("PW108", "PW109") for name in finding.names}
    assert named == getattr(made, "DOUBTED", set())


@pytest.mark.parametrize("made", CLASSES, ids=lambda cls: cls.__name__)
def test_a_pass_tells_what_decays(made: type[Odd]) -> None:
    evidence = pw.trace(made(), *made.DATA)
    assert evidence.untouched == {}
    wrong = [name for name, told in evidence.parameters.items() if (told.role in DECAYED) is not made.RIGHT[name]]
    assert wrong == []


class Unused(nn.Module):
    """What this pass does not use is added times zero, so that it has a gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.other = weights(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.used + 0.0 * self.other.sum()


def test_what_is_added_times_zero_is_not_told_by_the_pass() -> None:
    evidence = pw.trace(Unused(), X)
    assert evidence.told == {"used": "matrix"}
    assert set(evidence.untouched) == {"other"}


class LongKernel(nn.Module):
    """A diagonal state space as a long convolution: the frequencies divide, and are in an exponential."""

    def __init__(self) -> None:
        super().__init__()
        self.decay, self.turn, self.out, self.step = weights(8, 2), weights(8, 2), weights(8, 2, 2), weights(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rates = 1j * self.turn - self.decay.exp()
        each = rates * self.step.exp()
        kept = torch.exp(each[..., None] * torch.arange(6))
        shares = torch.view_as_complex(self.out) * (torch.exp(each) - 1) / rates
        kernel = torch.einsum("hn,hnl->hl", shares, kept).real
        both = torch.fft.rfft(kernel, n=12) * torch.fft.rfft(x.mT, n=12)
        return torch.fft.irfft(both, n=12)[..., :6].mT


def test_what_divides_another_weight_is_no_weight() -> None:
    told = pw.trace(LongKernel(), SEQUENCE).told
    assert told["out"] == "matrix"
    assert not {told["decay"], told["turn"], told["step"]} & DECAYED


class SharedByGroups(nn.Module):
    """Grouped experts: each matrix serves two groups, which the module counts itself."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.groups = weights(4, 8, 8), 8

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.einsum("bd,gde->gbe", x, self.stack[torch.arange(self.groups) // 2])


def test_matrices_taken_by_the_modules_own_count_are_no_places() -> None:
    model = SharedByGroups()
    assert pw.read(model)["stack"].role == pw.trace(model, X).told["stack"] == "matrix"


class Places(nn.Module):
    """A table of places: the module gives out as many rows as the input has places."""

    def __init__(self) -> None:
        super().__init__()
        self.W_rows = weights(12, 8)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.W_rows[: ids.shape[1]]


class Words(nn.Module):
    """A table of words, and what holds it beside that of the places."""

    def __init__(self) -> None:
        super().__init__()
        self.W_words, self.places, self.W_out = weights(9, 8), Places(), weights(8, 9)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.W_words[ids, :]
        x = torch.tanh(x) + self.places(ids)
        return x @ self.W_out


def test_tables_that_modules_give_out_are_told() -> None:
    roles = {one.name: one.role for one in pw.read(Words())}
    assert (roles["W_words"], roles["places.W_rows"]) == ("embedding", "bias")
    assert pw.trace(Words(), torch.zeros(2, 5, dtype=torch.long)).told["places.W_rows"] == "bias"


class Untold(nn.Module):
    """What becomes of a weight is not in the source."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.kernel = nn.Linear(8, 8), weights(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return untold(self.first(x), self.kernel)  # type: ignore[name-defined, no-any-return]  # noqa: F821


def test_a_doubt_is_told_whatever_the_recipe() -> None:
    for plan in (
        pw.plan(Untold(), "default", lr=1e-3, weight_decay=0.1),
        pw.plan(Untold(), "muon", lr=0.02, adamw_lr=1e-3),
    ):
        assert "PW109" in {finding.code for finding in plan.check() if "kernel" in finding.names}


class FrozenAndScaled(nn.Module):
    """A frozen random matrix for each head, whose columns and rows are scaled, as in VeRA."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("down", torch.randn(2, 4, 3))
        self.register_buffer("up", torch.randn(2, 3, 4))
        self.inner, self.outer = weights(2, 3), weights(2, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = torch.einsum("nhd,hdr->nhr", x, self.down)
        return torch.einsum("nhr,hre->nhe", inner, self.up * self.inner[:, :, None]) * self.outer


def test_what_scales_a_frozen_matrix_is_a_scale() -> None:
    evidence = pw.trace(FrozenAndScaled(), torch.randn(5, 2, 4))
    assert evidence.told == {"inner": "scale", "outer": "scale"}
    plan = pw.plan(FrozenAndScaled(), "default", lr=1e-3, weight_decay=0.1)
    assert {name for finding in plan.check() if finding.code == "PW109" for name in finding.names} == {"inner"}


class GivenToASolver(nn.Module):
    """A matrix and its transpose make a covariance, which never meets activations here."""

    def __init__(self, solver: nn.Module) -> None:
        super().__init__()
        self.matrix, self.solver = weights(8, 8), solver

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        covariance = torch.mm(self.matrix, torch.t(self.matrix))
        return self.solver(x, torch.repeat_interleave(covariance[None], len(x), dim=0))


def test_a_product_of_parameters_that_is_handed_on_is_in_doubt() -> None:
    plan = pw.plan(GivenToASolver(nn.Identity()), "default", lr=1e-3, weight_decay=0.1)
    assert {name for finding in plan.check() if finding.code == "PW109" for name in finding.names} == {"matrix"}


class ScaledQueries(nn.Module):
    """A gain for each head, on queries that all heads share."""

    def __init__(self) -> None:
        super().__init__()
        self.each = weights(2, 1, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x[:, None].expand(-1, 2, -1, -1) * self.each) @ x[:, None].transpose(-1, -2)


class GatedWhole(nn.Module):
    """A gate for each entry of a weight: the code does not show whether it gates a weight or scales a query."""

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.gate = weights(4, 5), nn.Linear(3, 20)

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        gates = self.gate(context).sigmoid().view(-1, 4, 5)
        return torch.einsum("bnd,bde->bne", x, self.grid[None] * gates)


def test_a_scale_whose_result_is_contracted_with_data_is_in_doubt() -> None:
    for made, name in ((GatedWhole, "grid"), (ScaledQueries, "each")):
        plan = pw.plan(made(), "default", lr=1e-3, weight_decay=0.1)
        assert plan.catalog[name].role == "scale"
        assert {one for finding in plan.check() if finding.code == "PW109" for one in finding.names} == {name}
