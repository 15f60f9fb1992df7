"""Globs on names: many matched at once, and those that tell some names of a model from all others."""

from __future__ import annotations

import fnmatch
import glob
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

_WILD = re.compile(r"[*?[]")
NUMBER = re.compile(r"(?<![^.])\d+(?![^.])")
"""The parts of a name that are numbers."""


def matching(globs: Iterable[str]) -> Callable[[str], bool]:
    """A test whether a string matches any of the globs.

    Names without wildcards are looked up in a set: there may be very many, and a regular expression would try each.
    """
    globs = list(globs)
    exact = frozenset(pattern for pattern in globs if not _WILD.search(pattern))
    alternatives = "|".join(fnmatch.translate(pattern) for pattern in globs if pattern not in exact)
    if not alternatives:
        return exact.__contains__
    match = re.compile(alternatives).match
    return (lambda text: text in exact or match(text) is not None) if exact else lambda text: match(text) is not None


class Globs:
    """Makes globs that match some names of a model and no others: a number becomes ``*`` if that matches nothing else.

    A tied parameter is matched by all of its names, which ``aliases`` gives by its first.

    >>> Globs(["h.0.up", "h.1.up", "h.0.down"]).of(["h.0.up", "h.1.up"])
    ('h.*.up',)
    """

    def __init__(self, names: Iterable[str], aliases: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
        self.aliases = aliases
        self.names = [*names, *(alias for more in aliases.values() for alias in more)]
        self._stems = {name: NUMBER.sub("*", name) for name in self.names}
        self._every = Counter(self._stems.values())

    def of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The globs of some of the names."""
        if self.aliases:
            names = (also for name in names for also in (name, *self.aliases.get(name, ())))
        wanted = dict.fromkeys(names)
        stems = list(map(self._stems.__getitem__, wanted))
        picked = Counter(stems)
        whole = {stem for stem, count in picked.items() if count == self._every[stem] > 1}
        whole -= {stem for name, stem in zip(wanted, stems, strict=True) if stem in whole and _WILD.search(name)}
        # `*` crosses dots, so it may match names of other stems
        if whole and any(map(matching(whole), (name for name in self.names if name not in wanted))):
            whole = set()
        found = (stem if stem in whole else glob.escape(name) for name, stem in zip(wanted, stems, strict=True))
        return tuple(dict.fromkeys(found))
