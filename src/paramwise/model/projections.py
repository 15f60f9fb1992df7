"""What a module's code does with the outputs of its weights: views and cuts, followed in the source; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paramwise.model.code import callee, function_of, home_of, original_class
from paramwise.model.plain import (
    BUILTINS,
    OPERATIONS,
    builtin,
    constant_of,
    has_modules,
    is_module,
    is_torchs,
    items_of,
    kept,
    truth,
    written_method,
)
from paramwise.model.steps import Counted
from paramwise.model.strides import Trace, View, Weight
from paramwise.model.tensor_functions import Tensors
from paramwise.model.tensors import CONSTANT, UNKNOWN, Cuts, is_tensor, joined

_STEPS = 30_000  # expressions of a module, until we give up
_DEEP = 8  # calls inside calls
_THIN = 4  # modules in one whose code is followed though it takes no output of a weight


class Projections(Tensors, Counted):
    """Follows the code of one module.

    Args:
        cuts: takes what is found.
        names: the name of each parameter, by its identity, and its shape.
        before: how many dimensions of the data an output has before its rows.
    """

    def __init__(self, cuts: Cuts, names: Mapping[int, tuple[str, tuple[int, ...]]], before: int = 2) -> None:
        Tensors.__init__(self, cuts, before)
        Counted.__init__(self, _STEPS)
        self.names = names
        self._deep = 0

    # ------------------------------------------------------------------------------------------------------- modules

    def module(self, module: Any, given: Sequence[Any] = (UNKNOWN,), named: Mapping[str, Any] | None = None) -> Any:
        """What a module makes of some values."""
        if is_torchs(module, "container.Sequential"):
            value = given[0] if given else UNKNOWN
            for child in module._modules.values():
                value = self._called(child, [value], {})
            return value
        found = written_method(type(module), "forward")
        return self._function(found[0], found[1], module, given, named or {}) if found else UNKNOWN

    def _called(self, module: Any, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """What a call of a module by another one gives."""
        first = given[0] if given else next(iter(named.values()), UNKNOWN)
        weight = self._parameter(module, "weight")
        if isinstance(weight, Weight) and is_torchs(module, "linear.Linear"):
            return self.projected(weight, -2)
        if isinstance(weight, Weight) and any(is_torchs(module, f"conv.Conv{number}d") for number in "123"):
            if getattr(module, "groups", 1) == 1:
                return self.convolved(weight)
            return first if weight.shape[:2] == (module.groups, 1) else UNKNOWN  # depthwise: each row for itself
        if f"{type(module).__module__}.{type(module).__name__}" == "einops.layers.torch.Rearrange":
            return self.function("rearrange", [first, module.pattern], module.axes_lengths)
        if is_torchs(module, "activation.GLU"):
            return self.glu(first, module.__dict__.get("dim", -1))
        own: type = type(module)
        if original_class(own).__module__.startswith("torch.nn.modules.") and not is_torchs(
            module, "container.Sequential"
        ):
            return first if len(module._modules) == 0 else self.computed([*given, *named.values()])
        if any(map(is_tensor, [*given, *named.values()])) or sum(1 for _ in module.modules()) <= _THIN:
            return self.module(module, given, named)
        return UNKNOWN

    def _parameter(self, module: Any, name: str) -> Any:
        found = self.names.get(id(kept(module._parameters, name)))
        return Weight(*found, tuple(range(len(found[1])))) if found and len(found[1]) > 1 else UNKNOWN

    def _attribute(self, value: Any, name: str) -> Any:
        if value is UNKNOWN or isinstance(value, (*CONSTANT, list, tuple, dict, Trace)):
            return UNKNOWN
        if isinstance(value, (View, Weight)):
            return self.attribute(value, name)
        own = getattr(value, "__dict__", {})
        if name in own.get("_modules", ()):
            return own["_modules"][name]
        if name in own.get("_parameters", ()):
            return self._parameter(value, name)
        if name in own:
            return own[name]
        classes = type(value).__mro__
        for cls in classes:
            found = vars(cls).get(name)
            if isinstance(found, property):
                method = written_method(type(value), name)
                return self._function(method[0], method[1], value, [], {}) if method else UNKNOWN
            aliases = vars(cls).get("attribute_map")  # of transformers' configurations
            if isinstance(aliases, dict) and name in aliases:
                return self._attribute(value, aliases[name])
            if isinstance(found, CONSTANT) and found is not None:
                return found
        return UNKNOWN

    # ----------------------------------------------------------------------------------------------------- functions

    def _function(
        self, node: ast.FunctionDef | ast.Lambda, owner: Any, module: Any, given: Sequence[Any],
        named: Mapping[str, Any], within: Mapping[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        """What a function returns; ``owner`` is the name of the file's module."""
        if self._deep >= _DEEP:
            return UNKNOWN
        arguments = node.args
        names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        variables: dict[str, Any] = dict(within or {})
        if names[:1] == ["self"] and module is not None:
            variables["self"], names = module, names[1:]
        defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
        call = _Call(self, owner, variables)
        for at, name in enumerate(names):
            if at < len(given):
                variables[name] = given[at]
            elif name in named:
                variables[name] = named[name]
            else:
                default = defaults.get(name)
                value = default.value if isinstance(default, ast.Constant) else UNKNOWN
                variables[name] = UNKNOWN if value is None else value
        for argument in arguments.kwonlyargs:
            variables[argument.arg] = named.get(argument.arg, UNKNOWN)
        self._deep += 1
        try:
            if isinstance(node, ast.Lambda):
                return call.value(node.body)
            call.statements(node.body)
            return call.returned
        finally:
            self._deep -= 1


class _Call:
    """One call of a function."""

    def __init__(self, code: Projections, owner: str, variables: dict[str, Any]) -> None:
        self.code, self.owner, self.variables = code, owner, variables
        self.returned: Any = UNKNOWN
        self.ended = False

    # ---------------------------------------------------------------------------------------------------- statements

    def statements(self, body: Iterable[ast.stmt]) -> None:
        """Follow some statements, up to a return."""
        for statement in body:
            if self.ended:
                return
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Return(value=value):
                self.returned = joined(self.returned, UNKNOWN if value is None else self.value(value))
                self.ended = True
            case ast.Raise():
                self.ended = True
            case ast.Assign(targets=targets, value=value):
                found = self.value(value)
                for target in targets:
                    self._assign(target, found)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, self.value(value))
            case ast.AugAssign(target=target, op=op, value=value):
                self._assign(target, self._operation(op, self.value(target), self.value(value)))
            case ast.If(test=test, body=body, orelse=orelse):
                known = truth(self.value(test))
                if known is not None:
                    self.statements(body if known else orelse)
                else:
                    self._either(body, orelse)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                items = items_of(self.value(iterated))
                turns = () if not isinstance(items, tuple) else items if has_modules(items) else items[:1]
                for item in turns or (UNKNOWN,):
                    self._assign(target, item)
                    self._either(body, [])
                self.statements(orelse)
            case ast.While(body=body):
                self._either(body, [])
            case ast.With(items=items, body=body):
                for item in items:
                    self.value(item.context_expr)
                self.statements(body)
            case ast.Try(body=body, orelse=orelse, finalbody=last):
                self.statements([*body, *orelse, *last])
            case ast.FunctionDef(name=name):
                self.variables[name] = (statement, self.variables)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[item])):
                before = self.variables.get(name)
                if isinstance(before, tuple):
                    self.variables[name] = (*before, self.value(item))
            case ast.Expr(value=value):
                self.value(value)

    def _either(self, first: Sequence[ast.stmt], second: Sequence[ast.stmt]) -> None:
        """Follow both branches; what only some end, goes on."""
        before = dict(self.variables)
        self.statements(first)
        one, one_ended = self.variables, self.ended
        self.variables, self.ended = before, False
        self.statements(second)
        other, other_ended = self.variables, self.ended
        self.ended = one_ended and other_ended
        if one_ended or other_ended:
            self.variables = other if one_ended else one
        else:
            both = dict.fromkeys([*one, *other])
            self.variables = {name: joined(one.get(name, UNKNOWN), other.get(name, UNKNOWN)) for name in both}

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.variables[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                if isinstance(value, (View, Weight)) and not any(isinstance(one, ast.Starred) for one in targets):
                    value = self.code.unpacked(value, len(targets))
                plain = isinstance(value, (list, tuple)) and len(value) == len(targets)
                for at, one in enumerate(targets):
                    self._assign(one, value[at] if plain else value if isinstance(value, Trace) else UNKNOWN)

    # --------------------------------------------------------------------------------------------------- expressions

    def value(self, node: ast.expr) -> Any:
        """What is known of the value of an expression."""
        self.code.step()
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.variables[name] if name in self.variables else constant_of(self.owner, name)
            case ast.Attribute(value=value, attr=name):
                return self.code._attribute(self.value(value), name)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return self._items(items)
            case ast.Subscript(value=value, slice=index):
                return self._item(self.value(value), self._index(index))
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=op, operand=operand):
                return self._unary(op, self.value(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._operation(op, self.value(left), self.value(right))
            case ast.BoolOp(op=op, values=values):
                return self._logical(isinstance(op, ast.And), [self.value(one) for one in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                known = truth(self.value(test))
                if known is not None:
                    return self.value(body if known else orelse)
                return joined(self.value(body), self.value(orelse))
            case ast.ListComp(elt=element, generators=[turn]) | ast.GeneratorExp(elt=element, generators=[turn]):
                items = items_of(self.value(turn.iter))
                if not isinstance(items, tuple):
                    return UNKNOWN
                found = []
                for item in items:
                    self._assign(turn.target, item)
                    found.append(self.value(element))
                return tuple(found)
            case ast.NamedExpr(target=target, value=value):
                found = self.value(value)
                self._assign(target, found)
                return found
            case ast.Lambda():
                return node, self.variables
            case ast.Call():
                return self._called(node)
        return UNKNOWN

    def _items(self, nodes: Sequence[ast.expr]) -> tuple[Any, ...]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self.value(node.value)
                found += inner if isinstance(inner, (list, tuple)) else (UNKNOWN, UNKNOWN)  # batch and places
            else:
                found.append(self.value(node))
        return tuple(found)

    def _index(self, node: ast.expr) -> Any:
        match node:
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if one is None else self.value(one) for one in (lower, upper, step)))
            case ast.Tuple(elts=items):
                return tuple(self._index(one) for one in items)
        return self.value(node)

    def _item(self, value: Any, index: Any) -> Any:
        if isinstance(value, (View, Weight)):
            return self.code.indexed(value, index)
        if isinstance(value, Trace):
            return value
        known = isinstance(index, int) or (
            isinstance(index, slice) and not any(one is UNKNOWN for one in (index.start, index.stop, index.step))
        )
        if isinstance(value, (list, tuple)) and known:
            try:
                return value[index]
            except (IndexError, TypeError):
                return UNKNOWN
        if isinstance(value, dict) and isinstance(index, str):
            return value.get(index, UNKNOWN)
        if is_module(value) and isinstance(index, (int, str)):
            return value._modules.get(str(index), UNKNOWN)
        return UNKNOWN

    def _operation(self, op: ast.AST, left: Any, right: Any) -> Any:
        if isinstance(op, ast.MatMult):
            return self.code.multiplied(left, right)
        if is_tensor(left) or is_tensor(right):
            return self.code.combined(left, right) if isinstance(op, ast.operator) else UNKNOWN
        if isinstance(op, ast.Add) and (isinstance(left, tuple) or isinstance(right, tuple)):
            sides = [one if isinstance(one, tuple) else (UNKNOWN, UNKNOWN) for one in (left, right)]
            return (*sides[0], *sides[1])
        if left is UNKNOWN or right is UNKNOWN or type(op) not in OPERATIONS:
            return UNKNOWN
        try:
            found = OPERATIONS[type(op)](left, right)
        except Exception:  # of somebody's values
            return UNKNOWN
        return found if isinstance(found, CONSTANT) and not (isinstance(found, int) and abs(found) > 2**62) else UNKNOWN

    def _unary(self, op: ast.AST, value: Any) -> Any:
        if is_tensor(value):
            return value
        if isinstance(op, ast.Not):
            known = truth(value)
            return UNKNOWN if known is None else not known
        return -value if isinstance(op, ast.USub) and isinstance(value, (int, float)) else UNKNOWN

    @staticmethod
    def _logical(every: bool, values: Sequence[Any]) -> Any:
        for value in values:
            known = truth(value)
            if known is None:
                return next((one for one in values if is_tensor(one)), UNKNOWN)
            if known is not every:
                return value
        return values[-1]

    # --------------------------------------------------------------------------------------------------------- calls

    def _called(self, call: ast.Call) -> Any:
        given = list(self._items(call.args))
        named = {keyword.arg: self.value(keyword.value) for keyword in call.keywords if keyword.arg}
        every = [*given, *named.values()]
        name = callee(call)
        if isinstance(call.func, ast.Attribute):
            on = self.value(call.func.value)
            if isinstance(on, (View, Weight)):
                return self.code.method(on, name, given, named)
            if isinstance(on, Trace):
                return on
            if is_module(on):
                child = kept(on._modules, name)
                if child is not None:
                    return self.code._called(child, given, named)
                if found := written_method(type(on), name):
                    return self.code._function(found[0], found[1], on, given, named)
                held = on.__dict__.get(name)
                return self._plain(name, given, named) if held is None or callable(held) else UNKNOWN
            return self.code.function(name, given, named)
        held = self.variables.get(name, UNKNOWN) if isinstance(call.func, ast.Name) else self.value(call.func)
        if is_module(held):
            return self.code._called(held, given, named)
        if isinstance(held, tuple) and len(held) == 2 and isinstance(held[0], (ast.Lambda, ast.FunctionDef)):
            return self.code._function(held[0], self.owner, None, given, named, held[1])
        if name == "getattr" and len(given) > 1 and isinstance(given[1], str):
            found = self.code._attribute(given[0], given[1])
            return given[2] if found is UNKNOWN and len(given) > 2 and given[0] is not UNKNOWN else found
        if name == "map" and len(given) == 2 and isinstance(given[1], tuple) and isinstance(given[0], tuple):
            node, within = given[0]
            return tuple(self.code._function(node, self.owner, None, [one], {}, within) for one in given[1])
        if name in BUILTINS and every:
            return builtin(name, given)
        return self._plain(name, given, named)

    def _plain(self, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """What a function of the file, or of a library, makes of some values."""
        if any(map(is_tensor, [*given, *named.values()])):
            function = function_of(self.owner, name)
            known = self.code.mixes(name) or "rotary" in name or home_of(self.owner, name).startswith("einops")
            if function is not None and not known:
                return self.code._function(function, self.owner, None, given, named)
        return self.code.function(name, given, named)
