"""The expressions in a model's code: what is known of the value of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Protocol

from paramwise.model.code import last_name
from paramwise.model.values import EMPTY, Frame, Function, Module, Tokens, Value, listed, union

MANY = 200  # turns of a loop
_CUT = {"argmax", "argmin", "argsort", "topk", "detach", "multinomial", "sample", "item", "size", "long", "int", "bool"}
_CUT |= {"numel", "tolist", "len", "decode", "nms", "batched_nms"}  # what these return says little of what they take
_SILENT = {"shape", "dtype", "device", "ndim", "requires_grad", "training", "is_cuda"}
_SUMS = {"add", "sub", "add_", "sub_"}
_ADDS = {"append", "extend", "insert", "update", "setdefault", "add"}
_SAME = {"list", "tuple", "iter", "sorted", "values", "children", "modules", "parameters", "to", "contiguous"}


class Follower(Protocol):
    """Who follows the modules of the model."""

    own: Mapping[str, Sequence[str]]

    def applied(self, module: Module, given: Sequence[Value], frame: Frame, entry: str = "forward") -> Value:
        """What a module makes of some values."""

    def chained(self, modules: Iterable[Module], given: Value, frame: Frame) -> Value:
        """What modules make of a value in turn."""

    def joined(self, values: Sequence[Value], frame: Frame) -> Value:
        """What becomes of values together."""

    def cut(self, values: Sequence[Value]) -> Value:
        """What remains of values in what says little of them, such as their sizes."""

    def add(self, left: Tokens, right: Tokens, frame: Frame) -> None:
        """Note that two values are added."""

    def call(self, function: Function, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """What a function returns."""

    def step(self) -> None:
        """Count an expression."""


class Expressions:
    """The values in one call of a function."""

    def __init__(self, flow: Follower, function: Function, within: dict[str, Value]) -> None:
        self.flow, self.function, self.within = flow, function, within
        self.frame = function.frame

    def assign(self, target: ast.expr, value: Value) -> None:
        """Give a value to a variable, to several, to an attribute, or to an item."""
        match target:
            case ast.Name(id=name):
                self.within[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                starred = next((at for at, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
                for at, one in enumerate(targets):
                    if isinstance(one, ast.Starred):
                        self.assign(one.value, replace(value, parts=None))
                    else:
                        self.assign(one, value.part(at if starred is None or at < starred else at - len(targets)))
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                self.frame.attributes[name] = union([self.frame.attributes.get(name, EMPTY), value])
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                self._put(name, [value], self.value(index).constant)

    def _put(self, name: str, values: Sequence[Value], key: int | str | None = None) -> None:
        """Add values to a list or a dictionary that a variable holds."""
        old = self.within.get(name, EMPTY)
        parts = dict(old.parts) if old.parts is not None else {} if old is EMPTY else None
        for value in values:
            if parts is not None:
                parts[len(parts) if key is None else key] = value
        self.within[name] = replace(union([old, *values]), parts=parts)

    # --------------------------------------------------------------------------------------------------- expressions

    def value(self, node: ast.expr) -> Value:
        """What is known of an expression's value."""
        self.flow.step()
        match node:
            case ast.Constant(value=(int() | str()) as constant):
                return Value(constant=constant)
            case ast.Name(id="self"):
                return self.within.get("self") or Value(modules=(self.frame.module,))
            case ast.Name(id=name):
                return self.within.get(name, EMPTY)
            case ast.Attribute(value=base, attr=attribute):
                return self._attribute(self.value(base), attribute)
            case ast.Subscript(value=base, slice=index):
                return self._item(self.value(base), index)
            case ast.Call():
                return self._called(node)
            case ast.BinOp(op=op, left=left, right=right):
                return self.operation(op, self.value(left), self.value(right))
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return listed([self.value(element) for element in elements])
            case ast.Dict(keys=keys, values=values):
                found = [self.value(value) for value in values]
                named = [at if key is None else self.value(key).constant for at, key in enumerate(keys)]
                return replace(
                    union(found),
                    parts={
                        at if key is None else key: one for at, (key, one) in enumerate(zip(named, found, strict=True))
                    },
                    constant=None,
                )
            case (
                ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators)
            ):
                return listed([self.value(element) for _ in self._generated(generators)])
            case ast.SetComp(elt=element, generators=generators) | ast.DictComp(value=element, generators=generators):
                return replace(union([self.value(element) for _ in self._generated(generators)]), parts=None)
            case ast.IfExp(body=body, orelse=orelse):
                return union([self.value(body), self.value(orelse)])
            case ast.BoolOp(values=values):
                return union([self.value(value) for value in values])
            case ast.NamedExpr(target=target, value=value):
                found_one = self.value(value)
                self.assign(target, found_one)
                return found_one
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return Value(constant=-number)
            case ast.UnaryOp(operand=operand):
                return replace(self.value(operand), parts=None, constant=None)
            case ast.Starred(value=value) | ast.Await(value=value):
                return self.value(value)
            case ast.Yield(value=value) | ast.YieldFrom(value=value) if value is not None:
                return self.value(value)
            case ast.Lambda():
                return Value(functions=(Function(node, self.frame, self.within),))
            case ast.JoinedStr(values=values):
                texts = [
                    self.value(one.value if isinstance(one, ast.FormattedValue) else one).constant for one in values
                ]
                return EMPTY if None in texts else Value(constant="".join(map(str, texts)))
        return EMPTY

    def _generated(self, generators: Sequence[ast.comprehension]) -> Iterator[None]:
        """The turns of a comprehension."""
        if not generators:
            yield
            return
        for item in items_of(self.value(generators[0].iter))[:MANY]:
            self.assign(generators[0].target, item)
            yield from self._generated(generators[1:])

    def operation(self, op: ast.operator, left: Value, right: Value) -> Value:
        """What becomes of two values on both sides of an operator."""
        if isinstance(left.constant, int) and isinstance(right.constant, int) and isinstance(op, (ast.Add, ast.Sub)):
            return Value(constant=left.constant + (right.constant if isinstance(op, ast.Add) else -right.constant))
        if isinstance(op, ast.Add) and left.parts is not None and right.parts is not None:  # lists
            return listed([*left.parts.values(), *right.parts.values()])
        if isinstance(op, (ast.Add, ast.Sub)):
            self.flow.add(left.data, right.data, self.frame)
        return self.flow.joined([left, right], self.frame)

    def _attribute(self, base: Value, attribute: str) -> Value:
        found = [self._member(module, attribute) for module in base.modules]
        if base.parts is not None and attribute in base.parts:
            found.append(base.parts[attribute])
        elif (base.data or base.weights) and attribute not in _SILENT:
            found.append(Value(base.data, base.weights))
        return union([one for one in found if one is not None])

    def _member(self, module: Module, name: str) -> Value | None:
        """What an attribute of a module is."""
        if name in module.outline.children:
            return Value(modules=(module.child(name),))
        here = module == self.frame.module
        if here and name in self.frame.attributes:
            return self.frame.attributes[name]
        weight = f"{module.path}.{name}" if module.path else name
        if weight in self.flow.own.get(module.path, ()) or weight in self.flow.own:  # a list of parameters
            inside = self.flow.own.get(weight, [weight])
            return Value(weights=frozenset(inside))
        if method := module.method(name):
            frame = self.frame if here else Frame(module)
            function = Function(method[0], frame, {}, method[1])
            if any(last_name(one) in ("property", "cached_property") for one in method[0].decorator_list):
                return self.flow.call(function, [], {})
            return Value(functions=(function,))
        return None

    def _item(self, base: Value, index: ast.expr) -> Value:
        if isinstance(index, ast.Slice):
            if base.parts is None and not base.modules:
                return base
            ends = [None if end is None else self.value(end).constant for end in (index.lower, index.upper, index.step)]
            unknown = [end for end, given in zip(ends, (index.lower, index.upper, index.step), strict=True) if given]
            items = items_of(base)
            if all(isinstance(end, int) for end in unknown):
                low, high, step = (end if isinstance(end, int) else None for end in ends)
                return listed(items[low:high:step])
            return listed(items)
        key = self.value(index).constant
        found: list[Value] = []
        for module in base.modules:
            names = list(module.outline.children)
            if str(key) in module.outline.children:
                found.append(Value(modules=(module.child(str(key)),)))
            elif isinstance(key, int) and -len(names) <= key < 0:
                found.append(Value(modules=(module.child(names[key]),)))
            elif key is None:
                found += [Value(modules=(child,)) for child in module.members]
        if base.parts is not None or base.data or base.weights:
            found.append(replace(base, modules=()).part(key))
        return union(found)

    # ---------------------------------------------------------------------------------------------------------- calls

    def _called(self, call: ast.Call) -> Value:
        name = last_name(call.func)
        given = [self.value(argument) for argument in call.args]
        named = {keyword.arg or "": self.value(keyword.value) for keyword in call.keywords}
        unpacked = [argument for argument in call.args if isinstance(argument, ast.Starred)]
        values = [*given, *named.values()]
        match call.func:
            case ast.Name(id="getattr") if given:
                return self._named(given[0], call.args[1] if len(call.args) > 1 else None)
            case ast.Name() if name in self.within:
                return self._result(self.within[name], values if unpacked else given, named)
            case ast.Name():
                if (made := self._builtin(name, given)) is not None:
                    return made
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                return self._of_base(name, given, named)
            case ast.Attribute(value=base):
                held = self.value(base)
                if isinstance(base, ast.Name) and name in _ADDS and not held.modules:
                    self._put(base.id, values)
                    return EMPTY
                if (found := self._method(held, name, given, named)) is not None:
                    return found
                values = [held, *values]
            case _:
                return self._result(self.value(call.func), given, named)
        return self._unknown(name, values, call)

    def _unknown(self, name: str, values: Sequence[Value], call: ast.Call) -> Value:
        """What a function returns whose code is not followed."""
        callers = [value for value in values if value.modules or value.functions]
        rest = [value for value in values if value.data and value not in callers]
        if callers and rest:  # checkpoint(block, x)
            return union([self._result(caller, rest, {}) for caller in callers])
        if name in _CUT:
            return self.flow.cut(values)
        if name in _SUMS and len(values) > 1:
            self.flow.add(values[0].data, values[1].data, self.frame)
        if name[:1].isupper() or name == "dict":  # a record of the results
            parts: dict[int | str, Value] = {keyword.arg or "": self.value(keyword.value) for keyword in call.keywords}
            parts |= dict(enumerate(map(self.value, call.args)))
            return replace(union(parts.values()), parts=parts, constant=None)
        return self.flow.joined(values, self.frame)

    def _result(self, called: Value, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """What modules and functions make of some values."""
        values = [*given, *named.values()]
        found = [self.flow.applied(module, values, self.frame) for module in called.modules]
        found += [self.flow.call(function, given, named) for function in called.functions]
        return union(found) if found else self.flow.joined([called, *values], self.frame)

    def _named(self, held: Value, name: ast.expr | None) -> Value:
        """``getattr`` with a name that may be computed."""
        known = None if name is None else self.value(name).constant
        if isinstance(known, str):
            return self._attribute(held, known)
        texts = name.values if isinstance(name, ast.JoinedStr) else []
        pattern = re.compile(
            "".join(re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".*" for one in texts)
        )
        children = [child for module in held.modules for child in module.members]
        return union(
            [Value(modules=(child,)) for child in children if pattern.fullmatch(child.path.rpartition(".")[2])]
        )

    def _builtin(self, name: str, given: Sequence[Value]) -> Value | None:
        """What Python's own functions return."""
        match name, given:
            case "zip", [_, *_]:
                return listed([listed(items) for items in _side_by_side(given)])
            case "enumerate", [first, *_]:
                return listed([listed([Value(constant=at), item]) for at, item in enumerate(items_of(first))])
            case "reversed", [first]:
                return listed(items_of(first)[::-1])
            case (("list" | "tuple" | "iter" | "sorted" | "next"), [first, *_]):
                return first if name != "next" else union(items_of(first))
            case "len", [first]:
                known = first.parts if first.parts is not None else None
                if known is None and first.modules:
                    return Value(constant=sum(len(module.outline.children) for module in first.modules))
                return EMPTY if known is None else Value(constant=len(known))
            case "range", ends:
                numbers = [end.constant for end in ends]
                if all(isinstance(number, int) for number in numbers):
                    turns = range(*[number for number in numbers if isinstance(number, int)][:3])
                else:  # as often as the longest list of modules here has members
                    turns = range(max((len(one.outline.children) for one in self.frame.module.members), default=2))
                return listed([Value(constant=at) for at in turns[:MANY]])
            case "map", [function, *lists]:
                return listed([self._result(function, items, {}) for items in _side_by_side(lists)])
        return None

    def _of_base(self, name: str, given: Sequence[Value], named: Mapping[str, Value]) -> Value:
        """``super().forward(x)``."""
        module = self.frame.module
        if method := module.method(name, self.function.owner):
            return self.flow.call(Function(method[0], self.frame, {}, method[1]), given, named)
        values = [*given, *named.values()]
        if module.chains and name == "forward":
            return self.flow.chained(module.members, union(values), self.frame)
        own = Value(weights=frozenset(self.flow.own.get(module.path, ())))
        return self.flow.joined([own, *values], self.frame)

    def _method(self, held: Value, name: str, given: Sequence[Value], named: Mapping[str, Value]) -> Value | None:
        """What a method of a module, or of a list of modules, returns; None if it is no such method."""
        values = [*given, *named.values()]
        found: list[Value] = []
        for module in held.modules:
            member = self._member(module, name)
            if member is not None and member.modules:
                found.append(self._result(member, given, named))
            elif name in ("forward", "__call__"):
                found.append(self.flow.applied(module, values, self.frame))
            elif member is not None and member.functions and module != self.frame.module:
                found.append(self.flow.applied(module, values, self.frame, name))
            elif member is not None:
                found.append(self._result(member, given, named))
            elif name in ("items", "named_children"):
                pairs = [(key, module.child(key)) for key in module.outline.children]
                found.append(listed([listed([Value(constant=key), Value(modules=(one,))]) for key, one in pairs]))
            elif name == "keys":
                found.append(listed([Value(constant=key) for key in module.outline.children]))
            elif name in _SAME:
                found.append(listed([Value(modules=(one,)) for one in module.members]))
        if held.parts is not None:
            if name == "items":
                found.append(listed([listed([Value(constant=key), part]) for key, part in held.parts.items()]))
            elif name == "values":
                found.append(held)
            elif name in ("get", "pop") and given:
                found.append(held.part(given[0].constant))
        if held.functions and name in ("forward", "__call__"):
            found.append(self._result(held, given, named))
        return union(found) if found else None


def items_of(value: Value) -> list[Value]:
    """The items of a value: of a list, or of a list of modules."""
    if value.parts is not None:
        return list(value.parts.values())
    if value.modules:
        return [Value(modules=(child,)) for module in value.modules for child in module.members]
    return [replace(value, constant=None)]


def _side_by_side(lists: Sequence[Value]) -> Iterator[tuple[Value, ...]]:
    """The items of several lists in turn; one of unknown length is as long as the others."""
    known = [one.parts is not None or bool(one.modules) for one in lists]
    return zip(
        *(
            items_of(one) if is_known or not any(known) else repeat(one)
            for one, is_known in zip(lists, known, strict=True)
        ),
        strict=False,
    )
