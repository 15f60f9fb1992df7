"""Inputs made up for a pass, from a signature, a config, or the first layer."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.model.evidence import Evidence
from paramwise.torch.trace.settings import Settings
from paramwise.torch.trace.tracing import trace

_LONG = 16  # tokens
_SOUND = 16000  # samples
_FRAMES = 128  # of a spectrogram, where no setting says how many
_MOST = 12  # ways to call one model with the same arguments
_DATA = re.compile(
    r"^(\w*input_ids|pixel_values|input_features|input_values|flattened_patches|bbox|bool_masked_pos|mask_time_indices"
    r"|(past|future)_(values|time_features|observed_mask)|states?|actions|rewards|returns_to_go|timesteps|atom_inputs)$"
)
"""Arguments that bring data into a model, wherever they stand in a signature."""

_BESIDE = re.compile(
    r"(grid_thw|grid_hw|spatial_shapes|position_ids|_mask|_embeds?|_sizes|_features)$|^encoder_hidden_states$"
)
"""Arguments without which some models do not take their data, though a signature does not ask for them."""

Shape = tuple[int, ...]


def trace_generic(model: nn.Module) -> Evidence:
    """What a pass on the first made-up inputs that fit tells.

    Raises:
        InputError: nothing tells what the model takes. What the pass on the likeliest inputs raises, where none fit.

    Example:
        >>> trace_generic(nn.Sequential(nn.Linear(3, 2, device="meta"))).told
        {'0.weight': 'matrix', '0.bias': 'bias'}
    """
    first: Exception | None = None
    for given in possible_inputs(model):
        try:
            return trace(model, **given)
        except Exception as error:
            first = first or error
    assert first is not None
    raise first


def generic_inputs(model: nn.Module) -> dict[str, Any]:
    """Tensors that a model can most likely be called with, by the names of its arguments.

    Raises:
        InputError: neither config nor signature nor the first layer tell what the model takes.

    Example:
        >>> {name: tuple(tensor.shape) for name, tensor in generic_inputs(nn.Sequential(nn.Linear(3, 2))).items()}
        {'input': (2, 3)}
    """
    return next(possible_inputs(model))


def possible_inputs(model: nn.Module) -> Iterator[dict[str, Any]]:
    """What a model may be called with, most likely first; real numbers are on the meta device.

    The signature says which arguments there are, the config how large they are. What an argument of one name may look
    like (an image, a video, patches in rows) is tried in turn.

    Raises:
        InputError: neither config nor signature nor the first layer tell what the model takes.
    """
    parameters = inspect.signature(model.forward).parameters.values()
    named = [one for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    takes = [one.name for one in named]
    required = [one.name for one in named if one.default is one.empty]
    config = getattr(model, "config", None)
    main = getattr(model, "main_input_name", None)
    main = [main] if isinstance(main, str) else list(main or ())
    least = [name for name in takes if name in (*required, *main)]
    if config is None:
        first = list(_for_first_layer(model)) if len(least or takes) == 1 else []
        yield from ({(least or takes)[0]: tensor} for tensor in first)
        if first:
            return
    if config is None or not least:
        unknown = ", ".join(least) or "its arguments"
        raise InputError(
            f"nothing says what to call {type(model).__name__} with: {unknown}",
            help="give a batch: --batch module:function, which returns the arguments",
        )
    settings = Settings(config)
    cached = {"use_cache": False} if "use_cache" in takes else {}  # one pass has no use for what the next would read
    if getattr(config, "is_encoder_decoder", False):
        least += [name for name in takes if name == "decoder_input_ids" and name not in least]
    data = [name for name in takes if name in least or _DATA.search(name)]
    beside = [name for name in takes if name in data or _BESIDE.search(name)]
    seen: set[tuple[tuple[str, Shape], ...]] = set()
    for wanted, most in ((data, 2), (least, 2), (beside, 2), (data, _MOST), (least, _MOST), (beside, _MOST)):
        ways = {name: _tensors(name, settings, takes) for name in wanted}
        together = [{name: found[at % len(found)] for name, found in ways.items()} for at in range(_MOST)]
        others = (dict(zip(ways, chosen, strict=True)) for chosen in itertools.product(*ways.values()))
        for given in itertools.chain(together, itertools.islice(others, 10 * _MOST)):
            key = tuple((name, tuple(tensor.shape)) for name, tensor in given.items())
            if key not in seen and most:
                seen.add(key)
                most -= 1
                yield {**given, **cached}


def _tensors(name: str, settings: Settings, takes: Sequence[str]) -> list[torch.Tensor]:
    """What an argument of this name may be: whole numbers with their values, and the shapes of real ones."""
    side = 2 * settings.number("spatial_merge_size", "merge_size", default=1)
    if "grid" in name and "thw" in name:
        return [torch.tensor([[1, side, side]])]
    if name.endswith(("grid_hw", "spatial_shapes")):
        return [torch.tensor([[side, side]])]
    shapes, kind = _shapes(name, settings, takes)
    if kind is not torch.float:
        return [torch.ones(shape, dtype=kind) for shape in shapes]
    return [torch.ones(shape, dtype=kind, device="meta") for shape in shapes]


def _shapes(name: str, settings: Settings, takes: Sequence[str]) -> tuple[list[Shape], torch.dtype]:
    """The shapes that an argument of this name may have, most likely first, and the kind of its numbers."""
    if name.endswith("bbox"):
        return [(1, _LONG, 4)], torch.long
    if "position_ids" in name and "pixel" in name:
        return [(1, _LONG, 2)], torch.long
    if "mask" in name or name in ("bool_masked_pos",):
        patches = settings.patches
        first = patches if "bool_masked" in name or "patch" in name else _LONG
        kind = torch.bool if "bool" in name else torch.long
        return [(1, first), (1, patches), (1, settings.frames_of_sound), (1, *settings.image[-2:])], kind
    if name.endswith(("ids", "index", "labels", "code", "codes", "idx", "_id", "lengths", "sizes")):
        books = settings.number("num_codebooks", "num_quantizers", "n_codebooks", default=4)
        if "code" in name and name != "decoder_input_ids":
            return [(1, books, _LONG), (1, _LONG), (1, _LONG, books)], torch.long
        if name.endswith(("lengths", "sizes", "_id")):
            return [(1,), (1, 2)], torch.long
        return [(1, _LONG), (1, _LONG, books), (1, books, _LONG), (_LONG,)], torch.long
    if name in ("time_step", "timestep", "timesteps"):
        return [(1,)], torch.float
    if _is_image(name):
        return _images(name, settings, takes), torch.float
    if name in ("input_features", "audio_mel", "audio_values", "spectrogram", "mel_spectrogram", "input_mel"):
        return _spectra(settings), torch.float
    if name in ("input_values", "waveform", "audio", "input_audio"):
        mels, frames = settings.mels, settings.number("max_length", "num_frames", default=1024)
        sound: list[Shape] = [(1, _SOUND), (1, 1, _SOUND), (1, settings.number("audio_channels", default=2), _SOUND)]
        spectra: list[Shape] = [
            (1, frames, mels),
            (1, _FRAMES, mels),
            (1, _FRAMES, settings.number("input_dim", default=mels)),
        ]
        return (spectra + sound if settings.has("num_mel_bins") else sound + spectra), torch.float
    if name.startswith(("past_", "future_")):
        return _series(name, settings), torch.float
    if name == "flattened_patches":
        return [(1, _LONG, 2 + settings.flat_patch)], torch.float
    return _activations(name, settings, takes), torch.float


def _is_image(name: str) -> bool:
    return name.startswith("pixel_values") or name in ("image", "images", "prompt_pixel_values", "x", "input", "sample")


def _images(name: str, settings: Settings, takes: Sequence[str]) -> list[Shape]:
    """An image, a video, several images, or patches in rows."""
    channels, high, wide = settings.image
    frames = settings.number("num_frames", "frames_per_clip", "max_frames", default=4)
    plain: list[Shape] = [(1, channels, high, wide), (1, 1, channels, high, wide), (1, 1, 1, channels, high, wide)]
    video: list[Shape] = [(1, frames, channels, high, wide), (1, channels, frames, high, wide)]
    count = (2 * settings.number("spatial_merge_size", "merge_size", default=1)) ** 2
    rows: list[Shape] = [(count, settings.flat_patch), (1, count, settings.flat_patch), (1, _LONG, settings.flat_patch)]
    if any("thw" in one or one == "spatial_shapes" or "pixel_position" in one for one in takes):
        return [*rows, *plain, *video]
    if "video" in name or settings.has("tubelet_size", "num_frames", "frames_per_clip"):
        return [*video, *plain, *rows]
    return [*plain, (1, channels, 256, 256), *video, *rows]


def _spectra(settings: Settings) -> list[Shape]:
    """A spectrogram, with its bands before or after its time steps."""
    mels, frames = settings.mels, settings.frames_of_sound
    size = settings.number("input_feat_per_channel", "feature_size", "input_dim", "num_mel_bins", default=mels)
    model = settings.number("model_in_dim", default=mels)
    shapes: list[Shape] = [(1, mels, frames), (1, frames, mels), (1, _FRAMES, size), (1, _FRAMES, model)]
    shapes += [(1, size, _FRAMES), (mels, _FRAMES), (1, 1, frames, mels), (1, 1, 1001, mels), (1, 1, mels, frames)]
    return list(dict.fromkeys(shapes))


def _series(name: str, settings: Settings) -> list[Shape]:
    """The past of a series, long enough for the lags that its model looks back, or what follows it."""
    ahead = settings.number("prediction_length", default=32)
    long = settings.number("context_length", default=ahead) + max(settings.value("lags_sequence") or [0])
    long = ahead if name.startswith("future_") else long
    channels = settings.number("num_input_channels", default=1)
    if "time_features" in name:
        count = settings.number("num_time_features", default=0) or 0
        return [(1, long, count), (1, long, 1)]
    several: list[Shape] = [(1, long, channels)]
    return [*several, (1, long)] if settings.has("num_input_channels") else [(1, long), *several]


def _activations(name: str, settings: Settings, takes: Sequence[str]) -> list[Shape]:
    """States of a model: rows, images or a vector of its width."""
    width = settings.width
    if name == "encoder_hidden_states":
        width = settings.number("encoder_hidden_size", "cross_attention_dim", default=width)
    channels, high, wide = settings.image
    rows: list[Shape] = [(1, _LONG, width), (_LONG, width), (1, width, _LONG)]
    rows += [(1, width, 8, 8), (1, width), (1, channels, high, wide)]
    if any("thw" in one for one in takes):
        count = (2 * settings.number("spatial_merge_size", "merge_size", default=1)) ** 2
        flat = settings.flat_patch
        return [(count, flat), (count, width), (1, count, flat), *rows]
    return rows


def _for_first_layer(model: nn.Module) -> Iterator[torch.Tensor]:
    """What the first layer of torch takes."""
    size = (getattr(model, "default_cfg", None) or {}).get("input_size")  # timm's
    if size is not None:
        yield torch.ones(1, *size, device="meta")
        return
    yield from itertools.islice(_taken(model), 1)


def _taken(model: nn.Module) -> Iterator[torch.Tensor]:
    for layer in model.modules():
        match layer:
            case nn.Linear():
                yield torch.ones(2, layer.in_features, device="meta")
            case nn.Embedding() | nn.EmbeddingBag():
                yield torch.ones(2, 8, dtype=torch.long)
            case nn.modules.conv._ConvNd():
                sides = [64] * (layer.weight.ndim - 2)
                yield torch.ones(2, layer.in_channels, *sides, device="meta")
