"""transformers' ``Trainer`` with a plan under FSDP2, in two real processes.

Accelerate shards on accelerators alone. Here it is told that its CPU is one: the rest is its own code, and torch's.
"""

from pathlib import Path

import pytest

from paramwise.files.state_headers import read_state

import ranks

PROGRAM = """
import os, sys
import torch
import transformers
from accelerate.state import DistributedType, PartialState
from torch.distributed.tensor import DTensor

import paramwise as pw
from paramwise.integrations.transformers import PlannedTrainer

address, folder, recipe = sys.argv[1:]
torch.distributed.init_process_group(
    "gloo", init_method=address, rank=int(os.environ["RANK"]), world_size=int(os.environ["WORLD_SIZE"])
)
plain = transformers.TrainingArguments(output_dir=folder, fsdp=True, report_to="none", use_cpu=True)


def made(cls=PlannedTrainer, epochs=2, arguments=None, **options):
    torch.manual_seed(0)
    config = transformers.LlamaConfig(  # Accelerate 1.15 shards BERT's embeddings twice, which torch refuses
        vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, pad_token_id=0
    )
    model = transformers.LlamaForSequenceClassification(config)
    arguments = arguments or transformers.TrainingArguments(
        output_dir=folder, fsdp=True, report_to="none", disable_tqdm=True, learning_rate=1e-2, logging_steps=1,
        num_train_epochs=epochs, save_strategy="epoch", per_device_train_batch_size=2, lr_scheduler_type="constant",
        dataloader_pin_memory=False,
    )
    rows = [{"input_ids": [1 + i % 9, 2, 3], "labels": i % 2} for i in range(16)]
    return cls(model=model, args=arguments, train_dataset=rows, **options)


try:
    made(plan=recipe, arguments=plain).train()
except pw.InputError as error:
    print(error.findings[0].message)
PartialState._prepare_backend = lambda *_: ("gloo", DistributedType.MULTI_GPU)
trainer = made(plan=recipe)
trainer.train()
assert all(isinstance(p, DTensor) for p in trainer.model.parameters())
whole = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
again = made(plan=recipe)
again.train(resume_from_checkpoint=f"{folder}/checkpoint-4")
resumed = [entry["loss"] for entry in again.state.log_history if "loss" in entry]
assert resumed == whole, (resumed, whole)
for one, other in zip(trainer.model.parameters(), again.model.parameters(), strict=True):
    assert torch.equal(one.to_local(), other.to_local())
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.slow
def test_state_under_fsdp2_is_kept_by_name(tmp_path: Path) -> None:
    groups = [
        {"RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_RANK": str(rank), "ACCELERATE_TORCH_DEVICE": "cpu"}
        | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
        for rank in range(2)
    ]
    arguments = [[f"file://{tmp_path}/store", str(tmp_path / "out"), "default"]] * 2
    for out in ranks.run(PROGRAM, arguments, groups):
        assert out.startswith("fsdp is asked for, and would have no effect"), out
    saved = read_state(tmp_path / "out" / "checkpoint-8" / "optimizer.safetensors")
    assert len(saved.description.parameters) == 21
