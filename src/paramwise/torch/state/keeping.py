"""Optimizer state kept by parameter name: saved so that a crash loses nothing, loaded all or not at all."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from paramwise.files.state_headers import StateFile, read_state
from paramwise.findings import InputError
from paramwise.model.catalog import Catalog
from paramwise.rules.selectors import Selector, as_selector
from paramwise.rules.selectors import name as name_selector
from paramwise.torch.live import Live, Optimizer, optimizers_of
from paramwise.torch.state.storage import decoded, encoded, kept, read_tensors, tensor_keys, write_state
from paramwise.words import nearest, plural, public

Fresh = Selector | str | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load_state` did; ``print`` it.

    Attributes:
        loaded: names of the parameters whose state was loaded.
        fresh: of those that start anew.
        dropped: of those that only the file had.
        hyperparameters: whose options are in force, ``"current"`` or ``"saved"``.
        extra: what was saved beside the state, as plain data.
    """

    loaded: tuple[str, ...]
    fresh: tuple[str, ...]
    dropped: tuple[str, ...]
    hyperparameters: str
    extra: Mapping[str, Any]

    def __str__(self) -> str:
        lines = [f"state of {plural(len(self.loaded))} loaded; options in force: the {self.hyperparameters} ones"]
        for what, names in (("start anew", self.fresh), ("only in the file, dropped", self.dropped)):
            if names:
                lines.append(f"{plural(len(names))} {what}: {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}")
        return "\n".join(lines)


@public
def save_state(
    optimizer: Any, model: nn.Module, path: str | Path, *, extra: Mapping[str, Any] | None = None, keep: int = 0
) -> Path:
    """Save an optimizer's state by parameter name, in one safetensors file; no pickle.

    The file is written aside, flushed to the disk and then renamed: whoever reads ``path``, after a crash too, finds
    the old file or the new one, whole. Sharded state (FSDP2) goes to a folder by that name, of which every process
    writes its part; all of them call it.

    Args:
        optimizer: one, wrapped ones too, or a list of them.
        model: whose parameters it trains; wrappers (DDP, ``torch.compile``) add nothing to the names.
        path: of the file.
        extra: what else to keep: schedulers, scalers (what has ``state_dict()``), numbers, texts, lists, by name.
        keep: how many older files to keep, as ``path.1``, ``path.2`` and so on.

    Returns:
        The path.

    Raises:
        InputError: state that is neither tensors nor plain data, tensors that are not the model's, or a path that
            cannot be written. The old file stays as it was.

    Example:
        >>> import tempfile
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> model(torch.ones(1, 2)).sum().backward(); optimizer.step()
        >>> path = pw.save_state(optimizer, model, f"{tempfile.mkdtemp()}/state.safetensors", extra={"epoch": 3})
        >>> print(pw.load_state(optimizer, model, path))
        state of 2 parameters loaded; options in force: the current ones
    """
    path = Path(path)
    described, tensors = _described(live_of(optimizer, model), extra or {})
    if any(hasattr(tensor, "to_local") for tensor in tensors.values()):
        from paramwise.torch.state.sharded import write_sharded

        if keep:
            raise InputError("keep= is for files: sharded state is a folder", help="save to another folder each time")
        write_sharded(path, described, tensors)
    else:
        write_state(path, described, tensors, keep)
    return path


@public
def load_state(
    optimizer: Any,
    model: nn.Module,
    path: str | Path,
    *,
    fresh: Fresh = None,
    hyperparameters: Literal["current", "saved"] = "current",
    strict: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> Loaded:
    """Load an optimizer's state by parameter name; everything or, if anything is wrong, nothing.

    Groups may have changed, the order of parameters, and over how many processes they are sharded: only names count.

    Args:
        optimizer: as in `save_state`, of the same class.
        model: as in `save_state`.
        path: of the file.
        fresh: parameters that start anew, whatever the file holds: a selector, or globs of names.
        hyperparameters: whose options are in force afterwards: those that the groups have now, or the file's.
        strict: whether a parameter that the file lacks, or one that only the file has, is an error. If not, the first
            starts anew and the second is dropped.
        extra: what takes back what was saved beside it, by name: schedulers, scalers (what has ``load_state_dict()``).
            The rest is in the report.

    Raises:
        InputError: the file is damaged, a parameter is missing, extra, or of another shape or dtype, or the optimizer
            is of another class. Model and optimizer are as they were.
    """
    path = Path(path)
    live = live_of(optimizer, model)
    shards = None
    if path.is_dir():
        from paramwise.torch.state.sharded import read_sharded

        file, shards = read_sharded(path)
    else:
        file = read_state(path)
    matched = _Matched(live, file, _fresh(fresh, live.catalog), strict=strict)
    if hyperparameters not in ("current", "saved"):
        raise InputError(f"hyperparameters is {hyperparameters!r}", help='it is "current" or "saved"')
    for name, taker in (extra or {}).items():
        if name not in file.extra:
            raise InputError(f"`{name}` is not in the file", where=str(path), evidence=sorted(file.extra))
        if hyperparameters == "current" and hasattr(taker, "optimizer"):
            raise InputError(
                f"`{name}` goes on from the learning rates of the file, and those of now would stay in force",
                help='with a scheduler: hyperparameters="saved"; or make a new scheduler for the rates of now',
            )
    values = read_tensors(file, matched.keys) if shards is None else matched.read_shards(shards, file, live)
    options = _saved_options(live, file, matched, values) if hyperparameters == "saved" else None
    states = {name: _state_of(name, file, values, live, matched) for name in matched.loaded}
    plain = {name: decoded(one, values) for name, one in file.extra.items()}
    with _Undone(extra or {}):
        for name, taker in (extra or {}).items():
            taker.load_state_dict(copy.deepcopy(plain[name]))
        for at, name in enumerate(live.catalog.names):
            tensor = live.tensors[at]
            if name in states:
                matched.optimizer_of[name].state[tensor] = states[name]
            elif name in matched.fresh:
                matched.optimizer_of[name].state.pop(tensor, None)
        for (_, group), taken in zip(live.groups, options or [], strict=False):
            group.update(taken)
    return Loaded(matched.loaded, matched.fresh, matched.dropped, hyperparameters, plain)


def live_of(optimizer: Any, model: nn.Module) -> Live:
    """Optimizers beside their model, all of whose tensors are the model's.

    Raises:
        InputError: they are not.
    """
    live = Live(optimizers_of(optimizer), model, [])
    foreign = sum(at < 0 for members in live.members for at in members)
    if foreign:
        raise InputError(
            f"{plural(foreign, 'tensor')} in the optimizer not the model's: state cannot be kept by name",
            help="give the model that the optimizer was built for; pw.audit(optimizer, model) says more",
        )
    several = [at for at, count in Counter(at for members in live.members for at in members).items() if count > 1]
    if several:
        raise InputError(
            f"{plural(len(several))} held more than once: a name has one state",
            evidence=[live.catalog.names[at] for at in several],
            help="keep the state of each optimizer in a file of its own",
        )
    for one in live.optimizers:
        known = {id(tensor) for group in one.param_groups for tensor in group["params"]}
        other = [key for key in one.state if id(key) not in known]
        if other:
            raise InputError(
                f"{type(one).__name__} keeps state that is of no parameter in its groups",
                evidence=[repr(key)[:80] for key in other],
                help="put it beside: extra={...}",
            )
    return live


def _described(live: Live, extra: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    tensors: dict[str, torch.Tensor] = {}
    described: dict[str, Any] = {
        "classes": list(map(_class_name, live.optimizers)),
        "groups": [],
    }
    states = {}
    for (optimizer, group), members in zip(live.groups, live.members, strict=True):
        inside = [live.catalog.names[at] for at in members]
        described["groups"].append(
            {
                "optimizer": next(at for at, one in enumerate(live.optimizers) if one is optimizer),
                "options": plain_options(group, tensors, f"@group{len(described['groups'])}"),
                "parameters": inside,
            }
        )
        for name, at in zip(inside, members, strict=True):
            states[name] = optimizer.state.get(live.tensors[at], {})
    add_states(described, tensors, states, live)
    for name in extra:
        if not isinstance(name, str):
            raise InputError(f"extra has a name that is no text: {name!r}")
    described["extra"] = {
        name: encoded(one.state_dict() if hasattr(one, "state_dict") else one, f"@extra/{name}", tensors)
        for name, one in extra.items()
    }
    return described, tensors


def _class_name(optimizer: Optimizer) -> str:
    """Of the class whose state it is: ours keep that of torch's."""
    cls = next(one for one in type(optimizer).__mro__ if not one.__module__.startswith("paramwise."))
    return f"{cls.__module__}.{cls.__qualname__}"


def add_states(
    described: dict[str, Any], tensors: dict[str, torch.Tensor], states: Mapping[str, Mapping[str, Any]], live: Live
) -> None:
    """Put the states of parameters into a description: tensors beside, all else as plain data."""
    described["parameters"], described["values"] = {}, {}
    for name, state in states.items():
        parameter = live.kind(live.catalog.position(name))
        described["parameters"][name] = {"shape": list(parameter.shape), "dtype": parameter.dtype}
        values = {}
        for key, value in state.items():
            if not isinstance(key, str) or "/" in key or key.startswith("@"):
                raise InputError(f"the state {key!r} of `{name}` cannot be kept: its key is no plain name")
            if isinstance(value, torch.Tensor):
                tensors[f"{key}/{name}"] = kept(value, f"{key}/{name}")
            else:
                values[key] = encoded(value, f"{key}/{name}", tensors)
        if values:
            described["values"][name] = values


def plain_options(group: Mapping[str, Any], tensors: dict[str, torch.Tensor], at: str = "@group") -> dict[str, Any]:
    """The options of a group as plain data."""
    labels = ("params", "param_names", "name", "optimizer")
    kept = {key: value for key, value in group.items() if key not in labels}
    return {key: encoded(value, f"{at}/{key}", tensors) for key, value in kept.items()}


class _Matched:
    """The parameters of an optimizer and of a file, by name.

    Raises:
        InputError: they do not fit.
    """

    def __init__(self, live: Live, file: StateFile, fresh: frozenset[str], *, strict: bool) -> None:
        self.optimizer_of: dict[str, Optimizer] = {}
        self.group_of: dict[str, dict[str, Any]] = {}
        for (optimizer, group), members in zip(live.groups, live.members, strict=True):
            for at in members:
                self.optimizer_of[live.catalog.names[at]] = optimizer
                self.group_of[live.catalog.names[at]] = group
        saved_as = {}  # a parameter may have been saved under another of its names
        for name in self.optimizer_of:
            known = [one for one in (name, *live.catalog.aliases.get(name, ())) if one in file.parameters]
            if known:
                saved_as[name] = known[0]
        missing = [name for name in self.optimizer_of if name not in saved_as and name not in fresh]
        extra = [name for name in file.parameters if name not in saved_as.values()]
        extra = [name for name in extra if name not in fresh]
        problems = [f"{name}: the file does not have it{_near(name, extra)}" for name in missing if strict]
        problems += [f"{name}: the optimizer does not have it" for name in extra if strict]
        classes = {id(one): _class_name(one) for one in live.optimizers}
        of_class = {name: file.classes[group["optimizer"]] for group in file.groups for name in group["parameters"]}
        for name, saved in saved_as.items():
            if name in fresh:
                continue
            parameter = live.kind(live.catalog.position(name))
            then = file.parameters[saved]
            if tuple(then["shape"]) != parameter.shape or then["dtype"] != parameter.dtype:
                problems.append(
                    f"{name}: {then['dtype']} {then['shape']} in the file, "
                    f"{parameter.dtype} {list(parameter.shape)} in the model"
                )
            now = classes[id(self.optimizer_of[name])]
            if of_class[saved] not in (now, "unknown"):
                problems.append(f"{name}: state of {of_class[saved]} in the file, the optimizer is {now}")
        if problems:
            raise InputError(
                f"the state does not fit the optimizer: {plural(len(problems), 'difference')}",
                where=str(file.path),
                evidence=problems,
                help=(
                    "name what shall start anew: fresh=pw.name('head.*')",
                    *(("or take what fits: strict=False",) if (missing or extra) and strict else ()),
                ),
            )
        self.saved_as = {name: saved for name, saved in saved_as.items() if name not in fresh}
        self.loaded = tuple(self.saved_as)
        self.fresh = tuple(name for name in self.optimizer_of if name not in self.saved_as)
        self.dropped = tuple(extra)
        self.keys = self._wanted(file)

    def read_shards(self, shards: Path, file: StateFile, live: Live) -> dict[str, torch.Tensor]:
        """The wanted tensors of a sharded state, each spread as its parameter."""
        from paramwise.torch.state.sharded import read_shards

        tensor_of = {saved: live.tensors[live.catalog.position(name)] for name, saved in self.saved_as.items()}
        like = {key: tensor_of[saved] for saved, keys in self.keys_of.items() for key in keys}
        return read_shards(shards, file, self.keys, like)

    def _wanted(self, file: StateFile) -> list[str]:
        """The tensors to read."""
        saved = set(self.saved_as.values())
        self.keys_of: dict[str, list[str]] = {name: [] for name in saved}
        for key in file.layout.kinds:
            name = key.partition("/")[2]
            if name in saved:
                self.keys_of[name].append(key)
        keys = [key for found in self.keys_of.values() for key in found]
        for name in saved:
            keys += tensor_keys(list(file.states_of(name).values()))
        keys += tensor_keys([*file.extra.values(), *(list(group["options"].values()) for group in file.groups)])
        return list(dict.fromkeys(keys))


def _near(name: str, extra: Sequence[str]) -> str:
    near = nearest(name, extra, 1)
    return f"; it has {near[0]}" if near else ""


def _fresh(fresh: Fresh, catalog: Catalog) -> frozenset[str]:
    if fresh is None:
        return frozenset()
    if not isinstance(fresh, (Selector, str, Iterable)):
        raise InputError(f"fresh={fresh!r}", help="give a selector, or globs of names: fresh='head.*'")
    selector = fresh if isinstance(fresh, Selector) else name_selector(*([fresh] if isinstance(fresh, str) else fresh))
    found = frozenset(parameter.name for parameter in catalog if as_selector(selector)(parameter))
    if not found:
        raise InputError(f"fresh={fresh!r} names no parameter", help="`paramwise inspect` lists the names")
    return found


def _saved_options(
    live: Live, file: StateFile, matched: _Matched, values: Mapping[str, torch.Tensor]
) -> list[dict[str, Any]]:
    """For each group the options that its parameters were saved with."""
    of_name = {name: group["options"] for group in file.groups for name in group["parameters"]}
    taken = []
    for index, ((_, group), members) in enumerate(zip(live.groups, live.members, strict=True)):
        names = [live.catalog.names[at] for at in members]
        saved = [of_name[matched.saved_as[name]] for name in names if name in matched.saved_as]
        if any(one != saved[0] for one in saved[1:]):
            raise InputError(
                f"group {index} has parameters that were saved with different options",
                where=str(file.path),
                help="keep the options of now: hyperparameters='current'; or build the groups as they were",
            )
        # a tensor learning rate is each group's own
        options = {key: copy.deepcopy(decoded(value, values)) for key, value in (saved[0] if saved else {}).items()}
        taken.append({key: value for key, value in options.items() if key in group or key == "initial_lr"})
    return taken


def _state_of(
    name: str, file: StateFile, values: Mapping[str, torch.Tensor], live: Live, matched: _Matched
) -> dict[str, Any]:
    saved = matched.saved_as[name]
    parameter = live.tensors[live.catalog.position(name)]
    group = matched.group_of[name]
    state: dict[str, Any] = {}
    ending = f"/{saved}"
    for key in matched.keys_of[saved]:
        value = values[key]
        state_name = key[: -len(ending)]
        # torch keeps the count of steps on the CPU, unless a kernel reads it on the device
        stays = state_name == "step" and not (group.get("capturable") or group.get("fused"))
        state[state_name] = value if stays else _spread(value, parameter)
    for key, value in file.states_of(saved).items():
        state[key] = decoded(value, {one: values[one].to(parameter.device) for one in tensor_keys(value)})
    return state


def _spread(value: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    if not hasattr(parameter, "to_local"):
        return value.to(parameter.device)
    from paramwise.torch.state.sharded import spread_as

    return spread_as(value, parameter)


class _Undone:
    """If anything fails inside, what took state back gets its own again."""

    def __init__(self, takers: Mapping[str, Any]) -> None:
        for name, one in takers.items():
            if not callable(getattr(one, "load_state_dict", None)):
                raise InputError(f"extra `{name}` cannot take state back: it has no load_state_dict()")
        self.before = [(one, copy.deepcopy(one.state_dict())) for one in takers.values()]

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for one, state in self.before if kind is not None else ():
            with suppress(Exception):  # the first error is the one to tell
                one.load_state_dict(state)
