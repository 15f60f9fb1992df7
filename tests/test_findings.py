"""Findings: how they are rendered and ordered, and the exceptions that carry them."""

import json

import pytest

import paramwise as pw


def test_rendering() -> None:
    finding = pw.Finding(
        code="PW101",
        message="rule 4 `norms` selects no parameter",
        where="train.py:41",
        evidence=tuple(f"line {index}" for index in range(7)),
        help=("do this", "or that"),
    )
    assert str(finding).splitlines() == [
        "error[PW101 dead-rule]: rule 4 `norms` selects no parameter",
        "  --> train.py:41",
        *(f"   | line {index}" for index in range(5)),
        "   | ... and 2 more",
        "help: do this",
        "help: or that",
    ]
    assert finding.as_dict()["help"] == "do this\nor that"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\n", "\x9b", "\x7f", "\u202e", "\ud800"])
def test_text_of_strangers_is_escaped(sign: str) -> None:
    name = f"layer{sign}error: forged"
    finding = pw.Finding(message=name, where=name, evidence=(name,), help=(name,), names=(name,))
    shown = str(finding)
    assert len(shown.splitlines()) == 4
    assert all(line.isprintable() for line in shown.splitlines())
    assert str(pw.InputError(finding)) == str(pw.Findings([finding])) == shown
    (plain,) = json.loads(pw.Findings([finding]).json)
    assert plain["names"] == [name]
    assert all(line.isprintable() for line in pw.Findings([finding]).json.split("\n"))


def test_a_dead_rule_of_a_file_shows_no_control_characters() -> None:
    names = ["a\x1b]0;owned\x07.weight", "b\u202e.weight"]
    catalog = pw.Catalog([pw.Parameter(name, (), (2, 2), "float32", True, "matrix", None, 4) for name in names])
    findings = pw.plan(catalog, pw.Rule(pw.name("a*.wieght"), lr=1.0)).check()
    assert "owned" in str(findings)
    assert all(line.isprintable() for line in str(findings).splitlines())


def test_order() -> None:
    findings = pw.Findings(
        [
            pw.Finding(code="PW101", level="note", message="a"),
            pw.Finding(code="PW202", level="error", message="b"),
            pw.Finding(code="PW102", level="warning", message="c"),
            pw.Finding(code="PW103", level="error", message="d"),
            pw.Finding(message="e"),
        ]
    )
    assert [finding.message for finding in findings] == ["e", "d", "b", "c", "a"]
    assert [finding.message for finding in findings.errors] == ["e", "d", "b"]
    assert findings.codes == ("PW103", "PW202", "PW102", "PW101")
    assert str(pw.Findings()) == "no findings"


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (pw.UnknownNameError, KeyError),
        (pw.UnknownNameError, ValueError),
        (pw.OptionError, TypeError),
        (pw.OptionError, pw.InputError),
        (pw.PlanError, pw.ParamwiseError),
        (pw.MissingExtraError, ImportError),
    ],
)
def test_each_error_is_also_pythons_own(raised: type[pw.ParamwiseError], caught: type[Exception]) -> None:
    assert issubclass(raised, caught)


def test_an_error_shows_its_findings_and_not_a_repr() -> None:
    error = pw.UnknownNameError("gone", help="look elsewhere")  # a KeyError shows the repr of its argument
    assert str(error) == "error: gone\nhelp: look elsewhere"
    assert error.findings[0].help == ("look elsewhere",)


def test_a_plan_with_errors_is_not_built() -> None:
    import torch

    plan = pw.plan(torch.nn.Linear(2, 2), pw.Rule(pw.token("nowhere"), lr=1.0), pw.Rule(pw.token("nothing"), lr=1.0))
    with pytest.raises(pw.PlanError) as raised:
        plan.optimizer(torch.optim.AdamW)
    assert raised.value.findings == plan.check().errors
    assert len(raised.value.findings) == 2
    assert str(raised.value) == str(plan.check())


def test_a_missing_extra_says_how_to_install_it() -> None:
    from paramwise.libraries import require

    require("json", "torch", "reading")
    with pytest.raises(pw.MissingExtraError) as raised:
        require("no_such_package", "hub", "reading a model")
    assert str(raised.value) == (
        "error: reading a model needs the package `no_such_package`, which is not installed\n"
        'help: pip install "paramwise[hub]"'
    )
