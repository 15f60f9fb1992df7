"""Laws, on random catalogs, selectors and rules."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

import paramwise as pw
from paramwise.model.roles import ROLES

WORDS = st.sampled_from(["weight", "bias", "norm", "dense", "layer", "0", "1", "2", "embed"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(".".join)
SHAPES = st.lists(st.integers(0, 5), max_size=3).map(tuple)


@st.composite
def parameters(draw: st.DrawFn, name: str) -> pw.Parameter:
    shape = draw(SHAPES)
    numel = 1
    for size in shape:
        numel *= size
    return pw.Parameter(
        name=name,
        aliases=(),
        shape=shape,
        dtype="float32",
        trainable=draw(st.booleans()),
        role=draw(st.sampled_from(ROLES)),
        module=draw(st.sampled_from(["torch.nn.modules.linear.Linear", "my.Norm", None])),
        numel=numel,
        layer=draw(st.none() | st.integers(0, 3)),
        tower=draw(st.sampled_from(["", "encoder", "model.decoder"])),
    )


@st.composite
def catalogs(draw: st.DrawFn) -> pw.Catalog:
    names = draw(st.lists(NAMES, unique=True, max_size=12))
    return pw.Catalog([draw(parameters(name)) for name in names])


LEAVES = st.one_of(
    WORDS.map(pw.token),
    WORDS.map(lambda word: pw.name(f"*{word}*")),
    WORDS.map(pw.regex),
    st.sampled_from(ROLES).map(pw.role),
    st.integers(0, 3).map(pw.layer),
    st.sampled_from(["encoder", "decoder", "model.*"]).map(pw.tower),
    st.integers(0, 3).map(pw.ndim),
    st.sampled_from(["Linear", "Norm", "my.*"]).map(pw.module),
    st.just(pw.trainable()),
    st.just(pw.everything()),
)
SELECTORS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=6,
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "weight_decay": st.sampled_from([0.0, 0.1]),
        "lr": st.sampled_from([1e-3, 1e-4]),
        "lr_scale": st.sampled_from([0.5, 2.0]),
        "freeze": st.booleans(),
    },
).filter(bool)
RULES = st.tuples(SELECTORS, SETTINGS).map(lambda two: pw.Rule(two[0], may_be_empty=True, **two[1]))


@given(catalogs(), SELECTORS, SELECTORS)
def test_selectors_are_a_boolean_algebra(catalog: pw.Catalog, a: pw.Selector, b: pw.Selector) -> None:
    for parameter in catalog:
        assert (a & b)(parameter) == (a(parameter) and b(parameter))
        assert (a | b)(parameter) == (a(parameter) or b(parameter))
        assert (~a)(parameter) != a(parameter)
        assert (~(a & b))(parameter) == (~a | ~b)(parameter)


@given(catalogs(), SELECTORS)
def test_a_selector_is_its_repr(catalog: pw.Catalog, selector: pw.Selector) -> None:
    again = eval(repr(selector), {"pw": pw})
    assert again == selector
    assert pickle.loads(pickle.dumps(selector)) == selector
    assert catalog.select(again) == catalog.select(selector)


@given(catalogs(), SELECTORS, st.data())
def test_a_selector_depends_on_its_fields_alone(
    catalog: pw.Catalog, selector: pw.Selector, data: st.DataObject
) -> None:
    for parameter in catalog:
        other = data.draw(parameters(parameter.name + ".other"))
        same = other._replace(**{field: getattr(parameter, field) for field in selector.fields})
        assert selector(same) == selector(parameter)


@given(catalogs(), st.lists(RULES, min_size=1, max_size=5))
def test_every_parameter_is_in_exactly_one_group_or_frozen(catalog: pw.Catalog, rules: list[pw.Rule]) -> None:
    plan = pw.plan(catalog, *rules)
    placed = [p.name for group in plan.groups for p in group.parameters] + [p.name for p in plan.frozen]
    assert sorted(placed) == sorted(catalog.names)
    settings = [tuple(sorted(group.settings.items())) for group in plan.groups]
    assert len(set(settings)) == len(settings), "two groups with equal settings"
    order = {name: index for index, name in enumerate(catalog.names)}
    for group in plan.groups:
        assert [order[p.name] for p in group.parameters] == sorted(order[p.name] for p in group.parameters)
        for parameter in group.parameters:
            assert plan[parameter.name].settings == group.settings


@given(catalogs(), st.lists(RULES, min_size=1, max_size=5))
def test_the_last_rule_that_sets_it_wins(catalog: pw.Catalog, rules: list[pw.Rule]) -> None:
    plan = pw.plan(catalog, *rules)
    for parameter, decision in plan:
        expected: dict[str, object] = {} if parameter.trainable else {"freeze": True}
        for rule in rules:
            if rule.select(parameter):
                expected |= rule.settings
        if expected.pop("freeze", False):
            expected = {"freeze": True}
        elif "lr" in expected and "lr_scale" in expected:
            expected["lr"] *= expected.pop("lr_scale")  # type: ignore[operator]
        assert decision.settings == expected


@given(catalogs(), RULES, RULES)
def test_rules_with_disjoint_settings_commute(catalog: pw.Catalog, a: pw.Rule, b: pw.Rule) -> None:
    if a.settings.keys() & b.settings.keys():
        return
    one, other = pw.plan(catalog, a, b), pw.plan(catalog, b, a)
    assert [d.settings for d in one.decisions] == [d.settings for d in other.decisions]
