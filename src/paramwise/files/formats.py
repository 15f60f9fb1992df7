"""Files of other formats, told by their first bytes: each is refused by its name."""

from __future__ import annotations

import re
from pathlib import Path

from paramwise.findings import InputError

_TORCH_ARCHIVE = (b"/data.pkl", b"/.format_version", b"/.storage_alignment", b"/byteorder", b"/version")
_OTHERS = (
    (b"version https://git-lfs", "a Git LFS pointer", "run `git lfs pull`"),
    (b"GGUF", "a GGUF file", "give the model that it was converted from"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "write it with safetensors"),
    (b"\x93NUMPY", "an array of numpy's", "write it with safetensors.numpy.save_file"),
    (b"PAR1", "a Parquet file", "give a model's weights"),
    (b"\x1f\x8b", "compressed (gzip)", "decompress it first"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "decompress it first"),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
    (b"<", "a web page", "download it again: the server answered with a page"),
    (b"{", "JSON text", "download it again: the server may have answered with an error"),
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


def refuse_other_formats(path: Path, first: bytes, wanted: str = "a safetensors file") -> None:
    """Refuse what begins as a file of another format, by its name.

    Args:
        path: of the file.
        first: its first bytes, some hundred of them.
        wanted: what it ought to be.

    Raises:
        InputError: it does; says what it is and what to do.
    """
    if is_pickle(first):
        raise pickled(path)
    if name := _first_in_archive(first):
        what = "arrays of numpy's (.npz)" if name.endswith(b".npy") else "a zip archive"
        raise InputError(f"{what}, not {wanted}", where=str(path), help="write it with safetensors")
    if first[257:262] == b"ustar":
        raise InputError(f"a tar archive, not {wanted}", where=str(path), help="unpack it first")
    text = first.strip()
    for start, what, how in _OTHERS:
        if text.startswith(start):
            raise InputError(f"{what}, not {wanted}", where=str(path), help=how)
    if text and all(32 <= sign < 127 or sign in b"\t\r\n" for sign in text):
        line = text.splitlines()[0].decode()[:100]
        raise InputError(f"text, not {wanted}", where=str(path), evidence=[line], help="download it again")


def pickled(path: Path) -> InputError:
    """The error for a pickled checkpoint."""
    how = (
        "take the model's .safetensors file, or convert this one where nothing can be harmed:",
        "safetensors.torch.save_file(torch.load(path, weights_only=True), 'model.safetensors'), "
        "or transformers' save_pretrained(folder)",
    )
    message = "a pickled checkpoint, which paramwise does not open: loading a pickle can run code"
    return InputError(message, where=str(path), help=how)
