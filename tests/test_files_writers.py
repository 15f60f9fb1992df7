"""All that write a file the user names: a pipe or a device stays what it is, and gets the text or one refusal."""

import ast
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.parsing import tree_in

SOURCE = Path(pw.__file__).parent


@pytest.fixture(scope="module")
def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    model = nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return model, optimizer


def locks(place: Path, folder: Path) -> None:
    pw.write_lock(pw.plan(nn.Linear(2, 2), lr=1e-3), place)


def reports(place: Path, folder: Path) -> None:
    pw.report(pw.plan(nn.Linear(2, 2), lr=1e-3), place)


def logs(place: Path, folder: Path) -> None:
    torch.manual_seed(0)
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    meter = pw.metrics(optimizer, model, every=1)
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    meter.log_to(place)
    meter.close()


def command(*arguments: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "paramwise", *arguments], capture_output=True, text=True, timeout=60)
    if ran.returncode:
        assert "Traceback" not in ran.stderr
        raise pw.InputError(ran.stderr)


def watches(place: Path, folder: Path) -> None:
    command("watch", "--json", str(place), "-c", "pass")


def lock_command(place: Path, folder: Path) -> None:
    command("lock", "demo", "-o", str(place))


def report_command(place: Path, folder: Path) -> None:
    command("report", "demo", "-o", str(place))


TEXT: dict[str, Callable[[Path, Path], None]] = {
    "write_lock": locks,
    "report": reports,
    "metrics": logs,
    "paramwise lock": lock_command,
    "paramwise report": report_command,
    "paramwise watch --json": watches,
}
STATE = ["save_state", "save_state beside training", "export_state", "convert_state"]


def save(writer: str, place: Path, folder: Path, trained: tuple[nn.Module, torch.optim.Optimizer]) -> None:
    model, optimizer = trained
    match writer:
        case "save_state":
            pw.save_state(optimizer, model, place, keep=1)
        case "save_state beside training":
            pw.save_state(optimizer, model, place, wait=False).result()
        case "export_state":
            pw.save_state(optimizer, model, folder / "state")
            pw.export_state(folder / "state", optimizer, model, to=place)
        case "convert_state":
            torch.save(optimizer.state_dict(), folder / "optimizer.pt")
            pw.convert_state(folder / "optimizer.pt", model, path=place, groups=[["weight", "bias"]])


def special(path: Path, kind: str) -> int:
    """Make something that is not a file; what it is, as ``stat`` says."""
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a device":
            try:
                os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # as /dev/null is
            except PermissionError:
                pytest.skip("making a device needs rights that we do not have")
        case "a socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(path))
    return path.stat().st_mode


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("writer", TEXT)
def test_a_pipe_gets_the_text_and_stays(writer: str, linked: bool, tmp_path: Path) -> None:
    place = tmp_path / "place"
    before, got = special(place, "a pipe"), list[bytes]()
    if linked:
        (tmp_path / "link").symlink_to(place)
    reader = threading.Thread(target=lambda: got.append(place.read_bytes()), daemon=True)
    reader.start()
    TEXT[writer](tmp_path / "link" if linked else place, tmp_path)
    reader.join(30)
    assert place.stat().st_mode == before
    TEXT[writer](tmp_path / "file", tmp_path)
    assert got[0].splitlines()[:1] == (tmp_path / "file").read_bytes().splitlines()[:1]
    assert {path.name for path in tmp_path.iterdir()} == {"place", "file", *(["link"] if linked else [])}


@pytest.mark.parametrize("writer", TEXT)
def test_a_device_stays(writer: str, tmp_path: Path) -> None:
    before = special(tmp_path / "place", "a device")
    TEXT[writer](tmp_path / "place", tmp_path)
    assert (tmp_path / "place").stat().st_mode == before
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


@pytest.mark.parametrize("writer", TEXT)
def test_a_socket_stays_and_is_refused(writer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    before = special(Path("place"), "a socket")
    with pytest.raises(pw.InputError):
        TEXT[writer](Path("place"), tmp_path)
    assert Path("place").stat().st_mode == before


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
@pytest.mark.parametrize("writer", STATE)
def test_state_goes_to_files_only(
    writer: str,
    kind: str,
    tmp_path: Path,
    trained: tuple[nn.Module, torch.optim.Optimizer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its header is written last, which neither a pipe nor a device can take."""
    monkeypatch.chdir(tmp_path)
    place = Path("place.pt")
    before = special(place, kind)
    with pytest.raises(pw.InputError, match=f"{kind}, not a file"):
        save(writer, place, tmp_path, trained)
    assert place.stat().st_mode == before
    assert not list(tmp_path.glob(".*"))


def test_what_a_log_of_metrics_has_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "log.jsonl"
    place.write_text("{}\n")
    logs(place, tmp_path)
    first, second = place.read_text().splitlines()
    assert (first, json.loads(second)["step"]) == ("{}", 0)


WRITERS = {
    "files/atomic.py": "puts files in place: the only one that replaces",
    "files/folders.py": "puts folders in place",
    "finetune/job.py": "in a new folder of its own",
    "finetune/measuring.py": "in a new folder of its own",
    "finetune/output.py": "in a new folder of its own",
    "torch/watch/metrics.py": "appends",
    "torch/watch/channel.py": "in a temporary folder of its own",
}
"""Files of ours that open something to write, and why they may."""


def test_nothing_else_writes() -> None:
    """A new writer goes through `paramwise.files.atomic`, or is listed here with its reason and above with its test."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(tree_in(path.read_bytes()) or ast.Module()):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            modes = [one.value for one in call.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            opens = call.func.attr == "open" and any(set(mode) & set("wax") for mode in modes if len(mode) <= 3)
            renames = call.func.attr == "rename" or (call.func.attr == "replace" and len(call.args) == 1)
            if opens or call.func.attr in ("write_text", "write_bytes") or (renames and not call.keywords):
                found.add(path.relative_to(SOURCE).as_posix())
    assert found - {"torch/state/store.py", "torch/state/keeping.py"} == set(WRITERS)  # a method of that name
