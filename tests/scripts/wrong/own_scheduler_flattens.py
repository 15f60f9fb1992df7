# After warm-up classes copied from repository to repository, whose get_lr returns one number for all groups.
# Expect: PW401
import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler


class NoamLR(LRScheduler):
    def __init__(self, optimizer, model_size, warmup):
        self.model_size, self.warmup = model_size, warmup
        super().__init__(optimizer)

    def get_lr(self):
        step = max(1, self.last_epoch)
        scale = self.model_size**-0.5 * min(step**-0.5, step * self.warmup**-1.5)
        return [scale for _ in self.optimizer.param_groups]


torch.manual_seed(0)
enc, dec = nn.Linear(8, 8), nn.Linear(8, 8)
optimizer = torch.optim.Adam([{"params": enc.parameters(), "lr": 1e-4}, {"params": dec.parameters(), "lr": 1e-3}])
scheduler = NoamLR(optimizer, 8, 4)
for _ in range(5):
    dec(torch.relu(enc(torch.randn(2, 8)))).pow(2).mean().backward()
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
print(scheduler.get_last_lr())
