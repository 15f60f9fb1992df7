"""Follows a value through the code of a class, its methods and its file, to what uses it up."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache

from paramwise.model.calls import (
    ARRANGING,
    BENT,
    CALLS,
    CONSTRAINING,
    CONTRACTING,
    DEPTH,
    FED,
    JOINING,
    MULTIPLIES,
    REDUCING,
    SILENT,
    Use,
    use_by_name,
)
from paramwise.model.code import (
    autograd_of,
    callee,
    einsum_letters,
    function_of,
    home_of,
    is_computed,
    is_partial,
    last_name,
    methods_of,
)
from paramwise.model.function import Function


@lru_cache(maxsize=4096)
def readers(cls: type) -> list[Reader]:
    """A reader for each method of a class, and of those that it inherits outside torch."""
    methods: dict[str, ast.FunctionDef] = {}
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in ("torch", "builtins"):
            continue
        for name, function in methods_of(base).items():
            methods.setdefault(name, function)
    return [Reader(function, methods, cls.__module__, cls) for function in methods.values()]


def used_outside(cls: type, name: str, depth: int = DEPTH) -> Iterator[Use]:
    """How the other classes of the file use an attribute, or what a method of that name returns."""
    for other, reader, node in _outside(cls.__module__).get(name, ()):
        if other is not cls:
            yield from reader.follow(_called_or_read(reader, node), depth)


@lru_cache(maxsize=256)
def _outside(module: str) -> dict[str, list[tuple[type, Reader, ast.AST]]]:
    """Where the classes of a file read attributes of what they hold, such as ``self.bank.filters``."""
    found: dict[str, list[tuple[type, Reader, ast.AST]]] = {}
    for cls in list(vars(sys.modules.get(module)).values()) if module in sys.modules else ():
        if isinstance(cls, type) and cls.__module__ == module:
            for reader in readers(cls):
                for node in ast.walk(reader.function):
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                        found.setdefault(node.attr, []).append((cls, reader, node))
    return found


def _called_or_read(reader: Reader, node: ast.AST) -> ast.AST:
    """The call of a method that an expression names, or the expression, which then reads a property."""
    call = reader.parents.get(node)
    return call if isinstance(call, ast.Call) and call.func is node else node


class Reader(Function):
    """Follows values through one function."""

    def __init__(
        self,
        function: ast.FunctionDef,
        methods: dict[str, ast.FunctionDef],
        module: str,
        cls: type | None = None,
        caller: tuple[Reader, ast.Call] | None = None,
        weights: frozenset[str] = frozenset(),
    ) -> None:
        """Read a function: of a class, or one that the code of another reader calls."""
        self.caller = caller
        super().__init__(function, weights)
        self.methods, self.module, self.cls = methods, module, cls
        self.self_reads: dict[str, list[ast.AST]] = {}
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                    self.self_reads.setdefault(attribute, []).append(node)

    def follow(self, node: ast.AST, depth: int) -> Iterator[Use]:
        """How the value of an expression is used."""
        if depth == 0:
            yield "lost"
            return
        parent = self.parents.get(node)
        if self.is_compared(node):
            yield "compared"
        match parent:
            case ast.Attribute(attr=name) if name not in SILENT:
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    yield from self._called(name, call, depth)
                else:  # .data, .T, .mT
                    yield from self.follow(parent, depth)
            case ast.BinOp(op=ast.MatMult(), left=left, right=right):
                yield self._contracted(parent, [right if left is node else left], depth, first=left is node)
            case ast.BinOp(op=ast.Mult(), left=left, right=right) if self.is_summed(
                parent, right if left is node else left
            ):
                yield "product"
            case ast.BinOp(op=ast.Div(), right=right) if right is node:
                yield "divisor"
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
                if "gain" in found and self.is_counted(index) and self.is_added_up(parent):
                    yield "product"  # sum(x[k:] * weight[k] for k in range(3))
                elif not MULTIPLIES & set(found) and is_computed(index) and not self.is_counted(index):
                    yield "lookup"
            case ast.UnaryOp(op=ast.USub()) | ast.IfExp() | ast.Starred() | ast.BinOp(op=ast.Pow()):
                yield from self.follow(parent, depth)
            case ast.Tuple() if (target := self.target_of(parent, node)) is not None:
                yield from self._variable(target, parent, depth - 1)  # up, down = self.up, self.down
            case ast.Tuple() | ast.List():  # torch.cat((self.token, x)), einsum operands
                yield from self.follow(parent, depth)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
                yield from self._variable(name, node, depth - 1)
            case ast.Assign(targets=[ast.Tuple() as target], value=value) if value is node:  # up, down = self.weights
                yield from self._each(target, self.function, depth - 1)
            case ast.Dict(keys=keys, values=values) if node in values:  # f(**{"weight": self.weight})
                key, above = keys[values.index(node)], self.parents.get(parent)
                call = self.parents.get(above) if isinstance(above, ast.keyword) and above.arg is None else None
                if isinstance(call, ast.Call) and isinstance(key, ast.Constant):
                    yield from self._argument(node, str(key.value), call, depth)
            case ast.Return(value=value) if value is node:
                yield from self._returned(depth if self.caller else depth - 1)
            case ast.For(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, parent, depth - 1)
            case ast.comprehension(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, self.parents[parent], depth - 1)

    def _contracted(self, result: ast.AST, others: list[ast.expr], depth: int, *, first: bool) -> Use:
        """The use of a value in a product: as a query, if a softmax over the other's places follows."""
        if all(map(self.is_weight, others)):
            return "curve" if "curve" in self.follow(result, depth - 1) else "product"
        return "table" if first and self.is_softmaxed(result) else "product"

    def _returned(self, depth: int) -> Iterator[Use]:
        """What a method returns: what becomes of it where others of the class call the method, or read the property."""
        name = self.function.name
        if self.caller is not None:
            reader, call = self.caller
            yield from reader.follow(call, depth)
            return
        if depth == 0 or name == "forward" or self.cls is None:
            return
        for reader in readers(self.cls):
            for node in reader.self_reads.get(name, ()):
                if reader.function is not self.function:
                    yield from reader.follow(_called_or_read(reader, node), depth)
        yield from used_outside(self.cls, name, depth)

    def _operated(self, call: ast.Call, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """How the value is used if a method that does what an operator does combines it with another value."""
        if use == "gain" and self.is_summed(call, other):
            yield "product"
        else:
            yield from self._joined(call, other, depth, use)

    def _joined(self, result: ast.AST, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """How the value is used if it is combined with another value element by element."""
        if not self.is_weight(other):  # a convolution's weight may be modulated by activations
            yield "factor" if use == "gain" and "kernel" in self.follow(result, depth) else use
        elif isinstance(other, ast.Constant) and use == "sum":  # 1 + gain, in RMSNorms that start from zero
            yield from self.follow(result, depth)
        else:  # still a weight, such as a scaled weight: the use of the result decides
            found = set(self.follow(result, depth))
            if use == "sum" and "kernel" in found:
                yield "kernel"
                return
            yield "factor" if found & MULTIPLIES else next((one for one in ("gain", "lost") if one in found), use)

    def _each(self, target: ast.AST, scope: ast.AST, depth: int) -> Iterator[Use]:
        """How the items of a value are used if the code iterates over it."""
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
                yield from self.follow(node, depth)

    def _variable(self, name: str, source: ast.AST, depth: int) -> Iterator[Use]:
        for node in self.loads(name, source):
            yield from self.follow(node, depth)

    def _called(self, name: str, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if a method of it is called: ``self.weight.expand(...)``."""
        if name in ("expand", "repeat", "expand_as", "repeat_interleave", "tile"):
            yield from self._else(self.follow(call, depth), "table")
        elif name in JOINING and call.args:
            yield from self._operated(call, call.args[0], depth, CALLS[name])
        elif name in CONTRACTING and call.args:
            yield self._contracted(call, call.args, depth, first=True)
        elif name in CALLS:
            yield CALLS[name]
        elif name in ("view", "reshape", "unflatten"):
            sizes = call.args[0].elts if call.args and isinstance(call.args[0], (ast.Tuple, ast.List)) else call.args
            found = list(self.follow(call, depth))
            yield from found
            long = [size for size in sizes if not (isinstance(size, ast.Constant) and size.value == 1)]
            if len(long) >= 2 and {"kernel", "product"} & set(found):
                yield "flat"
        elif name in BENT:
            yield from self._bent(self.follow(call, depth))
        elif name in REDUCING:
            yield from (use for use in self.follow(call, depth) if use != "divisor")
        else:  # .to(...), .t(), .items()
            yield from self.follow(call, depth)

    def _argument(self, node: ast.AST, keyword: str | None, call: ast.Call, depth: int) -> Iterator[Use]:
        """How the value is used if it is an argument of a call."""
        name = callee(call)
        position = call.args.index(node) - is_partial(call) if node in call.args else None
        on_self = (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "self"
        )
        given = self.methods.get(name) if on_self else None
        target, module = (given, self.module) if on_self else self._function_called(call.func, name)
        others = [one for one in call.args if one is not node and not isinstance(one, ast.Constant)]
        if isinstance(call.func, ast.Attribute):
            others.append(call.func.value)  # x.matmul(weight); a module such as torch is not an activation
        if name.endswith("_like"):  # randn_like takes a shape
            return
        if name in ("einsum", "contract") and position is not None:
            letters, kept = einsum_letters(call, position)
            keeps = bool(kept) and all(letter in kept for letter in letters)
            of_data = len(kept) > 1 and kept[-1] not in letters and kept[-2] in letters  # queries times places
            yield "gain" if keeps else self._contracted(call, others, depth, first=of_data)
            return
        if name in ARRANGING and position == 0:
            yield from self.follow(call, depth)
        elif on_self and target is not None and position == 0 and self._is_fed(name, others):
            yield "table"
        elif target is not None:
            names = [argument.arg for argument in (*target.args.posonlyargs, *target.args.args)]
            names = names[1:] if (on_self and names[:1] == ["self"]) or names[:1] == ["ctx"] else names
            inner = keyword or (names[position] if position is not None and position < len(names) else None)
            if inner is not None:
                reader = Reader(
                    target,
                    self.methods,
                    module,
                    self.cls if on_self else None,
                    None if on_self else (self, call),
                    frozenset(self._weights_among(names, call)),
                )
                found = list(reader._variable(inner, target, depth - 1))
                yield from found or use_by_name(name)
        elif name in CALLS and CALLS[name] == "table" and all(map(self.is_weight, call.args)):
            found = list(self.follow(call, depth - 1))  # joined with other weights
            if MULTIPLIES & set(found):
                yield "factor"
            else:
                yield from found
        elif name in JOINING and position is not None and others:  # x.add(value), torch.add(x, value)
            other = next((one for one in others if not self.is_weight(one)), others[0])
            yield from self._operated(call, other, depth, CALLS[name])
        elif name in CALLS:
            if name in CONTRACTING and position is not None:
                yield self._contracted(call, others, depth, first=position == 0)
                return
            is_weight_slot = name.startswith(("linear", "conv"))
            bias = (
                keyword == "bias"
                or (is_weight_slot and position == 2)
                or (CALLS[name] == "gain" and name.endswith("norm") and keyword is None and position == 3)
            )
            added_first = name in ("addmm", "baddbmm") and position == 0
            if added_first and all(map(self.is_weight, others)):  # addmm of weights is a weight
                yield from self._else(self.follow(call, depth - 1), "sum")
                return
            kernel = is_weight_slot and (position == 1 or keyword == "weight")
            yield "sum" if bias or added_first else "kernel" if kernel else CALLS[name]
        elif on_self:  # fed to a submodule, as activations are, or beside them
            fed = position == 0 or (keyword is not None and keyword.lower() in FED)
            made, constrains = set(self.follow(call, depth - 1)), CONSTRAINING.search(name)
            if fed and constrains and len(call.args) == 1 and made & {"kernel", "flat"}:
                yield "kernel"
            else:
                yield "table" if fed and not constrains and not made & {"kernel", "flat"} else "second"
        elif "normalize" in name:  # its rows are normalised: still a weight
            becomes = set(self.follow(call, depth - 1))
            if "second" in becomes:
                yield "second"
            else:
                yield "kernel" if "kernel" in becomes else "factor" if becomes & MULTIPLIES else "gain"
        elif name in ("zip", "enumerate", "reversed", "map"):
            yield from self.follow(call, depth)
        elif by_name := list(use_by_name(name)):
            yield from by_name
        elif name in BENT and position == 0:
            yield from self._bent(self.follow(call, depth - 1))
        elif _root(call.func) == "self":  # self.model.kernel(value)
            yield "table" if position == 0 else "second"
        elif isinstance(call.func, ast.Attribute) and name == "apply" and not all(map(self.is_weight, others)):
            yield "second"  # a function of autograd that cannot be read
        elif isinstance(call.func, ast.Attribute) and position is not None:
            # torch.abs(value), x.to(value): the use of the result decides
            yield from (use for use in self.follow(call, depth - 1) if use != "divisor" or name not in REDUCING)

    def _is_fed(self, name: str, others: list[ast.expr]) -> bool:
        """Whether a method takes a weight alone as its first argument, where it takes activations elsewhere."""
        if self.cls is None or not all(map(self.is_weight, others)):
            return False
        return any(
            isinstance(call, ast.Call) and call.func is node and call.args and not reader.is_weight(call.args[0])
            for reader in readers(self.cls)
            for node in reader.self_reads.get(name, ())
            for call in [reader.parents.get(node)]
        )

    def _weights_among(self, names: list[str], call: ast.Call) -> Iterator[str]:
        """The arguments of a function that are given weights."""
        for name, value in zip(names, call.args, strict=False):
            if not isinstance(value, (ast.Constant, ast.Starred)) and self.is_weight(value):
                yield name
        for keyword in call.keywords:
            if keyword.arg and not isinstance(keyword.value, ast.Constant) and self.is_weight(keyword.value):
                yield keyword.arg

    @staticmethod
    def _bent(found: Iterator[Use]) -> Iterator[Use]:
        """The uses of a value after a map that does not keep 0 at 0."""
        for use in found:
            yield "curve" if use == "gain" or use in MULTIPLIES else use

    def _function_called(self, called: ast.expr, name: str) -> tuple[ast.FunctionDef | None, str]:
        """The function that an expression names, here or in the module, and its file; the first of several."""
        if isinstance(called, ast.Attribute):  # Function.apply(x, weight)
            return autograd_of(self.module, last_name(called.value)) if name == "apply" else None, self.module
        if not isinstance(called, ast.Name):
            return None, self.module
        for node in ast.walk(self.function):
            match node:
                case ast.Assign(targets=[ast.Name(id=variable)], value=value) if variable == name:
                    names = [one.id for one in ast.walk(value) if isinstance(one, ast.Name)]
                    name = next((one for one in names if function_of(self.module, one)), name)
                    break
        return function_of(self.module, name), home_of(self.module, name)

    @staticmethod
    def _else(found: Iterator[Use], default: Use) -> Iterator[Use]:
        uses = list(found)
        yield from uses or [default]


def _root(expression: ast.expr) -> str:
    """The name that an expression such as ``self.model.kernel`` starts with."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""
