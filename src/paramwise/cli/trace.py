"""Trace a model: what one forward pass does with each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli.helping import Commands
from paramwise.cli.options import ALL, Every, Json, Source, print_json, print_view
from paramwise.cli.progress import working
from paramwise.findings import InputError, ParamwiseError
from paramwise.model.evidence import evidence_view
from paramwise.sources.functions import call, printing_to_stderr
from paramwise.sources.reading import build

app = Commands()


@app.command(epilog="Example:  paramwise trace train:make_model --batch train:make_batch")
def trace(
    source: Source,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="MODULE:CALLABLE", help="What to call the model with: a tuple or a dict."),
    ] = None,
    every: Every = False,
    as_json: Json = False,
) -> None:
    """Run one forward pass without values, and show what it does with each parameter."""
    with working(f"building {source}"):
        model = build(source, values=False)  # first: it says which extra is missing
    from paramwise.torch.trace.inputs import trace_generic

    given = call(batch) if batch is not None else ()
    args = given if isinstance(given, (list, tuple)) else () if isinstance(given, Mapping) else (given,)
    try:
        with working(f"tracing {source}"), printing_to_stderr():
            if batch is None:
                evidence = trace_generic(model)
            else:
                evidence = pw.trace(model, *args, **(given if isinstance(given, Mapping) else {}))
    except ParamwiseError:
        raise
    except Exception as error:
        raise InputError(
            f"the forward pass of `{source}` failed: {type(error).__name__}",
            evidence=str(error).splitlines()[:1],
            help="give the model a batch that it takes: --batch module:function"
            if batch is None
            else "the pass runs without values; code that needs some is traced in Python: pw.trace(model, *batch)",
        ) from error
    if as_json:
        print_json({"schema": "paramwise/evidence/1", "source": source, **evidence.as_dict()})
    else:
        print_view(lambda room: evidence_view(evidence, room=room, hint=ALL), every=every)
