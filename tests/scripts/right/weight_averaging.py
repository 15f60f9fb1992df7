# After the tutorial on averaged models: EMA of weights beside training, SWALR at the end.
# Expect: nothing
import torch
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
ema_model = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
swa_scheduler = SWALR(optimizer, swa_lr=0.05, anneal_epochs=2)
for _ in range(4):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(torch.ones(2, 4)), torch.zeros(2, 1)).backward()
    optimizer.step()
    ema_model.update_parameters(model)
    swa_scheduler.step()
print(ema_model(torch.ones(1, 4)).item())
