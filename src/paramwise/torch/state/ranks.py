"""How processes save together: they compare, and write what all have alike once."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch.distributed as dist

from paramwise.files.state_difference import digests
from paramwise.files.state_headers import read_state
from paramwise.findings import InputError
from paramwise.torch.processes import are_many, gathered, rank, ranks_in_words, world
from paramwise.words import plural

GRACE = 5.0
"""Seconds for which the first process waits for those that it expects; who comes later is compared when it comes."""

_CLOSED = 1 << 32  # added to a round's tickets when it is closed: more than processes will ever come
_LONGEST_PAUSE = 0.2  # seconds between two looks at the store

Details = Callable[[], Mapping[str, str]]
"""For each part of a state its digest."""


def together(act: Callable[[], None], path: Path) -> None:
    """Do something in every process, and wait for all; where it fails in one, it fails in all.

    Raises:
        InputError: it failed somewhere.
    """
    failed: str | None = None
    try:
        act()
    except OSError as error:
        failed = f"cannot be written: {error.strerror}"
    except InputError as error:
        failed = error.findings[0].message
    wrong = [text for text in gathered(failed) if text is not None]
    if wrong:
        raise InputError(wrong[0], where=str(path), help="check the folder, its permissions and its space")


def write_once(
    path: Path, token: str, details: Details, write: Callable[[], None], is_there: Callable[[], bool]
) -> None:
    """Write what every process has alike in the first that comes; the others wait until it is there.

    Processes need not all come, and no barrier waits for them. Saves of one path are rounds, kept in the job's own
    store: who comes draws a ticket, the first waits a few seconds for as many as came with it the last time (all, at
    first), closes the round, compares the tokens, and writes. So a process that saves alone waits once, and never
    again. Who comes to a closed round with the token that was written is done; with another, it opens a new round,
    in which somebody who was in the last one must be: else it would replace what it never agreed to.

    Args:
        path: of the file.
        token: the same in processes that would write the same bytes, and in no others.
        details: what the state is, part by part; asked for where tokens differ.
        write: writes the file.
        is_there: whether the file of that token is at the path, as this process sees it.

    Raises:
        InputError: the processes have different states. It is the same in each of them, and nothing was written.
    """
    if not are_many():
        write()
        return
    place = f"paramwise/{hashlib.sha256(os.path.realpath(path).encode()).hexdigest()[:32]}"
    store = dist.distributed_c10d._get_default_store()
    own = f"{place}/last/{rank()}"
    last = store.add(own, 0)
    number = max(last + 1, store.add(f"{place}/current", 0))
    while True:
        this = _Round(store, f"{place}/{number}", path)
        ticket = store.add(this.tickets, 1)
        if ticket < _CLOSED:
            break
        outcome = this.outcome()
        if outcome is None or outcome.token == token:
            store.add(own, number - last)
            this.remember()
            this.wait_for_file(write, is_there)
            return
        if outcome.refused:
            raise this.refusal()
        number += 1
    comer = _Comer(rank(), token, last == number - 1)
    this.enter(ticket, comer)
    store.add(own, number - last)
    if ticket > 1:
        this.follow(ticket, details, write, is_there)
        return
    store.set(f"{place}/current", str(number))
    before = _Round(store, f"{place}/{number - 1}", path) if number > 1 else None
    this.lead(comer, before, details, write)


class _Comer(NamedTuple):
    """A process that came to a round: its rank, its token, and whether it was in the round before."""

    rank: int
    token: str
    was_there: bool


class _Outcome(NamedTuple):
    """How a round ended: the token that is written, if any, and the ranks that came."""

    token: str
    ranks: Sequence[int]
    refused: bool


class _Round(NamedTuple):
    """A save of one path, by the processes that come to it.

    Attributes:
        store: of the job.
        key: of the round, under which all it keeps is.
        path: that is saved to.
    """

    store: Any
    key: str
    path: Path

    @property
    def tickets(self) -> str:
        """The key of the number of processes that came."""
        return f"{self.key}/tickets"

    def enter(self, ticket: int, comer: _Comer) -> None:
        """Say who came with a ticket."""
        self.store.set(f"{self.key}/comer/{ticket}", json.dumps(comer))

    def remember(self) -> None:
        """Let this be the most recent round of this process, which says how many to expect at the next."""
        self.store.set(_recent(), self.tickets)

    def lead(self, own: _Comer, before: _Round | None, details: Details, write: Callable[[], None]) -> None:
        """Wait for the others a little, compare, and write."""
        self._wait_for_others(self._expected() if before is None or own.was_there else world())
        count = self.store.add(self.tickets, _CLOSED) - _CLOSED
        self.remember()
        comers = [_Comer(*json.loads(self.store.get(f"{self.key}/comer/{at}"))) for at in range(1, count + 1)]
        ranks = [comer.rank for comer in comers]
        written = before.outcome() if before is not None else None
        is_strange = written is not None and not written.refused and not any(comer.was_there for comer in comers)
        differ = len({comer.token for comer in comers}) > 1
        if not differ and not is_strange:
            self.store.set(f"{self.key}/outcome", json.dumps(_Outcome(own.token, ranks, False)))
            try:
                write()
            finally:
                self.store.set(f"{self.key}/done", "")
            return
        self.store.set(f"{self.key}/outcome", json.dumps(_Outcome("", ranks, True)))
        found = {own.rank: details()}
        for at, comer in enumerate(comers[1:], 2):
            with suppress(RuntimeError):  # it died meanwhile
                found[comer.rank] = json.loads(self.store.get(f"{self.key}/details/{at}"))
        if differ or written is None:
            refused = disagreement(found, self.path)
        else:
            refused = _replaced(found[own.rank], written.ranks, ranks, self.path)
        finding = refused.findings[0]
        self.store.set(f"{self.key}/refusal", json.dumps([finding.message, finding.evidence, finding.help]))
        raise refused

    def follow(self, ticket: int, details: Details, write: Callable[[], None], is_there: Callable[[], bool]) -> None:
        """Wait for what the first process decides."""
        self.remember()
        outcome = self.outcome()
        if outcome is not None and outcome.refused:
            self.store.set(f"{self.key}/details/{ticket}", json.dumps(dict(details())))
            raise self.refusal()
        self.wait_for_file(write, is_there)

    def outcome(self) -> _Outcome | None:
        """How the round ended; None if the process that would say so died."""
        text = self._told("outcome")
        return None if text is None else _Outcome(*json.loads(text))

    def refusal(self) -> InputError:
        """The error that every process of the round raises."""
        message, evidence, help = json.loads(self._told("refusal") or '["another process refused to save", [], []]')
        return InputError(message, where=str(self.path), evidence=evidence, help=help)

    def wait_for_file(self, write: Callable[[], None], is_there: Callable[[], bool]) -> None:
        """Wait until the first process has written; it may have failed, or have a disk of its own: then write."""
        self._told("done")
        if not is_there():
            write()

    def _expected(self) -> int:
        """As many as came with this process the last time, late ones too."""
        if not self.store.check([_recent()]):
            return world()
        return int(self.store.add(self.store.get(_recent()).decode(), 0)) % _CLOSED

    def _wait_for_others(self, expected: int) -> None:
        until, pause = time.monotonic() + GRACE, 0.001
        while self.store.add(self.tickets, 0) < expected and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _told(self, what: str) -> str | None:
        """What the first process says, when it says it. Asked for again and again: to wait would block the store."""
        until, pause = time.monotonic() + self.store.timeout.total_seconds(), 0.001
        with suppress(RuntimeError):  # the store was in a process that ended
            while time.monotonic() < until:
                if self.store.check([f"{self.key}/{what}"]):
                    return str(self.store.get(f"{self.key}/{what}").decode())
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        return None


def _recent() -> str:
    """The key under which a process keeps the round that it was in most recently, of whatever path."""
    return f"paramwise/recent/{rank()}"


def disagreement(details: Mapping[int, Mapping[str, str]], path: Path) -> InputError:
    """The error for processes, by rank, whose states differ in some part."""
    lines = []
    for part in dict.fromkeys(part for there in details.values() for part in there):
        of: dict[str, list[int]] = {}
        for number, there in sorted(details.items()):
            of.setdefault(there.get(part, ""), []).append(number)
        if len(of) > 1:
            absent = of.pop("", None)
            text = " than on ".join(ranks_in_words(ranks) for ranks in of.values())
            where = f"another on {text}" if len(of) > 1 else f"on {text}"
            lines.append(f"{part}: {where}" + (f", and not on {ranks_in_words(absent)}" if absent else ""))
    return InputError(
        f"the processes hold different state, and only one could be kept: they differ in {plural(len(lines), 'part')}",
        where=str(path),
        evidence=lines or [f"the same parts in another order on {ranks_in_words(details)}"],
        help="nothing was written. If each process trains a model of its own, or a part, save each to its own path; if "
        "they should be alike, find out where they drifted apart; or save in one process alone",
    )


def _replaced(own: Mapping[str, str], before: Sequence[int], ranks: Sequence[int], path: Path) -> InputError:
    """The error for processes that would replace what others wrote."""
    with suppress(InputError):
        there = digests(read_state(path).description)
        differ = [part for part in {**own, **there} if own.get(part) != there.get(part)]
        parts = [f"{part}: another on {ranks_in_words(ranks)} than {ranks_in_words(before)} wrote" for part in differ]
        return InputError(
            f"{ranks_in_words(ranks)} would replace the state that {ranks_in_words(before)} wrote: "
            f"they differ in {plural(len(parts), 'part')}",
            where=str(path),
            evidence=parts,
            help="the file is as it was. Save different states to different paths; save one state in all processes, or "
            "always in the same one",
        )
    return InputError(
        f"{ranks_in_words(ranks)} would replace the state that {ranks_in_words(before)} wrote",
        where=str(path),
        help="the file is as it was. Save different states to different paths",
    )
