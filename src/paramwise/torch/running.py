"""Running state and options told apart: what steps change, what the user chose.

Options are what the constructor takes, unless the class's own steps change it, and what schedulers keep in groups. All
else is running state, unless the code of the class is there to read and stores it nowhere but while the optimizer is
made: then it is a label, or an option that the constructor's signature does not name (``use_muon``).
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from paramwise.libraries import NOT_OPTIONS, READ_BY_SCHEDULERS, TORCH_OPTIONS
from paramwise.parsing import tree_of
from paramwise.torch.options import Options

Optimizer = torch.optim.Optimizer

_MAKING = {
    "__init__",
    "__setstate__",
    "__getstate__",
    "add_param_group",
    "load_state_dict",
    "state_dict",
    "init_param_groups",
}


class Stores(NamedTuple):
    """What the code of a class stores after an optimizer was made.

    Attributes:
        keys: texts that it stores something under: in a group, or anywhere else.
        changed: those that the class's own steps store in a group, even if the constructor takes them (``lr``).
        first: those that it stores in its first group, on behalf of all.
        attributes: of itself.
        needs: pairs of an option and a state that is made with a parameter's first state, if the option is on.
        mentioned: every text in it.
        constructor: names of the options that the constructor takes.
        read: whether the code could be read.
    """

    keys: frozenset[str]
    changed: frozenset[str]
    first: frozenset[str]
    attributes: frozenset[str]
    needs: frozenset[tuple[str, str]]
    mentioned: frozenset[str]
    constructor: frozenset[str]
    read: bool


@functools.lru_cache(maxsize=256)
def stores_of(cls: Hashable) -> Stores:
    """What the code of a class stores, its bases up to torch's own ``Optimizer`` included."""
    keys: set[str] = set()
    changed: set[str] = set()
    first: set[str] = set()
    mentioned: set[str] = set()
    attributes: set[str] = set()
    needs: set[tuple[str, str]] = set()
    read = True
    assert isinstance(cls, type)
    for base in cls.__mro__:
        if base in (Optimizer, object):
            break
        inside = tree_of(base)
        module = None if base.__module__ == "__main__" else sys.modules.get(base.__module__)
        whole = inside if module is None else tree_of(module)
        if inside is None or whole is None:
            read = False
            continue
        attributes |= set(_stored_attributes(inside))
        changed |= set(_changed_in_groups(inside))
        first |= set(_stored_in_first(inside))
        needs |= set(_needed_states(inside))
        mentioned |= {str(node.value) for node in ast.walk(inside) if isinstance(node, ast.Constant)}
        found = set(_stored_keys(whole)) | set(_stored_keys(inside))
        read &= None not in found
        keys |= {key for key in found if key is not None}
    try:
        constructor = frozenset(Options(cls).names)
    except (ValueError, TypeError):  # a class of C, without a signature
        constructor = frozenset()
    return Stores(
        frozenset(keys),
        frozenset(changed),
        frozenset(first),
        frozenset(attributes),
        frozenset(needs),
        frozenset(mentioned),
        constructor,
        read,
    )


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name not in _MAKING:
            yield node


def _targets(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.Delete)):
            waiting = list(node.targets)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For)):
            waiting = [node.target]
        else:
            continue
        while waiting:
            target = waiting.pop()
            if isinstance(target, (ast.Tuple, ast.List)):
                waiting += target.elts
            else:
                yield target


def _stored_keys(tree: ast.AST) -> Iterator[str | None]:
    """Texts that functions store something under; None where a group's key is not a text in the code."""
    for function in _functions(tree):
        for target in _targets(function):
            if isinstance(target, ast.Subscript):
                if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
                    yield target.slice.value
                elif isinstance(target.value, ast.Name) and target.value.id in ("group", "param_group", "g", "pg"):
                    yield None
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "setdefault" and node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)
                elif node.func.attr == "update":
                    yield from (word.arg for word in node.keywords if word.arg)
                    for argument in node.args:
                        if isinstance(argument, ast.Dict):
                            yield from (str(key.value) for key in argument.keys if isinstance(key, ast.Constant))


def _changed_in_groups(tree: ast.AST) -> Iterator[str]:
    for function in _functions(tree):
        for target in _targets(function):
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and "group" in target.value.id:
                yield from (str(key.value) for key in [target.slice] if isinstance(key, ast.Constant))


def _stored_in_first(tree: ast.AST) -> Iterator[str]:
    """Keys stored in ``self.param_groups[0]``, or in a name for it before the name is given to another group."""
    for function in _functions(tree):
        spans = []  # a name, and the lines between which it is the first group
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _is_first_group(node.value) and isinstance(node.targets[0], ast.Name):
                name, begin = node.targets[0].id, node.lineno
                again = [one.lineno for one in _targets(function) if isinstance(one, ast.Name) and one.id == name]
                spans.append((name, begin, min((line for line in again if line > begin), default=sys.maxsize)))
        for target in _targets(function):
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                named = isinstance(target.value, ast.Name) and any(
                    name == target.value.id and begin < target.lineno < end for name, begin, end in spans
                )
                if named or _is_first_group(target.value):
                    yield str(target.slice.value)


def _is_first_group(node: ast.expr) -> bool:
    return ast.unparse(node) in ("self.param_groups[0]", "optimizer.param_groups[0]")


def _stored_attributes(tree: ast.AST) -> Iterator[str]:
    """Attributes of itself that methods store, or store something in."""
    for function in _functions(tree):
        own = function.args.args[0].arg if function.args.args else "self"
        for target in _targets(function):
            while isinstance(target, ast.Subscript) or (
                isinstance(target, ast.Attribute) and not isinstance(target.value, ast.Name)
            ):
                target = target.value
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == own:
                yield target.attr
        for node in ast.walk(function):  # self.seen.append(...), self.buffer.add_(...)
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Attribute)
                and isinstance(node.func.value.value, ast.Name)
                and node.func.value.value.id == own
            ):
                yield node.func.value.attr


def _needed_states(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Options whose state is made once: ``if group["amsgrad"]: state["max_exp_avg_sq"] = ...`` where state begins."""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.If) and _is_first_time(outer.test):
            for inner in outer.body:
                for node in ast.walk(inner):
                    if isinstance(node, ast.If) and not isinstance(node.test, ast.UnaryOp):
                        made = [key for line in node.body for key in _made_states(line)]
                        yield from ((option, key) for option in _options_in(node.test) for key in made)


def _is_first_time(test: ast.expr) -> bool:
    """Whether a condition asks whether a state is still empty: ``len(state) == 0``, ``not state``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return isinstance(test.operand, ast.Name) and "state" in test.operand.id
    return (
        isinstance(test, ast.Compare)
        and ast.unparse(test.left).startswith("len(")
        and "state" in ast.unparse(test.left)
    )


def _options_in(test: ast.expr) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _made_states(line: ast.stmt) -> Iterator[str]:
    for node in ast.walk(line):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                yield str(target.slice.value)


def is_running(key: str, value: Any, stores: list[Stores]) -> bool:
    """Whether what a group holds under a key is running state; ``stores`` are of all the optimizers that share it."""
    if key in NOT_OPTIONS or key in READ_BY_SCHEDULERS:
        return False
    if any(key in one.constructor for one in stores):
        return any(key in one.changed for one in stores)
    if all(one.read for one in stores):
        return any(key in one.keys for one in stores)
    return key not in TORCH_OPTIONS and not isinstance(value, str)


def reads(cls: object, key: str) -> bool:
    """Whether the code of an optimizer class names a key that its signature does not: ``use_muon`` of a mixed class."""
    if not isinstance(cls, type):
        return False
    stores = stores_of(cls)
    return key in stores.mentioned and key not in stores.keys


def running_attributes(optimizer: Any) -> dict[str, Any]:
    """The attributes of an optimizer that its code changes as it steps, by name."""
    stores = stores_of(optimizer.__class__)
    found = {}
    for name, value in vars(optimizer).items():
        if name in _OF_TORCH or name.startswith("_optimizer_") or (callable(value) and not _has_state(value)):
            continue
        if isinstance(value, (Optimizer, nn.Module)) or (value is None and name not in stores.attributes):
            continue
        is_stored = name in stores.attributes or not stores.read
        has_values = _holds_tensors(value) or (is_stored and (_is_plain(value) or is_record(value)))
        has_own = _has_state(value) or isinstance(value, torch.Generator)
        if has_own or (has_values and name not in stores.constructor):
            found[name] = value
    return found


_OF_TORCH = {"defaults", "state", "param_groups", "_zero_grad_profile_name", "_warned_capturable_if_run_uncaptured"}
_OF_TORCH |= {"_opt_called", "_step_count", "_hook_for_profile", "_params", "_numel_cache"}


def _has_state(value: Any) -> bool:
    """Whether it is an object that keeps state and takes it back: a scheduler, a warm-up."""
    takes = callable(getattr(value, "state_dict", None)) and callable(getattr(value, "load_state_dict", None))
    return takes and not isinstance(value, (type, nn.Module, Optimizer))


def is_record(value: Any) -> bool:
    """Whether it is an object that holds nothing but plain values in its attributes."""
    held = getattr(value, "__dict__", None)
    return bool(held) and not isinstance(value, (type, nn.Module, Optimizer)) and _is_plain(held)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple, set)):
        return all(map(_is_plain, value)) and not any(isinstance(item, Optimizer) for item in value)
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return value is None or isinstance(value, (bool, int, float, complex, str, torch.Tensor))


def _holds_tensors(value: Any) -> bool:
    """Whether a tensor that is not a parameter is in it."""
    if isinstance(value, torch.Tensor):
        return not isinstance(value, nn.Parameter)
    if isinstance(value, Mapping):
        return any(map(_holds_tensors, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_tensors, value))
