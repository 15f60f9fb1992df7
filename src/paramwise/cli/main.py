"""The program: its commands, and how it shows errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import paramwise as pw
from paramwise.cli import compare, files, look, trace, train, watch
from paramwise.cli.streams import drop, usable_streams
from paramwise.findings import InputError, ParamwiseError, PlanError
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
for part in (look, trace, train, watch, compare, files):
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
        with usable_streams():
            app(standalone_mode=True)
    except BrokenPipeError:  # `paramwise inspect ... | head` has seen enough
        drop(sys.stdout)
        sys.exit(141)
    except (ParamwiseError, OSError, MemoryError) as error:
        if "--debug" in sys.argv:
            raise
        if not isinstance(error, ParamwiseError):
            error = _of_the_system(error)
        try:
            for finding in error.findings:
                show(finding_view(finding), console(stderr=True), wrap=False)
            sys.stderr.flush()
        except OSError:  # stderr is full too: there is nobody to tell
            drop(sys.stderr)
        drop(sys.stdout)
        sys.exit(1 if isinstance(error, PlanError) else 2)


def _of_the_system(error: OSError | MemoryError) -> InputError:
    """What the system refuses in the middle of a command: a folder without rights, a full disk, too little memory."""
    if isinstance(error, MemoryError):
        return InputError("not enough memory", help="give a smaller file, or more memory; --debug shows the traceback")
    named = error.filename if isinstance(error.filename, (str, os.PathLike)) else None
    return InputError(
        f"the system refuses: {error.strerror or error}",
        where=None if named is None else str(named),
        help="check the path, its permissions and the space on the disk; --debug shows the traceback",
    )
