"""Objects of a library's own that its optimizer keeps as state: taken apart into attributes, and put together again.

GaLore's projectors and Shampoo's preconditioners are such. A file only names the class. The class must be loaded
already and be of a package that a live optimizer's class is of, and none of its code runs when an object is made of it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from typing import Any

from paramwise.findings import InputError

_NOT_THEIRS = {"torch", "paramwise", "builtins", "abc", "typing"}


def packages_of(optimizers: Iterable[Any]) -> frozenset[str]:
    """The packages that the classes of optimizers are of, but for torch and ours."""
    classes = [cls for optimizer in optimizers for cls in type(optimizer).__mro__]
    return frozenset(cls.__module__.partition(".")[0] for cls in classes) - _NOT_THEIRS


def name_of(value: Any, packages: frozenset[str]) -> str | None:
    """The qualified name of an object's class, if the object can be taken apart."""
    cls = type(value)
    return f"{cls.__module__}:{cls.__qualname__}" if _found(cls.__module__, cls.__qualname__, packages) is cls else None


def put_together(name: str, attributes: dict[str, Any], packages: frozenset[str]) -> Any:
    """An object of a class, with these attributes; no code of the class runs.

    Raises:
        InputError: the class is not loaded, not of these packages, or one whose objects take more than attributes.
    """
    module, _, qualname = name.partition(":")
    cls = _found(module, qualname, packages)
    if cls is None:
        raise InputError(
            f"state is made of {ascii(name)[1:-1][:200]}, not a class of the optimizer's library that is loaded",
            help="build the optimizer of the class that it was saved from",
        )
    made: Any = object.__new__(cls)
    vars(made).update(attributes)
    return made


def _found(module: str, qualname: str, packages: frozenset[str]) -> type | None:
    """The class of a name, if its objects are nothing but their attributes."""
    found: Any = sys.modules.get(module) if module.partition(".")[0] in packages else None
    for part in qualname.split("."):
        found = None if found is None else inspect.getattr_static(found, part, None)
    if not isinstance(found, type) or (found.__module__, found.__qualname__) != (module, qualname):
        return None
    own = {name for cls in found.__mro__[:-1] for name in vars(cls)}
    is_more = own & {"__new__", "__del__", "__slots__", "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"}
    is_plain = all(cls.__module__.partition(".")[0] in packages for cls in found.__mro__[:-1])
    return found if type(found) is type and is_plain and not is_more else None
