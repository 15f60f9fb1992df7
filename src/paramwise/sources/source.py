"""A SOURCE, the text that names a model, told apart once: every reader and builder starts from what it says here."""

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
        kind: the packaged ``demo``; a checkpoint's ``file``, or the ``folder`` of a model; a name on the ``hub``, or
            of a ``timm`` model; a ``callable`` that returns a model.
        text: as it was given.
        module: of a callable.
        name: of a callable in its module, or of a timm model.
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
    """Tell what a SOURCE names; looks at which files there are, reads none.

    Raises:
        InputError: it names nothing that there is.

    Example:
        >>> parse_source("timm:resnet50")
        Source(kind='timm', text='timm:resnet50', module='timm', name='resnet50')
    """
    path = Path(text)
    if text == DEMO:
        return Source("demo", text)
    if path.is_dir():
        return Source("folder", text)
    if path.is_file() or path.name.endswith(CHECKPOINT_SUFFIXES):
        return Source("file", text)
    if re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", text) and not text.endswith(".json") and not path.exists():
        return Source("hub", text)  # `name` or `owner/name`, and nothing is here by that name
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
