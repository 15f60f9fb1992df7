"""What the commands share: options, and what is made of them."""

from __future__ import annotations

import functools
import inspect
import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.files.config import FILE, PROJECT
from paramwise.findings import InputError
from paramwise.recipes.registry import RECIPES, options_of
from paramwise.views import text as terminal
from paramwise.words import did_you_mean

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="`demo`, a .safetensors file or index, a model's folder, a Hub name, timm:NAME, or module:callable.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
ShowValues = Annotated[bool, typer.Option("--values", help="Also show first and last values (loads the weights).")]
Exact = Annotated[
    bool, typer.Option("--exact", help="Build the model from its config.json: roles by class, not by name alone.")
]
Recipes = Annotated[
    list[str] | None,
    typer.Option("--recipe", metavar="NAME", help=f"One of: {', '.join(RECIPES)}. Repeatable; `default` if not given."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="An option of a recipe, or a setting of all; repeatable."),
]
RulesFile = Annotated[
    str | None,
    typer.Option(
        "--rules", metavar="FILE", help="A file of rules; the paramwise.toml of this folder, if there is one."
    ),
]
Decay = Annotated[
    float | None, typer.Option("--weight-decay", help="Weight decay of what is decayed; the recipe's own is 0.1.")
]
NoDecay = Annotated[
    list[str] | None,
    typer.Option("--no-decay", metavar="TOKEN", help="With --recipe bert: token of names not to decay; repeatable."),
]
Rate = Annotated[float | None, typer.Option("--lr", help="Base learning rate.")]


@dataclass(frozen=True, slots=True)
class Planning:
    """What a command is told of the plan to make."""

    recipe: Recipes = None
    rules: RulesFile = None
    settings: Settings = None
    weight_decay: Decay = None
    lr: Rate = None
    no_decay: NoDecay = None

    @property
    def given(self) -> bool:
        """Whether any option was given."""
        numbers = self.weight_decay is not None or self.lr is not None
        return numbers or any((self.recipe, self.rules, self.settings, self.no_decay))

    def plan(self, source: Any) -> pw.Plan:
        """The plan that the options ask for."""
        items = items_of(self.recipe, self.rules)
        if self.no_decay and "bert" not in items:
            raise InputError(f"recipe `{items[0]}` takes no tokens", help="leave out --no-decay, or use --recipe bert")
        options = {"weight_decay": self.weight_decay, "lr": self.lr, "no_decay": self.no_decay or None}
        given = {key: value for key, value in options.items() if value is not None}
        set_too = set_options(self.settings, items)
        if twice := given.keys() & set_too.keys():
            key = min(twice)
            raise InputError(f"`{key}` is given twice", help=f"leave out --{key.replace('_', '-')}, or --set {key}=...")
        return pw.plan(source, *items, **given, **set_too)


def takes_planning(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose argument ``planning`` the command line gives option by option."""
    shared = inspect.signature(Planning, eval_str=True).parameters
    parameters: list[inspect.Parameter] = []
    for one in inspect.signature(command, eval_str=True).parameters.values():
        parameters += shared.values() if one.name == "planning" else [one]
    parameters = [one.replace(kind=one.KEYWORD_ONLY) for one in parameters]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        command(planning=Planning(**{name: given.pop(name) for name in shared}), **given)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def items_of(recipe: list[str] | None, rules: str | None) -> list[str]:
    """Recipes, then a file of rules; where neither is given the folder's own file, or else the recipe `default`."""
    if rules is not None and not rules.endswith(".toml"):
        raise InputError(f"--rules {rules}", help="a file of rules is a .toml: paramwise.toml, or pyproject.toml")
    if recipe or rules:
        return [*(recipe or ()), *([rules] if rules else ())]
    found = rules_here()
    if found is None:
        return ["default"]
    terminal.console(stderr=True).print(f"rules from {found.name}")
    return [str(found)]


def rules_here() -> Path | None:
    """The file of rules of the current folder; what reads it is loaded only where there may be one."""
    if not any(Path(one).is_file() for one in (FILE, PROJECT)):
        return None
    from paramwise.files.config.file import find_config

    return find_config(Path.cwd())


def set_options(settings: list[str] | None, items: Sequence[str]) -> dict[str, Any]:
    """What ``--set`` gives: numbers, lists and truth values as TOML writes them, all else as text."""
    if not settings:
        return {}
    from paramwise.files.config.options import OPTIONS

    recipes = RECIPES if any(one.endswith(".toml") for one in items) else RECIPES.keys() & items
    known = {*OPTIONS, "optimizer"}.union(*map(options_of, recipes))
    options: dict[str, Any] = {}
    for one in settings:
        key, sign, text = one.partition("=")
        if not sign:
            raise InputError(f"--set {one}", help="give NAME=VALUE, such as --set decay=0.8")
        if key not in known:
            raise InputError(f"--set {one}: there is no option `{key}`", help=did_you_mean(key, sorted(known)))
        try:
            ((_, options[key]),) = tomllib.loads(f"value = {text}").items()
        except (ValueError, RecursionError):  # of what is no TOML, too long a number or nested too deeply
            options[key] = text
    return options


def print_json(data: dict[str, Any]) -> None:
    """Print plain data as JSON."""
    print(json.dumps(data, indent=2, ensure_ascii=False))
