"""One look at a program's optimizer: which model it trains, and what is wrong."""

from __future__ import annotations

import abc
import gc
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn

from paramwise.findings import Finding
from paramwise.rules.expectations import Expectation, unmet
from paramwise.torch.audit.auditing import audit
from paramwise.torch.audit.freezing import zero_positions
from paramwise.torch.live import Live
from paramwise.torch.observed import Observed

Optimizer = torch.optim.Optimizer
_Tensors = dict[int, torch.Tensor]  # by identity
_WITNESSES = 16  # of what is frozen: each costs a moment at every step


class Gradients:
    """The leaf tensors on which a gradient was ever seen; it does not keep them alive."""

    def __init__(self) -> None:
        self._seen: dict[int, weakref.ref[torch.Tensor]] = {}
        self._marks: dict[int, tuple[int, int]] = {}  # of each gradient on a tensor in no optimizer
        self._forgotten: dict[int, int] = {}  # tensors trained, in no optimizer -> the number of the one that tells
        self._was_held: dict[int, weakref.ref[torch.Tensor]] = {}

    def note(self, tensors: Iterable[torch.Tensor]) -> set[int]:
        """Add those that have one now, asked without the code that subclasses of tensors bring; gives their ids."""
        now = set()
        with torch._C.DisableTorchFunctionSubclass():
            for tensor in tensors:
                if tensor.is_leaf and tensor.grad is not None:
                    now.add(id(tensor))
                    if id(tensor) not in self._seen:
                        self._seen[id(tensor)] = self._weakly(self._seen, id(tensor), tensor)
        return now

    def _weakly(self, kept: dict[int, Any], key: int, tensor: torch.Tensor) -> weakref.ref[torch.Tensor]:
        def forget(_: object) -> None:
            kept.pop(key, None)
            self._forgotten.pop(key, None)

        return weakref.ref(tensor, forget)

    def forgotten(self, now: set[int], number: int) -> set[int]:
        """Tensors that backward reaches and no optimizer holds or held, as far as one optimizer is to tell of them.

        A gradient that stays as it is does not count: a copy of a model has those of the original, and a model that
        was trained before keeps its last. So a tensor is forgotten when its gradient is another one than a look ago.
        """
        marks = {}
        with torch._C.DisableTorchFunctionSubclass():
            for key, tensor in self.alive().items():
                if key in now and key not in self._was_held and tensor.grad is not None:
                    marks[key] = (id(tensor.grad), tensor.grad._version)
        for key in marks.keys() & self._marks.keys():
            if marks[key] != self._marks[key]:
                self._forgotten.setdefault(key, number)
        self._marks = marks
        return {key for key, teller in self._forgotten.items() if teller == number}

    def hold(self, held: _Tensors, number: int) -> set[int]:
        """Note that optimizers hold some tensors; gives the ids of all that one holds, held, or has told of."""
        for key, tensor in held.items():
            self._forgotten.pop(key, None)
            if key not in self._was_held:
                self._was_held[key] = self._weakly(self._was_held, key, tensor)
        return self._was_held.keys() | {key for key, teller in self._forgotten.items() if teller != number}

    def alive(self) -> _Tensors:
        """Those that are alive."""
        return {key: tensor for key, ref in list(self._seen.items()) if (tensor := ref()) is not None}


class Look(NamedTuple):
    """What one look found.

    Attributes:
        title: the class of the optimizer, and of its model.
        findings: as plain data.
        absent: findings of expectations that select no parameter of any model; a later model may have one.
        open: whether a tensor of the optimizer never had a gradient, or a tensor with one is in no optimizer.
        witness: a tensor of the optimizer that has a gradient when the step has ended.
        frozen: some tensors of its model that are frozen, and in no optimizer: they may be unfrozen later.
    """

    title: str
    findings: list[dict[str, Any]]
    absent: list[dict[str, Any]]
    open: bool
    witness: torch.Tensor | None
    frozen: list[torch.Tensor]


def look(
    optimizer: Optimizer,
    optimizers: Sequence[Optimizer],
    steps: Mapping[int, int],
    number: int,
    seen: Gradients,
    usual: bool,
    ignore: Sequence[str],
    expect: Sequence[Expectation],
) -> Look:
    """Look at an optimizer.

    Args:
        optimizer: it has just taken a step.
        optimizers: all that are alive.
        steps: how many each has taken, by identity.
        number: of this optimizer: no other one ever has it.
        seen: the gradients that were seen so far.
        usual: whether its tensors had gradients at the end of earlier steps: if none has one now, something changed.
        ignore: codes or slugs of findings to leave out.
        expect: what is expected to be trained by any of the optimizers, or not to be.
    """
    with torch.no_grad():
        models, schedulers = _alive(optimizer)
        members = {id(model): _tensors_of(model) for model in models}
        held = _held(optimizer)
        now = seen.note(tensor for tensors in [*members.values(), held] for tensor in tensors.values())
        gradients = seen.alive()
        everywhere: _Tensors = {}
        for other in optimizers:
            everywhere |= _held(other)
        accounted = seen.hold(everywhere, number)
        forgotten = seen.forgotten(now, number)
        model = _model(held, accounted, now if usual else set(gradients), models, members)
        if model is not None:
            inside = _tensors_of(model).keys()
            beside = [one for one in models if (forgotten - inside) & members[id(one)].keys()]
            if beside and all(steps[id(other)] for other in optimizers):
                model = _several([model, *beside])
            elif held.keys() <= inside:
                model = _part(model, held, everywhere)
        counted = forgotten | everywhere.keys() | (_tensors_of(model).keys() if model is not None else set())
        observed = Observed(
            forwarded=tuple(model for model in models if gradients.keys() & members[id(model)].keys()),
            gradients=tuple(tensor for key, tensor in gradients.items() if key in counted),
            optimizers=tuple(optimizers),
            stepped=tuple(other for other in optimizers if steps[id(other)]),
            schedulers=tuple(schedulers),
            steps=steps[id(optimizer)],
        )
        title = f"{type(optimizer).__name__} of {_named(model)}"
        found = () if model is None else audit(optimizer, model, schedulers, ignore=ignore, observed=observed)
    waiting = any(tensor.requires_grad and key not in gradients for key, tensor in held.items())
    is_open = waiting or not gradients.keys() <= everywhere.keys()
    witness = next((tensor for key, tensor in held.items() if key in now), None)
    with torch.no_grad():
        wrong, absent = _expectations(optimizers, models, expect)
    plain = [finding.as_dict() for finding in [*found, *wrong]]
    members_of_model = {} if model is None else _tensors_of(model)
    frozen = [one for key, one in members_of_model.items() if not one.requires_grad and key not in everywhere]
    some = frozen[:: max(1, len(frozen) // _WITNESSES)]
    return Look(title, plain, [finding.as_dict() for finding in absent], is_open, witness, some)


def _expectations(
    optimizers: Sequence[Optimizer], models: Sequence[nn.Module], expect: Sequence[Expectation]
) -> tuple[list[Finding], list[Finding]]:
    """What is not as expected, whichever optimizer trains it; and expectations of what no model has."""
    everywhere = {key for optimizer in optimizers for key in _held(optimizer)}
    wrong: list[Finding] = []
    absent: dict[int, Finding] = {}
    met = set()
    for model in models if expect else ():
        if not everywhere & _tensors_of(model).keys():  # a copy, or a teacher
            continue
        trained: set[int] = set()
        for optimizer in optimizers:
            live = Live([optimizer], model, [], observed=Observed())
            trained |= {at for at in live.held if live.kind(at).trainable} - set(zero_positions(live))
        for at, expectation in enumerate(expect):
            found = list(unmet(live.subject, [expectation], trained))
            if found and not found[0].names:
                absent[at] = found[0]
            else:
                met.add(at)
                wrong += found
    return wrong, [finding for at, finding in absent.items() if at not in met]


def _held(optimizer: Optimizer) -> _Tensors:
    return {id(tensor): tensor for group in optimizer.param_groups for tensor in group["params"]}


def _model(
    held: _Tensors,
    accounted: set[int],
    gradients: set[int],
    models: Sequence[nn.Module],
    members: dict[int, _Tensors],
) -> nn.Module | None:
    """The model that an optimizer is held against.

    The one that holds most of its tensors; several in one where each holds some. Where no model holds any, or none of
    them has a gradient, it may have been built for another model than the one that is trained: then the one with
    most gradients that no optimizer holds. An image or a prompt that is trained by itself is in no model.
    """
    covering = [model for model in models if held.keys() & members[id(model)].keys()]
    if not covering or not gradients & held.keys():
        forgotten = {id(model): len((gradients - accounted) & members[id(model)].keys()) for model in models}
        trained = [model for model in models if forgotten[id(model)]]
        if gradients & held.keys():  # master copies, if they are like the model's
            shapes = {tensor.shape for tensor in held.values()}
            trained = [one for one in trained if shapes <= {tensor.shape for tensor in members[id(one)].values()}]
        if trained:
            return max(trained, key=lambda model: forgotten[id(model)])
    if not covering:
        return None
    best = max(covering, key=lambda model: len(held.keys() & members[id(model)].keys()))
    return best if held.keys() <= members[id(best)].keys() or len(covering) == 1 else _several(covering)


class _Several(nn.ModuleDict):
    """Models that one optimizer trains, as one."""


def _several(models: Sequence[nn.Module]) -> nn.Module:
    models = [one for model in models for one in (_children(model) if isinstance(model, _Several) else [model])]
    return _Several({f"{type(one).__name__}_{index}": one for index, one in enumerate(models)})


def _named(model: nn.Module | None) -> str:
    if model is None:
        return "an unknown model"
    models = _children(model) if isinstance(model, _Several) else [model]
    return " and ".join(dict.fromkeys(type(one).__name__ for one in models))


def _part(model: nn.Module, held: _Tensors, everywhere: _Tensors) -> nn.Module:
    """The part of a model that is an optimizer's own, where all that is trained beside it is others'."""
    for child in _children(model):
        inside = _tensors_of(child)
        if held.keys() <= inside.keys():
            outside = {key: one for key, one in _tensors_of(model).items() if key not in inside and one.requires_grad}
            return _part(child, held, everywhere) if outside and outside.keys() <= everywhere.keys() else model
    return model


def _alive(optimizer: Optimizer) -> tuple[list[nn.Module], list[Any]]:
    """All models that are in no other one, and the optimizer's schedulers.

    Objects are told by ``type()``: ``isinstance()`` asks the object, and some answer by doing things.
    """
    kinds: dict[int, str] = {}
    modules: list[nn.Module] = []
    schedulers: list[Any] = []
    for one in gc.get_objects():
        cls = type(one)
        kind = kinds.get(id(cls))
        if kind is None:
            kind = kinds[id(cls)] = _kind(cls)
        if kind == "module" and "_modules" in _attributes(one):
            modules.append(one)
        elif kind == "scheduler" and _attributes(one).get("optimizer") is optimizer:
            schedulers.append(one)
    inside = {id(child) for module in modules for child in _children(module)}
    nested = {id(part) for one in schedulers for part in _attributes(one).get("_schedulers", ())}
    return (
        [module for module in modules if id(module) not in inside],
        [one for one in schedulers if id(one) not in nested],
    )


def _kind(cls: type) -> str:
    if issubclass(cls, nn.Module):
        return "module"
    if issubclass(cls, torch.optim.lr_scheduler.LRScheduler):
        return "scheduler"
    if type(cls) in (type, abc.ABCMeta) and any("step" in vars(base) for base in cls.__mro__):
        return "scheduler" if "Scheduler" in cls.__name__ or cls.__name__.endswith("LR") else ""
    return ""


def _attributes(one: object) -> dict[str, Any]:
    try:
        attributes = object.__getattribute__(one, "__dict__")
    except AttributeError:
        return {}
    return attributes if type(attributes) is dict else {}


def _children(module: nn.Module) -> Iterator[nn.Module]:
    modules = _attributes(module).get("_modules") or {}
    return (child for child in list(modules.values()) if child is not None)


def _tensors_of(module: nn.Module) -> _Tensors:
    """Its parameters by identity, without the methods that a class may have made its own."""
    found: _Tensors = {}
    seen = set()
    todo = [module]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        parameters = _attributes(one).get("_parameters") or {}
        found |= {id(tensor): tensor for tensor in list(parameters.values()) if tensor is not None}
        todo += _children(one)
    return found
