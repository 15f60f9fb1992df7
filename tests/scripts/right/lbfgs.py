# After the neural style tutorial and physics-informed nets: LBFGS with a closure.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 1))
x = torch.linspace(0, 1, 11)[:, None]
optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=4, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = (net(x) - torch.sin(3 * x)).square().mean()
    loss.backward()
    return loss


for epoch in range(3):
    print(f"{optimizer.step(closure).item():.6f}")
