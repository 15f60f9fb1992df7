"""The options of torch's optimizers, known without torch: names, types, defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paramwise.rules.shapes import FLAG, NUMBER, NUMBER_OR_PAIR, PAIR, TEXT, TRIPLE, WHOLE, Shape

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


@dataclass(frozen=True, slots=True)
class Option:
    """An option: the shape of its values, what it is, and its bounds."""

    shape: Shape
    description: str
    above: float | None = None
    least: float | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """What it takes and what it is, as JSON Schema."""
        bounds = {"exclusiveMinimum": self.above, "minimum": self.least}
        given = {word: bound for word, bound in bounds.items() if bound is not None}
        return {**self.shape.schema, **given, "description": self.description}


OPTIONS = {
    "lr": Option(NUMBER, "Learning rate.", above=0),
    "weight_decay": Option(NUMBER, "Weight decay; 0 is none.", least=0),
    "betas": Option(PAIR, "Adam's running averages of the gradient and of its square."),
    "eps": Option(NUMBER_OR_PAIR, "Keeps a division from dividing by 0."),
    "momentum": Option(NUMBER, "Momentum of SGD, RMSprop and Muon."),
    "dampening": Option(NUMBER, "Dampening of SGD's momentum."),
    "nesterov": Option(FLAG, "Nesterov's momentum."),
    "amsgrad": Option(FLAG, "Adam's variant that keeps the largest second moment."),
    "decoupled_weight_decay": Option(FLAG, "Weight decay as AdamW's, apart from the gradient."),
    "fused": Option(FLAG, "One kernel for the whole step."),
    "foreach": Option(FLAG, "The step over lists of tensors."),
    "maximize": Option(FLAG, "Climb instead of descend."),
    "capturable": Option(FLAG, "The step can be captured in a CUDA graph."),
    "differentiable": Option(FLAG, "Gradients can flow through the step."),
    "alpha": Option(NUMBER, "Smoothing of RMSprop; power of ASGD's rate."),
    "centered": Option(FLAG, "RMSprop with the gradient's variance."),
    "momentum_decay": Option(NUMBER, "Decay of NAdam's momentum."),
    "rho": Option(NUMBER, "Running average of Adadelta."),
    "lr_decay": Option(NUMBER, "Fall of Adagrad's learning rate."),
    "initial_accumulator_value": Option(NUMBER, "Where Adagrad's sum of squares starts."),
    "lambd": Option(NUMBER, "Decay of ASGD's rate."),
    "t0": Option(NUMBER, "Step at which ASGD starts to average."),
    "etas": Option(PAIR, "Factors of Rprop's step sizes, down and up."),
    "step_sizes": Option(PAIR, "Least and largest step size of Rprop."),
    "beta2_decay": Option(NUMBER, "Fall of Adafactor's beta2."),
    "d": Option(NUMBER, "Clipping threshold of Adafactor."),
    "ns_coefficients": Option(TRIPLE, "Coefficients of Muon's Newton-Schulz iteration."),
    "ns_steps": Option(WHOLE, "Steps of Muon's Newton-Schulz iteration."),
    "adjust_lr_fn": Option(TEXT, "How Muon fits its rate to a matrix: original or match_rms_adamw."),
    "max_iter": Option(WHOLE, "Iterations of LBFGS in a step."),
    "max_eval": Option(WHOLE, "Evaluations of LBFGS in a step."),
    "tolerance_grad": Option(NUMBER, "Gradient at which LBFGS stops."),
    "tolerance_change": Option(NUMBER, "Change at which LBFGS stops."),
    "history_size": Option(WHOLE, "Updates that LBFGS remembers."),
    "line_search_fn": Option(TEXT, "Line search of LBFGS: strong_wolfe."),
}
"""The options of all classes of ``torch.optim``."""

OURS = {
    "lr_scale": Option(NUMBER, "Times the learning rate in force.", above=0),
    "freeze": Option(FLAG, "Not trained, and in no group."),
    "optimizer": Option(TEXT, "The name of the optimizer that trains it."),
    "blocks": Option(TEXT, 'How our Muon cuts it into matrices, e.g. "dim 0: 3 of 768".'),
}
"""Settings of a rule that are not options of an optimizer."""
