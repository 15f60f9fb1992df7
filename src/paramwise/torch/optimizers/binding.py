"""From a plan to a model's tensors: which there are here, and groups of one kind of tensor each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from torch import nn

from paramwise.findings import Finding, InputError, PlanError
from paramwise.model.catalog import Parameter
from paramwise.rules.checks import raise_errors
from paramwise.rules.decide import Decided, Decision, Group
from paramwise.torch.modules import named_tensors
from paramwise.torch.sharding import PLAIN, kinds_of
from paramwise.words import nearest, plural

Model = nn.Module | Sequence[nn.Module]
"""The model, or the parts of it that a process has."""

Kinds = tuple[tuple[str, ...], ...]
"""For each group of a plan, the kinds of tensors in it."""


class BoundGroup(NamedTuple):
    """The parameters of a planned group that are here and of one kind; there may be none.

    Attributes:
        planned: the group of the plan.
        name: the name of the planned group; with the kind, if it is not the group's first.
        names: of the parameters, as the plan has them.
    """

    planned: Group
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Binding:
    """The tensors that a plan is for.

    Attributes:
        plan: the plan.
        tensors: by the name in the plan; in a part of the model only those that are there.
        own_names: from names in the plan to names here, where these differ: a tied tensor may have another here.
    """

    plan: Decided
    tensors: Mapping[str, nn.Parameter]
    own_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """For each parameter, the kind of its tensor."""
        return kinds_of(self.tensors)

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds of tensors in each group, in the order of their first parameters."""
        here = self.kind_of
        return tuple(
            tuple(dict.fromkeys(here[name] for name in group.names if name in here)) for group in self.plan.groups
        )

    def groups(self, kinds: Kinds | None = None) -> list[BoundGroup]:
        """The plan's groups, each split by these kinds, or by those that are here.

        A group without a parameter here stays, empty, so that all processes have the same groups.
        """
        bound = []
        for group, split in zip(self.plan.groups, self.kinds if kinds is None else kinds, strict=True):
            for number, kind in enumerate(split or (PLAIN,)):
                names = tuple(name for name in group.names if self.kind_of.get(name) == kind)
                bound.append(BoundGroup(group, f"{group.name} ({kind})" if number else group.name, names))
        return bound

    def apply(self) -> None:
        """Set ``requires_grad`` of every parameter that is here to what the plan decides."""
        for parameter, decision in self.plan:
            if parameter.name in self.tensors:
                self.tensors[parameter.name].requires_grad_(not decision.frozen)


def bind(plan: Decided, model: Model | None, *, parts: bool = False) -> Binding:
    """Bind a plan to the tensors of a model, by name.

    Args:
        plan: the plan.
        model: the model, or parts of it.
        parts: whether parameters of the plan may be missing here, because other processes have them.

    Raises:
        InputError: there is no model.
        PlanError: the plan has errors, trains nothing, or does not fit the model.
    """
    raise_errors(plan)
    if len(plan.frozen) == len(plan.catalog):
        raise PlanError(Finding(message="the plan leaves no parameter to train", help=("freeze fewer parameters",)))
    if model is None:
        raise InputError(
            "the plan was made without a model, so there are no tensors to optimize",
            help="pass the model: plan.optimizer(torch.optim.AdamW, model)",
        )
    modules = [model] if isinstance(model, nn.Module) else list(model)
    found: dict[str, nn.Parameter] = {}
    misfits = []
    for module in modules:
        for name, tensor in named_tensors(module).items():
            if found.setdefault(name, tensor) is not tensor:
                misfits.append(f"{name}: in two of the parts")
    tensors, own_names = _tied_elsewhere(plan, found) if parts else (found, {})
    planned = set(plan.catalog.names)
    foreign = [name for name in tensors if name not in planned]
    misfits += [f"{name}: in the model, not in the plan" for name in foreign]
    missing = [name for name in plan.catalog.names if name not in tensors]
    if not parts:
        misfits += [f"{name}: in the plan, not in the model" for name in missing]
    for parameter, decision in plan:
        if parameter.name in tensors:
            misfits += (f"{parameter.name}: {why}" for why in _misfits(parameter, decision, tensors[parameter.name]))
    if misfits:
        differ = "differs" if len(misfits) == 1 else "differ"
        raise PlanError(
            Finding(
                message=f"the plan does not fit the model: {plural(len(misfits))} {differ}",
                evidence=tuple(misfits),
                help=tuple(_remedies(plan, foreign, missing, len(tensors))),
            )
        )
    return Binding(plan, {name: tensors[name] for name in plan.catalog.names if name in tensors}, own_names)


def _tied_elsewhere(plan: Decided, found: Mapping[str, nn.Parameter]) -> tuple[dict[str, nn.Parameter], dict[str, str]]:
    """Tensors by the plan's names, and the names here where these differ.

    Weights that are tied in the whole model have one name in its plan; a part may hold them under another.
    """
    first_names = {alias: name for name, aliases in plan.catalog.aliases.items() for alias in aliases}
    own_names = {first_names[name]: name for name in found if name in first_names and first_names[name] not in found}
    first_of = {own: name for name, own in own_names.items()}
    return {first_of.get(name, name): tensor for name, tensor in found.items()}, own_names


def _misfits(parameter: Parameter, decision: Decision, tensor: nn.Parameter) -> Iterator[str]:
    """Why a planned parameter cannot be this tensor."""
    if tuple(tensor.shape) != parameter.shape:
        yield f"{list(parameter.shape)} in the plan, {list(tensor.shape)} in the model"
    elif parameter.trainable and not tensor.requires_grad and not decision.frozen:
        yield "the plan trains it, but the model has frozen it since"
    elif not decision.frozen and not (tensor.is_floating_point() or tensor.is_complex()):
        yield f"{parameter.dtype} values have no gradient and cannot be trained"


def _remedies(plan: Decided, foreign: Sequence[str], missing: Sequence[str], count: int) -> Iterator[str]:
    """What to do about a model whose names are not those of the plan."""
    if foreign:
        ends = [name.removesuffix(foreign[0]) for name in missing if name.endswith(f".{foreign[0]}")]
        absent = set(missing)
        prefixes = [f"`{one}`" for one in ends if all(one + name in absent for name in foreign)]
        if prefixes:
            yield (
                f"the plan has these names with {' or '.join(prefixes[:3])} before them: a part "
                "keeps the names of the whole, as the stages of torch.distributed.pipelining do"
            )
        elif near := nearest(foreign[0], missing, 1):
            yield f"the plan has `{near[0]}`: a part keeps the names of the whole"
    elif missing and count and len(missing) + count == len(plan.catalog):
        yield (
            "if it is a part of the model, such as a pipeline stage, every process says so: "
            "plan.optimizer(cls, stage, across=torch.distributed.group.WORLD)"
        )
    yield "plan the model as it is now: pw.plan(model, ...)"
