"""Covering: cells keep apart what gets different settings; covers pick what is wanted, as a reader would say it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramwise as pw
from paramwise.plans.covering import Cells, cells_of
from test_laws import RULES, catalogs

from models import Plain, TiedEmbedding, tiny


def masks(count: int) -> st.SearchStrategy[tuple[int, int]]:
    """Wanted and forbidden cells: each cell is one of them, or may be picked or not."""
    sides = st.lists(st.sampled_from(["wanted", "forbidden", "free"]), min_size=count, max_size=count)
    return sides.map(
        lambda of_cell: tuple(
            sum(1 << cell for cell, side in enumerate(of_cell) if side == which) for which in ("wanted", "forbidden")
        )
    )


def check_cover(cells: Cells, wanted: int, forbidden: int) -> None:
    """The cover's selector, asked about the parameters themselves, picks what it must."""
    cover = cells.cover(wanted, forbidden)
    for cell, parameter in enumerate(cells.parameters):
        picked = cover.select(parameter)
        assert picked == bool(cover.mask >> cell & 1), (parameter.name, cover.select)
        assert picked or not wanted >> cell & 1, (parameter.name, cover.select)
        assert not (picked and forbidden >> cell & 1), (parameter.name, cover.select)


@settings(deadline=None)
@given(catalogs().filter(len), st.lists(RULES, max_size=4), st.data())
def test_a_cover_picks_all_that_is_wanted_and_nothing_forbidden(
    catalog: pw.Catalog, rules: list[pw.Rule], data: st.DataObject
) -> None:
    cells = Cells(pw.plan(catalog, *rules, lr=1.0))
    wanted, forbidden = data.draw(masks(len(cells.parameters)))
    if wanted and not any(
        cells.parameters[one]._replace(name="") == cells.parameters[other]._replace(name="")
        for one in cells_of(wanted)
        for other in cells_of(forbidden)
    ):
        check_cover(cells, wanted, forbidden)


@pytest.mark.parametrize("name", ["bert", "gpt2", "llama", "resnet"])
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_cover_of_any_cells_of_a_model(name: str, data: st.DataObject) -> None:
    catalog = pw.read(tiny(name))
    each = [pw.Rule(pw.name(parameter), lr=float(number)) for number, parameter in enumerate(catalog.names, 1)]
    cells = Cells(pw.plan(catalog, *each))
    wanted, forbidden = data.draw(masks(len(cells.parameters)))
    if wanted:
        check_cover(cells, wanted, forbidden)


@settings(deadline=None)
@given(catalogs(), st.lists(RULES, max_size=4))
def test_every_name_is_in_a_cell_of_its_settings(catalog: pw.Catalog, rules: list[pw.Rule]) -> None:
    plan = pw.plan(catalog, *rules, lr=1.0)
    cells = Cells(plan)
    assert sorted(name for names in cells.names for name in names) == sorted(catalog.names)
    for names, got in zip(cells.names, cells.settings, strict=True):
        assert all(plan[name].settings == got for name in names)
    assert cells.size(cells.all) == len(catalog)


def test_cells_are_as_coarse_as_the_settings_allow() -> None:
    by_role = Cells(pw.plan(tiny("bert"), "default"))
    by_place = Cells(pw.plan(tiny("bert"), "default", pw.Rule(pw.layer(0), lr=1.0)))
    assert len(by_role.parameters) < len(by_place.parameters)
    assert {parameter.layer for parameter in by_role.parameters} == {None}  # both layers are in the same cells
    assert {parameter.layer for parameter in by_place.parameters} == {None, 0, 1}


def test_all_names_of_a_tied_parameter_are_in_cells_of_the_same_settings() -> None:
    cells = Cells(pw.plan(TiedEmbedding(), "default", pw.Rule(pw.name("embedding.weight"), lr=1.0)))
    assert {"embedding.weight", "head.weight"} <= {name for names in cells.names for name in names}
    wanted = cells.where(got.get("lr") == 1.0 for got in cells.settings)
    assert sorted(name for cell in cells_of(wanted) for name in cells.names[cell]) == [
        "embedding.weight",
        "head.weight",
    ]


def cells_where(cells: Cells, selector: pw.Selector) -> int:
    return cells.where(map(selector, cells.parameters))


@pytest.mark.parametrize(
    "selector",
    [
        pw.role("norm"),
        pw.role("norm", "bias"),
        pw.layer(0),
        pw.role("bias") & pw.layer(1),
        pw.name("head.*"),
        pw.everything(),
    ],
)
def test_the_selector_that_a_reader_would_write_is_found(selector: pw.Selector) -> None:
    catalog = pw.read(Plain())
    each = [pw.Rule(pw.name(parameter), lr=float(number)) for number, parameter in enumerate(catalog.names, 1)]
    cells = Cells(pw.plan(catalog, *each))
    wanted = cells_where(cells, selector)
    cover = cells.cover(wanted, cells.all & ~wanted)
    assert cells_where(cells, cover.select) == wanted
    assert len(repr(cover.select)) <= len(repr(selector))


def test_the_cheaper_of_a_cover_and_its_complement_is_taken() -> None:
    catalog = pw.read(tiny("bert"))
    cells = Cells(pw.plan(catalog, "default", pw.Rule(pw.layer(0), lr=1.0)))
    wanted = cells_where(cells, ~pw.role("norm"))
    assert repr(cells.cover(wanted, cells.all & ~wanted).select) == "~pw.role('norm')"


@given(st.sets(st.integers(0, 300)))
def test_masks(cells: set[int]) -> None:
    mask = sum(1 << cell for cell in cells)
    assert cells_of(mask) == sorted(cells)
