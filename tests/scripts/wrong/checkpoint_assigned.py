# After load_state_dict(assign=True), which makes new parameters: the optimizer keeps the old ones.
# Expect: PW201 PW206
import io

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 4))
file = io.BytesIO()
torch.save(model.state_dict(), file)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
file.seek(0)
model.load_state_dict(torch.load(file, weights_only=True), assign=True)
for i in range(3):
    x = torch.randn(2, 4)
    loss = nn.functional.mse_loss(model(x), x)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(i, float(loss))
