"""Memory that a step frees stays with the process, for the next step."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGE = 2**30


def keep_freed_memory() -> None:
    """Let glibc keep blocks of up to 1 GiB that are freed; other C libraries are left as they are.

    By default glibc hands large blocks back to the system at once, and the next step gets each page of them again,
    filled with zeros: 70 MB of gradients a step, a sixth of the time of the main job (`docs/performance.md`).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _LARGE)
