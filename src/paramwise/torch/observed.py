"""What a running program did with its models and optimizers, as `watch` saw it and `audit` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

Optimizer = torch.optim.Optimizer


@dataclass(frozen=True, slots=True)
class Observed:
    """A record of what was seen up to one moment: the step of an optimizer has just ended.

    Attributes:
        forwarded: modules whose forward ran, called from outside of any other module, in the order of the first call.
            A compiled or a scripted module may run without being seen here: ``gradients`` tell of those.
        gradients: leaf tensors that had a gradient when an optimizer stepped, whoever holds them; of the modules in
            ``forwarded``, of those around them, and of all optimizers.
        optimizers: every optimizer that is alive, in the order they were made, with or without a step; the parts of a
            combined one are not listed beside it.
        stepped: those of them that have taken a step.
        schedulers: of the optimizer that is looked at, torch's and others', in no particular order.
    """

    forwarded: tuple[nn.Module, ...] = ()
    gradients: tuple[torch.Tensor, ...] = ()
    optimizers: tuple[Optimizer, ...] = ()
    stepped: tuple[Optimizer, ...] = ()
    schedulers: tuple[Any, ...] = ()

    @property
    def held(self) -> frozenset[int]:
        """The identities of the tensors that any optimizer holds."""
        groups = (group for optimizer in self.optimizers for group in optimizer.param_groups)
        return frozenset(id(tensor) for group in groups for tensor in group["params"])

    @property
    def with_gradient(self) -> frozenset[int]:
        """The identities of the tensors in ``gradients``."""
        return frozenset(map(id, self.gradients))
