"""Accelerate, PEFT, timm, DDP and FSDP2: five steps with a plan equal those by hand, and a resume the whole run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw

import peers
import ranks
from models import tiny_bert

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, which are not ours


def batch(step: int) -> dict[str, torch.Tensor]:
    ids = torch.randint(0, 50, (4, 5), generator=torch.Generator().manual_seed(step))
    return {"input_ids": ids, "labels": ids.sum(1) % 2}


def by_hand(model: nn.Module) -> torch.optim.Optimizer:
    """The tutorial's groups: vectors without decay."""
    every = [one for one in model.parameters() if one.requires_grad]
    groups = [[one for one in every if one.ndim > 1], [one for one in every if one.ndim < 2]]
    decays = [(group, decay) for group, decay in zip(groups, (0.1, 0.0), strict=True) if group]
    return torch.optim.AdamW([{"params": group, "weight_decay": decay} for group, decay in decays], lr=1e-3, fused=True)


def planned(model: nn.Module) -> torch.optim.Optimizer:
    return pw.plan(model, "no_decay_1d", lr=1e-3).optimizer(torch.optim.AdamW)


def bert() -> nn.Module:
    torch.manual_seed(0)
    return tiny_bert().eval()


def accelerated(optimizer_of: Any) -> tuple[Any, Any]:
    from accelerate import Accelerator

    model = bert()
    return Accelerator(cpu=True).prepare(model, optimizer_of(model))


def adapted(optimizer_of: Any) -> tuple[Any, Any]:
    from peft import LoraConfig, get_peft_model

    model = bert()
    torch.manual_seed(1)
    model = get_peft_model(model, LoraConfig(target_modules=["query", "value"])).eval()
    return model, optimizer_of(model)


def parallel(optimizer_of: Any) -> tuple[Any, Any]:
    model = nn.parallel.DistributedDataParallel(bert())
    return model, optimizer_of(model)


def sharded(optimizer_of: Any) -> tuple[Any, Any]:
    from torch.distributed.fsdp import fully_shard

    model = bert()
    for layer in model.bert.encoder.layer:
        fully_shard(layer)
    fully_shard(model)
    return model, optimizer_of(model)


def run(model: nn.Module, optimizer: Any, steps: range) -> list[torch.Tensor]:
    for step in steps:
        model(**batch(step)).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return values(model)


def values(model: nn.Module) -> list[torch.Tensor]:
    return [(one.to_local() if hasattr(one, "to_local") else one).detach().clone() for one in model.parameters()]


def holds(make: Callable[[Any], tuple[Any, Any]], path: Path) -> None:
    """Parity and resume of one way to train."""
    expected = run(*make(by_hand), range(5))
    model, optimizer = make(planned)
    first = run(model, optimizer, range(2))
    pw.save_state(optimizer, model, path)
    got = run(model, optimizer, range(2, 5))
    assert all(torch.equal(one, other) for one, other in zip(got, expected, strict=True))
    assert not pw.audit(optimizer, model).codes
    model, optimizer = make(planned)
    with torch.no_grad():
        for mine, saved in zip(model.parameters(), first, strict=True):
            (mine.to_local() if hasattr(mine, "to_local") else mine).copy_(saved)
    pw.load_state(optimizer, model, path)
    resumed = run(model, optimizer, range(2, 5))
    assert all(torch.equal(one, other) for one, other in zip(resumed, expected, strict=True))


@pytest.mark.parametrize("make", [accelerated, adapted], ids=lambda make: make.__name__)
def test_in_one_process(make: Any, tmp_path: Path) -> None:
    holds(make, tmp_path / "state.safetensors")


def test_timm(tmp_path: Path) -> None:
    peers.importable()
    timm = pytest.importorskip("timm", reason="make setup installs it apart")
    from timm.optim import create_optimizer_v2

    small = {"img_size": 32, "patch_size": 8, "embed_dim": 32, "depth": 2, "num_heads": 2, "num_classes": 3}

    class Vit(timm.models.vision_transformer.VisionTransformer):
        def forward(self, input_ids: torch.Tensor, labels: torch.Tensor) -> Any:
            images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(int(input_ids.sum())))
            return type("Output", (), {"loss": super().forward(images).square().mean()})

    def make(optimizer_of: Any) -> tuple[Any, Any]:
        torch.manual_seed(0)
        model = Vit(**small)
        if optimizer_of is planned:
            planned_groups = pw.plan(model, "no_decay_1d", pw.Rule(pw.marked(), weight_decay=0.0)).as_groups()
            how = {"lr": 1e-3, "weight_decay": 0.0, "param_group_fn": lambda _: planned_groups}
            return model, create_optimizer_v2(model, "adamw", **how)
        skipped = {"pos_embed", "cls_token"}
        groups: list[list[nn.Parameter]] = [[], []]
        for name, one in model.named_parameters():
            groups[one.ndim < 2 or name in skipped].append(one)
        by = [{"params": group, "weight_decay": decay} for group, decay in zip(groups, (0.1, 0.0), strict=True)]
        return model, torch.optim.AdamW(by, lr=1e-3)

    holds(make, tmp_path / "state.safetensors")


PROCESS = """
import sys, warnings
from pathlib import Path
import torch.distributed as dist
import test_trainers_parity as parity
warnings.simplefilter("ignore")
way, folder, rank = sys.argv[1:]
dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=int(rank), world_size=2)
parity.holds(getattr(parity, way), Path(folder) / "state")
"""


@pytest.mark.parametrize("way", ["parallel", "sharded"])
def test_in_two_processes(way: str, tmp_path: Path) -> None:
    ranks.run(PROCESS, [[way, str(tmp_path), str(rank)] for rank in range(2)])
