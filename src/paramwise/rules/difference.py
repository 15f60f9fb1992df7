"""What changes between two plans: settings, new parameters, missing ones, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from paramwise.model.catalog import Catalog, Kind
from paramwise.model.collector import uncollected
from paramwise.rules.decide import Decided, Decision
from paramwise.rules.rule import Rule, Settings

Sort = Literal["settings", "new", "gone", "reshaped", "tied"]

NOUNS = {"norm": "norm gain", "position": "position table", "other": "other parameter"}


@dataclass(frozen=True, slots=True)
class Change:
    """The same change of some parameters.

    Attributes:
        sort: they get other settings (``settings``), are ``new``, are ``gone``, have another shape or dtype
            (``reshaped``), or have gained or lost other names (``tied``).
        names: the parameters, in the order of the plan that they are in.
        numel: how many values they hold together, afterwards unless they are gone.
        role: what they are; afterwards unless they are gone.
        before: the settings they had; empty for new parameters.
        after: the settings they get; empty for parameters that are gone.
        why: the reasons, as far as the plans know them.
    """

    sort: Sort
    names: tuple[str, ...]
    numel: int
    role: str
    before: Settings
    after: Settings
    why: tuple[str, ...]

    @property
    def settings(self) -> dict[str, tuple[Any, Any]]:
        """What differs: by setting, before and after; ``None`` where it is not set."""
        if self.sort != "settings":
            return {}
        keys = dict.fromkeys([*self.before, *self.after])
        differing = {key: (self.before.get(key), self.after.get(key)) for key in keys}
        return {key: two for key, two in differing.items() if two[0] != two[1]}

    @property
    def decay_a_step(self) -> tuple[float, float] | None:
        """The share of each value that weight decay removes in a step (learning rate x decay), before and after."""
        shares = [_share(self.before), _share(self.after)]
        before, after = shares
        return None if before is None or after is None or before == after else (before, after)

    def as_dict(self) -> dict[str, Any]:
        """The change as plain data, as the command line's ``--json`` prints it."""
        return {
            "sort": self.sort,
            "role": self.role,
            "parameters": len(self.names),
            "numel": self.numel,
            "before": dict(self.before),
            "after": dict(self.after),
            "why": list(self.why),
            "names": list(self.names),
        }


def _share(settings: Settings) -> float | None:
    if "freeze" in settings:
        return 0.0
    rate, decay = settings.get("lr"), settings.get("weight_decay")
    if decay == 0:
        return 0.0
    return rate * decay if isinstance(rate, (int, float)) and isinstance(decay, (int, float)) else None


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """All changes from one plan to another. False where there is none.

    Attributes:
        changes: those of settings first, the largest first.
        parameters: how many parameters there are afterwards.
        numel: how many values they hold.
    """

    changes: tuple[Change, ...]
    parameters: int
    numel: int

    @classmethod
    def between(cls, before: Decided, after: Decided) -> Self:
        """The changes from one plan to another."""
        return cls(changes_between(before, after), len(after.catalog), after.catalog.numel)

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter that something changes for."""
        return tuple(name for change in self.changes for name in change.names)

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain data, as ``paramwise diff --json`` prints it."""
        return {
            "schema": "paramwise/diff/1",
            "parameters": self.parameters,
            "numel": self.numel,
            "changes": [change.as_dict() for change in self.changes],
        }


class _Side(NamedTuple):
    """What a parameter is and gets in one plan."""

    kind: Kind
    decision: Decision


@uncollected
def changes_between(before: Decided, after: Decided) -> tuple[Change, ...]:
    """What changes from one plan to another, matched by name; a tied parameter by any of its names."""
    matched = _matched(before.catalog, after.catalog)
    pairs: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    new: list[int] = []
    kinds, outcomes = before.catalog.kind_of, before.outcome_of
    for at, (then, kind, outcome) in enumerate(zip(matched, after.catalog.kind_of, after.outcome_of, strict=True)):
        if then < 0:
            new.append(at)
        else:
            pairs[kinds[then], outcomes[then], kind, outcome].append(at)
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for key, members in pairs.items():
        for change in _changes(_side(before, *key[:2]), _side(after, *key[2:])):
            found[change] += members
    changes = [
        Change(sort, _names(after, members), _numel(after, members), role, dict(was), dict(now), why)
        for (sort, role, was, now, why), members in found.items()
    ]
    kept = set(matched)
    gone = [at for at in range(len(before.catalog)) if at not in kept]
    changes += _on_one_side(before, gone, "gone", after)
    changes += _on_one_side(after, new, "new", before)
    changes += _retied(before, after, matched)
    order = ("settings", "new", "gone", "reshaped", "tied")
    changes.sort(key=lambda change: (order.index(change.sort), -change.numel))
    return tuple(changes)


def _side(plan: Decided, kind: int, outcome: int) -> _Side:
    return _Side(plan.catalog.kinds[kind], plan.outcomes[outcome])


def _matched(before: Catalog, after: Catalog) -> list[int]:
    """For each parameter where it stands before; -1 if it is new."""
    if before.names == after.names:
        return list(range(len(after)))
    where = {name: at for at, name in enumerate(before.names)}
    by_alias = {alias: where[name] for name, aliases in before.aliases.items() for alias in aliases}
    found = [where.get(name, -1) for name in after.names]
    taken = set(found)
    for at, name in enumerate(after.names):
        if found[at] < 0:  # known by another name then, or under the name of an alias of now
            others = [by_alias.get(name, -1), *(where.get(alias, -1) for alias in after.aliases.get(name, ()))]
            free = next((position for position in others if position >= 0 and position not in taken), -1)
            found[at] = free
            taken.add(free)
    return found


def _changes(then: _Side, now: _Side) -> Iterator[tuple[Any, ...]]:
    """What changes for a parameter: sort, role, settings before and after, and why."""
    was, becomes = then.decision.settings, now.decision.settings
    if was != becomes:
        yield "settings", now.kind.role, _frozen(was), _frozen(becomes), tuple(_why(then, now))
    reshaped = []
    if then.kind.shape != now.kind.shape:
        reshaped.append(f"shape {list(then.kind.shape)} -> {list(now.kind.shape)}")
    if then.kind.dtype != now.kind.dtype:
        reshaped.append(f"dtype {then.kind.dtype} -> {now.kind.dtype}")
    if reshaped:
        yield "reshaped", now.kind.role, (), (), tuple(reshaped)


def _frozen(settings: Settings) -> tuple[tuple[str, Any], ...]:
    return tuple(settings.items())


def _why(then: _Side, now: _Side) -> Iterator[str]:
    was, becomes = then.decision, now.decision
    keys = ["freeze"] if was.frozen or becomes.frozen else [*dict.fromkeys([*was.settings, *becomes.settings])]
    deciders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in keys:
        if was.settings.get(key) != becomes.settings.get(key):
            deciders[_who(becomes, key), _who(was, key)].append(key)
    for (who, before), settings in deciders.items():
        which = f"{', '.join(settings)}: " if len(deciders) > 1 else ""
        yield f"{which}decided by {who}, before {'too' if who == before else f'by {before}'}"
    for what, old, new in (
        ("role", then.kind.role, now.kind.role),
        ("class", then.kind.module, now.kind.module),
        ("requires_grad", then.kind.trainable, now.kind.trainable),
        ("mark against weight decay", then.kind.marked, now.kind.marked),
    ):
        if old != new and old is not None and new is not None:
            yield f"its {what} was {old}, is now {new}"


def _who(decision: Decision, key: str) -> str:
    by: Rule | str | None = decision.decided_by.get(key)
    if by is None and key == "lr":
        by = decision.decided_by.get("lr_scale")
    if by is not None:
        return f"`{by.name}`" if isinstance(by, Rule) else by
    return "the base settings" if key in decision.settings else "none"


def _retied(before: Decided, after: Decided, matched: Sequence[int]) -> Iterator[Change]:
    """Names that a tied parameter gained or lost, but for names that are parameters of their own on either side."""
    own = {*before.catalog.names, *after.catalog.names}
    aliased = {*before.catalog.aliases, *after.catalog.aliases}
    for at, then in enumerate(matched):
        name = after.catalog.names[at]
        if then < 0 or not ({name, before.catalog.names[then]} & aliased):
            continue
        was = {*before.catalog.aliases.get(before.catalog.names[then], ())} - own
        now = {*after.catalog.aliases.get(name, ())} - own
        why = [f"also {name} now" for name in sorted(now - was)] + [f"no longer {name}" for name in sorted(was - now)]
        if why:
            kind = after.catalog.kinds[after.catalog.kind_of[at]]
            yield Change("tied", (after.catalog.names[at],), kind.numel, kind.role, {}, {}, tuple(why))


def _on_one_side(plan: Decided, members: Sequence[int], sort: Sort, other: Decided) -> list[Change]:
    """The parameters that only one of the plans has, and whether the other plan knows them as tied to another."""
    groups: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    owner = {alias: name for name, aliases in other.catalog.aliases.items() for alias in aliases}
    for at in members:
        tied = owner.get(plan.catalog.names[at], "")
        groups[plan.catalog.kinds[plan.catalog.kind_of[at]].role, plan.outcome_of[at], tied].append(at)
    verb = "was" if sort == "new" else "is now"
    return [
        Change(
            sort,
            _names(plan, at),
            _numel(plan, at),
            role,
            plan.outcomes[outcome].settings if sort == "gone" else {},
            plan.outcomes[outcome].settings if sort == "new" else {},
            (f"{verb} tied to {tied}",) if tied else (),
        )
        for (role, outcome, tied), at in groups.items()
    ]


def _names(plan: Decided, members: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(plan.catalog.names.__getitem__, sorted(members)))


def _numel(plan: Decided, members: Sequence[int]) -> int:
    kinds = Counter(map(plan.catalog.kind_of.__getitem__, members))
    return sum(plan.catalog.kinds[kind].numel * count for kind, count in kinds.items())


def summary(found: PlanChanges) -> str:
    """How much changes, in one line."""
    counts: dict[str, int] = defaultdict(int)
    values: Mapping[str, int] = defaultdict(int)
    for change in found.changes:
        counts[change.sort] += len(change.names)
        values[change.sort] += change.numel  # type: ignore[index]
    parts = []
    if counts["settings"]:
        gets = "gets" if counts["settings"] == 1 else "get"
        parts.append(
            f"{counts['settings']:,} of {found.parameters:,} parameters {gets} something else, "
            f"{values['settings']:,} of {found.numel:,} values"
        )
    others = {"new": "new", "gone": "gone", "reshaped": "of another shape or dtype", "tied": "tied otherwise"}
    for sort, words in others.items():
        if counts[sort]:
            parts.append(f"{counts[sort]:,} {words}")
    return "; ".join(parts) or "no difference"
