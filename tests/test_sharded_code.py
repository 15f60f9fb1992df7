"""FSDP2 puts classes of its own in front of a model's: the model's code tells the same with them."""

from pathlib import Path

import ranks

PROGRAM = """
import sys, warnings
warnings.simplefilter("ignore")
import torch
import torch.distributed as dist
from torch.distributed.fsdp import fully_shard
import models
import paramwise as pw

folder, rank, world = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=world)

def by_blocks(model):
    for blocks in [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]:
        for block in blocks:
            fully_shard(block)
    return fully_shard(model)

def by_leaves(model):
    for module in [module for module in model.modules() if not module._modules]:
        if module._parameters:
            fully_shard(module)
    return fully_shard(model)

def muon(model):
    return pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3, blocks="heads")

for make, shards in (
    (models.FusedBlocks, (by_blocks, by_leaves)), (models.tiny_bert, (by_leaves,)), (models.tiny_gpt2, (by_blocks,))
):
    model = make()  # held: blocks are told while a model lives
    plan = muon(model)
    for shard in shards:
        other = shard(make())
        sharded = muon(other)
        assert sharded.catalog.heads == plan.catalog.heads, (make, sharded.catalog.heads)
        assert sharded.catalog.blocks() == plan.catalog.blocks(), (make, sharded.catalog.blocks())
        assert sharded == plan, (make, shard)
    if make is models.FusedBlocks:
        assert plan.catalog.heads.found == {"last.weight"}, plan.catalog.heads
        assert set(plan.catalog.blocks()) == {"blocks.0.qkv.weight", "blocks.1.qkv.weight"}, plan.catalog.blocks()

def batch(step, of):
    return torch.randint(0, 20, (4, 6), generator=torch.Generator().manual_seed(10 * step + of))

def make():
    torch.manual_seed(0)
    model = models.FusedBlocks()
    return model

alone, sharded = make(), by_blocks(make())
for model, shares in ((alone, range(world)), (sharded, [rank])):
    optimizer = muon(model).optimizer()
    assert not pw.audit(optimizer, model).codes, pw.audit(optimizer, model)
    for step in range(3):
        for of in shares:
            (model(batch(step, of)).square().mean() / len(shares)).backward()
        optimizer.step()
        optimizer.zero_grad()
for own, whole in zip(sharded.parameters(), alone.parameters(), strict=True):
    torch.testing.assert_close(own.full_tensor(), whole, rtol=1e-4, atol=1e-5)
print("done", flush=True)
dist.barrier()
import os
os._exit(0)  # threads of gloo's at times abort an interpreter that is left to end by itself
"""


def test_plans_and_steps_are_those_of_the_whole_model(tmp_path: Path) -> None:
    for printed in ranks.run(PROGRAM, [[str(tmp_path), str(rank), "2"] for rank in range(2)]):
        assert printed.endswith("done\n")
