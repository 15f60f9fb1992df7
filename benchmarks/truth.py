"""What each parameter of a model is, found without ``paramwise.roles``: the judge of ``zoo.py``.

Three witnesses, asked in this order:

1. the tables of torch's own modules: the weight of an ``nn.Linear`` is a factor of a product, whatever its name;
2. how the source of the owner's class uses the attribute (`read_source`, here), and how a forward pass uses the
   tensor (``zoo.py`` runs it); where both speak they must agree on whether the tensor decays;
3. `HAND`, a table of what was read by a person, for what the two leave open.

A kind is coarse: ``product``, ``lookup``, ``gain``, ``sum``, ``table``, ``state``; the first two decay.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

DECAYING = frozenset({"product", "lookup"})
KINDS = DECAYING | {"gain", "sum", "table", "state"}


class Truth(NamedTuple):
    """What one parameter is, whether it should decay (None: arguable), and who said so."""

    kind: str
    decays: bool | None
    witness: str


# ---------------------------------------------------------------------------------------------- torch's own modules

_LINEAR = {"weight": "product", "bias": "sum"}
_NORM = {"weight": "gain", "bias": "sum"}
# A base class -> what its own attributes are. `weight_g` and `weight_v` are of the old `nn.utils.weight_norm`.
TORCH: list[tuple[type, dict[str, str]]] = [
    (nn.Linear, _LINEAR | {"weight_g": "gain", "weight_v": "product"}),
    (nn.Bilinear, _LINEAR),
    (nn.modules.conv._ConvNd, _LINEAR | {"weight_g": "gain", "weight_v": "product"}),
    (nn.Embedding, {"weight": "lookup"}),
    (nn.EmbeddingBag, {"weight": "lookup"}),
    (nn.LayerNorm, _NORM),
    (nn.RMSNorm, _NORM),
    (nn.GroupNorm, _NORM),
    (nn.modules.batchnorm._NormBase, _NORM),
    (nn.PReLU, {"weight": "gain"}),
    (
        nn.MultiheadAttention,
        dict.fromkeys(("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"), "product")
        | {"in_proj_bias": "sum", "bias_k": "table", "bias_v": "table"},
    ),
]
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
# What a parametrization's originals are: weight_norm splits a weight in a gain and a direction; the others transform it
_PARAMETRIZED = {
    "_WeightNorm": {"original0": "gain", "original1": "product"},
    "_SpectralNorm": {"original": "product"},
    "_Orthogonal": {"original": "product"},
}


def torch_kind(cls: type, attribute: str) -> str | None:
    """What torch's own class, a base of ``cls`` or ``cls`` itself, uses the attribute for."""
    if issubclass(cls, _RECURRENT):
        return {"weight": "product", "bias": "sum"}.get(attribute.partition("_")[0])
    if cls.__module__ == "torch.nn.utils.parametrizations":
        return _PARAMETRIZED[cls.__name__][attribute]
    return next((kinds[attribute] for base, kinds in TORCH if issubclass(cls, base) and attribute in kinds), None)


# ------------------------------------------------------------------------------------- how the class's source uses it

_ASIDE = set(  # of a tensor, not its values
    "shape dtype device ndim is_meta requires_grad grad is_cuda size dim numel stride storage_offset "
    "data_ptr element_size nelement type is_floating_point is_contiguous get_device".split()
)
_PRODUCT = set("matmul mm bmm addbmm baddbmm einsum tensordot chain_matmul multi_dot _grouped_mm grouped_mm dot mv".split())
_LINEAR_LIKE = set(  # (input, weight, bias)
    "linear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d bilinear".split()
)
_NORM_LIKE = {"layer_norm": 2, "rms_norm": 2, "group_norm": 2, "batch_norm": 3, "instance_norm": 3}  # place of weight
_GAIN = set("mul multiply div divide true_divide mul_ div_ prelu".split())
_SUM = set("add sub subtract add_ sub_ bias_add".split())
_TABLE = set(
    "cat concat concatenate stack hstack vstack where masked_scatter masked_fill index_put index_put_ index_copy "
    "scaled_dot_product_attention lerp scatter scatter_ masked_fill_ masked_scatter_ cross_attention".split()
)
_SAME = set(
    "to view reshape float half bfloat16 double type_as expand expand_as repeat unsqueeze squeeze t transpose permute "
    "contiguous clone detach flatten unflatten chunk split unbind swapaxes swapdims movedim moveaxis index_select "
    "gather narrow select flip roll repeat_interleave tile broadcast_to diag diagonal view_as reshape_as numpy cpu cuda "
    "clamp clamp_min clamp_max clip sum mean max min amax amin abs square sqrt rsqrt reciprocal log log2 log1p pow norm "
    "normalize standardize tanh relu round sin cos softmax log_softmax interpolate rearrange pad take tensor as_tensor "
    "unfold cumsum var std float32 asarray Tensor identity checkpoint t_ requires_grad_ atleast_2d atleast_3d var_mean "
    "maybe_all_gather full_tensor to_local cast dequantize value list tuple zip enumerate reversed iter next dropout "
    "_cast_if_autocast_enabled gelu silu unsqueeze_ ravel meshgrid data weight_norm _weight_norm fill_diagonal_".split()
)
_SHAPED = {"exp": "exp", "neg": "neg", "negative": "neg", "softplus": "softplus", "sigmoid": "sigmoid", "expm1": "exp"}
_INIT = set("copy_ fill_ normal_ zero_ zeros_ ones_ uniform_ constant_ trunc_normal_ xavier_uniform_ kaiming_uniform_ "
            "isinstance len print is_quantized hasattr id register_parameter zeros_like ones_like empty_like "
            "full_like data_ptr is_tensor is_compiled append orthogonal_ kaiming_normal_ xavier_normal_ range".split())
_SKIPPED = set("__init__ _init_weights reset_parameters extra_repr init_weights __repr__ _reset_parameters "
               "init_parameters _load_from_state_dict get_decoder".split())


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
        """What happened to the tensor that the name holds here; None if it holds something else."""
        around = [use, *self.around(use)]
        line = self.statement(use).lineno  # type: ignore[attr-defined]
        stores = sorted(self.stores.get(use.id, []), key=lambda one: one.lineno, reverse=True)
        for store in stores:
            if store in self.held:
                if store.lineno < line or isinstance(self.parents[store], ast.comprehension) or store.lineno == line:
                    return self.held[store]
            elif store.lineno < line and self.block(store) in [self.block(one) for one in around]:
                return None
        # bound further down: in a loop the tensor comes round; a parameter of the function holds it from the start
        if use.id in self.parameters:
            return frozenset()
        return None

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.AST:
        return next((one for one in [node, *self.around(node)] if isinstance(one, ast.stmt)), node)

    def block(self, node: ast.AST) -> tuple[ast.AST, str] | None:
        """The list of statements a node is in: the statement that holds it, and which of its branches."""
        statement = self.statement(node)
        parent = self.parents.get(statement)
        if parent is None:
            return None
        branch = next((name for name, value in ast.iter_fields(parent) if isinstance(value, list) and statement in value), "")
        return parent, branch


class _Reader:
    """Follows one attribute through the methods of a class and the functions they call."""

    def __init__(self, cls: type, *, own: bool = True) -> None:
        self.cls = cls
        self.own = own
        self.uses: list[str] = []
        self.seen: set[tuple[object, frozenset[str]]] = set()

    def method(self, name: str, attribute: str | None, parameters: frozenset[str] = frozenset()) -> None:
        """Reads one method; ``attribute`` is looked for on ``self``, ``parameters`` hold the tensor already."""
        for base in self.cls.__mro__:
            function = vars(base).get(name)
            function = getattr(function, "__func__", function)
            if function is not None:
                self.function(inspect.unwrap(function), attribute, parameters)
                return

    def function(self, function: object, attribute: str | None, parameters: frozenset[str]) -> None:
        key = (function, parameters)
        if key in self.seen or len(self.seen) > 60:
            return
        self.seen.add(key)
        tree = parsed(function)
        if tree is None:
            return
        tree, parents = tree
        names = _Names(parents, parameters)
        done: set[tuple[ast.AST, frozenset[str]]] = set()
        for _ in range(4):  # names bound late are read early in a loop
            before = len(done)
            for node in ast.walk(tree):
                flags = None
                if isinstance(node, ast.Attribute) and attribute is not None and isinstance(node.ctx, ast.Load):
                    if node.attr == attribute and (is_self(node.value) == self.own):
                        flags = frozenset[str]()
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    flags = names.held_at(node)
                if flags is not None and (node, flags) not in done:
                    done.add((node, flags))
                    self.climb(node, flags, parents, names, function)
            if len(done) == before:
                break

    def climb(  # noqa: C901, PLR0911, PLR0912
        self,
        node: ast.AST,
        flags: frozenset[str],
        parents: dict[ast.AST, ast.AST],
        names: _Names,
        function: object,
    ) -> None:
        """From an expression that holds the tensor outwards, to the operation that uses it up."""
        while True:
            up = parents.get(node)
            if up is None:
                return
            if isinstance(up, ast.Attribute):
                if up.attr in _ASIDE:
                    return
                call = parents.get(up)
                if not (isinstance(call, ast.Call) and call.func is up):
                    node = up  # .T, .data, or a field of a container
                    continue
                action = self.method_call(up.attr, call)
                if action == "follow":
                    flags |= {_SHAPED[up.attr]} if up.attr in _SHAPED else set()
                    node = call
                    continue
                if action:
                    self.found(action, flags)
                return
            if isinstance(up, ast.keyword):
                node, up = up, parents[up]
            if isinstance(up, ast.Call):
                if up.func is node:
                    return
                action = self.call(up, node, function)
                if action == "follow":
                    name = called(up)
                    flags |= {_SHAPED[name]} if name in _SHAPED else set()
                    node = up
                    continue
                if action:
                    self.found(action, flags)
                return
            if isinstance(up, ast.BinOp):
                other = up.right if up.left is node else up.left
                if isinstance(up.op, ast.MatMult):
                    self.found("product", flags)
                    return
                if isinstance(up.op, (ast.Pow, ast.FloorDiv, ast.Mod)) or constant(other) or self_scalar(other):
                    node = up
                    continue
                if isinstance(up.op, (ast.Mult, ast.Div)):
                    self.found("gain", flags)
                elif isinstance(up.op, (ast.Add, ast.Sub)):
                    self.found("sum", flags)
                return
            if isinstance(up, ast.AugAssign):
                if up.value is node:
                    kinds = {ast.Mult: "gain", ast.Div: "gain", ast.Add: "sum", ast.Sub: "sum", ast.MatMult: "product"}
                    self.found(kinds.get(type(up.op), "?augmented"), flags)
                return
            if isinstance(up, ast.UnaryOp):
                if isinstance(up.op, ast.Not):
                    return
                flags |= {"neg"}
                node = up
                continue
            if isinstance(up, ast.Subscript):
                if up.value is not node:
                    return
                node = up
                continue
            if isinstance(up, ast.IfExp):
                if up.test is node:
                    return
                node = up
                continue
            if isinstance(up, (ast.Tuple, ast.List, ast.Starred, ast.NamedExpr, ast.Dict, ast.ListComp, ast.GeneratorExp)):
                if isinstance(up, ast.NamedExpr):
                    names.bind(up.target, flags)
                node = up
                continue
            if isinstance(up, (ast.For, ast.comprehension)):
                if up.iter is node:
                    names.bind(up.target, flags)
                return
            if isinstance(up, (ast.Assign, ast.AnnAssign)):
                for target in up.targets if isinstance(up, ast.Assign) else [up.target]:
                    names.bind(target, flags)
                    if isinstance(target, ast.Subscript):  # tokens[mask] = self.mask_token
                        self.found("table", flags)
                return
            if isinstance(up, ast.BoolOp):
                if up.values[-1] is not node and isinstance(up.op, ast.And):
                    return
                node = up
                continue
            if isinstance(up, ast.Return):
                self.uses.append("?returned")
            return

    def method_call(self, name: str, call: ast.Call) -> str | None:
        """What ``tensor.name(...)`` does to the tensor."""
        if name in _SAME or name in _SHAPED:
            return "follow"
        if name in _GAIN | _SUM:
            if call.args and constant(call.args[0]):
                return "follow"
            return "gain" if name in _GAIN else "sum"
        if name in _PRODUCT:
            return "product"
        if name in _TABLE:
            return "table"
        return None if name in _INIT else f"?.{name}"

    def call(self, call: ast.Call, node: ast.AST, function: object) -> str | None:  # noqa: C901, PLR0911, PLR0912
        """What ``f(..., tensor, ...)`` does to the tensor."""
        name = called(call)
        place: int | str = (node.arg or "?") if isinstance(node, ast.keyword) else call.args.index(node)  # type: ignore[arg-type]
        on_self = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
        own = on_self and any(name in vars(base) for base in self.cls.__mro__)
        if own:
            return self.enter(call, place, method=name)
        if name in _LINEAR_LIKE or name in ("conv_transpose", "conv"):
            return {0: "table", 1: "product", 2: "sum", "input": "table", "weight": "product", "bias": "sum"}.get(place)
        if name in _NORM_LIKE:
            first = _NORM_LIKE[name]
            return {0: "table", first: "gain", first + 1: "sum", "input": "table", "weight": "gain", "bias": "sum"}.get(place)
        if name in ("embedding", "embedding_bag"):
            return "lookup" if place in (1, "weight") else None
        if name in ("addmm", "baddbmm", "addbmm"):
            return "sum" if place in (0, "input") else "product"
        if name in ("addcmul",):
            return "sum" if place == 0 else "gain"
        if name in _PRODUCT:
            return "product"
        if name in _GAIN:
            other = [one for one in call.args if one is not node]
            return "follow" if other and constant(other[0]) else "gain"
        if name in _SUM:
            return "sum"
        if name in _TABLE:
            return "table"
        if name in ("maximum", "minimum", "max", "min", "outer"):
            return "follow"
        if name in _SAME or name in _SHAPED:
            return "follow" if place in (0, "input", "tensor", "data") else None
        if name in _INIT or name in _ASIDE:
            return None
        target = resolve(call.func, function)
        if isinstance(target, FunctionType):
            return self.enter(call, place, function=target)
        if on_self:
            return "table"  # the input of a submodule: what flows through, not what it flows through
        return f"?{name}({place})"

    def enter(self, call: ast.Call, place: int | str, method: str = "", function: object = None) -> str | None:
        """Follows the tensor into a function it is handed to."""
        if method:
            function = next(vars(base)[method] for base in self.cls.__mro__ if method in vars(base))
            shift = not isinstance(function, staticmethod)
            function = getattr(function, "__func__", function)
        else:
            shift = False
        function = inspect.unwrap(function)  # type: ignore[arg-type]
        found = parsed(function)
        if found is None:
            return f"?{method or getattr(function, '__name__', '')}({place})"
        arguments = next((node.args for node in ast.walk(found[0]) if isinstance(node, ast.FunctionDef)), None)
        if arguments is None:
            return None
        names = [one.arg for one in arguments.posonlyargs + arguments.args]
        keywords = names + [one.arg for one in arguments.kwonlyargs]
        if isinstance(place, str):
            if place not in keywords:
                return f"?{method or function.__name__}({place})"  # type: ignore[attr-defined]
            name = place
        elif place + shift < len(names):
            name = names[place + shift]
        else:
            return f"?{method or function.__name__}({place})"  # type: ignore[attr-defined]
        before = len(self.uses)
        self.function(function, None, frozenset({name}))
        # what a helper hands back (a reshaped table, the interpolated positions) is used by its caller
        if "?returned" in self.uses[before:]:
            del self.uses[before + self.uses[before:].index("?returned")]
            return "follow"
        return None

    def found(self, kind: str, flags: frozenset[str]) -> None:
        if kind in ("gain", "sum") and {"exp", "neg"} <= flags:
            kind = "state"
        self.uses.append(kind)


@functools.cache
def parsed(function: object) -> tuple[ast.AST, dict[ast.AST, ast.AST]] | None:
    """A function's syntax tree and the parent of each node."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError):
        return None
    return tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def resolve(func: ast.expr, function: object) -> object:
    """The object that a call in ``function`` calls, if it is a name of its module."""
    scope = getattr(function, "__globals__", {})
    if isinstance(func, ast.Name):
        return inspect.unwrap(found) if callable(found := scope.get(func.id)) else None
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return getattr(scope.get(func.value.id), func.attr, None)
    return None


def constant(node: ast.expr) -> bool:
    """A number, written out: ``1 + weight`` is still a gain."""
    return all(isinstance(one, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator)) for one in ast.walk(node))


def self_scalar(node: ast.expr) -> bool:
    """``self.scaling``, ``config.eps`` and the like: a setting, as far as its name says."""
    return isinstance(node, ast.Attribute) and any(
        part in node.attr for part in ("scaling", "eps", "_dim", "size", "factor", "num_", "multiplier", "head_dim")
    )


def is_self(node: ast.expr) -> bool:
    """The object whose method this is."""
    return isinstance(node, ast.Name) and node.id == "self"


def read_source(cls: type, attribute: str, *, own: bool = True) -> list[str]:
    """The uses of ``self.attribute`` in the class's methods, each a kind, or ``?`` and what could not be followed.

    With ``own=False``: of ``anything.attribute`` but that of ``self``.
    """
    reader = _Reader(cls, own=own)
    methods = {
        name
        for base in cls.__mro__
        if base.__module__.partition(".")[0] != "torch" and base.__name__ != "PreTrainedModel"
        for name, value in vars(base).items()
        if isinstance(value, (FunctionType, property, staticmethod)) and name not in _SKIPPED
    }
    for name in sorted(methods):
        value = inspect.getattr_static(cls, name)
        if isinstance(value, property):
            reader.function(value.fget, attribute, frozenset())
        else:
            reader.method(name, attribute)
    return reader.uses


@functools.cache
def module_classes(module: str) -> list[type]:
    """The ``nn.Module`` classes a Python module defines."""
    found = vars(sys.modules[module]).values() if module in sys.modules else ()
    return [one for one in found if isinstance(one, type) and issubclass(one, nn.Module) and one.__module__ == module]


def read_neighbours(cls: type, attribute: str) -> list[str]:
    """The uses of ``anything.attribute`` in the other classes of the file: ``self.embeddings.mask_token``."""
    uses: list[str] = []
    for other in module_classes(cls.__module__):
        if other is not cls:
            uses += read_source(other, attribute, own=False)
    return uses


# ---------------------------------------------------------------------------------- how a forward pass uses a tensor

_PASSED = set(  # what hands a tensor on, changed or not: its values are not yet used on anything
    "view _unsafe_view reshape t transpose permute expand unsqueeze squeeze slice select split split_with_sizes unbind "
    "chunk alias detach clone _to_copy to contiguous repeat flip roll as_strided unfold index index_select gather "
    "diagonal tril triu constant_pad_nd lift_fresh copy _reshape_alias neg exp softplus sigmoid tanh _softmax _log_softmax log "
    "sqrt rsqrt pow sum mean norm square abs cumsum linalg_vector_norm var std var_mean clamp clamp_min clamp_max relu "
    "gelu silu reciprocal floor round upsample_bicubic2d upsample_bilinear2d upsample_nearest2d upsample_linear1d "
    "_upsample_bicubic2d_aa _upsample_bilinear2d_aa upsample_trilinear3d max_pool2d_with_indices amax amin max min view_as_complex view_as_real _conj "
    "complex polar stack repeat_interleave expm1 log1p sin cos leaky_relu elu grid_sampler_2d flatten narrow alias_copy "
    "squeeze_copy unsqueeze_copy dropout native_dropout movedim logsumexp unfold_copy im2col avg_pool2d _adaptive_avg_pool2d mode "
    "sort topk linalg_qr outer ger zeros_like_ maximum minimum erf".split()
)
_FACTORS = {"mm": (0, 1), "bmm": (0, 1), "addmm": (1, 2), "baddbmm": (1, 2), "_grouped_mm": (0, 1), "mv": (0, 1),
            "dot": (0, 1), "convolution": (0, 1), "addbmm": (1, 2), "addmv": (1, 2), "_convolution": (0, 1), "_int_mm": (0, 1)}
_ADDENDS = {"addmm": 0, "baddbmm": 0, "convolution": 2, "addbmm": 0, "addmv": 0, "_convolution": 2}
_NORMS = {"native_layer_norm": (2, 3), "native_group_norm": (1, 2), "native_batch_norm": (1, 2), "_fused_rms_norm": (2, 9),
          "_native_batch_norm_legit": (1, 2), "cudnn_batch_norm": (1, 2), "_batch_norm_impl_index": (1, 2), "_native_batch_norm_legit_no_training": (1, 2),
          "_batch_norm_with_update": (1, 2)}


class Recorder(TorchDispatchMode):
    """Runs a model on the meta device, and records the first operation that uses each parameter on something else.

    A table that is reshaped, indexed, scaled by a number or passed through ``exp`` is still that parameter; the sum of
    it and an activation is an activation. Where a branch depends on a value, which meta tensors lack, one is made up.
    """

    def __init__(self, parameters: dict[int, nn.Parameter], truthy: bool) -> None:
        super().__init__()
        self.uses: dict[int, set[str]] = {}
        self.held: dict[int, tuple[torch.Tensor, frozenset[int], frozenset[str]]] = {
            one: (tensor, frozenset({one}), frozenset()) for one, tensor in parameters.items()
        }
        self.truthy = truthy

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._overloadpacket.__name__
        out = self.made_up(name, args, kwargs)
        if out is None:
            out = func(*args, **kwargs)
        flat = [one for one in (*args, *kwargs.values())]
        if any(id(leaf) in self.held for one in flat for leaf in (one if isinstance(one, (list, tuple)) else (one,))):
            self.note(name, args, kwargs, out)
        return out

    def made_up(self, name: str, args: Any, kwargs: Any) -> Any:
        """A result where a meta tensor would need its values."""
        first = args[0] if args and isinstance(args[0], torch.Tensor) else None
        meta = first is not None and first.is_meta
        if name == "_local_scalar_dense" and meta:
            return self.truthy if first.dtype == torch.bool else 1 if not first.dtype.is_floating_point else 1.0
        if name == "equal":
            return self.truthy
        if name == "nonzero" and meta:
            return torch.zeros((2, max(first.ndim, 1)), dtype=torch.long, device="meta")
        if name == "masked_select" and meta:
            return first.reshape(-1)[:2]
        if name in ("_unique2", "unique_dim", "unique_consecutive") and meta:
            return first.reshape(-1)[:2], first.reshape(-1).long(), first.reshape(-1)[:2].long()
        if name == "repeat_interleave" and meta and not isinstance(args[-1], int) and len(args) == 1:
            return torch.zeros(first.numel(), dtype=torch.long, device="meta")
        if name == "bincount" and meta:
            return torch.zeros(8, dtype=torch.long, device="meta")
        if name == "_to_copy" and meta and str(kwargs.get("device", "meta")) == "cpu":
            return torch.zeros(first.shape, dtype=kwargs.get("dtype") or first.dtype, device="cpu")
        if name == "index" and any(one is not None and one.dtype == torch.bool for one in args[1]):
            index: list[Any] = []
            for one in args[1]:
                if one is not None and one.dtype == torch.bool:
                    index += [torch.zeros(2, dtype=torch.long, device=one.device)] * one.ndim
                else:
                    index.append(one)
            return first[tuple(slice(None) if one is None else one for one in index)]
        return None

    def note(self, name: str, args: Any, kwargs: Any, out: Any) -> None:
        """What the operation does to the parameters among its inputs."""
        name = name.rstrip("_") if name not in ("_",) else name
        places = dict(enumerate(args)) | kwargs
        held = {place: self.held[id(one)] for place, one in places.items() if id(one) in self.held}
        if name in _FACTORS:
            left, right = _FACTORS[name]
            for place, (_, ids, _) in held.items():
                if place == _ADDENDS.get(name):
                    self.use(ids, "sum")
                # of two parameters the first flows through: an embedding of a token before the first linear layer
                elif place == left and right in held and self.held_apart(held, left, right):
                    self.use(ids, "table")
                elif place in (left, right):
                    self.use(ids, "product")
            return
        if name in _NORMS:
            for place, (_, ids, _) in held.items():
                self.use(ids, "gain" if place == _NORMS[name][0] else "sum" if place == _NORMS[name][1] else "table")
            return
        if name == "embedding":
            if 0 in held:
                self.use(held[0][1], "lookup")
            return
        if name == "_weight_norm_interface":
            self.use(held[1][1], "gain") if 1 in held else None
            self.pass_on([held[0]] if 0 in held else [], out)
            return
        if name in ("mul", "div", "add", "sub", "rsub", "addcmul", "where", "lerp", "masked_fill"):
            tensors = [one for one in places.values() if isinstance(one, torch.Tensor)]
            others = [one for one in tensors if id(one) not in self.held and not (one.ndim == 0 and not one.is_meta)]
            if not others:
                self.pass_on(list(held.values()), out)
                return
            kind = {"mul": "gain", "div": "gain", "add": "sum", "sub": "sum", "rsub": "sum", "addcmul": "gain"}.get(name, "table")
            for place, (_, ids, flags) in held.items():
                mark = "sum" if name == "addcmul" and place == 0 else kind
                self.use(ids, "state" if {"exp", "neg"} <= flags and mark == "gain" else mark)
            return
        if name in ("cat", "stack"):
            parts = args[0]
            inside = [self.held[id(one)] for one in parts if id(one) in self.held]
            if len(inside) == len(parts):
                self.pass_on(inside, out)
            else:
                for _, ids, _ in inside:
                    self.use(ids, "table")
            return
        if name in _PASSED:
            if 0 in held:
                flags = {name} & {"exp", "neg"}
                self.pass_on([held[0]], out, flags)
            return
        if name.startswith("_scaled_dot_product") or name in ("masked_scatter", "index_put", "copy", "index_copy", "scatter",
                                                                "index_add", "_scaled_dot_product", "slice_scatter", "select_scatter"):
            for _, ids, _ in held.values():
                self.use(ids, "table")
            return
        if name in ("prelu", "_prelu_kernel"):
            for place, (_, ids, _) in held.items():
                self.use(ids, "gain" if place == 1 else "table")
            return
        for _, ids, _ in held.values():
            self.use(ids, f"?{name}")

    def held_apart(self, held: dict[Any, Any], left: int, right: int) -> bool:
        return left in held and not held[left][1] & held[right][1]

    def use(self, ids: frozenset[int], kind: str) -> None:
        for one in ids:
            self.uses.setdefault(one, set()).add(kind)

    def pass_on(self, held: list[Any], out: Any, flags: Iterable[str] = ()) -> None:
        ids = frozenset().union(*(one[1] for one in held))
        all_flags = frozenset(flags).union(*(one[2] for one in held))
        for one in out if isinstance(out, (list, tuple)) else (out,):
            if isinstance(one, torch.Tensor):
                self.held[id(one)] = (one, ids, all_flags)


def setting(config: Any, *names: str, default: Any) -> Any:
    """The first of the names that a config, or one inside it, has a value for."""
    if config is None:
        return default
    fields = dict(config) if isinstance(config, dict) else vars(config)
    inside = [one for one in fields.values() if hasattr(one, "to_dict")]
    deeper = [one for sub in inside for one in vars(sub).values() if hasattr(one, "to_dict")]
    for one in [fields, *map(vars, inside), *map(vars, deeper)]:
        for name in names:
            value = one.get(name)
            if value not in (None, [], ()):
                return value
    return default


def number(value: Any, place: int = -1) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return number(value[place])
    return int(value)


def made_up_inputs(name: str, config: Any) -> list[Any]:
    """Tensors that an argument of this name may be, most likely first."""
    width = number(setting(config, "hidden_size", "d_model", "embed_dim", "n_embd", "dim", "hidden_dim", default=64))
    channels = number(setting(config, "num_channels", "in_channels", "in_chans", default=3))
    side = setting(config, "image_size", "img_size", "input_size", default=224)
    high, wide = number(side, 0), number(side)
    patch = number(setting(config, "patch_size", default=16))
    mels = number(setting(config, "num_mel_bins", "n_mels", "feature_size", "mel_bins", "input_dim", "num_mels", default=80))
    frames = number(setting(config, "num_frames", "frames_per_clip", default=2))
    flat = channels * patch * patch * number(setting(config, "temporal_patch_size", default=1))
    if "grid" in name:
        return [torch.tensor([[1, 4, 4]], device="cpu"), torch.tensor([[1, 4, 4]])]
    if name in ("pixel_values", "image", "pixel_values_videos", "prompt_pixel_values", "spectral_image"):
        shapes = [(1, channels, high, wide), (16, flat), (1, frames, channels, high, wide), (1, 1, channels, high, wide),
                  (1, 16, flat), (1, channels, frames, high, wide), (1, 1, 1, channels, high, wide)]
        if "video" in name:
            shapes = shapes[2:]
        return [torch.zeros(shape) for shape in shapes]
    if name == "bool_masked_pos":
        return [torch.zeros((1, (high // patch) * (wide // patch) * (max(frames // number(setting(config, "tubelet_size", default=frames)), 1))), dtype=torch.bool)]
    if name in ("input_features", "audio_mel", "audio_values"):
        long = number(setting(config, "max_source_positions", default=1500)) * 2
        return [torch.zeros(shape) for shape in [(1, mels, long), (1, 200, mels), (mels, 200), (1, 1, long, mels), (1, 1, 1001, mels)]]
    if name in ("input_values", "waveform"):
        return [torch.zeros(shape) for shape in [(1, 16000), (1, 1, 16000), (1, 1024, mels), (1, 100, mels)]]
    if name in ("spectrogram", "mel_spectrogram", "reference_mel"):
        return [torch.zeros(shape) for shape in [(1, 40, mels), (1, mels, 40)]]
    if "past_" in name or "future_" in name:
        length = number(setting(config, "context_length", default=32)) + (max(config.lags_sequence) if hasattr(config, "lags_sequence") else 0)
        features = number(setting(config, "num_input_channels", "input_size", default=1))
        if "time_features" in name:
            return [torch.zeros((1, length, number(setting(config, "num_time_features", default=0))))]
        return [torch.zeros(shape) for shape in [(1, length, features), (1, length)]]
    if name == "flattened_patches":
        return [torch.zeros((1, 16, 2 + flat))]
    if "spatial_shapes" in name:
        return [torch.tensor([[4, 4]]), torch.tensor([[4, 4]], device="cpu")]
    if "mask" in name and "input_ids" not in name:
        return [torch.ones((1, 12), dtype=torch.long), torch.ones((1, 12), dtype=torch.bool), torch.ones((1, 16), dtype=torch.bool)]
    if name.endswith("ids") or "code" in name or name in ("token_index", "residue_index", "asym_id"):
        books = number(setting(config, "num_codebooks", "num_quantizers", "n_codes_total", default=4))
        return [torch.zeros(shape, dtype=torch.long) for shape in [(1, 12), (1, 12, books), (1, books, 12), (12,)]]
    if name in ("time_step", "timestep", "timesteps"):
        return [torch.zeros(1)]
    return [torch.zeros(shape) for shape in [(1, 16, width), (16, width), (1, width, 16), (1, width, 8, 8), (1, width)]]


def arguments(module: nn.Module, attempt: int) -> dict[str, Any]:
    """Arguments for a model's forward pass: what it asks for, the input it is made for, and in turn what it may take."""
    parameters = inspect.signature(module.forward).parameters
    main = getattr(module, "main_input_name", None) or "input_ids"
    wanted = {one.name for one in parameters.values() if one.default is one.empty and one.kind not in (2, 4)}
    wanted |= {main} if isinstance(main, str) else set(main)
    wanted |= {"decoder_input_ids"}
    if attempt % 2 == 0:
        wanted |= {"bool_masked_pos", "mask_time_indices"}
    if attempt >= FEW:
        wanted |= {"input_ids", "pixel_values", "input_features", "input_values", "token_type_ids"}
    with torch.device("meta"):
        guesses = {name: made_up_inputs(name, getattr(module, "config", None)) for name in wanted & set(parameters)}
    return {name: found[attempt % len(found)] for name, found in guesses.items()}


def run_forward(model: nn.Module, needed: set[int]) -> dict[int, set[str]]:
    """The first use of each parameter, by its id, in what forward passes of the model and its parts could be run.

    Only a part that holds a needed parameter which no pass has reached is run by itself.
    """
    for eager in ("set_attn_implementation", "set_experts_implementation"):
        with contextlib.suppress(Exception):
            getattr(model, eager)("eager")
    parameters = {id(one): one for one in model.parameters()}
    seen: dict[int, set[str]] = {}
    tried: set[type] = set()
    for module in model.modules():
        if type(module) in tried or (module is not model and not hasattr(module, "config")):
            continue
        tried.add(type(module))
        for attempt in range(2 * FEW):
            if {id(one) for one in module.parameters()} & needed <= seen.keys():
                break
            run_once(module, arguments(module, attempt), parameters, seen, attempt)
    for module in model.modules():
        own = {id(one): one for one in module._parameters.values() if one is not None}
        for shape in shapes_for(list(own.values())) if own.keys() & needed - seen.keys() else ():
            if own.keys() <= seen.keys():
                break
            run_once(module, by_itself(module, shape), parameters, seen, 0)
    return seen


FEW = 6  # passes with the least, and as many with more


def shapes_for(parameters: list[nn.Parameter]) -> list[tuple[int, ...]]:
    """What an activation may look like that meets these parameters."""
    sizes = list(dict.fromkeys(size for one in parameters for size in reversed(one.shape) if size > 1)) or [16]
    return [shape for size in sizes for shape in ((1, 16, size), (16, size), (1, size, 16), (1, size, 8, 8), (1, 8, 8, size))]


def by_itself(module: nn.Module, shape: tuple[int, ...]) -> dict[str, Any]:
    """Arguments for a layer: every one that it needs is an activation."""
    parameters = inspect.signature(module.forward).parameters.values()
    return {one.name: torch.zeros(shape, device="meta") for one in parameters if one.default is one.empty and one.kind not in (2, 4)}


def run_once(
    module: nn.Module, inputs: dict[str, Any], parameters: dict[int, nn.Parameter], seen: dict[int, set[str]], attempt: int
) -> None:
    """One pass, as far as it goes: made-up inputs need not fit, and what was used before they did not was used."""
    recorder = Recorder(parameters, truthy=attempt % 2 == 1)
    with contextlib.suppress(Exception), torch.device("meta"), torch.no_grad(), recorder:
        module(**inputs)
    for one, kinds in recorder.uses.items():
        seen.setdefault(one, set()).update(kinds)



class Uses(NamedTuple):
    """What the witnesses say of one attribute of one class."""

    torch: str | None
    source: list[str]
    forward: list[str]


@functools.cache
def witnesses(cls: type, attribute: str) -> Uses:
    """What torch's tables and the class's source say."""
    if cls.__module__.startswith("torch.nn"):
        return Uses(torch_kind(cls, attribute), [], [])
    source = read_source(cls, attribute)
    kind = torch_kind(cls, attribute)
    if kind is None and not KINDS.intersection(source):
        source += read_neighbours(cls, attribute)
    return Uses(kind, source, [])


def decide(owner: str, attribute: str, ndim: int, seen: list[Uses]) -> Truth:
    """The truth of one key, from all that was seen of it."""
    by_hand = HAND.get((owner.rpartition(".")[2], attribute))
    if by_hand:
        kind, _, why = by_hand.partition(": ")
        return Truth("arguable", None, why) if kind == "arguable" else Truth(kind, kind in DECAYING, "hand")
    torch = next((one.torch for one in seen if one.torch), None)
    said = {"source": _kinds(seen, "source", ndim), "forward": _kinds(seen, "forward", ndim)}
    if torch and all(not kinds or torch in kinds for kinds in said.values()):
        return Truth(torch, torch in DECAYING, "torch")
    heard = {witness: kinds for witness, kinds in said.items() if kinds}
    if torch or not heard or any(len({kind in DECAYING for kind in kinds}) > 1 for kinds in heard.values()):
        return Truth("unknown", None, _why(torch, said))
    if len({min(kinds) in DECAYING for kinds in heard.values()}) > 1:
        return Truth("unknown", None, _why(torch, said))
    kinds = set.intersection(*heard.values()) or set.union(*heard.values())
    kind = next(one for one in ("product", "lookup", "state", "gain", "sum", "table") if one in kinds)
    return Truth(kind, kind in DECAYING, " and ".join(heard))


def _kinds(seen: list[Uses], witness: str, ndim: int) -> set[str]:
    kinds = {kind for one in seen for kind in getattr(one, witness) if kind in KINDS}
    # a vector in a product is a query or a direction: nothing that decay would keep small
    return {"table" if kind == "product" and ndim < 2 else kind for kind in kinds}


def _why(torch: str | None, said: dict[str, set[str]]) -> str:
    words = [f"torch: {torch}"] if torch else []
    return "; ".join(words + [f"{witness}: {', '.join(sorted(kinds)) or 'silent'}" for witness, kinds in said.items()])


# -------------------------------------------------------------------------------------------------- read by a person

# (class, attribute) -> kind, or "arguable: why"
HAND: dict[tuple[str, str], str] = {}
