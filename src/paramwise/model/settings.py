"""What the expressions in a class's code are for one module, as far as its answers tell."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from enum import EnumMeta as EnumType
from typing import Any, Final

from paramwise.model.answers import FIXED, MANY, PLAIN, THING, Keeping, Method, Named, Own, Table, Thing, frozen
from paramwise.model.asking import asked, chains
from paramwise.model.homes import names_in
from paramwise.model.plain import OPERATIONS, constant_of
from paramwise.model.tensors import UNKNOWN


class Settings:
    """The values of expressions in a class's code, as far as a module's answers tell them."""

    def __init__(self, cls: type, found: tuple[Any, ...]) -> None:
        first, other = asked(cls)
        self.values = dict(zip((*first, *other), found, strict=True))

    @property
    def fixed(self) -> frozenset[str]:
        """The attributes that are numbers, or masks that are not trained."""
        return frozenset(
            chain for chain, value in self.values.items() if value is FIXED or type(value) in (bool, int, float)
        )

    def known(self, node: ast.expr, env: Mapping[str, Any], module: str) -> Any:
        """What an expression is; the variables of loops that run over plain values are given."""
        try:
            return self._known(node, env, module)
        except (TypeError, ValueError, LookupError, ArithmeticError):
            return UNKNOWN

    def _known(self, node: ast.expr, env: Mapping[str, Any], module: str) -> Any:
        def known(one: ast.expr) -> Any:
            return self._known(one, env, module)

        match node:
            case ast.Constant(value=value):
                return value if type(value) in PLAIN else UNKNOWN
            case ast.Name(id=name):
                return env[name] if name in env else constant_of(module, name)
            case ast.Attribute(attr=attribute, value=ast.Name(id=name)) if name != "self" and name not in env:
                held = names_in(module).get(name)
                member = held.__members__.get(attribute) if isinstance(held, EnumType) else None
                return UNKNOWN if member is None else frozen(member, {})
            case ast.Attribute():
                chain = next(chains(node), "")
                return self.values.get(chain, UNKNOWN)
            case ast.Subscript(value=holder, slice=index) if not isinstance(index, ast.Slice):
                return _item(known(holder), known(index))
            case ast.BoolOp(op=op, values=values):
                return _either([known(one) for one in values], isinstance(op, ast.Or))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                value = is_true(known(operand))
                return UNKNOWN if value is None else not value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = known(operand)
                return -value if type(value) in (int, float) else UNKNOWN
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _compared(op, known(left), known(right))
            case ast.BinOp(left=left, op=op, right=right):
                both = known(left), known(right)
                textual = isinstance(op, (ast.Add, ast.Mod)) and type(both[0]) is str
                numeric = all(type(one) in (int, float) for one in both) and not isinstance(op, ast.Pow)
                plain = numeric or (textual and _is_known(both[1]))
                return OPERATIONS[type(op)](*both) if plain and type(op) in OPERATIONS else UNKNOWN
            case ast.JoinedStr(values=parts):
                return _text([known(one.value if isinstance(one, ast.FormattedValue) else one) for one in parts])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                value = is_true(known(test))
                return UNKNOWN if value is None else known(body if value else orelse)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                found = tuple(known(one) for one in items)
                return UNKNOWN if any(one is UNKNOWN for one in found) else found
            case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id="self"), ast.Constant(value=str(name))]):
                value = self.values.get(name, UNKNOWN)
                return True if value is not UNKNOWN else UNKNOWN
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in _FUNCTIONS:
                return _made(_FUNCTIONS[name], [known(one) for one in given])
            case ast.Call(func=ast.Attribute(value=holder, attr=name), args=given, keywords=[]) if name in _METHODS:
                return _made(_METHODS[name], [known(holder), *(known(one) for one in given)])
        return UNKNOWN


def is_true(value: Any) -> bool | None:
    """Whether a value is true, where that is known."""
    if isinstance(value, (Own, Named, Method, Keeping, Thing)) or value is UNKNOWN:
        return None  # of a tensor it depends on its values, of an object on its methods
    return bool(value.items if isinstance(value, Table) else value)


def _is_known(value: Any) -> bool:
    return value is not UNKNOWN and not isinstance(value, Thing)


def _either(values: list[Any], wanted: bool) -> Any:
    """The value of ``or``, or of ``and``, as far as it is known whether it is true."""
    told = [is_true(value) for value in values]
    if wanted in told:
        return wanted
    return not wanted if None not in told else UNKNOWN


def _compared(op: ast.cmpop, left: Any, right: Any) -> Any:
    if UNKNOWN in (left, right) if not isinstance(left, Thing) else right is UNKNOWN:
        return UNKNOWN
    if isinstance(op, (ast.Is, ast.IsNot)):
        same = left is right if None in (left, right) else UNKNOWN if THING in (left, right) else left == right
        return same if same is UNKNOWN else same == isinstance(op, ast.Is)
    if THING in (left, right) or type(op) not in OPERATIONS:
        return UNKNOWN
    return OPERATIONS[type(op)](left, tuple(dict(right.items)) if isinstance(right, Table) else right)


def _item(holder: Any, index: Any) -> Any:
    if isinstance(holder, Table):
        return dict(holder.items).get(index, UNKNOWN)
    return holder[index] if type(holder) in (tuple, str) and type(index) is int else UNKNOWN


def _text(parts: list[Any]) -> Any:
    return "".join(map(str, parts)) if all(type(one) in (str, int, bool) for one in parts) else UNKNOWN


def _made(function: Callable[..., Any], given: list[Any]) -> Any:
    return function(*given) if given and all(map(_is_known, given)) else UNKNOWN


def _listed(value: Any) -> tuple[Any, ...]:
    """The items that a loop takes in turn.

    Raises:
        TypeError: they are not known.
    """
    if isinstance(value, Table):
        return tuple(key for key, _ in value.items)
    if type(value) not in (tuple, frozenset, str):
        raise TypeError
    return tuple(value)


_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "range": lambda *ends: tuple(range(*ends)[: MANY + 1]),
    "len": lambda value: len(_listed(value)),
    "enumerate": lambda value: tuple(enumerate(_listed(value))),
    "zip": lambda *values: tuple(zip(*map(_listed, values), strict=False)),
    "list": _listed,
    "tuple": _listed,
    "reversed": lambda value: _listed(value)[::-1],
    "sorted": lambda value: tuple(sorted(_listed(value))),
    "str": lambda value: _text([value]),
}
_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "items": lambda table: table.items if isinstance(table, Table) else UNKNOWN,
    "keys": lambda table: _listed(table) if isinstance(table, Table) else UNKNOWN,
    "values": lambda table: tuple(one for _, one in table.items) if isinstance(table, Table) else UNKNOWN,
    "get": lambda table, key, *rest: dict(table.items).get(key, *rest) if isinstance(table, Table) else UNKNOWN,
    "format": lambda text, *given: text.format(*given) if type(text) is str else UNKNOWN,
    "lower": lambda text: text.lower() if type(text) is str else UNKNOWN,
    "startswith": lambda text, start: text.startswith(start) if type(text) is str else UNKNOWN,
    "endswith": lambda text, end: text.endswith(end) if type(text) is str else UNKNOWN,
}
"""Functions and methods of Python, of values that are known."""
