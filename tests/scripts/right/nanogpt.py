# After karpathy/nanoGPT train.py: decay by dimension, tied head, warm-up in the loop, accumulation, clipping.
# Expect: nothing
import math

import torch
import torch.nn.functional as F
from torch import nn


class GPT(nn.Module):
    def __init__(self, vocab=16, dim=16, block=8):
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocab, dim),
                "wpe": nn.Embedding(block, dim),
                "h": nn.ModuleList(
                    nn.ModuleDict({"ln_1": nn.LayerNorm(dim), "c_fc": nn.Linear(dim, 32), "c_proj": nn.Linear(32, dim)}) for _ in range(2)
                ),
                "ln_f": nn.LayerNorm(dim),
            }
        )
        self.lm_head = nn.Linear(dim, vocab, bias=False)
        self.transformer.wte.weight = self.lm_head.weight

    def forward(self, idx, targets):
        x = self.transformer.wte(idx) + self.transformer.wpe(torch.arange(idx.size(1)))
        for block in self.transformer.h:
            x = x + block.c_proj(F.gelu(block.c_fc(block.ln_1(x))))
        return F.cross_entropy(self.lm_head(self.transformer.ln_f(x)).flatten(0, 1), targets.flatten())

    def configure_optimizers(self, weight_decay, learning_rate, betas):
        param_dict = {pn: p for pn, p in self.named_parameters() if p.requires_grad}
        optim_groups = [
            {"params": [p for p in param_dict.values() if p.dim() >= 2], "weight_decay": weight_decay},
            {"params": [p for p in param_dict.values() if p.dim() < 2], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(optim_groups, lr=learning_rate, betas=betas)


def get_lr(it, warmup_iters=100, lr_decay_iters=5000, learning_rate=6e-4, min_lr=6e-5):
    if it < warmup_iters:
        return learning_rate * it / warmup_iters
    ratio = (it - warmup_iters) / (lr_decay_iters - warmup_iters)
    return min_lr + 0.5 * (1.0 + math.cos(math.pi * ratio)) * (learning_rate - min_lr)


torch.manual_seed(1337)
model = GPT()
optimizer = model.configure_optimizers(1e-1, 6e-4, (0.9, 0.95))
for iter_num in range(4):
    lr = get_lr(iter_num)
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr
    for micro_step in range(2):
        x = torch.randint(0, 16, (2, 8))
        loss = model(x, x.roll(-1, 1)) / 2
        loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    print(f"iter {iter_num}: loss {loss.item():.4f}")
