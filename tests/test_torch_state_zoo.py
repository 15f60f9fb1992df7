"""A zoo of optimizers resumed from files: bit-equal wherever torch's own resume is, or refused in words."""

import collections
import copy
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw

import optimizers

Regroup = Callable[[nn.Module], list[dict]]


def by_dimensions(model: nn.Module) -> list[dict]:
    parameters = list(model.parameters())
    return [{"params": [p for p in parameters if p.ndim > 1]}, {"params": [p for p in parameters if p.ndim < 2]}]


def in_one(model: nn.Module) -> list[dict]:
    return [{"params": list(model.parameters())}]


def reversed_order(model: nn.Module) -> list[dict]:
    return [{"params": list(reversed(list(model.parameters())))}]


def values(model: nn.Module) -> list[torch.Tensor]:
    return [value.clone() for value in model.state_dict().values()]


def equal(first: list[torch.Tensor], second: list[torch.Tensor]) -> bool:
    return all(bool(((a == b) | ((a != a) & (b != b))).all()) for a, b in zip(first, second, strict=True))


class Trial:
    """One optimizer in one memory format: trained three steps, saved, and three steps more."""

    def __init__(self, specimen: optimizers.Specimen, path: Path, before: Regroup, *, channels_last: bool) -> None:
        self.specimen, self.channels_last = specimen, channels_last
        model, optimizer = self.fresh(before)
        self.train(model, optimizer, range(3))
        self.weights, self.path = copy.deepcopy(model.state_dict()), path
        self.pickle = io.BytesIO()
        torch.save(optimizer.state_dict(), self.pickle)
        self.refused = ""
        try:
            pw.save_state(optimizer, model, path)
        except pw.InputError as error:
            self.refused = str(error)
        self.train(model, optimizer, range(3, 6))
        self.expected = values(model)

    def fresh(self, groups: Regroup) -> tuple[nn.Module, torch.optim.Optimizer]:
        model = optimizers.small(channels_last=self.channels_last, width=self.specimen.width)
        return model, self.specimen.make(groups(model))

    def train(self, model: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
        optimizers.train(model, optimizer, steps, second_order=self.specimen.second_order)

    def resumed_by_torch(self, groups: Regroup) -> bool:
        """Whether torch's own resume goes on as if nothing had been."""
        model, optimizer = self.fresh(groups)
        model.load_state_dict(self.weights)
        self.pickle.seek(0)
        try:
            optimizer.load_state_dict(torch.load(self.pickle, weights_only=False))
            self.train(model, optimizer, range(3, 6))
        except Exception:  # of the library's
            return False
        return equal(values(model), self.expected)

    def resumed(self, groups: Regroup) -> str:
        """How ours goes on: exact, wrong, or refused."""
        if self.refused:
            return "refused"
        model, optimizer = self.fresh(groups)
        model.load_state_dict(self.weights)
        try:
            pw.load_state(optimizer, model, self.path)
        except pw.InputError:
            return "refused"
        self.train(model, optimizer, range(3, 6))
        return "exact" if equal(values(model), self.expected) else "wrong"

    def same_when_regrouped(self, groups: Regroup) -> bool:
        """Whether training from the start is the same with other groups: only then can a resume be."""
        model, optimizer = self.fresh(groups)
        try:
            self.train(model, optimizer, range(6))
        except Exception:  # groups or an order that the library does not take
            return False
        return equal(values(model), self.expected)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", ["torch", "pytorch_optimizer", "others", "torchao"])
def test_every_optimizer_resumes_as_by_torch_or_is_refused(family: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        specimens = optimizers.of(family)
    found: collections.Counter[str] = collections.Counter()
    wrong, without, refused = [], [], []
    for specimen in specimens:
        before = in_one if "LBFGS" in specimen.name else by_dimensions
        for how, after, channels_last in (
            ("same groups", before, False),
            ("one group", in_one, False),
            ("reversed order", reversed_order, False),
            ("channels_last", before, True),
        ):
            try:
                trial = Trial(specimen, tmp_path / "state", before, channels_last=channels_last)
            except Exception as error:  # a library that cannot train this model, or in this memory format
                without.append(f"{specimen.name}, {how}: {type(error).__name__}")
                continue
            try:
                outcome = trial.resumed(after)
            except Exception as error:
                outcome = f"wrong: {type(error).__name__} at the next step"
            exact = trial.resumed_by_torch(after) if after is before else trial.same_when_regrouped(after)
            found[f"{outcome}, {'must be exact' if exact else 'no resume of it can be'}"] += 1
            if outcome.startswith("wrong") and exact:
                wrong.append(f"{specimen.name}, {how}: {outcome}")
            if outcome == "refused" and exact:
                refused.append(f"{specimen.name}, {how}")
    print(f"\n{family}: {len(specimens)} optimizers; {dict(found)}")
    print(f"cannot be trained: {without}\nrefused where torch resumes: {refused}")
    assert not wrong
    assert found["exact, must be exact"] > len(specimens)
