"""The main job: load a model, plan, check, train, evaluate, and keep the result."""

from __future__ import annotations

import csv
import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sklearn.metrics import accuracy_score, matthews_corrcoef

from paramwise.findings import InputError
from paramwise.finetune import output
from paramwise.finetune.data import Corpus, Example, load
from paramwise.finetune.measuring import MetricsCallback
from paramwise.integrations.transformers import PlannedTrainer
from paramwise.page.run import LOCK, METRICS
from paramwise.plans.lock import write_lock
from paramwise.plans.plan import Plan
from paramwise.plans.planning import plan as make_plan
from paramwise.rules.checks import raise_errors
from paramwise.rules.rule import checked
from paramwise.sources.demo import demo_folder
from paramwise.sources.source import DEMO
from paramwise.sources.transformers import load_classifier, quiet
from paramwise.views.text import show
from paramwise.views.view import plan_view

RATE, MUON_RATE = 5e-5, 2e-4
_NOT_COMPARED = ("resume", "overwrite")  # a resumed run may differ in these options


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do. The defaults are the demo's; ``lr=None`` is `RATE`, or `MUON_RATE` with the recipe ``muon``."""

    model: str = DEMO
    data: str = "demo"
    recipe: tuple[str, ...] = ("default",)
    options: Mapping[str, Any] = field(default_factory=dict)
    lr: float | None = None
    epochs: int = 3
    batch_size: int = 16
    max_length: int = 128
    seed: int = 0
    limit: int | None = None
    output: str = "paramwise-finetune"
    overwrite: bool = False
    resume: bool = False

    @property
    def rate(self) -> float:
        """The peak learning rate."""
        return self.lr or (MUON_RATE if "muon" in self.recipe else RATE)


def finetune(job: Job, console: Console) -> dict[str, Any]:
    """Run the job and show every step on the console.

    The same seed gives the same result on the same machine.

    Returns:
        The content of ``result.json``.

    Raises:
        InputError: an option, the model or a file is wrong; nothing has been written.
        PlanError: the plan has findings of level error; nothing has been trained.
    """
    _check(job)
    place = output.place_of(job.output)
    output.require_writable(place, overwrite=job.overwrite)
    corpus = load(job.data)
    if job.limit is not None:
        corpus = corpus.limited(job.limit, job.seed)
    transformers.set_seed(job.seed)  # decides the new classifier's values
    folder = str(demo_folder()) if job.model == DEMO else job.model
    model, tokenizer, new = load_classifier(folder, labels=corpus.labels)
    _check_tokenizer(folder, model, tokenizer, job.max_length, corpus.train[0].sentence)
    total = sum(1 for _ in model.parameters())
    fresh = f"{len(new)} new: {', '.join(new)}" if new else "none new"
    console.print(f"model {job.model}: {total - len(new)} parameters from the checkpoint, {fresh}")
    sizes = ", ".join(f"{len(split):,} {name}" for name, split in corpus.evaluation.items())
    console.print(f"data {job.data}: {len(corpus.train):,} sentences to train on; to evaluate on: {sizes}")

    options = {"lr": job.rate, **job.options}
    if "muon" in job.recipe and "adamw_lr" not in options:  # --lr is AdamW's rate: scale Muon's updates to it
        options.setdefault("adjust_lr_fn", "match_rms_adamw")
    plan = make_plan(model, *job.recipe, **options)
    raise_errors(plan)
    console.print()
    show(plan_view(plan), console)
    console.print()

    described = json.loads(json.dumps({key: value for key, value in asdict(job).items() if key not in _NOT_COMPARED}))
    unfinished = output.unfinished_of(place)
    checkpoint = output.begin(unfinished, described, resume=job.resume)
    with output.kept_if_of_use(unfinished), output.full_disk_told(place), _progress(console) as progress:
        trainer = _trainer(job, plan, model, tokenizer, corpus, str(unfinished), progress)
        before = _evaluate(trainer, tokenizer, corpus, job)
        _say(console, "before training", before)
        if checkpoint is not None:
            console.print(f"resumed from {checkpoint}")
        started = time.perf_counter()
        with quiet():
            trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
        seconds = time.perf_counter() - started
        after = _evaluate(trainer, tokenizer, corpus, job)
    optimizer = _torch_optimizer(trainer.optimizer)
    _say(console, "after training", after)
    main = next(iter(corpus.evaluation))
    result: dict[str, Any] = {
        "schema": "paramwise/finetune/1",
        "metrics_before": before[main],
        "metrics": after[main],
        "evaluation": {name: {"before": before[name], "after": after[name]} for name in corpus.evaluation},
        "train_seconds": round(seconds, 3),
        "sentences_per_second": round(len(corpus.train) * job.epochs / seconds, 2),
        "steps": trainer.state.global_step,
        "sentences": len(corpus.train),
        "bf16": trainer.args.bf16,
        "new_parameters": list(new),
        # read from the optimizer, not from the plan
        "groups": [
            {
                "weight_decay": group["weight_decay"],
                "lr": group.get("initial_lr", group["lr"]),
                "parameters": len(group["params"]),
                "numel": sum(tensor.numel() for tensor in group["params"]),
                "first": group["param_names"][0],
            }
            for group in optimizer.param_groups
        ],
        "job": asdict(job),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    }
    with output.full_disk_told(place):
        output.keep(place, lambda folder: _write(folder, job, result, trainer, plan, tokenizer))
    console.print(
        f"{result['steps']:,} steps in {seconds:.1f} s, {result['sentences_per_second']:.0f} sentences a second; "
        f"written to {job.output}"
    )
    return result


def bf16_is_faster() -> bool:
    """Whether bfloat16 autocast pays here: on GPUs that have it, and on CPUs with matrix units for it (AMX).

    The kind of machine decides, and not a timing, so that the same machine gives the same result. The gain was measured
    with AMX (`docs/performance.md`); on CPUs with only vector instructions for bfloat16 it was not measured, and
    autocast stays off.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_amx_tile_supported())


def _check(job: Job) -> None:
    if job.lr is not None:
        checked("lr", job.lr)
    elif "adamw_lr" in job.options:
        raise InputError("Muon's own learning rate is missing", help="beside --set adamw_lr=... give --lr, e.g. 0.02")
    for name, least in (("epochs", 1), ("batch_size", 1), ("max_length", 4), ("limit", 2)):
        value = getattr(job, name)
        if value is not None and value < least:
            raise InputError(f"--{name.replace('_', '-')} is {value}", help=f"it must be {least} or more")


def _check_tokenizer(folder: str, model: Any, tokenizer: Any, max_length: int, sentence: str) -> None:
    # from a folder without a vocabulary, transformers makes a tokenizer that knows no word
    if set(tokenizer(sentence, add_special_tokens=False)["input_ids"]) <= {tokenizer.unk_token_id}:
        raise InputError(
            f"the tokenizer of `{folder}` knows no word of the data",
            evidence=[f"vocabulary: {len(tokenizer):,} tokens", f"sentence: {sentence}"],
            help="save the tokenizer beside the model: tokenizer.save_pretrained(folder)",
        )
    positions = getattr(model.config, "max_position_embeddings", None)
    if positions is not None and max_length > positions:
        raise InputError(f"--max-length is {max_length}", help=f"the model has {positions} positions")


def _trainer(
    job: Job, plan: Plan, model: Any, tokenizer: Any, corpus: Corpus, scratch: str, progress: Progress
) -> PlannedTrainer:
    arguments = transformers.TrainingArguments(
        output_dir=scratch,
        seed=job.seed,
        num_train_epochs=job.epochs,
        learning_rate=job.rate,
        adam_epsilon=1e-8,
        warmup_steps=0.1,
        lr_scheduler_type="linear",
        per_device_train_batch_size=job.batch_size,
        per_device_eval_batch_size=max(job.batch_size, 64),
        train_sampling_strategy="group_by_length",
        use_cpu=not torch.accelerator.is_available(),
        bf16=bf16_is_faster(),
        logging_steps=1,
        logging_nan_inf_filter=False,  # a loss that is not finite must stop the job and not be hidden
        save_strategy="epoch",
        save_total_limit=1,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    trainer = PlannedTrainer(
        plan=plan,
        model=model,
        args=arguments,
        train_dataset=_encoded(corpus.train, tokenizer, job.max_length),
        data_collator=transformers.DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
        callbacks=[_ProgressCallback(progress), MetricsCallback(Path(scratch) / METRICS)],
    )
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer


def _encoded(examples: list[Example], tokenizer: Any, max_length: int) -> list[dict[str, Any]]:
    ids = tokenizer([example.sentence for example in examples], truncation=True, max_length=max_length)["input_ids"]
    return [{"input_ids": tokens, "label": example.label} for tokens, example in zip(ids, examples, strict=True)]


def _evaluate(trainer: PlannedTrainer, tokenizer: Any, corpus: Corpus, job: Job) -> dict[str, dict[str, float]]:
    """For each split: Matthews correlation and accuracy."""
    measured = {}
    for name, split in corpus.evaluation.items():
        # sorted by length, for as little padding as possible
        output = trainer.predict(
            _encoded(sorted(split, key=lambda example: len(example.sentence)), tokenizer, job.max_length)
        )
        predicted = np.argmax(output.predictions, axis=-1)
        several = len({*output.label_ids.tolist(), *predicted.tolist()}) > 1  # undefined for a single class
        measured[name] = {
            "mcc": float(matthews_corrcoef(output.label_ids, predicted)) if several else 0.0,
            "accuracy": float(accuracy_score(output.label_ids, predicted)),
        }
    return measured


def _torch_optimizer(optimizer: Any) -> torch.optim.Optimizer:
    """The optimizer inside Accelerate's wrapper."""
    inner = getattr(optimizer, "optimizer", optimizer)
    assert isinstance(inner, torch.optim.Optimizer)
    return inner


def _write(
    folder: Path, job: Job, result: Mapping[str, Any], trainer: PlannedTrainer, plan: Plan, tokenizer: Any
) -> None:
    """Write the files of the result."""
    with quiet():
        trainer.model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "plan.json").write_text(json.dumps(plan.as_dict(job.model), indent=1) + "\n", encoding="utf-8")
    write_lock(plan, folder / LOCK, job.model)
    if (measured := Path(trainer.args.output_dir) / METRICS).exists():
        shutil.copyfile(measured, folder / METRICS)
    with (folder / "losses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["step", "epoch", "loss", "learning_rate", "grad_norm"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(entry for entry in trainer.state.log_history if "loss" in entry)
    (folder / output.RESULT).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _say(console: Console, when: str, measured: Mapping[str, Mapping[str, float]]) -> None:
    for name, metrics in measured.items():
        console.print(f"{when}, {name}: Matthews correlation {metrics['mcc']:.3f}, accuracy {metrics['accuracy']:.3f}")


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(
        *columns, TextColumn("{task.fields[loss]}"), console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield progress


class _ProgressCallback(transformers.TrainerCallback):  # type: ignore[misc]
    """Shows training as a progress bar or, without a terminal, as a line at every tenth of the steps."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task = progress.add_task("training", total=None, loss="", visible=False)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.progress.update(self.task, total=state.max_steps, visible=True)

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any) -> None:
        loss = (logs or {}).get("loss")
        if loss is None:
            return
        if not math.isfinite(float(loss)):
            raise InputError(f"the loss is {loss} at step {state.global_step}", help="lower --lr")
        self.progress.update(self.task, completed=state.global_step, loss=f"loss {float(loss):.4f}")
        tenth = max(1, state.max_steps // 10)
        if not self.progress.console.is_terminal and state.global_step % tenth == 0:
            self.progress.console.print(f"step {state.global_step:,} of {state.max_steps:,}, loss {float(loss):.4f}")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.progress.update(self.task, visible=False)
