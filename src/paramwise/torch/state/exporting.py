"""State by name exported in torch's own forms: a dict, a file, or a DCP folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from paramwise.files.atomic import replacing
from paramwise.findings import InputError
from paramwise.torch.state.holders import Holders
from paramwise.torch.state.keeping import store_at, worked_out
from paramwise.torch.state.placing import put, put_back
from paramwise.torch.state.store import refusing
from paramwise.words import public

_PICKLES = (".pt", ".pth", ".bin", ".ckpt")


@public
def export_state(
    source: str | Path,
    optimizer: Any,
    model: nn.Module,
    to: str | Path | None = None,
    *,
    hyperparameters: Literal["current", "saved"] = "saved",
) -> dict[str, Any]:
    """Give a saved state back in torch's own form, so that it can be used without paramwise.

    Args:
        source: what `save_state` wrote.
        optimizer: of the class that the state is for, with the groups and the order that it is wanted for; it stays as
            it is.
        model: whose parameters it trains.
        to: where to write it as well: a name that ends in ``.pt``, ``.pth``, ``.bin`` or ``.ckpt`` is written with
            ``torch.save``; any other is a folder for torch.distributed.checkpoint, with the state by parameter name
            under the key ``optimizer``.
        hyperparameters: whose options the groups of the result have: the file's, or those of the optimizer.

    Returns:
        What ``optimizer.state_dict()`` would give had the state been loaded: ``optimizer.load_state_dict`` takes it.

    Raises:
        InputError: as `load_state`; or it cannot be written.

    Example:
        >>> import tempfile
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> model(torch.ones(1, 2)).sum().backward(); optimizer.step()
        >>> path = pw.save_state(optimizer, model, f"{tempfile.mkdtemp()}/state.safetensors")
        >>> resumed = torch.optim.AdamW([{"params": [model.bias]}, {"params": [model.weight]}])
        >>> resumed.load_state_dict(pw.export_state(path, resumed, model))
        >>> torch.equal(resumed.state[model.bias]["exp_avg"], optimizer.state[model.bias]["exp_avg"])
        True
    """
    held = Holders(optimizer, model)
    if len(held.roots) != 1:
        raise InputError("several optimizers", help="export the state of each from a file of its own")
    new = worked_out(store_at(Path(source)), held, frozenset(), hyperparameters, strict=True).new
    with put_back(held, [], always=True):
        put(held, new, [])
        root = held.roots[0]
        exported: dict[str, Any] = root.state_dict()
        by_name = _by_name(held, exported) if to is not None and not str(to).endswith(_PICKLES) else None
    if by_name is not None:
        _write_folder(Path(str(to)), {"optimizer": by_name})
    elif to is not None:
        with refusing(Path(to)), replacing(Path(to)) as file:
            torch.save(exported, file)
    return exported


def _by_name(held: Holders, exported: Mapping[str, Any]) -> dict[str, Any]:
    """A state dict by position as one by name, as torch.distributed.checkpoint keeps it.

    Raises:
        InputError: the optimizer's class has a form of its own.
    """
    if not {"state", "param_groups"} <= exported.keys():
        raise InputError("the optimizer's state_dict() has a form of its own", help="export it to a .pt file")
    names = [[held.names_by_identity[id(one)] for one in group["params"]] for group in held.roots[0].param_groups]
    name_of = {
        key: name
        for group, inside in zip(exported["param_groups"], names, strict=True)
        for key, name in zip(group["params"], inside, strict=True)
    }
    return {
        **exported,
        "state": {name_of.get(key, key): value for key, value in exported["state"].items()},
        "param_groups": [
            {**group, "params": inside} for group, inside in zip(exported["param_groups"], names, strict=True)
        ],
    }


def _write_folder(folder: Path, content: Mapping[str, Any]) -> None:
    from paramwise.torch.state.dcp import write_dcp

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("there is something at the path already", where=str(folder), help="give a new folder")
    with refusing(folder):
        write_dcp(folder, content)
