"""torch's Muon, for convolutions and for matrices that are spread over processes as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, cast

import torch
from torch.optim import _muon

from paramwise.findings import InputError
from paramwise.torch.sharding import mesh_of

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor


class Muon(torch.optim.Muon):
    """``torch.optim.Muon`` that also steps convolutions and DTensors; a plain matrix it steps as torch does.

    A weight ``[out, in, height, width]`` is stepped as ``[out, in * height * width]``, as Keller Jordan's Muon does
    (https://kellerjordan.github.io/posts/muon/); torch's Muon refuses it.

    A DTensor (FSDP2, tensor parallelism) keeps its momentum in shards. Its update is gathered in bfloat16, a single
    matrix at a time, and every process orthogonalises the whole of it: so it gets what a single process computes, bit
    for bit. torch's Muon leaves this to DTensor's matrix products, which add bfloat16 parts in another order and raise
    where a process has no row of a matrix (torch 2.13). All processes of a mesh must step the same parameters.

    Args:
        params: parameters of two dimensions or more, or groups of them.
        options: those of ``torch.optim.Muon``.

    Raises:
        InputError: a parameter has fewer dimensions.

    Example:
        >>> conv = torch.nn.Conv2d(3, 8, 3, bias=False)
        >>> optimizer = Muon(conv.parameters(), lr=0.02)
        >>> conv(torch.ones(1, 3, 4, 4)).sum().backward(); optimizer.step()
    """

    def __init__(self, params: Iterable[Any], **options: Any) -> None:
        super().__init__([{"params": []}], **options)  # torch refuses convolutions here, but not in add_param_group()
        self.param_groups.clear()
        groups = list(params)
        for group in groups if groups and isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters of two dimensions or more.

        Raises:
            InputError: a parameter has fewer, or its strides do not let it be seen as a matrix.
        """
        super().add_param_group(param_group)
        params = self.param_groups[-1]["params"]
        if small := [list(param.shape) for param in params if param.ndim < 2]:
            self.param_groups.pop()
            raise InputError(
                f"Muon steps matrices and convolutions, not a parameter of shape {small[0]}", help="give it to AdamW"
            )
        for param in params:
            if param.ndim < 3 or mesh_of(param) is not None:
                continue
            if (matrix := _filters(param, param)).numel() and matrix._base is None:
                self.param_groups.pop()
                raise InputError(
                    f"a parameter {list(param.shape)} with strides {param.stride()} has no view as a matrix of filters",
                    help="make it contiguous: nn.Parameter(weight.detach().contiguous())",
                )

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Step plain tensors by torch's own code, then DTensors, in the order of the groups."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        super().step()  # type: ignore[no-untyped-call]
        for group in self.param_groups:
            for param in group["params"]:
                if mesh_of(param) is not None and param.grad is not None:
                    self._step_whole(param, group)
        return loss

    def _step_whole(self, param: DTensor, group: MutableMapping[str, Any]) -> None:
        """Step a DTensor: everything but the orthogonalisation goes element by element, in this process's shard."""
        from torch.distributed.tensor import DTensor, Replicate

        gradient = _spread_as(cast("DTensor", param.grad), param)
        state = self.state[param]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(gradient)
        momentum: DTensor = state["momentum_buffer"]
        momentum.lerp_(gradient, 1 - group["momentum"])
        update = gradient.lerp(momentum, group["momentum"]) if group["nesterov"] else momentum
        rounded = cast("DTensor", update.bfloat16())  # as torch does first: half of the bytes to send, the same bits
        whole = rounded.full_tensor()
        matrix = whole.reshape(whole.shape[0], -1)
        orthogonal = _muon._zeropower_via_newtonschulz(
            matrix, group["ns_coefficients"], group["ns_steps"], group["eps"]
        )
        everywhere = [Replicate()] * param.device_mesh.ndim
        step = DTensor.from_local(orthogonal.reshape(whole.shape), param.device_mesh, everywhere, run_check=False)
        rate = float(group["lr"])
        param.mul_(1 - rate * group["weight_decay"])
        param.add_(_spread_as(step, param), alpha=-_muon._adjust_lr(rate, group["adjust_lr_fn"], matrix.shape))

    def _init_group(
        self, group: MutableMapping[str, Any], params: list[Any], grads: list[Any], buffers: list[Any]
    ) -> bool:
        # the step is torch's own: it gets each convolution, its gradient and its momentum as matrices
        plain = [param for param in group["params"] if mesh_of(param) is None]
        for param in plain:
            if param.grad is not None and param.ndim > 2:
                self._lay_out_momentum(param)
        is_complex = super()._init_group({**group, "params": plain}, params, grads, buffers)
        for at, param in enumerate(params):
            if param.ndim > 2:
                params[at], grads[at], buffers[at] = (_filters(part, param) for part in (param, grads[at], buffers[at]))
        return is_complex

    def _lay_out_momentum(self, param: torch.Tensor) -> None:
        """Give the momentum buffer the strides of its parameter, so that its matrix is a view of it."""
        assert param.grad is not None
        momentum = self.state[param].get("momentum_buffer")
        if momentum is None or momentum.stride() != param.stride():
            buffer = torch.zeros_like(param, dtype=param.grad.dtype)
            self.state[param]["momentum_buffer"] = buffer if momentum is None else buffer.copy_(momentum)


def _filters(tensor: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A tensor as the matrix of its filters; each filter's values in the order of the memory of ``like``."""
    inner = sorted(
        range(1, like.ndim), key=like.stride, reverse=True
    )  # so that ``like`` itself gives a view, not a copy
    return tensor.permute(0, *inner).reshape(tensor.shape[0], -1)


def _spread_as(tensor: DTensor, param: DTensor) -> DTensor:
    """A DTensor spread over the processes as a parameter is."""
    return tensor if tensor.placements == param.placements else tensor.redistribute(placements=param.placements)
