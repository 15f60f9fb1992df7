"""Python source read as a tree, from any thread; nothing is run."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import FunctionType, ModuleType

_TRIES = 100


def tree_of(made: type | FunctionType | ModuleType) -> ast.Module | None:
    """The source of a class, a function or a module as a tree; None where it cannot be read: made by exec, or in C."""
    return _tree(lambda: textwrap.dedent(inspect.getsource(made)))


def tree_in(source: bytes | str) -> ast.Module | None:
    """The content of a Python file as a tree; None if it is not Python."""
    return _tree(lambda: source)


def _tree(read: Callable[[], str | bytes]) -> ast.Module | None:
    for _ in range(_TRIES):
        try:
            return ast.parse(read())
        except SystemError:
            # Python 3.11 counts the depth of all threads' trees in one number, and so a parse may fail because another
            # thread parses too (https://github.com/python/cpython/issues/106905). ``inspect`` parses as well.
            continue
        except (OSError, TypeError, IndexError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return None
