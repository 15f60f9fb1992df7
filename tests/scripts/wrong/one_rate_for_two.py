# After one tensor as the learning rate of two optimizers: each scheduler lowers both.
# Expect: PW304
import torch
from torch import nn

torch.manual_seed(0)
body, head = nn.Linear(4, 4), nn.Linear(4, 1)
lr = torch.tensor(0.1)
opts = [torch.optim.SGD(part.parameters(), lr=lr) for part in (body, head)]
scheds = [torch.optim.lr_scheduler.ExponentialLR(opt, 0.5) for opt in opts]
for _ in range(3):
    head(body(torch.randn(2, 4))).sum().backward()
    for opt, sched in zip(opts, scheds):
        opt.step()
        opt.zero_grad()
        sched.step()
print(lr.item())
