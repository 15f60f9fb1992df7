from pathlib import Path

import pytest
import torch
import transformers

import paramwise as pw
from paramwise.integrations.transformers import MetricsCallback, PlannedTrainer

from models import tiny_bert


def arguments(folder: Path, **more: object) -> transformers.TrainingArguments:
    return transformers.TrainingArguments(
        output_dir=str(folder), use_cpu=True, report_to="none", disable_tqdm=True, **{"max_steps": 3, **more}
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


class Reporter(transformers.TrainerCallback):
    """Stands where a report_to callback does: before those of the user."""

    def __init__(self) -> None:
        self.logged: list[tuple[int, dict[str, float]]] = []

    def on_log(self, args: object, state: object, control: object, logs: dict[str, float], **_: object) -> None:
        self.logged.append((state.global_step, dict(logs)))


def metered(folder: Path, planned: bool, by: str | None, **more: object) -> tuple[list, transformers.Trainer]:
    torch.manual_seed(0)
    model = tiny_bert()
    reporter = Reporter()
    options = {
        "model": model,
        "args": arguments(folder, learning_rate=1e-2, weight_decay=0.1, per_device_train_batch_size=4, **more),
        "train_dataset": dataset(),
        "callbacks": [reporter],
    }
    trainer = PlannedTrainer(plan=pw.plan(model), **options) if planned else transformers.Trainer(**options)
    if by:
        trainer.add_callback(MetricsCallback(trainer, by))
    trainer.train()
    return reporter.logged, trainer


@pytest.mark.parametrize("planned", [True, False])
def test_metrics_are_logged_at_logging_steps_and_change_nothing(tmp_path: Path, planned: bool) -> None:
    how = {"logging_steps": 2, "max_steps": 4, "logging_first_step": True, "save_strategy": "no"}
    with_metrics, trainer = metered(tmp_path, planned, "role", **how)
    without, other = metered(tmp_path, planned, None, **how)
    seen = [(step, logs) for step, logs in with_metrics if "optimizer/norm/lr" in logs]
    assert [step for step, _ in seen] == [1, 2, 4]
    for _, logs in seen:
        assert logs["optimizer/matrix/gradient_norm"] > 0
        assert logs["optimizer/matrix/update_ratio"] > 0
    losses = [(step, logs["loss"], logs["learning_rate"]) for step, logs in with_metrics if "loss" in logs]
    assert losses == [(step, logs["loss"], logs["learning_rate"]) for step, logs in without if "loss" in logs]
    assert [logs["optimizer/matrix/lr"] for _, logs in seen] == [rate for *_, rate in losses]
    assert [one["step"] for one in trainer.state.log_history if "optimizer/norm/lr" in one] == [1, 2, 4]
    for mine, yours in zip(trainer.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(mine, yours)
    assert not trainer.optimizer.optimizer._optimizer_step_pre_hooks


def test_metrics_of_epochs_and_accumulated_gradients(tmp_path: Path) -> None:
    how = {"logging_strategy": "epoch", "max_steps": -1, "num_train_epochs": 2, "gradient_accumulation_steps": 3}
    logged, _ = metered(tmp_path, True, "group", save_strategy="no", **how)
    assert [step for step, logs in logged if any(key.endswith("update_ratio") for key in logs)] == [2, 4]
    assert [step for step, logs in logged if "loss" in logs] == [2, 4]
    norms = [logs for _, logs in logged if any(key.endswith("gradient_norm") for key in logs)]
    totals = [sum(logs[key] ** 2 for key in logs if key.endswith("gradient_norm")) ** 0.5 for logs in norms]
    clipped = [min(logs["grad_norm"], 1.0) for _, logs in logged if "grad_norm" in logs]
    assert totals == pytest.approx(clipped, rel=1e-4)
