# After fast.ai: a rate for each group, and OneCycleLR with a maximum for each.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
parts = nn.ModuleList([nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 2)])
rates = [1e-4, 3e-4, 1e-3]
opt = torch.optim.Adam([{"params": part.parameters(), "lr": lr} for part, lr in zip(parts, rates)], lr=1e-3)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=rates, total_steps=20)
for _ in range(5):
    x = torch.randn(4, 6)
    for part in parts:
        x = torch.relu(part(x)) if part is not parts[-1] else part(x)
    nn.functional.cross_entropy(x, torch.tensor([0, 1, 0, 1])).backward()
    opt.step()
    opt.zero_grad()
    sched.step()
print(sched.get_last_lr())
