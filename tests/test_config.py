"""Files of rules: what they say, every fault with its line, and the way back."""

import itertools
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import paramwise as pw
from paramwise import recipes
from paramwise.files.config import file as config
from paramwise.files.config.fields import SELECTS
from paramwise.files.config.options import OPTIMIZERS, OPTIONS
from paramwise.files.config.tables import FILE_KEYS
from paramwise.recipes.registry import RECIPES, Argument, Recipe
from paramwise.rules import selectors
from paramwise.rules.shapes import NUMBER, WHOLE
from test_laws import RULES, SELECTORS, catalogs

from models import FrozenTrunk, Plain

PAGE = (Path(__file__).parents[1] / "docs" / "config.md").read_text()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.chdir(tmp_path)

    def writing(text: str | bytes, name: str = "paramwise.toml") -> str:
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return writing


Write = Callable[..., str]


def faults(path: str) -> tuple[pw.Finding, ...]:
    with pytest.raises(pw.InputError) as raised:
        pw.plan(Plain(), path)
    return raised.value.findings


# --- what a file says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "selector"),
    [
        ('roles = "norm"', pw.role("norm")),
        ('roles = ["norm", "bias"]', pw.role("norm", "bias")),
        ('names = "*.weight"', pw.name("*.weight")),
        ('tokens = ["LayerNorm.", "bias"]', pw.token("LayerNorm.", "bias")),
        (r"regex = '\.h\.\d+'", pw.regex(r"\.h\.\d+")),
        ('regex = ["a", "b"]', pw.regex("a") | pw.regex("b")),
        ('modules = "LayerNorm"', pw.module("LayerNorm")),
        ('towers = ["encoder"]', pw.tower("encoder")),
        ("layers = 3", pw.layer(3)),
        ('layers = "0-3"', pw.layer(0, 3)),
        ('layers = [0, "2-3", 7]', pw.layer(0) | pw.layer(2, 3) | pw.layer(7)),
        ("ndim = [0, 1]", pw.ndim(0) | pw.ndim(1)),
        ("marked = true", pw.marked()),
        ("trainable = true", pw.trainable()),
        ("everything = true", pw.everything()),
        ('roles = "bias"\nlayers = 1', pw.role("bias") & pw.layer(1)),
        ('layers = 1\nroles = "bias"', pw.layer(1) & pw.role("bias")),
        ('names = "*"\nexcept = { roles = "bias", layers = 0 }', pw.name("*") & ~(pw.role("bias") & pw.layer(0))),
        ('except.roles = "bias"', ~pw.role("bias")),
        ('any = [{ roles = "bias" }, { layers = 0 }]', pw.role("bias") | pw.layer(0)),
        ('all = [{ tokens = "a" }, { tokens = "b" }]', pw.token("a") & pw.token("b")),
    ],
)
def test_selectors(fields: str, selector: pw.Selector, write: Write) -> None:
    path = write(f"[[rules]]\n{fields}\nweight_decay = 0.5\n")
    assert pw.read_config(path).items == (pw.Rule(selector, weight_decay=0.5),)


def test_depths(write: Write) -> None:
    path = write('[[rules]]\ndepths = [0, "2-3"]\nlr_scale = 0.5\n')
    expected = selectors.depth(0) | selectors.depth(2, 3)
    assert pw.read_config(path).items == (pw.Rule(expected, lr_scale=0.5),)


def test_every_selector_has_its_key() -> None:
    makers = {name for name in pw.__all__ if getattr(selectors, name, None) is getattr(pw, name) and name[0].islower()}
    assert {one.maker for one in SELECTS.values()} == makers


def test_a_file_is_what_plan_takes(write: Write) -> None:
    path = write("""
recipe = ["default", { name = "bert", no_decay = "bias", weight_decay = 0.2 }]

[optimizer]
name = "AdamW"
lr = 1e-3
betas = [0.9, 0.95]
settings = { my_option = "x" }

[[rules]]
name = "slow"
may_be_empty = true
layers = 0
lr_scale = 0.5
settings = { their_option = 1 }
""")
    plan = pw.plan(Plain(), path)
    assert plan == pw.plan(
        Plain(),
        pw.recipes.default(),
        pw.recipes.bert(weight_decay=0.2, no_decay=["bias"]),
        pw.Rule(pw.layer(0), name="slow", may_be_empty=True, lr_scale=0.5, their_option=1),
        optimizer="AdamW",
        lr=1e-3,
        betas=(0.9, 0.95),
        my_option="x",
    )
    assert pw.plan(Plain(), Path(path)) == plan


def test_it_takes_its_place_and_keywords_win(write: Write) -> None:
    path = write('[optimizer]\nlr = 1e-3\neps = 1e-6\n[[rules]]\nroles = "bias"\nweight_decay = 0.5\n')
    before, after = pw.Rule(pw.everything(), weight_decay=0.1), pw.Rule(pw.name("head.*"), weight_decay=0.2)
    plan = pw.plan(Plain(), before, path, after, lr=2e-3)
    assert plan.rules == (before, pw.Rule(pw.role("bias"), weight_decay=0.5), after)
    assert plan.base == {"lr": 2e-3, "eps": 1e-6}


def test_an_option_goes_to_the_recipe_that_takes_it(write: Write) -> None:
    path = write('recipe = "bert"\n[optimizer]\nlr = 1e-3\nweight_decay = 0.3\n')
    assert pw.read_config(path).base == {"lr": 1e-3}
    assert pw.plan(Plain(), path) == pw.plan(Plain(), "bert", weight_decay=0.3, lr=1e-3)
    assert pw.plan(Plain(), path, weight_decay=0.4) == pw.plan(Plain(), "bert", weight_decay=0.4, lr=1e-3)
    given = write('recipe = { name = "bert", weight_decay = 0.2 }\n')
    assert pw.plan(Plain(), given, lr=1e-3) == pw.plan(Plain(), recipes.bert(weight_decay=0.2), lr=1e-3)


def test_findings_point_into_the_file(write: Write) -> None:
    path = write(
        'recipe = [\n  "default",\n  { name = "bert", no_decay = "nothing" },\n]\n\n[[rules]]\ntokens = "x"\nlr = 1\n'
    )
    assert [finding.where for finding in pw.plan(Plain(), path).check() if finding.code == "PW101"] == [
        "paramwise.toml:3",
        "paramwise.toml:6",
    ]
    write(
        '[project]\nname = "x"\n[tool.paramwise]\n\n[[tool.paramwise.rules]]\ntokens = "x"\nlr = 1\n', "pyproject.toml"
    )
    assert pw.plan(Plain(), "pyproject.toml").check()[0].where == "pyproject.toml:5"


def test_a_recipe_may_return_a_callable(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def halving(factor: float) -> Callable[[pw.Catalog], list[pw.Rule]]:
        def rules(catalog: pw.Catalog) -> list[pw.Rule]:
            if not len(catalog):
                raise pw.InputError("nothing to halve")
            return [pw.Rule(pw.name(catalog.names[0]), lr_scale=factor)]

        return rules

    monkeypatch.setitem(RECIPES, "halving", Recipe(halving, (Argument("factor", NUMBER, required=True),)))
    (made,) = pw.read_config(write('\nrecipe = { name = "halving", factor = 0.5 }')).items
    (rule,) = made(pw.read(Plain()))
    assert rule == pw.Rule(pw.name("embedding.weight"), lr_scale=0.5)
    assert rule.where == "paramwise.toml:2"
    with pytest.raises(pw.InputError, match=r"nothing to halve\n  --> paramwise\.toml:2"):
        made(pw.Catalog([]))


def test_find_config(tmp_path: Path) -> None:
    assert config.find_config(tmp_path) is None
    project = tmp_path / "pyproject.toml"
    for text in ("", "[tool.other]\na = 1\n", '[tool.paramwise]\nignore = ["PW701"]\n'):
        project.write_text(text)
        assert config.find_config(tmp_path) is None
    assert config.config_of_project(tmp_path).ignore == ("PW701",)
    project.write_text('[tool.paramwise]\nrecipe = "bert"\n')
    assert config.find_config(tmp_path) == project
    (tmp_path / "paramwise.toml").write_text('ignore = ["dead-rule"]')
    assert config.find_config(tmp_path) == tmp_path / "paramwise.toml"
    assert config.config_of_project(tmp_path).ignore == ("dead-rule",)


# --- faults -----------------------------------------------------------------------------------------------------------


def needy(count: int) -> list[pw.Rule]:
    """A recipe with an argument that must be given."""
    return [pw.Rule(pw.everything(), lr_scale=1 / count)]


NEEDY = Recipe(needy, (Argument("count", WHOLE, required=True),))

RULE = '[[rules]]\nroles = "bias"\n'
SET = "[[rules]]\nlr_scale = 0.5\n"
FAULTS = [
    # text, line, words of the message, words of the help
    ("lr = \n", 1, "not TOML", "quotes"),
    ("[[rules]]\nroles = 'bias\n", 2, "not TOML", "quotes"),
    ("[optimizer]\nlr = 1\nlr = 2", 3, "`lr` is given twice", "keep one"),
    ("[optimizer]\nlr = 1\n\n[optimizer]\nlr = 2", 4, "`optimizer` is given twice", "keep one"),
    ('recipes = "bert"', 1, "unknown key `recipes`", "did you mean `recipe`?"),
    ('recipe = "bert"\nlr = 1', 2, "unknown key `lr`", "[optimizer]"),
    (RULE + "weight_decoy = 0", 3, "unknown key `weight_decoy`", "did you mean `weight_decay`"),
    (RULE + "my_option = 0", 3, "unknown key `my_option`", "settings = { my_option = .. }"),
    (RULE + "lr = 1\nexcept = { role = 'bias' }", 4, "unknown key `role`", "did you mean `roles`"),
    (SET + "roles = 3", 3, "roles holds 3", "a text or a list of texts"),
    (SET + "names = [\n'a',\n1979-05-27\n]", 5, "names holds 1979-05-27", "a text or a list of texts"),
    (SET + "layers = true", 3, "layers: true is neither a number", "count from 0"),
    (SET + "layers = 1.5", 3, "layers: 1.5", "count from 0"),
    (SET + "layers = -1", 3, "layers: -1", "count from 0"),
    (SET + "marked = false", 3, "marked is false", "except = { marked = true }"),
    (RULE + 'weight_decay = "0.1"', 3, 'weight_decay is "0.1"', "takes a number"),
    (RULE + "betas = 0.9", 3, "betas is 0.9", "two numbers"),
    (RULE + "betas = [0.9, nan]", 3, "betas is nan", "finite"),
    (RULE + "ns_steps = 1.5", 3, "ns_steps is 1.5", "whole number"),
    (RULE + "eps = { a = 1 }", 3, "eps is { a = 1 }", "a number"),
    (RULE + "settings = { x = ['a'] }", 3, 'x is ["a"]', "list of numbers"),
    (RULE + "settings = 3", 3, "settings is 3", "settings = {"),
    (RULE + "settings = { name = 1 }", 3, "`name` under `settings`", "not torch's"),
    (RULE + "[rules.settings]\na = 1\nlr = 2", 5, "`lr` under `settings`", "not torch's"),
    (RULE + "weight_decay = -0.1", 3, "weight_decay is -0.1", "0 (none) or above"),
    ("[optimizer]\nlr = -1e-3", 2, "lr is -0.001", "above 0"),
    ("[optimizer]\nlr = 0", 2, "lr is 0", "freeze = true"),
    (RULE + "lr_scale = nan", 3, "lr_scale is nan", "above 0"),
    ("[optimizer]\nlr = inf", 2, "lr is inf", "above 0"),
    ('recipe = "brt"', 1, "unknown recipe `brt`", "did you mean `bert`"),
    ('recipe = [\n"bert",\n{ name = "layrwise" }]', 3, "unknown recipe `layrwise`", ""),
    ("recipe = 3", 1, "recipe is 3, without a name", 'recipe = "bert"'),
    ("recipe = []", 1, "recipe is []", "at least one"),
    ('[recipe]\nname = "bert"\nno_deca = 1', 3, "recipe `bert` takes no `no_deca`", "did you mean `no_decay`"),
    ('[recipe]\nname = "bert"\nweight_decay = "x"', 3, 'weight_decay is "x"', "a number is needed"),
    ('[recipe]\nname = "bert"\nno_decay = [1]', 3, "no_decay is [1]", "a text or a list of texts is needed"),
    ('recipe = { name = "bert", weight_decay = -1 }', 1, "recipe `bert`: weight_decay is -1", "0 (none) or above"),
    ('recipe = { name = "bert", no_decay = "" }', 1, "recipe `bert`: pw.token needs at least one string", ""),
    ('recipe = { name = "needy" }', 1, "recipe `needy` needs `count`", "count = .."),
    ('recipe = { name = "needy", count = 0 }', 1, "recipe `needy` cannot use its arguments", ""),
    ("\n" + SET, 2, "the rule selects nothing", "everything = true"),
    (SET + "roles = []", 3, "roles is an empty list", "at least one"),
    (SET + "any = []", 3, "any is []", "at least one"),
    (SET + "tokens = ['a',\n'']", 4, "tokens holds an empty text", "everything = true"),
    ("\n" + RULE, 2, "the rule sets nothing", "weight_decay = 0.0"),
    (SET + "roles = 'nrom'", 3, "roles: there is no `nrom`", "did you mean `norm`"),
    (SET + "regex = '('", 3, "not a regular expression: '('", "`names`"),
    (SET + "regex = 'a{99999999999999999999}'", 3, "not a regular expression", "`names`"),
    (SET + 'layers = "3-0"', 3, 'layers: "3-0" is the wrong way round', 'layers = "0-3"'),
    (SET + 'layers = ["first"]', 3, 'layers: "first" is neither a number nor a range', '"2-3"'),
    (SET + f'layers = "0-{"9" * 5000}"', 3, "is neither a number nor a range", '"2-3"'),
    (SET + f"layers = {'9' * 5000}", 3, "not TOML", ""),
    (SET + f"layers = 0x{'f' * 5000}", 3, "a number of 5,002 digits", ""),
    (RULE + "freeze = 'yes'", 3, 'freeze is "yes"', "true or false"),
    (RULE + "may_be_empty = 1", 3, "may_be_empty is 1", "true or false"),
    (RULE + "name = 1\nlr = 1", 3, "name is 1", "a text"),
    (SET + "except = {}", 3, "an empty table selects nothing", "say what"),
    (SET + "except = 'bias'", 3, 'except is "bias"', "a table is needed"),
    ("rules = 3", 1, "rules is 3", "[[rules]]"),
    ("[rules]\nroles = 'bias'", 1, "rules is {", "[[rules]]"),
    ('[optimizer]\nname = "AdmW"', 2, 'name: torch.optim has no "AdmW"', "did you mean `AdamW`"),
    ('[optimizer]\nname = "lion"', 2, 'name: torch.optim has no "lion"', "plan.optimizer(Class)"),
    ("[optimizer]\nname = 1", 2, "name: torch.optim has no 1", "AdamW"),
    ("[optimizer]\nfreeze = true", 2, "unknown key `freeze`", "in a rule"),
    ("[optimizer]\nsettings = { freeze = true }", 2, "`freeze` under `settings`", "not torch's"),
    ("[optimizer]\nmomentun = 0.9", 2, "unknown key `momentun`", "did you mean `momentum`"),
    ("optimizer = 'AdamW'", 1, 'optimizer is "AdamW"', "a table is needed"),
    ('ignore = ["PW9"]', 1, "ignore: there is no `PW9`", ""),
    ('ignore = "PW701"', 1, "ignore is not a list of codes", 'ignore = ["PW701"]'),
    ("", 0, "nothing to plan", 'recipe = "default"'),
    ('ignore = ["PW701"]', 0, "nothing to plan", 'recipe = "default"'),
]


@pytest.mark.parametrize(("text", "line", "message", "help"), FAULTS, ids=itertools.count())
def test_faults(text: str, line: int, message: str, help: str, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "needy", NEEDY)
    (fault,) = faults(write(text))
    assert message in fault.message
    assert help in " ".join(fault.help)
    assert fault.where == (f"paramwise.toml:{line}" if line else "paramwise.toml")
    if fault.evidence:
        assert fault.evidence == (text.splitlines()[line - 1].strip()[:100],)


def test_all_faults_at_once(write: Write) -> None:
    path = write(
        'recipe = [{ name = "bert", no_deca = 1, weight_decay = "x" }, "brt"]\n'
        '[optimizer]\nname = "AdmW"\nlr = 0\n'
        '[[rules]]\nroles = ["nrom", "bais"]\nlayers = "3-0"\nwieght_decay = 1\n'
    )
    found = [(fault.where.rpartition(":")[2], fault.message) for fault in faults(path) if fault.where]
    assert found == [
        ("1", "recipe `bert` takes no `no_deca`"),
        ("1", 'weight_decay is "x"'),
        ("1", "unknown recipe `brt`"),
        ("3", 'name: torch.optim has no "AdmW"'),
        ("4", "lr is 0"),
        ("6", "roles: there is no `nrom`"),
        ("6", "roles: there is no `bais`"),
        ("7", 'layers: "3-0" is the wrong way round'),
        ("8", "unknown key `wieght_decay`"),
    ]
    many = faults(write("".join(f"a{number} = 1\n" for number in range(100))))
    assert len(many) == 21
    assert many[-1].message == "and 80 more faults"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("paramwise.tom.toml", "did you mean paramwise.toml?"),
        ("folder.toml", "is a folder"),
        ("latin.toml", "not UTF-8"),
        ("pyproject.toml", "there is no table [tool.paramwise]"),
        ("/proc/nothing.toml", "there is no file"),
    ],
)
def test_files_that_cannot_be_read(name: str, message: str, write: Write) -> None:
    Path("folder.toml").mkdir()
    write("")
    write("\n# \xe9".encode("latin-1"), "latin.toml")
    write("[tool.other]\na = 1", "pyproject.toml")
    (fault,) = faults(name)
    assert message in str(fault)
    assert fault.where == ("latin.toml:2" if name == "latin.toml" else name)


def test_windows_line_ends_and_byte_order_marks(write: Write) -> None:
    path = write(b'\xef\xbb\xbfrecipe = "bert"\r\n\r\n[[rules]]\r\ntokens = "x"\r\nlr = 0\r\n')
    assert faults(path)[0].where == "paramwise.toml:5"


DEEP = [
    (SET + "any = ", "[{ layers = 1 }, { any = ", "[{ roles = 'bias' }]", "}]"),
    (SET + "except = ", "{ except = ", "{ roles = 'bias' }", "}"),
    (RULE + "settings.a = ", "[", "1", "]"),
    ("", "a.", "a = 1", ""),
    (SET + "regex = '", "(", "a'", ""),
    (SET + "regex = '", "(", "a", ")"),
]


@pytest.mark.parametrize("count", [150, 3000])
@pytest.mark.parametrize(("before", "opens", "middle", "closes"), DEEP, ids=itertools.count())
def test_deep_nesting_is_no_crash(before: str, opens: str, middle: str, closes: str, count: int, write: Write) -> None:
    for fault in faults(write(before + opens * count + middle + closes * count)):
        assert fault.where


def test_what_may_be_nested_is_read_deep_inside_a_program(write: Write) -> None:
    deep = f"{SET}any = {'[{ layers = 1 }, { any = ' * 98}[{{ layers = 1 }}]{'}]' * 98}"

    def called(frames: int) -> int:
        return called(frames - 1) if frames else len(pw.read_config(write(deep)).items)

    assert called(200) == 1


def test_long_lists_of_selectors(write: Write) -> None:
    path = write(f"{SET}layers = [{', '.join(map(str, range(300)))}]\n")
    assert "more than 100 deep" in faults(path)[0].message
    plan = pw.plan(Plain(), write(f"{SET}names = [{', '.join(f'{n!r}' for n in Plain().state_dict())}]\n"))
    assert plan.selected(0) == 11


def test_an_optimizer_that_nothing_uses(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def muon() -> list[pw.Rule]:
        return [
            pw.Rule(pw.everything(), name="muon", optimizer="Muon"),
            pw.Rule(pw.role("bias"), name="rest", optimizer="AdamW"),
        ]

    monkeypatch.setitem(RECIPES, "muon", Recipe(muon, ()))
    path = write('recipe = "muon"\n[optimizer]\nlr = 1e-3\nname = "SGD"\n')
    (fault,) = faults(path)
    assert fault.message == '[optimizer] name = "SGD" holds for no parameter: rules give each its own'
    assert fault.where == "paramwise.toml:4"
    assert fault.evidence == ("rule `muon`", "rule `rest`")
    assert pw.plan(Plain(), path, optimizer="SGD").base["optimizer"] == "SGD"
    for fine in (
        'recipe = "muon"\n[optimizer]\nlr = 1e-3\n',
        '[optimizer]\nname = "SGD"\n[[rules]]\nroles = "matrix"\noptimizer = "Muon"\n',
        '[optimizer]\nname = "SGD"\n[[rules]]\neverything = true\noptimizer = "Muon"\n',
    ):
        pw.plan(Plain(), write(fine))


def test_nothing_is_executed(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def fitted_to(base: pw.Catalog | str | None = None) -> list[pw.Rule]:
        return [pw.Rule(pw.name(*pw.read(base).names), lr_scale=0.5)] if base else []

    monkeypatch.setitem(RECIPES, "fitted_to", Recipe(fitted_to, (Argument("base", None, is_source=True),)))
    monkeypatch.syspath_prepend(".")
    write("raise SystemExit('executed')", "evil.py")
    evil = "recipe = { name = 'fitted_to', base = 'evil:rules' }"
    for text in (
        evil,
        "recipe = 'evil:rules'",
        "[optimizer]\nname = 'evil.SGD'",
        f"{SET}modules = 1\nnames = 'evil:x'",
    ):
        faults(write(text))
    assert "evil" not in sys.modules


# --- the options of torch ---------------------------------------------------------------------------------------------


def test_the_options_are_torchs() -> None:
    import inspect

    classes = {
        name: one
        for name, one in vars(torch.optim).items()
        if isinstance(one, type) and issubclass(one, torch.optim.Optimizer) and one is not torch.optim.Optimizer
    }
    assert sorted(OPTIMIZERS) == sorted(classes)
    theirs: dict[str, list[Any]] = {}
    for cls in classes.values():
        for name, parameter in inspect.signature(cls).parameters.items():
            if name != "params":
                theirs.setdefault(name, []).append(parameter.default)
    assert OPTIONS.keys() == theirs.keys()
    for name, defaults in theirs.items():
        for default in defaults:
            if default is not None and default != (None, 1e-3):  # Adafactor's eps
                assert OPTIONS[name].shape.fits(default), f"{name} = {default}"


# --- the way back -----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(catalogs(), st.lists(RULES, max_size=4), st.sampled_from([{}, {"lr": 1e-5, "betas": (0.9, 0.99), "mine": 2}]))
def test_a_plan_is_its_file(
    tmp_path_factory: pytest.TempPathFactory, catalog: pw.Catalog, rules: list[pw.Rule], base: dict[str, Any]
) -> None:
    if not rules and not base:
        return
    plan = pw.plan(catalog, rules, **base)
    path = tmp_path_factory.getbasetemp() / "law.toml"
    path.write_text(plan.to_toml(), encoding="utf-8")
    again = pw.plan(catalog, path)
    assert again == plan
    assert again.to_toml() == plan.to_toml()


TEXTS = st.text(min_size=1, max_size=8)
VALUES = st.booleans() | st.integers(-9, 9) | st.floats(-1e9, 1e9) | TEXTS | st.lists(st.floats(0, 1)).map(tuple)


@settings(deadline=None)
@given(SELECTORS | TEXTS.map(pw.token), TEXTS, st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3))
def test_any_text_and_option_is_written(
    tmp_path_factory: pytest.TempPathFactory, selector: pw.Selector, name: str, others: dict[str, Any]
) -> None:
    others = {f"my {key}": value for key, value in others.items()}
    plan = pw.plan(pw.Catalog([]), pw.Rule(selector, name=name, **others))
    path = tmp_path_factory.getbasetemp() / "texts.toml"
    path.write_bytes(plan.to_toml().encode())
    assert pw.plan(plan.catalog, path) == plan


def test_it_is_written_as_a_person_would() -> None:
    plan = pw.plan(
        Plain(),
        "default",
        pw.Rule(pw.layer(0, 3) & ~pw.role("bias"), lr_scale=0.1),
        pw.Rule(pw.token("a") & pw.token("b") | pw.regex(r"\.h\.") & (pw.ndim(1) | pw.ndim(2)), freeze=True),
        lr=2e-5,
        optimizer="AdamW",
        mine=1,
    )
    assert plan.to_toml() == PRETTY


PRETTY = r"""[optimizer]
name = "AdamW"
lr = 2e-5
settings = { mine = 1 }

[[rules]]
name = "decay"
roles = ["matrix", "embedding", "head", "router"]
may_be_empty = true
weight_decay = 0.1

[[rules]]
name = "no decay"
except = { roles = ["matrix", "embedding", "head", "router"] }
may_be_empty = true
weight_decay = 0.0

[[rules]]
name = "no decay: marked"
marked = true
may_be_empty = true
weight_decay = 0.0

[[rules]]
layers = "0-3"
except = { roles = "bias" }
lr_scale = 0.1

[[rules]]
any = [{ all = [{ tokens = "a" }, { tokens = "b" }] }, { regex = '\.h\.', ndim = [1, 2] }]
freeze = true
"""


class Mine(pw.Selector):
    """A selector of a user's."""

    @property
    def fields(self) -> frozenset[str]:
        return frozenset()

    def __call__(self, parameter: pw.Parameter) -> bool:
        return True


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (pw.Rule(~Mine(), lr=1.0), "rule 2 cannot be written to a file: Mine is not one of paramwise's own selectors"),
        (pw.Rule(pw.everything(), name="x", eps=None), "rule 2 `x` cannot be written to a file: TOML has no None"),
        (pw.Rule(pw.everything(), eps="x"), 'eps is "x"'),
        (pw.Rule(pw.regex(""), lr=1.0), "regex holds an empty text"),
        (pw.Rule(pw.token("\ud800"), lr=1.0), "not valid Unicode"),
        (pw.Rule(pw.everything(), seed=10**200), "a number of 201 digits"),
    ],
)
def test_what_a_file_cannot_say(rule: pw.Rule, message: str) -> None:
    plan = pw.plan(Plain(), pw.Rule(pw.everything(), lr=1.0), rule)
    with pytest.raises(pw.InputError, match=re.escape(message)) as raised:
        plan.to_toml()
    assert str(raised.value.findings[0].where).startswith(__file__)


def test_a_selector_too_deep_to_write() -> None:
    deep = pw.layer(0)
    for index in range(200):
        deep = deep | pw.layer(index)
    with pytest.raises(pw.InputError, match="rule 1 cannot be written to a file: its selector is more than 100 deep"):
        pw.plan(FrozenTrunk(), pw.Rule(deep, lr=1.0)).to_toml()
    for base in ({"eps": None}, {"optimizer": "Mine"}, {"name": "x", "optimizer": "SGD"}):
        with pytest.raises(pw.InputError, match="the base settings cannot be written to a file"):
            pw.plan(FrozenTrunk(), pw.Rule(pw.layer(0), lr=1.0), **base).to_toml()


# --- the page ---------------------------------------------------------------------------------------------------------

EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=itertools.count())
def test_the_pages_examples(example: str, write: Write) -> None:
    path = write(example, "pyproject.toml" if "[tool." in example else "paramwise.toml")
    read = pw.read_config(path)
    if read.items or read.base:
        plan = pw.plan(Plain(), path)
        Path("again.toml").write_text(plan.to_toml())
        assert pw.plan(Plain(), "again.toml") == plan


def test_the_page_has_every_key() -> None:
    keys = {*FILE_KEYS, *SELECTS, "any", "all", "except", "name", "may_be_empty", "settings", "trained"}
    for key in (keys - {"depths"}) | {"lr_scale", "freeze", "optimizer"}:
        assert any(re.search(rf"\b{key}\b", example) for example in EXAMPLES), f"no example has `{key}`"


def test_the_pages_faults(write: Write) -> None:
    ((wrong, said),) = re.findall(r"```toml wrong\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert "\n\n".join(map(str, faults(write(wrong)))) == said.strip()


def test_the_pages_python(write: Write) -> None:
    write(EXAMPLES[0])
    names: dict[str, Any] = {"model": Plain(), "pw": pw}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, names)
