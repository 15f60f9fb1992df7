"""Watch: run somebody else's training and say what is wrong with its optimizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

import paramwise as pw
from paramwise.findings import LEVELS, InputError
from paramwise.libraries import require
from paramwise.views.text import console, show
from paramwise.views.view import finding_view
from paramwise.words import did_you_mean, plural

app = typer.Typer()


@app.command(
    epilog="Example:  paramwise watch --fail-on error train.py --epochs 1",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
)
def watch(
    context: typer.Context,
    script: Annotated[
        str | None, typer.Argument(metavar="SCRIPT", help="A training script.", show_default=False)
    ] = None,
    module: Annotated[
        str | None, typer.Option("-m", metavar="MODULE", help="Run a module instead of a script.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="LEVEL", help="Exit 1 on findings of: error, warning, note.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODE", help="A check to leave out; may be repeated.")
    ] = None,
    json_file: Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the findings there.")] = None,
) -> None:
    """Run an unmodified training script, and say at the first step what is wrong with its optimizer."""
    if (script is None) == (module is None):
        raise InputError("give a script, or -m MODULE", help="paramwise watch train.py ARGS...")
    if fail_on is not None and fail_on not in LEVELS:
        raise InputError(f"no level `{fail_on}`", help=did_you_mean(fail_on, LEVELS))
    require("torch", "torch", "`paramwise watch`")
    from paramwise.files.config.file import ignored_by_project
    from paramwise.torch.watch.script import run, watching

    results: list[dict[str, Any]] = []

    def say(title: str, findings: pw.Findings) -> None:
        err = console(stderr=True)
        err.print(f"paramwise: {title}: {plural(len(findings), 'finding') if findings else 'no findings'}")
        for finding in findings:
            show(finding_view(finding), err, wrap=False)
        results.append({"optimizer": title, "findings": [finding.as_dict() for finding in findings]})

    target = Path(json_file) if json_file else None
    if target is not None and not target.resolve().parent.is_dir():
        raise InputError(f"no folder for {json_file}", help="make it first")
    ignored = [*ignored_by_project(Path.cwd()), *(ignore or [])]
    arguments = context.args if module is None else [*([script] if script else []), *context.args]
    try:
        with watching(say, ignored) as found:
            run(module or script or "", arguments, module=module is not None)
    except SystemExit as end:  # many scripts end so when all is well
        if end.code not in (None, 0):
            raise
    finally:
        if target is not None:
            text = json.dumps({"schema": "paramwise/watch/1", "optimizers": results}, indent=2, ensure_ascii=False)
            target.write_text(text + "\n", encoding="utf-8")
    if not found:
        console(stderr=True).print("paramwise: no optimizer took a step")
    if fail_on is not None:
        levels = LEVELS[: LEVELS.index(fail_on) + 1]
        if any(finding.level in levels for findings in found for finding in findings):
            raise typer.Exit(1)
