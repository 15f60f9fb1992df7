"""Fine-tune: the command finetune."""

from __future__ import annotations

import os
from typing import Annotated, cast

import typer

import paramwise as pw
from paramwise.cli.helping import Commands
from paramwise.cli.options import Decay, Json, Recipes, RulesFile, Settings, items_of, print_json, set_options
from paramwise.libraries import require
from paramwise.views.text import console

app = Commands()


@app.command(epilog="Example:  paramwise finetune --data path/to/cola --output result")
def finetune(
    model: Annotated[
        str, typer.Option("--model", metavar="SOURCE", help="`demo`, a folder, or a name on the Hub.")
    ] = "demo",
    data: Annotated[
        str,
        typer.Option(
            "--data", metavar="DATA", help="`demo`, a folder with CoLA's files, a .tsv or .csv file, or `cola` (Hub)."
        ),
    ] = "demo",
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Annotated[
        float | None,
        typer.Option("--lr", metavar="NUMBER", help="Peak learning rate; by default 5e-5, or 2e-4 with --recipe muon."),
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", metavar="NUMBER", help="Passes over the data.")] = 3,
    batch_size: Annotated[
        int, typer.Option("--batch-size", metavar="NUMBER", help="Sentences in a step, of all processes.")
    ] = 16,
    max_length: Annotated[
        int, typer.Option("--max-length", metavar="NUMBER", help="Most tokens of a sentence; the rest is cut.")
    ] = 128,
    seed: Annotated[
        int, typer.Option("--seed", metavar="NUMBER", help="The same seed gives the same result on the same machine.")
    ] = 0,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="NUMBER", help="Use at most this many sentences of each split.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", metavar="FOLDER", help="Folder for model, plan, result.json and losses.csv.")
    ] = ("paramwise-finetune"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result in --output.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue a stopped run after its last epoch.")] = False,
    fsdp: Annotated[
        bool, typer.Option("--fsdp", help="Shard parameters, gradients and state over the processes (FSDP2).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fine-tune a pretrained model to classify sentences: load, plan, check, train, evaluate, keep.

    On several processes: torchrun --nproc-per-node N -m paramwise finetune ...
    """
    for package in ("torch", "transformers", "sklearn"):
        require(package, "finetune", "`paramwise finetune`")
    # OpenMP reads this when torch is loaded. Without it, the threads of two programs on the same cores spin while they
    # wait and slow each other twentyfold: docs/performance.md
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    if os.environ.get("WORLD_SIZE", "1") != "1":  # torch's warnings come from every process, and ask nobody to act
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    from paramwise.finetune.job import Job, finetune
    from paramwise.finetune.processes import end_at_once, is_first

    items = items_of(recipe, rules)
    options = set_options(settings, items)
    lr = options.pop("lr", lr)
    if lr is None:  # the rate in a file of rules comes before the job's own default
        rates = (pw.read_config(item).base.get("lr") for item in items if item.endswith(".toml"))
        lr = cast("float | None", next(rates, None))
    if weight_decay is not None:
        options["weight_decay"] = weight_decay
    job = Job(
        model=model,
        data=data,
        recipe=tuple(items),
        options=options,
        lr=lr,
        epochs=epochs,
        batch_size=batch_size,
        max_length=max_length,
        seed=seed,
        limit=limit,
        output=output,
        overwrite=overwrite,
        resume=resume,
        fsdp=fsdp,
    )
    result = finetune(job, console(stderr=as_json))
    if as_json and is_first():
        print_json(result)
    if result["processes"] > 1:
        end_at_once()
