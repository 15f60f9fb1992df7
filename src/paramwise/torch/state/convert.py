"""Old checkpoints: a torch optimizer's state, kept by position, made into one kept by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from paramwise.findings import InputError
from paramwise.torch.live import Live
from paramwise.torch.state.keeping import add_states, live_of, plain_options
from paramwise.torch.state.storage import write_state
from paramwise.words import public

# States that torch's optimizers keep in the shape of their parameter.
_SHAPED = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg", "acc_delta", "sum", "exp_inf"}
_SHAPED |= {"prev", "step_size", "ax", "grad_avg"}


def _is_state(held: Any) -> bool:
    return (
        isinstance(held, dict)
        and isinstance(held.get("state"), dict)
        and isinstance(held.get("param_groups"), list)
        and all(isinstance(group, dict) and isinstance(group.get("params"), list) for group in held["param_groups"])
    )


@public
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
    target = source.with_suffix(".safetensors") if path is None else Path(path)
    if path is None and target.exists():
        raise InputError(
            "there is a file by the name of the new one",
            where=str(target),
            help="say where: convert_state(..., path=...)",
        )
    if not _is_state(held):
        raise InputError("no optimizer's state_dict in it", where=str(source), help="it has `state` and `param_groups`")
    live = Live([], model, [])
    names = _positional_names(source, held, groups, live)
    tensors: dict[str, torch.Tensor] = {}
    described = {
        "classes": ["unknown"],
        "groups": [
            {"optimizer": 0, "options": plain_options(group, tensors), "parameters": inside}
            for group, inside in zip(held["param_groups"], names, strict=True)
        ],
    }
    states = {}
    for group, inside in zip(held["param_groups"], names, strict=True):
        for index, name in zip(group["params"], inside, strict=True):
            states[name] = held["state"].get(index, {})
            shape = live.catalog[name].shape
            shaped = {key: one for key, one in states[name].items() if isinstance(one, torch.Tensor) and one.ndim}
            known = {key: one for key, one in shaped.items() if key in _SHAPED}
            if shaped and not known and "param_names" not in group:
                raise InputError(
                    f"nothing in the state at position {index} has the shape of its parameter",
                    where=str(source),
                    evidence=[f"{key} {list(one.shape)}" for key, one in shaped.items()],
                    help="position alone cannot be proven right: load it with torch as it was, then pw.save_state()",
                )
            wrong = [f"{key} {list(one.shape)}" for key, one in known.items() if tuple(one.shape) != shape]
            if wrong:
                raise InputError(
                    f"the state at position {index} is not of `{name}`, whose shape is {list(shape)}",
                    where=str(source),
                    evidence=wrong,
                    help="give the groups as they were when it was saved: groups=[[names of group 0], ...]",
                )
    add_states(described, tensors, states, live)
    write_state(target, described, tensors, 0)
    return target


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
        then = live_of(groups, live.model)
        names = [[live.catalog.names[at] for at in members] for members in then.members]
    counts, given = [len(group["params"]) for group in saved], [len(one) for one in names]
    if counts != given:
        raise InputError(
            "the groups are not those of the checkpoint",
            where=str(source),
            evidence=[f"in the checkpoint: {counts} parameters", f"given: {given} parameters"],
            help="give them as they were when it was saved",
        )
    every = [name for inside in names for name in inside]
    if len(set(every)) != len(every):
        raise InputError("a parameter is named twice", where=str(source), help="each is at one position")
    return [[live.catalog[name].name for name in inside] for inside in names]
