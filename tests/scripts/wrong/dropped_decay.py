# After factories of groups that forget the decay they were asked for.
# Expect: PW303
import torch
from torch import nn


def build_optimizer(model, lr, weight_decay):
    params = [{"params": [p], "lr": lr, "weight_decay": 0.0} for p in model.parameters() if p.requires_grad]
    return torch.optim.AdamW(params, lr=lr, weight_decay=weight_decay)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = build_optimizer(model, 1e-3, 0.05)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(4, 4)).abs().mean().backward()
    optimizer.step()
print(model[2].bias.item())
