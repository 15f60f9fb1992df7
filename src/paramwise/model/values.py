"""What is known of a value in a model's code: the weights that its data met last, or the module that it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paramwise.model.code import all_methods, methods_of
from paramwise.model.outline import Outline

INPUT = ""
"""Stands for data that met no weight yet, in the module whose code is followed."""

Tokens = frozenset[str]
NOTHING: Tokens = frozenset()


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value.

    Attributes:
        data: the weights that its data were multiplied with last.
        weights: weights that have not met data yet.
        modules: the modules that it may be.
        functions: the functions that it may be.
        parts: its items, where it is a tuple, a list or a dictionary.
        constant: what it is, where it is a number or a text.
    """

    data: Tokens = NOTHING
    weights: Tokens = NOTHING
    modules: tuple[Module, ...] = ()
    functions: tuple[Function, ...] = ()
    parts: Mapping[int | str, Value] | None = None
    constant: int | str | None = None

    def renamed(self, rename: Callable[[Tokens], Tokens]) -> Value:
        """The value with other data."""
        parts = None if self.parts is None else {key: part.renamed(rename) for key, part in self.parts.items()}
        return replace(self, data=rename(self.data), parts=parts)

    def part(self, key: int | str | None) -> Value:
        """An item; the whole, without its items, where it is not known which."""
        if self.parts is not None and key is not None:
            if key in self.parts:
                return self.parts[key]
            keys = list(self.parts)
            if isinstance(key, int) and -len(keys) <= key < len(keys):
                return self.parts[keys[key]]
        return replace(self, parts=None, constant=None)


EMPTY = Value()


def union(values: Iterable[Value]) -> Value:
    """What several values have in common: each may be the value."""
    found = [value for value in values if value is not EMPTY]
    if len(found) < 2:
        return found[0] if found else EMPTY
    parts: dict[int | str, Value] | None = None
    if all(value.parts is not None for value in found):
        keys = dict.fromkeys(key for value in found for key in value.parts or ())
        parts = {key: union(value.parts[key] for value in found if value.parts and key in value.parts) for key in keys}
    return Value(
        frozenset().union(*(value.data for value in found)),
        frozenset().union(*(value.weights for value in found)),
        tuple(dict.fromkeys(module for value in found for module in value.modules)),
        tuple(dict.fromkeys(function for value in found for function in value.functions)),
        parts,
    )


def listed(values: Sequence[Value]) -> Value:
    """A tuple or a list of values."""
    return replace(union(values), parts=dict(enumerate(values)), constant=None)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the model."""

    path: str
    outline: Outline

    @property
    def members(self) -> list[Module]:
        """Its children."""
        return [self.child(name) for name in self.outline.children]

    def child(self, name: str) -> Module:
        """The child of a name."""
        return Module(f"{self.path}.{name}" if self.path else name, self.outline.children[name])

    @property
    def chains(self) -> bool:
        """Whether it runs its children in turn, as ``nn.Sequential`` does."""
        return any(f"{base.__module__}.{base.__name__}" == "torch.nn.modules.container.Sequential" for base in self.mro)

    @property
    def mro(self) -> tuple[type, ...]:
        """Its class and the bases of it."""
        return self.outline.cls.__mro__

    @property
    def runs(self) -> bool:
        """Whether it can be called: it is not a mere collection of modules."""
        if self.chains or self.method("forward"):
            return True
        return self.outline.cls.__module__.startswith("torch.nn.modules.") and not self.outline.cls.__module__.endswith(
            ("container", "module")
        )

    @property
    def entries(self) -> list[str]:
        """Its methods that others may call."""
        found = dict.fromkeys(name for _, name in all_methods(self.outline.cls))
        return [name for name in found if not name.startswith("_")]

    def method(self, name: str, after: type | None = None) -> tuple[ast.FunctionDef, type] | None:
        """A method that its author wrote, and the class that defines it."""
        bases = list(self.mro)
        for base in bases[bases.index(after) + 1 :] if after in bases else bases:
            if base.__module__.partition(".")[0] in ("torch", "builtins"):
                return None
            if name in (found := methods_of(base)):
                return found[name], base
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function in the code: a method of a module, a function inside one, or a lambda."""

    node: ast.FunctionDef | ast.Lambda
    frame: Frame
    within: dict[str, Value]
    owner: type | None = None


@dataclass(slots=True, eq=False)
class Frame:
    """The module whose code is followed, and what is found there."""

    module: Module
    attributes: dict[str, Value] = field(default_factory=dict)
    consumed: bool = False  # whether a weight met the module's input
    sums: list[tuple[Tokens, Tokens]] = field(default_factory=list)
