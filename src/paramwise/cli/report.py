"""Show in a browser: the command report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli.helping import Commands
from paramwise.cli.options import (
    Decay,
    Evidence,
    Exact,
    NoDecay,
    Planning,
    Rate,
    Recipes,
    RulesFile,
    Settings,
)
from paramwise.cli.progress import working
from paramwise.findings import InputError
from paramwise.libraries import CHECKPOINT_SUFFIXES
from paramwise.page.report import page_text, require_place, write_page
from paramwise.page.run import LOG_SUFFIX, Run, is_run, read_run
from paramwise.sources.reading import build
from paramwise.words import plural

app = Commands()


@app.command(epilog="Example:  paramwise report demo --against trainer")
def report(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE|LOCK|RUN",
            help="A SOURCE as for `plan`, a lock, the folder of a `finetune` run, or a log of pw.metrics (.jsonl).",
            show_default=False,
        ),
    ],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="File to write.")] = "report.html",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="Show what changes from: trainer (transformers'), timm, tokens, ndim, a recipe, a file, a lock; "
            "or another run, and its curves.",
        ),
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Show the curves of this run beside the plan.")
    ] = None,
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    evidence: Evidence = None,
    exact: Exact = False,
) -> None:
    """Write a page for the browser: a map of the model, why each parameter gets what it gets, how a run went."""
    place = Path(output)
    require_place(place)
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    path = Path(what)
    made: pw.Plan | None = None
    went: Run | None = None if run is None else read_run(Path(run))
    if _is_lock(path) or is_run(path):
        if planning.given or exact or evidence is not None:
            raise InputError(f"`{what}` is reported as it is", help="leave out the options that make a plan")
        if is_run(path):
            if went is not None:
                raise InputError("two runs are given", help="leave out --run, or give a SOURCE or a lock beside it")
            went = read_run(path)
            made = went.plan
        else:
            made = pw.read_lock(path)
    else:
        with working(f"reading {what}"):
            made = planning.plan(build(what, values=False) if against == "trainer" else pw.read(what, exact=exact))
    with working(f"writing {output}"):
        write_page(page_text(made, against, went, what), place)
    shown = [] if made is None else [f"{plural(len(made.catalog))} in {plural(len(made.groups), 'group')}"]
    print(f"{output} written: {', '.join([*shown, *(['a run'] if went is not None else [])])}")


def _is_lock(path: Path) -> bool:
    """Whether a path is a lock by its name, or a file that no other kind of SOURCE is."""
    if path.suffix == ".lock":
        return True
    others = (*CHECKPOINT_SUFFIXES, LOG_SUFFIX, ".json")
    return path.is_file() and not path.name.endswith(others)
