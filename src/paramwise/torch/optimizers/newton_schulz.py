"""Muon's orthogonalisation of many matrices together, in the dtype that the device multiplies fastest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch

from paramwise.torch.dtypes import fast_dtype


def orthogonal(
    matrices: Sequence[torch.Tensor], coefficients: tuple[float, float, float], steps: int, eps: float
) -> torch.Tensor:
    """Matrices of one shape, each made orthogonal by the Newton-Schulz steps of ``torch.optim.Muon``.

    Args:
        matrices: as many as there are, each ``[rows, columns]``.
        coefficients: a, b and c of a step ``X <- a X + (b A + c A A) X`` with ``A = X X^T``.
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
        made = _in_steps(stack, coefficients, steps, eps, _product)
    else:  # a processor is as fast with each alone, and so its bits do not depend on the others
        wide = 2 * stack.shape[1] <= stack.shape[2]
        iterate = _in_rows if wide and dtype is torch.float32 else _in_steps
        product = _symmetric if dtype is torch.float32 else _product
        made = torch.stack([iterate(matrix, coefficients, steps, eps, product) for matrix in stack])
    return made.mT if tall else made


class _Product(Protocol):
    """Computes ``alpha * left @ right + beta * left``."""

    def __call__(
        self, left: torch.Tensor, right: torch.Tensor, *, beta: float = 0.0, alpha: float = 1.0
    ) -> torch.Tensor: ...


def _product(left: torch.Tensor, right: torch.Tensor, *, beta: float = 0.0, alpha: float = 1.0) -> torch.Tensor:
    if not beta:
        return left @ right
    multiply = torch.addmm if left.ndim == 2 else torch.baddbmm
    result: torch.Tensor = multiply(left, left, right, beta=beta, alpha=alpha)
    return result


def _symmetric(left: torch.Tensor, right: torch.Tensor, *, beta: float = 0.0, alpha: float = 1.0) -> torch.Tensor:
    """The same where the result is known to be symmetric: a quarter of it is copied, which pays in float32."""
    rows = left.shape[0]
    if rows < _WORTH:
        return _product(left, right, beta=beta, alpha=alpha)
    half = rows // 2
    out = left.new_empty(rows, rows)
    for rows_in, columns in ((slice(half), slice(None)), (slice(half, None), slice(half, None))):
        place = out[rows_in, columns]
        if beta:
            torch.addmm(left[rows_in, columns], left[rows_in], right[:, columns], beta=beta, alpha=alpha, out=place)
        else:
            torch.mm(left[rows_in], right[:, columns], out=place)
    out[half:, :half] = out[:half, half:].T
    return out


_WORTH = 256  # rows from which on two smaller products are faster than one


def _normed(stack: torch.Tensor, eps: float) -> torch.Tensor:
    """Matrices whose singular values are at most 1."""
    norm: torch.Tensor = stack.norm(dim=(-2, -1), keepdim=True)
    return stack / norm.clamp(min=eps)


def _in_steps(
    stack: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float, product: _Product
) -> torch.Tensor:
    """Step the matrices themselves, by the operations of torch's Muon."""
    a, b, c = coefficients
    stack = _normed(stack, eps)
    multiply = torch.addmm if stack.ndim == 2 else torch.baddbmm
    for _ in range(steps):
        gram = product(stack, stack.mT)
        stack = multiply(stack, product(gram, gram, beta=b, alpha=c), stack, beta=a)
    return stack


def _in_rows(
    matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float, product: _Product
) -> torch.Tensor:
    """Step the product of a wide matrix with itself, which is small, and multiply the matrix once by all factors.

    The factors are polynomials of one symmetric matrix, so that all of their products are symmetric. Small singular
    values are lost where squares are rounded to bfloat16: this is for float32.
    """
    a, b, c = coefficients
    matrix = _normed(matrix, eps)
    gram, factors = product(matrix, matrix.mT), None
    for step in range(steps):
        factor = product(gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        factors = factor if factors is None else product(factor, factors)
        if step + 1 < steps:
            gram = product(product(factor, gram), factor)
    return matrix if factors is None else factors @ matrix
