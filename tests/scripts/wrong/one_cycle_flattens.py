# After fast.ai's discriminative rates, moved to torch's OneCycleLR with a single max_lr.
# Expect: PW401
import torch
from torch import nn

torch.manual_seed(0)
body, head = nn.Linear(8, 8), nn.Linear(8, 2)
model = nn.Sequential(body, nn.ReLU(), head)
opt = torch.optim.SGD([{"params": body.parameters(), "lr": 1e-4}, {"params": head.parameters(), "lr": 1e-2}], lr=1e-3)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=1e-2, total_steps=10)
for _ in range(6):
    nn.functional.cross_entropy(model(torch.randn(4, 8)), torch.tensor([0, 1, 1, 0])).backward()
    opt.step()
    opt.zero_grad()
    sched.step()
print([round(g["lr"], 8) for g in opt.param_groups])
