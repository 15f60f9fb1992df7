"""Folding loses nothing, and says what repeats once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from paramwise.model.folding import Block, fold, unfold
from paramwise.rules.difference import patterns
from test_laws import NAMES

NUMBERED = st.lists(st.sampled_from(["h", "0", "1", "2", "10", "00", "up", "", "x y"]), min_size=1, max_size=5)


@settings(deadline=None)
@given(st.lists(NAMES | NUMBERED.map(".".join), max_size=40), st.data())
def test_unfolding_undoes_folding(names: list[str], data: st.DataObject) -> None:
    held = data.draw(st.lists(st.integers(0, 1), min_size=len(names), max_size=len(names)))
    assert list(unfold(fold(names, held))) == list(zip(names, held, strict=True))


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(2, 4), st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_what_repeats_is_said_once(layers: int, experts: int, inside: list[str]) -> None:
    names = [f"layers.{i}.experts.{j}.{name}" for i in range(layers) for j in range(experts) for name in inside]
    (outer,) = fold(names, [None] * len(names))
    assert isinstance(outer, Block)
    assert (outer.path, outer.first, outer.last) == (("layers",), 0, layers - 1)
    (inner,) = outer.inside
    assert isinstance(inner, Block)
    assert (inner.first, inner.last) == (0, experts - 1)


def test_a_block_that_differs_ends_the_run() -> None:
    names = [f"h.{i}.{part}" for i in range(4) for part in ("up", "down")]
    assert [one.last for one in fold(names, [0, 0, 0, 0, 1, 0, 1, 0]) if isinstance(one, Block)] == [1, 3]
    assert patterns(names[:3]) == ["h.0.up", "h.0.down", "h.1.up"]
    assert patterns([*names, "head"]) == ["h.{0..3}.up", "h.{0..3}.down", "head"]


def test_blocks_that_take_turns_are_said_once() -> None:
    names = [f"h.{i}.{part}" for i in range(6) for part in (("up", "down") if i % 3 == 2 else ("mix",))]
    (block,) = fold(names, [None] * len(names))
    assert isinstance(block, Block)
    assert (block.range, len(block.inside)) == ("{0..5/3}", 3)
    assert patterns(names) == ["h.{0..5/3}+{0..1}.mix", "h.{0..5/3}+2.up", "h.{0..5/3}+2.down"]
    assert [name for name, _ in unfold((block,))] == names


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_any_turns_unfold(sorts: list[str]) -> None:
    names = [f"h.{i}.{part}.weight" for i, sort in enumerate(sorts) for part in (sort, "norm")]
    held = [sorts[int(name.split(".")[1])] for name in names]
    assert list(unfold(fold(names, held))) == list(zip(names, held, strict=True))


def test_numbers_that_leave_one_out_are_no_run() -> None:
    assert patterns(["h.0.up", "h.2.up"]) == ["h.0.up", "h.2.up"]
    assert patterns(["h.07.up", "h.08.up"]) == ["h.07.up", "h.08.up"]
    assert patterns(["h.3.up", "h.4.up"]) == ["h.{3..4}.up"]
