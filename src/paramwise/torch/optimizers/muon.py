"""torch's Muon, for convolutions as well."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

import torch

from paramwise.findings import InputError


class ConvMuon(torch.optim.Muon):
    """``torch.optim.Muon`` that also steps convolutions, each as the matrix of its filters; torch's Muon refuses them.

    A weight ``[out, in, height, width]`` is stepped as ``[out, in * height * width]``, as Keller Jordan's Muon does
    (https://kellerjordan.github.io/posts/muon/). Matrices are stepped as torch steps them, bit for bit.

    Args:
        params: parameters of two dimensions or more, or groups of them.
        options: those of ``torch.optim.Muon``.

    Raises:
        InputError: a parameter has fewer dimensions.

    Example:
        >>> conv = torch.nn.Conv2d(3, 8, 3, bias=False)
        >>> optimizer = ConvMuon(conv.parameters(), lr=0.02)
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
            if param.ndim > 2 and (matrix := _filters(param, param)).numel() and matrix._base is None:
                self.param_groups.pop()
                raise InputError(
                    f"a parameter {list(param.shape)} with strides {param.stride()} has no view as a matrix of filters",
                    help="make it contiguous: nn.Parameter(weight.detach().contiguous())",
                )

    def _init_group(
        self, group: MutableMapping[str, Any], params: list[Any], grads: list[Any], buffers: list[Any]
    ) -> bool:
        # the step is torch's own: it gets each convolution, its gradient and its momentum as matrices
        for param in group["params"]:
            if param.grad is not None and param.ndim > 2:
                self._lay_out_momentum(param)
        is_complex = super()._init_group(group, params, grads, buffers)
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
