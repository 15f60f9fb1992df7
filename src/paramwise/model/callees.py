"""What a call runs: the function that its expression stands for, and that function's source where there is some."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from paramwise.model.calls import CALLS
from paramwise.model.code import (
    applied,
    autograd_of,
    class_named,
    function_of,
    home_of,
    is_self,
    last_name,
    methods_named,
    own_name,
)
from paramwise.model.settled import Form
from paramwise.model.sums import Sums


class Called(NamedTuple):
    """A function that is called.

    Attributes:
        name: the last part of its name.
        args: what it takes by place.
        on_self: whether it is a method of the module, or something that the module holds.
        target: its source; None where it cannot be read.
        module: the file it was written in.
        nested: whether it is defined in the function that calls it.
    """

    name: str
    args: list[ast.expr]
    on_self: bool
    target: ast.FunctionDef | None
    module: str
    nested: bool = False


class Callees(Sums):
    """Finds what the calls in one function run."""

    methods: dict[str, ast.FunctionDef]
    module: str
    form: Form | None

    @abstractmethod
    def held(self, name: str) -> Iterator[ast.expr]:
        """What the methods of the class give to an attribute of the module."""

    def called(self, call: ast.Call) -> Called:
        """What a call runs; the first of several functions that a variable or an attribute may hold."""
        function, args = applied(call)
        on_self = isinstance(function, ast.Attribute) and is_self(function.value)
        found = self._source(function)
        for one in () if found else self._meant(function):
            if (source := self._source(one)) is not None or last_name(one) in CALLS:
                function, found = one, source
                on_self = False
                break
        name = last_name(function)
        if found is None:
            known = own_name(self.module, name) if isinstance(function, ast.Name) else name
            return Called(known if known in CALLS else name, args, on_self, None, self.module)
        return Called(name, args, on_self, *found)

    def _source(self, function: ast.expr) -> tuple[ast.FunctionDef, str, bool] | None:
        """The source of a function that an expression names, its file, and whether it is defined here."""
        module, nested = self.module, False
        match function:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                target = self.methods.get(name)
            case ast.Attribute(value=holder, attr="apply"):
                target = autograd_of(self.module, last_name(holder))
            case ast.Attribute(value=ast.Name() as holder, attr=name):
                target = methods_named(self.module, holder).get(name)
            case ast.Lambda():
                target = _as_function(function)
            case ast.Name(id=name):
                target = next((one for one in self.functions if one.name == name), None)
                nested = target is not None
                if target is None:
                    target, module = function_of(self.module, name), home_of(self.module, name)
            case _:
                target = None
        return None if target is None else (target, module, nested)

    def child(self, call: ast.Call) -> type | None:
        """The class of the module that a call runs, as this class makes it; None if it is torch's, or not known."""
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                made = (class_named(self.module, one.func) for one in self.held(name) if isinstance(one, ast.Call))
                return next(filter(None, made), None)
        return None

    def _meant(self, function: ast.expr) -> Iterator[ast.expr]:
        """The functions that a variable, or an attribute of the module, may stand for."""
        match function:
            case ast.Name(id=name):
                for value in self.values.get(name, ()):
                    yield from _references(value)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                for value in self.held(name):
                    yield from _references(value)


def _references(value: ast.expr) -> Iterator[ast.expr]:
    """The functions that an expression names without calling them."""
    match value:
        case ast.Name() | ast.Attribute() | ast.Lambda():
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from _references(body)
            yield from _references(orelse)
        case ast.Call() if value.args and applied(value)[0] is value.args[0]:
            yield from _references(value.args[0])


@lru_cache(maxsize=4096)
def _as_function(function: ast.Lambda) -> ast.FunctionDef:
    """A lambda as a function that returns its body."""
    returned = ast.copy_location(ast.Return(function.body), function.body)
    return ast.copy_location(ast.FunctionDef("lambda", function.args, [returned], []), function)
