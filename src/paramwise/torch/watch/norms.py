"""Exact norms of weights, gradients and updates at one step, without a device sync.

Tensors of the same device, dtype and sharding are measured together, because torch's foreach kernels are fast on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import torch


class MeasuredParameter(NamedTuple):
    """A parameter in an optimizer: its tensor, the row it counts towards, and its rates at the step."""

    tensor: torch.Tensor
    row: str
    lr: float | None
    decay: float | None


class ParameterSettings(NamedTuple):
    """What remains of a parameter once it has been measured."""

    row: str
    lr: float | None
    decay: float | None
    numel: int


class StepNorms:
    """The norms of an optimizer's parameters at one step.

    Create it before the step, call `copy` to keep the values from before the step, and `measure` after the step.

    Attributes:
        step: number of the step; None if no step is measured, only the present values.
        settings: the settings of each parameter.
        without_gradient: positions of the parameters that had no gradient.
        norms: for each set of tensors measured together, their positions and a tensor ``[positions, 3]`` with the norms
            of weights, gradients and updates.
    """

    def __init__(self, step: int | None, parameters: Sequence[MeasuredParameter]) -> None:
        self.step = step
        self.settings = [ParameterSettings(row, lr, decay, tensor.numel()) for tensor, row, lr, decay in parameters]
        self.without_gradient: set[int] = set()
        self.norms: list[tuple[list[int], torch.Tensor]] = []
        self._tensors = [parameter.tensor for parameter in parameters]
        self._copies: list[list[torch.Tensor]] = []
        alike: dict[Hashable, list[int]] = defaultdict(list)
        for position, tensor in enumerate(self._tensors):
            alike[tensor.device, tensor.dtype, _sharding(tensor)].append(position)
        self._alike = list(alike.values())

    def copy(self) -> None:
        """Keep a copy of the values from before the step."""
        for positions in self._alike:
            values = [_local_values(self._tensors[position]) for position in positions]
            self._copies.append([torch.empty_like(value) for value in values])
            torch._foreach_copy_(self._copies[-1], values)

    @torch.no_grad()
    def measure(self) -> StepNorms:
        """Compute the norms and release the tensors. It does not wait for a device."""
        for number, positions in enumerate(self._alike):
            tensors = [self._tensors[position] for position in positions]
            gradients = [_gradient(tensor) for tensor in tensors]
            self.without_gradient |= {at for at, found in zip(positions, gradients, strict=True) if found is None}
            values = [_local_values(tensor) for tensor in tensors]
            empty = values[0].new_zeros(0)
            of_gradients = _norms([empty if gradient is None else gradient for gradient in gradients])
            before = self._copies[number] if self._copies else values
            of_weights = of_updates = _norms(before)
            if self._copies:
                # exact, except for 16-bit values that change by more than half of themselves
                torch._foreach_sub_(before, values)
                of_updates = _norms(before)
                self._copies[number] = []
            norms = torch.stack([of_weights, of_gradients, of_updates], dim=1)
            self.norms.append((positions, _over_shards(norms, _sharding(tensors[0]))))
        self._tensors = []
        return self


def _sharding(tensor: Any) -> tuple[Any, Any] | None:
    """Mesh and placements of a sharded tensor (a DTensor)."""
    return (tensor.device_mesh, tensor.placements) if hasattr(tensor, "to_local") else None


def _local_values(tensor: Any) -> torch.Tensor:
    """The values of a tensor that this process holds, as real numbers."""
    local: torch.Tensor = (tensor.to_local() if _sharding(tensor) else tensor).detach()
    return torch.view_as_real(local.resolve_conj()) if local.is_complex() else local


def _gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    """The values of a gradient that this process holds, sharded like the parameter."""
    gradient: Any = tensor.grad
    if gradient is None:
        return None
    if gradient.is_sparse:
        return _local_values(gradient.coalesce().values())
    sharding = _sharding(tensor)
    return _local_values(gradient.redistribute(*sharding) if sharding and _sharding(gradient) else gradient)


def _norms(tensors: list[torch.Tensor]) -> torch.Tensor:
    """The norm of each tensor, in 32 bits at least: squares of 16-bit values overflow 16 bits."""
    wide = torch.float64 if tensors[0].dtype == torch.float64 else torch.float32
    return torch.stack(torch._foreach_norm(tensors, 2, dtype=wide))


def _over_shards(norms: torch.Tensor, sharding: tuple[Any, Any] | None) -> torch.Tensor:
    """Norms of whole tensors, from the norms of the parts that each process holds."""
    if sharding is None:
        return norms
    mesh, placements = sharding
    squares = norms.double().square()
    for dimension, placement in enumerate(placements):
        if not placement.is_replicate():
            torch.distributed.all_reduce(squares, group=mesh.get_group(dimension))
    return squares.sqrt()
