"""Two real processes (gloo, CPU): FSDP2 and DDP are planned, audited and probed as what they wrap."""

import os
import socket
import subprocess
import sys
from pathlib import Path

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
dist.destroy_process_group()
"""


def test_fsdp2_and_ddp_in_two_processes(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    (tmp_path / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    running = [
        subprocess.Popen(
            [sys.executable, str(tmp_path / "program.py"), address, str(rank)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for rank in (0, 1)
    ]
    ends = [process.communicate(timeout=240) for process in running]
    for process, (out, err) in zip(running, ends, strict=True):
        assert process.returncode == 0, err
        assert out.splitlines() == ["() ('PW201', 'PW206')", "12 ()", "()"]
