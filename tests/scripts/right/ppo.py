# After cleanrl ppo.py: annealed rate, several epochs over one batch, one optimizer over actor and critic.
# Expect: nothing
import torch
from torch import nn


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.critic = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
        self.actor = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))

    def get_action_and_value(self, x, action):
        probs = torch.distributions.Categorical(logits=self.actor(x))
        return probs.log_prob(action), probs.entropy(), self.critic(x)


torch.manual_seed(1)
agent = Agent()
optimizer = torch.optim.Adam(agent.parameters(), lr=2.5e-4, eps=1e-5)
for update in range(1, 4):
    optimizer.param_groups[0]["lr"] = (1.0 - (update - 1.0) / 3) * 2.5e-4
    obs, actions, advantages, returns = torch.randn(8, 4), torch.randint(0, 2, (8,)), torch.randn(8), torch.randn(8)
    with torch.no_grad():
        old = agent.get_action_and_value(obs, actions)[0]
    for epoch in range(2):
        new, entropy, value = agent.get_action_and_value(obs, actions)
        ratio = (new - old).exp()
        pg_loss = torch.max(-advantages * ratio, -advantages * ratio.clamp(0.8, 1.2)).mean()
        loss = pg_loss - 0.01 * entropy.mean() + 0.5 * (value.squeeze() - returns).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
        optimizer.step()
    print(update, loss.item())
