"""Existing groupings, read into plans that can be shown, checked, compared and locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.model.collector import uncollected
from paramwise.plans.plan import Origin, Plan
from paramwise.rules.globs import Globs
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import name
from paramwise.words import plural, public

if TYPE_CHECKING:
    import torch

    from paramwise.torch.groups import NamedGroup


@public
@uncollected
def read_groups(model: torch.nn.Module, groups: Any) -> Plan:
    """The plan that is equivalent to an existing grouping; tensors are matched by identity.

    Each group becomes a rule on names; settings that all groups share become base settings; a rule called ``in no
    group`` freezes parameters in no group. Options of an optimizer that are its class's defaults are left out, except
    for the learning rate and the weight decay; the learning rate is the rate that a schedule is meant to reach.

    Args:
        model: the model, wrapped or not.
        groups: a list of group dicts (timm's, mmengine's, detectron2's), an optimizer or several, an object that
            holds optimizers in ``optimizers`` (torchtitan's container), a ``transformers.Trainer``, or a
            DeepSpeed configuration, as a dict or the path of its JSON file.

    Raises:
        InputError: there are no groups, tensors are not the model's, or a parameter is in several groups.

    Example:
        >>> import torch
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2))
        >>> plan = read_groups(model, torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1))
        >>> plan["1.weight"].settings
        {'lr': 0.001, 'weight_decay': 0.1}
    """
    from paramwise.torch.groups import named_groups

    catalog, found, optimizer, findings = named_groups(model, groups)
    _check(found)
    return replace(_planned(catalog, found), origin=Origin(optimizer, findings))


def _check(found: Sequence[NamedGroup]) -> None:
    every = [*chain.from_iterable(members for *_, members in found)]
    if not every:
        raise InputError("no parameters in the groups", help="give group dicts, or an optimizer")
    if len(set(every)) < len(every):
        repeated = [name for name, times in Counter(every).items() if times > 1]
        verb = "appears" if len(repeated) == 1 else "appear"
        raise InputError(
            f"{plural(len(repeated))} {verb} more than once in the groups",
            evidence=repeated,
            help="put each parameter in a single group, once",
        )


def _planned(catalog: Catalog, found: Sequence[NamedGroup]) -> Plan:
    merged: dict[tuple[tuple[str, Any], ...], list[str]] = {}  # the names of each distinct settings
    labels: dict[tuple[tuple[str, Any], ...], str] = {}
    for label, settings, members in found:
        if members:
            key = tuple(sorted(settings.items()))
            merged.setdefault(key, []).extend(members)
            labels.setdefault(key, label)
    distinct = [dict(key) for key in merged]
    base = {
        key: value
        for key, value in distinct[0].items()
        if key not in ("freeze", "lr_scale")
        and all(key in settings and settings[key] == value for settings in distinct)
    }
    globs = Globs(catalog.names, catalog.aliases)
    rules = []
    for number, (key, members) in enumerate(merged.items()):
        own = {setting: value for setting, value in key if setting not in base}
        if own:
            rules.append(Rule(name(*globs.of(members)), name=labels[key] or f"group {number}", **own))
    grouped = {member for members in merged.values() for member in members}
    outside = [one for one in catalog.names if one not in grouped]
    if outside:
        rules.append(Rule(name(*globs.of(outside)), name="in no group", freeze=True))
    trainable = [kind.trainable for kind in catalog.kinds]
    frozen = [
        one for one, kind in zip(catalog.names, catalog.kind_of, strict=True) if not trainable[kind] and one in grouped
    ]
    if frozen:  # the optimizer skips parameters that the model froze
        rules.append(Rule(name(*globs.of(frozen)), name="requires_grad=False", freeze=True))
    return Plan.decide(catalog, rules, base)
