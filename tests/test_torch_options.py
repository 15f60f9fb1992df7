"""Which options an optimizer class takes, by its signature."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.torch.options import Options, torch_class, unknown_option


class Passing(torch.optim.AdamW):
    """Hands to its base what it does not name."""

    def __init__(self, params: Any, extra: float = 0.5, **options: Any) -> None:
        super().__init__(params, **options)


class Closed(torch.optim.AdamW):
    """Takes what it names and nothing else."""

    def __init__(self, params: Any, lr: float) -> None:
        super().__init__(params, lr=lr)


def factory(params: Any, lr: float = 0.1, **options: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(params, lr=lr, **options)


def test_options_are_those_of_the_signature() -> None:
    options = Options(torch.optim.SGD)
    assert options.name == "SGD"
    assert options.takes("momentum")
    assert not options.takes("betas")
    assert options.defaults["momentum"] == torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.1).defaults["momentum"]


def test_a_subclass_takes_what_its_base_takes_if_it_passes_it_on() -> None:
    passing = Options(Passing)
    assert (passing.takes("extra"), passing.takes("betas"), passing.takes("momentum")) == (True, True, False)
    assert passing.defaults["extra"] == 0.5
    closed = Options(Closed)
    assert (closed.takes("lr"), closed.takes("betas")) == (True, False)
    assert "lr" not in closed.defaults


def test_a_function_that_takes_any_keyword_is_open() -> None:
    options = Options(factory)
    assert options.open
    assert options.takes("anything")
    assert options.names == ["lr"]


@pytest.mark.parametrize("given", ["adamw", None, torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.1)])
def test_what_is_not_a_class_is_refused(given: object) -> None:
    with pytest.raises(pw.InputError, match="not an optimizer class"):
        Options(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", [torch.optim.AdamW, torch.optim.SGD, torch.optim.Muon, torch.optim.LBFGS])
def test_torchs_classes_go_by_name_in_either_case(cls: type) -> None:
    assert torch_class(cls.__name__) is torch_class(cls.__name__.lower()) is cls


def test_a_name_that_torch_does_not_have_names_the_nearest() -> None:
    with pytest.raises(pw.InputError, match="did you mean `adamw`"):
        torch_class("adamwe")
    with pytest.raises(pw.InputError, match="torch has no optimizer `Optimizer`"):
        torch_class("Optimizer")
    with pytest.raises(pw.InputError, match="did you mean `adamw`"):
        torch_class("torch.optim.AdamWe")


def test_a_name_that_torch_does_not_have_is_found_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rules]]\neverything = true\nlr = 0.1\n\n[[rules]]\nroles = ["matrix"]\noptimizer = "soap"\n')
    with pytest.raises(pw.InputError) as caught:
        pw.plan(torch.nn.Linear(2, 2, bias=False), str(file)).optimizer()
    text = str(caught.value)
    for part in ("torch has no optimizer `soap`", f"{file}:5", "set by rule", 'plan.optimizer({"soap": Class, ...})'):
        assert part in text


def test_an_unknown_option_names_the_nearest() -> None:
    error = unknown_option("weight_decoy", "AdamW", Options(torch.optim.AdamW).names)
    assert isinstance(error, pw.OptionError)
    assert "AdamW takes no option `weight_decoy`" in str(error)
    assert "did you mean `weight_decay`?" in str(error)
