# After BERT's no_decay list, carried over to a model whose norms are called otherwise (unsloth-zoo#684).
# Expect: PW103
import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class Block(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.input_layernorm = RMSNorm(dim)
        self.up_proj = nn.Linear(dim, 16, bias=False)
        self.down_proj = nn.Linear(16, dim, bias=False)

    def forward(self, x):
        return x + self.down_proj(nn.functional.silu(self.up_proj(self.input_layernorm(x))))


torch.manual_seed(0)
model = nn.Sequential(Block(), Block())
no_decay = ["bias", "LayerNorm.weight"]
decay = [p for n, p in model.named_parameters() if not any(t in n for t in no_decay)]
rest = [p for n, p in model.named_parameters() if any(t in n for t in no_decay)]
optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], lr=1e-4)
for _ in range(3):
    model(torch.randn(2, 8)).square().mean().backward()
    optimizer.step()
    optimizer.zero_grad()
print(sum(p.sum().item() for p in model.parameters()))
