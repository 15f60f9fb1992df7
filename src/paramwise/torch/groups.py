"""Any existing grouping as plain data: the settings of each group, and which parameters are in it."""

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
    """One group: its own name, if it has one, its settings, and the names of its parameters."""

    label: str
    settings: dict[str, Any]
    names: list[str]


def named_groups(model: nn.Module, groups: Any) -> tuple[Catalog, list[NamedGroup]]:
    """The catalog of a model, and any grouping of its tensors by their names: see `paramwise.read_groups`.

    Raises:
        InputError: not a model, no groups, or tensors that are not the model's.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.read_groups(model, groups_or_optimizer)")
    names = {id(tensor): name for name, tensor in named_tensors(model).items()}
    found = [NamedGroup(label, settings, _named(params, names)) for label, settings, params in _groups(model, groups)]
    return read_module(model), found


def model_and_groups(given: Any, source: str) -> tuple[nn.Module, Any]:
    """The model and its groups, of what a function returned: both in either order, or a Trainer.

    Raises:
        InputError: it returned something else.
    """
    if callable(getattr(given, "create_optimizer", None)) and isinstance(getattr(given, "model", None), nn.Module):
        return given.model, given
    if isinstance(given, tuple) and len(given) == 2:
        first, second = given
        if isinstance(first, nn.Module) != isinstance(second, nn.Module):
            return (first, second) if isinstance(first, nn.Module) else (second, first)
    raise InputError(
        f"`{source}` returned {type(given).__qualname__}",
        help="return (model, optimizer), (model, groups), or a transformers.Trainer: names are the model's",
    )


def _groups(model: nn.Module, given: Any) -> list[tuple[str, dict[str, Any], list[torch.Tensor]]]:
    """Of each group its name, the settings and the tensors."""
    if isinstance(given, (str, Path)):
        given = _json(Path(given))
    if isinstance(given, Mapping):
        return [("", _deepspeed(given), [one for one in model.parameters() if one.requires_grad])]
    if callable(getattr(given, "create_optimizer", None)):  # a Trainer
        given = given.optimizer or given.create_optimizer()
    if not isinstance(given, (list, tuple)) and isinstance(getattr(given, "optimizers", None), (list, tuple)):
        given = given.optimizers
    if isinstance(given, (list, tuple)) and given and all(isinstance(one, torch.Tensor) for one in given):
        given = [{"params": list(given)}]  # as torch takes them
    if isinstance(given, (list, tuple)) and given and all(isinstance(one, Mapping) for one in given):
        return [(_label(group), _plain(group), _tensors(group)) for group in given]
    if isinstance(given, Iterable) and not isinstance(given, (list, tuple, torch.optim.Optimizer)):
        return _groups(model, list(given))
    optimizers = optimizers_of(given)
    several = len(optimizers) > 1
    read = []
    for optimizer in optimizers:
        options = Options(type(optimizer))
        usual = dict.fromkeys(options.names, inspect.Parameter.empty) | options.defaults
        cls = type(optimizer).__name__.lower()
        for group in optimizer.param_groups:
            settings = {
                key: value
                for key, value in _plain(group).items()
                if key in ("lr", "weight_decay", "freeze") or (key in usual and not _same(value, usual[key]))
            }
            settings = {key: value for key, value in settings.items() if key not in KERNEL_KEYS}
            named = {"optimizer": cls} if several else {}
            read.append((_label(group), named | settings, list(group["params"])))
    return read


def _named(params: Sequence[torch.Tensor], names: Mapping[int, str]) -> list[str]:
    """The names of tensors.

    Raises:
        InputError: some are not the model's.
    """
    foreign = [one for one in params if id(one) not in names]
    if foreign:
        raise InputError(
            f"{plural(len(foreign), 'tensor')} in the groups not the model's",
            evidence=[f"a tensor {list(getattr(one, 'shape', ()))}" for one in foreign],
            help="give the model that the groups were made for; pw.audit(optimizer, model) says more",
        )
    return [names[id(one)] for one in params]


def _label(group: Mapping[str, Any]) -> str:
    label = group.get("name", group.get("group_name"))
    return label if isinstance(label, str) else ""


def _number(value: Any) -> Any:
    """A tensor or a numpy number of one value as the number that it is; else what is given."""
    return value.item() if hasattr(value, "item") and math.prod(getattr(value, "shape", ())) == 1 else value


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or (isinstance(one, tuple) and list(one) == list(other or ()))
    except (TypeError, ValueError, RuntimeError):  # of arrays
        return False


def _plain(group: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a group that are plain data; labels left out."""
    rate = {}
    if group.get("lr") is not None:  # Adafactor may find its own
        try:
            rate = {"lr": peak_rate(group)}
        except (TypeError, ValueError):
            raise InputError(f"lr is {group['lr']!r}", help="a learning rate is a number") from None
    plain: dict[str, Any] = {}
    for key, value in {**group, **rate}.items():
        if key in NOT_OPTIONS or isinstance(value, (dict, set)) or value is None:
            continue
        value = _number(value)
        if key == "lr_scale" and "lr" in group:
            continue  # timm's schedulers multiply with it: beside a rate it is a note
        if isinstance(value, (list, tuple)):
            value = tuple(map(_number, value))
            if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value):
                continue
        elif not isinstance(value, (bool, int, float, str)):
            continue
        plain[key] = value
    if plain.get("lr") == 0:  # as a rate it is none; a group that does not learn
        plain = {"freeze": True}
    return plain


def _tensors(group: Mapping[str, Any]) -> list[torch.Tensor]:
    params = group.get("params")
    if params is None:
        raise InputError("a group without `params`", evidence=[f"its keys: {', '.join(map(str, group))}"])
    if not isinstance(params, Iterable):
        raise InputError(f"`params` of a group is {params!r}", help="it is a list of the model's parameters")
    every = [params] if isinstance(params, torch.Tensor) else list(params)
    return [one[1] if isinstance(one, tuple) else one for one in every]  # torch takes (name, tensor) as well


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"no DeepSpeed configuration: {error}", where=str(path), help="give the path of its JSON file"
        ) from None


def _deepspeed(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a DeepSpeed configuration gives every parameter."""
    described = config.get("optimizer")
    if not isinstance(described, Mapping) or not isinstance(described.get("params"), Mapping):
        raise InputError(
            "no optimizer in the DeepSpeed configuration",
            evidence=[f"its keys: {', '.join(map(str, config))}"],
            help='it has "optimizer": {"type": ..., "params": {"lr": ..., "weight_decay": ...}}',
        )
    return _plain(
        {key: one for key, one in described["params"].items() if one != "auto" and key not in DEEPSPEED_KERNEL_KEYS}
    )
