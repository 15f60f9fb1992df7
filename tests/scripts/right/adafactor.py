# After transformers' Adafactor with its own defaults: the optimizer makes its learning rate itself, in no group.
# Expect: nothing
import torch
from torch import nn
from transformers.optimization import Adafactor, AdafactorSchedule

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = Adafactor(model.parameters())
schedule = AdafactorSchedule(optimizer)
for _ in range(3):
    loss = model(torch.randn(4, 4)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    print(loss.item())
