# After a typing error that torch keeps without a word.
# Expect: PW301
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(4, 4)
opt = torch.optim.SGD([{"params": model.parameters(), "momentun": 0.9}], lr=0.1)
for _ in range(3):
    opt.zero_grad()
    model(torch.randn(2, 4)).square().sum().backward()
    opt.step()
print(model.bias.tolist())
