# After facebookresearch/mae main_finetune.py: layer-wise rates by `lr_scale`, one group a layer and decay.
# Expect: nothing
import torch
from torch import nn


def get_layer_id(name, num_layers):
    if name.startswith("patch_embed"):
        return 0
    return int(name.split(".")[1]) + 1 if name.startswith("blocks") else num_layers


torch.manual_seed(0)
model = nn.ModuleDict(
    {
        "patch_embed": nn.Linear(6, 8),
        "blocks": nn.ModuleList(nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(3)),
        "head": nn.Linear(8, 4),
    }
)
groups = {}
for n, p in model.named_parameters():
    decay = 0.0 if p.ndim == 1 else 0.05
    layer = get_layer_id(n, 4)
    group = groups.setdefault((layer, decay), {"lr_scale": 0.75 ** (4 - layer), "weight_decay": decay, "params": []})
    group["params"].append(p)
optimizer = torch.optim.AdamW(list(groups.values()), lr=5e-4)
for it in range(5):
    for g in optimizer.param_groups:
        g["lr"] = 5e-4 * it / 5 * g["lr_scale"]
    x = model["patch_embed"](torch.randn(4, 6))
    for block in model["blocks"]:
        x = x + block(x)
    loss = nn.functional.cross_entropy(model["head"](x), torch.tensor([0, 1, 2, 3]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
