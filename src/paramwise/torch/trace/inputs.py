"""Inputs made up for a pass, from a config, a signature, or the first layer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError

_LONG = 8  # tokens


def generic_inputs(model: nn.Module) -> dict[str, torch.Tensor]:
    """Tensors that a model can be called with, by the names of its arguments, on the meta device.

    Raises:
        InputError: neither config nor signature nor the first layer tell what the model takes.

    Example:
        >>> {name: tuple(tensor.shape) for name, tensor in generic_inputs(nn.Sequential(nn.Linear(3, 2))).items()}
        {'input': (2, 3)}
    """
    parameters = inspect.signature(model.forward).parameters.values()
    named = [one for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    required = [one.name for one in named if one.default is one.empty]
    main = getattr(model, "main_input_name", None)
    wanted = dict.fromkeys([*required, *([main] if isinstance(main, str) else [])])
    config = getattr(model, "config", None)
    if getattr(config, "is_encoder_decoder", False):
        wanted["decoder_input_ids"] = None
    takes = {one.name for one in named}
    made = {name: _of_name(name, config) for name in wanted if name in takes}
    if len(made) == 1 and None in made.values():
        made = {name: _for_first_layer(model) for name in made}
    if not made or None in made.values():
        unknown = ", ".join(name for name, tensor in made.items() if tensor is None) or "its arguments"
        raise InputError(
            f"nothing says what to call {type(model).__name__} with: {unknown}",
            help="give a batch: --batch module:function, which returns the arguments",
        )
    return {name: tensor for name, tensor in made.items() if tensor is not None}


def _of_name(name: str, config: Any) -> torch.Tensor | None:
    """What transformers' models call by this name."""
    if config is None:
        return None
    if name.endswith("input_ids"):
        return torch.ones(1, _LONG, dtype=torch.long, device="meta")
    if name == "pixel_values":
        side = _setting(config, "image_size", 224)
        high, wide = side if isinstance(side, (list, tuple)) else (side, side)
        return torch.ones(1, int(_setting(config, "num_channels", 3)), int(high), int(wide), device="meta")
    if name == "input_features":
        frames = 2 * int(_setting(config, "max_source_positions", 1500))
        return torch.ones(1, int(_setting(config, "num_mel_bins", 80)), frames, device="meta")
    if name == "input_values":
        return torch.ones(1, 16000, device="meta")
    return None


def _setting(config: Any, name: str, default: Any) -> Any:
    """A setting of a config, or of one inside it."""
    inside = [one for one in vars(config).values() if hasattr(one, "to_dict") and hasattr(one, "__dict__")]
    found = (vars(one).get(name) for one in (config, *inside))
    return next((value for value in found if value is not None), default)


def _for_first_layer(model: nn.Module) -> torch.Tensor | None:
    """What the first layer of torch takes."""
    size = (getattr(model, "default_cfg", None) or {}).get("input_size")  # timm's
    if size is not None:
        return torch.ones(1, *size, device="meta")
    return next(_taken(model), None)


def _taken(model: nn.Module) -> Iterator[torch.Tensor]:
    for layer in model.modules():
        match layer:
            case nn.Linear():
                yield torch.ones(2, layer.in_features, device="meta")
            case nn.Embedding() | nn.EmbeddingBag():
                yield torch.ones(2, _LONG, dtype=torch.long, device="meta")
            case nn.modules.conv._ConvNd():
                sides = [64] * (layer.weight.ndim - 2)
                yield torch.ones(2, layer.in_channels, *sides, device="meta")
