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
import functools
import inspect
import sys
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import NamedTuple

from torch import nn

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


class _Reader:
    """Follows one attribute through the methods of a class and the functions they call."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
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
        names: dict[str, frozenset[str]] = {name: frozenset() for name in parameters}
        done: set[tuple[ast.AST, frozenset[str]]] = set()
        for _ in range(4):  # names bound late are read early in a loop
            before = len(done)
            for node in ast.walk(tree):
                flags = None
                if isinstance(node, ast.Attribute) and attribute is not None and isinstance(node.ctx, ast.Load):
                    if node.attr == attribute:
                        flags = frozenset[str]()
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
                    flags = names[node.id]
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
        names: dict[str, frozenset[str]],
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
                    bind(up.target, flags, names)
                node = up
                continue
            if isinstance(up, (ast.For, ast.comprehension)):
                if up.iter is node:
                    bind(up.target, flags, names)
                return
            if isinstance(up, (ast.Assign, ast.AnnAssign)):
                for target in up.targets if isinstance(up, ast.Assign) else [up.target]:
                    bind(target, flags, names)
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


def bind(target: ast.expr, flags: frozenset[str], names: dict[str, frozenset[str]]) -> None:
    """Names that hold the tensor from here on."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, flags)


def constant(node: ast.expr) -> bool:
    """A number, written out: ``1 + weight`` is still a gain."""
    return all(isinstance(one, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator)) for one in ast.walk(node))


def self_scalar(node: ast.expr) -> bool:
    """``self.scaling``, ``config.eps`` and the like: a setting, as far as its name says."""
    return isinstance(node, ast.Attribute) and any(
        part in node.attr for part in ("scaling", "eps", "_dim", "size", "factor", "num_", "multiplier", "head_dim")
    )


def read_source(cls: type, attribute: str) -> list[str]:
    """The uses of ``self.attribute`` in the class's methods, each a kind, or ``?`` and what could not be followed."""
    reader = _Reader(cls)
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
            uses += read_source(other, attribute)
    return uses


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
