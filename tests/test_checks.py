import paramwise as pw

from models import Plain, TiedEmbedding, tiny_gpt2


def test_dead_rule_names_what_is_near() -> None:
    (finding,) = pw.plan(tiny_gpt2(), "bert").check()
    assert (finding.code, finding.slug, finding.level) == ("PW101", "dead-rule", "error")
    assert finding.message == "rule 3 `no decay: LayerNorm.weight` selects no parameter"
    assert "ln_1.weight" in finding.evidence[0]
    assert finding.where is not None
    assert "test_checks.py" in finding.where


def test_dead_rule_that_names_a_tied_alias_says_so() -> None:
    (finding,) = pw.plan(TiedEmbedding(), pw.Rule(pw.name("head.weight"), weight_decay=0.0)).check()
    assert finding.evidence[0].startswith("head.weight is another name of embedding.weight")


def test_may_be_empty_and_overridden_rules_are_fine() -> None:
    assert pw.plan(Plain(), pw.Rule(pw.token("nowhere"), lr=1, may_be_empty=True)).check() == []
    assert pw.plan(Plain(), pw.Rule(pw.everything(), lr=1), pw.Rule(pw.everything(), lr=2)).check() == []
