"""How many expressions of a model's code are followed, until we give up."""

from __future__ import annotations


class TooLongError(Exception):
    """The code takes too long to follow."""


class Counted:
    """Counts the expressions that it follows."""

    def __init__(self, most: int) -> None:
        self._left = most

    def step(self) -> None:
        """Count an expression.

        Raises:
            TooLongError: there are too many.
        """
        self._left -= 1
        if self._left < 0:
            raise TooLongError
