"""A model left as it was: values, attributes and random state, restored after a pass."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


class Before:
    """What a model was like; tensors are copied when the first operation is about to write into them."""

    def __init__(self, model: nn.Module, inputs: list[torch.Tensor]) -> None:
        self._attributes = [(module, dict(vars(module))) for module in model.modules()]
        self._containers = [
            (value, value.copy())
            for _, attributes in self._attributes
            for value in attributes.values()
            if isinstance(value, (dict, list, set))
        ]
        self._gradients = [(parameter, parameter.grad) for parameter in model.parameters()]
        held = [*inputs, *model.parameters(), *model.buffers()]
        held += [gradient for _, gradient in self._gradients if gradient is not None]
        for value in [value for _, attributes in self._attributes for value in attributes.values()]:
            within = (
                value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
            )
            held += [one for one in within if isinstance(one, torch.Tensor)]
        self._generators = [
            (value, value.get_state())
            for _, attributes in self._attributes
            for value in attributes.values()
            if isinstance(value, torch.Generator)
        ]
        self._held = {_address(tensor): tensor for tensor in held}
        self._copies: dict[int, torch.Tensor] = {}

    def keep(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Copy what an operation is about to write into."""
        schema = getattr(func, "_schema", None)
        if schema is None:
            return
        for argument, value in zip(schema.arguments, args, strict=False):
            if (argument.alias_info is not None and argument.alias_info.is_write) or argument.name.startswith(
                "running_"
            ):
                for one in value if isinstance(value, (list, tuple)) else (value,):
                    self._copy(one)
        if schema.is_mutable:
            for value in kwargs.values():
                self._copy(value)

    def _copy(self, tensor: Any) -> None:
        if not isinstance(tensor, torch.Tensor) or tensor.is_meta:
            return
        address = _address(tensor)
        if address in self._held and address not in self._copies:
            whole = self._held[address].detach()
            self._copies[address] = _bytes_of(whole).clone()

    def put_back(self) -> None:
        """Make everything as it was."""
        with torch.no_grad():
            for address, copy in self._copies.items():
                _bytes_of(self._held[address].detach()).copy_(copy)
        for value, before in self._containers:
            if len(value) != len(before) or not _same(value, before):
                value.clear()
                value.extend(before) if isinstance(value, list) else value.update(before)
        for module, attributes in self._attributes:
            now = vars(module)
            if now.keys() != attributes.keys() or any(now[key] is not attributes[key] for key in attributes):
                now.clear()
                now.update(attributes)
        for generator, state in self._generators:
            generator.set_state(state)
        for parameter, gradient in self._gradients:
            if parameter.grad is not gradient:
                parameter.grad = gradient


def _same(value: Any, copy: Any) -> bool:
    """Whether a container holds the same objects in the same order."""
    if isinstance(value, dict):
        return list(value) == list(copy) and all(value[key] is copy[key] for key in copy)
    if isinstance(value, set):
        return bool(value == copy)
    return all(one is other for one, other in zip(value, copy, strict=True))


def _bytes_of(tensor: torch.Tensor) -> torch.Tensor:
    """The whole storage of a tensor, or the tensor itself where it has none."""
    if type(tensor) is not torch.Tensor or tensor.layout is not torch.strided:
        return tensor
    return torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(tensor.untyped_storage())


def _address(tensor: torch.Tensor) -> int:
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return id(tensor)


@contextmanager
def random_numbers_kept() -> Iterator[None]:
    """Put the random numbers of torch, Python and numpy back after the block."""
    devices = {}
    for kind in ("cuda", "xpu", "mps"):
        backend = getattr(torch, kind, None)
        if backend is not None and getattr(backend, "is_initialized", backend.is_available)():
            many = hasattr(backend, "get_rng_state_all")
            devices[backend] = backend.get_rng_state_all() if many else backend.get_rng_state()
    state, plain = torch.get_rng_state(), random.getstate()
    numpy = sys.modules.get("numpy")
    drawn = numpy.random.get_state() if numpy is not None else None
    try:
        yield
    finally:
        torch.set_rng_state(state)
        random.setstate(plain)
        if numpy is not None and drawn is not None:
            numpy.random.set_state(drawn)
        for backend, saved in devices.items():
            getattr(backend, "set_rng_state_all", backend.set_rng_state)(saved)
