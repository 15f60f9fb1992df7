"""The help of commands, shown as all else is: tables, in the columns of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from paramwise.views.layout import wrapped
from paramwise.views.text import lines_of, screen
from paramwise.views.view import SPACE, Block, Column, Heading, Indented, Line, Table, View

F = TypeVar("F", bound=Callable[..., Any])


class _Helpful:
    """Help as tables; typer's own takes 80 ms to load the tools that draw its boxes."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        on = screen()
        formatter.write("\n".join(lines_of(_help_view(self, ctx, on.width), on)))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands after the program's name, in help and in errors."""
        names = [_argument(each) if each.required else f"[{_argument(each)}]" for each in _arguments(self, ctx)]
        return ["[OPTIONS]", *(["COMMAND"] if isinstance(self, TyperGroup) else []), *names]


class Command(_Helpful, TyperCommand):
    """A command with our help."""


class Group(_Helpful, TyperGroup):
    """A group of commands with our help."""


class Commands(typer.Typer):
    """The commands of a file."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"cls": Group, "rich_markup_mode": None, **options})

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = None, **options: Any
    ) -> Callable[[F], F]:
        """A decorator that makes a function a command."""
        return super().command(name, cls=cls or Command, **options)


def _help_view(command: Any, ctx: Any, width: int) -> View:
    """What a command does, what it takes, and an example."""
    options = [each for each in command.get_params(ctx) if each.param_type_name == "option" and not each.hidden]
    blocks: list[Block] = [Line(f"Usage: {ctx.command_path} {' '.join(command.collect_usage_pieces(ctx))}")]
    for paragraph in (command.help or "").split("\n\n"):
        blocks += [SPACE, *map(Line, wrapped(" ".join(paragraph.split()), width, hang=0))]
    for title, rows in (
        ("Commands", [(name, (each.help or "").partition("\n\n")[0]) for name, each in _commands(command).items()]),
        ("Arguments", [(_argument(each), each.help or "") for each in _arguments(command, ctx)]),
        ("Options", [(_option(each), _help(each)) for each in options]),
    ):
        if rows:
            blocks += [SPACE, Heading(f"{title}:"), Indented((Table((Column(""), Column("")), tuple(rows)),))]
    if command.epilog:
        blocks += [SPACE, Line(command.epilog)]
    return tuple(blocks)


def _commands(command: Any) -> Mapping[str, Any]:
    return command.commands if isinstance(command, TyperGroup) else {}


def _arguments(command: Any, ctx: Any) -> list[Any]:
    return [each for each in command.get_params(ctx) if each.param_type_name == "argument"]


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _option(parameter: Any) -> str:
    names = ", ".join(sorted([*parameter.opts, *parameter.secondary_opts], key=len))
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _help(parameter: Any) -> str:
    """What an option does, and what it is if it is not given."""
    default = parameter.default
    if isinstance(parameter.show_default, str):
        default = parameter.show_default
    elif parameter.is_flag or not parameter.show_default or default is None or default == []:
        return parameter.help or ""
    return f"{parameter.help} [{default}]"
