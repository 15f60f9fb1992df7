"""From an ``nn.Module`` to a catalog: the only file that walks a model.

Names are canonical: wrappers add nothing to them. A wrapper is recognised by its class and never by a name, so that a
user's own attribute called ``module`` keeps its name.
"""

# ruff: noqa: F821 - a recursive function is deleted after its last call

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from operator import attrgetter
from typing import Any
from weakref import ref

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import SHAPE_BEFORE_ZERO, WRAPPERS
from paramwise.model.answers import answers
from paramwise.model.asking import asked
from paramwise.model.catalog import Catalog, Kind
from paramwise.model.code import known_name, original_class, qualified_names
from paramwise.model.collector import uncollected
from paramwise.model.doubts import witness_of
from paramwise.model.facts import Facts
from paramwise.model.outline import Outline
from paramwise.model.roles import role_by_name, role_of
from paramwise.model.usage import uses
from paramwise.torch.reparametrized import reparametrized


@uncollected
def read_module(model: nn.Module) -> Catalog:
    """The catalog of a model's parameters.

    A tied tensor appears once, under its first name, with its other names as aliases.

    Raises:
        InputError: a lazy parameter has no shape yet, or two parameters have the same canonical name.

    Example:
        >>> [parameter.name for parameter in read_module(nn.Linear(2, 3))]
        ['weight', 'bias']
    """
    return read_with_tensors(model)[0]


def read_with_tensors(model: nn.Module) -> tuple[Catalog, list[nn.Parameter]]:
    """The catalog of a model, and its parameters in the same order, by a single walk: see `read_module`."""
    names, tensors, owners, attributes = _columns(model)
    aliases: dict[str, list[str]] = {}
    if len(set(map(id, tensors))) != len(tensors):
        first, aliases = _tied(names, tensors)
        names, tensors = [names[i] for i in first], [tensors[i] for i in first]
        owners, attributes = [owners[i] for i in first], [attributes[i] for i in first]
    kinds = _Kinds()
    have_attributes = any(map(_attributes, tensors))  # of somebody else: a mark, or what ZeRO-3 keeps
    emptied = have_attributes and any(SHAPE_BEFORE_ZERO in own for own in map(_attributes, tensors))
    facts = _facts_before_zero(tensors) if emptied else map(_facts, tensors)
    try:
        kind_of = list(map(kinds.__getitem__, zip(owners, attributes, facts, strict=True)))
    except RuntimeError:
        _raise_lazy(names, tensors, owners)
        raise
    named = _marked_by_model(model)
    if named or have_attributes:
        for index, tensor in enumerate(tensors):
            if names[index] in named or _marked(tensor):
                kind_of[index] = kinds.marked(kind_of[index])
    catalog = Catalog.of_kinds(names, kinds.found, kind_of, aliases)
    catalog.outline, catalog.source = _outline(model), ModelSource(model, kept=bool(tensors) and tensors[0].is_meta)
    return catalog, tensors


class ModelSource:
    """The model that a catalog was read from; held only where it has no values, as on the meta device."""

    def __init__(self, model: nn.Module | None, *, kept: bool = False) -> None:
        self._kept = model if kept else None
        self._model = None if model is None else ref(model)

    def __call__(self) -> tuple[nn.Module, dict[int, tuple[str, tuple[int, ...]]]] | None:
        """The model, and the canonical name and shape of each parameter by its identity; None once it is gone."""
        model = self._model() if self._model is not None else None
        if model is None:
            return None
        return model, {
            id(tensor): (name, tuple(getattr(tensor, SHAPE_BEFORE_ZERO, tensor.shape)))
            for name, tensor in named_tensors(model).items()
        }

    def __reduce__(self) -> tuple[type[ModelSource], tuple[None]]:
        """Pickled and copied without the model."""
        return ModelSource, (None,)


_FEW = 32  # members of a list of modules that are outlined; of a longer list the first, and the last


def _outline(model: nn.Module, deep: int = 0) -> Outline:
    """The classes of a model's modules; members of one class in a list share an outline, but for the last."""
    cls: type = type(model)
    children = model._modules
    if not children:
        return Outline(original_class(cls))
    inner = wrapped_attribute(cls)
    if inner is not None and (wrapped := children.get(inner)) is not None:
        return _outline(wrapped, deep)
    if deep > _DEEPEST:
        return Outline(original_class(cls))
    found: dict[str, Outline] = {}
    if isinstance(model, (nn.ModuleList, nn.Sequential)):
        shared: dict[type, Outline] = {}
        last = next(reversed(children))
        for attribute in children if len(children) <= _FEW else [*islice(children, _FEW), last]:
            child = children[attribute]
            kind = type(child)
            if child is None or kind in _PARAMETERS:
                continue
            if kind in shared and attribute != last:
                found[attribute] = shared[kind]
            else:
                found[attribute] = _outline(child, deep + 1)
                if not isinstance(child, _CONTAINERS):
                    shared[kind] = found[attribute]
    else:
        for attribute, child in children.items():
            if child is not None and attribute != "parametrizations" and type(child) not in _PARAMETERS:
                found[attribute] = _outline(child, deep + 1)
    return Outline(original_class(cls), found)


_DEEPEST = 60
_PARAMETERS = (nn.ParameterList, nn.ParameterDict)
_HOLDERS = (nn.ModuleList, nn.ModuleDict)
_CONTAINERS = (nn.ModuleList, nn.Sequential, nn.ModuleDict)


def modules_of(model: nn.Module) -> list[nn.Module]:
    """Each module once, in the order of ``model.modules()``, which is a generator for each level of each module."""
    found: dict[int, nn.Module] = {}
    _find([model], found)
    return list(found.values())


def _find(children: Iterable[nn.Module | None], found: dict[int, nn.Module]) -> None:
    for child in children:
        if child is not None and (key := id(child)) not in found:
            found[key] = child
            if child._modules:
                _find(child._modules.values(), found)


def named_tensors(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters of a model by canonical name; a tied parameter appears once."""
    names, tensors, *_ = _columns(model)
    first, _ = _tied(names, tensors)
    return {names[index]: tensors[index] for index in first}


def _tied(names: Sequence[str], tensors: Sequence[nn.Parameter]) -> tuple[list[int], dict[str, list[str]]]:
    """The first position of each tensor, and for each tied tensor its first name -> its other names."""
    first: dict[int, int] = {}
    aliases: dict[str, list[str]] = {}
    for index, tensor in enumerate(tensors):
        known = names[first.setdefault(id(tensor), index)]
        if known != names[index]:
            aliases.setdefault(known, []).append(names[index])
    return list(first.values()), aliases


def _raise_lazy(names: Sequence[str], tensors: Sequence[nn.Parameter], owners: Sequence[Owner]) -> None:
    for name, tensor, (cls, *_) in zip(names, tensors, owners, strict=True):
        if nn.parameter.is_lazy(tensor):
            raise InputError(
                f"parameter `{name}` has no shape yet",
                where=cls.__qualname__,
                help="run one forward pass, so that the lazy module learns its input size, then read the model",
            ) from None


Owner = tuple[type, tuple[Any, ...], str] | tuple[type, tuple[Any, ...], str, str]
"""The class of a parameter's owner, what it answers to its class's code, its name in its parent and, for a list or a
parametrization, its attribute.

Of a list in a list the attribute has the number of the list: ``weights.0``.
"""

TensorFacts = tuple[torch.Size, torch.dtype, bool]
"""What is read from a tensor: shape, dtype, requires_grad."""

_facts = attrgetter("shape", "dtype", "requires_grad")
_attributes = attrgetter("__dict__")


def _facts_before_zero(tensors: Sequence[nn.Parameter]) -> Iterator[TensorFacts]:
    """The facts of each tensor; one that ZeRO-3 emptied has the shape that it had, and has again in forward."""
    for tensor in tensors:
        shape, dtype, trainable = _facts(tensor)
        yield torch.Size(getattr(tensor, SHAPE_BEFORE_ZERO, shape)), dtype, trainable


class _Kinds(dict[tuple[Owner, str, TensorFacts], int]):
    """Owner, attribute and tensor facts -> the number of the kind. Each of a model's few dozen kinds is made once."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Kind, int] = {}

    def __missing__(self, key: tuple[Owner, str, TensorFacts]) -> int:
        number = self[key] = self.found.setdefault(_kind(*key), len(self.found))
        return number

    def marked(self, number: int) -> int:
        """The number of the kind that differs from this kind only in being marked."""
        kind = list(self.found)[number]._replace(marked=True)
        return self.found.setdefault(kind, len(self.found))


def _columns(model: nn.Module) -> tuple[list[str], list[nn.Parameter], list[Owner], list[str]]:
    """Names, tensors, owners and attributes in ``named_parameters()`` order; a tied tensor once for each name."""
    names: list[str] = []
    tensors: list[nn.Parameter] = []
    owners: list[Owner] = []
    attributes: list[str] = []
    inners: dict[type, str | None] = {nn.Module: ""}  # the walk starts at a nameless module that wraps the model
    silent: set[type] = set()  # classes whose code asks their modules for nothing
    lists = _with_subclasses(_PARAMETERS)
    entered: set[int] = set()  # a module met again inside itself is a cycle; met again elsewhere, it is shared

    def answered(module: nn.Module, cls: type) -> tuple[Any, ...]:
        written = original_class(cls)
        if not any(asked(written)):
            silent.add(cls)
            return ()
        return answers(written, module)

    def walk(
        children: _Children, holder: nn.Module, component: str, prefix: str, parametrized: bool, listed: str = ""
    ) -> None:
        """Visit the children of a module, of its parametrizations, or of a list of lists of tensors that it holds."""
        cls: type = type(holder)
        inner = inners[cls] if cls in inners else inners.setdefault(cls, wrapped_attribute(cls))
        for attribute, child in children.items():
            if child is None or (inner and attribute != inner and _holds(children.get(inner), child)):
                continue  # a wrapper's second way to the module that it wraps, as Fabric's has
            kind = type(child)
            lists_here = kind in lists or (kind in _HOLDERS and _are_all(child._modules.values(), lists))
            path, name = (prefix, component) if attribute == inner else (f"{prefix}{attribute}.", attribute)
            stands_for = f"{listed}.{attribute}" if listed else attribute
            if child._parameters:
                owner: Owner
                if attribute != inner and (parametrized or lists_here):
                    owner = cls, () if cls in silent else answered(holder, cls), component, stands_for
                else:
                    owner = kind, () if kind in silent else answered(child, kind), name
                for key, tensor in child._parameters.items():
                    if tensor is not None:
                        names.append(path + key)
                        tensors.append(tensor)
                        owners.append(owner)
                        attributes.append(reparametrized(key, child) if "_" in key else key)
            if child._modules and (here := id(child)) not in entered:
                entered.add(here)
                if attribute == "parametrizations" and isinstance(child, nn.ModuleDict):
                    walk(child._modules, holder, component, path, True)
                elif lists_here:
                    walk(child._modules, holder, component, path, False, stands_for)
                else:
                    walk(child._modules, child, name, path, False)
                entered.remove(here)

    walk({"": model}, nn.Module(), "", "", False)
    del walk  # it holds itself, and so the tensors, until cycles are collected
    return names, tensors, owners, attributes


_Children = Mapping[str, nn.Module | None]


def _are_all(children: Iterable[nn.Module | None], kinds: Container[type]) -> bool:
    """Whether there are children, all of some classes: lists of parameters in a list of modules."""
    found = [type(child) in kinds for child in children]
    return bool(found) and all(found)


def _with_subclasses(classes: Iterable[type]) -> set[type]:
    """The classes and all that derive from them: in a set they are found faster than isinstance() tells."""
    found: set[type] = set()
    todo = [*classes]
    while todo:
        found.add(cls := todo.pop())
        todo += cls.__subclasses__()
    return found


@lru_cache(maxsize=65536)
def _kind(owner: Owner, attribute: str, facts: TensorFacts) -> Kind:
    (cls, found, component, *stands_for), (size, dtype, trainable) = owner, facts
    if stands_for and not (attribute.startswith("original") and attribute != "original"):
        used, holder = uses(original_class(cls), found), stands_for[0].partition(".")[0]
        if stands_for[0] == holder:
            item = used.item(holder, attribute)
        else:  # of a list in a list
            item = nested if (nested := f"{stands_for[0]}.{attribute}") in used else holder
        if item != holder:
            attribute = item
        elif holder not in used.mixed or role_by_name(attribute, len(size)) == "other":
            attribute = holder  # else its name in the dictionary says more
    vector = len(size) > 1 and sum(length > 1 for length in size) < 2
    single = not size or size[0] == 1
    role, module, witness = _role(cls, found, component, attribute, len(size), single, vector, bool(stands_for))
    return Kind(tuple(size), str(dtype).partition(".")[2], trainable, role, module, size.numel(), witness=witness)


@lru_cache(maxsize=65536)
def _role(
    cls: type,
    found: tuple[Any, ...],
    component: str,
    attribute: str,
    ndim: int,
    single: bool,
    vector: bool,
    listed: bool,
) -> tuple[str, str, str]:
    """The role of a parameter, the qualified class of its owner, and who told the role if a name alone did."""
    written = original_class(cls)
    classes = qualified_classes(written)
    facts = Facts(
        component,
        attribute,
        ndim,
        single=single,
        vector=vector,
        listed=listed,
        classes=classes,
        uses=partial(uses, written, found),
        unread=lambda: uses(written, found).unread,
        mixed=lambda: uses(written, found).mixed,
    )
    return role_of(facts), classes[0], witness_of(facts)


def _marked(tensor: nn.Parameter) -> bool:
    """Whether a tensor is marked to get no weight decay, as state-space models mark theirs."""
    optim = getattr(tensor, "_optim", None)
    return bool(getattr(tensor, "_no_weight_decay", False)) or (
        isinstance(optim, dict) and optim.get("weight_decay") == 0
    )


def _marked_by_model(model: nn.Module) -> frozenset[str]:
    """The names that a model excludes from weight decay, as timm's models do in ``no_weight_decay()``."""
    while (inner := _wrapped(model)) is not None:
        model = inner
    asked = getattr(model, "no_weight_decay", None)
    named = asked() if callable(asked) else getattr(model, "_no_weight_decay", None)
    return frozenset(name for name in named if isinstance(name, str)) if isinstance(named, Iterable) else frozenset()


def _holds(wrapped: nn.Module | None, module: nn.Module) -> bool:
    """Whether what a wrapper wraps is a module, or wraps it in turn."""
    while wrapped is not None and wrapped is not module:
        wrapped = _wrapped(wrapped)
    return wrapped is module


def _wrapped(module: nn.Module) -> nn.Module | None:
    """What a wrapper wraps; None for other modules."""
    cls: type = type(module)
    name = wrapped_attribute(cls)
    return module._modules.get(name) if name is not None else None


@lru_cache(maxsize=4096)
def wrapped_attribute(cls: type) -> str | None:
    """The attribute in which a wrapper class holds the module it wraps; None if the class is not a wrapper."""
    name = known_name(cls, WRAPPERS)
    return None if name is None else WRAPPERS[name]


def qualified_classes(cls: type) -> list[str]:
    """Qualified names of a module's class and its bases up to ``nn.Module``, nearest first."""
    names = qualified_names(cls)
    return [name for name in names if name not in ("torch.nn.modules.module.Module", "builtins.object")] or names[:1]
