"""From an ``nn.Module`` to a catalog: the only file that walks a model.

Names are canonical: the wrappers below add nothing to them. A wrapper is known by its class, never by the look of a
name, so that a user's own attribute called ``module`` keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from paramwise.catalog import Catalog, Parameter
from paramwise.findings import InputError
from paramwise.roles import layer_of, role_of

# Class of the wrapper -> the attribute that holds what it wraps. Named, not imported: a library that made a wrapper is
# loaded already, and none is loaded for one that did not.
WRAPPERS = {
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
    "torch.distributed.fsdp.fully_sharded_data_parallel.FullyShardedDataParallel": "_fsdp_wrapped_module",
    "torch.distributed.algorithms._checkpoint.checkpoint_wrapper.ActivationWrapper": "_checkpoint_wrapped_module",
    "torch.optim.swa_utils.AveragedModel": "module",
    "peft.peft_model.PeftModel": "base_model",
    "peft.tuners.tuners_utils.BaseTuner": "model",
    "peft.tuners.tuners_utils.BaseTunerLayer": "base_layer",
    "peft.utils.other.AuxiliaryTrainingWrapper": "original_module",
    "lightning.fabric.wrappers._FabricModule": "_forward_module",
    "lightning_fabric.wrappers._FabricModule": "_forward_module",
    "deepspeed.runtime.engine.DeepSpeedEngine": "module",
}
_FSDP2 = "torch.distributed.fsdp._fully_shard._fully_shard.FSDPModule"


def read_module(model: nn.Module) -> Catalog:
    """The catalog of a model's parameters.

    A tied tensor appears once, under its first name, with its other names as aliases.

    Raises:
        InputError: a lazy parameter has no shape yet, or two parameters have one canonical name.

    Example:
        >>> [parameter.name for parameter in read_module(nn.Linear(2, 3))]
        ['weight', 'bias']
    """
    described: dict[tuple[type, str, int], tuple[str, str]] = {}
    dtypes: dict[torch.dtype, str] = {}
    aliases: dict[str, list[str]] = {}
    parameters = []
    for name, module, attribute, tensor in walk(model, aliases):
        try:
            shape = tuple(tensor.shape)
        except RuntimeError:
            raise InputError(
                f"parameter `{name}` has no shape yet",
                where=type(module).__qualname__,
                help="run one forward pass, so that the lazy module learns its input size, then read the model",
            ) from None
        key = (type(module), attribute, len(shape))
        if key not in described:
            classes = qualified_classes(type(module))
            described[key] = (classes[0], role_of(attribute, len(shape), classes))
        owner, role = described[key]
        dtype = dtypes.get(tensor.dtype) or dtypes.setdefault(tensor.dtype, str(tensor.dtype).removeprefix("torch."))
        parameters.append(
            Parameter(name, (), shape, dtype, tensor.requires_grad, role, owner, layer_of(name), tensor.numel())
        )
    if aliases:
        parameters = [
            one._replace(aliases=tuple(aliases[one.name])) if one.name in aliases else one for one in parameters
        ]
    return Catalog(parameters)


def named_tensors(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters of a model by canonical name."""
    return {name: tensor for name, _, _, tensor in walk(model, {})}


def walk(model: nn.Module, aliases: dict[str, list[str]]) -> Iterator[tuple[str, nn.Module, str, nn.Parameter]]:
    """Every parameter once, in ``named_parameters()`` order: (canonical name, owner, attribute in its owner, tensor).

    Further names of tied tensors are added to ``aliases`` under the first.
    """
    names: dict[int, str] = {}  # of tensors, by identity: the model keeps them alive
    prefixes: dict[int, str] = {}  # of modules, likewise
    wrapped: dict[type, str | None] = {}
    stack: list[tuple[str, nn.Module]] = [("", model)]
    while stack:
        prefix, module = stack.pop()
        first = prefixes.setdefault(id(module), prefix)
        # a module met again inside itself is a cycle; elsewhere it is shared, and its tensors have further names
        if first is not prefix and prefix.startswith(first):
            continue
        for attribute, tensor in module._parameters.items():
            if tensor is None:
                continue
            name = prefix + attribute
            known = names.setdefault(id(tensor), name)
            if known is name:
                yield name, module, attribute, tensor
            elif known != name:
                aliases.setdefault(known, []).append(name)
        if module._modules:
            cls = type(module)
            if cls not in wrapped:
                wrapped[cls] = wrapped_attribute(cls)
            inner = wrapped[cls]
            stack += [
                (prefix if attribute == inner else f"{prefix}{attribute}.", child)
                for attribute, child in reversed(module._modules.items())
                if child is not None
            ]


def wrapped_attribute(cls: type) -> str | None:
    """The attribute under which a wrapper class holds what it wraps; None if the class is no wrapper."""
    return next((WRAPPERS[name] for name in _qualified(cls) if name in WRAPPERS), None)


def qualified_classes(cls: type) -> list[str]:
    """Qualified names of a module's class and its bases up to ``nn.Module``, nearest first.

    FSDP2 gives a sharded module a class of its own made from the original: that one is passed over.
    """
    names = _qualified(cls)
    if _FSDP2 in names and names[0] != _FSDP2:
        names = names[names.index(_FSDP2) + 1 :]
    return [name for name in names if name not in ("torch.nn.modules.module.Module", "builtins.object")] or names[:1]


def _qualified(cls: type) -> list[str]:
    return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]
