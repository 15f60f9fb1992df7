"""The source of classes and functions, parsed; nothing is run."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import chain
from types import FunctionType, ModuleType

from paramwise.libraries import FSDP2_CLASSES, PARAMETRIZED
from paramwise.model.homes import home, names_in, own_function, written_in
from paramwise.parsing import tree_in, tree_of


def qualified_names(cls: type) -> list[str]:
    """The qualified names of a class and its bases, nearest first."""
    return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]


def known_name(cls: type, known: Container[str]) -> str | None:
    """The qualified name under which a class, or the nearest of its bases, is known; None if none of them is."""
    return next((name for name in qualified_names(cls) if name in known), None)


@lru_cache(maxsize=4096)
def original_class(cls: type) -> type:
    """The class that the author wrote, if torch derived this class from it for FSDP2 or parametrizations."""
    while True:
        base = cls.__bases__[0]
        if (cls.__module__, cls.__name__[: len(PARAMETRIZED[1])]) == PARAMETRIZED:
            cls = base
        elif f"{base.__module__}.{base.__qualname__}" in FSDP2_CLASSES and len(cls.__bases__) > 1:
            cls = cls.__bases__[1]
        else:
            return cls


@lru_cache(maxsize=4096)
def methods_of(cls: type) -> dict[str, ast.FunctionDef]:
    """The methods that the body of a class defines; none where its source cannot be read."""
    found = _definition(cls)
    methods: dict[str, ast.FunctionDef] = {}
    for node in found.body if found else ():
        match node:
            case ast.FunctionDef(name=name) if not _sets(node):
                methods[name] = _with_self(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):  # forward = residual_forward
                if function := function_of(home(cls), other):
                    methods[name] = _with_self(deepcopy(function))
    return methods


@lru_cache(maxsize=4096)
def all_methods(cls: type) -> dict[tuple[type, str], ast.FunctionDef]:
    """The methods that a class and its bases outside torch define, by that class and by name, nearest first."""
    return {
        (base, name): function
        for base in cls.__mro__
        if base.__module__.partition(".")[0] not in ("torch", "builtins")
        for name, function in methods_of(base).items()
    }


def _definition(cls: type) -> ast.ClassDef | None:
    """The statement that defines a class: where a file has several of that name, the one its functions are from."""
    function = own_function(cls)
    if function is None:  # it has no code but what it takes over
        found = _classes(_text_of(cls.__module__)).get(cls.__qualname__, [])
        return found[-1] if found else None
    written = _classes(written_in(function))
    named = written.get(cls.__qualname__) or list(chain.from_iterable(written.values()))  # it may have a new name
    line = function.__code__.co_firstlineno
    return max((one for one in named if one.lineno <= line <= (one.end_lineno or 0)), key=_line, default=None)


def _line(node: ast.stmt) -> int:
    return node.lineno


def reached(start: str, methods: Container[str], named: Callable[[str], Iterable[str]]) -> set[str]:
    """The methods that one of them comes by, and itself; ``named`` gives the names that a method names."""
    found: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in found and name in methods:
            found.add(name)
            todo += named(name)
    return found


def class_named(module: str, name: ast.expr) -> type | None:
    """A class that a module's code names, perhaps as an attribute of another module; None if it is torch's."""
    match name:
        case ast.Name(id=plain):
            found = names_in(module).get(plain)
        case ast.Attribute(value=ast.Name(id=holder), attr=inner):
            held = names_in(module).get(holder)
            found = vars(held).get(inner) if isinstance(held, ModuleType) else None
        case _:
            return None
    return found if isinstance(found, type) and found.__module__.partition(".")[0] != "torch" else None


def methods_named(module: str, name: ast.expr) -> dict[str, ast.FunctionDef]:
    """The methods of a class that a module's code names; none where it names none, or one of torch."""
    found = class_named(module, name)
    return {} if found is None else methods_of(found)


def fields_of(found: object) -> list[str]:
    """The fields of a named tuple or a data class, in order; none of what is neither."""
    if not isinstance(found, type):
        return []
    return [*getattr(found, "_fields", ()), *getattr(found, "__dataclass_fields__", ())]


def classes_in(module: str) -> list[type]:
    """The classes that a loaded file defines."""
    names = names_in(module)
    own = names.get("__name__")
    return [
        one for one in list(names.values()) if isinstance(one, type) and own == one.__module__ and home(one) == module
    ]


@lru_cache(maxsize=4096)
def files_with(cls: type) -> list[str]:
    """The file that defines a class, then the loaded ones of its package that import it by its name."""
    package = cls.__module__.partition(".")[0]
    others = [
        name
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == package
        and name != cls.__module__
        and isinstance(module, ModuleType)
        and vars(module).get(cls.__name__) is cls
    ]
    return [home(cls), *others]


def _sets(method: ast.FunctionDef) -> bool:
    """Whether a method sets or deletes a property."""
    return any(isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in method.decorator_list)


@lru_cache(maxsize=512)
def _classes(text: str) -> dict[str, list[ast.ClassDef]]:
    """The classes that a file defines, by qualified name: the file is parsed once, not once for each class."""
    tree = _with_arguments(tree_in(text))
    found: dict[str, list[ast.ClassDef]] = {}
    if tree is None:
        return found
    todo: list[tuple[str, ast.AST]] = [("", tree)]
    while todo:
        path, node = todo.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                found.setdefault(f"{path}{child.name}", []).append(child)
                todo.append((f"{path}{child.name}.", child))
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                todo.append((f"{path}{child.name}.<locals>.", child))
            elif isinstance(child, ast.stmt):
                todo.append((path, child))
    return found


def _with_self(function: ast.FunctionDef) -> ast.FunctionDef:
    """A method whose first argument is called ``self``, whatever its author called it."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    decorators = {last_name(one) for one in function.decorator_list}
    if arguments and arguments[0].arg != "self" and not decorators & {"staticmethod", "classmethod"}:
        first, arguments[0].arg = arguments[0].arg, "self"
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id == first:
                node.id = "self"
    return function


def prepares(name: str) -> bool:
    """Whether a method, or a function, is not run in a forward pass, by its name."""
    return name.startswith(("__init__", "reset_", "_reset", "_init", "init_", "extra_repr"))


def goes_on(function: ast.FunctionDef) -> bool:
    """Whether a method calls the one that it overrides."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == function.name and is_super(node.value)
        for node in ast.walk(function)
    )


def is_self(node: ast.AST) -> bool:
    """Whether an expression is the module itself."""
    return isinstance(node, ast.Name) and node.id == "self"


def is_super(node: ast.AST) -> bool:
    """Whether an expression is a call of ``super``."""
    return isinstance(node, ast.Call) and last_name(node.func) == "super"


def function_of(module: str, name: str) -> ast.FunctionDef | None:
    """The source of a plain function that a module's code can call by name."""
    function = names_in(module).get(name)
    function = inspect.unwrap(function) if callable(function) else None
    if type(function).__name__ == "ScriptFunction":  # compiled by torch.jit: its source is in the file
        return _functions(_text_of(module)).get(name)
    if not isinstance(function, FunctionType) or function.__module__.partition(".")[0] == "torch":
        return None
    return _source_of(function)


@lru_cache(maxsize=4096)
def _source_of(function: FunctionType) -> ast.FunctionDef | None:
    tree = _tree_of(function)
    return tree.body[0] if tree and isinstance(tree.body[0], ast.FunctionDef) else None


@lru_cache(maxsize=512)
def _functions(text: str) -> dict[str, ast.FunctionDef]:
    """The functions that a file defines."""
    tree = _with_arguments(tree_in(text))
    return {node.name: node for node in (tree.body if tree else ()) if isinstance(node, ast.FunctionDef)}


def _text_of(module: str) -> str:
    """The text of a file that is loaded; empty if it cannot be read."""
    try:
        return inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):
        return ""


def _tree_of(made: type | FunctionType) -> ast.Module | None:
    return _with_arguments(tree_of(made))


def _with_arguments(tree: ast.Module | None) -> ast.Module | None:
    """A source, where each operand of an einsum is an argument: ``einsum(text, (a, b))`` is allowed."""
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Call(args=[ast.Constant(value=str()) as text, ast.Tuple(elts=operands) | ast.List(elts=operands)]):
                if last_name(node.func) == "einsum":
                    node.args = [text, *operands]
    return tree


def own_name(module: str, name: str) -> str:
    """What a function calls itself that a module's code knows under another name: ``fc`` for torch's ``linear``."""
    function = names_in(module).get(name)
    found = getattr(function, "__name__", name) if callable(function) else name
    return found if isinstance(found, str) else name


def wrappers_of(function: ast.FunctionDef, module: str) -> Iterator[ast.FunctionDef]:
    """The functions that the decorators of a method, defined beside its class, put around it."""
    for one in function.decorator_list:
        decorator = function_of(module, last_name(one.func if isinstance(one, ast.Call) else one))
        for node in ast.walk(decorator) if decorator else ():
            if isinstance(node, ast.FunctionDef) and [argument.arg for argument in node.args.args[:1]] == ["self"]:
                yield node


def home_of(module: str, name: str) -> str:
    """The file that a function which a module's code can call by name was written in."""
    function = names_in(module).get(name)
    return home(inspect.unwrap(function)) if isinstance(function, FunctionType) else module


def autograd_of(module: str, name: str) -> ast.FunctionDef | None:
    """The forward pass of a function of autograd that a module's code names, which ``apply`` runs."""
    found = names_in(module).get(name)
    if not isinstance(found, type) or not hasattr(found, "apply"):
        return None
    return methods_of(found).get("forward")


def last_name(function: ast.expr) -> str:
    """The last part of the name of what is called."""
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def applied(call: ast.Call) -> tuple[ast.expr, list[ast.expr]]:
    """What a call runs, and what that takes by place: of ``vmap(f)(x)`` and ``checkpoint(f, x)`` that is ``f``."""
    inner = call.func
    if last_name(inner) in ("partial", "checkpoint") and call.args:
        return call.args[0], call.args[1:]
    if isinstance(inner, ast.Call) and last_name(inner.func) == "vmap" and inner.args:
        return inner.args[0], call.args
    return inner, call.args


def callee(call: ast.Call) -> str:
    """The last part of the name of what a call runs."""
    return last_name(applied(call)[0])


def einsum_letters(call: ast.Call, position: int) -> tuple[list[str], list[str], list[list[str]]]:
    """The dimensions of an einsum's operand, of its result and of the other operands, by letter.

    Nothing where they are not written out.
    """
    texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(texts) != 1 or "->" not in texts[0]:
        return [], [], []
    before = sum(not isinstance(one, ast.Constant) for one in call.args[:position])
    inputs, _, output = texts[0].partition("->")
    operands = inputs.split(",")
    spaced = any(" " in operand.strip() for operand in operands)
    if before >= len(operands):
        return [], [], []
    letters = [one.split() if spaced else list(one.replace(" ", "")) for one in operands]
    kept = output.split() if spaced else list(output)
    return letters.pop(before), kept, letters


def is_computed(index: ast.expr) -> bool:
    """Whether an index is computed, other than as the end of a slice."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return any(not isinstance(part, (ast.Slice, ast.Constant, ast.UnaryOp)) for part in parts)
