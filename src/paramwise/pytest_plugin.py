"""A pytest plugin: compare a model's plan with a lock file in your own tests.

pytest loads it wherever paramwise is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import torch

    from paramwise.model.catalog import Catalog
    from paramwise.plans.plan import Plan
    from paramwise.rules.expectations import Expectation

UPDATE = "--paramwise-update"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes locks."""
    parser.getgroup("paramwise").addoption(
        UPDATE, action="store_true", help="Write the locks of assert_plan_locked instead of comparing with them."
    )


@pytest.fixture
def assert_plan_locked(request: pytest.FixtureRequest) -> Callable[..., None]:
    """A function that fails the test if a plan differs from a lock file.

    ``assert_plan_locked(model_or_plan, "paramwise.lock")`` plans a model by the file of rules in the root of the tests
    (``paramwise.toml``), or else by the lock's own rules, so that only a change of the model fails; it compares a plan
    as it is. What that file expects to be trained (``[[expect]]``) must be so. The path is relative to the root.
    ``pytest --paramwise-update`` writes the lock instead; if there is
    neither a file of rules nor a lock yet, it plans by the recipe ``default``.

    Example::

        def test_what_the_optimizer_does_to_each_parameter(assert_plan_locked):
            assert_plan_locked(make_model(), "paramwise.lock")
    """
    config = request.config

    def check(model_or_plan: torch.nn.Module | Catalog | Plan | str, path: str | Path = "paramwise.lock") -> None:
        __tracebackhide__ = True
        import paramwise as pw

        file = config.rootpath / path
        update: bool = config.getoption(UPDATE)
        if not update and not file.is_file():
            pytest.fail(f"no lock {path}: pytest {UPDATE} writes it", pytrace=False)
        try:
            locked = _locked(file, update)
            if isinstance(model_or_plan, pw.Plan):
                plan = model_or_plan
            else:
                plan = _planned(model_or_plan, locked, config.rootpath)
            if locked is None or update:
                pw.write_lock(plan, file)
                return
        except pw.ParamwiseError as error:
            pytest.fail(str(error), pytrace=False)
        unmet = [finding for finding in plan.check(expect=_expected(config.rootpath)) if finding.code == "PW210"]
        if unmet:
            pytest.fail("\n".join(map(str, unmet)), pytrace=False)
        found = locked.diff(plan)
        if found:
            pytest.fail(
                f"the plan differs from {path}\n{found}\nif the change is intended: pytest {UPDATE}", pytrace=False
            )

    return check


def _locked(file: Path, update: bool) -> Plan | None:
    """The lock; None if it will be written and cannot be read."""
    import paramwise as pw

    try:
        return pw.read_lock(file)
    except pw.InputError:
        if update:
            return None
        raise


def _expected(root: Path) -> tuple[Expectation, ...]:
    """What the file of rules in the root of the tests expects to be trained, or not to be."""
    from paramwise.files.config.file import config_of_project

    found = config_of_project(root)
    return () if found is None else found.expect


def _planned(model: Any, locked: Plan | None, root: Path) -> Plan:
    import paramwise as pw
    from paramwise.files.config.file import find_config

    found = find_config(root)
    if found is not None:
        return pw.plan(model, found)
    return pw.plan(model, "default") if locked is None else pw.plan(model, locked.rules, **locked.base)
