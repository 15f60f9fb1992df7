"""Look at files: optimizer state, and the schema of files of rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from paramwise.cli.helping import Commands
from paramwise.cli.options import ALL, Every, Json, print_json, print_view
from paramwise.files.state_difference import differences
from paramwise.files.state_headers import read_state
from paramwise.findings import InputError
from paramwise.libraries import require
from paramwise.sources.reading import build
from paramwise.views.differences import file_difference_view
from paramwise.views.states import state_view

app = Commands()


@app.command(epilog="Example:  paramwise schema > paramwise.schema.json")
def schema() -> None:
    """Print the JSON Schema of paramwise.toml, for editors."""
    from paramwise.files.config.schema import schema

    print_json(schema())


state_app = Commands(
    help="Look at files of optimizer state, without torch; convert those of others.", no_args_is_help=True
)
app.add_typer(state_app, name="state")
StatePath = Annotated[str, typer.Argument(metavar="FILE", help="A file of pw.save_state().", show_default=False)]


@state_app.command("show", epilog="Example:  paramwise state show state.safetensors")
def show_state(file: StatePath, every: Every = False, as_json: Json = False) -> None:
    """Show what a file of optimizer state holds: groups, options, names, sizes, step."""
    state = read_state(Path(file))
    if as_json:
        print_json(state.as_dict())
    else:
        print_view(lambda room: state_view(state, room=room, hint=ALL), every=every)


@state_app.command(
    "convert",
    epilog="Example:  paramwise state convert optimizer.pt ./my-model --to state.safetensors --groups groups.json",
)
def convert(
    checkpoint: Annotated[
        str,
        typer.Argument(
            metavar="CHECKPOINT",
            help="What another trainer saved: optimizer.pt, optimizer.bin, a .ckpt, a folder.",
            show_default=False,
        ),
    ],
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The model: a folder, a name, module:callable.", show_default=False)
    ],
    to: Annotated[
        str | None, typer.Option(help="The new file.", metavar="FILE", show_default="beside the old one")
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(
            help="JSON: for each group a list of its parameters' names, in order; where the checkpoint has no names.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Convert a checkpoint of another trainer's into optimizer state by name; nothing in it is run."""
    require("torch", "torch", "converting a checkpoint")
    from paramwise.torch.state.convert import convert_state

    model = build(source, values=False)
    print(convert_state(checkpoint, model, None if groups is None else _read_groups(Path(groups)), to))


def _read_groups(path: Path) -> list[list[str]]:
    """Lists of names from a JSON file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), help="check the path") from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(group, list) for group in found):
        raise InputError("not a JSON list of lists of names", where=str(path), help='e.g. [["a.weight"], ["a.bias"]]')
    return found


@state_app.command("diff", epilog="Example:  paramwise state diff yesterday.safetensors today.safetensors")
def diff_states(first: StatePath, second: StatePath, as_json: Json = False) -> None:
    """Show what differs between two files of optimizer state; exit code 1 if anything does."""
    found = differences(read_state(Path(first)), read_state(Path(second)))
    if as_json:
        print_json({"schema": "paramwise/state-diff/1", "differences": found})
    else:
        print_view(lambda room: file_difference_view(found))
    if found:
        raise typer.Exit(1)
