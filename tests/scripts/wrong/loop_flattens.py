# After nanoGPT's get_lr(it), taken over by a fine-tuning with a slow backbone: the loop overwrites both rates.
# Expect: PW401
import math

import torch
from torch import nn

torch.manual_seed(0)
backbone, classifier = nn.Linear(4, 16), nn.Linear(16, 3)
optimizer = torch.optim.AdamW(
    [{"params": backbone.parameters(), "lr": 1e-5}, {"params": classifier.parameters(), "lr": 1e-3}], weight_decay=0.0
)


def get_lr(it):
    return 1e-3 * (it + 1) / 3 if it < 2 else 1e-4 + 0.5 * (1 + math.cos(math.pi * it / 8)) * 9e-4


for it in range(6):
    lr = get_lr(it)
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr
    loss = nn.functional.cross_entropy(classifier(backbone(torch.randn(8, 4))), torch.randint(0, 3, (8,)))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    print(f"iter {it}: loss {loss.item():.4f}, lr {lr:.2e}")
