"""What there is: plain records of parameters, without tensors and without torch.

A large model has 100,000 parameters, but only a few dozen *kinds* of parameters, in about as many *places* as it has
layers. So a catalog holds columns: the names, the number of each name's kind, and the number of each name's place. It
creates the places and the records when somebody asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from paramwise.findings import InputError, UnknownNameError
from paramwise.model.blocks import Layer, Place, layers_of, places
from paramwise.model.collector import uncollected
from paramwise.model.cuts import Blocks
from paramwise.model.evidence import Evidence
from paramwise.model.fused import Way, fused
from paramwise.model.heads import Heads, Weight, heads_among
from paramwise.model.listing import listing
from paramwise.model.outline import Outline, Source
from paramwise.model.series import PRODUCTS
from paramwise.words import nearest, plural, public


class Kind(NamedTuple):
    """What a parameter has in common with the same parameter of other blocks: see `Parameter` for the fields."""

    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    role: str
    module: str | None
    numel: int
    marked: bool = False
    witness: str = ""


@public
class Parameter(NamedTuple):
    """One parameter of a model; holds no tensor.

    Attributes:
        name: the canonical name, as ``named_parameters()`` of the unwrapped model gives it.
        aliases: the other names of a tied tensor.
        shape: sizes in elements; of the whole tensor where it is sharded.
        dtype: as torch names it, without the prefix: ``"float32"``.
        trainable: ``requires_grad`` at the time of reading.
        role: what it is in the network: an item of `ROLES`.
        module: qualified class of the owner, ``None`` from a checkpoint's header.
        numel: how many values it holds.
        marked: whether the model asks for no weight decay on it (``_no_weight_decay``, ``no_weight_decay()``).
        witness: who told the role, where it was not the class or its code: ``"name"`` where nobody could read how the
            code uses the parameter, ``"pass: product"`` and the like where a forward pass showed it,
            ``"disputed: gain"`` and the like where it was the code, and a forward pass saw something else.
        layer: index of the repeated block it is in, or ``None``.
        tower: the part of the model that numbers its own blocks, such as ``"encoder"``; empty if the whole model is
            one tower, and for a parameter in no tower.
        depth: how many layers lie between it and the output of its tower; ``None`` if this is not known.
    """

    name: str
    aliases: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    role: str
    module: str | None
    numel: int
    marked: bool = False
    witness: str = ""
    layer: int | None = None
    tower: str = ""
    depth: int | None = None

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def kind(self) -> Kind:
        """The fields that it shares with the same parameter of other blocks."""
        return Kind(*self[2:10])

    def as_dict(self) -> dict[str, Any]:
        """The record as plain data, as the command line's ``--json`` prints it."""
        return {**self._asdict(), "aliases": list(self.aliases), "shape": list(self.shape)}


@public
class Catalog:
    """The parameters of a model in ``named_parameters()`` order; iterable, and addressed by name or alias.

    Attributes:
        names: the canonical names, in order.
        kinds: the distinct kinds of parameters.
        kind_of: for each name, the index of its kind.
        places: the distinct places, in the order of their first parameter.
        place_of: for each name, the index of its place.
        aliases: the other names of tied tensors, by canonical name.
        evidence: what a forward pass showed of the parameters, where one was traced; takes no part in comparisons.
        outline: the classes of the model's modules, where it was read from one; takes no part in comparisons.
        source: gives the model that it was read from, as long as somebody holds it.

    Raises:
        InputError: two parameters have the same canonical name.

    Example:
        >>> weight = Parameter("fc.weight", (), (2, 3), "float32", True, "matrix", None, 6)
        >>> catalog = Catalog([weight])
        >>> catalog["fc.weight"].numel
        6
    """

    __slots__ = (
        *("_heads", "_index", "_layers", "_parameters", "_placed", "_whole"),
        *("aliases", "evidence", "kind_of", "kinds", "names", "outline", "source"),
    )

    evidence: Evidence | None
    outline: Outline | None
    source: Source | None
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    kind_of: Sequence[int]
    aliases: Mapping[str, Sequence[str]]
    _parameters: tuple[Parameter, ...] | None
    _placed: tuple[Sequence[Place], Sequence[int]] | None
    _layers: tuple[Layer, ...] | None
    _heads: Heads | None
    _whole: Catalog | None
    _index: dict[str, int] | None

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        made = tuple(parameters)
        kinds: dict[Kind, int] = {}
        kind_of = [kinds.setdefault(parameter.kind, len(kinds)) for parameter in made]
        aliases = {parameter.name: parameter.aliases for parameter in made if parameter.aliases}
        self._fill([parameter.name for parameter in made], kinds, kind_of, aliases)
        self._parameters = made
        self._raise_twice()

    @classmethod
    def of_kinds(
        cls, names: Iterable[str], kinds: Iterable[Kind], kind_of: Sequence[int], aliases: Mapping[str, Sequence[str]]
    ) -> Catalog:
        """The catalog of parameters whose kinds are known; their places follow from their names.

        Args:
            names: the canonical names, in order.
            kinds: the distinct kinds.
            kind_of: for each name, the index of its kind.
            aliases: by canonical name, the other names of a tied tensor.

        Raises:
            InputError: two parameters have the same canonical name.
        """
        catalog = cls.__new__(cls)
        catalog._fill(names, kinds, kind_of, aliases)
        if len(set(catalog.names)) != len(catalog.names):
            catalog._raise_twice()
        return catalog

    def _fill(
        self, names: Iterable[str], kinds: Iterable[Kind], kind_of: Sequence[int], aliases: Mapping[str, Sequence[str]]
    ) -> None:
        self.names, self.kinds, self.kind_of = tuple(names), tuple(kinds), kind_of
        self.aliases = aliases
        self._parameters = self._placed = self._layers = self._index = self._heads = self._whole = None
        self.evidence = self.outline = self.source = None

    def _raise_twice(self) -> None:
        if twice := [name for name, count in Counter(self.names).items() if count > 1]:
            raise InputError(
                f"{len(twice)} canonical names stand for more than one parameter",
                evidence=twice,
                help="a wrapper and the module it wraps both own a parameter of that name: rename the wrapper's",
            )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The records, in order."""
        if self._parameters is None:
            self._parameters = self._records()
        return self._parameters

    @uncollected
    def _records(self) -> tuple[Parameter, ...]:
        pairs = list(zip(self.kind_of, self.place_of, strict=True))
        fields = {(kind, place): (*self.kinds[kind], *self.places[place]) for kind, place in set(pairs)}
        made = [
            tuple.__new__(Parameter, (name, (), *shared))
            for name, shared in zip(self.names, map(fields.__getitem__, pairs), strict=True)
        ]
        for name, aliases in self.aliases.items():
            position = self.position(name)
            made[position] = made[position]._replace(aliases=tuple(aliases))
        return tuple(made)

    @property
    def places(self) -> Sequence[Place]:
        """The distinct places: block, tower and depth."""
        return self._columns_of_places()[0]

    @property
    def place_of(self) -> Sequence[int]:
        """For each name, the index of its place."""
        return self._columns_of_places()[1]

    def _columns_of_places(self) -> tuple[Sequence[Place], Sequence[int]]:
        if self._placed is None:
            self._placed = self._read_places() if self._parameters is None else _listed_places(self._parameters)
        return self._placed

    @uncollected
    def _read_places(self) -> tuple[Sequence[Place], Sequence[int]]:
        roles = [kind.role for kind in self.kinds]
        # a header names no modules, and its order is not the model's
        ordered = any(self.kinds[kind].module for kind in set(self.kind_of))
        shapes = [kind.shape for kind in self.kinds]
        shape_of = list(map(shapes.__getitem__, self.kind_of))
        role_of = list(map(roles.__getitem__, self.kind_of))
        return places(self.names, role_of, ordered=ordered, shapes=shape_of, outline=self.outline)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What lies before the blocks, each block, and what lies after, tower by tower.

        ``depth`` of a layer counts from the output: 0 is what lies after the last block. Learning rates that fall
        towards the input are ``decay ** depth``.

        Example:
            >>> import torch
            >>> import paramwise as pw
            >>> block = lambda: torch.nn.TransformerEncoderLayer(4, 2, 4, batch_first=True)
            >>> model = torch.nn.ModuleDict({
            ...     "embedding": torch.nn.Embedding(9, 4),
            ...     "blocks": torch.nn.ModuleList([block(), block()]),
            ...     "head": torch.nn.Linear(4, 2),
            ... })
            >>> [(layer.index, layer.depth, len(layer.names)) for layer in pw.read(model).layers]
            [(None, 3, 1), (0, 2, 12), (1, 1, 12), (None, 0, 2)]
        """
        if self._layers is None:
            self._layers = layers_of(self.names, self.places, self.place_of)
        return self._layers

    @property
    def heads(self) -> Heads:
        """The weights that map the last hidden state to the output, by structure: see `paramwise.model.heads`."""
        if self._whole is not None:  # a part of a model says nothing of what follows
            return self._whole.heads
        if self._heads is None:
            weights, named, norms = [], [], {}
            for name, number, place in zip(self.names, self.kind_of, self.place_of, strict=True):
                kind, where = self.kinds[number], self.places[place]
                if kind.role == "norm":
                    if where.layer is not None or not where.depth:
                        norms[name.rpartition(".")[0]] = kind.numel
                elif len(kind.shape) > 1 and (kind.role in PRODUCTS or kind.role == "embedding"):
                    names = (name, *self.aliases.get(name, ()))
                    is_table = kind.role == "embedding"
                    weights.append(Weight(name, names, kind.shape, kind.module, *where, is_table))
                    if kind.role == "head":
                        named.append(name)
            self._heads = heads_among(weights, named, norms, self.outline)
        return self._heads

    def blocks(self, way: Way = "auto") -> dict[str, Blocks]:
        """How fused weights are cut into matrices: as the code tells it, else as the pass does that was traced.

        Args:
            way: ``"auto"`` for the matrices that were fused, ``"heads"`` for each head of them.

        Returns:
            The blocks of fused weights, as far as something tells, by canonical name. A header has no code.

        Example:
            >>> import torch
            >>> import paramwise as pw
            >>> attention = torch.nn.MultiheadAttention(8, 2)
            >>> print(pw.read(attention).blocks()["in_proj_weight"])
            dim 0: 3 of 8
        """
        told = {} if self.evidence is None else self.evidence.blocks
        if self.source is not None and (found := self.source()) is not None:
            told |= {name: cut for name, cut in fused(*found, way).items() if cut.sizes or name not in told}
        kinds = (self.kinds[self.kind_of[self._positions[name]]] for name in told)
        return {name: told[name] for name, kind in zip(told, kinds, strict=True) if kind.role in PRODUCTS}

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._positions

    def __eq__(self, other: object) -> bool:
        return self.parameters == other.parameters if isinstance(other, Catalog) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.names)

    def __repr__(self) -> str:
        return f"<Catalog: {len(self):,} parameters, {self.numel:,} values>"

    def _repr_html_(self) -> str:
        from paramwise.views.html import html_of

        return html_of(listing(self, len(self)))

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of that canonical name or alias.

        Raises:
            UnknownNameError: there is no such parameter; the message names the nearest.
        """
        return self.parameters[self.position(name)]

    def position(self, name: str) -> int:
        """Where in the catalog the parameter of that canonical name or alias stands.

        Raises:
            UnknownNameError: there is no such parameter; the message names the nearest.
        """
        found = self._positions.get(name)
        if found is None:
            near = nearest(name, self.names)
            raise UnknownNameError(
                f"no parameter is named `{name}`",
                evidence=[f"nearest: {known}" for known in near],
                help="list the names with `paramwise inspect`",
            )
        return found

    @property
    def _positions(self) -> dict[str, int]:
        if self._index is None:
            positions = {name: position for position, name in enumerate(self.names)}
            aliases = {alias: positions[name] for name, others in self.aliases.items() for alias in others}
            self._index = aliases | positions
        return self._index

    @property
    def numel(self) -> int:
        """How many values all parameters hold together."""
        return sum(self.kinds[kind].numel * count for kind, count in Counter(self.kind_of).items())

    def with_evidence(self, evidence: Evidence) -> Catalog:
        """The same catalog with the roles that a forward pass told.

        Parameters that the pass did not show, or that were added since, keep their roles.

        Raises:
            InputError: the evidence is of another model.
        """
        unknown = [name for name in evidence.parameters if name not in self]
        others = [
            f"{name}: {list(self.kinds[self.kind_of[self.position(name)]].shape)} here, {list(told.shape)} there"
            for name, told in evidence.parameters.items()
            if name in self and self.kinds[self.kind_of[self.position(name)]].shape != told.shape
        ]
        if unknown or others:
            raise InputError(
                f"the evidence is of another model: {plural(len(unknown) + len(others))} of it are not here",
                evidence=[*unknown, *others],
                help="trace this model: pw.trace(model, *batch)",
            )
        kinds: dict[Kind, int] = {}
        kind_of = []
        for name, number in zip(self.names, self.kind_of, strict=True):
            kind = self.kinds[number]
            told = evidence.parameters.get(name)
            if told is not None and told.role is not None:
                kind = kind._replace(role=told.role, witness=f"pass: {told.witnesses[0].use}")
            elif told is not None and told.disputed:
                kind = kind._replace(witness=f"disputed: {told.witnesses[0].use}")
            kind_of.append(kinds.setdefault(kind, len(kinds)))
        catalog = Catalog.of_kinds(self.names, kinds, kind_of, self.aliases)
        catalog.evidence, catalog.outline, catalog.source = evidence, self.outline, self.source
        return catalog

    def select(self, selector: Callable[[Parameter], bool]) -> Catalog:
        """The catalog of the parameters that the selector picks."""
        selected = Catalog(filter(selector, self.parameters))
        selected._whole = self
        return selected


def _listed_places(parameters: Iterable[Parameter]) -> tuple[Sequence[Place], Sequence[int]]:
    """The distinct places in the records, and for each record the index of its place."""
    numbers: dict[Place, int] = {}
    place_of = [numbers.setdefault(Place(*parameter[10:]), len(numbers)) for parameter in parameters]
    return list(numbers), place_of
