"""What a trainer trains: its model, and the weights of its loss, as a single module."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from torch import nn

from paramwise.libraries import LOSSES
from paramwise.model.code import known_name


class Trained(nn.Module):
    """A model and the weights of a loss; the model's names stay as they are, the others start with ``loss``."""

    def __init__(self, model: nn.Module, loss: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.loss = loss
        self.training = model.training


def trained_by(trainer: Any, model: nn.Module | None = None) -> nn.Module:
    """All that a trainer trains: its model, or both its model and what its loss has beside the model.

    Args:
        trainer: a ``transformers.Trainer``, or one of its kin.
        model: the model, if it is not ``trainer.model``.
    """
    model = trainer.model if model is None else model
    known = known_name(type(trainer), LOSSES)
    loss = None if known is None else getattr(trainer, LOSSES[known], None)
    if isinstance(loss, Mapping):
        loss = nn.ModuleDict({str(name): each for name, each in loss.items() if isinstance(each, nn.Module)})
    if not isinstance(loss, nn.Module):
        return model
    of_model = {id(parameter) for parameter in model.parameters()}
    beside = _beside(loss, of_model)
    return model if beside is None else Trained(model, beside)


def _beside(module: nn.Module, of_model: set[int]) -> nn.Module | None:
    """A copy of a module that shares its parameters and lacks those of the model; None if nothing is left."""
    if all(id(parameter) in of_model for parameter in module.parameters()):
        return None
    own = copy.copy(module)
    own._parameters = {key: one for key, one in module._parameters.items() if id(one) not in of_model}
    kept = {name: None if child is None else _beside(child, of_model) for name, child in module._modules.items()}
    own._modules = {name: child for name, child in kept.items() if child is not None}
    return own
