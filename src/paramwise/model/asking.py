"""What a class's code asks its modules for, where the answer decides how the code uses which parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from paramwise.model.code import all_methods, is_self, last_name, reached

WRITTEN = frozenset({"einsum", "contract", "rearrange", "reduce", "repeat"})
"""Functions that take a text which says what they do."""

_PARTS = 3  # of a dotted attribute: config.mixer.kind


class Asked(NamedTuple):
    """What the code of a class asks its module for, as dotted attributes: ``config.gated``.

    Attributes:
        first: in conditions, loops, names and indices.
        other: elsewhere, where a list of parameters or a function may stand.
    """

    first: tuple[str, ...]
    other: tuple[str, ...]


@lru_cache(maxsize=4096)
def asked(cls: type) -> Asked:
    """What the code of a class asks its module for, other than for what the forward pass changes."""
    methods = [(name, function) for (_, name), function in all_methods(cls).items()]
    construct = _constructing(dict(reversed(methods)))
    changed = {"training"}
    decided: dict[str, None] = {}
    found: dict[str, None] = {}
    for name, function in methods:
        changed |= set() if name in construct else _stored(function)
        if name != "__init__":
            for node in ast.walk(function):
                found.update(dict.fromkeys(chains(node)))
                for part in deciding(node):
                    decided.update((chain, None) for one in ast.walk(part) for chain in chains(one))
    names = {name for name, _ in methods}
    kept = [chain for chain in found if chain.partition(".")[0] not in changed | names]
    return Asked(
        tuple(chain for chain in kept if chain in decided),
        tuple(chain for chain in kept if chain not in decided and "." not in chain),
    )


def _constructing(methods: Mapping[str, ast.FunctionDef]) -> set[str]:
    """The constructor, and the methods that it calls."""

    def called(name: str) -> list[str]:
        return [
            node.func.attr
            for node in ast.walk(methods[name])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_self(node.func.value)
        ]

    return reached("__init__", methods, called)


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
        case ast.Call(args=args) if last_name(node.func) in WRITTEN:
            yield from args


def chains(node: ast.AST) -> Iterator[str]:
    """The dotted attributes of ``self`` that a node stands for, the longest only."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id == "self" and 0 < len(parts) <= _PARTS:
        yield ".".join(reversed(parts))


def root(node: ast.expr) -> str:
    """The variable that an expression such as ``self.names[0]`` starts with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
