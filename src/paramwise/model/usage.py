"""How a class's own code uses its attributes: read from its source, nothing is run.

Home-made layers hold bare parameters whose names say little. What their code does with a parameter says what it is: a
``self.weight`` that reaches ``F.linear`` is a matrix, a ``self.weight`` that multiplies element by element is a gain.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from paramwise.model.calls import DEPTH, MULTIPLIES, PRIORITY, PRODUCTS, UNTOLD, Use
from paramwise.model.code import prepares, reached
from paramwise.model.following import readers, reads, used_outside
from paramwise.model.settled import Form, named_in, settled

_ELEMENTWISE: set[Use] = {"gain", "sum", "curve", "table"}
_ANY = ".+"  # a part of a name that the code works out
_COMMON = {"weight", "bias", "config", "training", "dropout", "forward"}  # of every other class too


def _attributes(node: ast.AST, cls: type) -> Iterator[str]:
    """The attributes that an expression stands for: of ``self``, or of a list of it, such as ``maps.key``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="self"), attr=way), args=[ast.Constant(value=str(name))]
        ) if way in ("get_parameter", "__getattr__"):
            yield name
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id="self"), attr="_parameters"), slice=ast.Constant(value=str(name))
        ):
            yield name
        case ast.Call(
            func=ast.Name(id="getattr"),
            args=[ast.Name(id="self"), ast.Attribute(value=ast.Name(id="self"), attr=constant), *_],
        ) if isinstance(known := getattr(cls, constant, None), str):
            yield known
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield name
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), ast.Constant(value=str(name)), *_]):
            yield name
        case ast.Subscript(value=holder, slice=ast.Constant(value=(str() | int()) as key)):
            yield from (f"{outer}.{key}" for outer in _attributes(holder, cls))
            if isinstance(holder, ast.Attribute) and isinstance(key, str):
                yield key  # a dictionary of what the class registered itself


def _unpacked(node: ast.AST, cls: type) -> Iterator[tuple[str, str]]:
    """Where a statement gives the items of a list of ``self`` names: each item and its name."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
            for holder in _attributes(value, cls):
                for number, target in enumerate(targets):
                    if isinstance(target, ast.Name):
                        yield f"{holder}.{number}", target.id


def _pattern(node: ast.AST) -> str | None:
    """An expression for the attributes of ``self`` that are read by a name put together: ``getattr(self, f"w{i}")``."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), ast.JoinedStr(values=parts), *_]):
            texts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else _ANY for one in parts]
        case ast.Call(
            func=ast.Name(id="getattr"),
            args=[ast.Name(id="self"), ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod() | ast.Add()), *_],
        ):
            texts = [re.escape(text.partition("%")[0]), _ANY]
        case ast.Call(
            func=ast.Name(id="getattr"),
            args=[ast.Name(id="self"), ast.BinOp(op=ast.Add(), right=ast.Constant(value=str(text))), *_],
        ):
            texts = [_ANY, re.escape(text)]
        case (
            ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="self"), name, *_])
            | ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="get_parameter"), args=[name])
            | ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr="_parameters"), slice=name)
        ) if not isinstance(name, ast.Constant):
            texts = [_ANY]
        case _:
            return None
    return "".join(texts)


def uses(cls: type, found: tuple[Any, ...] = ()) -> Uses:
    """How the methods of a class, and those it inherits outside torch, use each ``self.<attribute>``.

    An attribute whose use the source does not show is left out.

    Args:
        cls: the class.
        found: what one of its modules holds, which settles branches and names: see `answers.answers`.

    >>> uses(int)  # written in C: there is no source to read
    {}
    """
    return _uses(settled(cls, found))


@lru_cache(maxsize=4096)
def _uses(form: Form) -> Uses:
    try:
        return _read_from(form)
    except RecursionError:  # code that is nested too deeply is not read
        return Uses({}, form, {})


def _read_from(form: Form) -> Uses:
    found: dict[str, set[Use]] = {}
    aside: dict[str, set[Use]] = {}
    patterns: dict[str, set[Use]] = {}
    forward = _run_by_forward(form)
    for reader in readers(form):
        into = found if not forward or reader.function.name in forward else aside
        for node in _read(reader.function):
            for attribute in _attributes(node, form.cls):
                into.setdefault(attribute, set()).update(reader.follow(node, DEPTH))
            for item, variable in _unpacked(node, form.cls):
                into.setdefault(item, set()).update(reader.variable(variable, node, DEPTH))
            if pattern := _pattern(node):
                patterns.setdefault(pattern, set()).update(reader.follow(node, DEPTH))
    found = {name: _completed(found.get(name, set()), aside.get(name, set())) for name in (*found, *aside)}
    return Uses(found, form, patterns, _uses(settled(form.cls)) if form.methods else None)


def _run_by_forward(form: Form) -> set[str]:
    """The names of the methods that a forward pass may come by; none where the class has no forward pass of its own.

    What else a class does with its parameters, such as the sum of their sizes that a loss asks for, is not their use.
    """
    methods: dict[str, list[ast.FunctionDef]] = {}
    for reader in readers(form):
        methods.setdefault(reader.function.name, []).append(reader.function)
    return reached("forward", methods, lambda name: set[str]().union(*map(named_in, methods[name])))


def _read(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The parts of a method that may be run in a forward pass: of one that prepares, the functions that it defines."""
    if function.name == "__init__":
        for node in ast.walk(function):
            if isinstance(node, ast.Lambda):
                yield from ast.walk(node)
    elif not prepares(function.name):
        yield from ast.walk(function)


def _strongest(found: Mapping[str, set[Use]]) -> dict[str, Use]:
    """The use that counts of each name, where one is told: what is bent may also be summed, to a log-determinant."""
    return {
        name: min(kinds - PRODUCTS if "curve" in kinds else kinds, key=PRIORITY.index)
        for name, kinds in found.items()
        if kinds - UNTOLD
    }


def _completed(kinds: set[Use], others: set[Use]) -> set[Use]:
    """The uses in the code that one module runs; those in all of the code too, where they do not tell enough."""
    return kinds | others if "lost" in kinds or not kinds - UNTOLD else kinds


def _is_mixed(kinds: set[Use]) -> bool:
    return bool(kinds & MULTIPLIES and kinds & _ELEMENTWISE)


class Uses(dict[str, Use]):
    """The uses in a class's own code; `get` also looks into the other classes of the file, which takes longer.

    Where the code that one module runs does not tell a use, all of the code may.
    """

    kinds: Mapping[str, set[Use]]
    """All uses of each attribute that the code names."""

    def __init__(
        self,
        found: Mapping[str, set[Use]],
        form: Form,
        patterns: Mapping[str, set[Use]],
        whole: Uses | None = None,
    ) -> None:
        if whole is not None:
            found = {
                name: _completed(found.get(name, set()), whole.kinds.get(name, set()))
                for name in (*found, *whole.kinds)
            }
        super().__init__(_strongest(found))
        self.kinds = found
        """All uses of each attribute that the code names."""
        self._form, self._patterns, self._whole = form, patterns, whole
        self.unread = {name for name, kinds in found.items() if kinds & UNTOLD}
        """The attributes that the code reads somewhere without showing what becomes of them."""
        self.mixed = {name for name, kinds in found.items() if _is_mixed(kinds)}
        """The attributes that the code uses both in products and element by element."""

    def item(self, holder: str, key: str) -> str:
        """What a parameter in a list or a dictionary is known as: an item of its own, where the code shows its use."""
        name = f"{holder}.{key}"
        if name not in self:
            kinds = self._unpacked(holder, int(key) if key.isdecimal() else key)
            self.update(_strongest({name: kinds}))
            self.unread |= {name} if kinds & UNTOLD else set()
            self.mixed |= {name} if _is_mixed(kinds) else set()
        return name if name in self else holder

    def _unpacked(self, holder: str, key: int | str) -> set[Use]:
        kinds = {
            use
            for reader, node in reads(self._form, holder)
            if not prepares(reader.function.name)
            for use in reader.unpacked(node, key, DEPTH, exact=True)
        }
        return kinds if kinds - UNTOLD or self._whole is None else self._whole._unpacked(holder, key)

    def get(self, attribute: str, default: Any = None) -> Any:
        """The use of an attribute, in the class's own code or else in the other classes of its file."""
        if attribute not in self and attribute not in _COMMON:
            self.update(_strongest({attribute: set(used_outside(self._form.cls, attribute))}))
        if attribute not in self and attribute not in self.unread:
            told = {use for name, kinds in self._patterns.items() if re.fullmatch(name, attribute) for use in kinds}
            self.update(_strongest({attribute: told}))
            self.mixed |= {attribute} if _is_mixed(told) else set()
        return super().get(attribute, default)
