# After the optimizer of BERT's fine-tuning tutorials: the key of an older class.
# Expect: PW301 PW103
import torch
from torch import nn

torch.manual_seed(0)
model = nn.ModuleDict({"dense": nn.Linear(8, 8), "LayerNorm": nn.LayerNorm(8), "classifier": nn.Linear(8, 2)})
no_decay = ["bias", "LayerNorm.weight"]
named = list(model.named_parameters())
groups = [
    {"params": [p for n, p in named if not any(nd in n for nd in no_decay)], "weight_decay_rate": 0.01},
    {"params": [p for n, p in named if any(nd in n for nd in no_decay)], "weight_decay_rate": 0.0},
]
optimizer = torch.optim.AdamW(groups, lr=2e-3)
for step in range(4):
    logits = model["classifier"](model["LayerNorm"](model["dense"](torch.randn(4, 8))))
    loss = nn.functional.cross_entropy(logits, torch.tensor([0, 1, 0, 1]))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(step, round(loss.item(), 6))
