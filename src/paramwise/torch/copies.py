"""Master copies that an optimizer holds in place of the model's own parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass(frozen=True)
class Copies:
    """What copies an optimizer holds.

    Attributes:
        position: from the identity of a copy to the position of its parameter in the model.
        flat: whether parameters are joined in flat tensors, so that nobody can tell which one is where.
    """

    position: dict[int, int] = field(default_factory=dict)
    flat: bool = False


def copies_of(held: Sequence[torch.Tensor], tensors: Sequence[nn.Parameter]) -> Copies:
    """The copies among the tensors that an optimizer holds.

    Mixed precision by apex (O2), fairseq and Megatron steps float32 copies of parameters of 16 bits, and writes them
    back after the step. A copy differs from its parameter in its dtype: a tensor of the same dtype and shape is not a
    copy but a stranger, such as the parameter of a model that was replaced.
    """
    own, in_group = set(map(id, tensors)), set(map(id, held))
    if in_group <= own:
        return Copies()
    foreign = list({id(tensor): tensor for tensor in held if id(tensor) not in own}.values())
    free = [at for at, tensor in enumerate(tensors) if tensor.requires_grad and id(tensor) not in in_group]
    if not free:
        return Copies()
    if _joined(foreign, [tensors[at] for at in free]):
        return Copies(flat=True)
    by_shape: dict[torch.Size, list[int]] = defaultdict(list)
    for at in free:
        by_shape[tensors[at].shape].append(at)
    found: dict[int, int] = {}
    for copy in foreign:
        candidates = by_shape[copy.shape]
        if not candidates or not _finer(copy, tensors[candidates[0]]):
            return Copies()
        nearest = min(candidates, key=lambda at: _distance(copy, tensors[at]))
        candidates.remove(nearest)
        found[id(copy)] = nearest
    return Copies(found)


def _finer(copy: torch.Tensor, parameter: torch.Tensor) -> bool:
    """Whether a tensor has more bits than a parameter of 16 bits or fewer."""
    floats = copy.is_floating_point() and parameter.is_floating_point()
    return floats and parameter.element_size() <= 2 < copy.element_size()


def _joined(foreign: Sequence[torch.Tensor], free: Sequence[torch.Tensor]) -> bool:
    """Whether some flat tensors are, part by part, the elements of some parameters, as in fairseq and ZeRO 1 and 2."""
    if any(tensor.ndim != 1 for tensor in foreign) or len(foreign) >= len(free):
        return False
    ranks = torch.distributed.get_world_size() if _distributed() else 1
    needed = sum(tensor.numel() for tensor in free)
    there = sum(tensor.numel() for tensor in foreign) * ranks
    return needed <= there <= needed + 4096 * ranks * len(foreign)  # padded, so that each rank has as much


def _distributed() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _distance(copy: torch.Tensor, parameter: torch.Tensor) -> float:
    """How far a copy is from a parameter, at most."""
    if copy.is_meta or parameter.is_meta or not copy.numel():
        return 0.0
    return float((copy.detach() - parameter.detach().to(copy.device, copy.dtype)).abs().max())
