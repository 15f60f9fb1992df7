"""The options that an optimizer class takes, read from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch

from paramwise.findings import InputError, OptionError
from paramwise.words import did_you_mean

if TYPE_CHECKING:
    from paramwise.rules.rule import Rule

OptimizerFactory = Callable[..., torch.optim.Optimizer]


class Options:
    """The options that an optimizer class takes.

    Attributes:
        name: the name of the class.
        names: the names of the options, with those of its base if it passes ``**kwargs`` on.
        defaults: the default values, for options that have them.
        open: whether the class accepts any keyword; then only an instance shows what it reads.

    Raises:
        InputError: ``cls`` is not a class or function.
    """

    def __init__(self, cls: OptimizerFactory) -> None:
        if not callable(cls) or isinstance(cls, torch.optim.Optimizer):
            raise InputError(f"not an optimizer class: {cls!r}", help="e.g. plan.optimizer(torch.optim.AdamW)")
        self.name: str = getattr(cls, "__name__", repr(cls))
        self.open = False
        self.defaults: dict[str, Any] = {}
        self.names: list[str] = []
        # a subclass with **kwargs passes them to its base
        for receiver in inspect.getmro(cls) if isinstance(cls, type) else (cls,):
            if receiver is torch.optim.Optimizer:
                break
            parameters = list(inspect.signature(receiver).parameters.values())
            for parameter in parameters[1:]:
                if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                    self.names.append(parameter.name)
                    if parameter.default is not parameter.empty:
                        self.defaults.setdefault(parameter.name, parameter.default)
            self.open = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters)
            if not self.open or "base_optimizer" in self.names:  # SAM hands its keywords to the class it is given
                break

    def takes(self, key: str) -> bool:
        """Whether the class takes the option, as far as its signature shows."""
        return self.open or key in self.names


def torch_class(name: str, rules: Iterable[Rule] = ()) -> OptimizerFactory:
    """The class of ``torch.optim`` with that name; upper and lower case do not matter.

    Args:
        name: of the class.
        rules: those that may have set it, for the message.

    Raises:
        InputError: torch has no such class; it says which rule wants it.
    """
    classes = {
        cls.__name__: cls
        for cls in vars(torch.optim).values()
        if isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer) and cls is not torch.optim.Optimizer
    }
    found = next((cls for known, cls in classes.items() if known.lower() == name.lower()), None)
    if found is None:
        wanting = [rule for rule in rules if rule.settings.get("optimizer") == name]
        raise InputError(
            f"torch has no optimizer `{name}`",
            where=next((rule.where for rule in wanting if rule.where), None),
            evidence=[f"set by rule `{rule.name}`" for rule in wanting],
            help=(
                did_you_mean(name.lower().rpartition(".")[2], sorted(map(str.lower, classes))),
                f'if it is another class, give it: plan.optimizer({{"{name}": Class, ...}})',
            ),
        )
    return found


def unknown_option(key: str, receiver: str, possible: Sequence[str]) -> OptionError:
    """The error for an option that its receiver does not take."""
    return OptionError(f"{receiver} takes no option `{key}`", help=did_you_mean(key, possible))
