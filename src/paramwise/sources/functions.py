"""``module:callable``: a user's function, imported from the current folder or sys.path."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.sources.source import Source
from paramwise.words import did_you_mean

if TYPE_CHECKING:
    from torch import nn


def build_model(source: Source, *, values: bool) -> nn.Module:
    """The model that ``module:callable`` names or, if it is callable, returns.

    Raises:
        InputError: there is no such function, it fails, or it does not return a model.
    """
    from paramwise.torch.construct import device_for, is_model

    how = "" if values else " under the meta device, where tensors have no values"
    with printing_to_stderr():
        found = _imported(source.module, source.name)
        if not is_model(found) and callable(found):
            with device_for(values):
                found = _called(source.text, found, how)
        elif not is_model(found):
            raise InputError(
                f"`{source.text}` is neither a model nor callable", help="name a function that returns one"
            )
    if not is_model(found):
        raise InputError(
            f"`{source.text}` returned {type(found).__qualname__}, not a model", help="return an nn.Module"
        )
    return found


def call(source: str) -> Any:
    """What ``module:callable`` returns when it is called without arguments, or the object it names.

    Raises:
        InputError: there is no such function, or it fails.
    """
    module, colon, attribute = source.partition(":")
    if not (module and colon and attribute):
        raise InputError(f"`{source}` is not module:function", help="name a function, such as train:make_optimizer")
    with printing_to_stderr():
        found = _imported(module, attribute)
        return _called(source, found, "") if callable(found) else found


@contextlib.contextmanager
def printing_to_stderr() -> Iterator[None]:
    """Redirect what code prints (Python, C and child processes) to stderr, so that stdout holds only our output."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        stack.enter_context(_descriptor_to_stderr())
        yield


@contextlib.contextmanager
def _descriptor_to_stderr() -> Iterator[None]:
    _flush()
    try:
        os.fstat(1)
    except OSError:  # stdout is closed: there is nothing to redirect
        yield
        return
    try:
        os.fstat(2)
    except OSError:  # stderr is closed: a new file would take its number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        _flush()
        os.dup2(kept, 1)
        os.close(kept)


def _flush() -> None:
    """Flush the buffers of Python and C before the descriptor they write to changes."""
    for stream in (sys.stdout, sys.__stdout__):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    with contextlib.suppress(OSError, AttributeError, TypeError):  # Windows has no library of that name
        ctypes.CDLL(None).fflush(None)


def _called(source: str, function: Any, how: str) -> Any:
    """Call a function; ``how`` describes the conditions of the call in the error if it fails."""
    try:
        return function()
    except Exception as error:
        raise InputError(
            f"calling `{source}` failed: {headline(error)}",
            help=f"it is called without arguments{how}; --debug shows the traceback",
        ) from error


def _imported(module: str, attribute: str) -> Any:
    """An attribute of a module, which may be in the current folder."""
    sys.path.insert(0, str(Path.cwd()))  # as `python -m` does
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise InputError(f"importing `{module}` failed: {error}", help="install the missing package") from error
        raise InputError(
            f"no module `{module}`",
            evidence=[f"looked in {Path.cwd()} and on Python's path"],
            help="run from the folder that holds it, or set PYTHONPATH",
        ) from None
    except Exception as error:
        raise InputError(
            f"importing `{module}` failed: {headline(error)}", help="--debug shows the traceback"
        ) from error
    finally:
        sys.path.pop(0)
    for part in attribute.split("."):
        if not hasattr(found, part):
            public = [name for name in vars(found) if not name.startswith("_")]
            raise InputError(f"module `{module}` has no `{attribute}`", help=did_you_mean(part, public))
        found = getattr(found, part)
    return found


def headline(error: Exception) -> str:
    """The type of an error and the first line of its message."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
