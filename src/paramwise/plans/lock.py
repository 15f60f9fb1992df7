"""Lock files: a plan written as text that a person reviews, and read back without loss.

A lock is TOML: the base settings and rules as in a file of rules, the distinct outcomes, and the parameters, of which
blocks that repeat are said once. What follows from the rest (layers, outcomes) is found anew when it is read, and held
against what is written; a digest finds a line that was changed by hand.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from math import prod
from pathlib import Path
from typing import Any

from paramwise.files.atomic import replace_text
from paramwise.files.config import toml
from paramwise.files.config.faults import FaultsError
from paramwise.files.config.tables import rules_of
from paramwise.files.config.written import base_table, rule_table
from paramwise.findings import InputError, ParamwiseError
from paramwise.model.catalog import Catalog, Kind, uncollected
from paramwise.model.folding import Block, Folded, Leaf, fold, unfold
from paramwise.plans.plan import Plan
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import just
from paramwise.words import public

SCHEMA = "paramwise/lock/1"
_MOST = 1_000_000  # parameters that a few lines may unfold to
_DIGEST = re.compile(r'^digest = ".*"\n', re.MULTILINE)


@public
def write_lock(plan: Plan, path: str | Path, source: str | None = None) -> Path:
    """Write a plan to a lock file; the old file stays until the new one is whole.

    Args:
        plan: what to lock.
        path: of the file, commonly ``paramwise.lock``.
        source: says what was planned.

    Raises:
        InputError: the file cannot be written.
    """
    path = Path(path)
    text = lock_text(plan, source)
    try:
        replace_text(path.resolve(), text)  # of a link, what it points to
    except (OSError, ValueError) as error:  # "." is no name of a file
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot be written: {why}", where=str(path), help="check the folder") from error
    return path


@public
def read_lock(path: str | Path) -> Plan:
    """The plan that a lock file holds.

    Raises:
        InputError: there is no such file, it is no lock, or it is not as it was written.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")  # git and editors change these
    except FileNotFoundError:
        raise InputError(
            f"there is no lock {path}", where=str(path), help=f"write it: paramwise lock SOURCE -o {path}"
        ) from None
    except UnicodeDecodeError:
        raise _damaged(path, "it is not UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", where=str(path)) from None
    return plan_of_text(text, path)


# ---------------------------------------------------------------------------------------------------------- written


@uncollected
def lock_text(plan: Plan, source: str | None = None) -> str:
    """A plan as the text of a lock file.

    Raises:
        InputError: a setting is None, which a file cannot say.
    """
    plan = _writable(plan)
    for key in (key for one in plan.outcomes for key, value in one.settings.items() if value is None):
        raise InputError(f"`{key}` is None, which a lock cannot say", help=f"leave `{key}` out of the plan")
    catalog = plan.catalog
    labels, outcomes = _labels(plan)
    short = _short_classes(kind.module for kind in catalog.kinds)
    usual = _most(kind.dtype for kind in catalog.kinds)
    described = [_kind_text(kind, short, usual) for kind in catalog.kinds]
    held = [
        (described[kind], labels[outcome], tuple(catalog.aliases.get(name, ())))
        for name, kind, outcome in zip(catalog.names, catalog.kind_of, plan.outcome_of, strict=True)
    ]
    lines = list(_lines(fold(catalog.names, held), 0))
    columns = [max((len(line[at]) for line in lines if len(line) > 1), default=0) for at in range(3)]
    parameters = [
        line[0]
        if len(line) == 1
        else "  ".join([*(cell.ljust(width) for cell, width in zip(line, columns, strict=False)), *line[3:]]).rstrip()
        for line in lines
    ]
    body = [
        "# What the optimizer does to each parameter: written by `paramwise lock`, checked by `paramwise verify`.",
        f"schema = {toml.written(SCHEMA)}",
        *([f"source = {toml.written(source)}"] if source else []),
        'digest = ""',
        f"dtype = {toml.written(usual)}",
        *([toml.assigned("optimizer", base_table(plan.base))] if plan.base else []),
        "rules = [",
        *(f"    {toml.written(rule_table(rule))}," for rule in plan.rules),
        "]",
        "",
        "[outcomes]  # the distinct settings, and which rule decided each",
        *(toml.assigned(label, one) for label, one in outcomes.items()),
        "",
        *(["[modules]", *(toml.assigned(key, one) for one, key in short.items()), ""] if short else []),
        "[parameters]  # name; shape and what it is; outcome",
        "folded = '''",
        *parameters,
        "'''",
    ]
    text = "\n".join(body) + "\n"
    return text.replace('digest = ""\n', f'digest = "{_digest(text)}"\n', 1)


def _digest(text: str) -> str:
    return hashlib.sha256(_DIGEST.sub("", text, count=1).encode()).hexdigest()


def _labels(plan: Plan) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """For each outcome a label, and by label what it is."""
    labels: list[str] = []
    said: dict[str, dict[str, Any]] = {}
    numbers = {id(rule): number for number, rule in enumerate(plan.rules, 1)}
    for decision in plan.outcomes:
        rules = [by.name if isinstance(by, Rule) else "the model" for by in decision.decided_by.values()]
        label = "frozen" if decision.frozen else re.sub(r"[^\w.-]+", "-", "+".join(dict.fromkeys(rules))) or "base"
        label = label.strip("-")[:40] or "base"
        by = {key: numbers[id(rule)] for key, rule in decision.decided_by.items() if isinstance(rule, Rule)}
        outcome = {**decision.settings, **({"by": by} if by else {})}
        label = next(one for one in _numbered(label) if said.get(one, outcome) == outcome)
        labels.append(label)
        said[label] = outcome
    return labels, said


def _numbered(text: str) -> Iterator[str]:
    """The text, then with a number after it: the first that is free is taken."""
    return chain([text], (f"{text}-{number}" for number in count(2)))


def _writable(plan: Plan) -> Plan:
    """The plan; rules that a file cannot say are replaced by the names of what they select."""
    rules = []
    for rule in plan.rules:
        try:
            rule_table(rule)
            rules.append(rule)
        except InputError:
            if chosen := [one.name for one in plan.catalog if rule.select(one)]:
                settings: dict[str, Any] = dict(rule.settings)
                rules.append(Rule(just(chosen, plan.catalog), name=rule.name, **settings))
    same = len(rules) == len(plan.rules) and all(map(operator.is_, rules, plan.rules))
    return plan if same else Plan.decide(plan.catalog, rules, plan.base)


def _most(values: Iterable[str]) -> str:
    counted = Counter(values)
    return max(counted, key=counted.__getitem__, default="float32")


def _short_classes(modules: Iterable[str | None]) -> dict[str, str]:
    """For each qualified class a short name: its own, unless two have the same."""
    short: dict[str, str] = {}
    taken: set[str] = set()
    for one in dict.fromkeys(module for module in modules if module):
        own = one.rpartition(".")[2]
        own = own if _plain(own) and own != "-" else f"class{len(short)}"
        short[one] = next(key for key in _numbered(own) if key not in taken)
        taken.add(short[one])
    return short


def _kind_text(kind: Kind, short: Mapping[str, str], usual: str) -> str:
    flags = [
        *([kind.dtype] if kind.dtype != usual else []),
        *([] if kind.trainable else ["untrainable"]),
        *(["marked"] if kind.marked else []),
    ]
    return " ".join([str(list(kind.shape)), kind.role, short[kind.module] if kind.module else "-", *flags])


Held = tuple[str, str, tuple[str, ...]]
"""Of a parameter: its kind as text, the label of its outcome, its other names."""


def _lines(folded: Folded[Held], deep: int) -> Iterator[tuple[str, ...]]:
    indent = "  " * deep
    for one in folded:
        path = _quoted(".".join(one.path)) if one.path else ""
        if isinstance(one, Leaf):
            kind, label, aliases = one.held
            yield indent + path, kind, label, *(f"= {_quoted(alias)}" for alias in aliases)
        else:
            yield (f"{indent}{path}{'.' if one.path else ''}{one.range}",)
            yield from _lines(one.inside, deep + 1)


def _plain(text: str) -> bool:
    return re.fullmatch(r"[\w.:/@+-]+", text) is not None


def _quoted(text: str) -> str:
    return text if _plain(text) else json.dumps(text).replace("'", "\\u0027")


# ------------------------------------------------------------------------------------------------------------- read


@uncollected
def plan_of_text(text: str, path: Path) -> Plan:
    """The plan that the text of a lock file holds.

    Raises:
        InputError: it is no lock, or not as it was written.
    """
    try:
        held = toml.parse(text, str(path))
    except InputError as error:
        raise _damaged(path, str(error.findings[0].message)) from None
    if held.get("schema") != SCHEMA:
        raise InputError(
            f"no lock that can be read: its schema is {held.get('schema')!r}",
            where=str(path),
            help=f"this version reads {SCHEMA!r}; write it anew: paramwise lock SOURCE -o {path}",
        )
    if held.get("digest") != _digest(text):
        raise _damaged(path, "its digest is not that of its text")
    try:
        catalog, labels = _catalog_of(held)
        base = {key: value for key, value in held.get("optimizer", {}).items() if key not in ("name", "settings")}
        base |= held.get("optimizer", {}).get("settings", {})
        if "name" in held.get("optimizer", {}):
            base["optimizer"] = held["optimizer"]["name"]
        plan = Plan.decide(catalog, _rules_of(held["rules"], path), base)
        said = {key: {name: one for name, one in of.items() if name != "by"} for key, of in held["outcomes"].items()}
        for label, outcome in set(zip(labels, plan.outcome_of, strict=True)):
            decided = plan.outcomes[outcome].settings
            settings = {key: list(one) if isinstance(one, tuple) else one for key, one in decided.items()}
            if said[label] != settings:
                raise InputError(
                    f"the rules in it give `{label}` {settings}, where it says {said[label]}",
                    where=str(path),
                    help=f"written by another version? write it anew: paramwise lock SOURCE -o {path}",
                )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, ParamwiseError):
            raise
        raise _damaged(path, f"{type(error).__name__}: {error}") from None
    return plan


def _rules_of(tables: Any, path: Path) -> list[Rule]:
    try:
        return rules_of(tables)
    except (InputError, FaultsError) as error:
        found = error.findings[0] if isinstance(error, InputError) else error.found[0][1]
        raise InputError("holds no rules that can be read", where=str(path), evidence=[found.message]) from None


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        "the lock is not as it was written",
        where=str(path),
        evidence=[why],
        help=f"a lock is not edited by hand: change the rules, then paramwise lock SOURCE -o {path}",
    )


_KIND = re.compile(r"\[([\d, ]*)\] (\w+) (\S+)((?: \w+)*)")


def _catalog_of(held: Mapping[str, Any]) -> tuple[Catalog, list[str]]:
    """The catalog, and the label of each parameter's outcome."""
    modules = held.get("modules", {})
    if not all(isinstance(one, str) for one in (held["dtype"], *modules.values())):
        raise ValueError("dtype and modules are texts")
    kinds: dict[Kind, int] = {}
    numbers: dict[str, int] = {}
    names: list[str] = []
    kind_of, labels = [], []
    aliases: dict[str, list[str]] = {}
    for name, (kind, label, others) in unfold(_folded(held["parameters"]["folded"])):
        number = numbers.get(kind)
        if number is None:
            number = numbers[kind] = kinds.setdefault(_kind_of_text(kind, modules, held["dtype"]), len(kinds))
        if len(names) == _MOST:
            raise ValueError(f"more than {_MOST:,} parameters")
        names.append(name)
        kind_of.append(number)
        labels.append(label)
        if others:
            aliases[name] = list(others)
    return Catalog.of_kinds(names, kinds, kind_of, aliases), labels


def _kind_of_text(text: str, modules: Mapping[str, str], usual: str) -> Kind:
    match = _KIND.fullmatch(text)
    if match is None:
        raise ValueError(f"no kind of parameter: {text}")
    sizes, role, module, flags = match[1], match[2], match[3], match[4].split()
    shape = tuple(int(size) for size in sizes.split(",")) if sizes else ()
    dtype = next((flag for flag in flags if flag not in ("untrainable", "marked")), usual)
    return Kind(
        shape=shape,
        dtype=dtype,
        trainable="untrainable" not in flags,
        role=role,
        module=None if module == "-" else modules[module],
        numel=prod(shape),
        marked="marked" in flags,
    )


_BLOCK = re.compile(r"(.*?)\.?\{(\d+)\.\.(\d+)(?:/(\d+))?\}")
_CELL = re.compile(r'(?:= )?"(?:[^"\\]|\\.)*"|\S+(?: \S+)*')


def _folded(text: str) -> Folded[Held]:
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    at = 0

    def level(
        indent: int,
    ) -> Iterator[Leaf[tuple[str, str, tuple[str, ...]]] | Block[tuple[str, str, tuple[str, ...]]]]:
        nonlocal at
        while at < len(lines) and lines[at][0] == indent:
            line = lines[at][1]
            at = number = at + 1
            block = _BLOCK.fullmatch(line)
            if block:
                before = tuple(_unquoted(block[1]).split(".")) if block[1] else ()
                first, last, inside = int(block[2]), int(block[3]), tuple(level(indent + 2))
                step = int(block[4] or 1)
                if last < first or not inside or step < 1:
                    raise ValueError(f"line {number} of the parameters is a block of nothing")
                yield Block(before, first, last, inside, step)
            else:
                name, kind, label, *others = _CELL.findall(line)
                yield Leaf(
                    tuple(_unquoted(name).split(".")),
                    (kind, label, tuple(_unquoted(other.removeprefix("= ")) for other in others)),
                )

    folded = tuple(level(0))
    if at != len(lines):
        raise ValueError(f"line {at + 1} of the parameters is indented as no block is")
    return folded


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text
