"""Where everything stands in a TOML file, on random files."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paramwise.files.config.toml import lines

KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "1"])
SCALARS = st.sampled_from(
    ["1", "-1.5e-3", "true", '"x"', "'#'", '"\\""', '"""\n"" # \\"""" """', "'''\n'a''''", "1979-05-27 07:32:00", "inf"]
)
INLINE = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda some: "[ # c\n" + ", # ]\n".join(some) + "\n]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {one}" for key, one in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.tuples(st.lists(KEYS, min_size=1, max_size=2).map(".".join), INLINE).map(lambda two: f"{two[0]} = {two[1]} # c"),
    st.lists(KEYS, min_size=1, max_size=2).map(lambda keys: f"[{' . '.join(keys)}]"),
    st.lists(KEYS, min_size=1, max_size=2).map(lambda keys: f"[[{'.'.join(keys)}]] # [x]"),
    st.just("# a = 1"),
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {at}.union(*(paths(one, (*at, key)) for key, one in inner))


@given(st.lists(STATEMENTS, max_size=6))
def test_every_key_has_its_line(statements: list[str]) -> None:
    """Held against tomllib: the paths are the document's, and each is new with the statement on its line."""
    valid: list[str] = []
    for statement in statements:
        try:
            tomllib.loads("\n".join([*valid, statement]))
        except tomllib.TOMLDecodeError:
            continue
        valid.append(statement)
    found = lines("\n".join(valid))
    assert found.keys() == paths(tomllib.loads("\n".join(valid)))
    start, known = 1, {()}
    for index, statement in enumerate(valid):
        now = paths(tomllib.loads("\n".join(valid[: index + 1])))
        for path in now - known:
            assert start <= found[path] < start + statement.count("\n") + 1
        start, known = start + statement.count("\n") + 1, now
