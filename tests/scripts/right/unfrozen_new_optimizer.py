# After torchvision's transfer learning in two stages: the head first, then all of it with an optimizer made for that.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
body, head = nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(8, 2)
model = nn.Sequential(body, head)


def train(optimizer):
    for _ in range(4):
        loss = nn.functional.cross_entropy(model(torch.randn(8, 4)), torch.randint(2, (8,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


body.requires_grad_(False)
train(torch.optim.Adam(head.parameters(), lr=1e-3))
body.requires_grad_(True)
train(torch.optim.Adam([{"params": body.parameters(), "lr": 1e-5}, {"params": head.parameters()}], lr=1e-3))
