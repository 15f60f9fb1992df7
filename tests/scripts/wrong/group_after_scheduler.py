# After gradual unfreezing by hand: the scheduler was made first, and does not know the group that comes later.
# Expect: PW403
import torch
from torch import nn

torch.manual_seed(0)
backbone, head = nn.Linear(5, 5), nn.Linear(5, 2)
for p in backbone.parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2)
for epoch in range(4):
    if epoch == 1:
        for p in backbone.parameters():
            p.requires_grad = True
        optimizer.add_param_group({"params": backbone.parameters(), "lr": 0.01})
    loss = head(backbone(torch.randn(4, 5))).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    print(epoch, loss.item())
