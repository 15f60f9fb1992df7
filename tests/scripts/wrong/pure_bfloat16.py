# After model.to(torch.bfloat16) with a fine-tuning's learning rate: gains of 1 cannot move.
# Expect: PW601
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(16, 16), nn.LayerNorm(16), nn.Linear(16, 4)).to(torch.bfloat16)
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.0)
for _ in range(3):
    x = torch.randn(4, 16, dtype=torch.bfloat16)
    loss = model(x).float().logsumexp(-1).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print(model[1].weight.float().sum().item())
