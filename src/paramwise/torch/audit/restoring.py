"""Everything that a training step changes, kept before it and put back after it."""

from __future__ import annotations

import inspect
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence, MutableSet
from contextlib import contextmanager, suppress
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.torch.live import Live, Optimizer, inner_optimizers

_LARGEST = 100_000  # entries of a list or a dict: what is larger is data, not state
_OPEN = (nn.Module, Optimizer, torch.optim.lr_scheduler.LRScheduler, torch.amp.GradScaler)
"""Classes whose attributes are kept wherever they are met; others' are where the program or the caller names them."""


@contextmanager
def put_back(live: Live, step: Callable[[], Any]) -> Iterator[None]:
    """Put everything back as it was, whatever happens inside.

    Kept are the model, the optimizers with those inside them, the schedulers, and what the step names: other models and
    optimizers, scalers, generators, objects of the program's own classes. A tensor, a dict or a list that the step
    replaces is put back as the same object, with its values.

    Raises:
        InputError: before anything is run, if the step draws from an iterator, or a tensor cannot be copied.
    """
    functions: list[FunctionType] = []
    named = dict(_named_by(step, functions))
    iterators = [name for name, value in named.items() if hasattr(type(value), "__next__")]
    if iterators:
        raise InputError(
            f"the step draws from an iterator, `{iterators[0]}`, which cannot be put back",
            help="take the batch before: batch = next(iterator), and use that batch in the step",
        )
    kept = _Kept()
    for root in [live.model, *live.optimizers, *live.schedulers, *named.values()]:
        kept.keep(root, named=True)
    for function in functions:
        kept.keep_names(function)
    randomness = _random()
    try:
        yield
    finally:
        kept.restore()
        _restore_random(*randomness)


class _Kept:
    """The contents of objects, each kept once, with what leads back to them."""

    def __init__(self) -> None:
        self.seen: dict[int, Any] = {}  # by identity; it keeps the objects alive
        self.undo: list[Callable[[], None]] = []

    def keep(self, value: Any, *, named: bool = False) -> None:
        """Keep what an object contains, and what that contains."""
        if id(value) in self.seen or value is None or isinstance(value, (int, float, str, bytes, type, FunctionType)):
            return
        self.seen[id(value)] = value
        if isinstance(value, torch.Tensor):
            self._keep_tensor(value)
        elif isinstance(value, (torch.Generator, random.Random)) or type(value).__module__.startswith("numpy.random"):
            self._keep_generator(value)
        elif isinstance(value, (dict, list, tuple, set, deque)):
            self._keep_container(value)
        elif isinstance(value, _OPEN) or (named and _is_the_programs(type(value))):
            for inner in inner_optimizers(value).values():
                self.keep(inner)
            self._keep_container(vars(value))

    def keep_names(self, function: FunctionType) -> None:
        """Keep what the names of a function stand for, which it may set: ``nonlocal`` and ``global`` ones."""
        for cell in function.__closure__ or ():
            with suppress(ValueError):  # not set yet
                self.undo.append(partial(setattr, cell, "cell_contents", cell.cell_contents))
        own = {name: value for name, value in function.__globals__.items() if name in _names_in(function.__code__)}
        self.undo.append(partial(function.__globals__.update, own))

    def restore(self) -> None:
        """Put all of it back."""
        with torch.no_grad():
            for undo in reversed(self.undo):
                undo()

    def _keep_container(self, value: Any) -> None:
        if len(value) > _LARGEST:
            return
        if isinstance(value, dict):
            self._undo_if_changed(value, dict(value), _refill_mapping)
            children = [*value.values(), *value.keys()]
        else:
            children = list(value)
            if not isinstance(value, tuple):
                self._undo_if_changed(value, children, _refill_set if isinstance(value, set) else _refill_sequence)
        for child in children:
            self.keep(child)

    def _undo_if_changed(self, value: Any, content: Any, refill: Callable[[Any, Any], None]) -> None:
        def undo() -> None:
            now = dict(value) if isinstance(value, dict) else list(value)
            if not _same_objects(now, content):
                refill(value, content)

        self.undo.append(undo)

    def _keep_generator(self, value: Any) -> None:
        if isinstance(value, torch.Generator):
            state = value.get_state()
            self.undo.append(lambda: _ignored(value.set_state(state)))
        elif isinstance(value, random.Random):
            numbers = value.getstate()
            self.undo.append(lambda: value.setstate(numbers))
        elif hasattr(value, "bit_generator"):
            bits = value.bit_generator.state
            self.undo.append(lambda: setattr(value.bit_generator, "state", bits))
        elif hasattr(value, "get_state"):
            old = value.get_state()
            self.undo.append(lambda: _ignored(value.set_state(old)))

    def _keep_tensor(self, tensor: torch.Tensor) -> None:
        if tensor.is_meta:
            return
        try:
            memory, values = tensor.detach(), tensor.detach().clone()
        except (RuntimeError, NotImplementedError) as error:
            raise InputError(
                f"a tensor of class {type(tensor).__name__} cannot be copied, and so not put back: {error}",
                help="probe a model of plain tensors",
            ) from error
        gradient, needed, leaf = (tensor.grad if tensor.is_leaf else None), tensor.requires_grad, tensor.is_leaf
        attributes = dict(vars(tensor)) if hasattr(tensor, "__dict__") else {}
        if gradient is not None:
            self.keep(gradient)

        def undo() -> None:
            if not _is_whole(memory):
                tensor.data = values
            elif tensor.shape != values.shape or tensor.dtype != values.dtype or not _same_memory(tensor, memory):
                tensor.data = memory
            if not same(values, tensor):
                try:
                    tensor.detach().copy_(values)
                except RuntimeError:  # its elements share memory, as those of an expanded one
                    tensor.data = values
            if leaf:
                tensor.grad = gradient
                tensor.requires_grad_(needed)
            if attributes != {} or getattr(tensor, "__dict__", {}):
                _refill_mapping(vars(tensor), attributes)

        self.undo.append(undo)


def same(old: torch.Tensor, new: torch.Tensor) -> bool:
    """Whether two tensors are equal in shape and values, NaN to NaN."""
    new = new.detach()
    if old.shape != new.shape or not _is_whole(new):
        return False
    if old.is_sparse:
        old, new = old.to_dense(), new.to_dense()
    return bool(((old == new) | ((old != old) & (new != new))).all())


def _same_memory(tensor: torch.Tensor, memory: torch.Tensor) -> bool:
    if tensor.layout != torch.strided or hasattr(tensor, "to_local"):
        return True
    return tensor.data_ptr() == memory.data_ptr() and tensor.stride() == memory.stride()


def _is_whole(memory: torch.Tensor) -> bool:
    """Whether the memory of a tensor is still there: a step may have freed it by resizing, and to read it is fatal."""
    if memory.layout != torch.strided or not memory.numel() or hasattr(memory, "to_local"):
        return True
    last = sum((size - 1) * stride for size, stride in zip(memory.shape, memory.stride(), strict=True))
    end = memory.storage_offset() + last + 1
    return memory.untyped_storage().nbytes() >= end * memory.element_size()


def _same_objects(now: Any, before: Any) -> bool:
    if len(now) != len(before):
        return False
    if isinstance(now, dict):
        return all(key in before and value is before[key] for key, value in now.items())
    return all(one is other for one, other in zip(now, before, strict=True))


def _refill_mapping(value: MutableMapping[Any, Any], content: dict[Any, Any]) -> None:
    for key in [key for key in value if key not in content]:
        del value[key]
    value.update(content)


def _refill_sequence(value: MutableSequence[Any], content: list[Any]) -> None:
    value.clear()
    value.extend(content)


def _refill_set(value: MutableSet[Any], content: list[Any]) -> None:
    value.clear()
    value |= set(content)


def _ignored(_: object) -> None:
    """Make a call that returns something into one that returns nothing."""


def _is_the_programs(cls: type) -> bool:
    """Whether a class is the program's own, not of a library: its attributes are state of the training."""
    path = getattr(sys.modules.get(cls.__module__), "__file__", None) or ""
    installed = "site-packages" in path or "lib/python" in path
    return cls.__module__ == "__main__" or (path.endswith(".py") and not installed)


def _named_by(function: Any, functions: list[FunctionType], depth: int = 3) -> Iterator[tuple[str, Any]]:
    """What a function names: what it closes over, its defaults, what it is bound to, and the globals it uses.

    Functions that it names are looked into as well, and put into ``functions``.
    """
    if isinstance(function, MethodType):
        yield "self", function.__self__
        function = function.__func__
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        if depth == 3:  # a partial, or an object that is called
            yield from getattr(function, "keywords", {}).items()
            yield from ((f"argument {at}", value) for at, value in enumerate(getattr(function, "args", ())))
            inner = getattr(function, "func", None)
            if inner is not None:
                yield from _named_by(inner, functions, depth - 1)
            else:
                yield "step", function
        return
    if any(function is one for one in functions):
        return
    functions.append(function)
    found: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not set yet
            continue
    used = _names_in(function.__code__)
    found |= {name: function.__globals__[name] for name in used if name in function.__globals__}
    found |= {f"default {at}": value for at, value in enumerate(function.__defaults__ or ())}
    for name, value in found.items():
        if isinstance(value, FunctionType) and depth:
            yield from _named_by(value, functions, depth - 1)
        elif not inspect.ismodule(value) and not inspect.isclass(value):
            yield name, value


def _names_in(code: CodeType) -> set[str]:
    """The names that code uses, that of functions inside it too."""
    inside = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*map(_names_in, inside))


def _random() -> tuple[Any, ...]:
    numpy = sys.modules.get("numpy")
    return (
        torch.get_rng_state(),
        torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        random.getstate(),
        None if numpy is None else numpy.random.get_state(),
    )


def _restore_random(cpu: torch.Tensor, cuda: list[torch.Tensor], python: Any, numpy: Any) -> None:
    torch.set_rng_state(cpu)
    if cuda:
        torch.cuda.set_rng_state_all(cuda)
    random.setstate(python)
    if numpy is not None:
        sys.modules["numpy"].random.set_state(numpy)
