"""``timm:NAME``: a model that timm builds by name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

from paramwise.findings import InputError
from paramwise.sources.functions import headline
from paramwise.torch.construct import device_for
from paramwise.words import did_you_mean

if TYPE_CHECKING:
    from torch import nn


def build_model(name: str, *, values: bool) -> nn.Module:
    """The timm model of that name; with its pretrained weights if ``values``.

    Raises:
        InputError: timm cannot be imported, has no such model, or fails to build it.
    """
    try:
        timm: Any = importlib.import_module("timm")
    except Exception as error:  # a torchvision built for another torch raises errors of several types
        raise InputError(
            f"importing timm failed: {headline(error)}", help="install versions of timm and torchvision that fit torch"
        ) from error
    if not timm.is_model(name):
        raise InputError(f"timm has no model `{name}`", help=did_you_mean(name.partition(".")[0], timm.list_models()))
    try:
        with device_for(values):
            return cast("nn.Module", timm.create_model(name, pretrained=values))
    except Exception as error:
        raise InputError(
            f"building `timm:{name}` failed: {headline(error)}", help="--debug shows the traceback"
        ) from error
