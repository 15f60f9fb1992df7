"""Train: finetune."""

from __future__ import annotations

import os
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli.options import Decay, Json, Recipes, RulesFile, Settings, items_of, print_json, set_options
from paramwise.libraries import require
from paramwise.views import text as terminal

app = typer.Typer()


@app.command(epilog="Example:  paramwise finetune --data path/to/cola --output result")
def finetune(
    model: Annotated[str, typer.Option("--model", help="`demo`, a folder, or a name on the Hub.")] = "demo",
    data: Annotated[
        str, typer.Option("--data", help="`demo`, a folder with CoLA's files, a .tsv or .csv file, or `cola` (Hub).")
    ] = "demo",
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Annotated[
        float | None, typer.Option("--lr", help="Peak learning rate; 5e-5, with --recipe muon 2e-4 if not given.")
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", help="Passes over the data.")] = 3,
    batch_size: Annotated[int, typer.Option("--batch-size", help="Sentences a step.")] = 16,
    max_length: Annotated[int, typer.Option("--max-length", help="Tokens a sentence is cut to.")] = 128,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same machine: same result.")] = 0,
    limit: Annotated[int | None, typer.Option("--limit", help="Use at most this many sentences of each split.")] = None,
    output: Annotated[str, typer.Option("--output", help="Folder for model, plan, result.json and losses.csv.")] = (
        "paramwise-finetune"
    ),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result in --output.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after the last epoch of a stopped run.")] = False,
    as_json: Json = False,
) -> None:
    """Fine-tune a pretrained model to classify sentences: load, plan, check, train, evaluate, keep."""
    given = locals()
    for package in ("torch", "transformers", "accelerate", "sklearn"):
        require(package, "finetune", "`paramwise finetune`")
    # Read by OpenMP when torch is loaded. Its threads otherwise spin long while they wait, and two such programs on the
    # same cores slow each other twentyfold: docs/performance.md
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    from paramwise.finetune.job import Job, finetune

    as_json = given.pop("as_json")
    items = items_of(given.pop("recipe"), given.pop("rules"))
    given["recipe"], given["options"] = tuple(items), set_options(given.pop("settings"), items)
    if "lr" in given["options"]:
        given["lr"] = given["options"].pop("lr")
    if given["lr"] is None:  # a file's own comes before the default
        given["lr"] = next((pw.read_config(one).base.get("lr") for one in items if one.endswith(".toml")), None)
    if (decay := given.pop("weight_decay")) is not None:
        given["options"]["weight_decay"] = decay
    result = finetune(Job(**given), terminal.console(stderr=as_json))
    if as_json:
        print_json(result)
