# After facebookresearch/mae main_pretrain.py: rates of 0 at first, set by a function that knows `lr_scale`.
# Expect: nothing
import math

import torch
from torch import nn


class MAE(nn.Module):
    def __init__(self, dim=8, patches=4):
        super().__init__()
        self.patch_embed = nn.Linear(12, dim)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, patches + 1, dim), requires_grad=False)
        self.blocks = nn.ModuleList([nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, dim), nn.GELU())])
        self.mask_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.decoder_pred = nn.Linear(dim, 12)

    def forward(self, imgs):
        x = self.patch_embed(imgs) + self.pos_embed[:, 1:]
        mask = torch.rand(x.shape[:2]) < 0.5
        x = torch.where(mask[..., None], self.mask_token.expand_as(x), x)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1) + self.pos_embed[:, :1], x], dim=1)
        for blk in self.blocks:
            x = x + blk(x)
        return (self.decoder_pred(x)[:, 1:] - imgs).pow(2).mean(-1)[mask].mean()


def adjust_learning_rate(optimizer, epoch):
    lr = 1e-3 * epoch / 4 if epoch < 4 else 1e-3 * 0.5 * (1.0 + math.cos(math.pi * (epoch - 4) / 12))
    for param_group in optimizer.param_groups:
        if "lr_scale" in param_group:
            param_group["lr"] = lr * param_group["lr_scale"]
        else:
            param_group["lr"] = lr
    return lr


def add_weight_decay(model, weight_decay):
    decay, no_decay = [], []
    for name, param in model.named_parameters():
        if param.requires_grad:
            (no_decay if len(param.shape) == 1 or name.endswith(".bias") else decay).append(param)
    return [{"params": no_decay, "weight_decay": 0.0}, {"params": decay, "weight_decay": weight_decay}]


torch.manual_seed(0)
model = MAE()
optimizer = torch.optim.AdamW(add_weight_decay(model, 0.05), lr=1e-3, betas=(0.9, 0.95))
for step in range(6):
    adjust_learning_rate(optimizer, step / 2)
    loss = model(torch.randn(3, 4, 12))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
