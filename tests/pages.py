"""What pages are made from in tests: a plan with hostile names, the folder of a run, a log of real steps."""

import json
from pathlib import Path

import torch

import paramwise as pw

from models import Plain

HOSTILE = [
    "<img src=x onerror=alert(1)>.weight",
    "</script><script>alert(1)</script>",
    "\x1b[2J\u202egnp.\ud800",
    "a&b\u2028",
]


def hostile_plan() -> pw.Plan:
    return pw.plan(pw.Catalog([pw.Parameter(name, (), (2,), "float32", True, "bias", None, 2) for name in HOSTILE]))


def write_run(folder: Path, steps: int = 5) -> Path:
    """The folder of a run, as `finetune` writes it."""
    folder.mkdir()
    scores = {"before": {"mcc": 0.0, "accuracy": 0.5}, "after": {"mcc": 0.4, "accuracy": 0.7}}
    result = {"evaluation": {"unseen": scores}, "steps": steps, "job": {"model": "demo"}, "versions": {"torch": "2"}}
    (folder / "result.json").write_text(json.dumps(result))
    lines = [f"{step},{step / 5},{1 / step:.4f},{2e-5 * (1 - step / (steps + 1))},0.5" for step in range(1, steps + 1)]
    (folder / "losses.csv").write_text("\n".join(["step,epoch,loss,learning_rate,grad_norm", *lines, ""]))
    pw.write_lock(pw.plan(Plain(), lr=2e-5), folder / "paramwise.lock")
    return folder


def write_log(path: Path, steps: int = 3) -> Path:
    """The log of a meter, as `Meter.log_to` writes it, of real steps."""
    model = Plain()
    optimizer = pw.plan(model, lr=1e-2).optimizer(torch.optim.AdamW)
    meter = pw.metrics(optimizer, model, by="role", every=1)
    for _ in range(steps):
        model(torch.tensor([[1, 2]])).sum().backward()
        optimizer.step()
        meter.log_to(path)
    meter.close()
    return path
