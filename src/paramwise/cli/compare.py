"""Keep and compare: lock, verify, diff, migrate."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli.helping import Commands
from paramwise.cli.options import (
    ALL,
    Decay,
    Every,
    Evidence,
    Exact,
    Format,
    Json,
    NoDecay,
    Planning,
    Rate,
    Recipes,
    RulesFile,
    Settings,
    Source,
    evidence_in,
    file_of,
    format_of,
    print_json,
    print_view,
    rules_here,
)
from paramwise.cli.progress import working
from paramwise.findings import InputError
from paramwise.libraries import require
from paramwise.plans.groups import read_groups
from paramwise.plans.plan import Difference
from paramwise.plans.today import largest_decay
from paramwise.sources.functions import call
from paramwise.sources.reading import build
from paramwise.views.annotations import annotation_of
from paramwise.views.differences import difference_view
from paramwise.views.text import screen, show
from paramwise.views.view import Line
from paramwise.words import plural

app = Commands()


LockFile = Annotated[str, typer.Option("--lock", metavar="FILE", help="The lock file.")]


@app.command(epilog="Example:  paramwise lock demo --lr 2e-5")
def lock(
    source: Source,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="File to write.")] = "paramwise.lock",
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    evidence: Evidence = None,
    exact: Exact = False,
) -> None:
    """Write what every parameter gets to a file, to be reviewed and kept beside the code."""
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    with working(f"reading {source}"):
        made = planning.plan(pw.read(source, exact=exact))
    for finding in made.check():
        show((finding.notice,), screen(stderr=True), wrap=False)
    changes, state = made.diff(made), "written"
    with contextlib.suppress(InputError, OSError):  # there is no lock, or a damaged one, which is replaced
        changes = pw.read_lock(output).diff(made)
        state = "changed" if changes else "as before"
    pw.write_lock(made, output, source)
    groups = plural(len(made.groups), "group")
    screen().print(f"{output} {state}: {plural(len(made.catalog))} in {groups}, {len(made.frozen):,} frozen")
    if changes:
        print_view(lambda room: difference_view(changes, room=room))


@app.command(epilog="Example:  paramwise verify demo --lock paramwise.lock")
def verify(
    source: Source,
    lock: LockFile = "paramwise.lock",
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    evidence: Evidence = None,
    exact: Exact = False,
    every: Every = False,
    format: Format = "text",
    as_json: Json = False,
) -> None:
    """Compare what every parameter gets now with a lock file; exit code 1 if anything differs.

    It plans as `lock` does: by the same options, or by the folder's file of rules. If there is neither, it plans by the
    lock's own rules, so that only a change of the model shows.
    """
    wanted = format_of(format, as_json)
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    locked = pw.read_lock(lock)
    with working(f"reading {source}"):
        catalog = pw.read(source, exact=exact)
    if planning.given or rules_here() is not None:
        made = planning.plan(catalog)
    else:
        told = None if evidence is None else evidence_in(Path(evidence))
        made = pw.plan(catalog, locked.rules, evidence=told, **locked.base)
    found = locked.diff(made)
    if not found and wanted in ("text", "markdown"):
        line = Line(f"{source}: {plural(len(catalog))}, all as locked in {lock}")
        print_view(lambda room: (line,), wanted)
        return
    _show_difference(found, wanted, every, lock, f"not as locked in {lock}")


@app.command(epilog="Example:  paramwise diff demo --against trainer")
def diff(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A lock file, or with --against a SOURCE.", show_default=False)
    ],
    second: Annotated[str | None, typer.Argument(metavar="B", help="Another lock file.", show_default=False)] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="The grouping used today: trainer (transformers'), timm, tokens, ndim, a recipe, or a file of rules.",
        ),
    ] = None,
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    exact: Exact = False,
    every: Every = False,
    format: Format = "text",
    as_json: Json = False,
) -> None:
    """Show what changes: between two lock files, or from today to a plan. Exit code 1 if anything does."""
    wanted = format_of(format, as_json)
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay)
    if (second is None) == (against is None):
        raise InputError("compare two lock files, or a SOURCE --against something", help="paramwise diff A.lock B.lock")
    if second is not None:
        if planning.given or exact:
            raise InputError("two locks are compared as they are", help="leave out the options that make a plan")
        if not Path(first).is_file() and Path(second).is_file():
            raise InputError(
                f"there is no lock {first}",
                help=f"to compare a SOURCE with a lock: paramwise verify {first} --lock {second}",
            )
        found = pw.read_lock(first).diff(pw.read_lock(second))
        _show_difference(found, wanted, every, second, f"{first} -> {second}")
        return
    with working(f"reading {first}"):
        made = planning.plan(build(first, values=False) if against == "trainer" else pw.read(first, exact=exact))
    _show_difference(pw.compare(made, str(against), lr=lr), wanted, every, file_of(first, rules), f"against {against}")


@app.command(epilog="Example:  paramwise migrate train:make_optimizer")
def migrate(
    factory: Annotated[
        str,
        typer.Argument(
            metavar="MODULE:FUNCTION",
            help="A function that returns the model and its optimizer, or group dicts; or a Trainer.",
            show_default=False,
        ),
    ],
    as_toml: Annotated[bool, typer.Option("--toml", help="Print a paramwise.toml instead of Python.")] = False,
) -> None:
    """Print the shortest rules that do exactly what an existing optimizer does to each parameter."""
    require("torch", "torch", "`paramwise migrate`")
    from paramwise.torch.groups import model_and_groups

    with working(f"calling {factory}"):
        model, groups = model_and_groups(call(factory), factory)
    with working("looking for the shortest rules"):
        suggestion = pw.suggest_rules(read_groups(model, groups))
    print(suggestion.toml if as_toml else suggestion.python)
    err = screen(stderr=True)
    origin = suggestion.plan.origin
    if origin.optimizer and not as_toml:
        print(f"optimizer = plan.optimizer(torch.optim.{origin.optimizer})")
    for finding in origin.findings:
        show((finding.notice,), err)
    err.print(f"the same for all {plural(len(suggestion.plan.catalog))}; with the recipe `default` instead:")
    same = {key: value for key, value in suggestion.plan.base.items() if key != "weight_decay"}
    default = pw.plan(model, pw.recipes.default(largest_decay(suggestion.plan)), **same)
    show(difference_view(suggestion.plan.diff(default)), err)


def _show_difference(found: Difference, format: str, every: bool, file: str | None, title: str) -> None:
    match format:
        case "json":
            print_json(found.as_dict())
        case "github":
            if found:
                print(annotation_of(found, file, title))
        case _:
            print_view(lambda room: difference_view(found, room=room, hint=ALL), format, every=every)
    if found:
        raise typer.Exit(1)
