"""Does a forward pass tell the roles that structure tells? Every model type of transformers, on made-up inputs.

Each type is built on the meta device with three layers, traced by `paramwise.trace` on the inputs that its config and
signature tell, and each parameter's role by the pass is held against its role by structure. What differs on decay is
listed, for a person to read; `docs/zoo.md` has what was found.

Usage: python benchmarks/tracing.py FILE.jsonl [--only TYPE ...] [--every N] [--seconds 30] [--again]
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import inspect
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import nn

import paramwise
import zoos
from paramwise.model.roles import DECAYED
from paramwise.torch.trace.inputs import possible_inputs

LAYERS = 3
SHARED = 20  # types that one process traces


def shorten(config: Any) -> None:
    """Leave a config, and those inside it, three layers, or as many as it takes to have one of each kind."""
    for one in [value for value in vars(config).values() if hasattr(value, "to_dict")]:
        shorten(one)
    counted = "num_hidden_layers num_layers encoder_layers decoder_layers n_layer n_layers depth num_decoder_layers"
    for name in [one for one in counted.split() if isinstance(getattr(config, one, None), int)]:
        before = getattr(config, name)
        lists = {
            key: value for key, value in vars(config).items() if isinstance(value, list) and len(value) == before > 4
        }
        kinds = [value.index(kind) + 1 for value in lists.values() for kind in {*map(str, value)} if kind in value]
        count = min(max([LAYERS, *kinds]), before)
        for key, value in lists.items():
            setattr(config, key, value[:count])
        setattr(config, name, count)


def models(model_type: str) -> Iterator[tuple[str, nn.Module]]:
    """The classes of a type that can be built, shortened where that works."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    for name, make in zoos.transformers_models(model_type):
        cls = make.__defaults__[0]  # type: ignore[attr-defined]

        def short(cls: Any = cls) -> nn.Module:
            config = CONFIG_MAPPING[model_type](**zoos.SETTINGS.get(model_type, {}))
            shorten(config)
            return cls(config)

        for build in (short, make):
            with contextlib.suppress(Exception):
                yield name, zoos.empty(build).eval()


def traced(model_type: str) -> dict[str, Any]:
    """What the first pass that runs tells of a type."""
    found: dict[str, Any] = {"type": model_type, "problem": "no model class takes its config"}
    tried = 0
    for name, model in models(model_type):
        try:
            for given in possible_inputs(model):
                try:
                    started = time.process_time()
                    evidence = paramwise.trace(model, **given)
                except Exception as problem:
                    found.setdefault("class", name)
                    if tried == 0:
                        found["problem"] = f"{type(problem).__name__}: {problem}"[:300]
                        found["given"] = {key: list(getattr(value, "shape", ())) for key, value in given.items()}
                    tried += 1
                else:
                    seconds = time.process_time() - started
                    return {
                        "type": model_type,
                        "class": name,
                        "seconds": seconds,
                        "tried": tried,
                        **told(model, evidence),
                    }
        except paramwise.InputError as problem:
            found["problem"] = str(problem).splitlines()[0]
    return {**found, "tried": tried}


def told(model: nn.Module, evidence: paramwise.Evidence) -> dict[str, Any]:
    """How many parameters the pass told, each kind of difference from structure, and fused weights by both."""
    differing: dict[str, Any] = {}
    for name, one in evidence.differences.items():
        key = f"{re.sub('[0-9]+', '#', name)}: {one.role} / {one.structure}"
        decays = (one.role in DECAYED) != (one.structure in DECAYED)
        entry = differing.setdefault(key, {"count": 0, "decay": decays, "why": [str(w) for w in one.witnesses[:2]]})
        entry["count"] += 1
    by_code = paramwise.read(model).blocks()
    blocks: dict[str, int] = collections.Counter()
    for name, one in evidence.parameters.items():
        code, seen = str(by_code.get(name, "")), one.blocks
        if (code or seen) and code != "stack":
            agree = "agree" if code == seen else f"{seen or 'nothing'} by the pass, {code or 'nothing'} by the code"
            blocks[f"{re.sub('[0-9]+', '#', name)} {list(one.shape)}: {agree}"] += 1
    return {"parameters": len(evidence), "told": len(evidence.told), "differing": differing, "blocks": blocks}


def limited(model_type: str, seconds: int) -> dict[str, Any]:
    """One type, in no more than some seconds, without its noise."""

    def too_long(*_: object) -> None:
        raise zoos.TooLongError

    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)  # again: code may swallow the first
    try:
        with zoos.silent():
            return traced(model_type)
    except zoos.TooLongError:
        return {"type": model_type, "problem": f"more than {seconds} s of processor time"}
    except Exception as problem:
        return {"type": model_type, "problem": f"{type(problem).__name__}: {problem}"[:300]}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def in_a_child(work: Callable[[], None]) -> None:
    """Run something in a copy of this process, whose memory and whose death are its own."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def results(file: Path) -> dict[str, dict[str, Any]]:
    """What a file holds, by type; of several lines of a type, the last."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {one["type"]: one for one in map(json.loads, lines)}


def report(found: dict[str, dict[str, Any]]) -> None:
    """The counts, the differences, and why types did not run."""
    ran = {name: one for name, one in found.items() if "told" in one}
    parameters, seen = (sum(one[key] for one in ran.values()) for key in ("parameters", "told"))
    kinds = [(name, key, one) for name, value in ran.items() for key, one in value["differing"].items()]
    decay = [kind for kind in kinds if kind[2]["decay"]]
    print(f"{len(ran)} of {len(found)} types ran one pass: {seen:,} of {parameters:,} parameters told,")
    print(f"{seen - sum(one['count'] for *_, one in kinds):,} with the role that structure tells;", end=" ")
    print(f"{sum(one['count'] for *_, one in kinds):,} with another,", end=" ")
    print(f"{sum(one['count'] for *_, one in decay):,} of these decay by one of the two alone.")
    for title, some in (("On decay", decay), ("On the role alone", [kind for kind in kinds if not kind[2]["decay"]])):
        print(f"\n{title}:")
        for name, key, one in sorted(some, key=lambda kind: kind[1]):
            print(f"  {name}: {key} ({one['count']}) {'; '.join(one['why'])}")
    reasons = collections.Counter(
        re.sub(r"\d+", "#", one["problem"])[:70] for one in found.values() if "told" not in one
    )
    print("\nDid not run:")
    for reason, count in reasons.most_common():
        names = [name for name, one in found.items() if re.sub(r"\d+", "#", one.get("problem", ""))[:70] == reason]
        print(f"  {count} {reason}: {' '.join(names[:6])}")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="one line of JSON a type; what it holds is not traced again")
    parser.add_argument("--only", nargs="+", metavar="TYPE", help="these model types")
    parser.add_argument("--every", type=int, default=1, help="each so many")
    parser.add_argument("--seconds", type=int, default=30, help="of processor time, for one type")
    parser.add_argument("--again", action="store_true", help="trace again those that did not run")
    options = parser.parse_args()
    torch.set_num_threads(1)
    zoos.importable()
    import transformers

    transformers.logging.set_verbosity_error()
    known = results(options.file)
    types = options.only or zoos.transformers_types()[:: options.every]
    todo = [one for one in types if options.only or one not in known or (options.again and "told" not in known[one])]

    def write(some: list[str]) -> None:
        for one in some:
            with options.file.open("a") as lines:
                lines.write(json.dumps(limited(one, options.seconds)) + "\n")

    for at in range(0, len(todo), SHARED):
        in_a_child(lambda some=todo[at : at + SHARED]: write(some))  # type: ignore[misc]
        print(f"{min(at + SHARED, len(todo))}/{len(todo)}", file=sys.stderr)
    for name in set(todo) - results(options.file).keys():
        with options.file.open("a") as lines:
            lines.write(json.dumps({"type": name, "problem": "the process died"}) + "\n")
    report(results(options.file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
