# After karpathy/nanochat: one optimizer steps Muon and AdamW groups, told apart by `kind`, stacked by shape.
# Expect: nothing
import torch
from torch import nn


class MuonAdamW(torch.optim.Optimizer):
    def __init__(self, param_groups):
        super().__init__(param_groups, defaults={})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            if group["kind"] == "adamw":
                for p in group["params"]:
                    p.mul_(1 - group["lr"] * group["weight_decay"]).sub_(p.grad.sign(), alpha=group["lr"])
            elif group["kind"] == "muon":
                stacked = torch.stack([p.grad for p in group["params"]])
                update = stacked / stacked.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
                torch._foreach_sub_(list(group["params"]), list(update.unbind(0)), alpha=group["lr"])


torch.manual_seed(0)
wte, h, head = (
    nn.Embedding(10, 8),
    nn.ModuleList([nn.Linear(8, 8, bias=False) for _ in range(4)]),
    nn.Linear(8, 10, bias=False),
)
scalars = nn.Parameter(torch.ones(4))
model = nn.ModuleDict({"wte": wte, "h": h, "lm_head": head})
model.resid_lambdas = scalars
optimizer = MuonAdamW(
    [
        {"kind": "adamw", "params": list(head.parameters()), "lr": 0.004, "weight_decay": 0.0},
        {"kind": "adamw", "params": [scalars], "lr": 0.01, "weight_decay": 0.0},
        {"kind": "adamw", "params": list(wte.parameters()), "lr": 0.2, "weight_decay": 0.0},
        {"kind": "muon", "params": [h[0].weight, h[1].weight], "lr": 0.02, "weight_decay": 0.0},
        {"kind": "muon", "params": [h[2].weight, h[3].weight], "lr": 0.02, "weight_decay": 0.0},
    ]
)
for group in optimizer.param_groups:
    group["initial_lr"] = group["lr"]
for step in range(4):
    ids = torch.randint(0, 10, (2, 6))
    x = wte(ids)
    for index, layer in enumerate(h):
        x = x + scalars[index] * layer(x)
    loss = nn.functional.cross_entropy(head(x).flatten(0, 1), ids.flatten())
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * min(1.0, (step + 1) / 3)
    optimizer.step()
    model.zero_grad(set_to_none=True)
    print(f"{loss.item():.6f}")
