"""Values supplied where a pass over meta or fake tensors asks for real ones."""

from __future__ import annotations

from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import TorchFunctionMode

USUAL = {"any": False, "eq": False, "isnan": False, "isinf": False, "equal": True}
"""What a question is usually answered, by the operation that asks it; any other one, such as ``all``: yes."""


def is_unreal(tensor: object) -> bool:
    """Whether a tensor has a shape and no values."""
    return isinstance(tensor, torch.Tensor) and (tensor.is_meta or isinstance(tensor, FakeTensor))


class Formatting(TorchFunctionMode):
    """Writes numbers that are not there as made-up ones, where code puts them into a text: ``f"expert_{index}"``."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.Tensor.__format__ and is_unreal(args[0]) and args[0].ndim == 0:
            return format(args[0].item(), *args[1:])
        return func(*args, **(kwargs or {}))


def made_up(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, answer: bool) -> Any:
    """What an operation that needs values gives where there are none; ``NotImplemented`` for all that need none.

    Args:
        func: the operation.
        args: its arguments.
        kwargs: its arguments by name.
        answer: what a question that the code asks of its data is answered.
    """
    given: Any = args[0] if args else None
    schema = getattr(func, "_schema", None)
    if schema is None or not is_unreal(given):
        return NotImplemented
    match schema.name.removeprefix("aten::"):
        case "_local_scalar_dense":
            if given.dtype == torch.bool:
                return answer
            return 1.0 if given.is_floating_point() else 1j if given.is_complex() else 1
        case "equal":
            return answer
        case "_to_copy" if torch.device(kwargs.get("device") or "meta").type == "cpu" and given.is_meta:
            return torch.ones(given.shape, dtype=kwargs.get("dtype") or given.dtype, device="cpu")
        case "nonzero":
            return _indices(given, given.numel(), max(given.ndim, 1))
        case "masked_select":
            mask = args[1]
            chosen = given.numel() if is_unreal(mask) else int(mask.broadcast_to(given.shape).sum())
            return given.new_empty(chosen)
        case "_unique2" | "unique_dim" | "unique_consecutive":
            return given.reshape(-1).clone(), _indices(given, given.numel()), _indices(given, given.numel())
        case "repeat_interleave" if len(args) == 1:
            return _indices(given, kwargs.get("output_size") or given.numel())
        case "_grouped_mm" if given.ndim == 2 and args[1].ndim == 3:  # on meta it takes bfloat16 alone
            return given.new_empty((given.shape[0], args[1].shape[-1]))
        case "bincount":
            return _indices(given, max(int(kwargs.get("minlength") or 0), 1))
        case "index" | "index_put" | "index_put_" if any(_is_mask(one) for one in args[1]):
            places: list[Any] = []
            for one in args[1]:
                places += _places(one) if _is_mask(one) else [one]
            return func(given, places, *_fitting(given, places, args[2:]), **kwargs)
    return NotImplemented


def _is_mask(index: Any) -> bool:
    return isinstance(index, torch.Tensor) and index.dtype == torch.bool


def _places(mask: torch.Tensor) -> list[torch.Tensor]:
    """Where a mask holds; where it has no values, as many places as it may hold at."""
    if is_unreal(mask):
        return [_indices(mask, mask.numel())] * mask.ndim
    return [_indices(mask, int(mask.sum())).to("meta")] * mask.ndim


def _indices(like: torch.Tensor, *shape: int) -> torch.Tensor:
    return torch.zeros(shape, dtype=torch.long, device=like.device)


def _fitting(given: torch.Tensor, places: list[Any], rest: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values to put where a mask says: as many as the mask takes, since nobody knows how many that is."""
    if not rest:
        return ()
    values = rest[0]
    wanted = torch.ops.aten.index.Tensor(given, places)
    try:
        torch.broadcast_shapes(values.shape, wanted.shape)  # type: ignore[no-untyped-call]
    except RuntimeError:
        values = values.reshape(-1)[:1].expand(wanted.shape) if values.numel() else wanted
    return (values, *rest[1:])


def without_values(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments of an operation, all on the meta device if one is: made-up values meet what has none."""
    given = [one for arg in args for one in (arg if isinstance(arg, (list, tuple)) else (arg,))]
    given = [one for one in given if isinstance(one, torch.Tensor) and not isinstance(one, FakeTensor)]
    if len({one.is_meta for one in given}) < 2:
        return args
    return tuple([_on_meta(one) for one in arg] if isinstance(arg, (list, tuple)) else _on_meta(arg) for arg in args)


def _on_meta(given: Any) -> Any:
    is_real = isinstance(given, torch.Tensor) and not given.is_meta and given.ndim
    return given.to("meta") if is_real else given
