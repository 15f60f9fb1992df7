"""The garbage collector, paused while many records are created."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uncollected(function: Callable[P, T]) -> Callable[P, T]:
    """Pause the garbage collector while a function creates many records that cannot form cycles."""

    @functools.wraps(function)
    def calling(*args: P.args, **kwargs: P.kwargs) -> T:
        collects = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if collects:
                gc.enable()

    return calling
