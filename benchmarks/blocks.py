"""Which weights does `Catalog.blocks` call fused? Over every type of transformers, held against another witness.

The witness shares no code with paramwise: it looks at names and sizes alone. It suspects a matrix if its name is one
that people give to fused projections, or if it has twice the intermediate size, or the heads of query, key and value,
in rows. Both are wrong now and then; a person reads every difference.

Usage: python benchmarks/blocks.py [--only TYPE ...] [--jobs 2] [--way auto|heads] [--output FILE.tsv]
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import contextlib
import multiprocessing
import os
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import nn

import paramwise
import zoos

NAMES = re.compile(
    r"(^|[._])(qkv|qkv_proj|wqkv|query_key_value|c_attn|in_proj_weight|in_projs?|qkvz|in_proj_qkvz?|in_proj_ba|kv|to_qkv"
    r"|to_kv|kv_proj|w_pack|key_value|gate_up(_proj)?|gate_and_up|wi|w1_w3|w13|up_gate|qkv_bias|c_fc_gate|gated"
    r"|input_linear|attn_qkvw?|kqv|q_k_v|fused)([._]|$)",
    re.IGNORECASE,
)
LAYERS = re.compile(r"(num|n)_(hidden_|encoder_|decoder_|block_)?layers?|(encoder|decoder)_layers|depth")
MOST = 4  # layers of a shortened model: as many as it takes for each kind of layer to occur
SECONDS = 120


class Weight(NamedTuple):
    """A matrix, and what both say of it."""

    owner: str
    attribute: str
    shape: tuple[int, ...]
    told: str
    suspected: str
    count: int
    example: str


class Found(NamedTuple):
    """A model type, or why there is none."""

    type: str
    weights: list[Weight]
    problem: str = ""


def shorten(config: Any) -> None:
    """Fewer layers, in a configuration and in those inside it."""
    for name, value in list(vars(config).items()):
        if hasattr(value, "to_dict") and hasattr(value, "model_type"):
            shorten(value)
        elif LAYERS.fullmatch(name) and isinstance(value, int) and value > MOST:
            setattr(config, name, MOST)
        elif name.endswith("layer_types") and isinstance(value, list):
            setattr(config, name, value[:MOST])


def built(model_type: str) -> nn.Module:
    """A type's first class that can be built, short if that is possible."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    problem: Exception = ValueError("no class")
    for _, make in zoos.transformers_models(model_type):
        cls = make.__defaults__[0]  # type: ignore[attr-defined]
        config = CONFIG_MAPPING[model_type](**zoos.SETTINGS.get(model_type, {}))
        with contextlib.suppress(Exception):
            shorten(config)
            return zoos.empty(lambda cls=cls, config=config: cls(config))
        try:
            return zoos.empty(make)
        except Exception as error:
            problem = error
    raise problem


def setting(config: Any, name: str) -> Any:
    """A value of a configuration; None where it has none, or another one for each layer."""
    with contextlib.suppress(Exception):
        return getattr(config, name)
    return None


def suspicion(name: str, shape: tuple[int, ...], config: Any) -> str:
    """Why a matrix may be fused, by its name or by its sizes; empty if nothing says so."""
    if len(shape) not in (2, 3) or "embed" in name.rpartition(".")[0].rpartition(".")[2]:
        return ""
    last = ".".join(name.split(".")[-2:])
    if NAMES.search(last):
        return "name"
    hidden, heads = setting(config, "hidden_size"), setting(config, "num_attention_heads")
    inner = setting(config, "intermediate_size")
    out = shape[-2]
    if isinstance(inner, int) and out == 2 * inner and shape[-1] == hidden:
        return "twice the intermediate size"
    if isinstance(hidden, int) and isinstance(heads, int) and heads:
        kv = setting(config, "num_key_value_heads") or heads
        each = setting(config, "head_dim") or hidden // heads
        if isinstance(each, int) and isinstance(kv, int) and out == (heads + 2 * kv) * each and shape[-1] == hidden:
            return "groups of heads"
    return ""


def look(model_type: str, way: str) -> Found:
    """A type's weights that either calls fused."""
    try:
        with zoos.limited(SECONDS):
            with zoos.silent():
                model = built(model_type)
            told = paramwise.read(model).blocks(way)  # type: ignore[arg-type]
            modules = dict(model.named_modules())
            counts: dict[tuple[Any, ...], list[str]] = collections.defaultdict(list)
            for name, tensor in model.named_parameters():
                path, _, attribute = name.rpartition(".")
                shape = tuple(tensor.shape)
                parent = modules[path.rpartition(".")[0]] if attribute in ("weight", "bias") else modules[path]
                config = getattr(parent, "config", None) or getattr(model, "config", None)
                own = attribute if parent is modules[path] else f"{path.rpartition('.')[2]}.{attribute}"
                blocks, why = str(told.get(name, "")), suspicion(name, shape, config)
                if (blocks and blocks != "stack") or why:
                    counts[type(parent).__qualname__, own, shape, blocks, why].append(name)
            return Found(model_type, [Weight(*key, len(names), names[0]) for key, names in counts.items()])
    except (Exception, zoos.TooLongError) as problem:
        return Found(model_type, [], f"{type(problem).__name__}: {problem}".splitlines()[0][:120])


def _start() -> None:
    torch.set_num_threads(1)
    zoos.importable()
    import transformers

    transformers.logging.set_verbosity_error()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="TYPE", help="these types")
    parser.add_argument("--way", choices=["auto", "heads"], default="auto")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write every weight as TSV")
    options = parser.parse_args()
    types = options.only or zoos.transformers_types()
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(options.jobs, mp_context=context, initializer=_start) as pool:
        results = list(pool.map(look, types, [options.way] * len(types)))
    sections = {"told and suspected": [], "told only": [], "suspected only": []}  # type: dict[str, list[str]]
    lines = []
    for one in results:
        for weight in one.weights:
            cut = bool(weight.told) and weight.told != "stack"
            section = "suspected only" if not cut else "told and suspected" if weight.suspected else "told only"
            line = "\t".join(map(str, (one.type, *weight)))
            sections[section].append(line)
            lines.append(f"{section}\t{line}")
    for title, found in sections.items():
        print(f"\n{title}: {len(found)}\n")
        print("\n".join(found))
    without = [f"{one.type}: {one.problem}" for one in results if one.problem]
    fused = sum(any(weight.told not in ("", "stack") for weight in one.weights) for one in results)
    print(f"\n{len(results) - len(without)} of {len(results)} types, {fused} with a fused weight told")
    print("\n".join(without))
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
