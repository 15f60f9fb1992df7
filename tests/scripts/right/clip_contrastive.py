# After open_clip: two towers, a learned temperature, decay by open_clip's rule.
# Expect: nothing
import math

import torch
import torch.nn.functional as F
from torch import nn


class CLIP(nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = nn.Sequential(nn.Linear(10, 8), nn.LayerNorm(8), nn.Linear(8, 4, bias=False))
        self.token_embedding = nn.Embedding(16, 8)
        self.ln_final = nn.LayerNorm(8)
        self.text_projection = nn.Parameter(torch.randn(8, 4) * 8**-0.5)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, image, text):
        image = F.normalize(self.visual(image), dim=-1)
        text = F.normalize(self.ln_final(self.token_embedding(text)).mean(1) @ self.text_projection, dim=-1)
        return self.logit_scale.exp() * image @ text.T


def exclude(n, p):
    return p.ndim < 2 or "bn" in n or "ln" in n or "bias" in n or "logit_scale" in n


torch.manual_seed(0)
model = CLIP()
named = list(model.named_parameters())
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in named if exclude(n, p)], "weight_decay": 0.0},
        {"params": [p for n, p in named if not exclude(n, p)], "weight_decay": 0.2},
    ],
    lr=5e-4,
    betas=(0.9, 0.98),
    eps=1e-6,
)
for step in range(3):
    for group in optimizer.param_groups:
        group["lr"] = 5e-4 * (step + 1) / 10
    logits = model(torch.randn(4, 10), torch.randint(0, 16, (4, 5)))
    labels = torch.arange(4)
    loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        model.logit_scale.clamp_(0, math.log(100))
    print(loss.item())
