# After pytorch/pytorch#183207: fully_shard(ignored_params=...) leaves a plain tensor in a group of DTensors.
# Expect: PW209
import torch
from torch import nn
from torch.distributed.fsdp import fully_shard

torch.distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:0", rank=0, world_size=1)
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.ReLU(), nn.Linear(4, 2, bias=False))
fully_shard(model, mesh=torch.distributed.init_device_mesh("cpu", (1,)), ignored_params={model[0].weight})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(2, 4)).square().sum().backward()
    optimizer.step()
print(model[0].weight.sum().item())
torch.distributed.destroy_process_group()
