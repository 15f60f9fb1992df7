"""How a class's own code uses its attributes: read from its source, nothing is run.

Home-made layers hold bare parameters whose names say little. What their code does with a parameter says what it is: a
``self.weight`` that reaches ``F.linear`` is a matrix, a ``self.weight`` that multiplies element by element is a gain.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType
from typing import Literal

Use = Literal["kernel", "product", "factor", "lookup", "gain", "sum", "table"]
"""How a value is used.

- ``kernel``: as the weight of a linear map or a convolution.
- ``product``: in another product with activations.
- ``factor``: it is combined with another weight, and the result multiplies activations.
- ``lookup``: its rows are looked up.
- ``gain``: it multiplies element by element.
- ``sum``: it is added element by element.
- ``table``: it is fed in as a token.
"""

_PRIORITY: tuple[Use, ...] = ("kernel", "product", "factor", "lookup", "table", "gain", "sum")
_MULTIPLIES: set[Use] = {"kernel", "product", "factor"}
_DEPTH = 4  # how far a value is followed through variables and functions

_KINDS: dict[Use, str] = {
    "product": """linear matmul mm bmm einsum tensordot dot mv bilinear conv1d conv2d conv3d conv_transpose1d
        conv_transpose2d conv_transpose3d addmm baddbmm grouped_mm _grouped_mm grouped_linear _grouped_linear ragged_dot
        multi_head_attention_forward chain_matmul multi_dot causal_conv1d_fn causal_conv1d_update""",
    "lookup": "embedding embedding_bag index_select gather take take_along_dim",
    "gain": "mul multiply div prelu layer_norm rms_norm group_norm batch_norm instance_norm",
    "sum": "add sub add_ sub_",
    "table": "cat concat concatenate stack hstack vstack where masked_scatter masked_fill index_put",
}
_CALLS = {name: use for use, names in _KINDS.items() for name in names.split()}
_SILENT = {
    "shape",
    "dtype",
    "device",
    "size",
    "dim",
    "ndim",
    "numel",
    "requires_grad",
    "new_zeros",
    "new_empty",
    "grad",
    "is_meta",
}


@lru_cache(maxsize=4096)
def uses(cls: type) -> dict[str, Use]:
    """How the methods of a class, and those it inherits outside torch, use each ``self.<attribute>``.

    An attribute whose use the source does not show is left out.

    >>> uses(int)  # written in C: there is no source to read
    {}
    """
    methods: dict[str, ast.FunctionDef] = {}
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in ("torch", "builtins"):
            continue
        for name, function in _methods(base).items():
            methods.setdefault(name, function)
    found: dict[str, set[Use]] = {}
    for name, function in methods.items():
        if name == "__init__" or name.startswith(("reset_", "_init", "init_", "extra_repr")):
            continue
        reader = _Reader(function, methods, cls.__module__)
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                found.setdefault(node.attr, set()).update(reader.follow(node, _DEPTH))
    return {attribute: min(kinds, key=_PRIORITY.index) for attribute, kinds in found.items() if kinds}


@lru_cache(maxsize=4096)
def _methods(cls: type) -> dict[str, ast.FunctionDef]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):  # made in a shell, by exec, or in C: there is no source
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


@lru_cache(maxsize=4096)
def _function(module: str, name: str) -> ast.FunctionDef | None:
    """The source of a plain function that a module's code can call by name."""
    function = getattr(sys.modules.get(module), name, None)
    function = inspect.unwrap(function) if callable(function) else None
    if not isinstance(function, FunctionType) or function.__module__.partition(".")[0] == "torch":
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    return tree.body[0] if isinstance(tree.body[0], ast.FunctionDef) else None


class _Reader:
    """Follows values through one function."""

    def __init__(self, function: ast.FunctionDef, methods: dict[str, ast.FunctionDef], module: str) -> None:
        self.function, self.methods, self.module = function, methods, module
        self.parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}

    def follow(self, node: ast.AST, depth: int) -> Iterator[Use]:
        """How the value of an expression is used."""
        if depth == 0:
            return
        parent = self.parents.get(node)
        match parent:
            case ast.Attribute(attr=name) if name not in _SILENT:
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    yield from self._called(name, call, depth)
                else:  # .data, .T, .mT
                    yield from self.follow(parent, depth)
            case ast.BinOp(op=ast.MatMult()):
                yield "product"
            case ast.BinOp(op=ast.Mult() | ast.Div(), left=left, right=right):
                yield from self._joined(parent, right if left is node else left, depth, "gain")
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
                yield from self._joined(parent, right if left is node else left, depth, "sum")
            case ast.AugAssign(op=ast.Mult() | ast.Div()):
                yield "gain"
            case ast.AugAssign(op=ast.Add() | ast.Sub()):
                yield "sum"
            case ast.Call():
                yield from self._argument(node, None, parent, depth)
            case ast.keyword(arg=name):
                call = self.parents.get(parent)
                if isinstance(call, ast.Call):
                    yield from self._argument(node, name, call, depth)
            case ast.Subscript(value=value, slice=index) if value is node:
                # weight[expert] is used as its result is; table[ids] is a lookup
                found = list(self.follow(parent, depth))
                yield from found
                if not _MULTIPLIES & set(found) and _indexes(index):
                    yield "lookup"
            case ast.UnaryOp(op=ast.USub()) | ast.IfExp() | ast.Starred() | ast.BinOp(op=ast.Pow()):
                yield from self.follow(parent, depth)
            case ast.Tuple() | ast.List():  # torch.cat((self.token, x)), einsum operands
                yield from self.follow(parent, depth)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
                yield from self._variable(name, node, depth - 1)
            case ast.For(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, parent, depth - 1)
            case ast.comprehension(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, self.parents[parent], depth - 1)

    def _joined(self, result: ast.AST, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """How the value is used if it is combined with another value element by element."""
        if not self._is_weight(other):  # a convolution's weight may be modulated by activations
            yield "factor" if use == "gain" and "kernel" in self.follow(result, depth) else use
        elif isinstance(other, ast.Constant) and use == "sum":  # 1 + gain, in RMSNorms that start from zero
            yield from self.follow(result, depth)
        else:  # still a weight, such as a scaled weight: the use of the result decides
            found = set(self.follow(result, depth))
            yield "factor" if found & _MULTIPLIES else "gain" if "gain" in found else use

    def _is_weight(self, expression: ast.expr, depth: int = _DEPTH) -> bool:
        """Whether an expression contains no activation, that is, no argument of the function."""
        arguments = {argument.arg for argument in (*self.function.args.posonlyargs, *self.function.args.args)} - {
            "self"
        }
        for node in ast.walk(expression):
            if not isinstance(node, ast.Name) or node.id == "self":
                continue
            above = self.parents.get(node)
            if isinstance(above, ast.Attribute) and above.attr in _SILENT:  # x.dtype
                continue
            if node.id in arguments or depth == 0:
                return False
            for assigned in ast.walk(self.function):
                match assigned:
                    case ast.Assign(targets=targets, value=value) if value is not expression:
                        names = {
                            part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
                        }
                        if node.id in names and not self._is_weight(value, depth - 1):
                            return False
        return True

    def _each(self, target: ast.AST, scope: ast.AST, depth: int) -> Iterator[Use]:
        """How the items of a value are used if the code iterates over it."""
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
                yield from self.follow(node, depth)

    def _variable(self, name: str, source: ast.AST, depth: int) -> Iterator[Use]:
        after = getattr(source, "lineno", 0)
        for node in ast.walk(self.function):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
                and node.lineno > after
            ):
                yield from self.follow(node, depth)

    def _called(self, name: str, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if a method of it is called: ``self.weight.expand(...)``."""
        if name in ("expand", "repeat", "expand_as", "repeat_interleave", "tile"):
            yield from self._else(self.follow(call, depth), "table")
        elif name in _CALLS:
            yield _CALLS[name]
        else:  # .to(...), .t(), .items()
            yield from self.follow(call, depth)

    def _argument(self, node: ast.AST, keyword: str | None, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if it is an argument of a call."""
        name = _last_name(call.func)
        position = call.args.index(node) if node in call.args else None
        on_self = (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "self"
        )
        target = (
            self.methods.get(name)
            if on_self
            else _function(self.module, name)
            if isinstance(call.func, ast.Name)
            else None
        )
        if target is not None:
            names = [argument.arg for argument in (*target.args.posonlyargs, *target.args.args)]
            names = names[1:] if on_self and names[:1] == ["self"] else names
            inner = keyword or (names[position] if position is not None and position < len(names) else None)
            if inner is not None:
                reader = _Reader(target, self.methods, self.module)
                found = list(reader._variable(inner, target, depth - 1))
                yield from found or _by_name(name)
        elif name in _CALLS and _CALLS[name] == "table" and all(map(self._is_weight, call.args)):
            found = list(self.follow(call, depth - 1))  # joined with other weights
            yield "factor" if _MULTIPLIES & set(found) else "table"
        elif name in _CALLS:
            bias = keyword == "bias" or (
                _CALLS[name] == "gain" and name.endswith("norm") and keyword is None and position == 3
            )
            added_first = name in ("addmm", "baddbmm") and position == 0
            kernel = name.startswith(("linear", "conv")) and (position == 1 or keyword == "weight")
            yield "sum" if bias or added_first else "kernel" if kernel else _CALLS[name]
        elif on_self:  # fed to a submodule, as activations are
            yield "table"
        elif "normalize" in name:  # its rows are normalised: still a weight
            becomes = set(self.follow(call, depth - 1))
            yield "kernel" if "kernel" in becomes else "factor" if becomes & _MULTIPLIES else "gain"
        elif name in ("zip", "enumerate", "reversed"):
            yield from self.follow(call, depth)
        elif by_name := list(_by_name(name)):
            yield from by_name
        elif isinstance(call.func, ast.Attribute) and position is not None:
            # torch.exp(value), x.to(value): the use of the result decides
            yield from self.follow(call, depth - 1)

    @staticmethod
    def _else(found: Iterator[Use], default: Use) -> Iterator[Use]:
        uses = list(found)
        yield from uses or [default]


def _by_name(name: str) -> Iterator[Use]:
    """How a function without readable source uses its argument, judged by the function's name."""
    lowered = name.lower()
    if "norm" in lowered:
        yield "gain"
    elif any(word in lowered for word in ("linear", "matmul", "gemm", "conv", "grouped_mm")):
        yield "product"


def _indexes(index: ast.expr) -> bool:
    """Whether an index is computed, and not only the end of a slice."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return any(not isinstance(part, (ast.Slice, ast.Constant, ast.UnaryOp)) for part in parts)


def _last_name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
