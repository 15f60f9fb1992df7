"""What planning, reading and stepping cost in counts, which no machine's speed changes."""

import json
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.torch.optimizers import muon
from paramwise.torch.optimizers.muon import Muon


def stack(blocks: int) -> nn.Module:
    """Blocks of six parameters, without values."""
    with torch.device("meta"):
        made = nn.ModuleDict({"layers": nn.ModuleList(block() for _ in range(blocks))})
    return made


def block() -> nn.Module:
    return nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))


def calls(act: Callable[[], object]) -> int:
    """How many functions written in Python are called."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def audited(model: nn.Module) -> Callable[[], object]:
    optimizer = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
    return lambda: pw.audit(optimizer, model)


def read(model: nn.Module) -> Callable[[], object]:
    optimizer = pw.plan(model, lr=1e-3).optimizer(torch.optim.AdamW)
    return lambda: pw.read_groups(model, optimizer)


def suggested(model: nn.Module) -> Callable[[], object]:
    found = read(model)()
    assert isinstance(found, pw.Plan)
    return lambda: pw.suggest_rules(found)


HALVED = pw.Rule(pw.layer(0, 3), lr_scale=0.5)

# calls for each parameter more, between 1,000 and 2,000 blocks; each bound is a fifth above what was counted
MOST = {
    "plan": (lambda model: lambda: pw.plan(model, lr=1e-3).groups, 0.2),
    "plan by layer": (lambda model: lambda: pw.plan(model, "default", HALVED, lr=1e-3).groups, 126.5),
    "read_groups": (read, 10.6),
    "audit": (audited, 1.8),
    "suggest_rules": (suggested, 0.1),
}


@pytest.mark.parametrize("what", MOST)
def test_calls_grow_with_the_parameters_and_not_faster(what: str) -> None:
    prepare, most = MOST[what]
    prepare(stack(2))()  # what is read of each class once
    small, middle, large = (calls(prepare(stack(blocks))) for blocks in (200, 400, 800))
    first, second = (middle - small) / 1200, (large - middle) / 2400
    assert second <= most, f"{second:.2f} calls for each parameter"
    assert second <= 1.2 * first + 0.1, "more than in proportion"


def test_a_plan_takes_a_few_hundred_bytes_a_parameter() -> None:
    model = stack(1000)
    pw.plan(stack(2), lr=1e-3)
    tracemalloc.start()
    plan = pw.plan(model, lr=1e-3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(plan.catalog) == 6000
    assert peak / 6000 < 390


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts what a process reads")
def test_of_a_checkpoint_only_the_header_is_read(tmp_path: Path) -> None:
    header = json.dumps(
        {f"layers.{i}.weight": {"dtype": "F32", "shape": [1024, 1024], "data_offsets": [i << 22, i + 1 << 22]}
         for i in range(256)}
    ).encode()  # fmt: skip
    path = tmp_path / "model.safetensors"
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + (256 << 22))  # a gibibyte that takes no place
    pw.read(str(path))
    before = bytes_read()
    assert len(pw.read(str(path))) == 256
    assert bytes_read() - before < 3 * len(header) + 10_000


def bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split()[1])


def test_matrices_of_one_shape_are_orthogonalised_together(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[tuple[int, ...]] = Counter()
    orthogonal = muon.orthogonal

    def counted(matrices: list[torch.Tensor], *rest: object) -> torch.Tensor:
        seen[tuple(matrices[0].shape)] += 1
        return orthogonal(matrices, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(muon, "orthogonal", counted)
    monkeypatch.setattr(muon, "_TOGETHER", {})  # as on a GPU: a processor steps one after the other
    apart = [nn.Parameter(torch.randn(8, 8)) for _ in range(9)] + [nn.Parameter(torch.randn(16, 8)) for _ in range(4)]
    fused = nn.Parameter(torch.randn(24, 8))
    for weight in (*apart, fused):
        weight.grad = torch.randn_like(weight)
    Muon([{"params": apart}, {"params": [fused], "blocks": "dim 0: 3 of 8"}], lr=0.02).step()
    assert seen == {(8, 8): 1, (16, 8): 1}, "the blocks of the fused weight are with the others of their shape"
