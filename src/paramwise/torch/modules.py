"""From an ``nn.Module`` to a catalog: the only file that walks a model.

Names are canonical: the wrappers below add nothing to them. A wrapper is known by its class, never by the look of a
name, so that a user's own attribute called ``module`` keeps its name.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import torch
from torch import nn

from paramwise.catalog import Catalog, Parameter
from paramwise.findings import InputError
from paramwise.roles import role_of
from paramwise.usage import uses

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
    if isinstance(model, torch.jit.ScriptModule):
        raise InputError(
            "a TorchScript module gives out its parameters as new objects at each look: they cannot be planned",
            help="plan the model that it was made from",
        )
    # One pass over up to 100,000 tensors: what depends on the class alone is found out once, and the search for cycles
    # is put off, as none are made.
    described: dict[tuple[type, str, str], dict[str, Kind]] = {}
    sizes: dict[torch.Size, tuple[tuple[int, ...], int, int]] = {}
    dtypes: dict[torch.dtype, str] = {}
    names: dict[int, str] = {}  # of tensors, by identity: the model keeps them alive
    aliases: dict[str, list[str]] = {}
    marked = _marked_by_model(model)
    parameters: list[Parameter] = []
    new = tuple.__new__  # of a named tuple, without its argument parsing
    collecting = gc.isenabled()
    gc.disable()
    try:
        for prefix, component, module, layer, held in walk(model):
            owner, used_as = (module, "") if held is None else (held.owner, held.attribute)
            kinds = described.setdefault((type(owner), component, used_as), {})
            for attribute, tensor in module._parameters.items():
                if tensor is None:
                    continue
                name = prefix + attribute
                known = names.setdefault(id(tensor), name)
                if known is not name:
                    if known != name:
                        aliases.setdefault(known, []).append(name)
                    continue
                try:
                    size = tensor.shape
                except RuntimeError:
                    raise InputError(
                        f"parameter `{name}` has no shape yet",
                        where=type(owner).__qualname__,
                        help="run one forward pass, so that the lazy module learns its input size, then read the model",
                    ) from None
                known_size = sizes.get(size)
                if known_size is None:
                    known_size = sizes[size] = (tuple(size), len(size), tensor.numel())
                shape, ndim, numel = known_size
                kind = kinds.get(attribute)
                if kind is None or kind[0] != ndim:
                    kind = kinds[attribute] = _kind(owner, component, attribute, ndim, held)
                _, role, module_class = kind
                dtype = dtypes.get(tensor.dtype) or dtypes.setdefault(tensor.dtype, str(tensor.dtype).partition(".")[2])
                mark = name in marked or _marked(tensor) if marked or tensor.__dict__ else False
                values = (name, (), shape, dtype, tensor.requires_grad, role, module_class, layer, numel, mark)
                parameters.append(new(Parameter, values))
    finally:
        if collecting:
            gc.enable()
    if aliases:
        parameters = [
            one._replace(aliases=tuple(aliases[one.name])) if one.name in aliases else one for one in parameters
        ]
    return Catalog(parameters)


def named_tensors(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters of a model by canonical name, tied ones once."""
    names: dict[int, str] = {}
    tensors: dict[str, nn.Parameter] = {}
    for prefix, _, module, _, _ in walk(model):
        for attribute, tensor in module._parameters.items():
            if tensor is not None and id(tensor) not in names:
                names[id(tensor)] = prefix + attribute
                tensors[prefix + attribute] = tensor
    return tensors


class Held(NamedTuple):
    """For whom a list of parameters, or a parametrization, holds its tensors."""

    owner: nn.Module
    attribute: str


def walk(model: nn.Module) -> Iterator[tuple[str, str, nn.Module, int | None, Held | None]]:
    """Every module that holds parameters, in ``named_parameters()`` order, a shared one once for each of its names.

    Yields (canonical prefix of its parameters' names, its name in its parent, module, layer, for whom it holds them).
    """
    prefixes: dict[int, str] = {}  # of modules, by identity: the model keeps them alive
    wrapped: dict[type, str | None] = {}
    stack: list[tuple[str, str, nn.Module, int | None, Held | None]] = [("", "", model, None, None)]
    while stack:
        item = stack.pop()
        prefix, component, module, layer, held = item
        first = prefixes.setdefault(id(module), prefix)
        # a module met again inside itself is a cycle; elsewhere it is shared, and its tensors have further names
        if first is not prefix and prefix.startswith(first):
            continue
        if module._parameters:
            yield item
        children = module._modules
        if not children:
            continue
        cls = type(module)
        if cls not in wrapped:
            wrapped[cls] = wrapped_attribute(cls)
        inner = wrapped[cls]
        for attribute in reversed(children):
            child = children[attribute]
            if child is None:
                continue
            if attribute == inner:
                stack.append((prefix, component, child, layer, held))
                continue
            if type(child) in _HOLDERS:
                stack.append((f"{prefix}{attribute}.", component, child, layer, Held(module, attribute)))
            elif attribute == "parametrizations" and isinstance(child, nn.ModuleDict):
                stack += [
                    (f"{prefix}{attribute}.{name}.", component, one, layer, Held(module, name))
                    for name, one in reversed(list(child.items()))
                ]
            else:
                inside = int(attribute) if layer is None and attribute.isdecimal() else layer
                stack.append((f"{prefix}{attribute}.", attribute, child, inside, None))


_HOLDERS = frozenset((nn.ParameterList, nn.ParameterDict))


Kind = tuple[int, str, str]
"""Number of dimensions, role, and qualified class of the owner: what equal parameters of equal modules share."""


def _kind(owner: nn.Module, component: str, attribute: str, ndim: int, held: Held | None) -> Kind:
    if held is not None and not (attribute.startswith("original") and attribute != "original"):
        attribute = held.attribute
    cls: type = type(owner)
    return _kind_in_class(cls, component, attribute, ndim)


@lru_cache(maxsize=65536)
def _kind_in_class(cls: type, component: str, attribute: str, ndim: int) -> Kind:
    written = original_class(cls)
    classes = qualified_classes(written)
    return ndim, role_of(component, attribute, ndim, classes, partial(uses, written)), classes[0]


def _marked(tensor: nn.Parameter) -> bool:
    """Whether a tensor asks for no weight decay, as state-space models mark theirs."""
    optim = getattr(tensor, "_optim", None)
    return bool(getattr(tensor, "_no_weight_decay", False)) or (
        isinstance(optim, dict) and optim.get("weight_decay") == 0
    )


def _marked_by_model(model: nn.Module) -> frozenset[str]:
    """Names for which the model asks for no weight decay, as timm's models do: ``no_weight_decay()``."""
    while (inner := model._modules.get(wrapped_attribute(type(model)) or "")) is not None:
        model = inner
    asked = getattr(model, "no_weight_decay", None)
    named = asked() if callable(asked) else getattr(model, "_no_weight_decay", None)
    return frozenset(filter(lambda one: isinstance(one, str), named)) if isinstance(named, Iterable) else frozenset()


def wrapped_attribute(cls: type) -> str | None:
    """The attribute under which a wrapper class holds what it wraps; None if the class is no wrapper."""
    return next((WRAPPERS[name] for name in _qualified(cls) if name in WRAPPERS), None)


def original_class(cls: type) -> type:
    """The class that the author wrote, where torch made another from it: for FSDP2, or for parametrizations."""
    while True:
        base = cls.__bases__[0]
        if cls.__module__ == "torch.nn.utils.parametrize" and cls.__name__.startswith("Parametrized"):
            cls = base
        elif f"{base.__module__}.{base.__qualname__}" == _FSDP2 and len(cls.__bases__) > 1:
            cls = cls.__bases__[1]
        else:
            return cls


def qualified_classes(cls: type) -> list[str]:
    """Qualified names of a module's class and its bases up to ``nn.Module``, nearest first."""
    names = _qualified(cls)
    return [name for name in names if name not in ("torch.nn.modules.module.Module", "builtins.object")] or names[:1]


def _qualified(cls: type) -> list[str]:
    return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]
