"""Runs when each Python of a watched program starts: installs the hooks out of sight.

The folder of this file stands first in PYTHONPATH, so that ``site`` imports it at start. It then makes way: the
program's own ``sitecustomize`` runs, ``sys.path`` and ``os.environ`` are what they would be alone, and a finder waits
until torch's optimizers are loaded. A program that never imports torch loads nothing more.

Children must be watched too. What the process hands on (its C environment) keeps both variables, while ``os.environ``,
which the program reads, does not show them. Where the program hands on an environment of its own making, they are added
to it. This file is alone in its folder and imports nothing of paramwise at the top: it runs in interpreters that may
not have it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

VARIABLE, PATHS = "PARAMWISE_WATCH", "PYTHONPATH"
TRIGGER = "torch.optim.optimizer"


def start(here: str, channel: str) -> None:
    """Leave the interpreter as it would be alone, but for the hooks."""
    sys.path[:] = [one for one in sys.path if one != here]
    sys.path_importer_cache.pop(here, None)
    _hide(here, channel)
    if TRIGGER in sys.modules:
        _activate(channel)
    else:
        sys.meta_path.insert(0, _Waiting(channel))
    _chain()


def _chain() -> None:
    """Import the program's own ``sitecustomize``, or fail as the import of a module that is not there."""
    sys.modules.pop("sitecustomize", None)
    for finder in list(sys.meta_path):
        spec = finder.find_spec("sitecustomize", None)
        if spec is not None and spec.loader is not None:
            from importlib.util import module_from_spec

            module = sys.modules["sitecustomize"] = module_from_spec(spec)
            spec.loader.exec_module(module)
            return
    raise ImportError("No module named 'sitecustomize'", name="sitecustomize")


class _Waiting:
    """A finder that finds nothing, and sees by the next import that torch's optimizers are loaded."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        loaded = sys.modules.get(TRIGGER)
        if loaded is not None and not getattr(loaded.__spec__, "_initializing", False) and self in sys.meta_path:
            sys.meta_path.remove(self)
            _activate(self.channel)


def _activate(channel: str) -> None:
    try:
        from paramwise.torch.watch.hooks import activate

        activate(channel)
    except Exception as error:  # the program goes on as if nobody watched; the one who watches is told
        _tell(channel, f"{sys.executable} loads torch and cannot load paramwise: {type(error).__name__}: {error}")


def _tell(channel: str, text: str) -> None:
    import json

    try:
        with open(os.path.join(channel, f"{os.getpid()}.jsonl"), "a") as file:  # noqa: PTH118, PTH123
            file.write(json.dumps({"failed": text}) + "\n")
    except OSError:
        pass


def _hide(here: str, channel: str) -> None:
    """Take the variables out of what the program reads, and keep them in what its children are given."""
    environment: Any = os.environ
    data = environment._data
    encode = environment.encodekey
    hidden, paths = encode(VARIABLE), encode(PATHS)
    ours = environment.encodevalue(here)
    separator = environment.encodevalue(os.pathsep)
    data.pop(hidden, None)
    rest = [one for one in data.pop(paths, ours).split(separator) if one != ours]
    if rest:
        data[paths] = separator.join(rest)

    put, unset = os.putenv, os.unsetenv

    def with_ours(value: Any) -> Any:
        return ours + separator + value if value else ours

    def putenv(name: Any, value: Any, /) -> None:
        put(name, with_ours(value) if name == paths else value)

    def unsetenv(name: Any, /) -> None:
        if name == paths:
            put(name, ours)
        elif name != hidden:
            unset(name)

    def added(entries: Any) -> Any:
        """Of an environment as a list ``[b"NAME=value", ...]``."""
        old = next((one.partition(b"=")[2] for one in entries if one.startswith(b"PYTHONPATH=")), b"")
        others = [one for one in entries if not one.startswith((b"PYTHONPATH=", b"PARAMWISE_WATCH="))]
        return [*others, b"PYTHONPATH=" + with_ours(old), b"PARAMWISE_WATCH=" + os.fsencode(channel)]

    def mapped(env: Any) -> Any:
        """Of an environment as a mapping; what is none is left to who refuses it."""
        if not hasattr(env, "items"):
            return env
        pairs = {os.fsencode(key): os.fsencode(value) for key, value in env.items()}
        pairs[b"PYTHONPATH"] = with_ours(pairs.get(b"PYTHONPATH"))
        return pairs | {b"PARAMWISE_WATCH": os.fsencode(channel)}

    os.putenv, os.unsetenv = putenv, unsetenv
    if os.name == "posix":
        _hand_on(added, mapped)


def _hand_on(added: Any, mapped: Any) -> None:
    """Add the variables where the program gives a child an environment of its own making."""
    import _posixsubprocess

    module: Any = _posixsubprocess
    fork_exec, execve = module.fork_exec, os.execve

    def watched_fork_exec(*given: Any) -> Any:
        if given[5] is not None:  # env_list
            given = (*given[:5], added(given[5]), *given[6:])
        return fork_exec(*given)

    def watched_execve(path: Any, argv: Any, env: Any) -> Any:
        return execve(path, argv, mapped(env))

    module.fork_exec = watched_fork_exec
    os.execve = watched_execve
    if "subprocess" in sys.modules:
        loaded: Any = sys.modules["subprocess"]
        loaded._fork_exec = watched_fork_exec
    for name in ("posix_spawn", "posix_spawnp"):
        spawn = getattr(os, name, None)
        if spawn is not None:
            setattr(os, name, _spawner(spawn, mapped))


def _spawner(spawn: Any, mapped: Any) -> Any:
    def watched_spawn(path: Any, argv: Any, env: Any, /, **options: Any) -> Any:
        return spawn(path, argv, mapped(env), **options)

    return watched_spawn


if VARIABLE in os.environ:
    start(os.path.dirname(os.path.abspath(__file__)), os.environ[VARIABLE])  # noqa: PTH100, PTH120
