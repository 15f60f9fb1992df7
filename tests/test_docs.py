"""README and documentation: every block runs, what they show is what is printed, and every link leads somewhere."""

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml

import paramwise as pw
from paramwise.cli import commands

from walk import TITLE, agrees, blocks_of, walked

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

PAGES = [str(path.relative_to(ROOT)) for path in [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]]

TESTED_APART = {
    "docs/config.md": "test_config",
    "docs/findings.md": "test_findings_page",
    "docs/lock.md": "test_lock",
    "docs/pull-requests.md": "test_pull_requests",
    "docs/trainers.md": "test_trainers_page",
    "docs/tr/trainers.md": "test_trainers_page",
    **{str(path.relative_to(ROOT)): "test_tutorial" for path in DOCS.glob("**/tutorial/index.md")},
}
"""Pages whose blocks another test runs."""

TRANSLATED = {
    page: page.replace("docs/tr/", "docs/").replace("README.tr.md", "README.md")
    for page in PAGES
    if page.startswith("docs/tr/") or page == "README.tr.md"
}
"""Translations, and the pages that they are of: their blocks are the same, and so run there."""

NOT_RUN = {"docs/scale.md": ["from ray.train"]}
"""What stands at the start of blocks that no test can run: they need what tests do not have."""

WRITTEN = {"paramwise.toml", "dist/", "docs/tr/", "README.tr.md", "docs/tr/tutorial/optimizer.py"}
"""Files that users or commands write, and those that translators will."""

KINDS = {"python", "console", "text", "sh", "toml", "yaml"}


def runs(page: str) -> bool:
    text = (ROOT / page).read_text()
    return page not in {*TESTED_APART, *TRANSLATED} and any(
        block.kind in ("python", "console") for block in blocks_of(text)
    )


@pytest.mark.parametrize("page", [page for page in PAGES if runs(page)])
def test_the_blocks_of_a_page_run_and_print_what_it_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["paramwise"])
    monkeypatch.setenv("COLUMNS", "96")  # what a page of the site has room for
    text = (ROOT / page).read_text()
    for start in NOT_RUN.get(page, []):
        text = re.sub(rf"^```python\n(?={start})", "```no\n", text, flags=re.MULTILINE)
    renew = pytestconfig.getoption("renew")

    def compare(code: str, shown: str, printed: str) -> None:
        assert renew or agrees(shown, printed), f"{code}\n--- shown\n{shown}\n--- printed\n{printed}"

    now = walked(text, compare)
    if renew and page not in NOT_RUN:
        (ROOT / page).write_text(now)


def test_lines_that_are_left_out_are_the_only_freedom() -> None:
    assert agrees("a\n...\nd\n", "a\nb\nc\nd\n")
    assert agrees("a\n", "a  \n")
    assert not agrees("a\n...\nd\n", "a\nb\nc\n")
    assert not agrees("a\n", "b\n")


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_is_run_or_checked(page: str) -> None:
    text = (ROOT / page).read_text()
    assert text.count("```") == 2 * len(blocks_of(text)), "a block is not closed, or is indented"
    for block in blocks_of(text):
        assert block.kind in KINDS, block
        assert page in TESTED_APART or not block.info or TITLE.fullmatch(block.info), block
        if block.kind == "yaml":
            assert yaml.safe_load(block.body)


def calls(text: str) -> Iterator[list[str]]:
    """The calls of paramwise in blocks of commands."""
    for block in blocks_of(text):
        if block.kind in ("sh", "console"):
            for line in block.body.splitlines():
                found = re.match(r"(?:\$ |torchrun .*-m )?paramwise ([a-z]+ [^#>|]*|[a-z]+$)", line)
                if found:
                    yield found[1].split()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_takes_the_options_that_it_is_given(page: str) -> None:
    for name, *arguments in calls((ROOT / page).read_text()):
        group = typer.main.get_group(commands.loaded(name)).commands
        command = group[name]
        if hasattr(command, "commands") and arguments != ["--help"]:
            command = command.commands[arguments.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        if name == "watch":  # what stands after the program is the program's
            arguments = [argument for argument in arguments if argument in known]
        given = {argument for argument in arguments if argument.startswith("--")}
        assert given <= known, (name, given - known)


@pytest.mark.parametrize("page", TRANSLATED)
def test_a_translation_has_the_blocks_of_its_original(page: str) -> None:
    ours, theirs = (
        [(block.kind, block.info, block.body) for block in blocks_of((ROOT / each).read_text())]
        for each in (page, TRANSLATED[page])
    )
    if page == "docs/tr/trainers.md":  # names the other trainers, and leads to the English page
        theirs = [block for block in theirs if block in ours]
    assert ours == theirs


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    plain = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.*)$", plain, re.MULTILINE)
    words = [re.sub(r"[^\w\- ]", "", title.replace("`", "")).strip().lower() for title in titles]
    return {re.sub(r"[ ]+", "-", word) for word in words}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    plain = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", plain):
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        to = (path.parent / target).resolve() if target else path
        assert to.exists(), link
        assert not anchor or to.suffix != ".md" or anchor in anchors(to), link


def test_the_reference_has_every_public_name_once() -> None:
    pages = [path for path in (DOCS / "reference").glob("*.md") if path.name != "results.md"]
    text = "".join(path.read_text() for path in pages)
    named = re.findall(r"^::: paramwise\.([\w.]+)$", text, re.MULTILINE)
    assert len(set(named)) == len(named)
    wanted = set(pw.__all__) - {"recipes", "__version__"} | {f"recipes.{name}" for name in pw.recipes.__all__}
    assert wanted <= set(named)
    assert {name for name in named if not name.startswith("integrations.")} <= wanted


def test_the_readme_is_a_page_and_names_what_runs_everything() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 140
    assert "make demo" in text
    assert "make test" in text


def test_the_tree_is_made_from_the_order() -> None:
    made = subprocess.run(
        [sys.executable, "-c", "import tree; print(tree.page(), end='')"],
        cwd=ROOT / "tools",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert made == (DOCS / "architecture.md").read_text(), "python tools/tree.py"


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/design.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_for_maintainers_names_exists(page: str) -> None:
    text = (ROOT / page).read_text().partition("## The tree")[0]
    named = set(re.findall(r"`([\w./-]+(?:\.py|\.pyi|\.md|\.toml|/))`", text))
    assert named or page == "docs/design.md"
    folders = [ROOT, ROOT / "src/paramwise", ROOT / "tests", *(ROOT / "src/paramwise").rglob("*/")]
    missing = {name for name in named if not any((folder / name).exists() for folder in folders)}
    assert not missing - WRITTEN


def test_the_picture_of_a_terminal_shows_what_is_printed() -> None:
    (printed,) = [block.body for block in blocks_of((ROOT / "README.md").read_text()) if block.kind == "console"]
    drawn = html.unescape(re.sub(r"<[^>]+>", "", (DOCS / "watch.svg").read_text())).replace("\N{NO-BREAK SPACE}", " ")
    for line in printed.splitlines():
        for word in line.split():
            assert word in drawn, "python tools/pictures.py"


def test_the_page_of_the_wild_lists_every_wrong_script() -> None:
    rows = re.findall(r"^\| `(\w+\.py)` \| .* \| (.*) \|$", (DOCS / "wild.md").read_text(), re.MULTILINE)
    listed = {name: re.findall(r"\[(PW\d+)\]", codes) for name, codes in rows}
    scripts = {path.name: path.read_text().splitlines()[1] for path in (ROOT / "tests/scripts/wrong").glob("*.py")}
    assert listed == {name: line.removeprefix("# Expect: ").split() for name, line in scripts.items()}


def test_the_issue_templates_are_forms() -> None:
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text())
        assert path.name == "config.yml" or {"name", "description", "body"} <= form.keys()


def test_every_page_is_in_the_navigation() -> None:
    """What `make docs` holds as well; here without building the site."""
    text = (ROOT / "mkdocs.yml").read_text().partition("\nnav:")[2]
    named = set(re.findall(r"[\w/-]+\.md", text))
    assert named == {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}


def test_the_other_tests_are_there() -> None:
    for page, test in TESTED_APART.items():
        text = (ROOT / "tests" / f"{test}.py").read_text()
        assert Path(page).name in text, f"{test}.py does not read {page}"
