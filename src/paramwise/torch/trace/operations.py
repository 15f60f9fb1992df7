"""Follows each operation of a pass: the flow of results from the flow of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from paramwise.torch.trace.flow import CHOICE, NOISE, Flow, Ledger, flagged, storage_bytes, united
from paramwise.torch.trace.meetings import Input, Meetings
from paramwise.torch.trace.rows import Rows
from paramwise.torch.trace.step import Step
from paramwise.torch.trace.table import ASKING, RANDOM, SHAPED


class Operations:
    """Follows every operation of a pass.

    Attributes:
        meetings: where parameters met the data, in order.
        touched: numbers of the parameters that an operation took.
        numbers: parameters whose values were read as Python numbers, and by which operation.
        rows: which rows of weights go separate ways.
    """

    def __init__(
        self,
        ledger: Ledger,
        parameters: Sequence[torch.Tensor],
        here: Callable[[], tuple[str, str]],
        in_layer: Callable[[], bool],
    ) -> None:
        self.ledger, self.rows = ledger, Rows(ledger, parameters, here)
        self.meetings = Meetings(here, in_layer, ledger.vectors, ledger.flat)
        self.touched: set[int] = set()
        self.numbers: dict[int, str] = {}
        self.count = 0

    def note(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None:
        """Tell the flow of the results from that of the arguments."""
        self.count += 1
        whole, name, named = _arguments(func, args, kwargs)
        inputs = [Input(argument, tensor, self.ledger[tensor]) for argument, tensor in named]
        for one in inputs:
            self.touched.update(one.parts)
        results = [one for one in (out if isinstance(out, (list, tuple)) else (out,)) if isinstance(one, torch.Tensor)]
        self.rows.note(func, inputs, results)
        mutable = getattr(getattr(func, "_schema", None), "is_mutable", False)
        if mutable and inputs and self.ledger.is_parameter(inputs[0].tensor):
            return  # the pass writes into a parameter, as embeddings with a largest norm do
        if getattr(func, "is_view", False) or name == "_unsafe_view":
            for result in results:
                if inputs and self.ledger[result] is None:
                    self.ledger[result] = inputs[0].flow
            return
        if name in SHAPED:
            return
        if name in RANDOM:
            flow: Flow | None = NOISE
        else:
            flow = Step(self.meetings, whole, name, inputs, args, kwargs, results).flow()
        if not results:
            for one in inputs if name in ASKING else ():
                self.numbers.update(dict.fromkeys(one.parts, whole))
            return
        if mutable and inputs and results[0] is inputs[0].tensor:
            self._write(inputs[0], flow, whole)
            results = results[1:]
        for result in results:
            told = flow
            if result.dtype == torch.bool and flow is not None and flow.data:
                told = CHOICE
            if told is not None and told.parts and not (result.is_floating_point() or result.is_complex()):
                told = None  # which is largest, how many: no gradient goes through it
            self.ledger[result] = told

    def _write(self, target: Input, flow: Flow | None, operation: str) -> None:
        """A tensor was changed in place: with it, all views of its storage."""
        tensor, before = target.tensor, target.flow
        whole = tensor.numel() * tensor.element_size() >= storage_bytes(tensor)
        if not whole and before is not None and before.parts and flow is not None and flow.data:
            self.meetings.meet(target, "token", operation)  # the rest of the storage still holds the parameter
        if not whole and before is not None and before.data and flow is None:
            flow = before
        if not whole and before is not None and before.parts and (flow is None or flow.parts):
            flow = Flow(parts=united(before.parts, flow.parts if flow is not None else {}))
        elif not whole and flow is not None and flow.parts:
            flow = Flow(parts=flagged(flow.parts, "spread"))  # such as a diagonal
        self.ledger[tensor] = flow


def _arguments(
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str, str, list[tuple[str, torch.Tensor]]]:
    """Full name of an operation, its plain name, and its tensors with the names of their arguments."""
    schema = getattr(func, "_schema", None)
    if schema is None:  # of higher order, such as flex_attention
        whole = name = str(getattr(func, "name", lambda: func)() if callable(getattr(func, "name", None)) else func)
        names = [f"argument {number}" for number in range(len(args))]
    else:
        space, _, name = schema.name.partition("::")
        whole = f"{space}.{name}"
        name = name[:-1] if name.endswith("_") and not name.startswith("__") else name
        names = [argument.name for argument in schema.arguments]
    found: list[tuple[str, torch.Tensor]] = []
    for argument, value in (*zip(names, args, strict=False), *kwargs.items()):
        if isinstance(value, torch.Tensor):
            found.append((argument, value))
        elif isinstance(value, (list, tuple)):
            found += [(argument, one) for one in value if isinstance(one, torch.Tensor)]
    return whole, name, found
