"""What there is: plain records of parameters, without tensors and without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from paramwise.findings import InputError, UnknownNameError, nearest


class Parameter(NamedTuple):
    """One parameter of a model; holds no tensor.

    A named tuple because a model has up to 100,000 of them: it is made four times faster than a frozen dataclass.

    Attributes:
        name: the canonical name, as ``named_parameters()`` of the unwrapped model gives it.
        aliases: the other names of a tied tensor.
        shape: sizes in elements; of the whole tensor where it is sharded.
        dtype: as torch names it, without the prefix: ``"float32"``.
        trainable: ``requires_grad`` at the time of reading.
        role: what it is in the network, one of `ROLES`.
        module: qualified class of the owner, ``None`` from a checkpoint's header.
        layer: index of the repeated block it is in, or ``None``.
        numel: how many values it holds.
        marked: whether the model itself asks for no weight decay of it (``_no_weight_decay``, ``no_weight_decay()``).
    """

    name: str
    aliases: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    role: str
    module: str | None
    layer: int | None
    numel: int
    marked: bool = False

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    def as_dict(self) -> dict[str, Any]:
        """The record as plain data, as the command line's ``--json`` prints it."""
        return {**self._asdict(), "aliases": list(self.aliases), "shape": list(self.shape)}


class Catalog:
    """The parameters of a model in ``named_parameters()`` order; iterable, and addressed by name or alias.

    Raises:
        InputError: two parameters have the same canonical name.

    Example:
        >>> weight = Parameter("fc.weight", (), (2, 3), "float32", True, "matrix", None, None, 6)
        >>> catalog = Catalog([weight])
        >>> catalog["fc.weight"].numel
        6
    """

    __slots__ = ("_by_name", "parameters")

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self.parameters: tuple[Parameter, ...] = tuple(parameters)
        self._by_name = {parameter.name: parameter for parameter in self.parameters}
        if len(self._by_name) != len(self.parameters):
            seen: set[str] = set()
            twice = [p.name for p in self.parameters if p.name in seen or seen.add(p.name)]  # type: ignore[func-returns-value]
            raise InputError(
                f"{len(twice)} canonical names stand for more than one parameter",
                evidence=twice,
                help="a wrapper and the module it wraps both own a parameter of that name: rename the wrapper's",
            )

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name or any(name in p.aliases for p in self.parameters)

    def __eq__(self, other: object) -> bool:
        return self.parameters == other.parameters if isinstance(other, Catalog) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.parameters)

    def __repr__(self) -> str:
        return f"<Catalog: {len(self):,} parameters, {self.numel:,} values>"

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of that canonical name or alias.

        Raises:
            UnknownNameError: there is none; the message names the nearest.
        """
        found = self._by_name.get(name) or next((p for p in self.parameters if name in p.aliases), None)
        if found is None:
            near = nearest(name, self._by_name)
            raise UnknownNameError(
                f"no parameter is named `{name}`",
                evidence=[f"nearest: {one}" for one in near],
                help="list the names with `paramwise inspect`",
            )
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names, in order."""
        return tuple(self._by_name)

    @property
    def numel(self) -> int:
        """How many values all parameters hold together."""
        return sum(parameter.numel for parameter in self.parameters)

    def select(self, selector: Callable[[Parameter], bool]) -> Catalog:
        """The catalog of those parameters that the selector picks."""
        return Catalog(filter(selector, self.parameters))
