"""One function as it is written: where variables are read, what is a weight, where rows are taken."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cached_property

from paramwise.model.calls import CALLS, SILENT, SPREADING, TYPED, Use
from paramwise.model.code import last_name


class Function:
    """The source of a function, and what stands around each expression in it."""

    def __init__(
        self, function: ast.FunctionDef, weights: frozenset[str] = frozenset(), around: frozenset[str] = frozenset()
    ) -> None:
        """Read a function; some of its arguments may be known to hold weights, some names around it activations."""
        self.function, self.weights, self._around = function, weights, around
        self.parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
        self._reads: dict[str, list[ast.Name]] = {}
        for node in self.parents:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._reads.setdefault(node.id, []).append(node)

    @cached_property
    def functions(self) -> list[ast.FunctionDef]:
        """The functions that are defined inside this one."""
        return [node for node in self.parents if isinstance(node, ast.FunctionDef)]

    @cached_property
    def values(self) -> dict[str, list[ast.expr]]:
        """What each variable stands for: the expressions that it is given, or that it is an item of."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.parents:
            for name, value in _given(node):
                found.setdefault(name, []).append(value)
        return found

    @cached_property
    def arguments(self) -> set[str]:
        """The arguments of the function, and of the functions and the lambdas in it."""
        return {
            argument.arg
            for node in (self.function, *self.parents)
            if isinstance(node, ast.arguments)
            for argument in (*node.posonlyargs, *node.args, *node.kwonlyargs, node.vararg, node.kwarg)
            if argument is not None
        } - {"self"}

    @cached_property
    def activations(self) -> set[str]:
        """The variables that depend on an argument of the function, or of a function or a lambda in it."""
        found = self.arguments - self.weights
        return self._grown(found | (self._around - self.weights), self._depends)

    @cached_property
    def _sized(self) -> set[str]:
        """The variables that depend on an activation, or on the size of one."""
        return self._grown(self.activations, _names_one_of)

    @cached_property
    def _spread(self) -> set[str]:
        """The variables that are spread over as many places as the activations have, or depend on these."""
        return self._grown(self.activations, self._spreads)

    @cached_property
    def _counting(self) -> set[str]:
        """The variables that hold as many numbers in a row as the activations have places, or are made of such."""
        return self._grown(set(), self._counts)

    def _grown(self, start: set[str], leads: Callable[[ast.expr, set[str]], bool]) -> set[str]:
        """Some variables, and those that are given an expression which leads back to one of them."""
        found = set(start)
        while more := [
            name
            for name, values in self.values.items()
            if name not in found and name not in self.weights and any(leads(value, found) for value in values)
        ]:
            found.update(more)
        return found

    def _depends(self, expression: ast.AST, variables: Container[str]) -> bool:
        """Whether an expression contains one of some variables, other than to ask for its type or its size."""
        return any(
            isinstance(node, ast.Name) and node.id in variables and not self.is_type(node)
            for node in ast.walk(expression)
        )

    def is_type(self, node: ast.Name) -> bool:
        """Whether the code asks a variable for its type or its size alone: ``x.dtype``, ``weight.to(x)``."""
        match above := self.parents.get(node):
            case ast.Attribute(attr=name):
                return name in SILENT
            case ast.Call():
                return last_name(above.func) in TYPED and node in above.args
        return False

    def target_of(self, values: ast.Tuple, node: ast.AST) -> str | None:
        """The name that one of several values is given, where a statement gives each a name."""
        above = self.parents.get(values)
        if isinstance(above, ast.Call) and last_name(above.func) == "map" and values in above.args[1:]:
            above = self.parents.get(above)  # weight, bias = map(view_as_complex, (self.weight, self.bias))
        match above:
            case ast.Assign(targets=[ast.Tuple(elts=targets) as target]) if target is not values and len(
                targets
            ) == len(values.elts):
                one = targets[next(at for at, value in enumerate(values.elts) if value is node)]
                return one.id if isinstance(one, ast.Name) else None
        return None

    def loop_over(self, iterated: ast.expr) -> tuple[ast.AST, ast.expr | None]:
        """The code that a loop over some values runs, and what it calls each of them; None where there is no loop."""
        match loop := self.parents.get(iterated):
            case ast.For(target=target):
                return loop, target
            case ast.comprehension(target=target):
                return self.parents[loop], target
            case ast.Call(func=ast.Name(id="enumerate")):
                scope, pair = self.loop_over(loop)
                return scope, pair.elts[-1] if isinstance(pair, ast.Tuple) else None
        return iterated, None

    def loads(self, name: str, after: ast.AST) -> list[ast.Name]:
        """Where a variable is read after an expression or a statement, until it stands for another value."""
        stores = (
            (statement.lineno, statement.end_lineno or 0)
            for statement in self.function.body
            if isinstance(statement, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        )
        start = (0, 0) if after is self.function else (after.end_lineno, after.end_col_offset)  # type: ignore[attr-defined]
        last = min((end for begin, end in stores if begin > start[0]), default=sys.maxsize)
        return [
            node for node in self._reads.get(name, ()) if (node.lineno, node.col_offset) > start and node.lineno <= last
        ]

    def is_counted(self, index: ast.expr) -> bool:
        """Whether an index is computed from numbers that a loop counts."""
        names = {node.id for node in ast.walk(index) if isinstance(node, ast.Name)}
        counted = {
            target.id
            for loop in ast.walk(self.function)
            if isinstance(loop, (ast.For, ast.comprehension))
            and isinstance(loop.iter, ast.Call)
            and last_name(loop.iter.func) in ("range", "enumerate")
            for target in ast.walk(loop.target)
            if isinstance(target, ast.Name)
        }
        return bool(names) and names <= counted

    def is_place(self, taken: ast.AST, index: ast.expr) -> bool:
        """Whether rows are taken by their places: by numbers in a row, or as many as the activations have places.

        Of a slice only if it is transposed, so that what multiplies it meets each row alone.
        """
        if isinstance(index, ast.Slice):
            above = self.parents.get(taken)
            turned = isinstance(above, ast.Attribute) and above.attr in ("t", "T", "mT", "transpose")
            ends = [end for end in (index.lower, index.upper) if end is not None]
            return turned and any(_names_one_of(end, self._sized) for end in ends)
        return self.is_weight(index) and self._counts(index, self._counting)

    def _counts(self, expression: ast.expr, counting: set[str]) -> bool:
        return _names_one_of(expression, counting) or any(
            isinstance(node, ast.Call)
            and last_name(node.func) == "arange"
            and any(_names_one_of(size, self._sized) for size in node.args)
            for node in ast.walk(expression)
        )

    def is_record(self, name: str) -> bool:
        """Whether a variable holds a list or a dictionary that the function makes."""
        return any(
            isinstance(value, (ast.Dict, ast.List))
            or (isinstance(value, ast.Call) and last_name(value.func) in ("dict", "list"))
            for value in self.values.get(name, ())
        )

    def is_copied(self, node: ast.AST) -> bool:
        """Whether a copy of a value is put aside."""
        above = self.parents.get(node)
        return isinstance(above, ast.Attribute) and above.attr in ("clone", "detach")

    def is_weight(self, expression: ast.AST) -> bool:
        """Whether an expression contains no activation: nothing in it depends on what the function is given."""
        return not self._depends(expression, self.activations)

    def looked_up(self, *indices: ast.expr) -> Use:
        """The use of a value whose rows are looked up: by what the function is given, or by numbers of its own."""
        return "lookup" if all(map(self.is_weight, indices)) else "rows"

    def is_spread(self, expression: ast.AST) -> bool:
        """Whether a value is spread over as many places as the activations have, or depends on these otherwise."""
        return self._spreads(expression, self._spread)

    def _spreads(self, expression: ast.AST, spread: set[str]) -> bool:
        return self._depends(expression, spread) or any(
            isinstance(node, ast.Call)
            and last_name(node.func) in SPREADING
            and any(_names_one_of(size, self._sized) for size in node.args)
            for node in ast.walk(expression)
        )


def _names_one_of(expression: ast.expr, variables: Container[str]) -> bool:
    """Whether an expression names one of some variables."""
    return any(isinstance(node, ast.Name) and node.id in variables for node in ast.walk(expression))


def maps(function: ast.FunctionDef, methods: Mapping[str, ast.FunctionDef]) -> bool:
    """Whether a method, or one that it calls, calls a module that its own module holds, or multiplies matrices."""
    seen = {function.name}
    todo = [function]
    while todo:
        for node in ast.walk(todo.pop()):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                    if name not in methods:
                        return True
                    todo += [methods[name]] if name not in seen else []
                    seen.add(name)
                case ast.BinOp(op=ast.MatMult()):
                    return True
                case ast.Call() if CALLS.get(last_name(node.func)) == "product":
                    return True
    return False


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The variables that a statement or an expression gives a value to, and the value."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from ((name, value) for name in _names(target))
        case ast.AugAssign(target=target, value=value):
            yield from ((name, value) for name in _names(target))
        case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
            yield from _items(target, iterated)


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The variables that an assignment gives values to, and the value of each."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, given in zip(targets, values, strict=True):
                yield from _unpacked(one, given)
        case _:
            yield from ((name, value) for name in _names(target))


def _items(target: ast.expr, iterated: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The variables that a loop gives items to, and the expression whose items they are."""
    match target, iterated:
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=values) if len(targets) == len(values):
            for one, value in zip(targets, values, strict=True):
                yield from _items(one, value)
        case ast.Tuple(elts=[_, one]), ast.Call(func=ast.Name(id="enumerate"), args=[value, *_]):
            yield from _items(one, value)
        case _:
            yield from ((name, iterated) for name in _names(target))


def _names(target: ast.expr) -> Iterator[str]:
    """The variables that are given a value, or an item."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for one in targets:
                yield from _names(one)
        case ast.Starred(value=value) | ast.Subscript(value=value):
            yield from _names(value)
