"""Real processes: unmodified scripts under `paramwise watch`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = """
import sys
import torch
from transformers import BertConfig, BertForSequenceClassification

torch.manual_seed(0)
with torch.device("cpu"):
    model = BertForSequenceClassification(BertConfig(hidden_size=24, num_attention_heads=2, intermediate_size=32))
param_optimizer = list(model.named_parameters())
no_decay = ['bias', 'LayerNorm.weight']
optimizer_grouped_parameters = [
    {'params': [p for n, p in param_optimizer if not any(nd in n for nd in no_decay)], 'weight_decay_rate': 0.1},
    {'params': [p for n, p in param_optimizer if any(nd in n for nd in no_decay)], 'weight_decay_rate': 0.0},
]
optimizer = torch.optim.AdamW(optimizer_grouped_parameters, lr=2e-5)
print(sys.argv[1:], __name__)
for step in range(3):
    loss = model(torch.randint(0, 100, (2, 8)), labels=torch.tensor([0, 1])).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(loss.item().hex())
"""

GLUE = """
import sys, torch, transformers
from datasets import Dataset

config = transformers.BertConfig(vocab_size=50, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
                                 intermediate_size=16, max_position_embeddings=16)
model = transformers.BertForSequenceClassification(config)
rows = [{"input_ids": [i % 50, 2, 3], "attention_mask": [1, 1, 1], "label": i % 2} for i in range(16)]
arguments = transformers.TrainingArguments(output_dir=sys.argv[1], per_device_train_batch_size=4, num_train_epochs=1,
                                           use_cpu=True, report_to="none", weight_decay=0.1, save_strategy="no")
trainer = transformers.Trainer(model=model, args=arguments, train_dataset=Dataset.from_list(rows))
trainer.train()
"""

LIGHTNING = """
import sys, torch, lightning
from lightning.pytorch.demos.boring_classes import BoringModel

class Model(BoringModel):
    def configure_optimizers(self):
        optimizer = torch.optim.AdamW([{"params": self.parameters(), "lr_mult": 0.5}], lr=0.1, weight_decay=0.0)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, step_size=1)]

trainer = lightning.Trainer(max_epochs=1, limit_train_batches=2, limit_val_batches=0, accelerator="cpu", logger=False,
                            enable_checkpointing=False, enable_progress_bar=False, default_root_dir=sys.argv[1])
trainer.fit(Model())
"""

ACCELERATE = """
import torch
from accelerate import Accelerator
from accelerate.test_utils.training import RegressionDataset, RegressionModel

accelerator = Accelerator(cpu=True)
model = RegressionModel()
model.b.requires_grad_(False)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.0)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4, eta_min=1.0)
loader = torch.utils.data.DataLoader(RegressionDataset(length=8, seed=1), batch_size=4)
model, optimizer, loader, scheduler = accelerator.prepare(model, optimizer, loader, scheduler)
for batch in loader:
    loss = torch.nn.functional.mse_loss(model(batch["x"]), batch["y"])
    accelerator.backward(loss)
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
"""

TWO = """
import torch
from torch import nn
generator, judge = nn.Linear(2, 2), nn.Linear(2, 1)
one = torch.optim.SGD(generator.parameters(), lr=0.1)
two = torch.optim.SGD([{"params": judge.parameters(), "wd": 0.1}], lr=0.1)
for step in range(3):
    judge(generator(torch.ones(1, 2))).sum().backward()
    one.step()
    if step:
        two.step()
"""


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=300)


def watch(script: str, folder: Path, *options: str, arguments: tuple[str, ...] = ()) -> tuple[list[dict], str, int]:
    """The findings of each optimizer, what was printed to stderr, and the exit code."""
    (folder / "train.py").write_text(script)
    ran = python("-m", "paramwise", "watch", "--json", "found.json", *options, "train.py", *arguments, folder=folder)
    assert (folder / "found.json").exists(), ran.stderr
    return json.loads((folder / "found.json").read_text())["optimizers"], ran.stderr, ran.returncode


def codes(optimizer: dict) -> list[str]:
    return [finding["code"] for finding in optimizer["findings"]]


def test_the_tutorials_snippet(tmp_path: Path) -> None:
    (found,), err, code = watch(TUTORIAL, tmp_path, "--fail-on", "error")
    assert code == 1
    assert found["optimizer"] == "AdamW of BertForSequenceClassification"
    assert codes(found) == ["PW301", "PW103"]
    assert "AdamW never reads `weight_decay_rate`" in err
    assert "in force: weight_decay 0.01 on all 201 parameters" in err
    assert "weight decay 0.01 is in force on 124 parameters that should have none" in err
    assert err.count("PW301") == 1


def test_the_numbers_are_the_same_bit_for_bit(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TUTORIAL)
    alone = python("train.py", "--lr", "3", "-m", folder=tmp_path)
    watched = python("-m", "paramwise", "watch", "train.py", "--lr", "3", "-m", folder=tmp_path)
    assert alone.returncode == watched.returncode == 0
    assert alone.stdout == watched.stdout
    assert alone.stdout.startswith("['--lr', '3', '-m'] __main__\n")


def test_a_trainer(tmp_path: Path) -> None:
    (found,), err, code = watch(GLUE, tmp_path, arguments=(str(tmp_path),))
    assert code == 0, err
    assert found["optimizer"] == "AdamW of BertForSequenceClassification"
    assert codes(found) == []


def test_a_lightning_module(tmp_path: Path) -> None:
    (found,), err, code = watch(LIGHTNING, tmp_path, arguments=(str(tmp_path),))
    assert code == 0, err
    assert codes(found) == ["PW301"]
    assert "`lr_mult`" in err


def test_an_accelerate_loop(tmp_path: Path) -> None:
    (found,), err, code = watch(ACCELERATE, tmp_path, "--fail-on", "warning")
    assert code == 1, err
    assert codes(found) == ["PW402", "PW202"]


def test_two_optimizers_each_with_its_model(tmp_path: Path) -> None:
    first, second = watch(TWO, tmp_path)[0]
    assert codes(first) == []
    assert codes(second) == ["PW301"]


def test_a_module_and_what_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "train.py").write_text(TWO)
    ran = python("-m", "paramwise", "watch", "--fail-on", "note", "-m", "package.train", folder=tmp_path)
    assert (ran.returncode, "PW301" in ran.stderr) == (1, True)
    ran = python(
        "-m", "paramwise", "watch", "--ignore", "PW301", "--fail-on", "note", "-m", "package.train", folder=tmp_path
    )
    assert (ran.returncode, "PW301" in ran.stderr) == (0, False)
    (tmp_path / "pyproject.toml").write_text('[tool.paramwise]\nignore = ["unread-option"]\n')
    ran = python("-m", "paramwise", "watch", "--fail-on", "note", "-m", "package.train", folder=tmp_path)
    assert ran.returncode == 0


def test_a_script_that_exits_well_can_still_fail_on_findings(tmp_path: Path) -> None:
    script = f"{TWO}\nimport sys\nsys.exit(0)\n"
    assert watch(script, tmp_path, "--fail-on", "error")[2] == 1
    assert watch(script, tmp_path)[2] == 0


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        ("raise SystemExit(7)", 7, ""),
        ("raise ValueError('the script is broken')", 1, "ValueError: the script is broken"),
        ("print('nothing to do')", 0, "no optimizer took a step"),
    ],
)
def test_a_script_ends_as_it_would(script: str, code: int, message: str, tmp_path: Path) -> None:
    _, err, returned = watch(script, tmp_path)
    assert returned == code
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "can't open file"),
        (["nothing-of-this-name"], "no such script or program: nothing-of-this-name"),
        ([], "give a script, a program, or -m MODULE"),
        (["--fail-on", "eror", "train.py"], "did you mean `error`"),
        (["--ignore", "PW9", "train.py"], "no check `PW9`"),
        (["--json", "no/folder/found.json", "train.py"], "no folder for no/folder/found.json"),
        (["--json", ".", "train.py"], "cannot write ."),
    ],
)
def test_bad_usage(arguments: list[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('ran')")
    ran = python("-m", "paramwise", "watch", *arguments, folder=tmp_path)
    assert ran.returncode == 2
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "ran" not in ran.stdout


def test_several_optimizers_as_one_are_audited_once(tmp_path: Path) -> None:
    script = (
        "import torch, paramwise as pw\n"
        "from torch import nn\n"
        "model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 4), nn.LayerNorm(4))\n"
        "optimizer = pw.plan(model, 'muon', lr=0.02, adamw_lr=1e-3).optimizer()\n"
        "for _ in range(3):\n"
        "    model(torch.tensor([1, 2])).sum().backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()\n"
    )
    (found,), err, code = watch(script, tmp_path, "--fail-on", "note")
    assert (found["optimizer"], found["findings"], code) == ("CombinedOptimizer of Sequential", [], 0), err
