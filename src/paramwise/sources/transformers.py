"""transformers: a model by folder or name, and the parameters that its ``Trainer`` decays."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import huggingface_hub
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from paramwise.findings import InputError
from paramwise.sources.hub import FOLDER, TIMEOUT, answered, hints, one_line, unreachable
from paramwise.torch.construct import device_for
from paramwise.words import plural

if TYPE_CHECKING:
    from torch import nn


def classifier(folder: Path, *, values: bool) -> nn.Module:
    """The model in a folder as a sequence classifier of two classes."""
    if values:
        return load_classifier(str(folder), labels=2)[0]
    with device_for(values):
        return _module(AutoModelForSequenceClassification.from_config(_config(folder, num_labels=2)))


def load_classifier(name: str, *, labels: int) -> tuple[nn.Module, Any, tuple[str, ...]]:
    """A pretrained model with a classifier, its tokenizer, and the names of parameters that are new.

    New are those that the checkpoint does not hold, such as the classifier's.

    Args:
        name: a folder, or a name on the Hub.
        labels: number of classes.

    Raises:
        InputError: there is no such model, it cannot be reached, or it holds no safetensors.
    """
    local = _only_local(name)
    with quiet(), _failing(f"cannot load the model `{name}`", name):
        model, info = AutoModelForSequenceClassification.from_pretrained(
            name,
            num_labels=labels,
            use_safetensors=True,
            output_loading_info=True,
            dtype="float32",
            local_files_only=local,
            ignore_mismatched_sizes=True,
        )
    with quiet(), _failing(f"cannot load the tokenizer of `{name}`", name):
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
    mismatched = [key for key, *_ in info["mismatched_keys"]]
    if body := [key for key in mismatched if key.startswith(f"{model.base_model_prefix}.")]:
        raise InputError(
            f"{plural(len(body))} of `{name}` with another shape in the checkpoint than in its config.json",
            evidence=body,
            help="give the config.json that the weights were saved with",
        )
    missing = {*info["missing_keys"], *mismatched}  # a classifier for another number of classes is new too
    return _module(model), tokenizer, tuple(key for key, _ in model.named_parameters() if key in missing)


def _only_local(name: str) -> bool:
    """Whether to load without the Hub: a folder, or a name while the Hub cannot be reached.

    The Hub is asked once: by themselves, transformers and huggingface_hub try for a minute before they give up.

    Raises:
        InputError: the Hub has no such model, or cannot be reached and the local cache does not have it.
    """
    if Path(name).is_dir():
        return True
    try:
        huggingface_hub.HfApi().model_info(name, timeout=TIMEOUT)
    except Exception as error:
        answer = answered(name, error)
        if answer is not None:
            raise answer from error
        # the Hub cannot be reached: the cache may have the model
        if not isinstance(huggingface_hub.try_to_load_from_cache(name, "config.json"), str):
            raise unreachable(name, error) from error
        return True
    return False


def from_name(name: str, *, values: bool) -> nn.Module:
    """The model that the ``config.json`` of a folder or a name on the Hub describes, of the class named there.

    Raises:
        InputError: the configuration cannot be read, or values are wanted and there are none.
    """
    folder = Path(name)
    local = _only_local(name)
    config = _config(folder) if folder.is_dir() else _config_on_hub(name, local)
    cls = getattr(transformers, (getattr(config, "architectures", None) or ["AutoModel"])[0], AutoModel)
    if not values:
        with device_for(values), quiet(), _failing(f"cannot build the model of `{name}`", name):
            return _module(cls.from_config(config) if cls is AutoModel else cls(config))
    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        raise InputError(
            f"`{folder}` holds no weights",
            evidence=["no *.safetensors beside its config.json"],
            help="leave out --values, or save the weights there with save_pretrained()",
        )
    with quiet(), _failing(f"cannot load the weights of `{name}`", name):
        return _module(cls.from_pretrained(name, use_safetensors=True, local_files_only=local))


def _config_on_hub(name: str, local: bool) -> Any:
    with quiet(), _failing(f"cannot read the configuration of `{name}`", name):
        return AutoConfig.from_pretrained(name, local_files_only=local, trust_remote_code=False)


def _config(folder: Path, **changes: Any) -> Any:
    path = folder / "config.json"
    with _failing("cannot read the model's configuration", str(folder), where=str(path)):
        described = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(described, dict):
            raise ValueError("it is not a JSON object")
        return AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, **changes)


def _module(model: Any) -> nn.Module:
    return cast("nn.Module", model)


@contextlib.contextmanager
def _failing(what: str, name: str, where: str | None = None) -> Iterator[None]:
    """Turn whatever transformers raises for a bad model into an InputError."""
    try:
        yield
    except Exception as error:  # configurations fail in as many ways as there are models
        help = FOLDER if Path(name).is_dir() else hints()
        raise InputError(what, where=where, evidence=[one_line(error)], help=help) from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Switch off transformers' progress bars and load reports for a block of code."""
    logging = transformers.utils.logging
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


def decayed_by_trainer(model: nn.Module) -> frozenset[str]:
    """The names of the parameters that transformers' own ``Trainer`` decays."""
    return frozenset(transformers.Trainer.get_decay_parameter_names(None, model))
