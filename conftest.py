"""Before torch is loaded, what all tests need; and every public name, so that the examples of all are collected."""

import os
from collections.abc import Iterator

os.environ.setdefault("GOMP_SPINCOUNT", "3000")  # two test runs on the same cores must not slow each other

# No test asks the real Hub; those of the Hub run in processes of their own against a local server.
os.environ["HF_HUB_OFFLINE"] = "1"

import hypothesis
import pytest

import paramwise

for name in paramwise.__all__:
    getattr(paramwise, name)

pytest_plugins = ["pytester"]

# On shared cores an import in the first example looks like slow generation, and any example like a slow one.
hypothesis.settings.register_profile(
    "shared cores", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared cores")

# Programs that tests start: to look in them for examples would run them.
collect_ignore_glob = ["tests/scripts/*", "tests/programs/*", "tests/weights/*"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--renew`` writes the golden texts of commands again."""
    parser.addoption("--renew", action="store_true", help="write what commands print to tests/golden")


@pytest.fixture(autouse=True)
def environment_as_before() -> Iterator[None]:
    """What trainers leave in the environment (ranks, ports) reaches no other test."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)
