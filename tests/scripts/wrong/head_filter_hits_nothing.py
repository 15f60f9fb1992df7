# After a filter by a name that the model does not have: the group with the head's rate is empty.
# Expect: PW205
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Linear(4, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.trunk(x))


torch.manual_seed(0)
model = Model()
groups = [
    {"params": [p for n, p in model.named_parameters() if "classifier" not in n], "lr": 2e-5},
    {"params": [p for n, p in model.named_parameters() if "classifier" in n], "lr": 1e-3},
]
optimizer = torch.optim.SGD(groups, lr=2e-5)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(2, 4)).square().sum().backward()
    optimizer.step()
print(model.head.bias.tolist())
