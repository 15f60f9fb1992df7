# After torchtitan: fully_shard() on blocks, then on the model; the optimizer comes last.
# Expect: nothing
import torch
from torch import nn
from torch.distributed.fsdp import fully_shard

torch.distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:0", rank=0, world_size=1)
torch.manual_seed(0)
mesh = torch.distributed.init_device_mesh("cpu", (1,))
model = nn.Sequential(*(nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 4)) for _ in range(2)))
for block in model:
    fully_shard(block, mesh=mesh)
fully_shard(model, mesh=mesh)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.0)
for _ in range(3):
    loss = model(torch.randn(2, 4)).square().mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    print(loss.item())
torch.distributed.destroy_process_group()
