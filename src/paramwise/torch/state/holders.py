"""The objects that hold an optimizer's state: wrappers, inner optimizers, shared groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.libraries import NO_STATE_OF_THEIR_OWN, PICKLES_STATE
from paramwise.model.code import known_name
from paramwise.torch.live import Live, inner_optimizers, stepping_copies
from paramwise.torch.memory import copied_by
from paramwise.torch.running import Stores, is_running, running_attributes, stores_of
from paramwise.torch.state.instances import packages_of
from paramwise.words import plural

Optimizer = torch.optim.Optimizer


@dataclass(frozen=True)
class Holder:
    """An object that holds state.

    Attributes:
        optimizer: an optimizer, or what wraps one.
        place: where it was found, such as ``base_optimizer``; empty for what was given.
        root: number of the given optimizer that it belongs to.
    """

    optimizer: Any
    place: str
    root: int

    @property
    def name(self) -> str:
        """The qualified name of its class; ours keep the state of torch's."""
        classes = type(self.optimizer).__mro__
        cls = next(one for one in classes if not one.__module__.startswith("paramwise."))
        return f"{cls.__module__}.{cls.__qualname__}"

    @cached_property
    def stores(self) -> Stores:
        """What the code of its class stores."""
        return stores_of(self.optimizer.__class__)

    @property
    def state(self) -> Any:
        """Its own state by parameter and by key; nothing where it only passes on that of what it wraps."""
        own = vars(self.optimizer).get("state")
        return own if isinstance(own, dict) else None

    @property
    def attributes(self) -> dict[str, Any]:
        """Running state in its attributes."""
        return running_attributes(self.optimizer)


@dataclass(frozen=True)
class GroupOfHolders:
    """A parameter group, which several holders may share.

    Attributes:
        group: the dict.
        holders: numbers of the holders, the outermost first.
        names: of its parameters.
    """

    group: dict[str, Any]
    holders: tuple[int, ...]
    names: tuple[str, ...]


class Holders:
    """All that holds the state of some optimizers, held against the model.

    Attributes:
        holders: each given optimizer's, the outermost first.
        groups: of all, each once.
        roots: the optimizers as they were given.
        live: the model's tensors and names.

    Raises:
        InputError: something is not an optimizer, holds tensors that are not the model's, or one tensor twice.
    """

    def __init__(self, given: Any, model: nn.Module) -> None:
        self.live = Live([], model, [])
        self.roots = list(given) if isinstance(given, (list, tuple)) else [given]
        self.holders: list[Holder] = []
        self._foreign = 0
        seen: set[int] = set()
        for root, optimizer in enumerate(self.roots):
            before = len(self.holders)
            self._walk(optimizer, "", root, seen)
            _refuse_nameless(optimizer)
            if len(self.holders) == before:
                raise InputError(
                    f"not an optimizer: {type(optimizer).__qualname__}",
                    help="give a torch.optim.Optimizer, and then its model",
                )
        if not self.roots:
            raise InputError("no optimizer", help="give one, or a list of some, and then the model")
        if self._foreign:
            raise InputError(
                f"The optimizer holds {plural(self._foreign, 'tensor')} that are not this model's parameters",
                help="give the model that the optimizer was built for; pw.audit(optimizer, model) says more",
            )
        self.groups = self._shared_groups()
        self._refuse_twice()

    @property
    def names(self) -> list[str]:
        """The names of all parameters in the groups, each once."""
        return list(dict.fromkeys(name for group in self.groups for name in group.names))

    @cached_property
    def names_by_identity(self) -> dict[int, str]:
        """From a parameter's identity to its name, for all of the model."""
        return {at: self.live.catalog.names[position] for at, position in self.live.position.items()}

    @cached_property
    def tensors(self) -> dict[str, nn.Parameter]:
        """The model's parameters by name."""
        return dict(zip(self.live.catalog.names, self.live.tensors, strict=True))

    @cached_property
    def packages(self) -> frozenset[str]:
        """The libraries that the optimizers are of: objects of theirs may be in the state."""
        return packages_of(holder.optimizer for holder in self.holders)

    def chain(self, name: str) -> tuple[int, ...]:
        """The numbers of the holders that have a parameter in a group, the outermost first."""
        return self._chains[name]

    @cached_property
    def _chains(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for group in self.groups:
            for name in group.names:
                found.setdefault(name, []).extend(group.holders)
        return {name: tuple(sorted(set(holders))) for name, holders in found.items()}

    def is_ordered(self, number: int) -> bool:
        """Whether a holder's state depends on the order of all its parameters: flat vectors of all of them."""
        holder = self.holders[number]
        if isinstance(holder.optimizer, torch.optim.LBFGS):
            return True
        for group in self.groups:
            total = sum(tensor.numel() for tensor in group.group["params"])
            if number in group.holders and len(group.names) > 1 and holder.state is not None:
                states = (holder.state.get(tensor) for tensor in group.group["params"] if tensor in holder.state)
                if any(is_order_of_all(state, total) for state in states):
                    return True
        return False

    def is_running(self, group: GroupOfHolders, key: str, value: Any) -> bool:
        """Whether what a group holds under a key is running state."""
        return is_running(key, value, [self.holders[at].stores for at in group.holders])

    def _walk(self, optimizer: Any, place: str, root: int, seen: set[int]) -> None:
        if id(optimizer) in seen:
            return
        seen.add(id(optimizer))
        inner = {} if not hasattr(optimizer, "__dict__") else inner_optimizers(optimizer)
        inner = {where: one for where, one in inner.items() if self._is_of_the_model(one)}
        has_groups = isinstance(optimizer, Optimizer) or bool(inner)
        if has_groups and not (inner and self._keeps_nothing(optimizer)):
            self._foreign += sum(
                not self._is_the_models(one) for group in _groups_of(optimizer) for one in group["params"]
            )
            self.holders.append(Holder(optimizer, place, root))
        for where, one in inner.items():
            self._walk(one, f"{place}.{where}" if place else where, root, seen)

    def _keeps_nothing(self, wrapper: Any) -> bool:
        """Whether a wrapper of optimizers has no state of its own, so that it may come and go between runs."""
        modules = [cls.__module__ for cls in type(wrapper).__mro__]
        if any(module.startswith(NO_STATE_OF_THEIR_OWN) for module in modules):
            return True
        return not isinstance(vars(wrapper).get("state"), dict) and not running_attributes(wrapper)

    def _is_the_models(self, tensor: torch.Tensor) -> bool:
        return id(tensor) in self.live.position

    def _is_of_the_model(self, inner: Optimizer) -> bool:
        """Whether an optimizer in an attribute trains the model, and not a number of the outer one's own."""
        groups = _groups_of(inner)
        return not any(group["params"] for group in groups) or any(
            self._is_the_models(tensor) for group in groups for tensor in group["params"]
        )

    def _shared_groups(self) -> list[GroupOfHolders]:
        sharing: dict[int, tuple[dict[str, Any], list[int]]] = {}
        for number, holder in enumerate(self.holders):
            for group in _groups_of(holder.optimizer):
                sharing.setdefault(id(group), (group, []))[1].append(number)
        return [
            GroupOfHolders(group, tuple(numbers), tuple(self.names_by_identity[id(one)] for one in group["params"]))
            for group, numbers in sharing.values()
        ]

    def _refuse_twice(self) -> None:
        roots = {name: {self.holders[at].root for at in self.chain(name)} for name in self.names}
        inside = Counter((at, name) for group in self.groups for at in group.holders for name in group.names)
        several = [name for name, found in roots.items() if len(found) > 1]
        several += [name for (_, name), count in inside.items() if count > 1]
        if several:
            raise InputError(
                f"{plural(len(several))} held more than once: a name has one state",
                evidence=several,
                help="keep the state of each optimizer in a file of its own",
            )
        for holder in self.holders:
            known = {id(tensor) for group in _groups_of(holder.optimizer) for tensor in group["params"]}
            other = [key for key in holder.state or () if isinstance(key, torch.Tensor) and id(key) not in known]
            if other:
                raise InputError(
                    f"{type(holder.optimizer).__name__} keeps state of {plural(len(other), 'tensor')} in no group",
                    evidence=[self.names_by_identity.get(id(key), f"a tensor {list(key.shape)}") for key in other],
                    help="put the parameter back into a group, or delete its state",
                )


def _refuse_nameless(optimizer: Any) -> None:
    """Refuse state that cannot be kept by name: that of copies (DeepSpeed's ZeRO), and pickles."""
    held = (optimizer, getattr(optimizer, "optimizer", None))
    known = isinstance(optimizer, torch.optim.Optimizer) and copied_by(optimizer) is not None
    if known or any(stepping_copies(each) is not None for each in held):
        raise InputError(
            f"{type(optimizer).__name__} keeps the state of copies of the parameters, without their names",
            help="save and load it with DeepSpeed: engine.save_checkpoint(), engine.load_checkpoint()",
        )
    if found := next(filter(None, (known_name(type(each), PICKLES_STATE) for each in held)), None):
        raise InputError(
            f"the state of {PICKLES_STATE[found]}'s {type(optimizer).__name__} holds a pickle, which is not kept",
            help="keep it with torch.save(optimizer.state_dict(), path), and resume with the same groups",
        )


def _groups_of(optimizer: Any) -> list[dict[str, Any]]:
    """The groups of an optimizer, or of what is inside a wrapper that has none of its own."""
    groups = getattr(optimizer, "param_groups", None)
    if groups is None:
        return [group for inner in inner_optimizers(optimizer).values() for group in _groups_of(inner)]
    return [group for group in groups if isinstance(group, dict) and "params" in group]


def is_order_of_all(value: Any, total: int) -> bool:
    """Whether a value depends on the order of all parameters: a vector as long as all together, or longer, is in it."""
    if isinstance(value, torch.Tensor):
        return value.ndim == 1 and value.numel() >= total > 1
    if isinstance(value, Mapping):
        return any(is_order_of_all(item, total) for item in value.values())
    return isinstance(value, (list, tuple)) and any(is_order_of_all(item, total) for item in value)
