"""A class's code as one of its modules runs it: what its answers settle in each method, and which methods are left."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from paramwise.model.answers import is_read
from paramwise.model.code import all_methods
from paramwise.model.homes import home
from paramwise.model.settings import Settings
from paramwise.model.settling import Settling
from paramwise.model.tensors import UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A class, and how its methods read for some of its modules.

    Attributes:
        cls: the class.
        fixed: attributes that are numbers, or masks that are not trained.
        methods: those that read otherwise than they are written, by the class that defines them and by name.
    """

    cls: type
    fixed: frozenset[str] = frozenset()
    methods: dict[tuple[type, str], ast.FunctionDef] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def settled(cls: type, found: tuple[Any, ...] = ()) -> Form:
    """How the code of a class reads for modules with the same answers (see `answers.answers`)."""
    if all(one is UNKNOWN for one in found):
        return _form(cls, frozenset(), ())
    settings = Settings(cls, found)
    written = all_methods(cls)
    methods: dict[tuple[type, str], ast.FunctionDef] = {}
    decisions: list[Any] = []
    for (base, name), function in written.items():
        read = Settling(settings, home(base), function)
        if name != "__init__" and (copy := read.function(function)) is not None:
            methods[base, name] = copy
            decisions.append((base, name, *read.decisions))
    if methods:
        chosen = {chain for chain, value in settings.values.items() if is_read(value)}
        for key in _left(written, {**written, **methods}, chosen):
            methods[key] = ast.FunctionDef(key[1], written[key].args, [], [])
            decisions.append(key)
    form = _form(cls, settings.fixed, tuple(decisions))
    form.methods.update({} if form.methods else methods)
    return form


@lru_cache(maxsize=4096)
def _form(cls: type, fixed: frozenset[str], decisions: tuple[Any, ...]) -> Form:
    """One form for all modules for which the same is decided, whatever their other values."""
    return Form(cls, fixed)


_Methods = Mapping[tuple[type, str], ast.FunctionDef]


def _left(written: _Methods, settled: _Methods, chosen: Container[str]) -> list[tuple[type, str]]:
    """The methods that the code named, and does not name any more: those of other branches, and of other choices."""
    before = {key: named_in(function) for key, function in written.items()}
    after = {key: named_in(function, chosen) for key, function in settled.items()}
    left: list[tuple[type, str]] = []
    while more := [
        key
        for key in written
        if key not in left
        and key[1] != "forward"
        and any(key[1] in names for other, names in before.items() if other != key)
        and not any(key[1] in names for other, names in after.items() if other != key and other not in left)
    ]:
        left += more
    return left


def named_in(function: ast.FunctionDef, chosen: Container[str] = ()) -> set[str]:
    """The attributes that a method names, other than what the constructor gives an attribute whose value is known."""
    found: set[str] = set()
    todo: list[ast.AST] = [function]
    while todo:
        match node := todo.pop():
            case ast.Assign(targets=targets) if any(
                isinstance(one, ast.Attribute) and one.attr in chosen for target in targets for one in ast.walk(target)
            ):
                continue
            case ast.Attribute(attr=name):
                found.add(name)
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
                found.add(name)
        todo += ast.iter_child_nodes(node)
    return found
