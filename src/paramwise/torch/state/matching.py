"""A saved state matched with live optimizers by parameter name: the fit, or the problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torch import nn

from paramwise.files.state_description import UNKNOWN, Description, Plain, printable, tensor_keys
from paramwise.findings import InputError
from paramwise.libraries import LABEL_KEYS
from paramwise.model.catalog import Catalog
from paramwise.rules.selectors import Selector, as_selector
from paramwise.rules.selectors import name as name_selector
from paramwise.torch.state.holders import Holders
from paramwise.words import nearest, plural

Fresh = Selector | str | Iterable[str] | None


@dataclass(frozen=True)
class Match:
    """How a saved state fits live optimizers.

    Attributes:
        saved_as: from each parameter that is loaded to its name in the file.
        fresh: the parameters that start without state.
        dropped: names that only the file has.
        holders: for each live holder the numbers of the saved ones that its parameters come from.
        groups: for each live group the numbers of the saved ones.
    """

    saved_as: dict[str, str]
    fresh: tuple[str, ...]
    dropped: tuple[str, ...]
    holders: tuple[tuple[int, ...], ...]
    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Mismatch:
    """The ways in which a saved state does not fit live optimizers, each a line.

    Attributes:
        problems: the lines.
        missing: whether some are only that one side lacks a parameter.
    """

    problems: tuple[str, ...]
    missing: bool

    def error(self, where: str) -> InputError:
        """The error that tells of them."""
        return InputError(
            f"the state does not fit the optimizer: {plural(len(self.problems), 'difference')}",
            where=where,
            evidence=map(printable, self.problems),
            help=(
                "name which parameters to reset: fresh=pw.name('head.*')",
                *(("or take what fits: strict=False",) if self.missing else ()),
            ),
        )


def match(held: Holders, saved: Description, fresh: frozenset[str], *, strict: bool) -> Match | Mismatch:
    """Hold a saved state against live optimizers."""
    names = held.names
    every = {}  # a parameter may have been saved under another of its names
    for name in names:
        known = [alias for alias in (name, *held.live.catalog.aliases.get(name, ())) if alias in saved.parameters]
        if known:
            every[name] = known[0]
    taken = set(every.values())
    missing = [name for name in names if name not in every and name not in fresh]
    extra = [name for name in saved.parameters if name not in taken and name not in fresh]
    saved_as = {name: then for name, then in every.items() if name not in fresh}
    chains = _saved_chains(saved)
    problems = [f"{name}: the file does not have it{_near(name, extra)}" for name in missing if strict]
    problems += [f"{name}: the optimizer does not have it" for name in extra if strict]
    problems += _kinds(held, saved, saved_as)
    problems += _classes(held, saved, saved_as, chains)
    if problems:
        return Mismatch(tuple(problems), bool(missing or extra) and strict)
    holders: list[dict[int, None]] = [{} for _ in held.holders]
    for name, then in saved_as.items():
        for now, number in zip(held.chain(name), chains[then], strict=True):
            holders[now].setdefault(number)
    group_of = {
        (at, name): number
        for number, group in enumerate(saved.groups)
        for at in group.optimizers
        for name in group.parameters
    }
    groups: list[tuple[int, ...]] = []
    for group in held.groups:
        of = {
            group_of[number, then]: None
            for name in group.names
            if (then := saved_as.get(name, "")) in chains
            for now, number in zip(held.chain(name), chains[then], strict=True)
            if now in group.holders
        }
        groups.append(tuple(of))
    found = Match(
        saved_as,
        tuple(name for name in names if name not in saved_as),
        tuple(extra),
        tuple(map(tuple, holders)),
        tuple(groups),
    )
    problems = [*_orders(held, saved, found), *_turned_on(held, saved, found), *_other_algorithm(held, saved, found)]
    return Mismatch(tuple(problems), False) if problems else found


def wanted(held: Holders, saved: Description, found: Match) -> dict[str, nn.Parameter | None]:
    """The tensors of a saved state that a load needs, each with the parameter whose state it is in, if any."""
    keys: dict[str, nn.Parameter | None] = {}
    for optimizer in saved.optimizers:
        for name, then in found.saved_as.items():
            for key in tensor_keys(optimizer.state.get(then)):
                keys.setdefault(key, held.tensors[name])
    beside: list[Plain] = list(saved.extra.values())
    for optimizer in saved.optimizers:
        beside += [*optimizer.keyed.values(), *optimizer.attributes.values(), *optimizer.own.values()]
    for group in saved.groups:
        beside += [*group.options.values(), *group.running.values()]
    for value in beside:
        for key in tensor_keys(value):
            keys.setdefault(key, None)
    return keys


def fresh_names(fresh: Fresh, catalog: Catalog) -> frozenset[str]:
    """The parameters that a selector, or globs of names, pick out to start without state.

    Raises:
        InputError: it picks none, or is neither.
    """
    if fresh is None:
        return frozenset()
    if not isinstance(fresh, (Selector, str, Iterable)):
        raise InputError(f"fresh={fresh!r}", help="give a selector, or globs of names: fresh='head.*'")
    selector = fresh if isinstance(fresh, Selector) else name_selector(*([fresh] if isinstance(fresh, str) else fresh))
    chosen = frozenset(parameter.name for parameter in catalog if as_selector(selector)(parameter))
    if not chosen:
        raise InputError(f"fresh={fresh!r} names no parameter", help="`paramwise inspect` lists the names")
    return chosen


def _saved_chains(saved: Description) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {name: set() for name in saved.parameters}
    for group in saved.groups:
        for name in group.parameters:
            found[name] |= set(group.optimizers)
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def _near(name: str, extra: Sequence[str]) -> str:
    near = nearest(name, extra, 1)
    return f"; it has {near[0]}" if near else ""


def _kinds(held: Holders, saved: Description, saved_as: dict[str, str]) -> list[str]:
    problems = []
    for name, then in saved_as.items():
        parameter, kind = held.live.kind(held.live.catalog.position(name)), saved.parameters[then]
        if kind.shape != tuple(parameter.shape) or kind.dtype != parameter.dtype:
            problems.append(
                f"{name}: {kind.dtype} {list(kind.shape)} in the file, "
                f"{parameter.dtype} {list(parameter.shape)} in the model"
            )
        elif held.tensors[name].is_meta:
            problems.append(f"{name}: on the meta device in the model: give it values first")
    return problems


def _classes(
    held: Holders, saved: Description, saved_as: dict[str, str], chains: dict[str, tuple[int, ...]]
) -> list[str]:
    problems = []
    for name, then in saved_as.items():
        old = [saved.optimizers[at].name for at in chains[then]]
        new = [held.holders[at].name for at in held.chain(name)]
        if len(old) != len(new) or any(one not in (other, UNKNOWN) for one, other in zip(old, new, strict=True)):
            problems.append(f"{name}: state of {' over '.join(old)} in the file, the optimizer is {' over '.join(new)}")
    return problems


def _orders(held: Holders, saved: Description, found: Match) -> list[str]:
    """State that depends on the order of all parameters goes to the same order alone."""
    problems = []
    for number, sources in enumerate(found.holders):
        for source in sources:
            if saved.optimizers[source].ordered:
                old = [name for group in saved.groups if source in group.optimizers for name in group.parameters]
                new = [
                    found.saved_as.get(name) for group in held.groups if number in group.holders for name in group.names
                ]
                if old != new:
                    problems.append(
                        f"{saved.optimizers[source].name} keeps vectors of all parameters in their order, "
                        f"which was {_listed(old)}, and now is {_listed([str(name) for name in new])}"
                    )
    return problems


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def _turned_on(held: Holders, saved: Description, found: Match) -> list[str]:
    """Options that are on now and whose state the file lacks, though it has the parameter's other state."""
    problems = []
    for number, group in enumerate(held.groups):
        then = [saved.groups[source].options for source in found.groups[number]]
        for at in group.holders:
            for option, key in sorted(held.holders[at].stores.needs):
                now = group.group.get(option)
                was_off = bool(then) and all(option in options and not options[option] for options in then)
                if not now or not was_off:
                    continue
                lacking = [
                    name
                    for name in group.names
                    for source in found.holders[at]
                    if name in found.saved_as
                    and isinstance(state := saved.optimizers[source].state.get(found.saved_as[name]), dict)
                    and state
                    and key not in state
                ]
                if lacking:
                    more = f" and {len(lacking) - 1:,} more" if len(lacking) > 1 else ""
                    problems.append(f"{lacking[0]}{more}: {option}={now} now, and the file has no `{key}` for it")
    return problems


def _other_algorithm(held: Holders, saved: Description, found: Match) -> list[str]:
    """Marks of groups that choose between algorithms (``use_muon``), which are others now: so is the state they need.

    These are truth values and texts which the class's code reads and its constructor does not take, and other such
    keys that only one side has (``rank`` of GaLore).
    """
    problems = []
    for number, group in enumerate(held.groups):
        stores = [held.holders[at].stores for at in group.holders]
        given = {key for at in group.holders for key in getattr(held.holders[at].optimizer, "defaults", ())}
        for source in found.groups[number]:
            then = saved.groups[source]
            for key in {**then.options, **group.group}:
                if not any(key in one.mentioned and key not in one.constructor for one in stores):
                    continue
                old, new = then.options.get(key, _ABSENT), group.group.get(key, _ABSENT)
                is_mark = isinstance(old, (bool, str)) and type(new) in (bool, str) and new != old
                came_or_went = (old is _ABSENT) != (new is _ABSENT) and key not in given and key not in then.running
                is_option = key not in LABEL_KEYS and not held.is_running(group, key, new)
                if is_mark or (came_or_went and is_option):
                    names = set(then.parameters) & {found.saved_as.get(name) for name in group.names}
                    problems.append(f"{plural(len(names))}, such as {min(map(str, names))}: {key} was {old}, now {new}")
    return problems


class _Absent:
    def __repr__(self) -> str:
        return "not there"


_ABSENT = _Absent()
