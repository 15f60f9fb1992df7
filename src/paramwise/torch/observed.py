"""What a running program did with its models: recorded by `watch`, read by `audit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

Optimizer = torch.optim.Optimizer


@dataclass(frozen=True, slots=True)
class Observed:
    """A record of what was seen up to one moment: the step of an optimizer has just ended.

    That a module ran is told by its gradients. A hook of every forward would show in the tracebacks of a program that
    fails there, and torch.compile would trace it.

    Attributes:
        forwarded: modules that ran forward and backward: those with a tensor in ``gradients``, and in no other module.
        gradients: leaf tensors on which a gradient was seen when an optimizer stepped: those of the model, those that
            any optimizer holds, and of other models those that backward still reaches while no optimizer holds them.
        optimizers: every optimizer that is alive, in the order they were made, with or without a step.
        stepped: those of them that have taken a step.
        schedulers: of the optimizer that is looked at, torch's and others', in no particular order.
        steps: how many steps the optimizer that is looked at has taken. It is looked at again after 2, 10 and 100 where
            some of its tensors never had a gradient, or a tensor with a gradient is in no optimizer.
    """

    forwarded: tuple[nn.Module, ...] = ()
    gradients: tuple[torch.Tensor, ...] = ()
    optimizers: tuple[Optimizer, ...] = ()
    stepped: tuple[Optimizer, ...] = ()
    schedulers: tuple[Any, ...] = ()
    steps: int = 0

    @property
    def held(self) -> frozenset[int]:
        """The identities of the tensors that any optimizer holds."""
        groups = (group for optimizer in self.optimizers for group in optimizer.param_groups)
        return frozenset(id(tensor) for group in groups for tensor in group["params"])

    @property
    def with_gradient(self) -> frozenset[int]:
        """The identities of the tensors in ``gradients``."""
        return frozenset(map(id, self.gradients))
