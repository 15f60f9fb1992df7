"""What becomes of a value that the code packs under a name: in a dictionary, a named tuple, a data class."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator
from typing import Self

from paramwise.model.calls import FURTHER, Use
from paramwise.model.code import fields_of, last_name
from paramwise.model.homes import names_in
from paramwise.model.passing import Passing

_NAMED = frozenset({"dict", "SimpleNamespace", "Namespace", "OrderedDict", "TensorDict"})
"""What makes a record of the keywords that it is given."""


class Packing(Passing):
    """Follows one item of a record through one function; who derives from it follows it elsewhere."""

    @abstractmethod
    def callers(self, *, weight: bool = False) -> Iterator[tuple[Self, ast.AST]]:
        """Where what the function returns arrives: a reader, and an expression in it."""

    @abstractmethod
    def kept_in(self, attribute: str) -> Iterator[tuple[Self, ast.AST]]:
        """Where the methods of the class read an attribute of the module."""

    def packed(self, node: ast.AST) -> tuple[ast.expr, str | int] | None:
        """The record that an expression is an item of, and the item's name."""
        match parent := self.parents.get(node):
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                known = isinstance(key, ast.Constant) and isinstance(key.value, (str, int))
                return (parent, key.value) if known else None  # type: ignore[union-attr]
            case ast.keyword(arg=str(name)):
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and (name in self._fields(call) or last_name(call.func) in _NAMED):
                    return call, name
            case ast.Call(args=args) if node in args and (fields := self._fields(parent)):
                place = args.index(node)
                return (parent, fields[place]) if place < len(fields) else None
        return None

    def _fields(self, call: ast.Call) -> list[str]:
        match call.func:
            case ast.Name(id=name):
                return fields_of(names_in(self.module).get(name))
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return fields_of(getattr(self.form.cls, name, None)) if self.form else []
        return []

    def unpacked(self, record: ast.AST, name: str | int, depth: int, *, exact: bool = False) -> Iterator[Use]:
        """How the item of that name is used where the record is read: if ``exact``, only where the name is written."""
        if depth <= 0:
            yield "lost"
            return
        match above := self.parents.get(record):
            case ast.Attribute(attr=attribute):
                call = self.parents.get(above)
                if attribute == name:
                    yield from self.follow(above, depth)
                elif attribute in ("get", "pop") and isinstance(call, ast.Call):
                    if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == name:
                        yield from self.follow(call, depth)
                elif attribute in ("values", "items") and isinstance(call, ast.Call) and not exact:
                    yield from self.follow(call, depth)
            case ast.Subscript(value=value, slice=index) if value is record:
                if index.value == name if isinstance(index, ast.Constant) else not exact:
                    yield from self.follow(above, depth)
            case ast.Assign(targets=[ast.Name(id=variable)]) | ast.AnnAssign(target=ast.Name(id=variable)):
                for node in self.loads(variable, above):
                    yield from self.unpacked(node, name, depth - 1, exact=exact)
            case ast.Assign(targets=[ast.Tuple(elts=targets)]) if isinstance(name, int) and name < len(targets):
                if isinstance(target := targets[name], ast.Name) and not any(
                    isinstance(one, ast.Starred) for one in targets
                ):
                    yield from self.variable(target.id, above, depth - 1)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)]):
                for reader, place in self.kept_in(attribute):
                    yield from reader.unpacked(place, name, depth - FURTHER, exact=exact)
            case ast.Return():
                for reader, place in self.callers():
                    yield from reader.unpacked(place, name, depth - FURTHER, exact=exact)
            case ast.keyword(arg=argument) if argument is not None:
                call = self.parents.get(above)
                if isinstance(call, ast.Call):
                    yield from self._handed(record, argument, call, name, depth, exact=exact)
            case ast.keyword():  # f(**record)
                call = self.parents.get(above)
                if isinstance(call, ast.Call):
                    yield from self.argument(record, str(name), call, depth)
            case ast.Call():
                yield from self._handed(record, None, above, name, depth, exact=exact)
            case ast.Starred() if isinstance(name, int) and isinstance(call := self.parents.get(above), ast.Call):
                yield from self.argument(above, None, call, depth, further=name)  # f(*record)
            case ast.IfExp() | ast.NamedExpr() | ast.Starred() | ast.Tuple() | ast.List():
                yield from self.unpacked(above, name, depth, exact=exact)

    def _handed(
        self, record: ast.AST, keyword: str | None, call: ast.Call, name: str | int, depth: int, *, exact: bool
    ) -> Iterator[Use]:
        """How the item is used in a function that takes the record."""
        if (inside := self.inside(record, keyword, call)) is not None:
            reader, variable = inside
            for node in reader.loads(variable, reader.function):
                yield from reader.unpacked(node, name, depth - FURTHER, exact=exact)
