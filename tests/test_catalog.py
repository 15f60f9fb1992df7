import json

import pytest

import paramwise as pw

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
