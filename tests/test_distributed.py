"""Two real processes (gloo, CPU): FSDP2 and DDP are planned, audited and probed as what they wrap."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.files.state_headers import read_state

import ranks

PROGRAM = """
import os, sys
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import paramwise as pw

address, rank = sys.argv[1:]
dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)
torch.manual_seed(0)
make = lambda: nn.Sequential(*(nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(2)))

model = make()
plain = pw.read(model)
early = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
mesh = init_device_mesh("cpu", (2,))
for block in model:
    fully_shard(block, mesh=mesh)
fully_shard(model, mesh=mesh)
assert pw.read(model) == plain, "names, shapes of the whole tensor, roles, layers"
optimizer = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
print(pw.audit(optimizer, model).codes, pw.audit(early, model).codes)

def step():
    optimizer.zero_grad()
    model(torch.ones(2, 8)).square().sum().backward()
    optimizer.step()

before = [p.to_local().clone() for p in model.parameters()]
found = pw.probe(step, model, optimizer)
assert all(torch.equal(old, new.to_local()) for old, new in zip(before, model.parameters()))
print(len(found.moved), found.findings.codes)

parallel = nn.parallel.DistributedDataParallel(make())
assert pw.read(parallel) == plain
optimizer = pw.plan(parallel, lr=1e-3).optimizer(torch.optim.AdamW)
print(pw.audit(optimizer, parallel).codes)
parallel(torch.ones(2, 8)).square().sum().backward()
optimizer.step()
path = pw.save_state(optimizer, parallel, sys.argv[0] + f".{rank}")
alone = make()
resumed = pw.plan(alone, lr=1e-3).optimizer(torch.optim.AdamW)
pw.load_state(resumed, alone, path)
for name, p in parallel.module.named_parameters():
    assert torch.equal(optimizer.state[p]["exp_avg"], resumed.state[alone.get_parameter(name)]["exp_avg"])
"""


STATE = """
import os, sys
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import distribute_tensor

import paramwise as pw

address, rank, what, path = sys.argv[1:]
many = address != "alone"
torch.manual_seed(0)
model = nn.Sequential(*(nn.Sequential(nn.Linear(5, 5), nn.LayerNorm(5)) for _ in range(2)))
if many:
    world = int(os.environ["WORLD_SIZE"])
    dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=world)
    mesh = init_device_mesh("cpu", (world,))
    for block in model:
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)
numbers = torch.Generator().manual_seed(1)
whole = {name: {key: torch.rand(p.shape, generator=numbers) for key in ("exp_avg", "exp_avg_sq")}
         for name, p in model.named_parameters()}
if what == "save":
    optimizer = pw.plan(model, lr=1e-2).optimizer(torch.optim.AdamW)
    for name, p in model.named_parameters():
        spread = lambda one: distribute_tensor(one, p.device_mesh, p.placements) if many else one
        optimizer.state[p] = {"step": torch.tensor(3.0), **{key: spread(one) for key, one in whole[name].items()}}
    for epoch in (1, 2):
        pw.save_state(optimizer, model, path, extra={"epoch": epoch})
else:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)  # one group instead of two
    report = pw.load_state(optimizer, model, path)
    assert report.extra == {"epoch": 2}
    for name, p in model.named_parameters():
        for key, one in whole[name].items():
            held = optimizer.state[p][key]
            assert type(held) is (type(p.data) if many else torch.Tensor)
            assert torch.equal(held.full_tensor() if many else held, one)
        assert optimizer.state[p]["step"] == 3
    assert optimizer.param_groups[0]["lr"] == 1e-3
    model(torch.ones(2, 5)).square().sum().backward()
    optimizer.step()
"""


REPLICATED = """
import os, sys
import torch
import torch.distributed as dist
from torch import nn

import paramwise as pw

address, rank, path = sys.argv[1:]
dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=int(os.environ["WORLD_SIZE"]))
torch.manual_seed(0)
model = nn.parallel.DistributedDataParallel(nn.Linear(64, 64))
optimizer = torch.optim.AdamW(model.parameters())
times = []
for epoch in range(10):
    optimizer.zero_grad()
    model(torch.ones(2, 64)).square().sum().backward()
    optimizer.step()
    pw.save_state(optimizer, model, path, extra={"epoch": epoch})
    if epoch % 2 == 0:  # it is there when the call returns, in every process
        times.append(os.stat(path).st_mtime_ns)
        again = torch.optim.AdamW(model.parameters())
        assert pw.load_state(again, model, path).extra["epoch"] == epoch
        dist.barrier()
if rank == "0":  # a process that saves alone does not wait for the others
    pw.save_state(optimizer, model, path + ".alone")
pw.save_state(optimizer, model, path + rank, extra={"rank": rank})  # each its own
gathered = [None] * dist.get_world_size()
dist.all_gather_object(gathered, times)
assert all(one == gathered[0] for one in gathered), "written once"
try:
    pw.save_state(optimizer, model, "/proc/nowhere/state")
except pw.InputError as error:
    print("refused:", error.findings[0].message)
"""


def run(program: str, folder: Path, processes: int, *arguments: str) -> list[str]:
    """What each process printed."""
    # a file, not a port: a free port may be taken meanwhile, and the process that serves one must not end first
    address = f"file://{folder}/store-{uuid.uuid4().hex}" if processes > 1 else "alone"
    (folder / "program.py").write_text(program + ranks.LEAVE)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "WORLD_SIZE": str(processes)}
    running = [
        subprocess.Popen(
            [sys.executable, str(folder / "program.py"), address, str(rank), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for rank in range(processes)
    ]
    ends = [process.communicate(timeout=240) for process in running]
    for process, (_, err) in zip(running, ends, strict=True):
        assert process.returncode == 0, err
    return [out for out, _ in ends]


def test_fsdp2_and_ddp_in_two_processes(tmp_path: Path) -> None:
    for out in run(PROGRAM, tmp_path, 2):
        assert out.splitlines() == ["() ('PW201', 'PW206')", "12 ()", "()"]


@pytest.mark.parametrize(("saving", "loading"), [(2, 1), (1, 2), (2, 2), (2, 4)])
def test_state_is_saved_and_loaded_over_another_number_of_processes(saving: int, loading: int, tmp_path: Path) -> None:
    path = tmp_path / "state"
    run(STATE, tmp_path, saving, "save", str(path))
    assert path.is_dir() == (saving > 1)
    run(STATE, tmp_path, loading, "load", str(path))
    if saving > 1:
        assert len(read_state(path).description.parameters) == 8
        assert len(list(path.glob("values-*"))) == 1, "the older values are gone"


def test_every_rank_saves_what_all_have_alike_and_it_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state"
    path.parent.mkdir()
    for out in run(REPLICATED, tmp_path, 3, str(path)):
        assert out.startswith("refused: cannot be written"), out
    assert sorted(one.name for one in path.parent.iterdir()) == ["state", "state.alone", "state0", "state1", "state2"]


def test_damaged_shards_are_found(tmp_path: Path) -> None:
    path = tmp_path / "state"
    run(STATE, tmp_path, 2, "save", str(path))
    model = nn.Sequential(*(nn.Sequential(nn.Linear(5, 5), nn.LayerNorm(5)) for _ in range(2)))
    optimizer = torch.optim.AdamW(model.parameters())
    shard = next(path.glob("values-*/*.safetensors"))
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(pw.InputError, match="not as it was written"):
        pw.load_state(optimizer, model, path)
    shard.write_bytes(whole)
    described = path / "state.json"
    described.write_text(described.read_text().replace("exp_avg", "exp_avh", 1))
    with pytest.raises(pw.InputError, match=r"state\.json"):
        pw.load_state(optimizer, model, path)
    described.unlink()
    with pytest.raises(pw.InputError, match="no optimizer state in the folder"):
        pw.load_state(optimizer, model, path)
    assert not optimizer.state
