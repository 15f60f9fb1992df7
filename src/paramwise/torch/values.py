"""The first and last values of a tensor: as torch prints them, or in a line."""

from __future__ import annotations

import re

import torch

_LINE = 80  # columns, as torch prints
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


def as_torch_prints(tensor: torch.Tensor) -> str:
    """A tensor as torch prints it, and the device also where it is the CPU.

    >>> print(as_torch_prints(torch.nn.Parameter(torch.zeros(2, 2))))
    Parameter containing:
    tensor([[0., 0.],
            [0., 0.]], device='cpu', requires_grad=True)
    """
    values = str(tensor.detach().cpu()).removesuffix(")")
    for suffix in (f"device='{tensor.device}'", f"requires_grad={tensor.requires_grad}"):
        last = len(values) - values.rfind("\n")
        values += f", {suffix}" if last + len(suffix) + 2 < _LINE else f",\n       {suffix}"
    return ("Parameter containing:\n" if isinstance(tensor, torch.nn.Parameter) else "") + f"{values})"
