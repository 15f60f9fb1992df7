"""What optimizer steps do, by group or role: rates, decay, norms, how far weights move.

The update is the difference of the weights before and after a step, so a meter hooks the optimizer. At a step that it
measures, it copies the weights before the step and computes norms after it, when gradients are as the step used them:
unscaled and clipped. It only counts the other steps. Norms are exact: docs/performance.md says how wrong a sample of
the values would be.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.torch.live import Live, Optimizer, optimizers_of, options_of, peak_rate
from paramwise.torch.memory import copied_by
from paramwise.torch.watch.norms import MeasuredParameter, StepNorms
from paramwise.torch.watch.reading import Rates, Reading, Row
from paramwise.words import did_you_mean, plural, public

By = Literal["group", "role"]


class Meter:
    """Measures steps of optimizers until it is closed; `metrics` creates it. It is also a context manager."""

    def __init__(self, optimizer: Any, model: nn.Module, by: By, every: int) -> None:
        self._optimizers = optimizers_of(optimizer)
        self._model = model
        self._by = by
        self._names: list[str] = []
        self._written: dict[int | str, int] = {}  # a writer's identity, or a path -> the step that it was given last
        self._observers = [_StepObserver(self, optimizer, every) for optimizer in self._optimizers]
        for observer in self._observers:
            self.parameters(observer.optimizer)  # raises before anything is hooked
        self._handles = [seen.optimizer.register_step_pre_hook(seen.before) for seen in self._observers]
        self._handles += [seen.optimizer.register_step_post_hook(seen.after) for seen in self._observers]

    def read(self) -> Reading:
        """The last step that was measured; before the first step, the present values.

        It waits once for each device. If it is called before a step and parameters are sharded, every process must call
        it.
        """
        steps = [seen.last or StepNorms(None, self.parameters(seen.optimizer)).measure() for seen in self._observers]
        numbers = [step.step for step in steps if step.step is not None]
        return Reading(max(numbers, default=None), tuple(_rows(steps)))

    def log_to(self, writer: Any, step: int | None = None) -> None:
        """Write the last step that was measured to a logger, once; call it after each step.

        Args:
            writer: TensorBoard's ``SummaryWriter``, a logger of Lightning, or what has ``log(numbers, step=...)``: a
                run of W&B, ``wandb``, ``trackio``, Accelerate's ``Accelerator``. Or the path of a file, commonly
                ``metrics.jsonl``, that gets a line of JSON: ``paramwise report`` draws it.
            step: the number to write it under, if not the meter's own, which counts from 0.

        Raises:
            InputError: ``writer`` is none of these, or the file cannot be written.
        """
        write = _writing(writer)
        key = str(writer) if isinstance(writer, (str, Path)) else id(writer)
        measured = max(
            (seen.last.step for seen in self._observers if seen.last and seen.last.step is not None), default=-1
        )
        if measured > self._written.get(key, -1):
            self._written[key] = measured
            write(self.read().as_dict(), measured if step is None else step)

    def close(self) -> None:
        """Remove the hooks. The last measurements can still be read."""
        for handle in self._handles:
            handle.remove()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __str__(self) -> str:
        return str(self.read())

    def _repr_html_(self) -> str:
        return self.read()._repr_html_()

    def parameters(self, optimizer: Optimizer) -> list[MeasuredParameter]:
        """The parameters of an optimizer now: the program may add groups, and rates change."""
        live = Live(self._optimizers, self._model, [])
        if len(self._names) != len(live.groups):
            self._names = _names(live)
        if copied_by(optimizer) is not None:
            raise InputError(
                f"{type(optimizer).__name__} steps copies of the parameters: what their own values do is not seen",
                help="DeepSpeed writes the weights after the optimizer's step: measure without ZeRO and 16 bits",
            )
        found = []
        for (owner, group), members, name in zip(live.groups, live.members, self._names, strict=True):
            if owner is optimizer:
                lr, weight_decay = _number(group.get("lr")), _number(group.get("weight_decay"))
                decay = None if lr is None or weight_decay is None else lr * weight_decay
                rows = [name] * len(members) if self._by == "group" else [_role(live, at) for at in members]
                found += [
                    MeasuredParameter(tensor, row, lr, decay) for tensor, row in zip(group["params"], rows, strict=True)
                ]
        if flattened := sum(bool(getattr(parameter.tensor, "_fsdp_flattened", False)) for parameter in found):
            raise InputError(
                f"FullyShardedDataParallel flattened {plural(flattened)}, which have no norms of their own",
                help="shard the model with torch.distributed.fsdp.fully_shard",
            )
        return found


class _StepObserver:
    """Hooks of one optimizer: counts its steps and measures each ``every``-th."""

    def __init__(self, meter: Meter, optimizer: Optimizer, every: int) -> None:
        self.meter = meter
        self.optimizer = optimizer
        self.every = every
        self.steps = 0
        self.last: StepNorms | None = None
        self.running: StepNorms | None = None

    def before(self, *_: object) -> None:
        self.running = None  # left by a step that failed
        if self.steps % self.every == 0:
            self.running = StepNorms(self.steps, self.meter.parameters(self.optimizer))
            self.running.copy()

    def after(self, *_: object) -> None:
        if self.running is not None:
            self.last, self.running = self.running.measure(), None
        self.steps += 1


@public
def metrics(optimizer: Any, model: nn.Module, by: By = "group", *, every: int = 200) -> Meter:
    """Measure what steps do, by group or by role: rates, norms of gradients and weights, how far weights move.

    Training stays the same bit for bit. A measured step takes a few times as long and holds a copy of the parameters in
    memory; any other step takes no longer (docs/performance.md). Norms are exact.

    Args:
        optimizer: an optimizer, wrapped or not, or a list of optimizers, as `audit` takes it.
        model: the model whose parameters it trains.
        by: ``"group"``, under the group's own name, or else a name made of its roles and of the options that
            distinguish it from other groups; or ``"role"``.
        every: measure the first step and then each ``every``-th step; 1 measures all.

    Returns:
        A live meter: ``print`` or ``read()`` it after a step, and ``close()`` it in the end.

    Raises:
        InputError: ``optimizer`` is not an optimizer, ``model`` not a model, ``by`` is unknown, ``every`` is not a
            number of steps, or ``FullyShardedDataParallel`` flattened the parameters.

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
        raise InputError(
            f"every={every!r} is not a number of steps", help="every=1 measures all steps, every=100 every 100th step"
        )
    return Meter(optimizer, model, by, every)


def _writing(writer: Any) -> Callable[[dict[str, float], int], Any]:
    """How a logger, or a file, is given numbers and their step."""
    if isinstance(writer, (str, Path)):
        return lambda numbers, step: _append(Path(writer), {"step": step, **numbers})
    if callable(getattr(writer, "log_metrics", None)):
        return lambda numbers, step: writer.log_metrics(numbers, step=step)
    if callable(getattr(writer, "add_scalar", None)):
        return lambda numbers, step: [writer.add_scalar(key, value, step) for key, value in numbers.items()]
    if callable(getattr(writer, "log", None)):
        return lambda numbers, step: writer.log(numbers, step=step)
    raise InputError(
        f"not a logger: {type(writer).__qualname__}",
        help="it has log_metrics(), add_scalar() or log(), or is a path; or use as_dict()",
    )


def _append(path: Path, entry: Mapping[str, Any]) -> None:
    """Append a line of JSON; a number that is not finite is null, since JSON has none."""
    finite = {key: value if math.isfinite(value) else None for key, value in entry.items()}
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(finite) + "\n")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), help="check the folder") from error


# ------------------------------------------------------------------------------------------------------ rows


def _rows(steps: Sequence[StepNorms]) -> Iterator[Row]:
    """The rows of all optimizers, in order. Waits for each device once."""
    by_device: dict[torch.device, list[tuple[StepNorms, list[int], torch.Tensor]]] = defaultdict(list)
    for step in steps:
        for positions, norms in step.norms:
            by_device[norms.device].append((step, positions, norms))
    parameters_of: dict[str, list[tuple[StepNorms, int, list[float]]]] = {
        settings.row: [] for step in steps for settings in step.settings
    }
    for entries in by_device.values():
        places = [(step, position) for step, positions, _ in entries for position in positions]
        all_norms = torch.cat([norms for *_, norms in entries]).tolist()
        for (step, position), norms in zip(places, all_norms, strict=True):
            parameters_of[step.settings[position].row].append((step, position, norms))
    for row, parameters in parameters_of.items():
        settings = [step.settings[position] for step, position, _ in parameters]
        weight, gradient, update = (math.hypot(*(norms[which] for *_, norms in parameters)) for which in range(3))
        stepped = all(step.step is not None for step, *_ in parameters)
        yield Row(
            name=row,
            parameters=len(parameters),
            numel=sum(each.numel for each in settings),
            without_gradient=sum(position in step.without_gradient for step, position, _ in parameters),
            lr=_range(each.lr for each in settings),
            decay=_range(each.decay for each in settings),
            gradient_norm=gradient,
            weight_norm=weight,
            update_ratio=update / weight if stepped and weight else None,
        )


def _range(values: Iterable[float | None]) -> Rates:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return known[0] if min(known) == max(known) else (min(known), max(known))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float, torch.Tensor)) else None


# ---------------------------------------------------------------------------------------------- names of rows


def _role(live: Live, position: int) -> str:
    return live.kind(position).role if position >= 0 else "not the model's"


def _names(live: Live) -> list[str]:
    """A name for each group that a reader recognises; all names differ.

    A group without a name of its own is named after its only parameter, or after its roles and the options that
    distinguish it from other groups of the same class. A learning rate in a name is the rate that the group is meant to
    reach, since schedulers change the present rate.
    """
    options = [_options(group) for _, group in live.groups]
    classes = [type(optimizer).__name__ for optimizer, _ in live.groups]
    names = []
    for (_, group), members, own, cls in zip(live.groups, live.members, options, classes, strict=True):
        name = group.get("name", group.get("group_name"))
        others = [other for other, other_cls in zip(options, classes, strict=True) if other_cls == cls]
        differing = [f"{key} {own[key]}" for key in own if any(other.get(key) != own[key] for other in others)]
        told = f" ({', '.join(differing)})" if differing else ""
        if isinstance(name, str) and name:
            names.append(name)
        elif len(members) == 1 and members[0] >= 0:
            names.append(live.catalog.names[members[0]])
        else:
            roles = ", ".join(dict.fromkeys(_role(live, position) for position in members))
            names.append(f"{cls}: {roles}{told}" if len(set(classes)) > 1 else f"{roles}{told}")
    seen: Counter[str] = Counter()
    for index, name in enumerate(names):
        seen[name] += 1
        names[index] = name if seen[name] == 1 else f"{name} {seen[name]}"
    return names


def _options(group: Mapping[str, Any]) -> dict[str, str]:
    """The options of a group as text, with the learning rate that it is meant to reach."""
    rate = {"lr": f"{peak_rate(group):.4g}"} if _number(group.get("lr")) is not None else {}
    return {key: str(value) for key, value in sorted(options_of(group).items())} | rate
