"""Look at files: optimizer state, and the schema of files of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paramwise.cli.options import Json, print_json
from paramwise.files.state_difference import differences
from paramwise.files.state_headers import read_state
from paramwise.views.text import console, show
from paramwise.views.view import file_difference_view, state_view

app = typer.Typer()


@app.command(epilog="Example:  paramwise schema > paramwise.schema.json")
def schema() -> None:
    """Print the JSON Schema of paramwise.toml, for editors."""
    from paramwise.files.config.schema import schema

    print_json(schema())


state_app = typer.Typer(help="Look at files of optimizer state, without torch.", no_args_is_help=True)
app.add_typer(state_app, name="state")
StatePath = Annotated[str, typer.Argument(metavar="FILE", help="A file of pw.save_state().", show_default=False)]


@state_app.command("show", epilog="Example:  paramwise state show state.safetensors")
def show_state(file: StatePath, as_json: Json = False) -> None:
    """Show what a file of optimizer state holds: groups, options, names, sizes, step."""
    state = read_state(Path(file))
    if as_json:
        print_json(state.as_dict())
    else:
        show(state_view(state), console())


@state_app.command("diff", epilog="Example:  paramwise state diff yesterday.safetensors today.safetensors")
def diff_states(first: StatePath, second: StatePath, as_json: Json = False) -> None:
    """Show what differs between two files of optimizer state; exit code 1 if anything does."""
    found = differences(read_state(Path(first)), read_state(Path(second)))
    if as_json:
        print_json({"schema": "paramwise/state-diff/1", "differences": found})
    else:
        show(file_difference_view(found), console())
    if found:
        raise typer.Exit(1)
