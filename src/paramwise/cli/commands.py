"""The commands of the program. Each is loaded when it is called, so that help and errors come at once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from paramwise.cli.helping import Command, Commands, Group
from paramwise.version import VERSION

COMMANDS = {
    "inspect": "Show every parameter: name, shape, dtype, role, layer, trainable, count.",
    "plan": "Show the parameter groups: their settings, their parameters, and which rules decided.",
    "explain": "Show who decided each setting of one parameter: the winning rules and the overruled ones.",
    "report": "Write a page for the browser: a map of the model, why each parameter gets what it gets, how a run went.",
    "trace": "Run one forward pass without values, and show what it does with each parameter.",
    "finetune": "Fine-tune a pretrained model to classify sentences: load, plan, check, train, evaluate, keep.",
    "watch": "Run an unmodified training program, and say at the first step what is wrong with its optimizer.",
    "lock": "Write what every parameter gets to a file, to be reviewed and kept beside the code.",
    "verify": "Compare what every parameter gets now with a lock file; exit code 1 if anything differs.",
    "diff": "Show what changes: between two lock files, or from today to a plan. Exit code 1 if anything does.",
    "migrate": "Print the shortest rules that do exactly what an existing optimizer does to each parameter.",
    "schema": "Print the JSON Schema of paramwise.toml, for editors.",
    "state": "Look at files of optimizer state, without torch; convert those of others.",
}
"""What each command does: the first paragraph of its docstring."""


def loaded(name: str) -> typer.Typer:
    """The part of the program that has a command."""
    match name:
        case "inspect" | "plan" | "explain":
            from paramwise.cli import look

            return look.app
        case "report":
            from paramwise.cli import report

            return report.app
        case "trace":
            from paramwise.cli import trace

            return trace.app
        case "finetune":
            from paramwise.cli import train

            return train.app
        case "watch":
            from paramwise.cli import watch

            return watch.app
        case "lock" | "verify" | "diff" | "migrate":
            from paramwise.cli import compare

            return compare.app
        case _:
            from paramwise.cli import files

            return files.app


class _Commands(Group):
    """Knows of each command what it does, and loads the one that is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, summary in COMMANDS.items():
            self.add_command(Command(name, help=summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is called, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None:
            command = typer.main.get_group(loaded(name)).get_command(ctx, name)
        return name, command, rest


app = Commands(
    cls=_Commands,
    name="paramwise",
    help="Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model."""
    if version:
        print(VERSION)
        raise typer.Exit
