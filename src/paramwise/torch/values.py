"""The first and last values of a tensor, as torch prints them."""

from __future__ import annotations

import re

import torch

EDGE = 3  # values at each end, as torch prints


def first_and_last(tensor: torch.Tensor) -> str:
    """One line: the first and last values, the device and ``requires_grad``.

    >>> first_and_last(torch.nn.Parameter(torch.arange(8.0)))
    "tensor([0., 1., 2.,  ..., 5., 6., 7.], device='cpu', requires_grad=True)"
    """
    flat = tensor.detach().reshape(-1)
    shown = flat if flat.numel() <= 2 * EDGE else torch.cat([flat[:EDGE], flat[-EDGE:]])
    inside = str(shown.cpu()).partition("[")[2].partition("]")[0]
    numbers = re.sub(r"\n\s*", " ", inside).split(",")
    if shown is not flat:
        numbers.insert(EDGE, "  ...")
    body = ",".join(numbers)
    return f"tensor([{body}], device='{tensor.device}', requires_grad={tensor.requires_grad})"
