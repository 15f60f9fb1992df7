"""Files that are replaced whole or not at all: killed writers, several writers, a full disk, links, modes, names."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from paramwise.files.atomic import remove_left_over, replace_text, replacing

WRITER = """
import sys, time
from pathlib import Path
from paramwise.files.atomic import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"new")
    file.flush()
    print("written", flush=True)
    time.sleep(60)
"""


def start_writer(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


def side_files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix == ".saving"]


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_text(path, "old")
    living, killed = start_writer(path), start_writer(path)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert len(side_files(tmp_path)) == 2
    remove_left_over(path)
    assert len(side_files(tmp_path)) == 1
    replace_text(path, "mine")
    assert len(side_files(tmp_path)) == 1
    assert path.read_text() == "mine"
    living.kill()
    living.wait()
    for process in (living, killed):
        process.stdout.close()  # type: ignore[union-attr]
    remove_left_over(path)
    assert side_files(tmp_path) == []


def test_side_files_of_others_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    others = [tmp_path / ".state.12345.saving", tmp_path / ".state.00000000.0123456789abcdef.saving"]
    for other in others:
        other.write_text("of another host, or of another program")
    replace_text(path, "mine")
    assert all(other.exists() for other in others)


def test_threads_that_write_one_path_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "state"
    texts = [str(number) * 200_000 for number in range(8)]
    failed: list[BaseException] = []

    def write(text: str) -> None:
        try:
            for _ in range(10):
                with replacing(path, keep=2) as file:
                    file.write(text.encode())
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["state", "state.1", "state.2"]
    assert all(file.read_text() in texts for file in tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_text(path, "old")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))  # a real error of the system's when writing
    try:
        with pytest.raises(OSError, match="File too large"):
            replace_text(path, "new" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_links_are_followed_and_modes_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "state", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    replace_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_that_any_new_file_has(tmp_path: Path) -> None:
    replace_text(tmp_path / "ours", "")
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "a" * 250])
def test_names_as_long_as_the_system_takes(name: str, tmp_path: Path) -> None:
    replace_text(tmp_path / name, "text")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        replace_text(tmp_path / "nowhere" / "state", "text")


def test_a_reader_finds_a_whole_file_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_text(path, "0" * 100_000)
    code = (
        "import sys; from pathlib import Path; from paramwise.files.atomic import replace_text\n"
        "while True:\n    for digit in '01': replace_text(Path(sys.argv[1]), digit * 100_000)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path)], env=os.environ) for _ in range(2)]
    try:
        time.sleep(0.5)
        for _ in range(1000):
            assert path.read_text() in ("0" * 100_000, "1" * 100_000)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


def test_older_files_too_are_there_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "state"
    code = (
        "import sys; from pathlib import Path; from paramwise.files.atomic import replacing\n"
        "turn = 0\n"
        "while True:\n"
        "    with replacing(Path(sys.argv[1]), keep=2) as file: file.write(b'%09d' % turn)\n"
        "    turn += 1"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(path)])
    names = [path, tmp_path / "state.1", tmp_path / "state.2"]
    try:
        while not all(name.exists() for name in names):
            time.sleep(0.01)
        for _ in range(20_000):
            for name in names:
                with name.open("rb") as file:
                    assert len(file.read()) == 9
    finally:
        writer.kill()
        writer.wait()


def test_after_a_kill_between_two_renames_the_older_file_is_still_the_older_one(tmp_path: Path) -> None:
    path, older = tmp_path / "state", tmp_path / "state.1"
    for text in (b"0", b"1"):
        with replacing(path, keep=1) as file:
            file.write(text)
    older.unlink()
    os.link(path, older)  # as a writer leaves it that was killed before the new file had its name
    with replacing(path, keep=1) as file:
        file.write(b"2")
    assert (path.read_bytes(), older.read_bytes()) == (b"2", b"1")
    assert sorted(tmp_path.iterdir()) == [path, older]
