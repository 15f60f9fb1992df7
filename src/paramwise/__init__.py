"""Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model.

>>> import torch
>>> import paramwise as pw
>>> model = torch.nn.ModuleDict({"dense": torch.nn.Linear(4, 4), "norm": torch.nn.LayerNorm(4)})
>>> plan = pw.plan(model, lr=2e-5)
>>> [(group.settings["weight_decay"], len(group)) for group in plan.groups]
[(0.1, 1), (0.0, 3)]
>>> optimizer = plan.optimizer(torch.optim.AdamW)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paramwise import recipes
    from paramwise.catalog import Catalog, Parameter
    from paramwise.config.file import Config, read_config
    from paramwise.difference import Change, Difference
    from paramwise.findings import (
        Finding,
        Findings,
        InputError,
        MissingExtraError,
        OptionError,
        ParamwiseError,
        PlanError,
        UnknownNameError,
    )
    from paramwise.layers import Layer
    from paramwise.lock import read_lock, write_lock
    from paramwise.planner import Decision, Explanation, Group, Plan
    from paramwise.prepare import plan
    from paramwise.rules import Rule
    from paramwise.selectors import (
        Selector,
        depth,
        everything,
        layer,
        marked,
        module,
        name,
        ndim,
        regex,
        role,
        token,
        tower,
        trainable,
    )
    from paramwise.sources import read
    from paramwise.suggest import Suggestion, suggest_rules
    from paramwise.torch.audit import audit
    from paramwise.torch.combined import CombinedOptimizer
    from paramwise.torch.convert import convert_state
    from paramwise.torch.groups import read_groups
    from paramwise.torch.metrics import Meter, Reading, metrics
    from paramwise.torch.probe import Probe, probe
    from paramwise.torch.state import Loaded, load_state, save_state
    from paramwise.torch.unfreeze import UnfreezeSchedule

__version__ = "0.1.0"

_HOME = {
    "Catalog": "catalog",
    "Change": "difference",
    "CombinedOptimizer": "torch.combined",
    "Config": "config.file",
    "Decision": "planner",
    "Difference": "difference",
    "Explanation": "planner",
    "Finding": "findings",
    "Findings": "findings",
    "Group": "planner",
    "InputError": "findings",
    "Layer": "layers",
    "Loaded": "torch.state",
    "Meter": "torch.metrics",
    "MissingExtraError": "findings",
    "OptionError": "findings",
    "Parameter": "catalog",
    "ParamwiseError": "findings",
    "Plan": "planner",
    "PlanError": "findings",
    "Probe": "torch.probe",
    "Reading": "torch.metrics",
    "Rule": "rules",
    "Selector": "selectors",
    "Suggestion": "suggest",
    "UnfreezeSchedule": "torch.unfreeze",
    "UnknownNameError": "findings",
    "audit": "torch.audit",
    "convert_state": "torch.convert",
    "depth": "selectors",
    "everything": "selectors",
    "layer": "selectors",
    "load_state": "torch.state",
    "marked": "selectors",
    "metrics": "torch.metrics",
    "module": "selectors",
    "name": "selectors",
    "ndim": "selectors",
    "plan": "prepare",
    "probe": "torch.probe",
    "read": "sources",
    "read_config": "config.file",
    "read_groups": "torch.groups",
    "read_lock": "lock",
    "recipes": "recipes",
    "regex": "selectors",
    "role": "selectors",
    "save_state": "torch.state",
    "suggest_rules": "suggest",
    "token": "selectors",
    "tower": "selectors",
    "trainable": "selectors",
    "write_lock": "lock",
}

__all__ = [
    "Catalog",
    "Change",
    "CombinedOptimizer",
    "Config",
    "Decision",
    "Difference",
    "Explanation",
    "Finding",
    "Findings",
    "Group",
    "InputError",
    "Layer",
    "Loaded",
    "Meter",
    "MissingExtraError",
    "OptionError",
    "Parameter",
    "ParamwiseError",
    "Plan",
    "PlanError",
    "Probe",
    "Reading",
    "Rule",
    "Selector",
    "Suggestion",
    "UnfreezeSchedule",
    "UnknownNameError",
    "audit",
    "convert_state",
    "depth",
    "everything",
    "layer",
    "load_state",
    "marked",
    "metrics",
    "module",
    "name",
    "ndim",
    "plan",
    "probe",
    "read",
    "read_config",
    "read_groups",
    "read_lock",
    "recipes",
    "regex",
    "role",
    "save_state",
    "suggest_rules",
    "token",
    "tower",
    "trainable",
    "write_lock",
]


def __getattr__(attribute: str) -> Any:
    home = _HOME.get(attribute)
    if home is None:
        raise AttributeError(f"module 'paramwise' has no attribute '{attribute}'")
    if home.startswith("torch."):
        import_module("paramwise.sources").require("torch", "torch", f"`paramwise.{attribute}`")
    module = import_module(f"paramwise.{home}")
    value = module if home == attribute else getattr(module, attribute)
    globals()[attribute] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
