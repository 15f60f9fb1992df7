"""What each parameter gets, and why: rules in, decisions out.

Pure: it reads the records of a catalog and never touches a model.

**Precedence**: setting by setting, the later rule wins. So rules for weight decay, for learning rates and for freezing
compose, and none has to know the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from paramwise.findings import InputError, OptionError
from paramwise.model.blocks import Place
from paramwise.model.catalog import Catalog, Kind, Parameter
from paramwise.rules.rule import Rule, Settings, Value, checked
from paramwise.rules.selectors import Selector

if TYPE_CHECKING:
    import torch

Key = TypeVar("Key", bound=Hashable)

_LONGEST_NAME = 60  # characters in the name of a group

MODEL = "requires_grad=False in the model"
"""Who decided ``freeze`` for parameters that were already frozen in the model."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one parameter gets.

    Attributes:
        settings: the settings in force; only ``{"freeze": True}`` for a frozen parameter.
        decided_by: for each setting that a rule decided, this rule (or `MODEL`); it leaves out base settings.
        matched: indices of all rules that selected the parameter, in order.
    """

    settings: Settings
    decided_by: Mapping[str, Rule | str]
    matched: tuple[int, ...]

    @property
    def deciders(self) -> set[str]:
        """The names of the rules that decided a setting (or `MODEL`)."""
        return {rule if isinstance(rule, str) else rule.name for rule in self.decided_by.values()}

    @property
    def frozen(self) -> bool:
        """Whether the parameter is frozen, so that no optimizer steps it."""
        return "freeze" in self.settings


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters with equal settings, in catalog order.

    Attributes:
        name: made of the rules that decided, such as ``decay``; unique among the groups of a plan.
        settings: what each of the parameters gets.
        catalog: the catalog that they belong to.
        positions: their positions in the catalog.
    """

    name: str
    settings: Settings
    catalog: Catalog = field(repr=False)
    positions: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names of its parameters."""
        return tuple(map(self.catalog.names.__getitem__, self.positions))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters."""
        return tuple(map(self.catalog.parameters.__getitem__, self.positions))

    @property
    def numel(self) -> int:
        """How many values its parameters hold together."""
        kinds, kind_of = self.catalog.kinds, self.catalog.kind_of
        return sum(kinds[kind_of[position]].numel for position in self.positions)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True)
class Decided:
    """Every parameter's settings, and which rule decided each.

    Attributes:
        catalog: the parameters.
        rules: in order of precedence; the last wins.
        base: settings of every parameter, unless a rule overrides them.
        outcomes: the distinct decisions, in the order of their first parameter.
        outcome_of: for each parameter, in catalog order, the index of its decision.
        model: the module that was planned, if it was a module; kept for later, not read here and not compared.
    """

    catalog: Catalog
    rules: tuple[Rule, ...]
    base: Settings
    outcomes: tuple[Decision, ...]
    outcome_of: Sequence[int]
    model: torch.nn.Module | None = field(default=None, compare=False, repr=False)

    @classmethod
    def decide(
        cls, catalog: Catalog, rules: Sequence[Rule], base: Mapping[str, Any], model: torch.nn.Module | None = None
    ) -> Self:
        """Apply the rules, in order, to every parameter.

        Raises:
            InputError: a base setting that no optimizer can use, or something that is not a rule.
        """
        _check_rules(rules)
        settings = _base_settings(base)
        matches = _Matches(catalog, rules)
        outcomes = tuple(_decision(rules, settings, *distinct) for distinct in matches.distinct)
        return cls(catalog, tuple(rules), settings, outcomes, matches.of_parameter, model)

    def __getitem__(self, name: str) -> Decision:
        return self.outcomes[self.outcome_of[self.catalog.position(name)]]

    def __iter__(self) -> Iterator[tuple[Parameter, Decision]]:
        return zip(self.catalog.parameters, self.decisions, strict=True)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What each parameter gets, in catalog order."""
        return tuple(map(self.outcomes.__getitem__, self.outcome_of))

    @property
    def groups(self) -> tuple[Group, ...]:
        """A group for each distinct settings, in the order of their first parameter; frozen parameters are in none."""
        numbers: dict[tuple[tuple[str, Value], ...], int] = {}
        deciders: list[set[str]] = []
        group_of: list[int] = []  # for each outcome, the number of its group
        for decision in self.outcomes:
            if decision.frozen:
                group_of.append(-1)
                continue
            number = numbers.setdefault(tuple(sorted(decision.settings.items())), len(deciders))
            if number == len(deciders):
                deciders.append(set())
            deciders[number].update(decision.deciders)
            group_of.append(number)
        # outcomes are in the order of their first parameter, so groups are too
        members: list[list[int]] = [[] for _ in range(len(deciders) + 1)]  # the last, at -1, takes frozen ones
        lists = [members[number] for number in group_of]
        for position, outcome in enumerate(self.outcome_of):
            lists[outcome].append(position)
        names = self._names(deciders)
        return tuple(
            Group(name, dict(settings), self.catalog, tuple(positions))
            for name, settings, positions in zip(names, numbers, members, strict=False)
        )

    def _names(self, deciders: Iterable[Collection[str]]) -> Iterator[str]:
        """A name for each group, from the rules that decided it."""
        order = {rule.name: None for rule in self.rules}
        taken: Counter[str] = Counter()
        for rules in deciders:
            name = ", ".join(rule for rule in order if rule in rules) or "base"
            name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
            taken[name] += 1
            yield name if taken[name] == 1 else f"{name} ({taken[name]})"

    @property
    def optimizer_names(self) -> tuple[str, ...]:
        """The names of the optimizers that rules assign, in order; empty if a single optimizer takes all parameters."""
        named = [group.settings["optimizer"] for group in self.groups if "optimizer" in group.settings]
        return tuple(dict.fromkeys(map(str, named)))

    @property
    def frozen(self) -> Group:
        """The frozen parameters, which no optimizer steps, in catalog order; often none."""
        frozen = [decision.frozen for decision in self.outcomes]
        where = [position for position, outcome in enumerate(self.outcome_of) if frozen[outcome]] if any(frozen) else []
        return Group("frozen", {"freeze": True}, self.catalog, tuple(where))

    def selected(self, index: int) -> int:
        """How many parameters rule ``index`` selects, whether or not a later rule overrides it."""
        count = Counter(self.outcome_of)
        return sum(count[outcome] for outcome, decision in enumerate(self.outcomes) if index in decision.matched)


Answer = tuple[bool, tuple[int, ...]]
"""Whether a parameter is trainable, and the indices of the rules that select it."""


class _Matches:
    """Which rules select each parameter.

    A model has 100,000 parameters, but only a few dozen kinds of parameters, in about as many places as it has layers,
    and most selectors read only the kind or the place. So each selector is evaluated on the fewest records that differ
    in the fields it reads (kinds first, then see `_SORTS`), and parameters that share a record share the answer.

    Attributes:
        distinct: each answer once, in the order of its first parameter.
        of_parameter: for each parameter, the index of its answer.
    """

    def __init__(self, catalog: Catalog, rules: Sequence[Rule]) -> None:
        waiting = {index: rule.select for index, rule in enumerate(rules)}
        used = dict.fromkeys(catalog.kind_of)  # the kinds, in the order of their first parameters
        kinds = [catalog.kinds[number] for number in used]
        picked = _picked(_taken(waiting, frozenset(Kind._fields)), [Parameter("", (), *kind) for kind in kinds])
        self.distinct, numbers = _numbered([*zip([kind.trainable for kind in kinds], picked, strict=True)])
        of_kind = dict(zip(used, numbers, strict=True))
        self.of_parameter = list(map(of_kind.__getitem__, catalog.kind_of))
        if waiting:
            self._tell_apart(catalog, waiting)

    def _tell_apart(self, catalog: Catalog, waiting: dict[int, Selector]) -> None:
        """Add the selectors that read more than the kind."""
        columns: list[Iterable[Any]] = [self.of_parameter]
        for fields, records_of in _SORTS:
            if asked := _taken(waiting, fields):
                records, record_of = records_of(catalog)
                columns.append(map(_picked(asked, records).__getitem__, record_of))
        keys, self.of_parameter = _numbered(list(zip(*columns, strict=True)))
        self.distinct = [_joined(self.distinct[answer], more) for answer, *more in keys]


def _taken(waiting: dict[int, Selector], fields: frozenset[str] | None) -> dict[int, Selector]:
    """Remove and return the selectors that read only some fields; all selectors if ``fields`` is None."""
    taken = {index: select for index, select in waiting.items() if fields is None or select.fields <= fields}
    for index in taken:
        del waiting[index]
    return taken


def _joined(answer: Answer, more: Iterable[tuple[int, ...]]) -> Answer:
    trainable, indices = answer
    return trainable, tuple(sorted(chain(indices, *more)))


def _picked(selects: Mapping[int, Selector], records: Sequence[Parameter]) -> list[tuple[int, ...]]:
    """For each record, the keys of the selectors that pick it."""
    if not selects:
        return [()] * len(records)
    answers = list(zip(*(map(bool, map(select, records)) for select in selects.values()), strict=True))
    picked = {answer: tuple(compress(selects, answer)) for answer in set(answers)}
    return list(map(picked.__getitem__, answers))


def _numbered(keys: Sequence[Key]) -> tuple[list[Key], list[int]]:
    """The distinct keys, in order, and the index of each key among them."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return list(numbers), list(map(numbers.__getitem__, keys))


Records = tuple[Sequence[Parameter], Sequence[int]]
"""Records to evaluate a selector on, and for each parameter the index of its record."""

_BLANK = Kind((), "", True, "other", None, 0)


def _of_places(catalog: Catalog) -> Records:
    return [Parameter("", (), *_BLANK, *place) for place in catalog.places], catalog.place_of


def _of_kinds_and_places(catalog: Catalog) -> Records:
    pairs, pair_of = _numbered(list(zip(catalog.kind_of, catalog.place_of, strict=True)))
    return [Parameter("", (), *catalog.kinds[kind], *catalog.places[place]) for kind, place in pairs], pair_of


def _of_names(catalog: Catalog) -> Records:
    rest = Parameter("", (), *_BLANK)[1:]
    return [tuple.__new__(Parameter, (name, *rest)) for name in catalog.names], range(len(catalog))


def _of_parameters(catalog: Catalog) -> Records:
    return catalog.parameters, range(len(catalog))


_SORTS: list[tuple[frozenset[str] | None, Callable[[Catalog], Records]]] = [
    (frozenset(Place._fields), _of_places),
    (frozenset(Kind._fields + Place._fields), _of_kinds_and_places),
    (frozenset(("name",)), _of_names),
    (None, _of_parameters),
]
"""Fields, and the records on which a selector that reads only these is evaluated; the first row that fits counts."""


def _check_rules(rules: Sequence[object]) -> None:
    for rule in rules:
        if not isinstance(rule, Rule):
            raise InputError(
                f"not a rule: {rule!r}",
                help="pass pw.Rule(selector, setting=value), or a recipe such as pw.recipes.bert() or 'bert'",
            )


def _base_settings(base: Mapping[str, Any]) -> Settings:
    settings = {key: checked(key, value) for key, value in base.items()}
    for ours in ("freeze", "lr_scale"):
        if ours in settings:
            raise OptionError(
                f"`{ours}` cannot be a base setting: it would hold for every parameter",
                help=f"pw.Rule(selector, {ours}={settings[ours]!r})",
            )
    return settings


def _decision(rules: Sequence[Rule], base: Settings, trainable: bool, matched: tuple[int, ...]) -> Decision:
    settings = dict(base)
    decided_by: dict[str, Rule | str] = {}
    if not trainable:
        settings["freeze"], decided_by["freeze"] = True, MODEL
    for index in matched:
        for key, value in rules[index].settings.items():
            settings[key], decided_by[key] = value, rules[index]
    if settings.pop("freeze", False):
        return Decision({"freeze": True}, {"freeze": decided_by["freeze"]}, matched)
    lr, scale = settings.get("lr"), settings.get("lr_scale")
    if isinstance(lr, (int, float)) and isinstance(scale, (int, float)):
        # the optimizer gets one number; without a base rate, the scale will multiply the optimizer's own default
        settings["lr"] = lr * scale
        del settings["lr_scale"]
    return Decision(settings, decided_by, matched)
