# After word2vec scripts: SparseAdam for tables with sparse gradients, another optimizer for what is dense.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
table, out = nn.Embedding(50, 8, sparse=True), nn.Linear(8, 4)
sparse = torch.optim.SparseAdam(list(table.parameters()), lr=1e-2)
dense = torch.optim.Adam(out.parameters(), lr=1e-3)
for _ in range(3):
    loss = nn.functional.cross_entropy(out(table(torch.randint(0, 50, (6,)))), torch.randint(0, 4, (6,)))
    sparse.zero_grad()
    dense.zero_grad()
    loss.backward()
    sparse.step()
    dense.step()
    print(loss.item())
