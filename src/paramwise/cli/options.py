"""Options that several commands take, and the plans they make."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.files.config.toml import FILE, PROJECT
from paramwise.files.regular import read_regular
from paramwise.files.strict_json import parse_object
from paramwise.findings import InputError
from paramwise.recipes.registry import RECIPES, options_of
from paramwise.views.markdown import markdown_of
from paramwise.views.text import lines_of, screen
from paramwise.views.view import View
from paramwise.words import did_you_mean, json_text

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
Every = Annotated[bool, typer.Option("--all", help="Show every row, however many there are.")]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="text; markdown, for a pull request; github, for annotations of a run; or json.",
    ),
]
SCREEN = 60  # lines of any view, whatever its size
ROOMS = (60, 45, 32, 24, 16, 8)
FORMATS = ("text", "markdown", "github", "json")
ALL = "--all"
Exact = Annotated[
    bool,
    typer.Option("--exact", help="Build the model from its config.json: roles by class, not only by name."),
]
Recipes = Annotated[
    list[str] | None,
    typer.Option("--recipe", metavar="NAME", help=f"One of: {', '.join(RECIPES)}. Repeatable; by default `default`."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="An option of a recipe, or a base setting; repeatable."),
]
RulesFile = Annotated[
    str | None,
    typer.Option(
        "--rules", metavar="FILE", help="A file of rules; by default the paramwise.toml of this folder, if it exists."
    ),
]
Decay = Annotated[
    float | None,
    typer.Option("--weight-decay", metavar="NUMBER", help="Weight decay of decayed parameters; by default 0.1."),
]
NoDecay = Annotated[
    list[str] | None,
    typer.Option("--no-decay", metavar="TOKEN", help="With --recipe bert: token in undecayed names; repeatable."),
]
Evidence = Annotated[
    str | None,
    typer.Option(
        "--evidence", metavar="FILE", help="What `paramwise trace SOURCE --json` printed: roles as a forward pass told."
    ),
]
Rate = Annotated[float | None, typer.Option("--lr", metavar="NUMBER", help="Base learning rate.")]


_MOST_EVIDENCE = 1 << 28  # bytes; a model of 100,000 parameters takes a tenth of it


@dataclass(frozen=True, slots=True)
class Planning:
    """The options of a command that say which plan to make, as the command line gave them."""

    recipe: list[str] | None
    rules: str | None
    settings: list[str] | None
    weight_decay: float | None
    lr: float | None
    no_decay: list[str] | None
    evidence: str | None = None

    @property
    def given(self) -> bool:
        """Whether any option was given."""
        numbers = self.weight_decay is not None or self.lr is not None
        return numbers or any((self.recipe, self.rules, self.settings, self.no_decay))

    def plan(self, source: Any) -> pw.Plan:
        """The plan that the options ask for.

        Raises:
            InputError: the options contradict each other, or as for `paramwise.plan`.
        """
        items = items_of(self.recipe, self.rules)
        if self.no_decay and "bert" not in items:
            raise InputError(f"recipe `{items[0]}` takes no tokens", help="leave out --no-decay, or use --recipe bert")
        options = {"weight_decay": self.weight_decay, "lr": self.lr, "no_decay": self.no_decay or None}
        given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
        from_set = set_options(self.settings, items)
        if twice := given.keys() & from_set.keys():
            key = min(twice)
            raise InputError(f"`{key}` is given twice", help=f"leave out --{key.replace('_', '-')}, or --set {key}=...")
        if self.evidence is not None:
            given["evidence"] = evidence_in(Path(self.evidence))
        return pw.plan(source, *items, **given, **from_set)


def evidence_in(file: Path) -> pw.Evidence:
    """The evidence that a file holds, as ``paramwise trace --json`` prints it.

    Raises:
        InputError: the file cannot be read, or holds something else.
    """
    raw = read_regular(file, _MOST_EVIDENCE)
    try:
        return pw.Evidence.from_dict(parse_object(raw))
    except ValueError as error:
        raise InputError(
            f"not a JSON object: {error}", where=str(file), help="write it: paramwise trace SOURCE --json > FILE"
        ) from None


def items_of(recipe: list[str] | None, rules: str | None) -> list[str]:
    """Recipes, then a file of rules; if neither is given, the folder's file of rules, or else the recipe `default`."""
    if rules is not None and not rules.endswith(".toml"):
        raise InputError(f"--rules {rules}", help="a file of rules ends in .toml: paramwise.toml, or pyproject.toml")
    if recipe or rules:
        return [*(recipe or ()), *([rules] if rules else ())]
    found = rules_here()
    if found is None:
        return ["default"]
    screen(stderr=True).print(f"rules from {found.name}")
    return [str(found)]


def rules_here() -> Path | None:
    """The file of rules of the current folder, or None."""
    if not any(Path(name).exists() for name in (FILE, PROJECT)):
        return None  # saves loading the reader
    from paramwise.files.config.file import find_config

    return find_config(Path.cwd())


def set_options(settings: list[str] | None, items: Sequence[str]) -> dict[str, Any]:
    """The options given by ``--set``: numbers, lists and booleans as TOML writes them, anything else as text.

    Raises:
        InputError: a setting is not NAME=VALUE, or there is no such option.
    """
    if not settings:
        return {}
    from paramwise.files.config.options import OPTIONS

    recipes = RECIPES if any(item.endswith(".toml") for item in items) else RECIPES.keys() & items
    known = {*OPTIONS, "optimizer"}.union(*map(options_of, recipes))
    options: dict[str, Any] = {}
    for setting in settings:
        key, sign, text = setting.partition("=")
        if not sign:
            raise InputError(f"--set {setting}", help="give NAME=VALUE, such as --set decay=0.8")
        if key not in known:
            raise InputError(f"--set {setting}: there is no option `{key}`", help=did_you_mean(key, sorted(known)))
        try:
            ((_, options[key]),) = tomllib.loads(f"value = {text}").items()
        except (ValueError, RecursionError):  # not TOML, a number that is too long, or nested too deeply
            options[key] = text
    return options


def format_of(given: str, as_json: bool) -> str:
    """The format that ``--format`` and ``--json`` ask for.

    Raises:
        InputError: there is no such format.
    """
    if given not in FORMATS:
        raise InputError(f"--format {given}: there is no such format", help=did_you_mean(given, FORMATS))
    return "json" if as_json else given


def file_of(source: str, rules: str | None) -> str | None:
    """The file that an annotation is shown at: that of the rules, or the module that a SOURCE names."""
    if rules is not None:
        return rules
    if (found := rules_here()) is not None:
        return found.name
    module = Path(*source.partition(":")[0].split(".")).with_suffix(".py")
    return str(module) if ":" in source and module.is_file() else None


def print_view(make: Callable[[int | None], View], format: str = "text", *, every: bool = False) -> None:
    """Print a view as text, in the columns of the terminal, or as Markdown.

    Args:
        make: makes the view for about so many lines, or without a limit; it is asked for fewer until they fit.
        format: ``text`` or ``markdown``.
        every: without a limit.
    """
    on = screen()
    for room in (None,) if every else ROOMS:
        view = make(room)
        lines = markdown_of(view).split("\n") if format == "markdown" else [*lines_of(view, on)]
        if len(lines) <= SCREEN:
            break
    on.file.writelines(f"{line}\n" for line in lines)


def print_json(data: dict[str, Any]) -> None:
    """Print plain data as JSON."""
    print_chunks((json_text(data, indent=2), "\n"))


def print_chunks(chunks: Iterable[str]) -> None:
    """Print JSON a part at a time; what stdout cannot encode gets JSON's own escape."""
    utf = (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf")
    for chunk in chunks:
        sys.stdout.write(chunk if utf or chunk.isascii() else _ascii(chunk))


def _ascii(text: str) -> str:
    return "".join(sign if sign.isascii() else json.dumps(sign)[1:-1] for sign in text)
