"""Microseconds a parameter to read, give roles, apply rules and group, beside what people use, in one run.

The model is a stack of blocks of two linears and a norm on the meta device. Peers: the bare
``list(model.named_parameters())``, transformers' ``Trainer`` grouping (up to 12,288 parameters: it is quadratic), and
timm's ``param_groups_weight_decay`` where timm is installed. The column `records` makes every record as well, with
layer and tower, which planning by role does not need; `layer` adds a rule for some layers, and `names` decides by names
alone. `layerwise` is planned on 40 layers of such blocks. The bare listing and ours take turns; the best turn counts.

With ``--command-line`` it plans a synthesized index of 92,000 tensors with ``paramwise plan``, process start included.

Usage: python benchmarks/planning.py [--sizes 240 3072 12288 98304] [--seconds 3] [--command-line]
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import nn

import paramwise as pw


class Block(nn.Module):
    """Two linears and a norm: six parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(8, 8)
        self.down = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)


def model_of(parameters: int) -> nn.Module:
    """A stack of blocks on the meta device."""
    with torch.device("meta"):
        return nn.ModuleDict({"layers": nn.ModuleList(Block() for _ in range(parameters // 6))})


def ours(model: nn.Module) -> Any:
    """Read, roles, rules, groups."""
    return pw.plan(model, "default", lr=1e-3).groups


def layers_of(parameters: int) -> nn.Module:
    """Forty layers of blocks on the meta device, as many in each as it takes."""
    with torch.device("meta"):
        layers = (nn.ModuleList(Block() for _ in range(max(1, parameters // 240))) for _ in range(40))
        return nn.ModuleDict({"layers": nn.ModuleList(nn.ModuleDict({"experts": experts}) for experts in layers)})


def by_layer(model: nn.Module) -> Any:
    """Ours, with a rule for some layers."""
    return pw.plan(model, "default", pw.Rule(pw.layer(0, 3), lr_scale=0.1), lr=1e-3).groups


def by_name(model: nn.Module) -> Any:
    """Ours, by names alone."""
    rules = [pw.Rule(pw.name("*.bias"), weight_decay=0.0), pw.Rule(pw.token("norm"), weight_decay=0.0)]
    return pw.plan(model, rules, lr=1e-3).groups


def layerwise(model: nn.Module) -> Any:
    """Ours, with a rate for each layer."""
    return pw.plan(model, "default", "layerwise", lr=1e-3).groups


def trainer(model: nn.Module) -> Any:
    """The grouping of ``Trainer.create_optimizer``, by its own functions."""
    from transformers import Trainer

    holder = Trainer.__new__(Trainer)
    decay = holder.get_decay_parameter_names(model)
    return [
        [p for n, p in model.named_parameters() if n in decay and p.requires_grad],
        [p for n, p in model.named_parameters() if n not in decay and p.requires_grad],
    ]


def timm(model: nn.Module) -> Any:
    """Timm's grouping by dimensions."""
    from timm.optim import param_groups_weight_decay

    return param_groups_weight_decay(model, 0.1)


def records(model: nn.Module) -> Any:
    """Ours, and every record."""
    plan = pw.plan(model, "default", lr=1e-3)
    return plan.groups, plan.catalog.parameters


def bare(model: nn.Module) -> Any:
    """What torch alone takes to list them."""
    return list(model.named_parameters())


def best(runs: list[Callable[[nn.Module], Any]], model: nn.Module, seconds: float) -> list[float]:
    """Of some functions that take turns for a while, at least three times, each one's fastest run, in seconds."""
    fastest = [float("inf")] * len(runs)
    begin, turns = time.perf_counter(), 0
    while turns < 3 or time.perf_counter() - begin < seconds:
        turns += 1
        for place, run in enumerate(runs):
            started = time.perf_counter()
            result = run(model)
            fastest[place] = min(fastest[place], time.perf_counter() - started)
            del result
    return fastest


def deepseek_v3(folder: Path) -> Path:
    """An index of 92,000 tensors in 163 shards, named as DeepSeek-V3's are: headers, and values that are holes."""
    hidden, rank = 7168, 512
    tensors = {
        "model.embed_tokens.weight": [129280, hidden],
        "model.norm.weight": [hidden],
        "lm_head.weight": [129280, hidden],
    }
    for layer in range(62):  # the last is for the prediction of a second token
        at = f"model.layers.{layer}"
        tensors |= {f"{at}.input_layernorm.weight": [hidden], f"{at}.post_attention_layernorm.weight": [hidden]}
        tensors |= {f"{at}.self_attn.q_a_layernorm.weight": [1536], f"{at}.self_attn.kv_a_layernorm.weight": [rank]}
        matrices = {
            "self_attn.q_a_proj": [1536, hidden],
            "self_attn.q_b_proj": [24576, 1536],
            "self_attn.kv_a_proj_with_mqa": [576, hidden],
            "self_attn.kv_b_proj": [32768, rank],
            "self_attn.o_proj": [hidden, 16384],
        }
        if layer >= 3:
            tensors |= {f"{at}.mlp.gate.weight": [256, hidden], f"{at}.mlp.gate.e_score_correction_bias": [256]}
            experts = ["mlp.shared_experts", *(f"mlp.experts.{expert}" for expert in range(256))]
        else:
            experts = ["mlp"]
        for expert in experts:
            matrices |= {f"{expert}.{one}_proj": [2048, hidden] for one in ("gate", "up")}
            matrices[f"{expert}.down_proj"] = [hidden, 2048]
        for name, (rows, columns) in matrices.items():
            tensors[f"{at}.{name}.weight"] = [rows, columns]
            tensors[f"{at}.{name}.weight_scale_inv"] = [-(-rows // 128), -(-columns // 128)]
    names = list(tensors)
    shards = [names[start::163] for start in range(163)]
    places = {}
    for number, inside in enumerate(shards, 1):
        header, end = {}, 0
        for name in inside:
            size, dtype = (4, "F32") if name.endswith("scale_inv") else (1, "F8_E4M3")
            begin, end = end, end + math.prod(tensors[name]) * size
            header[name] = {"dtype": dtype, "shape": tensors[name], "data_offsets": [begin, end]}
            places[name] = f"model-{number:05}-of-00163.safetensors"
        raw = json.dumps(header).encode()
        with (folder / f"model-{number:05}-of-00163.safetensors").open("wb") as file:
            file.write(len(raw).to_bytes(8, "little") + raw)
            file.truncate(8 + len(raw) + end)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": {name: places[name] for name in names}}))
    print(f"{len(names):,} tensors in {len(shards)} shards, headers and index of {index.stat().st_size / 1e6:.1f} MB")
    return index


def command_line(repeat: int = 5) -> None:
    """Seconds for ``paramwise plan`` on the synthesized index."""
    with tempfile.TemporaryDirectory() as folder:
        index = deepseek_v3(Path(folder))
        seconds = []
        for _ in range(repeat):
            started = time.perf_counter()
            ran = subprocess.run(
                [sys.executable, "-m", "paramwise", "plan", str(index)], capture_output=True, text=True
            )
            seconds.append(time.perf_counter() - started)
        print(ran.stdout if ran.returncode == 0 else ran.stderr)
        print("paramwise plan: " + ", ".join(f"{one:.2f}" for one in seconds) + " s, process start included")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[240, 3_072, 12_288, 98_304])
    parser.add_argument("--seconds", type=float, default=3, help="for each size, peers of few seconds apart")
    parser.add_argument("--command-line", action="store_true")
    options = parser.parse_args()
    print(
        f"torch {torch.__version__}, Python {platform.python_version()}; microseconds a parameter, ratio to bare list"
    )
    heads = ("paramwise", "and records", "layer", "names", "layerwise", "timm", "Trainer")
    print(f"{'parameters':>10} {'bare list':>10} " + " ".join(f"{head:>16}" for head in heads))
    for size in options.sizes:
        model = model_of(size)
        times = best([bare, ours, records, by_layer, by_name], model, options.seconds)
        times += best([layerwise], layers_of(size), options.seconds / 3)
        times += best([timm], model, options.seconds / 3) if find_spec("timm") else [0]
        times += best([trainer], model, 0) if size <= 12_288 and find_spec("transformers") else [0]
        cells = [f"{one / size * 1e6:8.2f} {one / times[0]:6.2f}x" if one else f"{'-':>16}" for one in times[1:]]
        print(f"{size:10,} {times[0] / size * 1e6:10.2f} {' '.join(cells)}")
    if options.command_line:
        command_line()


if __name__ == "__main__":
    main()
