"""How a class's own code uses its attributes: read from its source, nothing is run.

Home-made layers hold bare parameters whose names say little. What their code does with a parameter says what it is: a
``self.weight`` that reaches ``F.linear`` is a matrix, a ``self.weight`` that multiplies element by element is a gain.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from paramwise.model.code import function_of, is_computed, keeps_all, last_name, methods_of

Use = Literal["kernel", "flat", "product", "factor", "lookup", "gain", "sum", "table"]
"""How a value is used: as the weight of a linear map or a convolution; as a flat vector that is viewed as such weights;
in another product with activations; with other weights in what multiplies activations; its rows are looked up; it
multiplies, or is added, element by element; or it is fed in as a token."""

_PRIORITY: tuple[Use, ...] = ("kernel", "flat", "product", "factor", "lookup", "table", "gain", "sum")
_MULTIPLIES: set[Use] = {"kernel", "flat", "product", "factor"}
_DEPTH = 4  # how far a value is followed through variables and functions

_KINDS: dict[Use, str] = {
    "product": """linear matmul mm bmm einsum tensordot dot mv bilinear conv1d conv2d conv3d conv_transpose1d
        conv_transpose2d conv_transpose3d addmm baddbmm grouped_mm _grouped_mm grouped_linear _grouped_linear ragged_dot
        multi_head_attention_forward chain_matmul multi_dot contract causal_conv1d_fn causal_conv1d_update""",
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
    found: dict[str, set[Use]] = {}
    for reader in _readers(cls):
        if reader.function.name == "__init__" or reader.function.name.startswith(
            ("reset_", "_init", "init_", "extra_repr")
        ):
            continue
        for node in ast.walk(reader.function):
            for attribute in _attributes(node):
                found.setdefault(attribute, set()).update(reader.follow(node, _DEPTH))
    told: dict[str, Use] = {name: _strongest(kinds) for name, kinds in found.items() if kinds}
    return _Uses(told, cls)


def _strongest(kinds: set[Use]) -> Use:
    return min(kinds, key=_PRIORITY.index)


class _Uses(dict[str, Use]):
    """The uses in a class's own code; `get` also looks into the other classes of the file, which takes longer."""

    def __init__(self, told: dict[str, Use], cls: type) -> None:
        super().__init__(told)
        self._cls = cls

    def get(self, attribute: str, default: Any = None) -> Any:
        if attribute not in self and attribute not in _COMMON and (kinds := set(_used_outside(self._cls, attribute))):
            self[attribute] = _strongest(kinds)
        return super().get(attribute, default)


@lru_cache(maxsize=4096)
def _readers(cls: type) -> list[_Reader]:
    """A reader for each method of a class, and of those that it inherits outside torch."""
    methods: dict[str, ast.FunctionDef] = {}
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in ("torch", "builtins"):
            continue
        for name, function in methods_of(base).items():
            methods.setdefault(name, function)
    return [_Reader(function, methods, cls.__module__, cls) for function in methods.values()]


_COMMON = {"weight", "bias", "config", "training", "dropout", "forward"}  # of every other class too


def _attributes(node: ast.AST) -> Iterator[str]:
    """The attributes that an expression stands for: of ``self``, or of a dictionary or a list of it, by name."""
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield name
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), ast.Constant(value=str(name)), *_]):
            yield name
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self")), slice=ast.Constant(value=str(name))):
            yield name


def _used_outside(cls: type, name: str, depth: int = _DEPTH) -> Iterator[Use]:
    """How the other classes of the file use an attribute, or what a method of that name returns."""
    for other, reader, node in _outside(cls.__module__).get(name, ()):
        if other is not cls:
            yield from reader.follow(_called_or_read(reader, node), depth)


@lru_cache(maxsize=256)
def _outside(module: str) -> dict[str, list[tuple[type, _Reader, ast.AST]]]:
    """Where the classes of a file read attributes of what they hold, such as ``self.bank.filters``."""
    found: dict[str, list[tuple[type, _Reader, ast.AST]]] = {}
    for cls in list(vars(sys.modules.get(module)).values()) if module in sys.modules else ():
        if isinstance(cls, type) and cls.__module__ == module:
            for reader in _readers(cls):
                for node in ast.walk(reader.function):
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                        found.setdefault(node.attr, []).append((cls, reader, node))
    return found


def _called_or_read(reader: _Reader, node: ast.AST) -> ast.AST:
    """The call of a method that an expression names, or the expression, which then reads a property."""
    call = reader.parents.get(node)
    return call if isinstance(call, ast.Call) and call.func is node else node


class _Reader:
    """Follows values through one function."""

    def __init__(
        self, function: ast.FunctionDef, methods: dict[str, ast.FunctionDef], module: str, cls: type | None = None
    ) -> None:
        self.function, self.methods, self.module, self.cls = function, methods, module, cls
        self.self_reads: dict[str, list[ast.AST]] = {}
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                    self.self_reads.setdefault(attribute, []).append(node)
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
            case ast.BinOp(op=ast.Mult(), left=left, right=right) if self._is_summed(
                parent, right if left is node else left
            ):
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
                if not _MULTIPLIES & set(found) and is_computed(index):
                    yield "lookup"
            case ast.UnaryOp(op=ast.USub()) | ast.IfExp() | ast.Starred() | ast.BinOp(op=ast.Pow()):
                yield from self.follow(parent, depth)
            case ast.Tuple() if (target := self._target_of(parent, node)) is not None:
                yield from self._variable(target, parent, depth - 1)  # up, down = self.up, self.down
            case ast.Tuple() | ast.List():  # torch.cat((self.token, x)), einsum operands
                yield from self.follow(parent, depth)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
                yield from self._variable(name, node, depth - 1)
            case ast.Assign(targets=[ast.Tuple() as target], value=value) if value is node:  # up, down = self.weights
                yield from self._each(target, self.function, depth - 1)
            case ast.Return(value=value) if value is node:
                yield from self._returned(depth - 1)
            case ast.For(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, parent, depth - 1)
            case ast.comprehension(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, self.parents[parent], depth - 1)

    def _target_of(self, values: ast.Tuple, node: ast.AST) -> str | None:
        """The name that one of several values is given, where a statement gives each a name."""
        match self.parents.get(values):
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=given)) if len(targets) == len(
                given
            ):
                target = targets[next(at for at, value in enumerate(given) if value is node)]
                return target.id if isinstance(target, ast.Name) else None
        return None

    def _is_summed(self, result: ast.AST, other: ast.expr) -> bool:
        """Whether a value is multiplied with activations, and the product is summed over some dimensions at once."""
        return not self._is_weight(other) and self._sums(result)

    def _sums(self, result: ast.AST) -> bool:
        """Whether what is done with an expression, or with the variable that holds it, is a sum over dimensions."""
        match above := self.parents.get(result):
            case ast.Attribute(attr="sum"):
                call = self.parents.get(above)
                return isinstance(call, ast.Call) and bool(call.args or call.keywords)
            case ast.Call(func=ast.Attribute(attr="sum"), args=[_, *more], keywords=keywords):
                return bool(more or keywords)
            case ast.Assign(targets=[ast.Name(id=name)]):
                after = (above.lineno, above.col_offset)
                loads = [
                    node
                    for node in ast.walk(self.function)
                    if isinstance(node, ast.Name)
                    and node.id == name
                    and isinstance(node.ctx, ast.Load)
                    and (node.lineno, node.col_offset) > after
                ]
                return bool(loads) and all(map(self._sums, loads))
        return False

    def _returned(self, depth: int) -> Iterator[Use]:
        """What a method returns: what becomes of it where others of the class call the method, or read the property."""
        name = self.function.name
        if depth == 0 or name == "forward" or self.cls is None:
            return
        for reader in _readers(self.cls):
            for node in reader.self_reads.get(name, ()):
                if reader.function is not self.function:
                    yield from reader.follow(_called_or_read(reader, node), depth)
        yield from _used_outside(self.cls, name, depth)

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
        after = (0, 0) if source is self.function else (source.lineno, source.col_offset)  # type: ignore[attr-defined]
        for node in ast.walk(self.function):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
                and (node.lineno, node.col_offset) > after
            ):
                yield from self.follow(node, depth)

    def _called(self, name: str, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if a method of it is called: ``self.weight.expand(...)``."""
        if name in ("expand", "repeat", "expand_as", "repeat_interleave", "tile"):
            yield from self._else(self.follow(call, depth), "table")
        elif name in _CALLS:
            yield _CALLS[name]
        elif name in ("view", "reshape", "unflatten"):
            sizes = call.args[0].elts if call.args and isinstance(call.args[0], (ast.Tuple, ast.List)) else call.args
            found = list(self.follow(call, depth))
            yield from found
            if len(sizes) >= 2 and {"kernel", "product"} & set(found):
                yield "flat"
        else:  # .to(...), .t(), .items()
            yield from self.follow(call, depth)

    def _argument(self, node: ast.AST, keyword: str | None, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if it is an argument of a call."""
        name = last_name(call.func)
        position = call.args.index(node) if node in call.args else None
        on_self = (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "self"
        )
        target = (
            self.methods.get(name)
            if on_self
            else self._function_called(name)
            if isinstance(call.func, ast.Name)
            else None
        )
        if name in ("einsum", "contract") and position is not None:
            yield "gain" if keeps_all(call, position) else "product"
            return
        if target is not None:
            names = [argument.arg for argument in (*target.args.posonlyargs, *target.args.args)]
            names = names[1:] if on_self and names[:1] == ["self"] else names
            inner = keyword or (names[position] if position is not None and position < len(names) else None)
            if inner is not None:
                reader = _Reader(target, self.methods, self.module, self.cls if on_self else None)
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

    def _function_called(self, name: str) -> ast.FunctionDef | None:
        """The function that a name stands for, here or in the module; of several that a variable may be, the first."""
        for node in ast.walk(self.function):
            match node:
                case ast.Assign(targets=[ast.Name(id=variable)], value=value) if variable == name:
                    found = (function_of(self.module, one.id) for one in ast.walk(value) if isinstance(one, ast.Name))
                    return next(filter(None, found), None)
        return function_of(self.module, name)

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
