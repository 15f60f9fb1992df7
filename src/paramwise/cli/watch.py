"""Watch: run somebody else's training and say what is wrong with its optimizer."""

from __future__ import annotations

from typing import Annotated

import typer

from paramwise.cli.helping import Command, Commands
from paramwise.cli.watching import Options, program_at, watch_program

app = Commands()


class _Command(Command):
    """Takes its own options only before the program: all that follows, or follows ``-m``, is the program's."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        at = program_at(args)
        if args[at : at + 1] != ["--"]:
            args = [*args[:at], "--", *args[at:]]
        return super().parse_args(ctx, args)


@app.command(cls=_Command, epilog="Example:  paramwise watch --fail-on error train.py --epochs 1")
def watch(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROGRAM [ARGS]...",
            help="A training script, -m MODULE, or a program such as torchrun; then its arguments.",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="LEVEL", help="Stop at a finding of: error, warning, note; exit code 1."),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="With --fail-on: let the program run to its end.")
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODE", help="A check to leave out; may be repeated.")
    ] = None,
    json_file: Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the findings there.")] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="A file of rules that says what to [[expect]] and to ignore; by default this folder's, if it exists.",
        ),
    ] = None,
) -> None:
    """Run an unmodified training program, and say at the first step what is wrong with its optimizer."""
    given = Options(arguments or [], fail_on, keep_going, tuple(ignore or ()), json_file, rules)
    raise typer.Exit(watch_program(given))
