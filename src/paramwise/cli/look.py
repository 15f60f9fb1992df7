"""Look at parameters and plans: inspect, plan, explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.cli.options import (
    Decay,
    Evidence,
    Exact,
    Json,
    NoDecay,
    Planning,
    Rate,
    Recipes,
    RulesFile,
    Settings,
    ShowValues,
    Source,
    print_json,
)
from paramwise.findings import InputError
from paramwise.model.blocks import blocks_there
from paramwise.rules.checks import towers_there
from paramwise.sources.reading import build
from paramwise.views.text import console, show
from paramwise.views.view import ValueReader, catalog_view, explanation_view, finding_view, plan_view
from paramwise.words import nearest

app = typer.Typer()


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
        raise InputError(f"`{source}` has no parameters", help="name a model that has parameters")
    if not len(shown):
        raise InputError(
            "no parameter matches all of the options", help="leave out one of --layer, --tower, --name and --role"
        )
    if as_json:
        print_json(
            {
                "schema": "paramwise/inspect/1",
                "source": source,
                "parameters": [
                    {**p.as_dict(), **({"values": v(p.name)} if (v := _values(model)) else {})} for p in shown
                ],
            }
        )
    else:
        show(catalog_view(shown, len(catalog), _values(model)), console())


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
    values: ShowValues = False,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show the parameter groups: their settings, their parameters, and which rules decided."""
    planning = Planning(recipe, rules, settings, weight_decay, lr, no_decay, evidence)
    model = _model(source) if values else None
    made = planning.plan(pw.read(source, exact=exact) if model is None else model)
    findings = made.check()
    if as_json:
        print_json(made.as_dict(source))
    else:
        out = console()
        show(plan_view(made, _values(model)), out)
        for finding in findings:
            out.print()
            show(finding_view(finding), out, wrap=False)
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
    explanation = planning.plan(pw.read(source, exact=exact)).explain(name)
    if as_json:
        print_json({"schema": "paramwise/explain/1", "source": source, **explanation.as_dict()})
    else:
        show(explanation_view(explanation), console())


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
    return build(source, values=True)


def _values(model: Any) -> ValueReader | None:
    if model is None:
        return None
    from paramwise.torch.modules import named_tensors
    from paramwise.torch.values import first_and_last

    tensors = named_tensors(model)
    return lambda name: first_and_last(tensors[name])
