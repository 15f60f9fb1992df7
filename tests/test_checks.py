import pytest

import paramwise as pw

from models import Plain, TiedEmbedding, tiny_gpt2


def test_dead_rule_names_what_is_near() -> None:
    finding, *_ = pw.plan(tiny_gpt2(), "bert").check()
    assert (finding.code, finding.slug, finding.level) == ("PW101", "dead-rule", "error")
    assert finding.message == "rule 3 `no decay: LayerNorm.weight` selects no parameter"
    assert "ln_1.weight" in finding.evidence[0]
    assert finding.where is not None
    assert "test_checks.py" in finding.where


def test_dead_rule_that_names_a_tied_alias_says_so() -> None:
    finding, tied = pw.plan(TiedEmbedding(), pw.Rule(pw.name("head.weight"), weight_decay=0.0)).check()
    assert tied.code == "PW204"
    assert finding.evidence[0].startswith("head.weight is another name of embedding.weight")


def test_may_be_empty() -> None:
    assert pw.plan(Plain(), pw.Rule(pw.token("nowhere"), lr=1, may_be_empty=True)).check() == ()


def test_a_rule_that_decides_nothing() -> None:
    everything = pw.everything()
    (finding,) = pw.plan(Plain(), pw.Rule(everything, lr=1, name="first"), pw.Rule(everything, lr=2)).check()
    assert (finding.code, finding.level) == ("PW102", "warning")
    assert finding.evidence == ("overruled by 2 `pw.everything()`",)
    some = pw.Rule(pw.token("bias"), lr=2)
    assert pw.plan(Plain(), pw.Rule(everything, lr=1), some).check() == ()
    assert pw.plan(Plain(), pw.Rule(everything, lr=1, betas=(0.9, 0.9)), pw.Rule(everything, lr=2)).check() == ()
    (finding,) = pw.plan(Plain(), some, pw.Rule(pw.token("bias"), freeze=True)).check()
    assert finding.code == "PW102"


def test_gains_and_matrices() -> None:
    everything = pw.Rule(pw.everything(), weight_decay=0.1)
    (finding,) = pw.plan(Plain(), everything).check()
    assert finding.code == "PW103"
    assert finding.message == "weight decay 0.1 is in force on 7 parameters that should have none"
    assert finding.evidence[0] == "5 biases, such as blocks.0.dense.bias"
    left = pw.Rule(pw.name("head.weight", "embedding.weight"), weight_decay=0.0)
    first, second = pw.plan(Plain(), "default", left).check()
    assert [(one.code, one.level, one.names) for one in (first, second)] == [
        ("PW104", "warning", ("head.weight",)),
        ("PW104", "note", ("embedding.weight",)),
    ]
    assert pw.plan(Plain(), pw.Rule(pw.everything(), weight_decay=0.0)).check() == ()
    assert pw.plan(Plain(), pw.Rule(pw.everything(), lr=1.0)).check() == ()


def test_ignored() -> None:
    plan = pw.plan(Plain(), pw.Rule(pw.everything(), weight_decay=0.1))
    assert plan.check(ignore=["PW103"]) == plan.check(ignore=("decayed-gain",)) == plan.check(ignore="PW103") == ()
    (finding,) = plan.check(ignore=[("PW103", pw.role("norm"))])
    assert len(finding.names) == 5
    with pytest.raises(pw.InputError, match="no check `PW1`"):
        plan.check(ignore=["PW1"])
    with pytest.raises(pw.InputError, match="PW101 does not judge single parameters"):
        plan.check(ignore=[("PW101", pw.everything())])


def kind(name: str, role: str, shape: tuple[int, ...] = (4, 4), **others: object) -> pw.Parameter:
    """A parameter of a catalog made by hand."""
    numel = 1
    for size in shape:
        numel *= size
    fields = {"aliases": (), "dtype": "float32", "trainable": True, "module": "torch.nn.modules.linear.Linear"} | others
    return pw.Parameter(name=name, shape=shape, role=role, numel=numel, **fields)  # type: ignore[arg-type]


def codes(plan: pw.Plan) -> list[str | None]:
    return [finding.code for finding in plan.check()]


def test_marked_parameters_that_are_decayed() -> None:
    catalog = pw.Catalog([kind("table", "position", marked=True), kind("gate", "matrix", marked=True)])
    (finding,) = pw.plan(catalog, pw.Rule(pw.everything(), weight_decay=0.1)).check()
    assert (finding.code, finding.level, finding.names) == ("PW105", "warning", ("table", "gate"))
    assert codes(pw.plan(catalog, pw.Rule(pw.everything(), weight_decay=0.0))) == []
    assert codes(pw.plan(catalog, "default")) == []
    frozen = pw.Rule(pw.everything(), freeze=True)
    assert codes(pw.plan(catalog, pw.Rule(pw.name("table"), weight_decay=0.1), frozen)) == ["PW102"]


@pytest.mark.parametrize(
    ("parameter", "level", "what"),
    [
        (kind("norm", "norm", (4,)), "error", "1 vector"),
        (kind("rotation", "matrix", dtype="complex64"), "error", "1 complex parameter"),
        (kind("table", "embedding"), "warning", "1 embedding or head"),
        (kind("head", "head"), "warning", "1 embedding or head"),
        (kind("attention.c_attn.weight", "matrix"), "note", "1 fused projection"),
        (kind("attention.query.weight", "matrix"), None, ""),
        (kind("patches", "matrix", (8, 3, 4, 4)), None, ""),
    ],
)
def test_what_muon_is_not_for(parameter: pw.Parameter, level: str | None, what: str) -> None:
    catalog = pw.Catalog([parameter])
    plan = pw.plan(catalog, pw.Rule(pw.everything(), optimizer="muon", lr=0.02))
    found = plan.check(ignore=["PW110"])  # alone, a matrix may be a head
    assert [(finding.code, finding.level, finding.names) for finding in found] == (
        [("PW106", level, (parameter.name,))] if level else []
    )
    assert all(finding.message.startswith(f"Muon has {what}:") for finding in found)
    assert codes(pw.plan(catalog, pw.Rule(pw.everything(), optimizer="adamw", lr=0.02))) == []


def test_a_tied_tensor_that_rules_treat_differently() -> None:
    one_name = pw.Rule(pw.name("head.weight", "embedding.w*"), name="both", lr=1.0)
    assert codes(pw.plan(TiedEmbedding(), one_name)) == []
    (finding,) = pw.plan(TiedEmbedding(), pw.Rule(pw.name("embedding.*"), name="first", lr=1.0)).check()
    assert (finding.code, finding.names) == ("PW204", ("embedding.weight",))
    assert finding.evidence == ("rule 1 `first` selects `embedding.weight` alone",)
    assert codes(pw.plan(TiedEmbedding(), pw.Rule(pw.role("embedding"), lr=1.0))) == []


NEAR = "nearest names: blocks.0.LayerNorm.weight, blocks.0.LayerNorm.bias, head.weight"


@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        (
            pw.Rule(pw.token("LayerNrm.weight"), lr=1.0),
            "nearest names: blocks.0.LayerNorm.weight, blocks.0.LayerNorm.bias, head.weight",
        ),
        (pw.Rule(pw.layer(7), lr=1.0), "layers are 0 to 1"),
        (pw.Rule(pw.tower("encoder"), lr=1.0), "the model has no towers: it counts all its layers together"),
        (pw.Rule(pw.role("router"), lr=1.0), "roles here: bias, embedding, head, matrix, norm"),
        (pw.Rule(~(pw.token("a") | pw.token("e") | pw.token("b")), lr=1.0), None),
    ],
)
def test_a_dead_rule_says_what_there_is(rule: pw.Rule, evidence: str | None) -> None:
    (finding,) = pw.plan(Plain(), rule).check()
    assert finding.code == "PW101"
    assert finding.evidence == (() if evidence is None else (evidence,))


def test_a_rule_that_is_overruled_here_and_decides_there_is_alive() -> None:
    rules = [
        pw.Rule(pw.token("bias"), lr=1.0, name="biases"),
        pw.Rule(pw.layer(0), lr=2.0, name="first layer"),
    ]
    assert codes(pw.plan(Plain(), *rules)) == []
    assert codes(pw.plan(Plain(), *rules, pw.Rule(pw.layer(1), lr=2.0))) == []  # the head's bias remains
    (finding,) = pw.plan(Plain(), *rules, pw.Rule(~pw.layer(0), lr=2.0, name="rest")).check()
    assert finding.code == "PW102"
    assert finding.evidence == ("overruled by 2 `first layer`, 3 `rest`",)


def test_the_first_finding_is_the_worst() -> None:
    plan = pw.plan(
        Plain(),
        pw.Rule(pw.everything(), weight_decay=0.1),
        pw.Rule(pw.name("embedding.*"), weight_decay=0.0),
        pw.Rule(pw.token("nowhere"), lr=1.0),
    )
    assert [(finding.code, finding.level) for finding in plan.check()] == [
        ("PW101", "error"),
        ("PW103", "warning"),
        ("PW104", "note"),
    ]
    assert plan.check().errors.codes == ("PW101",)


def test_findings_of_many_parameters_count_them_all() -> None:
    catalog = pw.Catalog([kind(f"bias.{index}", "bias", (4,)) for index in range(1200)])
    (finding,) = pw.plan(catalog, pw.Rule(pw.everything(), weight_decay=0.1)).check()
    assert finding.message == "weight decay 0.1 is in force on 1,200 parameters that should have none"
    assert finding.names == tuple(catalog.names)
    assert finding.evidence == ("1,200 biases, such as bias.0",)


def test_checks_that_are_ignored_for_some_still_judge_the_rest() -> None:
    plan = pw.plan(Plain(), pw.Rule(pw.everything(), weight_decay=0.1))
    both = plan.check(ignore=[("decayed-gain", pw.role("norm")), ("PW103", pw.layer(0))])
    assert both[0].names == ("blocks.1.dense.bias", "blocks.1.LayerNorm.bias", "head.bias")
    assert plan.check(ignore=[("PW103", pw.role("norm", "bias"))]) == ()
