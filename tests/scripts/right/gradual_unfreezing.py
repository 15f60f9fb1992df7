# After ULMFiT: groups are added as layers thaw, each with a rate of its own, and no scheduler is there before.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 2)])
for layer in layers[:-1]:
    layer.requires_grad_(False)
optimizer = torch.optim.Adam(layers[-1].parameters(), lr=1e-2)
for epoch in range(3):
    if epoch:
        layer = layers[-1 - epoch]
        layer.requires_grad_(True)
        optimizer.add_param_group({"params": layer.parameters(), "lr": 1e-2 / 2.6**epoch})
    for _ in range(2):
        x = torch.randn(4, 4)
        for layer in layers:
            x = torch.tanh(layer(x))
        loss = x.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
