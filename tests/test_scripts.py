"""Whole scripts under watch: they do what they do alone, and what is wrong with them is named, no more and no less."""

import pytest

from corpus import SCRIPTS, alone, differences, expected, watched

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_under_watch(name: str) -> None:
    path = SCRIPTS[name]
    assert not differences(path, alone(path), watched(path))
    assert (path.parent.name == "wrong") == bool(expected(path))
    assert path.read_text().startswith("# After"), "it names where it comes from"


def test_the_corpus_is_large_enough() -> None:
    kinds = [name.partition("/")[0] for name in SCRIPTS]
    assert kinds.count("right") >= 30
    assert kinds.count("wrong") >= 30
