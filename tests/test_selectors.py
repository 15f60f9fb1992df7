import pickle

import pytest

import paramwise as pw
from paramwise.rules.selectors import as_selector

from models import Plain

CATALOG = pw.read(Plain())


def names(selector: pw.Selector) -> list[str]:
    return [parameter.name for parameter in CATALOG.select(selector)]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (pw.token("embedding"), ["embedding.weight"]),
        (pw.token("embedding", "head.b"), ["embedding.weight", "head.bias"]),
        (pw.name("head.*"), ["head.weight", "head.bias"]),
        (pw.name("bias"), []),
        (pw.name("*.1.*.bias"), ["blocks.1.dense.bias", "blocks.1.LayerNorm.bias"]),
        (pw.regex(r"^head\.(weight|bias)$"), ["head.weight", "head.bias"]),
        (pw.layer(1), [n for n in CATALOG.names if n.startswith("blocks.1.")]),
        (pw.layer(0, 1), [n for n in CATALOG.names if n.startswith("blocks.")]),
        (pw.layer(5), []),
        (pw.ndim(2), [n for n in CATALOG.names if n.endswith("weight") and "Norm" not in n]),
        (~pw.ndim(0, 1), [n for n in CATALOG.names if n.endswith("weight") and "Norm" not in n]),
        (pw.module("LayerNorm"), [n for n in CATALOG.names if "Norm" in n]),
        (pw.module("torch.nn.*.LayerNorm"), [n for n in CATALOG.names if "Norm" in n]),
        (pw.module("LayerNorm", "torch.*.Embedding"), [n for n in CATALOG.names if "Norm" in n or "emb" in n]),
        (pw.role("norm"), ["blocks.0.LayerNorm.weight", "blocks.1.LayerNorm.weight"]),
        (pw.trainable(), list(CATALOG.names)),
        (pw.everything(), list(CATALOG.names)),
        (pw.token("head") & pw.token("bias"), ["head.bias"]),
        (pw.token("embedding") | pw.token("head.bias"), ["embedding.weight", "head.bias"]),
    ],
)
def test_selects(selector: pw.Selector, expected: list[str]) -> None:
    assert sorted(names(selector)) == sorted(expected)


@pytest.mark.parametrize(
    "selector",
    [
        pw.token("a", "b"),
        pw.layer(1),
        pw.layer(0, 1),
        ~(pw.token("a") | pw.name("*")),
        (pw.token("a") | pw.regex("b")) & ~pw.module("LayerNorm"),
        pw.token("a") & (pw.token("b") & pw.role("norm")),
        pw.token("a") | (pw.token("b") | pw.trainable()),
        pw.everything() & ~pw.ndim(0, 1),
    ],
)
def test_repr_can_be_pasted_back(selector: pw.Selector) -> None:
    again = eval(repr(selector), {"pw": pw})
    assert again == selector
    assert hash(again) == hash(selector)
    assert names(again) == names(selector)
    assert pickle.loads(pickle.dumps(selector)) == selector


@pytest.mark.parametrize("use", [lambda s: bool(s), lambda s: s and s, lambda s: s or s, lambda s: not s])
def test_truth_of_a_selector_is_refused(use: object) -> None:
    with pytest.raises(pw.InputError, match="compose selectors with `&`"):
        use(pw.token("a"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pw.token(), "at least one string"),
        (lambda: pw.token(""), "no empty ones"),
        (lambda: pw.token(["bias"]), r"pw\.token\(\*values\)"),
        (lambda: pw.name(3), "takes strings"),
        (lambda: pw.tower(3), "takes strings"),
        (lambda: pw.regex("("), "not a regular expression"),
        (lambda: pw.role("nrom"), "did you mean `norm`"),
        (lambda: pw.layer(3, 1), "selects nothing"),
        (lambda: pw.layer(-1), "selects nothing"),
        (lambda: pw.layer("3"), "whole numbers"),
        (lambda: pw.ndim(True), "whole numbers"),
        (lambda: pw.Rule("bias", lr=1), r"pw\.token\('bias'\)"),
        (lambda: pw.Rule("*.bias", lr=1), r"pw\.name\('\*\.bias'\)"),
        (lambda: pw.Rule(lambda p: True, lr=1), r"subclass pw\.Selector"),
        (lambda: pw.Rule(pw.everything, lr=1), r"when it is called: pw\.everything\("),  # type: ignore[arg-type]
        (lambda: pw.token("a") & "b", "not a selector"),
    ],
)
def test_bad_arguments(make: object, message: str) -> None:
    with pytest.raises(pw.InputError, match=message):
        make()  # type: ignore[operator]


def test_a_text_is_a_selector_only_where_it_is_taken() -> None:
    assert as_selector("*.bias", text=pw.name) == pw.name("*.bias")
    assert as_selector("bias", text=pw.token) == pw.token("bias")
    chosen = pw.layer(0)
    assert as_selector(chosen) is as_selector(chosen, text=pw.name) is chosen
    with pytest.raises(pw.InputError, match=r"use pw\.name\('\*\.bias'\) for a glob"):
        as_selector("*.bias")
    with pytest.raises(pw.InputError, match=r"use pw\.token\('bias'\) or pw\.name\('bias'\)"):
        as_selector("bias")
    with pytest.raises(pw.InputError, match="not a selector: 3"):
        as_selector(3, text=pw.name)


def test_own_selector_composes_and_plans() -> None:
    class Large(pw.Selector):
        @property
        def fields(self) -> frozenset[str]:
            return frozenset({"numel"})

        def __call__(self, parameter: pw.Parameter) -> bool:
            return parameter.numel > 20

    assert names(Large() & ~pw.token("blocks")) == ["embedding.weight"]
    plan = pw.plan(CATALOG, pw.Rule(Large(), weight_decay=0.5))
    assert [p.name for p in plan.groups[0].parameters] == ["embedding.weight"]
