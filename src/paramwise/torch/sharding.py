"""Over which processes tensors are spread: torch's kernels take DTensors of one mesh, or plain tensors, at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import torch

PLAIN = "plain"


def mesh_of(tensor: torch.Tensor) -> Any:
    """The device mesh of a DTensor; None for a plain tensor."""
    # by the attribute: to import DTensor takes a second
    return getattr(tensor, "device_mesh", None)


def meshes_of(tensors: Collection[torch.Tensor]) -> frozenset[Any]:
    """The device meshes of some tensors; None for the plain ones. A class without meshes is asked once."""
    spread = any(hasattr(cls, "device_mesh") for cls in set(map(type, tensors)))
    return frozenset(map(mesh_of, tensors) if spread else [None] * bool(tensors))


def kinds_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, str]:
    """For each name the kind of its tensor: ``plain``, or the dimensions of its mesh, such as ``mesh dp x tp``.

    A kind does not name processes, so that it is the same in each of them. Meshes whose dimensions
    have the same names are numbered in the order of the tensors.
    """
    labels: dict[Any, str] = {None: PLAIN}
    found = {}
    for name, tensor in tensors.items():
        mesh = mesh_of(tensor)
        if mesh not in labels:
            label = "mesh " + " x ".join(mesh.mesh_dim_names or map(str, mesh.shape))
            alike = sum(known.partition(" (")[0] == label for known in labels.values())
            labels[mesh] = f"{label} ({alike + 1})" if alike else label
        found[name] = labels[mesh]
    return found
