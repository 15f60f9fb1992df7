from pathlib import Path

import pytest
import torch
import transformers

import paramwise as pw
from paramwise.integrations.transformers import PlannedTrainer

from models import tiny_bert


def arguments(folder: Path, **more: object) -> transformers.TrainingArguments:
    return transformers.TrainingArguments(
        output_dir=str(folder), use_cpu=True, report_to="none", disable_tqdm=True, max_steps=3, **more
    )


def dataset() -> list[dict[str, object]]:
    generator = torch.Generator().manual_seed(0)
    return [{"input_ids": torch.randint(0, 50, (5,), generator=generator), "label": index % 2} for index in range(16)]


def test_trainer_trains_with_the_plans_groups(tmp_path: Path) -> None:
    model = tiny_bert()
    plan = pw.plan(model, "bert", pw.Rule(pw.token("embeddings"), freeze=True), lr=1e-3)
    frozen = model.bert.embeddings.word_embeddings.weight.clone()
    trainer = PlannedTrainer(
        plan=plan, model=model, args=arguments(tmp_path, learning_rate=1e-3), train_dataset=dataset()
    )
    trainer.train()
    groups = trainer.optimizer.optimizer.param_groups
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0]
    assert "bert.encoder.layer.0.attention.self.query.weight" in groups[0]["param_names"]
    assert torch.equal(model.bert.embeddings.word_embeddings.weight, frozen)


def test_two_learning_rates_are_refused(tmp_path: Path) -> None:
    model = tiny_bert()
    trainer = PlannedTrainer(plan=pw.plan(model, "bert", lr=1e-3), model=model, args=arguments(tmp_path))
    with pytest.raises(pw.OptionError, match="`lr` is given twice"):
        trainer.create_optimizer()
