# After facebookresearch/moco: the momentum encoder is frozen, in training mode, and its statistics move on purpose.
# Expect: nothing
import torch
from torch import nn


class MoCo(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder_q, self.encoder_k = self.encoder(), self.encoder()
        for q, k in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            k.data.copy_(q.data)
            k.requires_grad = False
        self.register_buffer("queue", nn.functional.normalize(torch.randn(4, 8), dim=0))

    def encoder(self):
        return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4))

    def forward(self, im_q, im_k):
        q = nn.functional.normalize(self.encoder_q(im_q), dim=1)
        with torch.no_grad():
            for a, b in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
                b.data = b.data * 0.99 + a.data * 0.01
            k = nn.functional.normalize(self.encoder_k(im_k), dim=1)
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ self.queue.clone()], dim=1) / 0.07
        self.queue[:, :4] = k.T
        return logits


torch.manual_seed(0)
model = MoCo()
optimizer = torch.optim.SGD(model.parameters(), 0.03, momentum=0.9)
for i in range(3):
    x = torch.randn(4, 6)
    loss = nn.functional.cross_entropy(model(x, x + 0.1 * torch.randn_like(x)), torch.zeros(4, dtype=torch.long))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(i, loss.item())
