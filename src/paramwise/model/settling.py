"""Copies a method of a class with what one module's answers decide in it: branches, loops, names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from paramwise.model.answers import Keeping, Method, Named, Own, Table, is_read
from paramwise.model.asking import WRITTEN, deciding, root
from paramwise.model.code import function_of, last_name
from paramwise.model.settings import Settings, is_true
from paramwise.model.tensors import UNKNOWN

_TURNS = 16  # of a loop that is written out
_NODES = 20_000  # of a method, until it is left as it is written
_SCOPES = (
    *(ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp),
    *(ast.ExceptHandler, ast.match_case),
)
"""What may run with other values of the variables than the code around it."""


class _TooLongError(Exception):
    """A method would become too long."""


class Settling:
    """Copies a function with what is decided in it."""

    def __init__(self, settings: Settings, module: str, function: ast.FunctionDef) -> None:
        self.settings, self.module = settings, module
        self.decisions: list[Any] = []
        self.variables: dict[str, Any] = dict.fromkeys(_stored(function), UNKNOWN)
        self.names: dict[str, str] = {}  # variables that a loop's body assigns in each turn, and their new names
        self.read = [node for node in ast.walk(function) if isinstance(node, ast.Name) and _is_read(node)]
        self.left = _NODES

    def function(self, function: ast.FunctionDef) -> ast.FunctionDef | None:
        """The function as it reads; None where nothing in it is decided."""
        try:
            copy: ast.FunctionDef = self._copied(function)
        except (_TooLongError, RecursionError):
            return None
        return copy if self.decisions else None

    def _known(self, node: ast.expr) -> Any:
        return self.settings.known(node, self.variables, self.module)

    def _copied(self, node: Any) -> Any:
        if isinstance(node, list):
            copies: list[Any] = []
            for one in node:
                copies += self._in_place(one)
                if copies and isinstance(copies[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):
                    break  # what follows is never run
            return copies
        if not isinstance(node, ast.AST):
            return node
        if isinstance(node, ast.expr) and (instead := self._instead(node)) is not None:
            return instead
        self.left -= 1
        if self.left < 0:
            raise _TooLongError
        if isinstance(node, ast.Name) and node.id in self.names:
            return ast.copy_location(ast.Name(self.names[node.id], node.ctx), node)
        before = self.variables
        if isinstance(node, _SCOPES):
            self.variables = {**before, **dict.fromkeys(_stored(node), UNKNOWN)}
        copy = type(node)(**{name: self._copied(getattr(node, name, None)) for name in node._fields})
        if isinstance(node, _SCOPES):
            self.variables = before
        return ast.copy_location(copy, node)

    # ---------------------------------------------------------------------------------------------------- statements

    def _in_place(self, node: Any) -> Iterator[Any]:
        """What stands in the place of a statement, or of another item of a list."""
        match node:
            case ast.If(test=test, body=body, orelse=orelse) if (told := is_true(self._known(test))) is not None:
                self.decisions.append(told)
                yield from self._copied(body if told else orelse)
            case ast.Match(subject=subject, cases=cases) if (chosen := self._chosen(subject, cases)) is not None:
                self.decisions.append(cases.index(chosen))
                yield from self._copied(chosen.body)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse) if turns := self._turns(
                target, iterated, body
            ):
                outer, passing = self.names, _passing(node, self.read)
                for number, turn in enumerate(turns):
                    self.variables.update(turn)
                    self.names = {**outer, **{name: f"{name}@{number}" for name in passing}}
                    yield ast.copy_location(ast.For(deepcopy(target), deepcopy(iterated), self._copied(body), []), node)
                self.names = outer
                self._forget(node)
                yield from self._copied(orelse)
            case ast.If(test=test, body=body, orelse=orelse):
                before = dict(self.variables)
                taken = self._copied(body)
                self.variables = before
                yield ast.copy_location(ast.If(self._copied(test), taken, self._copied(orelse)), node)
                self._forget(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield self._copied(node)
                self.variables[name] = self._known(value)
            case ast.For() | ast.While() | ast.Try() | ast.With() | ast.Match() | ast.Assign() | ast.AugAssign():
                self._forget(node)
                yield self._copied(node)
                self._forget(node)
            case _:
                yield self._copied(node)

    def _forget(self, node: ast.AST) -> None:
        """Forget the variables that a statement may change."""
        self.variables.update(dict.fromkeys(_stored(node), UNKNOWN))

    def _chosen(self, subject: ast.expr, cases: list[ast.match_case]) -> ast.match_case | None:
        """The case that a value is; None where it is not known."""
        value = self._known(subject)
        if value is UNKNOWN:
            return None
        for case in cases:
            told = None if case.guard else self._matches(value, case.pattern)
            if told is not False:
                return case if told else None
        return None

    def _matches(self, value: Any, pattern: ast.pattern) -> bool | None:
        match pattern:
            case ast.MatchValue(value=wanted):
                known = self._known(wanted)
                return None if known is UNKNOWN else bool(known == value)
            case ast.MatchSingleton(value=wanted):
                return value is wanted
            case ast.MatchAs(pattern=None):
                return True
            case ast.MatchOr(patterns=patterns):
                told = [self._matches(value, one) for one in patterns]
                return True if True in told else None if None in told else False
        return None

    # --------------------------------------------------------------------------------------------------------- loops

    def _turns(self, target: ast.expr, iterated: ast.expr, inside: list[Any]) -> list[dict[str, Any]]:
        """The variables of a loop in each of its turns, where it depends on them which parameters are read."""
        turns = self._bound(target, iterated)
        if not turns or len(turns) > _TURNS:
            return []
        names = {name for turn in turns for name in turn} | {name for one in inside for name in _stored(one)}
        holds = any(is_read(value) for turn in turns for value in turn.values())
        if holds or any(
            isinstance(named, ast.Name) and named.id in names
            for one in inside
            for node in ast.walk(one)
            if not self._is_row(node)
            for part in deciding(node)
            for named in ast.walk(part)
        ):
            self.decisions.append(len(turns))
            return turns
        return []

    def _is_row(self, node: ast.AST) -> bool:
        """Whether an expression takes rows of a parameter."""
        return isinstance(node, ast.Subscript) and isinstance(self._known(node.value), Own)

    def _bound(self, target: ast.expr, iterated: ast.expr) -> list[dict[str, Any]]:
        """The variables of a loop in each of its turns; of those beside each other, the ones that are known."""
        items = self._known(iterated)
        if isinstance(items, Table):
            items = tuple(key for key, _ in items.items)
        if type(items) is tuple:
            return [_given(target, item) for item in items]
        match target, iterated:
            case ast.Tuple(elts=[_, one]), ast.Call(func=ast.Name(id="enumerate"), args=[value, *_]):
                return self._bound(one, value)
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=values) if len(targets) == len(values):
                each = [self._bound(one, value) for one, value in zip(targets, values, strict=True)]
                told = [one for one in each if one]
                return [
                    {name: value for one in turn for name, value in one.items()} for turn in zip(*told, strict=False)
                ]
        return []

    # --------------------------------------------------------------------------------------------------- expressions

    def _instead(self, node: ast.expr) -> ast.expr | None:
        """What stands in the place of an expression; None where nothing is decided."""
        if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return None
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse) if (told := is_true(self._known(test))) is not None:
                self.decisions.append(told)
                chosen: ast.expr = self._copied(body if told else orelse)
                return chosen
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), name, *_]) if type(
                text := self._known(name)
            ) is str and not isinstance(name, ast.Constant):
                return self._decided(_attribute(text), node, text)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="get_parameter"), args=[name]) if (
                type(text := self._known(name)) is str and "." not in text
            ):
                return self._decided(_attribute(text), node, text)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return self._written_out(node)
            case ast.Call(args=args) if last_name(node.func) in WRITTEN and any(map(self._is_text, args)):
                given = [ast.Constant(self._known(one)) if self._is_text(one) else self._copied(one) for one in args]
                call = ast.Call(self._copied(node.func), given, self._copied(node.keywords))
                return self._decided(call, node, tuple(self._known(one) for one in args if self._is_text(one)))
            case ast.Call(func=ast.Attribute() as held, args=[given], keywords=[]) if self._holds_own(
                given
            ) and isinstance(kept := self._known(held), Keeping):
                call = ast.Call(_torchs(kept.map), [self._copied(given)], [])
                return self._decided(call, node, kept)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
                value = self._known(node)
                if isinstance(value, Own) and isinstance(node, ast.Attribute) and node.attr == value.attribute:
                    return None
                if is_read(value):
                    made = self._expression(value)
                    return None if made is None else self._decided(made, node, value)
                if isinstance(node, ast.Subscript) and root(node) == "self" and not self._is_row(node):
                    index = self._known(node.slice)
                    if type(index) in (int, str) and not isinstance(node.slice, ast.Constant):
                        item = ast.Subscript(self._copied(node.value), ast.Constant(index), ast.Load())
                        return self._decided(item, node, index)
        return None

    def _holds_own(self, node: ast.expr) -> bool:
        """Whether a parameter of the module is in an expression."""
        return any(isinstance(one, ast.Attribute) and isinstance(self._known(one), Own) for one in ast.walk(node))

    def _is_text(self, node: ast.expr) -> bool:
        """Whether an expression is a text that the constructor gave."""
        return not isinstance(node, ast.Constant) and type(self._known(node)) is str

    def _decided(self, made: ast.expr, node: ast.expr, what: Any) -> ast.expr:
        self.decisions.append(what)
        return ast.fix_missing_locations(ast.copy_location(made, node))

    def _written_out(self, node: Any) -> ast.expr | None:
        """A comprehension for each turn of its first loop."""
        loop = node.generators[0]
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        turns = self._turns(loop.target, loop.iter, [*made, *loop.ifs, *node.generators[1:]])
        if not turns:
            return None
        before = dict(self.variables)
        each: list[ast.expr] = []
        keys: list[ast.expr | None] = []
        for turn in turns:
            self.variables = {**before, **turn}
            if isinstance(node, ast.DictComp):
                key = self._known(node.key)
                keys.append(ast.Constant(key) if type(key) in (int, str) else self._copied(node.key))
                each.append(self._copied(node.value))
            else:
                first = ast.comprehension(deepcopy(loop.target), deepcopy(loop.iter), [], 0)
                loops = [first, *self._copied(node.generators[1:])]
                each.append(ast.Starred(ast.GeneratorExp(self._copied(node.elt), loops), ast.Load()))
        self.variables = before
        written = ast.Dict(keys, each) if isinstance(node, ast.DictComp) else ast.List(each, ast.Load())
        return ast.fix_missing_locations(ast.copy_location(written, node))

    def _expression(self, value: Any) -> ast.expr | None:
        """An expression for a value that is a parameter, a function, or holds some."""
        if isinstance(value, Own):
            return _attribute(value.attribute)
        if isinstance(value, Method):
            return _attribute(value.name)
        if isinstance(value, Named):
            if value.torchs:
                return _torchs(value.name)
            return ast.Name(value.name, ast.Load()) if function_of(self.module, value.name) else None
        if isinstance(value, Table):
            made = [self._expression(one) for _, one in value.items]
            keys = [ast.Constant(key) for key, _ in value.items]
            return None if None in made else ast.Dict([*keys], [one for one in made if one])
        if type(value) is tuple:
            made = [self._expression(one) for one in value]
            return None if None in made else ast.List([one for one in made if one], ast.Load())
        return ast.Constant(value) if type(value) in (bool, int, float, str, type(None)) else None


def _torchs(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("torch", ast.Load()), name, ast.Load())


def _attribute(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("self", ast.Load()), name, ast.Load())


def _given(target: ast.expr, item: Any) -> dict[str, Any]:
    """The variables that a loop gives a value in one turn."""
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=[*first, ast.Starred(value=rest)]) if type(item) is tuple and len(item) >= len(first):
            return {**_given(ast.Tuple(first), item[: len(first)]), **_given(rest, item[len(first) :])}
        case ast.Tuple(elts=targets) if type(item) is tuple and len(item) == len(targets):
            return {
                name: value
                for one, part in zip(targets, item, strict=True)
                for name, value in _given(one, part).items()
            }
    return dict.fromkeys(_stored(target), UNKNOWN)


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _passing(loop: ast.For, read: list[ast.Name]) -> set[str]:
    """The variables that a loop's body gives a value before it reads them, and that nothing reads behind the loop."""
    within = {id(node) for node in ast.walk(loop)}
    outside = {node.id for node in read if id(node) not in within}
    met: set[str] = set()
    found: set[str] = set()
    for statement in loop.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        reads = {node.id for node in names if _is_read(node)}
        if isinstance(statement, ast.Assign):
            found |= {node.id for node in names if not _is_read(node)} - reads - met - outside
        met |= {node.id for node in names}
    return found


def _stored(node: ast.AST) -> Iterator[str]:
    """The variables that a node gives a value."""
    for one in ast.walk(node):
        if isinstance(one, ast.arg):
            yield one.arg
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id
