"""Sizes that a config names: of images, sounds, patches, series and states."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any


class Settings:
    """The settings of a config, and of the configs inside it.

    Example:
        >>> from types import SimpleNamespace
        >>> Settings(SimpleNamespace(image_size=[32, 48], num_channels=1)).image
        (1, 32, 48)
    """

    def __init__(self, config: Any) -> None:
        self._configs = list(_nested(config))

    def value(self, *names: str) -> Any:
        """The first of the names that has a value, in the outermost config that has one; None if there is none."""
        for config in self._configs:
            for name in names:
                value = config.get(name) if isinstance(config, dict) else getattr(config, name, None)
                if value not in (None, [], (), {}) and not callable(value):
                    return value
        return None

    def has(self, *names: str) -> bool:
        """Whether one of the names has a value."""
        return self.value(*names) is not None

    def number(self, *names: str, default: int) -> int:
        """A whole number: of several, the last, as the sides of an image are given with the width last."""
        return _number(self.value(*names), default)

    @property
    def width(self) -> int:
        """The size of a state."""
        return self.number("hidden_size", "d_model", "embed_dim", "n_embd", "dim", "hidden_dim", default=64)

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        channels = self.number("num_channels", "in_channels", "in_chans", default=3)
        side = self.value("image_size", "img_size", "input_size", "sample_size", "resolution")
        if isinstance(side, dict):
            side = [side.get("height") or next(iter(side.values())), side.get("width") or next(iter(side.values()))]
        if isinstance(side, (list, tuple)) and len(side) == 3:
            channels, side = _number(side[0], channels), side[1:]
        if isinstance(side, (list, tuple)) and len(side) == 2:
            return channels, _number(side[0], 224), _number(side[1], 224)
        return channels, _number(side, 224), _number(side, 224)

    @property
    def patch(self) -> tuple[int, int]:
        """Height and width of a patch."""
        size = self.value("patch_size")
        if isinstance(size, (list, tuple)) and len(size) >= 2:
            return _number(size[-2], 16), _number(size[-1], 16)
        return _number(size, 16), _number(size, 16)

    @property
    def patches(self) -> int:
        """How many patches an image, or a video, is cut into."""
        _, high, wide = self.image
        frames = self.number("num_frames", "frames_per_clip", default=1)
        steps = max(frames // self.number("tubelet_size", default=frames), 1)
        return max(high // self.patch[0], 1) * max(wide // self.patch[1], 1) * steps

    @property
    def flat_patch(self) -> int:
        """How many values a patch has."""
        return self.image[0] * prod(self.patch) * self.number("temporal_patch_size", default=1)

    @property
    def mels(self) -> int:
        """How many bands a spectrogram has."""
        return self.number("num_mel_bins", "n_mels", "mel_bins", "feature_size", "input_dim", default=80)

    @property
    def frames_of_sound(self) -> int:
        """How many time steps a spectrogram has."""
        return 2 * self.number("max_source_positions", "n_ctx", default=1500)


def _number(value: Any, default: int) -> int:
    if isinstance(value, dict):
        value = next((one for one in value.values() if one), None)
    if isinstance(value, (list, tuple)):
        return _number(value[-1], default) if value else default
    return int(value) if isinstance(value, (int, float)) else default


def _nested(config: Any) -> Iterator[Any]:
    """A config and those inside it, the outer ones first."""
    layer, seen = [config], set[int]()
    while layer:
        inside = []
        for one in layer:
            if id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            values = one.values() if isinstance(one, dict) else getattr(one, "__dict__", {}).values()
            inside += [value for value in values if hasattr(value, "to_dict") and hasattr(value, "__dict__")]
        layer = inside
