"""A program started under watch: its command line, environment, signals and end.

Nothing here loads torch: the program may have another one, or none.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from paramwise.findings import InputError
from paramwise.torch.watch.channel import VARIABLE

_START = Path(__file__).parent / "start"
_OFTEN = 0.1  # seconds between two looks at the channel
_PATIENCE = 10.0  # seconds from being asked to end to being ended

_FORWARDED = [
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU")
    if hasattr(signal, name)
]
_FROM_KERNEL = 0x80  # SI_KERNEL: the terminal sent it, and it reached every process of the group


def command_line(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The program to start, and its name and arguments: a script, ``-m MODULE``, or any program on PATH.

    Raises:
        InputError: there is nothing of that name.
    """
    if not arguments:
        raise InputError("give a script, a program, or -m MODULE", help="paramwise watch train.py ARGS...")
    name = arguments[0]
    if name.startswith("-") or name.endswith((".py", ".pyw")):
        return sys.executable, [sys.executable, *arguments]  # what is wrong with it, Python says
    found = shutil.which(name)
    if found is not None:
        return found, list(arguments)
    if Path(name).exists():
        return sys.executable, [sys.executable, *arguments]
    raise InputError(
        f"no such script or program: {name}", help="paramwise watch train.py ARGS..., or -m MODULE ARGS..."
    )


def environment(channel: Path) -> dict[str, str]:
    """The environment with the hooks: a folder with a ``sitecustomize`` of ours, first in PYTHONPATH."""
    paths = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": f"{_START}{os.pathsep}{paths}" if paths else str(_START),
        VARIABLE: str(channel),
    }


class Program:
    """A program that runs in the process group of this one, with its streams and its terminal.

    A signal from the terminal reaches both, and is the program's matter; one that was sent to this process alone is
    handed on. They are held back here and taken one by one, so that none is lost and none ends the one who watches.
    """

    def __init__(self, executable: str, command: Sequence[str], channel: Path) -> None:
        self._channel = channel
        self._can_wait = hasattr(signal, "sigtimedwait")  # not on macOS and Windows
        start: Callable[[], object] | None = None
        if self._can_wait:
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [*_FORWARDED, signal.SIGCHLD])
            start = partial(signal.pthread_sigmask, signal.SIG_SETMASK, before)
        try:
            self._process = subprocess.Popen(
                command,
                executable=executable,
                env=environment(channel),
                close_fds=False,  # what the shell opened for the program is the program's
                preexec_fn=start,
            )
        except OSError as error:
            raise InputError(f"cannot start {executable}: {error.strerror}") from None
        if not self._can_wait:
            for number in _FORWARDED:
                signal.signal(number, self._hand_on)

    def wait(self) -> bool:
        """Wait a moment, hand on signals, and say whether the program runs still."""
        if not self._can_wait:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_OFTEN)
        else:
            got = signal.sigtimedwait([*_FORWARDED, signal.SIGCHLD], _OFTEN)
            if got is not None and got.si_signo != signal.SIGCHLD and got.si_code != _FROM_KERNEL:
                self._process.send_signal(got.si_signo)
        return self._process.poll() is None

    def _hand_on(self, number: int, _: object) -> None:
        """Hand a signal on that was likely not the terminal's, where nothing tells who sent it."""
        if number not in (signal.SIGINT, getattr(signal, "SIGQUIT", None)):
            self._process.send_signal(number)

    def stop(self, others: Sequence[int]) -> None:
        """End the program, and what it started: asked at first, then killed."""
        self._process.terminate()
        deadline = time.monotonic() + _PATIENCE
        while self.wait() and time.monotonic() < deadline:
            pass
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pid in others:
            with suppress(OSError):  # one that has ended, or where there is no /proc
                if os.fsencode(self._channel) in Path(f"/proc/{pid}/environ").read_bytes():
                    os.kill(pid, signal.SIGTERM)

    def exit_code(self) -> int:
        """The exit code; ends this process by the same signal, where a signal ended the program."""
        code = self._process.wait()
        if code < 0 and os.name == "posix":
            with suppress(OSError, ValueError):
                import resource

                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one core, the program's, is enough
                signal.signal(-code, signal.SIG_DFL)
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError, AttributeError):
                    stream.flush()
            with suppress(OSError):
                if self._can_wait:
                    signal.pthread_sigmask(signal.SIG_UNBLOCK, [-code])
                os.kill(os.getpid(), -code)
            return 128 - code
        return code
