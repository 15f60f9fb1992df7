"""Folding loses nothing, and says what repeats once; patterns stand for exactly their names."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from paramwise.model.folding import Block, fold, unfold
from paramwise.model.patterns import patterns
from test_laws import NAMES


def shown(names: list[str]) -> list[str]:
    return [pattern.text for pattern in patterns(names)]


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
    assert shown(names[:3]) == ["h.{0..1}.up", "h.0.down"]
    assert shown([*names, "head"]) == ["h.{0..3}.up", "h.{0..3}.down", "head"]


def test_blocks_that_take_turns_are_said_once() -> None:
    names = [f"h.{i}.{part}" for i in range(6) for part in (("up", "down") if i % 3 == 2 else ("mix",))]
    (block,) = fold(names, [None] * len(names))
    assert isinstance(block, Block)
    assert (block.range, len(block.inside)) == ("{0..5/3}", 3)
    assert shown(names) == ["h.{0,1,3,4}.mix", "h.{2,5}.up", "h.{2,5}.down"]
    assert [name for name, _ in unfold((block,))] == names


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_any_turns_unfold(sorts: list[str]) -> None:
    names = [f"h.{i}.{part}.weight" for i, sort in enumerate(sorts) for part in (sort, "norm")]
    held = [sorts[int(name.split(".")[1])] for name in names]
    assert list(unfold(fold(names, held))) == list(zip(names, held, strict=True))


def test_numbers_that_leave_some_out() -> None:
    assert shown(["h.0.up", "h.2.up"]) == ["h.{0,2}.up"]
    assert shown([f"h.{number}.up" for number in range(0, 48, 2)]) == ["h.{0..46..2}.up"]
    assert shown([f"h.{number}.up" for number in (0, 1, 2, 3, 7)]) == ["h.{0..3,7}.up"]
    assert shown(["h.07.up", "h.08.up"]) == ["h.07.up", "h.08.up"]
    assert shown(["h.3.up", "h.4.up"]) == ["h.{3..4}.up"]


def test_alternating_blocks_are_folded_suffix_by_suffix() -> None:
    names = [f"h.{i}.attn.{part}" for i in range(4) for part in (("c_q", "ve_gate") if i % 2 else ("c_q",))]
    assert shown(names) == ["h.{0..3}.attn.c_q", "h.{1,3}.attn.ve_gate"]


def unfolded(pattern: str) -> list[str]:
    """The names that a pattern stands for, as a shell would read it."""
    parts = re.split(r"(\{[^}]*\})", pattern)
    choices = []
    for part in parts:
        numbers: list[str] = [] if part[:1] == "{" else [part]
        for run in part[1:-1].split(",") if part[:1] == "{" else []:
            first, *more = map(int, run.split(".."))
            numbers += map(str, range(first, more[0] + 1, more[1] if len(more) > 1 else 1) if more else [first])
        choices.append(numbers)
    return ["".join(chosen) for chosen in itertools.product(*choices)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("ab")), max_size=25, unique=True))
def test_a_pattern_stands_for_exactly_its_names(found: list[tuple[int, int, str]]) -> None:
    names = [f"h.{layer}.experts.{expert}.{part}" for layer, expert, part in found]
    made = patterns(names)
    for pattern in made:
        assert sorted(unfolded(pattern.text)) == sorted(names[position] for position in pattern.positions)
    assert sorted(position for pattern in made for position in pattern.positions) == list(range(len(names)))


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_names_with_other_keys_are_apart(keys: list[int]) -> None:
    made = patterns([f"h.{number}.up" for number in range(len(keys))], keys)
    assert len(made) == len(set(keys))
    assert all(len({keys[position] for position in pattern.positions}) == 1 for pattern in made)
