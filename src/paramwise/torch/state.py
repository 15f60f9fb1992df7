"""Optimizer state kept by parameter name: saved so that a crash loses nothing, loaded all or not at all."""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from paramwise.catalog import Catalog
from paramwise.checks import plural
from paramwise.findings import InputError, nearest
from paramwise.headers import DTYPES, Layout
from paramwise.selectors import Selector, as_selector
from paramwise.selectors import name as name_selector
from paramwise.states import SCHEMA, StateFile, damaged, digest, read_state
from paramwise.torch.live import Live, Optimizer, optimizers_of

Fresh = Selector | str | Iterable[str] | None
_CODES = {torch_name: code for code, (torch_name, _) in DTYPES.items()}
_BLOCK = 1024  # words of eight bytes that are summed for a checksum
_AT_ONCE = 64 << 20  # bytes read and checked at once by one thread


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


def save_state(
    optimizer: Any, model: nn.Module, path: str | Path, *, extra: Mapping[str, Any] | None = None, keep: int = 0
) -> Path:
    """Save an optimizer's state by parameter name, in one safetensors file; no pickle.

    The file is written aside, flushed to the disk and then renamed: whoever reads ``path``, after a crash too, finds
    the old file or the new one, whole.

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
        >>> model = nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> model(torch.ones(1, 2)).sum().backward(); optimizer.step()
        >>> path = save_state(optimizer, model, f"{tempfile.mkdtemp()}/state.safetensors", extra={"epoch": 3})
        >>> print(load_state(optimizer, model, path))
        state of 2 parameters loaded; options in force: the current ones
    """
    path = Path(path)
    described, tensors = _described(_live(optimizer, model), extra or {})
    _write(path, described, tensors, keep)
    return path


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

    Groups may have changed, and the order of parameters: only names count.

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
    live = _live(optimizer, model)
    file = read_state(path)
    matched = _Matched(live, file, _fresh(fresh, live.catalog), strict=strict)
    options = _saved_options(live, file, matched) if hyperparameters == "saved" else None
    for name in extra or {}:
        if name not in file.extra:
            raise InputError(f"`{name}` is not in the file", where=str(path), evidence=sorted(file.extra))
    values = _read_tensors(file, matched.keys)
    states = {name: _state_of(name, file, values, live, matched) for name in matched.loaded}
    plain = {name: _decoded(one, values) for name, one in file.extra.items()}
    with _Undone(extra or {}):
        for name, taker in (extra or {}).items():
            taker.load_state_dict(plain[name])
        for at, name in enumerate(live.catalog.names):
            tensor = live.tensors[at]
            if name in states:
                matched.optimizer_of[name].state[tensor] = states[name]
            elif name in matched.fresh:
                matched.optimizer_of[name].state.pop(tensor, None)
        for (_, group), taken in zip(live.groups, options or [], strict=False):
            group.update(taken)
    return Loaded(matched.loaded, matched.fresh, matched.dropped, hyperparameters, plain)


def convert_state(source: str | Path, model: nn.Module, groups: Any = None, path: str | Path | None = None) -> Path:
    """Name the state of a torch checkpoint (``optimizer.state_dict()``, saved by ``torch.save``).

    torch keeps state by position. The names are taken from ``param_names`` where the checkpoint has them, else from
    ``groups``, and every tensor is held against the shape of the parameter it would be for.

    Args:
        source: the checkpoint; read with ``weights_only=True``, so that nothing in it is run.
        model: whose parameters it is of.
        groups: the optimizer as it was built then, or for each group the names of its parameters in order.
        path: of the new file; beside the old one, with the ending ``.safetensors``, if not given.

    Returns:
        The path of the new file.

    Raises:
        InputError: it is no optimizer's state, or position alone cannot be proven right.
    """
    source = Path(source)
    if not source.is_file():
        raise InputError(
            "no such file", where=str(source), help="give what torch.save(optimizer.state_dict(), ...) wrote"
        )
    try:
        held = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # of many kinds: not a zip file, a class that is not allowed, cut off
        said = " ".join(str(error).split())[:200]
        raise InputError(
            "not a torch checkpoint that can be read safely",
            where=str(source),
            evidence=[said],
            help="it is read with weights_only=True: save optimizer.state_dict() alone, with torch.save",
        ) from None
    held = held.get("optimizer", held) if isinstance(held, dict) else held
    if not isinstance(held, dict) or not {"state", "param_groups"} <= held.keys():
        raise InputError("no optimizer's state_dict in it", where=str(source), help="it has `state` and `param_groups`")
    live = Live([], model, [])
    names = _positional_names(source, held, groups, live)
    described = {
        "classes": ["unknown"],
        "groups": [
            {"optimizer": 0, "options": _plain_options(group, {}), "parameters": inside}
            for group, inside in zip(held["param_groups"], names, strict=True)
        ],
    }
    tensors: dict[str, torch.Tensor] = {}
    states = {}
    for group, inside in zip(held["param_groups"], names, strict=True):
        for index, name in zip(group["params"], inside, strict=True):
            states[name] = held["state"].get(index, {})
            shape = live.catalog[name].shape
            wrong = [
                f"{key} {list(value.shape)}"
                for key, value in states[name].items()
                if isinstance(value, torch.Tensor) and value.ndim and tuple(value.shape) != shape
            ]
            if wrong:
                raise InputError(
                    f"the state at position {index} is not of `{name}`, whose shape is {list(shape)}",
                    where=str(source),
                    evidence=wrong,
                    help="give the groups as they were when it was saved: groups=[[names of group 0], ...]",
                )
    _add_states(described, tensors, states, live)
    target = source.with_suffix(".safetensors") if path is None else Path(path)
    _write(target, described, tensors, 0)
    return target


# -------------------------------------------------------------------------------------------------- what is written


def _live(optimizer: Any, model: nn.Module) -> Live:
    live = Live(optimizers_of(optimizer), model, [])
    foreign = sum(at < 0 for members in live.members for at in members)
    if foreign:
        raise InputError(
            f"{plural(foreign, 'tensor')} in the optimizer not the model's: state cannot be kept by name",
            help="give the model that the optimizer was built for; pw.audit(optimizer, model) says more",
        )
    return live


def _described(live: Live, extra: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    tensors: dict[str, torch.Tensor] = {}
    described: dict[str, Any] = {
        "classes": [f"{type(one).__module__}.{type(one).__qualname__}" for one in live.optimizers],
        "groups": [],
    }
    states = {}
    for (optimizer, group), members in zip(live.groups, live.members, strict=True):
        inside = [live.catalog.names[at] for at in members]
        described["groups"].append(
            {
                "optimizer": next(at for at, one in enumerate(live.optimizers) if one is optimizer),
                "options": _plain_options(group, tensors, f"@group{len(described['groups'])}"),
                "parameters": inside,
            }
        )
        for name, at in zip(inside, members, strict=True):
            states[name] = optimizer.state.get(live.tensors[at], {})
    _add_states(described, tensors, states, live)
    described["extra"] = {
        name: _encoded(one.state_dict() if hasattr(one, "state_dict") else one, f"@extra/{name}", tensors)
        for name, one in extra.items()
    }
    return described, tensors


def _add_states(
    described: dict[str, Any], tensors: dict[str, torch.Tensor], states: Mapping[str, Mapping[str, Any]], live: Live
) -> None:
    described["parameters"], described["values"] = {}, {}
    for name, state in states.items():
        parameter = live.kind(live.catalog.position(name))
        described["parameters"][name] = {"shape": list(parameter.shape), "dtype": parameter.dtype}
        values = {}
        for key, value in state.items():
            if not isinstance(key, str) or "/" in key or key.startswith("@"):
                raise InputError(f"the state {key!r} of `{name}` cannot be kept: its key is no plain name")
            if isinstance(value, torch.Tensor):
                tensors[f"{key}/{name}"] = _kept(value, f"{key}/{name}")
            else:
                values[key] = _encoded(value, f"{key}/{name}", tensors)
        if values:
            described["values"][name] = values


def _plain_options(group: Mapping[str, Any], tensors: dict[str, torch.Tensor], at: str = "@group") -> dict[str, Any]:
    kept = {key: value for key, value in group.items() if key not in ("params", "param_names")}
    return {key: _encoded(value, f"{at}/{key}", tensors) for key, value in kept.items()}


def _encoded(value: Any, where: str, tensors: dict[str, torch.Tensor]) -> Any:
    """Plain data as JSON keeps it; tensors inside are put beside.

    Raises:
        InputError: something else; names it.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"$": "float", "value": repr(value)}
    if isinstance(value, torch.Tensor):
        tensors[where] = _kept(value, where)
        return {"$": "tensor", "key": where}
    if isinstance(value, (list, tuple)):
        items = [_encoded(one, f"{where}/{index}", tensors) for index, one in enumerate(value)]
        return items if isinstance(value, list) else {"$": "tuple", "items": items}
    if isinstance(value, Mapping):
        pairs = [
            [_encoded(key, f"{where}/key", tensors), _encoded(one, f"{where}/{index}", tensors)]
            for index, (key, one) in enumerate(value.items())
        ]
        return {"$": "dict", "items": pairs}
    raise InputError(
        f"`{where.lstrip('@')}` is a {type(value).__qualname__}: neither a tensor nor plain data",
        help="optimizer state is kept without pickle: tensors, numbers, texts, and lists and dicts of them",
    )


def _decoded(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    if isinstance(value, list):
        return [_decoded(one, tensors) for one in value]
    if not isinstance(value, dict):
        return value
    match value["$"]:
        case "float":
            return float(value["value"])
        case "tensor":
            return tensors[value["key"]]
        case "tuple":
            return tuple(_decoded(one, tensors) for one in value["items"])
        case _:
            return {_decoded(key, tensors): _decoded(one, tensors) for key, one in value["items"]}


def _tensor_keys(value: Any) -> Iterator[str]:
    """Keys of the tensors inside of what `_encoded` made."""
    if isinstance(value, list):
        for one in value:
            yield from _tensor_keys(one)
    elif isinstance(value, dict):
        if value.get("$") == "tensor":
            yield value["key"]
        else:
            yield from _tensor_keys(
                [*value.get("items", ()), *(v for k, v in value.items() if k not in ("$", "items"))]
            )


def _kept(value: torch.Tensor, where: str) -> torch.Tensor:
    if value.is_meta or value.layout != torch.strided or hasattr(value, "to_local"):
        what = "sharded" if hasattr(value, "to_local") else "on the meta device" if value.is_meta else "sparse"
        raise InputError(f"`{where}` is {what}: its values are not here", help="save what holds the values")
    if str(value.dtype).partition(".")[2] not in _CODES:
        raise InputError(f"`{where}` is of {value.dtype}, which safetensors cannot hold")
    return value.detach()


def _bytes(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    """The bytes of a tensor on the CPU, not copied where it is there and contiguous already."""
    flat = tensor.cpu().contiguous().reshape(-1)
    return np.asarray(flat.view(torch.uint8).numpy())


def checksum(data: np.ndarray[Any, Any]) -> str:
    """Of bytes: every flipped bit changes it, at the speed of memory.

    SHA-256 of the sums, modulo 2**64, of blocks of 1,024 words of eight bytes, and of the bytes left over.
    """
    whole = len(data) // (8 * _BLOCK) * 8 * _BLOCK
    sums = np.add.reduce(data[:whole].view(np.uint64).reshape(-1, _BLOCK), axis=1)
    hashed = hashlib.sha256(sums.tobytes())
    hashed.update(data[whole:].tobytes())
    return hashed.hexdigest()[:32]


def _write(path: Path, described: dict[str, Any], tensors: Mapping[str, torch.Tensor], keep: int) -> None:
    described |= {
        "schema": SCHEMA,
        "checksums": {},
        "extra": described.get("extra", {}),
        "versions": {"paramwise": _version(), "torch": torch.__version__},
    }
    # the largest alignment first, as the format wants it
    order = sorted(tensors, key=lambda key: -tensors[key].itemsize)
    header: dict[str, Any] = {}
    at = 0
    for key in order:
        tensor = tensors[key]
        code = _CODES[str(tensor.dtype).partition(".")[2]]
        header[key] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
        if tensor.device.type == "cpu":
            described["checksums"][key] = checksum(_bytes(tensor))
    on_device = {key: _bytes(tensors[key]) for key in order if tensors[key].device.type != "cpu"}
    described["checksums"] |= {key: checksum(data) for key, data in on_device.items()}
    text = json.dumps(described, ensure_ascii=False)
    layout = _layout_of(header)
    raw = json.dumps(
        {"__metadata__": {"paramwise": text, "digest": digest(text, layout)}, **header},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    raw += b" " * (-len(raw) % 8)
    aside = path.with_name(f".{path.name}.{os.getpid()}.saving")
    try:
        _remove_left_over(path)
        with aside.open("wb") as file:
            file.write(len(raw).to_bytes(8, "little") + raw)
            for key in order:
                file.write((on_device[key] if key in on_device else _bytes(tensors[key])).data)
            file.flush()
            os.fsync(file.fileno())
        _rotate(path, keep)
        aside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise InputError(
            f"cannot be written: {error.strerror}",
            where=str(path),
            help="check the folder, its permissions and its space",
        ) from error


def _layout_of(header: Mapping[str, Any]) -> Layout:
    from paramwise.catalog import Kind

    kinds = {
        key: Kind(tuple(entry["shape"]), DTYPES[entry["dtype"]][0], True, "other", None, 0)
        for key, entry in header.items()
    }
    return Layout({}, kinds, {key: tuple(entry["data_offsets"]) for key, entry in header.items()}, 0)


def _rotate(path: Path, keep: int) -> None:
    """Older files move one on; the newest stays under its own name as well until it is replaced."""
    if keep <= 0 or not path.exists():
        return
    older = [path.with_name(f"{path.name}.{number}") for number in range(1, keep + 1)]
    for one, next_one in reversed(list(pairwise(older))):
        if one.exists():
            one.replace(next_one)
    with suppress(FileNotFoundError):
        older[0].unlink()
    os.link(path, older[0])


def _remove_left_over(path: Path) -> None:
    """What processes that were killed while they saved have left."""
    for left in path.parent.glob(f".{path.name}.*.saving"):
        process = left.name.split(".")[-2]
        if process.isdecimal() and not _alive(int(process)):
            left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _version() -> str:
    import paramwise

    return paramwise.__version__


# ----------------------------------------------------------------------------------------------------- what is read


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
        classes = {id(one): f"{type(one).__module__}.{type(one).__qualname__}" for one in live.optimizers}
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
                help=("name what shall start anew: fresh=pw.name('head.*')", "or take what fits: strict=False"),
            )
        self.saved_as = {name: saved for name, saved in saved_as.items() if name not in fresh}
        self.loaded = tuple(self.saved_as)
        self.fresh = tuple(name for name in self.optimizer_of if name not in self.saved_as)
        self.dropped = tuple(extra)
        self.keys = self._wanted(file)

    def _wanted(self, file: StateFile) -> list[str]:
        """The tensors to read."""
        saved = set(self.saved_as.values())
        self.keys_of: dict[str, list[str]] = {name: [] for name in saved}
        for key in file.layout.kinds:
            name = key.partition("/")[2]
            inside = file.states_of(name) if name in saved else {}
            if name in saved and not key.startswith("@") and key.partition("/")[0] not in inside:
                self.keys_of[name].append(key)
        keys = [key for found in self.keys_of.values() for key in found]
        for name in saved:
            keys += _tensor_keys(list(file.states_of(name).values()))
        keys += _tensor_keys([*file.extra.values(), *(list(group["options"].values()) for group in file.groups)])
        return list(dict.fromkeys(keys))


def _near(name: str, extra: Sequence[str]) -> str:
    near = nearest(name, extra, 1)
    return f"; it has {near[0]}" if near else ""


def _fresh(fresh: Fresh, catalog: Catalog) -> frozenset[str]:
    if fresh is None:
        return frozenset()
    selector = fresh if isinstance(fresh, Selector) else name_selector(*([fresh] if isinstance(fresh, str) else fresh))
    found = frozenset(parameter.name for parameter in catalog if as_selector(selector)(parameter))
    if not found:
        raise InputError(f"fresh={fresh!r} names no parameter", help="`paramwise inspect` lists the names")
    return found


def _saved_options(live: Live, file: StateFile, matched: _Matched) -> list[dict[str, Any]]:
    """For each group the options that its parameters were saved with."""
    values = _read_tensors(file, list(_tensor_keys([list(group["options"].values()) for group in file.groups])))
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
        options = {key: _decoded(value, values) for key, value in (saved[0] if saved else {}).items()}
        taken.append({key: value for key, value in options.items() if key in group or key == "initial_lr"})
    return taken


def _read_tensors(file: StateFile, keys: Sequence[str]) -> dict[str, torch.Tensor]:
    """The tensors of some keys, on the CPU, each held against its checksum."""
    made = {}
    for key in keys:
        kind = file.layout.kinds[key]
        made[key] = torch.empty(kind.shape, dtype=getattr(torch, kind.dtype))

    with file.path.open("rb", buffering=0) as handle:
        descriptor = handle.fileno()

        def read(key: str) -> str | None:
            data = _bytes(made[key])
            at, view = file.layout.start + file.layout.spans[key][0], data.data
            while view:
                got = os.preadv(descriptor, [view[:_AT_ONCE]], at)
                if not got:
                    return key
                at, view = at + got, view[got:]
            return None if checksum(data) == file.checksums.get(key) else key

        largest_first = sorted(keys, key=lambda key: -made[key].nbytes)
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            wrong = [key for key in pool.map(read, largest_first) if key is not None]
    if wrong:
        raise damaged(file.path, f"{plural(len(wrong), 'tensor')} not as written, such as {sorted(wrong)[0]}")
    return made


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
        state[state_name] = value if stays else value.to(parameter.device)
    for key, value in file.states_of(saved).items():
        state[key] = _decoded(value, {one: values[one].to(parameter.device) for one in _tensor_keys(value)})
    return state


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
        if kind is not None:
            for one, state in self.before:
                one.load_state_dict(state)


def _positional_names(source: Path, held: Mapping[str, Any], groups: Any, live: Live) -> list[list[str]]:
    """For each group of a torch checkpoint the names of its parameters."""
    saved = held["param_groups"]
    if all(len(group.get("param_names") or ()) == len(group["params"]) for group in saved):
        names = [list(group["param_names"]) for group in saved]
    elif groups is None:
        raise InputError(
            "torch keeps state by position, and position alone proves nothing",
            where=str(source),
            help="give the groups as they were: groups=optimizer as it was built then, or lists of names",
        )
    elif isinstance(groups, (list, tuple)) and all(isinstance(one, (list, tuple)) for one in groups):
        names = [list(one) for one in groups]
    else:
        then = _live(groups, live.model)
        names = [[live.catalog.names[at] for at in members] for members in then.members]
    counts, given = [len(group["params"]) for group in saved], [len(one) for one in names]
    if counts != given:
        raise InputError(
            "the groups are not those of the checkpoint",
            where=str(source),
            evidence=[f"in the checkpoint: {counts} parameters", f"given: {given} parameters"],
            help="give them as they were when it was saved",
        )
    return [[live.catalog[name].name for name in inside] for inside in names]
