"""A SOURCE, the text that names a model, parsed once for all readers and builders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paramwise.findings import InputError
from paramwise.libraries import CHECKPOINT_SUFFIXES

DEMO = "demo"

Kind = Literal["demo", "file", "folder", "hub", "timm", "callable"]


@dataclass(frozen=True, slots=True)
class Source:
    """What a SOURCE names.

    Attributes:
        kind: ``demo``, the packaged model; ``file``, a checkpoint; ``folder``, of a model or a checkpoint; ``hub``, a
            name on the Hub; ``timm``, a name in timm; ``callable``, a function that returns a model.
        text: the SOURCE as given.
        module: the module of a ``callable``; ``timm`` for a timm model.
        name: the name of a ``callable`` in its module, or of a timm model.
    """

    kind: Kind
    text: str
    module: str = ""
    name: str = ""

    @property
    def path(self) -> Path:
        """The path of a file or a folder."""
        return Path(self.text)


def parse_source(text: str) -> Source:
    """Parse a SOURCE. It looks at which files exist, and reads none.

    Raises:
        InputError: it names nothing.

    Example:
        >>> parse_source("timm:resnet50")
        Source(kind='timm', text='timm:resnet50', module='timm', name='resnet50')
    """
    path = Path(text)
    if text == DEMO:
        return Source("demo", text)
    if text and path.is_dir():  # an empty text would mean the current folder
        return Source("folder", text)
    if path.is_file() or path.name.endswith(CHECKPOINT_SUFFIXES):
        return Source("file", text)
    if re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", text) and not text.endswith(".json") and not path.exists():
        return Source("hub", text)  # `name` or `owner/name`, and no such path exists
    module, _, name = text.partition(":")
    if module and name:
        return Source("timm" if module == "timm" else "callable", text, module, name)
    raise no_such_source(text)


def no_such_source(text: str) -> InputError:
    """The error for a SOURCE that names nothing."""
    return InputError(
        f"no such source: `{text}`",
        evidence=[f"looked for a file or folder at {Path(text).resolve()}"],
        help="give `demo`, a .safetensors file, a model's folder, a name on the Hub, timm:NAME, "
        "or module:callable such as train:build_model",
    )
