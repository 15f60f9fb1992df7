# After ultralytics' trainer: three groups, the biases' rate falls to the others' in the warm-up.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.SiLU(), nn.Flatten(), nn.Linear(8 * 36, 4))
g = [], [], []
bn = tuple(v for k, v in nn.__dict__.items() if "Norm" in k)
for module in model.modules():
    for name, param in module.named_parameters(recurse=False):
        if name == "bias":
            g[2].append(param)
        elif isinstance(module, bn):
            g[1].append(param)
        else:
            g[0].append(param)
optimizer = torch.optim.SGD(g[2], lr=0.01, momentum=0.937, nesterov=True)
optimizer.add_param_group({"params": g[0], "weight_decay": 5e-4})
optimizer.add_param_group({"params": g[1], "weight_decay": 0.0})
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=lambda x: 1 - 0.99 * x / 10)
for ni in range(6):
    for j, x in enumerate(optimizer.param_groups):
        start = 0.1 if j == 0 else 0.0
        x["lr"] = start + (x["initial_lr"] - start) * ni / 6
        x["momentum"] = 0.8 + (0.937 - 0.8) * ni / 6
    loss = model(torch.randn(2, 3, 8, 8)).square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print(loss.item())
