# After the recipe on compiled optimizers: model and step compiled, the rate a tensor.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=torch.tensor(1e-3), weight_decay=0.0)
scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, total_iters=5)
compiled = torch.compile(model, backend="eager")
for _ in range(4):
    loss = compiled(torch.ones(2, 4)).square().mean()
    loss.backward()
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
    print(loss.item())
