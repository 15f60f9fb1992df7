"""The page's data and file: columns, memory, runs read back, places that cannot be written. No browser is needed."""

import base64
import hashlib
import json
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import paramwise as pw
from paramwise.page.columns import front_coded, ranges
from paramwise.page.memory import state_bytes
from paramwise.page.page import SCRIPTS, STYLES
from paramwise.page.run import read_run

from models import FrozenTrunk, Plain, TiedEmbedding
from pages import HOSTILE, hostile_plan, write_log, write_run

ASSETS = Path(pw.__file__).parent / "page" / "assets"


def data_of(page: Path) -> dict:
    """The JSON in a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def reported(tmp_path: Path, *args: object, **options: object) -> dict:
    return data_of(pw.report(*args, tmp_path / "report.html", **options))  # type: ignore[arg-type]


def names_in(data: dict) -> list[str]:
    """Names put together as the page does it."""
    names, before = [], ""
    for shared, rest in zip(data["shared"], data["names"], strict=True):
        before = before.encode("utf-16-le", "surrogatepass")[: 2 * shared].decode("utf-16-le", "surrogatepass") + rest
        names.append(before)
    return names


def test_names_come_back_from_the_data() -> None:
    names = ["a", "a", "a.b", "\U0001f600.x", "\U0001f600.y", "\U0001f601", "", "é.1", "é.2"]
    shared, rest = front_coded(names)
    assert names_in({"shared": shared, "names": rest}) == names


def test_positions_come_back_from_runs() -> None:
    runs = ranges([7, 1, 2, 3])
    assert runs == [1, 3, 7, 1]


@pytest.mark.parametrize("model", [Plain, TiedEmbedding, FrozenTrunk])
def test_what_the_data_say_of_a_parameter_is_what_the_plan_says(model: type[torch.nn.Module], tmp_path: Path) -> None:
    plan = pw.plan(model(), "default", pw.Rule(pw.token("weight"), lr_scale=0.5), lr=2e-5)
    data = reported(tmp_path, plan)
    assert names_in(data) == list(plan.catalog.names)
    for at, (parameter, decision) in enumerate(plan):
        outcome, kind = data["outcomes"][data["outcome"][at]], data["kinds"][data["kind"][at]]
        assert outcome["settings"] == decision.settings
        assert (kind["role"], kind["values"]) == (parameter.role, parameter.numel)
        assert data["aliases"].get(str(at), []) == list(parameter.aliases)
        explained = plan.explain(parameter.name)
        assert outcome["candidates"] == {
            setting: [list(pair) for pair in explained.candidates(setting)] for setting in explained.settings
        }
        group = [number for number, group in enumerate(plan.groups) if parameter.name in group.names]
        assert outcome["group"] == (group[0] if group else -1)
    assert [rule["selected"] for rule in data["rules"]] == [plan.selected(index) for index in range(len(plan.rules))]


def test_each_change_names_its_parameters(tmp_path: Path) -> None:
    model = Plain()
    before, after = pw.plan(model, "bert"), pw.plan(model, "default", pw.Rule(pw.name("head.*"), freeze=True))
    data = reported(tmp_path, after, against=before)
    names = names_in(data)
    for change, told in zip(before.diff(after).changes, data["changes"], strict=True):
        at = [
            position
            for first, length in zip(told["at"][::2], told["at"][1::2], strict=True)
            for position in range(first, first + length)
        ]
        assert [names[position] for position in at] == list(change.names)


OPTIMIZERS = [
    *((cls, {}) for cls in (torch.optim.Adam, torch.optim.AdamW, torch.optim.NAdam, torch.optim.RAdam)),
    *((cls, {}) for cls in (torch.optim.Adamax, torch.optim.Adadelta, torch.optim.Adagrad, torch.optim.RMSprop)),
    *((cls, {}) for cls in (torch.optim.Rprop, torch.optim.ASGD, torch.optim.SGD, torch.optim.Muon)),
    (torch.optim.Adafactor, {}),
    (torch.optim.AdamW, {"amsgrad": True}),
    (torch.optim.SGD, {"momentum": 0.9}),
    (torch.optim.RMSprop, {"momentum": 0.9, "centered": True}),
]


@pytest.mark.parametrize(("cls", "options"), OPTIMIZERS, ids=lambda each: getattr(each, "__name__", str(each)))
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_bytes_of_state_are_those_that_torch_holds(cls: type, options: dict, dtype: str) -> None:
    parameter = torch.nn.Parameter(torch.ones(6, 4, dtype=getattr(torch, dtype)))
    parameter.grad = torch.ones_like(parameter)
    optimizer = cls([parameter], lr=0.1, **options)
    optimizer.step()
    held = sum(value.nbytes for value in optimizer.state[parameter].values() if isinstance(value, torch.Tensor))
    assert state_bytes(cls.__name__, options, dtype, (6, 4)) == held


def test_state_of_an_unknown_optimizer_is_not_guessed(tmp_path: Path) -> None:
    data = reported(tmp_path, pw.plan(Plain(), "default", optimizer="sophia"))
    assert set(data["state"]) == {None}
    assert data["assumed"] is None


# --- the file ---------------------------------------------------------------------------------------------------------


def test_hostile_names_can_end_no_element(tmp_path: Path) -> None:
    page = pw.report(hostile_plan(), tmp_path / "report.html", source="</title><script>alert(1)</script>")
    text = page.read_text()
    assert names_in(data_of(page)) == HOSTILE
    assert text.count("<script") == text.count("</script") == 3
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(tmp_path: Path) -> None:
    text = pw.report(pw.plan(Plain()), tmp_path / "report.html").read_text()
    policy = re.search(r'content="(default-src [^"]*)"', text)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none';")
    for code in [
        *re.findall(r"<script>(.*?)</script>", text, re.DOTALL),
        *re.findall(r"<style>(.*?)</style>", text, re.DOTALL),
    ]:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]


def test_every_asset_is_used_and_short() -> None:
    ours = {str(path.relative_to(ASSETS)) for path in ASSETS.rglob("*") if path.suffix in (".js", ".css")}
    assert ours == {*STYLES, *SCRIPTS, "uplot/uPlot.iife.min.js"}
    assert (ASSETS / "uplot" / "LICENSE").read_text().startswith("The MIT License")
    for name in ours - {"uplot/uPlot.iife.min.js", "uplot/uPlot.min.css"}:
        assert len((ASSETS / name).read_text().splitlines()) <= 400, name


def test_scripts_write_no_html() -> None:
    for name in SCRIPTS:
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|https?:",
            (ASSETS / name).read_text(),
        )
        assert not found, name


@pytest.mark.parametrize("place", ["folder", "missing/report.html", "nul\0.html", "a" * 300, "/dev/full", "/proc/x"])
def test_a_place_that_cannot_be_written_has_one_message(place: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(pw.InputError):
        pw.report(pw.plan(Plain()), tmp_path / place)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_a_full_disk_leaves_the_old_page(tmp_path: Path) -> None:
    page = pw.report(pw.plan(Plain()), tmp_path / "report.html")
    before = page.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limit[1]))  # a real error of the system's when writing
    try:
        with pytest.raises(pw.InputError, match="cannot be written: File too large"):
            pw.report(pw.plan(Plain(), "bert"), page)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert page.read_bytes() == before
    assert list(tmp_path.iterdir()) == [page]


def test_there_must_be_something_to_report(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="neither a plan nor a run"):
        pw.report(None, tmp_path / "report.html")


def test_a_model_without_parameters_has_a_page(tmp_path: Path) -> None:
    assert reported(tmp_path, pw.plan(pw.Catalog([])))["names"] == []


# --- runs -------------------------------------------------------------------------------------------------------------


def test_a_run_comes_back(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run"))
    assert run.steps == [1, 2, 3, 4, 5]
    assert run.losses["loss"] == [1.0, 0.5, 0.3333, 0.25, 0.2]
    assert run.scores == {"unseen": {"mcc": (0.0, 0.4), "accuracy": (0.5, 0.7)}}
    assert run.plan is not None
    data = reported(tmp_path, None, run=tmp_path / "run")
    assert len(data["names"]) == 11
    assert data["run"]["steps"] == run.steps


def test_a_log_of_metrics_comes_back(tmp_path: Path) -> None:
    run = read_run(write_log(tmp_path / "metrics.jsonl"))
    assert run.measured_at == [0, 1, 2]
    assert set(run.measured) == {"embedding", "matrix", "norm", "bias", "head"}
    ratios = run.measured["matrix"]["update_ratio"]
    assert all(ratio is not None and ratio > 0 for ratio in ratios)


def test_of_a_long_run_the_extremes_stay(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", steps=30_000)
    lines = (folder / "losses.csv").read_text().splitlines()
    lines[12_345] = "12345,1,99,1e-5,0.5"
    lines[20_000] = "20000,1,nan,1e-5,0.5"
    (folder / "losses.csv").write_text("\n".join(lines))
    run = read_run(folder)
    assert len(run.steps) <= 2002
    assert run.thinned == 30_000
    assert max(loss for loss in run.losses["loss"] if loss is not None) == 99


DAMAGED = {
    "result.json": ["", "[1]", '{"a": 1', "\x00", "{" * 5000],
    "losses.csv": ["", "a,b\n", "step,loss\n1\n", "step,loss\n1,high\n", "\xff"],
    "metrics.jsonl": ["", "{}", "[]", '{"step": 1}\n{"step": 1}', '{"step": "x"}', '{"step": 3}', "{" * 100_000],
    "paramwise.lock": ["", "schema = 3", "\xff"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in DAMAGED.items() for text in texts])
def test_a_damaged_run_has_one_message(name: str, text: str, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    (folder / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(pw.InputError):
        read_run(folder)


@pytest.mark.parametrize(
    "odd", [{"evaluation": 3}, {"evaluation": {"a": {"before": 1}}}, {"job": [], "versions": {"torch": None}}]
)
def test_what_a_result_lacks_is_left_out(odd: dict, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    (folder / "result.json").write_text(json.dumps(odd))
    assert not any(read_run(folder).scores.values())


def test_what_is_not_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="is not the folder of a run"):
        read_run(tmp_path)
    with pytest.raises(pw.InputError, match="no such file"):
        read_run(tmp_path / "metrics.jsonl")


# --- the command ------------------------------------------------------------------------------------------------------


def paramwise(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "paramwise", "report", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


def test_the_command_reports_a_checkpoint_a_lock_and_a_run(tmp_path: Path) -> None:
    save_file({"fc.weight": torch.ones(2, 2), "fc.bias": torch.ones(2)}, tmp_path / "model.safetensors")
    done = paramwise("model.safetensors", "--lr", "1e-3", "--against", "tokens", folder=tmp_path)
    assert (done.stdout, done.stderr) == ("report.html written: 2 parameters in 2 groups\n", "")
    assert data_of(tmp_path / "report.html")["against"] == "tokens"
    pw.write_lock(pw.plan(Plain()), tmp_path / "paramwise.lock")
    write_run(tmp_path / "run")
    done = paramwise("paramwise.lock", "--run", "run", "-o", "lock.html", folder=tmp_path)
    assert done.stdout == "lock.html written: 11 parameters in 2 groups, a run\n"
    done = paramwise("run", "-o", "run.html", folder=tmp_path)
    assert done.stdout == "run.html written: 11 parameters in 2 groups, a run\n"
    done = paramwise(str(write_log(tmp_path / "metrics.jsonl")), "-o", "log.html", folder=tmp_path)
    assert done.stdout == "log.html written: a run\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing.lock",),
        ("run", "--lr", "1"),
        ("run", "--run", "run"),
        ("paramwise.lock", "--exact"),
        ("paramwise.lock", "--against", "nothing"),
        ("paramwise.lock", "--against", "metrics.jsonl"),
        ("paramwise.lock", "-o", "."),
        ("paramwise.lock", "-o", "missing/x.html"),
        ("paramwise.lock", "--run", "."),
        ("metrics.jsonl", "--against", "timm"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_reported_has_one_message(arguments: tuple[str, ...], tmp_path: Path) -> None:
    pw.write_lock(pw.plan(Plain()), tmp_path / "paramwise.lock")
    write_run(tmp_path / "run")
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "optimizer/bias/lr": 1}\n')
    before = sorted(tmp_path.iterdir())
    done = paramwise(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before
