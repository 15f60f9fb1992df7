"""Processes of one job, really started, side by side."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LEAVE = """
from paramwise.finetune.processes import end_at_once
end_at_once()
"""
"""How a program ends whose processes talked to each other: else threads of torch's may ask for the interpreter while it
ends, and abort. Of 80 processes that trained with FSDP2 on gloo, without paramwise, 4 did (torch 2.13)."""


def run(program: str, arguments: Sequence[Sequence[str]], groups: Sequence[Mapping[str, str]] = ()) -> list[str]:
    """Run a program once for each list of arguments; gives what each printed, and leaves none running.

    Args:
        program: its text; it can import from this folder, and not from the peers'.
        arguments: of each process.
        groups: for each process, what its environment says of the job.
    """
    path = os.pathsep.join([str(Path(__file__).parent), *(at for at in sys.path if Path(at).name != "peers")])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program + LEAVE, *own],
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **group},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for own, group in zip(arguments, groups or [{}] * len(arguments), strict=True)
    ]
    printed = []
    try:
        for process in processes:
            out, told = process.communicate(timeout=600)
            assert process.returncode == 0, told
            printed.append(out)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return printed
