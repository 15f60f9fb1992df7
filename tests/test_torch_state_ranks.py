"""Processes that hold different states under the same names: saving to one path refuses, on every rank."""

from pathlib import Path

import pytest

from paramwise.files.state_headers import read_state
from test_distributed import run

START = """
import os, sys, time
import torch
import torch.distributed as dist
from torch import nn

import paramwise as pw
from paramwise.torch.state import ranks

address, rank, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
world = int(os.environ["WORLD_SIZE"])
dist.init_process_group("gloo", init_method=address, rank=rank, world_size=world)

def trained(seed, steps=2, width=4):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, width), nn.Linear(width, 2))
    optimizer = torch.optim.AdamW(model.parameters())
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.ones(2, 4)).square().sum().backward()
        optimizer.step()
    return model, optimizer

def refused(act):
    try:
        act()
    except pw.InputError as error:
        return str(error)
    raise AssertionError("saved")

def save(pair, name, **options):
    return pw.save_state(pair[1], pair[0], f"{folder}/{name}", **options)

ranks.GRACE = 120.0  # where all come, nobody waits so long, and a slow machine changes nothing
trained(0)  # what torch imports at the first optimizer
dist.barrier()
"""

DIFFERENT = (
    START
    + """
odd = world - 1
for name, pair, extra, part in (
    ("values", trained(int(rank == odd)), {}, "0.weight"),
    ("steps", trained(0, 3 if rank == odd else 2), {}, "0.weight"),
    ("sizes", trained(0, width=5 if rank == odd else 4), {}, "0.weight"),
    ("beside", trained(0), {"extra": {"loss": float(rank == odd)}}, "extra `loss`"),
):
    text = refused(lambda: save(pair, name, **extra))
    assert f"{part}: another on" in text and f"rank {odd}" in text, text
    texts = [None] * world
    dist.all_gather_object(texts, text)
    assert len(set(texts)) == 1, texts
pending = save(trained(int(rank == odd)), "later", wait=False)
assert "0.weight: another on" in refused(pending.result)
assert os.listdir(folder) == [], os.listdir(folder)
save(trained(0), "alike")  # and what is alike is saved after a refusal, again and again
save(trained(0, 3), "alike")
save(trained(0), "values")
refused(lambda: save(trained(int(rank == odd), 4), "alike"))
dist.barrier()
"""
)


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_different_states_for_one_path_are_refused_on_every_rank(processes: int, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    run(DIFFERENT, tmp_path, processes, str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["alike", "values"]
    state = read_state(folder / "alike").description
    assert state.optimizers[0].state["0.weight"].keys() >= {"exp_avg"}


ALONE = (
    START
    + """
ranks.GRACE = 1.0
if rank == 0:
    save(trained(0), "step-1")
    ranks.GRACE = 1e9  # it has waited once, and waits no more
    for step in range(2, 6):
        save(trained(0, step), f"step-{step}")
        save(trained(0, step), "last")
ranks.GRACE = 120.0
dist.barrier()
pair = trained(0, 6)
save(pair, "last")  # then all
assert pw.load_state(pair[1], pair[0], f"{folder}/last").loaded
dist.barrier()
ranks.GRACE = 2.0
save(trained(rank // 2), f"pair-{rank // 2}")  # two groups of processes, a model each
save(trained(rank // 2, 3), f"pair-{rank // 2}")
save(trained(rank), f"own-{rank}")
dist.barrier()
store = dist.distributed_c10d._get_default_store()

def wait_for_others(what):
    while store.add(what, 0) < 3:
        time.sleep(0.1)

if rank == 3:  # it comes when the others are done
    wait_for_others("late")
    text = refused(lambda: save(trained(7), "late"))
    assert "rank 3 would replace the state that rank" in text, text
    assert "0.weight: another on rank 3" in text, text
else:
    save(trained(0), "late")
    store.add("late", 1)
dist.barrier()
if rank == 3:
    wait_for_others("slow")
save(trained(0), "slow")  # the same, late: nothing is wrong
store.add("slow", 1)
dist.barrier()
"""
)


def test_ranks_that_save_alone_in_groups_or_late(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    run(ALONE, tmp_path, 4, str(folder))
    names = {"last", "late", "slow", "pair-0", "pair-1"} | {f"own-{rank}" for rank in range(4)}
    assert {path.name for path in folder.iterdir()} == names | {f"step-{step}" for step in range(1, 6)}


SHARDED = (
    START
    + """
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

def sharded(model, mesh, *ignored):
    fully_shard(model, mesh=mesh, ignored_params=set(ignored))
    return model, torch.optim.AdamW(model.parameters(), foreach=False)

def step(model, optimizer, plus=0.0):
    model(torch.ones(2, 4)).square().sum().backward()
    optimizer.step()
    for p in optimizer.state:
        if not hasattr(p, "to_local"):
            optimizer.state[p]["exp_avg"].add_(plus)
    return model, optimizer

def made():
    torch.manual_seed(0)
    return nn.Linear(4, 4)

line = init_device_mesh("cpu", (world,))
model = made()
text = refused(lambda: save(step(*sharded(model, line, model.bias), plus=float(rank)), "ignored"))
assert "bias: another on rank 0 than on rank 1" in text and "weight: " not in text, text
square = init_device_mesh("cpu", (2, 2), mesh_dim_names=("replicas", "shards"))
model, optimizer = step(*sharded(made(), square))
save((model, optimizer), "square")
if rank == 3:
    optimizer.state[model.weight]["exp_avg"].to_local().add_(1)
text = refused(lambda: save((model, optimizer), "square"))
assert "weight: another on rank 1 than on rank 3" in text, text
half = square["shards"]
ranks.GRACE = 2.0
text = refused(lambda: save(step(*sharded(made(), half)), f"half-{rank // 2}"))  # two jobs in one
assert "the path: another on ranks 0 and 1 than on ranks 2 and 3" in text, text
model, optimizer = step(*sharded(made(), half))
save((model, optimizer), "half")  # both halves hold the same: nothing is lost
if rank > 1:
    optimizer.state[model.weight]["exp_avg"].to_local().add_(1)
text = refused(lambda: save((model, optimizer), "half"))
assert "weight: another on rank 0 than on rank 2" in text or "rank 1 than on rank 3" in text, text
dist.barrier()
"""
)


def test_sharded_states_whose_replicas_differ_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    run(SHARDED, tmp_path, 4, str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["half", "square"]


MIXED = (
    START
    + """
from torch.distributed.tensor import distribute_tensor, init_device_mesh, Shard
mesh = init_device_mesh("cpu", (world,))
torch.manual_seed(0)
model = nn.Linear(4, 4)
spread = nn.Linear(4, 4)
for name in ("weight", "bias"):
    setattr(spread, name, nn.Parameter(distribute_tensor(getattr(spread, name).detach(), mesh, [Shard(0)])))
for one in (model, spread):
    for p in one.parameters():
        p.grad = torch.zeros_like(p)
mine = model if rank == 0 else spread
optimizer = torch.optim.AdamW(mine.parameters(), foreach=False)
optimizer.step()
text = refused(lambda: save((mine, optimizer), "mixed"))  # a file on one rank, a folder on the other
assert "weight: another on rank 0 than on rank 1" in text, text
dist.barrier()
"""
)


def test_a_file_on_one_rank_and_a_folder_on_another_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    run(MIXED, tmp_path, 2, str(folder))
    assert not list(folder.iterdir())
