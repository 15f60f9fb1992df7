"""What each parameter of a model is, found without ``paramwise.roles``: the judge of ``zoo.py``.

Three witnesses, asked in this order:

1. the tables of torch's own modules: the weight of an ``nn.Linear`` is a factor of a product, whatever its name;
2. how the source of the owner's class uses the attribute (`read_source`), and how forward passes on the meta device use
   the tensor (`run_forward`); where both speak they must agree on whether the tensor decays;
3. `HAND`, a table of what was read by a person, for what the two leave open or cannot see.

A kind is coarse: ``product``, ``lookup``, ``gain``, ``sum``, ``table``, ``state``; the first two decay.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

DECAYING = frozenset({"product", "lookup"})
KINDS = ("product", "lookup", "state", "gain", "sum", "table")  # of several that decay alike, the first is the kind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Uses(NamedTuple):
    """What the witnesses say of one attribute of one class."""

    torch: str | None
    source: list[str]
    forward: list[str]


class Truth(NamedTuple):
    """What one parameter is, whether it should decay (None: arguable, or not known), and who said so."""

    kind: str
    decays: bool | None
    witness: str


def decide(owner: str, attribute: str, ndim: int, seen: list[Uses]) -> Truth:
    """The truth of one key, from all that was seen of it."""
    by_hand = HAND.get((owner.rpartition(".")[2], attribute))
    if by_hand:
        kind, _, why = by_hand.partition(": ")
        return Truth("arguable", None, why) if kind == "arguable" else Truth(kind, kind in DECAYING, "hand")
    known = next((one.torch for one in seen if one.torch), None)
    said = {witness: _kinds(seen, witness, ndim, known) for witness in ("source", "forward")}
    if known and all(not kinds or known in kinds or _decays(kinds) == {known in DECAYING} for kinds in said.values()):
        return Truth(known, known in DECAYING, "torch's module")
    heard = {witness: kinds for witness, kinds in said.items() if kinds}
    decays = set[bool]().union(*map(_decays, heard.values()))
    if known or len(decays) != 1:
        words = [f"torch: {known}"] if known else []
        words += [f"{witness}: {', '.join(sorted(kinds)) or 'silent'}" for witness, kinds in said.items()]
        return Truth("unknown", None, "; ".join(words))
    kinds = set.intersection(*heard.values()) or set.union(*heard.values())
    kinds |= {"state"} & set[str]().union(*heard.values())
    return Truth(next(one for one in KINDS if one in kinds), decays.pop(), " and ".join(heard))


def _kinds(seen: list[Uses], witness: str, ndim: int, known: str | None) -> set[str]:
    kinds = {kind for one in seen for kind in getattr(one, witness) if kind in KINDS}
    # A vector in a product is a query or a direction. Only in an nn.Embedding do rows that are looked up decay.
    instead = ({"product": "table"} if ndim < 2 else {}) | ({} if known == "lookup" else {"lookup": "table"})
    return {instead.get(kind, kind) for kind in kinds}


def _decays(kinds: set[str]) -> set[bool]:
    return {kind in DECAYING for kind in kinds}


# ---------------------------------------------------------------------------------------------- torch's own modules

_LINEAR = {"weight": "product", "bias": "sum", "weight_g": "gain", "weight_v": "product"}  # the last two: weight_norm's
_NORM = {"weight": "gain", "bias": "sum"}
_ATTENTION = {f"{part}_proj_weight": "product" for part in ("in", "q", "k", "v")} | {
    "in_proj_bias": "sum",
    "bias_k": "table",
    "bias_v": "table",
}
# A base class -> what its own attributes are.
TORCH: list[tuple[type, dict[str, str]]] = [
    (nn.Linear, _LINEAR),
    (nn.Bilinear, _LINEAR),
    (nn.modules.conv._ConvNd, _LINEAR),
    (nn.Embedding, {"weight": "lookup"}),
    (nn.EmbeddingBag, {"weight": "lookup"}),
    (nn.LayerNorm, _NORM),
    (nn.RMSNorm, _NORM),
    (nn.GroupNorm, _NORM),
    (nn.modules.batchnorm._NormBase, _NORM),
    (nn.PReLU, {"weight": "gain"}),
    (nn.MultiheadAttention, _ATTENTION),
]
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
# A parametrization -> what its originals are: weight_norm splits a weight in a gain and a direction.
PARAMETRIZED = {
    "_WeightNorm": {"original0": "gain", "original1": "product"},
    "_SpectralNorm": {"original": "product"},
    "_Orthogonal": {"original": "product"},
}


def torch_kind(cls: type, attribute: str) -> str | None:
    """What torch's own class, ``cls`` itself or a base of it, uses the attribute for."""
    if issubclass(cls, _RECURRENT):
        return {"weight": "product", "bias": "sum"}.get(attribute.partition("_")[0])
    if cls.__module__ == "torch.nn.utils.parametrizations":
        return PARAMETRIZED[cls.__name__][attribute]
    return next((kinds[attribute] for base, kinds in TORCH if issubclass(cls, base) and attribute in kinds), None)


@functools.cache
def written(cls: type, attribute: str) -> Uses:
    """What torch's tables and the class's source say."""
    kind = torch_kind(cls, attribute)
    if cls.__module__.startswith("torch.nn"):
        return Uses(kind, [], [])
    source = read_source(cls, attribute)
    if kind is None and not set(KINDS).intersection(source):
        # used from outside: `self.embeddings.mask_token`
        for neighbour in classes_beside(cls):
            source += read_source(neighbour, attribute, own=False)
    return Uses(kind, source, [])


def classes_beside(cls: type) -> list[type]:
    """The other ``nn.Module`` classes of the file."""
    found = vars(sys.modules[cls.__module__]).values()
    modules = [one for one in found if isinstance(one, type) and issubclass(one, nn.Module) and one is not cls]
    return [one for one in modules if one.__module__ == cls.__module__]


# ------------------------------------------------------------------------------------- how the class's source uses it

_ASIDE = _words(  # of a tensor, not its values
    "shape dtype device ndim is_meta requires_grad grad is_cuda size dim numel stride storage_offset element_size "
    "nelement type is_floating_point is_contiguous get_device data_ptr"
)
_PRODUCT = _words("matmul mm bmm einsum tensordot multi_dot _grouped_mm grouped_mm dot mv addmm baddbmm addbmm")
_LINEAR_LIKE = _words("linear bilinear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d")
_NORM_LIKE = {"layer_norm": 2, "rms_norm": 2, "group_norm": 2, "batch_norm": 3, "instance_norm": 3}  # place of weight
_GAIN = _words("mul multiply div divide true_divide mul_ div_ prelu")
_SUM = _words("add sub subtract add_ sub_")
_TABLE = _words(
    "cat concat concatenate stack hstack vstack where masked_scatter masked_scatter_ masked_fill masked_fill_ "
    "index_put index_put_ index_copy scaled_dot_product_attention lerp scatter scatter_"
)
_SAME = _words(  # what hands a tensor on, changed or not: its values are not yet used on anything
    "to view reshape float half bfloat16 double type_as expand expand_as repeat unsqueeze squeeze t transpose permute "
    "contiguous clone detach flatten unflatten chunk split unbind swapaxes swapdims movedim moveaxis index_select "
    "gather narrow select flip roll repeat_interleave tile broadcast_to diag view_as reshape_as numpy cpu cuda clamp "
    "clamp_min clamp_max clip sum mean max min amax amin abs square sqrt rsqrt reciprocal log log2 log1p pow norm "
    "normalize tanh relu gelu silu round sin cos softmax log_softmax interpolate rearrange pad take tensor as_tensor "
    "unfold cumsum var std var_mean Tensor value list tuple zip enumerate reversed iter next dropout ravel meshgrid "
    "maximum minimum outer requires_grad_ dequantize full_tensor to_local exp neg negative softplus sigmoid expm1"
)
_SHAPING = {"exp": "exp", "expm1": "exp", "neg": "neg", "negative": "neg"}  # a rate of decay is -exp(A_log)
_NO_USE = _words(
    "copy_ fill_ normal_ zero_ zeros_ ones_ uniform_ constant_ trunc_normal_ isinstance len print hasattr id append "
    "zeros_like ones_like empty_like full_like is_tensor range register_parameter"
)
_NOT_READ = _words("__init__ _init_weights init_weights reset_parameters _reset_parameters extra_repr __repr__")
_FOREIGN = {"torch", "transformers.modeling_utils", "transformers.generation.utils"}


class _Names:
    """Which names of a function hold the tensor, and where: a name that is bound anew holds something else."""

    def __init__(self, parents: dict[ast.AST, ast.AST], parameters: frozenset[str]) -> None:
        self.parents = parents
        self.parameters = parameters
        self.held: dict[ast.Name, frozenset[str]] = {}
        self.stores: dict[str, list[ast.Name]] = {}
        for node in parents:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.stores.setdefault(node.id, []).append(node)

    def bind(self, target: ast.expr, flags: frozenset[str]) -> None:
        """The names of an assignment's target hold the tensor from here on."""
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.held.setdefault(node, flags)

    def held_at(self, use: ast.Name) -> frozenset[str] | None:
        """What was done to the tensor that the name holds here; None if it holds something else."""
        blocks = [self._block(one) for one in [use, *self._around(use)]]
        line = self._statement(use).lineno
        for store in sorted(self.stores.get(use.id, ()), key=lambda one: -one.lineno):
            if store in self.held:
                if store.lineno <= line or isinstance(self.parents[store], ast.comprehension):
                    return self.held[store]
            elif store.lineno < line and self._block(store) in blocks:
                return None
        return frozenset() if use.id in self.parameters else None

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def _statement(self, node: ast.AST) -> ast.stmt:
        return next(one for one in [node, *self._around(node)] if isinstance(one, ast.stmt))

    def _block(self, node: ast.AST) -> tuple[ast.AST, str] | None:
        """The list of statements that a node is in: whose it is, and which of its branches."""
        statement = next((one for one in [node, *self._around(node)] if isinstance(one, ast.stmt)), None)
        if statement is None or statement not in self.parents:
            return None
        parent = self.parents[statement]
        branches = ((name, value) for name, value in ast.iter_fields(parent) if isinstance(value, list))
        return parent, next((name for name, value in branches if statement in value), "")


class _Reader:
    """Follows one attribute through the methods of a class, and the functions they call, to what uses it up."""

    def __init__(self, cls: type, attribute: str, *, own: bool) -> None:
        self.cls = cls
        self.attribute = attribute
        self.own = own
        self.uses: list[str] = []
        self.seen: set[tuple[object, bool, frozenset[str]]] = set()

    def read(self, function: object, parameters: frozenset[str] = frozenset()) -> None:
        """Reads one function: for the attribute, or if ``parameters`` are given for those, which hold the tensor."""
        key = (function, not parameters, parameters)
        found = None if key in self.seen else parsed(function)
        self.seen.add(key)
        if found is None:
            return
        tree, parents = found
        names = _Names(parents, parameters)
        done: set[tuple[ast.AST, frozenset[str]]] = set()
        before = -1
        while len(done) > before:  # a name that is bound late is read early in the next round of a loop
            before = len(done)
            for node in ast.walk(tree):
                flags = None
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    flags = names.held_at(node)
                elif not parameters and self._is_meant(node):
                    flags = frozenset[str]()
                if flags is not None and (node, flags) not in done:
                    done.add((node, flags))
                    self._climb(node, flags, parents, names, function)

    def _is_meant(self, node: ast.AST) -> bool:
        """An expression that reads the attribute."""
        read = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr == self.attribute
        return read and _is_self(node.value) == self.own  # type: ignore[attr-defined]

    def _climb(
        self, node: ast.AST, flags: frozenset[str], parents: dict[ast.AST, ast.AST], names: _Names, function: object
    ) -> None:
        """From an expression that holds the tensor outwards, to the operation that uses it up."""
        while (up := parents.get(node)) is not None:
            action: str | None = "follow"
            name = ""
            if isinstance(up, ast.Attribute):
                name, above = up.attr, parents.get(up)
                if name in _ASIDE:
                    return
                if isinstance(above, ast.Call) and above.func is up:
                    up, action = above, self._method(name, above)
            elif isinstance(up, (ast.Call, ast.keyword)):
                call = parents[up] if isinstance(up, ast.keyword) else up
                if not isinstance(call, ast.Call) or call.func is node:
                    return
                place = (up.arg or "?") if isinstance(up, ast.keyword) else call.args.index(node)  # type: ignore[arg-type]
                up, name, action = call, _called(call), self._argument(call, place, function)
            elif isinstance(up, ast.BinOp):
                action = _operator(up.op, up.right if up.left is node else up.left)
            elif isinstance(up, ast.AugAssign):
                action = _operator(up.op, up.target) if up.value is node else None
            elif isinstance(up, ast.UnaryOp):
                name, action = "neg", None if isinstance(up.op, ast.Not) else "follow"
            elif isinstance(up, ast.Subscript):
                action = "follow" if up.value is node else None
            elif isinstance(up, ast.IfExp):
                action = None if up.test is node else "follow"
            elif isinstance(up, ast.BoolOp):
                action = "follow" if isinstance(up.op, ast.Or) or up.values[-1] is node else None
            elif isinstance(up, (ast.For, ast.comprehension)):
                action = None
                if up.iter is node:
                    names.bind(up.target, flags)
            elif isinstance(up, (ast.Assign, ast.AnnAssign)):
                targets = up.targets if isinstance(up, ast.Assign) else [up.target]
                # tokens[mask] = self.mask_token
                action = "table" if any(isinstance(target, ast.Subscript) for target in targets) else None
                for target in targets:
                    names.bind(target, flags)
            elif isinstance(up, ast.NamedExpr):
                names.bind(up.target, flags)
            elif isinstance(up, ast.Return):
                action = "?returned"
            elif not isinstance(up, (ast.Tuple, ast.List, ast.Starred, ast.Dict, ast.ListComp, ast.GeneratorExp)):
                return
            if action != "follow":
                if action:
                    self.uses.append("state" if action == "gain" and {"exp", "neg"} <= flags else action)
                return
            flags |= {_SHAPING[name]} if name in _SHAPING else frozenset()
            node = up

    def _method(self, name: str, call: ast.Call) -> str | None:
        """What ``tensor.name(...)`` does to the tensor."""
        if name in _SAME or (name in _GAIN | _SUM and call.args and _number(call.args[0])):
            return "follow"
        kinds = {"gain": _GAIN, "sum": _SUM, "product": _PRODUCT, "table": _TABLE}
        kind = next((kind for kind, methods in kinds.items() if name in methods), None)
        return kind or (None if name in _NO_USE else f"?.{name}")

    def _argument(self, call: ast.Call, place: int | str, function: object) -> str | None:
        """What ``f(..., tensor, ...)`` does to the tensor."""
        name = _called(call)
        on_self = isinstance(call.func, ast.Attribute) and _is_self(call.func.value)
        method = next((vars(base)[name] for base in self.cls.__mro__ if name in vars(base)), None) if on_self else None
        if method is not None:
            shift = 0 if isinstance(method, staticmethod) else 1
            return self._enter(getattr(method, "__func__", method), place, shift)
        if name in _LINEAR_LIKE:
            return {0: "table", 1: "product", 2: "sum", "input": "table", "weight": "product", "bias": "sum"}.get(place)
        if name in _NORM_LIKE:
            first = _NORM_LIKE[name]
            kinds = {0: "follow", first: "gain", first + 1: "sum", "input": "follow", "weight": "gain", "bias": "sum"}
            return kinds.get(place)
        if name in ("embedding", "embedding_bag"):
            return "lookup" if place in (1, "weight") else None
        if name in ("addmm", "baddbmm", "addbmm", "addcmul") and place in (0, "input"):
            return "sum"
        if name in _SAME:
            return "follow" if place in (0, 1, "input", "tensor", "data") else None
        kinds = {"gain": _GAIN | {"addcmul"}, "sum": _SUM, "product": _PRODUCT, "table": _TABLE}
        kind = next((kind for kind, functions in kinds.items() if name in functions), None)
        if kind or name in _NO_USE or name in _ASIDE:
            numbers = [one for one in call.args if _number(one)]
            return "follow" if kind in ("gain", "sum") and numbers else kind
        target = _resolved(call.func, function)
        if isinstance(target, FunctionType):
            return self._enter(target, place, 0)
        # the first input of a submodule is what flows through the network, not what it flows through
        return "table" if on_self and place == 0 else f"?{name}({place})"

    def _enter(self, function: Any, place: int | str, shift: int) -> str | None:
        """Follows the tensor into a function it is handed to."""
        function = inspect.unwrap(function)
        unknown = f"?{getattr(function, '__name__', function)}({place})"
        found = parsed(function)
        arguments = (
            next((one.args for one in ast.walk(found[0]) if isinstance(one, ast.FunctionDef)), None) if found else None
        )
        if arguments is None:
            return unknown
        names = [one.arg for one in arguments.posonlyargs + arguments.args]
        if isinstance(place, int):
            place = names[place + shift] if place + shift < len(names) else "?"
        if place not in names + [one.arg for one in arguments.kwonlyargs]:
            return unknown
        before = len(self.uses)
        self.read(function, frozenset({place}))
        # what a helper hands back (a reshaped table, interpolated positions) is used by its caller
        if "?returned" in self.uses[before:]:
            self.uses.remove("?returned")
            return "follow"
        return None


@functools.cache
def parsed(function: object) -> tuple[ast.AST, dict[ast.AST, ast.AST]] | None:
    """A function's syntax tree and the parent of each node."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError):
        return None
    return tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _resolved(func: ast.expr, function: object) -> object:
    """The object that a call in ``function`` calls, if it is a name of its module."""
    scope = getattr(function, "__globals__", {})
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return getattr(scope.get(func.value.id), func.attr, None)
    found = scope.get(func.id) if isinstance(func, ast.Name) else None
    return inspect.unwrap(found) if callable(found) else None


def _operator(operator: ast.operator, other: ast.expr) -> str | None:
    """What ``tensor * other`` and the like do to the tensor."""
    if isinstance(operator, ast.MatMult):
        return "product"
    if isinstance(operator, (ast.Pow, ast.FloorDiv, ast.Mod)) or _number(other):
        return "follow"
    kinds = {ast.Mult: "gain", ast.Div: "gain", ast.Add: "sum", ast.Sub: "sum"}
    return kinds.get(type(operator))


def _number(node: ast.expr) -> bool:
    """A number that is written out (``1 + weight`` is still a gain), or a setting by the look of its name."""
    if isinstance(node, ast.Attribute):
        return any(part in node.attr for part in ("scaling", "eps", "_dim", "size", "factor", "num_", "multiplier"))
    parts = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator)
    return all(isinstance(one, parts) for one in ast.walk(node))


def read_source(cls: type, attribute: str, *, own: bool = True) -> list[str]:
    """The uses of ``self.attribute`` in the class's methods: each a kind, or ``?`` and what could not be followed.

    With ``own=False`` the uses of ``anything.attribute`` but that of ``self``.
    """
    reader = _Reader(cls, attribute, own=own)
    bases = [
        base for base in cls.__mro__ if base.__module__ not in _FOREIGN and not base.__module__.startswith("torch.")
    ]
    names = {name for base in bases for name in vars(base)} - _NOT_READ
    for name in sorted(names):
        value = inspect.getattr_static(cls, name)
        value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if isinstance(value, FunctionType):
            reader.read(inspect.unwrap(value))
    return reader.uses


# ---------------------------------------------------------------------------------- how a forward pass uses a tensor

_PASSED = _words(  # of torch.ops.aten: as _SAME
    "view _unsafe_view reshape t transpose permute expand unsqueeze squeeze slice select split split_with_sizes unbind "
    "alias detach clone _to_copy repeat flip roll as_strided unfold index index_select gather diagonal tril triu "
    "constant_pad_nd lift_fresh _reshape_alias neg exp softplus sigmoid tanh _softmax _log_softmax log sqrt rsqrt pow "
    "sum mean norm square abs cumsum linalg_vector_norm var std var_mean clamp clamp_min clamp_max relu gelu silu "
    "reciprocal round upsample_bicubic2d upsample_bilinear2d upsample_nearest2d upsample_linear1d "
    "_upsample_bicubic2d_aa _upsample_bilinear2d_aa upsample_trilinear3d max_pool2d_with_indices amax amin max min "
    "view_as_complex view_as_real complex polar expm1 log1p sin cos leaky_relu elu grid_sampler_2d native_dropout "
    "logsumexp maximum minimum erf chunk _adaptive_avg_pool2d avg_pool2d"
)
_MULTIPLIED = {  # the places of the two factors
    **dict.fromkeys(("mm", "bmm", "_grouped_mm", "mv", "dot", "convolution"), (0, 1)),
    **dict.fromkeys(("addmm", "baddbmm", "addbmm", "addmv"), (1, 2)),
}
_ADDED = {"addmm": 0, "baddbmm": 0, "addbmm": 0, "addmv": 0, "convolution": 2}
_NORMALIZED = {  # the places of weight and bias
    "native_layer_norm": (2, 3),
    "_fused_rms_norm": (2, 9),
    **dict.fromkeys(("native_group_norm", "native_batch_norm", "_native_batch_norm_legit"), (1, 2)),
    "_native_batch_norm_legit_no_training": (1, 2),
    "_batch_norm_with_update": (1, 2),
}
_ELEMENTWISE = {
    **{"mul": "gain", "div": "gain", "addcmul": "gain", "add": "sum", "sub": "sum", "rsub": "sum"},
    **{"where": "table", "lerp": "table", "masked_fill": "table"},
}
_PLACED = _words("masked_scatter index_put copy scatter slice_scatter select_scatter index_copy index_add fill")


class Held(NamedTuple):
    """A tensor that is one or more parameters, as far as its values are concerned."""

    tensor: torch.Tensor  # kept alive: it is known by its id
    parameters: frozenset[int]
    flags: frozenset[str] = frozenset()


class Recorder(TorchDispatchMode):
    """Records the first operation that uses each parameter on something else, on the meta device.

    A table that is reshaped, indexed, scaled by a number or passed through ``exp`` is still that parameter; the sum of
    it and an activation is an activation. Where a branch depends on a value, which meta tensors lack, one is made up.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, truthy: bool) -> None:
        super().__init__()
        self.uses: dict[int, set[str]] = {}
        self.held = {id(one): Held(one, frozenset({id(one)})) for one in parameters}
        self.truthy = truthy

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._overloadpacket.__name__
        out = self._made_up(name, args, kwargs)
        if out is None:
            out = func(*args, **kwargs)
        if name in ("cat", "stack"):
            self._joined(args[0], out)
        else:
            places = {**dict(enumerate(args)), **kwargs}
            held = {place: self.held[id(one)] for place, one in places.items() if id(one) in self.held}
            if held:
                self._note(name.removesuffix("_"), places, held, out)
        return out

    def _made_up(self, name: str, args: Any, kwargs: Any) -> Any:
        """A result where the values of a meta tensor would be needed."""
        first = args[0] if args else None
        if name == "index" and any(one is not None and one.dtype == torch.bool for one in args[1]):
            index = [
                place
                for one in args[1]
                for place in ([one] if one is None or one.dtype != torch.bool else [_some(2, one.device)] * one.ndim)
            ]
            return first[tuple(slice(None) if one is None else one for one in index)]
        if not isinstance(first, torch.Tensor) or not first.is_meta:
            return None
        if name == "_local_scalar_dense":
            return self.truthy if first.dtype == torch.bool else 1.0 if first.dtype.is_floating_point else 1
        if name == "equal":
            return self.truthy
        if name == "nonzero":
            return _some((2, max(first.ndim, 1)), "meta")
        if name == "masked_select":
            return first.reshape(-1)[:2]
        if name in ("_unique2", "unique_dim", "unique_consecutive"):
            return first.reshape(-1)[:2], _some(first.numel(), "meta"), _some(2, "meta")
        if name == "repeat_interleave" and len(args) == 1:
            return _some(first.numel(), "meta")
        if name == "bincount":
            return _some(8, "meta")
        if name == "_to_copy" and str(kwargs.get("device", "meta")) == "cpu":
            return torch.zeros(first.shape, dtype=kwargs.get("dtype") or first.dtype, device="cpu")
        return None

    def _note(self, name: str, places: dict[Any, Any], held: dict[Any, Held], out: Any) -> None:
        """What the operation does to the parameters among its inputs."""
        if name in _ELEMENTWISE:
            others = [one for one in places.values() if isinstance(one, torch.Tensor) and id(one) not in self.held]
            if all(one.ndim == 0 and not one.is_meta for one in others):
                self._pass_on(held.values(), out)
                return
        elif name in _PASSED or name == "_weight_norm_interface":
            if 0 in held:
                self._pass_on([held[0]], out, _SHAPING.get(name))
            if name == "_weight_norm_interface" and 1 in held:
                self._use(held[1], "gain")
            return
        for place, one in held.items():
            if name in _NORMALIZED and place == 0:  # a weight that is standardized, a token before the first layer
                self._pass_on([one], out)
            else:
                self._use(one, self._kind(name, place, held))

    def _kind(self, name: str, place: int | str, held: dict[Any, Held]) -> str:
        if name in _MULTIPLIED:
            left, right = _MULTIPLIED[name]
            # of two parameters the first flows through the second: a token before the first linear layer
            through = place == left and right in held and not held[left].parameters & held[right].parameters
            return "sum" if place == _ADDED.get(name) else "table" if through else "product"
        if name in _NORMALIZED:
            return {_NORMALIZED[name][0]: "gain", _NORMALIZED[name][1]: "sum"}.get(place, "table")  # type: ignore[call-overload]
        if name in _ELEMENTWISE:
            kind = "sum" if name == "addcmul" and place == 0 else _ELEMENTWISE[name]
            return "state" if kind == "gain" and {"exp", "neg"} <= held[place].flags else kind
        if name == "embedding":
            return "lookup"
        if name in _PLACED or name.startswith("_scaled_dot_product"):
            return "table"
        if name == "_prelu_kernel":
            return "gain"
        return f"?{name}"

    def _joined(self, parts: Any, out: Any) -> None:
        inside = [self.held[id(one)] for one in parts if id(one) in self.held]
        if inside and len(inside) == len(parts):
            self._pass_on(inside, out)
        else:
            for one in inside:
                self._use(one, "table")

    def _use(self, held: Held, kind: str) -> None:
        for one in held.parameters:
            self.uses.setdefault(one, set()).add(kind)

    def _pass_on(self, held: Iterable[Held], out: Any, flag: str | None = None) -> None:
        parameters = frozenset[int]().union(*(one.parameters for one in held))
        flags = frozenset({flag} if flag else ()).union(*(one.flags for one in held))
        for one in out if isinstance(out, (list, tuple)) else (out,):
            if isinstance(one, torch.Tensor):
                self.held[id(one)] = Held(one, parameters, flags)


def _some(size: Any, device: Any) -> torch.Tensor:
    """Indices."""
    return torch.zeros(size, dtype=torch.long, device=device)


FEW = 6  # passes with as few arguments as possible, and as many with more


def run_forward(model: nn.Module, needed: set[int]) -> dict[int, set[str]]:
    """The first use of each parameter, by its id, in what forward passes of the model and its parts could be run.

    Only a part that holds a ``needed`` parameter which no pass has reached is run by itself.
    """
    for eager in ("set_attn_implementation", "set_experts_implementation"):
        with contextlib.suppress(Exception):
            getattr(model, eager)("eager")
    parameters = list(model.parameters())
    seen: dict[int, set[str]] = {}
    tried: set[type] = set()
    for module in model.modules():
        if type(module) not in tried and (module is model or hasattr(module, "config")):
            tried.add(type(module))
            own = {id(one) for one in module.parameters()} & needed
            for attempt in range(2 * FEW):
                if not own <= seen.keys():
                    _run(
                        module,
                        lambda module=module, attempt=attempt: arguments(module, attempt),
                        parameters,
                        seen,
                        attempt,
                    )
    for module in model.modules():
        own = {id(one) for one in module._parameters.values() if one is not None} & needed
        for shape in shapes_for(module) if not own <= seen.keys() else ():
            if not own <= seen.keys():
                _run(module, lambda module=module, shape=shape: layer_arguments(module, shape), parameters, seen, 0)
    return seen


def _run(
    module: nn.Module,
    inputs: Callable[[], dict[str, Any]],
    parameters: list[nn.Parameter],
    seen: dict[int, set[str]],
    attempt: int,
) -> None:
    """One pass, as far as it goes: where made-up inputs do not fit, what was used before was still used."""
    recorder = Recorder(parameters, truthy=attempt % 2 == 1)
    module.train(attempt % 2 == 1)  # without dropout first: it multiplies a token by a mask
    with contextlib.suppress(Exception), torch.device("meta"), torch.no_grad():
        given = inputs()
        with recorder:
            module(**given)
    for one, kinds in recorder.uses.items():
        seen.setdefault(one, set()).update(kinds)


def _required(module: nn.Module) -> list[str]:
    parameters = inspect.signature(module.forward).parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in parameters if one.default is one.empty and one.kind in named]


def arguments(module: nn.Module, attempt: int) -> dict[str, Any]:
    """Arguments for a model: what it asks for, the input it is made for, and in turn what it may take."""
    main = getattr(module, "main_input_name", None) or "input_ids"
    wanted = {*_required(module), *([main] if isinstance(main, str) else main), "decoder_input_ids"}
    if attempt % 2 == 0:
        wanted |= {"bool_masked_pos", "mask_time_indices"}
    if attempt >= FEW:
        wanted |= {"input_ids", "pixel_values", "input_features", "input_values", "token_type_ids"}
    guesses = {name: made_up(name, module) for name in wanted & set(inspect.signature(module.forward).parameters)}
    return {name: found[attempt % len(found)] for name, found in guesses.items()}


def layer_arguments(module: nn.Module, shape: tuple[int, ...]) -> dict[str, Any]:
    """Arguments for a layer: every one that it needs is an activation."""
    return {name: torch.zeros(shape) for name in _required(module)}


def shapes_for(module: nn.Module) -> list[tuple[int, ...]]:
    """What an activation may look like that meets the module's own parameters."""
    sizes = {size: None for one in module._parameters.values() if one is not None for size in reversed(one.shape)}
    wide = [size for size in sizes if size > 1] or [16]
    return [one for n in wide for one in ((1, 16, n), (16, n), (1, n, 16), (1, n, 8, 8), (1, 8, 8, n))]


def setting(config: Any, *names: str, default: Any) -> Any:
    """The first of the names that a config, or one inside it, has a value for."""
    layers = [dict(config) if isinstance(config, dict) else getattr(config, "__dict__", {})]
    for _ in range(2):
        layers += [
            vars(one)
            for layer in layers
            for one in layer.values()
            if hasattr(one, "to_dict") and hasattr(one, "__dict__")
        ]
    found = (layer[name] for layer in layers for name in names if layer.get(name) not in (None, [], (), {}))
    return next(found, default)


def _size(value: Any, place: int = -1) -> int:
    if isinstance(value, dict):
        value = [one for one in value.values() if one]
    return _size(value[place]) if isinstance(value, (list, tuple)) else int(value)


def made_up(name: str, module: nn.Module) -> list[torch.Tensor]:
    """Tensors that an argument of this name may be, most likely first."""
    config = getattr(module, "config", None) or getattr(module, "default_cfg", None)
    width = _size(setting(config, "hidden_size", "d_model", "embed_dim", "n_embd", "dim", "hidden_dim", default=64))
    channels = _size(setting(config, "num_channels", "in_channels", "in_chans", default=3))
    side = setting(config, "image_size", "img_size", "input_size", "sample_size", default=224)
    high, wide = _size(side, -2 if isinstance(side, (list, tuple)) and len(side) > 1 else 0), _size(side)
    patch = _size(setting(config, "patch_size", default=16))
    mels = _size(setting(config, "num_mel_bins", "n_mels", "feature_size", "mel_bins", "input_dim", default=80))
    frames = _size(setting(config, "num_frames", "frames_per_clip", default=2))
    flat = channels * patch * patch * _size(setting(config, "temporal_patch_size", default=1))
    books = _size(setting(config, "num_codebooks", "num_quantizers", default=4))
    text = _size(setting(config, "cross_attention_dim", "joint_attention_dim", "caption_channels", default=width))
    kind = torch.float
    shapes: list[tuple[int, ...]]
    if "grid" in name or "spatial_shapes" in name:
        return [torch.tensor([[1, 4, 4]], device="cpu"), torch.tensor([[1, 4, 4]])]
    if name in ("pixel_values", "image", "pixel_values_videos", "prompt_pixel_values", "x", "input", "sample"):
        shapes = [(1, channels, high, wide), (16, flat), (1, frames, channels, high, wide), (1, 16, flat)]
        shapes += [(1, channels, frames, high, wide), (1, 1, 1, channels, high, wide), (2, 3, 256, 256)]
        shapes = shapes[2:] if "video" in name else shapes
    elif name == "bool_masked_pos":
        steps = max(frames // _size(setting(config, "tubelet_size", default=frames)), 1)
        shapes, kind = [(1, (high // patch) * (wide // patch) * steps)], torch.bool
    elif name in ("input_features", "audio_mel", "audio_values"):
        long = _size(setting(config, "max_source_positions", default=1500)) * 2
        shapes = [(1, mels, long), (1, 200, mels), (mels, 200), (1, 1, long, mels), (1, 1, 1001, mels)]
    elif name in ("input_values", "waveform"):
        shapes = [(1, 16000), (1, 1, 16000), (1, 1024, mels), (1, 100, mels)]
    elif name in ("spectrogram", "mel_spectrogram", "reference_mel"):
        shapes = [(1, 40, mels), (1, mels, 40)]
    elif name.startswith(("past_", "future_")):
        long = _size(setting(config, "context_length", default=32)) + max(getattr(config, "lags_sequence", [0]))
        features = _size(setting(config, "num_time_features", default=0))
        series = _size(setting(config, "num_input_channels", "input_size", default=1))
        shapes = [(1, long, features)] if "time_features" in name else [(1, long, series), (1, long)]
    elif name == "flattened_patches":
        shapes = [(1, 16, 2 + flat)]
    elif "mask" in name:
        shapes, kind = [(1, 12), (1, 16)], torch.bool
    elif name.endswith(("ids", "index")) or "code" in name:
        shapes, kind = [(1, 12), (1, 12, books), (1, books, 12), (12,)], torch.long
    elif name in ("time_step", "timestep", "timesteps"):
        shapes = [(1,)]
    elif name == "encoder_hidden_states":
        shapes = [(1, 12, text)]
    else:
        shapes = [(1, 16, width), (16, width), (1, width, 16), (1, width, 8, 8), (1, width), (1, channels, high, wide)]
    return [torch.zeros(shape, dtype=kind) for shape in shapes]


# -------------------------------------------------------------------------------------------------- read by a person

# Tables of relative positions: row `i - j` is looked up, and multiplied by a query. It is a position's, as Swin's is,
# which is added to the scores; MViTv2, where most of these come from, leaves them out of weight decay.
_RELATIVE = {
    ("rel_pos_h", "rel_pos_w"): (
        "DeepseekOcr2SamVisionSdpaAttention",
        "GotOcr2VisionAttention",
        "PPFormulaNetVisionAttention",
        "SLANeXtVisionAttention",
        "SamVisionSdpaAttention",
        "SamHQVisionSdpaAttention",
        "SegGptAttention",
        "UnlimitedOcrSamVisionSdpaAttention",
        "MultiScaleAttention",  # timm: mvitv2
        "Attention",  # timm: vision_transformer_sam
    ),
    ("rel_pos_h", "rel_pos_w", "rel_pos_t"): ("MultiscaleAttention",),  # torchvision: mvit
    ("height_rel", "width_rel"): ("PosEmbedRel",),  # timm: botnet, halonet
    ("pos_emb",): ("LambdaLayer",),  # timm: lambdanet
    ("emb_rel_k", "emb_rel_v"): ("VitsAttention",),  # as in Shaw et al. 2018
    ("seg_embed",): ("XLNetRelativeAttention", "FunnelRelMultiheadAttention"),  # rows: same segment, another
}
_FREQUENCIES = "arguable: a projection of coordinates: a matrix by its use, a table of positions by its purpose"

# (class, attribute) -> kind, or "arguable: why". What the witnesses leave open, cannot see, or see too narrowly.
HAND: dict[tuple[str, str], str] = {
    **{(cls, attribute): "table" for names, classes in _RELATIVE.items() for attribute in names for cls in classes},
    ("Gemma4PatchEmbed", "position_embedding_table"): "table",  # timm: rows looked up by a product with a one-hot
    ("RelPosBiasTf", "relative_position_bias_table"): "table",  # timm: the same
    ("SamPositionalEmbedding", "positional_embedding"): _FREQUENCIES,
    ("SamHQPositionalEmbedding", "positional_embedding"): _FREQUENCIES,
    ("MiniMaxMusic3FourierEmbedding", "weight"): _FREQUENCIES,
    ("MochiTransformer3DModel", "pos_frequencies"): _FREQUENCIES,
    # one learned query that attends to the sequence: SDPA multiplies it by the keys
    ("Aimv2AttentionPoolingHead", "cls_token"): "table",
    ("Inkling2BlockAttentionResidual", "query"): "table",
    # learned queries handed to another module
    ("AriaProjector", "query"): "table",
    ("InstructBlipVideoForConditionalGeneration", "query_tokens"): "table",
    # factors that are made of the parameter and of something else first
    ("Inkling2DynamicShortConvolution", "static_weight"): "product",  # taps of a convolution: static + dynamic
    ("EsmFold2Parcae", "input_matrix_continuous"): "product",  # delta * matrix, then F.linear elsewhere
    ("EsmFold2Parcae", "log_state_decay"): "state",
    ("EsmFold2Parcae", "log_delta"): "state",
    ("DbrxExpertGLU", "w1"): "product",  # handed to DbrxExpertGLU.forward by DbrxExperts, expert by expert
    ("DbrxExpertGLU", "v1"): "product",
    ("DbrxExpertGLU", "w2"): "product",
    ("QuantLinear", "weight"): "product",  # I-BERT: rounded to integers, then F.linear
    ("QuantEmbedding", "weight"): "lookup",  # I-BERT's nn.Embedding
    ("WhisperPositionalEmbedding", "weight"): "lookup",  # an nn.Embedding whose rows are taken by a slice
    ("UnlimitedOcrTextTopkRouter", "weight"): "product",  # F.linear(hidden_states, weight.type(torch.float32))
    ("MMAudioMPConv1d", "weight"): "product",  # diffusers: F.conv1d(x, weight * gain)
    ("MotionConv2d", "weight"): "product",  # diffusers: F.conv2d(x, weight * scale), as in StyleGAN
    ("MotionLinear", "weight"): "product",
    ("WanAnimateMotionEncoder", "motion_synthesis_weight"): "product",  # orthogonalized by QR, then multiplied
    ("SanaWMTemporalShortConvolution", "weight"): "product",  # F.conv1d; one tap is subtracted again
    # mixed or added by mask arithmetic, where the witnesses see the mask: m * token
    ("Dinov2Embeddings", "mask_token"): "table",
    ("FlavaImageEmbeddings", "mask_token"): "table",
    ("SegGptEmbeddings", "mask_token"): "table",
    ("Sam3TrackerVideoModel", "no_object_pointer"): "table",
    ("Sam3TrackerVideoModel", "occlusion_spatial_embedding_parameter"): "table",
    ("MllamaPrecomputedPositionEmbedding", "embedding"): "table",  # (1 - gate) * table
    ("EvollaSequenceCompressorResampler", "latents"): "table",  # ones * latents, to repeat them
    # codebooks of a Gumbel quantizer: rows weighted by probabilities
    ("Wav2Vec2GumbelVectorQuantizer", "codevectors"): "table",
    ("Wav2Vec2ConformerGumbelVectorQuantizer", "codevectors"): "table",
    ("UniSpeechGumbelVectorQuantizer", "codevectors"): "table",
    ("UniSpeechSatGumbelVectorQuantizer", "codevectors"): "table",
    # never used by the forward pass of these classes, or not by one that runs
    ("UniSpeechSatForPreTraining", "label_embeddings_concat"): "table",
    ("HunYuanVLVisionPatchMerger", "image_sep"): "table",
    ("Sam3TrackerVideoModel", "no_memory_positional_encoding"): "table",
    ("SegGptEmbeddings", "position_embeddings"): "table",
    ("PerceiverEmbeddings", "latents"): "table",
    ("PerceiverTrainablePositionEncoding", "position_embeddings"): "table",
    ("XLNetModel", "mask_emb"): "table",
    ("Nemotron3DiarizationForAudioFrameClassification", "silence_embeds"): "table",
    ("PriorTransformer", "prd_embedding"): "table",
    ("ReformerOnlyLMHead", "bias"): "sum",
    ("_SoftmaxUCPESinglePathLiteLA", "A_log"): "state",  # diffusers: as in its linear sibling
    ("_SoftmaxUCPESinglePathLiteLA", "dt_bias"): "sum",
    # diffusers: rows added to the time embedding, elsewhere
    ("SanaTransformer2DModel", "scale_shift_table"): "sum",
    ("SanaVideoTransformer3DModel", "scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformer3DModel", "audio_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "audio_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "audio_a2v_cross_attn_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "video_a2v_cross_attn_scale_shift_table"): "sum",
    # a scalar handed to another module, which multiplies by it
    ("FilterResponseNormTlu2d", "tau"): "gain",  # timm: a threshold of each channel, max(x, tau)
    ("MMAudioDecoder1D", "learnable_gain"): "gain",
    ("MMAudioEncoder1D", "learnable_gain"): "gain",
    ("AlphaBlender", "mix_factor"): "gain",
    ("FlavaModel", "logit_scale"): "gain",
    ("VitsElementwiseAffine", "log_scale"): "gain",
    ("IdeficsGatedCrossAttentionLayer", "alpha_cross_attn"): "gain",
    ("IdeficsGatedCrossAttentionLayer", "alpha_dense"): "gain",
    ("EsmFold2LanguageModelEncoder", "layer_weights"): "gain",  # softmax over layers
}
