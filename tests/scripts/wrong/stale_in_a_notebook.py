# After a cell that is run again: the model is new, the optimizer is that of the model before.
# Expect: PW201 PW206
import torch
from torch import nn


def make():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 1))


model = make()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
model = make()
x, y = torch.randn(16, 6), torch.randn(16, 1)
for _ in range(5):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    print(loss.item())
