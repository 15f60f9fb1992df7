"""Optimizer state in other tools' files, read without running anything in them.

A pickle is read with ``weights_only=True``, and only after its archive was looked at: what it would unfold to is in the
file. What trainers put around the optimizer's state dict (Lightning, Accelerate, transformers) is taken off.
"""

from __future__ import annotations

import argparse
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from paramwise.files.state_description import shown
from paramwise.findings import InputError
from paramwise.libraries import OPTIMIZER_KEYS, TRAINER_FILES

_MAX_DEPTH = 64
_MAX_DEPTH_OF_STATE = 5  # of a state dict in a checkpoint: Composer keeps it three deep

_HARMLESS: list[Any] = [argparse.Namespace]
"""Classes without code of their own that training scripts save beside the state: timm's, DETR's and MAE's arguments."""


@dataclass(frozen=True)
class Checkpoint:
    """A state dict of an optimizer's, as torch's ``state_dict()`` gives it.

    Attributes:
        source: where it was found.
        state: by position or by name, and under keys of its own.
        groups: each with ``params``, positions or names.
        own: what an optimizer's class adds to torch's two keys.
    """

    source: Path
    state: Mapping[Any, Any]
    groups: tuple[Mapping[str, Any], ...]
    own: Mapping[str, Any]


def read_checkpoints(source: Path) -> list[Checkpoint]:
    """The optimizer state dicts in a file that ``torch.save`` wrote, in a folder of a trainer's, or in a DCP folder.

    Raises:
        InputError: there is none, or it cannot be read safely.
    """
    if source.is_dir():
        if (source / ".metadata").is_file():
            from paramwise.torch.state.dcp import read_dcp

            return _state_dicts(read_dcp(source), source)
        inside = next((source / name for name in TRAINER_FILES if (source / name).is_file()), None)
        if inside is None:
            raise InputError(
                "no optimizer state in the folder",
                where=str(source),
                help=f"it has none of: .metadata (of torch.distributed.checkpoint), {', '.join(TRAINER_FILES)}",
            )
        source = inside
    return _state_dicts(read_pickle(source), source)


def read_pickle(source: Path) -> Any:
    """What ``torch.save`` wrote, read without running anything; every tensor's values are in the file.

    Raises:
        InputError: it is not such a file, or holds more than tensors and plain data.
    """
    if not source.is_file():
        what = "not a file" if source.exists() else "no such file"
        raise InputError(what, where=str(source), help="give what torch.save(optimizer.state_dict(), ...) wrote")
    try:
        size = source.stat().st_size
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise ValueError("its archive is compressed, as torch.save() never writes it")
        if sum(entry.file_size for entry in entries) > size:
            raise ValueError("its archive says that it holds more than the file has")
        with torch.serialization.safe_globals(_HARMLESS):
            held = torch.load(source, map_location="cpu", weights_only=True)
        _check(held, size)
    except InputError:
        raise
    except Exception as error:  # of many kinds: not a zip file, a class that is not allowed, cut off
        raise _not_safe(source, error) from None
    return held


def _not_safe(source: Path, error: Exception) -> InputError:
    text = " ".join(str(error).split())
    if refused := re.search(r"GLOBAL ([\w.]+)", text):
        text = f"it holds a {refused[1]}, which is more than tensors and plain data"
    text = text[:200] or type(error).__name__
    return InputError(
        "not a torch checkpoint that can be read safely",
        where=str(source),
        evidence=[shown(text)[1:-1] if not text.isprintable() else text],
        help=(
            "it is read with weights_only=True: save optimizer.state_dict() alone, with torch.save",
            "if you trust the file, take the state out of it: torch.load(..., weights_only=False)",
        ),
    )


def _check(held: Any, size: int) -> None:
    """Nothing in it is larger than the file, or nested without end."""
    waiting = [(held, 0)]
    seen: set[int] = set()
    while waiting:
        value, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise ValueError(f"it is nested more than {_MAX_DEPTH} deep")
        if isinstance(value, torch.Tensor):
            if value.is_meta or value.layout != torch.strided:
                raise ValueError("a tensor in it has no values here: it is sparse, or on the meta device")
            if value.numel() * value.itemsize > size:
                raise ValueError(f"a tensor {list(value.shape)} in it is larger than the file")
        elif isinstance(value, (Mapping, list, tuple)):
            if id(value) in seen:
                continue
            seen.add(id(value))
            waiting += [(item, depth + 1) for item in (value.values() if isinstance(value, Mapping) else value)]


def _state_dicts(held: Any, source: Path) -> list[Checkpoint]:
    """The optimizers' state dicts in what was read, under the names that trainers give them."""
    found = list(_find(held))
    if not found:
        inside = f"it has: {', '.join(map(str, held))}" if isinstance(held, Mapping) and len(held) < 20 else ""
        raise InputError(
            "no optimizer's state_dict in it",
            where=str(source),
            evidence=[shown(inside)[1:-1] if not inside.isprintable() else inside] if inside else (),
            help="a mapping with `state` and `param_groups`, at any key, is one",
        )
    return [
        Checkpoint(
            source,
            one["state"],
            tuple(one["param_groups"]),
            {str(key): value for key, value in one.items() if key not in ("state", "param_groups")},
        )
        for one in found
    ]


def _find(held: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """State dicts, under the keys that trainers are known to use, else under any; in their order."""
    if _is_state_dict(held):
        yield held
    elif depth < _MAX_DEPTH_OF_STATE and isinstance(held, (Mapping, list, tuple)):
        known = [held[key] for key in OPTIMIZER_KEYS if key in held] if isinstance(held, Mapping) else []
        found = next((found for inside in known if (found := list(_find(inside, depth + 1)))), None)
        if found is not None:
            yield from found
        else:
            for inside in held.values() if isinstance(held, Mapping) else held:
                yield from _find(inside, depth + 1)


def _is_state_dict(held: Any) -> bool:
    return (
        isinstance(held, Mapping)
        and isinstance(held.get("state"), Mapping)
        and isinstance(held.get("param_groups"), (list, tuple))
        and all(
            isinstance(group, Mapping)
            and isinstance(group.get("params"), (list, tuple))
            and all(isinstance(one, (int, str)) for one in group["params"])
            for group in held["param_groups"]
        )
    )
