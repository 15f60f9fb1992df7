"""Which weights the data meet last in a model: its forward pass followed in the source; nothing is run.

Every value stands for the weights that its data were multiplied with last. Where data meet another weight, the weights
before it are *followed*; what the forward pass returns and nothing follows maps the last hidden state to the output.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from paramwise.model.statements import Run
from paramwise.model.steps import Counted
from paramwise.model.values import EMPTY, INPUT, Frame, Function, Module, Tokens, Value, listed, union

_STEPS = 400_000  # expressions, until we give up
_DEEP = 60  # calls inside calls


@dataclass(slots=True)
class Summary:
    """What a method of a module makes of its input."""

    path: str
    result: Value
    consumed: bool
    sums: list[tuple[Tokens, Tokens]]
    hidden: Sequence[Tokens] = ()  # of the result: the weights that something followed, normalised or held already


class Flow(Counted):
    """Follows the code of a model.

    Attributes:
        followed: weights whose results meet another weight.
        normed: weights whose results are normalised.
        whole: weights inside modules whose code is not followed.
        seen: paths of the modules that ran.
        sums: the data on both sides of additions.
        passed: classes of modules whose results count as the data that they take.
    """

    passed: tuple[str, ...] = ("Embedding", "EmbeddingBag")

    def __init__(self, weights: Mapping[str, Sequence[str]], norms: Iterable[str]) -> None:
        """Start with the weights of each module, by path, and with the paths of modules that normalise."""
        super().__init__(_STEPS)
        self.own = weights
        self.norms = frozenset(norms)
        self.holding = {path[:end] for path in weights for end in _ends(path)}
        self._paths, self._holders = sorted(weights), sorted(self.holding)
        self.followed: set[str] = set()
        self.normed: set[str] = set()
        self.whole: set[str] = set()
        self.seen: set[str] = set()
        self.sums: list[tuple[Tokens, Tokens]] = []
        self._known: dict[tuple[int, str], Summary | None] = {}
        self._deep = 0

    def last_of(self, module: Module, entry: str = "forward") -> set[str]:
        """The weights that map the last hidden state of a module to what its method returns.

        Raises:
            TooLongError: the code takes too long to follow.
        """
        found = self._summary(module, entry).result.data
        hidden = self.followed | self.normed | self.whole
        for left, right in self.sums:  # a sum with an earlier state is a hidden state
            earlier = self.followed | {INPUT}
            if left <= earlier and left != {INPUT}:
                hidden |= right
            if right <= earlier and right != {INPUT}:
                hidden |= left
        return {name for name in found if name != INPUT and name not in hidden}

    # ------------------------------------------------------------------------------------------------------- modules

    def _inside(self, path: str) -> list[str]:
        """The weights in a module."""
        return [name for one in (path, *_below(path, self._paths)) for name in self.own.get(one, ())]

    def _summary(self, module: Module, entry: str) -> Summary:
        key = id(module.outline), entry
        if key in self._known:
            return self._known[key] or Summary(module.path, Value(frozenset({INPUT})), False, [])
        self._known[key] = None  # until it is known, where it calls itself
        frame = Frame(module)
        result = self._run(module, entry, frame)
        hidden = [frozenset(result.data & names) for names in (self.followed, self.normed, self.whole)]
        found = self._known[key] = Summary(module.path, result, frame.consumed, frame.sums, hidden)
        return found

    def _run(self, module: Module, entry: str, frame: Frame) -> Value:
        self.seen.add(module.path)
        given = Value(frozenset({INPUT}))
        if module.path not in self.holding:
            return given
        if method := module.method(entry):
            return self.call(Function(method[0], frame, {}, method[1]), [given], {}, everything=True)
        if module.chains and entry == "forward":
            return self.chained(module.members, given, frame)
        if any(base.__name__ in self.passed for base in module.mro):
            return given
        inside = self._inside(module.path)
        if set(inside) - set(self.own.get(module.path, ())) or len(inside) > 1:  # attention, recurrence
            self.whole |= {*inside}
        frame.consumed = True
        self.seen.update(_below(module.path, self._holders))
        return Value(frozenset(inside))

    def chained(self, modules: Iterable[Module], given: Value, frame: Frame) -> Value:
        """What modules make of a value in turn."""
        for module in modules:
            given = self.applied(module, [given], frame)
        return given

    def applied(self, module: Module, given: Sequence[Value], frame: Frame, entry: str = "forward") -> Value:
        """What a module makes of some values."""
        data = frozenset().union(*(value.data for value in given))
        if module.path in self.norms:
            self.normed |= data
        found = self._summary(module, entry)
        if found.consumed:
            self._follow(data, frame)

        def rename(tokens: Tokens) -> Tokens:
            moved = {self._moved(token, found.path, module.path) for token in tokens if token != INPUT}
            return frozenset(moved | data if INPUT in tokens else moved)

        if module.path != found.path:
            self.seen.add(module.path)
            for names, hidden in zip((self.followed, self.normed, self.whole), found.hidden, strict=False):
                names |= {self._moved(one, found.path, module.path) for one in hidden}
        for left, right in found.sums:
            self.add(rename(left), rename(right), frame)
        return found.result.renamed(rename)

    @staticmethod
    def _moved(name: str, old: str, new: str) -> str:
        return new + name[len(old) :] if old != new and name.startswith(f"{old}.") else name

    def _follow(self, data: Tokens, frame: Frame) -> None:
        self.followed |= data - {INPUT}
        frame.consumed |= INPUT in data

    def add(self, left: Tokens, right: Tokens, frame: Frame) -> None:
        """Note that two values are added."""
        if left and right and left != right:
            (frame.sums if INPUT in left | right else self.sums).append((left, right))
            if INPUT in left | right:
                self.sums.append((left, right))

    def joined(self, values: Sequence[Value], frame: Frame) -> Value:
        """What becomes of values together: where data meet weights, the weights are the last."""
        both = union(values)
        if both.data and both.weights:
            self._follow(both.data, frame)
            return Value(both.weights)
        return Value(both.data, both.weights)

    def cut(self, values: Sequence[Value]) -> Value:
        """What remains of values in what says little of them: that there were data."""
        return Value(frozenset({INPUT})) if any(value.data for value in values) else EMPTY

    # ----------------------------------------------------------------------------------------------------- functions

    def call(
        self,
        function: Function,
        given: Sequence[Value],
        named: Mapping[str, Value],
        *,
        everything: bool = False,
    ) -> Value:
        """What a function returns for some arguments; with ``everything``, each argument is the first."""
        if self._deep > _DEEP:
            return self.joined([*given, *named.values()], function.frame)
        self._deep += 1
        try:
            arguments = function.node.args
            names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
            within = dict(function.within)
            if names[:1] == ["self"] and function.owner is not None:
                names = names[1:]
            values = [given[0]] * len(names) if everything else list(given)
            within.update(zip(names, values, strict=False))
            within.update({key: value for key, value in named.items() if key in names})
            only = [argument.arg for argument in arguments.kwonlyargs]
            within.update({key: given[0] if everything else named.get(key, EMPTY) for key in only})
            if arguments.vararg is not None:
                within[arguments.vararg.arg] = given[0] if everything else listed(values[len(names) :])
            if arguments.kwarg is not None:
                rest: dict[int | str, Value] = {
                    key: value for key, value in named.items() if key not in (*names, *only)
                }
                within[arguments.kwarg.arg] = given[0] if everything else replace(union(rest.values()), parts=rest)
            run = Run(self, function, within)
            if isinstance(function.node, ast.Lambda):
                return run.value(function.node.body)
            run.statements(function.node.body)
            return union(run.returned)
        finally:
            self._deep -= 1


def _below(path: str, ordered: Sequence[str]) -> Sequence[str]:
    """Of paths in order those inside another one; of the empty path none."""
    return ordered[bisect_left(ordered, f"{path}.") : bisect_left(ordered, f"{path}/")]  # "/" comes next after "."


def _ends(path: str) -> list[int]:
    return [0, *(at for at, sign in enumerate(path) if sign == "."), len(path)]
