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
        made = _in_steps(_normed(stack, eps), coefficients, steps, _product)
    else:  # a processor is as fast with each alone, and so its bits do not depend on the others
        wide = 2 * stack.shape[1] <= stack.shape[2]
        last = 0 if not wide else steps if dtype is torch.float32 else min(steps, _LAST)
        made = torch.stack([_on_processor(matrix, coefficients, steps - last, last, eps) for matrix in stack])
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
    """The same where the result is known to be symmetric: what lies below the diagonal is copied, by blocks."""
    rows = left.shape[0]
    out = left.new_empty(rows, rows)
    _fill(out, left if beta else out, left, right, beta, alpha)
    return out


def _fill(
    out: torch.Tensor, added: torch.Tensor, left: torch.Tensor, right: torch.Tensor, beta: float, alpha: float
) -> None:
    rows, inner = left.shape
    if rows * rows * inner < _WORTH:
        torch.addmm(added, left, right, beta=beta, alpha=alpha, out=out)
        return
    top, rest = slice(rows // 2), slice(rows // 2, None)
    for part in (top, rest):
        _fill(out[part, part], added[part, part], left[part], right[:, part], beta, alpha)
    torch.addmm(added[top, rest], left[top], right[:, rest], beta=beta, alpha=alpha, out=out[top, rest])
    out[rest, top] = out[top, rest].T


_WORTH = 2**29  # multiplications from which on a product is faster in blocks


def _normed(stack: torch.Tensor, eps: float) -> torch.Tensor:
    """Matrices whose singular values are at most 1."""
    norm: torch.Tensor = stack.norm(dim=(-2, -1), keepdim=True)
    return stack / norm.clamp(min=eps)


def _on_processor(
    matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int, in_rows: int, eps: float
) -> torch.Tensor:
    """Some steps of the matrix itself, the others of the product of its rows."""
    matrix = _in_steps(_normed(matrix, eps), coefficients, steps, _symmetric)
    return _in_rows(matrix, coefficients, in_rows) if in_rows else matrix


def _in_steps(
    stack: torch.Tensor, coefficients: tuple[float, float, float], steps: int, product: _Product
) -> torch.Tensor:
    """Step the matrices themselves, by the operations of torch's Muon."""
    a, b, c = coefficients
    multiply = torch.addmm if stack.ndim == 2 else torch.baddbmm
    for _ in range(steps):
        gram = product(stack, stack.mT)
        stack = multiply(stack, product(gram, gram, beta=b, alpha=c), stack, beta=a)
    return stack


def _in_rows(matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int) -> torch.Tensor:
    """Step the product of a wide matrix with itself, which is small, and multiply the matrix once by all factors.

    The factors are polynomials of one symmetric matrix, so that all of their products are symmetric. Small singular
    values are lost where squares are rounded to bfloat16: there the first steps are of the matrix itself.
    """
    a, b, c = coefficients
    gram = _symmetric(matrix, matrix.mT)
    factors = gram
    for step in range(steps):
        factor = _symmetric(gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        factors = _symmetric(factor, factors) if step else factor
        if step + 1 < steps:
            gram = _symmetric(_symmetric(factor, gram), factor)
    return factors @ matrix


_LAST = 2  # steps in rows in bfloat16: of 5, with 3 the error against float64 grows by half and more, with 2 by a tenth
