"""`report`: a plan, what changes from another plan, and a run, written as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paramwise.files.atomic import replace_text
from paramwise.files.regular import require_replaceable, takes_text
from paramwise.findings import InputError
from paramwise.page.columns import plan_columns
from paramwise.page.page import page_of
from paramwise.page.run import Run, is_run, read_run
from paramwise.plans.plan import Plan
from paramwise.plans.today import plan_before
from paramwise.version import VERSION
from paramwise.words import public


@public
def report(
    plan: Plan | None,
    path: str | Path = "report.html",
    *,
    against: Plan | str | Path | None = None,
    run: str | Path | None = None,
    source: str | None = None,
) -> Path:
    """Write a page that shows a plan: a map of the model, why each parameter gets what it gets, how a run went.

    The page is one file without requests to anywhere; any browser opens it.

    Args:
        plan: what to show; None for a page of a run alone.
        path: of the file, commonly ``report.html``. An old file stays until the new one is whole.
        against: a plan to compare with, or the name of one as `compare` takes it; the page shows what changes. Or
            another run: the page shows what its plan changes, and its curves beside those of ``run``.
        run: the folder of a run of ``paramwise finetune``, or a log that `Meter.log_to` wrote: the page shows its
            curves.
        source: names what was planned, in the title.

    Raises:
        InputError: the file cannot be written, ``against`` names nothing, or ``run`` is not a run.

    Example:
        >>> import tempfile, torch
        >>> import paramwise as pw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = pw.report(pw.plan(torch.nn.Linear(2, 2)), f"{folder}/report.html")
        ...     written.name
        'report.html'
    """
    made = None if run is None else read_run(Path(run))
    if plan is None and made is not None:
        plan = made.plan
    if plan is None and made is None:
        raise InputError("neither a plan nor a run to report", help="pw.report(plan), or pw.report(None, run=folder)")
    return write_page(page_text(plan, against, made, source), Path(path))


def page_text(plan: Plan | None, against: Plan | str | Path | None, run: Run | None, source: str | None) -> str:
    """The text of the page: see `report`.

    Raises:
        InputError: ``against`` names nothing, or is given without a plan.
    """
    title = source or (run.title if run is not None else "a plan")
    data: dict[str, Any] = {"title": title, "version": VERSION}
    other = None
    if isinstance(against, (str, Path)) and is_run(Path(against)):
        other = read_run(Path(against))
        before, called = other.plan, f"the run {other.title_beside(run) if run is not None else other.title}"
        if run is None and before is None:
            raise InputError(f"`{against}` is a run without a plan", help="compare it with another run, or give a plan")
    else:
        before, called = _plan_before(plan, against), "another plan" if isinstance(against, Plan) else str(against)
    if plan is not None:
        changes = None if before is None else before.diff(plan)
        if changes is not None:
            data["against"] = called
        data |= plan_columns(plan, plan.check(), changes)
    if run is not None:
        data["run"] = run.as_dict()
        if other is not None:
            data["run"]["title"] = run.title_beside(other)
            data["otherRun"] = {**other.as_dict(), "title": other.title_beside(run)}
    return page_of(data, f"{title}: paramwise report")


def _plan_before(plan: Plan | None, against: Plan | str | Path | None) -> Plan | None:
    """The plan to compare with; None if there is none."""
    if against is None:
        return None
    if plan is None:
        raise InputError("there is no plan to compare", help="name a plan with the run, or leave out `against`")
    return against if isinstance(against, Plan) else plan_before(plan, against)


def write_page(text: str, path: Path) -> Path:
    """Write a page, whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    require_place(path)
    try:
        replace_text(path, text)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    return path


def require_place(path: Path) -> None:
    """Refuse a place that cannot take the page: before the work, not after it.

    Raises:
        InputError: it is a folder, a device or the like, or lies in no folder.
    """
    try:
        if path.is_dir():
            raise InputError(f"`{path}` is a folder", help=f"give a file: {path / 'report.html'}")
        if not path.resolve().parent.is_dir():
            raise InputError(f"there is no folder {path.parent}", where=str(path), help="make it first")
        if not takes_text(path):
            require_replaceable(path)
    except (OSError, ValueError) as error:  # ValueError: the path does not name a file
        if isinstance(error, InputError):
            raise
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError | ValueError) -> InputError:
    why = error.strerror if isinstance(error, OSError) else error
    return InputError(f"cannot be written: {why}", where=str(path), help="check the folder")
