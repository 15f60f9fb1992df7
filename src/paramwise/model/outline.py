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


class Classes:
    """The classes of a model, equal to those of another model with the same classes in the same places."""

    def __init__(self, outline: Outline | None) -> None:
        self.outline = outline
        self._places = _places(outline) if outline is not None else ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and self._places == other._places

    def __hash__(self) -> int:
        return hash(self._places)


def _places(outline: Outline) -> tuple[object, ...]:
    return outline.cls, *((name, _places(child)) for name, child in outline.children.items())


class Source(Protocol):
    """The model that a catalog was read from."""

    def __call__(self) -> tuple[Any, Mapping[int, tuple[str, tuple[int, ...]]]] | None:
        """The model, and the canonical name and shape of each parameter by its identity; None once it is gone."""
