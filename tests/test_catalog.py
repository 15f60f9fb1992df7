import gc
import json

import pytest
from torch import nn

import paramwise as pw
from paramwise.model.catalog import Kind
from paramwise.model.collector import uncollected

from models import Plain, TiedEmbedding


def test_is_ordered_and_addressed_by_name_and_alias() -> None:
    catalog = pw.read(TiedEmbedding())
    assert list(catalog.names) == [name for name, _ in TiedEmbedding().named_parameters()]
    assert catalog["head.weight"] is catalog["embedding.weight"]
    assert "head.weight" in catalog
    assert "nothing" not in catalog
    assert len(catalog) == 3
    assert catalog.numel == 7 * 4 + 4 + 4


def test_unknown_name_says_the_nearest() -> None:
    with pytest.raises(pw.UnknownNameError, match=r"nearest: blocks\.0\.dense\.weight") as caught:
        pw.read(Plain())["blocks.0.dens.weight"]
    assert isinstance(caught.value, KeyError)
    assert str(caught.value).startswith("error: no parameter is named")


def test_parameters_are_plain_data() -> None:
    parameter = pw.read(TiedEmbedding())["embedding.weight"]
    assert hash(parameter) == hash(pw.read(TiedEmbedding())["embedding.weight"])
    assert json.loads(json.dumps(parameter.as_dict())) == {
        "name": "embedding.weight",
        "aliases": ["head.weight"],
        "shape": [7, 4],
        "dtype": "float32",
        "trainable": True,
        "role": "embedding",
        "module": "torch.nn.modules.sparse.Embedding",
        "numel": 28,
        "marked": False,
        "witness": "",
        "layer": None,
        "tower": "",
        "depth": 1,
    }
    assert not hasattr(parameter, "__dict__")
    with pytest.raises(AttributeError):
        parameter.name = "other"  # type: ignore[misc]


def test_two_parameters_of_one_name_are_refused() -> None:
    parameter = pw.read(Plain()).parameters[0]
    with pytest.raises(pw.InputError, match="more than one parameter"):
        pw.Catalog([parameter, parameter])


def kinds_of(*roles: str) -> list[Kind]:
    return [Kind((2,), "float32", True, role, None, 2) for role in roles]


def test_columns_and_records_say_the_same() -> None:
    catalog = pw.read(Plain())
    columns = zip(catalog.names, catalog.kind_of, catalog.place_of, strict=True)
    made = [pw.Parameter(name, (), *catalog.kinds[kind], *catalog.places[place]) for name, kind, place in columns]
    assert made == list(catalog.parameters)
    assert len(set(catalog.places)) == len(catalog.places) < len(catalog)
    assert list(dict.fromkeys(catalog.place_of)) == list(range(len(catalog.places)))  # in order of their parameters


def test_given_records_keep_their_places() -> None:
    """Names are not asked where records say something else."""
    first, second = pw.read(nn.Sequential(nn.Linear(2, 2))).parameters
    given = [first._replace(layer=7, tower="a", depth=3), second._replace(layer=None, depth=None)]
    catalog = pw.Catalog(given)
    assert [tuple(place) for place in catalog.places] == [(7, "a", 3), (None, "", None)]
    assert [(layer.index, layer.tower, layer.depth) for layer in catalog.layers] == [(7, "a", 3), (None, "", 0)]


def test_selected_parameters_keep_the_places_of_the_whole_model() -> None:
    catalog = pw.read(Plain())
    part = catalog.select(pw.layer(1))
    assert {parameter.layer for parameter in part} == {1}
    assert list(part) == [parameter for parameter in catalog if parameter.layer == 1]
    assert part == pw.Catalog(part.parameters)
    assert part != catalog


def test_aliases_are_on_the_records_of_tied_parameters_alone() -> None:
    catalog = pw.Catalog.of_kinds(["a", "b"], kinds_of("matrix"), [0, 0], {"b": ["c", "d"]})
    assert [parameter.aliases for parameter in catalog] == [(), ("c", "d")]
    assert catalog["d"] is catalog["b"]
    assert [catalog.position(name) for name in ("a", "b", "c")] == [0, 1, 1]


def test_nothing_is_read_from_names_until_somebody_asks_for_places(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("places were asked for")

    monkeypatch.setattr("paramwise.model.catalog.places", refuse)
    assert len(pw.plan(Plain(), "default", pw.Rule(pw.name("*.bias"), lr=1.0), lr=1e-3).groups) > 1
    with pytest.raises(AssertionError, match="asked for"):
        pw.plan(Plain(), pw.Rule(pw.layer(0), lr=1.0))


def test_an_empty_catalog_has_nothing_in_it() -> None:
    catalog = pw.Catalog([])
    assert (len(catalog), catalog.numel, catalog.layers, list(catalog.places)) == (0, 0, (), [])


def test_the_garbage_collector_is_as_it_was_after_a_pause() -> None:
    @uncollected
    def fail() -> None:
        assert not gc.isenabled()
        raise ValueError

    for switch in (gc.enable, gc.disable):
        switch()
        before = gc.isenabled()
        with pytest.raises(ValueError, match=r"^$"):
            fail()
        assert gc.isenabled() == before
    gc.enable()
