"""Real processes (gloo, CPU): plans of models that are sharded, split into stages, or told differently to processes."""

import uuid
from pathlib import Path

import pytest

import ranks

START = """
import sys, warnings
warnings.simplefilter("ignore")
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

import paramwise as pw

address, rank, world = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dist.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
mesh = init_device_mesh("cpu", (world,), mesh_dim_names=("dp",))

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.up, self.down = nn.LayerNorm(6), nn.Linear(6, 12), nn.Linear(12, 6)

    def forward(self, x):
        return x + self.down(torch.tanh(self.up(self.norm(x))))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 6)
        self.layers = nn.ModuleDict({str(at): Block() for at in range(2)})
        self.head = nn.Linear(6, 3, bias=False)

    def forward(self, x):
        x = x if self.embed is None else self.embed(x)
        for layer in self.layers.values():
            x = layer(x)
        return x if self.head is None else self.head(x)

def make():
    torch.manual_seed(0)
    return Net()

def whole(tensor):
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor

def train(model, optimizer, steps=3):
    for step in range(steps):
        torch.manual_seed(step)
        optimizer.zero_grad()
        model(torch.randint(0, 7, (4, 5))).square().mean().backward()
        optimizer.step()

def difference(model, other):
    named = dict(other.named_parameters())
    return max((whole(p) - whole(named[name])).abs().max().item() for name, p in model.named_parameters())

def refused(call):
    try:
        call()
    except pw.ParamwiseError as error:
        return str(error)
    raise AssertionError("not refused")

# gradients are added in another order; with a smaller eps, Adam would make much of what should be 0
class adamw(torch.optim.AdamW):  # fused, as torch's
    def __init__(self, params, lr=1e-3, weight_decay=0, eps=1e-3, fused=None):
        super().__init__(params, lr=lr, weight_decay=weight_decay, eps=eps, fused=fused)

WORLD = dist.group.WORLD
"""

LAST = """
print("done")
sys.stdout.flush()
dist.barrier()
import os
os._exit(0)  # threads of gloo's at times abort an interpreter that is left to end by itself
"""


def run(program: str, folder: Path, world: int = 2) -> None:
    """Run a program in some processes; each must reach its end."""
    address = f"file://{folder}/store-{uuid.uuid4().hex}"
    for out in ranks.run(
        START + program + LAST, [[address, str(rank), str(world), str(folder)] for rank in range(world)]
    ):
        assert out.endswith("done\n")


SHARDED = """
def tensor_parallel(model):
    of = {"up": ColwiseParallel(), "down": RowwiseParallel()}
    return parallelize_module(model, mesh, {f"layers.{at}.{name}": how for at in "01" for name, how in of.items()})

def sharded(model, ignored=frozenset()):
    for layer in model.layers.values():
        fully_shard(layer, mesh=mesh, ignored_params=ignored)
    return fully_shard(model, mesh=mesh, ignored_params=ignored)

def in_part(model):
    return sharded(model, {model.embed.weight, model.layers["0"].norm.bias})

for shard, cls, groups in (
    (tensor_parallel, adamw, 4),
    (in_part, adamw, 4),
    (sharded, adamw, 2),
    (sharded, torch.optim.SGD, 2),  # torch has no fused SGD for DTensors
):
    model, alone = shard(make()), make()
    plan = pw.plan(model, "default", lr=1e-2)
    assert plan == pw.plan(alone, "default", lr=1e-2)
    optimizer = plan.optimizer(cls, None, across=WORLD)
    of_alone = pw.plan(alone, "default", lr=1e-2).optimizer(cls)
    names = [group["name"] for group in optimizer.param_groups]
    assert len(names) == len(set(names)) == groups, names
    train(model, optimizer), train(alone, of_alone)
    assert difference(model, alone) <= 1e-6, (shard, cls, difference(model, alone))
    assert not pw.audit(optimizer, model).codes, pw.audit(optimizer, model)
    read, expected = pw.read_groups(model, optimizer), pw.read_groups(alone, of_alone)
    assert [read[name].settings for name in read.catalog.names] == [
        expected[name].settings for name in read.catalog.names
    ]
    assert len(plan.as_groups()) == groups
    if cls is adamw:
        path = pw.save_state(optimizer, model, f"{sys.argv[4]}/{shard.__name__}")
        assert len(pw.load_state(of_alone, alone, path).loaded) == 14, "into one process"
        assert len(pw.load_state(optimizer, model, path).loaded) == 14

# a parameter that is unfrozen later joins the group of its kind
model = in_part(make())
plan = pw.plan(model, "default", pw.Rule(pw.name("embed.*"), freeze=True), lr=1e-2)
optimizer = plan.optimizer(torch.optim.AdamW)
schedule = pw.UnfreezeSchedule(optimizer, plan, {1: "embed.*"})
for _ in range(3):
    train(model, optimizer, 1)
    schedule.step()
assert not pw.audit(optimizer, model).codes

# what torch's checkpoints take, with the groups split and an empty one
from torch.distributed.checkpoint.state_dict import get_optimizer_state_dict, set_optimizer_state_dict
optimizer = plan.optimizer(torch.optim.AdamW)
optimizer.add_param_group({"params": [], "param_names": [], "name": "empty"})
train(model, optimizer)
set_optimizer_state_dict(model, optimizer, get_optimizer_state_dict(model, optimizer))
torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10).step()

# Muon steps shards as a single process steps the whole, bit for bit, given the same gradients
def step_alike(shard, model, alone):
    optimizers = [pw.plan(one, pw.Rule(pw.everything(), optimizer="muon"), lr=0.02, weight_decay=0.1).optimizer()
                  for one in (shard(model), alone)]
    for step in range(3):
        for one in (model, alone):
            for number, p in enumerate(one.parameters()):
                torch.manual_seed(100 * step + number)
                gradient = torch.randn(p.shape)
                spread = isinstance(p, DTensor)
                p.grad = distribute_tensor(gradient, p.device_mesh, p.placements) if spread else gradient
        for optimizer in optimizers:
            optimizer.step()
    assert difference(model, alone) == 0, shard
    return optimizers

def matrices():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 1, bias=False), nn.Linear(7, 5, bias=False), nn.Conv2d(3, 4, 3, bias=False))

columns_and_rows = lambda model: parallelize_module(model, mesh, {"0": RowwiseParallel(), "1": ColwiseParallel()})
for shard in (lambda model: fully_shard(model, mesh=mesh), columns_and_rows):
    model, alone = matrices(), matrices()
    muon, _ = step_alike(shard, model, alone)
    assert pw.read_groups(model, muon).catalog == pw.read(model)
"""


def test_sharded_models_train_as_one_process_does(tmp_path: Path) -> None:
    run(SHARDED, tmp_path)


STAGES = """
from torch.distributed.pipelining import PipelineStage, ScheduleGPipe

def stage(of, number):
    part = make()
    part.load_state_dict(of.state_dict())
    part.layers = nn.ModuleDict({str(number): part.layers[str(number)]})
    if number == 0:
        part.head = None
    else:
        part.embed = None
    return part

model = make()
plan = pw.plan(model, "default", pw.Rule(pw.name("embed.*"), lr=1e-3), lr=1e-2)
part = stage(model, rank)
text = refused(lambda: plan.optimizer(adamw, part))
assert "in the plan, not in the model" in text and "across=" in text, text
optimizer = plan.optimizer(adamw, part, across=WORLD)
groups = [None] * 2
dist.all_gather_object(groups, [(group["name"], group["lr"], len(group["params"])) for group in optimizer.param_groups])
assert [group[:2] for group in groups[0]] == [group[:2] for group in groups[1]]
assert 0 in [count for *_, count in groups[1]], groups
stepped = PipelineStage(part, rank, 2, torch.device("cpu"))
schedule = ScheduleGPipe(stepped, n_microbatches=2, loss_fn=lambda y, target: y.square().mean())
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
for step in range(3):
    torch.manual_seed(step)
    optimizer.zero_grad()
    batch = torch.randint(0, 7, (4, 5))
    schedule.step(batch) if rank == 0 else schedule.step(target=torch.zeros(4))
    optimizer.step()
alone = make()
train(alone, pw.plan(alone, "default", pw.Rule(pw.name("embed.*"), lr=1e-3), lr=1e-2).optimizer(adamw))
assert difference(part, alone) <= 1e-6
assert not pw.audit(optimizer, part).codes, pw.audit(optimizer, part)
path = pw.save_state(optimizer, part, f"{sys.argv[4]}/stage-{rank}")
again = plan.optimizer(adamw, part, across=WORLD)
assert len(pw.load_state(again, part, path).loaded) == len(list(part.parameters()))

# a stage that has nothing for an optimizer of the plan
muon = pw.plan(model, pw.Rule(pw.name("embed.*"), optimizer="adamw"), pw.Rule(~pw.name("embed.*") & pw.ndim(2),
    optimizer="muon"), pw.Rule(pw.ndim(1), optimizer="sgd"), lr=1e-2)
both = muon.optimizer(None, part, across=WORLD)
assert list(both.children) == ["adamw", "sgd", "muon"]
assert not {"PW205", "PW207"} & set(pw.audit(both, part).codes)

# all parts in one process; replicas of a part
plan.optimizer(torch.optim.AdamW, [stage(model, 0), stage(model, 1)])
plan.optimizer(torch.optim.AdamW, [stage(model, 0), stage(model, 1)], across=WORLD)

# parts that are not the model stop every process
lost = stage(model, rank)
if rank == 1:
    del lost.layers["1"].up.bias
    lost.layers["1"].up.register_parameter("bias", None)
text = refused(lambda: plan.optimizer(torch.optim.AdamW, lost, across=WORLD))
assert "1 in no process" in text and "layers.1.up.bias: on none of ranks 0 and 1" in text
more = stage(model, rank)
if rank == 1:
    more.embed = nn.Embedding(7, 6)
text = refused(lambda: plan.optimizer(torch.optim.AdamW, more, across=WORLD))
assert "1 in several" in text and "embed.weight: on ranks 0 and 1" in text
text = refused(lambda: plan.optimizer(torch.optim.AdamW, stage(model, 0), across=WORLD))
assert "layers.1.norm.weight: on none of" in text
text = refused(lambda: plan.optimizer(torch.optim.AdamW, part.layers[str(rank)], across=WORLD))
assert "with `layers.0.` or `layers.1.` before them" in text, text

# one that cannot build its optimizer stops the others, which do not wait
text = refused(lambda: plan.optimizer(torch.optim.AdamW if rank else torch.optim.LBFGS, part, across=WORLD))
assert "takes no option" in text and ("rank 0 cannot build" in text) == (rank == 1)

# tied in the whole, apart in the stages
tied = make()
tied.head = nn.Linear(6, 7, bias=False)
tied.head.weight = tied.embed.weight
half = stage(make(), rank)
if rank == 1:
    half.head = nn.Linear(6, 7, bias=False)
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    optimizer = pw.plan(tied, "default", lr=1e-2).optimizer(torch.optim.AdamW, half, across=WORLD)
assert any("`embed.weight` on rank 0 and `head.weight` on rank 1" in str(one.message) for one in told), told
assert not pw.audit(optimizer, half).codes, pw.audit(optimizer, half)
"""


def test_the_plan_of_a_model_binds_to_the_stages_of_a_pipeline(tmp_path: Path) -> None:
    run(STAGES, tmp_path)


PLANS = """
model = make()
rules = [pw.Rule(pw.name("head.*"), lr=0.5)] if rank == 0 else []
text = refused(lambda: pw.plan(model, "default", *rules, lr=0.1).optimizer(torch.optim.SGD, None, across=WORLD))
assert "1 difference" in text and "head.weight: lr=0.5, weight_decay=0.1 on rank 0; lr=0.1, w" in text, text
text = refused(lambda: pw.plan(model).optimizer(torch.optim.SGD, None, across=WORLD, lr=0.1 * (1 + rank)))
assert "optimizer: SGD(lr=0.1) on rank 0; SGD(lr=0.2) on rank 1" in text, text
if rank == 1:
    model.head = nn.Sequential(model.head)
text = refused(lambda: pw.plan(model, lr=0.1).optimizer(torch.optim.SGD, None, across=WORLD))
assert "head.weight: lr=0.1, weight_decay=0.1 on rank 0; absent on rank 1" in text
assert all(p.requires_grad for p in model.parameters())

# without across= nothing is waited for: only some processes build an optimizer, of other models
if rank == 0:
    pw.plan(nn.Linear(2, 2), lr=0.1).optimizer(torch.optim.SGD)

# a group of some processes
own = [dist.new_group([0]), dist.new_group([1])]
other = nn.Linear(2 + rank, 2)
pw.plan(other, lr=0.1 + rank).optimizer(torch.optim.SGD, None, across=own[rank])
assert "not in the process group" in refused(
    lambda: pw.plan(other, lr=0.1).optimizer(torch.optim.SGD, None, across=own[1 - rank]))
assert "not a process group" in refused(lambda: pw.plan(other, lr=0.1).optimizer(torch.optim.SGD, None, across=True))
"""


def test_processes_that_disagree_all_stop_with_the_difference(tmp_path: Path) -> None:
    run(PLANS, tmp_path)


@pytest.mark.slow
def test_meshes_of_two_dimensions(tmp_path: Path) -> None:
    run(MESHES, tmp_path, 4)


MESHES = """
grid = init_device_mesh("cpu", (2, 2), mesh_dim_names=("shard", "tp"))

def both(model):
    of = {"up": ColwiseParallel(), "down": RowwiseParallel()}
    parallelize_module(model, grid["tp"], {f"layers.{at}.{name}": how for at in "01" for name, how in of.items()})
    for layer in model.layers.values():
        fully_shard(layer, mesh=grid["shard"])
    return fully_shard(model, mesh=grid["shard"])

def hybrid(model):
    return fully_shard(model, mesh=init_device_mesh("cpu", (2, 2), mesh_dim_names=("replicate", "shard")))

for shard, groups in ((both, 5), (hybrid, 3)):
    model, alone = shard(make()), make()
    options = {"lr": 1e-2, "adamw_lr": 1e-2}
    optimizer = pw.plan(model, "muon", **options).optimizer(None, None, across=WORLD)
    names = [group["name"] for group in optimizer.param_groups]
    assert len(names) == len(set(names)), names
    of_alone = pw.plan(alone, "muon", **options).optimizer()
    train(model, optimizer), train(alone, of_alone)
    # gradients are added in another order, and Muon rounds them to bfloat16
    assert difference(model, alone) <= 1e-3, difference(model, alone)
    assert not pw.audit(optimizer, model).codes, pw.audit(optimizer, model)
    path = pw.save_state(optimizer, model, f"{sys.argv[4]}/{shard.__name__}")
    assert len(pw.load_state(of_alone, alone, path).loaded) == 14
"""
