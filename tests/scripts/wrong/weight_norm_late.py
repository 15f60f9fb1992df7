# After vocoders that call weight_norm on layers in a method that runs after the optimizer was made.
# Expect: PW201 PW206
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

torch.manual_seed(0)
generator = nn.Sequential(nn.Conv1d(1, 4, 3, padding=1), nn.LeakyReLU(0.1), nn.Conv1d(4, 1, 3, padding=1))
optim_g = torch.optim.AdamW(generator.parameters(), 2e-4, betas=(0.8, 0.99), weight_decay=0.0)
weight_norm(generator[0])
weight_norm(generator[2])
for steps in range(3):
    audio = torch.randn(2, 1, 16)
    optim_g.zero_grad()
    loss_mel = nn.functional.l1_loss(generator(audio), audio) * 45
    loss_mel.backward()
    optim_g.step()
    print(f"Steps : {steps}, Mel-Spec. Error : {loss_mel.item():4.3f}")
