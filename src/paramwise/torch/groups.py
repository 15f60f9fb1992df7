"""Existing groupings read as plain data: each group's settings and parameter names."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import DEEPSPEED_KERNEL_KEYS, KERNEL_KEYS, NOT_OPTIONS
from paramwise.model.catalog import Catalog
from paramwise.torch.live import optimizers_of, peak_rate
from paramwise.torch.modules import named_tensors, read_module
from paramwise.torch.options import Options
from paramwise.words import plural


class NamedGroup(NamedTuple):
    """A group with the names of its parameters.

    Attributes:
        label: the group's own name; empty if it has none.
        settings: its options that are plain data.
        names: the names of its parameters.
    """

    label: str
    settings: dict[str, Any]
    names: list[str]


def named_groups(model: nn.Module, groups: Any) -> tuple[Catalog, list[NamedGroup]]:
    """The catalog of a model, and a grouping of its tensors, by name: see `paramwise.read_groups`.

    Raises:
        InputError: ``model`` is not a model, ``groups`` is not a grouping, or tensors are not the model's.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.read_groups(model, groups_or_optimizer)")
    names = {id(tensor): name for name, tensor in named_tensors(model).items()}
    found = [NamedGroup(label, settings, _named(params, names)) for label, settings, params in _groups(model, groups)]
    return read_module(model), found


def model_and_groups(returned: Any, source: str) -> tuple[nn.Module, Any]:
    """The model and its groups, from what the function ``source`` returned: a pair in either order, or a Trainer.

    Raises:
        InputError: it returned something else.
    """
    if _is_trainer(returned) and isinstance(getattr(returned, "model", None), nn.Module):
        return returned.model, returned
    if isinstance(returned, tuple) and len(returned) == 2:
        first, second = returned
        if isinstance(first, nn.Module) != isinstance(second, nn.Module):
            return (first, second) if isinstance(first, nn.Module) else (second, first)
    raise InputError(
        f"`{source}` returned {type(returned).__qualname__}, without a model and its groups",
        help="return (model, optimizer), (model, groups) or a transformers.Trainer: the names come from the model",
    )


class _TensorGroup(NamedTuple):
    """A group with its tensors."""

    label: str
    settings: dict[str, Any]
    tensors: Sequence[torch.Tensor]


def _groups(model: nn.Module, grouping: Any) -> list[_TensorGroup]:
    """The groups of anything that holds groups: see `paramwise.read_groups`."""
    if isinstance(grouping, (str, Path)):
        grouping = _json(Path(grouping))
    if isinstance(grouping, Mapping):
        trainable = [tensor for tensor in model.parameters() if tensor.requires_grad]
        return [_TensorGroup("", _deepspeed(grouping), trainable)]
    if _is_trainer(grouping):
        grouping = grouping.optimizer or grouping.create_optimizer()
    if not isinstance(grouping, (list, tuple)) and isinstance(getattr(grouping, "optimizers", None), (list, tuple)):
        grouping = grouping.optimizers
    if isinstance(grouping, Iterable) and not isinstance(grouping, (list, tuple, torch.optim.Optimizer)):
        grouping = list(grouping)
    if isinstance(grouping, (list, tuple)) and grouping:
        if all(isinstance(item, torch.Tensor) for item in grouping):  # torch accepts this as a single group
            return [_TensorGroup("", {}, list(grouping))]
        if all(isinstance(item, Mapping) for item in grouping):
            return [_TensorGroup(_label(group), _plain(group), _tensors(group)) for group in grouping]
    optimizers = optimizers_of(grouping)
    return [group for optimizer in optimizers for group in _groups_of(optimizer, named=len(optimizers) > 1)]


def _groups_of(optimizer: torch.optim.Optimizer, *, named: bool) -> list[_TensorGroup]:
    """The groups of an optimizer, without options at their defaults; ``named`` if there are several optimizers."""
    options = Options(type(optimizer))
    defaults = dict.fromkeys(options.names, inspect.Parameter.empty) | options.defaults
    optimizer_name = {"optimizer": type(optimizer).__name__.lower()} if named else {}
    groups = []
    for group in optimizer.param_groups:
        settings = {
            key: value
            for key, value in _plain(group).items()
            if key in ("lr", "weight_decay", "freeze")
            or (key in defaults and key not in KERNEL_KEYS and not _equal(value, defaults[key]))
        }
        groups.append(_TensorGroup(_label(group), optimizer_name | settings, list(group["params"])))
    return groups


def _is_trainer(value: Any) -> bool:
    """Whether a value makes its optimizer as transformers' ``Trainer`` does."""
    return callable(getattr(value, "create_optimizer", None))


def _named(tensors: Sequence[torch.Tensor], names: Mapping[int, str]) -> list[str]:
    """The names of tensors.

    Raises:
        InputError: some tensors are not the model's.
    """
    foreign = [tensor for tensor in tensors if id(tensor) not in names]
    if foreign:
        raise InputError(
            f"the groups hold {plural(len(foreign), 'tensor')} that the model does not have",
            evidence=[f"a tensor {list(getattr(tensor, 'shape', ()))}" for tensor in foreign],
            help="pass the model that the groups were made for; pw.audit(optimizer, model) says more",
        )
    return [names[id(tensor)] for tensor in tensors]


def _label(group: Mapping[str, Any]) -> str:
    label = group.get("name", group.get("group_name"))
    return label if isinstance(label, str) else ""


def _number(value: Any) -> Any:
    """A tensor or numpy array with a single value as a Python number; anything else unchanged."""
    return value.item() if hasattr(value, "item") and math.prod(getattr(value, "shape", ())) == 1 else value


def _equal(value: Any, default: Any) -> bool:
    try:
        return bool(value == default) or (isinstance(value, tuple) and list(value) == list(default or ()))
    except (TypeError, ValueError, RuntimeError):  # raised by arrays of several values
        return False


def _plain(group: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a group that are plain data, without labels."""
    rate = {}
    if group.get("lr") is not None:  # Adafactor may choose its own
        rate = {"lr": peak_rate(group)}
        if rate["lr"] is None:
            raise InputError(f"a learning rate is not a number: {group['lr']!r}", help="give lr a number")
    plain: dict[str, Any] = {}
    for key, value in {**group, **rate}.items():
        if key in NOT_OPTIONS or isinstance(value, (dict, set)) or value is None:
            continue
        value = _number(value)
        if key == "lr_scale" and "lr" in group:
            continue  # timm's schedulers multiply the rate by it; the optimizer does not read it
        if isinstance(value, (list, tuple)):
            value = tuple(map(_number, value))
            if not all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value):
                continue
        elif not isinstance(value, (bool, int, float, str)):
            continue
        plain[key] = value
    if plain.get("lr") == 0:  # the group does not learn
        plain = {"freeze": True}
    return plain


def _tensors(group: Mapping[str, Any]) -> list[torch.Tensor]:
    params = group.get("params")
    if params is None:
        raise InputError(
            "a group has no `params`",
            evidence=[f"its keys: {', '.join(map(str, group))}"],
            help='a group is {"params": [parameters], "lr": ..., ...}',
        )
    if not isinstance(params, Iterable):
        raise InputError(f"`params` of a group is {params!r}", help="give a list of the model's parameters")
    items = [params] if isinstance(params, torch.Tensor) else list(params)
    return [item[1] if isinstance(item, tuple) else item for item in items]  # torch takes (name, tensor) as well


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"cannot read a DeepSpeed configuration: {error}", where=str(path), help="give the path of its JSON file"
        ) from None


def _deepspeed(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a DeepSpeed configuration gives to every parameter."""
    described = config.get("optimizer")
    if not isinstance(described, Mapping) or not isinstance(described.get("params"), Mapping):
        raise InputError(
            "the DeepSpeed configuration has no optimizer with parameters",
            evidence=[f"its keys: {', '.join(map(str, config))}"],
            help='add "optimizer": {"type": ..., "params": {"lr": ..., "weight_decay": ...}}',
        )
    return _plain(
        {
            key: value
            for key, value in described["params"].items()
            if value != "auto" and key not in DEEPSPEED_KERNEL_KEYS
        }
    )
