"""Mutated files of each kind: how many give a right result, how many one message, and whether any gives anything else.

    python benchmarks/strangers.py [--count 5000] [--seed 0] [--only locks,toml,indexes,headers,folders]

Each mutation knows the structure of its file: it changes keys, values, types, sizes, nesting and text, cuts and joins,
and recomputes the digest of a lock. Each is read in a child process that may take 5 s and 500 MB more than it has.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

import paramwise as pw
from paramwise.cli.main import main
from paramwise.plans.lock import digest_of, lock_text

SECONDS, MEGABYTES = 5, 500
SCALARS: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**30, 10**4000, 0.5, -0.0,
    1e308, float("inf"), float("nan"), "", "a", "..", "/etc/passwd", "\x00", "\x1b[2J", "\u202e", "é" * 300, "a" * 5000,
    "{0..9}", "h.{0..900000}", "^(\\w+\\.?)+$!", "*a" * 50, "model.safetensors", [], {}, [[]], [{}], {"a": {}},
]  # fmt: skip
TEXTS = [
    "\x00", "\x1b", "'", '"', "'''", '"""', "\\", "\n", "\r", "[", "]", "{", "}", "=", ",", ".", "#", "{0..",
    "{0..99999999}", "{0..3/2}", "-", "+", "1e999", "0x", "nan", "inf", "true", "é", "\U0001f600", "\ud800", "9" * 400,
    "[" * 500, "{a=" * 200, "a." * 500, " ", "\t", "= ", "*", "(", "(a+)+", "u0000", "\\u0000", "\\ud800", "null", "-0",
]  # fmt: skip


def deep(draw: random.Random) -> Any:
    """A value nested deeply."""
    value: Any = draw.choice([1, "a", {}])
    for _ in range(draw.choice([3, 50, 400])):
        value = [value] if draw.random() < 0.5 else {"a": value}
    return value


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with every key of it."""
    found, level = [], [value]
    while level:
        container = level.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], (dict, list)):
                level.append(container[key])
    return found


def changed_value(data: Any, draw: random.Random) -> Any:
    """Change up to three places of plain data: another value, another key, none, twice, from elsewhere."""
    data = json.loads(json.dumps(data))
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        found = places(data)
        if not found:
            return draw.choice(SCALARS)
        container, key = draw.choice(found)
        what = draw.randrange(7)
        if what == 0:
            container[key] = draw.choice(SCALARS)
        elif what == 1:
            del container[key]
        elif what == 2 and isinstance(container, dict):
            container[str(draw.choice(SCALARS))[:6000]] = container.pop(key)
        elif what == 3:
            other, place = draw.choice(found)
            with contextlib.suppress(KeyError, IndexError):
                container[key] = json.loads(json.dumps(other[place]))
        elif what == 4:
            container[key] = deep(draw)
        elif isinstance(container[key], (int, float)) and not isinstance(container[key], bool):
            container[key] = draw.choice(
                [-container[key], container[key] + 1, container[key] * 10**9, str(container[key])]
            )
        elif isinstance(container[key], str):
            container[key] = changed_text(container[key], draw)
    return data


def changed_text(text: str, draw: random.Random) -> str:
    """Change up to four places of a text: cut, put in, exchanged, repeated."""
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        at = draw.randint(0, len(text))
        to = min(len(text), at + draw.choice([0, 1, 1, 2, 5, 40]))
        what = draw.randrange(5)
        if what == 0:
            text = text[:at] + text[to:]
        elif what == 1:
            text = text[:at] + draw.choice(TEXTS) + text[to:]
        elif what == 2:
            text = text[:at] + text[at:to] * draw.choice([2, 3, 50]) + text[to:]
        elif what == 3:
            lines = text.split("\n")
            draw.shuffle(lines) if draw.random() < 0.2 else lines.insert(
                draw.randrange(len(lines) + 1), draw.choice(lines)
            )
            text = "\n".join(lines)
        else:
            other = draw.randint(0, len(text))
            text = text[:at] + text[other : other + 30] + text[to:]
    return text


def encoded(text: str, draw: random.Random) -> bytes:
    """Text as bytes, now and then in another encoding, with a mark at its beginning, or cut."""
    raw = text.encode("utf-8", "surrogatepass" if draw.random() < 0.1 else "replace")
    what = draw.randrange(40)
    if what == 0:
        return text.encode("utf-16", "surrogatepass")
    if what == 1:
        return b"\xef\xbb\xbf" + raw
    if what == 2:
        return raw[: draw.randint(0, len(raw))]
    if what == 3:
        return raw.replace(b"\n", b"\r\n")
    return raw


def tensors(names: list[str]) -> dict[str, np.ndarray]:
    """Some tensors."""
    return {name: np.zeros((2, 3), "f4") for name in names}


PARTS = ("attn.q.weight", "attn.q.bias", "ln.weight", "mlp.up.weight")
WHOLE = ["embed.weight", *(f"h.{n}.{part}" for n in range(4) for part in PARTS), "head.weight"]
RULES = """recipe = { name = "default", weight_decay = 0.1 }
[optimizer]
name = "AdamW"
lr = 3e-4
betas = [0.9, 0.95]
[[rules]]
name = "no decay"
roles = ["norm", "bias"]
weight_decay = 0.0
[[rules]]
names = ["*.attn.*", "head.weight"]
layers = [0, "2-3"]
except = { regex = 'bias$' }
lr_scale = 0.1
[[rules]]
any = [{ tokens = "embed" }, { all = [{ ndim = 2 }, { depths = "0-1" }] }]
lr = 1e-4
may_be_empty = true
eps = 1e-6
"""


class Kind:
    """A kind of file: writes a mutation to a folder, and says the command that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = folder / "whole.safetensors"
        safetensors.numpy.save_file(tensors(WHOLE), self.model)

    def write(self, draw: random.Random) -> list[str]:
        """Write a mutation, and give the arguments of the command that reads it."""
        raise NotImplementedError


class Locks(Kind):
    """Locks with their digest recomputed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "base.toml").write_text(RULES)
        rules = [pw.Rule(pw.regex("bias$") | pw.name("h.*.ln.*"), weight_decay=0.0), pw.Rule(pw.layer(1, 2), lr=0.1)]
        self.texts = [
            lock_text(pw.plan(self.model, *items, lr=1.0)) for items in (rules, ["default"], ["default", *rules])
        ]

    def write(self, draw: random.Random) -> list[str]:
        """A lock with a digest that fits."""
        text = changed_text(draw.choice(self.texts), draw)
        lines = [line for line in text.split("\n") if not line.startswith("digest")]
        text = "\n".join([*lines[:2], 'digest = ""', *lines[2:]])
        text = text.replace('digest = ""', f'digest = "{digest_of(text.encode("utf-8", "replace").decode())}"', 1)
        (self.folder / "a.lock").write_bytes(encoded(text, draw))
        return draw.choice([
            ["verify", "whole.safetensors", "--lock", "a.lock"], ["diff", "a.lock", "a.lock"],
            ["verify", "whole.safetensors", "--lock", "a.lock", "--json"],
        ])  # fmt: skip


class Toml(Kind):
    """Files of rules."""

    def write(self, draw: random.Random) -> list[str]:
        """A file of rules, or a table of a project."""
        text = changed_text(RULES, draw)
        if draw.random() < 0.3:
            name, text = (
                "pyproject.toml",
                text.replace("[[rules]]", "[[tool.paramwise.rules]]")
                .replace("[optimizer]", "[tool.paramwise.optimizer]")
                .replace("recipe =", "tool.paramwise.recipe ="),
            )
        else:
            name = "paramwise.toml"
        (self.folder / name).write_bytes(encoded(text, draw))
        return ["plan", "whole.safetensors", "--rules", name, *draw.choice([[], ["--json"]])]


class Indexes(Kind):
    """Indexes of shards."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for number in range(3):
            safetensors.numpy.save_file(
                tensors(WHOLE[number::3]), folder / f"model-0000{number + 1}-of-00003.safetensors"
            )
        places = {name: f"model-0000{number % 3 + 1}-of-00003.safetensors" for number, name in enumerate(WHOLE)}
        self.data = {"metadata": {"total_size": 432}, "weight_map": places}

    def write(self, draw: random.Random) -> list[str]:
        """An index beside three shards."""
        data = changed_value(self.data, draw) if draw.random() < 0.7 else self.data
        text = json.dumps(data, indent=draw.choice([None, 2]), ensure_ascii=draw.random() < 0.5)
        if data is self.data:
            text = changed_text(text, draw)
        (self.folder / "model.safetensors.index.json").write_bytes(encoded(text, draw))
        return ["inspect", "model.safetensors.index.json", *draw.choice([[], ["--json"]])]


class Headers(Kind):
    """Headers of safetensors files."""

    def write(self, draw: random.Random) -> list[str]:
        """A header before the values of another."""
        raw = self.model.read_bytes()
        (length,) = struct.unpack("<Q", raw[:8])
        header: Any = json.loads(raw[8 : 8 + length])
        if draw.random() < 0.3:
            header["__metadata__"] = {"format": "pt", "paramwise": "{}"}
        text = json.dumps(changed_value(header, draw), ensure_ascii=draw.random() < 0.5)
        if draw.random() < 0.3:
            text = changed_text(text, draw)
        new = encoded(text, draw)
        size = len(new) if draw.random() < 0.9 else draw.choice([0, 7, 2**40, 2**63, len(new) - 1, len(new) + 1])
        values = raw[8 + length :][: draw.choice([10**9, 10**9, 0, 100])]
        (self.folder / "a.safetensors").write_bytes(struct.pack("<Q", size) + new + values)
        return draw.choice([
            ["inspect", "a.safetensors"], ["inspect", "a.safetensors", "--json"], ["plan", "a.safetensors"],
            ["state", "show", "a.safetensors"], ["lock", "a.safetensors", "-o", "b.lock"],
        ])  # fmt: skip


class Folders(Kind):
    """Models' folders: config.json and tokenizer_config.json, read as transformers reads them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        import transformers

        self.bases = []
        shape = {
            "hidden_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "vocab_size": 50,
        }
        picture = {key: shape[key] for key in shape if key != "vocab_size"} | {"image_size": 32}
        for config in (
            transformers.BertConfig(**shape),
            transformers.LlamaConfig(**shape, num_key_value_heads=1),
            transformers.GPT2Config(n_embd=16, n_layer=2, n_head=2, vocab_size=50),
            transformers.MixtralConfig(**shape, num_local_experts=4),
            transformers.ViTConfig(**picture),
            transformers.T5Config(d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2),
        ):
            architecture = {"bert": "BertForMaskedLM", "llama": "LlamaForCausalLM", "gpt2": "GPT2LMHeadModel"}
            named = architecture.get(config.model_type)
            self.bases.append(
                json.loads(config.to_json_string(use_diff=False)) | ({"architectures": [named]} if named else {})
            )

        for number, base in enumerate(self.bases):
            (folder / str(number)).mkdir()
            (folder / str(number) / "config.json").write_text(json.dumps(base))

    def write(self, draw: random.Random) -> list[str]:
        """A config.json alone."""
        data = draw.choice(self.bases)
        folder = self.folder / "folder"
        folder.mkdir(exist_ok=True)
        text = json.dumps(changed_value(data, draw))
        if draw.random() < 0.1:
            text = changed_text(text, draw)
        (folder / "config.json").write_bytes(encoded(text, draw))
        return ["inspect", "folder", "--exact"]


KINDS: dict[str, type[Kind]] = {
    "locks": Locks,
    "toml": Toml,
    "indexes": Indexes,
    "headers": Headers,
    "folders": Folders,
}


def warmed(kind: Kind) -> None:
    """Load what the commands need."""
    commands = [["inspect", "whole.safetensors"], ["plan", "whole.safetensors"], ["lock", "whole.safetensors"]]
    commands += [[*command, "--json"] for command in commands[:2]]
    commands += [["verify", "whole.safetensors", "--lr", "1"], ["diff", "paramwise.lock", "paramwise.lock"]]
    commands += [
        ["inspect", "gone.safetensors"],
        ["state", "show", "whole.safetensors"],
        ["plan", "whole.safetensors", "--rules", "a.toml"],
    ]
    if isinstance(kind, Folders):
        commands += [["inspect", str(number), "--exact"] for number in range(len(kind.bases))]
    here = Path.cwd()
    os.chdir(kind.folder)
    Path("a.toml").write_text(RULES)
    for command in commands:
        sys.argv = ["paramwise", *command]
        nothing = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with contextlib.suppress(SystemExit), nothing[0], nothing[1]:
            main()
    for file in ("a.toml", "paramwise.lock"):
        Path(file).unlink(missing_ok=True)
    os.chdir(here)


def ran(folder: Path, arguments: list[str]) -> tuple[str, str]:
    """What the command does in a child process, and what it wrote to stderr."""
    report = folder / "stderr"
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.chdir(folder)
            sys.argv = ["paramwise", *arguments]
            here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (here + MEGABYTES * 2**20, resource.RLIM_INFINITY))
            signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)  # kills what waits
            out = os.open("stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            err = os.open("stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
            sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8")
            main()
        except SystemExit as end:
            code = 0 if end.code is None else int(end.code)
        except BaseException:
            with contextlib.suppress(Exception):
                traceback.print_exc()
                sys.stderr.flush()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    text = report.read_text(errors="replace") if report.exists() else ""
    seconds = used.ru_utime + used.ru_stime  # others may use the machine too
    if os.WIFSIGNALED(status):
        return f"killed by signal {os.WTERMSIG(status)} after {seconds:.1f} s", text
    code = os.WEXITSTATUS(status)
    if seconds > SECONDS:
        return "too slow", text
    if "not enough memory" in text or "MemoryError" in text:
        return "too much memory", text
    if "Traceback" in text or code not in (0, 1, 2):
        return "a traceback", text
    if code == 2:
        return "messages" if text.count("error: ") >= 1 else "a code without a message", text
    if code == 1 and not (folder / "stdout").read_text(errors="replace").strip() and "error" not in text:
        return "a code without a message", text
    if arguments[-1] == "--json":
        json.loads((folder / "stdout").read_text(encoding="utf-8"))
    return ("a right result" if code == 0 else "a difference or a finding"), text


def fuzz(name: str, count: int, seed: int) -> Counter[str]:
    """Read mutations of a kind; print what is wrong."""
    found: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    kept = Path(tempfile.gettempdir()) / "strangers"
    with tempfile.TemporaryDirectory() as folder:
        kind = KINDS[name](Path(folder))
        warmed(kind)
        for number in range(count):
            arguments = kind.write(random.Random(f"{name} {seed} {number}"))
            what, text = ran(Path(folder), arguments)
            found[what] += 1
            if what not in ("messages", "a right result", "a difference or a finding"):
                last = text.strip().splitlines()[-1][:150] if text.strip() else ""
                faults[f"{what}: {last}"] += 1
                if faults[f"{what}: {last}"] == 1:
                    shutil.copytree(folder, kept / f"{name}-{seed}-{number}", dirs_exist_ok=True)
                    print(f"  {what}: {' '.join(arguments)} in {kept}/{name}-{seed}-{number}: {last}", flush=True)
    for fault, times in faults.most_common():
        print(f"  {times} times {fault}")
    return found


def run() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="mutations of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default=",".join(KINDS))
    options = parser.parse_args()
    for name in options.only.split(","):
        began = time.monotonic()
        found = fuzz(name, options.count, options.seed)
        counts = ", ".join(f"{count:,} {what}" for what, count in found.most_common())
        print(f"{name}: {options.count:,} mutations: {counts} ({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    run()
