"""Lightning with a plan: as with groups by hand, and state by name in its checkpoints."""

from pathlib import Path
from typing import Any

import lightning
import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.integrations.lightning import OptimizerCallback

from models import tiny_bert

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:lightning", "ignore::FutureWarning", "ignore:.*pytree")


class Module(lightning.LightningModule):
    """Trains a small BERT; ``kind`` says how its optimizer is made."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.kind = kind
        self.model = tiny_bert()

    def training_step(self, batch: Any, index: int) -> torch.Tensor:
        torch.manual_seed(1000 + self.global_step)
        return self.model(**batches()[self.global_step]).loss  # the same batch after a resume within an epoch

    def configure_optimizers(self) -> Any:
        if self.kind == "by hand":
            undecayed = ("bias", "LayerNorm.weight")
            groups: list[list[nn.Parameter]] = [[], []]
            for name, parameter in self.named_parameters():
                groups[name.endswith(undecayed)].append(parameter)
            optimizer: Any = torch.optim.AdamW(
                [{"params": groups[0], "weight_decay": 0.1}, {"params": groups[1], "weight_decay": 0.0}],
                lr=1e-3,
                fused=True,
            )
        elif self.kind == "muon":
            optimizer = pw.plan(self, "muon", lr=0.02, adamw_lr=1e-3).optimizer()
        elif self.kind == "other groups":
            optimizer = pw.plan(self, "bert", "layerwise", decay=1.0, lr=1e-3).optimizer(torch.optim.AdamW)
        else:
            optimizer = pw.plan(self, "bert", lr=1e-3).optimizer(torch.optim.AdamW)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0.1, 8)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class Logger(lightning.pytorch.loggers.logger.DummyLogger):
    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, dict[str, float]] = {}

    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        self.seen.setdefault(int(step or 0), {}).update(metrics)


def batches() -> list[dict[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    ids = [torch.randint(0, 50, (4, 5), generator=generator) for _ in range(16)]
    return [{"input_ids": each, "labels": each.sum(1) % 2} for each in ids]


def trained(kind: str, steps: int = 5, resume: Path | None = None, save: Path | None = None, **more: Any) -> Any:
    module, logger = Module(kind), Logger()
    trainer = lightning.Trainer(
        max_steps=steps,
        accelerator="cpu",
        logger=logger,
        log_every_n_steps=2,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        callbacks=[OptimizerCallback()] if more.get("watched", True) else [],
    )
    trainer.fit(module, torch.utils.data.DataLoader(batches(), batch_size=None), ckpt_path=resume)
    if save:
        trainer.save_checkpoint(save)
    return module.state_dict(), logger.seen, trainer


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


def test_a_plan_trains_as_groups_by_hand_and_metrics_are_logged(tmp_path: Path) -> None:
    expected, _, _ = trained("by hand", watched=False)
    got, logged, trainer = trained("planned")
    assert same(got, expected)
    assert not pw.audit(trainer).codes
    rates = {step: numbers["optimizer/decay/lr"] for step, numbers in logged.items() if "optimizer/decay/lr" in numbers}
    assert list(rates) == [1, 3, 5]
    assert rates[1] == 1e-3


@pytest.mark.parametrize("kind", ["by hand", "planned", "muon"])
@pytest.mark.parametrize("watched", [True, False])
def test_a_resumed_run_equals_the_uninterrupted(kind: str, watched: bool, tmp_path: Path) -> None:
    expected, _, _ = trained(kind, save=tmp_path / "whole.ckpt")
    trained(kind, steps=2, save=tmp_path / "two.ckpt")
    got, _, _ = trained(kind, resume=tmp_path / "two.ckpt", watched=watched)
    assert same(got, expected)


def test_state_is_taken_by_name_into_other_groups(tmp_path: Path) -> None:
    trained("planned", steps=2, save=tmp_path / "two.ckpt")
    _, _, trainer = trained("other groups", steps=3, resume=tmp_path / "two.ckpt")
    assert {int(state["step"]) for state in trainer.optimizers[0].state.values()} == {3}
