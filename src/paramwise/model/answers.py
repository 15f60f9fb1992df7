"""What a module holds of what its class's code asks: plain values, its own parameters, functions. Nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final, NamedTuple

from paramwise.model.asking import asked
from paramwise.model.calls import BENT, CALLS, MASK
from paramwise.model.homes import names_in
from paramwise.model.tensors import UNKNOWN

MANY = 64  # items of a list or a dictionary, turns of a loop
PLAIN = (bool, int, float, str, type(None))
_DEEP = 4  # lists in lists
_ROOM = 400  # items of all of these together


class Own(NamedTuple):
    """A parameter of the module itself, by its attribute."""

    attribute: str


class Named(NamedTuple):
    """A function, by its name: torch's, or one of the file that the class stands in."""

    name: str
    torchs: bool


class Method(NamedTuple):
    """A method of the module."""

    name: str


class Keeping(NamedTuple):
    """A module without parameters: it keeps what it is given, but for a map, which may not keep 0 at 0."""

    map: str


class Table(NamedTuple):
    """A dictionary."""

    items: tuple[tuple[Any, Any], ...]


class Thing:
    """An object that is not a plain value; it is not None."""


THING: Final = Thing()
FIXED: Final = Thing()
"""A number, or a mask that is not trained."""


def answers(cls: type, module: Any) -> tuple[Any, ...]:
    """What a module holds of what its class asks for, in a form that can be a key; `UNKNOWN` where nothing is told."""
    first, other = asked(cls)
    own, parameters = module.__dict__, module._parameters  # which scripted classes keep elsewhere
    found = []
    if first:
        names = _names(module)
        found = [frozen(_looked_up(module, chain), names) for chain in first]
    for name in other:
        if name in parameters:
            found.append(UNKNOWN if parameters[name] is None else Own(name))
        elif type(value := own.get(name)) in (int, float):
            found.append(FIXED)
        elif name in module._buffers:
            found.append(FIXED if MASK.search(name) else UNKNOWN)
        elif name in module._modules:
            held = module._modules[name]
            found.append(UNKNOWN if _has_parameters(held) else _keeping(held))
        elif type(value) in PLAIN and (value is not None or (value := _function_of(cls, name)) is None):
            found.append(UNKNOWN)
        else:
            known = frozen(value, _names(module))
            found.append(known if is_read(known) else UNKNOWN)
    return tuple(found)


def _names(module: Any) -> dict[int, str]:
    """The names of a module's own parameters, by their identity; of the module itself, an empty one."""
    own = {id(tensor): name for name, tensor in module._parameters.items() if tensor is not None}
    return {**own, id(module): ""}


def _looked_up(value: Any, chain: str) -> Any:
    """A dotted attribute, without running anything: from what objects hold, or from constants of their classes."""
    for name in chain.split("."):
        own = _own(value)
        for held in (own, *(own.get(kind) or {} for kind in ("_modules", "_parameters", "_buffers"))):
            if name in held:
                value = held[name]
                break
        else:
            if issubclass(type(value), Enum) and name in ("value", "name"):
                value = own[f"_{name}_"]
                continue
            found = next((vars(cls)[name] for cls in type(value).__mro__ if name in vars(cls)), UNKNOWN)
            if type(found) not in (*PLAIN, tuple, list, dict):
                return UNKNOWN
            value = found
    return value


def _has_parameters(module: Any) -> bool:
    return module is None or bool(module._parameters) or any(map(_has_parameters, module._modules.values()))


def _keeping(module: Any) -> Keeping:
    name = type(module).__name__.lower()
    over_others = name == "softmax" and module.__dict__.get("dim", -1) != -1
    return Keeping("sigmoid" if over_others else name if name in BENT else "keep")


def _function_of(cls: type, name: str) -> Any:
    """A function that a class holds as it is, without making a method of it."""
    found = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    if isinstance(found, staticmethod):
        return found.__func__
    return found if isinstance(found, (BuiltinFunctionType, partial)) else None


def _own(value: Any) -> dict[str, Any]:
    """What an object holds under its attributes, without running code of its class."""
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return held if type(held) is dict else {}


def frozen(value: Any, names: Mapping[int, str]) -> Any:
    """A value as it can be part of a key."""
    return _frozen(value, names, _DEEP, [_ROOM])


def _frozen(value: Any, names: Mapping[int, str], deep: int, room: list[int]) -> Any:
    kind = type(value)
    room[0] -= 1
    if value is UNKNOWN or kind in PLAIN:
        return value
    if names.get(id(value)):
        return Own(names[id(value)])
    if issubclass(kind, Enum):
        return value._value_ if issubclass(kind, (str, int)) else f"{kind.__qualname__}.{value._name_}"
    within = deep and room[0] > 0
    if kind in (list, tuple) and within and len(value) <= MANY:
        return tuple(_frozen(one, names, deep - 1, room) for one in value)
    if kind in (set, frozenset) and len(value) <= MANY and all(type(one) in PLAIN for one in value):
        return frozenset(value)
    if issubclass(kind, dict) and within and dict.__len__(value) <= MANY:
        items = dict.items(value)
        plain = all(type(key) in PLAIN for key, _ in items)
        return Table(tuple((key, _frozen(one, names, deep - 1, room)) for key, one in items)) if plain else THING
    if kind is MethodType and names.get(id(value.__self__)) == "":
        return Method(value.__func__.__name__)
    function = value.func if kind is partial else value
    if type(function) in (FunctionType, BuiltinFunctionType):
        torchs = function.__name__ in CALLS and (getattr(function, "__module__", None) or "torch").startswith(
            ("torch", "_operator")
        )
        written = names_in(function.__module__ or "").get(function.__name__) is function
        return Named(function.__name__, torchs) if torchs or written else THING
    return THING


def is_read(value: Any) -> bool:
    """Whether a value is a parameter or a method of the module, or a function, or a list or a dictionary of such."""
    if isinstance(value, (Own, Named, Method)):
        return True
    if isinstance(value, Table):
        return any(is_read(one) for _, one in value.items)
    return type(value) is tuple and any(map(is_read, value))
