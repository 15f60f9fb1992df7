# After tying lm_head to the embedding once the optimizer is there: it keeps the head's old weight.
# Expect: PW206
import torch
from torch import nn


class LM(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(12, 6)
        self.proj = nn.Linear(6, 6)
        self.lm_head = nn.Linear(6, 12, bias=False)

    def forward(self, ids):
        return self.lm_head(self.proj(self.embed(ids)))


torch.manual_seed(0)
model = LM()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model.lm_head.weight = model.embed.weight
for _ in range(3):
    ids = torch.randint(0, 12, (2, 5))
    loss = nn.functional.cross_entropy(model(ids).flatten(0, 1), ids.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(round(loss.item(), 6))
