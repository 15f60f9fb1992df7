# After microsoft/hi-ml#611 and google-deepmind/optax#417: weight_decay of Adam is not that of AdamW.
# Expect: PW302
import torch
from torch import nn

torch.manual_seed(0)
encoder, decoder = nn.Linear(6, 3, bias=False), nn.Linear(3, 6, bias=False)
opt_e = torch.optim.AdamW(encoder.parameters(), lr=1e-3, weight_decay=0.05)
opt_d = torch.optim.Adam(decoder.parameters(), lr=1e-3, weight_decay=0.05)
for _ in range(3):
    x = torch.randn(4, 6)
    loss = nn.functional.mse_loss(decoder(encoder(x)), x)
    opt_e.zero_grad()
    opt_d.zero_grad()
    loss.backward()
    opt_e.step()
    opt_d.step()
print(loss.item())
