"""The blocks of a fused weight: which of its rows, or columns, are matrices of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod

from paramwise.findings import InputError

_MOST = 100_000  # blocks of a weight
_TEXT = re.compile(r"(?:(stack)(?:, |$))?(?:dim (\d): (?:(\d+) x \((.+)\)|(.+)))?")
_SIZE = re.compile(r"(?:(\d+) of )?(\d+)")


@dataclass(frozen=True, slots=True)
class Blocks:
    """How a weight is cut into matrices of their own.

    Attributes:
        dim: the dimension that is cut.
        sizes: how many rows of this dimension each block has in a group, in order; empty if nothing is cut.
        groups: how often the sizes repeat along the dimension. With 12 groups of ``(64, 64, 64)`` the first block is
            the first 64 rows of every 192, as where code views ``[heads, 3, 64]``.
        stacked: whether the first dimension counts matrices, as in ``[experts, out, in]``; each is cut by itself.

    Example:
        >>> print(Blocks(0, (768, 768, 768)), "|", Blocks(0, (64, 64, 64), groups=12), "|", Blocks(stacked=True))
        dim 0: 3 of 768 | dim 0: 12 x (3 of 64) | stack
        >>> Blocks.from_text("stack, dim 1: 2 of 1408")
        Blocks(dim=1, sizes=(1408, 1408), groups=1, stacked=True)
    """

    dim: int = 0
    sizes: tuple[int, ...] = ()
    groups: int = 1
    stacked: bool = False

    def __str__(self) -> str:
        if not self.sizes:
            return "stack"
        alike = [(size, len(list(same))) for size, same in groupby(self.sizes)]
        sizes = " + ".join(f"{count} of {size}" if count > 1 else str(size) for size, count in alike)
        cut = f"{self.groups} x ({sizes})" if self.groups > 1 else sizes
        return f"{'stack, ' if self.stacked else ''}dim {self.dim}: {cut}"

    @classmethod
    def from_text(cls, text: str) -> Blocks:
        """The blocks that a text describes, as ``str()`` writes them.

        Raises:
            InputError: the text does not describe blocks.
        """
        match = _TEXT.fullmatch(text) if isinstance(text, str) and text else None
        sizes = _sizes(match[4] or match[5] or "") if match else None
        if match is None or sizes is None or not (sizes or match[1]):
            raise InputError(
                f"blocks are {text!r}",
                help='e.g. "dim 0: 3 of 768", "dim 0: 12 x (3 of 64)" or "stack, dim 1: 2 of 1408"',
            )
        return cls(int(match[2] or 0), sizes, int(match[3] or 1), bool(match[1]))

    def misfit(self, shape: Sequence[int]) -> str | None:
        """Why a weight of this shape cannot have these blocks; None if it can."""
        if len(shape) < 2 + self.stacked:
            return f"{list(shape)} is not {'a stack of matrices' if self.stacked else 'a matrix'}"
        if not self.sizes:
            return None
        if not self.stacked <= self.dim < len(shape) or (self.dim > 1 and not self.stacked):
            return f"{list(shape)} is not cut along dimension {self.dim}"
        rows = sum(self.sizes) * self.groups
        return None if rows == shape[self.dim] else f"{rows} rows in blocks, {shape[self.dim]} in {list(shape)}"

    @property
    def starts(self) -> tuple[int, ...]:
        """Where in a group each block starts."""
        return tuple(sum(self.sizes[:at]) for at in range(len(self.sizes)))


def _sizes(text: str) -> tuple[int, ...] | None:
    found: list[int] = []
    for part in text.split(" + ") if text else ():
        match = _SIZE.fullmatch(part)
        if match is None or len(match[0]) > 18 or int(match[1] or 1) > _MOST or not int(match[2]):
            return None
        found += [int(match[2])] * int(match[1] or 1)
    return tuple(found) if len(found) <= _MOST else None


Region = tuple[int, tuple[tuple[int, int], ...]]
"""Some of the rows of a weight: the first, and how often each stride is taken: ``(64, ((12, 192), (64, 1)))``."""


def rows_of(region: Region) -> set[int]:
    """The numbers of the rows in a region.

    >>> sorted(rows_of((1, ((2, 4), (2, 1)))))
    [1, 2, 5, 6]
    """
    rows = {region[0]}
    for count, stride in region[1]:
        rows = {row + at * stride for row in rows for at in range(count)}
    return rows


def is_tiled(whole: Region, parts: Iterable[Region]) -> bool:
    """Whether regions cover another region, each row once."""
    found = list(parts)
    if sum(size_of(part) for part in found) != size_of(whole):
        return False
    return set().union(*map(rows_of, found)) == rows_of(whole)


def size_of(region: Region) -> int:
    """How many rows a region has."""
    return prod(count for count, _ in region[1])


def blocks_of(leaves: Sequence[Region], length: int, dim: int, *, stacked: bool) -> Blocks | None:
    """The blocks whose rows are these regions; None where they do not repeat alike.

    >>> print(blocks_of([(0, ((2, 6), (2, 1))), (2, ((2, 6), (4, 1)))], 12, 0, stacked=False))
    dim 0: 2 x (2 + 4)
    """
    pieces = []
    for start, dims in sorted(leaves):
        if len(dims) > 2 or (len(dims) == 2 and dims[1][1] != 1):
            return None
        if len(dims) == 2:
            pieces.append((start, dims[1][0], *dims[0]))
        else:
            ((count, stride),) = dims or ((1, 1),)
            pieces.append((start, count, 1, length) if stride == 1 else (start, 1, count, stride))
    at = 0
    for start, run, groups, period in pieces:
        if start != at or (groups, period) != pieces[0][2:]:
            return None
        at += run
    if at * pieces[0][2] != length or (pieces[0][2] > 1 and at != pieces[0][3]):
        return None
    return Blocks(dim, tuple(run for _, run, _, _ in pieces), pieces[0][2], stacked)
