"""What a saved optimizer state says about itself: frozen records and their validator.

Values that JSON cannot hold are tables with the key ``$`` (see `TAGS`); a tensor is named by its key in the file. All
of it may come from a stranger: every field, every reference and the depth are checked before anyone uses them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paramwise.findings import InputError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = "paramwise/state/2"
Plain = Any
"""None, booleans, numbers, texts, lists and tables of them; a table with ``$`` stands for what `TAGS` says."""

UNKNOWN = "unknown"
"""The class of an optimizer whose checkpoint did not say it."""

MAX_DEPTH = 64
TAGS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "float": {"value": str},  # nan, inf, -inf
    "complex": {"items": list},  # real and imaginary part
    "tensor": {"key": str, "cpu": bool},  # cpu: it stays on the CPU wherever its parameter is
    "array": {"key": str, "scalar": bool},  # numpy's
    "parameter": {"name": str},
    "identity": {"name": str},  # the id() of a parameter, under which some optimizers keep its state
    "dtype": {"name": str},
    "text": {"items": list},  # code points, of a text that is not Unicode: half a surrogate pair
    "tuple": {"items": list},
    "set": {"items": list},
    "deque": {"items": list, "longest": (int, type(None))},
    "dict": {"items": list},  # pairs: some keys are not texts
    "generator": {"key": str},  # the state of a torch.Generator
    "object": {"state": (dict, list)},  # what has state_dict() and load_state_dict()
    "instance": {"name": str, "state": dict},  # an object of the optimizer's library, by its class and attributes
    "subclass": {
        "name": str,
        "inner": dict,
        "context": object,
        "shape": list,
        "stride": list,
    },  # a tensor made of others
}
"""Each tag of a tagged table, and the fields that it has."""

_STRICT = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True)
class SavedTensor:
    """Shape and dtype of a parameter, or of a tensor of sharded state."""

    __pydantic_config__ = _STRICT
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class SavedGroup:
    """A parameter group.

    Attributes:
        optimizers: indices of the optimizers that share it, the outermost first.
        parameters: their names, in order.
        options: what the user chose.
        running: all else that the group holds, which steps change.
    """

    __pydantic_config__ = _STRICT
    optimizers: tuple[int, ...]
    parameters: tuple[str, ...]
    options: dict[str, Plain]
    running: dict[str, Plain]


@dataclass(frozen=True)
class SavedOptimizer:
    """An optimizer, or what wraps one and keeps state of its own.

    Attributes:
        name: qualified name of its class, or `UNKNOWN`.
        place: where it was found in what was saved, such as ``base_optimizer``; empty for the outermost.
        state: by parameter.
        keyed: state under keys that are not parameters.
        attributes: running state in its attributes.
        own: what its ``state_dict()`` adds to torch's two keys.
        ordered: whether its state depends on the order of all its parameters, as LBFGS's does.
    """

    __pydantic_config__ = _STRICT
    name: str
    place: str
    state: dict[str, Plain]
    keyed: dict[str, Plain] = field(default_factory=dict)
    attributes: dict[str, Plain] = field(default_factory=dict)
    own: dict[str, Plain] = field(default_factory=dict)
    ordered: bool = False


@dataclass(frozen=True)
class Description:
    """All that a state says beside the values of its tensors.

    Attributes:
        parameters: each with its shape and dtype when it was saved.
        optimizers: each outermost one followed by those inside it.
        groups: of all of them.
        orders: of tensors whose memory is laid out unlike their parameter's: the dimensions, outermost first.
        extra: what was saved beside the optimizers' state.
        versions: of paramwise and torch.
        checksums: XXH3-128 of each tensor's bytes; empty for a folder, which has one for each file.
    """

    __pydantic_config__ = _STRICT
    parameters: dict[str, SavedTensor]
    optimizers: tuple[SavedOptimizer, ...]
    groups: tuple[SavedGroup, ...]
    orders: dict[str, tuple[int, ...]]
    extra: dict[str, Plain]
    versions: dict[str, str]
    checksums: dict[str, str] = field(default_factory=dict)
    schema: str = SCHEMA

    def plains(self) -> Iterator[Plain]:
        """Every value that is plain data."""
        for optimizer in self.optimizers:
            for table in (optimizer.state, optimizer.keyed, optimizer.attributes, optimizer.own):
                yield from table.values()
        for group in self.groups:
            yield from group.options.values()
            yield from group.running.values()
        yield from self.extra.values()


@dataclass(frozen=True)
class FolderIndex:
    """What the ``state.json`` of a folder of sharded state says.

    Attributes:
        state: the description.
        values_in: name of the subfolder with the values.
        files: checksum of each file in it.
        tensors: of each key.
    """

    __pydantic_config__ = _STRICT
    state: Description
    values_in: str
    files: dict[str, str]
    tensors: dict[str, SavedTensor]


def as_json(record: Any) -> str:
    """A record as JSON text."""
    return json.dumps(record, default=_fields)


def _fields(record: Any) -> dict[str, Any]:
    if not is_dataclass(record):
        raise TypeError(f"{type(record).__name__} is not a record")
    return {one.name: getattr(record, one.name) for one in fields(record)}


def parse_description(text: str, where: Path, keys: Mapping[str, object]) -> Description:
    """The description that a text holds, every field and reference checked.

    Raises:
        InputError: something in it is not as `as_json` writes it; names the first such thing.
    """
    _check_schema(text, where)
    found: Description = _parse(Description, text, where)
    _check(found, where, keys)
    return found


def parse_folder(text: str, where: Path) -> FolderIndex:
    """The index of a folder of sharded state, checked in the same way.

    Raises:
        InputError: as above; names with path parts too.
    """
    found: FolderIndex = _parse(FolderIndex, text, where)
    for name in (found.values_in, *found.files):
        if not name or not set(name) <= _PLAIN_NAME or name.startswith("."):
            raise damaged(where, f"{shown(name)} is not a plain name")
    if found.state.schema != SCHEMA:
        raise _other_schema(found.state.schema, where)
    for key, tensor in found.tensors.items():
        if any(size < 0 for size in tensor.shape) or len(tensor.shape) > MAX_DEPTH:
            raise damaged(where, f"tensor {shown(key)} has the shape {shown(str(tensor.shape))}")
    _check(found.state, where, found.tensors)
    return found


_PLAIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def _check_schema(text: str, where: Path) -> None:
    """Tell a file of another version by its words, before its fields are judged by ours."""
    begin = text.rfind('"schema": "paramwise/state/')
    if begin >= 0 and not text.startswith(f'"schema": "{SCHEMA}"', begin):
        raise _other_schema(text[begin + len('"schema": "') :].partition('"')[0], where)


def _other_schema(schema: str, where: Path) -> InputError:
    return InputError(
        f"written as {shown(schema)}, which this version does not read", where=str(where), help="update paramwise"
    )


@functools.cache
def _adapter(record: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(record)


def _parse(record: type, text: str, where: Path) -> Any:
    try:
        return _adapter(record).validate_json(text)
    except ValueError as error:
        first: Any = error.errors()[0] if hasattr(error, "errors") else {"loc": (), "msg": str(error)}
        place = "/".join(map(str, first["loc"]))
        raise damaged(
            where, f"its description is wrong at {shown(place)}: {first['msg'].partition(' at line')[0]}"
        ) from None


def _check(found: Description, where: Path, keys: Mapping[str, object]) -> None:
    """Every reference of a description leads to something."""
    try:
        for name, parameter in found.parameters.items():
            if not parameter.dtype.isidentifier() or any(size < 0 for size in parameter.shape):
                raise ValueError(f"parameter {shown(name)} has an odd shape or dtype")
        for optimizer in found.optimizers:
            _known(optimizer.state, found.parameters, "parameter")
        for group in found.groups:
            _known(group.parameters, found.parameters, "parameter")
            if not group.optimizers or not all(0 <= at < len(found.optimizers) for at in group.optimizers):
                raise ValueError(f"a group is of the optimizers {group.optimizers}, of {len(found.optimizers)}")
        inside = [(at, name) for group in found.groups for at in group.optimizers for name in group.parameters]
        if len(set(inside)) < len(inside):
            raise ValueError("a parameter is twice in the groups of an optimizer")
        for key, order in found.orders.items():
            if sorted(order) != list(range(len(order))):
                raise ValueError(f"the order of tensor {shown(key)} is {order}")
        if not {"paramwise", "torch"} <= found.versions.keys():
            raise ValueError("the versions of paramwise and torch are not there")
        for plain in found.plains():
            _check_plain(plain, keys, found.parameters)
    except ValueError as error:
        raise damaged(where, f"its description is wrong: {error}") from None


def _known(names: Any, known: Mapping[str, object], what: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{shown(name)} is not a {what} in it")


def _check_plain(plain: Plain, keys: Mapping[str, object], parameters: Mapping[str, object]) -> None:
    waiting = [(plain, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"values are nested more than {MAX_DEPTH} deep")
        if isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            if "$" in value:
                _check_tagged(value, keys, parameters)
            waiting += [(item, depth + 1) for item in value.values()]


def _check_tagged(value: Mapping[str, Any], keys: Mapping[str, object], parameters: Mapping[str, object]) -> None:
    tag = value["$"]
    known = TAGS.get(tag) if isinstance(tag, str) else None
    if known is None or not value.keys() - {"$", "cpu"} <= known.keys():
        raise ValueError(f"{shown(value)} is a kind of value that there is not")
    for name, kind in known.items():
        if (name != "cpu" or name in value) and not isinstance(value.get(name, known), kind):
            raise ValueError(f"{shown(value)} lacks `{name}`, or has an odd value there")
    if "key" in known:
        _known([value["key"]], keys, "tensor")
    if tag in ("parameter", "identity"):
        _known([value["name"]], parameters, "parameter")
    if tag == "float" and value["value"] not in ("nan", "inf", "-inf"):
        raise ValueError(f"{shown(value)} is not a number")
    if tag == "dict" and not all(isinstance(pair, list) and len(pair) == 2 for pair in value["items"]):
        raise ValueError(f"{shown(value)} is not made of pairs")
    if tag == "complex" and not (
        len(value["items"]) == 2 and all(type(part) in (int, float) or _is_float(part) for part in value["items"])
    ):
        raise ValueError(f"{shown(value)} is not a complex number")
    if tag == "text" and not all(type(code) is int and 0 <= code < 0x110000 for code in value["items"]):
        raise ValueError(f"{shown(value)} is not a text")
    if tag == "subclass" and not all(type(size) is int and size >= 0 for size in value["shape"] + value["stride"]):
        raise ValueError(f"{shown(value)} has an odd shape")
    if tag in ("dict", "set"):
        hashed = [pair[0] for pair in value["items"]] if tag == "dict" else value["items"]
        if not all(_is_hashable(key) for key in hashed):
            raise ValueError(f"{shown(value)} has a key that cannot be hashed")


def _is_float(value: Plain) -> bool:
    return isinstance(value, dict) and value.get("$") == "float"


def _is_hashable(value: Plain) -> bool:
    """Whether what a plain value stands for can be the key of a dict."""
    if isinstance(value, list):
        return False
    if isinstance(value, dict):
        tag = value.get("$")
        items = value.get("items")
        return tag in ("parameter", "identity", "dtype", "float", "complex", "text") or (
            tag == "tuple" and isinstance(items, list) and all(map(_is_hashable, items))
        )
    return True


def tensor_keys(value: Plain) -> Iterator[str]:
    """The keys of the tensors inside plain data."""
    if isinstance(value, list):
        for item in value:
            yield from tensor_keys(item)
    elif isinstance(value, dict):
        if "key" in value and "$" in value:
            yield value["key"]
        else:
            for item in value.values():
                yield from tensor_keys(item)


def shown(value: object) -> str:
    """What a stranger wrote, shortened, with its control characters escaped.

    >>> shown("a" * 200)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
    """
    text = ascii(value)
    return text if len(text) <= 80 else f"{text[:38]}...{text[-39:]}"


def printable(text: str) -> str:
    r"""A text from a file with its control characters escaped.

    >>> print(printable("weight\x1b[31m"))
    weight\x1b[31m
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def damaged(path: Path, message: str) -> InputError:
    """The error for a file that is not as it was written."""
    return InputError(message, where=str(path), help="the file is damaged: take an older one, or save it again")
