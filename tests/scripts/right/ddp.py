# After pytorch/examples ddp-tutorial-series: one process of a distributed job.
# Expect: nothing
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP

torch.distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:0", rank=0, world_size=1)
torch.manual_seed(0)
model = DDP(nn.Sequential(nn.Linear(20, 4), nn.ReLU(), nn.Linear(4, 1)))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for epoch in range(3):
    source, targets = torch.rand(8, 20), torch.rand(8, 1)
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(source), targets)
    loss.backward()
    optimizer.step()
    print(f"Epoch {epoch} | {loss.item():.6f}")
torch.distributed.destroy_process_group()
