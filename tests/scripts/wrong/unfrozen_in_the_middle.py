# After fine-tuning in two stages: the body is unfrozen later, and the optimizer was built from what trained at first.
# Expect: PW201
import torch
from torch import nn

torch.manual_seed(0)
body = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
model = nn.Sequential(body, nn.Linear(8, 2))
body.requires_grad_(False)
optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-3)
for step in range(400):
    if step == 300:
        body.requires_grad_(True)
    loss = nn.functional.cross_entropy(model(torch.randn(8, 4)), torch.randint(2, (8,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
