import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import transformers
from safetensors import safe_open

import paramwise as pw
from paramwise.finetune.job import Job, finetune
from paramwise.views.text import console
from test_integrations_family import tokenizer

SMALL = Job(limit=48, epochs=1, batch_size=8, max_length=24)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("done") / "result"
    out = io.StringIO()
    finetune(replace(SMALL, output=str(folder)), console(out))
    return folder, re.sub(r" \n(?=\S)", " ", out.getvalue())  # lines that the console broke


def test_everything_is_written(done: tuple[Path, str]) -> None:
    folder, _ = done
    assert {"config.json", "model.safetensors", "tokenizer.json", "plan.json", "result.json", "losses.csv"} <= {
        path.name for path in folder.iterdir()
    }
    result = json.loads((folder / "result.json").read_text())
    assert set(result["metrics"]) == set(result["metrics_before"]) == {"mcc", "accuracy"}
    assert (result["steps"], result["sentences"]) == (6, 48)
    assert len(pw.read_lock(folder / "paramwise.lock").groups) == 2
    measured = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in measured] == [1, 5]
    assert max(entry["optimizer/matrix/update_ratio"] for entry in measured) > 0
    assert [(g["weight_decay"], g["parameters"], g["numel"]) for g in result["groups"]] == [
        (0.1, 41, 22_682_880),
        (0.0, 64, 31_106),
    ]
    assert result["groups"][0]["lr"] == 5e-5
    assert result["new_parameters"] == ["classifier.weight", "classifier.bias"]
    plan = json.loads((folder / "plan.json").read_text())
    assert plan["schema"] == "paramwise/plan/1"
    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert max(float(row["learning_rate"]) for row in rows) == 5e-5
    with safe_open(folder / "model.safetensors", "pt") as weights:
        assert len(weights.keys()) == 105


def test_every_step_is_shown(done: tuple[Path, str]) -> None:
    _, out = done
    assert "103 parameters from the checkpoint, 2 new: classifier.weight, classifier.bias" in out
    assert re.search(r"0 +decay +0\.1 +41 +22\.7M", out)
    assert re.search(r"1 +no decay +0 +64 +31\.1k", out)
    assert out.index("before training, unseen") < out.index("step 1 of 6") < out.index("after training, unseen")


def test_same_seed_same_result(done: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = done
    finetune(replace(SMALL, output=str(tmp_path / "again")), console(io.StringIO()))
    for name in ("losses.csv", "model.safetensors"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    finetune(replace(SMALL, seed=1, output=str(tmp_path / "other")), console(io.StringIO()))
    assert (folder / "losses.csv").read_bytes() != (tmp_path / "other" / "losses.csv").read_bytes()


def test_result_can_be_trained_on_with_more_classes_and_a_file(done: tuple[Path, str], tmp_path: Path) -> None:
    data = tmp_path / "three.csv"
    data.write_text("sentence,label\n" + "".join(f"sentence number {i} is here,{i % 3}\n" for i in range(60)))
    job = replace(SMALL, model=str(done[0]), data=str(data), output=str(tmp_path / "three"))
    result = finetune(job, console(io.StringIO()))
    assert result["new_parameters"] == ["classifier.weight", "classifier.bias"]  # two classes do not fit three
    assert transformers.AutoConfig.from_pretrained(tmp_path / "three").num_labels == 3


BART = {f"{side}_{of}": 2 for side in ("encoder", "decoder") for of in ("layers", "attention_heads", "ffn_dim")}
UNFIT = {
    # BART looks for the end of a sentence, which this tokenizer does not write
    "at least one <eos> token": (
        transformers.BartForSequenceClassification,
        transformers.BartConfig(vocab_size=200, d_model=8, eos_token_id=3, decoder_start_token_id=3, **BART),
        "its config.json or its tokenizer may not fit the class",
    ),
    "index out of range": (
        transformers.BertForSequenceClassification,
        transformers.BertConfig(vocab_size=8, hidden_size=8, num_hidden_layers=1, num_attention_heads=2),
        "its tokenizer makes token 8, the model has 8",
    ),
}


@pytest.mark.parametrize("told", UNFIT)
def test_a_model_that_fails_on_the_data_is_one_message_before_anything_is_written(told: str, tmp_path: Path) -> None:
    cls, config, help = UNFIT[told]
    data = tmp_path / "data.csv"
    data.write_text("sentence,label\n" + "".join(f"w{i % 7} w3,{i % 2}\n" for i in range(60)))
    folder = tmp_path / "model"
    cls(config).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    job = replace(SMALL, model=str(folder), data=str(data), output=str(tmp_path / "result"))
    with pytest.raises(pw.InputError, match="fails on the first sentences of the data") as caught:
        finetune(job, console(io.StringIO()))
    assert told in str(caught.value)
    assert help in str(caught.value)
    assert not list(tmp_path.glob("result*"))


def test_an_earlier_result_is_replaced_only_when_asked(done: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = done
    before = (folder / "result.json").read_bytes()
    with pytest.raises(pw.InputError, match="--overwrite"):
        finetune(replace(SMALL, output=str(folder)), console(io.StringIO()))
    assert (folder / "result.json").read_bytes() == before
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(pw.InputError, match="is not empty"):
        finetune(replace(SMALL, output=str(tmp_path), overwrite=True), console(io.StringIO()))


def test_a_failed_job_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match=r"the loss is nan|the loss is inf"):
        finetune(replace(SMALL, lr=1e30, output=str(tmp_path / "bad")), console(io.StringIO()))
    assert list(tmp_path.iterdir()) == []


def test_dead_token_stops_before_training(tmp_path: Path) -> None:
    config = transformers.GPT2Config(n_embd=8, n_layer=1, n_head=2, vocab_size=30522, n_positions=32, pad_token_id=0)
    transformers.GPT2ForSequenceClassification(config).save_pretrained(tmp_path / "gpt2")
    from paramwise.sources.demo import demo_folder

    transformers.AutoTokenizer.from_pretrained(demo_folder()).save_pretrained(tmp_path / "gpt2")
    job = replace(SMALL, model=str(tmp_path / "gpt2"), recipe=("bert",), output=str(tmp_path / "out"))
    with pytest.raises(pw.PlanError, match="dead-rule"):
        finetune(job, console(io.StringIO()))
    assert not (tmp_path / "out").exists()


def test_a_table_that_another_optimizer_steps_keeps_its_dense_gradient(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[[rules]]\neverything = true\noptimizer = "AdamW"\n[[rules]]\nroles = "embedding"\noptimizer = "Adam"\n'
    )
    job = Job(recipe=(str(rules),), limit=8, epochs=1, batch_size=8, max_length=16, output=str(tmp_path / "out"))
    assert finetune(job, console(io.StringIO()))["steps"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["default", "muon"])
def test_a_run_that_was_killed_is_resumed_to_the_same_result(recipe: str, tmp_path: Path) -> None:
    options = ["--recipe", recipe, "--limit", "64", "--epochs", "3", "--batch-size", "16", "--max-length", "32"]
    command = [sys.executable, "-m", "paramwise", "finetune", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def start(output: str, *more: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*command, "--output", output, *more], cwd=tmp_path, env=environment, text=True, stdout=pipe, stderr=pipe
        )

    out, err = start("whole").communicate(timeout=300)
    assert (tmp_path / "whole" / "result.json").exists(), err
    assert not (tmp_path / "whole.unfinished").exists()

    killed = start("halves")
    deadline = time.monotonic() + 200
    while not list(tmp_path.glob("halves.unfinished/checkpoint-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.kill()
    killed.communicate()
    assert not (tmp_path / "halves").exists()
    out, err = start("halves", "--resume").communicate(timeout=300)
    assert "resumed from halves.unfinished/checkpoint-" in out, err
    for name in ("model.safetensors", "losses.csv"):
        assert (tmp_path / "halves" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name

    again = start("halves", "--resume", "--overwrite")
    _, err = again.communicate(timeout=300)
    assert (again.returncode, "nothing to resume" in err) == (2, True)
