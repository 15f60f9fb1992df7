"""Sentences a second of the main job, beside plain ``Trainer`` as most projects call it, in one run.

All train the same model on the same sentences with the same batch size:

- padded to 128: ``Trainer``, every sentence padded to ``max_length`` (``padding="max_length"``, as in most tutorials)
- dynamic padding: ``Trainer`` with ``DataCollatorWithPadding``
- paramwise: the job of ``paramwise finetune``: dynamic padding, batches grouped by length, bfloat16 where it is faster

Usage: python benchmarks/finetune.py [--data FOLDER] [--sentences 256] [--repeat 2] [--quality]

``--quality`` runs the whole of CoLA (3 epochs, seed 0, lr 5e-5) and prints Matthews correlations.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import transformers
from rich.console import Console

from paramwise.finetune.data import load
from paramwise.finetune.job import Job, finetune
from paramwise.sources.demo import demo_folder
from paramwise.sources.transformers import load_classifier, quiet


def plain_trainer(data: str, sentences: int, *, pad_to: int | None) -> float:
    """Sentences a second of ``Trainer`` with its own defaults (fp32, its own grouping)."""
    corpus = load(data).limited(sentences, 0)
    transformers.set_seed(0)
    model, tokenizer, _ = load_classifier(str(demo_folder()), labels=corpus.labels)
    padding: dict[str, Any] = {"padding": "max_length", "max_length": pad_to} if pad_to else {"max_length": 128}
    encoded = tokenizer([example.sentence for example in corpus.train], truncation=True, **padding)
    rows = [
        {"input_ids": ids, "attention_mask": mask, "label": example.label}
        for ids, mask, example in zip(encoded["input_ids"], encoded["attention_mask"], corpus.train, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        arguments = transformers.TrainingArguments(
            output_dir=folder,
            num_train_epochs=1,
            per_device_train_batch_size=32,
            learning_rate=5e-5,
            weight_decay=0.1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=not torch.accelerator.is_available(),
            dataloader_pin_memory=torch.accelerator.is_available(),
        )
        trainer = transformers.Trainer(
            model=model,
            args=arguments,
            train_dataset=rows,
            data_collator=transformers.DataCollatorWithPadding(tokenizer),
        )
        started = time.perf_counter()
        with quiet():
            trainer.train()
        return len(rows) / (time.perf_counter() - started)


def ours(data: str, sentences: int) -> float:
    """Sentences a second of the main job, training alone."""
    with tempfile.TemporaryDirectory() as folder:
        job = Job(data=data, limit=sentences, epochs=1, output=str(Path(folder) / "out"))
        return float(finetune(job, Console(quiet=True))["sentences_per_second"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="demo")
    parser.add_argument("--sentences", type=int, default=256)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--quality", action="store_true")
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, transformers {transformers.__version__}")
    runs = {
        "Trainer, padded to 128": lambda: plain_trainer(options.data, options.sentences, pad_to=128),
        "Trainer, dynamic padding": lambda: plain_trainer(options.data, options.sentences, pad_to=None),
        "paramwise finetune": lambda: ours(options.data, options.sentences),
    }
    # in turns, so that a slow spell of the machine falls on all
    speeds = dict.fromkeys(runs, 0.0)
    for _ in range(options.repeat):
        for name, run in runs.items():
            speeds[name] = max(speeds[name], run())
    reference = speeds["Trainer, padded to 128"]
    print(f"{'best of ' + str(options.repeat):28}{'sentences/s':>12}{'ratio':>8}")
    for name, speed in speeds.items():
        print(f"{name:28}{speed:12.1f}{speed / reference:8.2f}")
    if options.quality:
        with tempfile.TemporaryDirectory() as folder:
            result = finetune(Job(data=options.data, output=str(Path(folder) / "out")), Console(quiet=True))
        for name, measured in result["evaluation"].items():
            before, after = measured["before"]["mcc"], measured["after"]["mcc"]
            print(f"Matthews correlation, {name}: {before:.3f} before, {after:.3f} after")
        print(f"{result['steps']} steps, {result['train_seconds']:.0f} s, {result['sentences_per_second']:.1f}/s")


if __name__ == "__main__":
    main()
