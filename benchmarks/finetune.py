"""Sentences a second of the main job, beside transformers' ``Trainer``, in turns, each run in a process of its own.

All train the same model on the same sentences for an epoch, with the same batch size and the same learning rate:

- padded: ``Trainer``, every sentence padded to 128 tokens (``padding="max_length"``), as in most tutorials
- dynamic: ``Trainer`` with ``DataCollatorWithPadding``, its other settings by default
- best: the same, with all that made it faster here: grouped by length, bfloat16 where the job uses it, fused AdamW
- ours: the job of ``paramwise finetune``

"Of the products" is what share of the speed is reached that the model's matrix products alone would allow: forward and
backward of its linear layers, at the rate of a large product of the same dtype in the same run.

Usage: python benchmarks/finetune.py [--data FOLDER] [--sentences 480] [--batch 16] [--turns 3] [--quality]

``--quality`` instead trains on the whole data for three epochs with three seeds, the job and the best ``Trainer``, and
prints Matthews correlations.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import transformers
from rich.console import Console
from sklearn.metrics import matthews_corrcoef

from paramwise.finetune.data import Corpus, load
from paramwise.finetune.job import Job, bf16_is_faster, finetune
from paramwise.sources.demo import demo_folder
from paramwise.sources.transformers import load_classifier, quiet

TRAINERS = ("padded", "dynamic", "best")


def trained(corpus: Corpus, way: str, batch: int, *, epochs: int = 1, seed: int = 0) -> tuple[float, Any, Any]:
    """Sentences a second of ``Trainer``, the model, and its tokenizer."""
    transformers.set_seed(seed)
    model, tokenizer, _ = load_classifier(str(demo_folder()), labels=corpus.labels)
    padding: dict[str, Any] = {"padding": "max_length"} if way == "padded" else {}
    texts = [example.sentence for example in corpus.train]
    encoded = tokenizer(texts, truncation=True, max_length=128, **padding)
    rows = [
        {"input_ids": ids, "attention_mask": mask, "label": example.label}
        for ids, mask, example in zip(encoded["input_ids"], encoded["attention_mask"], corpus.train, strict=True)
    ]
    better: dict[str, Any] = {"train_sampling_strategy": "group_by_length", "optim": "adamw_torch_fused"}
    with tempfile.TemporaryDirectory() as folder:
        arguments = transformers.TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            per_device_train_batch_size=batch,
            learning_rate=5e-5,
            weight_decay=0.1,
            warmup_steps=0.1,
            seed=seed,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=not torch.accelerator.is_available(),
            dataloader_pin_memory=torch.accelerator.is_available(),
            **({**better, "bf16": bf16_is_faster()} if way == "best" else {}),
        )
        trainer = transformers.Trainer(
            model=model,
            args=arguments,
            train_dataset=rows,
            data_collator=transformers.DataCollatorWithPadding(tokenizer),
        )
        trainer.remove_callback(transformers.PrinterCallback)
        started = time.perf_counter()
        with quiet():
            trainer.train()
        return epochs * len(rows) / (time.perf_counter() - started), trainer, tokenizer


def measured(way: str, data: str, sentences: int, batch: int) -> float:
    """Sentences a second of one run, training alone."""
    if way != "ours":
        return trained(load(data).limited(sentences, 0), way, batch)[0]
    with tempfile.TemporaryDirectory() as folder:
        job = Job(data=data, limit=sentences, batch_size=batch, epochs=1, output=str(Path(folder) / "out"))
        return float(finetune(job, Console(quiet=True))["sentences_per_second"])


def apart(way: str, data: str, sentences: int, batch: int) -> float:
    """The same, in a process of its own: what one sets for its process must not help or harm another."""
    command = [sys.executable, __file__, "--measure", way, "--data", data, "--sentences", str(sentences)]
    ran = subprocess.run([*command, "--batch", str(batch)], stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(ran.stdout.splitlines()[-1]))


def allowed(data: str, sentences: int) -> float:
    """Sentences a second if nothing but the products of the linear layers took time."""
    dtype = torch.bfloat16 if bf16_is_faster() else torch.float32
    side = torch.randn(2048, 2048, dtype=dtype)
    rates = []
    for _ in range(20):
        started = time.perf_counter()
        side @ side
        rates.append(2 * 2048**3 / (time.perf_counter() - started))
    corpus = load(data).limited(sentences, 0)
    model, tokenizer, _ = load_classifier(str(demo_folder()), labels=corpus.labels)
    weights = sum(module.weight.numel() for module in model.modules() if isinstance(module, torch.nn.Linear))
    encoded = tokenizer([example.sentence for example in corpus.train], truncation=True, max_length=128)["input_ids"]
    tokens = sum(map(len, encoded)) / len(encoded)
    return statistics.median(rates) / (6 * weights * tokens)  # two operations forward, four backward


def quality(data: str, batch: int) -> None:
    """Matthews correlations on the first evaluation split, seed by seed."""
    corpus = load(data)
    name, examples = next(iter(corpus.evaluation.items()))
    for seed in range(3):
        with tempfile.TemporaryDirectory() as folder:
            job = Job(data=data, batch_size=batch, seed=seed, output=str(Path(folder) / "out"))
            ours = finetune(job, Console(quiet=True))["evaluation"][name]["after"]["mcc"]
        _, trainer, tokenizer = trained(corpus, "best", batch, epochs=3, seed=seed)
        encoded = tokenizer([example.sentence for example in examples], truncation=True, max_length=128)
        rows = [
            {"input_ids": ids, "attention_mask": mask}
            for ids, mask in zip(encoded["input_ids"], encoded["attention_mask"], strict=True)
        ]
        found = trainer.predict(rows).predictions.argmax(-1)
        theirs = matthews_corrcoef([example.label for example in examples], found)
        print(f"seed {seed}, {name}: ours {ours:.3f}, Trainer {theirs:.3f}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo")
    parser.add_argument("--sentences", type=int, default=480)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--measure", choices=(*TRAINERS, "ours"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    common = options.data, options.sentences, options.batch
    if options.measure:
        print(json.dumps(measured(options.measure, *common)))
        return
    if options.quality:
        quality(options.data, options.batch)
        return
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, transformers {transformers.__version__}")
    turns = [{way: apart(way, *common) for way in ("ours", *TRAINERS)} for _ in range(options.turns)]
    most = allowed(options.data, options.sentences)
    print(f"{'median of ' + str(options.turns):12}{'sentences/s':>12}{'ours beside':>13}{'of the products':>17}")
    for way in ("ours", *TRAINERS):
        speed = statistics.median(turn[way] for turn in turns)
        ratio = statistics.median(turn["ours"] / turn[way] for turn in turns)
        print(f"{way:12}{speed:12.1f}{ratio:13.2f}{speed / most:17.1%}")


if __name__ == "__main__":
    main()
