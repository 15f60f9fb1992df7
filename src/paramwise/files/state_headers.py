"""Files of optimizer state: how they are written down and read back, without torch.

One safetensors file. A tensor's key is ``<state>/<parameter>``, such as ``exp_avg/encoder.layer.0.weight``. All else is
JSON in the metadata ``paramwise``: options, groups by parameter name, classes, versions, values that are no tensors, a
checksum for each tensor. The metadata ``digest`` covers that and the header's entries: a bit flipped anywhere is seen.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paramwise.files.headers import DTYPES, Layout, read_layout
from paramwise.findings import InputError
from paramwise.model.catalog import Kind

SCHEMA = "paramwise/state/1"
FOLDER_NAME = "state.json"  # in a folder of sharded state
_BITS = dict(DTYPES.values())


@dataclass(frozen=True, slots=True)
class StateFile:
    """What a file of optimizer state says of itself.

    Attributes:
        path: where it is.
        layout: its tensors and their places.
        groups: for each group ``optimizer`` (index of its class), ``options`` and ``parameters`` (names).
        classes: qualified classes of the optimizers.
        parameters: for each parameter its shape and dtype when it was saved.
        values: by parameter, the states that are no tensors.
        checksums: of each tensor.
        extra: what was saved beside it.
        versions: of paramwise and torch.
    """

    path: Path
    layout: Layout
    groups: list[dict[str, Any]]
    classes: list[str]
    parameters: dict[str, dict[str, Any]]
    values: dict[str, dict[str, Any]]
    checksums: dict[str, str]
    extra: dict[str, Any]
    versions: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """What ``paramwise state show --json`` prints."""
        return {
            "schema": "paramwise/state-show/1",
            "file": str(self.path),
            "optimizers": self.classes,
            "groups": self.groups,
            "parameters": self.parameters,
            "bytes": dict(self.bytes_of()),
            "steps": self.steps(),
            "extra": sorted(self.extra),
            "versions": self.versions,
        }

    def steps(self) -> dict[str, int]:
        """How many parameters are at which step, as far as the file's states count steps."""
        found: Counter[str] = Counter()
        if self.path.is_dir():  # in the files of the processes, which are not looked at
            return {}
        with self.path.open("rb") as file:
            for key, (begin, end) in self.layout.spans.items():
                if key.startswith("step/"):
                    file.seek(self.layout.start + begin)
                    raw = file.read(end - begin)
                    if self.layout.kinds[key].dtype == "float32" and len(raw) == 4:
                        found[f"{struct.unpack('<f', raw)[0]:g}"] += 1
        found.update(str(values["step"]) for values in self.values.values() if isinstance(values.get("step"), int))
        return dict(found)

    def states_of(self, name: str) -> dict[str, Any]:
        """The states of a parameter that are no tensors."""
        return self.values.get(name, {})

    def bytes_of(self) -> Counter[str]:
        """How many bytes each kind of state takes."""
        sizes: Counter[str] = Counter()
        for key, (begin, end) in self.layout.spans.items():
            sizes[key.partition("/")[0]] += end - begin
        return sizes


def read_state(path: Path) -> StateFile:
    """What a file of optimizer state says, from its header alone, every field checked; or a folder of sharded state.

    Raises:
        InputError: it cannot be read, is damaged, or is no file of optimizer state.
    """
    if path.is_dir():
        return read_folder(path)[0]
    layout = read_layout(path)
    text = layout.notes.get("paramwise")
    if text is None:
        raise InputError(
            "no optimizer state of paramwise's is in it", where=str(path), help="it is made by pw.save_state(...)"
        )
    if layout.notes.get("digest") != digest(text, layout):
        raise damaged(path, "its header is not as it was written")
    described = json.loads(text)
    if described.get("schema") != SCHEMA:
        raise InputError(
            f"written as {described.get('schema')}, which this version does not read",
            where=str(path),
            help="update paramwise",
        )
    fields = ("groups", "classes", "parameters", "values", "checksums", "extra", "versions")
    return StateFile(path, layout, *(described[one] for one in fields))


def read_folder(path: Path) -> tuple[StateFile, dict[str, Any]]:
    """What a folder of sharded state says, and all that its ``state.json`` holds; the values are not looked at.

    Raises:
        InputError: it is damaged, or holds no state.
    """
    try:
        outer = json.loads((path / FOLDER_NAME).read_text(encoding="utf-8"))
        text = outer["state"]
        if outer["digest"] != text_digest(text):
            raise ValueError("its text is not as it was written")
    except OSError:
        raise InputError("no optimizer state in the folder", where=str(path), help=f"it has no {FOLDER_NAME}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path / FOLDER_NAME, f"it is damaged: {error}") from None
    described = json.loads(text)
    kinds, spans = {}, {}
    for key, one in described["tensors"].items():
        numel = math.prod(one["shape"])
        kinds[key] = Kind(tuple(one["shape"]), one["dtype"], True, "other", None, numel)
        spans[key] = (0, numel * _BITS[one["dtype"]] // 8)
    known = {one: described[one] for one in ("groups", "classes", "parameters", "values", "extra", "versions")}
    return StateFile(path=path, layout=Layout({}, kinds, spans, 0), checksums={}, **known), described


def text_digest(text: str) -> str:
    """Of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(text: str, layout: Layout) -> str:
    """Of the header: the description, and each tensor's entry."""
    hashed = hashlib.sha256(text.encode())
    for key, (begin, end) in sorted(layout.spans.items()):
        kind = layout.kinds[key]
        hashed.update(f"\n{key} {kind.dtype} {kind.shape} {begin} {end}".encode())
    return hashed.hexdigest()


def damaged(path: Path, message: str) -> InputError:
    """The error for a file that is not as it was written."""
    return InputError(message, where=str(path), help="the file is damaged: take an older one, or save it again")


def differences(one: StateFile, other: StateFile) -> dict[str, list[str]]:
    """What differs between two files, by sort, each a line."""
    found: dict[str, list[str]] = {}

    def add(sort: str, lines: list[str]) -> None:
        if lines:
            found[sort] = lines

    add("parameters only in the first", sorted(one.parameters.keys() - other.parameters.keys()))
    add("parameters only in the second", sorted(other.parameters.keys() - one.parameters.keys()))
    both = [name for name in one.parameters if name in other.parameters]
    add(
        "parameters of another shape or dtype",
        [
            f"{name}: {one.parameters[name]} and {other.parameters[name]}"
            for name in both
            if one.parameters[name] != other.parameters[name]
        ],
    )
    options = [
        {
            name: (group["options"], one_of.classes[group["optimizer"]])
            for group in one_of.groups
            for name in group["parameters"]
        }
        for one_of in (one, other)
    ]
    changed: Counter[str] = Counter()
    for name in both:
        first, second = (of.get(name, ({}, "")) for of in options)
        keys = [key for key in {**first[0], **second[0]} if first[0].get(key) != second[0].get(key)]
        changed.update(f"{key}: {first[0].get(key)} and {second[0].get(key)}" for key in keys)
        if first[1] != second[1]:
            changed[f"optimizer: {first[1]} and {second[1]}"] += 1
    add("options", [f"{text}, of {count:,} parameters" for text, count in changed.items()])
    kinds = [of.layout.kinds for of in (one, other)]
    add("tensors only in the first", sorted(kinds[0].keys() - kinds[1].keys()))
    add("tensors only in the second", sorted(kinds[1].keys() - kinds[0].keys()))
    both_keys = sorted(kinds[0].keys() & kinds[1].keys())
    add("tensors of another shape or dtype", [key for key in both_keys if kinds[0][key] != kinds[1][key]])
    add(
        "beside it",
        [name for name in sorted({**one.extra, **other.extra}) if one.extra.get(name) != other.extra.get(name)],
    )
    shared = one.checksums.keys() & other.checksums.keys()
    add("tensors of other values", sorted(key for key in shared if one.checksums[key] != other.checksums[key]))
    values = [name for name in both if one.values.get(name) != other.values.get(name)]
    add("values that are no tensors", values)
    return found
