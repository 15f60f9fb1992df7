# After a cosine schedule with the eta_min of another project: the slow group ends faster than it began.
# Expect: PW402
import torch
from torch import nn

torch.manual_seed(0)
net = nn.ModuleDict({"bert": nn.Linear(4, 4), "cls": nn.Linear(4, 2)})
optimizer = torch.optim.AdamW(
    [{"params": net["bert"].parameters(), "lr": 1e-6}, {"params": net["cls"].parameters(), "lr": 1e-3}], weight_decay=0
)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=1e-5)
for epoch in range(4):
    out = net["cls"](net["bert"](torch.randn(3, 4)))
    nn.functional.cross_entropy(out, torch.tensor([0, 1, 0])).backward()
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
print([g["lr"] for g in optimizer.param_groups])
