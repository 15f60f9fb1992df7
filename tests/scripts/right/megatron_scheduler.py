# After Megatron-LM's OptimizerParamScheduler, which reads `lr_mult` and `wd_mult` of each group.
# Expect: nothing
import torch
from torch import nn


class OptimizerParamScheduler:
    def __init__(self, optimizer, max_lr, max_wd):
        self.optimizer, self.max_lr, self.max_wd, self.num_steps = optimizer, max_lr, max_wd, 0
        self.step(0)

    def step(self, increment):
        self.num_steps += increment
        for group in self.optimizer.param_groups:
            group["lr"] = self.max_lr * min(1.0, self.num_steps / 3) * group.get("lr_mult", 1.0)
            group["weight_decay"] = self.max_wd * group.get("wd_mult", 1.0)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(6, 6), nn.LayerNorm(6), nn.Linear(6, 3))
decayed = [p for p in model.parameters() if p.ndim > 1]
others = [p for p in model.parameters() if p.ndim < 2]
optimizer = torch.optim.AdamW(
    [
        {"params": decayed, "wd_mult": 1.0, "lr_mult": 1.0, "is_expert_parallel": False},
        {"params": others, "wd_mult": 0.0, "lr_mult": 1.0, "is_expert_parallel": False},
    ],
    lr=1e-3,
)
opt_param_scheduler = OptimizerParamScheduler(optimizer, 1e-3, 0.1)
for _ in range(4):
    loss = model(torch.randn(4, 6)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    opt_param_scheduler.step(1)
    print(loss.item())
