"""The result of a job is replaced whole or not at all, wherever the replacing is cut off."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from paramwise.files import folders
from paramwise.findings import InputError
from paramwise.finetune import output

FILES = [f"{number}.safetensors" for number in range(3)] + [output.RESULT]


def write(folder: Path, text: str) -> None:
    for name in FILES:
        (folder / name).write_text(text)


def texts(place: Path) -> set[str]:
    assert sorted(path.name for path in place.iterdir()) == sorted(FILES)
    return {path.read_text() for path in place.iterdir()}


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Run in a child that is killed before that step: a line of ours, or a call that reaches the system."""
    child = os.fork()
    if child == 0:
        left = step

        def count(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def trace(frame: FrameType, event: str, argument: object) -> Any:
            if frame.f_code.co_filename in (folders.__file__, output.__file__):
                count()
                return trace
            return None

        sys.addaudithook(lambda event, _: count() if event.startswith(("os.", "open", "shutil.")) else None)
        sys.settrace(trace)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("exchange", [True, False])
def test_a_result_is_the_old_one_or_the_new_one_wherever_its_replacing_is_killed(
    exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    found = []
    for step in range(1, 1000):
        place = tmp_path / f"{step}" / "result"
        place.mkdir(parents=True)
        write(place, "old")
        unfinished = output.unfinished_of(place)
        output.begin(unfinished, {}, resume=False)
        killed = killed_at(step, lambda place=place: output.keep(place, lambda folder: write(folder, "new")))
        if exchange:
            assert place.is_dir()
        output.require_writable(place, overwrite=True)  # as the next run begins
        output.begin(unfinished, {}, resume=False)
        (text,) = texts(place)
        found.append(text)
        if not killed:
            break
    assert found[-1] == "new"
    assert len(found) > 50, "steps at which it was killed"
    assert found == sorted(found, reverse=True), "old until it is replaced, then new"


def test_a_second_rename_that_fails_leaves_the_old_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    old, aside = tmp_path / "old", tmp_path / "aside"
    old.mkdir()
    write(old, "old")
    with pytest.raises(OSError, match="Invalid argument"):
        folders.replace_folder(tmp_path, old, aside)  # a folder cannot be moved into itself
    assert texts(old) == {"old"}
    assert not aside.exists()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    write(tmp_path / "there", "old")
    (tmp_path / "link").symlink_to("there")
    place = output.place_of(str(tmp_path / "link"))
    output.begin(output.unfinished_of(place), {}, resume=False)
    output.keep(place, lambda folder: write(folder, "new"))
    assert texts(tmp_path / "there") == {"new"}
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]


def test_a_folder_that_no_run_left_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "result.unfinished").mkdir()
    (tmp_path / "result.unfinished" / "mine").write_text("mine")
    with pytest.raises(InputError, match="was not left by a run"):
        output.begin(tmp_path / "result.unfinished", {}, resume=False)
    assert (tmp_path / "result.unfinished" / "mine").exists()


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"a": 1', "\x00"])
def test_a_run_to_resume_whose_description_is_damaged(text: str, tmp_path: Path) -> None:
    unfinished = tmp_path / "result.unfinished"
    for name in ("checkpoint-2", "checkpoint-10", "checkpoint-odd"):
        unfinished.mkdir(exist_ok=True)
        (unfinished / name).write_text("")
    (unfinished / "checkpoint-11").mkdir()  # cut off before its index was written
    (unfinished / "job.json").write_text('{"epochs": 3}')
    assert output.begin(unfinished, {"epochs": 3}, resume=True) == unfinished / "checkpoint-10"
    (unfinished / "job.json").write_text(text)
    with pytest.raises(InputError, match="not what a run wrote"):
        output.begin(unfinished, {"epochs": 3}, resume=True)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize("megabytes", [1, 60, 150, 300])
def test_a_full_disk_is_one_message(megabytes: int, tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", tmp_path])
    if mounted.returncode:
        pytest.skip("cannot mount here")
    try:
        options = ["--limit", "8", "--epochs", "1", "--batch-size", "8", "--max-length", "16", "--output", "out"]
        command = [sys.executable, "-m", "paramwise", "finetune", *options]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 2
        assert ran.stderr.count("error: ") == ran.stderr.count("No space left on device") == 1
        assert "Traceback" not in ran.stderr
        assert not (tmp_path / "out").exists()
    finally:
        subprocess.run(["umount", tmp_path], check=True)
