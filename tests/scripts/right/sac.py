# After cleanrl sac_continuous_action.py: actor, two critics, and a temperature that is a lone tensor.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)


def mlp(n_in, n_out):
    return nn.Sequential(nn.Linear(n_in, 16), nn.ReLU(), nn.Linear(16, n_out))


actor, qf1, qf2, qf1_target = mlp(3, 1), mlp(4, 1), mlp(4, 1), mlp(4, 1)
qf1_target.load_state_dict(qf1.state_dict())
q_optimizer = torch.optim.Adam(list(qf1.parameters()) + list(qf2.parameters()), lr=1e-3)
actor_optimizer = torch.optim.Adam(list(actor.parameters()), lr=3e-4)
log_alpha = torch.zeros(1, requires_grad=True)
a_optimizer = torch.optim.Adam([log_alpha], lr=1e-3)
for step in range(4):
    obs, act, rew = torch.randn(8, 3), torch.randn(8, 1), torch.randn(8, 1)
    with torch.no_grad():
        target = rew + 0.99 * qf1_target(torch.cat([obs, actor(obs)], 1))
    q_loss = sum(nn.functional.mse_loss(q(torch.cat([obs, act], 1)), target) for q in (qf1, qf2))
    q_optimizer.zero_grad()
    q_loss.backward()
    q_optimizer.step()
    if step % 2 == 0:
        pi = actor(obs)
        actor_loss = (log_alpha.exp().detach() * pi.square() - qf1(torch.cat([obs, pi], 1))).mean()
        actor_optimizer.zero_grad()
        actor_loss.backward()
        actor_optimizer.step()
        alpha_loss = (-log_alpha.exp() * (pi.detach() + 1)).mean()
        a_optimizer.zero_grad()
        alpha_loss.backward()
        a_optimizer.step()
    print(q_loss.item())
