"""From a SOURCE to a catalog or a model: each kind of SOURCE has its own loader.

A loader is imported only for its own kind, so that reading headers needs neither torch nor any other extra.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paramwise.files.headers import read_checkpoint
from paramwise.findings import InputError
from paramwise.libraries import require
from paramwise.model.catalog import Catalog
from paramwise.model.evidence import Evidence
from paramwise.sources.demo import demo_catalog, demo_folder
from paramwise.sources.source import Source, no_such_source, parse_source
from paramwise.words import public

if TYPE_CHECKING:
    from torch import nn


@public
def read(source: nn.Module | str | Path, *, exact: bool = False, evidence: Evidence | None = None) -> Catalog:
    """The catalog of a model or of a SOURCE; it loads no weights.

    Args:
        source: an ``nn.Module``; ``"demo"``, the packaged MiniLM as a classifier with two classes; a ``.safetensors``
            file, an index, a folder of them or a name on the Hub, for which only headers are read, without torch; a
            folder with only a ``config.json``; ``"timm:resnet50"``; or ``"module:callable"``, a function that returns a
            model and is called under the meta device.
        exact: for a folder or a name on the Hub, build the model from its ``config.json`` instead of reading headers,
            so that roles follow from classes and not only from names.
        evidence: what `paramwise.trace` showed of the same model; it decides what names and code leave in doubt.

    Raises:
        InputError: the source cannot be read; the message says why and what to do.
        MissingExtraError: reading it needs an extra.
    """
    if evidence is not None:
        return read(source, exact=exact).with_evidence(evidence)
    if isinstance(source, (str, Path)):
        found = parse_source(str(source))
        if found.kind == "file" and exact:
            raise InputError(
                f"`{found.text}` is a file: it does not say how the model is built, so roles are told by names",
                help="leave out --exact (exact=True), or give the folder with its config.json",
            )
        if found.kind == "file" or (found.kind == "folder" and not exact and any(found.path.glob("*.safetensors"))):
            return read_checkpoint(found.path)
        if found.kind == "demo":
            return demo_catalog()
        if found.kind == "hub" and not exact:
            require("huggingface_hub", "hub", f"`{source}`, which is not a local folder and may be a name on the Hub,")
            from paramwise.sources.hub import read_hub

            return read_hub(found.text)
        source = _built(found, values=False)
    require("torch", "torch", "reading a model")
    from paramwise.torch.construct import is_model
    from paramwise.torch.modules import read_module

    if not is_model(source):
        raise InputError(
            f"not a model: {type(source).__qualname__}",
            help="pass an nn.Module, or a source such as 'demo', a folder with config.json or 'module:callable'",
        )
    return read_module(source)


def catalog_of(source: nn.Module | Catalog | str | Path) -> Catalog:
    """A catalog unchanged, or the catalog of a source."""
    return source if isinstance(source, Catalog) else read(source)


def build(source: str, *, values: bool) -> nn.Module:
    """The model of a SOURCE: with its weights if ``values``, or else on the meta device.

    Raises:
        InputError: as for `read`; or values are wanted and the source has none.
    """
    return _built(parse_source(source), values=values)


def _built(source: Source, *, values: bool) -> nn.Module:
    if source.kind == "file":
        if not source.path.exists():
            raise no_such_source(source.text)
        raise InputError(
            f"`{source.text}` is a file, which does not say how to build the model",
            help="give the folder with its config.json, or module:callable",
        )
    if source.kind == "folder" and not (source.path / "config.json").exists():
        raise InputError(f"`{source.text}` has no config.json", help="give a folder that save_pretrained() wrote")
    if source.kind == "callable":
        require("torch", "torch", f"the source `{source.text}`")
        from paramwise.sources import functions

        return functions.build_model(source, values=values)
    if source.kind == "timm":
        require("torch", "torch", f"the source `{source.text}`")
        require("timm", "timm", f"the source `{source.text}`")
        from paramwise.sources import timm

        return timm.build_model(source.name, values=values)
    require("torch", "transformers", f"the source `{source.text}`")
    require("transformers", "transformers", f"the source `{source.text}`")
    from paramwise.sources import transformers

    if source.kind == "demo":
        return transformers.classifier(demo_folder(verified=values), values=values)
    return transformers.from_name(source.text, values=values)
