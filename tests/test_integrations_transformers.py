import socket
from pathlib import Path

import pytest
import torch
import transformers

import paramwise as pw
from paramwise.integrations.transformers import MetricsCallback, PlannedTrainer

import ranks
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


def trained(trainer: transformers.Trainer, resume: str | None = None) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    trainer.train(resume_from_checkpoint=resume)
    return {name: value.clone() for name, value in trainer.model.state_dict().items()}


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


def fresh() -> torch.nn.Module:
    torch.manual_seed(0)
    return tiny_bert()


HOW = {"learning_rate": 1e-3, "weight_decay": 0.2, "max_steps": 5, "save_steps": 2, "per_device_train_batch_size": 2}


@pytest.mark.parametrize("verb", ["attach", "class"])
def test_five_steps_equal_groups_by_hand_and_a_resume_the_uninterrupted_run(tmp_path: Path, verb: str) -> None:
    by_hand = fresh()
    undecayed = ("bias", "LayerNorm.weight")
    groups: list[list[torch.Tensor]] = [[], []]
    for name, parameter in by_hand.named_parameters():
        groups[name.endswith(undecayed)].append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": groups[0], "weight_decay": 0.2}, {"params": groups[1], "weight_decay": 0.0}], lr=1e-3, fused=True
    )
    data, hand = dataset(), arguments(tmp_path / "hand", **HOW)
    expected = trained(transformers.Trainer(model=by_hand, args=hand, train_dataset=data, optimizers=(optimizer, None)))

    def planned() -> transformers.Trainer:
        given = {"model": fresh(), "args": arguments(tmp_path / "planned", **HOW), "train_dataset": data}
        if verb == "attach":
            return pw.attach(transformers.Trainer(**given), "bert")
        return PlannedTrainer(plan="bert", **given)

    trainer = planned()
    assert same(trained(trainer), expected)
    assert not pw.audit(trainer)
    resumed = planned()
    assert same(trained(resumed, str(tmp_path / "planned" / "checkpoint-2")), expected)
    assert resumed.lr_scheduler.last_epoch == 5


def settings(plan: object, folder: Path, **more: object) -> list[dict[str, object]]:
    how = {key: more.pop(key) for key in list(more) if key == "optimizer_cls_and_kwargs"}
    trainer = PlannedTrainer(plan=plan, model=fresh(), args=arguments(folder, **more), **how)
    return trainer.create_optimizer().param_groups


def of(groups: list[dict[str, object]], key: str) -> list[object]:
    return [group[key] for group in groups]


def test_arguments_hold_where_the_plan_sets_nothing_else(tmp_path: Path) -> None:
    rules = [pw.Rule(pw.role("bias"), betas=(0.5, 0.6), name="biases")]
    rates = of(settings("layerwise", tmp_path, learning_rate=1e-3, weight_decay=0.3), "lr")
    assert max(rates) == 1e-3
    assert len(set(rates)) > 1
    assert set(of(settings("layerwise", tmp_path, weight_decay=0.3), "weight_decay")) == {0.3}
    assert set(of(settings("layerwise", tmp_path), "weight_decay")) == {0.0}
    assert of(settings("bert", tmp_path), "weight_decay") == [0.1, 0.0]
    assert of(settings("bert", tmp_path, weight_decay=0.3), "weight_decay") == [0.3, 0.0]
    assert sorted(of(settings(rules, tmp_path, adam_beta1=0.8), "betas")) == [(0.5, 0.6), (0.8, 0.999)]
    assert set(of(settings("bert", tmp_path, adam_epsilon=1e-5), "eps")) == {1e-5}
    if transformers.__version__ >= "5":  # earlier ones leave these out themselves
        sgd = settings("bert", tmp_path, optim="sgd", optim_args="momentum=0.5")
        assert set(of(sgd, "momentum")) == {0.5}


def test_the_plan_wins_over_arguments_at_their_defaults(tmp_path: Path) -> None:
    plan = pw.plan(fresh(), lr=2e-5)
    groups = settings(plan, tmp_path)
    assert set(of(groups, "lr")) == {2e-5}
    assert of(groups, "weight_decay") == [0.1, 0.0]
    everything = pw.Rule(pw.everything(), betas=(0.1, 0.2), eps=1e-3, lr=1e-2)
    groups = settings(everything, tmp_path)
    assert [(group["betas"], group["eps"], group["lr"]) for group in groups] == [((0.1, 0.2), 1e-3, 1e-2)]
    muon = settings(pw.plan(fresh(), "muon", lr=0.02, adamw_lr=1e-3), tmp_path)
    assert set(of(muon, "lr")) == {0.02, 1e-3}


@pytest.mark.parametrize(
    ("plan", "argument"),
    [
        (lambda model: pw.plan(model, lr=1e-3), {"learning_rate": 2e-3}),
        (lambda model: pw.plan(model, weight_decay=0.1), {"weight_decay": 0.2}),
        (lambda model: pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3), {"learning_rate": 2e-3}),
        (lambda model: pw.Rule(pw.everything(), betas=(0.1, 0.2)), {"adam_beta2": 0.9}),
        (lambda model: pw.Rule(pw.everything(), eps=1e-3), {"adam_epsilon": 1e-4}),
        (
            lambda model: pw.Rule(pw.everything(), lr=1e-3),
            {"optimizer_cls_and_kwargs": (torch.optim.AdamW, {"lr": 5e-5})},
        ),
    ],
)
def test_what_a_person_set_twice_to_different_values_is_an_error(plan, argument, tmp_path: Path) -> None:
    with pytest.raises(pw.OptionError, match="is given twice"):
        settings(plan(fresh()), tmp_path, **argument)


def test_attached_options_and_arguments_that_differ_are_an_error(tmp_path: Path) -> None:
    trainer = transformers.Trainer(model=fresh(), args=arguments(tmp_path, weight_decay=0.2))
    with pytest.raises(pw.OptionError, match="`weight_decay` is given twice"):
        pw.attach(trainer, "bert", weight_decay=0.1).create_optimizer()


def test_equal_values_may_be_given_twice(tmp_path: Path) -> None:
    groups = settings(pw.plan(fresh(), lr=1e-3, weight_decay=0.3), tmp_path, learning_rate=1e-3, weight_decay=0.3)
    assert [(group["lr"], group["weight_decay"]) for group in groups] == [(1e-3, 0.3), (1e-3, 0.0)]


def test_the_class_and_its_options_may_be_given_to_the_trainer(tmp_path: Path) -> None:
    trainer = transformers.Trainer(
        model=fresh(),
        args=arguments(tmp_path, weight_decay=0.3),
        optimizer_cls_and_kwargs=(torch.optim.NAdam, {"lr": 7e-3, "momentum_decay": 0.01}),
    )
    optimizer = pw.attach(trainer, "bert").create_optimizer()
    assert type(optimizer) is torch.optim.NAdam
    assert [(g["lr"], g["weight_decay"], g["momentum_decay"]) for g in optimizer.param_groups] == [
        (7e-3, 0.3, 0.01),
        (7e-3, 0.0, 0.01),
    ]


def test_the_model_is_planned_as_it_is_when_the_optimizer_is_made(tmp_path: Path) -> None:
    trainer = pw.attach(transformers.Trainer(model=fresh(), args=arguments(tmp_path)), "bert")
    trainer.model.adapter = torch.nn.Linear(4, 4)
    assert "adapter.weight" in trainer.create_optimizer().param_groups[0]["param_names"]
    fixed = PlannedTrainer(plan=pw.plan(fresh()), model=fresh(), args=arguments(tmp_path))
    fixed.model.adapter = torch.nn.Linear(4, 4)
    with pytest.raises(pw.InputError, match="the plan was made for another model: they differ in 2 names"):
        fixed.create_optimizer()


class Wrapping(transformers.Trainer):
    def create_optimizer(self, *model: object) -> torch.optim.Optimizer:
        super().create_optimizer(*model)
        self.optimizer.wrapped = True
        return self.optimizer


class Own(transformers.Trainer):
    def create_optimizer(self, *model: object) -> torch.optim.Optimizer:
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        return self.optimizer


def test_a_subclass_that_adds_to_the_optimizer_is_kept_and_one_that_makes_another_is_an_error(tmp_path: Path) -> None:
    trainer = pw.attach(Wrapping(model=fresh(), args=arguments(tmp_path)), "bert")
    assert trainer.create_optimizer().wrapped
    assert isinstance(trainer, Wrapping)
    assert type(trainer).__name__ == "Wrapping"
    with pytest.raises(pw.InputError, match=r"Own.create_optimizer\(\) makes an optimizer of its own"):
        pw.attach(Own(model=fresh(), args=arguments(tmp_path)), "bert").create_optimizer()


class Both(transformers.Trainer):
    def create_optimizer_and_scheduler(self, num_training_steps: int) -> None:
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        self.lr_scheduler = torch.optim.lr_scheduler.ConstantLR(self.optimizer)


def test_no_other_way_to_an_optimizer_goes_unseen(tmp_path: Path) -> None:
    trainer = pw.attach(Both(model=fresh(), args=arguments(tmp_path), train_dataset=dataset()), "bert")
    with pytest.raises(pw.InputError, match=r"Both.create_optimizer_and_scheduler\(\) makes an optimizer of its own"):
        trainer.create_optimizer_and_scheduler(3)
    trainer = pw.attach(transformers.Trainer(model=fresh(), args=arguments(tmp_path)), "bert")
    trainer.optimizer = torch.optim.SGD(trainer.model.parameters(), lr=0.1)
    with pytest.raises(pw.InputError, match="the trainer was given an optimizer, so the plan has no effect"):
        trainer.create_optimizer()
    told = {"learning_rate": 1e-3, "optimizer_cls_and_kwargs": (torch.optim.AdamW, {"lr": 2e-3})}
    with pytest.raises(pw.OptionError, match="`lr` is given twice: learning_rate says otherwise"):
        settings("bert", tmp_path, **told)


def test_what_cannot_be_attached_to_is_an_error(tmp_path: Path) -> None:
    model = fresh()
    with pytest.raises(pw.InputError, match="not a trainer of transformers: Linear"):
        pw.attach(torch.nn.Linear(2, 2), "bert")
    done = torch.optim.SGD(model.parameters(), lr=0.1), None
    with pytest.raises(pw.InputError, match="has an optimizer already"):
        pw.attach(transformers.Trainer(model=model, args=arguments(tmp_path), optimizers=done), "bert")
    trainer = pw.attach(transformers.Trainer(model=model, args=arguments(tmp_path)), pw.plan(model))
    with pytest.raises(pw.InputError, match="has a plan already"):
        pw.attach(trainer, "bert")
    with pytest.raises(pw.InputError, match="takes no further rules"):
        pw.attach(transformers.Trainer(model=model, args=arguments(tmp_path)), pw.plan(model), lr=1).create_optimizer()


def test_optimizers_that_make_groups_of_their_own_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="makes parameter groups of its own"):
        settings("bert", tmp_path, optimizer_cls_and_kwargs=(lambda: lambda model: None, {}))


def test_a_checkpoint_without_state_by_name_is_an_error(tmp_path: Path) -> None:
    how = {"max_steps": 2, "save_steps": 1}
    plain = transformers.Trainer(model=fresh(), args=arguments(tmp_path, **how), train_dataset=dataset())
    plain.train()
    resumed = PlannedTrainer(plan="bert", model=fresh(), args=arguments(tmp_path, **how), train_dataset=dataset())
    with pytest.raises(pw.InputError, match="the checkpoint holds no state of the optimizer by name") as told:
        resumed.train(resume_from_checkpoint=str(tmp_path / "checkpoint-1"))
    assert "pw.convert_state(" in str(told.value)
    (tmp_path / "checkpoint-1" / "optimizer.pt").unlink()
    resumed = PlannedTrainer(plan="bert", model=fresh(), args=arguments(tmp_path, **how), train_dataset=dataset())
    with pytest.raises(pw.InputError, match="the checkpoint holds no state of the optimizer by name"):
        resumed.train(resume_from_checkpoint=str(tmp_path / "checkpoint-1"))


PROCESS = """
import os, sys
import torch, transformers
import paramwise as pw
from test_integrations_transformers import arguments, dataset, fresh

folder, steps, resume = sys.argv[1:4]
how = {"max_steps": int(steps), "save_steps": int(steps), "per_device_train_batch_size": 2}
how |= {"ddp_backend": "gloo"} if os.environ.get("WORLD_SIZE") else {}
trainer = transformers.Trainer(model=fresh(), args=arguments(folder, **how), train_dataset=dataset())
pw.attach(trainer, "bert", lr=1e-2)
seen = {}

def held(optimizer, lr_scheduler):
    inner = optimizer.optimizer
    names = [name for group in inner.param_groups for name in group["param_names"]]
    tensors = [tensor for group in inner.param_groups for tensor in group["params"]]
    found = {
        f"{name} {key}": value.clone()
        for name, tensor in zip(names, tensors)
        for key, value in inner.state[tensor].items()
    }
    found["rates"] = torch.tensor([group["lr"] for group in inner.param_groups])
    return found | {"epoch": torch.tensor(lr_scheduler.last_epoch)}

class Look(transformers.TrainerCallback):
    def on_train_begin(self, args, state, control, optimizer, lr_scheduler, **_):
        seen["begin"] = held(optimizer, lr_scheduler)
    def on_train_end(self, args, state, control, optimizer, lr_scheduler, **_):
        seen["end"] = held(optimizer, lr_scheduler)

trainer.add_callback(Look())
torch.manual_seed(0)
trainer.train(resume_from_checkpoint=None if resume == "no" else resume)
torch.save(seen, f"{folder}/seen-{trainer.args.process_index}.pt")
"""


def started(count: int, folder: Path, steps: int, resume: str = "no") -> list[dict[str, dict[str, torch.Tensor]]]:
    """Run the program in a number of processes; what each holds when training begins, and when it ends."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    job = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    groups = [{**job, "RANK": str(rank), "LOCAL_RANK": str(rank)} if count > 1 else {} for rank in range(count)]
    ranks.run(PROCESS, [[str(folder), str(steps), resume]] * count, groups)
    return [torch.load(folder / f"seen-{rank}.pt") for rank in range(count)]


def test_state_passes_from_one_process_to_two_and_back_exactly(tmp_path: Path) -> None:
    one = started(1, tmp_path / "one", 2)[0]["end"]
    assert one["epoch"] == 2
    assert len(one) > 50
    two = started(2, tmp_path / "two", 4, str(tmp_path / "one" / "checkpoint-2"))
    assert all(same(each["begin"], one) for each in two)
    back = started(1, tmp_path / "back", 6, str(tmp_path / "two" / "checkpoint-4"))[0]
    assert same(back["begin"], two[0]["end"])
    assert back["end"]["epoch"] == 6


@pytest.mark.slow
def test_state_passes_to_four_processes_exactly(tmp_path: Path) -> None:
    two = started(2, tmp_path / "two", 2)
    four = started(4, tmp_path / "four", 4, str(tmp_path / "two" / "checkpoint-2"))
    assert all(same(each["begin"], two[0]["end"]) for each in four)


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
        trainer.add_callback(MetricsCallback(by=by) if planned else MetricsCallback(trainer, by))
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
