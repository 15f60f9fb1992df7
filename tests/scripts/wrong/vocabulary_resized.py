# After resize_token_embeddings() behind the optimizer: the table that is used is new.
# Expect: PW201
import torch
from torch import nn

torch.manual_seed(0)
model = nn.ModuleDict({"embed_tokens": nn.Embedding(10, 4), "body": nn.Linear(4, 4)})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
old = model["embed_tokens"]
new = nn.Embedding(12, 4)
new.weight.data[:10] = old.weight.data
model["embed_tokens"] = new
for _ in range(3):
    optimizer.zero_grad()
    model["body"](model["embed_tokens"](torch.randint(0, 12, (3, 4)))).square().mean().backward()
    optimizer.step()
print(new.weight.sum().item())
