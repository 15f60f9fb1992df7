# After pytorch-metric-learning: the loss has parameters, which the same optimizer trains.
# Expect: nothing
import torch
import torch.nn.functional as F
from torch import nn


class ArcFaceLoss(nn.Module):
    def __init__(self, classes, dim):
        super().__init__()
        self.W = nn.Parameter(torch.randn(dim, classes))

    def forward(self, embeddings, labels):
        cosine = F.normalize(embeddings) @ F.normalize(self.W, dim=0)
        return F.cross_entropy(16 * (cosine - 0.2 * F.one_hot(labels, self.W.shape[1])), labels)


torch.manual_seed(0)
trunk, criterion = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)), ArcFaceLoss(3, 4)
optimizer = torch.optim.Adam([*trunk.parameters(), *criterion.parameters()], lr=1e-3)
for _ in range(3):
    loss = criterion(trunk(torch.randn(6, 6)), torch.tensor([0, 1, 2, 0, 1, 2]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
