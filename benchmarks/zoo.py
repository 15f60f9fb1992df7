"""How often is a rule for weight decay wrong? Four rules, held against what every model of a library is made of.

Each model type that its default config can build is built on the meta device, and each rule says of every parameter
whether it decays. ``truth.py``, which knows nothing of ``paramwise.model.roles``, says whether it should:

- decayed: what multiplies activations (linear, convolution, attention, experts, routers, heads) and ``nn.Embedding``
- not decayed: gains and shifts, every additive bias, bare tables and tokens, scales, gates, states of recurrences

Usage: python benchmarks/zoo.py [--only TYPE ...] [--zoo transformers|timm|torchvision|diffusers] [--list-wrong RULE]
       [--homemade FILE.tsv] [--output FILE.json] [--markdown] [--jobs 2]
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import contextlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: two workers on two cores

import torch
from torch import nn

import paramwise
import truth
import zoos
from paramwise.model import roles

RULES = ("two tokens", "Trainer", "ndim >= 2", "paramwise, by name alone", "paramwise")
SECONDS = 120  # for one model type


class Key(NamedTuple):
    """What parameters that are used alike share."""

    owner: str
    attribute: str
    ndim: int


class Row(NamedTuple):
    """Parameters of one model that share a key and what the rules say of them."""

    key: Key
    decays: tuple[bool, ...]
    count: int
    example: str
    role: str


class Built(NamedTuple):
    """One model type: its rows, or why there are none."""

    type: str
    cls: str
    rows: list[Row]
    uses: dict[Key, truth.Uses]
    problem: str = ""


def build(zoo: str, model_type: str) -> Built:
    """Builds one type in this process, and reads it."""
    problems: list[str] = []
    try:
        with zoos.limited(SECONDS), zoos.silent():
            found = (
                zoos.transformers_models(model_type) if zoo == "transformers" else zoos.other_models(zoo, model_type)
            )
            for name, make in found:
                try:
                    model = zoos.empty(make)
                except Exception as problem:
                    problems.append(f"{name}: {_short(problem)}")
                    continue
                return Built(model_type, name, *judge(model))
    except (Exception, zoos.TooLongError) as problem:
        problems.append(_short(problem))
    return Built(model_type, "", [], {}, problems[0] if problems else "no model class takes its config")


def _short(problem: BaseException) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()] or [""]
    return f"{type(problem).__name__}: {lines[0]}"[:160]


# -------------------------------------------------------------------------------------------------------- one model


def owners(model: nn.Module) -> dict[str, Key]:
    """Of every parameter, tied ones once: who holds it. A container's parameter belongs to who holds the container."""
    modules = dict(model.named_modules(remove_duplicate=False))
    found = {}
    for name, tensor in model.named_parameters():
        prefix, _, attribute = name.rpartition(".")
        owner = modules[prefix]
        if isinstance(owner, nn.utils.parametrize.ParametrizationList):
            owner = owner[0]
        while isinstance(owner, (nn.ParameterList, nn.ParameterDict, nn.ModuleList, nn.ModuleDict)):
            prefix, _, attribute = prefix.rpartition(".")
            owner = modules[prefix]
        cls = type(owner)
        if nn.utils.parametrize.is_parametrized(owner):
            cls = cls.__bases__[0]
        found[name] = Key(f"{cls.__module__}.{cls.__qualname__}", attribute, tensor.ndim)
    return found


def decisions(model: nn.Module) -> dict[str, tuple[tuple[bool, ...], str]]:
    """Of every parameter: whether each rule decays it, and the role that paramwise gives it."""
    from transformers import Trainer

    trainer = set(Trainer.get_decay_parameter_names(None, model))
    ours = {parameter.name: parameter.role for parameter in paramwise.read(model)}
    return {
        name: (
            (
                not any(token in name for token in ("bias", "LayerNorm.weight")),
                name in trainer,
                tensor.ndim >= 2,
                roles.role_of_name(name, tuple(tensor.shape)) in roles.DECAYED,
                ours[name] in roles.DECAYED,
            ),
            ours[name],
        )
        for name, tensor in model.named_parameters()
    }


def judge(model: nn.Module) -> tuple[list[Row], dict[Key, truth.Uses]]:
    """A model's parameters, grouped by key and by what the rules say; and what the witnesses say of each key."""
    keys, said = owners(model), decisions(model)
    groups: dict[tuple[Key, tuple[bool, ...], str], list[str]] = collections.defaultdict(list)
    for name, key in keys.items():
        groups[key, *said[name]].append(name)
    rows = [Row(key, rules, len(names), names[0], role) for (key, rules, role), names in groups.items()]
    classes = {type(module) for module in model.modules()}
    classes |= {base for cls in classes for base in cls.__mro__}
    by_name = {f"{cls.__module__}.{cls.__qualname__}": cls for cls in classes}
    uses = {key: truth.written(by_name[key.owner], key.attribute) for key in set(keys.values())}
    names_of = {id(tensor): name for name, tensor in model.named_parameters()}
    needed = {one for one, name in names_of.items() if not keys[name].owner.startswith("torch.")}
    forward: dict[Key, set[str]] = {}
    for one, kinds in truth.run_forward(model, needed).items():
        forward.setdefault(keys[names_of[one]], set()).update(kinds)
    return rows, {key: seen._replace(forward=sorted(forward.get(key, ()))) for key, seen in uses.items()}


# ------------------------------------------------------------------------------------------------------- the sweep


def sweep(zoo: str, types: list[str], jobs: int) -> list[Built]:
    """Builds the types, each in one of some worker processes."""
    results = []
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context, initializer=_start) as pool:
        futures = {pool.submit(build, zoo, one): one for one in types}
        for number, future in enumerate(concurrent.futures.as_completed(futures), 1):
            try:
                results.append(future.result())
            except concurrent.futures.process.BrokenProcessPool:
                results.append(Built(futures[future], "", [], {}, "the worker died"))
            if sys.stderr.isatty() or number % 50 == 0:
                print(f"{number}/{len(types)} {futures[future]}", file=sys.stderr)
    return sorted(results)


def _start() -> None:
    torch.set_num_threads(1)
    zoos.importable()
    with contextlib.suppress(ImportError):
        import transformers

        transformers.logging.set_verbosity_error()


def truths(results: Iterable[Built]) -> dict[Key, truth.Truth]:
    """What each key is, by all that was seen of it in any model."""
    uses: dict[Key, list[truth.Uses]] = collections.defaultdict(list)
    for built in results:
        for key, seen in built.uses.items():
            uses[key].append(seen)
    return {key: truth.decide(*key, seen) for key, seen in uses.items()}


# ------------------------------------------------------------------------------------------------------- the report


def wrong(built: Built, known: dict[Key, truth.Truth], rule: int) -> list[Row]:
    """The rows of a model on which a rule is wrong."""
    return [row for row in built.rows if known[row.key].decays not in (None, row.decays[rule])]


def table(results: list[Built], known: dict[Key, truth.Truth]) -> list[tuple[str, ...]]:
    """One line a rule: architectures wrong, tensors wrong, in which direction, and what those are."""
    lines = []
    for place, rule in enumerate(RULES):
        found = [wrong(built, known, place) for built in results]
        rows = [row for one in found for row in one]
        numbers = [sum(map(bool, found)), sum(row.count for row in rows)]
        numbers += [sum(row.count for row in rows if row.decays[place] == decayed) for decayed in (True, False)]
        numbers += [sum(row.count for row in rows if known[row.key].kind == kind) for kind in truth.KINDS]
        lines.append((rule, *(f"{number:,}" for number in numbers)))
    return lines


def grouped(results: list[Built], known: dict[Key, truth.Truth], rule: int) -> list[tuple[str, ...]]:
    """The wrong tensors of a rule, by model type, owner and attribute."""
    return [
        (
            built.type,
            _last(row.key.owner),
            row.key.attribute,
            str(row.key.ndim),
            str(row.count),
            "decayed" if row.decays[rule] else "left out",
            known[row.key].kind,
            row.role,
            row.example,
        )
        for built in results
        for row in wrong(built, known, rule)
    ]


def versions() -> str:
    """What was compared."""
    names = ("torch", "transformers", "timm", "torchvision", "diffusers")
    found = [f"{one} {importlib.metadata.version(one)}" for one in names if importlib.util.find_spec(one)]
    return ", ".join([f"paramwise {paramwise.__version__}", *found])


def show(header: tuple[str, ...], lines: list[tuple[str, ...]], markdown: bool) -> None:
    """A table, aligned, or in Markdown."""
    if markdown:
        print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
        for line in lines:
            print("| " + " | ".join(f"`{cell}`" if "_" in cell else cell for cell in line) + " |")
        return
    widths = [max(len(line[column]) for line in [header, *lines]) for column in range(len(header))]
    for line in [header, *lines]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


WRONG = ("type", "owner", "attribute", "ndim", "tensors", "rule says", "is a", "role", "for example")


def report(results: list[Built], known: dict[Key, truth.Truth], markdown: bool) -> None:
    """Everything, from the four rules to what could not be built."""

    def section(title: str, header: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
        print(f"\n{'### ' if markdown else ''}{title}{'' if lines else ': none'}\n")
        if lines:
            show(header, lines, markdown)

    built = [one for one in results if one.cls]
    counts: collections.Counter[Key] = collections.Counter()
    for row in (row for one in built for row in one.rows):
        counts[row.key] += row.count
    helped = sum(one.type in zoos.SETTINGS for one in built)
    lacking = f" ({helped} of them with a value that their default config lacks)" if helped else ""
    print(f"{versions()}\n\n{len(built)} of {len(results)} model types build{lacking}:")
    print(f"{sum(counts.values()):,} parameters, {len(counts):,} pairs of a class and its attribute.")
    section("Wrong", ("rule", "models", "tensors", "decayed", "left out", *truth.KINDS), table(built, known))

    witnesses: collections.Counter[str] = collections.Counter()
    for key, count in counts.items():
        witnesses[known[key].kind if known[key].decays is None else known[key].witness] += count
    lines = [(one, f"{count:,}") for one, count in witnesses.most_common()]
    section("Who says what the parameters are", ("witness", "tensors"), lines)
    for kind, title in (("arguable", "Arguable, count for no rule"), ("unknown", "Unresolved, count for no rule")):
        keys = sorted(key for key in counts if known[key].kind == kind)
        lines = [(_last(key.owner), key.attribute, str(key.ndim), str(counts[key]), known[key].witness) for key in keys]
        section(title, ("owner", "attribute", "ndim", "tensors", "why"), lines)
    section("Where paramwise is wrong", WRONG, grouped(built, known, len(RULES) - 1))
    agreeing = sum(row.count for one in built for row in one.rows if row.decays[-1] == row.decays[-2])
    total = sum(counts.values())
    print(
        f"\nBy name and shape alone, as from a checkpoint's header: {agreeing:,} of {total:,} tensors decay as by class"
    )
    print(f"({agreeing / total:.2%}).")
    others: dict[tuple[str, str], list[Row]] = collections.defaultdict(list)
    for row in (row for one in built for row in one.rows if row.role == "other"):
        others[_last(row.key.owner), row.key.attribute].append(row)
    lines = [
        (*key, str(rows[0].key.ndim), str(sum(row.count for row in rows)), known[rows[0].key].kind, rows[0].example)
        for key, rows in sorted(others.items())
    ]
    section("Role `other`, not decayed", ("owner", "attribute", "ndim", "tensors", "is a", "for example"), lines)
    reasons: dict[str, list[str]] = collections.defaultdict(list)
    for one in results:
        if not one.cls:
            reasons[one.problem].append(one.type)
    section("Not built", ("why", "types"), [(why, " ".join(types)) for why, types in sorted(reasons.items())])


def _last(qualified: str) -> str:
    return qualified.rpartition(".")[2]


def homemade(results: list[Built], known: dict[Key, truth.Truth], path: Path) -> None:
    """Writes the parameters that no class of torch's owns, as a table."""
    counts: collections.Counter[Key] = collections.Counter()
    said: dict[Key, set[str]] = collections.defaultdict(set)
    for row in (row for one in results for row in one.rows):
        counts[row.key] += row.count
        said[row.key].add(row.role)
    lines = ["class\tattribute\tndim\tcount\ttruth\tdecays\twitness\trole"]
    lines += [
        "\t".join(map(str, (*key, counts[key], *known[key], ",".join(sorted(said[key])))))
        for key in sorted(counts)
        if not key.owner.startswith("torch.nn.")
    ]
    path.write_text("\n".join(lines) + "\n")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--zoo", default="transformers", choices=["transformers", "timm", "torchvision", "diffusers"])
    parser.add_argument("--only", nargs="+", metavar="TYPE", help="these model types")
    parser.add_argument("--list-wrong", choices=RULES, metavar="RULE", help=f"list what a rule gets wrong: {RULES}")
    parser.add_argument("--homemade", type=Path, metavar="FILE", help="write parameters of classes not torch's, as TSV")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write every row as JSON")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not importlib.util.find_spec(options.zoo):
        parser.error(f"{options.zoo} is not installed")
    started = time.perf_counter()
    types = options.only or (zoos.transformers_types() if options.zoo == "transformers" else zoos.listed(options.zoo))
    results = sweep(options.zoo, types, options.jobs)
    known = truths(results)
    if options.list_wrong:
        show(WRONG, grouped(results, known, RULES.index(options.list_wrong)), options.markdown)
    else:
        report(results, known, options.markdown)
    if options.homemade:
        homemade(results, known, options.homemade)
    if options.output:
        rows = [{"type": one.type, "class": one.cls, "problem": one.problem, "rows": one.rows} for one in results]
        judged = [(*key, *what) for key, what in sorted(known.items())]
        options.output.write_text(json.dumps({"versions": versions(), "models": rows, "truth": judged}))
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
