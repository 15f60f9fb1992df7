# After lists of parameters that overlap: the head is in the model too. torch only warns.
# Expect: PW203
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(0)
model = nn.ModuleDict({"trunk": nn.Linear(3, 3), "head": nn.Linear(3, 1)})
params = list(model.parameters()) + list(model["head"].parameters())
opt = torch.optim.SGD(params, lr=0.05)
for _ in range(3):
    opt.zero_grad()
    model["head"](model["trunk"](torch.ones(1, 3))).sum().backward()
    opt.step()
print(model["head"].bias.item())
