"""Roles on packages that nobody tuned them on: by structure, by one forward pass, and by judges of their own.

Usage: python benchmarks/packages.py --install  (once: into build/packages, never into the project's environment)
       python benchmarks/packages.py [--set second] [--only NAME ...] [--homemade FILE.tsv] [--markdown]
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "build" / "packages"))
sys.path.append(str(Path(__file__).resolve().parents[1] / ".venv" / "peers"))  # timm and torchvision, for the tests

import torch
from torch import nn

import package_fifth
import package_fourth
import package_models
import package_more
import package_seventh
import package_sixth
import package_third
import paramwise as pw
import truth
import zoos
from paramwise.model.roles import DECAYED
from truth.differences import measured
from truth.forward import Recorder
from zoo import Key, owners, show

FOLDER = Path(__file__).resolve().parents[1] / "build" / "packages"
SECONDS = 120  # for one model


class Row(NamedTuple):
    """One parameter of a model, and what is said of it."""

    model: str
    package: str
    name: str
    key: Key
    structure: str
    found: bool  # whether a finding names it
    traced: str | None
    uses: str
    why: str


class Judged(NamedTuple):
    """One model: its parameters, what the judges say of each key, or why there is neither."""

    rows: list[Row]
    said: dict[Key, truth.Uses]
    measured: dict[Key, set[str]]
    problem: str = ""
    untraced: str = ""


SETS = {
    "first": package_models,
    "second": package_more,
    "third": package_third,
    "fourth": package_fourth,
    "fifth": package_fifth,
    "sixth": package_sixth,
    "seventh": package_seventh,
}
APART = {"sixth": "packages-sixth", "seventh": "packages-seventh"}
"""Sets with folders of their own beside `FOLDER`: what others of the sets have stand-ins for is there."""

DRAWN = ("eighth", "ninth", "tenth", "eleventh")
SAMPLE = {f"{name}-{part}": f"packages-{name}" for name in DRAWN for part in "abc"} | {"twelfth-c": "packages-twelfth"}
"""The sets of `sample` and their folders: what a set asks for is in its own or in one before it."""

ALONE = {
    "actionformer": "packages-actionformer",
    "deep-person": "packages-deep-person",
    "diffusion-policy-accelerated": "packages-diffusion-policy-accelerated",
    "mamba-ssm": "packages-mamba-ssm",
    "mmdit-pytorch": "packages-mmdit-pytorch",
    "neuralsat": "packages-neuralsat",
    "pytorch-fast-transformers": "packages-pytorch-fast-transformers",
    "pytorch-image-translation-models": "packages-pytorch-image-translation-models",
    "sonic-moe": "packages-sonic-moe",
    "spach-transformer": "packages-spach-transformer",
    "streamdiffusionv2": "packages-streamdiffusionv2",
    "torchok": "packages-torchok",
    "turbodiffusion": "packages-turbodiffusion",
}
"""Packages of `sample` in folders of their own: what they hold must not hide what others do. (Three are unpacked
there by hand, without the kernels that they build for CUDA: diffusion-policy-accelerated, mamba-ssm and
turbodiffusion.)"""

ANY_PYTHON = {"deepdelineator", "gnn-lis-kor", "mmdit-pytorch", "pyg-hyper-nn", "sonic-moe", "torch-mpo", "torchok"}
"""Packages of `sample` that ask for another Python and work with this one."""


def wing_of(name: str) -> Any:
    """The module of a set."""
    return SETS.get(name) or import_module(f"sample.{name.replace('-', '_')}")


def install() -> int:
    """Install each package, without what it asks for, apart from the project's environment."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    failed = 0
    for name in (*SETS, *SAMPLE):
        wing = wing_of(name)
        for package in (*wing.REQUIREMENTS, *wing.PACKAGES):
            folder = FOLDER.with_name(ALONE.get(package) or APART.get(name) or SAMPLE.get(name) or FOLDER.name)
            folder.mkdir(parents=True, exist_ok=True)
            given = ["--ignore-requires-python"] if package in ANY_PYTHON else []
            done = subprocess.run([*pip, *given, "--upgrade", "--target", str(folder), package], check=False)
            failed += done.returncode != 0
    return int(failed > 0)


def judge(name: str, make: Callable[[], nn.Module], given: tuple[Any, ...]) -> Judged:
    """Build one model, read it, run it, and ask the judges."""
    torch.manual_seed(0)
    model = make()
    args = [one for one in given if not (isinstance(one, dict) and one is given[-1] and _is_keywords(one))]
    kwargs = given[-1] if given and isinstance(given[-1], dict) and _is_keywords(given[-1]) else {}
    catalog = pw.read(model)
    plan = pw.plan(model, "default", lr=1e-3, weight_decay=0.1)
    named = {name for finding in plan.check() if finding.code in ("PW108", "PW109") for name in finding.names}
    keys, tensors = owners(model), dict(model.named_parameters())
    untraced = ""
    evidence = None
    try:
        evidence = pw.trace(model, *args, **kwargs)
    except Exception as problem:
        untraced = _short(problem)
    said = _said(model, keys, tensors, args, kwargs)
    package = _package(model)
    rows = []
    for parameter in catalog:
        told = evidence[parameter.name] if evidence is not None else None
        key = keys.get(parameter.name) or Key("?", parameter.name, parameter.ndim)
        rows.append(
            Row(
                name,
                package,
                parameter.name,
                key,
                parameter.role,
                parameter.name in named,
                told.role if told else None,
                ",".join(dict.fromkeys(one.use for one in told.witnesses)) if told else "",
                told.untouched if told else "",
            )
        )
    homemade = {name: tensors[name] for name, key in keys.items() if not key.owner.startswith("torch.nn.")}
    found: dict[Key, set[str]] = collections.defaultdict(set)
    for one, kind in measured(model, homemade, args, kwargs).items():
        found[keys[one]].add(kind)
    return Judged(rows, said, found, untraced=untraced)


def _is_keywords(given: dict[Any, Any]) -> bool:
    return not isinstance(next(iter(given.values()), None), dict) and all(
        isinstance(key, str) and len(key) > 1 for key in given
    )


def _package(model: nn.Module) -> str:
    """The package that most of the model's own classes come from."""
    modules = [type(module).__module__.partition(".")[0] for module in model.modules()]
    own = collections.Counter(one for one in modules if one not in ("torch", "package_models", "timm", "einops"))
    return own.most_common(1)[0][0] if own else "torch"


def _said(
    model: nn.Module, keys: dict[str, Key], tensors: dict[str, nn.Parameter], args: Any, kwargs: Any
) -> dict[Key, truth.Uses]:
    """What source and a recorded pass say of each key."""
    classes = {type(module) for module in model.modules()}
    classes |= {base for cls in classes for base in cls.__mro__}
    by_name = {f"{cls.__module__}.{cls.__qualname__}": cls for cls in classes}
    said = {key: truth.written(by_name[key.owner], key.attribute) for key in set(keys.values())}
    recorder = Recorder(list(tensors.values()), truthy=False)
    with contextlib.suppress(Exception), torch.no_grad(), recorder:
        model(*args, **kwargs)
    forward: dict[Key, set[str]] = collections.defaultdict(set)
    for name, tensor in tensors.items():
        forward[keys[name]] |= recorder.uses.get(id(tensor), set())
    return {key: uses._replace(forward=sorted(forward[key])) for key, uses in said.items()}


def decided(judged: dict[str, Judged]) -> dict[Key, truth.Truth]:
    """What each key is: by source and a recorded pass, which the measured differences must not contradict."""
    uses: dict[Key, list[truth.Uses]] = collections.defaultdict(list)
    measures: dict[Key, set[str]] = collections.defaultdict(set)
    for one in judged.values():
        for key, said in one.said.items():
            uses[key].append(said)
        for key, kinds in one.measured.items():
            measures[key] |= kinds
    found = {}
    for key, said in uses.items():
        told = truth.decide(*key, said)
        kinds = {"table" if kind == "product" and key.ndim < 2 else kind for kind in measures[key]}
        if (
            told.witness not in ("hand", "torch's module")
            and told.kind != "arguable"
            and len({kind in truth.DECAYING for kind in kinds}) == 1
        ):
            decays = next(iter(kinds)) in truth.DECAYING
            if told.decays is None and told.kind == "unknown":
                told = truth.Truth(min(kinds), decays, "differences")
            elif told.decays is not decays:
                words = f"{told.witness}: {told.kind}; differences: {', '.join(sorted(kinds))}"
                told = truth.Truth("unknown", None, words)
            else:
                told = told._replace(witness=f"{told.witness}, differences")
        found[key] = told
    return found


def _short(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {(str(problem).splitlines() or [''])[0]}"[:140]


def sweep(chosen: str, names: list[str]) -> Iterator[tuple[str, Judged]]:
    """Judge the models, one after the other."""
    if chosen in APART:
        sys.path.insert(0, str(FOLDER.with_name(APART[chosen])))
    if chosen in SAMPLE:
        folders = list(dict.fromkeys(SAMPLE.values()))
        earlier = folders[: folders.index(SAMPLE[chosen]) + 1]
        sys.path[:0] = [str(FOLDER.with_name(folder)) for folder in reversed(earlier)]
    sys.path += [str(FOLDER.with_name(folder)) for folder in APART.values()]
    made = wing_of(chosen).models()
    if chosen in SAMPLE:
        made = {name: (make, given) for name, make, given in made}
    for name in names or made:
        try:
            with zoos.limited(SECONDS), zoos.silent():
                yield name, judge(name, *made[name])
        except (Exception, zoos.TooLongError) as problem:
            yield name, Judged([], {}, {}, _short(problem))


def report(judged: dict[str, Judged], known: dict[Key, truth.Truth], markdown: bool) -> None:
    """Counts by package, then every wrong tensor."""
    rows = [row for one in judged.values() for row in one.rows]
    packages: dict[str, list[Row]] = collections.defaultdict(list)
    for row in rows:
        packages[row.package].append(row)
    header = ("package", "models", "tensors", "structure wrong", "without a finding", "pass wrong", "not told")
    lines = [(package, len({row.model for row in own}), *_counts(own, known)) for package, own in packages.items()]
    lines.append(("all", len({row.model for row in rows}), *_counts(rows, known)))
    show(header, [tuple(map(str, line)) for line in sorted(lines)], markdown)
    print(f"\n{len(packages)} packages, {len({row.key for row in rows}):,} pairs of a class and its attribute.")
    wrong = [row for row in rows if _structure_wrong(row, known) or _pass_wrong(row, known)]
    groups: dict[tuple[Any, ...], list[Row]] = collections.defaultdict(list)
    for row in wrong:
        groups[row.key, row.structure, row.traced, row.found].append(row)
    print("\nWrong\n")
    show(
        ("owner", "attribute", "ndim", "tensors", "is a", "structure", "finding", "pass", "uses", "model"),
        [
            (
                key.owner.rpartition(".")[2],
                key.attribute,
                str(key.ndim),
                str(len(own)),
                f"{known[key].kind} ({known[key].witness})",
                structure,
                "yes" if found else "no",
                str(traced),
                own[0].uses,
                own[0].model,
            )
            for (key, structure, traced, found), own in groups.items()
        ],
        markdown,
    )
    print("\nUnresolved, count for nobody\n")
    unknown = collections.Counter(row.key for row in rows if _truth(row, known).decays is None)
    for key, count in unknown.items():
        told = known.get(key)
        print(" ", key.owner, key.attribute, key.ndim, count, told.kind if told else "", told.witness if told else "")
    print("\nNot built, or not run\n")
    for name, one in judged.items():
        if one.problem or one.untraced:
            print(" ", name, "|", one.problem or f"runs not: {one.untraced}")


def _truth(row: Row, known: dict[Key, truth.Truth]) -> truth.Truth:
    return known.get(row.key, truth.Truth("unknown", None, ""))


def _structure_wrong(row: Row, known: dict[Key, truth.Truth]) -> bool:
    return _truth(row, known).decays not in (None, row.structure in DECAYED)


def _pass_wrong(row: Row, known: dict[Key, truth.Truth]) -> bool:
    return row.traced is not None and _truth(row, known).decays not in (None, row.traced in DECAYED)


def _counts(rows: list[Row], known: dict[Key, truth.Truth]) -> tuple[int, ...]:
    wrong = [row for row in rows if _structure_wrong(row, known)]
    silent = [row for row in wrong if not row.found]
    return len(rows), len(wrong), len(silent), sum(_pass_wrong(row, known) for row in rows), sum(
        row.traced is None for row in rows
    )  # fmt: skip


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--install", action="store_true", help=f"install the packages into {FOLDER}, and end")
    parser.add_argument("--set", choices=(*SETS, *SAMPLE), default="first", help="which packages (first)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these models")
    parser.add_argument("--homemade", type=Path, metavar="FILE", help="write what is said of home-made keys, as TSV")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    if options.install:
        return install()
    zoos.importable()
    started = time.perf_counter()
    judged = dict(sweep(options.set, options.only))
    known = decided(judged)
    report(judged, known, options.markdown)
    if options.homemade:
        table: dict[Key, list[Row]] = collections.defaultdict(list)
        for row in (row for one in judged.values() for row in one.rows):
            table[row.key].append(row)
        lines = [
            "\t".join(
                map(
                    str,
                    (*key, len(rows), *_truth(rows[0], known), *(sorted({str(getattr(row, field)) for row in rows}) for
                     field in ("structure", "traced", "uses", "why")), rows[0].model),
                )
            )
            for key, rows in sorted(table.items())
            if not key.owner.startswith("torch.nn.")
        ]  # fmt: skip
        options.homemade.write_text("\n".join(lines) + "\n")
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
