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
    with pytest.raises(pw.InputError, match="PW101 is not about single parameters"):
        plan.check(ignore=[("PW101", pw.everything())])
