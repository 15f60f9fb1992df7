"""Rules in a TOML file: read and checked as a whole, found, and written.

A file is data: nothing that it says is imported or run. Every fault in it is a finding of its own, with its line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from paramwise.files.config import FILE, PROJECT
from paramwise.files.config.fields import SELECTS, depth, needed, shown
from paramwise.files.config.options import OPTIONS, OURS
from paramwise.files.config.schema import DEEPEST, File, possible_keys, schema
from paramwise.files.config.toml import Place, assigned, lines, parse
from paramwise.findings import Finding, InputError
from paramwise.model.catalog import Catalog
from paramwise.rules.decide import Decided
from paramwise.rules.rule import Rule, Settings
from paramwise.rules.selectors import Both, Either, Not, Primitive, Selector
from paramwise.words import nearest, public

__all__ = ["Config", "find_config", "ignored_by_project", "read_config", "schema", "to_toml"]

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Config:
    """What a file says.

    Attributes:
        path: of the file.
        items: what `paramwise.plan` takes: what each recipe returned, then the rules, in order.
        base: settings of every parameter that no rule decides otherwise.
        ignore: codes or slugs of findings to leave out.
        taken: options that its recipes took, and that are therefore no base settings.
        optimizer_at: ``file:line`` of the optimizer's name, if it names one.
    """

    path: Path
    items: tuple[Any, ...]
    base: Settings
    ignore: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()
    optimizer_at: str | None = field(default=None, compare=False, repr=False)

    def raise_overruled(self, plan: Decided) -> None:
        """Refuse a plan in which others than the file's own rules leave its optimizer without a parameter.

        Raises:
            InputError: recipes, or rules from elsewhere, give every parameter an optimizer.
        """
        deciding = [one.decided_by.get("optimizer") for one in plan.outcomes if not one.frozen]
        if not self.optimizer_at or not deciding or None in deciding:
            return
        own = [item for item in self.items if isinstance(item, Rule)]
        others = dict.fromkeys(f"`{one.name}`" for one in deciding if isinstance(one, Rule) and one not in own)
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
        options: as keywords of `paramwise.plan`; one that a recipe takes goes to it, before the file's own.

    Raises:
        InputError: the file cannot be read, or says what cannot be; one finding for each fault, with its line.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "paramwise.toml"
        >>> _ = path.write_text('recipe = "default"\n[[rules]]\nlayers = "0-3"\nlr_scale = 0.1\n')
        >>> read_config(path).items[-1]
        pw.Rule(pw.layer(0, 3), lr_scale=0.1)
    """
    path = Path(path)
    try:
        return _config(path, _text(path), options)
    except RecursionError:
        raise InputError("nested too deeply", where=str(path), help=f"at most {DEEPEST} deep") from None


def find_config(folder: str | Path) -> Path | None:
    """A folder's file of rules: its ``paramwise.toml``, or else its ``pyproject.toml`` if that has rules for a plan.

    Raises:
        InputError: the ``pyproject.toml`` cannot be read.
    """
    return _in_project(Path(folder), {"recipe", "rules", "optimizer"})


def ignored_by_project(folder: str | Path) -> tuple[str, ...]:
    """Codes and slugs of findings that a folder's file leaves out.

    Raises:
        InputError: the file has faults.
    """
    path = _in_project(Path(folder), set(File.model_fields))
    return () if path is None else read_config(path).ignore


def _in_project(folder: Path, keys: set[str]) -> Path | None:
    own, projects = folder / FILE, folder / PROJECT
    if own.is_file():
        return own
    table = _table(projects, parse(_text(projects), str(projects))) if projects.is_file() else None
    return projects if isinstance(table, dict) and keys & table.keys() else None


def _text(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"{path} is a folder", where=str(path), help=f"name the file: {path / FILE}")
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", where=f"{path}:{line}", help="save the file as UTF-8") from None
    except FileNotFoundError:
        near = nearest(path.name, [one.name for one in path.parent.glob("*.toml")])
        raise InputError(
            f"there is no file {path}",
            where=str(path),
            help=[f"did you mean {path.parent / one}?" for one in near[:1]] or "`paramwise schema` and docs/config.md",
        ) from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", where=str(path)) from None


def _table(path: Path, data: dict[str, Any]) -> Any:
    """Of a ``pyproject.toml`` the table that is ours, if there is one; of any other file all."""
    if path.name != PROJECT:
        return data
    tool = data.get("tool")
    return tool.get("paramwise") if isinstance(tool, dict) else None


def _config(path: Path, text: str, options: dict[str, Any]) -> Config:
    table = _table(path, parse(text, str(path)))
    if table is None:
        raise InputError(
            "no [tool.paramwise] in it", where=str(path), help=f"add the table, or write the rules to {FILE}"
        )
    prefix = ("tool", "paramwise") if path.name == PROJECT else ()
    where = _Where(path, text, prefix)
    try:
        base = File.model_validate({"optimizer": table.get("optimizer", {})}).optimizer
    except (ValidationError, AttributeError):
        base = {}  # said below
    try:
        file = File.model_validate(table, context={**base, **options})
    except ValidationError as error:
        raise InputError(*_findings(error, where)) from None
    items = []
    for index, cooked in enumerate(file.recipe):
        items.append(_placed(cooked.item, where(("recipe", index))))
    for index, rule in enumerate(file.rules):
        items.append(_placed(rule, where(("rules", index))))
    taken = frozenset().union(*(cooked.taken for cooked in file.recipe))
    return Config(
        path,
        tuple(items),
        {key: value for key, value in base.items() if key not in taken},
        file.ignore,
        taken,
        where(("optimizer", "name")) if "name" in table.get("optimizer", {}) else None,
    )


class _Where:
    """Tells the line of what is said about a place in the file."""

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
    """Rules that say from which line of the file they come."""
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


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _findings(error: ValidationError, where: _Where) -> list[Finding]:
    faults = sorted(error.errors(include_url=False), key=lambda one: where.line(one["loc"]))
    findings = [_finding(fault, where) for fault in faults[:MOST_FAULTS]]
    if len(faults) > MOST_FAULTS:
        findings.append(Finding(message=f"and {len(faults) - MOST_FAULTS:,} more faults", where=str(where.path)))
    return findings


def _finding(fault: ErrorDetails, where: _Where) -> Finding:
    place = fault["loc"]
    key = next((str(step) for step in reversed(place) if isinstance(step, str)), where.path.name)
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        message, helps = cause.findings[0].message, cause.findings[0].help
    elif fault["type"] == "extra_forbidden":
        message, helps = f"unknown key `{key}`", _about_unknown(key, place)
    else:
        message, helps = f"{key} is {shown(fault['input'])}", (needed(fault),)
        if key == "rules":
            helps = ("each rule is a table under [[rules]], with two brackets",)
    line = where.line(place)
    evidence = (where.text[line - 1].strip()[:100],) if where.text else ()
    return Finding(message=message, where=where(place), evidence=evidence, help=helps)


def _about_unknown(key: str, place: Place) -> tuple[str, ...]:
    possible = possible_keys(place)
    helps = [f"did you mean `{one}`?" for one in nearest(key, possible, count=1)]
    if place[0] == "optimizer" and key in OURS:
        return (f"`{key}` is set in a rule: under [optimizer] it would hold for every parameter",)
    if len(place) == 1 and key in OPTIONS | OURS:
        return (f"`{key}` stands in a rule, or for all parameters under [optimizer]",)
    if place[0] == "optimizer" or (place[0] == "rules" and len(place) == 3):
        helps.append(f"an option of an optimizer that is not torch's: settings = {{ {key} = .. }}")
    return tuple(helps) or (f"possible: {', '.join(possible)}",)


def rules_of_tables(tables: Any, where: str) -> list[Rule]:
    """Rules that stand as tables in another file.

    Raises:
        InputError: a table is no rule.
    """
    try:
        return list(File.model_validate({"rules": tables}).rules)
    except ValidationError as error:
        raise InputError(
            "holds no rules that can be read", where=where, evidence=[str(error.errors()[0])[:200]]
        ) from None


# --- written ----------------------------------------------------------------------------------------------------------


def to_toml(plan: Decided) -> str:
    """A plan's base settings and rules as a file: planned again with it, the same catalog gives an equal plan.

    Raises:
        InputError: a rule or a base setting that a file cannot say; says which.
    """
    blocks = []
    if plan.base:
        blocks.append(_block("[optimizer]", lambda: base_table(plan.base), "the base settings", None))
    for number, rule in enumerate(plan.rules, 1):
        called = f"rule {number}" + (f" `{rule.given_name}`" if rule.given_name else "")
        blocks.append(_block("[[rules]]", lambda rule=rule: rule_table(rule), called, rule.where))  # type: ignore[misc]
    return "\n\n".join(blocks) + "\n"


def _block(header: str, table: Callable[[], dict[str, Any]], called: str, where: str | None) -> str:
    """A table as text, which is read again, so that nothing is written that cannot be."""
    try:
        text = "\n".join([header, *(assigned(key, value) for key, value in table().items())])
        _config(Path(FILE), text, {})
    except InputError as error:
        raise InputError(
            f"{called} cannot be written to a file: {error.findings[0].message}",
            where=where,
            help=error.findings[0].help,
        ) from None
    return text


def base_table(base: Settings) -> dict[str, Any]:
    """Base settings as the table ``[optimizer]``."""
    name = {"name": base["optimizer"]} if "optimizer" in base else {}
    return name | _settings({key: value for key, value in base.items() if key != "optimizer"}, set(OPTIONS))


def rule_table(rule: Rule) -> dict[str, Any]:
    """A rule as a table of ``[[rules]]``.

    Raises:
        InputError: a table cannot say it.
    """
    if depth(rule.select) > DEEPEST:
        raise InputError(f"its selector is more than {DEEPEST} deep")
    table: dict[str, Any] = {} if rule.given_name is None else {"name": rule.given_name}
    table |= _selector_table(rule.select)
    if rule.may_be_empty:
        table["may_be_empty"] = True
    return table | _settings(rule.settings, {*OPTIONS, *OURS})


def _settings(settings: Settings, known: set[str]) -> dict[str, Any]:
    others = {key: value for key, value in settings.items() if key not in known}
    return {key: settings[key] for key in settings if key in known} | ({"settings": others} if others else {})


_KEYS = {one.maker: key for key, one in SELECTS.items()}
_IN_LISTS = ("regex", "layers", "depths", "ndim")
"""Of these, a list is any of its elements' selectors; of the others one selector takes all."""


def _selector_table(select: Selector) -> dict[str, Any]:
    """The table of which reading makes the same selector, nested the same."""
    if type(select) is Not:
        return {"except": _selector_table(select.of)}
    if type(select) is Both:
        parts = [_selector_table(one) for one in _chain(select)]
        keys = [key for part in parts for key in part]
        if len(set(keys)) == len(keys) == len(parts):
            return {key: part[key] for part in parts for key in part}
        return {"all": parts}
    if type(select) is Either:
        parts = [_selector_table(one) for one in _chain(select)]
        (key,) = parts[0] if len(parts[0]) == 1 else ("",)
        if key in _IN_LISTS and all(part.keys() == {key} and not isinstance(part[key], list) for part in parts):
            return {key: [part[key] for part in parts]}
        return {"any": parts}
    if type(select) is Primitive and select.maker in _KEYS:
        key, arguments = _KEYS[select.maker], select.arguments
        if not arguments:
            return {key: True}
        if isinstance(arguments[0], int):
            return {key: arguments[0] if len(arguments) == 1 else "{}-{}".format(*arguments)}
        return {key: arguments[0] if len(arguments) == 1 else list(arguments)}
    raise InputError(f"{type(select).__name__} is no selector of paramwise's own")


def _chain(select: Any) -> list[Selector]:
    """``a & b & c`` as a list; what is nested to the right stays nested."""
    kind, parts = type(select), []
    while type(select) is kind:
        parts.append(select.right)
        select = select.left
    return [select, *reversed(parts)]
