"""The main job on several processes, really started: the same losses as in one, and resumes across counts."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file

import paramwise as pw
from paramwise.finetune import job as jobs
from paramwise.finetune.batches import IGNORED, Sentence, random_batches, share_of
from paramwise.finetune.job import Job, finetune
from paramwise.finetune.processes import NEEDED, joined
from paramwise.sources.demo import demo_folder
from paramwise.views.text import console

import ranks

COMMON = """
import io, os
from pathlib import Path
import paramwise as pw
from paramwise.finetune import job as jobs
from paramwise.finetune.job import Job, finetune
from paramwise.views.text import console

jobs.bf16_is_faster = lambda: False  # so that sums in another order differ by little


def run(folder, *, stop_at=0, **options):
    # in a folder of its own; at that step it stops as if by Ctrl-C
    Path(folder).mkdir(exist_ok=True)
    os.chdir(folder)
    show = jobs._Shown.show
    def shown(self, step, steps):
        show(self, step, steps)
        if step.step == stop_at:
            raise KeyboardInterrupt
    jobs._Shown.show = shown
    try:
        given = {"model": "../model", "data": "../data.tsv", "lr": 1e-2, "epochs": 2, "batch_size": 6, "output": "out"}
        finetune(Job(**{**given, **options}), console(io.StringIO()))
    except KeyboardInterrupt:
        print("stopped")
    except pw.InputError as error:
        print(str(error))
    finally:
        jobs._Shown.show = show
        os.chdir("..")
"""

SEVERAL = (
    COMMON
    + """
import sys
import torch
import torch.distributed as dist
from paramwise.finetune.training import Training

address, folder = sys.argv[1:]
rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
dist.init_process_group("gloo", init_method=address, rank=rank, world_size=world)
os.chdir(folder)
for case in os.environ["CASES"].split():
    match case:
        case "ddp": run("ddp")
        case "fsdp": run("fsdp", fsdp=True)
        case "stopped": run("stopped", fsdp=True, stop_at=STEP)
        case "resumed-ddp": run("resumed-ddp", resume=True)
        case "resumed-fsdp": run("resumed-fsdp", resume=True, fsdp=True)
        case "differ": run("differ", batch_size=6 + rank, seed=rank)
        case "lacks": run("lacks", data="../data.tsv" if rank == 0 else "../nowhere.tsv")
        case "small": run("small", batch_size=1)
        case "drifted":
            save = Training.save
            def saved(self, path):
                with torch.no_grad():
                    next(self.model.parameters())[0, 0] += rank
                save(self, path)
            Training.save = saved
            run("drifted")
            Training.save = save
    dist.barrier()
"""
)
STEP = 8  # the second of the second epoch: 31 sentences make six steps, the last of a single sentence


def tiny(folder: Path) -> None:
    """A model without dropout, and 33 sentences of different lengths, 31 of them to train on."""
    torch.manual_seed(0)
    size = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config = transformers.BertConfig(vocab_size=30522, max_position_embeddings=128, **size, **dropout)
    transformers.BertForSequenceClassification(config).save_pretrained(folder / "model")
    transformers.AutoTokenizer.from_pretrained(demo_folder()).save_pretrained(folder / "model")
    rows = [f"the {'old ' * (i % 7)}book number {i} is here\t{i % 2}" for i in range(33)]
    (folder / "data.tsv").write_text("\n".join(["sentence\tlabel", *rows]) + "\n")


def losses(folder: Path) -> list[list[float]]:
    with (folder / "out" / "losses.csv").open() as file:
        return [[float(value) for value in row.values()] for row in csv.DictReader(file)]


def assert_same_training(one: Path, other: Path) -> None:
    assert len(losses(one)) == 12
    for step, expected in zip(losses(other), losses(one), strict=True):
        assert step == pytest.approx(expected, abs=1e-5)
    weights = load_file(other / "out" / "model.safetensors")
    for name, tensor in load_file(one / "out" / "model.safetensors").items():
        torch.testing.assert_close(weights[name], tensor, rtol=0, atol=1e-4)


def several(folder: Path, number: int, *cases: str) -> list[str]:
    """What each of several processes printed."""
    address = f"file://{folder}/store-{'-'.join(cases)}"
    groups = [
        {"RANK": str(rank), "WORLD_SIZE": str(number), "CASES": " ".join(cases), "TORCH_CPP_LOG_LEVEL": "ERROR"}
        for rank in range(number)
    ]
    program = SEVERAL.replace("STEP", str(STEP))
    return ranks.run(program, [[address, str(folder)]] * number, groups)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Jobs in one process and in two, each in a folder of its own; what the two printed."""
    folder = tmp_path_factory.mktemp("processes")
    tiny(folder)
    scope: dict[str, object] = {}
    before, cwd = jobs.bf16_is_faster, Path.cwd()
    os.chdir(folder)
    try:
        exec(COMMON, scope)
        run = scope["run"]
        assert callable(run)
        run("alone")
        run("resumed-ddp", stop_at=STEP)
        shutil.copytree("resumed-ddp", "resumed-fsdp")
        printed = several(
            folder, 2, "ddp", "fsdp", "resumed-ddp", "resumed-fsdp", "stopped", "differ", "lacks", "small", "drifted"
        )
        run("stopped", resume=True)
    finally:
        os.chdir(cwd)
        jobs.bf16_is_faster = before
    return folder, printed


@pytest.mark.parametrize("case", ["ddp", "fsdp", "resumed-ddp", "resumed-fsdp", "stopped"])
def test_two_processes_train_as_one_does_sharded_or_not_and_resumed_in_the_other_number(
    case: str, done: tuple[Path, list[str]]
) -> None:
    folder, _ = done
    assert_same_training(folder / "alone", folder / case)
    assert not (folder / case / "out.unfinished").exists()


def test_the_result_is_an_ordinary_one(done: tuple[Path, list[str]]) -> None:
    folder, _ = done
    config = transformers.AutoConfig.from_pretrained(folder / "fsdp" / "out")
    assert config.architectures == ["BertForSequenceClassification"]
    names = {path.name for path in (folder / "alone" / "out").iterdir()}
    assert {path.name for path in (folder / "fsdp" / "out").iterdir()} == names - {"metrics.jsonl"}


def test_what_is_wrong_in_one_process_is_one_error_in_all(done: tuple[Path, list[str]]) -> None:
    folder, printed = done
    first, second = printed
    assert first == second
    differ = "the processes do not have the same job: 2 things differ\n   | batch_size: 6 in process 0, 7 in process 1"
    assert differ in first
    assert "no data file `../nowhere.tsv`\n   | only in process 1 of 2" in first
    assert "a batch of 1 cannot be shared by 2 processes" in first
    assert "the processes hold different state" in first
    assert (
        "they differ in 1 part\n  --> out.unfinished/checkpoint-6\n   | extra `weights`: another on rank 0 than"
        in first
    )
    assert not list((folder / "drifted").glob("*/checkpoint-*"))
    for case in ("differ", "lacks", "small"):
        assert list((folder / case).iterdir()) == [], "nothing is written"


def test_batches_are_the_same_on_any_number_of_processes_and_each_sentence_is_somebody_s() -> None:
    lengths = [3 + index * 7 % 19 for index in range(203)]
    batches = random_batches(lengths, 8, seed=1, epoch=2)
    assert batches == random_batches(lengths, 8, seed=1, epoch=2) != random_batches(lengths, 8, seed=1, epoch=3)
    assert sorted(index for batch in batches for index in batch) == list(range(203))
    tokenizer = transformers.AutoTokenizer.from_pretrained(demo_folder())
    batch = [Sentence([5] * length, 1) for length in (9, 4, 2)]
    shares = [share_of(batch, tokenizer, rank, 4) for rank in range(4)]
    assert [share.labels.tolist() for share in shares] == [[1], [1], [1], [IGNORED]]
    assert [(share.own, share.whole) for share in shares] == [(1, 3), (1, 3), (1, 3), (0, 3)]
    assert {tuple(share.inputs["input_ids"].shape) for share in shares} == {(1, 9)}, "padded as the whole batch"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SLURM_STEP_NUM_TASKS": "4"}, "4 processes were started, and each would train alone"),
        ({"RANK": "1"}, "does not say how the processes of the job find each other"),
        ({"RANK": "2", "WORLD_SIZE": "2", "MASTER_ADDR": "here", "MASTER_PORT": "1"}, "does not say how"),
        (dict.fromkeys(NEEDED, "2") | {"WORLD_SIZE": "3", "ACCELERATE_USE_FSDP": "true"}, "FSDP of accelerate"),
    ],
)
def test_an_environment_that_would_go_wrong(
    environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NEEDED:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(pw.InputError, match=message), joined():
        pass


def test_sharding_needs_several_processes(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="only one"):
        finetune(Job(fsdp=True, output=str(tmp_path / "out")), console(stderr=True))


@pytest.mark.slow
def test_four_processes_resume_what_a_killed_one_of_two_left(tmp_path: Path) -> None:
    tiny(tmp_path)
    options = ["--model", "model", "--data", "data.tsv", "--lr", "1e-2", "--batch-size", "6", "--epochs", "20"]

    def start(number: int, *more: str) -> subprocess.Popen[str]:
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(number)]
        return subprocess.Popen(
            [*launcher, "-m", "paramwise", "finetune", *options, *more],
            cwd=tmp_path, env={**os.environ, "OMP_NUM_THREADS": "1"}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    killed = start(2, "--fsdp")
    deadline = time.monotonic() + 200
    while not list(tmp_path.glob("*.unfinished/checkpoint-*/state.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = subprocess.run(
        ["pgrep", "-P", str(killed.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    os.kill(int(workers[1]), signal.SIGKILL)
    out, told = killed.communicate(timeout=120)
    assert killed.returncode == 1
    assert told.count("error: ") == 1, told
    assert "--resume goes on from the last checkpoint" in told
    resumed = start(4, "--resume")
    out, told = resumed.communicate(timeout=240)
    assert resumed.returncode == 0, told
    assert "resumed from paramwise-finetune.unfinished/checkpoint-" in out
    assert "step 120 of 120" in out
    assert out.count("after training") == 1, "a single process prints"
