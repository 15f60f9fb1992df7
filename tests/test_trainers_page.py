"""Every block of docs/trainers.md runs against the real library."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

import paramwise as pw
from test_integrations_family import llama, sentences, tokenizer

import clusters
import peers
import ranks
from models import tiny_bert

pytestmark = pytest.mark.filterwarnings("ignore")  # of the trainers, which are not ours

PAGE = (Path(__file__).parents[1] / "docs" / "trainers.md").read_text()
SECTIONS = {
    title: re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for title, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
}
BLOCKS = [(title, block) for title, blocks in SECTIONS.items() for block in blocks]
NEEDS = {"TRL": "trl", "sentence-transformers": "sentence_transformers", "timm": "timm"}


class Writer:
    """A run of W&B, as far as it is used."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, dict[str, float]]] = []

    def log(self, numbers: dict[str, float], step: int) -> None:
        self.seen.append((step, numbers))


def batches() -> list[dict[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    ids = [torch.randint(0, 50, (4, 5), generator=generator) for _ in range(4)]
    return [{"input_ids": each, "labels": each.sum(1) % 2} for each in ids]


def names_of(title: str, folder: Path) -> dict[str, Any]:
    """What a reader has before a block."""
    quiet = {"report_to": [], "use_cpu": True, "disable_tqdm": True}
    how = {**quiet, "max_steps": 4, "save_steps": 2, "logging_steps": 2, "per_device_train_batch_size": 2}
    names: dict[str, Any] = {"pw": pw, "torch": torch, "writer": Writer()}
    if title == "timm":
        import timm

        small = {"img_size": 32, "patch_size": 8, "embed_dim": 32, "depth": 2, "num_heads": 2, "num_classes": 3}
        vit = timm.models.vision_transformer.VisionTransformer(**small)
        return {**names, "vit": vit, "images": [torch.randn(2, 3, 32, 32) for _ in range(2)]}
    if title == "TRL":
        data = pytest.importorskip("datasets").Dataset.from_dict({"text": ["w1 w2 w3", "w4 w5 w6"] * 8})
        import trl

        names["sft_config"] = trl.SFTConfig(output_dir="sft", bf16=False, **how)
        return {**names, "llama": llama, "texts": data, "tokenizer": tokenizer()}
    if title == "sentence-transformers":
        import sentence_transformers as st

        rows = {"a": ["w1 w2"] * 8, "b": ["w3"] * 8, "label": [0, 1] * 4}
        arguments = st.SentenceTransformerTrainingArguments(output_dir="st", **how)
        data = pytest.importorskip("datasets").Dataset.from_dict(rows)
        return {**names, "encoder": sentences(folder), "pairs": data, "st_arguments": arguments}
    names |= {"model": tiny_bert(), "batches": batches()}
    if title in ("Accelerate", "Lightning"):
        names["batches"] = torch.utils.data.DataLoader(names["batches"], batch_size=None)
    if title == "Lightning":
        bars = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
        names["quiet"] = {"accelerator": "cpu", "logger": False, **bars}
    if title == "transformers":
        names["training_arguments"] = transformers.TrainingArguments(output_dir="run", **how)
        names["dataset"] = [{"input_ids": [1, 2, index % 7], "label": index % 2} for index in range(16)]
    return names


def case(at: int, title: str, block: str) -> Any:
    return pytest.param(title, block, id=f"{title}-{at}", marks=[pytest.mark.slow] if title == "Ray Train" else [])


@pytest.mark.parametrize(("title", "block"), [case(at, *titled) for at, titled in enumerate(BLOCKS)])
def test_a_block_runs(title: str, block: str, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    assert len([line for line in block.splitlines() if line.strip()]) <= 12
    monkeypatch.chdir(tmp_path)
    if title == "timm":
        peers.importable()
    peers.trainers_importable()
    if title in NEEDS:
        pytest.importorskip(NEEDS[title], reason="make setup installs it apart")
    if title.startswith("Plain torch"):
        in_two_processes(block, tmp_path)
        return
    if title in ("Ray Train", "DeepSpeed"):
        in_a_cluster(title, block, tmp_path)
        return
    names = names_of(title, tmp_path)
    exec(block, names)
    printed = capsys.readouterr().out
    assert title == "Lightning" or "no findings" in printed, printed
    if "writer" in block:
        assert any(key.endswith("/lr") for _, numbers in names["writer"].seen for key in numbers)


PROCESS = """
import sys, warnings
import torch
import torch.distributed as dist
from test_trainers_page import names_of
warnings.simplefilter("ignore")
folder, rank = sys.argv[1], int(sys.argv[2])
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
torch.manual_seed(0)
exec(open(f"{folder}/block.py").read(), names_of("torch", None))
"""


def in_two_processes(block: str, folder: Path) -> None:
    (folder / "block.py").write_text(block)
    for printed in ranks.run(PROCESS, [[str(folder), str(rank)] for rank in range(2)]):
        assert "no findings" in printed


CLUSTERS = {
    "DeepSpeed": """
import sys, warnings
warnings.simplefilter("ignore")
from trained_in_clusters import deepspeed_here
from test_trainers_page import names_of
folder, rank = sys.argv[1:]
with deepspeed_here(folder, int(rank)):
    config = {"train_micro_batch_size_per_gpu": 4}
    exec(open(f"{folder}/block.py").read(), {**names_of("torch", None), "config": config})
""",
    "Ray Train": """
import sys, warnings
warnings.simplefilter("ignore")
from models import tiny_bert
from trained_in_clusters import ray_here
from test_trainers_page import names_of
folder, _ = sys.argv[1:]
names = names_of("torch", None)
pw, torch, batches, make_model, storage = names["pw"], names["torch"], names["batches"], tiny_bert, folder
with ray_here():
    exec(open(f"{folder}/block.py").read())
""",
}


def in_a_cluster(title: str, block: str, folder: Path) -> None:
    """In two processes of DeepSpeed's launcher, or in one that starts two workers of Ray."""
    (folder / "block.py").write_text(block)
    processes = 2 if title == "DeepSpeed" else 1
    environment = clusters.environment("deepspeed" if title == "DeepSpeed" else "ray")
    arguments = [[str(folder), str(rank)] for rank in range(processes)]
    for printed in ranks.run(CLUSTERS[title], arguments, [environment] * processes):
        assert "no findings" in printed, printed


def test_every_trainer_of_the_issue_has_a_block() -> None:
    titles = ["transformers", "TRL", "sentence-transformers", "Lightning", "Accelerate", "PEFT", "timm"]
    titles += ["Ray Train", "DeepSpeed", "Plain torch: DDP and FSDP2"]
    assert [title for title in SECTIONS if SECTIONS[title]] == titles
