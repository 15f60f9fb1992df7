"""Catalogs and plans as JSON text, a parameter a line: what many have in common is made once.

The data are those of `Plan.as_dict`. Python's writer with an indent would take ten seconds for 100,000 parameters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from paramwise.model.catalog import Catalog
from paramwise.plans.plan import Plan, decided_as_dict
from paramwise.words import json_text

_LINES = 1000  # parameters in a chunk


def catalog_as_json(catalog: Catalog, source: str, values: Callable[[str], str] | None = None) -> Iterator[str]:
    """What ``paramwise inspect --json`` prints, in chunks; ``values`` reads the values of a parameter."""

    def of(position: int) -> dict[str, Any]:
        return {"values": values(catalog.names[position])} if values else {}

    yield _head("paramwise/inspect/1", source)
    yield from _parameters(catalog, (lambda position: position) if values else (lambda position: None), of)
    yield "\n}\n"


def plan_as_json(plan: Plan, source: str | None) -> Iterator[str]:
    """What ``paramwise plan --json`` prints, in chunks."""
    yield _head("paramwise/plan/1", source)
    outcomes = plan.outcome_of
    yield from _parameters(
        plan.catalog,
        outcomes.__getitem__,
        lambda position: decided_as_dict(plan.outcomes[outcomes[position]]),
    )
    groups = [
        {"settings": dict(group.settings), "parameters": len(group), "numel": group.numel} for group in plan.groups
    ]
    yield f',\n  "groups": {_list(map(json_text, groups))}'
    yield f',\n  "findings": {_list(json_text(finding.as_dict()) for finding in plan.check())}'
    yield "\n}\n"


def _head(schema: str, source: str | None) -> str:
    return f'{{\n  "schema": "{schema}",\n  "source": {json_text(source)},\n'


def _parameters(
    catalog: Catalog, key_of: Callable[[int], Hashable], more: Callable[[int], Mapping[str, Any]]
) -> Iterator[str]:
    """The list of parameters; those with the same kind, place and key share all but their names."""
    shared: dict[Hashable, str] = {}
    encoded, aliases = json.encoder.encode_basestring_ascii, catalog.aliases
    lines: list[str] = []
    before = '  "parameters": [\n'
    columns = zip(catalog.names, catalog.kind_of, catalog.place_of, strict=True)
    for position, (name, kind, place) in enumerate(columns):
        key = kind, place, key_of(position)
        rest = shared.get(key)
        if rest is None:
            fields = {**catalog.kinds[kind]._asdict(), **catalog.places[place]._asdict(), **more(position)}
            rest = shared[key] = json_text(fields)[1:]
        also = json_text(list(aliases[name])) if name in aliases else "[]"
        shown = encoded(name) if name.isascii() and name.isprintable() else json_text(name)
        lines.append(f'    {{"name": {shown}, "aliases": {also}, {rest}')
        if len(lines) == _LINES:
            yield before + ",\n".join(lines)
            lines, before = [], ",\n"
    yield (before + ",\n".join(lines) if lines or not len(catalog) else "") + "\n  ]"


def _list(texts: Iterator[str]) -> str:
    inside = ",\n    ".join(texts)
    return f"[\n    {inside}\n  ]" if inside else "[]"
