# After pytorch-metric-learning and skorch: a loss has parameters of its own, and no optimizer holds them.
# Expect: PW201
import torch
from torch import nn
from torch.nn import functional as F


class ProxyLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(3, 8))

    def forward(self, embeddings, labels):
        return F.cross_entropy(F.normalize(embeddings) @ F.normalize(self.proxies).T * 10, labels)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8))
criterion = ProxyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for _ in range(5):
    loss = criterion(model(torch.randn(8, 4)), torch.randint(3, (8,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
