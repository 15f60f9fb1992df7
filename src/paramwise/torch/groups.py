"""Any existing grouping, read into a plan: to be shown, checked, compared and locked."""

from __future__ import annotations

import inspect
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from paramwise.catalog import Catalog
from paramwise.checks import plural
from paramwise.findings import InputError
from paramwise.planner import Plan, decide
from paramwise.rules import Rule
from paramwise.selectors import just
from paramwise.torch.build import Options
from paramwise.torch.live import KEPT, optimizers_of, peak_rate
from paramwise.torch.modules import named_tensors, read_module

Grouped = list[tuple[str, dict[str, Any], list[str]]]
"""Of each group its own name, if it has one, its settings, and the names of its parameters."""


def read_groups(model: nn.Module, groups: Any) -> Plan:
    """The plan that an existing grouping amounts to, by the identity of its tensors.

    Each group becomes a rule by name; what is equal in all groups is a base setting; what is in no group is frozen, by
    a rule called ``in no group``. Of an optimizer, options that are its class's defaults are left out, but for the
    learning rate and the weight decay; the learning rate is the one that a schedule is meant to reach.

    Args:
        model: the model; wrapped ones too.
        groups: a list of group dicts (timm's, mmengine's, detectron2's), an optimizer or several in a list, what holds
            some under ``optimizers`` (torchtitan's container), a ``transformers.Trainer``, or a DeepSpeed
            configuration, as a dict or the path of its JSON file.

    Raises:
        InputError: it holds no groups, tensors that are not the model's, or one parameter more than once.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
        >>> plan = read_groups(model, torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1))
        >>> plan["1.weight"].settings
        {'lr': 0.001, 'weight_decay': 0.1}
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.read_groups(model, groups_or_optimizer)")
    catalog = read_module(model)
    names = {id(tensor): known for known, tensor in named_tensors(model).items()}
    found = [(called, settings, _named(params, names)) for called, settings, params in _groups(model, groups)]
    _check(found)
    return _planned(catalog, found)


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
            settings = {key: value for key, value in settings.items() if key not in _HOW}
            named = {"optimizer": cls} if several else {}
            read.append((_label(group), named | settings, list(group["params"])))
    return read


def _label(group: Mapping[str, Any]) -> str:
    label = group.get("name", group.get("group_name"))
    return label if isinstance(label, str) else ""


_HOW = ("fused", "foreach", "capturable", "differentiable")  # how a step is computed, not what it does


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
        if key in KEPT or isinstance(value, (dict, set)) or value is None:
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
    own = ("torch_adam", "adam_w_mode")  # DeepSpeed's, for which kernel it takes
    return _plain({key: one for key, one in described["params"].items() if one != "auto" and key not in own})


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


def _check(found: Grouped) -> None:
    if not any(members for *_, members in found):
        raise InputError("no parameters in the groups", help="give group dicts, or an optimizer")
    count = Counter(one for *_, members in found for one in members)
    twice = [one for one, times in count.items() if times > 1]
    if twice:
        raise InputError(
            f"{plural(len(twice))} held more than once", evidence=twice, help="each parameter is in one group, once"
        )


def _planned(catalog: Catalog, found: Grouped) -> Plan:
    merged: dict[tuple[tuple[str, Any], ...], list[str]] = {}  # one rule for each distinct setting
    labels: dict[tuple[tuple[str, Any], ...], str] = {}
    for label, settings, members in found:
        if members:
            key = tuple(sorted(settings.items()))
            merged.setdefault(key, []).extend(members)
            labels.setdefault(key, label)
    alike = [dict(key) for key in merged]
    base = {
        key: value
        for key, value in alike[0].items()
        if key != "freeze" and all(one.get(key) == value and key in one for one in alike)
    }
    rules = []
    for number, (key, members) in enumerate(merged.items()):
        own = {setting: value for setting, value in key if setting not in base}
        if own:
            rules.append(Rule(just(members, catalog), name=labels[key] or f"group {number}", **own))
    held = {one for members in merged.values() for one in members}
    outside = [one for one in catalog.names if one not in held]
    if outside:
        rules.append(Rule(just(outside, catalog), name="in no group", freeze=True))
    frozen = [one for one in held if not catalog[one].trainable]
    if frozen:  # what the model froze, the optimizer passes by
        rules.append(Rule(just(frozen, catalog), name="requires_grad=False", freeze=True))
    return decide(catalog, rules, base)
