"""The options of torch's optimizers, known without torch: their names, what they take, what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

OPTIMIZERS = (
    "ASGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "LBFGS",
    "Muon",
    "NAdam",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SGD",
    "SparseAdam",
)
"""The classes of ``torch.optim``."""

Kind = Literal["number", "whole", "flag", "text", "pair", "triple", "number or pair", "any"]


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(count: int | None = None) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, (list, tuple)) and len(value) == (count or len(value)) and all(map(_number, value))
    )


_pair = _numbers(2)
_Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
_Triple = Annotated[list[float], Field(min_length=3, max_length=3)]

_KINDS: dict[Kind, tuple[str, Callable[[object], bool], Any]] = {
    "number": ("a number", _number, float),
    "whole": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool), int),
    "flag": ("true or false", lambda value: isinstance(value, bool), bool),
    "text": ("a text", lambda value: isinstance(value, str), str),
    "pair": ("two numbers, e.g. [0.9, 0.999]", _pair, _Pair),
    "triple": ("three numbers", _numbers(3), _Triple),
    "number or pair": ("a number; of Adafactor, two", lambda one: _number(one) or _pair(one), float | _Pair),
    "any": (
        "a number, a text, true, false or a list of numbers",
        lambda value: isinstance(value, (bool, int, float, str)) or _numbers()(value),
        bool | float | str | list[float],
    ),
}


@dataclass(frozen=True, slots=True)
class Option:
    """An option: what kind of value it takes, and what it is."""

    kind: Kind
    description: str = ""
    above: float | None = None
    least: float | None = None

    @property
    def words(self) -> str:
        """What it takes, in words."""
        return _KINDS[self.kind][0]

    @property
    def shape(self) -> Any:
        """What it takes, as a type."""
        return Annotated[_KINDS[self.kind][2], Field(gt=self.above, ge=self.least)]

    def takes(self, value: object) -> bool:
        """Whether a value is of its kind."""
        return _KINDS[self.kind][1](value)


OPTIONS = {
    "lr": Option("number", "Learning rate.", above=0),
    "weight_decay": Option("number", "Weight decay; 0 is none.", least=0),
    "betas": Option("pair", "Adam's running averages of the gradient and of its square."),
    "eps": Option("number or pair", "Keeps a division from dividing by 0."),
    "momentum": Option("number", "Momentum of SGD, RMSprop and Muon."),
    "dampening": Option("number", "Dampening of SGD's momentum."),
    "nesterov": Option("flag", "Nesterov's momentum."),
    "amsgrad": Option("flag", "Adam's variant that keeps the largest second moment."),
    "decoupled_weight_decay": Option("flag", "Weight decay as AdamW's, apart from the gradient."),
    "fused": Option("flag", "One kernel for the whole step."),
    "foreach": Option("flag", "The step over lists of tensors."),
    "maximize": Option("flag", "Climb instead of descend."),
    "capturable": Option("flag", "The step can be captured in a CUDA graph."),
    "differentiable": Option("flag", "Gradients can flow through the step."),
    "alpha": Option("number", "Smoothing of RMSprop; power of ASGD's rate."),
    "centered": Option("flag", "RMSprop with the gradient's variance."),
    "momentum_decay": Option("number", "Decay of NAdam's momentum."),
    "rho": Option("number", "Running average of Adadelta."),
    "lr_decay": Option("number", "Fall of Adagrad's learning rate."),
    "initial_accumulator_value": Option("number", "Where Adagrad's sum of squares starts."),
    "lambd": Option("number", "Decay of ASGD's rate."),
    "t0": Option("number", "Step at which ASGD starts to average."),
    "etas": Option("pair", "Factors of Rprop's step sizes, down and up."),
    "step_sizes": Option("pair", "Least and largest step size of Rprop."),
    "beta2_decay": Option("number", "Fall of Adafactor's beta2."),
    "d": Option("number", "Clipping threshold of Adafactor."),
    "ns_coefficients": Option("triple", "Coefficients of Muon's Newton-Schulz iteration."),
    "ns_steps": Option("whole", "Steps of Muon's Newton-Schulz iteration."),
    "adjust_lr_fn": Option("text", "How Muon fits its rate to a matrix: original or match_rms_adamw."),
    "max_iter": Option("whole", "Iterations of LBFGS in a step."),
    "max_eval": Option("whole", "Evaluations of LBFGS in a step."),
    "tolerance_grad": Option("number", "Gradient at which LBFGS stops."),
    "tolerance_change": Option("number", "Change at which LBFGS stops."),
    "history_size": Option("whole", "Updates that LBFGS remembers."),
    "line_search_fn": Option("text", "Line search of LBFGS: strong_wolfe."),
}
"""The options of all classes of ``torch.optim``."""

OURS = {
    "lr_scale": Option("number", "Times the learning rate in force.", above=0),
    "freeze": Option("flag", "Not trained, and in no group."),
    "optimizer": Option("text", "The name of the optimizer that trains it."),
}
"""What a rule sets that is no option of an optimizer."""

ANY = Option("any")
"""An option of an optimizer that is not torch's."""
