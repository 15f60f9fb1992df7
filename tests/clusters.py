"""Ray and DeepSpeed, installed apart (`make setup`), for processes that tests start: they are not imported here."""

import os
import sys
from pathlib import Path

import pytest

FOLDER = Path(sys.prefix) / "clusters"


def environment(package: str) -> dict[str, str]:
    """What a process needs to import a package from there; skips the test where it is not installed."""
    if not (FOLDER / package).is_dir():
        pytest.skip(f"{package} is not installed apart: make setup")
    others = [at for at in sys.path if Path(at).name not in ("peers", "trainers")]
    return {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *others, str(FOLDER)]),
        "DS_ACCELERATOR": "cpu",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
    }
