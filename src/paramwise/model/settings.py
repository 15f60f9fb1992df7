"""What a module holds of what its class's code asks: plain values, its own parameters, functions. Nothing is run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache, partial
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final, NamedTuple

from paramwise.model.calls import CALLS
from paramwise.model.code import methods_of
from paramwise.model.plain import OPERATIONS, constant_of
from paramwise.model.tensors import UNKNOWN

MANY = 64  # items of a list or a dictionary, turns of a loop
_DEEP = 4  # lists in lists
_PLAIN = (bool, int, float, str, type(None))


class Own(NamedTuple):
    """A parameter of the module itself, by its attribute."""

    attribute: str


class Named(NamedTuple):
    """A function, by its name: torch's, or one of the file that the class stands in."""

    name: str
    torchs: bool


class Table(NamedTuple):
    """A dictionary."""

    items: tuple[tuple[Any, Any], ...]


class _Thing:
    """An object that is not a plain value; it is not None."""


THING: Final = _Thing()


class Asked(NamedTuple):
    """What the code of a class asks its module for, as dotted attributes: ``config.gated``.

    Attributes:
        first: in conditions, loops, names and indices.
        other: elsewhere, where a list of parameters or a function may stand.
    """

    first: tuple[str, ...]
    other: tuple[str, ...]


# ------------------------------------------------------------------------------------------------------------- asking


@lru_cache(maxsize=4096)
def asked(cls: type) -> Asked:
    """What the code of a class asks its module for, other than for what the forward pass changes."""
    methods = [
        (name, function)
        for base in cls.__mro__
        if base.__module__.partition(".")[0] not in ("torch", "builtins")
        for name, function in methods_of(base).items()
    ]
    construct = _constructing(dict(reversed(methods)))
    changed = {"training"}
    decided: dict[str, None] = {}
    found: dict[str, None] = {}
    for name, function in methods:
        changed |= set() if name in construct else _stored(function)
        if name != "__init__":
            for node in ast.walk(function):
                found.update(dict.fromkeys(_chains(node)))
                for part in deciding(node):
                    decided.update((chain, None) for one in ast.walk(part) for chain in _chains(one))
    names = {name for name, _ in methods}
    kept = [chain for chain in found if chain.partition(".")[0] not in changed | names]
    return Asked(
        tuple(chain for chain in kept if chain in decided),
        tuple(chain for chain in kept if chain not in decided and "." not in chain),
    )


def _constructing(methods: Mapping[str, ast.FunctionDef]) -> set[str]:
    """The constructor, and the methods that it calls."""
    found: set[str] = set()
    todo = ["__init__"]
    while todo:
        name = todo.pop()
        if name not in found and name in methods:
            found.add(name)
            todo += [
                node.func.attr
                for node in ast.walk(methods[name])
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_self(node.func.value)
            ]
    return found


def _stored(function: ast.FunctionDef) -> set[str]:
    """The attributes that a method gives another value, or whose items it changes."""
    found = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr=name), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="self"), attr=name),
                attr="append" | "extend" | "pop" | "clear" | "update" | "insert",
            ):
                found.add(name)
    return found


def deciding(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions in a node on which it depends what is done with which parameter."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield test
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            yield iterated
        case ast.Match(subject=subject):
            yield subject
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[ast.Name(id="self"), name, *_]):
            yield name
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield ast.Attribute(ast.Name("self"), name.value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="get_parameter"), args=[name]):
            yield name
        case ast.Subscript(value=holder, slice=index) if root(holder) == "self":
            yield holder
            yield index


def _chains(node: ast.AST) -> Iterator[str]:
    """The dotted attributes of ``self`` that a node stands for, the longest only."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id == "self" and 0 < len(parts) < _DEEP:
        yield ".".join(reversed(parts))


def root(node: ast.expr) -> str:
    """The variable that an expression such as ``self.names[0]`` starts with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


# ---------------------------------------------------------------------------------------------------------- answering


def answers(cls: type, module: Any) -> tuple[Any, ...]:
    """What a module holds of what its class asks for, in a form that can be a key; `UNKNOWN` where nothing is told."""
    first, other = asked(cls)
    if not first and not other:
        return ()
    own = module.__dict__
    names = {id(tensor): name for name, tensor in own.get("_parameters", {}).items() if tensor is not None}
    found = [_frozen(_looked_up(module, chain), names) for chain in first]
    for name in other:
        value = own.get(name, _function_of(cls, name))
        plain = value is None or type(value) in _PLAIN
        known = UNKNOWN if plain else _frozen(value, names)
        found.append(known if isinstance(known, Named) or holds_own(known) else UNKNOWN)
    return tuple(found)


def _looked_up(value: Any, chain: str) -> Any:
    """A dotted attribute, without running anything: from what objects hold, or from constants of their classes."""
    for name in chain.split("."):
        own = getattr(value, "__dict__", {})
        for held in (own, *(own.get(kind) or {} for kind in ("_modules", "_parameters", "_buffers"))):
            if name in held:
                value = held[name]
                break
        else:
            if isinstance(value, Enum) and name in ("value", "name"):
                value = own[f"_{name}_"]
                continue
            found = next((vars(cls)[name] for cls in type(value).__mro__ if name in vars(cls)), UNKNOWN)
            if type(found) not in (*_PLAIN, tuple, list, dict):
                return UNKNOWN
            value = found
    return value


def _function_of(cls: type, name: str) -> Any:
    """A function that a class holds as it is, without making a method of it."""
    found = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    if isinstance(found, staticmethod):
        return found.__func__
    return found if isinstance(found, (BuiltinFunctionType, partial)) else None


def _frozen(value: Any, names: Mapping[int, str], deep: int = _DEEP) -> Any:
    """A value as it can be part of a key."""
    kind = type(value)
    if value is UNKNOWN or kind in _PLAIN:
        return value
    if id(value) in names:
        return Own(names[id(value)])
    if isinstance(value, Enum):
        return value._value_ if isinstance(value, (str, int)) else f"{kind.__qualname__}.{value._name_}"
    if kind in (list, tuple) and deep and len(value) <= MANY:
        return tuple(_frozen(one, names, deep - 1) for one in value)
    if kind in (set, frozenset) and len(value) <= MANY and all(type(one) in _PLAIN for one in value):
        return frozenset(value)
    if isinstance(value, dict) and deep and len(value) <= MANY and all(type(key) in _PLAIN for key in value):
        return Table(tuple((key, _frozen(one, names, deep - 1)) for key, one in value.items()))
    function = value.func if isinstance(value, partial) else value
    if isinstance(function, (FunctionType, BuiltinFunctionType)):
        torchs = function.__name__ in CALLS and (getattr(function, "__module__", None) or "torch").startswith(
            ("torch", "_operator")
        )
        written = getattr(sys.modules.get(function.__module__ or ""), function.__name__, None) is function
        return Named(function.__name__, torchs) if torchs or written else THING
    return THING


def holds_own(value: Any) -> bool:
    """Whether a list or a dictionary holds parameters of the module, or functions."""
    if isinstance(value, Table):
        return any(isinstance(one, (Own, Named)) or holds_own(one) for _, one in value.items)
    return type(value) is tuple and any(isinstance(one, (Own, Named)) or holds_own(one) for one in value)


class Settings:
    """The values of expressions in a class's code, as far as a module's answers tell them."""

    def __init__(self, cls: type, found: tuple[Any, ...]) -> None:
        first, other = asked(cls)
        self.values = dict(zip((*first, *other), found, strict=True)) if found else {}

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
                return value if type(value) in _PLAIN else UNKNOWN
            case ast.Name(id=name):
                return env[name] if name in env else constant_of(module, name)
            case ast.Attribute(attr=attribute, value=ast.Name(id=name)) if name != "self" and name not in env:
                held = getattr(sys.modules.get(module), name, None)
                member = held.__members__.get(attribute) if isinstance(held, type) and issubclass(held, Enum) else None
                return UNKNOWN if member is None else _frozen(member, {})
            case ast.Attribute():
                chain = next(_chains(node), "")
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
                values = known(left), known(right)
                textual = isinstance(op, (ast.Add, ast.Mod)) and type(values[0]) is str
                numeric = all(type(one) in (int, float) for one in values) and not isinstance(op, ast.Pow)
                plain = numeric or (textual and _is_known(values[1]))
                return OPERATIONS[type(op)](*values) if plain and type(op) in OPERATIONS else UNKNOWN
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
    if isinstance(value, (Own, Named, _Thing)) or value is UNKNOWN:
        return None  # of a tensor it depends on its values, of an object on its methods
    return bool(value.items if isinstance(value, Table) else value)


def _is_known(value: Any) -> bool:
    return value is not UNKNOWN and not isinstance(value, _Thing)


def _either(values: list[Any], wanted: bool) -> Any:
    """The value of ``or``, or of ``and``, as far as it is known whether it is true."""
    told = [is_true(value) for value in values]
    if wanted in told:
        return wanted
    return not wanted if None not in told else UNKNOWN


def _compared(op: ast.cmpop, left: Any, right: Any) -> Any:
    if UNKNOWN in (left, right) if not isinstance(left, _Thing) else right is UNKNOWN:
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
