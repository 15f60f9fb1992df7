"""What the package shows, and how its files hang together."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import paramwise as pw

SOURCE = Path(pw.__file__).parent
ORDER = [
    "findings",
    "files",
    "folding",
    "layers",
    "catalog",
    "usage",
    "roles",
    "headers",
    "states",
    "selectors",
    "rules",
    "sources",
    "planner",
    "difference",
    "recipes",
    "config",
    "prepare",
    "covering",
    "suggest",
    "lock",
    "checks",
    "torch",
    "report",
    "integrations",
    "finetune",
    "pytest_plugin",
    "cli",
]


def test_every_exported_name_is_there_and_listed() -> None:
    assert sorted(pw.__all__) == pw.__all__
    assert set(pw.__all__) == set(pw._HOME)
    for name in pw.__all__:
        assert getattr(pw, name).__doc__, f"{name} has no docstring"
    assert set(pw.__all__) <= set(dir(pw))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        pw.nothing  # noqa: B018


def imports_of(path: Path) -> list[str]:
    """The modules of paramwise that a file imports when it is imported itself."""
    tree = ast.parse(path.read_text())
    found = []
    for node in tree.body:
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found += [name.split(".")[1] for name in names if name.startswith("paramwise.") and name.count(".")]
    return [name for name in found if name in ORDER]


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_one_way(path: Path) -> None:
    here = path.relative_to(SOURCE).with_suffix("").parts[0]
    if here.startswith("__"):
        return
    for name in imports_of(path):
        assert ORDER.index(name) <= ORDER.index(here), f"{here} imports {name}, which stands below it"


def test_core_imports_without_torch() -> None:
    code = (
        "import sys, paramwise as pw\n"
        "for name in pw.__all__:\n"
        "    if not pw._HOME[name].startswith('torch.'): getattr(pw, name)\n"
        "import paramwise.cli.main, paramwise.report.terminal\n"
        "plan = pw.plan(pw.Catalog([pw.Parameter('a.bias', (), (2,), 'float32', True, 'bias', None, 2)]),\n"
        "               pw.Rule(pw.token('bias'), weight_decay=0.0))\n"
        "str(plan), str(plan.explain('a.bias'))\n"
        "loaded = {'torch', 'transformers', 'numpy', 'safetensors'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_torch_at_the_top_outside_its_folders() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.relative_to(SOURCE).parts[0] in ("torch", "integrations", "finetune"):
            continue
        for node in ast.parse(path.read_text()).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] == "torch"], path


def test_typed_marker_is_shipped() -> None:
    assert (SOURCE / "py.typed").is_file()
