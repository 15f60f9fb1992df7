import pytest

import paramwise as pw
from paramwise.words import nearest


def test_rendering() -> None:
    finding = pw.Finding(
        code="PW101",
        slug="dead-rule",
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


def test_exceptions_carry_findings_and_fit_pythons_own() -> None:
    error = pw.UnknownNameError("gone", help="look elsewhere")
    assert isinstance(error, (KeyError, ValueError))
    assert str(error) == "error: gone\nhelp: look elsewhere"
    assert issubclass(pw.OptionError, TypeError)
    assert issubclass(pw.MissingExtraError, ImportError)
    with pytest.raises(pw.ParamwiseError):
        raise pw.PlanError(pw.Finding(message="one"), pw.Finding(message="two"))


def test_nearest_is_quick_on_many_names() -> None:
    many = [f"layers.{index}.mlp.up_proj.weight" for index in range(100_000)]
    assert nearest("layers.7.mlp.up_prj.weight", many)
