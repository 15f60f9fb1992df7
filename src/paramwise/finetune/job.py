"""The main job: load a model, plan, check, train, evaluate, and keep the result."""

from __future__ import annotations

import csv
import json
import math
import shutil
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import transformers
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sklearn.metrics import accuracy_score, matthews_corrcoef

from paramwise.findings import InputError
from paramwise.finetune import output
from paramwise.finetune.batches import Sentence, encoded
from paramwise.finetune.data import Corpus, load
from paramwise.finetune.fitting import require_runnable, require_usable_tokenizer
from paramwise.finetune.measuring import Measurements
from paramwise.finetune.processes import in_all, joined, require_same
from paramwise.finetune.training import Step, Training
from paramwise.page.run import LOCK, LOSSES, METRICS, RESULT
from paramwise.plans.lock import write_lock
from paramwise.plans.plan import Plan
from paramwise.plans.planning import plan as make_plan
from paramwise.rules.checks import raise_errors
from paramwise.rules.rule import checked
from paramwise.sources.demo import demo_folder
from paramwise.sources.source import DEMO
from paramwise.sources.transformers import load_classifier, quiet
from paramwise.torch.dtypes import fast_dtype
from paramwise.torch.processes import agreed, rank, world
from paramwise.torch.state.bytes import checksum, checksums
from paramwise.views.plans import plan_view
from paramwise.views.text import show

RATE, MUON_RATE = 5e-5, 2e-4
_NOT_COMPARED = ("resume", "overwrite", "fsdp")  # a resumed run may differ in these options


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
    fsdp: bool = False

    @property
    def rate(self) -> float:
        """The peak learning rate."""
        return self.lr or (MUON_RATE if "muon" in self.recipe else RATE)


def finetune(job: Job, console: Console) -> dict[str, Any]:
    """Run the job and show every step on the console, in one process or in those that a launcher started.

    The same seed gives the same result on the same machine. In several processes, a step takes the same sentences as in
    one, and only the first process prints and writes.

    Returns:
        The content of ``result.json``.

    Raises:
        InputError: an option, the model or a file is wrong, in some process, and nothing has been written; or another
            process of the job ended.
        PlanError: the plan has findings of level error; nothing has been trained.
    """
    with joined():
        if rank() > 0:
            transformers.utils.logging.set_verbosity_error()
            warnings.simplefilter("ignore")
        return _finetune(job, console if rank() == 0 else Console(quiet=True))


def _finetune(job: Job, console: Console) -> dict[str, Any]:
    place = output.place_of(job.output)
    unfinished = output.unfinished_of(place)

    def check() -> None:
        _check(job)
        if rank() == 0:
            output.require_writable(place, overwrite=job.overwrite)

    in_all(check)
    prepared = in_all(lambda: _prepared(job))
    model, plan, corpus = prepared.model, prepared.plan, prepared.corpus
    if world() > 1:
        require_same(_facts(job, prepared))
    total = sum(1 for _ in model.parameters())
    new = prepared.new
    fresh = f"{len(new)} new: {', '.join(new)}" if new else "none new"
    console.print(f"model {job.model}: {total - len(new)} parameters from the checkpoint, {fresh}")
    sizes = ", ".join(f"{len(split):,} {name}" for name, split in corpus.evaluation.items())
    console.print(f"data {job.data}: {len(corpus.train):,} sentences to train on; to evaluate on: {sizes}")
    if world() > 1:
        engine = "parameters, gradients and state sharded (FSDP2)" if job.fsdp else "each with the whole model (DDP)"
        console.print(f"{world()} processes share each batch of {job.batch_size}, {engine}")
    console.print()
    show(plan_view(plan), console)
    console.print()

    described = json.loads(json.dumps({key: value for key, value in asdict(job).items() if key not in _NOT_COMPARED}))
    begun = in_all(lambda: output.begin(unfinished, described, resume=job.resume) if rank() == 0 else None)
    checkpoint = agreed(begun)
    in_all(lambda: output.require_shared(unfinished))
    evaluation = {name: encoded(split, prepared.tokenizer, job.max_length) for name, split in corpus.evaluation.items()}
    with output.kept_if_of_use(unfinished), output.full_disk_told(place), _progress(console) as progress:
        training = Training(
            model,
            prepared.tokenizer,
            encoded(corpus.train, prepared.tokenizer, job.max_length),
            plan,
            rate=job.rate,
            epochs=job.epochs,
            batch_size=job.batch_size,
            seed=job.seed,
            bf16=bf16_is_faster(),
            fsdp=job.fsdp,
        )
        before = _evaluate(training, evaluation, job)
        _say(console, "before training", before)
        if checkpoint is not None:
            training.load(checkpoint)
            console.print(f"resumed from {checkpoint}")
        started, done = time.perf_counter(), training.epoch
        measured = unfinished / METRICS
        with quiet(), Measurements(training, measured) as measurements:
            for _ in range(done, job.epochs):
                for step in training.train_epoch():
                    progress.show(step, training.steps)
                    measurements.keep(step)
                saved = unfinished / f"checkpoint-{len(training.history)}"
                training.save(saved)
                if rank() == 0:
                    output.drop_older(unfinished, saved)
        seconds = time.perf_counter() - started
        after = _evaluate(training, evaluation, job)
        weights = training.weights()
    _say(console, "after training", after)
    main = next(iter(corpus.evaluation))
    result: dict[str, Any] = {
        "schema": "paramwise/finetune/1",
        "metrics_before": before[main],
        "metrics": after[main],
        "evaluation": {name: {"before": before[name], "after": after[name]} for name in corpus.evaluation},
        "train_seconds": round(seconds, 3),
        "sentences_per_second": round(len(corpus.train) * (job.epochs - done) / seconds, 2),
        "steps": len(training.history),
        "sentences": len(corpus.train),
        "processes": world(),
        "bf16": training.bf16,
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
            for group in training.optimizer.param_groups
        ],
        "job": asdict(job),
        "versions": _versions(),
    }

    def keep() -> None:
        if rank() == 0:
            with output.full_disk_told(place):
                output.keep(
                    place, lambda folder: _write(folder, job, result, prepared, training.history, weights, measured)
                )

    in_all(keep)
    console.print(
        f"{result['steps']:,} steps in {seconds:.1f} s, {result['sentences_per_second']:.0f} sentences a second; "
        f"written to {job.output}"
    )
    return result


class _Prepared(NamedTuple):
    """What is loaded and decided before anything is written: parameters in ``new`` are not in the checkpoint."""

    corpus: Corpus
    model: Any
    tokenizer: Any
    new: tuple[str, ...]
    plan: Plan


def _prepared(job: Job) -> _Prepared:
    corpus = load(job.data)
    if job.limit is not None:
        corpus = corpus.limited(job.limit, job.seed)
    transformers.set_seed(job.seed)  # decides the new classifier's values
    folder = str(demo_folder()) if job.model == DEMO else job.model
    model, tokenizer, new = load_classifier(folder, labels=corpus.labels)
    require_usable_tokenizer(folder, model, tokenizer, job.max_length, corpus.train[0].sentence)
    config: Any = model.config
    config.get_text_config().pad_token_id = tokenizer.pad_token_id  # decoders look for the last token before it
    require_runnable(folder, model, tokenizer, job.max_length, corpus.train[:2])
    if job.fsdp and (skipping := [key for key, value in vars(model.config).items() if "layerdrop" in key and value]):
        raise InputError(
            f"the model skips layers at random: {skipping[0]} is {getattr(model.config, skipping[0])}",
            help="leave out --fsdp: processes that skip different layers would wait for each other",
        )
    options = {"lr": job.rate, **job.options}
    if "muon" in job.recipe and "adamw_lr" not in options:  # --lr is AdamW's rate: scale Muon's updates to it
        options.setdefault("adjust_lr_fn", "match_rms_adamw")
    plan = make_plan(model, *job.recipe, **options)
    raise_errors(plan)
    return _Prepared(corpus, model, tokenizer, new, plan)


def _facts(job: Job, prepared: _Prepared) -> dict[str, str]:
    """What must be the same in every process, each in a few words."""
    facts = {key: repr(value) for key, value in asdict(job).items()}
    facts |= {f"version of {name}": version for name, version in _versions().items()}
    facts["bfloat16"] = str(bf16_is_faster())
    sums = checksums(prepared.model.state_dict())
    described = {
        "data": repr(prepared.corpus),
        "weights": repr(sorted(sums.items())),
        "tokenizer": repr(sorted(prepared.tokenizer.get_vocab().items())),
        "plan": json.dumps(prepared.plan.as_dict(job.model), sort_keys=True),
    }
    return facts | {name: checksum(np.frombuffer(text.encode(), np.uint8))[:12] for name, text in described.items()}


def _versions() -> dict[str, str]:
    return {"torch": torch.__version__, "transformers": transformers.__version__}


def bf16_is_faster() -> bool:
    """Whether to compute under bfloat16 autocast: where the device multiplies faster in it."""
    return fast_dtype("cuda" if torch.cuda.is_available() else "cpu") is torch.bfloat16


def _check(job: Job) -> None:
    if job.lr is not None:
        checked("lr", job.lr)
    elif "adamw_lr" in job.options:
        raise InputError("Muon's own learning rate is missing", help="beside --set adamw_lr=... give --lr, e.g. 0.02")
    for name, least in (("epochs", 1), ("batch_size", 1), ("max_length", 4), ("limit", 2)):
        value = getattr(job, name)
        if value is not None and value < least:
            raise InputError(f"--{name.replace('_', '-')} is {value}", help=f"it must be {least} or more")
    if job.fsdp and world() == 1:
        raise InputError(
            "--fsdp shards over processes, and there is only one",
            help="torchrun --nproc-per-node 2 -m paramwise finetune --fsdp ...",
        )
    if job.batch_size < world():
        raise InputError(
            f"a batch of {job.batch_size} cannot be shared by {world()} processes",
            help="--batch-size counts the sentences of a step in all processes together: give more, or start fewer",
        )


def _evaluate(
    training: Training, evaluation: Mapping[str, Sequence[Sentence]], job: Job
) -> dict[str, dict[str, float]]:
    """For each split: Matthews correlation and accuracy."""
    measured = {}
    for name, sentences in evaluation.items():
        predicted, labels = training.predict(sentences, max(job.batch_size, 64)), [each.label for each in sentences]
        several = len({*labels, *predicted}) > 1  # undefined for a single class
        measured[name] = {
            "mcc": float(matthews_corrcoef(labels, predicted)) if several else 0.0,
            "accuracy": float(accuracy_score(labels, predicted)),
        }
    return measured


def _write(
    folder: Path,
    job: Job,
    result: Mapping[str, Any],
    prepared: _Prepared,
    history: Sequence[Step],
    weights: Mapping[str, Any],
    measured: Path,
) -> None:
    """Write the files of the result."""
    with quiet():
        prepared.model.save_pretrained(folder, state_dict=weights)
    prepared.tokenizer.save_pretrained(folder)
    plan = json.dumps(prepared.plan.as_dict(job.model), indent=1)
    (folder / "plan.json").write_text(plan + "\n", encoding="utf-8")
    write_lock(prepared.plan, folder / LOCK, job.model)
    if measured.exists():
        shutil.copyfile(measured, folder / METRICS)
    with (folder / LOSSES).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Step._fields)
        writer.writerows(history)
    (folder / RESULT).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _say(console: Console, when: str, measured: Mapping[str, Mapping[str, float]]) -> None:
    for name, metrics in measured.items():
        console.print(f"{when}, {name}: Matthews correlation {metrics['mcc']:.3f}, accuracy {metrics['accuracy']:.3f}")


@contextmanager
def _progress(console: Console) -> Iterator[_Shown]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(
        *columns, TextColumn("{task.fields[loss]}"), console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield _Shown(progress)


class _Shown:
    """Training as a progress bar or, without a terminal, as a line at every tenth of the steps."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task = progress.add_task("training", total=None, loss="", visible=False)

    def show(self, step: Step, steps: int) -> None:
        """Show a step.

        Raises:
            InputError: the loss is not finite.
        """
        if not math.isfinite(step.loss):
            raise InputError(f"the loss is {step.loss} at step {step.step}", help="lower --lr")
        self.progress.update(
            self.task, total=steps, completed=step.step, loss=f"loss {step.loss:.4f}", visible=step.step < steps
        )
        if not self.progress.console.is_terminal and step.step % max(1, steps // 10) == 0:
            self.progress.console.print(f"step {step.step:,} of {steps:,}, loss {step.loss:.4f}")
