"""The models of libraries: what they are called, and how each is built without values."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import io
import signal
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

_RESNET = {"use_timm_backbone": False, "backbone_config": {"model_type": "resnet"}}  # timm's would be the default
_THREE = {"out_features": ["stage2", "stage3", "stage4"]}
# Model types whose default config lacks what their model asks for -> what is added
SETTINGS: dict[str, dict[str, Any]] = {
    "autoformer": {"prediction_length": 1},
    "informer": {"prediction_length": 1},
    "time_series_transformer": {"prediction_length": 1},
    "detr": _RESNET,
    "conditional_detr": _RESNET,
    "dab-detr": _RESNET,
    "table-transformer": _RESNET,
    "deformable_detr": {"use_timm_backbone": False, "backbone_config": {"model_type": "resnet", **_THREE}},
    "omdet-turbo": {"use_timm_backbone": False, "backbone_config": {"model_type": "swin", **_THREE}},
    "hunyuan_v1_dense": {"head_dim": 128},
    "hunyuan_v1_moe": {"head_dim": 128},
    "hunyuan_vl": {"text_config": {"head_dim": 128}},
    "hunyuan_vl_text": {"head_dim": 128},
    "ministral": {"head_dim": 128},
    "nemotron": {"num_key_value_heads": 8},
    "moonshine_streaming": {"num_key_value_heads": 8},
    "t5gemma2_text": {"dropout_rate": 0.0},
    "t5gemma2_decoder": {"dropout_rate": 0.0},
    "chameleon": {"vocabulary_map": {"<image>": 5}},
    "emu3": {"vocabulary_map": {"<image>": 5}},
    "esm": {"vocab_size": 33},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"] * 16},
    "aya_vision": {"vision_config": {"model_type": "siglip_vision_model", "num_attention_heads": 12}},
    "qwen3_omni_moe_talker_text": {"shared_expert_intermediate_size": 768},
    "dbrx": {"attn_config": {"rope_theta": 10000.0}},
}
# Which head is tried first; the rest follow in alphabetical order, and the bare model is last
HEADS = (
    "PRETRAINING",
    "IMAGE_TEXT_TO_TEXT",
    "MULTIMODAL_LM",
    "SEQ_TO_SEQ_CAUSAL_LM",
    "SPEECH_SEQ_2_SEQ",
    "CTC",
    "CAUSAL_LM",
)
BARE = tuple(f"MODEL{what}_MAPPING_NAMES" for what in ("", "_FOR_IMAGE", "_FOR_TEXT_ENCODING", "_FOR_BACKBONE"))


class TooLongError(BaseException):
    """Past every ``except Exception`` of the models."""


@contextlib.contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise a TooLongError in what takes longer."""

    def too_long(*_: object) -> None:
        raise TooLongError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Without what models print, and without warnings."""
    noise = io.StringIO()
    with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def transformers_types() -> list[str]:
    """Every model type that transformers has a config for."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    return sorted(CONFIG_MAPPING_NAMES)


def transformers_models(model_type: str) -> Iterator[tuple[str, Callable[[], nn.Module]]]:
    """The classes of a model type, those with a head first, each with a function that builds it."""
    import transformers
    from transformers.models.auto import modeling_auto
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    config_class = CONFIG_MAPPING[model_type]
    rank = {f"MODEL_FOR_{head}_MAPPING_NAMES": place for place, head in enumerate(HEADS)}
    mappings = [one for one in vars(modeling_auto) if one.startswith("MODEL_FOR_") and one.endswith("_MAPPING_NAMES")]
    mappings = sorted(set(mappings) - set(BARE), key=lambda one: (rank.get(one, len(rank)), one))
    names: list[str] = []
    for mapping in (*mappings, *BARE):
        found = getattr(modeling_auto, mapping).get(model_type, ())
        names += [found] if isinstance(found, str) else found
    module = None
    with contextlib.suppress(ModuleNotFoundError):  # some configs have no modelling file of their own
        module = importlib.import_module(config_class.__module__.replace(".configuration_", ".modeling_"))
    # a part of other models, such as a decoder or a vocoder, has no mapping but a class that takes its config
    own = [
        name
        for name, cls in (vars(module).items() if module else ())
        if getattr(cls, "config_class", None) is config_class and "PreTrained" not in name
    ]
    for name in dict.fromkeys(names or sorted(own, key=lambda one: "For" not in one)):
        cls = getattr(module, name, None) or getattr(transformers, name)
        yield name, lambda cls=cls: cls(config_class(**SETTINGS.get(model_type, {})))


_LIBRARY: list[torch.library.Library] = []  # what it defines is gone once nothing holds it


def importable() -> None:
    """Lets a torchvision that was built for CUDA be imported next to a CPU torch: models need none of its kernels."""
    if importlib.util.find_spec("torchvision") and torch.version.cuda is None and not _LIBRARY:
        _LIBRARY.append(torch.library.Library("torchvision", "FRAGMENT"))
        for operator in ("nms", "qnms"):
            with contextlib.suppress(RuntimeError):
                _LIBRARY[0].define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def listed(zoo: str) -> list[str]:
    """The model names of another zoo."""
    importable()
    if zoo == "timm":
        import timm

        return timm.list_models()
    if zoo == "torchvision":
        import torchvision

        return torchvision.models.list_models()
    import diffusers.models

    found = {name: getattr(diffusers.models, name) for name in dir(diffusers.models)}
    return sorted(name for name, one in found.items() if isinstance(one, type) and issubclass(one, nn.Module))


def other_models(zoo: str, name: str) -> Iterator[tuple[str, Callable[[], nn.Module]]]:
    """A model of another zoo."""
    if zoo == "timm":
        import timm

        yield name, lambda: timm.create_model(name, pretrained=False)
    elif zoo == "torchvision":
        import torchvision

        parameters = inspect.signature(torchvision.models.get_model_builder(name)).parameters
        weights = {one: None for one in ("weights", "weights_backbone") if one in parameters}
        yield name, lambda: torchvision.models.get_model(name, **weights)
    else:
        import diffusers.models

        yield name, lambda: getattr(diffusers.models, name)()


def empty(make: Callable[[], nn.Module]) -> nn.Module:
    """The model without values. Where it needs those of a schedule to be built, only its parameters are without."""
    try:
        with torch.device("meta"):
            return make()
    except NotImplementedError:  # "Cannot copy out of meta tensor"
        from accelerate import init_empty_weights

        with init_empty_weights():
            return make()
