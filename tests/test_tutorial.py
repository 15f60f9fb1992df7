"""The tutorial runs, and what its notebook and its page show is what it shows; translations have the same code."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import transformers

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import tutorial  # noqa: E402

NUMBER = re.compile(r"\d+\.\d+(?:e-?\d+)?")


def kept(source: Path) -> list[tutorial.Cell]:
    """The cells of the notebook beside a tutorial's source."""
    cells = json.loads(source.with_name("optimizer.ipynb").read_text())["cells"]
    return [
        tutorial.Cell(
            cell["cell_type"] == "code",
            "".join(cell["source"]),
            "".join(line for output in cell.get("outputs", []) for line in output["text"]).removesuffix("\n"),
        )
        for cell in cells
    ]


@pytest.fixture
def library_as_before() -> Iterator[None]:
    """The tutorial quiets transformers; other tests hear it."""
    logging = transformers.utils.logging
    before = logging.get_verbosity()
    yield
    logging.set_verbosity(before)
    logging.enable_progress_bar()


@pytest.mark.usefixtures("library_as_before")
def test_every_cell_shows_what_is_kept() -> None:
    now, before = tutorial.run(tutorial.ENGLISH.read_text()), kept(tutorial.ENGLISH)
    assert [cell.text for cell in now] == [cell.text for cell in before], "python tools/tutorial.py"
    for cell, old in zip(now, before, strict=True):
        assert NUMBER.sub("#", cell.shown) == NUMBER.sub("#", old.shown), cell.text
        numbers = [[float(number) for number in NUMBER.findall(each.shown)] for each in (cell, old)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-3), cell.text  # processors round differently


def test_pages_and_notebooks_are_made_from_the_same_cells() -> None:
    for source in [tutorial.ENGLISH, *tutorial.TRANSLATIONS]:
        assert source.with_name("index.md").read_text() == tutorial.page(kept(source)), "python tools/tutorial.py"
        assert source.with_name("optimizer.ipynb").read_text() == tutorial.notebook(kept(source))


def test_translations_have_the_same_code_and_show_the_same() -> None:
    for source in tutorial.TRANSLATIONS:
        made = tutorial.translated(source.read_text(), kept(tutorial.ENGLISH))
        assert kept(source) == made, "python tools/tutorial.py"


def test_a_translation_with_other_code_is_refused() -> None:
    english = tutorial.cells_of("# %% [markdown]\n# One\n\n# %%\nprint(1)\n")
    assert [cell.text for cell in english] == ["One", "print(1)"]
    assert tutorial.translated("# %% [markdown]\n# Bir\n\n# %%\nprint(1)\n", english)[0].text == "Bir"
    with pytest.raises(ValueError, match="cell by cell"):
        tutorial.translated("# %%\nprint(2)\n", english)


def test_cells_are_small() -> None:
    for cell in tutorial.cells_of(tutorial.ENGLISH.read_text()):
        assert not cell.is_code or len(cell.text.splitlines()) <= 16, cell.text
