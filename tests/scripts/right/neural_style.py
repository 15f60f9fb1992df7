# After pytorch/tutorials neural_style: what is optimised is the image, through a network that is only used.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
cnn = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3)).eval()
cnn.requires_grad_(False)
content = torch.rand(1, 3, 8, 8)
input_img = torch.rand(1, 3, 8, 8).requires_grad_(True)
optimizer = torch.optim.Adam([input_img], lr=0.02)
for i in range(4):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(cnn(input_img), cnn(content))
    loss.backward()
    optimizer.step()
print(loss.item())
