"""An AdamW that takes sparse gradients, and steps only the rows of a table that ever had one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import torch
from torch.optim.adamw import adamw

from paramwise.findings import InputError
from paramwise.torch.optimizers.closures import loss_of

_MOMENTS = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")


class AdamW(torch.optim.AdamW):
    """``torch.optim.AdamW`` that takes sparse gradients too, and computes what it would from dense ones.

    The gradient of ``nn.Embedding(..., sparse=True)``, of shape [rows, columns], holds the rows that were looked up;
    the others are not even zeros there. A row that never had a gradient has no momentum: AdamW only decays it. All
    rows that ever had one are stepped, looked up or not; ``torch.optim.SparseAdam`` leaves out those that were not
    looked up, and has no decay. From the same gradients the values are torch's: bit for bit where a row has a multiple
    of 16 values, else within the rounding of its fused kernel, which differs at the end of a vector. The state is
    torch's, too.

    Args:
        params: parameters, or groups of them.
        options: those of ``torch.optim.AdamW``, but for ``differentiable``.

    Raises:
        InputError: ``differentiable`` is given.

    Example:
        >>> table = torch.nn.Embedding(10000, 8, sparse=True)
        >>> optimizer = AdamW(table.parameters(), lr=0.01, fused=True)
        >>> table(torch.tensor([3, 5])).sum().backward(); optimizer.step()
    """

    def __init__(self, params: Iterable[Any], **options: Any) -> None:
        if options.get("differentiable"):
            raise InputError("this AdamW has no derivative", help="use torch.optim.AdamW, and dense gradients")
        super().__init__(params, **options)
        self._seen: dict[torch.Tensor, _Seen] = {}
        self._step_supports_amp_scaling = False  # a GradScaler then divides by its scale, in sparse gradients too

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._seen = {}

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Step each parameter that has a gradient; with a sparse one, each row that ever had one."""
        loss = loss_of(closure)
        tables = [
            (table, group, table.grad)
            for group in self.param_groups
            for table in group["params"]
            if table.grad is not None and table.grad.is_sparse
        ]
        for table, *_ in tables:
            table.grad = None
        try:
            inspect.unwrap(torch.optim.AdamW.step)(self)  # torch wraps it in the optimizer's hooks, as this method is
            for table, group, gradient in tables:
                self._step_rows(table, group, gradient.coalesce())
        finally:
            for table, _, gradient in tables:
                table.grad = gradient
        return loss

    def _step_rows(self, table: torch.Tensor, group: Mapping[str, Any], gradient: torch.Tensor) -> None:
        if gradient.sparse_dim() != 1:
            raise RuntimeError("AdamW takes sparse gradients of rows, not of single values")
        state = self._state_of(table, group)
        kept = [state[key] for key in _MOMENTS if key in state]
        looked_up = gradient.indices()[0]
        seen = self._rows_with_momentum(table, kept)
        seen[looked_up] = True
        rows = seen.nonzero().squeeze(1)
        values, moments = table[rows], [tensor[rows] for tensor in kept]
        dense = torch.zeros_like(values)
        dense[torch.searchsorted(rows, looked_up)] = gradient.values()
        first, second, *largest = moments
        adamw(
            [values], [dense], [first], [second], largest, [state["step"]],
            beta1=group["betas"][0], beta2=group["betas"][1], has_complex=False,
            **{key: group[key] for key in _PASSED_ON},
        )  # fmt: skip
        table.mul_(1 - float(group["lr"]) * group["weight_decay"])
        for whole, stepped in zip((table, *kept), (values, *moments), strict=True):
            whole[rows] = stepped
        self._seen[table] = _Seen(seen, kept)

    def _state_of(self, table: torch.Tensor, group: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        """The state of a table, made as torch makes it."""
        state = cast("dict[str, torch.Tensor]", self.state[table])
        if not state:
            on = table.device if group["fused"] or group["capturable"] else "cpu"
            state["step"] = torch.zeros((), dtype=torch.float32, device=on)
            for key in _MOMENTS[: 3 if group["amsgrad"] else 2]:
                state[key] = torch.zeros_like(table, memory_format=torch.preserve_format)
        return state

    def _rows_with_momentum(self, table: torch.Tensor, kept: list[torch.Tensor]) -> torch.Tensor:
        """Which rows have momentum; read from it where somebody else wrote it."""
        seen = self._seen.get(table)
        if seen is not None and seen.holds_for(kept):
            return seen.rows
        return torch.stack([tensor.ne(0).flatten(1).any(1) for tensor in kept]).any(0)


_PASSED_ON = ("lr", "weight_decay", "eps", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused")


class _Seen:
    """The rows of a table that had a gradient, for as long as nobody else writes its momentum."""

    def __init__(self, rows: torch.Tensor, kept: list[torch.Tensor]) -> None:
        self.rows = rows
        self._kept, self._versions = kept, [tensor._version for tensor in kept]

    def holds_for(self, kept: list[torch.Tensor]) -> bool:
        """Whether these are the same tensors, with the values that the last step left."""
        same = len(kept) == len(self._kept) and all(now is then for now, then in zip(kept, self._kept, strict=True))
        return same and [tensor._version for tensor in kept] == self._versions
