"""Objects that people hold instead of an optimizer and a model: trainers, engines, lists."""

from __future__ import annotations

from typing import Any

from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import HOLDERS
from paramwise.model.code import known_name
from paramwise.torch.trained import trained_by


def held_by(holder: Any) -> tuple[Any, Any, Any]:
    """The optimizers, the models and the schedulers that an object holds, by its class.

    Raises:
        InputError: an object that holds none of them, or has not made them yet.
    """
    own = _trainer_of(holder) if isinstance(holder, nn.Module) else None
    attributes = _attributes(holder)
    if attributes is None and own is not None:
        holder, attributes = own, _attributes(own)
    if attributes is None:
        raise InputError(
            f"no model is given, and {type(holder).__qualname__} holds none", help="pw.audit(optimizer, model)"
        )
    optimizer, model, scheduler = (getattr(holder, name, None) for name in attributes)
    for what, value in (("optimizer", optimizer), ("model", model)):
        if value is None or value == []:
            raise InputError(
                f"the {type(holder).__qualname__} has no {what} yet",
                help="audit it once training has begun (in a callback), or give optimizer and model",
            )
    if isinstance(model, nn.Module):
        model = trained_by(holder, model)
    return optimizer, model, [_scheduler(one) for one in (scheduler if isinstance(scheduler, list) else [scheduler])]


def one_model(given: Any) -> nn.Module:
    """A model, or several as one, each under the name of its class.

    Raises:
        InputError: something that is not a model.
    """
    models = given if isinstance(given, (list, tuple)) and given else [given]
    for model in models:
        if not isinstance(model, nn.Module):
            raise InputError(f"not a model: {type(model).__qualname__}", help="pw.audit(optimizer, model)")
    first: nn.Module = models[0]
    if len(models) == 1:
        return first
    names = [type(model).__name__ for model in models]
    together = nn.Module()
    together.training = False
    for index, (name, model) in enumerate(zip(names, models, strict=True)):
        together._modules[name if names.count(name) == 1 else f"{name}_{index}"] = model
    return together


def _trainer_of(module: nn.Module) -> Any:
    """The trainer of a LightningModule, whose property raises while there is none."""
    try:
        return getattr(module, "trainer", None)
    except RuntimeError:
        return None


def _attributes(holder: Any) -> tuple[str, str, str] | None:
    """The attributes of what a class, or one of its bases, holds."""
    name = known_name(type(holder), HOLDERS)
    return None if name is None else HOLDERS[name]


def _scheduler(configured: Any) -> Any:
    """A scheduler, out of the record that Lightning keeps it in; None where it cannot be checked."""
    scheduler = getattr(configured, "scheduler", configured)
    return scheduler if hasattr(scheduler, "optimizer") else None
