"""What an optimizer class takes: its options, told by its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch

from paramwise.findings import InputError, OptionError
from paramwise.words import did_you_mean

OptimizerFactory = Callable[..., torch.optim.Optimizer]


class Options:
    """The options that an optimizer class takes."""

    def __init__(self, cls: OptimizerFactory) -> None:
        if not callable(cls) or isinstance(cls, torch.optim.Optimizer):
            raise InputError(f"not an optimizer class: {cls!r}", help="e.g. plan.optimizer(torch.optim.AdamW)")
        self.name: str = getattr(cls, "__name__", repr(cls))
        self.open = False  # whether it takes any keyword: then what it reads is known only once it is built
        self.defaults: dict[str, Any] = {}
        self.names: list[str] = []
        # a subclass with **kwargs hands them to its base
        for one in inspect.getmro(cls) if isinstance(cls, type) else (cls,):
            if one is torch.optim.Optimizer:
                break
            parameters = list(inspect.signature(one).parameters.values())
            for parameter in parameters[1:]:
                if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                    self.names.append(parameter.name)
                    if parameter.default is not parameter.empty:
                        self.defaults.setdefault(parameter.name, parameter.default)
            self.open = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters)
            if not self.open:
                break

    def takes(self, key: str) -> bool:
        """Whether the option is one of the class's."""
        return self.open or key in self.names


def torch_class(name: str) -> OptimizerFactory:
    """The class of ``torch.optim`` of that name, upper or lower case.

    Raises:
        InputError: torch has none.
    """
    classes = {
        one.__name__: one
        for one in vars(torch.optim).values()
        if isinstance(one, type) and issubclass(one, torch.optim.Optimizer) and one is not torch.optim.Optimizer
    }
    found = next((cls for known, cls in classes.items() if known.lower() == name.lower()), None)
    if found is None:
        raise InputError(
            f"torch has no optimizer `{name}`",
            help=(
                did_you_mean(name.lower(), sorted(map(str.lower, classes))),
                f'for another one: plan.optimizer({{"{name}": Class, ...}})',
            ),
        )
    return found


def unknown_option(key: str, receiver: str, possible: Sequence[str]) -> OptionError:
    """The error for an option that its receiver does not take."""
    return OptionError(f"{receiver} takes no option `{key}`", help=did_you_mean(key, possible))
