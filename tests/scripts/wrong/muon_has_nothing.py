# After hiyouga/LlamaFactory#8041 and deepspeedai/DeepSpeed#8438: the log says that Muon has 0 parameters.
# Expect: PW205 PW207
import torch
from torch import nn


class MuonWithAuxAdam(torch.optim.Optimizer):
    def __init__(self, groups):
        super().__init__(groups, {"lr": 1e-3, "use_muon": False})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    update = p.grad / (p.grad.norm() + 1e-8) if group["use_muon"] else p.grad.sign()
                    p.sub_(update, alpha=group["lr"])


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
flat = [p.view(-1) for p in model.parameters()]  # as a sharded model shows its parameters
hidden = [p for p, f in zip(model.parameters(), flat) if f.ndim >= 2]
rest = [p for p, f in zip(model.parameters(), flat) if f.ndim < 2]
opt = MuonWithAuxAdam([{"params": hidden, "lr": 0.02, "use_muon": True}, {"params": rest, "use_muon": False}])
for _ in range(3):
    opt.zero_grad()
    model(torch.randn(2, 4)).square().sum().backward()
    opt.step()
print(model[0].weight.sum().item())
