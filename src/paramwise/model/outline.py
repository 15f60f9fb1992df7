"""The classes of a model's modules, as far as its code is followed: made by the reader of models, without tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A module: its class and its children, by the attributes that hold them.

    Members of one class in a list of modules may share one outline, since they hold the same.

    Attributes:
        cls: the class that the author wrote.
        children: by attribute, or by place in a list.
    """

    cls: type
    children: Mapping[str, Outline] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Outline], tuple[type]]:
        """Pickled without its classes, which may be local to a function."""
        return Outline, (object,)


class Source(Protocol):
    """The model that a catalog was read from."""

    def __call__(self) -> tuple[Any, Mapping[int, tuple[str, tuple[int, ...]]]] | None:
        """The model, and the canonical name and shape of each parameter by its identity; None once it is gone."""
