# After huggingface/trl#6700: an adapter loaded for inference, so that nothing is left to train.
# Expect: PW207
import torch
from torch import nn

torch.manual_seed(0)
base, adapter = nn.Linear(6, 6), nn.Linear(6, 6)
model = nn.ModuleDict({"base": base, "adapter": adapter}).requires_grad_(False)
optimizer = torch.optim.AdamW(adapter.parameters(), lr=1e-3)
for step in range(3):
    embeds = torch.randn(2, 6, requires_grad=True)  # enable_input_require_grads()
    loss = (base(embeds) + adapter(embeds)).square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(step, loss.item())
