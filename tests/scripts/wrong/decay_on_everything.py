# After AdamW(model.parameters(), weight_decay=0.1) for a Transformer: norms and biases decay too.
# Expect: PW103
import torch
from torch import nn

torch.manual_seed(0)
layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
optimizer = torch.optim.AdamW(layer.parameters(), lr=3e-4, weight_decay=0.1)
for i in range(3):
    x = torch.randn(2, 5, 16)
    loss = (layer(x) - x).pow(2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(i, f"{loss:.6f}")
