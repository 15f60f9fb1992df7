"""The processes of a job: joined as their launcher says, held to the same job, heard through one of them."""

from __future__ import annotations

import atexit
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

import torch
import torch.distributed as dist
from torch.distributed.distributed_c10d import Store
from torch.distributed.rendezvous import rendezvous

from paramwise.findings import InputError, ParamwiseError, PlanError
from paramwise.torch.processes import gathered, world
from paramwise.words import plural

T = TypeVar("T")

NEEDED = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")  # what torchrun tells every process
_OTHERS = ("SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE")  # how other launchers tell their number
_ACCELERATE = {"ACCELERATE_USE_FSDP": "FSDP", "ACCELERATE_USE_DEEPSPEED": "DeepSpeed"}
_JOINING = timedelta(minutes=5)  # all processes start within this time
_WAITING = timedelta(minutes=30)  # a process waits so long for the others, who may be loading or saving
_LAST_WORD = 2.0  # seconds in which a process that failed by itself speaks before those that only lost it
_LISTENING = timedelta(seconds=10)  # until it has spoken
_LOST = re.compile(r"gloo|nccl|connection (closed|reset|refused)|broken pipe|socket|recvvalue|process group", re.I)
_TOLD, _SAID = "paramwise/told", "paramwise/said"


def is_first() -> bool:
    """Whether this is the process that prints and writes."""
    return os.environ.get("WORLD_SIZE", "1") == "1" or os.environ.get("RANK", "0") == "0"


@contextmanager
def joined() -> Iterator[None]:
    """Join the processes that a launcher started, if it started several; leave them at the end.

    Where they are joined already, as in a worker of Ray Train, they stay as they are. Otherwise a failure is
    told by a single process: the others end without a word, with the same exit code.

    Raises:
        InputError: the environment does not say how to reach the others, or they cannot be reached; or another process
            of the job ended.
    """
    if dist.is_initialized() or _started() == 1:
        yield
        return
    store = _join()
    before = _stop_by_signal()
    try:
        yield
        dist.barrier()
        dist.destroy_process_group()
    except Exception as error:
        with suppress(ValueError):  # only a main thread has signals
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the launcher stops all when the first has ended
        told = _as_lost(error)
        if told is not None:
            time.sleep(_LAST_WORD)
        if not _speaks(store):
            raise SystemExit(1 if isinstance(error, PlanError) else 2) from None
        atexit.register(_say, store)
        if told is None:
            raise
        raise told from error
    if before is not None:
        signal.signal(signal.SIGTERM, before)


def end_at_once() -> NoReturn:
    """End a process whose work is done: torch's threads may want the interpreter while it ends, and then abort.

    Of 80 processes that trained with FSDP2 on gloo, without paramwise, 4 ended so (torch 2.13); a launcher would call
    the job failed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def in_all(work: Callable[[], T]) -> T:
    """Do something in every process; where it fails in one, it fails in all, with a single message.

    Raises:
        ParamwiseError: what the first of those that failed raised.
    """
    failed: ParamwiseError | None = None
    result: Any = None
    try:
        result = work()
    except ParamwiseError as error:
        failed = error
    errors = gathered(failed)
    found = [rank for rank, error in enumerate(errors) if error is not None]
    if not found:
        done: T = result
        return done
    first = errors[found[0]]
    assert first is not None
    if len(found) == len(errors):
        raise failed or first
    finding = first.findings[0]
    which = f"only in process {found[0]}" if len(found) == 1 else f"in {len(found)} processes"
    raise InputError(
        finding.message, where=finding.where, evidence=[f"{which} of {len(errors)}", *finding.evidence],
        help=finding.help,
    )  # fmt: skip


def require_same(facts: Mapping[str, str]) -> None:
    """Compare what every process is about to do.

    Raises:
        InputError: some fact is another in another process; the message names up to five of them.
    """
    first, *others = gathered(dict(facts))
    differing = {
        name: f"{name}: {value} in process 0, {other[name]} in process {rank}"
        for rank, other in reversed(list(enumerate(others, 1)))
        for name, value in first.items()
        if other[name] != value
    }
    if differing:
        count = len(differing)
        raise InputError(
            f"the processes do not have the same job: {count} {'thing differs' if count == 1 else 'things differ'}",
            evidence=[differing[name] for name in first if name in differing],
            help="start all with the same command, on the same files and versions",
        )


def _started() -> int:
    """How many processes the launcher started.

    Raises:
        InputError: there are several, and what they need to find each other is missing.
    """
    environment = os.environ
    if not {"RANK", "WORLD_SIZE"} & environment.keys():
        for name in _OTHERS:
            if environment.get(name, "1").isdecimal() and int(environment.get(name, "1")) > 1:
                raise InputError(
                    f"{environment[name]} processes were started, and each would train alone",
                    evidence=[f"{name} is {environment[name]}, and {', '.join(NEEDED)} are not set"],
                    help="let each node start torchrun, and torchrun the processes: docs/scale.md",
                )
        return 1
    number, rank = environment.get("WORLD_SIZE", ""), environment.get("RANK", "")
    if number == "1":
        return 1
    missing = [name for name in NEEDED if not environment.get(name)]
    if missing or not number.isdecimal() or not rank.isdecimal() or not int(rank) < int(number):
        raise InputError(
            "the environment does not say how the processes of the job find each other",
            evidence=[f"{name} is {environment[name]!r}" for name in NEEDED if name in environment]
            + [f"{name} is not set" for name in missing],
            help="start the job with torchrun: docs/scale.md; to train in a single process, unset RANK and WORLD_SIZE",
        )
    for name, what in _ACCELERATE.items():
        if environment.get(name, "").lower() == "true":
            raise InputError(
                f"{what} of accelerate's configuration would have no effect",
                evidence=[f"{name} is {environment[name]!r}"],
                help="shard with --fsdp, and start with torchrun or accelerate launch --multi_gpu",
            )
    return int(number)


def _join() -> Store:
    """Join the process group, and give the store that all processes share."""
    rank, local = int(os.environ["RANK"]), int(os.environ.get("LOCAL_RANK") or 0)
    if torch.cuda.is_available():
        if local >= torch.cuda.device_count():
            raise InputError(
                f"process {rank} has no GPU of its own",
                evidence=[f"LOCAL_RANK is {local}, and {plural(torch.cuda.device_count(), 'GPU')} can be seen here"],
                help="start as many processes on a node as it has GPUs",
            )
        torch.cuda.set_device(local)
    if not os.environ.get("OMP_NUM_THREADS"):  # each by itself would take every core
        beside = int(os.environ.get("LOCAL_WORLD_SIZE") or 1)
        torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // beside))
    try:
        store: Store
        store, rank, number = next(iter(rendezvous("env://", timeout=_JOINING)))
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo",
            store=store, rank=rank, world_size=number, timeout=_WAITING,
        )  # fmt: skip
    except (RuntimeError, ValueError, OSError) as error:
        place = f"{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}"
        raise InputError(
            "the processes of the job cannot reach each other",
            where=place,
            evidence=[_line(error)],
            help="MASTER_ADDR is the host of process 0, and MASTER_PORT a port that is free there; `torchrun "
            "--standalone` finds one by itself",
        ) from error
    return store


def _stop_by_signal() -> Any:
    """Turn the launcher's signal to stop into an error; the handler that was there before."""
    if threading.current_thread() is not threading.main_thread():
        return None

    def stop(*_: Any) -> None:
        raise _StoppedError

    return signal.signal(signal.SIGTERM, stop)


class _StoppedError(Exception):
    """The launcher stops this process."""


def _as_lost(error: Exception) -> InputError | None:
    """The message for a process that ends only because another has ended."""
    resume = "its own message or its launcher says why; --resume goes on from the last checkpoint, in any number"
    if isinstance(error, _StoppedError):
        return InputError(
            "the job was stopped (SIGTERM), as a launcher does when a process has ended",
            help="if another process ended, its launcher says which; --resume goes on from the last checkpoint",
        )
    if isinstance(error, (RuntimeError, ValueError)) and not isinstance(error, ParamwiseError):
        lost = isinstance(error, dist.DistError) or _LOST.search(str(error))
        if lost:
            return InputError(
                f"another of the {world()} processes of the job has ended", evidence=[_line(error)], help=resume
            )
    return None


def _speaks(store: Store) -> bool:
    """Whether this process tells what went wrong: the first that fails. The others wait until it has."""
    try:
        if store.add(_TOLD, 1) == 1:
            return True
    except RuntimeError:  # the store was in the process that ended
        return True
    with suppress(RuntimeError):
        store.wait([_SAID], _LISTENING)
    return False


def _say(store: Store) -> None:
    """Tell the others that this process has spoken; a process that serves the store itself stays until they know."""
    with suppress(RuntimeError):
        store.set(_SAID, "")
        until = time.monotonic() + 2 * _LAST_WORD
        serves = is_first() and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"
        while serves and store.add(_TOLD, 0) < world() and time.monotonic() < until:
            time.sleep(0.05)


def _line(error: Exception) -> str:
    """The first sentence of an error, without the place in the source that gloo puts before it."""
    return re.sub(r"^\[\S+\] ", "", " ".join(str(error).split())).partition(". ")[0][:200]
