"""Where parameters meet the data: an operation's arguments, and what they showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import torch

from paramwise.model.evidence import Used
from paramwise.torch.trace.flow import Flow, Meeting


@dataclass(slots=True)
class Input:
    """One tensor that an operation takes."""

    argument: str
    tensor: torch.Tensor
    flow: Flow | None

    @property
    def weighs(self) -> bool:
        """Whether its values come from parameters alone."""
        return self.flow is not None and bool(self.flow.parts)

    @property
    def is_data(self) -> bool:
        """Whether its values depend on data."""
        return self.flow is not None and self.flow.data

    @property
    def parts(self) -> Any:
        """The parameters that it is made of."""
        return self.flow.parts if self.flow is not None else {}


class Meetings(list[Meeting]):
    """Where parameters met the data, in the order of the pass."""

    def __init__(
        self,
        here: Callable[[], tuple[str, str]],
        in_layer: Callable[[], bool],
        vectors: Mapping[int, int],
        flat: Set[int],
    ) -> None:
        """Ask ``here`` for the module and the line of code that run, ``in_layer`` whether that is a layer of torch.

        The ``vectors`` are the parameters that vary along one dimension at most, with the numbers of their elements;
        the ``flat`` ones have one dimension. Those ``compared`` had their squares added to the data, as in a squared
        distance: what else they multiply is a part of it.
        """
        super().__init__()
        self.here, self.in_layer, self.vectors, self.flat = here, in_layer, vectors, flat
        self.compared: set[int] = set()

    def meet(self, weight: Input, use: Used, operation: str, *, certain: bool = False) -> list[Meeting]:
        """Let the parameters that a tensor is made of meet the data."""
        module, line = self.here()
        vector = sum(size > 1 for size in weight.tensor.shape) < 2
        met = []
        for parameter, flags in weight.parts.items():
            told = use
            if "input" in flags and use in ("product", "gain"):
                told = "token"
            elif not certain and "fed" in flags and use == "product":  # a factor of a weight, or the input of a layer
                self.append(Meeting(parameter, "token", operation, weight.argument, module, line, vector))
            elif not certain and "fed" in flags:
                told = "token"
            elif not certain and ("layer" in flags or ("onto" in flags and use == "token")):
                told = "product"
            elif use == "product" and "code" in flags:
                told = "token"
            elif use == "product" and "bent" in flags:
                told = "state" if "negative" in flags else "curve"
            elif use == "product" and "rows" in flags:
                told = "lookup"
            elif use == "gain" and {"bent", "negative"} <= flags:
                told = "state"
            spread = "spread" in flags and parameter in self.vectors and told in ("product", "direction")
            if ("gain" in flags and told != "state") or spread:
                told = "gain"
            elif "added" in flags:
                told = "sum"
            elif told == "sum" and "mapped" in flags and parameter not in self.vectors:
                told = "direction"  # of a first state of zeros, or of places: the class's code knows which
            if told == "sum" and "squared" in flags and weight.tensor.ndim:
                self.compared.add(parameter)
            elements = self.vectors.get(parameter, weight.tensor.numel())
            # a vector with more elements than a side of what it became fills a matrix: it is not spread along one
            grown = max(weight.tensor.shape[-2:], default=1) >= elements < weight.tensor.numel()
            long = (vector or grown) and parameter in self.flat
            sure = told == "product" and (certain or "layer" in flags) and not long
            met.append(
                Meeting(
                    parameter,
                    told,
                    operation,
                    weight.argument,
                    module,
                    line,
                    vector or grown,
                    certain=sure,
                    mapped="mapped" in flags,
                    bent="bent" in flags,
                )
            )
        self += met
        return met
