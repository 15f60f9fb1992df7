"""Who reads a key of a parameter group: the optimizer, a scheduler, or the program."""

from __future__ import annotations

import ast
import math
import sys
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from paramwise.parsing import tree_in, tree_of
from paramwise.torch.live import Live, Optimizer, inner_optimizers, rate_of

_LARGEST = 1_000_000  # bytes of a source file
_MOST = 500  # files of a program


def is_read(live: Live, optimizer: Optimizer, key: str) -> bool:
    """Whether anybody reads a key of an optimizer's groups, as far as that can be seen."""
    around = [] if live.observed is None else live.observed.optimizers
    outer = [other for other in around if any(inner is optimizer for inner in inner_optimizers(other).values())]
    readers = [optimizer, *inner_optimizers(optimizer).values(), *outer, *live.schedulers]
    return (
        any(_names(type(reader), key) for reader in readers)
        or _rates_in_proportion(optimizer, key)
        or any(key in reads for reads in map(_reads_of, _files_of_the_program()))
    )


def _names(cls: type, key: str) -> bool:
    """Whether the code of a class names a key; True where there is no code to look at."""
    for base in cls.__mro__:
        if base in (Optimizer, object):
            continue
        texts = _texts_in(base)
        if texts is None or key in texts or (not base.__module__.startswith("torch.") and key in _reads_beside(base)):
            return True
    return False


@lru_cache(maxsize=1024)
def _texts_in(cls: type) -> frozenset[str] | None:
    """The texts in the code of a class, without its bases; None if the code is not there."""
    tree = tree_of(cls)
    if tree is None:
        return None
    return frozenset(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _reads_beside(cls: type) -> frozenset[str]:
    """The keys that the file of a class reads: functions beside a class may compute its step."""
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return _reads_of(path, False) if path and cls.__module__ != "__main__" else frozenset()


def _rates_in_proportion(optimizer: Optimizer, key: str) -> bool:
    """Whether learning rates or decays differ from group to group as a key does: then somebody multiplied them."""
    for option in ("lr", "weight_decay"):
        pairs = []
        for group in optimizer.param_groups:
            factor, value = rate_of(group.get(key, 1.0)), rate_of(group.get(option))
            if factor is None or value is None:
                break
            pairs.append((factor, value))
        else:
            ratios = [value / factor for factor, value in pairs if factor]
            zeros = all(value == 0 for factor, value in pairs if not factor)
            alike = bool(ratios) and all(math.isclose(ratio, ratios[0], rel_tol=1e-6) for ratio in ratios)
            if alike and zeros and ratios[0] and len({factor for factor, _ in pairs}) > 1:
                return True
    return False


def _files_of_the_program() -> Iterator[str]:
    """The files of the modules that are loaded and not installed: those of whoever trains."""
    installed = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    own = str(Path(__file__).parents[2])
    paths = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    found = {path: None for path in paths if isinstance(path, str) and path.endswith(".py")}
    yield from [path for path in found if not path.startswith((*installed, own))][:_MOST]


@lru_cache(maxsize=1024)
def _reads_of(path: str, by_loops: bool = True) -> frozenset[str]:
    """The keys that a file reads from dicts.

    Args:
        path: a file with Python source.
        by_loops: only what a function reads that also writes a learning rate or a decay, as a training loop does, and a
            function without a name. A read for a log is then none, and neither is that of another optimizer's class.
    """
    try:
        if Path(path).stat().st_size > _LARGEST:
            return frozenset()
        tree = tree_in(Path(path).read_bytes())
    except OSError:
        return frozenset()
    return frozenset() if tree is None else frozenset(_reads_in(tree, by_loops))


def _reads_in(tree: ast.AST, by_loops: bool) -> Iterator[str]:
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)))]:
        nodes = list(_own_nodes(scope))
        written = {key for node in nodes if (key := _key(node, ast.Store))}
        named = isinstance(scope, ast.FunctionDef) and scope.name == "step" and by_loops
        if not by_loops or (not named and (isinstance(scope, ast.Lambda) or written & {"lr", "weight_decay"})):
            yield from (key for node in nodes if (key := _key(node, ast.Load)))


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, or of a file, without those of the functions inside it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            todo += ast.iter_child_nodes(node)


def _key(node: ast.AST, context: type[ast.expr_context]) -> str | None:
    """The key that a node reads or writes: ``group["key"]``; read also ``group.get("key")`` and ``"key" in group``."""
    found: Any = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, context):
        found = node.slice
    elif context is ast.Load and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        found = node.args[0] if node.func.attr in ("get", "pop", "setdefault") else None
    elif context is ast.Load and isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        found = node.left
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None
