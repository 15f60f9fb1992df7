"""From a plan to a torch optimizer: the only place where a plan touches a model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from paramwise.findings import Finding, InputError, OptionError
from paramwise.rules.decide import Decided
from paramwise.torch.live import inner_optimizers
from paramwise.torch.memory import remember_elsewhere, remember_rates
from paramwise.torch.optimizers.agreement import agree, stopping_all
from paramwise.torch.optimizers.binding import Binding, BoundGroup, Model, bind
from paramwise.torch.optimizers.combined import CombinedOptimizer
from paramwise.torch.optimizers.muon import Muon
from paramwise.torch.options import OptimizerFactory, Options, torch_class, unknown_option
from paramwise.torch.running import reads
from paramwise.torch.sharding import mesh_of
from paramwise.words import did_you_mean, plural

if TYPE_CHECKING:
    from paramwise.rules.decide import Group

Classes = dict[str | None, tuple[OptimizerFactory, Mapping[str, Any]]]
"""For each optimizer that a plan names, its class and options."""

OptimizerChoice = OptimizerFactory | Mapping[str, OptimizerFactory | tuple[OptimizerFactory, Mapping[str, Any]]] | None
"""A class; a mapping from name to class, or to class and options; or None for torch's classes of those names."""

# A list, because torch raises only at the first step if it has no fused kernel (Adagrad's is for the CPU alone).
FUSED_CLASSES = (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD)
FUSED_DEVICES = ("cpu", "cuda", "mps", "xpu")
OURS = ("lr_scale", "optimizer")  # settings that paramwise reads, not the optimizer


def build_optimizer(
    plan: Decided, choice: OptimizerChoice, model: Model | None, defaults: Mapping[str, Any], across: Any = None
) -> torch.optim.Optimizer:
    """See `Plan.optimizer`."""
    if across is None:
        classes, binding = _prepared(plan, choice, model, defaults, parts=False)
        kinds = binding.kinds
    else:
        with stopping_all(across):
            classes, binding = _prepared(plan, choice, model, defaults, parts=True)
        kinds = agree(across, binding, classes)
    groups_of: dict[str | None, list[BoundGroup]] = {}
    for group in binding.groups(kinds):
        groups_of.setdefault(_optimizer_of(group.planned), []).append(group)
    built = {
        name: _built(groups_of[name], cls, Options(cls), _with_base_rate(plan, Options(cls), options), binding)
        for name, (cls, options) in classes.items()
    }
    binding.apply()
    for optimizer in built.values():
        remember_rates(optimizer)
    if len(built) == 1:
        return next(iter(built.values()))
    combined = CombinedOptimizer({str(name): optimizer for name, optimizer in built.items()})
    remember_rates(combined)
    return combined


def _prepared(
    plan: Decided, choice: OptimizerChoice, model: Model | None, defaults: Mapping[str, Any], *, parts: bool
) -> tuple[Classes, Binding]:
    """The class and options of each optimizer, and the tensors: all that can be wrong with a call is found here."""
    groups_of: dict[str | None, list[Group]] = {}
    for group in plan.groups:
        groups_of.setdefault(_optimizer_of(group), []).append(group)
    classes = _classes(plan, groups_of, choice, defaults)
    for name, (cls, options) in classes.items():
        _check_options(plan, groups_of[name], cls, Options(cls), options)
    return classes, bind(plan, model, parts=parts)


def _optimizer_of(group: Group) -> str | None:
    """The name of the optimizer that a planned group is for, if the plan names any."""
    return cast("str | None", group.settings.get("optimizer"))


def _classes(
    plan: Decided,
    groups_of: Mapping[str | None, Sequence[Group]],
    choice: OptimizerChoice,
    defaults: Mapping[str, Any],
) -> Classes:
    """For each optimizer that the plan names, its class and options.

    Raises:
        InputError: an optimizer is missing or gets no parameters, or torch has no class of that name.
    """
    if isinstance(choice, Mapping):
        if defaults:
            raise OptionError(
                f"`{next(iter(defaults))}` does not say which optimizer it belongs to",
                help='give each its options: plan.optimizer({"muon": (torch.optim.Muon, {"momentum": 0.9}), ...})',
            )
        given = {name: entry if isinstance(entry, tuple) else (entry, {}) for name, entry in choice.items()}
        for name, entry in given.items():
            if len(entry) != 2 or not isinstance(entry[1], Mapping):
                raise InputError(
                    f"optimizer `{name}` is neither a class nor a class with its options",
                    help=f'e.g. {{"{name}": (torch.optim.AdamW, {{"betas": (0.9, 0.95)}})}}',
                )
        for planned, groups in groups_of.items():
            if planned not in given:
                raise InputError(
                    f"{plural(sum(map(len, groups)))} "
                    + (
                        "of the plan without an optimizer"
                        if planned is None
                        else f"for `{planned}`, which is not given"
                    ),
                    evidence=groups[0].names,
                    help=f"given: {', '.join(map(str, given))}; pw.Rule(selector, optimizer=NAME) says which",
                )
        if empty := [name for name in given if name not in groups_of]:
            raise InputError(
                f"optimizer `{empty[0]}` gets no parameters from the plan",
                help=did_you_mean(str(empty[0]), [name or "none" for name in groups_of]),
            )
        return {name: _cutting(*given[cast(str, name)], groups_of[name]) for name in groups_of}
    if choice is None:
        if None in groups_of:
            unnamed = plural(sum(map(len, groups_of[None])))
            raise InputError(
                f"no optimizer class is given, and the plan names no optimizer for {unnamed}",
                help="plan.optimizer(torch.optim.AdamW)",
            )
        named = {name: torch_class(str(name), plan.rules) for name in groups_of}
        return {name: (Muon if cls is torch.optim.Muon else cls, defaults) for name, cls in named.items()}
    names = [name for name in groups_of if name is not None]
    cls_name = getattr(choice, "__name__", "")
    if len(groups_of) > 1 or (names and names[0].lower() != cls_name.lower()):
        raise InputError(
            f"the plan names {plural(len(names), 'optimizer')}: {', '.join(names)}",
            help="plan.optimizer({" + ", ".join(f'"{name}": ...' for name in names) + "}), or plan.optimizer() "
            "for torch's classes of those names",
        )
    return {name: _cutting(choice, defaults, groups) for name, groups in groups_of.items()}


def _cutting(
    cls: OptimizerFactory, options: Mapping[str, Any], groups: Sequence[Group]
) -> tuple[OptimizerFactory, Mapping[str, Any]]:
    """Our Muon instead of torch's where the plan cuts weights into blocks."""
    cuts = cls is torch.optim.Muon and any("blocks" in group.settings for group in groups)
    return (Muon if cuts else cls), options


def _check_options(
    plan: Decided, groups: Sequence[Group], cls: OptimizerFactory, options: Options, defaults: Mapping[str, Any]
) -> None:
    """Raise an OptionError for a setting or default that the class does not take, or that would have no effect."""
    for group in groups:
        for key in group.settings:
            if key not in OURS and not (options.takes(key) or not options.names or reads(cls, key)):
                raise _not_taken(options, key, plan)
    for key, value in defaults.items():
        if not options.takes(key):
            raise unknown_option(key, options.name, options.names)
        if groups and all(group.settings.get(key, value) != value for group in groups):
            raise OptionError(
                f"`{key}` is given twice: the plan sets it for every parameter, so {key}={value!r} has no effect",
                help=f"set `{key}` in the plan alone, or leave it out of the plan",
            )


def _with_base_rate(plan: Decided, options: Options, defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    """The defaults with the plan's base rate, which schedulers and ``add_param_group()`` read from the optimizer."""
    rate = {"lr": plan.base["lr"]} if "lr" in plan.base and options.takes("lr") else {}
    return {**rate, **defaults}


def _built(
    groups: Sequence[BoundGroup],
    cls: OptimizerFactory,
    options: Options,
    defaults: Mapping[str, Any],
    binding: Binding,
) -> torch.optim.Optimizer:
    """Build one optimizer over its groups."""
    base_lr = defaults.get("lr", options.defaults.get("lr"))
    tensors = binding.tensors
    trained = [tensors[name] for group in groups for name in group.names]
    decided = defaults.keys() | {key for group in groups for key in group.planned.settings}
    fused = {"fused": True} if _fuses(cls, options, decided, trained, tensors.values()) else {}
    # depends on the whole model: frozen convolutions may be unfrozen later
    if cls is torch.optim.Muon and any(tensor.ndim > 2 or mesh_of(tensor) is not None for tensor in tensors.values()):
        cls = Muon
    made = [_torch_group(group, binding, base_lr) for group in groups]
    optimizer = _made(cls, options.name, made, {**fused, **defaults})
    remember_elsewhere(optimizer, [group.name for group in groups if not group.names])
    # ZeroRedundancyOptimizer's inner one steps the groups
    read = {key for each in (optimizer, *inner_optimizers(optimizer).values()) for key in each.defaults}
    for group in groups:
        for key in group.planned.settings:  # a class without options of its own reads all of them from its groups
            if read and key not in OURS and key not in read and not reads(cls, key):
                raise OptionError(
                    f"{options.name} does not read `{key}` from a parameter group",
                    help=f"give it to the whole optimizer: plan.optimizer({options.name}, {key}=...)",
                )
    _name_groups(optimizer, groups, binding)
    return optimizer


def _made(
    cls: OptimizerFactory, name: str, groups: list[dict[str, Any]], options: Mapping[str, Any]
) -> torch.optim.Optimizer:
    """Call the class; what it raises about the plan's groups and options becomes an InputError."""
    try:
        return cls(groups, **options)
    except (InputError, ImportError):
        raise
    except Exception as error:  # classes refuse in as many ways as there are
        raise InputError(
            f"{name} does not take the plan's groups and options",
            evidence=[f"{type(error).__name__}: {error}"],
            help=(
                f"what it wants beside groups is given with the class: plan.optimizer({name}, option=...)",
                "what it wants in a group is set by rules: pw.Rule(selector, option=...)",
                "a class that takes a model, or another optimizer, is built by hand: plan.as_groups()",
            ),
        ) from error


def _name_groups(optimizer: torch.optim.Optimizer, groups: Sequence[BoundGroup], binding: Binding) -> None:
    """Write names into the groups once they are made: some classes refuse keys that they do not know, or sort."""
    planned = {id(binding.tensors[name]): (group.name, name) for group in groups for name in group.names}
    empty = [group.name for group in groups if not group.names]
    for group in optimizer.param_groups:
        named = [planned[id(tensor)] for tensor in group["params"] if id(tensor) in planned]
        if len(named) < len(group["params"]):
            continue
        if named:
            group["name"] = named[0][0]
        elif empty:
            group["name"] = empty.pop(0)
        group["param_names"] = [binding.own_names.get(name, name) for _, name in named]


def _fuses(
    cls: OptimizerFactory,
    options: Options,
    decided: Collection[str],
    trained: Sequence[nn.Parameter],
    every: Iterable[nn.Parameter],
) -> bool:
    """Whether torch has a fused kernel for all tensors and neither plan nor user chose a kernel."""
    return (
        isinstance(cls, type)
        and issubclass(cls, FUSED_CLASSES)
        and options.takes("fused")
        and not {"fused", "foreach", "differentiable"}.intersection(decided)
        and all(tensor.is_floating_point() and tensor.device.type in FUSED_DEVICES for tensor in trained)
        # torch 2.13's fused SGD does not update most 16-bit values on the CPU (pytorch#191763)
        # and has no kernel for DTensors at all
        and not (
            issubclass(cls, torch.optim.SGD)
            and any(mesh_of(t) is not None or (t.device.type == "cpu" and t.itemsize < 4) for t in every)
        )
    )


def plain_groups(plan: Decided, decay_key: str, model: Model | None) -> list[dict[str, Any]]:
    """See `Plan.as_groups`."""
    binding = bind(plan, model)
    binding.apply()
    return [
        {
            "params": [binding.tensors[name] for name in group.names],
            **{decay_key if key == "weight_decay" else key: value for key, value in group.planned.settings.items()},
        }
        for group in binding.groups()
    ]


def _not_taken(options: Options, key: str, plan: Decided) -> OptionError:
    """The error for a setting that the class does not take; it names the rule that set it."""
    error = unknown_option(key, options.name, options.names)
    finding = error.findings[0]
    rule = next((rule for rule in plan.rules if key in rule.settings), None)
    helps = list(finding.help)
    if len(plan.optimizer_names) > 1 and rule is None:
        helps.append(
            f"if it is for another optimizer, set it with pw.Rule(selector, {key}=...), not for all parameters"
        )
    if key == "weight_decay" and "weight_decay_rate" in options.names:
        helps.append(f'{options.name}(plan.as_groups(decay_key="weight_decay_rate"), ...)')
    return OptionError(
        Finding(
            message=finding.message,
            where=rule.where if rule else None,
            evidence=(f"set by rule `{rule.name}`" if rule else "a base setting of the plan",),
            help=tuple(helps),
        )
    )


def options_of_group(group: Group, base_lr: Any) -> dict[str, Any]:
    """A planned group's settings as the options of a torch group, with ``lr_scale`` multiplied by the optimizer's rate.

    Raises:
        InputError: there is no rate to multiply.
    """
    settings = dict(group.settings)
    scale = settings.pop("lr_scale", None)
    if scale is not None:
        if base_lr is None:
            raise InputError(
                f"lr_scale={scale} has no learning rate to multiply: neither plan nor optimizer has one",
                help="give one: pw.plan(model, ..., lr=2e-5)",
            )
        settings["lr"] = base_lr * scale
    return settings


def _torch_group(group: BoundGroup, binding: Binding, base_lr: Any) -> dict[str, Any]:
    settings = options_of_group(group.planned, base_lr)
    settings.pop("optimizer", None)  # the name of the optimizer that the group is in
    return {"params": [binding.tensors[name] for name in group.names], **settings}
