# After layers kept in a Python list: parameters() does not see them, and forward uses them.
# Expect: PW201
import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.layers = [nn.Linear(6, 6) for _ in range(depth)]
        self.out = nn.Linear(6, 1)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.out(x)


torch.manual_seed(0)
net = MLP(2)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for _ in range(3):
    optimizer.zero_grad()
    loss = net(torch.randn(5, 6)).square().mean()
    loss.backward()
    optimizer.step()
    print(loss.item())
