import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from safetensors.numpy import save_file

import paramwise as pw
from paramwise.cli import commands, watch, watching
from paramwise.cli import main as cli

from models import Plain, tiny_bert

BERT = ("--recipe", "bert")
COMMANDS = ["inspect", "plan", "explain", "finetune", "watch", "lock", "verify", "diff", "migrate", "schema"]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["paramwise", *arguments])
    with pytest.raises(SystemExit) as exited:
        cli.main()
    return int(exited.value.code or 0)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("model")
    tiny_bert(layers=4).save_pretrained(folder)
    return str(folder)


def test_real_process_and_module() -> None:
    version = subprocess.run(
        [sys.executable, "-m", "paramwise", "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout == "0.1.0\n"
    failed = subprocess.run([sys.executable, "-m", "paramwise", "inspect", "nothing"], capture_output=True, text=True)
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert failed.stderr.startswith("error: `nothing` is not a local folder, and the Hub cannot be reached\n")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_a_real_example(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, command, "--help") == 0
    assert f"Example:  paramwise {command}" in capsys.readouterr().out


def test_help_says_of_each_command_what_it_does() -> None:
    for name, summary in commands.COMMANDS.items():
        command = typer.main.get_group(commands.loaded(name)).commands[name]
        assert (command.help or "").partition("\n\n")[0] == summary


def test_watch_reads_by_hand_the_options_that_its_help_shows() -> None:
    options = [each for each in typer.main.get_command(watch.app).params if each.opts[0].startswith("--")]
    options = [each for each in options if "completion" not in each.opts[0]]  # typer's own
    assert {each.opts[0] for each in options if not each.is_flag} == set(watching.TAKE_A_VALUE)
    assert [each.opts for each in options if each.is_flag] == [["--keep-going"]]


def in_a_terminal(code: str, seconds: float = 30) -> str:
    """What a process of Python writes to the terminal that it runs in."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", code], stdout=follower, stderr=follower, close_fds=True)
    os.close(follower)
    written = b""
    with contextlib.suppress(OSError):  # the end of a terminal, on Linux
        while part := os.read(leader, 4096):
            written += part
    os.close(leader)
    assert process.wait(seconds) == 0, written
    return written.decode()


def test_what_takes_long_is_said_on_a_terminal_and_nothing_of_it_stays() -> None:
    code = (
        "import time; from paramwise.cli import progress; progress._PATIENCE = {}\n"
        "with progress.working('building\\x1b[2J'): time.sleep(1)\n"
        "print('done')"
    )
    shown = in_a_terminal(code.format(0.01))
    assert r"building\x1b[2J" in shown
    assert shown.endswith("\x1b[2Kdone\r\n") or "\x1b[2K" in shown
    assert in_a_terminal(code.format(9)) == "done\r\n"


def test_how_many_shards_are_read_is_said_while_they_are(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        save_file({f"h.{number}.weight": np.ones((2, 2), "f4")}, tmp_path / f"model-{number:05}-of-00003.safetensors")
    code = (
        "import time; from paramwise.cli import progress; from paramwise.files import headers; import paramwise as pw\n"
        "progress._PATIENCE, read = 0.01, headers._header\n"
        "headers._header = lambda path: (time.sleep(0.5), read(path))[1]\n"
        f"with progress.working('reading it'): pw.read({str(tmp_path)!r})\n"
    )
    shown = in_a_terminal(code)
    assert "reading it: shard 1 of 3" in shown
    assert "reading it: shard 3 of 3" in shown


def test_a_command_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "wacth") == 2
    assert "Did you mean 'watch'?" in capsys.readouterr().err


def test_a_closed_pipe_is_no_error(saved: str) -> None:
    command = f"{sys.executable} -m paramwise inspect {saved} --json | head -1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert run.stdout == "{\n"
    assert run.stderr == ""


def test_inspect(saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "inspect", saved, "--layer", "3", "--values") == 0
    out = capsys.readouterr().out
    assert "16 of 73 parameters" in out
    assert "Parameter containing:" in out
    assert "tensor([[" in out
    assert "device='cpu', requires_grad=True)" in out
    assert "requires_grad=True: a gradient is computed for it" in out


def test_inspect_json_narrowed(saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "inspect", saved, "--json", "--role", "norm", "--name", "*layer.1.*", "--values") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "paramwise/inspect/1"
    assert [p["name"].split(".")[-3:] for p in data["parameters"]] == [
        ["output", "LayerNorm", "weight"],
        ["output", "LayerNorm", "weight"],
    ]
    assert data["parameters"][0]["values"].startswith("tensor([1., 1., 1.,  ..., 1.")


def test_plan_json_is_as_documented(
    saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "plan", saved, "--exact", "--json", "--lr", "2e-5", "--weight-decay", "0.05") == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data) == {"schema", "source", "parameters", "groups", "findings"}
    assert data["schema"] == "paramwise/plan/1"
    assert data["source"] == saved
    assert data["parameters"][0]["settings"] == {"lr": 2e-05, "weight_decay": 0.05}
    assert data["parameters"][0]["decided_by"] == {"weight_decay": "decay"}
    assert [group["settings"]["weight_decay"] for group in data["groups"]] == [0.05, 0.0]
    assert data["findings"] == []


def test_plan_with_a_dead_token_exits_1(
    saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(monkeypatch, "plan", saved, *BERT, "--no-decay", "bias", "--no-decay", "LayerNrom.weight", "--values") == 1
    )
    out = capsys.readouterr().out
    assert "error[PW101 dead-rule]: rule 3 `no decay: LayerNrom.weight` selects no parameter" in out
    assert "bert.embeddings.LayerNorm.weight" in out
    assert "Parameter containing:" in out
    assert "-->" not in out


def test_explain(saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    name = "bert.encoder.layer.3.output.LayerNorm.weight"
    assert run(monkeypatch, "explain", saved, name, *BERT) == 0
    assert "overruled" in capsys.readouterr().out
    assert run(monkeypatch, "explain", saved, name, "--json", "--lr", "1e-3") == 0
    assert json.loads(capsys.readouterr().out)["settings"] == {"lr": 0.001, "weight_decay": 0.0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["inspect", "SAVED", "--layer", "99"], "layers are 0 to 3"),
        (["inspect", "SAVED", "--name", "*.layer.1.output.LayerNrom.weight"], "nearest names: bert.encoder.layer.1"),
        (["inspect", "SAVED", "--role", "nrom"], "did you mean `norm`?"),
        (["inspect", "SAVED", "--role", "other"], "roles here: bias"),
        (["inspect", "SAVED", "--role", "norm", "--name", "*bias"], "leave out one of"),
        (["plan", "SAVED", "--recipe", "brt"], "unknown recipe `brt`\nhelp: did you mean `bert`?"),
        (["plan", "SAVED", "--weight-decay", "-0.1"], "weight_decay is -0.1"),
        (["plan", "SAVED", "--lr", "0"], "lr is 0"),
        (["plan", "SAVED", "--lr", "1", "--set", "lr=2"], "`lr` is given twice"),
        (["plan", "SAVED", "--set", f"lr={'9' * 5000}"], "lr is '999"),
        (["plan", "SAVED", "--lr", "nan"], "lr is nan"),
        (["plan", "SAVED", *BERT, "--no-decay", ""], "no empty ones"),
        (["explain", "SAVED", "bert.encoder.layer.3.output.LayerNorm.wieght"], "nearest: bert.encoder.layer.3"),
        (
            ["finetune", "--model", "no/such-model", "--data", "demo"],
            "`no/such-model` is not a local folder, and the Hub cannot be reached",
        ),
        (["finetune", "--model", "SAVED", "--recipe", "brt"], "knows no word of the data"),
        (["finetune", "--recipe", "brt"], "unknown recipe `brt`"),
        (["finetune", "--weight-decay", "-1"], "weight_decay is -1"),
        (["finetune", "--lr", "0"], "lr is 0"),
        (["finetune", "--lr", "nan"], "lr is nan"),
        (["finetune", "--epochs", "0"], "--epochs is 0"),
        (["finetune", "--batch-size", "-3"], "--batch-size is -3"),
        (["finetune", "--max-length", "5000"], "the model has 512 positions"),
        (["finetune", "--limit", "0"], "--limit is 0"),
        (["finetune", "--data", "missing.tsv"], "no data file `missing.tsv`"),
        (["finetune", "--output", __file__], "is a file"),
        (["finetune", "--output", "/proc/nowhere/result"], "cannot write --output"),
        (["plan", "SAVED", "--no-decay", "bias"], "takes no tokens"),
        (["inspect", "SAVED", "--tower", "decoder"], "has no towers"),
        (["inspect", "torch.nn:ReLU"], "has no parameters"),
        (["finetune", "--output", str(Path(__file__).parent)], "is not empty"),
        (["plan", "SAVED", "--set", "decay"], "give NAME=VALUE"),
        (["plan", "SAVED", "--set", "decai=1"], "there is no option `decai`"),
        (["plan", "SAVED", "--recipe", "layerwise", "--set", "decay=2"], "decay is 2"),
        (["plan", "SAVED", "--recipe", "muon"], "recipe `muon` needs `lr`"),
        (["plan", "SAVED", "--rules", "missing.toml"], "there is no file missing.toml"),
        (["verify", "SAVED"], "there is no lock paramwise.lock"),
        (["lock", "SAVED", "-o", "/proc/nowhere"], "cannot be written"),
        (["diff", "SAVED"], "compare two lock files"),
        (["diff", "a.lock", "b.lock"], "there is no lock a.lock"),
        (["diff", "a.lock", "b.lock", "--lr", "1"], "two locks are compared as they are"),
        (["diff", "SAVED", __file__], "to compare a SOURCE with a lock: paramwise verify"),
        (["diff", "SAVED", "--against", "a.lock"], "there is no lock a.lock"),
        (["lock", "SAVED", "-o", "x" * 300], "cannot be written"),
        (["diff", "SAVED", "--against", "trainr"], "did you mean `trainer`"),
        (["migrate", "nowhere"], "is not module:function"),
        (["migrate", "models:plain"], "return (model, optimizer)"),
        (["migrate", "models:broken"], "calling `models:broken` failed: ValueError"),
        (["inspect"], "Missing argument"),
        (["plan", "SAVED", "--lr", "fast"], "Invalid value"),
        (["nothing"], "No such command"),
    ],
)
def test_bad_input_gets_one_message_and_exit_code_2(
    arguments: list[str],
    message: str,
    saved: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert run(monkeypatch, *[saved if argument == "SAVED" else argument for argument in arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert captured.err.count("error:") <= 1
    assert list(tmp_path.iterdir()) == []


def test_locked_verified_and_compared(
    saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "lock", saved, "--lr", "2e-5") == 0
    assert "paramwise.lock written: " in capsys.readouterr().out
    assert run(monkeypatch, "lock", saved, "--lr", "2e-5") == 0
    assert "paramwise.lock as before: " in capsys.readouterr().out
    assert run(monkeypatch, "verify", saved) == 0
    assert "all as locked in paramwise.lock" in " ".join(capsys.readouterr().out.split())
    assert run(monkeypatch, "verify", saved, "--lr", "1e-5") == 1
    assert "lr 2e-05 -> 1e-05" in capsys.readouterr().out
    assert run(monkeypatch, "verify", saved, "--lr", "1e-5", "--json") == 1
    assert json.loads(capsys.readouterr().out)["schema"] == "paramwise/diff/1"

    assert run(monkeypatch, "lock", saved, "--lr", "2e-5", "--recipe", "no_decay_1d", "-o", "other.lock") == 0
    capsys.readouterr()
    assert run(monkeypatch, "diff", "paramwise.lock", "other.lock") == 0
    assert run(monkeypatch, "lock", saved, "--lr", "3e-5", "-o", "other.lock") == 0  # what changes is shown
    assert "lr 2e-05 -> 3e-05" in capsys.readouterr().out
    assert run(monkeypatch, "diff", "paramwise.lock", "other.lock") == 1


@pytest.mark.parametrize("against", ["trainer", "timm", "tokens", "ndim", "default", "rules.toml"])
def test_compared_with_what_is_used_today(
    against: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.toml").write_text('recipe = "default"\n')
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    (tmp_path / "factory.py").write_text("from models import tiny\nt5 = lambda: tiny('t5')\n")
    code = run(monkeypatch, "diff", "factory:t5", "--against", against)
    out = capsys.readouterr().out
    assert code == (1 if against in ("trainer", "tokens") else 0), out
    if against == "trainer":
        assert out.startswith("2 of 47 parameters get something else")
        assert out.count("relative_attention_bias.weight") == 2


def test_migrated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    (tmp_path / "made.py").write_text(
        "import torch\nfrom models import Plain\n"
        "def make():\n"
        "    model = Plain()\n"
        "    vectors = [p for p in model.parameters() if p.ndim < 2]\n"
        "    matrices = [p for p in model.parameters() if p.ndim >= 2]\n"
        "    groups = [{'params': matrices, 'weight_decay': 0.05}, {'params': vectors, 'weight_decay': 0.0}]\n"
        "    return model, torch.optim.AdamW(groups, lr=3e-4)\n"
    )
    assert run(monkeypatch, "migrate", "made:make") == 0
    captured = capsys.readouterr()
    assert "pw.plan(" in captured.out
    assert "the same for all 11 parameters" in captured.err
    assert run(monkeypatch, "migrate", "made:make", "--toml") == 0
    (tmp_path / "paramwise.toml").write_text(capsys.readouterr().out)
    plan = pw.plan(Plain(), tmp_path / "paramwise.toml")
    assert {one.settings["weight_decay"] for one in plan.groups} == {0.05, 0.0}


def test_the_folders_own_rules_are_taken(
    saved: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paramwise.toml").write_text('recipe = { name = "default", weight_decay = 0.25 }\n')
    assert run(monkeypatch, "plan", saved) == 0
    captured = capsys.readouterr()
    assert "weight_decay 0.25" in captured.out
    assert "rules from paramwise.toml" in captured.err
    assert run(monkeypatch, "lock", saved) == 0
    (tmp_path / "paramwise.toml").write_text('recipe = { name = "default", weight_decay = 0.5 }\n')
    assert run(monkeypatch, "verify", saved) == 1
    assert "weight_decay 0.25 -> 0.5" in capsys.readouterr().out
    assert run(monkeypatch, "plan", saved, "--recipe", "default") == 0
    assert "weight_decay 0.1" in capsys.readouterr().out


def test_the_schema_is_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "paramwise.toml"


def test_finetune_takes_the_rate_of_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paramwise.toml").write_text('recipe = "default"\noptimizer = { name = "AdamW", lr = 1e-5 }\n')
    options = ["--limit", "8", "--epochs", "1", "--batch-size", "8", "--max-length", "16", "--output", "out"]
    assert run(monkeypatch, "finetune", *options) == 0
    groups = json.loads((tmp_path / "out" / "result.json").read_text())["groups"]
    assert [one["lr"] for one in groups] == [1e-5, 1e-5]
    assert run(monkeypatch, "finetune", *options, "--lr", "3e-5", "--overwrite") == 0
    groups = json.loads((tmp_path / "out" / "result.json").read_text())["groups"]
    assert [one["lr"] for one in groups] == [3e-5, 3e-5]
