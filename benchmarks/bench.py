"""Every comparison of speed, in one command: ours and the peer take turns, ratios first.

Each comparison runs ours, the peer, ours, the peer ... in one process (start-up: in processes of their own), and gives
the median of the turns' ratios with the middle half of them, so that a slow spell of the machine falls on both. A ratio
below 1 means that ours takes less. Where nobody else does the same, ours stands alone, in seconds. The peers are called
as their documentation calls them, with their users' settings; timm is the one that ``make setup`` puts into
``.venv/peers``, which only the comparison that needs it sees. Each word of ``--only`` runs in a process of its own.

Usage: python benchmarks/bench.py [--full] [--only WORD ...] [--json FILE] [--write docs/performance.md]

The quick run takes less than ten minutes on two cores. ``--full`` takes more turns and larger models.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

import finetune as main_job
import metrics as measured
import muon as muon_step
import paramwise as pw
import planning
import state as states
import zoos
from paramwise.torch.optimizers.muon import Muon
from paramwise.words import plural

PEERS = Path(sys.prefix) / "peers"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
Run = Callable[[], object]


@dataclass
class Row:
    """One comparison: the median ratio of ours to the peer, the middle half of the ratios, and both in seconds."""

    subject: str
    peer: str
    ratio: float | None
    middle: tuple[float, float] | None
    ours: float
    theirs: float | None
    goal: str = ""


def seconds(run: Run) -> float:
    """Of one run; its result is released outside of the measured time."""
    started = time.perf_counter()
    result = run()
    taken = time.perf_counter() - started
    del result
    return taken


def against(subject: str, ours: Run, peer: str, theirs: Run, turns: int, goal: str = "") -> Row:
    """Ours and a peer in turns, after a turn that does not count; what lives then is not collected in either's time."""
    seconds(ours), seconds(theirs)
    gc.collect()
    gc.freeze()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(turns)]
    gc.unfreeze()
    ratios = sorted(mine / other for mine, other in pairs)
    quarter = len(ratios) // 4
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    middle = ratios[quarter], ratios[-1 - quarter]
    return Row(subject, peer, statistics.median(ratios), middle, mine, other, goal)


def alone(subject: str, ours: Run, turns: int, goal: str = "") -> Row:
    """What nobody else does: the median."""
    taken = [seconds(ours) for _ in range(turns + 1)][1:]
    return Row(subject, "", None, None, statistics.median(taken), None, goal)


# --- what is compared -------------------------------------------------------------------------------------------------


def plans(full: bool) -> Iterator[Row]:
    """Planning a model: roles, rules and groups."""
    sys.path.append(str(PEERS))
    zoos.importable()
    for size in (240, 3_072, 12_288, 98_304):
        model = planning.model_of(size)
        turns = 201 if size < 1000 else 41 if size < 20_000 else 9
        goal = "1.3" if size == 240 else "1.0"
        ours, bare, timm, trainer, records = (
            partial(run, model)
            for run in (planning.ours, planning.bare, planning.timm, planning.trainer, planning.records)
        )
        few = max(5, turns // 8)
        yield against(f"plan {size:,} parameters", ours, "named_parameters()", bare, turns, goal)
        yield against(f"plan {size:,} parameters", ours, "timm", timm, few)
        if size <= (12_288 if full else 3_072):
            yield against(f"plan {size:,} parameters", ours, "Trainer", trainer, 3)
        yield against(f"... and every record, {size:,}", records, "named_parameters()", bare, few, "3.0")


def large(full: bool) -> Iterator[Row]:
    """What else is done with 98,304 parameters."""
    model = planning.model_of(98_304)
    matrices = [tensor for tensor in model.parameters() if tensor.ndim > 1]
    vectors = [tensor for tensor in model.parameters() if tensor.ndim < 2]
    by_hand = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(by_hand, lr=1e-3)
    plan, read = pw.plan(model, "default", lr=1e-3), pw.read_groups(model, optimizer)
    turns = 9 if full else 5
    yield alone("read_groups, 98,304", lambda: pw.read_groups(model, optimizer), turns, "0.5 s")
    yield alone("suggest_rules, 98,304", lambda: pw.suggest_rules(read), turns, "0.5 s")
    yield alone("diff, 98,304", lambda: str(plan.diff(read)), turns, "0.5 s")
    yield alone("audit, 98,304", lambda: pw.audit(optimizer, model), turns, "0.5 s")
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "model.lock"
        yield alone("lock, 98,304", lambda: pw.write_lock(plan, lock), turns, "0.5 s")
        yield alone("read and verify a lock, 98,304", lambda: str(pw.read_lock(lock).diff(plan)), turns, "0.5 s")
    irregular = _without_pattern(2_000)
    yield alone("suggest_rules, 4,000 of 40 random rates", lambda: pw.suggest_rules(irregular), turns, "5 s")


def _without_pattern(layers: int) -> pw.Plan:
    model = nn.Module()
    model.layers = nn.ModuleList(nn.Linear(2, 2, device="meta") for _ in range(layers))
    draw = torch.Generator().manual_seed(0)
    groups: dict[int, list[torch.Tensor]] = {}
    for tensor in model.parameters():
        groups.setdefault(int(torch.randint(40, (), generator=draw)), []).append(tensor)
    return pw.read_groups(model, [{"params": own, "lr": 1e-3 * (1 + rate)} for rate, own in groups.items()])


def headers(full: bool) -> Iterator[Row]:
    """Checkpoints that are planned by their headers alone."""
    with tempfile.TemporaryDirectory() as name, redirect_stdout(io.StringIO()):
        index = planning.deepseek_v3(Path(name))
        bare = partial(_json_of_headers, index)
        yield against("plan 92,000 headers", lambda: pw.plan(pw.read(index), lr=1e-3).groups, "json.loads", bare, 5)


def _json_of_headers(index: Path) -> list[Any]:
    found: list[Any] = [json.loads(index.read_text())]
    for shard in sorted(index.parent.glob("*.safetensors")):
        with shard.open("rb") as file:
            found.append(json.loads(file.read(int.from_bytes(file.read(8), "little"))))
    return found


def steps(full: bool) -> Iterator[Row]:
    """A step of AdamW in some groups, beside torch's as it comes in the same groups, and in a group for each tensor."""
    for millions in (22, 110) if full else (22,):
        width = int((millions * 1e6 / 240) ** 0.5)
        model = nn.Sequential(*(nn.Linear(width, width) for _ in range(240)))
        for tensor in model.parameters():
            tensor.grad = torch.randn_like(tensor) * 1e-3
        names = [name for name, _ in model.named_parameters()]
        apart = torch.optim.AdamW([{"params": [tensor]} for tensor in model.parameters()], lr=1e-4)
        turns = 31 if full else 9
        for count in (1, 28, 201, 465):
            rates = [pw.Rule(pw.name(name), lr=1e-4 * (2 + at / count)) for at, name in enumerate(names[: count - 1])]
            planned = pw.plan(model, [pw.Rule(pw.everything(), lr=1e-4, weight_decay=0.01), *rates]).optimizer(
                torch.optim.AdamW
            )
            assert len(planned.param_groups) == count
            theirs = torch.optim.AdamW(as_groups(planned), lr=1e-4)
            subject = f"AdamW of {millions} M values, {plural(count, 'group')}"
            yield against(subject, planned.step, "torch, the same groups", theirs.step, turns)
            yield against(subject, planned.step, "torch, a group a tensor", apart.step, turns)


def as_groups(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """The groups of an optimizer for another one, which decides itself how it steps them."""
    kept = ("params", "lr", "weight_decay")
    return [{key: group[key] for key in kept} for group in optimizer.param_groups]


def kept(full: bool) -> Iterator[Row]:
    """Optimizer state, saved and loaded."""
    millions = 110 if full else 22
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, optimizer = states.made(millions, state=True)
        ours, theirs = folder / "state.safetensors", folder / "state.pt"
        save, bare = partial(pw.save_state, optimizer, model, ours), partial(states.torch_save, optimizer, theirs)
        yield against(f"save state of {millions} M values", save, "torch.save", bare, 5, "1.0")
        fresh_model, fresh = states.made(millions, state=False)

        def load() -> None:
            fresh.state.clear()
            pw.load_state(fresh, fresh_model, ours)

        def torchs() -> None:
            fresh.state.clear()
            states.torch_load(fresh, theirs)

        yield against(f"load state of {millions} M values", load, "torch.load", torchs, 5, "1.0")


def watched(full: bool) -> Iterator[Row]:
    """Norms and update ratios of every parameter of BERT-base in one step, beside the loop that people write."""
    model = measured.bert_base()
    optimizer = pw.plan(model, lr=1e-5).optimizer(torch.optim.AdamW)
    optimizer.step()

    def ours() -> None:
        with pw.metrics(optimizer, model, every=1) as meter:
            optimizer.step()
            meter.read()

    turns = 9 if full else 5
    by_hand = partial(measured.by_hand, optimizer.step, model)
    yield against("a step with metrics, BERT-base", ours, "a loop with .item()", by_hand, turns)
    yield against("a step with metrics, BERT-base", ours, "a step without", optimizer.step, turns)


def starts(full: bool) -> Iterator[Row]:
    """Start of processes."""
    turns = 21 if full else 11

    def ran(*command: str) -> Run:
        return lambda: subprocess.run([sys.executable, *command], capture_output=True, check=True)

    yield against("import paramwise", ran("-c", "import paramwise"), "python -c pass", ran("-c", "pass"), turns)
    yield alone("paramwise --help", ran("-m", "paramwise", "--help"), turns, "0.15 s")
    yield alone("paramwise plan demo", ran("-m", "paramwise", "plan", "demo"), turns, "0.5 s")
    yield alone("import torch, which most commands never do", ran("-c", "import torch"), 3)


def muons(full: bool) -> Iterator[Row]:
    """A step of Muon: matrices apart, as torch takes them, and the same with query, key and value fused."""
    layers, turns = (12, 3) if full else (3, 3)
    theirs = torch.optim.Muon(muon_step.weights(muon_step.APART * layers), lr=0.02)
    ours = Muon(muon_step.weights(muon_step.APART * layers), lr=0.02)
    yield against(f"Muon, {layers} layers of BERT-base", ours.step, "torch.optim.Muon", theirs.step, turns, "0.5")


def jobs(full: bool) -> Iterator[Row]:
    """The main job, in seconds a sentence of training; each run in a process of its own."""
    sentences, turns = 960, 5 if full else 3
    for way, peer, goal in (("best", "Trainer at its best", "0.67"), ("padded", "Trainer, padded to 128", "0.1")):
        pairs = [
            (1 / main_job.apart("ours", "demo", sentences, 16), 1 / main_job.apart(way, "demo", sentences, 16))
            for _ in range(turns if way == "best" or full else 1)
        ]
        ratios = sorted(mine / other for mine, other in pairs)
        mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
        yield Row(
            "finetune, batches of 16", peer, statistics.median(ratios), (ratios[0], ratios[-1]), mine, other, goal
        )


COMPARISONS = {
    "plan": plans,
    "large": large,
    "headers": headers,
    "step": steps,
    "state": kept,
    "metrics": watched,
    "start": starts,
    "muon": muons,
    "finetune": jobs,
}

# --- the table --------------------------------------------------------------------------------------------------------


def duration(value: float | None) -> str:
    """Seconds as people read them.

    >>> duration(0.00042), duration(0.25), duration(12.34)
    ('420 us', '250 ms', '12.3 s')
    """
    if value is None:
        return ""
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if value * factor >= 1 or unit == "us":
            break
    shown = value * factor
    return f"{shown:.{0 if shown >= 100 else 1}f} {unit}"


def markdown(rows: list[Row], machine: str) -> str:
    """The table."""
    heads = ("", "beside", "ratio", "middle half", "ours", "theirs", "goal")
    lines = [machine, "", f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        middle = "{:.2f} to {:.2f}".format(*row.middle) if row.middle else ""
        lines.append(
            f"| {row.subject} | {row.peer} | {ratio} | {middle} | {duration(row.ours)} | {duration(row.theirs)} "
            f"| {row.goal} |"
        )
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, default=list(COMPARISONS), metavar="WORD")
    parser.add_argument("--rows", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path, help=f"put the table between {BEGIN} and {END} of a file")
    options = parser.parse_args()
    if options.rows:
        (name,) = options.only
        print(json.dumps([asdict(row) for row in COMPARISONS[name](options.full)]))
        return 0
    rows: list[Row] = []
    begin = time.perf_counter()
    for name in options.only:
        started = time.perf_counter()
        command = [sys.executable, __file__, "--rows", "--only", name, *(["--full"] if options.full else [])]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        rows += [Row(**row) for row in json.loads(ran.stdout.splitlines()[-1])]
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    machine = (
        f"{today}, {'full' if options.full else 'quick'} run of {time.perf_counter() - begin:.0f} s; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; "
        f"Python {platform.python_version()}, torch {torch.__version__}"
    )
    table = markdown(rows, machine)
    print(table)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=2))
    if options.write:
        text = options.write.read_text()
        head, rest = text.split(BEGIN, 1)
        options.write.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
