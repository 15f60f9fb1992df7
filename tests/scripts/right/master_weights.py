# After apex O2 and fairseq's FP16Optimizer: float32 copies are stepped and written back.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2)).to(torch.bfloat16)
model_params = [p for p in model.parameters() if p.requires_grad]
master_params = [p.clone().detach().float() for p in model_params]
for p in master_params:
    p.requires_grad = True
optimizer = torch.optim.AdamW(master_params, lr=1e-3, weight_decay=0.0)
for _ in range(3):
    loss = model(torch.randn(4, 8, dtype=torch.bfloat16)).float().square().mean()
    model.zero_grad()
    loss.backward()
    for master, p in zip(master_params, model_params):
        master.grad = p.grad.float()
    optimizer.step()
    for master, p in zip(master_params, model_params):
        p.data.copy_(master.data)
    print(loss.item())
