"""Findings and differences as annotations of a run on GitHub: workflow commands, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from paramwise.findings import Finding
from paramwise.model.patterns import patterns
from paramwise.rules.difference import PlanChanges, summary
from paramwise.words import escaped

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
NAMES = 5


def annotations_of(findings: Iterable[Finding], file: str | None = None) -> Iterator[str]:
    """A line for each finding; ``file`` is where GitHub shows them, unless a finding has a place of its own."""
    for finding in findings:
        place, _, line = (finding.where or file or "").rpartition(":")
        if not line.isdecimal():
            place, line = finding.where or file or "", ""
        notice = finding.notice
        title = f"{finding.code} {finding.slug}" if finding.code else "paramwise"
        body = [notice.message, *(text for text in notice.rest if not text.startswith("  -->"))]
        yield _command(COMMANDS[finding.level], body, title, place, line)


def annotation_of(found: PlanChanges, file: str | None, title: str) -> str:
    """A line that says what changes, with the first names."""
    folded = [pattern.text for pattern in patterns(found.names)]
    rest = [f"... and {len(folded) - NAMES:,} more"] if len(folded) > NAMES else []
    return _command("error", [summary(found), *folded[:NAMES], *rest], title, file or "", "")


def _command(command: str, body: Sequence[str], title: str, file: str, line: str) -> str:
    r"""A workflow command; what would end it, or begin another one, is escaped as GitHub wants it.

    >>> _command("error", ["50% of a", "b"], "a,b: c", "x.py", "3")
    '::error file=x.py,line=3,title=a%2Cb%3A c::50%25 of a%0Ab'
    """
    fields = {"file": _here(file), "line": line, "title": title}
    options = ",".join(f"{key}={_data(value, ',:')}" for key, value in fields.items() if value)
    return f"::{command} {options}::{'%0A'.join(_data(text, '') for text in body)}"


def _here(file: str) -> str:
    """A file as GitHub looks for it: from the current folder on, where it is inside."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _data(text: str, more: str) -> str:
    text = escaped(text)
    for sign in ("%", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
