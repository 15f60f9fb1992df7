# After multi-task training: the heads take turns, and a batch has no gradient for the other head.
# Expect: nothing
import torch
from torch import nn


class MultiTask(nn.Module):
    def __init__(self):
        super().__init__()
        self.shared = nn.Linear(6, 8)
        self.heads = nn.ModuleDict({"ner": nn.Linear(8, 4), "pos": nn.Linear(8, 5)})

    def forward(self, x, task):
        return self.heads[task](torch.relu(self.shared(x)))


torch.manual_seed(0)
model = MultiTask()
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ],
    lr=1e-3,
)
for step in range(6):
    task = "ner" if step < 4 else "pos"
    loss = model(torch.randn(4, 6), task).logsumexp(-1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(task, loss.item())
