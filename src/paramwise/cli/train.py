"""Train: finetune, and watch, which runs another's training."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.cli.options import Decay, Json, Recipes, RulesFile, Settings, items_of, print_json, set_options
from paramwise.findings import LEVELS, InputError
from paramwise.libraries import require
from paramwise.views import text as terminal
from paramwise.words import did_you_mean, plural

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


@app.command(
    epilog="Example:  paramwise watch --fail-on error train.py --epochs 1",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
)
def watch(
    context: typer.Context,
    script: Annotated[
        str | None, typer.Argument(metavar="SCRIPT", help="A training script.", show_default=False)
    ] = None,
    module: Annotated[
        str | None, typer.Option("-m", metavar="MODULE", help="Run a module instead of a script.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="LEVEL", help="Exit 1 on findings of: error, warning, note.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODE", help="A check to leave out; may be repeated.")
    ] = None,
    json_file: Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the findings there.")] = None,
) -> None:
    """Run an unmodified training script, and say at the first step what is wrong with its optimizer."""
    if (script is None) == (module is None):
        raise InputError("give a script, or -m MODULE", help="paramwise watch train.py ARGS...")
    if fail_on is not None and fail_on not in LEVELS:
        raise InputError(f"no level `{fail_on}`", help=did_you_mean(fail_on, LEVELS))
    require("torch", "torch", "`paramwise watch`")
    from paramwise.files.config.file import ignored_by_project
    from paramwise.torch.watch.script import run, watching

    results: list[dict[str, Any]] = []

    def say(title: str, findings: pw.Findings) -> None:
        err = terminal.console(stderr=True)
        err.print(f"paramwise: {title}: {plural(len(findings), 'finding') if findings else 'no findings'}")
        for finding in findings:
            err.print(terminal.finding_view(finding), soft_wrap=True)
        results.append({"optimizer": title, "findings": [finding.as_dict() for finding in findings]})

    target = Path(json_file) if json_file else None
    if target is not None and not target.resolve().parent.is_dir():
        raise InputError(f"no folder for {json_file}", help="make it first")
    ignored = [*ignored_by_project(Path.cwd()), *(ignore or [])]
    arguments = context.args if module is None else [*([script] if script else []), *context.args]
    try:
        with watching(say, ignored) as found:
            run(module or script or "", arguments, module=module is not None)
    except SystemExit as end:  # many scripts end so when all is well
        if end.code not in (None, 0):
            raise
    finally:
        if target is not None:
            text = json.dumps({"schema": "paramwise/watch/1", "optimizers": results}, indent=2, ensure_ascii=False)
            target.write_text(text + "\n", encoding="utf-8")
    if not found:
        terminal.console(stderr=True).print("paramwise: no optimizer took a step")
    if fail_on is not None:
        levels = LEVELS[: LEVELS.index(fail_on) + 1]
        if any(finding.level in levels for findings in found for finding in findings):
            raise typer.Exit(1)
