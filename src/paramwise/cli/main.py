"""The program: its commands, and how it shows errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli import compare, files, look, train, watch
from paramwise.findings import ParamwiseError, PlanError
from paramwise.views.text import console, show
from paramwise.views.view import finding_view

app = typer.Typer(
    name="paramwise",
    help="Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (look, train, watch, compare, files):
    app.add_typer(part.app)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model."""
    if version:
        print(pw.__version__)
        raise typer.Exit


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
        for finding in error.findings:
            show(finding_view(finding), console(stderr=True), wrap=False)
        sys.exit(1 if isinstance(error, PlanError) else 2)
