# After WGAN scripts: the critic is frozen while the generator steps, and the generator steps every second time.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
gen, critic = (
    nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 4)),
    nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 1)),
)
opt_g = torch.optim.RMSprop(gen.parameters(), lr=5e-5)
opt_c = torch.optim.RMSprop(critic.parameters(), lr=5e-5)
for i in range(6):
    for p in critic.parameters():
        p.requires_grad = True
    opt_c.zero_grad()
    loss_c = critic(gen(torch.randn(8, 3)).detach()).mean() - critic(torch.randn(8, 4)).mean()
    loss_c.backward()
    opt_c.step()
    for p in critic.parameters():
        p.data.clamp_(-0.01, 0.01)
    if i % 2:
        for p in critic.parameters():
            p.requires_grad = False
        opt_g.zero_grad()
        loss_g = -critic(gen(torch.randn(8, 3))).mean()
        loss_g.backward()
        opt_g.step()
print(loss_c.item(), loss_g.item())
