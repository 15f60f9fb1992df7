"""What the package shows, and how its files hang together."""

import ast
import copy
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import paramwise as pw

from models import Plain
from order import ORDER

SOURCE = Path(pw.__file__).parent

TORCH_WINGS = ("torch", "integrations", "finetune")


class Import(NamedTuple):
    """An import of a file of ours: where it stands and which file it is of."""

    line: int
    file: str


def files() -> dict[str, Path]:
    """Every source file by the name that it has in the order; the empty ``__init__`` of a wing is not one."""
    found = {str(path.relative_to(SOURCE).with_suffix("")): path for path in SOURCE.rglob("*.py")}
    return {name: path for name, path in found.items() if not name.endswith("/__init__") or name in ORDER}


def file_of(module: str, source: Path = SOURCE) -> str:
    """The file of a module of ours, which may be a package."""
    path = "/".join(module.split(".")[1:])
    if not path:
        return "__init__"
    return f"{path}/__init__" if (source / path).is_dir() else path


def imports_of(text: str, source: Path = SOURCE) -> Iterator[Import]:
    """Every import of ours in a file: at the top, in a function, for types, and by name in ``import_module``."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "paramwise":
                    yield Import(node.lineno, file_of(alias.name, source))
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").partition(".")[0] == "paramwise"):
            assert not node.level, f"line {node.lineno}: imports are absolute"
            module = str(node.module)
            for alias in node.names:
                whole = "/".join(f"{module}.{alias.name}".split(".")[1:])
                is_file = (source / f"{whole}.py").is_file() or (source / whole).is_dir()
                yield Import(node.lineno, file_of(f"{module}.{alias.name}" if is_file else module, source))
        elif isinstance(node, ast.Constant) and re.fullmatch(r"paramwise(\.\w+)+", str(node.value)):
            file = file_of(str(node.value), source)
            if (source / f"{file}.py").is_file():  # a module's name, not that of a file of a user's
                yield Import(node.lineno, file)


def climbing(name: str, text: str, source: Path = SOURCE) -> list[str]:
    """The imports of a file that are not of files above it."""
    wrong = []
    for line, file in imports_of(text, source):
        if file.endswith("/__init__") and file not in ORDER:
            continue  # a wing, which holds nothing itself
        if file not in ORDER:
            wrong.append(f"{name}:{line} imports {file}, which is not in the order")
        elif ORDER.index(file) >= ORDER.index(name):
            wrong.append(f"{name}:{line} imports {file}, which does not stand above it")
    return wrong


def test_the_order_lists_every_file_once() -> None:
    assert len(set(ORDER)) == len(ORDER)
    assert set(ORDER) == set(files())


@pytest.mark.parametrize("name", ORDER)
def test_a_file_imports_only_from_files_above_it(name: str) -> None:
    assert climbing(name, files()[name].read_text()) == []


def test_no_import_goes_round_in_a_circle() -> None:
    """A consequence of the order, held by itself: the order could be read wrongly."""
    needs = {name: {file for _, file in imports_of(path.read_text())} for name, path in files().items()}
    while needs:
        free = {name for name, wanted in needs.items() if not wanted & needs.keys()}
        assert free, f"a circle: {sorted(needs)}"
        needs = {name: wanted for name, wanted in needs.items() if name not in free}


@pytest.mark.parametrize("wing", ["torch/optimizers", "torch/audit", "torch/state", "torch/watch"])
def test_the_wings_of_torch_do_not_import_each_other(wing: str) -> None:
    wings = {"torch/optimizers", "torch/audit", "torch/state", "torch/watch"} - {wing}
    if wing == "torch/watch":
        wings.remove("torch/audit")
    for name, path in files().items():
        if name.startswith(f"{wing}/"):
            others = {file for _, file in imports_of(path.read_text()) if file.rpartition("/")[0] in wings}
            assert not others, name


VIOLATIONS = {
    "at the top": ("rules/selectors", "from paramwise.rules.decide import Decided\n"),
    "in a function": ("rules/decide", "def f():\n    from paramwise.plans.plan import Plan\n    return Plan\n"),
    "for types": ("rules/checks", "if TYPE_CHECKING:\n    from paramwise.plans.plan import Plan\n"),
    "inside a folder": ("torch/audit/schedules", "from paramwise.torch.audit import probe\n"),
    "of the face": ("torch/state/store", "def f():\n    import paramwise\n    return paramwise.__version__\n"),
    "of itself": ("words", "import paramwise.words\n"),
    "by name": ("sources/reading", "import_module('paramwise.plans.lock')\n"),
}


@pytest.mark.parametrize("kind", VIOLATIONS)
def test_each_kind_of_climbing_import_is_seen(kind: str) -> None:
    name, text = VIOLATIONS[kind]
    assert climbing(name, text)


def called_name(node: ast.AST) -> str:
    """The last name of what a call calls: ``import_module`` of ``importlib.import_module(...)``."""
    function = node.func if isinstance(node, ast.Call) else None
    return str(getattr(function, "attr", getattr(function, "id", "")))


def switches_dropout_off(call: ast.Call) -> bool:
    """Whether this is a module's ``eval()``, and not Python's."""
    return ast.unparse(call).endswith(".eval()") and "builtins" not in ast.unparse(call)


def hidden_imports(text: str) -> list[str]:
    """Imports that cannot be read as those of one file: stars, names that are put together, ``exec``."""
    wrong = []
    for node in ast.walk(ast.parse(text)):
        fault = ""
        if isinstance(node, ast.Import) and any(alias.name.startswith("paramwise.") for alias in node.names):
            fault = "imports a module of ours as a whole"
        elif isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names)):
            fault = "imports relatively, or everything"
        elif isinstance(node, ast.Call) and called_name(node) in ("import_module", "__import__", "exec", "eval"):
            names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if switches_dropout_off(node):
                continue
            if not names or called_name(node) != "import_module" or re.match(r"paramwise\b|torch\b|\.", str(names[0])):
                fault = f"calls {called_name(node)}"
        elif isinstance(node, ast.Subscript) and re.fullmatch(
            r"sys\.modules\['(paramwise|torch)\b.*'\]", ast.unparse(node)
        ):
            fault = "takes a module from sys.modules"
        if fault:
            wrong.append(f"line {node.lineno} {fault}")  # type: ignore[attr-defined]
    return wrong


IMPORTS_OF_USERS = {"sources/functions"}
"""Files that import what a user names."""


@pytest.mark.parametrize("name", [name for name in ORDER if name not in IMPORTS_OF_USERS])
def test_every_import_can_be_read(name: str) -> None:
    assert hidden_imports(files()[name].read_text()) == []


HIDDEN = [
    "importlib.import_module(f'paramwise.plans.{x}')",
    "importlib.import_module('paramwise.plans.' + x)",
    "importlib.import_module('.plan', package='paramwise.plans')",
    "importlib.import_module('paramwise').plan",
    "def f():\n    import paramwise.plans\n    return paramwise.plans.plan",
    "def f():\n    return __import__('torch')",
    "def f():\n    return import_module('torch.nn')",
    "sys.modules['paramwise'].Plan",
    "exec('from paramwise.plans.plan import Plan')",
    "from paramwise.plans import *",
    "from . import plan",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_hidden_import_is_seen(text: str) -> None:
    assert hidden_imports(text)


def test_the_init_of_a_wing_holds_its_docstring_alone() -> None:
    for path in SOURCE.rglob("__init__.py"):
        if str(path.relative_to(SOURCE).with_suffix("")) not in ORDER:
            (docstring,) = ast.parse(path.read_text()).body
            assert isinstance(docstring, ast.Expr), path


def torch_imports(text: str) -> list[int]:
    """The lines that import torch, wherever they stand, but for those that are for types alone."""
    tree = ast.parse(text)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    lines = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if id(node) not in for_types and any(name.partition(".")[0] == "torch" for name in names):
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("name", [name for name in ORDER if name.partition("/")[0] not in TORCH_WINGS])
def test_torch_is_imported_in_its_wings_alone(name: str) -> None:
    assert torch_imports(files()[name].read_text()) == []


def test_an_import_of_torch_is_seen() -> None:
    assert torch_imports("def f():\n    from torch import nn\n    return nn\n") == [2]
    assert torch_imports("if TYPE_CHECKING:\n    import torch\n") == []
    assert torch_imports("if TYPE_CHECKING:\n    import ast\nelse:\n    import torch\n") == [4]


@pytest.mark.parametrize("name", ORDER)
def test_a_file_has_at_most_400_lines(name: str) -> None:
    assert len(files()[name].read_text().splitlines()) <= 400


# --- the face ---------------------------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert sorted(pw.__all__) == pw.__all__
    for name in pw.__all__:
        assert getattr(pw, name).__doc__, f"{name} has no docstring"
    assert set(pw.__all__) <= set(dir(pw))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        pw.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_what_is_marked_as_public_is_in_the_face() -> None:
    marked = {
        node.name
        for path in files().values()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and any(isinstance(one, ast.Name) and one.id == "public" for one in node.decorator_list)
    }
    assert marked == {*pw.__all__} - {"recipes"}


def test_public_names_come_from_paramwise_itself() -> None:
    for name in pw.__all__:
        if name != "recipes":
            assert getattr(pw, name).__module__ == "paramwise"


def an_instance_of_each() -> Iterator[object]:
    """What users hold, send to another process and keep: each is pickled by its public name."""
    plan = pw.plan(Plain(), "default", pw.Rule(pw.token("nowhere"), lr_scale=0.1), lr=2e-5)
    yield from (plan, plan.catalog, plan.catalog["head.weight"], plan.rules[-1], pw.layer(0) & ~pw.role("norm"))
    yield from (plan.check(), plan.check()[0], plan.explain("head.weight"), plan.diff(pw.plan(Plain(), "bert")))
    yield from (plan.groups[0], pw.everything())


def test_what_users_hold_can_be_pickled() -> None:
    for thing in an_instance_of_each():
        copied = pickle.loads(pickle.dumps(thing))
        assert type(copied) is type(thing)
        assert repr(copied) == repr(thing)
        assert copied == thing


@pytest.mark.parametrize(
    "error",
    [
        pw.InputError("bad", pw.Finding(message="more"), where="train.py:1", evidence=["line"], help="mend it"),
        pw.UnknownNameError("no such name", help="near"),
        pw.OptionError("no such option"),
        pw.PlanError(pw.Finding(message="a dead rule", code="PW101")),
        pw.MissingExtraError("timm", "timm", "`timm:resnet18`"),
        pw.ParamwiseError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_whole_out_of_another_process(error: pw.ParamwiseError) -> None:
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is type(error)
        assert copied.findings == error.findings
        assert str(copied) == str(error)


def test_a_plan_says_in_one_line_what_it_is() -> None:
    assert repr(pw.plan(Plain(), "bert")) == "<Plan: 11 parameters in 2 groups>"


def test_a_traceback_and_help_name_the_package_alone() -> None:
    code = "import paramwise as pw\nhelp(pw.plan)\npw.role('nothing')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "function plan in module paramwise:" in run.stdout
    assert "\nparamwise.InputError: error: " in run.stderr


def test_core_imports_without_torch() -> None:
    code = (
        "import sys, paramwise as pw\n"
        "from pathlib import Path\n"
        "stub = Path(pw.__file__).with_suffix('.pyi').read_text().splitlines()\n"
        "for line in stub:\n"
        "    if line.startswith('from .') and not line.startswith(('from .torch.', 'from .integrations.')):\n"
        "        getattr(pw, line.split()[-1])\n"
        "import paramwise.cli.main, paramwise.views.html\n"
        "from paramwise.cli import commands\n"
        "[commands.loaded(name) for name in commands.COMMANDS]\n"
        "plan = pw.plan(pw.Catalog([pw.Parameter('a.bias', (), (2,), 'float32', True, 'bias', None, 2)]),\n"
        "               pw.Rule(pw.token('bias'), weight_decay=0.0))\n"
        "str(plan), str(plan.explain('a.bias'))\n"
        "loaded = {'torch', 'transformers', 'numpy', 'safetensors'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_typed_marker_is_shipped() -> None:
    assert (SOURCE / "py.typed").is_file()


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import paramwise", {"torch", "pydantic", "rich", "typer", "inspect", "paramwise.plans"}),
        ("import paramwise as pw; pw.plan, pw.Plan, pw.compare", {"torch", "pydantic", "rich", "typer"}),
        ("import paramwise.cli.main", {"torch", "pydantic", "typer", "rich", "paramwise.rules", "paramwise.plans"}),
        (
            "from paramwise.cli import commands; [commands.loaded(name) for name in commands.COMMANDS]",
            {"torch", "pydantic", "transformers", "huggingface_hub"},
        ),
    ],
)
def test_what_is_loaded_is_what_is_needed(code: str, absent: set[str]) -> None:
    before = f"import sys; before = set(sys.modules); {code}"
    after = f"loaded = {absent!r} & (set(sys.modules) - before); assert not loaded, loaded"
    subprocess.run([sys.executable, "-c", f"{before}; {after}"], check=True)
