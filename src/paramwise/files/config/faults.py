"""Faults of tables: all of them collected in a single pass, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from paramwise.files.config.toml import Place, written
from paramwise.findings import Finding, InputError

T = TypeVar("T")
U = TypeVar("U")


class FaultsError(Exception):
    """Everything that is wrong with a value: findings, each with its place inside the value."""

    def __init__(self, found: Sequence[tuple[Place, Finding]]) -> None:
        super().__init__(found)
        self.found = found


class Faults:
    """A collector of faults: what goes wrong in one part does not stop the next part from being read.

    Example:
        >>> faults = Faults()
        >>> for key, value in {"lr": 0, "eps": -1}.items():
        ...     with faults.at(key):
        ...         raise InputError(f"{key} is {value}")
        >>> [(place, finding.message) for place, finding in faults.found]
        [(('lr',), 'lr is 0'), (('eps',), 'eps is -1')]
    """

    def __init__(self) -> None:
        self.found: list[tuple[Place, Finding]] = []

    @contextmanager
    def at(self, step: str | int) -> Iterator[None]:
        """Collect what goes wrong under a key or an index."""
        try:
            yield
        except InputError as error:
            self.found.append(((step,), error.findings[0]))
        except FaultsError as error:
            self.found += [((step, *place), finding) for place, finding in error.found]

    def raise_found(self) -> None:
        """Raise `FaultsError` if anything went wrong."""
        if self.found:
            raise FaultsError(self.found)


def each(things: Iterable[tuple[str | int, T]], make: Callable[[T], U]) -> list[U]:
    """What is made of each thing.

    Args:
        things: each with the key or index under which it stands.
        make: raises `InputError` or `FaultsError` for a thing that is wrong.

    Raises:
        FaultsError: the faults of all things, not only of the first.
    """
    made: list[U] = []
    faults = Faults()
    for step, thing in things:
        with faults.at(step):
            made.append(make(thing))
    faults.raise_found()
    return made


def shown(value: object) -> str:
    """A value as TOML for a message, dates too; a long value is cut."""
    try:
        text = written(value)
    except InputError:
        text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
