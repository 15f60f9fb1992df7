"""Other tools' checkpoints converted to state by name, with proof of each match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from paramwise.files.state_description import (
    UNKNOWN,
    Description,
    Plain,
    SavedGroup,
    SavedOptimizer,
    SavedTensor,
    shown,
)
from paramwise.findings import InputError
from paramwise.libraries import LABEL_KEYS, PLANNED_STATE, WRAPPERS
from paramwise.model.catalog import Catalog
from paramwise.torch.groups import named_groups
from paramwise.torch.modules import read_module
from paramwise.torch.state.checkpoints import Checkpoint, read_checkpoints
from paramwise.torch.state.describing import Described, versions
from paramwise.torch.state.encoding import Encoder
from paramwise.torch.state.holders import Holders, is_order_of_all
from paramwise.torch.state.store import FileStore
from paramwise.words import public

_KEPT_IN_SHAPE = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg", "acc_delta", "sum"}
_KEPT_IN_SHAPE |= {"exp_inf", "prev", "step_size", "ax", "grad_avg"}
"""States that torch's optimizers keep in the shape of their parameter, even where no other state of them is."""


@public
def convert_state(source: str | Path, model: nn.Module, groups: Any = None, path: str | Path | None = None) -> Path:
    """Name the state of a checkpoint that others wrote, so that `load_state` takes it.

    Read are torch's ``torch.save(optimizer.state_dict(), ...)``, as transformers (``optimizer.pt``) and Accelerate
    (``optimizer.bin``) write it, Lightning's ``.ckpt``, FSDP's full state dicts by name, folders of
    torch.distributed.checkpoint, and the checkpoint folders of trainers that hold one of these.

    torch keeps state by position. The names are taken from ``param_names`` where the checkpoint has them, or where it
    keeps state by name, else from ``groups``; every tensor is held against the shape of the parameter it would be for.

    Args:
        source: the checkpoint; read with ``weights_only=True``, so that nothing in it is run.
        model: whose parameters it is of.
        groups: the optimizer as it was built then or its ``param_groups``, or the plan that it was built from, or for
            each group the names of its parameters in order.
        path: of the new file; beside the old one, with the ending ``.safetensors``, if not given.

    Returns:
        The path of the new file.

    Raises:
        InputError: it does not hold an optimizer's state, or position alone cannot be proven right.

    Example:
        >>> import tempfile
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> model(torch.ones(1, 2)).sum().backward(); optimizer.step()
        >>> folder = tempfile.mkdtemp()
        >>> torch.save(optimizer.state_dict(), f"{folder}/optimizer.pt")
        >>> pw.convert_state(f"{folder}/optimizer.pt", model, groups=optimizer).name
        'optimizer.safetensors'
    """
    source = Path(source)
    target = source.with_suffix(".safetensors") if path is None else Path(path)
    if path is None and target.exists():
        raise InputError(
            "there is a file by the name of the new one",
            where=str(target),
            help="say where: convert_state(..., path=...)",
        )
    if source.is_dir() and (source / PLANNED_STATE).is_file():  # kept by name already
        with FileStore(source / PLANNED_STATE).open() as saved:
            described = Described(saved.description, saved.tensors(dict.fromkeys(saved.description.checksums)))
        FileStore(target).write(described)
        return target
    catalog = read_module(model)
    found = read_checkpoints(source)
    described = _describe(found, _named_groups(found, groups, model, catalog), catalog)
    FileStore(target).write(described)
    return target


def _describe(found: Sequence[Checkpoint], names: Sequence[Sequence[str]], catalog: Catalog) -> Described:
    encoder = Encoder({})
    optimizers, groups = [], []
    parameters: dict[str, SavedTensor] = {}
    rest = list(names)
    for number, checkpoint in enumerate(found):
        own, rest = rest[: len(checkpoint.groups)], rest[len(checkpoint.groups) :]
        name_of = {
            key: name
            for group, inside in zip(checkpoint.groups, own, strict=True)
            for key, name in zip(group["params"], inside, strict=True)
        }
        _prove(checkpoint, name_of, catalog)
        state: dict[str, Plain] = {}
        keyed: dict[str, Plain] = {}
        for key, value in checkpoint.state.items():
            if key in name_of:
                state[name_of[key]] = encoder.encode(value, "", name_of[key])
            elif isinstance(key, str):
                keyed[key] = encoder.encode(value, f"@state/{key}")
            else:
                raise InputError(
                    f"state at {shown(key)}, which is in no group", where=str(checkpoint.source), help="it is damaged"
                )
        groups += [
            SavedGroup(
                (number,),
                tuple(inside),
                {
                    str(key): encoder.encode(value, f"@group/{key}")
                    for key, value in group.items()
                    if key not in LABEL_KEYS
                },
                {},
            )
            for group, inside in zip(checkpoint.groups, own, strict=True)
        ]
        total = sum(catalog[name].numel for name in name_of.values())
        optimizers.append(
            SavedOptimizer(
                name=UNKNOWN,
                place="",
                state=state,
                keyed=keyed,
                own={key: encoder.encode(value, f"@own/{key}") for key, value in checkpoint.own.items()},
                ordered=len(name_of) > 1 and is_order_of_all(checkpoint.state, total),
            )
        )
        parameters |= {name: SavedTensor(tuple(catalog[name].shape), catalog[name].dtype) for name in name_of.values()}
    return Described(
        Description(parameters, tuple(optimizers), tuple(groups), encoder.orders, {}, versions()), encoder.tensors
    )


def _prove(checkpoint: Checkpoint, name_of: Mapping[Any, str], catalog: Catalog) -> None:
    """Hold the shapes of state against those of the parameters that it would be for."""
    tensors = {
        key: {state: one for state, one in value.items() if isinstance(one, torch.Tensor) and one.ndim}
        for key, value in checkpoint.state.items()
        if key in name_of and isinstance(value, Mapping)
    }
    in_shape = {
        state
        for key, states in tensors.items()
        for state, one in states.items()
        if state in _KEPT_IN_SHAPE or tuple(one.shape) == tuple(catalog[name_of[key]].shape)
    }
    for key, states in tensors.items():
        name = name_of[key]
        shape = tuple(catalog[name].shape)
        known = {state: one for state, one in states.items() if state in in_shape}
        _refuse_one_for_two({state: one for state, one in known.items() if state in _KEPT_IN_SHAPE}, name, checkpoint)
        if states and not known and not _is_by_name(checkpoint):
            raise InputError(
                f"nothing in the state at position {key} has the shape of its parameter",
                where=str(checkpoint.source),
                evidence=[f"{state} {list(one.shape)}" for state, one in states.items()],
                help="position alone cannot be proven right: load it with torch as it was, then pw.save_state()",
            )
        wrong = [f"{state} {list(one.shape)}" for state, one in known.items() if tuple(one.shape) != shape]
        if wrong and (len(wrong) == len(known) or not _is_by_name(checkpoint)):
            raise InputError(
                f"the state at position {key} is not of `{name}`, whose shape is {list(shape)}",
                where=str(checkpoint.source),
                evidence=wrong,
                help="give the groups as they were when it was saved: groups=[[names of group 0], ...]",
            )


def _refuse_one_for_two(states: Mapping[str, torch.Tensor], name: str, checkpoint: Checkpoint) -> None:
    """Refuse moments in the same memory: what wrote them wrote the second over the first."""
    places: dict[int, str] = {}
    for state, one in states.items():
        other = places.setdefault(one.data_ptr(), state)
        if other != state and one.numel():
            raise InputError(
                f"`{other}` and `{state}` of `{name}` share their memory: the values of one are lost",
                where=str(checkpoint.source),
                help="FSDP.optim_state_dict() does that on a CPU: take get_optimizer_state_dict() of"
                " torch.distributed.checkpoint.state_dict",
            )


def _is_by_name(checkpoint: Checkpoint) -> bool:
    return all(
        len(group.get("param_names") or ()) == len(group["params"])
        or all(isinstance(one, str) for one in group["params"])
        for group in checkpoint.groups
    )


def _named_groups(found: Sequence[Checkpoint], groups: Any, model: nn.Module, catalog: Catalog) -> list[list[str]]:
    """For each group of all checkpoints the canonical names of its parameters."""
    saved = [group for checkpoint in found for group in checkpoint.groups]
    source = str(found[0].source)
    if all(map(_is_by_name, found)):
        names = [list(group.get("param_names") or group["params"]) for group in saved]
    elif groups is None:
        raise InputError(
            "torch keeps state by position, and position alone proves nothing",
            where=source,
            help="give the groups as they were: groups=optimizer as it was built then, or its plan, or lists of names",
        )
    elif hasattr(groups, "groups") and hasattr(groups, "catalog"):  # a plan
        names = [list(group.names) for group in groups.groups]
    elif isinstance(groups, (list, tuple)) and all(isinstance(one, (list, tuple)) for one in groups):
        names = [list(group) for group in groups]
    elif isinstance(groups, (list, tuple)) and all(isinstance(one, Mapping) for one in groups):  # param_groups
        names = [list(group.names) for group in named_groups(model, groups)[1]]
    else:
        names = [list(group.names) for group in Holders(groups, model).groups]
    counts, given = [len(group["params"]) for group in saved], [len(inside) for inside in names]
    if counts != given:
        raise InputError(
            "the groups are not those of the checkpoint",
            where=source,
            evidence=[f"in the checkpoint: {counts} parameters", f"given: {given} parameters"],
            help="give them as they were when it was saved",
        )
    canonical = [[_canonical(name, catalog) for name in inside] for inside in names]
    every = [name for inside in canonical for name in inside]
    if len(set(every)) != len(every):
        raise InputError("a parameter is named twice", where=source, help="each is at one position")
    return canonical


def _canonical(name: Any, catalog: Catalog) -> str:
    """The model's name of a parameter that a wrapper may have named."""
    if not isinstance(name, str):
        raise InputError(f"{shown(name)} is not the name of a parameter", help="groups=[[names of group 0], ...]")
    parts = name.split(".")
    plain = [part for part in parts if part not in set(WRAPPERS.values()) | {"_orig_mod", "module"}]
    for candidate in (name, ".".join(plain)):
        if candidate in catalog:
            return catalog[candidate].name
    return catalog[name].name  # raises, and names the nearest
