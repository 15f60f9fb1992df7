"""Sets of cells as integers: a bit for each cell."""

from __future__ import annotations

from collections.abc import Iterable


def mask_of(cells: Iterable[int], width: int) -> int:
    """The mask of some cells."""
    bits = bytearray(width // 8 + 1)  # setting single bits of a large integer would copy it each time
    for cell in cells:
        bits[cell >> 3] |= 1 << (cell & 7)
    return int.from_bytes(bits, "little")


def cells_of(mask: int) -> list[int]:
    """The cells of a mask.

    >>> cells_of(0b101)
    [0, 2]
    """
    return [cell for cell, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]
