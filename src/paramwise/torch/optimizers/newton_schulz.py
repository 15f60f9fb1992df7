"""Muon's orthogonalisation of many matrices together, in the dtype that the device multiplies fastest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import torch


@lru_cache
def fast_dtype(device: str) -> torch.dtype:
    """bfloat16, but float32 on a processor without matrix units (AMX), where bfloat16 takes longer.

    Measured on two Xeons, matrices of 768 rows: 298 billion operations a second in float32 and 164 in bfloat16 without
    AMX; 75 and 400 with it.
    """
    return torch.bfloat16 if device != "cpu" or torch.cpu.get_capabilities().get("amx_bf16") else torch.float32


def orthogonal(
    matrices: Sequence[torch.Tensor], coefficients: tuple[float, float, float], steps: int, eps: float
) -> torch.Tensor:
    """Matrices of one shape, each made orthogonal by Newton-Schulz steps.

    The steps are those of ``torch.optim.Muon``, ``X <- a X + (b A + c A A) X`` with ``A = X X^T``. Here they are three
    plain products, ``X <- (A (c A + b) + a) X``: a product that adds to its result takes several times longer in
    bfloat16 on a processor.

    Args:
        matrices: as many as there are, each ``[rows, columns]``.
        coefficients: a, b and c of a step.
        steps: how many.
        eps: the least norm that a matrix is divided by.

    Returns:
        The stack ``[matrices, rows, columns]``, in `fast_dtype`.
    """
    first = matrices[0]
    tall = first.shape[0] > first.shape[1]
    dtype = fast_dtype(first.device.type)
    stack = torch.stack([(matrix.mT if tall else matrix).to(dtype) for matrix in matrices])
    if first.device.type != "cpu":
        made = _in_steps(stack, coefficients, steps, eps, torch.matmul)
    else:  # a processor is as fast with each alone, and so its bits do not depend on the others
        halves = _in_rows if dtype is torch.float32 and 2 * stack.shape[1] <= stack.shape[2] else _in_steps
        made = torch.stack([halves(matrix, coefficients, steps, eps, _symmetric) for matrix in stack])
    return made.mT if tall else made


Product = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Multiplies matrices whose product is symmetric."""


def _symmetric(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """A product that is known to be symmetric: a quarter of it is copied, not computed."""
    rows = left.shape[0]
    if rows < _WORTH:
        return left @ right
    half = rows // 2
    out = left.new_empty(rows, rows)
    torch.mm(left[:half], right, out=out[:half])
    torch.mm(left[half:], right[:, half:], out=out[half:, half:])
    out[half:, :half] = out[:half, half:].T
    return out


_WORTH = 256  # rows from which on two smaller products are faster than one


def _normed(stack: torch.Tensor, eps: float) -> torch.Tensor:
    """Matrices whose singular values are at most 1."""
    return stack / stack.norm(dim=(-2, -1), keepdim=True).clamp(min=eps)


def _factor(gram: torch.Tensor, coefficients: tuple[float, float, float], product: Product) -> torch.Tensor:
    """What a step multiplies the matrices by: ``a + b A + c A A``."""
    a, b, c = coefficients
    scaled = gram * c
    scaled.diagonal(dim1=-2, dim2=-1).add_(b)
    factor = product(gram, scaled)
    factor.diagonal(dim1=-2, dim2=-1).add_(a)
    return factor


def _in_steps(
    stack: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float, product: Product
) -> torch.Tensor:
    """Step the matrices themselves, as torch does."""
    stack = _normed(stack, eps)
    for _ in range(steps):
        stack = _factor(product(stack, stack.mT), coefficients, product) @ stack
    return stack


def _in_rows(
    matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float, product: Product
) -> torch.Tensor:
    """Step the product of a wide matrix with itself, which is small, and multiply the matrix once by all factors.

    The factors are polynomials of one symmetric matrix, so that all of their products are symmetric. Small singular
    values are lost where squares are rounded to bfloat16: this is for float32.
    """
    matrix = _normed(matrix, eps)
    gram, factors = product(matrix, matrix.mT), None
    for step in range(steps):
        factor = _factor(gram, coefficients, product)
        factors = factor if factors is None else product(factor, factors)
        if step + 1 < steps:
            gram = product(product(factor, gram), factor)
    return matrix if factors is None else factors @ matrix
