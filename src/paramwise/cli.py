"""The command line: arguments only."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.checks import plural, towers_there
from paramwise.findings import LEVELS, InputError, ParamwiseError, PlanError, did_you_mean, nearest
from paramwise.layers import blocks_there
from paramwise.recipes import RECIPES, options_of
from paramwise.report import terminal
from paramwise.sources import require
from paramwise.states import differences, read_state

app = typer.Typer(
    name="paramwise",
    help="Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="`demo`, a .safetensors file or index, a model's folder, a Hub name, timm:NAME, or module:callable.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
ShowValues = Annotated[bool, typer.Option("--values", help="Also show first and last values (loads the weights).")]
Exact = Annotated[
    bool, typer.Option("--exact", help="Build the model from its config.json: roles by class, not by name alone.")
]
Recipes = Annotated[
    list[str] | None,
    typer.Option("--recipe", metavar="NAME", help=f"One of: {', '.join(RECIPES)}. Repeatable; `default` if not given."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="An option of a recipe, or a setting of all; repeatable."),
]
RulesFile = Annotated[
    str | None,
    typer.Option(
        "--rules", metavar="FILE", help="A file of rules; the paramwise.toml of this folder, if there is one."
    ),
]
Decay = Annotated[
    float | None, typer.Option("--weight-decay", help="Weight decay of what is decayed; the recipe's own is 0.1.")
]
NoDecay = Annotated[
    list[str] | None,
    typer.Option("--no-decay", metavar="TOKEN", help="With --recipe bert: token of names not to decay; repeatable."),
]
Rate = Annotated[float | None, typer.Option("--lr", help="Base learning rate.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model."""
    if version:
        print(pw.__version__)
        raise typer.Exit


@app.command(epilog="Example:  paramwise inspect demo --layer 3 --values")
def inspect(
    source: Source,
    layer: Annotated[int | None, typer.Option("--layer", help="Only this repeated block.")] = None,
    tower: Annotated[
        str | None, typer.Option("--tower", metavar="GLOB", help="Only this tower, such as encoder.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="GLOB", help="Only names that match.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="Only this role.")] = None,
    values: ShowValues = False,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show every parameter: name, shape, dtype, role, layer, trainable, count."""
    model = _model(source) if values else None
    catalog = pw.read(source, exact=exact) if model is None else pw.read(model)
    shown = catalog
    for selector in _narrowing(catalog, layer, tower, name, role):
        shown = shown.select(selector)
    if not len(catalog):
        raise InputError(f"`{source}` has no parameters", help="name a model that has some")
    if not len(shown):
        raise InputError(
            "no parameter is all of that at once", help="leave out one of --layer, --tower, --name and --role"
        )
    if as_json:
        _print_json(
            {
                "schema": "paramwise/inspect/1",
                "source": source,
                "parameters": [
                    {**p.as_dict(), **({"values": v(p.name)} if (v := _values(model)) else {})} for p in shown
                ],
            }
        )
    else:
        terminal.console().print(terminal.catalog_table(shown, len(catalog), _values(model)))


@app.command(epilog="Example:  paramwise plan demo --weight-decay 0.01 --lr 2e-5")
def plan(
    source: Source,
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    values: ShowValues = False,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show the parameter groups: their settings, what is in them, and which rule decided."""
    model = _model(source) if values else None
    made = _plan(
        pw.read(source, exact=exact) if model is None else model, recipe, rules, settings, weight_decay, lr, no_decay
    )
    findings = made.check()
    if as_json:
        _print_json(made.as_dict(source))
    else:
        out = terminal.console()
        out.print(terminal.plan_view(made, _values(model)))
        for finding in findings:
            out.print()
            out.print(terminal.finding_view(finding), soft_wrap=True)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)


@app.command(epilog="Example:  paramwise explain demo bert.encoder.layer.3.output.LayerNorm.weight")
def explain(
    source: Source,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter's name.", show_default=False)],
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show all that was decided for one parameter: the winning rules and the overruled ones."""
    explanation = _plan(pw.read(source, exact=exact), recipe, rules, settings, weight_decay, lr, no_decay).explain(name)
    if as_json:
        _print_json({"schema": "paramwise/explain/1", "source": source, **explanation.as_dict()})
    else:
        terminal.console().print(terminal.explanation_view(explanation))


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
    lr: Annotated[float, typer.Option("--lr", help="Peak learning rate.")] = 5e-5,
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
    items = _items(given.pop("recipe"), given.pop("rules"))
    given["recipe"], given["options"] = tuple(items), _options(given.pop("settings"), items)
    if (decay := given.pop("weight_decay")) is not None:
        given["options"]["weight_decay"] = decay
    result = finetune(Job(**given), terminal.console(stderr=as_json))
    if as_json:
        _print_json(result)


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
    from paramwise.config.file import ignored_by_project
    from paramwise.torch.watch import run, watching

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


@app.command(epilog="Example:  paramwise schema > paramwise.schema.json")
def schema() -> None:
    """Print the JSON Schema of paramwise.toml, for editors."""
    from paramwise.config.file import schema

    _print_json(schema())


state_app = typer.Typer(help="Look at files of optimizer state, without torch.", no_args_is_help=True)
app.add_typer(state_app, name="state")
StatePath = Annotated[str, typer.Argument(metavar="FILE", help="What pw.save_state() wrote.", show_default=False)]


@state_app.command("show", epilog="Example:  paramwise state show state.safetensors")
def show_state(file: StatePath, as_json: Json = False) -> None:
    """Show what a file of optimizer state holds: groups, options, names, sizes, step."""
    state = read_state(Path(file))
    if as_json:
        _print_json(state.as_dict())
    else:
        terminal.console().print(terminal.state_view(state))


@state_app.command("diff", epilog="Example:  paramwise state diff yesterday.safetensors today.safetensors")
def diff_states(first: StatePath, second: StatePath, as_json: Json = False) -> None:
    """Show what differs between two files of optimizer state; exit code 1 if anything does."""
    found = differences(read_state(Path(first)), read_state(Path(second)))
    if as_json:
        _print_json({"schema": "paramwise/state-diff/1", "differences": found})
    else:
        terminal.console().print(terminal.differences_view(found))
    if found:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; one message, and never a traceback, for bad input."""
    try:
        app(standalone_mode=True)
    except BrokenPipeError:  # `paramwise inspect ... | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except ParamwiseError as error:
        if "--debug" in sys.argv:
            raise
        err = terminal.console(stderr=True)
        for finding in error.findings:
            err.print(terminal.finding_view(finding), soft_wrap=True)
        sys.exit(1 if isinstance(error, PlanError) else 2)


def _plan(
    source: Any,
    recipe: list[str] | None,
    rules: str | None,
    settings: list[str] | None,
    weight_decay: float | None,
    lr: float | None,
    no_decay: list[str] | None,
) -> pw.Plan:
    items = _items(recipe, rules)
    if no_decay and "bert" not in items:
        raise InputError(f"recipe `{items[0]}` takes no tokens", help="leave out --no-decay, or use --recipe bert")
    options = {"weight_decay": weight_decay, "lr": lr, "no_decay": no_decay or None}
    given = {key: value for key, value in options.items() if value is not None}
    return pw.plan(source, *items, **given, **_options(settings, items))


def _items(recipe: list[str] | None, rules: str | None) -> list[str]:
    """Recipes, then a file of rules; where neither is given the folder's own file, or else the recipe `default`."""
    if recipe or rules:
        return [*(recipe or ()), *([rules] if rules else ())]
    from paramwise.config.file import find_config

    found = find_config(Path.cwd())
    if found is None:
        return ["default"]
    terminal.console(stderr=True).print(f"rules from {found.name}")
    return [str(found)]


def _options(settings: list[str] | None, items: Sequence[str]) -> dict[str, Any]:
    """What ``--set`` gives: numbers, lists and truth values as TOML writes them, all else as text."""
    if not settings:
        return {}
    from paramwise.config.options import OPTIONS

    recipes = RECIPES if any(one.endswith(".toml") for one in items) else RECIPES.keys() & items
    known = {*OPTIONS, "optimizer"}.union(*map(options_of, recipes))
    options: dict[str, Any] = {}
    for one in settings:
        key, sign, text = one.partition("=")
        if not sign:
            raise InputError(f"--set {one}", help="give NAME=VALUE, such as --set decay=0.8")
        if key not in known:
            raise InputError(f"--set {one}: there is no option `{key}`", help=did_you_mean(key, sorted(known)))
        try:
            options[key] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            options[key] = text
    return options


def _narrowing(
    catalog: pw.Catalog, layer: int | None, tower: str | None, name: str | None, role: str | None
) -> list[pw.Selector]:
    """The selectors that the options ask for, each of which selects something."""
    selectors: list[pw.Selector] = []
    if tower is not None:
        selectors.append(pw.tower(tower))
        if not len(catalog.select(selectors[-1])):
            raise InputError(f"no parameter is in a tower `{tower}`", help=towers_there(catalog))
    if layer is not None:
        selectors.append(pw.layer(layer))
        if not len(catalog.select(selectors[-1])):
            raise InputError(f"no parameter is in layer {layer}", help=blocks_there(catalog.layers))
    if name is not None:
        selectors.append(pw.name(name))
        if not len(catalog.select(selectors[-1])):
            raise InputError(f"no parameter's name matches `{name}`", help=_nearest_name(name, catalog.names))
    if role is not None:
        selectors.append(pw.role(role))
        if not len(catalog.select(selectors[-1])):
            roles = sorted({parameter.role for parameter in catalog})
            raise InputError(f"no parameter has the role `{role}`", help=f"roles here: {', '.join(roles)}")
    return selectors


def _nearest_name(pattern: str, names: Sequence[str]) -> str:
    near = nearest(pattern.replace("*", ""), names)
    return f"nearest names: {', '.join(near)}" if near else "the whole name must match: try `*part*`"


def _model(source: str) -> Any:
    from paramwise.sources import build

    return build(source, values=True)


def _values(model: Any) -> terminal.Values | None:
    if model is None:
        return None
    from paramwise.torch.modules import named_tensors
    from paramwise.torch.values import first_and_last

    tensors = named_tensors(model)
    return lambda name: first_and_last(tensors[name])


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))
