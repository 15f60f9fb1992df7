# After pytorch/pytorch#180561: all that has two dimensions goes to Muon, embeddings and head too.
# Expect: PW106
import torch
from torch import nn


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(20, 8)
        self.mlp = nn.Linear(8, 8)
        self.lm_head = nn.Linear(8, 20, bias=False)

    def forward(self, idx):
        return self.lm_head(torch.relu(self.mlp(self.wte(idx))))


torch.manual_seed(0)
model = Tiny()
muon = torch.optim.Muon([p for p in model.parameters() if p.ndim == 2], lr=0.02, weight_decay=0.0)
adamw = torch.optim.AdamW([p for p in model.parameters() if p.ndim < 2], lr=3e-4, weight_decay=0.0)
for _ in range(3):
    idx = torch.randint(0, 20, (2, 6))
    loss = nn.functional.cross_entropy(model(idx).flatten(0, 1), idx.flatten())
    loss.backward()
    for opt in (muon, adamw):
        opt.step()
        opt.zero_grad()
    print(f"{loss.item():.5f}")
