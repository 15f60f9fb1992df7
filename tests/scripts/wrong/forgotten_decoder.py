# After zdebruine/MMVAE#39, as a LightningModule without a forward: the optimizer has the parameters of the encoder alone.
# Expect: PW201
import torch
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(10, 4), nn.ReLU())
        self.decoder = nn.Linear(4, 10)

    def training_step(self, batch):
        return nn.functional.mse_loss(self.decoder(self.encoder(batch)), batch)

    def configure_optimizers(self):
        return torch.optim.Adam(self.encoder.parameters(), lr=1e-3)


torch.manual_seed(0)
module = AutoEncoder()
optimizer = module.configure_optimizers()
for index in range(4):
    loss = module.training_step(torch.rand(3, 10))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("%.7f" % loss)
