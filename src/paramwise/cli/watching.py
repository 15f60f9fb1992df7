"""A program run under watch: started before all else, its findings printed as they come."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from paramwise.files.config.toml import FILE, PROJECT
from paramwise.files.regular import require_replaceable, takes_text
from paramwise.findings import LEVELS, Finding, InputError
from paramwise.torch.watch.channel import Receiver, write_settings
from paramwise.torch.watch.merging import Merged, Report
from paramwise.torch.watch.program import Program, command_line
from paramwise.words import did_you_mean, json_text, plural

if TYPE_CHECKING:
    from paramwise.files.config.file import Config

# What is needed to print is loaded when the program runs: until then, it waits for this process.

TAKE_A_VALUE = ("--fail-on", "--ignore", "--json", "--rules")
_TOGETHER = 5.0  # seconds without news: what other processes find by then is said once
_ALOUD = 1.0  # the same when all have told: a program that dies at its first step writes its traceback first


class Options(NamedTuple):
    """What the command line of watch says: its own options, then the program and its arguments."""

    program: list[str]
    fail_on: str | None = None
    keep_going: bool = False
    ignore: tuple[str, ...] = ()
    json_file: str | None = None
    rules: str | None = None


def program_at(arguments: list[str]) -> int:
    """Where the program begins: the first that is not an option of watch, or ``-m``, ``-c``, ``--``."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-") and arguments[at] not in ("--", "-m", "-c"):
        at += 2 if arguments[at] in TAKE_A_VALUE else 1
    return at


def read_options(arguments: list[str]) -> Options | None:
    """The options of a command line; None of one that needs an answer, which the command of typer gives.

    Typer takes as long to load as a small program takes to run.
    """
    at = program_at(arguments)
    own, program = arguments[:at], arguments[at:]
    found: dict[str, list[str]] = {name: [] for name in TAKE_A_VALUE}
    keep_going = False
    while own:
        name, *own = own
        if name == "--keep-going":
            keep_going = True
        elif name in found and own:
            found[name].append(own.pop(0))
        else:
            return None
    if not program or program == ["--"]:
        return None
    fail_on, ignore, json_file, rules = found.values()
    return Options(
        program[1:] if program[0] == "--" else program,
        fail_on[-1] if fail_on else None,
        keep_going,
        tuple(ignore),
        json_file[-1] if json_file else None,
        rules[-1] if rules else None,
    )


def watch_program(options: Options) -> int:
    """Run a program under watch; gives the exit code.

    Raises:
        InputError: an option is wrong, or there is no such program; nothing was started.
    """
    fail_on, json_file = options.fail_on, options.json_file
    if fail_on is not None and fail_on not in LEVELS:
        raise InputError(f"no level `{fail_on}`", help=did_you_mean(fail_on, LEVELS))
    levels = [] if fail_on is None else list(LEVELS[: LEVELS.index(fail_on) + 1])
    target = None if json_file is None else _writable(json_file)
    config = _rules(options.rules)
    ignored = [*(config.ignore if config else ()), *options.ignore]
    if ignored:
        from paramwise.rules.subject import Exclusions

        Exclusions(ignored)  # refuses what is not a check
    executable, command = command_line(options.program)

    stopping = levels if levels and not options.keep_going else []
    folder = Path(tempfile.mkdtemp(prefix="paramwise-watch-"))
    try:
        rules = None
        if config is not None and config.expect:  # a copy: the program may change its folder, or the file
            rules = shutil.copy(config.path, folder)
        write_settings(folder, {"ignore": ignored, "stop_on": stopping, "rules": rules})
        merged = Merged()
        printer = _Printer(merged)
        receiver = Receiver(folder)
        program = Program(executable, command, folder)
        stopped = False
        running = True
        while running:
            running = program.wait()
            for pid, message in receiver.new():
                merged.add(pid, message)
                printer.news = time.monotonic()
            if not running and merged.end():
                printer.news = time.monotonic()
            if running and merged.has(stopping):
                program.stop(merged.pids)
                running, stopped = False, True
            quiet = time.monotonic() - printer.news
            if not running or quiet > (_ALOUD if merged.complete else _TOGETHER):
                printer.print()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    printer.end(stopped)
    if target is not None:
        _write(target, merged.reports())
    if stopped:
        return 1
    return program.exit_code() or int(merged.has(levels))


class _Printer:
    """Prints what is new, to stderr. A stderr that is closed or full hurts nobody."""

    def __init__(self, merged: Merged) -> None:
        self.news = 0.0
        self._merged = merged
        self._printed: set[tuple[str, int, str | None, str]] = set()
        self._titles: Counter[str] = Counter()
        self._failed = 0

    def print(self) -> None:
        """Print what was not printed yet."""
        if not self.news or sys.stderr is None:
            return
        self.news = 0.0
        count: Counter[str] = Counter()
        blocks: dict[str, int] = {}
        for report in self._merged.reports():
            count[report.title] += 1
            known = count[report.title] <= self._titles[report.title]
            text = self._block(report, count[report.title], known)
            if text:
                blocks[text] = blocks.get(text, 0) + 1
        self._titles = count
        for text, times in blocks.items():
            title, colon, rest = text.partition(": ")
            self._say(f"{title} ({times:,} optimizers){colon}{rest}" if times > 1 else text)
        for failed in self._merged.failed[self._failed :]:
            self._say(f"paramwise: {failed}")
        self._failed = len(self._merged.failed)

    def end(self, stopped: bool) -> None:
        """Print what there is to say when the program has ended."""
        if sys.stderr is None:
            return
        if stopped:
            self._say("paramwise: the program was stopped at a finding (--keep-going lets it run on)")
        elif not self._merged.torch and not self._merged.failed:
            self._say("paramwise: no optimizer took a step: no Python that reads PYTHONPATH loaded torch")
        elif not self._titles and not self._merged.failed:
            seen = ": one was made, and a step that is compiled cannot be seen" if self._merged.made else ""
            self._say(f"paramwise: no optimizer took a step{seen}")

    def _block(self, report: Report, number: int, known: bool) -> str:
        new = []
        for finding, processes in report.findings:
            key = (report.title, number, finding["code"], finding["message"])
            if key not in self._printed:
                self._printed.add(key)
                only = f" ({', '.join(processes)} only)" if len(processes) < len(report.processes) else ""
                new.append((finding, only))
        if not new and (known or report.title in self._titles):
            return ""
        more = "more " if known else ""
        head = plural(len(new), f"{more}finding") if new else "no findings"
        shown = [_shown(_finding(finding), only) for finding, only in new]
        return "\n".join([f"paramwise: {report.title}{report.where}: {head}", *shown])

    def _say(self, text: str) -> None:
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def _shown(finding: Finding, only: str) -> str:
    """A finding as text, coloured where stderr is a terminal that shows colours."""
    from dataclasses import replace

    from paramwise.views.text import lines_of, screen

    plain = replace(finding, message=finding.message + only)
    return "\n".join(lines_of((plain.notice,), screen(stderr=True), wrap=False))


def _finding(data: dict[str, Any]) -> Finding:
    """A finding from the plain data that `Finding.as_dict` made of it."""
    lists = {"evidence": data["evidence"], "names": data["names"], "help": data["help"].split("\n")}
    return Finding(**{**data, **{key: tuple(filter(None, value)) for key, value in lists.items()}})


def _rules(given: str | None) -> Config | None:
    """The file of rules that says what is expected and what is ignored: the one given, or the folder's."""
    if given is None and not any(Path(name).is_file() for name in (FILE, PROJECT)):
        return None  # saves loading the reader
    from paramwise.files.config.file import config_of_project, read_config

    return config_of_project(Path.cwd()) if given is None else read_config(given)


def _writable(given: str) -> Path:
    """A path that a file can be written to when the program has ended, wherever this process is then."""
    target = Path(given).absolute()  # not resolved: /dev/stdout leads to what has no path
    if not target.parent.is_dir():
        raise InputError(f"no folder for {given}", help="make it first")
    if target.is_dir() or not os.access(target if target.exists() else target.parent, os.W_OK):
        raise InputError(f"cannot write {given}", help="give --json a file in a folder that you may write to")
    if not takes_text(target):
        require_replaceable(target)
    return target


def _write(target: Path, reports: list[Report]) -> None:
    from paramwise.files.atomic import replace_text

    data = {"schema": "paramwise/watch/1", "optimizers": [report.as_dict() for report in reports]}
    try:
        replace_text(target, json_text(data, indent=2) + "\n")
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror}") from None
