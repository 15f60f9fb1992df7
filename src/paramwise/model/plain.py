"""Plain values in the code of a module: numbers, texts and tuples of them, and whose a method is."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from paramwise.model.code import methods_of, original_class
from paramwise.model.homes import home, names_in
from paramwise.model.tensors import CONSTANT, UNKNOWN, is_tensor

OPERATIONS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip


_MOST = 64  # turns of a loop


def kept(things: Any, name: str) -> Any:
    """A parameter or a child by its name, or None; a scripted module keeps its own in a mapping without ``get``."""
    return things[name] if name in things else None  # noqa: SIM401


def _range(*bounds: int) -> tuple[int, ...]:
    return tuple(range(*bounds)[:_MOST])


_OF_VALUES: Final[Mapping[str, Callable[..., Any]]] = {
    "range": _range, "int": int, "len": len, "tuple": tuple, "list": tuple, "min": min, "max": max, "sum": sum,
    "round": round,
}  # fmt: skip
BUILTINS = frozenset({"enumerate", "zip", *_OF_VALUES})
"""The functions of Python that `builtin` knows."""


def builtin(name: str, given: Sequence[Any]) -> Any:
    """What a function of Python makes of values that are all known."""
    if name in ("enumerate", "zip"):
        each = [items_of(one) for one in given]
        if not all(isinstance(one, tuple) for one in each):
            return UNKNOWN
        return tuple(zip(*([range(_MOST), *each] if name == "enumerate" else each), strict=False))
    if any(one is UNKNOWN or is_tensor(one) for one in given):
        return UNKNOWN
    try:
        return _OF_VALUES[name](*given)
    except (TypeError, ValueError):
        return UNKNOWN


def is_module(value: Any) -> bool:
    """Whether a value is a module, and not somebody's object that has something of the same name."""
    return isinstance(getattr(value, "__dict__", {}).get("_modules"), dict)


def has_modules(items: tuple[Any, ...]) -> bool:
    """Whether a loop runs over modules, each of which has its own weights."""
    return any(is_module(one) or (isinstance(one, tuple) and has_modules(one)) for one in items)


def items_of(value: Any) -> Any:
    """What a loop runs over: a tuple, or the modules of a list; otherwise unknown."""
    if isinstance(value, (list, tuple)):
        return tuple(value) if len(value) <= _MOST else UNKNOWN
    if is_module(value) and is_torchs(value, "container.ModuleList"):
        return tuple(value._modules.values())[:_MOST]
    return UNKNOWN


def constant_of(module: str, name: str) -> Any:
    """A number or text that a file gives a name outside its classes and functions."""
    found = names_in(module).get(name, UNKNOWN)
    items = found if isinstance(found, tuple) else (found,)
    return found if found is not None and all(isinstance(one, CONSTANT) for one in items) else UNKNOWN


def truth(value: Any) -> bool | None:
    """Whether a value is true, where that is known."""
    if isinstance(value, (*CONSTANT, tuple)):
        return bool(value)
    return None


def written_method(cls: type, name: str) -> tuple[ast.FunctionDef, str] | None:
    """A method that its author wrote, and the module of the file that it stands in."""
    for base in original_class(cls).__mro__:
        if base.__module__.partition(".")[0] in ("torch", "builtins"):
            return None
        if (found := methods_of(base).get(name)) is not None:
            return found, home(base)
    return None


def is_torchs(module: Any, name: str) -> bool:
    """Whether a module is of a class of ``torch.nn.modules``, or of one derived from it that has its forward pass."""
    for base in type(module).__mro__:
        if f"{base.__module__}.{base.__qualname__}" == f"torch.nn.modules.{name}":
            return True
        if base.__module__.partition(".")[0] != "torch" and "forward" in vars(base):
            return False
    return False
