"""Plans, the explanation of one parameter, and the difference of two plans.

The methods here are doors: each calls, in a line or two, the function that does the work. Methods that need torch,
files of rules or rich import them when called: torch is optional, most plans need no file, and rich takes a tenth of a
second to load.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paramwise.findings import Finding, Findings
from paramwise.libraries import require
from paramwise.model.catalog import Parameter
from paramwise.rules.checks import check
from paramwise.rules.decide import Decided, Decision
from paramwise.rules.difference import PlanChanges
from paramwise.rules.expectations import Expectation
from paramwise.rules.explain import Reasons
from paramwise.rules.subject import Exclusions, Ignored
from paramwise.views.differences import difference_view
from paramwise.views.html import html_of
from paramwise.views.plans import explanation_view, plan_view
from paramwise.views.text import text_of
from paramwise.words import plural, public

if TYPE_CHECKING:
    import torch

    from paramwise.torch.optimizers.binding import Model
    from paramwise.torch.optimizers.builder import OptimizerChoice


@dataclass(frozen=True, slots=True)
class Origin:
    """The optimizer that a plan was read from.

    Attributes:
        optimizer: the name of its class, if that is one of torch's and steps every parameter.
        findings: what its groups or the optimizer say and rules do not.
    """

    optimizer: str | None = None
    findings: tuple[Finding, ...] = ()


@public
@dataclass(frozen=True, slots=True)
class Plan(Decided):
    """Every parameter's settings, and which rule decided each.

    `paramwise.plan` makes it. ``plan[name]`` is the `Decision` for one parameter, ``plan.groups`` are the distinct
    settings with their parameters, and ``print(plan)`` shows them all.

    Attributes:
        catalog: the parameters.
        rules: in order of precedence; the last wins.
        base: settings of every parameter, unless a rule overrides them.
        outcomes: the distinct decisions.
        outcome_of: for each parameter, in catalog order, the index of its decision.
        model: the module that was planned, if it was a module; comparisons of plans ignore it.
        origin: the optimizer that it was read from, if it was; comparisons of plans ignore it.
    """

    origin: Origin = field(default=Origin(), compare=False, repr=False)

    def check(self, ignore: Iterable[Ignored] = (), expect: Iterable[Expectation] = ()) -> Findings:
        """What is wrong or surprising about the plan; empty if all is well.

        Args:
            ignore: codes or slugs to leave out, or pairs of a code and a selector of the parameters to ignore it for.
            expect: what must be trained, or must not; made by `paramwise.expect`.

        Raises:
            InputError: a code does not exist.
        """
        ignored = [ignore] if isinstance(ignore, str) else list(ignore)
        told = Exclusions(ignored)(self.origin.findings)
        return Findings([*check(self, ignored, expect), *told])

    def diff(self, other: Plan) -> Difference:
        """What changes from this plan to another: which parameters, what, and why; ``print`` it.

        To compare a plan with a common grouping (``"timm"``, ``"trainer"`` ...), use `paramwise.compare`.
        """
        return Difference.between(self, other)

    def as_dict(self, source: str | None = None) -> dict[str, Any]:
        """The plan as plain data, as ``paramwise plan --json`` prints it; ``source`` names what was planned."""
        return {
            "schema": "paramwise/plan/1",
            "source": source,
            "parameters": [parameter_as_dict(parameter, decision) for parameter, decision in self],
            "groups": [
                {"settings": dict(group.settings), "parameters": len(group), "numel": group.numel}
                for group in self.groups
            ],
            "findings": [finding.as_dict() for finding in self.check()],
        }

    def explain(self, name: str) -> Explanation:
        """All that was decided for one parameter: the winning rules and the losing ones.

        Raises:
            UnknownNameError: there is no such parameter; the message names the nearest.
        """
        parameter = self.catalog[name]
        return Explanation(self, parameter, self[parameter.name])

    def optimizer(
        self, cls: OptimizerChoice = None, model: Model | None = None, /, *, across: Any = None, **defaults: Any
    ) -> torch.optim.Optimizer:
        """Apply the plan to the model (``requires_grad``) and build the optimizer over its groups.

        Where rules give parameters to several optimizers by name (``pw.Rule(selector, optimizer="muon")``), the result
        is one optimizer that steps them all: see `CombinedOptimizer`.

        Args:
            cls: an optimizer class, such as ``torch.optim.AdamW``; if the plan names optimizers, a class, or a class
                and its options, for each name; or nothing, if they are names of torch's own (``"muon"``, ``"AdamW"``).
            model: the module to build for, if it is not the planned module but a wrapper or a copy of it; or a list of
                modules, such as the stages of a pipeline that a process has.
            across: a process group of torch, such as ``torch.distributed.group.WORLD`` (None while there is none).
                Every process of the group makes this call, and all stop with the difference if their plans or options
                differ. The modules may then be parts of the model, if every parameter is in some process, and in one
                alone or in replicas of the same part; all processes get the same groups, empty ones included. Without
                it nothing is sent or waited for.
            defaults: further options of the optimizer. For Adam, AdamW and SGD, ``fused=True`` is added if the device
                has such a kernel and neither ``fused``, ``foreach`` nor ``differentiable`` is given.

        Raises:
            OptionError: the class does not take an option; the message names the nearest.
            InputError: an optimizer that the plan names is not given, or gets no parameters; the processes disagree.
            PlanError: the plan has findings of level error, or does not fit the model.
        """
        require("torch", "torch", "building an optimizer")
        from paramwise.torch.optimizers.builder import build_optimizer

        return build_optimizer(self, cls, self.model if model is None else model, defaults, across)

    def as_groups(self, decay_key: str = "weight_decay", model: torch.nn.Module | None = None) -> list[dict[str, Any]]:
        """The groups as a plain list of dicts without names, for code that builds the optimizer itself.

        ``decay_key="weight_decay_rate"`` is for optimizers that read weight decay under that key, as BertAdam of the
        early pytorch-pretrained-bert did. torch's optimizers ignore it without a word.
        """
        require("torch", "torch", "making parameter groups")
        from paramwise.torch.optimizers.builder import plain_groups

        return plain_groups(self, decay_key, self.model if model is None else model)

    def to_toml(self) -> str:
        """The base settings and the rules as a file for `paramwise.read_config`, recipes written out.

        Planning the same catalog with this file gives an equal plan.

        Raises:
            InputError: a file cannot express a rule, such as a rule with a selector of your own; the message names it.
        """
        from paramwise.files.config.written import to_toml

        return to_toml(self)

    def __repr__(self) -> str:
        return f"<Plan: {plural(len(self.catalog))} in {plural(len(self.groups), 'group')}>"

    def __str__(self) -> str:
        return text_of(plan_view(self, findings=self.check()))

    def _repr_html_(self) -> str:
        return html_of(plan_view(self, findings=self.check(), page=1000))


@dataclass(frozen=True, slots=True)
class Explanation(Reasons):
    """Why one parameter gets what it gets; ``print`` it.

    Attributes:
        plan: what was planned.
        parameter: the parameter.
        decision: what the parameter gets, and who decided it.
    """

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, as the command line's ``--json`` prints it."""
        return {
            **parameter_as_dict(self.parameter, self.decision),
            "candidates": {
                setting: [{"by": by, "value": value} for by, value in self.candidates(setting)]
                for setting in self.settings
            },
        }

    def __str__(self) -> str:
        return text_of(explanation_view(self))

    def _repr_html_(self) -> str:
        return html_of(explanation_view(self))


@dataclass(frozen=True, slots=True)
class Difference(PlanChanges):
    """All changes from one plan to another; ``print`` it. It is false if there are none.

    Attributes:
        changes: changes of settings first, the largest first.
        parameters: the number of parameters in the second plan.
        numel: the number of values that they hold.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2))
        >>> print(pw.plan(model, "no_decay_1d").diff(pw.plan(model, weight_decay=0.01)))
        1 of 4 parameters gets something else, 4 of 10 values
        <BLANKLINE>
        1 matrix, 4 values: weight_decay 0.1 -> 0.01
          0.weight
          decided by `decay`, before too
    """

    def __str__(self) -> str:
        return text_of(difference_view(self))

    def _repr_html_(self) -> str:
        return html_of(difference_view(self))


def parameter_as_dict(parameter: Parameter, decision: Decision) -> dict[str, Any]:
    """A planned parameter as plain data, as in ``paramwise plan --json``."""
    return {**parameter.as_dict(), **decided_as_dict(decision)}


def decided_as_dict(decision: Decision) -> dict[str, Any]:
    """A decision as plain data: the settings, and by name the rule that decided each."""
    by = {key: rule if isinstance(rule, str) else rule.name for key, rule in decision.decided_by.items()}
    return {"settings": dict(decision.settings), "decided_by": by}
