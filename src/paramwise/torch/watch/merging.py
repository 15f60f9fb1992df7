"""Findings of a watched program's processes, merged: each is reported once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from paramwise.words import plural

_Finding = dict[str, Any]


@dataclass
class Report:
    """An optimizer, in every process that has it.

    Attributes:
        title: its class and its model's.
        processes: which have it: ranks, or where a process has none its identity.
        findings: each with the processes that found it.
    """

    title: str
    processes: list[str] = field(default_factory=list)
    findings: list[tuple[_Finding, list[str]]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As ``--json`` writes it."""
        findings = [{**finding, "processes": len(processes)} for finding, processes in self.findings]
        return {"optimizer": self.title, "processes": len(self.processes), "findings": findings}

    @property
    def where(self) -> str:
        """Where it is, if in several processes."""
        if len(self.processes) < 2:
            return ""
        ranks = all(process.startswith("rank ") for process in self.processes)
        return f" on {plural(len(self.processes), 'rank')}" if ranks else f" in {len(self.processes):,} processes"


class Merged:
    """Every look of every process, the last of each optimizer standing for it."""

    def __init__(self) -> None:
        self.torch: set[int] = set()  # the processes that loaded it
        self.made = False  # whether a process made an optimizer
        self.failed: list[str] = []
        self.pids: list[int] = []
        self._absent: list[dict[str, Any]] | None = None  # expectations of no parameter of any model
        self._looks: dict[tuple[int, int], dict[str, Any]] = {}  # by process and number of the optimizer
        self._ranks: dict[int, str] = {}

    def add(self, pid: int, message: dict[str, Any]) -> None:
        """Take a message in."""
        if pid not in self._ranks:
            self.pids.append(pid)
            self._ranks[pid] = f"process {pid}"
        if message.get("rank"):
            self._ranks[pid] = f"rank {message['rank']}"
        if message.get("torch"):
            self.torch.add(pid)
        self.made = self.made or bool(message.get("made"))
        if "failed" in message and message["failed"] not in self.failed:
            self.failed.append(message["failed"])
        if "look" in message:
            look = self._looks[pid, message["look"]["number"]] = message["look"]
            if look["absent"] is not None:
                absent = look["absent"] if self._absent is None else self._absent
                self._absent = [finding for finding in absent if finding in look["absent"]]

    def end(self) -> bool:
        """Take in what is sure once the program has ended: what was expected of parameters that no model has."""
        if self._absent:
            next(iter(self._looks.values()))["findings"] += self._absent
        return bool(self._absent)

    def reports(self) -> list[Report]:
        """One for each optimizer: the first of a title in one process is the first of that title in another."""
        found: dict[tuple[str, int], Report] = {}
        count: Counter[tuple[int, str]] = Counter()
        for (pid, _), look in sorted(self._looks.items(), key=lambda one: (self.pids.index(one[0][0]), one[0][1])):
            title, process = look["optimizer"], self._ranks[pid]
            report = found.setdefault((title, count[pid, title]), Report(title))
            count[pid, title] += 1
            report.processes.append(process)
            for finding in look["findings"]:
                same = [one for one in report.findings if _key(one[0]) == _key(finding)]
                if same:
                    same[0][1].append(process)
                else:
                    report.findings.append((finding, [process]))
        return list(found.values())

    @property
    def complete(self) -> bool:
        """Whether every process that loaded torch has told of an optimizer."""
        return self.torch <= {pid for pid, _ in self._looks}

    def has(self, levels: Sequence[str]) -> bool:
        """Whether there is a finding of one of some levels."""
        return any(one["level"] in levels for look in self._looks.values() for one in look["findings"])


def _key(finding: _Finding) -> tuple[str, str]:
    return finding["code"], finding["message"]
