"""Files of other formats, told by their first bytes: each is refused by its name."""

from __future__ import annotations

import re
from pathlib import Path

from paramwise.findings import InputError

_TORCH_ARCHIVE = (b"/data.pkl", b"/.format_version", b"/.storage_alignment", b"/byteorder", b"/version")
_OTHERS = (
    (b"version https://git-lfs", "a Git LFS pointer, not the weights", "run `git lfs pull`"),
    (b"GGUF", "a GGUF file, not a safetensors file", "give the model that it was converted from"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, not a safetensors file", "write it with safetensors"),
    (b"\x93NUMPY", "an array of numpy's, not a safetensors file", "write it with safetensors.numpy.save_file"),
    (b"\x1f\x8b", "compressed (gzip), not a safetensors file", "decompress it first"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd), not a safetensors file", "decompress it first"),
    (b"<", "a web page, not a safetensors file", "download it again: the server answered with a page"),
)
"""How files of other formats begin, what they are, and what to do: said before their bytes are read as a length."""


def is_pickle(first: bytes) -> bool:
    """Whether the first bytes of a file, some hundred of them, are those of a pickle, or of torch's archive of one."""
    if first[8:9] == b"{":  # a safetensors header: its length may begin with any bytes
        return False
    return bool(re.match(rb"\x80[\x02-\x05]", first)) or _first_in_archive(first).endswith(_TORCH_ARCHIVE)


def _first_in_archive(first: bytes) -> bytes:
    """The name of a zip archive's first file, which follows its length; empty if it is not an archive."""
    return first[30 : 30 + int.from_bytes(first[26:28], "little")] if first[:4] == b"PK\3\4" else b""


def refuse_other_formats(path: Path, first: bytes) -> None:
    """Refuse what begins as a file of another format, by its name.

    Raises:
        InputError: it does; says what it is and what to do.
    """
    if is_pickle(first):
        raise pickled(path)
    if name := _first_in_archive(first):
        what = "arrays of numpy's (.npz)" if name.endswith(b".npy") else "a zip archive"
        raise InputError(f"{what}, not a safetensors file", where=str(path), help="write it with safetensors")
    for start, what, how in _OTHERS:
        if first.startswith(start):
            raise InputError(what, where=str(path), help=how)


def pickled(path: Path) -> InputError:
    """The error for a pickled checkpoint."""
    how = (
        "take the model's .safetensors file, or convert this one where nothing can be harmed:",
        "safetensors.torch.save_file(torch.load(path, weights_only=True), 'model.safetensors'), "
        "or transformers' save_pretrained(folder)",
    )
    message = "a pickled checkpoint, which paramwise does not open: loading a pickle can run code"
    return InputError(message, where=str(path), help=how)
