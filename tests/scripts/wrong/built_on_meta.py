# After building on the meta device and to_empty(): parameters are new, the optimizer holds those without values.
# Expect: PW201 PW206
import torch
from torch import nn

torch.manual_seed(0)
with torch.device("meta"):
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model = model.to_empty(device="cpu")
for module in model:
    if hasattr(module, "reset_parameters"):
        module.reset_parameters()
for _ in range(3):
    loss = model(torch.randn(3, 4)).square().mean()
    loss.backward()
    optimizer.step()
    model.zero_grad()
    print(loss.item())
