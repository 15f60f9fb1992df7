"""From a plan to a torch optimizer: the only place where a plan touches a model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from paramwise.checks import raise_errors
from paramwise.findings import Finding, InputError, OptionError, PlanError
from paramwise.planner import Plan, unknown_option
from paramwise.torch.live import born
from paramwise.torch.modules import named_tensors

if TYPE_CHECKING:
    from paramwise.planner import Group

OptimizerFactory = Callable[..., torch.optim.Optimizer]

# Listed, because torch says only at the first step that it has no fused kernel (Adagrad has one for the CPU alone).
FUSED_CLASSES = (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD)
FUSED_DEVICES = ("cpu", "cuda", "mps", "xpu")


def build_optimizer(
    plan: Plan, cls: OptimizerFactory, model: nn.Module | None, defaults: Mapping[str, Any]
) -> torch.optim.Optimizer:
    """See `Plan.optimizer`."""
    options = Options(cls)
    groups = plan.groups
    for group in groups:
        for key in group.settings:
            if key != "lr_scale" and not options.takes(key):
                raise _untaken(options, key, plan)
    for key, value in defaults.items():
        if not options.takes(key):
            raise unknown_option(key, options.name, options.names)
        if groups and all(group.settings.get(key, value) != value for group in groups):
            raise OptionError(
                f"`{key}` is given twice: the plan sets it for every parameter, so {key}={value!r} would do nothing",
                help=f"set `{key}` in the plan, or leave it out there",
            )
    tensors = _fitting_tensors(plan, model)
    base_lr = defaults.get("lr", options.defaults.get("lr"))

    trained = [tensors[name] for group in groups for name in group.names]
    fused = {"fused": True} if _fuses(cls, options, defaults, trained) else {}
    optimizer = cls([_named_group(group, tensors, base_lr, options) for group in groups], **fused, **defaults)
    for group in groups:
        for key in group.settings:
            if key != "lr_scale" and key not in optimizer.defaults:
                raise OptionError(
                    f"{options.name} does not read `{key}` from a parameter group",
                    help=f"give it to the optimizer as a whole: plan.optimizer({options.name}, {key}=...)",
                )
    _apply(plan, tensors)
    born[optimizer] = [group["lr"] for group in optimizer.param_groups]
    return optimizer


def _fuses(
    cls: OptimizerFactory, options: Options, defaults: Mapping[str, Any], trained: Sequence[nn.Parameter]
) -> bool:
    """Whether torch has a fused kernel for all of it, and the caller has not decided otherwise."""
    return (
        isinstance(cls, type)
        and issubclass(cls, FUSED_CLASSES)
        and options.takes("fused")
        and not {"fused", "foreach", "differentiable"} & defaults.keys()
        and all(tensor.is_floating_point() and tensor.device.type in FUSED_DEVICES for tensor in trained)
        # torch 2.13's fused SGD leaves most 16-bit values on the CPU as they are (pytorch#191763)
        and not (issubclass(cls, torch.optim.SGD) and any(t.device.type == "cpu" and t.itemsize < 4 for t in trained))
    )


def plain_groups(plan: Plan, decay_key: str, model: nn.Module | None) -> list[dict[str, Any]]:
    """See `Plan.as_groups`."""
    tensors = _fitting_tensors(plan, model)
    _apply(plan, tensors)
    return [
        {
            "params": [tensors[name] for name in group.names],
            **{decay_key if key == "weight_decay" else key: value for key, value in group.settings.items()},
        }
        for group in plan.groups
    ]


class Options:
    """The options that an optimizer class takes."""

    def __init__(self, cls: OptimizerFactory) -> None:
        if not callable(cls) or isinstance(cls, torch.optim.Optimizer):
            raise InputError(f"not an optimizer class: {cls!r}", help="e.g. plan.optimizer(torch.optim.AdamW)")
        self.name: str = getattr(cls, "__name__", repr(cls))
        self.open = False  # whether it takes any keyword: then what it reads is known only once it is built
        self.defaults: dict[str, Any] = {}
        self.names: list[str] = []
        # a subclass with **kwargs hands them to its base
        for one in inspect.getmro(cls) if isinstance(cls, type) else (cls,):
            if one is torch.optim.Optimizer:
                break
            parameters = list(inspect.signature(one).parameters.values())
            for parameter in parameters[1:]:
                if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                    self.names.append(parameter.name)
                    if parameter.default is not parameter.empty:
                        self.defaults.setdefault(parameter.name, parameter.default)
            self.open = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters)
            if not self.open:
                break

    def takes(self, key: str) -> bool:
        """Whether the option is one of the class's."""
        return self.open or key in self.names


def _untaken(options: Options, key: str, plan: Plan) -> OptionError:
    error = unknown_option(key, options.name, options.names)
    finding = error.findings[0]
    rule = next((rule for rule in plan.rules if key in rule.settings), None)
    help = list(finding.help)
    if key == "weight_decay" and "weight_decay_rate" in options.names:
        help.append(f'{options.name}(plan.as_groups(decay_key="weight_decay_rate"), ...)')
    return OptionError(
        Finding(
            message=finding.message,
            where=rule.where if rule else None,
            evidence=(f"set by rule `{rule.name}`" if rule else "a base setting of the plan",),
            help=tuple(help),
        )
    )


def _fitting_tensors(plan: Plan, model: nn.Module | None) -> dict[str, nn.Parameter]:
    """The model's tensors by name, once plan and model are known to be sound and to fit each other."""
    raise_errors(plan)
    if len(plan.frozen) == len(plan.catalog):
        raise PlanError(Finding(message="the plan leaves no parameter to train", help=("freeze fewer parameters",)))
    model = plan.model if model is None else model
    if model is None:
        raise InputError(
            "the plan was made from a description, not from a model: there are no tensors to optimize",
            help="pass the model: plan.optimizer(torch.optim.AdamW, model)",
        )
    tensors = named_tensors(model)
    planned = set(plan.catalog.names)
    misfits = [f"{name}: in the model, not in the plan" for name in tensors if name not in planned]
    for parameter, decision in plan:
        tensor = tensors.get(parameter.name)
        if tensor is None:
            misfits.append(f"{parameter.name}: in the plan, not in the model")
        elif tuple(tensor.shape) != parameter.shape:
            misfits.append(f"{parameter.name}: {list(parameter.shape)} in the plan, {list(tensor.shape)} in the model")
        elif parameter.trainable and not tensor.requires_grad and not decision.frozen:
            misfits.append(f"{parameter.name}: trained by the plan, but frozen in the model since")
        elif not decision.frozen and not (tensor.is_floating_point() or tensor.is_complex()):
            misfits.append(f"{parameter.name}: {parameter.dtype} values have no gradient and cannot be trained")
    if misfits:
        raise PlanError(
            Finding(
                message=f"the plan does not fit the model: {len(misfits)} parameters differ",
                evidence=tuple(misfits),
                help=("plan the model as it is now: pw.plan(model, ...)",),
            )
        )
    return tensors


def _apply(plan: Plan, tensors: Mapping[str, nn.Parameter]) -> None:
    """Make ``requires_grad`` what the plan says."""
    for parameter, decision in plan:
        tensors[parameter.name].requires_grad_(not decision.frozen)


def _named_group(group: Group, tensors: Mapping[str, nn.Parameter], base_lr: Any, options: Options) -> dict[str, Any]:
    settings = dict(group.settings)
    scale = settings.pop("lr_scale", None)
    if scale is not None:
        if base_lr is None:
            raise InputError(
                f"lr_scale={scale} has no learning rate to multiply: {options.name} has no default one",
                help="give one: pw.plan(model, ..., lr=2e-5)",
            )
        settings["lr"] = base_lr * scale
    names = list(group.names)
    return {"params": [tensors[name] for name in names], "param_names": names, **settings}
