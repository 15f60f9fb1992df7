# After the DQN tutorial: the target network is a copy that is never stepped and not frozen.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
policy_net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
target_net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
target_net.load_state_dict(policy_net.state_dict())
optimizer = torch.optim.AdamW(policy_net.parameters(), lr=1e-4, amsgrad=True, weight_decay=0.0)
for _ in range(4):
    state, action, reward, next_state = torch.randn(8, 4), torch.randint(0, 2, (8, 1)), torch.rand(8), torch.randn(8, 4)
    values = policy_net(state).gather(1, action)
    with torch.no_grad():
        next_values = target_net(next_state).max(1).values
    loss = nn.SmoothL1Loss()(values, (next_values * 0.99 + reward).unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    with torch.no_grad():
        for t, p in zip(target_net.parameters(), policy_net.parameters()):
            t.mul_(0.995).add_(p, alpha=0.005)
    print(loss.item())
