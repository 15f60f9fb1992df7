"""The view of a catalog: its parameters folded, its modules as a tree, or every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from paramwise.model.patterns import Pattern, patterns
from paramwise.views.view import (
    ROOM,
    SPACE,
    Block,
    Column,
    Heading,
    Line,
    Names,
    Row,
    Table,
    Verbatim,
    View,
    more,
    rows_of,
    under_modules,
)

ValueReader = Callable[[str], str]
"""Gives the values of the parameter with this name, as text."""

UNFOLDED = 100  # names behind a folded one
VALUES_EXPLAINED = (
    "device: where the values are kept (cpu, or cuda:0 for the first GPU). "
    "requires_grad=True: a gradient is computed for it, so an optimizer can train it."
)


def short(number: int) -> str:
    """A number in at most five characters, for columns that compare: three digits and a unit.

    >>> short(384), short(31_106), short(22_682_880), short(999_999)
    ('384', '31.1k', '22.7M', '1M')
    """
    for unit, size in (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size * 0.9995:
            return f"{number / size:.3g}{unit}"
    return str(number)


def names_of(names: Sequence[str], found: Pattern, shown: str, note: str = "") -> Names:
    """A pattern as a cell, shown by a name of its own, with the names it stands for."""
    inside = [names[position] for position in found.positions[:UNFOLDED]] if len(found.positions) > 1 else []
    if len(found.positions) > UNFOLDED:
        inside.append(more(len(found.positions) - UNFOLDED))
    return Names((shown,), note, tuple(inside))


def headed(found: Sequence[Pattern]) -> Iterator[tuple[str, str]]:
    """For each pattern the module that it stands under, if others beside it do too, and its name there, indented.

    >>> list(headed(patterns(["h.0.up", "h.0.down", "h.1.up", "h.1.down", "head"])))
    [('h.{0..1}', '  up'), ('h.{0..1}', '  down'), ('', 'head')]
    """
    above = [_above(pattern.text) for pattern in found]
    for at, (pattern, module) in enumerate(zip(found, above, strict=True)):
        if module and (above[at - 1 : at] == [module] or above[at + 1 : at + 2] == [module]):
            yield module, f"  {pattern.text[len(module) + 1 :]}"
        else:
            yield "", pattern.text


def _above(text: str) -> str:
    """The block that repeats, or else the module two above the name."""
    begin, brace, rest = text.partition("}")
    if brace and rest[:1] == ".":
        return begin + brace
    return text.rpartition(".")[0].rpartition(".")[0]


def tied_note(catalog: Any, name: str) -> str:
    """The note beside a name that others are tied to."""
    aliases = catalog.aliases.get(name, ())
    return f" (= {', '.join(aliases)})" if aliases else ""


def shape_text(described: Any) -> str:
    """The shape of a parameter, a kind or an entry of a file: ``[384, 384]``."""
    return str(list(described.shape))


def values_shown(names: Sequence[str], hidden: int, noun: str, values: ValueReader, hint: str) -> Iterator[Block]:
    """The values of some parameters, how many others there are, and what stands beside values."""
    yield SPACE
    for name in names:
        yield from (Heading(name), Verbatim(values(name)))
    if hidden:
        yield Line(more(hidden, noun, hint))
    yield from (SPACE, Line(VALUES_EXPLAINED, faint=True))


def listing(
    catalog: Any,
    total: int,
    *,
    room: int | None = ROOM,
    tree: bool = False,
    values: ValueReader | None = None,
    hint: str = "",
) -> View:
    """The parameters of a catalog and totals.

    Args:
        catalog: a `paramwise.Catalog`, which shows itself by this view.
        total: how many parameters the whole model has.
        room: about how many lines it may take; a row for every parameter if None.
        tree: the modules instead, with what is in each.
        values: reads the first and last values to show.
        hint: the option that shows every row.
    """
    found = patterns(catalog.names, [*zip(catalog.kind_of, _towers(catalog), strict=True)])
    most = None if room is None else room - 4
    lines = len(found) + len({module for module, _ in headed(found)})
    too_many = most is not None and lines > most and values is None
    if tree or too_many:
        table = _tree(catalog, found, most, hint)
    elif most is None:
        table = _rows(catalog)
    else:
        table = _folded(catalog, found, most if values is None else most // 5, hint)
    blocks: list[Block] = [table]
    if too_many and not tree:
        blocks.append(Line(f"modules, since {len(found):,} rows of parameters do not fit: every row with {hint}", True))
    if values is not None:
        blocks += _values(catalog, values, None if room is None else room // 20, hint)
    return (*blocks, SPACE, Line(_totals(catalog, total)))


def _totals(catalog: Any, total: int) -> str:
    part = "" if len(catalog) == total else f" of {total:,}"
    trainable = sum(catalog.kinds[kind].trainable for kind in catalog.kind_of)
    dtypes = {catalog.kinds[kind].dtype for kind in set(catalog.kind_of)}
    of = f", all {dtypes.pop()}" if len(dtypes) == 1 else ""
    return f"{len(catalog):,}{part} parameters, {catalog.numel:,} values{of}; {trainable:,} parameters trainable"


def _towers(catalog: Any) -> list[str]:
    of_place = [place.tower for place in catalog.places]
    return [of_place[place] for place in catalog.place_of]


def _rows(catalog: Any) -> Table:
    towers = any(place.tower for place in catalog.places)
    columns = [
        *(Column("name", "names"), Column("shape"), Column("dtype"), Column("role")),
        *([Column("tower")] if towers else []),
        *(Column("layer", "number"), Column("trainable"), Column("values", "number")),
    ]
    rows = [
        (
            Names((name,), tied_note(catalog, name)),
            shape_text(kind),
            kind.dtype,
            kind.role,
            *([place.tower] if towers else []),
            "" if place.layer is None else str(place.layer),
            "yes" if kind.trainable else "no",
            f"{kind.numel:,}",
        )
        for name, kind, place in zip(
            catalog.names,
            map(catalog.kinds.__getitem__, catalog.kind_of),
            map(catalog.places.__getitem__, catalog.place_of),
            strict=True,
        )
    ]
    return Table(tuple(columns), tuple(rows))


def _folded(catalog: Any, found: Sequence[Pattern], most: int, hint: str) -> Table:
    kinds = [catalog.kinds[catalog.kind_of[pattern.positions[0]]] for pattern in found]
    dtypes, frozen = len({kind.dtype for kind in kinds}) > 1, not all(kind.trainable for kind in kinds)
    whole = catalog.numel or 1
    columns = [
        *(Column("name", "names"), Column("shape"), Column("role")),
        *([Column("dtype")] if dtypes else []),
        *([Column("trainable")] if frozen else []),
        *(Column("count", "number"), Column("values", "number"), Column("share", "share")),
    ]

    def row(pattern: Pattern, kind: Any, name: str) -> Row:
        numel = kind.numel * len(pattern.positions)
        return (
            names_of(catalog.names, pattern, name, tied_note(catalog, catalog.names[pattern.positions[0]])),
            shape_text(kind),
            kind.role,
            *([kind.dtype] if dtypes else []),
            *([("yes" if kind.trainable else "no")] if frozen else []),
            f"{len(pattern.positions):,}",
            short(numel),
            numel / whole,
        )

    rows = list(
        under_modules(
            (module, row(pattern, kind, name))
            for pattern, kind, (module, name) in zip(found, kinds, headed(found), strict=True)
        )
    )
    return Table(tuple(columns), rows_of(rows, lambda made: made, most, "row", hint))


def _values(catalog: Any, values: ValueReader, most: int | None, hint: str) -> Iterator[Block]:
    shown = catalog.names[:most]
    return values_shown(shown, len(catalog) - len(shown), "parameter", values, hint)


@dataclass(slots=True)
class _Node:
    """A module of the tree: what is in it, and its parts."""

    count: int = 0
    numel: int = 0
    roles: dict[str, None] = field(default_factory=dict)
    inside: dict[str, _Node] = field(default_factory=dict)


def _tree(catalog: Any, found: Sequence[Pattern], most: int | None, hint: str) -> Table:
    """Modules with what is in each, as deep as there is room; those in which everything repeats alike are one."""
    root = _Node()
    for pattern in found:
        kind = catalog.kinds[catalog.kind_of[pattern.positions[0]]]
        node = root
        for part in ["", *_parts(pattern.text)[:-1]]:
            node = node.inside.setdefault(part, _Node()) if part else node
            node.count += len(pattern.positions)
            node.numel += kind.numel * len(pattern.positions)
            node.roles[kind.role] = None
    deepest = 1
    while most is None or len(list(_walk(root, deepest + 1))) <= most:
        if len(list(_walk(root, deepest))) == len(list(_walk(root, deepest + 1))):
            break
        deepest += 1

    def row(found: tuple[int, str, _Node]) -> Row:
        depth, name, node = found
        roles = ", ".join([*node.roles][:4]) + (f" +{len(node.roles) - 4}" if len(node.roles) > 4 else "")
        share = node.numel / (root.numel or 1)
        return (Names((f"{'  ' * depth}{name}",)), roles, f"{node.count:,}", short(node.numel), share)

    heads = (Column("module", "names"), Column("roles", "label"))
    numbers = (Column("count", "number"), Column("values", "number"), Column("share", "share"))
    return Table((*heads, *numbers), rows_of([*_walk(root, deepest)], row, most, "module", hint))


def _parts(text: str) -> list[str]:
    """The parts of a folded name; a number belongs to the list before it."""
    parts: list[str] = []
    for part in text.replace("..", "\0").split("."):
        part = part.replace("\0", "..")
        numbered = part[:1] == "{" or (part.isascii() and part.isdecimal())
        if numbered and parts and not parts[-1].endswith("}"):
            parts[-1] = f"{parts[-1]}.{part}"
        else:
            parts.append(part)
    return parts


def _walk(node: _Node, deepest: int, depth: int = 0) -> Iterator[tuple[int, str, _Node]]:
    for name, part in node.inside.items():
        while len(part.inside) == 1:  # a module that holds only another one is one line with it
            ((inner, only),) = part.inside.items()
            if only.count != part.count:
                break
            name, part = f"{name}.{inner}", only
        yield depth, name, part
        if depth + 1 < deepest:
            yield from _walk(part, deepest, depth + 1)
