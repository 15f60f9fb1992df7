# After the transfer learning tutorial: a frozen trunk in evaluation mode, and a new head.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
trunk = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
for param in trunk.parameters():
    param.requires_grad = False
model_conv = nn.Sequential(trunk, nn.Linear(8, 2))
criterion = nn.CrossEntropyLoss()
optimizer_conv = torch.optim.SGD(model_conv[1].parameters(), lr=0.001, momentum=0.9)
exp_lr_scheduler = torch.optim.lr_scheduler.StepLR(optimizer_conv, step_size=7, gamma=0.1)
for epoch in range(3):
    model_conv.train()
    trunk.eval()
    optimizer_conv.zero_grad()
    loss = criterion(model_conv(torch.randn(4, 3, 8, 8)), torch.tensor([0, 1, 1, 0]))
    loss.backward()
    optimizer_conv.step()
    exp_lr_scheduler.step()
    print(f"{epoch} Loss: {loss.item():.4f}")
