# After discuss.pytorch.org threads on a new head that does not learn: the optimizer is older than the head.
# Expect: PW201 PW206
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(4 * 36, 10)

    def forward(self, x):
        return self.fc(self.features(x))


torch.manual_seed(0)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
net.fc = nn.Linear(4 * 36, 3)
criterion = nn.CrossEntropyLoss()
for epoch in range(3):
    optimizer.zero_grad()
    loss = criterion(net(torch.randn(5, 1, 8, 8)), torch.randint(0, 3, (5,)))
    loss.backward()
    optimizer.step()
    print(f"epoch {epoch}: {loss.item():.5f}")
