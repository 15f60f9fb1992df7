"""How the source of a class uses an attribute: nothing is run."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_ASIDE = words(  # of a tensor, not its values
    "shape dtype device ndim is_meta requires_grad grad is_cuda size dim numel stride storage_offset element_size "
    "nelement type is_floating_point is_contiguous get_device data_ptr"
)
_PRODUCT = words("matmul mm bmm einsum tensordot multi_dot _grouped_mm grouped_mm dot mv addmm baddbmm addbmm")
_LINEAR_LIKE = words("linear bilinear conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d")
_NORM_LIKE = {"layer_norm": 2, "rms_norm": 2, "group_norm": 2, "batch_norm": 3, "instance_norm": 3}  # place of weight
_GAIN = words("mul multiply div divide true_divide mul_ div_ prelu")
_SUM = words("add sub subtract add_ sub_")
_TABLE = words(
    "cat concat concatenate stack hstack vstack where masked_scatter masked_scatter_ masked_fill masked_fill_ "
    "index_put index_put_ index_copy scaled_dot_product_attention lerp scatter scatter_"
)
_SAME = words(  # what hands a tensor on, changed or not: its values are not yet used on anything
    "to view reshape float half bfloat16 double type_as expand expand_as repeat unsqueeze squeeze t transpose permute "
    "contiguous clone detach flatten unflatten chunk split unbind swapaxes swapdims movedim moveaxis index_select "
    "gather narrow select flip roll repeat_interleave tile broadcast_to diag view_as reshape_as numpy cpu cuda clamp "
    "clamp_min clamp_max clip sum mean max min amax amin abs square sqrt rsqrt reciprocal log log2 log1p pow norm "
    "normalize tanh relu gelu silu round sin cos softmax log_softmax interpolate rearrange pad take tensor as_tensor "
    "unfold cumsum var std var_mean Tensor value list tuple zip enumerate reversed iter next dropout ravel meshgrid "
    "maximum minimum outer requires_grad_ dequantize full_tensor to_local exp neg negative softplus sigmoid expm1"
)
SHAPING = {"exp": "exp", "expm1": "exp", "neg": "neg", "negative": "neg"}  # a rate of decay is -exp(A_log)
_NO_USE = words(
    "copy_ fill_ normal_ zero_ zeros_ ones_ uniform_ constant_ trunc_normal_ isinstance len print hasattr id append "
    "zeros_like ones_like empty_like full_like is_tensor range register_parameter"
)
_NOT_READ = words("__init__ _init_weights init_weights reset_parameters _reset_parameters extra_repr __repr__")
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
            flags |= {SHAPING[name]} if name in SHAPING else frozenset()
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
