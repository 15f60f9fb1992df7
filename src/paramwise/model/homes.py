"""Where code lives: the names that a class or a function sees, and the file that it was written in.

A class says which module it is of, but the module that is loaded under that name may be another one: a file may be run
without being kept (``torch.hub`` does so), two files may be loaded under one name, and the cells of a notebook are a
module without a file. Its functions know better: they hold the names that they see, and the file that they come from.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import FunctionType, MappingProxyType
from typing import Any

_DEEPEST = 20  # wrappers around a function
_NO_NAMES: Mapping[str, Any] = MappingProxyType({})
_APART: dict[str, dict[str, Any]] = {}
"""The names of modules that are not loaded under their own, by the names that they have here."""


def home(made: type | FunctionType) -> str:
    """The name of the module that a class or a function lives in; one given here if another module has its name."""
    function = made if isinstance(made, FunctionType) else own_function(made)
    module = made.__module__
    if function is None or function.__globals__ is names_in(module):
        return module
    return _apart(module, function.__globals__)


def names_in(module: str) -> Mapping[str, Any]:
    """The names that the code of a module sees; none if it is not loaded."""
    if module in _APART:
        return _APART[module]
    return getattr(sys.modules.get(module), "__dict__", _NO_NAMES)


@lru_cache(maxsize=4096)
def own_function(cls: type) -> FunctionType | None:
    """A function that the body of a class defines, if it can be one whose source is there; None if it defines none."""
    found = (_function_in(value) for value in list(vars(cls).values()))
    own = [
        one
        for one in found
        if one and one.__module__ == cls.__module__ and one.__qualname__.startswith(f"{cls.__qualname__}.")
    ]
    return next((one for one in own if _lines(one)), own[0] if own else None)


def written_in(function: FunctionType) -> str:
    """The text of the file, or of the cell of a notebook, that a function is compiled from; empty if it is gone."""
    linecache.checkcache(function.__code__.co_filename)  # a file may be changed, and loaded again
    return "".join(_lines(function))


def _lines(function: FunctionType) -> list[str]:
    return linecache.getlines(function.__code__.co_filename, function.__globals__)


def _function_in(value: object) -> FunctionType | None:
    """The function that a class holds under a name: plain, decorated, or in a property."""
    match value:
        case staticmethod() | classmethod():
            inner: object = value.__func__
        case property():
            inner = value.fget
        case cached_property():
            inner = value.func
        case _:
            inner = value
    for _ in range(_DEEPEST):  # what wraps it keeps it so; nothing else is asked of what others put into a class
        inner = getattr(inner, "__dict__", {}).get("__wrapped__", inner)
    return inner if isinstance(inner, FunctionType) else None


def _apart(module: str, names: dict[str, Any]) -> str:
    key = next((key for key, known in list(_APART.items()) if known is names), f"{module} of {len(_APART)}")
    _APART.setdefault(key, names)
    return key
