# After Lightning's GAN: manual optimisation with toggled optimizers in one module.
# Expect: nothing
import tempfile
import warnings

import lightning
import torch
from torch import nn

warnings.filterwarnings("ignore")


class GAN(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.generator = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 3))
        self.discriminator = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(), nn.Linear(4, 1))

    def training_step(self, batch):
        g, d = self.optimizers()
        self.toggle_optimizer(g)
        loss_g = -self.discriminator(self.generator(batch[:, :2])).mean()
        self.manual_backward(loss_g)
        g.step()
        g.zero_grad()
        self.untoggle_optimizer(g)
        self.toggle_optimizer(d)
        loss_d = self.discriminator(self.generator(batch[:, :2]).detach()).mean() - self.discriminator(batch).mean()
        self.manual_backward(loss_d)
        d.step()
        d.zero_grad()
        self.untoggle_optimizer(d)

    def configure_optimizers(self):
        return torch.optim.Adam(self.generator.parameters(), 1e-3), torch.optim.Adam(self.discriminator.parameters(), 1e-3)


lightning.seed_everything(0, verbose=False)
model = GAN()
trainer = lightning.Trainer(
    max_steps=6,
    accelerator="cpu",
    logger=False,
    enable_checkpointing=False,
    enable_progress_bar=False,
    enable_model_summary=False,
    default_root_dir=tempfile.mkdtemp(),
)
trainer.fit(model, torch.utils.data.DataLoader(torch.randn(24, 3), batch_size=8))
print(sum(p.sum().item() for p in model.parameters()))
