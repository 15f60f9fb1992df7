"""Look at parameters and plans: inspect, plan, explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.cli.options import Exact, Json, Planning, ShowValues, Source, print_json, takes_planning
from paramwise.findings import InputError
from paramwise.model.blocks import blocks_there
from paramwise.rules.checks import towers_there
from paramwise.sources.reading import build
from paramwise.views import text as terminal
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
        raise InputError(f"`{source}` has no parameters", help="name a model that has some")
    if not len(shown):
        raise InputError(
            "no parameter is all of that at once", help="leave out one of --layer, --tower, --name and --role"
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
        terminal.console().print(terminal.catalog_table(shown, len(catalog), _values(model)))


@app.command(epilog="Example:  paramwise plan demo --weight-decay 0.01 --lr 2e-5")
@takes_planning
def plan(
    source: Source,
    *,
    planning: Planning,
    values: ShowValues = False,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show the parameter groups: their settings, what is in them, and which rule decided."""
    model = _model(source) if values else None
    made = planning.plan(pw.read(source, exact=exact) if model is None else model)
    findings = made.check()
    if as_json:
        print_json(made.as_dict(source))
    else:
        out = terminal.console()
        out.print(terminal.plan_view(made, _values(model)))
        for finding in findings:
            out.print()
            out.print(terminal.finding_view(finding), soft_wrap=True)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)


@app.command(epilog="Example:  paramwise explain demo bert.encoder.layer.3.output.LayerNorm.weight")
@takes_planning
def explain(
    source: Source,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The parameter's name.", show_default=False)],
    *,
    planning: Planning,
    exact: Exact = False,
    as_json: Json = False,
) -> None:
    """Show all that was decided for one parameter: the winning rules and the overruled ones."""
    explanation = planning.plan(pw.read(source, exact=exact)).explain(name)
    if as_json:
        print_json({"schema": "paramwise/explain/1", "source": source, **explanation.as_dict()})
    else:
        terminal.console().print(terminal.explanation_view(explanation))


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


def _values(model: Any) -> terminal.Values | None:
    if model is None:
        return None
    from paramwise.torch.modules import named_tensors
    from paramwise.torch.values import first_and_last

    tensors = named_tensors(model)
    return lambda name: first_and_last(tensors[name])
