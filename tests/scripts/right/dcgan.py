# After pytorch/examples dcgan/main.py: two optimizers that take turns, batch normalisation in training mode.
# Expect: nothing
import torch
from torch import nn

torch.manual_seed(0)
netG = nn.Sequential(nn.ConvTranspose2d(4, 8, 4, bias=False), nn.BatchNorm2d(8), nn.ReLU(True), nn.Conv2d(8, 1, 1))
netD = nn.Sequential(nn.Conv2d(1, 8, 4, bias=False), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizerD = torch.optim.Adam(netD.parameters(), lr=0.0002, betas=(0.5, 0.999))
optimizerG = torch.optim.Adam(netG.parameters(), lr=0.0002, betas=(0.5, 0.999))
for i in range(3):
    netD.zero_grad()
    errD = criterion(netD(torch.randn(4, 1, 4, 4)).view(-1), torch.ones(4))
    errD.backward()
    fake = netG(torch.randn(4, 4, 1, 1))
    criterion(netD(fake.detach()).view(-1), torch.zeros(4)).backward()
    optimizerD.step()
    netG.zero_grad()
    errG = criterion(netD(fake).view(-1), torch.ones(4))
    errG.backward()
    optimizerG.step()
    print("[%d] Loss_D: %.4f Loss_G: %.4f" % (i, errD.item(), errG.item()))
