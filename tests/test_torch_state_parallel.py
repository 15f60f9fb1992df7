"""Two real processes (gloo, CPU): FSDP1's state dicts by name come in, tensor parallel state is kept by name."""

from pathlib import Path

from test_distributed import run

FSDP1 = """
import sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_optimizer_state_dict
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP
from torch.distributed.fsdp.wrap import ModuleWrapPolicy

import paramwise as pw

address, rank, path = sys.argv[1:]
dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)

def make():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5), nn.LayerNorm(5), nn.Linear(5, 3))

def train(model, optimizer, steps):
    for step in steps:
        torch.manual_seed(step)
        optimizer.zero_grad()
        model(torch.randn(4, 6)).square().sum().backward()
        optimizer.step()

def groups(model):
    parameters = dict(model.named_parameters())
    return [{"params": [p for name, p in parameters.items() if "bias" in name]},
            {"params": [p for name, p in parameters.items() if "bias" not in name]}]

inner = make()
model = FSDP(inner, auto_wrap_policy=ModuleWrapPolicy({nn.Linear}), use_orig_params=True, device_id=torch.device("cpu"))
optimizer = torch.optim.AdamW(groups(model), lr=1e-2)
train(model, optimizer, range(3))
full = get_optimizer_state_dict(model, optimizer, options=StateDictOptions(full_state_dict=True))
odd = FSDP.full_optim_state_dict(model, optimizer)  # on a CPU its moments are one tensor, in torch 2.13
if rank == "0":
    torch.save(full, path)  # before its tensors, which the optimizer may share, change
    torch.save(odd, path + ".odd")
with FSDP.summon_full_params(model):
    weights = {name.replace("_fsdp_wrapped_module.", ""): p.detach().clone() for name, p in model.named_parameters()}
train(model, optimizer, range(3, 6))
with FSDP.summon_full_params(model):
    expected = {name.replace("_fsdp_wrapped_module.", ""): p.detach().clone() for name, p in model.named_parameters()}
if rank == "0":
    full = torch.load(path, weights_only=True)
    plain = make()
    plain.load_state_dict(weights)
    state = pw.convert_state(path, plain, path=path + ".state")
    resumed = torch.optim.AdamW(reversed(list(plain.parameters())), lr=1e-2)
    pw.load_state(resumed, plain, state)
    for name, p in plain.named_parameters():
        for key in ("exp_avg", "exp_avg_sq", "step"):
            assert torch.equal(resumed.state[p][key], full["state"][name][key]), (name, key)
    train(plain, resumed, range(3, 6))  # every process has the same data: the mean of gradients is each one's
    for name, p in plain.named_parameters():
        assert torch.equal(p, expected[name]), name
    if odd["state"]["0.weight"]["exp_avg"].data_ptr() == odd["state"]["0.weight"]["exp_avg_sq"].data_ptr():
        try:
            pw.convert_state(path + ".odd", plain)
        except pw.InputError as error:
            assert "share their memory" in str(error), error
        else:
            raise AssertionError("moments that are one tensor were taken")
"""


def test_a_state_dict_of_fsdp1_comes_in_by_name(tmp_path: Path) -> None:
    run(FSDP1, tmp_path, 2, str(tmp_path / "optimizer.pt"))


TENSOR_PARALLEL = """
import os, sys
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

import paramwise as pw

address, rank, path = sys.argv[1:]
dist.init_process_group("gloo", init_method=address, rank=int(rank), world_size=2)
mesh = init_device_mesh("cpu", (2,))

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.up, self.down, self.norm = nn.Linear(6, 8), nn.Linear(8, 6), nn.LayerNorm(6)

    def forward(self, x):
        return self.norm(self.down(torch.tanh(self.up(x))))

def make():
    torch.manual_seed(0)
    return parallelize_module(Block(), mesh, {"up": ColwiseParallel(), "down": RowwiseParallel()})

def train(model, optimizer, steps):
    for step in steps:
        torch.manual_seed(step)
        optimizer.zero_grad()
        model(torch.randn(4, 6)).square().sum().backward()
        optimizer.step()

def whole(tensor):
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor

model = make()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, foreach=False)
train(model, optimizer, range(3))
pw.save_state(optimizer, model, path)
again = make()
again.load_state_dict(model.state_dict())
resumed = torch.optim.AdamW([{"params": [p]} for p in reversed(list(again.parameters()))], lr=1e-2, foreach=False)
assert len(pw.load_state(resumed, again, path).loaded) == 6
for one, other in zip(model.parameters(), again.parameters(), strict=True):
    for key, value in optimizer.state[one].items():
        there = resumed.state[other][key]
        assert type(there) is type(value) and torch.equal(whole(there), whole(value)), key
        assert getattr(there, "placements", None) == getattr(value, "placements", None)
train(model, optimizer, range(3, 6))
train(again, resumed, range(3, 6))
assert all(torch.equal(whole(one), whole(other))
           for one, other in zip(model.parameters(), again.parameters(), strict=True))
alone = Block()  # and into a plain model
plain = torch.optim.AdamW(alone.parameters(), lr=1e-2)
pw.load_state(plain, alone, path)
assert plain.state[alone.up.weight]["exp_avg"].shape == (8, 6)
"""


def test_tensor_parallel_state_is_kept_by_name(tmp_path: Path) -> None:
    run(TENSOR_PARALLEL, tmp_path, 2, str(tmp_path / "state"))
