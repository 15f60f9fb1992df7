"""Libraries that tests are held against, installed apart (`make setup`): see the Makefile."""

import sys
from pathlib import Path

import pytest
import torch

FOLDER = Path(sys.prefix) / "peers"
_LIBRARY: list[torch.library.Library] = []  # what it defines is gone once nothing holds it


def importable() -> None:
    """Let timm, torchvision and mup be imported; torchvision was built for CUDA, and its kernels are not needed."""
    if not FOLDER.is_dir():
        pytest.skip("timm and mup are not installed apart: make setup")
    if not _LIBRARY:
        sys.path.append(str(FOLDER))
        _LIBRARY.append(torch.library.Library("torchvision", "FRAGMENT"))
        for operator in ("nms", "qnms"):
            _LIBRARY[0].define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def trainers_importable() -> None:
    """Let trl, setfit and sentence-transformers be imported, which stand apart from torchvision."""
    folder = Path(sys.prefix) / "trainers"
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))
