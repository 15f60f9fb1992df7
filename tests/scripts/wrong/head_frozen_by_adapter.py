# After huggingface/peft#2494: adding an adapter freezes the head that was to train beside it.
# Expect: PW210
import torch
from torch import nn


class Adapted(nn.Module):
    def __init__(self, linear, rank=2):
        super().__init__()
        self.base = linear
        self.down = nn.Linear(linear.in_features, rank, bias=False)
        self.up = nn.Linear(rank, linear.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))


def add_adapter(model):
    model.requires_grad_(False)  # all, proj_out too
    model["to_q"] = Adapted(model["to_q"])


torch.manual_seed(0)
model = nn.ModuleDict({"to_q": nn.Linear(6, 6), "proj_out": nn.Linear(6, 2)})
add_adapter(model)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(4):
    loss = model["proj_out"](model["to_q"](torch.randn(4, 6))).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
