"""Selectors that tell some parameters from others: the cheapest to read that a greedy search finds.

A model has many parameters but few *cells*: parameters that no selector tells apart and that get the same. Sets of
cells are the bits of a number, so that many selectors are tried in a moment.
"""

from __future__ import annotations

import fnmatch
import glob
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, zip_longest
from operator import or_
from typing import Any, NamedTuple

from paramwise.model.catalog import Parameter
from paramwise.plans.plan import Plan
from paramwise.rules import selectors
from paramwise.rules.rule import Settings, Value
from paramwise.rules.selectors import NUMBER, Selector, globs_of

# What a reader likes best costs least: what a parameter is, then where it is, then what it is called
COSTS = {"role": 10, "marked": 10, "module": 11, "tower": 11, "layer": 12, "depth": 12, "ndim": 13, "token": 16}
PREFIX, ENDING, INSIDE, WHOLE, GLOB = 13, 14, 15, 15, 25  # of names
PART = 2  # each further part of a name
NOT, AND, COMPLEMENT = 1, 2, 6
JOINABLE = ("role", "module", "tower", "name", "token")  # one call takes several arguments: a further one costs half

MOST_NAMED = 10_000  # parameters of which each is a cell, where nothing coarser tells apart what they get
MOST_KEYS, MOST_GLOBS, MOST_WORDS, MOST_STEMS, MOST_TERMS = 5000, 100, 12, 8, 300
WIDEST, DEEPEST = 60, 3  # of the search for `a & b & ~c`: how many are gone on with, and the literals

_WORD = re.compile(r"[A-Za-z]{3,}")


class Atom(NamedTuple):
    """A selector of one argument, or a range; what it costs, and the cells that it picks."""

    maker: str
    arguments: tuple[Any, ...]
    cost: float
    mask: int


class Term(NamedTuple):
    """Atoms that are all to hold (``True``) or not to (``False``), what that costs, and the cells of which it is so."""

    mask: int
    cost: float
    literals: tuple[tuple[Atom, bool], ...]

    @property
    def joins(self) -> str | None:
        """The selector in whose call its argument can stand beside others."""
        (atom, meant), *more = self.literals
        return atom.maker if meant and not more and atom.maker in JOINABLE else None


@dataclass(frozen=True, slots=True)
class Cover:
    """A selector, what it costs, and the cells that it picks."""

    cost: float
    select: Selector
    mask: int


Key = tuple[str, tuple[Any, ...], float]
"""Of an atom all but its cells."""


class Cells:
    """The parameters of a plan by what selectors see of them and what they get.

    The features are no finer than they need be to tell apart what gets different settings: kinds and names without
    their numbers; or places as well; or, in a model that is not too large, every name. The other names of a tied
    parameter stand beside its first, so that a selector picks all of them or none.

    Attributes:
        parameters: one of each cell.
        names: of its parameters.
        settings: what they get.
        all: every cell, as a set.
    """

    def __init__(self, plan: Plan) -> None:
        catalog = plan.catalog
        distinct: dict[tuple[tuple[str, Value], ...], int] = {}
        gets = [distinct.setdefault(tuple(sorted(one.settings.items())), len(distinct)) for one in plan.outcomes]
        rows = list(zip(catalog.names, range(len(catalog)), strict=True))
        rows += [(alias, catalog.position(of)) for of, aliases in catalog.aliases.items() for alias in aliases]
        given = [gets[plan.outcome_of[at]] for _, at in rows]
        features: list[Any] = [(catalog.kind_of[at], NUMBER.sub("*", name)) for name, at in rows]
        placed = _mixed(features, given)
        if placed:
            where = [(one.layer, one.tower, one.depth) for one in catalog.parameters]
            features = [(*feature, where[at]) for feature, (_, at) in zip(features, rows, strict=True)]
        self._numbered = placed and len(rows) <= MOST_NAMED and _mixed(features, given)
        members: dict[Any, list[int]] = {}
        for row, key in enumerate(zip(rows if self._numbered else features, given, strict=True)):
            members.setdefault(key, []).append(row)
        self.names = [[rows[row][0] for row in of] for of in members.values()]
        settings = [dict(one) for one in distinct]
        self.settings: list[Settings] = [settings[get] for _, get in members]
        self.all = (1 << len(members)) - 1
        self.parameters: list[Parameter] = []
        for name, at in (rows[of[0]] for of in members.values()):
            one = catalog.parameters[at] if placed else Parameter(name, (), *catalog.kinds[catalog.kind_of[at]])
            self.parameters.append(one._replace(name=name))
        self._index()

    def where(self, picked: Iterable[object]) -> int:
        """The set of cells for which it is true."""
        return _bits((at for at, one in enumerate(picked) if one), len(self.parameters))

    def by(self, values: Iterable[Any]) -> dict[Any, int]:
        """By value, the set of cells that have it."""
        found: dict[Any, list[int]] = defaultdict(list)
        for at, value in enumerate(values):
            found[value].append(at)
        return {value: _bits(cells, len(self.parameters)) for value, cells in found.items()}

    def size(self, cells: int) -> int:
        """How many names there are in a set of cells."""
        return sum(len(self.names[at]) for at in positions(cells))

    def _index(self) -> None:
        cells_of: dict[Key, list[int]] = defaultdict(list)
        for at, one in enumerate(self.parameters):
            for key in dict.fromkeys(_keys(one, self._numbered)):
                cells_of[key].append(at)
        most = heapq.nlargest(MOST_KEYS, cells_of, key=lambda key: len(cells_of[key]))
        self._plain = [Atom(*key, _bits(cells_of[key], len(self.parameters))) for key in most]
        self._ranges = {maker: self._by_number(maker) for maker in ("layer", "depth", "ndim")}
        self._matched: dict[Key, Atom] = {}
        self._covers: dict[tuple[int, int], Cover] = {}

    def _by_number(self, maker: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for at, one in enumerate(self.parameters):
            if (number := getattr(one, maker)) is not None:
                found[number].append(at)
        return dict(sorted(found.items()))

    # --- atoms --------------------------------------------------------------------------------------------------------

    def _atoms_at(self, wanted: int, forbidden: int) -> list[Atom]:
        """Atoms of the cells that are wanted, and ranges, tokens and whole names made for them."""
        found = [*self._touching(wanted), *self._fitted_ranges(wanted, forbidden)]
        names = [self.parameters[at].name for at in positions(wanted)]
        words = Counter(word for name in names for word in set(_WORD.findall(name)))
        for word, _ in words.most_common(MOST_WORDS):
            found.append(self._matching(("token", (word,), COSTS["token"]), re.compile(word).search))
        stems = dict.fromkeys(NUMBER.sub("*", glob.escape(name)) for name in names)
        for stem in stems if len(stems) <= MOST_STEMS else ():
            match = re.compile(fnmatch.translate(stem)).match
            found.append(self._matching(("name", (stem,), WHOLE + PART * stem.count(".")), match))
        return sorted(found, key=lambda atom: atom.cost)

    def _touching(self, cells: int) -> Iterator[Atom]:
        """The atoms of some cells; of names those alone that are of many of them."""
        globs = []
        for atom in self._plain:
            if count := (atom.mask & cells).bit_count():
                if atom.maker == "name":
                    globs.append((count / atom.cost, atom))
                else:
                    yield atom
        for _, atom in heapq.nlargest(MOST_GLOBS, globs, key=lambda one: one[0]):
            yield atom

    def _fitted_ranges(self, wanted: int, forbidden: int) -> Iterator[Atom]:
        """Ranges of numbers that wanted cells have, and of those that no forbidden one has."""
        wants, forbids = set(positions(wanted)), set(positions(forbidden))
        for maker, cells_of in self._ranges.items():
            touched = [number for number, cells in cells_of.items() if not wants.isdisjoint(cells)]
            pure = [number for number in touched if forbids.isdisjoint(cells_of[number])]
            for first, last in dict.fromkeys((*_runs(cells_of, touched), *_runs(cells_of, pure))):
                inside = chain.from_iterable(cells for number, cells in cells_of.items() if first <= number <= last)
                arguments = (first,) if first == last else (first, last)
                yield Atom(maker, arguments, COSTS[maker], _bits(inside, len(self.parameters)))

    def _matching(self, key: Key, test: Callable[[str], object]) -> Atom:
        if key not in self._matched:
            self._matched[key] = Atom(*key, self.where(test(one.name) for one in self.parameters))
        return self._matched[key]

    # --- covers -------------------------------------------------------------------------------------------------------

    def cover(self, wanted: int, forbidden: int) -> Cover:
        """The cheapest selector found that picks all wanted cells and none that is forbidden; of others it may."""
        known = self._covers.get((wanted, forbidden))
        if known is None:
            known = self._cover(wanted, forbidden)
            if known.cost > 2 * COSTS["role"]:
                others = self._cover(forbidden, wanted)
                if others.cost + COMPLEMENT < known.cost:
                    known = Cover(others.cost + COMPLEMENT, ~others.select, self.all & ~others.mask)
            self._covers[wanted, forbidden] = known
        return known

    def _cover(self, wanted: int, forbidden: int) -> Cover:
        if not forbidden:
            return Cover(COSTS["role"] / 2, selectors.everything(), self.all)
        terms = self._terms(wanted, forbidden)
        whole = [term for term in terms if not wanted & ~term.mask]
        firsts = heapq.nlargest(6, terms, key=lambda term: (term.mask & wanted).bit_count() / term.cost)
        tries = [*([one] for one in whole[:1]), *(_greedy(wanted, terms, first) for first in firsts)]
        return min((self._any_of(wanted, chosen) for chosen in tries or [[]]), key=lambda cover: cover.cost)

    def _terms(self, wanted: int, forbidden: int) -> list[Term]:
        """What picks wanted cells and none that is forbidden, cheapest first: ``a``, ``a & b``, ``a & ~b`` ..."""
        atoms = self._atoms_at(wanted, forbidden)
        pure: dict[int, Term] = {}  # by the wanted cells that it picks
        impure: dict[int, Term] = {}
        for atom in atoms:
            term = Term(atom.mask, atom.cost, ((atom, True),))
            (impure if atom.mask & forbidden else pure).setdefault(atom.mask & (wanted | forbidden), term)
        literals = [(atom, True, atom.mask, atom.cost + AND) for atom in atoms]
        for atom in dict.fromkeys((*self._touching(forbidden), *atoms)):
            literals.append((atom, False, self.all & ~atom.mask, atom.cost + AND + NOT))
        for depth in range(2, DEEPEST + 1):
            covered = reduce(or_, (term.mask for term in pure.values()), 0)
            if depth > 2 and not wanted & ~covered:
                break
            near = heapq.nsmallest(WIDEST, impure.values(), key=lambda one: _excess(one, wanted, forbidden))
            impure = {}
            for term in near:
                for atom, meant, mask, cost in literals:
                    both = term.mask & mask
                    if not both & wanted or both == term.mask:
                        continue
                    made = Term(both, term.cost + cost, (*term.literals, (atom, meant)))
                    into, seen = (impure, both) if both & forbidden else (pure, both & wanted)
                    if seen not in into or made.cost < into[seen].cost:
                        into[seen] = made
        most = heapq.nlargest(MOST_TERMS, pure.values(), key=lambda term: (term.mask & wanted).bit_count() / term.cost)
        return sorted(most, key=lambda term: term.cost)

    def _any_of(self, wanted: int, terms: Sequence[Term]) -> Cover:
        """The selector that is any of some terms, and names what they leave."""
        for term in reversed(terms):
            others = [one for one in terms if one is not term]
            if not wanted & ~reduce(or_, (one.mask for one in others), 0) and others:
                terms = others
        mask = reduce(or_, (term.mask for term in terms), 0)
        rest = wanted & ~mask
        cost = _cost(terms)
        if rest:
            left = chain.from_iterable(self.names[at] for at in positions(rest))
            globs = globs_of(left, list(chain.from_iterable(self.names)))
            terms = [*terms, *(Term(0, GLOB, ((Atom("name", (one,), GLOB, 0), True),)) for one in globs)]
            cost, mask = cost + GLOB * len(globs), mask | rest
        return Cover(cost, _selector(terms), mask)


def _keys(one: Parameter, numbered: bool) -> Iterator[Key]:
    """The atoms of a parameter that do not depend on others."""
    yield "role", (one.role,), COSTS["role"]
    if one.module:
        yield "module", (glob.escape(one.module.rpartition(".")[2]),), COSTS["module"]
    if one.marked:
        yield "marked", (), COSTS["marked"]
    if one.tower and "." not in one.tower:
        yield "tower", (glob.escape(one.tower),), COSTS["tower"]
    for pattern, cost in _globs(one.name, numbered):
        yield "name", (pattern,), cost


def _globs(name: str, numbered: bool) -> Iterator[tuple[str, float]]:
    """Globs on the parts of a name: its end, one inside of it, its begin."""
    *before, last = glob.escape(name).split(".")
    if before and not last.isdecimal():
        yield f"*.{last}", ENDING
        if len(before) > 1 and not before[-1].isdecimal():
            yield f"*.{before[-1]}.{last}", ENDING + PART
    for part, after in zip_longest(before[1:], before[2:], fillvalue=""):
        if not part.isdecimal():
            yield f"*.{part}.*", INSIDE
            if numbered and after.isdecimal():
                yield f"*.{part}.{after}.*", INSIDE + PART
    for length, part in enumerate(before, 1):
        if part.isdecimal() and not numbered:
            return
        yield f"{'.'.join(before[:length])}.*", PREFIX + PART * (length - 1)


def _excess(term: Term, wanted: int, forbidden: int) -> float:
    """How far a term is from picking what is wanted alone."""
    return term.cost * ((term.mask & forbidden).bit_count() + 1) / (term.mask & wanted).bit_count()


def _greedy(wanted: int, terms: Sequence[Term], first: Term) -> list[Term]:
    """Terms, beginning with one, each of which picks the most of what is left for what it costs."""
    chosen, makers = [first], {first.joins}
    rest = wanted & ~first.mask
    while rest:
        best, most = None, 0.0
        for term in terms:
            gain = (term.mask & rest).bit_count()
            if gain:
                worth = gain / (term.cost / 2 if term.joins and term.joins in makers else term.cost)
                if worth > most:
                    best, most = term, worth
        if best is None:
            break
        chosen.append(best)
        makers.add(best.joins)
        rest &= ~best.mask
    return chosen


def _cost(terms: Sequence[Term]) -> float:
    calls: dict[str | None, float] = defaultdict(float)  # the dearest argument of each call counts in full
    total = 0.0
    for term in terms:
        total += term.cost / 2 if term.joins else term.cost
        calls[term.joins] = max(calls[term.joins], term.cost / 2 if term.joins else 0)
    return total + sum(calls.values())


def _selector(terms: Sequence[Term]) -> Selector:
    """Any of the terms: arguments of one selector in one call, simple ones first."""
    joined: dict[str, list[Any]] = defaultdict(list)
    composed = []
    for term in terms:
        if term.joins:
            (atom, _) = term.literals[0]
            joined[term.joins] += atom.arguments
        else:
            composed.append(term)
    parts = [_made(maker, dict.fromkeys(joined[maker])) for maker in JOINABLE if maker in joined]
    for term in composed:
        made = [_made(atom.maker, atom.arguments) for atom, _ in term.literals]
        signed = [one if meant else ~one for one, (_, meant) in zip(made, term.literals, strict=True)]
        parts.append(reduce(lambda one, other: one & other, signed))
    return reduce(or_, parts)


def _made(maker: str, arguments: Iterable[Any]) -> Selector:
    made: Selector = getattr(selectors, maker)(*arguments)
    return made


def _mixed(features: Sequence[Any], given: Sequence[int]) -> bool:
    """Whether some that have equal features get different settings."""
    return len(set(features)) < len(set(zip(features, given, strict=True)))


def _bits(cells: Iterable[int], width: int) -> int:
    """The set of some cells."""
    made = bytearray(width // 8 + 1)
    for cell in cells:
        made[cell >> 3] |= 1 << (cell & 7)
    return int.from_bytes(made, "little")


def positions(cells: int) -> list[int]:
    """The cells of a set."""
    return [at for at, bit in enumerate(reversed(f"{cells:b}")) if bit == "1"]


def _runs(numbers: Iterable[int], touched: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last of every run of numbers that are next to each other among those there are."""
    wanted = set(touched)
    first = last = None
    for number in [*numbers, None]:
        if number in wanted:
            first, last = (number if first is None else first), number
        elif first is not None and last is not None:
            yield first, last
            first = None
