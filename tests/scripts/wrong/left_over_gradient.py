# After freezing between backward() and step(): the gradient that is there moves what is frozen.
# Expect: PW503
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    model(torch.randn(4, 4)).square().mean().backward()
    if epoch == 0:
        model[0].requires_grad_(False)
    optimizer.step()
print(model[0].weight.sum().item())
