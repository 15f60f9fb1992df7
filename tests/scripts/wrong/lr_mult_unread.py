# After Caffe's and mmcv's lr_mult, given to an optimizer of torch that does not read it.
# Expect: PW301
import torch
from torch import nn

torch.manual_seed(0)
base, fc = nn.Linear(6, 6), nn.Linear(6, 2)
optimizer = torch.optim.SGD(
    [{"params": base.parameters(), "lr_mult": 1}, {"params": fc.parameters(), "lr_mult": 10}], lr=0.01, momentum=0.9
)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 3], gamma=0.1)
for epoch in range(4):
    optimizer.zero_grad()
    nn.functional.cross_entropy(fc(base(torch.randn(4, 6))), torch.tensor([0, 1, 0, 1])).backward()
    optimizer.step()
    scheduler.step()
print(optimizer.param_groups[1]["lr"])
