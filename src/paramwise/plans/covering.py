"""Selectors that pick some parameters and not others: the simplest by a greedy search.

A model has many parameters but few *cells*: sets of parameters that no selector distinguishes and that get the same
settings. A set of cells is an integer, its *mask*, with a bit for each cell, so that the
search can try thousands of selectors quickly. It combines three things:

- an *atom* is a selector with one argument, such as ``role("norm")``, or a range, such as ``layer(0, 3)``;
- a *term* is a conjunction of atoms or negated atoms, such as ``role("norm") & ~layer(0)``;
- a *cover* is a disjunction of terms that picks all wanted cells and no forbidden cell.

With norms in cell 0, biases in cell 1 and matrices in cell 2, ``role("norm", "bias")`` covers ``wanted=0b011`` with
``forbidden=0b100``.
"""

from __future__ import annotations

import fnmatch
import glob
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, zip_longest
from operator import and_, or_
from typing import Any, NamedTuple

from paramwise.model.catalog import Parameter
from paramwise.plans.masks import cells_of, mask_of
from paramwise.plans.plan import Plan
from paramwise.rules import selectors
from paramwise.rules.globs import NUMBER, Globs
from paramwise.rules.rule import Settings, Value
from paramwise.rules.selectors import Selector

# Costs rank what a reader prefers: what a parameter is, then where it is, then what its name is
COSTS = {"role": 10, "marked": 10, "module": 11, "tower": 11, "layer": 12, "depth": 12, "ndim": 13, "token": 16}
PREFIX, ENDING, INSIDE, WHOLE, GLOB = 13, 14, 15, 15, 25  # globs on names, by the part of the name that they fix
PART = 2  # each further part of a name
NOT, AND, COMPLEMENT = 1, 2, 6
JOINABLE = ("role", "module", "tower", "name", "token")  # these take several arguments: each after the first costs half

# Bounds of the search
MOST_NAMED = 10_000  # parameters up to which each may be a cell of its own
MOST_KEYS, MOST_GLOBS, MOST_WORDS, MOST_STEMS, MOST_TERMS = 5000, 100, 12, 8, 300
WIDEST, LONGEST = 60, 3  # the number of terms extended at each length; the most atoms in a term
MOST_RUNS = 50  # ranges of layers that one selector may be made of
MOST_SEARCHED = 30_000  # cells, over all searches: then names are listed

_WORD = re.compile(r"[A-Za-z]{3,}")


class Atom(NamedTuple):
    """A selector with one argument, or a range: its cost, and the cells that it picks."""

    maker: str
    arguments: tuple[Any, ...]
    cost: float
    mask: int


class Term(NamedTuple):
    """Atoms that must hold (``True``) or must not (``False``), their cost, and the cells that they pick together."""

    mask: int
    cost: float
    literals: tuple[tuple[Atom, bool], ...]

    @property
    def joins(self) -> str | None:
        """The selector whose call can take this term's argument among others; None if the term is composed."""
        (atom, holds), *more = self.literals
        return atom.maker if holds and not more and atom.maker in JOINABLE else None


@dataclass(frozen=True, slots=True)
class Cover:
    """A selector, its cost, and the cells that it picks."""

    cost: float
    select: Selector
    mask: int


Key = tuple[str, tuple[Any, ...], float]
"""An atom without its cells: maker, arguments, cost."""


class Cells:
    """The parameters of a plan, in cells: by the fields that selectors read, and by settings.

    Cells are as coarse as possible while parameters with different settings stay apart: first by kind and by name
    without numbers, then also by place in the model, and then, unless the model is too large, by parameter. The other
    names of a tied parameter are rows beside its first name, so that a selector picks all of its names or none.

    Attributes:
        parameters: for each cell, a parameter that represents the others.
        names: the names of each cell's parameters.
        settings: the settings of each cell's parameters.
        all: the mask of all cells.
    """

    def __init__(self, plan: Plan) -> None:
        catalog = plan.catalog
        distinct: dict[tuple[tuple[str, Value], ...], int] = {}
        gets = [distinct.setdefault(tuple(sorted(got.settings.items())), len(distinct)) for got in plan.outcomes]
        rows = list(zip(catalog.names, range(len(catalog)), strict=True))
        rows += [(alias, catalog.position(of)) for of, aliases in catalog.aliases.items() for alias in aliases]
        given = [gets[plan.outcome_of[at]] for _, at in rows]
        features: list[Any] = [(catalog.kind_of[at], NUMBER.sub("*", name)) for name, at in rows]
        placed = _mixed(features, given)
        if placed:
            places = [(parameter.layer, parameter.tower, parameter.depth) for parameter in catalog.parameters]
            features = [(*feature, places[at]) for feature, (_, at) in zip(features, rows, strict=True)]
        self._numbered = placed and len(rows) <= MOST_NAMED and _mixed(features, given)
        members: dict[Any, list[int]] = {}
        for row, key in enumerate(zip(rows if self._numbered else features, given, strict=True)):
            members.setdefault(key, []).append(row)
        self.names = [[rows[row][0] for row in of] for of in members.values()]
        settings = [dict(items) for items in distinct]
        self.settings: list[Settings] = [settings[get] for _, get in members]
        self.all = (1 << len(members)) - 1
        self.parameters: list[Parameter] = []
        for name, at in (rows[of[0]] for of in members.values()):
            kind = catalog.kinds[catalog.kind_of[at]]
            parameter = catalog.parameters[at] if placed else Parameter(name, (), *kind)
            self.parameters.append(parameter._replace(name=name))
        self._index()

    @cached_property
    def globs(self) -> Globs:
        """Makes globs that tell some of the names from all others."""
        return Globs(chain.from_iterable(self.names))

    def where(self, picked: Iterable[object]) -> int:
        """The mask of the cells whose item in ``picked`` is true."""
        return mask_of((cell for cell, is_picked in enumerate(picked) if is_picked), len(self.parameters))

    def by(self, values: Iterable[Any]) -> dict[Any, int]:
        """For each value, the mask of the cells that have it."""
        found: dict[Any, list[int]] = defaultdict(list)
        for cell, value in enumerate(values):
            found[value].append(cell)
        return {value: mask_of(cells, len(self.parameters)) for value, cells in found.items()}

    def size(self, mask: int) -> int:
        """How many names the cells of a mask hold together."""
        return sum(len(self.names[cell]) for cell in cells_of(mask))

    def _index(self) -> None:
        picked: dict[Key, list[int]] = defaultdict(list)
        for cell, parameter in enumerate(self.parameters):
            for key in dict.fromkeys(_keys(parameter, self._numbered)):
                picked[key].append(cell)
        most = heapq.nlargest(MOST_KEYS, picked, key=lambda key: len(picked[key]))
        self._plain = [Atom(*key, mask_of(picked[key], len(self.parameters))) for key in most]
        self._ranges = {maker: self._by_number(maker) for maker in ("layer", "depth", "ndim")}
        self._matched: dict[Key, Atom] = {}
        self._searched = 0
        self._covers: dict[tuple[int, int], Cover] = {}

    def _by_number(self, maker: str) -> dict[int, list[int]]:
        """The cells by layer, depth or number of dimensions, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for cell, parameter in enumerate(self.parameters):
            if (number := getattr(parameter, maker)) is not None:
                found[number].append(cell)
        return dict(sorted(found.items()))

    # --- atoms --------------------------------------------------------------------------------------------------------

    def _atoms_at(self, wanted: int, forbidden: int) -> list[Atom]:
        """Atoms that pick wanted cells, cheapest first, with ranges, tokens and whole names made for these cells."""
        found = [*self._touching(wanted), *self._fitted_ranges(wanted, forbidden)]
        names = [self.parameters[cell].name for cell in cells_of(wanted)]
        words = Counter(word for name in names for word in set(_WORD.findall(name)))
        for word, _ in words.most_common(MOST_WORDS):
            found.append(self._matching(("token", (word,), COSTS["token"]), re.compile(word).search))
        stems = dict.fromkeys(NUMBER.sub("*", glob.escape(name)) for name in names)
        for stem in stems if len(stems) <= MOST_STEMS else ():
            match = re.compile(fnmatch.translate(stem)).match
            found.append(self._matching(("name", (stem,), WHOLE + PART * stem.count(".")), match))
        return sorted(found, key=lambda atom: atom.cost)

    def _touching(self, mask: int) -> Iterator[Atom]:
        """The atoms that pick any cell of a mask; of the many globs, those that pick the most for their cost."""
        globs = []
        for atom in self._plain:
            if count := (atom.mask & mask).bit_count():
                if atom.maker == "name":
                    globs.append((count / atom.cost, atom))
                else:
                    yield atom
        for _, atom in heapq.nlargest(MOST_GLOBS, globs, key=lambda worth: worth[0]):
            yield atom

    def _fitted_ranges(self, wanted: int, forbidden: int) -> Iterator[Atom]:
        """Ranges of the numbers that wanted cells have, and of those numbers that no forbidden cell has."""
        wants, forbids = set(cells_of(wanted)), set(cells_of(forbidden))
        for maker, numbered in self._ranges.items():
            touched = [number for number, cells in numbered.items() if not wants.isdisjoint(cells)]
            pure = [number for number in touched if forbids.isdisjoint(numbered[number])]
            ranges = dict.fromkeys((*_runs(numbered, touched), *_runs(numbered, pure)))
            for first, last in ranges if len(ranges) <= MOST_RUNS else ():
                inside = chain.from_iterable(cells for number, cells in numbered.items() if first <= number <= last)
                arguments = (first,) if first == last else (first, last)
                yield Atom(maker, arguments, COSTS[maker], mask_of(inside, len(self.parameters)))

    def _matching(self, key: Key, test: Callable[[str], object]) -> Atom:
        """The atom that picks the names that pass a test; each is made once."""
        if key not in self._matched:
            self._matched[key] = Atom(*key, self.where(test(parameter.name) for parameter in self.parameters))
        return self._matched[key]

    # --- covers -------------------------------------------------------------------------------------------------------

    def cover(self, wanted: int, forbidden: int) -> Cover:
        """The cheapest selector found that picks all wanted cells and no forbidden cell; it may pick any others."""
        cover = self._covers.get((wanted, forbidden))
        if cover is None:
            cover = self._cover(wanted, forbidden)
            if cover.cost > 2 * COSTS["role"]:  # so high that "all but the forbidden" may be cheaper
                others = self._cover(forbidden, wanted)
                if others.cost + COMPLEMENT < cover.cost:
                    cover = Cover(others.cost + COMPLEMENT, ~others.select, self.all & ~others.mask)
            self._covers[wanted, forbidden] = cover
        return cover

    def _cover(self, wanted: int, forbidden: int) -> Cover:
        if not forbidden:
            return Cover(COSTS["role"] / 2, selectors.everything(), self.all)
        self._searched += len(self.parameters)
        terms = self._terms(wanted, forbidden) if self._searched <= MOST_SEARCHED else []
        whole = [term for term in terms if not wanted & ~term.mask]
        firsts = heapq.nlargest(6, terms, key=lambda term: (term.mask & wanted).bit_count() / term.cost)
        tries = [*([term] for term in whole[:1]), *(_greedy(wanted, terms, first) for first in firsts)]
        return min((self._any_of(wanted, chosen) for chosen in tries or [[]]), key=lambda cover: cover.cost)

    def _terms(self, wanted: int, forbidden: int) -> list[Term]:
        """Terms that pick wanted cells and no forbidden cell, cheapest first: ``a``, ``a & b``, ``a & ~b`` ...

        Terms that also pick forbidden cells are impure: the search extends the best of them by an atom at a time.
        """
        atoms = self._atoms_at(wanted, forbidden)
        pure: dict[int, Term] = {}  # the cheapest term by the wanted cells that it picks
        impure: dict[int, Term] = {}
        for atom in atoms:
            term = Term(atom.mask, atom.cost, ((atom, True),))
            (impure if atom.mask & forbidden else pure).setdefault(atom.mask & (wanted | forbidden), term)
        literals = [(atom, True, atom.mask, atom.cost + AND) for atom in atoms]
        for atom in dict.fromkeys((*self._touching(forbidden), *atoms)):
            literals.append((atom, False, self.all & ~atom.mask, atom.cost + AND + NOT))
        for length in range(2, LONGEST + 1):
            covered = reduce(or_, (term.mask for term in pure.values()), 0)
            if length > 2 and not wanted & ~covered:
                break
            near = heapq.nsmallest(WIDEST, impure.values(), key=lambda term: _excess(term, wanted, forbidden))
            impure = {}
            for term in near:
                for atom, holds, mask, cost in literals:
                    both = term.mask & mask
                    if not both & wanted or both == term.mask:
                        continue
                    longer = Term(both, term.cost + cost, (*term.literals, (atom, holds)))
                    into, seen = (impure, both) if both & forbidden else (pure, both & wanted)
                    if seen not in into or longer.cost < into[seen].cost:
                        into[seen] = longer
        most = heapq.nlargest(MOST_TERMS, pure.values(), key=lambda term: (term.mask & wanted).bit_count() / term.cost)
        return sorted(most, key=lambda term: term.cost)

    def _any_of(self, wanted: int, terms: Sequence[Term]) -> Cover:
        """The disjunction of some terms, and of names for the wanted cells that no term picks."""
        for term in reversed(terms):
            others = [other for other in terms if other is not term]
            if not wanted & ~reduce(or_, (other.mask for other in others), 0) and others:
                terms = others
        mask = reduce(or_, (term.mask for term in terms), 0)
        rest = wanted & ~mask
        cost = _cost(terms)
        if rest:
            left = chain.from_iterable(self.names[cell] for cell in cells_of(rest))
            globs = self.globs.of(left)
            terms = [*terms, *(Term(0, GLOB, ((Atom("name", (pattern,), GLOB, 0), True),)) for pattern in globs)]
            cost, mask = cost + GLOB * len(globs), mask | rest
        return Cover(cost, _selector(terms), mask)


def _keys(parameter: Parameter, numbered: bool) -> Iterator[Key]:
    """The atoms that a parameter suggests by itself; ranges and tokens depend on other parameters as well."""
    yield "role", (parameter.role,), COSTS["role"]
    if parameter.module:
        yield "module", (glob.escape(parameter.module.rpartition(".")[2]),), COSTS["module"]
    if parameter.marked:
        yield "marked", (), COSTS["marked"]
    if parameter.tower and "." not in parameter.tower:
        yield "tower", (glob.escape(parameter.tower),), COSTS["tower"]
    for pattern, cost in _globs(parameter.name, numbered):
        yield "name", (pattern,), cost


def _globs(name: str, numbered: bool) -> Iterator[tuple[str, float]]:
    """Globs on the parts of a name, with their costs: its end, parts inside it, its beginning."""
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
    """How far a term is from picking only wanted cells: its cost for each wanted cell, times its forbidden cells."""
    return term.cost * ((term.mask & forbidden).bit_count() + 1) / (term.mask & wanted).bit_count()


def _greedy(wanted: int, terms: Sequence[Term], first: Term) -> list[Term]:
    """The first term, and then repeatedly the term that picks the most of the remaining wanted cells for its cost."""
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
    """The cost of the terms together; arguments of the same call cost half, except for the most expensive."""
    calls: dict[str | None, float] = defaultdict(float)
    total = 0.0
    for term in terms:
        total += term.cost / 2 if term.joins else term.cost
        calls[term.joins] = max(calls[term.joins], term.cost / 2 if term.joins else 0)
    return total + sum(calls.values())


def _selector(terms: Sequence[Term]) -> Selector:
    """The disjunction of the terms: arguments of the same selector in one call, and composed terms last."""
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
        signed = [select if holds else ~select for select, (_, holds) in zip(made, term.literals, strict=True)]
        parts.append(reduce(and_, signed))
    return reduce(or_, parts)


def _made(maker: str, arguments: Iterable[Any]) -> Selector:
    made: Selector = getattr(selectors, maker)(*arguments)
    return made


def _mixed(features: Sequence[Any], given: Sequence[int]) -> bool:
    """Whether parameters with equal features get different settings."""
    return len(set(features)) < len(set(zip(features, given, strict=True)))


def _runs(numbers: Iterable[int], touched: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last number of each run: touched numbers that follow each other among all the numbers."""
    wanted = set(touched)
    first = last = None
    for number in [*numbers, None]:
        if number in wanted:
            first, last = (number if first is None else first), number
        elif first is not None and last is not None:
            yield first, last
            first = None
