"""The Hugging Face Hub: a model's catalog from its safetensors headers, without torch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import huggingface_hub
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    NotASafetensorsRepoError,
    RepositoryNotFoundError,
    SafetensorsParsingError,
)
from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from paramwise.files.counting import tell
from paramwise.files.headers import catalog_of, read_checkpoint
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.words import plural

TIMEOUT = 10  # seconds for one request
FOLDER = "give a folder that save_pretrained() wrote, with config.json and model.safetensors"
OTHERS = "or another source: a .safetensors file, timm:NAME, or module:callable such as train:build_model"
FILES = ("model.safetensors", "model.safetensors.index.json")


class _Counting(huggingface_hub.HfApi):
    """Tells how many shards it has read."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)  # each number once, whichever thread asks

    def parse_safetensors_file_metadata(self, *arguments: Any, **options: Any) -> Any:
        """What the header of a shard says; called for each, in threads."""
        found = super().parse_safetensors_file_metadata(*arguments, **options)
        tell(plural(next(self.numbers), "shard"))
        return found


@contextmanager
def _without_bars() -> Iterator[None]:
    """Keep the library's bars off stderr, where they are written even if it is not a terminal."""
    shown = not are_progress_bars_disabled()
    if shown:
        disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            enable_progress_bars()


def read_hub(name: str) -> Catalog:
    """The catalog of a model on the Hub, from its headers, or from the local cache if the Hub cannot be reached.

    Raises:
        InputError: there is no such model, it holds no safetensors, or neither Hub nor cache has it.

    Example:
        >>> read_hub("sentence-transformers/all-MiniLM-L6-v2")  # doctest: +SKIP
        <Catalog: 103 parameters, 22,713,216 values>
    """
    try:
        with _without_bars():
            described = _Counting().get_safetensors_metadata(name, timeout=TIMEOUT)
    except Exception as error:  # a missing network raises many types; `answered` recognises the Hub's own answers
        answer = answered(name, error)
        if answer is not None:
            raise answer from error
        for file in FILES:
            cached = huggingface_hub.try_to_load_from_cache(name, file)
            if isinstance(cached, str):
                return read_checkpoint(Path(cached))
        raise unreachable(name, error, OTHERS) from error
    files = {file: found.tensors for file, found in described.files_metadata.items()}
    missing = [key for key, file in described.weight_map.items() if key not in files[file]]
    if missing:
        raise InputError(
            f"the index of `{name}` names {plural(len(missing), 'tensor')} that its shards do not hold",
            evidence=missing,
            help=FOLDER,
        )
    places = described.weight_map.items()
    return catalog_of(
        ((key, files[file][key].dtype, files[file][key].shape) for key, file in places), f"{name} on the Hub"
    )


def unreachable(name: str, error: Exception, *help: str) -> InputError:
    """The error for a name that is not a folder, while the Hub cannot be reached."""
    message = f"`{name}` is not a local folder, and the Hub cannot be reached"
    return InputError(message, evidence=[one_line(error)], help=[*hints(), *help])


def hints() -> list[str]:
    """What to do if a model cannot be loaded from the Hub."""
    off = ["HF_HUB_OFFLINE switches the Hub off: unset it to look names up on the Hub"]
    demo = '`demo` needs no network: pip install "paramwise[demo]"'
    return [*(off if huggingface_hub.is_offline_mode() else []), FOLDER, demo]


def answered(name: str, error: Exception) -> InputError | None:
    """The error that describes the Hub's answer; None if the Hub did not answer."""
    if isinstance(error, GatedRepoError):
        return InputError(f"`{name}` is gated on the Hub", help="ask for access on its page, then `hf auth login`")
    if isinstance(error, (RepositoryNotFoundError, HFValidationError)):
        return InputError(
            f"no model `{name}`: neither a local folder nor a name on the Hub",
            evidence=[one_line(error)],
            help=[FOLDER, OTHERS],
        )
    if isinstance(error, NotASafetensorsRepoError):
        return _no_safetensors(name)
    if isinstance(error, SafetensorsParsingError):
        return InputError(
            f"the safetensors of `{name}` on the Hub are damaged", evidence=[one_line(error)], help=FOLDER
        )
    return None


def _no_safetensors(name: str) -> InputError | None:
    """The error for a model without usable safetensors: no such model, files of other names, or pickled weights."""
    try:
        siblings = huggingface_hub.HfApi().model_info(name, timeout=TIMEOUT).siblings or []
    except Exception as error:
        return answered(name, error)
    others = [file.rfilename for file in siblings if file.rfilename.endswith(".safetensors")]
    if others:
        return InputError(
            f"`{name}` holds safetensors on the Hub, but no model.safetensors",
            evidence=others,
            help="download the file you mean, and give its path",
        )
    return InputError(
        f"`{name}` holds no safetensors on the Hub",
        help="pickled weights are refused, since opening a pickle can run any code: "
        "load the model on a machine where it can do no harm, and save it with save_pretrained()",
    )


def one_line(error: Exception) -> str:
    """The message of an error as one line of at most 300 characters."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:297]}..."
