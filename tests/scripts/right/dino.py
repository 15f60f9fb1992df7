# After facebookresearch/dino main_dino.py: rates and decay from tables, the last layer's gradients cancelled at first.
# Expect: nothing
import copy

import torch
from torch import nn

torch.manual_seed(0)
student = nn.ModuleDict({"backbone": nn.Linear(6, 8), "norm": nn.LayerNorm(8), "last_layer": nn.Linear(8, 5, bias=False)})
teacher = copy.deepcopy(student)
for p in teacher.parameters():
    p.requires_grad = False


def run(net, x):
    return net["last_layer"](net["norm"](net["backbone"](x)))


regularized = [p for n, p in student.named_parameters() if not (n.endswith(".bias") or len(p.shape) == 1)]
others = [p for n, p in student.named_parameters() if n.endswith(".bias") or len(p.shape) == 1]
optimizer = torch.optim.AdamW([{"params": regularized}, {"params": others, "weight_decay": 0.0}])
lr_schedule, wd_schedule = [0.0, 1e-4, 2e-4, 3e-4], [0.04, 0.1, 0.2, 0.4]
for it in range(4):
    for i, param_group in enumerate(optimizer.param_groups):
        param_group["lr"] = lr_schedule[it]
        if i == 0:
            param_group["weight_decay"] = wd_schedule[it]
    x = torch.randn(4, 6)
    loss = -(run(teacher, x).softmax(-1) * run(student, x + 0.1).log_softmax(-1)).sum(-1).mean()
    optimizer.zero_grad()
    loss.backward()
    if it < 2:
        student["last_layer"].weight.grad = None
    optimizer.step()
    with torch.no_grad():
        for q, k in zip(student.parameters(), teacher.parameters()):
            k.data.mul_(0.9).add_(0.1 * q.detach().data)
    print(loss.item())
