"""torch's Muon for convolutions as well."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

import torch

from paramwise.findings import InputError


class ConvMuon(torch.optim.Muon):
    """``torch.optim.Muon``, which takes matrices alone, for convolutions too: each as the matrix of its filters.

    A weight ``[out, in, height, width]`` is stepped as ``[out, in * height * width]``, as Keller Jordan's Muon does it
    (https://kellerjordan.github.io/posts/muon/). Matrices are stepped as torch steps them, bit for bit.

    Args:
        params: parameters of two dimensions or more, or groups of them.
        options: those of ``torch.optim.Muon``.

    Raises:
        InputError: a parameter of fewer dimensions.

    Example:
        >>> conv = torch.nn.Conv2d(3, 8, 3, bias=False)
        >>> optimizer = ConvMuon(conv.parameters(), lr=0.02)
        >>> conv(torch.ones(1, 3, 4, 4)).sum().backward(); optimizer.step()
    """

    def __init__(self, params: Iterable[Any], **options: Any) -> None:
        super().__init__([{"params": []}], **options)  # without parameters there is nothing it could refuse
        self.param_groups.clear()
        groups = list(params)
        for group in groups if groups and isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters of two dimensions or more."""
        super().add_param_group(param_group)
        if small := [list(one.shape) for one in self.param_groups[-1]["params"] if one.ndim < 2]:
            self.param_groups.pop()
            raise InputError(f"Muon is for matrices and convolutions, not for {small[0]}", help="give it to AdamW")
        for one in self.param_groups[-1]["params"]:
            if one.ndim > 2 and (matrix := _filters(one, one)).numel() and matrix._base is None:
                self.param_groups.pop()
                raise InputError(
                    f"a parameter {list(one.shape)} with strides {one.stride()} cannot be seen as a matrix of filters",
                    help="make it contiguous: nn.Parameter(weight.detach().contiguous())",
                )

    def _init_group(
        self, group: MutableMapping[str, Any], params: list[Any], grads: list[Any], buffers: list[Any]
    ) -> bool:
        for one in group["params"]:
            # the view below needs the buffer laid out in memory as the parameter is
            held = self.state[one].get("momentum_buffer") if one.grad is not None else None
            if one.grad is not None and one.ndim > 2 and (held is None or held.stride() != one.stride()):
                laid = torch.zeros_like(one, dtype=one.grad.dtype)
                self.state[one]["momentum_buffer"] = laid if held is None else laid.copy_(held)
        is_complex = super()._init_group(group, params, grads, buffers)
        for at, one in enumerate(params):
            if one.ndim > 2:
                params[at], grads[at], buffers[at] = (_filters(part, one) for part in (one, grads[at], buffers[at]))
        return is_complex


def _filters(tensor: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A tensor as the matrix of its filters, their values in the order in which another one has them in memory."""
    inner = sorted(range(1, like.ndim), key=like.stride, reverse=True)  # so that it is a view, not a copy
    return tensor.permute(0, *inner).reshape(tensor.shape[0], -1)
