"""What each parameter gets, and why: rules in, a plan out.

Pure: a plan is decided from the records of a catalog; the model is touched when an optimizer is built, not before.

**Precedence**: setting by setting, the later rule wins. A rule for weight decay, one for learning rates and one that
freezes compose without knowing of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from paramwise.catalog import Catalog, Kind, Parameter
from paramwise.findings import Findings, InputError, OptionError, did_you_mean
from paramwise.rules import Rule, Settings, Value, checked

if TYPE_CHECKING:
    import torch

    from paramwise.checks import Ignored
    from paramwise.difference import Difference
    from paramwise.torch.build import Chosen

_LONGEST_NAME = 60  # of a group, in characters

MODEL = "requires_grad=False in the model"
"""Decides ``freeze`` of the parameters that the model came with frozen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one parameter gets.

    Attributes:
        settings: those in force; of a frozen parameter ``{"freeze": True}`` alone.
        decided_by: for each setting that a rule decided, the rule (or `MODEL`); base settings are not in it.
        matched: indices of all rules that selected the parameter, in order.
    """

    settings: Settings
    decided_by: Mapping[str, Rule | str]
    matched: tuple[int, ...]

    @property
    def frozen(self) -> bool:
        """Whether the optimizer leaves the parameter alone."""
        return "freeze" in self.settings


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters with equal settings, in catalog order.

    Attributes:
        name: the rules that decided, such as ``decay``; no two groups of a plan have the same.
        settings: of each of them.
        catalog: what they are in.
        positions: where in the catalog they stand.
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
class Plan:
    """Every parameter's settings, and which rule decided each.

    Made by `paramwise.plan`. ``plan[name]`` is the `Decision` of one parameter, ``plan.groups`` the distinct settings
    with their parameters, ``print(plan)`` shows it all.

    Attributes:
        catalog: the parameters.
        rules: in order of precedence, the last wins.
        base: settings of every parameter that no rule decides otherwise.
        outcomes: the distinct decisions.
        outcome_of: for each parameter, in catalog order, the index of its decision.
        model: the module it was planned on, if it was one; takes no part in comparisons.
    """

    catalog: Catalog
    rules: tuple[Rule, ...]
    base: Settings
    outcomes: tuple[Decision, ...]
    outcome_of: Sequence[int]
    model: torch.nn.Module | None = field(default=None, compare=False, repr=False)

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
        """The distinct settings with their parameters, in the order of their first parameter; frozen ones in none."""
        members: dict[tuple[tuple[str, Value], ...], list[int]] = {}
        deciders: dict[int, set[str]] = {}  # of each list of members, the rules
        add: list[Callable[[int], None]] = []  # for each outcome, to its group
        for decision in self.outcomes:
            key = tuple(sorted(decision.settings.items()))
            into: list[int] = [] if decision.frozen else members.setdefault(key, [])
            rules = deciders.setdefault(id(into), set())
            rules.update(rule if isinstance(rule, str) else rule.name for rule in decision.decided_by.values())
            add.append(into.append)
        for position, outcome in enumerate(self.outcome_of):
            add[outcome](position)
        found = sorted(((of, key) for key, of in members.items() if of), key=lambda one: one[0][0])
        names = self._names([deciders[id(positions)] for positions, _ in found])
        return tuple(
            Group(name, dict(key), self.catalog, tuple(positions))
            for name, (positions, key) in zip(names, found, strict=True)
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
    def optimizers(self) -> tuple[str, ...]:
        """The names of the optimizers that rules give parameters to, in order; none, if one optimizer takes all."""
        named = [group.settings["optimizer"] for group in self.groups if "optimizer" in group.settings]
        return tuple(dict.fromkeys(map(str, named)))

    @property
    def frozen(self) -> Group:
        """The parameters that the optimizer leaves alone, in catalog order; often none."""
        frozen = [decision.frozen for decision in self.outcomes]
        where = [position for position, outcome in enumerate(self.outcome_of) if frozen[outcome]] if any(frozen) else []
        return Group("frozen", {"freeze": True}, self.catalog, tuple(where))

    def selected(self, index: int) -> int:
        """How many parameters rule ``index`` selects, whether or not a later rule overrides it."""
        count = Counter(self.outcome_of)
        return sum(count[outcome] for outcome, decision in enumerate(self.outcomes) if index in decision.matched)

    def check(self, ignore: Iterable[Ignored] = ()) -> Findings:
        """What is wrong or surprising about the plan; empty where all is well.

        Args:
            ignore: codes or slugs to leave out, or pairs of one and a selector of the parameters it is not asked about.

        Raises:
            InputError: there is no such code.
        """
        from paramwise.checks import check

        return check(self, ignore)

    def diff(self, other: Plan) -> Difference:
        """What changes from this plan to another: for which parameters, what, and why; ``print`` it."""
        from paramwise.difference import difference

        return difference(self, other)

    def as_dict(self, source: str | None = None) -> dict[str, Any]:
        """The plan as plain data, as ``paramwise plan --json`` prints it; ``source`` says what was planned."""
        return {
            "schema": "paramwise/plan/1",
            "source": source,
            "parameters": [parameter_as_dict(parameter, decision) for parameter, decision in self],
            "groups": [
                {"settings": dict(group.settings), "parameters": len(group), "numel": group.numel}
                for group in self.groups
            ],
            "findings": [finding.as_dict() for finding in self.check()],
        }

    def explain(self, name: str) -> Explanation:
        """All that was decided for one parameter: the winning rules and the losing ones.

        Raises:
            UnknownNameError: there is no such parameter; names the nearest.
        """
        parameter = self.catalog[name]
        return Explanation(self, parameter, self[parameter.name])

    def optimizer(
        self, cls: Chosen = None, model: torch.nn.Module | None = None, /, **defaults: Any
    ) -> torch.optim.Optimizer:
        """Apply the plan to the model (``requires_grad``) and build the optimizer over its groups.

        Where rules give parameters to several optimizers by name (``pw.Rule(selector, optimizer="muon")``), the result
        is one optimizer that steps them all: see `CombinedOptimizer`.

        Args:
            cls: an optimizer class, such as ``torch.optim.AdamW``; where the plan names optimizers, a class, or a class
                and its options, for each name; or nothing, if they are names of torch's own (``"muon"``, ``"AdamW"``).
            model: the module to build for, if not the one planned on: a wrapped or copied one, of the same parameters.
            defaults: further options of the optimizer. ``fused=True`` is added for Adam, AdamW and SGD where the
                device has such a kernel and neither ``fused``, ``foreach`` nor ``differentiable`` is given.

        Raises:
            OptionError: an option the class does not take; names the nearest.
            InputError: an optimizer that the plan names is not given, or gets no parameters.
            PlanError: the plan has findings of level error, or does not fit the model.
        """
        from paramwise.torch.build import build_optimizer

        return build_optimizer(self, cls, model, defaults)

    def as_groups(self, decay_key: str = "weight_decay", model: torch.nn.Module | None = None) -> list[dict[str, Any]]:
        """The groups as a plain list of dicts without names, for code that builds its optimizer itself.

        ``decay_key="weight_decay_rate"`` is for optimizers that read weight decay under that key, as BertAdam of the
        early pytorch-pretrained-bert did. torch's optimizers ignore it without a word.
        """
        from paramwise.torch.build import plain_groups

        return plain_groups(self, decay_key, model)

    def to_toml(self) -> str:
        """The base settings and the rules as a file for `paramwise.read_config`, recipes written out.

        Planned again with it, the same catalog gives an equal plan.

        Raises:
            InputError: a rule that a file cannot say, such as one with a selector of your own; says which.
        """
        from paramwise.config.file import to_toml

        return to_toml(self)

    def __str__(self) -> str:
        from paramwise.report.terminal import plan_text

        return plan_text(self)

    def _repr_html_(self) -> str:
        from paramwise.report.terminal import plan_html

        return plan_html(self)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one parameter gets what it gets; ``print`` it."""

    plan: Plan
    parameter: Parameter
    decision: Decision

    def candidates(self, setting: str) -> list[tuple[str, Value]]:
        """All that would set the setting, the winner last: (who, value) of the base, the model and the rules."""
        found = [("base", self.plan.base[setting])] if setting in self.plan.base else []
        if setting == "freeze" and not self.parameter.trainable:
            found.append((MODEL, True))
        for index in self.decision.matched:
            rule = self.plan.rules[index]
            if setting in rule.settings:
                found.append((f"rule {index + 1} `{rule.name}`", rule.settings[setting]))
        return found

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, as the command line's ``--json`` prints it."""
        return {
            **parameter_as_dict(self.parameter, self.decision),
            "candidates": {
                setting: [{"by": by, "value": value} for by, value in self.candidates(setting)]
                for setting in self.settings
            },
        }

    @property
    def settings(self) -> list[str]:
        """The settings that anything would set for the parameter."""
        of_rules = [key for index in self.decision.matched for key in self.plan.rules[index].settings]
        frozen = [] if self.parameter.trainable else ["freeze"]
        return list(dict.fromkeys([*self.plan.base, *frozen, *of_rules]))

    def __str__(self) -> str:
        from paramwise.report.terminal import explanation_text

        return explanation_text(self)


def parameter_as_dict(parameter: Parameter, decision: Decision) -> dict[str, Any]:
    """A planned parameter as plain data, as in ``paramwise plan --json``."""
    by = {key: rule if isinstance(rule, str) else rule.name for key, rule in decision.decided_by.items()}
    return {**parameter.as_dict(), "settings": dict(decision.settings), "decided_by": by}


def decide(
    catalog: Catalog, rules: Sequence[Rule], base: Mapping[str, Any], model: torch.nn.Module | None = None
) -> Plan:
    """Apply the rules, in order, to every parameter.

    Raises:
        InputError: a base setting that no optimizer can use, or something that is no rule.
    """
    for rule in rules:
        if not isinstance(rule, Rule):
            raise InputError(
                f"not a rule: {rule!r}",
                help="pass pw.Rule(selector, setting=value), or a recipe such as pw.recipes.bert() or 'bert'",
            )
    settings = {key: checked(key, value) for key, value in base.items()}
    for ours in ("freeze", "lr_scale"):
        if ours in settings:
            raise OptionError(
                f"`{ours}` is no base setting: it would hold for every parameter",
                help=f"pw.Rule(selector, {ours}={settings[ours]!r})",
            )
    selects = [rule.select for rule in rules]
    outcomes: dict[tuple[bool, tuple[int, ...]], int] = {}

    def outcome(parameter: Parameter) -> int:
        matched = tuple([index for index, select in enumerate(selects) if select(parameter)])
        return outcomes.setdefault((parameter.trainable, matched), len(outcomes))

    # Each distinct value of what the rules look at is asked for once: of kinds, unless they look at names or places
    read = frozenset(("trainable",)).union(*(select.fields for select in selects))
    by_kind = read.issubset(Kind._fields)
    records: Sequence[Kind | Parameter] = catalog.kinds if by_kind else catalog.parameters
    keys = list(map(attrgetter(*read), records))
    asked = {
        key: outcome(Parameter("", (), *record) if isinstance(record, Kind) else record)
        for key, record in dict(zip(keys, records, strict=True)).items()
    }
    of_record = [asked[key] for key in keys]
    asked_of = [of_record[kind] for kind in catalog.kind_of] if by_kind else of_record
    # in the order of their first parameters; a kind that no parameter is of decides nothing
    order = {outcome: number for number, outcome in enumerate(dict.fromkeys(asked_of))}
    outcome_of = list(map(order.__getitem__, asked_of))
    found = list(outcomes)
    decisions = tuple(_decision(rules, settings, *found[outcome]) for outcome in order)
    return Plan(catalog, tuple(rules), settings, decisions, outcome_of, model)


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
        # one number for the optimizer; without a base rate the scale waits for the optimizer's own default
        settings["lr"] = lr * scale
        del settings["lr_scale"]
    return Decision(settings, decided_by, matched)


def unknown_option(key: str, receiver: str, possible: Sequence[str]) -> OptionError:
    """The error for an option that its receiver does not take."""
    return OptionError(f"{receiver} takes no option `{key}`", help=did_you_mean(key, possible))
