"""A pytest plugin: hold a model's plan against a lock file in your own tests; loaded where paramwise is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import torch

    from paramwise.catalog import Catalog
    from paramwise.planner import Plan

UPDATE = "--paramwise-update"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes locks anew."""
    parser.getgroup("paramwise").addoption(
        UPDATE, action="store_true", help="Write the locks of assert_plan_locked anew instead of comparing with them."
    )


@pytest.fixture
def assert_plan_locked(request: pytest.FixtureRequest) -> Callable[..., None]:
    """A function that fails the test if what parameters get is not what a lock file says.

    ``assert_plan_locked(model_or_plan, "paramwise.lock")``: a model is planned by the lock's own rules, so that only a
    change of the model fails; a plan is compared as it is. The path is relative to the root of the tests.
    ``pytest --paramwise-update`` writes the lock instead: of a model by the lock's rules, or by those of the root's
    ``paramwise.toml`` where there is no lock yet, or by the recipe ``default``.

    Example::

        def test_what_the_optimizer_does_to_each_parameter(assert_plan_locked):
            assert_plan_locked(make_model(), "paramwise.lock")
    """
    config = request.config

    def check(model_or_plan: torch.nn.Module | Catalog | Plan | str, path: str | Path = "paramwise.lock") -> None:
        __tracebackhide__ = True
        import paramwise as pw
        from paramwise.difference import Difference

        file = config.rootpath / path
        update: bool = config.getoption(UPDATE)
        try:
            locked = pw.read_lock(file) if file.is_file() or not update else None
            if isinstance(model_or_plan, pw.Plan):
                plan = model_or_plan
            else:
                plan = _planned(model_or_plan, locked, config.rootpath)
            if update:
                pw.write_lock(plan, file)
                return
        except pw.ParamwiseError as error:
            pytest.fail(str(error), pytrace=False)
        found: Difference = locked.diff(plan)  # type: ignore[union-attr]
        if found:
            pytest.fail(f"{path} says otherwise\n{found}\nif this is meant so: pytest {UPDATE}", pytrace=False)

    return check


def _planned(model: Any, locked: Plan | None, root: Path) -> Plan:
    import paramwise as pw
    from paramwise.config.file import find_config

    if locked is not None:
        return pw.plan(model, locked.rules, **locked.base)
    found = find_config(root)
    return pw.plan(model, "default" if found is None else found)
