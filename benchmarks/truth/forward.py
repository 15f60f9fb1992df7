"""How forward passes on the meta device use a tensor."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from truth.source import SHAPING, words

_PASSED = words(  # of torch.ops.aten: as _SAME
    "view _unsafe_view reshape t transpose permute expand unsqueeze squeeze slice select split split_with_sizes unbind "
    "alias detach clone _to_copy repeat flip roll as_strided unfold index index_select gather diagonal tril triu "
    "constant_pad_nd lift_fresh _reshape_alias neg exp softplus sigmoid tanh _softmax _log_softmax log sqrt rsqrt pow "
    "sum mean norm square abs cumsum linalg_vector_norm var std var_mean clamp clamp_min clamp_max relu gelu silu "
    "reciprocal round upsample_bicubic2d upsample_bilinear2d upsample_nearest2d upsample_linear1d "
    "_upsample_bicubic2d_aa _upsample_bilinear2d_aa upsample_trilinear3d max_pool2d_with_indices amax amin max min "
    "view_as_complex view_as_real complex polar expm1 log1p sin cos leaky_relu elu grid_sampler_2d native_dropout "
    "logsumexp maximum minimum erf chunk _adaptive_avg_pool2d avg_pool2d"
)
_MULTIPLIED = {  # the places of the two factors
    **dict.fromkeys(("mm", "bmm", "_grouped_mm", "mv", "dot", "convolution"), (0, 1)),
    **dict.fromkeys(("addmm", "baddbmm", "addbmm", "addmv"), (1, 2)),
}
_ADDED = {"addmm": 0, "baddbmm": 0, "addbmm": 0, "addmv": 0, "convolution": 2}
_NORMALIZED = {  # the places of weight and bias
    "native_layer_norm": (2, 3),
    "_fused_rms_norm": (2, 9),
    **dict.fromkeys(("native_group_norm", "native_batch_norm", "_native_batch_norm_legit"), (1, 2)),
    "_native_batch_norm_legit_no_training": (1, 2),
    "_batch_norm_with_update": (1, 2),
}
_ELEMENTWISE = {
    **{"mul": "gain", "div": "gain", "addcmul": "gain", "add": "sum", "sub": "sum", "rsub": "sum"},
    **{"where": "table", "lerp": "table", "masked_fill": "table"},
}
_PLACED = words("masked_scatter index_put copy scatter slice_scatter select_scatter index_copy index_add fill")


class Held(NamedTuple):
    """A tensor that is one or more parameters, as far as its values are concerned."""

    tensor: torch.Tensor  # kept alive: it is known by its id
    parameters: frozenset[int]
    flags: frozenset[str] = frozenset()


class Recorder(TorchDispatchMode):
    """Records the first operation that uses each parameter on something else, on the meta device.

    A table that is reshaped, indexed, scaled by a number or passed through ``exp`` is still that parameter; the sum of
    it and an activation is an activation. Where a branch depends on a value, which meta tensors lack, one is made up.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, truthy: bool) -> None:
        super().__init__()
        self.uses: dict[int, set[str]] = {}
        self.held = {id(one): Held(one, frozenset({id(one)})) for one in parameters}
        self.truthy = truthy

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._overloadpacket.__name__
        out = self._made_up(name, args, kwargs)
        if out is None:
            out = func(*args, **kwargs)
        if name in ("cat", "stack"):
            self._joined(args[0], out)
        else:
            places = {**dict(enumerate(args)), **kwargs}
            held = {place: self.held[id(one)] for place, one in places.items() if id(one) in self.held}
            if held:
                self._note(name.removesuffix("_"), places, held, out)
        return out

    def _made_up(self, name: str, args: Any, kwargs: Any) -> Any:
        """A result where the values of a meta tensor would be needed."""
        first = args[0] if args else None
        if name == "index" and any(one is not None and one.dtype == torch.bool for one in args[1]):
            index = [
                place
                for one in args[1]
                for place in ([one] if one is None or one.dtype != torch.bool else [_some(2, one.device)] * one.ndim)
            ]
            return first[tuple(slice(None) if one is None else one for one in index)]
        if not isinstance(first, torch.Tensor) or not first.is_meta:
            return None
        if name == "_local_scalar_dense":
            return self.truthy if first.dtype == torch.bool else 1.0 if first.dtype.is_floating_point else 1
        if name == "equal":
            return self.truthy
        if name == "nonzero":
            return _some((2, max(first.ndim, 1)), "meta")
        if name == "masked_select":
            return first.reshape(-1)[:2]
        if name in ("_unique2", "unique_dim", "unique_consecutive"):
            return first.reshape(-1)[:2], _some(first.numel(), "meta"), _some(2, "meta")
        if name == "repeat_interleave" and len(args) == 1:
            return _some(first.numel(), "meta")
        if name == "bincount":
            return _some(8, "meta")
        if name == "_to_copy" and str(kwargs.get("device", "meta")) == "cpu":
            return torch.zeros(first.shape, dtype=kwargs.get("dtype") or first.dtype, device="cpu")
        return None

    def _note(self, name: str, places: dict[Any, Any], held: dict[Any, Held], out: Any) -> None:
        """What the operation does to the parameters among its inputs."""
        if name in _ELEMENTWISE:
            others = [one for one in places.values() if isinstance(one, torch.Tensor) and id(one) not in self.held]
            if all(one.ndim == 0 and not one.is_meta for one in others):
                self._pass_on(held.values(), out)
                return
        elif name in _PASSED or name == "_weight_norm_interface":
            if 0 in held:
                self._pass_on([held[0]], out, SHAPING.get(name))
            if name == "_weight_norm_interface" and 1 in held:
                self._use(held[1], "gain")
            return
        for place, one in held.items():
            if name in _NORMALIZED and place == 0:  # a weight that is standardized, a token before the first layer
                self._pass_on([one], out)
            else:
                self._use(one, self._kind(name, place, held))

    def _kind(self, name: str, place: int | str, held: dict[Any, Held]) -> str:
        if name in _MULTIPLIED:
            left, right = _MULTIPLIED[name]
            # of two parameters the first flows through the second: a token before the first linear layer
            through = place == left and right in held and not held[left].parameters & held[right].parameters
            return "sum" if place == _ADDED.get(name) else "table" if through else "product"
        if name in _NORMALIZED:
            return {_NORMALIZED[name][0]: "gain", _NORMALIZED[name][1]: "sum"}.get(place, "table")  # type: ignore[call-overload]
        if name in _ELEMENTWISE:
            kind = "sum" if name == "addcmul" and place == 0 else _ELEMENTWISE[name]
            return "state" if kind == "gain" and {"exp", "neg"} <= held[place].flags else kind
        if name == "embedding":
            return "lookup"
        if name in _PLACED or name.startswith("_scaled_dot_product"):
            return "table"
        if name == "_prelu_kernel":
            return "gain"
        return f"?{name}"

    def _joined(self, parts: Any, out: Any) -> None:
        inside = [self.held[id(one)] for one in parts if id(one) in self.held]
        if inside and len(inside) == len(parts):
            self._pass_on(inside, out)
        else:
            for one in inside:
                self._use(one, "table")

    def _use(self, held: Held, kind: str) -> None:
        for one in held.parameters:
            self.uses.setdefault(one, set()).add(kind)

    def _pass_on(self, held: Iterable[Held], out: Any, flag: str | None = None) -> None:
        parameters = frozenset[int]().union(*(one.parameters for one in held))
        flags = frozenset({flag} if flag else ()).union(*(one.flags for one in held))
        for one in out if isinstance(out, (list, tuple)) else (out,):
            if isinstance(one, torch.Tensor):
                self.held[id(one)] = Held(one, parameters, flags)


def _some(size: Any, device: Any) -> torch.Tensor:
    """Indices."""
    return torch.zeros(size, dtype=torch.long, device=device)


FEW = 6  # passes with as few arguments as possible, and as many with more


def run_forward(model: nn.Module, needed: set[int]) -> dict[int, set[str]]:
    """The first use of each parameter, by its id, in what forward passes of the model and its parts could be run.

    Only a part that holds a ``needed`` parameter which no pass has reached is run by itself.
    """
    for eager in ("set_attn_implementation", "set_experts_implementation"):
        with contextlib.suppress(Exception):
            getattr(model, eager)("eager")
    parameters = list(model.parameters())
    seen: dict[int, set[str]] = {}
    tried: set[type] = set()
    for module in model.modules():
        if type(module) not in tried and (module is model or hasattr(module, "config")):
            tried.add(type(module))
            own = {id(one) for one in module.parameters()} & needed
            for attempt in range(2 * FEW):
                if not own <= seen.keys():
                    _run(
                        module,
                        lambda module=module, attempt=attempt: arguments(module, attempt),
                        parameters,
                        seen,
                        attempt,
                    )
    for module in model.modules():
        own = {id(one) for one in module._parameters.values() if one is not None} & needed
        for shape in shapes_for(module) if not own <= seen.keys() else ():
            if not own <= seen.keys():
                _run(module, lambda module=module, shape=shape: layer_arguments(module, shape), parameters, seen, 0)
    return seen


def _run(
    module: nn.Module,
    inputs: Callable[[], dict[str, Any]],
    parameters: list[nn.Parameter],
    seen: dict[int, set[str]],
    attempt: int,
) -> None:
    """One pass, as far as it goes: where made-up inputs do not fit, what was used before was still used."""
    recorder = Recorder(parameters, truthy=attempt % 2 == 1)
    module.train(attempt % 2 == 1)  # without dropout first: it multiplies a token by a mask
    with contextlib.suppress(Exception), torch.device("meta"), torch.no_grad():
        given = inputs()
        with recorder:
            module(**given)
    for one, kinds in recorder.uses.items():
        seen.setdefault(one, set()).update(kinds)


def _required(module: nn.Module) -> list[str]:
    parameters = inspect.signature(module.forward).parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in parameters if one.default is one.empty and one.kind in named]


def arguments(module: nn.Module, attempt: int) -> dict[str, Any]:
    """Arguments for a model: what it asks for, the input it is made for, and in turn what it may take."""
    main = getattr(module, "main_input_name", None) or "input_ids"
    wanted = {*_required(module), *([main] if isinstance(main, str) else main), "decoder_input_ids"}
    if attempt % 2 == 0:
        wanted |= {"bool_masked_pos", "mask_time_indices"}
    if attempt >= FEW:
        wanted |= {"input_ids", "pixel_values", "input_features", "input_values", "token_type_ids"}
    guesses = {name: made_up(name, module) for name in wanted & set(inspect.signature(module.forward).parameters)}
    return {name: found[attempt % len(found)] for name, found in guesses.items()}


def layer_arguments(module: nn.Module, shape: tuple[int, ...]) -> dict[str, Any]:
    """Arguments for a layer: every one that it needs is an activation."""
    return {name: torch.zeros(shape) for name in _required(module)}


def shapes_for(module: nn.Module) -> list[tuple[int, ...]]:
    """What an activation may look like that meets the module's own parameters."""
    sizes = {size: None for one in module._parameters.values() if one is not None for size in reversed(one.shape)}
    wide = [size for size in sizes if size > 1] or [16]
    return [one for n in wide for one in ((1, 16, n), (16, n), (1, n, 16), (1, n, 8, 8), (1, 8, 8, n))]


def setting(config: Any, *names: str, default: Any) -> Any:
    """The first of the names that a config, or one inside it, has a value for."""
    layers = [dict(config) if isinstance(config, dict) else getattr(config, "__dict__", {})]
    for _ in range(2):
        layers += [
            vars(one)
            for layer in layers
            for one in layer.values()
            if hasattr(one, "to_dict") and hasattr(one, "__dict__")
        ]
    found = (layer[name] for layer in layers for name in names if layer.get(name) not in (None, [], (), {}))
    return next(found, default)


def _size(value: Any, place: int = -1) -> int:
    if isinstance(value, dict):
        value = [one for one in value.values() if one]
    return _size(value[place]) if isinstance(value, (list, tuple)) else int(value)


def made_up(name: str, module: nn.Module) -> list[torch.Tensor]:
    """Tensors that an argument of this name may be, most likely first."""
    config = getattr(module, "config", None) or getattr(module, "default_cfg", None)
    width = _size(setting(config, "hidden_size", "d_model", "embed_dim", "n_embd", "dim", "hidden_dim", default=64))
    channels = _size(setting(config, "num_channels", "in_channels", "in_chans", default=3))
    side = setting(config, "image_size", "img_size", "input_size", "sample_size", default=224)
    high, wide = _size(side, -2 if isinstance(side, (list, tuple)) and len(side) > 1 else 0), _size(side)
    patch = _size(setting(config, "patch_size", default=16))
    mels = _size(setting(config, "num_mel_bins", "n_mels", "feature_size", "mel_bins", "input_dim", default=80))
    frames = _size(setting(config, "num_frames", "frames_per_clip", default=2))
    flat = channels * patch * patch * _size(setting(config, "temporal_patch_size", default=1))
    books = _size(setting(config, "num_codebooks", "num_quantizers", default=4))
    text = _size(setting(config, "cross_attention_dim", "joint_attention_dim", "caption_channels", default=width))
    kind = torch.float
    shapes: list[tuple[int, ...]]
    if "grid" in name or "spatial_shapes" in name:
        return [torch.tensor([[1, 4, 4]], device="cpu"), torch.tensor([[1, 4, 4]])]
    if name in ("pixel_values", "image", "pixel_values_videos", "prompt_pixel_values", "x", "input", "sample"):
        shapes = [(1, channels, high, wide), (16, flat), (1, frames, channels, high, wide), (1, 16, flat)]
        shapes += [(1, channels, frames, high, wide), (1, 1, 1, channels, high, wide), (2, 3, 256, 256)]
        shapes = shapes[2:] if "video" in name else shapes
    elif name == "bool_masked_pos":
        steps = max(frames // _size(setting(config, "tubelet_size", default=frames)), 1)
        shapes, kind = [(1, (high // patch) * (wide // patch) * steps)], torch.bool
    elif name in ("input_features", "audio_mel", "audio_values"):
        long = _size(setting(config, "max_source_positions", default=1500)) * 2
        shapes = [(1, mels, long), (1, 200, mels), (mels, 200), (1, 1, long, mels), (1, 1, 1001, mels)]
    elif name in ("input_values", "waveform"):
        shapes = [(1, 16000), (1, 1, 16000), (1, 1024, mels), (1, 100, mels)]
    elif name in ("spectrogram", "mel_spectrogram", "reference_mel"):
        shapes = [(1, 40, mels), (1, mels, 40)]
    elif name.startswith(("past_", "future_")):
        long = _size(setting(config, "context_length", default=32)) + max(getattr(config, "lags_sequence", [0]))
        features = _size(setting(config, "num_time_features", default=0))
        series = _size(setting(config, "num_input_channels", "input_size", default=1))
        shapes = [(1, long, features)] if "time_features" in name else [(1, long, series), (1, long)]
    elif name == "flattened_patches":
        shapes = [(1, 16, 2 + flat)]
    elif "mask" in name:
        shapes, kind = [(1, 12), (1, 16)], torch.bool
    elif name.endswith(("ids", "index")) or "code" in name:
        shapes, kind = [(1, 12), (1, 12, books), (1, books, 12), (12,)], torch.long
    elif name in ("time_step", "timestep", "timesteps"):
        shapes = [(1,)]
    elif name == "encoder_hidden_states":
        shapes = [(1, 12, text)]
    else:
        shapes = [(1, 16, width), (16, width), (1, width, 16), (1, width, 8, 8), (1, width), (1, channels, high, wide)]
    return [torch.zeros(shape, dtype=kind) for shape in shapes]
