"""The text of a lock: its tables, and a line for each parameter or block of parameters."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from paramwise.files.config import toml
from paramwise.files.config.written import as_tables
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.collector import uncollected
from paramwise.model.folding import Folded, Leaf, fold
from paramwise.rules.decide import Decided
from paramwise.rules.rule import Rule

SCHEMA = "paramwise/lock/1"

Entry = tuple[str, str, tuple[str, ...]]
"""What a lock says about a parameter: its kind as text, the label of its outcome, its other names."""


@uncollected
def unsigned_text(plan: Decided, source: str | None) -> str:
    """A plan as the text of a lock, with an empty digest.

    Raises:
        InputError: a setting is None, which a file cannot express.
    """
    decided, base, rules = as_tables(plan)
    for key in (key for decision in decided.outcomes for key, value in decision.settings.items() if value is None):
        raise InputError(f"`{key}` is None, which a lock cannot express", help=f"leave `{key}` out of the plan")
    labels, outcomes = _labels(decided)
    classes = _short_classes(kind.module for kind in plan.catalog.kinds)
    dtype = _most_frequent(kind.dtype for kind in plan.catalog.kinds)
    kinds = [_kind_text(kind, classes, dtype) for kind in plan.catalog.kinds]
    entries = _entries(plan.catalog, kinds, [labels[outcome] for outcome in decided.outcome_of])
    head = {"schema": SCHEMA, **({"source": source} if source else {}), "digest": "", "dtype": dtype}
    modules: list[str | dict[str, Any]] = ["[modules]", {short: module for module, short in classes.items()}, ""]
    parts: list[str | dict[str, Any] | list[dict[str, Any]]] = [
        "# What the optimizer does to each parameter: written by `paramwise lock`, checked by `paramwise verify`.",
        head | ({"optimizer": base} if base else {}),
        "rules = [",
        rules,
        "]",
        "",
        "[outcomes]  # the distinct settings, and which rule decided each",
        outcomes,
        "",
        *(modules if classes else []),
        "[parameters]  # name; shape and what it is; outcome",
        "folded = '''",
        *_aligned(list(_lines(fold(plan.catalog.names, entries), 0))),
        "'''",
    ]
    return toml.document(parts)


# --- the tables -------------------------------------------------------------------------------------------------------


def _labels(plan: Decided) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """A label for each outcome, and the outcomes by label."""
    labels: list[str] = []
    outcomes: dict[str, dict[str, Any]] = {}
    numbers = {id(rule): number for number, rule in enumerate(plan.rules, 1)}
    for decision in plan.outcomes:
        rules = [by.name if isinstance(by, Rule) else "the model" for by in decision.decided_by.values()]
        label = "frozen" if decision.frozen else re.sub(r"[^\w.-]+", "-", "+".join(dict.fromkeys(rules))) or "base"
        label = label.strip("-")[:40] or "base"
        by = {key: numbers[id(rule)] for key, rule in decision.decided_by.items() if isinstance(rule, Rule)}
        outcome = {**decision.settings, **({"by": by} if by else {})}
        label = next(free for free in _numbered(label) if outcomes.get(free, outcome) == outcome)
        labels.append(label)
        outcomes[label] = outcome
    return labels, outcomes


def _short_classes(modules: Iterable[str | None]) -> dict[str, str]:
    """A short name for each qualified class: its own, with a number where two classes share it."""
    short: dict[str, str] = {}
    taken: set[str] = set()
    for module in dict.fromkeys(module for module in modules if module):
        own = module.rpartition(".")[2]
        own = own if _is_plain(own) and own != "-" else f"class{len(short)}"
        short[module] = next(free for free in _numbered(own) if free not in taken)
        taken.add(short[module])
    return short


def _numbered(text: str) -> Iterator[str]:
    """The text, then the text with -2, -3 ... after it: the caller takes the first that is free."""
    return chain([text], (f"{text}-{number}" for number in count(2)))


def _most_frequent(values: Iterable[str]) -> str:
    counted = Counter(values)
    return max(counted, key=counted.__getitem__, default="float32")


# --- the parameters ---------------------------------------------------------------------------------------------------


def _kind_text(kind: Kind, classes: Mapping[str, str], usual_dtype: str) -> str:
    flags = [
        *([kind.dtype] if kind.dtype != usual_dtype else []),
        *([] if kind.trainable else ["untrainable"]),
        *(["marked"] if kind.marked else []),
        *(["named"] if kind.witness == "name" else []),
        *([_seen(kind.witness)] if ": " in kind.witness else []),
    ]
    return " ".join([str(list(kind.shape)), kind.role, classes[kind.module] if kind.module else "-", *flags])


def _seen(witness: str) -> str:
    """The flag for what a forward pass saw: ``traced_product``, or ``disputed_gain`` where the code says otherwise."""
    return witness.replace("pass: ", "traced_").replace("disputed: ", "disputed_")


def _entries(catalog: Catalog, kinds: list[str], labels: list[str]) -> list[Entry]:
    return [
        (kinds[kind], label, tuple(catalog.aliases.get(name, ())))
        for name, kind, label in zip(catalog.names, catalog.kind_of, labels, strict=True)
    ]


def _lines(folded: Folded[Entry], level: int) -> Iterator[tuple[str, ...]]:
    """The cells of each line: a parameter's name, kind, label and other names, or the head of a block alone."""
    indent = "  " * level
    for part in folded:
        path = _quoted(".".join(part.path)) if part.path else ""
        if isinstance(part, Leaf):
            kind, label, aliases = part.value
            yield indent + path, kind, label, *(f"= {_quoted(alias)}" for alias in aliases)
        else:
            yield (f"{indent}{path}{'.' if part.path else ''}{part.range}",)
            yield from _lines(part.inside, level + 1)


def _aligned(lines: list[tuple[str, ...]]) -> list[str]:
    """The lines as text, with names, kinds and labels in columns."""
    widths = [max((len(line[at]) for line in lines if len(line) > 1), default=0) for at in range(3)]
    aligned = []
    for line in lines:
        cells = line if len(line) == 1 else [*map(str.ljust, line[:3], widths), *line[3:]]
        aligned.append("  ".join(cells).rstrip())
    return aligned


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[\w.:/@+-]+", text) is not None


def _quoted(text: str) -> str:
    return text if _is_plain(text) else json.dumps(text).replace("'", "\\u0027")
