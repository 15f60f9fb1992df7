"""transformers: a model by folder or name, and what its ``Trainer`` would decay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import huggingface_hub
import transformers
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer

from paramwise.files.headers import read_checkpoint
from paramwise.findings import InputError
from paramwise.sources.hub import FOLDER, TIMEOUT, answered, hints, one_line, unreachable
from paramwise.sources.model_folder import check_folder, described, kernels_wanted, refuse_code
from paramwise.torch.construct import bounded, device_for
from paramwise.words import plural

if TYPE_CHECKING:
    from torch import nn


def classifier(folder: Path, *, values: bool) -> nn.Module:
    """The model in a folder as a sequence classifier of two classes."""
    if values:
        return load_classifier(str(folder), labels=2)[0]
    return _described(AutoModelForSequenceClassification, str(folder), _config(folder, num_labels=2))


def load_classifier(name: str, *, labels: int) -> tuple[nn.Module, Any, tuple[str, ...]]:
    """A pretrained model with a classifier, its tokenizer, and the names of parameters that are new.

    New are those that the checkpoint does not hold, such as the classifier's.

    Args:
        name: a folder, or a name on the Hub.
        labels: number of classes.

    Raises:
        InputError: there is no such model, it cannot be reached, it holds no safetensors, or its decoder has no start.
    """
    local = _only_local(name)
    if (Path(name) / "config.json").exists():
        config = _config(Path(name), num_labels=labels)
        _require_fitting(name, _described(AutoModelForSequenceClassification, name, config))
    with quiet(), bounded(), _failing(f"cannot load the model `{name}`", name):
        model, info = AutoModelForSequenceClassification.from_pretrained(
            name,
            num_labels=labels,
            use_safetensors=True,
            output_loading_info=True,
            dtype="float32",
            local_files_only=local,
            ignore_mismatched_sizes=True,
            trust_remote_code=False,
        )
    _require_known_tokenizer(name)
    with quiet(), _failing(f"cannot load the tokenizer of `{name}`", name):
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local, trust_remote_code=False)
    _require_known_tokenizer(name)  # of a name on the Hub it is here only now
    mismatched = [key for key, *_ in info["mismatched_keys"]]
    if body := [key for key in mismatched if key.startswith(f"{model.base_model_prefix}.")]:
        raise InputError(
            f"{plural(len(body))} of `{name}` with another shape in the checkpoint than in its config.json",
            evidence=body,
            help="give the config.json that the weights were saved with",
        )
    if model.config.is_encoder_decoder and model.config.decoder_start_token_id is None:
        raise InputError(
            f"the configuration of `{name}` does not say with which token the decoder starts",
            evidence=["decoder_start_token_id is not set in config.json"],
            help="add it to config.json: T5's is pad_token_id (0), that of BART's kin is eos_token_id (2)",
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
    cls = _class_of(config)
    if not values:
        return _described(cls, name, config)
    if folder.is_dir():
        if not any(folder.glob("*.safetensors")):
            raise InputError(
                f"`{folder}` holds no weights",
                evidence=["no *.safetensors beside its config.json"],
                help="leave out --values, or save the weights there with save_pretrained()",
            )
        _require_fitting(name, _described(cls, name, config))
    with quiet(), bounded(), _failing(f"cannot load the weights of `{name}`", name):
        return _module(cls.from_pretrained(name, use_safetensors=True, local_files_only=local, trust_remote_code=False))


def _class_of(config: Any) -> Any:
    """The class of transformers that a configuration names, if it is a model's; else the one of its type."""
    names = getattr(config, "architectures", None)
    name = names[0] if isinstance(names, list) and names and isinstance(names[0], str) else ""
    found = getattr(transformers, name, None)
    return found if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel) else AutoModel


def _described(cls: Any, name: str, config: Any) -> nn.Module:
    """The model that a configuration describes, on the meta device."""
    with device_for(False), quiet(), bounded(), _failing(f"cannot build the model of `{name}`", name):
        auto = not issubclass(cls, transformers.PreTrainedModel)
        return _module(cls.from_config(config, trust_remote_code=False) if auto else cls(config))


def _require_fitting(name: str, model: nn.Module) -> None:
    """Refuse a configuration of a few lines that asks for far more memory than the weights beside it need."""
    wanted = sum(parameter.numel() for parameter in model.parameters())
    there = read_checkpoint(Path(name)).numel
    if wanted > 4 * there + 50_000_000:  # less may be a new head, or packed values
        raise InputError(
            f"the weights of `{name}` do not fit its config.json",
            evidence=[f"config.json describes {wanted:,} values, the checkpoint holds {there:,}"],
            help="give the config.json that the weights were saved with",
        )


def _require_known_tokenizer(name: str) -> None:
    """Refuse a tokenizer of the folder's own: transformers would take another one in its place, without a word."""
    folder = _folder_of(name)
    if folder is not None and (folder / "tokenizer_config.json").is_file():
        found = described(folder / "tokenizer_config.json")
        if "auto_map" in found and not hasattr(transformers, str(found.get("tokenizer_class"))):
            raise refuse_code(name, folder)


def _config_on_hub(name: str, local: bool) -> Any:
    with quiet(), _failing(f"cannot read the configuration of `{name}`", name):
        return AutoConfig.from_pretrained(name, local_files_only=local, trust_remote_code=False)


def _config(folder: Path, **changes: Any) -> Any:
    check_folder(folder)
    if any(kernels_wanted(described(folder / "config.json"))):
        raise refuse_code(str(folder), folder)
    with _failing("cannot read the model's configuration", str(folder), where=str(folder / "config.json")):
        return AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, **changes)


def _module(model: Any) -> nn.Module:
    return cast("nn.Module", model)


@contextlib.contextmanager
def _failing(what: str, name: str, where: str | None = None) -> Iterator[None]:
    """Turn whatever transformers raises for a bad model into an InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # configurations fail in as many ways as there are models
        if "trust_remote_code" in str(error):
            raise refuse_code(name, _folder_of(name), error) from None
        help = FOLDER if Path(name).is_dir() else hints()
        raise InputError(what, where=where, evidence=[one_line(error)], help=help) from error


def _folder_of(name: str) -> Path | None:
    """Where the ``config.json`` of a folder, or of a name on the Hub, is on this machine."""
    if Path(name).is_dir():
        return Path(name)
    cached = huggingface_hub.try_to_load_from_cache(name, "config.json")
    return Path(cached).parent if isinstance(cached, str) else None


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
