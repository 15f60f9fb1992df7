"""Which parameters the data met before they reach a module, told by following the code of a model; nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from paramwise.model.flow import Flow
from paramwise.model.outline import Classes, Outline
from paramwise.model.steps import TooLongError
from paramwise.model.values import INPUT, Frame, Module, Tokens, Value, union

_USES = 50  # that are noted of a module

Given = tuple[str, Tokens]
"""The module whose code gives some data, and the parameters that these data met last."""


class _Steps(Flow):
    """Notes what modules and parameters are given wherever they are used."""

    passed = ()

    def __init__(self, own: Mapping[str, Sequence[str]]) -> None:
        super().__init__(own, ())
        self.given: dict[str, list[Given]] = {}
        self.same: dict[str, str] = {}  # modules whose code was not followed, since that of another of their kind was

    def applied(self, module: Module, given: Sequence[Value], frame: Frame, entry: str = "forward") -> Value:
        both = union(given)
        self._note(module.path, both.data | both.weights, frame)
        result = super().applied(module, given, frame, entry)
        first = self._summary(module, entry).path
        if first != module.path:
            self.same.setdefault(module.path, first)
        return result

    def joined(self, values: Sequence[Value], frame: Frame) -> Value:
        both = union(values)
        if both.data:
            for name in both.weights:
                self._note(name, both.data, frame)
        return super().joined(values, frame)

    def _note(self, user: str, data: Tokens, frame: Frame) -> None:
        uses = self.given.setdefault(user, [])
        if data and len(uses) < _USES and (use := (frame.module.path, data)) not in uses:
            uses.append(use)

    def cut(self, values: Sequence[Value]) -> Value:
        return Value(union(values).data)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the code of a model gives its modules and parameters.

    Attributes:
        given: by the path of a module or the name of a parameter, what it is given in each of its uses.
        same: modules that run the same code as another one, which was followed.
    """

    given: Mapping[str, Sequence[Given]]
    same: Mapping[str, str]
    _found: dict[str, Sequence[Given]] = field(default_factory=dict)
    _known: dict[str, list[set[str]]] = field(default_factory=dict)

    def used(self, name: str) -> str | None:
        """What the code was seen to use of a parameter and the modules around it, the innermost; None if nothing."""
        while name and not self._uses(name):
            name = name.rpartition(".")[0]
        return name or None

    def behind(self, name: str) -> list[set[str]]:
        """The parameters that the data met before they reach a parameter, or a module, in each of its uses.

        What lies behind these is that of their first use: in a loop the data come by again.
        """
        used = self.used(name) or ""
        if used not in self._known:
            self._known[used] = [self._behind(use) for use in self._uses(used)]
        return self._known[used]

    def _behind(self, use: Given) -> set[str]:
        found: set[str] = set()
        seen: set[str] = set()
        todo = [use]
        while todo:
            frame, data = todo.pop()
            found |= data - {INPUT}
            for name in data:
                before = self.used(name or frame)
                if before is not None and before not in seen:
                    seen.add(before)
                    todo += self._uses(before)[:1]
        return found

    def _uses(self, path: str) -> Sequence[Given]:
        if path not in self._found:
            self._found[path] = ()  # modules may stand for each other, and the search comes back
            self._found[path] = self.given.get(path) or self._of_others(path)
        return self._found[path]

    def _of_others(self, path: str) -> Sequence[Given]:
        for own, other in self._alike(path):
            if uses := self._uses(other + path[len(own) :]):
                return [
                    (_moved(frame, other, own), frozenset(_moved(one, other, own) for one in data))
                    for frame, data in uses
                ]
        return ()

    def _alike(self, path: str) -> Iterator[tuple[str, str]]:
        """The modules around, from the innermost, whose code was not followed, each with the module that was."""
        while path:
            if path in self.same:
                yield path, self.same[path]
            path = path.rpartition(".")[0]


def _moved(name: str, old: str, new: str) -> str:
    return new + name[len(old) :] if name == old or name.startswith(f"{old}.") else name


def reach_of(names: Sequence[str], outline: Outline) -> Reach:
    """What the code of a model gives its modules; nothing if it takes too long to follow."""
    return _reach_of(tuple(names), Classes(outline))


@lru_cache(maxsize=64)  # following the code takes longer than all else in reading layers
def _reach_of(names: Sequence[str], classes: Classes) -> Reach:
    own: dict[str, list[str]] = {}
    for name in names:
        own.setdefault(name.rpartition(".")[0].partition(".parametrizations")[0], []).append(name)
    steps = _Steps(own)
    if classes.outline is not None:
        root = Module("", classes.outline)
        try:
            for entry in ["forward"] if root.runs else root.entries:
                steps.last_of(root, entry)
        except (TooLongError, RecursionError):
            return Reach({}, {})
    return Reach(steps.given, steps.same)
