"""Existing groupings read as plain data: each group's settings and parameter names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn

from paramwise.findings import Finding, InputError
from paramwise.libraries import DEEPSPEED_KERNEL_KEYS
from paramwise.model.catalog import Catalog
from paramwise.torch.factors import effect_of, factors_in
from paramwise.torch.live import Optimizer, groups_of, optimizers_of
from paramwise.torch.modules import read_with_tensors
from paramwise.torch.said import (
    OptimizerReading,
    name_in_torch,
    not_in_rules,
    plain_options,
    scaled,
    wrappers_left_out,
)
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


class Reading(NamedTuple):
    """What was read of a grouping.

    Attributes:
        catalog: of the model.
        groups: with the names of their parameters.
        optimizer: the name of torch's class that steps all of them, if one does.
        findings: what the groups or their optimizers say and rules do not.
    """

    catalog: Catalog
    groups: list[NamedGroup]
    optimizer: str | None
    findings: tuple[Finding, ...]


def named_groups(model: nn.Module, groups: Any) -> Reading:
    """A grouping of a model's tensors, by name: see `paramwise.read_groups`.

    Raises:
        InputError: ``model`` is not a model, ``groups`` is not a grouping, or tensors are not the model's.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.read_groups(model, groups_or_optimizer)")
    catalog, tensors = read_with_tensors(model)
    names = dict(zip(map(id, tensors), catalog.names, strict=True))
    read = _groups(model, groups)
    found = [NamedGroup(label, settings, _named(params, names)) for label, settings, params in read.groups]
    return Reading(catalog, found, read.optimizer, tuple(read.findings))


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


class _Read(NamedTuple):
    """Groups, the name of torch's class that steps them all, and what is to be told."""

    groups: list[_TensorGroup]
    optimizer: str | None = None
    findings: Sequence[Finding] = ()


def _groups(model: nn.Module, grouping: Any) -> _Read:
    """The groups of anything that holds groups: see `paramwise.read_groups`."""
    if isinstance(grouping, (str, Path)):
        grouping = _json(Path(grouping))
    if isinstance(grouping, Mapping):
        trainable = [tensor for tensor in model.parameters() if tensor.requires_grad]
        return _Read([_TensorGroup("", _deepspeed(grouping), trainable)])
    if _is_trainer(grouping):
        grouping = grouping.optimizer or grouping.create_optimizer()
    if not isinstance(grouping, (list, tuple)) and isinstance(getattr(grouping, "optimizers", None), (list, tuple)):
        grouping = grouping.optimizers
    if isinstance(grouping, Iterable) and not isinstance(grouping, (list, tuple, Optimizer)):
        grouping = list(grouping)
    if isinstance(grouping, (list, tuple)) and grouping:
        if all(isinstance(item, torch.Tensor) for item in grouping):  # torch accepts this as a single group
            return _Read([_TensorGroup("", {}, list(grouping))])
        if all(isinstance(item, Mapping) for item in grouping):
            return _of_dicts(grouping, model)
    optimizers = optimizers_of(grouping)
    classes = list(dict.fromkeys(type(optimizer) for optimizer in optimizers))
    names = _names_of(classes) if len(classes) > 1 else {}
    read = [OptimizerReading(optimizer, model) for optimizer in optimizers]
    groups = [
        _TensorGroup(_label(group), names.get(type(one.optimizer), {}) | settings, list(group["params"]))
        for one in read
        for group, settings in zip(groups_of(one.optimizer), one.settings, strict=True)
    ]
    findings = [*wrappers_left_out(grouping), *(finding for one in read for finding in one.findings)]
    return _Read(groups, name_in_torch(classes[0]) if len(classes) == 1 else None, findings)


def _names_of(classes: Sequence[type]) -> dict[type, dict[str, Any]]:
    """How rules name each of several classes: in lower case, with their modules where two are called alike."""
    short = [cls.__name__.lower() for cls in classes]
    return {
        cls: {"optimizer": name if short.count(name) == 1 else f"{cls.__module__}.{name}"}
        for cls, name in zip(classes, short, strict=True)
    }


def _of_dicts(groups: Sequence[Mapping[str, Any]], model: nn.Module) -> _Read:
    """Group dicts: every key may be an option, because no class says which it takes."""
    factors = {key: effect_of(key, groups, None, model) for key in factors_in(groups)}
    untold: dict[str, str] = {}
    read = []
    for group in groups:
        settings, left = plain_options({key: value for key, value in group.items() if value is not None})
        untold |= left
        read.append(_TensorGroup(_label(group), scaled(settings, factors), _tensors(group)))
    return _Read(read, findings=not_in_rules("groups", untold))


def _is_trainer(value: Any) -> bool:
    """Whether a value makes its optimizer as transformers' ``Trainer`` does."""
    return callable(getattr(value, "create_optimizer", None))


def _named(tensors: Sequence[torch.Tensor], names: Mapping[int, str]) -> list[str]:
    """The names of tensors.

    Raises:
        InputError: some tensors are not the model's.
    """
    found = list(map(names.get, map(id, tensors)))
    known = [name for name in found if name is not None]
    if len(known) < len(found):
        foreign = [tensor for tensor, name in zip(tensors, found, strict=True) if name is None]
        raise InputError(
            f"the groups hold {plural(len(foreign), 'tensor')} that the model does not have",
            evidence=[f"a tensor {list(getattr(tensor, 'shape', ()))}" for tensor in foreign],
            help="pass the model that the groups were made for; pw.audit(optimizer, model) says more",
        )
    return known


def _label(group: Mapping[str, Any]) -> str:
    label = group.get("name", group.get("group_name"))
    return label if isinstance(label, str) else ""


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
    known = {key: value for key, value in described["params"].items() if key not in DEEPSPEED_KERNEL_KEYS}
    return plain_options({key: value for key, value in known.items() if value != "auto"})[0]
