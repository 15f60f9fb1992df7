"""Any existing grouping, read into a plan: to be shown, checked, compared and locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.plans.plan import Plan
from paramwise.rules.rule import Rule
from paramwise.rules.selectors import just
from paramwise.words import plural, public

if TYPE_CHECKING:
    import torch

    from paramwise.torch.groups import NamedGroup


@public
def read_groups(model: torch.nn.Module, groups: Any) -> Plan:
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
        >>> import torch
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2))
        >>> plan = read_groups(model, torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1))
        >>> plan["1.weight"].settings
        {'lr': 0.001, 'weight_decay': 0.1}
    """
    from paramwise.torch.groups import named_groups

    catalog, found = named_groups(model, groups)
    _check(found)
    return _planned(catalog, found)


def _check(found: Sequence[NamedGroup]) -> None:
    if not any(members for *_, members in found):
        raise InputError("no parameters in the groups", help="give group dicts, or an optimizer")
    count = Counter(one for *_, members in found for one in members)
    twice = [one for one, times in count.items() if times > 1]
    if twice:
        raise InputError(
            f"{plural(len(twice))} held more than once", evidence=twice, help="each parameter is in one group, once"
        )


def _planned(catalog: Catalog, found: Sequence[NamedGroup]) -> Plan:
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
    return Plan.decide(catalog, rules, base)
