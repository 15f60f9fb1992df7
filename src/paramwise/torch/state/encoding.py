"""Plain data as JSON: tensors are stored beside it, parameters referred to by name."""

# ruff: noqa: F821 - a recursive function is deleted after its last call

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from paramwise.files.headers import DTYPES
from paramwise.files.state_description import Plain, shown, tensor_keys
from paramwise.findings import InputError
from paramwise.torch.state.instances import name_of, put_together

CODES = {torch_name: code for code, (torch_name, _) in DTYPES.items()}
SUBCLASSES = ("torchao.optim.",)
"""Modules whose tensor subclasses are taken apart and put together again, if they are loaded already."""


@dataclass(frozen=True)
class ObjectState:
    """The state of an object that has ``state_dict()``, to be given to its ``load_state_dict()``."""

    state: Any


class Encoder:
    """Makes plain data, and gathers the tensors that are in it.

    Attributes:
        tensors: by key; one that is met twice has one key, so that what was shared stays shared.
        orders: of the tensors whose memory is laid out unlike their parameter's.
    """

    def __init__(self, names: Mapping[int, str], packages: frozenset[str] = frozenset()) -> None:
        """Start with nothing.

        Args:
            names: of the parameters, by identity.
            packages: those whose objects are taken apart.
        """
        self.tensors: dict[str, torch.Tensor] = {}
        self.orders: dict[str, tuple[int, ...]] = {}
        self._names = names
        self._packages = packages
        self._keys: dict[int, str] = {}  # of tensors by identity
        self._alive: list[Any] = []  # an identity is another's once its tensor is gone

    def encode(self, value: Any, label: str, of: str = "", parameter: torch.Tensor | None = None) -> Plain:
        """A value as plain data.

        Args:
            value: the value.
            label: names it in messages, and its tensors in the file.
            of: the name of the parameter whose state it is.
            parameter: that parameter.

        Raises:
            InputError: it cannot be kept without pickle.
        """
        if type(value) is str:
            return value if _is_unicode(value) else {"$": "text", "items": list(map(ord, value))}
        if value is None or type(value) in (bool, int):
            return value
        if isinstance(value, torch.Tensor):
            return self._tensor(value, label, of, parameter)
        if isinstance(value, (np.ndarray, np.generic)) and not isinstance(value, (float, str, bytes)):
            array = _array(value, label)
            key = self._put(array, label, of)
            self.orders[key] = tuple(range(array.ndim))  # said, so that it does not follow a parameter's
            return {"$": "array", "key": key, "scalar": isinstance(value, np.generic)}
        if isinstance(value, float):
            return float(value) if np.isfinite(value) else {"$": "float", "value": repr(float(value))}
        if isinstance(value, (int, str)):  # an enumeration's value
            return int(value) if isinstance(value, int) else str(value)
        if isinstance(value, complex):
            return {"$": "complex", "items": [self.encode(part, label) for part in (value.real, value.imag)]}
        if isinstance(value, torch.dtype):
            return {"$": "dtype", "name": str(value).partition(".")[2]}
        if isinstance(value, torch.Generator):
            return {"$": "generator", "key": self._put(value.get_state(), label, of)}

        def inside(items: Any) -> list[Plain]:
            return [self.encode(item, f"{label}/{at}", of, parameter) for at, item in enumerate(items)]

        match value:
            case list():
                return inside(value)
            case tuple():
                return {"$": "tuple", "items": inside(value)}
            case set() | frozenset():
                return {"$": "set", "items": [self._key(item, label, of) for item in value]}
            case deque():
                return {"$": "deque", "items": inside(value), "longest": value.maxlen}
            case Mapping():
                return self._mapping(value, label, of, parameter)
        if (name := name_of(value, self._packages)) is not None:
            if id(value) in self._keys:
                raise InputError(f"`{_named(label, of)}` is an object that is held twice, or that holds itself")
            self._keys[id(value)] = name
            self._alive.append(value)
            return {"$": "instance", "name": name, "state": self._mapping(vars(value), label, of, parameter)}
        raise InputError(
            f"`{_named(label, of)}` is a {type(value).__qualname__}: neither a tensor nor plain data",
            help="optimizer state is kept without pickle: tensors, numbers, texts, and lists and dicts of them",
        )

    def _mapping(
        self, value: Mapping[Any, Any], label: str, of: str, parameter: torch.Tensor | None
    ) -> dict[str, Plain]:
        if all(type(key) is str and _is_unicode(key) for key in value) and "$" not in value:
            return {
                key: self.encode(item, f"{label}/{key}" if label else key, of, parameter) for key, item in value.items()
            }
        pairs = []
        for at, (key, item) in enumerate(value.items()):
            name = self._names.get(id(key)) if isinstance(key, torch.Tensor) else None
            same = parameter if name is None else key
            pairs.append([self._key(key, label, of), self.encode(item, f"{label}/{at}", name or of, same)])
        return {"$": "dict", "items": pairs}

    def _key(self, key: Any, label: str, of: str) -> Plain:
        """A key of a dict, or what is in a set: the identity of a parameter is another in another process."""
        if type(key) is int and key in self._names:
            return {"$": "identity", "name": self._names[key]}
        return self.encode(key, f"{label}/key", of)

    def _tensor(self, value: torch.Tensor, label: str, of: str, parameter: torch.Tensor | None) -> dict[str, Plain]:
        if id(value) in self._names:
            return {"$": "parameter", "name": self._names[id(value)]}
        if hasattr(value, "__tensor_flatten__") and not hasattr(value, "to_local"):
            return self._subclass(value, label, of)
        key = self._keys.get(id(value))
        if key is None:
            key = self._put(kept(value, _named(label, of)), label, of)
            self._keys[id(value)] = key
            self._alive.append(value)
            order = order_of(value)
            follows = parameter is not None and parameter.shape == value.shape
            if order != (order_of(parameter) if follows and parameter is not None else tuple(range(value.ndim))):
                self.orders[key] = order
        at_home = "cpu" if parameter is None else parameter.device.type
        apart = "cpu" in (value.device.type, at_home) and value.device.type != at_home
        return {"$": "tensor", "key": key, **({"cpu": value.device.type == "cpu"} if apart else {})}

    def _subclass(self, value: Any, label: str, of: str) -> dict[str, Plain]:
        cls = type(value)
        name = f"{cls.__module__}.{cls.__qualname__}"
        if not name.startswith(SUBCLASSES):
            raise InputError(
                f"`{_named(label, of)}` is a {name}, a tensor made of others that paramwise does not know",
                help="save it with torch: torch.save(optimizer.state_dict(), ...)",
            )
        attributes, context = value.__tensor_flatten__()
        inner = {one: self.encode(getattr(value, one), f"{label}.{one}", of) for one in attributes}
        for key in tensor_keys(inner):  # the class lays out its parts as it wants, whatever the parameter does
            self.orders.setdefault(key, tuple(range(self.tensors[key].ndim)))
        return {
            "$": "subclass",
            "name": name,
            "inner": inner,
            "context": self.encode(context, f"{label}.context", of),
            "shape": list(value.shape),
            "stride": list(value.stride()),
        }

    def _put(self, tensor: torch.Tensor, label: str, of: str) -> str:
        key = _named(label, of) or "@"
        if key in self.tensors:
            key = f"{key}#{len(self.tensors)}"
        self.tensors[key] = tensor
        return key


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _named(label: str, of: str) -> str:
    return f"{label}/{of}" if of else label


def kept(value: torch.Tensor, where: str) -> torch.Tensor:
    """A tensor that can be written.

    Raises:
        InputError: its values are not here, or safetensors cannot hold them.
    """
    if value.is_meta or value.layout != torch.strided:
        what = "on the meta device" if value.is_meta else "sparse"
        raise InputError(f"`{where}` is {what}: its values are not here", help="save what holds the values")
    if str(value.dtype).partition(".")[2] not in CODES:
        raise InputError(f"`{where}` is of {value.dtype}, which safetensors cannot hold")
    return value.detach().resolve_conj().resolve_neg()


def _array(value: Any, label: str) -> torch.Tensor:
    try:
        return torch.from_numpy(np.array(value))
    except TypeError:
        raise InputError(
            f"`{label}` is a numpy array of {value.dtype}", help="state is tensors, numbers, texts, lists and dicts"
        ) from None


def order_of(tensor: torch.Tensor) -> tuple[int, ...]:
    """The dimensions of a tensor as they lie in memory, the outermost first; of one that has gaps as if it had none."""
    if tensor.is_contiguous() or 0 in tensor.shape:
        return tuple(range(tensor.ndim))
    strides = tensor.stride()
    places = [at for at, size in enumerate(tensor.shape) if size > 1]
    if any(strides[at] == 0 for at in places):
        return tuple(range(tensor.ndim))
    inner = iter(sorted(places, key=lambda at: -strides[at]))
    return tuple(next(inner) if size > 1 else at for at, size in enumerate(tensor.shape))


def laid_out(value: torch.Tensor, order: tuple[int, ...]) -> torch.Tensor:
    """A contiguous tensor's values with its dimensions in another order in memory; itself where that is its own."""
    if order == tuple(range(value.ndim)):
        return value
    back = sorted(range(len(order)), key=order.__getitem__)
    return value.permute(order).contiguous().permute(back)


def decode(
    value: Plain,
    tensor: Callable[[Mapping[str, Plain]], Any],
    parameters: Mapping[str, Any],
    packages: frozenset[str] = frozenset(),
) -> Any:
    """What `Encoder` made, as it was.

    Args:
        value: plain data.
        tensor: makes a tensor of its tag.
        parameters: by the name that they were saved with.
        packages: those whose objects may be in it.

    Raises:
        InputError: it is made of a class that is not loaded, or of a parameter that is not here.
    """

    def inside(value: Plain) -> Any:
        if isinstance(value, list):
            return [inside(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$" not in value:
            return {key: inside(item) for key, item in value.items()}
        match value["$"]:
            case "tensor":
                return tensor(value)
            case "text":
                return "".join(map(chr, value["items"]))
            case "float":
                return float(value["value"])
            case "complex":
                return complex(*map(inside, value["items"]))
            case "array":
                array = tensor(value).cpu().numpy()
                return array[()] if value["scalar"] else array
            case "generator":
                generator = torch.Generator()
                generator.set_state(tensor(value).cpu())
                return generator
            case "dtype":
                return _dtype(value["name"])
            case "parameter":
                return _parameter(value["name"], parameters)
            case "identity":
                return id(_parameter(value["name"], parameters))
            case "tuple":
                return tuple(map(inside, value["items"]))
            case "set":
                return set(map(inside, value["items"]))
            case "deque":
                return deque(map(inside, value["items"]), value["longest"])
            case "object":
                return ObjectState(inside(value["state"]))
            case "subclass":
                return _joined(value, inside)
            case "instance":
                return put_together(value["name"], inside(value["state"]), packages)
            case _:
                return {inside(key): inside(item) for key, item in value["items"]}

    try:
        return inside(value)
    except (
        ValueError,
        TypeError,
        RuntimeError,
        OverflowError,
    ) as error:  # of an odd description
        if isinstance(error, InputError):
            raise
        raise InputError(f"a value in it cannot be made: {shown(' '.join(str(error).split())[:100])}") from None
    finally:
        del inside  # it holds itself, and so the parameters, until cycles are collected


def _parameter(name: str, parameters: Mapping[str, Any]) -> Any:
    if name not in parameters:
        raise InputError(
            f"state refers to {shown(name)}, which the optimizer does not have, or which starts without state"
        )
    return parameters[name]


def _dtype(name: str) -> torch.dtype:
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise InputError(f"torch has no dtype {name!r}")
    return dtype


def _joined(value: Mapping[str, Plain], inside: Callable[[Plain], Any]) -> Any:
    """A tensor subclass from its parts; its class must be loaded already: no file makes us import anything."""
    module, _, name = value["name"].rpartition(".")
    cls = getattr(sys.modules.get(module), name, None) if value["name"].startswith(SUBCLASSES) else None
    if not (isinstance(cls, type) and issubclass(cls, torch.Tensor) and hasattr(cls, "__tensor_unflatten__")):
        raise InputError(
            f"state made of {shown(value['name'])}, which is not loaded", help="import the library that it is of first"
        )
    parts = {key: inside(part) for key, part in value["inner"].items()}
    try:
        joined: torch.Tensor = cls.__tensor_unflatten__(parts, inside(value["context"]), tuple(value["shape"]), None)
        if list(joined.shape) != value["shape"]:
            raise ValueError(f"its shape is {list(joined.shape)}")
    except Exception as error:  # of a library's code, which a damaged file may reach
        raise InputError(f"state of {value['name']} cannot be put together: {error}") from None
    return joined
