"""Two real processes: a trainer's plans are compared across ranks before it trains."""

from pathlib import Path

from test_distributed import run

PROGRAM = """
import os, sys, warnings
os.environ.pop("WORLD_SIZE")  # or accelerate would open a process group of its own
warnings.simplefilter("ignore")
import lightning
import torch
import torch.distributed as dist
import transformers
from torch import nn

import paramwise as pw
from paramwise.integrations.lightning import OptimizerCallback

address, rank, folder, tests = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
sys.path.insert(0, tests)
from models import tiny_bert

dist.init_process_group("gloo", init_method=address, rank=rank, world_size=2)
WORLD = dist.group.WORLD

def refused(act):
    try:
        act()
    except pw.ParamwiseError as error:
        return str(error)
    raise AssertionError("not refused")

def attached(*recipes, **options):
    arguments = transformers.TrainingArguments(output_dir=folder, report_to=[], use_cpu=True)
    trainer = transformers.Trainer(model=tiny_bert(), args=arguments)
    return pw.attach(trainer, *recipes, across=WORLD, **options)

assert attached("bert").create_optimizer().param_groups
text = refused(lambda: attached("layerwise", "bert", decay=0.8 if rank == 0 else 0.9).create_optimizer())
assert "the processes disagree" in text and "on rank 1" in text, text
text = refused(lambda: attached("bert", *([pw.Rule(pw.name("nothing.*"), lr=1.0)] if rank else [])).create_optimizer())
assert "rank 1" in text or rank == 1, text
text = refused(lambda: attached(pw.plan(nn.Linear(2, 2)) if rank else "bert").create_optimizer())  # fails in one alone
assert "rank 1 cannot build the optimizer" in text or rank == 1, text

class Module(lightning.LightningModule):
    def __init__(self, decay):
        super().__init__()
        self.model, self.decay = tiny_bert(), decay

    def training_step(self, batch, index):
        return self.model(**batch).loss

    def configure_optimizers(self):
        return pw.plan(self, "layerwise", "bert", decay=self.decay, lr=1e-3).optimizer(torch.optim.AdamW)

batch = {"input_ids": torch.ones(2, 4, dtype=torch.long), "labels": torch.zeros(2, dtype=torch.long)}

def fit(decay):
    lightning.Trainer(
        accelerator="cpu", devices=1, max_steps=1, logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False, callbacks=[OptimizerCallback(across=True)],
    ).fit(Module(decay), torch.utils.data.DataLoader([batch], batch_size=None))

fit(0.8)
text = refused(lambda: fit(0.8 if rank == 0 else 0.9))
assert "the processes disagree" in text and "on rank 1" in text, text
dist.barrier()
"""


def test_plans_that_differ_between_ranks_stop_both(tmp_path: Path) -> None:
    run(PROGRAM, tmp_path, 2, str(tmp_path), str(Path(__file__).parent))
