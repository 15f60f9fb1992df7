"""Several writers and readers of one state, and saves that go on beside training."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw


def made(seed: int) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A model whose moments all hold the seed."""
    model = nn.Linear(256, 256)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for parameter in model.parameters():
        optimizer.state[parameter] = {"momentum_buffer": torch.full_like(parameter, float(seed))}
    return model, optimizer


def one_seed(model: nn.Module, optimizer: torch.optim.Optimizer) -> float:
    """The seed that all moments hold: of one state, not of two mixed."""
    values = torch.cat([optimizer.state[parameter]["momentum_buffer"].flatten() for parameter in model.parameters()])
    assert bool((values == values[0]).all())
    return float(values[0])


@pytest.mark.slow
def test_two_threads_that_save_to_one_path(tmp_path: Path) -> None:
    path = tmp_path / "state"
    pairs = [made(0), made(1)]
    model, optimizer = made(2)
    for _ in range(200):
        threads = [threading.Thread(target=pw.save_state, args=(two[1], two[0], path)) for two in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pw.load_state(optimizer, model, path)
        assert one_seed(model, optimizer) in (0, 1)
    assert list(tmp_path.iterdir()) == [path]


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import paramwise as pw
from test_torch_state_writers import made
model, optimizer = made(int(sys.argv[3]))
print("ready", flush=True)
while True:
    pw.save_state(optimizer, model, sys.argv[1])
"""


@pytest.mark.slow
def test_a_thousand_reads_beside_two_processes_that_save(tmp_path: Path) -> None:
    path = tmp_path / "state"
    model, optimizer = made(0)
    pw.save_state(optimizer, model, path)
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).parent)]
    writers = [subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE) for seed in (1, 2)]
    seeds = set()
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        for _ in range(1000):
            pw.load_state(optimizer, model, path)
            seeds.add(one_seed(model, optimizer))
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert {1, 2} <= seeds <= {0, 1, 2}


@pytest.mark.slow
def test_two_hundred_killed_saves_lose_nothing() -> None:
    command = [sys.executable, "benchmarks/kill.py", "--kills", "200", "--megabytes", "4"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    print(ran.stdout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "200 of 200: the file whole\n 200 of 200: the older file whole" in ran.stdout


def test_a_save_beside_training_holds_the_state_of_when_it_was_called(tmp_path: Path) -> None:
    model, optimizer = made(1)
    pending = pw.save_state(optimizer, model, tmp_path / "state", extra={"epoch": 1}, wait=False)
    for parameter in model.parameters():
        optimizer.state[parameter]["momentum_buffer"].fill_(7)
    assert pending.result() == tmp_path / "state"
    assert pending.done()
    assert pw.load_state(optimizer, model, tmp_path / "state").extra == {"epoch": 1}
    assert one_seed(model, optimizer) == 1


def test_the_next_save_and_a_load_wait_for_a_save_that_goes_on(tmp_path: Path) -> None:
    model, optimizer = made(1)
    first = pw.save_state(optimizer, model, tmp_path / "state", extra={"turn": 1}, wait=False)
    second = pw.save_state(optimizer, model, tmp_path / "state", extra={"turn": 2}, wait=False)
    assert first.done()
    assert pw.load_state(optimizer, model, tmp_path / "state").extra == {"turn": 2}
    second.result()


def test_what_goes_wrong_beside_training_is_raised_by_the_result(tmp_path: Path) -> None:
    model, optimizer = made(1)
    pending = pw.save_state(optimizer, model, tmp_path / "nowhere" / "state", wait=False)
    with pytest.raises(pw.InputError, match="cannot be written"):
        pending.result()
    with pytest.raises(pw.InputError, match="neither a tensor nor plain data"):  # what is known at once is told at once
        pw.save_state(optimizer, model, tmp_path / "state", extra={"f": print}, wait=False)


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise RuntimeError('its own')"])
def test_nothing_is_lost_when_the_program_ends(end: str, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); import paramwise as pw\n"
        "from test_torch_state_writers import made\n"
        f"model, optimizer = made(5)\npw.save_state(optimizer, model, sys.argv[1], wait=False)\n{end}"
    )
    path = tmp_path / "state"
    subprocess.run([sys.executable, "-c", code, str(path), str(Path(__file__).parent)], capture_output=True)
    model, optimizer = made(0)
    pw.load_state(optimizer, model, path)
    assert one_seed(model, optimizer) == 5


def test_a_save_that_failed_and_that_nobody_asked_about_is_told_at_the_end(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); import paramwise as pw\n"
        "from test_torch_state_writers import made\n"
        "model, optimizer = made(5)\npw.save_state(optimizer, model, sys.argv[1] + '/nowhere/state', wait=False)"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert "a save failed, and nobody asked for its result" in ran.stderr
    assert "Traceback" not in ran.stderr
