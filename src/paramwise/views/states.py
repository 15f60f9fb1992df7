"""The view of a file of optimizer state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paramwise.model.listing import names_of, shape_text, short
from paramwise.model.patterns import Pattern, patterns
from paramwise.views.plans import settings_text
from paramwise.views.view import (
    ROOM,
    SPACE,
    Block,
    Column,
    Heading,
    Indented,
    Line,
    Row,
    Table,
    View,
    cut,
    indented,
    more,
    rows_of,
)
from paramwise.words import plural

if TYPE_CHECKING:
    from paramwise.files.state_description import SavedGroup
    from paramwise.files.state_headers import StateFile

KEYS = 8


def state_view(state: StateFile, *, room: int | None = ROOM, hint: str = "") -> View:
    """A file of optimizer state: its sizes, steps and extras, then each group with options and parameters, folded.

    Args:
        state: the file's header.
        room: about how many lines it may take; every group and row if None.
        hint: the option that shows every one.
    """
    sizes, described = state.bytes_of(), state.description
    whole = sum(sizes.values())
    named = [(name, size) for name, size in sizes.items() if not name.startswith("@")]
    rows = tuple((name, f"{size:,}", size / (whole or 1)) for name, size in named[: None if room is None else KEYS])
    blocks: list[Block] = [
        Heading(f"{plural(len(described.parameters))}, {whole:,} bytes of state"),
        Table((Column("entry"), Column("bytes", "number"), Column("share", "share")), rows),
    ]
    if len(named) > len(rows):
        blocks.append(Line(more(len(named) - len(rows), "key", hint)))
    if steps := state.steps():
        blocks.append(Line("step " + _some([f"{step} ({plural(count)})" for step, count in steps.items()])))
    for title, keys in (
        ("beside it", list(described.extra)),
        ("under keys of its own", [key for optimizer in described.optimizers for key in optimizer.keyed]),
        ("in attributes", [key for optimizer in described.optimizers for key in optimizer.attributes]),
    ):
        if keys:
            blocks.append(Line(f"{title}: {_some(sorted(keys))}"))
    versions = described.versions
    blocks.append(Line(f"written by paramwise {versions['paramwise']}, torch {versions['torch']}"))
    begin, hidden, end = cut(range(len(described.groups)), None if room is None else max(2, room // 8))
    most = None if room is None else max(1, (room - 8) // max(len(begin) + len(end), 1) - 5)
    for index in (*begin, *end):
        if hidden and end and index == end[0]:
            blocks += [SPACE, Line(more(hidden, "group", hint))]
        blocks += [SPACE, *_group(state, index, described.groups[index], most, hint)]
    return tuple(blocks)


def _group(state: StateFile, index: int, group: SavedGroup, most: int | None, hint: str) -> list[Block]:
    described = [state.description.parameters[name] for name in group.parameters]
    found = patterns(group.parameters, [(tuple(about.shape), about.dtype) for about in described])

    def row(pattern: Pattern) -> Row:
        about = described[pattern.positions[0]]
        name = names_of(group.parameters, pattern, pattern.text)
        return name, shape_text(about), about.dtype, short(len(pattern.positions))

    options = {
        key: _untagged(value) for key, value in group.options.items() if value is not None and value is not False
    }
    running = {key: _untagged(value) for key, value in group.running.items()}
    heads = (Column("parameters", "names"), Column("shape"), Column("dtype"), Column("count", "number"))
    return [
        Heading(f"group {index} of {state.class_of(group)}: {plural(len(group.parameters))}"),
        *indented(f"options: {settings_text(options)}"),
        *(indented(f"running: {settings_text(running)}") if running else ()),
        Indented((Table(heads, rows_of(found, row, most, "row", hint)),)),
    ]


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:KEYS]) + (f" and {len(texts) - KEYS:,} more" if len(texts) > KEYS else "")


def _untagged(value: Any) -> Any:
    """A value of a state file in the form that reads best: a tagged value without its tag."""
    if isinstance(value, dict) and "$" in value:
        return value.get("items", value.get("value", value.get("key", value.get("name"))))
    return value
