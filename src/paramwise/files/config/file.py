"""Files of rules: found, read, and every fault reported with its line.

A file is data: nothing in it is imported or run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paramwise.files.config.faults import FaultsError
from paramwise.files.config.tables import DEEPEST, FILE_KEYS, tables_of
from paramwise.files.config.toml import FILE, PROJECT, Place, lines, parse
from paramwise.files.regular import read_regular
from paramwise.findings import Finding, InputError
from paramwise.model.catalog import Catalog
from paramwise.rules.decide import Decided
from paramwise.rules.expectations import Expectation
from paramwise.rules.rule import Rule, Settings
from paramwise.words import nearest, public

MOST_FAULTS = 20
MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """What a file says.

    Attributes:
        path: of the file.
        items: what `paramwise.plan` takes: what each recipe returned, then the rules, in order.
        base: settings of every parameter that no rule decides otherwise.
        ignore: codes or slugs of findings to leave out.
        expect: what is expected to be trained, or not to be.
        taken: options that its recipes took, so that they are not base settings.
        optimizer_at: ``file:line`` of the optimizer's name, if it names one.
    """

    path: Path
    items: tuple[Any, ...]
    base: Settings
    ignore: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()
    expect: tuple[Expectation, ...] = ()
    optimizer_at: str | None = field(default=None, compare=False, repr=False)

    def raise_overruled(self, plan: Decided) -> None:
        """Refuse a plan in which rules from elsewhere leave the file's optimizer without a parameter.

        Raises:
            InputError: recipes, or rules from elsewhere, give every parameter an optimizer.
        """
        deciding = [decision.decided_by.get("optimizer") for decision in plan.outcomes if not decision.frozen]
        if not self.optimizer_at or not deciding or None in deciding:
            return
        own = [item for item in self.items if isinstance(item, Rule)]
        others = dict.fromkeys(f"`{rule.name}`" for rule in deciding if isinstance(rule, Rule) and rule not in own)
        if others:
            raise InputError(
                f'[optimizer] name = "{self.base["optimizer"]}" holds for no parameter: rules give each its own',
                where=self.optimizer_at,
                evidence=[f"rule {name}" for name in others],
                help="leave out `name`, or the recipe that brings optimizers of its own",
            )


@public
def read_config(path: str | Path, /, **options: Any) -> Config:
    r"""Read a file of rules: ``paramwise.toml``, or the table ``[tool.paramwise]`` of a ``pyproject.toml``.

    Args:
        path: of the file.
        options: keywords of `paramwise.plan`; an option that a recipe takes goes to it, before the file's own.

    Raises:
        InputError: the file cannot be read, or has faults; one finding for each fault, with its line.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "paramwise.toml"
        >>> _ = path.write_text('recipe = "default"\n[[rules]]\nlayers = "0-3"\nlr_scale = 0.1\n')
        >>> read_config(path).items[-1]
        pw.Rule(pw.layer(0, 3), lr_scale=0.1)
    """
    path = Path(path)
    try:
        return config_of_text(path, _text(path), options)
    except RecursionError:
        raise InputError("nested too deeply", where=str(path), help=f"at most {DEEPEST} deep") from None


def find_config(folder: str | Path) -> Path | None:
    """A folder's file of rules: its ``paramwise.toml``, or else its ``pyproject.toml`` if that has rules for a plan.

    Raises:
        InputError: the ``pyproject.toml`` cannot be read.
    """
    return _in_project(Path(folder), {"recipe", "rules", "optimizer"})


def config_of_project(folder: str | Path) -> Config | None:
    """What a folder's file of rules says, rules for a plan or not; None without such a file.

    Raises:
        InputError: the file has faults.
    """
    path = _in_project(Path(folder), set(FILE_KEYS))
    return None if path is None else read_config(path)


def _in_project(folder: Path, keys: set[str]) -> Path | None:
    own, projects = folder / FILE, folder / PROJECT
    if own.exists():
        return own
    table = _table(projects, parse(_text(projects), str(projects))) if projects.is_file() else None
    return projects if isinstance(table, dict) and keys & table.keys() else None


def _text(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"{path} is a folder", where=str(path), help=f"name the file: {path / FILE}")
    try:
        if not path.exists():
            near = nearest(path.name, [file.name for file in path.parent.glob("*.toml")])
            raise InputError(
                f"there is no file {path}",
                where=str(path),
                help=[f"did you mean {path.parent / name}?" for name in near[:1]] or "see docs/config.md",
            )
        return read_regular(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", where=f"{path}:{line}", help="save the file as UTF-8") from None
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", where=str(path), help="check its name and permissions"
        ) from None


def _table(path: Path, data: dict[str, Any]) -> Any:
    """The table ``[tool.paramwise]`` of a ``pyproject.toml``, None if it has none; of any other file all of it."""
    if path.name != PROJECT:
        return data
    tool = data.get("tool")
    return tool.get("paramwise") if isinstance(tool, dict) else None


def config_of_text(path: Path, text: str, options: Mapping[str, Any]) -> Config:
    """What the text of a file says.

    Args:
        path: how findings call the file; ``pyproject.toml`` has its rules in a table of its own.
        text: of the file.
        options: options given elsewhere; one that a recipe takes goes to it.

    Raises:
        InputError: one finding for each fault, with its line.
    """
    table = _table(path, parse(text, str(path)))
    if table is None:
        raise InputError(
            "there is no table [tool.paramwise]", where=str(path), help=f"add the table, or write the rules to {FILE}"
        )
    prefix = ("tool", "paramwise") if path.name == PROJECT else ()
    where = _Where(path, text, prefix)
    try:
        tables = tables_of(table, options)
    except FaultsError as faults:
        raise InputError(*_findings(faults, where)) from None
    recipes = [_placed(cooked.made, where(("recipe", index))) for index, cooked in enumerate(tables.recipe)]
    rules = [_placed(rule, where(("rules", index))) for index, rule in enumerate(tables.rules)]
    taken = frozenset().union(*(cooked.taken for cooked in tables.recipe))
    return Config(
        path,
        (*recipes, *rules),
        {key: value for key, value in tables.optimizer.items() if key not in taken},
        tables.ignore,
        taken,
        tuple(tables.expect),
        where(("optimizer", "name")) if "optimizer" in tables.optimizer else None,
    )


class _Where:
    """Tells in which line of the file a place is."""

    def __init__(self, path: Path, text: str, prefix: Place) -> None:
        self.path, self.prefix = path, prefix
        self.text = text.splitlines()
        self.lines = lines(text, str(path))

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        path = self.prefix
        for step in place:
            path = (*path, step) if (*path, step) in self.lines else path
        return self.lines[path]

    def __call__(self, place: Place) -> str:
        return f"{self.path}:{self.line(place)}"


def _placed(item: Any, where: str) -> Any:
    """A rule, rules, or a function that makes rules: with the line of the file that they come from."""
    if isinstance(item, Rule):
        item.where = where
    elif callable(item):

        def fitted(catalog: Catalog) -> Any:
            try:
                return _placed(item(catalog), where)
            except InputError as error:
                raise InputError(replace(error.findings[0], where=where)) from None

        return fitted
    else:
        for rule in item:
            _placed(rule, where)
    return item


def _findings(faults: FaultsError, where: _Where) -> list[Finding]:
    """The faults as findings, in the order of their lines."""
    found = sorted(faults.found, key=lambda fault: where.line(fault[0]))
    findings = [_finding(finding, place, where) for place, finding in found[:MOST_FAULTS]]
    if len(found) > MOST_FAULTS:
        findings.append(Finding(message=f"and {len(found) - MOST_FAULTS:,} more faults", where=str(where.path)))
    return findings


def _finding(finding: Finding, place: Place, where: _Where) -> Finding:
    line = where.line(place)
    evidence = (where.text[line - 1].strip()[:100],) if where.text else ()
    return replace(finding, where=where(place), evidence=evidence)
