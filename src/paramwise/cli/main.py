"""The program: what it runs, and how it shows errors."""

from __future__ import annotations

import os
import sys

from paramwise.cli.streams import drop, usable_streams
from paramwise.findings import InputError, ParamwiseError, PlanError


def main() -> None:
    """Run the command line; one message, and never a traceback, for bad input."""
    try:
        with usable_streams():
            _run(sys.argv[1:])
    except BrokenPipeError:  # `paramwise inspect ... | head` has seen enough
        drop(sys.stdout)
        sys.exit(141)
    except (ParamwiseError, OSError, MemoryError) as error:
        if "--debug" in sys.argv:
            raise
        if not isinstance(error, ParamwiseError):
            error = _of_the_system(error)
        from paramwise.views.text import screen, show

        try:
            for finding in error.findings:
                show((finding.notice,), screen(stderr=True), wrap=False)
            sys.stderr.flush()
        except OSError:  # stderr is full too: there is nobody to tell
            drop(sys.stderr)
        drop(sys.stdout)
        sys.exit(1 if isinstance(error, PlanError) else 2)


def _run(arguments: list[str]) -> None:
    """Run a command. A program to watch is started before typer is loaded."""
    if arguments[:1] == ["watch"]:
        from paramwise.cli.watching import read_options, watch_program

        options = read_options(arguments[1:])
        if options is not None:
            sys.exit(watch_program(options))
    from paramwise.cli.commands import app

    app(prog_name="paramwise")


def _of_the_system(error: OSError | MemoryError) -> InputError:
    """What the system refuses in the middle of a command: a folder without rights, a full disk, too little memory."""
    if isinstance(error, MemoryError):
        return InputError("not enough memory", help="give a smaller file, or more memory; --debug shows the traceback")
    named = error.filename if isinstance(error.filename, (str, os.PathLike)) else None
    return InputError(
        f"the system refuses: {error.strerror or error}",
        where=None if named is None else str(named),
        help="check the path, its permissions and the space on the disk; --debug shows the traceback",
    )
