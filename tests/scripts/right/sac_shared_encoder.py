# After SAC-AE and DrQ: the critic's optimizer has the shared encoder, the actor reads it detached; alpha is a tensor.
# Expect: nothing
import copy

import torch
from torch import nn


class Actor(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder, self.trunk = encoder, nn.Linear(8, 2)

    def forward(self, x):
        return torch.tanh(self.trunk(self.encoder(x).detach()))


class Critic(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder, self.q1, self.q2 = encoder, nn.Linear(10, 1), nn.Linear(10, 1)

    def forward(self, x, action):
        both = torch.cat([self.encoder(x), action], -1)
        return self.q1(both), self.q2(both)


torch.manual_seed(0)
encoder = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
actor, critic = Actor(encoder), Critic(encoder)
target = copy.deepcopy(critic)
log_alpha = torch.tensor(0.0, requires_grad=True)
actor_optimizer = torch.optim.Adam(actor.trunk.parameters(), lr=1e-3)
critic_optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
alpha_optimizer = torch.optim.Adam([log_alpha], lr=1e-4, betas=(0.5, 0.999))
for _ in range(6):
    x = torch.randn(8, 4)
    with torch.no_grad():
        goal = torch.min(*target(x, actor(x)))
    q1, q2 = critic(x, torch.randn(8, 2))
    critic_loss = (q1 - goal).square().mean() + (q2 - goal).square().mean()
    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()
    action = actor(x)
    actor_loss = log_alpha.exp().detach() * action.square().mean() - torch.min(*critic(x, action)).mean()
    actor_optimizer.zero_grad()
    actor_loss.backward()
    actor_optimizer.step()
    alpha_optimizer.zero_grad()
    (log_alpha.exp() * (action.detach().square().mean() - 0.5)).backward()
    alpha_optimizer.step()
    with torch.no_grad():
        for mine, slow in zip(critic.parameters(), target.parameters()):
            slow.lerp_(mine, 0.01)
    print(critic_loss.item(), actor_loss.item())
