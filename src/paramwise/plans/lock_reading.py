"""The plan that a lock describes: names unfolded, rules applied, outcomes compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

from paramwise.files.config.tables import rules_of, texts_tried
from paramwise.files.headers import MAX_NDIM, MAX_NUMEL
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.collector import uncollected
from paramwise.model.folding import Block, Folded, Leaf, unfold
from paramwise.model.roles import ROLES
from paramwise.plans.lock_writing import Entry
from paramwise.plans.plan import Plan

_MOST = 500_000
"""The most parameters that a lock may hold, some five times what the largest models have: a small file must not unfold
without limit."""
_MOST_SIGNS = 50_000_000  # of all names
_MOST_TRIED = 50_000_000  # names times texts that each is compared with: some ten seconds


@uncollected
def plan_of_tables(tables: Mapping[str, Any], path: Path) -> Plan:
    """The plan of a lock.

    Args:
        tables: the lock as parsed.
        path: how errors call the file.

    Raises:
        InputError: the rules decide something for a parameter that differs from what the lock says.
        FaultsError: the rules have faults.
        KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError: the tables are not those of a lock.
    """
    catalog, labels = _catalog_of(tables)
    if (tried := len(catalog) * texts_tried(tables["rules"])) > _MOST_TRIED:
        raise ValueError(f"its rules would compare {tried:,} times")
    plan = Plan.decide(catalog, rules_of(tables["rules"]), _base_of(tables.get("optimizer", {})))
    locked = {
        label: {key: value for key, value in outcome.items() if key != "by"}
        for label, outcome in tables["outcomes"].items()
    }
    for label, outcome in set(zip(labels, plan.outcome_of, strict=True)):
        decided = plan.outcomes[outcome].settings
        settings = {key: list(value) if isinstance(value, tuple) else value for key, value in decided.items()}
        if locked[label] != settings:
            raise InputError(
                f"the rules in the lock give `{label}` {settings}, but the lock says {locked[label]}",
                where=str(path),
                help=f"written by another version? write it again: paramwise lock SOURCE -o {path}",
            )
    return plan


def _base_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """The base settings that the table ``[optimizer]`` says."""
    base = {key: value for key, value in table.items() if key not in ("name", "settings")}
    base |= table.get("settings", {})
    return base | ({"optimizer": table["name"]} if "name" in table else {})


# --- the catalog ------------------------------------------------------------------------------------------------------


def _catalog_of(tables: Mapping[str, Any]) -> tuple[Catalog, list[str]]:
    """The catalog, and the label of each parameter's outcome."""
    classes = tables.get("modules", {})
    if not all(isinstance(text, str) for text in (tables["dtype"], *classes.values())):
        raise ValueError("dtype and modules are texts")
    kinds: dict[Kind, int] = {}
    numbers: dict[str, int] = {}  # of kinds as texts
    names: list[str] = []
    kind_of, labels = [], []
    aliases: dict[str, list[str]] = {}
    folded = _folded(tables["parameters"]["folded"])
    count, signs = _unfolded_size(folded)
    if count > _MOST:
        raise ValueError(f"{count:,} parameters, where at most {_MOST:,} are read")
    if signs > _MOST_SIGNS:
        raise ValueError(f"{signs:,} signs of names, where at most {_MOST_SIGNS:,} are read")
    for name, (kind, label, others) in unfold(folded):
        number = numbers.get(kind)
        if number is None:
            number = numbers[kind] = kinds.setdefault(_kind_of_text(kind, classes, tables["dtype"]), len(kinds))
        names.append(name)
        kind_of.append(number)
        labels.append(label)
        if others:
            aliases[name] = list(others)
    return Catalog.of_kinds(names, kinds, kind_of, aliases), labels


_KIND = re.compile(r"\[([\d, ]*)\] (\w+) (\S+)((?: \w+)*)")


def _kind_of_text(text: str, classes: Mapping[str, str], usual_dtype: str) -> Kind:
    match = _KIND.fullmatch(text)
    if match is None:
        raise ValueError(f"not a kind of parameter: {text}")
    sizes, role, short, flags = match[1], match[2], match[3], match[4].split()
    shape = tuple(int(size) for size in sizes.split(",")) if sizes else ()
    if role not in ROLES:
        raise ValueError(f"there is no role {role}")
    if len(shape) > MAX_NDIM or prod(size or 1 for size in shape) > MAX_NUMEL:
        raise ValueError(f"the shape is too large: {text[:100]}")
    told = next((flag for flag in flags if flag.startswith(("traced_", "disputed_"))), "")
    dtype = next((flag for flag in flags if flag not in ("untrainable", "marked", "named", told)), usual_dtype)
    return Kind(
        shape=shape,
        dtype=dtype,
        trainable="untrainable" not in flags,
        role=role,
        module=None if short == "-" else classes[short],
        numel=prod(shape),
        marked="marked" in flags,
        witness="name" if "named" in flags else told.replace("traced_", "pass: ").replace("disputed_", "disputed: "),
    )


# --- the lines --------------------------------------------------------------------------------------------------------

_BLOCK = re.compile(r"(.*?)\.?\{(\d+)\.\.(\d+)(?:/(\d+))?\}")
_CELL = re.compile(r'(?:= )?"(?:[^"\\]|\\.)*"|\S+(?: \S+)*')


def _folded(text: str) -> Folded[Entry]:
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    folded, end = _level(lines, 0, 0)
    if end != len(lines):
        raise ValueError(f"line {end + 1} of the parameters is indented like no block")
    return folded


def _level(lines: Sequence[tuple[int, str]], at: int, indent: int) -> tuple[Folded[Entry], int]:
    """The parameters and blocks from a line on that have an indentation, and the line after them."""
    parts: list[Leaf[Entry] | Block[Entry]] = []
    while at < len(lines) and lines[at][0] == indent:
        line, number = lines[at][1], at + 1
        at = number
        if block := _BLOCK.fullmatch(line):
            before = tuple(_unquoted(block[1]).split(".")) if block[1] else ()
            first, last, step = int(block[2]), int(block[3]), int(block[4] or 1)
            inside, at = _level(lines, at, indent + 2)
            if last < first or not inside or step < 1:
                raise ValueError(f"line {number} of the parameters is an empty block")
            parts.append(Block(before, first, last, inside, step))
        else:
            name, kind, label, *others = _CELL.findall(line)
            aliases = tuple(_unquoted(other.removeprefix("= ")) for other in others)
            parts.append(Leaf(tuple(_unquoted(name).split(".")), (kind, label, aliases)))
    return tuple(parts), at


def _unfolded_size(folded: Folded[Entry]) -> tuple[int, int]:
    """How many names the lines unfold to, and how many signs these have at least."""
    names = signs = 0
    for part in folded:
        length = sum(map(len, part.path))
        if isinstance(part, Leaf):
            names, signs = names + 1, signs + length + sum(map(len, part.value[2]))
        else:
            times = (part.last - part.first) // part.step + 1
            inside, inner = _unfolded_size(part.inside)
            names, signs = names + times * inside, signs + times * (inner + inside * length)
    return names, signs


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text
