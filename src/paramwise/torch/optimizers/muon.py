"""torch's Muon, block by block: for fused matrices, convolutions, stacks, and matrices spread over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, cast

import torch
from torch.optim import _muon

from paramwise.findings import InputError
from paramwise.model.cuts import Blocks
from paramwise.torch.dtypes import fast_dtype
from paramwise.torch.optimizers.closures import loss_of
from paramwise.torch.optimizers.newton_schulz import orthogonal
from paramwise.torch.sharding import mesh_of

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor


class Muon(torch.optim.Muon):
    """``torch.optim.Muon`` that makes each block of a fused weight orthogonal for itself, and is faster.

    A weight that holds several matrices (query, key and value; gate and up; stacked experts) is stepped as if each were
    a parameter of its own, with its own adjusted rate. A convolution ``[out, in, height, width]`` is stepped as
    ``[out, in * height * width]``, as Keller Jordan's Muon does (https://kellerjordan.github.io/posts/muon/); torch's
    Muon refuses it. A whole matrix gets torch's numbers, within the rounding of the dtype of the products: see
    `fast_dtype`. All matrices of one shape are stepped together. The state is one ``momentum_buffer`` for
    each parameter, as torch's.

    A DTensor (FSDP2, tensor parallelism) keeps its momentum in shards. Its update is gathered, a single parameter at a
    time, and every process orthogonalises the whole of it: so it gets what a single process computes, on processors bit
    for bit. torch's Muon leaves this to DTensor's matrix products, which add parts in another order and raise where a
    process has no row of a matrix (torch 2.13). All processes of a mesh must step the same parameters.

    Args:
        params: parameters of two dimensions or more, or groups of them.
        blocks: how the parameters are cut, as `paramwise.model.cuts.Blocks` writes it; usually an option of a group.
        options: those of ``torch.optim.Muon``.

    Raises:
        InputError: a parameter has fewer dimensions, is complex, or does not fit the blocks.

    Example:
        >>> qkv = torch.nn.Linear(8, 24, bias=False)
        >>> optimizer = Muon([{"params": [qkv.weight], "blocks": "dim 0: 3 of 8"}], lr=0.02)
        >>> qkv(torch.ones(1, 8)).sum().backward(); optimizer.step()
    """

    def __init__(self, params: Iterable[Any], blocks: str | None = None, **options: Any) -> None:
        super().__init__([{"params": []}], **options)  # torch refuses convolutions here, but not in add_param_group()
        self.defaults["blocks"] = blocks
        self.param_groups.clear()
        groups = list(params)
        for group in groups if groups and isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters of two dimensions or more.

        Raises:
            InputError: a parameter has fewer, or does not fit the group's blocks.
        """
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        try:
            for param in group["params"]:
                _require_fitting(param, _blocks_of(group))
        except InputError:
            self.param_groups.pop()
            raise

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Step each parameter that has a gradient: plain tensors of one shape together, DTensors one by one."""
        loss = loss_of(closure)
        waiting: dict[tuple[Any, ...], list[_Part]] = {}
        for group in self.param_groups:
            blocks = _blocks_of(group)
            for param in group["params"]:
                if param.grad is None:
                    continue
                update = self._averaged(param, group)
                param.mul_(1 - float(group["lr"]) * group["weight_decay"])
                if mesh_of(param) is not None:
                    _step_whole(param, update, blocks, group)
                    continue
                update = update.to(fast_dtype(param.device.type))
                for part, rows in zip(_cut(param, blocks), _cut(update, blocks), strict=True):
                    matrix = _matrix(rows, blocks)
                    key = (*matrix.shape, param.device, *_iteration(group))
                    alike = waiting.setdefault(key, [])
                    alike.append((part, matrix, _rate(group, matrix)))
                    if len(alike) * matrix.numel() >= _TOGETHER.get(param.device.type, _MANY):
                        _move(waiting.pop(key), group)
        for (*_, coefficients, steps, eps), alike in waiting.items():
            _move(alike, {"ns_coefficients": coefficients, "ns_steps": steps, "eps": eps})
        return loss

    def _averaged(self, param: torch.Tensor, group: MutableMapping[str, Any]) -> torch.Tensor:
        """The gradient with its momentum, as torch computes it, element by element."""
        gradient = cast("torch.Tensor", param.grad)
        if gradient.is_sparse:
            raise RuntimeError("Muon does not support sparse gradients")
        if mesh_of(param) is not None:
            gradient = _spread_as(cast("DTensor", gradient), cast("DTensor", param))
        state = self.state[param]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(gradient, memory_format=torch.preserve_format)
        momentum: torch.Tensor = state["momentum_buffer"]
        momentum.lerp_(gradient, 1 - group["momentum"])
        return gradient.lerp(momentum, group["momentum"]) if group["nesterov"] else momentum


_Part = tuple[torch.Tensor, torch.Tensor, float]
"""A block of a parameter, the matrix of its update, and its rate."""

_MANY = 2**26  # values that wait for others of their shape: 128 MiB in bfloat16
_TOGETHER = {"cpu": 0}  # a processor gains nothing by stacking


def _blocks_of(group: MutableMapping[str, Any]) -> Blocks | None:
    text = group.get("blocks")
    return None if text is None else Blocks.from_text(text)


def _require_fitting(param: torch.Tensor, blocks: Blocks | None) -> None:
    """Raise an InputError for a parameter that is neither a matrix nor a convolution, or has other sizes."""
    if param.ndim < 2 or param.is_complex():
        what = "a complex parameter" if param.is_complex() else "a parameter"
        raise InputError(
            f"Muon steps matrices and convolutions, not {what} of shape {list(param.shape)}", help="give it to AdamW"
        )
    if blocks is not None and (why := blocks.misfit(param.shape)):
        raise InputError(f"the blocks `{blocks}` do not fit a parameter: {why}", help="leave `blocks` out of its group")


def _iteration(group: MutableMapping[str, Any]) -> tuple[tuple[float, float, float], int, float]:
    """What the Newton-Schulz steps of a group depend on."""
    return tuple(group["ns_coefficients"]), group["ns_steps"], group["eps"]


def _rate(group: MutableMapping[str, Any], matrix: torch.Tensor) -> float:
    return float(_muon._adjust_lr(float(group["lr"]), group["adjust_lr_fn"], matrix.shape))


def _cut(tensor: torch.Tensor, blocks: Blocks | None) -> list[torch.Tensor]:
    """Views of the blocks: ``[groups, rows, ...]`` where rows are cut, ``[..., groups, columns]`` where columns are."""
    if blocks is None:
        return [tensor]
    layers = list(tensor.unbind(0)) if blocks.stacked else [tensor]
    if not blocks.sizes:
        return layers
    dim, period = blocks.dim - blocks.stacked, sum(blocks.sizes)
    return [
        layer.view(*layer.shape[:dim], blocks.groups, period, *layer.shape[dim + 1 :]).narrow(dim + 1, start, size)
        for layer in layers
        for start, size in zip(blocks.starts, blocks.sizes, strict=True)
    ]


def _matrix(part: torch.Tensor, blocks: Blocks | None) -> torch.Tensor:
    """A block as the matrix that it is; a convolution as the matrix of its filters."""
    if blocks is not None and blocks.sizes:
        dim = blocks.dim - blocks.stacked
        part = part.flatten(dim, dim + 1)
    return part.flatten(1)


def _move(parts: list[_Part], group: MutableMapping[str, Any]) -> None:
    """Step blocks whose matrices have one shape."""
    made = orthogonal([matrix for _, matrix, _ in parts], *_iteration(group))
    for (part, _, rate), matrix in zip(parts, made, strict=True):
        part.add_(matrix.reshape(part.shape), alpha=-rate)


def _step_whole(param: DTensor, update: torch.Tensor, blocks: Blocks | None, group: MutableMapping[str, Any]) -> None:
    """Step a DTensor: the update is gathered in the dtype of the products, half of the bytes where that is bfloat16."""
    from torch.distributed.tensor import DTensor, Replicate

    whole = cast("DTensor", update.to(fast_dtype(param.device.type))).full_tensor()
    everywhere = [Replicate()] * param.device_mesh.ndim
    steps: dict[float, torch.Tensor] = {}  # by rate; zero where other blocks have another one
    parts = _cut(whole, blocks)
    for at, part in enumerate(parts):
        matrix = _matrix(part, blocks)
        (made,) = orthogonal([matrix], *_iteration(group))
        rate = _rate(group, matrix)
        if rate not in steps:
            steps[rate] = torch.zeros_like(whole)
        _cut(steps[rate], blocks)[at].copy_(made.reshape(part.shape))
    for rate, step in steps.items():
        spread = _spread_as(DTensor.from_local(step, param.device_mesh, everywhere, run_check=False), param)
        param.add_(spread, alpha=-rate)


def _spread_as(tensor: DTensor, param: DTensor) -> DTensor:
    """A DTensor spread over the processes as a parameter is."""
    return tensor if tensor.placements == param.placements else tensor.redistribute(placements=param.placements)
