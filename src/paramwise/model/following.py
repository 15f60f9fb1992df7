"""Follows a value through the code of a class, its methods and its file, to what uses it up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from paramwise.model.calls import DEPTH, FURTHER, MULTIPLIES, PRODUCTS, SILENT, Use
from paramwise.model.code import (
    all_methods,
    classes_in,
    files_with,
    goes_on,
    is_computed,
    is_super,
    last_name,
    prepares,
    wrappers_of,
)
from paramwise.model.function import maps
from paramwise.model.homes import home
from paramwise.model.packing import Packing
from paramwise.model.settled import Form, settled
from paramwise.model.sums import is_stretched

_SLOT: set[Use] = {"slot"}
_STRETCHED: set[Use] = {"stretched", "lost"}
_UNSURE: set[Use] = {"gain", "lost"}


@lru_cache(maxsize=4096)
def readers(form: Form) -> list[Reader]:
    """A reader for each method of a class, and of those that it inherits outside torch."""
    methods: dict[str, ast.FunctionDef] = {}
    overridden: dict[str, list[tuple[ast.FunctionDef, str]]] = {}
    for (base, name), written in all_methods(form.cls).items():
        function = form.methods.get((base, name), written)
        methods.setdefault(name, function)
        run = overridden.setdefault(name, [])
        if not run or goes_on(run[-1][0]):
            run.append((function, home(base)))
    read = [one for run in overridden.values() for one in run]
    read += [(wrapper, module) for function, module in read for wrapper in wrappers_of(function, module)]
    return [Reader(function, methods, module, form) for function, module in read]


def reads(form: Form, attribute: str) -> Iterator[tuple[Reader, ast.AST]]:
    """Where the methods of a class read an attribute of the module."""
    for reader in readers(form):
        for node in reader.self_reads.get(attribute, ()):
            if isinstance(node.ctx, ast.Load):
                yield reader, node


def used_outside(cls: type, name: str, depth: int = DEPTH) -> Iterator[Use]:
    """How the other classes of the file use an attribute, or what a method of that name returns."""
    for other, reader, node in _outside(tuple(classes_in(home(cls)))).get(name, ()):
        if other is not cls:
            yield from reader.follow(_called_or_read(reader, node), depth)


@lru_cache(maxsize=256)
def _outside(classes: tuple[type, ...]) -> dict[str, list[tuple[type, Reader, ast.AST]]]:
    """Where the classes of a file read attributes of what they hold, such as ``self.bank.filters``."""
    found: dict[str, list[tuple[type, Reader, ast.AST]]] = {}
    for cls, reader in _readers_in(classes):
        for node in ast.walk(reader.function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                found.setdefault(node.attr, []).append((cls, reader, node))
    return found


def _readers_in(classes: tuple[type, ...]) -> Iterator[tuple[type, Reader]]:
    """The readers of the classes that a file defines."""
    for cls in classes:
        for reader in readers(settled(cls)):
            yield cls, reader


@lru_cache(maxsize=256)
def _calls_of_children(classes: tuple[type, ...]) -> dict[str, list[tuple[Reader, ast.AST]]]:
    """Where the classes of a file call what they hold, by the name of the class that they made it of."""
    found: dict[str, list[tuple[Reader, ast.AST]]] = {}
    for _, reader in _readers_in(classes):
        for attribute, nodes in reader.self_reads.items():
            for made in {last_name(value.func) for value in reader.held(attribute) if isinstance(value, ast.Call)}:
                calls = ((reader, reader.parents[node]) for node in nodes)
                found.setdefault(made, []).extend(one for one in calls if isinstance(one[1], ast.Call))
    return found


def _called_or_read(reader: Reader, node: ast.AST) -> ast.AST:
    """The call of a method that an expression names, or the expression, which then reads a property."""
    call = reader.parents.get(node)
    return call if isinstance(call, ast.Call) and call.func is node else node


class Reader(Packing):
    """Follows values through one function."""

    def __init__(
        self,
        function: ast.FunctionDef,
        methods: dict[str, ast.FunctionDef],
        module: str,
        form: Form | None = None,
        caller: tuple[Reader, ast.Call] | None = None,
        weights: frozenset[str] = frozenset(),
        around: frozenset[str] = frozenset(),
    ) -> None:
        """Read a function: of a class, or one that the code of another reader calls."""
        self.caller = caller
        super().__init__(function, weights, around)
        self.methods, self.module, self.form = methods, module, form
        self._known: dict[tuple[ast.AST, int], tuple[Use, ...]] = {}
        self._inside: dict[tuple[ast.AST, ast.AST | None, frozenset[str]], Reader] = {}
        self.self_reads: dict[str, list[ast.Attribute]] = {}
        self.super_reads: dict[str, list[ast.Attribute]] = {}
        for node in ast.walk(function):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                    self.self_reads.setdefault(attribute, []).append(node)
                case ast.Attribute(value=value, attr=attribute) if is_super(value):
                    self.super_reads.setdefault(attribute, []).append(node)

    def follow(self, node: ast.AST, depth: int) -> Iterator[Use]:
        """How the value of an expression is used; ``"unread"`` where the code around it is not understood."""
        found = self._known.get((node, depth))
        if found is None:
            followed = tuple(dict.fromkeys(self._followed(node, depth))) if depth > 0 else ("lost",)
            found = self._known[node, depth] = followed or (() if self.is_quiet(node) else ("unread",))
        yield from found

    def _followed(self, node: ast.AST, depth: int) -> Iterator[Use]:
        parent = self.parents.get(node)
        if self.is_compared(node):
            yield "compared"
        if (record := self.packed(node)) is not None:
            yield from self.unpacked(*record, depth)
            return
        match parent:
            case ast.Attribute(attr=name) if name not in SILENT:
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    yield from self.on(name, call, depth)
                else:  # .data, .T, .mT
                    yield from self.follow(parent, depth)
            case ast.BinOp(op=ast.MatMult(), left=left, right=right) if left is node and self.is_input(parent, right):
                yield "table"
            case ast.BinOp(op=ast.MatMult(), left=left, right=right):
                query = left is node and self.is_query(parent, right)
                yield self.contracted(node, parent, [right if left is node else left], depth, query=query)
            case ast.BinOp(op=ast.Mult(), left=left, right=right) if self.is_summed(
                parent, right if left is node else left
            ):
                yield "summed"
            case ast.BinOp(op=ast.Mult(), left=left, right=right) if (
                isinstance(node, ast.Subscript)
                and self.is_totalled(parent)
                and not self.is_weight(right if left is node else left)
            ):
                yield "turns"  # (weight[i] * x).sum() for each output
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
            case ast.Call(func=ast.Name() as function) if function is node:  # a method that gives the weight
                yield from self.follow(parent, depth)
            case ast.Call(func=ast.Name(id="zip"), args=args) if node in args:
                yield from self._zipped(parent, args.index(node), depth)
            case ast.Call():
                yield from self.argument(node, None, parent, depth)
            case ast.keyword(arg=name):
                call = self.parents.get(parent)
                if isinstance(call, ast.Call):
                    yield from self.argument(node, name, call, depth)
            case ast.Subscript(value=value, slice=index) if value is node:
                # weight[expert] is used as its result is; table[ids] is a lookup
                found = list(self.follow(parent, depth))
                if self.is_place(parent, index):
                    found = ["lookup" if use in PRODUCTS else use for use in found]
                yield from found
                if "gain" in found and self.is_counted(index) and self.is_added_up(parent):
                    yield "turns"  # sum(x[k:] * weight[k] for k in range(3))
                elif not (MULTIPLIES | {"gain"}) & set(found) and is_computed(index) and not self.is_counted(index):
                    yield self.looked_up(index)
            case ast.UnaryOp(op=ast.USub()) | ast.IfExp() | ast.Starred() | ast.BinOp(op=ast.Pow()):
                yield from self.follow(parent, depth)
            case ast.Tuple() if (target := self.target_of(parent, node)) is not None:
                yield from self.variable(target, parent, depth - 1)  # up, down = self.up, self.down
            case ast.Tuple(elts=values) if isinstance(self.parents.get(parent), ast.Return):
                place = next(at for at, one in enumerate(values) if one is node)
                found = list(self.unpacked(parent, place, depth))
                yield from found or self.follow(parent, depth)
            case (
                ast.Tuple() | ast.List() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp()
            ):  # torch.cat((self.token, x)), einsum operands
                yield from self.follow(parent, depth)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ) if value is node:
                yield from self.variable(name, node, depth - 1)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value) if (
                value is node
            ):
                for reader, kept in self.kept_in(name):
                    yield from reader.follow(kept, depth - FURTHER)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]) if self.is_record(name):
                yield from self.variable(name, parent, depth - 1)  # weights[key] = self.flat[:8].view(2, 4)
            case ast.Assign(targets=[ast.Tuple() as target], value=value) if value is node:  # up, down = self.weights
                yield from self._each(target, self.function, depth - 1)
            case ast.NamedExpr(target=ast.Name(id=name)):
                yield from self.variable(name, node, depth - 1)
                yield from self.follow(parent, depth)
            case ast.Return(value=value) if value is node:
                yield from self._returned(depth if self.caller else depth - FURTHER, weight=self.is_weight(parent))
            case ast.Yield():
                yield from self._returned(depth - FURTHER)
            case ast.For(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, parent, depth - 1)
            case ast.comprehension(iter=iterated, target=target) if iterated is node:
                yield from self._each(target, self.parents[parent], depth - 1)

    def contracted(self, node: ast.AST, result: ast.AST, others: list[ast.expr], depth: int, *, query: bool) -> Use:
        """The use of a value in a product: as a query, if a softmax over the other's places follows.

        What was spread over the batch, or picked for it, goes through a layer of weights as activations do.
        """
        if all(map(self.is_weight, others)):
            if self.is_spread(node) and not any(map(self.is_spread, others)):
                return "table"
            found = set(self.follow(result, depth - 1))
            if "curve" in found:
                return "curve"
            if MULTIPLIES & found or not {"lost", "second"} & found:
                return "product"  # still a weight
            return "factor" if "lost" in found else "lost"
        return "table" if query else "product"

    def _returned(self, depth: int, *, weight: bool = False) -> Iterator[Use]:
        """What a method returns: what becomes of it where others of the class call the method, or read the property."""
        if depth <= 0 and self.caller is None:
            yield "lost"
            return
        for reader, node in self.callers(weight=weight):
            yield from reader.follow(node, depth)
        if self.caller is None and self.form is not None and self.function.name != "forward":
            yield from used_outside(self.form.cls, self.function.name, depth)

    def callers(self, *, weight: bool = False) -> Iterator[tuple[Reader, ast.AST]]:
        """Where what the function returns arrives: a reader, and an expression in it.

        Of a forward pass that returns a weight: where classes that know this one call what they made of it.
        """
        if self.caller is not None:
            yield self.caller
            return
        name = self.function.name
        if weight and name == "forward" and self.form is not None:
            for file in files_with(self.form.cls):
                yield from _calls_of_children(tuple(classes_in(file))).get(self.form.cls.__name__, ())
        for reader in readers(self.form) if self.form else ():
            called = () if name == "forward" else reader.self_reads.get(name, ())
            for node in (*called, *reader.super_reads.get(name, ())):
                if reader.function is not self.function:
                    yield reader, _called_or_read(reader, node)

    def kept_in(self, attribute: str) -> Iterator[tuple[Reader, ast.AST]]:
        """Where the methods of the class read an attribute of the module."""
        found = reads(self.form, attribute) if self.form else iter(())
        return ((reader, node) for reader, node in found if not prepares(reader.function.name))

    def operated(self, call: ast.Call, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """How the value is used if a method that does what an operator does combines it with another value."""
        if use == "gain" and self.is_summed(call, other):
            yield "summed"
        else:
            yield from self._joined(call, other, depth, use)

    def _joined(self, result: ast.AST, other: ast.expr, depth: int, use: Use) -> Iterator[Use]:
        """How the value is used if it is combined with another value element by element."""
        if not self.is_weight(other):  # a convolution's weight may be modulated by activations
            found = set(self.follow(result, depth))
            if "slot" in found:
                yield "kernel" if use == "sum" and "kernel" in found else "factor"
                yield "slot"
            elif use == "gain" and "product" in found and self.is_weight_beside(other, result):
                # so may a query be scaled, or a weight by what data make of it
                yield from _STRETCHED if is_stretched(other) else _UNSURE
            else:
                yield use
        elif self.is_fixed(other):  # 1 + gain, in RMSNorms that start from zero; weight * mask
            found = set(self.follow(result, depth))
            yield from found
            yield from () if found - {"unread"} else (use,)
        elif not self.is_weight(result):  # rows that were picked for the data, scaled or shifted by a weight
            yield from self._else(self.follow(result, depth), use)
        else:  # still a weight, such as a scaled weight: the use of the result decides
            found = set(self.follow(result, depth))
            yield from found & _SLOT
            less = isinstance(result, ast.BinOp) and isinstance(result.op, ast.Sub)  # A - A.T is not as free as A
            free: set[Use] = {"kernel"} if less or self.is_spread(result) else {"kernel", *PRODUCTS}
            if use == "sum" and found & free:
                yield from found & free
                return
            yield "factor" if found & MULTIPLIES else next((one for one in ("gain", "lost") if one in found), use)
            if "unread" in found:
                yield "unread"

    def _each(self, target: ast.AST, scope: ast.AST, depth: int) -> Iterator[Use]:
        """How the items of a value are used if the code iterates over it."""
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
                yield from self.follow(node, depth)

    def gathered(self, record: ast.expr, call: ast.Call, depth: int) -> Iterator[Use]:
        """How a value is used that the code puts into a list."""
        match record:
            case ast.Name(id=name):
                yield from self.variable(name, call, depth)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                for reader, kept in self.kept_in(name):
                    yield from reader.follow(kept, depth - FURTHER)

    def _zipped(self, call: ast.Call, position: int, depth: int) -> Iterator[Use]:
        """How the items of one of several values are used that a loop goes through side by side."""
        loop, target = self.loop_over(call)
        if isinstance(target, ast.Tuple) and len(target.elts) == len(call.args):
            yield from self._each(target.elts[position], loop, depth - 1)
        else:
            yield from self.follow(call, depth)

    def variable(self, name: str, source: ast.AST, depth: int) -> Iterator[Use]:
        """How a variable is used after an expression or a statement."""
        for node in self.loads(name, source):
            yield from self.follow(node, depth)

    def is_fed(self, target: ast.FunctionDef, others: list[ast.expr]) -> bool:
        """Whether a method that maps activations takes a weight alone as its first argument.

        It maps them if it calls something of the module's, or multiplies matrices; others, such as one that rounds,
        are followed.
        """
        if self.form is None or not all(map(self.is_weight, others)) or not maps(target, self.methods):
            return False
        name = target.name
        return any(
            isinstance(call, ast.Call) and call.func is node and call.args and not reader.is_weight(call.args[0])
            for reader in readers(self.form)
            for node in reader.self_reads.get(name, ())
            for call in [reader.parents.get(node)]
        )

    def held(self, name: str) -> Iterator[ast.expr]:
        """What the methods of the class give to an attribute of the module."""
        for reader in readers(self.form) if self.form else ():
            for node in reader.self_reads.get(name, ()):
                match above := reader.parents.get(node):
                    case ast.Assign(value=value):
                        yield value
                    case ast.Tuple(elts=targets):
                        match reader.parents.get(above):
                            case ast.Assign(value=ast.Tuple(elts=values)) if len(values) == len(targets):
                                yield values[targets.index(node)]

    def within(
        self,
        function: ast.FunctionDef,
        module: str,
        call: ast.Call,
        weights: frozenset[str],
        *,
        on_self: bool,
        nested: bool,
        made: type | None = None,
    ) -> Reader:
        """A reader of a function that is called: what it returns is used as the call is, or as the method is.

        The function is a method of this class, a method of the class ``made``, or no method.
        """
        key = function, None if on_self else call, weights
        if key not in self._inside:
            form, caller = (self.form, None) if on_self else (settled(made) if made else None, (self, call))
            methods = {name: one for (_, name), one in reversed(all_methods(made).items())} if made else self.methods
            around = frozenset(self.activations if nested else ())
            self._inside[key] = Reader(function, methods, module, form, caller, weights, around)
        return self._inside[key]
