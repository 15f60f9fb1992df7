"""Look at parameters and plans: inspect, plan, explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

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
    ShowValues,
    Source,
    file_of,
    format_of,
    print_chunks,
    print_json,
    print_view,
)
from paramwise.cli.progress import working
from paramwise.findings import InputError
from paramwise.model.blocks import blocks_there
from paramwise.model.listing import ValueReader, listing
from paramwise.plans.records import catalog_as_json, plan_as_json
from paramwise.rules.checks import towers_there
from paramwise.sources.reading import build
from paramwise.views.annotations import annotations_of
from paramwise.views.plans import explanation_view, group_view, plan_view
from paramwise.words import nearest

app = Commands()


@app.command(epilog="Example:  paramwise inspect demo --layer 3 --values")
def inspect(
    source: Source,
    layer: Annotated[int | None, typer.Option("--layer", metavar="NUMBER", help="Only this repeated block.")] = None,
    tower: Annotated[
        str | None, typer.Option("--tower", metavar="GLOB", help="Only this tower, such as encoder.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="GLOB", help="Only names that match.")] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help="Only this role.")] = None,
    values: ShowValues = False,
    every: Every = False,
    tree: Annotated[bool, typer.Option("--tree", help="Show the modules, with what is in each.")] = False,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show every parameter: name, shape, dtype, role, layer, trainable, count."""
    model = _model(source) if values else None
    with working(f"reading {source}"):
        catalog = pw.read(source, exact=exact) if model is None else pw.read(model)
    shown = catalog
    for selector in _narrowing(catalog, layer, tower, name, role):
        shown = shown.select(selector)
    if not len(catalog):
        raise InputError(f"`{source}` has no parameters", help="name a model that has parameters")
    if not len(shown):
        raise InputError(
            "no parameter matches all of the options", help="leave out one of --layer, --tower, --name and --role"
        )
    if as_json:
        print_chunks(catalog_as_json(shown, source, _values(model, in_a_line=True)))
    else:
        reader = _values(model)
        print_view(
            lambda room: listing(shown, len(catalog), room=room, tree=tree, values=reader, hint=ALL), every=every
        )


@app.command(epilog="Example:  paramwise plan demo --weight-decay 0.01 --lr 2e-5")
def plan(
    source: Source,
    recipe: Recipes = None,
    rules: RulesFile = None,
    settings: Settings = None,
    weight_decay: Decay = None,
    lr: Rate = None,
    no_decay: NoDecay = None,
    evidence: Evidence = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="NUMBER", help="Only this group, with all that is in it.")
    ] = None,
    values: ShowValues = False,
    every: Every = False,
    exact: Exact = False,
    format: Format = "text",
    as_json: Json = False,
) -> None:
    """Show the parameter groups: their settings, their parameters, and which rules decided."""
    wanted = format_of(format, as_json)
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    model = _model(source) if values else None
    with working(f"reading {source}"):
        made = planning.plan(pw.read(source, exact=exact) if model is None else model)
    if group is not None:
        print_view(lambda room: group_view(made, group, room=room, hint=ALL), wanted, every=every)
        return
    findings = made.check()
    match wanted:
        case "json":
            print_chunks(plan_as_json(made, source))
        case "github":
            print(*annotations_of(findings, file_of(source, rules)), sep="\n", end="\n" if findings else "")
        case _:
            reader = _values(model)
            page = wanted == "markdown"
            print_view(
                lambda room: plan_view(
                    made, reader, findings, room=room, hint=ALL, page=(room or 1000) // 2 if page else 0
                ),
                wanted,
                every=every,
            )
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
    evidence: Evidence = None,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show who decided each setting of one parameter: the winning rules and the overruled ones."""
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    with working(f"reading {source}"):
        explanation = planning.plan(pw.read(source, exact=exact)).explain(name)
    if as_json:
        print_json({"schema": "paramwise/explain/1", "source": source, **explanation.as_dict()})
    else:
        print_view(lambda room: explanation_view(explanation))


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
    with working(f"loading {source}"):
        return build(source, values=True)


def _values(model: Any, *, in_a_line: bool = False) -> ValueReader | None:
    if model is None:
        return None
    from paramwise.torch.modules import named_tensors
    from paramwise.torch.values import as_torch_prints, first_and_last

    tensors = named_tensors(model)
    return lambda name: (first_and_last if in_a_line else as_torch_prints)(tensors[name])
