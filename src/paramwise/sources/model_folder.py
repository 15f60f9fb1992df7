"""A stranger's model folder, checked before transformers reads it; its code never runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paramwise.files.regular import read_regular, require_regular
from paramwise.files.strict_json import parse_object, shown
from paramwise.findings import InputError

MOST_DESCRIBED = 4_000_000  # bytes of a file such as config.json; those with 21,000 classes have 1.3 million
MOST_TEXT = 100_000_000  # bytes of a vocabulary
MOST_REPEATED = 10_000  # layers, experts and whatever else a configuration counts
_REPEATED = {"layer", "layers", "blocks", "experts", "depth", "depths", "stages", "head", "heads"}
_KERNELS = ("attn_implementation", "_attn_implementation", "_attn_implementation_internal")
_CONFIG = "config.json"
_DESCRIBING = (_CONFIG, "tokenizer_config.json", "generation_config.json", "special_tokens_map.json")


def check_folder(folder: Path) -> None:
    """Refuse what transformers would wait for, or could not hold: pipes and devices, endless and absurd files.

    Raises:
        InputError: says which file of the folder, and why.
    """
    try:
        inside = sorted(folder.iterdir())
        folders = {path for path in inside if path.is_dir()}
    except OSError as error:
        raise InputError(
            f"the folder cannot be read: {error.strerror}", where=str(folder), help="check permissions"
        ) from error
    for path in inside:
        if path not in folders and path.exists():
            require_regular(path)
            if path.suffix in (".json", ".txt", ".model") and (size := path.stat().st_size) > MOST_TEXT:
                message = f"{size:,} bytes, where at most {MOST_TEXT:,} are read"
                raise InputError(message, where=str(path), help="check that it is the file meant")
    for name in _DESCRIBING:
        if (folder / name).exists():
            described(folder / name)


def described(path: Path) -> dict[str, Any]:
    """What a file such as ``config.json`` says.

    Raises:
        InputError: it cannot be read, is not a JSON object, or counts more than a model can have.
    """
    try:
        found = parse_object(read_regular(path, MOST_DESCRIBED).lstrip(), unique=False)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"cannot read the model's {_called(path)}",
            where=str(path),
            evidence=[f"the JSON in it is not valid: {error}"],
            help="give a folder that save_pretrained() wrote, with config.json and model.safetensors",
        ) from None
    for key, value in _pairs(found):
        if type(value) is int and value > MOST_REPEATED and key.rpartition("_")[2] in _REPEATED:
            raise InputError(
                f"{shown(key)} is {shown(value)}",
                where=str(path),
                help=f"at most {MOST_REPEATED:,} layers, experts or heads are built",
            )
    return found


def refuse_code(name: str, folder: Path | None, error: Exception | None = None) -> InputError:
    """The error for a model that needs code of its own folder, which is never run.

    Args:
        name: of the model, as it was given.
        folder: where its ``config.json`` is, if it is here.
        error: what transformers said.
    """
    wanted = [] if folder is None else list(code_wanted(folder))
    return InputError(
        f"`{name}` needs code of its own, and paramwise never runs code that comes with a model",
        where=None if folder is None else str(folder),
        evidence=wanted or [str(error).split(" You can inspect")[0]],
        help="read that code; if you trust it, load the model in a function of yours, and give module:callable",
    )


def code_wanted(folder: Path) -> Iterator[str]:
    """What a folder asks to be imported or fetched and run, a line each."""
    for name in _DESCRIBING:
        path = folder / name
        if path.is_file():
            found = described(path)
            code = found.get("auto_map")
            for key, value in code.items() if isinstance(code, dict) else [("auto_map", code)] if code else []:
                yield f"{name}: {key} is {shown(value)}"
            yield from (f"{name}: {line}" for line in kernels_wanted(found))


def kernels_wanted(found: Any) -> Iterator[str]:
    """Kernels that a configuration asks to be fetched from the Hub, a line each."""
    for key, value in _pairs(found):
        of_parts = value.values() if isinstance(value, dict) else [value]
        if key in _KERNELS and any(isinstance(part, str) and "/" in part for part in of_parts):
            yield f"{key} is {shown(value)}"


def _pairs(found: Any) -> Iterator[tuple[str, Any]]:
    """The keys and values of a table, and of the tables in it; of lists of numbers too."""
    level: list[tuple[str, Any]] = [("", found)]
    while level:
        key, value = level.pop()
        yield key, value
        if isinstance(value, dict):
            level += value.items()
        elif isinstance(value, list):
            level += ((key, inner) for inner in value)


def _called(path: Path) -> str:
    return "configuration" if path.name == _CONFIG else path.name
