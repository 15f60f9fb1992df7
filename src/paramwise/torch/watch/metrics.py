"""What optimizer steps do, by group or by role: rates, decay, norms of gradients and weights, how far weights move.

The update is the difference of the weights before and after a step, so a meter hooks the optimizer. At the steps that
it looks at, it copies the weights before and takes the norms after, when gradients are as the step used them: unscaled
and clipped. At all others it counts. Norms are exact: how wrong a sample of the values would be is in
docs/performance.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, get_args

import torch
from torch import nn

from paramwise.findings import InputError, UnknownNameError
from paramwise.torch.live import Live, Optimizer, optimizers_of, options_of, peak_rate
from paramwise.words import did_you_mean, public

By = Literal["group", "role"]
Rates = float | tuple[float, float] | None
"""One for all, or the lowest and the highest; None where the optimizer has no such option."""


@dataclass(frozen=True, slots=True)
class Row:
    """The parameters of one group, or of one role, at one step.

    Attributes:
        name: of the group or the role.
        parameters: how many there are.
        numel: how many values they hold.
        without_gradient: how many of them had no gradient.
        lr: learning rate at the step; the lowest and the highest, where they have several.
        decay: learning rate times weight decay: the part of each weight that decoupled decay takes away in the step.
        gradient_norm: of all gradients as one vector, as the step used them.
        weight_norm: of all values as one vector, before the step.
        update_ratio: the norm of what the step changed, over ``weight_norm``; None before a step was seen, and where
            all values were zero.
    """

    name: str
    parameters: int
    numel: int
    without_gradient: int
    lr: Rates
    decay: Rates
    gradient_norm: float
    weight_norm: float
    update_ratio: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen at one step; ``print`` shows it, ``reading["matrix"]`` is a row.

    Attributes:
        step: which one, the first that the meter saw being 0; None before one was seen.
        rows: one for each group, or for each role.
    """

    step: int | None
    rows: tuple[Row, ...]

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        raise UnknownNameError(f"no row `{name}`", help=did_you_mean(name, [row.name for row in self.rows]))

    def as_dict(self) -> dict[str, float]:
        """Plain numbers for a logger, such as ``optimizer/matrix/update_ratio``.

        The keys end in ``lr``, ``decay``, ``gradient_norm``, ``weight_norm`` and ``update_ratio``; of several rates in
        ``lr_min`` and ``lr_max``. What is None is left out.
        """
        flat: dict[str, float] = {}
        for row in self.rows:
            # a logger that refuses a character, as MLflow does, would end the training
            prefix = f"optimizer/{re.sub(r'[^-. /0-9A-Z_a-z]', '', row.name)}"
            for key in ("lr", "decay", "gradient_norm", "weight_norm", "update_ratio"):
                value = getattr(row, key)
                if isinstance(value, tuple):
                    flat[f"{prefix}/{key}_min"], flat[f"{prefix}/{key}_max"] = value
                elif value is not None:
                    flat[f"{prefix}/{key}"] = value
        return flat

    def __str__(self) -> str:
        shown = [field.name for field in fields(Row)]
        if not any(row.without_gradient for row in self.rows):
            shown.remove("without_gradient")
        lines = [["" if name == "name" else name.replace("_", " ") for name in shown]]
        lines += [[_text(getattr(row, name)) for name in shown] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = ["  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines]
        return "\n".join(["before any step" if self.step is None else f"step {self.step}", *table])


class Meter:
    """Looks at steps of optimizers until it is closed; made by `metrics`. Also a context manager."""

    def __init__(self, optimizer: Any, model: nn.Module, by: By, every: int) -> None:
        self._optimizers = optimizers_of(optimizer)
        self._model = model
        self._by = by
        self._names: list[str] = []
        self._watched = [_Watched(self, one, every) for one in self._optimizers]
        for one in self._watched:
            self.held(one.optimizer)  # raises before anything is hooked
        self._handles = [one.optimizer.register_step_pre_hook(one.before) for one in self._watched]
        self._handles += [one.optimizer.register_step_post_hook(one.after) for one in self._watched]

    def read(self) -> Reading:
        """What the last step that was looked at did; before there was one, what there is now.

        Waits once for each device. Before a step, where parameters are sharded, every process must call it.
        """
        looks = [one.look or _Look(None, self.held(one.optimizer)).measured() for one in self._watched]
        steps = [look.step for look in looks if look.step is not None]
        return Reading(max(steps, default=None), tuple(_rows(looks)))

    def close(self) -> None:
        """Take the hooks away. What was seen can still be read."""
        for handle in self._handles:
            handle.remove()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __str__(self) -> str:
        return str(self.read())

    def held(self, optimizer: Optimizer) -> list[_Held]:
        """What an optimizer holds now: groups may have been added since, and rates have moved."""
        live = Live(self._optimizers, self._model, [])
        if len(self._names) != len(live.groups):
            self._names = _names(live)
        found = []
        for (owner, group), members, name in zip(live.groups, live.members, self._names, strict=True):
            if owner is optimizer:
                lr, part = _number(group.get("lr")), _number(group.get("weight_decay"))
                decay = None if lr is None or part is None else lr * part
                rows = [name] * len(members) if self._by == "group" else [_role(live, at) for at in members]
                found += [_Held(one, row, lr, decay) for one, row in zip(group["params"], rows, strict=True)]
        if any(getattr(one.tensor, "_fsdp_flattened", False) for one in found):
            raise InputError(
                "parameters that FullyShardedDataParallel flattened have no norms of their own",
                help="shard the model with torch.distributed.fsdp.fully_shard",
            )
        return found


@public
def metrics(optimizer: Any, model: nn.Module, by: By = "group", *, every: int = 200) -> Meter:
    """Look at what steps do, by group or by role: rates, norms of gradients and weights, how far weights move.

    Training stays the same bit for bit. A step that is looked at takes a few times as long, and memory for a copy of
    the parameters while it lasts; any other takes no longer (docs/performance.md). Norms are exact.

    Args:
        optimizer: as `audit` takes it: any, a wrapped one, a list.
        model: whose parameters it trains.
        by: ``"group"``, under the name in the group, or else one made of its roles and of what tells it from other
            groups; or ``"role"``.
        every: look at the first step and at each of so many after it; 1 for all.

    Returns:
        A live meter: ``print`` or ``read()`` it after a step, ``close()`` it in the end.

    Raises:
        InputError: not an optimizer, not a model, an unknown ``by``, or parameters flattened by the first FSDP.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.LayerNorm(2, bias=False))
        >>> for parameter in model.parameters():
        ...     nn.init.ones_(parameter).grad = torch.ones_like(parameter)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.5)
        >>> meter = pw.metrics(optimizer, model, by="role")
        >>> optimizer.step()
        >>> print(meter)
        step 0
                parameters  numel   lr  decay  gradient norm  weight norm  update ratio
        matrix           1      4  0.1   0.05              2            2          0.15
        norm             1      2  0.1   0.05          1.414        1.414          0.15
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.metrics(optimizer, model)")
    if by not in get_args(By):
        raise InputError(f"no metrics by `{by}`", help=did_you_mean(str(by), get_args(By)))
    if not isinstance(every, int) or every < 1:
        raise InputError(f"every={every!r} is no number of steps", help="every=1 looks at all, every=100 at each 100th")
    return Meter(optimizer, model, by, every)


class _Held(NamedTuple):
    """A parameter that an optimizer holds, and its row."""

    tensor: torch.Tensor
    row: str
    lr: float | None
    decay: float | None


class _Watched:
    """An optimizer, and the last that was seen of it."""

    def __init__(self, meter: Meter, optimizer: Optimizer, every: int) -> None:
        self.meter = meter
        self.optimizer = optimizer
        self.every = every
        self.steps = 0
        self.look: _Look | None = None
        self.begun: _Look | None = None

    def before(self, *_: object) -> None:
        self.begun = None  # of a step that failed
        if self.steps % self.every == 0:
            self.begun = _Look(self.steps, self.meter.held(self.optimizer))
            self.begun.copy()

    def after(self, *_: object) -> None:
        if self.begun is not None:
            self.look, self.begun = self.begun.measured(), None
        self.steps += 1


class _Look:
    """One optimizer at one step."""

    def __init__(self, step: int | None, held: Sequence[_Held]) -> None:
        self.step = step
        self.tensors = [one.tensor for one in held]
        self.settings = [(one.row, one.lr, one.decay, one.tensor.numel()) for one in held]
        self.without: set[int] = set()  # positions of those without gradient
        self.copies: list[list[torch.Tensor]] = []
        self.norms: list[tuple[list[int], torch.Tensor]] = []  # positions; of weights, gradients, updates: [tensors, 3]
        sorts: dict[Hashable, list[int]] = defaultdict(list)  # a foreach kernel is fast on tensors of one sort
        for at, tensor in enumerate(self.tensors):
            sorts[tensor.device, tensor.dtype, _sharding(tensor)].append(at)
        self.alike = list(sorts.values())

    def copy(self) -> None:
        """Keep the values of before the step."""
        for members in self.alike:
            values = [_values(self.tensors[at]) for at in members]
            self.copies.append([torch.empty_like(one) for one in values])
            torch._foreach_copy_(self.copies[-1], values)

    @torch.no_grad()
    def measured(self) -> _Look:
        """With the norms taken and the tensors let go; nothing waits for a device."""
        for number, members in enumerate(self.alike):
            tensors = [self.tensors[at] for at in members]
            gradients = [_gradient(one) for one in tensors]
            self.without |= {at for at, one in zip(members, gradients, strict=True) if one is None}
            values = [_values(one) for one in tensors]
            nothing = values[0].new_zeros(0)
            of_gradients = _norms([nothing if one is None else one for one in gradients])
            before = self.copies[number] if self.copies else values
            of_weights = of_updates = _norms(before)
            if self.copies:
                torch._foreach_sub_(before, values)  # exact but for 16-bit values that change by more than their half
                of_updates = _norms(before)
                self.copies[number] = []
            norms = torch.stack([of_weights, of_gradients, of_updates], dim=1)
            self.norms.append((members, _over_shards(norms, _sharding(tensors[0]))))
        self.tensors = []
        return self


def _sharding(tensor: Any) -> tuple[Any, Any] | None:
    """Mesh and placements of a tensor that is sharded."""
    return (tensor.device_mesh, tensor.placements) if hasattr(tensor, "to_local") else None


def _values(tensor: Any) -> torch.Tensor:
    """What this process holds of a tensor, as real numbers."""
    local: torch.Tensor = (tensor.to_local() if _sharding(tensor) else tensor).detach()
    return torch.view_as_real(local.resolve_conj()) if local.is_complex() else local


def _gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    gradient: Any = tensor.grad
    if gradient is None:
        return None
    if gradient.is_sparse:
        return _values(gradient.coalesce().values())
    sharding = _sharding(tensor)
    return _values(gradient.redistribute(*sharding) if sharding and _sharding(gradient) else gradient)


def _norms(tensors: list[torch.Tensor]) -> torch.Tensor:
    """Of each; squares of 16-bit values do not fit in 16 bits."""
    wide = torch.float64 if tensors[0].dtype == torch.float64 else torch.float32
    return torch.stack(torch._foreach_norm(tensors, 2, dtype=wide))


def _over_shards(norms: torch.Tensor, sharding: tuple[Any, Any] | None) -> torch.Tensor:
    """Norms of whole tensors from those of this process's parts."""
    if sharding is None:
        return norms
    mesh, placements = sharding
    squares = norms.double().square()
    for dimension, placement in enumerate(placements):
        if not placement.is_replicate():
            torch.distributed.all_reduce(squares, group=mesh.get_group(dimension))
    return squares.sqrt()


def _rows(looks: Sequence[_Look]) -> Iterator[Row]:
    by_device: dict[torch.device, list[tuple[_Look, list[int], torch.Tensor]]] = defaultdict(list)
    for look in looks:
        for members, norms in look.norms:
            by_device[norms.device].append((look, members, norms))
    found: dict[str, list[tuple[_Look, int, list[float]]]] = {row: [] for look in looks for row, *_ in look.settings}
    for some in by_device.values():
        places = [(look, at) for look, members, _ in some for at in members]
        for (look, at), norms in zip(places, torch.cat([norms for *_, norms in some]).tolist(), strict=True):
            found[look.settings[at][0]].append((look, at, norms))
    for row, parameters in found.items():
        _, rates, decays, sizes = zip(*(look.settings[at] for look, at, _ in parameters), strict=True)
        weight, gradient, update = (math.hypot(*(norms[at] for *_, norms in parameters)) for at in range(3))
        stepped = all(look.step is not None for look, *_ in parameters)
        yield Row(
            name=row,
            parameters=len(parameters),
            numel=sum(sizes),
            without_gradient=sum(at in look.without for look, at, _ in parameters),
            lr=_span(rates),
            decay=_span(decays),
            gradient_norm=gradient,
            weight_norm=weight,
            update_ratio=update / weight if stepped and weight else None,
        )


def _span(values: Iterable[float | None]) -> Rates:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return known[0] if min(known) == max(known) else (min(known), max(known))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float, torch.Tensor)) else None


def _role(live: Live, at: int) -> str:
    return live.kind(at).role if at >= 0 else "not the model's"


def _names(live: Live) -> list[str]:
    """Of each group one that a reader knows: its own, or else its roles and what tells it from the other groups.

    Rates move: those in a name are the ones that groups are meant to reach.
    """
    options = [_options(group) for _, group in live.groups]
    classes = [type(optimizer).__name__ for optimizer, _ in live.groups]
    names = []
    for (_, group), members, own, cls in zip(live.groups, live.members, options, classes, strict=True):
        given = group.get("name", group.get("group_name"))
        others = [one for one, other in zip(options, classes, strict=True) if other == cls]
        differing = [f"{key} {own[key]}" for key in own if any(one.get(key) != own[key] for one in others)]
        told = f" ({', '.join(differing)})" if differing else ""
        if isinstance(given, str) and given:
            names.append(given)
        elif len(members) == 1 and members[0] >= 0:
            names.append(live.catalog.names[members[0]])
        else:
            roles = ", ".join(dict.fromkeys(_role(live, at) for at in members))
            names.append(f"{cls}: {roles}{told}" if len(set(classes)) > 1 else f"{roles}{told}")
    seen: Counter[str] = Counter()
    for at, name in enumerate(names):
        seen[name] += 1
        names[at] = name if seen[name] == 1 else f"{name} {seen[name]}"
    return names


def _options(group: Mapping[str, Any]) -> dict[str, str]:
    """Options as text, the learning rate as it is meant to be reached."""
    reached = {"lr": f"{peak_rate(group):.4g}"} if _number(group.get("lr")) is not None else {}
    return {key: str(value) for key, value in sorted(options_of(group).items())} | reached


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:.4g} to {value[1]:.4g}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return "-" if value is None else str(value)
